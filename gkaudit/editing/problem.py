"""One part of one report as arithmetic: what was read, what must hold, what the prose says.

A :class:`Problem` is plain data: it can be pickled and solved in another process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from gkaudit.editing.equations import Equation, independent
from gkaudit.editing.settings import cost
from gkaudit.form import Edition, all_keys, column_of
from gkaudit.frames import KNOWN_STATES
from gkaudit.masking import masked
from gkaudit.narrative import cell_keys

__all__ = ["Problem", "Reading", "Statement", "form_order", "readings", "statements"]

#: Roles of a claim that state how many there are (a percent or a difference does not).
_ROLES = frozenset(("statement", "total", "part"))
#: No body counts more than this; a larger number is a slip by itself.
_MOST = 10**9


def form_order(keys: Iterable[str]) -> tuple[str, ...]:
    """The keys in the order of the form."""
    return tuple(sorted(keys, key=_order().__getitem__))


@cache
def _order() -> dict[str, int]:
    return {key: at for at, key in enumerate(all_keys())}


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell as read. ``value`` is null where there is no number, or none that the form allows.

    ``state`` as in the frame ``cells``; ``doubt``: the source was recognised or damaged here.
    """

    key: str
    value: int | None
    state: str
    printed: Decimal | None = None
    doubt: bool = False

    @property
    def start(self) -> int:
        """The number to begin with: an unknown cell is 0 unless it has to be something else."""
        return self.value or 0

    @property
    def impossible(self) -> bool:
        """Whether a number is printed that cannot stand there (a fraction, less than nothing)."""
        return self.value is None and self.printed is not None

    @property
    def cost(self) -> float:
        """What it costs to take the cell for wrong."""
        if self.state not in KNOWN_STATES:
            return cost("read", self.state)
        if self.doubt:
            return cost("read", "inferred")
        return cost("read", "number" if self.value or self.impossible else "zero")


@dataclass(frozen=True, slots=True)
class Statement:
    """A number of the prose: the cells add up to ``value``. ``quotes`` all say the same."""

    measure: str
    keys: tuple[str, ...]
    value: int
    cost: float
    quotes: tuple[str, ...] = ()

    def holds(self, values: Mapping[str, int]) -> bool:
        """Whether the numbers agree with it."""
        return sum(values.get(key, 0) for key in self.keys) == self.value


@dataclass(frozen=True)
class Problem:
    """Cells that hang together through ``equations``; no cell is in two problems of a report."""

    report_id: str
    edition: Edition
    equations: tuple[Equation, ...]
    readings: Mapping[str, Reading]
    statements: tuple[Statement, ...] = ()
    broken: tuple[str, ...] = field(default=())

    @cached_property
    def start(self) -> dict[str, int]:
        """The numbers as read, unknown ones 0."""
        return {key: reading.start for key, reading in self.readings.items()}

    @cached_property
    def needed(self) -> tuple[Equation, ...]:
        """Equations of which none follows from the others."""
        return independent(self.equations)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Cells that nobody can read a number in."""
        return tuple(key for key, reading in self.readings.items() if reading.value is None)

    @property
    def lone(self) -> bool:
        """Whether there is one equation only, so that nothing can be cross-checked."""
        return len(self.equations) == 1

    @property
    def open(self) -> tuple[Equation, ...]:
        """Equations that do not hold while unknown cells count as 0."""
        return tuple(e for e in self.equations if not e.holds(self.start))

    @property
    def doubtful(self) -> bool:
        """Whether the source may have been misread: recognised from a picture, or damaged."""
        return any(r.doubt or r.state == "unreadable" for r in self.readings.values())

    def cost(self, key: str) -> float:
        """What it costs to take a cell for wrong; without a cross-check all printed numbers cost the same."""
        reading = self.readings[key]
        if self.lone and reading.state in KNOWN_STATES and not reading.doubt:
            return cost("read", "lone")
        return reading.cost


def readings(cells: Iterable[Mapping[str, Any]], damaged: Iterable[str] = ()) -> dict[str, Reading]:
    """Readings by key from rows of the frame ``cells``; ``damaged`` names the tables that show damage."""
    hurt = frozenset(damaged)
    found = {}
    for cell in cells:
        key, value, state = cell["key"], cell["value"], cell["state"]
        number = int(value) if value is not None and value == int(value) else None
        if number is not None and (abs(number) > _MOST or (number < 0 and not column_of(key).signed)):
            number = None
        known = state in KNOWN_STATES
        doubt = known and (state == "inferred" or (cell["confidence"] or 0.0) < 1.0 or cell["table"] in hurt)
        found[key] = Reading(key, number if known else None, state, value, doubt)
    return found


def statements(claims: Iterable[Mapping[str, Any]], keys: Iterable[str]) -> tuple[Statement, ...]:
    """What the prose says about these cells; quotes of one number are one statement.

    Only whole, exact numbers of this body and this year count, and of a claim that may be about something
    else, none.
    """
    own = frozenset(keys)
    found: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for claim in claims:
        value = claim["value"]
        usable = claim["link"] in ("firm", "ask") and claim["exact"] and claim["role"] in _ROLES
        if not usable or claim["scope"] != "own" or claim["period"] != "this" or claim["alternatives"]:
            continue
        if (
            value is None
            or value != int(value)
            or not 0 <= value <= _MOST
            or not own.intersection(cell_keys(claim["measure"]))
        ):
            continue
        found.setdefault((claim["measure"], int(value)), []).append(claim)
    return tuple(
        Statement(
            measure,
            tuple(key for key in cell_keys(measure) if key in own),
            value,
            max(cost("claims", claim["link"]) for claim in same),
            tuple(dict.fromkeys(masked(claim["quote"]) for claim in same)),
        )
        for (measure, value), same in found.items()
    )
