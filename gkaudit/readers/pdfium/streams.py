"""How far the streams of a PDF expand, before pdfium is let at them.

Every operator of a page becomes an object of some hundred bytes, and pdfium has no limit of its own: a file
of 200 kB can ask for gigabytes. Pictures and fonts are not looked at; they are bounded elsewhere.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable

from gkaudit.errors import TooLargeError

__all__ = ["check_streams"]

#: Bytes of one stream of drawing operators and of all of them, expanded: a report has less than one megabyte.
_ONE, _ALL = 8 * 1024 * 1024, 24 * 1024 * 1024
_STREAM = re.compile(rb"stream\r?\n")
_FILTER = re.compile(rb"/(FlateDecode|Fl|ASCII85Decode|A85|ASCIIHexDecode|AHx)\b")
#: What is no drawing: pictures, fonts, colour profiles, metadata, and other codecs (those of pictures).
_OTHER = re.compile(rb"/Image\b|/Length1\b|/FontFile|/N \d+/Alternate|/XML\b|/DCTDecode|/JPXDecode|/CCITTFax|/JBIG2")
_DICTIONARY = 1_000


def check_streams(data: bytes, name: str) -> None:
    """Raise TooLargeError where the pages of a PDF expand beyond what a report can have."""
    total = 0
    for found in _STREAM.finditer(data):
        if data[found.start() - 3 : found.start()] == b"end":
            continue
        head = data[max(data.rfind(b"obj", 0, found.start()), found.start() - _DICTIONARY, 0) : found.start()]
        if _OTHER.search(head):
            continue
        end = data.find(b"endstream", found.end())
        size = _expanded(data[found.end() : end if end >= 0 else len(data)], _FILTER.findall(head))
        total += size
        if size > _ONE or total > _ALL:
            limit = _ONE if size > _ONE else _ALL
            raise TooLargeError(name, f"PDF 页面内容展开后超过上限 {limit // 1024 // 1024} MB；请核对文件")


def _expanded(data: bytes, filters: list[bytes]) -> int:
    """Bytes after all filters, counted to a little beyond the limit."""
    for kind in filters:
        try:
            data = _DECODERS[kind](data)
        except (ValueError, zlib.error):
            return len(data)  # broken or encrypted: pdfium will not expand it either
    return len(data)


def _inflated(data: bytes) -> bytes:
    return zlib.decompressobj().decompress(data, _ONE + 1)


def _from_base85(data: bytes) -> bytes:
    return base64.a85decode(data.partition(b"~>")[0].strip())


def _from_hex(data: bytes) -> bytes:
    digits = b"".join(data.partition(b">")[0].split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii", "replace"))


_DECODERS: dict[bytes, Callable[[bytes], bytes]] = {
    b"FlateDecode": _inflated,
    b"Fl": _inflated,
    b"ASCII85Decode": _from_base85,
    b"A85": _from_base85,
    b"ASCIIHexDecode": _from_hex,
    b"AHx": _from_hex,
}
