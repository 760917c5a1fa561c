"""Elements that only wrap others, at every level: content controls, changes, alternatives.

The tree is simplified once, before it is walked: what is shown takes the place of its wrapper, what a
change took away is gone. The other modules then meet paragraphs, tables, rows, cells and runs only where
they belong.
"""

from __future__ import annotations

from typing import Any

from gkaudit.readers.ooxml.names import MC, W

__all__ = ["simplify"]

_ALTERNATIVE, _CHOICE, _FALLBACK = (f"{MC}{name}" for name in ("AlternateContent", "Choice", "Fallback"))
_WRAPPERS = tuple(
    f"{W}{name}"
    for name in ("sdt", "sdtContent", "smartTag", "customXml", "ins", "moveTo", "hyperlink", "fldSimple", "bdo", "dir")
)
_GONE = (f"{W}del", f"{W}moveFrom")
_MICROSOFT, _STANDARD = "http://schemas.microsoft.com/office", "http://schemas.openxmlformats.org/"
#: Vocabularies whose alternatives are read here.
_UNDERSTOOD = frozenset(
    f"{_MICROSOFT}/{name}"
    for name in (
        "word/2010/wordprocessingShape", "word/2010/wordprocessingGroup", "word/2010/wordprocessingCanvas",
        "word/2010/wordprocessingDrawing", "word/2010/wordml", "word/2012/wordml", "drawing/2010/main",
    )
)  # fmt: skip


def simplify(root: Any) -> None:
    """Replace wrappers by what they hold, alternatives by one of theirs; remove what was deleted or moved away.

    The marks of changes among the properties of rows, paragraphs and runs have nothing in them and stay.
    """
    for element in list(root.iter(*_GONE)):
        if len(element):
            element.getparent().remove(element)
    for element in list(root.iter(_ALTERNATIVE)):
        _replace(element, list(_chosen(element)))
    for element in list(root.iter(*_WRAPPERS)):
        _replace(element, list(element))


def _replace(element: Any, children: list[Any]) -> None:
    parent = element.getparent()
    if parent is None:
        return
    for child in reversed(children):
        element.addnext(child)
    if len(children) or element.tag == _ALTERNATIVE:
        parent.remove(element)


def _chosen(alternative: Any) -> Any:
    """The first choice that is understood, else the fallback; an empty sequence where there is neither."""
    for child in alternative.iterchildren(_CHOICE, _FALLBACK):
        if child.tag == _FALLBACK:
            return child
        wanted = [child.nsmap.get(prefix, "") for prefix in (child.get("Requires") or "").split()]
        if all(space in _UNDERSTOOD or space.startswith(_STANDARD) for space in wanted):
            return child
    return ()
