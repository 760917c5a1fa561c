"""Characters as offices type them: white space, full-width digits, numerals, and what one cell says.

A cell's print is judged here without its neighbours: number, blank, mark or neither. Nothing is
guessed: two numbers in one cell, or a word, make it unreadable and leave the print in ``raw``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

__all__ = ["Reading", "chinese_number", "clean", "enumerator", "fold", "is_value", "read_cell", "squash", "width"]

#: Invisible characters that Word, WPS and web editors leave behind: joiners, marks of direction and of variants. Those
#: that turn digits round (U+202D, U+202E) are none of them.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202c\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]+")
#: The ideographic blank as old GBK fonts had it (0xA3A0), which became a private character.
_GBK_BLANK, _BLANK = "\ue5e5", "\u3000"
#: Texts up to this length come again and again (labels, numbers); what they say is kept. Prose is not.
_SHORT = 48
_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w]|_")
#: 一、 （一） 1. (1) 1、 ① at the head of a label; a bare digit only before a sign or blank.
_ENUMERATOR = re.compile(r"^[(（【〔\[]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[)）】〕\]][、.．]?|[、.．,，:：])")
#: Old forms of the characters of the form (繁體), and the new ones in the same order: all are the same label.
_OLD = (
    "製發數廢現內開業個為舉於會體決況減辦務動區單後國執護報擇據總強當無機權條構檔濟確穩糾納組織經結繼續維繳罰獲補規計認議許訟"
    "訪訴試詢說請購費轉過這進採問難項題額審對屬處復複關類範係與萬實備註員應"
)
_NEW = (
    "制发数废现内开业个为举于会体决况减办务动区单后国执护报择据总强当无机权条构档济确稳纠纳组织经结继续维缴罚获补规计认议许讼"
    "访诉试询说请购费转过这进采问难项题额审对属处复复关类范系与万实备注员应"
)
_SAME = str.maketrans(_OLD, _NEW)


def clean(text: str) -> str:
    """Without invisible characters and outer white space; inner white space untouched."""
    return (text if text.isascii() else _seen(text)).strip()


def _seen(text: str) -> str:
    """The characters one can see, and blanks."""
    return _INVISIBLE.sub("", text).replace(_GBK_BLANK, _BLANK)


def squash(text: str) -> str:
    """NFKC form without any white space: how titles and headings are compared."""
    return _squash_short(text) if len(text) <= _SHORT else _squash(text)


def _squash(text: str) -> str:
    # ``split`` and ``\s`` know the same white space.
    return "".join(_normal(text).split())


_squash_short = lru_cache(maxsize=8192)(_squash)


def _normal(text: str) -> str:
    """NFKC form without invisible characters."""
    return text if text.isascii() else unicodedata.normalize("NFKC", _seen(text))


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The words of a label: no enumerator, white space or punctuation (``（二）部分 公开`` → 部分公开).

    Neither is there the stroke that Markdown puts before a point.
    """
    plain = squash(text).translate(_SAME).replace("\\", "")
    return _NOT_WORD.sub("", _ENUMERATOR.sub("", plain)).lower()


def enumerator(text: str) -> str:
    """The enumerator at the head of a label without its brackets and signs; empty where there is none."""
    found = _ENUMERATOR.match(squash(text).replace("\\", ""))
    return _NOT_WORD.sub("", found.group()) if found else ""


