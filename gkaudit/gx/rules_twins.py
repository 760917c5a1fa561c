"""Two bodies of a county with the same numbers (横向雷同)."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import (
    FRAME,
    MEMBER_ROW,
    NOT_APPLICABLE,
    Helpers,
    Line,
    Measured,
    Rule,
    any_of,
    coded,
    constant,
    on_frame,
    require_counts,
    require_tables,
    rows_like,
    rows_of,
)

__all__ = ["NumbersNotTwins"]

_PLACE = ("county", "year")
_ROW = "~row"


@dataclass(frozen=True, slots=True)
class NumbersNotTwins(Rule):
    """No other body of the same county and year has the same numbers above 0, cell by cell.

    Totals (``except_columns``) and rows that follow from others (``except_rows``) do not count. Judged where
    at least ``cells`` cells are above 0 and they add up to ``at_least``: zeros and ones are often equal.
    """

    type: ClassVar[str] = "expect_numbers_not_twins"
    around: ClassVar[bool] = True
    tables: tuple[str, ...]
    except_columns: tuple[str, ...]
    except_rows: tuple[str, ...]
    cells: int
    at_least: float

    def check(self) -> None:
        require_tables(self.tables)
        require_counts(cells=self.cells)

    def _keys(self) -> tuple[str, ...]:
        return tuple(
            key
            for table in self.tables
            for row, keys in rows_of(table).items()
            for key in keys
            if row not in self.except_rows and key.rpartition(".")[2] not in self.except_columns
        )

    def lines(self) -> tuple[Line, ...]:
        return (Line("twins", self._keys()),)

    def _name(self, part: str) -> str:
        return f"~twins.{part}." + "+".join((*self.tables, *self.except_rows, *self.except_columns))

    def helpers(self, columns: frozenset[str]) -> Helpers:
        keys = on_frame(self._keys(), columns)
        if not keys or not {*_PLACE, "body"} <= columns:
            return ()
        counted = [pl.when(pl.col(k) > 0).then(pl.col(k)).otherwise(0.0).fill_null(0.0) for k in keys]
        first = {
            self._name("print"): pl.struct([c.alias(k) for c, k in zip(counted, keys, strict=True)]).hash(seed=7),
            self._name("cells"): pl.sum_horizontal([(c > 0).cast(pl.Int32) for c in counted]),
            self._name("sum"): pl.sum_horizontal(counted),
        }
        bodies = pl.col("body").n_unique().over(*_PLACE, self._name("print"))
        return (first, {self._name("bodies"): bodies})

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if not self.helpers(columns):
            return constant(NOT_APPLICABLE)
        few = (pl.col(self._name("cells")) < self.cells) | (pl.col(self._name("sum")) < self.at_least)
        placed = pl.all_horizontal([pl.col(c).is_not_null() for c in (*_PLACE, "body")])
        county = pl.col(MEMBER_ROW).is_not_null() if MEMBER_ROW in columns else pl.lit(value=False)
        keys = on_frame(self._keys(), columns)
        read = any_of(pl.col(k).is_not_null() for k in keys)
        unread = any_of(pl.col(k).is_null() & pl.col(f"{k}|state").is_not_null() for k in keys) & few
        return coded(
            absent=~placed | county | (few & read & ~unread),
            broken=~few & (pl.col(self._name("bodies")) > 1),
            open_=unread | ~read,
        )

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        frame: pl.DataFrame | None = row.get(FRAME)
        if frame is None:
            return Measured("", "")
        keys = tuple(k for k in line.keys if row.get(k))
        asked = ("organ", "report_id", *on_frame(line.keys, frozenset(frame.columns)))
        # The frame has more than a thousand columns, and looking for rows takes all of them along.
        few = frame.select(*dict.fromkeys(("body", *asked)))
        near = few[rows_like(row, {c: row[c] for c in _PLACE})].filter(pl.col("body") != row["body"])
        mine = {k: row[k] for k in keys}
        twins = [
            str(other["organ"] or other["report_id"])
            for other in near.select(*asked).to_dicts()
            if {k: v for k, v in other.items() if k in line.keys and v and v > 0} == mine
        ]
        twins = list(dict.fromkeys(twins))
        named = "、".join(twins[:3]) + ("等" if len(twins) > 3 else "")  # noqa: PLR2004
        # Whose numbers they are too does not stand in the report: it is no observation.
        return Measured("", "", keys, {"quote": "", "fields": {"twins": named, "number": len(keys)}})
