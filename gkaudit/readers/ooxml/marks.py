"""Properties that decide about text and places, found for the whole document in one go.

Word gives every paragraph, run, row and cell a handful of properties, nearly all of them about looks. To
look for the few that matter in each element costs more than all the rest of the reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gkaudit.readers.ooxml.names import W, value

__all__ = ["Marks", "faint_marks", "is_faint"]

#: In the properties of a cell, a row, a paragraph or a run; ``w:del`` also among those of a paragraph's mark.
_ALWAYS = (
    "gridSpan", "vMerge", "hMerge", "cellMerge", "cellDel", "gridBefore", "del", "moveFrom", "numPr",
    "vanish", "strike", "dstrike", "vertAlign",
)  # fmt: skip
#: Properties of a run that seldom matter: white, and so small (half points) that nobody sees it.
_FAINT, _WHITE, _TINY = ("color", "sz"), "FFFFFF", 4
_END = f"{W}pPr"
_NONE: dict[str, Any] = {}


def is_faint(element: Any) -> bool:
    """Whether a colour (``w:color``) is white, or a size (``w:sz``) next to nothing."""
    said = value(element) or ""
    if element.tag == f"{W}color":
        return said.upper() == _WHITE
    return said.isdigit() and int(said) <= _TINY


def faint_marks(root: Any) -> tuple[str, ...]:
    """The properties that make some text of a document faint."""
    return tuple(name for name in _FAINT if any(map(is_faint, root.iter(f"{W}{name}"))))


class Marks:
    """The properties that matter, by the element they belong to.

    ``names`` are further ones (``pStyle``, ``rStyle``, ``color``) that matter in this document.
    """

    def __init__(self, root: Any, names: Iterable[str] = ()) -> None:
        self._of: dict[Any, dict[str, Any]] = {}
        for element in root.iter(*(f"{W}{name}" for name in (*_ALWAYS, *names))):
            owner = element.getparent().getparent()
            if owner is not None:
                # The element is kept as the key: lxml makes a new one whenever none is held.
                self._of.setdefault(owner, {})[element.tag.removeprefix(W)] = element
        self._marks_ends = any(owner.tag == _END for owner in self._of)

    def of(self, element: Any) -> dict[str, Any]:
        """Properties of an element by their local name."""
        return self._of.get(element, _NONE)

    def of_end(self, paragraph: Any) -> dict[str, Any]:
        """Properties of the end of a paragraph (¶)."""
        if not self._marks_ends or not len(paragraph) or paragraph[0].tag != _END:
            return _NONE
        return self._of.get(paragraph[0], _NONE)
