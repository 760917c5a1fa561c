"""The overview of a batch: counts, heat map, examples, gaps, charts; text is never markup."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pytest

from gkaudit.errors import UsageError
from gkaudit.frames import COVERAGE, FINDINGS, REPORTS, VERDICTS, frame, write
from gkaudit.html.bodies import bodies
from gkaudit.html.charts import chart_keys
from gkaudit.html.county import Overview
from gkaudit.html.league import STEP
from gkaudit.html.text import finding_id, script
from tests.notebooks.markup import Markup
from tests.notebooks.pages import CLEAN, OLD, TOWN, build, finding, hostile, report

SNAPSHOT = Path(__file__).resolve().parents[1] / "notebooks" / "league-row.html"
#: Attributes and tags of the overview; anything else came from a report.
OURS = {
    *(
        "aria-label",
        "autocomplete",
        "class",
        "data-column",
        "hidden",
        "href",
        "id",
        "lang",
        "role",
        "scope",
        "tabindex",
    ),
    *("title", "type", "value"),
}
CHART = {"height", "text-anchor", "viewbox", "width", "x", "x1", "x2", "y", "y1", "y2"}
OUR_TAGS = {
    *("a", "button", "code", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "header"),
    *("input", "label", "li", "line", "nav", "option", "p", "rect", "select", "small", "span", "strong", "summary"),
    *("svg", "table", "tbody", "td", "text", "th", "thead", "tr", "ul"),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("audit_out"))


def body(view: Overview) -> str:
    parts = (view.summary(), view.league(), view.frequent(), view.charts(), view.gaps(), view.provenance())
    return "".join(part._repr_html_() for part in parts)


def rows_of(html: str) -> dict[str, object]:
    start = html.index('<div id="gk-rows" hidden>') + 25
    told: dict[str, object] = json.loads(unescape(html[start : html.index("</div>", start)]))
    return told


def many(folder: Path, number: int) -> Path:
    """A batch of so many reports of two counties, the first of them with errors."""
    data = build(folder)
    rows = [report(f"乡{i}-2024", f"第{i}乡", 2024, county=f"{'东西'[i % 2]}县") for i in range(number)]
    write(frame(rows, REPORTS), data / "reports.parquet")
    found = [
        finding(i, "ARI-03", "error", report_id=f"乡{i}-2024", finding_id=f"f{i}", title="横向合计", message=f"第{i}")
        for i in range(number // 2)
    ]
    write(frame(found, FINDINGS), data / "findings.parquet")
    return data


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_overview_lists_everything(data: Path, lang: str) -> None:
    html = body(Overview.load(data, lang))
    markup = Markup(html)
    pages = [href for href in markup.hrefs if href.endswith(".html")]
    assert pages[:3] == [f"reports/{quote(i)}.html" for i in (TOWN, CLEAN, OLD)]
    inside = [href[1:] for href in markup.hrefs if href.startswith("#")]
    assert set(inside) <= set(markup.ids)
    assert len(markup.ids) == len(set(markup.ids))
    assert set(markup.tags) <= OUR_TAGS
    assert {name for _, name, _ in markup.attributes} <= OURS | CHART
    assert all(set(table.widths()) == {table.widths()[0]} for table in markup.tables)


def test_the_worst_report_stands_first_with_its_heat(data: Path) -> None:
    view = Overview.load(data)
    first, *_ = view.batch.standings
    assert first.report_id == TOWN
    assert first.counts == {"error": 2, "warning": 2, "info": 1}
    heat = dict(zip([g.name for g in view.batch.groups], first.heat, strict=True))
    # A check that the run names without a suite is in a group by the letters of its id.
    assert heat.pop("ARI") == ("undetermined", 1)
    assert sorted(heat.values()) == [("error", 1), ("error", 1), ("info", 1), ("warning", 1), ("warning", 1)]
    told = rows_of(view.league()._repr_html_())
    assert [row[0] for row in told["rows"]] == [TOWN, CLEAN, OLD]  # type: ignore[index, union-attr]


def test_a_row_of_the_league_table_can_be_read(tmp_path: Path) -> None:
    """The whole row as HTML, line breaks added; the groups are those of the run, here two."""
    data = build(tmp_path)
    suites = [
        {"file": "a.json", "name": "a", "title_zh": "算术"},
        {"file": "c.json", "name": "c", "title_zh": "单元格"},
    ]
    titles = {"title_zh": "x", "title_en": "x"}
    checks = {c: {**titles, "suite": "c" if c == "CEL-01" else "a"} for c in ("ARI-03", "ARI-04", "ARI-05", "CEL-01")}
    checks |= {c: {**titles, "suite": "a"} for c in ("NVT-01", "NIN-10", "STR-13")}
    catalogue = {"suites": suites, "checks": checks}
    (data / "catalogue.json").write_text(json.dumps(catalogue, ensure_ascii=False), "utf-8")
    html = Overview.load(data).league()._repr_html_()
    row = html[html.index("<tbody><tr>") + 7 : html.index("</tr>", html.index("<tbody>")) + 5]
    assert row.replace("><", ">\n<") + "\n" == SNAPSHOT.read_text("utf-8")


def test_undetermined_shows_only_where_nothing_was_found(tmp_path: Path) -> None:
    data = build(tmp_path)
    rows = [
        {"report_id": r, "check_id": c, "outcome": "undetermined", "evaluated": 1, "broken": 0}
        for r, c in ((TOWN, "ARI-03"), (CLEAN, "ARI-03"))
    ]
    write(frame(rows, VERDICTS), data / "verdicts.parquet")
    view = Overview.load(data)
    heat = {row.report_id: set(row.heat) for row in view.batch.standings}
    assert ("undetermined", 1) in heat[CLEAN]
    assert ("undetermined", 1) not in heat[TOWN]


def test_examples_lead_to_the_finding(data: Path) -> None:
    view = Overview.load(data)
    html = view.frequent()._repr_html_()
    target = f"reports/{quote(TOWN)}.html#{quote(finding_id(f'{TOWN}-ARI-03-1'))}"
    assert target in Markup(html).hrefs
    assert html.index("ARI-03") < html.index("STR-13")


def test_two_titles_of_one_check_are_two_problems(tmp_path: Path) -> None:
    extra = [finding(9, "ARI-03", "warning", title="另一条", message="x")]
    view = Overview.load(build(tmp_path, extra))
    assert [e["title"] for e in view.batch.frequent if e["check_id"] == "ARI-03"] == ["横向合计", "另一条"]


def test_what_was_not_read_is_said(tmp_path: Path) -> None:
    data = build(tmp_path)
    manifest = json.loads((tmp_path / "run.json").read_text("utf-8"))
    manifest["failures"] = [{"name": "<b>坏.doc", "stage": "read", "reason": "加密"}]
    (tmp_path / "run.json").write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")
    view = Overview.load(data)
    text = Markup(view.gaps()._repr_html_()).text
    assert "<b>坏.doc" in text
    assert "加密" in text
    assert "第2张表有一行缺列" in text
    assert "另有 1 个文件未能读取" in Markup(view.summary()._repr_html_()).text


def test_bodies_without_a_report_are_named(tmp_path: Path) -> None:
    data = build(tmp_path)
    rows = [
        {"organ": name, "county": "云岭县", "year": 2024, "status": status}
        for name, status in ((f"<i>石{at}镇", "missing" if at else "reported") for at in range(3))
    ]
    write(frame(rows, COVERAGE), data / "coverage.parquet")
    view = Overview.load(data)
    text = Markup(view.gaps()._repr_html_()).text
    assert "名单上没有报告的单位 2" in text
    assert "<i>石1镇" in text
    assert "石0镇" not in text
    assert "名单上有 2 个单位没有报告。" in Markup(view.summary()._repr_html_()).text


def test_two_reports_of_one_body_and_year_are_told_apart(tmp_path: Path) -> None:
    data = build(tmp_path)
    rows = [
        report("青石镇-2024-a", "青石镇", 2024, source="上/青石镇.docx"),
        report("青石镇-2024-b", "云岭县青石镇人民政府", 2024, source="青石镇 - 副本.docx"),
        report("白塔乡-2024-a", "白塔乡", 2024, source="白塔乡.docx", sha256="1e" * 32),
        report("白塔乡-2024-b", "白塔乡", 2024, source="<白塔乡>.jpg"),
        report("白塔乡-2023", "白塔乡", 2023),
        report("柳河镇-2024", "柳河镇", 2024),
        report("柳河镇-2024-x", "柳河镇", 2024, county="另县"),
    ]
    write(frame(rows, REPORTS), data / "reports.parquet")
    view = Overview.load(data)
    names = {row.report_id: row.name for row in view.batch.standings}
    assert (names["青石镇-2024-a"], names["白塔乡-2023"]) == ("青石镇（青石镇.docx）", "白塔乡")
    assert {names["柳河镇-2024"], names["柳河镇-2024-x"]} == {"柳河镇"}
    assert "2 个单位同一年度有两份以上报告" in view.summary()._repr_html_()
    gaps = view.gaps()._repr_html_()
    (table,) = (t for t in Markup(gaps).tables if len(t.rows) == 3)
    assert set(table.widths()) == {4}
    first, second = gaps[gaps.index("同一单位同一年度的") :].split("<tr>")[2:4]
    assert "&lt;白塔乡&gt;.jpg" in first
    assert "只留一份" in first
    assert "上/青石镇.docx" in second
    assert "删去重复的即可" in second


def test_blanks_are_counted_beside_the_charts_and_never_as_zero(data: Path) -> None:
    view = Overview.load(data)
    assert view.batch.numbers("requests.received.total") == [7.0, 0.0, 0.0]
    # 4J is unreadable and the carry-over is blank: no number, so no 0.
    assert len(view.batch.numbers("requests.full_grant.total")) == 3
    html = view.charts()._repr_html_()
    assert html.count("<svg") == 5
    assert "3 份报告有数，0 份没有可用的数" in html
    assert {key.split(".")[0] for key in chart_keys()} == {"requests", "disclosure"}
    assert "requests.processed.total" not in chart_keys()


def test_charts_of_no_number_say_so(tmp_path: Path) -> None:
    data = build(tmp_path)
    cells = pl.read_parquet(data / "cells.parquet").with_columns(value=pl.lit(None, dtype=pl.Decimal(38, 6)))
    cells.write_parquet(data / "cells.parquet")
    assert "没有读出可以合计的数字" in Overview.load(data).charts()._repr_html_()


def test_a_large_batch_is_a_first_part_and_data(tmp_path: Path) -> None:
    number = STEP + 7
    view = Overview.load(many(tmp_path, number))
    html = view.league()._repr_html_()
    league = next(table for table in Markup(html).tables)
    assert set(league.widths()) == {league.widths()[0]}
    assert 'data-column="2"' in html
    assert len(league.rows) == STEP + 1
    told = rows_of(html)
    assert len(told["rows"]) == number  # type: ignore[arg-type]
    links = Markup(html[html.index('<details class="gk-all">') :].split("</details>")[0] + "</details>").hrefs
    assert len(set(links)) == number
    assert "东县" in html
    counties = html[html.index('id="counties"') :]
    assert "西县" in counties


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    bad = '"><script>alert(9)</script></div>\u202e'
    data = build(tmp_path, [hostile()])
    rows = [report(bad, bad, 2024, county=bad, note=bad, status=bad, source=bad), report("b-2024", bad, 2024)]
    write(frame(rows, REPORTS), data / "reports.parquet")
    html = body(Overview.load(data))
    markup = Markup(html)
    assert set(markup.tags) <= OUR_TAGS
    assert {name for _, name, _ in markup.attributes} <= OURS | CHART
    assert all(href.startswith(("#", "reports/")) for href in markup.hrefs)
    assert "\u202e" not in html
    told = rows_of(html)
    assert any("alert(9)" in str(row) for row in told["rows"])  # type: ignore[union-attr]


def test_nothing_at_all(data: Path, tmp_path: Path) -> None:
    empty = build(tmp_path)
    for name in ("reports", "findings", "verdicts", "cells"):
        pl.read_parquet(empty / f"{name}.parquet").clear().write_parquet(empty / f"{name}.parquet")
    text = Markup(body(Overview.load(empty))).text
    assert "没有报告。" in text
    assert "没有发现。" in text
    with pytest.raises(UsageError, match=r"findings\.parquet"):
        Overview.load(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="fr"):
        Overview.load(data, "fr")
    assert repr(Overview.load(data)) == "<Overview 3>"


def test_bodies_with_several_years_have_a_page() -> None:
    rows = [
        {"report_id": "甲镇-2023", "organ": "甲县甲镇政府", "county": "甲县", "year": 2023},
        {"report_id": "甲镇-2024", "organ": "甲县甲镇政府", "county": "甲县", "year": 2024},
        {"report_id": "乙镇-2024", "organ": "乙镇", "county": None, "year": 2024},
        {"report_id": "丙-2024", "organ": None, "county": None, "year": 2024},
    ]
    assert {name: [r["year"] for r in own] for name, own in bodies(rows).items()} == {"甲镇": [2023, 2024]}
    twin = [{**row, "county": "丁县", "report_id": row["report_id"] + "-ab12"} for row in rows[:2]]
    names = sorted(bodies([*rows, *twin]))
    assert len(names) == 2
    assert all(name.startswith("甲镇-") for name in names)


def test_only_our_script_runs() -> None:
    assert "innerHTML" not in script("overview").replace("no innerHTML", "")
    assert "</" not in script("overview")
    assert script("../../etc/passwd") == ""
    assert script("") == ""
