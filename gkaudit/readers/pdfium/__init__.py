"""What pdfium says about a page, as a :class:`~gkaudit.readers.geometry.Page`; the reader is :mod:`..pdf`."""

from __future__ import annotations

from gkaudit.readers.pdfium.pages import read_page
from gkaudit.readers.pdfium.rendering import Camera
from gkaudit.readers.pdfium.streams import check_streams

__all__ = ["Camera", "check_streams", "read_page"]
