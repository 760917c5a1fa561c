"""Saved web pages as text: what bytes are a web page, and which characters they stand for.

What a page declares of its encoding is often wrong (gb2312 that is gb18030, gbk that is UTF-8), so a
declaration only decides between encodings that fit; no library guesses.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from gkaudit.errors import UnreadableError

__all__ = ["Decoded", "decode", "is_mime", "is_page", "with_lines"]

_HEAD = 200_000
#: A page may have a few control characters that a program left in it; more is binary.
_MOST_CONTROL = 0.002
_FOREIGN = (b"PK\x03\x04", b"%PDF", b"{\\rtf", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_LEAD = re.compile(r"(?:[\s\ufeff]++|<!--.*?-->|<\?[^>]*>)++", re.DOTALL)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|title|base)\b", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:html|body|div|p|span|font|table|thead|tbody|tfoot|tr|td|th|ul|ol|li|h[1-6]|br|hr|a|b|strong|i|em|u|center"
    r"|style|script|link|section|article|main|header|nav|form|img|o:p|blockquote|pre)\b[^<>]*>",
    re.IGNORECASE,
)
_ROW, _CELL, _CELL_END = (re.compile(tag, re.IGNORECASE) for tag in (r"<tr\b", r"<t[dh]\b", r"</t(?:[dhr]|able)\b"))
#: A text with a table of at least this size in tags is a page; smaller ones are quotations.
_FEWEST_ROWS, _FEWEST_CELLS = 2, 6
#: A fragment of a page has this many tags, and at most half of its lines have none.
_FEWEST_TAGS = 6


def _sample(data: bytes) -> str:
    """The beginning of the data with its ASCII readable, whatever the encoding; empty for binary data."""
    head = data[: _HEAD - _HEAD % 2]
    encoding = _utf16(head)
    if encoding:
        return head.decode(encoding, "ignore")
    if b"\x00" in head:
        if head.count(0) > _MOST_CONTROL * len(head):
            return ""
        head = head.replace(b"\x00", b"")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def is_mime(data: bytes) -> bool:
    """Whether the data begin with the headers of a MIME message that holds a web page (.mht)."""
    head = data[:16_384].lstrip(b"\xef\xbb\xbf\r\n\t ")
    if not re.match(rb"[A-Za-z][A-Za-z0-9-]*:", head):
        return False
    head = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    named = re.search(rb"(?im)^MIME-Version:", head)
    return bool(named and re.search(rb"(?im)^Content-Type:\s*(?:multipart/|text/html)", head))


def is_page(data: bytes) -> bool:
    """Whether the content is HTML: a page, or a piece of one; not a text that has a few tags in it."""
    if data.startswith(_FOREIGN) or is_mime(data):
        return False
    text = _sample(data)
    lead = _LEAD.match(text)
    body = text[lead.end() :] if lead else text
    if _PAGE.match(body):
        return True
    declared = lead is not None and "<?xml" in lead.group()
    rows, cells = len(_ROW.findall(body)), len(_CELL.findall(body))
    if cells and _CELL_END.search(body) and re.match(r"<(?:table|tbody|thead|tr)\b", body, re.IGNORECASE):
        return True
    if rows >= _FEWEST_ROWS and cells >= _FEWEST_CELLS and _CELL_END.search(body):
        return True
    if declared or not _TAG.match(body) or len(_TAG.findall(body)) < _FEWEST_TAGS:
        return False
    lines = [line for line in body.splitlines() if line.strip()]
    return sum(_TAG.search(line) is None for line in lines) * 2 <= len(lines)


# ── characters ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page as text; ``warning`` says where bytes could not be read."""

    text: str
    encoding: str
    warning: str = ""


_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""<meta\b[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)  # fmt: skip  # noqa: E501
_SIMPLIFIED = re.compile(r"gb|x-gb|936|cp936|ms936|hz|euc-cn", re.IGNORECASE)
_TRADITIONAL = re.compile(r"big5", re.IGNORECASE)
_BIG5, _COMMON = "big5hkscs", "的政府公年一"
_NUL_SHARE = 0.05
#: A damaged byte is forgiven where at least this many characters beside ASCII are right for each.
_RIGHT_FOR_WRONG = 50
#: In UTF-8 no part of another character looks like one of these.
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\f\r"})
_REPLACED = "\ufffd"


