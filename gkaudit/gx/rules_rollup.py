"""A county's report against the reports of its bodies (汇总、覆盖、雷同数据).

``parent.row`` leads from the report of a body to that of its county, ``member.row`` from the county to one of
its bodies (:mod:`gkaudit.panel.links`). What adds up are numbers of 0 or more, so bodies that are unknown or
missing can only add to the sum: a sum above the county's number is wrong whoever is missing, a sum below it
only where everybody on the list is there.
"""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import polars as pl

from gkaudit.form import all_keys, column_of
from gkaudit.gx.rules_base import (
    FRAME,
    MEMBER_ROW,
    NOT_APPLICABLE,
    PARENT_ROW,
    ROUNDING,
    Helpers,
    Line,
    Measured,
    Rule,
    any_of,
    coded,
    constant,
    on_frame,
    plain,
    require,
    require_counts,
    require_keys,
    require_tables,
    row_lines,
    rows_like,
    state,
)

__all__ = ["BodyListed", "MembersReported", "OwnNumbers", "RollUp", "ZeroShare"]

_LINKED = frozenset({PARENT_ROW, MEMBER_ROW})
_COMPLETE = "~members.complete"
#: So many cells are written out in a message.
_SHOWN = 4


def _sum(key: str) -> str:
    """On the report of a body: the sum of all bodies of its county."""
    return f"~members.sum.{key}"


def _total(key: str) -> str:
    """On a county's report: the sum of its bodies."""
    return f"~members.total.{key}"


def _gap(key: str) -> str:
    """On a county's report: whether a body has no number there."""
    return f"~members.open.{key}"


@dataclass(frozen=True, slots=True)
class _Summed(Rule):
    """Adds up the bodies of a county: once for the whole batch, as hundreds of windows in one query cost gigabytes."""

    @abstractmethod
    def summed(self) -> tuple[str, ...]:
        """Cells whose sums the rule needs."""

    def prepare(self, frame: pl.DataFrame, kept: dict[str, Any]) -> dict[str, pl.Series]:  # noqa: ARG002
        columns = frozenset(frame.columns)
        keys = [k for k in on_frame(self.summed(), columns) if _sum(k) not in columns] if columns >= _LINKED else []
        if not keys or frame.get_column(MEMBER_ROW).null_count() == frame.height:
            return {}
        own = frame.select(PARENT_ROW, *keys)
        sums = own.group_by(PARENT_ROW).agg(
            *(pl.col(k).sum().alias(_sum(k)) for k in keys), *(pl.col(k).is_null().any().alias(_gap(k)) for k in keys)
        )
        by_body = own.select(PARENT_ROW).join(sums, on=PARENT_ROW, how="left", maintain_order="left")
        counties = frame.select(MEMBER_ROW).with_row_index("~at").drop_nulls()
        by_county = counties.select("~at").hstack(by_body[counties.get_column(MEMBER_ROW)].drop(PARENT_ROW))
        rows = frame.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("~at"))
        by_county = rows.join(by_county, on="~at", how="left", maintain_order="left")
        made = {_sum(k): by_body.get_column(_sum(k)) for k in keys}
        made |= {_total(k): by_county.get_column(_sum(k)) for k in keys}
        return made | {_gap(k): by_county.get_column(_gap(k)) for k in keys}


