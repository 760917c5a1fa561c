"""Pictures in a document become the paragraphs and tables that are recognised in them.

Readers leave pictures where they stand. Here the ones that may hold a part of the report are read: whole
scanned pages, and pictures of ruled tables. What is neither (seals, photos, logos) stays a picture, and no
picture keeps its pixels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gkaudit.document import Anchor, Block, Document, Paragraph, Picture, Table, TableCell
from gkaudit.errors import UnreadableError
from gkaudit.readers.guards import MAX_PAGES, MAX_PIXELS
from gkaudit.readers.recognition import missing
from gkaudit.readers.recognition.headers import read_header

if TYPE_CHECKING:
    from gkaudit.readers.recognition.page import Found, Recognised, RuledTable

__all__ = ["recognised"]

#: A picture in a text is only looked at from this size (pixels); it has to hold a ruled table besides.
_LEAST_WIDTH, _LEAST_HEIGHT = 300, 80
#: Resolution of a picture that does not say.
_USUAL_DPI = 200
#: Characters of text below which a document of pictures has no text of its own.
_NO_TEXT = 30
_DOUBTFUL = 0.5
_INSTALL = 'pip install "gkaudit[ocr]"'


def recognised(document: Document) -> Document:
    """The document with its pictures recognised where they may hold a part of the report.

    Raises UnreadableError for a document of pictures only, where nothing can recognise them here or
    nothing was found in them.
    """
    if not document.pictures:
        return document
    worth = sum(_worth(picture) for picture in document.pictures)
    if not worth:
        return replace(document, blocks=tuple(_bare(block) for block in document.blocks))
    if not missing():
        return _Reader(document).read()
    if _only_pictures(document):
        reason = f"这是扫描件（图片），需要文字识别组件；请运行 {_INSTALL} 后重试，或放入可复制文字的版本"
        raise UnreadableError(document.name, reason)
    warning = f"文件中有{worth}张图片未识别（可能是表格）；如需识别请安装：{_INSTALL}"
    blocks = tuple(_bare(block) for block in document.blocks)
    return replace(document, blocks=blocks, warnings=(*document.warnings, warning))


def _bare(block: Block) -> Block:
    return replace(block, data=b"", size=None) if isinstance(block, Picture) else block


def _only_pictures(document: Document) -> bool:
    return not document.tables and sum(len(p.text) for p in document.paragraphs) < _NO_TEXT


def _size(picture: Picture) -> tuple[int, int]:
    """Width and height in pixels; zero where the header does not say."""
    if picture.size is not None:
        return picture.size
    header = read_header(picture.data)
    if header is None:
        return (0, 0)
    frame = header.frames[_frame(picture, len(header.frames))]
    return frame.width, frame.height


def _frame(picture: Picture, count: int) -> int:
    """Which frame of its file a picture is: pages of a TIFF share their bytes."""
    number = (picture.anchor.page or 1) - 1
    return number if picture.whole_page and number < count else 0


def _worth(picture: Picture) -> bool:
    """Whether a picture may hold a part of the report, as far as its header tells."""
    width, height = _size(picture)
    if not picture.data or not width:
        return False
    if picture.whole_page:
        return min(width, height) >= _LEAST_HEIGHT
    return width >= _LEAST_WIDTH and height >= _LEAST_HEIGHT


@dataclass(slots=True)
class _Reader:
    """Recognises the pictures of one document, and keeps count of what to tell about them."""

    document: Document
    blocks: list[Block] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    #: Whether the last block is a paragraph of a scanned page whose last line is full.
    open_end: bool = False

    def read(self) -> Document:
        """The document with all pictures looked at."""
        for block in self.document.blocks:
            if isinstance(block, Picture):
                self._picture(block)
            else:
                self.blocks.append(block)
        if not any(isinstance(block, Paragraph | Table) for block in self.blocks):
            reason = "图片无法打开或没有认出文字；请核对扫描件是否完整、清晰，或放入可复制文字的版本"
            raise UnreadableError(self.document.name, reason)
        warnings = (*self.document.warnings, *self._warnings())
        return replace(self.document, blocks=_numbered(self.blocks), warnings=warnings)

    def _picture(self, picture: Picture) -> None:
        found = self._looked_at(picture) if _worth(picture) else None
        if found is None or not found.blocks:
            self.blocks.append(replace(picture, data=b"", size=None))
            self.open_end = False
            return
        self.told["pages" if picture.whole_page else "tables"] += 1
        self.told["lost"] += found.lost
        place = _Place(picture, _size(picture))
        for number, one in enumerate(found.blocks):
            self._add(one, place, first=number in found.begins)

    def _looked_at(self, picture: Picture) -> Recognised | None:
        width, height = _size(picture)
        if width * height > MAX_PIXELS:
            self.told["large"] += 1
            return None
        if self.told["looked"] >= MAX_PAGES:
            self.told["many"] += 1
            return None
        self.told["looked"] += 1
        import cv2  # noqa: PLC0415 - loads when there is a picture

        from gkaudit.readers.recognition import engine, page, sheet  # noqa: PLC0415

        pixels = sheet.pixels_of(picture.data, picture.size, _frame(picture, MAX_PAGES))
        if pixels is None:
            self.told["broken"] += 1
            return None
        try:
            return page.recognise(pixels, picture.dpi, whole_page=picture.whole_page)
        except engine.EngineError as error:
            raise UnreadableError(self.document.name, str(error)) from error
        except cv2.error:
            # A picture that OpenCV cannot work with (a line of pixels, say) is no page.
            self.told["broken"] += 1
            return None

    def _add(self, one: Found | RuledTable, place: _Place, *, first: bool) -> None:
        from gkaudit.readers.recognition.page import Found  # noqa: PLC0415 - loaded already

        if not isinstance(one, Found):
            table = place.table(one)
            self.told["doubtful"] += sum(c.confidence < _DOUBTFUL for row in table.rows for c in row)
            self.blocks.append(table)
            self.open_end = False
            return
        before = self.blocks[-1] if self.blocks else None
        if first and self.open_end and one.open_begin and isinstance(before, Paragraph):
            self.blocks[-1] = replace(before, text=before.text + one.text)
        else:
            self.blocks.append(Paragraph(one.text, place.anchor(one.box)))
        self.open_end = one.open_end

    def _warnings(self) -> Iterable[str]:
        told = self.told
        for key, text in (
            ("pages", "有{}页是扫描图片，文字和数字由识别得到，请与原件核对"),
            ("tables", "有{}张图片中的表格由识别得到，请与原件核对"),
            ("doubtful", "图片表格中有{}格辨认不清，没有采用"),
            ("lost", "图片中有{}行文字辨认不清，没有采用"),
            ("broken", "有{}张图片已损坏或格式无法打开，没有识别"),
            ("large", f"有{{}}张图片超过{MAX_PIXELS // 10_000}万像素，没有识别"),
            ("many", f"图片太多，只识别了前{MAX_PAGES}张，还有{{}}张没有识别"),
        ):
            if told[key]:
                yield text.format(told[key])


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a picture stands: turns its pixels into anchors in points."""

    picture: Picture
    size: tuple[int, int]

    def anchor(self, box: tuple[float, float, float, float]) -> Anchor:
        """The anchor of a box in pixels."""
        own = self.picture.anchor.box
        if own is None:
            factor = 72 / (self.picture.dpi or _USUAL_DPI)
            across, down, left, top = factor, factor, 0.0, 0.0
        else:
            left, top = own[0], own[1]
            across, down = (own[2] - left) / self.size[0], (own[3] - top) / self.size[1]
        a, b, c, d = box
        points = (left + a * across, top + b * down, left + c * across, top + d * down)
        return self.picture.anchor.at(box=tuple(round(max(v, 0.0), 1) for v in points))

    def table(self, ruled: RuledTable) -> Table:
        """A recognised table; its number in the document comes later."""
        rows: list[list[TableCell]] = [[] for _ in range(1 + max(cell.row for cell in ruled.cells))]
        for cell in ruled.cells:
            anchor = self.anchor(cell.box).at(row=cell.row + 1, column=cell.column + 1)
            text, confidence, note = cell.read
            confidence = round(min(max(confidence, 0.0), 1.0), 3)
            rows[cell.row].append(TableCell(text, anchor, cell.rowspan, cell.colspan, confidence, note))
        return Table(tuple(map(tuple, rows)), self.anchor(ruled.box), exact=True, layout="grid")


def _numbered(blocks: list[Block]) -> tuple[Block, ...]:
    """Tables numbered through the document, recognised ones among the others."""
    number, out = 0, list[Block]()
    for block in blocks:
        if isinstance(block, Table):
            number += 1
            block = _renumbered(block, number)  # noqa: PLW2901 - the same table with its number
        out.append(block)
    return tuple(out)


def _renumbered(table: Table, number: int) -> Table:
    if table.anchor.table == number:
        return table
    rows = tuple(tuple(c._replace(anchor=c.anchor.at(table=number)) for c in row) for row in table.rows)
    return replace(table, rows=rows, anchor=table.anchor.at(table=number))
