"""One report as one row: what travels from the processes that read to the one that judges, and what is kept.

A packed row has the columns of ``reports``, and its cells, passages and claims as lists of structs. Nothing
of the document itself (blocks, pictures) comes along.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from gkaudit import frames
from gkaudit.report import Report

__all__ = ["PACKED", "Packed", "identifiers", "pack", "tables", "unpack"]

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


def pack(report: Report) -> Packed:
    """Pack a report."""
    record = frames.frame([report.record(report.name)], frames.REPORTS)
    parts = {
        "cells": frames.frame(report.cell_records(report.name), frames.CELLS),
        "sections": frames.frame(report.section_records(report.name), frames.SECTIONS),
        "claims": frames.frame(report.claim_records(report.name), frames.CLAIMS),
    }
    secret = any(not frames.shown(each).equals(each) for each in (record, *parts.values()))
    lists = [part.drop("report_id").to_struct(f"_{name}").implode() for name, part in parts.items()]
    row = record.hstack([one.alias(f"_{name}") for one, name in zip(lists, parts, strict=True)])
    stream = io.BytesIO()
    row.write_ipc_stream(stream)
    return Packed(report.source, report.document.sha256, stream.getvalue(), secret)


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
    return hashlib.sha256("\x1f".join(mark).encode()).hexdigest()[:6]


def tables(rows: pl.DataFrame) -> frames.Tables:
    """Frames ``reports``, ``cells``, ``sections`` and ``claims`` of packed rows, with ids unique in the batch."""
    marks = list(zip(rows.get_column("sha256").to_list(), rows.get_column("source").to_list(), strict=True))
    ids = identifiers(rows.get_column("report_id").to_list(), marks)
    named = rows.with_columns(pl.Series("report_id", ids, dtype=pl.String))
    inner = [_exploded(named, name, schema) for name, schema in _LISTS.items()]
    return frames.Tables(named.select(list(frames.REPORTS)), *inner)


def _exploded(rows: pl.DataFrame, name: str, schema: Mapping[str, Any]) -> pl.DataFrame:
    column = f"_{name}"
    some = rows.select("report_id", column).filter(pl.col(column).list.len() > 0)
    if some.is_empty():
        return pl.DataFrame(schema=dict(schema))
    return some.explode(column).unnest(column).select(list(schema))
