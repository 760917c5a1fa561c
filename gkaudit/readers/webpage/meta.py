"""What a page says of itself: meta elements, the line under the title, properties that Word left.

Only text is kept; no address is ever visited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from gkaudit.readers.webpage.pieces import Piece

__all__ = ["meta_of", "names_of"]

#: Key → names of meta elements in the order they count, in lower case.
_NAMES = {
    "title": ("articletitle", "dc.title", "og:title", "title"),
    "published": ("pubdate", "publishdate", "publish-date", "article:published_time", "dc.date", "og:release_date"),
    "source": ("contentsource", "source", "dc.source"),
    "site": ("sitename", "og:site_name"),
    "column": ("columnname", "columntype"),
    "url": ("url", "og:url"),
    "author": ("author", "dc.creator"),
    "description": ("description",),
    "keywords": ("keywords",),
    "generator": ("generator", "progid"),
}
_WORD_PROPERTIES = {
    "author": "Author",
    "last_author": "LastAuthor",
    "company": "Company",
    "created": "Created",
    "modified": "LastSaved",
}
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d{1,6}\)(\S{1,500}?)\s*-->")
_DATE = re.compile(r"(20\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_DAY = r"(?:日期|时间)[\s:：\]】]{0,5}(20\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2})"
#: What is said of the date, the surest first.
_PUBLISHED = tuple(re.compile(words + _DAY) for words in ("(?:发布|公开|发文|上网)", "(?:更新|录入|添加)"))
_SOURCE = re.compile(
    r"来源\s*[:：]\s*([^\s|｜【\[:：]{2,40}?)(?=浏览|点击|阅读|访问|作者|发布|更新|字体|字号|编辑|责任|[\s|｜【\[]|$)"
)
_LONGEST = 500
_MOST_NAMES = 100
_LOCAL = re.compile(r"file:|[a-z]:[\\/]|\\\\", re.IGNORECASE)


def meta_of(root: Any, markup: str, pieces: Iterable[Piece]) -> dict[str, str]:
    """Keys title, published (ISO date), source, site, column, url, author … as far as the page has them."""
    found = _elements(root)
    if "<!--" in markup and (saved := _SAVED_FROM.search(markup[:20_000])):
        found["url"] = saved[1]
    if "<o:" in markup:
        found |= _of_word(markup[:200_000])
    if "published" in found and (day := _iso(found["published"])) is not None:
        found["published"] = day
    else:
        found.pop("published", None)
    _visible(pieces, found)
    return found


def _of_word(markup: str) -> dict[str, str]:
    """Properties that Word left."""
    said = {
        key: re.search(rf"<o:{tag}>([^<]{{1,{_LONGEST}}})</o:{tag}>", markup) for key, tag in _WORD_PROPERTIES.items()
    }
    return {key: " ".join(value[1].split()) for key, value in said.items() if value}


def _elements(root: Any) -> dict[str, str]:
    said: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("name") or element.get("property") or "").strip().lower()
        value = " ".join((element.get("content") or "").split())[:_LONGEST]
        if name and value:
            said.setdefault(name, value)
    found = {key: said[name] for key, names in _NAMES.items() for name in names[::-1] if name in said}
    title = next(root.iter("title"), None)
    shown = " ".join("".join(title.itertext()).split())[:_LONGEST] if title is not None else ""
    if shown:
        found.setdefault("title", shown)
    return found


def _iso(text: str) -> str | None:
    found = _DATE.search(text)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups())
    return f"{year}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None  # noqa: PLR2004


def _visible(pieces: Iterable[Piece], found: dict[str, str]) -> None:
    """Publication date and source as the page shows them, where its meta elements do not say them."""
    texts = [piece.text for piece in pieces]
    texts = [text for text in texts if "日期" in text or "时间" in text or "来源" in text]
    for pattern in _PUBLISHED:
        days = (_iso(said[1]) for text in texts if (said := pattern.search(text[:_LONGEST])))
        if "published" not in found and (day := next((day for day in days if day), None)):
            found["published"] = day
    sources = (said[1] for text in texts if (said := _SOURCE.search(text[:_LONGEST])))
    if "source" not in found and (source := next(sources, None)):
        found["source"] = source


def names_of(root: Any, pictures: Iterable[str], comments: list[str]) -> dict[str, str]:
    """What a page may leak: names of picture files, local paths, bookmarks, comments; one a line."""
    local = [
        value
        for element in root.iter("a", "img", "link", "v:imagedata", "object", "iframe")
        for value in (element.get("href"), element.get("src"))
        if value and _LOCAL.match(value)
    ]
    marks = [name for element in root.iter("a") if (name := element.get("name"))]
    lists = {
        "image_names": [unquote(re.split(r"[/\\]", src.partition("?")[0])[-1]) for src in pictures],
        "external": [unquote(value) for value in local],
        "bookmarks": marks,
        "comments": comments,
    }
    return {key: _listed(values) for key, values in lists.items() if values}


def _listed(values: list[str]) -> str:
    names = list(dict.fromkeys(value[:_LONGEST] for value in values if value))
    more = [f"……共 {len(names)} 项"] if len(names) > _MOST_NAMES else []
    return "\n".join([*names[:_MOST_NAMES], *more])
