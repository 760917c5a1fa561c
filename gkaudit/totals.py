"""Rows of numbers that end with an empty cell: whether they may have lost one and moved to the left.

What then stands last is 总计, which is no less than any number beside it. A row of zeros says the same either way.
"""

from __future__ import annotations

from collections.abc import Iterable

from gkaudit.chars import read_cell

__all__ = ["all_zero", "may_have_moved"]


def all_zero(prints: Iterable[str]) -> bool:
    """Whether these prints, of which there are some, are zeros."""
    numbers = [read_cell(text).value for text in prints]
    return bool(numbers) and all(number == 0 for number in numbers)


def may_have_moved(prints: Iterable[str]) -> bool:
    """Whether the last of these prints of one row of 表三 may be its 总计 and not the number of its column."""
    numbers = [read_cell(text).value for text in prints]
    known = [number for number in numbers if number is not None]
    if not known or len(known) < len(numbers):
        return True
    return any(known) and known[-1] == max(known)
