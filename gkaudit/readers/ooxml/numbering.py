"""Automatic numbers: which label Word prints before a paragraph.

Lists are counted as the document is walked, in its order: each numbered paragraph is asked for once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from gkaudit.readers.ooxml.names import W, switched_on, value, whole_number
from gkaudit.readers.ooxml.numerals import numeral
from gkaudit.readers.ooxml.styles import NumberProperty, Styles

__all__ = ["Numbering"]

_PLACEHOLDER = re.compile(r"%([1-9])")
#: Lists refer to each other (``w:numStyleLink``) at most so often; more is a circle.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list; ``restart`` is the level (from 1) after which it begins anew, 0 for never."""

    start: int
    kind: str
    text: str
    suffix: str
    style: str | None
    restart: int | None
    plain: bool


@dataclass(slots=True)
class _Abstract:
    """The definition of a list, and how far each of its levels has been counted."""

    levels: dict[int, _Level]
    linked_style: str | None
    counted: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _List:
    """A list as paragraphs name it: a definition, and where it departs from it."""

    abstract: str
    starts: dict[int, int]
    levels: dict[int, _Level]


class Numbering:
    """All lists of one document."""

    def __init__(self, root: Any, styles: Styles) -> None:
        """``root`` is that of ``numbering.xml``, None where there is none."""
        self._styles = styles
        self._abstracts: dict[str, _Abstract] = {}
        self._lists: dict[str, _List] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is None:
            return
        for element in root.iterchildren(f"{W}abstractNum"):
            self._abstracts[element.get(f"{W}abstractNumId") or ""] = _abstract(element)
        for element in root.iterchildren(f"{W}num"):
            self._lists[element.get(f"{W}numId") or ""] = _list(element)

    def __bool__(self) -> bool:
        return bool(self._lists)

    def label(self, direct: NumberProperty | None, style: str | None) -> tuple[str, str]:
        """Count the next paragraph with these properties: its label and what follows that.

        ``direct`` is the numbering of the paragraph itself, ``style`` its style. The second text is
        ``tab``, ``space`` or ``nothing``. The label is empty where there is none.
        """
        list_id, level = self._place(direct, style)
        found = self._lists.get(list_id)
        abstract = self._definition(found)
        if found is None or abstract is None:
            return "", "nothing"
        shown = found.levels.get(level) or abstract.levels.get(level)
        if shown is None:
            return "", "nothing"
        self._count(list_id, found, abstract, level)
        return self._written(found, abstract, shown), shown.suffix

    def _place(self, direct: NumberProperty | None, style: str | None) -> tuple[str, int]:
        """The list and the level of a paragraph; the list is empty where it has no number."""
        if direct is not None and direct.list_id is not None:
            return direct.list_id, direct.level or 0
        inherited = self._styles.numbering(style)
        if inherited is None:
            return "", 0
        number, owners = inherited
        list_id = number.list_id or ""
        if direct is not None and direct.level is not None:
            return list_id, direct.level
        abstract = self._definition(self._lists.get(list_id))
        own = [n for n, level in (abstract.levels if abstract else {}).items() if level.style in owners]
        return list_id, own[0] if own else number.level or 0

    def _definition(self, found: _List | None) -> _Abstract | None:
        """The definition of a list, through the list style it may refer to."""
        for _ in range(_DEEPEST):
            abstract = self._abstracts.get(found.abstract) if found else None
            if abstract is None or abstract.linked_style is None:
                return abstract
            linked = self._styles.numbering(abstract.linked_style)
            found = self._lists.get(linked[0].list_id or "") if linked else None
        return None

    def _count(self, list_id: str, found: _List, abstract: _Abstract, level: int) -> None:
        counted = abstract.counted
        first = (list_id, level) not in self._begun
        self._begun.add((list_id, level))
        if level not in counted or (first and level in found.starts):
            counted[level] = _start(found, abstract, level)
        else:
            counted[level] += 1
        for deeper in [n for n in counted if n > level]:
            restart = abstract.levels[deeper].restart if deeper in abstract.levels else None
            if restart is None or level < restart:
                del counted[deeper]

    def _written(self, found: _List, abstract: _Abstract, shown: _Level) -> str:
        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            level = found.levels.get(at) or abstract.levels.get(at)
            kind = "decimal" if shown.plain or level is None else level.kind
            return numeral(abstract.counted.get(at, _start(found, abstract, at)), kind)

        return "" if shown.kind == "bullet" else _PLACEHOLDER.sub(number, shown.text)


def _start(found: _List, abstract: _Abstract, level: int) -> int:
    if level in found.starts:
        return found.starts[level]
    definition = found.levels.get(level) or abstract.levels.get(level)
    return definition.start if definition else 1


def _abstract(element: Any) -> _Abstract:
    link = element.find(f"{W}numStyleLink")
    return _Abstract(dict(map(_level, element.iterchildren(f"{W}lvl"))), None if link is None else value(link))


def _list(element: Any) -> _List:
    abstract = element.find(f"{W}abstractNumId")
    starts: dict[int, int] = {}
    levels: dict[int, _Level] = {}
    for override in element.iterchildren(f"{W}lvlOverride"):
        level = whole_number(override.get(f"{W}ilvl"))
        start = override.find(f"{W}startOverride")
        if start is not None:
            starts[level] = whole_number(value(start), 1)
        own = override.find(f"{W}lvl")
        if own is not None:
            levels[level] = _level(own)[1]
    return _List("" if abstract is None else value(abstract) or "", starts, levels)


def _level(element: Any) -> tuple[int, _Level]:
    # The format of a new kind stands in an alternative, with one for older programs beside it.
    kinds = [value(found) or "" for found in element.iter(f"{W}numFmt")]
    said = {name: value(found) for name in _SAID if (found := element.find(f"{W}{name}")) is not None}
    plain = element.find(f"{W}isLgl")
    level = _Level(
        start=whole_number(said.get("start"), 1),
        kind=next((kind for kind in kinds if kind != "custom"), "decimal"),
        text=said.get("lvlText") or "",
        suffix=said.get("suff") or "tab",
        style=said.get("pStyle"),
        restart=whole_number(said["lvlRestart"]) if "lvlRestart" in said else None,
        plain=plain is not None and switched_on(plain),
    )
    return whole_number(element.get(f"{W}ilvl")), level


_SAID = ("start", "lvlText", "suff", "pStyle", "lvlRestart")
