"""The directory of an OLE compound file: which streams it holds, and whether it is whole.

Only what tells a Word document from a spreadsheet, and a whole file from half of one, and where the bytes of a
stream lie in the file. Every table is read within bounds; what is damaged is passed over.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["MAGIC", "Compound", "Stream", "compound", "folded", "unfolded"]

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER, _ENTRY, _SHIFTS = 512, 128, (9, 12)
#: Sectors followed in one chain, and entries looked at: 2 MB of directory, 100 MB of table.
_MOST_SECTORS, _MOST_ENTRIES = 200_000, 16_000
_STREAM, _ROOT, _LAST_REAL, _FREE = 2, 5, 0xFFFF_FFFA, 0xFFFF_FFFF
#: Streams below so many bytes lie together in the stream of the root, in parts of so many bytes.
_BYTES_OF_NAME, _MINI_CUTOFF, _MINI = 64, 4096, 64


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream: where it starts (a sector) and how many bytes it has."""

    name: str
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Compound:
    """A compound file. ``streams`` by name in lower case; ``whole`` is False where sectors are missing.

    Small streams lie in that of ``root``; ``mini`` says which part of it follows which.
    """

    data: bytes
    sector: int
    table: tuple[int, ...]
    streams: dict[str, Stream]
    whole: bool
    root: int = _FREE
    mini: tuple[int, ...] = ()

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a stream that has sectors of its own; empty where it has none."""
        stream = self.streams.get(name.lower())
        if stream is None or stream.size < _MINI_CUTOFF:
            return b""
        at = (stream.start + 1) * self.sector
        return self.data[at : at + min(size, self.sector)]

    def place(self, name: str, at: int) -> int | None:
        """Where in the file a byte of a stream stands; None where there is none."""
        stream = self.streams.get(name.lower())
        if stream is None or not 0 <= at < stream.size:
            return None
        if stream.size >= _MINI_CUTOFF:
            return self._place(stream.start, at)
        chain, (which, within) = _chain(self.mini, stream.start), divmod(at, _MINI)
        return self._place(self.root, chain[which] * _MINI + within) if which < len(chain) else None

    def _place(self, start: int, at: int) -> int | None:
        chain, (which, within) = _chain(self.table, start), divmod(at, self.sector)
        place = (chain[which] + 1) * self.sector + within if which < len(chain) else len(self.data)
        return place if place < len(self.data) else None

    def part(self, name: str, at: int, size: int) -> bytes:
        """Some bytes of a stream; fewer where it ends before."""
        found, stream = b"", self.streams.get(name.lower())
        size = min(size, stream.size - at) if stream else 0
        while len(found) < size and (place := self.place(name, at + len(found))) is not None:
            left = _MINI - (at + len(found)) % _MINI
            found += self.data[place : place + min(left, size - len(found))]
        return found


def compound(data: bytes) -> Compound:
    """Read header, table and directory; a file whose header is nonsense has no streams."""
    if len(data) < _HEADER:
        return Compound(data, _HEADER, (), {}, whole=False)
    (shift,) = struct.unpack_from("<H", data, 30)
    sector = 1 << shift if shift in _SHIFTS else _HEADER
    tables, directory = struct.unpack_from("<II", data, 44)
    (small,) = struct.unpack_from("<I", data, 60)
    table, complete = _table(data, sector, tables)
    chain = _chain(table, directory)
    entries = b"".join(data[(n + 1) * sector : (n + 2) * sector] for n in chain)
    streams = _streams(entries)
    parts = b"".join(data[(n + 1) * sector : (n + 2) * sector] for n in _chain(table, small))
    mini = struct.unpack(f"<{len(parts) // 4}I", parts[: len(parts) // 4 * 4])
    last = max((n for n, follower in enumerate(table) if follower != _FREE), default=-1)
    # The last sector may be cut to its real length; one that does not begin is missing.
    whole = complete and bool(streams) and (last + 1) * sector < len(data) and len(entries) == len(chain) * sector
    return Compound(data, sector, table, streams, whole, _root(entries), mini)


def unfolded(data: bytes) -> bytearray:
    """The same bytes with those of each stream side by side: in the file other sectors may lie in between."""
    return bytearray().join(data[begin:end] for begin, end in _sectors(data))


def folded(data: bytes, side_by_side: bytes | bytearray) -> bytes:
    """The file ``data`` with what was changed in its unfolded bytes."""
    changed, at = bytearray(data), 0
    for begin, end in _sectors(data):
        changed[begin:end] = side_by_side[at : at + end - begin]
        at += end - begin
    return bytes(changed)


def _sectors(data: bytes) -> list[tuple[int, int]]:
    """Begin and end of the head, of the sectors of each stream in their order, and of all others."""
    found = compound(data)
    starts = [stream.start for stream in found.streams.values() if stream.size >= _MINI_CUTOFF]
    chained = [n for start in (*starts, found.root) for n in _chain(found.table, start)]
    every = range(-1, max(len(data) - 1, 0) // found.sector)
    order = [n for n in dict.fromkeys((-1, *chained, *every)) if n in every]
    return [((n + 1) * found.sector, min((n + 2) * found.sector, len(data))) for n in order]


def _table(data: bytes, sector: int, count: int) -> tuple[tuple[int, ...], bool]:
    """The table that says which sector follows which, and whether all of it is there."""
    places = list(struct.unpack_from("<109I", data, 76))
    (further,) = struct.unpack_from("<I", data, 68)
    seen: set[int] = set()
    while further < _LAST_REAL and further not in seen and len(places) < _MOST_SECTORS:
        seen.add(further)
        block = data[(further + 1) * sector : (further + 2) * sector]
        if len(block) < sector:
            break
        *more, further = struct.unpack(f"<{sector // 4}I", block)
        places += more
    used = [n for n in places if n < _LAST_REAL][: max(0, min(count, _MOST_SECTORS // (sector // 4)))]
    blocks = [data[(n + 1) * sector : (n + 2) * sector] for n in used]
    complete = len(used) == count and all(len(block) == sector for block in blocks)
    found = b"".join(block for block in blocks if len(block) == sector)
    return struct.unpack(f"<{len(found) // 4}I", found), complete


def _chain(table: tuple[int, ...], start: int) -> list[int]:
    found: list[int] = []
    seen: set[int] = set()
    while start < len(table) and start not in seen and len(found) * 4 < _MOST_ENTRIES:
        seen.add(start)
        found.append(start)
        start = table[start]
    return found


def _root(entries: bytes) -> int:
    """Where the stream of the root begins, which is the first entry."""
    has = len(entries) >= _ENTRY and entries[_BYTES_OF_NAME + 2] == _ROOT
    return int.from_bytes(entries[116:120], "little") if has else _FREE


def _streams(entries: bytes) -> dict[str, Stream]:
    found: dict[str, Stream] = {}
    places = range(0, min(len(entries), _MOST_ENTRIES * _ENTRY) + 1, _ENTRY)
    for at, end in pairwise(places):
        entry = entries[at:end]
        length, kind = struct.unpack_from("<HB", entry, _BYTES_OF_NAME)
        if kind != _STREAM or not 2 <= length <= _BYTES_OF_NAME:  # noqa: PLR2004 - a name has its end mark
            continue
        name = entry[: length - 2].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", entry, 116)
        found.setdefault(name.lower(), Stream(name, start, size))
    return found
