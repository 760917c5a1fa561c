"""Small frames by hand: one body, some cells, findings about them."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from gkaudit import frames
from gkaudit.form import form

TOWN, SHA = "岫川镇-2024", "a" * 64
TOTAL, PART = "requests.processed.total", "requests.other.total"


def reports(sha256: str = SHA, name: str = TOWN, **facts) -> pl.DataFrame:
    found = {f"table.{table}": "found" for table in ("disclosure", "requests", "remedies")}
    row = {"report_id": name, "organ": "岫川镇人民政府", "year": 2024, "form": "2021", "sha256": sha256, **found}
    return frames.frame([{**row, "status": "read", **facts}], frames.REPORTS)


def cells(name: str = TOWN, **changes) -> pl.DataFrame:
    """All cells 0, apart from ``changes`` (``table__row__column``: a number, or a state)."""
    wanted = {key.replace("__", "."): value for key, value in changes.items()}
    rows = []
    for key in form("2021").keys():
        said = wanted.get(key, 0)
        number = not isinstance(said, str)
        table, row, column = key.split(".")
        rows.append(
            {
                "report_id": name,
                "table": table,
                "row": row,
                "column": column,
                "key": key,
                "value": Decimal(said) if number else None,
                "raw": str(said) if number else "1Z" if said == "unreadable" else "",
                "state": "reported" if number else said,
                "confidence": 1.0 if number else 0.0,
            }
        )
    return frames.frame(rows, frames.CELLS)


def findings(*ids: str, name: str = TOWN, keys=(TOTAL, PART), observed="5", expected="6") -> pl.DataFrame:
    row = {"report_id": name, "check_id": "ARI-02", "severity": "error", "outcome": "broken", "keys": list(keys)}
    return frames.frame(
        [{**row, "finding_id": i, "observed": observed, "expected": expected} for i in ids], frames.FINDINGS
    )


def empty_sections() -> tuple[pl.DataFrame, pl.DataFrame]:
    return frames.frame((), frames.SECTIONS), frames.frame((), frames.CLAIMS)
