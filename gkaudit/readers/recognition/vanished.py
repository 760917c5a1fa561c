"""Rules that a hard threshold took from a scan without greys, drawn again where dots show that they crossed.

A thin rule between two rows of pixels is grey in both of them, and white in a scan of black and white; where two
such rules cross a dot is left. Lengths are pixels at 200 dots to the inch.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from gkaudit.readers.recognition.engine import Pixels
from gkaudit.readers.recognition.ink import SPOT
from gkaudit.readers.recognition.ruling import Masks, Rules

__all__ = ["is_two_toned", "parted", "restored"]

#: Share of pixels that are neither black nor white on a scan of two tones, and what is either.
_BETWEEN, _BLACK, _WHITE = 0.001, 15, 240
#: Brightness of ink; a dot is not larger than this and has no ink around it within that distance.
_INK, _DOT, _ALONE = 205, 4, 11
#: So many dots are the crossings of a table, if most of them stand in line with others; else they are dust.
_LEAST_DOTS, _MOST_DOTS, _MOSTLY, _EXACT = 8, 300, 0.7, 1.5
#: So many below or beside each other stand on a rule.
_BELOW, _BESIDE = 3, 4
#: How far dots of one rule may be out of line, and a rule from the dot at its end.
_STRAY, _NEAR = 3, 6
#: The inside of a cell begins so far from its rules; a rule is seen on such a share of a row.
_INSIDE, _SEEN = 4, 0.6
#: A line of numbers is not higher, a number not longer, two are farther apart; the share of rows that agree.
_LINE, _LONGEST, _APART, _AGREE = 32, 70, 14, 0.6


class _Dot(NamedTuple):
    x: float
    y: float


class _Rule(NamedTuple):
    """A stretch of a rule: its place across its run, and where it begins and ends."""

    place: float
    begin: int
    end: int

    def reaches(self, place: float) -> bool:
        """Whether it crosses a rule in this place, or ends there."""
        return self.begin - _NEAR <= place <= self.end + _NEAR


class _Level(NamedTuple):
    """A rule that is gone: its place, and the dots along it."""

    place: float
    dots: list[float]


def is_two_toned(image: Pixels) -> bool:
    """Whether a picture has black and white only."""
    between = cv2.inRange(image if image.ndim == 2 else image[:, :, 1], _BLACK, _WHITE)  # noqa: PLR2004
    return cv2.countNonZero(between) < _BETWEEN * between.size


def restored(grey: Pixels, masks: Masks) -> Masks:
    """The masks of a straight page with the rules that dots show, and those taken for streaks that end at dots."""
    ink = cv2.compare(grey, _INK, cv2.CMP_LT)
    dots = _dots(ink)
    if not _LEAST_DOTS <= len(dots) <= _MOST_DOTS or _in_line(dots) < _MOSTLY:
        return masks
    across = _rules(masks.across)
    down, streaks = _ending_at(masks, [*(dot.y for dot in dots), *(rule.place for rule in across)])
    ups = _rules(down.T)
    dots = _crossings(dots, ups)
    free = cv2.subtract(ink, cv2.dilate(masks.across | down, np.ones((3, 3), np.uint8)))
    columns, rows = _gone([_Dot(dot.y, dot.x) for dot in dots], ups), _gone(dots, across)
    new_down = np.zeros_like(down)
    for level in columns:
        crossed = (rule.place for rule in across if rule.reaches(level.place))
        for stretch in _in_table(sorted([*level.dots, *crossed]), level.dots, ups):
            _draw(new_down.T, free.T, level.place, stretch)
    new_across = np.zeros_like(down)
    for level in rows:
        crossed = (rule.place for rule in ups if rule.reaches(level.place))
        for stretch in itertools.pairwise(sorted([*level.dots, *crossed])):
            _draw(new_across, free, level.place, stretch)
    return Masks(masks.across | new_across, down | new_down, streaks)


def _dots(ink: Pixels) -> list[_Dot]:
    """Middles of small spots with white around them."""
    count, _, stats, middles = cv2.connectedComponentsWithStats(ink)
    around = cv2.boxFilter((ink > 0).astype(np.float32), -1, (2 * _ALONE + 1,) * 2, normalize=False)
    found = []
    for number in range(1, count):
        _, _, wide, high, area = stats[number].tolist()
        x, y = middles[number]
        if max(wide, high) <= _DOT and around[round(y), round(x)] <= area + 0.5:
            found.append(_Dot(float(x), float(y)))
    return found


def _in_line(dots: Sequence[_Dot]) -> float:
    """Share of the dots that stand exactly below or beside two others."""
    places = np.array(dots)
    near = np.abs(places[:, None, :] - places[None, :, :]) <= _EXACT
    return float((near.sum(axis=1) >= _BELOW).any(axis=1).mean())


def _ending_at(masks: Masks, heights: Sequence[float]) -> tuple[Pixels, Pixels]:
    """Rules down and streaks: what begins and ends where rows of a table do is a rule, however few rules cross it.

    A row is also where several of them end.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(masks.streaks)
    down, streaks = masks.down.copy(), masks.streaks.copy()
    tops, bottoms = stats[1:, cv2.CC_STAT_TOP], stats[1:, cv2.CC_STAT_TOP] + stats[1:, cv2.CC_STAT_HEIGHT] - 1
    heights = [
        *heights,
        *(at for at in (*tops, *bottoms) if _NEAR < at < len(down) - _NEAR and _shared(at, tops, bottoms)),
    ]
    for number in range(1, count):
        _, top, _, high, _ = stats[number].tolist()
        if all(any(abs(end - y) <= _NEAR for y in heights) for end in (top, top + high - 1)):
            own = labels == number
            down[own], streaks[own] = 255, 0
    return down, streaks


