"""Tables: where cells begin and end, which are merged, and the columns one can see.

Positions come from the spans of the cells alone (``w:gridSpan``, ``w:gridBefore``); the widths of cells
are hints for the printer and often stale. Word's grid has a line for every border that ever was: lines at
which no cell begins or ends are dropped, and lines so near to each other that nothing fits between them
are one, so that a table of ten columns has ten.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from typing import Any

from gkaudit.errors import TooLargeError
from gkaudit.readers.guards import MAX_CELLS, clip_span
from gkaudit.readers.ooxml.content import Grid, Slot
from gkaudit.readers.ooxml.marks import Marks
from gkaudit.readers.ooxml.names import W, value, whole_number

__all__ = ["Place", "arranged", "places"]

_ROW, _CELL = f"{W}tr", f"{W}tc"
_PROPERTIES, _BORDERS = f"{W}tcPr", f"{W}tcBorders"
_CONTINUES = frozenset(("continue", "cont", None, ""))
#: Twentieths of a point: less is narrower than one digit, the slip of a hand or of a converter.
_NARROW = 90


@dataclass(slots=True)
class Place:
    """A cell as it is written: its interval of grid lines, and how it goes on from its neighbours.

    ``below``: it begins a cell over several rows (``restart``) or goes on with the one above
    (``continue``); ``gone``: a change took it away. ``elements`` are the cells in one, from left to right;
    only the first one is shown.
    """

    elements: list[Any]
    start: int
    end: int
    below: str = ""
    gone: bool = False
    slot: Slot | None = field(default=None, repr=False)


def places(table: Any, marks: Marks, name: str) -> list[list[Place]]:
    """The cells of a table (``w:tbl``) by row, without deleted rows. Raises TooLargeError."""
    rows: list[list[Place]] = []
    count = 0
    for row in table.iterchildren(_ROW):
        found = marks.of(row)
        if "del" in found:
            continue
        own = _framed(_row(row, _count(found.get("gridBefore")), marks))
        count += max(len(own), 1)
        if count > MAX_CELLS:
            raise TooLargeError(name, f"一张表超过 {MAX_CELLS} 格，不像一份年度报告；请核对文件")
        if not own or not all(place.gone for place in own):
            rows.append(own)
    return rows


def _row(row: Any, at: int, marks: Marks) -> list[Place]:
    """The cells of a row, the first one at this line of the grid."""
    found: list[Place] = []
    for cell in row:
        if cell.tag != _CELL:
            continue
        own = marks.of(cell)
        span = (_count(own.get("gridSpan")) or 1) if own else 1
        if found and own and _merge(own, "hMerge") == "continue":
            found[-1].elements.append(cell)
            found[-1].end += span
        else:
            found.append(Place([cell], at, at + span, _below(own) if own else "", "cellDel" in own))
        at += span
    return found


def _framed(row: list[Place]) -> list[Place]:
    """A row without empty cells outside the frame: converters fill up with them where it begins or ends further in."""
    begin, end = 0, len(row)
    bare = [_is_bare(place) for place in row]
    outer = next((n for n, empty in enumerate(bare) if not empty), 0)
    if outer and _has_border(row[outer], "left"):
        begin = outer
    inner = next((n for n in reversed(range(len(row))) if not bare[n]), end - 1)
    if inner + 1 < end and _has_border(row[inner], "right"):
        end = inner + 1
    return row[begin:end]


def _is_bare(place: Place) -> bool:
    """Whether a cell is empty and is said to have no border at all."""
    own = _borders(place.elements[0])
    if own is None or len(own):
        return False
    shown = place.elements[0].iter(f"{W}t", f"{W}drawing", f"{W}pict", f"{W}object")
    return next(shown, None) is None


def _has_border(place: Place, side: str) -> bool:
    own = _borders(place.elements[0])
    border = next(own.iterchildren(f"{W}{side}"), None) if own is not None else None
    return border is not None and value(border) not in ("nil", "none")


def _borders(cell: Any) -> Any:
    """The borders that a cell has of its own; None where it has none."""
    properties = next(cell.iterchildren(_PROPERTIES), None)
    return next(properties.iterchildren(_BORDERS), None) if properties is not None else None


def _count(element: Any) -> int:
    """A number of grid columns, 0 where it is not said."""
    said = None if element is None else value(element)
    return 0 if said is None or said.strip() == "0" else clip_span(said)


def _merge(found: dict[str, Any], name: str) -> str:
    """``restart`` or ``continue`` (which is what an empty mark says); nothing where there is no such mark."""
    mark = found.get(name)
    return "" if mark is None else "continue" if value(mark) in _CONTINUES else "restart"


def _below(found: dict[str, Any]) -> str:
    """How a cell hangs together with those above and below; a change of that counts as made."""
    change = found.get("cellMerge")
    if change is None:
        return _merge(found, "vMerge")
    said = change.get(f"{W}vMerge")
    return "" if said is None else "continue" if said in _CONTINUES else "restart"


def arranged(table: Any, rows: list[list[Place]]) -> Grid:
    """The grid of the visible cells; each place that is shown gets its (still empty) ``slot``."""
    exact, away = _without_gone(rows)
    cells = {(place.start, place.end) for row in rows for place in row if not place.gone}
    lines = sorted({line for cell in cells for line in cell})
    same = _one_line(lines, cells, _widths(table)) | _ragged(lines, cells) | away
    column: dict[int, int] = {}
    for before, line in zip([None, *lines], lines, strict=False):
        column[line] = 0 if before is None else column[before] + ((before, line) not in same)
    found: list[list[Slot]] = []
    above: dict[tuple[int, int], Slot] = {}
    for number, row in enumerate(rows):
        begun, here = _placed(row, number, column, above)
        found.append(begun)
        above = here
    return Grid(found, max(column.values(), default=0), exact)


def _widths(table: Any) -> list[int]:
    """Widths of the columns of Word's grid up to the first that is not known."""
    grid = table.find(f"{W}tblGrid")
    widths = (
        [whole_number(column.get(f"{W}w")) for column in grid.iterchildren(f"{W}gridCol")] if grid is not None else []
    )
    return list(takewhile(bool, widths))


