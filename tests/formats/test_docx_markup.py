"""Word's markup piece by piece: what each element means for the text, the cells, the warnings and the meta."""

import contextlib
import io
import re
import zipfile
from random import Random

import pytest

from gkaudit.document import Paragraph, Picture, Table
from gkaudit.errors import GkauditError, TooLargeError, UnreadableError
from gkaudit.readers import Source, detect, read_source
from gkaudit.readers import docx as reader
from gkaudit.readers.guards import MAX_CELLS, MAX_PARAGRAPHS
from gkaudit.readers.ooxml import package
from gkaudit.readers.ooxml.numerals import numeral
from tests.generate import compose
from tests.generate.formats import docx
from tests.generate.formats.docx_package import Parts, element, packed, plain_run, png, zipped


def _source(body, parts=None, name="报告.docx", change=None):
    members = packed(parts or Parts(), body)
    return Source.of(zipped(change(members) if change else members), name)


def _read(body, parts=None, change=None):
    return read_source(_source(body, parts, change=change))


def _p(text="", properties="", run=""):
    return f"<w:p>{element('w:pPr', properties) if properties else ''}{plain_run(text, run) if text else ''}</w:p>"


def _tc(content="", properties=""):
    return f"<w:tc>{element('w:tcPr', properties)}{content if content.startswith('<') else _p(content)}</w:tc>"


def _tr(*cells, properties=""):
    return f"<w:tr>{element('w:trPr', properties) if properties else ''}{''.join(cells)}</w:tr>"


def _tbl(*rows, widths=()):
    grid = element("w:tblGrid", "".join(element("w:gridCol", w_w=w) for w in widths)) if widths else ""
    return f"<w:tbl><w:tblPr/>{grid}{''.join(rows)}</w:tbl>"


#: Three cells in two rows, so that a table is no frame around something else.
_ROWS = _tr(_tc("甲"), _tc("乙"), _tc("丙")), _tr(_tc("一"), _tc("二"), _tc("三"))


def _texts(document):
    return [p.text for p in document.paragraphs]


def _cells(document, table=0):
    rows = document.tables[table].rows
    return [[(c.text, c.anchor.column, c.colspan, c.rowspan) for c in row] for row in rows]


def _cell(content):
    """The first cell of a table that has this content there."""
    return _read(_tbl(_tr(_tc(content), _tc("乙"), _tc("丙")), _ROWS[1])).tables[0].rows[0][0]


# ── paragraphs ──────────────────────────────────────────────────────────────────────────────────


def test_paragraphs_are_counted_and_split_at_breaks():
    document = _read(_p("第一行\n第二行") + _p() + _p("第三行") + _tbl(*_ROWS) + _p("第四行"))
    assert [(p.text, p.anchor.paragraph) for p in document.paragraphs] == [
        ("第一行", 1),
        ("第二行", 1),
        ("第三行", 2),
        ("第四行", 3),
    ]
    assert [type(b) for b in document.blocks] == [Paragraph, Paragraph, Paragraph, Table, Paragraph]
    assert document.tables[0].anchor.table == 1
    assert document.tables[0].exact


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<w:t>规章</w:t><w:tab/><w:t>0</w:t>", "规章\t0"),
        ("<w:t>-</w:t><w:noBreakHyphen/><w:t>3</w:t>", "--3"),
        ("<w:t>年</w:t><w:softHyphen/><w:t>报</w:t>", "年\u00ad报"),
        ("<w:t> 首尾 </w:t>", "首尾"),
        ('<w:t xml:space="preserve"> 首尾 </w:t>', " 首尾 "),
        ("<w:t>分\n行</w:t>", "分 行"),
        ('<w:sym w:font="Wingdings" w:char="F0FC"/>', "✓"),
        ('<w:sym w:font="Symbol" w:char="F035"/>', "5"),
        ('<w:sym w:font="Wingdings 2" w:char="F035"/>', "\uf035"),
        ('<w:sym w:font="x" w:char="D800"/>', "\ufffd"),
        ('<w:sym w:font="x" w:char="zz"/>', "\ufffd"),
        ('<w:sym w:char="FFFFFFFFFF"/>', "\ufffd"),
        (
            "<w:ruby><w:rt><w:r><w:t>gui</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>规</w:t></w:r></w:rubyBase></w:ruby>",
            "规",
        ),
        ("<w:t>7</w:t><w:footnoteReference w:id='2'/><w:instrText>9</w:instrText><w:delText>8</w:delText>", "7"),
    ],
)
def test_what_a_run_shows(inside, text):
    assert _texts(_read(f"<w:p><w:r>{inside}</w:r></w:p>")) == [text]


def _fld(kind):
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (_fld("begin") + plain_run("12") + _fld("separate") + plain_run("3") + _fld("end") + plain_run("件"), "3件"),
        (_fld("begin") + plain_run("12") + _fld("end") + plain_run("件"), "件"),
        (_fld("begin") + plain_run("12件"), "12件"),
        (plain_run("12") + _fld("end") + plain_run("件"), "12件"),
        (
            _fld("begin") + _fld("begin") + plain_run("1") + _fld("separate") + plain_run("2") + _fld("end")
            + _fld("separate") + plain_run("3") + _fld("end"),
            "3",
        ),
    ],
)  # fmt: skip
def test_fields_show_their_result(runs, text):
    assert _texts(_read(f"<w:p>{runs}</w:p>")) == [text]


