"""Many things a few at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

__all__ = ["portions"]

T = TypeVar("T")


def portions(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of so many items, the last perhaps of fewer (``itertools.batched`` of Python 3.12)."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some
