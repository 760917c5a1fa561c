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


def _states(section, rows, lay, table):
    """States of the cells of a table that has these rows."""
    text = "\n".join([TITLE, section, *map(LAYOUTS[lay], rows), "五、存在的主要问题及改进情况", "无。"])
    report = understand(read_source(Source.of(text.encode(), "报告.txt")))
    cells = [row for row in report.cells.iter_rows(named=True) if re.match(rf"{table}.*\.", row["key"])]
    return {row["state"] for row in cells if row["state"] != "absent"}


@pytest.mark.parametrize("lay", LAYOUTS)
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
    assert _states("三、收到和处理政府信息公开申请情况", rows, lay, "requests") == states


@pytest.mark.parametrize(("order", "states"), [(range(7), {"reported"}), (TOTAL_FIRST, {"unreadable"})])
def test_a_total_before_the_others_shows_without_headings(order, states):
    rows = [(r.label, *(NUMBERS[n] for n in order)) for r in REQUESTS.rows]
    assert _states("三、收到和处理政府信息公开申请情况", rows, "tabs", "requests") == states


@pytest.mark.parametrize("lay", LAYOUTS)
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
    assert _states("四、政府信息公开行政复议、行政诉讼情况", rows, lay, "remedies") == states


def test_the_last_column_of_table_four_first_one_below_the_other():
    rows = [
        ("行政复议", "未经复议直接起诉", "复议后起诉"),
        ("总计", *OUTCOMES[:4]) * 3,
        [str(n) for n in range(21, 36)],
    ]
    assert _states("四、政府信息公开行政复议、行政诉讼情况", rows, "lines", "remedies") == {"unreadable"}


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
