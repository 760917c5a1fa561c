"""Texts compared with each other: by 5-grams, by the longest passage, and by fingerprints to find who with whom.

Winnowed fingerprints (Schleimer, Wilkerson, Aiken 2003): every passage of :data:`SURE` characters that two
texts have in common gives both the same one, so that nobody need be compared with everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["PRINT", "SURE", "rivals_of", "run_of", "share_of"]

Codes: TypeAlias = npt.NDArray[np.uint64]
#: Length of a fingerprint and of the window of which one is kept.
PRINT, _WINDOW = 16, 16  # windows are made by doubling: a power of two
#: A passage of so many characters in common is always found.
SURE = PRINT + _WINDOW - 1
_GRAM = 5
#: Pairs with fewer fingerprints in common are not compared; so many counterparts a report are.
_FEWEST, _RIVALS = 3, 3
_BASE = 1_000_003


def share_of(mine: str, theirs: str) -> float:
    """Part of the 5-grams of one text that the other has, 0 to 1."""
    grams, others = (np.unique(_hashes(text, _GRAM)) for text in (mine, theirs))
    if not grams.size:
        return 0.0
    return float(np.intersect1d(grams, others, assume_unique=True).size / grams.size)


def run_of(mine: str, theirs: str) -> int:
    """Length of the longest passage of one text that the other has; shorter ones than 16 count 0."""
    prints, others = (_hashes(text, PRINT) for text in (mine, theirs))
    hits = np.concatenate(([0], np.isin(prints, others).view(np.int8), [0]))
    edges = np.flatnonzero(np.diff(hits))
    longest = int((edges[1::2] - edges[::2]).max(initial=0))
    return longest + PRINT - 1 if longest else 0


def rivals_of(texts: Sequence[str], bodies: Sequence[str], years: Sequence[int | None], most: int) -> pl.DataFrame:
    """For each text up to three of other bodies that have most in common with it.

    Columns ``at``, ``other`` (rows) and ``shared`` (fingerprints). Only texts of the same year or of the years
    beside it; a fingerprint that more than ``most`` bodies have says nothing about who copied from whom.
    """
    prints = [_winnowed(text) for text in texts]
    sizes = [p.size for p in prints]
    numbers = {body: number for number, body in enumerate(dict.fromkeys(bodies))}
    height = len(prints)
    found = pl.DataFrame(
        {
            "print": np.concatenate(prints) if prints else np.array([], dtype=np.uint64),
            "at": np.repeat(np.arange(height, dtype=np.uint32), sizes),
            "body": np.repeat(np.array([numbers[b] for b in bodies], dtype=np.uint32), sizes),
            "year": np.repeat(np.array([y if y is not None else -9 for y in years], dtype=np.int32), sizes),
        }
    )
    many = pl.col("body").n_unique().over("print")
    some = found.filter((many > 1) & (many <= most) & (pl.col("year") > 0)).lazy()
    near = (pl.col("year") - pl.col("year_right")).abs() <= 1
    pairs = some.join(some, on="print").filter((pl.col("body") != pl.col("body_right")) & near)
    counted = pairs.group_by("at", "at_right").agg(
        pl.len().alias("shared"), (pl.col("year") == pl.col("year_right")).first().alias("same")
    )
    ranked = counted.filter(pl.col("shared") >= _FEWEST).sort(
        "at", "shared", "same", "at_right", descending=[False, True, True, False]
    )
    best = ranked.group_by("at", maintain_order=True).head(_RIVALS)
    return best.select("at", pl.col("at_right").alias("other"), "shared").collect()


def _hashes(text: str, size: int) -> Codes:
    """A number for each piece of ``size`` characters."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    if codes.size < size:
        return np.array([], dtype=np.uint64)
    # A piece is two that lie side by side, of half its length, and one character more where that is odd.
    made, length = codes, 1
    for odd in map(int, f"{size:b}"[1:]):
        made = made[:-length] * _weight(length) + made[length:]
        length *= 2
        if odd:
            made = made[:-1] * _weight(1) + codes[length:]
            length += 1
    # Spread the numbers: the least of a window shall be any.
    made = made ^ (made >> np.uint64(29))
    made *= np.uint64(0xBF58476D1CE4E5B9)
    return made ^ (made >> np.uint64(32))


def _weight(characters: int) -> np.uint64:
    """What the number of a piece is multiplied by when so many characters follow."""
    return np.uint64(pow(_BASE, characters, 1 << 64))


def _winnowed(text: str) -> Codes:
    """Fingerprints of a text: the least number of each window, each once."""
    least, width = _hashes(text, PRINT), 1
    if least.size > _WINDOW:
        # The least of a window is that of its two halves.
        while width < _WINDOW:
            least, width = np.minimum(least[:-width], least[width:]), 2 * width
        # Windows side by side mostly have the same.
        least = least[np.flatnonzero(np.diff(least, append=~least[-1:]))]
    return np.unique(least)
