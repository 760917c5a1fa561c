"""The lines of a table to its lattice: rows, columns and the cells between them, merged where no line is drawn."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from gkaudit.readers.geometry.page import Box, Char, Page, Rule
from gkaudit.readers.geometry.rulings import MIDDLE, NEAR, nearest, ruled
from gkaudit.readers.guards import MAX_CELLS

__all__ = ["Lattice", "Span", "lattices"]

#: A line that goes on further than this beyond the last crossing shows a side without a rule.
_OPEN = 8.0
#: Share of a side that has to be drawn to part two cells; between the two limits it is in doubt.
_WALL, _NO_WALL, _WHOLE_WALL = 0.5, 0.15, 0.85


class Span(NamedTuple):
    """One cell of a lattice: first row and column (from 0), and how many it covers."""

    row: int
    column: int
    rowspan: int
    colspan: int
    #: The lines around it are incomplete: what is one cell here may be two.
    doubtful: bool = False
    #: Nothing closes it on an outer side: a row that ends before the others has no cell there.
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Lattice:
    """A table's grid: ``xs`` and ``ys`` are the places of its lines, ``cells`` in reading order."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[Span, ...]
    _owner: tuple[tuple[int, ...], ...] = field(repr=False)
    #: No rule closes it on the right: a row whose last cell is lost looks like one whose last cell is empty.
    open_right: bool = False

    @property
    def box(self) -> Box:
        """The outline."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def at(self, x: float, y: float) -> int | None:
        """Index of the cell that a point lies in; None outside."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if 0 <= row < len(self.ys) - 1 and 0 <= column < len(self.xs) - 1:
            return self._owner[row][column]
        return None

    def cells_of(self, chars: Iterable[Char]) -> list[int | None]:
        """For each character the index of the cell that its middle lies in; None outside."""
        xs, ys, owner, columns, rows = self.xs, self.ys, self._owner, len(self.xs) - 1, len(self.ys) - 1
        found: list[int | None] = []
        for _, left, right, base, size, _ in chars:
            column, row = bisect_right(xs, (left + right) / 2) - 1, bisect_right(ys, base - MIDDLE * size) - 1
            found.append(owner[row][column] if 0 <= row < rows and 0 <= column < columns else None)
        return found

    def box_of(self, cell: Span) -> Box:
        """Where a cell stands on the page."""
        right, bottom = self.xs[cell.column + cell.colspan], self.ys[cell.row + cell.rowspan]
        return self.xs[cell.column], self.ys[cell.row], right, bottom


def lattices(page: Page) -> tuple[list[Lattice], bool]:
    """Lattices of a page (a frame is one of a single cell), and whether there were too many lines to look at."""
    groups = ruled(page)
    made = [_lattice(*lines) for lines in groups or ()]
    return [lattice for lattice in made if lattice is not None], groups is None


def _lattice(level: Sequence[Rule], upright: Sequence[Rule]) -> Lattice | None:
    xs, open_x = _places([r.at for r in upright], level)
    ys, open_y = _places([r.at for r in level], upright)
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > MAX_CELLS:  # noqa: PLR2004
        return None
    below, beside = _walls(level, ys, xs), _walls(upright, xs, ys)
    for walls, places, sides in ((below, xs, open_y), (beside, ys, open_x)):
        for side in sides:
            walls[side] = [1.0] * (len(places) - 1)
    return replace(_merged(tuple(xs), tuple(ys), below, beside), open_right=-1 in open_x)


def _places(ats: list[float], crossing: Sequence[Rule]) -> tuple[list[float], list[int]]:
    """Places of parallel lines, with the ends of those that cross them where an outer line is missing: 0 or -1."""
    sides: list[int] = []
    places: list[float] = []
    for at in sorted(ats):
        if not places or at - places[-1] > NEAR:
            places.append(at)
    if places:
        low, high = min(r.start for r in crossing), max(r.end for r in crossing)
        if low < places[0] - _OPEN and _open([r for r in crossing if r.start < low + NEAR], crossing):
            places.insert(0, low)
            sides.append(0)
        if high > places[-1] + _OPEN and _open([r for r in crossing if r.end > high - NEAR], crossing):
            places.append(high)
            sides.append(-1)
    return places, sides


def _open(reaching: Sequence[Rule], crossing: Sequence[Rule]) -> bool:
    """Whether lines go beyond the last of those that they cross because the table does.

    Top and bottom go that far, or one of them and others; a stray line opens no side, nor do stubs of inner ones.
    """
    outer = min(r.at for r in crossing) + NEAR, max(r.at for r in crossing) - NEAR
    return len(reaching) > 1 and any(r.at <= outer[0] or r.at >= outer[1] for r in reaching)


