"""What lies on the auditor's desk: an audit, the ledger, and one report at a time with what was decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from gkaudit.auditing import Audit
from gkaudit.frames import SEVERITIES, Tables
from gkaudit.html.model import Data, of_frames
from gkaudit.html.run import Run
from gkaudit.html.text import words
from gkaudit.panel.bodies import bodies_of, name_of
from gkaudit.reviews import Ledger, active, corrected, restored, reviewed

__all__ = ["Case", "Desk", "Wanted"]

#: Reviews that still ask for something.
_OPEN = ("open", "reopened")
#: So many reports with decisions are read one by one; for more, the whole table is.
_FEW = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty where anything will do."""

    county: str = ""
    organ: str = ""
    year: str = ""
    severity: str = ""
    check: str = ""
    review: str = ""
    text: str = ""


@dataclass(frozen=True)
class Case:
    """One report with the corrections in force; ``pending`` are the cells that the run did not yet have so."""

    report_id: str
    tables: Tables
    verdicts: pl.DataFrame
    findings: pl.DataFrame
    reviews: dict[str, dict[str, Any]]
    pending: tuple[str, ...]
    data: Data

    @property
    def facts(self) -> dict[str, Any]:
        """The row of ``reports``."""
        return self.data.report

    @cached_property
    def by_key(self) -> dict[str, dict[str, Any]]:
        """Cells by key."""
        return {row["key"]: row for row in self.tables.cells.iter_rows(named=True)}

    @cached_property
    def by_finding(self) -> dict[str, dict[str, Any]]:
        """Findings by id."""
        return {row["finding_id"]: row for row in self.findings.iter_rows(named=True)}


