"""The identities of the form, taken from the suite entries that check them.

What is checked is what is solved: every line of an ``expect_sums_to_balance`` or ``expect_sum_at_least``
entry of severity error is an equation between cells. Lines with a tolerance, lines that look at last year
and entries that only warn are no identities and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from gkaudit.form import Edition, form
from gkaudit.gx.suites import Entry

__all__ = ["Equation", "System", "equations", "independent"]

#: Type of a suite entry → whether the left side may be larger.
_TYPES = {"expect_sums_to_balance": False, "expect_sum_at_least": True}
_PRIOR = "prior."


@dataclass(frozen=True, slots=True)
class Equation:
    """Σ coefficient · cell = 0, or ≥ 0 where ``at_least``; ``lines`` are the checks that say it.

    A line is ``<check>:<line>``, e.g. ``ARI-02:natural_person``.
    """

    lines: tuple[str, ...]
    terms: tuple[tuple[str, int], ...]
    at_least: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The cells in it."""
        return tuple(key for key, _ in self.terms)

    @property
    def checks(self) -> tuple[str, ...]:
        """The ids of the checks, each once."""
        return tuple(dict.fromkeys(line.partition(":")[0] for line in self.lines))

    @property
    def total(self) -> str | None:
        """The cell that is the sum of all others, where the equation says so."""
        alone = {sign: [key for key, coefficient in self.terms if coefficient == sign] for sign in (1, -1)}
        rest = len(self.terms) - 1
        if self.at_least or rest < 2:  # noqa: PLR2004 - one term equal to another is no sum
            return None
        return next((found[0] for found in alone.values() if len(found) == 1), None)

    def value(self, values: Mapping[str, int]) -> int:
        """Left minus right; a cell without a value counts as 0."""
        return sum(coefficient * values.get(key, 0) for key, coefficient in self.terms)

    def holds(self, values: Mapping[str, int]) -> bool:
        """Whether the numbers satisfy it."""
        value = self.value(values)
        return value >= 0 if self.at_least else value == 0


@dataclass(frozen=True)
class System:
    """All identities of one edition, and the parts of the form that they tie together."""

    edition: Edition
    equations: tuple[Equation, ...]

    @cached_property
    def parts(self) -> tuple[tuple[Equation, ...], ...]:
        """Equations grouped so that no cell is in two groups, in the order of the form."""
        return tuple(groups((e, e.keys) for e in self.equations))


def groups(items: Iterable[tuple[Equation, tuple[str, ...]]]) -> Iterable[tuple[Equation, ...]]:
    """Group what shares a cell with one another, directly or through others."""
    found: list[tuple[set[str], list[Equation]]] = []
    for equation, keys in items:
        joined, members = set(keys), [equation]
        for other in [f for f in found if f[0] & joined]:
            found.remove(other)
            joined |= other[0]
            members = other[1] + members
        found.append((joined, members))
    return [tuple(members) for _, members in found]


def equations(entries: Iterable[Entry], edition: Edition) -> System:
    """The identities that the entries check on an edition; the same sum of two checks is one equation."""
    on_form = frozenset(form(edition).keys())
    found: dict[tuple[frozenset[tuple[str, int]], bool], list[str]] = {}
    for entry in entries:
        if entry.type not in _TYPES or entry.severity != "error" or entry.kwargs.get("tolerance"):
            continue
        for line in entry.kwargs["lines"]:
            terms = _terms(entry, line, on_form)
            if terms:
                lines = found.setdefault((frozenset(terms.items()), _TYPES[entry.type]), [])
                lines.append(f"{entry.check_id}:{line}")
    order = {key: at for at, key in enumerate(form(edition).keys())}
    return System(
        edition,
        tuple(
            Equation(tuple(dict.fromkeys(lines)), tuple(sorted(terms, key=lambda t: order[t[0]])), at_least)
            for (terms, at_least), lines in found.items()
        ),
    )


def _terms(entry: Entry, line: str, on_form: frozenset[str]) -> dict[str, int]:
    """Cells and coefficients of a line; nothing where a side has no cell on the form or looks at last year."""
    table, columns = entry.kwargs["table"], entry.kwargs["along"] == "columns"
    terms: dict[str, int] = {}
    for side, sign in (("left", 1), ("right", -1)):
        names = entry.kwargs[side]
        if any(name.startswith(_PRIOR) for name in names):
            return {}
        keys = [f"{table}.{name}.{line}" if columns else f"{table}.{line}.{name}" for name in names]
        own = [key for key in keys if key in on_form]
        if names and not own:
            return {}
        terms |= dict.fromkeys(own, sign)
    return terms


def independent(given: Iterable[Equation]) -> tuple[Equation, ...]:
    """Equalities of which none follows from the others, shortest first, and every inequality.

    The solver needs a sum that two checks say in two ways only once.
    """
    listed = list(given)
    kept: list[Equation] = []
    rows: list[dict[str, float]] = []
    for equation in sorted((e for e in listed if not e.at_least), key=lambda e: len(e.terms)):
        row: dict[str, float] = {key: float(coefficient) for key, coefficient in equation.terms}
        for pivot in rows:
            lead = next(iter(pivot))
            if row.get(lead):
                row = _minus(row, pivot, row[lead] / pivot[lead])
        if row:
            rows.append(row)
            kept.append(equation)
    return tuple(chain(kept, (e for e in listed if e.at_least)))


def _minus(row: Mapping[str, float], other: Mapping[str, float], times: float) -> dict[str, float]:
    reduced = {key: row.get(key, 0.0) - times * other.get(key, 0.0) for key in dict.fromkeys((*row, *other))}
    return {key: value for key, value in reduced.items() if abs(value) > 1e-9}  # noqa: PLR2004
