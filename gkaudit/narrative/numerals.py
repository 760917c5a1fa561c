"""Numbers in running text: counts with their units, and everything that only looks like a count.

Years, dates, document numbers, telephone numbers, ordinals, clock times and percentages are recognised
first, so that they never become counts (结转2025年2件 is two; 2021件 is a count).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from gkaudit.chars import chinese_number
from gkaudit.narrative.lexicon import phrases

__all__ = ["Number", "Printed", "unit_class", "written"]

_YEAR = r"(?:19|20)\d{2}"
_TO = r"(?:至|到|-|~){1,3}"
_SPECIAL = re.compile(
    rf"""
 (?P<whole>(?:{_YEAR}年)?0?1月0?1日?(?:零时|0时|起|开始){{0,3}}{_TO}(?:{_YEAR}年)?12月31日?止?|1月?(?:份)?{_TO}12月(?:份|底|末)?)
|(?P<span>{_YEAR}年?度?{_TO}{_YEAR}年度?)
|(?P<full>(?:{_YEAR}年)?12月(?:31日|底|末)|{_YEAR}年(?:年)?[底末])
|(?P<date>{_YEAR}年\d{{1,2}}月(?:\d{{1,2}}[日号]|[上中下]旬|[底末初份])?|{_YEAR}[-./]\d{{1,2}}[-./]\d{{1,2}}
   |\d{{1,2}}月(?:\d{{1,2}}[日号]|[上中下]旬|[底末初份])?|20\d{{2,6}}[月日]|\d{{1,2}}日(?!均))
|(?P<year>{_YEAR}年度?|[一二][〇零九][〇零一二三四五六七八九]{{2}}年度?)
|(?P<clock>\d{{1,2}}:\d{{2}})
|(?P<docno>[〔(]{_YEAR}[〕)]第?\d{{1,6}}号?|\d{{1,6}}号)
|(?P<phone>\d{{3,4}}-\d{{6,8}}|1[3-9]\d{{9}}(?!\d)|\d{{2,4}}\*{{1,12}}\d{{1,4}})
|(?P<percent>(?P<p>\d{{1,9}}(?:\.\d{{1,9}})?)[%‰]|百分之(?P<c>[零一二三四五六七八九十百]{{1,9}}))
|(?P<ordinal>第[一二三四五六七八九十百\d]{{1,9}}(?:条|款|项|届|次|期|批|位|名|章|节|个|方|时间|号|人民|类|轮|季度|部分|平台)?)
|(?P<several>\d{{1,9}}(?:\.\d{{1,9}})?{_TO}\d{{1,9}}(?:\.\d{{1,9}})?)
|(?P<fraction>\d{{1,9}}/\d{{1,9}}|\d{{1,9}}:\d{{1,9}})
""",
    re.VERBOSE,
)
#: Of what the report itself consists (六个部分, 6个方面).
_PARTS = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})个?大?(?:部分|方面|章节)")
_DIGIT = frozenset("0123456789")
#: What else such a number may begin with: 第, 百分之, 〔2021〕30号, 二〇二四年.
_SPECIAL_START = frozenset("第百〔(")
_YEAR_SECOND = frozenset("〇零九")
_DIGITS = r"(?P<digits>\d{1,3}(?:,\d{3}){1,5}(?!\d)|\d{1,18})(?P<part>\.\d{1,9})?(?P<times>[万亿千百]?)"
_WORDS = r"(?P<words>[零〇一二两三四五六七八九十百千万]{1,12})"
_VAGUE = r"(?P<vague>(?:数|几|好几|若干|多)[十百千万]{0,2}|[上成][十百千万]{1,2}|[十百千万]几)"
_MORE = r"(?P<more>[余多来几]?)(?P<again>[万千亿]?)"
_END = r"(?P<end>以上|左右|上下|以内|以下)?"


@dataclass(frozen=True, slots=True)
class Number:
    """A count or a sum of money; ``value`` None where the text gives none (若干, 数十).

    ``doubtful``: another number stands beside it with only a blank between (1 2件).
    """

    value: Decimal | None
    exact: bool
    unit: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as found: ``kind`` is number, percent, year, whole (1月1日至12月31日), full (12月底) or skip."""

    kind: str
    end: int
    number: Number | None = None
    year: int | None = None


