"""The three statutory tables, each read from its rows.

``sort_rows`` gives every printed row to the table its labels speak of. The three readers then find the
cells; they say how sure the place of each is and collect signs of damage, but judge no values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gkaudit.alignment import SURE, Match, align
from gkaudit.chars import fold, read_cell
from gkaudit.document import Anchor
from gkaudit.form import Row, TableForm
from gkaudit.grid import GridCell, GridRow
from gkaudit.placement import Placement, Reference, place, row_sum_closes, windows, work_out
from gkaudit.vocabulary import is_label_part, label_hit, row_labels

__all__ = ["TableReading", "read_disclosure", "read_remedies", "read_requests", "sort_rows"]

#: cell, how sure its place is (certain, worked_out, open), and a note for the auditor
Found = tuple[GridCell | None, str, str]


@dataclass(slots=True)
class TableReading:
    """What was found of one table while reading it."""

    table: str
    block: int | None = None
    cells: dict[str, Found] = field(default_factory=dict)
    row_anchors: dict[str, Anchor] = field(default_factory=dict)
    variants: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: Signs of damage by kind: garbled, short, lost, doubled.
    signs: list[str] = field(default_factory=list)

    def put(self, row: str, column: str, found: Found) -> None:
        self.cells[f"{self.table}.{row}.{column}"] = found

    def seen(self, row: GridRow) -> None:
        if self.block is None:
            self.block = row.block


def sort_rows(rows: Iterable[GridRow]) -> dict[str, list[GridRow]]:
    """Rows by table: by their labels where these are clear, else with the rows before them."""
    sorted_rows: dict[str, list[GridRow]] = {"disclosure": [], "requests": [], "remedies": []}
    current: str | None = None
    for row in rows:
        current = _table_of(row, current)
        if current is not None:
            sorted_rows[current].append(row)
    return sorted_rows


def _table_of(row: GridRow, current: str | None) -> str | None:
    votes: dict[str, float] = {}
    for cell in row.labels:
        tables = {hit.table: hit.score for hit in label_hit(cell.text)}
        # 总计 and 其他 stand in two tables and say nothing.
        if len(tables) == 1:
            (table, score), *_ = tables.items()
            votes[table] = votes.get(table, 0.0) + score
    if not votes:
        return current
    return max(votes, key=lambda t: (votes[t], t == current))


# ── 表二 ────────────────────────────────────────────────────────────────────────────────────────


def read_disclosure(rows: Sequence[GridRow], table: TableForm) -> TableReading:
    """表二: a label, then one to three numbers under the header of its block."""
    reading = TableReading(table.name)
    for row in rows:
        target = _disclosure_row(row, table)
        if target is None:
            continue
        reading.seen(row)
        found = _disclosure_values(row, target, reading)
        if target.name in reading.row_anchors:
            found = _agreed(found, [reading.cells[f"{table.name}.{target.name}.{c}"] for c in target.columns])
        reading.row_anchors[target.name] = row.labels[-1].anchor
        for column, cell in zip(target.columns, found, strict=True):
            reading.put(target.name, column, cell)
    _note_headers(rows, table, reading)
    return reading


def _disclosure_row(row: GridRow, table: TableForm) -> Row | None:
    best: tuple[float, Row] | None = None
    for cell in row.labels:
        for hit in label_hit(cell.text):
            target = next((r for r in table.rows if r.name == hit.name), None) if hit.kind == "row" else None
            if target is not None and hit.table == table.name and (best is None or hit.score > best[0]):
                best = (hit.score, target)
    return best[1] if best else None


def _disclosure_values(row: GridRow, target: Row, reading: TableReading) -> list[Found]:
    size = len(target.columns)
    _note_label(row, target, reading)
    same = [c for c in row.labels if fold(c.text) in row_labels(target)]
    if len(same) > 1:
        reading.signs.append("doubled")
        if not row.tokens:
            # The label again where the number belongs: something was there and got lost.
            return [(None, "open", "数字位置上是行名，数字可能丢失")] * size
    values, tokens = row.values, row.tokens
    if any(cell.kind == "text" for cell in tokens):
        tokens = tuple(cell for cell in tokens if cell.kind != "text") or tokens
    if len(tokens) == size:
        return [(cell, "certain", "") for cell in tokens]
    if not tokens:
        blank = values or row.labels[-1:]
        return [(_empty(blank[min(i, len(blank) - 1)]), "certain", "") for i in range(size)]
    if len(tokens) > size:
        # A converter repeats a merged cell in every column it spans.
        if size == 1 and len({cell.text.strip() for cell in tokens}) == 1:
            return [(tokens[0], "certain", "")]
        return [(None, "open", f"这一行有{len(tokens)}个数，表式只有{size}格")] * size
    if len(values) >= size and len(windows(values, size)) == 1:
        start = windows(values, size)[0]
        return [(cell, "certain", "") for cell in values[start : start + size]]
    if len(values) >= size and row.labels and values[0].x == row.labels[-1].x + 1 and tokens[-1] in values[:size]:
        return [(cell, "worked_out", "列位按表头推定") for cell in values[:size]]
    return [(None, "open", _visible(tokens))] * size


def _empty(cell: GridCell) -> GridCell:
    return cell if cell.kind == "blank" else GridCell("", cell.anchor, cell.x, "blank")


def _note_headers(rows: Sequence[GridRow], table: TableForm, reading: TableReading) -> None:
    """Header words that are not those of the form (本年制发数量 …)."""
    labels = {fold(c.label) for c in table.columns}
    for row in rows:
        for cell in row.labels:
            hits = [h for h in label_hit(cell.text) if h.kind == "column" and h.table == table.name]
            if hits and hits[0].score > SURE and fold(cell.text) not in labels:
                reading.variants.append(_named(row, cell.text))


# ── 表三 ────────────────────────────────────────────────────────────────────────────────────────


def read_requests(rows: Sequence[GridRow], table: TableForm) -> TableReading:
    """表三: rows aligned with the statutory rows, then seven cells to the right of each label."""
    reading = TableReading(table.name)
    headers = [row for row in rows if _is_header(row)]
    matches, left = align([row for row in rows if not _is_header(row)], table)
    matches = [m for m in matches if m.row.values or m.how != "similar"]
    if not matches and not headers:
        return reading
    reading.seen((headers or [m.row for m in matches])[0])
    order = _column_order(headers, table)
    size = len(order)
    alone = [place(m.row, size) for m in matches]
    reference = Reference.of([(m.row, p) for m, p in zip(matches, alone, strict=True)])
    for match, first in zip(matches, alone, strict=True):
        placement = first if first.how != "open" else work_out(match.row, size, reference)
        _put_row(match, placement, order, table, reading)
    _repeated(left, matches, table, reading)
    return reading


def _is_header(row: GridRow) -> bool:
    kinds = [hit for cell in row.labels for hit in label_hit(cell.text)[-1:]]
    heads = sum(hit.kind in ("column", "header", "note") or hit.name == "法人或其他组织" for hit in kinds)
    return not row.tokens and (heads > 1 or (heads == 1 and len(row.labels) == 1 and kinds[-1].kind != "row"))


def _column_order(headers: Sequence[GridRow], table: TableForm) -> tuple[str | None, ...]:
    """Columns in printed order; an extra 小计 column is None.

    Another order than the form's is believed only where one row prints 自然人, 法人或其他组织 and 总计 side by
    side and the five kinds of organisations are complete: a converter may put 总计 on another line.
    """
    usual = tuple(c.name for c in table.columns)
    by_label = {fold(text): c.name for c in table.columns for text in (c.label, *c.aliases)}
    inner = {c.name for c in table.columns if c.group}
    top: list[str] = []
    sub: list[str | None] = []
    for row in headers:
        names = [_head_name(cell.text, by_label) for cell in row.labels]
        heads = [name for name in names if name in ("natural_person", _ORGANISATIONS, "total")]
        top = top or (heads if len(heads) == len(set(heads)) == 3 else [])  # noqa: PLR2004
        sub += [None if name == _SUBTOTAL else name for name in names if name in inner or name == _SUBTOTAL]
    if not top or len(sub) - sub.count(None) != len(inner) or {name for name in sub if name} != inner:
        return usual
    return tuple(name for head in top for name in (sub if head == _ORGANISATIONS else [head]))


_ORGANISATIONS, _SUBTOTAL = "法人或其他组织", "小计"


def _head_name(text: str, by_label: dict[str, str]) -> str:
    folded = fold(text)
    if folded.endswith(_SUBTOTAL):
        return _SUBTOTAL
    return by_label.get(folded, _ORGANISATIONS if folded.startswith("法人") else "")


def _put_row(
    match: Match, placement: Placement, order: Sequence[str | None], table: TableForm, reading: TableReading
) -> None:
    target = table.row(match.name)
    row = match.row
    reading.row_anchors[target.name] = (row.labels[-1] if row.labels else row.cells[0]).anchor
    _note_label(row, target, reading, match)
    _signs_of(row, placement, order, reading)
    if placement.note:
        reading.notes.append(f"{_where(row)}{placement.note}")
    sure = "certain" if placement.certain and match.how != "position" else "worked_out"
    for at, (name, cell) in enumerate(zip(order, placement.cells, strict=True)):
        if name is None:
            continue
        if cell is None:
            # Nobody knows the column; the print is kept where it would stand counted from the right.
            guess = (
                row.values[at - len(order)] if placement.how == "open" and len(order) - at <= len(row.values) else None
            )
            reading.put(target.name, name, (guess, "open", placement.note or _visible(row.tokens)))
        else:
            note = placement.note if match.how != "position" else "行名无法辨认，按上下行的位置推定"
            reading.put(target.name, name, (cell, sure, note))
    if placement.how == "open":
        reading.notes.append(f"{_where(row)}{_visible(row.tokens)}")


def _signs_of(row: GridRow, placement: Placement, order: Sequence[str | None], reading: TableReading) -> None:
    if len(row.values) < len(order) and row.layout in ("tabs", "pipes"):
        reading.signs.append("short")
    cells = [cell for name, cell in zip(order, placement.cells, strict=True) if name is not None and cell is not None]
    if len(cells) != sum(name is not None for name in order) or order[-1] != "total":
        return
    numbers = [read_cell(cell.text).value for cell in cells]
    *parts, total = numbers
    known = [n for n in parts if n is not None]
    # Some numbers are there, blanks beside them, and the total says more: numbers were lost.
    if total is not None and any(known) and len(known) < len(parts) and sum(known) < total:
        reading.signs.append("lost")


def _repeated(left: Sequence[GridRow], matches: Sequence[Match], table: TableForm, reading: TableReading) -> None:
    """A row printed twice: equal numbers are one row, different ones nobody can trust."""
    by_name = {m.name: m for m in matches}
    for row in left:
        names = {h.name for c in row.labels for h in label_hit(c.text) if h.kind == "row" and h.score >= 1}
        for name in names & by_name.keys():
            if len(row.tokens) != len(table.columns) or name == "other":
                continue
            first = [c.text.strip() for c in by_name[name].row.tokens]
            if first and [c.text.strip() for c in row.tokens] != first:
                for column in table.columns:
                    reading.put(name, column.name, (None, "open", "这一行在报告中出现两次，数字不同"))


# ── 表四 ────────────────────────────────────────────────────────────────────────────────────────


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
        reading.put(name, column, (cell, sure, placement.note or ("" if cell else _visible(tokens))))
    if placement.note:
        reading.notes.append(f"{_where(data[0])}{placement.note}")
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


# ── shared ──────────────────────────────────────────────────────────────────────────────────────


def _note_label(row: GridRow, target: Row, reading: TableReading, match: Match | None = None) -> None:
    """Variants of a label, and remains of mangled ones beside it."""
    printed = [cell.text.strip() for cell in row.labels]
    if fold(target.label) not in {fold(text) for text in printed}:
        reading.variants.append(_named(row, "".join(printed)))
        score = match.score if match else max((h.score for t in printed for h in label_hit(t)), default=0.0)
        if score < SURE:
            reading.signs.append("garbled")
        return
    remains = [t for t in printed if not label_hit(t) and not is_label_part(t)]
    if remains:
        reading.variants.append(_named(row, "".join(remains)))
        reading.signs.append("garbled")


def _agreed(again: list[Found], before: list[Found]) -> list[Found]:
    """A row printed twice keeps its numbers only where both printings say the same."""
    texts = [[c.text.strip() if c else None for c, *_ in found] for found in (before, again)]
    if texts[0] == texts[1]:
        return before
    return [(None, "open", "这一行在报告中出现两次，数字不同")] * len(again)


def _visible(tokens: Sequence[GridCell]) -> str:
    shown = "、".join(cell.text.strip() for cell in tokens[:8])
    return f"本行可见 {shown}，列位无法确定" if shown else "本行没有可辨认的数字"


def _named(row: GridRow, text: str) -> str:
    """A label with its place: 第52行“二、上生”."""
    return f"{_where(row).removesuffix('：')}“{' '.join(text.split())}”"


def _where(row: GridRow) -> str:
    line = row.cells[0].anchor.line
    return f"第{line}行：" if line else ""