@pytest.mark.parametrize(
    ("equation", "text"),
    [
        ("<m:r><m:t>17</m:t></m:r>", "17"),
        ("<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>", "1/2"),
        ("<m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>3</m:t></m:r></m:sup></m:sSup>", "10^3"),
    ],
)
def test_equations_do_not_run_their_parts_together(equation, text):
    assert _texts(_read(f"<w:p><m:oMathPara><m:oMath>{equation}</m:oMath></m:oMathPara></w:p>")) == [text]


@pytest.mark.parametrize("run", ["<w:vanish/>", '<w:rStyle w:val="hid"/>', '<w:vanish w:val="true"/>'])
def test_hidden_text_is_left_out_and_said(run):
    document = _read(f"<w:p>{plain_run('3')}{plain_run('999', run)}</w:p>")
    assert _texts(document) == ["3"]
    assert document.warnings == ("含隐藏文字，没有读取",)


def test_shown_text_in_a_hidden_style_is_shown():
    both = '<w:rStyle w:val="hid"/><w:vanish w:val="0"/>'
    document = _read(f"<w:p>{plain_run('3', both)}</w:p>")
    assert _texts(document) == ["3"]
    assert document.warnings == ()


# ── changes ─────────────────────────────────────────────────────────────────────────────────────


def _change(name, content=""):
    return element(f"w:{name}", content, w_id=1, w_author="校对员")


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (f"<w:p>{_change('del', plain_run('旧'))}{_change('ins', plain_run('新'))}</w:p>", ["新"]),
        (f"<w:p>{_change('moveFrom', plain_run('旧'))}{_change('moveTo', plain_run('新'))}</w:p>", ["新"]),
        (f"<w:p>{_change('ins', _change('del', plain_run('旧')) + plain_run('新'))}</w:p>", ["新"]),
        (_p("前半", element("w:rPr", _change("del"))) + _p("后半"), ["前半后半"]),
        (_p("甲", element("w:rPr", _change("moveFrom"))) + _p("乙", element("w:rPr", _change("del"))) + _p("丙"), ["甲乙丙"]),
        (_p("最后", element("w:rPr", _change("del"))), ["最后"]),
        (_p("新段", element("w:rPr", _change("ins"))) + _p("下段"), ["新段", "下段"]),
    ],
)  # fmt: skip
def test_changes_are_read_as_accepted(body, texts):
    document = _read(body)
    assert _texts(document) == texts
    assert document.warnings == ("含修订痕迹，按接受全部修订后的文本读取",)


def test_a_line_whose_end_is_gone_does_not_run_into_a_table():
    document = _read(_p("续", element("w:rPr", _change("del"))) + _tbl(*_ROWS) + _p("后"))
    assert [b.text if isinstance(b, Paragraph) else "表" for b in document.blocks] == ["续", "表", "后"]


def test_deleted_rows_are_gone_and_inserted_ones_stay():
    rows = (*_ROWS, _tr(_tc("9"), _tc("9"), _tc("9"), properties=_change("del")))
    rows += (_tr(_tc("4"), _tc("5"), _tc("6"), properties=_change("ins")),)
    assert [[text for text, *_ in row] for row in _cells(_read(_tbl(*rows)))] == [
        list("甲乙丙"),
        list("一二三"),
        list("456"),
    ]


def test_a_deleted_column_leaves_no_gap():
    gone = _change("cellDel")
    rows = (
        _tr(_tc("头", element("w:gridSpan", w_val=3)), _tc("尾")),
        *(_tr(_tc(a), _tc("9", gone), _tc(b), _tc(c)) for a, b, c in ("123", "456")),
    )
    document = _read(_tbl(*rows))
    assert _cells(document)[0] == [("头", 1, 2, 1), ("尾", 3, 1, 1)]
    assert _cells(document)[1] == [("1", 1, 1, 1), ("2", 2, 1, 1), ("3", 3, 1, 1)]
    assert document.tables[0].exact


def test_one_deleted_cell_moves_the_others_and_is_doubtful():
    rows = (_tr(_tc("甲"), _tc("9", _change("cellDel")), _tc("乙"), _tc("丙")), _tr(*map(_tc, "1234")))
    document = _read(_tbl(*rows))
    assert _cells(document)[0] == [("甲", 1, 1, 1), ("乙", 2, 1, 1), ("丙", 3, 1, 1)]
    assert not document.tables[0].exact


@pytest.mark.parametrize(("now", "height"), [("rest", 2), (None, 1)])
def test_a_change_of_merging_counts_as_made(now, height):
    first = element("w:vMerge", w_val="restart") if now is None else element("w:cellMerge", w_id=1, w_vMerge=now)
    below = element("w:cellMerge", w_id=2, **({"w_vMerge": "cont"} if now else {"w_vMergeOrig": "cont"}))
    rows = _tr(_tc("甲", first), _tc("乙"), _tc("丙")), _tr(_tc("", below), _tc("二"), _tc("三"))
    assert _cells(_read(_tbl(*rows)))[0][0] == ("甲", 1, 1, height)


