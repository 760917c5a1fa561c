"""Opening the explorer on many reports: first view, filtering, clicks, memory.

    python -m tests.bench.bench_explorer --reports 5000 [--keep DIR]

The reports are generated as frames: every report has all cells of the form and some findings, and bodies
have several years. What is measured is Python, which is what grows with the batch; the browser draws some
twenty rows whatever the size is. Prints seconds and MiB; judges nothing.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import polars as pl

from gkaudit import frames
from gkaudit.form import form

CHECKS = [("ARI-01", "error"), ("ARI-02", "error"), ("CEL-02", "warning"), ("STR-16", "info"), ("DDL-03", "info")]
YEARS = (2021, 2022, 2023, 2024)


def generate(folder: Path, count: int) -> None:
    """The data of a run, written as a run writes it, ten thousand cells at a time in memory."""
    chance, keys = random.Random(7), form("2021").keys()
    reports, findings, verdicts = [], [], []
    parts: list[pl.DataFrame] = []
    for number in range(count):
        organ, year = f"县{number // 400 % 40:02d}镇{number // 4:04d}人民政府", YEARS[number % 4]
        report_id = f"镇{number // 4:04d}-{year}"
        tables = {f"table.{t}": "found" for t in ("disclosure", "requests", "remedies")}
        own = {"report_id": report_id, "organ": organ, "county": f"第{number // 400 % 40:02d}县", "year": year}
        facts = {"form": "2021", "source": f"{report_id}.txt", "format": "txt", "sha256": f"{number:064x}"}
        reports.append({**own, **facts, "status": "read", **tables})
        for check, severity in chance.sample(CHECKS, chance.randrange(4)):
            found = {"report_id": report_id, "check_id": check, "severity": severity, "outcome": "broken"}
            said = {"title": f"检查{check}", "message": f"{organ}：第 {number} 处", "observed": "5", "expected": "6"}
            findings.append(
                {
                    **found,
                    **said,
                    "finding_id": f"{check}-{number}",
                    "keys": ["requests.processed.total"],
                    "evidence": [],
                }
            )
        verdicts += [{"report_id": report_id, "check_id": c, "outcome": "holds"} for c, _ in CHECKS]
        values = [Decimal(chance.randrange(9)) for _ in keys]
        split = [key.split(".") for key in keys]
        columns = {
            "report_id": [report_id] * len(keys),
            **{name: [s[at] for s in split] for at, name in enumerate(("table", "row", "column"))},
            "key": list(keys),
            "value": values,
            "raw": [str(v) for v in values],
            "state": ["reported"] * len(keys),
            "anchor": [{"file": f"{report_id}.txt", "line": at + 1} for at in range(len(keys))],
            "confidence": [1.0] * len(keys),
        }
        lacking = {name: [None] * len(keys) for name in frames.CELLS if name not in columns}
        parts.append(pl.DataFrame({**columns, **lacking}, schema=frames.CELLS))
    data = folder / "data"
    frames.write(pl.concat(parts), data / "cells.parquet")
    for name, rows in (("reports", reports), ("findings", findings), ("verdicts", verdicts)):
        frames.write(frames.frame(rows, getattr(frames, name.upper())), data / f"{name}.parquet")


def memory() -> float:
    """MiB that the process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def timed(name: str, work) -> object:
    begun, busy = time.perf_counter(), time.process_time()
    result = work()
    spent, busy = time.perf_counter() - begun, time.process_time() - busy
    print(f"{name:46} {spent:7.3f} s  (CPU {busy:6.3f})  {memory():6.0f} MiB")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=5000)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        out = asked.keep or Path(scratch)
        if not (out / "data").exists():
            timed(f"generating {asked.reports} reports", lambda: generate(out, asked.reports))
        measure(out)


def measure(out: Path) -> None:
    import gkaudit as gk

    timed("imports: polars, rules", lambda: gk.load)
    timed("imports: ipywidgets, anywidget, explorer", lambda: __import__("gkaudit.widgets.explorer"))
    begun = time.perf_counter()
    audit = timed("gk.load", lambda: gk.load(out))
    explorer = timed("audit.explore: first view", lambda: audit.explore(reviews=out / "bench.sqlite", author="x"))
    print(f"{'load and first view together':46} {time.perf_counter() - begun:7.3f} s")
    print(f"rows sent to the browser: {len(explorer.list.rows) / 2**20:.2f} MiB")
    for name, value in (
        ("severity", "error"),
        ("county", explorer.desk.options("county")[0]),
        ("year", "2023"),
        ("check", "ARI-01"),
    ):
        timed(f"filter {name}", lambda n=name, v=value: setattr(explorer.filters[n], "value", v))
    timed("all filters off", explorer.reset.click)
    for text in ("镇0412", "处", "没有这样的字"):
        timed(
            f"free text {text} (the first builds the texts)",
            lambda t=text: setattr(explorer.filters["text"], "value", t),
        )
    explorer.reset.click()
    timed(
        "another report", lambda: setattr(explorer.list, "chosen", explorer.list.order[1234 % len(explorer.list.order)])
    )
    timed("a cell: all its checks", lambda: explorer._pick_cell("requests.processed.total"))
    timed("another cell of it", lambda: explorer._pick_cell("requests.received.total"))
    timed("what if", lambda: explorer._try("3"))
    with_findings = explorer.list.order[0]
    explorer.list.chosen = with_findings
    timed("a decision, and the list again", lambda: explorer._decide("confirm", "", "x"))


if __name__ == "__main__":
    main()
