"""One picture recognised: its paragraphs and ruled tables in reading order, with their places."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from gkaudit.readers.recognition import grid, prose, ruling, straighten
from gkaudit.readers.recognition.cells import Judged, View, read_cells
from gkaudit.readers.recognition.engine import Pixels
from gkaudit.readers.recognition.sheet import Sheet, clean_sheet

__all__ = ["Cell", "Found", "Recognised", "RuledTable", "recognise"]

#: White room around a flattened table; the inside of a cell begins so far from the middle of its rules.
_MARGIN, _INSIDE = 12, 3
#: A table has at least so many cells; boxes around a text have fewer.
_LEAST_CELLS = 4

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as read, with its place in the grid (from 0) and in the picture (pixels)."""

    row: int
    column: int
    rowspan: int
    colspan: int
    read: Judged
    box: Box


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table: cells row by row, and its place in the picture (pixels)."""

    cells: tuple[Cell, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Found:
    """A paragraph and its place in the picture (pixels). ``open_end`` says that its last line is full."""

    text: str
    box: Box
    open_end: bool = False
    open_begin: bool = False


@dataclass(frozen=True, slots=True)
class Recognised:
    """What is on a picture in reading order; ``lost`` counts lines of text that could not be read."""

    blocks: tuple[Found | RuledTable, ...]
    lost: int


@dataclass(frozen=True, slots=True)
class _Flat:
    """A table as a rectangle: pixels, boxes of the cells, the matrix from the sheet."""

    boxes: list[grid.Box]
    matrix: Pixels
    views: list[View]
    outline: ruling.Outline


def recognise(image: Pixels, dpi: float | None, *, whole_page: bool) -> Recognised | None:
    """Recognise a picture (grey, or colour as OpenCV has it).

    A picture that is no page is only looked at where it holds a ruled table; None where it does not.
    """
    sheet = clean_sheet(image, dpi, whole_page=whole_page)
    degrees = straighten.skew(sheet.grey)
    matrix, size = straighten.turned(sheet.grey.shape, degrees, 0)
    page = _seen(sheet.grey, matrix, size)
    masks = ruling.rule_masks(page)
    if not whole_page and not ruling.find_outlines(masks):
        return None
    turns = straighten.upright_turns(page)
    if turns:
        matrix, size = straighten.turned(sheet.grey.shape, degrees, turns)
        page = _seen(sheet.grey, matrix, size)
        masks = ruling.rule_masks(page)
    flats = [flat for outline in ruling.find_outlines(masks) if (flat := _flat(sheet, matrix, masks, outline))]
    read = read_cells([flat.views for flat in flats], sheet.noise)
    back = np.linalg.inv(matrix) / sheet.scale
    back[2] *= sheet.scale
    tables = [(flat.outline.top, _table(flat, cells, sheet.scale)) for flat, cells in zip(flats, read, strict=True)]
    if not whole_page and not tables:
        return None
    texts, lost = _texts(page, [flat.outline for flat in flats], back)
    placed: list[tuple[float, Found | RuledTable]] = [*tables, *texts]
    blocks = sorted(placed, key=lambda pair: pair[0])
    return Recognised(tuple(block for _, block in blocks), lost)


def _seen(grey: Pixels, matrix: Pixels, size: tuple[int, int], white: int = 255) -> Pixels:
    return cv2.warpPerspective(grey, matrix, size, flags=cv2.INTER_CUBIC, borderValue=white)


def _flat(sheet: Sheet, matrix: Pixels, masks: ruling.Masks, outline: ruling.Outline) -> _Flat | None:
    """A table flattened; None where it is no table after all."""
    there, size = ruling.flattened(outline, _MARGIN)
    rules = ruling.find_rules(masks.warped(there, size))
    if len(rules.rows) < 2 or len(rules.columns) < 2:  # noqa: PLR2004
        return None
    boxes = grid.boxes(rules)
    if len(boxes) < _LEAST_CELLS:
        return None
    whole = there @ matrix
    rubbed = cv2.dilate(rules.masks.across | rules.masks.down | rules.masks.streaks, np.ones((3, 3), np.uint8))
    layers = [np.where(rubbed > 0, 255, _seen(sheet.grey, whole, size)).astype(np.uint8)]
    red = None
    if sheet.plain is not None and sheet.red is not None:
        layers.append(np.where(rubbed > 0, 255, _seen(sheet.plain, whole, size)).astype(np.uint8))
        red = _seen(sheet.red, whole, size, 0)
    views = [_view(box, layers, red, rules) for box in boxes]
    return _Flat(boxes, whole, views, outline)


def _view(box: grid.Box, layers: list[Pixels], red: Pixels | None, rules: ruling.Rules) -> View:
    top, left = box.top + _INSIDE, box.left + _INSIDE
    area = np.s_[top : max(box.bottom - _INSIDE + 1, top + 2), left : max(box.right - _INSIDE + 1, left + 2)]
    doubt = "表格线不完整，单元格可能连在一起" if box.doubtful else ""
    if not doubt and _hidden_rule(box, rules):
        doubt = "扫描条痕遮住了表格线"
    sealed = layers[1][area] if red is not None and _touches(layers[0][area], red[area]) else None
    return View(layers[0][area], sealed, doubt)


def _hidden_rule(box: grid.Box, rules: ruling.Rules) -> bool:
    """Whether a streak runs through a cell where other rows have a rule: that rule may have been taken for it."""
    middle = rules.masks.streaks[box.top + _INSIDE : box.bottom - _INSIDE + 1]
    inner = rules.columns[box.column + 1 : box.column + box.colspan]
    return any(middle[:, max(0, x - 12) : x + 13].any(axis=1).mean() > 0.5 for x in inner if middle.size)  # noqa: PLR2004


def _touches(inside: Pixels, red: Pixels) -> bool:
    """Whether the seal's ink covers some of the print."""
    ink = cv2.compare(inside, 150, cv2.CMP_LT)
    if not cv2.countNonZero(ink):
        return False
    left, top, width, height = cv2.boundingRect(ink)
    return bool((red[max(0, top - 3) : top + height + 3, max(0, left - 3) : left + width + 3] > 90).any())  # noqa: PLR2004


