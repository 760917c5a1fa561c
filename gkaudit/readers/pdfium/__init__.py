"""What pdfium says about a page, as a :class:`~gkaudit.readers.geometry.Page`; the reader is :mod:`..pdf`."""

from __future__ import annotations

from gkaudit.readers.pdfium.pages import Sight, read_page
from gkaudit.readers.pdfium.rendering import Camera

__all__ = ["Camera", "Sight", "read_page"]
