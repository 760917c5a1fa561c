"""What was read, and where: Document, its blocks, and Anchor.

A reader turns a file into a :class:`Document`: paragraphs, tables and pictures in reading order, each with
an :class:`Anchor` that leads a person back to the place in the source. Nothing is interpreted here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

__all__ = [
    "Anchor",
    "Block",
    "Document",
    "Paragraph",
    "Picture",
    "Table",
    "TableCell",
    "anchor_from",
    "cell_from",
    "describe_anchor",
]


class Anchor(NamedTuple):
    """A place in the source. All counts start at 1; ``start``/``end`` are character offsets in the line.

    ``line`` is the line of a text source, ``table`` the number of the table in the document,
    ``row``/``column`` the place inside it, ``box`` is (left, top, right, bottom) in points on ``page``.
    Every cell of every table has one: a plain tuple is made three times as fast as a dataclass.
    """

    file: str
    page: int | None = None
    line: int | None = None
    paragraph: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    start: int | None = None
    end: int | None = None
    box: tuple[float, float, float, float] | None = None

    def at(self, **where: Any) -> Anchor:
        """A copy with some parts set."""
        return self._replace(**where)

    def record(self) -> dict[str, Any]:
        """As a row of an ``anchor`` struct column (see :mod:`gkaudit.frames`)."""
        return {
            "file": self.file,
            "page": self.page,
            "line": self.line,
            "paragraph": self.paragraph,
            "table": self.table,
            "row": self.row,
            "column": self.column,
            "start": self.start,
            "end": self.end,
            "box": self.box,
        }


_PARTS = {
    "zh": (("page", "第{}页"), ("line", "第{}行"), ("paragraph", "第{}段"), ("table", "第{}张表")),
    "en": (("page", "page {}"), ("line", "line {}"), ("paragraph", "paragraph {}"), ("table", "table {}")),
}
_PLACE = {"zh": "第{row}行第{column}格", "en": "row {row}, cell {column}"}


def describe_anchor(anchor: Anchor | dict[str, Any] | None, lang: str = "zh") -> str:
    """The anchor in words, e.g. ``第51行，第2张表第4行第3格``; empty where nothing is known."""
    if anchor is None:
        return ""
    parts = anchor.record() if isinstance(anchor, Anchor) else anchor
    said = [text.format(parts[name]) for name, text in _PARTS[lang] if parts.get(name) is not None]
    if parts.get("row") is not None and parts.get("column") is not None:
        place = _PLACE[lang].format(row=parts["row"], column=parts["column"])
        if lang == "zh" and said and parts.get("table") is not None:
            said[-1] += place
        else:
            said.append(place)
    return ("，" if lang == "zh" else ", ").join(said)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, text untouched."""

    text: str
    anchor: Anchor


class TableCell(NamedTuple):
    """One cell as the source has it; spans are 1 where the source does not know them.

    ``confidence`` (0 to 1) is below 1 where the text itself is in doubt (recognised from a picture, or two
    readings that differ); ``note`` then says why, in a clause for the auditor. In an exact table
    ``anchor.row`` and ``anchor.column`` are the place of the upper left corner in the grid, from 1.
    """

    text: str
    anchor: Anchor
    rowspan: int = 1
    colspan: int = 1
    confidence: float = 1.0
    note: str = ""


#: An anchor, or a cell, from the tuple of all its fields: a page has hundreds, and made so they cost half.
anchor_from: Callable[[tuple[Any, ...]], Anchor] = partial(tuple.__new__, Anchor)
cell_from: Callable[[tuple[Any, ...]], TableCell] = partial(tuple.__new__, TableCell)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells.

    ``exact`` says that rows, columns and spans are those of the source (Word, HTML, ruling lines); each
    row then holds the cells that begin in it, from left to right. A table recovered from text is not
    exact: spans and empty cells may be lost.
    """

    rows: tuple[tuple[TableCell, ...], ...]
    anchor: Anchor
    exact: bool = False
    layout: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the source: an image file's bytes, or the raw pixels of a rendered page.

    With ``size`` (width, height) ``data`` is 8-bit grey, row by row without padding, at ``dpi``; without it
    ``data`` is an image file (PNG, JPEG …) as the source holds it, or empty where it holds only a link.
    ``whole_page`` says that the picture is all there is on its page: a scan.
    """

    anchor: Anchor
    data: bytes = field(default=b"", repr=False)
    size: tuple[int, int] | None = None
    dpi: float | None = None
    whole_page: bool = False


Block = Paragraph | Table | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """One source: blocks in reading order. ``format`` is the format by content, not by name.

    ``warnings`` are clauses for the auditor (Chinese, no file name); ``meta`` has what the source says of
    itself, keys as the format names them (``title``, ``author``, ``created``, ``published`` …).
    """

    name: str
    format: str
    sha256: str
    blocks: tuple[Block, ...]
    encoding: str = ""
    warnings: tuple[str, ...] = ()
    meta: dict[str, str] = field(default_factory=dict)

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The paragraphs in reading order."""
        return tuple(b for b in self.blocks if isinstance(b, Paragraph))

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables in reading order."""
        return tuple(b for b in self.blocks if isinstance(b, Table))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures in reading order."""
        return tuple(b for b in self.blocks if isinstance(b, Picture))
