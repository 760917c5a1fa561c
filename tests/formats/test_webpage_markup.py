"""Single pieces of markup: what is a page, which characters, which lines, which grid, which reason to refuse."""

import base64
import random

import pytest

from gkaudit.document import Picture, Table
from gkaudit.errors import GkauditError, TooLargeError, UnreadableError
from gkaudit.readers import Source, detect, html, mht, read_source
from gkaudit.readers.webpage.text import decode
from tests.generate import ALL_LAYOUTS, compose, make
from tests.generate.formats import html as pages
from tests.generate.formats import mht as archives

TITLE = "澄岫县霁桥镇人民政府2024年政府信息公开工作年度报告"
HEAD = f"<p>{TITLE}</p><p>一、总体情况</p>"
ROWS = (
    "<tr><td>规章</td><td>1</td><td>2</td><td>3</td></tr><tr><td>行政规范性文件</td><td>4</td><td>5</td><td>6</td></tr>"
)


def _document(text, encoding="utf-8", name="页.html"):
    return read_source(Source.of(text if isinstance(text, bytes) else text.encode(encoding), name))


def _lines(body):
    """Lines of a body behind a title and a heading."""
    texts = [p.text for p in _document(f"<html><body>{HEAD}{body}</body></html>").paragraphs]
    assert texts[:2] == [TITLE, "一、总体情况"]
    return texts[2:]


def _grid(rows, extra=""):
    """(text, row, column, rowspan, colspan) of the cells of the first table."""
    tables = _document(f"<html><body>{HEAD}{extra}<table>{rows}</table></body></html>").tables
    return [(c.text, c.anchor.row, c.anchor.column, c.rowspan, c.colspan) for row in tables[0].rows for c in row]


# ── what is a page ──────────────────────────────────────────────────────────────────────────────


def _kind(text, name="x.dat"):
    return detect(Source.of(text if isinstance(text, bytes) else text.encode(), name))[0]


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html></html>",
        "\ufeff\n <!-- saved from url=(0014)about:internet -->\n<HTML xmlns:o='x'><body>",
        "<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN'><html/>",
        "<head><title>x</title></head>",
        "<body>正文</body>",
        f"<table>{ROWS}</table>",
        f"<tr>{ROWS}</tr>",
        "<div><p>一</p>\n<p>二</p>\n<p>三</p></div>",
        f"标题\n{ROWS}\n正文",
        "<!doctype html><p>正文".encode("utf-16"),
        "<!doctype html><p>正文".encode("utf-16-be"),
        "<html>\x00<p>正文" + "。" * 2000,
    ],
)
def test_pages(text):
    assert _kind(text) == "html"


@pytest.mark.parametrize(
    "text",
    [
        f"# {TITLE}\n\n| 规章 | 0<br>0 |\n|---|---|\n| 其他 | <b>1</b> |\n",
        f'<div align="center">\n\n# {TITLE}\n\n</div>\n\n一、总体情况\n\n正文。\n\n二、主动公开\n\n正文。\n\n三、申请\n\n正文。\n',
        "<!-- 由编辑器导出 -->\n# 标题\n\n正文。",
        "<标题>\n正文。",
        f"{TITLE}\n表格请用 <table> 和 </td> 标记。\n",
        f"{TITLE}\n<table><tr><td>规章</td><td>0</td></tr></table>\n正文。",
        "<p>只有一行",
        "a < b, c > d",
    ],
)
@pytest.mark.parametrize("name", ["x.txt", "x.md", "x.html"])
def test_texts_with_a_few_tags_stay_texts(text, name):
    assert _kind(text, name) in ("txt", "md")


