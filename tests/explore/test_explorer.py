"""The explorer without a browser: what its parts hold after every step of an auditor."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal

import polars as pl
import pytest

import gkaudit as gk
from gkaudit.batch import Job, run
from gkaudit.errors import UsageError
from gkaudit.reviews import NAME, Ledger, gone
from tests.explore.clicks import click, finding
from tests.explore.test_display import inert
from tests.notebooks.pages import TOWN, build, hostile

pytest.importorskip("anywidget", reason="needs gkaudit[explore]")


@pytest.fixture
def explorer(results, sources, tmp_path):
    audit = gk.load(results)
    return audit.explore(sources=sources, reviews=tmp_path / NAME, author="张三", report_id="枫砚镇-2024")


def names(explorer):
    rows = json.loads(explorer.list.rows)
    return [f"{rows[at][0]} {rows[at][1]}" for at in explorer.list.order]


def test_every_filter_narrows_the_list(explorer, results):
    assert len(names(explorer)) == 5
    explorer.filters["year"].value = "2023"
    assert len(names(explorer)) == 1
    explorer.reset.click()
    explorer.filters["check"].value = "STR-02"
    assert [n.split()[0][-3:] for n in names(explorer)] == ["民政府"]
    explorer.reset.click()
    explorer.filters["text"].value = "  墨岫 "
    assert [n.split()[0][-6:] for n in names(explorer)] == ["岫乡人民政府"]
    explorer.filters["year"].value = "2023"
    assert names(explorer) == []
    assert explorer.count.value.startswith("<b>0 / 5")
    explorer.reset.click()
    # Two samples share passages: each is found by the name that the other's finding speaks of.
    explorer.filters["text"].value = "菱漪"
    assert len(names(explorer)) == 2
    explorer.reset.click()
    explorer.filters["severity"].value = "warning"
    warned = gk.load(results).findings.filter(pl.col("severity") == "warning")
    assert len(names(explorer)) == warned.get_column("report_id").n_unique() < 5
    explorer.reset.click()
    explorer.filters["review"].value = "open"
    assert len(names(explorer)) == 5
    explorer.filters["county"].value = "岚皎县"
    assert len(names(explorer)) == 5


def test_a_finding_marks_its_cells(explorer):
    found = finding(explorer, "ARI-02")
    click(explorer.findings, f"finding:{found.finding_id}")
    assert explorer.tables.marks == [f"cell:{key}" for key in found.keys]
    assert explorer.tables.focus == explorer.tables.marks[0]
    for mark in explorer.tables.marks:
        assert f'data-gk="{mark}"' in explorer.tables.html
    assert found.message.split("“")[0] in explorer.inspector.html


def test_all_cells_can_be_clicked(explorer):
    assert explorer.tables.html.count('data-gk="cell:') == 200
    assert "id=" not in explorer.tables.html.split("<caption")[1].split("</table>")[0].replace('id="f-', "")


def test_a_cell_shows_both_sides_of_its_sums(explorer):
    click(explorer.tables, "cell:requests.processed.total")
    html = explorer.inspector.html
    cell = explorer.case.by_key["requests.processed.total"]
    assert cell["raw"].strip() in html
    calculation = html.split("ARI-02")[1].split("gk-x-calc")[0]
    parts = [k for k in explorer.case.by_key if k.startswith("requests.") and k.endswith(".total")]
    ends = sum(explorer.case.by_key[k]["value"] or 0 for k in parts if k.split(".")[1] not in OUTSIDE)
    assert f'gk-x-total">{cell["value"].normalize():f}</span>' in calculation
    assert f'gk-x-total">{ends.normalize():f}</span>' in calculation
    assert f"应为 {ends.normalize():f}" in calculation


OUTSIDE = ("received", "pending_start", "processed", "pending_end")


def test_what_if_changes_nothing(explorer, tmp_path):
    click(explorer.tables, "cell:requests.processed.total")
    before = explorer.case
    explorer._try("6")
    said = explorer.correcting.assumption.value
    assert "ARI-02" in said
    assert "不成立 → 成立" in said
    assert explorer.case is before
    assert not (tmp_path / NAME).exists()
    for wrong in ("", "六", "1e999", "nan"):
        with pytest.raises(UsageError, match="不是数字"):
            explorer._try(wrong)
    explorer._clear()
    assert explorer.correcting.assumption.value == ""


def test_a_decision_is_kept_and_shown(explorer, tmp_path):
    found = finding(explorer, "ARI-02")
    click(explorer.findings, f"finding:{found.finding_id}")
    explorer.deciding.kind.value = "dismiss"
    explorer.deciding.button.click()
    assert "理由" in explorer.deciding.said.view.value
    explorer.deciding.reason.value = "原件 <b>已核</b>"
    explorer.deciding.button.click()
    assert "已记入账本" in explorer.deciding.said.view.value
    assert "已排除（张三" in explorer.findings.html
    assert "原件 &lt;b&gt;已核&lt;/b&gt;" in explorer.inspector.html
    kept = Ledger(tmp_path / NAME).decisions().row(0, named=True)
    assert (kept["kind"], kept["author"], kept["finding_id"]) == ("dismiss", "张三", found.finding_id)
    explorer.filters["review"].value = "dismissed"
    assert len(names(explorer)) == 1


def test_a_second_notebook_sees_the_decision(explorer, results, tmp_path):
    explorer._decide("confirm", "", "李四")
    other = gk.load(results).explore(reviews=tmp_path / NAME, report_id="枫砚镇-2024")
    assert "已确认（李四" in other.findings.html


def test_decisions_and_corrections_survive_the_next_run(sources, tmp_path):
    own, out = tmp_path / "reports_in", tmp_path / "audit_out"
    own.mkdir()
    shutil.copy(next(sources.glob("枫砚镇2024*")), own)
    job = Job((str(own),), out, 1, pages=False)
    run(job)
    first = gk.load(out).explore(sources=own)
    wrong, note = (finding(first, check).finding_id for check in ("ARI-02", first.case.data.findings[-1].check_id))
    for name in (wrong, note):
        click(first.findings, f"finding:{name}")
        first._decide("dismiss", "台账无误", "张三")
    click(first.tables, "cell:requests.processed.total")
    first._correct("6", False, "数字模糊", "张三")
    assert "有 1 格的更正还没有进入结果" in first.head.value
    run(job)
    again = gk.load(out).explore(sources=own)
    assert "更正还没有进入结果" not in again.head.value
    assert "gk-x-corrected" in again.tables.html
    cell = again.case.by_key["requests.processed.total"]
    assert (cell["value"], cell["corrected_from"]["state"]) == (6, "reported")
    # The sum is right now; what was decided about it stays in the ledger.
    assert wrong not in again.case.reviews
    assert again.case.reviews[note]["review"] == "dismissed"
    assert gone(again.desk.decisions, again.case.findings)["finding_id"].to_list() == [wrong]
    click(again.tables, "cell:requests.processed.total")
    again._withdraw("看错", "张三")
    assert again.case.by_key["requests.processed.total"]["corrected_from"] is None
    with pytest.raises(UsageError, match="没有更正"):
        again._withdraw("", "张三")


def test_a_correction_needs_a_number_or_a_tick(explorer):
    with pytest.raises(UsageError, match="点表中的一格"):
        explorer._correct("1", False, "", "张三")
    click(explorer.tables, "cell:requests.processed.total")
    with pytest.raises(UsageError, match="空白"):
        explorer._correct(" ", False, "", "张三")
    explorer._correct("", True, "", "张三")
    assert explorer.case.by_key["requests.processed.total"]["state"] == "blank"


def test_the_year_before_stands_beside(explorer):
    explorer.below.selected_index = 2
    assert "2023 年与 2024 年" in explorer.previous.html
    other = explorer.desk.summary["report_id"].to_list().index("菱漪镇-2024")
    explorer.list.chosen = other
    assert "没有同一机关上一年" in explorer.previous.html


def test_charts_are_inline(explorer):
    explorer.tabs.selected_index = 1
    assert explorer.charts.value.count("<svg") >= 3
    assert "http" not in explorer.charts.value


def test_the_source_is_shown_with_its_place(explorer):
    explorer.below.selected_index = 1
    click(explorer.tables, "cell:requests.received.total")
    assert explorer.source.html.count('data-gk="place"') == 1
    assert explorer.source.html.count("<mark>") == 1
    ids = explorer.desk.summary["report_id"].to_list()
    explorer.list.chosen = ids.index("菱漪镇-2024")
    click(explorer.tables, "cell:requests.received.total")
    assert '<img alt="" src="data:image/png;base64,' in explorer.source.html
    assert 'data-gk="place"' in explorer.source.html
    explorer.list.chosen = ids.index("砚芷镇-2024")
    click(explorer.tables, "cell:requests.received.total")
    assert "<mark>" in explorer.source.html


def test_another_file_is_not_shown(results, sources, tmp_path):
    moved = tmp_path / "reports_in"
    moved.mkdir()
    name = next(sources.glob("枫砚镇2024*")).name
    (moved / name).write_text("别的内容", "utf-8")
    explorer = gk.load(results).explore(sources=moved, reviews=tmp_path / NAME, report_id="枫砚镇-2024")
    explorer.below.selected_index = 1
    assert "sha256" in explorer.source.html
    assert "别的内容" not in explorer.source.html
    (moved / name).unlink()
    click(explorer.tables, "cell:requests.received.total")
    assert "没有找到原件" in explorer.source.html


def test_a_name_does_not_lead_out_of_the_folder(explorer):
    secret = explorer.sources.folders[0].parent / "secret.txt"
    secret.write_text("x", "utf-8")
    assert explorer.sources.find("../secret.txt") is None


def test_explored_twice(results, tmp_path):
    audit = gk.load(results)
    assert repr(audit.explore(reviews=tmp_path / NAME)) == repr(audit.explore(reviews=tmp_path / NAME))
    with pytest.raises(UsageError, match="没有编号"):
        audit.explore(reviews=tmp_path / NAME, report_id="没有-2024")


def test_without_a_widget_there_is_a_page(explorer):
    bundle = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    inert(bundle["text/html"])
    assert "表三" in bundle["text/html"]


def test_hostile_text_stays_text(tmp_path):
    build(tmp_path / "audit_out", [hostile()])
    audit = gk.load(tmp_path / "audit_out")
    explorer = audit.explore(report_id=TOWN, author="<img src=x onerror=alert(1)>")
    explorer._decide("dismiss", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>")
    for name in explorer.case.by_finding:
        click(explorer.findings, f"finding:{name}")
        inert(explorer.inspector.html)
    explorer.below.selected_index = 1
    click(explorer.tables, "cell:requests.processed.total")
    explorer._try("4")
    shown = (explorer.head.value, explorer.findings.html, explorer.tables.html, explorer.inspector.html)
    for html in (*shown, explorer.source.html, explorer.count.value, explorer.correcting.assumption.value):
        inert(html)
    # A key that no form has is no cell.
    click(explorer.tables, "cell:requests.<script>.total")
    click(explorer.findings, "finding:</script>")
    assert "<script" not in explorer.inspector.html


def test_numbers_of_a_trial_are_exact(explorer):
    click(explorer.tables, "cell:disclosure.fees.amount_10k_yuan")
    explorer._try("0.000001")
    assert explorer._assumed == {"disclosure.fees.amount_10k_yuan": Decimal("0.000001")}
