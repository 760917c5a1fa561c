"""A second implementation of the rules that look across reports: every report is looked up and counted again."""

from __future__ import annotations

import importlib.util
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from gkaudit.narrative.measures import cell_keys

_spec = importlib.util.spec_from_file_location("parity_reference", Path(__file__).with_name("reference.py"))
assert _spec is not None
assert _spec.loader is not None
base = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(base)

Row = dict[str, Any]
Codes = dict[str, list[int]]
HOLDS, BROKEN, OPEN, ABSENT = range(4)
INFINITE = base.INFINITE
PARTS = ("preface", "overall", "disclosure", "requests", "remedies", "problems", "other")


def _half(pattern: str) -> str:
    """Full-width signs of a pattern as half-width ones, as the texts have them."""
    return "".join(re.escape(chr(ord(c) - 0xFEE0)) if "\uff01" <= c <= "\uff5e" else c for c in pattern)


def _texts(row: Row, within: list[str]) -> list[str]:
    parts = [p for w in within for p in (PARTS if w == "all" else (w,))]
    return [row[f"text.{p}"] for p in dict.fromkeys(parts) if row.get(f"text.{p}") is not None]


def value_has_source(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        _, there = base.last_year(row, rows)
        keys = [base.bounds(row, k) for k in args["keys"] if base.cell(row, k)[0] is not None]
        if not keys or there != (args["last_year"] == "needed"):
            return ABSENT
        sources = []
        for name in args["sources"]:
            bare = name.removeprefix("prior.")
            found = base.bounds(row, bare) if bare == name else base.earlier(row, rows, bare)
            sources.append(found or (Decimal(0), Decimal(0)))
        certain = any(low > 0 for low, _ in keys)
        if any(low > 0 for low, _ in sources) or all(high <= 0 for _, high in keys):
            return HOLDS
        if certain and all(high == 0 for _, high in sources):
            return BROKEN
        return OPEN

    return {args["last_year"]: [judge(row) for row in rows]}


def counts_renewed(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        if not base.last_year(row, rows)[1]:
            return ABSENT
        pairs = [(base.bounds(row, k), base.earlier(row, rows, k)) for k in args["keys"] if base.cell(row, k)[0]]
        before = [base.earlier(row, rows, k) for k in args["keys"]]
        if None in before:
            return ABSENT
        if len(pairs) < len(args["keys"]):
            pairs = [(base.bounds(row, k), b) for k, b in zip(args["keys"], before, strict=True)]
        known = [now for now, _ in pairs if now[0] == now[1]]
        unsure = any(now[0] != now[1] or then[0] != then[1] for now, then in pairs)
        if any(now[0] == now[1] and then[0] == then[1] and now != then for now, then in pairs):
            few = sum(n[0] > 0 for n in known) < args["cells"] and sum(n[0] for n in known) < int(args["or_sum"])
            return ABSENT if few and not unsure else HOLDS
        if unsure:
            return OPEN
        if sum(n[0] > 0 for n in known) < args["cells"] and sum(n[0] for n in known) < int(args["or_sum"]):
            return ABSENT
        return BROKEN

    return {"counts": [judge(row) for row in rows]}


def numbers_renewed(args: Row, rows: list[Row]) -> Codes:
    def numbers(row: Row) -> list[str]:
        found = []
        for text in _texts(row, args["within"]):
            left = re.sub(_half("|".join(f"(?:{p})" for p in args["exceptions"])), "□", text)
            found += [n for n in re.findall(r"\d+(?:\.\d+)?", left) if float(n) > 0]
        return found

    def judge(row: Row) -> int:
        before, there = base.last_year(row, rows)
        mine = numbers(row)
        if not there or not _texts(row, args["within"]) or len(mine) < args["at_least"]:
            return ABSENT
        if before is None:
            return OPEN
        return int(mine == numbers(before))

    return {"numbers": [judge(row) for row in rows]}


def constants_stable(args: Row, rows: list[Row]) -> Codes:
    def only(row: Row | None, name: str) -> float | None:
        if row is None:
            return None
        pattern = _half(args["patterns"][name])
        found = {m["n"] for text in _texts(row, args["within"]) for m in re.finditer(pattern, text)}
        return float(found.pop()) if len(found) == 1 else None

    def judge(row: Row, name: str) -> int:
        before, there = base.last_year(row, rows)
        now, then = only(row, name), only(before, name)
        if now is None or (then is None and (before is not None or not there)):
            return ABSENT
        if then is None:
            return OPEN
        said = any(re.search(_half(args["unless"]), text) for text in _texts(row, args["within"]))
        return int(abs(now - then) > args["share"] * max(now, then) and not said)

    return {name: [judge(row, name) for row in rows] for name in args["patterns"]}


def _year_sums(row: Row | None, keys: tuple[str, ...]) -> tuple[Decimal, Decimal]:
    if row is None:
        return Decimal(0), INFINITE
    pairs = [base.bounds(row, k) for k in keys]
    low = sum((low for low, _ in pairs), Decimal(0))
    # A cell of a signed column is nothing that the prose compares.
    return low if low > -INFINITE else Decimal(0), sum((high for _, high in pairs), Decimal(0))


def _stated_change(kind: str, value: Decimal, unit: str, now: Any, then: Any) -> int:
    sure = then[0] == then[1]
    if kind == "last_year":
        if not then[0] <= value <= then[1]:
            return BROKEN
        return HOLDS if sure else OPEN
    sure = sure and now[0] == now[1]
    if unit == "%":
        if not sure or then[0] == 0:
            return OPEN
        places = len(f"{abs(value).normalize():f}".partition(".")[2])
        return HOLDS if abs((now[0] - then[0]) / then[0] * 100 - value) < Decimal(10) ** -places else BROKEN
    if not now[0] - then[1] <= value <= now[1] - then[0]:
        return BROKEN
    return HOLDS if sure else OPEN


def changes_to_match(args: Row, rows: list[Row]) -> Codes:
    def codes_of(row: Row, before: Row | None) -> list[int]:
        codes = []
        for claim in row.get("claims") or ():
            kind, _, measure = claim["measure"].partition(".")
            fits = claim["exact"] and claim["value"] is not None and claim["scope"] == "own"
            if kind not in ("year_on_year", "last_year") or not fits:
                continue
            names = [n for n in (measure, args["also"].get(measure)) if n and cell_keys(n)]
            years = [(_year_sums(row, cell_keys(n)), _year_sums(before, cell_keys(n))) for n in names]
            found = [_stated_change(kind, Decimal(str(claim["value"])), claim["unit"], *pair) for pair in years]
            codes += [next(c for c in (HOLDS, OPEN, BROKEN) if c in found)] if found else []
        return codes

    def judge(row: Row) -> int:
        before, there = base.last_year(row, rows)
        codes = codes_of(row, before)
        if BROKEN in codes:
            return BROKEN
        if not there or not codes:
            return ABSENT
        return OPEN if OPEN in codes else HOLDS

    return {"changes": [judge(row) for row in rows]}


REFERENCE = {
    f"expect_{f.__name__}": f
    for f in (value_has_source, counts_renewed, numbers_renewed, constants_stable, changes_to_match)
}
