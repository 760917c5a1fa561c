"""How often leads are right: ``python tests/bench/bench_leads.py [--reports 1000] [--seed 1] [--slips 1 2]``.

Draws reports whose tables add up (small numbers, few filled rows, as towns have them), puts one or two
slips in, studies each as a run would, and prints by kind of slip how often the lead was

    unique    the only explanation and right; “of these, one of” where it names several empty rows or columns
              that nothing tells apart and the truth is one of them
    tied      right, among two to five that are shown as equally good
    wrong     the only explanation, and wrong: what must not happen
    tied w.   several equally good, the truth not among them
    none      no lead was given (too many ties, too many cells, values open)
    unseen    the slips break no sum

and how long a broken report took. ``--claims P``: that share of the reports says in its prose how many
requests were received and answered, one sentence in twenty wrongly. ``--computed`` adds slips whose totals a
spreadsheet computed: they leave several ways to mend the sums. It measures; it does not pass or fail.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from gkaudit.editing.study import Task, study
from gkaudit.form import form
from tests.editing.tables import APPLICANTS, balanced, cells, claim, system

OUTCOMES = ("unique", "one of", "tied", "wrong", "tied w.", "none", "unseen")
OUTER = ("received", "pending_start", "processed", "pending_end")
ROWS = [row.name for row in form("2021").table("requests").rows]
RESULTS = [row for row in ROWS if row not in OUTER]
Values = dict[str, int]


def report(rng: random.Random) -> Values:
    """Numbers of one report: one to six kinds of results, mostly of natural persons."""
    values = dict.fromkeys(form("2021").keys(), 0)
    scale = rng.choice((2, 5, 12, 40, 150))
    for row in rng.sample(RESULTS, rng.choice((1, 2, 2, 3, 4, 6))):
        values[f"requests.{row}.natural_person"] = 1 + int(rng.expovariate(1 / scale))
        if rng.random() < 0.3:
            values[f"requests.{row}.{rng.choice(APPLICANTS[1:])}"] = 1 + int(rng.expovariate(3 / scale))
    for row in ("pending_start", "pending_end"):
        if rng.random() < 0.4:
            values[f"requests.{row}.natural_person"] = 1 + int(rng.expovariate(4 / scale))
    for column in APPLICANTS:  # nothing carried over that was not there
        done = sum(values[f"requests.{row}.{column}"] for row in RESULTS) + values[f"requests.pending_end.{column}"]
        start = f"requests.pending_start.{column}"
        values[start] = min(values[start], done)
    return balanced(values)


# ── slips: each takes the numbers and changes some; False where this report offers no place for it ──


def _filled(values: Values) -> list[str]:
    return [key for key, value in values.items() if value and key.startswith("requests.")]


def typed(values: Values, rng: random.Random) -> bool:
    """One digit wrong."""
    key = rng.choice(_filled(values))
    digits = list(str(values[key]))
    at = rng.randrange(len(digits))
    digits[at] = rng.choice([d for d in "0123456789" if d != digits[at] and (at or d != "0" or len(digits) == 1)])
    values[key] = int("".join(digits))
    return True


def dropped(values: Values, rng: random.Random) -> bool:
    """A digit left out."""
    long = [key for key in _filled(values) if values[key] > 9]
    if not long:
        return False
    key = rng.choice(long)
    digits = str(values[key])
    at = rng.randrange(len(digits))
    values[key] = int(digits[:at] + digits[at + 1 :])
    return True


def swapped(values: Values, rng: random.Random) -> bool:
    """Two neighbouring digits in each other's place."""
    pairs = [(k, i) for k in _filled(values) for i in range(len(str(values[k])) - 1)]
    pairs = [(k, i) for k, i in pairs if str(values[k])[i] != str(values[k])[i + 1]]
    if not pairs:
        return False
    key, at = rng.choice(pairs)
    digits = list(str(values[key]))
    digits[at], digits[at + 1] = digits[at + 1], digits[at]
    values[key] = int("".join(digits))
    return True


