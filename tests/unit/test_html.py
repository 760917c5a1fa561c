"""Pages: escaping, the printed layout, links both ways, wording, the overview."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from gkaudit.errors import UsageError
from gkaudit.form import EDITIONS, TABLES, Edition, form
from gkaudit.html.layout import grid
from gkaudit.html.quotes import find_quote, nearest
from gkaudit.html.text import cell_id, esc, finding_id, stylesheet, visible, words
from gkaudit.html.township import Page
from tests.notebooks.markup import Markup
from tests.notebooks.pages import CLEAN, OLD, TOWN, at, build, finding, hostile

SNAPSHOT = Path(__file__).resolve().parents[1] / "notebooks" / "finding.html"
#: Attributes our pages may carry; anything else came from a report.
OURS = {"aria-label", "class", "colspan", "href", "id", "lang", "open", "role", "rowspan", "scope", "tabindex", "title"}
OUR_TAGS = {
    *(
        "a",
        "article",
        "caption",
        "code",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "header",
        "li",
    ),
    *("main", "mark", "nav", "p", "q", "section", "small", "span", "strong", "summary", "sup", "table", "tbody"),
    *("td", "th", "thead", "tr", "ul"),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("audit_out"))


def body(page: Page) -> str:
    """All parts of a page in one string."""
    parts = (page.summary(), page.findings(), page.tables(), page.prose(), page.provenance())
    return "".join(part._repr_html_() for part in parts)


# --- text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('" onmouseover="x', "&quot; onmouseover=&quot;x"),
        ("'", "&#x27;"),
        ("</style>", "&lt;/style&gt;"),
        ("{{ 7*7 }}{% raw %}", "{{ 7*7 }}{% raw %}"),
        ("12\u202e34", "12[U+202E]34"),
        ("\u2066a\u2069", "[U+2066]a[U+2069]"),
        ("a\x00b\x1b\x7f\r\n", "a␀b␛␡\n"),
        ("零\u200b宽\ufeff", "零宽"),
        (None, ""),
        (7, "7"),
    ],
)
def test_text_from_a_report_is_never_markup(text: object, safe: str) -> None:
    assert esc(text) == safe


def test_visible_leaves_ordinary_text_alone() -> None:
    text = "云岭县〔2021〕30号，“三安全一稳定”\t12.5%　①"
    assert visible(text) == text


def test_ids_are_our_own() -> None:
    assert cell_id("requests.received.total") == "c-requests-received-total"
    assert finding_id("青石镇-2024-ARI-03-1") == "f-青石镇-2024-ARI-03-1"
    assert finding_id('"><b>').startswith("f-")
    assert not set('"<> ') & set(finding_id('"><b>'))
    assert finding_id("a b") != finding_id("a c")


def test_both_languages_say_the_same_things() -> None:
    table = json.loads(files("gkaudit.html").joinpath("words.json").read_text("utf-8"))
    assert table["zh"].keys() == table["en"].keys()
    assert table["zh"]["counts"].keys() == table["en"]["counts"].keys()
    assert words("en").count("error", 1) == "1 error"
    assert words("en").count("error", 2) == "2 errors"
    with pytest.raises(UsageError, match="fr"):
        words("fr")


def test_the_style_sheet_asks_for_nothing() -> None:
    css = stylesheet()
    assert "@import" not in css
    assert "url(" not in css
    assert "</" not in css


# --- layout


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("table", TABLES)
def test_every_row_covers_the_whole_width(table: str, edition: Edition) -> None:
    layout = grid(table, edition)
    taken: Counter[tuple[int, int]] = Counter()
    for at_row, line in enumerate(layout.lines):
        at_column = 0
        for slot in line:
            while taken[at_row, at_column]:
                at_column += 1
            taken.update(
                (at_row + down, at_column + right) for down in range(slot.rowspan) for right in range(slot.colspan)
            )
    assert set(taken.values()) == {1}
    assert {c for _, c in taken} == set(range(layout.width))
    assert len(taken) == layout.width * len(layout.lines)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_cell_of_the_form_stands_once_in_its_order(edition: Edition) -> None:
    keys = [slot.key for table in TABLES for line in grid(table, edition).lines for slot in line if slot.kind == "cell"]
    assert tuple(keys) == form(edition).keys()


def test_the_requests_table_is_nested_as_printed() -> None:
    heads = {s.text: (s.rowspan, s.colspan) for line in grid("requests", "2021").lines for s in line if s.text}
    assert heads["申请人情况"] == (1, 7)
    assert heads["法人或其他组织"] == (1, 5)
    assert heads["自然人"] == (2, 1)
    assert heads["三、本年度办理结果"] == (22, 1)
    assert heads["（三）不予公开"] == (8, 1)
    assert heads["（七）总计"] == (1, 2)
    assert heads["四、结转下年度继续办理"] == (1, 3)
    note = grid("requests", "2021").head[0][0]
    assert (note.kind, note.rowspan, note.colspan) == ("note", 3, 3)
    old = {s.text: (s.rowspan, s.colspan) for line in grid("requests", "2019").lines for s in line if s.text}
    assert old["（六）其他处理"] == (1, 2)
    assert old["三、本年度办理结果"] == (20, 1)


def test_the_remedies_table_has_one_line_of_values() -> None:
    layout = grid("remedies", "2021")
    assert [[(s.text, s.colspan) for s in line][:2] for line in layout.head[:1]] == [
        [("行政复议", 5), ("行政诉讼", 10)]
    ]
    assert [s.text for s in layout.head[1][-2:]] == ["未经复议直接起诉", "复议后起诉"]
    assert len(layout.bodies[0]) == 1
    assert len(layout.bodies[0][0]) == 15


def test_the_disclosure_table_has_a_heading_line_under_each_clause() -> None:
    lines = grid("disclosure", "2019").lines
    assert [s.text for s in lines[0]] == ["第二十条第（一）项"]
    assert [s.text for s in lines[1]] == ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"]
    assert [(s.text, s.colspan) for s in lines[-2]] == [("信息内容", 1), ("采购项目数量", 1), ("采购总金额", 2)]


# --- page


@pytest.mark.parametrize("report_id", [TOWN, OLD, CLEAN])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_links_lead_somewhere_and_back(data: Path, report_id: str, lang: str) -> None:
    page = Page.load(report_id, data, lang)
    markup = Markup(body(page))
    assert len(markup.ids) == len(set(markup.ids))
    assert all(href.startswith("#") for href in markup.hrefs)
    assert {href[1:] for href in markup.hrefs} <= set(markup.ids)
    for f in page.data.findings:
        mine = finding_id(f.finding_id)
        for key in f.keys:
            assert f"#{cell_id(key)}" in markup.links_in[mine]
            assert f"#{mine}" in markup.links_in[cell_id(key)]
    assert all(set(table.widths()) == {table.widths()[0]} for table in markup.tables)
    shown = {i for i in markup.ids if i.startswith("c-")}
    assert shown == {cell_id(key) for key in form(page.data.edition).keys()}


def test_the_summary_says_it_in_words(data: Path) -> None:
    text = Markup(Page.load(TOWN, data).summary()._repr_html_()).text
    assert "发现 2 处错误、2 处警告、1 条提示。" in text
    assert "“（七）总计”无法辨认：申请收支平衡（分项重算）（ARI-04）" in text
    assert "其中 1 条依据推断的数字，请核对原件。" in text
    assert "来源只读出一部分" in text
    assert "法定表格共 200 格：192 格填有数字" in text
    assert "2024年1月1日 至 2024年12月31日" in text
    clean = Markup(Page.load(CLEAN, data).summary()._repr_html_()).text
    assert "未发现错误。" in clean
    unchecked = Markup(Page.load(OLD, data).summary()._repr_html_()).text
    assert "没有检查记录，未作判断。" in unchecked
    assert "198 格" in unchecked


def test_only_what_was_judged_is_called_clean(data: Path) -> None:
    clean = Page.load(CLEAN, data).data
    assert "gk-clean" in Page(clean).summary()._repr_html_()
    unread = Page(replace(clean, report=clean.report | {"status": "unreadable"})).summary()._repr_html_()
    assert "来源未能读出，未作判断。" in unread
    wrong = [{**clean.verdicts[0], "outcome": "failed", "note": "列不存在"}]
    failed = Page(replace(clean, verdicts=tuple(wrong))).summary()._repr_html_()
    assert "1 项检查自身出错，结果不完整。" in failed
    assert "列不存在" in failed
    assert "gk-clean" not in unread + failed


def test_a_finding_shows_number_place_rule_basis_and_advice(data: Path) -> None:
    html = Page.load(TOWN, data).findings()._repr_html_()
    article = html[html.index("<article") : html.index("</article>") + 10]
    # Line breaks only here, so that the snapshot can be read.
    assert article.replace("><", ">\n<").replace("、<", "、\n<") + "\n" == SNAPSHOT.read_text("utf-8")
    assert html.index("横向合计") < html.index("数值格空白") < html.index("编制依据引用")


def test_cells_say_their_state_without_colour(data: Path) -> None:
    html = Page.load(TOWN, data).tables()._repr_html_()
    cells = {
        name: html[(start := html.index(f'<td id="{cell_id(name)}"')) : html.index("</td>", start) + 5]
        for name in (
            "disclosure.government_rules.issued",
            "disclosure.government_rules.in_force",
            "requests.received.business",
            "requests.processed.total",
            "remedies.litigation_direct.total",
            "requests.full_grant.total",
        )
    }
    blank, marked, inferred, unreadable, absent, plain = cells.values()
    assert "<small>空白</small>" in blank
    assert "▲3" in blank
    assert ">/</span><small>符号</small>" in marked
    assert "推断" in inferred
    assert "该行缺一列" in inferred
    assert ">4J</span><small>无法辨认</small>" in unreadable
    assert "<small>缺</small>" in absent
    assert plain == '<td id="c-requests-full_grant-total"><span class="gk-n">4</span></td>'


def test_quotes_are_marked_in_the_prose(data: Path) -> None:
    html = Page.load(TOWN, data).prose()._repr_html_()
    assert "<mark>全年共收到政府信息公开申请 6 件</mark><sup>" in html
    assert html.count('<details class="gk-prose" open>') == 1
    findings = Page.load(TOWN, data).findings()._repr_html_()
    assert '<a href="#p-5">在正文中查看</a>' in findings


def test_overlapping_quotes_stay_apart(tmp_path: Path) -> None:
    extra = [finding(7, "NVT-03", "error", quote="6 件，均按时办结", anchor=at(paragraph=5))]
    html = Page.load(TOWN, build(tmp_path, extra)).prose()._repr_html_()
    Markup(html)
    assert html.count("<mark>") == 5
    assert "<mark>6 件</mark><sup>" in html


@pytest.mark.parametrize(
    ("quote_", "text", "span"),
    [
        ("申请6件", "共收到申请 6 件。", (3, 9)),
        ("…申请 6 件…", "共收到申请6件。", (3, 7)),
        ("件", "6件", None),
        ("没有", "共收到", None),
        ("", "共", None),
    ],
)
def test_find_quote(quote_: str, text: str, span: tuple[int, int] | None) -> None:
    assert find_quote(quote_, text) == span


def test_the_nearest_occurrence_is_taken() -> None:
    prose = [{"text": "共6件", "anchor": {"line": n}} for n in (3, 9, 20)]
    found = nearest("共6件", {"line": 10}, prose)
    assert found is not None
    assert found.at == 1


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    bad = '"><script>alert(9)</script>\u202e'
    odd: dict[str, tuple[str | None, str | None, str]] = {
        "requests.received.total": (None, bad, "unreadable"),
        "disclosure.licences.decisions": ("0", bad, "reported"),
    }
    page = Page.load(TOWN, build(tmp_path, [hostile()], odd))
    html = body(page)
    markup = Markup(html)
    assert set(markup.tags) <= OUR_TAGS
    assert {name for _, name, _ in markup.attributes} <= OURS
    assert all(href.startswith("#") for href in markup.hrefs)
    assert "\u202e" not in html
    assert "\x00" not in html
    assert "alert(9)" in markup.text
    assert "no.such.key" in markup.text


def test_provenance_names_file_suite_and_version(data: Path) -> None:
    text = Markup(Page.load(TOWN, data).provenance()._repr_html_()).text
    for said in ("青石镇-2024.docx", "0f" * 32, "arithmetic.json", "ab" * 32, "gkaudit 0.1.0", "2025-03-01T08:00:00"):
        assert said in text
    assert "本页只陈述可从来源核对的事实；所有数字未作任何修改。" in text


def test_a_page_does_without_a_manifest(tmp_path: Path) -> None:
    data = build(tmp_path)
    (tmp_path / "run.json").write_text("[not json", "utf-8")
    (data / "sections.parquet").unlink()
    page = Page.load(TOWN, data)
    assert "没有运行清单" in page.provenance()._repr_html_()
    assert "没有读出正文" in page.prose()._repr_html_()


def test_unknown_report_names_near_ones(data: Path) -> None:
    with pytest.raises(UsageError, match="青石镇-2024"):
        Page.load("青石镇-2023", data)
    with pytest.raises(UsageError, match="柳河镇-2024"):
        Page.load("柳河", data)
    with pytest.raises(UsageError, match=r"reports\.parquet"):
        Page.load("", data / "nowhere")
    with pytest.raises(UsageError, match="disclosure"):
        Page.load(TOWN, data).table("表二")


def test_an_empty_id_takes_the_first_report(data: Path) -> None:
    page = Page.load("", data)
    assert repr(page) == f"<Page {TOWN}>"
    assert repr(page.findings()).startswith("发现 2 处错误")
    assert "表四" in repr(page.table("remedies"))


def test_the_style_names_the_page(data: Path) -> None:
    bundle, meta = Page.load(TOWN, data, "en").style()._repr_mimebundle_()
    assert bundle["text/html"].startswith("<style>")
    assert meta["gkaudit"]["lang"] == "en"
    assert "云岭县青石镇人民政府" in meta["gkaudit"]["title"]
