"""Ruled tables on a straight page: where they are, and their rules as straight lines.

Lengths are pixels at 200 dots to the inch. A rule is a run of print longer than any stroke of a character.
"""

from __future__ import annotations

import itertools
from collections.abc import Container
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from gkaudit.readers.recognition.engine import Pixels

__all__ = ["Masks", "Outline", "Rules", "find_outlines", "find_rules", "flattened", "rule_masks"]

#: Shortest run that is a rule, across and down; brightness below which a rule is seen.
_ACROSS, _DOWN, _SEEN = 56, 38, 205
#: Worn toner and missed lines of pixels leave cracks in rules down. Stems of two lines of print are farther apart;
#: strokes across of characters side by side are not.
_CRACK = 2
#: Print thicker than this in both directions is the rim of a copier or a picture, not a rule.
_THICK = 17
#: A table is at least so wide and high, and has so many rules in either direction.
_LEAST_WIDTH, _LEAST_HEIGHT = 200, 44
#: How far a rule may run beyond the last rule that crosses it; a longer one is a streak of dirt.
_OVERSHOOT = 60
#: Rules closer than this are one rule; a rule may leave its place by so much (paper is never quite flat).
_SAME, _STRAY = 12, 8
#: A stroke of a pen is so much thinner than a rule, which goes straight down for such a share of a row at least.
_THINNER, _STRAIGHT = 0.5, 0.8
#: Corners farther from those of the surrounding rectangle mean that the outline is no rectangle.
_CORNER_STRAY = 0.06
#: An outermost rule across is seen along such a share of its table's width, and ends such a share of the rules down.
_EDGE = 0.5


