"""The mixed-integer model (Fellegi and Holt, with Scholtus' edit operations), solved by HiGHS in scipy.

Unknowns are changes, not values: a cell changes by what the acts on it allow, equations ask that the changes
make up what is missing, a statement of the prose is met or costs. Only acts and statements are integer; the
changes come out whole by themselves (a network), and are checked in integers by whoever asked.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gkaudit.editing.acts import Act
from gkaudit.editing.problem import Problem
from gkaudit.editing.symmetry import Layout

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Model", "Solution", "quiet"]

#: Room above twice the largest number, for the big M.
_ROOM = 10


@dataclass(frozen=True, slots=True)
class Solution:
    """Numbers of the acts that happened, and by how much each changes its cells, as the solver gives them."""

    acts: tuple[int, ...]
    amounts: dict[int, dict[str, float]]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Send what native code writes to stdout nowhere (HiGHS prints although it is told not to)."""
    try:
        sys.stdout.flush()
        kept = os.dup(1)
    except (OSError, ValueError, AttributeError):
        yield  # no stdout to protect
        return
    try:
        sink = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(sink, 1)
            yield
        finally:
            os.dup2(kept, 1)
            os.close(sink)
    finally:
        os.close(kept)


class Model:
    """The model of one problem; :meth:`cheapest` may be asked again after :meth:`forbid`.

    ``least`` and ``most``: the number of acts that an explanation has.
    """

    def __init__(self, problem: Problem, layout: Layout, acts: Sequence[Act], least: int = 1, most: int = 99) -> None:
        self.problem, self.layout, self.acts = problem, layout, tuple(acts)
        self._cells = {key: at for at, key in enumerate(layout.kept)}
        self._joint = [at for at, act in enumerate(self.acts) if act.joint]
        self._rows: list[tuple[dict[int, float], float, float]] = []
        self._cuts: list[frozenset[int]] = []
        self._build()
        self._add(dict.fromkeys(range(len(self.acts)), 1.0), float(least), float(most))

    # ── variables: acts, free change of each cell, joint change of each joint act, statements ───────

    def _free(self, key: str) -> int:
        return len(self.acts) + self._cells[key]

    @cached_property
    def _joint_at(self) -> dict[int, int]:
        base = len(self.acts) + len(self._cells)
        return {act: base + n for n, act in enumerate(self._joint)}

    def _missed(self, number: int) -> int:
        return len(self.acts) + len(self._cells) + len(self._joint) + number

    @property
    def _size(self) -> int:
        return self._missed(len(self.problem.statements))

    @cached_property
    def most(self) -> float:
        """The big M: no change has to be larger. Never more than twice the largest number and a little."""
        numbers = [*self.problem.start.values(), *(s.value for s in self.problem.statements)]
        missing = sum(abs(e.value(self.problem.start)) for e in self.problem.needed)
        missing += sum(abs(s.value - sum(self.problem.start[k] for k in s.keys)) for s in self.problem.statements)
        moved = max((abs(by) for act in self.acts for _, by in act.shift), default=0)
        return float(min(2 * max(numbers) + _ROOM, missing + moved))

    @cached_property
    def _change(self) -> dict[str, dict[int, float]]:
        """Change of each kept cell as a linear form of the variables."""
        forms: dict[str, dict[int, float]] = {key: {self._free(key): 1.0} for key in self._cells}
        for at, act in enumerate(self.acts):
            for key, by in act.shift:
                forms[key][at] = float(by)
            for key in act.joint:
                forms[key][self._joint_at[at]] = 1.0
        return forms

    def _sum(self, terms: Sequence[tuple[str, int]]) -> dict[int, float]:
        total: dict[int, float] = {}
        for key, coefficient in terms:
            if key in self._cells:
                for at, times in self._change[key].items():
                    total[at] = total.get(at, 0.0) + coefficient * times
        return total

    def _add(self, row: dict[int, float], low: float, high: float) -> None:
        self._rows.append((row, low, high))

    def _build(self) -> None:
        start, inf = self.problem.start, float("inf")
        self._cover()
        for equation in self.problem.needed:
            missing = -equation.value(start)
            self._add(self._sum(equation.terms), missing, inf if equation.at_least else missing)
        for number, said in enumerate(self.problem.statements):
            missing = said.value - sum(start[key] for key in said.keys)
            row = self._sum([(key, 1) for key in said.keys])
            slack = self._missed(number)
            room = 2 * self.most + abs(missing)
            self._add({**row, slack: room}, missing, inf)
            self._add({**row, slack: -room}, -inf, missing)

    def _cover(self) -> None:
        """A cell changes only by acts on it, and by one of them; none becomes less than nothing."""
        start, inf = self.problem.start, float("inf")
        touching: dict[str, list[int]] = {key: [] for key in self._cells}
        for at, act in enumerate(self.acts):
            for key in act.keys:
                touching[key].append(at)
        for key, numbers in touching.items():
            free = [at for at in numbers if key in self.acts[at].free]
            down = min(self.most, start[key])
            self._add({self._free(key): 1.0, **dict.fromkeys(free, -self.most)}, -inf, 0.0)
            self._add({self._free(key): 1.0, **dict.fromkeys(free, down)}, 0.0, inf)
            if not self.layout.shared(key) and len(numbers) > 1:
                self._add(dict.fromkeys(numbers, 1.0), 1.0 if self.problem.readings[key].impossible else 0.0, 1.0)
            elif self.problem.readings[key].impossible:
                self._add(dict.fromkeys(numbers, 1.0), 1.0, inf)
            if len(free) < len(numbers):
                self._add(self._change[key], -start[key], inf)
        for number, at in self._joint_at.items():
            down = min(start[key] for key in self.acts[number].joint)
            self._add({at: 1.0, number: -self.most}, -inf, 0.0)
            self._add({at: 1.0, number: min(self.most, down)}, 0.0, inf)

    # ── solving ─────────────────────────────────────────────────────────────────────────────────────

    def forbid(self, acts: frozenset[int]) -> None:
        """Never give these acts together again, nor more than them."""
        self._cuts.append(acts)

    @cached_property
    def _costs(self) -> np.ndarray[Any, Any]:
        import numpy as np  # noqa: PLC0415

        costs = np.zeros(self._size)
        costs[: len(self.acts)] = [act.cost for act in self.acts]
        costs[self._missed(0) :] = [said.cost for said in self.problem.statements]
        return costs

    @cached_property
    def _bounds(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Lower and upper bounds of the variables, and which are integer."""
        import numpy as np  # noqa: PLC0415

        low, high, whole = np.zeros(self._size), np.ones(self._size), np.ones(self._size)
        continuous = slice(len(self.acts), self._missed(0))
        low[continuous], high[continuous], whole[continuous] = -self.most, self.most, 0
        return low, high, whole

    def cheapest(self, deadline: float, ceiling: float) -> Solution | None:
        """The cheapest explanation that is not forbidden and costs at most ``ceiling``; None where there is none.

        ``deadline`` is a moment of :func:`time.monotonic`. Raises TimeoutError where the time is over before
        the answer is certain.
        """
        import numpy as np  # noqa: PLC0415 - scipy takes 0.2 s, and only broken reports pay for it
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415
        from scipy.sparse import csr_array  # noqa: PLC0415

        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        rows = [*self._rows]
        rows += [(dict.fromkeys(cut, 1.0), -np.inf, float(len(cut) - 1)) for cut in self._cuts]
        if ceiling < np.inf:
            priced = {at: float(c) for at, c in enumerate(self._costs) if c}
            rows.append((priced, -np.inf, ceiling))
        pointers = np.cumsum([0, *(len(row) for row, _, _ in rows)])
        columns = np.fromiter((at for row, _, _ in rows for at in row), dtype=np.int32)
        factors = np.fromiter((c for row, _, _ in rows for c in row.values()), dtype=float)
        matrix = csr_array((factors, columns, pointers), shape=(len(rows), self._size))
        low, high, whole = self._bounds
        with quiet():
            found = milp(
                self._costs,
                integrality=whole,
                bounds=Bounds(low, high),
                constraints=LinearConstraint(matrix, [r[1] for r in rows], [r[2] for r in rows]),
                options={"time_limit": left, "mip_rel_gap": 0.0},
            )
        if found.status == 1:
            raise TimeoutError
        if found.x is None:
            return None
        happened = tuple(at for at in range(len(self.acts)) if found.x[at] > 0.5)  # noqa: PLR2004
        return Solution(happened, {at: self._amounts(at, found.x) for at in happened})

    def _amounts(self, at: int, x: np.ndarray[Any, Any]) -> dict[str, float]:
        """By how much an act changes its cells; a cell that several rows stand behind may be in several acts."""
        act = self.acts[at]
        amounts = {key: float(by) for key, by in act.shift}
        amounts |= {key: float(x[self._joint_at[at]]) for key in act.joint}
        return amounts | {key: float(x[self._free(key)]) for key in act.free}

    def cells_of(self, keys: Iterable[str]) -> set[int]:
        """Numbers of the acts that change just these cells, one each; nothing where one of them is not there."""
        single = {act.free[0]: at for at, act in enumerate(self.acts) if act.kind == "cell"}
        listed = list(keys)
        return {single[key] for key in listed} if all(key in single for key in listed) else set()

    def settled(self, solution: Solution) -> bool:
        """Whether the acts leave no choice of numbers."""
        import numpy as np  # noqa: PLC0415

        columns = [[key] for at in solution.acts for key in self.acts[at].free]
        columns += [list(self.acts[at].joint) for at in solution.acts if self.acts[at].joint]
        sums = [dict(e.terms) for e in self.problem.needed if not e.at_least]
        matrix = np.array([[sum(terms.get(key, 0) for key in keys) for keys in columns] for terms in sums])
        return not columns or int(np.linalg.matrix_rank(matrix)) == len(columns)
