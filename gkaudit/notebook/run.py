"""Run our notebooks and make pages of them.

A report: ``<out_dir>/notebooks/<report_id>.ipynb`` and ``<out_dir>/reports/<report_id>.html``. Any other
notebook: wherever the caller says. Each file is written under a hidden name first, so that a reader never
sees half of one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from gkaudit.errors import RenderError
from gkaudit.files import write_text
from gkaudit.resources import folder

__all__ = [
    "EXPORTER",
    "Task",
    "compare_engines",
    "exporter",
    "fulfil",
    "notebook_path",
    "render_notebook",
    "render_report",
    "report_tasks",
]

#: Who makes the page, by the name ``jupyter nbconvert --to`` would take; this package knows no HTML.
EXPORTER = "gkaudit.html.exporter.GkHTMLExporter"
#: Seconds for one cell of a notebook. A page takes well under one; this ends a kernel that hangs.
_CELL_TIMEOUT = 120
_START_TIMEOUT = 60
#: A file name has at most 255 bytes, ``.<name>.<pid>.partial`` and the suffix included.
_LONGEST_NAME = 220

#: A notebook by name, its parameters, and where the executed notebook and the page go.
Task: TypeAlias = tuple[str, dict[str, str], Path, Path]


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
    if unsafe or len(os.fsencode(path.name)) > _LONGEST_NAME or path.is_symlink():
        raise RenderError(f"报告编号“{report_id}”不能用作文件名，请在来源中更名后重新运行。")
    return path


@cache
def exporter() -> Any:
    """One exporter a process: its template is compiled once."""
    from nbconvert.exporters import get_exporter  # noqa: PLC0415 - 0.3 s that only rendering needs

    return get_exporter(EXPORTER)()  # type: ignore[no-untyped-call]  # nbconvert has no types here


@contextmanager
def _unwritten() -> Iterator[None]:
    """While a notebook runs in this process, it is neither written out nor validated output by output.

    papermill puts it into text even where it is asked for no file, which is then thrown away, and nbformat checks
    each output by itself. The whole is written and validated by us at the end; a seventh of a page's time is saved.
    """
    from nbformat.v4 import nbbase  # noqa: PLC0415
    from papermill import execute  # noqa: PLC0415

    left = [(execute, "write_ipynb"), (nbbase, "validate")]
    known = [getattr(module, name) for module, name in left]
    for module, name in left:
        setattr(module, name, lambda *_args, **_kwargs: None)
    try:
        yield
    finally:
        for (module, name), function in zip(left, known, strict=True):
            setattr(module, name, function)


def _execute(name: str, parameters: Mapping[str, str], engine: str = "nbclient", source: Path | None = None) -> Any:
    """A notebook of ours (or ``source``), executed. Raises what papermill, nbclient or the kernel raise."""
    import papermill  # noqa: PLC0415 - 0.3 s that only rendering needs

    source = source or notebook_path(name)
    given: dict[str, Any] = {
        # papermill formats the path with the parameters; braces in it are only braces.
        "input_path": str(source).replace("{", "{{").replace("}", "}}"),
        "output_path": None,
        "parameters": dict(parameters),
        "kernel_name": "python3",
        "language": "python",
        "cwd": str(source.parent),
        "progress_bar": False,
        "log_output": False,
        "request_save_on_cell_execute": False,
        "autosave_cell_every": 0,
    }
    if engine == "fork":
        from gkaudit.notebook.engine import registered  # noqa: PLC0415

        with _unwritten():
            executed = papermill.execute_notebook(engine_name=registered(), **given)
    else:
        from gkaudit.notebook.kernel import kernel_options  # noqa: PLC0415

        with kernel_options() as options:
            given |= {"start_timeout": _START_TIMEOUT, "execution_timeout": _CELL_TIMEOUT, **options}
            executed = papermill.execute_notebook(**given)
    for cell in executed.cells:
        if "injected-parameters" in cell.metadata.get("tags", ()):
            # papermill's name for it is a random one.
            cell.id = "injected-parameters"
    return executed


def _reason(error: Exception) -> str:
    """An exception in one line; of a cell's error only what it says, not where."""
    name, value = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    line = " ".join(str(value).split())
    return f"{name}：{line[:300]}"


