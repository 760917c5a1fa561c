"""The main job: a work list, workers that read, one validation, the output tree, and an exit code."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from pathlib import Path

import polars as pl

from gkaudit.auditing import Audit, Progress, inputs, judge
from gkaudit.cluster import Cluster
from gkaudit.editing import Studying
from gkaudit.errors import UsageError
from gkaudit.gx.profiles import DEFAULT, Profile, chosen, load_profile
from gkaudit.gx.suites import Suite, load_suites
from gkaudit.hashing import hash_of
from gkaudit.notebook import Renderer, chosen_engine, notebook_path
from gkaudit.output import Asked, Written, again, load_audit, write_all
from gkaudit.panel.units import Unit, read_units
from gkaudit.publishing import begin_early
from gkaudit.readers.archive import Input
from gkaudit.reading import PackedOutcome
from gkaudit.remote import Away, fetch
from gkaudit.resources import folder
from gkaudit.reviews import NAME, Ledger
from gkaudit.store import FOLDER, Judged, LargeTables, Readings, Spooled, State, clean, file_digest, fingerprint, locked
from gkaudit.timings import Timings
from gkaudit.workers import pack_all

__all__ = ["EXIT_BROKEN", "EXIT_ERRORS", "EXIT_OK", "EXIT_UNREADABLE", "Job", "Outcome", "run", "run_away"]

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
    fresh: bool = False
    #: Address of a Dask scheduler, or ``local`` for Dask workers on this machine; None: a pool of processes.
    scheduler: str | None = None
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
    timings: Timings = field(default_factory=Timings)
    #: Nothing had changed since the last run; its results stand.
    reused: bool = False


@dataclass(frozen=True, slots=True)
class _Given:
    """What decides about results besides the input."""

    profile: Profile
    suites: tuple[Suite, ...]
    units: Sequence[Unit]
    corrections: pl.DataFrame
    decisions: pl.DataFrame

    def judging(self, lang: str) -> str:
        """A hash of what decides about findings and leads besides the reports themselves."""
        parts = [fingerprint(), platform.python_version(), lang, repr(self.profile)]
        parts += [f"{suite.file.name} {suite.sha256}" for suite in self.suites]
        return hash_of(parts)

    def key(self, job: Job, work: Sequence[Input], keys: Sequence[str]) -> str:
        """A hash of everything: equal where a run would write the same."""
        parts = [self.judging(job.lang), str(job.pages), str(job.out.resolve())]
        parts += [file_digest(notebook_path(name)) for name in ("township", "compare", "county") if job.pages]
        parts += [repr(self.units), self.corrections.write_json(), self.decisions.write_json()]
        parts += [f"{item.name} {key}" for item, key in zip(work, keys, strict=True)]
        return hash_of(parts)


def run(job: Job, progress: Progress | None = None) -> Outcome:
    """Read, judge, write and render what has changed since the last run.

    Raises SuiteError and UsageError before any result is written, also where another run holds the folder.
    """
    started, timings = datetime.now(UTC), Timings()
    if job.jobs is not None and job.jobs < 1:
        raise UsageError(f"--jobs {job.jobs}：至少要有 1 个进程")
    chosen_engine(job.engine)
    place = folder("expectations", job.expectations)
    profile = load_profile(job.profile, place)
    suites = chosen(load_suites(place), profile)
    units = read_units(job.units) if job.units is not None else ()
    # A ledger that cannot be read stops the run: without its corrections the results would be others.
    ledger = Ledger(job.out / NAME)
    given = _Given(profile, suites, units, ledger.corrections(), ledger.decisions())
    fetched = fetch(job.paths)
    work = _without_output(inputs(fetched.paths), job.out)
    if not work:
        raise UsageError(f"{'、'.join(job.paths)}：没有找到任何文件；请把年度报告放进去再运行")
    with locked(job.out / FOLDER, job.out):
        with timings("compare"):
            readings = Readings(job.out / FOLDER / "readings", fingerprint(), fresh=job.fresh)
            keys = [readings.key(item) for item in work]
            state = State(job.out, given.key(job, work, keys))
            judged = Judged(job.out, given.judging(job.lang), forget=job.fresh)
            code = None if job.fresh else state.earlier()
        if code is not None:
            return _again(job, given, code, started, timings)
        with ExitStack() as ending:
            cluster = ending.enter_context(Cluster(job.scheduler, _jobs(job))) if job.scheduler else None
            # Great Expectations takes seconds to import; meanwhile others read.
            ending.enter_context(ThreadPoolExecutor(1)).submit(import_module, "gkaudit.gx.validation")
            whole = state.forget()
            clean(job.out)
            reading = _Reading(work, keys, readings, cluster, fetched.urls)
            read = _read(reading, given, job, timings, progress)
            if cluster is not None and job.pages:
                cluster.prepare()
            # It gets ready while a batch is judged, which leaves a core idle; reading leaves none.
            renderer = ending.enter_context(Renderer(job.jobs, job.engine)) if job.pages else None
            if renderer is not None and whole:
                begin_early(renderer, job.out, job.lang)
            large = ending.enter_context(LargeTables(read, job.out / FOLDER))
            studying = cluster.study if cluster is not None else None
            audit = _judged(read, given, judged, job, studying, timings=timings, progress=progress)
            if renderer is not None:
                renderer.settle(frozenset(audit.reports.get_column("report_id")))
            asked = Asked(job.jobs, job.engine, job.pages, job.fresh, renderer, cluster, judged.prints, large)
            written = write_all(audit, job.out, asked, started=started, timings=timings, progress=progress)
        readings.tidy(keys)
        judged.keep({name: getattr(audit, name) for name in ("findings", "leads", "implied")})
        code = _code(audit, written)
        if code != EXIT_BROKEN and not readings.passing:
            state.keep(code)
    return Outcome(audit, written, code, timings)


def _jobs(job: Job) -> int:
    return job.jobs or os.cpu_count() or 1


@dataclass(frozen=True)
class _Reading:
    """What there is to read, what was read before, and who reads."""

    work: Sequence[Input]
    keys: Sequence[str]
    readings: Readings
    cluster: Cluster | None
    urls: Mapping[Path, str]

    @cached_property
    def missing(self) -> list[int]:
        """The numbers of the inputs that had not been read before this run."""
        unknown = self.readings.missing(self.keys)
        return [at for at, key in enumerate(self.keys) if not key or key in unknown]

    def outcomes(self, jobs: int) -> Iterator[tuple[int, PackedOutcome]]:
        missing = self.missing
        items = [self.work[at] for at in missing]
        if self.cluster is None or not items:
            return zip(missing, pack_all(items, jobs), strict=True)
        return ((missing[number], outcome) for number, outcome in self.cluster.read(items, self.urls))


def _read(reading: _Reading, given: _Given, job: Job, timings: Timings, progress: Progress | None) -> Spooled:
    """Read what was not read before."""
    keys, total = reading.keys, len(reading.keys)
    before = total - len(reading.missing)
    with timings("read"):
        for done, (at, outcome) in enumerate(reading.outcomes(_jobs(job)), before + 1):
            reading.readings.add(at, keys[at], outcome, reading.readings.content(reading.work[at]))
            if progress:
                progress("read", done, total)
        return Spooled(reading.readings, keys, given.corrections, job.lang)


def _judged(  # noqa: PLR0913 - what is judged, by what, what is known of it, who helps, and who is told
    read: Spooled,
    given: _Given,
    judged: Judged,
    job: Job,
    studying: Studying | None,
    *,
    timings: Timings,
    progress: Progress | None,
) -> Audit:
    with timings("judge"):
        if progress:
            progress("judge", 0, 1)
        audit = judge(
            read,
            given.suites,
            lang=job.lang,
            failures=read.failures,
            units=given.units,
            earlier=judged,
            jobs=_jobs(job),
            studying=studying,
        )
        audit = replace(audit, profile=given.profile.name)
        if progress:
            progress("judge", 1, 1)
    return audit


def run_away(job: Job, url: str, progress: Progress | None = None) -> Outcome:
    """As :func:`run` with results at an address (``s3://…``): they are made here and carried over at the end."""
    away = Away(url)
    away.bring()
    outcome = run(replace(job, out=away.folder), progress)
    away.carry()
    return outcome


def _again(job: Job, given: _Given, code: int, started: datetime, timings: Timings) -> Outcome:
    """Nothing has changed: the results of the last run, with the times of this one in the manifest."""
    with timings("load"):
        audit, told = load_audit(job.out, given.suites)
        written = again(job.out, told, started, timings)
    return Outcome(audit, written, code, timings, reused=True)


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