@pytest.mark.parametrize("layout", ALL_LAYOUTS)
def test_text_reports_stay_texts(layout):
    assert _kind(make(1, layout=layout).text) == "txt"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 <html><table><tr><td>",
        b"PK\x03\x04<html>",
        b"{\\rtf1 <html><table><tr><td>",
        b"\xd0\xcf\x11\xe0<html>",
        b"<?xml version='1.0'?><w:wordDocument><w:p/></w:wordDocument>",
        b"<html>" + bytes(3000),
    ],
)
def test_other_formats_are_not_pages(data):
    source = Source.of(data, "x.html")
    assert html.detect(source) is None
    assert mht.detect(source) is None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (
            b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=x\r\n\r\n--x",
            "mht",
        ),
        (b"\r\nmime-version: 1.0\nContent-type: text/html\n\n<html><table>", "mht"),
        (b"Content-Type: multipart/related; boundary=x\n\n--x\n", None),
        (b"MIME-Version: 1.0\nContent-Type: text/plain\n\nabc", None),
        (b"Subject: x\n\nMIME-Version: 1.0\nContent-Type: multipart/related", None),
    ],
)
def test_archives_by_their_headers(data, kind):
    assert mht.detect(Source.of(data, "x.mht")) == kind


# ── which characters ────────────────────────────────────────────────────────────────────────────

PAGE = f"<html><head>%s</head><body>{HEAD}<p>{'政府信息公开，' * 20}𠮷䶮</p></body></html>"


@pytest.mark.parametrize(
    ("encoding", "head", "used"),
    [
        ("gb18030", '<meta charset="gb2312">', "gb18030"),
        ("gb18030", "<meta charset=utf-8>", "gb18030"),
        ("gb18030", "<meta charset=iso-8859-1>", "gb18030"),
        ("gb18030", "<meta charset=nonsense>", "gb18030"),
        ("utf-8", "<meta charset=gb2312>", "utf-8"),
        ("utf-8", "<meta charset=big5>", "utf-8"),
        ("utf-8", '<?xml version="1.0" encoding="gbk"?>', "utf-8"),
        ("utf-16-le", "<meta charset=gb2312>", "utf-16-le"),
        ("utf-16-be", "", "utf-16-be"),
    ],
)
def test_declarations_do_not_win_over_the_bytes(encoding, head, used):
    document = _document(PAGE % head, encoding)
    assert document.encoding == used
    assert document.paragraphs[2].text.endswith("𠮷䶮")
    assert document.warnings == ()


def test_big5_where_it_is_said():
    said = '<meta charset="big5"><p>霽橋鎮政府信息公開年度報告的一年</p>'
    assert decode(said.encode("big5"), "x").encoding == "big5hkscs"
    assert decode("霁桥镇政府信息公开年度报告的一年".encode("gb18030"), "x", "big5").encoding == "gb18030"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_few_bad_bytes_are_forgiven_and_said(encoding):
    data = (PAGE % "").encode(encoding).replace(b"</p></body>", b"\xff</p></body>")
    document = _document(data)
    assert document.encoding == encoding
    assert [w for w in document.warnings if w.startswith("有 1 处字节")]
    assert document.paragraphs[2].text.endswith("䶮\ufffd")


@pytest.mark.parametrize("noise", [bytes(range(1, 9)) * 50, bytes(range(128, 256)) * 20, b"\xff\xfe\x80" * 200])
def test_what_is_no_text_is_refused(noise):
    with pytest.raises(UnreadableError, match="编码无法辨认"):
        _document(b"<html><body>" + noise)


