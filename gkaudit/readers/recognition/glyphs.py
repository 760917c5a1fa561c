"""Digits compared with each other: a look at a number that owes nothing to the recogniser.

A page prints hundreds of digits in one face. What the recogniser calls 0 must look like the other zeros
of the page, and not like its eights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from gkaudit.readers.recognition.engine import Pixels
from gkaudit.readers.recognition.ink import Box, Line, in_digits

__all__ = ["SIDES", "Alphabet", "alphabet", "digit_glyphs", "has_flag", "is_slash"]

#: Every glyph is brought to this height, in a field of this width.
SIDES = _HIGH, _WIDE = 24, 20
#: A digit is compared in its place and moved by so much: one that lost a foot stands out of the middle.
_MOVED = (0, -1, 1, -2, 2)
#: A digit needs so many examples before it can vouch for another.
_EXAMPLES = 3
#: Likeness (correlation) to its own kind that confirms a digit, and the lead over any other kind.
_LIKE, _LEAD = 0.82, 0.04
#: Ink of a stroke is darker than this. So far down from its head (shares of its height) a 1 has its flag, and from
#: here to there nothing but its stem, which is straight.
_INK, _FLAG, _STEM, _STRAIGHT = 128, 0.4, (0.45, 0.85), 1
#: A slash leans so far (pixels across for one down), is no farther than this from its line, and has ink on such a share
#: of its rows.
_LEANS, _THIN, _ROWS = 0.25, 2, 0.8


def digit_glyphs(inside: Pixels, line: Line, text: str) -> list[tuple[str, Pixels]] | None:
    """Digits of a number with their pictures; None where pieces and digits do not match one to one."""
    digits = [c for c in text if c.isdigit()]
    if not digits or len(digits) != len(text.strip("., ").replace(",", "").replace(".", "").replace(" ", "")):
        return None
    one = in_digits(line, text)
    if one is None:
        return None
    return [(digit, _glyph(inside, box)) for digit, box in zip(digits, one.tall, strict=True)]


def _glyph(inside: Pixels, box: Box) -> Pixels:
    """The picture of one digit as a vector of length one; its width is part of its shape."""
    left, top, right, bottom = box
    cut = cv2.subtract(255, inside[top:bottom, left:right])
    wide = min(max(round((right - left) * _HIGH / (bottom - top)), 1), _WIDE)
    field = np.zeros((_HIGH, _WIDE), np.float32)
    begin = (_WIDE - wide) // 2
    method = cv2.INTER_AREA if bottom - top > _HIGH else cv2.INTER_LINEAR
    field[:, begin : begin + wide] = cv2.resize(cut, (wide, _HIGH), interpolation=method)
    field = cv2.GaussianBlur(field, (0, 0), 0.8)
    vector = (field - field.mean()).ravel()
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6))


def has_flag(inside: Pixels, box: Box) -> bool:
    """Whether a straight stroke reaches farther left at its head than below, as a 1 does."""
    left, top, right, bottom = box
    ink = inside[top:bottom, left:right] < _INK
    first = np.where(ink.any(axis=1), ink.argmax(axis=1), right - left)
    head, stem = first[: round(_FLAG * len(first))], first[slice(*(round(share * len(first)) for share in _STEM))]
    if not head.size or not stem.size or stem.max() - stem.min() > _STRAIGHT:
        return False
    return bool(head.min() < stem.min())


def is_slash(inside: Pixels, box: Box) -> bool:
    """Whether ink is nothing but a straight stroke that leans to the right as no 1 does, not even in italics."""
    left, top, right, bottom = box
    ys, xs = np.nonzero(inside[top:bottom, left:right] < _INK)
    if len(np.unique(ys)) < _ROWS * (bottom - top):
        return False
    lean, begin = np.polyfit(ys, xs, 1)
    return bool(-lean >= _LEANS and np.abs(xs - lean * ys - begin).max() <= _THIN)


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The mean glyph of each digit that a page shows often enough.

    ``worn``: some digit of the page has lost its sides, so that a stroke may be what is left of any.
    """

    means: dict[str, NDArray[Any]]
    worn: bool = True

    def judge(self, glyphs: Sequence[tuple[str, Pixels]]) -> str:
        """``same``, where every digit looks like its kind; ``other`` where one looks more like another kind.

        Empty where the page does not show enough to tell.
        """
        verdicts = {self._judge(digit, glyph) for digit, glyph in glyphs}
        return "other" if "other" in verdicts else "same" if verdicts == {"same"} else ""

    def _judge(self, digit: str, glyph: Pixels) -> str:
        field = glyph.reshape(_HIGH, _WIDE)
        moved = np.stack([np.roll(field, by, axis=1).ravel() for by in _MOVED])
        likeness = {kind: float((moved @ mean).max()) for kind, mean in self.means.items()}
        own = likeness.pop(digit, None)
        rival = max(likeness.values(), default=0.0)
        if own is None:
            # Unknown here; but what is called 6 and looks just like the zeros is suspicious.
            return "other" if rival > 0.5 + _LIKE / 2 else ""
        if own < rival - _LEAD:
            return "other"
        return "same" if own >= _LIKE and own > rival + _LEAD else ""


def alphabet(examples: Sequence[tuple[str, Pixels]], *, worn: bool = True) -> Alphabet:
    """The mean glyphs of digits that were read with certainty."""
    kinds: dict[str, list[Pixels]] = defaultdict(list)
    for digit, glyph in examples:
        kinds[digit].append(glyph)
    return Alphabet({digit: _mean(glyphs) for digit, glyphs in kinds.items() if len(glyphs) >= _EXAMPLES}, worn)


def _mean(glyphs: list[Pixels]) -> Pixels:
    """The mean of the half that is most alike: a misread example has no say."""
    stack = np.stack(glyphs)
    mean = np.median(stack, axis=0)
    closest = np.argsort(stack @ mean)[-max(_EXAMPLES - 1, len(glyphs) * 3 // 4) :]
    mean = stack[closest].mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-6))
