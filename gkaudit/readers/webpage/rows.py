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
from gkaudit.readers.webpage.written import ALONE, TAG, OtherError, Start, is_exact

__all__ = ["Ordinary"]

_EMPTY = re.compile(r"<(t[dhr])((?: [^>]*)?)/>")
_CELLS = ("td", "th")
_GROUPS = {"thead": "head", "tbody": "body", "tfoot": "foot"}
_BARE_ROWS = ("\n<tr>", "<tr>")
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
        if "/>" in written:
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
        parts = written.split("</td>")
        last = parts.pop()
        row = Row(list(map(self.page.looks.told.__getitem__, parts)))
        hidden = False
        if last or None in row.cells or not written.startswith(_BARE_ROWS):
            hidden = self._special(row, parts, last)
        elif "<td " in written or "<th " in written:
            for at, cell in enumerate(row.cells):
                if isinstance(cell, tuple):
                    row.cells[at], row.spans[at] = cell
        self._before += len(parts)
        if not hidden:
            if not self.sheet.groups:
                self._group("body")
            self.sheet.groups[-1].append(row)

    def _special(self, row: Row, parts: list[str], last: str) -> bool:
        """A row with more than a bare beginning and cells of text; whether it is hidden."""
        first, last = (parts[0], last) if parts else (last, "")
        before, _, rest = first.partition("<tr")
        attributes, _, first = rest.partition(">")
        if last.strip() or (not parts and first.strip()):
            raise OtherError
        self._between(before)
        told, row.cells = row.cells, []
        if parts:
            parts[0], told[0] = first, self.page.looks.told[first]
        for at, cell in enumerate(told):
            text, spans = cell if isinstance(cell, tuple) else (cell, ALONE)
            if text is None:
                beginning = parts[at].lstrip().partition(">")[0]
                if beginning[:1] != "<":
                    raise OtherError
                start = self._start(beginning[1:], _CELLS)
                if start.hidden:
                    continue
                text, spans = self._element(at), start.spans
            if spans != ALONE:
                row.spans[len(row.cells)] = spans
            row.cells.append(text)
        return self._start(f"tr{attributes}", ("tr",)).hidden

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
