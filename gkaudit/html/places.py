"""Which part of the report a finding is about: a statutory table, a section of the prose, or the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gkaudit.form import TABLE_NUMBER, TABLES, sections
from gkaudit.html.quotes import nearest
from gkaudit.html.text import Words

__all__ = ["WHOLE", "part_name", "part_of", "part_rank"]

#: What concerns the report as a whole: its form, its date, its file.
WHOLE = "whole"
_FRONT = "front"


def _order() -> tuple[str, ...]:
    return (*TABLES, _FRONT, *(s.key for s in sections()), WHOLE)


def part_of(finding: Mapping[str, Any], prose: Sequence[Mapping[str, Any]]) -> str:
    """The part: a table by its cells, else the section where the quote or the anchor stands, else the whole."""
    for key in finding["keys"] or ():
        table = key.split(".", maxsplit=1)[0]
        if table in TABLES:
            return str(table)
    found = nearest(finding["quote"], finding["anchor"], prose)
    row = prose[found.at] if found else _row_at(finding["anchor"] or {}, prose) if finding["quote"] else None
    if row is None:
        return WHOLE
    known = {s.key for s in sections()}
    return str(row["section"]) if row["section"] in known else _FRONT


def _row_at(anchor: Mapping[str, Any], prose: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The passage of exactly this line or paragraph."""
    for name in ("line", "paragraph"):
        if anchor.get(name) is not None:
            return next((row for row in prose if (row.get("anchor") or {}).get(name) == anchor[name]), None)
    return None


def part_rank(part: str) -> int:
    """The place of a part in the order of the report."""
    order = _order()
    return order.index(part) if part in order else len(order)


def part_name(part: str, say: Words) -> str:
    """The part in words, e.g. ``表三`` or ``正文：总体情况``."""
    if part in TABLES:
        number = TABLE_NUMBER[part] if say.lang == "zh" else TABLES.index(part) + 2
        return say("part.table", number=number)
    if part == WHOLE:
        return say("part.whole")
    named = next((s for s in sections() if s.key == part), None)
    title = (named.label if say.lang == "zh" else named.en) if named else say("prose.front")
    return say("part.prose", title=title)
