"""Rules on the problems (问题) and measures (措施) of section five: as many, and of the same things."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import NOT_APPLICABLE, Line, Measured, require_counts, require_some
from gkaudit.gx.rules_text import (
    Hit,
    Scoped,
    anywhere,
    columns_of,
    compiled,
    listed,
    prepared,
    require_parts,
    require_text_pattern,
    shown,
)

__all__ = ["ProblemsAnswered", "ProblemsEchoed"]

_STYLES = (
    (r"(?:^|[,。;:\n])(?P<n>[一二三四五六七八九十])是", "一二三四五六七八九十"),
    (r"(?:^|\n|[。;:])(?:-|\*)*(?P<n>\d{1,2})[.、](?!\d)", ""),
    (r"(?:^|\n|[。;:])[(（](?P<n>[一二三四五六七八九十])[)）]", "一二三四五六七八九十"),
    (r"(?:^|\n|[。;:])[(（](?P<n>\d{1,2})[)）]", ""),
    (r"(?:^|[,。;:\n])(?P<n>首先|其次|再次|此外|另外|最后|第[一二三四五六七八九十](?![条款项届次部季]))", "words"),
)
_FIRST_WORDS = ("首先", "第一")


@dataclass(frozen=True, slots=True)
class _Run:
    """Points in a row: where they begin, and the text of each."""

    start: int
    points: tuple[tuple[int, int], ...]


def _runs(text: str) -> list[_Run]:
    """Enumerations of a text, each beginning with its first number; none within another."""
    found: list[_Run] = []
    for pattern, numerals in _STYLES:
        marks = [(m.start("n"), m["n"]) for m in compiled(pattern).finditer(text)]
        begun: list[list[int]] = []
        for at, mark in marks:
            first = mark in _FIRST_WORDS if numerals == "words" else mark in ("一", "1")
            if first:
                begun.append([])
            if begun:
                begun[-1].append(at)
        ends = [*(starts[0] for starts in begun[1:]), len(text)]
        for starts, end in zip(begun, ends, strict=False):
            if len(starts) > 1:
                found.append(_Run(starts[0], tuple(pairwise([*starts, end]))))
    found.sort(key=lambda run: run.start)
    kept: list[_Run] = []
    for run in found:
        if not kept or run.start >= kept[-1].points[-1][1]:
            kept.append(run)
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class _Enumerated(Scoped):
    """What both rules share.

    An enumeration is one of problems or of measures by what stands in the ``reach`` characters before it
    (``problems``, ``measures``: patterns; the last match decides).
    """

    problems: str
    measures: str
    reach: int
    within: tuple[str, ...] = field(default=("problems",))

    def check(self) -> None:
        Scoped.check(self)
        require_parts(self.within)
        for pattern in (self.problems, self.measures):
            require_text_pattern(pattern)
        require_counts(reach=self.reach)

    def _enumerated(self, text: str) -> dict[str, list[_Run]]:
        """The enumerations of problems and of measures in a text."""
        kinds: dict[str, list[_Run]] = {"problems": [], "measures": []}
        before = 0
        for run in _runs(text):
            lead = text[max(before, run.start - self.reach) : run.start]
            last = {k: [m.end() for m in compiled(prepared(getattr(self, k))).finditer(lead)] for k in kinds}
            kind = max(kinds, key=lambda k: last[k][-1] if last[k] else -1)
            if last[kind]:
                kinds[kind].append(run)
            before = run.points[-1][0]
        return kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemsAnswered(_Enumerated):
    """Problems and measures that section five enumerates are nearly as many.

    Judged where there is just one enumeration of each; broken where they differ by at least ``differ``.
    """

    type: ClassVar[str] = "expect_problems_answered"
    differ: int

    def check(self) -> None:
        _Enumerated.check(self)
        require_counts(differ=self.differ)

    def lines(self) -> tuple[Line, ...]:
        return (Line("answered"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        has = anywhere(self.within, columns, self.problems) & anywhere(self.within, columns, self.measures)
        return self.by_report(columns, self.within, self._code, has)

    def _code(self, row: Mapping[str, Any]) -> int:
        found = self._found(row)
        return NOT_APPLICABLE if found is None else int(self._apart(*found[1:]))

    def _apart(self, problems: _Run, measures: _Run) -> bool:
        return abs(len(problems.points) - len(measures.points)) >= self.differ

    def _found(self, row: Mapping[str, Any]) -> tuple[str, _Run, _Run] | None:
        """The column and its two enumerations."""
        for column in columns_of(self.within):
            kinds = self._enumerated(row.get(column) or "")
            if all(len(runs) == 1 for runs in kinds.values()):
                return column, kinds["problems"][0], kinds["measures"][0]
        return None

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = self._found(row)
        if found is None:
            return Measured("", "")
        column, problems, measures = found
        start, end = problems.points[0]
        hit = Hit(column, start, end, row[column][start:end])
        return Measured(str(len(problems.points)), str(len(measures.points)), (), {"hits": [hit]})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemsEchoed(_Enumerated):
    """Each problem that section five enumerates is of something that its measures speak of too.

    ``topics`` and ``echoes`` map the same names to patterns: what a problem is about, and how measures speak
    of that. A problem is not echoed where it has a topic and none of its topics has an echo; a problem
    without a topic is not judged. Measures are what follows ``turn``, within a point or behind it, and all
    that stands outside the problems. Two characters in common are an echo as well, once what matches
    ``stock`` (words of every report) is taken out. Judged where there is one enumeration of problems, and a
    measure.
    """

    type: ClassVar[str] = "expect_problems_echoed"
    topics: Mapping[str, str]
    echoes: Mapping[str, str]
    turn: str
    stock: str

    def check(self) -> None:
        _Enumerated.check(self)
        require_some("topics", self.topics)
        if set(self.topics) != set(self.echoes):
            raise ValueError("topics 和 echoes 的名称要相同")
        for pattern in (self.turn, self.stock, *self.topics.values(), *self.echoes.values()):
            require_text_pattern(pattern)

    def lines(self) -> tuple[Line, ...]:
        return (Line("echoed"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        has = anywhere(self.within, columns, self.problems) & anywhere(self.within, columns, self.turn)
        return self.by_report(columns, self.within, self._code, has)

    def _code(self, row: Mapping[str, Any]) -> int:
        found = [hits for column in columns_of(self.within) if (hits := self._silent(row, column)) is not None]
        return int(any(found)) if found else NOT_APPLICABLE

    def _silent(self, row: Mapping[str, Any], column: str) -> list[Hit] | None:
        """Problems of a column without an echo; None where there is nothing to judge."""
        text = row.get(column) or ""
        runs = self._enumerated(text)["problems"]
        if len(runs) != 1:
            return None
        turn = compiled(prepared(self.turn))
        problems, at, rest = [], 0, []
        for start, end in runs[0].points:
            turned = turn.search(text, start, end)
            stop = turned.start() if turned else end
            problems.append((start, stop))
            rest.append(text[at:start])
            at = stop
        # What stands before the problems is no answer to them.
        answers = "\n".join((*rest[1:], text[at:]))
        if not turn.search(answers):
            return None
        words = self._pairs(answers)
        return [
            Hit(column, start, stop, text[start:stop])
            for start, stop in problems
            if (topics := list(self._topics(text[start:stop])))
            and not any(compiled(prepared(self.echoes[name])).search(answers) for name in topics)
            and words.isdisjoint(self._pairs(text[start:stop]))
        ]

    def _pairs(self, text: str) -> set[str]:
        """Each two Chinese characters that stand together, without the words of every report."""
        pieces = compiled("[^一-龥]+").split(compiled(prepared(self.stock)).sub("\n", text))
        return {piece[i : i + 2] for piece in pieces for i in range(len(piece) - 1)}

    def _topics(self, problem: str) -> Iterator[str]:
        """What a problem is about."""
        return (name for name, pattern in self.topics.items() if compiled(prepared(pattern)).search(problem))

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = [hit for column in columns_of(self.within) for hit in self._silent(row, column) or ()]
        return Measured(listed(shown(h) for h in found), "", (), {"hits": found, "words": True})
