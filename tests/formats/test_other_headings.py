"""Texts whose headings are not those of the form, in another order than the form's: nothing of them is stated."""

import re

import pytest

from gkaudit.form import form
from gkaudit.readers import Source, read_source
from gkaudit.report import understand

TITLE = "青禾县云溪镇人民政府2023年政府信息公开工作年度报告"
REQUESTS = form().table("requests")
OUTCOMES = [column.label for column in form().table("remedies").columns]
#: Natural persons, the five kinds of organisations, and their total: no number stands for another one.
NUMBERS = ("1", "2", "3", "5", "7", "11", "29")
FORM = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
OTHER = ("个人", "公司", "研究所", "公益", "律所", "其余", "合计")
TOTAL_FIRST, SWAPPED = (6, 0, 1, 2, 3, 4, 5), (0, 2, 1, 3, 4, 5, 6)
LAYOUTS = {"tabs": "\t".join, "spaces": " ".join, "lines": "\n".join, "pipes": lambda row: f"|{'|'.join(row)}|"}
LAYOUTS["cells"] = lambda row: f"<table><tr><td>{'<td>'.join(row)}</table>"
TEXTS = ("tabs", "spaces", "lines", "pipes")
TWO = "二、主动公开政府信息情况"
THREE, FOUR = "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况"


def _table(rows):
    return "<table>" + "".join("<tr><td>" + "<td>".join(row) for row in rows) + "</table>"


def _states(section, rows, lay, table):
    """States of the cells of a table that has these rows."""
    lines = [row if isinstance(row, str) else LAYOUTS[lay](row) for row in rows]
    text = "\n".join([TITLE, section, *lines, "五、存在的主要问题及改进情况", "无。"])
    if lay == "cells":
        text = "<html>" + text.replace("\n", "<p>") + "</html>"
    report = understand(read_source(Source.of(text.encode(), f"报告.{'html' if lay == 'cells' else 'txt'}")))
    cells = [row for row in report.cells.iter_rows(named=True) if re.match(rf"{table}.*\.", row["key"])]
    return {row["state"] for row in cells if row["state"] != "absent"}


@pytest.mark.parametrize("lay", TEXTS)
@pytest.mark.parametrize(
    ("heads", "order", "states"),
    [
        (FORM, range(7), {"reported"}),
        (OTHER, TOTAL_FIRST, {"unreadable"}),
        (OTHER, SWAPPED, {"unreadable"}),
        (("甲", "乙", "丙", "丁", "戊", "己", "庚"), TOTAL_FIRST, {"unreadable"}),
    ],
)
def test_columns_of_table_three(lay, heads, order, states):
    rows = [("项目", *(heads[n] for n in order)), *((r.label, *(NUMBERS[n] for n in order)) for r in REQUESTS.rows)]
    assert _states(THREE, rows, lay, "requests") == states


def test_kinds_of_organisations_in_other_words_and_another_order():
    heads = [["", "自然人", "法人或其他组织", "总计"], ["研究单位", "公司", "公益", "律所", "其余"]]
    rows = ["\t".join([r.label, *(NUMBERS[n] for n in SWAPPED)]) for r in REQUESTS.rows]
    assert _states(THREE, [*heads, *rows], "tabs", "requests") == {"unreadable"}


@pytest.mark.parametrize("lay", ["tabs", "pipes"])
@pytest.mark.parametrize(
    ("heads", "before", "after"), [(("序号", "项目"), "1", ""), (("项目", "单位"), "", "件"), (("项目",), "", "")]
)
def test_columns_beside_the_labels_are_none_of_the_form(lay, heads, before, after):
    def row(at, label):
        return [*([str(at)] if before else []), label, *([after] if after else []), *NUMBERS]

    rows = [(*heads, *FORM), *(row(at, r.label) for at, r in enumerate(REQUESTS.rows, 1))]
    assert _states(THREE, rows, lay, "requests") <= {"reported", "inferred"}


