"""Verdicts + frames → findings with wording.

A finding is what an auditor would write down once: lines broken by the same slip are one finding, a
check that only repeats another is evidence for it, and a finding that rests on a number whose column
had to be worked out is no error but a call to look at the source.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

import polars as pl

from gkaudit import frames
from gkaudit.batches import Batch
from gkaudit.form import Edition
from gkaudit.grouping import Group, groups_of
from gkaudit.gx.results import Results
from gkaudit.gx.suites import Entry
from gkaudit.hashing import hash_of
from gkaudit.masking import masked
from gkaudit.portions import portions
from gkaudit.quoting import Source
from gkaudit.rows_of import RowsOf
from gkaudit.wording import (
    Fields,
    column_names,
    fill,
    joined,
    part_name,
    phrase,
    row_name,
    side_text,
    spoken,
    sums_text,
    template,
    topic_name,
)

__all__ = ["findings_of"]

#: So many different words are listed in a message.
_WORDS = 3
#: Reports that are worded at once: their rows are in memory as objects, which take ten times the room.
_CHUNK = 100
#: What is asked of a cell.
_CELL = ("report_id", "key", "raw", "state", "anchor", "corrected_from")


@dataclass(frozen=True, slots=True)
class _Context:
    """What the wording of one report's findings needs."""

    report_id: str
    row: Mapping[str, Any]
    source: Source
    lang: str

    @property
    def cells(self) -> Mapping[str, Mapping[str, Any]]:
        return self.source.cells

    @property
    def edition(self) -> Edition | None:
        return self.source.edition


@dataclass(slots=True)
class _Draft:
    """A finding before evidence is merged."""

    entry: Entry
    group: Group
    record: dict[str, Any]
    evidence: list[str] = field(default_factory=list)


def findings_of(results: Results, batch: Batch, lang: str = "zh", known: Collection[str] = ()) -> pl.DataFrame:
    """Findings of all reports as :data:`gkaudit.frames.FINDINGS`, by report, severity and suite order.

    ``known``: reports that are passed over, because their findings are there already.
    """
    problems = results.problems().filter(~pl.col("report_id").is_in(list(known)))
    if problems.is_empty():
        return frames.frame((), frames.FINDINGS)
    wanted = frozenset(problems.get_column("report_id"))
    worded = (_of_chunk(results, problems, chunk, lang) for chunk in batch.chunks(wanted))
    return pl.concat([frames.frame((), frames.FINDINGS), *(part for parts in worded for part in parts)])


def _of_chunk(results: Results, problems: pl.DataFrame, chunk: frames.Tables, lang: str) -> Iterator[pl.DataFrame]:
    """Findings of the reports of a chunk that have ``problems``."""
    cells, passages = RowsOf(chunk.cells, _CELL), RowsOf(chunk.sections, tuple(frames.SECTIONS))
    here = problems.filter(pl.col("report_id").is_in(chunk.reports.get_column("report_id").implode()))
    for some in _chunks(here.select("report", "entry", "line").iter_rows(), _CHUNK):
        asked = [(results.row(at), part) for at, part in some]
        prose = passages.of(row["report_id"] for row, _ in asked)
        records: list[dict[str, Any]] = []
        for row, part in asked:
            name = row["report_id"]
            source = Source(cells.keyed(name, "key"), prose.get(name, ()), row.get("form"))
            records += _of_report(results, part, _Context(name, row, source, lang))
        yield frames.frame(records, frames.FINDINGS)


#: A line that is broken: the row of its report, its entry, its place there.
_Line: TypeAlias = tuple[int, int, int]


def _chunks(lines: Iterable[_Line], size: int) -> Iterator[list[tuple[int, list[_Line]]]]:
    """Lines by report, so many reports at once."""
    return portions(((at, list(part)) for at, part in groupby(lines, key=itemgetter(0))), size)


