"""The characters of a PDF page as it is seen: which there are, where they stand, and which are left out."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from gkaudit.errors import TooLargeError
from gkaudit.readers.geometry import Char, Point, Raw, View, sideways
from gkaudit.readers.pdfium.drawn import Drawn

__all__ = ["UNKNOWN", "Printed", "printed"]

#: What stands for a character that the file names no letter for.
UNKNOWN = "\ufffd"
#: Share of a character's box (ascent and descent of its font) that is about the height of a Chinese character.
_BODY = 0.86
#: … but no character is higher than so many of its widths (fonts for formulas claim a lot of room).
_TALLEST = 2.4
#: Characters of one page; a page of small print has a tenth of it.
_MOST_CHARACTERS = 30_000
_SPACES = frozenset((0x20, 0xA0, 0x3000))
#: What pdfium makes of a hyphen at the end of a line.
_HYPHENS = frozenset((0x02, 0xFFFE))
#: Where Chinese characters and their punctuation begin; one in so many of them is a sample.
_HAN, _SAMPLED = 0x2E80, 8
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


def printed(page: Any, name: str, drawn: Drawn, upright: View, turns: int) -> Printed:
    """The characters of a page (a pypdfium2 page). Raises TooLargeError where there are more than any page has.

    ``drawn`` knows the text objects that are not plain; ``upright`` is the page as it is shown, ``turns`` the quarter
    turns of most of its text.
    """
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - loads only when a PDF is read

    text = pdfium.FPDFText_LoadPage(page.raw)
    if not text:
        return Printed()
    view = upright.turned(turns)
    try:
        count = pdfium.FPDFText_CountChars(text)
        if count > _MOST_CHARACTERS:
            raise TooLargeError(
                name, f"一页有 {count} 个字符，超过上限 {_MOST_CHARACTERS}，不像一份年度报告；请核对文件"
            )
        reader = _Reader(pdfium, text, drawn.special, drawn.moved, view, drawn.open)
        # Whether a letter is certain is asked for a sample first, and for all where one is not.
        found = reader.collect(_SAMPLED) or reader.collect(1) or Printed()
    finally:
        pdfium.FPDFText_ClosePage(text)
    for quarters, raws in found.sideways.items():
        found.chars += sideways(raws, upright.turned(quarters).matrix, view.matrix)
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    """A text page of pdfium, and what is known of its texts."""

    pdfium: Any
    text: Any
    special: dict[int, str]
    #: By how much letters are seen beside where pdfium has them, by the address of their text.
    moved: dict[int, Point]
    view: View
    #: Say of digits and the like which of them are written in one go.
    runs: bool

    def collect(self, step: int) -> Printed | None:
        """Every character; one loop without calls into Python, as a report has thousands of them.

        pdfium is asked whether it made up a letter for all but Chinese ones, of which every ``step``-th is a
        sample; None where the sample shows that all have to be asked.
        """
        pdfium, text = self.pdfium, self.text
        unicode_of, box_of, origin_of = (
            pdfium.FPDFText_GetUnicode,
            pdfium.FPDFText_GetLooseCharBox,
            pdfium.FPDFText_GetCharOrigin,
        )
        made_up = pdfium.FPDFText_HasUnicodeMapError
        box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        box_ref, x_ref, y_ref = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
        a, b, c, d, e, f = self.view.matrix
        found = Printed()
        runs, moved = self.runs, self.moved
        append, all_plain = found.chars.append, not self.special and not self.view.turns
        high = 0
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
            if moved and (way := moved.get(self._run(i))):
                left, right, x.value = left + way[0], right + way[0], x.value + way[0]
                bottom, top, y.value = bottom + way[1], top + way[1], y.value + way[1]
            letter = chr(code) if 0x20 <= code < _HIGH.start else _letter(code, high)  # noqa: PLR2004 - the usual ones
            high = 0
            if (code < _HAN or not i % step) and made_up(text, i) == 1:
                # Without a map the number of the glyph is taken for the letter: any digit may be another one.
                if step > 1:
                    return None
                letter = UNKNOWN
            # A view turns by quarters only, so two corners of the box are enough.
            one, other = a * left + c * bottom + e, a * right + c * top + e
            if one > other:
                one, other = other, one
            size = _BODY * abs(b * (right - left) + d * (top - bottom))
            base, tall = b * x.value + d * y.value + f, min(size, _TALLEST * (other - one))
            run = self._run(i) if runs and code < _HAN else 0
            char = Char(letter, one, other, base, tall, run)
            if all_plain:
                append(char)
            else:
                raw = letter, (left, bottom, right, top), (x.value, y.value), size, run
                self._sort(found, i, char, raw)
        if all_plain:
            self._without_beyond(found)
        return found

    def _run(self, i: int) -> int:
        """A number for the text object that a character is part of."""
        thing = self.pdfium.FPDFText_GetTextObject(self.text, i)
        return ctypes.addressof(thing.contents) if thing else 0

    def _without_beyond(self, found: Printed) -> None:
        """Characters beyond the page are left out."""
        inside = [char for char in found.chars if self._inside(char)]
        if len(inside) < len(found.chars):
            found.left_out["beyond"] = [char for char in found.chars if not self._inside(char)]
            found.chars = inside

    def _inside(self, char: Char) -> bool:
        return char.right >= 0 and char.left <= self.view.width and 0 <= char.base <= self.view.height + 1

    def _sort(self, found: Printed, i: int, char: Char, raw: tuple[Any, ...]) -> None:
        """A character to the others of its kind; ``raw`` are the parts of a :class:`Raw`."""
        plain = str(self.view.turns) if self.view.turns else ""
        kind = ""
        if self.special:
            thing = self.pdfium.FPDFText_GetTextObject(self.text, i)
            kind = self.special.get(ctypes.addressof(thing.contents), "") if thing else ""
        if kind != plain and kind in _QUARTERS:
            found.sideways[int(kind or 0)].append(Raw(*raw))
        elif kind != plain:
            found.left_out[kind].append(char)
        elif self._inside(char):
            found.chars.append(char)
        else:
            found.left_out["beyond"].append(char)


def _letter(code: int, high: int) -> str:
    """The character of a code; two halves (Windows) make one, and what is none is unknown."""
    if code in _HYPHENS:
        return "-"
    if high in _HIGH and code in _LOW:
        return chr(_PLANE + (high - _HIGH.start) * 0x400 + (code - _LOW.start))
    if code < 0x20 or code in _LOW or code > 0x10FFFF:  # noqa: PLR2004 - no characters
        return UNKNOWN
    return chr(code)
