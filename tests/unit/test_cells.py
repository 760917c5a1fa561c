"""Cells of tables of which nothing but the headings is there."""

import pytest

from gkaudit.cells import extract_cells
from gkaudit.document import Anchor, Document, Paragraph, Table, TableCell
from gkaudit.form import form
from gkaudit.tables.captions import Around

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


@pytest.mark.parametrize(
    ("spans", "state"),
    [
        ((1, 14, 1, 9), "reported"),
        ((5, 10, 5, 5), "reported"),
        # The third heading stands over two runs of columns, the second over none: any of them may be wrong.
        ((1, 14, 0, 10), "unreadable"),
    ],
)
def test_headings_with_wrong_spans_are_those_of_the_runs_of_columns_in_their_order(spans, state):
    """An old program may write 行政复议 over one column and 复议后起诉 over nine: the columns say five each."""
    anchor = Anchor("报告.doc", table=1)
    first, second, direct, after = spans
    own = [(word, 1, 1 + (word == "总计")) for word in GROUP]
    lines = (
        [(1, "行政复议", first, 1), (1 + first, "行政诉讼", second, 1)],
        [(1 + n, *heading) for n, heading in enumerate(own)],
        [(1 + n, word, 1, 1) for n, word in enumerate(("",) * 4)]
        + [(6 + n, word, 1, 1) for n, word in enumerate(GROUP * 2)],
        [(1 + n, number, 1, 1) for n, number in enumerate("123061000112003")],
    )
    lines[1].extend([(6, "未经复议直接起诉", direct, 1), (6 + direct, "复议后起诉", after, 1)])
    rows = [
        tuple(TableCell(text, anchor.at(row=r, column=at), down, across) for at, text, across, down in line if across)
        for r, line in enumerate(lines, 1)
    ]
    table = Table(tuple(rows), anchor, exact=True, layout="grid")
    heading = Paragraph("四、政府信息公开行政复议、行政诉讼情况", anchor)
    cells = extract_cells(Document("报告.doc", "doc", "", (heading, table)), 2024).cells
    found = [cell for cell in cells if cell.key.startswith("remedies.")]
    assert {cell.state for cell in found} == {state}
    if state == "reported":
        assert [int(cell.value) for cell in found if cell.value is not None] == [*map(int, "123061000112003")]


@pytest.mark.parametrize(("blank", "state"), [(False, "reported"), (True, "unreadable")])
def test_groups_in_tables_of_their_own_with_empty_cells_behind_their_numbers(blank, state):
    """The second table is as wide as all groups with them, and holds no more than its own two."""
    anchor = Anchor("报告.doc", table=1)
    over = [["行政复议"], list(GROUP)], [["行政诉讼"], ["未经复议直接起诉", *[""] * 4, "复议后起诉"], list(GROUP * 2)]
    numbers = [["", "", "", "", "3"] if blank else list("02013"), list("0110205106")]
    tables = []
    for at, (heads, printed) in enumerate(zip(over, numbers, strict=True), 3):
        here = anchor.at(table=at)
        lines = [*heads, [*printed, *[""] * (4 if at == 3 else 9)]]
        rows = [
            [TableCell(t, here.at(row=r, column=c)) for c, t in enumerate(line, 1)] for r, line in enumerate(lines, 1)
        ]
        tables.append(Table(tuple(map(tuple, rows)), here, exact=True, layout="grid"))
    heading = Paragraph("四、政府信息公开行政复议、行政诉讼情况", anchor)
    cells = extract_cells(Document("报告.doc", "doc", "", (heading, *tables)), 2024).cells
    found = [cell for cell in cells if cell.key.startswith("remedies.")]
    assert {cell.state for cell in found} == {state}
    if not blank:
        assert [int(cell.value) for cell in found if cell.value is not None] == [*map(int, "020130110205106")]


