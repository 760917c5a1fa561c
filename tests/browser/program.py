"""The browser of this machine."""

from __future__ import annotations

import shutil

__all__ = ["find"]


def find() -> str | None:
    """The browser, or None."""
    return next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
