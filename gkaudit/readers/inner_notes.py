"""Footnotes and endnotes in tables within tables of old Word files (.doc), taken out before LibreOffice reads them.

A note at the end of such a cell makes LibreOffice miss where the cell ends: the next number runs into it and all
behind it move to the left. What notes say is not read anyway, so that the file is given to LibreOffice without them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from gkaudit.readers import ole

__all__ = ["without_inner_notes"]

#: What a paragraph that ends a cell of an inner table carries (sprmPFInnerTableCell, 1).
_ENDS_INNER_CELL = b"\x4b\x24\x01"
_MAIN, _TABLES = "worddocument", ("0table", "1table")
#: In the head of the main stream: which of the two tables is meant, and where each list of marks and of texts of notes
#: is kept there (footnotes, endnotes), as offset and length.
_FLAGS_AT, _SECOND_TABLE = 0x0A, 0x0200
_LISTS = ((0xAA, 0xB2), (0x20A, 0x212))
#: Notes looked at; a report has a few.
_MOST_NOTES = 2000
_PLACE, _LENGTH_AT, _POSITION, _KIND = struct.Struct("<II"), 4, 4, 2


def without_inner_notes(data: bytes) -> bytes:
    """The file without notes if it has tables within tables; as it is where a note has a mark of its own."""
    if not data.startswith(ole.MAGIC) or _ENDS_INNER_CELL not in data:
        return data
    found = ole.compound(data)
    changed = bytearray(data)
    for at in _lengths(found):
        changed[at : at + _POSITION] = bytes(len(changed[at : at + _POSITION]))
    return bytes(changed)


def _lengths(found: ole.Compound) -> Iterator[int]:
    """Where the file says how long its lists of notes are, for lists of notes that Word numbers."""
    flags = found.part(_MAIN, _FLAGS_AT, 2)
    table = _TABLES[bool(int.from_bytes(flags, "little") & _SECOND_TABLE)]
    for own in _LISTS:
        marks = found.part(_MAIN, own[0], _PLACE.size)
        at, size = _PLACE.unpack(marks) if len(marks) == _PLACE.size else (0, 0)
        count = (size - _POSITION) // (_POSITION + _KIND)
        kinds = found.part(table, at + _POSITION * (count + 1), _KIND * count) if 0 < count <= _MOST_NOTES else b""
        # A mark that somebody has typed is text of the cell, and no note says so any more.
        if kinds and len(kinds) == _KIND * count and all(struct.unpack(f"<{count}H", kinds)):
            places = [found.place(_MAIN, begin + _LENGTH_AT) for begin in own]
            yield from (place for place in places if place is not None)
