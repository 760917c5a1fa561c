"""How long the checks take: ``python tests/bench/bench_checks.py [--sizes 1 1000 100000] [--checks]``.

Prints, for synthetic reports (mostly balanced, some slips and blanks, nine in ten on the 2021 form),
the time of all suites through Great Expectations beside the same without it: the expressions in bare polars
(the faster of one lazy query and of layer after layer) and the comparison of the texts of all reports, which no
expression does. And what imports cost. It measures; it does not pass or fail.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from gkaudit import frames
from gkaudit.form import all_keys, form
from gkaudit.gx import rules
from gkaudit.gx.suites import Suite, load_suites, prepared, run_suites
from gkaudit.panel.links import linked

ROOT = Path(__file__).parents[2]
APPLICANTS = ("natural_person", "business", "research", "public_interest", "legal_service", "other_org")
OUTER = ("received", "pending_start", "processed", "pending_end")


def _numbers(size: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Balanced numbers for every key of both editions."""
    found: dict[str, np.ndarray] = {}
    rows = [r.name for r in form("2021").table("requests").rows if r.name not in OUTER]
    for column in APPLICANTS:
        total = np.zeros(size)
        for row in rows:
            found[f"requests.{row}.{column}"] = random.poisson(0.15, size).astype(float)
            total += found[f"requests.{row}.{column}"]
        end = random.poisson(0.2, size).astype(float)
        start = np.minimum(random.poisson(0.2, size), total + end).astype(float)
        for row, values in zip(OUTER, (total + end - start, start, total, end), strict=True):
            found[f"requests.{row}.{column}"] = values
    for row in (*rows, *OUTER):
        found[f"requests.{row}.total"] = sum(found[f"requests.{row}.{c}"] for c in APPLICANTS)
    for row in form("2021").table("remedies").rows:
        parts = {c: random.poisson(0.1, size).astype(float) for c in row.columns[:-1]}
        found |= {f"remedies.{row.name}.{c}": v for c, v in parts.items()}
        found[f"remedies.{row.name}.total"] = sum(parts.values())
    for key in all_keys():
        if key not in found:
            found[key] = random.poisson(0.0 if "government_rules" in key else 4.0, size).astype(float)
    for row in ("government_rules", "normative_documents"):
        found[f"disclosure.{row}.in_force"] += found[f"disclosure.{row}.issued"]
        found[f"disclosure.{row}.total_public"] += found[f"disclosure.{row}.newly_public"]
    return found


def synthetic(size: int, seed: int = 7) -> pl.DataFrame:
    """A wide frame of ``size`` reports, built directly."""
    random = np.random.default_rng(seed)
    trial = random.random(size) < 0.1  # the 2019 edition
    only = {e: set(form(e).keys()) for e in ("2019", "2021")}
    columns: dict[str, Any] = {}
    for key, values in _numbers(size, random).items():
        slip, blank = random.random(size) < 2e-4, random.random(size) < 1e-3
        on = trial & (key in only["2019"]) | ~trial & (key in only["2021"])
        known = on & ~blank
        columns[key] = pl.Series(np.where(known, values + slip, np.nan)).fill_nan(None)
        state = np.where(known, "reported", np.where(on, "blank", ""))
        columns[f"{key}|state"] = pl.Series(state).replace("", None).cast(frames.STATE)
        odd = random.random(size) < 1e-3
        columns[f"{key}|raw"] = pl.Series(np.where(odd & known, "0件", "")).replace("", None)
    body = np.arange(size) // 5
    year = np.where(trial, 2020, 2021 + np.arange(size) % 5)
    facts = {
        "report_id": [f"r{i}" for i in range(size)],
        "organ": [f"某{b}镇人民政府" for b in body],
        "county": [f"某{b // 20}县" for b in body],
        "level": ["镇"] * size,
        "year": year,
        "form": np.where(trial, "2019", "2021"),
        "form_seen": np.where(trial, "2019", "2021"),
        "title_text": [
            f"某{b // 20}县某{b}镇人民政府{y}年政府信息公开工作年度报告" for b, y in zip(body, year, strict=True)
        ],
        "sections_found": [6] * size,
        "sections_in_order": [True] * size,
        "period_damaged": [False] * size,
        **{f"table.{t}": ["found"] * size for t in ("disclosure", "requests", "remedies")},
        **{f"damaged.{t}": [False] * size for t in ("disclosure", "requests", "remedies")},
        **{c: ["总体情况"] * size for c in frames.REPORTS if c.startswith("section.")},
        "label_variants": [[]] * size,
        "shift_notes": [[]] * size,
    }
    whole = {c: pl.Series(facts[c]).cast(t) for c, t in frames.REPORTS.items() if c in facts}
    whole |= {c: pl.Series([None] * size, dtype=t) for c, t in frames.REPORTS.items() if c not in facts}
    dates = pl.DataFrame(whole).with_columns(
        period_start=pl.date(pl.col("year"), 1, 1), period_end=pl.date(pl.col("year"), 12, 31)
    )
    text = pl.Series("text", ["本年度收取行政事业性收费若干。" * 40] * size)
    return linked(dates.hstack([s.alias(n) for n, s in columns.items()]).with_columns(text)).wide


