"""Characters to lines: those on one base line, from left to right, with blanks where the gaps show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from gkaudit.readers.geometry.page import Box, Char

__all__ = ["NUMERIC", "Line", "Token", "lines_of", "text_of"]

#: Base lines nearer than this share of the character size are one line.
_SAME_LINE = 0.45
#: Gaps (in character sizes) that mean a blank: within a number, between words, between Chinese characters.
_NUMBER_GAP, _WORD_GAP, _HAN_GAP = 0.45, 0.3, 0.6
#: No number begins or ends with one of these, and they are wide: their stroke stands apart from the digits, the more
#: so where it ends a line that is stretched to both sides of its cell.
_WIDE_SIGNS, _WIDE_GAP, _STRETCHED = frozenset("，．"), 0.9, 2.0
#: A character this far over the one before it (share of its width) was printed on top of it.
_OVERLAP = 0.55
NUMERIC = frozenset("0123456789.,０１２３４５６７８９．，")
_LEFT, _RIGHT, _BASE, _SIZE = map(itemgetter, (1, 2, 3, 4))
#: Where Chinese characters and their punctuation begin.
_HAN = "\u2e80"


class Line(NamedTuple):
    """One line of text. ``overprinted``: characters stand on top of each other."""

    chars: tuple[Char, ...]
    text: str
    left: float
    right: float
    base: float
    size: float
    overprinted: bool = False

    @property
    def box(self) -> Box:
        """About what the print covers."""
        return self.left, self.base - 0.9 * self.size, self.right, self.base + 0.2 * self.size


@dataclass(frozen=True, slots=True)
class Token:
    """Characters of a line without a wide gap between them."""

    text: str
    left: float
    right: float
    base: float
    size: float

    @property
    def middle(self) -> float:
        """The middle, from the left of the page."""
        return (self.left + self.right) / 2


_one_letter: Callable[[tuple[Any, ...]], Line] = partial(tuple.__new__, Line)


def lines_of(chars: Iterable[Char]) -> list[Line]:
    """Lines from top to bottom; those of white space only are left out."""
    chars = list(chars)
    if len(chars) == 1 and not chars[0].text.isspace():  # most cells hold one digit
        text, left, right, base, size, _ = chars[0]
        return [_one_letter(((chars[0],), text, left, right, base, size, False))]
    found: list[Line] = []
    line: list[Char] = []
    base = size = 0.0
    chars.sort(key=_BASE)
    for char in chars:
        own, height = char.base, char.size
        if line and own - base > _SAME_LINE * max(size, height):
            found += _line(line)
            line = []
        if not line:
            base, size = own, height
        line.append(char)
        size = max(size, height)
    return found + _line(line)


def _line(chars: list[Char]) -> list[Line]:
    chars.sort(key=_LEFT)
    shown = [c for c in chars if not c.text.isspace()]
    if not shown:
        return []
    kept, overprinted = _without_copies(chars)
    size = max(map(_SIZE, shown))
    base = _middle_base(shown)
    right = max(map(_RIGHT, shown))
    return [Line(tuple(kept), text_of(kept), shown[0].left, right, base, size, overprinted)]


def _middle_base(shown: Sequence[Char]) -> float:
    """The base line of the letter in the middle; a character may be a word."""
    if len({char.base for char in shown}) == 1:
        return shown[0].base
    bases = [char.base for char in shown for _ in char.text]
    return bases[len(bases) // 2]


def _without_copies(chars: list[Char]) -> tuple[list[Char], bool]:
    """Without characters printed twice (a poor man's bold); True where others stand on top of each other."""
    kept: list[Char] = []
    overprinted = False
    before: Char | None = None
    for char in chars:
        if char.text.isspace():
            kept.append(char)
            continue
        over = 0.0 if before is None else before.right - char.left
        if (
            before is not None
            and over > 0
            and over > _OVERLAP * min(before.right - before.left, char.right - char.left)
        ):
            if char.text == before.text:
                continue
            # Punctuation may be squeezed; letters and digits never are.
            overprinted = overprinted or (char.text.isalnum() and before.text.isalnum())
        kept.append(char)
        before = char
    return kept, overprinted


def text_of(chars: Sequence[Char]) -> str:
    """The text of characters on one line, a blank where a gap is wider than any spacing of letters."""
    pieces: list[str] = []
    before: Char | None = None
    for char in chars:
        # Most characters stand close to the one before them and need no closer look.
        if before is not None and char.left - before.right > _WORD_GAP * before.size and _apart(before, char):
            pieces.append(" ")
        pieces.append(char.text)
        before = char
    return "".join(pieces).strip()


def _apart(before: Char, char: Char) -> bool:
    gap = char.left - before.right
    size = max(before.size, char.size)
    if gap <= _WORD_GAP * size or before.text.isspace() or char.text.isspace():
        return False
    if before.text in NUMERIC and char.text in NUMERIC:
        if char.text in _WIDE_SIGNS:
            return gap > _STRETCHED * size
        return gap > (_WIDE_GAP if before.text in _WIDE_SIGNS else _NUMBER_GAP) * size
    if before.text >= _HAN and char.text >= _HAN:
        return gap > _HAN_GAP * size
    return True
