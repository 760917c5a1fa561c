"""Explanation (解释): a few acts that make all sums come out, checked in whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gkaudit.editing.acts import Act
from gkaudit.editing.problem import Problem
from gkaudit.editing.settings import cost
from gkaudit.editing.symmetry import Layout
from gkaudit.form import column_of

__all__ = ["Change", "Deed", "Explanation", "explain"]


@dataclass(frozen=True, slots=True)
class Change:
    """A cell as read (null where nothing was read) and as it would have to be.

    ``among``: cells that it may just as well be, because nothing tells them apart.
    """

    key: str
    old: int | None
    new: int
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """What happened in one act, and the cells it changed."""

    kind: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """``repair`` tells explanations apart: the changes of the cells that the solver sees."""

    cost: float
    deeds: tuple[Deed, ...]
    repair: frozenset[tuple[str, int]]
    missed: tuple[int, ...]  # numbers of the statements that would be wrong

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, act by act."""
        return tuple(change for deed in self.deeds for change in deed.changes)

    def values(self, start: Mapping[str, int]) -> dict[str, int]:
        """All numbers after the changes."""
        return {**start, **{change.key: change.new for change in self.changes}}

    def joined(self, twin: Explanation) -> Explanation | None:
        """This explanation with the cells of its twin as other possibilities; None where they do not pair off."""
        left = list(twin.changes)
        deeds = []
        for deed in self.deeds:
            changes = []
            for change in deed.changes:
                other = next((c for c in left if (c.old, c.new) == (change.old, change.new)), None)
                if other is None:
                    return None
                left.remove(other)
                among = dict.fromkeys((*change.among, other.key, *other.among))
                among.pop(change.key, None)
                changes.append(replace(change, among=tuple(among)))
            deeds.append(replace(deed, changes=tuple(changes)))
        return None if left else replace(self, deeds=tuple(deeds))


def explain(problem: Problem, layout: Layout, done: Sequence[tuple[Act, Mapping[str, int]]]) -> Explanation | None:
    """The explanation that these acts make, each with the changes of its cells by amount.

    None where the sums do not come out in whole numbers, or a cell would be less than nothing.
    """
    totals = {e.total for e in problem.equations}
    values, price = dict(problem.start), 0.0
    deeds: list[Deed] = []
    repair: dict[str, int] = {}
    for act, amounts in done:
        moved, among = _places(act, amounts, layout)
        for key, by in moved.items():
            values[key] += by
        for key, by in amounts.items():
            repair[key] = repair.get(key, 0) + by
        changes = tuple(
            Change(key, problem.readings[key].value, values[key], among.get(key, ())) for key, by in moved.items() if by
        )
        if not changes:
            return None
        kind = _kind(act, changes[0], problem, totals)
        price += act.cost - (cost("digits", "discount") if kind.startswith("digit") and not problem.lone else 0.0)
        deeds.append(Deed(kind, changes))
    if any(values[key] < 0 and not column_of(key).signed for key in values) or not all(
        e.holds(values) for e in problem.equations
    ):
        return None
    missed = tuple(n for n, said in enumerate(problem.statements) if not said.holds(values))
    price += sum(problem.statements[n].cost for n in missed)
    return Explanation(round(price, 6), tuple(deeds), frozenset((key, by) for key, by in repair.items() if by), missed)


def _places(act: Act, amounts: Mapping[str, int], layout: Layout) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
    """Changes of the cells of the form, and for each the others that it may be instead."""
    if act.places:
        first, *others = act.places
        return dict(first), {
            key: tuple(dict.fromkeys(other[at][0] for other in others if other[at][0] != key))
            for at, (key, _) in enumerate(first)
        }
    keys = [key for key, by in amounts.items() if by]
    if not any(layout.shared(key) for key in keys):
        return {key: amounts[key] for key in keys}, {}
    ways = layout.variants(keys)
    return (
        {key: amounts[key] for key in keys},
        {key: tuple(dict.fromkeys(way[key] for way in ways if way[key] != key)) for key in keys},
    )


def _kind(act: Act, first: Change, problem: Problem, totals: set[str | None]) -> str:
    """The kind of act; a single cell is looked at more closely."""
    if act.kind != "cell":
        return act.kind
    reading = problem.readings[first.key]
    if first.old is None:
        return "unreadable" if reading.state == "unreadable" else "impossible" if reading.impossible else "blank"
    if reading.doubt:
        return "misread"
    digits = _digits(str(first.old), str(first.new))
    if first.old and first.new and digits:
        return digits
    if first.key in totals:
        return "total"
    return "omitted" if not first.old else "spurious" if not first.new else "cell"


def _digits(old: str, new: str) -> str:
    """How the digits went wrong: one dropped, one too many, two neighbours in each other's place, one other."""
    if len(old) + 1 == len(new) and any(new[:i] + new[i + 1 :] == old for i in range(len(new))):
        return "digit_dropped"
    if len(old) == len(new) + 1 and any(old[:i] + old[i + 1 :] == new for i in range(len(old))):
        return "digit_added"
    if len(old) == len(new) and len(old) > 1:
        different = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        if len(different) == 1:
            return "digit_wrong"
        first, *rest = different
        if rest == [first + 1] and old[first] + old[first + 1] == new[first + 1] + new[first]:
            return "digits_swapped"
    return ""
