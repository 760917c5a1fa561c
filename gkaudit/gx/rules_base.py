"""What every rule (规则) is made of: lines, codes, and the pieces of polars they share.

A rule looks at the wide frame (:func:`gkaudit.wide.widened`, one row a report) and gives each of its
lines a code per report: 0 holds, 1 broken, 2 undetermined, 3 not_applicable - the order of
:data:`gkaudit.frames.OUTCOMES`. Great Expectations is not needed for any of it.
"""

from __future__ import annotations

import difflib
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, reduce
from operator import or_
from typing import Any, ClassVar, TypeAlias

import polars as pl

from gkaudit.form import EDITIONS, TABLES, all_keys, column_of, form
from gkaudit.frames import KNOWN_STATES, OUTCOMES, STATES

__all__ = [
    "BROKEN",
    "FRAME",
    "FRAME_ROW",
    "HOLDS",
    "KEPT",
    "NOT_APPLICABLE",
    "UNDETERMINED",
    "Helpers",
    "Line",
    "Measured",
    "Rule",
]

HOLDS, BROKEN, UNDETERMINED, NOT_APPLICABLE = (
    OUTCOMES.index(name) for name in ("holds", "broken", "undetermined", "not_applicable")
)
#: States of a cell that is in the report.
PRESENT = tuple(name for name in STATES if name != "absent")
#: Under these names a row that is measured carries the frame it is from, its place there, and what is known of
#: that frame by now (:func:`rows_like`).
FRAME, FRAME_ROW, KEPT = "~wide", "~wide.row", "~wide.kept"
#: Columns with row numbers of other reports (:data:`gkaudit.panel.links.LINKS`).
PRIOR_ROW, PRIOR_WHY, PARENT_ROW, MEMBER_ROW = "prior.row", "prior.why", "parent.row", "member.row"
PRIOR = "prior."
#: Sums of numbers with six decimals differ by rounding far below this.
ROUNDING = 1e-7


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a rule judges. ``keys``: cells it looks at, the one to blame first; () for facts."""

    name: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found on one line of one report. ``keys``: cells concerned, most relevant first."""

    observed: str
    expected: str
    keys: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


#: Layers of helper columns: name and expression.
Helpers: TypeAlias = tuple[Mapping[str, pl.Expr], ...]


class Rule(ABC):
    """A rule with its arguments (dataclass fields, all given in the suite).

    ``check()`` raises ValueError, worded in Chinese, where an argument makes no sense on the form.
    """

    __slots__ = ()
    type: ClassVar[str]
    #: Whether :meth:`measure` looks at other reports than the body's own of the year before.
    around: ClassVar[bool] = False
    #: Whether codes depend on nothing but the report's own columns; True only where a test can show it.
    alone: ClassVar[bool] = False

    def check(self) -> None:
        """Raise ValueError where arguments contradict the form."""
        return

    @abstractmethod
    def lines(self) -> tuple[Line, ...]:
        """List the lines this rule judges; names are unique within the rule."""

    def reason(self, line: Line) -> str | None:  # noqa: ARG002
        """Name the column of the wide frame that may say why a report is undetermined; None: the cells do."""
        return None

    def helpers(self, columns: frozenset[str]) -> Helpers:  # noqa: ARG002
        """Columns that the codes are computed from, layer by layer; each layer may use those before.

        What several codes need is computed once. Equal names in two rules mean the same column.
        """
        return ()

    def prepare(self, frame: pl.DataFrame, kept: dict[str, Any]) -> dict[str, pl.Series]:  # noqa: ARG002
        """Columns for the wide frame that need the whole batch and are no expressions.

        ``kept``: what rules of one run may keep for each other.
        """
        return {}

    @abstractmethod
    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        """Int8 code per report, never null; a column that the frame lacks counts as null."""

    @abstractmethod
    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        """Numbers behind the code of one report; ``row`` is its row of the wide frame.

        The row also has ``prior.<column>`` for every column of the body's report of the year before, where
        the batch has one, the whole frame under :data:`FRAME` and its own place there under :data:`FRAME_ROW`.
        What it gives back is plain (words, numbers, lists of them): where it looks ``around``, it decides whether
        the finding is still the one of the last run.
        """


