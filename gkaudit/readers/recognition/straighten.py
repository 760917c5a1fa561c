"""Pages put straight: which side is up, and a few degrees of skew."""

from __future__ import annotations

import math

import cv2
import numpy as np

from gkaudit.readers.recognition.engine import Pixels, read_lines

__all__ = ["legible", "skew", "turned", "upright_turns"]

_SHRINK = 3
_MOST_DEGREES, _COARSE, _FINE = 8.0, 0.5, 0.05
_INK = 150
#: What is thicker than this is the rim of a copier or a hole, and no print; a line along such a share of the page is
#: dirt on the glass of the scanner, which is straight however the sheet lay. So far apart are the pieces of one.
_THICK, _WHOLE, _APART = 9, 0.8, 9
#: A sample line is so high, at least so many times as wide, and so many are read.
_LINE_HIGH, _LINE_LONG, _SAMPLES = (14, 75), (4, 8), 8
_JOIN = 21
#: A page is the right way up when at least so many samples read as well as this.
_UPRIGHT, _ENOUGH = 0.6, 6
#: Characters a line should hold at least, for its length in heights.
_FILLED = 0.7
#: A page is only turned for so much more text.
_CLEARLY = 1.5


def skew(grey: Pixels) -> float:
    """Degrees by which lines on the sheet run down to the right (to be turned back).

    The profile of dark pixels along the rows (or columns, on a page that lies on its side) is sharpest
    when the page is straight. What the scanner adds to the page does not count.
    """
    small = cv2.resize(grey, None, fx=1 / _SHRINK, fy=1 / _SHRINK, interpolation=cv2.INTER_AREA)
    ink = cv2.compare(small, 255 - (255 - _INK) // 2, cv2.CMP_LT)
    ink = _without_dirt(ink[_rim(ink.shape[0]), _rim(ink.shape[1])])
    coarse = _sharpest(ink, np.arange(-_MOST_DEGREES, _MOST_DEGREES + _COARSE, _COARSE))
    return _sharpest(ink, np.arange(coarse - _COARSE, coarse + _COARSE + _FINE, _FINE))


def _without_dirt(ink: Pixels) -> Pixels:
    """Ink without the rims of a copier and lines along the whole page."""
    thick = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((_THICK, _THICK), np.uint8))
    clean = cv2.subtract(ink, cv2.dilate(thick, np.ones((5, 5), np.uint8)))
    for axis, size in enumerate(ink.shape):
        along = [1, 1]
        along[axis] = _APART
        joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(along, np.uint8))
        along[axis] = round(_WHOLE * size)
        lines = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones(along, np.uint8))
        clean = cv2.subtract(clean, cv2.dilate(lines, np.ones((3, 3), np.uint8)))
    return clean


def _rim(size: int) -> slice:
    """Without the outermost part, where copiers leave dark edges."""
    return slice(size // 40, size - size // 40)


def _sharpest(ink: Pixels, angles: Pixels) -> float:
    best, found = -1.0, 0.0
    for angle in angles.tolist():
        straight = cv2.warpAffine(ink, _rotation(ink.shape, angle), (ink.shape[1], ink.shape[0]))
        score = max(_sharpness(straight, axis) for axis in (0, 1))
        if score > best:
            best, found = score, angle
    return found


def _sharpness(ink: Pixels, axis: int) -> float:
    profile = ink.sum(axis=axis, dtype=np.float64) / 255
    return float((np.diff(profile) ** 2).sum()) / ink.shape[axis]


def _rotation(shape: tuple[int, ...], degrees: float) -> Pixels:
    height, width = shape[:2]
    return cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)


def turned(shape: tuple[int, ...], degrees: float, turns: int) -> tuple[Pixels, tuple[int, int]]:
    """The matrix (3, 3) from the sheet to the straight page, and that page's (width, height).

    Skew is turned back first, then the page by ``turns`` quarters clockwise.
    """
    height, width = shape[:2]
    back = np.vstack([_rotation(shape, degrees), [0, 0, 1]])
    quarter = np.array([[0, -1, height - 1], [1, 0, 0], [0, 0, 1]], float)
    for _ in range(turns):
        quarter[0, 2] = height - 1
        back = quarter @ back
        height, width = width, height
    return back, (width, height)


def legible(grey: Pixels) -> tuple[float, float]:
    """How well a sample line of a straight page can be read (0 to 1), and how much all samples say."""
    lines = _samples(grey)
    readings = read_lines(lines)
    good = [reading.mean * _chinese(reading.text, line) for reading, line in zip(readings, lines, strict=True)]
    said = sum(share * len(reading.text) for share, reading in zip(good, readings, strict=True))
    return (float(np.median(good)) if len(good) >= _ENOUGH else 0.0), said


def upright_turns(grey: Pixels) -> int:
    """Quarters clockwise that put a straight page upright; 0 where nothing tells."""
    score, said = legible(grey)
    if score >= _UPRIGHT:
        return 0
    found = {0: said}
    for turns, code in enumerate((cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE), 1):
        score, found[turns] = legible(cv2.rotate(grey, code))
        if score >= _UPRIGHT:
            return turns
    best = max(found, key=lambda turns: found[turns])
    return best if found[best] > _CLEARLY * found[0] else 0


def _chinese(text: str, line: Pixels) -> float:
    """Share of Chinese characters in a reading, less where a line so long should hold more of them.

    Digits and signs read the same upside down, and the recogniser knows some characters lying on their side.
    """
    count = sum("\u4e00" <= c <= "\u9fff" for c in text)
    expected = max(_FILLED * line.shape[1] / line.shape[0], len(text), 1)
    return count / expected


def _samples(grey: Pixels) -> list[Pixels]:
    """Pieces of lines of text, spread over the page."""
    ink = cv2.compare(grey, _INK, cv2.CMP_LT)
    ruled = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, 80), np.uint8))
    ruled |= cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((80, 1), np.uint8))
    words = cv2.subtract(ink, cv2.dilate(ruled, np.ones((3, 3), np.uint8)))
    joined = cv2.morphologyEx(words, cv2.MORPH_CLOSE, np.ones((1, _JOIN), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    lines = []
    for left, top, width, height, _ in stats[1:].tolist():
        if not _LINE_HIGH[0] <= height <= _LINE_HIGH[1] or width < _LINE_LONG[0] * height:
            continue
        right = left + min(width, math.floor(_LINE_LONG[1] * height))
        pad = max(2, height // 8)
        lines.append(grey[max(0, top - pad) : top + height + pad, max(0, left - pad) : right])
    step = max(1, len(lines) // _SAMPLES)
    return lines[::step][:_SAMPLES]
