"""From the markup of a page to a tree: limits kept, embedded pictures set aside, torn rows mended.

The parser of libxml2 is fast and forgiving, but it builds the tree of an older browser: a cell that
begins while a ``<center>`` of the cell before is still open ends up inside it, and what follows
``</html>`` is lost. Both are put right here, so that the tree is the one people saw.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from gkaudit.errors import TooLargeError, UnreadableError
from gkaudit.readers.guards import MAX_ATTRIBUTES, MAX_DEPTH, MAX_MARKUP, MAX_TAGS, MAX_TEXT

__all__ = ["Tree", "parse"]

_END = "gkaudit-end"
_EMBEDDED = re.compile(r"data:image/(?P<kind>[\w.+-]{1,30})(?:;[\w=-]{1,40}){0,3};base64,(?P<code>[A-Za-z0-9+/=%\s]*)", re.IGNORECASE)  # fmt: skip  # noqa: E501
_PLACE = "gkaudit-picture:"
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\f\r"})
_OPENED = re.compile(r"<html\b", re.IGNORECASE)
#: Beginning with plain characters, it is searched three times as fast as one that ignores case.
_CLOSED = re.compile(rb"</(?:[hH][tT][mM][lL]|[bB][oO][dD][yY])\s*>")
_BREAK = re.compile(rb"</br\s*/?>", re.IGNORECASE)
_HIDDEN_INLINE = re.compile(
    r"<(?P<tag>span|font)\b[^<>]{0,500}(?:display\s?:\s?none|mso-hide\s?:\s?all|\shidden)[^<>]{0,500}>"
    r"[^<]{0,500}</(?P=tag)\s?>",
    re.IGNORECASE,
)
_INLINE = re.compile(r"</?(?:span|font|b|strong|i|em|u|big|small|center|o:p|st1:\w+)\b[^<>]*>", re.IGNORECASE)
_STRETCH = 500
_LONG_TAG, _QUOTED, _SEPARATOR = (re.compile(part) for part in (r"<[^<>]{1000,}", r"\"[^\"]*\"|'[^']*'", r"[\s/]+|="))
_TORN = "网页代码在中途断开（标签或注释没有结束），其后的内容没有读到；请与原网页核对"
_UNFINISHED = "网页没有结束标记，文件可能没有保存完整；请与原网页核对"
_DIV = re.compile(r"</?div\b[^<>]*>", re.IGNORECASE)
_UNSEEN_DIV = re.compile(r"<div\b[^<>]{0,500}(?:display\s?:\s?none|mso-hide\s?:\s?all|\shidden)", re.IGNORECASE)
_FLAT = "网页标签嵌套过深（多有未结束的标签），已去掉字体类标签后读取；请与原网页核对"


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed page: root element, pictures embedded in it, and what was wrong."""

    root: Any
    pictures: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    def is_embedded(self, src: str) -> bool:
        """Whether the address stands for a picture in the page itself."""
        return src.startswith(_PLACE)

    def picture(self, src: str) -> bytes:
        """Bytes of an embedded picture; empty where they are damaged."""
        number = src.removeprefix(_PLACE)
        code = self.pictures[int(number)] if number.isdigit() and int(number) < len(self.pictures) else ""
        try:
            return base64.b64decode(re.sub(r"\s+", "", unquote(code)), validate=True)
        except (binascii.Error, ValueError):
            return b""


def parse(markup: str, name: str) -> Tree:
    """The tree of a page. Raises TooLargeError beyond a limit, UnreadableError where nothing can be built."""
    pictures: list[str] = []

    def set_aside(found: re.Match[str]) -> str:
        pictures.append("" if "svg" in found["kind"].lower() else found["code"])
        return f"{_PLACE}{len(pictures) - 1}"

    # Bytes are looked through far faster than text; most pages have none of what is put right here.
    plain = markup.encode("utf-8", "replace")
    lower = plain.lower()
    if b"base64," in lower:
        plain = _EMBEDDED.sub(set_aside, markup).encode("utf-8", "replace")
    plain = plain.translate(None, _CONTROLS)
    if len(plain) != len(lower):
        markup = plain.decode()
    _within_limits(markup, name)
    # Pages are put together from pieces: a page may end in the middle and go on.
    plain, ends = _CLOSED.subn(b"", plain)
    closed = bool(ends) or _OPENED.search(markup) is None
    if b"</br" in lower:
        plain = _BREAK.sub(b"<br>", plain)
    root, whole = _tree(plain)
    warnings: list[str] = []
    if not whole:
        markup = plain.decode()
        _within_text(markup, name)
        flat, flat_whole = _flat_tree(markup)
        if flat_whole:
            root, warnings = flat, [_FLAT]
        elif _is_deep(flat):
            raise TooLargeError(name, f"网页标签嵌套超过 {MAX_DEPTH} 层，无法可靠读取；请复制正文另存为 txt 后再放入")
        else:
            warnings = [_TORN]
    if root is None:
        raise UnreadableError(name, "网页里没有内容；请在浏览器中打开后“另存为 → 网页，全部”")
    if not closed:
        warnings.append(_UNFINISHED)
    _mend(root)
    _unfold(root)
    return Tree(root, tuple(pictures), tuple(warnings))


def _flat_tree(markup: str) -> tuple[Any, bool]:
    """The same of a page without tags that nest without end where they are not closed: the structure is in others."""
    bare = _INLINE.sub("", _HIDDEN_INLINE.sub("", markup))
    root, whole = _tree(bare.encode())
    if not whole and _mostly_unclosed(bare):
        root, whole = _tree(_DIV.sub("<br>", bare).encode())
    return root, whole


