"""Rows of a few reports out of a table of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

__all__ = ["Keyed", "RowsOf"]


class RowsOf:
    """A table (``columns`` of it, ``report_id`` among them) to take the rows of reports from.

    Where they lie is found out once; a report whose rows lie apart has them all the same.
    """

    def __init__(self, table: pl.DataFrame, columns: Sequence[str]) -> None:
        self._table = table.select(columns)
        runs = table.get_column("report_id").rle().struct.unnest()
        self._spans: dict[str, list[tuple[int, int]]] = {}
        start = 0
        for length, report_id in runs.iter_rows():
            self._spans.setdefault(report_id, []).append((start, start + length))
            start += length

    def of(self, ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
        """The rows of each report, in their order; in one go, since asking for each report costs more."""
        merged: list[list[int]] = []
        for start, end in sorted(span for report_id in ids for span in self._spans.get(report_id, ())):
            if merged and merged[-1][1] == start:
                merged[-1][1] = end
            else:
                merged.append([start, end])
        found: dict[str, list[dict[str, Any]]] = {}
        for start, end in merged:
            for row in self._table.slice(start, end - start).iter_rows(named=True):
                found.setdefault(row["report_id"], []).append(row)
        return found

    def keyed(self, report_id: str, by: str) -> Keyed:
        """The rows of one report by a column, for who asks for few of them."""
        spans = [self._table.slice(start, end - start) for start, end in self._spans.get(report_id, ())]
        return Keyed(pl.concat(spans) if spans else self._table.clear(), by)


class Keyed(Mapping[str, dict[str, Any]]):
    """Rows by the value of a column, in their order; a row becomes objects when it is asked for, once."""

    def __init__(self, table: pl.DataFrame, by: str) -> None:
        self._table = table
        self._at = {key: at for at, key in enumerate(table.get_column(by).to_list())}
        self._taken: dict[str, dict[str, Any]] = {}

    def __getitem__(self, key: str) -> dict[str, Any]:
        if key not in self._taken:
            self._taken[key] = self._table.row(self._at[key], named=True)
        return self._taken[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __contains__(self, key: object) -> bool:
        return key in self._at

    def __len__(self) -> int:
        return len(self._at)
