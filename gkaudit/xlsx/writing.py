"""``findings.xlsx``: one finding a row, with room for the reply; summaries beside it.

Everything is read from ``audit_out/data`` in slices, and a long list is written row by row, so memory does not
grow with the batch. A sheet holds 1 048 576 rows; what does not fit goes to the next sheet, and the sheet ``说明``
says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from gkaudit.document import describe_anchor
from gkaudit.files import replacing
from gkaudit.form import key_label
from gkaudit.frames import SEVERITIES
from gkaudit.html.decisions import load_reviews, review_sentence
from gkaudit.html.run import Run, load_run
from gkaudit.html.text import Words, words
from gkaudit.xlsx.cells import Column, Sheet, Styles

__all__ = ["write"]

#: Rows of a sheet, the heading included (the limit of the format).
_ROWS = 1_048_576
#: A list of so many findings is kept in memory (50 MB) until it is written, which is faster and a smaller file.
_SHORT = 5_000
#: Findings read at once.
_SLICE = 20_000
#: So many cells are named in a row; the others are counted.
_CELLS = 12
#: Failures listed; the others are counted.
_FAILURES = 5_000

#: Columns of the problem list: name in the word list, width, style.
_LIST = (
    ("xlsx.no", 6, "number"),
    ("index.body", 20, "text"),
    ("county", 12, "text"),
    ("year", 7, "short"),
    ("xlsx.severity", 8, "short"),
    ("xlsx.problem", 22, "text"),
    ("xlsx.message", 52, "text"),
    ("observed", 16, "text"),
    ("expected", 16, "text"),
    ("place", 22, "text"),
    ("quote", 34, "text"),
    ("concerned", 30, "text"),
    ("rule", 40, "text"),
    ("basis", 34, "text"),
    ("advice", 34, "text"),
    ("xlsx.decision", 24, "text"),
    ("xlsx.reply", 28, "fill"),
    ("xlsx.replied_on", 13, "date"),
    ("xlsx.done_on", 13, "date"),
    ("xlsx.check", 10, "short"),
    ("source", 24, "text"),
    ("xlsx.finding_id", 15, "text"),
)


@dataclass
class _Totals:
    """Counts gathered while the list is written, for the summaries."""

    #: By check and title (a check may have several rules): findings by severity, and the reports concerned.
    checks: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    bodies: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    reports: dict[str, Counter[str]] = field(default_factory=dict)
    sheets: list[tuple[str, int]] = field(default_factory=list)

    def add(self, row: Mapping[str, Any]) -> None:
        check, title, severity = row["check_id"], row["title"] or row["check_id"], row["severity"]
        self.checks.setdefault((check, title), Counter())[severity] += 1
        self.bodies.setdefault((severity, check, title), set()).add(row["report_id"])
        self.reports.setdefault(row["report_id"], Counter())[severity] += 1

    def count(self, severity: str) -> int:
        return sum(counted[severity] for counted in self.checks.values())


@dataclass(frozen=True, slots=True)
class _Book:
    """What every sheet needs."""

    book: Any
    styles: Styles
    say: Words
    run: Run

    def sheet(self, name: str, columns: list[Column]) -> Sheet:
        return Sheet(self.book, self.styles, name, columns)


def _slices(frame: pl.LazyFrame) -> Iterator[dict[str, Any]]:
    """The rows of a frame in their order, a slice in memory at a time."""
    height = frame.select(pl.len()).collect().item()
    for offset in range(0, height, _SLICE):
        yield from frame.slice(offset, _SLICE).collect().iter_rows(named=True)


def _cells(keys: list[str] | None, say: Words) -> str:
    """The cells concerned, by name; many are cut to the first ones and their number."""
    names = []
    for key in dict.fromkeys(keys or ()):
        try:
            names.append(key_label(key, say.lang))
        except (KeyError, ValueError, StopIteration):
            names.append(key)
    said = say.join(names[:_CELLS])
    return said + say("xlsx.more_cells", n=len(names) - _CELLS) if len(names) > _CELLS else said


def _row(number: int, row: Mapping[str, Any], sheets: _Book, decision: str) -> list[object]:
    say, severity = sheets.say, row["severity"]
    return [
        number,
        row["organ"] or row["report_id"],
        row["county"],
        row["year"],
        f"{say('sign.' + severity)} {say(severity)}",
        row["title"],
        row["message"],
        row["observed"],
        row["expected"],
        describe_anchor(row["anchor"], say.lang),
        (row["quote"] or "").strip(),
        _cells(row["keys"], say),
        sheets.run.rule(row["check_id"], row["title"], say.lang),
        row["basis"],
        row["advice"],
        decision,
        None,
        None,
        None,
        row["check_id"],
        row["source"],
        row["finding_id"],
    ]


def _list(sheets: _Book, data_dir: Path, decisions: Mapping[str, str]) -> _Totals:
    """The problem list, on as many sheets as it needs; always at least one."""
    say, totals = sheets.say, _Totals()
    columns = [Column(say(name), width, style) for name, width, style in _LIST]
    styles = [style for _, _, style in _LIST]
    severity_at = [name for name, _, _ in _LIST].index("xlsx.severity")
    known = pl.read_parquet(data_dir / "reports.parquet", columns=["report_id", "organ", "county", "year", "source"])
    about = {row.pop("report_id"): row for row in known.to_dicts()}
    nobody = dict.fromkeys(("organ", "county", "year", "source"))
    sheet = _begin(sheets, columns, 1)
    for number, found in enumerate(_slices(pl.scan_parquet(data_dir / "findings.parquet")), 1):
        if sheet.rows >= _ROWS:
            _end(sheet, totals, say)
            sheet = _begin(sheets, columns, len(totals.sheets) + 1)
        row = {**found, **about.get(found["report_id"], nobody)}
        styles[severity_at] = row["severity"]
        sheet.row(_row(number, row, sheets, decisions.get(row["finding_id"], "")), styles)
        totals.add(row)
    _end(sheet, totals, say)
    return totals


def _begin(sheets: _Book, columns: list[Column], number: int) -> Sheet:
    name = sheets.say("xlsx.list")
    sheet = sheets.sheet(name if number == 1 else f"{name}{number}", columns)
    sheet.heading()
    return sheet


def _end(sheet: Sheet, totals: _Totals, say: Words) -> None:
    totals.sheets.append((sheet.name, sheet.rows - 1))
    sheet.finish(first=0, footer=say("xlsx.title"))


def _by_severity(sheets: _Book, totals: _Totals) -> None:
    """Per severity: how many findings on how many reports, by check, the most frequent first."""
    say = sheets.say
    names = ("xlsx.severity", "xlsx.check", "xlsx.problem", "xlsx.findings", "index.bodies", "basis_rule")
    widths = (10, 10, 40, 10, 10, 70)
    styles = ("text", "short", "text", "number", "number", "text")
    sheet = sheets.sheet(
        say("xlsx.by_severity"), [Column(say(n), w, s) for n, w, s in zip(names, widths, styles, strict=True)]
    )
    sheet.heading()
    for severity in SEVERITIES:
        label = f"{say('sign.' + severity)} {say(severity)}"
        reports = sum(1 for counted in totals.reports.values() if counted[severity])
        total = [label, None, say("xlsx.sum"), totals.count(severity), reports, None]
        sheet.row(total, [severity, "group", "group", "group", "group", "group"])
        ranked = sorted(totals.checks.items(), key=lambda item: (-item[1][severity], item[0]))
        for (check, title), counted in ranked:
            if counted[severity]:
                rule = sheets.run.rule(check, title, say.lang)
                bodies = len(totals.bodies[severity, check, title])
                values: list[object] = [
                    label,
                    check,
                    title,
                    counted[severity],
                    bodies,
                    rule,
                ]
                sheet.row(values, [severity, *styles[1:]])
    sheet.finish(first=0, footer=say("xlsx.title"))


def _by_body(sheets: _Book, totals: _Totals, data_dir: Path) -> None:
    """Per report: counts by severity, and what could not be judged."""
    say = sheets.say
    names = ("index.body", "county", "year", *SEVERITIES, "index.open", "index.status", "source", "report_id")
    widths = (28, 14, 8, 8, 8, 8, 10, 10, 34, 22)
    styles = ("text", "text", "short", *SEVERITIES, "number", "short", "text", "text")
    sheet = sheets.sheet(
        say("xlsx.by_body"), [Column(say(n), w, s) for n, w, s in zip(names, widths, styles, strict=True)]
    )
    sheet.heading()
    unsettled = (
        pl.scan_parquet(data_dir / "verdicts.parquet")
        .filter(pl.col("outcome") == "undetermined")
        .group_by("report_id")
        .agg(pl.len().alias("open"))
    )
    reports = pl.scan_parquet(data_dir / "reports.parquet").join(
        unsettled, on="report_id", how="left", maintain_order="left"
    )
    chosen = reports.select("report_id", "organ", "county", "year", "source", "status", "open").collect()
    for row in chosen.iter_rows(named=True):
        counted = totals.reports.get(row["report_id"], Counter())
        looks = [*styles[:3], *(s if counted[s] else "number" for s in SEVERITIES), *styles[6:]]
        status = say.status(row["status"])
        counts: list[object] = [counted[s] for s in SEVERITIES]
        head: list[object] = [row["organ"] or row["report_id"], row["county"], row["year"]]
        sheet.row([*head, *counts, row["open"] or 0, status, row["source"], row["report_id"]], looks)
    sheet.finish(first=0, footer=say("xlsx.title"))


def _unread(sheets: _Book) -> None:
    """Inputs that could not be read, with the reason; no sheet where there are none."""
    say, failures = sheets.say, sheets.run.failures
    if not failures:
        return
    sheet = sheets.sheet(say("index.failures"), [Column(say("index.file"), 50), Column(say("index.reason"), 90)])
    sheet.heading()
    for failure in failures[:_FAILURES]:
        sheet.row([failure.get("name"), failure.get("reason")])
    if len(failures) > _FAILURES:
        sheet.row([say("xlsx.more_failures", n=len(failures) - _FAILURES), "run.json"])
    sheet.finish(first=0, footer=say("xlsx.title"))


def _about(sheets: _Book, totals: _Totals) -> None:
    """How to use the list, how it was split, and what it rests on."""
    say, run = sheets.say, sheets.run
    sheet = sheets.sheet(say("xlsx.about"), [Column("", 24, "plain"), Column("", 110, "plain")])
    sheet.line(say("xlsx.title"), "title")
    lines: list[tuple[str, str]] = [("", say(f"xlsx.help.{name}")) for name in ("use", "text", "empty", "facts")]
    if len(totals.sheets) > 1:
        parts = say.join([f"{name}（{rows}）" for name, rows in totals.sheets])
        lines.append(("", say("xlsx.split", n=len(totals.sheets), parts=parts)))
    lines += [(name, value) for name, value in run.facts(say) if value]
    for name, value in lines:
        sheet.row([name, value])


def write(path: str | Path, data_dir: str | Path, lang: str = "zh") -> Path:
    """Write the workbook from ``audit_out/data``; returns its path.

    What auditors decided is taken from ``reviews.sqlite`` beside the data. Raises UsageError for an
    unknown language; a file already open in a spreadsheet program on Windows raises PermissionError.
    """
    import xlsxwriter  # noqa: PLC0415 - 50 ms that only writing needs

    say, data, target = words(lang), Path(data_dir), Path(path)
    findings = pl.scan_parquet(data / "findings.parquet").select(pl.len()).collect().item()
    options = {
        "constant_memory": findings > _SHORT,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with replacing(target) as partial, xlsxwriter.Workbook(str(partial), options) as book:
        book.set_properties({"title": say("xlsx.title"), "comments": say("statement")})
        sheets = _Book(book, Styles(book), say, load_run(data, failures=True))
        decisions = {name: review_sentence(review, lang) for name, review in load_reviews(data, lang).items()}
        totals = _list(sheets, data, decisions)
        _by_severity(sheets, totals)
        _by_body(sheets, totals, data)
        _unread(sheets)
        _about(sheets, totals)
    return target
