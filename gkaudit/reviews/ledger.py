"""The ledger (审查账本): decisions and corrections, one entry after another."""

from __future__ import annotations

import getpass
import os
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from gkaudit.chars import read_cell
from gkaudit.errors import UsageError
from gkaudit.form import all_keys, column_of
from gkaudit.masking import masked
from gkaudit.reviews.storage import on_network, reading, writing
from gkaudit.reviews.words import word

__all__ = ["CORRECTIONS", "DECISIONS", "KINDS", "NAME", "Ledger"]

#: The file in the output folder.
NAME = "reviews.sqlite"
#: What may be decided about a finding; ``note`` adds words and decides nothing.
KINDS = ("confirm", "dismiss", "ask", "note", "withdraw")
#: Kinds that say nothing without words.
_WORDED = ("dismiss", "note")
#: Characters of a reason and of a name.
_LONGEST_REASON, _LONGEST_NAME = 4000, 80
#: What the original may show: a number, nothing, or a mark.
_SHOWN_STATES = ("reported", "blank", "marked")

_TIME = pl.Datetime("us", "UTC")
#: Every entry about a finding, oldest first. ``numbers`` is the print of :func:`gkaudit.reviews.marks`.
DECISIONS: dict[str, Any] = {
    "entry": pl.Int64,
    "finding_id": pl.String,
    "report_id": pl.String,
    "check_id": pl.String,
    "kind": pl.Enum(KINDS),
    "reason": pl.String,
    "author": pl.String,
    "at": _TIME,
    "sha256": pl.String,
    "numbers": pl.String,
}
#: Every entry about a cell, oldest first. ``shown`` is what the original shows, empty for a blank cell;
#: ``machine_raw`` and ``machine_state`` are what the machine had read when it was entered.
CORRECTIONS: dict[str, Any] = {
    "entry": pl.Int64,
    "report_id": pl.String,
    "sha256": pl.String,
    "key": pl.String,
    "kind": pl.Enum(("correct", "withdraw")),
    "shown": pl.String,
    "machine_raw": pl.String,
    "machine_state": pl.String,
    "reason": pl.String,
    "author": pl.String,
    "at": _TIME,
}


