"""Rules about what the prose must speak of: topics, length, and one name for one thing."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Any, ClassVar

import polars as pl

from gkaudit.form import TABLES, sections
from gkaudit.gx.rules_base import (
    NOT_APPLICABLE,
    Line,
    Measured,
    any_of,
    constant,
    in_states,
    on_frame,
    require,
    require_counts,
    require_some,
    require_states,
    require_tables,
    rows_of,
)
from gkaudit.gx.rules_text import (
    PARTS,
    Scoped,
    anywhere,
    columns_of,
    either,
    first_line,
    hits,
    listed,
    no_text,
    require_parts,
    require_text_pattern,
    shown,
)

__all__ = ["NoStatementWithStates", "OneWording", "SectionsSubstantial", "TopicsPresent"]

_HEADINGS = tuple(s.key for s in sections())


def _headings(within: tuple[str, ...], columns: frozenset[str]) -> list[pl.Expr]:
    """Columns of the headings that the parts have."""
    parts = [part for part in within if part in _HEADINGS]
    return [pl.col(f"section.{part}") for part in parts if f"section.{part}" in columns]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsPresent(Scoped):
    """The parts ``within`` speak of each topic; ``topics`` maps names to patterns.

    With ``substance`` a mere heading is not enough: so many characters stand beside the pattern in its
    sentence, or in the passage below. What matches one of ``exceptions`` is cut out first. Broken where
    at least ``missing_at_least`` topics and fewer than ``missing_fewer_than`` (0: no limit) are missing.
    Not applicable where the heading of none of the parts was found (the parts rule says so), where
    ``only_with`` does not occur anywhere in the prose or ``unless`` does; undetermined where fewer than
    ``sections_at_least`` sections were found. ``near``: where an auditor would look for it, for the quote.
    """

    type: ClassVar[str] = "expect_topics_present"
    topics: Mapping[str, str]
    within: tuple[str, ...]
    substance: int = 0
    exceptions: tuple[str, ...] = ()
    missing_at_least: int = 1
    missing_fewer_than: int = 0
    only_with: str = ""
    unless: str = ""
    sections_at_least: int = 0
    near: str = ""

    def check(self) -> None:
        Scoped.check(self)
        require_some("topics", self.topics)
        require_parts(self.within)
        for pattern in (
            *self.topics.values(),
            *self.exceptions,
            *filter(None, (self.only_with, self.unless, self.near)),
        ):
            require_text_pattern(pattern)
        if not 1 <= self.missing_at_least <= len(self.topics):
            raise ValueError(f"missing_at_least 要在 1 和 {len(self.topics)} 之间")
        if 0 < self.missing_fewer_than <= self.missing_at_least:
            raise ValueError("missing_fewer_than 要大于 missing_at_least")
        if self.substance < 0:
            raise ValueError("substance 不能小于 0")

    def lines(self) -> tuple[Line, ...]:
        return (Line("topics"),)

    def _pattern(self, topic: str) -> str:
        """The pattern of a topic with its sentence of substance."""
        words, size = f"(?:{self.topics[topic]})", self.substance
        if not size:
            return words
        return rf"[^\n。]{{{size},}}{words}|{words}[^\n]{{{size},}}|{words}[^\n]{{0,15}}\n[^\n]{{{size},}}"

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if not any(c in columns for c in columns_of(self.within)):
            return constant(NOT_APPLICABLE)
        cut = either(self.exceptions)
        gone = [~anywhere(self.within, columns, self._pattern(topic), cut) for topic in self.topics]
        missing = pl.sum_horizontal([flag.cast(pl.Int32) for flag in gone])
        broken = missing >= self.missing_at_least
        if self.missing_fewer_than:
            broken = broken & (missing < self.missing_fewer_than)
        headings = _headings(self.within, columns)
        whole = len(headings) < len(self.within)
        absent = no_text(self.within, columns)
        if headings and not whole:
            # A heading without any text under it has none of the topics.
            absent = reduce(and_, [heading.is_null() for heading in headings])
        if self.only_with:
            absent = absent | ~anywhere(["all"], columns, self.only_with)
        if self.unless:
            absent = absent | anywhere(["all"], columns, self.unless)
        scarce = pl.lit(value=False)
        if self.sections_at_least and "sections_found" in columns:
            scarce = pl.col("sections_found").fill_null(0) < self.sections_at_least
        return self.coded(columns, absent=absent, broken=broken & ~scarce, open_=broken & scarce)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        cut = either(self.exceptions)
        missing = [t for t in self.topics if not hits(row, self.within, self._pattern(t), cut)]
        beside = hits(row, self.within, self.near) if self.near else []
        section = next((part for part in self.within if part in _HEADINGS), "")
        # What is missing in one section is looked for there; what is missing everywhere has no place.
        places = beside or (first_line(row, self.within) if section else [])
        details = {"hits": places[:1], "missing": missing, "section": section}
        return Measured("", listed(missing, len(missing)), (), details)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionsSubstantial(Scoped):
    """Each of the sections, where its heading was found, has at least so many characters of text.

    ``only_with``: judged only where this occurs in the section.
    """

    type: ClassVar[str] = "expect_sections_substantial"
    sections: tuple[str, ...]
    at_least: int
    only_with: str = ""

    def check(self) -> None:
        Scoped.check(self)
        require_some("sections", self.sections)
        require("部分 ", self.sections, _HEADINGS)
        if self.only_with:
            require_text_pattern(self.only_with)
        require_counts(at_least=self.at_least)

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(f"section.{name}") for name in self.sections)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        text = PARTS[line.name.removeprefix("section.")]
        if not {line.name, text} <= columns:
            return constant(NOT_APPLICABLE)
        size = pl.col(text).str.replace_all("\n", "").str.len_chars().fill_null(0)
        absent = pl.col(line.name).is_null()
        if self.only_with:
            absent = absent | ~anywhere([line.name.removeprefix("section.")], columns, self.only_with)
        return self.coded(columns, absent=absent, broken=size < self.at_least)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        part = line.name.removeprefix("section.")
        size = len((row.get(PARTS[part]) or "").replace("\n", ""))
        return Measured(str(size), f"≥{self.at_least}", (), {"hits": first_line(row, [part]), "section": part})


@dataclass(frozen=True, slots=True, kw_only=True)
class OneWording(Scoped):
    """Of several wordings for one thing a report uses one; ``wordings`` maps names to patterns."""

    type: ClassVar[str] = "expect_one_wording"
    wordings: Mapping[str, str]
    within: tuple[str, ...]
    exceptions: tuple[str, ...] = field(default=())

    def check(self) -> None:
        Scoped.check(self)
        if len(self.wordings) < 2:  # noqa: PLR2004 - one wording is always one
            raise ValueError("wordings 至少要有两种写法")
        require_parts(self.within)
        for pattern in (*self.wordings.values(), *self.exceptions):
            require_text_pattern(pattern)

    def lines(self) -> tuple[Line, ...]:
        return (Line("wordings"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        cut = either(self.exceptions)
        used = [anywhere(self.within, columns, pattern, cut).cast(pl.Int32) for pattern in self.wordings.values()]
        return self.coded(columns, absent=no_text(self.within, columns), broken=pl.sum_horizontal(used) > 1)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        cut = either(self.exceptions)
        found = {name: hits(row, self.within, p, cut) for name, p in self.wordings.items()}
        used = {name: places for name, places in found.items() if places}
        words = listed((shown(places[0]) for places in used.values()), len(used))
        # The odd one out is the one to look at.
        rarest = min(reversed(used.values()), key=len, default=[])
        return Measured(words, "", (), {"hits": rarest[:1]})


@dataclass(frozen=True, slots=True, kw_only=True)
class NoStatementWithStates(Scoped):
    """Where the prose says ``pattern``, no cell of the tables is in one of the states."""

    type: ClassVar[str] = "expect_no_statement_with_states"
    pattern: str
    within: tuple[str, ...]
    tables: tuple[str, ...]
    states: tuple[str, ...]

    def check(self) -> None:
        Scoped.check(self)
        require_text_pattern(self.pattern)
        require_parts(self.within)
        require_tables(self.tables)
        require_states(self.states)

    def lines(self) -> tuple[Line, ...]:
        return (Line("statement"),)

    def _keys(self) -> tuple[str, ...]:
        return tuple(
            key for table in TABLES if table in self.tables for keys in rows_of(table).values() for key in keys
        )

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        said = anywhere(self.within, columns, self.pattern)
        keys = on_frame(self._keys(), columns)
        wrong = any_of(in_states(key, self.states) for key in keys) if keys else pl.lit(value=False)
        return self.coded(columns, absent=~said, broken=wrong)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = [key for key in self._keys() if row.get(f"{key}|state") in self.states]
        said = hits(row, self.within, self.pattern)[:1]
        return Measured(listed(hit.text for hit in said), "", (), {"hits": said, "count": len(found)})
