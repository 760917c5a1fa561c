"""The frames of a batch as the overview needs them: counted where they lie, one small row a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from gkaudit.frames import SEVERITIES
from gkaudit.html.bodies import bodies, twins
from gkaudit.html.model import scan
from gkaudit.html.run import Run, load_run
from gkaudit.html.text import Words, words

__all__ = ["Batch", "Group", "Standing", "load_batch"]

#: So many examples of a frequent problem are kept.
_EXAMPLES = 3
#: Columns of ``reports`` that the overview shows.
_ABOUT = ("report_id", "organ", "county", "level", "year", "status", "note", "source", "sha256")
_TABLES = ("table.disclosure", "table.requests", "table.remedies")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of checks (a suite) as a column of the heat map."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One report in the league table. ``heat`` has per group the worst that was found: ``(kind, number)``.

    The kind is a severity, ``undetermined``, or empty where nothing is to be said.
    """

    report_id: str
    organ: str | None
    county: str | None
    year: int | None
    status: str
    note: str | None
    source: str | None
    tables: tuple[str | None, ...]
    counts: Mapping[str, int]
    undetermined: int
    states: Mapping[str, int]
    heat: tuple[tuple[str, int], ...]
    compare: str | None
    sha256: str | None = None
    #: Another report of the batch is of the same body and year.
    twin: bool = False

    @property
    def name(self) -> str:
        """The body as a reader knows it, with the file where there is a second report of its year."""
        name = self.organ or self.report_id
        return f"{name}（{PurePosixPath(self.source).name}）" if self.twin and self.source else name


@dataclass(frozen=True)
class Batch:
    """A batch of reports, the worst first; ``frequent`` are checks by the number of reports they concern.

    ``values`` has (report_id, key, value) of the cells in :func:`load_batch`'s ``keys`` whose number is
    known; ``unknown`` counts by key the reports whose number is not.
    """

    standings: tuple[Standing, ...]
    groups: tuple[Group, ...]
    frequent: tuple[dict[str, Any], ...]
    values: pl.DataFrame
    unknown: Mapping[str, int]
    run: Run
    words: Words
    #: Bodies that must report and did not (``coverage``), where a list of bodies was given.
    missing: tuple[dict[str, Any], ...] = ()
    #: Reports of one body and year, two or more each.
    twins: tuple[tuple[Standing, ...], ...] = ()

    @property
    def lang(self) -> str:
        """``zh`` or ``en``."""
        return self.words.lang

    @cached_property
    def counts(self) -> dict[str, int]:
        """Findings by severity."""
        return {s: sum(row.counts[s] for row in self.standings) for s in SEVERITIES}

    @cached_property
    def counties(self) -> tuple[str, ...]:
        """Counties by name; those of unknown county are not among them."""
        return tuple(sorted({row.county for row in self.standings if row.county}))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years of the reports, the latest first."""
        return tuple(sorted({row.year for row in self.standings if row.year is not None}, reverse=True))

    def numbers(self, key: str) -> list[float]:
        """The known numbers of a cell, one a report."""
        return self.values.filter(pl.col("key") == key).get_column("value").to_list()

    def total(self, keys: Iterable[str]) -> float:
        """The sum of the known numbers of some cells over all reports."""
        return float(self.values.filter(pl.col("key").is_in(list(keys))).get_column("value").sum())


def _suite_of(run: Run, checks: Iterable[str]) -> dict[str, str]:
    """The group of every check: its suite, else the letters of its id."""
    return {check: run.group(check) or check.partition("-")[0] for check in checks}


def _heat(
    found: pl.DataFrame, unsettled: pl.DataFrame, groups: tuple[Group, ...]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Per report and group the worst severity with its number, else the number of undetermined checks."""
    at = {group.name: i for i, group in enumerate(groups)}
    heat: dict[str, list[tuple[str, int]]] = {}
    rank = {severity: i for i, severity in enumerate((*SEVERITIES, "undetermined", ""))}
    settled = [(r, g, str(s), n) for r, g, s, n in found.iter_rows()]
    for report_id, group, kind, number in [*settled, *((r, g, "undetermined", n) for r, g, n in unsettled.iter_rows())]:
        row = heat.setdefault(report_id, [("", 0)] * len(groups))
        if rank[kind] < rank[row[at[group]][0]]:
            row[at[group]] = (kind, number)
    return {report_id: tuple(row) for report_id, row in heat.items()}


