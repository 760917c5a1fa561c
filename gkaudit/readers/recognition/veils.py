"""What a streak of dirt may hide: all of a narrow digit, of which nothing is left beside it.

A streak is as wide as the stem of a 1. Where numbers stand in the middle of their cells a digit that is missing shows
by the place of the others.
"""

from __future__ import annotations

import itertools

import cv2
import numpy as np

from gkaudit.readers.recognition.engine import Pixels
from gkaudit.readers.recognition.figures import is_figure
from gkaudit.readers.recognition.ink import Ink, Line, hull
from gkaudit.readers.recognition.strokes import room_for_a_digit

__all__ = ["is_of_streak", "may_hide_a_digit"]

#: The least room of a digit between two others (in heights).
_BETWEEN = 0.5
#: A streak runs through a cell where it is on so many of its rows.
_THROUGH = 0.5


def may_hide_a_digit(veil: Pixels, ink: Ink, text: str, *, room: int, middle: bool) -> bool:
    """Whether a digit may be hidden in a cell with a streak (``veil``: where), or all of a number.

    In a blank cell one would stand within ``room`` pixels of its middle. ``middle``: this number stands in the middle
    of its cell, as all numbers of its table do.
    """
    if ink.kind == "blank":
        half = veil.shape[1] // 2
        place = veil[:, max(0, half - room) : half + room + 1]
        return bool((place > 0).any(axis=1).mean() > _THROUGH)
    if not is_figure(text) or len(ink.lines) != 1:
        return False
    line = _digits(ink.lines[0])
    before, within, behind = room_for_a_digit(veil, line)
    aside = (before and behind) if middle else (before or behind)
    return aside or (within and _between_digits(veil, line))


def is_of_streak(veil: Pixels, line: Line) -> bool:
    """Whether one of the digits of a line may be the streak itself: it stands where that was."""
    wide = cv2.dilate(veil, np.ones((1, 5), np.uint8))
    hidden: Pixels = np.any(wide > 0, axis=0)
    return any(hidden[left:right].all() for left, _, right, _ in line.tall)


def _digits(line: Line) -> Line:
    """A line without what stands beside its digits: dust, or a bit of the streak."""
    left, top, right, bottom = hull(line.tall)
    return Line(left, top, right, bottom, line.pieces)


def _between_digits(veil: Pixels, line: Line) -> bool:
    """Whether it runs between two digits that have room for another."""
    hidden = np.flatnonzero((veil[line.top : line.bottom] > 0).any(axis=0))
    gaps = [(a[2], b[0]) for a, b in itertools.pairwise(line.tall) if b[0] - a[2] > _BETWEEN * line.height]
    return any(((begin <= hidden) & (hidden < end)).any() for begin, end in gaps)
