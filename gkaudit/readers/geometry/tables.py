"""Characters into the cells of a lattice, and what makes a cell's text doubtful.

The place of a character decides: its centre lies in one cell. As a second look the digits are read along
their line without regard to the rules; where a rule runs through what looks like one number, both cells
are in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gkaudit.document import Anchor, TableCell
from gkaudit.readers.geometry.lattice import Lattice, Span
from gkaudit.readers.geometry.lines import Line, lines_of, text_of
from gkaudit.readers.geometry.page import Box, Char

__all__ = ["UNKNOWN", "Piece", "filled", "rounded"]

#: What stands for a character that the file names no letter for.
UNKNOWN = "\ufffd"
_DIGITS = frozenset("0123456789０１２３４５６７８９")
#: Digits nearer than this (in character sizes) on both sides of a rule look like one number.
_ONE_NUMBER = 0.05
#: Share of a digit that may stand beyond the rule, sideways and (in character sizes) up or down.
_BEYOND, _ABOVE = 0.25, 0.25
_DIGIT_HEIGHT = 0.7
#: Ink smaller than this (points) is dust, and larger than this share of a cell its background.
_DUST, _BACKGROUND = 1.5, 0.8


@dataclass(frozen=True, slots=True)
class Piece:
    """One table on one page. ``xs`` are the places of its columns; ``exact`` as in :class:`Table`."""

    page: int
    box: Box
    xs: tuple[float, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    exact: bool = True


def rounded(box: Box) -> Box:
    """A box as it goes into an anchor: hundredths of a point."""
    left, top, right, bottom = box
    return round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)


def filled(lattice: Lattice, chars: Sequence[Char], ink: Sequence[Box], here: Anchor) -> Piece:
    """The table of a lattice with these characters in it; ``here`` is the anchor of the page."""
    content: list[list[Char]] = [[] for _ in lattice.cells]
    marks: list[list[Box]] = [[] for _ in lattice.cells]
    place: dict[int, int] = {}
    for char in chars:
        at = lattice.at(*char.middle)
        if at is not None:
            content[at].append(char)
            place[id(char)] = at
    for mark in ink:
        at = lattice.at((mark[0] + mark[2]) / 2, (mark[1] + mark[3]) / 2)
        if at is not None:
            marks[at].append(mark)
    crossing = _crossing(lines_of(chars), place)
    rows: list[list[TableCell]] = [[] for _ in range(len(lattice.ys) - 1)]
    for number, span in enumerate(lattice.cells):
        box = lattice.box_of(span)
        anchor = here.at(row=span.row + 1, column=span.column + 1, box=rounded(box))
        lines = lines_of(content[number])
        text = "\n".join(line.text for line in lines)
        cell = TableCell(text, anchor, span.rowspan, span.colspan)
        rows[span.row].append(_judged(cell, span, lines, crossing.get(number, ""), marks[number]))
    return Piece(here.page or 1, lattice.box, lattice.xs, tuple(map(tuple, rows)))


def _crossing(lines: Iterable[Line], place: dict[int, int]) -> dict[int, str]:
    """Cells with digits of a number that a rule runs through, and that number as it reads along the line."""
    found: dict[int, str] = {}
    for line in lines:
        run: list[Char] = []
        for before, char in pairwise((None, *line.chars, None)):
            joined = before is not None and char is not None and _one_number(before, char)
            if not joined:
                cells = {place[id(c)] for c in run if id(c) in place}
                found |= dict.fromkeys(cells, text_of(run)) if len(cells) > 1 else {}
                run = []
            if char is not None:
                run.append(char)
    return found


def _one_number(before: Char, char: Char) -> bool:
    close = char.left - before.right <= _ONE_NUMBER * max(before.size, char.size)
    return close and before.text in _DIGITS and char.text in _DIGITS


def _judged(cell: TableCell, span: Span, lines: list[Line], along: str, ink: list[Box]) -> TableCell:
    """The cell with the gravest of its doubts."""
    confidence, note = next(_doubts(cell, span, lines, along, ink), (1.0, ""))
    return replace(cell, confidence=confidence, note=note) if note else cell


def _doubts(
    cell: TableCell, span: Span, lines: list[Line], along: str, ink: list[Box]
) -> Iterator[tuple[float, str]]:
    box = cell.anchor.box or (0.0, 0.0, 0.0, 0.0)
    if UNKNOWN in cell.text or any("\ue000" <= c <= "\uf8ff" for c in cell.text):
        yield 0.0, "有字符无法识别（字体没有对应编码）"
    if not cell.text and any(_is_mark(mark, box) for mark in ink):
        yield 0.0, "格内是图形，不是文字"
    if any(line.overprinted for line in lines):
        yield 0.0, "格内文字重叠"
    if along and along != cell.text:
        yield 0.4, f"两种读法不同：{cell.text} / {along}"
    if any(_straddles(char, box) for line in lines for char in line.chars):
        yield 0.4, "数字压在表格线上"
    if span.doubtful:
        yield 0.4, "表格线不完整，单元格范围不确定"


def _straddles(char: Char, box: Box) -> bool:
    """Whether a digit stands to a good part beyond the rules of its cell."""
    if char.text not in _DIGITS:
        return False
    beyond = max(box[0] - char.left, char.right - box[2]) > _BEYOND * (char.right - char.left)
    reach = _ABOVE * char.size
    return beyond or char.base - _DIGIT_HEIGHT * char.size < box[1] - reach or char.base > box[3] + reach


def _is_mark(ink: Box, cell: Box) -> bool:
    """Whether a drawing in an empty cell may be a character: no dust, and no background of the cell."""
    wide, high = ink[2] - ink[0], ink[3] - ink[1]
    if max(wide, high) < _DUST:
        return False
    return wide < _BACKGROUND * (cell[2] - cell[0]) or high < _BACKGROUND * (cell[3] - cell[1])
