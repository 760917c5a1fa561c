"""Passages that two reports have in common, as they are printed in both: to be shown side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import polars as pl

from gkaudit import frames
from gkaudit.batches import Batch
from gkaudit.gx.results import Results
from gkaudit.gx.rules_copies import TextNotShared, TextRenewed
from gkaudit.gx.rules_text import Hit
from gkaudit.masking import covered
from gkaudit.quoting import Source
from gkaudit.rows_of import RowsOf

__all__ = ["matches_of"]


def matches_of(results: Results, batch: Batch, findings: pl.DataFrame) -> pl.DataFrame:
    """Frame :data:`gkaudit.frames.MATCHES` of all findings about copied text; secrets covered."""
    rules = [entry.index for entry in results.entries if isinstance(entry.rule, (TextRenewed, TextNotShared))]
    problems = results.problems().filter(pl.col("entry").is_in(rules))
    if problems.is_empty():
        return frames.frame((), frames.MATCHES)
    told = list(_told(results, problems))
    concerned = {report_id for record, other, _ in told for report_id in (record["report_id"], other)}
    prose: dict[str, list[dict[str, Any]]] = {}
    for chunk in batch.chunks(concerned):
        prose |= RowsOf(chunk.sections, tuple(frames.SECTIONS)).of(concerned)

    @cache
    def source(report_id: str) -> Source:
        return Source({}, prose.get(report_id, []), None)

    named = {(f["report_id"], f["check_id"]): f["finding_id"] for f in findings.iter_rows(named=True)}
    records = [
        record
        | {"finding_id": named.get((record["report_id"], record["check_id"])), "other_report_id": other}
        | {"length": length, "quote": mine[0], "anchor": mine[1], "other_quote": theirs[0], "other_anchor": theirs[1]}
        for record, other, passages in told
        for own, there, length in passages
        if (mine := _printed(source(record["report_id"]), own)) and (theirs := _printed(source(other), there))
    ]
    return frames.frame(records, frames.MATCHES)


def _told(results: Results, problems: pl.DataFrame) -> Iterator[tuple[dict[str, Any], str, list[tuple[Hit, Hit, int]]]]:
    """Of each finding what it is about, the other report and the passages."""
    for problem in problems.iter_rows(named=True):
        measured = results.measure(problem["entry"], problem["line"], results.row(problem["report"]))
        copies: Mapping[str, Any] | None = measured.details.get("copies")
        if copies is not None:
            record = {"report_id": problem["report_id"], "check_id": problem["check_id"], "share": copies["share"]}
            yield record, copies["other"], copies["passages"]


def _printed(source: Source, hit: Hit) -> tuple[str, dict[str, Any]] | None:
    """The words of a place as they are printed, a paragraph a line, and the anchor of the first of them."""
    pieces = list(source.places(hit))
    if not pieces:
        return None
    passage, start, end = pieces[0]
    anchor = dict(passage["anchor"] or {}) | {"start": start, "end": end}
    return "\n".join(covered(p["text"])[first:last] for p, first, last in pieces), anchor
