"""Numbers under known headings: which column each belongs to, and which of them are one row.

A number belongs to the column whose heading, or whose other numbers, it stands under. Rows that are full show
by their order where numbers stand that no heading reaches. Digits that nearly touch over two columns, and
numbers between two columns, stay without a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gkaudit.chars import is_value, squash
from gkaudit.readers.geometry.labels import Band
from gkaudit.readers.geometry.lines import Line, text_of
from gkaudit.readers.geometry.page import Box, Char
from gkaudit.readers.geometry.spacing import UNKNOWN_SPACING, Spacing

__all__ = [
    "Number",
    "NumberRow",
    "Side",
    "aligned",
    "full_sides",
    "numbers_on",
    "place_numbers",
    "rows_of",
    "torn",
    "wrapped",
]

Side = tuple[float, float]

#: Gaps (in character sizes): digits of one number are nearer than this, those of one spaced number nearer than that.
_CLOSE, _SPACED = 0.07, 0.13
#: … and stand over each other by no more than this.
_OVER = 0.2
#: Numbers further apart than this are two, even where they stand under one heading.
_TWO = 0.6
#: A number this near to one column (character sizes), and so many times further from any other, is that column's.
_NEAR, _FARTHER = 0.5, 3.0
#: The lines of a wrapped number follow each other within this (character sizes).
_PITCH = 3.2
#: Numbers of rows that overlap in height within this (character sizes) are of one row.
_ABREAST = 0.35
#: Numbers under each other agree in a side or the middle within this (character sizes).
_RAGGED = 0.5
_UNIT = re.compile(r"(?:万元|元|件|条|个|项|宗|起|份|次)")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:件|元|万元)?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number on the page; ``column`` is None as long as nobody knows it. ``lines`` are its base lines."""

    chars: tuple[Char, ...]
    lines: tuple[float, ...]
    size: float
    column: int | None = None
    #: Its characters are not so near to each other that they are one number for certain.
    loose: bool = False
    broken: str = ""

    @property
    def text(self) -> str:
        """The number, the lines of a wrapped one joined."""
        return self.broken or text_of(self.chars)

    @property
    def side(self) -> Side:
        """Its left and right end."""
        return min(c.left for c in self.chars), max(c.right for c in self.chars)

    @property
    def box(self) -> Box:
        """About what it covers."""
        left, right = self.side
        return left, self.lines[0] - 0.9 * self.size, right, self.lines[-1] + 0.2 * self.size


@dataclass(slots=True)
class NumberRow:
    """One row: a number or nothing for each column; ``sure`` where all of that is certain.

    ``heap``: more numbers stand in it than there are columns, those of other rows among them.
    """

    cells: list[Number | None]
    band: Band
    sure: bool = True
    heap: bool = False


def overlap(one: Side, other: Side) -> bool:
    """Whether two stretches of a line share something."""
    return one[0] < other[1] and other[0] < one[1]


def numbers_on(line: Line, border: float, sides: Sequence[Side], spacing: Spacing = UNKNOWN_SPACING) -> list[Number]:
    """The numbers of a line right of the labels, those of one column put together; ``spacing`` is the table's."""
    runs: list[list[Char]] = []
    for char in line.chars:
        if char.text.isspace() or char.left < border:
            continue
        cut = bool(runs) and spacing.parts(runs[-1], char)
        if runs and not cut and char.left - runs[-1][-1].right <= _CLOSE * line.size:
            runs[-1].append(char)
        else:
            runs.append([char])
    found: list[Number] = []
    for run in runs:
        number = Number(tuple(run), (line.base,), line.size)
        under = [i for i, side in enumerate(sides) if overlap(number.side, side)]
        loose = len(under) > 1 or _wide_gap(number)
        number = replace(number, column=under[0] if len(under) == 1 else None, loose=loose)
        last = found[-1] if found else None
        cut = last is None or spacing.parts(last.chars, number.chars[0])
        joined = _joined(last, number, spacing) if last is not None and not cut else None
        if joined is not None:
            found[-1] = joined
        else:
            found.append(number)
    return found


