"""Rules about what the prose owes the tables: numbers that it tells, statements that the tables bear out."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import (
    NOT_APPLICABLE,
    PRIOR,
    Helpers,
    Line,
    Measured,
    any_of,
    constant,
    nowhere,
    on_frame,
    plain,
    prior_absent,
    prior_helpers,
    require,
    require_keys,
)
from gkaudit.gx.rules_said import CLAIMS
from gkaudit.gx.rules_text import (
    PARTS,
    Scoped,
    anywhere,
    either,
    first_line,
    hits,
    listed,
    no_text,
    require_parts,
    require_text_pattern,
    shown,
)
from gkaudit.narrative import MEASURES

__all__ = ["CellsTold", "StatementBacked", "StatementUncontested"]


def require_measures(names: tuple[str, ...]) -> None:
    """Raise ValueError for a name that is neither a measure nor what measures begin with."""
    begun = {".".join(m.split(".")[:n]) for m in MEASURES for n in range(1, len(m.split(".")) + 1)}
    require("数量 ", names, (*MEASURES, *sorted(begun)))


def under(measure: str, names: tuple[str, ...]) -> bool:
    """Whether a measure is one of the names or begins with one."""
    return any(measure == name or measure.startswith(f"{name}.") for name in names)


def stated(names: tuple[str, ...], *, above_zero: bool = False) -> pl.Expr:
    """Whether the prose has a number of one of the measures, of the report's own year and body; never null."""
    wanted = [m for m in MEASURES if under(m, names)]
    claim = pl.element().struct
    flag = (
        claim.field("measure").is_in(wanted)
        & claim.field("value").is_not_null()
        & (claim.field("scope") == "own")
        & (claim.field("period") == "this")
    )
    if above_zero:
        flag &= claim.field("value") > 0
    return pl.col(CLAIMS).list.eval(flag).list.any().fill_null(value=False)


def own_claims(row: Mapping[str, Any], names: tuple[str, ...]) -> list[dict[str, Any]]:
    """The claims that :func:`stated` speaks of."""
    return [
        c
        for c in row.get(CLAIMS) or ()
        if under(c["measure"], names) and c["value"] is not None and (c["scope"], c["period"]) == ("own", "this")
    ]


def _known_sum(keys: tuple[str, ...]) -> pl.Expr:
    return pl.sum_horizontal([pl.col(k) for k in keys])


