"""What was read of each input, kept by its content, so that it is read once.

A part is a parquet file of packed rows (:mod:`gkaudit.rows`) with their keys, written whole or not at all.
Inputs that cannot be read are kept with the reason where it lies in the input itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from gkaudit.files import replacing
from gkaudit.frames import REPORTS
from gkaudit.hashing import hash_of
from gkaudit.readers.archive import Input
from gkaudit.reading import Failure, PackedOutcome
from gkaudit.rows import PACKED, unpack

__all__ = ["Readings"]

#: Rows of a part. A run that is killed loses what it read since the last one.
_PART = 100
#: So many parts more than needed, and they are written together again.
_SPARE = 40
#: Rows of a part made of several, about.
_MOST = 10 * _PART
_SCHEMA = {"key": pl.String, "failure": pl.String, **PACKED}
#: Readings that are kept in memory have the place of their input for a key.
_PLACE = pl.col("key").cast(pl.UInt32).alias("at")


class Readings:
    """The parts of a folder that this ``program`` (a fingerprint) has written."""

    def __init__(self, folder: Path, program: str, *, fresh: bool = False) -> None:
        self._folder, self._program = folder, program
        self._content: dict[Path, str] = {}
        self._new: list[tuple[str, PackedOutcome]] = []
        self._apart: dict[int, PackedOutcome] = {}
        if fresh:
            for path in self._parts():
                path.unlink(missing_ok=True)
        #: In which part the reading of a key lies.
        self._where = dict(self._listed(self._parts()))

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
        return set(keys) - self._where.keys()

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
            self._new = []

    def known(self, order: Sequence[str]) -> pl.DataFrame:
        """What is known of the inputs with these keys, in their order, those kept in memory included.

        One row an input: ``at`` (its place in ``order``), ``failure`` (why it could not be read, else null) and
        the columns of a report, its id still that of before the batch.
        """
        self.flush()
        columns = ["at", "failure", *REPORTS]
        parts = [self._rows([(str(at), one) for at, one in self._apart.items()]).with_columns(_PLACE).select(columns)]
        if self._where:
            kept = self._scan().select("key", "failure", *REPORTS).unique("key", keep="any")
            parts.append(kept.join(self._places(order).lazy(), on="key", how="inner").select(columns).collect())
        return pl.concat(parts).sort("at")

    def rows(self, order: Sequence[str], wanted: Sequence[int], columns: Sequence[str] = tuple(PACKED)) -> pl.DataFrame:
        """Packed rows (``columns`` of them) of the inputs at these places of ``order``, in the order of the batch."""
        asked = set(wanted)
        apart = [(str(at), one) for at, one in self._apart.items() if at in asked]
        parts = [self._rows(apart).with_columns(_PLACE).select("at", *columns)]
        places = self._places(order, wanted)
        for path in sorted({self._where[key] for key in places.get_column("key")}):
            # A part is small: it is read whole, and what is not asked for is let go.
            read = pl.read_parquet(path, columns=["key", *columns]).unique("key", keep="any")
            parts.append(read.join(places, on="key", how="inner").select("at", *columns))
        return pl.concat(parts).sort("at").select(columns)

    def _places(self, order: Sequence[str], wanted: Iterable[int] | None = None) -> pl.DataFrame:
        """Keys with their places in ``order``, as far as their readings lie in files."""
        places = range(len(order)) if wanted is None else wanted
        listed = [(at, order[at]) for at in places if at not in self._apart]
        return pl.DataFrame(listed, schema={"at": pl.UInt32, "key": pl.String}, orient="row")

    def tidy(self, wanted: Iterable[str]) -> None:
        """Forget what is no longer input and what other versions read; put small parts together."""
        for path in self._folder.glob("*.parquet"):
            if not path.name.startswith(self._mark):
                path.unlink(missing_ok=True)
        keys = set(wanted)
        parts = self._parts()
        crowded = len(parts) > len(keys) // _PART + _SPARE
        kept: dict[Path, list[str]] = {path: [] for path in parts}
        other: set[Path] = set()
        for key, path in self._listed(parts):
            if key in keys and self._where.get(key) == path:
                kept[path].append(key)
            else:
                other.add(path)
        changed = {
            path: own for path, own in kept.items() if path in other or not own or (crowded and len(own) < _PART)
        }
        written = {self._write(rows) for rows in _together(changed)}
        for path in changed.keys() - written:
            path.unlink(missing_ok=True)

    def _listed(self, parts: list[Path]) -> Iterator[tuple[str, Path]]:
        """The keys of some parts with the part of each."""
        if parts:
            found = pl.scan_parquet(parts, include_file_paths="_part").select("key", "_part").collect()
            by_name = {path.name: path for path in parts}
            for key, name in found.iter_rows():
                yield key, by_name[Path(name).name]

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
        self._where |= dict.fromkeys(rows.get_column("key"), path)
        return path


def _together(parts: Mapping[Path, Sequence[str]]) -> Iterator[pl.DataFrame]:
    """The rows of some parts with these keys, in parts that are as large as they may be."""
    waiting: list[pl.DataFrame] = []
    for path, keys in parts.items():
        rows = pl.read_parquet(path).unique("key", keep="any", maintain_order=True)
        waiting.append(rows.filter(pl.col("key").is_in(list(keys))))
        if sum(map(len, waiting)) >= _MOST:
            yield pl.concat(waiting)
            waiting = []
    if any(map(len, waiting)):
        yield pl.concat(waiting)
