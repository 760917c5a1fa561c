"""How well prose is read: ``python tests/bench/bench_claims.py [--misses]``.

Prints precision and recall of the claims of the test sentences by group of patterns (the first letter of
their ids), for all claims and for firm claims about cells alone, and how long the claims of a report take
beside merely cutting its text into sentences. It measures; it does not pass or fail.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from gkaudit.document import Anchor  # noqa: E402
from gkaudit.narrative import claims  # noqa: E402
from gkaudit.narrative.plain import blocks, sentences  # noqa: E402
from gkaudit.sections import Outline, Passage  # noqa: E402
from tests.narrative.corpus import SETS, Case, firm_cell, judge, load  # noqa: E402


def score(cases: list[Case], *, misses: bool) -> None:
    """Print one table of a set of sentences."""
    tally: dict[str, Counter[str]] = {}
    for case in cases:
        right, wrong, missing = judge(case)
        for name in (case.id[0], "all"):
            counts = tally.setdefault(name, Counter())
            counts["cases"] += 1
            counts["whole"] += not wrong and not missing
            for kind, lines in (("right", right), ("wrong", wrong), ("missing", missing)):
                counts[kind] += len(lines)
                counts[f"firm {kind}"] += sum(map(firm_cell, lines))
        if misses and (wrong or missing):
            print(f"  {case.id} {case.text}\n     said {wrong}\n     not said {missing}")
    print(
        f"{'group':6} {'cases':>6} {'whole':>6} {'precision':>10} {'recall':>8} {'firm cells: precision':>22} {'recall':>8}"
    )
    for name, counts in sorted(tally.items(), key=lambda item: (item[0] == "all", item[0])):
        shares = [
            _share(counts, kind + "right", kind + other) for kind in ("", "firm ") for other in ("wrong", "missing")
        ]
        print(
            f"{name:6} {counts['cases']:6} {counts['whole']:6} {shares[0]:>10} {shares[1]:>8} {shares[2]:>22} {shares[3]:>8}"
        )


def _share(counts: Counter[str], good: str, bad: str) -> str:
    whole = counts[good] + counts[bad]
    return f"{counts[good] / whole:.3f}" if whole else "-"


def timed(call: Callable[[], Any], repeats: int = 30) -> float:
    """Shortest processor time in milliseconds."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best * 1e3


def pace(cases: list[Case]) -> None:
    """Time for a report of ordinary length (about 4,000 characters) made of the sentences and plain prose."""
    prose = "我镇坚持以公开为常态、不公开为例外，严格落实审核制度，定期清理过期栏目，及时回应群众关切。" * 4
    lines = [f"{prose}{case.text}" for case in cases[:: max(len(cases) // 18, 1)]][:18]
    passages = tuple(Passage("overall", "paragraph", line, Anchor("x", line=n)) for n, line in enumerate(lines, 1))
    report = Outline((), passages)
    cut = timed(lambda: [list(sentences(block.text)) for block in blocks(passages)])
    read = timed(lambda: claims(report, 2024, "镇"))
    print(f"report of {sum(map(len, lines))} characters, {len(claims(report, 2024, '镇'))} claims:")
    print(f"  sentences {cut:.2f} ms, claims {read:.2f} ms ({read / cut:.1f} times)")
    loop = timed(lambda: sum(range(1_000_000)), 5)
    print(f"  for comparison, sum(range(1_000_000)) takes {loop:.1f} ms on this machine now")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print the sentences that were not read as expected")
    asked = parser.parse_args()
    for name in SETS:
        cases = load(name)
        print(f"{name}: {len(cases)} sentences")
        score(cases, misses=asked.misses)
    pace(load(SETS[0]))


if __name__ == "__main__":
    main()
