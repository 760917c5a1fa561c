"""Digits set wide: full-width digits and blanks that the recogniser sees between them.

A blank between digits may mean two numbers, with a rule lost between them. It means nothing where the digits
stand as far apart as in the other numbers of the page, or nearer than numbers in the middle of two cells could.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

import numpy as np

from gkaudit.readers.recognition.engine import Pixels, Reading
from gkaudit.readers.recognition.figures import is_figure, tidy
from gkaudit.readers.recognition.ink import Line, in_digits

__all__ = ["closed_up", "is_spaced_as_without_point", "narrowed", "usual_pitch"]

#: Digits set solid stand no farther apart than this (from middle to middle, in heights); those of one number
#: never farther than that.
_SOLID, _WIDEST = 0.9, 1.5
#: How far a pitch may be from the usual one; pairs of digits that make one usual; the share of them near it.
_STRAY, _PAIRS, _AGREE = 0.2, 4, 0.75
#: How far (in widths of its cell) a number may be out of its middle, and what share of their rooms digits of as many
#: cells would be apart at least.
_OFF, _SHARE = 0.12, 0.8
#: Digits on either side of a point are so far apart at most where they are set solid; those set wide without one.
_POINTED = (1.2, 1.6)
#: Gaps are narrowed to so much (in heights) for another look.
_GAP = 0.22
_SPECKS = " .,·'`‘’，。．、"
_APART = re.compile(r"\d\s+\d")


def _pitches(text: str, line: Line) -> list[float]:
    """Distances between the middles of neighbouring digits in heights; none where pieces are not digits.

    A speck behind the last one is none.
    """
    digits = [c for c in text.rstrip(_SPECKS) if not c.isspace()]
    tall = line.tall
    if len(digits) != len(tall) or not all(c.isdigit() for c in digits):
        return []
    middles = [(box[0] + box[2]) / 2 for box in tall]
    return [(b - a) / line.height for a, b in itertools.pairwise(middles)]


def usual_pitch(numbers: Iterable[tuple[str, Line]]) -> float:
    """How far apart the digits of a page stand (in heights); 0 where they do not agree."""
    found = [pitch for text, line in numbers for pitch in _pitches(text, line)]
    if len(found) < _PAIRS:
        return 0.0
    usual = float(np.median(found))
    near = sum(abs(pitch - usual) <= _STRAY for pitch in found)
    return usual if near >= _AGREE * len(found) and usual <= _WIDEST else 0.0


def closed_up(reading: Reading, line: Line, usual: float, room: int = 0) -> Reading:
    """A number without the blanks that are no more than the pitch of this page's digits, or the room of a comma.

    ``room`` is the width of the cell.
    """
    if not any(c.isspace() for c in reading.text.strip()):
        return reading
    if _APART.search(reading.text):
        pitches = _pitches(reading.text, line)
        wide = [pitch for pitch in pitches if pitch > _SOLID and abs(pitch - usual) > _STRAY]
        if not pitches or (wide and not _in_one_cell(line, max(wide), len(pitches) + 1, room)):
            return reading
    elif not is_figure(tidy(reading.text)):
        return reading
    kept = [(c, s) for c, s in zip(reading.text, reading.scores, strict=True) if not c.isspace()]
    return Reading("".join(c for c, _ in kept), tuple(s for _, s in kept))


def is_spaced_as_without_point(text: str, line: Line, usual: float) -> bool:
    """Whether the digits on either side of a point stand as digits without one do: it may be dust.

    Where the page does not tell how far digits stand apart (``usual`` is 0), those set wide do.
    """
    one = in_digits(line, text) if text.count(".") == 1 else None
    before = sum(c.isdigit() for c in text.partition(".")[0])
    if one is None or not 0 < before < len(one.tall):
        return False
    left, right = one.tall[before - 1], one.tall[before]
    apart = (right[0] + right[2] - left[0] - left[2]) / (2 * line.height)
    return apart <= usual + _STRAY if usual else _POINTED[0] < apart < _POINTED[1]


def _in_one_cell(line: Line, pitch: float, count: int, room: int) -> bool:
    """Whether digits stand in the middle of a cell and nearer to each other than those of as many cells side by side.

    The middles of two cells of any width are half of both apart.
    """
    middle = abs(line.left + line.right - room) <= _OFF * room
    return middle and pitch <= _WIDEST and pitch * line.height * count < _SHARE * room


def narrowed(picture: Pixels, line: Line, usual: float) -> Pixels:
    """A picture of a line in which digits set wide stand close, as the recogniser knows them."""
    if usual <= _SOLID or line.right - line.left > 12 * line.height:
        return picture
    empty: Pixels = np.all(picture > 200, axis=0)  # noqa: PLR2004 - paper
    inner = np.flatnonzero(~empty)
    if not inner.size:
        return picture
    keep = np.ones(picture.shape[1], bool)
    most, run = max(2, round(_GAP * line.height)), 0
    for x in range(int(inner[0]), int(inner[-1])):
        run = run + 1 if empty[x] else 0
        keep[x] = run <= most
    return np.ascontiguousarray(picture[:, keep])
