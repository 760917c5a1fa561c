"""A picture as a clean grey sheet: paper white, print dark, seal ink taken off, 200 dots to the inch."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from gkaudit.readers.recognition.engine import Pixels
from gkaudit.readers.recognition.seals import around, blue_ink, focused, grey_ink, red_ink, without_grey, without_red

__all__ = ["DPI", "Sheet", "clean_sheet", "decode", "pixels_of"]

#: Resolution everything is measured at; lengths in this package are pixels at it unless said otherwise.
DPI = 200
_A4_INCHES = 8.27
#: Shorter side of a page after scaling; beyond these the resolution in the file cannot be true.
_NARROWEST, _WIDEST = 1100, 2700
_ENLARGE_MOST = 3.5
#: Paper is estimated on a picture shrunk so far, as the brightest in a neighbourhood of so many pixels.
_SHRINK, _NEIGHBOURS = 4, 31
#: Darkness (0 to 255) that counts as print, what print is stretched to, and how far at most.
_PRINT, _DARK, _STRETCH_MOST = 60, 215, 2.6
_LEAST_PRINT = 0.0005


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture at working resolution.

    ``grey`` has the seal's ink taken off, ``plain`` has not, ``red`` is its mask, red or not (None: there is no
    seal). ``plain`` is None where there is none, or where its ink cannot be told from print and is left. ``scale`` is
    working pixels for one pixel of the picture; ``noise`` the grain of the paper (the standard deviation of its
    brightness). ``pen`` is the mask of a blue pen's ink, which ``grey`` still has.
    """

    grey: Pixels
    plain: Pixels | None
    red: Pixels | None
    scale: float
    noise: float
    pen: Pixels | None = None


def decode(data: bytes, page: int = 0) -> Pixels | None:
    """The pixels of an image file (``page`` counts from 0), grey or colour; None where it cannot be decoded."""
    buffer = np.frombuffer(data, np.uint8)
    try:
        if page == 0:
            image = cv2.imdecode(buffer, cv2.IMREAD_COLOR)
        else:
            found, images = cv2.imdecodemulti(buffer, cv2.IMREAD_COLOR, range=(page, page + 1))
            image = images[0] if found and images else None
    except (cv2.error, MemoryError):
        return None
    return image


def pixels_of(data: bytes, size: tuple[int, int] | None, frame: int = 0) -> Pixels | None:
    """The pixels of a picture: raw grey where ``size`` (width, height) is known, else an image file."""
    if size is None:
        return decode(data, frame)
    width, height = size
    return np.frombuffer(data, np.uint8).reshape(height, width) if len(data) == width * height else None


def _working_scale(height: int, width: int, dpi: float | None, *, whole_page: bool) -> float:
    """Working pixels for one pixel of the picture."""
    short = min(height, width)
    if not whole_page:
        # A picture in a text is as wide as the text at most.
        return min(max(1.0, 1250 / width), _ENLARGE_MOST) if width < _WIDEST else _WIDEST / width
    scale = DPI / dpi if dpi else 0.0
    if not _NARROWEST <= short * scale <= _WIDEST:
        scale = DPI * _A4_INCHES / short
    return min(scale, _ENLARGE_MOST)


def clean_sheet(image: Pixels, dpi: float | None, *, whole_page: bool) -> Sheet:
    """The sheet of a picture; ``dpi`` is what its file says, None where it says nothing credible."""
    scale = _working_scale(image.shape[0], image.shape[1], dpi, whole_page=whole_page)
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    if size != (image.shape[1], image.shape[0]):
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        image = cv2.resize(image, size, interpolation=method)
    grey = _on_white(image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))  # noqa: PLR2004
    coloured = image.ndim > 2 and cv2.countNonZero(cv2.absdiff(image[:, :, 0], image[:, :, 2])) > 0  # noqa: PLR2004
    red, pen = (red_ink(image), blue_ink(image)) if coloured else (None, None)
    if red is not None:
        return _sheet(without_red(_on_white(image[:, :, 2]), red), grey, red, scale, pen)
    stamped = grey_ink(grey) if whole_page else None
    if stamped is None:
        return _sheet(grey, None, None, scale, pen)
    clear = focused(grey, stamped)
    again = stamped if clear is grey else grey_ink(clear)
    cleaned = None if again is None else without_grey(clear, again)
    if again is None or cleaned is None:
        return _sheet(grey, None, around(stamped), scale, pen)
    return _sheet(cleaned, grey, stamped | again, scale, pen)


def _sheet(grey: Pixels, plain: Pixels | None, red: Pixels | None, scale: float, pen: Pixels | None) -> Sheet:
    grey = _stretched(grey)
    return Sheet(grey, None if plain is None else _stretched(plain), red, scale, _noise(grey), pen)


def _on_white(grey: Pixels) -> Pixels:
    """Shadows and yellowed paper taken off: every pixel relative to the paper around it."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // _SHRINK), max(1, height // _SHRINK)), interpolation=cv2.INTER_AREA)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_NEIGHBOURS, _NEIGHBOURS))
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    paper = cv2.GaussianBlur(paper, (0, 0), _NEIGHBOURS / 3)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(grey, cv2.max(paper, 1), scale=255)


def _stretched(grey: Pixels) -> Pixels:
    """Faint print as dark as fresh print."""
    dark = grey[grey < 255 - _PRINT]
    if dark.size < _LEAST_PRINT * grey.size:
        return grey
    factor = min(max(_DARK / (255 - float(np.percentile(dark, 20))), 1.0), _STRETCH_MOST)
    return cv2.convertScaleAbs(255 - cv2.convertScaleAbs(255 - grey, alpha=factor))


def _noise(grey: Pixels) -> float:
    """Standard deviation of the paper, from neighbours that should be equal (robust against print)."""
    part = grey[::2, ::2].astype(np.int16)
    return 1.4826 * float(np.median(np.abs(np.diff(part, axis=1)))) / 2**0.5
