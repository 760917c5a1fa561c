"""Small marks of a page: names of furniture, white space as it shows, numbers of list items."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

__all__ = ["Numbering", "collapsed", "is_furniture", "whole", "words"]

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


def words(text: str) -> frozenset[str]:
    """The words of a line as a set."""
    return frozenset(text.split())


_FURNITURE = words(
    "nav navbar navi navigation menu crumb crumbs bread breadcrumb breadcrumbs position weizhi dqwz wz location footer"
    " foot bottom copyright sidebar side aside share bdshare bdsharebuttonbox jiathis social toolbar tools related"
    " relate xgyd xglj links friendlink friendlinks yqlj pager pagination prevnext search login language qrcode ewm"
    " banner logo header top head topbar print fontsize hot recommend dibu daohang"
)
_ROLES = words("navigation contentinfo banner search complementary menubar menu toolbar")
_TAGS = words("nav footer aside header")


@lru_cache(maxsize=2048)
def _named_furniture(names: str) -> bool:
    return not _FURNITURE.isdisjoint(word.lower() for word in _WORD.findall(names))


def is_furniture(element: Any) -> bool:
    """Whether tag, role, class or id say that an element belongs to the site and not to the article."""
    if element.tag in _TAGS or not element.attrib:
        return element.tag in _TAGS
    if element.tag in ("html", "body"):
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:200]
    return (names != " " and _named_furniture(names)) or element.get("role") in _ROLES


# ── white space ─────────────────────────────────────────────────────────────────────────────────

_WIDE = r"\u2e80-\u303f\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…"
_BETWEEN = re.compile(rf"(?<=[{_WIDE}])[ \t\r\f]*\n[ \t\r\n\f]*(?=[{_WIDE}])")
_SPACE = re.compile(r"[ \t\r\n\f]+")


def collapsed(raw: str) -> str:
    """White space as a browser shows it; a line end between two Chinese characters is nothing."""
    if raw.isalnum():
        return raw
    if "\n" in raw:
        raw = _BETWEEN.sub("", raw)
    # Most have none, and looking for one character takes next to nothing.
    if " " in raw or "\n" in raw or "\t" in raw or "\r" in raw or "\f" in raw:
        return _SPACE.sub(" ", raw).strip(" ")
    return raw


# ── list numbers ────────────────────────────────────────────────────────────────────────────────

_TYPES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_BULLETS = ("none", "disc", "circle", "square")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_NUMERALS = "零一二三四五六七八九"
_LETTERS, _MOST_ROMAN, _MOST_CHINESE = 26, 39, 99


def whole(text: str | None, default: int) -> int:
    """An attribute as a whole number of at most four digits; the default where it is none."""
    if not text:
        return default
    digits = text.strip()
    return int(digits) if re.fullmatch(r"-?\d{1,4}", digits, re.ASCII) else default


@dataclass(slots=True)
class Numbering:
    """The numbers of one list: the next one, the step, and the style (empty: bullets)."""

    number: int
    step: int
    marker: str

    @classmethod
    def of(cls, element: Any, marker: str) -> Numbering:
        """The numbering of a list element; ``marker`` is what its style says."""
        if element.tag != "ol":
            return cls(1, 1, "" if marker in _BULLETS else marker)
        own = _TYPES.get((element.get("type") or "").strip(), "decimal")
        if element.get("reversed") is None:
            return cls(whole(element.get("start"), 1), 1, marker or own)
        return cls(whole(element.get("start"), len(element.findall("li"))), -1, marker or own)

    def item(self, element: Any, marker: str) -> str:
        """The visible number of the next item, with its sign."""
        number = whole(element.get("value"), self.number)
        self.number = number + self.step
        return _enumerated(number, marker or self.marker)


def _enumerated(number: int, marker: str) -> str:
    """``1. ``, ``一、``, ``a. `` …; empty for bullets."""
    if not marker or marker in _BULLETS:
        return ""
    if ("chinese" in marker or marker == "cjk-ideographic") and 0 < number <= _MOST_CHINESE:
        return f"{_chinese(number)}、"
    sign = ""
    if marker.endswith(("alpha", "latin")) and 0 < number <= _LETTERS:
        sign = chr(ord("a") + number - 1)
    elif marker.endswith("roman") and 0 < number <= _MOST_ROMAN:
        for value, letters in _ROMAN:
            sign += letters * (number // value)
            number %= value
    sign = sign or str(number)
    return f"{sign.upper() if marker.startswith('upper') else sign}. "


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _NUMERALS[tens]) + "十" if tens else ""
    return head + (_NUMERALS[ones] if ones or not tens else "")
