"""Parts of a page that other rooms feed: decisions, corrections, implied values, copied passages; grouping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from gkaudit.frames import IMPLIED, frame, read, write
from gkaudit.html.text import cell_id
from gkaudit.html.township import Page
from gkaudit.reviews import NAME, Ledger, marks
from gkaudit.xlsx import write as write_list
from tests.notebooks.markup import Markup
from tests.notebooks.pages import TOWN, build, finding

BAD = '"><script>alert(9)</script>=1+1'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return build(tmp_path)


def decide(data: Path, check: str, kind: str, reason: str) -> None:
    frames = [read(data / f"{name}.parquet") for name in ("findings", "reports", "cells")]
    mark = next(row for row in marks(*frames).iter_rows(named=True) if row["check_id"] == check)
    Ledger(data.parent / NAME).decide(mark, kind, reason, "审查员甲")


def test_a_decision_stands_beside_its_finding_and_hides_nothing(data: Path) -> None:
    before = Page.load(TOWN, data).findings()._repr_html_()
    decide(data, "ARI-03", "dismiss", f"台账为7件{BAD}")
    decide(data, "NVT-01", "ask", "")
    page = Page.load(TOWN, data)
    html = page.findings()._repr_html_()
    assert html.count("<article") == before.count("<article")
    assert "script" not in Markup(html).tags
    text = Markup(html).text
    assert "⊘ 审查意见 已排除（审查员甲，" in text
    assert f"台账为7件{BAD}" in text
    assert "✉ 审查意见 已询问机关" in text
    assert "审查意见：已询问机关 1、已排除 1、待处理 3。" in Markup(page.summary()._repr_html_()).text


def test_decisions_are_in_the_list_as_text(data: Path) -> None:
    decide(data, "ARI-03", "dismiss", "=1+1")
    sheet = openpyxl.load_workbook(write_list(data.parent / "findings.xlsx", data))["问题清单"]
    names, *rows = sheet.iter_rows(values_only=True)
    said = {row[names.index("检查编号")]: row[names.index("审查意见")] for row in rows}
    assert said["ARI-03"].startswith("已排除（审查员甲，")
    assert said["ARI-03"].endswith("：=1+1")
    assert said["NVT-01"] is None


def test_a_decision_is_reopened_when_its_number_changes(data: Path) -> None:
    decide(data, "ARI-03", "confirm", "")
    cells = read(data / "cells.parquet").with_columns(
        value=pl.when((pl.col("key") == "requests.received.total") & (pl.col("report_id") == TOWN))
        .then(pl.lit(8).cast(pl.Decimal(38, 6)))
        .otherwise("value")
    )
    cells.write_parquet(data / "cells.parquet")
    text = Markup(Page.load(TOWN, data).findings()._repr_html_()).text
    assert "↺ 审查意见" in text
    assert "须重新处理" in text
    assert Page.load("柳河镇-2024", data).data.reviews == {}


def test_a_corrected_cell_says_so(data: Path) -> None:
    machine = {"value": None, "raw": "4J", "state": "unreadable", "confidence": 0.3, "note": None}
    mine = (pl.col("key") == "requests.processed.total") & (pl.col("report_id") == TOWN)
    cells = read(data / "cells.parquet")
    was = pl.lit(machine, dtype=cells.schema["corrected_from"])
    cells.with_columns(corrected_from=pl.when(mine).then(was).otherwise("corrected_from")).write_parquet(
        data / "cells.parquet"
    )
    html = Page.load(TOWN, data).tables()._repr_html_()
    start = html.index(f'<td id="{cell_id("requests.processed.total")}"')
    assert "<small>更正</small>" in html[start : html.index("</td>", start)]
    assert "“更正”：审查人" in html


def test_what_the_arithmetic_implies_stands_beside_the_cell_not_in_it(data: Path) -> None:
    def implied(key: str, low: int, high: int | None, assumption: str = "none") -> dict[str, Any]:
        values = {"low": low, "high": high, "value": low if low == high else None}
        return {"report_id": TOWN, "key": key, "assumption": assumption, "proof": ["ARI-02"], **values}

    rows = [
        implied("requests.processed.total", 4, 4),
        implied("requests.pending_end.total", 1, None),
        implied("disclosure.government_rules.issued", 0, 0, "blank_is_zero"),
    ]
    write(frame(rows, IMPLIED), data / "implied.parquet")
    html = Page.load(TOWN, data).tables()._repr_html_()
    cells = {
        key: html[(start := html.index(f'<td id="{cell_id(key)}"')) : html.index("</td>", start)]
        for key in (row["key"] for row in rows)
    }
    assert "推算 4" in cells["requests.processed.total"]
    assert ">4J</span><small>无法辨认</small>" in cells["requests.processed.total"]
    assert "推算 ≥1" in cells["requests.pending_end.total"]
    # An assumption is a lead, not something that follows.
    assert "推算" not in cells["disclosure.government_rules.issued"]


def test_copied_passages_stand_side_by_side(data: Path) -> None:
    rows = [
        {
            "finding_id": f"{TOWN}-ARI-03-1",
            "report_id": TOWN,
            "check_id": "DUP-01",
            "other_report_id": f"柳河镇{BAD}-2024",
            "share": 0.93,
            "length": length,
            "quote": f"左{length}{BAD}",
            "other_quote": f"右{length}",
            "anchor": {"line": 3},
            "other_anchor": {"line": 9},
        }
        for length in (80, 200)
    ]
    pl.DataFrame(rows).write_parquet(data / "matches.parquet")
    page = Page.load(TOWN, data)
    html = page.duplicates()._repr_html_()
    markup = Markup(html)
    assert "script" not in markup.tags
    assert html.index("左200") < html.index("左80")
    assert "第9行" in markup.text
    assert "相似 93%，200 字" in markup.text
    assert all(href.startswith("#") or href.endswith("-2024.html") for href in markup.hrefs)
    assert '<a href="#matches">' in page.summary()._repr_html_()
    assert Page.load("柳河镇-2024", data).duplicates()._repr_html_() == ""


def test_findings_are_grouped_by_severity_and_part(tmp_path: Path) -> None:
    extra = [
        finding(31, "CEL-09", "error", keys=["disclosure.licences.decisions"], title="先"),
        finding(32, "STR-90", "error", title="全文"),
    ]
    page = Page.load(TOWN, build(tmp_path, extra))
    assert [(f.severity, f.part) for f in page.data.findings] == [
        ("error", "disclosure"),
        ("error", "requests"),
        ("error", "requests"),
        ("error", "whole"),
        ("warning", "disclosure"),
        ("warning", "overall"),
        ("info", "whole"),
    ]
    markup = Markup(page.findings()._repr_html_())
    assert [t for t in markup.tags if t in {"h3", "h4"}] == ["h3", "h4", "h4", "h4", "h3", "h4", "h4", "h3", "h4"]
    assert "正文：总体情况" in markup.text
    glance = Markup(page.summary()._repr_html_())
    assert "问题一览" in glance.text
    assert "另有 1 条提示" in glance.text


def test_what_could_not_be_judged_stands_in_the_summary(data: Path) -> None:
    html = Page.load(TOWN, data).summary()._repr_html_()
    assert html.index("不能判断的检查") < html.index("问题一览") < html.index("报告概况")
