"""Pages of a folder: those that are not there yet, or would look otherwise, are made; the others stay.

What a page shows is known by the hash of the report's rows in all tables, of the decisions about it, of the
catalogue, the notebook and the program. Pages that no longer belong to a report are removed where we made
them and nobody changed them; nothing else in the folder is ever deleted.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from gkaudit import frames, slices
from gkaudit.auditing import Audit, Progress
from gkaudit.cluster import Cluster
from gkaudit.excerpts import Excerpts
from gkaudit.hashing import hash_of
from gkaudit.notebook import Rendered, Renderer, notebook_path, report_tasks
from gkaudit.notebook.run import Task
from gkaudit.portions import portions
from gkaudit.reviews import NAME, Ledger
from gkaudit.store import FOLDER, LargeTables, Pages, digest, file_digest, fingerprint

__all__ = ["OVERVIEW", "TABLES", "Asked", "begin_early", "publish"]

#: The tables under ``data/`` that have rows of reports.
TABLES = (*slices.TABLES, "claims")
#: Reports whose hashes are made at once.
_KEYS = 1000
#: The page of the batch.
OVERVIEW = "index.html"
#: Pages that are made while the overview is, by process: it takes as long as some thirty others.
_BESIDE = 40


def begin_early(renderer: Renderer, out: Path, lang: str) -> None:
    """Where a run has left its results: have one of its notebooks run by both engines while this one judges.

    The kernel that this takes would else be waited for at the end. The caller settles it
    (:meth:`gkaudit.notebook.Renderer.settle`) before anything is written.
    """
    reports = out.resolve() / "data" / "reports.parquet"
    try:
        known = frames.read(reports).get_column("report_id").head(1)
    except (OSError, pl.exceptions.PolarsError):
        return
    tasks, _ = report_tasks(known, reports.parent, out.resolve(), lang)
    for name, task in tasks.items():
        renderer.compare(name, task)


@dataclass(frozen=True, slots=True)
class Asked:
    """How pages are to be made; ``renderer`` is one that was started before, ``fresh`` makes every page anew.

    ``prints``: a hash by report of what was read of it and of what judged it, where somebody has made them.
    ``large``: the large tables, where they are being written already.
    """

    jobs: int | None = None
    engine: str = "auto"
    pages: bool = True
    fresh: bool = False
    renderer: Renderer | None = None
    cluster: Cluster | None = None
    prints: Mapping[str, str] = field(default_factory=dict)
    large: LargeTables | None = None


def publish(
    audit: Audit,
    out: Path,
    asked: Asked,
    failed: Callable[[Mapping[str, str]], None],
    progress: Progress | None = None,
) -> Rendered:
    """Make the pages; the data are written. ``failed`` is told which could not be made before the overview is."""
    out = out.resolve()
    press = _Press(audit, out, asked, progress)
    tasks, failures = report_tasks(audit.reports.get_column("report_id"), out / "data", out, audit.lang)
    press.begin(tasks)
    # Texts as they were written, with secrets covered.
    tables = Excerpts({name: out / "data" / f"{name}.parquet" for name in TABLES})
    decided = _decisions(Ledger(out / NAME).decisions(), audit.reports)
    own_common, common = press.common("township"), press.common("compare")
    keys = _keys(tasks, tables, decided, asked.prints, own_common)
    several, members = _comparisons(audit, out)
    keys |= {name: hash_of([common, *(keys[i] for i in ids if i in keys)]) for name, ids in members.items()}
    given = {"data_dir": str(out / "data"), "lang": audit.lang}
    overview: dict[str, Task] = {OVERVIEW: ("county", given, *_places(out, "index"))}
    try:
        if failures:
            failed(failures)
        keys[OVERVIEW] = press.whole(failures)
        lost = press.make(_with_overview({**tasks, **several}, overview, asked.jobs), keys, tables, members)
        failures |= lost
        if lost.keys() - {OVERVIEW}:
            # It was made as if nothing would fail, and has to tell.
            failures.pop(OVERVIEW, None)
            failed(failures)
            failures |= press.make(overview, {OVERVIEW: press.whole(failures)}, tables)
    finally:
        press.close()
    pages = {name: task[3] for name, task in tasks.items() if name not in failures}
    press.journal.finish({*pages, *several, OVERVIEW} - failures.keys())
    return press.rendered(pages, failures)


def _keys(
    tasks: Mapping[str, Task], tables: Excerpts, decided: pl.DataFrame, prints: Mapping[str, str], common: str
) -> dict[str, str]:
    """By report a hash of all that its page shows."""
    keys: dict[str, str] = {}
    # What was read is most of the rows: where it is known by a hash, it is not read once more.
    known = frames.Tables._fields if all(name in prints for name in tasks) else ()
    asked = [name for name in TABLES if name not in known]
    for some in portions(tasks, _KEYS):
        own = decided.filter(pl.col("report_id").is_in(some))
        made = digest({**tables.of(some, asked), "decisions": own}, some, common)
        keys |= {name: hash_of((prints[name], key)) for name, key in made.items()} if known else made
    return keys


def _with_overview(pages: dict[str, Task], overview: dict[str, Task], jobs: int | None) -> dict[str, Task]:
    """All pages in the order they are made: the overview so far before the end that no process waits for it."""
    made = list(pages.items())
    at = max(0, len(made) - _BESIDE * (jobs or os.cpu_count() or 1))
    return dict([*made[:at], *overview.items(), *made[at:]])


def _comparisons(audit: Audit, out: Path) -> tuple[dict[str, Task], dict[str, list[str]]]:
    """A page for each body with several years, and the reports it is about."""
    from gkaudit.html.bodies import bodies  # noqa: PLC0415 - pages are not always made

    found = bodies(audit.reports.select("report_id", "organ", "county", "year").to_dicts())
    given = {"data_dir": str(out / "data"), "lang": audit.lang}
    tasks: dict[str, Task] = {
        f"compare/{name}": ("compare", {"organ": name, **given}, *_places(out, f"compare/{name}")) for name in found
    }
    return tasks, {f"compare/{name}": [row["report_id"] for row in rows] for name, rows in found.items()}


def _places(out: Path, stem: str) -> tuple[Path, Path]:
    """The executed notebook and the page beside it."""
    return out / f"{stem}.ipynb", out / f"{stem}.html"


def _decisions(decisions: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """Decisions by the reports they may be about: by id, and by source where the id has changed."""
    by_source = decisions.drop("report_id").join(reports.select("report_id", "sha256"), on="sha256", how="inner")
    return pl.concat([decisions, by_source.select(decisions.columns)]).sort("report_id", "entry")


class _Press:
    """The renderer, started when it is needed, and the journal of what it made."""

    def __init__(self, audit: Audit, out: Path, asked: Asked, progress: Progress | None) -> None:
        self._audit, self._out, self._asked, self._progress = audit, out, asked, progress
        self._renderer = asked.renderer
        self._used = False
        self.journal = Pages(out / FOLDER / "pages.jsonl", out, forget=asked.fresh)

    def common(self, notebook: str) -> str:
        """What all pages of a notebook depend on."""
        parts = (fingerprint(), platform.python_version(), str(self._out), self._audit.lang)
        files = (notebook_path(notebook), self._out / "data" / "catalogue.json")
        return "\x1f".join((*parts, *map(file_digest, files)))

    def whole(self, failures: Mapping[str, str]) -> str:
        """What the overview depends on: all data and what could not be read or made."""
        data = sorted((self._out / "data").glob("*.parquet"))
        unread = [f"{f.source}{f.reason}" for f in self._audit.failures]
        ledger = Ledger(self._out / NAME).decisions().write_csv()
        parts = (self.common("county"), *map(file_digest, data), *unread, *map(str, sorted(failures.items())), ledger)
        return hash_of(parts)

    def begin(self, tasks: Mapping[str, Task]) -> None:
        """Have the first notebook run by both engines while this process finds out which pages are to be made."""
        if self._renderer is not None and tasks:
            self._renderer.compare(*next(iter(tasks.items())))

    def make(
        self,
        tasks: Mapping[str, Task],
        keys: Mapping[str, str],
        tables: Excerpts,
        members: Mapping[str, Sequence[str]] | None = None,
    ) -> dict[str, str]:
        """Make those pages that are not current; reasons for those that failed.

        Pages that need rows of few reports get them from ``tables``: those in ``members`` of the reports
        named there, all others but the overview of the report they are called by.
        """
        wanted = {name: task for name, task in tasks.items() if not self.journal.current(name, keys[name])}
        if not wanted:
            return {}
        about = {name: [] if name == OVERVIEW else (members or {}).get(name, [name]) for name in wanted}
        here, away = self._shared_out(wanted)
        laid = slices.Slices({name: about[name] for name in here}, tables.of, self._out)
        progress = self._progress if len(tasks) > 1 else None
        done = len(tasks) - len(wanted)

        def step(name: str, reason: str | None) -> None:
            nonlocal done
            done += 1
            if reason is None:
                self.journal.note(name, keys[name], wanted[name][2:])
            laid.done(name)
            if progress:
                progress("pages", done, len(tasks))

        self._renderer = self._renderer or Renderer(self._asked.jobs, self._asked.engine)
        self._used = True
        try:
            if not away or self._asked.cluster is None:
                return self._renderer.render(here, step, laid.ready)
            with ThreadPoolExecutor(1) as beside:
                own = beside.submit(self._renderer.render, here, None, laid.ready)
                failures = self._asked.cluster.render(away, about, tables, self._out, step)
                failures |= own.result()
            for name in here:
                step(name, failures.get(name))
            return failures
        finally:
            slices.clear(self._out)

    def _shared_out(self, wanted: dict[str, Task]) -> tuple[dict[str, Task], dict[str, Task]]:
        """What is made here and what on the cluster: here the overview and the one that two engines compare."""
        if self._asked.cluster is None:
            return wanted, {}
        own = {next(iter(wanted)), OVERVIEW}
        here = {name: task for name, task in wanted.items() if name in own}
        return here, {name: task for name, task in wanted.items() if name not in own}

    def close(self) -> None:
        """Let a renderer go that was started here."""
        if self._renderer is not None and self._asked.renderer is None:
            self._renderer.close()

    def rendered(self, pages: dict[str, Path], failures: dict[str, str]) -> Rendered:
        """What became of it."""
        if self._renderer is None or not self._used:
            return Rendered(pages, failures, "none")
        return Rendered(pages, failures, self._renderer.engine, self._renderer.compared, self._renderer.differences)
