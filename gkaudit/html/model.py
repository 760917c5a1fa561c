"""The frames of one report as the page needs them: loaded once, numbered, never changed."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any, cast

import polars as pl

from gkaudit import slices
from gkaudit.errors import UsageError
from gkaudit.form import EDITIONS, Edition, edition_for_year, form, key_label
from gkaudit.frames import IMPLIED, LEADS, REPORTS, SECTIONS, SEVERITIES
from gkaudit.html.decisions import load_reviews
from gkaudit.html.places import part_of, part_rank
from gkaudit.html.quotes import Quote, nearest
from gkaudit.html.run import Run, load_run
from gkaudit.html.text import Words, visible, words

__all__ = [
    "Cell",
    "Data",
    "Finding",
    "blank",
    "cell_of",
    "load",
    "of_frames",
    "rows_of",
    "say_date",
    "say_verdict",
    "scan",
]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the statutory form (法定表格) and what stands in it."""

    key: str
    value: Decimal | None = None
    raw: str | None = None
    state: str = "absent"
    note: str | None = None
    #: Whether a person corrected the reading; the note says what the machine had read.
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding with the number it has on the page and the part (:mod:`gkaudit.html.places`) it is about."""

    number: int
    part: str
    finding_id: str
    check_id: str
    severity: str
    outcome: str
    keys: tuple[str, ...]
    observed: str | None
    expected: str | None
    message: str | None
    quote: str | None
    anchor: dict[str, Any] | None
    basis: str | None
    title: str | None
    advice: str | None
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Data:
    """Everything a page says, of one report.

    ``report`` is its row of ``reports``; ``prose`` the rows of ``sections`` in reading order; ``run``
    is what is known about the run that made the data; ``leads``, ``implied`` and ``matches`` are rows of
    those frames; ``reviews`` are the auditors' decisions by finding_id.
    """

    report: dict[str, Any]
    cells: dict[str, Cell]
    findings: tuple[Finding, ...]
    verdicts: tuple[dict[str, Any], ...]
    prose: tuple[dict[str, Any], ...]
    run: Run
    words: Words
    leads: tuple[dict[str, Any], ...] = ()
    implied: tuple[dict[str, Any], ...] = ()
    matches: tuple[dict[str, Any], ...] = ()
    reviews: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def lang(self) -> str:
        """``zh`` or ``en``."""
        return self.words.lang

    @property
    def edition(self) -> Edition:
        """The edition the report was read by; that of its year where the frame does not say."""
        named = self.report.get("form")
        return cast("Edition", named) if named in EDITIONS else edition_for_year(self.report.get("year"))

    @property
    def body(self) -> str:
        """The body (报告机关) as a reader knows it."""
        return str(self.report.get("organ") or self.report["report_id"])

    @property
    def title(self) -> str:
        """What the page is about: body, year, kind of report."""
        year = self.report.get("year")
        if year is None:
            return self.words("title.noyear", body=self.body)
        return self.words("title", body=self.body, year=year)

    def cell(self, key: str) -> Cell:
        """The cell of a key; absent where the frame has no row for it."""
        return self.cells.get(key) or Cell(key)

    def label(self, key: str) -> str:
        """What a person calls the cell; the key itself where no edition has it."""
        try:
            return key_label(key, self.lang)
        except (KeyError, ValueError, StopIteration):
            return key

    def check(self, check_id: str) -> str:
        """A check by title and id, e.g. ``申请收支平衡（ARI-01）``."""
        title = self.run.title(check_id, self.lang)
        if title == check_id:
            return check_id
        return f"{title}（{check_id}）" if self.lang == "zh" else f"{title} ({check_id})"

    @cached_property
    def form_keys(self) -> frozenset[str]:
        """The cells that the page shows."""
        return frozenset(form(self.edition).keys())

    @cached_property
    def by_key(self) -> dict[str, tuple[Finding, ...]]:
        """The findings that concern a cell."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            for key in dict.fromkeys(finding.keys):
                found.setdefault(key, []).append(finding)
        return {key: tuple(several) for key, several in found.items()}

    @cached_property
    def implied_by_key(self) -> dict[str, dict[str, Any]]:
        """What the arithmetic alone implies about cells whose number is unknown, without any assumption."""
        return {row["key"]: row for row in self.implied if row["assumption"] == "none"}

    @cached_property
    def quotes(self) -> dict[int, Quote]:
        """Where the quotes of findings stand in the prose, by the number of the finding."""
        placed = {f.number: nearest(f.quote, f.anchor, self.prose) for f in self.findings}
        return {number: quote for number, quote in placed.items() if quote is not None}

    def count(self, severity: str) -> int:
        """The number of findings of a severity."""
        return sum(f.severity == severity for f in self.findings)

    def outcomes(self, outcome: str) -> list[dict[str, Any]]:
        """The verdicts with this outcome."""
        return [v for v in self.verdicts if v["outcome"] == outcome]

    def uncertain(self, finding: Finding) -> bool:
        """Whether a finding rests on a cell that was inferred, or could not be settled."""
        return finding.outcome == "undetermined" or any(self.cell(k).state == "inferred" for k in finding.keys)


