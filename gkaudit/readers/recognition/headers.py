"""What an image file says of itself before it is decoded: format, frames, size, resolution, completeness.

Only headers are parsed, nothing is decoded, so that a giant or broken picture costs nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Frame", "Header", "image_kind", "read_header"]

_INCH, _METRE = 25.4, 1000 / 25.4
#: A resolution outside these (dots per inch) is a default that some program wrote, not a measurement.
_LEAST_DPI, _MOST_DPI = 100, 1200
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
#: Frames listed of one file; more are counted by nobody.
_MOST_FRAMES = 1000


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of an image file: size in pixels as stored, dots per inch where that is credible."""

    width: int
    height: int
    dpi: float | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """``kind`` is png, jpg, tif, bmp, gif or webp; ``complete`` is False where the end of the file is missing."""

    kind: str
    frames: tuple[Frame, ...]
    complete: bool
    animated: bool = False


def image_kind(data: bytes) -> str | None:  # noqa: PLR0911
    """The image format by magic number; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data[:4] in (b"II*\x00", b"MM\x00*"):
        return "tif"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    # Two letters are no proof: the reserved bytes and the length of the second header must fit.
    if data[:2] == b"BM" and data[6:10] == bytes(4) and int.from_bytes(data[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    return None


def read_header(data: bytes) -> Header | None:
    """The header of an image file; None where it is none of the formats or its header is broken."""
    kind = image_kind(data)
    if kind is None:
        return None
    try:
        header = _PARSERS[kind](data)
    except (struct.error, IndexError, ZeroDivisionError):
        return None
    sound = bool(header.frames) and all(f.width > 0 and f.height > 0 for f in header.frames)
    return header if sound else None


def _credible(dpi: float) -> float | None:
    return dpi if _LEAST_DPI <= dpi <= _MOST_DPI else None


def _png(data: bytes) -> Header:
    width, height = struct.unpack_from(">II", data, 16)
    dpi, at = None, 8
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"pHYs":
            across, _, metres = struct.unpack_from(">IIB", data, at + 8)
            dpi = _credible(across / _METRE) if metres else None
        if name in (b"IDAT", b"IEND"):
            break
        at += 12 + length
    return Header("png", (Frame(width, height, dpi),), b"IEND" in data[-4096:])


def _jpg_segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Markers and where their content begins, up to the first scan."""
    at = 2
    while True:
        if data[at] != 0xFF:  # noqa: PLR2004
            return
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004
            at += 1
            continue
        yield marker, at + 4
        if marker == 0xDA:  # noqa: PLR2004
            return
        at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])


def _jpg(data: bytes) -> Header:
    frame, dpi, scan = (0, 0), None, 0
    for marker, at in _jpg_segments(data):
        if marker == 0xE0 and data[at : at + 5] == b"JFIF\0":  # noqa: PLR2004
            unit, across = struct.unpack_from(">BH", data, at + 7)
            dpi = _credible(across * {1: 1.0, 2: 2.54}.get(unit, 0.0))
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # noqa: PLR2004
            frame = struct.unpack_from(">HH", data, at + 1)
        elif marker == 0xDA:  # noqa: PLR2004
            scan = at
    # Within a scan FF is never followed by D9: an end marker behind its start is the end.
    return Header("jpg", (Frame(frame[1], frame[0], dpi),), 0 < scan < data.rfind(b"\xff\xd9"))


def _gif(data: bytes) -> Header:
    width, height = struct.unpack_from("<HH", data, 6)
    return Header("gif", (Frame(width, height),), data.rstrip(b"\0").endswith(b";"), b"NETSCAPE2.0" in data[:4096])


def _bmp(data: bytes) -> Header:
    size, second = struct.unpack_from("<I", data, 2)[0], struct.unpack_from("<I", data, 14)[0]
    if second == 12:  # noqa: PLR2004
        width, height = struct.unpack_from("<HH", data, 18)
        return Header("bmp", (Frame(width, height),), len(data) >= size)
    width, height = struct.unpack_from("<ii", data, 18)
    dpi = _credible(struct.unpack_from("<i", data, 38)[0] / _METRE)
    return Header("bmp", (Frame(width, abs(height), dpi),), len(data) >= size)


def _webp(data: bytes) -> Header:
    size, name = struct.unpack_from("<I", data, 4)[0], data[12:16]
    animated = False
    if name == b"VP8X":
        animated = bool(data[20] & 0x02)
        width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
    elif name == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    else:
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    return Header("webp", (Frame(width, height),), len(data) >= size + 8, animated)


_WIDTH, _HEIGHT, _ACROSS, _UNIT, _SUBFILE = 256, 257, 282, 296, 254
_STRIPS, _TILES = (273, 279), (324, 325)
_WANTED = frozenset({_WIDTH, _HEIGHT, _ACROSS, _UNIT, _SUBFILE, *_STRIPS, *_TILES})
#: Tag types: struct letter by number (byte, short, long, rational as two longs).
_TYPES = {1: "B", 3: "H", 4: "I", 5: "II"}
_MOST_STRIPS = 100_000


def _tif(data: bytes) -> Header:
    order = "<" if data[:2] == b"II" else ">"
    at, seen = int(struct.unpack_from(order + "I", data, 4)[0]), set[int]()
    frames: list[Frame] = []
    complete = True
    while at and at not in seen and len(seen) < _MOST_FRAMES:
        seen.add(at)
        try:
            tags, at = _directory(data, at, order)
        except (struct.error, IndexError):
            complete = False
            break
        dpi = _tif_dpi(tags)
        frames.append(Frame(tags.get(_WIDTH, (0,))[0], tags.get(_HEIGHT, (0,))[0], dpi))
        complete = complete and _strips_inside(tags, len(data))
    return Header("tif", tuple(frames), complete)


def _directory(data: bytes, at: int, order: str) -> tuple[dict[int, tuple[int, ...]], int]:
    """The tags of one directory that matter, and where the next one begins (0: nowhere)."""
    count = struct.unpack_from(order + "H", data, at)[0]
    tags: dict[int, tuple[int, ...]] = {}
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, length = struct.unpack_from(order + "HHI", data, entry)
        if tag in _WANTED and kind in _TYPES and 0 < length <= _MOST_STRIPS:
            letters = order + _TYPES[kind] * length
            inside = struct.calcsize(letters) <= 4  # noqa: PLR2004
            place = entry + 8 if inside else struct.unpack_from(order + "I", data, entry + 8)[0]
            tags[tag] = struct.unpack_from(letters, data, place)
    return tags, int(struct.unpack_from(order + "I", data, at + 2 + 12 * count)[0])


def _tif_dpi(tags: dict[int, tuple[int, ...]]) -> float | None:
    across, below = tags.get(_ACROSS, (0, 1))[:2]
    unit = tags.get(_UNIT, (2,))[0]
    return _credible(across / max(below, 1) * {2: 1.0, 3: _INCH / 10}.get(unit, 0.0))


def _strips_inside(tags: dict[int, tuple[int, ...]], size: int) -> bool:
    for where, length in (_STRIPS, _TILES):
        pairs = zip(tags.get(where, ()), tags.get(length, ()), strict=False)
        if any(begin + count > size for begin, count in pairs):
            return False
    return True


_PARSERS: dict[str, Callable[[bytes], Header]] = {
    "png": _png,
    "jpg": _jpg,
    "tif": _tif,
    "bmp": _bmp,
    "gif": _gif,
    "webp": _webp,
}
