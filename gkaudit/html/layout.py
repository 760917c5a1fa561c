"""The printed layout of the statutory tables: which cell stands where, and over how many rows and columns.

Everything is derived from :mod:`gkaudit.form`; no label and no key is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal, TypeAlias

from gkaudit.form import Column, Edition, Row, TableForm, form, group_en

__all__ = ["Grid", "Slot", "grid"]

Kind: TypeAlias = Literal["head", "note", "cell"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One printed cell: a heading with its scope, the note of the form, or a cell with a key."""

    kind: Kind
    text: str = ""
    en: str = ""
    rowspan: int = 1
    colspan: int = 1
    scope: str = ""
    key: str = ""


Line: TypeAlias = tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as printed: heading lines, then groups of lines that belong together."""

    width: int
    head: tuple[Line, ...]
    bodies: tuple[tuple[Line, ...], ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines from top to bottom."""
        return (*self.head, *(line for body in self.bodies for line in body))


def _head(text: str, en: str = "", *, rows: int = 1, columns: int = 1, scope: str = "col") -> Slot:
    return Slot("head", text, en, rowspan=rows, colspan=columns, scope=scope)


def _cells(table: str, row: str, columns: Iterable[str], width: int) -> Line:
    """The cells of a row; the last one takes the columns that are left."""
    names = list(columns)
    rest = width - len(names) + 1
    return tuple(Slot("cell", key=f"{table}.{row}.{name}", colspan=rest if name == names[-1] else 1) for name in names)


def _blocks(table: TableForm) -> Grid:
    """The disclosure table (表二): under each clause of article 20 its own heading line."""
    width = 1 + max(len(block.columns) for block in table.blocks)
    bodies = []
    for block in table.blocks:
        columns = [table.column(name) for name in block.columns]
        rest = width - len(columns)
        heads = (_head(c.label, c.en, columns=rest if c is columns[-1] else 1) for c in columns)
        lines: list[Line] = [
            (_head(block.caption, columns=width, scope="rowgroup"),),
            (_head(table.header), *heads),
        ]
        for name in block.rows:
            row = table.row(name)
            label = _head(row.label, row.en, scope="row")
            lines.append((label, *_cells(table.name, name, row.columns, width - 1)))
        bodies.append(tuple(lines))
    return Grid(width, (), tuple(bodies))


def _grouped(columns: Sequence[Column]) -> list[tuple[str | None, list[Column]]]:
    return [(name, list(members)) for name, members in groupby(columns, key=lambda c: c.group)]


def _chains(rows: Sequence[Row]) -> list[list[tuple[str, int, int]]]:
    """For each row the groups it stands in, outermost first, as (name, first row, number of rows).

    A group reaches from its first row to its last; what lies between belongs to it as well. So
    三、本年度办理结果 holds （三）不予公开, although the form's data name only the inner group.
    """
    reach: dict[str, tuple[int, int]] = {}
    for at, row in enumerate(rows):
        if row.group is not None:
            reach[row.group] = (reach.get(row.group, (at, at))[0], at)
    spans = sorted(
        ((name, first, last - first + 1) for name, (first, last) in reach.items()), key=lambda span: -span[2]
    )
    return [[(n, first, size) for n, first, size in spans if first <= at < first + size] for at in range(len(rows))]


def _matrix(table: TableForm) -> Grid:
    """The requests table (表三): nested groups of rows at the left, one group of columns at the top."""
    chains = _chains(table.rows)
    depth = 1 + max(len(chain) for chain in chains)
    top: list[Slot] = []
    under: list[Slot] = []
    for name, members in _grouped(table.columns):
        if name is None:
            top += [_head(c.label, c.en, rows=2) for c in members]
        else:
            top.append(_head(name, group_en(name), columns=len(members), scope="colgroup"))
            under += [_head(c.label, c.en) for c in members]
    heading = _head(table.heading, columns=len(table.columns), scope="colgroup")
    note = Slot("note", table.note, rowspan=3, colspan=depth)
    lines: list[Line] = []
    for at, (row, chain) in enumerate(zip(table.rows, chains, strict=True)):
        opened = [
            _head(name, group_en(name), rows=size, scope="rowgroup") for name, first, size in chain if first == at
        ]
        label = _head(row.label, row.en, columns=depth - len(chain), scope="row")
        lines.append((*opened, label, *_cells(table.name, row.name, row.columns, len(table.columns))))
    return Grid(depth + len(table.columns), ((note, heading), tuple(top), tuple(under)), (tuple(lines),))


def _single(table: TableForm) -> Grid:
    """The remedies table (表四): its rows are printed side by side, 行政诉讼-… under one heading."""
    size = len(table.columns)
    top: list[Slot] = []
    middle: list[Slot] = []
    bottom: list[Slot] = []
    values: list[Slot] = []
    for outer, members in groupby(table.rows, key=lambda row: row.label.partition("-")[0]):
        rows = list(members)
        inner = [row for row in rows if "-" in row.label]
        top.append(_head(outer, "" if inner else rows[0].en, columns=size * len(rows), scope="colgroup"))
        for row in rows:
            name = row.label.partition("-")[2]
            if name:
                middle.append(_head(name, row.en, columns=size, scope="colgroup"))
            (bottom if name else middle).extend(_head(c.label, c.en, rows=1 if name else 2) for c in table.columns)
            values += _cells(table.name, row.name, row.columns, size)
    return Grid(size * len(table.rows), (tuple(top), tuple(middle), tuple(bottom)), ((tuple(values),),))


_LAYOUTS = {"disclosure": _blocks, "requests": _matrix, "remedies": _single}


@cache
def grid(table: str, edition: Edition) -> Grid:
    """The layout of ``disclosure``, ``requests`` or ``remedies`` in an edition of the form."""
    return _LAYOUTS[table](form(edition).table(table))
