"""Reports as rows of the frame ``cells``, with numbers that add up until a test changes them."""

from decimal import Decimal
from functools import cache

from gkaudit.editing.equations import equations
from gkaudit.editing.problem import Problem, readings, statements
from gkaudit.editing.study import Task, study
from gkaudit.form import form
from gkaudit.gx.suites import load_suites
from gkaudit.resources import folder

APPLICANTS = ("natural_person", "business", "research", "public_interest", "legal_service", "other_org")


@cache
def system(edition="2021"):
    return equations([e for s in load_suites(folder("expectations")) for e in s.entries], edition)


def numbers(edition="2021", **parts):
    """Numbers by key; ``parts`` are results and ends, ``row_column=value`` with the totals worked out."""
    values = dict.fromkeys(form(edition).keys(), 0)
    values |= {key.replace("__", "."): value for key, value in parts.items()}
    return balanced(values)


def balanced(values):
    """Totals and 新收 that follow from results, 上年结转 and 结转下年 of each applicant; totals of 表四."""
    keys = [k for k in values if k.startswith("requests.")]
    rows = list(dict.fromkeys(k.split(".")[1] for k in keys))
    results = [r for r in rows if r not in {"received", "pending_start", "processed", "pending_end"}]
    put = dict(values)
    for column in APPLICANTS:
        processed = sum(put[f"requests.{row}.{column}"] for row in results)
        put[f"requests.processed.{column}"] = processed
        ends = put[f"requests.pending_end.{column}"] - put[f"requests.pending_start.{column}"]
        put[f"requests.received.{column}"] = processed + ends
    for row in rows:
        put[f"requests.{row}.total"] = sum(put[f"requests.{row}.{c}"] for c in APPLICANTS)
    for row in ("reconsideration", "litigation_direct", "litigation_after_reconsideration"):
        parts = ("upheld", "corrected", "other_outcome", "pending")
        put[f"remedies.{row}.total"] = sum(put[f"remedies.{row}.{part}"] for part in parts)
    return put


def cells(values, states=None, confidence=1.0):
    """Rows of the frame; None is a blank, ``states`` says otherwise."""
    rows = []
    for key, value in values.items():
        state = (states or {}).get(key, "blank" if value is None else "reported")
        known = state in ("reported", "inferred")
        rows.append(
            {
                "key": key,
                "table": key.split(".")[0],
                "value": Decimal(value) if known else None,
                "state": state,
                "confidence": confidence,
                "anchor": None,
            }
        )
    return rows


def claim(measure, value, quote="正文", link="firm", **other):
    """A row of the frame ``claims``."""
    base = {"measure": measure, "value": Decimal(value), "quote": quote, "link": link, "exact": True}
    return base | {"scope": "own", "period": "this", "role": "statement", "alternatives": []} | other


def problem(values, claims=(), edition="2021", states=None, part=0):
    """One part of a report; 0 is 表三."""
    read = readings(cells(values, states))
    sums = system(edition).parts[part]
    keys = dict.fromkeys(key for e in sums for key in e.keys)
    return Problem("甲镇-2024", edition, sums, {k: read[k] for k in keys}, statements(claims, keys))


def studied(values, claims=(), edition="2021", states=None, damaged=(), confidence=1.0):
    """Leads and implied values of a report."""
    rows = tuple(cells(values, states, confidence))
    return study(Task("甲镇-2024", system(edition), rows, tuple(claims), tuple(damaged)))


def changed(lead):
    """Changes of a lead as key → (old, new)."""
    return {c["key"]: (None if c["old"] is None else int(c["old"]), int(c["new"])) for c in lead["changes"]}
