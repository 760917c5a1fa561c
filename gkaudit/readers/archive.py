"""ZIP files as folders: every member is an input of its own; nothing is ever unpacked to disk.

:func:`members` lists what is inside, :func:`load` reads one of them. A zip inside a zip is opened once
more, deeper ones are refused. A member is known by its number in the directory; its name is only shown
to people, without anything that could lead out of a folder.

Word and OFD files are ZIP files as well and are left to their readers; Excel, PowerPoint and OpenDocument
files are named and refused here.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gkaudit.errors import TooLargeError, UnreadableError, system_reason
from gkaudit.readers import guards
from gkaudit.readers.guards import MAX_BYTES, MAX_DIRECTORY, MAX_MEMBERS, MAX_RATIO, is_link
from gkaudit.readers.names import distinct, ignored, member_name, safe_name
from gkaudit.readers.source import Source

__all__ = ["FORMATS", "Input", "Shelf", "detect", "is_container", "members"]

#: No format of its own: only :func:`detect` takes part, to say what a zip file is that is no document.
FORMATS: tuple[str, ...] = ()

#: Bytes of everything in one archive, and how often an archive may lie in an archive.
MAX_EXPANDED, MAX_NESTING = 4 * 1024**3, 2
#: A member below this size may expand as far as it likes.
_SMALL = 4 * 1024 * 1024
_ENCRYPTED = 0x1
_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
#: Documents that are zip files, known by name, so that they are not opened only to be told from archives.
_DOCUMENTS = (".docx", ".docm", ".dotx", ".ofd")
_OTHERS = (
    ("xl/", "这是 Excel 文件，不是报告正文；请将报告另存为 .docx 后再放入"),
    ("ppt/", "这是 PPT 文件，不是报告正文；请将报告另存为 .docx 后再放入"),
    ("mimetype", "这是 OpenDocument 或电子书文件，无法读取；请另存为 .docx 后再放入"),
)
_BROKEN = "压缩包已损坏或是分卷压缩，无法打开；请重新压缩为普通 ZIP 后再放入"
_FAULTS = (
    *(zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError),
    *(IndexError, OverflowError, struct.error, zlib.error),
)


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to read: a file, or a member of an archive.

    ``name`` is what people know it by, made only of safe parts (``各镇.zip/镇/报告.docx``); ``inside`` are
    the numbers of the members that lead from the archive at ``path`` to it.
    """

    path: Path
    name: str
    inside: tuple[int, ...] = ()


def is_container(path: Path) -> bool:
    """Whether a file is an archive of other files (and no document that happens to be a zip file)."""
    try:
        with path.open("rb") as file:
            return _holds_files(file, path.name)
    except OSError:
        return False


def _holds_files(file: IO[bytes], name: str) -> bool:
    if file.read(4) not in _MAGIC or name.lower().endswith(_DOCUMENTS):
        return False
    try:
        with _opened(file, name) as archive:
            names = archive.namelist()
    except TooLargeError:
        return True
    except UnreadableError:
        return name.lower().endswith(".zip")
    return not _is_document(names)


def _is_document(names: list[str]) -> bool:
    lower = {name.lower() for name in names}
    return not lower.isdisjoint(("[content_types].xml", "word/document.xml", "ofd.xml", "mimetype"))


@contextmanager
def _opened(file: IO[bytes], name: str) -> Iterator[zipfile.ZipFile]:
    if guards.directory_size(file) > MAX_DIRECTORY:
        raise TooLargeError(name, f"压缩包里的文件太多，超过上限 {MAX_MEMBERS} 个；请分成几个压缩包")
    try:
        archive = zipfile.ZipFile(file)
    except _FAULTS as error:
        raise UnreadableError(name, _BROKEN) from error
    with archive:
        yield archive


def members(path: Path, name: str) -> list[Input]:
    """What an archive holds, in its own order; an inner archive that cannot be opened is listed itself.

    Raises UnreadableError where the archive is broken, empty or needs a password, TooLargeError where it
    holds more than the limits allow.
    """
    try:
        with path.open("rb") as file, _opened(file, name) as archive:
            return _listed(archive, Input(path, name))
    except OSError as error:
        raise UnreadableError(name, f"打不开文件（{system_reason(error)}），请检查有无读取权限") from error


def _listed(archive: zipfile.ZipFile, outer: Input) -> list[Input]:
    infos = archive.infolist()
    chosen = [n for n, info in enumerate(infos) if not _passed_over(info)]
    _limits(outer.name, [infos[n] for n in chosen])
    found: list[Input] = []
    taken: set[str] = set()
    for number in chosen:
        name = distinct(f"{outer.name}/{safe_name(member_name(infos[number]))}", taken)
        found += _expanded(archive, infos[number], Input(outer.path, name, (*outer.inside, number)))
        if len(found) > MAX_MEMBERS:
            raise TooLargeError(outer.name, f"压缩包里的文件超过上限 {MAX_MEMBERS} 个；请分成几个压缩包")
    return found


def _passed_over(info: zipfile.ZipInfo) -> bool:
    name = member_name(info)
    return name.endswith(("/", "\\")) or is_link(info) or ignored(name)