def _walls(rules: Sequence[Rule], places: list[float], along: list[float]) -> list[list[float]]:
    """Per place and per stretch between two crossing lines the share that is drawn."""
    drawn = [[0.0] * (len(along) - 1) for _ in places]
    for rule in rules:
        own = drawn[nearest(places, rule.at)]
        start, end = _snapped(rule.start, along), _snapped(rule.end, along)
        for k in range(max(bisect_right(along, start) - 1, 0), len(along) - 1):
            near, far = along[k], along[k + 1]
            if near >= end:
                break
            if start <= near and far <= end:
                own[k] += 1.0
            else:
                own[k] += max(min(far, end) - max(near, start), 0.0) / (far - near)
    return drawn


def _snapped(end: float, places: Sequence[float]) -> float:
    """The end of a line, on the crossing line that it nearly meets."""
    at = bisect_right(places, end)
    if at and places[at - 1] == end:
        return end
    near = [p for p in places[max(at - 1, 0) : at + 1] if abs(p - end) <= NEAR]
    return min(near, key=lambda p: abs(p - end)) if near else end


def _merged(
    xs: tuple[float, ...], ys: tuple[float, ...], below: list[list[float]], beside: list[list[float]]
) -> Lattice:
    """Boxes without a wall between them are one cell; a region that is no rectangle is cut into some."""
    rows, columns = len(ys) - 1, len(xs) - 1
    region, sizes, outside = _regions(below, beside, rows, columns)
    owner = [[-1] * columns for _ in range(rows)]
    shares = set(chain.from_iterable((*below, *beside)))
    unsure = any(_NO_WALL < share < _WHOLE_WALL for share in shares)
    cells: list[Span] = []
    for row in range(rows):
        for column in range(columns):
            if owner[row][column] >= 0:
                continue
            own = region[row][column]
            open_ = own in outside
            if sizes[own] == 1 and not open_ and not unsure:
                # Most cells are one box, and most tables are drawn whole.
                owner[row][column] = len(cells)
                cells.append(Span(row, column, 1, 1))
                continue
            span = _rectangle(row, column, region, owner)
            if open_ or sizes[own] != span.rowspan * span.colspan or (unsure and _half_drawn(span, below, beside)):
                span = span._replace(doubtful=True, outside=open_)
            for r in range(row, row + span.rowspan):
                owner[r][column : column + span.colspan] = [len(cells)] * span.colspan
            cells.append(span)
    return Lattice(xs, ys, tuple(cells), tuple(map(tuple, owner)))


def _regions(
    below: list[list[float]], beside: list[list[float]], rows: int, columns: int
) -> tuple[list[list[int]], list[int], set[int]]:
    """For each box its region (what can be reached without passing a wall); sizes of regions, and those not closed."""
    region = [[-1] * columns for _ in range(rows)]
    sizes: list[int] = []
    outside: set[int] = set()
    for row in range(rows):
        for column in range(columns):
            if region[row][column] >= 0:
                continue
            number, size, todo = len(sizes), 0, [(row, column)]
            region[row][column] = number
            if min(beside[column][row], beside[column + 1][row], below[row][column], below[row + 1][column]) >= _WALL:
                sizes.append(1)
                continue
            while todo:
                r, c = todo.pop()
                size += 1
                for y, x, wall in (
                    (r, c + 1, beside[c + 1][r]),
                    (r, c - 1, beside[c][r]),
                    (r + 1, c, below[r + 1][c]),
                    (r - 1, c, below[r][c]),
                ):
                    if wall >= _WALL:
                        continue
                    if not (0 <= y < rows and 0 <= x < columns):
                        outside.add(number)
                    elif region[y][x] < 0:
                        region[y][x] = number
                        todo.append((y, x))
            sizes.append(size)
    return region, sizes, outside


def _rectangle(row: int, column: int, region: list[list[int]], owner: list[list[int]]) -> Span:
    """The widest rectangle of free boxes of one region that begins here."""
    own, rows, columns = region[row][column], len(region), len(region[0])
    right = column + 1
    while right < columns and region[row][right] == own and owner[row][right] < 0:
        right += 1
    bottom = row + 1
    while bottom < rows and all(region[bottom][c] == own and owner[bottom][c] < 0 for c in range(column, right)):
        bottom += 1
    return Span(row, column, bottom - row, right - column)


def _half_drawn(span: Span, below: list[list[float]], beside: list[list[float]]) -> bool:
    """Whether a side of the cell, or a line through it, is drawn only in part."""
    rows, columns = range(span.row, span.row + span.rowspan), range(span.column, span.column + span.colspan)
    shares = [below[r][c] for r in range(span.row, span.row + span.rowspan + 1) for c in columns]
    shares += [beside[c][r] for c in range(span.column, span.column + span.colspan + 1) for r in rows]
    return any(_NO_WALL < share < _WHOLE_WALL for share in shares)
