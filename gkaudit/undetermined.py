"""Why a check could not be judged: the places that are blank, unreadable or missing."""

from __future__ import annotations

import polars as pl

from gkaudit.gx.results import Results
from gkaudit.gx.rules import Line
from gkaudit.gx.suites import Entry
from gkaudit.wording import column_names, fill, part_name, phrase, row_name

__all__ = ["with_reasons"]

#: So many places are named; the others are counted.
_NAMED = 3


def with_reasons(results: Results, lang: str = "zh") -> pl.DataFrame:
    """Verdicts (:data:`gkaudit.frames.VERDICTS`) whose ``note`` names the places of what is undetermined."""
    verdicts = results.verdicts
    open_lines = results.problems("undetermined")
    if open_lines.is_empty():
        return verdicts
    names = open_lines.select("entry", "line").unique()
    lines = [(results.entry(e), line) for e, line in names.iter_rows()]
    places = pl.Series("place", [_place(entry, line, lang) for entry, line in lines], dtype=pl.String)
    why = pl.Series("why", [entry.rule.reason(entry.lines[line]) for entry, line in lines], dtype=pl.String)
    joint = "; " if lang == "en" else "、"
    more = fill(phrase("and_more", lang), {"count": "{}"})
    said = (
        _told(
            open_lines.join(names.with_columns(places, why), on=["entry", "line"], how="left", maintain_order="left"),
            results,
            lang,
        )
        .group_by("report_id", "check_id", maintain_order=True)
        .agg(pl.col("place").unique(maintain_order=True))
        .with_columns(shown=pl.col("place").list.head(_NAMED).list.join(joint), count=pl.col("place").list.len())
    )
    rest = pl.when(pl.col("count") > _NAMED).then(pl.format(more, "count")).otherwise(pl.lit(""))
    reason = fill(phrase("undetermined", lang), {"places": "{}"})
    notes = said.select("report_id", "check_id", pl.format(reason, pl.col("shown") + rest).alias("reason"))
    own = pl.when(pl.col("outcome") == "undetermined").then("reason").otherwise("note")
    return (
        verdicts.join(notes, on=["report_id", "check_id"], how="left", maintain_order="left")
        .with_columns(own.alias("note"))
        .drop("reason")
    )


def _told(lines: pl.DataFrame, results: Results, lang: str) -> pl.DataFrame:
    """Where a column of the frame says why nobody can tell, its words instead of the place."""
    for column in lines.get_column("why").drop_nulls().unique().sort():
        if column not in results.wide.columns:
            continue
        codes = results.wide.get_column(column)
        words = {code: phrase(f"why:{column}:{code}", lang) for code in codes.drop_nulls().unique()}
        said = codes.replace_strict(words, default=None, return_dtype=pl.String).gather(lines.get_column("report"))
        own = (pl.col("why") == column).fill_null(value=False) & said.is_not_null()
        lines = lines.with_columns(place=pl.when(own).then(said).otherwise("place"))
    return lines


def _place(entry: Entry, at: int, lang: str) -> str:
    line: Line = entry.lines[at]
    if not line.keys:
        return part_name(line.name, lang)
    if entry.kwargs.get("along") == "columns":
        name = column_names(line.keys[:1], lang)
        return name if lang == "en" else f"“{name}”列"
    return row_name(line.keys[0], lang)
