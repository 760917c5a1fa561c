"""Elements that only wrap others, at every level: content controls, insertions, alternatives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gkaudit.readers.ooxml.names import MC, W

__all__ = ["ALTERNATIVE", "chosen", "flattened"]

ALTERNATIVE = f"{MC}AlternateContent"
_WRAPPERS = frozenset(
    f"{W}{name}"
    for name in (
        "sdt", "sdtContent", "smartTag", "customXml", "ins", "moveTo", "hyperlink", "fldSimple", "bdo", "dir",
    )
)  # fmt: skip
#: What a change took away: never part of the text.
_GONE = frozenset((f"{W}del", f"{W}moveFrom"))
_MICROSOFT = "http://schemas.microsoft.com/office"
#: Vocabularies whose alternatives are read here.
_UNDERSTOOD = frozenset(
    f"{_MICROSOFT}/{name}"
    for name in (
        "word/2010/wordprocessingShape", "word/2010/wordprocessingGroup", "word/2010/wordprocessingCanvas",
        "word/2010/wordprocessingDrawing", "word/2010/wordml", "word/2012/wordml", "drawing/2010/main",
    )
)  # fmt: skip
_STANDARD = "http://schemas.openxmlformats.org/"


def flattened(parent: Any) -> Iterator[Any]:
    """Children of an element in reading order, with wrappers replaced by what they hold."""
    pending = [iter(parent)]
    while pending:
        for child in pending[-1]:
            tag = child.tag
            if tag in _WRAPPERS:
                pending.append(iter(child))
                break
            if tag == ALTERNATIVE:
                pending.append(iter(chosen(child)))
                break
            if tag not in _GONE:
                yield child
        else:
            pending.pop()


def chosen(alternative: Any) -> Any:
    """The first choice that is understood, else the fallback; an empty sequence where there is neither."""
    for child in alternative:
        if child.tag == f"{MC}Choice":
            wanted = [child.nsmap.get(prefix, "") for prefix in (child.get("Requires") or "").split()]
            if all(space in _UNDERSTOOD or space.startswith(_STANDARD) for space in wanted):
                return child
        elif child.tag == f"{MC}Fallback":
            return child
    return ()
