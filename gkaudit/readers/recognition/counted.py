"""The word for what is counted behind a number (3件): told by its looks in its table, and taken out of a cell.

Dust beside it and cracks in it say nothing about the number, which is then read like any other.

Boxes are pixels of the inside of a cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from gkaudit.readers.recognition.engine import Pixels
from gkaudit.readers.recognition.figures import without_count
from gkaudit.readers.recognition.ink import Box, Ink, Line, hull, in_digits, is_spot
from gkaudit.readers.recognition.looks import View

__all__ = ["Word", "usual_word", "without_word"]

#: How wide a character is (in heights of its line).
_WIDE = (0.6, 1.25)
#: So many examples tell how a word looks; they are as wide and high but for a pixel.
_EXAMPLES, _STRAY = 5, 1
#: Likeness (correlation) that makes a word of what cracks have left of it; no digits look so much like it.
_LIKE = 0.65
#: What is as light as this is paper.
_PAPER = 200


@dataclass(frozen=True, slots=True)
class Word:
    """What is counted in a table, how it looks (its ink with a pixel around it), and where numbers stand before it."""

    text: str
    picture: NDArray[Any]
    #: The digits alone, by the number of the cell.
    numbers: Mapping[int, tuple[str, Line]]


def usual_word(cells: Iterable[tuple[int, str, Pixels, Ink]]) -> Word | None:
    """The word behind most of the numbers of a table that have one; None where too few do.

    ``cells`` are those read with certainty: number of the cell, reading, inside, and what stands there.
    """
    found = [(i, text, inside, *parts) for i, text, inside, ink in cells if (parts := _split(ink, text)) is not None]
    counts = Counter(text.removeprefix(without_count(text)) for _, text, *_ in found)
    word = counts.most_common(1)[0][0] if counts else ""
    own = [one for one in found if one[1].endswith(word)]
    sizes = np.array([(box[2] - box[0], box[3] - box[1]) for *_, box in own])
    if len(own) < _EXAMPLES:
        return None
    wide, high = np.median(sizes, axis=0).round().astype(int).tolist()
    alike = [one for one, size in zip(own, sizes, strict=True) if np.abs(size - (wide, high)).max() <= _STRAY]
    pictures = [_picture(inside, box, wide, high) for _, _, inside, _, box in alike]
    whole = [picture for picture in pictures if picture is not None]
    if len(whole) < _EXAMPLES:
        return None
    numbers = {i: (without_count(text), line) for i, text, _, line, _ in alike}
    return Word(word, _trimmed(np.median(whole, axis=0).astype(np.uint8), wide + 1), numbers)


def _split(ink: Ink, text: str) -> tuple[Line, Box] | None:
    """The digits of a number, and the box of the word behind them; None where they are not told apart."""
    number = without_count(text)
    if len(ink.lines) != 1 or number == text or not number.isdigit():
        return None
    line, characters = ink.lines[0], len(text) - len(number)
    for count in range(len(number), len(line.pieces)):
        digits, word = hull(line.pieces[:count]), hull(line.pieces[count:])
        wide = (word[2] - word[0]) / (characters * line.height)
        own = Line(*digits, line.pieces[:count])
        if digits[2] <= word[0] and _WIDE[0] <= wide <= _WIDE[1] and in_digits(own, number) is not None:
            return own, word
    return None


def _picture(inside: Pixels, box: Box, wide: int, high: int) -> Pixels | None:
    """A word with a pixel around it, and behind it what cracks have parted from it."""
    left, top, more = box[0] - 1, box[1] - 1, wide // 2
    room = cv2.copyMakeBorder(inside, 0, 0, 0, more, cv2.BORDER_CONSTANT, value=255)
    cut = room[max(top, 0) : top + high + 2, max(left, 0) : left + wide + more + 2]
    return cut if cut.shape == (high + 2, wide + more + 2) else None


def _trimmed(picture: Pixels, least: int) -> Pixels:
    """A word without the paper behind it."""
    filled = np.flatnonzero(np.any(picture < _PAPER, axis=0))
    return picture[:, : max(least, int(filled[-1]) + 1 if filled.size else 0) + 1]


def without_word(view: View, ink: Ink, word: Word) -> View | None:
    """The cell as it would be without the word: narrower, or without the line that this is; None where it has none.

    Behind it is nothing but dust.
    """
    high, wide = word.picture.shape
    if ink.kind != "print" or view.inside.shape[0] < high or view.inside.shape[1] <= wide:
        return None
    likeness = cv2.matchTemplate(view.inside, word.picture.astype(np.uint8), cv2.TM_CCOEFF_NORMED)
    _, best, _, (left, top) = cv2.minMaxLoc(likeness)
    behind = [box for line in ink.lines for box in line.pieces if box[0] >= left + wide - 1]
    if best < _LIKE or not all(map(is_spot, behind)):
        return None
    middle = top + high / 2
    below = len(ink.lines) > 1 and ink.lines[-1].top < middle and ink.lines[-2].bottom <= top + 1
    gone = np.s_[top : top + high] if below else np.s_[left : left + wide]
    layers = {name: getattr(view, name) for name in ("inside", "other", "strokes", "veil")}
    cut = {name: np.delete(layer, gone, axis=0 if below else 1) for name, layer in layers.items() if layer is not None}
    return replace(view, **cut)