def _of_report(results: Results, problems: Iterable[_Line], context: _Context) -> list[dict[str, Any]]:
    """The findings of one report; ``problems``: its rows of (report, entry, line), by entry."""
    drafts: list[_Draft] = []
    for index, part in groupby(problems, key=itemgetter(1)):
        entry = results.entry(index)
        lines = [(entry.lines[at], results.measure(index, at, context.row)) for _, _, at in part]
        drafts += [_draft(entry, group, context) for group in groups_of(entry, lines, context.row)]
    kept = _with_evidence(drafts)
    order = {severity: i for i, severity in enumerate(frames.SEVERITIES)}
    kept.sort(key=lambda d: (order[d.record["severity"]], d.entry.index))
    return [{**d.record, "evidence": d.evidence} for d in kept]


def _with_evidence(drafts: list[_Draft]) -> list[_Draft]:
    """Drop what repeats another finding, and note it there."""
    kept: list[_Draft] = []
    for draft in drafts:
        wanted = draft.entry.meta.get("evidence_for", ())
        main = next((d for d in drafts if d.entry.check_id in wanted and d.group.explains(draft.group)), None)
        if main is None:
            kept.append(draft)
        elif draft.entry.check_id not in main.evidence:
            main.evidence.append(draft.entry.check_id)
    return kept


def _draft(entry: Entry, group: Group, context: _Context) -> _Draft:
    meta, lang = entry.meta, context.lang
    severity, fields = entry.severity, _fields(entry, group, context)
    words = template(entry.check_id, severity, lang, group.names[0])
    message = "".join(fill(words["message"], _fields(entry, part, context)) for part in group.parts or (group,))
    if group.total:
        message += fill(phrase("total", lang), {"difference": _off(group, group.total, lang)})
    if any(context.cells[k]["state"] == "inferred" for k in group.keys if k in context.cells):
        # The contract: what rests on an inferred number is no error but “check the source”.
        severity = "warning" if severity == "error" else severity
        message += phrase("inferred", lang)
    if any(context.cells[k].get("corrected_from") for k in group.keys if k in context.cells):
        message += phrase("corrected", lang)
    record = {
        "finding_id": _identifier(context.report_id, entry, group),
        "report_id": context.report_id,
        "check_id": entry.check_id,
        "severity": severity,
        "outcome": "broken",
        "keys": list(group.keys),
        "observed": _observed(entry, group, context),
        "expected": _expected(entry, group, lang),
        "message": masked(message),
        "quote": context.source.quote(group),
        "anchor": context.source.anchor(group),
        "basis": meta.get(f"basis_{lang}", meta["basis"]),
        "title": meta[f"title_{lang}"],
        "advice": fill(words["advice"], fields),
    }
    return _Draft(entry, group, record)


def _observed(entry: Entry, group: Group, context: _Context) -> str | None:
    """What stands in the report, in a word or a number; None where the message has to list it."""
    if isinstance(group.details.get("notes") or group.details.get("items"), list):
        return None
    states = entry.kwargs.get("states", ())
    if entry.type == "expect_no_cells_in_state" and len(states) == 1 and states[0] != "marked":
        return phrase(f"state:{states[0]}", context.lang)
    return _seen(group, context) or None


def _seen(group: Group, context: _Context) -> str:
    """What stands there, as it is printed where it is in the prose."""
    if not group.details.get("words"):
        return spoken(group.observed, context.lang)
    words = context.source.words(group)
    more = phrase("more", context.lang) if len(words) > _WORDS else ""
    return joined(words[:_WORDS], context.lang) + more


def _expected(entry: Entry, group: Group, lang: str) -> str | None:
    """What should stand there; a pattern is nothing to show to an auditor, the message says it."""
    if entry.type == "expect_text_to_match":
        return None
    if "missing" in group.details:
        return _missing(group, lang)
    return spoken(group.expected, lang) or None


def _missing(group: Group, lang: str) -> str:
    """Names of the topics that nothing was said about."""
    return joined([topic_name(name, lang) for name in group.details.get("missing", ())], lang)


def _identifier(report_id: str, entry: Entry, group: Group) -> str:
    """Stable across runs: the same check on the same lines of the same report, whatever the numbers are."""
    parts = (report_id, entry.check_id, entry.type, entry.severity, *sorted(group.names), *filter(None, [group.mark]))
    return hash_of(parts)[:12]