@dataclass(frozen=True, slots=True)
class RollUp(_Summed):
    """The cells of a county's report are the sums of the reports of its bodies.

    ``judge``: ``proven``, broken where the sum is above the county's number, or below it with everybody on the
    list there; ``question``, judged only without a list: broken where the sum is below the number, so that a
    body may be missing in the batch.
    """

    type: ClassVar[str] = "expect_rollup_to_balance"
    around: ClassVar[bool] = True
    tables: tuple[str, ...]
    judge: str
    tolerance: float = 0.0

    def check(self) -> None:
        require_tables(self.tables)
        require("judge ", [self.judge], ("proven", "question"))
        if self.tolerance < 0:
            raise ValueError("tolerance 不能小于 0")

    def lines(self) -> tuple[Line, ...]:
        return row_lines(self.tables)

    def reason(self, line: Line) -> str | None:  # noqa: ARG002
        return "members.why"

    def helpers(self, columns: frozenset[str]) -> Helpers:
        if not columns >= _LINKED:
            return ()
        missing = pl.col("missing") if "missing" in columns else pl.lit(None, dtype=pl.List(pl.String))
        whole = pl.col("members.why").is_null() if "members.why" in columns else pl.lit(value=True)
        listed = {_COMPLETE: missing.is_not_null() & whole, "~members.listed": missing.is_not_null()}
        return (listed,)

    def summed(self) -> tuple[str, ...]:
        return _counted(k for line in self.lines() for k in line.keys)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        keys = [k for k in _counted(on_frame(line.keys, columns)) if _total(k) in columns]
        if not keys or not columns >= _LINKED:
            return constant(NOT_APPLICABLE)
        slack = self.tolerance + ROUNDING
        here = [state(k).is_not_null() for k in keys]
        above = any_of(pl.col(_total(k)) - pl.col(k) > slack for k in keys)
        gaps = any_of(h & pl.col(_gap(k)) for k, h in zip(keys, here, strict=True))
        unread = any_of(h & pl.col(k).is_null() for k, h in zip(keys, here, strict=True))
        solid = [pl.col(k) - pl.col(_total(k)) > slack for k in keys]
        below = any_of(s & ~pl.col(_gap(k)) for k, s in zip(keys, solid, strict=True))
        absent = pl.col(MEMBER_ROW).is_null() | ~any_of(here)
        if self.judge == "question":
            return coded(absent=absent | pl.col("~members.listed"), broken=below & ~above, open_=unread | gaps)
        complete = pl.col(_COMPLETE).fill_null(value=False)
        return coded(
            absent=absent, broken=above | (below & complete), open_=unread | gaps | (any_of(solid) & ~complete)
        )

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        members = _members(row, [key for known in self.lines() for key in known.keys])
        off = [item for key in _counted(line.keys) if (item := self._off(key, row, members)) is not None]
        keys = tuple(key for key, _, _ in off)
        omitted = self._omitted(row, members)
        first = off[0] if off else ("", 0.0, 0.0)
        details = {"sums": off, "omitted": omitted, "quote": "", "difference": plain(first[2] - first[1])}
        return Measured(plain(first[1]), plain(first[2]), keys, details)

    def _off(self, key: str, row: Mapping[str, Any], members: list[dict[str, Any]]) -> tuple[str, float, float] | None:
        """The county's number and the sum, where they differ."""
        value = row.get(key)
        if value is None:
            return None
        known = sum(m[key] for m in members if m.get(key) is not None)
        differs = abs(value - known) > self.tolerance + ROUNDING
        shown = known > value if self.judge == "proven" and not self._all_there(row) else True
        return (key, value, known) if differs and shown else None

    @staticmethod
    def _all_there(row: Mapping[str, Any]) -> bool:
        return row.get("missing") is not None and row.get("members.why") is None

    def _omitted(self, row: Mapping[str, Any], members: list[dict[str, Any]]) -> list[str]:
        """Bodies whose numbers are just what the sum is above the county's numbers, cell by cell."""
        keys = [k for line in self.lines() for k in _counted(line.keys) if row.get(k) is not None]
        sums = {k: sum(m[k] for m in members if m.get(k) is not None) for k in keys}
        excess = {k: sums[k] - row[k] for k in keys}
        if not any(value > ROUNDING for value in excess.values()):
            return []
        return [
            str(m["organ"])
            for m in members
            if all(abs((m.get(k) or 0.0) - excess[k]) <= self.tolerance + ROUNDING for k in keys)
        ]


@cache
def _signed_keys() -> frozenset[str]:
    return frozenset(k for k in all_keys() if column_of(k).signed)


def _counted(keys: Iterable[str]) -> tuple[str, ...]:
    """Keys whose numbers add up from 0 upwards; changes (本年增/减) do not."""
    return tuple(k for k in keys if k not in _signed_keys())


def _members(row: Mapping[str, Any], keys: Iterable[str]) -> list[dict[str, Any]]:
    """Name and numbers (as far as there are any) of the county's bodies."""
    frame: pl.DataFrame | None = row.get(FRAME)
    at = row.get(MEMBER_ROW)
    if frame is None or at is None:
        return []
    own = frame.item(at, PARENT_ROW)
    asked = dict.fromkeys(("organ", *on_frame(tuple(keys), frozenset(frame.columns))))
    return frame.select(*asked)[rows_like(row, {PARENT_ROW: own})].to_dicts()


