"""Headings that show another order of the columns than the form's, and cannot be read as a whole."""

import pytest

from gkaudit.cells import extract_cells
from gkaudit.document import Anchor, Document, Table, TableCell

LABELS = ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "四、结转下年度继续办理")
FIVE = ("结果维持", "结果纠正", "其他结果", "尚未审结")


def _read(*rows):
    """The cells that are read in a table of these rows."""
    cells = tuple(
        tuple(TableCell(text, Anchor("报告.pdf", table=1, row=r, column=c)) for c, text in enumerate(row, 1))
        for r, row in enumerate(rows, 1)
    )
    table = Table(cells, Anchor("报告.pdf", table=1), exact=True, layout="grid")
    return extract_cells(Document("报告.pdf", "pdf", "", (table,), (), {})).cells


def _states(*rows):
    """States of the cells that a table of these rows has."""
    return {cell.state for cell in _read(*rows) if cell.raw or cell.state == "unreadable"}


@pytest.mark.parametrize(
    ("kinds", "states"),
    [
        (("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"), {"reported"}),
        (("商业企业", "科研"), {"unreadable"}),
    ],
)
def test_total_before_the_others_in_table_three(kinds, states):
    """Where a page cut the headings nobody knows the columns any more, but not those of the form."""
    heads = (["", "总计", "自然人", "法人或其他组织"], ["", "", "", *kinds])
    assert _states(*heads, *([label, *"7012301"] for label in LABELS)) == states


OTHERWISE = ("商业企业", "其他", "社会公益组织", "法律服务机构", "科研机构")


def _of(kinds, *again):
    """Values of the row 一 under these kinds of organisations; ``again`` are further lines of the header."""
    heads = (["", "自然人", "法人或其他组织", *[""] * 4, "总计"], ["", "", *kinds, ""], *again)
    found = _read(*heads, *([label, *"1023017"] for label in LABELS))
    return {cell.key.rpartition(".")[2]: cell.value for cell in found if cell.key.startswith("requests.received.")}


def test_a_line_of_headings_printed_again_is_one_line():
    """A page may end in the header: the next one begins with its last line once more."""
    assert _of(OTHERWISE, ["", "", *OTHERWISE, ""]) == _of(OTHERWISE)
    assert (_of(OTHERWISE)["other_org"], _of(OTHERWISE)["research"]) == (2, 1)


def test_kinds_the_other_way_round_that_nobody_can_place_are_in_doubt():
    heads = (["", "自然人", "法人", "总计"], ["", "", "社会公益组织", "科研机构"])
    assert _states(*heads, *([label, *"0123017"] for label in LABELS)) == {"unreadable"}


def test_headings_of_which_the_page_shows_the_first_lines_are_those_of_the_form():
    assert _of(("商业企", "科研", "社会公", "法律服", "其他"))["research"] == 2


def test_the_order_of_the_form_needs_no_whole_heading():
    heads = (["", "自然", "法人或其他组织", "总计"], ["", "", "商业企业", "科研机构", "社会公益组织"])
    assert _states(*heads, *([label, *"0123017"] for label in LABELS)) == {"reported"}


@pytest.mark.parametrize(("first", "states"), [(("总计", *FIVE), {"unreadable"}), ((*FIVE, "总计"), {"reported"})])
def test_total_before_the_others_in_table_four(first, states):
    """The first five headings stand on the page before: of these ten nobody knows where they belong."""
    assert _states(["行政复议", "行政诉讼"], first * 2, list("401215012340112")) == states


def _values(table, *rows):
    """Values of the cells of one table that are stated as they stand there, by row and column."""
    found = (cell for cell in _read(*rows) if cell.key.startswith(table) and cell.state == "reported")
    return {cell.key.removeprefix(f"{table}."): int(cell.value) for cell in found}


KINDS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")


