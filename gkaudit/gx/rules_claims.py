"""Rules about claims: what the prose states, held against the cells of the tables.

A claim (:class:`gkaudit.narrative.Claim`) is compared where its measure is made of cells. The cells are
bounds: one without a number may be anything from 0 upwards, so "3 received" beside a blank is
undetermined and beside 2+blank as well, but beside 4+blank it is broken. A claim holds where one of its
``alternatives`` makes the sentence true.
"""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import (
    BROKEN,
    HOLDS,
    NOT_APPLICABLE,
    ROUNDING,
    UNDETERMINED,
    Line,
    Measured,
    on_frame,
    plain,
    require,
    require_some,
)
from gkaudit.gx.rules_said import AT, CODE, LINE, SaidRule, listed_numbers
from gkaudit.narrative import MEASURES, cell_keys

__all__ = ["ClaimsMatchCells"]

#: Column of the room above a number, and the least number that 余 leaves a digit of open.
_ROOM, _TENS = "~room", 10
_NEGATED = ("any", "only", "never")
_LINKS = ("firm", "ask")


@cache
def measures_under(name: str) -> tuple[str, ...]:
    """The measures with cells that a name stands for: itself, and what follows it after a point."""
    return tuple(m for m, keys in MEASURES.items() if keys and (m == name or m.startswith(f"{name}.")))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsMatchCells(SaidRule):
    """What the prose states of a row of the form is what the table says.

    ``measures``: rows (``requests.received``), named sums of rows (``requests.exempt_all``) or single
    measures; each is a line. ``links``: ``firm`` claims, those that are only a question (``ask``), or both.
    ``negated``: zeros in words (未收到) too, ``only`` them, or ``never``. Approximate numbers (余, 约) are
    judged only where ``tolerance`` is above 0: they may be off by that share of the number, and by 1;
    20余 is anything up to 30, 300余 up to 400.
    Only statements of the report's own body about its own year are compared.
    """

    type: ClassVar[str] = "expect_claims_match_cells"
    measures: tuple[str, ...]
    links: tuple[str, ...]
    negated: str = "any"
    tolerance: float = 0.0

    def check(self) -> None:
        SaidRule.check(self)
        require_some("measures", self.measures)
        for name in self.measures:
            require("数量 ", [name], (*MEASURES, *(m.rpartition(".")[0] for m in MEASURES)))
            if not measures_under(name):
                raise ValueError(f"“{name}”在表里没有对应的单元格")
        require_some("links", self.links)
        require("links ", self.links, _LINKS)
        require("negated ", [self.negated], _NEGATED)
        if not 0 <= self.tolerance < 1:
            raise ValueError("tolerance 要在 0 和 1 之间")

    def lines(self) -> tuple[Line, ...]:
        return tuple(
            Line(name, tuple(dict.fromkeys(k for m in measures_under(name) for k in cell_keys(m))))
            for name in self.measures
        )

    def needs(self) -> tuple[str, ...]:
        # An alternative of a claim may be any measure of the form.
        return tuple(dict.fromkeys(k for keys in MEASURES.values() for k in keys))

    def judged(self, said: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
        numbers = {m: n for n, name in enumerate(self.measures) for m in measures_under(name)}
        wanted = (
            pl.col("measure").is_in(list(numbers))
            & pl.col("link").cast(pl.String).is_in(list(self.links))
            & (pl.col("scope") == "own")
            & (pl.col("period") == "this")
            & pl.col("value").is_not_null()
        )
        if self.negated != "any":
            wanted &= pl.col("negated") == (self.negated == "only")
        if not self.tolerance:
            wanted &= pl.col("exact")
        chosen = said.filter(wanted)
        codes = _compared(chosen, frame, self.tolerance)
        lines = chosen.get_column("measure").replace_strict(numbers, return_dtype=pl.UInt32)
        return chosen.with_columns(codes, lines.alias(LINE)).filter(pl.col(CODE) != NOT_APPLICABLE)

    def about(self, line: Line, said: pl.DataFrame) -> pl.DataFrame:
        return said.filter(pl.col("measure").is_in(measures_under(line.name)))

    def measured(self, line: Line, said: list[dict[str, Any]], row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        measure = said[0]["measure"]
        keys = dict.fromkeys(k for c in said for k in cell_keys(c["measure"]) if row.get(f"{k}|state") is not None)
        table, open_ = _bounds_of(row, measure)
        details = {"said": said, "difference": plain(said[0]["value"] - table)}
        numbers = listed_numbers(c for c in said if c["measure"] == measure)
        return Measured(numbers, f"{'≥' if open_ else ''}{plain(table)}", tuple(keys), details)


def _bounds_of(row: Mapping[str, Any], measure: str) -> tuple[float, bool]:
    """Known part of the sum of cells, and whether something may come on top."""
    here = [row.get(k) for k in cell_keys(measure) if row.get(f"{k}|state") is not None]
    return sum(v for v in here if v is not None), any(v is None for v in here)


def _compared(said: pl.DataFrame, frame: pl.DataFrame, tolerance: float) -> pl.Series:
    """Code of each claim; not applicable where no cell of its measure is on the form."""
    codes = pl.Series(CODE, [NOT_APPLICABLE] * said.height, dtype=pl.Int8)
    if said.is_empty():
        return codes
    numbered = said.select(AT, "measure", "alternatives", "value", "exact", _room(said)).with_row_index("~n")
    others = numbered.filter(pl.col("alternatives").list.len() > 0).drop("measure").explode("alternatives")
    for claims in (numbered, others.rename({"alternatives": "measure"})):
        for (measure,), part in claims.partition_by("measure", as_dict=True).items():
            codes = _taken(codes, part, _codes(part, frame, str(measure), tolerance), first=claims is numbered)
    return codes


def _room(said: pl.DataFrame) -> pl.Series:
    """How far above a number with 余 or 多 the true one may be: one of its last digit that is not 0."""
    digits = pl.col("value").cast(pl.Int64, strict=False).cast(pl.String)
    zeros = digits.str.len_chars() - digits.str.strip_chars_end("0").str.len_chars()
    more = pl.col("quote").str.contains("[余多]") & (pl.col("value") >= _TENS)
    return said.select(pl.when(more).then(10.0 ** zeros.cast(pl.Float64)).otherwise(0.0).alias(_ROOM)).to_series()


#: What makes a sentence true wins over what may, and that over what does not.
_RANK = {NOT_APPLICABLE: 0, BROKEN: 1, UNDETERMINED: 2, HOLDS: 3}


def _taken(codes: pl.Series, part: pl.DataFrame, found: pl.Series, *, first: bool) -> pl.Series:
    """Codes with those of one measure; ``first``: the claims' own measures rather than alternatives."""
    at = part.get_column("~n")
    before = codes.gather(at)
    ranks = [c.replace_strict(_RANK, return_dtype=pl.Int8) for c in (found, before)]
    better = ranks[0] > ranks[1]
    if not first:
        # An alternative alone says nothing: the measure itself has to be on the form.
        better &= before != NOT_APPLICABLE
    return codes.scatter(at.filter(better), found.filter(better))


def _codes(part: pl.DataFrame, frame: pl.DataFrame, measure: str, tolerance: float) -> pl.Series:
    """Claims of one measure against its cells."""
    keys = on_frame(cell_keys(measure) if measure in MEASURES else (), frozenset(frame.columns))
    if not keys:
        return pl.Series(CODE, [NOT_APPLICABLE] * part.height, dtype=pl.Int8)
    cells = frame.select(*keys, *(f"{k}|state" for k in keys))[part.get_column(AT)]
    known = pl.sum_horizontal(keys)
    open_ = pl.any_horizontal([pl.col(k).is_null() & pl.col(f"{k}|state").is_not_null() for k in keys])
    absent = pl.all_horizontal([pl.col(f"{k}|state").is_null() for k in keys])
    value, exact = part.get_column("value"), part.get_column("exact")
    slack = pl.when(exact).then(0.0).otherwise(pl.max_horizontal(value * tolerance, pl.lit(1.0))) + ROUNDING
    above = pl.when(exact).then(slack).otherwise(pl.max_horizontal(slack, part.get_column(_ROOM)))
    within = (known - value <= above) & (value - known <= slack)
    code = (
        pl.when(absent)
        .then(NOT_APPLICABLE)
        .when(known - value > above)
        .then(BROKEN)
        .when(open_)
        .then(UNDETERMINED)
        .when(within)
        .then(HOLDS)
        .otherwise(BROKEN)
    )
    return cells.select(code.cast(pl.Int8).alias(CODE)).to_series()
