"""Ordinary tables, cut out of their markup as the parser writes it out again.

Most tables of reports are rows of cells and nothing else. Cut up as text they cost a fraction of what a walk
over their elements does; a table with anything else in it is left to :mod:`.table`, and a cell with anything
but lines of text in it stays an element.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from gkaudit.readers.webpage.cells import Row, Sheet
from gkaudit.readers.webpage.pieces import Page
from gkaudit.readers.webpage.written import TAG, OtherError, Start, is_exact

__all__ = ["Ordinary"]

_EMPTY = re.compile(r"<(t[dhr])((?: [^>]*)?)/>")
_CELLS = ("td", "th")
_GROUPS = {"thead": "head", "tbody": "body", "tfoot": "foot"}
_BETWEEN = (*_GROUPS, "colgroup", "col", "form")


@dataclass(slots=True)
class Ordinary:
    """One reading of one table: its rows by group, and the kinds of the groups."""

    table: Any
    page: Page
    sheet: Sheet = field(default_factory=Sheet)
    kinds: list[str] = field(default_factory=list)
    #: Cells before the row that is read, also those that are hidden.
    _before: int = 0
    _elements: list[Any] = field(default_factory=list)

    def read(self) -> bool:
        """Take in the table; False where there is anything else in it."""
        from lxml import etree  # noqa: PLC0415 - loads only when a page is read

        written = etree.tostring(self.table, encoding="unicode", with_tail=False)
        if not is_exact(written):
            return False
        written = written.partition(">")[2].removesuffix("</table>")
        written = written.replace("<td/>", "<td></td>")
        if "/>" in written and written.count("/>") > written.count("<br/>"):
            written = _EMPTY.sub(r"<\1\2></\1>", written)
        written = written.replace("</th>", "</td>")
        *rows, rest = written.split("</tr>")
        if written.count("<tr") != len(rows):
            return False
        try:
            for row in rows:
                self._row(row)
            self._between(rest)
        except OtherError:
            return False
        return True

    def _between(self, written: str) -> None:
        """What stands between two rows: white space, and where groups of rows begin and end."""
        if TAG.sub("", written).strip():
            raise OtherError
        for tag in TAG.findall(written):
            start = self._start(tag.removeprefix("/"), _BETWEEN)
            if start.hidden:
                raise OtherError
            if kind := _GROUPS.get(start.tag):
                self._group("body" if tag[0] == "/" else kind)

    def _group(self, kind: str) -> None:
        self.kinds.append(kind)
        self.sheet.groups.append([])

    def _row(self, written: str) -> None:
        """One row, written up to its end, with what stands before it."""
        row = self.page.looks.rows[written]
        if row is None:
            self._special(written)
        else:
            self._before += len(row.cells)
            self._add(row)

    def _add(self, row: Row) -> None:
        if not self.sheet.groups:
            self._group("body")
        self.sheet.groups[-1].append(row)

    def _special(self, written: str) -> None:
        """A row with more than cells of text in it, or before it."""
        parts = written.split("</td>")
        last = parts.pop()
        first, last = (parts[0], last) if parts else (last, "")
        before, _, rest = first.partition("<tr")
        attributes, _, first = rest.partition(">")
        if last.strip() or (not parts and first.strip()):
            raise OtherError
        self._between(before)
        parts[:1] = [first] if parts else []
        row = Row()
        for at, part in enumerate(parts):
            cell, spans = self._cell(part, at)
            if cell is not None:
                row.put(cell, spans)
        self._before += len(parts)
        if not self._start(f"tr{attributes}", ("tr",)).hidden:
            self._add(row)

    def _cell(self, written: str, number: int) -> tuple[Any, tuple[int, int]]:
        """What a cell of the row says, or its element, and its spans; None where it is hidden."""
        told = self.page.looks.told[written]
        if told is not None:
            return told
        beginning = written.lstrip().partition(">")[0]
        if beginning[:1] != "<":
            raise OtherError
        start = self._start(beginning[1:], _CELLS)
        return (None if start.hidden else self._element(number)), start.spans

    def _start(self, written: str, names: tuple[str, ...]) -> Start:
        found = self.page.looks.starts[written]
        if found.tag not in names:
            raise OtherError
        return found

    def _element(self, number: int) -> Any:
        """A cell of the row that is read."""
        if not self._elements:
            self._elements = list(self.table.iter(*_CELLS))
        return self._elements[self._before + number]