@pytest.mark.parametrize(
    ("heads", "states"),
    [
        (("自然人", *KINDS, "总计"), {"reported"}),
        (("个人", *KINDS, "全部"), {"reported"}),
        (("全部", "自然人", *KINDS), {"unreadable"}),
        (("企业", "研究所", "公益", "律所", "其他", "个人", "合计"), {"unreadable"}),
    ],
)
def test_numbers_under_headings_of_other_columns_are_in_doubt(heads, states):
    """One heading is unknown, and the others stand over other numbers than they would on the form."""
    assert _states(["项目", *heads], *([label, *"7012301"] for label in LABELS)) == states


@pytest.mark.parametrize(
    ("heads", "states"),
    [
        (("制定数", "废止数", "有效数"), {"reported"}),
        (("有效", "制发", "废止"), {"unreadable"}),
        (("甲", "乙", "丙"), {"inferred"}),
    ],
)
def test_headings_of_table_two_in_other_words(heads, states):
    assert _states(["信息内容", *heads], ["规章", *"123"], ["行政规范性文件", *"456"]) == states


GROUPS = ("行政复议", "未经复议直接起诉", "复议后起诉")
NUMBERS = ("10012", "02002", "00303")


@pytest.mark.parametrize("labels", [GROUPS, ("复议", "直接诉讼", "复议后诉讼")])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_groups_of_table_four_as_rows_are_known_by_their_labels(labels, order):
    values = _values("remedies", ["类别", *FIVE, "总计"], *([labels[at], *NUMBERS[at]] for at in order))
    assert [values[f"{row}.total"] for row in ("reconsideration", "litigation_direct")] == [2, 2]
    assert (values["litigation_after_reconsideration.other_outcome"], len(values)) == (3, 15)


def test_rows_of_table_four_that_are_none_of_its_groups_are_in_doubt():
    turned = ([label, *numbers] for label, numbers in zip((*FIVE, "总计"), zip(*NUMBERS, strict=True), strict=True))
    assert not _values("remedies", ["结果", *GROUPS], *turned)
    assert not _values("remedies", ["类别", *FIVE, "总计"], *([label, *"00000"] for label in ("甲", *GROUPS[1:])))


def test_groups_of_table_four_in_another_order_and_other_words_are_in_doubt():
    heads = [text for group in ("复议后诉讼", "直接诉讼", "复议") for text in (group, *[group] * 4)]
    assert not _values("remedies", ["行政复议", *[""] * 14], heads, [*FIVE, "总计"] * 3, [*"".join(NUMBERS)])


@pytest.mark.parametrize(
    ("over", "states"),
    [
        (("行政复议", "未经复议直接起诉", "复议后起诉"), {"reported"}),
        (("行政复义", "未经复议直按起诉", "复议后起诉"), {"reported"}),
        (("行政复议", "直接打官司", "复议后起诉"), {"reported"}),
        (("复议之后诉讼", "甲类", "乙类"), {"unreadable"}),
        (("行政复议", "甲类", "乙类"), {"unreadable"}),
    ],
)
def test_groups_of_table_four_under_unknown_headings_are_in_doubt(over, states):
    """They may stand in any order."""
    heads = [text for group in over for text in (group, *[""] * 4)]
    found = _read(heads, [*FIVE, "总计"] * 3, [*"".join(NUMBERS)])
    assert {cell.state for cell in found if cell.key.startswith("remedies.")} == states


def test_words_do_not_make_up_for_a_column_that_the_header_lacks():
    around = (
        "5.要求行政机关确认或重新出具已获取信息",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    )
    before, after = (["", label, *"701230"] for label in around)
    found = _read(["", "", "自然人", *KINDS], before, ["（六）其他处理", "乱码乱码乱码", *"002500"], after)
    torn = [cell.state for cell in found if cell.key.startswith("requests.lapsed_uncorrected.")]
    assert torn == ["unreadable"] * 7


