"""Whether the text of a page can be used: is there enough of it, is it Chinese, what part is pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gkaudit.readers.geometry.matrix import Matrix, box_through
from gkaudit.readers.geometry.page import Box, Char, Figure

__all__ = [
    "COVER",
    "FEW",
    "LARGE",
    "OUTLINES",
    "SCAN",
    "backgrounds",
    "count",
    "garbled",
    "printed_over",
    "share",
    "sized",
    "together",
]

#: A page with fewer characters has no text worth the name.
FEW = 20
#: Shares of the page: a picture that is a scan, one that may be a table, one that covers the whole page.
SCAN, LARGE, COVER = 0.4, 0.15, 0.8
#: So many drawings instead of text are text turned into outlines.
OUTLINES = 30
#: Share of characters nobody can read above which a page's text is not used, and the least share of Chinese.
_UNKNOWN, _CHINESE, _ENOUGH = 0.2, 0.1, 40
#: Letters without a name, and Chinese characters that are letters whatever the edition of Unicode.
_UNNAMED, _COMMON = re.compile("[\ufffd\ue000-\uf8ff]"), re.compile("[\u4e00-\u9fa5]+")
_MOST_PICTURES = 200
#: Share of the usual size of the page's digits below which one is a speck that nobody sees.
_SPECK = 0.15
_TOUCH = 2.0


def count(chars: Iterable[Char]) -> int:
    """How many letters are no white space."""
    return len(_shown(chars))


def _shown(chars: Iterable[Char]) -> str:
    return "".join("".join([char.text for char in chars]).split())


def sized(chars: Sequence[Char]) -> tuple[list[Char], list[Char]]:
    """The characters without the digits that are too small to be seen, and these.

    Of signs nothing is known: in some fonts the size of one (一 — .) is no more than what its stroke covers.
    """
    sizes = sorted([char.size for char in chars if char.text.isdigit()])
    least = _SPECK * sizes[len(sizes) // 2] if sizes else 0.0
    if not sizes or sizes[0] >= least:
        return list(chars), []
    specks = [char for char in chars if char.size < least and char.text.isdigit()]
    own = set(map(id, specks))
    return [char for char in chars if id(char) not in own], specks


def printed_over(box: Box, chars: Iterable[Char]) -> int:
    """How many characters, white space apart, stand on a picture."""
    left, top, right, bottom = box
    return sum(left < c.left < right and top < c.base < bottom and not c.text.isspace() for c in chars)


def backgrounds(boxes: Iterable[Box], turn: Matrix, figures: Iterable[Figure]) -> list[Box]:
    """Large pictures that are no figures, as they are seen: one behind the text may hold more of it."""
    own = [figure.box for figure in figures]
    return [box for box in (box_through(turn, *box) for box in boxes) if box not in own]


def garbled(chars: Sequence[Char]) -> bool:
    """Text that came out as other letters than those seen: unknown ones, or hardly any Chinese."""
    shown = _shown(chars)
    if len(_UNNAMED.findall(shown)) > _UNKNOWN * len(shown):
        return True
    if sum(map(len, _COMMON.findall(shown))) >= _CHINESE * len(shown):
        return False
    letters = [t for t in shown if t.isalpha()]
    chinese = sum("\u3400" <= t <= "\u9fff" or t > "\uffff" for t in letters)
    return len(letters) >= _ENOUGH and chinese < _CHINESE * len(letters)


def share(box: Box, width: float, height: float) -> float:
    """Share of a page that a box covers."""
    left, top, right, bottom = box
    seen = max(min(right, width) - max(left, 0), 0) * max(min(bottom, height) - max(top, 0), 0)
    return seen / (width * height or 1)


def together(boxes: Sequence[Box]) -> list[Box]:
    """Pictures that touch as one: scanners and converters cut them into strips."""
    found: list[Box] = []
    for box in boxes[:_MOST_PICTURES]:
        near = [b for b in found if _touch(b, box)]
        found = [b for b in found if b not in near]
        lefts, tops, rights, bottoms = zip(box, *near, strict=True)
        found.append((min(lefts), min(tops), max(rights), max(bottoms)))
    return found


def _touch(a: Box, b: Box) -> bool:
    return a[0] <= b[2] + _TOUCH and b[0] <= a[2] + _TOUCH and a[1] <= b[3] + _TOUCH and b[1] <= a[3] + _TOUCH
