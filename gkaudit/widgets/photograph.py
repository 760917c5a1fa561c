"""A page of a PDF as a picture, made in a process of its own: a hostile file may take that one down.

``python -m gkaudit.widgets.photograph PAGE`` reads a PDF from standard input and writes one line with the
size of the page in points, then a PNG in grey.
"""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass

from gkaudit.errors import UnreadableError

__all__ = ["Photograph", "photograph", "png"]

#: Dots per inch, seconds a page may take, and pixels beyond which a page is drawn smaller.
_DPI, _PATIENCE, _PIXELS = 120.0, 40.0, 6_000_000
_DEPTH, _GREY = 8, 0


@dataclass(frozen=True, slots=True)
class Photograph:
    """A PNG of a page, and the size of the page in points."""

    data: bytes
    width: float
    height: float


def photograph(pdf: bytes, page: int, name: str) -> Photograph:
    """Page number ``page`` (from 1). Raises UnreadableError where it cannot be drawn."""
    command = [sys.executable, "-m", "gkaudit.widgets.photograph", str(page)]
    try:
        # The module is ours, the page is a number, the file goes in as bytes.
        done = subprocess.run(command, input=pdf, capture_output=True, timeout=_PATIENCE, check=True)  # noqa: S603
        head, _, data = done.stdout.partition(b"\n")
        width, height = map(float, head.split())
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise UnreadableError(name, f"第{page}页画不出来") from error
    return Photograph(data, width, height)


def png(pixels: bytes, width: int, height: int) -> bytes:
    """A PNG of 8-bit grey pixels, row by row without padding."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    # Every row begins with its filter: none.
    rows = b"".join(b"\0" + pixels[at : at + width] for at in range(0, width * height, width))
    head = struct.pack(">IIBBBBB", width, height, _DEPTH, _GREY, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 6)) + chunk(b"IEND", b"")


def _draw(pdf: bytes, page: int) -> Photograph:
    import pypdfium2  # noqa: PLC0415 - loads only in the process that draws

    document = pypdfium2.PdfDocument(pdf)
    sheet = document[page - 1]
    width, height = sheet.get_size()
    scale = min(_DPI / 72, (_PIXELS / max(width * height, 1.0)) ** 0.5)
    bitmap = sheet.render(scale=scale, grayscale=True)
    across, down, stride, data = bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)
    if stride != across:
        data = b"".join(data[row * stride : row * stride + across] for row in range(down))
    return Photograph(png(data[: across * down], across, down), width, height)


def main() -> None:
    """Draw the page that the command line names."""
    drawn = _draw(sys.stdin.buffer.read(), int(sys.argv[1]))
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.buffer.write(f"{drawn.width} {drawn.height}\n".encode() + drawn.data)


if __name__ == "__main__":
    main()
