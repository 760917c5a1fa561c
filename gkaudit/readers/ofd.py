"""OFD (GB/T 33190): text and lines by position, like PDF; pages of pictures for the recogniser."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gkaudit.document import Anchor, Document, Picture
from gkaudit.errors import TooLargeError, UnreadableError
from gkaudit.readers.geometry import Box, Char, Figure, Page, compose
from gkaudit.readers.geometry.matrix import box_through
from gkaudit.readers.guards import MAX_PAGES, open_zip
from gkaudit.readers.notices import Notices
from gkaudit.readers.ofd_content import POINTS, Drawing, Package, child, children, numbers
from gkaudit.readers.source import Source

__all__ = ["FORMATS", "detect", "read"]

FORMATS = ("ofd",)
_ENTRY = "ofd.xml"
_A4 = (0.0, 0.0, 210.0, 297.0)
#: A page with fewer characters has no text worth the name; shares of the page of a scan, of a picture that may be
#: a table, of one that covers all.
_FEW, _SCAN, _LARGE, _COVER = 20, 0.4, 0.15, 0.8
_META = {
    "Title": "title",
    "Author": "author",
    "Subject": "subject",
    "Creator": "creator",
    "CreatorVersion": "producer",
    "CreationDate": "created",
    "ModDate": "modified",
}


def detect(source: Source) -> str | None:
    """``ofd``: a zip file with an OFD.xml at its root."""
    if not source.data.startswith(b"PK"):
        return None
    try:
        names = zipfile.ZipFile(io.BytesIO(source.data)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, IndexError):
        return None
    return "ofd" if any(name.lower().lstrip("/") == _ENTRY for name in names) else None
