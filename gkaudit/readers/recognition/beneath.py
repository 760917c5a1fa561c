"""A single digit below the strokes of a pen, known by its place and by the shape that the page's other digits have.

Strokes that touch a digit are taken off with it. But a digit is printed where all numbers of its table stand, and
all of its ink is there, whatever else is.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from gkaudit.readers.recognition.engine import Pixels
from gkaudit.readers.recognition.glyphs import SIDES, Alphabet
from gkaudit.readers.recognition.ink import Line
from gkaudit.readers.recognition.looks import View, read_twice
from gkaudit.readers.recognition.strokes import room_for_a_digit

__all__ = ["Number", "Place", "digits_below", "place_of"]

#: So many numbers tell where those of their table stand, and most do so where they agree within so much (in heights).
_TELLING, _MOSTLY, _BESIDE = 5, 0.9, 0.15
#: Digits that straight strokes do not make. So many of a kind tell how much of its shape is ink; below strokes hardly
#: less of it is, and so much more than of any other. How certain one of the looks is.
_CURVED, _KNOWN, _LESS, _AHEAD, _CERTAIN = frozenset("0235689"), 2, 0.05, 0.15, 0.6
#: Ink is as dark as this; the core of a shape is so dark (of its range).
_INK, _CORE = 150, 0.55
#: The stem of a 1 has ink on such a share of its rows; those of 11 are so far from its middle (in heights).
_STEM, _STEMS = 0.9, (0.12, 0.6)
#: A digit is looked for within so many pixels around its place.
_AROUND = 2


class Number(NamedTuple):
    """A number that nothing lies over: its text, the inside of its cell, its line there."""

    text: str
    inside: Pixels
    line: Line


class Place(NamedTuple):
    """Where the numbers of a table stand: from the middle of the cell to theirs, and their height (pixels)."""

    right: float
    down: float
    height: int


class Shape(NamedTuple):
    """The share of the core of a digit that is ink, and from where to where it reaches in the cell (pixels)."""

    share: float
    left: int
    right: int


def digits_below(
    signed: Mapping[int, View],
    numbers: Sequence[Number],
    digits: Alphabet,
    elsewhere: Sequence[Sequence[Number]] = (),
) -> dict[int, tuple[str, float]]:
    """Digits of cells that somebody signed across, and the certainty with which they are read (0 to 1).

    As much of a digit's shape is ink as where nothing lies over it, and much more than of any other that the page
    shows; and two looks at this place read it. ``numbers`` are others of the same table, ``elsewhere`` those of the
    other tables of the page, where these do not show the digit often enough.
    """
    place = place_of(numbers) if signed else None
    if place is None:
        return {}
    cores = _shapes(digits, place.height)
    least = _least([numbers, *elsewhere], digits)
    found = {}
    for i, view in signed.items():
        inside = view.inside if view.other is None else view.other
        digit, shape = _shown(_seen(inside, place, cores), least)
        line = _cut_out(inside, place, shape)
        if digit and _stands_alone(inside, line, digit):
            text, certain = read_twice(inside, line)
            if text == digit and certain >= _CERTAIN:
                found[i] = (text, certain)
    return found


def _least(tables: Sequence[Sequence[Number]], digits: Alphabet) -> dict[str, float]:
    """How much of a digit's shape is ink at least, by the first tables that show it often enough."""
    usual: defaultdict[str, list[float]] = defaultdict(list)
    for numbers in tables:
        known = {digit for digit, shares in usual.items() if len(shares) >= _KNOWN}
        place = place_of(numbers)
        if place is not None:
            cores = _shapes(digits, place.height)
            for number in numbers:
                if number.text in cores.keys() - known:
                    own = _seen(number.inside, place, {number.text: cores[number.text]})
                    usual[number.text].append(own[number.text].share)
    return {digit: min(shares) - _LESS for digit, shares in usual.items() if len(shares) >= _KNOWN}


