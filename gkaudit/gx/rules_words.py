"""Rules on what the prose says in two places: contradictions, names counted, passages that stop half-way."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from gkaudit.chars import chinese_number
from gkaudit.gx.rules_base import NOT_APPLICABLE, Line, Measured, require_some
from gkaudit.gx.rules_text import (
    Hit,
    Scoped,
    anywhere,
    columns_of,
    compiled,
    either,
    hits,
    listed,
    no_text,
    prepared,
    require_parts,
    require_text_pattern,
    shown,
)

__all__ = ["NamesCounted", "NotBoth", "OnlyTheNamed", "PassagesComplete"]

_HEADING = re.compile(r"^[(（]?[一二三四五六七八九十\d]{1,3}[)）、.]")


def _require_groups(pattern: str, names: tuple[str, ...]) -> None:
    for name in names:
        if name not in re.compile(prepared(pattern)).groupindex:
            raise ValueError(f"pattern 里要有一个名为 {name} 的组：(?P<{name}>…)")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBoth(Scoped):
    """The prose does not say ``first`` in the parts ``within`` and ``second`` in the parts ``beside``."""

    type: ClassVar[str] = "expect_not_both"
    first: str
    within: tuple[str, ...]
    second: str
    beside: tuple[str, ...]
    exceptions: tuple[str, ...] = ()

    def check(self) -> None:
        Scoped.check(self)
        require_parts(self.within)
        require_parts(self.beside)
        for pattern in (self.first, self.second, *self.exceptions):
            require_text_pattern(pattern)

    def lines(self) -> tuple[Line, ...]:
        return (Line("both"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        cut = either(self.exceptions)
        both = anywhere(self.within, columns, self.first, cut) & anywhere(self.beside, columns, self.second, cut)
        return self.coded(columns, absent=no_text(self.within, columns), broken=both)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        cut = either(self.exceptions)
        one, other = hits(row, self.within, self.first, cut), hits(row, self.beside, self.second, cut)
        said = listed(shown(hit) for hit in other[:1])
        return Measured(listed(shown(hit) for hit in one[:1]), said, (), {"hits": one, "words": True})


def _counted(text: str) -> int | None:
    return int(text) if text.isdecimal() else chinese_number(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesCounted(Scoped):
    """A、B、C三个平台: as many names as the number says.

    ``pattern`` has the groups ``list`` and ``n``, and ``etc`` (等), after which fewer names are right.
    ``lead``: of the list only what follows the last match of this is names. ``joints`` divide the names.
    """

    type: ClassVar[str] = "expect_names_counted"
    pattern: str
    lead: str
    joints: str
    within: tuple[str, ...]

    def check(self) -> None:
        Scoped.check(self)
        require_parts(self.within)
        for pattern in (self.pattern, self.lead, self.joints):
            require_text_pattern(pattern)
        _require_groups(self.pattern, ("list", "n", "etc"))

    def lines(self) -> tuple[Line, ...]:
        return (Line("names"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        has = anywhere(self.within, columns, self.pattern)
        return self.by_report(columns, self.within, lambda row: int(next(self._wrong(row), None) is not None), has)

    def _wrong(self, row: Mapping[str, Any]) -> Iterator[Hit]:
        wanted = compiled(prepared(self.pattern))
        for column in columns_of(self.within):
            for found in wanted.finditer(row.get(column) or ""):
                names = self.names(found["list"])
                number = _counted(found["n"])
                if number is None or len(names) < 2:  # noqa: PLR2004 - one name is no list
                    continue
                if len(names) > number or (len(names) < number and not found["etc"]):
                    yield Hit(column, *found.span(), found[0], str(len(names)))

    def names(self, text: str) -> list[str]:
        """The names of a list."""
        lead = [m.end() for m in compiled(prepared(self.lead)).finditer(text)]
        return [name for name in compiled(prepared(self.joints)).split(text[lead[-1] if lead else 0 :]) if name]

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = list(self._wrong(row))
        return Measured(listed(shown(h) for h in found), listed(h.expected for h in found), (), {"hits": found})


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyTheNamed(Scoped):
    """Where the prose says that it uses just these channels, it does not use another elsewhere.

    ``pattern`` has the groups ``list`` and ``n``; ``names`` maps channels to patterns; ``use`` is how the prose
    speaks of using one (the name follows in the same clause).
    """

    type: ClassVar[str] = "expect_only_the_named"
    pattern: str
    names: Mapping[str, str]
    use: str
    within: tuple[str, ...]

    def check(self) -> None:
        Scoped.check(self)
        require_some("names", self.names)
        require_parts(self.within)
        for pattern in (self.pattern, self.use, *self.names.values()):
            require_text_pattern(pattern)
        _require_groups(self.pattern, ("list", "n"))

    def lines(self) -> tuple[Line, ...]:
        return (Line("named"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        has = anywhere(self.within, columns, self.pattern)
        return self.by_report(columns, self.within, lambda row: int(bool(self._others(row))), has)

    def _others(self, row: Mapping[str, Any]) -> list[Hit]:
        """Channels in use that the sentence does not name, and the sentence."""
        wanted = compiled(prepared(self.pattern))
        texts = [(c, row.get(c) or "") for c in columns_of(self.within)]
        said = next(((c, m) for c, text in texts for m in wanted.finditer(text)), None)
        if said is None:
            return []
        where, sentence = said
        named = {n for n, p in self.names.items() if compiled(prepared(p)).search(sentence["list"])}
        if len(named) != _counted(sentence["n"]):
            # Not every channel of the sentence is known: nothing can be said of others.
            return []
        use = compiled(prepared(rf"(?:{self.use})[^。;\n]{{0,30}}?"))
        return [
            Hit(column, *found.span(), found[0], sentence[0])
            for name, pattern in self.names.items()
            if name not in named
            for column, text in texts
            for found in re.finditer(rf"{use.pattern}(?:{prepared(pattern)})", text)
            if not (column == where and found.start() < sentence.end() and sentence.start() < found.end())
        ]

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = self._others(row)
        said = listed((h.expected for h in found), 1)
        return Measured(listed(shown(h) for h in found), said, (), {"hits": found, "words": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class PassagesComplete(Scoped):
    """Under a heading that matches ``under``, what matches ``pattern`` is completed by what matches ``wanted``.

    The passages under a heading are those up to the next one.
    """

    type: ClassVar[str] = "expect_passages_complete"
    under: str
    pattern: str
    wanted: str
    within: tuple[str, ...]

    def check(self) -> None:
        Scoped.check(self)
        require_parts(self.within)
        for pattern in (self.under, self.pattern, self.wanted):
            require_text_pattern(pattern)

    def lines(self) -> tuple[Line, ...]:
        return (Line("passage"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        has = anywhere(self.within, columns, self.under) & anywhere(self.within, columns, self.pattern)
        return self.by_report(columns, self.within, self._code, has)

    def _code(self, row: Mapping[str, Any]) -> int:
        found = list(self._stated(row))
        return int(any(not done for _, done in found)) if found else NOT_APPLICABLE

    def _stated(self, row: Mapping[str, Any]) -> Iterator[tuple[Hit, bool]]:
        """What is stated under the headings, and whether it is completed there."""
        under, pattern, wanted = (compiled(prepared(p)) for p in (self.under, self.pattern, self.wanted))
        for column in columns_of(self.within):
            text = row.get(column) or ""
            for start, end, title in _regions(text):
                region = text[start:end]
                if under.search(title) and (found := pattern.search(region)):
                    hit = Hit(column, start + found.start(), start + found.end(), found[0])
                    yield hit, wanted.search(region) is not None

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = [hit for hit, done in self._stated(row) if not done]
        return Measured(listed(shown(h) for h in found), "", (), {"hits": found, "words": True})


def _regions(text: str) -> Iterator[tuple[int, int, str]]:
    """Spans below each heading with the heading; a heading may share its line with the text that follows."""
    at, start, title = 0, 0, ""
    for line in text.split("\n"):
        if _HEADING.match(line):
            yield start, at, title
            head = re.match(r"[^。:\n]{0,40}", line)
            title = head[0] if head else ""
            start = at + len(title)
        at += len(line) + 1
    yield start, len(text), title
