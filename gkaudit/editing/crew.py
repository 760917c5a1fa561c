"""Many reports studied in several processes.

Each worker is a fresh Python process (never a fork: polars has its threads running; never
``multiprocessing``: that would run the caller's script again) that is sent orders and sends back what
:func:`gkaudit.editing.orders.study_order` made of them. What a worker dies of is studied again here.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from typing import IO, TypeAlias

from gkaudit.editing.orders import Order, study_order
from gkaudit.editing.study import Studied

__all__ = ["Idle", "hired", "serve", "study_all"]

#: Below so many reports one process is faster: a worker takes most of a second to start.
_POOL_FROM = 150
#: Among so many reports there are usually as many to study: workers start while the batch is still judged.
_HIRE_FROM = 600
_BOOT = """
import pickle, sys
orders = sys.stdin.buffer
sys.path[:] = pickle.load(orders)
from gkaudit.editing.crew import serve
serve(orders, sys.stdout.buffer)
"""


#: Workers that were started and have nothing to do yet.
Idle: TypeAlias = list["subprocess.Popen[bytes]"]


@contextmanager
def hired(reports: int, jobs: int) -> Iterator[Idle]:
    """Workers for a batch of so many reports, started now; those that nobody took end with the block."""
    idle: Idle = []
    # Where no process can be started, what there is to study is studied in this one.
    with suppress(OSError):
        for _ in range(jobs if jobs > 1 and reports >= _HIRE_FROM else 0):
            idle.append(_start())
    try:
        yield idle
    finally:
        for worker in idle:
            _stop(worker)


def study_all(orders: Iterable[Order], jobs: int, idle: Idle | None = None) -> Iterator[Studied]:
    """Results in the order of the orders, by at most so many processes; those that are ``idle`` are taken first."""
    rest = iter(orders)
    first: list[Order] = []
    while (some := sum(order.count for order in first)) < _POOL_FROM and (order := next(rest, None)) is not None:
        first.append(order)
    if jobs < 2 or some < _POOL_FROM:  # noqa: PLR2004
        yield from chain.from_iterable(map(study_order, chain(first, rest)))
        return
    work = _Orders(chain(first, rest))
    threads = [threading.Thread(target=_tend, args=(work, idle or []), daemon=True) for _ in range(jobs)]
    for thread in threads:
        thread.start()
    yield from work.results(threads)
    # Each lets its worker go; whoever has all results finds none of them still running.
    for thread in threads:
        thread.join()


class _Orders:
    """Orders handed out, and results given back in order."""

    def __init__(self, orders: Iterator[Order]) -> None:
        self._orders = orders
        self._lock = threading.Condition()
        self._taken = self._given = 0
        self._done: dict[int, list[Studied]] = {}
        self._end: int | None = None

    def take(self) -> tuple[int, Order] | None:
        """The next order with its number; None where there is none."""
        with self._lock:
            order = next(self._orders, None) if self._end is None else None
            if order is None:
                self._end = self._taken
                self._lock.notify_all()
                return None
            self._taken += 1
            return self._taken - 1, order

    def give(self, number: int, studied: list[Studied]) -> None:
        """Take back the results of an order."""
        with self._lock:
            self._done[number] = studied
            self._lock.notify_all()

    def results(self, threads: list[threading.Thread]) -> Iterator[Studied]:
        """Everything in order, as soon as it is there."""
        while True:
            with self._lock:
                while self._given not in self._done and self._given != self._end:
                    if not any(thread.is_alive() for thread in threads):
                        raise RuntimeError("the workers ended before their work was done")
                    self._lock.wait(timeout=1.0)
                studied = self._done.pop(self._given, None)
                if studied is None:
                    return
                self._given += 1
            yield from studied


def _tend(work: _Orders, idle: Idle) -> None:
    """Feed one worker until nothing is left; without it, do its work."""
    worker: subprocess.Popen[bytes] | None = None
    while (taken := work.take()) is not None:
        number, order = taken
        try:
            worker = worker or _taken(idle) or _start()
            studied = _ask(worker, order)
        except (OSError, EOFError, pickle.UnpicklingError):
            _stop(worker)
            worker = None
            studied = study_order(order)
        work.give(number, studied)
    _stop(worker)


def _taken(idle: Idle) -> subprocess.Popen[bytes] | None:
    try:
        return idle.pop()
    except IndexError:
        return None


def _start() -> subprocess.Popen[bytes]:
    worker = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", _BOOT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    if worker.stdin is None:
        raise OSError("no pipe")
    pickle.dump(sys.path, worker.stdin)
    # It imports what it needs now, not when it is asked.
    worker.stdin.flush()
    return worker


def _ask(worker: subprocess.Popen[bytes], order: Order) -> list[Studied]:
    if worker.stdin is None or worker.stdout is None:
        raise OSError("no pipe")
    pickle.dump(order, worker.stdin)
    worker.stdin.flush()
    studied: list[Studied] = pickle.load(worker.stdout)  # noqa: S301 - from a process of ours
    return studied


def _stop(worker: subprocess.Popen[bytes] | None) -> None:
    """End a worker; closing its input is enough unless it hangs."""
    if worker is None:
        return
    for pipe in (worker.stdin, worker.stdout):
        try:
            if pipe is not None:
                pipe.close()
        except OSError:
            continue
    worker.kill()
    worker.wait()


def serve(orders: IO[bytes], answers: IO[bytes]) -> None:
    """What a worker does: orders in, results out, until its input ends."""
    while True:
        try:
            order: Order = pickle.load(orders)  # noqa: S301 - from the process that started us
        except EOFError:
            return
        pickle.dump(study_order(order), answers)
        answers.flush()
