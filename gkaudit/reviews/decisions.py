"""What stands about each finding now: the last decision, unless its source or its numbers changed since.

Pure functions on frames; :mod:`gkaudit.reviews.ledger` keeps the entries.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from gkaudit import frames
from gkaudit.form import key_label
from gkaudit.reviews.words import word

__all__ = ["MARKS", "REVIEWS", "STATES", "gone", "marks", "reviewed", "sentence"]

#: What stands about a finding. ``reopened``: it was decided, and what it rested on has changed.
STATES = ("open", "confirmed", "dismissed", "asked", "reopened")
_AFTER = {"confirm": "confirmed", "dismiss": "dismissed", "ask": "asked", "withdraw": "open"}
#: A finding with the print of what it rests on: the content of the source, and ``numbers``, a JSON text with
#: its cells (value, or state where there is none) and the digits of ``observed`` and ``expected``.
#: The print is the same in every language, and in memory and in the files.
MARKS: dict[str, Any] = {
    "finding_id": pl.String,
    "report_id": pl.String,
    "check_id": pl.String,
    "sha256": pl.String,
    "numbers": pl.String,
}
#: One row a finding. ``decision`` is the kind of the last decision with its reason, author and time, null
#: where none was taken; ``changed`` says what re-opened it; ``notes`` are the notes, oldest first.
REVIEWS: dict[str, Any] = {
    "finding_id": pl.String,
    "review": pl.Enum(STATES),
    "decision": pl.String,
    "reason": pl.String,
    "author": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "changed": pl.String,
    "notes": pl.List(pl.String),
    "entries": pl.Int32,
}
#: So many changed numbers are named.
_NAMED = 3


def marks(findings: pl.DataFrame, reports: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """The prints of findings as :data:`MARKS`, in their order."""
    own = findings.select("finding_id", "report_id", "check_id", "keys", "observed", "expected")
    sources = reports.select("report_id", pl.col("sha256").fill_null(""))
    shown = frames.shown(own).join(sources, on="report_id", how="left", maintain_order="left")
    ids = own.get_column("report_id").unique().implode()
    values = {(r, k): said for r, k, said in _printed(cells.filter(pl.col("report_id").is_in(ids))).iter_rows()}
    records = [
        {**row, "sha256": row["sha256"] or "", "numbers": _numbers(row, values)} for row in shown.iter_rows(named=True)
    ]
    return frames.frame(records, MARKS)


def _printed(cells: pl.DataFrame) -> pl.DataFrame:
    """Report, key, and the value without trailing zeros, or the state where there is no number."""
    value = pl.col("value").cast(pl.String).str.replace(r"\.?0+$", "")
    plain = pl.when(pl.col("value").cast(pl.String).str.contains(".", literal=True)).then(value)
    said = plain.otherwise(pl.col("value").cast(pl.String)).fill_null(pl.lit("~") + pl.col("state").cast(pl.String))
    return cells.select("report_id", "key", said.alias("said"))


def _numbers(row: Mapping[str, Any], values: Mapping[tuple[str, str], str]) -> str:
    keys = sorted(set(row["keys"] or ()))
    found = {key: values.get((row["report_id"], key), "~absent") for key in keys}
    given = [_digits(row[name]) for name in ("observed", "expected")]
    return json.dumps({"cells": found, "given": given}, ensure_ascii=False, separators=(",", ":"))


def _digits(text: str | None) -> list[str]:
    """The numbers in a text, without leading zeros: words differ between languages, numbers do not."""
    found: list[str] = pl.Series([text or ""]).str.extract_all(r"\d+(?:\.\d+)?").to_list()[0]
    return [number.lstrip("0") or "0" for number in found]


def reviewed(
    findings: pl.DataFrame,
    reports: pl.DataFrame,
    cells: pl.DataFrame,
    decisions: pl.DataFrame,
    lang: str = "zh",
) -> pl.DataFrame:
    """What stands about every finding: :data:`REVIEWS`, in the order of ``findings``.

    Where a report got another id (a namesake joined the batch), a decision follows the finding of the
    same check on the same source with the same numbers.
    """
    history = _history(findings, reports, cells, decisions)
    concerned = findings.filter(pl.col("finding_id").is_in(list(history)))
    now = {row["finding_id"]: row for row in marks(concerned, reports, cells).iter_rows(named=True)}
    known = frames.frame((_standing(i, entries, now[i], lang) for i, entries in history.items()), REVIEWS)
    whole = findings.select("finding_id").join(known, on="finding_id", how="left", maintain_order="left")
    return whole.with_columns(
        pl.col("review").fill_null("open"),
        pl.col("notes").fill_null([]),
        pl.col("entries").fill_null(0),
    )


def _history(
    findings: pl.DataFrame, reports: pl.DataFrame, cells: pl.DataFrame, decisions: pl.DataFrame
) -> dict[str, list[dict[str, Any]]]:
    """Entries by finding, oldest first."""
    if decisions.is_empty():
        return {}
    here = set(findings.get_column("finding_id").to_list())
    carried = _carried(findings, reports, cells, decisions.filter(~pl.col("finding_id").is_in(list(here))))
    history: dict[str, list[dict[str, Any]]] = {}
    for entry in decisions.iter_rows(named=True):
        target = carried.get(entry["finding_id"], entry["finding_id"])
        if target in here:
            history.setdefault(target, []).append(entry)
    return history


def _carried(
    findings: pl.DataFrame, reports: pl.DataFrame, cells: pl.DataFrame, homeless: pl.DataFrame
) -> dict[str, str]:
    """Where the finding of a decision went when its report was given another id."""
    if homeless.is_empty():
        return {}
    same = ["sha256", "check_id", "numbers"]
    sources = homeless.get_column("sha256").unique().implode()
    moved = reports.filter(pl.col("sha256").is_in(sources)).get_column("report_id").implode()
    checks = homeless.get_column("check_id").unique().implode()
    near = findings.filter(pl.col("report_id").is_in(moved) & pl.col("check_id").is_in(checks))
    targets = marks(near, reports, cells).unique(subset=same, keep="none")
    pairs = homeless.select("finding_id", *same).join(targets.select(*same, to="finding_id"), on=same)
    return dict(pairs.select("finding_id", "to").iter_rows())


def _standing(finding_id: str, entries: list[dict[str, Any]], now: Mapping[str, Any], lang: str) -> dict[str, Any]:
    notes = [e["reason"] for e in entries if e["kind"] == "note"]
    record: dict[str, Any] = {"finding_id": finding_id, "notes": notes, "entries": len(entries)}
    taken = [e for e in entries if e["kind"] != "note"]
    if not taken or taken[-1]["kind"] == "withdraw":
        return {**record, "review": "open"}
    last = taken[-1]
    record |= {"decision": last["kind"], **{name: last[name] for name in ("reason", "author", "at")}}
    changed = _changed(last, now, lang)
    return {**record, "review": "reopened" if changed else _AFTER[last["kind"]], "changed": changed or None}


def _changed(then: Mapping[str, Any], now: Mapping[str, Any], lang: str) -> str:
    """What is other than when the decision was taken, in words; empty where nothing is."""
    said = [word("source", lang)] if then["sha256"] != now["sha256"] else []
    if then["numbers"] != now["numbers"]:
        said.append(_numbers_changed(then["numbers"], now["numbers"], lang))
    return ("，" if lang == "zh" else ", ").join(said)


def _numbers_changed(then: str, now: str, lang: str) -> str:
    old, new = (json.loads(text)["cells"] for text in (then, now))
    places = [key for key in dict.fromkeys([*old, *new]) if key in old and key in new and old[key] != new[key]]
    if not places:
        return word("numbers", lang)
    named = [
        word("number", lang, place=key_label(key, lang), old=_plain(old[key], lang), new=_plain(new[key], lang))
        for key in places[:_NAMED]
    ]
    more = word("more", lang, count=len(places)) if len(places) > _NAMED else ""
    return ("；" if lang == "zh" else "; ").join(named) + more


def _plain(said: str, lang: str) -> str:
    return word(f"state.{said[1:]}", lang) if said.startswith("~") else said


def sentence(review: Mapping[str, Any], lang: str = "zh") -> str:
    """What stands about a finding as one sentence of plain text: state, by whom, when, why.

    ``review`` is a row of :data:`REVIEWS`.
    """
    if review["decision"] is None:
        return word(f"review.{review['review']}", lang)
    settled = word(f"review.{_AFTER[review['decision']]}", lang)
    said = word("by", lang, said=settled, author=review["author"], day=f"{review['at']:%Y-%m-%d}")
    if review["reason"]:
        said = word("because", lang, said=said, reason=review["reason"])
    return word("reopened", lang, before=said, changed=review["changed"]) if review["review"] == "reopened" else said


def gone(decisions: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Entries about findings that this run no longer has; they stay in the ledger for good."""
    return decisions.join(findings.select("finding_id"), on="finding_id", how="anti", maintain_order="left")
