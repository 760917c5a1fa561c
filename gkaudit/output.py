"""The output tree: parquet tables, manifest, notebooks, pages, index.

Every file is written beside its place and moved there when it is whole: a run that is stopped leaves
what was there before. Nothing in the folder is deleted; ``reviews.sqlite`` is never touched.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from time import perf_counter
from typing import Any

from gkaudit import frames
from gkaudit.auditing import Audit, Progress
from gkaudit.errors import UsageError
from gkaudit.files import write_text
from gkaudit.notebook import Rendered, Renderer, report_tasks

__all__ = ["Written", "catalogue", "manifest", "write_all", "write_data"]

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


def write_data(audit: Audit, out: Path) -> None:
    """The parquet tables under ``data/``."""
    for name in ("reports", "cells", "sections", "claims", "verdicts", "findings", "leads", "implied"):
        frames.write(getattr(audit, name), out / "data" / f"{name}.parquet")


def catalogue(audit: Audit, started: datetime) -> dict[str, Any]:
    """``data/catalogue.json``: what every page says about the run, however many reports there are.

    ``suites`` (file, name, titles, sha256), ``checks`` by id (titles, suite, ``rules`` with title,
    description and severity), ``versions``, ``started``, ``lang``.
    """
    checks: dict[str, dict[str, Any]] = {}
    for suite in audit.suites:
        for entry in suite.entries:
            meta = entry.meta
            rule = {name: meta.get(name) for name in ("title_zh", "title_en", "description_zh", "description_en")}
            named = {"title_zh": meta["title_zh"], "title_en": meta["title_en"], "suite": suite.name, "rules": []}
            checks.setdefault(entry.check_id, named)["rules"].append({**rule, "severity": entry.severity})
    return {
        "started": _moment(started),
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


def manifest(audit: Audit, started: datetime, *, finished: bool, page_failures: Mapping[str, str]) -> dict[str, Any]:
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
        "finished": _moment(datetime.now(UTC)) if finished else None,
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
        "timings": {stage: round(seconds, 3) for stage, seconds in audit.timings.items()},
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
        raise UsageError(f"{out}：不能写入结果（{error.strerror}），请换一个 --out 文件夹") from error


def write_all(  # noqa: PLR0913 - what a run was asked to do
    audit: Audit,
    out: Path,
    *,
    jobs: int | None = None,
    engine: str = "auto",
    pages: bool = True,
    started: datetime | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write everything. Raises UsageError where the folder cannot be written."""
    started = started or datetime.now(UTC)
    _prepare(out)
    begun = perf_counter()
    write_data(audit, out)
    # The pages quote the catalogue and the manifest, so a first version has to be there before them.
    _write_json(catalogue(audit, started), out / "data" / "catalogue.json")
    _write_json(manifest(audit, started, finished=False, page_failures={}), out / "run.json")
    audit.timings["write"] = perf_counter() - begun
    rendered = Rendered()
    if pages:
        begun = perf_counter()
        rendered = _pages(audit, out, Renderer(jobs, engine), started, progress)
        audit.timings["pages"] = perf_counter() - begun
        begun = perf_counter()
        _list(audit, out)
        audit.timings["list"] = perf_counter() - begun
    final = manifest(audit, started, finished=True, page_failures=rendered.failures)
    if pages:
        final["notebooks"] = _engine_facts(rendered)
    _write_json(final, out / "run.json")
    return Written(out, out / "index.html", rendered.pages, rendered.failures, final)


def _engine_facts(rendered: Rendered) -> dict[str, Any]:
    """Who ran the notebooks, and whether the stock engine did the same with one of them (None: not compared)."""
    agree = None if rendered.compared is None else not rendered.differences
    compared = {"compared": rendered.compared, "agree": agree, "differences": rendered.differences}
    return {"engine": rendered.engine, **compared}


def _pages(audit: Audit, out: Path, renderer: Renderer, started: datetime, progress: Progress | None) -> Rendered:
    """A page for each report and for each body of several years, then the overview."""
    from gkaudit.html.bodies import bodies  # noqa: PLC0415

    root, given = out.resolve(), {"data_dir": str((out / "data").resolve()), "lang": audit.lang}
    reports, failures = report_tasks(audit.reports.get_column("report_id"), out / "data", out, audit.lang)
    rows = audit.reports.select("report_id", "organ", "county", "year").to_dicts()
    tasks = reports | {
        f"compare/{name}": ("compare", {"organ": name, **given}, *_places(root, f"compare/{name}"))
        for name in bodies(rows)
    }
    done = 0

    def step(_report_id: str, _reason: str | None) -> None:
        nonlocal done
        done += 1
        if progress:
            progress("pages", done, len(tasks))

    with renderer:
        failures |= renderer.render(tasks, step)
        # The overview lists what could not be read and which pages could not be made.
        _write_json(manifest(audit, started, finished=False, page_failures=failures), out / "run.json")
        failures |= renderer.render({"index.html": ("county", given, *_places(root, "index"))})
    pages = {name: task[3] for name, task in reports.items() if name not in failures}
    return Rendered(pages, failures, renderer.engine, renderer.compared, renderer.differences)


def _places(root: Path, stem: str) -> tuple[Path, Path]:
    """The executed notebook and the page beside it."""
    return root / f"{stem}.ipynb", root / f"{stem}.html"


def _list(audit: Audit, out: Path) -> None:
    from gkaudit.xlsx import write  # noqa: PLC0415

    try:
        write(out / "findings.xlsx", out / "data", audit.lang)
    except PermissionError as error:
        raise UsageError(f"{out / 'findings.xlsx'}：正被别的程序打开，写不进去；请关闭后重新运行") from error
