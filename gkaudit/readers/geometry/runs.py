"""What a program writes in one go: where it writes each number so, two pieces side by side are two numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gkaudit.readers.geometry.lines import Line
from gkaudit.readers.geometry.page import Char

__all__ = ["parted", "whole_numbers"]

#: Digits this near (character sizes) stand side by side, whoever wrote them.
_BESIDE = 0.13
#: So many neighbouring digits written in one go show how a program writes numbers.
_SEEN = 2
_NUMERIC = frozenset("0123456789.,０１２３４５６７８９．，")


def whole_numbers(lines: Sequence[Line]) -> bool:
    """Whether every number of these lines was written in one go, as far as can be seen."""
    together = 0
    for line in lines:
        for before, char in pairwise(line.chars):
            if char.text in _NUMERIC and before.text in _NUMERIC and char.left - before.right <= _BESIDE * line.size:
                if char.run != before.run or not char.run:
                    return False
                together += 1
    return together >= _SEEN


def parted(before: Char, char: Char) -> bool:
    """Whether two neighbours are digits that were not written in one go."""
    return before.run != char.run and before.text in _NUMERIC and char.text in _NUMERIC
