"""Rules on shares (占比): those of a chart left in the text, and those of the prose that make a whole."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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

__all__ = ["ChartAgrees", "ChartShares", "SharesWhole"]

_ITEMS = "disclosed_items"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartAgrees(Scoped):
    """A chart that was left in the text has the numbers that the prose gives for the same kinds.

    Names are the same without what matches ``filler``. Shares are compared with part and total of the prose
    and may be off by ``last`` in the last printed digit; counts only where at least ``names`` series are kinds
    of the prose, as a chart may count something else.
    """

    type: ClassVar[str] = "expect_chart_agrees"
    filler: str
    last: float
    names: int

    def check(self) -> None:
        Scoped.check(self)
        require_text_pattern(self.filler)
        if self.last <= 0 or self.names < 1:
            raise ValueError("last 要大于 0，names 不能小于 1")

    def lines(self) -> tuple[Line, ...]:
        return (Line("numbers"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if "text" not in columns or CLAIMS not in columns:
            return constant(NOT_APPLICABLE)
        chart = pl.col("text").str.contains(CHART).fill_null(value=False)
        codes = judged(["text", CLAIMS], self._code, chart)
        return self.coded(columns, absent=~chart | (codes == NOT_APPLICABLE), broken=codes == 1)

    def _code(self, row: Mapping[str, Any]) -> int:
        compared = list(self._compared(row))
        return int(any(wrong for _, wrong in compared)) if compared else NOT_APPLICABLE

    def _compared(self, row: Mapping[str, Any]) -> Iterator[tuple[Hit, bool]]:
        """Each number of a chart with what the prose makes of it, and whether they differ."""
        told = self._told(row)
        for line in compiled(CHART).finditer(row["text"] or ""):
            series = [(self._bare(name), number, at) for name, number, at in series_of(line)]
            known = [(told[name], number, at) for name, number, at in series if name in told]
            shares = _of_shares(line)
            if not shares and len(known) < self.names:
                continue
            for (part, whole), number, at in known:
                value, right = float(number.rstrip("%")), part * 100 / whole if shares else part
                slack = self.last * 10.0 ** -len(number.rstrip("%").partition(".")[2]) if shares else 0.0
                printed = f"{right:.1f}" if shares else plain(right)
                yield Hit("text", at, at + len(number), number, printed), abs(value - right) > slack + 1e-9

    def _bare(self, name: str) -> str:
        return compiled(self.filler).sub("", name)

    def _told(self, row: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
        """Kinds that the prose counts once, with their number and the total of their list."""
        claims = [c for c in row[CLAIMS] or () if c["measure"] == _ITEMS and c["exact"] and c["value"] is not None]
        totals = {c["group"]: c["value"] for c in claims if c["role"] == "total" and c["value"] > 0}
        found: dict[str, set[tuple[float, float]]] = {}
        for part in (c for c in claims if c["role"] == "part" and c["label"] and c["group"] in totals):
            found.setdefault(self._bare(part["label"]), set()).add((part["value"], totals[part["group"]]))
        return {name: next(iter(pairs)) for name, pairs in found.items() if len(name) > 1 and len(pairs) == 1}

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = [hit for hit, wrong in self._compared(row) if wrong]
        return Measured(listed(h.text for h in found), listed(h.expected for h in found), (), {"hits": found})


def _of_shares(line: re.Match[str]) -> bool:
    """Whether a chart is of shares: its first cell says so, or all its numbers have a percent sign."""
    title = line[0].split("\t")[0]
    return "占" in title or "比" in title or all(number.endswith("%") for _, number, _ in series_of(line))


def _shares(text: str) -> Iterator[list[Hit]]:
    """Numbers of each chart of shares: one whose first cell says so, or whose numbers have a percent sign."""
    for line in compiled(CHART).finditer(text or ""):
        if _of_shares(line):
            yield [Hit("text", at, at + len(number), number.rstrip("%")) for _, number, at in series_of(line)]


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


@dataclass(frozen=True, slots=True)
class _Shares:
    """Shares of one whole: where they stand, their numbers as printed, and their names in one string each."""

    start: int
    end: int
    numbers: tuple[str, ...]
    names: tuple[str, ...]

    def apart(self) -> float:
        """By how much the shares are above (or below, negative) what rounding or cutting off explains."""
        digits = [len(n.partition(".")[2]) for n in self.numbers]
        over = sum(map(float, self.numbers)) - 100
        up, down = (sum(most * 10.0**-d for d in digits) for most in (0.5, 1.0))
        return over - up if over > up else min(over + down, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesWhole(Scoped):
    """Shares of the prose that are evidently all of a whole are 100 % together.

    ``item`` finds one share (groups ``label`` and ``n``), ``together`` several after 分别占 (groups ``names``
    and ``list``); shares one after another in a sentence belong together as long as at most ``gap`` characters
    lie between. They are all where the last label matches ``closing``, or what stands before them matches
    ``opening``. Not judged where a label matches ``overlapping`` (one item in two channels) or the words
    ``approximate``. What rounding or cutting off the last digits explains is right, and ``tolerance`` more.
    """

    type: ClassVar[str] = "expect_shares_whole"
    item: str
    together: str
    closing: str
    opening: str
    overlapping: str
    approximate: str
    within: tuple[str, ...]
    gap: int = 6
    tolerance: float = 0.1

    def check(self) -> None:
        Scoped.check(self)
        require_parts(self.within)
        names = ("item", "together", "closing", "opening", "overlapping", "approximate")
        for pattern in (getattr(self, name) for name in names):
            require_text_pattern(pattern)
        for pattern, groups in ((self.item, {"label", "n"}), (self.together, {"names", "list"})):
            if not groups <= set(compiled(prepared(pattern)).groupindex):
                raise ValueError(f"pattern“{pattern}”里要有名为 {'、'.join(sorted(groups))} 的组")
        if not 0 <= self.tolerance < 1:
            raise ValueError("tolerance 要在 0 和 1 之间")

    def lines(self) -> tuple[Line, ...]:
        return (Line("whole"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        has = anywhere(self.within, columns, "%")
        return self.by_report(columns, self.within, self._code, has)

    def _code(self, row: Mapping[str, Any]) -> int:
        found = [shares for column in columns_of(self.within) for shares in self._wholes(row.get(column) or "")]
        return int(any(abs(s.apart()) > self.tolerance for s in found)) if found else NOT_APPLICABLE

    def _wholes(self, text: str) -> Iterator[_Shares]:
        """The shares of a text that are all of a whole."""
        for sentence in compiled(r"[^。\n]*%[^。\n]*").finditer(text):
            for shares in (*self._one_by_one(text, *sentence.span()), *self._at_once(text, *sentence.span())):
                words = "".join(shares.names) + text[shares.start : shares.end]
                doubt = any(compiled(prepared(p)).search(words) for p in (self.overlapping, self.approximate))
                before = text[sentence.start() : shares.start] + shares.names[0]
                closed = compiled(prepared(self.closing)).search(shares.names[-1])
                if not doubt and (closed or compiled(prepared(self.opening)).search(before)):
                    yield shares

    def _one_by_one(self, text: str, start: int, end: int) -> Iterator[_Shares]:
        """政策文件占45%，其他信息占55%."""
        run: list[re.Match[str]] = []
        for found in compiled(prepared(self.item)).finditer(text, start, end):
            if run and found.start() - run[-1].end() > self.gap:
                yield from _row(run)
                run = []
            run.append(found)
        yield from _row(run)

    def _at_once(self, text: str, start: int, end: int) -> Iterator[_Shares]:
        """政策文件、其他信息分别占45%、55%."""
        for found in compiled(prepared(self.together)).finditer(text, start, end):
            numbers = tuple(compiled(r"\d+(?:\.\d+)?(?=%)").findall(found["list"]))
            names = tuple(compiled("[、和与及]").split(found["names"]))
            if len(numbers) == len(names) > 1:
                yield _Shares(found.start(), found.end(), numbers, names)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = [
            (column, shares)
            for column in columns_of(self.within)
            for shares in self._wholes(row.get(column) or "")
            if abs(shares.apart()) > self.tolerance
        ]
        hits = [Hit(column, s.start, s.end, row[column][s.start : s.end]) for column, s in found]
        totals = [plain(sum(map(float, s.numbers))) for _, s in found]
        return Measured(listed(shown(h) for h in hits), listed(totals), (), {"hits": hits, "words": True})


def _row(run: list[re.Match[str]]) -> Iterator[_Shares]:
    if len(run) > 1:
        names, numbers = (tuple(m[group] for m in run) for group in ("label", "n"))
        yield _Shares(run[0].start(), run[-1].end(), numbers, names)