# ── which lines ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<p>一<span>二</span><b>三</b> 四</p>", ["一二三 四"]),
        ("<p>政府\n   信息\n\t公开 2024\n年</p>", ["政府信息公开 2024 年"]),
        ("<p>&nbsp;&nbsp;正文\u3000尾&nbsp;</p>", ["\xa0\xa0正文\u3000尾\xa0"]),
        ("<p>&nbsp;</p><p> </p><p>\u3000</p><p>甲</p>", ["甲"]),
        ("甲<br>乙<br/>丙</br>丁", ["甲", "乙", "丙", "丁"]),
        ("<div>甲<div>乙</div>丙</div>", ["甲", "乙", "丙"]),
        ("<pre>甲  乙\n  丙</pre>", ["甲  乙", "  丙"]),
        ("<ol><li>甲</li><li><p>乙</p>丙</li></ol>", ["1. 甲", "2. 乙", "丙"]),
        ("<ol start=3><li>甲<li value=7>乙<li>丙</ol>", ["3. 甲", "7. 乙", "8. 丙"]),
        ("<ol reversed><li>甲<li>乙</ol>", ["2. 甲", "1. 乙"]),
        ("<ol style='list-style-type:cjk-ideographic' start=10><li>甲<li>乙</ol>", ["十、甲", "十一、乙"]),
        ("<ol type=a><li>甲</ol><ol type=I start=4><li>甲</ol>", ["a. 甲", "IV. 甲"]),
        ("<ol style='list-style:none'><li>甲</ol><ul><li>乙</ul>", ["甲", "乙"]),
        ("<ol><li>（一）甲<li>1.乙</ol>", ["（一）甲", "1.乙"]),
        ("<p>甲<o:p></o:p></p><![if !supportLists]><p>乙</p><![endif]>", ["甲", "乙"]),
        ("<!--[if gte mso 9]><p>机器</p><![endif]--><p>甲</p>", ["甲"]),
        ("<p>甲<span style='mso-hide:all'>藏</span><i hidden>藏</i><em style='visibility:hidden'>藏</em></p>", ["甲"]),
        (
            "<p>甲</p><div aria-hidden='true'>藏</div><dialog>藏</dialog><noscript>藏</noscript><template>藏</template>",
            ["甲"],
        ),
        ("<style>.a{display:none} @media print{.b{display:none}}</style><p class=a>藏</p><p class=b>甲</p>", ["甲"]),
        ("<style>.t{display:none} .t.on{display:block}</style><p class='t on'>甲</p>", ["甲"]),
        ("<p>甲<iframe src=x>藏</iframe><object>藏</object><svg><text>藏</text></svg></p>", ["甲"]),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p><img src=x onerror=alert(1)>", ["<script>alert(1)</script>"]),
        ("<p>&#12289;&mdash;&amp;nbsp;&eacute;&unknown;</p>", ["、—&nbsp;é&unknown;"]),
        ("<p>甲</p></body></html><p>乙</p></html>丙", ["甲", "乙", "丙"]),
        ("<center><font>甲</center><p>乙", ["甲", "乙"]),
        ("<fieldset><legend>甲</legend>乙</fieldset><dl><dt>丙<dd>丁</dl>", ["甲", "乙", "丙", "丁"]),
    ],
)
def test_lines(body, lines):
    assert _lines(body) == lines


def test_struck_out_text_is_left_out_and_said():
    document = _document(
        f"<html><body>{HEAD}<p>收到<del>3</del>5件</p><table>{ROWS.replace('>1<', '><s>7</s>1<')}</table>"
    )
    assert [p.text for p in document.paragraphs][2] == "收到5件"
    cell = document.tables[0].rows[0][1]
    assert (cell.text, cell.note) == ("1", "含删除线文字“7”，未计入")
    assert cell.confidence < 0.5
    assert any("删除线" in w for w in document.warnings)


def test_footnote_marks_are_no_digits():
    marked = ROWS.replace(">1<", ">1<sup>[2]</sup><").replace("规章", "规章<sup>注</sup>")
    document = _document(f"<html><body>{HEAD}<p>收到5<sup><a href='#n'>1</a></sup>件</p><table>{marked}</table>")
    assert document.paragraphs[2].text == "收到5[1]件"
    label, cell, *_ = document.tables[0].rows[0]
    assert (label.text, label.note, cell.text, cell.note) == ("规章注", "", "1", "含上标“2”，未计入")
    assert cell.confidence < 0.5


@pytest.mark.parametrize(
    ("shown", "note"),
    [
        ("1<span style='vertical-align: super'>2</span>", "含上标“2”，未计入"),
        ("1<span class=note>2</span>", "含上标“2”，未计入"),
        ("1<sub>2</sub>", "含下标“2”，未计入"),
        ("<svg><text>1</text></svg>", "单元格里是图片，没有文字"),
        ("<object data=x>1</object>", "单元格里是图片，没有文字"),
    ],
)
def test_what_is_raised_or_drawn_is_no_digit_of_a_number(shown, note):
    style = "<style>.note { vertical-align: super }</style>"
    marked = ROWS.replace(">1<", f">{shown}<")
    cell = _document(f"<html><head>{style}</head><body>{HEAD}<table>{marked}</table>").tables[0].rows[0][1]
    assert (cell.text, cell.note, cell.confidence < 0.5) == ("1" if shown[0] == "1" else "", note, True)
    whole = ROWS.replace("<td>1<", "<td class=note><span style='vertical-align: sub'>12</span><")
    cell = _document(f"<html><head>{style}</head><body>{HEAD}<table>{whole}</table>").tables[0].rows[0][1]
    assert (cell.text, cell.confidence) == ("12", 1)


