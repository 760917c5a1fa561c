"""The visible page as pieces in reading order.

The walk goes by events, not by recursion: how deep a page is nested costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gkaudit.chars import enumerator
from gkaudit.readers.webpage.cells import CellText, Sheet, elements_of, place, plain_text
from gkaudit.readers.webpage.elements import (
    CONTROLS,
    DRAWN,
    KEPT,
    PLAIN_TAGS,
    SILENT,
    STRUCK,
    Kind,
    is_closed,
    is_table,
    shown_value,
    shows_digits,
)
from gkaudit.readers.webpage.marks import Numbering, collapsed, whole
from gkaudit.readers.webpage.pieces import Grid, Line, Page, Piece, Shot
from gkaudit.readers.webpage.style import PLAIN, Look
from gkaudit.readers.webpage.table import is_layout, sheet_of, statutory

__all__ = ["pieces"]

#: A longer stretch that is struck out is a mistake in the markup.
_LONGEST_STRUCK = 200
_STRUCK_OUT = "含删除线文字，按删去读取；请与原网页核对"
#: Pictures smaller than this are spacers and counters.
_SPACER = 5

_EMPTY = CellText("")
#: What stands between most elements, and shows nothing.
_BETWEEN = ("\n", "\r\n", " ", "\n\n")
_NOTHING, _BREAK, _LINK, _AS_IS, _LIST = 0, 1, 2, 4, 8


def pieces(root: Any, page: Page) -> list[Piece]:
    """Everything visible under an element, in reading order."""
    flow = _Flow(page)
    flow.walk(root)
    return flow.found


@dataclass(slots=True)
class _Flow:
    """One walk. ``inside`` a cell, a table is only text and form controls show their values."""

    page: Page
    inside: bool = False
    path: list[int] = field(default_factory=list)
    hints: list[int] = field(default_factory=list)
    found: list[Piece] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    links: int = 0
    linked: int = 0
    kept: int = 0
    rank: int = 0
    prefix: str = ""
    lists: list[Numbering] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    blank: str = ""
    doubt: str = ""
    drawn: bool = False

    def walk(self, root: Any) -> None:
        """Walk over an element and everything in it."""
        from lxml import etree  # noqa: PLC0415 - loads only when a page is read

        steps = etree.iterwalk(root, events=("start", "end"))
        for event, element in steps:
            if event == "end":
                self._end(element, last=element is root)
            elif self._begin(element):
                steps.skip_subtree()
        self._flush()

    # ── beginnings ──

    def _begin(self, element: Any) -> bool:
        """Take in the beginning of an element; whether what is in it is not walked through."""
        kind = self.page.looks.kind(element)
        if kind.special and self._special(element, kind.look):
            self.ends.append(_NOTHING)
            return True
        if kind.line and not len(element) and not (self.inside or self.links or self.kept):
            self._line(element.text, kind)
            self.ends.append(_NOTHING)
            return False
        self.ends.append(self._open(element, kind))
        if element.text:
            self._add(element.text)
        return False

    def _line(self, raw: str | None, kind: Kind) -> None:
        """Take in a block with nothing but text in it, as most are."""
        self._enter(kind)
        text = collapsed(raw) if raw else ""
        if text and not text.isspace():
            self._say(text)
        self._leave()

    def _special(self, element: Any, look: Look) -> bool:
        """Take in an element that may be more than text; whether what is in it is not walked through."""
        if self._is_silent(element, look):
            return True
        tag = element.tag
        if tag == "br":
            self._flush()
        elif tag in ("img", "v:imagedata"):
            self._picture(element)
        elif not self.inside and is_table(element, look):
            self._flush()
            return self._table(element)
        return False

    def _is_silent(self, element: Any, look: Look) -> bool:
        """Whether nothing in the element is read; what is noted of it instead."""
        tag = element.tag
        if tag in SILENT or (tag == "noscript" and not self.page.reveal) or look.hidden or look.unseen:
            self.drawn |= tag in DRAWN and not (look.hidden or look.unseen)
            return True
        if tag in CONTROLS:
            if self.inside:
                self._add(shown_value(element))
            return True
        if not self.inside and not self.page.reveal and (element.get("aria-hidden") == "true" or is_closed(element)):
            return True
        if look.faint and self.inside and shows_digits(element):
            self.doubt = "含白色或极小的数字，可能看不见"
        if look.element.startswith("comment"):
            self.page.comments.append(collapsed("".join(element.itertext())))
            return True
        if tag in ("sup", "sub") or look.raised:
            return self._mark(element, tag)
        return (tag in STRUCK or look.struck) and self._strike(element)

    def _mark(self, element: Any, tag: str) -> bool:
        """Whether the element is the mark of a footnote: no digit of the number before it.

        What a style raises, or what is below the line, is one behind a digit of a cell only.
        """
        text = collapsed("".join(element.itertext())).strip("[]()（）〔〕 ")
        if not text.isdigit() or (tag != "sup" and not (self.inside and "".join(self.text)[-1:].isdigit())):
            return False
        if self.inside:
            self.doubt = f"含{'下标' if tag == 'sub' else '上标'}“{text}”，未计入"
        else:
            self._add(f"[{text}]")
        return True

    def _strike(self, element: Any) -> bool:
        """Whether the element is a short piece of struck out text, which is noted and not read."""
        text = collapsed("".join(element.itertext()))
        if not text or len(text) > _LONGEST_STRUCK:
            return False
        self.doubt = f"含删除线文字“{text}”，未计入"
        self.page.warn(_STRUCK_OUT)
        return True

    def _open(self, element: Any, kind: Kind) -> int:
        """Begin an element that is walked through; what its end has to undo."""
        end = _NOTHING
        if kind.block:
            if self.inside and element.tag in ("td", "th"):
                self.text.append(" ")
            else:
                self._enter(kind)
                end = _BREAK
        return end | self._mark_out(element, kind.look) if kind.marked else end

    def _mark_out(self, element: Any, look: Look) -> int:
        """Begin a link, a list or its item, or what is kept as it is; what its end has to undo."""
        tag = element.tag
        if tag == "a" and element.get("href") is not None:
            self.links += 1
            return _LINK
        if tag in KEPT or look.kept:
            self.kept += 1
            return _AS_IS
        if tag in ("ol", "ul"):
            self.lists.append(Numbering.of(element, look.marker))
            return _LIST
        if tag == "li" and self.lists:
            self.prefix = self.lists[-1].item(element, look.marker)
        return _NOTHING

    def _enter(self, kind: Kind) -> None:
        self._flush()
        number = self.page.number()
        self.path.append(number)
        if kind.furniture:
            self.hints.append(number)
        if kind.rank:
            self.rank = kind.rank

    def _picture(self, element: Any) -> None:
        sizes = [whole((element.get(side) or "").removesuffix("px"), 100) for side in ("width", "height")]
        names = ("src", "data-src", "data-original", "_src")
        src = next((value for name in names if (value := (element.get(name) or "").strip())), "")
        if not src or min(sizes) <= _SPACER:
            return
        if self.inside:
            self.pictures.append(src)
        else:
            self.page.spend(0)
            self.found.append(Shot(src, tuple(self.path), tuple(self.hints)))

    # ── ends ──

    def _end(self, element: Any, *, last: bool) -> None:
        end = self.ends.pop()
        if end & _BREAK:
            self._flush()
            self._leave()
        if end & _LINK:
            self.links -= 1
        if end & _AS_IS:
            self.kept -= 1
        if end & _LIST:
            self.lists.pop()
        if element.tail and not last:
            self._add(element.tail)

    def _leave(self) -> None:
        number = self.path.pop()
        if self.hints and self.hints[-1] == number:
            self.hints.pop()
        self.rank = 0

    def _add(self, text: str) -> None:
        if text in _BETWEEN and not (self.text or self.kept or self.inside):
            return
        self.text.append(text)
        if self.links:
            self.linked += len(text.strip())

    def _flush(self) -> None:
        if not self.text:
            return
        raw = "".join(self.text)
        self.text.clear()
        if not self.inside and raw.isspace():
            return
        linked, self.linked = self.linked, 0
        for line in raw.splitlines() if self.kept else (raw,):
            text = line.rstrip() if self.kept else collapsed(line)
            if text.strip():
                self._say(text, linked)
            elif text:
                self.blank = text

    def _say(self, text: str, linked: int = 0) -> None:
        if self.prefix:
            text = text if enumerator(text) else self.prefix + text.lstrip()
            self.prefix = ""
        if not self.inside:
            self.page.spend(len(text))
        self.found.append(Line(text, tuple(self.path), tuple(self.hints), min(linked, len(text)), self.rank))

    # ── tables ──

    def _table(self, element: Any) -> bool:
        """Take in a table as a grid; False where it only lays out and is walked through."""
        sheet = sheet_of(element, self.page)
        texts = sheet.cells
        cells = elements_of(texts)
        around = [at for at, cell in cells.items() if len(cell) and next(cell.iter("table"), None) is not None]
        more = {at: _EMPTY if at in around else self._cell(cell) for at, cell in cells.items()}
        for at, cell in more.items():
            texts[at] = cell.text
        told = [text for at, text in enumerate(texts) if at not in around] if around else texts
        own = statutory(told)
        plain = element.tag == "table" and element.get("role") not in ("presentation", "none")
        if not own and (around or not plain or is_layout(sheet, told)):
            return False
        number = self.page.number()
        after: list[Piece] = []
        for at in around:
            more[at] = self._around(cells[at], after)
            texts[at] = more[at].text
        layout = place(sheet, self.page.name)
        height = len(layout.lengths)
        path, hints = tuple(self.path), tuple(self.hints)
        grid = Grid(layout, texts, more, path, hints, own)
        self.page.spend(sum(map(len, grid.texts)))
        self.path.append(number)
        self._strays(sheet, 0, height)
        self.found.append(grid)
        for at, cell in more.items():
            row, column = layout.numbers[at], layout.columns[at]
            self.found += [Shot(src, path, hints, row, column) for src in cell.pictures]
        self.found += after
        self._strays(sheet, height, height + 1)
        self.path.pop()
        return True

    def _strays(self, sheet: Sheet, start: int, end: int) -> None:
        """Captions and what the markup has between cells: shown before the table, or behind its last row."""
        for before, what in (*((0, caption) for caption in sheet.captions), *sheet.strays):
            if not start <= before < end:
                continue
            if isinstance(what, str):
                if text := collapsed(what).strip():
                    self._say(text)
            else:
                self.found += self._part(what)

    def _part(self, element: Any) -> list[Piece]:
        flow = _Flow(self.page, path=list(self.path), hints=list(self.hints))
        flow.walk(element)
        return flow.found

    def _around(self, cell: Any, after: list[Piece]) -> CellText:
        """A cell with a table in it.

        Where that is a statutory one, an end tag is missing: what follows the first line of the cell goes
        behind the table.
        """
        within = self._part(cell)
        if not any(isinstance(piece, Grid) and piece.statutory for piece in within):
            return self._cell(cell)
        first = within[0]
        if not isinstance(first, Line):
            after += within
            return CellText("", "表格没有结束标记，单元格内容不能确定")
        after += within[1:]
        return CellText(first.text, "表格没有结束标记，单元格内容不能确定")

    def _cell(self, cell: Any) -> CellText:
        """What a cell shows: its lines, and why they are in doubt."""
        look = self.page.look(cell)
        if look.unseen:
            return CellText("", "单元格内容被设为不可见")
        if look is PLAIN and not len(cell):
            return CellText(plain_text(cell.text or ""))
        if look is PLAIN and self._is_plain(cell):
            return CellText(plain_text("".join(cell.itertext())))
        flow = _Flow(self.page, inside=True)
        flow.walk(cell)
        lines = [piece for piece in flow.found if isinstance(piece, Line)]
        text = "\n".join(line.text for line in lines) or flow.blank
        drawn = (flow.pictures or flow.drawn) and not text.strip()
        note = "单元格里是图片，没有文字" if drawn else flow.doubt
        return CellText(text, note, sum(line.linked for line in lines), tuple(flow.pictures))

    def _is_plain(self, cell: Any) -> bool:
        """Whether a cell is one line of nothing but text, which most are; those need no walk."""
        for part in cell.iterdescendants():
            if part.tag in PLAIN_TAGS and self.page.look(part) is PLAIN:
                continue
            alone = part.tag == "p" and len(cell) == 1 and part.getparent() is cell
            if not alone or self.page.look(part) is not PLAIN or f"{cell.text or ''}{part.tail or ''}".strip():
                return False
        return True
