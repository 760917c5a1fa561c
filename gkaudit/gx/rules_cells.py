"""Rules about single cells of the statutory tables: what stands in them, and what should not."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, ClassVar

import polars as pl

from gkaudit.form import TABLES, row_of
from gkaudit.frames import KNOWN_STATES, STATES
from gkaudit.gx.rules_base import (
    HOLDS,
    NOT_APPLICABLE,
    PRESENT,
    Helpers,
    Line,
    Measured,
    Rule,
    any_helpers,
    any_in,
    any_of,
    coded,
    columns_of,
    constant,
    here,
    in_states,
    narrowest,
    on_frame,
    plain,
    require,
    require_keys,
    require_pattern,
    require_some,
    require_states,
    require_tables,
    row_lines,
    rows_of,
    shown,
    state,
)

__all__ = [
    "NoCellsInState",
    "OnlyTotalNotFilled",
    "RawFreeOf",
    "RowsPresent",
    "ValueAtMost",
    "ValueExplained",
    "WholeNumbers",
    "ZeroForLevels",
]

LEVELS = ("乡", "镇", "街道", "县", "市", "省", "部门")
_UNREADABLE = "unreadable"


def _states(row: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, str]:
    return {k: row[f"{k}|state"] for k in here(row, keys)}


def _row_helpers(lines: Iterable[Line], columns: frozenset[str], *sets: Iterable[str]) -> Helpers:
    """Make the helper columns for :func:`any_in` of the cells of each line and each of the sets of states."""
    made: dict[str, pl.Expr] = {}
    for line in lines:
        if keys := on_frame(line.keys, columns):
            for states in sets:
                made |= any_helpers(keys, states)
    return (made,)


@dataclass(frozen=True, slots=True)
class NoCellsInState(Rule):
    """No row has cells in one of ``states``.

    ``scope``: ``row`` - broken where every cell of the row is in them; ``partial_row`` - where some
    are and some are not; ``any`` - where one is. An unreadable cell may be in any state, so it
    leaves open what it could decide. Rows that are not in the report are not judged.
    """

    type: ClassVar[str] = "expect_no_cells_in_state"
    tables: tuple[str, ...]
    states: tuple[str, ...]
    scope: str

    def check(self) -> None:
        require_tables(self.tables)
        require_states(self.states)
        require("scope ", [self.scope], ("row", "partial_row", "any"))

    def lines(self) -> tuple[Line, ...]:
        return row_lines(self.tables)

    def helpers(self, columns: frozenset[str]) -> Helpers:
        return _row_helpers(self.lines(), columns, PRESENT, self.states, [_UNREADABLE], self._others())

    def _others(self) -> tuple[str, ...]:
        """States that are certainly not among those looked for."""
        return tuple(s for s in STATES if s not in self.states and s != _UNREADABLE)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        keys = on_frame(line.keys, columns)
        if not keys:
            return constant(NOT_APPLICABLE)
        absent, hit = ~any_in(keys, PRESENT), any_in(keys, self.states)
        unsure = None if _UNREADABLE in self.states else any_in(keys, [_UNREADABLE])
        if self.scope == "any":
            return coded(absent=absent, broken=hit, open_=unsure)
        other = any_in(keys, self._others())
        if self.scope == "row":
            whole = ~other if unsure is None else ~other & ~unsure
            return coded(absent=absent, broken=hit & whole, open_=None if unsure is None else unsure & ~other)
        if unsure is not None and narrowest(*line.name.split(".")) == 1:
            # One cell is never a part of its row.
            unsure = unsure & (pl.sum_horizontal([state(k).is_not_null() for k in keys]) > 1)
        return coded(absent=absent, broken=hit & other, open_=unsure)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        states = _states(row, line.keys)
        hit = tuple(k for k, s in states.items() if s in self.states)
        unsure = tuple(k for k, s in states.items() if s == _UNREADABLE and k not in hit)
        prints = "、".join(dict.fromkeys(shown(row, k) for k in (hit or unsure)))
        return Measured(prints, "", hit or unsure, {"count": len(hit), "of": len(states), "row": line.name})


@dataclass(frozen=True, slots=True)
class RawFreeOf(Rule):
    """The print of cells in one of ``states`` does not match ``pattern`` (Rust regex, found anywhere)."""

    type: ClassVar[str] = "expect_raw_free_of"
    tables: tuple[str, ...]
    pattern: str
    states: tuple[str, ...]
    except_columns: tuple[str, ...] = ()

    def check(self) -> None:
        require_tables(self.tables)
        require_states(self.states)
        require_pattern(self.pattern)
        require("列 ", self.except_columns, tuple(c for t in self.tables for c in columns_of(t)))

    def lines(self) -> tuple[Line, ...]:
        kept = (
            Line(line.name, tuple(k for k in line.keys if k.rsplit(".", 1)[1] not in self.except_columns))
            for line in row_lines(self.tables)
        )
        return tuple(line for line in kept if line.keys)

    def helpers(self, columns: frozenset[str]) -> Helpers:
        return _row_helpers(self.lines(), columns, self.states)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        keys = on_frame(line.keys, columns)
        if not keys:
            return constant(NOT_APPLICABLE)
        judged = any_in(keys, self.states)
        printed = [k for k in keys if f"{k}|raw" in columns]
        if not printed:
            return coded(absent=~judged)
        found = (pl.col(f"{k}|raw").str.contains(self.pattern) & in_states(k, self.states) for k in printed)
        return coded(absent=~judged, broken=any_of(found))

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        found = tuple(
            k
            for k, s in _states(row, line.keys).items()
            if s in self.states and row.get(f"{k}|raw") and _contains(row[f"{k}|raw"], self.pattern)
        )
        return Measured("、".join(dict.fromkeys(shown_raw(row, k) for k in found)), "", found, {"row": line.name})


def _contains(text: str, pattern: str) -> bool:
    # The engine's own regex, so that what is measured is what was judged.
    return bool(pl.Series([text]).str.contains(pattern).item())


def shown_raw(row: Mapping[str, Any], key: str) -> str:
    """Show the print of a cell on one line."""
    return re.sub(r"\s+", " ", row.get(f"{key}|raw") or "").strip() or "□"


@dataclass(frozen=True, slots=True)
class WholeNumbers(Rule):
    """Numbers are whole and not negative, but for the columns named ``decimal`` and ``signed``."""

    type: ClassVar[str] = "expect_whole_numbers"
    tables: tuple[str, ...]
    signed: tuple[str, ...]
    decimal: tuple[str, ...]

    def check(self) -> None:
        require_tables(self.tables)
        known = tuple(c for t in self.tables for c in columns_of(t))
        require("列 ", (*self.signed, *self.decimal), known)

    def lines(self) -> tuple[Line, ...]:
        return row_lines(self.tables)

    def helpers(self, columns: frozenset[str]) -> Helpers:
        return _row_helpers(self.lines(), columns, (*KNOWN_STATES, _UNREADABLE))

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        keys = on_frame(line.keys, columns)
        if not keys:
            return constant(NOT_APPLICABLE)
        wrong = []
        for key in keys:
            name = key.rsplit(".", 1)[1]
            wrong += [] if name in self.signed else [pl.col(key) < 0]
            wrong += [] if name in self.decimal else [pl.col(key) != pl.col(key).floor()]
        unsure, number = any_in(keys, [_UNREADABLE]), any_in(keys, KNOWN_STATES)
        return coded(absent=~number & ~unsure, broken=any_of(wrong) if wrong else None, open_=unsure)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        wrong = []
        for key in here(row, line.keys):
            name, value = key.rsplit(".", 1)[1], row.get(key)
            if value is None:
                continue
            if (value < 0 and name not in self.signed) or (value != round(value) and name not in self.decimal):
                wrong.append(key)
        unsure = tuple(k for k, s in _states(row, line.keys).items() if s == _UNREADABLE)
        return Measured("、".join(plain(row[k]) for k in wrong), "", tuple(wrong) or unsure, {"row": line.name})


@dataclass(frozen=True, slots=True)
class OnlyTotalNotFilled(Rule):
    """A row with a total (总计) has its parts filled too: a blank or a mark is not a part."""

    type: ClassVar[str] = "expect_only_total_not_filled"
    table: str
    lines_: tuple[str, ...]
    parts: tuple[str, ...]
    total: str

    def check(self) -> None:
        require("表 ", [self.table], TABLES)
        require_some("lines", self.lines_)
        require_some("parts", self.parts)
        require("行 ", self.lines_, tuple(rows_of(self.table)))
        require("列 ", (*self.parts, self.total), columns_of(self.table))

    def lines(self) -> tuple[Line, ...]:
        return tuple(
            Line(row, tuple(f"{self.table}.{row}.{c}" for c in (self.total, *self.parts))) for row in self.lines_
        )

    def helpers(self, columns: frozenset[str]) -> Helpers:
        return _row_helpers((Line(line.name, line.keys[1:]) for line in self.lines()), columns, STATES, PRESENT)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        total = line.keys[0]
        parts = on_frame(line.keys[1:], columns)
        if not parts or not on_frame([total], columns):
            return constant(NOT_APPLICABLE)
        given = pl.col(total).is_not_null()
        unread = in_states(total, [_UNREADABLE]).fill_null(value=False)
        gone = in_states(total, ["absent"]).fill_null(value=True)
        filled = any_in(parts, (*KNOWN_STATES, "absent"))
        unsure = unread | any_in(parts, [_UNREADABLE])
        absent = ~any_in(parts, STATES) | (gone & ~any_in(parts, PRESENT))
        return coded(absent=absent, broken=given & ~filled & ~unsure, open_=unsure & ~filled & (given | unread))

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        total, *parts = line.keys
        return Measured(shown(row, total), "", (*here(row, parts), total), {"total": row.get(total)})


@dataclass(frozen=True, slots=True)
class RowsPresent(Rule):
    """Every row of the form is in a table that was found.

    A damaged table (``damaged.<table>``), or one that uses the words of another edition than the
    one it was read with (``form_seen``), leaves it open: then the row may have been lost in reading.
    """

    type: ClassVar[str] = "expect_rows_present"
    tables: tuple[str, ...]

    def check(self) -> None:
        require_tables(self.tables)

    def lines(self) -> tuple[Line, ...]:
        return row_lines(self.tables)

    def helpers(self, columns: frozenset[str]) -> Helpers:
        return _row_helpers(self.lines(), columns, STATES, PRESENT)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        table = line.name.split(".")[0]
        keys = on_frame(line.keys, columns)
        if not keys or f"table.{table}" not in columns:
            return constant(NOT_APPLICABLE)
        found = pl.col(f"table.{table}").is_in(["found", "elsewhere"]).fill_null(value=False)
        doubt = [pl.col(f"damaged.{table}")] if f"damaged.{table}" in columns else []
        if {"form", "form_seen"} <= columns:
            doubt.append(pl.col("form") != pl.col("form_seen"))
        missing = ~any_in(keys, PRESENT)
        unsure = any_of(doubt) if doubt else pl.lit(value=False)
        return coded(absent=~any_in(keys, STATES) | ~found, broken=missing & ~unsure, open_=missing)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        keys = here(row, line.keys)
        return Measured("", row_of(keys[0]).label if keys else line.name, keys, {"row": line.name})


@dataclass(frozen=True, slots=True)
class ValueAtMost(Rule):
    """The number in each cell is at most ``maximum`` where the body is of one of ``levels`` (all where empty)."""

    type: ClassVar[str] = "expect_value_at_most"
    keys: tuple[str, ...]
    maximum: float
    levels: tuple[str, ...] = ()

    def check(self) -> None:
        require_keys(self.keys)
        require("级别 ", self.levels, LEVELS)

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(k, (k,)) for k in self.keys)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        key = line.name
        if not on_frame([key], columns) or (self.levels and "level" not in columns):
            return constant(NOT_APPLICABLE)
        absent = state(key).is_null()
        if self.levels:
            same = reduce(or_, [pl.col("level") == name for name in self.levels])
            absent = absent | ~same.fill_null(value=False)
        return coded(absent=absent, broken=pl.col(key) > self.maximum + 1e-9, open_=pl.col(key).is_null())

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        return Measured(shown(row, line.name), f"≤{plain(self.maximum)}", line.keys, {"level": row.get("level")})


@dataclass(frozen=True, slots=True)
class ZeroForLevels(Rule):
    """Each cell is 0 where the body is of one of ``levels`` (bodies that cannot have any)."""

    type: ClassVar[str] = "expect_zero_for_levels"
    keys: tuple[str, ...]
    levels: tuple[str, ...]

    def check(self) -> None:
        require_some("levels", self.levels)
        self._as_maximum().check()

    def _as_maximum(self) -> ValueAtMost:
        return ValueAtMost(self.keys, 0.0, self.levels)

    def lines(self) -> tuple[Line, ...]:
        return self._as_maximum().lines()

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        return self._as_maximum().code(line, columns)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        return Measured(shown(row, line.name), "0", line.keys, {"level": row.get("level")})


@dataclass(frozen=True, slots=True)
class ValueExplained(Rule):
    """Where a cell is above 0 the prose (``text``) says something that matches ``pattern``."""

    type: ClassVar[str] = "expect_value_explained"
    keys: tuple[str, ...]
    pattern: str

    def check(self) -> None:
        require_keys(self.keys)
        require_pattern(self.pattern)

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(k, (k,)) for k in self.keys)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        key = line.name
        if not on_frame([key], columns):
            return constant(NOT_APPLICABLE)
        positive = pl.col(key) > 0
        if "text" not in columns:
            return coded(absent=state(key).is_null(), open_=positive.fill_null(value=True), rest=HOLDS)
        # Long prose is searched only where there is something to explain.
        said = pl.when(positive).then(pl.col("text")).str.contains(self.pattern)
        open_ = pl.col(key).is_null() | (positive & pl.col("text").is_null())
        return coded(absent=state(key).is_null(), broken=~said, open_=open_)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        return Measured(shown(row, line.name), self.pattern, line.keys)
