"""Leads of a batch: which reports need any, in how many processes, as frames."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

import polars as pl

from gkaudit import frames
from gkaudit.batches import Batch
from gkaudit.editing.crew import Idle, study_all
from gkaudit.editing.equations import equations
from gkaudit.editing.study import Studied, Task
from gkaudit.form import EDITIONS, TABLES
from gkaudit.gx.suites import Suite
from gkaudit.rows_of import RowsOf

__all__ = ["Edited", "leads_of", "tasks"]

#: Columns that a task carries.
_CELLS = ("report_id", "key", "table", "value", "state", "confidence", "anchor")
_CLAIMS = ("report_id", "measure", "value", "exact", "quote", "link", "scope", "period", "role", "alternatives")


class Edited(NamedTuple):
    """Frames :data:`gkaudit.frames.LEADS` and :data:`gkaudit.frames.IMPLIED`."""

    leads: pl.DataFrame
    implied: pl.DataFrame


def leads_of(  # noqa: PLR0913 - what is studied by what, who does it, and what is known
    batch: Batch,
    verdicts: pl.DataFrame,
    suites: Iterable[Suite],
    *,
    jobs: int | None = None,
    known: Collection[str] = (),
    idle: Idle | None = None,
) -> Edited:
    """Leads and implied values of a batch, by at most ``jobs`` processes (default: the cores there are).

    Only reports with a sum that is broken or cannot be judged are looked at; all others cost nothing.
    ``known``: reports that are passed over, because their leads are there already. ``idle``: processes that were
    started before (:func:`gkaudit.editing.crew.hired`).
    """
    rest = verdicts.filter(~pl.col("report_id").is_in(list(known)))
    return _framed(study_all(tasks(batch, rest, suites), jobs or os.cpu_count() or 1, idle))


def tasks(batch: Batch, verdicts: pl.DataFrame, suites: Iterable[Suite]) -> Iterator[Task]:
    """What there is to study: one task a report, to be handed to :func:`gkaudit.editing.study.study`."""
    entries = [entry for suite in suites for entry in suite.entries]
    systems = {edition: equations(entries, edition) for edition in EDITIONS}
    checks = sorted({check for system in systems.values() for e in system.equations for check in e.checks})
    asked = pl.col("check_id").is_in(checks) & pl.col("outcome").is_in(["broken", "undetermined"])
    wanted = frozenset(verdicts.filter(asked).get_column("report_id"))
    for chunk in batch.chunks(wanted) if wanted else ():
        reports = chunk.reports.filter(pl.col("report_id").is_in(list(wanted)))
        own, said = RowsOf(chunk.cells, _CELLS), RowsOf(chunk.claims, _CLAIMS)
        for row in reports.iter_rows(named=True):
            if row["form"] in systems:
                name = row["report_id"]
                damaged = tuple(table for table in TABLES if row[f"damaged.{table}"])
                cells, claims = (tuple(of.of([name]).get(name, ())) for of in (own, said))
                yield Task(name, systems[row["form"]], cells, claims, damaged)


def _framed(studied: Iterable[Studied]) -> Edited:
    leads: list[dict[str, Any]] = []
    implied: list[dict[str, Any]] = []
    for one in studied:
        leads += one.leads
        implied += one.implied
    return Edited(frames.frame(leads, frames.LEADS), frames.frame(implied, frames.IMPLIED))
