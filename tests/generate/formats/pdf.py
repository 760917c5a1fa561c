"""Composed reports as PDF, drawn with reportlab on the pages of :mod:`.drawing`."""

import io
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.generate.formats import drawing
from tests.generate.formats.drawing import Area, Mark, Sheet, Stroke
from tests.generate.model import Composed

#: Those of every drawn page, and what only a PDF can do.
QUIRKS = (*drawing.QUIRKS, "form_xobject", "rotated_page", "sideways_page", "shadows")
#: Quirks that take the text out of the page (read as pictures, or with doubt).
SCANS = ("image_page", "text_layer_scan", "table_picture")
_DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


@cache
def _fonts() -> dict[str, str]:
    """Font names by role; a CID font that no reader has to embed, digits in another family where there is one."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    digits = "Helvetica"
    if _DEJAVU.exists():
        pdfmetrics.registerFont(TTFont("DejaVu", str(_DEJAVU)))
        digits = "DejaVu"
    return {"song": "STSong-Light", "digits": digits}


def measure(text: str, font: str, size: float) -> float:
    """Width of a text in points."""
    return pdfmetrics.stringWidth(text, _fonts()[font], size)


def write(made: Composed, rng: Random, quirks: frozenset[str]) -> bytes:
    """The report as a PDF file."""
    sheets = drawing.lay_out(made, rng, quirks, measure)
    data = _drawn(sheets, quirks, made)
    if quirks.intersection(SCANS):
        data = _scanned(data, sheets, quirks)
    return data


def _drawn(sheets: list[Sheet], quirks: frozenset[str], made: Composed) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1, invariant=1)
    canvas.setTitle(f"{made.organ}{made.year}")
    canvas.setAuthor(made.organ)
    for n, sheet in enumerate(sheets):
        _start(canvas, sheet, quirks)
        if "form_xobject" in quirks:
            _in_forms(canvas, sheet, n)
        else:
            _paint(canvas, sheet, shadows="shadows" in quirks)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _start(canvas: Any, sheet: Sheet, quirks: frozenset[str]) -> None:
    """Page size and turn: a landscape page is often a portrait page that is shown turned."""
    if quirks.isdisjoint({"rotated_page", "sideways_page"}):
        canvas.setPageSize((sheet.width, sheet.height))
        return
    if "rotated_page" in quirks:
        # reportlab swaps the sides of a turned page by itself.
        canvas.setPageSize((sheet.width, sheet.height))
        canvas.setPageRotation(90)
    else:
        canvas.setPageSize((sheet.height, sheet.width))
    # Seen from the turned page, what is right on the sheet is up on the paper.
    canvas.transform(0, 1, -1, 0, sheet.height, 0)


def _in_forms(canvas: Any, sheet: Sheet, number: int) -> None:
    """A form within a form, grown and shrunk again, as print drivers do."""
    canvas.beginForm(f"inner{number}", 0, 0, 2 * sheet.width, 2 * sheet.height)
    canvas.scale(2, 2)
    _paint(canvas, sheet)
    canvas.endForm()
    canvas.beginForm(f"page{number}", 0, 0, sheet.width, sheet.height)
    canvas.scale(0.5, 0.5)
    canvas.doForm(f"inner{number}")
    canvas.endForm()
    canvas.doForm(f"page{number}")


def _paint(canvas: Any, sheet: Sheet, *, hidden: bool = False, shadows: bool = False) -> None:
    up = sheet.height
    for area in sheet.areas:
        _fill(canvas, area, up)
    for stroke in sheet.strokes:
        _stroke(canvas, stroke, up)
    for mark in sheet.marks:
        if shadows and mark.text.isdigit() and not mark.angle:
            # What browsers print under a blurred shadow: the same text once more, which nobody sees.
            canvas.setFillAlpha(0)
            _write(canvas, replace(mark, x=mark.x + 0.75, y=mark.y + 0.75), up, hidden=hidden)
            canvas.setFillAlpha(1)
        _write(canvas, mark, up, hidden=hidden)


def _fill(canvas: Any, area: Area, up: float) -> None:
    canvas.setFillColorRGB(*area.colour)
    canvas.rect(area.left, up - area.bottom, area.right - area.left, area.bottom - area.top, stroke=0, fill=1)


def _stroke(canvas: Any, stroke: Stroke, up: float) -> None:
    canvas.setLineWidth(stroke.width)
    canvas.line(stroke.left, up - stroke.top, stroke.right, up - stroke.bottom)


def _write(canvas: Any, mark: Mark, up: float, *, hidden: bool) -> None:
    canvas.saveState()
    canvas.translate(mark.x, up - mark.y)
    if mark.angle:
        canvas.rotate(mark.angle)
    text = canvas.beginText(0, 0)
    text.setFont(_fonts()[mark.font], mark.size)
    text.setFillColorRGB(*mark.colour)
    if hidden or mark.hidden:
        text.setTextRenderMode(3)
    if mark.spread is None:
        text.textOut(mark.text)
    else:
        x = 0.0
        for char in mark.text:
            text.setTextOrigin(x, 0)
            text.textOut(char)
            x += measure(char, mark.font, mark.size) + mark.spread * mark.size
    canvas.drawText(text)
    canvas.restoreState()


# ── scans ───────────────────────────────────────────────────────────────────────────────────────


def _scanned(data: bytes, sheets: list[Sheet], quirks: frozenset[str]) -> bytes:
    """The same pages as pictures: all there is, above a hidden text layer, or for the tables only."""
    from reportlab.lib.utils import ImageReader

    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1, invariant=1)
    for sheet, picture in zip(sheets, _pictures(data), strict=True):
        canvas.setPageSize((sheet.width, sheet.height))
        up = sheet.height
        if "table_picture" in quirks:
            kept = [m for m in sheet.marks if not any(t <= m.y <= b for _, t, _, b in sheet.tables)]
            _paint(canvas, Sheet(sheet.width, up, marks=kept))
            scale = picture.width / sheet.width
            for left, top, right, bottom in sheet.tables:
                crop = picture.crop(tuple(round(v * scale) for v in (left, top, right, bottom)))
                canvas.drawImage(ImageReader(crop), left, up - bottom, right - left, bottom - top)
        else:
            canvas.drawImage(ImageReader(picture), 0, 0, sheet.width, up)
            if "text_layer_scan" in quirks:
                _paint(canvas, Sheet(sheet.width, up, marks=sheet.marks), hidden=True)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _pictures(data: bytes) -> list[Any]:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        pictures = []
        for page in document:
            bitmap = page.render(scale=100 / 72, grayscale=True)
            pictures.append(bitmap.to_pil().copy())
            bitmap.close()
            page.close()
        return pictures
    finally:
        document.close()
