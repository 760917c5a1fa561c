"""What a passage says without white space and converters' leftovers, and the way back to its print.

Offices, converters and recognisers put blanks anywhere (``政府信息 公开``) and mix full- and half-width
signs. Patterns are therefore matched against the *plain* form of a passage: NFKC, no white space, no
``[image: …]``, no Markdown, no old forms of characters (繁體). :func:`places` leads each plain character
back to the printed one.
"""

from __future__ import annotations

import re
import unicodedata

from gkaudit.chars import modern

__all__ = ["LEFTOVERS", "SPACE", "locate", "places", "plain", "sentence"]

#: Regular expressions that Python and Rust read alike. What converters leave in the text …
LEFTOVERS = r"\[(?:image|bookmark|图片|书签)\s*[:：][^\]\n]*\]|\*\*|^[\s#>*\-]+"
#: … and white space with the invisible signs of Word, WPS and web editors.
SPACE = r"[\s\x1c-\x1f\x{ad}\x{200b}-\x{200f}\x{2060}\x{feff}]+"
_LEFTOVERS = re.compile(LEFTOVERS)
_SPACE = re.compile(re.sub(r"\\x\{(\w+)\}", lambda found: f"\\u{int(found[1], 16):04x}", SPACE))
_ENDS = "。！？!?；;\n"


def plain(text: str) -> str:
    """The passage as patterns see it, e.g. ``（一） 主动 公开`` → ``(一)主动公开``."""
    return modern(_SPACE.sub("", unicodedata.normalize("NFKC", _LEFTOVERS.sub("", text))))


def places(text: str) -> list[int]:
    """For every character of ``plain(text)`` the index of the printed character it comes from.

    Shorter or longer than the plain form in the rare text where characters combine; such a text has
    no way back.
    """
    kept = [True] * len(text)
    for found in _LEFTOVERS.finditer(text):
        kept[found.start() : found.end()] = [False] * (found.end() - found.start())
    where: list[int] = []
    for at, char in enumerate(text):
        if kept[at]:
            where += [at] * len(_SPACE.sub("", unicodedata.normalize("NFKC", char)))
    return where


def locate(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The printed span of the plain span ``start`` to ``end``; None where there is no way back."""
    where = places(text)
    if not 0 <= start < end <= len(where) or len(where) != len(plain(text)):
        return None
    return where[start], where[end - 1] + 1


def sentence(text: str, start: int, end: int, longest: int = 80) -> tuple[int, int]:
    """The span of the sentence around ``start`` to ``end``; of a long one the part next to it.

    ``longest`` counts characters. A passage may be all of one line.
    """
    left = max(text.rfind(sign, 0, start) for sign in _ENDS) + 1
    nearest = [at for sign in _ENDS if (at := text.find(sign, max(end - 1, 0))) >= 0]
    right = min(nearest) + 1 if nearest else len(text)
    if right - left > longest:
        spare = max(longest - (end - start), 0)
        left = max(left, start - spare // 2)
        right = min(right, max(end, left + longest))
        right = min(right, left + longest)
        left = max(left, min(left, start))
    while left < right and text[left].isspace():
        left += 1
    while right > left and text[right - 1].isspace():
        right -= 1
    return left, right
