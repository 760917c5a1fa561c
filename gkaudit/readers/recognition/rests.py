"""What stands beside the print of a cell and is no part of its number: dust, and what is left of a seal.

The rests of a seal are lighter than all print of their table, dust is small.

Brightness is that of pixels (0 to 255).
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from gkaudit.readers.recognition.engine import Pixels
from gkaudit.readers.recognition.ink import SPOT, Box, Ink, Line, foot, hull, is_minus, is_spot, points

__all__ = ["NO_LIGHT", "core", "is_off_level", "is_touched", "lightest", "usual_digit", "without_rests"]

#: Ink is darker than this; its core is so many percent of its pixels.
_INKED, _CORE = 205, 30
#: So many pieces of print tell how light print is: all but the lightest (percent) are as dark as that; rests are
#: lighter by so much.
_PIECES, _MOST, _LIGHTER = 30, 95, 10
#: Nothing is as light as that.
NO_LIGHT = 256.0
#: Print is so high at least, in heights of a character. What reaches no farther into its box stands beside it.
_HIGH, _OVER = 0.4, 2
#: Specks too small to be pieces of print are as dark as this.
_DARK = 150
#: So near to print they may be bits of a broken digit.
_FRINGE = 2
#: So many digits tell how high those of their table are; most of them are as high but for a pixel.
_DIGITS, _EQUAL = 12, 0.8
#: Dust is so many times narrower than the other end of the digit that it sticks to.
_NARROWER = 1.5
#: A point reaches down to the foot of the digits but for this share of their height.
_RAISED = 1 / 3


def core(inside: Pixels, box: Box) -> float:
    """How bright the core of a piece of ink is; 0 where it has none."""
    left, top, right, bottom = box
    cut = inside[top:bottom, left:right]
    inked = cut[cut < _INKED]
    return float(np.percentile(inked, _CORE)) if inked.size else 0.0


def lightest(cells: Iterable[tuple[Pixels, Ink]], height: float) -> float:
    """The brightness of what is too light for print of a table; more than any where its cells do not tell.

    ``cells`` are insides of cells that nothing lies over, with what stands in them; ``height`` that of a character.
    """
    pieces = [(inside, box) for inside, ink in cells for line in ink.lines for box in line.pieces]
    cores = [core(inside, box) for inside, box in pieces if box[3] - box[1] >= _HIGH * height]
    return float(np.percentile(cores, _MOST)) + _LIGHTER if len(cores) >= _PIECES else NO_LIGHT


def usual_digit(lines: Iterable[Line]) -> int:
    """How high the digits of a table are; 0 where they do not tell. ``lines`` are those of its numbers."""
    heights = np.array([box[3] - box[1] for line in lines for box in line.tall])
    if len(heights) < _DIGITS:
        return 0
    usual = round(float(np.median(heights)))
    return usual if (np.abs(heights - usual) <= 1).mean() >= _EQUAL else 0


def without_rests(inside: Pixels, ink: Ink, light: float = NO_LIGHT, high: int = 0) -> Pixels | None:
    """The inside of a cell without dust and the pieces that are as light as ``light`` or lighter; None where none is.

    ``high`` is the height of the digits of its table: where there is no comma, a speck that sticks out of them is dust.
    Specks within the print or at its foot stay: one may be a point or a part of a digit. Where something light stands
    there nothing is taken off. What stands on both sides may be what is left of two digits, between which the others
    are in the middle of their cell.
    """
    boxes = [box for line in ink.lines for box in line.pieces]
    marks = {point for line in ink.lines for point in points(line) if point[1] <= foot(line.tall)}
    print_ = [box for box in boxes if not is_spot(box)]
    marks |= {box for box in boxes if is_spot(box) and is_minus(box, print_)}
    rests = [box for box in boxes if (is_spot(box) and box not in marks) or core(inside, box) >= light]
    kept = [box for box in boxes if box not in rests]
    if not kept:
        return None
    within = [box for box in rests if not _is_off(box, kept, marks)]
    if any(core(inside, box) >= light for box in within):
        return None
    rests, kept = [box for box in rests if box not in within], [*kept, *within]
    specks = [box for box in _specks(inside, ink) if _is_off(box, kept, marks) and not _is_fringe(box, kept)]
    stuck = _stuck(inside, kept, high) if high and len(ink.lines) == 1 and not marks else []
    if _on_both_sides(rests, hull(kept)) or not (rests or specks or stuck):
        return None
    rests += specks
    clean = inside.copy()
    for left, top, right, bottom in rests:
        clean[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1] = 255
    # What of the print is within the box of a rest stays.
    for left, top, right, bottom in kept:
        clean[top:bottom, left:right] = inside[top:bottom, left:right]
    for left, top, right, bottom in stuck:
        clean[top:bottom, left:right] = 255
    return clean


def _stuck(inside: Pixels, print_: list[Box], high: int) -> list[Box]:
    """What sticks out of head or foot of digits that are so high: small as dust, and narrower than their other end."""
    found = list[Box]()
    for left, top, right, bottom in print_:
        most = bottom - top - high
        # A digit may be a pixel higher than most.
        for more in (more for more in (most, most - 1) if 1 < more <= SPOT):
            ends = [(left, top, right, top + more), (left, bottom - more, right, bottom)]
            (narrow, end), (wide, _) = sorted((_wide(inside, box), box) for box in ends)
            if narrow <= SPOT and _NARROWER * narrow <= wide:
                found.append(end)
                break
    return found


def _wide(inside: Pixels, box: Box) -> int:
    """How wide the ink in a box is."""
    left, top, right, bottom = box
    filled = np.flatnonzero((inside[top:bottom, left:right] < _INKED).any(axis=0))
    return int(filled[-1] - filled[0]) + 1 if filled.size else 0


def is_off_level(before: Pixels, after: Pixels, print_: Box) -> bool:
    """Whether all that was taken off near print stood above or below it, where no digit and no sign of it can be."""
    left, top, right, bottom = print_
    near = np.s_[top:bottom, max(0, left - (bottom - top)) : right + (bottom - top)]
    return bool((before[near] == after[near]).all())


def is_touched(before: Pixels, after: Pixels, print_: Box) -> bool:
    """Whether something was taken off that touched print, and may have hidden some of it."""
    left, top, right, bottom = print_
    own = np.s_[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]
    return bool((before[own] != after[own]).any())


def _specks(inside: Pixels, ink: Ink) -> list[Box]:
    """Dust too small for a piece of print, which a reader sees all the same."""
    dark = cv2.compare(inside, _DARK, cv2.CMP_LT)
    if ink.mask is not None:
        dark[ink.mask > 0] = 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark)
    boxes = [(a, b, a + w, b + h) for a, b, w, h, _ in stats[1:].tolist()]
    return [box for box in boxes if is_spot(box)]


def _is_off(box: Box, print_: list[Box], marks: set[Box]) -> bool:
    """Whether a piece stands where no point, no comma and no part of a digit does.

    That is beside and above the print, below its foot or that of the digit above, and between two digits where no point
    is so high. A comma may have a tail of its own.
    """
    left, top, right, bottom = hull(print_)
    if box[2] <= left + _OVER or box[0] >= right - _OVER or box[3] <= (top + bottom) / 2:
        return True
    base, high = _level(print_)
    below = any(box[1] >= piece[3] >= base - 1 and piece[0] <= (box[0] + box[2]) / 2 < piece[2] for piece in print_)
    if box[1] >= base or below:
        return not any(mark[0] - SPOT < box[2] and box[0] < mark[2] + SPOT for mark in marks)
    digits = [piece for piece in print_ if piece not in marks]
    between = is_spot(box) and not any(piece[0] <= box[2] and box[0] <= piece[2] for piece in digits)
    return between and box[3] <= base - _RAISED * high


def _is_fringe(box: Box, print_: list[Box]) -> bool:
    """Whether a speck stands within a digit, a crack away, or right beside the print, whose digits may have lost it."""
    left, top, right, bottom = hull(print_)
    if any(a - 1 <= box[2] and box[0] <= c + 1 and b - 1 <= box[3] and box[1] <= d + 1 for a, b, c, d in print_):
        return True
    level = box[1] < bottom and box[3] > top
    return level and (left - _FRINGE <= box[2] <= left or right <= box[0] <= right + _FRINGE)


def _level(print_: list[Box]) -> tuple[int, int]:
    """The foot of the digits of a print, and how high they are."""
    high = max(box[3] - box[1] for box in print_)
    return foot([box for box in print_ if box[3] - box[1] > high / 2]), high


def _on_both_sides(rests: Iterable[Box], print_: Box) -> bool:
    """Whether there is something before and behind print that may be left of a digit: on its level and no low smear."""
    left, top, right, bottom = print_
    level = [b for b in rests if b[1] < bottom and b[3] > top and (is_spot(b) or b[3] - b[1] > (bottom - top) / 2)]
    return any(b[2] <= left + _OVER for b in level) and any(b[0] >= right - _OVER for b in level)
