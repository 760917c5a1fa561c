"""Many notebooks: in forks of one prepared process, or each with a kernel in a pool of processes."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Container, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from gkaudit.closing import Closing
from gkaudit.errors import RenderError, UsageError
from gkaudit.notebook.forks import ForkServer, has_fork
from gkaudit.notebook.run import Task, exporter, notebook_path, render_notebook, report_tasks

__all__ = ["Progress", "Rendered", "Renderer", "chosen_engine", "render_many"]

#: Called after each notebook with its name and the reason of a failure, None where the page is there.
Progress: TypeAlias = Callable[[str, str | None], None]
#: Called with the name of a notebook before it is ordered, so that what it reads can be there.
Ready: TypeAlias = Callable[[str], None]
#: The names of orders that are no page.
_COMPARE, _CALL = "compare", "call "
#: Seconds for what is done beside the notebooks, which can be about the whole batch.
_LONG = 4 * 3600.0
#: Notebooks that a pool of kernels is given ahead, by process.
_AHEAD = 2


@dataclass(slots=True)
class Rendered:
    """What became of a batch: pages by report_id, and reasons for those that failed.

    ``engine`` ran the notebooks. ``compared`` is the report whose notebook the stock engine ran as well,
    None where that was not done; ``differences`` says where the two disagree.
    """

    pages: dict[str, Path] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    engine: str = "nbclient"
    compared: str | None = None
    differences: list[str] = field(default_factory=list)


def chosen_engine(asked: str) -> str:
    """``fork`` or ``nbclient`` for ``auto``, ``fork`` or ``nbclient``. Raises UsageError where forks are impossible."""
    if asked == "fork" and not hasattr(os, "fork"):
        raise UsageError("--engine fork：这个系统不能分叉进程，请用 --engine nbclient 或不加这个参数")
    return ("fork" if has_fork() else "nbclient") if asked == "auto" else asked


class Renderer(Closing):
    """Runs notebooks with ``jobs`` processes (default: the cores there are); a context manager.

    ``engine``: ``fork`` runs each notebook in a fork of one prepared process, ``nbclient`` in a kernel of its
    own; ``auto`` forks where that is possible. With forks the first notebook is run by both engines and
    compared (``compared``, ``differences``). The prepared process warms up as soon as there is a renderer.
    """

    def __init__(self, jobs: int | None = None, engine: str = "auto", server: ForkServer | None = None) -> None:
        self.engine = chosen_engine(engine)
        self.compared: str | None = None
        self.differences: list[str] = []
        self._comparing: str | None = None
        #: What was begun beside the notebooks, with whether it is done.
        self._beside: dict[str, bool] = {}
        self._jobs = max(1, jobs or os.cpu_count() or 1)
        self._server = server or (ForkServer(self._jobs) if self.engine == "fork" else None)

    def close(self) -> None:
        """End the prepared process."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def wait(self) -> None:
        """Wait until the prepared process is warm."""
        if self._server is not None:
            self._server.wait()

    def compare(self, name: str, task: Task) -> None:
        """Begin to run a notebook by both engines, while other things are done; :meth:`render` takes the answer.

        Without forks there is nothing to compare.
        """
        if self._server is not None and self.compared is None and self._comparing is None:
            self._comparing = name
            self._server.begin(_COMPARE, {"compare": True, **_order(task)})

    def settle(self, known: Container[str]) -> None:
        """Wait for the answer of :meth:`compare`; one that says nothing about these notebooks is forgotten."""
        if self._server is not None and self._comparing is not None and self.compared is None:
            self._fork_run({}, self._server, lambda _name, _reason: None, None)
            if self.compared not in known or self.differences:
                # The notebook was an earlier one, or its data were: another of this batch is asked.
                self.compared, self._comparing, self.differences = None, None, []

    def begin(self, name: str, of: str, call: str, *arguments: str) -> None:
        """Begin to have a function called in a fork, if there are forks; :meth:`finished` says what became of it.

        The function and its arguments are known by name there: ``call`` of the module ``of``.
        """
        if self._server is not None:
            self._beside[name] = False
            order = {"of": of, "call": call, "arguments": arguments, "limit": _LONG}
            self._server.begin(_CALL + name, order)

    def finished(self, name: str) -> bool:
        """Whether what was begun is done, waiting for it; where not, the caller has to do it."""
        if self._server is not None and self._beside.get(name) is False:
            self._fork_run({}, self._server, lambda _name, _reason: None, None)
        return self._beside.get(name, False)

    def render(
        self, tasks: dict[str, Task], progress: Progress | None = None, ready: Ready | None = None
    ) -> dict[str, str]:
        """Run the notebooks; reasons by name for those that failed. Raises nothing for one of them.

        One failure stays its own; when a worker process dies, what it left is tried once more, one at a time.
        ``progress`` and ``ready`` are called here, in the parent; the latter only a little ahead of the work.
        """
        done: dict[str, str | None] = {}

        def note(name: str, reason: str | None) -> None:
            done[name] = reason
            if progress is not None:
                progress(name, reason)

        def left() -> dict[str, Task]:
            return {name: task for name, task in tasks.items() if name not in done}

        before = len(tasks) + 1
        # A server that is gone is replaced as long as the one before got something done.
        while self._server is not None and 0 < len(left()) < before:
            before = len(left())
            if not self._fork_run(left(), self._server, note, ready):
                self._server.close()
                self._server, self._comparing = ForkServer(self._jobs), None
        if left():
            _pool_run(left(), self._jobs, note, ready)
        for name, task in left().items():
            _pool_run({name: task}, 1, note, ready)
            if name not in done:
                note(name, f"{name}：执行进程意外终止，页面未生成，请检查内存后重新运行。")
        return {name: reason for name, reason in done.items() if reason is not None}

    def _fork_run(self, tasks: dict[str, Task], server: ForkServer, note: Progress, ready: Ready | None) -> bool:
        """Render in forks; False where the server is gone, what it left is simply not noted."""
        if tasks:
            self.compare(*next(iter(tasks.items())))
        names, answered = list(tasks), 0
        for number, answer in server.results(_orders(tasks, ready)):
            reason = answer.get("reason")
            if number == _COMPARE:
                self.compared, self.differences = self._comparing, answer.get("differences", [reason])
                continue
            if isinstance(number, str):
                self._beside[number.removeprefix(_CALL)] = reason is None
                continue
            answered += 1
            note(names[number], reason)
        return answered == len(tasks)


