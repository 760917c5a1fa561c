"""What happens to one input: read and understood, or a failure with its reason; and the life of a worker.

A worker is a Python process that :mod:`gkaudit.workers` starts: it takes chunks of inputs from standard
input and answers with outcomes, each after the number of seconds that it may take.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, TypeAlias

from gkaudit.errors import GkauditError, InputError
from gkaudit.readers import Source, detect, office, read_source, soffice
from gkaudit.readers.archive import Input, Shelf
from gkaudit.report import Report, understand
from gkaudit.rows import Packed, pack

__all__ = [
    "OFFICE",
    "READY",
    "START_SECONDS",
    "Announce",
    "Failure",
    "Outcome",
    "PackedOutcome",
    "pack_chunk",
    "packed",
    "read_chunk",
    "read_one",
    "serve",
]


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be read, with the reason as one clause."""

    source: str
    reason: str
    #: The reason lies in the input itself: reading it again would say the same.
    final: bool = False


Outcome: TypeAlias = Report | Failure
#: An outcome that travels: rows instead of the document.
PackedOutcome: TypeAlias = Packed | Failure
#: Tells the supervisor how many seconds the next outcome may take from now.
Announce: TypeAlias = Callable[[float], None]

#: What a worker says first.
READY = "ready"
#: Suffixes of what LibreOffice converts.
OFFICE = (".doc", ".wps", ".rtf")
#: Seconds for a file by format, and for each megabyte of it; pictures and scans take seconds a page.
_SECONDS = {"txt": 30.0, "md": 30.0, "docx": 90.0, "html": 90.0, "mht": 90.0, "doc": 150.0, "wps": 150.0, "rtf": 150.0}
_OTHER_SECONDS, _SECONDS_PER_MB, _MOST_SECONDS = 600.0, 30.0, 900.0
#: Seconds for anything that comes before a file is known: loading it, starting a worker.
START_SECONDS = 120.0
#: Bytes of memory and of one written file a worker may use; recognising a scan takes about one billion.
_MEMORY, _WRITTEN = 3 * 1024**3, 1024**3
#: Sources above this size are converted one at a time.
_CONVERTED_TOGETHER = 10 * 1024 * 1024


def read_one(item: Input, shelf: Shelf | None = None, announce: Announce | None = None) -> Outcome:
    """Read one input; what goes wrong becomes a Failure, so that the batch goes on."""
    own = shelf or Shelf()
    try:
        source = own.load(item)
        if announce:
            announce(_seconds(source))
        return understand(read_source(source))
    except GkauditError as error:
        return Failure(item.name, getattr(error, "reason", str(error)), final=True)
    except MemoryError:
        return Failure(item.name, "读取这份文件需要的内存超过上限；请核对文件，或将它拆分、降低图片分辨率后再放入")
    except Exception as error:  # noqa: BLE001 - one file must never take the batch down
        said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return Failure(item.name, f"读取时程序出错（{said}），请把这个文件反馈给开发者")
    finally:
        if shelf is None:
            own.close()


def packed(outcome: Outcome) -> PackedOutcome:
    """The outcome as it travels."""
    return outcome if isinstance(outcome, Failure) else pack(outcome)


def pack_chunk(chunk: Sequence[Input], shelf: Shelf, announce: Announce) -> Iterator[PackedOutcome]:
    """As :func:`read_chunk`, packed."""
    return map(packed, read_chunk(chunk, shelf, announce))


def _seconds(source: Source) -> float:
    """How long reading may take, by what the content is."""
    kind, _ = detect(source)
    return min(_SECONDS.get(kind, _OTHER_SECONDS) + _SECONDS_PER_MB * len(source.data) / 1e6, _MOST_SECONDS)


def read_chunk(chunk: Sequence[Input], shelf: Shelf, announce: Announce) -> Iterator[Outcome]:
    """Outcomes of some inputs, one after another; old Word files are converted in one go before."""
    old = [item for item in chunk if PurePosixPath(item.name).suffix.lower() in OFFICE]
    if len(old) > 1:
        announce(START_SECONDS + len(old) * soffice.TIME_LIMIT)
        # What goes wrong here goes wrong again where the file itself is read, and has a name there.
        with contextlib.suppress(Exception):
            office.prepare(_loaded(old, shelf))
    for item in chunk:
        announce(START_SECONDS)
        yield read_one(item, shelf, announce)


def _loaded(items: Iterable[Input], shelf: Shelf) -> Iterator[Source]:
    for item in items:
        with contextlib.suppress(InputError):
            source = shelf.load(item)
            if len(source.data) <= _CONVERTED_TOGETHER and office.detect(source):
                yield source


def serve(orders: IO[bytes]) -> None:
    """The life of a worker: what reads, then chunks from ``orders`` until that is closed.

    Its first answer is :data:`READY`.
    """
    # Libraries that print must not get into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def send(message: Any) -> None:
        pickle.dump(message, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()

    def announce(seconds: float) -> None:
        _alarm(seconds + 30)
        send(seconds)

    reader, folder = pickle.load(orders)  # noqa: S301 - from the process that started this one
    _limit()
    Path(folder).mkdir(0o700)
    tempfile.tempdir = folder
    try:
        module, _, name = reader.partition(":")
        read = getattr(importlib.import_module(module), name)
        shelf = Shelf()
        with contextlib.suppress(EOFError, BrokenPipeError):
            send(READY)
            while True:
                for outcome in read(pickle.load(orders), shelf, announce):  # noqa: S301
                    _alarm(0)
                    send(outcome)
    finally:
        # The supervisor does it as well, unless it was killed.
        shutil.rmtree(folder, ignore_errors=True)
    # Nothing of this process is needed any more; libraries that tidy up only take time.
    os._exit(0)


def _alarm(seconds: float) -> None:
    """Should the supervisor be gone: a worker that hangs ends by itself, even inside a library."""
    if sys.platform != "win32":
        import signal  # noqa: PLC0415 - no alarms on Windows

        signal.alarm(int(seconds))


def _limit() -> None:
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - not there on Windows

        for what, wanted in (
            (resource.RLIMIT_DATA, _MEMORY),
            (resource.RLIMIT_FSIZE, _WRITTEN),
            (resource.RLIMIT_CORE, 0),
        ):
            _, most = resource.getrlimit(what)
            resource.setrlimit(what, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
