"""Implied values (推得的数): what the identities force in cells that nobody can read, and the proof.

Unknown cells are whole numbers from 0 upwards. Intervals are narrowed equation by equation, then once more
with equations combined so that a cell stands alone (elimination); every bound carries the lines it rests
on. Nothing is assumed, so nothing is said where the known numbers contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, inf

from gkaudit.editing.equations import Equation
from gkaudit.editing.problem import Problem, form_order
from gkaudit.form import column_of

__all__ = ["Bound", "Contradiction", "implied"]

#: Rounds of narrowing; numbers that still move after these run away from each other.
_ROUNDS = 60


class Contradiction(Exception):  # noqa: N818 - it is an answer, not an error
    """The known numbers cannot all be right; ``lines`` are those that say so."""

    def __init__(self, lines: frozenset[str]) -> None:
        super().__init__("、".join(sorted(lines)))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Bound:
    """A cell lies between ``low`` and ``high`` (infinite where nothing is known), because of ``proof``."""

    low: float
    high: float
    proof: frozenset[str]

    @property
    def value(self) -> int | None:
        """The number, where there is only one."""
        return int(self.low) if self.low == self.high else None


@dataclass(frozen=True, slots=True)
class _Row:
    """Σ terms = rest, or ≥ rest; ``lines`` is what it was made of."""

    terms: Mapping[str, int]
    rest: int
    at_least: bool
    lines: frozenset[str]


def implied(problem: Problem) -> dict[str, Bound]:
    """Bounds of the unknown cells that say more than “0 or more”, by key.

    Raises :class:`Contradiction` where the known numbers contradict each other whatever the unknown ones are.
    """
    unknown = frozenset(problem.unknown)
    rows = [_row(e, problem.start, unknown) for e in problem.equations]
    bounds = {key: Bound(-inf if column_of(key).signed else 0, inf, frozenset()) for key in problem.unknown}
    _narrow(bounds, rows)
    if any(bound.low != bound.high for bound in bounds.values()):
        _narrow(bounds, [*rows, *_eliminated(rows, problem.unknown)])
    return {key: bounds[key] for key in form_order(bounds) if bounds[key].proof}


def _row(equation: Equation, known: Mapping[str, int], unknown: frozenset[str]) -> _Row:
    rest = -sum(coefficient * known[key] for key, coefficient in equation.terms if key not in unknown)
    terms = {key: coefficient for key, coefficient in equation.terms if key in unknown}
    return _Row(terms, rest, equation.at_least, frozenset(equation.lines[:1]))


def _narrow(bounds: dict[str, Bound], rows: list[_Row]) -> None:
    """Narrow until nothing moves. Raises Contradiction where an interval becomes empty."""
    for _ in range(_ROUNDS):
        moved = [_tighten(bounds, row) for row in rows]
        if not any(moved):
            return
    raise Contradiction(frozenset().union(*(bound.proof for bound in bounds.values())))


def _tighten(bounds: dict[str, Bound], row: _Row) -> bool:
    """Narrow every cell of a row by what the others can be at most and at least."""
    lows, highs = {}, {}
    for key, c in row.terms.items():
        bound = bounds[key]
        lows[key], highs[key] = (c * bound.low, c * bound.high) if c > 0 else (c * bound.high, c * bound.low)
    least, most = sum(lows.values()), sum(highs.values())
    proof = row.lines.union(*(bounds[key].proof for key in row.terms))
    if most < row.rest or (not row.at_least and least > row.rest):
        raise Contradiction(proof)
    moved = False
    for key, c in row.terms.items():
        # What is left for this cell once all others are as large, or as small, as they can be.
        low = row.rest - _without(highs, key, most)
        high = inf if row.at_least else row.rest - _without(lows, key, least)
        low, high = (low / c, high / c) if c > 0 else (high / c, low / c)
        moved |= _move(bounds, key, low, high, row)
    return moved


def _without(ends: Mapping[str, float], key: str, total: float) -> float:
    """The sum of all others: by subtraction, unless that would be infinite minus infinite."""
    if abs(total) != inf:
        return total - ends[key]
    return sum(end for other, end in ends.items() if other != key)


def _move(bounds: dict[str, Bound], key: str, low: float, high: float, row: _Row) -> bool:
    """Take in a bound of one cell; whole numbers only. Raises Contradiction where nothing is left."""
    bound = bounds[key]
    low = max(bound.low, ceil(low - 1e-9) if abs(low) != inf else low)
    high = min(bound.high, floor(high + 1e-9) if abs(high) != inf else high)
    if (low, high) == (bound.low, bound.high):
        return False
    proof = row.lines.union(bound.proof, *(bounds[k].proof for k in row.terms if k != key))
    if low > high:
        raise Contradiction(proof)
    bounds[key] = Bound(low, high, proof)
    return True


def _eliminated(rows: list[_Row], keys: tuple[str, ...]) -> list[_Row]:
    """Equalities combined by Gauss and Jordan, so that each names as few cells as it can.

    Raises Contradiction where a combination says that 0 is something else.
    """
    left = [row for row in rows if not row.at_least and row.terms]
    done: list[_Row] = []
    for key in keys:
        # The coefficients of these tables stay 1 and -1 (a network); one that did not could not be a pivot.
        at = next((i for i, row in enumerate(left) if abs(row.terms.get(key, 0)) == 1), None)
        if at is None:
            continue
        pivot = left.pop(at)
        left = [_reduced(row, pivot, key) for row in left]
        done = [*(_reduced(row, pivot, key) for row in done), pivot]
    for row in left:
        if row.rest and not row.terms:
            raise Contradiction(row.lines)
    return done


def _reduced(row: _Row, pivot: _Row, key: str) -> _Row:
    """The row without the cell, by means of the pivot (whose coefficient is 1 or -1)."""
    if key not in row.terms:
        return row
    by = row.terms[key] * pivot.terms[key]
    terms = dict(row.terms)
    for k, c in pivot.terms.items():
        left = terms.get(k, 0) - by * c
        if left:
            terms[k] = left
        else:
            terms.pop(k, None)
    return _Row(terms, row.rest - by * pivot.rest, at_least=False, lines=row.lines | pivot.lines)
