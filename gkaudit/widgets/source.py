"""The source beside the numbers (原件): a page of a PDF or a scan as picture, anything else as text.

What is shown is the file that was audited or nothing: its sha256 is compared each time.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from gkaudit.auditing import inputs
from gkaudit.document import Document, Paragraph, Table, describe_anchor
from gkaudit.errors import GkauditError
from gkaudit.html.quotes import find_quote
from gkaudit.html.text import LANGS, esc
from gkaudit.readers import Source
from gkaudit.readers.archive import Input, Shelf
from gkaudit.readers.guards import MAX_PIXELS
from gkaudit.readers.recognition.headers import read_header
from gkaudit.report import Report
from gkaudit.widgets.photograph import photograph
from gkaudit.widgets.words import Say
from gkaudit.workers import read_all

__all__ = ["Sources"]

#: Formats whose picture is the file itself, with the type that a browser knows.
_PICTURES = {"png": "png", "jpg": "jpeg", "gif": "gif", "webp": "webp", "bmp": "bmp"}
_LARGEST = 12 * 1024 * 1024
#: Lines of text before and after the place.
_AROUND = 10
_USUAL_DPI = 200.0


class ChangedError(GkauditError):
    """The file is not the one that was audited."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the text: a paragraph, or a row of a table."""

    number: str
    texts: tuple[str, ...]
    anchors: tuple[Mapping[str, Any], ...]


class Sources:
    """Finds the files of an audit below some folders, and shows places in them."""

    def __init__(self, folders: Sequence[str | Path]) -> None:
        self.folders = [Path(folder) for folder in folders]
        self._documents: dict[str, Document] = {}

    @cached_property
    def _listed(self) -> dict[str, Input]:
        """Every input below the folders by its name; archives are looked into only here."""
        found: dict[str, Input] = {}
        for folder in self.folders:
            if folder.exists():
                for item in inputs([folder]):
                    found.setdefault(item.name, item)
        return found

    def find(self, name: str) -> Input | None:
        """The input of that name."""
        for folder in self.folders:
            path = folder / name
            # A name never leads out of the folder, whatever it holds.
            if path.is_file() and folder.resolve() in path.resolve().parents:
                return Input(path, name)
        return self._listed.get(name)

    def html(self, facts: Mapping[str, Any], anchor: Mapping[str, Any] | None, quote: str, say: Say) -> str:
        """The place in the source of a report, or one sentence why it cannot be shown."""
        name = str(facts.get("source") or "")
        item = self.find(name)
        if item is None:
            return _said(say("source.none", name=name), say)
        try:
            source = _loaded(item, str(facts.get("sha256") or ""))
            return self._shown(source, item, dict(facts), dict(anchor or {}), quote, say)
        except ChangedError:
            return _said(say("source.changed", name=name), say)
        except GkauditError as error:
            return _said(say("source.fail", reason=getattr(error, "reason", str(error))), say)

    def _shown(  # noqa: PLR0913, PLR0917 - a place in a file, and what to mark there
        self, source: Source, item: Input, facts: dict[str, Any], anchor: dict[str, Any], quote: str, say: Say
    ) -> str:
        kind = facts.get("format")
        if kind == "pdf":
            return _pdf(source, anchor, say)
        if kind in _PICTURES:
            return _picture(source, str(kind), anchor, say)
        return _text(self._document(source, item), anchor, quote, say)

    def _document(self, source: Source, item: Input) -> Document:
        """The file read again as it was for the audit, in a process of its own where it is not plain text."""
        if source.sha256 not in self._documents:
            for outcome in read_all([item], 1):
                if not isinstance(outcome, Report):
                    raise GkauditError(outcome.reason)
                self._documents = {source.sha256: outcome.document}
        return self._documents[source.sha256]


def _loaded(item: Input, sha256: str) -> Source:
    shelf = Shelf()
    try:
        source = shelf.load(item)
    finally:
        shelf.close()
    if source.sha256 != sha256:
        raise ChangedError
    return source


def _framed(html: str, say: Say) -> str:
    return f'<div class="gk" lang="{LANGS[say.lang]}">{html}</div>'


def _said(text: str, say: Say) -> str:
    return _framed(f'<p class="gk-remark gk-src">{esc(text)}</p>', say)


@lru_cache(maxsize=8)
def _page(sha256: str, data: bytes, page: int, name: str) -> tuple[str, float, float]:  # noqa: ARG001 - the key
    drawn = photograph(data, page, name)
    return base64.b64encode(drawn.data).decode(), drawn.width, drawn.height


def _pdf(source: Source, anchor: Mapping[str, Any], say: Say) -> str:
    page = int(anchor.get("page") or 1)
    picture, width, height = _page(source.sha256, source.data, page, source.name)
    return _framed(_pinned(f"data:image/png;base64,{picture}", (width, height), source.name, anchor, say), say)


