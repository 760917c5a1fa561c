"""Run our notebooks and make pages of them.

A report: ``<out_dir>/notebooks/<report_id>.ipynb`` and ``<out_dir>/reports/<report_id>.html``. Any other
notebook: wherever the caller says. Each file is written under a hidden name first, so that a reader never
sees half of one.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from gkaudit.errors import RenderError
from gkaudit.files import write_text
from gkaudit.resources import folder

__all__ = ["EXPORTER", "Progress", "Rendered", "notebook_path", "render_many", "render_notebook", "render_report"]

#: Who makes the page, by the name ``jupyter nbconvert --to`` would take; this package knows no HTML.
EXPORTER = "gkaudit.html.exporter.GkHTMLExporter"
#: Seconds for one cell of a notebook. A page takes well under one; this ends a kernel that hangs.
_CELL_TIMEOUT = 120
_START_TIMEOUT = 60
#: A file name has at most 255 bytes, ``.<name>.<pid>.partial`` and the suffix included.
_LONGEST_NAME = 220

#: Called after each report with its id and the reason of a failure, None where the page is there.
Progress: TypeAlias = Callable[[str, str | None], None]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of a batch: pages by report_id, and reasons for those that failed."""

    pages: dict[str, Path] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


def notebook_path(name: str) -> Path:
    """A notebook of ours, e.g. ``township``, where :func:`gkaudit.resources.folder` finds it.

    Raises RenderError where there is none of that name.
    """
    path = folder("notebooks") / f"{name}.ipynb"
    if not path.is_file():
        raise RenderError(f"找不到笔记本 {path}，请恢复该文件或重新安装 gkaudit。")
    return path


def _target(folder: Path, report_id: str, suffix: str) -> Path:
    """The file of a report in a folder. Raises RenderError when the id would lead out of it."""
    path = folder / f"{report_id}{suffix}"
    unsafe = not report_id or report_id.startswith(".") or any(c in "/\\:" or ord(c) < ord(" ") for c in report_id)
    # A symbolic link inside the folder is refused as well: it could point anywhere.
    if unsafe or len(os.fsencode(path.name)) > _LONGEST_NAME or path.resolve().parent != folder.resolve():
        raise RenderError(f"报告编号“{report_id}”不能用作文件名，请在来源中更名后重新运行。")
    return path


@cache
def _exporter() -> Any:
    """One exporter a process: its template is compiled once."""
    from nbconvert.exporters import get_exporter  # noqa: PLC0415 - 0.3 s that only rendering needs

    return get_exporter(EXPORTER)()  # type: ignore[no-untyped-call]  # nbconvert has no types here


def _execute(name: str, parameters: Mapping[str, str]) -> Any:
    """A notebook of ours, executed. Raises what papermill, nbclient or the kernel raise."""
    import papermill  # noqa: PLC0415 - 0.3 s that only rendering needs

    from gkaudit.notebook.kernel import kernel_options  # noqa: PLC0415

    source = notebook_path(name)
    with kernel_options() as options:
        return papermill.execute_notebook(
            # papermill formats the path with the parameters; braces in it are only braces.
            str(source).replace("{", "{{").replace("}", "}}"),
            None,
            parameters=dict(parameters),
            kernel_name="python3",
            language="python",
            cwd=str(source.parent),
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            start_timeout=_START_TIMEOUT,
            execution_timeout=_CELL_TIMEOUT,
            **options,
        )


def _reason(error: Exception) -> str:
    """An exception in one line; of a cell's error only what it says, not where."""
    name, value = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    line = " ".join(str(value).split())
    return f"{name}：{line[:300]}"


