"""Plain text and Markdown: decoding, then paragraphs and tables.

Decoding tries what offices really send, in a fixed order and without a guessing library (those call
short GBK texts Korean): byte order mark, UTF-16 by its share of NUL bytes, strict UTF-8, strict GB18030.
"""

from __future__ import annotations

import codecs
import re

from gkaudit.document import Document
from gkaudit.errors import TooLargeError, UnreadableError
from gkaudit.readers.layout import laid_out
from gkaudit.readers.source import Source

__all__ = ["FORMATS", "decode", "detect", "guard", "read"]

FORMATS = ("txt", "md")

#: A report has 5,000 to 50,000 characters, fewer than 1,000 lines and at most 20 cells in a line.
MAX_CHARACTERS, MAX_LINES, MAX_CELLS = 1_000_000, 30_000, 500

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: Control characters that no text has; a few may slip in from converters, more means binary.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_MOST_CONTROL = 0.002
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Share of NUL bytes above which a text without byte order mark is tried as UTF-16.
_NUL_SHARE = 0.05


def detect(source: Source) -> str | None:
    """Any content may be text; the suffix tells Markdown, which looks the same."""
    return "md" if source.suffix in (".md", ".markdown") else "txt"


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Text and the encoding that was used; raises UnreadableError for binary data."""
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_CONTROL.findall(text)) <= _MOST_CONTROL * len(text):
            return text, encoding
    raise UnreadableError(name, "不是文本文件（二进制内容或编码不明）；请另存为 UTF-8 或 GB18030 编码的纯文本后再放入")


def _candidates(data: bytes) -> list[str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return [encoding]
    if data.count(0) > _NUL_SHARE * len(data):
        # Chinese text has few NUL bytes in either order, but line ends and digits always do.
        odd = data[1::2].count(0)
        return ["utf-16-le", "utf-16-be"] if odd * 2 >= data.count(0) else ["utf-16-be", "utf-16-le"]
    return ["utf-8", "gb18030", *_utf16_without_nul(data)]


def _utf16_without_nul(data: bytes) -> list[str]:
    # A UTF-16 text of Chinese characters only; the line feed (0A 00) still gives it away.
    return ["utf-16-le"] if b"\n\x00" in data else ["utf-16-be"] if b"\x00\n" in data else []


def guard(text: str, name: str) -> None:
    """Refuse what is no report by its size, before any work is done on it."""
    lines = text.count("\n") + text.count("\r")
    widest = max((line.count("\t") + line.count("|") for line in text.split("\n")), default=0)
    for size, limit, what in (
        (len(text), MAX_CHARACTERS, "个字符"),
        (lines, MAX_LINES, "行"),
        (widest, MAX_CELLS, "格在一行内"),
    ):
        if size > limit:
            raise TooLargeError(name, f"有 {size} {what}，超过上限 {limit}，不像一份年度报告；请核对文件")


def read(source: Source) -> Document:
    """Read a text file. Raises UnreadableError where it is not text or has no Chinese in it."""
    text, encoding = decode(source.data, source.name)
    guard(text, source.name)
    if not _CHINESE.search(text):
        raise UnreadableError(source.name, "没有中文内容，不像政府信息公开工作年度报告；请核对文件")
    blocks, warnings = laid_out(text, source.name)
    return Document(
        name=source.name,
        format=detect(source) or "txt",
        sha256=source.sha256,
        blocks=blocks,
        encoding=encoding,
        warnings=warnings,
    )
