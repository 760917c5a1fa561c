"""Automatic numbers in the formats Word knows (``w:numFmt``)."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["numeral"]

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST = 9999


def _counted(number: int, digits: str, units: str, zero: str) -> str:
    """Positional numeral up to 9999: 二十一, 一百零五; a leading 一十 is said 十 where ``units`` are plain."""
    said = ""
    gap = False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            said += (zero if gap and said else "") + digits[digit] + (units[power - 1] if power else "")
            gap = False
        else:
            gap = True
    return said[1:] if said.startswith("一十") else said


def _chinese(number: int) -> str:
    return _counted(number, _DIGITS, "十百千", "零")


def _legal(number: int) -> str:
    return _counted(number, _LEGAL, "拾佰仟", "零")


def _digits(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _from(first: str, last: int) -> Callable[[int], str]:
    """One character a number, counted on from ``first``; plain digits beyond ``last``."""
    return lambda number: chr(ord(first) + number - 1) if number <= last else str(number)


def _of(signs: str) -> Callable[[int], str]:
    """One of the signs, round and round."""
    return lambda number: signs[(number - 1) % len(signs)]


def _letters(number: int) -> str:
    """Letters as Word counts: a … z, aa … zz, aaa …."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    said = ""
    for size, sign in _ROMAN:
        said += sign * (number // size)
        number %= size
    return said


_FORMATS: dict[str, Callable[[int], str]] = {
    "none": lambda _: "",
    "bullet": lambda _: "",
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_WIDTH),
    "numberInDash": lambda number: f"- {number} -",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalEnclosedCircle": _from("①", 20),
    "decimalEnclosedCircleChinese": _from("①", 10),
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "ideographEnclosedCircle": _from("㊀", 10),
    "ideographDigital": _digits,
    "japaneseDigitalTenThousand": _digits,
    "taiwaneseDigital": _digits,
    "ideographTraditional": _of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _of("子丑寅卯辰巳午未申酉戌亥"),
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "japaneseLegal": _legal,
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "koreanCounting": _chinese,
}


def numeral(number: int, kind: str) -> str:
    """A number in a format; plain digits for a format that is not known here, and beyond 9999."""
    if not 0 < number <= _LARGEST:
        return "" if kind in ("none", "bullet") else str(number)
    return _FORMATS.get(kind, str)(number)