def _one_line(lines: list[int], cells: set[tuple[int, int]], widths: list[int]) -> set[tuple[int, int]]:
    """Neighbouring lines with next to nothing between them, unless a whole cell stands there."""
    near: set[tuple[int, int]] = set()
    first = lines[0] if lines else 0
    for before, line in pairwise(lines):
        if (
            line > len(widths)
            or sum(widths[first:line]) > _NARROW
            or any((at, line) in cells for at in range(first, line))
        ):
            first = line
        else:
            near.add((before, line))
    return near


def _ragged(lines: list[int], cells: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Outer lines at which some rows begin or end, but no cell lies between them: one edge of the table."""
    starts, ends = {start for start, _ in cells}, {end for _, end in cells}
    left = takewhile(lambda pair: pair[1] not in ends, pairwise(lines))
    right = takewhile(lambda pair: pair[1] not in starts, pairwise(reversed(lines)))
    return {*left, *((before, line) for line, before in right)}


def _placed(
    row: list[Place], number: int, column: dict[int, int], above: dict[tuple[int, int], Slot]
) -> tuple[list[Slot], dict[tuple[int, int], Slot]]:
    """The cells that begin in a row, and those a cell below may go on with."""
    begun: list[Slot] = []
    here: dict[tuple[int, int], Slot] = {}
    for place in row:
        if place.gone:
            continue
        where = (column[place.start], column[place.end])
        if place.below == "continue" and where in above:
            here[where] = above[where]
            here[where].rowspan += 1
            continue
        place.slot = Slot([], number, *where)
        begun.append(place.slot)
        if place.below:
            here[where] = place.slot
    return begun, here


def _without_gone(rows: list[list[Place]]) -> tuple[bool, set[tuple[int, int]]]:
    """Close the gaps of deleted cells: (whether all places are sure, intervals that are no columns any more).

    A column that is deleted in every row leaves nothing; where one cell is deleted those behind it move
    to the left, and what stands under which header is no longer sure.
    """
    gone = {(place.start, place.end) for row in rows for place in row if place.gone}
    away = {interval for interval in gone if not any(_fills(place, interval) for row in rows for place in row)}
    exact = True
    for row in rows:
        shift = 0
        for place in row:
            interval = (place.start, place.end)
            place.start -= shift
            place.end -= shift
            if place.gone and interval not in away:
                shift += interval[1] - interval[0]
                exact = False
    return exact, away


def _fills(place: Place, interval: tuple[int, int]) -> bool:
    """Whether a cell that is still there lies inside the interval."""
    return not place.gone and interval[0] <= place.start and place.end <= interval[1]
