"""The overview of a batch (审查总览): totals, every report, the most frequent problems, what was not read."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import polars as pl

from gkaudit.frames import SEVERITIES
from gkaudit.html.model import say_verdict
from gkaudit.html.text import LANGS, Words, esc, page_href, stylesheet, words

__all__ = ["index_html"]

#: How many checks the list of frequent problems shows.
_FREQUENT = 20
_GROUPS = tuple(f"group.{severity}" for severity in SEVERITIES)


def _number(column: str) -> pl.Expr:
    return pl.col(column).fill_null(0)


def _league(
    reports: pl.DataFrame, findings: pl.DataFrame, verdicts: pl.DataFrame, cells: pl.DataFrame | None
) -> pl.DataFrame:
    """One row a report with its counts, the worst first."""
    counted = findings.group_by("report_id").agg(
        *((pl.col("severity") == severity).sum().alias(severity) for severity in SEVERITIES)
    )
    unsettled = verdicts.group_by("report_id").agg((pl.col("outcome") == "undetermined").sum().alias("open"))
    table = reports.join(counted, on="report_id", how="left").join(unsettled, on="report_id", how="left")
    if cells is not None:
        unread = cells.group_by("report_id").agg((pl.col("state") == "unreadable").sum().alias("unread"))
        table = table.join(unread, on="report_id", how="left").with_columns(_number("unread"))
    return table.with_columns(_number(name) for name in (*SEVERITIES, "open")).sort(
        "error", "warning", "info", "report_id", descending=[True, True, True, False]
    )


def _th(text: str) -> str:
    return f'<th scope="col">{esc(text)}</th>'


def _td(number: Any) -> str:
    return f'<td class="gk-num">{esc(number)}</td>'


def _box(label: str, table: str) -> str:
    return f'<div class="gk-scroll" tabindex="0" role="region" aria-label="{esc(label)}">{table}</div>'


def _severity(number: int, severity: str, say: Words) -> str:
    """A count; the sign tells the severity even without colour, a zero stays pale."""
    if not number:
        return '<td class="gk-num gk-zero">0</td>'
    return f'<td class="gk-num gk-{severity}">{say("sign." + severity)} {number}</td>'


def _report_row(row: dict[str, Any], say: Words) -> str:
    name = row["organ"] or row["report_id"]
    status = row["status"] or "unreadable"
    read = f"status.{status}" if f"status.{status}" in say.table else "status.unreadable"
    unread = _td(row["unread"]) if "unread" in row else ""
    return (
        f'<tr><th scope="row" class="gk-src"><a href="{esc(page_href(row["report_id"]))}">{esc(name)}</a></th>'
        f'<td class="gk-src">{esc(row["county"] or say("other.county"))}</td>{_td(row["year"] or "—")}'
        f"{''.join(_severity(row[s], s, say) for s in SEVERITIES)}{_td(row['open'])}{unread}"
        f"<td>{esc(say(read))}</td></tr>"
    )


def _reports(league: pl.DataFrame, say: Words) -> str:
    if league.is_empty():
        return f"<p>{esc(say('index.none'))}</p>"
    names = ["index.body", "county", "year", *_GROUPS, "index.open"]
    names += ["index.unread"] if "unread" in league.columns else []
    head = "".join(_th(say(name)) for name in [*names, "index.status"])
    rows = "".join(_report_row(row, say) for row in league.iter_rows(named=True))
    return _box(
        say("index.reports"),
        f'<table class="gk-list"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>',
    )


def _frequent(findings: pl.DataFrame, say: Words) -> str:
    """The checks that most reports break."""
    if findings.is_empty():
        return f"<p>{esc(say('index.nofindings'))}</p>"
    by_check = (
        findings.group_by("check_id")
        .agg(
            pl.col("title").drop_nulls().first(),
            pl.col("report_id").n_unique().alias("bodies"),
            *((pl.col("severity") == severity).sum().alias(severity) for severity in SEVERITIES),
        )
        .sort("bodies", "error", "check_id", descending=[True, True, False])
        .head(_FREQUENT)
    )
    head = "".join(_th(say(name)) for name in ("index.check", "index.bodies", *_GROUPS))
    rows = "".join(
        f'<tr><th scope="row">{esc(row["title"])} <code>{esc(row["check_id"])}</code></th>{_td(row["bodies"])}'
        f"{''.join(_severity(row[s], s, say) for s in SEVERITIES)}</tr>"
        for row in by_check.iter_rows(named=True)
    )
    return _box(
        say("index.checks"),
        f'<table class="gk-list"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>',
    )


def _failures(failures: Sequence[Mapping[str, Any]], say: Words) -> str:
    if not failures:
        return ""
    rows = "".join(
        f'<tr><th scope="row" class="gk-src">{esc(f.get("name"))}</th>'
        f'<td class="gk-src">{esc(f.get("reason"))}</td></tr>'
        for f in failures
    )
    head = _th(say("index.file")) + _th(say("index.reason"))
    table = f'<table class="gk-list"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f"<h2>{esc(say('index.failures'))} <small>{len(failures)}</small></h2>{_box(say('index.failures'), table)}"


def _total(league: pl.DataFrame, unread: int, say: Words) -> str:
    counts = {severity: int(league[severity].sum()) for severity in SEVERITIES}
    faulty = int((league["error"] > 0).sum())
    worst = next((s for s in SEVERITIES if counts[s]), "clean")
    bodies = say("index.total", reports=say.count("reports", league.height), n=faulty)
    missing = f"<p>{esc(say('index.unread.files', n=unread))}</p>" if unread else ""
    return (
        f'<div class="gk-verdict gk-{worst}"><p><strong>{esc(bodies)}</strong></p>'
        f"<p>{esc(say_verdict(counts, say))}</p>{missing}</div>"
    )


def _document(title: str, body: str, lang: str) -> str:
    css = stylesheet()
    digest = base64.b64encode(sha256(css.encode()).digest()).decode()
    return (
        f'<!DOCTYPE html>\n<html lang="{LANGS[lang]}">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'; "
        f"base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{esc(title)}</title>\n<style>{css}</style>\n</head>\n"
        f'<body class="gk-page">\n<main><div class="gk">{body}</div></main>\n</body>\n</html>\n'
    )


def index_html(  # noqa: PLR0913 - the five of the contract, and the cells only where someone counts them
    reports: pl.DataFrame,
    findings: pl.DataFrame,
    verdicts: pl.DataFrame,
    failures: Sequence[Mapping[str, Any]] = (),
    lang: str = "zh",
    *,
    cells: pl.DataFrame | None = None,
) -> str:
    """The overview page of a batch, one self-contained document.

    ``failures`` are records with ``name`` and ``reason``; ``cells`` adds the column of unreadable cells.
    Links lead to ``reports/<report_id>.html`` beside the page. Raises UsageError for an unknown language.
    """
    say = words(lang)
    league = _league(reports, findings, verdicts, cells)
    body = (
        f"<header><h1>{esc(say('index.title'))}</h1>{_total(league, len(failures), say)}</header>"
        f"<h2>{esc(say('index.reports'))}</h2>{_reports(league, say)}"
        f"<h2>{esc(say('index.checks'))}</h2>{_frequent(findings, say)}{_failures(failures, say)}"
        f'<p class="gk-statement">{esc(say("statement"))}</p>'
    )
    return _document(say("index.title"), body, lang)
