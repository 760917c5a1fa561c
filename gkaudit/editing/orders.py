"""Reports to study, some at a time: what travels to the process that studies them.

Rows travel as frames: to make objects of them is left to who needs them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from gkaudit.batches import Batch
from gkaudit.editing.equations import System, equations
from gkaudit.editing.study import Studied, Task, study
from gkaudit.form import EDITIONS, TABLES
from gkaudit.frames import received, sent
from gkaudit.gx.suites import Suite
from gkaudit.rows_of import RowsOf

__all__ = ["Order", "orders", "study_order"]

#: Reports of an order.
_TOGETHER = 25
#: Columns that are looked at.
_REPORTS = ("report_id", "form", *(f"damaged.{table}" for table in TABLES))
_CELLS = ("report_id", "key", "table", "value", "state", "confidence", "anchor")
_CLAIMS = ("report_id", "measure", "value", "exact", "quote", "link", "scope", "period", "role", "alternatives")


@dataclass(frozen=True, slots=True)
class Order:
    """Some reports with their rows (:func:`gkaudit.frames.sent`), and the identities of each edition."""

    systems: Mapping[str, System]
    count: int
    reports: bytes
    cells: bytes
    claims: bytes

    def tasks(self) -> Iterator[Task]:
        """One task a report."""
        reports, *others = map(received, (self.reports, self.cells, self.claims))
        ids = reports.get_column("report_id").to_list()
        cells, claims = (RowsOf(table, table.columns).of(ids) for table in others)
        for row in reports.iter_rows(named=True):
            name = row["report_id"]
            damaged = tuple(table for table in TABLES if row[f"damaged.{table}"])
            own, said = (tuple(rows.get(name, ())) for rows in (cells, claims))
            yield Task(name, self.systems[row["form"]], own, said, damaged)


def study_order(order: Order) -> list[Studied]:
    """What came of each report."""
    return [study(task) for task in order.tasks()]


def orders(batch: Batch, verdicts: pl.DataFrame, suites: Iterable[Suite]) -> Iterator[Order]:
    """The reports with a sum that is broken or cannot be judged, in the order of the batch."""
    entries = [entry for suite in suites for entry in suite.entries]
    systems: dict[str, System] = {edition: equations(entries, edition) for edition in EDITIONS}
    checks = sorted({check for system in systems.values() for e in system.equations for check in e.checks})
    asked = pl.col("check_id").is_in(checks) & pl.col("outcome").is_in(["broken", "undetermined"])
    wanted = frozenset(verdicts.filter(asked).get_column("report_id"))
    for chunk in batch.chunks(wanted) if wanted else ():
        known = pl.col("form").is_in(list(systems))
        reports = chunk.reports.filter(_of(wanted) & known).select(_REPORTS)
        for some in reports.iter_slices(_TOGETHER):
            own = _of(some.get_column("report_id").to_list())
            rows = (chunk.cells.select(_CELLS).filter(own), chunk.claims.select(_CLAIMS).filter(own))
            yield Order(systems, some.height, *map(sent, (some, *rows)))


def _of(ids: Collection[str]) -> pl.Expr:
    return pl.col("report_id").is_in(list(ids))
