"""Rules on words and numbers of the prose that should fit each other: what is weak, what is answered, charts."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import NOT_APPLICABLE, UNDETERMINED, Line, Measured, constant, plain, require
from gkaudit.gx.rules_said import CLAIMS
from gkaudit.gx.rules_text import (
    Hit,
    Scoped,
    anywhere,
    columns_of,
    compiled,
    judged,
    listed,
    prepared,
    require_parts,
    require_text_pattern,
    shown,
)
from gkaudit.gx.rules_text_cells import CHART, series_of

__all__ = ["ChartShares", "ProblemsAnswered", "WordsFitShares"]

_ITEMS = "disclosed_items"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsFitShares(Scoped):
    """What the prose says of a kind of information fits the number it gives for it.

    ``pattern`` has the group ``list``: kinds of information in one sentence. ``find``: ``none`` where one of
    them is stated with 0 items, ``most`` where one has at least the share ``share`` of the total. Labels and
    kinds are compared without what matches ``filler``; shorter than two characters they are not.
    """

    type: ClassVar[str] = "expect_words_fit_shares"
    pattern: str
    find: str
    filler: str
    within: tuple[str, ...]
    share: float = 0.5

    def check(self) -> None:
        Scoped.check(self)
        require_parts(self.within)
        for pattern in (self.pattern, self.filler):
            require_text_pattern(pattern)
        require("find ", [self.find], ("none", "most"))
        if "list" not in re.compile(prepared(self.pattern)).groupindex:
            raise ValueError("pattern 里要有一个名为 list 的组：(?P<list>…)")
        if not 0 < self.share <= 1:
            raise ValueError("share 要在 0 和 1 之间")

    def lines(self) -> tuple[Line, ...]:
        return (Line(self.find),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        known = [c for c in columns_of(self.within) if c in columns]
        if not known or CLAIMS not in columns:
            return constant(NOT_APPLICABLE)
        claim = pl.element().struct
        part = (claim.field("measure") == _ITEMS) & (claim.field("role") == "part")
        has = pl.col(CLAIMS).list.eval(part).list.any().fill_null(value=False)
        has = has & anywhere(self.within, columns, self.pattern)
        broken = judged([*known, CLAIMS], lambda row: int(next(self._wrong(row), None) is not None), has)
        return self.coded(columns, absent=~has, broken=broken == 1)

    def _labels(self, row: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Labels of the parts in question, bare, with what is said of their number."""
        listed_ = [c for c in row[CLAIMS] or () if c["measure"] == _ITEMS and c["value"] is not None]
        totals = {c["group"]: c["value"] for c in listed_ if c["role"] == "total"}
        filler = compiled(prepared(self.filler))
        found = []
        for part in (c for c in listed_ if c["role"] == "part" and c["label"]):
            bare, whole = filler.sub("", part["label"]), totals.get(part["group"])
            none = self.find == "none" and part["value"] == 0
            most = self.find == "most" and whole and part["value"] >= whole * self.share
            if (none or most) and len(bare) > 1:
                found.append((bare, f"{part['label']}{plain(part['value'])}/{plain(whole)}"))
        return found

    def _wrong(self, row: Mapping[str, Any]) -> Iterator[Hit]:
        labels = self._labels(row)
        for column in columns_of(self.within) if labels else ():
            for found in compiled(prepared(self.pattern)).finditer(row.get(column) or ""):
                said = next((said for bare, said in labels if bare in found["list"]), None)
                if said is not None:
                    yield Hit(column, *found.span(), found[0], said)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = list(self._wrong(row))
        return Measured(
            listed(shown(h) for h in found), listed(h.expected for h in found), (), {"hits": found, "words": True}
        )


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
class ProblemsAnswered(Scoped):
    """Problems and measures that section five enumerates are nearly as many.

    An enumeration is one of problems or of measures by what stands in the ``reach`` characters before it
    (``problems``, ``measures``: patterns; the last match decides). Judged where there is just one of each;
    broken where they differ by at least ``differ``.
    """

    type: ClassVar[str] = "expect_problems_answered"
    problems: str
    measures: str
    reach: int
    differ: int
    within: tuple[str, ...] = field(default=("problems",))

    def check(self) -> None:
        Scoped.check(self)
        require_parts(self.within)
        for pattern in (self.problems, self.measures):
            require_text_pattern(pattern)
        if self.reach < 1 or self.differ < 1:
            raise ValueError("reach、differ 不能小于 1")

    def lines(self) -> tuple[Line, ...]:
        return (Line("answered"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        known = [c for c in columns_of(self.within) if c in columns]
        if not known:
            return constant(NOT_APPLICABLE)
        has = anywhere(self.within, columns, self.problems) & anywhere(self.within, columns, self.measures)
        codes = judged(known, self._code, has)
        return self.coded(columns, absent=~has | (codes == NOT_APPLICABLE), broken=codes == 1)

    def _code(self, row: Mapping[str, Any]) -> int:
        found = self._found(row)
        return NOT_APPLICABLE if found is None else int(self._apart(*found[1:]))

    def _apart(self, problems: _Run, measures: _Run) -> bool:
        return abs(len(problems.points) - len(measures.points)) >= self.differ

    def _found(self, row: Mapping[str, Any]) -> tuple[str, _Run, _Run] | None:
        """The column and its two enumerations."""
        for column in columns_of(self.within):
            text = row.get(column) or ""
            kinds: dict[str, list[_Run]] = {"problems": [], "measures": []}
            before = 0
            for run in _runs(text):
                lead = text[max(before, run.start - self.reach) : run.start]
                last = {k: [m.end() for m in compiled(prepared(getattr(self, k))).finditer(lead)] for k in kinds}
                kind = max(kinds, key=lambda k: last[k][-1] if last[k] else -1)
                if last[kind]:
                    kinds[kind].append(run)
                before = run.points[-1][0]
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
class ChartShares(Scoped):
    """The shares of a chart that was left in the text are right.

    ``find``: ``sum`` where they do not add up to 100 within ``tolerance``; ``rounding`` where one is cut off
    at its last digit while another is rounded up, as shares of the total that the prose states. Not
    applicable where no chart was left in the text, undetermined where the prose states no total.
    """

    type: ClassVar[str] = "expect_chart_shares"
    find: str
    tolerance: float = 0.1

    def check(self) -> None:
        Scoped.check(self)
        require("find ", [self.find], ("sum", "rounding"))
        if not 0 <= self.tolerance < 1:
            raise ValueError("tolerance 要在 0 和 1 之间")

    def lines(self) -> tuple[Line, ...]:
        return (Line(self.find),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if "text" not in columns or CLAIMS not in columns:
            return constant(NOT_APPLICABLE)
        chart = pl.col("text").str.contains(CHART).fill_null(value=False)
        codes = judged(["text", CLAIMS], self._code, chart)
        absent = ~chart | (codes == NOT_APPLICABLE)
        return self.coded(columns, absent=absent, broken=codes == 1, open_=codes == UNDETERMINED)

    def _code(self, row: Mapping[str, Any]) -> int:
        shares = [found for found in _shares(row["text"]) if found]
        if not shares:
            return NOT_APPLICABLE
        if self.find == "rounding" and not _total(row):
            return UNDETERMINED
        return int(bool(self._wrong(row)))

    def _wrong(self, row: Mapping[str, Any]) -> list[Hit]:
        wrong: list[Hit] = []
        for chart in _shares(row["text"]):
            if self.find == "sum":
                total = sum(float(h.text) for h in chart)
                if chart and abs(total - 100) > self.tolerance + 1e-9:
                    wrong.append(Hit("text", chart[0].start, chart[-1].end, plain(total), "100"))
            else:
                wrong += _cut_off(chart, _total(row))
        return wrong

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = self._wrong(row)
        return Measured(listed(h.text for h in found), listed(h.expected for h in found), (), {"hits": found})


def _shares(text: str) -> Iterator[list[Hit]]:
    """Numbers of each chart of shares: one whose first cell says so, or whose numbers have a percent sign."""
    for line in compiled(CHART).finditer(text or ""):
        cells = series_of(line)
        title = line[0].split("\t")[0]
        if "占" in title or "比" in title or all(number.endswith("%") for _, number, _ in cells):
            yield [Hit("text", at, at + len(number), number.rstrip("%")) for _, number, at in cells]


def _total(row: Mapping[str, Any]) -> float:
    """The number of items disclosed, where the prose states one."""
    found = {
        c["value"]
        for c in row[CLAIMS] or ()
        if c["measure"] == _ITEMS and c["role"] == "total" and c["exact"] and c["value"]
    }
    return float(max(found, default=0))


def _cut_off(chart: list[Hit], total: float) -> list[Hit]:
    """Shares that are cut off where others are rounded up."""
    found, up = [], False
    for hit in chart if total else ():
        digits = len(hit.text.partition(".")[2])
        value = float(hit.text)
        exact = round(value * total / 100) * 100 / total
        right = f"{exact:.{digits}f}"
        if float(right) != value and 0 < exact - value < 10.0**-digits:
            found.append(Hit(hit.column, hit.start, hit.end, hit.text, right))
        up = up or exact < value == float(right)
    return found if up else []
