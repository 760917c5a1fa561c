"""Who is whose part: from the list of bodies where there is one, else from the names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gkaudit.errors import UsageError
from gkaudit.panel.bodies import Body, Name, bodies_of, name_of
from gkaudit.panel.units import Unit

__all__ = ["Family", "resolved"]


@dataclass(frozen=True, slots=True)
class _Place:
    """A body of the list and the key of the body that sums it up (None: the list does not say)."""

    unit: Unit
    parent: str | None


class Family:
    """Answers, for keys of bodies: the parent, whether it is on the list, when its report is due."""

    def __init__(self, bodies: Iterable[Body], places: dict[str, _Place], counties: dict[str, str | None]) -> None:
        self._places = places
        #: County → parent of its bodies on the list.
        self._counties = counties
        self._governments: dict[str, dict[str, Body]] = {}
        for body in bodies:
            if body.key is not None and body.name is not None and body.name.government:
                self._governments.setdefault(body.name.name, {})[body.key] = body

    def parent(self, body: Body) -> str | None:
        """Key of the body whose report sums this one up; None where there is none or several could be."""
        place = self._places.get(body.key or "")
        if place is not None:
            return place.parent
        above = [
            key
            for key, government in self._governments.get(body.county or "", {}).items()
            if None in (body.city, government.county) or body.city == government.county
        ]
        return above[0] if len(above) == 1 and above[0] != body.key else None

    def listed(self, body: Body) -> bool | None:
        """Whether the body is on the list; None where its county has none, and for the county itself."""
        if body.key in self._places:
            return True
        if body.county not in self._counties or body.key in self._counties.values():
            return None
        return False

    def group(self, body: Body) -> str | None:
        """The parent that an unlisted body of a listed county would have."""
        return self._counties.get(body.county or "")

    def due(self, body: Body, year: int) -> date | None:
        """Last day of publication as the list says."""
        place = self._places.get(body.key or "")
        return place.unit.due_for(year) if place is not None else None

    def groups(self) -> dict[str | None, dict[str, Unit]]:
        """The bodies of the list by the parent; the parent itself is no part of its own report."""
        found: dict[str | None, dict[str, Unit]] = {}
        for key, place in self._places.items():
            if key != place.parent:
                found.setdefault(place.parent, {})[key] = place.unit
        return found


def resolved(names: Sequence[Name | None], units: Sequence[Unit]) -> tuple[list[Body], Family]:
    """Bodies of the reports, reports and list seen together, and the family they make.

    Raises UsageError where the list has two bodies of one name and does not say which county they are of.
    """
    listed = [name_of(unit.organ, unit.county) for unit in units]
    parents = [_above(unit, name) for unit, name in zip(units, listed, strict=True)]
    bodies = bodies_of([*names, *listed, *parents])
    size, count = len(names), len(units)
    places: dict[str, _Place] = {}
    counties: dict[str, str | None] = {}
    for unit, body, above in zip(units, bodies[size : size + count], bodies[size + count :], strict=True):
        if body.key is None:
            raise UsageError(f"名单里的“{unit.organ}”不止一个，请在 county 列写明是哪个县（市、区）的")
        places[body.key] = _Place(unit, above.key)
        if body.county is not None and body.key != above.key:
            counties[body.county] = above.key
    return bodies[:size], Family(bodies[:size], places, counties)


def _above(unit: Unit, name: Name | None) -> Name | None:
    """The parent as the list names it, else the government of the county."""
    if unit.parent:
        return name_of(unit.parent)
    return name_of(unit.county or (name.county if name is not None and not name.government else None))