def _limits(name: str, infos: list[zipfile.ZipInfo]) -> None:
    if not infos:
        raise UnreadableError(name, "压缩包里没有文件；请核对后重新压缩")
    if len(infos) > MAX_MEMBERS:
        raise TooLargeError(name, f"压缩包里有 {len(infos)} 个文件，超过上限 {MAX_MEMBERS} 个；请分成几个压缩包")
    total = sum(info.file_size for info in infos)
    if total > MAX_EXPANDED:
        raise TooLargeError(name, f"压缩包展开后有 {total // 1024**2} MB，超过上限 {MAX_EXPANDED // 1024**2} MB")
    if all(info.flag_bits & _ENCRYPTED for info in infos):
        raise UnreadableError(name, "压缩包有密码；请去除密码后再放入")


def _expanded(archive: zipfile.ZipFile, info: zipfile.ZipInfo, item: Input) -> list[Input]:
    """The members of an inner archive; the member itself where it is none or will be refused when read."""
    if len(item.inside) >= MAX_NESTING or item.name.lower().endswith(_DOCUMENTS):
        return [item]
    try:
        with archive.open(info) as file:
            if file.read(4) not in _MAGIC:
                return [item]
        inner = io.BytesIO(_content(archive, info, item.name))
        if not _holds_files(inner, item.name):
            return [item]
        with _opened(inner, item.name) as nested:
            return _listed(nested, item)
    except (UnreadableError, TooLargeError, *_FAULTS):
        return [item]


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    """The bytes of a member within the limits; raises UnreadableError and TooLargeError."""
    if info.flag_bits & _ENCRYPTED:
        raise UnreadableError(name, "压缩包中的这个文件有密码；请去除密码后再放入")
    if info.file_size > MAX_BYTES:
        size = f"{info.file_size // 1024**2} MB，超过上限 {MAX_BYTES // 1024**2} MB"
        raise TooLargeError(name, f"文件有 {size}；请只放入年度报告正文")
    if info.file_size > _SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise TooLargeError(name, f"压缩比超过 {MAX_RATIO} 倍，像是压缩炸弹；没有读取")
    try:
        with archive.open(info) as part:
            data = part.read(info.file_size + 1)
    except NotImplementedError as error:
        raise UnreadableError(name, "压缩包用了少见的压缩方法；请重新压缩为普通 ZIP 后再放入") from error
    except _FAULTS as error:
        raise UnreadableError(name, "压缩包中的这个文件已损坏；请重新压缩后再放入") from error
    if len(data) != info.file_size:
        raise UnreadableError(name, "压缩包中的这个文件已损坏（大小与目录所记不符）；请重新压缩后再放入")
    return data


class Shelf:
    """Reads inputs and keeps the archive it read last open, since members come one after another."""

    def __init__(self) -> None:
        self._where: tuple[Path, tuple[int, ...]] | None = None
        self._archive: zipfile.ZipFile | None = None

    def close(self) -> None:
        """Let go of the archive."""
        if self._archive is not None:
            self._archive.close()
        self._where = self._archive = None

    def load(self, item: Input) -> Source:
        """The bytes of an input. Raises UnreadableError or TooLargeError naming it and the reason."""
        if not item.inside:
            self.close()
            return self._file(item)
        try:
            archive = self._open(item)
            data = _content(archive, archive.infolist()[item.inside[-1]], item.name)
        except _FAULTS as error:
            raise UnreadableError(item.name, _BROKEN) from error
        source = Source.of(data, item.name)
        if len(item.inside) >= MAX_NESTING and _holds_files(io.BytesIO(data), item.name):
            raise UnreadableError(item.name, f"压缩包套压缩包超过 {MAX_NESTING} 层；请解压后放入")
        return source

    @staticmethod
    def _file(item: Input) -> Source:
        if item.path.exists() and not item.path.is_file():
            what = "文件夹，没有读取权限或不能这样读取" if item.path.is_dir() else "管道或设备，不是普通文件"
            raise UnreadableError(item.name, f"这是{what}；请核对")
        if is_container(item.path):
            # Listing says what is wrong with it: only archives that cannot be listed are read as inputs.
            _refuse(item.name, len(members(item.path, item.name)))
        return Source.load(item.path, item.name)

    def _open(self, item: Input) -> zipfile.ZipFile:
        where = (item.path, item.inside[:-1])
        if self._archive is None or where != self._where:
            self.close()
            archive = zipfile.ZipFile(item.path)
            for number in item.inside[:-1]:
                with archive:
                    data = _content(archive, archive.infolist()[number], item.name)
                archive = zipfile.ZipFile(io.BytesIO(data))
            self._where, self._archive = where, archive
        return self._archive


def _refuse(name: str, count: int) -> None:
    raise UnreadableError(name, f"这是压缩包，里面有 {count} 个文件；请用 gkaudit run 一起读取，或解压后选一份")


def detect(source: Source) -> str | None:
    """None; raises UnreadableError for zip files that are no document: what they are, what to do."""
    if not source.data.startswith(_MAGIC):
        return None
    try:
        with _opened(io.BytesIO(source.data), source.name) as archive:
            names = archive.namelist()
    except UnreadableError:
        if source.suffix == ".zip":
            raise
        return None
    if not _is_document(names):
        with _opened(io.BytesIO(source.data), source.name) as archive:
            _refuse(source.name, len(_listed(archive, Input(Path(source.name), source.name))))
    for start, reason in _OTHERS:
        if any(name.lower().startswith(start) for name in names):
            raise UnreadableError(source.name, reason)
    return None
