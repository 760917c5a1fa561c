"""Digits set wide: full-width digits and blanks that the recogniser sees between them.

A blank between digits may mean two numbers, with a rule lost between them. It means nothing where the digits
stand as far apart as in the other numbers of the page.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

import numpy as np

from gkaudit.readers.recognition.engine import Pixels, Reading
from gkaudit.readers.recognition.figures import is_figure, tidy
from gkaudit.readers.recognition.ink import Line

__all__ = ["closed_up", "narrowed", "usual_pitch"]

#: Digits set solid stand no farther apart than this (from middle to middle, in heights); those of one number
#: never farther than that.
_SOLID, _WIDEST = 0.9, 1.5
#: How far a pitch may be from the usual one; pairs of digits that make one usual; the share of them near it.
_STRAY, _PAIRS, _AGREE = 0.2, 4, 0.75
#: Gaps are narrowed to so much (in heights) for another look.
_GAP = 0.22
_APART = re.compile(r"\d\s+\d")


def _pitches(text: str, line: Line) -> list[float]:
    """Distances between the middles of neighbouring digits in heights; none where pieces are not digits."""
    digits = [c for c in text if not c.isspace()]
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


def closed_up(reading: Reading, line: Line, usual: float) -> Reading:
    """A number without the blanks that are no more than the pitch of this page's digits, or the room of a comma."""
    if not any(c.isspace() for c in reading.text.strip()):
        return reading
    if _APART.search(reading.text):
        pitches = _pitches(reading.text, line)
        if not pitches or any(p > _SOLID and abs(p - usual) > _STRAY for p in pitches):
            return reading
    elif not is_figure(tidy(reading.text)):
        return reading
    kept = [(c, s) for c, s in zip(reading.text, reading.scores, strict=True) if not c.isspace()]
    return Reading("".join(c for c, _ in kept), tuple(s for _, s in kept))


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
