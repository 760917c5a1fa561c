"""Lines of text on a page, in reading order, joined to paragraphs.

Lengths are pixels at 200 dots to the inch.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from gkaudit.readers.recognition.engine import Pixels, find_lines, read_lines

__all__ = ["TextLine", "continues", "join_lines", "paragraphs", "read_text"]

#: The network looks at the page at this scale.
_SHRINK = 0.45
_INK, _ROOM = 150, 40
#: Lines read with less certainty than this are no text: seals, photos, scribbles.
_LEAST = 0.5
_PAD = 3
#: A line that begins so far (in its heights) right of the others is indented; one that ends so near the
#: right edge goes on in the next.
_INDENT, _FULL = 0.9, 1.7
#: A gap between two lines of so many heights separates paragraphs.
_GAP = 1.6
_HEADING = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．]|[（(][一二三四五六七八九十]{1,3}[)）]")
_PAGE_NUMBER = re.compile(r"[-—－–·•~一\s]*(?:第\s*)?\d{1,3}\s*(?:页)?(?:\s*[/／共]\s*\d{1,3}\s*页?)?[-—－–·•~一\s]*")
#: Page numbers stand in this part of the page, counted from either end.
_RIM = 0.1
_ENDS = "。；;：:！？!?"


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line, or several joined ones, with its box on the page."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    score: float
    #: The text may go on below (its last line is full), or may have begun above (its first is not indented).
    open_end: bool = False
    open_begin: bool = False

    @property
    def height(self) -> int:
        """Height of the box."""
        return self.bottom - self.top


def read_text(page: Pixels) -> tuple[list[TextLine], int]:
    """Lines of a straight page from top to bottom, and how many could not be read.

    Tables have to be white already; page numbers are left out.
    """
    rows = _rows(_found(page))
    boxes = [box for row in rows for box in row]
    cuts = [page[max(0, t - _PAD) : b + _PAD, max(0, left - _PAD) : r + _PAD] for left, t, r, b in boxes]
    readings = iter(read_lines(cuts, 160))
    lines, lost = [], 0
    for row in rows:
        parts = []
        for (left, top, right, bottom), reading in ((box, next(readings)) for box in row):
            if reading.mean >= _LEAST and reading.text.strip():
                parts.append(TextLine(reading.text.strip(), left, top, right, bottom, reading.mean))
            elif right - left > 3 * (bottom - top):
                lost += 1
        if parts:
            lines.append(join_lines(parts))
    return [line for line in lines if not _is_page_number(line, lines, page.shape[0])], lost


def _found(page: Pixels) -> list[tuple[int, int, int, int]]:
    """Boxes of lines; the network only looks at the part of the page that has print."""
    ink = cv2.compare(page, _INK, cv2.CMP_LT)
    ink = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    if not cv2.countNonZero(ink):
        return []
    x, y, width, height = cv2.boundingRect(ink)
    x, y = max(0, x - _ROOM), max(0, y - _ROOM)
    part = page[y : y + height + 2 * _ROOM, x : x + width + 2 * _ROOM]
    return [(a + x, b + y, c + x, d + y) for a, b, c, d in find_lines(part, _SHRINK)]


def _rows(boxes: Sequence[tuple[int, int, int, int]]) -> list[list[tuple[int, int, int, int]]]:
    """Boxes that stand side by side, from left to right; rows from top to bottom."""
    rows: list[list[tuple[int, int, int, int]]] = []
    for box in sorted(boxes, key=lambda b: b[1] + b[3]):
        middle = (box[1] + box[3]) / 2
        if rows:
            top, bottom = min(b[1] for b in rows[-1]), max(b[3] for b in rows[-1])
            apart = all(box[0] >= b[2] - 8 or box[2] <= b[0] + 8 for b in rows[-1])
            if top < middle < bottom and apart:
                rows[-1].append(box)
                continue
        rows.append([box])
    return [sorted(row) for row in rows]


def join_lines(parts: Sequence[TextLine]) -> TextLine:
    """Pieces side by side as one line; a wide gap stays visible as a blank."""
    text = parts[0].text
    for before, part in itertools.pairwise(parts):
        text += ("  " if part.left - before.right > part.height else "") + part.text
    return TextLine(
        text,
        parts[0].left,
        min(p.top for p in parts),
        max(p.right for p in parts),
        max(p.bottom for p in parts),
        min(p.score for p in parts),
    )


def _is_page_number(line: TextLine, lines: Sequence[TextLine], height: int) -> bool:
    """The outermost line of a page, if it is nothing but a number."""
    low = line.top > (1 - _RIM) * height and line.bottom >= max(other.bottom for other in lines)
    high = line.bottom < _RIM * height and line.top <= min(other.top for other in lines)
    return (low or high) and _PAGE_NUMBER.fullmatch(line.text) is not None


def paragraphs(lines: Sequence[TextLine], breaks: Sequence[int]) -> list[TextLine]:
    """Lines joined where the text runs on. ``breaks`` are heights at which a table stands between them."""
    if not lines:
        return []
    left, right = _margins(lines)
    joined: list[TextLine] = []
    last = lines[0]
    for line in lines:
        table = any(last.top < place <= line.top for place in breaks)
        near = line.top - last.bottom < _GAP * max(line.height, last.height)
        if joined and near and not table and continues(last, line, left, right):
            before = joined[-1]
            joined[-1] = replace(
                before,
                text=before.text + line.text,
                left=min(before.left, line.left),
                right=max(before.right, line.right),
                bottom=line.bottom,
                score=min(before.score, line.score),
                open_end=_full(line, right),
            )
        else:
            joined.append(replace(line, open_end=_full(line, right), open_begin=_flush(line, left)))
        last = line
    return joined


def _full(line: TextLine, right: float) -> bool:
    return line.right > right - _FULL * line.height and line.text[-1] not in _ENDS


def _flush(line: TextLine, left: float) -> bool:
    return line.left <= left + _INDENT * line.height and not _HEADING.match(line.text)


def _margins(lines: Sequence[TextLine]) -> tuple[float, float]:
    return float(np.percentile([line.left for line in lines], 15)), float(max(line.right for line in lines))


def continues(before: TextLine, line: TextLine, left: float, right: float) -> bool:
    """Whether a line goes on in the next: it is full, and the next is neither indented nor a heading."""
    height = min(before.height, line.height)
    full = before.right > right - _FULL * height
    indented = line.left > left + _INDENT * height
    alike = 0.6 < before.height / max(line.height, 1) < 1.7  # noqa: PLR2004
    return full and not indented and alike and not _HEADING.match(line.text)