@dataclass(frozen=True, slots=True)
class MembersReported(Rule):
    """Every body on the list has a report in the batch.

    Undetermined where each of the missing could be one of the reports whose body or year nobody knows, or of
    the inputs that could not be read.
    """

    type: ClassVar[str] = "expect_members_reported"
    around: ClassVar[bool] = True

    def lines(self) -> tuple[Line, ...]:
        return (Line("members"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if not {"missing", "unknown"} <= columns:
            return constant(NOT_APPLICABLE)
        count = pl.col("missing").list.len()
        return coded(absent=count.is_null(), broken=count > pl.col("unknown"), open_=count > 0)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        missing = row.get("missing") or []
        bodies = "、".join(missing[:_NAMED]) + ("等" if len(missing) > _NAMED else "")
        return Measured(bodies, "", (), {"quote": "", "fields": {"bodies": bodies, "number": len(missing)}})


#: So many bodies are named in a message.
_NAMED = 12


@dataclass(frozen=True, slots=True)
class BodyListed(Rule):
    """The body is on the list of bodies, where there is one for its county."""

    type: ClassVar[str] = "expect_body_listed"
    around: ClassVar[bool] = True

    def lines(self) -> tuple[Line, ...]:
        return (Line("listed"),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        if line.name not in columns:
            return constant(NOT_APPLICABLE)
        return coded(absent=pl.col(line.name).is_null(), broken=~pl.col(line.name))

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        return Measured(str(row.get("organ") or ""), "", (), {"quote": row.get("title") or ""})


@dataclass(frozen=True, slots=True)
class OwnNumbers(_Summed):
    """A body does not report the numbers of the whole county while other bodies have some too.

    ``whole``: broken where all its numbers above 0 in ``keys`` (at least ``cells``) are those of the county and
    the county has no others; else broken where one of them is, but not in the case of ``whole``.
    """

    type: ClassVar[str] = "expect_own_numbers"
    around: ClassVar[bool] = True
    keys: tuple[str, ...]
    whole: bool
    cells: int

    def check(self) -> None:
        require_keys(self.keys)
        require_counts(cells=self.cells)

    def lines(self) -> tuple[Line, ...]:
        return (Line("whole" if self.whole else "single", self.keys),)

    def helpers(self, columns: frozenset[str]) -> Helpers:
        keys = on_frame(self.keys, columns)
        if not columns >= _LINKED or not keys:
            return ()
        return ({f"~parent.{k}": pl.col(k).gather(pl.col(PARENT_ROW)) for k in keys},)

    def summed(self) -> tuple[str, ...]:
        return self.keys

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        keys = [k for k in on_frame(self.keys, columns) if _sum(k) in columns]
        if not columns >= _LINKED or not keys:
            return constant(NOT_APPLICABLE)
        parent = {k: pl.col(f"~parent.{k}") for k in keys}
        differ = any_of((pl.col(k) != parent[k]) & ((pl.col(k) > 0) | (parent[k] > 0)) for k in keys)
        positive = pl.sum_horizontal([(pl.col(k) > 0).fill_null(value=False).cast(pl.Int32) for k in keys])
        others = any_of((pl.col(_sum(k)) > pl.col(k)) & (pl.col(k) > 0) for k in keys)
        unread = any_of((pl.col(k).is_null() & state(k).is_not_null()) | parent[k].is_null() for k in keys)
        whole = ~differ & ~unread & (positive >= self.cells) & others
        absent = pl.col(PARENT_ROW).is_null()
        if self.whole:
            return coded(absent=absent, broken=whole, open_=unread & ~differ)
        single = any_of((pl.col(k) > 0) & (pl.col(k) == parent[k]) & (pl.col(_sum(k)) > pl.col(k)) for k in keys)
        return coded(absent=absent, broken=single & ~whole, open_=unread & ~whole)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        frame, at = row.get(FRAME), row.get(PARENT_ROW)
        if frame is None or at is None:
            return Measured("", "")
        few = frame.select("organ", *on_frame(self.keys, frozenset(frame.columns)))
        parent = few.row(at, named=True)
        sums = few.drop("organ")[rows_like(row, {PARENT_ROW: at})].sum()
        same = [k for k in sums.columns if row[k] and row[k] == parent[k] and sums.item(0, k) > row[k]]
        off = [(k, row[k], sums.item(0, k) - row[k]) for k in same]
        details = {"sums": off, "quote": "", "fields": {"county": str(parent["organ"] or "")}}
        first = off[0] if off else ("", 0.0, 0.0)
        return Measured(plain(first[1]), plain(first[2]), tuple(same), details)


@dataclass(frozen=True, slots=True)
class ZeroShare(_Summed):
    """Not nearly all bodies of a county report no requests while the county has many of its own (零申请率).

    Broken where more than ``share`` of at least ``bodies`` bodies have 0 in ``key`` and the county's number
    is more than ``own`` above their sum.
    """

    type: ClassVar[str] = "expect_zero_share_plausible"
    around: ClassVar[bool] = True
    key: str
    share: float
    bodies: int
    own: float

    def check(self) -> None:
        require_keys([self.key])
        if not 0 < self.share < 1:
            raise ValueError("share 要在 0 和 1 之间")
        require_counts(bodies=self.bodies)

    def lines(self) -> tuple[Line, ...]:
        return (Line("zeros", (self.key,)),)

    def helpers(self, columns: frozenset[str]) -> Helpers:
        if not columns >= _LINKED or self.key not in columns:
            return ()
        key = pl.col(self.key)
        counts = {
            f"~members.zero.{self.key}": (key == 0).sum().over(PARENT_ROW),
            f"~members.known.{self.key}": key.count().over(PARENT_ROW),
        }
        return (counts,)

    def summed(self) -> tuple[str, ...]:
        return (self.key,)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if not columns >= _LINKED or _total(self.key) not in columns:
            return constant(NOT_APPLICABLE)
        zeros, known = (pl.col(f"~members.{c}.{self.key}").gather(pl.col(MEMBER_ROW)) for c in ("zero", "known"))
        few = known < self.bodies
        many = (zeros > known * self.share) & (pl.col(self.key) - pl.col(_total(self.key)) > self.own)
        absent = pl.col(MEMBER_ROW).is_null() | few
        return coded(absent=absent, broken=many, open_=pl.col(self.key).is_null())

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        known = [m[self.key] for m in _members(row, (self.key,)) if m.get(self.key) is not None]
        zeros = sum(value == 0 for value in known)
        details = {"quote": "", "fields": {"zeros": zeros, "bodies": len(known)}}
        return Measured(plain(row.get(self.key)), "", (self.key,), details)