def _orders(tasks: dict[str, Task], ready: Ready | None) -> Iterator[dict[str, Any]]:
    """Orders for the fork server, each made when it is taken."""
    for name, task in tasks.items():
        if ready is not None:
            ready(name)
        yield {**_order(task), "notebook": str(task[2]), "page": str(task[3])}


def _order(task: Task) -> dict[str, Any]:
    """What the fork server needs to know of a notebook."""
    name, parameters, *_ = task
    return {"name": name, "parameters": parameters, "source": str(notebook_path(name))}


def render_many(  # noqa: PLR0913 - what render_report takes, and how to go about it
    report_ids: Iterable[str],
    data_dir: str | Path,
    out_dir: str | Path,
    *,
    lang: str = "zh",
    jobs: int | None = None,
    progress: Progress | None = None,
    engine: str = "auto",
) -> Rendered:
    """Render the pages of many reports as a :class:`Renderer` does."""
    tasks, failures = report_tasks(report_ids, data_dir, out_dir, lang)
    for report_id, reason in failures.items():
        if progress is not None:
            progress(report_id, reason)
    with Renderer(jobs, engine) as renderer:
        failures |= renderer.render(tasks, progress)
    pages = {name: task[3] for name, task in tasks.items() if name not in failures}
    return Rendered(pages, failures, renderer.engine, renderer.compared, renderer.differences)


# ── kernels ─────────────────────────────────────────────────────────────────────────────────────


def _warm() -> None:
    """Import once a worker what every report needs."""
    import papermill  # noqa: F401, PLC0415

    exporter()


def _one(task: Task) -> str | None:
    """The reason of a failure, never an exception: it would have to be pickled."""
    try:
        render_notebook(*task)
    except RenderError as error:
        return str(error)
    return None


def _pool_run(tasks: dict[str, Task], jobs: int, note: Progress, ready: Ready | None) -> None:
    """Render in a pool of kernels; what a broken pool leaves is simply not noted."""
    # spawn: a forked process would inherit polars' threads in an unusable state.
    context, count = multiprocessing.get_context("spawn"), min(jobs, len(tasks))
    with ProcessPoolExecutor(max_workers=count, mp_context=context, initializer=_warm) as pool:
        waiting = iter(tasks.items())
        futures: dict[Future[str | None], str] = {}
        free = _AHEAD * count
        with contextlib.suppress(BrokenProcessPool):
            while futures or free:
                for name, task in islice(waiting, free):
                    if ready is not None:
                        ready(name)
                    futures[pool.submit(_one, task)] = name
                done, _ = wait(futures, return_when=FIRST_COMPLETED)
                free = len(done)
                for future in done:
                    note(futures.pop(future), future.result())