def _picture(source: Source, kind: str, anchor: Mapping[str, Any], say: Say) -> str:
    header = read_header(source.data)
    if header is None or len(source.data) > _LARGEST or header.frames[0].width * header.frames[0].height > MAX_PIXELS:
        return _said(say("source.fail", reason=say("source.large")), say)
    frame = header.frames[0]
    scale = 72 / (frame.dpi or _USUAL_DPI)
    address = f"data:image/{_PICTURES[kind]};base64,{base64.b64encode(source.data).decode()}"
    return _framed(_pinned(address, (frame.width * scale, frame.height * scale), source.name, anchor, say), say)


def _pinned(address: str, size: tuple[float, float], name: str, anchor: Mapping[str, Any], say: Say) -> str:
    """A picture of a page with the box of the place on it; sizes and boxes in points."""
    width, height = size
    box, pin = anchor.get("box"), ""
    if box:
        left, top, right, bottom = box
        place = {
            "left": left / width,
            "top": top / height,
            "width": (right - left) / width,
            "height": (bottom - top) / height,
        }
        where = ";".join(f"{side}:{100 * min(max(share, 0.0), 1.0):.2f}%" for side, share in place.items())
        pin = f'<i data-gk="place" style="{where}"></i>'
    said = say("source.page", name=name, page=int(anchor.get("page") or 1))
    remark = "" if box else f'<p class="gk-remark">{esc(say("source.nobox"))}</p>'
    return f'<p class="gk-src">{esc(said)}</p>{remark}<div class="gk-x-page"><img alt="" src="{address}">{pin}</div>'


def _lines(document: Document) -> Iterator[_Line]:
    """The text of a document, paragraphs and rows of tables, in reading order."""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield _Line(_number(block.anchor.record()), (block.text,), (block.anchor.record(),))
        elif isinstance(block, Table):
            for row in block.rows:
                anchors = tuple(cell.anchor.record() for cell in row) or (block.anchor.record(),)
                yield _Line(_number(anchors[0]), tuple(cell.text for cell in row), anchors)


def _number(anchor: Mapping[str, Any]) -> str:
    if anchor.get("line") is not None:
        return str(anchor["line"])
    if anchor.get("table") is not None and anchor.get("row") is not None:
        return f"{anchor['table']}·{anchor['row']}"
    return str(anchor.get("paragraph") or "")


def _nearness(one: Mapping[str, Any], wanted: Mapping[str, Any]) -> int:
    """How many parts of two anchors agree, the telling ones counting most; 0 where the places differ."""
    parts = ("line", "paragraph", "table", "row", "column")
    known = [part for part in parts if wanted.get(part) is not None and one.get(part) is not None]
    if any(one[part] != wanted[part] for part in known if part != "column"):
        return 0
    return 2 * len(known) + (one.get("column") == wanted.get("column"))


def _text(document: Document, anchor: Mapping[str, Any], quote: str, say: Say) -> str:
    lines = list(_lines(document))
    if not lines:
        return ""
    at, _ = max(enumerate(lines), key=lambda pair: (_at(pair[1], anchor, quote), -pair[0]))
    first = max(0, at - _AROUND)
    window = lines[first : at + _AROUND + 1]
    rows = "".join(
        _line_html(line, anchor, quote, here=first + i == at and _at(line, anchor, quote) > 0)
        for i, line in enumerate(window)
    )
    head = say("source.text", name=document.name)
    place = describe_anchor(dict(anchor), say.lang)
    return _framed(
        f'<p class="gk-src">{esc(head)}　{esc(place)}</p><div class="gk-x-lines">{rows}</div>',
        say,
    )


def _at(line: _Line, anchor: Mapping[str, Any], quote: str) -> int:
    near = max(_nearness(one, anchor) for one in line.anchors)
    quoted = bool(quote) and any(find_quote(quote, text) for text in line.texts)
    return 2 * near + quoted


def _line_html(line: _Line, anchor: Mapping[str, Any], quote: str, *, here: bool) -> str:
    if not here:
        said = "　｜　".join(esc(text) for text in line.texts)
        return f"<div><span>{esc(line.number)}</span><span>{said}</span></div>"
    pieces = [_marked(text, one, anchor, quote, alone=len(line.texts) == 1) for text, one in _paired(line)]
    return (
        f'<div class="gk-x-here" data-gk="place"><span>{esc(line.number)}</span>'
        f"<span>{'　｜　'.join(pieces)}</span></div>"
    )


def _paired(line: _Line) -> Iterator[tuple[str, Mapping[str, Any]]]:
    last = line.anchors[-1]
    for at, text in enumerate(line.texts):
        yield text, line.anchors[at] if at < len(line.anchors) else last


def _marked(text: str, one: Mapping[str, Any], wanted: Mapping[str, Any], quote: str, *, alone: bool) -> str:
    """A piece of a line with the quote, or the cell that is meant, marked."""
    span = find_quote(quote, text) if quote and alone else None
    if span is not None:
        start, end = span
        return f"{esc(text[:start])}<mark>{esc(text[start:end])}</mark>{esc(text[end:])}"
    return f"<mark>{esc(text) or '　'}</mark>" if not alone and _same(one, wanted) else esc(text)


def _same(one: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether two anchors are of the same cell."""
    return wanted.get("column") is not None and all(one.get(p) == wanted.get(p) for p in ("line", "row", "column"))
