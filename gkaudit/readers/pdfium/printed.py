"""The characters of a PDF page as it is seen: which there are, where they stand, and which are left out."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from gkaudit.readers.geometry import Char, Raw, View, sideways

__all__ = ["UNKNOWN", "Printed", "printed"]

#: What stands for a character that the file names no letter for.
UNKNOWN = "\ufffd"
#: Share of a character's box (ascent and descent of its font) that is about the height of a Chinese character.
_BODY = 0.86
#: … but no character is higher than so many of its widths (fonts for formulas claim a lot of room).
_TALLEST = 2.4
_SPACES = frozenset((0x20, 0xA0, 0x3000))
#: What pdfium makes of a hyphen at the end of a line.
_HYPHENS = frozenset((0x02, 0xFFFE))
#: Kinds that are directions; the empty one is level.
_QUARTERS = frozenset(("", "1", "2", "3"))
_HIGH, _LOW, _PLANE = range(0xD800, 0xDC00), range(0xDC00, 0xE000), 0x10000
#: Line ends, and the first half of a character that comes in two.
_SKIPPED = frozenset((0x0A, 0x0D, *_HIGH))


@dataclass(slots=True)
class Printed:
    """Characters of the text, and those left out by reason: hidden, slanted, pale, beyond (the page)."""

    chars: list[Char] = field(default_factory=list)
    left_out: dict[str, list[Char]] = field(default_factory=lambda: defaultdict(list))
    sideways: dict[int, list[Raw]] = field(default_factory=lambda: defaultdict(list))


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
    view = upright.turned(turns)
    try:
        _collect(pdfium, text, found, special, view)
    finally:
        pdfium.FPDFText_ClosePage(text)
    for quarters, raws in found.sideways.items():
        found.chars += sideways(raws, upright.turned(quarters).matrix, view.matrix)
    return found


def _collect(pdfium: Any, text: Any, found: Printed, special: dict[int, str], view: View) -> None:
    """Every character of a text page into ``found``. One loop without calls: a report has thousands of them."""
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    origin_of, object_of = pdfium.FPDFText_GetCharOrigin, pdfium.FPDFText_GetTextObject
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    box_ref, x_ref, y_ref = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
    (a, b, c, d, e, f), width, height, turns = view
    plain = str(turns) if turns else ""
    high, kind = 0, plain if not special else ""
    append = found.chars.append
    for i in range(pdfium.FPDFText_CountChars(text)):
        code = unicode_of(text, i)
        if code in _SKIPPED:
            high = code
            continue
        box_of(text, i, box_ref)
        left, bottom, right, top = box.left, box.bottom, box.right, box.top
        if code in _SPACES and right <= left and top <= bottom:
            continue  # not in the file: pdfium puts it where it sees a gap
        origin_of(text, i, x_ref, y_ref)
        letter = chr(code) if 0x20 <= code < _HIGH.start else _letter(code, high)  # noqa: PLR2004 - the usual ones
        high = 0
        if special:
            kind = special.get(ctypes.cast(object_of(text, i), ctypes.c_void_p).value or 0, "")
        # A view turns by quarters only, so two corners of the box are enough.
        one, other = a * left + c * bottom + e, a * right + c * top + e
        if one > other:
            one, other = other, one
        base = b * x.value + d * y.value + f
        size = min(_BODY * abs(b * (right - left) + d * (top - bottom)), _TALLEST * (other - one))
        char = Char(letter, one, other, base, size)
        if kind == plain and other >= 0 and one <= width and 0 <= base <= height + 1:
            append(char)
        elif kind == plain:
            found.left_out["beyond"].append(char)
        elif kind in _QUARTERS:
            found.sideways[int(kind or 0)].append(Raw(letter, (left, bottom, right, top), (x.value, y.value), size))
        else:
            found.left_out[kind].append(char)


def _letter(code: int, high: int) -> str:
    """The character of a code; two halves (Windows) make one, and what is none is unknown."""
    if code in _HYPHENS:
        return "-"
    if high in _HIGH and code in _LOW:
        return chr(_PLANE + (high - _HIGH.start) * 0x400 + (code - _LOW.start))
    if code < 0x20 or code in _LOW or code > 0x10FFFF:  # noqa: PLR2004 - no characters
        return UNKNOWN
    return chr(code)
