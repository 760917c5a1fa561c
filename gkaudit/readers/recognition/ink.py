"""What stands in a cell before anybody reads it: nothing, a dash, or lines of print.

Whether a cell is blank is decided here, by its pixels, and never by a recogniser that returned nothing.
Lengths are pixels at 200 dots to the inch.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from gkaudit.readers.recognition.engine import Pixels

__all__ = [
    "SPOT",
    "Box",
    "Ink",
    "Line",
    "foot",
    "fringed",
    "hull",
    "in_digits",
    "is_minus",
    "is_spot",
    "look_at",
    "mended",
    "points",
    "stacked",
    "usual_height",
]

#: A pixel so much darker than paper is ink (of 255), or so many times the grain of the paper.
_DARKER, _GRAINS = 50, 4.5
#: The grain is smoothed before ink is looked for where it is stronger than this; it falls to that share.
_GRAINY, _SMOOTHED = 4, 0.3
#: Dirt: spots not longer than this; a few of them, with so little ink in all, leave a cell blank.
SPOT, _SPOTS, _SPOTS_AREA = 6, 4, 60
#: A cell over several rows may have one more for so many pixels.
_PER_SPOT = 8000
#: Specks that are no print wherever they stand.
_SPECK_AREA = 6
#: A minus is so long at least, and so many times as long as high; its middle is so far below the head of the digits.
_BAR, _BAR_LONG, _HALFWAY = 4, 1.6, (0.25, 0.8)
#: A dash is lower than this, or than this share of a character, and longer than high.
_DASH_HIGH, _DASH_SHARE, _DASH_LONG = 8.4, 0.3, 2
#: A dot farther than this (in heights of the line) from the print beside it is dirt.
_NEAR = 0.8
#: Pixels that worn print or a hard threshold takes from a thin stroke; width of the widest digit in heights.
_CRACK, _WIDEST = 1, 0.85
#: The widest crack within a digit; a point stands farther from those beside it.
_SPLIT = 2
#: Specks within so many pixels of a digit may be what is left of its ends; print is darker than that.
_FRINGE, _DARK = 2, 128
#: Pieces of this share of the line's height are digits, or most of one; points and commas are lower than that.
_TALL, _LOW = 0.6, 0.5
#: Share of a character's height below which a run of rows is no line of its own.
_LINE_SHARE, _LINE_MOST = 0.45, 1.2


#: Left, top, right and bottom in pixels.
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of print in a cell: its box, and the boxes of its connected pieces from left to right."""

    left: int
    top: int
    right: int
    bottom: int
    pieces: tuple[Box, ...]

    @property
    def height(self) -> int:
        """Height of the ink."""
        return self.bottom - self.top

    @property
    def tall(self) -> list[Box]:
        """The pieces that are digits, or most of one."""
        return [box for box in self.pieces if box[3] - box[1] > _TALL * self.height]


@dataclass(frozen=True, slots=True)
class Ink:
    """What stands in a cell. ``kind`` is blank, dash or print; ``lines`` are in pixels of the cell's inside."""

    kind: str
    lines: tuple[Line, ...] = ()
    mask: Pixels | None = None


def _mask(inside: Pixels, noise: float) -> Pixels:
    """Where ink is."""
    if noise > _GRAINY:
        inside = cv2.GaussianBlur(inside, (0, 0), 1.0)
        noise *= _SMOOTHED
    paper = min(255.0, float(np.percentile(inside, 70)))
    return cv2.compare(inside, paper - max(_DARKER, _GRAINS * noise), cv2.CMP_LT)


def look_at(inside: Pixels, noise: float, height: float) -> Ink:
    """Look at the inside of a cell (grey, rules taken out). ``height`` is that of a character in this table."""
    mask = _mask(inside, noise)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    pieces = [stats[i].tolist() for i in range(1, count)]
    large = [p for p in pieces if max(p[2], p[3]) > SPOT]
    spots = _SPOTS + inside.size // _PER_SPOT
    if not large and len(pieces) <= spots and sum(p[4] for p in pieces) <= spots * _SPOTS_AREA // _SPOTS:
        return Ink("blank")
    dirty = [_is_dirt(piece, large) for piece in pieces]
    kept = [piece for piece, dirt in zip(pieces, dirty, strict=True) if not dirt]
    mask[np.array([False, *dirty])[labels]] = 0
    if not kept:
        return Ink("blank") if len(pieces) <= spots else Ink("print", (), mask)
    lines = _lines(mask, kept, height)
    if len(lines) == 1 and _is_dash(lines[0], height):
        return Ink("dash", lines, mask)
    return Ink("print", lines, mask)


