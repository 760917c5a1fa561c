"""Leads of a batch: which reports need any, in how many processes, as frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import polars as pl

from gkaudit import frames
from gkaudit.editing.equations import System, equations
from gkaudit.editing.study import Studied, Task, study
from gkaudit.form import EDITIONS, TABLES
from gkaudit.gx.suites import Suite

__all__ = ["Edited", "leads_of", "tasks"]


class Edited(NamedTuple):
    """Frames :data:`gkaudit.frames.LEADS` and :data:`gkaudit.frames.IMPLIED`."""

    leads: pl.DataFrame
    implied: pl.DataFrame


def leads_of(tables: frames.Tables, verdicts: pl.DataFrame, suites: Iterable[Suite]) -> Edited:
    """Leads and implied values of a batch.

    Only reports with a sum that is broken or cannot be judged are looked at; all others cost nothing.
    """
    return _framed(study(task) for task in tasks(tables, verdicts, suites))


def tasks(tables: frames.Tables, verdicts: pl.DataFrame, suites: Iterable[Suite]) -> list[Task]:
    """What there is to study: one task a report, to be handed to :func:`gkaudit.editing.study.study`."""
    entries = [entry for suite in suites for entry in suite.entries]
    systems = {edition: equations(entries, edition) for edition in EDITIONS}
    checks = sorted({check for system in systems.values() for e in system.equations for check in e.checks})
    asked = pl.col("check_id").is_in(checks) & pl.col("outcome").is_in(["broken", "undetermined"])
    wanted = verdicts.filter(asked).get_column("report_id").unique()
    reports = tables.reports.filter(pl.col("report_id").is_in(wanted.implode()))
    own = _by_report(tables.cells, wanted, "key", "table", "value", "state", "confidence", "anchor")
    said = _by_report(
        tables.claims, wanted, "measure", "value", "exact", "quote", "link", "scope", "period", "role", "alternatives"
    )
    return [
        _task(row, systems, own.get(row["report_id"], ()), said.get(row["report_id"], ()))
        for row in reports.to_dicts()
        if row["form"] in systems
    ]


def _by_report(data: pl.DataFrame, wanted: pl.Series, *columns: str) -> dict[str, list[dict[str, Any]]]:
    some = data.filter(pl.col("report_id").is_in(wanted.implode())).select("report_id", *columns)
    parts = some.partition_by("report_id", as_dict=True, include_key=False)
    return {str(key[0]): part.to_dicts() for key, part in parts.items()}


def _task(report: dict[str, Any], systems: dict[Any, System], cells: Sequence[Any], claims: Sequence[Any]) -> Task:
    damaged = tuple(table for table in TABLES if report[f"damaged.{table}"])
    return Task(report["report_id"], systems[report["form"]], tuple(cells), tuple(claims), damaged)


def _framed(studied: Iterable[Studied]) -> Edited:
    leads: list[dict[str, Any]] = []
    implied: list[dict[str, Any]] = []
    for one in studied:
        leads += one.leads
        implied += one.implied
    return Edited(frames.frame(leads, frames.LEADS), frames.frame(implied, frames.IMPLIED))
