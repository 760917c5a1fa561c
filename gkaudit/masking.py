"""Personal numbers, applicants' names and local paths are shown with their middle covered.

One function, :func:`masked`, for every text that leaves the process: findings, pages, files. A cover has
the length of what it covers, so that spans stay true; :func:`masked` shortens long covers at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

__all__ = ["CHECKSUMS", "KINDS", "SUSPECT", "cover", "covered", "joined", "masked", "number", "safe_words", "shortened"]

#: Longer runs of covers are shown as a short one.
_LONG, _SHORT = re.compile(r"\*{10,}"), "****"


def _id18(text: str) -> bool:
    """Whether 18 signs are an identity number: check digit, region and date of birth (GB 11643)."""
    digits = text[:17]
    if len(text) != 18 or not digits.isdecimal():  # noqa: PLR2004 - the length of the number
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    check = "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]
    year, month, day = int(text[6:10]), int(text[10:12]), int(text[12:14])
    born = 1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31  # noqa: PLR2004 - a calendar date
    return check == text[17] and "11" <= text[:2] <= "91" and born


def _luhn(text: str) -> bool:
    """Whether the digits pass the check of bank cards (ISO/IEC 7812)."""
    if not text.isdecimal():
        return False
    total = 0
    for at, digit in enumerate(reversed(text)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the digits of the product
    return total % 10 == 0


#: Checks of a number, by the name that a suite gives.
CHECKSUMS: dict[str, Callable[[str], bool]] = {"none": lambda _: True, "id18": _id18, "luhn": _luhn}
#: Kinds of covers, by the name that a suite gives: signs at the front and at the end that stay visible.
KINDS = {"id": (5, 4), "mobile": (3, 4), "card": (4, 4), "path": (3, 7), "name": (1, 0), "middle": (2, 2)}

_SEPARATORS = re.compile(r"[ \-\u3000\xa0]")
#: Signs that, next to a number, make it part of something longer (an address, a file name, an index number).
_BEFORE, _AFTER = re.compile(r"[0-9A-Za-z０-９_/=.]"), re.compile(r"[0-9A-Za-z０-９_/=]|\.[0-9A-Za-z]")
_NUMBERS = (
    ("id", "id18", re.compile(r"\d{17}[\dXxＸｘ]")),
    ("card", "luhn", re.compile(r"(?:62|4\d|5[1-5]|95)\d{2}(?:[ \-]?\d{4}){3}(?:[ \-]?\d{1,3})?")),
    ("mobile", "none", re.compile(r"[1１][3-9３-９]\d[ \-]?\d{4}[ \-]?\d{4}")),
)
_PATH = re.compile(
    r"(?:\b[A-Za-z]:(?:\\|/(?:Users|Documents)/)|file:/{2,}|\\\\[\w.\-]+\\|(?<![\w.])/(?:Users|home)/)"
    r"[^\s\"<>|*?\]，。；]+"
)
#: Frequent surnames, without those that begin common words (何时, 曾经, 任何 …).
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱林郭马罗梁宋郑谢韩唐冯董萧程曹袁邓傅沈彭吕苏卢蒋蔡贾丁魏薛阎潘杜戴汪姜范姚谭"
    "廖邹熊陆郝崔邱秦顾侯邵孟雷钱尹黎乔贺赖龚"
)
_APPLICANT = re.compile(
    rf"(?:申请人|村民|居民|公民|市民)[:：为是]?(?P<name>(?!周边|马上|林地|林木|林权)[{_SURNAMES}](?!某)[一-龥]{{1,2}}?)"
    r"(?:先生|女士|于|向|提出|提交|递交|申请|要求公开|要求获取)"
)
#: A quick look, for Rust and Python: a text without any of this has nothing to cover.
SUSPECT = (
    r"\d{11}|\d{3}[ \-]\d{4}[ \-]\d{4}|\d{4}[ \-]\d{4}[ \-]\d{4}|[A-Za-z]:[\\/]|file:/|\\\\\w|/Users/|/home/"
    rf"|(?:申请人|村民|居民|公民|市民)[:：为是]?[{_SURNAMES}]"
)
_SUSPECT = re.compile(SUSPECT)


def number(text: str) -> str:
    """A number without its separators, in ASCII signs."""
    bare = _SEPARATORS.sub("", text).upper().replace("Ｘ", "X")
    return "".join(str(int(c)) if c.isdecimal() else c for c in bare)


def joined(text: str, start: int, end: int) -> bool:
    """Whether the span is part of a longer number, an address or a file name."""
    return bool(_BEFORE.match(text[max(start - 1, 0) : start]) or _AFTER.match(text[end : end + 2]))


def _spans(text: str) -> Iterator[tuple[int, int, str]]:
    for kind, check, pattern in _NUMBERS:
        for found in pattern.finditer(text):
            if not joined(text, *found.span()) and CHECKSUMS[check](number(found[0])):
                yield *found.span(), kind
    for found in _PATH.finditer(text):
        yield *found.span(), "path"
    for found in _APPLICANT.finditer(text):
        yield *found.span("name"), "name"


def cover(text: str, start: int, end: int, kind: str) -> str:
    """The text with the middle of one span covered, as its kind wants it; same length."""
    front, back = KINDS[kind]
    if kind == "path":
        # Of a path nothing but the end of its last part: folders tell who and where.
        back = min(back, len(re.split(r"[\\/]", text[start:end])[-1]))
    if end - start <= front + back:
        front, back = min(1, end - start - 1), 0
    return f"{text[: start + front]}{'*' * (end - start - front - back)}{text[end - back :]}"


def covered(text: str) -> str:
    """The text with everything covered that is recognised; same length."""
    if not _SUSPECT.search(text):
        return text
    for start, end, kind in list(_spans(text)):
        text = cover(text, start, end, kind)
    return text


def shortened(text: str) -> str:
    """The text with long covers made short."""
    return _LONG.sub(_SHORT, text)


def safe_words(text: str, kind: str = "") -> str:
    """Words by themselves as they may be shown; with a kind they are covered even where nothing is recognised."""
    safe = covered(text)
    return shortened(cover(safe, 0, len(safe), kind) if kind and safe == text else safe)


def masked(text: str) -> str:
    """The text as it may be shown or written: covered, long covers shortened."""
    return shortened(covered(text))
