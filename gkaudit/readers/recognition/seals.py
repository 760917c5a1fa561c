"""Ink that is no print: where that of a stamp is, in colour or on a scan without colour, and the sheet without it.

A blue pen is told by its colour as well; what it wrote is taken off cell by cell (see :mod:`.strokes`).

Lengths are pixels at 200 dots to the inch.
"""

from __future__ import annotations

import cv2
import numpy as np

from gkaudit.readers.recognition.engine import Pixels

__all__ = ["around", "blue_ink", "focused", "grey_ink", "red_ink", "without_grey", "without_red"]

#: Red ink: so much redder than green or blue (share of the paper's brightness), on this share of the sheet.
_RED, _LEAST_RED = 0.16, 0.0002
_SEAL_DARKNESS = 70
#: A pen writes so much of all that is dark at most; its edges are so much bluer than print.
_PEN_SHARE, _PALE = 0.2, 14
#: Brightness of stamp ink on a scan without colour; what has the colour of the ring, within so much.
_GREY, _SHADES = (62, 178), 36
#: Strokes of a seal are not thinner than this; those of print may be wider where they are darker.
_STROKE = 3
#: A piece in which nothing is so much darker than the ink is no print, where the cores of strokes beside the seal (so
#: many percent of the print) are.
_NO_PRINT, _CORES = 30, 8
#: Print below the ink is seen if it is no more than this share as bright: all print is, or so many pixels are.
_SEEN, _BELOW = 0.5, 100
#: The neighbours of a pixel of stamp ink are as bright, within so much.
_FLAT = 40
#: A scan is blurred where most of the edges of the ink (all but so many percent) are less steep than this share of
#: its darkness; how far and by how much it is made sharp again.
_EDGES, _STEEP, _BLURRED, _SHARPER = 80, 0.92, 1.2, 2
#: The ring of a seal is looked for on a sheet shrunk so far: radii in pixels there, and the share of a cell and of
#: the ring that have to be inked. Print fills a third of a ring at most.
_SHRINK, _RADII, _INKED, _RING = 4, range(28, 61), 0.24, 0.6
#: A radius found on a sheet half as large is right within so many pixels, and is one of the best so many.
_COARSE, _CANDIDATES = 2, 3
#: Width of the ring; how far from ink its soft edge and its thinner strokes are.
_RIM, _BESIDE, _NEAR = 10, 9, 25
_MOST_SEALS = 4
#: Darkness of a rule, how thin it is, and its shortest run across and down.
_RULED, _THIN, _LINES = 150, 6, ((1, 48), (48, 1))
#: Paper below ink comes out so much too light, lest the rim of the ink be seen; what is as light as that is no stroke.
_LIGHTER, _LEFT = 1.25, 215


def red_ink(image: Pixels) -> Pixels | None:
    """Where red ink is; None where there is none to speak of."""
    blue, green, red = cv2.split(image)
    mask = _coloured(red, cv2.max(blue, green))
    return mask if cv2.countNonZero(mask) > _LEAST_RED * mask.size else None


def blue_ink(image: Pixels) -> Pixels | None:
    """Where the ink of a blue pen is, with its edges; None where there is none, or where much of the print is blue."""
    blue, green, red = cv2.split(image)
    other = cv2.max(red, green)
    mask = _coloured(blue, other)
    inked = cv2.countNonZero(mask)
    if not _LEAST_RED * mask.size < inked < _PEN_SHARE * cv2.countNonZero(cv2.compare(other, _GREY[1], cv2.CMP_LT)):
        return None
    near = cv2.dilate(mask, np.ones((5, 5), np.uint8))
    return cv2.bitwise_and(near, cv2.compare(cv2.subtract(blue, other), _PALE, cv2.CMP_GT))


def _coloured(own: Pixels, other: Pixels) -> Pixels:
    """Where one channel is so much lighter than the others."""
    paper = float(np.percentile(own[::8, ::8], 90))
    mask = cv2.compare(cv2.subtract(own, other), _RED * paper, cv2.CMP_GT)
    return cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))


def without_red(grey: Pixels, red: Pixels) -> Pixels:
    """The red channel, where red ink is nearly as light as paper, with what is left of it taken off."""
    near = cv2.dilate(red, np.ones((5, 5), np.uint8))
    lighter = cv2.add(grey, _SEAL_DARKNESS)
    return np.where(near > 0, lighter, grey).astype(np.uint8)


def grey_ink(grey: Pixels) -> Pixels | None:
    """Where stamp ink is on a sheet without colour; None where no ring of a seal is seen.

    A ring stays one when it is blurred or compressed; inside it ink is what has its colour and is no thin stroke.
    """
    smooth = cv2.medianBlur(grey, 3)
    uneven = cv2.morphologyEx(smooth, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    stamped = cv2.bitwise_and(cv2.inRange(smooth, *_GREY), cv2.compare(uneven, _FLAT, cv2.CMP_LT))
    mask = np.zeros_like(grey)
    for x, y, radius in _rings(stamped):
        inside = cv2.circle(np.zeros_like(grey), (x, y), radius + _RIM, 255, -1)
        ring = cv2.circle(np.zeros_like(grey), (x, y), radius, 255, _RIM)
        ink = float(np.median(grey[cv2.bitwise_and(stamped, ring) > 0]))
        mask |= cv2.bitwise_and(cv2.inRange(_thick(grey), ink - _SHADES, ink + _SHADES), inside)
    return mask if cv2.countNonZero(mask) else None


def _thick(grey: Pixels) -> Pixels:
    """The sheet without strokes as thin as those of print."""
    return cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((_STROKE, _STROKE), np.uint8))


