"""What the prose says of last year, or of the change since, against the tables of both years (同比).

A sentence may mean the requests received or all that were dealt with; it is wrong only where no such
reading fits. Without a report of last year its numbers may be anything from 0 upwards: an increase beyond
this year's number is wrong all the same.
"""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import (
    BROKEN,
    HOLDS,
    NOT_APPLICABLE,
    PRIOR,
    PRIOR_ROW,
    PRIOR_WHY,
    UNDETERMINED,
    Line,
    Measured,
    Rule,
    constant,
    here,
    plain,
    require,
)
from gkaudit.gx.wide_row import WideRow
from gkaudit.narrative.measures import cell_keys, measures

__all__ = ["ChangesMatch"]

_CLAIMS = "claims"
_KINDS = ("year_on_year", "last_year")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a sentence: the numbers of both years as intervals."""

    now: tuple[float, float]
    before: tuple[float, float]

    def code(self, kind: str, value: float, unit: str) -> int:
        low, high = self.before
        if kind == "last_year":
            fits = low <= value <= high
            return BROKEN if not fits else HOLDS if low == high else UNDETERMINED
        certain = low == high and self.now[0] == self.now[1]
        if unit == "%":
            if not certain or low == 0:
                return UNDETERMINED
            # Rounded or cut off to the printed digits.
            digits = len(plain(abs(value)).partition(".")[2])
            off = abs((self.now[0] - low) / low * 100 - value)
            return HOLDS if off < 10.0**-digits else BROKEN
        if self.now[0] - high <= value <= self.now[1] - low:
            return HOLDS if certain else UNDETERMINED
        return BROKEN


def _interval(row: Mapping[str, Any], keys: Sequence[str], prefix: str = "") -> tuple[float, float]:
    """Lowest and highest sum of the cells; cells that the form does not have add nothing."""
    low = high = 0.0
    for key in keys:
        value = row.get(f"{prefix}{key}")
        if value is not None:
            low, high = low + value, high + value
        elif row.get(f"{prefix}{key}|state") is not None:
            high = inf
    return low, high


@dataclass(frozen=True, slots=True)
class ChangesMatch(Rule):
    """Every “N more than last year” and “last year N” fits the tables of this year and last year.

    ``also``: a measure that a sentence about another measure may mean as well. Percentages fit rounded or
    cut off.
    """

    type: ClassVar[str] = "expect_changes_to_match"
    also: Mapping[str, str]

    def check(self) -> None:
        require("measure ", (*self.also, *self.also.values()), measures())

    def lines(self) -> tuple[Line, ...]:
        return (Line("changes"),)

    def reason(self, line: Line) -> str | None:  # noqa: ARG002
        return PRIOR_WHY

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if _CLAIMS not in columns:
            return constant(NOT_APPLICABLE)
        used = [
            c for c in sorted(columns) if "|raw" not in c and c.startswith(("disclosure.", "requests.", "remedies."))
        ]
        links = [c for c in (PRIOR_ROW, PRIOR_WHY) if c in columns]
        return pl.struct(_CLAIMS, *used, *links).map_batches(self._codes, return_dtype=pl.Int8)

    def _codes(self, data: pl.Series) -> pl.Series:
        frame = data.struct.unnest()
        names = pl.element().struct.field("measure")
        speaks = pl.col(_CLAIMS).list.eval(names.str.contains(rf"^(?:{'|'.join(_KINDS)})\.")).list.any()
        asked = frame.select(speaks.fill_null(value=False)).to_series().arg_true()
        columns = frozenset(frame.columns)
        codes = [self._report(WideRow(frame, at, columns)) for at in asked]
        whole = pl.repeat(NOT_APPLICABLE, frame.height, dtype=pl.Int8, eager=True)
        return whole.scatter(asked, pl.Series(codes, dtype=pl.Int8)) if codes else whole

    def _report(self, row: Mapping[str, Any]) -> int:
        found = [self._claim(claim, row) for claim in _changes(row)]
        if BROKEN in found:
            return BROKEN
        if row.get(PRIOR_ROW) is None and row.get(PRIOR_WHY) is None:
            return NOT_APPLICABLE
        return next((code for code in (UNDETERMINED, HOLDS) if code in found), NOT_APPLICABLE)

    def _claim(self, claim: Mapping[str, Any], row: Mapping[str, Any]) -> int:
        """The best that any reading makes of a sentence; what has no cell cannot be compared."""
        kind, _, measure = str(claim["measure"]).partition(".")
        codes = [self._reading(name, row).code(kind, claim["value"], claim["unit"]) for name in self._names(measure)]
        return next((code for code in (HOLDS, UNDETERMINED, BROKEN) if code in codes), NOT_APPLICABLE)

    def _names(self, measure: str) -> list[str]:
        names = [measure, *([self.also[measure]] if measure in self.also else [])]
        return [name for name in names if name in measures() and cell_keys(name)]

    @staticmethod
    def _reading(measure: str, row: Mapping[str, Any]) -> _Reading:
        keys = cell_keys(measure)
        before = _interval(row, keys, PRIOR) if row.get(PRIOR_ROW) is not None else (0.0, inf)
        return _Reading(_interval(row, keys), before)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        wrong = next((c for c in _changes(row) if self._claim(c, row) == BROKEN), None)
        if wrong is None:
            return Measured("", "")
        measure = str(wrong["measure"]).partition(".")[2]
        reading = self._reading(measure, row)
        said = f"{plain(wrong['value'])}{'%' if wrong['unit'] == '%' else ''}"
        return Measured(
            said,
            _said(*reading.before),
            here(row, cell_keys(measure)),
            {"said": [wrong], "fields": {"now": _said(*reading.now), "before": _said(*reading.before)}},
        )


def _changes(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Exact statements of the body about its last year."""
    return [
        claim
        for claim in row.get(_CLAIMS) or ()
        if claim["exact"]
        and claim["value"] is not None
        and claim["scope"] == "own"
        and str(claim["measure"]).partition(".")[0] in _KINDS
    ]


def _said(low: float, high: float) -> str:
    if low == high:
        return plain(low)
    return f"≥{plain(low)}"
