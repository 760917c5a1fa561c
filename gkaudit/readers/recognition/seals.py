"""Seals: where the ink of a stamp is, in colour or on a scan without colour, and the sheet without it.

Lengths are pixels at 200 dots to the inch.
"""

from __future__ import annotations

import cv2
import numpy as np

from gkaudit.readers.recognition.engine import Pixels

__all__ = ["grey_ink", "red_ink", "without_grey", "without_red"]

#: Red ink: so much redder than green or blue (share of the paper's brightness), on this share of the sheet.
_RED, _LEAST_RED = 0.16, 0.0002
_SEAL_DARKNESS = 70
#: Brightness of stamp ink on a scan without colour, next to that of print.
_GREY, _PRINT_DARK = (62, 178), 60
#: Print is thinner than this; a seal is so large, nearly as wide as high, and has so much ink.
_STROKE, _SIZE, _ROUND, _LEAST_INK = 4, (180, 480), 1.5, 1500
#: Parts of a seal are so near each other.
_NEAR = 31
#: Share of the page that print darkens at least: on a faint copy print itself is grey.
_LEAST_DARK = 0.004


def red_ink(image: Pixels) -> Pixels | None:
    """Where red ink is; None where there is none to speak of."""
    blue, green, red = cv2.split(image)
    excess = cv2.subtract(red, cv2.max(blue, green))
    paper = float(np.percentile(red[::8, ::8], 90))
    mask = cv2.compare(excess, _RED * paper, cv2.CMP_GT)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    return mask if cv2.countNonZero(mask) > _LEAST_RED * mask.size else None


def without_red(grey: Pixels, red: Pixels) -> Pixels:
    """The red channel, where red ink is nearly as light as paper, with what is left of it taken off."""
    near = cv2.dilate(red, np.ones((5, 5), np.uint8))
    lighter = cv2.add(grey, _SEAL_DARKNESS)
    return np.where(near > 0, lighter, grey).astype(np.uint8)


def grey_ink(grey: Pixels) -> Pixels | None:
    """Where stamp ink is on a sheet without colour; None where nothing looks like a seal.

    It is lighter than the print, its strokes are thicker, and together they are about as wide as high.
    """
    smooth = cv2.medianBlur(grey, 3)
    inked = cv2.morphologyEx(cv2.inRange(smooth, *_GREY), cv2.MORPH_OPEN, np.ones((_STROKE, _STROKE), np.uint8))
    if cv2.countNonZero(inked) < _LEAST_INK or np.count_nonzero(grey < _PRINT_DARK) < _LEAST_DARK * grey.size:
        return None
    joined = cv2.dilate(inked, np.ones((_NEAR, _NEAR), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    mask = np.zeros_like(grey)
    for number in range(1, count):
        left, top, width, height, _ = stats[number].tolist()
        wide, high = width - _NEAR + 1, height - _NEAR + 1
        if not all(_SIZE[0] <= side <= _SIZE[1] for side in (wide, high)) or max(wide, high) > _ROUND * min(wide, high):
            continue
        # The star in the middle stands by itself.
        area = np.s_[top : top + height, left : left + width]
        if cv2.countNonZero(inked[area]) >= _LEAST_INK:
            mask[area] |= inked[area]
    return mask if cv2.countNonZero(mask) else None


def without_grey(grey: Pixels, mask: Pixels) -> Pixels:
    """The sheet with stamp ink made white and print below it kept: it is darker."""
    ink = float(np.median(grey[mask > 0]))
    near = cv2.dilate(mask, np.ones((9, 9), np.uint8))
    inside = grey[near > 0]
    dark = inside[inside < (ink + _PRINT_DARK) / 2]
    print_ = float(np.percentile(dark, 40)) if dark.size else 0.0
    light = (print_ + ink) / 2 + (ink - print_) / 4
    steps = np.clip((np.arange(256) - print_) * 255 / max(light - print_, 1.0), 0, 255)
    table = np.where(np.arange(256) < print_, np.arange(256), steps).astype(np.uint8)
    return np.where(near > 0, cv2.LUT(grey, table), grey).astype(np.uint8)
