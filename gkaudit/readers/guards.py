"""Limits that protect a batch from a hostile or broken file, all in one place.

A report has ten pages, three tables and less than a megabyte of anything; every limit is ten to a
hundred times the largest report ever seen. What is beyond one is refused with TooLargeError, which names
the limit; what a report cannot contain (passwords, entities) with UnreadableError. Nothing here follows
a link, loads an entity or unpacks to disk.
"""

from __future__ import annotations

import contextlib
import io
import re
import stat
import struct
import zipfile
import zlib
from typing import IO, Any

from gkaudit.errors import TooLargeError, UnreadableError

__all__ = [
    "MAX_BYTES",
    "MAX_CELLS",
    "MAX_DEPTH",
    "MAX_PAGES",
    "MAX_PIXELS",
    "MAX_SPAN",
    "clip_span",
    "directory_size",
    "image_size",
    "is_link",
    "open_zip",
    "pdf_streams",
    "read_member",
    "xml_root",
]

#: Bytes of one input file.
MAX_BYTES = 100 * 1024 * 1024
#: One part of a zip based file, all of them together, how many, and how far they may expand.
MAX_PART, MAX_TOTAL, MAX_MEMBERS, MAX_RATIO = 50 * 1024 * 1024, 300 * 1024 * 1024, 2_000, 200
#: Bytes of a zip directory: checked before it is parsed, which takes twenty times as much memory.
MAX_DIRECTORY = 4 * 1024 * 1024
#: A part below this size may expand as far as it likes (an empty table compresses a thousandfold).
_SMALL_PART = 4 * 1024 * 1024
#: Pages read of a PDF or OFD, and pixels of one picture (an A3 page at 300 dpi has 17 million).
MAX_PAGES, MAX_PIXELS = 60, 40_000_000
#: Cells of one table, columns a cell may span (the widest statutory table has 15), nesting of elements.
MAX_CELLS, MAX_SPAN, MAX_DEPTH = 20_000, 63, 250

#: What zipfile raises where a file is broken or lies about itself.
_ZIP_FAULTS = (
    *(zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError),
    *(IndexError, OverflowError, struct.error, zlib.error),
)


def clip_span(text: str | None) -> int:
    """A span attribute as a number between 1 and :data:`MAX_SPAN`; what is no number is 1."""
    digits = (text or "").strip()[:12]
    return min(max(int(digits), 1), MAX_SPAN) if digits.isascii() and digits.isdigit() else 1


def open_zip(data: bytes, name: str) -> zipfile.ZipFile:
    """A zip file whose directory keeps all limits; nothing is unpacked yet.

    Raises UnreadableError where it is broken or needs a password, TooLargeError where it is a bomb.
    """
    file = io.BytesIO(data)
    if directory_size(file) > MAX_DIRECTORY:
        raise TooLargeError(name, f"内含的部件太多，超过上限 {MAX_MEMBERS} 个；请核对文件")
    try:
        archive = zipfile.ZipFile(file)
        members = archive.infolist()
    except _ZIP_FAULTS as error:
        raise UnreadableError(name, "文件已损坏（压缩结构不完整）；请重新导出或重新下载后再放入") from error
    if len(members) > MAX_MEMBERS:
        raise TooLargeError(name, f"内含 {len(members)} 个部件，超过上限 {MAX_MEMBERS} 个；请核对文件")
    total = sum(m.file_size for m in members)
    if total > MAX_TOTAL:
        raise TooLargeError(name, f"展开后有 {_mb(total)} MB，超过上限 {_mb(MAX_TOTAL)} MB；请核对文件")
    for member in members:
        if member.flag_bits & 0x1:
            raise UnreadableError(name, "文件有密码；请去除密码后再放入")
        if member.file_size > MAX_PART:
            raise TooLargeError(name, f"一个部件展开后有 {_mb(member.file_size)} MB，超过上限 {_mb(MAX_PART)} MB")
        if member.file_size > _SMALL_PART and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise TooLargeError(name, f"一个部件的压缩比超过 {MAX_RATIO} 倍，像是压缩炸弹；没有读取")
    return archive


