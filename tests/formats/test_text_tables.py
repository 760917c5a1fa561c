"""Tables in text files as other programs draw them: frames, boxes, columns under dashes, escaped Markdown."""

import pytest

from gkaudit.chars import width
from gkaudit.form import EDITIONS
from gkaudit.readers import Source, read_source
from gkaudit.report import understand
from tests.generate import compose, make
from tests.generate.model import Words


def _rows(lines):
    """Every row in all columns; what a merged cell covers is empty."""
    return [[text for s in line.slots for text in (s.text.replace("\n", ""), *[""] * (s.span - 1))] for line in lines]


def _widths(rows):
    return [max(width(row[n]) for row in rows) + 2 for n in range(len(rows[0]))]


def _padded(text, room):
    return f" {text}{' ' * (room - 1 - width(text))}"


def _framed(rows, level, upright, corners):
    (first, *middle, last), widths = corners, _widths(rows)
    rules = [f"{c[0]}{c[1].join(level * n for n in widths)}{c[2]}" for c in (first, *middle, last)]
    out = [rules[0]]
    for number, row in enumerate(rows, 1):
        out.append(f"{upright}{upright.join(map(_padded, row, widths))}{upright}")
        out.append(rules[-1] if number == len(rows) else rules[1])
    return out


def _box(rows):
    return _framed(rows, "─", "│", ("┌┬┐", "├┼┤", "└┴┘"))


def _heavy(rows):
    return _framed(rows, "━", "┃", ("┏┳┓", "┣╋┫", "┗┻┛"))


def _plus(rows):
    return _framed(rows, "-", "|", ("+++", "+++", "+++"))


def _wrapped(rows):
    """A grid whose long labels go on in the next line of their cells."""
    cut = [[(t[:12], t[12:]) if len(t) > 12 and not t[0].isdigit() else (t, "") for t in row] for row in rows]
    widths = _widths([list(row) for texts in cut for row in zip(*texts, strict=True)])
    rule = f"+{'+'.join('-' * n for n in widths)}+"
    out = [rule]
    for row in cut:
        parts = [[p[0] for p in row], [p[1] for p in row]]
        out += [f"|{'|'.join(map(_padded, part, widths))}|" for part in parts if any(part)]
        out.append(rule)
    return out


def _dashed(rows):
    """What pandoc calls a simple table without a head."""
    widths = _widths(rows)
    rule = "  " + " ".join("-" * n for n in widths)
    return [
        rule,
        *("  " + " ".join(_padded(t, n)[1:] + " " for t, n in zip(row, widths, strict=True)).rstrip() for row in rows),
        rule,
    ]


def _apart(rows):
    """What pandoc calls a multiline table: a blank line between its rows."""
    first, *between, last = _dashed(rows)
    return [first, *(line for row in between for line in (row, "")), last]


def _structured(rows):
    """A simple table of reStructuredText, with its head between two lines."""
    first, head, *between, _ = (line.removeprefix("  ") for line in _dashed(rows))
    rule = first.replace("-", "=")
    return [rule, head, rule, *(line or "\\" for line in between), rule]


def _escaped(rows):
    shown = ["| " + " | ".join(t.replace(".", "\\.").replace("-", "\\-") for t in row) + " |" for row in rows]
    return [shown[0], "|" + "---|" * len(rows[0]), *shown[1:]]


@pytest.mark.parametrize("draw", [_box, _heavy, _plus, _wrapped, _dashed, _apart, _structured, _escaped])
@pytest.mark.parametrize("oddity", ["blank_cells", "blank_rows", "marks", "thousands", "no_captions"])
def test_what_other_programs_draw_is_read(draw, oddity):
    for seed, edition in enumerate(EDITIONS):
        made = compose(seed, edition=edition, oddities={oddity})
        lines = []
        for block in made.blocks:
            if isinstance(block, Words):
                lines += [block.text, ""]
                continue
            for part in block.parts:
                lines += [*part.before, "", *draw(_rows(part.lines)), ""]
        report = understand(read_source(Source.of("\n".join(lines).encode(), "报告.md")))
        rows = report.cells.iter_rows(named=True)
        assert [said for row in rows if (said := made.wrong(row["key"], row["value"], row["state"]))] == []


