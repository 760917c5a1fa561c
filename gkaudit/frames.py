"""The tables between the stages: declared schemas, parquet in and out, and the wide frame.

``reports``, ``cells``, ``claims``, ``verdicts``, ``findings`` and ``leads`` are what the contract promises
to scripts; ``implied`` says what the sums force in cells that nobody can read; ``sections`` keeps the prose
of each report. The *wide* frame (one row a report) is what Great Expectations validates; it is derived,
never stored. In the files personal numbers, applicants' names and local paths are covered
(:mod:`gkaudit.masking`); in memory texts are as printed.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from polars.io.plugins import register_io_source

from gkaudit.files import replacing
from gkaudit.form import sections
from gkaudit.masking import SUSPECT, masked

__all__ = [
    "ANCHOR",
    "CELLS",
    "CLAIM",
    "CLAIMS",
    "COVERAGE",
    "FINDINGS",
    "IMPLIED",
    "KNOWN_STATES",
    "LEADS",
    "MATCHES",
    "OUTCOMES",
    "REPORTS",
    "SECTIONS",
    "SEVERITIES",
    "STATES",
    "TEXTS",
    "UNKNOWN_STATES",
    "VERDICTS",
    "Tables",
    "frame",
    "has_secrets",
    "read",
    "received",
    "sent",
    "shown",
    "write",
    "write_chunks",
]

#: Cell states in which ``value`` is a number …
KNOWN_STATES = ("reported", "inferred")
#: … and those in which nobody knows the number (it is null).
UNKNOWN_STATES = ("blank", "marked", "unreadable", "absent")
STATES = (*KNOWN_STATES, *UNKNOWN_STATES)
#: Outcomes of a check. Their order is the numeric code used inside the engine (0 … 4).
OUTCOMES = ("holds", "broken", "undetermined", "not_applicable", "failed")
SEVERITIES = ("error", "warning", "info")

STATE = pl.Enum(STATES)
#: 38 digits, six of them behind the point: fees such as 190.457379 万元 stay exact.
VALUE = pl.Decimal(38, 6)
ANCHOR = pl.Struct(
    {
        "file": pl.String,
        "page": pl.Int32,
        "line": pl.Int32,
        "paragraph": pl.Int32,
        "table": pl.Int32,
        "row": pl.Int32,
        "column": pl.Int32,
        "start": pl.Int32,
        "end": pl.Int32,
        "box": pl.List(pl.Float64),
    }
)

#: First the columns of the contract, then facts that the structure checks need.
REPORTS: dict[str, Any] = {
    "report_id": pl.String,
    "organ": pl.String,
    "county": pl.String,
    "level": pl.String,
    "year": pl.Int32,
    "form": pl.String,
    "title": pl.String,
    "period_start": pl.Date,
    "period_end": pl.Date,
    "signed_on": pl.Date,
    "published_on": pl.Date,
    "source": pl.String,
    "format": pl.String,
    "sha256": pl.String,
    "status": pl.String,
    "note": pl.String,
    # The title without white space, as the title checks read it; null where there is none.
    "title_text": pl.String,
    # The sentence of the statistical period; ``period_damaged``: a date in it lost digits or signs.
    "period_quote": pl.String,
    "period_damaged": pl.Boolean,
    # Heading of each required section as printed; null where it was not found.
    **{f"section.{s.key}": pl.String for s in sections()},
    "sections_found": pl.Int32,
    "sections_in_order": pl.Boolean,
    # Per table: found, elsewhere (in another section), image (a picture stands there), unparsed
    # (its words are in the text, but no row could be made out), absent.
    "table.disclosure": pl.String,
    "table.requests": pl.String,
    "table.remedies": pl.String,
    "damaged.disclosure": pl.Boolean,
    "damaged.requests": pl.Boolean,
    "damaged.remedies": pl.Boolean,
    # The edition whose words the tables use; null where no distinctive word was found.
    "form_seen": pl.String,
    # Labels that were understood although they are not those of the form.
    "label_variants": pl.List(pl.String),
    # What had to be worked out about columns, in words.
    "shift_notes": pl.List(pl.String),
    # What the file says of itself and a reader of it may see: ``bookmarks=…``, ``image_names=…`` …,
    # one name a line; null where it says nothing.
    "meta_text": pl.String,
}
CELLS: dict[str, Any] = {
    "report_id": pl.String,
    "table": pl.String,
    "row": pl.String,
    "column": pl.String,
    "key": pl.String,
    "value": VALUE,
    "raw": pl.String,
    "state": STATE,
    "anchor": ANCHOR,
    "confidence": pl.Float64,
    "note": pl.String,
    # What the machine read, where a person corrected the reading (:mod:`gkaudit.reviews`); null elsewhere.
    "corrected_from": pl.Struct(
        {"value": VALUE, "raw": pl.String, "state": STATE, "confidence": pl.Float64, "note": pl.String}
    ),
}
#: Columns of the wide frame with the plain text (:mod:`gkaudit.prose`) of each part of the report, a
#: passage a line, without the heading of the section.
TEXTS = ("text.preface", *(f"text.{s.key}" for s in sections()))
SECTIONS: dict[str, Any] = {
    "report_id": pl.String,
    "order": pl.Int32,
    "section": pl.String,
    "kind": pl.String,
    "text": pl.String,
    "anchor": ANCHOR,
}
#: One row a claim (:class:`gkaudit.narrative.Claim` says what the columns mean), in the order of the text.
#: ``key`` is the cell of the form that the measure is, null where it is a sum of cells or has none.
CLAIMS: dict[str, Any] = {
    "report_id": pl.String,
    "order": pl.Int32,
    "key": pl.String,
    "measure": pl.String,
    "value": VALUE,
    "exact": pl.Boolean,
    "negated": pl.Boolean,
    "quote": pl.String,
    "anchor": ANCHOR,
    "unit": pl.String,
    "link": pl.Enum(("firm", "ask", "none")),
    "scope": pl.Enum(("own", "higher", "cumulative", "other")),
    "period": pl.Enum(("this", "last", "next")),
    "role": pl.Enum(("statement", "total", "part", "percent", "difference", "enumeration")),
    "group": pl.Int32,
    "exhaustive": pl.Boolean,
    "label": pl.String,
    "alternatives": pl.List(pl.String),
    "note": pl.String,
    "section": pl.String,
}
VERDICTS: dict[str, Any] = {
    "report_id": pl.String,
    "check_id": pl.String,
    "outcome": pl.Enum(OUTCOMES),
    "evaluated": pl.Int32,
    "broken": pl.Int32,
    "note": pl.String,
}
FINDINGS: dict[str, Any] = {
    "finding_id": pl.String,
    "report_id": pl.String,
    "check_id": pl.String,
    "severity": pl.Enum(SEVERITIES),
    "outcome": pl.Enum(OUTCOMES),
    "keys": pl.List(pl.String),
    "observed": pl.String,
    "expected": pl.String,
    "message": pl.String,
    "quote": pl.String,
    "anchor": ANCHOR,
    "basis": pl.String,
    "title": pl.String,
    "advice": pl.String,
    # Other checks that are broken for the same reason and were merged into this finding.
    "evidence": pl.List(pl.String),
}
#: What the identities of the form imply for cells without a number: ``value`` where there is only one, else
#: bounds (null: none). ``proof`` are lines of checks, ``<check>:<line>``. ``assumption`` is ``none``, or
#: ``blank_is_zero``: unknown cells are 0 unless they have to be something else.
IMPLIED: dict[str, Any] = {
    "report_id": pl.String,
    "key": pl.String,
    "low": VALUE,
    "high": VALUE,
    "value": VALUE,
    "proof": pl.List(pl.String),
    "assumption": pl.Enum(("none", "blank_is_zero")),
}
#: What may have gone wrong (线索): hypotheses, never findings, never counted. One row a lead, ``rank`` 1 the
#: cheapest of its ``part`` (cells that hang together); rank 0 says why a part has none (``refused``).
#: In ``changes`` ``old`` is null where no number was read, and ``among`` are cells that it may just as well be.
LEADS: dict[str, Any] = {
    "report_id": pl.String,
    "part": pl.String,
    "rank": pl.Int32,
    "cost": pl.Float64,
    "changes": pl.List(
        pl.Struct({"key": pl.String, "old": VALUE, "new": VALUE, "kind": pl.String, "among": pl.List(pl.String)})
    ),
    "agrees_with": pl.List(pl.String),
    "contradicts": pl.List(pl.String),
    # How many explanations of the part are as good as the first, the first included.
    "ties": pl.Int32,
    # What happened, one kind an act (row_zero, digit_dropped, …; see data/leads.json).
    "kinds": pl.List(pl.String),
    # Checks that do not hold in this part.
    "checks": pl.List(pl.String),
    # The source was recognised from an image or is damaged: check the source, the report may be right.
    "source": pl.Boolean,
    # The search was stopped by its limits; more exist.
    "more": pl.Boolean,
    "refused": pl.String,
    "message_zh": pl.String,
    "message_en": pl.String,
    "turns_zh": pl.String,
    "turns_en": pl.String,
    "next_zh": pl.String,
    "next_en": pl.String,
}
#: One row a body of the list (``--units``) and year, and one a report without a place on it. ``status``:
#: ``reported``; ``missing`` (no report came in); ``two_reports`` (that differ); ``extra`` (not on the list).
#: A body without a report has no row in any other table: this is where it lives, and the county's report,
#: where there is one, has a finding about it (ROL-03).
COVERAGE: dict[str, Any] = {
    "year": pl.Int32,
    "parent": pl.String,
    "organ": pl.String,
    "county": pl.String,
    "due": pl.Date,
    "status": pl.Enum(("reported", "missing", "two_reports", "extra")),
    "report_id": pl.String,
    "published_on": pl.Date,
}
#: Passages that two reports have in common (DUP-01, DUP-02), the longest of a report first: to be shown side
#: by side. ``quote`` stands in ``report_id`` at ``anchor``, ``other_quote`` in ``other_report_id`` at
#: ``other_anchor``, each as printed; ``share``: part of the report's own text (without the template) that
#: the other report has, 0 to 1, equal for all passages of the pair. ``finding_id`` is the finding they prove.
MATCHES: dict[str, Any] = {
    "finding_id": pl.String,
    "report_id": pl.String,
    "check_id": pl.String,
    "other_report_id": pl.String,
    "share": pl.Float64,
    "length": pl.Int32,
    "quote": pl.String,
    "other_quote": pl.String,
    "anchor": ANCHOR,
    "other_anchor": ANCHOR,
}


class Tables(NamedTuple):
    """What was read of a batch: frames :data:`REPORTS`, :data:`CELLS`, :data:`SECTIONS`, :data:`CLAIMS`."""

    reports: pl.DataFrame
    cells: pl.DataFrame
    sections: pl.DataFrame
    claims: pl.DataFrame

    def chunks(self, wanted: Collection[str] | None = None) -> Iterator[Tables]:  # noqa: ARG002 - as Batch has it
        """All of them at once (:class:`gkaudit.batches.Batch`)."""
        yield self

    def pieces(self, name: str) -> Iterator[pl.DataFrame]:
        """One of them at once."""
        yield getattr(self, name)


def frame(records: Iterable[Mapping[str, Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    """A frame of exactly this schema; a record may leave columns out (null)."""
    rows = list(records)
    return pl.DataFrame({name: [r.get(name) for r in rows] for name in schema}, schema=dict(schema), strict=True)


#: Columns with words from a report; names and keys are not looked at.
_WORDS = frozenset({"title", "title_text", "period_quote", "note", "meta_text", "raw", "text"})
_WORDS |= {"observed", "expected", "message", "quote", "other_quote", "advice", "label"}
_WORDS |= {"message_zh", "message_en", "turns_zh", "turns_en"}


#: Rows of a row group: a page that needs one report of ten thousand decodes this much and skips the rest.
_ROW_GROUP = 40_000


def write(data: pl.DataFrame, path: Path) -> None:
    """Write parquet so that a reader sees the old file or the new one, never half of one.

    Texts are written with secrets covered.
    """
    with replacing(path) as partial:
        shown(data).write_parquet(partial, row_group_size=_ROW_GROUP)


def write_chunks(chunks: Iterable[pl.DataFrame], schema: Mapping[str, Any], path: Path) -> None:
    """As :func:`write`, frames of this schema one after the other, without having all of them in memory."""

    def rows(columns: list[str] | None, *_: object) -> Iterator[pl.DataFrame]:
        for chunk in chunks:
            yield shown(chunk).select(columns or list(schema))

    # Opened here: where a chunk fails, a thread of polars could else make the file after it was cleared away.
    with replacing(path) as partial, partial.open("wb") as file:
        register_io_source(rows, schema=dict(schema)).sink_parquet(file, row_group_size=_ROW_GROUP)


def shown(data: pl.DataFrame) -> pl.DataFrame:
    """The frame as it may leave the process: secrets covered in its columns of words; few texts have any."""
    covers = []
    for name in data.columns:
        if name not in _WORDS or data.schema[name] != pl.String:
            continue
        suspects = data.get_column(name).str.contains(SUSPECT).fill_null(value=False).arg_true()
        if len(suspects):
            column = data.get_column(name)
            covered = [masked(text) for text in column.gather(suspects)]
            covers.append(column.clone().scatter(suspects, covered))
    return data.with_columns(covers)


def has_secrets(records: Iterable[Mapping[str, Any]]) -> bool:
    """Whether :func:`shown` would cover anything of a frame of these records."""
    texts = pl.Series(list({record[name] for record in records for name in _WORDS & record.keys()}), dtype=pl.String)
    return any(masked(text) != text for text in texts.filter(texts.str.contains(SUSPECT)))


def read(path: Path) -> pl.DataFrame:
    """Read one of the parquet tables."""
    return pl.read_parquet(path)


def sent(data: pl.DataFrame) -> bytes:
    """A few rows as they go to another process of this program; :func:`received` makes a frame of them again.

    Pickled, or in the newest format, they would take the texts of the frame that they are taken from along.
    """
    stream = io.BytesIO()
    data.write_ipc_stream(stream, compression="zstd", compat_level=pl.CompatLevel.oldest())
    return stream.getvalue()


def received(data: bytes) -> pl.DataFrame:
    """The frame that :func:`sent` was given."""
    return pl.read_ipc_stream(data)


#: What the list ``claims`` of the wide frame has of each claim: as in :data:`CLAIMS`, the value as a float.
CLAIM: dict[str, Any] = {name: kind for name, kind in CLAIMS.items() if name != "report_id"} | {"value": pl.Float64}
