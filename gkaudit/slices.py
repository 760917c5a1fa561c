"""Rows of the reports of one page in a small file, so that the page does not read the tables of all.

While pages are made the files lie in ``<out>/.gkaudit/slices``, one a page, by the name of the page: a report's
id, or ``compare/<body>`` for the years of a body. Afterwards they are gone. :func:`rows` reads one, as what
``DataFrame.to_dicts`` would give: a page is made in a process of its own, where the first query of polars
takes longer than all other work. :class:`Slices` lays them out a few hundred pages at a time, and takes them
away as those are made.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import count, islice
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from gkaudit import frames

__all__ = ["COLUMNS", "TABLES", "Rows", "Slices", "clear", "cut", "rows", "write"]

#: The rows of a page by table.
Rows: TypeAlias = dict[str, list[dict[str, Any]]]

#: Tables that pages read, …
TABLES: dict[str, Mapping[str, Any]] = {
    "reports": frames.REPORTS,
    "cells": frames.CELLS,
    "sections": frames.SECTIONS,
    "verdicts": frames.VERDICTS,
    "findings": frames.FINDINGS,
    "leads": frames.LEADS,
    "implied": frames.IMPLIED,
    "matches": frames.MATCHES,
}
#: … and the columns where these are not all: the anchors of cells alone are as much as the rest.
COLUMNS = {"cells": ("report_id", "key", "value", "raw", "state", "note", "corrected_from")}
_PLACE = Path(".gkaudit", "slices")
#: Pages that are laid out at once: their rows are in memory together. The first are few, so that work begins.
_FIRST, _AT_ONCE = 64, 512


class Slices:
    """Slices of pages that are made one after another: there when a page is asked for, gone when it is made.

    ``about``: the reports of each page, in the order in which the pages will be made; pages about none read the
    tables themselves. ``rows`` gives the rows of some reports in all tables, ``out`` is ``audit_out``.
    """

    def __init__(
        self, about: Mapping[str, Sequence[str]], rows: Callable[[set[str]], Mapping[str, pl.DataFrame]], out: Path
    ) -> None:
        self._about, self._rows, self._out = about, rows, out
        self._waiting = iter([name for name, ids in about.items() if ids])
        #: Layers that are there, each with the pages it is still needed for.
        self._layers: dict[int, set[str]] = {}
        self._laid: dict[str, int] = {}
        self._numbers = count()

    def ready(self, name: str) -> None:
        """Have the rows of a page there, and of those that follow it."""
        while name not in self._laid and self._about.get(name):
            layer = next(self._numbers)
            some = list(islice(self._waiting, _AT_ONCE if layer else _FIRST))
            if not some:
                return
            pages = {each: self._about[each] for each in some}
            write(self._rows({i for ids in pages.values() for i in ids}), pages, self._out, layer)
            self._layers[layer] = set(some)
            self._laid |= dict.fromkeys(some, layer)

    def done(self, name: str) -> None:
        """A page is made: the slices that no page needs any more are removed."""
        layer = self._laid.get(name)
        if layer is None or layer not in self._layers:
            return
        self._layers[layer].discard(name)
        if not self._layers[layer]:
            del self._layers[layer]
            shutil.rmtree(self._out / _PLACE / str(layer), ignore_errors=True)


def write(tables: Mapping[str, pl.DataFrame], pages: Mapping[str, Sequence[str]], out: Path, layer: int = 0) -> None:
    """Write the rows of these pages (names with the ids of their reports).

    ``tables`` are those of :data:`TABLES`, others are left out. ``out`` is ``audit_out``; ``layer``: slices of
    other pages lie in others.
    """
    said = {name: _by_report(tables[name].select(_columns(name))) for name in TABLES if name in tables}
    root = out / _PLACE / str(layer)
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for page, ids in pages.items():
        parts = (f"{json.dumps(name)}:[{','.join(filter(None, map(own.get, ids)))}]" for name, own in said.items())
        (root / _file(page)).write_text(f"{{{','.join(parts)}}}", "utf-8")


def cut(tables: Mapping[str, pl.DataFrame], ids: Collection[str]) -> dict[str, pl.DataFrame]:
    """What :func:`write` needs of the tables for pages about these reports."""
    mine = pl.col("report_id").is_in(list(ids))
    return {name: tables[name].select(_columns(name)).filter(mine) for name in TABLES}


def rows(data_dir: Path, name: str) -> Rows | None:
    """The rows of a page in the order of the tables, report by report; None where they are not laid out."""
    for layer in _layers(data_dir.parent / _PLACE):
        try:
            found = json.loads((layer / _file(name)).read_text("utf-8"))
        except (OSError, ValueError):
            continue
        return {table: list(map(_row(table), records)) for table, records in found.items()}
    return None


def clear(out: Path) -> None:
    """Remove the slices."""
    shutil.rmtree(out / _PLACE, ignore_errors=True)


def _file(page: str) -> str:
    return f"{hashlib.sha256(page.encode()).hexdigest()[:32]}.json"


def _layers(root: Path) -> list[Path]:
    try:
        return list(root.iterdir())
    except OSError:
        return []


def _columns(table: str) -> Sequence[str]:
    return COLUMNS.get(table) or tuple(TABLES[table])


# ── rows as JSON, and back ──────────────────────────────────────────────────────────────────────


def _by_report(table: pl.DataFrame) -> dict[str, str]:
    """The rows of each report as JSON objects with commas between them."""
    plain = [pl.col(name).cast(_plain(kind)) for name, kind in table.schema.items()]
    said = table.select("report_id", said=pl.struct(plain).struct.json_encode())
    joined = said.group_by("report_id", maintain_order=True).agg(pl.col("said").str.join(","))
    return dict(joined.iter_rows())


def _plain(kind: Any) -> Any:
    """The type with texts for what JSON does not have."""
    if isinstance(kind, pl.List):
        return pl.List(_plain(kind.inner))
    if isinstance(kind, pl.Struct):
        return pl.Struct({field.name: _plain(field.dtype) for field in kind.fields})
    return pl.String if isinstance(kind, (pl.Decimal, pl.Enum)) or kind == pl.Date else kind


@cache
def _row(table: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What makes a row of a table of its JSON object."""
    row = _back(pl.Struct({name: TABLES[table][name] for name in _columns(table)}))
    return row or (lambda record: record)


def _back(kind: Any) -> Callable[[Any], Any] | None:
    """What makes a value of this type of its JSON; None where it is the same. Nulls stay."""
    if isinstance(kind, pl.Decimal):
        return _unless_null(Decimal)
    if kind == pl.Date:
        return _unless_null(date.fromisoformat)
    if isinstance(kind, pl.List):
        each = _back(kind.inner)
        return each and _unless_null(lambda values: list(map(each, values)))
    if isinstance(kind, pl.Struct):
        made = {field.name: _back(field.dtype) for field in kind.fields}
        turned = {name: turn for name, turn in made.items() if turn is not None}
        return (
            _unless_null(lambda record: record | {n: turn(record[n]) for n, turn in turned.items()}) if turned else None
        )
    return None


def _unless_null(turn: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else turn(value)
