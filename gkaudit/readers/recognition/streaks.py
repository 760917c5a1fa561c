"""Tables without the streaks of dirt that a scanner draws down them, and with the print below these as far as it shows.

A streak is as dark all along its way: what is darker is print below it. Lengths are pixels at 200 dots to the inch.
"""

from __future__ import annotations

import cv2
import numpy as np

from gkaudit.readers.recognition.engine import Pixels
from gkaudit.readers.recognition.ruling import Masks

__all__ = ["around", "below_streaks", "without_rules"]

#: A streak is narrower than this: strokes that end on both sides of it go on.
_BRIDGE = 8
#: It bends as a parabola at most, is looked at so far from its middle, and has so many rows at least.
_BEND, _WIDE, _LONG = 2, 6, 60
#: How bright it is is told by so many rows on either side, every so many rows: most (percent) are as bright.
_AROUND, _STEP, _MOSTLY = 40, 40, 60
#: Distances from its middle are told apart by such a part of a pixel.
_FINE = 2
#: Brightness above which nothing of it is seen, and below which nothing shows through.
_CLEAR, _OPAQUE = 235, 140


def around(mask: Pixels) -> Pixels:
    """A mask with one pixel around it."""
    return cv2.dilate(mask, np.ones((3, 3), np.uint8))


def without_rules(grey: Pixels, masks: Masks) -> Pixels:
    """A table without its rules and streaks; strokes that a streak crosses, dark on both sides of it, go on."""
    clean = np.where(around(masks.across | masks.down | masks.streaks) > 0, 255, grey).astype(np.uint8)
    if not cv2.countNonZero(masks.streaks):
        return clean
    bridged = cv2.morphologyEx(clean, cv2.MORPH_OPEN, np.ones((1, _BRIDGE), np.uint8))
    dirt = cv2.subtract(around(masks.streaks), around(masks.across | masks.down))
    return np.where(dirt > 0, bridged, clean).astype(np.uint8)


def below_streaks(grey: Pixels, masks: Masks) -> Pixels:
    """A table without its rules, and with as much lighter as a streak is dark along its way: print below it shows.

    Where the streak is too dark for anything to show, what is on either side of it goes on to its middle.
    """
    clean = grey.copy()
    joined = cv2.morphologyEx(masks.streaks, cv2.MORPH_CLOSE, np.ones((31, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    ruled = around(masks.across)
    for number in range(1, count):
        ys, xs = np.nonzero((labels == number) & (masks.streaks > 0))
        if stats[number][cv2.CC_STAT_HEIGHT] >= _LONG:
            _take_off(clean, ruled, ys, xs)
        else:
            clean[ys, xs] = 255
    return np.where(around(masks.across | masks.down) > 0, 255, clean).astype(np.uint8)


def _take_off(grey: Pixels, ruled: Pixels, ys: Pixels, xs: Pixels) -> None:
    """Take off one streak; ``ys`` and ``xs`` are the pixels of its mask."""
    first, last = int(ys.min()), int(ys.max()) + 1
    line = np.polyfit(ys, xs, _BEND)
    before = grey.copy()
    for begin in range(first, last, _STEP):
        rows = np.arange(max(first, begin - _AROUND), min(last, begin + _STEP + _AROUND))
        profile = _profile(before, rows[~_crossed(ruled, rows, line)], line)
        if profile is not None:
            for y in range(begin, min(last, begin + _STEP)):
                _clear(grey[y], float(np.polyval(line, y)), profile)


def _crossed(ruled: Pixels, rows: Pixels, line: Pixels) -> Pixels:
    """Where a rule crosses the streak."""
    crossed: Pixels = ruled[rows, np.clip(np.polyval(line, rows).round().astype(int), 0, ruled.shape[1] - 1)] > 0
    return crossed


def _profile(grey: Pixels, rows: Pixels, line: Pixels) -> tuple[Pixels, Pixels] | None:
    """How bright a streak is on most of these rows, by the distance from its middle; None where there is none."""
    middle = np.polyval(line, rows)
    places = np.floor(middle).astype(int)[:, None] + np.arange(-_WIDE, _WIDE + 1)
    values = grey[rows[:, None], np.clip(places, 0, grey.shape[1] - 1)]
    offsets = places - middle[:, None]
    steps = np.round(offsets * _FINE).astype(int)
    groups = [steps == step for step in np.unique(steps)]
    usual = np.array([np.percentile(values[group], _MOSTLY) for group in groups])
    return (np.array([offsets[group].mean() for group in groups]), usual) if (usual < _CLEAR).any() else None


def _clear(row: Pixels, middle: float, profile: tuple[Pixels, Pixels]) -> None:
    """Take a streak off one row."""
    places = np.arange(max(1, int(middle) - _WIDE), min(len(row) - 1, int(middle) + _WIDE + 1))
    dark = np.interp(places - middle, *profile)
    places, dark = places[dark < _CLEAR], dark[dark < _CLEAR]
    if not places.size:
        return
    sides = [places[0] - 1, places[-1] + 1]
    across = np.interp(places, sides, row[sides])
    lighter = np.minimum(row[places] * (255 / np.maximum(dark, 1)), 255)
    row[places] = np.where(dark < _OPAQUE, across, lighter).round()