# ── wrappers and alternatives ───────────────────────────────────────────────────────────────────


def test_wrappers_at_every_level():
    def sdt(content):
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    run = sdt(f"<w:smartTag><w:hyperlink>{plain_run('行政')}</w:hyperlink></w:smartTag>") + plain_run("许可")
    cell = f"<w:customXml><w:tc>{sdt(f'<w:p>{run}</w:p>')}</w:tc></w:customXml>"
    row = sdt(f"<w:tr>{sdt(cell)}{sdt(_tc('3') + _tc('4'))}</w:tr>")
    document = _read(sdt(sdt(f"<w:tbl>{_ROWS[0]}{row}</w:tbl>") + _p("后")))
    assert [text for text, *_ in _cells(document)[1]] == ["行政许可", "3", "4"]
    assert _texts(document) == ["后"]


@pytest.mark.parametrize(
    ("inside", "texts"),
    [
        ('<mc:Choice Requires="wps"><w:r><w:t>新</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>旧</w:t></w:r></mc:Fallback>', ["新"]),
        ('<mc:Choice Requires="o w10"><w:r><w:t>新</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>旧</w:t></w:r></mc:Fallback>', ["旧"]),
        ('<mc:Choice Requires="o"><w:r><w:t>甲</w:t></w:r></mc:Choice><mc:Choice Requires="r"><w:r><w:t>乙</w:t></w:r></mc:Choice>', ["乙"]),
        ('<mc:Choice Requires="o"><w:r><w:t>新</w:t></w:r></mc:Choice>', []),
    ],
)  # fmt: skip
def test_one_of_the_alternatives_is_read(inside, texts):
    document = _read(f"<w:p><mc:AlternateContent>{inside}</mc:AlternateContent></w:p>" + _p("后"))
    assert _texts(document) == [*texts, "后"]


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "numbers", "texts"),
    [
        ("chineseCounting", (1, 10, 11, 20, 35), ("一", "十", "十一", "二十", "三十五")),
        ("chineseCountingThousand", (101, 110, 1000, 2024), ("一百零一", "一百一十", "一千", "二千零二十四")),
        ("japaneseCounting", (7,), ("七",)),
        ("ideographDigital", (2024,), ("二〇二四",)),
        ("chineseLegalSimplified", (12,), ("壹拾贰",)),
        ("ideographTraditional", (1, 11), ("甲", "甲")),
        ("decimalEnclosedCircle", (1, 20, 21), ("①", "⑳", "21")),
        ("decimalEnclosedParen", (3,), ("⑶",)),
        ("decimalFullWidth", (12,), ("１２",)),
        ("upperRoman", (4, 9, 40), ("IV", "IX", "XL")),
        ("lowerLetter", (1, 26, 28), ("a", "z", "bb")),
        ("decimalZero", (5,), ("05",)),
        ("none", (5,), ("",)),
        ("somethingNew", (5, 100_000, 0), ("5", "100000", "0")),
    ],
)
def test_numerals(kind, numbers, texts):
    assert tuple(numeral(number, kind) for number in numbers) == texts


def _lvl(number, kind, text, extra=""):
    return f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{extra}<w:lvlText w:val="{text}"/></w:lvl>'


_LEVELS = _lvl(0, "chineseCounting", "%1、") + _lvl(1, "chineseCounting", "（%2）") + _lvl(2, "decimal", "%3.")


def _lists(abstract=_LEVELS, nums=('<w:abstractNumId w:val="0"/>',)):
    numbered = "".join(f'<w:num w:numId="{n}">{num}</w:num>' for n, num in enumerate(nums, 1))
    return Parts(numbering=f'<w:abstractNum w:abstractNumId="0">{abstract}</w:abstractNum>{numbered}')


def _num(text, level=0, num=1):
    return _p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def test_levels_begin_anew_under_each_other():
    levels = (0, 1, 1, 2, 2, 1, 0, 1, 2)
    document = _read("".join(_num("条", level) for level in levels), _lists())
    wanted = ["一、条", "（一）条", "（二）条", "1.条", "2.条", "（三）条", "二、条", "（一）条", "1.条"]
    assert _texts(document) == wanted


def test_a_list_goes_on_in_another_one_unless_it_says_so():
    again = '<w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    parts = _lists(nums=('<w:abstractNumId w:val="0"/>', '<w:abstractNumId w:val="0"/>', again))
    document = _read("".join(_num("条", num=num) for num in (1, 1, 2, 3, 3, 1)), parts)
    assert _texts(document) == ["一、条", "二、条", "三、条", "一、条", "二、条", "三、条"]


def test_what_an_override_changes():
    other = '<w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">' + _lvl(0, "decimal", "第%1项") + "</w:lvlOverride>"
    assert _texts(_read(_num("条") + _num("条"), _lists(nums=(other,)))) == ["第1项 条", "第2项 条"]


def test_numbers_of_several_levels_in_one():
    levels = _lvl(0, "chineseCounting", "%1") + _lvl(1, "decimal", "%1.%2", "<w:isLgl/>")
    document = _read(_num("章") + _num("节", 1) + _num("节", 1), _lists(levels))
    assert _texts(document) == ["一 章", "1.1 节", "1.2 节"]


