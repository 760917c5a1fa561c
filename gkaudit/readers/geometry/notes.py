"""Marks of footnotes: small raised digits behind a number, which are no part of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter

from gkaudit.chars import is_value
from gkaudit.readers.geometry.doubts import DIGITS
from gkaudit.readers.geometry.lines import Line, text_of
from gkaudit.readers.geometry.page import Char

__all__ = ["is_marks", "without_mark_lines", "without_marks", "without_raised"]

#: A raised digit is at most so large beside the others, and at least so high above their base line (both in sizes).
_SMALL, _RAISED = 0.8, 0.15
#: The mark stands this near (character sizes) behind its number.
_BEHIND = 0.3
#: A line of marks stands no higher above its numbers than this (character sizes).
_ABOVE = 0.8
_SIZE = attrgetter("size")


def without_raised(line: Line) -> Line:
    """The line of a cell without small raised digits behind a number."""
    limit = _SMALL * line.size
    small = [c for c in line.chars if c.size <= limit and c.text in DIGITS]
    rest = [c for c in line.chars if c not in small]
    if not small or not rest:
        return line
    base = max(c.base for c in rest)
    plain = text_of(rest)
    raised = all(c.base <= base - _RAISED * line.size and c.left > rest[0].left for c in small)
    return line._replace(chars=tuple(rest), text=plain) if raised and is_value(plain) else line


def without_mark_lines(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines of a cell without those of small digits only: a number is written in one size."""
    size = max((line.size for line in lines), default=0.0)
    kept = [line for line in lines if line.size > _SMALL * size or not all(c.text in DIGITS for c in line.chars)]
    return kept if len(kept) < len(lines) and all(is_value(line.text) for line in kept) else lines


def is_marks(line: Line, below: Line) -> bool:
    """Whether all there is on a line are small digits right behind and above numbers of the next one."""
    if line.size > _SMALL * below.size or not 0 < below.base - line.base < _ABOVE * below.size:
        return False
    ends = [c.right for c in below.chars if c.text in DIGITS]
    near = _BEHIND * below.size
    shown = [c for c in line.chars if not c.text.isspace()]
    ends += [c.right for c in shown[:-1]]  # a mark may have two digits
    return all(c.text in DIGITS and any(-near / 2 <= c.left - end <= near for end in ends) for c in shown)


def without_marks(line: Line) -> Line:
    """A line of several cells without small raised digits right behind others."""
    if min(map(_SIZE, line.chars)) > _SMALL * line.size:
        return line
    kept: list[Char] = [line.chars[0]]
    for before, char in pairwise(line.chars):
        small = char.text in DIGITS and char.size <= _SMALL * line.size
        behind = kept[-1].text in DIGITS and kept[-1].size > _SMALL * line.size
        near = char.left - kept[-1].right <= _BEHIND * line.size
        marked = small and (behind or before is not kept[-1]) and near
        if not (marked and char.base <= kept[-1].base - _RAISED * line.size):
            kept.append(char)
    if len(kept) == len(line.chars):
        return line
    return line._replace(chars=tuple(kept), text=text_of(kept), right=max(c.right for c in kept))