def _joined(before: Number, number: Number, spacing: Spacing) -> Number | None:
    """Two runs as one number, where they may be one."""
    gap = number.side[0] - before.side[1]
    if gap > _TWO * number.size or (before.column is not None and number.column not in (None, before.column)):
        return None
    chars = (*before.chars, *number.chars)
    if before.column is not None and before.column == number.column:
        return replace(before, chars=chars)
    if gap > 2 * _SPACED * number.size:
        return None
    column = before.column if before.column is not None else number.column
    unit = bool(_UNIT.fullmatch(squash(number.text)))
    return replace(before, chars=chars, column=column, loose=not spacing.is_one(chars) and (before.loose or not unit))


def full_sides(lines: Sequence[Sequence[Number]], size: int) -> tuple[Side, ...]:
    """Sides of the columns by the lines with a number in each of them; nothing where there is none."""
    full = [numbers for numbers in lines if len(numbers) == size and not any(n.loose for n in numbers)]
    sides = [[n.side for n in column] for column in zip(*full, strict=True)]
    whole = tuple((min(a for a, _ in own), max(b for _, b in own)) for own in sides)
    return whole if all(a[1] < b[0] for a, b in pairwise(whole)) else ()


def place_numbers(lines: Sequence[list[Number]], sides: Sequence[Side]) -> list[Side] | None:
    """Give each number its column where that is certain, and return the sides of the columns with their numbers.

    None where the numbers contradict the headings: columns that run into each other.
    """
    size = len(sides)
    for numbers in lines:
        if len(numbers) == size and all(n.column in (None, k) for k, n in enumerate(numbers)):
            numbers[:] = [replace(n, column=k, loose=n.loose and _wide_gap(n)) for k, n in enumerate(numbers)]
    whole = list(sides)
    for number in (n for numbers in lines for n in numbers if n.column is not None and not n.loose):
        left, right = whole[number.column or 0]
        whole[number.column or 0] = min(left, number.side[0]), max(right, number.side[1])
    if any(a[1] >= b[0] for a, b in pairwise(whole)):
        return None
    for numbers in lines:
        numbers[:] = [n if n.column is not None else replace(n, column=_column_of(n, whole)) for n in numbers]
        _by_order(numbers, size)
    return whole


def torn(lines: Iterable[Sequence[Number]]) -> bool:
    """Whether two neighbours that nearly touch stand in one column: they are parts of one number."""
    return any(
        a.column is not None and a.column == b.column and b.side[0] - a.side[1] < _TWO * b.size
        for numbers in lines
        for a, b in pairwise(numbers)
    )


def _wide_gap(number: Number) -> bool:
    gaps = [b.left - a.right for a, b in pairwise(number.chars) if a.base == b.base]
    return any(gap > _SPACED * number.size or gap < -_OVER * number.size for gap in gaps)


def _column_of(number: Number, sides: Sequence[Side]) -> int | None:
    under = [i for i, side in enumerate(sides) if overlap(number.side, side)]
    if under:
        return under[0] if len(under) == 1 else None
    left, right = number.side
    apart = sorted((max(side[0] - right, left - side[1]), i) for i, side in enumerate(sides))
    (nearest, column), (second, _) = apart[0], apart[1]
    return column if nearest < _NEAR * number.size and second > _FARTHER * nearest + _NEAR * number.size else None


def _by_order(numbers: list[Number], size: int) -> None:
    """Columns of numbers between two known ones, where there are exactly as many columns between these."""
    known = [(-1, -1), *((i, n.column) for i, n in enumerate(numbers) if n.column is not None), (len(numbers), size)]
    for (i, low), (j, high) in pairwise(known):
        if j - i == high - low and j - i > 1:
            for k in range(i + 1, j):
                numbers[k] = replace(numbers[k], column=low + k - i)


