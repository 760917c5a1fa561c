"""What the last whole run of a folder was about, and whether its results lie there as it left them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gkaudit import slices
from gkaudit.files import write_text
from gkaudit.store.pages import Pages, file_digest

__all__ = ["State", "clean"]

_PARTIAL = re.compile(r"^\..+\.\d+\.partial$")
_FOLDERS = ("", "data", "notebooks", "reports", "compare", ".gkaudit", ".gkaudit/readings")
#: Results that are no pages.
_RESULTS = ("data/*.parquet", "data/catalogue.json", "findings.xlsx")


class State:
    """The last run, as it noted itself when everything was written."""

    def __init__(self, out: Path, key: str) -> None:
        self._out, self._key = out, key
        self._file = out / ".gkaudit" / "last.json"

    def earlier(self) -> int | None:
        """The exit code of the last run, where this one would write the same and everything is still there."""
        try:
            kept: dict[str, Any] = json.loads(self._file.read_text("utf-8"))
            same = kept["key"] == self._key and (self._out / "run.json").is_file()
            return int(kept["code"]) if same and kept["files"] == self._seals() and self._pages().intact() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, code: int) -> None:
        """Note that everything is written."""
        noted = {"key": self._key, "code": code, "files": self._seals()}
        write_text(json.dumps(noted, ensure_ascii=False, indent=1) + "\n", self._file)

    def forget(self) -> bool:
        """From now on the folder is no longer what the last run left; whether a run had left it whole."""
        whole = self._file.is_file()
        self._file.unlink(missing_ok=True)
        return whole

    def _pages(self) -> Pages:
        return Pages(self._out / ".gkaudit" / "pages.jsonl", self._out)

    def _seals(self) -> dict[str, str]:
        return {path.relative_to(self._out).as_posix(): file_digest(path) for path in self._results()}

    def _results(self) -> Iterator[Path]:
        for pattern in _RESULTS:
            yield from sorted(self._out.glob(pattern))


def clean(out: Path) -> None:
    """Clear away what a run that was killed left half written; the caller holds the lock."""
    slices.clear(out)
    for name in _FOLDERS:
        folder = out / name
        for path in folder.iterdir() if folder.is_dir() else ():
            if _PARTIAL.match(path.name) and path.is_file() and not path.is_symlink():
                path.unlink(missing_ok=True)
