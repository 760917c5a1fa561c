"""What a run leaves, without moments: to be compared with what another run leaves."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path

#: Where moments stand: in the manifest, in papermill's and nbclient's notes, and in the properties of the workbook.
_MOMENTS = {"started", "finished", "timings", "processor_seconds", "peak_memory_mb", "notebooks"}
_NOTED = {"start_time", "end_time", "duration", "execution"}


def results(out: Path) -> dict[str, str]:
    """A hash by file of everything in the folder, hidden files named only where they should not be there."""
    found = {}
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        name = path.relative_to(out).as_posix()
        if name.startswith(".gkaudit/") and not name.endswith(".partial") and "slices" not in name:
            continue
        found[name] = hashlib.sha256(_timeless(path, out)).hexdigest()
    return found


def _timeless(path: Path, out: Path) -> bytes:
    if path.name == "run.json":
        told = {k: v for k, v in json.loads(path.read_text("utf-8")).items() if k not in _MOMENTS}
        return json.dumps(told, sort_keys=True).encode()
    if path.suffix == ".ipynb":
        text = path.read_text("utf-8").replace(json.dumps(str(out.resolve()))[1:-1], "OUT")
        return json.dumps(_without(json.loads(text)), sort_keys=True).encode()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return b"".join(book.read(n) for n in sorted(book.namelist()) if n != "docProps/core.xml")
    return path.read_bytes()


def _without(value: object) -> object:
    if isinstance(value, dict):
        return {k: _without(v) for k, v in value.items() if k not in _NOTED}
    return [_without(v) for v in value] if isinstance(value, list) else value


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Names of files that are not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def moments(html: str) -> list[str]:
    """Moments in a page; there should be none."""
    return re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d", html)
