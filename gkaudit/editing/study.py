"""One report: its parts, what they imply, and leads; plain data in, plain data out.

:func:`study` needs nothing but its argument and can run in any process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf
from typing import Any

from gkaudit.document import describe_anchor
from gkaudit.editing.deduce import Bound, Contradiction, implied
from gkaudit.editing.equations import System
from gkaudit.editing.explanation import Explanation
from gkaudit.editing.problem import Problem, Statement, readings, statements
from gkaudit.editing.search import Found, search
from gkaudit.editing.settings import limits
from gkaudit.editing.speech import doubtful, message, next_step, part_label, refusal, say, turns

__all__ = ["Studied", "Task", "study"]

_LANGS = ("zh", "en")


@dataclass(frozen=True)
class Task:
    """A report to study: rows of the frames ``cells`` and ``claims``, and the tables that show damage."""

    report_id: str
    system: System
    cells: tuple[Mapping[str, Any], ...]
    claims: tuple[Mapping[str, Any], ...] = ()
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Studied:
    """Rows of the frames ``leads`` and ``implied``."""

    leads: list[dict[str, Any]] = field(default_factory=list)
    implied: list[dict[str, Any]] = field(default_factory=list)


def study(task: Task) -> Studied:
    """Leads and implied values of one report."""
    result = Studied()
    read = readings(task.cells, task.damaged)
    anchors = {cell["key"]: cell["anchor"] for cell in task.cells}
    for equations in task.system.parts:
        keys = dict.fromkeys(key for e in equations for key in e.keys)
        if not all(key in read for key in keys) or all(read[key].value is None for key in keys):
            continue
        problem = Problem(
            task.report_id,
            task.system.edition,
            equations,
            {key: read[key] for key in keys},
            statements(task.claims, keys),
        )
        _part(problem, anchors, result)
    return result


def _part(problem: Problem, anchors: Mapping[str, Any], result: Studied) -> None:
    """Study one part; where its sums come out and nothing is unknown there is nothing to do."""
    bounds: dict[str, Bound] | None = {}
    if problem.unknown:
        try:
            bounds = implied(problem)
        except Contradiction:
            bounds = None
    impossible = any(reading.impossible for reading in problem.readings.values())
    broken = bounds is None or impossible or (bool(problem.open) and not problem.unknown)
    if bounds and not broken:
        result.implied.extend([_bound(problem, key, bound) for key, bound in bounds.items()])
    if not problem.open and not impossible:
        return
    found = search(problem)
    if not broken:
        settled = {key for key, bound in (bounds or {}).items() if bound.value is not None}
        found = _unknown_only(found)
        if found.explanations and settled.issuperset(c.key for c in found.explanations[0].changes):
            return
        result.implied.extend(_assumed(problem, found))
    result.leads.extend(_leads(problem, found, anchors))


def _unknown_only(found: Found) -> Found:
    """Nothing is broken, something is unknown: an answer that leaves the cell open is none."""
    if found.reason or not found.explanations:
        return found
    first = found.explanations[0]
    choices = max((len(change.among) + 1 for change in first.changes), default=1)
    if choices > 1:
        return Found(found.explanations, max(found.ties, choices), "ties", found.more)
    return found


def _bound(problem: Problem, key: str, bound: Bound) -> dict[str, Any]:
    return {
        "report_id": problem.report_id,
        "key": key,
        "low": None if bound.low == -inf else Decimal(int(bound.low)),
        "high": None if bound.high == inf else Decimal(int(bound.high)),
        "value": None if bound.value is None else Decimal(bound.value),
        "proof": sorted(bound.proof),
        "assumption": "none",
    }


def _assumed(problem: Problem, found: Found) -> list[dict[str, Any]]:
    """Numbers that unknown cells have to hold if all others are 0: only where there is one answer."""
    if found.reason or found.ties != 1:
        return []
    changes = found.explanations[0].changes
    if any(change.old is not None for change in changes):
        return []
    rows = []
    for change in changes:
        proof = sorted({line for e in problem.open for line in e.lines[:1] if change.key in e.keys})
        proof = proof or sorted({e.lines[0] for e in problem.equations if change.key in e.keys})
        numbers = dict.fromkeys(("low", "high", "value"), Decimal(change.new))
        rows.append(
            {
                "report_id": problem.report_id,
                "key": change.key,
                **numbers,
                "proof": proof,
                "assumption": "blank_is_zero",
            }
        )
    return rows


# ── leads ───────────────────────────────────────────────────────────────────────────────────────


def _leads(problem: Problem, found: Found, anchors: Mapping[str, Any]) -> list[dict[str, Any]]:
    part = _part_name(problem)
    checks = list(dict.fromkeys(check for e in problem.open for check in e.checks))
    common = {"report_id": problem.report_id, "part": part, "ties": found.ties, "checks": checks, "more": found.more}
    if found.reason or not found.explanations:
        texts = {f"message_{lang}": refusal(found, part, lang) for lang in _LANGS}
        texts |= {f"next_{lang}": _all_lines(part, lang) for lang in _LANGS}
        nothing: dict[str, Any] = {
            "rank": 0,
            "cost": None,
            "changes": [],
            "agrees_with": [],
            "contradicts": [],
            "kinds": [],
        }
        if problem.doubtful:
            texts = {
                name: text + say("source", name[-2:]) if "message" in name else text for name, text in texts.items()
            }
        return [{**common, **nothing, "source": problem.doubtful, "refused": found.reason, **texts}]
    shown = Found(found.explanations[: limits().shown], found.ties, "", found.more)
    return [{**common, **_lead(problem, shown, at, anchors, part)} for at in range(len(shown.explanations))]


def _part_name(problem: Problem) -> str:
    """The table, with the row where the part is one row."""
    rows = dict.fromkeys(key.rpartition(".")[0] for key in problem.readings)
    return next(iter(rows)) if len(rows) == 1 else next(iter(rows)).partition(".")[0]


def _lead(problem: Problem, found: Found, at: int, anchors: Mapping[str, Any], part: str) -> dict[str, Any]:
    explanation = found.explanations[at]
    agrees, contradicts = _said(problem, found, explanation)
    keys = [change.key for change in explanation.changes]
    texts = {}
    for lang in _LANGS:
        places = {key: describe_anchor(anchors.get(key), lang) for key in keys}
        texts[f"message_{lang}"] = message(problem, found, at, (agrees, contradicts), lang)
        texts[f"turns_{lang}"] = turns(problem, found, at, lang)
        texts[f"next_{lang}"] = next_step(problem, keys, places, part, lang)
    return {
        "rank": at + 1,
        "cost": explanation.cost,
        "changes": [
            {
                "key": c.key,
                "old": problem.readings[c.key].printed,
                "new": Decimal(c.new),
                "kind": deed.kind,
                "among": list(c.among),
            }
            for deed in explanation.deeds
            for c in deed.changes
        ],
        "agrees_with": agrees,
        "contradicts": contradicts,
        "kinds": [deed.kind for deed in explanation.deeds],
        "source": doubtful(problem, explanation),
        "refused": None,
        **texts,
    }


def _said(problem: Problem, found: Found, explanation: Explanation) -> tuple[list[str], list[str]]:
    """Quotes that agree and that contradict; only of sentences that the explanations are about."""
    values = explanation.values(problem.start)
    differing = {n for e in found.explanations for n in e.missed}
    changed = {change.key for change in explanation.changes}
    agrees: list[str] = []
    contradicts: list[str] = []
    for number, said in enumerate(problem.statements):
        if _concerned(said, changed) or (number in differing and not said.holds(problem.start)):
            (agrees if said.holds(values) else contradicts).extend(said.quotes[:1])
    return agrees, contradicts


def _concerned(said: Statement, changed: Iterable[str]) -> bool:
    return not set(changed).isdisjoint(said.keys)


def _all_lines(part: str, lang: str) -> str:
    register = say(f"registers.{part.partition('.')[0]}", lang)
    return say("next_lines", lang, places=part_label(part, lang), register=register)