@pytest.mark.parametrize(
    ("shown", "sure"),
    [
        ("12<span style='color: #FFFFFF'>3</span>", False),
        ("12<font color=white>3</font>", False),
        ("12<span class=pale>3</span>", False),
        ("12<span style='font-size:0px'>3</span>", False),
        ("12<span style='opacity:0'>3</span>", False),
        ("12<span class=pale style='color:red'>3</span>", True),
        ("12<span style='color:white;background:#004'>3</span>", True),
        ("<b style='font-size:0'><span style='font-size:14px'>123</span></b>", True),
        ("12<span style='font-size:0.9em;background-color:#fff'>3</span>", True),
    ],
)
def test_digits_that_may_not_be_seen_leave_a_number_in_doubt(shown, sure):
    style = "<style>.pale {color:#fff}</style>"
    marked = ROWS.replace(">1<", f">{shown}<")
    cell = _document(f"<html><head>{style}</head><body>{HEAD}<table>{marked}</table>").tables[0].rows[0][1]
    assert (cell.text, cell.confidence == 1) == ("123", sure)


def test_comments_and_traces_are_kept_apart():
    body = "<p><a name='_GoBack'></a>甲<a href='file:///C:/Users/x/底稿.doc'>乙</a></p><div style='mso-element:comment-list'>此处数字待核</div>"
    document = _document(f"<html><body>{HEAD}{body}")
    assert document.paragraphs[2].text == "甲乙"
    assert document.meta["comments"] == "此处数字待核"
    assert document.meta["bookmarks"] == "_GoBack"
    assert document.meta["external"] == "file:///C:/Users/x/底稿.doc"
    assert "含批注，未计入正文" in document.warnings


# ── which grid ──────────────────────────────────────────────────────────────────────────────────

LABELS = "<tr><td>行政处罚</td><td>8</td></tr><tr><td>行政强制</td><td>9</td></tr>"
BELOW = [("行政处罚", 2, 1, 1, 1), ("8", 2, 2, 1, 1), ("行政强制", 3, 1, 1, 1), ("9", 3, 2, 1, 1)]


@pytest.mark.parametrize(
    ("first", "cells"),
    [
        ("<tr><td colspan=2>甲</td></tr>", [("甲", 1, 1, 1, 2), *BELOW]),
        ("<tr><td colspan=100000000>甲</td></tr>", [("甲", 1, 1, 1, 63), *BELOW]),
        ("<tr><td colspan='2px'>甲</td></tr>", [("甲", 1, 1, 1, 2), *BELOW]),
        ("<tr><td colspan=-1>甲</td></tr>", [("甲", 1, 1, 1, 1), *BELOW]),
        (
            "<tr><td>甲<td rowspan=0>乙</tr>",
            [
                ("甲", 1, 1, 1, 1),
                ("乙", 1, 2, 3, 1),
                ("行政处罚", 2, 1, 1, 1),
                ("8", 2, 3, 1, 1),
                ("行政强制", 3, 1, 1, 1),
                ("9", 3, 3, 1, 1),
            ],
        ),
        (
            "<tr><td>甲</td><td rowspan=2>乙</td></tr>",
            [("甲", 1, 1, 1, 1), ("乙", 1, 2, 2, 1), ("行政处罚", 2, 1, 1, 1), ("8", 2, 3, 1, 1), *BELOW[2:]],
        ),
        ("<thead><tr><td rowspan=9>甲</td></tr></thead>", [("甲", 1, 1, 1, 1), *BELOW]),
        ("<tr></tr><tr><td>甲<br>乙<p>丙</p></td></tr>", [("甲\n乙\n丙", 1, 1, 1, 1), *BELOW]),
        (
            "<tr style='display:none'><td>藏</td></tr><tr><td>甲</td><td hidden>藏</td></tr>",
            [("甲", 1, 1, 1, 1), *BELOW],
        ),
        (
            "<tr><td>甲<td><input value='3'><input type=hidden value=藏></tr>",
            [("甲", 1, 1, 1, 1), ("3", 1, 2, 1, 1), *BELOW],
        ),
        (
            "<tr><td>甲<td><select><option>4<option selected>5</select></tr>",
            [("甲", 1, 1, 1, 1), ("5", 1, 2, 1, 1), *BELOW],
        ),
        ("<tr><td>甲<td><table><tr><td>6</td></tr></table></td></tr>", [("甲", 1, 1, 1, 1), ("6", 1, 2, 1, 1), *BELOW]),
        ("<tr><td>甲<td>&nbsp;</tr>", [("甲", 1, 1, 1, 1), ("\xa0", 1, 2, 1, 1), *BELOW]),
        ("<tr><td><center>甲<td><b>7<tr>", [("甲", 1, 1, 1, 1), ("7", 1, 2, 1, 1), *BELOW]),
        ("<td>甲</td><td>7</td>", [("甲", 1, 1, 1, 1), ("7", 1, 2, 1, 1), *BELOW]),
    ],
)
def test_grids(first, cells):
    assert _grid(first + LABELS) == cells


