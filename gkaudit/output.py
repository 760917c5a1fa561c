"""The output tree: parquet tables, manifest, notebooks, pages, index.

Every file is written beside its place and moved there when it is whole: a run that is stopped leaves
what was there before. Nothing in the folder is deleted; ``reviews.sqlite`` is never touched.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import polars as pl

from gkaudit import frames
from gkaudit.auditing import Audit, Progress
from gkaudit.errors import UsageError, system_reason
from gkaudit.files import write_text
from gkaudit.gx.suites import Suite
from gkaudit.notebook import Rendered
from gkaudit.opening import OpenedAudit
from gkaudit.publishing import TABLES, Asked, publish
from gkaudit.store import LARGE
from gkaudit.timings import Timings, peak_memory

__all__ = ["Asked", "Written", "again", "catalogue", "load_audit", "manifest", "write_all", "write_data"]

#: The tables of a run.
_TABLES = (*TABLES, "coverage")
#: The list of findings beside the pages.
_LIST = "findings.xlsx"
#: Packages whose version decides about results or pages.
_PACKAGES = ("gkaudit", "polars", "great-expectations", "papermill", "nbconvert", "ipywidgets")


@dataclass(frozen=True, slots=True)
class Written:
    """What a run left in its folder."""

    out: Path
    index: Path
    pages: dict[str, Path]
    page_failures: dict[str, str]
    manifest: dict[str, Any]


def write_data(audit: Audit, out: Path, tables: Iterable[str] = _TABLES) -> None:
    """The parquet tables under ``data/``; those in ``tables`` only."""
    for name in tables:
        path = out / "data" / f"{name}.parquet"
        if name in LARGE:
            frames.write_chunks(audit.batch.pieces(name), getattr(frames, name.upper()), path)
        else:
            frames.write(getattr(audit, name), path)


def catalogue(audit: Audit) -> dict[str, Any]:
    """``data/catalogue.json``: what every page says about the run, however many reports there are.

    ``suites`` (file, name, titles, sha256), ``checks`` by id (titles, suite, ``rules`` with title,
    description and severity), ``versions``, ``lang``. No time: equal input has equal pages, whenever it is run.
    """
    checks: dict[str, dict[str, Any]] = {}
    for suite in audit.suites:
        for entry in suite.entries:
            meta = entry.meta
            rule = {name: meta.get(name) for name in ("title_zh", "title_en", "description_zh", "description_en")}
            named = {"title_zh": meta["title_zh"], "title_en": meta["title_en"], "suite": suite.name, "rules": []}
            checks.setdefault(entry.check_id, named)["rules"].append({**rule, "severity": entry.severity})
    return {
        "lang": audit.lang,
        "suites": [
            {
                "file": suite.file.name,
                "name": suite.name,
                "title_zh": suite.meta.get("title_zh", suite.name),
                "title_en": suite.meta.get("title_en", suite.name),
                "sha256": suite.sha256,
            }
            for suite in audit.suites
        ],
        "checks": checks,
        "versions": _versions(),
    }


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in _PACKAGES}}


def manifest(audit: Audit, started: datetime, *, page_failures: Mapping[str, str]) -> dict[str, Any]:
    """``run.json``: what went in, by which rules and versions, what came out, what failed."""
    read = audit.reports.select("report_id", "source", "sha256", "status", "note").to_dicts()
    failures = [{"name": f.source, "stage": "read", "reason": f.reason} for f in audit.failures]
    failures += [{"name": name, "stage": "page", "reason": reason} for name, reason in sorted(page_failures.items())]
    checks = {
        entry.check_id: {"title_zh": entry.meta["title_zh"], "title_en": entry.meta["title_en"]}
        for suite in audit.suites
        for entry in reversed(suite.entries)
    }
    return {
        "started": _moment(started),
        "finished": None,
        "lang": audit.lang,
        "inputs": [{"name": r.pop("source"), **r} for r in read],
        "profile": audit.profile,
        "suites": [{"file": suite.file.name, "sha256": suite.sha256} for suite in audit.suites],
        "checks": checks,
        "versions": _versions(),
        "counts": {
            "inputs": len(read) + len(audit.failures),
            "reports": len(read),
            "unreadable": len(audit.failures),
            "findings": audit.counts(),
            "outcomes": dict(audit.verdicts.group_by("outcome").len().sort("outcome").iter_rows()),
        },
        # Bodies of the list without a report have no row in any other table.
        "missing": audit.coverage.filter(pl.col("status") == "missing").select("year", "parent", "organ").to_dicts(),
        "timings": {},
        "failures": failures,
    }


def _moment(when: datetime) -> str:
    return when.astimezone().isoformat(timespec="seconds")


def _write_json(data: Mapping[str, Any], path: Path) -> None:
    write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", path)


def _prepare(out: Path) -> None:
    try:
        for name in ("data", "notebooks", "reports"):
            (out / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{out}：不能写入结果（{system_reason(error)}），请换一个 --out 文件夹") from error


def write_all(  # noqa: PLR0913 - what is written, where, how, and who is told
    audit: Audit,
    out: Path,
    asked: Asked | None = None,
    *,
    started: datetime | None = None,
    timings: Timings | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write everything, and make those pages again that would look otherwise.

    The caller holds the lock of the folder (:func:`gkaudit.store.locked`). Raises UsageError where the folder
    cannot be written.
    """
    started, asked, timings = started or datetime.now(UTC), asked or Asked(), timings or Timings()
    _prepare(out)
    with timings("write"):
        write_data(audit, out, [name for name in _TABLES if name not in LARGE])
        # List and pages quote the catalogue and the manifest, so a first version has to be there before them.
        _write_json(catalogue(audit), out / "data" / "catalogue.json")
        _write_json(manifest(audit, started, page_failures={}), out / "run.json")
    if asked.pages and asked.renderer is not None:
        # The list needs neither pages nor large tables: where pages are made in forks, another writes it meanwhile.
        asked.renderer.begin(_LIST, "gkaudit.xlsx", "write", *map(str, _list_of(audit, out)))
    with timings("write"):
        if asked.large is None:
            write_data(audit, out, LARGE)
        else:
            asked.large.place(out / "data")
    rendered = Rendered()

    def said(failures: Mapping[str, str]) -> None:
        _write_json(manifest(audit, started, page_failures=failures), out / "run.json")

    if asked.pages:
        with timings("pages"):
            rendered = publish(audit, out, asked, said, progress)
        with timings("list"):
            if asked.renderer is None or not asked.renderer.finished(_LIST):
                _list(audit, out)
    final = manifest(audit, started, page_failures=rendered.failures)
    if asked.pages:
        final["notebooks"] = _engine_facts(rendered)
    _finish(final, timings, out)
    return Written(out, out / "index.html", rendered.pages, rendered.failures, final)


