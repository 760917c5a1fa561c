"""The body of a document, walked in reading order: paragraphs, tables, text boxes and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from gkaudit.errors import TooLargeError
from gkaudit.readers.guards import MAX_PARAGRAPHS
from gkaudit.readers.ooxml.content import Image, Item, Line
from gkaudit.readers.ooxml.drawings import drawn
from gkaudit.readers.ooxml.grids import arranged, places
from gkaudit.readers.ooxml.lines import STRUCK, Speaker
from gkaudit.readers.ooxml.marks import Marks
from gkaudit.readers.ooxml.names import W, switched_on, value
from gkaudit.readers.ooxml.numbering import Numbering
from gkaudit.readers.ooxml.package import Package
from gkaudit.readers.ooxml.styles import number_property

__all__ = ["Story"]

_PARAGRAPH, _TABLE = f"{W}p", f"{W}tbl"
#: Tables and text boxes in one another; pages of websites pasted into Word have four or five levels.
_DEEPEST = 20
_BOXED = "文字在文本框里，所在格须看原件"

HIDDEN = "含隐藏文字，没有读取"
COVERED = "合并单元格中有不显示的文字，没有读取"
LOST_PICTURE = "有图片缺失或只是外部链接，没有读取"
TOO_DEEP = f"表格或文本框嵌套超过 {_DEEPEST} 层，更深的内容没有读取"


@dataclass(slots=True)
class Story:
    """Reads the items of a part. ``warnings`` gathers what was left out, in the order it was met."""

    package: Package
    part: str
    marks: Marks
    speaker: Speaker
    numbering: Numbering
    warnings: dict[str, None] = field(default_factory=dict)
    _paragraphs: int = 0
    _depth: int = 0

    def items(self, container: Any) -> list[Item]:
        """The items of a body, a cell or a text box."""
        found: list[Item] = []
        # A paragraph whose mark was deleted goes on in the next one.
        unended: list[Line] = []
        for child in container:
            tag = child.tag
            if tag == _PARAGRAPH:
                line, joined, rest = self._paragraph(child, unended)
                unended = [line] if joined else []
                found += rest if joined else [line, *rest]
            elif tag == _TABLE:
                found += [*unended, *self._table(child)]
                unended = []
        return [*found, *unended]

    def _paragraph(self, paragraph: Any, before: list[Line]) -> tuple[Line, bool, list[Item]]:
        """The text of a paragraph with its number, whether it goes on in the next, and what its drawings hold."""
        self._paragraphs += 1
        if self._paragraphs > MAX_PARAGRAPHS:
            raise TooLargeError(self.package.name, f"超过 {MAX_PARAGRAPHS} 段，不像一份年度报告；请核对文件")
        marks, end = self.marks.of(paragraph), self.marks.of_end(paragraph)
        style = value(marks["pStyle"]) if "pStyle" in marks else None
        found = self.speaker.paragraph(paragraph, style)
        if found.hid_text:
            self.warnings[HIDDEN] = None
        if found.doubt == STRUCK:
            self.warnings[STRUCK] = None
        text = "".join(line.text for line in before) + found.text
        doubt = found.doubt or "".join(line.doubt for line in before)
        joined = "del" in end or "moveFrom" in end
        if self.numbering and not joined and not ("vanish" in end and switched_on(end["vanish"])):
            text = _labelled(*self.numbering.label(number_property(marks.get("numPr")), style), text)
        items = [item for drawing in found.drawings for item in self._drawing(drawing)] if found.drawings else []
        return Line(text, doubt), joined, items

    def _drawing(self, drawing: Any) -> Iterator[Item]:
        for kind, what in drawn(drawing):
            if kind == "box":
                yield from _boxed(self._deeper(what))
            elif kind == "words":
                yield Line(what)
            else:
                yield self._image(what)

    def _image(self, reference: str) -> Image:
        target = self.package.relationships(self.part).get(reference)
        if target is None or not self.package.has(target.part):
            self.warnings[LOST_PICTURE] = None
            return Image("")
        return Image(target.part)

    def _deeper(self, container: Any) -> list[Item]:
        if self._depth >= _DEEPEST:
            self.warnings[TOO_DEEP] = None
            return [Line("", TOO_DEEP)]
        self._depth += 1
        try:
            return self.items(container)
        finally:
            self._depth -= 1

    def _table(self, table: Any) -> list[Item]:
        rows = places(table, self.marks, self.package.name)
        grid = arranged(table, rows)
        for row in rows:
            for place in row:
                if place.slot is not None:
                    place.slot.items = self._deeper(place.elements[0])
                if (place.slot is None and not place.gone) or len(place.elements) > 1:
                    self._covered(place.elements[place.slot is not None :])
        return [grid] if grid.slots else []

    def _covered(self, cells: list[Any]) -> None:
        """Note text in cells that a merged cell covers: it shows nowhere."""
        if any(text.text for cell in cells for text in cell.iter(f"{W}t")):
            self.warnings[COVERED] = None


def _boxed(items: Iterable[Item]) -> list[Item]:
    """Lines of a text box: where it floats to is not where it is anchored."""
    return [Line(item.text, _BOXED) if isinstance(item, Line) else item for item in items]


def _labelled(label: str, suffix: str, text: str) -> str:
    """A number and the text behind it; a gap where the two would be read as one number."""
    if not label or suffix == "nothing" or not text:
        return label + text
    gap = label[-1].isalnum() or text.lstrip()[:1].isdigit()
    return f"{label} {text}" if gap else label + text
