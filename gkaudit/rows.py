"""One report as one row: what travels from the processes that read to the one that judges, and what is kept.

A packed row has the columns of ``reports``, and its cells, passages and claims as lists of structs. Nothing
of the document itself (blocks, pictures) comes along.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import polars as pl

from gkaudit import frames
from gkaudit.hashing import hash_of
from gkaudit.report import Report

__all__ = ["PACKED", "Packed", "exploded", "identified", "identifiers", "pack", "parted", "tables", "unpack"]

_LISTS: dict[str, Mapping[str, Any]] = {"cells": frames.CELLS, "sections": frames.SECTIONS, "claims": frames.CLAIMS}


def _inner(schema: Mapping[str, Any]) -> pl.List:
    return pl.List(pl.Struct({name: kind for name, kind in schema.items() if name != "report_id"}))


#: Schema of packed rows; ``report_id`` is the name of the report before the batch made it unique.
PACKED: dict[str, Any] = {**frames.REPORTS, **{f"_{name}": _inner(schema) for name, schema in _LISTS.items()}}


@dataclass(frozen=True, slots=True)
class Packed:
    """A report as bytes (an Arrow stream with one row); ``secret``: its texts have something to be covered."""

    source: str
    sha256: str
    data: bytes = field(repr=False)
    secret: bool = False


#: Columns of the lists that take one of a few words, and those words.
_ONE_OF = {
    name: {column: {*kind.categories.to_list(), None} for column, kind in schema.items() if isinstance(kind, pl.Enum)}
    for name, schema in _LISTS.items()
}


def pack(report: Report) -> Packed:
    """Pack a report. Raises ValueError where it uses a word that its frames do not know."""
    record = report.record(report.name)
    parts = {
        "cells": report.cell_records(report.name),
        "sections": report.section_records(report.name),
        "claims": report.claim_records(report.name),
    }
    for name, records in parts.items():
        _check_words(name, records)
    # One row at once: frame by frame polars took four times as long, a third of all reading.
    row = pl.from_dicts([record | {f"_{name}": records for name, records in parts.items()}], schema=PACKED)
    stream = io.BytesIO()
    row.write_ipc_stream(stream)
    secret = frames.has_secrets((record, *chain.from_iterable(parts.values())))
    return Packed(report.source, report.document.sha256, stream.getvalue(), secret)


def _check_words(name: str, records: Iterable[Mapping[str, Any]]) -> None:
    """Inside of lists polars makes null of a word that its enumeration does not have, without a word."""
    for column, known in _ONE_OF[name].items():
        strange = {record[column] for record in records} - known
        if strange:
            raise ValueError(f"{name}.{column}: {sorted(strange)}")


def unpack(packed: Iterable[Packed]) -> pl.DataFrame:
    """Rows of :data:`PACKED`, in the order given."""
    rows = [pl.read_ipc_stream(one.data) for one in packed]
    return pl.concat(rows) if rows else pl.DataFrame(schema=PACKED)


def identifiers(names: Sequence[str], marks: Sequence[tuple[str, str]]) -> list[str]:
    """``<body>-<year>`` for each report; where two collide, each gets a short hash of its source.

    ``marks`` are sha256 and name of each source. The hash does not depend on the order of the input.
    """
    counts = Counter(name.casefold() for name in names)
    return [
        name if counts[name.casefold()] == 1 else f"{name}-{_short(mark)}"
        for name, mark in zip(names, marks, strict=True)
    ]


def _short(mark: tuple[str, str]) -> str:
    return hash_of(mark)[:6]


def tables(rows: pl.DataFrame) -> frames.Tables:
    """Frames ``reports``, ``cells``, ``sections`` and ``claims`` of packed rows, with ids unique in the batch."""
    return parted(identified(rows))


def identified(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with ids that are unique in the batch; needs ``report_id``, ``sha256`` and ``source`` of all of it."""
    marks = list(zip(rows.get_column("sha256").to_list(), rows.get_column("source").to_list(), strict=True))
    ids = identifiers(rows.get_column("report_id").to_list(), marks)
    return rows.with_columns(pl.Series("report_id", ids, dtype=pl.String))


def parted(rows: pl.DataFrame) -> frames.Tables:
    """Frames of packed rows whose ids are those of the batch."""
    return frames.Tables(rows.select(list(frames.REPORTS)), *(exploded(rows, name) for name in _LISTS))


def exploded(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """One of the frames ``cells``, ``sections`` and ``claims`` of packed rows; the others may be missing."""
    schema, column = _LISTS[name], f"_{name}"
    some = rows.select("report_id", column).filter(pl.col(column).list.len() > 0)
    if some.is_empty():
        return pl.DataFrame(schema=dict(schema))
    return some.explode(column).unnest(column).select(list(schema))
