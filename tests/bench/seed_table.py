"""What the suites find on the five real reports: ``python tests/bench/seed_table.py [--all]``.

Prints, by report, severity and level of the answer sheet (MUST, SHOULD, MAY), how many findings were
found and missed, how many findings there are that no answer asks for; then what was missed and, with
``--all``, every extra finding. It measures; the tests beside the answers pass or fail.
"""

from __future__ import annotations

import argparse
from collections import Counter

import gkaudit as gk
from gkaudit.frames import SEVERITIES
from tests.seeds.answers import SEEDS, covered, judge, load

LEVELS = ("MUST", "SHOULD", "MAY")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="also list every extra finding")
    asked = parser.parse_args()
    audit = gk.audit(SEEDS)
    checks = covered(audit)
    print(f"{len(checks)} checks in the suites")
    print(f"{'report':8} {'severity':8} " + " ".join(f"{level:>13}" for level in LEVELS) + f" {'extra':>6}")
    sums: Counter[tuple[str, str]] = Counter()
    remarks: list[str] = []
    for name, sheet in load().items():
        judged = judge(audit, name, sheet["findings"])
        for severity in SEVERITIES:
            found = Counter(a["level"] for a, _ in judged.found if a["severity"] == severity)
            missed = Counter(a["level"] for a in judged.missed if a["severity"] == severity)
            extra = sum(f["severity"] == severity for f in judged.extra)
            shown = [f"{found[level]:>5} of {found[level] + missed[level]:>3}" for level in LEVELS]
            print(f"{name[:3]:8} {severity:8} " + " ".join(f"{text:>13}" for text in shown) + f" {extra:>6}")
            sums.update({("found", level): found[level] for level in LEVELS})
            sums.update({("missed", level): missed[level] for level in LEVELS})
            sums["extra", severity] += extra
        remarks += [
            f"missed {name[:3]} {a['level']:6} {a['check']} {a['severity']}: {a['quote'][:50]}" for a in judged.missed
        ]
        remarks += [
            f"extra  {name[:3]} {f['severity']:6} {f['check_id']} {f['message'][:60]} | {(f['quote'] or '')[:50]}"
            for f in (judged.extra if asked.all else ())
        ]
    for level in LEVELS:
        total = sums["found", level] + sums["missed", level]
        print(f"{level}: {sums['found', level]} of {total} found")
    print("extra: " + ", ".join(f"{severity} {sums['extra', severity]}" for severity in SEVERITIES))
    print("\n".join(remarks))
    later = sorted({a["check"] for sheet in load().values() for a in sheet["findings"]} - checks)
    print(f"checks of the answers that no suite has yet: {', '.join(later) or 'none'}")


if __name__ == "__main__":
    main()