def test_spans_that_run_into_each_other():
    rows = "<tr><td>甲</td><td rowspan=2>乙</td></tr><tr><td colspan=2>行政许可</td><td>7</td></tr>" + LABELS
    assert _grid(rows)[:4] == [("甲", 1, 1, 1, 1), ("乙", 1, 2, 2, 1), ("行政许可", 2, 1, 1, 1), ("7", 2, 3, 1, 1)]


def test_head_and_foot_stand_where_they_are_shown():
    rows = f"<tfoot><tr><td>脚</td></tr></tfoot><tbody>{LABELS}</tbody><thead><tr><td>头</td></tr></thead><thead><tr><td>后</td></tr></thead>"
    assert [text for text, *_ in _grid(rows) if len(text) == 1 and text > "9"] == ["头", "后", "脚"]


def test_what_stands_beside_the_cells_is_kept():
    rows = f"<caption>表名</caption><tr><td>甲</td><td>1</td></tr>前{LABELS}<p>后</p>"
    document = _document(f"<html><body>{HEAD}<table>{rows}</table>")
    shown = [b.text if not isinstance(b, Table) else len(b.rows) for b in document.blocks[2:]]
    assert shown == ["表名", "前", 3, "后"]


def test_a_table_that_never_ends_is_no_silent_number():
    document = _document(
        f"<html><body>{HEAD}<table>{ROWS}<tr><td>行政许可</td><td>17<p>三、收到和处理政府信息公开申请情况</p><table>{LABELS}</table>"
    )
    assert [len(t.rows) for t in document.tables] == [3, 2]
    last = document.tables[0].rows[-1][-1]
    assert last.text == "17"
    assert last.confidence < 0.5
    assert last.note
    assert "三、收到和处理政府信息公开申请情况" in [p.text for p in document.paragraphs]


def test_rows_and_cells_without_a_table_get_one():
    document = _document(f"{ROWS}<tr><td>行政许可</td><td>1</td></tr>")
    assert [len(row) for row in document.tables[0].rows] == [4, 4, 2]


def test_a_table_of_blocks():
    rows = "".join(
        f"<div role=row><span role=cell>{label}</span><span role=cell aria-colspan=2>{n}</span></div>"
        for label, n in (("规章", 1), ("行政许可", 2))
    )
    table = _document(f"<html><body>{HEAD}<div role=table>{rows}</div>").tables[0]
    assert [[(c.text, c.colspan) for c in row] for row in table.rows] == [
        [("规章", 1), ("1", 2)],
        [("行政许可", 1), ("2", 2)],
    ]


def test_layout_is_walked_through():
    body = f"<table><tr><td></td><td>{HEAD}<p>正文</p><table>{ROWS}</table></td></tr></table>"
    document = _document(f"<html><body>{body}")
    assert [p.text for p in document.paragraphs] == [TITLE, "一、总体情况", "正文"]
    assert len(document.tables) == 1


