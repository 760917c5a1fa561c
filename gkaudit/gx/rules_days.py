"""Rules about days: when a report was published and signed, and for which year."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, ClassVar

import polars as pl

from gkaudit.frames import REPORTS
from gkaudit.gx.rules_base import (
    NOT_APPLICABLE,
    UNDETERMINED,
    Line,
    Measured,
    Rule,
    any_of,
    coded,
    constant,
    require,
    require_some,
)
from gkaudit.gx.rules_cells import LEVELS

__all__ = ["DayAfterYear", "DayByDeadline", "DaysInOrder", "YearBefore"]

#: Last day of publication of the body, as the list of bodies says.
_DUE = "due"
_DAYS = tuple(c for c, kind in REPORTS.items() if kind == pl.Date)
_DEADLINE = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def _said(day: Any) -> str:
    return "" if day is None else f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True, slots=True)
class DayByDeadline(Rule):
    """The day is not after the deadline; ``deadlines`` maps levels of bodies to ``MM-DD`` of the next year.

    Undetermined where the day or the year is not known, and where the day is more than ``days`` after the
    deadline: a site that moved shows the day of the move. Other levels are not judged.
    ``due``: what the list of bodies says of a body's last day is ``ignored``, counts ``instead``, or is the
    ``only`` one that counts (a body without such a day is not judged).
    """

    type: ClassVar[str] = "expect_day_by_deadline"
    column: str
    deadlines: Mapping[str, str]
    days: int
    due: str = "ignored"

    def check(self) -> None:
        require("日期列 ", [self.column], _DAYS)
        require_some("deadlines", self.deadlines)
        require("due ", [self.due], ("ignored", "instead", "only"))
        require("级别 ", self.deadlines, (*LEVELS, "管委会"))
        for text in self.deadlines.values():
            if not _DEADLINE.fullmatch(text) or text in {"02-30", "02-31", "04-31", "06-31", "09-31", "11-31"}:
                raise ValueError(f"deadlines 里的“{text}”要写成 MM-DD，如 01-31")

    def lines(self) -> tuple[Line, ...]:
        return (Line(self.column),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        if "level" not in columns:
            return constant(NOT_APPLICABLE)
        level = pl.col("level")
        absent = ~level.is_in(list(self.deadlines)).fill_null(value=False)
        if not {line.name, "year"} <= columns:
            return coded(absent=absent, rest=UNDETERMINED)
        month_day = level.replace_strict(dict(self.deadlines), default=None, return_dtype=pl.String)
        last = pl.date(
            pl.col("year") + 1, month_day.str.slice(0, 2).cast(pl.Int8), month_day.str.slice(3, 2).cast(pl.Int8)
        )
        if self.due == "only":
            if _DUE not in columns:
                return constant(NOT_APPLICABLE)
            last, absent = pl.col(_DUE), absent | pl.col(_DUE).is_null()
        elif self.due == "instead" and _DUE in columns:
            last = pl.coalesce(_DUE, last)
        late = pl.when(pl.col("year").is_not_null()).then((pl.col(line.name) - last).dt.total_days())
        return coded(absent=absent, broken=(late > 0) & (late <= self.days), open_=late.is_null() | (late > self.days))

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        year, wanted = row.get("year"), self.deadlines.get(str(row.get("level")))
        if year is None or wanted is None:
            return Measured(_said(row.get(line.name)), "")
        last = date(year + 1, int(wanted[:2]), int(wanted[3:]))
        if self.due != "ignored" and row.get(_DUE) is not None:
            last = row[_DUE]
        return Measured(_said(row.get(line.name)), _said(last), (), {"quote": "", "column": line.name})


@dataclass(frozen=True, slots=True)
class DayAfterYear(Rule):
    """Each of the days that are known is after the end of the year that is reported on.

    Undetermined where none of them, or not the year, is known.
    """

    type: ClassVar[str] = "expect_day_after_year"
    columns: tuple[str, ...]

    def check(self) -> None:
        require_some("columns", self.columns)
        require("日期列 ", self.columns, _DAYS)

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(column) for column in self.columns)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        if not {line.name, "year"} <= columns:
            return constant(UNDETERMINED)
        early = pl.col(line.name).dt.year() <= pl.col("year")
        others = any_of(pl.col(c).is_not_null() for c in self.columns if c in columns)
        return coded(absent=pl.col(line.name).is_null() & others, broken=early, open_=early.is_null())

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        year = row.get("year")
        wanted = f"{year}年12月31日" if year else ""
        return Measured(_said(row.get(line.name)), wanted, (), {"quote": "", "column": line.name})


@dataclass(frozen=True, slots=True)
class DaysInOrder(Rule):
    """The days, where they are known, follow each other: ``columns`` from the earliest to the latest."""

    type: ClassVar[str] = "expect_days_in_order"
    columns: tuple[str, ...]

    def check(self) -> None:
        require_some("columns", self.columns)
        require("日期列 ", self.columns, _DAYS)
        if len(self.columns) < 2:  # noqa: PLR2004 - one day is always in order
            raise ValueError("columns 至少要有两列")

    def lines(self) -> tuple[Line, ...]:
        return (Line("+".join(self.columns)),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if not set(self.columns) <= columns:
            return constant(UNDETERMINED)
        pairs = [pl.col(a) > pl.col(b) for a, b in zip(self.columns, self.columns[1:], strict=False)]
        wrong = reduce(lambda a, b: a | b, pairs)
        return coded(broken=wrong, open_=wrong.is_null())

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        first, *others = (_said(row.get(c)) for c in self.columns)
        return Measured(first, "、".join(others), (), {"quote": ""})


@dataclass(frozen=True, slots=True)
class YearBefore(Rule):
    """The day lies in the year after the one that is reported on."""

    type: ClassVar[str] = "expect_year_before"
    column: str

    def check(self) -> None:
        require("日期列 ", [self.column], _DAYS)

    def lines(self) -> tuple[Line, ...]:
        return (Line(self.column),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        if not {line.name, "year"} <= columns:
            return constant(UNDETERMINED)
        other = pl.col(line.name).dt.year() != pl.col("year") + 1
        return coded(broken=other, open_=other.is_null())

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        year = row.get("year")
        return Measured(_said(row.get(line.name)), f"{year + 1}年" if year else "", (), {"quote": ""})
