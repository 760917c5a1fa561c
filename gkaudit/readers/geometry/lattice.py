"""Ruling lines to lattices: rows, columns and the cells between them, merged where no line is drawn.

Producers draw the same table as long lines, as one rectangle a cell, as thin filled boxes or in pieces
with gaps; all of it is first united into long lines. Lines that touch belong to one table.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import NamedTuple

from gkaudit.readers.geometry.page import Box, Char, Page, Rule
from gkaudit.readers.guards import MAX_CELLS
from gkaudit.readers.lines import names_section

__all__ = ["MIDDLE", "Lattice", "Span", "lattices", "united"]

#: The middle of a character is so high above its base line (character sizes).
MIDDLE = 0.35
#: Lines nearer than this (points) are one line drawn twice; no row or column is so narrow.
_NEAR = 4.0
#: Gaps up to this are bridged, and lines that miss each other by no more touch.
_GAP = 3.0
#: A line that goes on further than this beyond the last crossing shows a side without a rule.
_OPEN = 8.0
#: So many upright lines end on the level one that is the bottom of a row whose top is on another page.
_ENDS = 4
#: Tables with so many upright lines inside stand right below each other where so few of those go on.
_MANY, _FEW_GO_ON = 6, 0.5
#: A row of one cell between lines as long as each other: at least so many of these, how much higher than the others
#: it may be, and what its text keeps to (character sizes).
_STACK, _TALLER, _ON_LINE, _APART = 4, 1.3, 0.3, 1.0
#: Level and upright lines shorter than this (points) part cells only if both ends meet other lines.
_SHORT, _STUB = 40.0, 10.0
#: Share of a side that has to be drawn to part two cells; between the two limits it is in doubt.
_WALL, _NO_WALL, _WHOLE_WALL = 0.5, 0.15, 0.85
#: More crossings than this to look at is no report but a drawing.
_MOST_CROSSINGS = 2_000_000


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


def united(rules: Iterable[Rule]) -> list[Rule]:
    """Pieces of lines as long lines: those at nearly the same place that overlap or nearly meet."""
    found: list[Rule] = []
    for near in _clusters(sorted(rules)):
        near.sort(key=lambda r: r.start)
        pieces: list[list[Rule]] = []
        end = float("-inf")
        for rule in near:
            if rule.start > end + _GAP:
                pieces.append([])
                end = rule.end
            pieces[-1].append(rule)
            end = max(end, rule.end)
        found += [_one(piece) for piece in pieces]
    return found


def _clusters(rules: list[Rule]) -> list[list[Rule]]:
    clusters: list[list[Rule]] = []
    for rule in rules:
        if clusters and rule.at - clusters[-1][0].at <= _NEAR:
            clusters[-1].append(rule)
        else:
            clusters.append([rule])
    return clusters


def _one(piece: list[Rule]) -> Rule:
    length = sum(r.end - r.start for r in piece) or 1.0
    at = sum(r.at * (r.end - r.start) for r in piece) / length
    return Rule(at, piece[0].start, max(r.end for r in piece))


def lattices(page: Page) -> tuple[list[Lattice], bool]:
    """Lattices of a page (a frame is one of a single cell), and whether there were too many lines to look at."""
    level, upright = united(page.level), united(page.upright)
    if len(level) * len(upright) > _MOST_CROSSINGS:
        return [], True
    found = []
    level, upright = _held(level, upright, _SHORT), _held(upright, level, _STUB)
    for across, down in _groups(level, upright, _bands(level, upright, page.chars)):
        for part in _parts(across, down):
            lattice = _lattice(*part)
            if lattice is not None:
                found.append(lattice)
    return found, False


def _held(rules: Sequence[Rule], crossing: Sequence[Rule], short: float) -> list[Rule]:
    """Without short lines that hang loose at an end: those strike words out, underline them or are words."""
    return [
        r for r in rules if r.end - r.start >= short or (_meets(r.start, r, crossing) and _meets(r.end, r, crossing))
    ]


def _meets(end: float, rule: Rule, crossing: Sequence[Rule]) -> bool:
    return any(abs(c.at - end) <= _NEAR and c.start - _GAP <= rule.at <= c.end + _GAP for c in crossing)


def _bands(level: Sequence[Rule], upright: Sequence[Rule], chars: Sequence[Char]) -> list[tuple[int, int]]:
    """Level lines, by index, with a row of one merged cell between them: as long as each other, and one text alone.

    Where a table has no outer upright lines nothing else holds such a row in it.
    """
    pairs = [
        (i, i + 1)
        for i, (above, below) in enumerate(pairwise(level))
        if abs(above.start - below.start) <= _NEAR and abs(above.end - below.end) <= _NEAR
    ]
    heights = sorted(level[j].at - level[i].at for i, j in pairs)
    if len(heights) < _STACK:
        return []
    most = _TALLER * heights[len(heights) // 2]
    bare = [(i, j) for i, j in pairs if level[j].at - level[i].at <= most and _is_open(level[i], level[j], upright)]
    return [(i, j) for i, j in bare if _is_one_text(level[i], level[j], chars)]


def _is_open(above: Rule, below: Rule, upright: Sequence[Rule]) -> bool:
    """Whether no upright line stands at the ends of two level ones, nor between them."""
    return not any(
        (r.start <= above.at + _NEAR and r.end >= below.at - _NEAR and above.start - _NEAR <= r.at <= above.end + _NEAR)
        or (
            r.start <= below.at + _NEAR
            and r.end >= above.at - _NEAR
            and min(abs(r.at - above.start), abs(r.at - above.end)) <= _NEAR
        )
        for r in upright
    )


def _is_one_text(above: Rule, below: Rule, chars: Sequence[Char]) -> bool:
    """Whether nothing but one line without gaps stands between two level lines, and no heading of a section."""
    inside = [c for c in chars if above.at < c.base - MIDDLE * c.size < below.at and above.start < c.left < above.end]
    inside = sorted((c for c in inside if not c.text.isspace()), key=lambda c: c.left)
    level = all(abs(a.base - b.base) < a.size * _ON_LINE for a, b in pairwise(inside))
    close = all(b.left - a.right < _APART * a.size for a, b in pairwise(inside))
    return bool(inside) and level and close and not names_section("".join(c.text for c in inside))


def _groups(
    level: Sequence[Rule], upright: Sequence[Rule], bands: Sequence[tuple[int, int]] = ()
) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines that touch, directly or over others; only groups that enclose something. ``bands`` hold level ones too.

    One level line does under the ends of upright ones: the rest of a row that the page before has cut.
    """
    parent = list(range(len(level) + len(upright)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in bands:
        parent[root(i)] = root(j)
    reach = [(j, down.at, down.start - _GAP, down.end + _GAP) for j, down in enumerate(upright, len(level))]
    for i, across in enumerate(level):
        at, start, end = across.at, across.start - _GAP, across.end + _GAP
        for j, place, top, bottom in reach:
            if start <= place <= end and top <= at <= bottom:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, across in enumerate(level):
        groups.setdefault(root(i), ([], []))[0].append(across)
    for j, down in enumerate(upright, len(level)):
        groups.setdefault(root(j), ([], []))[1].append(down)
    return [(across, down) for across, down in groups.values() if down and (len(across) > 1 or _are_ends(across, down))]


def _are_ends(across: Sequence[Rule], down: Sequence[Rule]) -> bool:
    """Whether several upright lines end on the only level one, as long as them all are apart."""
    return len(down) >= _ENDS and bool(across) and all(abs(r.end - across[0].at) <= _NEAR for r in down)


def _parts(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines that touch, parted where a table stands right below another one that has other columns."""
    if len(down) < 2 * _MANY:
        return [(across, down)]
    parts: list[tuple[list[Rule], list[Rule]]] = []
    left, right = min(r.at for r in down) + _NEAR, max(r.at for r in down) - _NEAR
    for at in [r.at for r in across if r.start <= left and r.end >= right]:
        above, below = [r for r in down if r.start < at - _NEAR], [r for r in down if r.end > at + _NEAR]
        if not _are_two([r for r in above if left < r.at < right], [r for r in below if left < r.at < right], at):
            continue
        parts.append(([r for r in across if r.at <= at], [r._replace(end=min(r.end, at)) for r in above]))
        across, down = [r for r in across if r.at >= at], [r._replace(start=max(r.start, at)) for r in below]
    return [*parts, (across, down)]


def _are_two(above: Sequence[Rule], below: Sequence[Rule], at: float) -> bool:
    """Whether most of the inner upright lines that come down to a level one end there, and others begin.

    Both are many: fewer are those of a heading that is merged, or of rows whose columns are.
    """
    ends, begins = sorted(r.at for r in above if r.end >= at - _NEAR), [r.at for r in below if r.start <= at + _NEAR]
    if min(len(ends), len(begins)) < _MANY:
        return False
    same = sum(abs(ends[_nearest(ends, place)] - place) <= _NEAR for place in begins)
    return same < _FEW_GO_ON * min(len(begins), len(ends))


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
        if not places or at - places[-1] > _NEAR:
            places.append(at)
    if places:
        low, high = min(r.start for r in crossing), max(r.end for r in crossing)
        if low < places[0] - _OPEN and _open([r for r in crossing if r.start < low + _NEAR], crossing):
            places.insert(0, low)
            sides.append(0)
        if high > places[-1] + _OPEN and _open([r for r in crossing if r.end > high - _NEAR], crossing):
            places.append(high)
            sides.append(-1)
    return places, sides


def _open(reaching: Sequence[Rule], crossing: Sequence[Rule]) -> bool:
    """Whether lines go beyond the last of those that they cross because the table does.

    Top and bottom go that far, or one of them and others; a stray line opens no side, nor do stubs of inner ones.
    """
    outer = min(r.at for r in crossing) + _NEAR, max(r.at for r in crossing) - _NEAR
    return len(reaching) > 1 and any(r.at <= outer[0] or r.at >= outer[1] for r in reaching)


def _walls(rules: Sequence[Rule], places: list[float], along: list[float]) -> list[list[float]]:
    """Per place and per stretch between two crossing lines the share that is drawn."""
    drawn = [[0.0] * (len(along) - 1) for _ in places]
    for rule in rules:
        own = drawn[_nearest(places, rule.at)]
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


def _nearest(places: Sequence[float], at: float) -> int:
    i = bisect_right(places, at)
    if i == len(places):
        return i - 1
    return i - 1 if i and at - places[i - 1] <= places[i] - at else i


def _snapped(end: float, places: Sequence[float]) -> float:
    """The end of a line, on the crossing line that it nearly meets."""
    at = bisect_right(places, end)
    if at and places[at - 1] == end:
        return end
    near = [p for p in places[max(at - 1, 0) : at + 1] if abs(p - end) <= _NEAR]
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
