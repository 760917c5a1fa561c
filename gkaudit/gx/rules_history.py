"""A number against the body's own earlier years and against its peers of the same year (异常量级).

Only with reports in the same batch; without any counterpart there is nothing to say.
"""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import (
    FRAME,
    NOT_APPLICABLE,
    Helpers,
    Line,
    Measured,
    Rule,
    any_of,
    coded,
    constant,
    on_frame,
    plain,
    require_counts,
    require_keys,
    rows_like,
    shown,
    state,
)

__all__ = ["WithinHistory"]

#: Room for a year in the code of a body and a year; also keeps codes of different bodies apart.
_YEARS = 100_000
_NUMBER, _CODE, _ORDER = "~number", "~body_year", "~body_year.order"
_PLACE = "~place"
#: What peers have in common.
_PEERS = ("county", "year", "level")
_NEEDED = frozenset({"body", *_PEERS})


def _earlier(years: int) -> str:
    return f"~earlier.{years}"


def _best(key: str) -> str:
    return f"~best.{key}"


@dataclass(frozen=True, slots=True)
class WithinHistory(Rule):
    """No number is far above what the body or its peers report.

    Own history: the largest value of the same body (:mod:`gkaudit.panel.bodies`, whatever way its
    name is printed) in the ``years`` years before; too high is more than ``own_factor`` times that and
    more than ``own_margin`` above it. Peers: the median of the same county, year and level (own value
    included) where at least ``peers_needed`` others have a number; too high is more than
    ``peer_factor`` times that. A counterpart below 1 counts as none: powers newly given to a township
    start from zero, and most cells are 0.
    """

    type: ClassVar[str] = "expect_within_history"
    around: ClassVar[bool] = True
    keys: tuple[str, ...]
    years: int
    own_factor: float
    own_margin: float
    peer_factor: float
    peers_needed: int

    def check(self) -> None:
        require_keys(self.keys)
        require_counts(
            years=self.years, own_factor=self.own_factor, peer_factor=self.peer_factor, peers_needed=self.peers_needed
        )

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(k, (k,)) for k in self.keys)

    def helpers(self, columns: frozenset[str]) -> Helpers:
        keys = on_frame(self.keys, columns)
        if not keys or not columns >= _NEEDED:
            return ()
        known = pl.col("body").is_not_null() & pl.col("year").is_not_null()
        number = pl.col(_NUMBER)
        body = number.min().over("body")
        # Reports of no known body or year get a code of their own, too far from others to be looked up.
        code = pl.when(known).then(body * _YEARS + pl.col("year").cast(pl.Int64)).otherwise(-_YEARS * (number + 1))
        placed = pl.all_horizontal([pl.col(c).is_not_null() for c in _PEERS])
        order = (
            {_NUMBER: pl.int_range(pl.len(), dtype=pl.Int64)},
            {_CODE: code, _PLACE: pl.when(placed).then(number.min().over(_PEERS)).otherwise(-1)},
            {_ORDER: pl.col(_CODE).arg_sort()},
        )
        back = {_earlier(n): self._earlier(n) for n in range(1, self.years + 1)}
        of_year = {_best(k): pl.col(k).max().over(_CODE) for k in keys}
        numbers = {self._own(k): self._own_number(k) for k in keys} | {
            self._peer(k): self._peer_number(k) for k in keys
        }
        return (*order, back | of_year, numbers)

    def _own(self, key: str) -> str:
        return f"~own.{self.years}.{key}"

    def _peer(self, key: str) -> str:
        return f"~peer.{self.peers_needed}.{key}"

    @staticmethod
    def _earlier(years: int) -> pl.Expr:
        """Row of a report of the same body so many years before, null where there is none.

        By binary search in the sorted codes of body and year: n log n for the batch.
        """
        code = pl.col(_CODE)
        ordered = code.gather(pl.col(_ORDER))
        at = ordered.search_sorted(code - years).clip(upper_bound=pl.len() - 1)
        return pl.when(ordered.gather(at) == code - years).then(pl.col(_ORDER).gather(at))

    def _own_number(self, key: str) -> pl.Expr:
        """Largest number of the body in the years before, over all its reports of those years."""
        return pl.max_horizontal([pl.col(_best(key)).gather(pl.col(_earlier(n))) for n in range(1, self.years + 1)])

    def _peer_number(self, key: str) -> pl.Expr:
        """Median of the same county, year and level; null where there are too few peers."""
        others = pl.col(key).count().over(_PLACE) - pl.col(key).is_not_null().cast(pl.UInt32)
        return pl.when((pl.col(_PLACE) >= 0) & (others >= self.peers_needed)).then(pl.col(key).median().over(_PLACE))

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        key = line.name
        if not on_frame([key], columns) or not columns >= _NEEDED:
            return constant(NOT_APPLICABLE)
        value, own, peer = pl.col(key), pl.col(self._own(key)), pl.col(self._peer(key))
        above = (own >= 1) & (value > own * self.own_factor) & (value - own > self.own_margin)
        beyond = (peer >= 1) & (value > peer * self.peer_factor)
        compared = any_of([own >= 1, peer >= 1])
        return coded(absent=state(key).is_null() | ~compared, broken=any_of([above, beyond]), open_=value.is_null())

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        details = {"organ": row.get("organ"), "county": row.get("county"), "year": row.get("year")}
        said = "、".join(plain(number) for number in self._counterparts(line.name, row))
        return Measured(shown(row, line.name), "", line.keys, details | {"fields": {"reference": said}})

    def _counterparts(self, key: str, row: Mapping[str, Any]) -> list[float]:
        """The numbers that this one is too far above: of the body's own years before, of its peers."""
        frame, value, year = row.get(FRAME), row.get(key), row.get("year")
        if frame is None or value is None:
            return []
        before = range(year - self.years, year) if year is not None else ()
        numbers = frame.get_column(key)
        earlier = [at for past in before for at in rows_like(row, {"body": row["body"], "year": past})]
        own = max((number for at in earlier if (number := numbers.item(at)) is not None), default=None)
        peers = [
            number for at in rows_like(row, {c: row[c] for c in _PEERS}) if (number := numbers.item(at)) is not None
        ]
        found = []
        if own is not None and own >= 1 and value > own * self.own_factor and value - own > self.own_margin:
            found.append(own)
        if len(peers) > self.peers_needed and value > (peer := median(peers)) * self.peer_factor and peer >= 1:
            found.append(peer)
        return found
