"""One run at a time in an output folder. The system lets go of the lock when its owner dies, however it dies."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from gkaudit.errors import UsageError, system_reason

__all__ = ["locked"]

#: Where Windows locks a byte: behind everything that is written, since what is locked cannot be read.
_FAR = 1 << 20
#: Folders on some network drives know no locks; a run there is not protected from a second one.
_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL}


@contextmanager
def locked(folder: Path, shown: Path) -> Iterator[None]:
    """Hold the lock of a folder. Raises UsageError naming the process that has it (``shown`` is its --out)."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("a+b")
    except OSError as error:
        raise UsageError(f"{shown}：不能写入结果（{system_reason(error)}），请换一个 --out 文件夹") from error
    with file:
        try:
            _take(file)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                said = f"另一个 gkaudit（{_owner(file)}）正在往这个文件夹写结果；请等它结束，或换一个 --out 文件夹"
                raise UsageError(f"{shown}：{said}") from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()).encode())
        file.flush()
        yield


def _take(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - not there elsewhere

        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - not there on Windows

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _owner(file: IO[bytes]) -> str:
    with contextlib.suppress(OSError, ValueError):
        file.seek(0)
        return f"进程 {int(file.read(20))}"
    return "另一个进程"
