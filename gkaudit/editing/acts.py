"""Acts (一次失误): what a clerk, a spreadsheet or a scanner does to several cells at once.

An act frees cells (they may be anything), shifts them by known amounts, or moves them all by the same
amount. Costs are in ``data/editing.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from gkaudit.editing.problem import Problem
from gkaudit.editing.settings import cost
from gkaudit.editing.symmetry import Layout, column, row
from gkaudit.frames import KNOWN_STATES

__all__ = ["Act", "acts"]


@dataclass(frozen=True, slots=True)
class Act:
    """One act and its cells, which are cells that the layout keeps.

    ``free``: cells that may take any number; ``shift``: cells and by how much they change; ``joint``: cells
    that change by the same amount; ``places``: the cells of the form that a shift may concern, one mapping a
    possibility.
    """

    kind: str
    cost: float
    free: tuple[str, ...] = ()
    shift: tuple[tuple[str, int], ...] = ()
    joint: tuple[str, ...] = ()
    places: tuple[tuple[tuple[str, int], ...], ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """All cells it touches."""
        return (*self.free, *(key for key, _ in self.shift), *self.joint)


def acts(problem: Problem, layout: Layout) -> tuple[Act, ...]:
    """Everything that may have happened, each once; what changes no equation and no statement is left out."""
    found = [Act("cell", problem.cost(key), free=(key,)) for key in layout.kept]
    if problem.lone:
        return tuple(found)
    found += _row_acts(problem, layout)
    found += _computed(problem, layout)
    found += _merged(_shifts(problem, layout), layout, problem)
    return tuple(found)


def _row_acts(problem: Problem, layout: Layout) -> Iterator[Act]:
    """Rows left at zero, or lost."""
    for keys in _rows(layout.kept):
        if len(keys) < 2 or any(problem.start[key] or problem.readings[key].impossible for key in keys):  # noqa: PLR2004
            continue
        states = {problem.readings[key].state for key in keys}
        known = states.intersection(KNOWN_STATES)
        kind = "row_zero" if known else "row_unread" if "unreadable" in states else "row_blank"
        yield Act(kind, cost("events", kind), free=keys)


def _computed(problem: Problem, layout: Layout) -> Iterator[Act]:
    """A cell together with the totals that a spreadsheet computed from it."""
    keep = set(layout.kept)
    totals: dict[str, list[str]] = {}
    for equation in problem.equations:
        total = equation.total
        if total in keep:
            for key in equation.keys:
                if key in keep and key != total:
                    totals.setdefault(key, []).append(total)
    empty = {key for keys in _rows(layout.kept) for key in keys if not any(problem.start[k] for k in keys)}
    for key, above in totals.items():
        if key not in empty:
            for total in above:
                yield Act("with_total", cost("events", "with_total"), joint=(key, total))
        corners = [set(totals.get(total, ())) for total in above]
        common = set.intersection(*corners) if len(corners) > 1 else set()
        for corner in sorted(common):
            yield Act("with_totals", cost("events", "with_totals"), joint=(key, *above, corner))


def _rows(keys: Iterable[str]) -> list[tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        found.setdefault(row(key), []).append(key)
    return [tuple(cells) for cells in found.values()]


def _shifts(problem: Problem, layout: Layout) -> Iterator[tuple[str, dict[str, int]]]:
    """Numbers in the wrong place: kind, and by how much cells change. Cells are those of the whole form."""
    start = problem.start
    rows = [keys for keys in _rows(layout.order) if all(not problem.readings[k].impossible for k in keys)]
    totals = {e.total for e in problem.equations if len({row(k) for k in e.keys}) == 1}
    for keys in rows:
        filled = [key for key in keys if start[key]]
        if not filled:
            continue
        if len(filled) > 1:
            yield "row_spurious", {key: -start[key] for key in filled}
        if not start[keys[-1]]:
            yield "row_shift", _became(start, keys, (0, *(start[key] for key in keys[:-1])))
        parts = [key for key in keys if key not in totals]
        for one, other in pairwise(parts):
            yield "column_slip", _became(start, (one, other), (start[other], start[one]))
    for upper, lower in pairwise(rows):
        if row(upper[0])[0] != row(lower[0])[0] or not any(start[key] for key in (*upper, *lower)):
            continue
        pairs = [(a, b) for a in upper for b in lower if column(a) == column(b)]
        swaps = [_became(start, pair, (start[pair[1]], start[pair[0]])) for pair in pairs]
        yield from (("row_slip", swap) for swap in swaps)
        moved = {key: by for swap in swaps for key, by in swap.items()}
        if len(moved) > 2:  # noqa: PLR2004 - one cell of each row is a row_slip
            yield "row_moved", moved


def _became(start: Mapping[str, int], keys: tuple[str, ...], new: tuple[int, ...]) -> dict[str, int]:
    return {key: value - start[key] for key, value in zip(keys, new, strict=True) if value != start[key]}


def _merged(found: Iterable[tuple[str, dict[str, int]]], layout: Layout, problem: Problem) -> Iterator[Act]:
    """Acts on the cells that are kept; those that look the same there are one act with several places."""
    sums = [e.terms for e in problem.equations] + [tuple((key, 1) for key in s.keys) for s in problem.statements]
    use: dict[str, list[tuple[int, int]]] = {}
    for number, terms in enumerate(sums):
        for key, coefficient in terms:
            use.setdefault(key, []).append((number, coefficient))
    places: dict[tuple[str, tuple[tuple[str, int], ...]], list[tuple[tuple[str, int], ...]]] = {}
    for kind, shift in found:
        if not shift or not _matters(shift, use):
            continue
        moved: dict[str, int] = {}
        for key, by in shift.items():
            moved[layout.leader[key]] = moved.get(layout.leader[key], 0) + by
        places.setdefault((kind, tuple(moved.items())), []).append(tuple(shift.items()))
    for (kind, kept), where in places.items():
        yield Act(kind, cost("events", kind), shift=kept, places=tuple(where))


def _matters(shift: Mapping[str, int], use: Mapping[str, list[tuple[int, int]]]) -> bool:
    effect: dict[int, int] = {}
    for key, by in shift.items():
        for number, coefficient in use.get(key, ()):
            effect[number] = effect.get(number, 0) + coefficient * by
    return any(effect.values())
