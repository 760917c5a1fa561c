"""The body of a document, walked in reading order: paragraphs, tables, text boxes and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from gkaudit.errors import TooLargeError
from gkaudit.readers.guards import MAX_PARAGRAPHS
from gkaudit.readers.ooxml.content import Image, Item, Line
from gkaudit.readers.ooxml.drawings import drawn
from gkaudit.readers.ooxml.grids import Place, arranged, places
from gkaudit.readers.ooxml.lines import spoken
from gkaudit.readers.ooxml.names import W, switched_on, value
from gkaudit.readers.ooxml.numbering import Numbering
from gkaudit.readers.ooxml.package import Package
from gkaudit.readers.ooxml.styles import NumberProperty, Styles, number_property
from gkaudit.readers.ooxml.wrappers import flattened

__all__ = ["Story"]

_PARAGRAPH, _TABLE, _PROPERTIES = f"{W}p", f"{W}tbl", f"{W}pPr"
#: Tables and text boxes in one another; pages of websites pasted into Word have four or five levels.
_DEEPEST = 20
_BOXED = "文字在文本框里，所在格须看原件"

HIDDEN = "含隐藏文字，没有读取"
COVERED = "合并单元格中有不显示的文字，没有读取"
LOST_PICTURE = "有图片缺失或只是外部链接，没有读取"
TOO_DEEP = f"表格或文本框嵌套超过 {_DEEPEST} 层，更深的内容没有读取"


@dataclass(slots=True)
class _Mark:
    """What the properties of a paragraph say of its mark (¶) and its number."""

    style: str | None = None
    number: NumberProperty | None = None
    hidden: bool = False
    joined: bool = False


@dataclass(slots=True)
class Story:
    """Reads the items of a part. ``warnings`` gathers what was left out, in the order it was met."""

    package: Package
    part: str
    styles: Styles
    numbering: Numbering
    warnings: dict[str, None] = field(default_factory=dict)
    _paragraphs: int = 0
    _depth: int = 0

    def items(self, container: Any) -> list[Item]:
        """The items of a body, a cell or a text box."""
        found: list[Item] = []
        # A paragraph whose mark was deleted goes on in the next one.
        open_line = ""
        for child in flattened(container):
            if child.tag == _PARAGRAPH:
                mark = self._mark(child.find(_PROPERTIES))
                line, *rest = self._paragraph(child, mark, open_line)
                open_line = line.text if mark.joined else ""
                found += rest if mark.joined else [line, *rest]
            elif child.tag == _TABLE:
                found += [*([Line(open_line)] if open_line else []), *self._table(child)]
                open_line = ""
        return [*found, Line(open_line)] if open_line else found

    def _mark(self, properties: Any) -> _Mark:
        if properties is None:
            return _Mark()
        style, mark = properties.find(f"{W}pStyle"), properties.find(f"{W}rPr")
        found = _Mark(None if style is None else value(style), number_property(properties))
        if mark is not None:
            vanish = mark.find(f"{W}vanish")
            found.hidden = vanish is not None and switched_on(vanish)
            found.joined = mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None
        return found

    def _paragraph(self, paragraph: Any, mark: _Mark, before: str) -> tuple[Line, *tuple[Item, ...]]:
        """The text of a paragraph with its number, then what its drawings hold."""
        self._paragraphs += 1
        if self._paragraphs > MAX_PARAGRAPHS:
            raise TooLargeError(self.package.name, f"超过 {MAX_PARAGRAPHS} 段，不像一份年度报告；请核对文件")
        found = spoken(paragraph, self.styles, mark.style)
        if found.hid_text:
            self.warnings[HIDDEN] = None
        text = before + found.text
        if self.numbering and not mark.joined and not mark.hidden:
            text = _labelled(*self.numbering.label(mark.number, mark.style), text)
        return Line(text, found.doubt), *(item for drawing in found.drawings for item in self._drawing(drawing))

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
        rows = places(table, self.package.name)
        grid = arranged(table, rows)
        for place in (place for row in rows for place in row if not place.gone):
            self._fill(place)
        return [grid] if grid.slots else []

    def _fill(self, place: Place) -> None:
        """Read a cell; one that is covered by a merged cell shows nothing, whatever is in it."""
        shown, *covered = place.elements if place.slot is not None else (None, *place.elements)
        if place.slot is not None:
            place.slot.items = self._deeper(shown)
        if any(text.text for cell in covered for text in cell.iter(f"{W}t")):
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