@pytest.mark.parametrize(("order", "states"), [(range(7), {"reported"}), (TOTAL_FIRST, {"unreadable"})])
def test_a_total_before_the_others_shows_without_headings(order, states):
    rows = [(r.label, *(NUMBERS[n] for n in order)) for r in REQUESTS.rows]
    assert _states(THREE, rows, "tabs", "requests") == states


@pytest.mark.parametrize("lay", TEXTS)
@pytest.mark.parametrize(
    ("groups", "states"),
    [
        (("行政复议", "未经复议直接起诉", "复议后起诉"), {"reported"}),
        (("行政复议", "复议后起诉", "未经复议直接起诉"), {"unreadable"}),
        (("复议之后诉讼", "行政类", "其它类"), {"unreadable"}),
    ],
)
def test_groups_of_table_four(lay, groups, states):
    rows = [groups, OUTCOMES * 3, [str(n) for n in range(21, 36)]]
    assert _states(FOUR, rows, lay, "remedies") == states


def test_the_last_column_of_table_four_first_one_below_the_other():
    rows = [
        ("行政复议", "未经复议直接起诉", "复议后起诉"),
        ("总计", *OUTCOMES[:4]) * 3,
        [str(n) for n in range(21, 36)],
    ]
    assert _states(FOUR, rows, "lines", "remedies") == {"unreadable"}


@pytest.mark.parametrize("lay", ["tabs", "spaces", "lines"])
@pytest.mark.parametrize(
    ("heads", "states"),
    [
        (("制发", "废止", "有效"), {"reported"}),
        (("有效", "制发", "废止"), {"unreadable"}),
        (("在用数", "制定数", "停用数"), {"unreadable"}),
    ],
)
def test_columns_of_table_two(lay, heads, states):
    rows = [("信息内容", *heads), ("规章", "1", "2", "3"), ("行政规范性文件", "4", "5", "6")]
    rows += [("信息内容", "本年处理决定数量"), ("行政处罚", "7"), ("行政强制", "8")]
    assert _states("二、主动公开政府信息情况", rows, lay, "disclosure.(gov|norm)") == states


@pytest.mark.parametrize("lay", TEXTS)
@pytest.mark.parametrize("heads", [("甲", "乙", "丙"), ("数量", "件数", "总数"), ("其一", "其二", "其三")])
def test_columns_of_table_two_under_headings_that_say_nothing(lay, heads):
    """The three columns of documents are the form's guess; a single number behind its label is not."""
    rows = [("信息内容", *heads), ("规章", "1", "2", "3"), ("行政规范性文件", "4", "5", "6")]
    rows += [("信息内容", "本年处理决定数量"), ("行政处罚", "7"), ("行政强制", "8")]
    assert _states("二、主动公开政府信息情况", rows, lay, "disclosure.(gov|norm)") == {"inferred"}
    assert _states("二、主动公开政府信息情况", rows, lay, "disclosure.(pen|coe)") == {"reported"}


def test_a_web_page_whose_columns_of_table_two_have_other_headings():
    rows = "".join(
        f"<tr><td>{'<td>'.join(row)}"
        for row in [("信息内容", "甲", "乙", "丙"), ("规章", "1", "2", "3"), ("行政规范性文件", "4", "5", "6")]
    )
    text = f"<html><p>{TITLE}<p>二、主动公开政府信息情况</p><table>{rows}</table></html>"
    cells = understand(read_source(Source.of(text.encode(), "报告.html"))).cells
    own = cells.filter(cells["row"].is_in(["government_rules", "normative_documents"]))
    assert set(own["state"]) == {"inferred"}