def _mostly_unclosed(markup: str) -> bool:
    """Whether most blocks are never closed, in a table as well, whose cells then stand within each other."""
    lower = markup.lower()
    unclosed = "<td" in lower and lower.count("<div") > 2 * lower.count("</div")
    # Where an unseen block ends that is never closed nobody can say.
    return unclosed and _UNSEEN_DIV.search(markup) is None


def _within_limits(markup: str, name: str) -> None:
    for size, limit, what in ((len(markup), MAX_MARKUP, "个字符的代码"), (markup.count("<"), MAX_TAGS, "个标签")):
        if size > limit:
            raise TooLargeError(name, f"网页有 {size} {what}，超过上限 {limit}，不像一份年度报告；请只保存报告正文")
    # A tag so long has a stretch of half its length without an end in it.
    if all(">" in markup[start : start + _STRETCH] for start in range(0, len(markup) - _STRETCH, _STRETCH)):
        return
    for tag in _LONG_TAG.finditer(markup):
        if len(_SEPARATOR.findall(_QUOTED.sub("", tag[0]))) > MAX_ATTRIBUTES:
            raise TooLargeError(name, f"网页的一个标签有超过 {MAX_ATTRIBUTES} 个属性，不像一份年度报告；请核对文件")


def _within_text(markup: str, name: str) -> None:
    """Refuse a text that the parser does not take in one piece."""
    if max(map(len, markup.split("<"))) > MAX_TEXT:
        raise TooLargeError(name, f"网页的文字超过上限 {MAX_TEXT} 个字符，不像一份年度报告；请只保存报告正文")


def _tree(markup: bytes) -> tuple[Any, bool]:
    """Root of a page in UTF-8, and whether its end was reached: depth and unclosed comments stop the parser."""
    from lxml import etree  # noqa: PLC0415 - loads only when a page is read

    # It is said to be UTF-8: no declaration in it has any effect.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True)
    end = f"<i id={_END}></i>".encode()
    try:
        root = etree.fromstring(markup + end if markup.strip() else b"<html><body></body>" + end, parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        return None, False
    if root is None:
        return None, False
    return root, any(mark.get("id") == _END for mark in root.iter("i"))


def _is_deep(root: Any) -> bool:
    if root is None:
        return False
    last = root
    for last in root.iter():  # noqa: B007 - the last element is the one the parser stopped at
        pass
    return sum(1 for _ in last.iterancestors()) >= MAX_DEPTH


def _unfold(root: Any) -> None:
    """Pages within the page (iframe with ``srcdoc``) in their place; one in another file is not there."""
    for frame in list(root.iter("iframe")):
        inner, _ = _tree((frame.get("srcdoc") or "").encode())
        body = inner.find("body") if inner is not None else None
        if body is None or not frame.get("srcdoc"):
            continue
        _mend(body)
        body.tag, body.tail = "div", frame.tail
        frame.getparent().replace(frame, body)


# ── rows and cells where they belong ────────────────────────────────────────────────────────────

_CELLS, _GROUPS = ("td", "th"), ("table", "tbody", "thead", "tfoot")


def _mend(root: Any) -> None:
    """Cells inside cells and rows inside cells come after them; rows without a table get one."""
    if _in_place(root):
        return
    last: dict[Any, Any] = {}
    orphans: list[Any] = []
    for part in list(root.iter("tr", *_CELLS)):
        parent = part.getparent()
        if parent is None or parent.tag in (_GROUPS if part.tag == "tr" else ("tr",)):
            continue
        home = _home(part)
        if home is None:
            orphans.append(part)
        elif home is not part:
            last.get(home, home).addnext(part)
            last[home] = part
    _adopt([part for part in orphans if part.tag == "tr"], "table")
    _adopt([part for part in orphans if part.tag != "tr" and _home(part) is None], "tr")


@cache
def _strays() -> tuple[Any, Any, Any]:
    """How many cells and head cells stand in no row, and where rows stand, compiled: these look without leaving C."""
    from lxml import etree  # noqa: PLC0415 - loads only when a page is read

    paths = "count(//td) - count(//tr/td)", "count(//th) - count(//tr/th)", "//tr/parent::*"
    cells, heads, homes = map(etree.XPath, paths)
    return cells, heads, homes


def _in_place(root: Any) -> bool:
    """Whether all rows stand in tables and all cells in rows, as they do on most pages."""
    cells, heads, homes = _strays()
    has_heads = next(root.iter("th"), None) is not None
    return not cells(root) and not (has_heads and heads(root)) and all(home.tag in _GROUPS for home in homes(root))


def _home(part: Any) -> Any:
    """The row or cell this one belongs behind; itself where it is in its place, None without a table."""
    for above in part.iterancestors():
        if above.tag in _GROUPS or (above.tag == "tr" and part.tag != "tr"):
            return part
        if above.tag == "tr":
            return above
        if above.tag in _CELLS and part.tag != "tr":
            return above
    return None


def _adopt(parts: list[Any], wrapper: str) -> None:
    """Neighbouring rows (cells) without a table (row) get one for all of them."""
    for part in parts:
        before = part.getprevious()
        text = (before.tail if before is not None else part.getparent().text) or ""
        if before is not None and before.tag == wrapper and before.get("data-adopted") and not text.strip():
            before.append(part)
            continue
        home = part.makeelement(wrapper, {"data-adopted": "1"})
        part.addprevious(home)
        home.append(part)
