"""Strokes of a pen across a table: somebody signed over it.

Print is not blue, and stays in its cell: what runs on behind a rule is no print. A signature is made of little else.
Lengths are pixels at 200 dots to the inch.
"""

from __future__ import annotations

import cv2
import numpy as np

from gkaudit.readers.recognition.engine import Pixels
from gkaudit.readers.recognition.ink import Line
from gkaudit.readers.recognition.ruling import Masks, Rules

__all__ = ["has_strokes", "pen_strokes", "room_for_a_digit", "without_strokes"]

#: Brightness of a pen's ink; a stroke is so long at least on both sides of a rule; what is so thick is none.
_INK, _ON, _THIN = 170, 7, 12
#: On a rule a stroke goes on from either side to its middle.
_OVER = 13
#: Half the width of what seems to be a rule, and the share of it that a pen drew.
_WIDE, _MOST = 5, 0.5
#: A mask of blue ink seen on the flattened table.
_BLUE = 60
#: Strokes are taken off with so much around them.
_EDGE = 3
#: A digit stands no farther from its neighbour than this (in heights) and has ink on most of its rows.
_NEXT, _ROWS = 1.2, 0.6
#: Half the width of a digit, in heights.
_HALF = 0.3


def pen_strokes(grey: Pixels, masks: Masks, blue: Pixels | None = None) -> Pixels | None:
    """Where strokes are on a flattened table: in ``blue`` ink, or across a rule; None where there are none."""
    own = np.zeros_like(grey) if blue is None else cv2.compare(blue, _BLUE, cv2.CMP_GT)
    found = own | cv2.dilate(_crossing(cv2.max(grey, own), masks), np.ones((_EDGE, _EDGE), np.uint8))
    return found if cv2.countNonZero(found) else None


def without_strokes(grey: Pixels, rules: Rules) -> Rules:
    """The rules of a flattened table without those down that a pen drew: they go on behind a rule across.

    Only where most rules run along several rows are they told from the rules of a table that was signed across.
    """
    beside = {x: rules.beside(x) for x in rules.columns[1:-1]}
    alone = {x: rows[0] for x, rows in beside.items() if len(rows) == 1}
    if not alone or np.median([len(rows) for rows in beside.values()]) <= 1:
        return rules
    rest = rules.without(alone)
    pen = _crossing(grey, rest.masks) > 0
    taken = (rules.masks.down > 0) & (rest.masks.down == 0) & (grey < _INK)
    areas = {x: np.s_[top:bottom, max(0, x - _WIDE) : x + _WIDE + 1] for x, (top, bottom) in alone.items()}
    return rules.without([x for x, area in areas.items() if _is_drawn(pen, taken, area)])


def _is_drawn(pen: Pixels, taken: Pixels, area: tuple[slice, slice]) -> bool:
    """Whether most of what seemed to be a rule is a stroke of the pen."""
    return bool(taken[area].any() and pen[area][taken[area]].mean() > _MOST)


def _crossing(grey: Pixels, masks: Masks) -> Pixels:
    """What goes on behind a rule, with all that hangs together with it."""
    ink = cv2.compare(grey, _INK, cv2.CMP_LT)
    ruled = cv2.dilate(masks.across | masks.down, np.ones((3, 3), np.uint8))
    free = cv2.subtract(ink, ruled | cv2.dilate(masks.streaks, np.ones((3, 3), np.uint8)))
    thick = cv2.morphologyEx(free, cv2.MORPH_OPEN, np.ones((_THIN, _THIN), np.uint8))
    free = cv2.subtract(free, thick)
    bridges = cv2.dilate(free, np.ones((_OVER, _OVER), np.uint8)) & ruled & ink
    count, labels, stats, _ = cv2.connectedComponentsWithStats(free | bridges)
    _, own, sizes, _ = cv2.connectedComponentsWithStats(free)
    found = np.zeros(count, bool)
    for number in np.unique(labels[bridges > 0]).tolist():
        left, top, wide, high, _ = stats[number].tolist()
        area = np.s_[top : top + high, left : left + wide]
        inner = np.unique(own[area][(labels[area] == number) & (free[area] > 0)])
        long = [n for n in inner.tolist() if n and max(sizes[n][2], sizes[n][3]) >= _ON]
        found[number] = len(long) > 1
    found[0] = False
    return found[labels].astype(np.uint8) * 255


def room_for_a_digit(strokes: Pixels, line: Line) -> tuple[bool, bool, bool]:
    """Where strokes may hide another digit of a number, before, within and behind it: they have ink on most rows."""
    reach = round(_NEXT * line.height)
    rows = strokes[line.top : line.bottom]
    before, behind = rows[:, max(0, line.left - reach) : line.left], rows[:, line.right : line.right + reach]
    within = rows[:, line.left : line.right]
    hidden = (bool(side.size and (side > 0).any(axis=1).mean() > _ROWS) for side in (before, within, behind))
    return next(hidden), next(hidden), next(hidden)


def has_strokes(strokes: Pixels, line: Line) -> bool:
    """Whether a stroke runs where a number stands, or where it would if it were a wide digit."""
    middle, half = (line.left + line.right) / 2, max((line.right - line.left) / 2, _HALF * line.height)
    place = strokes[line.top : line.bottom, max(0, round(middle - half)) : round(middle + half)]
    return bool(place.any())
