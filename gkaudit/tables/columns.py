"""Columns of a table with a true grid, found from its header: which leaf of the header is over which cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import LCSseq

from gkaudit.chars import fold, read_cell, squash
from gkaudit.grid import GridCell, GridRow
from gkaudit.placement import Placement, row_sum_closes
from gkaudit.totals import all_zero

__all__ = [
    "MOST_WORN",
    "Leaf",
    "is_cut",
    "is_torn",
    "is_worn",
    "leaves",
    "place_under",
    "says_no_number",
    "under_another",
]

#: So many headings of a table may be misread.
MOST_WORN = 2


@dataclass(frozen=True, slots=True)
class Leaf:
    """A column of the header: grid columns ``start`` to ``end`` (exclusive), and its texts from the top down."""

    start: int
    end: int
    path: tuple[str, ...]


def leaves(headers: Sequence[GridRow]) -> tuple[Leaf, ...]:
    """The columns under the header rows of one table, from left to right.

    The lowest text over a column names it: a heading that spans the rows below has nothing under it, and
    the empty cells that some converters leave there instead say nothing.
    """
    cells = [(cell, squash(cell.text)) for row in _spread(headers) for cell in row]
    named = [(cell, text) for cell, text in cells if text]
    if not named:
        return ()
    found: list[tuple[GridCell, Leaf]] = []
    for x in range(max(cell.end for cell, _ in named)):
        over = [(cell, text) for cell, text in named if cell.x <= x < cell.end]
        if not over:
            continue
        lowest = over[-1][0]
        if found and found[-1][0] is lowest and found[-1][1].end == x:
            found[-1] = (lowest, replace(found[-1][1], end=x + 1))
        else:
            # A line of the header may be printed twice where its page ends.
            path = tuple(text for at, (_, text) in enumerate(over) if not at or text != over[at - 1][1])
            found.append((lowest, Leaf(x, x + 1, path)))
    return tuple(leaf for _, leaf in found)


def _spread(headers: Sequence[GridRow]) -> list[Sequence[GridCell]]:
    """The cells of the header rows; in a sheet saved as text each heading over the empty fields it was merged with.

    These are to its right, under no heading of their own, and over one.
    """
    texts = [{cell.x for cell in row.cells if squash(cell.text)} for row in headers]
    spread: list[Sequence[GridCell]] = []
    for at, row in enumerate(headers):
        if row.layout != "sheet":
            spread.append(row.cells)
            continue
        free = set().union(*texts[at + 1 :]) - set().union(*texts[: at + 1])
        wide: list[GridCell] = []
        for cell in row.cells:
            if wide and cell.x in free and wide[-1].end == cell.x:
                wide[-1] = wide[-1]._replace(span=wide[-1].span + 1)
            elif cell.x in texts[at]:
                wide.append(cell)
        spread.append(wide)
    return spread


def is_worn(text: str, label: str) -> bool:
    """Whether a heading is as long as the label and shares a character with it, or lacks one of its characters."""
    text, label = fold(text), fold(label)
    if len(text) == len(label):
        return any(a == b for a, b in zip(text, label, strict=True))
    return len(text) > 1 and text in {label[:at] + label[at + 1 :] for at in range(len(label))}


def is_torn(text: str, label: str) -> bool:
    """Whether a heading has two characters of the label in their order: a streak hides or spoils the others."""
    return LCSseq.similarity(fold(text), fold(label)) >= 2  # noqa: PLR2004


def is_cut(text: str, label: str) -> bool:
    """Whether a heading is the begin or the end of the label: the rest stood on the page before, or after."""
    text, label = fold(text), fold(label)
    return bool(text) and (label.startswith(text) or label.endswith(text))


def place_under(row: GridRow, columns: Sequence[Leaf]) -> Placement | None:
    """The cells of a row under the columns of its header; None where the two do not fit each other.

    As many cells as columns are taken in order. Otherwise each cell belongs to the columns it stands
    under, if row and header end at the same place: a row that is short has lost its spans. An empty cell
    or a mark merged over several columns says the same of each of them; a number does not. Fields of a sheet
    stand where they are; those to the right of the header are empty.
    """
    sheet = row.layout == "sheet"
    values = _within(row.values, columns) if sheet else row.values
    if not values or not columns:
        return None
    if len(values) == len(columns) and not sheet:
        return Placement(values, "order")
    if values[-1].end != columns[-1].end or values[0].x > columns[0].start:
        return None
    under = [[cell for cell in values if cell.x < leaf.end and leaf.start < cell.end] for leaf in columns]
    if any(len(cells) != 1 for cells in under):
        return None
    placed = [cells[0] for cells in under]
    if any(cell.kind != "blank" and cell not in placed for cell in values):
        return None
    merged = {id(cell) for cell in placed if sum(other is cell for other in placed) > 1}
    last = values[-1]
    closes = row_sum_closes(values) or all_zero(cell.text for cell in values if cell.kind != "blank")
    if id(last) in merged and not says_no_number(last) and closes:
        # It is the 总计 that took the room of a cell that is lost, and those before it have moved.
        merged = {id(cell) for cell in placed}
    return Placement(tuple(_share(cell) if id(cell) in merged else cell for cell in placed), "order")


def _within(values: tuple[GridCell, ...], columns: Sequence[Leaf]) -> tuple[GridCell, ...]:
    """The fields of a row up to the end of the header, if all behind it are empty."""
    end = columns[-1].end if columns else 0
    behind = [cell for cell in values if cell.x >= end]
    return values if any(cell.kind != "blank" for cell in behind) else values[: len(values) - len(behind)]


def _share(cell: GridCell) -> GridCell:
    if says_no_number(cell):
        return cell
    return cell._replace(confidence=0.0, note="一个数字占了几个格子，无法确定属于哪一格")


def says_no_number(cell: GridCell) -> bool:
    """Whether a cell is empty or holds a mark (/ 无 —)."""
    return read_cell(cell.text).state in ("blank", "marked")


def under_another(
    cells: Sequence[GridCell | None],
    names: Sequence[str | None],
    columns: Sequence[Leaf],
    name_of: Callable[[Leaf], str | None],
) -> bool:
    """Whether a cell of a row stands under the heading of another column than the one it is taken for.

    Asked where over each cell stands one column of the header, as wide as it: else the spans of one of them are wrong.
    """
    over = {(leaf.start, leaf.end): leaf for leaf in columns}
    known = [(cell, name) for cell, name in zip(cells, names, strict=True) if cell is not None and name is not None]
    if not known or any((cell.x, cell.end) not in over for cell, _ in known):
        return False
    return any(name_of(over[cell.x, cell.end]) not in (name, None) for cell, name in known)
