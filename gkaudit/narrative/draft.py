"""Claims while a paragraph is being read: drafts, and the groups that tie totals to their parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from gkaudit.narrative.claim import Link, Period, Role, Scope

__all__ = ["Draft", "Group"]


@dataclass(slots=True, eq=False)
class Draft:
    """A claim that may still change; ``start`` to ``end`` is its clause, ``place`` its number in the text."""

    measure: str
    value: Decimal | None
    unit: str
    place: int
    start: int
    end: int
    link: Link = "firm"
    exact: bool = True
    negated: bool = False
    scope: Scope = "own"
    period: Period = "this"
    role: Role = "statement"
    label: str = ""
    note: str = ""
    alternatives: tuple[str, ...] = ()
    #: What the measure is of inside the grammar: topic, row, column.
    topic: str = ""
    row: str = ""
    #: Ambiguous numbers that the balance of the text may settle.
    open: bool = False
    #: Not said of itself, but of a number before (均已办结).
    implied: bool = False
    #: What became of the cases has been said (均获维持).
    told: bool = False

    def ask(self, note: str = "") -> Draft:
        """Only a question from now on."""
        if self.link == "firm":
            self.link = "ask"
        self.remark(note)
        return self

    def remark(self, note: str) -> None:
        """Add a note."""
        if note and note not in self.note:
            self.note = f"{self.note}；{note}" if self.note else note


@dataclass(slots=True, eq=False)
class Group:
    """A total (``head``) and its parts; ``partial``: the list says itself that it is not complete."""

    head: Draft | None
    parts: list[Draft] = field(default_factory=list)
    partial: bool = False
    #: What divides the total: applicant, channel, outcome, verdict or list.
    kind: str = "list"
    percents: list[Draft] = field(default_factory=list)
    closed: bool = False
    doubt: str = ""

    running: Decimal = Decimal(0)

    def add(self, part: Draft) -> None:
        """One more part."""
        self.parts.append(part)
        self.running += part.value or 0

    def sum(self) -> Decimal:
        """Sum of the parts that have a value."""
        return sum((p.value for p in self.parts if p.value is not None), Decimal(0))

    @property
    def exact(self) -> bool:
        """Whether the total and every part are exact numbers."""
        members = [*self.parts, *([self.head] if self.head else [])]
        return all(m.exact and m.value is not None for m in members)
