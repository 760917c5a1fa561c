"""The near end of the fork server (:mod:`gkaudit.notebook.zygote`): start it, give orders, take answers."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

from gkaudit.closing import Closing
from gkaudit.files import new_folder
from gkaudit.notebook.zygote import READY

__all__ = ["NOTEBOOK_SECONDS", "ForkServer", "has_fork"]

#: Seconds that a notebook may take. A page takes well under one.
NOTEBOOK_SECONDS = 180.0
#: Orders that wait at the server for each fork at work: enough that none is idle while rows of pages are laid out.
_AHEAD = 8
_BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from gkaudit.notebook.zygote import main; main()"


def has_fork() -> bool:
    """Whether notebooks can be run in forks here; on macOS system libraries do not survive one."""
    return sys.platform == "linux"


class ForkServer(Closing):
    """A started server; use it as a context manager, so that nothing of it stays."""

    def __init__(self, jobs: int, limit: float = NOTEBOOK_SECONDS) -> None:
        self._jobs, self._begun = jobs, 0
        self._ready = False
        #: The server's folder for temporary files.
        self._scratch = new_folder()
        self._process = subprocess.Popen(  # noqa: S603 - this Python, our own command
            [sys.executable, "-c", _BOOT, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._send({"jobs": jobs, "limit": limit, "folder": str(self._scratch)})

    @property
    def ready(self) -> bool:
        """Whether the server has said that it is."""
        return self._ready

    def wait(self) -> bool:
        """Wait until the server is ready; False where it is gone."""
        if not self._ready:
            self._ready = self._hear() == READY
        return self._ready

    def begin(self, name: str, order: dict[str, Any]) -> None:
        """Give an order whose answer is among the next :meth:`results`, with a name for a number."""
        self._begun += 1
        self._send({"number": name, **order})

    def results(self, orders: Iterable[dict[str, Any]]) -> Iterator[tuple[int | str, dict[str, Any]]]:
        """Answers with the numbers of their orders as they come; ends early where the server is gone.

        An answer has ``reason`` where the notebook's process died or took too long.
        """
        if not self.wait():
            return
        waiting = iter(enumerate(orders))
        at_work, self._begun = self._order(waiting, self._jobs * (1 + _AHEAD)) + self._begun, 0
        while at_work:
            answer = self._hear()
            if not isinstance(answer, dict):
                return
            yield answer.pop("number"), answer
            at_work += self._order(waiting, 1) - 1

    def _order(self, waiting: Iterator[tuple[int, dict[str, Any]]], count: int) -> int:
        sent = 0
        for number, order in islice(waiting, count):
            self._send({"number": number, **order})
            sent += 1
        return sent

    def _send(self, message: dict[str, Any]) -> None:
        pipe = _there(self._process.stdin)
        with contextlib.suppress(OSError):
            pipe.write(json.dumps(message).encode() + b"\n")
            pipe.flush()

    def _hear(self) -> Any:
        try:
            return json.loads(_there(self._process.stdout).readline())
        except (OSError, ValueError):
            return None

    def close(self) -> None:
        """End the server and its forks."""
        with contextlib.suppress(OSError):
            _there(self._process.stdin).close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _there(self._process.stdout).close()
        shutil.rmtree(self._scratch, ignore_errors=True)


def _there(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise OSError("no pipe")
    return pipe