@pytest.mark.parametrize(
    "text",
    [
        "一、总体情况\n\n-- --\n\n正文第一段。\n\n-- --\n\n正文第二段。",
        "━━━━━━━━\n正文\n━━━━━━━━\n",
        "--- --- ---\n长短不一的一行文字写到了线的后面去\n",
    ],
)
def test_lines_that_only_adorn_a_text_lose_nothing_of_it(text):
    document = read_source(Source.of(text.encode(), "报告.txt"))
    assert not document.tables
    shown = "".join(p.text for p in document.paragraphs)
    assert all(line in shown for line in text.split() if line[0] >= "一")


#: A report whose second section comes after a first one, as texts of web pages have it.
_ABOVE = "岚皎县青石镇2023年政府信息公开工作年度报告\n一、总体情况\n公开信息26条。\n二、主动公开政府信息情况\n"

#: Rows of 表二 as programs save them that end every cell with a pipe; the numbers are 1 to 10 in order.
_SAVED = {
    "each cell on a line, rows filled up": """第二十条第（一）项 |
|||
信息内容 |
本年制发件数 |
本年废止件数 |
现行有效件数 |
规章 |
1 |
2 |
3 |
行政规范性文件 |
4 |
5 |
6 |
第二十条第（五）项 |
|||
信息内容 |
本年处理决定数量 |
||
行政许可 |
7 |
||
第二十条第（六）项 |
|||
信息内容 |
本年处理决定数量 |
||
行政处罚 |
8 |
||
行政强制 |
9 |
||
第二十条第（八）项 |
|||
信息内容 |
本年收费金额（单位：万元） |
||
行政事业性收费 |
10 |
""",
    "a pipe before each row": """|
第二十条第（一）项 | ||||
|
信息内容 |
本年制发件数 |
本年废止件数 |
现行有效件数 | |
|
规章 |
1 |
2 |
3 | |
|
行政规范性文件 |
4 |
5 |
6 | |
|
信息内容 |
本年处理决定数量 | |||
|
行政许可 |
7 | |||
|
行政处罚 |
8 | |||
|
行政强制 |
9 | |||
|
信息内容 |
本年收费金额（单位：万元） | |||
|
行政事业性收费 |
10
""",
    "the pipe on the next line": """第二十条第（一）项
|
信息内容
|
本年制发
件数
|
本年废止件数
|
现行有效件数
|
规章
|
1
|
2
|
3
|
行政规范性文件
|
4
|
5
|
6
|
信息内容
|
本年处理决定数量
|
行政许可
|
7
|
行政处罚
|
8
|
行政强制
|
9
|
信息内容
|
本年收费金额（单位：万元）
|
行政事业性收费
|
10
|
""",
    "a row on a line, none filled up": """第二十条第（一）项 |
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |
规章 | 1 | 2 | 3 |
行政规范性文件 | 4 | 5 | 6 |
第二十条第（五）项 |
信息内容 | 本年处理决定数量 |
行政许可 | 7 |
第二十条第（六）项 |
信息内容 | 本年处理决定数量 |
行政处罚 | 8 |
行政强制 | 9 |
第二十条第（八）项 |
信息内容 | 本年收费金额（单位：万元） |
行政事业性收费 | 10 |
""",
}


@pytest.mark.parametrize("shape", _SAVED)
def test_cells_that_end_with_a_pipe_are_read_however_they_are_broken_over_lines(shape):
    report = _report(_ABOVE + _SAVED[shape] + "三、收到和处理政府信息公开申请情况\n未收到申请。\n")
    cells = report.cells.filter(report.cells["table"] == "disclosure")
    assert cells["state"].to_list() == ["reported"] * 10
    assert list(map(int, cells["value"])) == list(range(1, 11))
    assert [p.text for p in report.document.paragraphs][-2:] == ["三、收到和处理政府信息公开申请情况", "未收到申请。"]


