"""Styles, as far as they decide about text: numbering, hiding and raising."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gkaudit.readers.ooxml.names import W, switched_on, value, whole_number

__all__ = ["NumberProperty", "Styles", "number_property"]

#: Styles are based on each other at most so deep; more is a circle.
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class NumberProperty:
    """``w:numPr``: the list and the level in it, each None where it is not said; list "0" takes numbers away."""

    list_id: str | None
    level: int | None


def number_property(found: Any) -> NumberProperty | None:
    """What a ``w:numPr`` says; None where there is none."""
    if found is None:
        return None
    list_id, level = found.find(f"{W}numId"), found.find(f"{W}ilvl")
    return NumberProperty(
        None if list_id is None else value(list_id),
        None if level is None else min(whole_number(value(level)), 8),
    )


@dataclass(frozen=True, slots=True)
class _Style:
    based_on: str | None
    number: NumberProperty | None
    hidden: bool | None
    raised: bool = False


class Styles:
    """The styles of one document; every question about a style looks up what it is based on."""

    def __init__(self, root: Any = None) -> None:
        """``root`` is that of ``styles.xml``, None where there is none."""
        self._styles: dict[str, _Style] = {}
        self.default: str | None = None
        for element in root.iterchildren(f"{W}style") if root is not None else ():
            name = element.get(f"{W}styleId") or ""
            self._styles[name] = _style(element)
            if element.get(f"{W}type") == "paragraph" and element.get(f"{W}default") in ("1", "true", "on"):
                self.default = name
        self._matter = any(style.hidden or style.number or style.raised for style in self._styles.values())

    @property
    def marks(self) -> tuple[str, ...]:
        """The properties by which text refers to a style, where the styles decide about them."""
        return ("pStyle", "rStyle") if self._matter else ()

    def _chain(self, name: str | None) -> list[tuple[str, _Style]]:
        found: list[tuple[str, _Style]] = []
        while name in self._styles and len(found) < _DEEPEST:
            style = self._styles[name]
            found.append((name, style))
            name = style.based_on
        return found

    def numbering(self, name: str | None) -> tuple[NumberProperty, tuple[str, ...]] | None:
        """The numbering that a paragraph style has or inherits, and the styles on the way to it."""
        chain = self._chain(name or self.default)
        numbers = [style.number for _, style in chain]
        at = next((n for n, number in enumerate(numbers) if number and number.list_id is not None), None)
        if at is None:
            return None
        level = next((number.level for number in numbers[: at + 1] if number and number.level is not None), None)
        found = numbers[at]
        return NumberProperty(found.list_id if found else None, level), tuple(name for name, _ in chain[: at + 1])

    def hidden(self, name: str | None) -> bool:
        """Whether text in this paragraph or character style is hidden."""
        if not self._matter:
            return False
        return next((style.hidden for _, style in self._chain(name) if style.hidden is not None), False)

    def raised(self, name: str | None) -> bool:
        """Whether text in this character style is above or below its line, as the marks of notes are."""
        return any(style.raised for _, style in self._chain(name))


def _style(element: Any) -> _Style:
    based_on, paragraph, run = (element.find(f"{W}{name}") for name in ("basedOn", "pPr", "rPr"))
    vanish, align = (run.find(f"{W}{name}") if run is not None else None for name in ("vanish", "vertAlign"))
    return _Style(
        None if based_on is None else value(based_on),
        None if paragraph is None else number_property(paragraph.find(f"{W}numPr")),
        None if vanish is None else switched_on(vanish),
        align is not None and value(align) in ("superscript", "subscript"),
    )