def _some_open(keys: tuple[str, ...]) -> pl.Expr:
    return any_of(pl.col(k).is_null() & pl.col(f"{k}|state").is_not_null() for k in keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellsTold(Scoped):
    """Where one of the cells is above 0 the prose speaks of it.

    It does where it has a number of one of the ``measures`` (or of what begins with them), or matches
    ``pattern`` in the parts ``within``. With ``beside`` only reports whose prose states a number above 0 of
    these measures are judged; where one of ``unless_above`` is above 0 another entry judges. ``near``: the
    part in which an auditor would look for it.
    """

    type: ClassVar[str] = "expect_cells_told"
    keys: tuple[str, ...]
    measures: tuple[str, ...] = ()
    pattern: str = ""
    within: tuple[str, ...] = field(default=("all",))
    beside: tuple[str, ...] = ()
    unless_above: tuple[str, ...] = ()
    near: str = ""

    def check(self) -> None:
        Scoped.check(self)
        require_keys((*self.keys, *self.unless_above))
        require_measures((*self.measures, *self.beside))
        require_parts(self.within)
        if self.pattern:
            require_text_pattern(self.pattern)
        if not self.pattern and not self.measures:
            raise ValueError("measures 和 pattern 至少要写一个")
        require("near ", [self.near] if self.near else [], PARTS)

    def lines(self) -> tuple[Line, ...]:
        return (Line("told", self.keys),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        keys = on_frame(line.keys, columns)
        if not keys or CLAIMS not in columns:
            return constant(NOT_APPLICABLE)
        told = stated(self.measures) if self.measures else pl.lit(value=False)
        if self.pattern:
            told = told | anywhere(self.within, columns, self.pattern)
        above = any_of(pl.col(k) > 0 for k in keys)
        absent = nowhere(keys) | no_text(["all"], columns)
        if self.beside:
            absent = absent | ~stated(self.beside, above_zero=True)
        graver = on_frame(self.unless_above, columns)
        if graver:
            absent = absent | any_of(pl.col(k) > 0 for k in graver)
        return self.coded(columns, absent=absent, broken=above & ~told, open_=~above & ~told & _some_open(keys))

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        keys = tuple(k for k in line.keys if (row.get(k) or 0) > 0)
        details: dict[str, Any] = {}
        if self.beside:
            details["said"] = [c for c in own_claims(row, self.beside) if c["value"] > 0][:1]
        elif self.near:
            details |= {"hits": first_line(row, [self.near]), "section": self.near}
        return Measured(listed((plain(row[k]) for k in keys), len(keys)), "", keys, details)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementBacked(Scoped):
    """Where the prose says ``pattern``, one of the cells is above 0.

    What matches one of ``exceptions`` is cut out first. ``only_with``: judged only where this occurs in the
    same parts; ``unless``: not judged where this does. ``before`` are cells of last year's report:
    ``earlier`` ``some`` judges only where one of them is above 0, ``none`` only where that is not known.
    """

    type: ClassVar[str] = "expect_statement_backed"
    alone: ClassVar[bool] = False
    pattern: str
    within: tuple[str, ...]
    keys: tuple[str, ...]
    exceptions: tuple[str, ...] = ()
    only_with: str = ""
    unless: str = ""
    before: tuple[str, ...] = ()
    earlier: str = ""

    def check(self) -> None:
        Scoped.check(self)
        require_keys(self.keys)
        require_parts(self.within)
        for pattern in (self.pattern, *self.exceptions, *filter(None, (self.only_with, self.unless))):
            require_text_pattern(pattern)
        if self.before:
            require_keys(self.before)
        require("earlier ", [self.earlier] if self.earlier else [], ("some", "none"))
        if bool(self.before) != bool(self.earlier):
            raise ValueError("before 和 earlier 要一起写")

    def lines(self) -> tuple[Line, ...]:
        return (Line("statement", self.keys),)

    def helpers(self, columns: frozenset[str]) -> Helpers:
        return (prior_helpers(self.before, columns),) if self.before else ()

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        keys = on_frame(line.keys, columns)
        if not keys:
            return constant(NOT_APPLICABLE)
        absent = ~anywhere(self.within, columns, self.pattern, either(self.exceptions)) | nowhere(keys)
        if self.only_with:
            absent = absent | ~anywhere(self.within, columns, self.only_with)
        if self.unless:
            absent = absent | anywhere(self.within, columns, self.unless)
        if self.earlier:
            had = self._had(columns)
            absent = absent | (~had if self.earlier == "some" else had)
        nothing, open_ = _known_sum(keys) == 0, _some_open(keys)
        return self.coded(columns, absent=absent, broken=nothing & ~open_, open_=nothing & open_)

    def _had(self, columns: frozenset[str]) -> pl.Expr:
        """Whether last year's report is known to have something in one of the cells; never null."""
        known = [f"{PRIOR}{key}" for key in self.before if prior_absent(f"{PRIOR}{key}", columns) is not None]
        return any_of(pl.col(key) > 0 for key in known) if known else pl.lit(value=False)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        found = hits(row, self.within, self.pattern, either(self.exceptions))
        known = tuple(k for k in line.keys if row.get(f"{k}|state") is not None)
        total = sum(row[k] or 0 for k in known)
        details = {"hits": found, "words": True}
        return Measured(listed(shown(hit) for hit in found), plain(total), known, details)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementUncontested(Scoped):
    """Where the prose says ``pattern``, none of the cells is above 0.

    What matches one of ``exceptions`` is cut out first. Judged only where the cell ``base`` is at most
    ``base_at_most``: beside many cases a few of another kind contest nothing.
    """

    type: ClassVar[str] = "expect_statement_uncontested"
    pattern: str
    within: tuple[str, ...]
    keys: tuple[str, ...]
    base: str
    base_at_most: float
    exceptions: tuple[str, ...] = ()

    def check(self) -> None:
        Scoped.check(self)
        require_keys((*self.keys, self.base))
        require_parts(self.within)
        for pattern in (self.pattern, *self.exceptions):
            require_text_pattern(pattern)

    def lines(self) -> tuple[Line, ...]:
        return (Line("statement", self.keys),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        keys = on_frame(line.keys, columns)
        if not keys or not on_frame([self.base], columns):
            return constant(NOT_APPLICABLE)
        many = (pl.col(self.base) > self.base_at_most).fill_null(value=False)
        said = anywhere(self.within, columns, self.pattern, either(self.exceptions))
        above, unsure = any_of(pl.col(k) > 0 for k in keys), pl.col(self.base).is_null()
        absent = ~said | nowhere((*keys, self.base)) | many
        return self.coded(columns, absent=absent, broken=above & ~unsure, open_=_some_open(keys) | (above & unsure))

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        found = hits(row, self.within, self.pattern, either(self.exceptions))
        keys = tuple(k for k in line.keys if (row.get(k) or 0) > 0)
        numbers = listed((plain(row[k]) for k in keys), len(keys))
        return Measured(listed(shown(hit) for hit in found), numbers, keys, {"hits": found, "words": True})
