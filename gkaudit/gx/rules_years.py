"""A report against the same body's report of the year before, beyond sums of cells (跨年).

The year before is found through ``prior.row`` (:mod:`gkaudit.panel.links`). Without such a report a rule
does not apply; where there are two that differ, it cannot be decided.
"""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from gkaudit.form import all_keys
from gkaudit.gx.rules_base import (
    NOT_APPLICABLE,
    PRIOR,
    PRIOR_ROW,
    PRIOR_WHY,
    Helpers,
    Line,
    Measured,
    Rule,
    any_of,
    coded,
    constant,
    digest,
    here,
    on_frame,
    plain,
    prior_absent,
    prior_helpers,
    prior_open,
    require,
    require_counts,
    require_keys,
    require_some,
    shown,
)
from gkaudit.gx.rules_text import (
    Hit,
    columns_of,
    either,
    hits,
    no_text,
    pattern_for,
    require_parts,
    require_text_pattern,
)

__all__ = ["ConstantsStable", "CountsRenewed", "NumbersRenewed", "ValueHasSource"]


def _no_prior(columns: frozenset[str]) -> pl.Expr:
    """Be true where there is no report of the year before (two that differ are one nobody can read)."""
    if PRIOR_ROW not in columns:
        return pl.lit(value=True)
    unclear = pl.col(PRIOR_WHY).is_not_null() if PRIOR_WHY in columns else pl.lit(value=False)
    return pl.col(PRIOR_ROW).is_null() & ~unclear


def _unclear_prior(columns: frozenset[str]) -> pl.Expr:
    return pl.col(PRIOR_WHY).is_not_null() if PRIOR_WHY in columns else pl.lit(value=False)