def test_a_level_that_never_begins_anew():
    levels = _lvl(0, "decimal", "%1)") + _lvl(1, "decimal", "%2）", '<w:lvlRestart w:val="0"/>')
    document = _read(_num("甲") + _num("乙", 1) + _num("丙") + _num("丁", 1), _lists(levels))
    assert _texts(document) == ["1)甲", "1）乙", "2)丙", "2）丁"]


@pytest.mark.parametrize(
    ("suffix", "text", "shown"),
    [("tab", "0", "1. 0"), ("nothing", "0", "1.0"), ("space", "规章", "1.规章"), ("tab", "３", "1. ３")],
)
def test_a_number_does_not_run_into_another(suffix, text, shown):
    parts = _lists(_lvl(0, "decimal", "%1.", f'<w:suff w:val="{suffix}"/>'))
    assert _texts(_read(_num(text), parts)) == [shown]


def test_numbers_come_from_styles_too():
    parts = _lists(_lvl(0, "chineseCounting", "%1、", '<w:pStyle w:val="1"/>'))
    parts.styles_number = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    heading = '<w:pStyle w:val="1"/>'
    body = _p("总体情况", heading) + _p("正文") + _p("主动公开", heading)
    body += _p("无号", heading + '<w:numPr><w:numId w:val="0"/></w:numPr>')
    assert _texts(_read(body, parts)) == ["一、总体情况", "正文", "二、主动公开", "无号"]


def test_a_list_may_lead_to_another_through_its_style():
    parts = _lists(nums=('<w:abstractNumId w:val="9"/>', '<w:abstractNumId w:val="0"/>'))
    parts.numbering = f'<w:abstractNum w:abstractNumId="9"><w:numStyleLink w:val="1"/></w:abstractNum>{parts.numbering}'
    parts.styles_number = '<w:numPr><w:numId w:val="2"/></w:numPr>'
    assert _texts(_read(_num("条", num=1), parts)) == ["一、条"]


def test_lists_and_styles_that_lead_in_a_circle_end():
    parts = _lists('<w:numStyleLink w:val="1"/>')
    parts.styles_number = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    assert _texts(_read(_num("条"), parts)) == ["条"]
    circle = {"word/styles.xml": (b'<w:basedOn w:val="a"/>', b'<w:basedOn w:val="1"/>')}
    document = _read(_p("条", '<w:pStyle w:val="1"/>'), _lists(), lambda m: _replaced(m, circle))
    assert _texts(document) == ["条"]


def test_numbers_in_cells_and_a_bullet():
    table = _tbl(_tr(_tc(_num("属于国家秘密", 2)), _tc("0"), _tc("0")), _tr(_tc(_num("其他", 2)), _tc("0"), _tc("0")))
    assert [row[0][0] for row in _cells(_read(table, _lists()))] == ["1.属于国家秘密", "2.其他"]
    assert _texts(_read(_num("要点"), _lists(_lvl(0, "bullet", "\uf0b7")))) == ["要点"]


def test_deleted_paragraphs_are_not_counted():
    gone = f'<w:numPr><w:numId w:val="1"/></w:numPr>{element("w:rPr", _change("del"))}'
    body = _num("甲") + f"<w:p>{element('w:pPr', gone)}{_change('del', plain_run('乙'))}</w:p>" + _num("丙")
    assert _texts(_read(body, _lists())) == ["一、甲", "二、丙"]


def _replaced(members, changes):
    for name, (old, new) in changes.items():
        assert old in members[name]
        members[name] = members[name].replace(old, new)
    return members


# ── tables ──────────────────────────────────────────────────────────────────────────────────────


def test_merged_cells_in_the_visible_grid():
    def span(n):
        return element("w:gridSpan", w_val=n)

    down, on = element("w:vMerge", w_val="restart"), "<w:vMerge/>"
    rows = (
        _tr(_tc("角", span(7) + down), _tc("头", span(9))),
        _tr(_tc("", span(7) + on), _tc("左", span(4)), _tc("右", span(5))),
        _tr(_tc("名", span(7)), _tc("1", span(4)), _tc("2", span(5))),
    )
    assert _cells(_read(_tbl(*rows))) == [
        [("角", 1, 1, 2), ("头", 2, 2, 1)],
        [("左", 2, 1, 1), ("右", 3, 1, 1)],
        [("名", 1, 1, 1), ("1", 2, 1, 1), ("2", 3, 1, 1)],
    ]


def test_a_cell_that_goes_on_with_nothing_is_its_own():
    rows = (_tr(_tc("", "<w:vMerge/>"), _tc("乙"), _tc("丙")), _tr(_tc("", "<w:vMerge/>"), _tc("二"), _tc("三")))
    assert _cells(_read(_tbl(*rows)))[0][0] == ("", 1, 1, 2)


def test_lines_next_to_each_other_are_one_unless_a_cell_stands_between():
    def wide(n):
        return element("w:gridSpan", w_val=n)

    rows = (_tr(_tc("甲", wide(2)), _tc("乙"), _tc("丙")), _tr(_tc("一"), _tc("二", wide(2)), _tc("三")))
    assert _cells(_read(_tbl(*rows, widths=(900, 15, 900, 900))))[1][1] == ("二", 2, 1, 1)
    narrow = (*rows, _tr(_tc("1"), _tc("细"), _tc("3"), _tc("4")))
    assert _cells(_read(_tbl(*narrow, widths=(900, 15, 900, 900))))[2][1] == ("细", 2, 1, 1)
    assert _cells(_read(_tbl(*rows, widths=(900, 400, 900, 900))))[1][1] == ("二", 2, 2, 1)


