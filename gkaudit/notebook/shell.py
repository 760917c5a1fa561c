"""A kernel inside this process: an IPython shell that speaks the messages of the Jupyter protocol.

nbclient, which the stock engine of papermill uses, takes it for the client of a kernel; so everything that
happens to a message (outputs, widgets, display ids, errors, times) is nbclient's own doing. The shell is
ipykernel's, with a session that keeps messages instead of sending them.
"""

from __future__ import annotations

import asyncio
import atexit
import builtins
import getpass
import os
import sys
import tempfile
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, ClassVar, NoReturn, TextIO

import comm
from comm.base_comm import BaseComm, CommManager
from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError
from jupyter_client.session import Session
from traitlets.config import Config

__all__ = ["InnerKernel"]

Message = dict[str, Any]


class _Wire(Session):
    """A session that hands messages over instead of sending them."""

    def __init__(self, take: Callable[[Message], None]) -> None:
        super().__init__(key=b"never signed")
        self._take = take

    def send(  # type: ignore[override]  # nothing is sent, so nothing comes back
        self,
        _stream: Any,
        msg_or_type: Message | str,
        content: Message | None = None,
        parent: Message | None = None,
        ident: Any = None,  # noqa: ARG002 - the signature is jupyter_client's
        buffers: list[Any] | None = None,
        **_more: Any,
    ) -> None:
        """Keep a message, or make one of a type and keep it."""
        made = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content, parent)
        # What goes over a wire is text: later changes of an object do not reach it, tuples become lists.
        self._take({**made, "content": self.unpack(self.pack(made["content"])), "buffers": list(buffers or ())})


class _Stream:
    """``sys.stdout`` or ``sys.stderr`` of a cell: each write is a stream message."""

    encoding, errors = "utf-8", "replace"

    def __init__(self, name: str, emit: Callable[..., None]) -> None:
        self.name, self._emit = name, emit
        self._parts: list[str] = []

    def write(self, text: str) -> int:
        """Keep text until it is flushed."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._parts.append(text)
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        """Write several."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Make one message of what was written."""
        text, self._parts = "".join(self._parts), []
        if text:
            self._emit("stream", {"name": self.name, "text": text})

    def isatty(self) -> bool:
        """No terminal."""
        return False

    def writable(self) -> bool:
        """Always."""
        return True

    def readable(self) -> bool:
        """Never."""
        return False


class _Channel:
    """Messages that wait for nbclient."""

    def __init__(self) -> None:
        self.waiting: deque[Message] = deque()
        self.send: Callable[[Message], None] = lambda message: None  # noqa: ARG005

    async def get_msg(self, timeout: float | None = None) -> Message:  # noqa: ARG002, ASYNC109 - as in jupyter_client
        """The next message; all of a cell are there before it is asked for, so that waiting means for ever."""
        if not self.waiting:
            await asyncio.Event().wait()
        return self.waiting.popleft()


class InnerKernel:
    """A shell that runs cells and answers like a kernel's client; see :meth:`running`.

    Only one may be running in a process. There is nobody to ask (``input`` fails as it does in the stock
    engine), and no debugger.
    """

    #: A shell that was made before it is needed: it takes longer than most cells.
    _prepared: ClassVar[Any] = None

    def __init__(self, folder: str) -> None:
        self.iopub_channel, self.shell_channel = _Channel(), _Channel()
        self.shell_channel.send = self._heard
        self.session = _Wire(self.iopub_channel.waiting.append)
        self.comms: Any = CommManager()
        self.shell = self._start_shell(folder)
        self._parent: Message = {}
        self._streams = _Stream("stdout", self._emit), _Stream("stderr", self._emit)

    @classmethod
    def prepare(cls, folder: str) -> None:
        """Make the shell of the next kernel in this process or in its forks; ``folder`` is the shell's own."""
        with _restored():
            cls._prepared = _new_shell(folder)

    def _start_shell(self, folder: str) -> Any:
        shell, InnerKernel._prepared = InnerKernel._prepared, None
        if shell is None:
            shell = _new_shell(folder)
        else:
            # What making it did to the process was taken back; here it is to stay until the notebook ends.
            for kind in ZMQInteractiveShell._walk_mro():  # noqa: SLF001
                kind._instance = shell  # noqa: SLF001
            shell.init_sys_modules()
            shell.init_builtins()
        # Widgets that capture outputs ask the kernel which cell is running.
        shell.kernel = SimpleNamespace(get_parent=lambda: self._parent, eventloop=None)
        shell.displayhook.session = shell.display_pub.session = self.session
        return shell

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[InnerKernel]:
        """A kernel for the length of a notebook; what it changes in this process is put back."""
        with tempfile.TemporaryDirectory(prefix="gk-", ignore_cleanup_errors=True) as folder, _restored():
            _warn_as_python_does()
            kernel = cls(folder)
            comm.create_comm, comm.get_comm_manager = kernel.open_comm, lambda: kernel.comms
            sys.stdout, sys.stderr = _as_text(kernel._streams[0]), _as_text(kernel._streams[1])
            builtins.input = getpass.getpass = _nobody_to_ask
            try:
                yield kernel
            finally:
                kernel.close()

    def close(self) -> None:
        """End the shell; widgets that outlive it have nobody to tell."""
        atexit.unregister(self.shell.atexit_operations)
        self.shell.atexit_operations()
        for each in self.comms.comms.values():
            each._closed = True  # noqa: SLF001 - closing it would need a front end

    def is_alive(self) -> bool:
        """As a kernel manager says it."""
        return True

    def kernel_info(self) -> str:
        """Answer with what language this is."""
        return self._reply("kernel_info_reply", {"language_info": dict(IPythonKernel.language_info)}, self._ask())

    async def execute(self, code: str, *, store_history: bool = True, stop_on_error: bool = True) -> str:  # noqa: ARG002
        """Run a cell; its messages and the answer wait in the channels afterwards."""
        parent = self._ask()
        self.shell.set_parent(parent)
        self._emit("status", {"execution_state": "busy"})
        self._emit("execute_input", {"code": code, "execution_count": self.shell.execution_count})
        result = await self._run(code, store_history=store_history)
        for stream in self._streams:
            stream.flush()
        error = result.error_before_exec or result.error_in_exec
        content: Message = {"status": "ok", "execution_count": self.shell.execution_count - 1}
        if not result.success and error is not None:
            shown = self.shell._last_traceback or []  # noqa: SLF001 - as ipykernel does
            said = {"ename": type(error).__name__, "evalue": str(error), "traceback": shown}
            content |= {"status": "error", **said}
        self._emit("status", {"execution_state": "idle"})
        return self._reply("execute_reply", content, parent)

    async def _run(self, code: str, *, store_history: bool) -> Any:
        """As ipykernel does it: awaited where the cell awaits something."""
        shell, failed = self.shell, None
        try:
            cell = shell.transform_cell(code)
        except Exception:  # noqa: BLE001 - the shell shows it as the error of the cell
            cell, failed = code, sys.exc_info()
        if not shell.should_run_async(code, transformed_cell=cell, preprocessing_exc_tuple=failed):
            return shell.run_cell(code, store_history=store_history)
        try:
            return await shell.run_cell_async(
                code, store_history=store_history, transformed_cell=cell, preprocessing_exc_tuple=failed
            )
        finally:
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", None)

    def open_comm(self, *args: Any, **kwargs: Any) -> BaseComm:
        """A comm whose messages are those of this kernel."""
        return _Comm(self._emit, *args, **kwargs)

    def _ask(self) -> Message:
        self._parent = self.session.msg("execute_request")
        return self._parent

    def _emit(self, kind: str, content: Message, buffers: list[Any] | None = None) -> None:
        self.session.send(None, kind, content, self._parent, buffers=buffers)

    def _reply(self, kind: str, content: Message, parent: Message) -> str:
        self.shell_channel.waiting.append(self.session.msg(kind, content, parent))
        return str(parent["header"]["msg_id"])

    def _heard(self, message: Message) -> None:
        """What a front end tells a widget; nbclient does so for widgets that capture outputs."""
        self.comms.comm_msg(None, "", message)


