"""Pieces of a visible page: lines, grids and pictures, each with where it stands.

``path`` holds the numbers of the block elements around a piece, outermost first; two pieces have a
container in common as far as their paths agree. ``hints`` are those numbers on the path that look like the
furniture of a site (nav, footer, share …).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gkaudit.errors import TooLargeError
from gkaudit.readers.guards import MAX_LINES, MAX_TEXT
from gkaudit.readers.webpage.cells import CellText, Layout
from gkaudit.readers.webpage.style import Look
from gkaudit.readers.webpage.written import Looks

__all__ = ["Grid", "Line", "Page", "Piece", "Shot"]


@dataclass(slots=True)
class Line:
    """One visible line. ``linked``: characters inside links; ``rank`` is that of a heading element, else 0."""

    text: str
    path: tuple[int, ...]
    hints: tuple[int, ...] = ()
    linked: int = 0
    rank: int = 0


@dataclass(slots=True)
class Grid:
    """One table: where its cells stand, and their texts; ``statutory`` says that it has words of the form.

    ``more`` has the cells with more than text in them, by place.
    """

    layout: Layout
    texts: list[str]
    more: dict[int, CellText]
    path: tuple[int, ...]
    hints: tuple[int, ...]
    statutory: bool
    text: str = ""

    def __post_init__(self) -> None:
        """All texts as one, which is asked for again and again."""
        self.text = " ".join(self.texts)

    @property
    def linked(self) -> int:
        """Characters inside links."""
        return sum(cell.linked for cell in self.more.values())


@dataclass(slots=True)
class Shot:
    """A picture by its address as the markup has it; in a table with the place of its cell. It says nothing."""

    src: str
    path: tuple[int, ...]
    hints: tuple[int, ...]
    row: int | None = None
    column: int | None = None
    text: str = ""


Piece = Line | Grid | Shot


@dataclass(slots=True)
class Page:
    """What all walks over one page share. ``reveal``: hidden parts count as visible."""

    name: str
    looks: Looks
    reveal: bool = False
    warnings: dict[str, None] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    numbers: int = 0
    seen: int = 0
    shown: int = 0

    def look(self, element: Any) -> Look:
        """How an element is shown."""
        return self.looks.kind(element).look

    def number(self) -> int:
        """The next number of a block element."""
        self.numbers += 1
        return self.numbers

    def warn(self, clause: str) -> None:
        """Note a clause for the auditor, once."""
        self.warnings[clause] = None

    def spend(self, size: int) -> None:
        """Count one visible piece of so many characters. Raises TooLargeError beyond the limits."""
        self.seen += size
        self.shown += 1
        if self.seen > MAX_TEXT or self.shown > MAX_LINES:
            limit, what = (MAX_TEXT, "个字符") if self.seen > MAX_TEXT else (MAX_LINES, "行")
            reason = f"网页的文字超过上限 {limit} {what}，不像一份年度报告；请只保存报告正文"
            raise TooLargeError(self.name, reason)
