"""The parts of an OFD file: XML by path, the pages in order, and the resources that pages name by number.

A path is looked up among the members of the archive, normalised; it can lead to nothing outside of it.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from gkaudit.errors import UnreadableError
from gkaudit.readers.guards import read_member, xml_root

__all__ = ["Package", "child", "children", "corner", "number", "numbers", "tag"]


def tag(element: Any) -> str:
    """Local name of an element; empty for comments and the like. Producers use several namespaces."""
    return _local(element.tag)


@lru_cache(maxsize=1024)
def _local(name: object) -> str:
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def children(element: Any, *names: str) -> Iterator[Any]:
    """Children with one of these local names, in order."""
    found: Iterator[Any] = element.iterchildren(*(f"{{*}}{name}" for name in names))
    return found


def child(element: Any, *path: str) -> Any:
    """The element down a path of local names; None where there is none."""
    for name in path:
        element = next(children(element, name), None)
        if element is None:
            return None
    return element


#: Ten kilometres.
_FAR = 1e7


def numbers(text: str | None) -> list[float]:
    """The numbers of an attribute such as ``0 0 210 297``; what is none is left out."""
    if not text:
        return []
    pieces = text.replace(",", " ").split() if "," in text else text.split()
    try:
        found = list(map(float, pieces))
    except ValueError:
        found = [float(piece) for piece in pieces if _is_number(piece)]
    # Also drops what is no finite number.
    return [number for number in found if -_FAR < number < _FAR]


def number(text: str | None, default: float) -> float:
    """The first number of an attribute; the default where there is none."""
    if not text:
        return default
    found = _first(text) if len(text) <= _SHORT else next(iter(numbers(text)), None)
    return default if found is None else found


#: Numbers up to this length are those of a hundred other objects.
_SHORT = 12


@lru_cache(maxsize=4096)
def _first(text: str) -> float | None:
    return next(iter(numbers(text)), None)


def corner(boundary: str | None) -> tuple[float, float]:
    """The left upper corner of a boundary; what is not said is 0."""
    try:
        first, second, _ = (boundary or "").split(None, 2)
        left, top = float(first), float(second)
    except ValueError:
        pass
    else:
        if -_FAR < left < _FAR and -_FAR < top < _FAR:
            return left, top
    left, top, *_ = [*numbers(boundary), 0.0, 0.0]
    return left, top


def _is_number(piece: str) -> bool:
    try:
        float(piece)
    except ValueError:
        return False
    return True


class Package:
    """An opened OFD file: its first document."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive, self.name = archive, name
        self._members = {_normal(info.filename): info for info in archive.infolist()}
        self._resources: dict[str, tuple[Any, str]] = {}
        self._pictures: dict[str, bytes] = {}
        root, _ = self.part("OFD.xml", "")
        bodies = list(children(root, "DocBody"))
        if not bodies or child(bodies[0], "DocRoot") is None:
            raise UnreadableError(name, "OFD 文件没有文档入口，可能已损坏；请重新导出后再放入")
        self.documents = len(bodies)
        self.info = child(bodies[0], "DocInfo")
        self.document, self.base = self.part((child(bodies[0], "DocRoot").text or "").strip(), "")
        common = child(self.document, "CommonData")
        self.common = common if common is not None else self.document
        for link in children(self.common, "PublicRes", "DocumentRes"):
            self.add_resources((link.text or "").strip(), self.base)

    # ── parts ───────────────────────────────────────────────────────────────────────────────────

    def part(self, path: str, base: str) -> tuple[Any, str]:
        """Root of an XML part and the folder its own paths start from. Raises UnreadableError where it is missing."""
        data, where = self.member(path, base)
        if data is None:
            raise UnreadableError(self.name, f"OFD 文件缺少部件（{path[:60] or '未命名'}）；请重新导出后再放入")
        return xml_root(data, self.name), posixpath.dirname(where)

    def member(self, path: str, base: str) -> tuple[bytes | None, str]:
        """Bytes of a member and its path; None where there is none. Paths are absolute or start at ``base``."""
        tries = [path] if path.startswith("/") else [f"{base}/{path}", path]
        for attempt in tries:
            where = _normal(attempt)
            if where in self._members:
                return read_member(self.archive, self._members[where], self.name), where
        return None, ""

    # ── resources ───────────────────────────────────────────────────────────────────────────────

    def add_resources(self, path: str, base: str) -> None:
        """Take in a list of resources; one that is missing or broken only lacks its pictures."""
        data, where = self.member(path, base)
        if data is None:
            return
        root = xml_root(data, self.name)
        folder = posixpath.join(posixpath.dirname(where), root.get("BaseLoc") or "")
        for group in children(root, "MultiMedias", "CompositeGraphicUnits"):
            for item in children(group, "MultiMedia", "CompositeGraphicUnit"):
                self._resources.setdefault(item.get("ID") or "", (item, folder))

    def unit(self, number: str | None) -> Any:
        """A composite graphic unit by its number; None where there is none."""
        item, _ = self._resources.get(number or "", (None, ""))
        return item if item is not None and tag(item) == "CompositeGraphicUnit" else None

    def picture(self, number: str) -> bytes:
        """The image file of a resource; empty where it is missing."""
        if number not in self._pictures:
            item, folder = self._resources.get(number, (None, ""))
            link = child(item, "MediaFile") if item is not None else None
            data, _ = self.member((link.text or "").strip(), folder) if link is not None else (None, "")
            self._pictures[number] = data or b""
        return self._pictures[number]

    # ── pages ───────────────────────────────────────────────────────────────────────────────────

    def pages(self) -> list[str]:
        """Paths of the pages in order."""
        listed = child(self.document, "Pages")
        return [page.get("BaseLoc") or "" for page in children(listed, "Page")] if listed is not None else []

    def template(self, number: str | None) -> str:
        """Path of a template page; empty where there is none."""
        own = (t for t in children(self.common, "TemplatePage") if t.get("ID") == number)
        return next((t.get("BaseLoc") or "" for t in own), "")


def _normal(path: str) -> str:
    """A path inside the archive: no leading slash, no way up, any case."""
    return posixpath.normpath("/" + path.replace("\\", "/")).lstrip("/").lower()
