"""Pages saved as a single file (.mht, .mhtml): the page and its pictures as parts of a MIME message.

Only the headers go through the parser of the standard library; the parts are cut at their boundaries,
because the message parser works through every line and calls itself for every level.
"""

from __future__ import annotations

import binascii
import quopri
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from urllib.parse import unquote, urljoin

from gkaudit.document import Document
from gkaudit.errors import TooLargeError, UnreadableError
from gkaudit.readers.guards import MAX_MEMBERS
from gkaudit.readers.source import Source
from gkaudit.readers.webpage.document import page_document
from gkaudit.readers.webpage.text import decode, is_mime

__all__ = ["FORMATS", "detect", "read"]

FORMATS = ("mht",)

#: Messages in messages; a saved page has one level.
_MOST_LEVELS = 4
#: Frames are parts of their own; so many are looked into for the report.
_MOST_PAGES = 8
_LONGEST_HEADER = 64 * 1024
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_ATTACHED = "邮件带有 {} 个附件，没有读取；如报告在附件中，请取出后放入"
_UNFINISHED = "网页存档（MHT）没有结束标记，文件可能没有保存完整；请与原网页核对"
_BROKEN = "网页存档（MHT）已损坏，找不到其中的网页；请在浏览器中重新保存"


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of the message: headers, and the body as it is encoded.

    ``boundary`` is what separates the parts in it, empty where it has none; ``closed``: its end is there.
    """

    headers: Message
    body: bytes
    boundary: bytes = b""
    closed: bool = True

    @property
    def kind(self) -> str:
        return self.headers.get_content_type()

    @property
    def location(self) -> str:
        return " ".join(str(self.headers.get("Content-Location", "")).split())

    @property
    def cid(self) -> str:
        return str(self.headers.get("Content-ID", "")).strip().strip("<>")

    def content(self) -> bytes:
        """The body decoded; damaged base64 is decoded as far as it goes."""
        encoding = str(self.headers.get("Content-Transfer-Encoding", "")).strip().lower()
        if encoding == "quoted-printable":
            return quopri.decodestring(self.body)
        if encoding != "base64":
            return self.body
        code = re.sub(rb"[^A-Za-z0-9+/]", b"", self.body)
        try:
            return b64decode(code[: len(code) - (len(code) % 4 == 1)] + b"=" * (-len(code) % 4))
        except binascii.Error:
            return b""


@dataclass(slots=True)
class _Pictures:
    """Pictures that came with a page, by every address they may be called by."""

    base: str
    by_name: dict[str, _Part] = field(default_factory=dict)
    decoded: dict[str, bytes] = field(default_factory=dict)

    def add(self, part: _Part) -> None:
        for name in (part.location, unquote(part.location), part.cid and f"cid:{part.cid}", _last(part.location)):
            if name:
                self.by_name.setdefault(name, part)

    def find(self, src: str) -> bytes | None:
        """Bytes of the picture; None where it is not in the file."""
        for name in (src, _joined(self.base, src), unquote(src), _last(src)):
            part = self.by_name.get(name)
            if part is not None:
                if name not in self.decoded:
                    self.decoded[name] = part.content()
                return self.decoded[name]
        return None


def _last(address: str) -> str:
    return unquote(re.split(r"[/\\]", re.split(r"[?#]", address)[0])[-1])


def _joined(base: str, src: str) -> str:
    try:
        return urljoin(base, src)
    except ValueError:
        return src


def detect(source: Source) -> str | None:
    """``mht`` where the content begins with the headers of a MIME message that holds a page."""
    return "mht" if is_mime(source.data) else None


def read(source: Source) -> Document:
    """Read a saved page. Raises UnreadableError where no report is in it, TooLargeError beyond a limit."""
    parts = list(_parts(source.data.lstrip(b"\xef\xbb\xbf\r\n\t "), source.name))
    pages = [part for part in parts if part.kind in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise UnreadableError(source.name, _BROKEN)
    root = _root(parts, pages)
    pages.sort(key=lambda part: part is not root)
    first: Document | UnreadableError | None = None
    for page in pages[:_MOST_PAGES]:
        try:
            document = _page(source, page, parts)
        except UnreadableError as error:
            first = first or error
            continue
        if document.tables:
            return document
        first = document if first is None or isinstance(first, UnreadableError) else first
    if isinstance(first, Document):
        return first
    raise first or UnreadableError(source.name, _BROKEN)


def _root(parts: list[_Part], pages: list[_Part]) -> _Part:
    """The page itself among the frames: the one the message names, else the first."""
    starts = {str(part.headers.get_param("start", "") or "").strip("<>") for part in parts} - {""}
    return next((page for page in pages if page.cid in starts), pages[0])


def _page(source: Source, page: _Part, parts: list[_Part]) -> Document:
    pictures = _Pictures(page.location)
    attached = 0
    for part in parts:
        if part.kind.startswith("image/"):
            pictures.add(part)
        attached += part.headers.get_content_disposition() == "attachment" and not part.kind.startswith("image/")
    declared = str(page.headers.get_param("charset", "") or "")
    text = decode(page.content(), source.name, declared)
    document = page_document(source, text, "mht", pictures.find, page.location)
    noticed = [_ATTACHED.format(attached)] if attached else []
    if not all(part.closed for part in parts):
        noticed.append(_UNFINISHED)
    return replace(document, warnings=(*document.warnings, *noticed))


def _parts(data: bytes, name: str) -> Iterator[_Part]:
    """The message itself, then all parts in it in order; messages in messages are cut up as well.

    Raises TooLargeError for more parts or levels than a page has.
    """
    waiting = [(data, 0)]
    count = 0
    while waiting:
        piece, level = waiting.pop()
        part = _split(piece)
        count += 1
        yield part
        if not part.boundary:
            continue
        if level == _MOST_LEVELS:
            raise TooLargeError(name, f"邮件结构嵌套超过 {_MOST_LEVELS} 层，没有读取；请核对文件")
        inner = _cut(part)
        if count + len(waiting) + len(inner) > MAX_MEMBERS:
            raise TooLargeError(name, f"内含超过 {MAX_MEMBERS} 个部件，不像一份年度报告；请核对文件")
        waiting += [(body, level + 1) for body in reversed(inner)]


def _split(piece: bytes) -> _Part:
    end = _HEAD_END.search(piece[:_LONGEST_HEADER])
    if end is None or piece[:1] in (b"\r", b"\n"):
        # A part without headers begins with the empty line.
        return _Part(Message(), piece.lstrip(b"\r\n"))
    headers = BytesHeaderParser(policy=compat32).parsebytes(piece[: end.end()])
    body = piece[end.end() :]
    boundary = str(headers.get_param("boundary", "") or "").encode("latin-1", "replace")
    if headers.get_content_maintype() != "multipart" or not boundary:
        return _Part(headers, body)
    return _Part(headers, body, boundary, b"--" + boundary + b"--" in body)


def _cut(part: _Part) -> list[bytes]:
    """The pieces between the lines with the boundary, without what stands before the first and after the last."""
    pieces: list[bytes] = []
    line = re.compile(rb"(?:^|\n)--" + re.escape(part.boundary) + rb"(?P<last>--)?[ \t]*(?:\r?\n|$)")
    start = None
    for mark in line.finditer(part.body):
        if start is not None:
            pieces.append(part.body[start : mark.start()])
        start = mark.end()
        if mark["last"] or len(pieces) > MAX_MEMBERS:
            return pieces
    if start is not None and part.body[start:].strip():
        pieces.append(part.body[start:])
    return pieces
