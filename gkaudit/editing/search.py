"""All cheapest explanations of one problem: one act or two by arithmetic, more by the model.

The model is asked only for what takes three acts or more, and only where that could be as good.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from gkaudit.editing.acts import Act, acts
from gkaudit.editing.arithmetic import Candidates
from gkaudit.editing.explanation import Explanation, explain
from gkaudit.editing.model import Model, Solution
from gkaudit.editing.problem import Problem
from gkaudit.editing.settings import Limits, cost, limits
from gkaudit.editing.symmetry import Line, alike, layout_of, row

__all__ = ["Found", "search"]

#: A change that is further from a whole number than this is no answer.
_WHOLE = 1e-3


@dataclass(frozen=True, slots=True)
class Found:
    """Explanations, cheapest first. ``reason``: why there is no lead, empty where there is one.

    ``ties``: how many are as good as the first (for ``cells`` without an explanation, how many cells at least);
    ``more``: the search was stopped before it was through.
    Reasons: ``ties``, ``cells`` (too many would have to change), ``values`` (more than one set of numbers
    would do), ``time``, ``none`` (nothing explains it), ``lone`` (one equation only, nothing to tell apart).
    """

    explanations: tuple[Explanation, ...] = ()
    ties: int = 0
    reason: str = ""
    more: bool = False


def search(problem: Problem, bounds: Limits | None = None, *, arithmetic: bool = True, reduce: bool = True) -> Found:
    """Explain the problem, or say why not. Never takes much longer than ``bounds.seconds``.

    Without ``arithmetic`` everything is left to the model, without ``reduce`` no row stands for others: both
    must come to the same, and take longer.
    """
    bounds = bounds or limits()
    layout = layout_of(problem, reduce=reduce)
    apart = _apart(problem)
    if apart > bounds.cells:
        return Found(ties=apart, reason="cells")
    possible = _relevant(acts(problem, layout), problem)
    found = _Pool(problem, bounds)
    if not arithmetic:
        _several(found, Model(problem, layout, possible, most=bounds.cells), inf)
        return found.result()
    candidates = Candidates(problem, layout, possible)
    enough: set[int] = set()
    for at, explanation in candidates.alone():
        enough.add(at)
        found.add(explanation)
    if problem.lone:
        return found.result()
    together = [frozenset((at,)) for at in enough]
    for two, pair in candidates.pairs(found.ceiling + 2 * cost("digits", "discount"), enough):
        together.append(two)
        if pair is None:
            found.vague.append(sum(possible[at].cost for at in two))
        else:
            found.add(pair)
    if _least(possible, enough, problem) <= found.level:
        model = Model(problem, layout, possible, least=3, most=bounds.cells)
        for known in together:
            model.forbid(known)
        _several(found, model, found.level)
    return found.result()


def _apart(problem: Problem) -> int:
    """How many cells have to change at least: equations that do not hold and share no cell need one each."""
    most = 0
    for rows_first in (True, False):
        used: set[str] = set()
        count = 0
        for equation in sorted(problem.open, key=lambda e: len(e.terms), reverse=not rows_first):
            if used.isdisjoint(equation.keys):
                used.update(equation.keys)
                count += 1
        most = max(most, count)
    return most


class _Pool:
    """Explanations found so far, each repair once."""

    def __init__(self, problem: Problem, bounds: Limits) -> None:
        self.problem, self.bounds = problem, bounds
        self.by_repair: dict[frozenset[tuple[str, int]], Explanation] = {}
        self.vague: list[float] = []
        self.more = self.late = self.hopeless = False

    def add(self, explanation: Explanation) -> None:
        """Keep the cheaper of two that repair the same."""
        other = self.by_repair.get(explanation.repair)
        if other is None or explanation.cost < other.cost:
            self.by_repair[explanation.repair] = explanation

    @property
    def sorted(self) -> list[Explanation]:
        """Cheapest first; of the same cost the one with fewer changes, then in the order of the form."""
        return sorted(self.by_repair.values(), key=lambda e: (e.cost, len(e.changes), sorted(e.repair)))

    @property
    def best(self) -> float:
        """Cost of the cheapest."""
        return min((e.cost for e in self.by_repair.values()), default=float("inf"))

    def _pick(self, one: float, several: float) -> float:
        ranked = self.sorted
        return several if ranked and len(ranked[0].deeds) > 1 else one

    @property
    def ceiling(self) -> float:
        """What costs more is no rival."""
        return self.best + self._pick(self.bounds.window, self.bounds.window_acts)

    @property
    def level(self) -> float:
        """What costs no more than this is a tie."""
        return self.best + self._pick(self.bounds.margin, self.bounds.margin_acts) + 1e-9

    @property
    def ties(self) -> int:
        """How many are as good as the best."""
        return sum(e.cost <= self.level for e in self.by_repair.values())

    def _joined(self) -> None:
        """Take for one what differs only by two rows of one kind changing places: nothing tells them apart."""
        tied = [e for e in self.sorted if e.cost <= self.level]
        if len(tied) < 2:  # noqa: PLR2004
            return
        marks = alike(self.problem)
        found: dict[object, Explanation] = {}
        for explanation in tied:
            rows: dict[Line, list[int]] = {}
            for key, value in explanation.values(self.problem.start).items():
                rows.setdefault(row(key), []).append(value)
            table = Counter((marks[line], tuple(numbers)) for line, numbers in rows.items())
            kinds = tuple(deed.kind for deed in explanation.deeds)
            same = (frozenset(table.items()), kinds, explanation.cost)
            both = found[same].joined(explanation) if same in found else None
            if both is not None:
                del self.by_repair[explanation.repair]
                self.by_repair[both.repair] = both
            found[same] = both or found.get(same, explanation)

    def result(self) -> Found:
        """Leads, or the reason why there are none."""
        self._joined()
        ranked = [e for e in self.sorted if e.cost <= self.ceiling + 1e-9]
        if not ranked:
            if self.hopeless and not self.vague:  # not even by as many acts as cells may change
                return Found(ties=self.bounds.cells + 1, reason="cells")
            return Found(reason="time" if self.late else "values" if self.vague else "none", more=self.more)
        reason = ""
        if any(price <= self.level for price in self.vague):
            reason = "values"
        elif len(ranked[0].changes) > self.bounds.cells:
            reason = "cells"
        elif self.problem.lone and self.ties > 1:
            reason = "lone"
        elif self.ties > self.bounds.ties:
            reason = "ties"
        elif self.late:
            reason = "time"
        return Found(tuple(ranked), self.ties, reason, self.more)


def _relevant(possible: Sequence[Act], problem: Problem) -> list[Act]:
    """Acts that touch an equation that does not hold, a statement that does not, or a number that cannot be."""
    wrong = {key for e in problem.open for key in e.keys}
    wrong |= {key for s in problem.statements if not s.holds(problem.start) for key in s.keys}
    wrong |= {key for key, reading in problem.readings.items() if reading.impossible}
    return [act for act in possible if not wrong.isdisjoint(act.keys)]


def _least(possible: Sequence[Act], without: set[int], problem: Problem) -> float:
    """What three acts cost at least."""
    discount = cost("digits", "discount")
    floors = sorted(
        act.cost - discount * (act.kind == "cell" and problem.start[act.free[0]] > 0)
        for at, act in enumerate(possible)
        if at not in without
    )
    return sum(floors[:3]) if len(floors) > 2 else inf  # noqa: PLR2004


# ── several acts ────────────────────────────────────────────────────────────────────────────────


def _several(found: _Pool, model: Model, level: float) -> None:
    """Ask the model again and again, until what comes is no rival any more.

    ``level``: where arithmetic has found something already, only what is as good matters.
    """
    bounds = found.bounds
    deadline = time.monotonic() + bounds.seconds
    discounts = 3 * cost("digits", "discount")
    for _ in range(bounds.solves):
        try:
            solution = model.cheapest(deadline, min(found.ceiling, level + discounts) + 1e-6)
        except TimeoutError:
            found.more = found.late = True
            return
        if solution is None:
            found.hopeless = not found.by_repair
            return
        _take(found, model, solution)
        # One rival is named for the many that may follow: each further answer takes longer than the last.
        enough = len(found.by_repair) > 1 and _price(model, solution) > found.level
        if found.ties > bounds.ties or enough:
            found.more = found.ties > bounds.ties
            return
    found.more = True


def _price(model: Model, solution: Solution) -> float:
    return sum(model.acts[at].cost for at in solution.acts)


def _take(found: _Pool, model: Model, solution: Solution) -> None:
    """Check an answer in whole numbers and forbid it, and the same repair by single cells."""
    model.forbid(frozenset(solution.acts))
    done = []
    for at in solution.acts:
        solved = solution.amounts[at]
        if any(abs(by - round(by)) > _WHOLE for by in solved.values()):
            found.more = True
            return
        done.append((model.acts[at], {key: round(by) for key, by in solved.items()}))
    for at, (_, amounts) in zip(solution.acts, done, strict=True):
        same = model.cells_of(key for key, by in amounts.items() if by)
        if same and same != {at}:
            model.forbid(frozenset(solution.acts) - {at} | same)
    explanation = explain(found.problem, model.layout, done)
    if explanation is None:
        found.more = True
    elif not model.settled(solution):
        found.vague.append(explanation.cost)
    else:
        found.add(explanation)