def _rings(stamped: Pixels) -> list[tuple[int, int, int]]:
    """Middle and radius of the rings of seals; ``stamped`` is what may be ink."""
    height, width = stamped.shape
    ink = cv2.dilate(stamped, np.ones((3, 3), np.uint8))
    small = cv2.resize(ink, (width // _SHRINK, height // _SHRINK), interpolation=cv2.INTER_AREA)
    left = (small > _INKED * 255).astype(np.float32)
    found: list[tuple[int, int, int]] = []
    while len(found) < _MOST_SEALS:
        # Half as large a ring is found in an eighth of the time; most sheets have none.
        half = cv2.resize(cv2.dilate(left, np.ones((2, 2), np.uint8)), None, fx=0.5, fy=0.5)
        rough = sorted((_best(half, radius // 2) for radius in _RADII[::2]), reverse=True)[:_CANDIDATES]
        sizes = [2 * radius for share, _, _, radius in rough if share >= _RING]
        near = {size + by for size in sizes for by in range(-_COARSE, _COARSE + 1)}
        share, x, y, radius = max((_best(left, radius) for radius in near), default=(0.0, 0, 0, 0))
        if share < _RING:
            break
        found.append((x * _SHRINK + _SHRINK // 2, y * _SHRINK + _SHRINK // 2, radius * _SHRINK))
        cv2.circle(left, (x, y), radius, 0.0, _COARSE * 2 + 1)
    return found


def _best(inked: Pixels, radius: int) -> tuple[float, int, int, int]:
    """The circle of this radius that is inked most: share, middle, radius."""
    size = 2 * radius + 3
    ring = cv2.circle(np.zeros((size, size), np.float32), (radius + 1, radius + 1), radius, 1.0)
    rim = radius + 1
    around = cv2.copyMakeBorder(inked, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=0)
    _, share, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(around, ring / ring.sum(), cv2.TM_CCORR))
    return share, x, y, radius


def focused(grey: Pixels, mask: Pixels) -> Pixels:
    """The sheet made sharp where it is blurred: print is thin, and as light as stamp ink then; ink stays as it is."""
    steep = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    edges = steep[cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 0]
    if np.percentile(edges, _EDGES) > _STEEP * (255 - _ink(grey, mask)):
        return grey
    return cv2.addWeighted(grey, 1 + _SHARPER, cv2.GaussianBlur(grey, (0, 0), _BLURRED), -_SHARPER, 0)


def _cores(grey: Pixels, mask: Pixels) -> float:
    """How dark strokes of print beside the seal are."""
    beside = grey[(around(mask) == 0) & (grey < _GREY[1])]
    return float(np.percentile(beside, _CORES)) if beside.size else 255.0


def _ink(grey: Pixels, mask: Pixels) -> float:
    return float(np.median(grey[mask > 0]))


def around(mask: Pixels) -> Pixels:
    """Where the ink of a seal is, with its thinner strokes, which its mask has not."""
    return cv2.dilate(mask, np.ones((_NEAR, _NEAR), np.uint8))


def without_grey(grey: Pixels, mask: Pixels) -> Pixels | None:
    """The sheet with stamp ink made white and print below it kept: as much lighter as the ink is dark.

    Of the thinner strokes of the seal those are taken off that are lighter than print everywhere. None where print
    below the ink is not seen: it is darker everywhere, or some of it is there. Stamp ink makes faint print as dark as
    itself and darker; where a copier has lost that nothing tells them apart.
    """
    ink, cores = _ink(grey, mask), _cores(grey, mask)
    if cores >= _SEEN * ink and np.count_nonzero(grey[mask > 0] < _SEEN * ink) <= _BELOW:
        return None
    paper = cv2.max(_thick(grey), ink)
    near = cv2.subtract(cv2.dilate(mask, np.ones((_BESIDE, _BESIDE), np.uint8)), _rules(grey))
    clean = np.where(near > 0, cv2.divide(grey, paper, scale=_LIGHTER * 255), grey).astype(np.uint8)
    if cores > ink - _NO_PRINT:
        return clean
    left = cv2.bitwise_and(cv2.compare(clean, _LEFT, cv2.CMP_LT), around(mask))
    _, labels = cv2.connectedComponents(left)
    dark = np.zeros(labels.max() + 1, bool)
    dark[labels[grey < ink - _NO_PRINT]] = True
    return np.where((left > 0) & ~dark[labels], 255, clean).astype(np.uint8)


def _rules(grey: Pixels) -> Pixels:
    """Lines longer than a character of a seal and thinner than its ring: a blurred rule is as light as ink."""
    dark = cv2.compare(grey, _RULED, cv2.CMP_LT)
    thin = cv2.subtract(dark, cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((_THIN, _THIN), np.uint8)))
    across, down = (cv2.morphologyEx(thin, cv2.MORPH_OPEN, np.ones(shape, np.uint8)) for shape in _LINES)
    return cv2.dilate(cv2.bitwise_or(across, down), np.ones((3, 3), np.uint8))
