"""Sentences with the claims they make, and how claims and expectations are compared."""

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from gkaudit.document import Anchor
from gkaudit.narrative import cell_keys, claims
from gkaudit.sections import Outline, Passage

HERE = Path(__file__).parent
SETS = ("sentences", "holdout", "unseen", "again")
LETTER = {"firm": "F", "ask": "S", "none": "X"}


@dataclass(frozen=True)
class Case:
    id: str
    text: str
    expect: tuple[str, ...]
    section: str = "overall"
    heading: str = ""
    year: int | None = 2024
    level: str | None = "镇"

    def claims(self):
        lines = [self.heading, self.text] if self.heading else [self.text]
        passages = tuple(
            Passage(self.section, "paragraph", line, Anchor("x.txt", line=n)) for n, line in enumerate(lines, 1)
        )
        return claims(Outline((), passages), self.year, self.level)


def load(name):
    data = tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))
    return [Case(**{**entry, "expect": tuple(entry["expect"])}) for entry in data["case"]]


def number(value):
    return "None" if value is None else format(Decimal(value).normalize() + 0, "f")


def cells(measure):
    return cell_keys(measure)


def said(found):
    """Claims as expectations are written; lists without cells as one line, mentions of words left out."""
    lists = defaultdict(list)
    lines = []
    for claim in found:
        if claim.measure.startswith(("aspect.", "accountability.")):
            continue
        listed = claim.group is not None and claim.role in ("total", "part")
        if (
            listed
            and not cells(claim.measure)
            and not claim.measure.startswith(("requests.", "information_fee", "remedies.", "last_year."))
        ):
            lists[claim.group].append(claim)
            continue
        if claim.role == "total" and claim.link == "none" and cells(claim.measure):
            continue  # a total repeated for its second list
        marks = f"{' ~' if not claim.exact else ''}{' neg' if claim.negated else ''}"
        lines.append(f"{claim.measure}={number(claim.value)} {LETTER[claim.link]}{marks}")
    for members in lists.values():
        head = next((c for c in members if c.role == "total"), None)
        parts = [c for c in members if c.role == "part"]
        firm = head is not None and head.exhaustive and all(c.link == "firm" for c in members)
        total = f"{head.measure} {number(head.value)}" if head else "?"
        lines.append(f"{total}={'+'.join(number(c.value) for c in parts)} {'F' if firm else 'S'}")
    return lines


def judge(case):
    """(right, wrong, missing): lines said and expected; said but not expected (F and S only); expected only."""
    found, wanted = said(case.claims()), list(case.expect)
    right, wrong = [], []
    for line in found:
        if line in wanted:
            wanted.remove(line)
            right.append(line)
        elif line.split()[-1] != "X" and " X" not in line:
            wrong.append(line)
    return right, wrong, wanted


def firm_cell(line):
    """Whether a line is a firm claim about cells of the form."""
    measure, _, rest = line.partition("=")
    return " " not in measure and " F" in rest and bool(cells(measure))
