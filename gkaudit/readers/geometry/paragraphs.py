"""Lines to paragraphs: a line that reaches the right margin goes on in the next one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from gkaudit.readers.geometry.lines import Line
from gkaudit.readers.geometry.page import Box
from gkaudit.readers.lines import heading_like, names_section

__all__ = ["Column", "Prose"]

#: A full line ends within so many characters of the margin (punctuation may not begin a line).
_FULL = 2.5
#: … and so many from the other margin, or it is full by accident.
_WIDTH = 15
#: A line that begins so many characters right of the margin begins a paragraph.
_INDENT = 0.9
#: Lines further apart than usual by this factor are two paragraphs, lines of sizes further apart as well.
_LOOSE, _OTHER_SIZE = 1.3, 1.18
_NEW = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.．](?!\d)|第[一二三四五六七八九十]{1,3}[章部]"
)
#: A gap this wide (sizes) is none between the words of a sentence.
_APART = 1.5
#: A sentence that ends with its line ends the paragraph, where no indentation says otherwise.
_ENDS = "。！？!?"
_LONG = 10


@dataclass(frozen=True, slots=True)
class Column:
    """Where the text of pages of one width runs: left and right margin, usual distance of base lines."""

    left: float
    right: float
    pitch: float

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Column:
        """The margins that these lines keep to."""
        long = [line for line in lines if len(line.text) >= _LONG and not _has_gap(line)] or list(lines)
        right = max((line.right for line in long), default=0.0)
        steps = [(a, b.base - a.base) for a, b in pairwise(lines) if 0 < b.base - a.base < 3 * b.size]
        # Lines of a paragraph reach the margin; those of a table that was not found stand closer.
        own = [step for line, step in steps if line.right > right - _FULL * line.size] or [step for _, step in steps]
        return cls(min((line.left for line in long), default=0.0), right, median(own) if own else 0.0)


@dataclass(frozen=True, slots=True)
class Prose:
    """One paragraph: its text, the place of its part on the page where it begins, and its last line."""

    text: str
    page: int
    box: Box
    last: Line
    last_page: int

    @classmethod
    def begun(cls, line: Line, page: int) -> Prose:
        """A paragraph of one line."""
        return cls(line.text, page, line.box, line, page)

    def continued(self, line: Line, page: int, column: Column) -> Prose | None:
        """This paragraph with one more line; None where the line begins another paragraph."""
        if not _goes_on(self.last, line, column, same_page=page == self.last_page):
            return None
        box = _around(self.box, line.box) if page == self.page else self.box
        return Prose(_joined(self.text, line.text), self.page, box, line, page)


def _goes_on(last: Line, line: Line, column: Column, *, same_page: bool) -> bool:
    size = max(last.size, line.size)
    if last.right < column.right - _FULL * size or last.right < column.left + _WIDTH * size:
        return False
    if line.left > column.left + _INDENT * size:
        return False
    if size > _OTHER_SIZE * min(last.size, line.size) or _NEW.match(line.text):
        return False
    if _has_gap(last) or _has_gap(line) or any(names_section(t) or heading_like(t) for t in (last.text, line.text)):
        return False
    if last.text[-1] in _ENDS and abs(last.left - line.left) < size:
        return False
    return not same_page or line.base - last.base <= _LOOSE * max(column.pitch, size)


def _has_gap(line: Line) -> bool:
    """Whether words stand apart on the line, as in a table: such lines are no paragraph."""
    return any(b.left - a.right > _APART * line.size for a, b in pairwise(line.chars))


def _joined(text: str, more: str) -> str:
    """Chinese lines follow each other without a blank, words of letters with one."""
    words = text[-1].isascii() and text[-1].isalpha() and more[0].isascii() and more[0].isalpha()
    return f"{text} {more}" if words else text + more


def _around(box: Box, other: Box) -> Box:
    return min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])
