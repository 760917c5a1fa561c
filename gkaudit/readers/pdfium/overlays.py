"""Annotations that are part of what a reader sees: filled fields and typed remarks become page content."""

from __future__ import annotations

import ctypes
from typing import Any

from gkaudit.readers.geometry import Char
from gkaudit.readers.geometry.matrix import Matrix, box_through

__all__ = ["flattened", "loose_values"]

_FREE_TEXT, _WIDGET = 3, 20
#: Annotation flags: not shown on the screen.
_HIDDEN = 0x02 | 0x20
#: More annotations than this on a page are links and the like; they are not looked at.
_MOST = 2_000
_FLAT_DISPLAY = 0
#: A digit is about so wide, in heights.
_DIGIT = 0.5
_SIZE = 0.7


def flattened(page: Any) -> bool:
    """Make typed remarks and filled fields part of the page; True where there were any. The page must be reloaded."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - loads only when a PDF is read

    if not any(True for _ in _shown(pdfium, page)):
        return False
    pdfium.FPDFPage_Flatten(page.raw, _FLAT_DISPLAY)
    return True


def _shown(pdfium: Any, page: Any) -> Any:
    """Handles of the annotations that hold text a reader sees; each is closed after its turn."""
    for i in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MOST)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, i)
        if not annotation:
            continue
        try:
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            if kind in (_FREE_TEXT, _WIDGET) and not pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
                yield annotation, kind
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def loose_values(page: Any, to_view: Matrix) -> list[Char]:
    """Texts of fields and remarks that have no appearance of their own, each in the middle of its box."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - loads only when a PDF is read

    found = []
    for annotation, kind in _shown(pdfium, page):
        if pdfium.FPDFAnnot_GetAP(annotation, 0, None, 0) > 2:  # noqa: PLR2004 - an empty string has two bytes
            continue
        text = _string(pdfium, annotation, b"V" if kind == _WIDGET else b"Contents").strip()
        rect = pdfium.FS_RECTF()
        if not text or not pdfium.FPDFAnnot_GetRect(annotation, rect):
            continue
        left, top, right, bottom = box_through(to_view, rect.left, rect.bottom, rect.right, rect.top)
        size = min(_SIZE * (bottom - top), (right - left) / len(text) / _DIGIT)
        found.append(Char(text, left, right, (top + bottom) / 2 + 0.35 * size, size))
    return found


def _string(pdfium: Any, annotation: Any, key: bytes) -> str:
    length = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if length <= 2:  # noqa: PLR2004 - an empty string has two bytes
        return ""
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace")