@pytest.mark.parametrize("heads", [("自然人", "法人或其他组织"), ("法人或其他组织", "自然人")])
def test_organisations_before_natural_persons_without_their_kinds_are_in_doubt(heads):
    spread = [text for head in heads for text in ([head, *[""] * 4] if head.startswith("法人") else [head])]
    states = _states(["项目", *spread, "总计"], *([label, *"7012301"] for label in LABELS))
    assert states == ({"reported"} if heads[0] == "自然人" else {"unreadable"})


@pytest.mark.parametrize("numbers", ["".join(NUMBERS), [""] * 15])
def test_numbers_of_the_columns_below_the_headings_are_no_cases(numbers):
    heads = [text for group in GROUPS for text in (group, *[""] * 4)]
    counted = [str(n + 1) for n in range(15)]
    found = _read(["行政复议", *[""] * 14], heads, [*FIVE, "总计"] * 3, counted, [*numbers])
    own = [cell for cell in found if cell.key.startswith("remedies.")]
    assert [cell.raw for cell in own] == [*numbers]
    assert {cell.state for cell in own} == {"reported" if numbers[0] else "blank"}


def test_one_column_for_two_is_in_doubt_where_a_row_has_both_numbers_in_it():
    """A rule is lost: 540402 may be 540 and 402, and another row shows that two numbers stand there."""
    heads = ["", "自然人", *KINDS[:3], "法律服其他\n务机构", "总计"]
    rows = [[LABELS[0], *"123", "", "0 442", "7"], [LABELS[1], *"1230", "540402", "9"], [LABELS[2], *"1230", "0", "6"]]
    found = {cell.key: cell for cell in _read(heads, *rows)}
    states = [found[f"requests.{row}.legal_service"].state for row in ("received", "pending_start", "pending_end")]
    assert states == ["unreadable"] * 3
    assert found["requests.pending_start.total"].state == "reported"


def test_an_empty_cell_that_rows_have_in_common_is_no_number_of_the_first():
    """A column is lost, and the short rows leave the side of the table open."""
    rows = [(label, *"002005") for label in LABELS]
    cells = [
        tuple(TableCell(text, Anchor("报告.pdf", table=1, row=r, column=c)) for c, text in enumerate(row, 1))
        for r, row in enumerate(rows, 1)
    ]
    side = TableCell("", Anchor("报告.pdf", table=1, row=1, column=8), rowspan=3)
    table = Table(((*cells[0], side), *cells[1:]), Anchor("报告.pdf", table=1), exact=True, layout="grid")
    found = extract_cells(Document("报告.pdf", "pdf", "", (table,), (), {})).cells
    assert not {c.state for c in found if c.key.startswith("requests.received.")} & {"reported", "blank"}


def _piece(number, sides, *rows):
    """A table on one page; ``sides`` are its upright rules, and each cell is (text, first column, columns)."""
    cells = tuple(
        tuple(
            TableCell(
                text,
                Anchor("报告.pdf", page=number, table=number, row=r, column=at + 1)._replace(
                    box=(sides[at], 20 * r, sides[at + wide], 20 * r + 20)
                ),
                colspan=wide,
            )
            for text, at, wide in row
        )
        for r, row in enumerate(rows, 1)
    )
    return Table(cells, Anchor("报告.pdf", page=number, table=number), exact=True, layout="grid")


def _columns(at, texts):
    return [(text, at + n, 1) for n, text in enumerate(texts)]


def test_columns_are_those_under_their_headings_on_a_page_with_other_rules():
    """The next page has two columns of labels, and so other numbers of columns under the same rules."""
    sides = (50, 200, 240, 280, 320, 360, 400, 440, 480, 490)
    # The heading over all of them reaches into the margin.
    over = [("", 0, 1), ("申请人情况", 1, 8)]
    first = _piece(1, sides, over, _columns(0, ("", "自然人", *KINDS, "总计")), _columns(0, (LABELS[0], *"1023017")))
    labels = [("三、本年度办理结果", 0, 1), ("（一）予以公开", 1, 1)]
    last = [(LABELS[2], 0, 2), *_columns(2, "0003014")]
    second = _piece(2, (50, 120, *sides[1:]), [*labels, *_columns(2, "1020003")], last)
    found = extract_cells(Document("报告.pdf", "pdf", "", (first, second), (), {})).cells
    states = {cell.key.split(".")[1]: cell.state for cell in found if cell.key.startswith("requests.") and cell.raw}
    assert states == dict.fromkeys(("received", "full_grant", "pending_end"), "reported")


