"""Rules on the kinds of information that the prose names and those that it gives numbers for."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import (
    BROKEN,
    HOLDS,
    NOT_APPLICABLE,
    UNDETERMINED,
    Line,
    Measured,
    constant,
    plain,
    require,
    require_some,
)
from gkaudit.gx.rules_said import AT, CLAIMS, CODE, LINE, SaidRule, listed_numbers
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
from gkaudit.gx.rules_told import require_measures, under
from gkaudit.narrative import MEASURES

__all__ = ["KindsListed", "WordsFitShares"]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class KindsListed(SaidRule):
    """What the prose says was handled is a kind of information in its list of what was disclosed.

    ``measures``: numbers that ask for it where one is above 0 (proposals). Their kind is listed where the
    label of a part matches ``kinds``. A list without it is broken where it is closed and exact, undetermined
    where it may go on (等, 主要); lists whose every label matches ``overlapping`` are by channel and have no
    kinds. Where the prose says ``unless`` in the parts ``within`` the rule holds.
    """

    type: ClassVar[str] = "expect_kinds_listed"
    measures: tuple[str, ...]
    kinds: str
    overlapping: str
    unless: str
    within: tuple[str, ...]

    def check(self) -> None:
        SaidRule.check(self)
        require_some("measures", self.measures)
        require_measures(self.measures)
        require_parts(self.within)
        for pattern in (self.kinds, self.overlapping, self.unless):
            require_text_pattern(pattern)

    def lines(self) -> tuple[Line, ...]:
        return (Line("listed"),)

    def needs(self) -> Sequence[str]:
        return ()

    def judged(self, said: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:  # noqa: ARG002
        own = (pl.col("scope") == "own") & (pl.col("period") == "this") & (pl.col("value") > 0)
        wanted = [m for m in MEASURES if under(m, self.measures)]
        handled = said.filter(own & pl.col("measure").is_in(wanted)).unique(AT, keep="first", maintain_order=True)
        parts = said.filter((pl.col("measure") == _ITEMS) & (pl.col("role") == "part") & pl.col("label").is_not_null())
        labels = parts.select(
            AT,
            "group",
            pl.col("label").str.contains(self.kinds).alias("~kind"),
            pl.col("label").str.contains(self.overlapping).alias("~way"),
            (pl.col("exact") & (pl.col("link") == "firm")).alias("~firm"),
        )
        closed = said.filter((pl.col("measure") == _ITEMS) & (pl.col("role") == "total")).select(
            AT, "group", pl.col("exhaustive").alias("~closed")
        )
        lists = (
            labels.group_by(AT, "group")
            .agg(pl.col("~kind").any(), pl.col("~way").all(), pl.col("~firm").all())
            .join(closed.unique([AT, "group"], keep="first"), on=[AT, "group"], how="left")
            .filter(~pl.col("~way"))
            .group_by(AT)
            .agg(
                pl.col("~kind").any(), (pl.col("~closed").fill_null(value=False) & pl.col("~firm")).any().alias("~sure")
            )
        )
        found = handled.join(lists, on=AT, how="inner", maintain_order="left")
        code = pl.when(pl.col("~kind")).then(HOLDS).when(pl.col("~sure")).then(BROKEN).otherwise(UNDETERMINED)
        return found.with_columns(code.cast(pl.Int8).alias(CODE), pl.lit(0, dtype=pl.UInt32).alias(LINE))

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        told = anywhere(self.within, columns, self.unless)
        code = SaidRule.code(self, line, columns)
        doubted = told & code.is_in([BROKEN, UNDETERMINED])
        return pl.when(doubted).then(pl.lit(HOLDS, dtype=pl.Int8)).otherwise(code)

    def measured(self, line: Line, said: list[dict[str, Any]], row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        return Measured(listed_numbers(said), "", (), {"said": said})
