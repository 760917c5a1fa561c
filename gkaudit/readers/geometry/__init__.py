"""From characters and ruling lines to paragraphs and tables; what PDF and OFD share.

A page is a :class:`Page`: characters at places, level and upright lines, pictures. :func:`compose` gives
the blocks of a document. Nothing here knows any file format or foreign library.
"""

from __future__ import annotations

from gkaudit.readers.geometry.compose import compose
from gkaudit.readers.geometry.lines import lines_of
from gkaudit.readers.geometry.notices import Notices
from gkaudit.readers.geometry.page import Box, Char, Figure, Page, Rule
from gkaudit.readers.geometry.scene import Point, Scene, around, is_line
from gkaudit.readers.geometry.views import Raw, View, sideways

__all__ = [
    "Box",
    "Char",
    "Figure",
    "Notices",
    "Page",
    "Point",
    "Raw",
    "Rule",
    "Scene",
    "View",
    "around",
    "compose",
    "is_line",
    "lines_of",
    "sideways",
]
