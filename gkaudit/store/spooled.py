"""The tables of a batch whose rows lie in the readings of a folder: a chunk of reports at a time in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import polars as pl

from gkaudit import frames, rows
from gkaudit.reading import Failure
from gkaudit.reviews import corrected
from gkaudit.store.readings import Readings

__all__ = ["Spooled"]

#: Reports of a chunk: 30 MB of rows.
_CHUNK = 500


class Spooled:
    """A :class:`gkaudit.batches.Batch` of the inputs with these ``keys``, in their order.

    ``corrections`` are applied (:func:`gkaudit.reviews.corrected`); ``failures`` are the inputs that could not
    be read. The readings have to be there as long as this is asked.
    """

    def __init__(self, readings: Readings, keys: Sequence[str], corrections: pl.DataFrame, lang: str) -> None:
        self._readings, self._keys, self._corrections, self._lang = readings, keys, corrections, lang
        known = readings.known(keys)
        lost = known.filter(pl.col("failure").is_not_null()).select("source", "failure")
        self.failures = tuple(Failure(source, reason) for source, reason in lost.iter_rows())
        self._read = rows.identified(known.filter(pl.col("failure").is_null()).drop("failure"))
        self._reports: pl.DataFrame | None = None

    @property
    def reports(self) -> pl.DataFrame:
        """One row a report; corrections can decide about its status."""
        if self._reports is None:
            self._reports = self._read.select(list(frames.REPORTS))
            if not self._corrections.is_empty():
                self._reports = self._whole("reports")
        return self._reports

    @property
    def cells(self) -> pl.DataFrame:
        """All cells, read now."""
        return self._whole("cells")

    @property
    def sections(self) -> pl.DataFrame:
        """All passages, read now."""
        return self._whole("sections")

    @property
    def claims(self) -> pl.DataFrame:
        """All claims, read now."""
        return self._whole("claims")

    def chunks(self, wanted: Collection[str] | None = None) -> Iterator[frames.Tables]:
        """The tables of a thousand reports after those of another; only of those that are wanted."""
        for some in self._read.select("at", "report_id").iter_slices(_CHUNK):
            asked = some if wanted is None else some.filter(pl.col("report_id").is_in(list(wanted)))
            if wanted is None or asked.height:
                packed = self._readings.rows(self._keys, asked.get_column("at").to_list())
                named = packed.with_columns(asked.get_column("report_id"))
                yield corrected(rows.parted(named), self._corrections, self._lang, self._read)

    def pieces(self, name: str) -> Iterator[pl.DataFrame]:
        """One of the tables in parts; where there is nothing to correct, no other is read."""
        if self._corrections.is_empty() and name != "reports":
            for some in self._read.select("at", "report_id").iter_slices(_CHUNK):
                places = some.get_column("at").to_list()
                packed = self._readings.rows(self._keys, places, ("report_id", f"_{name}"))
                yield rows.exploded(packed.with_columns(some.get_column("report_id")), name)
        else:
            yield from (getattr(chunk, name) for chunk in self.chunks())

    def _whole(self, name: str) -> pl.DataFrame:
        return pl.concat([pl.DataFrame(schema=getattr(frames, name.upper())), *self.pieces(name)])
