"""What a Word file says of itself: author, dates, template, names of pictures, targets outside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gkaudit.readers.ooxml.names import PIC, WP, W
from gkaudit.readers.ooxml.package import Package

__all__ = ["properties"]

#: Parts with properties: kind of the relationship, usual name.
_PARTS = (
    ("core-properties", "docProps/core.xml"),
    ("extended-properties", "docProps/app.xml"),
    ("extendedProperties", "docProps/app.xml"),
)
#: Names of the elements there, and the name in the document's meta.
_NAMES = {
    "title": "title",
    "subject": "subject",
    "creator": "author",
    "keywords": "keywords",
    "description": "description",
    "category": "category",
    "lastModifiedBy": "lastModifiedBy",
    "created": "created",
    "modified": "modified",
    "lastPrinted": "lastPrinted",
    "Company": "company",
    "Manager": "manager",
    "Template": "template",
    "Application": "application",
}


def properties(package: Package, document: Any) -> dict[str, str]:
    """Everything known, by name; lists (``bookmarks``, ``image_names``, ``external``) one entry a line."""
    found: dict[str, str] = {}
    for kind, usual in _PARTS:
        root = package.optional(package.related("", kind) or usual)
        for element in root.iterchildren("{*}*") if root is not None else ():
            name = _NAMES.get(element.tag.rpartition("}")[2])
            text = (element.text or "").strip()
            if name and text:
                found.setdefault(name, text)
    lists = {
        "bookmarks": _bookmarks(document),
        "image_names": _picture_names(document),
        "external": package.outside(),
    }
    return found | {name: "\n".join(dict.fromkeys(entries)) for name, entries in lists.items() if entries}


def _bookmarks(document: Any) -> list[str]:
    """Names of bookmarks; those that Word sets itself begin with a line."""
    names = (element.get(f"{W}name") or "" for element in document.iter(f"{W}bookmarkStart"))
    return [name for name in names if name and not name.startswith("_")]


def _picture_names(document: Any) -> list[str]:
    elements: Iterable[Any] = document.iter(f"{WP}docPr", f"{PIC}cNvPr")
    said = (element.get(key) or "" for element in elements for key in ("name", "descr", "title"))
    return [" ".join(text.split()) for text in said if text.strip()]
