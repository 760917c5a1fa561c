"""Tables of a page: which are data and which only lay out, and the grid their spans make.

Cells are placed as browsers place them: a cell goes to the first free column of its row, a row span ends
with its row group, what a span covers moves the cells after it. A table is data when its own cells have
words of the form, or when it looks like one; a table around other tables is layout and is walked through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from gkaudit.chars import fold, is_value
from gkaudit.errors import TooLargeError
from gkaudit.readers.guards import MAX_CELLS, MAX_SPAN
from gkaudit.readers.webpage.marks import collapsed
from gkaudit.readers.webpage.style import PLAIN, Look
from gkaudit.vocabulary import label_hit

__all__ = ["Cell", "CellText", "Sheet", "is_layout", "place", "sheet_of", "statutory"]


@dataclass(frozen=True, slots=True)
class CellText:
    """What one cell shows. ``note``: why its text is in doubt; ``linked``: characters inside links."""

    text: str
    note: str = ""
    linked: int = 0
    pictures: tuple[str, ...] = ()

    @classmethod
    def plain(cls, raw: str) -> CellText:
        """A cell with nothing but text in it. Most hold a digit that a hundred others hold as well."""
        return _plain(raw) if len(raw) <= _SHORT else cls(collapsed(raw))


#: Texts up to this length come again and again.
_SHORT = 40


@lru_cache(maxsize=4096)
def _plain(raw: str) -> CellText:
    return CellText(collapsed(raw))


#: One cell in the grid: what it shows, row and column from 1, rows and columns it spans. There are hundreds.
Cell = tuple[CellText, int, int, int, int]


@dataclass(slots=True)
class Row:
    """One row: its cells as elements, or already as text where nothing else is in them.

    ``spans``: what the cells with attributes say of rows and columns they span, by place in the row.
    """

    cells: list[Any] = field(default_factory=list)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)

    def add(self, element: Any) -> None:
        """One more cell, with what it says of its spans."""
        if element.attrib:
            self.spans[len(self.cells)] = _said(element)
        self.cells.append(element)


@dataclass(slots=True)
class Sheet:
    """The rows of a table by row group, and what stands between the cells.

    ``strays`` are lines of text and tables that the markup has outside any cell, with the number of rows
    before them.
    """

    groups: list[list[Row]] = field(default_factory=list)
    captions: list[Any] = field(default_factory=list)
    strays: list[tuple[int, Any]] = field(default_factory=list)

    @property
    def rows(self) -> Iterator[Row]:
        """All rows in the order they are shown."""
        return (row for group in self.groups for row in group)

    @property
    def cells(self) -> list[Any]:
        """All cells in the order they are shown."""
        return [cell for row in self.rows for cell in row.cells]


# ── elements ────────────────────────────────────────────────────────────────────────────────────

_TOO_MANY = f"一张表格超过 {MAX_CELLS} 格，不像一份年度报告；请只保存报告正文"
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


def sheet_of(table: Any, look: Callable[[Any], Look], name: str) -> Sheet:
    """Rows and cells of a table element (or of one that its role or style makes a table).

    Raises TooLargeError beyond the greatest number of cells.
    """
    tagged = table.tag == "table"
    styled = any(look(table.makeelement(tag)) is not PLAIN for tag in _ORDINARY)
    reading = _Reading(Sheet(), look, styled=styled)
    if not tagged or styled or not reading.ordinary(table):
        reading = _Reading(Sheet(), look, styled=styled)
        _walk(table, reading, tagged=tagged)
    if sum(len(row.cells) for row in reading.sheet.rows) > MAX_CELLS:
        raise TooLargeError(name, _TOO_MANY)
    reading.sheet.groups = _shown_order(reading.kinds, reading.sheet.groups)
    return reading.sheet


def _walk(table: Any, reading: _Reading, *, tagged: bool) -> None:
    from lxml import etree  # noqa: PLC0415 - loads only when a page is read

    walk = etree.iterwalk(table, events=("start", "end"))
    for event, element in walk:
        if element is table:
            reading.stray(element.text if event == "start" else None)
            continue
        part = _PARTS.get(element.tag, "") if tagged else _part(element, reading.look)
        if event == "end":
            reading.end(part, element)
        elif part == "nothing" or reading.look(element).hidden or reading.begin(part, element, tagged=tagged):
            walk.skip_subtree()
        else:
            reading.stray(element.text)
    reading.flush()


def _shown_order(kinds: list[str], groups: list[list[Row]]) -> list[list[Row]]:
    """The first head is shown above and the first foot below, wherever they stand; others stay."""
    head = kinds.index("head") if "head" in kinds else None
    foot = kinds.index("foot") if "foot" in kinds else None
    middle = [n for n in range(len(groups)) if n not in (head, foot)]
    return [groups[n] for n in (head, *middle, foot) if n is not None]


def _part(element: Any, look: Callable[[Any], Look]) -> str:
    return _ROLES.get(element.get("role") or look(element).display, "") or _PARTS.get(element.tag, "")


_INLINE = frozenset({"span", "font", "b", "strong", "i", "em", "u", "a", "big", "small", "o:p", "form"})


@dataclass(slots=True)
class _Reading:
    """The state of reading one table. ``styled``: cells without attributes are not shown as they are."""

    sheet: Sheet
    look: Callable[[Any], Look]
    styled: bool
    kinds: list[str] = field(default_factory=list)
    row: Row | None = None
    count: int = 0
    text: list[str] = field(default_factory=list)

    def ordinary(self, table: Any) -> bool:
        """Take in a table of rows and groups of rows, as most are; False where there is anything else in it."""
        if not _is_blank(table.text):
            return False
        for part in table:
            kind = _PARTS.get(part.tag)
            if kind == "row":
                if not self._ordinary_row(part):
                    return False
                continue
            if kind not in ("head", "body", "foot") or not _is_blank(part.text) or not _is_blank(part.tail):
                return False
            if part.keys() and self.look(part).hidden:
                return False
            self._group(kind)
            if not all(row.tag == "tr" and self._ordinary_row(row) for row in part):
                return False
            self._group("body")
        return True

    def _ordinary_row(self, row: Any) -> bool:
        if not _is_blank(row.tail) or (row.keys() and self.look(row).hidden):
            return False
        return self._whole(row)

    def begin(self, part: str, element: Any, *, tagged: bool) -> bool:
        """Take in an element, or the beginning of it; whether what is in it is not walked through."""
        return (tagged and part == "row" and self._whole(element)) or self._start(part, element)

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

    def _whole(self, row: Any) -> bool:
        """Take in a row as most are: visible cells and nothing but white space beside them; False for others."""
        if row.text and row.text.strip():
            return False
        found = Row()
        cells, plain, styled = found.cells, CellText.plain, self.styled
        for cell in row:
            if cell.tag not in _CELLS or ((tail := cell.tail) and tail.strip()):
                return False
            if styled or cell.keys():
                if self.look(cell).hidden:
                    return False
                found.add(cell)
            else:
                cells.append(cell if len(cell) else plain(cell.text or ""))
        self.flush()
        self._new_row(found)
        return True

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


def _is_blank(text: str | None) -> bool:
    return not text or not text.strip()


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


# ── the grid ────────────────────────────────────────────────────────────────────────────────────


def place(sheet: Sheet, contents: Iterable[CellText], name: str) -> list[list[Cell]]:
    """Rows of placed cells; a row in which no cell begins is no row, and spans over it are one shorter.

    ``contents`` are those of all cells in order. Raises TooLargeError where the grid has more places than a
    table may have cells.
    """
    placed: list[list[Cell]] = []
    area = 0
    content = iter(contents)
    for group in sheet.groups:
        down: dict[int, int] = {}
        for row in _with_heights(group):
            number = len(placed) + 1
            if row.spans or down:
                cells = _row(row, down, number, content)
            else:
                cells = [(next(content), number, column, 1, 1) for column in range(1, len(row.cells) + 1)]
            placed.append(cells)
            area += cells[-1][2]
            if area > MAX_CELLS:
                raise TooLargeError(name, _TOO_MANY)
    return placed


def _with_heights(group: list[Row]) -> list[Row]:
    """The rows that have any cells; row spans are counted in such rows and end with the group."""
    ahead = [0] * (len(group) + 1)
    for number in range(len(group) - 1, -1, -1):
        ahead[number] = ahead[number + 1] + bool(group[number].cells)
    for number, row in enumerate(group):
        left = len(group) - number
        for at, (high, wide) in row.spans.items():
            # 0 means all that are left in the group.
            reach = min(high, left) or left
            row.spans[at] = max(ahead[number] - ahead[number + reach], 1), wide
    return [row for row in group if row.cells]


#: Browsers read the digits at the beginning of an attribute (3px, +3) and go on.
_NUMBER = re.compile(r"\s*\+?([0-9]{1,9})")


def _said(cell: Any) -> tuple[int, int]:
    """What the attributes of a cell say of rows and columns it spans; rows are not yet bounded."""
    said = dict(cell.items())
    wide = _first_digits(said.get("colspan") or said.get("aria-colspan"))
    return _first_digits(said.get("rowspan") or said.get("aria-rowspan")), min(max(wide, 1), MAX_SPAN)


def _first_digits(text: str | None) -> int:
    """A span attribute as its digits say; 1 where it has none."""
    digits = _NUMBER.match(text) if text else None
    return int(digits[1]) if digits else 1


def _row(row: Row, down: dict[int, int], number: int, contents: Iterator[CellText]) -> list[Cell]:
    """Place one row; ``down`` has the columns that cells above still cover, with the rows they have left."""
    covered = set(down)
    fresh: dict[int, int] = {}
    cells: list[Cell] = []
    column = 1
    for place in range(len(row.cells)):
        while column in covered:
            column += 1
        rowspan, wide = row.spans.get(place, (1, 1))
        # Where a cell runs into one from above both are drawn; it counts up to there.
        free = wide
        if wide > 1 and covered:
            free = next((n for n in range(1, wide) if column + n in covered), wide)
        cells.append((next(contents), number, column, rowspan, free))
        if rowspan > 1:
            fresh |= {at: max(fresh.get(at, 0), rowspan - 1) for at in range(column, column + wide)}
        column += wide
    for at in covered:
        if down[at] == 1:
            del down[at]
        else:
            down[at] -= 1
    for at, left in fresh.items():
        down[at] = max(down.get(at, 0), left)
    return cells
