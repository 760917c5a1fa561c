"""The bytes of one input and its name for people."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gkaudit.errors import TooLargeError, UnreadableError, system_reason
from gkaudit.readers.guards import MAX_BYTES

__all__ = ["Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """One input: ``name`` for people (a path relative to the input folder), and its bytes.

    ``suffix`` is that of the name, in lower case; it only ever decides between formats that the content
    cannot tell apart (``md`` from ``txt``).
    """

    name: str
    data: bytes
    sha256: str
    suffix: str

    @classmethod
    def of(cls, data: bytes, name: str) -> Source:
        """A source from bytes already at hand."""
        return cls(name, data, hashlib.sha256(data).hexdigest(), PurePosixPath(name).suffix.lower())

    @classmethod
    def load(cls, path: Path, name: str) -> Source:
        """Read the file, if it has at most :data:`~gkaudit.readers.guards.MAX_BYTES`."""
        try:
            size = path.stat().st_size
            if size > MAX_BYTES:
                reason = (
                    f"文件有 {size // 1024 // 1024} MB，超过上限 {MAX_BYTES // 1024 // 1024} MB；请只放入年度报告正文"
                )
                raise TooLargeError(name, reason)
            data = path.read_bytes()
        except OSError as error:
            raise UnreadableError(
                name, f"打不开文件（{system_reason(error)}），请检查文件是否存在、有无读取权限"
            ) from error
        return cls.of(data, name)
