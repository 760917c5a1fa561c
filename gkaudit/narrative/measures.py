"""Measures: what a claim can be a number of, and the cells of the form that make it up.

Three kinds: a cell key (``requests.received.total``), a sum of cells with a name
(``requests.exempt_all``, ``remedies.litigation_all.total``) and a measure without a cell
(``disclosed_items``, ``information_fee``, ``other.hotline``). ``year_on_year.<measure>`` and
``last_year.<measure>`` speak of another year and have no cell of this year's report.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from gkaudit.form import all_keys
from gkaudit.narrative.lexicon import phrases

__all__ = ["BESIDE", "cell_keys", "column_measure", "measures"]

#: Prefixes of measures that speak of another year than the report's.
BESIDE = ("year_on_year", "last_year")


def column_measure(table: str, row: str, column: str) -> str:
    """Name of the measure of a row (or a named sum of rows) and a column (or a named sum of columns)."""
    summed = row in phrases()["measures"]["rows"]["requests"]
    return f"{table}.{row}" if table == "requests" and summed and column == "total" else f"{table}.{row}.{column}"


def _sums() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    rows = phrases()["measures"]["rows"]
    columns = phrases()["measures"]["columns"]
    by_row: dict[tuple[str, str], list[str]] = {}
    for key in all_keys():
        table, row, column = key.split(".")
        by_row.setdefault((table, row), []).append(column)
    named = {(table, row): parts for table, sums in rows.items() for row, parts in sums.items()}
    for table, row in (*named, *by_row):
        parts = named.get((table, row), [row])
        own = dict.fromkeys(column for part in parts for column in by_row[table, part])
        groups = {**{column: [column] for column in own}, **columns.get(table, {})}
        for column, members in groups.items():
            keys = tuple(f"{table}.{p}.{c}" for p in parts for c in members if c in by_row[table, p])
            found[column_measure(table, row, column)] = keys
    return found


@cache
def measures() -> Mapping[str, tuple[str, ...]]:
    """Every measure and its cells; empty where it has none. The cells of both editions are named."""
    found = {key: (key,) for key in all_keys()} | _sums()
    found |= dict.fromkeys(phrases()["measures"]["plain"], ())
    found |= {f"other.{name}": () for name in phrases()["words"]["other"]}
    return MappingProxyType(found)


def cell_keys(measure: str) -> tuple[str, ...]:
    """Keys of the cells that the measure adds up; empty where it has no cell. Raises KeyError if unknown."""
    prefix, _, rest = measure.partition(".")
    if prefix in BESIDE and rest:
        measures()[rest]
        return ()
    return measures()[measure]
