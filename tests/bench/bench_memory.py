"""Memory of a batch: ``python tests/bench/bench_memory.py [--sizes 1000 10000 100000]``.

A thousand generated reports are read once; larger batches are these under other names, as if each had been read,
so that what grows with the batch is measured without reading for hours. For each size a process of its own
judges them all and writes the tables; printed are its most memory, how much of that a report takes, and seconds.
Notebooks take none of it: a page has the rows of its report only. It measures; it does not pass or fail.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from gkaudit.auditing import inputs, judge
from gkaudit.gx.suites import load_suites
from gkaudit.output import write_data
from gkaudit.resources import folder
from gkaudit.reviews import Ledger
from gkaudit.store import Judged, Readings, Spooled
from gkaudit.workers import pack_all
from tests.generate.many import write

_PROGRAM = "0" * 64
#: Reports that are really read, and rows of a part.
_READ, _PART = 1000, 100
#: What is put before a name, and a county is renamed with its towns so that they stay a family.
_NAMED = ("report_id", "organ", "county", "source", "sha256", "key")


def read(place: Path) -> pl.DataFrame:
    """The readings of the reports that are read."""
    list(write(_READ, place / "in", ("docx",)))
    kept = Readings(place / "read", _PROGRAM)
    for at, outcome in enumerate(pack_all(inputs([place / "in"]), 2)):
        kept.add(at, f"{at:06}", outcome)
    kept.flush()
    return pl.read_parquet(sorted((place / "read").glob("*.parquet")))


def multiplied(readings: pl.DataFrame, size: int, place: Path) -> None:
    """So many readings, in parts as a run leaves them."""
    place.mkdir()
    for at in range(0, size, _PART):
        part = readings.slice(at % _READ, _PART)
        mark = chr(0x4E00 + 300 + at // _READ)
        part = part.with_columns(pl.concat_str(pl.lit(mark), name).alias(name) for name in _NAMED)
        part.write_parquet(place / f"{_PROGRAM[:16]}-{at:09}.parquet", compression="lz4")


def one(place: Path) -> None:
    """Judge and write, and say what that took."""
    begun = time.perf_counter()
    kept = Readings(place, _PROGRAM)
    keys = pl.read_parquet(sorted(place.glob("*.parquet")), columns=["key"]).get_column("key").to_list()
    with tempfile.TemporaryDirectory() as out:
        batch = Spooled(kept, keys, Ledger(Path(out) / "none").corrections(), "zh")
        judged = judge(batch, load_suites(folder("expectations")), earlier=Judged(Path(out), "bench"), jobs=2)
        (Path(out) / "data").mkdir()
        write_data(judged, Path(out))
        written = sum(path.stat().st_size for path in (Path(out) / "data").iterdir())
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = time.perf_counter() - begun
    print(
        f"{len(keys):8} reports {most:8.0f} MB {most * 1024 / len(keys):8.1f} KB each {seconds:8.1f} s"
        f" {len(keys) / seconds:6.1f}/s {judged.findings.height:8} findings {written / 1e6:8.1f} MB written",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        one(asked.one)
        return
    with tempfile.TemporaryDirectory() as told:
        place = Path(told)
        readings = read(place)
        for size in asked.sizes:
            multiplied(readings, size, place / str(size))
            subprocess.run([sys.executable, __file__, "--one", str(place / str(size))], check=True)


if __name__ == "__main__":
    main()
