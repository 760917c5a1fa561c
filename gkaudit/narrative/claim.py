"""Claim: one number (or one "none") that the prose states, and what it is a number of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from gkaudit.document import Anchor
from gkaudit.narrative.measures import cell_keys

__all__ = ["Claim", "Link", "Period", "Role", "Scope"]

#: May the number be compared: firmly, only as a question to the reader, or never.
Link: TypeAlias = Literal["firm", "ask", "none"]
Scope: TypeAlias = Literal["own", "higher", "cumulative", "other"]
Period: TypeAlias = Literal["this", "last", "next"]
Role: TypeAlias = Literal["statement", "total", "part", "percent", "difference", "enumeration"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What one sentence or clause states.

    ``measure`` is a cell key of the form, a named sum of cells or a measure without a cell (see
    :mod:`gkaudit.narrative.measures`). ``value`` is in ``unit`` as printed, except that fees of 表二 are in
    万元; None where the text names the thing but no number can be trusted. ``exact`` is false for 余, 近, 约.
    ``negated``: the zero is in words (未收到, 无). ``alternatives`` are other measures that would make the
    sentence true just as well.

    ``group`` ties a total (role total) to its parts, a percent to the part of the same ``label``;
    ``exhaustive`` (on every member) says that the list is closed, so that the parts must add up. A total
    that heads a second list is repeated with link ``none``: it is no second statement about the cell.

    ``quote`` is an exact piece of the passage that ``anchor`` names, from ``anchor.start`` to ``anchor.end``
    (offsets in the passage's text); a total of a list quotes the whole list.
    """

    measure: str
    value: Decimal | None
    exact: bool
    negated: bool
    unit: str
    link: Link
    scope: Scope
    period: Period
    role: Role
    group: int | None
    exhaustive: bool
    quote: str
    anchor: Anchor
    note: str = ""
    label: str = ""
    alternatives: tuple[str, ...] = ()
    section: str = ""

    def record(self) -> dict[str, Any]:
        """As a row of :data:`gkaudit.frames.CLAIMS`, but for the report and the order in it."""
        row = {field.name: getattr(self, field.name) for field in fields(self)}
        key = self.measure if cell_keys(self.measure) == (self.measure,) else None
        return row | {"key": key, "anchor": self.anchor.record(), "alternatives": list(self.alternatives)}
