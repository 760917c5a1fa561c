"""How long reading takes by format: ``python tests/bench/bench_formats.py [--documents 10] [--formats docx pdf]``.

Prints, for composed reports, milliseconds a document for the reader alone, beside merely opening the same
bytes with the same library (its text taken, nothing understood), and for everything up to the cells. For
scans it prints seconds a page as well, for old Word files the conversion by LibreOffice one by one and
eight at a time. It measures; it does not pass or fail.
"""

from __future__ import annotations

import argparse
import email
import importlib
import io
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[2]))

from gkaudit.readers import Source, office, read_source, soffice
from gkaudit.readers.text import decode
from gkaudit.report import understand
from tests.generate import compose, make

FORMATS = ("txt", "docx", "html", "mht", "pdf", "ofd", "doc", "rtf", "tif")
#: Formats that take seconds, and how many documents are enough.
SLOW = {"doc": 8, "rtf": 8, "tif": 1}


def _open_zip(data: bytes) -> None:
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                "".join(etree.fromstring(archive.read(name)).itertext())
            else:
                archive.read(name)


def _open_html(data: bytes) -> None:
    from lxml import html

    html.document_fromstring(decode(data, "x")[0]).text_content()


def _open_mht(data: bytes) -> None:
    for part in email.message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            _open_html(part.get_payload(decode=True))


def _open_pdf(data: bytes) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    for page in document:
        page.get_textpage().get_text_range()
        for _ in page.get_objects():
            pass
    document.close()


def _open_picture(data: bytes) -> None:
    from PIL import Image, ImageSequence

    for frame in ImageSequence.Iterator(Image.open(io.BytesIO(data))):
        frame.convert("L").tobytes()


def _convert(data: bytes, suffix: str) -> None:
    soffice.convert(str(soffice.find()), [(data, suffix)])


OPEN: dict[str, Callable[[bytes], object]] = {
    "txt": lambda data: decode(data, "x")[0].split("\n"),
    "docx": _open_zip,
    "html": _open_html,
    "mht": _open_mht,
    "pdf": _open_pdf,
    "ofd": _open_zip,
    "doc": lambda data: _convert(data, ".doc"),
    "rtf": lambda data: _convert(data, ".rtf"),
    "tif": _open_picture,
}


def documents(kind: str, count: int) -> list[bytes]:
    """Reports in a format; empty where there is no writer for it yet."""
    if kind == "txt":
        return [make(n, layout="grid").text.encode() for n in range(count)]
    if kind in ("doc", "rtf"):
        from tests.generate.formats.office import save_as

        return save_as(documents("docx", count), kind)
    try:
        writer = importlib.import_module(f"tests.generate.formats.{'scan' if kind == 'tif' else kind}")
    except ModuleNotFoundError:
        return []
    return [writer.write(compose(n), Random(n), frozenset()) for n in range(count)]


def timed(action: Callable[[bytes], object], items: list[bytes], *, slow: bool = False) -> float:
    """Milliseconds an item: the best of five passes, of one where each is ``slow``."""
    best = float("inf")
    for _ in range(5 if len(items) > 1 and not slow else 1):
        begun = time.perf_counter()
        for data in items:
            action(data)
        best = min(best, time.perf_counter() - begun)
    return best / len(items) * 1e3


def measure(kind: str, items: list[bytes]) -> tuple[float, float, float]:
    """Opening, reading, and reading up to the cells, in milliseconds a document."""

    def source(data: bytes) -> Source:
        return Source.of(data, f"x.{kind}")

    slow = kind in SLOW
    opened = timed(OPEN[kind], items, slow=slow)
    read = timed(lambda data: read_source(source(data)), items, slow=slow)
    return opened, read, timed(lambda data: understand(read_source(source(data))), items, slow=slow)


def together(kind: str, items: list[bytes]) -> float:
    """Milliseconds a document where eight are converted in one run."""
    sources = [Source.of(data, f"{n}.{kind}") for n, data in enumerate(items[:8])]
    begun = time.perf_counter()
    office.prepare(sources)
    for one in sources:
        read_source(one)
    return (time.perf_counter() - begun) / len(sources) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10)
    parser.add_argument("--formats", nargs="+", default=list(FORMATS), choices=FORMATS)
    asked = parser.parse_args()
    print(f"{'format':8} {'docs':>5} {'open ms':>9} {'read ms':>9} {'ratio':>6} {'to cells ms':>12}")
    for kind in asked.formats:
        if kind in ("doc", "rtf") and soffice.find() is None:
            print(f"{kind:8} LibreOffice is not installed")
            continue
        items = documents(kind, min(asked.documents, SLOW.get(kind, asked.documents)))
        if not items:
            print(f"{kind:8} no writer")
            continue
        opened, read, whole = measure(kind, items)
        print(f"{kind:8} {len(items):5} {opened:9.1f} {read:9.1f} {read / opened:6.1f} {whole:12.1f}")
        if kind in ("doc", "rtf"):
            print(f"{'':8} eight in one run: {together(kind, items):.0f} ms a document")
        if kind == "tif":
            pages = _pages(items[0])
            print(f"{'':8} {pages} pages: {read / pages / 1e3:.1f} s a page")


def _pages(data: bytes) -> int:
    from PIL import Image

    return int(getattr(Image.open(io.BytesIO(data)), "n_frames", 1))


if __name__ == "__main__":
    main()