def omitted(values: Values, rng: random.Random) -> bool:
    """One cell left at zero."""
    values[rng.choice(_filled(values))] = 0
    return True


def stale(values: Values, rng: random.Random) -> bool:
    """A total not updated: still what it was before a part changed."""
    totals = [k for k in _filled(values) if k.endswith(".total") or ".processed." in k]
    key = rng.choice(totals)
    values[key] = max(0, values[key] + rng.choice((-3, -2, -1, -1, 1, 1, 2, 3)))
    return True


def row_zero(values: Values, rng: random.Random) -> bool:
    """A whole row left at zero."""
    row = rng.choice(_filled(values)).split(".")[1]
    values |= {f"requests.{row}.{c}": 0 for c in (*APPLICANTS, "total")}
    return True


def row_spurious(values: Values, rng: random.Random) -> bool:
    """A row filled that should be empty."""
    empty = [r for r in ROWS if not values[f"requests.{r}.total"]]
    row, number = rng.choice(empty), 1 + int(rng.expovariate(1 / 3))
    values |= {f"requests.{row}.natural_person": number, f"requests.{row}.total": number}
    return True


def column_slip(values: Values, rng: random.Random) -> bool:
    """A number in the neighbouring applicant's column."""
    places = []
    for key in _filled(values):
        table, row, column = key.split(".")
        if column in APPLICANTS:
            at = APPLICANTS.index(column)
            beside = [APPLICANTS[i] for i in (at - 1, at + 1) if 0 <= i < len(APPLICANTS)]
            places += [(key, f"{table}.{row}.{b}") for b in beside if not values[f"{table}.{row}.{b}"]]
    key, beside = rng.choice(places)
    values[key], values[beside] = 0, values[key]
    return True


def row_slip(values: Values, rng: random.Random) -> bool:
    """A number in the neighbouring row, the totals where they belong."""
    places = []
    for key in _filled(values):
        table, row, column = key.split(".")
        at = ROWS.index(row)
        near = [ROWS[i] for i in (at - 1, at + 1) if 0 <= i < len(ROWS)]
        places += [(key, f"{table}.{n}.{column}") for n in near if not values[f"{table}.{n}.{column}"]]
    if not places:
        return False
    key, beside = rng.choice(places)
    values[key], values[beside] = 0, values[key]
    return True


KINDS: dict[str, Callable[[Values, random.Random], bool]] = {
    "one digit wrong": typed,
    "digit dropped": dropped,
    "digits swapped": swapped,
    "cell left at zero": omitted,
    "total not updated": stale,
    "row left at zero": row_zero,
    "row filled by mistake": row_spurious,
    "column slip": column_slip,
    "neighbouring row": row_slip,
}


# ── slips that a spreadsheet makes hard to see: they leave fewer sums broken, and several ways to mend them ──


def computed_row(values: Values, rng: random.Random) -> bool:
    """A result wrong, and the total of its row computed from it."""
    key = rng.choice([k for k in _filled(values) if k.split(".")[1] in RESULTS and not k.endswith(".total")])
    by = rng.choice((-1, 1, 1, 2, 3))
    if values[key] + by < 0:
        return False
    values[key] += by
    values[f"{key.rpartition('.')[0]}.total"] += by
    return True


def computed(values: Values, rng: random.Random) -> bool:
    """A result wrong, and all totals computed from it: only the balance of the year is off."""
    key = rng.choice([k for k in _filled(values) if k.split(".")[1] in RESULTS and not k.endswith(".total")])
    by = rng.choice((-1, 1, 1, 2, 3))
    if values[key] + by < 0:
        return False
    column = key.rpartition(".")[2]
    for cell in (key, f"{key.rpartition('.')[0]}.total", f"requests.processed.{column}", "requests.processed.total"):
        values[cell] += by
    return True


COMPUTED = {"row total computed": computed_row, "all totals computed": computed}


def slipped(rng: random.Random, names: list[str]) -> tuple[Values, Values]:
    """A report as it should be and as it was printed; drawn again where a slip finds no place."""
    while True:
        truth = report(rng)
        printed = dict(truth)
        if all((KINDS | COMPUTED)[name](printed, rng) for name in names) and printed != truth:
            return truth, printed