def _shown(shapes: Mapping[str, Shape], least: Mapping[str, float]) -> tuple[str, Shape]:
    """The digit whose shape is there, at least so much of it; none where another could be as well."""
    ranked = sorted(shapes, key=lambda digit: shapes[digit].share, reverse=True)
    best = next(iter(ranked), "")
    rival = shapes[ranked[1]].share if len(ranked) > 1 else 0.0
    if best in _CURVED and best in least and shapes[best].share >= max(least[best], rival + _AHEAD):
        return best, shapes[best]
    return "", Shape(0.0, 0, 0)


def _stands_alone(inside: Pixels, line: Line, digit: str) -> bool:
    """Whether this is all of the number: the digit in the middle of three has one on either side.

    And 11 with strokes above and below is a 0, but for its stems, which are as high as the line.
    """
    ink = (inside < _INK).astype(np.uint8)
    before, _, behind = room_for_a_digit(ink, line)
    if before and behind:
        return False
    if digit != "0":
        return True
    stems = ink[line.top : line.bottom].mean(axis=0) >= _STEM
    middle, near, far = (line.left + line.right) / 2, _STEMS[0] * line.height, _STEMS[1] * line.height
    left = stems[max(0, round(middle - far)) : round(middle - near)]
    return not (left.any() and stems[round(middle + near) : round(middle + far)].any())


def place_of(numbers: Sequence[Number]) -> Place | None:
    """The place of numbers; None where they do not agree."""
    found = np.array([_off(number) for number in numbers])
    if len(found) < _TELLING:
        return None
    usual = np.median(found, axis=0)
    near = (np.abs(found - usual) <= _BESIDE * usual[2]).all(axis=1)
    return Place(float(usual[0]), float(usual[1]), round(float(usual[2]))) if near.mean() >= _MOSTLY else None


def _off(number: Number) -> Place:
    """Where one number stands."""
    (high, wide), line = number.inside.shape, number.line
    return Place((line.left + line.right - wide) / 2, (line.top + line.bottom - high) / 2, line.height)


def _shapes(digits: Alphabet, height: int) -> dict[str, Pixels]:
    """The core of each digit that the page shows, at this height: where all of them have ink."""
    high, wide = SIDES
    found = {}
    for digit, mean in digits.means.items():
        field = cv2.resize(mean.reshape(SIDES).astype(np.float32), (round(wide * height / high), height))
        found[digit] = field > field.min() + _CORE * (field.max() - field.min())
    return found


def _seen(inside: Pixels, place: Place, cores: Mapping[str, Pixels]) -> dict[str, Shape]:
    """How much of each digit is there in this place of a cell."""
    ink = np.pad(inside < _INK, place.height)
    return {digit: _fitted(ink, core, inside, place) for digit, core in cores.items()}


def _fitted(ink: Pixels, core: Pixels, inside: Pixels, place: Place) -> Shape:
    left = round((inside.shape[1] - core.shape[1]) / 2 + place.right)
    top = round((inside.shape[0] - core.shape[0]) / 2 + place.down)
    filled = np.flatnonzero(core.any(axis=0))
    best = Shape(0.0, left, left)
    for x, y in itertools.product(range(left - _AROUND, left + _AROUND + 1), range(top - _AROUND, top + _AROUND + 1)):
        # The ink has a margin as wide as numbers are high.
        cut = ink[y + place.height :, x + place.height :][: core.shape[0], : core.shape[1]]
        share = float(cut[core].mean()) if cut.shape == core.shape else 0.0
        if share > best.share:
            best = Shape(share, x + int(filled[0]), x + int(filled[-1]) + 1)
    return best


def _cut_out(inside: Pixels, place: Place, shape: Shape) -> Line:
    """The line of a single digit in this place of a cell, whatever runs through it."""
    middle = inside.shape[0] / 2 + place.down
    top, bottom = max(0, round(middle - place.height / 2)), min(inside.shape[0], round(middle + place.height / 2))
    box = (max(0, shape.left), top, min(inside.shape[1], shape.right), bottom)
    return Line(*box, (box,))