def rows_like(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[int]:
    """Places in the frame of a measured ``row`` with just these values in these columns; none for nulls.

    The frame is gone through once for each set of columns, however many reports are measured.
    """
    frame: pl.DataFrame | None = row.get(FRAME)
    names, values = tuple(wanted), tuple(wanted.values())
    if frame is None or None in values:
        return []
    kept: dict[Any, Any] = row.get(KEPT, {})
    if names not in kept:
        places: dict[tuple[Any, ...], list[int]] = {}
        for at, found in enumerate(zip(*(frame.get_column(name).to_list() for name in names), strict=True)):
            places.setdefault(found, []).append(at)
        kept[names] = places
    found_at: list[int] = kept[names].get(values, [])
    return found_at


# --- polars -------------------------------------------------------------------------------------


def digest(*arguments: Any) -> str:
    """A short name for arguments: rules that are given the same share what they compute."""
    return hashlib.sha256(repr(arguments).encode()).hexdigest()[:10]


def constant(code: int) -> pl.Expr:
    """Give every report the same code."""
    return pl.repeat(code, pl.len(), dtype=pl.Int8)


def coded(
    *, absent: pl.Expr | None = None, broken: pl.Expr | None = None, open_: pl.Expr | None = None, rest: int = HOLDS
) -> pl.Expr:
    """Codes from flags: ``absent`` (not applicable) wins over ``broken`` over ``open_`` (undetermined)."""
    result = _code(rest)
    for flag, code in ((open_, UNDETERMINED), (broken, BROKEN), (absent, NOT_APPLICABLE)):
        if flag is not None:
            result = pl.when(flag).then(_code(code)).otherwise(result)
    return result


# Expressions are immutable, and a suite is made of thousands of these: making each anew is a tenth of its time.
@cache
def _code(code: int) -> pl.Expr:
    return pl.lit(code, dtype=pl.Int8)


@cache
def _word(text: str) -> pl.Expr:
    return pl.lit(text)


def any_of(flags: Iterable[pl.Expr]) -> pl.Expr:
    """Be true where one flag is true; null flags count as false."""
    return pl.any_horizontal(list(flags)).fill_null(value=False)


def state(key: str) -> pl.Expr:
    return pl.col(f"{key}|state")


def in_states(key: str, states: Iterable[str]) -> pl.Expr:
    """Be true where the cell is in one of the states; null where it is not on the form."""
    return reduce(or_, [state(key) == _word(name) for name in states])


def _kinds(states: Iterable[str]) -> tuple[str, ...]:
    """Name the states, with ``known`` for both of those with a number: one look at the value does."""
    wanted = set(states)
    if wanted.issuperset(KNOWN_STATES):
        return ("known", *sorted(wanted.difference(KNOWN_STATES)))
    return tuple(sorted(wanted))


def _any_name(keys: tuple[str, ...], kind: str) -> str:
    return f"~any.{kind}.{keys[0]}" + "".join("+" + k.rsplit(".", 1)[1] for k in keys[1:])


def any_helpers(keys: tuple[str, ...], states: Iterable[str]) -> dict[str, pl.Expr]:
    """Make the helper columns for :func:`any_in` of these cells and states."""
    return {
        _any_name(keys, kind): any_of(
            pl.col(k).is_not_null() if kind == "known" else state(k) == _word(kind) for k in keys
        )
        for kind in _kinds(states)
    }


def any_in(keys: tuple[str, ...], states: Iterable[str]) -> pl.Expr:
    """Be true where one of the cells of a row is in one of the states; never null."""
    return reduce(or_, [pl.col(_any_name(keys, kind)) for kind in _kinds(states)])


def open_helpers(keys: Iterable[str]) -> dict[str, pl.Expr]:
    """Make the helper columns for :func:`open_cell`."""
    return {f"~open.{k}": pl.col(k).is_null() & state(k).is_not_null() for k in keys}


def open_cell(key: str) -> pl.Expr:
    """Be true where the cell is on the form and nobody knows its number."""
    return pl.col(f"~open.{key}")


def on_frame(keys: Iterable[str], columns: frozenset[str]) -> tuple[str, ...]:
    """Keep the keys that the frame has: all others are on no report's form."""
    return tuple(k for k in keys if k in columns and f"{k}|state" in columns)


def nowhere(keys: Iterable[str]) -> pl.Expr:
    """Be true where none of the cells is on the report's form."""
    return pl.all_horizontal([state(k).is_null() for k in keys])


def prior_helpers(keys: Iterable[str], columns: frozenset[str]) -> dict[str, pl.Expr]:
    """Make the columns ``prior.<key>`` (and their states) that the frame does not bring along."""
    if PRIOR_ROW not in columns:
        return {}
    wanted = [c for k in on_frame(keys, columns) for c in (k, f"{k}|state")]
    return {f"{PRIOR}{c}": pl.col(c).gather(pl.col(PRIOR_ROW)) for c in wanted if f"{PRIOR}{c}" not in columns}


def prior_absent(key: str, columns: frozenset[str]) -> pl.Expr | None:
    """Be true where there is no report of last year, or its form lacks ``prior.<key>``; None: never a value."""
    if f"{key}|state" in columns or (PRIOR_ROW in columns and on_frame([key.removeprefix(PRIOR)], columns)):
        return pl.col(f"{key}|state").is_null() & ~_unclear(columns)
    return pl.col(key).is_null() if key in columns else None


def prior_open(key: str, columns: frozenset[str]) -> pl.Expr:
    """Be true where last year's number is not known although there is a report (or there are two)."""
    if f"{key}|state" in columns or PRIOR_ROW in columns:
        return pl.col(key).is_null() & (pl.col(f"{key}|state").is_not_null() | _unclear(columns))
    return pl.lit(value=False)


def _unclear(columns: frozenset[str]) -> pl.Expr:
    return pl.col(PRIOR_WHY).is_not_null() if PRIOR_WHY in columns else pl.lit(value=False)


# --- one report ---------------------------------------------------------------------------------


def plain(value: float | Decimal | None) -> str:
    """Write a number as people do: no exponent, no trailing zeros; □ where there is none."""
    if value is None:
        return "□"
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def shown(row: Mapping[str, Any], key: str) -> str:
    """Show the cell as it is printed: its number, else what stands there, else □."""
    value = row.get(key)
    if value is not None:
        return plain(value)
    return (row.get(f"{key}|raw") or "").strip() or "□"


def here(row: Mapping[str, Any], keys: Iterable[str]) -> tuple[str, ...]:
    """Keep the keys that are on the form of this report."""
    return tuple(k for k in keys if row.get(f"{k}|state") is not None)


# --- arguments ----------------------------------------------------------------------------------


@cache
def rows_of(table: str) -> dict[str, tuple[str, ...]]:
    """Keys of each row of a table, both editions together, in the order of the form."""
    rows: dict[str, dict[str, None]] = {}
    for edition in EDITIONS:
        for row in form(edition).table(table).rows:
            rows.setdefault(row.name, {}).update({f"{table}.{row.name}.{c}": None for c in row.columns})
    return {name: tuple(keys) for name, keys in rows.items()}


@cache
def columns_of(table: str) -> tuple[str, ...]:
    """Column names of a table, both editions together."""
    return tuple(dict.fromkeys(c.name for edition in EDITIONS for c in form(edition).table(table).columns))


@cache
def narrowest(table: str, row: str) -> int:
    """Cells that the row has on the edition where it has fewest."""
    return min(len(r.columns) for e in EDITIONS for r in form(e).table(table).rows if r.name == row)


def signed(key: str) -> bool:
    """Whether the form lets the number be negative (本年增/减)."""
    return column_of(key).signed


def require(kind: str, names: Iterable[str], allowed: Iterable[str]) -> None:
    """Raise ValueError naming what is allowed, and the nearest name, for the first unknown one."""
    known = tuple(allowed)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f"是不是想写 {near[0]}？" if near else ""
            raise ValueError(f"{kind}“{name}”不存在。{hint}可用的有：{'、'.join(known)}")


def require_some(kind: str, names: Iterable[str]) -> None:
    """Raise ValueError where a list is empty or names something twice."""
    listed = list(names)
    if not listed:
        raise ValueError(f"{kind} 不能为空")
    twice = next((n for n in listed if listed.count(n) > 1), None)
    if twice is not None:
        raise ValueError(f"{kind} 里“{twice}”写了两次")


def require_counts(**numbers: float) -> None:
    """Raise ValueError naming the first number that is below 1."""
    for name, number in numbers.items():
        if number < 1:
            raise ValueError(f"{name} 不能小于 1")


def require_tables(tables: Iterable[str]) -> None:
    require_some("tables", tables)
    require("表 ", tables, TABLES)


def require_keys(keys: Iterable[str]) -> None:
    require_some("keys", keys)
    require("单元格 ", keys, all_keys())


def require_states(states: Iterable[str]) -> None:
    require_some("states", states)
    require("状态 ", states, STATES)


@cache
def require_pattern(pattern: str) -> None:
    """Raise ValueError where polars (Rust regex) does not take the pattern."""
    try:
        pl.Series([""], dtype=pl.String).str.contains(pattern)
    except pl.exceptions.ComputeError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ValueError(f"pattern“{pattern}”不是正确的正则表达式（{reason}）") from None


def row_lines(tables: Iterable[str]) -> tuple[Line, ...]:
    """One line a row of the form, named ``table.row``, with the keys of both editions."""
    return tuple(Line(f"{table}.{row}", keys) for table in tables for row, keys in rows_of(table).items())
