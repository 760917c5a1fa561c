"""What decides about results besides the input: this program, the libraries it reads with, what is installed."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata, util
from pathlib import Path

from gkaudit.readers import soffice

__all__ = ["fingerprint"]

_PACKAGE = Path(__file__).resolve().parents[1]
_LIBRARIES = ("polars", "great-expectations", "lxml", "pypdfium2", "rapidfuzz", "scipy", "papermill", "nbconvert")
_OPTIONAL = ("rapidocr", "onnxruntime", "cv2")


@cache
def fingerprint() -> str:
    """A hash of gkaudit's own files, of the versions of its libraries and of the optional parts that are here."""
    made = hashlib.sha256()
    for path in sorted(p for p in _PACKAGE.rglob("*") if p.is_file() and p.suffix != ".pyc"):
        made.update(f"{path.relative_to(_PACKAGE).as_posix()}\0".encode())
        made.update(hashlib.sha256(path.read_bytes()).digest())
    for name in _LIBRARIES:
        made.update(f"{name} {metadata.version(name)}\0".encode())
    for name in _OPTIONAL:
        made.update(f"{name} {util.find_spec(name) is not None}\0".encode())
    made.update(str(soffice.find()).encode())
    return made.hexdigest()
