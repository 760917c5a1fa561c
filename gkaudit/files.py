"""Writing files so that a reader sees the old one or the new one, never half of one; and folders for a while."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["new_folder", "partial_of", "replacing", "write_text"]


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A hidden file beside ``path`` to write to; it takes the place of ``path`` when all went well."""
    partial = partial_of(path)
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def partial_of(path: Path) -> Path:
    """A hidden file beside ``path``, in a folder that is there; one that a run leaves is known by its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.{os.getpid()}.partial")


def write_text(text: str, path: Path) -> None:
    """Write UTF-8 with line feeds, on every system."""
    with replacing(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def new_folder() -> Path:
    """A name that no folder has yet among those for temporary files.

    Whoever starts a process names its folder, so that it can be cleared away at whatever moment that process ends.
    """
    return Path(tempfile.gettempdir(), f"gkaudit-{secrets.token_hex(8)}")
