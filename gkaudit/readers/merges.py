"""Merged cells of old Word files (.doc) and RTF, prepared so that LibreOffice brings them through.

Two things are lost otherwise. A merge down the page: Word joins cells although their borders are off by a
hair, as they are in every table that was drawn by hand; LibreOffice only where they are the same to the
twentieth of a point. And merges across the old way, where each column keeps a cell and all but the first are
marked as joined: LibreOffice moves those cells behind the others, or adds their hidden text to the first. So
borders that nearly agree are made to agree, and joined cells get a mark that LibreOffice keeps (text running
upwards), which is turned into the same merge in the docx.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from gkaudit.readers import ole
from gkaudit.readers.guards import open_zip, read_member

__all__ = ["Prepared", "RowDefinition", "prepared", "restored", "rows"]

_COMPOUND = b"\xd0\xcf\x11\xe0"
#: The property that defines a row: its code, then its length in bytes (two bytes, one too many), the number of
#: cells, the borders (two bytes each, one more than cells), and twenty bytes a cell.
_DEFINES_ROW = b"\x08\xd6"
_MOST_CELLS, _CELL = 63, 20
#: Bits of a cell: the first of a merge across or a further one, text running upwards, joined down the page.
_FIRST, _FURTHER, _DIRECTION, _UPWARDS, _JOINED = 0x01, 0x02, 0x1C, 0x0C, 0x20
#: Twentieths of a point: the widest table of Word, how far borders may be off each other (0.8 mm), what is seen.
_WIDEST, _HAIR, _SEEN = 31_680, 45, 100
#: The last place that two bytes can tell.
_LAST = 0x7FFF
#: The same in RTF, and what LibreOffice makes of the mark.
_RTF_ROW, _RTF_BORDER, _RTF_JOINED = b"\\trowd", re.compile(rb"\\cellx(-?\d{1,6})(?!\d)"), b"\\clvmgf"
_RTF_FURTHER, _RTF_UPWARDS = re.compile(rb"\\clmrg(?![a-z])"), rb"\\cltxbtlr"
_DOCX_UPWARDS = re.compile(rb'<w:textDirection w:val="btLr"/>')
_DOCX_FURTHER = b"<w:hMerge/>"
_BODY = "word/document.xml"


@dataclass(frozen=True, slots=True)
class RowDefinition:
    """A row of a .doc: where its borders stand in the file, what they are, and where each cell has its bits."""

    at: int
    borders: tuple[int, ...]
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file as LibreOffice is given it, or the docx it makes of it, which is to be :func:`restored` if ``marked``."""

    data: bytes
    marked: bool = False


def prepared(data: bytes) -> Prepared:
    """A .doc or RTF file with merges that LibreOffice understands; anything else as it is."""
    if data.startswith(_COMPOUND):
        return _prepared_doc(data)
    return _prepared_rtf(data) if data[:64].lstrip().startswith(b"{\\rtf") else Prepared(data)


def restored(docx: bytes, name: str) -> bytes:
    """The docx with merges instead of marks. Raises UnreadableError or TooLargeError as reading it would."""
    made = io.BytesIO()
    with open_zip(docx, name) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for member in source.infolist():
            part = read_member(source, member, name)
            if member.filename == _BODY:
                part = _DOCX_UPWARDS.sub(_DOCX_FURTHER, part)
            target.writestr(member.filename, part)
    return made.getvalue()


def _prepared_doc(data: bytes) -> Prepared:
    # What defines a row may begin in one sector and end in another one that does not lie behind it.
    changed = ole.unfolded(data)
    found = rows(bytes(changed))
    bits = [[_bits(changed, cell) for cell in row.cells] for row in found]
    if any(bit & _JOINED for row in bits for bit in row):
        _align(changed, found)
    _widen(changed, found)
    old = any(bit & _FURTHER for row in bits for bit in row)
    marked = old and not any(bit & _DIRECTION == _UPWARDS for row in bits for bit in row)
    if marked:
        for row, own in zip(found, bits, strict=True):
            for cell, bit in zip(row.cells, own, strict=True):
                if bit & (_FIRST | _FURTHER):
                    kept = bit & ~(_FIRST | _FURTHER | _DIRECTION)
                    struct.pack_into("<H", changed, cell, kept | (_UPWARDS if bit & _FURTHER else 0))
    return Prepared(ole.folded(data, changed), marked)


