"""What the charts of the explorer show: the selection, and the report in front."""

from __future__ import annotations

import polars as pl

from gkaudit.form import form
from gkaudit.widgets.charts import bars
from gkaudit.widgets.desk import Case, Desk
from gkaudit.widgets.words import Say

__all__ = ["figures_html"]

_RECEIVED = "requests.received.total"


def figures_html(desk: Desk, selected: pl.DataFrame, case: Case, say: Say) -> str:
    """Four charts as inline SVG."""
    return "".join(
        (_results(case, say), _years(desk, case, say), _checks(desk, selected, say), _counties(selected, say))
    )


def _results(case: Case, say: Say) -> str:
    """How the applications of the report ended, by row, total column; only cells with a number."""
    rows = form(case.data.edition).table("requests").rows
    named = {row: f"requests.{row.name}.total" for row in rows if row.group and row.name != "processed"}
    pairs = [
        (row.label if say.lang == "zh" else row.en, float(value))
        for row, key in named.items()
        if key in case.by_key and (value := case.by_key[key]["value"]) is not None
    ]
    return bars(say("chart.results"), pairs, say)


def _years(desk: Desk, case: Case, say: Say) -> str:
    years = desk.years(case.report_id)
    ids = [report_id for _, report_id in years]
    cells = desk.audit.part("cells", *ids).filter(pl.col("key") == _RECEIVED)
    values = dict(cells.select("report_id", "value").iter_rows())
    pairs = [(str(year), float(values[i])) for year, i in years if values.get(i) is not None]
    return bars(say("chart.years"), pairs, say)


def _checks(desk: Desk, selected: pl.DataFrame, say: Say) -> str:
    """Reports of the selection by check."""
    own = desk.findings.join(selected.select("report_id"), on="report_id", how="semi")
    counted = own.group_by("check_id").agg(pl.col("title").first(), pl.col("report_id").n_unique().alias("reports"))
    ordered = counted.sort("reports", "check_id", descending=[True, False])
    pairs = [(f"{check} {title or ''}", float(n)) for check, title, n in ordered.iter_rows()]
    return bars(say("chart.batch"), pairs, say, unit=say("chart.reports"))


def _counties(selected: pl.DataFrame, say: Say) -> str:
    """Errors of the selection by county."""
    known = selected.filter(pl.col("county").is_not_null())
    counted = known.group_by("county").agg(pl.col("error").sum()).sort("error", "county", descending=[True, False])
    pairs = [(name, float(n)) for name, n in counted.iter_rows()]
    return bars(say("chart.county"), pairs, say)
