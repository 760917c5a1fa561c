"""Signs that a table lost something on its way into the file (OCR, torn pages, bad conversion).

Signs are counted per document: a table read from the same scan is not trusted more than its neighbour. But in a
table that is whole, with every cell of the form between its rules, labels that are misread are slips of a
recogniser: they say that words are not to be trusted, and nothing about its numbers. No row can be missing there,
and none stands in another one's place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from gkaudit.tables import TableReading

__all__ = ["damaged_tables", "torn_tables"]

#: So many signs of one kind, or two kinds together, make a table damaged.
_MANY = 2


def damaged_tables(readings: Mapping[str, TableReading]) -> set[str]:
    """Names of the tables that show damage, to their words or their cells; all or none."""
    return set(readings) if _many(kind for reading in readings.values() for kind in reading.signs) else set()


def torn_tables(readings: Mapping[str, TableReading]) -> set[str]:
    """Names of the tables in which an empty cell may be a lost number; all or none."""
    signs = (kind for reading in readings.values() for kind in reading.signs if kind != "garbled" or not reading.whole)
    return set(readings) if _many(signs) else set()


def _many(signs: Iterable[str]) -> bool:
    count = Counter(signs)
    return len(count) >= _MANY or any(number >= _MANY for number in count.values())
