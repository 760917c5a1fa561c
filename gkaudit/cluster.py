"""Reading, leads and pages on a Dask cluster: the same functions in other processes, results come back to this one.

A lost worker costs its unfinished tasks, which run again elsewhere. A task that fails again is split, so
that what cannot be done is known by name and the rest is done. Only the process that was started by the user
writes results, so that nothing is ever half done in the output folder.
"""

from __future__ import annotations

import atexit
import importlib
import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from gkaudit import slices
from gkaudit.closing import Closing
from gkaudit.editing import Order, Studied, study_order
from gkaudit.errors import UsageError
from gkaudit.excerpts import Excerpts
from gkaudit.files import replacing
from gkaudit.frames import received, sent
from gkaudit.notebook import Renderer
from gkaudit.notebook.run import Task
from gkaudit.portions import portions
from gkaudit.readers.archive import Input
from gkaudit.reading import Failure, PackedOutcome
from gkaudit.store import fingerprint
from gkaudit.workers import PACKER, Worker, pack_all

__all__ = ["Cluster", "get_ready", "read_task", "render_task", "study_task"]

#: Inputs and pages of a task: seconds of work each, so that a lost one costs little.
_READ, _PAGES = 40, 25
#: Pages whose rows are taken out of the tables at once, and tasks that are out for each thread of a worker.
_LAID_OUT, _AHEAD = 500, 3
_CONNECT_SECONDS = 30
#: Settings of workers of our own. What they do is done by processes that they start: looking at their threads a
#: hundred times and at their clocks fifty times a second finds nothing and takes a twentieth of a core for each.
_QUIET = {"distributed.worker.profile.enabled": False, "distributed.admin.tick.interval": "500ms"}
_MISSING = "--scheduler 需要可选组件：pip install 'gkaudit[cluster]'"


