"""What auditors wrote about the five real reports, and whether a finding is what they mean."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from gkaudit.auditing import Audit
from gkaudit.chars import squash
from gkaudit.masking import masked

SHARED = Path(__file__).resolve().parents[3] / "shared"
SEEDS = SHARED / "seeds"
#: So many characters in a row have to be the same for a quote to be the one that was meant.
ALIKE = 6
#: Checks that look at other years; their answers ask for what is not in the batch.
OTHER_YEARS = {"CEL-07"}


def load() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads((SHARED / "domain" / "seed-answers.json").read_text("utf-8"))
    return loaded


def _common(one: str, other: str) -> int:
    """Length of the longest passage that two texts share."""
    best, row = 0, [0] * (len(other) + 1)
    for char in one:
        row = [0, *(row[i] + 1 if char == c else 0 for i, c in enumerate(other))]
        best = max(best, *row)
    return best


def meant(answer: dict[str, Any], finding: dict[str, Any]) -> bool:
    """Whether a finding of the check is the one of the answer: the same words, or the same place."""
    wanted, quote = squash(masked(answer["quote"])), squash(finding["quote"] or "")
    if answer["line"] is None or wanted.startswith("(") or not quote:
        return True
    line = (finding["anchor"] or {}).get("line")
    near = line is not None and -1 <= line - answer["line"] <= 2
    return near or _common(wanted, quote) >= min(ALIKE, len(wanted))


@dataclass
class Judged:
    """One report: answers found and missed, and findings that no answer asks for."""

    found: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    missed: list[dict[str, Any]] = field(default_factory=list)
    extra: list[dict[str, Any]] = field(default_factory=list)


def covered(audit: Audit) -> set[str]:
    """The checks that the suites have."""
    return {entry.check_id for suite in audit.suites for entry in suite.entries}


def judge(audit: Audit, name: str, answers: list[dict[str, Any]]) -> Judged:
    """Hold the findings of one report against the answers for the checks that there are."""
    report_id = audit.reports.filter(pl.col("source") == name).get_column("report_id").item()
    findings = audit.findings.filter(pl.col("report_id") == report_id).to_dicts()
    result, used = Judged(), set()
    for answer in answers:
        if answer["check"] not in covered(audit) or answer["check"] in OTHER_YEARS:
            continue
        same = [
            f
            for f in findings
            if (answer["check"] == f["check_id"] and answer["severity"] == f["severity"])
            or answer["check"] in f["evidence"]
        ]
        right = [f for f in same if meant(answer, f)]
        if right:
            result.found.append((answer, right[0]))
            used |= {f["finding_id"] for f in right}
        else:
            result.missed.append(answer)
    result.extra = [f for f in findings if f["finding_id"] not in used]
    return result


def must_hold(texts: list[str]) -> set[str]:
    """Checks that an answer sheet says nothing may be raised for (``ARI-01..05、09`` is six of them)."""
    found: set[str] = set()
    for text in texts:
        for group, first, last, more in re.findall(r"([A-Z]{3})-(\d\d)(?:\.\.(\d\d))?((?:、\d\d)*)", text):
            numbers = range(int(first), int(last or first) + 1)
            found |= {f"{group}-{n:02}" for n in [*numbers, *map(int, re.findall(r"\d\d", more))]}
    return found