def _frequent(findings: pl.LazyFrame) -> tuple[dict[str, Any], ...]:
    """Checks by the number of reports they concern, each with a few findings to look at."""
    shown = pl.struct("report_id", "finding_id", "message", "severity")
    table = (
        findings.select("report_id", "finding_id", "check_id", "severity", "title", "message")
        .with_columns(pl.col("title").fill_null(""))
        # A check may have several rules; the title tells which one is broken.
        .group_by("check_id", "title")
        .agg(
            pl.col("report_id").n_unique().alias("bodies"),
            *((pl.col("severity") == severity).sum().alias(severity) for severity in SEVERITIES),
            # One example a report, the gravest first: three bodies say more than one body three times.
            shown.sort_by(pl.col("severity").to_physical())
            .filter(pl.col("report_id").sort_by(pl.col("severity").to_physical()).is_first_distinct())
            .head(_EXAMPLES)
            .alias("examples"),
        )
        .sort("error", "bodies", "warning", "check_id", "title", descending=[True, True, True, False, False])
    )
    return tuple(table.collect().to_dicts())


def _sort_key(row: Standing) -> tuple[Any, ...]:
    return (*(-row.counts[s] for s in SEVERITIES), -row.undetermined, row.report_id)


def load_batch(data_dir: str | Path, lang: str = "zh", *, keys: Iterable[str] = ()) -> Batch:
    """Read and count what the overview needs; ``keys`` are cells whose numbers are wanted.

    ``data_dir`` is ``audit_out/data``. Raises UsageError when the folder or the language is not there.
    """
    say, where = words(lang), Path(data_dir)
    run, wanted = load_run(where, failures=True), list(dict.fromkeys(keys))
    findings, verdicts, cells = (scan(where, name) for name in ("findings", "verdicts", "cells"))
    reports = scan(where, "reports").select(*_ABOUT, *_TABLES)
    checks = verdicts.select("check_id").unique().collect().get_column("check_id").to_list()
    checks += findings.select("check_id").unique().collect().get_column("check_id").to_list()
    suites = _suite_of(run, checks)
    group = pl.col("check_id").replace_strict(suites, default="", return_dtype=pl.String).alias("group")
    undetermined = verdicts.filter(pl.col("outcome") == "undetermined")
    about, counted, found, open_, open_groups, states, values = pl.collect_all(
        [
            reports,
            findings.group_by("report_id", "severity").len(),
            findings.group_by("report_id", group, "severity").len(),
            undetermined.group_by("report_id").len(),
            undetermined.group_by("report_id", group).len(),
            cells.group_by("report_id", "state").len(),
            cells.filter(pl.col("key").is_in(wanted)).select("report_id", "key", pl.col("value").cast(pl.Float64)),
        ]
    )
    groups = _groups(run, suites.values(), lang)
    heat = _heat(found, open_groups, groups)
    counts = _nested(counted)
    unsettled = dict(open_.iter_rows())
    by_state = _nested(states)
    rows = about.to_dicts()
    compared = {r["report_id"]: name for name, own in bodies(rows).items() for r in own}
    doubled = [[row["report_id"] for row in own] for own in twins(rows)]
    several = {report_id for own in doubled for report_id in own}
    standings = [
        Standing(
            **{name: row[name] for name in ("report_id", "organ", "county", "year", "note", "source", "sha256")},
            status=row["status"] or "unreadable",
            tables=tuple(row[name] for name in _TABLES),
            counts={s: counts.get(row["report_id"], {}).get(s, 0) for s in SEVERITIES},
            undetermined=unsettled.get(row["report_id"], 0),
            states=by_state.get(row["report_id"], {}),
            heat=heat.get(row["report_id"], (("", 0),) * len(groups)),
            compare=compared.get(row["report_id"]),
            twin=row["report_id"] in several,
        )
        for row in rows
    ]
    by_id = {row.report_id: row for row in standings}
    unknown = values.filter(pl.col("value").is_null()).group_by("key").len()
    return Batch(
        standings=tuple(sorted(standings, key=_sort_key)),
        groups=groups,
        frequent=_frequent(findings),
        values=values.drop_nulls("value"),
        unknown=dict(unknown.iter_rows()),
        run=run,
        words=say,
        missing=_missing(where),
        twins=tuple(tuple(by_id[report_id] for report_id in own) for own in doubled),
    )


def _missing(data_dir: Path) -> tuple[dict[str, Any], ...]:
    if not (data_dir / "coverage.parquet").is_file():
        return ()
    absent = scan(data_dir, "coverage").filter(pl.col("status") == "missing")
    return tuple(absent.select("county", "organ", "year", "due").sort("county", "organ", "year").collect().to_dicts())


def _nested(counted: pl.DataFrame) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for report_id, name, number in counted.iter_rows():
        table.setdefault(report_id, {})[str(name)] = number
    return table


def _groups(run: Run, used: Iterable[str], lang: str) -> tuple[Group, ...]:
    """The groups that have a check, in the order of the suites, those without a suite last."""
    titles, present = run.groups(lang), set(used)
    ordered = [name for name in titles if name in present] + sorted(present - titles.keys())
    return tuple(Group(name, titles.get(name, name)) for name in ordered)
