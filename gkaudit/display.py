"""How objects show themselves in Jupyter and in a terminal: the pieces of the pages, on frames in memory.

Text from a report goes through :mod:`gkaudit.html.text` like everywhere else: it is never markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from gkaudit.chars import clean
from gkaudit.document import describe_anchor
from gkaudit.form import TABLE_NUMBER, TABLES, form, row_of
from gkaudit.frames import FINDINGS, IMPLIED, LEADS, SEVERITIES, VERDICTS, frame
from gkaudit.html.findings import findings_fragment
from gkaudit.html.model import Data, of_frames
from gkaudit.html.run import Run
from gkaudit.html.tables import tables_fragment
from gkaudit.html.text import LANGS, esc, stylesheet, visible, words
from gkaudit.html.township import Page

__all__ = ["batch_html", "batch_text", "page_of", "report_html", "report_text", "rich", "table_text"]

#: Reports that a batch shows; the frames have all of them.
_SHOWN = 30
_NAMES = ("organ", "county", "year", *SEVERITIES)


def rich(html: str, lang: str = "zh") -> str:
    """HTML of ours in the scope of our style sheet, complete for one output of a notebook."""
    return f'<style>{stylesheet()}</style><div class="gk" lang="{LANGS[lang]}">{html}</div>'


def page_of(facts: Mapping[str, Any], cells: pl.DataFrame, sections: pl.DataFrame, *judged: pl.DataFrame) -> Page:
    """The parts of a report's page.

    ``judged`` are its findings, verdicts, leads and implied values, none of them where it was only read.
    """
    findings, verdicts, leads, implied = judged or (frame((), s) for s in (FINDINGS, VERDICTS, LEADS, IMPLIED))
    parts = (cells, findings, verdicts, sections, leads, implied)
    return Page(of_frames(dict(facts), parts, Run(), words("zh")))


def report_html(data: Data, said: str, *, judged: bool) -> str:
    """A report: what it is, its findings where it was judged, its three tables."""
    parts = [f'<p class="gk-src"><strong>{esc(said)}</strong></p>']
    parts += [findings_fragment(data).html] if judged else []
    return rich("".join([*parts, tables_fragment(data).html]), data.lang)


def report_text(data: Data, said: str, *, judged: bool) -> str:
    """The same for a terminal: findings as a list, tables as rows of numbers."""
    lines = [visible(said)]
    if judged:
        lines += [
            f"  {f.number}. [{data.words(f.severity)}] {visible(f.message or f.title or f.check_id)}"
            f"（{describe_anchor(f.anchor, data.lang) or '全文'}，{f.check_id}）"
            for f in data.findings
        ]
    return "\n".join([*lines, *(table_text(name, data) for name in TABLES)])


def table_text(name: str, data: Data) -> str:
    """A statutory table as lines of text: one a row, numbers in the order of the form, states in words."""
    table = form(data.edition).table(name)
    lines = [f"表{TABLE_NUMBER[name]} {table.label}"]
    for row in table.rows:
        shown = []
        for column in row.columns:
            cell = data.cell(f"{name}.{row.name}.{column}")
            raw = clean((cell.raw or "").strip())
            shown.append(raw[:20] if cell.state == "reported" else f"{raw[:20]}〔{data.words(f'state.{cell.state}')}〕")
        lines.append(f"  {row_of(f'{name}.{row.name}.{row.columns[0]}', data.edition).label}：{' '.join(shown)}")
    return visible("\n".join(lines))


def _counted(reports: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Reports with their findings by severity, the worst first."""
    by = findings.group_by("report_id").agg(*((pl.col("severity") == s).sum().alias(s) for s in SEVERITIES))
    joined = reports.join(by, on="report_id", how="left").with_columns(pl.col(s).fill_null(0) for s in SEVERITIES)
    return joined.sort(*SEVERITIES, "report_id", descending=[True, True, True, False])


def batch_html(said: str, reports: pl.DataFrame, findings: pl.DataFrame, lang: str) -> str:
    """A batch: what it is in a sentence, and its reports with their findings counted."""
    say, listed = words(lang), _counted(reports, findings)
    names = [say("index.body"), say("county"), say("year"), *(say(f"group.{s}") for s in SEVERITIES)]
    head = "".join(f'<th scope="col">{esc(name)}</th>' for name in names)
    rows = "".join(_row(row) for row in listed.head(_SHOWN).iter_rows(named=True))
    more = f"<p>… {listed.height - _SHOWN}</p>" if listed.height > _SHOWN else ""
    table = f'<table class="gk-list"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return rich(f'<p><strong>{esc(said)}</strong></p><div class="gk-scroll">{table}</div>{more}', lang)


def _row(row: Mapping[str, Any]) -> str:
    cells = [f'<th scope="row" class="gk-src">{esc(row["organ"] or row["report_id"])}</th>']
    cells += [f'<td class="gk-src">{esc(row["county"])}</td>', f'<td class="gk-num">{esc(row["year"] or "")}</td>']
    for severity in SEVERITIES:
        kind = f"gk-{severity}" if row[severity] else "gk-zero"
        cells.append(f'<td class="gk-num {kind}">{row[severity]}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def batch_text(said: str, reports: pl.DataFrame, findings: pl.DataFrame) -> str:
    """The same for a terminal."""
    listed = _counted(reports, findings)
    lines = [
        f"  {visible(row['report_id'])}：" + "，".join(f"{s} {row[s]}" for s in SEVERITIES)
        for row in listed.head(_SHOWN).iter_rows(named=True)
    ]
    more = [f"  … 另 {listed.height - _SHOWN} 份"] if listed.height > _SHOWN else []
    return "\n".join([said, *lines, *more])
