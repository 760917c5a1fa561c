"""What was read of a batch, however large: one row a report at hand, all others a chunk of reports at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Protocol

import polars as pl

from gkaudit.frames import Tables

__all__ = ["Batch"]


class Batch(Protocol):
    """:class:`gkaudit.frames.Tables` are one, all in memory; :class:`gkaudit.store.Spooled` lies in files."""

    @property
    def reports(self) -> pl.DataFrame:
        """One row a report (:data:`gkaudit.frames.REPORTS`), in the order of the batch."""

    @property
    def cells(self) -> pl.DataFrame:
        """All cells (:data:`gkaudit.frames.CELLS`): 200 rows a report, so better taken chunk by chunk."""

    @property
    def sections(self) -> pl.DataFrame:
        """All passages (:data:`gkaudit.frames.SECTIONS`)."""

    @property
    def claims(self) -> pl.DataFrame:
        """All claims (:data:`gkaudit.frames.CLAIMS`)."""

    def chunks(self, wanted: Collection[str] | None = None) -> Iterator[Tables]:
        """The tables of some reports after those of others, in the order of the batch.

        ``wanted``: ids of the reports that are asked for; rows of others may be there or not.
        """

    def pieces(self, name: str) -> Iterator[pl.DataFrame]:
        """One of the tables (``cells``, ``sections``, ``claims``) in parts, one after the other."""
