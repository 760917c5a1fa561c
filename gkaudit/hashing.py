"""Hashes by which runs, inputs and findings know each other again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

__all__ = ["hash_of"]


def hash_of(parts: Iterable[str]) -> str:
    """SHA-256 of texts in their order, as hexadecimal digits; a sign that is in no text lies between them."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