class Cluster(Closing):
    """A connection to a scheduler (``tcp://…``), or workers of our own (``local``); a context manager.

    Raises UsageError where the extra is not installed, the scheduler does not answer, it has no workers, or
    these run another version of gkaudit.
    """

    def __init__(self, address: str, jobs: int) -> None:
        try:
            distributed: Any = importlib.import_module("distributed")
        except ImportError as error:
            raise UsageError(_MISSING) from error
        self._own = None
        self._as_completed = distributed.as_completed
        try:
            if address == "local":
                given = {"n_workers": jobs, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
                with importlib.import_module("dask.config").set(_QUIET):
                    self._own = distributed.LocalCluster(**given, silence_logs=50)
            self._client = distributed.Client(self._own or address, timeout=_CONNECT_SECONDS)
            self._client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
            versions = set(self._client.run(fingerprint).values())
        except (OSError, ValueError, TimeoutError, ImportError) as error:
            said = " ".join(str(error).split())[:200]
            raise UsageError(f"--scheduler {address}：连不上调度器，或没有工作进程（{said}）") from error
        if versions != {fingerprint()}:
            self.close()
            raise UsageError(f"--scheduler {address}：工作进程的 gkaudit 或其依赖与本机版本不同；请装成同一版本后重试")

    def close(self) -> None:
        """Let go of the scheduler; end workers of our own."""
        self._client.close()
        if self._own is not None:
            self._own.close()

    def read(
        self, items: Sequence[Input], urls: Mapping[Path, str] | None = None
    ) -> Iterator[tuple[int, PackedOutcome]]:
        """Outcomes with the numbers of their inputs, as they come. Paths (or ``urls``) are opened by the workers."""
        asked = ((number, item, (urls or {}).get(item.path)) for number, item in enumerate(items))
        for chunk, made in self._done(read_task, portions(asked, _READ)):
            if made is None:
                number, item, _ = chunk[0]
                yield number, Failure(item.name, "读取时工作进程一再崩溃，已跳过这份文件；请把这个文件反馈给开发者")
            else:
                yield from zip((number for number, *_ in chunk), made, strict=True)

    def prepare(self) -> None:
        """Have the workers get ready to make pages, which takes them seconds; nothing is waited for."""
        self._client.run(_prepare, on_error="return")

    def render(
        self,
        tasks: Mapping[str, Task],
        about: Mapping[str, Sequence[str]],
        tables: Excerpts,
        out: Path,
        note: Callable[[str, str | None], None],
    ) -> dict[str, str]:
        """Make pages, each ``about`` some reports; reasons for those that failed.

        ``note`` hears of each when its files are written.
        """
        failures: dict[str, str] = {}
        shared = {p.relative_to(out).as_posix(): p.read_bytes() for p in _shared(out)}
        chunks = (chunk for some in _laid_out(tasks, about, tables) for chunk in portions(some, _PAGES))
        for chunk, made in self._done(render_task, chunks, partial(_ordered, shared)):
            if made is None:
                name = chunk[0].name
                failures[name] = f"{name}：工作进程一再崩溃，页面未生成，请检查内存后重新运行。"
                note(name, failures[name])
                continue
            for name, (reason, *files) in made.items():
                if reason is None:
                    for path, data in zip(tasks[name][2:], files, strict=True):
                        with replacing(path) as part:
                            part.write_bytes(data)
                else:
                    failures[name] = reason
                note(name, reason)
        return failures

    def study(self, orders: Iterable[Order]) -> Iterator[Studied]:
        """What came of the reports of these orders, in their order; what no worker can study is studied here."""
        early: dict[int, list[Studied]] = {}
        given = 0
        for ((number, order),), made in self._done(study_task, ([one] for one in enumerate(orders))):
            early[number] = study_order(order) if made is None else made
            while given in early:
                yield from early.pop(given)
                given += 1

    def _done(
        self, work: Callable[[Any], Any], chunks: Iterable[list[Any]], sent: Callable[[list[Any]], Any] | None = None
    ) -> Iterator[tuple[list[Any], Any]]:
        """Chunks with what came of them; None for one of a single thing that could not be done.

        Only so many are out at a time that no worker waits: neither what is sent nor what comes back piles up.
        ``sent``: what is sent of a chunk, where that is not the chunk itself.
        """
        waiting, futures = iter(chunks), {}
        going = self._as_completed()

        def send(chunk: list[Any]) -> None:
            future = self._client.submit(work, sent(chunk) if sent else chunk, pure=False)
            futures[future] = chunk
            going.add(future)

        for chunk in islice(waiting, _AHEAD * sum(self._client.nthreads().values())):
            send(chunk)
        for future in going:
            chunk = futures.pop(future)
            for another in islice(waiting, 1):
                send(another)
            try:
                yield chunk, future.result()
            except Exception:  # noqa: BLE001 - whatever a worker died of
                if len(chunk) == 1:
                    yield chunk, None
                for one in chunk if len(chunk) > 1 else ():
                    send([one])


# ── at the workers ──────────────────────────────────────────────────────────────────────────────


#: Processes that read, kept for the next task: one starts as slowly as forty reports are read.
_STAFF: list[Worker] = []


@atexit.register
def _dismiss() -> None:
    """Their folders for temporary files end with them."""
    while _STAFF:
        _STAFF.pop().close()


def read_task(asked: Sequence[tuple[int, Input, str | None]]) -> list[PackedOutcome]:
    """Read some inputs, in a process of their own as everywhere."""
    folder = Path(tempfile.mkdtemp(prefix="gkaudit-"))
    try:
        items = [_here(item, url, folder / str(number)) for number, item, url in asked]
        return list(pack_all(items, 1, _STAFF))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _here(item: Input, url: str | None, place: Path) -> Input:
    """The input with a path on this machine."""
    if url is None:
        return item
    import fsspec  # noqa: PLC0415 - an optional part

    place.mkdir()
    path = place / item.path.name
    with fsspec.open(url, "rb") as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
    return replace(item, path=path)


_RENDERER: list[Renderer] = []
_ONE_AT_A_TIME, _HIRING = threading.Lock(), threading.Lock()


class _Order(NamedTuple):
    """Pages that a worker is to make: by name what to do and the reports they are about, and the rows of these."""

    tasks: Mapping[str, Task]
    about: Mapping[str, Sequence[str]]
    rows: Mapping[str, bytes]
    #: Small files that pages read besides, by their place in the output folder.
    shared: Mapping[str, bytes]


def study_task(asked: Sequence[tuple[int, Order]]) -> list[Studied]:
    """Look for leads."""
    ((_, order),) = asked
    return study_order(order)


def render_task(asked: _Order) -> dict[str, Any]:
    """Make some pages: by name the reason of a failure or None, the notebook and the page."""
    folder = Path(tempfile.mkdtemp(prefix="gkaudit-")).resolve()
    try:
        for name, data in asked.shared.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        slices.write({name: received(data) for name, data in asked.rows.items()}, asked.about, folder)
        tasks = asked.tasks
        moved = {name: _moved(task, folder, number) for number, (name, task) in enumerate(tasks.items())}
        with _ONE_AT_A_TIME:
            failures = _renderer().render(moved)
        return {name: _result(failures.get(name), moved[name], tasks[name]) for name in tasks}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _renderer() -> Renderer:
    """One for the life of a worker; its fork server ends with the worker."""
    with _HIRING:
        if not _RENDERER:
            _RENDERER.append(Renderer(1))
            # The comparison with a kernel is made once a batch, by the process that writes.
            _RENDERER[0].compared = ""
        return _RENDERER[0]


def _prepare() -> None:
    """Start what makes pages; it gets ready by itself."""
    _renderer()


def get_ready() -> None:
    """Start what reads and what makes pages, and wait until both can begin (:mod:`gkaudit.preload`)."""
    _prepare()
    reader = Worker(PACKER)
    if reader.start():
        _STAFF.append(reader)
    else:
        reader.close()
    _renderer().wait()


def _moved(task: Task, folder: Path, number: int) -> Task:
    name, parameters, *_ = task
    return name, {**parameters, "data_dir": str(folder / "data")}, folder / f"{number}.ipynb", folder / f"{number}.html"


def _result(reason: str | None, moved: Task, task: Task) -> tuple[str | None, bytes, bytes]:
    if reason is not None:
        return reason, b"", b""
    notebook = moved[2].read_text("utf-8")
    for ours, theirs in ((moved[2], task[2]), (moved[1]["data_dir"], task[1]["data_dir"])):
        # As if it had been made in the output folder.
        for quote in (json.dumps, lambda text: json.dumps(json.dumps(text, ensure_ascii=False), ensure_ascii=False)):
            notebook = notebook.replace(quote(str(ours))[1:-1], quote(str(theirs))[1:-1])
    return None, notebook.encode(), moved[3].read_bytes()


# ── at the process that writes ──────────────────────────────────────────────────────────────────


def _shared(out: Path) -> list[Path]:
    """Small files that pages read besides the tables."""
    return [path for path in (out / "data" / "catalogue.json", out / "reviews.sqlite") if path.is_file()]


class _Page(NamedTuple):
    """A page to be made, and tables with the rows it needs among others."""

    name: str
    task: Task
    about: Sequence[str]
    tables: Mapping[str, pl.DataFrame]


def _laid_out(tasks: Mapping[str, Task], about: Mapping[str, Sequence[str]], tables: Excerpts) -> Iterator[list[_Page]]:
    """Pages that have tables in common, which are there when they are asked for."""
    for some in portions(tasks, _LAID_OUT):
        rows = tables.of({i for name in some for i in about[name]})
        yield [_Page(name, tasks[name], about[name], rows) for name in some]


def _ordered(shared: Mapping[str, bytes], pages: Sequence[_Page]) -> _Order:
    """What a worker gets: of the tables only what these pages, which have them in common, need."""
    about = {page.name: page.about for page in pages}
    rows = slices.cut(pages[0].tables, {i for ids in about.values() for i in ids})
    tasks = {page.name: page.task for page in pages}
    return _Order(tasks, about, {name: sent(table) for name, table in rows.items()}, shared)
