"""Diagnosis of shifted and split cells (列移位、拆格): why a row may not add up. Never a correction."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import polars as pl

from gkaudit.form import TABLES
from gkaudit.gx.rules_base import (
    BROKEN,
    HOLDS,
    NOT_APPLICABLE,
    ROUNDING,
    UNDETERMINED,
    Helpers,
    Line,
    Measured,
    Rule,
    any_of,
    coded,
    columns_of,
    constant,
    in_states,
    nowhere,
    on_frame,
    plain,
    require,
    require_some,
    rows_of,
)

__all__ = ["NoShiftedLine"]

_READING = "reading"
_EMPTY_OR_NUMBER = ("reported", "inferred", "blank")
_DIGIT = 9
#: Notes of the reader that are written out; the others are counted.
_NOTES = 3


@dataclass(frozen=True, slots=True)
class NoShiftedLine(Rule):
    """No row that does not add up would do so after one small repair.

    Tried where every cell of a row is a number or empty, and parts and total differ: (a) the row
    stands one cell too far left - its last cell is empty or 0, and moved right by one it adds up;
    (b) one number of two digits stands in two neighbouring cells (1|2 for 12). A diagnosis is made
    only where exactly one repair works and the row is not all zeros. A row one cell too far right
    has lost its total, so nothing could confirm that repair; it is not tried.

    ``notes_column``: a column of lists of what the reader itself had to work out about columns
    (``shift_notes``), judged on the line ``reading``; empty for none.
    """

    type: ClassVar[str] = "expect_no_shifted_line"
    table: str
    lines_: tuple[str, ...]
    parts: tuple[str, ...]
    total: str
    notes_column: str = ""

    def check(self) -> None:
        require("表 ", [self.table], TABLES)
        require_some("lines", self.lines_)
        require_some("parts", self.parts)
        require("行 ", self.lines_, tuple(rows_of(self.table)))
        require("列 ", (*self.parts, self.total), columns_of(self.table))

    def lines(self) -> tuple[Line, ...]:
        cells = (*self.parts, self.total)
        rows = tuple(Line(r, tuple(f"{self.table}.{r}.{c}" for c in cells)) for r in self.lines_)
        return (*rows, Line(_READING)) if self.notes_column else rows

    def helpers(self, columns: frozenset[str]) -> Helpers:
        made = {}
        for line in self.lines():
            if line.keys and on_frame(line.keys, columns) == line.keys:
                *parts, total = (pl.col(k) for k in line.keys)
                made[_excess(line)] = pl.sum_horizontal(parts) - total.fill_null(0.0)
        return (made,)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        if line.name == _READING:
            if self.notes_column not in columns:
                return constant(NOT_APPLICABLE)
            count = pl.col(self.notes_column).list.len()
            absent = pl.lit(NOT_APPLICABLE, dtype=pl.Int8)
            said = pl.when(count > 0).then(pl.lit(BROKEN, dtype=pl.Int8)).otherwise(pl.lit(HOLDS, dtype=pl.Int8))
            return pl.when(count.is_null()).then(absent).otherwise(said)
        if on_frame(line.keys, columns) != line.keys:
            return constant(NOT_APPLICABLE)
        *parts, total = (pl.col(k) for k in line.keys)
        excess = pl.col(_excess(line))
        unsure = any_of(~in_states(k, _EMPTY_OR_NUMBER) for k in line.keys)
        repairs = pl.sum_horizontal(_shift_works(parts, total), *self._merges(parts, total, excess))
        broken = (excess.abs() > ROUNDING) & ~unsure & (repairs == 1)
        return coded(absent=nowhere(line.keys), broken=broken, open_=unsure)

    @staticmethod
    def _merges(parts: list[pl.Expr], total: pl.Expr, excess: pl.Expr) -> list[pl.Expr]:
        """For each pair of neighbours: reading a|b as the one number ab makes the row add up.

        Among the parts ab adds 9a to their sum; as the total it takes a from the parts and adds
        10a to the total. So the excess says which a is needed.
        """
        inside, last = excess / -9, excess / 11
        among = inside.is_between(1, _DIGIT) & (inside == inside.floor())
        pairs = [among & (a == inside) & b.is_between(0, _DIGIT) & (b == b.floor()) for a, b in pairwise(parts)]
        whole = total.is_between(0, _DIGIT) & (total == total.floor())
        at_end = last.is_between(1, _DIGIT) & (last == last.floor()) & (parts[-1] == last) & whole
        return [p.fill_null(value=False) for p in (*pairs, at_end)]

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        if line.name == _READING:
            notes = list(row.get(self.notes_column) or ())
            more = len(notes) - _NOTES
            said = [*notes[:_NOTES], f"另有 {more} 处"] if more > 0 else notes
            return Measured("；".join(said), "", (), {"notes": notes})
        printed = [row.get(k) for k in line.keys]
        observed = " ".join(plain(v) for v in printed)
        for kind, moved, reading in repairs_of(printed):
            keys = tuple(line.keys[i] for i in moved)
            expected = " ".join(plain(v) for v in reading)
            rest = tuple(k for k in line.keys if k not in keys)
            return Measured(observed, expected, (*keys, *rest), {"kind": kind, "cells": keys, "reading": reading})
        return Measured(observed, "", line.keys, {"outcome": UNDETERMINED})


def _excess(line: Line) -> str:
    return f"~excess.{line.keys[-1]}"


def _shift_works(parts: list[pl.Expr], total: pl.Expr) -> pl.Expr:
    """1 where the row adds up after moving it right by one; the last part is then the total."""
    *before, last = parts
    lost = total.fill_null(0.0) != 0
    return (~lost & (last > 0) & ((pl.sum_horizontal(before) - last).abs() <= ROUNDING)).fill_null(value=False)


def repairs_of(printed: Sequence[float | None]) -> Iterator[tuple[str, tuple[int, ...], list[float | None]]]:
    """Repairs of one row (parts, then total): kind, places of the cells concerned, what it would read."""
    *parts, total = printed
    known = [v or 0.0 for v in parts]
    if not total and known[-1] > 0 and abs(sum(known[:-1]) - known[-1]) <= ROUNDING:
        yield "shift", tuple(i for i, v in enumerate(printed) if v), [None, *parts]
    for at, (a, b) in enumerate(pairwise(printed)):
        if a is None or b is None or a not in range(1, 10) or b not in range(10):
            continue
        whole = 10 * a + b
        last = at + 1 == len(parts)
        reading: list[float | None] = [*printed[:at], None, whole, *printed[at + 2 :]]
        if not last:
            reading = [*printed[:at], whole, None, *printed[at + 2 :]]
        if abs(sum(v or 0.0 for v in reading[:-1]) - (reading[-1] or 0.0)) <= ROUNDING:
            yield "split", (at, at + 1), reading
