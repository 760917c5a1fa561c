"""How long reading takes by format: ``python tests/bench/bench_formats.py [--documents 10] [--formats docx pdf]``.

Prints, for composed reports, milliseconds of processor time a document

- ``open``: the bytes parsed with the same library, all text in one string,
- ``taken``: the same, every paragraph, cell with its spans, or piece of text with its place taken by itself:
  the least that a table can be read from (for text, PDF and pictures there is no difference),
- ``read``: the reader alone, and its ratio to both,
- everything up to the cells.

A document is taken through all of it before the next one, and garbage is looked for as seldom, as in a run; the
best of several rounds counts. Web pages are measured bare, as a portal shows them, and as Word saves them.
For scans it prints seconds a page as well, for old Word files the conversion by LibreOffice one by one and
eight at a time, by the clock. It measures; it does not pass or fail.
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

from gkaudit.cli import _seldom_collecting
from gkaudit.readers import Source, office, read_source, soffice
from gkaudit.readers.text import decode
from gkaudit.report import understand
from tests.generate import compose, make

FORMATS = ("txt", "docx", "html", "portal", "word", "mht", "pdf", "ofd", "doc", "rtf", "tif")
#: Web pages as a portal shows them (``html`` has the report and nothing else), and as Word saves them.
PAGES = {"portal": ("portal", "spans", "p_in_cells"), "word": ("word_export",)}
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


def _take_docx(data: bytes) -> None:
    from lxml import etree

    own = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

    def text(paragraph: object) -> str:
        return "".join(run.text or "" for run in paragraph.iter(f"{own}t"))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            root = etree.fromstring(part) if name.endswith((".xml", ".rels")) else None
            if name == "word/document.xml":
                [text(paragraph) for paragraph in root.iter(f"{own}p")]
                for cell in root.iter(f"{own}tc"):
                    span = cell.find(f"{own}tcPr/{own}gridSpan")
                    span.get(f"{own}val") if span is not None else None


def _take_html(data: bytes) -> None:
    from lxml import html

    root = html.document_fromstring(decode(data, "x")[0])
    ["".join(element.itertext()) for element in root.iter("p", "h1", "h2", "h3", "li")]
    for cell in root.iter("td", "th"):
        "".join(cell.itertext()), cell.get("rowspan"), cell.get("colspan")


def _take_mht(data: bytes) -> None:
    for part in email.message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            _take_html(part.get_payload(decode=True))


def _take_ofd(data: bytes) -> None:
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            if not name.endswith(".xml"):
                continue
            for item in etree.fromstring(part).iter("{*}TextObject"):
                left, top, *_ = map(float, item.get("Boundary").split())
                for code in item.iterchildren("{*}TextCode"):
                    code.text, left + float(code.get("X")), top + float(code.get("Y")), code.get("DeltaX")


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
    **dict.fromkeys(("html", *PAGES), _open_html),
    "mht": _open_mht,
    "pdf": _open_pdf,
    "ofd": _open_zip,
    "doc": lambda data: _convert(data, ".doc"),
    "rtf": lambda data: _convert(data, ".rtf"),
    "tif": _open_picture,
}

#: Where the text in one string is not the least that tables can be read from.
TAKE: dict[str, Callable[[bytes], object]] = {
    "docx": _take_docx,
    **dict.fromkeys(("html", *PAGES), _take_html),
    "mht": _take_mht,
    "ofd": _take_ofd,
}


def documents(kind: str, count: int) -> list[bytes]:
    """Reports in a format; empty where there is no writer for it yet."""
    if kind == "txt":
        return [make(n, layout="grid").text.encode() for n in range(count)]
    if kind in ("doc", "rtf"):
        from tests.generate.formats.office import save_as

        return save_as(documents("docx", count), kind)
    module = "html" if kind in PAGES else "scan" if kind == "tif" else kind
    try:
        writer = importlib.import_module(f"tests.generate.formats.{module}")
    except ModuleNotFoundError:
        return []
    return [writer.write(compose(n), Random(n), frozenset(PAGES.get(kind, ()))) for n in range(count)]


def measure(kind: str, items: list[bytes]) -> dict[str, float]:
    """Opening, taking, reading, and reading up to the cells, in milliseconds a document."""

    def source(data: bytes) -> Source:
        return Source.of(data, f"x.{'html' if kind in PAGES else kind}")

    slow = kind in SLOW
    # LibreOffice and the recogniser work in processes and threads of their own.
    clock = time.perf_counter if slow else time.process_time
    steps: dict[str, Callable[[bytes], object]] = {
        "open": OPEN[kind],
        "taken": TAKE.get(kind, OPEN[kind]),
        "read": lambda data: read_source(source(data)),
        "cells": lambda data: understand(read_source(source(data))),
    }
    totals = dict.fromkeys(steps, 0.0)
    for data in items:
        best = dict.fromkeys(steps, float("inf"))
        for _ in range(1 if slow else 5):
            for step, action in steps.items():
                begun = clock()
                action(data)
                best[step] = min(best[step], clock() - begun)
        totals = {step: totals[step] + best[step] for step in steps}
    return {step: total / len(items) * 1e3 for step, total in totals.items()}


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
    print(f"{'format':8} {'docs':>5} {'open ms':>9} {'taken ms':>9} {'read ms':>9} {'ratios':>12} {'to cells ms':>12}")
    for kind in asked.formats:
        if kind in ("doc", "rtf") and soffice.find() is None:
            print(f"{kind:8} LibreOffice is not installed")
            continue
        items = documents(kind, min(asked.documents, SLOW.get(kind, asked.documents)))
        if not items:
            print(f"{kind:8} no writer")
            continue
        with _seldom_collecting():
            ms = measure(kind, items)
        opened, taken, read = ms["open"], ms["taken"], ms["read"]
        ratios = f"{read / opened:.1f} {read / taken:.1f}"
        print(f"{kind:8} {len(items):5} {opened:9.2f} {taken:9.2f} {read:9.2f} {ratios:>12} {ms['cells']:12.2f}")
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
