"""Signs that a table lost something on its way into the file (OCR, torn pages, bad conversion).

Signs are counted per document: a table read from the same scan is not trusted more than its neighbour. But in a
table that is whole, with every cell of the form between its rules, labels that are misread are slips of a
recogniser: they say that words are not to be trusted, and nothing about its numbers. No row can be missing there,
and none stands in another one's place.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from gkaudit.document import Document, Paragraph
from gkaudit.tables import TableReading
from gkaudit.vocabulary import label_hit

__all__ = ["damaged_tables", "rows_in_lines", "stands_in_lines", "torn_tables"]

#: So many signs of one kind, or two kinds together, make a table damaged; so many rows in lines of text are one.
_MANY = 2
#: Formats whose tables are known by rules and places only.
_PAGES = ("pdf", "ofd")
#: Sections of nothing but prose.
_PROSE = ("overall", "problems")
#: The label of a row and its numbers, nothing else; a row of 表三 with its longest label is no longer than this.
_ROW, _LONGEST = (
    re.compile(r"(?P<label>.*?[^\s\d.,，．])(?: +[+\-−－]?\d[\d.,，．]*(?:万元|元|件|条|个|项|宗|起|份|次)?)+ *"),
    120,
)


def damaged_tables(readings: Mapping[str, TableReading]) -> set[str]:
    """Names of the tables that show damage, to their words or their cells; all or none."""
    return set(readings) if _many(kind for reading in readings.values() for kind in reading.signs) else set()


def torn_tables(readings: Mapping[str, TableReading]) -> set[str]:
    """Names of the tables in which an empty cell may be a lost number; all or none."""
    signs = (kind for reading in readings.values() for kind in reading.signs if kind != "garbled" or not reading.whole)
    return set(readings) if _many(signs) else set()


def rows_in_lines(document: Document, headings: Mapping[int, str]) -> Mapping[str, Collection[str]]:
    """Names of the rows by table that stand on the pages as lines: what was found of these tables is not all there is.

    ``headings``: which block is the heading of which section; what a section of prose says in such a line is no row
    of a table that has a section of its own. One row may be a line of prose where its table was not found at all. The
    readers of plain text take lines for tables themselves, and say where they do not.
    """
    rows: dict[str, set[str]] = defaultdict(set)
    section, own = None, set(headings.values())
    for at, block in enumerate(document.blocks if document.format in _PAGES else ()):
        section = headings.get(at, section)
        if not isinstance(block, Paragraph) or len(block.text) > _LONGEST:
            continue
        match = _ROW.fullmatch(block.text)
        for hit in label_hit(match["label"]) if match else ():
            if hit.kind == "row" and hit.score == 1 and not (section in _PROSE and hit.table in own):
                rows[hit.table].add(hit.name)
    return rows


def stands_in_lines(row: str, lines: Collection[str], *, found: bool) -> bool:
    """Whether a row that the table lacks may be one of those ``lines``; ``found``: there is such a table."""
    return len(lines) >= _MANY or (found and row in lines)


def _many(signs: Iterable[str]) -> bool:
    count = Counter(signs)
    return len(count) >= _MANY or any(number >= _MANY for number in count.values())
