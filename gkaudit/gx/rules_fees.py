"""The fee for handling information (信息处理费): beside the tables, and by its tiers per request or page.

The tiers are those of 国办函〔2020〕109号: what is above a bound is charged by the rate of its tier
(超额累进). A report states totals, over all applicants and months of the year, and does not say whether the
free ones are counted; a sum is wrong only where no way of counting and splitting makes it possible.
"""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import and_, or_
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import (
    BROKEN,
    HOLDS,
    NOT_APPLICABLE,
    Line,
    Measured,
    Rule,
    constant,
    on_frame,
    plain,
    require,
    require_counts,
    require_some,
)
from gkaudit.gx.rules_said import CLAIMS
from gkaudit.gx.rules_text import Scoped, listed
from gkaudit.gx.rules_told import own_claims, stated

__all__ = ["FeeByTiers", "FeePlausible"]

_FEE, _CASES, _PAGES = "information_fee", "information_fee.cases", "information_fee.pages"
#: A fee with the cases and pages that are stated for it.
_Stated = tuple[Mapping[str, Any], int | None, int | None]
#: More cases or pages than this are a slip of reading.
_MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class FeeByTiers(Rule):
    """A stated fee is possible for the stated cases or pages.

    ``case_bounds`` and ``case_rates``: above each bound the rate (元) of a case; above the last bound it rises
    by ``case_rise`` with every ``case_step`` cases. ``page_bounds`` and ``page_rates`` likewise for pages.
    ``judge``: ``proven``, only what no reading makes possible (no multiple of the smallest rate; above the
    most for cases and pages together); ``question``, what one of the two ways does not make possible alone.
    """

    type: ClassVar[str] = "expect_fee_by_tiers"
    case_bounds: tuple[int, ...]
    case_rates: tuple[int, ...]
    case_step: int
    case_rise: int
    page_bounds: tuple[int, ...]
    page_rates: tuple[int, ...]
    judge: str

    def check(self) -> None:
        for bounds, rates in ((self.case_bounds, self.case_rates), (self.page_bounds, self.page_rates)):
            if not bounds or len(bounds) != len(rates) or any(b <= a for a, b in pairwise(bounds)):
                raise ValueError("bounds 要从小到大，rates 与它一样多")
        require_counts(case_step=self.case_step)
        if self.judge not in ("proven", "question"):
            raise ValueError("judge 只能是 proven、question")

    def case_fee(self, cases: int) -> int:
        """Fee (元) of so many requests of one applicant in one month."""
        total = _tiers(cases, self.case_bounds[:-1], self.case_rates[:-1], self.case_bounds[-1])
        above, full = max(cases - self.case_bounds[-1], 0), 0
        steps, rest = divmod(above, self.case_step)
        full = self.case_step * (steps * self.case_rates[-1] + self.case_rise * steps * (steps - 1) // 2)
        return total + full + rest * (self.case_rates[-1] + self.case_rise * steps)

    def page_fee(self, pages: int) -> int:
        """Fee (元) of so many pages of one request."""
        return _tiers(pages, self.page_bounds, self.page_rates)

    def lines(self) -> tuple[Line, ...]:
        return (Line(self.judge),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if "claims" not in columns:
            return constant(NOT_APPLICABLE)
        return pl.col("claims").map_batches(self._codes, return_dtype=pl.Int8)

    def _codes(self, told: pl.Series) -> pl.Series:
        field = pl.element().struct.field
        charged = (field("measure") == _FEE) & (field("value") > 0)
        asked = told.to_frame("claims").select(pl.col("claims").list.eval(charged).list.any()).to_series()
        rows = asked.fill_null(value=False).arg_true()
        codes = [self._report(claims) for claims in told.gather(rows).to_list()]
        whole = pl.repeat(NOT_APPLICABLE, told.len(), dtype=pl.Int8, eager=True)
        return whole.scatter(rows, pl.Series(codes, dtype=pl.Int8)) if codes else whole

    def _report(self, claims: Sequence[Mapping[str, Any]]) -> int:
        found = [self._fits(*stated) for stated in self._judged(claims)]
        if not found:
            return NOT_APPLICABLE
        return HOLDS if all(found) else BROKEN

    def _judged(self, claims: Sequence[Mapping[str, Any]]) -> list[_Stated]:
        """The fees that are judged: what may not be the fee at all proves nothing."""
        return [s for s in _stated(claims) if self.judge == "question" or s[0]["link"] == "firm"]

    def _fits(self, fee: Mapping[str, Any], cases: int | None, pages: int | None) -> bool:
        """Whether the fee is possible."""
        yuan = fee["value"]
        free_cases, free_pages = self.case_bounds[0], self.page_bounds[0]
        possible = yuan % min(self.page_rates[0], self.case_rates[0]) == 0
        if pages is not None:
            by_case = self.case_fee(cases + free_cases) if cases is not None else 0
            possible = possible and yuan <= self.page_fee(pages + free_pages) + by_case
        if self.judge == "proven" or not possible:
            # What is impossible is said by one entry only.
            return bool(possible) or self.judge == "question"
        ways = []
        if cases is not None:
            least = cases * self.case_rates[0]
            charged = least <= yuan <= self.case_fee(cases + free_cases)
            ways.append(yuan % self.case_rates[0] == 0 and (yuan <= self.case_fee(cases) or charged))
        if pages is not None:
            charged = pages * self.page_rates[0] <= yuan <= self.page_fee(pages + free_pages)
            ways.append(yuan <= self.page_fee(pages) or charged)
        return any(ways) or not ways

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        wrong = next((s for s in self._judged(row.get("claims") or ()) if not self._fits(*s)), None)
        if wrong is None:
            return Measured("", "")
        fee, cases, pages = wrong
        fields = {
            "yuan": plain(fee["value"]),
            "by_case": plain(self.case_fee(cases)) if cases is not None else "—",
            "by_page": plain(self.page_fee(pages)) if pages is not None else "—",
        }
        return Measured(plain(fee["value"]), "", (), {"said": [fee], "fields": fields})


def _tiers(count: int, bounds: Sequence[int], rates: Sequence[int], top: int | None = None) -> int:
    """What a count costs: each part above a bound at the rate of its tier, up to ``top``."""
    ends = [*bounds[1:], top if top is not None else max(count, bounds[-1] if bounds else 0)]
    return sum(max(min(count, end) - low, 0) * rate for low, end, rate in zip(bounds, ends, rates, strict=True))


def _stated(claims: Sequence[Mapping[str, Any]]) -> list[_Stated]:
    """Each fee above 0 of the body with the cases and pages that the same passage states for it."""
    own = [
        c
        for c in claims
        if str(c["measure"]).startswith(_FEE)
        and c["exact"]
        and c["value"] is not None
        and 0 <= c["value"] <= _MOST
        and c["scope"] == "own"
        and c["role"] in ("statement", "total")
    ]
    found = []
    for fee in (c for c in own if c["measure"] == _FEE and c["value"] > 0):
        near = [c for c in own if _place(c) == _place(fee)]
        cases, pages = (
            sorted({int(c["value"]) for c in near if c["measure"] == name and c["value"] > 0})
            for name in (_CASES, _PAGES)
        )
        # Several numbers of one kind belong to several charges; which to which nobody says.
        alone = sum(c["measure"] == _FEE for c in near) == 1
        fits = alone and len(cases) <= 1 and len(pages) <= 1
        found.append((fee, *((next(iter(n), None) for n in (cases, pages)) if fits else (None, None))))
    return found


def _place(claim: Mapping[str, Any]) -> tuple[Any, ...]:
    anchor = claim.get("anchor") or {}
    return tuple(anchor.get(part) for part in ("page", "line", "paragraph"))


_JUDGED = ("unpaid", "grounds", "table")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePlausible(Scoped):
    """What the prose says of the information fee (信息处理费) may be true beside the tables.

    ``unpaid``: where no fee was charged, no request lapsed for want of payment. ``grounds``: a fee is only
    possible with at least ``requests_at_least`` requests or one that was granted (pages). ``table``: a fee
    above 0 beside fees of 0 in table two. Each of ``judge`` is a line.
    """

    type: ClassVar[str] = "expect_fee_plausible"
    judge: tuple[str, ...]
    requests_at_least: int

    _KEYS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "unpaid": ("requests.fee_unpaid.total",),
        "grounds": ("requests.received.total", "requests.full_grant.total", "requests.partial_grant.total"),
        "table": ("disclosure.fees.amount_10k_yuan",),
    }

    def check(self) -> None:
        Scoped.check(self)
        require_some("judge", self.judge)
        require("judge ", self.judge, _JUDGED)
        require_counts(requests_at_least=self.requests_at_least)

    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(name, self._KEYS[name]) for name in self.judge)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        keys = on_frame(line.keys, columns)
        if keys != line.keys or CLAIMS not in columns:
            return constant(NOT_APPLICABLE)
        charged = stated((_FEE,), above_zero=True)
        told = stated((_FEE,)) & ~charged if line.name == "unpaid" else charged
        broken, open_ = self._judged(line.name, keys)
        absent = ~told | reduce(or_, [pl.col(f"{k}|state").is_null() for k in keys])
        return self.coded(columns, absent=absent, broken=broken, open_=open_)

    def _judged(self, name: str, keys: tuple[str, ...]) -> tuple[pl.Expr, pl.Expr]:
        """Flags broken and open."""
        if name == "unpaid":
            return (pl.col(keys[0]) > 0).fill_null(value=False), pl.col(keys[0]).is_null()
        if name == "table":
            return (pl.col(keys[0]) == 0).fill_null(value=False), pl.col(keys[0]).is_null()
        received, *granted = (pl.col(k) for k in keys)
        enough = (received >= self.requests_at_least) | reduce(or_, [g > 0 for g in granted])
        known = reduce(and_, [pl.col(k).is_not_null() for k in keys])
        return known & ~enough.fill_null(value=False), ~known & ~enough.fill_null(value=False)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        said = [c for c in own_claims(row, (_FEE,)) if (c["value"] > 0) == (line.name != "unpaid")]
        numbers = listed((plain(row.get(k)) for k in line.keys), len(line.keys))
        return Measured(plain(said[0]["value"]), numbers, line.keys, {"said": said})
