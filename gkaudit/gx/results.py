"""What came out of a run: codes by entry, verdicts by check and report, and the lines to word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from gkaudit.frames import OUTCOMES, VERDICTS
from gkaudit.gx.rules_base import BROKEN, HOLDS, UNDETERMINED, Measured
from gkaudit.gx.wide_row import WideRow

if TYPE_CHECKING:
    from gkaudit.gx.suites import Entry

__all__ = ["PROBLEMS", "Results"]

#: One row a line that is broken or undetermined. ``report`` is its row in the wide frame, ``entry``
#: is ``Entry.index``, ``line`` the place in ``Entry.lines``.
PROBLEMS: dict[str, Any] = {
    "report": pl.UInt32,
    "report_id": pl.String,
    "entry": pl.UInt32,
    "check_id": pl.String,
    "severity": pl.String,
    "line": pl.UInt32,
    "line_name": pl.String,
    "code": pl.Int8,
}
_OUTCOME = pl.Enum(OUTCOMES)


@dataclass(frozen=True)
class Results:
    """Outcome of all suites on one wide frame.

    ``found``: by index of the entry its codes (reports x lines, Int8), or the reason why it could
    not be computed.
    """

    entries: tuple[Entry, ...]
    wide: pl.DataFrame
    found: Mapping[int, pl.DataFrame | str]

    @cached_property
    def _by_index(self) -> dict[int, Entry]:
        return {entry.index: entry for entry in self.entries}

    def entry(self, index: int) -> Entry:
        """Find the entry with this index."""
        return self._by_index[index]

    def codes(self, entry: Entry) -> pl.DataFrame | None:
        """Codes of one entry; None where it failed."""
        codes = self.found[entry.index]
        return codes if isinstance(codes, pl.DataFrame) else None

    @property
    def failures(self) -> dict[int, str]:
        """Entries that could not be computed, with the reason."""
        return {index: reason for index, reason in self.found.items() if isinstance(reason, str)}

    @property
    def verdicts(self) -> pl.DataFrame:
        """One row a check and report (:data:`gkaudit.frames.VERDICTS`), checks in the order of the suites.

        Made anew each time: it is the longest frame of a batch, and who asks has a copy of his own soon.

        The entries of a check are combined: broken where a line is, else undetermined, else holds,
        else not applicable; failed where one of them failed. ``evaluated`` counts the lines that
        hold or are broken.
        """
        checks: dict[str, list[Entry]] = {}
        for entry in self.entries:
            checks.setdefault(entry.check_id, []).append(entry)
        parts = [self._verdicts(check_id, entries) for check_id, entries in checks.items()]
        return pl.concat(pl.collect_all(parts)) if parts else pl.DataFrame(schema=VERDICTS)

    def _verdicts(self, check_id: str, entries: list[Entry]) -> pl.LazyFrame:
        reasons = [self.failures[e.index] for e in entries if e.index in self.failures]
        frames = [codes for e in entries if (codes := self.codes(e)) is not None]
        lines = [s.alias(str(i)) for i, s in enumerate(s for f in frames for s in f.get_columns())]
        ids = self.wide.get_column("report_id")
        codes = pl.DataFrame(lines)
        counted = _counts(codes) if codes.height == ids.len() else _nothing(ids.len())
        failed = pl.lit("failed", dtype=_OUTCOME) if reasons else pl.col("outcome")
        return counted.select(
            ids.alias("report_id"),
            pl.lit(check_id).alias("check_id"),
            failed.alias("outcome"),
            "evaluated",
            "broken",
            pl.lit("；".join(reasons) or None, dtype=pl.String).alias("note"),
        )

    def problems(self, *outcomes: str) -> pl.DataFrame:
        """Lines with one of these outcomes (default ``broken``), as :data:`PROBLEMS`, by report.

        Each row can be asked for its numbers with :meth:`measure`.
        """
        return self._broken if outcomes in {(), ("broken",)} else self._problems(outcomes)

    @cached_property
    def _broken(self) -> pl.DataFrame:
        return self._problems(("broken",))

    def _problems(self, outcomes: Sequence[str]) -> pl.DataFrame:
        wanted = [OUTCOMES.index(name) for name in outcomes]
        parts = []
        for entry in self.entries:
            codes = self.codes(entry)
            if codes is None:
                continue
            for at, series in enumerate(codes.get_columns()):
                for code in wanted:
                    rows = (series == code).arg_true()
                    if len(rows):
                        parts.append(self._lines(entry, at, code, rows))
        if not parts:
            return pl.DataFrame(schema=PROBLEMS)
        return pl.concat(parts).sort("report", "entry", "line")

    def _lines(self, entry: Entry, line: int, code: int, rows: pl.Series) -> pl.DataFrame:
        return (
            rows.cast(pl.UInt32)
            .alias("report")
            .to_frame()
            .select(
                "report",
                self.wide.get_column("report_id").gather(rows).alias("report_id"),
                pl.lit(entry.index, dtype=pl.UInt32).alias("entry"),
                pl.lit(entry.check_id).alias("check_id"),
                pl.lit(entry.severity).alias("severity"),
                pl.lit(line, dtype=pl.UInt32).alias("line"),
                pl.lit(entry.lines[line].name).alias("line_name"),
                pl.lit(code, dtype=pl.Int8).alias("code"),
            )
        )

    @cached_property
    def _kept(self) -> dict[Any, Any]:
        return {}

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.wide.columns)

    def row(self, report: int) -> WideRow:
        """Take the wide row of one report, as :meth:`measure` takes it."""
        return WideRow(self.wide, report, self._names, self._kept)

    def measure(self, entry: int, line: int, row: Mapping[str, Any]) -> Measured:
        """Measure one line of one report."""
        asked = self.entry(entry)
        return asked.rule.measure(asked.lines[line], row)


def _counts(codes: pl.DataFrame) -> pl.LazyFrame:
    """Outcome and counts per report from the codes of all lines of a check."""
    names = codes.columns
    flags = codes.lazy().select(
        broken=pl.sum_horizontal([pl.col(n) == BROKEN for n in names]).cast(pl.Int32),
        holds=pl.sum_horizontal([pl.col(n) == HOLDS for n in names]).cast(pl.Int32),
        open=pl.any_horizontal([pl.col(n) == UNDETERMINED for n in names]),
    )
    outcome = (
        pl.when(pl.col("broken") > 0)
        .then(pl.lit("broken", dtype=_OUTCOME))
        .when(pl.col("open"))
        .then(pl.lit("undetermined", dtype=_OUTCOME))
        .when(pl.col("holds") > 0)
        .then(pl.lit("holds", dtype=_OUTCOME))
        .otherwise(pl.lit("not_applicable", dtype=_OUTCOME))
    )
    return flags.select(outcome=outcome, evaluated=pl.col("broken") + pl.col("holds"), broken=pl.col("broken"))


def _nothing(height: int) -> pl.LazyFrame:
    """Count nothing: no line of the check could be computed."""
    return pl.select(
        outcome=pl.repeat("failed", height, dtype=_OUTCOME),
        evaluated=pl.repeat(0, height, dtype=pl.Int32),
        broken=pl.repeat(0, height, dtype=pl.Int32),
    ).lazy()
