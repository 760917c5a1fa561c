"""Readers: one file a format, each turning a source into a :class:`~gkaudit.document.Document`.

A reader module has ``FORMATS`` (names of the formats it reads) and ``read(source) -> Document``.
:func:`open_document` tells the format by content, guards against hostile sizes and picks the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gkaudit.document import Document
from gkaudit.readers import text
from gkaudit.readers.source import Source, sniff

__all__ = ["READERS", "Source", "open_document"]

#: Format → reader. A new format is a new module and one entry here.
READERS: dict[str, Callable[[Source], Document]] = {name: module.read for module in (text,) for name in module.FORMATS}


def open_document(path: Path, name: str | None = None) -> Document:
    """Read one file; ``name`` is what messages and anchors call it (default: the file name).

    Raises UnreadableError or TooLargeError naming the file, the reason and what to do.
    """
    source = Source.load(path, name or path.name)
    kind = sniff(source)
    return READERS[kind](source)
