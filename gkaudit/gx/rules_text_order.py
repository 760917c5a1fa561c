"""Rules about order in the prose: numbered headings, and what the report says of its own parts."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import polars as pl

from gkaudit.chars import chinese_number
from gkaudit.form import sections
from gkaudit.frames import TEXTS
from gkaudit.gx.rules_base import NOT_APPLICABLE, Line, Measured, constant, require_some
from gkaudit.gx.rules_text import (
    Hit,
    Scoped,
    anywhere,
    columns_of,
    compiled,
    judged,
    listed,
    no_text,
    prepared,
    require_parts,
    require_text_pattern,
)

__all__ = ["HeadingsNumbered", "NumberingInOrder", "PartsCounted"]

_SECOND = re.compile(r"^\(([一二三四五六七八九十]{1,3})\)", re.MULTILINE)
#: A line that is nothing but a numeral without its brackets and a short title.
_BARE = re.compile(r"^([二三四五六七八九十])([^一二三四五六七八九十、.)是:\d\n。;,][^\n。;]{1,20})$", re.MULTILINE)
_NUMBERED = re.compile(r"^\(?[一二三四五六七八九十]{1,3}", re.MULTILINE).pattern
_ARABIC = "零一二三四五六七八九"


def _chinese(number: int) -> str:
    """1 to 99 as headings have it."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _ARABIC[tens]) + ("十" if tens else "") + (_ARABIC[ones] if ones else "")  # noqa: PLR2004