def say_date(day: date | None, say: Words) -> str:
    """A date as people write it."""
    return say("unknown") if day is None else say("date", y=day.year, m=day.month, d=day.day)


def say_verdict(counts: Mapping[str, int], say: Words) -> str:
    """The result in one sentence, e.g. ``发现 2 处错误、1 处警告。`` in Chinese."""
    parts = [say.count(severity, counts[severity]) for severity in SEVERITIES if counts.get(severity)]
    if counts.get("error"):
        return say("verdict.found", parts=say.join(parts))
    return say("verdict.none.but", parts=say.join(parts)) if parts else say("verdict.none")


def scan(data_dir: Path, name: str) -> pl.LazyFrame:
    """One of the parquet tables, not read yet. Raises UsageError where it is not there."""
    path = data_dir / f"{name}.parquet"
    if not path.is_file():
        raise UsageError(f"{data_dir} 里没有 {name}.parquet，请先运行 gkaudit run，或把 data_dir 指向 audit_out/data。")
    return pl.scan_parquet(path)


def _choose(data_dir: Path, report_id: str) -> dict[str, Any]:
    reports = scan(data_dir, "reports")
    chosen = reports if not report_id else reports.filter(pl.col("report_id") == report_id)
    found = chosen.head(1).collect().to_dicts()
    if found:
        return found[0]
    known = reports.select("report_id").collect()["report_id"].to_list()
    if not known:
        raise UsageError(f"{data_dir} 里没有任何报告，请先把报告放进 reports_in 再运行 gkaudit run。")
    # Part of a name is what people type; difflib alone would miss it.
    near = [k for k in known if report_id in k] + difflib.get_close_matches(report_id, known, n=5, cutoff=0.4)
    named = "、".join(list(dict.fromkeys(near or known))[:5])
    raise UsageError(f"没有编号为“{visible(report_id)}”的报告；相近的有：{visible(named)}。")


def _findings(rows: list[dict[str, Any]], prose: list[dict[str, Any]]) -> tuple[Finding, ...]:
    """Errors first, and within a severity in the order of the report; numbered through."""
    parts = {row["finding_id"]: part_of(row, prose) for row in rows}
    rows.sort(key=lambda row: (SEVERITIES.index(row["severity"]), part_rank(parts[row["finding_id"]])))
    return tuple(
        Finding(
            number=number,
            part=parts[row["finding_id"]],
            **{n: row[n] for n in Finding.__slots__ if n not in {"number", "part", "keys", "evidence"}},
            keys=tuple(row["keys"] or ()),
            evidence=tuple(row["evidence"] or ()),
        )
        for number, row in enumerate(rows, 1)
    )


