"""Which sentences are a template (模板): what most bodies of a county or a city write, or bodies of many places.

A text that a few towns of thirty have is no template: somebody copied. A text that most of them have was
handed down. What bodies of many counties write is a set phrase, whoever wrote it first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

__all__ = ["Learning", "learned"]


@dataclass(frozen=True, slots=True)
class Learning:
    """What makes a sentence a template.

    At least ``bodies`` bodies of a county (or a city) have it, and at least the share ``majority`` of those that
    are in the batch; or bodies of at least ``places`` counties have it. ``specific``: a pattern of what is said
    of one place only (numbers of things, villages).
    """

    bodies: int
    majority: float
    places: int
    specific: str


def learned(
    keys: Sequence[Sequence[int]],
    bodies: Sequence[str],
    groups: Sequence[tuple[str | None, str | None]],
    learning: Learning,
) -> list[list[bool]]:
    """For each sentence of each report whether it is a template.

    ``keys``: numbers of the sentences; ``groups``: the county and the city of each report, None where nobody
    knows. A body of an unknown county is a place by itself.
    """
    lengths = [len(own) for own in keys]
    codes = pl.DataFrame(
        {
            "body": _numbers(bodies),
            "county": _numbers([county for county, _ in groups]),
            "city": _numbers([city for _, city in groups]),
        }
    )
    flat = np.fromiter((k for own in keys for k in own), dtype=np.int64, count=sum(lengths))
    at = np.repeat(np.arange(len(keys)), lengths)
    rows = pl.DataFrame({"key": flat}).hstack(codes[at]) if len(keys) else pl.DataFrame()
    if rows.is_empty():
        return [[] for _ in keys]
    pairs = rows.unique(["key", "body"])
    place = pl.when(pl.col("county") >= 0).then(pl.col("county")).otherwise(-2 - pl.col("body"))
    spread = pairs.group_by("key").agg(place.n_unique().alias("n")).filter(pl.col("n") >= learning.places)
    told = rows.with_row_index("~n")
    hits = [told.join(_of(pairs, group, learning), on=["key", group], how="semi") for group in ("county", "city")]
    hits.append(told.join(spread, on="key", how="semi"))
    gone = np.zeros(rows.height, dtype=bool)
    for found in hits:
        gone[found.get_column("~n").to_numpy()] = True
    ends = np.cumsum([0, *lengths])
    return [gone[a:b].tolist() for a, b in pairwise(ends)]


def _of(pairs: pl.DataFrame, group: str, learning: Learning) -> pl.DataFrame:
    """Sentences and groups (counties or cities) of which most bodies have them."""
    known = pairs.filter(pl.col(group) >= 0)
    sizes = known.group_by(group).agg(pl.col("body").n_unique().alias("size"))
    counted = known.group_by("key", group).agg(pl.col("body").n_unique().alias("n")).join(sizes, on=group)
    enough = (pl.col("n") >= learning.bodies) & (pl.col("n") >= pl.col("size") * learning.majority)
    return counted.filter(enough).select("key", group)


def _numbers(names: Sequence[str | None]) -> list[int]:
    """A number for each name; -1 for None."""
    known: dict[str, int] = {}
    return [-1 if name is None else known.setdefault(name, len(known)) for name in names]