def test_rows_that_reach_further_out_have_no_columns_of_their_own():
    before = element("w:gridBefore", w_val=1)
    rows = (
        _tr(_tc("题", element("w:gridSpan", w_val=5))),
        _tr(*map(_tc, "甲乙丙"), properties=before),
        _tr(*map(_tc, "一二三"), properties=before),
    )
    assert _cells(_read(_tbl(*rows)))[1:] == [
        [(t, n, 1, 1) for n, t in enumerate(texts, 1)] for texts in ("甲乙丙", "一二三")
    ]


def test_empty_cells_outside_the_frame_are_no_cells():
    bare, framed = "<w:tcBorders/>", '<w:tcBorders><w:left w:val="single"/><w:right w:val="single"/></w:tcBorders>'
    rows = [_tr(_tc("", bare), *(_tc(t, framed) for t in texts), _tc("", bare)) for texts in ("甲乙丙", "一二三")]
    assert _cells(_read(_tbl(*rows)))[0] == [("甲", 1, 1, 1), ("乙", 2, 1, 1), ("丙", 3, 1, 1)]
    # A short row may be filled up with many of them.
    filled = [
        _tr(*(_tc(t, framed) for t in "甲乙丙丁戊"), _tc("", framed)),
        _tr(_tc("一", framed), *[_tc("", bare)] * 4),
    ]
    assert _cells(_read(_tbl(*filled)))[1] == [("一", 1, 1, 1)]
    said = [_tr(_tc("9", bare), *(_tc(t, framed) for t in texts)) for texts in ("甲乙丙", "一二三")]
    assert _cells(_read(_tbl(*said)))[0][0] == ("9", 1, 1, 1)
    plain = [_tr(_tc("", bare), *(_tc(t, bare) for t in texts)) for texts in ("甲乙丙", "一二三")]
    assert _cells(_read(_tbl(*plain)))[0][0] == ("", 1, 1, 1)


def test_covered_text_is_left_out_and_said():
    rows = (_tr(_tc("甲", element("w:hMerge", w_val="restart")), _tc("9", "<w:hMerge/>"), _tc("丙")), _ROWS[1])
    document = _read(_tbl(*rows))
    assert _cells(document)[0] == [("甲", 1, 2, 1), ("丙", 3, 1, 1)]
    assert document.warnings == ("合并单元格中有不显示的文字，没有读取",)


#: 带圈字符 as Word and WPS write it.
_CIRCLED = r" eq \o\ac(○,5)"


def _field(code, result=""):
    """A field with its code, and with a result where it has one."""
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return f"{begin}<w:r><w:instrText>{code}</w:instrText></w:r>{separate if result else ''}{result}{end}"


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (f"<w:p>{plain_run('3')}{plain_run('5', '<w:strike/>')}</w:p>", "删除线"),
        (f"<w:p>{plain_run('10')}{plain_run('2', element('w:vertAlign', w_val='superscript'))}</w:p>", "上标"),
        (f"<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>{_p('7')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>", "文本框"),
        ("<w:p><w:r><w:drawing><a:blip/></w:drawing></w:r></w:p>", "图片"),
        (f"<w:p>{element('w:pPr', element('w:rPr', element('w:del', w_id=1)))}{plain_run('3', '<w:strike/>')}</w:p>{_p('5')}", "删除线"),
        (f"<w:p>{plain_run('10')}<w:r>{element('w:footnoteReference', w_customMarkFollows=1, w_id=2)}<w:t>1</w:t></w:r></w:p>", "上标"),
        (f"<w:p>{plain_run('10')}{_field(' NOTEREF _Ref1 ', plain_run('1'))}</w:p>", "域"),
        (f"<w:p>{plain_run('12')}{plain_run('3', element('w:color', w_val='FFFFFF'))}</w:p>", "白色"),
        (f"<w:p>{plain_run('12')}{plain_run('3', element('w:sz', w_val=2))}</w:p>", "极小"),
        (f"<w:p>{_field(_CIRCLED)}</w:p>", "域"),
        (f"<w:p>{_field(' FORMDROPDOWN ')}</w:p>", "域"),
    ],
)  # fmt: skip
def test_cells_whose_number_is_in_doubt(content, note):
    cell = _cell(content)
    assert cell.confidence < 0.5
    assert note in cell.note


def test_marks_of_notes_that_only_their_style_raises_are_no_digits():
    align = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    style = f'<w:style w:type="character" w:styleId="note">{align}</w:style></w:styles>'.encode()
    for mark, doubt in ((element("w:rStyle", w_val="note"), True), (element("w:rStyle", w_val="other"), False)):
        cell = _tc(f"<w:p>{plain_run('10')}{plain_run('1', mark)}</w:p>")
        members = packed(Parts(), _tbl(_tr(cell, _tc("乙"), _tc("丙")), _ROWS[1]))
        members["word/styles.xml"] = members["word/styles.xml"].replace(b"</w:styles>", style)
        found = read_source(Source.of(zipped(members), "报告.docx")).tables[0].rows[0][0]
        assert (found.text, found.confidence < 0.5) == ("101", doubt)


