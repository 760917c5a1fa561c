"""Where in the prose a finding's quote stands: an exact passage, white space aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Quote", "find_quote", "nearest"]

#: A quote shorter than this is found everywhere, which leads a reader nowhere.
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage, ``start`` to ``end``, of the paragraph ``at`` (counted from 0)."""

    at: int
    start: int
    end: int


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """The span of a quote in a text; white space and an ellipsis at the quote's ends do not count."""
    wanted = "".join(quote.strip().strip("…").removesuffix("...").split())
    first = "".join(text.split()).find(wanted) if len(wanted) >= _SHORTEST else -1
    if first < 0:
        return None
    places = [at for at, sign in enumerate(text) if not sign.isspace()]
    return places[first], places[first + len(wanted) - 1] + 1


def _distance(anchor: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    """How far apart two places are, in lines or paragraphs; 0 where the anchors do not tell."""
    for part in ("line", "paragraph"):
        if anchor.get(part) is not None and other.get(part) is not None:
            return abs(int(anchor[part]) - int(other[part]))
    return 0


def nearest(quote: str | None, anchor: Mapping[str, Any] | None, prose: Sequence[Mapping[str, Any]]) -> Quote | None:
    """The occurrence of a quote that is nearest to the anchor; None where the prose does not hold it."""
    hits = [
        (_distance(anchor or {}, row.get("anchor") or {}), at, span)
        for at, row in enumerate(prose)
        if quote and (span := find_quote(quote, row["text"] or "")) is not None
    ]
    if not hits:
        return None
    _, at, (start, end) = min(hits, key=lambda hit: hit[:2])
    return Quote(at, start, end)
