"""Marks of footnotes: small raised digits behind a number, which are no part of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter

from gkaudit.chars import is_value
from gkaudit.readers.geometry.doubts import DIGITS
from gkaudit.readers.geometry.lines import Line, text_of
from gkaudit.readers.geometry.page import Char

__all__ = ["without_mark_lines", "without_marks", "without_raised"]

#: A raised digit is at most so large beside the others, and at least so high above their base line (both in sizes).
_SMALL, _RAISED = 0.8, 0.15
#: The mark stands this near (character sizes) behind its number.
_BEHIND = 0.3
#: … and no higher above its base line than this.
_ABOVE = 0.8
_SIZE, _LEFT = attrgetter("size"), attrgetter("left")


def without_raised(line: Line) -> Line:
    """The line of a cell without small raised digits behind a number, or right behind words."""
    limit = _SMALL * line.size
    small = [c for c in line.chars if c.size <= limit and c.text in DIGITS]
    rest = [c for c in line.chars if c not in small]
    if not small or not rest:
        return line
    base = max(c.base for c in rest)
    plain = text_of(rest)
    raised = all(c.base <= base - _RAISED * line.size and c.left > rest[0].left for c in small)
    marks = is_value(plain) or any(_marks(small[0], c) for c in rest)
    return line._replace(chars=tuple(rest), text=plain) if raised and marks else line


def without_mark_lines(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines of a cell without those of small digits only: a number is written in one size.

    In a label they have to stand right behind one of its characters.
    """
    if len(lines) < 2:  # noqa: PLR2004 - there is nothing beside it
        return lines
    size = max(line.size for line in lines)
    kept = [line for line in lines if line.size > _SMALL * size or not all(c.text in DIGITS for c in line.chars)]
    if len(kept) == len(lines) or all(is_value(line.text) for line in kept):
        return kept
    chars = [char for line in kept for char in line.chars]
    return [line for line in lines if line in kept or not any(_marks(line.chars[0], char) for char in chars)]


def without_marks(chars: Sequence[Char]) -> tuple[list[Char], list[Char]]:
    """The characters of a page that stand in no ruled table, and those that mark footnotes behind numbers or words."""
    digits = [c for c in chars if c.text in DIGITS]
    smallest = min(map(_SIZE, digits), default=0.0)
    if not digits or smallest > _SMALL * max(map(_SIZE, chars)):
        return list(chars), []
    ends: dict[int, list[Char]] = defaultdict(list)
    for char in chars:
        if not char.text.isspace():
            ends[round(char.right)].append(char)
    marks: list[Char] = []
    for char in sorted(digits, key=_LEFT):
        at, reach = round(char.left), math.ceil(_BEHIND * char.size / _SMALL) + 1
        near = (other for x in range(at - reach, at + reach + 1) for other in ends.get(x, ()))
        if any(_marks(char, other) for other in near) or (marks and _next_to(char, marks[-1])):
            marks.append(char)
    own = set(map(id, marks))
    return [c for c in chars if id(c) not in own], marks


def _marks(char: Char, before: Char) -> bool:
    """Whether a digit stands small and raised right behind one of a number, or behind a word."""
    size = before.size
    if char.size > _SMALL * size or not _RAISED * size <= before.base - char.base <= _ABOVE * size:
        return False
    return -_BEHIND * size <= char.left - before.right <= _BEHIND * size


def _next_to(char: Char, mark: Char) -> bool:
    """Whether a digit is the next one of a mark of two."""
    return abs(char.base - mark.base) < 1 and abs(char.size - mark.size) < 1 and 0 <= char.left - mark.right + 1 < 2  # noqa: PLR2004