def _mb(size: int) -> int:
    return -(-size // 1024 // 1024)


def is_link(member: zipfile.ZipInfo) -> bool:
    """Whether a member is a symbolic link (made on Unix)."""
    return stat.S_ISLNK(member.external_attr >> 16)


def read_member(archive: zipfile.ZipFile, member: str | zipfile.ZipInfo, name: str) -> bytes:
    """The bytes of one member, never more than its directory entry promised.

    Raises UnreadableError where it is broken; KeyError where there is no such member.
    """
    info = archive.getinfo(member) if isinstance(member, str) else member
    try:
        with archive.open(info) as part:
            data = part.read(min(info.file_size, MAX_PART) + 1)
    except _ZIP_FAULTS as error:
        raise UnreadableError(name, "文件已损坏（部件无法展开）；请重新导出或重新下载后再放入") from error
    if len(data) > info.file_size:
        raise TooLargeError(name, "部件的实际大小超过目录所记，像是压缩炸弹；没有读取")
    return data


def xml_root(data: bytes, name: str) -> Any:
    """The root element of an XML part, parsed without entities, DTD or network.

    Raises UnreadableError for broken XML, for a document type (no office program writes one) and for
    elements nested beyond what the parser allows.
    """
    from lxml import etree  # noqa: PLC0415 - loads only when a format needs it

    if b"<!DOCTYPE" in data[:4096].replace(b"\x00", b"").upper():
        raise UnreadableError(name, "文件内含文档类型声明（可能是实体攻击）；没有读取")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(name, "文件已损坏（内部 XML 不完整）；请重新导出后再放入") from error
    if root is None:
        raise UnreadableError(name, "文件已损坏（内部 XML 是空的）；请重新导出后再放入")
    return root


def image_size(width: int, height: int, name: str) -> None:
    """Refuse a picture beyond :data:`MAX_PIXELS`; called with what its header says, before decoding."""
    if width * height > MAX_PIXELS:
        raise TooLargeError(name, f"图片有 {width}×{height} 像素，超过上限 {MAX_PIXELS // 10_000} 万；请降低扫描分辨率")


_END, _END64, _LOCATOR, _END_LENGTH, _LOCATOR_LENGTH = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", 22, 20


def directory_size(file: IO[bytes]) -> int:
    """Bytes of the directory of a zip file as its end record says; 0 where there is no such record."""
    length = file.seek(0, io.SEEK_END)
    start = file.seek(max(0, length - 0x10000 - _END_LENGTH - _LOCATOR_LENGTH))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_LENGTH:
        return 0
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    if tail[max(at - _LOCATOR_LENGTH, 0) : at].startswith(_LOCATOR):
        # A record of its own before the locator (zip64) has the number that counts.
        wide = tail.rfind(_END64, 0, at)
        size = max(size, int.from_bytes(tail[wide + 40 : wide + 48], "little")) if wide >= 0 else size
    return min(size, start + at)


#: A web page: characters of markup without embedded pictures, tags, attributes of one tag (the parser compares
#: each with all others); characters and lines one can see.
MAX_MARKUP, MAX_TAGS, MAX_ATTRIBUTES = 10_000_000, 300_000, 300
MAX_TEXT, MAX_LINES = 1_000_000, 30_000
#: An XML part of a Word file: tags and attributes (the parser takes 100 to 200 bytes for each); its paragraphs.
MAX_MARKS, MAX_PARAGRAPHS = 2_000_000, 50_000


#: What the packed streams of a PDF may expand to (a page has some thousand bytes), and how many there may be.
MAX_CONTENT, MAX_STREAMS = 64 * 1024 * 1024, 20_000
_STREAM_BEGINS = re.compile(rb"(?<!end)stream\r?\n")
#: Words by which pictures and embedded fonts are known, which may be large.
_BULKY = (b"/Image", b"/Length1", b"Type1C", b"CIDFontType0C", b"/OpenType")
_PIECE = 64 * 1024


def pdf_streams(data: bytes, name: str) -> None:
    """Refuse a PDF whose packed text and drawing would expand beyond reason; to be called before it is opened.

    Raises TooLargeError. What cannot be unpacked (encrypted, broken) is left to the PDF library.
    """
    left = MAX_CONTENT
    for number, found in enumerate(_STREAM_BEGINS.finditer(data)):
        about = data[max(0, found.start() - 1024) : found.start()].rpartition(b" obj")[2]
        packed = (b"FlateDecode" in about or b"/Fl" in about) and not any(word in about for word in _BULKY)
        left -= _expanded(data, found.end(), left, twice=about.count(b"FlateDecode") > 1) if packed else 0
        if left < 0 or number > MAX_STREAMS:
            raise TooLargeError(name, f"PDF 的内容展开后超过 {_mb(MAX_CONTENT)} MB，像是压缩炸弹；没有读取")


def _expanded(data: bytes, start: int, limit: int, *, twice: bool) -> int:
    """Bytes of a packed stream, counted up to just beyond ``limit``; ``twice``: what is packed is packed again."""
    unpack, again, size = zlib.decompressobj(), zlib.decompressobj(), 0
    with contextlib.suppress(zlib.error):
        while not unpack.eof and start < len(data) and size <= limit:
            piece = unpack.unconsumed_tail or data[start : start + _PIECE]
            start += 0 if unpack.unconsumed_tail else _PIECE
            made = unpack.decompress(piece, _PIECE * 16)
            size += len(again.decompress(made, limit + 1)) if twice and not again.eof else len(made)
    return size