def _new_shell(folder: str) -> Any:
    """As with the kernel of the stock engine: no profile of the user, no history."""
    ZMQInteractiveShell.clear_instance()
    return ZMQInteractiveShell.instance(
        ipython_dir=folder, compiler_class=XCachingCompiler, config=Config({"HistoryManager": {"enabled": False}})
    )


class _Comm(BaseComm):
    """The kernel's side of a widget."""

    def __init__(self, emit: Callable[..., None], *args: Any, **kwargs: Any) -> None:
        self._emit = emit
        super().__init__(*args, **kwargs)

    def publish_msg(
        self,
        msg_type: str,
        data: Message | None = None,
        metadata: Message | None = None,  # noqa: ARG002 - the signature is comm's
        buffers: list[Any] | None = None,
        **keys: Any,
    ) -> None:
        """Say what happened to the widget."""
        self._emit(msg_type, {"data": data or {}, "comm_id": self.comm_id, **keys}, buffers)


def _nobody_to_ask(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise StdinNotImplementedError(
        "raw_input was called, but this frontend does not support input requests.",
    )


def _as_text(stream: Any) -> TextIO:
    text: TextIO = stream
    return text


def _warn_as_python_does() -> None:
    """Warnings of cells are shown as in a fresh process, whatever this one does with its own."""
    warnings.resetwarnings()
    for kind in (ResourceWarning, ImportWarning, PendingDeprecationWarning, DeprecationWarning):
        warnings.simplefilter("ignore", kind)
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
    warnings.showwarning = _show_warning


def _show_warning(*said: Any, **more: Any) -> None:
    """Write it where cells write (``file`` as the fifth argument is nobody's here)."""
    sys.stderr.write(warnings.formatwarning(*said[:4], **{k: v for k, v in more.items() if k == "line"}))


@contextmanager
def _restored() -> Iterator[None]:
    """Put back what a shell changes in the process that it lives in."""
    kept = [(cls, cls._instance) for cls in ZMQInteractiveShell._walk_mro()]  # noqa: SLF001 - the singletons
    places: list[tuple[Any, str]] = [
        (sys, "stdout"), (sys, "stderr"), (sys, "displayhook"), (sys, "excepthook"), (comm, "create_comm"),
        (comm, "get_comm_manager"), (builtins, "input"), (getpass, "getpass"),
    ]  # fmt: skip
    values = [getattr(owner, name) for owner, name in places]
    main, path, environment = sys.modules.get("__main__"), list(sys.path), dict(os.environ)
    names = {name: vars(builtins).get(name) for name in ("get_ipython", "display", "exit", "quit")}
    try:
        with warnings.catch_warnings():
            yield
    finally:
        for (owner, name), value in zip(places, values, strict=True):
            setattr(owner, name, value)
        if main is not None:
            sys.modules["__main__"] = main
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environment)
        for name, value in names.items():
            if value is None:
                vars(builtins).pop(name, None)
            else:
                setattr(builtins, name, value)
        for cls, value in kept:
            cls._instance = value
