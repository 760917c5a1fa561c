"""The package of a Word file: its parts, and the relationships between them.

Nothing outside the package is ever opened; what it points at outside is only listed.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from gkaudit.errors import TooLargeError, UnreadableError
from gkaudit.readers.guards import MAX_MARKS, open_zip, read_member, xml_root
from gkaudit.readers.ooxml.names import REL
from gkaudit.readers.source import Source

__all__ = ["Package", "Relationship"]

_MAIN = "word/document.xml"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Relationship:
    """One relationship: ``kind`` is the last word of its type, ``part`` the name of the part it leads to.

    ``target`` is what is written there; with ``external`` it lies outside the package and ``part`` is empty.
    """

    kind: str
    target: str
    part: str
    external: bool


@dataclass(slots=True)
class Package:
    """An open package. Part names have no slash in front; case does not matter."""

    name: str
    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]
    #: Parts that could not be read although something asked for them.
    broken: list[str] = field(default_factory=list)
    _relationships: dict[str, dict[str, Relationship]] = field(default_factory=dict)

    @classmethod
    def open(cls, source: Source) -> Package:
        """Raises UnreadableError or TooLargeError (:func:`~gkaudit.readers.guards.open_zip`)."""
        archive = open_zip(source.data, source.name)
        return cls(source.name, archive, {_key(m.filename): m for m in archive.infolist()})

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return _key(part) in self.members

    def data(self, part: str) -> bytes:
        """The bytes of a part. Raises KeyError, UnreadableError or TooLargeError."""
        return read_member(self.archive, self.members[_key(part)], self.name)

    def root(self, part: str) -> Any:
        """The root element of an XML part, in the transitional form.

        Raises UnreadableError where the part is missing or broken, TooLargeError where it has more
        elements than a hundred reports.
        """
        if not self.has(part):
            raise UnreadableError(self.name, f"文件已损坏（缺少部件 {part}）；请重新导出后再放入")
        data = _transitional(self.data(part))
        marks = data.count(b"<") + data.count(b"=")
        if marks > MAX_MARKS:
            raise TooLargeError(self.name, f"一个部件有 {marks} 处标记，超过上限 {MAX_MARKS} 处；请核对文件")
        return xml_root(data, self.name)

    def optional(self, part: str) -> Any:
        """The root element of a part that a document can do without; None, and noted, where it is broken."""
        if not self.has(part):
            return None
        try:
            return self.root(part)
        except UnreadableError:
            self.broken.append(part)
            return None

    def relationships(self, part: str) -> dict[str, Relationship]:
        """The relationships of a part by their id; of the package itself for an empty name."""
        if part not in self._relationships:
            folder, _, file = part.rpartition("/")
            root = self.optional(f"{folder}/_rels/{file}.rels")
            elements = root.iterchildren(f"{REL}Relationship") if root is not None else ()
            self._relationships[part] = {e.get("Id") or "": _relationship(e, folder) for e in elements}
        return self._relationships[part]

    def related(self, part: str, kind: str) -> str:
        """Name of the first part that a part has in this relationship; empty where there is none."""
        found = self.relationships(part).values()
        return next((r.part for r in found if r.kind == kind and not r.external and self.has(r.part)), "")

    def main(self) -> str:
        """Name of the part with the text: what the package says, else the usual one; may not be there."""
        return self.related("", "officeDocument") or _MAIN

    def outside(self) -> list[str]:
        """Every target outside the package, in the order of the parts; none is opened."""
        parts = [key for key in self.members if key.endswith(".rels")]
        owners = [key.removesuffix(".rels").replace("_rels/", "", 1) for key in parts]
        found = [r.target for owner in owners for r in self.relationships(owner).values() if r.external]
        return list(dict.fromkeys(target for target in found if target))


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _relationship(element: Any, folder: str) -> Relationship:
    target = element.get("Target") or ""
    external = (element.get("TargetMode") or "").lower() == "external"
    path = unquote(target).replace("\\", "/")
    part = "" if external else posixpath.normpath(path if path.startswith("/") else f"{folder}/{path}").lstrip("/")
    return Relationship((element.get("Type") or "").rpartition("/")[2], target, part, external)


def _transitional(data: bytes) -> bytes:
    """A part in the strict form with the names of the transitional one."""
    if data.startswith(_UTF16):
        data = _DECLARATION.sub("", data.decode("utf-16", "replace")).encode()
    if b"purl.oclc.org/ooxml" not in data:
        return data
    return _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", data)
