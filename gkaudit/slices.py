"""Rows of a few reports in small files, so that the page of one report does not read the tables of all.

While pages are made they lie in ``<out>/.gkaudit/slices``, spread by a hash of the page's name: a report's id,
or ``compare/<body>`` for the years of a body. Afterwards they are gone. :func:`place` finds them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

__all__ = ["Place", "clear", "place", "write"]

_PLACE = Path(".gkaudit", "slices")
_LIST = "pages.json"
#: Pages in a slice, about; digits of the hash that spread them, most first.
_SIZE, _DIGITS = 32, (2, 1, 0)


class Place(NamedTuple):
    """A folder with the tables to read for a page, and the reports it is about where that is known."""

    folder: Path
    report_ids: tuple[str, ...] = ()


def _bucket(name: str, digits: int) -> str:
    return "all" if not digits else hashlib.sha256(name.encode()).hexdigest()[:digits]


def write(tables: Mapping[str, pl.DataFrame], pages: Mapping[str, Sequence[str]], out: Path) -> None:
    """Write the rows of these pages (names with the ids of their reports).

    ``tables`` have ``report_id``, ``out`` is ``audit_out``.
    """
    clear(out)
    digits = next(d for d in reversed(_DIGITS) if len(pages) <= _SIZE * 16**d or d == _DIGITS[0])
    listed: dict[str, dict[str, Sequence[str]]] = {}
    for name, ids in pages.items():
        listed.setdefault(_bucket(name, digits), {})[name] = ids
    wanted = [
        (i, bucket) for bucket, own in listed.items() for i in dict.fromkeys(i for ids in own.values() for i in ids)
    ]
    places = pl.DataFrame(wanted, schema={"report_id": pl.String, "_slice": pl.String}, orient="row")
    for name, table in tables.items():
        parts = table.join(places, on="report_id", how="inner", maintain_order="left").partition_by(
            "_slice", as_dict=True, include_key=False
        )
        for bucket in listed:
            path = out / _PLACE / bucket / f"{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            parts.get((bucket,), table.clear()).write_parquet(path, compression="uncompressed", statistics=False)
    for bucket, own in listed.items():
        # Last: a slice without its list is none.
        (out / _PLACE / bucket / _LIST).write_text(json.dumps(own, ensure_ascii=False), "utf-8")


def clear(out: Path) -> None:
    """Remove the slices."""
    shutil.rmtree(out / _PLACE, ignore_errors=True)


def place(data_dir: Path, name: str) -> Place:
    """Where to read for a page: its slice with its reports, or ``data_dir`` itself."""
    for digits in _DIGITS:
        path = data_dir.parent / _PLACE / _bucket(name, digits)
        ids = _pages(path).get(name)
        if isinstance(ids, list):
            return Place(path, tuple(map(str, ids)))
    return Place(data_dir)


def _pages(folder: Path) -> dict[str, object]:
    try:
        listed = json.loads((folder / _LIST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return listed if isinstance(listed, dict) else {}
