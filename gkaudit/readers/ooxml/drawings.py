"""Drawings: the pictures in them and the text in their boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gkaudit.readers.ooxml.names import WP, A, R, V, W

__all__ = ["DRAWINGS", "drawn"]

#: Elements of a run that hold a drawing.
DRAWINGS = frozenset(f"{W}{name}" for name in ("drawing", "pict", "object"))
_HIDDEN = ("1", "true", "on")


def drawn(drawing: Any) -> Iterator[tuple[str, Any]]:
    """What a drawing shows, in order, as pairs of kind and content.

    ``box``: an element with paragraphs and tables, not looked into; ``words``: the text of word art;
    ``image``: the id of a relationship, empty for a link to the outside.
    """
    pending = [drawing]
    while pending:
        element = pending.pop()
        tag = element.tag
        if tag == f"{W}txbxContent":
            yield "box", element
            continue
        if tag == f"{A}blip":
            yield "image", element.get(f"{R}embed") or ""
        elif tag == f"{V}imagedata":
            yield "image", element.get(f"{R}id") or ""
        elif tag == f"{V}textpath" and element.get("string"):
            yield "words", element.get("string")
        elif tag in (f"{WP}inline", f"{WP}anchor") and _is_hidden(element):
            continue
        pending += reversed(element)


def _is_hidden(place: Any) -> bool:
    properties = place.find(f"{WP}docPr")
    return properties is not None and properties.get("hidden") in _HIDDEN