def test_an_empty_first_cell_is_one_where_rows_do_not_begin_with_a_pipe():
    heads = " | ".join(["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3)
    numbers = "| 1 | 2 | 3 | 6 |" + " 0 |" * 10
    table = f"行政复议 | 行政诉讼 |\n未经复议直接起诉 | 复议后起诉 |\n{heads} |\n{numbers}\n"
    report = _report(_ABOVE + "四、政府信息公开行政复议、行政诉讼情况\n" + table)
    cells = report.cells.filter(report.cells["row"] == "reconsideration")
    assert cells["state"].to_list() == ["blank", "reported", "reported", "reported", "reported"]
    assert list(map(int, cells["value"][1:])) == [1, 2, 3, 6]


def test_a_number_alone_in_a_row_that_was_filled_up_is_in_doubt():
    row = "一、本年新收政府信息公开申请数量 | 5 | ||||||||\n二、上年结转政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | ||\n"
    heads = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） | 申请人情况 | ||||||||\n"
    report = _report(_ABOVE + "三、收到和处理政府信息公开申请情况\n" + heads + row)
    cells = report.cells.filter(report.cells["row"] == "received")
    assert set(cells["state"]) == {"unreadable"}
    assert set(report.cells.filter(report.cells["row"] == "pending_start")["state"]) == {"reported"}


#: The head of 表三 in a text that leaves out what merged cells cover.
_CLOSED_HEAD = """（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） | 申请人情况 |{}
自然人 | 法人或其他组织 | 总计 |{}
商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 |{}
"""


@pytest.mark.parametrize("filled_up", [False, True])
def test_empty_cells_count_where_a_text_leaves_out_what_merged_cells_cover(filled_up):
    heads = _CLOSED_HEAD.format("|" * 8, "|" * 7, "|" * 5) if filled_up else _CLOSED_HEAD.format("", "", "")
    end = " ||" if filled_up else ""
    rows = (
        f"一、本年新收政府信息公开申请数量 | | | | | | | 5 |{end}\n"
        f"二、上年结转政府信息公开申请数量 | | 2 | | | | | 2 |{end}\n"
        f"三、本年度办理结果 | （一）予以公开 | | | | | | | 4 |{end[:-1]}\n"
        f"| （三）不予公开 | 1.属于国家秘密 | | | | | | | 3 |\n| | 2.其他法律行政法规禁止公开 | | | | | | | 0 |\n"
    )
    report = _report(_ABOVE + "三、收到和处理政府信息公开申请情况\n" + heads + rows)
    cells = report.cells.filter(report.cells["state"] == "reported")
    assert list(cells.select("row", "column", "value").iter_rows()) == [
        ("received", "total", 5),
        ("pending_start", "business", 2),
        ("pending_start", "total", 2),
        ("full_grant", "total", 4),
        ("exempt_state_secret", "total", 3),
        ("exempt_other_law", "total", 0),
    ]


def test_cells_in_quotes_that_run_over_lines_are_those_of_a_copied_sheet():
    table = (
        '"（本列数据的勾稽关系为：第一项加第二项之和，\n等于第三项加第四项之和）"\t\t\t申请人情况\t\t\t\t\t\t\n'
        "\t\t\t自然人\t法人或其他组织\t\t\t\t\t总计\n"
        '\t\t\t\t"商业\n企业"\t"科研\n机构"\t"社会公益\n组织"\t"法律服务\n机构"\t其他\t\n'
        "一、本年新收政府信息公开申请数量\t\t\t5\t1\t0\t0\t0\t0\t6\n"
        '"三、本年度\n办理结果"\t（一）予以公开\t\t4\t3\t0\t0\t0\t0\t7\n'
        '\t"（三）\n不予公开"\t"3.危及""三安全一稳定"""\t2\t1\t0\t0\t0\t0\t3\n'
    )
    # As many lines of prose: this is no sheet saved as text.
    above = _ABOVE.replace("公开信息26条。\n", "公开信息26条。\n" * 40)
    report = _report(above + "三、收到和处理政府信息公开申请情况\n" + table)
    assert report.document.format == "txt"
    assert set(report.cells.filter(report.cells["state"] != "absent")["state"]) == {"reported"}
    totals = report.cells.filter((report.cells["column"] == "total") & (report.cells["state"] == "reported"))
    assert list(map(int, totals["value"])) == [6, 7, 3]
    lines = above.count("\n") + 1 + table.count("\n")
    assert [c.anchor.line for c in report.document.tables[0].rows[-1][:3]] == [lines - 1, lines - 1, lines]


def test_a_quotation_mark_that_opens_a_line_of_prose_is_none_of_a_cell():
    text = '"公开为常态\n是本镇的要求。\n一、总体情况\n'
    report = _report("岚皎县青石镇2023年政府信息公开工作年度报告\n" + text)
    assert [p.text for p in report.document.paragraphs][1:4] == text.splitlines()


def test_a_row_that_the_form_does_not_have_is_named():
    rows = "规章 | 1 | 2 | 3 |\n其他主动公开文件 | 9 | 9 | 9 |\n行政规范性文件 | 4 | 5 | 6 |\n行政许可 | 7 |\n"
    report = _report(_ABOVE + "信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n" + rows)
    assert [v for v in report.extraction.label_variants if "表式没有这一行" in v] == [
        "第7行“其他主动公开文件”（表式没有这一行）"
    ]


@pytest.mark.parametrize(("moved", "state"), [("不", "blank"), ("", "unreadable")])
def test_words_that_moved_into_the_next_cell_are_no_damage_and_lost_ones_are(moved, state):
    rows = f"""| 三、本年度办理结果 | （三）予公开 | {moved}1.属于国家秘密 | 1 | 0 | 0 | 0 | 0 |  | 1 |
| | （四）法提供 | {moved and "无"}1.本机关不掌握相关政府信息 | 2 | 0 | 0 | 0 | 0 | 0 | 2 |
| | | 2.没有现成信息需要另行制作 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
"""
    if not moved:
        rows = rows.replace("属于国家", "属家").replace("本机关不掌", "机关掌")
    report = _report(_ABOVE + "三、收到和处理政府信息公开申请情况\n" + rows)
    cells = report.cells.filter(report.cells["key"] == "requests.exempt_state_secret.other_org")
    assert cells["state"].to_list() == [state]


@pytest.mark.parametrize("numbers", ["3 | 3", "0 | 0", "2 | 1 | 3"])
def test_numbers_that_a_text_may_have_moved_together_are_in_doubt(numbers):
    blanks = "|" * (9 - numbers.count("|") - 1)
    rows = (
        f"一、本年新收政府信息公开申请数量 | {numbers} | {blanks}\n"
        "二、上年结转政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | ||\n"
    )
    head = _CLOSED_HEAD.format("|" * 8, "|" * 7, "|" * 5)
    report = _report(_ABOVE + "三、收到和处理政府信息公开申请情况\n" + head + rows)
    assert set(report.cells.filter(report.cells["row"] == "received")["state"]) == {"unreadable"}


def test_table_four_is_known_by_its_fifteen_numbers_where_its_headings_stand_upright():
    heads = "行政复议 行政诉讼\n未经复议直接起诉 复议后起诉\n结 结 其 尚\n果 果 他 未 总\n维 纠 结 审\n持 正 果 结 计\n"
    numbers = "1 0 0 0 1 0 2 0 0 2 0 0 0 0 0\n"
    carried = "四、结转下年度继续办理 0 0 0 0 0 0 0\n"
    report = _report(_ABOVE + carried + "四、政府信息公开行政复议、行政诉讼情况\n" + heads + numbers)
    cells = report.cells.filter(report.cells["table"] == "remedies")
    assert set(cells["state"]) == {"reported"}
    assert list(map(int, cells["value"])) == [1, 0, 0, 0, 1, 0, 2, 0, 0, 2, 0, 0, 0, 0, 0]


def test_a_heading_of_a_section_in_the_middle_of_a_line_begins_the_section():
    title = "岚皎县青石镇2023年政府信息公开工作年度报告"
    text = f"{title}\n本报告由青石镇编制。 一、总体情况 （一）主动公开情况 公开信息26条。\n二、主动公开政府信息情况\n"
    report = _report(text)
    assert [h.section for h in report.outline.headings] == ["overall", "disclosure"]
    assert [p.text for p in report.document.paragraphs][1:4] == [
        "本报告由青石镇编制。", "一、总体情况", "（一）主动公开情况 公开信息26条。",
    ]  # fmt: skip


def test_what_is_no_number_in_a_cell_that_ends_with_a_pipe_takes_nothing_from_its_row():
    table = "规章 |\n1 |\n2 |\n3 |\n|\n行政许可 |\n4 |\n0/0 |\n5 |\n|\n行政处罚 |\n6 |\n7 |\n8 |\n|\n"
    head = "信息内容 |\n上一年项目数量 |\n本年增/减 |\n处理决定数量 |\n|\n"
    report = _report(_ABOVE + head + table)
    cells = report.cells.filter(report.cells["row"] == "licences")
    assert cells["state"].to_list() == ["reported", "unreadable", "reported"]
    assert report.cells.filter(report.cells["row"] == "penalties")["value"].to_list() == [6, 7, 8]


def test_an_empty_row_with_the_headings_repeated_before_its_label_is_a_row():
    """So it is where a page end cuts off the group of the row and the next page prints the headings again."""
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    rows = "".join(
        f"| {note} | {note} | {text} |{blank}|\n"
        for text, blank in (("2.重复申请", " 1 | 0 | 0 | 0 | 0 | 0 | 1 "), ("3.要求提供公开出版物", " |" * 6))
    )
    head = f"| {note} | {note} | {note} | 自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计 |\n"
    report = _report(_ABOVE + "三、收到和处理政府信息公开申请情况\n" + head + rows)
    assert set(report.cells.filter(report.cells["row"] == "published_material")["state"]) == {"blank"}


@pytest.mark.parametrize("lead", ["", "| "])
def test_words_between_the_rows_of_a_text_are_none_of_the_label_below_them(lead):
    head = _CLOSED_HEAD.format("|" * 8, "|" * 7, "|" * 5)
    rows = f"{lead}6.属于四类过程性信息 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | ||\n（续表）\n{lead}7.属于行政执法案卷 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | ||\n"
    report = _report(_ABOVE + "三、收到和处理政府信息公开申请情况\n" + head + rows)
    assert not [variant for variant in report.extraction.label_variants if "续表" in variant]


@pytest.mark.parametrize("sign", [" ", " | ", "\n"])
@pytest.mark.parametrize(
    ("heads", "state"),
    [
        ("自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计", "reported"),
        ("自然人 自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计", "reported"),
        ("总计 自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他", "unreadable"),
        ("商业企业 科研机构 社会公益组织 法律服务机构 其他 自然人 总计", "unreadable"),
    ],
)
def test_headings_in_one_line_say_the_order_of_the_columns(heads, state, sign):
    labels = (
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "（一）予以公开",
        "四、结转下年度继续办理",
    )
    rows = (f"项目 {heads}", *(f"{label} 1 0 2 0 0 4 7" for label in labels))
    text = "\n".join(row.replace(" ", sign) for row in rows)
    report = _report(_ABOVE + "三、收到和处理政府信息公开申请情况\n" + text + "\n")
    assert set(report.cells.filter(report.cells["row"] == "received")["state"]) == {state}


def test_headings_of_table_two_one_a_line_say_the_order_of_its_columns():
    lines = (
        "信息内容",
        "现行有效件数",
        "本年制发件数",
        "本年废止件数",
        "规章",
        "3",
        "1",
        "2",
        "行政规范性文件",
        "6",
        "4",
        "5",
    )
    report = _report(_ABOVE + "\n".join(lines) + "\n行政许可\n7\n")
    cells = report.cells.filter(report.cells["row"].is_in(["government_rules", "normative_documents"]))
    assert list(map(int, cells["value"])) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(("total", "state"), [("（七）总计\t0\t0\t0\t0\t1\t0\t1\t\t", "unreadable"), ("", "blank")])
def test_an_empty_cell_at_the_end_of_rows_that_do_not_stand_alike_is_in_doubt(total, state):
    """A row that has its numbers one column further left than those like it shows that others may have as well."""
    labels = ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "四、结转下年度继续办理")
    first, second, last = (f"{label}\t\t0\t0\t0\t0\t0\t0\t0\t" for label in labels)
    table = f"{first}\n{second}\n2.重复申请\t\t0\t0\t0\t0\t0\t0\t\t\n{total}\n{last}"
    # No sheet that was saved as a text, whose records are as wide as each other.
    prose = "全年公开信息若干条。\n" * 10
    report = _report(f"{_ABOVE}{prose}三、收到和处理政府信息公开申请情况\n{table}\n")
    cells = report.cells.filter(report.cells["key"] == "requests.duplicate.total")
    assert cells["state"].to_list() == [state]


def _report(text):
    return understand(read_source(Source.of(text.encode(), "报告.txt")))


def test_where_two_blanks_part_all_cells_nothing_shows_which_one_is_missing():
    """A row whose label is as long as that of a full row has its numbers below those, whichever of them is missing."""
    made = compose(0, edition="2021")
    lines = []
    for block in made.blocks:
        if isinstance(block, Words):
            lines.append(block.text)
            continue
        for row in (line for part in block.parts for line in part.lines):
            shown = [slot.text.replace("\n", "") for slot in row.slots if slot.text]
            if row.row == "pending_start":
                del shown[-1]
            lines.append("  ".join(shown))
    report = understand(read_source(Source.of("\n".join(lines).encode(), "报告.txt")))
    states = {row["key"]: row["state"] for row in report.cells.iter_rows(named=True)}
    of_row = {key: state for key, state in states.items() if ".pending_start." in key}
    assert len(of_row) == 7
    assert set(of_row.values()) <= {"unreadable", "inferred"}
    others = [row for row in report.cells.iter_rows(named=True) if row["key"] not in of_row]
    assert [said for row in others if (said := made.wrong(row["key"], row["value"], row["state"]))] == []


@pytest.mark.parametrize("part", [" | ", "\n", "\n\n", "\t"])
def test_words_that_say_there_is_none_are_in_their_row(part):
    """The row has them where its numbers belong: it is not missing."""
    rows = [
        ("第二十条第（一）项",),
        ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
        ("规章", "本单位未制定规章", "本单位未制定规章", "本单位未制定规章"),
        ("行政规范性文件", "4", "0", "32"),
        ("第二十条第（五）项",),
        ("信息内容", "本年处理决定数量"),
        ("行政许可", "不涉及"),
        ("第二十条第（六）项",),
        ("信息内容", "本年处理决定数量"),
        ("行政处罚", "12"),
        ("行政强制", "不涉及"),
        ("第二十条第（八）项",),
        ("信息内容", "本年收费金额（单位：万元）"),
        ("行政事业性收费", "0"),
    ]
    text = _ABOVE + "\n".join(part.join(row) for row in rows) + "\n"
    report = understand(read_source(Source.of(text.encode(), "报告.txt")))
    found = {c.key.removeprefix("disclosure."): (c.state, c.value) for c in report.extraction.cells[:10]}
    assert {found[f"government_rules.{n}"][0] for n in ("issued", "repealed", "in_force")} == {"marked"}
    assert [found[f"{n}.decisions"] for n in ("licences", "penalties", "coercive_measures")] == [
        ("marked", None),
        ("reported", 12),
        ("marked", None),
    ]
    assert [found[f"normative_documents.{n}"][1] for n in ("issued", "repealed", "in_force")] == [4, 0, 32]


@pytest.mark.parametrize(("part", "end"), [(" | ", " |"), (" |\n", " |"), ("\n|\n", "\n|"), ("  ", ""), ("\n\n", "")])
def test_a_label_with_a_long_explanation_behind_it_is_that_of_its_row(part, end):
    explained = (
        "规范性文件（行政机关制定发布的决定、公告、通告、意见、通知，以及标题采用“规定”“办法”“细则”“规范”“规程”“规则”"
        "等字样的公文，一般情况下属于规范性文件，转发上级的文件不在此列）"
    )
    rows = [
        ("第二十条第（一）项",),
        ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"),
        ("规章（设区的市、自治州人民政府应提供相关数据）", "0", "0", "0"),
        (explained, "34", "4", "47"),
        ("第二十条第（五）项",),
        ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量"),
        ("行政许可", "7", "1", "57"),
        ("其他对外管理服务事项", "0", "0", "0"),
    ]
    text = _ABOVE.replace("2023", "2020") + "\n".join(part.join(row) + end for row in rows) + "\n"
    report = understand(read_source(Source.of(text.encode(), "报告.txt")))
    found = [(c.state, c.value) for c in report.extraction.cells[3:6]]
    assert found == [("reported", 34), ("reported", 4), ("reported", 47)]


def test_a_misprinted_label_that_is_broken_over_two_lines_is_no_heading():
    made = make(3, layout="spaced", oddities=frozenset())
    label = "二、上年结转政府信息公开申请数量"
    (row,) = [line for line in made.text.split("\n") if line.startswith(label)]
    text = made.text.replace(row, row.replace(label, "二、上年结转政府倍息\n公开申请数量"))
    report = _report(text)
    cells = [cell for cell in report.cells.iter_rows(named=True) if cell["key"].startswith("requests.pending_start.")]
    assert {cell["state"] for cell in cells} == {"reported"}
    assert [cell["value"] for cell in cells] == [made.cells[cell["key"]].value for cell in cells]
    assert [h.text for h in report.outline.headings] == [h.text for h in _report(made.text).outline.headings]


def _report(text):
    return understand(read_source(Source.of(text.encode(), "报告.txt")))


def test_a_number_in_one_cell_with_its_label_takes_no_cells_of_the_next_row():
    """Where each cell is a line with its pipe behind it only the labels tell where a row begins."""
    head = "第二十条第（一）项\n|\n信息内容\n|\n本年制发件数\n|\n本年废止件数\n|\n现行有效件数\n|\n"
    rows = "规章\n|\n1\n|\n2\n|\n3\n|\n行政规范性文件\n|\n4\n|\n5\n|\n6\n|\n"
    caption = "第二十条第（{}）项\n|\n信息内容\n|\n本年处理决定数量\n|\n"
    licences = f"{caption.format('五')}行政许可 4,496\n|\n"
    report = _report(_ABOVE + head + rows + licences + caption.format("六") + "行政处罚\n|\n7\n|\n行政强制\n|\n8\n|\n")
    cells = {row["row"]: row for row in report.cells.iter_rows(named=True) if row["column"] == "decisions"}
    assert {name: int(row["value"]) for name, row in cells.items() if row["value"] is not None} == {
        "licences": 4496, "penalties": 7, "coercive_measures": 8,
    }  # fmt: skip
