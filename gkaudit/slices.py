"""Rows of a few reports in small files, so that the page of one report does not read the tables of all.

While pages are made they lie in ``<out>/.gkaudit/slices``, spread by a hash of the page's name: a report's id,
or ``compare/<body>`` for the years of a body. Afterwards they are gone. :func:`place` finds them.
:class:`Slices` lays them out a few hundred pages at a time, and takes them away as those are made.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

import polars as pl

__all__ = ["Place", "Slices", "clear", "place", "write"]

_PLACE = Path(".gkaudit", "slices")
_LIST = "pages.json"
#: Pages in a slice, about; digits of the hash that spread them, most first.
_SIZE, _DIGITS = 32, (2, 1, 0)
#: Pages that are laid out at once: their rows are in memory together.
_AT_ONCE = 512


class Place(NamedTuple):
    """A folder with the tables to read for a page, and the reports it is about where that is known."""

    folder: Path
    report_ids: tuple[str, ...] = ()


def _bucket(name: str, digits: int) -> str:
    return "all" if not digits else hashlib.sha256(name.encode()).hexdigest()[:digits]


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
            some = list(islice(self._waiting, _AT_ONCE))
            if not some:
                return
            layer = next(self._numbers)
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

    ``tables`` have ``report_id``, ``out`` is ``audit_out``; ``layer``: slices of other pages lie in others.
    """
    root = out / _PLACE / str(layer)
    shutil.rmtree(root, ignore_errors=True)
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
            path = root / bucket / f"{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            parts.get((bucket,), table.clear()).write_parquet(path, compression="uncompressed", statistics=False)
    for bucket, own in listed.items():
        # Last: a slice without its list is none.
        (root / bucket / _LIST).write_text(json.dumps(own, ensure_ascii=False), "utf-8")


def clear(out: Path) -> None:
    """Remove the slices."""
    shutil.rmtree(out / _PLACE, ignore_errors=True)


def place(data_dir: Path, name: str) -> Place:
    """Where to read for a page: its slice with its reports, or ``data_dir`` itself."""
    for layer in _layers(data_dir.parent / _PLACE):
        for digits in _DIGITS:
            path = layer / _bucket(name, digits)
            ids = _pages(path).get(name)
            if isinstance(ids, list):
                return Place(path, tuple(map(str, ids)))
    return Place(data_dir)


def _layers(root: Path) -> list[Path]:
    try:
        return list(root.iterdir())
    except OSError:
        return []


def _pages(folder: Path) -> dict[str, object]:
    try:
        listed = json.loads((folder / _LIST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return listed if isinstance(listed, dict) else {}
