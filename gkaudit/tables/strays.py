"""Rows of 表三 that the form has no place for: a row printed twice, lines of numbers too much, or without a label."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gkaudit.alignment import Match, align
from gkaudit.form import TableForm
from gkaudit.grid import GridRow
from gkaudit.tables.reading import TableReading, where
from gkaudit.totals import all_zero
from gkaudit.vocabulary import label_hit

__all__ = ["in_two_rows", "nameless", "repeated"]

#: So many rows left over are the table once more.
_TABLE_AGAIN = 8
#: So many rows of numbers without a label are those of the table, and no line too much.
_MANY = 2


def repeated(left: Sequence[GridRow], matches: Sequence[Match], table: TableForm, reading: TableReading) -> None:
    """A row printed twice: equal numbers are one row, different ones nobody can trust."""
    by_name = {m.name: m for m in matches}
    for row, names in _again(left, table):
        for name in names & by_name.keys():
            if len(row.tokens) != len(table.columns):
                continue
            first = [c.text.strip() for c in by_name[name].row.tokens]
            if first and [c.text.strip() for c in row.tokens] != first:
                for column in table.columns:
                    reading.put(name, column.name, (None, "open", "这一行在报告中出现两次，数字不同"))


def in_two_rows(rows: Sequence[GridRow], matches: Sequence[Match], table: TableForm, reading: TableReading) -> None:
    """A row of the form with two lines of numbers in a true grid: nobody can say which of them it has."""
    by_row = {id(match.row): match.name for match in matches}
    for before, row in pairwise(rows):
        name = by_row.get(id(before))
        plain = row.exact and row.piece == before.piece and not row.labels and id(row) not in by_row
        full = len(row.tokens) == len(table.columns)
        if name and plain and full and not all_zero(cell.text for cell in row.tokens):
            for column in table.columns:
                reading.put(name, column.name, (None, "open", f"{where(row)}这一行名下有两行数字"))


def nameless(rows: Sequence[GridRow], matches: Sequence[Match], table: TableForm, reading: TableReading) -> None:
    """Rows of a true grid with all the numbers of a row and no label: those that seem to be missing may be these."""
    own = {id(match.row) for match in matches}
    full = len(table.columns)
    lost = [row for row in rows if row.exact and not row.labels and len(row.tokens) == full and id(row) not in own]
    for target in table.rows if len(lost) >= _MANY else ():
        if target.name not in reading.row_anchors:
            for column in table.columns:
                note = f"{where(lost[0])}等{len(lost)}行数字没有行名"
                reading.put(target.name, column.name, (None, "open", note))


def _again(left: Sequence[GridRow], table: TableForm) -> list[tuple[GridRow, set[str]]]:
    """Rows left over with the names of the rows they repeat.

    A whole table is aligned once more; a single row must carry its label exactly, and 其他 says nothing.
    """
    whole, _ = align([row for row in left if row.tokens], table)
    if len(whole) >= _TABLE_AGAIN:
        return [(match.row, {match.name}) for match in whole]
    hits = [[h for c in row.labels for h in label_hit(c.text) if h.kind == "row" and h.score >= 1] for row in left]
    return [(row, {h.name for h in own} - {"other"}) for row, own in zip(left, hits, strict=True)]
