"""Ruling lines to the lines of each table: pieces united into long lines, those that touch kept together.

Producers draw the same table as long lines, as one rectangle a cell, as thin filled boxes or in pieces
with gaps; all of it is first united into long lines. Lines that touch belong to one table.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from gkaudit.readers.geometry.page import Char, Page, Rule
from gkaudit.readers.lines import names_section

__all__ = ["MIDDLE", "NEAR", "nearest", "ruled", "united"]

#: The middle of a character is so high above its base line (character sizes).
MIDDLE = 0.35
#: Lines nearer than this (points) are one line drawn twice; no row or column is so narrow.
NEAR = 4.0
#: Gaps up to this are bridged, and lines that miss each other by no more touch.
_GAP = 3.0
#: So many upright lines end on the level one that is the bottom of a row whose top is on another page.
_ENDS = 4
#: Tables with so many upright lines inside stand right below each other where so few of those go on.
_MANY, _FEW_GO_ON = 6, 0.5
#: A row of one cell between lines as long as each other: at least so many of these, how much higher than the others
#: it may be, and what its text keeps to (character sizes).
_STACK, _TALLER, _ON_LINE, _APART = 4, 1.3, 0.3, 1.0
#: Level and upright lines shorter than this (points) part cells only if both ends meet other lines.
_SHORT, _STUB = 40.0, 10.0
#: More crossings than this to look at is no report but a drawing.
_MOST_CROSSINGS = 2_000_000


def ruled(page: Page) -> list[tuple[list[Rule], list[Rule]]] | None:
    """Level and upright lines of each table of a page; None where there are too many lines to look at."""
    level, upright = united(page.level), united(page.upright)
    if len(level) * len(upright) > _MOST_CROSSINGS:
        return None
    level, upright = _held(level, upright, _SHORT), _held(upright, level, _STUB)
    groups = _groups(level, upright, _bands(level, upright, page.chars))
    return [part for across, down in groups for part in _parts(across, down)]


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
        if clusters and rule.at - clusters[-1][0].at <= NEAR:
            clusters[-1].append(rule)
        else:
            clusters.append([rule])
    return clusters


def _one(piece: list[Rule]) -> Rule:
    length = sum(r.end - r.start for r in piece) or 1.0
    at = sum(r.at * (r.end - r.start) for r in piece) / length
    return Rule(at, piece[0].start, max(r.end for r in piece))


def _held(rules: Sequence[Rule], crossing: Sequence[Rule], short: float) -> list[Rule]:
    """Without short lines that hang loose at an end: those strike words out, underline them or are words."""
    return [
        r for r in rules if r.end - r.start >= short or (_meets(r.start, r, crossing) and _meets(r.end, r, crossing))
    ]


def _meets(end: float, rule: Rule, crossing: Sequence[Rule]) -> bool:
    return any(abs(c.at - end) <= NEAR and c.start - _GAP <= rule.at <= c.end + _GAP for c in crossing)


def _bands(level: Sequence[Rule], upright: Sequence[Rule], chars: Sequence[Char]) -> list[tuple[int, int]]:
    """Level lines, by index, with a row of one merged cell between them: as long as each other, and one text alone.

    Where a table has no outer upright lines nothing else holds such a row in it.
    """
    pairs = [
        (i, i + 1)
        for i, (above, below) in enumerate(pairwise(level))
        if abs(above.start - below.start) <= NEAR and abs(above.end - below.end) <= NEAR
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
        (r.start <= above.at + NEAR and r.end >= below.at - NEAR and above.start - NEAR <= r.at <= above.end + NEAR)
        or (
            r.start <= below.at + NEAR
            and r.end >= above.at - NEAR
            and min(abs(r.at - above.start), abs(r.at - above.end)) <= NEAR
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
    level: Sequence[Rule], upright: Sequence[Rule], bands: Sequence[tuple[int, int]]
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
    return len(down) >= _ENDS and bool(across) and all(abs(r.end - across[0].at) <= NEAR for r in down)


def _parts(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines that touch, parted where a table stands right below another one that has other columns."""
    if len(down) < 2 * _MANY:
        return [(across, down)]
    parts: list[tuple[list[Rule], list[Rule]]] = []
    left, right = min(r.at for r in down) + NEAR, max(r.at for r in down) - NEAR
    for at in [r.at for r in across if r.start <= left and r.end >= right]:
        above, below = [r for r in down if r.start < at - NEAR], [r for r in down if r.end > at + NEAR]
        if not _are_two([r for r in above if left < r.at < right], [r for r in below if left < r.at < right], at):
            continue
        parts.append(([r for r in across if r.at <= at], [r._replace(end=min(r.end, at)) for r in above]))
        across, down = [r for r in across if r.at >= at], [r._replace(start=max(r.start, at)) for r in below]
    return [*parts, (across, down)]


def _are_two(above: Sequence[Rule], below: Sequence[Rule], at: float) -> bool:
    """Whether most of the inner upright lines that come down to a level one end there, and others begin.

    Both are many: fewer are those of a heading that is merged, or of rows whose columns are.
    """
    ends, begins = sorted(r.at for r in above if r.end >= at - NEAR), [r.at for r in below if r.start <= at + NEAR]
    if min(len(ends), len(begins)) < _MANY:
        return False
    same = sum(abs(ends[nearest(ends, place)] - place) <= NEAR for place in begins)
    return same < _FEW_GO_ON * min(len(begins), len(ends))


def nearest(places: Sequence[float], at: float) -> int:
    """The index of the place that is nearest."""
    i = bisect_right(places, at)
    if i == len(places):
        return i - 1
    return i - 1 if i and at - places[i - 1] <= places[i] - at else i
