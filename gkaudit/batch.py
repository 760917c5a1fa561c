"""The main job: a work list, workers that read, one validation, the output tree, and an exit code."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from gkaudit.auditing import Audit, Progress, collect, gather, inputs, judge
from gkaudit.errors import UsageError
from gkaudit.gx.profiles import DEFAULT, chosen, load_profile
from gkaudit.gx.suites import load_suites
from gkaudit.notebook import chosen_engine
from gkaudit.output import Written, write_all
from gkaudit.panel.units import read_units
from gkaudit.readers.archive import Input
from gkaudit.resources import folder
from gkaudit.reviews import NAME, Ledger, corrected
from gkaudit.workers import read_all

__all__ = ["EXIT_BROKEN", "EXIT_ERRORS", "EXIT_OK", "EXIT_UNREADABLE", "Job", "Outcome", "run"]

EXIT_OK, EXIT_ERRORS, EXIT_UNREADABLE, EXIT_BROKEN = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Job:
    """What ``gkaudit run`` was asked to do."""

    paths: tuple[str, ...] = ("reports_in",)
    out: Path = Path("audit_out")
    jobs: int | None = None
    expectations: str | None = None
    lang: str = "zh"
    pages: bool = True
    engine: str = "auto"
    #: CSV file of the bodies that must report.
    units: str | None = None
    #: Name of a profile, or a JSON file of one.
    profile: str = DEFAULT


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; ``code`` is the exit code of the contract."""

    audit: Audit
    written: Written
    code: int


def run(job: Job, progress: Progress | None = None) -> Outcome:
    """Read, judge, write, render. Raises SuiteError and UsageError before anything is written."""
    started, timings = datetime.now(UTC), {}
    if job.jobs is not None and job.jobs < 1:
        raise UsageError(f"--jobs {job.jobs}：至少要有 1 个进程")
    chosen_engine(job.engine)
    place = folder("expectations", job.expectations)
    profile = load_profile(job.profile, place)
    suites = chosen(load_suites(place), profile)
    # A ledger that cannot be read stops the run: without its corrections the results would be others.
    corrections = Ledger(job.out / NAME).corrections()
    units = read_units(job.units) if job.units is not None else ()
    work = _without_output(inputs(job.paths), job.out)
    if not work:
        raise UsageError(f"{'、'.join(job.paths)}：没有找到任何文件；请把年度报告放进去再运行")
    begun = perf_counter()
    outcomes = read_all(work, job.jobs or os.cpu_count() or 1)
    reports, failures = gather(outcomes, len(work), progress)
    timings["read"] = perf_counter() - begun
    begun = perf_counter()
    if progress:
        progress("judge", 0, 1)
    tables = corrected(collect(reports), corrections, job.lang)
    audit = judge(tables, suites, lang=job.lang, failures=failures, units=units)
    audit = replace(audit, profile=profile.name)
    timings["judge"] = perf_counter() - begun
    audit.timings.update(timings)
    if progress:
        progress("judge", 1, 1)
    asked: dict[str, Any] = {"jobs": job.jobs, "engine": job.engine, "pages": job.pages}
    written = write_all(audit, job.out, **asked, started=started, progress=progress)
    return Outcome(audit, written, _code(audit, written))


def _code(audit: Audit, written: Written) -> int:
    if not audit.failed_checks().is_empty() or written.page_failures:
        return EXIT_BROKEN
    if audit.failures:
        return EXIT_UNREADABLE
    return EXIT_ERRORS if audit.counts()["error"] else EXIT_OK


def _without_output(work: Sequence[Input], out: Path) -> list[Input]:
    """Results of an earlier run are never input, even where the folder lies inside the input."""
    root = out.resolve()
    return [item for item in work if root not in item.path.parents]
