"""Columns that offices add to 表三 (单位, 行次, 备注), where the rows of the grid do not fit its header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from gkaudit.chars import fold, read_cell
from gkaudit.form import TableForm
from gkaudit.grid import GridRow
from gkaudit.vocabulary import label_hit

__all__ = ["added_columns", "counted_pieces", "told_pieces", "without_added"]

#: Headings of columns before the numbers and behind them, and what a column of units says.
_BEFORE, _BEHIND = {"单位", "计量单位", "行次", "序号"}, {"备注", "说明"}
_UNITS = {"件", "项", "个", "宗", "份", "起"}
#: So many rows make a column.
_ROWS = 3
#: So many numbers that follow each other are no chance.
_COUNTED = 6


def added_columns(rows: Sequence[GridRow], printed: Sequence[GridRow], size: int) -> dict[int, int]:
    """Pieces with one column that the form does not have, and its place among the values: 0, or -1 for the last.

    Its heading says so, and in every row with numbers there is one cell more than the form has, which is no number
    of it: a unit, the number of the row, or words and nothing behind the numbers.
    """
    found: dict[int, int] = {}
    for piece, labels in _over_pages(printed, [row for row in printed if not row.tokens]).items():
        words = {fold(text) for text in labels}
        own = [row for row in rows if row.piece == piece and row.tokens and row.layout != "sheet"]
        whole = len(own) >= _ROWS and all(len(row.values) == size + 1 for row in own)
        if whole and words & _BEFORE and not words & _BEHIND and _leads(own):
            found[piece] = 0
        if whole and words & _BEHIND and not words & _BEFORE and all(row.values[-1].kind != "value" for row in own):
            found[piece] = -1
    return found


def counted_pieces(rows: Sequence[GridRow]) -> set[int]:
    """Pieces in which the first numbers of the rows count these (行次), and so are no numbers of 自然人."""
    found: set[int] = set()
    for piece in {row.piece for row in rows}:
        own = [row for row in rows if row.piece == piece and row.tokens]
        if len(own) >= _COUNTED and not _are_units(own) and _leads(own):
            found.add(piece)
    return found


def _over_pages(printed: Sequence[GridRow], headers: Sequence[GridRow]) -> dict[int, list[str]]:
    """The headings by piece with a true grid; one without any has those of the one before, as on the next page."""
    found: dict[int, list[str]] = {}
    before: list[str] = []
    for piece in dict.fromkeys(row.piece for row in printed if row.exact):
        own = [cell.text for row in headers if row.piece == piece for cell in row.labels]
        before = found[piece] = own if any(label_hit(text) or fold(text) in _BEFORE for text in own) else before
    return found


def _are_units(rows: Sequence[GridRow]) -> bool:
    return all(fold(row.values[0].text) in _UNITS for row in rows)


def _leads(rows: Sequence[GridRow]) -> bool:
    """Whether the first cells are all units, or count the rows."""
    if _are_units(rows):
        return True
    numbers = [read_cell(row.values[0].text).value for row in rows]
    return all(a is not None and b is not None and b - a == 1 for a, b in pairwise(numbers))


def without_added(row: GridRow, added: dict[int, int]) -> GridRow:
    """A row without its cell of an added column."""
    place = added.get(row.piece)
    if place is None or not row.values:
        return row
    return replace(row, values=row.values[1:] if place == 0 else row.values[:-1])


def told_pieces(printed: Sequence[GridRow], headers: Sequence[GridRow], table: TableForm) -> set[int]:
    """Pieces with a true grid whose headings name every column of the form, each once, and no other."""
    found: set[int] = set()
    columns = sorted(column.name for column in table.columns)
    for piece, labels in _over_pages(printed, headers).items():
        hits = ([h for h in label_hit(text) if h.kind == "column" and h.table == table.name] for text in labels)
        own = [one[0].name for one in hits if one]
        if sorted(own) == columns and not any(fold(text) in _BEFORE | {"小计"} for text in labels):
            found.add(piece)
    return found
