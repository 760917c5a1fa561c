"""Input and output on other file systems (``s3://``, ``hdfs://``, ``file://`` …) through fsspec.

Inputs are listed and fetched to a folder of this machine that is kept between runs; a file that has not
changed there is not fetched again. Results are written on this machine and carried over at the end, changed
files only, so that a run that is stopped leaves there what was there before.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gkaudit.errors import UsageError
from gkaudit.files import replacing, write_text
from gkaudit.readers.names import ignored, safe_name
from gkaudit.store.pages import file_digest

__all__ = ["Away", "Fetched", "fetch", "is_url", "staging"]

_MISSING = "这种地址需要可选组件：pip install 'gkaudit[cluster]'，以及相应文件系统的组件（如 s3fs）"


def is_url(path: str | os.PathLike[str]) -> bool:
    """Whether this is an address rather than a path."""
    scheme, separator, _ = str(path).partition("://")
    return bool(separator) and scheme.isalnum()


def staging(url: str) -> Path:
    """Where things of an address lie on this machine, the same for every run."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "gkaudit" / hashlib.sha256(url.encode()).hexdigest()[:16]


def _opened(url: str) -> tuple[Any, str]:
    """The file system and the path in it. Raises UsageError."""
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - an optional part

        found: tuple[Any, str] = url_to_fs(url)
    except ImportError as error:
        raise UsageError(f"{url}：{_MISSING}") from error
    except (ValueError, OSError) as error:
        raise UsageError(f"{url}：打不开这个地址（{error}）") from error
    return found


@dataclass(frozen=True, slots=True)
class Fetched:
    """Paths to read instead of the addresses, and the address of each file that was fetched."""

    paths: tuple[str, ...]
    urls: dict[Path, str]


def fetch(paths: Sequence[str]) -> Fetched:
    """Fetch what has changed of the addresses among ``paths``. Raises UsageError where one cannot be listed."""
    made: list[str] = []
    urls: dict[Path, str] = {}
    for path in paths:
        if not is_url(path):
            made.append(path)
            continue
        folder = staging(path)
        urls |= _fetch(path, folder)
        made.append(str(folder / "in"))
    return Fetched(tuple(made), urls)


def _fetch(url: str, folder: Path) -> dict[Path, str]:
    system, root = _opened(url)
    try:
        found: dict[str, dict[str, Any]] = system.find(root, detail=True)
    except OSError as error:
        raise UsageError(f"{url}：列不出这个地址里的文件（{error}）") from error
    known = _known(folder / "seen.json")
    seen: dict[str, str] = {}
    urls: dict[Path, str] = {}
    for place in sorted(found):
        name = safe_name(place[len(root) :].lstrip("/") or place.rpartition("/")[2])
        if ignored(name):
            continue
        path = (folder / "in" / name).resolve()
        seen[name], urls[path] = str(system.ukey(place)), system.unstrip_protocol(place)
        if known.get(name) != seen[name] or not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as partial:
                system.get_file(place, str(partial))
    for name in known.keys() - seen.keys():
        (folder / "in" / name).unlink(missing_ok=True)
    write_text(json.dumps(seen, ensure_ascii=False), folder / "seen.json")
    return urls


def _known(file: Path) -> dict[str, str]:
    try:
        told = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in told.items()} if isinstance(told, dict) else {}


class Away:
    """An output folder at an address, and the folder of this machine in which it is made."""

    def __init__(self, url: str) -> None:
        self.url, self.folder = url, staging(url) / "out"
        self._system, self._root = _opened(url)

    def bring(self) -> None:
        """Fetch what people write there: the decisions of the auditors."""
        place = f"{self._root}/reviews.sqlite"
        path = self.folder / "reviews.sqlite"
        if self._system.exists(place):
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as partial:
                self._system.get_file(place, str(partial))

    def carry(self) -> None:
        """Carry over what has changed since the last time, and remove there the pages that were removed here."""
        noted = self.folder.parent / "carried.json"
        known = _known(noted)
        here = {
            path.relative_to(self.folder).as_posix(): file_digest(path)
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and ".gkaudit" not in path.parts and path.name != "reviews.sqlite"
        }
        # The manifest last: where it is, everything is.
        for name in sorted(here, key=lambda name: (name == "run.json", name)):
            place = f"{self._root}/{name}"
            if known.get(name) != here[name] or not self._system.exists(place):
                self._system.makedirs(place.rpartition("/")[0], exist_ok=True)
                self._system.put_file(str(self.folder / name), place)
        for name in known.keys() - here.keys():
            if self._system.exists(f"{self._root}/{name}"):
                self._system.rm_file(f"{self._root}/{name}")
        write_text(json.dumps(here, ensure_ascii=False), noted)
