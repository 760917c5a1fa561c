"""Rules about numbers that the prose itself must get right: totals and parts, shares, points, changes."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import BROKEN, HOLDS, ROUNDING, UNDETERMINED, Line, Measured, plain, require
from gkaudit.gx.rules_said import AT, CODE, LINE, SaidRule, listed_numbers
from gkaudit.gx.rules_text import require_text_pattern
from gkaudit.narrative import MEASURES, cell_keys

__all__ = ["ChangesPossible", "CountsKept", "ListsAddUp", "OneNumber", "PercentsRight"]

#: Role of the claims a rule is about, as they stand in one list.
_HOME = [AT, "group"]


def _coded(frame: pl.DataFrame, broken: pl.Expr, open_: pl.Expr | None = None) -> pl.DataFrame:
    unsure = pl.lit(value=False) if open_ is None else open_
    code = pl.when(broken).then(BROKEN).when(unsure).then(UNDETERMINED).otherwise(HOLDS)
    return frame.with_columns(code.cast(pl.Int8).alias(CODE), pl.lit(0, dtype=pl.UInt32).alias(LINE))


def _lists(said: pl.DataFrame) -> pl.DataFrame:
    """Totals of lists with ``~sum``, ``~largest``, ``~exact``, ``~firm``, ``~labels``, ``~quotes`` of their parts."""
    listed = said.filter(pl.col("group").is_not_null() & pl.col("value").is_not_null())
    parts = (
        listed.filter(pl.col("role") == "part")
        .group_by(_HOME)
        .agg(
            pl.col("value").sum().alias("~sum"),
            pl.col("value").max().alias("~largest"),
            pl.col("exact").all().alias("~exact"),
            (pl.col("link") == "firm").all().alias("~firm"),
            pl.col("label").fill_null("").str.join("、").alias("~labels"),
            pl.col("quote").fill_null("").str.join("、").alias("~quotes"),
        )
    )
    totals = listed.filter(pl.col("role") == "total")
    return totals.join(parts, on=_HOME, how="inner", maintain_order="left")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsAddUp(SaidRule):
    """共N条，其中A a条、B b条: the parts are together as many as the total.

    ``find``: ``above`` where a closed list adds up to more than its total, or one part alone is more;
    ``maybe_above`` where a list that may overlap or may not be complete does; ``below`` where a closed list
    adds up to less; a list of less than ``least`` of the total that does not end with others (其他) is taken for a
    choice. Lists may overlap whose labels match ``overlapping`` (the same item in two channels),
    and those of requests, which may cover what was carried over. Approximate numbers are never judged.
    """

    type: ClassVar[str] = "expect_lists_to_add_up"
    find: str
    overlapping: str = ""
    least: float = 0.0

    def check(self) -> None:
        SaidRule.check(self)
        require("find ", [self.find], ("above", "maybe_above", "below"))
        if not 0 <= self.least < 1:
            raise ValueError("least 要在 0 和 1 之间")
        if self.overlapping:
            require_text_pattern(self.overlapping)

    def lines(self) -> tuple[Line, ...]:
        return (Line(self.find),)

    def needs(self) -> Sequence[str]:
        return ()

    def judged(self, said: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:  # noqa: ARG002
        lists = _lists(said).filter(pl.col("exact") & pl.col("~exact"))
        own = pl.lit(value=False) if not self.overlapping else pl.col("~labels").str.contains(self.overlapping)
        loose = own | pl.col("measure").str.starts_with("requests.") | pl.col("measure").str.starts_with("remedies.")
        closed = pl.col("exhaustive") & (pl.col("link") == "firm") & pl.col("~firm")
        # Channels may carry the same item twice; no part is larger than the whole of a closed list.
        over = pl.col("~sum") > pl.col("value") + ROUNDING
        sure = closed & ~loose & over
        whole = (pl.col("~sum") >= self.least * pl.col("value")) | pl.col("~quotes").str.contains("其[他它]")
        part = (pl.col("~largest") > pl.col("value") + ROUNDING) & ~loose & closed
        flags = {
            "above": sure | part,
            "maybe_above": over & ~(sure | part),
            "below": closed & (pl.col("~sum") < pl.col("value") - ROUNDING) & whole,
        }
        return _coded(lists, flags[self.find])

    def measured(self, line: Line, said: list[dict[str, Any]], row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        first = said[0]
        parts = [c for c in row["claims"] if c["group"] == first["group"] and c["role"] == "part"]
        fields = {"parts": _added(parts)}
        details = {"said": said, "difference": plain(first["~sum"] - first["value"]), "fields": fields}
        return Measured(plain(first["value"]), plain(first["~sum"]), (), details)


def _added(parts: Sequence[Mapping[str, Any]]) -> str:
    return "+".join(plain(c["value"]) for c in parts if c["value"] is not None)


_DECIMALS = r"\d[.．](\d+)\s*[%％]"


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentsRight(SaidRule):
    """占比x%: the share of the part in its total, rounded or cut off at the printed digits.

    Broken where it is off by more than ``above`` and at most ``up_to`` (0: any) in the last printed digit.
    """

    type: ClassVar[str] = "expect_percents_right"
    above: float
    up_to: float = 0.0

    def check(self) -> None:
        SaidRule.check(self)
        if self.above < 0 or 0 < self.up_to <= self.above:
            raise ValueError("above 不能小于 0，up_to 要大于 above")

    def lines(self) -> tuple[Line, ...]:
        return (Line("share"),)

    def needs(self) -> Sequence[str]:
        return ()

    def judged(self, said: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:  # noqa: ARG002
        listed = said.filter(pl.col("group").is_not_null() & pl.col("value").is_not_null() & pl.col("exact"))
        totals = listed.filter((pl.col("role") == "total") & (pl.col("value") > 0))
        whole = totals.select(*_HOME, pl.col("value").alias("~whole")).unique(_HOME, keep="none")
        label = [*_HOME, "label"]
        parts = listed.filter(pl.col("role") == "part").select(*label, pl.col("value").alias("~part"))
        shares = (
            listed.filter((pl.col("role") == "percent") & (pl.col("link") == "firm"))
            .join(parts.unique(label, keep="none"), on=label, how="inner", maintain_order="left")
            .join(whole, on=_HOME, how="inner", maintain_order="left")
        )
        digits = pl.col("quote").str.extract(_DECIMALS).str.len_chars().fill_null(0)
        right = pl.col("~part") * 100 / pl.col("~whole")
        shares = shares.with_columns(right.alias("~right"), digits.alias("~digits"))
        last = 10.0 ** -pl.col("~digits").cast(pl.Float64)
        off = ((pl.col("value") - pl.col("~right")).abs() / last).alias("~off")
        cut = (pl.col("~right") >= pl.col("value") - ROUNDING) & (pl.col("~right") < pl.col("value") + last)
        shares = shares.with_columns(off, cut.alias("~cut"))
        wrong = (pl.col("~off") > 0.5 + ROUNDING) & ~pl.col("~cut")
        within = pl.col("~off") > self.above + ROUNDING
        if self.up_to:
            within &= pl.col("~off") <= self.up_to + ROUNDING
        return _coded(shares, wrong & within)

    def measured(self, line: Line, said: list[dict[str, Any]], row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        first = said[0]
        digits = int(first["~digits"])
        details = {"said": said, "fields": {"part": plain(first["~part"]), "whole": plain(first["~whole"])}}
        share = Decimal(str(first["~part"])) * 100 / Decimal(str(first["~whole"]))
        # Rounded as people do (四舍五入): 1.25 is 1.3.
        right = share.quantize(Decimal(1).scaleb(-max(digits, 1)), ROUND_HALF_UP)
        return Measured(f"{first['value']:.{digits}f}%", f"{right}%", (), details)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsKept(SaidRule):
    """以下三个方面：一是…二是…三是…: as many points follow as are announced, numbered without a gap.

    ``find``: ``count`` or ``order``.
    """

    type: ClassVar[str] = "expect_counts_kept"
    find: str

    def check(self) -> None:
        SaidRule.check(self)
        require("find ", [self.find], ("count", "order"))

    def lines(self) -> tuple[Line, ...]:
        return (Line(self.find),)

    def needs(self) -> Sequence[str]:
        return ()

    def judged(self, said: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:  # noqa: ARG002
        stated = said.filter(pl.col("measure") == "enumeration.stated")
        found = said.filter(pl.col("measure") == "enumeration.found").select(*_HOME, pl.col("value").alias("~found"))
        pairs = stated.join(found.unique(_HOME, keep="first"), on=_HOME, how="inner", maintain_order="left")
        gap = pl.col("note").fill_null("").str.starts_with("序号")
        return _coded(pairs, gap if self.find == "order" else (pl.col("value") != pl.col("~found")) & ~gap)

    def measured(self, line: Line, said: list[dict[str, Any]], row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        note = (said[0]["note"] or "").partition("：")[2]
        points = [c for c in row["claims"] if c["measure"] == "enumeration.found" and c["group"] == said[0]["group"]]
        # The sentence with the points shows more than the announcement alone.
        shown = points if points and points[0]["anchor"] and points[0]["quote"] else said
        details = {"said": shown, "numbers": note}
        return Measured(plain(said[0]["value"]), note or plain(said[0]["~found"]), (), details)


_STEM = r"^(.*?)[0-9０-９〇零一二三四五六七八九十两百千万]+[余多]?[\s\u{3000}]*(?:条|件|项|篇|个|次|起|宗|份)"
_FILLER = (
    r"[\s\u{3000}通过在共计总约各类为达:：,，、]|截至[^,，]*[,，]|20\d\d年度?|全年度?|本年度?|年内|一年来|累计|其中"
    r"|[我本全]?[镇乡县区市]|街道|政府|利用|依托"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneNumber(SaidRule):
    """A quantity that the prose states twice has one number.

    Cells of the form are the same quantity by themselves; ``plain`` lists further measures, which are the
    same where the words before the number are. Only firm, exact statements of the year are compared.
    """

    type: ClassVar[str] = "expect_one_number"
    plain: tuple[str, ...] = ()

    def check(self) -> None:
        SaidRule.check(self)
        require("数量 ", self.plain, [m for m, keys in MEASURES.items() if not keys])

    def lines(self) -> tuple[Line, ...]:
        return (Line("number"),)

    def needs(self) -> Sequence[str]:
        return ()

    def judged(self, said: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:  # noqa: ARG002
        cells = [m for m, keys in MEASURES.items() if keys]
        counted = (
            pl.col("exact")
            & pl.col("value").is_not_null()
            & (pl.col("scope") == "own")
            & (pl.col("period") == "this")
            & pl.col("role").cast(pl.String).is_in(["statement", "total"])
        )
        firm = pl.col("measure").is_in(cells) & (pl.col("link") == "firm")
        beside = pl.col("measure").is_in(list(self.plain)) & (pl.col("label").fill_null("") != "")
        stem = pl.col("quote").str.extract(_STEM).str.replace_all(_FILLER, "").fill_null("")
        same = pl.when(pl.col("measure").is_in(cells)).then(pl.lit("")).otherwise(stem + "|" + pl.col("label"))
        chosen = said.filter(counted & (firm | beside)).with_columns(same.alias("~same"))
        keys = [AT, "measure", "unit", "~same"]
        return _coded(chosen, pl.col("value").n_unique().over(keys) > 1)

    def measured(self, line: Line, said: list[dict[str, Any]], row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        alike = [c for c in said if c["measure"] == said[0]["measure"] and c["~same"] == said[0]["~same"]]
        keys = tuple(
            dict.fromkeys(k for c in alike for k in cell_keys(c["measure"]) if row.get(f"{k}|state") is not None)
        )
        numbers = listed_numbers(alike)
        return Measured(numbers, numbers.partition("、")[0], keys, {"said": alike})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPossible(SaidRule):
    """比上年增加m件, 增长p%: what it leaves for the year before is possible, and is what the prose says of it.

    The number of this year is the one that the prose states, else the cell's.
    """

    type: ClassVar[str] = "expect_changes_possible"

    def lines(self) -> tuple[Line, ...]:
        return (Line("change"),)

    def needs(self) -> Sequence[str]:
        return tuple(dict.fromkeys(k for keys in MEASURES.values() for k in keys))

    def judged(self, said: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
        changes = said.filter(
            pl.col("measure").str.starts_with("year_on_year.") & pl.col("value").is_not_null() & pl.col("exact")
        ).with_columns(pl.col("measure").str.strip_prefix("year_on_year.").alias("~of"))
        now = _numbers(said, "~now", pl.col("measure"), pl.col("scope") == "own")
        before = _numbers(
            said.filter(pl.col("measure").str.starts_with("last_year.")),
            "~before",
            pl.col("measure").str.strip_prefix("last_year."),
            pl.col("scope").is_not_null(),
        )
        changes = changes.join(now, on=[AT, "~of"], how="left", maintain_order="left")
        changes = changes.join(before, on=[AT, "~of"], how="left", maintain_order="left")
        changes = changes.with_columns(pl.coalesce("~now", _cells(changes, frame)).alias("~now"))
        percent = pl.col("unit") == "%"
        left = pl.col("~now") - pl.col("value")
        growth = (pl.col("~now") / pl.col("~before") - 1) * 100
        digits = pl.col("quote").str.extract(_DECIMALS).str.len_chars().fill_null(0)
        off = (growth - pl.col("value")).abs() >= 10.0 ** -digits.cast(pl.Float64) - ROUNDING
        wrong = (
            pl.when(percent)
            .then((pl.col("~before") > 0) & off)
            .when(pl.col("~before").is_not_null())
            .then((left - pl.col("~before")).abs() > ROUNDING)
            .otherwise(left < -ROUNDING)
        )
        unknown = pl.col("~now").is_null() | (percent & pl.col("~before").is_null())
        changes = changes.with_columns(left.alias("~left"), growth.alias("~growth"))
        return _coded(changes, wrong.fill_null(value=False), unknown)

    def measured(self, line: Line, said: list[dict[str, Any]], row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        first = said[0]
        keys = tuple(k for k in cell_keys(first["~of"]) if row.get(f"{k}|state") is not None)
        percent = first["unit"] == "%"
        implied = f"{first['~growth']:.2f}%" if percent and first["~growth"] is not None else plain(first["~left"])
        before = "≥0" if first["~before"] is None else plain(first["~before"])
        details = {"said": said, "fields": {"now": plain(first["~now"]), "before": before}}
        return Measured(plain(first["value"]) + ("%" if percent else ""), implied, keys, details)


def _numbers(said: pl.DataFrame, name: str, of: pl.Expr, wanted: pl.Expr) -> pl.DataFrame:
    """The one exact number of each measure that the prose states; none where it states several."""
    kinds = pl.col("role").cast(pl.String).is_in(["statement", "total", "part"])
    chosen = said.filter(kinds & wanted & pl.col("exact") & pl.col("value").is_not_null())
    return chosen.select(AT, of.alias("~of"), pl.col("value").alias(name)).unique().unique([AT, "~of"], keep="none")


def _cells(changes: pl.DataFrame, frame: pl.DataFrame) -> pl.Series:
    """The cell that a change is one of; null where it is none, or is not known."""
    found = pl.Series("~cell", [None] * changes.height, dtype=pl.Float64)
    numbered = changes.select("~of", AT).with_row_index("~n")
    for (of,), part in numbered.partition_by("~of", as_dict=True).items():
        keys = MEASURES.get(str(of), ())
        if len(keys) == 1 and keys[0] in frame.columns:
            found = found.scatter(part.get_column("~n"), frame.get_column(keys[0]).gather(part.get_column(AT)))
    return found
