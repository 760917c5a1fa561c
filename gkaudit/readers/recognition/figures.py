"""Numbers in cells: what counts as one, and what in the shape of the ink speaks against a reading.

A misread number is worse than none. Everything here may only take trust away from a reading.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from gkaudit.readers.recognition.engine import Reading
from gkaudit.readers.recognition.ink import Box, Line, foot, in_digits, points, stacked

__all__ = [
    "NUMBER_LONG",
    "behind_speck",
    "certainty",
    "counted",
    "ends_in_number",
    "has_worn_digit",
    "is_broken_count",
    "is_figure",
    "is_lookalike",
    "is_no_word",
    "is_ring",
    "objection",
    "tidy",
    "value_of",
    "with_zero",
    "without_count",
    "without_specks",
]

_UNIT = r"(?:万元|元|件次|人次|件|条|个|项|宗|起|份|次)"
_FIGURE = re.compile(rf"[+\-−－—＋]?\s*(?:净?[增减]加?少?)?\s*[\d０-９][\d０-９.,，．\s]*{_UNIT}?")
_COUNTED = re.compile(r"(?<=[\w°○〇])\s*(?:件次|人次|件|条|个|项|宗|起|份|次)$")
_LABELLED = re.compile(rf"[^\d]*[\u4e00-\u9fff][^\d]*[\d][\d.,，]*\s*{_UNIT}?")
_INNER_SPACE = re.compile(r"(?<=[\d.,，．+\-−－增减])\s+(?=[\d.,，．])")
_BETWEEN_DIGITS = re.compile(r"\d\s+\d")
_SPECKS_AFTER = re.compile(
    r"^(?P<number>[\d,，]*\d(?:件次|人次|件|条|个|项|宗|起|份|次)?|无)\s*[.,·'`‘’，。．、]{1,2}$"
)
_SPECKS_BEFORE = re.compile(r"^[.,:：;；·'`‘’，。．、]\s*(?P<number>0+)$")
_SPECK_AND_NUMBER = re.compile(r"[.,:：;；·•'`‘’，。．、]\s*(?P<number>\d.*)")
#: What the recogniser makes of a lone 0 or 1 that it does not recognise, and of dashes.
_LOOKALIKES = frozenset("oOQDCcUn°○〇〢。口日ⅠlI|丨!i丿\\一-－—–_~²³º⁰⁶θΘ()（）[]")
_LETTERS = frozenset("oOQΘθ")
_RINGS = _LETTERS | frozenset("°○〇口")
#: What a number of money may end in; so many characters at most are what a look makes of the word for what is counted.
_MONEY, _MISREAD = frozenset("元万亿千百十"), 3
#: A reading that is no longer than this is no label.
_SHORT = 4
#: The longest number, with a speck or two.
NUMBER_LONG = 12
#: Widths of a digit in heights: a bare stroke, one that lost its sides, the widest digit, and what two take at least.
_STROKE, _WORN, _WIDEST_DIGIT, _PITCH = 0.25, 0.4, 0.76, 0.78
_TALL = 0.6
#: A point and a comma: height and what is below the digits together, in heights of the digits.
_MOST_POINT, _LEAST_COMMA = 0.31, 0.34
#: A gap in a number so wide (in heights) that a rule or a separator may have stood in it.
_GAP = 1.25
#: How far heads and feet of the digits of one number are apart at most, in heights of the lowest.
_UNEVEN = 0.4


def is_figure(text: str) -> bool:
    """Whether a reading is a number, perhaps with sign or unit."""
    return _FIGURE.fullmatch(text.strip()) is not None


def ends_in_number(text: str) -> bool:
    """Whether a reading is a label with a number behind it (行政处罚 0)."""
    return _LABELLED.fullmatch(text.strip()) is not None


def is_lookalike(text: str) -> bool:
    """Whether a reading is nothing but signs that 0, 1 or a dash are taken for, perhaps with what is counted."""
    plain = _COUNTED.sub("", text.replace(" ", ""))
    return 0 < len(plain) <= 3 and all(c in _LOOKALIKES for c in plain)  # noqa: PLR2004


def is_ring(text: str) -> bool:
    """Whether a reading is a sign that has the shape of a 0."""
    return text.strip() in _RINGS


def with_zero(text: str) -> str:
    """A reading in which a letter (Q), or a ring before what is counted (O件), is the 0 that it must be."""
    number = _COUNTED.sub("", text)
    zero = is_ring(number) and (number != text or number.strip() in _LETTERS)
    return "0" + text[len(number) :] if zero else text


def is_no_word(text: str) -> bool:
    """Whether a reading without a Chinese character is so short that it may be a number misread (ó, I1, 2;304)."""
    short = NUMBER_LONG if any(c.isdigit() for c in text) else _SHORT
    return len(text) <= short and not any("\u4e00" <= c <= "\u9fff" for c in text)


def tidy(text: str) -> str:
    """A reading without blanks inside its number, and without a speck read as a sign before or after it.

    Two groups of digits with a blank between them stay apart: they may be two numbers.
    """
    text = text.strip()
    if _BETWEEN_DIGITS.search(text):
        return text
    return without_specks(_INNER_SPACE.sub("", text))


def without_specks(text: str) -> str:
    """A number, or the word for none, without specks read as signs before or after it."""
    text = text.strip()
    speck = _SPECKS_AFTER.match(text) or _SPECKS_BEFORE.match(text)
    return speck["number"] if speck else text


def behind_speck(text: str) -> str:
    """The number behind a point or a comma with which none begins; empty where there is none."""
    speck = _SPECK_AND_NUMBER.fullmatch(text.strip())
    return tidy(speck["number"]) if speck and is_figure(speck["number"]) else ""


def certainty(reading: Reading, number: str = "") -> float:
    """Certainty of the least certain character of a number; specks read beside it, and what is counted, do not count.

    Whether 元 or 万元 is behind it does, but where ``number`` says what counts.
    """
    number = number or without_count(tidy(reading.text))
    begin = reading.text.find(number)
    return min(reading.scores[begin : begin + len(number)], default=0.0) if begin >= 0 else reading.least


def counted(one: str, other: str) -> str:
    """The reading that has a number and the word for what is counted, where the other misread only that (28件, 28代).

    What the other makes of the word is no digit, no sign that a digit is taken for, and no money. Empty where it is.
    """
    return next((a for a, b in ((one, other), (other, one)) if _is_misread(tidy(a), tidy(b))), "")


def _is_misread(whole: str, seen: str) -> bool:
    number = without_count(whole)
    rest = seen.removeprefix(number)
    if number == whole or not is_figure(number) or rest == seen or len(rest) > _MISREAD:
        return False
    return not any(c.isdigit() or c in _MONEY or c in _LOOKALIKES for c in rest)


def is_broken_count(text: str) -> bool:
    """Whether a number of what can be counted has a point (7.450件): it is dust, or a comma that lost its tail."""
    number = without_count(text)
    return number != text and is_figure(number) and any(c in number for c in ".．")


def without_count(text: str) -> str:
    """A reading without the word for what is counted behind its number."""
    return _COUNTED.sub("", text)


def value_of(text: str) -> str:
    """What two readings of one number must have in common."""
    plain = tidy(text).replace("，", ",").replace("．", ".").replace("－", "-").replace("−", "-").replace("—", "-")
    return plain.replace(",", "").replace(" ", "").replace("＋", "").replace("+", "")


def has_worn_digit(text: str, line: Line) -> bool:
    """Whether a digit other than 1 is little more than a stroke."""
    one = in_digits(line, text)
    digits = [c for c in text if c.isdigit()]
    pairs = zip(digits, one.tall, strict=True) if one is not None and len(one.tall) == len(digits) else ()
    # A comma makes the line higher, and no digit narrower.
    high = max((b[3] - b[1] for b in one.tall), default=0) if one is not None else 0
    return any(c != "1" and b[2] - b[0] < _WORN * high for c, b in pairs)


def objection(text: str, line: Line, room: tuple[int, int], is_one: Callable[[Box], bool] = lambda _: False) -> str:
    """Why the shape of the ink does not fit a number as read; empty where it does.

    ``room`` is width and height of the cell's inside, ``is_one`` says whether a bare stroke cannot be but a 1.
    """
    line = stacked(line)
    height = max(b[3] - b[1] for b in line.pieces)
    tall = [b for b in line.pieces if b[3] - b[1] > _TALL * height]
    if line.left <= 1 or line.right >= room[0] - 1:
        return "数字碰到表格线"
    if not any(c in text for c in "-－−—增减+＋") and _has_sign(line, tall, height):
        return "数字前可能有符号"
    if _FIGURE.fullmatch(text) and text[-1:].isdigit() and text[:1].isdigit():
        return _of_plain_number(text, tall, line, is_one)
    return ""


def _of_plain_number(text: str, tall: list[Box], line: Line, is_one: Callable[[Box], bool]) -> str:
    height = max(b[3] - b[1] for b in line.pieces)
    digits = [c for c in text if c.isdigit()]
    if _out_of_line(line, len(digits)):
        return "数字高低不齐，其中可能有笔迹"
    groups = _digits_at_least(tall, height)
    if groups > len(digits):
        return "笔画多于识别出的数字"
    if len(tall) == len(digits) and any(
        c == "1" and b[2] - b[0] < _STROKE * height and not is_one(b) for c, b in zip(digits, tall, strict=True)
    ):
        return "只见一竖，可能是1，也可能是其他"
    gaps = [b[0] - a[2] for a, b in itertools.pairwise(tall)]
    if max(gaps, default=0) > _GAP * height and not any(c in text for c in ",，"):
        return "数字间空隙过大，可能缺表格线"
    return _separators(text, tall, line, height)


def _out_of_line(line: Line, count: int) -> bool:
    """Whether one of so many digits stands much higher or lower than another: digits have one foot."""
    boxes = [b for b in line.pieces if b[3] - b[1] > line.height / 2]
    if not 1 < len(boxes) == count:
        return False
    least = min(b[3] - b[1] for b in boxes)
    return any(max(b[side] for b in boxes) - min(b[side] for b in boxes) > _UNEVEN * least for side in (1, 3))


def _digits_at_least(tall: list[Box], height: int) -> int:
    """How many digits the pieces must be: what fits into the width of one may be a broken one."""
    count, begin, before = 0, -1.0, -1.0
    for left, _, right, _ in tall:
        if count == 0 or right - begin > _WIDEST_DIGIT * height:
            # A wide piece is several digits that touch.
            count += max(1, int((right - max(left, before)) / (_PITCH * height) + 0.35))
            begin = left
        before = right
    return count


def _has_sign(line: Line, tall: list[Box], height: int) -> bool:
    """A short bar at half height, left of all digits."""
    if not tall:
        return False
    for left, top, right, bottom in line.pieces:
        high, middle = bottom - top, (top + bottom) / 2
        bar = right - left >= 1.6 * high and high <= 0.3 * height
        level = 0.25 * height < middle - tall[0][1] < 0.8 * height
        if bar and level and right <= tall[0][0] + 1:
            return True
    return False


def _separators(text: str, tall: list[Box], line: Line, height: int) -> str:
    """Points and commas: each must be seen, and a point must not be a comma."""
    if not tall:
        return ""
    base = foot(tall)
    low = points(line)
    marks = [c for c in text if c in ".,，．"]
    if len(low) > len(marks):
        return "数字间有未识别的点"
    if any(c in ".．" for c in marks) and len(low) < len(marks):
        return "未见小数点"
    thousands = len(marks) == 1 and len(text) - 1 - text.index(marks[0]) == 3  # noqa: PLR2004
    if thousands and low:
        # How far it reaches below the digits, and how high it is.
        size = (low[0][3] - base + low[0][3] - low[0][1]) / height
        if not (size > _LEAST_COMMA if marks[0] in ",，" else size < _MOST_POINT):
            return "分不清小数点和千位逗号"
    return ""
