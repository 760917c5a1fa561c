"""What was read of each input, kept by its content, so that it is read once.

A part is a parquet file of packed rows (:mod:`gkaudit.rows`) with their keys, written whole or not at all.
Inputs that cannot be read are kept with the reason where it lies in the input itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from gkaudit.files import replacing
from gkaudit.hashing import hash_of
from gkaudit.readers.archive import Input
from gkaudit.reading import Failure, PackedOutcome
from gkaudit.rows import PACKED, unpack

__all__ = ["Readings", "Restored"]

#: Rows of a part. A run that is killed loses what it read since the last one.
_PART = 100
#: So many parts more than needed, and they are written together again.
_SPARE = 40
_SCHEMA = {"key": pl.String, "failure": pl.String, **PACKED}


class Restored(NamedTuple):
    """What is known of a batch: packed rows in the order of the input, and failures."""

    rows: pl.DataFrame
    failures: list[Failure]


class Readings:
    """The parts of a folder that this ``program`` (a fingerprint) has written."""

    def __init__(self, folder: Path, program: str, *, fresh: bool = False) -> None:
        self._folder, self._program = folder, program
        self._content: dict[Path, str] = {}
        self._new: list[tuple[str, PackedOutcome]] = []
        self._apart: dict[int, PackedOutcome] = {}
        self._known: set[str] = set()
        if fresh:
            for path in self._parts():
                path.unlink(missing_ok=True)
        if self._parts():
            self._known = set(self._scan().select("key").collect().to_series())

    @property
    def passing(self) -> bool:
        """Whether an input failed for a reason that may be gone the next time."""
        return any(isinstance(one, Failure) for one in self._apart.values())

    def key(self, item: Input) -> str:
        """What an input is known by: its name, its content, and who reads it. Empty where it cannot be read."""
        try:
            if item.path not in self._content:
                # Opening a pipe waits for ever; what is no file is refused where it is read.
                if not item.path.is_file():
                    return ""
                with item.path.open("rb") as file:
                    self._content[item.path] = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return ""
        parts = (self._program, item.name, self._content[item.path], *map(str, item.inside))
        return hash_of(parts)

    def content(self, item: Input) -> str:
        """The hash of a file as it was when :meth:`key` looked at it; empty for members of archives."""
        return "" if item.inside else self._content.get(item.path, "")

    def missing(self, keys: Iterable[str]) -> set[str]:
        """The keys nothing is known about."""
        return set(keys) - self._known

    def add(self, at: int, key: str, outcome: PackedOutcome, content: str = "") -> None:
        """Keep what came of input number ``at``; in memory only where it must not lie in a file.

        That is where a failure is of the moment, where texts have something to be covered, and where the
        file changed since ``content`` was its hash.
        """
        if isinstance(outcome, Failure):
            apart = not outcome.final
        else:
            apart = outcome.secret or content not in ("", outcome.sha256)
        if apart or not key:
            self._apart[at] = outcome
            return
        self._new.append((key, outcome))
        if len(self._new) >= _PART:
            self.flush()

    def flush(self) -> None:
        """Write what was added."""
        if self._new:
            self._write(self._rows(self._new))
            self._known |= {key for key, _ in self._new}
            self._new = []

    def restore(self, order: Sequence[str]) -> Restored:
        """What is known of the inputs with these keys, those kept in memory included."""
        self.flush()
        listed = pl.DataFrame({"key": list(order)}, schema={"key": pl.String}).with_row_index("at")
        listed = listed.filter(~pl.col("at").is_in(list(self._apart)))
        apart = [(str(at), one) for at, one in self._apart.items()]
        parts = [self._rows(apart).with_columns(at=pl.col("key").cast(pl.UInt32))]
        if self._parts():
            kept = self._scan().unique("key", keep="any").join(listed.lazy(), on="key", how="inner").collect()
            parts.append(kept)
        rows = pl.concat([part.select("at", *_SCHEMA) for part in parts]).sort("at")
        failed = rows.filter(pl.col("failure").is_not_null()).select("source", "failure")
        return Restored(
            rows.filter(pl.col("failure").is_null()).select(list(PACKED)),
            [Failure(source, reason) for source, reason in failed.iter_rows()],
        )

    def tidy(self, wanted: Iterable[str]) -> None:
        """Forget what is no longer input and what other versions read; put small parts together."""
        for path in self._folder.glob("*.parquet"):
            if not path.name.startswith(self._mark):
                path.unlink(missing_ok=True)
        keys = set(wanted)
        old = self._parts()
        if self._known - keys or len(old) > len(keys) // _PART + _SPARE:
            rows = self._scan().filter(pl.col("key").is_in(list(keys))).collect() if old else None
            size = 10 * _PART
            whole = set() if rows is None else {self._write(rows[n : n + size]) for n in range(0, rows.height, size)}
            for path in old:
                if path not in whole:
                    path.unlink(missing_ok=True)

    @property
    def _mark(self) -> str:
        return self._program[:16]

    def _parts(self) -> list[Path]:
        return sorted(self._folder.glob(f"{self._mark}-*.parquet"))

    def _scan(self) -> pl.LazyFrame:
        return pl.scan_parquet(self._parts())

    @staticmethod
    def _rows(outcomes: Sequence[tuple[str, PackedOutcome]]) -> pl.DataFrame:
        read = [(key, one) for key, one in outcomes if not isinstance(one, Failure)]
        failed = [(key, one) for key, one in outcomes if isinstance(one, Failure)]
        rows = unpack(one for _, one in read).with_columns(
            pl.Series("key", [key for key, _ in read], dtype=pl.String), pl.lit(None, pl.String).alias("failure")
        )
        empty = {
            "key": [key for key, _ in failed],
            "failure": [one.reason for _, one in failed],
            "source": [one.source for _, one in failed],
        }
        lost = pl.DataFrame(empty, schema=dict.fromkeys(empty, pl.String))
        return pl.concat([rows.select(list(_SCHEMA)), lost], how="diagonal").select(list(_SCHEMA))

    def _write(self, rows: pl.DataFrame) -> Path:
        named = hashlib.sha256("\n".join(rows.get_column("key")).encode()).hexdigest()[:24]
        path = self._folder / f"{self._mark}-{named}.parquet"
        with replacing(path) as partial:
            rows.write_parquet(partial, compression="lz4")
        return path
