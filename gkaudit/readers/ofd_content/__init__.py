"""The content of OFD files as :class:`~gkaudit.readers.geometry.Page`; the reader is :mod:`..ofd`."""

from __future__ import annotations

from gkaudit.readers.ofd_content.objects import POINTS, Drawing, Placed
from gkaudit.readers.ofd_content.package import Package, child, children, numbers, tag

__all__ = ["POINTS", "Drawing", "Package", "Placed", "child", "children", "numbers", "tag"]
