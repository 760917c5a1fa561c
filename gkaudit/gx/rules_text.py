"""Rules about the prose: what every text rule shares, patterns that must not occur, words that are wrong.

Patterns are searched in the plain text of the parts of a report (:data:`gkaudit.frames.TEXTS`: no white
space, half-width signs, a passage a line), by polars for all reports at once; only for a report that is
broken Python finds the places: the group ``at`` of a pattern, ``(?P<at>…)``, where it has one. A full-width
sign in a pattern means the half-width one. Two parts more can be searched, as they are: ``printed``, the
prose with its white space, and ``meta``, what the file says of itself.
"""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import and_, or_
from typing import Any, ClassVar

import polars as pl

from gkaudit.frames import TEXTS
from gkaudit.gx.rules_base import (
    BROKEN,
    HOLDS,
    NOT_APPLICABLE,
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
from gkaudit.masking import KINDS, safe_words

__all__ = ["PatternsAbsent", "WordsRight"]

#: Parts of a report by the names that suites use, and their columns in the wide frame.
PARTS = {name.removeprefix("text."): name for name in TEXTS} | {"printed": "text", "meta": "meta_text"}
SOURCES = ("all", "clean", "damaged")
#: What a look at the whole prose may find is not listed without end.
MOST_HITS = 200
#: Words longer than this are cut where they are listed.
LONG_WORDS = 40
GAP = "□"
_FULL_WIDTH = {code: re.escape(chr(code - 0xFEE0)) for code in range(0xFF01, 0xFF5F)} | {0x3000: ""}
#: Formats that are pictures: their text is recognised.
_PICTURES = ("png", "jpg", "tif", "bmp", "gif", "webp")


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a text column of the wide frame. ``expected``: what should stand there."""

    column: str
    start: int
    end: int
    text: str
    expected: str = ""


# --- patterns -----------------------------------------------------------------------------------


def columns_of(within: Iterable[str]) -> tuple[str, ...]:
    """Columns of the parts; ``all`` is every part of the prose."""
    listed = [column for part in within for column in (TEXTS if part == "all" else (PARTS[part],))]
    return tuple(dict.fromkeys(listed))


@cache
def prepared(pattern: str) -> str:
    """The pattern for the plain text: its full-width signs as half-width ones."""
    return pattern.translate(_FULL_WIDTH)


def pattern_for(column: str, pattern: str) -> str:
    """The pattern for a column."""
    return prepared(pattern) if column in TEXTS else pattern


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def either(patterns: Iterable[str]) -> str:
    """One pattern that matches where one of these does; empty for none."""
    return "|".join(f"(?:{p})" for p in patterns)


@cache
def require_text_pattern(pattern: str) -> None:
    """Raise ValueError where polars or Python does not take the pattern, or it matches nothing at all."""
    for form in (pattern, prepared(pattern)):
        require_pattern(form)
        try:
            found = re.compile(form).search("")
        except re.error as error:
            raise ValueError(f"pattern“{pattern}”不是正确的正则表达式（{error}）") from None
        if found is not None:
            raise ValueError(f"pattern“{pattern}”会匹配空文字")


def require_parts(within: Sequence[str]) -> None:
    require_some("within", within)
    require("部分 ", within, (*PARTS, "all"))


def searched(column: str, pattern: str, exceptions: str) -> pl.Expr:
    """The texts of a column in which the pattern may occur, exceptions cut out; null for all others."""
    wanted = pattern_for(column, pattern)
    text = pl.when(pl.col(column).str.contains(wanted)).then(pl.col(column))
    return text.str.replace_all(pattern_for(column, exceptions), GAP) if exceptions else text


def contains(column: str, pattern: str, exceptions: str = "") -> pl.Expr:
    """Whether the pattern occurs outside the exceptions; null where there is no text."""
    wanted = pattern_for(column, pattern)
    found = pl.col(column).str.contains(wanted)
    return found & searched(column, pattern, exceptions).str.contains(wanted) if exceptions else found


def anywhere(within: Iterable[str], columns: frozenset[str], pattern: str, exceptions: str = "") -> pl.Expr:
    """Whether the pattern occurs in one of the parts; never null."""
    known = [c for c in columns_of(within) if c in columns]
    return any_of(contains(c, pattern, exceptions) for c in known) if known else pl.lit(value=False)


def no_text(within: Iterable[str], columns: frozenset[str]) -> pl.Expr:
    """Whether none of the parts has any text."""
    known = [c for c in columns_of(within) if c in columns]
    return reduce(and_, [pl.col(c).is_null() for c in known]) if known else pl.lit(value=True)


# --- one report ---------------------------------------------------------------------------------


def _without(text: str, exceptions: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with each exception replaced by one sign, and where its pieces come from (new, old)."""
    if not exceptions:
        return text, [(0, 0)]
    made, pieces, at = "", [(0, 0)], 0
    for found in compiled(exceptions).finditer(text):
        made += text[at : found.start()] + GAP
        at = found.end()
        pieces.append((len(made), at))
    return made + text[at:], pieces


def spans(column: str, text: str | None, pattern: str, exceptions: str = "") -> Iterator[tuple[int, int]]:
    """Where the pattern occurs outside the exceptions: its group ``at`` where it has one, else all of it."""
    if not text:
        return
    cut, pieces = _without(text, pattern_for(column, exceptions))
    wanted = compiled(pattern_for(column, pattern))
    group: str | int = "at" if "at" in wanted.groupindex else 0
    for found in wanted.finditer(cut):
        first, last = found.span(group) if found[group] else found.span()
        while first < last - 1 and cut[first] == "\n":
            first += 1
        start, end = (next(old + at - new for new, old in reversed(pieces) if new <= at) for at in (first, last))
        yield start, end


def hits(row: Mapping[str, Any], within: Iterable[str], pattern: str, exceptions: str = "") -> list[Hit]:
    """Where the pattern occurs in the parts of one report, in the order of the parts."""
    found = (
        Hit(column, start, end, row[column][start:end])
        for column in columns_of(within)
        for start, end in spans(column, row.get(column), pattern, exceptions)
    )
    return [hit for hit, _ in zip(found, range(MOST_HITS), strict=False)]


def shown(hit: Hit, mask: str = "") -> str:
    """The words of a hit as they may be shown."""
    words = safe_words(hit.text, mask)
    return words if len(words) <= LONG_WORDS else f"{words[:LONG_WORDS]}…"


def first_line(row: Mapping[str, Any], within: Iterable[str]) -> list[Hit]:
    """The first passage of the parts: where an auditor looks for what is missing."""
    for column in columns_of(within):
        text = row.get(column)
        if text and text.strip():
            line = next(part for part in text.split("\n") if part.strip())
            start = text.index(line)
            return [Hit(column, start, start + len(line), line)]
    return []


def listed(texts: Iterable[str], most: int = 3) -> str:
    """Texts as a list, each once."""
    once = list(dict.fromkeys(texts))
    return "、".join(once[:most]) + ("等" if len(once) > most else "")


# --- rules --------------------------------------------------------------------------------------


def judged(columns: Sequence[str], judge: Callable[[Mapping[str, Any]], int], only: pl.Expr | None = None) -> pl.Expr:
    """Codes that Python gives, report by report; reports outside ``only`` hold without a look."""
    names = list(columns)

    def judge_all(data: pl.Series) -> pl.Series:
        frame = data.struct.unnest()
        asked = frame.get_column("~only").arg_true()
        rows = frame.drop("~only")[asked].iter_rows(named=True)
        codes = pl.Series([judge(row) for row in rows], dtype=pl.Int8)
        return pl.repeat(HOLDS, frame.height, dtype=pl.Int8, eager=True).scatter(asked, codes)

    flag = pl.lit(value=True) if only is None else only.fill_null(value=False)
    return pl.struct(*names, flag.alias("~only")).map_batches(judge_all, return_dtype=pl.Int8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoped(Rule):
    """Which reports a text rule is about.

    ``levels``: only bodies of these levels (all where empty). ``first_year``, ``last_year``: only reports
    of these years. ``sources``: ``clean`` only reports whose tables show no damage, ``damaged`` only the
    others, whose text may have been damaged by recognition as well. ``not_formats``: no sources of these
    formats (``md``: Markdown is no leftover in a Markdown file).
    """

    alone: ClassVar[bool] = True
    levels: tuple[str, ...] = ()
    first_year: int | None = None
    last_year: int | None = None
    sources: str = "all"
    not_formats: tuple[str, ...] = ()

    def check(self) -> None:
        require("级别 ", self.levels, LEVELS)
        require("sources ", [self.sources], SOURCES)
        if self.first_year is not None and self.last_year is not None and self.last_year < self.first_year:
            raise ValueError("last_year 早于 first_year")

    def outside(self, columns: frozenset[str]) -> pl.Expr:
        """Be true where the rule says nothing about a report; never null."""
        flags = [pl.repeat(value=False, n=pl.len(), dtype=pl.Boolean)]
        if self.levels:
            level = pl.col("level") if "level" in columns else pl.lit(None, dtype=pl.String)
            flags.append(~level.is_in(list(self.levels)).fill_null(value=False))
        if self.first_year is not None and "year" in columns:
            flags.append((pl.col("year") < self.first_year).fill_null(value=False))
        if self.last_year is not None and "year" in columns:
            flags.append((pl.col("year") > self.last_year).fill_null(value=False))
        if self.sources != "all":
            flags.append(lossy(columns) == (self.sources == "clean"))
        if self.not_formats and "format" in columns:
            flags.append(pl.col("format").is_in(list(self.not_formats)).fill_null(value=False))
        return reduce(or_, flags)

    def unsure(self, columns: frozenset[str]) -> pl.Expr:
        """Be true where the year decides and nobody knows it; never null."""
        if self.first_year is None and self.last_year is None:
            return pl.lit(value=False)
        return pl.col("year").is_null() if "year" in columns else pl.lit(value=True)

    def coded(
        self, columns: frozenset[str], *, absent: pl.Expr, broken: pl.Expr, open_: pl.Expr | None = None
    ) -> pl.Expr:
        """Codes within the scope; what would be broken in an unknown year is undetermined."""
        unsure = self.unsure(columns)
        doubt = broken & unsure if open_ is None else (broken & unsure) | open_
        return coded(absent=absent | self.outside(columns), broken=broken & ~unsure, open_=doubt)

    def by_report(
        self,
        columns: frozenset[str],
        within: Sequence[str],
        judge: Callable[[Mapping[str, Any]], int],
        has: pl.Expr | None = None,
    ) -> pl.Expr:
        """Codes of a line that Python judges on the parts ``within``, report by report.

        Not applicable without text there; where ``has`` is given, without that and where ``judge`` says so.
        """
        known = [c for c in columns_of(within) if c in columns]
        if not known:
            return constant(NOT_APPLICABLE)
        codes = judged(known, judge, has)
        absent = no_text(within, columns) if has is None else ~has | (codes == NOT_APPLICABLE)
        return self.coded(columns, absent=absent, broken=codes == BROKEN)


def lossy(columns: frozenset[str]) -> pl.Expr:
    """Whether the source shows damage or is a picture; never null."""
    flags = [pl.col(c) for c in sorted(columns) if c.startswith("damaged.")]
    if "format" in columns:
        flags.append(pl.col("format").is_in(list(_PICTURES)))
    return any_of(flags) if flags else pl.lit(value=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternsAbsent(Scoped):
    """None of the patterns occurs in the parts ``within``.

    ``patterns``: names and regular expressions; each is judged by itself. What matches one of
    ``exceptions`` is cut out first. ``only_with``: judged only where this occurs anywhere in the prose;
    ``unless``: nothing is wrong where this occurs in the same parts. Broken where there are at least
    ``at_least`` places and fewer than ``fewer_than`` (0: no limit). ``each``: different words are findings
    of their own. ``mask``: how the words are covered when shown.
    """

    type: ClassVar[str] = "expect_patterns_absent"
    patterns: Mapping[str, str]
    within: tuple[str, ...]
    exceptions: tuple[str, ...] = ()
    only_with: str = ""
    unless: str = ""
    at_least: int = 1
    fewer_than: int = 0
    each: bool = False
    mask: str = ""

    def check(self) -> None:
        Scoped.check(self)
        require_some("patterns", self.patterns)
        require_parts(self.within)
        for pattern in (*self.patterns.values(), *self.exceptions, *filter(None, (self.only_with, self.unless))):
            require_text_pattern(pattern)
        if self.at_least < 1 or 0 < self.fewer_than <= self.at_least:
            raise ValueError("at_least 不能小于 1，fewer_than 要大于 at_least")
        require("mask ", [self.mask] if self.mask else [], KINDS)

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(name) for name in self.patterns)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        known = [c for c in columns_of(self.within) if c in columns]
        if not known:
            return constant(NOT_APPLICABLE)
        pattern, exceptions = self.patterns[line.name], either(self.exceptions)
        if self.at_least == 1 and not self.fewer_than:
            broken = any_of(contains(c, pattern, exceptions) for c in known)
        else:
            counts = [
                searched(c, pattern, exceptions).str.count_matches(pattern_for(c, pattern)).fill_null(0) for c in known
            ]
            count = pl.sum_horizontal(counts)
            broken = count >= self.at_least
            broken = broken & (count < self.fewer_than) if self.fewer_than else broken
        absent = no_text(self.within, columns)
        if self.only_with:
            absent = absent | ~anywhere(["all"], columns, self.only_with)
        if self.unless:
            broken = broken & ~anywhere(self.within, columns, self.unless)
        return self.coded(columns, absent=absent, broken=broken)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        found = hits(row, self.within, self.patterns[line.name], either(self.exceptions))
        words = listed(shown(hit, self.mask) for hit in found)
        return Measured(words, "", (), {"hits": found, "words": True, "each": self.each, "mask": self.mask})


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsRight(Scoped):
    """No word of a list of wrong ones occurs; ``words`` maps what is wrong (a pattern) to what is right.

    Every different word is a finding of its own. What matches one of ``exceptions`` is cut out first.
    """

    type: ClassVar[str] = "expect_words_right"
    words: Mapping[str, str]
    within: tuple[str, ...]
    exceptions: tuple[str, ...] = field(default=())

    def check(self) -> None:
        Scoped.check(self)
        require_some("words", self.words)
        require_parts(self.within)
        for pattern in (*self.words, *self.exceptions):
            require_text_pattern(pattern)

    def lines(self) -> tuple[Line, ...]:
        return (Line("words"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        absent = no_text(self.within, columns)
        broken = anywhere(self.within, columns, either(self.words), either(self.exceptions))
        return self.coded(columns, absent=absent, broken=broken)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = [
            Hit(hit.column, hit.start, hit.end, hit.text, right)
            for wrong, right in self.words.items()
            for hit in hits(row, self.within, wrong, either(self.exceptions))
        ]
        found.sort(key=lambda hit: (TEXTS.index(hit.column) if hit.column in TEXTS else -1, hit.start))
        words = listed(shown(hit) for hit in found)
        return Measured(words, listed(hit.expected for hit in found), (), {"hits": found, "words": True, "each": True})
