"""How long looking across reports takes: ``python tests/bench/bench_panel.py [--sizes 1000 10000]``.

Synthetic batches of five years and twenty towns a county, each report with 2,000 characters of its own and a
template of its county; one in fifty copies a neighbour. Prints seconds and memory for linking, for comparing
texts and for the codes of each group across reports. It measures; it does not pass or fail.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from pathlib import Path

import polars as pl
from bench_checks import synthetic

from gkaudit.gx import rules
from gkaudit.gx.suites import _prepared, load_suites
from gkaudit.panel.links import linked

ROOT = Path(__file__).parents[2]
GROUPS = ("CON", "ROL", "DUP", "AUT", "DDL")
LETTERS = "".join(map(chr, range(0x4E00, 0x5200)))


def _texts(size: int) -> list[str]:
    chance = random.Random(5)

    def sentence() -> str:
        return "".join(chance.choices(LETTERS, k=40)) + "。"

    template: dict[int, str] = {}
    texts: list[str] = []
    for at in range(size):
        county = template.setdefault(at // 100, "".join(sentence() for _ in range(20)))
        own = "".join(sentence() for _ in range(50))
        texts.append(texts[-1] if at % 50 == 49 else county + own)
    return texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    entries = [e for suite in load_suites(ROOT / "expectations") for e in suite.entries]
    for size in parser.parse_args().sizes:
        wide = synthetic(size).with_columns(pl.Series("text.overall", _texts(size)))
        for name in (
            "text.problems",
            "text.other",
            "text.preface",
            "text.requests",
            "text.disclosure",
            "text.remedies",
        ):
            wide = wide.with_columns(pl.lit(None, dtype=pl.String).alias(name))
        start = time.perf_counter()
        wide = linked(wide).wide
        took = {"link": time.perf_counter() - start}
        start = time.perf_counter()
        wide = _prepared(tuple(entries), wide)
        took["texts"] = time.perf_counter() - start
        columns = frozenset(wide.columns)
        for group in GROUPS:
            plans = [rules.plan(e.rule, columns) for e in entries if e.check_id.startswith(group)]
            start = time.perf_counter()
            rules.evaluate(wide, plans)
            took[group] = time.perf_counter() - start
        said = "  ".join(f"{name} {seconds:.2f} s" for name, seconds in took.items())
        print(f"{size:7} reports: {said}  peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
