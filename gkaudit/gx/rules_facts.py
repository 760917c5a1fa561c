"""Rules about facts of a report (title, sections, period, edition of the form) - no cells."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl

from gkaudit.form import EDITIONS
from gkaudit.frames import REPORTS
from gkaudit.gx.rules_base import (
    BROKEN,
    HOLDS,
    NOT_APPLICABLE,
    UNDETERMINED,
    Line,
    Measured,
    Rule,
    any_of,
    coded,
    constant,
    require,
    require_pattern,
    require_some,
)
from gkaudit.gx.rules_cells import LEVELS

__all__ = ["FactNot", "Flag", "FormEdition", "FullYearPeriod", "ListEmpty", "PartsPresent", "TextToMatch"]

_MISSING = {"broken": BROKEN, "undetermined": UNDETERMINED, "not_applicable": NOT_APPLICABLE}
_SPACE = r"[\s\u{200b}\u{feff}]+"


def _in_prose(pattern: str, columns: frozenset[str]) -> pl.Expr:
    """Be true where the pattern (none: empty) occurs in the prose; never null."""
    if not pattern or "text" not in columns:
        return pl.lit(value=False)
    return pl.col("text").str.contains(pattern).fill_null(value=False)


def _require_facts(columns: tuple[str, ...]) -> None:
    require_some("columns", columns)
    require("报告的事实列 ", columns, tuple(REPORTS))


def _said(value: Any) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class TextToMatch(Rule):
    """Texts match patterns: ``patterns`` maps a fact column to a Rust regex, found anywhere.

    ``missing``: the outcome where there is no text. ``ignore_space``: white space is taken out
    first. ``levels``: only bodies of these levels are judged (all where empty).
    """

    type: ClassVar[str] = "expect_text_to_match"
    patterns: Mapping[str, str]
    missing: str
    ignore_space: bool = False
    levels: tuple[str, ...] = ()

    def check(self) -> None:
        _require_facts(tuple(self.patterns))
        for pattern in self.patterns.values():
            require_pattern(pattern)
        require("missing ", [self.missing], _MISSING)
        require("级别 ", self.levels, LEVELS)

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(column) for column in self.patterns)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        missing = _MISSING[self.missing]
        if self.levels and "level" not in columns:
            return constant(NOT_APPLICABLE)
        absent = ~pl.col("level").is_in(list(self.levels)).fill_null(value=False) if self.levels else None
        if line.name not in columns:
            return coded(absent=absent, rest=missing) if absent is not None else constant(missing)
        text = pl.col(line.name)
        text = text.str.replace_all(_SPACE, "") if self.ignore_space else text
        match = text.str.contains(self.patterns[line.name])
        code = pl.when(match).then(pl.lit(HOLDS, dtype=pl.Int8)).otherwise(pl.lit(BROKEN, dtype=pl.Int8))
        code = pl.when(match.is_null()).then(pl.lit(missing, dtype=pl.Int8)).otherwise(code)
        if absent is None:
            return code
        return pl.when(absent).then(pl.lit(NOT_APPLICABLE, dtype=pl.Int8)).otherwise(code)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        return Measured(_said(row.get(line.name)), self.patterns[line.name], (), {"column": line.name})


@dataclass(frozen=True, slots=True)
class PartsPresent(Rule):
    """Each of the parts (fact columns) is there.

    A part is missing where its column is null or one of ``missing``, unsure where it is one of
    ``unsure``. Where fewer than ``at_least`` parts are there, too little of the document was seen to
    say what is missing: undetermined. So is a part whose pattern of ``inside`` (one for each column, in
    their order) occurs in the prose: it has no line of its own there.
    """

    type: ClassVar[str] = "expect_parts_present"
    columns: tuple[str, ...]
    at_least: int
    missing: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()

    def check(self) -> None:
        _require_facts(self.columns)
        if self.inside and len(self.inside) != len(self.columns):
            raise ValueError("inside 要和 columns 一样多")
        for pattern in self.inside:
            require_pattern(pattern)
        if not 0 <= self.at_least <= len(self.columns):
            raise ValueError(f"at_least 要在 0 和 {len(self.columns)} 之间")

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(column) for column in self.columns)

    def _there(self, column: str) -> pl.Expr:
        """Be true where the part is certainly there; never null."""
        return pl.col(column).is_not_null() & ~self._is(column, (*self.missing, *self.unsure))

    @staticmethod
    def _is(column: str, values: tuple[str, ...]) -> pl.Expr:
        return any_of(pl.col(column) == v for v in values) if values else pl.lit(value=False)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        known = [c for c in self.columns if c in columns]
        if line.name not in known:
            return constant(UNDETERMINED)
        seen = pl.sum_horizontal([self._there(c) for c in known]) >= self.at_least
        within = self.inside[self.columns.index(line.name)] if self.inside else ""
        unsure = self._is(line.name, self.unsure) | _in_prose(within, columns)
        gone = ~self._there(line.name)
        return coded(broken=gone & ~unsure & seen, open_=gone)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        there = [c for c in self.columns if row.get(c) not in {None, *self.missing, *self.unsure}]
        # Nothing is seen of a part that is missing, and how a table was found is no print of the report.
        return Measured("", "", (), {"column": line.name, "present": there, "of": len(self.columns)})


@dataclass(frozen=True, slots=True)
class FactNot(Rule):
    """No fact column has one of ``values``; null is not judged."""

    type: ClassVar[str] = "expect_fact_not"
    columns: tuple[str, ...]
    values: tuple[str, ...]

    def check(self) -> None:
        _require_facts(self.columns)
        require_some("values", self.values)

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(column) for column in self.columns)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        if line.name not in columns:
            return constant(NOT_APPLICABLE)
        fact = pl.col(line.name)
        return coded(absent=fact.is_null(), broken=fact.is_in(list(self.values)))

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        observed = "" if line.name.startswith("table.") else _said(row.get(line.name))
        return Measured(observed, "", (), {"column": line.name})


@dataclass(frozen=True, slots=True)
class Flag(Rule):
    """A yes/no fact has the given value; null is undetermined."""

    type: ClassVar[str] = "expect_flag"
    column: str
    value: bool = field(default=True)

    def check(self) -> None:
        require("报告的是非列 ", [self.column], tuple(c for c, t in REPORTS.items() if t == pl.Boolean))

    def lines(self) -> tuple[Line, ...]:
        return (Line(self.column),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        if line.name not in columns:
            return constant(UNDETERMINED)
        fact = pl.col(line.name)
        return coded(broken=fact != self.value, open_=fact.is_null())

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        return Measured(_said(row.get(line.name)), _said(self.value), (), {"column": line.name})


@dataclass(frozen=True, slots=True)
class ListEmpty(Rule):
    """A list of remarks of the reader is empty; null is not judged."""

    type: ClassVar[str] = "expect_list_empty"
    column: str

    def check(self) -> None:
        require("报告的列表列 ", [self.column], tuple(c for c, t in REPORTS.items() if t == pl.List(pl.String)))

    def lines(self) -> tuple[Line, ...]:
        return (Line(self.column),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        if line.name not in columns:
            return constant(NOT_APPLICABLE)
        count = pl.col(line.name).list.len()
        return coded(absent=count.is_null(), broken=count > 0)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        found = list(row.get(line.name) or ())
        return Measured("；".join(found), "", (), {"column": line.name, "items": found})


@dataclass(frozen=True, slots=True)
class FormEdition(Rule):
    """Reports of the years ``first_year`` … ``last_year`` (null: open) use the words of ``edition``."""

    type: ClassVar[str] = "expect_form_edition"
    edition: str
    first_year: int
    last_year: int | None

    def check(self) -> None:
        require("版式 ", [self.edition], EDITIONS)
        if self.last_year is not None and self.last_year < self.first_year:
            raise ValueError("last_year 早于 first_year")

    def lines(self) -> tuple[Line, ...]:
        return (Line("form_seen"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        if not {line.name, "year"} <= columns:
            return constant(UNDETERMINED)
        seen, year = pl.col(line.name), pl.col("year")
        outside = year < self.first_year
        if self.last_year is not None:
            outside = outside | (year > self.last_year)
        open_ = seen.is_null() | year.is_null()
        return coded(absent=outside, broken=(seen != self.edition) & ~open_, open_=open_)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        # The edition is told by the words of the tables; it stands nowhere in the report to be quoted.
        details = {"year": row.get("year"), "quote": "", "section": "disclosure"}
        return Measured(_said(row.get(line.name)), self.edition, (), details)


@dataclass(frozen=True, slots=True)
class FullYearPeriod(Rule):
    """The statistical period (统计期限) is stated (``judge``: ``stated``) and is the report's year (``dates``).

    Undetermined where its sentence is damaged, and ``stated`` also where fewer than ``at_least``
    sections were found: then too little of the document was seen. ``dates`` is so where a period within the
    year goes with ``part_of_year`` (a regular expression) in the prose: the body was founded or dissolved.
    """

    type: ClassVar[str] = "expect_full_year_period"
    judge: str
    at_least: int = 0
    part_of_year: str = ""

    def check(self) -> None:
        require("judge ", [self.judge], ("stated", "dates"))
        if self.part_of_year:
            require_pattern(self.part_of_year)

    def lines(self) -> tuple[Line, ...]:
        return (Line("period"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if not {"period_start", "period_end", "period_damaged", "year", "sections_found"} <= columns:
            return constant(UNDETERMINED)
        start, end, damaged = pl.col("period_start"), pl.col("period_end"), pl.col("period_damaged")
        hurt = damaged.fill_null(value=False)
        if self.judge == "stated":
            scarce = pl.col("sections_found").fill_null(0) < self.at_least
            return coded(broken=start.is_null() & ~hurt & ~scarce, open_=start.is_null() | hurt)
        year = pl.col("year")
        first = (start.dt.year() == year) & (start.dt.month() == 1) & (start.dt.day() == 1)
        last = (end.dt.year() == year) & (end.dt.month() == 12) & (end.dt.day() == 31)  # noqa: PLR2004 - 31 December
        whole = first & last
        within = (start.dt.year() == year) & (end.dt.year() == year) & (start < end)
        unsure = hurt | (_in_prose(self.part_of_year, columns) & within & ~whole).fill_null(value=False)
        return coded(absent=start.is_null() & ~hurt, broken=~whole & ~unsure, open_=whole.is_null() | unsure)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        start, end, year = row.get("period_start"), row.get("period_end"), row.get("year")
        expected = f"{year}-01-01/{year}-12-31" if year else ""
        observed = f"{_said(start)}/{_said(end)}" if start or end else ""
        return Measured(observed, expected, (), {"quote": row.get("period_quote"), "line": line.name})
