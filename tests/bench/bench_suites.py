"""Time of the suites over many reports, by group: ``python tests/bench/bench_suites.py [--sizes 1000 10000]``.

A few hundred generated reports are read once; batches of any size are made of them, each with a county and a
town of its own. Prints the time of the wide frame, of every suite, and for the suites that only look at numbers the same
expressions in one bare polars query; the last column is the time a report takes at the largest size against
the smallest (1: linear). It measures; it does not pass or fail.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from gkaudit import frames  # noqa: E402
from gkaudit.auditing import collect, gather, inputs  # noqa: E402
from gkaudit.gx import rules  # noqa: E402
from gkaudit.gx.suites import load_suites, run_suites  # noqa: E402
from gkaudit.panel.links import linked  # noqa: E402
from gkaudit.wide import widened  # noqa: E402
from gkaudit.workers import read_all  # noqa: E402
from tests.generate.planted import clean  # noqa: E402

#: Suites whose rules look at cells alone.
NUMERIC = ("arithmetic", "cells")


def read(count: int) -> frames.Tables:
    """Frames of so many generated reports."""
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(count):
            (Path(folder) / f"{seed:05}.txt").write_text(clean(seed).text, encoding="utf-8")
        work = inputs([folder])
        reports, _ = gather(read_all(work, 2), len(work))
    return collect(reports)


def batch(tables: frames.Tables, size: int) -> frames.Tables:
    """A batch of ``size`` reports made of those of ``tables``, every copy a body of its own."""
    ids = tables.reports.get_column("report_id")
    copies = -(-size // ids.len())
    kept = pl.DataFrame({"report_id": ids, "~n": range(ids.len())})

    def tiled(data: pl.DataFrame, *, bodies: bool = False) -> pl.DataFrame:
        parts = []
        for copy in range(copies):
            most = min(ids.len(), size - copy * ids.len())
            part = data.join(kept.filter(pl.col("~n") < most), on="report_id", how="inner", maintain_order="left")
            names = {"report_id": pl.col("report_id") + f"/{copy}"}
            if bodies:
                names |= {"county": pl.format("{}{}", "county", pl.lit(str(copy)))}
            parts.append(part.drop("~n").with_columns(**names))
        return pl.concat(parts)

    reports = tiled(tables.reports, bodies=True)
    return frames.Tables(reports, *(tiled(data) for data in tables[1:]))


def timed(call: Callable[[], Any]) -> float:
    """Shorter of two wall times in seconds."""
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--reports", type=int, default=200, help="how many reports are read")
    asked = parser.parse_args()
    tables, suites = read(asked.reports), load_suites(ROOT / "expectations")
    print(f"{asked.reports} reports read, {sum(len(s.entries) for s in suites)} entries")
    spent: dict[str, list[float]] = {}
    for size in asked.sizes:
        data = batch(tables, size)
        spent.setdefault("wide frame", []).append(timed(lambda: widened(*data)))  # noqa: B023
        spent.setdefault("years and bodies", []).append(timed(lambda: linked(widened(*data), (), 0)))  # noqa: B023
        wide = linked(widened(*data), (), 0).wide
        run_suites(suites, wide.head(1))
        for suite in suites:
            spent.setdefault(suite.name, []).append(timed(lambda: run_suites([suite], wide)))  # noqa: B023
            if suite.name in NUMERIC:
                plans = [rules.plan(e.rule, frozenset(wide.columns)) for e in suite.entries]
                spent.setdefault(f"  {suite.name}, bare polars", []).append(
                    timed(lambda: rules.evaluate(wide, plans))  # noqa: B023
                )
    print(f"{'':28}" + "".join(f"{size:>12}" for size in asked.sizes) + f"{'per report':>12}")
    first, last = asked.sizes[0], asked.sizes[-1]
    for name, seconds in spent.items():
        growth = (seconds[-1] / last) / (seconds[0] / first)
        print(f"{name:28}" + "".join(f"{s * 1e3:9.0f} ms" for s in seconds) + f"{growth:12.2f}")


if __name__ == "__main__":
    main()
