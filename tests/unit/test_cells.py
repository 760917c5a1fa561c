"""Cells of tables of which nothing but the headings is there."""

import pytest

from gkaudit.cells import extract_cells
from gkaudit.document import Anchor, Document, Paragraph, Table, TableCell

GROUP = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
HEAD = (
    (("行政复议", 5, 1), ("行政诉讼", 10, 1)),
    (*((word, 1, 2) for word in GROUP), ("未经复议直接起诉", 5, 1), ("复议后起诉", 5, 1)),
    tuple((word, 1, 1) for word in GROUP * 2),
)


@pytest.mark.parametrize(
    ("row", "confidence", "state"),
    [
        # A picture: the line of numbers came out as one heap of signs.
        ("|0|o|o|oo |o|o|oo|o", 0.68, "unreadable"),
        # A file: there is no line of numbers.
        (None, 1.0, "absent"),
    ],
)
def test_a_row_that_was_not_recognised_is_not_missing(row, confidence, state):
    anchor = Anchor("报告", table=1)
    rows = [[TableCell(text, anchor, down, across) for text, across, down in line] for line in HEAD]
    if row is not None:
        rows.append([TableCell(row, anchor, 1, 15, confidence)])
    table = Table(tuple(map(tuple, rows)), anchor, exact=True, layout="grid")
    heading = Paragraph("四、政府信息公开行政复议、行政诉讼情况", anchor)
    extraction = extract_cells(Document("报告", "docx", "", (heading, table)), 2024)
    states = {cell.state for cell in extraction.cells if cell.key.startswith("remedies.")}
    assert (extraction.found["remedies"], states) == (1, {state})


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        (
            ("一、本年新收政府信息公开申请数量 3 0 0 0 0 0 3", "二、上年结转政府信息公开申请数量 0 0 0 0 0 0 0"),
            "unreadable",
        ),
        # One row is a sentence of a kind, and so is a number among words.
        (("一、本年新收政府信息公开申请数量 3", "一、本年新收政府信息公开申请数量 3"), "absent"),
        # Digits without end: anything that tries all their parts would not come back.
        ((f"一、本年新收政府信息公开申请数量 {'1' * 80}x",) * 2, "absent"),
        (("一、本年新收政府信息公开申请数量 3 件。", "二、上年结转政府信息公开申请数量 0 件。"), "absent"),
    ],
)
def test_rows_that_stand_in_the_text_are_not_missing(lines, state):
    anchor = Anchor("报告.pdf")
    extraction = extract_cells(Document("报告.pdf", "pdf", "", tuple(Paragraph(text, anchor) for text in lines)), 2024)
    assert {cell.state for cell in extraction.cells if cell.key.startswith("requests.")} == {state}
    assert {cell.state for cell in extraction.cells if cell.key.startswith("disclosure.")} == {"absent"}