# ── judging ─────────────────────────────────────────────────────────────────────────────────────


def _same(lead: dict[str, Any], truth: Values, printed: Values) -> bool:
    """Whether the lead undoes the slips: the same cells, or such as nothing tells apart from them."""
    wrong = {key: value for key, value in truth.items() if value != printed[key]}
    if len(lead["changes"]) != len(wrong):
        return False
    left = dict(wrong)
    for change in lead["changes"]:
        hit = next((k for k in (change["key"], *change["among"]) if k in left and left[k] == int(change["new"])), None)
        if hit is None:
            return False
        del left[hit]
    return True


def judge(leads: list[dict[str, Any]], truth: Values, printed: Values) -> str:
    """Which of :data:`OUTCOMES` it is."""
    if not leads:
        return "unseen"
    if not leads[0]["rank"]:
        return "none"
    ties = leads[0]["ties"]
    right = [lead for lead in leads if lead["rank"] <= ties and _same(lead, truth, printed)]
    if ties == 1:
        return "wrong" if not right else "one of" if any(c["among"] for c in right[0]["changes"]) else "unique"
    return "tied" if right else "tied w."


def said(values: Values, rng: random.Random, share: float) -> tuple[dict[str, Any], ...]:
    """Two sentences of the prose, each wrong once in twenty times."""
    if rng.random() >= share:
        return ()
    numbers = {row: values[f"requests.{row}.total"] + (rng.random() < 0.05) for row in ("received", "processed")}
    return tuple(claim(f"requests.{row}.total", number, row) for row, number in numbers.items())


def measure(reports: int, slips: int, seed: int, share: float, names: list[str]) -> None:
    """Study so many reports with so many slips each, and print the table."""
    rng = random.Random(seed)
    table: dict[str, Counter[str]] = {}
    times: list[float] = []
    study(_task(*slipped(rng, ["row left at zero"])[::-1], ()))  # scipy loads once
    for number in range(reports):
        kinds = [names[number % len(names)]] if slips == 1 else rng.sample(names, slips)
        truth, printed = slipped(rng, kinds)
        task = _task(printed, truth, said(truth, rng, share))
        begun = time.process_time()
        leads = study(task).leads
        times.append((time.process_time() - begun) * 1e3)
        outcome = judge([lead for lead in leads if lead["part"] == "requests"], truth, printed)
        for kind in kinds:
            table.setdefault(kind, Counter())[outcome] += 1
        table.setdefault("all", Counter())[outcome] += 1
    _print(table, times, f"{reports} reports, {slips} slip(s) each, seed {seed}, prose in {share:.0%}")


def _task(printed: Values, _truth: Values, claims: tuple[dict[str, Any], ...]) -> Task:
    return Task("甲镇-2024", system(), tuple(cells(printed)), claims)


def _print(table: dict[str, Counter[str]], times: list[float], title: str) -> None:
    print(f"\n{title}\n{'':24}" + "".join(f"{name:>9}" for name in OUTCOMES))
    for kind in (*[k for k in KINDS | COMPUTED if k in table], "all"):
        seen = sum(table[kind].values())
        print(f"{kind:24}" + "".join(f"{table[kind][name] / seen:9.1%}" for name in OUTCOMES))
    ordered = sorted(times)
    p99 = ordered[int(len(ordered) * 0.99)]
    print(f"CPU ms a report: median {statistics.median(times):.1f}, p99 {p99:.0f}, longest {ordered[-1]:.0f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slips", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--claims", type=float, default=0.0)
    parser.add_argument("--computed", action="store_true", help="also slips whose totals a spreadsheet computed")
    args = parser.parse_args()
    for slips in args.slips:
        measure(args.reports, slips, args.seed, args.claims, list(KINDS))
    if args.computed:
        measure(args.reports, 1, args.seed, args.claims, list(COMPUTED))


if __name__ == "__main__":
    main()
