"""Web pages with everything portals, Word and careless hands do to them: every cell right, nothing of the site read."""

import re
from collections import Counter
from random import Random

import pytest

from gkaudit.chars import squash
from gkaudit.document import Picture
from gkaudit.form import EDITIONS
from gkaudit.readers import Source
from gkaudit.readers import mht as archives
from gkaudit.report import read
from tests.generate import applicable, compose
from tests.generate.exact import document
from tests.generate.formats import html, mht
from tests.generate.formats.html_site import ALIEN
from tests.generate.model import Words
from tests.generate.structure import CHANGES, changed, together
from tests.generate.wild import wild

NONE = frozenset()
#: A number that stands only in what is hidden, commented out or scripted.
HIDDEN = "7391"
#: What shows that a quirk was made at all.
SIGNS = {
    "wrong_rowspan": r'rowspan="(?:0|65534|99999999999)"',
    "missing_spans": r"<td></td>",
    "unclosed": r"<td[^>]*>(?:<\w+>)?[^<]+\s*<t[dr]",
    "nbsp_cells": r"&nbsp;</td>",
    "p_in_cells": r"<td[^>]*><p>",
    "th_tags": r"<thead>.*<th",
    "split_tables": r"(?s)(?:<table.*){4}",
    "hidden_rows": r"<tr (?:style=.display:none|hidden)",
    "div_tables": r'<div (?:role="table"|style="display:table")',
    "colspan_values": r'colspan="\d+px"',
    "inputs": r'<input type="text" value="\d',
    "numbered_labels": r'<ol start="3">',
    "stray_forms": r"<form[^>]*>(?:<tbody>)?<tr",
    "own_tables": r"<td><table",
    "empty_rows": r"<tr></tr>",
    "div_soup": r"<br/?>\s*(?:&nbsp;|　)*<?",
    "entities": r"&#\d{5};",
    "comments": r"<!-- <td>",
    "uppercase_tags": r"<TD",
    "spans": r"<span style='font-size",
    "wrapped_source": r"[\u4e00-\u9fff]\n[\u4e00-\u9fff]",
    "pictures": r'<img src="W020250118',
    "portal": r"document\.write\('<table>",
    "word_export": r"mso-list:Ignore",
    "layout_table": r'<table width="980"',
    "nested_layout": r"<td><table><tr><td colspan=3>",
    "mobile_copy": r"mobile-show|visible-xs|wap-con",
    "hidden_copy": rf'<div style="display:none"><div class="article">(?s:.*){HIDDEN}',
    "meta_data": r'name="PubDate"',
    "fragment": r"\A(?!<!DOCTYPE)<div",
    "title_apart": r"<title>[^<]+年度报告_",
    "two_documents": r"</html>\s*<html>",
    "fine_spans": r'colspan="(?:[4-9]|\d\d)"',
    "width_row": r"<tr height=0 ",
    "excel_export": r"class=xl\d\d .*mso-spacerun",
    "editor_nests": r"word-break: break-all.*<(?:strong|font|em|span)[^>]*><(?:strong|font|em|span)",
    "odd_spaces": r"\ue5e5",
    "xhtml": r"\A<\?xml",
    "markdown": r"\A# ",
}
PAGE = {"suffix": ".html", "write": html.write, "quirks": html.QUIRKS}
ARCHIVE = {"suffix": ".mht", "write": mht.write, "quirks": (*mht.QUIRKS, *mht.PAGE_QUIRKS)}


def _quirks(rng, kind, most):
    return frozenset(rng.sample(kind["quirks"], rng.randint(1, most)))


def _read(folder, made, quirks=NONE, seed=0, kind=PAGE):
    path = folder / f"报告{kind['suffix']}"
    path.write_bytes(kind["write"](made, Random(f"{seed}/{sorted(quirks)}"), quirks))
    return read(path)


