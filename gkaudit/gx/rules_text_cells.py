"""Rules that hold the prose against the tables and the charts beside it."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import NOT_APPLICABLE, Line, Measured, constant, on_frame, require_keys, shown, state
from gkaudit.gx.rules_text import Hit, Scoped, anywhere, judged, listed, require_parts, require_text_pattern
from gkaudit.prose import plain

__all__ = ["ChartInText", "ValueBacked"]

#: A line that a chart left in the text: names, then as many numbers or one fewer.
CHART = r"(?m)^[^\n\t\d]{1,20}(?:\t[^\t\n\d]{1,20}){2,}(?:\t\d+(?:\.\d+)?%?){2,}\t*$"
_PICTURE = r"\[(?:image|图片)\s*[:：]"
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueBacked(Scoped):
    """Where a cell is above 0 the prose says something that matches ``pattern`` in the parts ``within``.

    With an empty ``pattern`` nothing in the prose would do: every number above 0 is to be looked at.
    """

    type: ClassVar[str] = "expect_value_backed"
    keys: tuple[str, ...]
    pattern: str = ""
    within: tuple[str, ...] = field(default=("all",))

    def check(self) -> None:
        Scoped.check(self)
        require_keys(self.keys)
        require_parts(self.within)
        if self.pattern:
            require_text_pattern(self.pattern)

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(key, (key,)) for key in self.keys)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        key = line.name
        if not on_frame([key], columns):
            return constant(NOT_APPLICABLE)
        above = (pl.col(key) > 0).fill_null(value=False)
        broken = above & ~anywhere(self.within, columns, self.pattern) if self.pattern else above
        return self.coded(columns, absent=state(key).is_null(), broken=broken, open_=pl.col(key).is_null())

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        # What the prose should say is no number: only where nothing would do is 0 to be expected.
        return Measured(shown(row, line.name), "" if self.pattern else "0", line.keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartInText(Scoped):
    """Each series of a chart whose data were left in the text is spoken of in the prose.

    Undetermined where there is a picture and no such data: nobody can read what it shows.
    """

    type: ClassVar[str] = "expect_chart_in_text"

    def lines(self) -> tuple[Line, ...]:
        return (Line("chart"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if "text" not in columns:
            return constant(NOT_APPLICABLE)
        chart = pl.col("text").str.contains(CHART).fill_null(value=False)
        picture = anywhere(["printed"], columns, _PICTURE) | anywhere(["meta"], columns, "image_names=")
        broken = judged(["text"], lambda row: int(next(_unspoken(row), None) is not None), chart)
        return self.coded(columns, absent=~chart & ~picture, broken=broken == 1, open_=picture & ~chart)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = list(_unspoken(row))
        return Measured(listed(h.text for h in found), "", (), {"hits": found, "words": True})


def series_of(line: re.Match[str]) -> list[tuple[str, str, int]]:
    """Name and number of each series of a line of a chart, and where in the text the number stands."""
    cells = [(m.start(), m[0].strip()) for m in re.finditer(r"[^\t]+", line[0]) if m[0].strip()]
    numbers = [(at, cell) for at, cell in cells if _NUMBER.fullmatch(cell)]
    names = [cell for _, cell in cells if not _NUMBER.fullmatch(cell)][-len(numbers) :]
    return [(name, number, line.start() + at) for name, (at, number) in zip(names, numbers, strict=False)]


def _unspoken(row: Mapping[str, Any]) -> Iterator[Hit]:
    """Series with a number above 0 that the prose does not name."""
    text = row["text"]
    prose = plain(re.sub(CHART, "", text))
    for line in re.finditer(CHART, text):
        cells = [(m.start(), m[0].strip()) for m in re.finditer(r"[^\t]+", line[0]) if m[0].strip()]
        numbers = [float(cell.rstrip("%")) for _, cell in cells if _NUMBER.fullmatch(cell)]
        names = [(at, cell) for at, cell in cells if not _NUMBER.fullmatch(cell)][-len(numbers) :]
        for (at, name), number in zip(names, numbers, strict=False):
            if number > 0 and plain(name) not in prose:
                start = line.start() + at
                yield Hit("text", start, start + len(name), name)