class Desk:
    """The audit as the explorer asks for it. Reads the ledger anew at every :meth:`refresh`."""

    def __init__(self, audit: Audit, ledger: Ledger) -> None:
        self.audit, self.ledger, self.lang = audit, ledger, audit.lang
        self.refresh()

    def refresh(self) -> None:
        """Look into the ledger: another notebook may have written."""
        self.decisions, self.corrections = self.ledger.decisions(), self.ledger.corrections()
        findings, reports = self.audit.findings, self.audit.reports
        stands = reviewed(findings, reports, self._cells_of_decided(), self.decisions, self.lang)
        self.findings = findings.hstack(stands.select("review"))
        self.reviews = stands
        self.summary = self._summary()

    def _cells_of_decided(self) -> pl.DataFrame:
        """Cells of the reports that somebody decided about: only those can have changed."""
        sources = self.decisions.get_column("sha256").unique().implode()
        named = self.decisions.get_column("report_id").unique().implode()
        concerned = self.audit.reports.filter(pl.col("report_id").is_in(named) | pl.col("sha256").is_in(sources))
        ids = concerned.get_column("report_id").to_list()
        if len(ids) > _FEW:
            return self.audit.cells
        parts = [self.audit.part("cells", report_id) for report_id in ids]
        return pl.concat(parts) if parts else self.audit.part("cells", "")

    def _summary(self) -> pl.DataFrame:
        """A row a report: who, when, findings by severity, how many are open; the worst first."""
        counted = self.findings.group_by("report_id").agg(
            *((pl.col("severity") == s).sum().alias(s) for s in SEVERITIES),
            pl.col("review").is_in(_OPEN).sum().alias("open"),
        )
        who = self.audit.reports.select("report_id", "organ", "county", "year", "source", "sha256", "status")
        return (
            who.join(counted, on="report_id", how="left")
            .with_columns(pl.col(*SEVERITIES, "open").fill_null(0))
            .sort(*SEVERITIES, "report_id", descending=[True, True, True, False])
            .with_row_index("at")
        )

    @cached_property
    def _texts(self) -> pl.DataFrame:
        """What free text is looked for in, a row a report: names, and the words of findings."""
        said = pl.concat_str("check_id", "title", "message", "quote", separator="\n", ignore_nulls=True)
        found = self.audit.findings.select("report_id", said.alias("said")).group_by("report_id").agg(pl.col("said"))
        own = pl.concat_str("report_id", "organ", "county", "source", separator="\n", ignore_nulls=True)
        both = self.audit.reports.select("report_id", own.alias("own")).join(found, on="report_id", how="left")
        joined = pl.col("said").list.join("\n", ignore_nulls=True).fill_null("")
        return both.select("report_id", text=(pl.col("own") + "\n" + joined).str.to_lowercase())

    def select(self, wanted: Wanted) -> pl.DataFrame:
        """Rows of the summary that are wanted, in its order."""
        keep = pl.lit(value=True)
        for name in ("county", "organ", "year"):
            value = getattr(wanted, name)
            if value:
                keep &= pl.col(name).cast(pl.String) == value
        listed = self.summary.filter(keep)
        asked = [
            (pl.col(column).cast(pl.String) == value)
            for column, value in (
                ("severity", wanted.severity),
                ("check_id", wanted.check),
                ("review", wanted.review),
            )
            if value
        ]
        if asked:
            having = self.findings.filter(*asked).select("report_id").unique()
            listed = listed.join(having, on="report_id", how="semi", maintain_order="left")
        if wanted.text.strip():
            sought = pl.col("text").str.contains(wanted.text.strip().lower(), literal=True)
            hits = self._texts.filter(sought).select("report_id")
            listed = listed.join(hits, on="report_id", how="semi", maintain_order="left")
        return listed

    def options(self, column: str) -> list[str]:
        """What a column of the reports or findings can be narrowed to."""
        source = self.audit.reports if column in ("county", "organ", "year") else self.audit.findings
        return source.get_column(column).drop_nulls().cast(pl.String).unique().sort().to_list()

    def case(self, report_id: str) -> Case:
        """One report, with the corrections in force."""
        own = pl.col("report_id") == report_id
        names = ("cells", "sections", "claims", "verdicts", "leads", "implied")
        run, sections, claims, verdicts, leads, implied = (self.audit.part(name, report_id) for name in names)
        machine = Tables(self.audit.reports.filter(own), restored(run), sections, claims)
        now = corrected(machine, self.corrections, self.lang)
        findings = self.findings.filter(own).drop("review")
        stands = self.reviews.join(findings.select("finding_id"), on="finding_id", how="semi")
        reviews = {row["finding_id"]: row for row in stands.iter_rows(named=True)}
        decided = {name: row for name, row in reviews.items() if row["entries"]}
        parts = (now.cells, findings, verdicts, sections, leads, implied)
        return Case(
            report_id=report_id,
            tables=now,
            verdicts=verdicts,
            findings=findings,
            reviews=reviews,
            pending=_differing(run, now.cells),
            data=of_frames(now.reports.row(0, named=True), parts, Run(), words(self.lang), decided),
        )

    @cached_property
    def _bodies(self) -> pl.DataFrame:
        """Report, year and the body that it is of, whatever way its name is printed."""
        listed = self.audit.reports.select("report_id", "year", "organ", "county")
        bodies = bodies_of([name_of(organ, county) for organ, county in listed.select("organ", "county").iter_rows()])
        return listed.select("report_id", "year", body=pl.Series([body.key for body in bodies], dtype=pl.String))

    def years(self, report_id: str) -> list[tuple[int, str]]:
        """Year and id of all reports of the body, earliest first."""
        own = self._bodies.filter(pl.col("report_id") == report_id).select("body")
        listed = self._bodies.join(own, on="body").filter(pl.col("year").is_not_null()).sort("year", "report_id")
        return list(listed.select("year", "report_id").iter_rows())

    def earlier(self, case: Case) -> str | None:
        """The report of the same body on the year before, where the batch has exactly one."""
        found = [i for year, i in self.years(case.report_id) if year == (case.facts.get("year") or 0) - 1]
        return found[0] if len(found) == 1 else None

    def correction(self, case: Case, key: str) -> dict[str, Any] | None:
        """The correction in force for a cell."""
        own = (pl.col("sha256") == (case.facts.get("sha256") or "")) & (pl.col("key") == key)
        found = active(self.corrections).filter(own)
        return found.row(0, named=True) if found.height else None

    def history(self, finding_id: str) -> Sequence[dict[str, Any]]:
        """Entries about a finding, the newest first."""
        return self.decisions.filter(pl.col("finding_id") == finding_id).reverse().to_dicts()


def _differing(run: pl.DataFrame, now: pl.DataFrame) -> tuple[str, ...]:
    """Keys of cells that read otherwise than when the run judged them."""
    names = ["key", "value", "state", "raw"]
    pairs = zip(run.select(names).iter_rows(), now.select(names).iter_rows(), strict=True)
    return tuple(old[0] for old, new in pairs if old != new)
