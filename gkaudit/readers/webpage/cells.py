"""Cells of a table, in the rows of the markup and in the grid their spans make.

Cells are placed as browsers place them: a cell goes to the first free column of its row, a row span ends
with its row group, what a span covers moves the cells after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, chain
from typing import Any, NamedTuple

from gkaudit.errors import TooLargeError
from gkaudit.readers.guards import MAX_CELLS, MAX_SPAN
from gkaudit.readers.webpage.marks import collapsed

__all__ = ["ALONE", "TOO_MANY", "CellText", "Layout", "Row", "Sheet", "elements_of", "place", "plain_text", "said"]

TOO_MANY = f"一张表格超过 {MAX_CELLS} 格，不像一份年度报告；请只保存报告正文"


@dataclass(frozen=True, slots=True)
class CellText:
    """What a cell shows that has more in it than text.

    ``note``: why its text is in doubt; ``linked``: characters inside links.
    """

    text: str
    note: str = ""
    linked: int = 0
    pictures: tuple[str, ...] = ()


#: Texts up to this length come again and again.
_SHORT = 40


def plain_text(raw: str) -> str:
    """What a cell shows that has nothing but text in it. Most hold a digit that a hundred others hold as well."""
    return _plain_text(raw) if len(raw) <= _SHORT else collapsed(raw)


_plain_text = lru_cache(maxsize=4096)(collapsed)


class Layout(NamedTuple):
    """Where the cells of a table stand, each given in order: row and column from 1, rows and columns it spans.

    ``lengths`` are the numbers of cells that begin in each row.
    """

    numbers: tuple[int, ...]
    columns: tuple[int, ...]
    highs: tuple[int, ...]
    wides: tuple[int, ...]
    lengths: tuple[int, ...]


#: What a cell spans that says nothing of it.
ALONE = (1, 1)


@dataclass(slots=True)
class Row:
    """One row: its cells as elements, or already as text where nothing else is in them.

    ``spans``: what the cells with attributes say of rows and columns they span, by place in the row.
    """

    cells: list[Any] = field(default_factory=list)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)

    def add(self, element: Any) -> None:
        """One more cell, with what it says of its spans."""
        self.put(element, said(element) if element.attrib else ALONE)

    def put(self, cell: Any, spans: tuple[int, int]) -> None:
        """One more cell that spans so many rows and columns."""
        if spans != ALONE:
            self.spans[len(self.cells)] = spans
        self.cells.append(cell)


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
        return chain.from_iterable(self.groups)

    @property
    def cells(self) -> list[Any]:
        """All cells in the order they are shown."""
        return list(chain.from_iterable([row.cells for row in self.rows]))


def elements_of(cells: list[Any]) -> dict[int, Any]:
    """The cells that are elements and not text, by place."""
    try:
        # Joined they are looked at without a loop; most tables have nothing but text in them.
        "".join(cells)
    except TypeError:
        return {at: cell for at, cell in enumerate(cells) if not isinstance(cell, str)}
    return {}


#: Browsers read the digits at the beginning of an attribute (3px, +3) and go on.
_NUMBER = re.compile(r"\s*\+?([0-9]{1,9})")


def said(cell: Any) -> tuple[int, int]:
    """What the attributes of a cell say of rows and columns it spans; rows are not yet bounded."""
    said = dict(cell.items())
    wide = _first_digits(said.get("colspan") or said.get("aria-colspan"))
    return _first_digits(said.get("rowspan") or said.get("aria-rowspan")), min(max(wide, 1), MAX_SPAN)


def _first_digits(text: str | None) -> int:
    """A span attribute as its digits say; 1 where it has none."""
    digits = _NUMBER.match(text) if text else None
    return int(digits[1]) if digits else 1


# ── the grid ────────────────────────────────────────────────────────────────────────────────────

#: Number of cells, and the spans of those that have any by their place: one row as far as its layout goes.
_Shape = tuple[int, tuple[tuple[int, tuple[int, int]], ...]]
#: Layouts of tables up to so many cells are kept: reports are printed on the same few forms.
_MOST_KEPT = 1_000


def place(sheet: Sheet, name: str) -> Layout:
    """The layout of a table; a row in which no cell begins is no row, and spans over it are one shorter.

    Raises TooLargeError where the grid has more places than a table may have cells.
    """
    shapes = tuple([tuple([(len(row.cells), tuple(row.spans.items())) for row in group]) for group in sheet.groups])
    size = sum([length for group in shapes for length, _ in group])
    layout = (_layout if size <= _MOST_KEPT else _layout.__wrapped__)(shapes)
    if layout is None:
        raise TooLargeError(name, TOO_MANY)
    return layout


@lru_cache(maxsize=256)
def _layout(shapes: tuple[tuple[_Shape, ...], ...]) -> Layout | None:
    """The layout of groups of rows; None where it is too large."""
    numbers: list[int] = []
    columns: list[int] = []
    highs: list[int] = []
    wides: list[int] = []
    lengths: list[int] = []
    area = 0
    for group in shapes:
        down: dict[int, int] = {}
        for length, spans in _with_heights(group):
            lengths.append(length)
            numbers += [len(lengths)] * length
            row = _row(length, spans, down)
            columns += row[0]
            highs += row[1]
            wides += row[2]
            area += columns[-1]
            if area > MAX_CELLS:
                return None
    return Layout(tuple(numbers), tuple(columns), tuple(highs), tuple(wides), tuple(lengths))


def _with_heights(group: tuple[_Shape, ...]) -> Iterator[tuple[int, dict[int, tuple[int, int]]]]:
    """The rows that have any cells; row spans are counted in such rows and end with the group."""
    ahead = list(accumulate((length > 0 for length, _ in reversed(group)), initial=0))[::-1]
    for number, (length, spans) in enumerate(group):
        left = len(group) - number
        if length:
            # 0 means all that are left in the group.
            reach = {at: min(high, left) or left for at, (high, _) in spans}
            yield length, {at: (max(ahead[number] - ahead[number + reach[at]], 1), wide) for at, (_, wide) in spans}


def _row(
    length: int, spans: dict[int, tuple[int, int]], down: dict[int, int]
) -> tuple[list[int], list[int], list[int]]:
    """Columns, heights and widths of the cells of one row.

    ``down`` has the columns that cells above still cover, with the rows they have left; it is taken on by a row.
    """
    covered = set(down)
    columns, highs, wides = [], [1] * length, [1] * length
    fresh: dict[int, int] = {}
    column = 1
    for place in range(length):
        while column in covered:
            column += 1
        columns.append(column)
        highs[place], wide = spans.get(place, (1, 1))
        # Where a cell runs into one from above both are drawn; it counts up to there.
        if wide > 1:
            wides[place] = next((n for n in range(1, wide) if column + n in covered), wide)
        if highs[place] > 1:
            fresh |= {at: max(fresh.get(at, 0), highs[place] - 1) for at in range(column, column + wide)}
        column += wide
    for at in covered:
        if down[at] == 1:
            del down[at]
        else:
            down[at] -= 1
    for at, left in fresh.items():
        down[at] = max(down.get(at, 0), left)
    return columns, highs, wides