def _finish(final: dict[str, Any], timings: Timings, out: Path) -> None:
    """The manifest with what is known at the end: seconds by stage, on the clock and of processors, and memory."""
    final["finished"] = _moment(datetime.now(UTC))
    final["timings"] = {stage: round(seconds, 3) for stage, seconds in timings.wall.items()}
    final["processor_seconds"] = {stage: round(seconds, 3) for stage, seconds in timings.cpu.items()}
    final["peak_memory_mb"] = peak_memory()
    _write_json(final, out / "run.json")


def load_audit(out: Path, suites: tuple[Suite, ...]) -> tuple[Audit, dict[str, Any]]:
    """The audit that lies in a folder, and its manifest; texts are as they were written, with secrets covered."""
    told = json.loads((out / "run.json").read_text("utf-8"))
    return OpenedAudit(out, told, suites=suites), told


def again(out: Path, told: dict[str, Any], started: datetime, timings: Timings) -> Written:
    """Nothing has changed: write the manifest anew with the times of this run."""
    told["started"] = _moment(started)
    _finish(told, timings, out)
    failed = {f["name"]: f["reason"] for f in told["failures"] if f["stage"] == "page"}
    pages = {i["report_id"]: out / "reports" / f"{i['report_id']}.html" for i in told["inputs"]}
    here = {name: page for name, page in pages.items() if page.is_file()}
    return Written(out, out / "index.html", here, failed, told)


def _engine_facts(rendered: Rendered) -> dict[str, Any]:
    """Who ran the notebooks, and whether the stock engine did the same with one of them (None: not compared)."""
    agree = None if rendered.compared is None else not rendered.differences
    compared = {"compared": rendered.compared, "agree": agree, "differences": rendered.differences}
    return {"engine": rendered.engine, **compared}


def _list_of(audit: Audit, out: Path) -> tuple[Path, Path, str]:
    return out / _LIST, out / "data", audit.lang


def _list(audit: Audit, out: Path) -> None:
    from gkaudit.xlsx import write  # noqa: PLC0415

    try:
        write(*_list_of(audit, out))
    except PermissionError as error:
        raise UsageError(f"{out / _LIST}：正被别的程序打开，写不进去；请关闭后重新运行") from error
