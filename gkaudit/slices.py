"""Rows of a few reports in small files, so that the page of one report does not read the tables of all.

While pages are made they lie in ``<out>/.gkaudit/slices``, spread by a hash of the report; afterwards they
are gone. :func:`place` finds them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

__all__ = ["clear", "place", "write"]

_PLACE = Path(".gkaudit", "slices")
_LIST = "reports.json"
#: Reports in a slice, about; digits of the hash that spread them, most first.
_SIZE, _DIGITS = 32, (2, 1, 0)


def _bucket(report_id: str, digits: int) -> str:
    return "all" if not digits else hashlib.sha256(report_id.encode()).hexdigest()[:digits]


def write(tables: Mapping[str, pl.DataFrame], ids: Iterable[str], out: Path) -> None:
    """Write the rows of these reports; ``tables`` have ``report_id``, ``out`` is ``audit_out``."""
    wanted = list(ids)
    clear(out)
    digits = next(d for d in reversed(_DIGITS) if len(wanted) <= _SIZE * 16**d or d == _DIGITS[0])
    places = pl.DataFrame({"report_id": wanted, "_slice": [_bucket(i, digits) for i in wanted]})
    for name, table in tables.items():
        parts = table.join(places, on="report_id", how="inner", maintain_order="left").partition_by(
            "_slice", as_dict=True, include_key=False
        )
        for bucket in places.get_column("_slice").unique():
            path = out / _PLACE / bucket / f"{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            parts.get((bucket,), table.clear()).write_parquet(path, compression="uncompressed", statistics=False)
    for (bucket,), part in places.partition_by("_slice", as_dict=True).items():
        # Last: a slice without its list is none.
        listed = json.dumps(part.get_column("report_id").to_list(), ensure_ascii=False)
        (out / _PLACE / bucket / _LIST).write_text(listed, "utf-8")


def clear(out: Path) -> None:
    """Remove the slices."""
    shutil.rmtree(out / _PLACE, ignore_errors=True)


def place(data_dir: Path, report_id: str) -> Path:
    """The folder with the tables to read for a report: its slice, or ``data_dir`` itself."""
    for digits in _DIGITS:
        path = data_dir.parent / _PLACE / _bucket(report_id, digits)
        if report_id in _ids(path):
            return path
    return data_dir


def _ids(folder: Path) -> list[str]:
    try:
        listed = json.loads((folder / _LIST).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return listed if isinstance(listed, list) else []