def width(text: str) -> int:
    """Columns the text takes in a monospaced window (Chinese characters take two)."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(maxsize=8192)
def _columns(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万壹贰叁]+")


def chinese_number(text: str) -> int | None:
    """Value of a Chinese numeral up to 千万 (十二 → 12, 二〇二四 → 2024); None where it is none."""
    if not _CHINESE.fullmatch(text):
        return None
    if not any(c in _UNITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "万":
            total, section, digit = (total + section + digit) * 10000, 0, 0
        else:
            section += (digit or 1) * _UNITS[char]
            digit = 0
    return total + section + digit


@dataclass(frozen=True, slots=True)
class Reading:
    """What one cell says by itself: ``state`` is reported, inferred, blank, marked or unreadable."""

    state: str
    value: Decimal | None = None
    note: str = ""


#: Words that stand for no number: 无, and what says the same of this body (不涉及, 本单位未制定规章).
_NONE = (
    r"无|暂无|没有|不涉及|不适用|未涉及|未发生|未产生|未开展|无此(?:项|类|情况|业务|事项)"
    r"|本(?:单位|机关|部门|局|镇|乡|街道|中心|所)(?:暂?无|未|没有)[\u4e00-\u9fff]{1,12}"
)
_MARK = re.compile(rf"[/\\\-—–―─‐·•・.*○◯。、…~_|]+|\(?(?:{_NONE})\)?。?")
#: No group of thousands begins with 0: 01,023 is 0 and 1,023.
_NUMBER = re.compile(r"(?P<sign>[+\-−])?\s*(?P<digits>[1-9]\d{0,2}(?:,\d{3})+|\d{1,30})(?P<part>\.\d{1,6})?")
_UNIT = re.compile(r"\s*(?P<unit>万元|元|件次|人次|件|条|个|项|宗|起|份|次|篇|部)")
_CHANGE = re.compile(r"(?P<word>增加?|减少?|净增|净减)\s*(?P<rest>\d+)\s*(?:件|项|个|条)?")
_MONEY = ("元", "万元")
_LONGEST_NUMERAL = 4
_LETTER_O = re.compile(r"[oO]")
#: Raised, lowered and circled digits are those of a number in no plain form: beside others they are marks of notes.
_NOTE_MARK = re.compile("[²³¹⁰⁴-⁹₀-₉①-⓿❶-➓㉑-㉟㊱-㊿]")


def read_cell(raw: str, *, unit: str = "件", signed: bool = False) -> Reading:
    """Read the print of one cell. ``unit`` is the unit of the column (件, 项, 元, 万元)."""
    return (_read_short if len(raw) <= _SHORT else _read)(raw, unit, signed)


def _read(raw: str, unit: str, signed: bool) -> Reading:
    text = clean(_normal(raw))
    if not text:
        return Reading("blank")
    if _MARK.fullmatch(_SPACE.sub("", text)):
        return Reading("marked")
    if signed and (change := _CHANGE.fullmatch(text)):
        value = Decimal(change["rest"])
        return Reading("reported", -value if "减" in change["word"] else value)
    number = _NUMBER.match(text)
    if number is None:
        return _words(text, unit)
    if not raw.isascii() and _NOTE_MARK.search(raw) and len(clean(raw)) > 1:
        return Reading("unreadable", note="数字旁有注号，不是一个数字")
    value = Decimal(number["digits"].replace(",", "") + (number["part"] or ""))
    if number["sign"] in ("-", "−"):
        value = -value
    return _with_unit(value, text[number.end() :], unit)


_read_short = lru_cache(maxsize=8192)(_read)


def _with_unit(value: Decimal, rest: str, unit: str) -> Reading:
    if not rest:
        return Reading("reported", value)
    found = _UNIT.fullmatch(_bare(rest))
    if found is None:
        return Reading("unreadable", note="不是一个数字")
    return _in_unit(value, found["unit"], unit, "数字后带单位")


def _in_unit(value: Decimal, printed: str, unit: str, note: str) -> Reading:
    """A number printed with its unit, beside that of the column: money is no count, and a count no money."""
    if (printed in _MONEY) != (unit in _MONEY):
        return Reading("inferred", value, f"数字后的单位是{printed}，这一格应为{unit}")
    if printed in _MONEY and printed != unit:
        factor = Decimal(10000) if printed == "万元" else Decimal("0.0001")
        return Reading("inferred", round(value * factor, 6), f"单位为{printed}，已换算为{unit}")
    return Reading("reported", value, note)


def _bare(text: str) -> str:
    """Without one pair of brackets around all of it: 5（件）."""
    plain = text.strip()
    return plain[1:-1] if plain[:1] == "(" and plain[-1:] == ")" else text


def _words(text: str, unit: str = "件") -> Reading:
    plain = _SPACE.sub("", text)
    found = _UNIT.search(plain)
    printed = found["unit"] if found and found.end() == len(plain) else ""
    value = chinese_number(plain.removesuffix(printed))
    if value is not None and printed:
        return _in_unit(Decimal(value), printed, unit, "中文数字")
    if value is not None and unit == "万元" and "万" in plain:
        return Reading("unreadable", note="“万”是数字还是单位，无法确定")
    if value is not None:
        return Reading("reported", Decimal(value), "中文数字")
    if _LETTER_O.fullmatch(plain):
        return Reading("inferred", Decimal(0), "字母O，疑为0")
    return Reading("unreadable", note="不是数字")


_VALUE_LIKE = re.compile(r"[+\-−]?[\d,.\s]*\d[\d,.\s]*(?:\(?(?:万元|元|件|条|个|项|宗|起|份|次)\)?)?|[oO]")


def is_value(text: str) -> bool:
    """Whether the print stands where a number belongs (a number or a mark, not a label)."""
    return _is_value_short(text) if len(text) <= _SHORT else _is_value(text)


def _is_value(text: str) -> bool:
    plain = clean(_normal(text))
    if not plain:
        return False
    if _VALUE_LIKE.fullmatch(plain) or _MARK.fullmatch(_SPACE.sub("", plain)):
        return True
    # 十二件 is a value; longer words in numerals do not occur in cells.
    return _CHANGE.fullmatch(plain) is not None or (
        len(plain) <= _LONGEST_NUMERAL and _words(plain).state == "reported"
    )


_is_value_short = lru_cache(maxsize=8192)(_is_value)