def _shared(height: int, *ends: Pixels) -> bool:
    """Whether more than one rule ends at this height."""
    return sum(int((np.abs(those - height) <= _NEAR).sum()) for those in ends) > 1


def _rules(mask: Pixels) -> list[_Rule]:
    """Stretches of rules along the rows of a mask."""
    count, _, stats, middles = cv2.connectedComponentsWithStats(np.ascontiguousarray(mask))
    boxes = (stats[number].tolist() for number in range(1, count))
    return [_Rule(float(middle[1]), b[0], b[0] + b[2]) for b, middle in zip(boxes, middles[1:], strict=True)]


def _crossings(dots: Sequence[_Dot], ups: Sequence[_Rule]) -> list[_Dot]:
    """Dots that stand below each other, or beside each other where a rule down meets them."""
    columns = _levels(_Dot(dot.y, dot.x) for dot in dots)
    rows = [level for level in _levels(dots) if any(rule.reaches(level.place) for rule in ups)]
    edges = [level.place for level in columns if len(level.dots) >= _BELOW]
    lines = [level.place for level in rows if len(level.dots) >= _BESIDE]
    return [dot for dot in dots if _on(dot.x, edges) or _on(dot.y, lines)]


def _gone(dots: Sequence[_Dot], rules: Sequence[_Rule]) -> list[_Level]:
    """Rows of dots in which no rule is left."""
    left = [rule.place for rule in rules]
    return [level for level in _levels(dots) if not _on(level.place, left)]


def _in_table(places: Sequence[float], dots: Sequence[float], ups: Sequence[_Rule]) -> Iterable[tuple[float, float]]:
    """Stretches beside which a rule is left, from one to the next as far as there are dots on them."""
    beside = [
        any(rule.begin <= begin + _NEAR and end - _NEAR <= rule.end for rule in ups)
        for begin, end in itertools.pairwise(places)
    ]
    stretches = zip(itertools.pairwise(places), beside, strict=True)
    for kept, run in itertools.groupby(stretches, key=lambda stretch: stretch[1]):
        own = [stretch for stretch, _ in run]
        if kept and any(own[0][0] <= dot <= own[-1][1] for dot in dots):
            yield from own


def _levels(dots: Iterable[_Dot]) -> list[_Level]:
    """Dots by the row they stand in."""
    groups: list[list[_Dot]] = []
    for dot in sorted(dots, key=lambda dot: dot.y):
        if groups and dot.y - groups[-1][-1].y <= _STRAY:
            groups[-1].append(dot)
        else:
            groups.append([dot])
    return [_Level(sum(d.y for d in group) / len(group), sorted(d.x for d in group)) for group in groups]