def decode(data: bytes, name: str, declared: str = "") -> Decoded:
    """Text of a page and the encoding that was used.

    ``declared`` is what a header outside the page says (MIME). Raises UnreadableError where nothing fits.
    """
    found = _strict(data, declared) or _forgiving(data, declared)
    if found is None or _binary(data if found.encoding == "utf-8" else found.text.encode("utf-8", "replace"), found):
        raise UnreadableError(name, "网页的文字编码无法辨认；请在浏览器中打开后另存为 UTF-8 编码的网页再放入")
    return found


def _binary(plain: bytes, found: Decoded) -> bool:
    """Whether a text, here as UTF-8, has more control characters than a program leaves in a page."""
    controls = len(plain) - len(plain.translate(None, _CONTROLS))
    return controls > _MOST_CONTROL * len(found.text)


def _utf16(data: bytes) -> str:
    """UTF-16 by its mark or by its share of NUL bytes; empty where it is none."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" not in data:
        return ""
    nul = data.count(0)
    if nul <= _NUL_SHARE * len(data) or (b"<\x00" not in data and b"\x00<" not in data):
        return ""
    return "utf-16-le" if data[1::2].count(0) * 2 >= nul else "utf-16-be"


def _order(data: bytes, declared: str) -> list[str]:
    """Encodings in the order they are tried."""
    marked = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), "")
    wide = marked or _utf16(data)
    if wide:
        return [wide]
    own = _DECLARED.search(data[:8192])
    said = [declared, *(part.decode("latin-1") for part in (own.groups() if own else ()) if part)]
    if any(_TRADITIONAL.search(s) for s in said) and not any(_SIMPLIFIED.search(s) for s in said):
        return ["utf-8", _BIG5, "gb18030"]
    return ["utf-8", "gb18030"]


def _strict(data: bytes, declared: str) -> Decoded | None:
    fitting: list[Decoded] = []
    for encoding in _order(data, declared):
        try:
            fitting.append(Decoded(data.decode(encoding), encoding))
        except UnicodeDecodeError:
            continue
        if encoding != _BIG5:
            break
    if len(fitting) == 1:
        return fitting[0]
    # Simplified text passes for traditional characters, but never for those of a report.
    return max(fitting, key=lambda found: sum(map(found.text.count, _COMMON)), default=None)


def _forgiving(data: bytes, declared: str) -> Decoded | None:
    """The encoding with the fewest unreadable bytes, where they are few."""
    best: tuple[int, Decoded] | None = None
    for encoding in _order(data, declared):
        text = data.decode(encoding, "replace")
        wrong = text.count(_REPLACED)
        right = sum(c > "\x7f" for c in text) - wrong
        if right >= wrong * _RIGHT_FOR_WRONG and (best is None or wrong < best[0]):
            best = wrong, Decoded(text, encoding, f"有 {wrong} 处字节不合 {encoding} 编码，以“{_REPLACED}”代替")
    return best[1] if best else None


# ── text with tables in tags ────────────────────────────────────────────────────────────────────

_TABLE = re.compile(r"<(/?)table\b[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:p|div|h[1-6]|ul|ol|li|br|hr|pre|t[dhr]|tbody|thead|center)\b", re.IGNORECASE)


def with_lines(text: str) -> str:
    """The lines of a text outside its tables as paragraphs.

    Converters write Markdown whose tables are HTML; there a line end means what it means in a text. A page
    that begins with a tag is left as it is.
    """
    lead = _LEAD.match(text)
    if text[lead.end() if lead else 0 :].startswith("<"):
        return text
    pieces: list[str] = []
    depth = start = 0
    for tag in _TABLE.finditer(text):
        if depth == 0 and not tag[1]:
            pieces.append(_as_paragraphs(text[start : tag.start()]))
            start = tag.start()
        depth = max(depth + (-1 if tag[1] else 1), 0)
        if depth == 0:
            pieces.append(text[start : tag.end()])
            start = tag.end()
    rest = text[start:]
    return "\n".join([*pieces, rest if depth else _as_paragraphs(rest)])


def _as_paragraphs(text: str) -> str:
    return "\n".join(
        f"<p>{line}</p>" if line.strip() and not _BLOCK.search(line) else line for line in text.splitlines()
    )