#: Tables that data of an earlier version do not have.
_LATER: dict[str, Mapping[str, Any]] = {
    "sections": SECTIONS,
    "leads": LEADS,
    "implied": IMPLIED,
    # Written where copied text was looked for; without it there is nothing to show.
    "matches": {"report_id": pl.String},
}


def _scan_as_needed(data_dir: Path, name: str) -> pl.LazyFrame:
    """One of the tables with what pages need of it, as far as it is there."""
    if name in _LATER and not (data_dir / f"{name}.parquet").is_file():
        return pl.LazyFrame(schema=dict(_LATER[name]))
    table = scan(data_dir, name)
    if name not in slices.COLUMNS:
        return table
    there = table.collect_schema()
    return table.select(column for column in slices.COLUMNS[name] if column in there)


#: Frames that a page can be made of, in the order of :func:`of_frames`.
_PARTS = ("cells", "findings", "verdicts", "sections", "leads", "implied", "matches")


def rows_of(data_dir: Path, mine: pl.Expr, names: Sequence[str]) -> slices.Rows:
    """The rows that ``mine`` picks out of some of the tables of all."""
    made = pl.collect_all([_scan_as_needed(data_dir, name).filter(mine) for name in names])
    return {name: part.to_dicts() for name, part in zip(names, made, strict=True)}


def cell_of(row: Mapping[str, Any]) -> Cell:
    """The cell of a row of ``cells``."""
    given = {name: row[name] for name in ("key", "value", "raw", "state", "note")}
    return Cell(**given, corrected=row.get("corrected_from") is not None)


def load(report_id: str, data_dir: str | Path, lang: str = "zh") -> Data:
    """Read what the page of one report needs; an empty ``report_id`` takes the first report.

    ``data_dir`` is ``audit_out/data``. Raises UsageError when the folder or the report is not there.
    """
    say, where = words(lang), Path(data_dir)
    found = slices.rows(where, report_id) or _rows(where, report_id)
    report = found["reports"][0]
    return _of_rows(report, found, load_run(where), say, load_reviews(where, lang, found))


def blank(lang: str = "zh") -> Data:
    """What a page needs, about a report of which nothing is known."""
    report = dict.fromkeys(REPORTS) | {"report_id": "", "label_variants": [], "shift_notes": []}
    return _of_rows(report, {name: [] for name in _PARTS}, load_run(os.devnull), words(lang), None)


def _rows(data_dir: Path, report_id: str) -> slices.Rows:
    """The rows of a report in the tables of all."""
    report = _choose(data_dir, report_id)
    return {"reports": [report], **rows_of(data_dir, pl.col("report_id") == report["report_id"], _PARTS)}


def of_frames(
    report: dict[str, Any],
    parts: Sequence[pl.DataFrame],
    run: Run,
    say: Words,
    reviews: Mapping[str, dict[str, Any]] | None = None,
) -> Data:
    """The same from frames at hand.

    ``parts`` are cells, findings, verdicts, sections, leads, implied values and, where there are any, matches.
    """
    found = {name: part.to_dicts() for name, part in zip(_PARTS, parts, strict=False)}
    return _of_rows(report, found, run, say, reviews)


def _of_rows(
    report: dict[str, Any],
    found: Mapping[str, list[dict[str, Any]]],
    run: Run,
    say: Words,
    reviews: Mapping[str, dict[str, Any]] | None,
) -> Data:
    prose = sorted(found["sections"], key=itemgetter("order"))
    return Data(
        report=report,
        cells={row["key"]: cell_of(row) for row in found["cells"]},
        findings=_findings(found["findings"], prose),
        verdicts=tuple(found["verdicts"]),
        prose=tuple(prose),
        run=run,
        words=say,
        leads=tuple(found["leads"]),
        implied=tuple(found["implied"]),
        matches=tuple(found.get("matches", ())),
        reviews=reviews or {},
    )