def test_struck_digits_in_prose_are_said():
    document = _read(f"<w:p>{plain_run('收到')}{plain_run('35', '<w:strike/>')}{plain_run('36件')}</w:p>")
    assert _texts(document) == ["收到3536件"]
    assert document.warnings == ("含删除线文字，哪些数字有效须看原件",)


@pytest.mark.parametrize(
    "content",
    [
        f"<w:p>{plain_run('35', element('w:strike', w_val='0'))}</w:p>",
        f"<w:p>{plain_run('35', element('w:vertAlign', w_val='baseline'))}</w:p>",
        f"<w:p>{plain_run('件', '<w:strike/>')}{plain_run('35')}</w:p>",
        f"<w:p>{plain_run('件', element('w:color', w_val='FFFFFF'))}{plain_run('35')}</w:p>",
        f"<w:p>{plain_run('35', element('w:color', w_val='FF0000') + element('w:sz', w_val=21))}</w:p>",
    ],
)
def test_cells_that_are_in_no_doubt(content):
    assert _cell(content).confidence == 1


def test_frames_are_taken_off():
    inner = _tbl(*_ROWS)
    one = _tbl(_tr(_tc(_p("前") + inner + _p("后"))))
    two = _tbl(_tr(_tc(_p()), _tc(inner + _p())), _tr(_tc("左"), _tc("右")))
    column = _tbl(_tr(_tc("标题")), _tr(_tc("正文")))
    document = _read(one + two + column)
    shown = [b.text if isinstance(b, Paragraph) else b.anchor.table for b in document.blocks]
    assert shown == ["前", 1, "后", 2, "左", "右", "标题", "正文"]


def test_a_number_in_a_frame_is_the_number_of_its_cell():
    document = _read(_tbl(_tr(_tc("许可"), _tc(_tbl(_tr(_tc("17"))) + _p()), _tc("件")), *_ROWS))
    assert [text for text, *_ in _cells(document)[0]] == ["许可", "17", "件"]
    assert len(document.tables) == 1


def test_a_whole_table_in_a_cell_of_data_is_text_there_and_a_table_of_its_own():
    document = _read(_tbl(_tr(_tc("甲"), _tc("乙"), _tc(_tbl(*_ROWS) + _p())), *_ROWS))
    assert [text for text, *_ in _cells(document)[0]] == ["甲", "乙", "甲\t乙\t丙\n一\t二\t三"]
    assert [text for text, *_ in _cells(document, 1)[0]] == ["甲", "乙", "丙"]


def test_tables_in_tables_in_tables_end_with_a_warning():
    body = _p("底")
    for _ in range(40):
        body = _tbl(_tr(_tc(body)))
    document = _read(_p("上") + body)
    assert _texts(document) == ["上"]
    assert "嵌套超过" in document.warnings[0]


# ── drawings ────────────────────────────────────────────────────────────────────────────────────


def test_pictures_in_their_place_with_their_bytes():
    parts = Parts()
    link = parts.picture()
    drawing = f'<w:p>{plain_run("前")}<w:r><w:drawing><a:blip r:embed="{link}"/></w:drawing></w:r></w:p>'
    old = f'<w:p><w:r><w:object><v:shape><v:imagedata r:id="{link}"/></v:shape></w:object></w:r></w:p>'
    table = _tbl(_tr(_tc(old), _tc("乙"), _tc("丙")), _ROWS[1])
    source = _source(drawing + table + _p("后"), parts)
    # The reader hands the bytes on to recognition; a document that is done carries no pixels along.
    for document, data in ((reader.read(source), png()), (read_source(source), b"")):
        assert [type(b) for b in document.blocks] == [Paragraph, Picture, Table, Picture, Paragraph]
        assert [p.data for p in document.pictures] == [data, data]
        first, second = (p.anchor for p in document.pictures)
        assert first.paragraph == 1
        assert (second.table, second.row, second.column) == (1, 1, 1)


def test_pictures_that_are_not_there():
    parts = Parts()
    outside = parts.link("image", "http://example.invalid/章.png", external=True)
    lost = parts.link("image", "media/none.png")
    body = "".join(
        f'<w:p><w:r><w:drawing><a:blip r:embed="{i}"/></w:drawing></w:r></w:p>' for i in (outside, lost, "rId99")
    )
    document = _read(body + _p("文"), parts)
    assert [p.data for p in document.pictures] == [b"", b"", b""]
    assert document.warnings == ("有图片缺失或只是外部链接，没有读取",)
    assert document.meta["external"] == "http://example.invalid/章.png"


def test_a_broken_picture_does_not_stop_the_report():
    parts = Parts()
    link = parts.picture()
    data = bytearray(_source(f'<w:p><w:r><w:drawing><a:blip r:embed="{link}"/></w:drawing></w:r></w:p>', parts).data)
    at = data.index(b"word/media/image1.png") + len("word/media/image1.png")
    data[at : at + 20] = bytes(20)
    document = read_source(Source.of(bytes(data), "报告.docx"))
    assert [p.data for p in document.pictures] == [b""]
    assert document.warnings == ("有图片缺失或只是外部链接，没有读取",)