def rows_of(lines: Iterable[list[Number]], size: int) -> list[NumberRow]:
    """The numbers row by row: those abreast of each other, the lines of a wrapped number put together."""
    numbers = _whole([n for numbers in lines for n in numbers])
    rows: list[list[Number]] = []
    bottom = 0.0
    for number in sorted(numbers, key=lambda n: n.lines[0]):
        reach = _ABREAST * number.size
        if not rows or number.lines[0] > bottom + reach:
            rows.append([])
            bottom = number.lines[-1]
        rows[-1].append(number)
        bottom = max(bottom, number.lines[-1])
    found = [_row(own, size) for own in rows]
    _question(found)
    return found


def _question(rows: Sequence[NumberRow]) -> None:
    """Doubt rows with blanks whose numbers do not stand under those of the full rows: they may be merged cells'."""
    full = [row for row in rows if row.sure and None not in row.cells]
    for row in rows:
        if row in full:
            continue
        for column, cell in enumerate(row.cells):
            above = [c.side for r in full or rows if (c := r.cells[column]) is not None]
            if cell is not None and not aligned([*above, cell.side], cell.size):
                row.sure = False


def aligned(sides: Sequence[Side], size: float) -> bool:
    """Whether numbers under each other have their left ends, their middles or their right ends in common."""
    left, middle, right = [a for a, _ in sides], [(a + b) / 2 for a, b in sides], [b for _, b in sides]
    return any(max(ends) - min(ends) <= _RAGGED * size for ends in (left, middle, right))


def _whole(numbers: Sequence[Number]) -> list[Number]:
    """Numbers with those put together that go on in the line below: after a comma, or with their unit there."""
    found: list[Number] = []
    for number in sorted(numbers, key=lambda n: n.lines[0]):
        text = squash(number.text)
        above = next(
            (
                n
                for n in found
                if n.column is not None
                and n.column == number.column
                and 0 < number.lines[0] - n.lines[-1] < _PITCH * number.size
                and _goes_on(squash(n.text), text)
            ),
            None,
        )
        if above is None:
            found.append(number)
            continue
        joined = f"{above.text}{number.text}"
        lines = (*above.lines, *number.lines)
        found[found.index(above)] = replace(above, chars=(*above.chars, *number.chars), lines=lines, broken=joined)
    return found


def wrapped(row: NumberRow, below: NumberRow) -> NumberRow | None:
    """A row with the one below it, where all its numbers are the ends of numbers above (1⏎2,295)."""
    cells = list(row.cells)
    for column, number in enumerate(below.cells):
        above = cells[column]
        if number is None:
            continue
        if above is None or number.lines[0] - above.lines[-1] > _PITCH * number.size:
            return None
        text = squash(f"{above.text}{number.text}")
        if not _THOUSANDS.fullmatch(text) or _THOUSANDS.fullmatch(squash(above.text)):
            return None
        chars, lines = (*above.chars, *number.chars), (*above.lines, *number.lines)
        cells[column] = replace(above, chars=chars, lines=lines, broken=text)
    return NumberRow(cells, Band(row.band.top, below.band.bottom), row.sure)


def _goes_on(text: str, below: str) -> bool:
    """Whether a number ends in the line below: thousands that only together are whole (25,⏎554), or its unit."""
    if _UNIT.fullmatch(below):
        return is_value(text)
    return not _THOUSANDS.fullmatch(text) and "," in text and bool(_THOUSANDS.fullmatch(f"{text}{below}"))


def _row(numbers: Sequence[Number], size: int) -> NumberRow:
    cells: list[Number | None] = [None] * size
    row = NumberRow(cells, Band(min(n.lines[0] for n in numbers), max(n.lines[-1] for n in numbers)))
    over: list[Number] = []
    for number in sorted(numbers, key=lambda n: n.side[0]):
        if number.column is None or cells[number.column] is not None:
            over.append(number)
        else:
            cells[number.column] = number
    for number in over:
        free = next((i for i, cell in enumerate(cells) if cell is None), None)
        if free is not None:
            cells[free] = number
    full = all(cell is not None for cell in cells)
    loose = any(n.loose and (_wide_gap(n) or not full) for n in numbers)
    known = [c.side[0] for c in cells if c is not None]
    row.sure = not over and not loose and known == sorted(known)
    row.heap = len(numbers) > size
    return row
