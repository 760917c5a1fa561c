"""The checks of one report evaluated directly, without Great Expectations, also with numbers assumed otherwise.

The rules are those of the suites (:mod:`gkaudit.gx.rules`); only lines that look at cells are evaluated. What
is assumed here is stored nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from gkaudit import frames
from gkaudit.frames import OUTCOMES
from gkaudit.gx import rules
from gkaudit.gx.results import Results
from gkaudit.gx.rules_sums import SumAtLeast, SumsToBalance
from gkaudit.gx.suites import Entry, Suite
from gkaudit.panel.links import linked
from gkaudit.wide import widened

__all__ = ["Checked", "Sum", "Trial", "sum_of"]

_NOT_APPLICABLE = "not_applicable"
_PRIOR = "prior."


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of one check on this report: ``outcome`` as in verdicts; ``at`` tells it from all others."""

    at: tuple[int, int]
    entry: Entry
    line: rules.Line
    outcome: str


@dataclass(frozen=True, slots=True)
class Sum:
    """Both sides of a sum: pairs of key and number (None where there is none), and their known parts."""

    left: tuple[tuple[str, float | None], ...]
    right: tuple[tuple[str, float | None], ...]
    equal: bool

    @property
    def totals(self) -> tuple[float, float]:
        """The known part of each side."""
        return sum(v or 0.0 for _, v in self.left), sum(v or 0.0 for _, v in self.right)

    def implied(self, key: str) -> tuple[float | None, int]:
        """What the cell would be if all others are right, and how many others have no number."""
        others = [(side, k, v) for side in ("left", "right") for k, v in getattr(self, side) if k != key]
        open_ = sum(v is None for _, _, v in others)
        if open_ or not self.equal:
            return None, open_
        rest = sum((v or 0.0) * (1 if side == "left" else -1) for side, _, v in others)
        return (-rest if any(k == key for k, _ in self.left) else rest), 0


class Trial:
    """The checks on the cells of one report.

    ``tables`` has the report, and those that it is compared with (the year before). Only lines that look at
    the cells asked for are evaluated, which takes some hundredths of a second.
    """

    def __init__(self, suites: Sequence[Suite], tables: frames.Tables, report_id: str) -> None:
        self._entries = [entry for suite in suites for entry in suite.entries]
        self._wide = linked(widened(*tables)).wide
        self._at = self._wide.get_column("report_id").to_list().index(report_id)
        self._columns = frozenset(self._wide.columns)

    def _assumed(self, changes: Mapping[str, Decimal]) -> pl.DataFrame:
        """The wide frame with some numbers put in, as if they stood in the report."""
        own = pl.int_range(pl.len()) == self._at
        new: list[pl.Expr] = []
        for key, value in changes.items():
            said = {
                key: pl.lit(float(value)),
                f"{key}|state": pl.lit("reported", dtype=frames.STATE),
                f"{key}|raw": pl.lit(None, dtype=pl.String),
            }
            new += [pl.when(own).then(made).otherwise(pl.col(name)).alias(name) for name, made in said.items()]
        return self._wide.with_columns(new)

    def row(self, changes: Mapping[str, Decimal] | None = None) -> Mapping[str, Any]:
        """The wide row of the report, with the numbers of the year before, as rules measure it."""
        return Results((), self._assumed(changes or {}), {}).row(self._at)

    def outcomes(self, keys: Iterable[str], changes: Mapping[str, Decimal] | None = None) -> list[Checked]:
        """Every line that looks at one of the cells, with its outcome; lines that do not apply are left out."""
        frame, wanted, found = self._assumed(changes or {}), set(keys), []
        concerned = [
            (entry, lines)
            for entry in self._entries
            if (lines := [(at, line) for at, line in enumerate(entry.lines) if not wanted.isdisjoint(line.keys)])
        ]
        plans = [self._plan(entry, [line for _, line in lines]) for entry, lines in concerned]
        for (entry, lines), codes in zip(concerned, _codes(frame, plans), strict=True):
            for number, (at, line) in enumerate(lines):
                outcome = "failed" if codes is None else OUTCOMES[codes.item(self._at, number)]
                if outcome != _NOT_APPLICABLE:
                    found.append(Checked((entry.index, at), entry, line, outcome))
        return found

    def _plan(self, entry: Entry, lines: Sequence[rules.Line]) -> rules.Plan:
        rule, columns = entry.rule, self._columns
        return rules.Plan(rule.helpers(columns), tuple((line.name, rule.code(line, columns)) for line in lines))

    def changed(self, changes: Mapping[str, Decimal]) -> tuple[list[tuple[Checked, Checked]], int]:
        """Lines whose outcome is another with the changes (before, after), and how many of all stay broken."""
        before = {checked.at: checked for checked in self.outcomes(changes)}
        after = self.outcomes(changes, changes)
        pairs = [(before[new.at], new) for new in after if new.at in before and before[new.at].outcome != new.outcome]
        return pairs, sum(new.outcome == "broken" for new in after)


def sum_of(checked: Checked, row: Mapping[str, Any]) -> Sum | None:
    """Both sides, where the check is about sums; cells that the report's form lacks are left out."""
    rule = checked.entry.rule
    if not isinstance(rule, SumsToBalance | SumAtLeast):
        return None
    used = [
        tuple((k, row.get(k)) for k in keys if k.startswith(_PRIOR) or row.get(f"{k}|state") is not None)
        for keys in rule.sides(checked.line)
    ]
    return Sum(used[0], used[1], isinstance(rule, SumsToBalance))


def _codes(frame: pl.DataFrame, plans: Sequence[rules.Plan]) -> Sequence[pl.DataFrame | None]:
    if not plans:
        return []
    try:
        return rules.evaluate(frame, plans)
    except pl.exceptions.PolarsError:
        return [_one(frame, plan) for plan in plans]


def _one(frame: pl.DataFrame, plan: rules.Plan) -> pl.DataFrame | None:
    """One rule by itself, so that a rule that cannot be computed does not hide the others."""
    try:
        return rules.evaluate(frame, [plan])[0]
    except pl.exceptions.PolarsError:
        return None
