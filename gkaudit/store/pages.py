"""Which pages were made, from what, and what they look like: a journal with one line a page.

A line is written when a page is whole; a run that is killed leaves at most half a line, which is passed
over. A page is made again where what it shows has changed, or where its files are not as they were written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from gkaudit.files import write_text

__all__ = ["Pages", "Sealed", "digest", "file_digest"]

#: Files of a page (relative to the output folder) with the hash of their content.
Sealed = dict[str, str]


def file_digest(path: Path) -> str:
    """The hash of a file; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def digest(tables: Mapping[str, pl.DataFrame], ids: Iterable[str], common: str) -> dict[str, str]:
    """A hash by report of its rows in all tables, in their order, and of ``common``.

    Every table needs ``report_id``. Equal rows have equal hashes as long as the version of polars is the
    same; ``common`` has to say which.
    """
    made = {report_id: hashlib.sha256(common.encode()) for report_id in ids}
    for name, table in tables.items():
        ids_of = table.get_column("report_id")
        prints = pl.DataFrame({"report_id": ids_of, "one": table.hash_rows(seed=1), "two": table.hash_rows(seed=2)})
        grouped = prints.group_by("report_id", maintain_order=True).agg("one", "two")
        hashes = grouped.select("report_id", pl.col("one").hash(seed=3), pl.col("two").hash(seed=4))
        for report_id, one, two in hashes.iter_rows():
            if report_id in made:
                made[report_id].update(f"{name} {one} {two}\0".encode())
    return {report_id: one.hexdigest() for report_id, one in made.items()}


#: Folders of pages with the suffixes of their files.
_PLACES = {("reports", "html"), ("notebooks", "ipynb"), ("compare", "html"), ("compare", "ipynb")}


class Pages:
    """The journal of an output folder."""

    def __init__(self, file: Path, out: Path, *, forget: bool = False) -> None:
        self._file, self._out = file, out
        self._made: dict[str, dict[str, Any]] = {} if forget else _read(file)
        #: What earlier runs made, to be removed where it no longer belongs.
        self._earlier = _read(file)

    def current(self, name: str, key: str) -> bool:
        """Whether a page was made from just this and lies there as it was written."""
        entry = self._made.get(name)
        return entry is not None and entry["key"] == key and self._intact(entry)

    def intact(self) -> bool:
        """Whether all pages of the journal lie there as they were written."""
        return all(map(self._intact, self._made.values()))

    def _intact(self, entry: Mapping[str, Any]) -> bool:
        touched = entry.get("touched", {})
        return all(
            _touched(path := self._out / file) == touched.get(file, ()) or file_digest(path) == seal
            for file, seal in entry["files"].items()
        )

    def note(self, name: str, key: str, files: Iterable[Path]) -> None:
        """A page is there."""
        places = {path.relative_to(self._out).as_posix(): path for path in files}
        sealed = {file: file_digest(path) for file, path in places.items()}
        touched = {file: _touched(path) for file, path in places.items()}
        self._made[name] = {"name": name, "key": key, "files": sealed, "touched": touched}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(self._made[name], ensure_ascii=False) + "\n")

    def finish(self, names: Iterable[str]) -> list[Path]:
        """Remove pages of ours that no longer belong, as long as nobody changed them; returns what was removed."""
        wanted = set(names)
        here = {file for name in wanted for file in self._made.get(name, {}).get("files", ())}
        removed = []
        for name, entry in self._earlier.items():
            for file, seal in entry["files"].items():
                path = self._out / file
                if name not in wanted and file not in here and file_digest(path) == seal:
                    path.unlink(missing_ok=True)
                    removed.append(path)
        kept = [self._made[name] for name in sorted(wanted & self._made.keys())]
        write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in kept), self._file)
        return removed


def _read(file: Path) -> dict[str, dict[str, Any]]:
    """The last line of each page; lines that are no such thing are passed over."""
    made: dict[str, dict[str, Any]] = {}
    try:
        lines = file.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return made
    for line in lines:
        try:
            entry = json.loads(line)
            files = {str(k): str(v) for k, v in entry["files"].items() if _inside(str(k))}
            name, touched = str(entry["name"]), dict(entry.get("touched", {}))
            made[name] = {"name": name, "key": str(entry["key"]), "files": files, "touched": touched}
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return made


def _touched(path: Path) -> list[int]:
    """Size and time of the last change (ns): a file that has them still is not read to see what is in it."""
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def _inside(file: str) -> bool:
    """Only files of pages: whatever a journal says, nothing else is ever removed."""
    parts = file.split("/")
    return file in {"index.html", "index.ipynb"} or (
        len(parts) == 2  # noqa: PLR2004 - a folder and a file
        and ".." not in parts
        and (parts[0], parts[1].rpartition(".")[2]) in _PLACES
        and "\\" not in file
        and ":" not in file
    )