def _table(flat: _Flat, cells: list[Judged], scale: float) -> RuledTable:
    back = np.linalg.inv(flat.matrix)
    placed = [
        Cell(b.row, b.column, b.rowspan, b.colspan, read, _placed((b.left, b.top, b.right, b.bottom), back, scale))
        for b, read in zip(flat.boxes, cells, strict=True)
    ]
    boxes = np.array([cell.box for cell in placed])
    box = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    return RuledTable(tuple(placed), box)


def _placed(box: Box, back: Pixels, scale: float) -> Box:
    """A box in pixels of the picture; ``back`` leads to the sheet, which is ``scale`` times the picture."""
    left, top, right, bottom = box
    corners = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float32)
    points = cv2.perspectiveTransform(corners, back)[0] / scale
    low, high = points.min(axis=0), points.max(axis=0)
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _texts(page: Pixels, outlines: list[ruling.Outline], back: Pixels) -> tuple[list[tuple[float, Found]], int]:
    """Paragraphs with the height they begin at."""
    page = page.copy()
    for outline in outlines:
        left, top, right, bottom = outline.box
        page[max(0, top - 4) : bottom + 5, max(0, left - 4) : right + 5] = 255
    lines, lost = prose.read_text(page)
    breaks = [round(outline.top) for outline in outlines]
    found = []
    for line in prose.paragraphs(lines, breaks):
        box = _placed((line.left, line.top, line.right, line.bottom), back, 1)
        found.append((float(line.top), Found(line.text, box, line.open_end, line.open_begin)))
    return found, lost
