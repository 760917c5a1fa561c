"""The characters of a PDF page as it is seen: which there are, where they stand, and which are left out."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gkaudit.readers.geometry import Box, Char, lines_of
from gkaudit.readers.pdfium.matrix import Matrix, box_through, turned

__all__ = ["UNKNOWN", "Printed", "View", "printed"]

#: What stands for a character that the file names no letter for.
UNKNOWN = "\ufffd"
#: Share of a character's box (ascent and descent of its font) that is about the height of a Chinese character.
_BODY = 0.86
_SPACES = frozenset((0x20, 0xA0, 0x3000))
_LINE_ENDS = frozenset((0x0A, 0x0D))
#: What pdfium makes of a hyphen at the end of a line.
_HYPHENS = frozenset((0x02, 0xFFFE))
_HIGH, _LOW, _PLANE = range(0xD800, 0xDC00), range(0xDC00, 0xE000), 0x10000


class View(NamedTuple):
    """How a page is looked at: map from its own space, width and height, quarter turns of its text."""

    matrix: Matrix
    width: float
    height: float
    turns: int = 0

    def turned(self, quarters: int) -> View:
        """The page turned so that text of so many quarter turns is level."""
        return View(*turned(self.matrix, self.width, self.height, quarters), quarters)


class _Raw(NamedTuple):
    """A character in the page's own space: letter, box (left, bottom, right, top), origin."""

    letter: str
    box: Box
    origin: tuple[float, float]


@dataclass(slots=True)
class Printed:
    """Characters of the text, and those left out by reason: hidden, slanted, pale, beyond (the page)."""

    chars: list[Char] = field(default_factory=list)
    left_out: dict[str, list[Char]] = field(default_factory=lambda: defaultdict(list))


def printed(page: Any, special: dict[int, str], upright: View, turns: int) -> Printed:
    """The characters of a page (a pypdfium2 page).

    ``special`` are the text objects that are not plain (see :class:`~gkaudit.readers.pdfium.drawn.Drawn`);
    ``upright`` is the page as it is shown, ``turns`` the quarter turns of most of its text.
    """
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - loads only when a PDF is read

    found = Printed()
    text = pdfium.FPDFText_LoadPage(page.raw)
    if not text:
        return found
    view = upright.turned(turns) if turns else upright
    sideways: dict[int, list[_Raw]] = defaultdict(list)
    try:
        for kind, raw in _characters(pdfium, text, special):
            quarters = int(kind) if kind.isdigit() else 0
            if quarters != turns and (not kind or kind.isdigit()):
                sideways[quarters].append(raw)
                continue
            char = _char(raw, view.matrix)
            if kind and not kind.isdigit():
                found.left_out[kind].append(char)
            elif 0 <= char.right <= view.width + char.right - char.left and 0 <= char.base <= view.height + 1:
                found.chars.append(char)
            elif not char.text.isspace():
                found.left_out["beyond"].append(char)
    finally:
        pdfium.FPDFText_ClosePage(text)
    for quarters, raws in sideways.items():
        found.chars += _sideways(raws, upright.turned(quarters).matrix, view.matrix)
    return found


def _characters(pdfium: Any, text: Any, special: dict[int, str]) -> Iterator[tuple[str, _Raw]]:
    """Kind (as in ``special``; empty for plain ones) and raw data of each character that is printed."""
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    origin_of, object_of = pdfium.FPDFText_GetCharOrigin, pdfium.FPDFText_GetTextObject
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    box_ref, x_ref, y_ref = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
    high, kind = 0, ""
    for i in range(pdfium.FPDFText_CountChars(text)):
        code = unicode_of(text, i)
        if code in _LINE_ENDS:
            continue
        if code in _HIGH:
            high = code
            continue
        box_of(text, i, box_ref)
        if code in _SPACES and box.right <= box.left and box.top <= box.bottom:
            continue  # not in the file: pdfium puts it where it sees a gap
        origin_of(text, i, x_ref, y_ref)
        if special:
            kind = special.get(ctypes.cast(object_of(text, i), ctypes.c_void_p).value or 0, "")
        letter = chr(code) if 0x20 <= code < _HIGH.start else _letter(code, high)  # noqa: PLR2004 - the usual ones
        yield kind, _Raw(letter, (box.left, box.bottom, box.right, box.top), (x.value, y.value))
        high = 0


def _char(raw: _Raw, m: Matrix) -> Char:
    """A character as seen; a view turns by quarters only, so two corners of the box are enough."""
    letter, (left, bottom, right, top), (x, y) = raw
    a, b, c, d, e, f = m
    one, other = a * left + c * bottom + e, a * right + c * top + e
    height = abs(b * (right - left) + d * (top - bottom))
    base = b * x + d * y + f
    return (
        Char(letter, one, other, base, _BODY * height)
        if one <= other
        else Char(letter, other, one, base, _BODY * height)
    )


def _sideways(raws: list[_Raw], level: Matrix, shown: Matrix) -> list[Char]:
    """Text of another direction: each of its lines as one piece where it stands on the page."""
    boxes: dict[int, Box] = {}
    chars = []
    for raw in raws:
        char = _char(raw, level)
        boxes[id(char)] = box_through(shown, *raw.box)
        chars.append(char)
    found = []
    for line in lines_of(chars):
        own = [boxes[id(c)] for c in line.chars]
        left, right = min(b[0] for b in own), max(b[2] for b in own)
        middle = (min(b[1] for b in own) + max(b[3] for b in own)) / 2
        found.append(Char(line.text, left, right, middle + 0.35 * line.size, line.size))
    return found


def _letter(code: int, high: int) -> str:
    """The character of a code; two halves (Windows) make one, and what is none is unknown."""
    if code in _HYPHENS:
        return "-"
    if high and code in _LOW:
        return chr(_PLANE + (high - _HIGH.start) * 0x400 + (code - _LOW.start))
    if code < 0x20 or code in _LOW or code > 0x10FFFF:  # noqa: PLR2004 - no characters
        return UNKNOWN
    return chr(code)
