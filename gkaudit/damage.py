"""Signs that a table lost something on its way into the file (OCR, torn pages, bad conversion).

Signs are counted per document: a table read from the same scan is not trusted more than its neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping

from gkaudit.tables import TableReading

__all__ = ["damaged_tables"]

#: So many signs of one kind, or two kinds together, make a table damaged.
_MANY = 2


def damaged_tables(readings: Mapping[str, TableReading]) -> set[str]:
    """Names of the tables in which an empty cell may be a lost number; all or none."""
    signs = [kind for reading in readings.values() for kind in reading.signs]
    kinds = set(signs)
    if any(signs.count(kind) >= _MANY for kind in kinds) or len(kinds) >= _MANY:
        return set(readings)
    return set()
