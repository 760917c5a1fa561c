"""One picture recognised: its paragraphs and ruled tables in reading order, with their places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import itemgetter

import cv2
import numpy as np

from gkaudit.readers.recognition import grid, prose, ruling, straighten
from gkaudit.readers.recognition.cells import Judged, read_cells
from gkaudit.readers.recognition.engine import Pixels
from gkaudit.readers.recognition.looks import PEN, SEAL, View
from gkaudit.readers.recognition.sheet import Sheet, clean_sheet
from gkaudit.readers.recognition.streaks import around, below_streaks, without_rules
from gkaudit.readers.recognition.strokes import pen_strokes, without_strokes
from gkaudit.readers.recognition.vanished import is_two_toned, parted, restored

__all__ = ["Cell", "Found", "Recognised", "RuledTable", "recognise"]

#: White room around a flattened table; the inside of a cell begins so far from the middle of its rules.
_MARGIN, _INSIDE = 12, 3
#: A table has at least so many cells; boxes around a text have fewer. On a page two are enough: its first row may
#: be the last of a table that began on the page before.
_LEAST_CELLS, _LEAST_ON_PAGE = 4, 2

#: A picture of two pages is so many times as wide as high; its middle is looked at, and white for so many pixels.
_TWO_PAGES, _GUTTER, _GAP = 1.2, (0.4, 0.6), 50
#: Darkness of print, and the share of a column that dirt may darken.
_INK, _DIRTY = 150, 0.004

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
    """What is on a picture in reading order; ``lost`` counts lines of text that could not be read.

    ``begins`` are the blocks with which a page begins: the first, and another one on a picture of two pages.
    """

    blocks: tuple[Found | RuledTable, ...]
    lost: int
    begins: frozenset[int] = frozenset({0})


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
    hard = is_two_toned(image)
    masks = _masks(page, hard=hard)
    if not whole_page and not ruling.find_outlines(masks):
        return None
    turns = straighten.upright_turns(page)
    if turns:
        matrix, size = straighten.turned(sheet.grey.shape, degrees, turns)
        page = _seen(sheet.grey, matrix, size)
        masks = _masks(page, hard=hard)
    least = _LEAST_ON_PAGE if whole_page else _LEAST_CELLS
    found = (_flat(sheet, matrix, masks, outline, hard=hard) for outline in ruling.find_outlines(masks))
    flats = [flat for flat in found if flat is not None and len(flat.boxes) >= least]
    read = read_cells([flat.views for flat in flats], sheet.noise)
    back = np.linalg.inv(matrix) / sheet.scale
    back[2] *= sheet.scale
    if not whole_page and not flats:
        return None
    tables = [_table(flat, cells, sheet.scale) for flat, cells in zip(flats, read, strict=True)]
    if sheet.pen is not None:
        # Rules are whole with what runs across them, text is not.
        page = cv2.max(page, _seen(sheet.pen, matrix, size, 0))
    blocks: list[Found | RuledTable] = []
    begins, lost = set(), 0
    for left, right in _pages(page) if whole_page else [(0, page.shape[1])]:
        own = [n for n, flat in enumerate(flats) if left <= flat.outline.middle < right]
        texts, unread = _texts(_strip(page, left, right), [flats[n].outline for n in own], back)
        placed: list[tuple[float, Found | RuledTable]] = [(flats[n].outline.top, tables[n]) for n in own]
        begins.add(len(blocks))
        blocks += [block for _, block in sorted([*placed, *texts], key=itemgetter(0))]
        lost += unread
    return Recognised(tuple(blocks), lost, frozenset(begins))


def _masks(page: Pixels, *, hard: bool) -> ruling.Masks:
    """The rules of a straight page; ``hard``: a threshold may have taken some."""
    masks = ruling.rule_masks(page)
    return restored(page, masks) if hard else masks


def _pages(page: Pixels) -> list[tuple[int, int]]:
    """Where the pages of a picture begin and end: two, where it is wide and nothing is printed down its middle."""
    height, width = page.shape
    if width < _TWO_PAGES * height:
        return [(0, width)]
    ink = cv2.compare(page, _INK, cv2.CMP_LT)[height // 40 : -(height // 40)]
    filled = np.count_nonzero(ink, axis=0) > _DIRTY * height
    first, last = (round(share * width) for share in _GUTTER)
    edges = np.flatnonzero(np.diff(np.concatenate([[1], filled[first:last].astype(np.int8), [1]])))
    gaps = [(int(end - begin), int(begin + end) // 2 + first) for begin, end in edges.reshape(-1, 2)]
    wide, middle = max(gaps, default=(0, 0))
    if wide < _GAP or not filled[:middle].any() or not filled[middle:].any():
        return [(0, width)]
    return [(0, middle), (middle, width)]


def _strip(page: Pixels, left: int, right: int) -> Pixels:
    """The page with white beside one of its strips."""
    strip = page.copy()
    strip[:, :left] = 255
    strip[:, right:] = 255
    return strip


def _seen(grey: Pixels, matrix: Pixels, size: tuple[int, int], white: int = 255) -> Pixels:
    return cv2.warpPerspective(grey, matrix, size, flags=cv2.INTER_CUBIC, borderValue=white)


def _flat(sheet: Sheet, matrix: Pixels, masks: ruling.Masks, outline: ruling.Outline, *, hard: bool) -> _Flat | None:
    """A table flattened; None where it is no table after all."""
    there, size = ruling.flattened(outline, _MARGIN)
    rules = ruling.find_rules(masks.warped(there, size))
    if len(rules.rows) < 2 or len(rules.columns) < 2:  # noqa: PLR2004
        return None
    whole = there @ matrix
    seen = _seen(sheet.grey, whole, size)
    rules = without_strokes(seen, rules)
    rules = parted(seen, rules) if hard else rules
    boxes = grid.boxes(rules)
    layers = [without_rules(seen, rules.masks)]
    over, red = "", None
    if sheet.plain is not None and sheet.red is not None:
        layers.append(without_rules(_seen(sheet.plain, whole, size), rules.masks))
        over, red = SEAL, _seen(sheet.red, whole, size, 0)
    elif cv2.countNonZero(rules.masks.streaks):
        layers.insert(0, below_streaks(seen, rules.masks))
        over, red = "条痕", around(rules.masks.streaks)
    strokes = pen_strokes(seen, rules.masks, None if sheet.pen is None else _seen(sheet.pen, whole, size, 0))
    hidden = None if sheet.red is None or sheet.plain is not None else _seen(sheet.red, whole, size, 0)
    veil = around(rules.masks.streaks)
    views = [_signed(_view(box, layers, (over, red), rules, hidden), box, strokes) for box in boxes]
    views = [_veiled(view, box, veil) for view, box in zip(views, boxes, strict=True)]
    return _Flat(boxes, whole, views, outline)


def _view(
    box: grid.Box,
    layers: list[Pixels],
    over: tuple[str, Pixels | None],
    rules: ruling.Rules,
    hidden: Pixels | None,
) -> View:
    """The inside of a cell. ``over`` is what was taken off and where it was, ``hidden`` where print cannot be seen."""
    area = _area(box)
    doubt = "表格线不完整，单元格可能连在一起" if box.doubtful else ""
    if not doubt and _hidden_rule(box, rules):
        doubt = "扫描条痕遮住了表格线"
    if not doubt and hidden is not None and hidden[area].any():
        doubt = "盖章处，印色与字迹深浅相近"
    what, where = over
    other = layers[1][area] if where is not None and _touches(layers[0][area], where[area]) else None
    return View(layers[0][area], other, doubt, what)


def _area(box: grid.Box) -> tuple[slice, slice]:
    """The inside of a cell in a flattened table."""
    top, left = box.top + _INSIDE, box.left + _INSIDE
    return np.s_[top : max(box.bottom - _INSIDE + 1, top + 2), left : max(box.right - _INSIDE + 1, left + 2)]


def _signed(view: View, box: grid.Box, strokes: Pixels | None) -> View:
    """A cell with the strokes of a pen taken off, and as it is; below a seal or a streak as it is with that."""
    if strokes is None or not (own := strokes[_area(box)]).any():
        return view
    other, over = (view.inside, PEN) if view.other is None else (view.other, view.over)
    return View(cv2.max(view.inside, own), other, view.doubt, over, own)


def _veiled(view: View, box: grid.Box, streaks: Pixels) -> View:
    """A cell that a streak runs through, and where."""
    own = streaks[_area(box)]
    return replace(view, veil=own) if own.any() else view


def _hidden_rule(box: grid.Box, rules: ruling.Rules) -> bool:
    """Whether a streak runs through a cell where other rows have a rule: that rule may have been taken for it."""
    middle = rules.masks.streaks[box.top + _INSIDE : box.bottom - _INSIDE + 1]
    inner = rules.columns[box.column + 1 : box.column + box.colspan]
    return any(middle[:, max(0, x - 12) : x + 13].any(axis=1).mean() > 0.5 for x in inner if middle.size)  # noqa: PLR2004


def _touches(inside: Pixels, red: Pixels) -> bool:
    """Whether the ink of a seal, or a streak, covers some of the print."""
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
    """Paragraphs with the height they begin at; ``page`` is used up."""
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
