"""Items of a story as blocks of a document: layout tables unwrapped, cells with their text and their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gkaudit.document import Anchor, Block, Paragraph, Picture, Table, TableCell
from gkaudit.readers.ooxml.content import Grid, Image, Item, Line, Slot, is_layout, is_whole, text_of

__all__ = ["Flow"]

#: Confidence in a cell whose text may not be its number.
_DOUBTFUL = 0.4
_DRAWN = "格内是图片，没有文字"


@dataclass(slots=True)
class Flow:
    """Gathers blocks and counts paragraphs and tables; ``picture`` gives the bytes of a part."""

    name: str
    picture: Callable[[str], bytes]
    blocks: list[Block] = field(default_factory=list)
    _paragraphs: int = 0
    _tables: int = 0

    def add(self, items: Iterable[Item]) -> None:
        """Append items in reading order."""
        for item in items:
            if isinstance(item, Line):
                self._line(item)
            elif isinstance(item, Image):
                self._image(item, Anchor(self.name, paragraph=self._paragraphs or None))
            elif is_layout(item):
                for slot in item.slots:
                    self.add(slot.items)
            else:
                self._table(item)

    def _line(self, line: Line) -> None:
        shown = [text for text in line.text.split("\n") if text.strip()]
        if shown:
            self._paragraphs += 1
            self.blocks += [Paragraph(text, Anchor(self.name, paragraph=self._paragraphs)) for text in shown]

    def _image(self, image: Image, anchor: Anchor) -> None:
        self.blocks.append(Picture(anchor, self.picture(image.part) if image.part else b""))

    def _table(self, grid: Grid) -> None:
        """A table, then the pictures and whole tables that stand in its cells."""
        self._tables += 1
        anchor = Anchor(self.name, table=self._tables)
        rows = tuple(tuple(_cell(slot, anchor) for slot in row) for row in grid.rows)
        self.blocks.append(Table(rows, anchor, exact=grid.exact, layout="grid"))
        for slot in grid.slots:
            if not all(isinstance(item, Line) for item in slot.items):
                self._inside(slot.items, _at(slot, anchor))

    def _inside(self, items: Iterable[Item], anchor: Anchor) -> None:
        for item in items:
            if isinstance(item, Image):
                self._image(item, anchor)
            elif isinstance(item, Grid) and is_whole(item):
                self.add([item])
            elif isinstance(item, Grid):
                for slot in item.slots:
                    self._inside(slot.items, anchor)


def _at(slot: Slot, anchor: Anchor) -> Anchor:
    return Anchor(anchor.file, table=anchor.table, row=slot.row + 1, column=slot.start + 1)


def _cell(slot: Slot, anchor: Anchor) -> TableCell:
    text = text_of(slot.items)
    doubt = _doubt(slot.items) or (_DRAWN if not text and _has_image(slot.items) else "")
    place, height, width = _at(slot, anchor), slot.rowspan, max(slot.end - slot.start, 1)
    return TableCell(text, place, height, width, _DOUBTFUL if doubt else 1.0, doubt)


def _doubt(items: Iterable[Item]) -> str:
    """The first doubt about the text of a cell."""
    for item in items:
        if isinstance(item, Line) and item.doubt:
            return item.doubt
        if isinstance(item, Grid) and (inside := _doubt([i for slot in item.slots for i in slot.items])):
            return inside
    return ""


def _has_image(items: Iterable[Item]) -> bool:
    return any(
        isinstance(item, Image) or (isinstance(item, Grid) and any(_has_image(slot.items) for slot in item.slots))
        for item in items
    )
