"""What stands beside the print of a cell and is no part of its number: dust, and what is left of a seal.

The rests of a seal are lighter than all print of their table, dust is small.

Brightness is that of pixels (0 to 255).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gkaudit.readers.recognition.engine import Pixels
from gkaudit.readers.recognition.ink import SPOT, Box, Ink, foot, hull, points

__all__ = ["NO_LIGHT", "core", "lightest", "without_rests"]

#: Ink is darker than this; its core is so many percent of its pixels.
_INKED, _CORE = 205, 30
#: So many pieces of print tell how light print is: all but the lightest (percent) are as dark as that; rests are
#: lighter by so much.
_PIECES, _MOST, _LIGHTER = 30, 95, 10
#: Nothing is as light as that.
NO_LIGHT = 256.0
#: Print is so high at least, in heights of a character. What reaches no farther into its box stands beside it.
_HIGH, _OVER = 0.4, 2


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


def without_rests(inside: Pixels, ink: Ink, light: float = NO_LIGHT) -> Pixels | None:
    """The inside of a cell without dust and the pieces that are as light as ``light`` or lighter; None where none is.

    Specks within the print or at its foot stay: one may be a point or a part of a digit. Where something light stands
    there nothing is taken off. What stands on both sides may be what is left of two digits, between which the others
    are in the middle of their cell.
    """
    boxes = [box for line in ink.lines for box in line.pieces]
    marks = {point for line in ink.lines for point in points(line) if point[1] <= foot(line.tall)}
    rests = [box for box in boxes if (_is_spot(box) and box not in marks) or core(inside, box) >= light]
    kept = [box for box in boxes if box not in rests]
    if not rests or not kept:
        return None
    within = [box for box in rests if not _is_beside(box, hull(kept), marks=bool(marks))]
    if any(core(inside, box) >= light for box in within):
        return None
    rests, kept = [box for box in rests if box not in within], [*kept, *within]
    whole = hull(kept)
    if not rests or not all(_is_beside(box, whole, marks=bool(marks)) for box in rests) or _on_both_sides(rests, whole):
        return None
    clean = inside.copy()
    for left, top, right, bottom in rests:
        clean[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1] = 255
    # What of the print is within the box of a rest stays.
    for left, top, right, bottom in kept:
        clean[top:bottom, left:right] = inside[top:bottom, left:right]
    return clean


def _is_spot(box: Box) -> bool:
    left, top, right, bottom = box
    return max(right - left, bottom - top) <= SPOT


def _on_both_sides(rests: Iterable[Box], print_: Box) -> bool:
    """Whether there is something before and behind print that may be left of a digit: on its level and no low smear."""
    left, top, right, bottom = print_
    level = [b for b in rests if b[1] < bottom and b[3] > top and (_is_spot(b) or b[3] - b[1] > (bottom - top) / 2)]
    return any(b[2] <= left + _OVER for b in level) and any(b[0] >= right - _OVER for b in level)


def _is_beside(box: Box, print_: Box, *, marks: bool) -> bool:
    """Whether a piece stands where no point and no comma does; ``marks``: a comma may have a tail of its own."""
    left, top, right, bottom = print_
    beside = box[2] <= left + _OVER or box[0] >= right - _OVER
    return beside or box[3] <= (top + bottom) / 2 or (box[1] >= bottom and not marks)