def _fields(entry: Entry, group: Group, context: _Context) -> Fields:
    """Everything a template may ask for."""
    lang, edition, details = context.lang, context.edition, group.details
    along = entry.kwargs.get("along") == "columns"

    def side(name: str) -> str:
        return side_text(details[name], along_columns=along, lang=lang, edition=edition)

    sides = {name: partial(side, name) for name in ("left", "right") if isinstance(details.get(name), Mapping)}
    known = {
        **details.get("fields", {}),
        "expected": spoken(group.expected, lang),
        "count": details.get("count") or len(group.keys or group.hits),
        "values": group.observed,
        "year": context.row.get("year") or ("the year" if lang == "en" else "报告年度"),
        "title": entry.meta[f"title_{lang}"],
    }
    return Fields(
        known,
        {
            **{name: way for name, way in sides.items() if name not in known},
            "sums": lambda: sums_text(details.get("sums", ()), lang, edition),
            "omitted": lambda: _omitted(details.get("omitted", ()), lang),
            "place": lambda: _place(entry, group, context),
            # For checks without words of their own: what there is to say, and nothing for what there is not.
            "at": lambda: fill(phrase("at", lang), {"place": _place(entry, group, context)}) if group.keys else "",
            "found": lambda: _stated("found", "observed", _observed(entry, group, context), lang),
            "wanted": lambda: _stated("wanted", "expected", _expected(entry, group, lang), lang),
            "observed": lambda: _seen(group, context),
            "difference": lambda: _difference(group, lang),
            "columns": lambda: column_names(group.keys, lang, edition),
            "missing": lambda: _missing(group, lang),
            "visible": lambda: _visible(group, context),
            "repair": lambda: _repair(group, lang),
            "said": lambda: context.source.said(group) if group.said else "",
        },
    )


def _stated(name: str, field: str, value: str | None, lang: str) -> str:
    """The phrase with this value; nothing where there is none."""
    return fill(phrase(name, lang), {field: value}) if value else ""


def _omitted(bodies: Sequence[str], lang: str) -> str:
    """The one body whose numbers are just what is missing; where several fit, none is named."""
    return fill(phrase("rollup:omitted", lang), {"body": bodies[0]}) if len(bodies) == 1 else ""


def _difference(group: Group, lang: str) -> str:
    """By how much two sides differ; with an unknown number on one side, by at least so much."""
    return _off(group, str(group.details.get("difference", "")).removeprefix("-"), lang)


def _off(group: Group, number: str, lang: str) -> str:
    open_ended = "≥" in group.observed or "≥" in group.expected
    return f"{phrase('at_least' if open_ended else 'exactly', lang)}{number}"


def _place(entry: Entry, group: Group, context: _Context) -> str:
    lang, edition = context.lang, context.edition
    if not group.keys:
        return joined([part_name(name, lang) for name in group.names], lang)
    if group.rest:
        table = group.keys[0].split(".")[0]
        number = row_name(group.keys[0], lang, edition)
        word = number.split("“")[0].removeprefix("表") if lang == "zh" else number.split(",")[0].removeprefix("Table ")
        return fill(phrase(group.rest, lang), {"table": word, "rows": len(group.names), "name": table})
    if entry.kwargs.get("along") == "columns":
        tables = {key.split(".")[0] for key in group.keys}
        head = "表三" if tables == {"requests"} else ""
        names = column_names(group.keys, lang, edition)
        return f"{names}" if lang == "en" else f"{head}“{names}”列"
    return joined([row_name(key, lang, edition) for key in group.row_keys], lang)


def _visible(group: Group, context: _Context) -> str:
    """Numbers that can be read in the rows concerned: they help to find the place in the original."""
    rows = {key.rpartition(".")[0] for key in group.keys}
    shown = [
        f"{column_names([cell['key']], context.lang, context.edition)} {str(cell['raw']).strip()}"
        for cell in context.source.cells_of(rows)
        if cell["state"] in frames.KNOWN_STATES
    ]
    if not shown or group.rest:
        return ""
    return fill(phrase("visible", context.lang), {"values": joined(shown, context.lang)})


def _repair(group: Group, lang: str) -> str:
    kind = group.details.get("kind", "reading")
    return fill(phrase(kind, lang), {"observed": group.observed, "expected": group.expected})