@cache
def _units() -> tuple[dict[str, str], re.Pattern[str], re.Pattern[str]]:
    """Unit → class, and the patterns of a number in digits and in words."""
    classes = {unit: name for name, listed in phrases()["numbers"]["units"].items() for unit in listed}
    choice = "|".join(sorted(map(re.escape, classes), key=len, reverse=True))
    digits = re.compile(rf"{_DIGITS}{_MORE}(?P<unit>{choice})?{_END}")
    words = re.compile(rf"(?:{_VAGUE}|{_WORDS}){_MORE}(?P<unit>{choice}){_END}")
    return classes, digits, words


def unit_class(unit: str) -> str:
    """count, people, thing, time, money or ratio; empty where there is no unit."""
    return _units()[0].get(unit, "")


def written(text: str, place: int) -> Printed | None:
    """The number that begins at the place; None where there is none."""
    _, digits, words = _units()
    char = text[place]
    if (parts := _PARTS.match(text, place)) is not None:
        return Printed("skip", parts.end())
    if char in _DIGIT or char in _SPECIAL_START or text[place + 1 : place + 2] in _YEAR_SECOND:
        special = _SPECIAL.match(text, place)
        found = _special(special) if special else None
        if found is not None:
            return found
    if char in _DIGIT:
        counted = digits.match(text, place)
        return _counted(counted, text) if counted else None
    said = words.match(text, place)
    return _said(said) if said else None


def _special(found: re.Match[str]) -> Printed | None:
    kind = found.lastgroup or ""
    if kind in ("p", "c"):
        kind = "percent"
    if kind == "percent":
        value = Decimal(found["p"]) if found["p"] else Decimal(chinese_number(found["c"]) or 0)
        return Printed("percent", found.end(), Number(value, exact=True, unit=found.group()[-1] if found["p"] else "%"))
    if kind == "year":
        return Printed("year", found.end(), year=_year(found["year"]))
    if kind == "several":
        return None if "-" not in found.group() and "~" not in found.group() else _range(found)
    if kind in ("whole", "full", "date", "span"):
        years = re.findall(_YEAR, found.group())
        return Printed(kind, found.end(), year=int(years[-1]) if years else None)
    return Printed("skip", found.end())


def _range(found: re.Match[str]) -> Printed:
    """3-5件: a count without a value."""
    unit = _units()[1].match(f"0{found.string[found.end() : found.end() + 8]}")
    printed = unit["unit"] or "" if unit else ""
    return Printed("number", found.end() + len(printed), Number(None, exact=False, unit=printed))


def _year(text: str) -> int:
    plain = text.rstrip("年度")
    return int(plain) if plain[0].isdigit() and plain.isascii() else int(chinese_number(plain) or 0)


_TIMES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


def _counted(found: re.Match[str], text: str) -> Printed:
    value = Decimal(found["digits"].replace(",", "") + (found["part"] or ""))
    unit = found["unit"] or ""
    times = found["times"] + found["again"]
    if unit == "元" and times in ("万", "亿", "千"):
        unit, times = times + unit, ""
    for word in times:
        value *= _TIMES[word]
    if not unit and _bare_year(found, text):
        return Printed("year", found.end("digits"), year=int(value))
    if not unit and found["digits"] in phrases()["numbers"]["hotlines"]:
        return Printed("hotline", found.end("digits"))
    exact = not (found["more"] or found["end"])
    return Printed(
        "number", found.end(), Number(value, exact, unit, _doubtful(text, found.start(), found.end("digits")))
    )


def _bare_year(found: re.Match[str], text: str) -> bool:
    """2024收到申请: a year whose 年 was lost."""
    rest = found["part"] or found["times"] or found["more"] or found["end"]
    following = text[found.end() : found.end() + 1]
    return not rest and re.fullmatch(_YEAR, found["digits"]) is not None and following not in ("", ",", ";", ")", "、")


def _doubtful(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] == " " or (text[end : end + 1] == " " and text[end + 1 : end + 2].isdigit())


def _said(found: re.Match[str]) -> Printed | None:
    if found["vague"]:
        return Printed("number", found.end(), Number(None, exact=False, unit=found["unit"]))
    word = found["words"]
    value = chinese_number("一" + word if word.startswith("万") else word)
    if value is None:
        return None
    for times in found["again"]:
        value *= _TIMES[times]
    exact = not (found["more"] or found["end"])
    return Printed("number", found.end(), Number(Decimal(value), exact, found["unit"]))
