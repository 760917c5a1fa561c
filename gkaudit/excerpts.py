"""Rows of some reports out of the tables of a run, without having all of the large ones in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import polars as pl

__all__ = ["Excerpts"]

#: With more pieces than this a table is read through once instead.
_PIECES = 8


class Excerpts:
    """Parquet files by name of the table; each has ``report_id`` and, as a rule, the rows of a report together."""

    def __init__(self, tables: Mapping[str, Path]) -> None:
        self._tables = {name: pl.scan_parquet(path) for name, path in tables.items()}
        self._spans = {name: _spans(table) for name, table in self._tables.items()}

    def of(self, ids: Collection[str], names: Collection[str] | None = None) -> dict[str, pl.DataFrame]:
        """The rows of these reports in each table (default: all), in the order of the table."""
        listed = pl.DataFrame({"report_id": list(ids)}, schema={"report_id": pl.String})
        wanted = {name: self._rows(name, listed) for name in (self._tables if names is None else names)}
        return dict(zip(wanted, pl.collect_all(list(wanted.values())), strict=True))

    def _rows(self, name: str, listed: pl.DataFrame) -> pl.LazyFrame:
        table, spans = self._tables[name], self._spans[name]
        found = spans.join(listed, on="report_id", how="semi").sort("first")
        pieces = _joined(found)
        if len(pieces) > _PIECES or (found["last"] - found["first"] + 1 != found["rows"]).any():
            return table.join(listed.lazy(), on="report_id", how="semi", maintain_order="left")
        return pl.concat([table.slice(first, last - first + 1) for first, last in pieces or [(0, -1)]])


def _spans(table: pl.LazyFrame) -> pl.DataFrame:
    """Where the rows of each report lie."""
    at = pl.col("at")
    grouped = table.select("report_id").with_row_index("at").group_by("report_id")
    return grouped.agg(
        first=at.min().cast(pl.Int64), last=at.max().cast(pl.Int64), rows=pl.len().cast(pl.Int64)
    ).collect(engine="streaming")


def _joined(spans: pl.DataFrame) -> list[tuple[int, int]]:
    """First and last row of the pieces that spans, by their beginning, make up."""
    pieces: list[tuple[int, int]] = []
    for first, last in spans.select("first", "last").iter_rows():
        if pieces and pieces[-1][1] + 1 == first:
            pieces[-1] = (pieces[-1][0], last)
        else:
            pieces.append((first, last))
    return pieces
