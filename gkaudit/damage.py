"""Signs that a table lost something on its way into the file (OCR, torn pages, bad conversion).

Signs are counted per document: a table read from the same scan is not trusted more than its neighbour. But in a
table that is whole, with every cell of the form between its rules, labels that are misread are no sign of damage:
no row can be missing, and none stands in another one's place.
"""

from __future__ import annotations

from collections.abc import Mapping

from gkaudit.tables import TableReading

__all__ = ["damaged_tables"]

#: So many signs of one kind, or two kinds together, make a table damaged.
_MANY = 2


def damaged_tables(readings: Mapping[str, TableReading]) -> set[str]:
    """Names of the tables in which an empty cell may be a lost number; all or none."""
    signs = [kind for reading in readings.values() for kind in reading.signs if kind != "garbled" or not reading.whole]
    kinds = set(signs)
    if any(signs.count(kind) >= _MANY for kind in kinds) or len(kinds) >= _MANY:
        return set(readings)
    return set()
