"""The second implementation of the rules about claims: one report at a time, loops and plain numbers.

As in ``reference.py``, written from the description of the rules.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gkaudit.narrative import MEASURES

Row = dict[str, Any]
Codes = dict[str, list[int]]
HOLDS, BROKEN, OPEN, ABSENT = range(4)


def _text() -> Any:
    spec = importlib.util.spec_from_file_location("parity_text", Path(__file__).with_name("reference_text.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TEXT = _text()


def own(claim: Row) -> bool:
    """A number of the body that reports, of the year reported on."""
    return claim["scope"] == "own" and claim["period"] == "this" and claim["value"] is not None


def folded(args: Row, row: Row, codes: list[int]) -> int:
    """One code of many: broken before undetermined before holds."""
    found = next((code for code in (BROKEN, OPEN, HOLDS) if code in codes), ABSENT)
    result: int = TEXT.verdict(args, row, found == ABSENT, found == BROKEN, found == OPEN)
    return result


def against(row: Row, measure: str, value: float, exact: bool, tolerance: float) -> int:
    """A number against the cells of a measure."""
    keys = [k for k in MEASURES.get(measure, ()) if row.get(f"{k}|state") is not None]
    if not keys:
        return ABSENT
    known = sum(row[k] for k in keys if row[k] is not None)
    slack = 1e-7 if exact else max(value * tolerance, 1) + 1e-7
    if known > value + slack:
        return BROKEN
    if any(row[k] is None for k in keys):
        return OPEN
    return HOLDS if known >= value - slack else BROKEN


def claims_match_cells(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row, name: str) -> int:
        codes = []
        for claim in row["claims"]:
            measure, tolerance = claim["measure"], args.get("tolerance", 0)
            if not MEASURES.get(measure) or not (measure == name or measure.startswith(name + ".")):
                continue
            if not own(claim) or claim["link"] not in args["links"] or not (claim["exact"] or tolerance):
                continue
            if args.get("negated", "any") != "any" and claim["negated"] != (args["negated"] == "only"):
                continue
            first = against(row, measure, claim["value"], claim["exact"], tolerance)
            if first == ABSENT:
                continue
            others = [against(row, a, claim["value"], claim["exact"], tolerance) for a in claim["alternatives"]]
            codes.append(next((c for c in (HOLDS, OPEN) if c in [first, *others]), BROKEN))
        return folded(args, row, codes)

    return {name: [judge(row, name) for row in rows] for name in args["measures"]}


REFERENCE: dict[str, Callable[[Row, list[Row]], Codes]] = {f"expect_{f.__name__}": f for f in (claims_match_cells,)}
