"""Why a page has no report in it, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

__all__ = ["annexes", "why_empty"]

_ANNEX = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar|7z)(?:$|[?#&])", re.IGNORECASE)
#: A page with less text of its own than this has no report in it.
_LEAST_TEXT = 120
_MANY_LINKS = 8
_SAVE = "请在浏览器中打开后“另存为 → 网页，全部”，或复制正文另存为 txt"


def annexes(root: Any) -> list[str]:
    """Names of the documents a page links to or embeds, in order."""
    names: list[str] = []
    for element in root.iter("a", "iframe", "embed", "object"):
        address = element.get("href") or element.get("src") or element.get("data") or ""
        if _ANNEX.search(address):
            text = "".join(element.itertext()).strip()
            last = unquote(re.split(r"[?#]", address)[0].rsplit("/", 1)[-1])
            names.append((text or last)[:60])
    return list(dict.fromkeys(name for name in names if name))


def why_empty(root: Any, prose: int, has_pictures: bool) -> str:
    """The reason why a page cannot be read, with what to do; empty where it has text or pictures."""
    if prose >= _LEAST_TEXT or has_pictures:
        return ""
    links = annexes(root)
    if links:
        return f"网页只有附件链接（{'、'.join(links[:3])}），没有报告正文；请下载附件后放入"
    return next((reason for fits, reason in _REASONS if fits(root)), f"网页里没有报告正文；{_SAVE}")


def _frames(root: Any) -> bool:
    return any(element.get("src") for element in root.iter("frame", "iframe"))


def _is_list(root: Any) -> bool:
    return sum(1 for _ in root.iter("a")) >= _MANY_LINKS


def _has(tag: str) -> Callable[[Any], bool]:
    return lambda root: next(root.iter(tag), None) is not None


#: What a page without text is, the most telling first.
_REASONS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (_frames, f"网页的正文在框架（iframe）里，没有存进这个文件；{_SAVE}"),
    (_is_list, "网页是栏目列表，只有链接，没有报告正文；请打开其中的报告后再保存"),
    (_has("script"), f"网页的正文由脚本载入，没有存进这个文件；{_SAVE}"),
    (_has("img"), "网页的正文是图片，没有存进这个文件；请另存为“网页，单个文件（.mhtml）”，或下载图片后放入"),
)
