"""Pages for the browser, made as the exporter makes them, without the kernel: what a browser does is the same."""

from __future__ import annotations

from pathlib import Path

import nbformat
import polars as pl

from gkaudit.html.compare import Comparison
from gkaudit.html.county import Overview
from gkaudit.html.exporter import GkHTMLExporter
from gkaudit.html.text import Fragment
from gkaudit.html.township import Page
from tests.notebooks.pages import TOWN

TOWNSHIP = ("style", "summary", "findings", "leads", "duplicates", "tables", "prose", "provenance")
COUNTY = ("style", "summary", "league", "frequent", "charts", "gaps", "provenance")
COMPARE = ("style", "summary", "numbers", "continuity", "text", "copied", "provenance")


def write(parts: list[Fragment], path: Path) -> Path:
    bundles = [part._repr_mimebundle_() for part in parts]
    outputs = [nbformat.v4.new_output("display_data", data=data_, metadata=meta) for data_, meta in bundles]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])
    html, _ = GkHTMLExporter().from_notebook_node(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, "utf-8")
    return path


def write_page(out: Path, report_id: str = TOWN, lang: str = "zh") -> Path:
    page = Page.load(report_id, out / "data", lang)
    return write([getattr(page, name)() for name in TOWNSHIP], out / "reports" / f"{report_id}.html")


def write_overview(out: Path, lang: str = "zh") -> Path:
    view = Overview.load(out / "data", lang)
    return write([getattr(view, name)() for name in COUNTY], out / "index.html")


def write_comparison(out: Path, organ: str = "", lang: str = "zh") -> Path:
    view = Comparison.load(organ, out / "data", lang)
    return write([getattr(view, name)() for name in COMPARE], out / "compare" / f"{view.data.name}.html")


def repeated(data: Path, number: int) -> None:
    """The first report, with all it has, so many times under other names and in two counties."""
    for name in ("reports", "cells", "verdicts", "findings"):
        frame = pl.read_parquet(data / f"{name}.parquet")
        own = frame.filter(pl.col("report_id") == TOWN)
        parts = []
        for at in range(number):
            copy = own.with_columns(pl.lit(f"第{at:04}镇-2024").alias("report_id"))
            if name == "reports":
                copy = copy.with_columns(
                    organ=pl.lit(f"第{at:04}镇人民政府"), county=pl.lit("东县" if at % 3 else "西县")
                )
            if name == "findings":
                copy = copy.with_columns(pl.format("{}-{}", "finding_id", pl.lit(at)).alias("finding_id"))
                copy = copy.head(at % (copy.height + 1))
            parts.append(copy)
        pl.concat(parts).write_parquet(data / f"{name}.parquet")
