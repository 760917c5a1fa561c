"""The heading of a table without rules that the end of a page cut: its last lines stand on the next page."""

from __future__ import annotations

from collections.abc import Sequence

from gkaudit.readers.geometry.heads import headings
from gkaudit.readers.geometry.lines import Line

__all__ = ["rejoined"]

#: So many lines on both sides of the break may be those of a heading.
_LINES = 6
#: Lines of a heading follow each other within this (character sizes).
_LEADING = 1.5


def rejoined(above: Sequence[Line], below: Sequence[Line]) -> list[Line]:
    """The last lines of a page that begin a heading which ends on the next, as they would stand above ``below``."""
    tail, rest = above[-_LINES:], below[:_LINES]
    if not tail or not rest:
        return []
    shift = rest[0].base - _LEADING * rest[0].size - tail[-1].base
    moved = [_moved(line, shift) for line in tail]
    for heading in headings([*moved, *rest]):
        if heading.first < len(tail) <= heading.last:
            return moved[heading.first :]
    return []


def _moved(line: Line, down: float) -> Line:
    chars = tuple(char._replace(base=char.base + down) for char in line.chars)
    return line._replace(chars=chars, base=line.base + down)
