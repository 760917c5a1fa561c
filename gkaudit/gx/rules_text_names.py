"""Rules about names and years in the prose: whose report it is, of which year, and what laws are called."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

import polars as pl
from rapidfuzz import fuzz

from gkaudit.gx.rules_base import NOT_APPLICABLE, Line, Measured, constant, require_some
from gkaudit.gx.rules_text import (
    GAP,
    Hit,
    Scoped,
    anywhere,
    columns_of,
    compiled,
    either,
    judged,
    listed,
    no_text,
    prepared,
    require_parts,
    require_text_pattern,
    spans,
)
from gkaudit.identity import short_name, split_name

__all__ = ["OwnName", "QuotedNames", "YearsCurrent"]

_SENTENCE_END = re.compile(r"[。;\n]")
#: Titles as they stand in the plain text.
_HALF_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_TOWN = re.compile(r"(?:镇|乡|街道|苏木)$")


def _require_group(pattern: str, name: str, argument: str) -> None:
    if name not in re.compile(prepared(pattern)).groupindex:
        raise ValueError(f"{argument} 里要有一个名为 {name} 的组：(?P<{name}>…)")


def _captured(column: str, text: str, pattern: str, group: str, exceptions: str) -> Iterator[tuple[Hit, str]]:
    """What a group of the pattern holds, outside the exceptions, and the sentence from there on."""
    wanted = compiled(prepared(pattern))
    cut = compiled(prepared(exceptions)).sub(lambda m: GAP * len(m[0]), text) if exceptions else text
    for found in wanted.finditer(cut):
        if found[group]:
            start, stop = found.start(group), _SENTENCE_END.search(cut, found.end(group))
            close = stop.start() if stop else len(text)
            yield Hit(column, start, found.end(group), found[group]), text[start:close]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearsCurrent(Scoped):
    """Where a sentence tells its time by a year, it is the year that is reported on.

    ``lead`` finds it; its group ``y`` is the year. The year before is right in a sentence with
    ``comparisons`` or ``history``, an earlier one with ``history``, the year after with ``plans`` or as a
    full date. What matches one of ``exceptions`` (titles, numbers of documents) is cut out first.
    """

    type: ClassVar[str] = "expect_years_current"
    lead: str
    within: tuple[str, ...]
    history: str
    comparisons: str
    plans: str
    exceptions: tuple[str, ...] = field(default=())

    def check(self) -> None:
        Scoped.check(self)
        require_parts(self.within)
        for pattern in (self.lead, self.history, self.comparisons, self.plans, *self.exceptions):
            require_text_pattern(pattern)
        _require_group(self.lead, "y", "lead")

    def lines(self) -> tuple[Line, ...]:
        return (Line("years"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        known = [c for c in columns_of(self.within) if c in columns]
        if not known or "year" not in columns:
            return constant(NOT_APPLICABLE)
        has = anywhere(self.within, columns, self.lead, either(self.exceptions))
        broken = judged([*known, "year"], lambda row: int(bool(self._stale(row))), has & pl.col("year").is_not_null())
        open_ = has & pl.col("year").is_null()
        return self.coded(columns, absent=no_text(self.within, columns), broken=broken == 1, open_=open_)

    def _stale(self, row: Mapping[str, Any]) -> list[Hit]:
        year, cut = row["year"], either(self.exceptions)
        return [
            Hit(column, hit.start, hit.end, hit.text, str(year))
            for column in columns_of(self.within)
            for hit, sentence in _captured(column, row.get(column) or "", self.lead, "y", cut)
            if not self._right(int(hit.text) - year, sentence)
        ]

    def _right(self, off: int, sentence: str) -> bool:
        if off == 0:
            return True
        wanted = (self.history, self.comparisons) if off == -1 else (self.history,)
        if off == 1:
            wanted = (self.plans, r"^\d{4}年\d{1,2}月\d{1,2}日")
        return off <= 1 and any(compiled(prepared(p)).search(sentence) for p in wanted)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = self._stale(row) if row.get("year") is not None else []
        return Measured(
            listed(f"{h.text}年" for h in found),
            str(row.get("year") or ""),
            (),
            {"hits": found, "words": True, "each": True},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnName(Scoped):
    """A town that speaks of itself uses its own name.

    ``claims`` maps names to patterns whose group ``name`` is what the text calls the body (a town, township
    or sub-district). It is another one where the short name of the body is not in it; words with
    ``general`` (各乡镇, 集镇) are no names. Only bodies whose own short name is that of a town are judged.
    """

    type: ClassVar[str] = "expect_own_name"
    claims: Mapping[str, str]
    general: str
    within: tuple[str, ...]

    def check(self) -> None:
        Scoped.check(self)
        require_some("claims", self.claims)
        require_parts(self.within)
        for pattern in (self.general, *self.claims.values()):
            require_text_pattern(pattern)
        for pattern in self.claims.values():
            _require_group(pattern, "name", "claims")

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(name) for name in self.claims)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        known = [c for c in columns_of(self.within) if c in columns]
        if not known or "organ" not in columns:
            return constant(NOT_APPLICABLE)
        has = anywhere(self.within, columns, self.claims[line.name])
        town = pl.col("organ").str.contains(r"(?:镇|乡|街道|苏木)(?:人民政府|政府|办事处)?$").fill_null(value=False)
        broken = judged([*known, "organ"], lambda row: int(bool(self._others(line, row))), has & town)
        return self.coded(columns, absent=~town | no_text(self.within, columns), broken=broken == 1)

    def _others(self, line: Line, row: Mapping[str, Any]) -> list[Hit]:
        # Regions also go in front of a name that is none (青石街道人民政府): it is the same place.
        own = re.sub(r"(?:人民政府|办事处|政府)$", "", split_name(short_name(row["organ"]))[1])
        own = own if _TOWN.search(own) else ""
        found = (
            hit
            for column in columns_of(self.within)
            for hit, _ in _captured(column, row.get(column) or "", self.claims[line.name], "name", "")
        )
        general = compiled(prepared(self.general))
        return [h for h in found if own and _TOWN.search(h.text) and own not in h.text and not general.search(h.text)]

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        found = self._others(line, row)
        return Measured(
            listed(h.text for h in found), str(row.get("organ")), (), {"hits": found, "words": True, "each": True}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedNames(Scoped):
    """A title in 《》 that is nearly one of the known ones is that one.

    ``names`` maps full titles to a pattern of the other forms that are accepted; nearly means that at least
    the share ``similar`` of the characters are the same (Indel similarity).
    """

    type: ClassVar[str] = "expect_quoted_names"
    names: Mapping[str, str]
    similar: float
    within: tuple[str, ...]

    def check(self) -> None:
        Scoped.check(self)
        require_some("names", self.names)
        require_parts(self.within)
        for pattern in self.names.values():
            require_text_pattern(pattern)
        if not 0.5 <= self.similar < 1:  # noqa: PLR2004 - below a half everything is similar
            raise ValueError("similar 要在 0.5 和 1 之间")

    def lines(self) -> tuple[Line, ...]:
        return (Line("names"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        has = anywhere(self.within, columns, "《")
        return self.by_report(columns, self.within, lambda row: int(bool(self._wrong(row))), has)

    def _wrong(self, row: Mapping[str, Any]) -> list[Hit]:
        found = []
        for column in columns_of(self.within):
            text = row.get(column) or ""
            for start, end in spans(column, text, "《[^》《\n]{4,60}》"):
                if right := self._meant(text[start + 1 : end - 1]):
                    found.append(Hit(column, start, end, text[start:end], f"《{right}》"))
        return found

    def _meant(self, name: str) -> str:
        """The known title that the name is nearly; empty where it is right or another one."""
        return _meant(name, tuple(self.names.items()), self.similar)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = self._wrong(row)
        return Measured(
            listed(h.text for h in found), listed(h.expected for h in found), (), {"hits": found, "each": True}
        )


@lru_cache(maxsize=4096)
def _meant(name: str, names: tuple[tuple[str, str], ...], similar: float) -> str:
    known = {full.translate(_HALF_WIDTH): full for full, _ in names}
    if name in known or any(compiled(prepared(accepted)).fullmatch(name) for _, accepted in names):
        return ""
    alike, best = max((fuzz.ratio(name, full), full) for full in known)
    return known[best] if alike >= similar * 100 else ""