def _faults(made, report):
    """Cells that may not be said, words of the report that are lost, and words that are not the report's."""
    rows = {row["key"]: row for row in report.cells.iter_rows(named=True)}
    assert tuple(rows) == tuple(made.cells)
    faults = [said for key, row in rows.items() if (said := made.wrong(key, row["value"], row["state"]))]
    texts = [p.text for p in report.document.paragraphs]
    texts += [cell.text for table in report.document.tables for row in table.rows for cell in row]
    said = squash("".join(p.text for p in report.document.paragraphs))
    own = [b.text for b in made.blocks if isinstance(b, Words)]
    # Crumbs and tools above the title are the site's, even where they were copied along.
    faults += [f"lost: {t}" for t in own if squash(t) not in said and "首页" not in t and "打印" not in t]
    faults += [f"not the report's: {t[:60]}" for t in texts if ALIEN in t or HIDDEN in t]
    twice = Counter(t for t in texts if len(t) > 40)
    faults += [f"twice: {t[:40]}" for t, n in twice.items() if n > own.count(t.strip()) > 0 and n > 1]
    who = report.identity
    if (who.organ, who.county, who.year) != (made.organ, made.county, made.year):
        faults.append(f"identity: {who.organ}, {who.county}, {who.year}")
    return faults


@pytest.mark.parametrize("edition", EDITIONS)
def test_plain(tmp_path, edition):
    for seed in range(8):
        made = compose(seed, edition=edition)
        report = _read(tmp_path, made, seed=seed)
        assert _faults(made, report) == []
        assert report.document.format == "html"
        assert report.document.warnings == ()


@pytest.mark.parametrize("quirk", html.QUIRKS)
def test_single_quirks(tmp_path, quirk):
    for seed, edition in enumerate(EDITIONS):
        made = compose(seed, edition=edition)
        if quirk in SIGNS:
            page = html.write(made, Random(f"{seed}/{[quirk]}"), frozenset({quirk})).decode()
            assert re.search(SIGNS[quirk], page, re.DOTALL), f"{quirk} did nothing"
        assert _faults(made, _read(tmp_path, made, {quirk}, seed)) == []


def test_every_quirk_has_a_sign():
    assert set(SIGNS) == set(html.QUIRKS) - set(html.ENCODINGS)


@pytest.mark.parametrize("quirk", html.ENCODINGS)
def test_encodings_are_named(tmp_path, quirk):
    report = _read(tmp_path, compose(1), {quirk})
    assert report.document.encoding == html.ENCODINGS[quirk][0]


@pytest.mark.parametrize("edition", EDITIONS)
def test_oddities_of_reports(tmp_path, edition):
    for seed, oddity in enumerate(applicable("exact", edition)):
        made = compose(seed, edition=edition, oddities={oddity})
        assert _faults(made, _read(tmp_path, made, {"portal", "p_in_cells"}, seed)) == [], oddity


@pytest.mark.parametrize("seed", range(30))
def test_combined(tmp_path, seed):
    rng = Random(f"pages/{seed}")
    edition = EDITIONS[seed % 3 == 2]
    # A label glued to its number is not known any more when it is misprinted as well.
    names = [o for o in applicable("exact", edition) if o != ("typo" if seed % 2 else "glued")]
    made = compose(seed, edition=edition, oddities=frozenset(rng.sample(names, rng.randint(0, 3))))
    assert _faults(made, _read(tmp_path, made, _quirks(rng, PAGE, 7), seed)) == []


@pytest.mark.parametrize("change", CHANGES)
def test_changed_tables_are_never_silently_wrong(tmp_path, change):
    rng = Random(change)
    names = rng.choice(([change], together(rng)))
    made = changed(compose(rng.randrange(10**6), edition=rng.choice(EDITIONS)), names)
    quirks = _quirks(rng, PAGE, 3) - {"missing_spans", "split_tables"}
    faults = _faults(made, _read(tmp_path, made, quirks, 1))
    assert [f for f in faults if "SILENT" in f or "do not fit" in f] == [], (names, quirks)


#: Quirks that leave the grid as it was composed.
FAITHFUL = ("unclosed", "p_in_cells", "hidden_rows", "div_tables", "colspan_values", "stray_forms", "comments", "portal",
            "word_export", "nested_layout", "wrong_rowspan", "own_tables", "th_tags")  # fmt: skip


@pytest.mark.parametrize("quirk", ["", *FAITHFUL])
def test_tables_are_exactly_what_was_written(tmp_path, quirk):
    for seed, edition in enumerate(EDITIONS):
        made = compose(seed, edition=edition, oddities={"continued", "doubled"})
        got = _read(tmp_path, made, frozenset({quirk} - {""}), seed).document.tables
        want = document(made).tables
        assert [_shape(table) for table in got] == [_shape(table) for table in want]
        assert all(table.exact and table.layout == "grid" for table in got)
        assert [table.anchor.table for table in got] == list(range(1, len(got) + 1))


