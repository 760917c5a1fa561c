"""The second look at a table: what makes the text of a cell doubtful although its place is known.

The rules say where a character belongs. Read along the line without regard to them, the digits may say
something else: a rule through a number, a number that runs out of the table, digits on top of each other,
struck out or drawn instead of written. Then the cell keeps its text, and says why it is in doubt.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from gkaudit.chars import is_value
from gkaudit.readers.geometry.lattice import Lattice
from gkaudit.readers.geometry.lines import Line, text_of
from gkaudit.readers.geometry.page import Box, Char, Piece, Rule
from gkaudit.readers.geometry.rulings import MIDDLE

__all__ = [
    "DIGITS",
    "Sight",
    "along_lines",
    "covers",
    "doubts",
    "is_clear",
    "leaned_on",
    "runs_out",
    "with_doubtful_blanks",
]

#: What stands for a character that the file names no letter for, and letters that only one font knows.
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")
DIGITS = frozenset("0123456789０１２３４５６７８９")
#: Digits nearer than this (in character sizes) on both sides of a rule look like one number; words like one line.
_ONE_NUMBER, _ONE_LINE = 0.05, 0.2
#: A number is written at one spacing: digits so much nearer across a rule (character sizes) are of two.
_NEARER = 0.05
#: Lines that run out of a table make it one that was cut off.
_CUT = 2
#: Share of a digit that may stand beyond the rule, sideways and (in character sizes) up or down.
_BEYOND, _ABOVE = 0.25, 0.25
_DIGIT_HEIGHT = 0.7
#: Ink smaller than this (points) is dust, and larger than this share of a cell its background.
_DUST, _BACKGROUND = 1.5, 0.8
#: A drawing so many times larger than a cell is none of it; covered is a cell by this share.
_LARGER, _COVERED = 1.2, 0.3
_DRAWN = "格内是图形，不是文字"
#: A line at these heights (in character sizes above the base line) strikes the text out, if it covers half of it.
_STRIKE, _HALF = (0.12, 0.6), 0.5


class Sight(NamedTuple):
    """What is seen in one cell: its lines, its box, drawings and level lines inside.

    ``along`` is the number read along the line where that is another one.
    """

    lines: Sequence[Line]
    box: Box
    ink: Sequence[Box] = ()
    level: Sequence[Rule] = ()
    along: str = ""


def along_lines(lines: Iterable[Line], place: Mapping[int, int]) -> dict[int, str]:
    """Cells with digits of a number that a rule runs through, and that number as it reads along the line.

    ``place`` has the cell of each character by ``id``; what is not in it stands outside of the table.
    """
    found: dict[int, str] = {}
    for line in lines:
        run: list[Char] = []
        for char in line.chars:
            if run and not _one_number(run[-1], char):
                found |= _parted(run, place)
                run = []
            run.append(char)
        found |= _parted(run, place)
    return found


def _parted(run: Sequence[Char], place: Mapping[int, int]) -> dict[int, str]:
    """The cells of digits that look like one number, and that number, where there are several."""
    cells = {place.get(id(c), -1) for c in run} if len(run) > 1 else ()
    if len(cells) < 2 or _pressed_together(run, place):  # noqa: PLR2004 - no rule runs through it
        return {}
    return dict.fromkeys(cells, text_of(run))


def _pressed_together(run: Sequence[Char], place: Mapping[int, int]) -> bool:
    """Whether the digits on both sides of every rule reach into each other, and those of one cell do not.

    Two numbers that are as wide as their cells, or wider, come that near.
    """
    inside: list[float] = []
    across: list[float] = []
    for before, char in pairwise(run):
        gap = (char.left - before.right) / max(before.size, char.size)
        (inside if place.get(id(before), -1) == place.get(id(char), -1) else across).append(gap)
    return bool(inside) and max(across) < min(inside) - _NEARER


def _one_number(before: Char, char: Char) -> bool:
    if before.text not in DIGITS or char.text not in DIGITS:
        return False
    return char.left - before.right <= _ONE_NUMBER * max(before.size, char.size)


def runs_out(lines: Iterable[Line], place: Mapping[int, int]) -> bool:
    """Whether text runs out of the table on several lines: part of it was cut off, numbers may be gone."""
    count = 0
    for line in lines:
        shown = [c for c in line.chars if not c.text.isspace()]
        count += any(
            (id(a) in place) != (id(b) in place) and b.left - a.right < _ONE_LINE * a.size for a, b in pairwise(shown)
        )
    return count >= _CUT


def leaned_on(lattice: Lattice, chars: Iterable[Char]) -> set[int]:
    """The cells that a digit of another one, or of none, reaches into across a rule: it may be theirs."""
    xs = lattice.xs
    found: set[int] = set()
    for char in chars:
        beyond = _BEYOND * (char.right - char.left)
        left, right = char.left + beyond, char.right - beyond
        if bisect_right(xs, left) != bisect_right(xs, right) and char.text in DIGITS:
            height = char.base - MIDDLE * char.size
            own = lattice.at((char.left + char.right) / 2, height)
            found |= {at for x in (left, right) if (at := lattice.at(x, height)) is not None and at != own}
    return found


def is_clear(lines: Sequence[Line], box: Box) -> bool:
    """Whether the text of a cell is one digit, as most are, that stands within its rules."""
    if len(lines) != 1 or len(lines[0].chars) != 1:
        return False
    char = lines[0].chars[0]
    return char.text in DIGITS and not _straddles(char, box)


def doubts(text: str, sight: Sight) -> Iterator[tuple[float, str]]:
    """Confidence and reason for each doubt about a cell's text, the gravest first."""
    if not sight.lines and not sight.ink:
        return
    if _UNREADABLE.search(text):
        yield 0.0, "有字符无法识别（字体没有对应编码）"
    if not text and any(_is_mark(mark, sight.box) for mark in sight.ink):
        yield 0.0, _DRAWN
    if any([line.overprinted for line in sight.lines]):  # noqa: C419 - one line nearly always
        yield 0.0, "格内文字重叠"
    if sight.level and any(_struck(line, rule) for line in sight.lines for rule in sight.level):
        yield 0.4, "文字上有删除线"
    if sight.along and sight.along != text:
        yield 0.4, f"两种读法不同：{text} / {sight.along}"
    digits = [char for line in sight.lines for char in line.chars if char.text in DIGITS]
    if any(_straddles(char, sight.box) for char in digits):
        yield 0.4, "数字压在表格线上"
    if sight.ink and is_value(text) and any(_like_digit(mark, sight.lines[0].size) for mark in sight.ink):
        yield 0.4, "数字旁有图形"