def test_text_boxes_word_art_and_hidden_drawings():
    box = f"<wps:wsp><wps:txbx><w:txbxContent>{_p('框')}{_tbl(*_ROWS)}{_p()}</w:txbxContent></wps:txbx></wps:wsp>"
    drawing = f'<w:drawing><wp:inline><wp:docPr id="1" name="n"/>{box}</wp:inline></w:drawing>'
    hidden = drawing.replace('name="n"', 'name="n" hidden="1"')
    art = '<w:pict><v:shape><v:textpath string="艺术字"/></v:shape></w:pict>'
    document = _read(f"<w:p>{plain_run('前')}<w:r>{drawing}{hidden}{art}</w:r>{plain_run('后')}</w:p>")
    assert [b.text if isinstance(b, Paragraph) else "表" for b in document.blocks] == ["前后", "框", "表", "艺术字"]


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        ("<w:p><w:r><w:drawing><c:chart/></w:drawing></w:r></w:p>", "含图表，图表中的数据没有读取"),
        ('<w:altChunk r:id="rId1"/>', "含嵌入的其他文档，其中内容没有读取，请在 Word 中另存后再放入"),
        ("<w:p><w:r><w:object><o:OLEObject/></w:object></w:r></w:p>", "含嵌入对象（如 Excel 表），只读取其图片"),
        ("<w:p><w:r><w:commentReference w:id='1'/></w:r></w:p>", "含批注，批注内容没有读取"),
    ],
)
def test_what_is_not_read_is_said(body, warning):
    assert _read(body + _p("文")).warnings == (warning,)


# ── package ─────────────────────────────────────────────────────────────────────────────────────


def test_what_the_file_says_of_itself():
    parts = Parts(
        core={"dc:title": "年报", "dc:creator": "甲", "cp:lastModifiedBy": "乙"},
        app={"Company": "某所", "Template": "T.dotm"},
    )
    parts.settings = '<w:attachedTemplate r:id="rId1"/>'
    parts.settings_links = [("attachedTemplate", "file:///C:\\模板\\T.dotm", True)]
    parts.link("hyperlink", "http://example.invalid/", external=True)
    parts.add("vbaProject", "vbaProject.bin", "application/vnd.ms-office.vbaProject", b"\0")
    body = '<w:bookmarkStart w:id="1" w:name="OLE_LINK1"/><w:bookmarkStart w:id="2" w:name="_GoBack"/>'
    body += '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="图片 1" descr="微信图片"/></wp:inline></w:drawing></w:r></w:p>'
    document = _read(body + _p("文"), parts)
    wanted = {"title": "年报", "author": "甲", "lastModifiedBy": "乙", "company": "某所", "template": "T.dotm"}
    assert {name: document.meta[name] for name in wanted} == wanted
    assert document.meta["created"] == document.meta["modified"] == "2024-01-18T01:02:03Z"
    assert document.meta["bookmarks"] == "OLE_LINK1"
    assert document.meta["image_names"] == "图片 1\n微信图片"
    assert set(document.meta["external"].split("\n")) == {"file:///C:\\模板\\T.dotm", "http://example.invalid/"}
    assert document.warnings == ("含宏，宏没有运行",)


@pytest.mark.parametrize("name", ["报告.docx", "报告.docm", "报告.doc", "报告", "报告.pdf"])
def test_a_word_file_is_told_by_its_content(name):
    assert detect(_source(_p("文"), name=name)) == ("docx", reader)
    other = _source(_p("文"), Parts(main="word/document9.xml"), name=name)
    assert detect(other) == ("docx", reader)
    assert _texts(read_source(other)) == ["文"]


def test_other_zip_files_are_not_word_files():
    sheet = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
    for members in (sheet, {"年报.txt": "规章".encode()}, {}):
        assert reader.detect(Source.of(zipped(members), "报告.docx")) is None


def test_broken_parts_beside_the_text_are_said():
    changes = {"word/styles.xml": (b"</w:styles>", b""), "docProps/core.xml": (b"</cp:coreProperties>", b"")}
    document = _read(_p("文"), change=lambda m: _replaced(m, changes))
    assert _texts(document) == ["文"]
    assert document.warnings == ("部件 word/styles.xml 已损坏，没有读取", "部件 docProps/core.xml 已损坏，没有读取")


# ── hostile and broken files ────────────────────────────────────────────────────────────────────


def _bomb(members):
    return members | {"word/document.xml": b"<!--" + b" " * 30_000_000 + b"-->"}