@dataclass(frozen=True, slots=True)
class Outline:
    """One table on the page: corners (left top, right top, right bottom, left bottom) as x, y."""

    corners: Pixels

    @property
    def top(self) -> float:
        """Upper end on the page."""
        return float(self.corners[:, 1].min())

    @property
    def middle(self) -> float:
        """Middle of the table across the page."""
        return float(self.corners[:, 0].min() + self.corners[:, 0].max()) / 2

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom on the page."""
        left, top = np.floor(self.corners.min(axis=0)).astype(int).tolist()
        right, bottom = np.ceil(self.corners.max(axis=0)).astype(int).tolist()
        return left, top, right, bottom


class Masks(NamedTuple):
    """Masks of the rules across and down, and of streaks: lines that are dirt on the glass of the scanner."""

    across: Pixels
    down: Pixels
    streaks: Pixels

    def warped(self, matrix: Pixels, size: tuple[int, int]) -> Masks:
        """The same seen through a perspective; ``size`` is (width, height)."""
        return Masks(*(cv2.compare(cv2.warpPerspective(m, matrix, size), 90, cv2.CMP_GT) for m in self))


class Rules(NamedTuple):
    """Places of the rules of a flattened table, and their masks."""

    rows: list[int]
    columns: list[int]
    masks: Masks

    def beside(self, column: int) -> list[tuple[int, int]]:
        """The rows (from rule to rule) that a rule down runs along."""
        seen = _band(np.ascontiguousarray(self.masks.down.T), column)
        return [(a, b) for a, b in itertools.pairwise(self.rows) if _whole(seen, a, b)]

    def without(self, columns: Container[int]) -> Rules:
        """The same without some rules down, which are no longer in the mask either."""
        kept = [x for x in self.columns if x not in columns]
        down, clear = self.masks.down.copy(), np.ones(self.masks.down.shape[1], bool)
        for place in self.columns:
            if place in columns:
                clear[_around(place)] = False
        for place in kept:
            clear[_around(place)] = True
        down[:, ~clear] = 0
        return Rules(self.rows, kept, self.masks._replace(down=down))


def rule_masks(grey: Pixels) -> Masks:
    """Masks of the rules of a straight page."""
    ink = cv2.compare(grey, _SEEN, cv2.CMP_LT)
    thick = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((_THICK, _THICK), np.uint8))
    if cv2.countNonZero(thick):
        ink = cv2.subtract(ink, cv2.dilate(thick, np.ones((5, 5), np.uint8)))
    across, down = _runs(ink, _ACROSS), _runs(ink.T, _DOWN, _CRACK).T
    streaks = _streaks(across, down)
    return Masks(across, _without_bits(cv2.subtract(down, streaks), streaks), streaks)


def _without_bits(down: Pixels, streaks: Pixels) -> Pixels:
    """Rules down without the bits beside a streak that are too short for one: stems of print that it touches."""
    if not cv2.countNonZero(streaks):
        return down
    count, labels, stats, _ = cv2.connectedComponentsWithStats(down)
    bits = stats[:, cv2.CC_STAT_HEIGHT] < _DOWN
    beside = np.zeros(count, bool)
    beside[np.unique(labels[cv2.dilate(streaks, np.ones((3, 5), np.uint8)) > 0])] = True
    return np.where((bits & beside)[labels], 0, down).astype(np.uint8)


def _runs(ink: Pixels, length: int, crack: int = 0) -> Pixels:
    """Runs along the rows. A rule that is slightly out of straight stays whole when it is made thicker first.

    ``crack`` is how many pixels may be missing somewhere in one.
    """
    thicker = cv2.dilate(np.ascontiguousarray(ink), np.ones((3, 1), np.uint8))
    whole = cv2.morphologyEx(thicker, cv2.MORPH_CLOSE, np.ones((1, crack + 1), np.uint8)) if crack else thicker
    return cv2.bitwise_and(cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)), thicker)


def find_outlines(masks: Masks) -> list[Outline]:
    """The ruled tables of a straight page, from top to bottom."""
    across, down, _ = masks
    both = cv2.dilate(cv2.bitwise_or(across, down), np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(both)
    found = []
    for number in range(1, count):
        left, top, width, height, _ = stats[number].tolist()
        if width < _LEAST_WIDTH or height < _LEAST_HEIGHT:
            continue
        area = np.s_[top : top + height, left : left + width]
        own = labels[area] == number
        if min(_count(across[area], own), _count(down[area], own)) < 2:  # noqa: PLR2004
            continue
        level, upright = own & (across[area] > 0), own & (down[area] > 0)
        upright = _not_above(_not_above(upright, level)[::-1], level[::-1])[::-1]
        found.append(Outline(_corners(level | upright) + (left, top)))  # noqa: RUF005 - arrays
    return sorted(found, key=lambda outline: outline.top)


def _not_above(down: Pixels, across: Pixels) -> Pixels:
    """Rules down without what runs out of the table above its first rule across: a stroke of a pen at a corner.

    Where most of them do, the table is open there. Where that rule is worn off it goes on as a straight line.
    """
    first = _first_rule(across)
    if first is None:
        return down
    out = down & (np.arange(down.shape[0])[:, None] < first - 1)
    few = out.any(axis=0).sum() < _EDGE * down.any(axis=0).sum()
    return down & ~out if few else down


def _first_rule(across: Pixels) -> Pixels | None:
    """Where the first rule across runs, for each column of pixels; None where most of it is no straight line."""
    xs, half = np.flatnonzero(across.any(axis=0)), across.shape[1] // 2
    seen = np.full(across.shape[1], np.nan)
    seen[xs] = across[:, xs].argmax(axis=0)
    rises = seen[half:] - seen[: len(seen) - half]
    if np.isnan(rises).all():
        return None
    line = np.arange(len(seen)) * (np.nanmedian(rises) / half)
    line += np.nanmedian(seen - line)
    own = np.flatnonzero(np.abs(seen - line) <= _STRAY)
    if len(own) <= _EDGE * len(seen):
        return None
    first: Pixels = line + np.interp(np.arange(len(seen)), own, (seen - line)[own])
    return first


def _count(mask: Pixels, own: Pixels) -> int:
    return cv2.connectedComponents(np.where(own, mask, 0).astype(np.uint8))[0] - 1


def _streaks(across: Pixels, down: Pixels) -> Pixels:
    """Rules down that run far beyond every rule across are dirt on the glass of the scanner."""
    joined = cv2.morphologyEx(down, cv2.MORPH_CLOSE, np.ones((31, 1), np.uint8))
    crossing = cv2.dilate(across, np.ones((3, 25), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    streaks = np.zeros_like(down)
    for number in range(1, count):
        left, top, width, height, _ = stats[number].tolist()
        area = np.s_[top : top + height, left : left + width]
        own = labels[area] == number
        met = np.flatnonzero((own & (crossing[area] > 0)).any(axis=1))
        first, last = (int(met[0]), int(met[-1])) if met.size else (height, height)
        if max(first, height - 1 - last) > _OVERSHOOT:
            streaks[area] |= _along(own, first, last) & down[area]
    return streaks


def _along(own: Pixels, first: int, last: int) -> Pixels:
    """The part of a piece that goes on in the line of its free ends: a true rule beside it is spared."""
    ys, xs = np.nonzero(own)
    free = (ys < first) | (ys > last)
    slope, start = np.polyfit(ys[free], xs[free], 1)
    line = np.arange(own.shape[0])[:, None] * slope + start
    wide = 1 + np.abs(xs[free] - (ys[free] * slope + start)).mean()
    return np.where(own & (np.abs(np.arange(own.shape[1])[None, :] - line) <= wide), 255, 0).astype(np.uint8)


def _corners(mask: Pixels) -> Pixels:
    """Corners of a table from its rules: the outermost points in the four diagonal directions."""
    ys, xs = np.nonzero(mask)
    right, bottom = mask.shape[1] - 1, mask.shape[0] - 1
    rectangle = np.array([[0, 0], [right, 0], [right, bottom], [0, bottom]], float)
    places = [np.argmin(xs + ys), np.argmax(xs - ys), np.argmax(xs + ys), np.argmin(xs - ys)]
    corners = np.array([[xs[i], ys[i]] for i in places], float)
    stray = np.abs(corners - rectangle).max()
    return corners if stray <= max(_CORNER_STRAY * max(right, bottom), 3 * _SAME) else rectangle


def flattened(outline: Outline, margin: int) -> tuple[Pixels, tuple[int, int]]:
    """The matrix (3, 3) from the page to the table as a rectangle with a margin, and its (width, height)."""
    a, b, c, d = outline.corners
    width = round((np.hypot(*(b - a)) + np.hypot(*(c - d))) / 2)
    height = round((np.hypot(*(d - a)) + np.hypot(*(c - b))) / 2)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) + margin
    matrix = cv2.getPerspectiveTransform(outline.corners.astype(np.float32), target.astype(np.float32))
    return matrix, (width + 2 * margin + 1, height + 2 * margin + 1)


def find_rules(masks: Masks) -> Rules:
    """Rules of a flattened table from its masks."""
    across, down, _ = masks
    columns = _places(down.T, _DOWN)
    rows = _places(across, _ACROSS)
    closed = _with_ends(columns, across, axis=0)
    rows = [y for y in rows if _spans_columns(across, y, closed)]
    columns = [x for x in closed if x not in columns or _spans_rows(down, x, rows)]
    return _without_strokes(Rules(rows, columns, _without_print(masks, rows, columns)))


def _without_print(masks: Masks, rows: list[int], columns: list[int]) -> Masks:
    """The masks without what meets no rule of the table: strokes of large print, as long as rules."""
    ruled = np.zeros(masks.across.shape, bool)
    for y in rows:
        ruled[_around(y)] = True
    for x in columns:
        ruled[:, _around(x)] = True
    return masks._replace(across=_meeting(masks.across, ruled), down=_meeting(masks.down, ruled))


def _meeting(mask: Pixels, ruled: Pixels) -> Pixels:
    """The pieces of a mask that meet the places of rules."""
    count, labels = cv2.connectedComponents(mask)
    met = np.zeros(count, bool)
    met[np.unique(labels[ruled])] = True
    return np.where(met[labels], mask, 0).astype(np.uint8)


def _without_strokes(rules: Rules) -> Rules:
    """The rules without what runs down beside one row only and is thinner by half than the others: a pen's stroke.

    Of a stroke that leans or bends hardly anything goes straight down, however thick it is.
    """
    wide = [[_straight(rules.masks.down, x, row) for row in rules.beside(x)] for x in rules.columns]
    usual = float(np.median([width for own in wide for width in own])) if any(wide) else 0.0
    told = zip(rules.columns, wide, strict=True)
    return rules.without([x for x, own in told if len(own) == 1 and own[0] <= _THINNER * usual])


def _straight(down: Pixels, column: int, row: tuple[int, int]) -> int:
    """How wide a rule is beside a row where it goes straight down."""
    return int(((down[slice(*row), _around(column)] > 0).mean(axis=0) > _STRAIGHT).sum())


def _places(mask: Pixels, least: int) -> list[int]:
    """Rows of a mask on which rules lie: pieces are gathered that lie on (nearly) one line."""
    count, labels, stats, middles = cv2.connectedComponentsWithStats(
        cv2.morphologyEx(np.ascontiguousarray(mask), cv2.MORPH_CLOSE, np.ones((1, 25), np.uint8))
    )
    del labels
    pieces = [(middles[i][1], stats[i][cv2.CC_STAT_WIDTH]) for i in range(1, count)]
    pieces = sorted((float(y), int(w)) for y, w in pieces if w >= least)
    groups: list[list[tuple[float, int]]] = []
    for piece in pieces:
        if groups and piece[0] - _middle(groups[-1]) <= _SAME:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [round(_middle(group)) for group in groups]


def _middle(pieces: list[tuple[float, int]]) -> float:
    return sum(y * w for y, w in pieces) / sum(w for _, w in pieces)


def _with_ends(columns: list[int], across: Pixels, axis: int) -> list[int]:
    """Open sides closed: where rules across run on beyond the last rule down, the table ends with them."""
    ends = np.flatnonzero((across > 0).sum(axis=axis) >= 2)  # noqa: PLR2004
    if not ends.size:
        return columns
    first, last = int(ends[0]), int(ends[-1])
    before = [first] if not columns or columns[0] - first > 2 * _SAME else []
    after = [last] if not columns or last - columns[-1] > 2 * _SAME else []
    return [*before, *columns, *after]


def _band(mask: Pixels, place: int) -> Pixels:
    """Whether the rule at this row is seen, for each column of the mask."""
    seen: Pixels = np.any(mask[_around(place)] > 0, axis=0)
    return seen


def _around(place: int) -> slice:
    """Where a rule in this place may stray."""
    return slice(max(0, place - _STRAY), place + _STRAY + 1)


def _spans_columns(across: Pixels, row: int, columns: list[int]) -> bool:
    """Whether a rule crosses two neighbouring columns and the rule down between them.

    A dash or a row of dashes is as long as a rule, but leaves a gap at the rules down.
    """
    return _spans(_band(across, row), columns)


def _spans_rows(down: Pixels, column: int, rows: list[int]) -> bool:
    """Whether a rule runs from one rule across to the next."""
    seen = _band(np.ascontiguousarray(down.T), column)
    return any(_whole(seen, a, b) for a, b in itertools.pairwise(rows))


def _spans(seen: Pixels, places: list[int]) -> bool:
    whole = [_whole(seen, a, b) for a, b in itertools.pairwise(places)]
    return (len(whole) == 1 and whole[0]) or any(a and b for a, b in itertools.pairwise(whole))


def _whole(seen: Pixels, begin: int, end: int) -> bool:
    """Whether a rule is seen on most of a stretch, and at both ends of it."""
    near = max(6, min(14, (end - begin) // 6))
    inner = seen[begin : end + 1]
    return bool(
        inner.mean() > 0.55  # noqa: PLR2004
        and seen[begin + 3 : begin + near].mean() > 0.5  # noqa: PLR2004
        and seen[end - near + 1 : end - 2].mean() > 0.5  # noqa: PLR2004
    )
