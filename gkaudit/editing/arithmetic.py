"""What one act or two explain, worked out without a solver.

One or two acts have to touch every equation that does not hold, and whatever else they change has to come
out even between them; that leaves a handful of candidates, whose amounts follow from the equations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

from gkaudit.editing.acts import Act
from gkaudit.editing.explanation import Explanation, explain
from gkaudit.editing.problem import Problem
from gkaudit.editing.symmetry import Layout

__all__ = ["Candidates", "Vague"]


class Vague(Exception):  # noqa: N818 - it is an answer, not an error
    """The acts would do, but leave a choice of numbers."""


@dataclass(frozen=True, slots=True)
class _Effect:
    """What an act can do to the equations, as bit sets: those it may change, and those it changes for sure."""

    may: int
    must: int
    #: Equation → change for each unit of each unknown of the act; unknowns are numbered within the act.
    factors: Mapping[int, Mapping[int, int]]
    #: Equation → change by the known amounts of a shift.
    fixed: Mapping[int, int]
    #: Key → number of its unknown.
    unknown: Mapping[str, int]


class Candidates:
    """The acts of a problem, ready to be tried alone and in pairs."""

    def __init__(self, problem: Problem, layout: Layout, acts: Sequence[Act]) -> None:
        self.problem, self.layout, self.acts = problem, layout, tuple(acts)
        self._sums = problem.needed
        self._missing = [-e.value(problem.start) for e in self._sums]
        self._open = sum(1 << n for n, e in enumerate(self._sums) if not e.holds(problem.start))
        self._closed = sum(1 << n for n, e in enumerate(self._sums) if not self._missing[n] and not e.at_least)
        self._use: dict[str, list[tuple[int, int]]] = {}
        for number, equation in enumerate(self._sums):
            for key, coefficient in equation.terms:
                self._use.setdefault(key, []).append((number, coefficient))
        self._effects = [self._effect(act) for act in self.acts]
        self._impossible = {layout.leader[key] for key, reading in problem.readings.items() if reading.impossible}

    def _effect(self, act: Act) -> _Effect:
        unknown = {key: 0 if act.joint else n for n, key in enumerate((*act.free, *act.joint))}
        factors: dict[int, dict[int, int]] = {}
        fixed: dict[int, int] = {}
        for key, number in unknown.items():
            for at, coefficient in self._use.get(key, ()):
                row = factors.setdefault(at, {})
                row[number] = row.get(number, 0) + coefficient
        for key, by in act.shift:
            for at, coefficient in self._use.get(key, ()):
                fixed[at] = fixed.get(at, 0) + coefficient * by
        factors = {at: {n: c for n, c in row.items() if c} for at, row in factors.items()}
        may = sum(1 << at for at in {at for at, row in factors.items() if row} | {at for at, by in fixed.items() if by})
        return _Effect(may, may if len(set(unknown.values())) <= 1 else 0, factors, fixed, unknown)

    def alone(self) -> Iterator[tuple[int, Explanation]]:
        """Numbers of the acts that explain everything by themselves."""
        for at, effect in enumerate(self._effects):
            if self._open & ~effect.may or effect.must & self._closed:
                continue
            try:
                found = self._explain((at,))
            except Vague:
                continue  # the model will find it, and that it leaves a choice
            if found is not None:
                yield at, found

    def pairs(self, ceiling: float, without: set[int]) -> Iterator[tuple[frozenset[int], Explanation | None]]:
        """Numbers of two acts that explain everything for no more than ``ceiling``.

        No explanation comes with them where they would do, but leave a choice of numbers.

        ``without``: acts that explain everything alone and would only be joined by something needless.
        """
        usable = [(at, e.may, e.must & self._closed) for at, e in enumerate(self._effects) if at not in without]
        for (a, may_a, must_a), (b, may_b, must_b) in combinations(usable, 2):
            if self._open & ~(may_a | may_b) or must_a & ~may_b or must_b & ~may_a:
                continue
            price = self.acts[a].cost + self.acts[b].cost
            if price > ceiling or self._collide(a, b):
                continue
            try:
                found = self._explain((a, b))
            except Vague:
                yield frozenset((a, b)), None
                continue
            if found is not None:
                yield frozenset((a, b)), found

    def _collide(self, a: int, b: int) -> bool:
        """Whether both act on one cell; where a cell stands for several they may be different ones."""
        both = set(self.acts[a].keys).intersection(self.acts[b].keys)
        return any(not self.layout.shared(key) for key in both) or any(
            key in self._effects[a].unknown and key in self._effects[b].unknown for key in both
        )

    def _explain(self, chosen: tuple[int, ...]) -> Explanation | None:
        touched = {key for at in chosen for key in self.acts[at].keys}
        if not self._impossible <= touched:
            return None
        amounts = self._amounts(chosen)
        if amounts is None:
            return None
        done = [(self.acts[at], amounts[n]) for n, at in enumerate(chosen)]
        return explain(self.problem, self.layout, done)

    def _amounts(self, chosen: tuple[int, ...]) -> list[dict[str, int]] | None:
        """By how much each act changes its cells; None where that cannot be. Raises Vague."""
        effects = [self._effects[at] for at in chosen]
        rows: list[_Row] = []
        for at in {at for e in effects for at in (*e.factors, *e.fixed)}:
            if self._sums[at].at_least:
                continue
            left = {(n, u): Fraction(c) for n, e in enumerate(effects) for u, c in e.factors.get(at, {}).items()}
            rows.append((left, Fraction(self._missing[at] - sum(e.fixed.get(at, 0) for e in effects))))
        unknown = {(n, u) for n, e in enumerate(effects) for u in e.unknown.values()}
        solved = _solved(rows, unknown)
        if solved is None:
            return None
        return [
            {**dict(self.acts[at].shift), **{key: solved[n, u] for key, u in effects[n].unknown.items()}}
            for n, at in enumerate(chosen)
        ]


#: A linear form over unknowns (number of the act, number of its unknown), and what it has to be.
_Row: TypeAlias = tuple[dict[tuple[int, int], Fraction], Fraction]


def _solved(rows: list[_Row], unknown: set[tuple[int, int]]) -> dict[tuple[int, int], int] | None:
    """The whole-numbered solution of the equations; None where there is none. Raises Vague where there are many."""
    pivots: dict[tuple[int, int], _Row] = {}
    left = sorted(rows, key=lambda row: len(row[0]))
    while left:
        terms, rest = left.pop(0)
        if not terms:
            if rest:
                return None
            continue
        name, factor = next(iter(terms.items()))
        pivot = ({n: c / factor for n, c in terms.items()}, rest / factor)
        left = sorted((_without(row, name, pivot) for row in left), key=lambda row: len(row[0]))
        pivots = {n: _without(row, name, pivot) for n, row in pivots.items()} | {name: pivot}
    if unknown - pivots.keys() or any(len(terms) > 1 for terms, _ in pivots.values()):
        raise Vague
    if any(rest.denominator != 1 for _, rest in pivots.values()):
        return None
    return {name: int(rest) for name, (_, rest) in pivots.items()}


def _without(row: _Row, name: tuple[int, int], pivot: _Row) -> _Row:
    by = row[0].get(name)
    if by is None:
        return row
    terms = dict(row[0])
    for other, c in pivot[0].items():
        now = terms.get(other, Fraction(0)) - by * c
        if now:
            terms[other] = now
        else:
            terms.pop(other, None)
    return terms, row[1] - by * pivot[1]