def _on(place: float, levels: Iterable[float]) -> bool:
    return any(abs(place - level) <= _STRAY for level in levels)


def _draw(mask: Pixels, free: Pixels, place: float, stretch: tuple[float, float]) -> None:
    """Draw a rule along a row of the mask, where nothing is printed in its way."""
    row, (begin, end) = round(place), (round(at) for at in stretch)
    if end - begin > _NEAR and not free[row - 1 : row + 2, begin + _NEAR : end - _NEAR].any():
        mask[row - 1 : row + 1, begin : end + 1] = 255


def parted(grey: Pixels, rules: Rules) -> Rules:
    """The rules of a flattened table with those down that vanished between two others and left no dot.

    Numbers, which are more than specks of dust, stand in the middle of their cells: where two stand between two rules
    the place of the rule between them follows from the first, and has to leave the second in the middle of the rest.
    """
    seen = cv2.dilate(rules.masks.across | rules.masks.down, np.ones((3, 3), np.uint8))
    ink = _without_dust(cv2.subtract(cv2.compare(grey, _INK, cv2.CMP_LT), seen))
    bands = [(top + _INSIDE, bottom - _INSIDE) for top, bottom in itertools.pairwise(rules.rows)]
    down = rules.masks.down.copy()
    found = list[int]()
    for left, right in itertools.pairwise(rules.columns):
        own = [(a, b) for a, b in bands if all(_runs_down(rules.masks.down, x, a, b) for x in (left, right))]
        for place in _between(ink, own, left, right):
            found.append(place)
            for top, bottom in own:
                if not ink[top:bottom, place - 1 : place + 2].any():
                    down[top - _INSIDE : bottom + _INSIDE, place - 1 : place + 1] = 255
    if not found:
        return rules
    return Rules(rules.rows, sorted([*rules.columns, *found]), rules.masks._replace(down=down))


def _without_dust(ink: Pixels) -> Pixels:
    """Ink without specks, which are no numbers."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    print_ = sides > SPOT
    print_[0] = False
    return print_[labels].astype(np.uint8) * 255


def _runs_down(down: Pixels, x: int, top: int, bottom: int) -> bool:
    """Whether a rule is seen beside a row of cells."""
    band = down[top:bottom, max(0, x - _STRAY) : x + _STRAY + 1]
    return band.size > 0 and float((band > 0).any(axis=1).mean()) > _SEEN


def _between(ink: Pixels, bands: Sequence[tuple[int, int]], left: int, right: int) -> list[int]:
    """Places of rules between two others on which most rows of numbers agree."""
    told = list[tuple[int, ...]]()
    rows = 0
    for top, bottom in bands:
        groups = _numbers(ink[top:bottom, left + _INSIDE : right - _INSIDE])
        rows += bool(groups)
        places = [left]
        for begin, end in groups:
            places.append(begin + end + 2 * (left + _INSIDE) - places[-1])
        if len(groups) > 1 and abs(places[-1] - right) <= _STRAY * len(groups) and places == sorted(places):
            told.append(tuple(places[1:-1]))
    sizes = Counter(map(len, told))
    if not told or len(told) < _AGREE * rows or len(sizes) > 1:
        return []
    return [round(float(np.median(places))) for places in zip(*told, strict=True)]


def _numbers(inside: Pixels) -> list[tuple[int, int]]:
    """Where numbers of a row begin and end between two rules; none where something else is printed."""
    if not inside.size or not cv2.countNonZero(inside):
        return []
    if cv2.boundingRect(inside)[3] > _LINE:
        return []
    filled = np.flatnonzero(inside.any(axis=0))
    breaks = np.flatnonzero(np.diff(filled) > _APART)
    begins, ends = filled[[0, *(breaks + 1)]], filled[[*breaks, -1]] + 1
    groups = [(int(a), int(b)) for a, b in zip(begins, ends, strict=True)]
    return groups if all(end - begin <= _LONGEST for begin, end in groups) else []
