"""What auditors decided (审查意见), beside the finding: state, reason, by whom and when.

A decision never hides a finding; it stands beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from gkaudit.frames import CELLS, FINDINGS, REPORTS, frame
from gkaudit.html.text import Words, esc
from gkaudit.reviews import NAME, Ledger, reviewed, sentence, word
from gkaudit.slices import Rows

__all__ = ["decision_html", "load_reviews", "review_sentence", "reviews_summary"]

_SIGNS = {"confirmed": "✓", "dismissed": "⊘", "asked": "✉", "reopened": "↺"}


def load_reviews(data_dir: Path, lang: str, rows: Rows | None = None) -> dict[str, dict[str, Any]]:
    """What stands about each finding that has an entry in ``reviews.sqlite`` beside the data, by finding_id.

    ``rows`` are those of a report; without them all reports are asked for. Empty where there is no ledger; raises
    UsageError where the file is no ledger.
    """
    ledger = Ledger(data_dir.parent / NAME)
    if not ledger.path.is_file():
        return {}
    if rows is not None and not any(ledger.concerns(row["report_id"], row["sha256"]) for row in rows["reports"]):
        # The first query of polars takes a page longer than all this.
        return {}
    decisions = ledger.decisions()
    if decisions.is_empty():
        return {}
    if rows is not None:
        kinds = {"reports": REPORTS, "findings": FINDINGS, "cells": CELLS}
        reports, findings, cells = (frame(rows[name], kind) for name, kind in kinds.items())
    else:
        reports, findings, cells = _concerned(data_dir, decisions)
    table = reviewed(findings, reports, cells, decisions, lang)
    return {row["finding_id"]: row for row in table.filter(pl.col("entries") > 0).iter_rows(named=True)}


def _concerned(data_dir: Path, decisions: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
    """Reports that someone decided about, by id or, where the id changed, by source; their findings and cells."""
    ids, sources = (decisions.get_column(name).unique().to_list() for name in ("report_id", "sha256"))
    named = pl.col("report_id").is_in(ids) | pl.col("sha256").is_in(sources)
    reports = pl.scan_parquet(data_dir / "reports.parquet").filter(named).collect()
    own = pl.col("report_id").is_in(reports.get_column("report_id").to_list())
    tables = [pl.scan_parquet(data_dir / f"{name}.parquet").filter(own) for name in ("findings", "cells")]
    return reports, *pl.collect_all(tables)


def review_sentence(review: Mapping[str, Any], lang: str) -> str:
    """State, author, day, reason and notes as plain text."""
    notes = [f"{word('kind.note', lang)}{'：' if lang == 'zh' else ': '}{note}" for note in review["notes"] or ()]
    return ("；" if lang == "zh" else "; ").join([sentence(review, lang), *notes])


def decision_html(review: Mapping[str, Any] | None, say: Words) -> str:
    """The line beside a finding; empty where nobody wrote anything."""
    if review is None:
        return ""
    state = str(review["review"])
    sign = _SIGNS.get(state, "")
    return (
        f'<p class="gk-decision gk-review-{esc(state)}"><strong>{sign} {esc(say("decision"))}</strong> '
        f'<span class="gk-src">{esc(review_sentence(review, say.lang))}</span></p>'
    )


def reviews_summary(reviews: Mapping[str, Mapping[str, Any]], findings: int, say: Words) -> str:
    """How many findings are decided and how; empty where none is."""
    if not reviews:
        return ""
    counts = Counter(str(review["review"]) for review in reviews.values())
    counts["open"] += findings - len(reviews)
    parts = [f"{word(f'review.{state}', say.lang)} {n}" for state, n in sorted(counts.items()) if n]
    return say("decision.sum", parts=say.join(parts))