def test_a_row_that_stands_as_a_line_below_its_table_is_unreadable_and_not_absent():
    here = Anchor("报告.pdf", page=1)
    rows = [("规章", "0", "0", "0"), ("行政规范性文件", "2", "0", "4"), ("行政许可", "7")]
    printed = tuple(tuple(TableCell(text, here) for text in row) for row in rows)
    blocks = (Table(printed, here, exact=True), Paragraph("行政处罚 12件", here))
    found = extract_cells(Document("报告.pdf", "pdf", "", blocks, (), {}))
    states = {cell.key: cell.state for cell in found.cells}
    assert states["disclosure.licences.decisions"] == "reported"
    assert states["disclosure.penalties.decisions"] == "unreadable"
    assert states["disclosure.coercive_measures.decisions"] == "absent"
    # One line alone may be prose.
    alone = extract_cells(Document("报告.pdf", "pdf", "", blocks[1:], (), {}))
    assert {cell.state for cell in alone.cells} == {"absent"}


@pytest.mark.parametrize(
    ("before", "state"), [(("",), "reported"), (("781", "339"), "reported"), (("1",) * 7, "absent")]
)
def test_numbers_before_a_label_are_none_of_its_row(before, state):
    """Where merges are lost, cells of the groups may show what they covered: fewer numbers than stand behind the label."""
    anchor = Anchor("报告.doc", table=1)
    labels = [row.label for row in form().table("requests").rows]
    lines = [("项目", "", "", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")]
    lines += [(*before, *("",) * (2 - len(before)), label, *"1235718") for label in labels]
    rows = [
        tuple(TableCell(text, anchor.at(row=r, column=at)) for at, text in enumerate(line, 1))
        for r, line in enumerate(lines, 1)
    ]
    table = Table(tuple(rows), anchor, exact=True, layout="grid")
    heading = Paragraph("三、收到和处理政府信息公开申请情况", anchor)
    cells = extract_cells(Document("报告.doc", "doc", "", (heading, table)), 2024).cells
    assert {cell.state for cell in cells if cell.key.startswith("requests.")} == {state}


def _read(heading, lines):
    """Cells of a document of an old program whose table has these lines: text, rows and columns of each cell."""
    anchor = Anchor("报告.rtf", table=1)
    rows = []
    for r, line in enumerate(lines, 1):
        at, cells = 1, []
        for text, down, across in line:
            if text is not None:
                cells.append(TableCell(text, anchor.at(row=r, column=at), down, across))
            at += across
        rows.append(tuple(cells))
    blocks = (Paragraph(heading, anchor), Table(tuple(rows), anchor, exact=True, layout="grid"))
    return extract_cells(Document("报告.rtf", "rtf", "", blocks), 2024).cells


@pytest.mark.parametrize(
    ("over", "state"),
    [
        (("行政复议", "行政诉讼", "未经复议直接起诉", "复议后起诉"), "reported"),
        # Another order of the groups is not that of the runs of columns.
        (("行政复议", "行政诉讼", "复议后起诉", "未经复议直接起诉"), "unreadable"),
    ],
)
def test_a_heading_that_has_moved_off_the_columns_is_that_of_the_first_of_them(over, state):
    """RTF of a table with a stale grid: every heading over one column, the first one over the margin."""
    first, second, direct, after = ((word, 1, 1) for word in over)
    lines = (
        [first, second, ("", 1, 15)],
        [("", 1, 1), *((word, 2, 1) for word in GROUP), direct, after, ("", 1, 8)],
        [("", 1, 1), *((None, 1, 1),) * 5, *((word, 1, 1) for word in GROUP * 2)],
        [("", 1, 1), *((number, 1, 1) for number in "123061000112003")],
    )
    found = [c for c in _read("四、政府信息公开行政复议、行政诉讼情况", lines) if c.key.startswith("remedies.")]
    assert {cell.state for cell in found} == {state}
    if state == "reported":
        assert [int(cell.value) for cell in found if cell.value is not None] == [*map(int, "123061000112003")]


@pytest.mark.parametrize(("lost", "states"), [(True, {"reported"}), (False, {"reported", "unreadable"})])
def test_a_heading_over_rows_that_begin_anywhere_is_not_that_of_the_column_below_it(lost, states):
    """Without spans a row begins right behind its labels; a single row that begins elsewhere is in doubt."""
    note, kinds = (
        "本列数据的勾稽关系为：第一项加第二项之和",
        ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"),
    )
    lines = [
        [("", 1, 1), (f"（{note}，等于第三项加第四项之和）", 3, 1), ("申请人情况", 1, 7)],
        [("", 1, 1), (None, 1, 1), ("自然人", 2, 1), ("法人或其他组织", 1, 1), ("总计", 1, 1)],
        [("", 1, 1), (None, 1, 1), (None, 1, 1), *((kind, 1, 1) for kind in kinds), ("", 1, 1)],
    ]
    rows = form().table("requests").rows
    for row in rows:
        labels = [row.group, row.label] if row.group and row.group != row.label else [row.label]
        beyond = 0 if lost or row is rows[-1] else 2 - len(labels)
        labels = [*[""] * (row is not rows[-1]), *labels]
        lines.append([*((label, 1, 1) for label in labels[:-1]), (labels[-1], 1, 1 + beyond)])
        lines[-1] += [(number, 1, 1) for number in "1235718"]
    cells = _read("三、收到和处理政府信息公开申请情况", lines)
    assert {cell.state for cell in cells if cell.key.startswith("requests.")} == states


def _requests(*rows):
    """A document with 表三 in a grid: its heading and these rows (labels, then what stands in the columns)."""
    anchor = Anchor("报告", table=1)
    head = ("", "", *(column.label for column in form().table("requests").columns))
    lines = [head, *rows]
    cells = tuple(tuple(TableCell(text, anchor, 1, 1) for text in line if text is not None) for line in lines)
    return Document("报告", "docx", "", (Table(cells, anchor, exact=True, layout="grid"),))


def _states(extraction, row):
    return {cell.state for cell in extraction.cells if cell.key.startswith(f"requests.{row}.")}


ZEROS = ("0",) * 7


@pytest.mark.parametrize(
    ("label", "state"), [("3.要求提供么开出版物", "unreadable"), ("3.其他不予处理的申请", "absent")]
)
def test_a_label_with_a_slip_and_no_numbers_is_not_missing(label, state):
    document = _requests(
        ("（五）不予处理", "2.重复申请", *ZEROS), (None, label), (None, "4.无正当理由大量反复申请", *ZEROS)
    )
    assert _states(extract_cells(document, 2024), "published_material") == {state}


@pytest.mark.parametrize(("words", "torn"), [(("开", "果"), False), (("开", "呆"), False), (("卅", "呆"), True)])
def test_the_ends_of_groups_that_a_page_cuts_are_no_damage(words, torn):
    document = _requests(
        (words[0], "6.属于四类过程性信息", *ZEROS),
        (words[1], "2.重复申请", *ZEROS),
        ("", "四、结转下年度继续办理", *ZEROS),
    )
    assert ("requests" in extract_cells(document, 2024).damaged) == torn


@pytest.mark.parametrize(("section", "state"), [("overall", "absent"), ("disclosure", "unreadable")])
def test_what_a_section_of_prose_says_in_a_line_is_no_row(section, state):
    anchor = Anchor("报告.pdf")
    line = Paragraph("行政强制 933", anchor)
    heads = [Paragraph("一、总体情况", anchor), Paragraph("二、主动公开政府信息情况", anchor)]
    rows = [("信息内容", "本年处理决定数量"), ("行政许可", "1"), ("行政处罚", "2")]
    table = Table(
        tuple(tuple(TableCell(text, anchor, 1, 1) for text in row) for row in rows), anchor, exact=True, layout="grid"
    )
    blocks = (heads[0], line, heads[1], table) if section == "overall" else (*heads, line, table)
    around = Around(frozenset({2024}), {blocks.index(heads[0]): "overall", blocks.index(heads[1]): "disclosure"})
    extraction = extract_cells(Document("报告.pdf", "pdf", "", blocks), 2024, around)
    assert {c.state for c in extraction.cells if c.key.startswith("disclosure.coercive_measures.")} == {state}