HOSTILE = {
    "no text": (_p(), None, UnreadableError, "没有文字"),
    "no body": ("", {"word/document.xml": (b"w:body", b"w:nobody")}, UnreadableError, "找不到正文"),
    "another root": ("", {"word/document.xml": (b"w:document", b"w:del")}, UnreadableError, "找不到正文"),
    "cut off": ("", {"word/document.xml": (b"</w:document>", b"")}, UnreadableError, "XML 不完整"),
    "entities": ("", {"word/document.xml": (b"\n<w:document", b'<!DOCTYPE d [<!ENTITY a "b">]><w:document')}, UnreadableError, "文档类型"),
    "too deep": ("<w:smartTag>" * 300 + "</w:smartTag>" * 300, None, UnreadableError, "XML 不完整"),
    "paragraphs": ("<w:p/>" * (MAX_PARAGRAPHS + 1), None, TooLargeError, f"超过 {MAX_PARAGRAPHS} 段"),
    "rows": (_tbl("<w:tr/>" * (MAX_CELLS + 1)), None, TooLargeError, f"超过 {MAX_CELLS} 格"),
    "cells": (_tbl(_tr("<w:tc/>" * (MAX_CELLS + 1))), None, TooLargeError, f"超过 {MAX_CELLS} 格"),
    "bomb": ("", _bomb, TooLargeError, "压缩"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_in_one_sentence(case):
    body, change, error, reason = HOSTILE[case]
    how = change if callable(change) or change is None else lambda members: _replaced(members, change)
    with pytest.raises(error, match=rf"^报告\.docx：.*{reason}") as caught:
        _read(body, change=how)
    assert "\n" not in str(caught.value)


def test_too_many_tags_are_refused_before_they_are_parsed(monkeypatch):
    monkeypatch.setattr(package, "MAX_MARKS", 2_000)
    assert _texts(_read(_p("文"))) == ["文"]
    with pytest.raises(TooLargeError, match="超过上限 2000 处"):
        _read("<w:x/>" * 2_000)


def test_spans_beyond_reason_are_clipped():
    cells = [
        _tc(text, element("w:gridSpan", w_val=span))
        for text, span in (("甲", 2_000_000_000), ("乙", "-3"), ("丙", "x"))
    ]
    document = _read(_tbl(_tr(*cells), _tr(*map(_tc, "一二三"), properties=element("w:gridBefore", w_val="9" * 30))))
    assert [text for text, *_ in _cells(document)[0]] == ["甲", "乙", "丙"]
    assert len(_cells(document)[1]) == 3


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9, 0.999])
def test_a_file_that_is_cut_off(keep):
    data = docx.write(compose(1), Random(1))
    with pytest.raises(UnreadableError, match=r"^报告\.docx：.*损坏"):
        read_source(Source.of(data[: max(4, int(len(data) * keep))], "报告.docx"))


_TAG = re.compile(rb"<[^<>]*>")


def _mutated(data, rng):
    """A part with some tags dropped, doubled, moved or changed; often no XML any more, often still."""
    pieces = re.split(rb"(<[^<>]*>)", data)
    tags = [n for n, piece in enumerate(pieces) if _TAG.fullmatch(piece)]
    for _ in range(rng.choice((1, 1, 2, 5))):
        at, other = rng.sample(tags, 2)
        whole = [n for n in tags if pieces[n].endswith(b"/>")]
        kind = rng.randrange(6)
        if kind == 0 and whole:
            pieces[rng.choice(whole)] = b""
        elif kind == 1 and whole:
            pieces[at] += pieces[rng.choice(whole)]
        elif kind == 2:
            pieces[at] = re.sub(
                rb'="[^"]*"',
                lambda _: rng.choice((b'=""', b'="-1"', b'="99999999999"', b'="continue"')),
                pieces[at],
                count=1,
            )
        elif kind == 3:
            pieces[at], pieces[other] = pieces[other], pieces[at]
        elif kind == 4 and whole:
            name = rng.choice(
                (
                    b"w:vMerge",
                    b"w:del",
                    b"w:vanish",
                    b"w:tbl",
                    b"w:tr",
                    b"w:tc",
                    b"w:p",
                    b"w:sdt",
                    b"w:numPr",
                    b"mc:AlternateContent",
                )
            )
            pieces[rng.choice(whole)] = b"<" + name + b"/>"
        else:
            old, new = (
                rng.choice((b"w:tc", b"w:tr", b"w:p", b"w:r", b"w:tbl", b"w:ins", b"w:sdtContent", b"w:txbxContent"))
                for _ in "ab"
            )
            pieces = [re.sub(rb"(</?)" + old + rb"(?=[ >/])", rb"\1" + new, piece) for piece in pieces]
            break
    return b"".join(pieces)


@pytest.mark.parametrize("part", range(4))
def test_mutated_files_never_raise_anything_else(part):
    """Bounded fuzzing, seeded: of the parts, and of the bytes of the file."""
    rng = Random(part)
    read = 0
    for seed in range(30):
        data = docx.write(
            compose(seed), rng, frozenset(rng.sample(docx.QUIRKS, 4)) - {"utf16", "backslashes", "other_main"}
        )
        members = _members(data)
        if seed % 5:
            names = [n for n in members if n.endswith((".xml", ".rels")) and members[n].count(b"<") > 4]
            name = "word/document.xml" if seed % 2 else rng.choice(names)
            data = zipped(members | {name: _mutated(members[name], rng)})
        else:
            raw = bytearray(data)
            for _ in range(rng.randint(1, 12)):
                raw[rng.randrange(4, len(raw))] = rng.randrange(256)
            data = bytes(raw)
        with contextlib.suppress(GkauditError):
            document = read_source(Source.of(data, "报告.docx"))
            read += 1
            for table in document.tables:
                assert all(c.anchor.column and c.rowspan > 0 and c.colspan > 0 for row in table.rows for c in row)
    assert read > 5


def _members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
