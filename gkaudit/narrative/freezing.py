"""Drafts become claims: in the order of the text, with quotes, anchors and numbers of groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gkaudit.narrative.claim import Claim, Role
from gkaudit.narrative.draft import Draft, Group
from gkaudit.narrative.lexicon import phrases
from gkaudit.narrative.measures import BESIDE, measures
from gkaudit.narrative.plain import Block
from gkaudit.narrative.state import State

__all__ = ["freeze"]

_SIGNS = ",;。、:("


def freeze(state: State, block: Block, before: int) -> Iterator[Claim]:
    """Claims of the drafts; a total of several lists is repeated for each. Groups are numbered from ``before``."""
    groups = sorted((g for g in state.groups if g.parts), key=lambda g: min(m.place for m in _members(g)))
    number_of = {id(g): before + count for count, g in enumerate(groups, 1)}
    own = {id(m): g for g in groups for m in (*g.parts, *g.percents)}
    heads: dict[int, list[Group]] = {}
    for group in groups:
        if group.head is not None:
            heads.setdefault(id(group.head), []).append(group)
    for draft in sorted(state.drafts, key=lambda d: d.place):
        led, member = heads.get(id(draft), []), own.get(id(draft))
        if member is not None:
            role: Role = "percent" if draft.role == "percent" else "part"
            yield _Frozen(draft, block, role, member, number_of[id(member)]).claim()
        elif not led:
            yield _Frozen(draft, block, draft.role).claim()
        for count, group in enumerate(led):
            again = member is not None or count > 0
            yield _Frozen(draft, block, "total", group, number_of[id(group)], again=again).claim()


def _members(group: Group) -> list[Draft]:
    return [*group.parts, *([group.head] if group.head else [])]


@dataclass(frozen=True, slots=True)
class _Frozen:
    """A draft in one of its roles; ``again``: a total that is repeated for one more list."""

    draft: Draft
    block: Block
    role: Role
    group: Group | None = None
    number: int | None = None
    again: bool = False

    def claim(self) -> Claim:
        """The claim."""
        draft = self.draft
        start, end = self._span()
        passage, first, last = self.block.source(start, end, draft.place)
        offset = passage.anchor.start or 0
        return Claim(
            measure=_measure(draft),
            value=draft.value,
            exact=draft.exact,
            negated=draft.negated,
            unit=draft.unit,
            link="none" if self.again and measures().get(draft.measure) else draft.link,
            scope=draft.scope,
            period=draft.period,
            role=self.role,
            group=self.number,
            exhaustive=self.group is not None and self.group.closed,
            quote=passage.text[first:last],
            anchor=passage.anchor.at(start=offset + first, end=offset + last),
            note=draft.note,
            label="" if draft.label == "group" else draft.label,
            alternatives=draft.alternatives,
            section=self.block.section,
        )

    def _span(self) -> tuple[int, int]:
        """The clause; of a total without cells the whole list, for it is the list that is in question."""
        start, end = _clause(self.block.text, self.draft)
        if self.role != "total" or self.group is None or _has_cells(self.draft.measure):
            return start, end
        members = (*self.group.parts, *self.group.percents)
        return min(start, *(m.start for m in members)), max(end, *(_clause(self.block.text, m)[1] for m in members))


def _measure(draft: Draft) -> str:
    """The measure as the claim names it: numbers of an earlier year are none of the report's cells."""
    beside = draft.measure in phrases()["measures"]["plain"] or draft.measure.startswith("other.")
    earlier = draft.period == "last" and draft.role != "difference" and not beside
    return f"last_year.{draft.measure}" if earlier else draft.measure


def _has_cells(measure: str) -> bool:
    prefix, _, rest = measure.partition(".")
    return bool(measures().get(rest if prefix in BESIDE else measure))


def _clause(text: str, draft: Draft) -> tuple[int, int]:
    """The span of a draft without signs at its ends."""
    start, end = draft.start, draft.end
    while start < draft.place and text[start] in _SIGNS:
        start += 1
    while end > start + 1 and text[end - 1] in _SIGNS:
        end -= 1
    return start, end