def _shape(table):
    return [[(squash(c.text), c.anchor.row, c.anchor.column, c.rowspan, c.colspan) for c in row] for row in table.rows]


# ── archives ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("quirk", ["", *mht.QUIRKS])
def test_archives(tmp_path, quirk):
    for seed, edition in enumerate(EDITIONS):
        made = compose(seed, edition=edition)
        report = _read(tmp_path, made, frozenset({quirk} - {""}), seed, ARCHIVE)
        assert _faults(made, report) == []
        assert report.document.format == "mht"
        assert any("没有保存完整" in w for w in report.document.warnings) == (quirk == "no_end")
        # The reader hands the bytes on to recognition; a document that is done carries no pixels along.
        raw = archives.read(Source.load(tmp_path / "报告.mht", "报告.mht"))
        for stage, data in ((raw, mht.PIXEL), (report.document, b"")):
            pictures = [p.data for p in stage.blocks if isinstance(p, Picture)]
            assert pictures == ([data] * 2 if quirk == "with_pictures" else [])


@pytest.mark.parametrize("seed", range(20))
def test_combined_archives(tmp_path, seed):
    rng = Random(f"archives/{seed}")
    made = compose(seed, edition=EDITIONS[seed % 3 == 2])
    assert _faults(made, _read(tmp_path, made, _quirks(rng, ARCHIVE, 5), seed, ARCHIVE)) == []


# ── what the page says of itself ────────────────────────────────────────────────────────────────


def test_meta_data_of_a_portal(tmp_path):
    made = compose(4)
    meta = _read(tmp_path, made, {"portal", "meta_data"}).document.meta
    title = next(b.text for b in made.blocks if isinstance(b, Words) and b.kind == "title")
    assert meta["published"] == f"{made.year + 1}-01-20"
    assert (meta["title"], meta["source"]) == (" ".join(title.split()), made.organ)
    assert (meta["site"], meta["column"]) == (f"{made.county}人民政府", "政府信息公开年报")
    assert meta["url"] == "http://www.example.invalid/art/1.html"


def test_the_line_under_the_title_says_it_too(tmp_path):
    made = compose(4)
    meta = _read(tmp_path, made, {"portal"}).document.meta
    assert re.fullmatch(rf"{made.year + 1}-01-[12]\d", meta["published"])
    assert meta["source"] == made.organ


def test_properties_that_word_left(tmp_path):
    meta = _read(tmp_path, compose(4), {"word_export"}).document.meta
    assert (meta["author"], meta["last_author"], meta["company"]) == ("office02", "office07", "archive room")
    assert meta["created"] == "2025-01-09T02:11:00Z"


# ── pages after those of real portals and programs ──────────────────────────────────────────────


def _content(made, seed=3):
    """The report without its title, as a program would put it into a page."""
    writer = html._Writer(made, Random(seed), NONE)
    title = next(b for b in made.blocks if isinstance(b, Words) and b.kind == "title")
    pieces = (writer.paragraph(b) if isinstance(b, Words) else writer.tables(b) for b in made.blocks if b is not title)
    return title.text, "".join(pieces)


def _index_table(made):
    """Index number and date in a table, the title on two lines, the signature, an annex."""
    title, content = _content(made)
    return f"""<!DOCTYPE html><html><head><meta charset="UTF-8"><title>{title}</title></head><body><div class="bg">
<div class="dqwz"><span>当前位置：</span><a href="/">首页</a>&nbsp;&gt;&nbsp;<a>政府信息公开</a>&nbsp;&gt;&nbsp;<a href=x>公开内容</a></div>
<table class="xxgk"><tr><td>索 引 号：</td><td>00{made.year}-12</td><td>主题分类：</td><td>年报</td></tr>
<tr><td>发布机构：</td><td>{made.organ}</td><td>发布日期：</td><td>2025-01-18</td></tr></table>
<h1>{title.replace("政府信息", "<br>政府信息")}</h1><div class="art_con">{content}
<p style="text-align:right">{made.organ}</p><p align=right>2025年1月18日</p></div>
<p>附件：<a href="/files/x.docx">{title}.docx</a></p><div class="ewm"><p>扫一扫在手机打开当前页</p></div>
<div class="footer"><p>主办：{ALIEN}办公室</p><p>备案序号：澄ICP备2020012345号</p></div></div></body></html>"""


