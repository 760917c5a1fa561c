"""A second implementation of every rule, one report at a time in plain Python and Decimal.

Written from the description of the rules, not from their code: intervals instead of flags, loops
instead of expressions. Slow and obvious; the polars rules are compared with it code by code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from statistics import median
from typing import Any

from gkaudit.form import EDITIONS, form

Row = dict[str, Any]
Codes = dict[str, list[int]]
HOLDS, BROKEN, OPEN, ABSENT = range(4)
INFINITE = Decimal("Infinity")
CLOSE = Decimal("1e-7")
SIGNED = {c.name for t in form("2019").tables for c in t.columns if c.signed}


def cell(row: Row, key: str) -> tuple[str | None, Decimal | None]:
    """State and number of a cell; (None, None) where it is not on the form."""
    state = row.get(f"{key}|state")
    value = row.get(key)
    return state, None if state is None or value is None else Decimal(str(value))


def bounds(row: Row, key: str) -> tuple[Decimal, Decimal]:
    state, value = cell(row, key)
    if state is None:
        return Decimal(0), Decimal(0)
    if value is not None:
        return value, value
    return (-INFINITE if key.rsplit(".", 1)[1] in SIGNED else Decimal(0)), INFINITE


def rows_of(table: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for edition in EDITIONS:
        for row in form(edition).table(table).rows:
            known = found.setdefault(row.name, [])
            known += [k for c in row.columns if (k := f"{table}.{row.name}.{c}") not in known]
    return found


def by_row(tables: list[str], judge: Callable[[Row, list[str], str], int], rows: list[Row], skip: Any = ()) -> Codes:
    """Judge each row of the form; ``skip`` are columns that are not looked at."""
    found = {}
    for table in tables:
        for name, all_keys in rows_of(table).items():
            keys = [k for k in all_keys if k.rsplit(".", 1)[1] not in skip]
            if keys:
                found[f"{table}.{name}"] = [judge(row, keys, table) for row in rows]
    return found


def last_year(row: Row, rows: list[Row]) -> tuple[Row | None, bool]:
    """The report of the year before, and whether there is one at all (two that differ are nobody's)."""
    at = row.get("prior.row")
    return (None, row.get("prior.why") is not None) if at is None else (rows[int(at)], True)


def earlier(row: Row, rows: list[Row], key: str) -> tuple[Decimal, Decimal] | None:
    """Bounds of a cell in the report of the year before; None where there is none, or no such cell on it."""
    before, known = last_year(row, rows)
    if before is None:
        return (Decimal(0), INFINITE) if known else None
    return None if cell(before, key)[0] is None else bounds(before, key)


def _interval(
    row: Row, names: list[str], key_of: Callable[[str], str], rows: list[Row]
) -> tuple[Decimal, Decimal] | None:
    """Lowest and highest sum; None where there is nothing to sum although there should be."""
    low = high = Decimal(0)
    on_form = not [n for n in names if not n.startswith("prior.")]
    for name in names:
        if name.startswith("prior."):
            found = earlier(row, rows, key_of(name.removeprefix("prior.")))
            if found is None:
                return None
            low, high = low + found[0], high + found[1]
            continue
        on_form = on_form or cell(row, key_of(name))[0] is not None
        a, b = bounds(row, key_of(name))
        low, high = low + a, high + b
    return (low, high) if on_form else None


def _sums(args: Row, rows: list[Row], judge: Callable[[Any, Any, Decimal], int]) -> Codes:
    slack = Decimal(str(args.get("tolerance", 0))) + CLOSE
    found: Codes = {}
    for line in (*args["lines"], *args.get("given", ())):

        def key_of(name: str, line: str = line) -> str:
            pair = (name, line) if args["along"] == "columns" else (line, name)
            return ".".join((args["table"], *pair))

        found[line] = []
        for row in rows:
            left, right = (_interval(row, args[side], key_of, rows) for side in ("left", "right"))
            found[line].append(ABSENT if left is None or right is None else judge(left, right, slack))
    given = [found.pop(line) for line in args.get("given", ())]
    for codes in found.values():
        codes[:] = [c if all(g[at] == HOLDS for g in given) else ABSENT for at, c in enumerate(codes)]
    return found


def cells_at_least(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        left, right = (_interval(row, args[side], str, rows) for side in ("left", "right"))
        if left is None or right is None:
            return ABSENT
        if left[1] < right[0] - CLOSE:
            return BROKEN
        return HOLDS if left[0] >= right[1] - CLOSE else OPEN

    return {args["right"][0].removeprefix("prior."): [judge(row) for row in rows]}


def sums_to_balance(args: Row, rows: list[Row]) -> Codes:
    def judge(left: Any, right: Any, slack: Decimal) -> int:
        if left[0] > right[1] + slack or right[0] > left[1] + slack:
            return BROKEN
        return HOLDS if left[0] == left[1] and right[0] == right[1] else OPEN

    return _sums(args, rows, judge)


def sum_at_least(args: Row, rows: list[Row]) -> Codes:
    def judge(left: Any, right: Any, slack: Decimal) -> int:
        if left[1] < right[0] - slack:
            return BROKEN
        return HOLDS if left[0] >= right[1] - slack else OPEN

    return _sums(args, rows, judge)


def zero_together(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        cells = [cell(row, k) for k in args["keys"]]
        if any(state is None for state, _ in cells):
            return ABSENT
        if any(value is None for _, value in cells):
            return OPEN
        return HOLDS if (cells[0][1] == 0) == (cells[1][1] == 0) else BROKEN

    return {"pair": [judge(row) for row in rows]}


def no_shifted_line(args: Row, rows: list[Row]) -> Codes:
    columns = [*args["parts"], args["total"]]

    def balanced(values: list[Decimal | None]) -> bool:
        *parts, total = [v or Decimal(0) for v in values]
        return abs(sum(parts) - total) <= CLOSE

    def judge(row: Row, name: str) -> int:
        cells = [cell(row, f"{args['table']}.{name}.{c}") for c in columns]
        if all(state is None for state, _ in cells):
            return ABSENT
        if any(state not in {"reported", "inferred", "blank", None} for state, _ in cells):
            return OPEN
        values = [value for _, value in cells]
        if balanced(values):
            return HOLDS
        repairs = 0
        moved = [None, *values[:-1]]
        if not values[-1] and (moved[-1] or 0) > 0 and balanced(moved):
            repairs += 1
        for at in range(len(values) - 1):
            a, b = values[at], values[at + 1]
            if a is None or b is None or a not in range(1, 10) or b not in range(10):
                continue
            whole = a * 10 + b
            pair = [None, whole] if at + 2 == len(values) else [whole, None]
            repairs += balanced([*values[:at], *pair, *values[at + 2 :]])
        return BROKEN if repairs == 1 else HOLDS

    found = {name: [judge(row, name) for row in rows] for name in args["lines"]}
    if notes := args.get("notes_column"):
        found["reading"] = [ABSENT if row.get(notes) is None else int(bool(row[notes])) for row in rows]
    return found


def no_cells_in_state(args: Row, rows: list[Row]) -> Codes:
    wanted, scope = set(args["states"]), args["scope"]

    def judge(row: Row, keys: list[str], _: str) -> int:
        states = [s for k in keys if (s := cell(row, k)[0]) is not None]
        if all(s == "absent" for s in states):
            return ABSENT
        open_cells = 0 if "unreadable" in wanted else states.count("unreadable")
        hits, size = sum(s in wanted for s in states), len(states)
        # How many cells may be in the wanted states, once the unreadable ones are known.
        possible = set(range(hits, hits + open_cells + 1))
        bad = {"row": {size}, "partial_row": set(range(1, size)), "any": set(range(1, size + 1))}[scope]
        if possible <= bad:
            return BROKEN
        return OPEN if possible & bad else HOLDS

    return by_row(args["tables"], judge, rows)


def raw_free_of(args: Row, rows: list[Row]) -> Codes:
    pattern = re.compile(args["pattern"])

    def judge(row: Row, keys: list[str], _: str) -> int:
        judged = [k for k in keys if cell(row, k)[0] in args["states"]]
        if not judged:
            return ABSENT
        return int(any(pattern.search(row.get(f"{k}|raw") or "") for k in judged))

    return by_row(args["tables"], judge, rows, args.get("except_columns", ()))


def whole_numbers(args: Row, rows: list[Row]) -> Codes:
    def wrong(key: str, value: Decimal) -> bool:
        column = key.rsplit(".", 1)[1]
        return (value < 0 and column not in args["signed"]) or (value % 1 != 0 and column not in args["decimal"])

    def judge(row: Row, keys: list[str], _: str) -> int:
        cells = {k: cell(row, k) for k in keys}
        if any(v is not None and wrong(k, v) for k, (_, v) in cells.items()):
            return BROKEN
        if any(s == "unreadable" for s, _ in cells.values()):
            return OPEN
        return HOLDS if any(v is not None for _, v in cells.values()) else ABSENT

    return by_row(args["tables"], judge, rows)


def only_total_not_filled(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row, name: str) -> int:
        state, value = cell(row, f"{args['table']}.{name}.{args['total']}")
        parts = [s for c in args["parts"] if (s := cell(row, f"{args['table']}.{name}.{c}")[0]) is not None]
        if not parts or (all(s == "absent" for s in parts) and state in {"absent", None}):
            return ABSENT
        if any(s not in {"blank", "marked", "unreadable"} for s in parts):
            return HOLDS
        if value is None and state != "unreadable":
            return HOLDS
        return OPEN if "unreadable" in {state, *parts} else BROKEN

    return {name: [judge(row, name) for row in rows] for name in args["lines"]}


def rows_present(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row, keys: list[str], table: str) -> int:
        states = [s for k in keys if (s := cell(row, k)[0]) is not None]
        if not states or row.get(f"table.{table}") not in {"found", "elsewhere"}:
            return ABSENT
        if any(s != "absent" for s in states):
            return HOLDS
        editions = {row.get("form"), row.get("form_seen")} - {None}
        mixed = None not in (row.get("form"), row.get("form_seen")) and len(editions) > 1
        return OPEN if row.get(f"damaged.{table}") or mixed else BROKEN

    return by_row(args["tables"], judge, rows)


def value_at_most(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row, key: str) -> int:
        state, value = cell(row, key)
        if state is None or (args.get("levels") and row.get("level") not in args["levels"]):
            return ABSENT
        if value is None:
            return OPEN
        return int(value > Decimal(str(args["maximum"])))

    return {key: [judge(row, key) for row in rows] for key in args["keys"]}


def zero_for_levels(args: Row, rows: list[Row]) -> Codes:
    return value_at_most({**args, "maximum": 0}, rows)


def value_explained(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row, key: str) -> int:
        state, value = cell(row, key)
        if state is None:
            return ABSENT
        if value is not None and value <= 0:
            return HOLDS
        if value is None or row.get("text") is None:
            return OPEN
        return int(re.search(args["pattern"], row["text"]) is None)

    return {key: [judge(row, key) for row in rows] for key in args["keys"]}


def within_history(args: Row, rows: list[Row]) -> Codes:
    def peers(row: Row, key: str) -> Decimal | None:
        place = [row.get(c) for c in ("county", "year", "level")]
        if None in place:
            return None
        group = [r for r in rows if [r.get(c) for c in ("county", "year", "level")] == place]
        values = [v for r in group if (v := cell(r, key)[1]) is not None]
        others = len(values) - (cell(row, key)[1] is not None)
        return Decimal(median(values)) if others >= args["peers_needed"] else None

    def own(row: Row, key: str) -> Decimal | None:
        if row.get("body") is None or row.get("year") is None:
            return None
        earlier = range(row["year"] - args["years"], row["year"])
        same = [r for r in rows if r.get("body") == row["body"] and r.get("year") in earlier]
        return max((v for r in same if (v := cell(r, key)[1]) is not None), default=None)

    def judge(row: Row, key: str) -> int:
        state, value = cell(row, key)
        before, around = own(row, key), peers(row, key)
        before = before if before is not None and before >= 1 else None
        around = around if around is not None and around >= 1 else None
        if state is None or (before is None and around is None):
            return ABSENT
        if value is None:
            return OPEN
        far = before is not None and value > before * int(args["own_factor"]) and value - before > args["own_margin"]
        return int(far or (around is not None and value > around * int(args["peer_factor"])))

    return {key: [judge(row, key) for row in rows] for key in args["keys"]}


def text_to_match(args: Row, rows: list[Row]) -> Codes:
    missing = {"broken": BROKEN, "undetermined": OPEN, "not_applicable": ABSENT}[args["missing"]]

    def judge(row: Row, column: str, pattern: re.Pattern[str]) -> int:
        if args.get("levels") and row.get("level") not in args["levels"]:
            return ABSENT
        text = row.get(column)
        if text is None:
            return missing
        if args.get("ignore_space"):
            text = re.sub("[\\s\u200b\ufeff]", "", text)
        return int(pattern.search(text) is None)

    found = {}
    for column, text in args["patterns"].items():
        pattern = re.compile(text)
        found[column] = [judge(row, column, pattern) for row in rows]
    return found


def parts_present(args: Row, rows: list[Row]) -> Codes:
    def kind(value: Any) -> str:
        if value is None or value in args.get("missing", ()):
            return "missing"
        return "unsure" if value in args.get("unsure", ()) else "there"

    def judge(row: Row, column: str) -> int:
        kinds = {c: kind(row.get(c)) for c in args["columns"]}
        if kinds[column] == "there":
            return HOLDS
        inside = dict(zip(args["columns"], args.get("inside", ()), strict=False)).get(column)
        if inside and re.search(inside, row.get("text") or ""):
            return OPEN
        enough = sum(k == "there" for k in kinds.values()) >= args["at_least"]
        return BROKEN if kinds[column] == "missing" and enough else OPEN

    return {c: [judge(row, c) for row in rows] for c in args["columns"]}


def fact_not(args: Row, rows: list[Row]) -> Codes:
    def judge(value: Any) -> int:
        return ABSENT if value is None else int(value in args["values"])

    return {c: [judge(row.get(c)) for row in rows] for c in args["columns"]}


def flag(args: Row, rows: list[Row]) -> Codes:
    def judge(value: Any) -> int:
        return OPEN if value is None else int(value is not args.get("value", True))

    return {args["column"]: [judge(row.get(args["column"])) for row in rows]}


def list_empty(args: Row, rows: list[Row]) -> Codes:
    def judge(value: Any) -> int:
        return ABSENT if value is None else int(bool(value))

    return {args["column"]: [judge(row.get(args["column"])) for row in rows]}


def form_edition(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        year, seen = row.get("year"), row.get("form_seen")
        if year is not None and (year < args["first_year"] or (args["last_year"] and year > args["last_year"])):
            return ABSENT
        return OPEN if year is None or seen is None else int(seen != args["edition"])

    return {"form_seen": [judge(row) for row in rows]}


def full_year_period(args: Row, rows: list[Row]) -> Codes:
    def stated(row: Row) -> int:
        if row["period_start"] is not None:
            return HOLDS
        return OPEN if (row.get("sections_found") or 0) < args.get("at_least", 0) else BROKEN

    def dates(row: Row) -> int:
        start, end, year = row["period_start"], row["period_end"], row.get("year")
        if start is None:
            return ABSENT
        explained = args.get("part_of_year") and re.search(args["part_of_year"], row.get("text") or "")
        inside = end is not None and year is not None and start[:4] == end[:4] == str(year) and start < end
        if explained and inside and (start[5:], end[5:]) != ("01-01", "12-31"):
            return OPEN
        pairs = [(start, "01-01"), (end, "12-31")]
        if any(day is not None and day[5:] != wanted for day, wanted in pairs):
            return BROKEN
        if year is not None and any(day is not None and day[:4] != str(year) for day, _ in pairs):
            return BROKEN
        return OPEN if year is None or end is None else HOLDS

    def judge(row: Row) -> int:
        if row.get("period_damaged"):
            return OPEN
        days = {c: None if row.get(c) is None else str(row[c])[:10] for c in ("period_start", "period_end")}
        return (stated if args["judge"] == "stated" else dates)(row | days)

    return {"period": [judge(row) for row in rows]}


REFERENCE: dict[str, Callable[[Row, list[Row]], Codes]] = {
    f"expect_{f.__name__}": f
    for f in (
        sums_to_balance,
        sum_at_least,
        cells_at_least,
        zero_together,
        no_shifted_line,
        no_cells_in_state,
        raw_free_of,
        whole_numbers,
        only_total_not_filled,
        rows_present,
        value_at_most,
        zero_for_levels,
        value_explained,
        within_history,
        text_to_match,
        parts_present,
        fact_not,
        flag,
        list_empty,
        form_edition,
        full_year_period,
    )
}
