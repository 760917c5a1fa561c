"""What can go wrong, as one tree.

GkauditError
├── InputError          one input cannot be used; the rest of the batch goes on
│   ├── UnreadableError     empty, binary, unknown encoding, not a report
│   └── TooLargeError       beyond the limits that protect the batch
├── SuiteError          a suite in ``expectations/`` is wrong; nothing runs (exit 3)
├── UsageError          the call itself is wrong (exit 3)
└── RenderError         one notebook or page failed; the data are complete

Every message is one sentence in Chinese that names the file (or entry) and says what to do next.
"""

from __future__ import annotations

import errno
from typing import Final

__all__ = [
    "GkauditError",
    "InputError",
    "RenderError",
    "SuiteError",
    "TooLargeError",
    "UnreadableError",
    "UsageError",
    "system_reason",
]

_SYSTEM: Final = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ELOOP: "链接互相指来指去",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EEXIST: "已有同名的文件",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘只读",
    errno.ENAMETOOLONG: "名称太长",
}


def system_reason(error: OSError) -> str:
    """Why the system refused, in Chinese where it is one of the usual reasons, else in its own words."""
    return _SYSTEM.get(error.errno or 0) or error.strerror or str(error)


class GkauditError(Exception):
    """Root of every error that gkaudit raises on purpose."""


class InputError(GkauditError):
    """One input cannot be used; ``name`` is the file, ``reason`` the clause after the colon."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name = name
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.name}：{self.reason}"


class UnreadableError(InputError):
    """Nothing in the file can be read as a report."""


class TooLargeError(InputError):
    """The file is beyond a limit; the limit is named in the reason."""


class SuiteError(GkauditError):
    """A suite file, or one entry of it, is wrong."""

    def __init__(self, file: str, entry: str, reason: str) -> None:
        super().__init__(file, entry, reason)
        self.file = file
        self.entry = entry
        self.reason = reason

    def __str__(self) -> str:
        where = f"{self.file} {self.entry}".strip()
        return f"{where}：{self.reason}"


class UsageError(GkauditError):
    """The command line or the arguments of a call make no sense."""


class RenderError(GkauditError):
    """One notebook did not execute or one page could not be written."""