def _prepared_rtf(data: bytes) -> Prepared:
    if _RTF_JOINED in data:
        data = _aligned_rtf(data)
    # Where text runs upwards already, a mark would say nothing.
    if _RTF_UPWARDS[1:] in data:
        return Prepared(data)
    changed, count = _RTF_FURTHER.subn(_RTF_UPWARDS, data)
    return Prepared(changed, marked=count > 0)


def _aligned_rtf(data: bytes) -> bytes:
    """Borders of rows that nearly agree made to agree."""
    found = {int(at[1]) for at in _RTF_BORDER.finditer(data)}
    if not found:
        return data
    places = _places(sorted(found))
    first, *parts = data.split(_RTF_ROW)
    for number, part in enumerate(parts):
        own = [places[int(at[1])] for at in _RTF_BORDER.finditer(part)]
        if all(a < b for a, b in pairwise(own)):
            parts[number] = _RTF_BORDER.sub(lambda at: b"\\cellx%d" % places[int(at[1])], part)
    return _RTF_ROW.join([first, *parts])


def _bits(data: bytes | bytearray, cell: int) -> int:
    return int.from_bytes(data[cell : cell + 2], "little")


def _align(changed: bytearray, found: Sequence[RowDefinition]) -> None:
    """Borders that nearly agree agree, by less than anybody sees."""
    places = _places(sorted({border for row in found for border in row.borders}))
    for row in found:
        borders = [places[border] for border in row.borders]
        # A column narrower than a hair would be gone.
        if all(a < b for a, b in pairwise(borders)):
            struct.pack_into(f"<{len(borders)}h", changed, row.at, *borders)


def _widen(changed: bytearray, found: Sequence[RowDefinition]) -> None:
    """Cells without any width made as wide as one can see: LibreOffice puts their text into the next one."""
    for row in found:
        borders = struct.unpack_from(f"<{len(row.borders)}h", changed, row.at)
        wider = tuple(accumulate(borders, lambda before, border: max(border, before + _SEEN)))
        if any(a == b for a, b in pairwise(borders)) and wider[-1] <= _LAST:
            struct.pack_into(f"<{len(borders)}h", changed, row.at, *wider)


def _places(borders: list[int]) -> dict[int, int]:
    """Each border with the one it agrees with: the first of those within a hair."""
    found: dict[int, int] = {}
    first = borders[0]
    for border in borders:
        if border - first > _HAIR:
            first = border
        found[border] = first
    return found


def rows(data: bytes) -> list[RowDefinition]:
    """All rows that are defined in the (unfolded) bytes of a .doc, in their order."""
    found: list[RowDefinition] = []
    at = data.find(_DEFINES_ROW)
    while at >= 0:
        row = _row(data, at)
        if row is not None:
            found.append(row)
        at = data.find(_DEFINES_ROW, at + len(_DEFINES_ROW))
    return found


def _row(data: bytes, at: int) -> RowDefinition | None:
    """The row defined here; None where these bytes only look like it."""
    if at + 5 > len(data):
        return None
    size, cells = struct.unpack_from("<HB", data, at + 2)
    begin, end = at + 5, at + 3 + size
    rest = end - begin - 2 * (cells + 1)
    if not 0 < cells <= _MOST_CELLS or rest < 0 or rest % _CELL or rest > cells * _CELL or end > len(data):
        return None
    borders = struct.unpack_from(f"<{cells + 1}h", data, begin)
    if any(a > b for a, b in pairwise(borders)) or borders[-1] - borders[0] > _WIDEST:
        return None
    return RowDefinition(begin, borders, tuple(range(end - rest, end, _CELL)))