def render_notebook(  # noqa: PLR0913 - which notebook, from where to where, and how
    name: str,
    parameters: Mapping[str, str],
    notebook: Path,
    page: Path,
    *,
    engine: str = "nbclient",
    source: Path | None = None,
) -> Path:
    """Execute the notebook ``name`` (``township``, ``county``, ``compare``) and export its page.

    Writes the executed notebook to ``notebook`` and the page to ``page``, which is returned. ``engine`` is
    ``nbclient`` (a kernel) or ``fork`` (this process, which should serve nothing else); ``source`` is the
    file of the notebook where it is known. Raises RenderError with one sentence when the notebook fails, the
    kernel dies or a file cannot be written.
    """
    import nbformat  # noqa: PLC0415
    from papermill.exceptions import PapermillException, PapermillExecutionError  # noqa: PLC0415

    try:
        executed = _execute(name, parameters, engine, source)
        executed.metadata.papermill["output_path"] = str(notebook)
        html, _ = exporter().from_notebook_node(executed)
        write_text(nbformat.writes(executed) + "\n", notebook)  # type: ignore[no-untyped-call]
        write_text(html, page)
    except PapermillExecutionError as error:
        raise RenderError(f"{page.stem}：笔记本执行出错，页面未生成（{_reason(error)}）。") from error
    except (PapermillException, OSError, RuntimeError, ValueError) as error:
        # RuntimeError: the kernel died or did not start; OSError: the disk, or a time limit.
        raise RenderError(f"{page.stem}：页面未生成（{_reason(error)}）。") from error
    return page


def _report_task(report_id: str, data: Path, out: Path, lang: str) -> Task:
    """The page of a report; the folders are absolute. Raises RenderError when the id cannot be a file name."""
    notebook = _target(out / "notebooks", report_id, ".ipynb")
    page = _target(out / "reports", report_id, ".html")
    return "township", {"report_id": report_id, "data_dir": str(data), "lang": lang}, notebook, page


def report_tasks(
    report_ids: Iterable[str], data_dir: str | Path, out_dir: str | Path, lang: str
) -> tuple[dict[str, Task], dict[str, str]]:
    """Pages of reports by id, and why there can be none."""
    tasks: dict[str, Task] = {}
    refused: dict[str, str] = {}
    data, out = Path(data_dir).resolve(), Path(out_dir).resolve()
    for report_id in dict.fromkeys(report_ids):
        try:
            tasks[report_id] = _report_task(report_id, data, out, lang)
        except RenderError as error:
            refused[report_id] = str(error)
    return tasks, refused


def render_report(report_id: str, data_dir: str | Path, out_dir: str | Path, lang: str = "zh") -> Path:
    """Execute the notebook for one report and export the page; returns the path of the page.

    ``data_dir`` is ``audit_out/data``, ``out_dir`` is ``audit_out``. Raises RenderError as
    :func:`render_notebook` does, and when the id cannot be a file name.
    """
    return render_notebook(*_report_task(report_id, Path(data_dir).resolve(), Path(out_dir).resolve(), lang))


def compare_engines(name: str, parameters: Mapping[str, str], source: Path | None = None) -> list[str]:
    """Run a notebook in a kernel and in this process; where the two differ, each in a clause."""
    from gkaudit.notebook.parity import differences  # noqa: PLC0415

    made: list[Any] = []
    # The kernel first: it is started before anything has happened in this process.
    for engine in ("nbclient", "fork"):
        try:
            made.append(_execute(name, parameters, engine, source))
        except Exception as error:  # noqa: BLE001 - whatever happens has to happen in both
            made.append(_reason(error))
    one, other = made
    said = [each if isinstance(each, str) else "成功" for each in made]
    if isinstance(one, str) or isinstance(other, str):
        return [] if one == other else [f"执行结果（{said[0]}；{said[1]}）"]
    return differences(one, other)


def fulfil(order: Mapping[str, Any]) -> dict[str, Any]:
    """An order of the fork server, in the fork: ``reason`` where it failed, ``differences`` of a comparison.

    An order without a notebook names a function (``call``, of the module ``of``) and its ``arguments``.
    """
    if "call" in order:
        return _called(order)
    source = Path(order["source"])
    if order.get("compare"):
        return {"differences": compare_engines(order["name"], order["parameters"], source)}
    places = Path(order["notebook"]), Path(order["page"])
    try:
        render_notebook(order["name"], order["parameters"], *places, engine="fork", source=source)
    except RenderError as error:
        return {"reason": str(error)}
    return {}


def _called(order: Mapping[str, Any]) -> dict[str, Any]:
    try:
        getattr(import_module(order["of"]), order["call"])(*order["arguments"])
    except Exception as error:  # noqa: BLE001 - whoever asked does it again, and sees the same
        return {"reason": _reason(error)}
    return {}
