"""Which printed cell belongs to which column, where the source does not say it plainly.

The cells right of a label are tried in this order: exactly as many as the form has columns; as many
numbers as columns; the only window of that size which covers all numbers; the window that rows of
the same shape have; the outer edges of a page that lost columns. Arithmetic may rank what remains
possible, it never makes a number. What is still open after that stays open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gkaudit.chars import read_cell
from gkaudit.grid import GridCell, GridRow

__all__ = ["Placement", "Reference", "place", "row_sum_closes", "windows"]


@dataclass(frozen=True, slots=True)
class Placement:
    """``cells`` has one entry a column (None where the source has no cell for it).

    ``how``: ``order`` and ``window`` are certain; ``worked_out`` rests on other rows or on sums;
    ``open`` means that nobody can say where the numbers belong.
    """

    cells: tuple[GridCell | None, ...]
    how: str
    note: str = ""

    @property
    def certain(self) -> bool:
        """Whether the source itself says which column each cell is in."""
        return self.how in ("order", "window")


@dataclass(frozen=True, slots=True)
class Reference:
    """Where the numbers of rows stand whose columns are certain: first column by shape and over all.

    Rows of the shapes in ``split`` do not all have their numbers in the same columns.
    """

    by_shape: dict[tuple[int, int, int], int]
    overall: int | None
    split: frozenset[tuple[int, int, int]] = frozenset()

    @classmethod
    def of(cls, placed: Sequence[tuple[GridRow, Placement]]) -> Reference:
        """Collect from rows that hold numbers and were placed with certainty, or are full."""
        shapes: dict[tuple[int, int, int], Counter[int]] = {}
        starts: Counter[int] = Counter()
        grids: set[tuple[int, int, int]] = set()
        for row, placement in placed:
            first = placement.cells[0]
            if first is not None and row.tokens and (placement.certain or _is_full(row, len(placement.cells))):
                shapes.setdefault(shape(row), Counter())[first.x] += 1
                starts[first.x] += 1
                if row.exact:
                    grids.add(shape(row))
        # In a true grid rows that differ have wrong spans; in a text they are one cell short.
        said = {key: _only(count) if key in grids else _majority(count) for key, count in shapes.items()}
        split = frozenset(key for key, count in shapes.items() if len(count) > 1)
        return cls({key: start for key, start in said.items() if start is not None}, _only(starts), split)


def _is_full(row: GridRow, size: int) -> bool:
    """Whether a row has a number for every column, side by side."""
    return len(row.tokens) == size == row.tokens[-1].end - row.tokens[0].x


def _only(count: Counter[int]) -> int | None:
    """The start that all rows have."""
    return next(iter(count)) if len(count) == 1 else None


def _majority(count: Counter[int]) -> int | None:
    """The start most rows of a shape have; a single row that differs ((七)总计 one cell short) is outvoted."""
    (start, most), *others = count.most_common(2)
    return start if most > 2 * sum(n for _, n in others) else None


def shape(row: GridRow) -> tuple[int, int, int]:
    """Rows of one shape have their numbers in the same columns: piece, label column, width."""
    return row.piece, row.labels[-1].x if row.labels else -1, row.cells[-1].x


def windows(values: Sequence[GridCell], size: int) -> list[int]:
    """Starts of the windows of ``size`` cells that cover everything printed."""
    filled = [i for i, cell in enumerate(values) if cell.kind != "blank"]
    if not filled:
        return [0]
    first, last = filled[0], filled[-1]
    return [s for s in range(len(values) - size + 1) if s <= first and last < s + size]


def place(row: GridRow, size: int) -> Placement:
    """Placement by the row alone."""
    values = row.values
    tokens = row.tokens
    if len(values) == size:
        return Placement(values, "order")
    if len(tokens) == size:
        return Placement(tokens, "order")
    if not tokens:
        return Placement(_blanks(values, size), "order")
    possible = windows(values, size)
    if len(possible) == 1:
        start = possible[0]
        return Placement(tuple(values[start : start + size]), "window")
    return Placement((None,) * size, "open")


def _blanks(values: Sequence[GridCell], size: int) -> tuple[GridCell | None, ...]:
    """An empty row: its cells, as many as there are."""
    return tuple(values[i] if i < len(values) else (values[-1] if values else None) for i in range(size))


def work_out(row: GridRow, size: int, reference: Reference) -> Placement:
    """Placement of a row that is open by itself, by the rows around it."""
    possible = windows(row.values, size)
    if row.exact and len(row.tokens) == 1:
        # In a true grid with too many cells the one number may be the one too many.
        return Placement((None,) * size, "open")
    # Two equal numbers close anywhere; only three or more say which of them is the total.
    enough = len(row.tokens) > 2  # noqa: PLR2004
    closing = [w for w in possible if enough and row_sum_closes(row.values[w : w + size])]
    start = reference.by_shape.get(shape(row), reference.overall)
    if start is not None:
        for window in possible:
            if row.values[window].x == start:
                if closing and window not in closing:
                    return Placement((None,) * size, "open", "同表其他行与横向合计所指的列位不同，列位无法确定")
                cells = _sure_of(row, window, size, split=shape(row) in reference.split)
                return Placement(cells, "worked_out", "列位按同表其他行推定")
    if len(closing) == 1:
        return Placement(_sure_of(row, closing[0], size), "worked_out", "列位按横向合计推定")
    if len(row.values) < size and not possible:
        return _by_edges(row, size)
    return Placement((None,) * size, "open")


def _sure_of(row: GridRow, start: int, size: int, *, split: bool = False) -> tuple[GridCell | None, ...]:
    """The cells from ``start`` on; of a true grid that does not fit its header none that is only empty.

    Where rows like it are ``split`` over their columns, none that is empty at an end: its number may be the next one.
    """
    cells = row.values[start : start + size]
    ends = {cells[0], cells[-1]} if split else set()
    return tuple(None if cell.kind == "blank" and (row.exact or cell in ends) else cell for cell in cells)


def _by_edges(row: GridRow, size: int) -> Placement:
    """A page that lost columns: the first is 自然人 and the last 总计, if the row's sum agrees."""
    values, tokens = row.values, row.tokens
    outer: list[GridCell | None] = [None] * size
    if len(values) >= 3 and tokens:  # noqa: PLR2004 - fewer columns have no middle that could be lost
        only_edges = all(cell in (values[0], values[-1]) for cell in tokens)
        if only_edges and len(tokens) == 2 and row_sum_closes(values):  # noqa: PLR2004
            outer[0], outer[-1] = values[0], values[-1]
            return Placement(tuple(outer), "worked_out", "本行缺列，按首列自然人、末列总计推定")
    return Placement((None,) * size, "open")


def row_sum_closes(values: Sequence[GridCell]) -> bool:
    """Whether the last number is the sum of the others, blanks counting nothing."""
    numbers: list[Decimal] = []
    for cell in values:
        reading = read_cell(cell.text)
        if reading.state not in ("reported", "blank", "marked"):
            return False
        numbers.append(reading.value or Decimal(0))
    return numbers[-1] > 0 and sum(numbers[:-1]) == numbers[-1]
