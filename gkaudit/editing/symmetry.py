"""Rows and columns that nothing can tell apart: empty ones that stand in the same equations.

One stands for all. Two empty rows that would both have to change could always be one row that changes by
the sum, at no more cost, so nothing cheaper is lost; what is found is said of “one of these rows”.
Rows and columns that a sentence of the prose speaks of in its own way are told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from gkaudit.editing.problem import Problem, form_order

__all__ = ["Layout", "alike", "layout_of"]

#: A row or a column: its table and its name.
Line: TypeAlias = tuple[str, str]
_Where: TypeAlias = Callable[[str], Line]


def row(key: str) -> Line:
    """The row of a cell."""
    table, name, _ = key.split(".")
    return table, name


def column(key: str) -> Line:
    """The column of a cell."""
    table, _, name = key.split(".")
    return table, name


@dataclass(frozen=True)
class Layout:
    """Rows and columns of a problem in the order of the form, and who stands for whom.

    ``rows`` and ``columns`` map a line that is kept to all the lines that it stands for, itself first.
    """

    order: tuple[str, ...]
    rows: Mapping[Line, tuple[Line, ...]]
    columns: Mapping[Line, tuple[Line, ...]]

    @cached_property
    def _leaders(self) -> tuple[dict[Line, Line], dict[Line, Line]]:
        by_row = {member: lead for lead, members in self.rows.items() for member in members}
        by_column = {member: lead for lead, members in self.columns.items() for member in members}
        return by_row, by_column

    @cached_property
    def leader(self) -> dict[str, str]:
        """Every cell → the cell that stands for it."""
        by_row, by_column = self._leaders
        keys = set(self.order)
        found = {}
        for key in self.order:
            lead = f"{row(key)[0]}.{by_row[row(key)][1]}.{by_column[column(key)][1]}"
            found[key] = lead if lead in keys else key
        return found

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """The cells that the solver sees, in the order of the form."""
        return tuple(key for key in self.order if self.leader[key] == key)

    def shared(self, key: str) -> bool:
        """Whether the cell stands for others as well."""
        return len(self.rows[row(key)]) > 1 or len(self.columns[column(key)]) > 1

    def variants(self, keys: Iterable[str]) -> list[dict[str, str]]:
        """Every way to put other lines in place of those that stand for several: kept cell → cell."""
        listed = list(keys)
        ways: list[dict[str, str]] = [{key: key for key in listed}]
        for of, members, at in ((row, self.rows, 1), (column, self.columns, 2)):
            for lead in dict.fromkeys(of(key) for key in listed):
                ways = [
                    {k: _put(now, at, member[1]) if of(k) == lead else now for k, now in way.items()}
                    for way in ways
                    for member in members[lead]
                ]
        return ways


def _put(key: str, at: int, name: str) -> str:
    parts = key.split(".")
    parts[at] = name
    return ".".join(parts)


def layout_of(problem: Problem, *, reduce: bool = True) -> Layout:
    """The layout of a problem; without ``reduce`` every line stands for itself."""
    order = form_order(problem.readings)
    if not reduce or problem.lone:
        return Layout(order, _alone(order, row), _alone(order, column))
    rows = _classes(problem, order, row, column)
    leads = set(rows)
    columns = _classes(problem, tuple(k for k in order if row(k) in leads), column, row)
    # Rows that were merged are empty throughout, so a column is as empty as its kept rows.
    return Layout(order, rows, {**columns, **{c: (c,) for c in map(column, order) if c not in _members(columns)}})


def alike(problem: Problem) -> dict[Line, object]:
    """What can be told about each row but for its numbers: equal where two rows could change places."""
    order = form_order(problem.readings)
    use = _uses(problem, set(order))
    rows: dict[Line, list[str]] = {}
    for key in order:
        rows.setdefault(row(key), []).append(key)
    return {line: _signature(problem, line, keys, use, row, column)[:3] for line, keys in rows.items()}


def _members(classes: Mapping[Line, tuple[Line, ...]]) -> set[Line]:
    return {member for members in classes.values() for member in members}


def _alone(order: Iterable[str], of: _Where) -> dict[Line, tuple[Line, ...]]:
    return {line: (line,) for line in dict.fromkeys(map(of, order))}


def _classes(problem: Problem, order: tuple[str, ...], of: _Where, across: _Where) -> dict[Line, tuple[Line, ...]]:
    """Lines by what can be told about them; the first of each class stands for it."""
    lines: dict[Line, list[str]] = {}
    for key in order:
        lines.setdefault(of(key), []).append(key)
    seen = set(order)
    use = _uses(problem, seen)
    classes: dict[object, list[Line]] = {}
    for line, keys in lines.items():
        empty = all(problem.start[key] == 0 and not problem.readings[key].impossible for key in keys)
        mark: object = _signature(problem, line, keys, use, of, across) if empty else line
        classes.setdefault(mark, []).append(line)
    return {members[0]: tuple(members) for members in classes.values()}


def _uses(problem: Problem, seen: set[str]) -> dict[str, list[tuple[int, int]]]:
    """Cell → numbers of the equations and statements it stands in, with its coefficient."""
    use: dict[str, list[tuple[int, int]]] = {key: [] for key in seen}
    sums = [e.terms for e in problem.equations]
    sums += [tuple((key, 1) for key in s.keys) for s in problem.statements]
    for number, terms in enumerate(sums):
        for key, coefficient in terms:
            if key in use:
                use[key].append((number, coefficient))
    return use


def _signature(  # noqa: PLR0913, PLR0917 - everything that tells a line from another
    problem: Problem, line: Line, keys: list[str], use: Mapping[str, list[tuple[int, int]]], of: _Where, across: _Where
) -> tuple[object, ...]:
    """What a line is made of and where it stands, without its name; at last how it was read."""
    sums = [e.terms for e in problem.equations] + [tuple((key, 1) for key in s.keys) for s in problem.statements]
    own: set[int] = set()
    for number in {n for key in keys for n, _ in use[key]}:
        if all(of(key) == line for key, _ in sums[number]):
            own.add(number)
    shape = frozenset((len(sums[n]), frozenset((across(key)[1], c) for key, c in sums[n])) for n in own)
    place = tuple((across(key)[1], tuple((n, c) for n, c in use[key] if n not in own)) for key in keys)
    return line[0], shape, place, tuple((problem.cost(key), problem.readings[key].state) for key in keys)