def _straddles(char: Char, box: Box) -> bool:
    """Whether a digit stands to a good part beyond the rules of its cell."""
    beyond = max(box[0] - char.left, char.right - box[2]) > _BEYOND * (char.right - char.left)
    reach = _ABOVE * char.size
    return beyond or char.base - _DIGIT_HEIGHT * char.size < box[1] - reach or char.base > box[3] + reach


def _struck(line: Line, rule: Rule) -> bool:
    height = (line.base - rule.at) / line.size
    shared = min(line.right, rule.end) - max(line.left, rule.start)
    return _STRIKE[0] < height < _STRIKE[1] and shared > _HALF * (line.right - line.left)


def covers(ink: Box, cell: Box) -> bool:
    """Whether a drawing that is larger than a cell covers a good part of it."""
    wide, high = min(ink[2], cell[2]) - max(ink[0], cell[0]), min(ink[3], cell[3]) - max(ink[1], cell[1])
    if min(wide, high) <= 0 or not _is_larger(ink, cell):
        return False
    return wide * high >= _COVERED * (cell[2] - cell[0]) * (cell[3] - cell[1])


def _is_larger(ink: Box, cell: Box) -> bool:
    return ink[2] - ink[0] > _LARGER * (cell[2] - cell[0]) or ink[3] - ink[1] > _LARGER * (cell[3] - cell[1])


def with_doubtful_blanks(piece: Piece, ink: Iterable[Box]) -> Piece:
    """A table found by position with its blanks in doubt where something is drawn on it: that may be a number."""
    left, top, right, bottom = piece.box
    over = (b for b in ink if b[0] < right and left < b[2] and b[1] < bottom and top < b[3])
    if not any(max(b[2] - b[0], b[3] - b[1]) >= _DUST for b in over):
        return piece
    rows = (tuple(c if c.text or c.box else c._replace(confidence=0.0, note=_DRAWN) for c in row) for row in piece.rows)
    return replace(piece, rows=tuple(rows))


def _is_mark(ink: Box, cell: Box) -> bool:
    """Whether a drawing in an empty cell may be a character: no dust, and no background of the cell."""
    wide, high = ink[2] - ink[0], ink[3] - ink[1]
    if max(wide, high) < _DUST:
        return False
    if _is_larger(ink, cell):
        return True
    return wide < _BACKGROUND * (cell[2] - cell[0]) or high < _BACKGROUND * (cell[3] - cell[1])


def _like_digit(ink: Box, size: float) -> bool:
    """Whether a drawing is about as high as a digit and no wider than a few."""
    return 0.4 * size < ink[3] - ink[1] < 1.5 * size and ink[2] - ink[0] < 3 * size