def _tables_of_2005(made):
    """Everything in tables, lists of links in tables, capital tags."""
    title, content = _content(made)
    return f"""<HTML><HEAD><META http-equiv=Content-Type content="text/html; charset=gb2312"><TITLE>x</TITLE></HEAD><BODY>
<center><TABLE width=980><TR><TD><IMG src="banner.jpg" width=980 height=150></TD></TR><TR><TD><TABLE><TR>
<TD><A href=a>首页</A></TD><TD><A href=b>{ALIEN}之窗</A></TD><TD><A href=c>公开</A></TD><TD><A href=d>其他</A></TD></TR></TABLE></TD></TR>
</TABLE><TABLE width=980><TR><TD width=200><TABLE><TR><TD>{ALIEN}目录</TD></TR><TR><TD>·<A href=1>机构职能</A></TD></TR>
<TR><TD>·<A href=2>{made.organ}2018年政府信息公开工作年度报告</A></TD></TR><TR><TD>·<A href=3>规章</A></TD></TR></TABLE></TD>
<TD><TABLE width=770><TR><TD align=center><FONT size=5><B>{title}</B></FONT></TD></TR>
<TR><TD align=center>作者：佚名　　来源：本站原创　　点击数：<IMG width=1 height=1 src=c.gif>　　更新时间：2025-1-18</TD></TR>
<TR><TD>{content}</TD></TR><TR><TD align=right>【<A href=p>打印此文</A>】【<A href=c>关闭窗口</A>】</TD></TR>
<TR><TD>· 上一篇：<A href=e>{ALIEN}总结</A><BR>· 下一篇：没有了</TD></TR></TABLE></TD></TR></TABLE>
<TABLE width=980><TR><TD align=center>版权所有：{ALIEN}　技术支持：{ALIEN}网络<BR>地址：{ALIEN}路1号</TD></TR></TABLE></CENTER></BODY></HTML>"""


def _shown_by_script(made):
    """The article is hidden until a script shows it."""
    title, content = _content(made)
    return f"""<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body><h1 class="rich_title">
   {title}
</h1><div id="meta"><a href="javascript:void(0);">霁桥发布</a><em>2025年1月18日 10:00</em></div>
<div id="js_content" style="visibility: hidden; opacity: 0; ">{content.replace("<p", "<section><p").replace("</p>", "</p></section>")}</div>
<script>var x = "{ALIEN}";</script></body></html>"""


def _html5(made):
    """header, nav, main, article, aside, footer; the signature stands in the footer of the article."""
    title, content = _content(made)
    return f"""<html><head><meta charset=utf-8><title>公开</title></head><body><header><div class="logo">{ALIEN}</div>
<nav><a href=1>首页</a><a href=2>公开</a></nav></header><main><article><header><h2>{title}</h2></header>{content}
<footer class="article-foot"><p>{made.organ}</p><p>2025年1月18日</p></footer></article>
<aside><h3>相关</h3><p>{made.organ}2018年政府信息公开工作年度报告</p></aside></main>
<footer>版权所有 {ALIEN} 网站标识码3600000001</footer></body></html>"""


@pytest.mark.parametrize("page", [_index_table, _tables_of_2005, _shown_by_script, _html5])
def test_pages_like_real_ones(tmp_path, page):
    made = compose(5)
    text = page(made)
    path = tmp_path / "年报.html"
    path.write_bytes(text.encode("gb18030" if "gb2312" in text else "utf-8"))
    report = read(path)
    title = next(b.text for b in made.blocks if isinstance(b, Words) and b.kind == "title")
    assert [f for f in _faults(made, report) if f != f"lost: {title}"] == []
    assert squash(report.identity.title) == squash(title)
    assert not any("2018" in p.text for p in report.document.paragraphs)
    if page in (_index_table, _html5):
        assert str(report.identity.signed_on) == "2025-01-18"
    if page in (_index_table, _tables_of_2005):
        assert report.document.meta["published"] == "2025-01-18"


@pytest.mark.parametrize("seed", range(24))
def test_wordings_of_offices(tmp_path, seed):
    """Headings with other numbers or none, the day under the title or as bare figures at the end."""
    rng = Random(f"wordings/{seed}")
    made, known = wild(compose(seed, edition=EDITIONS[seed % 2]), seed)
    report = _read(tmp_path, made, _quirks(rng, PAGE, 3), seed)
    assert known.faults(report) == []
    rows = {row["key"]: row for row in report.cells.iter_rows(named=True)}
    assert [said for key, row in rows.items() if (said := made.wrong(key, row["value"], row["state"]))] == []