def test_hidden_reports_are_read_and_said():
    document = _document(f"<html><body><p>载入中</p><div style='display:none'>{HEAD}<table>{ROWS}</table></div>")
    assert len(document.tables) == 1
    assert "正文在网页代码中设为隐藏，已一并读取；请与原网页核对" in document.warnings


@pytest.mark.parametrize(
    "line",
    [
        "一是加强技术支持，落实党政机关网站管理要求；",
        "2025年，网站地图、联系我们等栏目的访问量有所上升",
        "（一）政府信息公开>政务公开的说明",
        "霁桥镇人民政府",
        "2025年1月18日",
    ],
)
def test_the_end_of_the_report_is_not_taken_for_the_site(line):
    body = (
        f"<div class=c>{HEAD}<p>正文。</p><p>{line}</p></div><div class=f><p>主办：砚桐政务</p><p>电话：0000</p></div>"
    )
    assert [p.text for p in _document(f"<html><body>{body}</body></html>").paragraphs][2:] == ["正文。", line]


# ── pictures ────────────────────────────────────────────────────────────────────────────────────


def _pictures(document):
    return [(b.data, b.anchor.row, b.anchor.column) for b in document.blocks if isinstance(b, Picture)]


def test_pictures():
    code = base64.b64encode(archives.PIXEL).decode()
    cell = ROWS.replace(">1<", f"><img src='data:image/png;base64,{code}'><")
    body = f"<p>甲<img src='data:image/png;base64,{code}'>乙</p><img src='/a/b%20c.jpg?x=1' width=300><table>{cell}</table><img src=x.gif width=1>"
    # The reader itself: afterwards no picture keeps its pixels.
    document = html.read(Source.of(f"<html><body>{HEAD}{body}".encode(), "页.html"))
    assert _pictures(document) == [(archives.PIXEL, None, None), (b"", None, None), (archives.PIXEL, 1, 2)]
    assert document.meta["image_names"] == "b c.jpg"
    assert any(w.startswith("有 1 张图片只存了地址") for w in document.warnings)
    shown = document.tables[0].rows[0][1]
    assert (shown.text, shown.note) == ("", "单元格里是图片，没有文字")
    assert shown.confidence < 0.5


def test_damaged_pictures_are_empty():
    document = _document(
        f"<html><body>{HEAD}<p>甲</p><img src='data:image/png;base64,@@'><img src='data:image/png;base64,AAA'>"
    )
    assert _pictures(document) == [(b"", None, None), (b"", None, None)]


# ── why not ─────────────────────────────────────────────────────────────────────────────────────

LINKS = "".join(
    f"<li><a href={n}.html>霁桥镇20{n}年政府信息公开工作年度报告</a> 2025-01-18</li>" for n in range(10, 30)
)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<html></html>", "网页里没有报告正文"),
        (f"<html><body><ul>{LINKS}</ul></body></html>", "网页是栏目列表"),
        ("<html><body><div id=app></div><script src=a.js></script></body></html>", "正文由脚本载入.*另存为"),
        ("<html><body><noscript>请启用 JavaScript</noscript><div id=root></div><script>x()</script>", "正文由脚本载入"),
        (
            "<html><body><p>年报</p><a href='/f/年报.pdf'>霁桥镇年报.pdf</a></body></html>",
            "只有附件链接（霁桥镇年报.pdf）",
        ),
        ("<html><body><p>年报</p><embed src='/f/%E5%B9%B4.pdf#page=1'></body></html>", "只有附件链接（年.pdf）"),
        ("<html><body><iframe src='x.html'></iframe></body></html>", "在框架（iframe）里"),
        ("<html><frameset><frame src='sheet001.htm'></frameset></html>", "在框架（iframe）里"),
        (f"<html><body><p>{TITLE}</p><img src=1.jpg><img src=2.jpg></body></html>", "正文是图片"),
        ("<html><body><p>" + "Hello, world. " * 50 + "</p></body></html>", "没有中文内容"),
    ],
)
def test_refusals(page, reason):
    with pytest.raises(UnreadableError, match=rf"^页\.html：.*{reason}"):
        _document(page)