@dataclass(frozen=True, slots=True)
class ValueHasSource(Rule):
    """Where one of ``keys`` is above 0, one of ``sources`` is too (``prior.…``: in the year before).

    ``last_year``: ``needed``, judged only where there is a report of the year before, or ``missing``, judged
    only where there is none. Broken where a key is above 0 and all sources are 0 for certain.
    """

    type: ClassVar[str] = "expect_value_has_source"
    keys: tuple[str, ...]
    sources: tuple[str, ...]
    last_year: str

    def check(self) -> None:
        require_keys(self.keys)
        require_some("sources", self.sources)
        require("单元格 ", (k.removeprefix(PRIOR) for k in self.sources), all_keys())
        require("last_year ", [self.last_year], ("needed", "missing"))
        if self.last_year == "missing" and any(k.startswith(PRIOR) for k in self.sources):
            raise ValueError("last_year 为 missing 时，sources 里不能有 prior. 开头的单元格")

    def lines(self) -> tuple[Line, ...]:
        own = tuple(k for k in self.sources if not k.startswith(PRIOR))
        return (Line(self.last_year, (*self.keys, *own)),)

    def reason(self, line: Line) -> str | None:  # noqa: ARG002
        return PRIOR_WHY

    def helpers(self, columns: frozenset[str]) -> Helpers:
        return (prior_helpers((k.removeprefix(PRIOR) for k in self.sources if k.startswith(PRIOR)), columns),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        keys = on_frame(self.keys, columns)
        own = on_frame((k for k in self.sources if not k.startswith(PRIOR)), columns)
        earlier = [k for k in self.sources if k.startswith(PRIOR) and prior_absent(k, columns) is not None]
        if not keys or not own:
            return constant(NOT_APPLICABLE)
        none = _no_prior(columns)
        absent = none if self.last_year == "needed" else ~none
        happened = any_of(pl.col(k) > 0 for k in keys)
        may_have = any_of(_open(k) for k in keys)
        sourced = any_of(pl.col(k) > 0 for k in (*own, *earlier))
        unsure = any_of([*(_open(k) for k in own), *(prior_open(k, columns) for k in earlier)])
        gone = any_of(pl.col(f"{k}|state").is_not_null() for k in keys)
        return coded(
            absent=absent | ~gone,
            broken=happened & ~sourced & ~unsure,
            open_=~sourced & ((happened & unsure) | (~happened & may_have)),
        )

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        positive = tuple(k for k in here(row, self.keys) if (row.get(k) or 0) > 0)
        own = here(row, (k for k in self.sources if not k.startswith(PRIOR)))
        found = "、".join(plain(row[k]) for k in positive)
        return Measured(found, "", (*positive, *own), {"left": {k: row[k] for k in positive}, "right": {}})


def _open(key: str) -> pl.Expr:
    return pl.col(key).is_null() & pl.col(f"{key}|state").is_not_null()


@dataclass(frozen=True, slots=True)
class CountsRenewed(Rule):
    """The cells above 0 are not all the numbers of the year before (数字照搬).

    Judged where at least ``cells`` of ``keys`` are above 0, or where they add up to at least ``or_sum``:
    few and small numbers are often equal by chance.
    """

    type: ClassVar[str] = "expect_counts_renewed"
    keys: tuple[str, ...]
    cells: int
    or_sum: float

    def check(self) -> None:
        require_keys(self.keys)
        require_counts(cells=self.cells)

    def lines(self) -> tuple[Line, ...]:
        return (Line("counts", self.keys),)

    def reason(self, line: Line) -> str | None:  # noqa: ARG002
        return PRIOR_WHY

    def helpers(self, columns: frozenset[str]) -> Helpers:
        return (prior_helpers(self.keys, columns),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        keys = [k for k in on_frame(self.keys, columns) if prior_absent(f"{PRIOR}{k}", columns) is not None]
        if not keys:
            return constant(NOT_APPLICABLE)
        other = any_of(pl.col(k) != pl.col(f"{PRIOR}{k}") for k in keys)
        unsure = any_of([*(_open(k) for k in keys), *(prior_open(f"{PRIOR}{k}", columns) for k in keys)])
        many = pl.sum_horizontal([(pl.col(k) > 0).cast(pl.Int32) for k in keys]) >= self.cells
        large = pl.sum_horizontal([pl.col(k) for k in keys]) >= self.or_sum
        nothing = any_of(prior_absent(f"{PRIOR}{k}", columns) for k in keys)  # type: ignore[misc]  # none is None
        few = ~(many | large) & ~unsure
        return coded(absent=_no_prior(columns) | nothing | few, broken=~other & ~unsure, open_=~other & unsure)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        keys = tuple(k for k in here(row, self.keys) if row.get(k))
        said = "、".join(shown(row, k) for k in keys)
        return Measured(said, "", keys, {"left": {k: row.get(k) for k in keys}, "right": {}})


_NUMBER = r"\d+(?:\.\d+)?"


@dataclass(frozen=True, slots=True)
class NumbersRenewed(Rule):
    """The numbers of the prose are not, one by one, those of the year before (正文数字照搬).

    Numbers in the parts ``within`` in their order, without zeros and without what matches ``exceptions``
    (years, documents, telephones, numbers of villages and windows). Judged where there are ``at_least``.
    """

    type: ClassVar[str] = "expect_numbers_renewed"
    within: tuple[str, ...]
    exceptions: tuple[str, ...]
    at_least: int

    def check(self) -> None:
        require_parts(self.within)
        for pattern in self.exceptions:
            require_text_pattern(pattern)
        require_counts(at_least=self.at_least)

    def lines(self) -> tuple[Line, ...]:
        return (Line("numbers"),)

    def reason(self, line: Line) -> str | None:  # noqa: ARG002
        return PRIOR_WHY

    def _name(self) -> str:
        return f"~numbers.{digest(self.within, self.exceptions)}"

    def helpers(self, columns: frozenset[str]) -> Helpers:
        known = [c for c in columns_of(self.within) if c in columns]
        if not known or PRIOR_ROW not in columns:
            return ()
        cut = [_cut(pl.col(c), c, self.exceptions).str.extract_all(_NUMBER) for c in known]
        numbers = pl.concat_list([c.fill_null([]) for c in cut]).list.eval(
            pl.element().filter(pl.element().cast(pl.Float64) > 0)
        )
        return (
            {self._name(): numbers.list.join(" "), f"{self._name()}.count": numbers.list.len()},
            {f"{self._name()}.prior": pl.col(self._name()).gather(pl.col(PRIOR_ROW))},
        )

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if not self.helpers(columns):
            return constant(NOT_APPLICABLE)
        few = pl.col(f"{self._name()}.count") < self.at_least
        same = pl.col(self._name()) == pl.col(f"{self._name()}.prior")
        none = _no_prior(columns) | no_text(self.within, columns)
        return coded(absent=none | few, broken=same, open_=_unclear_prior(columns))

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        exceptions = [*self.exceptions, r"\b0+(?:\.0+)?\b"]
        found = [h for h in hits(row, self.within, _NUMBER, either(exceptions)) if float(h.text)]
        words = "、".join(h.text for h in found[:_SHOWN]) + ("等" if len(found) > _SHOWN else "")
        return Measured(words, "", (), {"hits": found, "count": len(found)})


#: So many numbers are shown in a message.
_SHOWN = 8


def _cut(text: pl.Expr, column: str, exceptions: Iterable[str]) -> pl.Expr:
    wanted = either(exceptions)
    return text.str.replace_all(pattern_for(column, wanted), "□") if wanted else text


@dataclass(frozen=True, slots=True)
class ConstantsStable(Rule):
    """Numbers that hardly change (villages, windows, powers) are near those of the year before (常量突变).

    ``patterns``: name and pattern; the group ``n``, ``(?P<n>…)``, is the number. A text with different
    numbers of one name says nothing. Broken where they differ by more than ``share`` of the larger and
    nothing in the parts matches ``unless`` (a merger, powers handed over).
    """

    type: ClassVar[str] = "expect_constants_stable"
    patterns: Mapping[str, str]
    within: tuple[str, ...]
    share: float
    unless: str

    def check(self) -> None:
        require_some("patterns", self.patterns)
        require_parts(self.within)
        for pattern in (*self.patterns.values(), self.unless):
            require_text_pattern(pattern)
        for name, pattern in self.patterns.items():
            if "(?P<n>" not in pattern:
                raise ValueError(f"patterns 里的“{name}”没有写 (?P<n>…)")
        if not 0 < self.share < 1:
            raise ValueError("share 要在 0 和 1 之间")

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(name) for name in self.patterns)

    def reason(self, line: Line) -> str | None:  # noqa: ARG002
        return PRIOR_WHY

    def _name(self, line: str) -> str:
        return f"~constant.{digest(self.patterns[line], self.within)}"

    def helpers(self, columns: frozenset[str]) -> Helpers:
        known = [c for c in columns_of(self.within) if c in columns]
        if not known or PRIOR_ROW not in columns:
            return ()
        first, second = {}, {}
        for line, pattern in self.patterns.items():
            name = self._name(line)
            found = [pl.col(c).str.extract_all(pattern_for(c, pattern)).fill_null([]) for c in known]
            numbers = (
                pl.concat_list(found).list.eval(pl.element().str.extract(f"({_NUMBER})").drop_nulls()).list.unique()
            )
            first[name] = pl.when(numbers.list.len() == 1).then(numbers.list.first()).cast(pl.Float64)
            second[f"{name}.prior"] = pl.col(name).gather(pl.col(PRIOR_ROW))
        return (first, second)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        if not self.helpers(columns):
            return constant(NOT_APPLICABLE)
        now, before = pl.col(self._name(line.name)), pl.col(f"{self._name(line.name)}.prior")
        jumped = (now - before).abs() > self.share * pl.max_horizontal(now, before)
        known = [c for c in columns_of(self.within) if c in columns]
        explained = any_of(pl.col(c).str.contains(pattern_for(c, self.unless)) for c in known)
        compared = before.is_not_null() | _unclear_prior(columns)
        return coded(absent=now.is_null() | ~compared, broken=jumped & ~explained, open_=before.is_null())

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        found = hits(row, self.within, self.patterns[line.name])
        before = hits(
            {c.removeprefix(PRIOR): row.get(f"{PRIOR}{c}") for c in columns_of(self.within)},
            self.within,
            self.patterns[line.name],
        )
        return Measured(_first(found), _first(before), (), {"hits": found[:1]})


def _first(found: list[Hit]) -> str:
    return found[0].text if found else ""
