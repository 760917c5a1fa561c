"""Footnotes and endnotes of old Word files (.doc) and RTF, taken out before LibreOffice reads them.

A note at the end of a cell in a table within a table makes LibreOffice miss where the cell ends: the next number
runs into it and all behind it move to the left. Notes in a table in which text runs upwards, as the marks for merged
cells do, keep it busy without end. What notes say is not read anyway, so that LibreOffice is given none of those that
Word numbers. A mark that somebody has typed is text of the cell, which nothing but its note tells from a number.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from gkaudit.readers import ole

__all__ = ["without_notes"]

_MAIN, _TABLES = "worddocument", ("0table", "1table")
#: In the head of the main stream: which of the two tables is meant, and where each list of marks and of texts of notes
#: is kept there (footnotes, endnotes), as offset and length.
_FLAGS_AT, _SECOND_TABLE = 0x0A, 0x0200
_LISTS = ((0xAA, 0xB2), (0x20A, 0x212))
#: Notes looked at; a report has a few.
_MOST_NOTES = 2000
_PLACE, _LENGTH_AT, _POSITION, _KIND = struct.Struct("<II"), 4, 4, 2
#: In RTF: the number of a note and the begin of its text, what opens and closes groups, data in which braces are none.
_RTF_NOTE, _RTF_BRACE, _RTF_BINARY = (
    re.compile(rb"\\chftn\s*(?=\{(?:\\\*)?\\footnote)"),
    re.compile(rb"\\.|[{}]"),
    b"\\bin",
)


def without_notes(data: bytes) -> bytes:
    """A .doc or RTF file without the notes that Word numbers; anything else as it is."""
    if data.startswith(ole.MAGIC):
        return _doc_without_notes(data)
    return _rtf_without_notes(data) if data[:64].lstrip().startswith(b"{\\rtf") else data


def _doc_without_notes(data: bytes) -> bytes:
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
        if kinds and len(kinds) == _KIND * count and all(struct.unpack(f"<{count}H", kinds)):
            places = [found.place(_MAIN, begin + _LENGTH_AT) for begin in own]
            yield from (place for place in places if place is not None)


def _rtf_without_notes(data: bytes) -> bytes:
    if _RTF_BINARY in data:
        return data
    kept, at = list[bytes](), 0
    for note in _RTF_NOTE.finditer(data):
        # The text of a note begins with its number once more.
        if note.start() < at:
            continue
        end = _end_of_group(data, note.end())
        if end is None:
            break
        kept.append(data[at : note.start()])
        at = end
    return b"".join((*kept, data[at:]))


def _end_of_group(data: bytes, at: int) -> int | None:
    """Where the group that begins here ends; None where it does not."""
    depth = 0
    for sign in _RTF_BRACE.finditer(data, at):
        depth += {b"{": 1, b"}": -1}.get(sign[0], 0)
        if not depth:
            return sign.end()
    return None
