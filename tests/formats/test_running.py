"""Tables whose cells run on in a line of a text, with something between them or nothing at all."""

import re

import pytest

from gkaudit.form import EDITIONS
from gkaudit.readers import Source, read_source
from gkaudit.report import understand
from tests.generate import compose
from tests.generate.model import Words


def _read(text):
    return understand(read_source(Source.of(text.encode(), "报告.txt")))


def _said(made, write):
    """What is wrong with the cells of a composed report whose tables are written so."""
    lines = []
    for block in made.blocks:
        if isinstance(block, Words):
            lines.append(block.text)
            continue
        rows = [line for part in block.parts for line in part.lines]
        lines += write([[slot.text.replace("\n", "") for slot in row.slots if not slot.above] for row in rows])
    rows = _read("\n".join(lines)).cells.iter_rows(named=True)
    return [said for row in rows if (said := made.wrong(row["key"], row["value"], row["state"]))]


@pytest.mark.parametrize("between", [" ", " | ", "\t"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_table_in_one_line_is_read(between, edition):
    for seed in range(3):
        made = compose(seed, edition=edition)
        assert _said(made, lambda rows: [between.join(cell for row in rows for cell in row if cell)]) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_stands_around_a_table_in_one_line_stays_prose(edition):
    made = compose(5, edition=edition)

    def write(rows):
        return [f"表格如下：{' '.join(cell for row in rows for cell in row if cell)} 以上为全年数据。"]

    assert _said(made, write) == []


def test_an_empty_cell_in_a_table_in_one_line_leaves_its_row_in_doubt():
    made = compose(3, oddities={"blank_cells"})
    said = _said(made, lambda rows: [" ".join(cell for row in rows for cell in row if cell)])
    assert not [one for one in said if "SILENT" in one]


ABOVE = "岚皎县青石镇2023年政府信息公开工作年度报告\n一、总体情况\n公开信息26条。\n"
#: As programs write it that put nothing between the cells of a row.
GLUED = """二、主动公开政府信息情况
第二十条第（一）项
信息内容本年制发件数本年废止件数现行有效件数
规章000
行政规范性文件{documents}
第二十条第（五）项
信息内容本年处理决定数量
行政许可124
第二十条第（六）项
信息内容本年处理决定数量
行政处罚0
行政强制0
第二十条第（八）项
信息内容本年收费金额（单位：万元）
行政事业性收费3.2
三、收到和处理政府信息公开申请情况
（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）申请人情况
自然人法人或其他组织总计
商业企业科研机构社会公益组织法律服务机构其他
一、本年新收政府信息公开申请数量0000000
二、上年结转政府信息公开申请数量0000000
三、本年度办理结果（一）予以公开0000000
（七）总计{processed}
四、结转下年度继续办理0000000
四、政府信息公开行政复议、行政诉讼情况
行政复议行政诉讼
结果维持结果纠正其他结果尚未审结总计未经复议直接起诉复议后起诉
结果维持结果纠正其他结果尚未审结总计结果维持结果纠正其他结果尚未审结总计
000000000000000
五、存在的主要问题及改进情况
"""


@pytest.mark.parametrize("one_line", [False, True])
def test_zeros_with_nothing_between_them_are_those_of_all_cells(one_line):
    glued = GLUED.format(documents="000", processed="0000000")
    if one_line:
        parts = re.split("(?m)^(.、.*情况)$", glued)
        glued = "\n".join(part.replace("\n", "") for part in parts)
    cells = {c.key: (c.state, c.value) for c in _read(ABOVE + glued).extraction.cells}
    assert cells["disclosure.government_rules.in_force"] == ("reported", 0)
    assert cells["disclosure.licences.decisions"] == ("reported", 124)
    rows = ("received", "full_grant", "processed", "pending_end")
    assert {cells[f"requests.{row}.total"] for row in rows} == {("reported", 0)}
    assert {cells[key] for key in cells if key.startswith("remedies")} == {("reported", 0)}


def test_digits_with_nothing_between_them_are_nobodys_number():
    """3, 4 and 12, or 34, 1 and 2."""
    cells = {c.key: c for c in _read(ABOVE + GLUED.format(documents="3412", processed="1000001")).extraction.cells}
    doubtful = [cell for key, cell in cells.items() if "normative_documents" in key or "processed" in key]
    assert {cell.state for cell in doubtful} == {"unreadable"}
    assert cells["disclosure.government_rules.issued"].state == "reported"


def test_a_row_whose_label_is_lost_takes_nothing_from_the_other_rows():
    """A number behind the headings shows no order that is lost where those of all other rows are behind their labels."""
    text = ABOVE + "\n\n".join(
        [
            "二、主动公开政府信息情况",
            "第二十条第（一）项",
            *("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
            *("\xa0", "0", "0", "0"),
            *("行政规范性文件", "2", "0", "83"),
            *("第二十条第（五）项", "信息内容", "本年处理决定数量", "行政许可", "124"),
            *("第二十条第（六）项", "信息内容", "本年处理决定数量", "行政处罚", "4", "行政强制", "0"),
            *("第二十条第（八）项", "信息内容", "本年收费金额（单位：万元）", "行政事业性收费", "0"),
        ]
    )
    found = [(c.state, c.value) for c in _read(text).extraction.cells[:10]]
    assert [state for state, _ in found[:3]] == ["unreadable"] * 3
    assert found[3:] == [("reported", number) for number in (2, 0, 83, 124, 4, 0, 0)]
