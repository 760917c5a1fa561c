"""Pages and parts of pages as grey pixels, within limits."""

from __future__ import annotations

import math
from typing import Any

from gkaudit.readers.geometry import Box
from gkaudit.readers.guards import MAX_PIXELS

__all__ = ["Camera"]

#: What scans are read at, and what a page is never rendered below before it is given up.
_DPI, _LEAST_DPI = 200.0, 20.0
#: Pixels of all pictures of one document: sixty A4 pages have 230 million.
_MOST_PIXELS = 8 * MAX_PIXELS


class Camera:
    """Takes pictures of pages until the document's share of pixels is used up."""

    def __init__(self) -> None:
        self.left = _MOST_PIXELS

    def shot(
        self, page: Any, size: tuple[float, float], part: Box | None = None
    ) -> tuple[bytes, tuple[int, int], float]:
        """Grey pixels, (width, height) and dpi of a page as it is shown, or of a part of it (points).

        The pixels are empty where the document has no share left or the page is too large to show anything.
        """
        left, top, right, bottom = part or (0.0, 0.0, *size)
        area = max(right - left, 1.0) * max(bottom - top, 1.0) / 72**2
        dpi = min(_DPI, math.sqrt(MAX_PIXELS / area) * 0.99)
        if dpi < _LEAST_DPI or area * dpi * dpi > self.left:
            return b"", (0, 0), dpi
        crop = (max(left, 0.0), max(size[1] - bottom, 0.0), max(size[0] - right, 0.0), max(top, 0.0))
        bitmap = page.render(scale=dpi / 72, crop=crop, grayscale=True)
        try:
            width, height, stride = bitmap.width, bitmap.height, bitmap.stride
            data = bytes(bitmap.buffer)
        finally:
            bitmap.close()
        self.left -= width * height
        if stride != width:
            data = b"".join(data[row * stride : row * stride + width] for row in range(height))
        return data[: width * height], (width, height), dpi
