"""A saved web page, from its text to a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, repeat

from gkaudit.document import Anchor, Block, Document, Paragraph, Picture, Table, TableCell, anchor_from, cell_from
from gkaudit.errors import UnreadableError
from gkaudit.readers.source import Source
from gkaudit.readers.webpage.blocks import as_tables
from gkaudit.readers.webpage.content import Content, choose, is_title
from gkaudit.readers.webpage.flow import pieces as visible_pieces
from gkaudit.readers.webpage.meta import meta_of, names_of
from gkaudit.readers.webpage.pieces import Grid, Line, Page, Piece, Shot
from gkaudit.readers.webpage.refusal import annexes, why_empty
from gkaudit.readers.webpage.text import Decoded, with_lines
from gkaudit.readers.webpage.tree import Tree, parse
from gkaudit.readers.webpage.written import Looks

__all__ = ["page_document"]

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Confidence of a cell whose text is in doubt for the reason its note gives.
_DOUBT = 0.2
_REVEALED = "正文在网页代码中设为隐藏，已一并读取；请与原网页核对"
_REPEATED = "网页中有内容相同的两份（如手机版），只读一份"
_COMMENTED = "含批注，未计入正文"
_LOST = "有 {} 张图片只存了地址，没有存下内容；请另存为“网页，单个文件（.mhtml）”后再放入"
_ANNEXED = "网页内没有法定表格，可能在附件（{}）中；请把附件一并放入"

Find = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class _Walked:
    """One walk over the page: all pieces, those of the report, and what was noticed."""

    pieces: list[Piece]
    content: Content
    page: Page

    @property
    def tables(self) -> int:
        return sum(isinstance(piece, Grid) and piece.statutory for piece in self.content.pieces)

    @property
    def prose(self) -> int:
        return sum(len(p.text) for p in self.content.pieces if not isinstance(p, Line) or p.linked * 2 < len(p.text))


def page_document(source: Source, page: Decoded, kind: str, find: Find | None = None, url: str = "") -> Document:
    """The document of a page; ``find`` gives bytes of pictures that came with it.

    Raises UnreadableError where there is nothing of a report in it, TooLargeError beyond a limit.
    """
    tree = parse(with_lines(page.text), source.name)
    walked = _walk(tree, source.name)
    content = walked.content
    if not content.found and (reason := why_empty(tree.root, walked.prose, _shots(content.pieces, tree, find))):
        raise UnreadableError(source.name, reason)
    if not any(_CHINESE.search(piece.text) for piece in content.pieces) and not _shots(content.pieces, tree, find):
        raise UnreadableError(source.name, "没有中文内容，不像政府信息公开工作年度报告；请核对文件")
    meta = meta_of(tree.root, page.text, walked.pieces)
    if url:
        meta["url"] = url
    sources = [p.src for p in content.pieces if isinstance(p, Shot) and not tree.is_embedded(p.src)]
    meta |= names_of(tree.root, sources, walked.page.comments)
    blocks = _Blocks(source.name, tree, find)
    if not content.titled and (title := _own_title(meta.get("title", ""), content.pieces)):
        blocks.paragraph(title)
    for piece in content.pieces:
        blocks.add(piece)
    warnings = [page.warning, *tree.warnings, *walked.page.warnings, *_noticed(walked, blocks, tree)]
    return Document(
        name=source.name,
        format=kind,
        sha256=source.sha256,
        blocks=tuple(blocks.blocks),
        encoding=page.encoding,
        warnings=tuple(warning for warning in warnings if warning),
        meta=meta,
    )


def _walk(tree: Tree, name: str) -> _Walked:
    """What is visible; where that holds no table, what is hidden as well, if it does."""
    sheets = ["".join(style.itertext()) for style in tree.root.iter("style")]

    def walk(*, reveal: bool) -> _Walked:
        page = Page(name, Looks.of(sheets, reveal=reveal), reveal=reveal)
        found = visible_pieces(tree.root, page)
        return _Walked(found, choose(found), page)

    shown = walk(reveal=False)
    if not shown.tables and as_tables(tree.root, shown.page.look):
        blocks = walk(reveal=False)
        shown = blocks if blocks.tables else shown
    if shown.tables:
        return shown
    revealed = walk(reveal=True)
    if revealed.tables or (not shown.content.found and revealed.content.found):
        revealed.page.warn(_REVEALED)
        return revealed
    return shown


def _shots(pieces: list[Piece], tree: Tree, find: Find | None) -> bool:
    return any(isinstance(p, Shot) and (tree.is_embedded(p.src) or (find and find(p.src))) for p in pieces)


def _noticed(walked: _Walked, blocks: _Blocks, tree: Tree) -> list[str]:
    links = [] if walked.tables else annexes(tree.root)
    return [
        _REPEATED if walked.content.repeated else "",
        _COMMENTED if walked.page.comments else "",
        _LOST.format(blocks.lost) if blocks.lost else "",
        _ANNEXED.format("、".join(links[:3])) if links else "",
    ]


def _own_title(text: str, pieces: list[Piece]) -> str:
    """The title of the report where no line of the page is it; empty where nothing is.

    The title of the page has it (…年度报告_澄岫县人民政府), or the table with index number and date.
    """
    parts = [text, *re.split(r"\s*[_|｜—–]+\s*|\s+-+\s+|-(?=[^-]*$)", text)]
    cells = [cell for piece in pieces if isinstance(piece, Grid) and not piece.statutory for cell in piece.texts]
    return next((part.strip() for part in (*parts, *cells) if is_title(part)), "")


class _Blocks:
    """Blocks of a document, numbered as they come."""

    def __init__(self, name: str, tree: Tree, find: Find | None) -> None:
        self.blocks: list[Block] = []
        self.lost = 0
        self._name = name
        self._tree, self._find = tree, find
        self._paragraphs = self._tables = 0

    def add(self, piece: Piece) -> None:
        if isinstance(piece, Line):
            self.paragraph(piece.text)
        elif isinstance(piece, Grid):
            self._table(piece)
        else:
            self._picture(piece)

    def paragraph(self, text: str) -> None:
        self._paragraphs += 1
        self.blocks.append(Paragraph(text, Anchor(self._name, paragraph=self._paragraphs)))

    def _table(self, grid: Grid) -> None:
        self._tables += 1
        rows = tuple(_rows(grid, self._name, self._tables))
        self.blocks.append(Table(rows, Anchor(self._name, table=self._tables), exact=True, layout="grid"))

    def _picture(self, shot: Shot) -> None:
        data = None
        if self._tree.is_embedded(shot.src):
            data = self._tree.picture(shot.src)
        elif self._find is not None:
            data = self._find(shot.src)
        self.lost += not data
        table = self._tables if shot.row else None
        where = Anchor(self._name, table=table, row=shot.row, column=shot.column)
        self.blocks.append(Picture(where, data or b""))


def _rows(grid: Grid, name: str, table: int) -> Iterator[tuple[TableCell, ...]]:
    """The rows of a table of this number; all its cells are made at once."""
    none, layout = repeat(None), grid.layout
    at = (repeat(name), none, none, none, repeat(table), layout.numbers, layout.columns, none, none, none)
    places = map(anchor_from, zip(*at, strict=False))
    notes = [""] * len(grid.texts)
    for place, cell in grid.more.items():
        notes[place] = cell.note
    sure = [_DOUBT if note else 1.0 for note in notes] if grid.more else repeat(1.0)
    cells = map(cell_from, zip(grid.texts, places, layout.highs, layout.wides, sure, notes, strict=False))
    return (tuple(islice(cells, length)) for length in layout.lengths)
