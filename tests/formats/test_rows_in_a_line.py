"""Several rows of a table in one line of text: all of them are read, and none is said to be missing."""

import pytest

from gkaudit.chars import squash
from gkaudit.document import Anchor
from gkaudit.readers.lines import Line
from gkaudit.readers.running import is_running
from gkaudit.report import read

ROWS = [
    "第二十条第（一）项",
    "信息内容 本年制发件数 本年废止件数 现行有效件数",
    "规章 0 0 0",
    "行政规范性文件 2 1 11",
    "第二十条第（五）项",
    "信息内容 本年处理决定数量",
    "行政许可 5",
    "第二十条第（六）项",
    "信息内容 本年处理决定数量",
    "行政处罚 3",
    "行政强制 4",
    "第二十条第（八）项",
    "信息内容 本年收费金额（单位：万元）",
    "行政事业性收费 0.5",
]
WANTED = {
    "disclosure.normative_documents.in_force": 11,
    "disclosure.licences.decisions": 5,
    "disclosure.penalties.decisions": 3,
    "disclosure.coercive_measures.decisions": 4,
}


@pytest.mark.parametrize("rows", [1, 3, 4])
def test_rows_in_one_line_are_read(tmp_path, rows):
    lines = [" ".join(ROWS[at : at + rows]) for at in range(0, len(ROWS), rows)]
    path = tmp_path / "报告.txt"
    head = "青石镇人民政府2024年政府信息公开工作年度报告\n二、主动公开政府信息情况\n"
    path.write_text(head + "\n".join(lines) + "\n三、收到和处理政府信息公开申请情况\n", "utf-8")
    cells = read(path).cells
    said = {row["key"]: row["value"] for row in cells.iter_rows(named=True) if row["key"] in WANTED}
    assert said == WANTED


@pytest.mark.parametrize(
    "text", ["全年办理行政许可 5 件，行政处罚 3 件。", "行政许可 5", "行政许可 0 件 行政处罚 3 件 共计 3 件"]
)
def test_sentences_and_single_rows_are_no_such_lines(text):
    assert not is_running(Line(text, squash(text), Anchor("报告.txt")))