@pytest.mark.parametrize("lay", [_table, "\t".join])
@pytest.mark.parametrize(
    ("heads", "numbers", "found"),
    [
        (("现行有效件数",), "7", [None, None, 7]),
        (("本年制发件数", "现行有效件数"), "57", [5, None, 7]),
        (("上年有效件数", "本年制发件数", "本年废止件数", "现行有效件数"), "9567", [5, 6, 7]),
        # A cell is lost or too much: nobody knows whose the others are.
        (("本年制发件数", "本年废止件数", "现行有效件数"), "57", [None] * 3),
        (("本年制发件数", "本年废止件数", "现行有效件数"), "5678", [None] * 3),
        (("制发", "有效"), "57", [None] * 3),
    ],
)
def test_columns_of_table_two_that_are_too_many_or_too_few_by_their_headings(lay, heads, numbers, found):
    rows = [("信息内容", *heads), ("规章", *numbers), ("行政规范性文件", *numbers)]
    page = lay is _table
    body = lay(rows) if page else "\n".join(map(lay, rows))
    text = (
        f"<html><p>{TITLE}<p>{TWO}</p>{body}</html>"
        if page
        else f"{TITLE}\n{TWO}\n{body}\n五、存在的主要问题及改进情况\n无。"
    )
    report = understand(read_source(Source.of(text.encode(), "报告.html" if page else "报告.txt")))
    values = {row["key"]: row["value"] for row in report.cells.iter_rows(named=True) if row["state"] == "reported"}
    for row in ("government_rules", "normative_documents"):
        assert [values.get(f"disclosure.{row}.{c}") for c in ("issued", "repealed", "in_force")] == found


@pytest.mark.parametrize(
    ("unit", "state"),
    [
        ("（单位：万元）", {"reported"}),
        ("（單位：萬元）", {"reported"}),
        ("（单位：元）", {"unreadable"}),
        ("（元）", {"unreadable"}),
    ],
)
def test_amounts_in_another_unit_than_the_form_says(unit, state):
    rows = [
        ("信息内容", f"本年收费金额{unit}"),
        ("行政事业性收费", "12.5"),
        ("信息内容", "本年处理决定数量"),
        ("行政处罚", "7"),
    ]
    assert _states("二、主动公开政府信息情况", rows, "tabs", "disclosure.fees") == state


@pytest.mark.parametrize(
    ("order", "states"), [((0, 1, 2), {"reported"}), ((1, 2, 0), {"unreadable"}), ((2, 1, 0), {"unreadable"})]
)
def test_groups_of_table_four_as_tables_of_their_own(order, states):
    """The first of them needs no name; what stands behind another one does."""
    apart = [
        "<p>行政复议</p><table><tr><td>结果维持<td>结果纠正<td>其他结果<td>尚未审结<td>总计<tr><td>1<td>2<td>3<td>4<td>10</table>",
        *(
            f"<table><tr><td colspan=5>{name}<tr><td>结果维持<td>结果纠正<td>其他结果<td>尚未审结<td>总计"
            f"<tr><td>{n}<td>6<td>7<td>8<td>{n + 21}</table>"
            for name, n in (("未经复议直接起诉", 5), ("复议后起诉", 9))
        ),
    ]
    found = _states(FOUR, [apart[n] for n in order], "cells", "remedies")
    assert found == states


@pytest.mark.parametrize("order", [range(7), SWAPPED, TOTAL_FIRST])
def test_headings_in_a_line_above_a_table_say_the_order_of_its_columns(order):
    heads = " ".join(("项目", *(FORM[n] for n in order)))
    rows = "".join(f"<tr><td>{r.label}{''.join(f'<td>{NUMBERS[n]}' for n in order)}" for r in REQUESTS.rows)
    text = f"<html><p>{TITLE}<p>{THREE}<p>{heads}</p><table>{rows}</table></html>"
    cells = understand(read_source(Source.of(text.encode(), "报告.html"))).cells
    own = cells.filter(cells["row"] == "received")
    assert set(own["state"]) == {"reported"}
    assert [str(int(value)) for value in own["value"]] == [*NUMBERS]