def _is_dirt(piece: list[int], large: list[list[int]]) -> bool:
    """Whether a spot stands away from all print: no decimal point, no comma, no sign, no part of a character."""
    left, top, width, height, area = piece
    if is_minus(_box(piece), map(_box, large)):
        return False
    if area <= _SPECK_AREA:
        return True
    if not large or max(width, height) > SPOT:
        return False
    first, last = min(p[0] for p in large), max(p[0] + p[2] for p in large)
    for a, b, w, h, _ in large:
        near = _NEAR * max(h, 14)
        level = top + height > b - 3 and top < b + h + max(5, h // 3)
        low = top + height > b + 2 * h / 3
        within = first <= left and left + width <= last
        if level and (low or within) and left + width > a - near and left < a + w + near:
            return False
    return True


def _box(piece: list[int]) -> Box:
    left, top, width, height, _ = piece
    return left, top, left + width, top + height


def is_minus(bar: Box, print_: Iterable[Box]) -> bool:
    """Whether a piece may be the minus before a number: a bar at half its height. Dust is hardly so long."""
    left, top, right, bottom = bar
    if right - left < max(_BAR, _BAR_LONG * (bottom - top)):
        return False
    first, head, _, foot_ = min(print_, default=bar)
    high = foot_ - head
    level = _HALFWAY[0] * high < (top + bottom) / 2 - head < _HALFWAY[1] * high
    return level and 0 <= first - right <= _NEAR * high


def _is_dash(line: Line, height: float) -> bool:
    low = line.height <= max(_DASH_HIGH, _DASH_SHARE * height)
    return low and line.right - line.left >= max(_DASH_LONG * line.height, 6)


def _lines(mask: Pixels, pieces: list[list[int]], height: float) -> tuple[Line, ...]:
    """Lines from the rows that hold ink; a run too low for a line belongs to its nearest neighbour."""
    filled = np.flatnonzero((mask > 0).any(axis=1))
    breaks = np.flatnonzero(np.diff(filled) > 1)
    runs = [
        [int(filled[a]), int(filled[b]) + 1]
        for a, b in zip([0, *(breaks + 1)], [*breaks, len(filled) - 1], strict=True)
    ]
    runs = _merged(runs, height)
    lines = []
    for top, bottom in runs:
        own = sorted(tuple(p[:4]) for p in pieces if top <= p[1] + p[3] / 2 < bottom)
        if own:
            left, right = min(p[0] for p in own), max(p[0] + p[2] for p in own)
            boxes = tuple((a, b, a + w, b + h) for a, b, w, h in own)
            lines.append(Line(left, top, right, bottom, boxes))
    # Specks above or below the print, each a line of its own.
    return tuple(line for line in lines if len(lines) == 1 or not _is_specks(line))


def points(line: Line) -> list[Box]:
    """Pieces that may be points or commas: low ones at the foot of the line, between its digits.

    What stands below another piece, or reaches under the left half of a digit, is the end of a broken stroke. Between
    two digits there is one mark: a speck beside or right above one that is larger than dust is dust.
    """
    height, tall = max(b[3] - b[1] for b in line.pieces), line.tall
    if not tall:
        return []
    base = foot(tall)
    found = [
        b
        for b in line.pieces
        if b[3] - b[1] < _LOW * height
        and b[3] > base - height / 3
        and tall[0][2] - 2 < b[0] < tall[-1][0] + 2
        and not any(digit[0] - 1 <= (b[0] + b[2]) / 2 < (digit[0] + digit[2]) / 2 for digit in tall)
        and not any(
            other[3] <= b[1] and _above(other, b) and (is_spot(b) or not is_spot(other) or other[1] < base - height / 2)
            for other in line.pieces
            if other not in tall
        )
    ]
    return [b for b in found if not (is_spot(b) and any(_same_gap(b, other, tall) for other in found))]


def is_spot(box: Box) -> bool:
    """Whether a piece is as small as dust."""
    left, top, right, bottom = box
    return max(right - left, bottom - top) <= SPOT


def _same_gap(speck: Box, mark: Box, digits: Sequence[Box]) -> bool:
    """Whether a mark that is larger than dust stands between the same digits as a speck."""
    before = [sum((digit[0] + digit[2]) / 2 <= (box[0] + box[2]) / 2 for digit in digits) for box in (speck, mark)]
    return not is_spot(mark) and before[0] == before[1]


def foot(digits: Sequence[Box]) -> int:
    """The height at which digits end; one of them may reach lower."""
    return sorted(box[3] for box in digits)[len(digits) // 2]


def stacked(line: Line) -> Line:
    """The line with pieces joined that stand one above the other: those of one broken digit."""
    alone = points(line)
    groups: list[list[Box]] = []
    for box in line.pieces:
        own = [g for g in groups if box not in alone and any(_above(b, box) for b in g if b not in alone)]
        groups = [g for g in groups if g not in own] + [[box, *itertools.chain.from_iterable(own)]]
    return replace(line, pieces=tuple(sorted(map(hull, groups))))


def _above(one: Box, other: Box) -> bool:
    """Whether most of one piece is above or below the other."""
    common = min(one[2], other[2]) - max(one[0], other[0])
    return common > min(one[2] - one[0], other[2] - other[0]) / 2


def mended(line: Line, apart: Sequence[Box] = ()) -> Line:
    """The line with pieces joined that a crack of one pixel parts, where together they are no wider than a digit.

    ``apart`` are pieces that stay what they are: points and commas that were read.
    """
    groups = [[box] for box in line.pieces]
    # A comma makes the line higher, and no digit wider.
    widest = _WIDEST * max(box[3] - box[1] for box in line.pieces)
    # The closest first: a foot that nearly touches the next digit goes to its own; and halves of a digit before a
    # digit and half of the next.
    pairs = itertools.combinations([b for b in line.pieces if b not in apart], 2)
    for first, second in sorted(pairs, key=lambda pair: (_apart(pair), _across(pair))):
        one, other = (next(g for g in groups if box in g) for box in (first, second))
        if one is not other and _cracked(first, second) and _across([*one, *other]) <= widest:
            one += other
            groups = [group for group in groups if group is not other]
    return replace(line, pieces=tuple(sorted(map(hull, groups))))


def fringed(inside: Pixels, line: Line) -> Line:
    """The line with its tall pieces as wide as they are with the specks beside them, which are no pieces."""
    inked: Pixels = np.any(inside[line.top : line.bottom] < _DARK, axis=0)
    wide = {box: _with_fringe(box, line, inked) for box in line.tall}
    return replace(line, pieces=tuple(sorted(wide.get(box, box) for box in line.pieces)))


def _with_fringe(box: Box, line: Line, inked: Pixels) -> Box:
    left, top, right, bottom = box
    most = round(_WIDEST * (bottom - top))
    first = max([0, right - most, *(b[2] for b in line.pieces if b[2] <= left)])
    last = min([len(inked), left + most, *(b[0] for b in line.pieces if b[0] >= right)])
    while (near := inked[max(first, left - _FRINGE) : left]).any():
        left -= len(near) - int(near.argmax())
    while (near := inked[right : min(last, right + _FRINGE)]).any():
        right += len(near) - int(near[::-1].argmax())
    return left, top, right, bottom


def in_digits(line: Line, text: str) -> Line | None:
    """The line of a number with its digits as pieces: as they are, mended, parted at the widest gaps or evenly.

    None where it cannot be: gaps between digits are wider than the cracks within them. Where a point or a comma
    was read nothing is parted, or it would go to a digit.
    """
    count = sum(c.isdigit() for c in text)
    marked = any(c in text for c in ".,，．")
    whole = mended(stacked(line), points(line) if marked else ())
    if len(whole.pieces) > count and not marked:
        parted = _parted(line, count) or _shared_out(line, count)
        if parted:
            return parted
    if count == 1 and len(whole.tall) > 1 and line.right - line.left <= _WIDEST * line.height:
        # A threshold takes head and foot of a 0 and leaves its sides.
        return replace(line, pieces=(hull(line.pieces),))
    fitting = (one for one in (whole, line) if len(one.tall) == count)
    return next(fitting, None)


def _parted(line: Line, count: int) -> Line | None:
    gaps: list[tuple[int, int]] = []
    reach = line.pieces[0][2]
    for number, box in enumerate(line.pieces[1:], 1):
        gaps.append((box[0] - reach, number))
        reach = max(reach, box[2])
    widest = sorted(gaps, reverse=True)
    if count < 1 or len(gaps) < count or widest[count - 1][0] > _SPLIT:
        # What stands farther from its digit may be a point.
        return None
    if count > 1 and widest[count - 2][0] <= max(1, widest[count - 1][0]):
        return None
    cuts = [0, *sorted(number for _, number in widest[: count - 1]), len(line.pieces)]
    boxes = [hull(line.pieces[a:b]) for a, b in itertools.pairwise(cuts)]
    return replace(line, pieces=tuple(boxes)) if all(_is_whole(box, line) for box in boxes) else None


def _shared_out(line: Line, count: int) -> Line | None:
    """The pieces of so many digits, which stand equally far apart; None where that is not how the pieces stand."""
    if count < 2 or points(line):  # noqa: PLR2004
        return None
    # Between digits there is so much room as well.
    pitch = (line.right - line.left + _SPLIT) / count
    groups: list[list[Box]] = [[] for _ in range(count)]
    for box in line.pieces:
        groups[min(int(((box[0] + box[2]) / 2 - line.left + _SPLIT / 2) / pitch), count - 1)].append(box)
    boxes = [hull(group) for group in groups if group]
    whole = len(boxes) == count and all(_is_whole(box, line) for box in boxes)
    close = all(_apart(pair) <= _SPLIT for group in groups for pair in itertools.pairwise(group))
    apart = all(_apart(pair) >= 0 for pair in itertools.pairwise(boxes))
    return replace(line, pieces=tuple(boxes)) if whole and close and apart else None


def _is_whole(box: Box, line: Line) -> bool:
    """Whether a box has the height of the line, and is no wider than a digit."""
    return box[3] - box[1] > _TALL * line.height and box[2] - box[0] <= _WIDEST * line.height


def hull(boxes: Sequence[Box]) -> Box:
    """The box around boxes."""
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _across(boxes: Sequence[Box]) -> int:
    """How wide boxes are together."""
    left, _, right, _ = hull(boxes)
    return right - left


def _apart(pair: tuple[Box, Box]) -> int:
    """How far two pieces stand apart across the line; negative where one is below the other."""
    before, box = pair
    return max(box[0] - before[2], before[0] - box[2])


def _cracked(before: Box, box: Box) -> bool:
    """Whether next to nothing parts two pieces."""
    return _apart((before, box)) <= _CRACK and max(box[1] - before[3], before[1] - box[3]) <= _CRACK


def _is_specks(line: Line) -> bool:
    return len(line.pieces) <= 2 and all(max(c - a, d - b) <= SPOT + 1 for a, b, c, d in line.pieces)  # noqa: PLR2004


def _merged(runs: list[list[int]], height: float) -> list[list[int]]:
    runs = [list(run) for run in runs]
    while len(runs) > 1:
        low = [i for i, (a, b) in enumerate(runs) if b - a < _LINE_SHARE * height]
        best: tuple[int, int] | None = None
        for i in low:
            for j in (i - 1, i):
                if 0 <= j < len(runs) - 1:
                    joined = runs[j + 1][1] - runs[j][0]
                    gap = runs[j + 1][0] - runs[j][1]
                    if joined <= _LINE_MOST * height and (best is None or gap < best[0]):
                        best = (gap, j)
        if best is None:
            return runs
        j = best[1]
        runs[j : j + 2] = [[runs[j][0], runs[j + 1][1]]]
    return runs


def usual_height(insides: list[Pixels], noise: float) -> float:
    """Height of a Chinese character in these cells: that of most lines, digits being lower."""
    heights: list[int] = []
    for inside in insides:
        filled = (_mask(inside, noise) > 0).sum(axis=1) > 1
        edges = np.flatnonzero(np.diff(np.concatenate([[0], filled.astype(np.int8), [0]])))
        heights += [int(b - a) for a, b in edges.reshape(-1, 2) if 13 <= b - a <= 70]  # noqa: PLR2004
    return float(np.percentile(heights, 75)) if heights else 26.0