@pytest.mark.parametrize(
    ("spans", "order", "states"),
    [
        # A converter has moved the side between two groups by a column: each still stands over most of its own.
        ((5, 4, 6), (*FIVE, "总计"), {"reported"}),
        ((5, 6, 4), (*FIVE, "总计"), {"reported"}),
        # By more of them each is still that of the run in its turn.
        ((5, 3, 7), (*FIVE, "总计"), {"reported"}),
        ((1, 1, 13), (*FIVE, "总计"), {"reported"}),
        # Over columns that are in another order nobody can tell.
        ((5, 4, 6), ("结果纠正", "结果维持", *FIVE[2:], "总计"), {"unreadable"}),
    ],
)
def test_a_heading_whose_span_is_wrong_is_that_of_its_run(spans, order, states):
    anchor, at, over = Anchor("报告.rtf", table=1), 1, []
    for name, span in zip(("行政复议", "未经复议直接起诉", "复议后起诉"), spans, strict=True):
        over.append(TableCell(name, anchor.at(row=1, column=at), 1, span))
        at += span
    rows = [
        tuple(TableCell(text, anchor.at(row=number, column=c)) for c, text in enumerate(texts, 1))
        for number, texts in enumerate((order * 3, "210030512000101"), 2)
    ]
    table = Table((tuple(over), *rows), anchor, exact=True, layout="grid")
    cells = extract_cells(Document("报告.rtf", "rtf", "", (table,), (), {})).cells
    assert {cell.state for cell in cells if cell.key.startswith("remedies.")} == states


def _rulings(heads, first):
    """States of 规章 under these headings (text, columns of the grid) in a table whose spans do not fit each other."""
    anchor = Anchor("报告.docx", table=1)
    lines = [("信息内容", 1), *heads], first, [("行政规范性文件", 1), ("4", 1), ("0", 1), ("6", 1)]
    rows = []
    for number, line in enumerate(lines, 1):
        at = [1 + sum(span for _, span in line[:n]) for n in range(len(line))]
        cells = zip(line, at, strict=True)
        rows.append(tuple(TableCell(t, anchor.at(row=number, column=c), 1, span) for (t, span), c in cells))
    table = Table(tuple(rows), anchor, exact=True, layout="grid")
    found = extract_cells(Document("报告.docx", "docx", "", (table,), (), {})).cells
    names = ("issued", "repealed", "in_force")
    return [(c.state, c.value) for name in names for c in found if c.key == f"disclosure.government_rules.{name}"]


@pytest.mark.parametrize(("span", "state"), [(1, "unreadable"), (2, "marked"), (3, "marked"), (8, "marked")])
def test_a_mark_that_is_merged_over_all_of_a_row_is_that_of_each_column(span, state):
    heads = [("本年制发件数", 1), ("本年废止件数", 2), ("现行有效件数", 1)]
    assert {said for said, _ in _rulings(heads, [("规章", 1), ("/", span)])} == {state}
    assert {said for said, _ in _rulings(heads, [("规章", 1), ("7", span)])} == {"unreadable"}


def test_a_number_for_each_heading_in_another_order_is_under_its_own_whatever_their_spans():
    heads = [("本年废止件数", 1), ("现行有效件数", 2), ("本年制发件数", 1)]
    numbers = [("规章", 1), ("1", 1), ("2", 1), ("3", 1)]
    assert _rulings(heads, numbers) == [("reported", 3), ("reported", 1), ("reported", 2)]
    short = _rulings(heads, [*numbers[:2], ("", 1), ("3", 1)])
    assert {state for state, _ in short} == {"unreadable"}
