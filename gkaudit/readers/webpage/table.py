"""Tables of a page: their rows and cells, and which are data and which only lay out.

A table is data when its own cells have words of the form, or when it looks like one; a table around other
tables is layout and is walked through.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gkaudit.chars import fold, is_value
from gkaudit.errors import TooLargeError
from gkaudit.readers.guards import MAX_CELLS
from gkaudit.readers.webpage.cells import TOO_MANY, Row, Sheet
from gkaudit.readers.webpage.pieces import Page
from gkaudit.readers.webpage.rows import Ordinary
from gkaudit.vocabulary import label_hit

__all__ = ["is_layout", "sheet_of", "statutory"]


# ── elements ────────────────────────────────────────────────────────────────────────────────────

_CELLS = ("td", "th")
_ORDINARY = (*_CELLS, "tr", "tbody", "thead", "tfoot")
_PARTS = {
    "td": "cell",
    "th": "cell",
    "tr": "row",
    "tbody": "body",
    "thead": "head",
    "tfoot": "foot",
    "caption": "caption",
    "table": "table",
    **dict.fromkeys(("script", "style", "template", "colgroup", "noscript", "iframe"), "nothing"),
}
_ROLES = {
    **dict.fromkeys(("cell", "gridcell", "columnheader", "rowheader", "table-cell"), "cell"),
    **dict.fromkeys(("row", "table-row"), "row"),
    **dict.fromkeys(("rowgroup", "table-row-group"), "body"),
    **dict.fromkeys(("table", "grid", "inline-table"), "table"),
    "table-header-group": "head",
    "table-footer-group": "foot",
    "table-caption": "caption",
}


def sheet_of(table: Any, page: Page) -> Sheet:
    """Rows and cells of a table element (or of one that its role or style makes a table).

    Raises TooLargeError beyond the greatest number of cells.
    """
    reading: Ordinary | _Reading = Ordinary(table, page)
    if table.tag != "table" or page.looks.changes(_ORDINARY) or not reading.read():
        reading = _Reading(table, page)
        reading.read()
    if sum(len(row.cells) for row in reading.sheet.rows) > MAX_CELLS:
        raise TooLargeError(page.name, TOO_MANY)
    reading.sheet.groups = _shown_order(reading.kinds, reading.sheet.groups)
    return reading.sheet


def _shown_order(kinds: list[str], groups: list[list[Row]]) -> list[list[Row]]:
    """The first head is shown above and the first foot below, wherever they stand; others stay."""
    head = kinds.index("head") if "head" in kinds else None
    foot = kinds.index("foot") if "foot" in kinds else None
    middle = [n for n in range(len(groups)) if n not in (head, foot)]
    return [groups[n] for n in (head, *middle, foot) if n is not None]


_INLINE = frozenset({"span", "font", "b", "strong", "i", "em", "u", "a", "big", "small", "o:p", "form"})


@dataclass(slots=True)
class _Reading:
    """One walk over a table, whatever is in it."""

    table: Any
    page: Page
    sheet: Sheet = field(default_factory=Sheet)
    kinds: list[str] = field(default_factory=list)
    row: Row | None = None
    count: int = 0
    text: list[str] = field(default_factory=list)

    def read(self) -> None:
        """Take in the table."""
        from lxml import etree  # noqa: PLC0415 - loads only when a page is read

        walk = etree.iterwalk(self.table, events=("start", "end"))
        for event, element in walk:
            if element is self.table:
                self.stray(element.text if event == "start" else None)
                continue
            part = self._part(element)
            if event == "end":
                self.end(part, element)
            elif part == "nothing" or self.page.look(element).hidden or self._start(part, element):
                walk.skip_subtree()
            else:
                self.stray(element.text)
        self.flush()

    def _part(self, element: Any) -> str:
        own = _PARTS.get(element.tag, "")
        if self.table.tag == "table":
            return own
        return _ROLES.get(element.get("role") or self.page.look(element).display, "") or own

    def _start(self, part: str, element: Any) -> bool:
        if part or element.tag not in _INLINE:
            self.flush()
        if part in ("head", "body", "foot"):
            self._group(part)
        elif part == "row":
            self._new_row(Row())
        elif part == "cell":
            (self.row if self.row is not None else self._new_row(Row())).add(element)
        elif part == "caption":
            self.sheet.captions.append(element)
        elif part == "table" or element.tag in ("img", "ul", "ol"):
            self.sheet.strays.append((self.count, element))
        return part in ("cell", "caption", "table") or (not part and element.tag in ("img", "ul", "ol"))

    def end(self, part: str, element: Any) -> None:
        if part == "row":
            self.row = None
        elif part in ("head", "body", "foot"):
            self.row = None
            self._group("body")
        elif not part and element.tag not in _INLINE:
            self.flush()
        self.stray(element.tail)

    def _group(self, kind: str) -> None:
        self.kinds.append(kind)
        self.sheet.groups.append([])

    def _new_row(self, row: Row) -> Row:
        if not self.sheet.groups:
            self._group("body")
        self.row = row
        self.count += 1
        self.sheet.groups[-1].append(row)
        return row

    def stray(self, text: str | None) -> None:
        if text and text.strip():
            self.text.append(text)

    def flush(self) -> None:
        """Text between cells so far is a line of its own."""
        if self.text:
            self.sheet.strays.append((self.count, "".join(self.text)))
            self.text.clear()


# ── what a table is ─────────────────────────────────────────────────────────────────────────────

_SHORTEST_LABEL, _LONGEST_LABEL, _SURE = 3, 80, 0.9
_MANY_VALUES = 7
_LONGEST_CELL, _MOST_LINES = 200, 6


def statutory(texts: list[str]) -> bool:
    """Whether the texts of cells are those of a statutory table: two labels of the form, or a row of numbers."""
    labels: set[str] = set()
    for text in texts:
        if _SHORTEST_LABEL <= len(text) <= _LONGEST_LABEL and any(
            hit.score > _SURE and hit.kind != "header" for hit in label_hit(text)[:1]
        ):
            labels.add(fold(text))
            if len(labels) > 1:
                return True
    return bool(labels) and any(map(is_value, texts))


def is_layout(sheet: Sheet, texts: list[str]) -> bool:
    """Whether a table without words of the form only arranges text: few cells, one column, or prose."""
    if len(texts) <= 2 or all(len(row.cells) <= 1 for row in sheet.rows):  # noqa: PLR2004 - title beside a picture
        return sum(map(is_value, texts)) < _MANY_VALUES
    return any(len(text) > _LONGEST_CELL or text.count("\n") >= _MOST_LINES for text in texts)
