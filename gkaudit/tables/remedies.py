"""表四, reconsideration and litigation: one row of fifteen numbers under three headings."""

from __future__ import annotations

from collections.abc import Sequence

from gkaudit.form import TableForm
from gkaudit.grid import GridCell, GridRow
from gkaudit.placement import Placement, row_sum_closes, windows
from gkaudit.tables.reading import TableReading, visible, where

__all__ = ["read_remedies"]


def read_remedies(rows: Sequence[GridRow], table: TableForm) -> TableReading:
    """表四: one row of fifteen numbers under three headings."""
    reading = TableReading(table.name)
    if not rows:
        return reading
    reading.seen(rows[0])
    keys = [(r.name, c) for r in table.rows for c in r.columns]
    data = _data_rows(rows, len(keys))
    if not data:
        return reading
    values = tuple(cell for row in data for cell in row.values)
    tokens = tuple(cell for cell in values if cell.kind != "blank")
    placement = _place_remedies(values, tokens, len(keys))
    for (name, column), cell in zip(keys, placement.cells, strict=True):
        reading.row_anchors.setdefault(name, data[0].cells[0].anchor)
        sure = "certain" if placement.certain else "worked_out" if cell else "open"
        reading.put(name, column, (cell, sure, placement.note or ("" if cell else visible(tokens))))
    if placement.note:
        reading.notes.append(f"{where(data[0])}{placement.note}")
    return reading


def _data_rows(rows: Sequence[GridRow], size: int) -> list[GridRow]:
    """Rows below the headings that hold numbers, else the last row that is wide enough and empty."""
    numbers = [row for row in rows if row.tokens and not any(c.kind == "text" for c in row.tokens)]
    if numbers:
        whole = [row for row in numbers if len(row.values) >= size]
        return whole[:1] or numbers
    return [row for row in rows if not row.labels and len(row.values) >= size][-1:]


def _place_remedies(values: Sequence[GridCell], tokens: Sequence[GridCell], size: int) -> Placement:
    if len(values) == size or not tokens:
        cells = tuple(values[:size]) if len(values) >= size else (None,) * size
        return Placement(cells, "order")
    if len(tokens) == size:
        return Placement(tuple(tokens), "order")
    possible = windows(values, size)
    if len(possible) == 1:
        return Placement(tuple(values[possible[0] : possible[0] + size]), "window")
    closing = [w for w in possible if _groups_close(values[w : w + size])]
    if len(closing) == 1:
        return Placement(tuple(values[closing[0] : closing[0] + size]), "worked_out", "列位按各组合计推定")
    return Placement((None,) * size, "open")


def _groups_close(values: Sequence[GridCell]) -> bool:
    groups = [values[i : i + 5] for i in range(0, len(values), 5)]
    return all(row_sum_closes(g) or not any(c.kind != "blank" for c in g) for g in groups)
