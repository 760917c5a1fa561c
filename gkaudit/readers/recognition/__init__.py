"""Recognition of text and ruled tables in pictures (``gkaudit[ocr]``).

Everything heavy is imported when it is needed. :func:`missing` says what is not installed.
"""

from __future__ import annotations

import importlib.util

__all__ = ["available", "missing"]

#: What has to be there: import name and name in the package index.
_NEEDED = {"cv2": "opencv-python-headless", "numpy": "numpy", "onnxruntime": "onnxruntime", "rapidocr": "rapidocr"}


def missing() -> tuple[str, ...]:
    """Packages of the extra ``ocr`` that are not installed."""
    return tuple(package for name, package in _NEEDED.items() if importlib.util.find_spec(name) is None)


def available() -> bool:
    """Whether pictures can be recognised here."""
    return not missing()
