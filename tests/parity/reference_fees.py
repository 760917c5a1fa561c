"""A second implementation of the fee tiers: case by case and page by page."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

Row = dict[str, Any]
Codes = dict[str, list[int]]
HOLDS, BROKEN, OPEN, ABSENT = range(4)


def case_price(args: Row, number: int) -> int:
    """Price of the case with this number."""
    if number <= args["case_bounds"][0]:
        return 0
    if number <= args["case_bounds"][1]:
        return int(args["case_rates"][0])
    over = (number - args["case_bounds"][1] - 1) // args["case_step"]
    return int(args["case_rates"][1] + args["case_rise"] * over)


def page_price(args: Row, number: int) -> int:
    """Price of the page with this number."""
    tiers = zip(args["page_bounds"], args["page_rates"], strict=True)
    return max((rate for bound, rate in tiers if number > bound), default=0)


def _cases(args: Row, count: int) -> int:
    return sum(case_price(args, n) for n in range(1, count + 1))


def _pages(args: Row, count: int) -> int:
    return sum(page_price(args, n) for n in range(1, count + 1))


def _possible(args: Row, yuan: float, cases: int | None, pages: int | None) -> bool:
    free_cases, free_pages = args["case_bounds"][0], args["page_bounds"][0]
    most_pages = 0 if pages is None else _pages(args, pages + free_pages)
    certain = yuan % 10 == 0
    if pages is not None and cases is None:
        certain = certain and yuan <= most_pages
    if pages is not None and cases is not None:
        certain = certain and yuan <= most_pages + _cases(args, cases + free_cases)
    if args["judge"] == "proven" or not certain:
        return certain or args["judge"] == "question"
    ways = []
    if cases is not None:
        low, high = cases * args["case_rates"][0], _cases(args, cases + free_cases)
        ways.append(yuan % args["case_rates"][0] == 0 and (yuan <= _cases(args, cases) or low <= yuan <= high))
    if pages is not None:
        ways.append(yuan <= _pages(args, pages) or pages * args["page_rates"][0] <= yuan <= most_pages)
    return not ways or True in ways


def fee_by_tiers(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        places: dict[Any, list[Row]] = defaultdict(list)
        for claim in row.get("claims") or ():
            usable = claim["exact"] and claim["value"] is not None and claim["scope"] == "own"
            if usable and claim["role"] in ("statement", "total") and 0 <= claim["value"] <= 1e7:
                anchor = claim["anchor"] or {}
                places[anchor.get("page"), anchor.get("line"), anchor.get("paragraph")].append(claim)
        found = []
        for told in places.values():
            fees = [c for c in told if c["measure"] == "information_fee"]
            judged = [c["value"] for c in fees if c["link"] == "firm" or args["judge"] != "proven"]
            kinds = [
                {int(c["value"]) for c in told if c["measure"] == f"information_fee.{k}"} - {0}
                for k in ("cases", "pages")
            ]
            alone = len(fees) == 1 and all(len(kind) < 2 for kind in kinds)
            cases, pages = (min(kind) if alone and kind else None for kind in kinds)
            found += [_possible(args, yuan, cases, pages) for yuan in judged if yuan > 0]
        return (HOLDS if all(found) else BROKEN) if found else ABSENT

    return {args["judge"]: [judge(row) for row in rows]}


REFERENCE = {"expect_fee_by_tiers": fee_by_tiers}