def number_of(text: str) -> int | None:
    """A count in Arabic or Chinese numerals."""
    return int(text) if text.isdecimal() else chinese_number(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberingInOrder(Scoped):
    """The headings （一）, （二） … at the head of a passage follow each other in each part.

    A number may be the next one or （一） again (a new list); the first is （一）. Other numerals are not
    judged, as lists and lost lines make them jump. Line ``style``: after （一） no heading of the same rank
    goes on with a bare numeral (``二 依申请公开情况``), which is the style of the sections.
    """

    type: ClassVar[str] = "expect_numbering_in_order"
    within: tuple[str, ...]

    def check(self) -> None:
        Scoped.check(self)
        require_parts(self.within)

    def lines(self) -> tuple[Line, ...]:
        return Line("order"), Line("style")

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        known = [c for c in columns_of(self.within) if c in columns]
        if not known:
            return constant(NOT_APPLICABLE)
        has = anywhere(self.within, columns, rf"(?m){_NUMBERED}")
        extra = ["text"] if "text" in columns else []
        broken = judged([*known, *extra], lambda row: int(next(self._wrong(line, row), None) is not None), has)
        return self.coded(columns, absent=no_text(self.within, columns) | ~has, broken=broken == 1)

    def _wrong(self, line: Line, row: Mapping[str, Any]) -> Iterator[Hit]:
        find = _out_of_order if line.name == "order" else _without_brackets
        for column in columns_of(self.within):
            yield from find(column, row.get(column) or "", row.get("text") or "")

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        found = list(self._wrong(line, row))
        observed, expected = listed(h.text for h in found), listed(h.expected for h in found)
        return Measured(observed, expected, (), {"hits": found, "words": True})


def _out_of_order(column: str, text: str, _printed: str) -> Iterator[Hit]:
    last = 0
    for found in _SECOND.finditer(text):
        number = chinese_number(found[1]) or 0
        if number not in {1, last + 1}:
            yield Hit(column, *found.span(), found[0], f"（{_chinese(last + 1)}）")
        last = number


def _without_brackets(column: str, text: str, printed: str) -> Iterator[Hit]:
    """Bare numerals that go on where a number in brackets is due."""
    marks = [(m.start(), chinese_number(m[1]) or 0, None) for m in _SECOND.finditer(text)]
    bare = [(m.start(), chinese_number(m[1]) or 0, m) for m in _BARE.finditer(text)]
    last = 0
    for _, number, found in sorted([*marks, *bare], key=lambda mark: mark[0]):
        if found is None:
            last = number
        elif (
            last
            and number == last + 1
            and re.search(rf"^\W*{found[1]}[ \t\u3000\xa0]+{re.escape(found[2][0])}", printed, re.MULTILINE)
        ):
            # 三公经费 begins with a numeral as well; only a blank makes it a number.
            last = number
            yield Hit(column, *found.span(), found[0], f"（{found[1]}）")


#: 总体情况、依申请公开情况等六个方面: some of them, before the number of all.
_AND_SO_ON = re.compile(r"等(?:共|总共)?$")
#: Stands where the name of a part was.
_NAME = "●"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsCounted(Scoped):
    """Where the report says of how many parts it consists, so many are named, and so many are there.

    ``claim`` finds the sentence; its group ``n`` is the number. ``names`` maps parts to patterns, so that
    “行政复议、行政诉讼情况” is one part, whatever is added to its name; other things in the list count one by one,
    those joined by 和 or 及 as one or several. Line ``named`` compares with the names in the sentence (not
    applicable with fewer than two, nor where at most half are named and 等 stands for the others), ``found``
    with the sections found.
    """

    type: ClassVar[str] = "expect_parts_counted"
    claim: str
    names: Mapping[str, str]
    within: tuple[str, ...]

    def check(self) -> None:
        Scoped.check(self)
        require_parts(self.within)
        require_some("names", self.names)
        for pattern in (self.claim, *self.names.values()):
            require_text_pattern(pattern)
        if "n" not in re.compile(prepared(self.claim)).groupindex:
            raise ValueError("claim 里要有一个名为 n 的组：(?P<n>…)")

    def lines(self) -> tuple[Line, ...]:
        return Line("named"), Line("found")

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        known = [c for c in columns_of(self.within) if c in columns]
        if not known or "sections_found" not in columns:
            return constant(NOT_APPLICABLE)
        has = anywhere(self.within, columns, self.claim)
        result = judged([*known, "sections_found"], lambda row: self._judge(line, row), has)
        return self.coded(columns, absent=~has | (result == NOT_APPLICABLE), broken=result == 1)

    def _claim(self, row: Mapping[str, Any]) -> tuple[Hit, int, range] | None:
        """The sentence, the number it gives, and how many parts it may name."""
        for column in columns_of(self.within):
            found = compiled(prepared(self.claim)).search(row.get(column) or "")
            claimed = number_of(found["n"]) if found else None
            if found and claimed is not None:
                start, end = found.start("n"), found.end()
                said = found[0][: start - found.start()]
                named = self._named(said)
                if _AND_SO_ON.search(said) and named[-1] * 2 <= claimed:
                    # As one that names no parts.
                    named = range(1, 2)
                return Hit(column, start, end, (row.get(column) or "")[start:end]), claimed, named
        return None

    def _named(self, text: str) -> range:
        known = 0
        for pattern in self.names.values():
            text, times = compiled(prepared(pattern)).subn(_NAME, text)
            known += times > 0
        text = re.sub(r"^.*?(?:包括|包含|分为|由|从)|等|共|总共", "", text)
        others = [part for part in re.split(r"[、,;:“”]+", text) if len(part) > 2 and _NAME not in part]  # noqa: PLR2004
        joined = sum(len(part) > 2 for other in others for part in re.split("以及|[和及与]", other))  # noqa: PLR2004
        fewest = known + len(others)
        return range(fewest, max(fewest, known + joined) + 1)

    def _judge(self, line: Line, row: Mapping[str, Any]) -> int:
        claim = self._claim(row)
        if claim is None:
            return NOT_APPLICABLE
        _, claimed, named = claim
        if line.name == "named":
            return NOT_APPLICABLE if named[-1] < 2 else int(claimed not in named)  # noqa: PLR2004 - no list
        found = row.get("sections_found")
        return NOT_APPLICABLE if found is None else int(found != claimed)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        claim = self._claim(row)
        if claim is None:
            return Measured("", "")
        hit, claimed, named = claim
        actual = min(named, key=lambda n: abs(n - claimed)) if line.name == "named" else row.get("sections_found")
        return Measured(str(actual), str(claimed), (), {"hits": [hit]})


_FIRST = re.compile(r"^\s*第?([一二三四五六七八九十]{1,2})(?:部分)?[、.．,，:：\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingsNumbered(Scoped):
    """The numerals of the six sections (一、二、…) follow each other.

    A section that is missing may have kept its number or not; an unofficial section in between, whose heading
    has the number, is no gap. Not judged where the sections are out of order, which is another check, and for
    headings without a numeral. One line a section, the first excepted.
    """

    type: ClassVar[str] = "expect_headings_numbered"

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(f"section.{s.key}") for s in sections()[1:])

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        heads = [f"section.{s.key}" for s in sections()]
        if not columns.issuperset(heads) or "sections_in_order" not in columns:
            return constant(NOT_APPLICABLE)
        texts = [column for column in TEXTS if column in columns]
        has = pl.col(line.name).is_not_null() & pl.col("sections_in_order").fill_null(value=False)
        codes = judged([*heads, *texts], lambda row: self._code(line.name, row), has)
        return self.coded(columns, absent=~has | (codes == NOT_APPLICABLE), broken=codes == 1)

    def _code(self, name: str, row: Mapping[str, Any]) -> int:
        pair = self._pair(name, row)
        if pair is None:
            return NOT_APPLICABLE
        before, own, between = pair
        if own <= before:
            return 1
        texts = [row.get(column) or "" for column in TEXTS]
        others = sum(any(re.search(rf"(?m)^{_chinese(n)}、", text) for text in texts) for n in range(before + 1, own))
        return int(own - before > between + others)

    def _pair(self, name: str, row: Mapping[str, Any]) -> tuple[int, int, int] | None:
        """The number of the nearest numbered section before, the own one, and the most they may be apart."""
        heads = [f"section.{s.key}" for s in sections()]
        at = heads.index(name)
        own = _numeral(row.get(name))
        numbers = [(i, n) for i in range(at) if (n := _numeral(row.get(heads[i]))) is not None]
        return (numbers[-1][1], own, at - numbers[-1][0]) if own is not None and numbers else None

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        pair = self._pair(line.name, row)
        expected = "" if pair is None else f"{_chinese(pair[0] + 1)}、"
        return Measured(str(row.get(line.name) or ""), expected, (), {"column": line.name})


@lru_cache(4096)
def _numeral(heading: str | None) -> int | None:
    found = _FIRST.match(heading or "")
    return chinese_number(found[1]) if found else None
