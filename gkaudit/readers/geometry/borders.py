"""Where columns end that no rule parts: between headings that stand evenly.

Columns of one width have their headings in the middle, or all at the left. Then it is known where each ends, and
the digits of a row that fills all of them are told apart, however near the numbers of two columns come.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from gkaudit.readers.geometry.heads import Head
from gkaudit.readers.geometry.lines import Line
from gkaudit.readers.geometry.page import Char
from gkaudit.readers.geometry.under import Number

__all__ = ["borders", "filled"]

#: Steps between evenly placed headings differ by no more than this (points).
_EVEN = 0.5
#: Digits nearer than this (character sizes) are of one number, those of one number no further apart than that.
_CLOSE, _SPACED = 0.07, 0.13
_ZERO = frozenset("0０")


def borders(heads: Sequence[Head]) -> tuple[float, ...]:
    """The ends of all columns but the last; nothing where the headings do not show whether they are centred."""
    middles = [(head.left + head.right) / 2 for head in heads]
    lefts = [head.left for head in heads]
    centred = _evenly(middles)
    if centred == _evenly(lefts):
        return ()
    return tuple((a + b) / 2 for a, b in pairwise(middles)) if centred else tuple(lefts[1:])


def _evenly(places: Sequence[float]) -> bool:
    steps = [b - a for a, b in pairwise(places)]
    return max(steps) - min(steps) <= _EVEN


def filled(line: Line, left: float, ends: Sequence[float]) -> list[Number]:
    """The numbers of a line right of a place, one in each column; nothing where that is not certain.

    No number runs over the end of a column, and none begins with a zero.
    """
    chars = [c for c in line.chars if not c.text.isspace() and c.left >= left]
    columns: list[list[Char]] = [[] for _ in range(len(ends) + 1)]
    for char in chars:
        columns[bisect_right(ends, (char.left + char.right) / 2)].append(char)
    if not all(columns) or not all(c.text.isdigit() for c in chars) or not all(map(_is_number, columns)):
        return []
    if any(_gap(a[-1], b[0]) <= _CLOSE for a, b in pairwise(columns)):
        return []
    return [Number(tuple(own), (line.base,), line.size, column) for column, own in enumerate(columns)]


def _is_number(chars: Sequence[Char]) -> bool:
    whole = all(_gap(a, b) <= _SPACED for a, b in pairwise(chars))
    return whole and (len(chars) == 1 or chars[0].text not in _ZERO)


def _gap(before: Char, char: Char) -> float:
    return (char.left - before.right) / char.size
