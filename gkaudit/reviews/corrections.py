"""Corrections of reading (识读更正): what a person saw in the original goes before what the machine read.

A correction belongs to the content of a source (its sha256) and a key: when the file changes it is not
applied, and the report's note says so. A corrected cell has the state of what the original shows
(``reported``, ``blank`` or ``marked``; the six states of the contract stay six), confidence 1 because a
person answers for it, a note that names that person, and ``corrected_from`` with the machine's reading,
so that every table and page can mark it and the machine's reading is never lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from gkaudit import frames
from gkaudit.chars import read_cell
from gkaudit.form import TABLES, column_of
from gkaudit.masking import masked
from gkaudit.reviews.ledger import CORRECTIONS
from gkaudit.reviews.words import word

__all__ = ["ACTIVE", "active", "corrected", "restored", "stale"]

#: Corrections in force, one a source and key.
ACTIVE = CORRECTIONS
_FOUND = ("found", "elsewhere")


def active(corrections: pl.DataFrame) -> pl.DataFrame:
    """The corrections in force: the last entry of each source and key, unless it takes it back."""
    last = corrections.sort("entry").unique(subset=["sha256", "key"], keep="last", maintain_order=True)
    return last.filter(pl.col("kind") == "correct")


def stale(tables: frames.Tables, corrections: pl.DataFrame, batch: pl.DataFrame | None = None) -> pl.DataFrame:
    """Corrections in force for a report of the batch that now comes from another source or lacks the cell.

    ``batch``: the reports of the whole of it, where ``tables`` are a part.
    """
    everywhere = tables.reports if batch is None else batch
    wanted = active(corrections)
    sources = tables.reports.select("report_id", now="sha256")
    moved = wanted.join(sources, on="report_id").filter(pl.col("now") != pl.col("sha256")).drop("now")
    # The same content may go by another id as well; then it is applied there.
    moved = moved.join(everywhere.select("sha256"), on="sha256", how="anti")
    lacking = wanted.join(sources.rename({"now": "sha256"}), on=["report_id", "sha256"]).join(
        tables.cells.select("report_id", "key"), on=["report_id", "key"], how="anti"
    )
    return pl.concat([moved, lacking.select(wanted.columns)]).unique(subset="entry", maintain_order=True)


def corrected(
    tables: frames.Tables, corrections: pl.DataFrame, lang: str = "zh", batch: pl.DataFrame | None = None
) -> frames.Tables:
    """The tables with the corrections in force applied to ``cells``; the input where there are none.

    ``batch``: the reports of the whole of it, where ``tables`` are a part.

    ``reports.status`` becomes ``read`` where nothing is left unreadable, ``reports.note`` says where
    corrections could not be applied.
    """
    wanted = active(corrections)
    if wanted.is_empty():
        return tables
    sources = tables.reports.select("report_id", "sha256")
    fitting = wanted.drop("report_id").join(sources, on="sha256")
    machine = tables.cells.join(fitting.select("report_id", "key"), on=["report_id", "key"], how="semi")
    read = {(row["report_id"], row["key"]): row for row in machine.iter_rows(named=True)}
    changes = [
        _changed(read[key], entry, lang)
        for entry in fitting.iter_rows(named=True)
        if (key := (entry["report_id"], entry["key"])) in read
    ]
    cells = _replaced(tables.cells, frames.frame(changes, frames.CELLS))
    reports = _noted(_settled(tables.reports, cells, changes), stale(tables, corrections, batch), lang)
    return tables._replace(reports=reports, cells=cells)


def restored(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells as the machine read them: corrections that a run applied are taken out again."""
    touched = pl.col("corrected_from").is_not_null()
    machine = [
        pl.when(touched).then(pl.col("corrected_from").struct.field(name)).otherwise(pl.col(name)).alias(name)
        for name in ("value", "raw", "state", "confidence", "note")
    ]
    nothing = pl.lit(None, dtype=frames.CELLS["corrected_from"]).alias("corrected_from")
    return cells.with_columns(machine).with_columns(nothing)


def _changed(cell: Mapping[str, Any], entry: Mapping[str, Any], lang: str) -> dict[str, Any]:
    column = column_of(entry["key"])
    read = read_cell(entry["shown"], unit=column.unit, signed=column.signed)
    note = word(
        "corrected",
        lang,
        shown=entry["shown"] or word("empty", lang),
        author=entry["author"],
        day=f"{entry['at']:%Y-%m-%d}",
        reason=word("reason", lang, reason=entry["reason"]) if entry["reason"] else "",
        raw=(cell["raw"] or "").strip() or word("empty", lang),
        state=word(f"state.{cell['state']}", lang),
    )
    machine = {name: cell[name] for name in ("value", "state", "confidence")}
    # Inside a struct nothing is covered when the frame is written, so it is covered here.
    machine |= {name: cell[name] and masked(cell[name]) for name in ("raw", "note")}
    changed = {"value": read.value, "raw": entry["shown"], "state": read.state, "confidence": 1.0, "note": note}
    return {**cell, **changed, "corrected_from": machine}


def _replaced(cells: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """The cells with some rows exchanged, in their order."""
    at = ["report_id", "key"]
    kept = cells.with_row_index("_at").join(changes.select(at), on=at, how="anti")
    new = changes.join(cells.with_row_index("_at").select("_at", *at), on=at)
    return pl.concat([kept, new.select(kept.columns)]).sort("_at").drop("_at")


def _settled(reports: pl.DataFrame, cells: pl.DataFrame, changes: list[dict[str, Any]]) -> pl.DataFrame:
    """Reports in which people settled everything that the machine could not read are ``read``."""
    touched = list({change["report_id"] for change in changes})
    own = cells.filter(pl.col("report_id").is_in(touched))
    open_ = own.filter(pl.col("state") == "unreadable").get_column("report_id").unique().implode()
    whole = pl.all_horizontal([pl.col(f"table.{name}").is_in(_FOUND) for name in TABLES])
    settled = (
        pl.col("report_id").is_in(touched)
        & ~pl.col("report_id").is_in(open_)
        & (pl.col("status") == "partly_read")
        & whole
    )
    return reports.with_columns(pl.when(settled).then(pl.lit("read")).otherwise("status").alias("status"))


def _noted(reports: pl.DataFrame, unused: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Add to a report's note how many corrections could not be applied."""
    counted = dict(unused.group_by("report_id").len().iter_rows())
    if not counted:
        return reports
    said = [_joined(note, counted.get(name, 0), lang) for name, note in reports.select("report_id", "note").iter_rows()]
    return reports.with_columns(pl.Series("note", said, dtype=pl.String))


def _joined(note: str | None, unused: int, lang: str) -> str | None:
    said = word("stale", lang, count=unused) if unused else ""
    # A note of an earlier run may say it already.
    return note if not said or said in (note or "") else f"{note}；{said}" if note else said
