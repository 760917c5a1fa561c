"""Saved web pages (.html, .htm, .shtml, and .doc or .xls files that are HTML)."""

from __future__ import annotations

from gkaudit.document import Document
from gkaudit.readers.source import Source
from gkaudit.readers.webpage.document import page_document
from gkaudit.readers.webpage.text import decode, is_page

__all__ = ["FORMATS", "detect", "read"]

FORMATS = ("html",)


def detect(source: Source) -> str | None:
    """``html`` where the content is a page or a piece of one."""
    return "html" if is_page(source.data) else None


def read(source: Source) -> Document:
    """Read a saved page. Raises UnreadableError where no report is in it, TooLargeError beyond a limit."""
    return page_document(source, decode(source.data, source.name), "html")