def test_tables_in_an_annex_are_pointed_out():
    document = _document(f"<html><body>{HEAD}<p>正文。</p><p>附件：<a href='b.xls'>统计表</a></p></body></html>")
    assert "网页内没有法定表格，可能在附件（统计表）中；请把附件一并放入" in document.warnings


@pytest.mark.parametrize(
    ("page", "clause"),
    [
        (f"<html><body>{HEAD}<p>甲</p><!-- 乙", "网页代码在中途断开"),
        (f'<html><body>{HEAD}<p>甲</p><table><tr><td title="乙', "网页代码在中途断开"),
        (f"<html><body>{HEAD}<p>甲", "网页没有结束标记"),
        (f"<html><body>{HEAD}" + "<p><span>正文。" * 400 + "</html>", "网页标签嵌套过深"),
    ],
)
def test_torn_pages_say_so(page, clause):
    assert any(w.startswith(clause) for w in _document(page).warnings)


def test_cells_whose_blocks_are_never_closed_are_read_side_by_side():
    rows = "".join(f"<tr><td><div>第{n}行<td><div>{n}<td><div>{n + 1}" for n in range(200))
    document = _document(f"<html><body>{HEAD}<table>{rows}</table><p>正文。</p></body></html>")
    assert any(w.startswith("网页标签嵌套过深") for w in document.warnings)
    assert [[cell.text for cell in row] for row in document.tables[0].rows][-1] == ["第199行", "199", "200"]


# ── hostile ─────────────────────────────────────────────────────────────────────────────────────

START = f"<!doctype html><html><body>{HEAD}"
BOMBS = {
    "nested div": (START + "<div>" * 50_000 + "正文", "嵌套超过 250 层"),
    "nested div, closed": (START + "<div>" * 50_000 + "正文" + "</div>" * 50_000, "嵌套超过 250 层"),
    "nested div in cells, closed": (START + "<table><tr><td>" + "<div>" * 5_000 + "正文" + "</div>" * 5_000, "嵌套超过 250 层"),
    "unseen div in cells": (START + "<table>" + "<tr><td><div hidden>规章<td><div>0" * 400, "嵌套超过 250 层"),
    "nested tables": (START + "<table><tr><td>" * 50_000 + "正文", "嵌套超过 250 层"),
    "five million characters": (START + "<p>" + "政府信息公开。" * 720_000, "1000000 个字符"),
    "two million in paragraphs": (START + f"<p>{'政府信息公开。' * 1_500}</p>" * 200, "1000000 个字符"),
    "lines": (START + "<pre>" + "政\n" * 40_000, "30000 行"),
    "tags": (START + "<b></b>" * 200_000, "个标签"),
    "markup": (START + "<p title='" + "x" * 10_500_000, "个字符的代码"),
    "cells": (START + "<table>" + ("<tr>" + "<td>0" * 100) * 250, "超过 20000 格"),
    "endless row spans": (START + "<table>" + "<tr><td rowspan=99999999>规章</td><td rowspan=65000>0</td></tr>" * 2_000, "超过 20000 格"),
    "attributes": (START + "<div " + " ".join(f"a{n}" for n in range(50_000)) + ">", "300 个属性"),
}  # fmt: skip
ODD = {
    "column span": START + f"<table><tr><td colspan=100000000>规章</td><td>0</td></tr>{ROWS}</table>",
    "row span": START + f"<table><tr><td rowspan=100000000>规章</td><td>0</td></tr>{ROWS}</table>",
    "nested span": START + "<span>" * 50_000 + "正文",
    "statutory tables in each other": START + f"<table>{ROWS}<tr><td>" * 60 + "正文",
    "open comments": START + "<!-- a" * 50_000,
    "open style comments": START + "<style>" + "/*" * 200_000 + "</style>",
    "open style blocks": START + "<style>" + "a{" * 100_000 + "display:none</style>",
    "style of two long words": START + "<style>" + "x" * 400_000 + "{" + "y" * 400_000 + "{display:none}}</style>",
    "long classes": START + f"<p class='{'nav ' * 50_000}'>正文</p>",
    "long inline style": START + f"<p style='{'display:' * 50_000}'>正文</p>",
    "white space": START + "<p>" + " \n" * 300_000 + "正文</p>",
    "crumbs": START + "<p>首页&gt;" + "&gt;甲" * 20_000 + "</p>",
    "tools": START + f"<p>{'大中小打印' * 20}甲</p>" * 300,
    "list": START + "<ol start=99999999999><li>甲</ol><ol reversed>" + "<li>甲" * 2_000,
    "signs": START + "<" * 50_000,
    "a big picture": START + "<img src='data:image/png;base64," + "A" * 12_000_000 + "'>",
}  # fmt: skip


