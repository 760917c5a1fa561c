"""Rules about care in writing: words written twice, passages that stand twice."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import Line, Measured
from gkaudit.gx.rules_text import (
    GAP,
    Hit,
    Scoped,
    columns_of,
    compiled,
    either,
    listed,
    prepared,
    require_parts,
    require_text_pattern,
    shown,
)

__all__ = ["NoDoubledWords", "NoRepetition"]

#: A heading: short, numbered, at most one sentence.
_HEADING = re.compile(r"^(?:[(]?[一二三四五六七八九十\d]{1,3}[)、.][^\n。]{0,60}[。:]?|[^\n。;]{0,30}[:]?)$")


def _cut(text: str, exceptions: str) -> str:
    """The text with what is not judged replaced by gaps of the same length."""
    return compiled(exceptions).sub(lambda found: GAP * len(found[0]), text) if exceptions else text


@dataclass(frozen=True, slots=True, kw_only=True)
class NoDoubledWords(Scoped):
    """No word of two to ``longest`` characters stands twice in a row (会议会议).

    What matches one of ``exceptions`` (研究研究, 一个一个) is not judged.
    """

    type: ClassVar[str] = "expect_no_doubled_words"
    longest: int
    within: tuple[str, ...]
    exceptions: tuple[str, ...] = field(default=())

    def check(self) -> None:
        Scoped.check(self)
        require_parts(self.within)
        for pattern in self.exceptions:
            require_text_pattern(pattern)
        if not 2 <= self.longest <= 20:  # noqa: PLR2004 - a single character doubled is often a word
            raise ValueError("longest 要在 2 和 20 之间")

    def lines(self) -> tuple[Line, ...]:
        return (Line("doubled"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        return self.by_report(columns, self.within, lambda row: int(next(self._doubled(row), None) is not None))

    def _doubled(self, row: Mapping[str, Any]) -> Iterator[Hit]:
        pattern = compiled(rf"([\u4e00-\u9fff]{{2,{self.longest}}})\1")
        cut = prepared(either(self.exceptions))
        for column in columns_of(self.within):
            text = row.get(column) or ""
            if not pattern.search(text):
                continue
            for found in pattern.finditer(_cut(text, cut)):
                yield Hit(column, *found.span(), found[0], found[1])

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = list(self._doubled(row))
        observed, expected = listed(h.text for h in found), listed(h.expected for h in found)
        return Measured(observed, expected, (), {"hits": found, "words": True, "each": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRepetition(Scoped):
    """No passage of at least ``at_least`` characters stands in the parts twice.

    Headings are not judged, nor what matches one of ``exceptions`` (titles of laws, fixed sentences).
    """

    type: ClassVar[str] = "expect_no_repetition"
    at_least: int
    within: tuple[str, ...]
    exceptions: tuple[str, ...] = field(default=())

    def check(self) -> None:
        Scoped.check(self)
        require_parts(self.within)
        for pattern in self.exceptions:
            require_text_pattern(pattern)
        if self.at_least < 10:  # noqa: PLR2004 - shorter ones are the language
            raise ValueError("at_least 不能小于 10")

    def lines(self) -> tuple[Line, ...]:
        return (Line("repeated"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        return self.by_report(columns, self.within, lambda row: int(next(self._repeated(row), None) is not None))

    def _repeated(self, row: Mapping[str, Any]) -> Iterator[Hit]:
        """Later places of what stands in an earlier one, as long as the two agree."""
        size = self.at_least
        seen: dict[str, tuple[str, int]] = {}
        cut = prepared(either(self.exceptions))
        for column in columns_of(self.within):
            text = row.get(column) or ""
            for start, line in _lines(text):
                judged_line, at = _cut(line, cut), 0
                while at + size <= len(judged_line):
                    piece = judged_line[at : at + size]
                    first = seen.setdefault(piece, (judged_line, at))
                    other, there = first
                    if GAP in piece or (other is judged_line and at - there < size):
                        at += 1
                        continue
                    length = _agreement(other[there:], judged_line[at:])
                    yield Hit(column, start + at, start + at + length, line[at : at + length])
                    at += length

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = list(self._repeated(row))
        return Measured(listed((shown(h) for h in found), 1), "", (), {"hits": found, "words": True})


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Passages that are no headings, with their place."""
    at = 0
    for line in text.split("\n"):
        if not _HEADING.match(line):
            yield at, line
        at += len(line) + 1


def _agreement(one: str, other: str) -> int:
    """How many signs two texts share at their heads, gaps excluded."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b or a == GAP), min(len(one), len(other)))
