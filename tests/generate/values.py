"""Random numbers for one report that balance in every direction the form asks for."""

from decimal import Decimal
from random import Random

from gkaudit.form import form

#: Rows that are not outcomes of the year: the balance is N + P = S + O.
BALANCE = ("received", "pending_start", "processed", "pending_end")
MOODS = ("quiet", "busy", "large")


def _count(rng: Random, mood: str) -> int:
    """One outcome: nearly always 0 in a quiet town, rarely above 20 in a busy one."""
    if mood == "quiet":
        return rng.choice((1, 1, 2, 3)) if rng.random() < 0.02 else 0
    if mood == "busy":
        return rng.randint(1, 24) if rng.random() < 0.3 else 0
    return rng.randint(1, 1900) if rng.random() < 0.5 else rng.choice((0, 0, rng.randint(1000, 4000)))


def _requests(rng: Random, edition: str, mood: str) -> dict[str, int]:
    table = form(edition).table("requests")
    applicants = [c.name for c in table.columns if c.name != "total"]
    rows = [r.name for r in table.rows]
    grid = {row: dict.fromkeys(applicants, 0) for row in rows}
    for column in applicants:
        for row in rows:
            if row not in BALANCE:
                grid[row][column] = _count(rng, mood)
        done = sum(grid[row][column] for row in rows if row not in BALANCE)
        later = _count(rng, mood) if mood != "quiet" else 0
        before = rng.randint(0, done + later) if rng.random() < 0.3 else 0
        grid["processed"][column], grid["pending_end"][column] = done, later
        grid["pending_start"][column], grid["received"][column] = before, done + later - before
    result = {f"requests.{row}.{c}": grid[row][c] for row in rows for c in applicants}
    return result | {f"requests.{row}.total": sum(grid[row].values()) for row in rows}


def _remedies(rng: Random, edition: str, mood: str) -> dict[str, int]:
    table = form(edition).table("remedies")
    result = {}
    for row in table.rows:
        parts = [0 if mood == "quiet" and rng.random() < 0.95 else rng.choice((0, 0, 1, 2, 5)) for _ in range(4)]
        for column, value in zip(row.columns, [*parts, sum(parts)], strict=True):
            result[f"remedies.{row.name}.{column}"] = value
    return result


def _disclosure_2021(rng: Random, mood: str) -> dict[str, int]:
    top = {"quiet": 3, "busy": 60, "large": 9000}[mood]
    issued, repealed = rng.choice((0, 0, rng.randint(1, 6))), rng.choice((0, 0, 1))
    numbers = {f"government_rules.{c}": 0 for c in ("issued", "repealed", "in_force")}
    numbers |= {
        "normative_documents.issued": issued,
        "normative_documents.repealed": repealed,
        "normative_documents.in_force": issued + rng.choice((0, 0, 2, 11)),
        "licences.decisions": rng.choice((0, rng.randint(1, top))),
        "penalties.decisions": rng.choice((0, rng.randint(1, top))),
        "coercive_measures.decisions": rng.choice((0, 0, rng.randint(1, 5))),
        "fees.amount_10k_yuan": 0,
    }
    return {f"disclosure.{key}": value for key, value in numbers.items()}


def _disclosure_2019(rng: Random, mood: str) -> dict[str, int]:
    result = {}
    for row in form("2019").table("disclosure").rows:
        for column in row.columns:
            key = f"disclosure.{row.name}.{column}"
            value = 0 if mood == "quiet" and rng.random() < 0.7 else rng.randint(0, 40)
            result[key] = 0 if row.name == "government_rules" else value
            if column == "change":
                last = result[f"disclosure.{row.name}.items_last_year"]
                result[key] = rng.choice((0, rng.randint(-last, 5)))
    if not result["disclosure.procurement.items"]:
        result["disclosure.procurement.amount"] = 0
    return result


def numbers(rng: Random, edition: str, mood: str) -> dict[str, Decimal]:
    """Every cell of the edition, in the order of the form."""
    disclosure = _disclosure_2021(rng, mood) if edition == "2021" else _disclosure_2019(rng, mood)
    found = disclosure | _requests(rng, edition, mood) | _remedies(rng, edition, mood)
    printed = form(edition).keys()
    return {key: Decimal(found[key]) for key in printed}