@pytest.mark.parametrize(("page", "reason"), BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused(page, reason):
    with pytest.raises(TooLargeError, match=reason):
        _document(page)


@pytest.mark.parametrize("page", ODD.values(), ids=ODD)
def test_odd_pages_are_read_to_the_end(page):
    document = _document(page)
    assert document.paragraphs[0].text == TITLE
    assert all(c.colspan <= 63 and c.rowspan <= len(t.rows) for t in document.tables for r in t.rows for c in r)


def _archive(parts, boundary="x", kind="multipart/related"):
    return f"MIME-Version: 1.0\nContent-Type: {kind}; boundary={boundary}\n\n" + "".join(
        f"--{boundary}\n{part}\n" for part in parts
    )


@pytest.mark.parametrize(
    ("archive", "error", "reason"),
    [
        (_archive([]), UnreadableError, "找不到其中的网页"),
        (_archive(["Content-Type: image/png\n\nx"]), UnreadableError, "找不到其中的网页"),
        (_archive(["Content-Type: text/html\n\n<html></html>"]), UnreadableError, "没有报告正文"),
        (_archive(["Content-Type: text/plain\n\n甲"] * 2_500), TooLargeError, "2000 个部件"),
        ("MIME-Version: 1.0\n" + "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(50)), TooLargeError, "嵌套超过 4 层"),
        ('MIME-Version: 1.0\nContent-Type: multipart/related; boundary=""\n\n--\n--\n', UnreadableError, "找不到其中的网页"),
        ("MIME-Version: 1.0\nContent-Type: text/html; charset=x\n" + "X: y\n" * 50_000, UnreadableError, "找不到其中的网页"),
    ],
)  # fmt: skip
def test_broken_archives(archive, error, reason):
    with pytest.raises(error, match=reason):
        _document(archive, name="页.mht")


def test_attachments_of_a_letter_are_named():
    page = f"Content-Type: text/html; charset=utf-8\n\n<html><body>{HEAD}<table>{ROWS}</table></body></html>"
    other = "Content-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\nx"
    document = _document(_archive([page, other, "--x--"], kind="multipart/mixed"), name="信.eml")
    assert any(w.startswith("邮件带有 1 个附件") for w in document.warnings)


MUTATIONS = ("", "<", ">", "</td>", "<td>", "<table>", "</table>", "<tr rowspan=3>", "<div>", "<!--", '"', "<script>", "&#", "\x00", "政", "<ol>", "</div>",
             "<td colspan=9 rowspan=0>", "<textarea>", "<select>", "<p hidden>", "=\r\n", "--", "\n\n", "=3D", "Content-Type: ")  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_mutated_pages_never_raise(seed):
    """Bounded fuzzing, seeded: pieces of markup dropped, doubled, moved, put where they do not belong."""
    chance = random.Random(seed)
    made = compose(seed)
    if seed % 3 == 0:
        data = archives.write(made, chance, frozenset(chance.sample(archives.QUIRKS, 2)))
    else:
        data = pages.write(made, chance, frozenset(chance.sample(pages.QUIRKS, 3)))
    for _ in range(chance.randint(1, 60)):
        at = chance.randrange(len(data))
        size = chance.choice((0, 1, 5, 40, 400))
        new = chance.choice(MUTATIONS).encode() if chance.random() < 0.7 else data[at : at + size] * 2
        data = data[:at] + new + data[at + size :]
    if chance.random() < 0.2:
        data = data[: chance.randrange(len(data))]
    try:
        document = read_source(Source.of(data, "变.html"))
    except GkauditError:
        return
    for table in document.tables:
        assert all(row for row in table.rows)
        assert all(c.anchor.row == n for n, row in enumerate(table.rows, 1) for c in row if table.exact)
