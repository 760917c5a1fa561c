"""A process that has imported everything and forks once for each notebook.

It reads orders from standard input, one JSON object a line, and answers on standard output in the same way
in the order in which notebooks end. Every notebook runs in a fork of its own: what it imports, changes or
breaks ends with it. The process itself has one thread and never touches polars: a fork would inherit its
threads in an unusable state. It ends, with all its forks, when its input is closed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from gkaudit.imports import without_iri_grammar

__all__ = ["READY", "main"]

#: What the process says first.
READY = "ready"

#: What the notebooks import; this package knows none of it, it only has it ready.
_PAGES = ("gkaudit.html.township", "gkaudit.html.compare", "gkaudit.html.county")
#: A notebook that has them do what they will do again and again: what they keep for that, forks inherit.
_CELLS = (
    "from gkaudit.html.township import Page\npage = Page.blank()\npage.style()",
    *(f"page.{part}()" for part in ("summary", "findings", "leads", "duplicates", "tables", "prose", "provenance")),
)
#: What a process asks of Linux: a signal when its parent ends, and to be the parent of what its children leave.
_DIE, _ADOPT = 1, 36
#: Seconds between two looks at the clock.
_TICK = 0.25
#: Bytes of a line of orders or of an answer that are read at once.
_CHUNK = 1 << 16

Order = dict[str, Any]


@dataclass(slots=True)
class _Fork:
    """A notebook at work, or what else an order asks for."""

    order: Order
    process: int
    deadline: float
    said: bytearray = field(default_factory=bytearray)
    overdue: bool = False


def main() -> None:
    """The life of the process: settings, warm-up, then orders until the input is closed.

    Its first answer is :data:`READY`.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What libraries print must not get into the answers.
    os.dup2(2, 1)
    # Without a buffer: what follows the line is for the server.
    with os.fdopen(os.dup(0), "rb", buffering=0) as orders:
        settings = json.loads(orders.readline())
    # What forks have started becomes this process's own when they end: a kernel outlives its notebook.
    _prctl(_ADOPT, 1)
    folder = settings["folder"]
    Path(folder).mkdir(0o700)
    tempfile.tempdir = folder
    # A page reads a few hundred rows: threads for that cost more than they save.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    try:
        with without_iri_grammar():
            _warm(folder)
        answers.write(json.dumps(READY) + "\n")
        answers.flush()
        _Server(answers, settings["jobs"], settings["limit"]).serve()
    finally:
        _end_all()
        # Whoever gave the orders does it as well, unless it was killed.
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _warm(folder: str) -> None:
    """Import what pages need, run a notebook and make a page of it, without polars doing anything.

    ``folder`` is where the shells of forks may write.
    """
    import nbformat  # noqa: PLC0415
    from jupyter_core.utils import ensure_event_loop  # noqa: PLC0415

    from gkaudit.notebook import run  # noqa: PLC0415
    from gkaudit.notebook.shell import InnerKernel  # noqa: PLC0415

    for name in _PAGES:
        importlib.import_module(name)
    v4: Any = nbformat.v4
    cells = [v4.new_code_cell("report_id = ''", metadata={"tags": ["parameters"]}), *map(v4.new_code_cell, _CELLS)]
    kernel = {"name": "python3", "display_name": "", "language": "python"}
    place = Path(folder, "warm")
    place.mkdir()
    source = place / "source.ipynb"
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), source)  # type: ignore[no-untyped-call]
    made = place / "made.ipynb", place / "made.html"
    run.render_notebook("", {"report_id": "1"}, *made, engine="fork", source=source)
    shutil.rmtree(place)
    InnerKernel.prepare(folder)
    # A fork must not share the selector of this loop; closed, it is replaced there.
    ensure_event_loop().close()
    gc.collect()
    gc.freeze()


