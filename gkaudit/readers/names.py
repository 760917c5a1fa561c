"""Names of files as people may see them: safe parts, the encoding that was meant, no doubles."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import PurePosixPath

__all__ = ["distinct", "ignored", "member_name", "safe_name"]

#: Files that editors and systems leave in folders; nobody means them as reports.
_IGNORED = {"thumbs.db", "desktop.ini", ".ds_store"}
_LONGEST_PART = 120
_DRIVE = re.compile(r"[A-Za-z]:")
#: Spaces that people type in names, though Python calls them unprintable.
_SPACES = "\u3000\u00a0"
#: Flag of a zip entry whose name is UTF-8, and the field with such a name that Info-ZIP writes.
_UTF8, _UNICODE_PATH = 0x800, 0x7075


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[/\\]+", name) if part.strip(" ") not in ("", ".", "..")]


def ignored(name: str) -> bool:
    """Whether a path holds what editors and systems leave behind: hidden files, ``~$…``, ``__MACOSX``."""
    parts = _parts(name)
    left = any(part.startswith((".", "~$")) or part == "__MACOSX" for part in parts)
    return left or (bool(parts) and parts[-1].lower() in _IGNORED)


def safe_name(name: str) -> str:
    """A name fit to be shown: no way up, no root, no drive, nothing unprintable, no endless parts."""
    return "/".join(_shown(part) for part in _parts(name) if not _DRIVE.fullmatch(part)) or "无名"


def _shown(part: str) -> str:
    text = "".join(c if c.isprintable() or c in _SPACES else "\ufffd" for c in _repaired(part))
    text = f"{text[0]}_{text[2:]}" if _DRIVE.match(text) else text
    if len(text) <= _LONGEST_PART:
        return text
    suffix = PurePosixPath(text).suffix[:10]
    return f"{text[: _LONGEST_PART - len(suffix) - 1]}…{suffix}"


def _repaired(part: str) -> str:
    """A name that Linux could not decode, as the Chinese system meant it that wrote it."""
    try:
        raw = part.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return part
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def member_name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: UTF-8 where the entry says so, else what Chinese systems write."""
    if info.flag_bits & _UTF8:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437", "replace")
    told = _unicode_path(info.extra, raw)
    if told is not None:
        return told
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    while len(extra) >= 4:  # noqa: PLR2004 - number and length of a field, two bytes each
        kind, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and field[:1] == b"\x01" and int.from_bytes(field[1:5], "little") == zlib.crc32(raw):
            return field[5:].decode("utf-8", "replace")
    return None


def distinct(name: str, taken: set[str]) -> str:
    """The name, numbered where an earlier member has it already."""
    path, number, made = PurePosixPath(name), 1, name
    while made.casefold() in taken:
        number += 1
        made = f"{path.parent.as_posix()}/{path.stem} ({number}){path.suffix}"
    taken.add(made.casefold())
    return made
