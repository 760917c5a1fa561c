"""Columns that offices add to 表三 (单位, 行次, 备注), where the rows of the grid do not fit its header."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from gkaudit.chars import fold, read_cell
from gkaudit.form import TableForm
from gkaudit.grid import GridCell, GridRow
from gkaudit.placement import Placement
from gkaudit.vocabulary import COUNTS, NUMBER_HEADINGS, REMARK_HEADINGS, UNIT_HEADINGS, label_hit

__all__ = [
    "added_columns",
    "below_fewer",
    "counted_pieces",
    "lacking_pieces",
    "told_pieces",
    "with_subtotal",
    "without_added",
]

#: Headings of columns before the numbers and behind them.
_BEFORE, _BEHIND = UNIT_HEADINGS | NUMBER_HEADINGS, REMARK_HEADINGS
#: What the five kinds of organisations make up, before the last of all eight numbers.
_AMONG, _SUBTOTAL, _SIZE = {"小计"}, 6, 7
#: Columns of numbers that the form does not have; 序号 stands before the labels.
_OTHERS = _BEFORE - {"序号"} | {"小计"}
#: Share of the rows that have a number for each heading.
_MOST = 0.8
#: So many rows make a column.
_ROWS = 3
#: So many numbers that follow each other are no chance.
_COUNTED = 6


def added_columns(rows: Sequence[GridRow], printed: Sequence[GridRow], size: int) -> dict[int, int]:
    """Pieces with one column that the form does not have, and its place among the values: 0, 6, or -1 for the last.

    Its heading says so, and in every row with numbers there is one cell more than the form has, which is no number
    of it: a unit, the number of the row, a subtotal, or words and nothing behind the numbers.
    """
    found: dict[int, int] = {}
    for piece, labels in _over_pages(printed, [row for row in printed if not row.tokens]).items():
        words = {fold(text) for text in labels}
        own = [row for row in rows if row.piece == piece and row.tokens]
        if len(own) < _ROWS or len({*words & _BEFORE, *words & _BEHIND, *words & _AMONG}) != 1:
            continue
        whole = all(row.layout == "sheet" or len(row.values) == size + 1 for row in own)
        if whole and words & _BEFORE and (_are_units(own) or _count(own)):
            found[piece] = 0
        if whole and words & _BEHIND and all(_ends_in_words(row, size) for row in own):
            found[piece] = -1
        if whole and words & _AMONG and size == _SIZE and all(map(_has_subtotal, own)):
            found[piece] = _SUBTOTAL
    return found


def _has_subtotal(row: GridRow) -> bool:
    run = [cell for cell in row.values if cell.kind != "blank" or row.layout != "sheet"]
    return with_subtotal(run)


def with_subtotal(cells: Sequence[GridCell]) -> bool:
    """Whether the last number but one of eight is what the five kinds of organisations before it make up."""
    numbers = [read_cell(cell.text).value or 0 for cell in cells]
    return len(cells) == _SIZE + 1 and sum(numbers[1:_SUBTOTAL]) == numbers[_SUBTOTAL]


def _ends_in_words(row: GridRow, size: int) -> bool:
    """Whether no number stands where the last column is; in a sheet, whose cells move, behind the first words."""
    if row.layout != "sheet":
        return row.values[-1].kind != "value"
    kinds = [cell.kind for cell in row.tokens]
    return kinds == ["value"] * size + ["text"] * (len(kinds) - size)


def counted_pieces(rows: Sequence[GridRow]) -> set[int]:
    """Pieces in which the first numbers of the rows count these (行次), and so are no numbers of 自然人."""
    found: set[int] = set()
    for piece in {row.piece for row in rows}:
        own = [row for row in rows if row.piece == piece and row.tokens]
        if len(own) >= _COUNTED and not _are_units(own) and _count(own):
            found.add(piece)
    return found


def _over_pages(printed: Sequence[GridRow], headers: Sequence[GridRow]) -> dict[int, list[str]]:
    """The headings by piece with a true grid; one without any has those of the one before, as on the next page.

    So has one that goes on with the headings that the page cut, in a piece without any numbers.
    """
    found: dict[int, list[str]] = {}
    before: list[str] = []
    bare = False
    for piece in dict.fromkeys(row.piece for row in printed if row.exact):
        rows = [row for row in printed if row.piece == piece]
        own = [cell.text for row in headers if row.piece == piece for cell in row.labels]
        headed = any(label_hit(text) or fold(text) in _BEFORE for text in own)
        before = found[piece] = [*(before if bare else ()), *own] if headed else before
        bare = headed and not any(row.tokens for row in rows)
    return found


def _are_units(rows: Sequence[GridRow]) -> bool:
    return all(fold(row.tokens[0].text) in COUNTS for row in rows)


def _count(rows: Sequence[GridRow]) -> bool:
    """Whether the first cells count the rows."""
    numbers = [read_cell(row.tokens[0].text).value for row in rows]
    return all(a is not None and b is not None and b - a == 1 for a, b in pairwise(numbers))


def without_added(row: GridRow, added: dict[int, int]) -> GridRow:
    """A row without its cell of an added column."""
    place = added.get(row.piece)
    if place is None or not row.tokens:
        return row
    if place == _SUBTOTAL:
        begin = row.values.index(row.tokens[0]) if row.layout == "sheet" else 0
        return replace(row, values=(*row.values[: begin + place], *row.values[begin + place + 1 :]))
    if place == 0:
        return replace(row, values=row.values[row.values.index(row.tokens[0]) + 1 :])
    words = next((at for at, cell in enumerate(row.values) if cell.kind == "text"), len(row.values))
    return replace(row, values=row.values[:words] if row.layout == "sheet" else row.values[:-1])


def lacking_pieces(
    rows: Sequence[GridRow], printed: Sequence[GridRow], headers: Sequence[GridRow], table: TableForm
) -> dict[int, frozenset[str]]:
    """Pieces whose headings name all columns of the form but one or two, and whose rows have a number for each."""
    found: dict[int, frozenset[str]] = {}
    for piece, names in _named(printed, headers, table).items():
        own = [row for row in rows if row.piece == piece and row.tokens]
        full = sum(len(row.tokens) == len(names) for row in own)
        if len(table.columns) - 2 <= len(names) == len(set(names)) < len(table.columns) and _MOST * len(own) <= full:
            found[piece] = frozenset(names)
    return found


def told_pieces(
    printed: Sequence[GridRow], headers: Sequence[GridRow], table: TableForm, added: Collection[int], size: int
) -> set[int]:
    """Pieces with a true grid whose headings name every column of the form, each once, and no other.

    A 小计 is none that the header tells the place of, where the table has so many columns (``size``).
    """
    columns = sorted(column.name for column in table.columns)
    others = _OTHERS - (_AMONG if size == len(columns) + 1 else set())
    named = _named(printed, headers, table, added, others)
    return {piece for piece, names in named.items() if sorted(names) == columns}


def _named(
    printed: Sequence[GridRow],
    headers: Sequence[GridRow],
    table: TableForm,
    added: Collection[int] = (),
    others: Collection[str] = _OTHERS,
) -> dict[int, list[str]]:
    """The columns that the headings name, by piece; without those pieces that have others."""
    found: dict[int, list[str]] = {}
    for piece, labels in _over_pages(printed, headers).items():
        hits = ([h for h in label_hit(text) if h.kind == "column" and h.table == table.name] for text in labels)
        strange = any(fold(text) in others for text in labels)
        if not strange or piece in added:
            found[piece] = [one[0].name for one in hits if one]
    return found


def below_fewer(row: GridRow, names: frozenset[str], order: Sequence[str | None]) -> Placement | None:
    """The numbers of a row below headings of which one or two are not there: as many as these, side by side."""
    if not names or not row.exact or len(row.tokens) != len(names) or not names <= set(order):
        return None
    at = row.values.index(row.tokens[0])
    if row.values[at : at + len(names)] != row.tokens or (row.layout != "sheet" and len(row.values) != len(names)):
        return None
    left = iter(row.tokens)
    return Placement(tuple(next(left) if name in names else None for name in order), "order")