def render_notebook(name: str, parameters: Mapping[str, str], notebook: Path, page: Path) -> Path:
    """Execute the notebook ``name`` (``township``, ``county``, ``compare``) and export its page.

    Writes the executed notebook to ``notebook`` and the page to ``page``, which is returned. Raises
    RenderError with one sentence when the notebook fails, the kernel dies or a file cannot be written.
    """
    import nbformat  # noqa: PLC0415
    from papermill.exceptions import PapermillException, PapermillExecutionError  # noqa: PLC0415

    try:
        executed = _execute(name, parameters)
        executed.metadata.papermill["output_path"] = str(notebook)
        html, _ = _exporter().from_notebook_node(executed)
        write_text(nbformat.writes(executed) + "\n", notebook)  # type: ignore[no-untyped-call]
        write_text(html, page)
    except PapermillExecutionError as error:
        raise RenderError(f"{page.stem}：笔记本执行出错，页面未生成（{_reason(error)}）。") from error
    except (PapermillException, OSError, RuntimeError, ValueError) as error:
        # RuntimeError: the kernel died or did not start; OSError: the disk, or a time limit.
        raise RenderError(f"{page.stem}：页面未生成（{_reason(error)}）。") from error
    return page


def render_report(report_id: str, data_dir: str | Path, out_dir: str | Path, lang: str = "zh") -> Path:
    """Execute the notebook for one report and export the page; returns the path of the page.

    ``data_dir`` is ``audit_out/data``, ``out_dir`` is ``audit_out``. Raises RenderError as
    :func:`render_notebook` does, and when the id cannot be a file name.
    """
    out, data = Path(out_dir).resolve(), Path(data_dir).resolve()
    notebook = _target(out / "notebooks", report_id, ".ipynb")
    page = _target(out / "reports", report_id, ".html")
    return render_notebook("township", {"report_id": report_id, "data_dir": str(data), "lang": lang}, notebook, page)


def _warm() -> None:
    """Import once a worker what every report needs."""
    import papermill  # noqa: F401, PLC0415

    _exporter()


def _one(report_id: str, data_dir: str, out_dir: str, lang: str) -> tuple[str | None, str | None]:
    """Page or reason, never an exception: it would have to be pickled."""
    try:
        return str(render_report(report_id, data_dir, out_dir, lang)), None
    except RenderError as error:
        return None, str(error)


def _pool_run(ids: list[str], task: tuple[str, str, str], jobs: int, done: Rendered, progress: Progress | None) -> None:
    """Render ids in a pool of its own, into ``done``; what a broken pool leaves is simply not in it."""
    # spawn: a forked process would inherit polars' threads in an unusable state.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=min(jobs, len(ids)), mp_context=context, initializer=_warm) as pool:
        futures: dict[Future[tuple[str | None, str | None]], str] = {pool.submit(_one, i, *task): i for i in ids}
        for future in as_completed(futures):
            try:
                page, reason = future.result()
            except BrokenProcessPool:
                continue
            report_id = futures[future]
            if page is not None:
                done.pages[report_id] = Path(page)
            else:
                done.failures[report_id] = reason or ""
            if progress is not None:
                progress(report_id, reason)


def render_many(  # noqa: PLR0913 - what render_report takes, and how to go about it
    report_ids: Iterable[str],
    data_dir: str | Path,
    out_dir: str | Path,
    *,
    lang: str = "zh",
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Rendered:
    """Render many reports with ``jobs`` processes (default: the cores there are).

    One report's failure stays its own; when a worker process dies, the reports it left are tried
    once more, one at a time. ``progress(report_id, reason)`` is called here, in the parent. Raises
    nothing for a report.
    """
    ids = list(dict.fromkeys(report_ids))
    task = (str(Path(data_dir).resolve()), str(Path(out_dir).resolve()), lang)
    done = Rendered()
    if ids:
        _pool_run(ids, task, max(1, jobs or os.cpu_count() or 1), done, progress)
    for report_id in ids:
        if report_id not in done.pages and report_id not in done.failures:
            _pool_run([report_id], task, 1, done, progress)
        if report_id not in done.pages and report_id not in done.failures:
            done.failures[report_id] = f"{report_id}：执行进程意外终止，页面未生成，请检查内存后重新运行。"
            if progress is not None:
                progress(report_id, done.failures[report_id])
    return done