class _Server:
    """Orders that wait, forks at work, and answers."""

    def __init__(self, answers: Any, jobs: int, limit: float) -> None:
        self._answers, self._jobs, self._limit = answers, jobs, limit
        self._waiting: deque[Order] = deque()
        self._forks: dict[int, _Fork] = {}
        self._heard = bytearray()
        self._selector = selectors.DefaultSelector()
        self._selector.register(0, selectors.EVENT_READ)

    def serve(self) -> None:
        """Until the input is closed."""
        open_ = True
        while open_:
            for key, _ in self._selector.select(_TICK if self._forks else None):
                if key.fd == 0:
                    open_ = self._listen()
                else:
                    self._hear(key.fd)
            self._end_overdue()
            while open_ and self._waiting and len(self._forks) < self._jobs:
                self._begin(self._waiting.popleft())
        for fork in self._forks.values():
            _end(fork.process)

    def _listen(self) -> bool:
        """Take orders; False where there will be no more."""
        data = os.read(0, _CHUNK)
        self._heard += data
        *lines, rest = self._heard.split(b"\n")
        self._heard = bytearray(rest)
        self._waiting += [json.loads(line) for line in lines]
        return bool(data)

    def _begin(self, order: Order) -> None:
        ours, theirs = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(ours)
            _work(order, theirs, self._allowed(order))
        os.close(theirs)
        self._forks[ours] = _Fork(order, process, time.monotonic() + self._allowed(order))
        self._selector.register(ours, selectors.EVENT_READ)

    def _allowed(self, order: Order) -> float:
        seconds: float = order.get("limit", self._limit)
        return seconds

    def _hear(self, source: int) -> None:
        fork = self._forks[source]
        data = os.read(source, _CHUNK)
        fork.said += data
        if data:
            return
        self._selector.unregister(source)
        os.close(source)
        del self._forks[source]
        # Whatever it has started ends with it.
        _end(fork.process)
        _, status = os.waitpid(fork.process, 0)
        self._answer(fork, os.waitstatus_to_exitcode(status))

    def _answer(self, fork: _Fork, code: int) -> None:
        try:
            result = json.loads(bytes(fork.said))
        except ValueError:
            how = f"信号 {-code}" if code < 0 else f"代码 {code}"
            late = f"笔记本运行超过 {self._allowed(fork.order):.0f} 秒，已停止"
            result = {"reason": late if fork.overdue else f"笔记本的进程意外终止（{how}）"}
        self._answers.write(json.dumps({"number": fork.order["number"], **result}) + "\n")
        self._answers.flush()

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for fork in self._forks.values():
            if now > fork.deadline and not fork.overdue:
                fork.overdue = True
                _end(fork.process)


def _end(process: int) -> None:
    """End a fork and whatever it has started."""
    with contextlib.suppress(OSError):
        os.killpg(process, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.kill(process, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    """Ask Linux for something about this process; elsewhere there is nobody to ask."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value)


def _end_all() -> None:
    """End the forks and whatever they have started, so that nothing writes any more."""
    with contextlib.suppress(ChildProcessError):
        while True:
            for process in _children():
                _end(process)
            os.waitpid(-1, 0)


def _children() -> list[int]:
    """Processes whose parent this one is, where the system tells (Linux)."""
    try:
        return list(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))
    except OSError:
        return []


def _work(order: Order, answer: int, limit: float) -> NoReturn:
    """In the fork: one order, one answer, and the end of the process."""
    code = 1
    try:
        os.setpgid(0, 0)
        _die_with_parent()
        signal.alarm(int(limit) + 30)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        from gkaudit.notebook import run  # noqa: PLC0415 - imported long ago

        said = json.dumps(run.fulfil(order)).encode()
        while said:
            said = said[os.write(answer, said) :]
        code = 0
    finally:
        # No tidying up: neither atexit nor the threads of polars have anything to finish.
        os._exit(code)


def _die_with_parent() -> None:
    """Should the server be killed: its forks end at once where the system can do that (Linux)."""
    parent = os.getppid()
    _prctl(_DIE, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
