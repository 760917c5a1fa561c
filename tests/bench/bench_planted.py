"""Clean reports and reports with one planted error: ``python tests/bench/bench_planted.py [--size 500] [--show]``.

Prints how many clean generated reports have a finding of each severity, by check, and for every kind of
error of :mod:`tests.generate.planted` how many reports gave just the checks that it must trigger. It
measures; ``tests/unit/test_planted.py`` does the same with few reports and passes or fails.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import polars as pl

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import gkaudit as gk  # noqa: E402
from tests.generate.planted import PLANTS, clean, planted, raised  # noqa: E402


def audited(texts: dict[str, str]) -> gk.Audit:
    """All reports as one batch."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / f"{name}.txt").write_text(text, encoding="utf-8")
        return gk.audit(folder, profile="strict")


def show(audit: gk.Audit, severities: tuple[str, ...]) -> None:
    """One finding of each check."""
    found = audit.findings.filter(pl.col("severity").is_in(list(severities))).unique("check_id", keep="first")
    for row in found.sort("check_id").iter_rows(named=True):
        print(f"  {row['severity']} {row['check_id']} {row['report_id']} {row['message'][:110]} | {row['quote']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=500)
    parser.add_argument("--show", action="store_true", help="print an example of every false alarm")
    asked = parser.parse_args()
    start = time.perf_counter()
    audit = audited({f"{seed:05}": clean(seed).text for seed in range(asked.size)})
    print(f"{asked.size} clean reports, {time.perf_counter() - start:.0f} s")
    for severity in ("error", "warning", "info"):
        own = audit.findings.filter(pl.col("severity") == severity)
        counts = Counter(own.get_column("check_id").to_list())
        said = ", ".join(f"{check} {n}" for check, n in counts.most_common())
        print(f"  {severity}: {own.get_column('report_id').n_unique()} reports; {said or 'none'}")
    if asked.show:
        show(audit, ("error", "warning"))
    made = {f"{seed:05}": planted(seed) for seed in range(asked.size)}
    audit = audited({name: plant.text for name, plant in made.items()})
    exact: Counter[str] = Counter()
    for name, plant in made.items():
        found = raised(audit, f"{name}.txt")
        exact[plant.kind] += found == plant.checks
        if asked.show and found != plant.checks:
            print(f"  {name} {plant.kind}: wanted {sorted(plant.checks)}, found {sorted(found)}")
    print(f"{asked.size} reports with one planted error: {sum(exact.values())} gave exactly the checks it must trigger")
    total = Counter(plant.kind for plant in made.values())
    for kind in PLANTS:
        print(f"  {kind:28} {exact[kind]:4} of {total[kind]:4}  {', '.join(sorted(PLANTS[kind].checks))}")


if __name__ == "__main__":
    main()
