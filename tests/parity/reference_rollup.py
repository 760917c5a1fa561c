"""A second implementation of the rules about a county and its bodies: every body is gone through again."""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

_spec = importlib.util.spec_from_file_location("parity_reference", Path(__file__).with_name("reference.py"))
assert _spec is not None
assert _spec.loader is not None
base = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(base)

Row = dict[str, Any]
Codes = dict[str, list[int]]
HOLDS, BROKEN, OPEN, ABSENT = range(4)
SIGNED = base.SIGNED


def _families(rows: list[Row]) -> dict[int, list[Row]]:
    """Rows of the bodies by the row of their county."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.get("parent.row") is not None:
            found[int(row["parent.row"])].append(row)
    return found


def _bodies(row: Row, rows: list[Row], families: dict[int, list[Row]]) -> list[Row]:
    at = row.get("member.row")
    return [] if at is None else families[int(rows[int(at)]["parent.row"])]


def _known(rows: list[Row], key: str) -> list[Decimal]:
    return [Decimal(str(r[key])) for r in rows if r.get(key) is not None]


def rollup_to_balance(args: Row, rows: list[Row]) -> Codes:
    families = _families(rows)
    slack = Decimal(str(args.get("tolerance", 0))) + base.CLOSE

    def judge(row: Row, keys: list[str], _: str) -> int:
        bodies = _bodies(row, rows, families)
        here = [k for k in keys if k.rpartition(".")[2] not in SIGNED and base.cell(row, k)[0] is not None]
        listed = row.get("missing") is not None
        if not bodies or not here or (listed and args["judge"] == "question"):
            return ABSENT
        complete = listed and row.get("members.why") is None
        above = below = doubt = False
        for key in here:
            total, known = base.cell(row, key)[1], _known(bodies, key)
            gaps = len(known) < len(bodies)
            doubt = doubt or gaps or total is None
            if total is None:
                continue
            above = above or sum(known) > total + slack
            under = total > sum(known) + slack
            below = below or (under and not gaps)
            doubt = doubt or (under and not complete and args["judge"] == "proven")
        if args["judge"] == "question":
            return BROKEN if below and not above else OPEN if doubt else HOLDS
        return BROKEN if above or (below and complete) else OPEN if doubt else HOLDS

    return base.by_row(args["tables"], judge, rows)


def members_reported(args: Row, rows: list[Row]) -> Codes:  # noqa: ARG001 - it has none
    def judge(row: Row) -> int:
        if row.get("missing") is None:
            return ABSENT
        count = len(row["missing"])
        return BROKEN if count > row["unknown"] else OPEN if count else HOLDS

    return {"members": [judge(row) for row in rows]}


def body_listed(args: Row, rows: list[Row]) -> Codes:  # noqa: ARG001
    return {"listed": [ABSENT if r.get("listed") is None else int(not r["listed"]) for r in rows]}


def own_numbers(args: Row, rows: list[Row]) -> Codes:
    families = _families(rows)

    def judge(row: Row) -> int:
        if row.get("parent.row") is None:
            return ABSENT
        parent, bodies = rows[int(row["parent.row"])], families[int(row["parent.row"])]
        pairs = [(base.cell(row, k), parent.get(k), sum(_known(bodies, k))) for k in args["keys"]]
        unread = any((state is not None and own is None) or above is None for (state, own), above, _ in pairs)
        both = [(own, Decimal(str(above))) for (_, own), above, _ in pairs if own is not None and above is not None]
        differ = any(own != above and (own > 0 or above > 0) for own, above in both)
        others = any(own is not None and own > 0 and total > own for (_, own), _, total in pairs)
        positive = sum(own is not None and own > 0 for (_, own), _, _ in pairs)
        whole = not differ and not unread and positive >= args["cells"] and others
        if args["whole"]:
            return BROKEN if whole else OPEN if unread and not differ else HOLDS
        single = any(
            own is not None and above is not None and own > 0 and own == Decimal(str(above)) and total > own
            for (_, own), above, total in pairs
        )
        return BROKEN if single and not whole else OPEN if unread and not whole else HOLDS

    return {"whole" if args["whole"] else "single": [judge(row) for row in rows]}


def zero_share_plausible(args: Row, rows: list[Row]) -> Codes:
    families, key = _families(rows), args["key"]

    def judge(row: Row) -> int:
        known = _known(_bodies(row, rows, families), key)
        if row.get("member.row") is None or len(known) < args["bodies"]:
            return ABSENT
        if row.get(key) is None:
            return OPEN
        zeros = sum(value == 0 for value in known)
        own = Decimal(str(row[key])) - sum(known)
        return int(zeros > len(known) * args["share"] and own > int(args["own"]))

    return {"zeros": [judge(row) for row in rows]}


def numbers_not_twins(args: Row, rows: list[Row]) -> Codes:
    keys = [
        key
        for table in args["tables"]
        for name, all_keys in base.rows_of(table).items()
        for key in all_keys
        if name not in args["except_rows"] and key.rpartition(".")[2] not in args["except_columns"]
    ]
    made = [{k: row[k] for k in keys if row.get(k) is not None and row[k] > 0} for row in rows]
    places: dict[Any, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        places[row.get("county"), row.get("year")].append(at)

    def judge(at: int, row: Row) -> int:
        if None in (row.get("county"), row.get("year"), row.get("body")) or row.get("member.row") is not None:
            return ABSENT
        few = len(made[at]) < args["cells"] or sum(made[at].values()) < int(args["at_least"])
        if not few:
            near = places[row["county"], row["year"]]
            return int(any(rows[o].get("body") != row["body"] and made[o] == made[at] for o in near))
        values = [base.cell(row, k) for k in keys]
        if all(value is None for _, value in values):
            return OPEN
        return OPEN if any(s is not None and v is None for s, v in values) else ABSENT

    return {"twins": [judge(at, row) for at, row in enumerate(rows)]}


REFERENCE = {
    f"expect_{f.__name__}": f
    for f in (rollup_to_balance, members_reported, body_listed, own_numbers, zero_share_plausible, numbers_not_twins)
}