def timed(call: Callable[[], Any], repeats: int) -> float:
    """Shortest wall time in seconds."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def import_time(module: str) -> float:
    """Wall time of importing a module in a new interpreter, less the interpreter itself; min of 5."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True) for _ in range(5)]
    return min(float(run.stdout) for run in runs)


def one_query(wide: pl.DataFrame, plans: list[rules.Plan]) -> pl.DataFrame:
    """All rules as one lazy query."""
    query = wide.lazy()
    for depth in range(max(len(p.helpers) for p in plans)):
        layer = {name: made for p in plans if depth < len(p.helpers) for name, made in p.helpers[depth].items()}
        query = query.with_columns(**layer)
    return query.select([made.alias(f"{at}|{name}") for at, p in enumerate(plans) for name, made in p.codes]).collect()


def measure(suites: tuple[Suite, ...], wide: pl.DataFrame, repeats: int) -> list[float]:
    """Seconds through GX, bare as one query and by layers, for texts, for verdicts and for problems."""
    entries = [entry for suite in suites for entry in suite.entries]
    run_suites(suites, synthetic(1))
    through = timed(lambda: run_suites(suites, wide), repeats)
    texts = timed(lambda: prepared(entries, wide), repeats)
    whole = prepared(entries, wide)
    plans = [rules.plan(entry.rule, frozenset(whole.columns)) for entry in entries]
    query, layers = (timed(partial(bare, whole, plans), repeats) for bare in (one_query, rules.evaluate))
    results = run_suites(suites, wide)
    return [through, query, layers, texts, timed(lambda: results.verdicts, 1), timed(results.problems, 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 1000, 100_000])
    parser.add_argument("--checks", action="store_true", help="also the time of each entry at the last size")
    asked = parser.parse_args()
    for module in ("gkaudit", "gkaudit.gx.suites", "gkaudit.gx.validation"):
        print(f"import {module:24} {import_time(module) * 1e3:8.0f} ms")
    folder = ROOT / "expectations"
    load = timed(lambda: load_suites(folder), 3)
    suites = load_suites(folder)
    entries = [entry for suite in suites for entry in suite.entries]
    print(f"{len(entries)} entries, {sum(len(e.lines) for e in entries)} lines, load {load * 1e3:.0f} ms")
    columns = frozenset(synthetic(1).columns)
    plans = [rules.plan(entry.rule, columns) for entry in entries]
    planned = timed(lambda: [rules.plan(entry.rule, columns) for entry in entries], 3)
    print(f"expressions built once a process in {planned * 1e3:.0f} ms, in neither of the times below")
    heads = (("GX ms", 8), ("query ms", 9), ("layers ms", 10), ("texts ms", 9), ("ratio", 6), ("to both", 8))
    print(f"{'reports':>8} {' '.join(f'{head:>{width}}' for head, width in heads)} {'verdicts':>9} {'problems':>9}")
    wide = synthetic(1)
    for size in asked.sizes:
        wide = synthetic(size)
        repeats = 5 if size <= 1000 else 3
        through, query, layers, texts, verdicts, problems = (x * 1e3 for x in measure(suites, wide, repeats))
        bare = min(query, layers)
        print(
            f"{size:8} {through:8.0f} {query:9.0f} {layers:10.0f} {texts:9.0f} {through / bare:6.2f}"
            f" {through / (bare + texts):8.2f} {verdicts:9.0f} {problems:9.0f}"
        )
    for entry, plan in zip(entries, plans, strict=True) if asked.checks else ():
        one = timed(partial(rules.evaluate, wide, [plan]), 2)
        print(f"  {entry.check_id} {entry.type:32} {len(entry.lines):4} lines {one * 1e3:8.1f} ms")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
