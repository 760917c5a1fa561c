"""Reading many files in processes that may die or hang without taking the batch along.

:func:`read_all` reads inputs in order. Each worker is a fresh Python process (never a fork: polars has its
threads running; never ``multiprocessing``: that would run the caller's script again in each worker) that
takes inputs and gives back reports over its pipes. Before a file is read the worker says how long that may
take; a worker that dies or takes longer costs one file, a fresh one goes on with the next.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from queue import Empty, SimpleQueue
from typing import IO, Any

from gkaudit.errors import InputError, UnreadableError, UsageError
from gkaudit.files import new_folder
from gkaudit.portions import portions
from gkaudit.readers import Source, detect, soffice
from gkaudit.readers.archive import Input, is_container, members
from gkaudit.reading import OFFICE, READY, START_SECONDS, Failure, Outcome, PackedOutcome, packed, read_one
from gkaudit.report import Report
from gkaudit.rows import Packed

__all__ = ["PACKER", "READER", "Worker", "pack_all", "read_all", "read_path"]

#: What workers call by default, as module and function.
READER = "gkaudit.reading:read_chunk"
#: The same with rows instead of documents in its answers.
PACKER = "gkaudit.reading:pack_chunk"
#: Below this number of text files workers cost more than they save (a file takes about 15 ms).
_POOL_FROM = 200
_TEXT = (".txt", ".md", ".markdown")
#: Inputs handed to a worker at once: many where each is fast, several where one conversion serves all.
_CHUNKS = dict.fromkeys(_TEXT, 25) | {".docx": 10, ".html": 10, ".htm": 10} | dict.fromkeys(OFFICE, 8)
#: Seconds between two looks at the clock.
_TICK = 0.2
#: A worker packs one report at a time: threads of polars would only wait for each other.
_ENVIRONMENT = {"POLARS_MAX_THREADS": "1"}
_BOOT = """
import pickle, sys
orders = sys.stdin.buffer
sys.path[:] = pickle.load(orders)
from gkaudit import reading
reading.serve(orders)
"""


def read_path(path: str | Path) -> Report:
    """Read one file, or the only file in an archive, in a process of its own where it is not plain text.

    Raises UnreadableError or TooLargeError, and UsageError naming what there is where an archive holds more.
    """
    path = Path(path)
    items = members(path, path.name) if is_container(path) else [Input(path, path.name)]
    if len(items) > 1:
        shown = "、".join(item.name for item in items[:8]) + ("……" if len(items) > 8 else "")  # noqa: PLR2004
        raise UsageError(f"{path.name}：压缩包里有 {len(items)} 个文件（{shown}）；请用 gkaudit run 一起读取")
    for outcome in read_all(items, 1):
        if isinstance(outcome, Report):
            return outcome
        raise UnreadableError(outcome.source, outcome.reason)
    raise UnreadableError(path.name, "压缩包里没有文件；请核对后重新压缩")


def pack_all(items: Sequence[Input], jobs: int, staff: list[Worker] | None = None) -> Iterator[PackedOutcome]:
    """As :func:`read_all`; rows travel instead of documents."""
    for outcome in read_all(items, jobs, reader=PACKER, staff=staff):
        # Packed by the worker, or not yet where it was read in this process.
        yield outcome if isinstance(outcome, Packed) else packed(outcome)


def read_all(
    items: Sequence[Input], jobs: int, *, reader: str = READER, staff: list[Worker] | None = None
) -> Iterator[Any]:
    """Reports and failures in the order of the inputs; ``jobs`` is the most workers at a time.

    ``staff``: workers that earlier calls with the same ``reader`` have left here, and where this one leaves its
    own: who calls often need not wait for a process to start. They end with the process that has them.

    A few text files, or with one job only text files, are read in this process. ``reader`` names the
    function that the workers call (see :func:`gkaudit.reading.read_chunk`).
    """
    if (jobs == 1 or len(items) < _POOL_FROM) and all(map(_plain, items)):
        yield from map(read_one, items)
        return
    crew = _Crew(items, jobs, reader, staff)
    try:
        yield from crew.outcomes()
    finally:
        crew.close()


def _plain(item: Input) -> bool:
    """Whether the input is text by its name and its first bytes."""
    if item.inside or item.path.suffix.lower() not in _TEXT or not item.path.is_file():
        return False
    try:
        with item.path.open("rb") as file:
            head = file.read(4096)
        return not head.startswith(b"PK") and detect(Source.of(head, item.name))[0] in ("txt", "md")
    except (OSError, InputError):
        return False


# ── the supervisor ──────────────────────────────────────────────────────────────────────────────


class Worker:
    """One process and its folder for temporary files, seen from the supervisor."""

    def __init__(self, reader: str) -> None:
        self.deadline, self.limit = float("inf"), 0.0
        self.done, self.overdue = 0, -1
        apart: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(  # noqa: S603 - this Python, our own command
            [sys.executable, "-c", _BOOT],
            env=_ENVIRONMENT | os.environ,
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
            **apart,
        )
        self._orders, self._answers = _both(self.process)
        self.reader = reader
        #: Its folder for temporary files. It is named here: a worker that ends before it is ready may have made it.
        self.scratch = new_folder()
        self._ready = False

    def start(self) -> bool:
        """Wait until the worker is ready; False where it ended before."""
        self._allow(START_SECONDS)
        self._order(sys.path)
        self._order((self.reader, str(self.scratch)))
        self._ready = self._answer() == READY
        return self._ready

    def _order(self, message: Any) -> None:
        with contextlib.suppress(OSError):
            pickle.dump(message, self._orders, 5)
            self._orders.flush()

    def _answer(self) -> Any:
        """The next message; None where the worker is gone."""
        try:
            return pickle.load(self._answers)  # noqa: S301 - from a process we started
        except (EOFError, OSError, pickle.UnpicklingError, ValueError):
            return None

    def _allow(self, seconds: float) -> None:
        self.limit, self.deadline = seconds, time.monotonic() + seconds

    def read(self, chunk: Sequence[Input]) -> Iterator[Outcome]:
        """Outcomes of a chunk; ends early where the worker dies, or is ended by :meth:`check`."""
        self.done = 0
        self._allow(START_SECONDS)
        self._order(list(chunk))
        while self.done < len(chunk):
            message = self._answer()
            if message is None:
                return
            if isinstance(message, float):
                self._allow(message)
            else:
                self.done += 1
                self._allow(START_SECONDS)
                yield message
        self.deadline = float("inf")

    def check(self) -> None:
        """End the worker where its time is over."""
        if time.monotonic() > self.deadline:
            self.overdue, self.deadline = self.done, float("inf")
            self.kill()

    def kill(self) -> None:
        """End the process and whatever it has started."""
        if self.process.poll() is None:
            soffice.end_group(self.process.pid)

    def reason(self) -> str | None:
        """Why the worker is gone, in one clause for the input it was at; None where that input is innocent."""
        code = self.process.wait()
        if self.overdue == self.done:
            return f"读取超过 {self.limit:.0f} 秒，已停止读取这份文件；请另存为 .docx 后再放入，或反馈给开发者"
        if self.overdue >= 0:
            return None
        how = f"信号 {-code}" if code < 0 else f"代码 {code}"
        return f"读取时程序崩溃（{how}），已跳过这份文件；请把这个文件反馈给开发者"

    def close(self) -> None:
        """Let the worker end, and clear away what it leaves."""
        with contextlib.suppress(OSError):
            self._orders.close()
        try:
            self.process.wait(5 if self._ready else 0)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.wait()
        self._answers.close()
        soffice.stop_strays(self.scratch)
        shutil.rmtree(self.scratch, ignore_errors=True)


def _both(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise OSError("no pipes")
    return process.stdin, process.stdout


class _Crew:
    """Workers, a thread for each that hands it chunks, and outcomes put back into order."""

    def __init__(self, items: Sequence[Input], jobs: int, reader: str, staff: list[Worker] | None) -> None:
        self._items, self._reader = items, reader
        self._todo = deque(_chunks(items, jobs))
        self._made: SimpleQueue[tuple[int, Outcome]] = SimpleQueue()
        self._workers: list[Worker] = []
        self._staff = staff
        self._lock, self._closed = threading.Lock(), False
        count = max(1, min(jobs, len(self._todo)))
        self._threads = [threading.Thread(target=self._tend, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def outcomes(self) -> Iterator[Outcome]:
        """In the order of the inputs."""
        early: dict[int, Outcome] = {}
        checked = time.monotonic()
        for number, item in enumerate(self._items):
            while number not in early:
                tended = any(thread.is_alive() for thread in self._threads)
                try:
                    index, outcome = self._made.get(timeout=_TICK if tended else 0)
                    early[index] = outcome
                except Empty:
                    if not tended:
                        # No worker can be started here: read without one.
                        early[number] = read_one(item)
                if time.monotonic() - checked > _TICK:
                    checked = time.monotonic()
                    self._check()
            yield early.pop(number)
        if self._staff is not None:
            # Those who are done are just about to join the staff; closing would end them.
            for thread in self._threads:
                thread.join(_TICK)

    def _check(self) -> None:
        with self._lock:
            for worker in self._workers:
                worker.check()

    def _next(self) -> list[int]:
        with self._lock:
            return self._todo.popleft() if self._todo and not self._closed else []

    def _tend(self) -> None:
        """Hand chunks to a worker, and to a fresh one where it is gone."""
        worker: Worker | None = None
        while chunk := self._next():
            worker = worker or self._hire()
            if worker is None:
                self._todo.appendleft(chunk)
                return
            items = [self._items[index] for index in chunk]
            for outcome, index in zip(worker.read(items), chunk, strict=False):
                self._made.put((index, outcome))
            if worker.done < len(chunk):
                self._account(worker, chunk)
                self._dismiss(worker)
                worker = None
        if worker:
            self._dismiss(worker, keep=True)

    def _hire(self) -> Worker | None:
        with self._lock:
            if self._closed:
                return None
            if kept := _fit(self._staff, self._reader):
                self._workers.append(kept)
                return kept
            try:
                worker = Worker(self._reader)
            except (OSError, ValueError, TypeError):
                # No process can be started here (a sandbox, a frozen program without an interpreter).
                return None
            self._workers.append(worker)
        if worker.start():
            return worker
        self._dismiss(worker)
        return None

    def _account(self, worker: Worker, chunk: list[int]) -> None:
        """Blame the input at which a worker ended, and put back what it has not begun."""
        rest = chunk[worker.done :]
        reason = worker.reason()
        if reason is not None:
            self._made.put((rest[0], Failure(self._items[rest[0]].name, reason)))
            rest = rest[1:]
        if rest:
            self._todo.appendleft(rest)

    def _dismiss(self, worker: Worker, *, keep: bool = False) -> None:
        with self._lock:
            self._workers.remove(worker)
            if keep and self._staff is not None and not self._closed:
                self._staff.append(worker)
                return
        worker.close()

    def close(self) -> None:
        """End all workers now; nothing of them stays."""
        with self._lock:
            self._closed = True
            self._todo.clear()
            for worker in self._workers:
                worker.kill()
        for thread in self._threads:
            thread.join()


def _fit(staff: list[Worker] | None, reader: str) -> Worker | None:
    """A worker out of the staff that is still there and was started for this."""
    while staff:
        worker = staff.pop()
        if worker.process.poll() is None and worker.reader == reader:
            return worker
        worker.close()
    return None


def _suffix(item: Input) -> str:
    return PurePosixPath(item.name).suffix.lower()


def _chunks(items: Sequence[Input], jobs: int) -> list[list[int]]:
    """Numbers of the inputs, those of one kind together, in about the order of the inputs."""
    kinds: dict[str, list[int]] = {}
    for number, item in enumerate(items):
        kinds.setdefault(_suffix(item), []).append(number)
    made: list[list[int]] = []
    for suffix, numbers in kinds.items():
        # Small enough that all workers have something to do until the end.
        size = max(1, min(_CHUNKS.get(suffix, 1), -(-len(numbers) // (2 * jobs))))
        made += portions(numbers, size)
    return sorted(made)
