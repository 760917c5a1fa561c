"""A small OLE compound file with streams of one's choice."""

import struct

_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: dict[str, bytes]) -> bytes:
    """Sectors of 512 bytes: one table, the directory, the streams (padded to 4,096 bytes, so that none is small)."""
    entries = [("Root Entry", 5, _END, 0)]
    table, body, at = [_TABLE], b"", 1 + -(-(len(streams) + 1) // 4)
    directory = list(range(1, at))
    table += [n + 1 for n in directory[:-1]] + [_END]
    for name, content in streams.items():
        data = content.ljust(4096, b"\0")
        data += bytes(-len(data) % 512)
        count = len(data) // 512
        entries.append((name, 2, at, len(data)))
        table += [*range(at + 1, at + count), _END]
        body += data
        at += count
    if len(table) > 128:
        raise ValueError("too much for one table")
    table += [_FREE] * (128 - len(table))
    listed = b"".join(_entry(*entry, child=1 if n == 0 else _FREE) for n, entry in enumerate(entries))
    listed = listed.ljust(len(directory) * 512, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(10) + struct.pack("<IIIIIIIII", 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    header += struct.pack("<I", _FREE) * 108
    return header + struct.pack("<128I", *table) + listed + body


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    raw = name.encode("utf-16-le")[:62]
    links = struct.pack("<BBIII", kind, 1, _FREE, _FREE, child)
    return raw.ljust(64, b"\0") + struct.pack("<H", len(raw) + 2) + links + bytes(36) + struct.pack("<IQ", start, size)