class Ledger:
    """Decisions and corrections in one SQLite file, which the first entry creates.

    Safe with several processes at once; reading never waits and never creates the file. Every method
    raises UsageError, in one sentence, where the file is no ledger or cannot be used.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    @property
    def remark(self) -> str:
        """What has to be said about where the ledger lies; empty where nothing has."""
        return word("network") if on_network(self.path) else ""

    def decisions(self) -> pl.DataFrame:
        """All entries about findings: :data:`DECISIONS`."""
        return self._frame("decisions", DECISIONS)

    def concerns(self, report_id: str, sha256: str | None) -> bool:
        """Whether an entry about findings is about this report, by its id or, where that changed, by its source."""
        with reading(self.path) as connection:
            asked = "SELECT 1 FROM decisions WHERE report_id = ? OR sha256 = ? LIMIT 1"
            return connection is not None and connection.execute(asked, (report_id, sha256)).fetchone() is not None

    def corrections(self) -> pl.DataFrame:
        """All entries about cells: :data:`CORRECTIONS`."""
        return self._frame("corrections", CORRECTIONS)

    def decide(self, mark: Mapping[str, Any], kind: str, reason: str = "", author: str = "") -> int:
        """Enter a decision about a finding; returns the number of the entry.

        ``mark`` is the finding's row of :func:`gkaudit.reviews.marks`. Raises UsageError for an unknown
        kind, or where a reason is needed and missing.
        """
        if kind not in KINDS:
            raise UsageError(f"没有“{kind}”这种处理；可用的有：{'、'.join(KINDS)}")
        said = _words(reason)
        if kind in _WORDED and not said:
            raise UsageError(f"{word(f'kind.{kind}')}要写明理由或内容")
        values = {name: str(mark[name]) for name in ("finding_id", "report_id", "check_id", "sha256", "numbers")}
        return self._append("decisions", {**values, "kind": kind, "reason": said, "author": _author(author)})

    def correct(self, cell: Mapping[str, Any], sha256: str, shown: str, *, reason: str = "", author: str = "") -> int:
        """Enter what the original shows in a cell; returns the number of the entry.

        ``cell`` is its row of ``cells``, ``sha256`` that of the source; ``shown`` is a number or a mark as
        printed, empty where the original is blank. Raises UsageError where ``shown`` is none of these.
        """
        key = str(cell["key"])
        if key not in all_keys():
            raise UsageError(f"没有“{key}”这一格")
        column = column_of(key)
        text = shown.strip()
        if read_cell(text, unit=column.unit, signed=column.signed).state not in _SHOWN_STATES:
            raise UsageError(f"“{text[:40]}”不是数字也不是符号；请照原件填写，例如 12，空白则留空，符号照填")
        return self._append("corrections", {**_of_cell(cell, sha256), "kind": "correct", "shown": text}, reason, author)

    def withdraw(self, cell: Mapping[str, Any], sha256: str, *, reason: str = "", author: str = "") -> int:
        """Take the correction of a cell back: the machine's reading stands again."""
        return self._append("corrections", {**_of_cell(cell, sha256), "kind": "withdraw", "shown": ""}, reason, author)

    def copy_to(self, path: Path) -> None:
        """A copy as of now, where there is anything to copy and nothing lies there yet."""
        with reading(self.path) as connection:
            if connection is not None and not path.exists():
                with closing(sqlite3.connect(path)) as target:
                    connection.backup(target)

    def _append(
        self, table: str, values: Mapping[str, str], reason: str | None = None, author: str | None = None
    ) -> int:
        entry = dict(values)
        if reason is not None:
            entry["reason"] = _words(reason)
        if author is not None:
            entry["author"] = _author(author)
        entry["at"] = datetime.now(UTC).isoformat(timespec="microseconds")
        columns, places = ", ".join(entry), ", ".join("?" * len(entry))
        with writing(self.path) as connection:
            # Names of tables and columns are ours; values are bound.
            done = connection.execute(
                f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608
                list(entry.values()),
            )
            return int(done.lastrowid or 0)

    def _frame(self, table: str, schema: Mapping[str, Any]) -> pl.DataFrame:
        with reading(self.path) as connection:
            rows = [] if connection is None else _rows(connection, table, schema)
        columns = list(zip(*rows, strict=True)) or [()] * len(schema)
        texts = {name: pl.Int64 if name == "entry" else pl.String for name in schema}
        frame = pl.DataFrame(dict(zip(schema, map(list, columns), strict=True)), schema=texts)
        return frame.with_columns(
            pl.col("at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", time_zone="UTC"),
            pl.col("kind").cast(schema["kind"]),
        )

    def __repr__(self) -> str:
        return f"<Ledger {self.path.name}：处理 {self.decisions().height} 条，更正 {self.corrections().height} 条>"


def _rows(connection: Any, table: str, columns: Iterable[str]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = connection.execute(
        f"SELECT {', '.join(columns)} FROM {table} ORDER BY entry"  # noqa: S608 - our own names
    ).fetchall()
    return rows


def _of_cell(cell: Mapping[str, Any], sha256: str) -> dict[str, str]:
    """What identifies a cell, with the machine's reading of it (also where it is corrected already)."""
    machine = cell.get("corrected_from") or cell
    return {
        "report_id": str(cell["report_id"]),
        "sha256": sha256,
        "key": str(cell["key"]),
        "machine_raw": masked(str(machine["raw"] or "")),
        "machine_state": str(machine["state"]),
    }


def _words(reason: str) -> str:
    said = reason.strip()
    if len(said) > _LONGEST_REASON:
        raise UsageError(f"理由超过 {_LONGEST_REASON} 字，请写短一些")
    return said


def _author(author: str) -> str:
    """Who decides: the name given, else ``GKAUDIT_AUTHOR``, else the account."""
    said = author.strip() or os.environ.get("GKAUDIT_AUTHOR", "").strip()
    if not said:
        try:
            said = getpass.getuser()
        except (KeyError, OSError, ImportError):
            raise UsageError("请写明处理人") from None
    return said[:_LONGEST_NAME]
