"""Prose → claims: the numbers (and the "none") that the text of a report states, ready to be compared.

``claims(outline, year, level)`` gives every number of a report's prose that can be named, with the measure
it counts, whether it is exact, and how firmly it may be compared with the tables. The grammar is small;
the words stand in ``data/phrases.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gkaudit.narrative.claim import Claim
from gkaudit.narrative.grammar import claims
from gkaudit.narrative.measures import cell_keys, measures

__all__ = ["MEASURES", "Claim", "cell_keys", "claims"]

MEASURES: Mapping[str, tuple[str, ...]]


def __getattr__(name: str) -> Any:
    """``MEASURES`` (measure → cell keys), built on first use."""
    if name == "MEASURES":
        return measures()
    raise AttributeError(name)
