"""表三 and 表四 without upright rules: columns by their headings, labels by their words."""

import re
from random import Random

import polars as pl
import pytest

from gkaudit import report
from gkaudit.chars import read_cell
from gkaudit.document import Anchor, Document, Table, TableCell
from gkaudit.form import form
from gkaudit.grid import grid_rows
from gkaudit.readers.geometry import Rule
from gkaudit.tables import read_disclosure, read_remedies, read_requests, sort_rows
from tests.formats.test_geometry import page, read, words
from tests.generate import compose
from tests.generate.formats import html

COLUMNS = ("自然人", "商业\n企业", "科研\n机构", "社会公\n益组织", "法律服\n务机构", "其他", "总计")
NAMES = tuple(c.name for c in form().table("requests").columns)
XS = (300, 335, 370, 405, 440, 475, 510)
NOTE = ("（本列数据的勾稽关系为：第一项加第", "二项之和，等于第三项加第四项之和）")
ROWS = (
    ("received", (("一、本年新收政府信息公开申请数量",),), "1204005"),
    ("pending_start", (("二、上年结转政府信息公开申请数量",),), "0000001"),
    ("full_grant", (("三、本年度", "办理结果"), ("（一）予以公开",)), "1000001"),
    ("partial_grant", ((), ("（二）部分公开（区分处理的，只", "计这一情形，不计其他情形）")), "0100001"),
    ("exempt_state_secret", ((), ("（三）不予", "公开"), ("1.属于国家", "秘密")), "0010001"),
    ("exempt_other_law", ((), (), ("2.其他法律行政法", "规禁止公开")), "0001001"),
)
LEFTS = (60, 110, 165)


def heading(top, columns=COLUMNS, xs=XS):
    chars = [c for n, line in enumerate(NOTE) for c in words(line, 60, top + 12 * n, size=9)]
    chars += words("申请人情况", 390, top) + words("法人或其他组织", 370, top + 12)
    for name, x in zip(columns, xs, strict=True):
        inner = name not in ("自然人", "总计")
        for n, line in enumerate(name.split("\n")):
            chars += words(line, x, top + (24 if inner else 18) + 11 * n)
    return chars


def body(rows, top, xs=XS, put=0.0, pitch=30):
    """Rows one below the other; a number's place in its column is ``put`` to the right of the heading."""
    chars = []
    for number, (_, labels, values) in enumerate(rows):
        base = top + pitch * number
        for left, lines in zip(LEFTS, labels, strict=False):
            chars += [
                c for n, line in enumerate(lines) for c in words(line, left, base + 11 * n - 5.5 * (len(lines) - 1))
            ]
        for x, value in zip(xs, values, strict=True):
            chars += words(value.strip(), x + put, base) if isinstance(value, str) else value(x, base)
    return chars


def requests(*pages):
    """Numbers of 表三 by row: None for blank, ? where the reader is in doubt."""
    blocks, _ = read(*pages)
    document = Document("报告.pdf", "pdf", "", blocks, (), {})
    found = read_requests(sort_rows(grid_rows(document))["requests"], form().table("requests")).cells
    rows = {}
    for key, (cell, sure, _) in found.items():
        _, row, column = key.split(".")
        known = cell is not None and sure == "certain" and cell.confidence > 0.5
        rows.setdefault(row, {})[column] = read_cell(cell.text).value if known else "?"
    return {row: [cells[name] for name in NAMES] for row, cells in rows.items()}


def wanted(rows=ROWS):
    return {name: [None if v == " " else int(v) for v in values] for name, _, values in rows}


def test_columns_by_their_headings_and_labels_of_several_lines():
    assert requests(page(heading(80) + body(ROWS, 150))) == wanted()


@pytest.mark.parametrize("put", [-3.0, 6.0, 12.0])
def test_numbers_left_right_or_in_the_middle_under_their_headings(put):
    assert requests(page(heading(80) + body(ROWS, 150, put=put))) == wanted()


def test_blanks_are_where_no_number_stands_under_a_heading():
    rows = (*ROWS[:2], ("full_grant", ROWS[2][1], "1  0  1"), ("partial_grant", ROWS[3][1], " 2    2"), *ROWS[4:])
    assert requests(page(heading(80) + body(rows, 150))) == wanted(rows)


def test_a_row_without_its_total_is_in_doubt():
    """A lost cell looks like that: the others have moved to the left."""
    rows = (*ROWS[:3], ("partial_grant", ROWS[3][1], "1200 3 "), *ROWS[4:])
    found = requests(page(heading(80) + body(rows, 150)))
    assert found.pop("partial_grant") == ["?"] * 7
    assert found == {name: row for name, row in wanted(rows).items() if name != "partial_grant"}


@pytest.mark.parametrize("values", ["1200 1 ", "000000 "])
def test_a_row_whose_last_number_cannot_be_its_total_has_not_moved(values):
    rows = (*ROWS[:3], ("partial_grant", ROWS[3][1], values), *ROWS[4:])
    assert requests(page(heading(80) + body(rows, 150))) == wanted(rows)


@pytest.mark.parametrize(("values", "sure"), [("   0   ", 0.0), ("   3   ", 0.4)])
def test_sums_tell_the_column_of_a_number_without_its_total_but_of_no_0(values, sure):
    rows = (*ROWS[:3], ("partial_grant", ROWS[3][1], values), *ROWS[4:])
    blocks, _ = read(page(heading(80) + body(rows, 150)))
    cells = [cell for block in blocks if isinstance(block, Table) for row in block.rows for cell in row]
    doubtful = {cell.confidence for cell in cells if "末列为空" in cell.note}
    assert doubtful == {sure}


@pytest.mark.parametrize(
    ("columns", "own"),
    [
        ((*COLUMNS[:6], "小计", "总计"), (0, 1, 2, 3, 4, 5, 7)),
        ((*COLUMNS, "备注"), range(7)),
        (("行次", *COLUMNS), range(1, 8)),
    ],
)
def test_columns_that_offices_add_are_none_of_the_form(columns, own):
    """Also where one of the other numbers is blank: what stands beside it is not taken for it."""
    xs = (265, *XS) if columns[0] == "行次" else (*XS, 545)
    printed = ["12034 6", "2030405", "31 0 01", "4567890"]
    rows = []
    for at, (row, values) in enumerate(zip(ROWS, printed, strict=False), 1):
        added = str(at) if columns[0] == "行次" else " " if columns[-1] == "备注" else "9"
        line = list(values)
        line.insert(0 if columns[0] == "行次" else next(n for n in range(8) if n not in own), added)
        rows.append((row[0], row[1], "".join(line)))
    found = requests(page(heading(80, columns, xs) + body(rows, 150, xs=xs)))
    assert found == {
        row[0]: [None if v == " " else int(v) for v in values] for row, values in zip(ROWS, printed, strict=False)
    }


def test_a_label_set_off_its_numbers_by_a_high_cell_beside_it():
    """The label is printed twice: in a narrow cell that makes the row high, and at the top of the next one."""
    (_, _, values), *rest = ROWS
    high = [
        c
        for n, text in enumerate(("一、本", "年新收", "政府信", "息公开", "申请数", "量"))
        for c in words(text, 60, 130 + 11 * n)
    ]
    label = words("一、本年新收政府信息公开申请数量", 110, 130)
    numbers = [c for x, value in zip(XS, values, strict=True) for c in words(value, x, 158)]
    assert requests(page(heading(60) + high + label + numbers + body(rest, 215))) == wanted()


def of_a_high_group(apart, between=()):
    """Two rows beside a high cell; the numbers of the second stand so far below its label, others ``between``."""
    chars = heading(60) + body(ROWS[:2], 130)
    chars += [c for n, text in enumerate(("三、", "本年", "度办", "理结", "果")) for c in words(text, 60, 180 + 11 * n)]
    chars += words("（一）予以公开", 110, 180) + words("（二）部分公开", 110, 195)
    for base, values in ((180, ROWS[2][2]), (195 + apart, ROWS[3][2]), *between):
        chars += [c for x, value in zip(XS, values, strict=True) for c in words(value, x, base)]
    return page(chars)


def test_the_last_label_beside_a_high_cell_is_that_of_the_only_numbers_without_one():
    assert requests(of_a_high_group(18)) == wanted(ROWS[:4])


def test_numbers_of_two_rows_without_a_label_beside_a_high_cell_are_in_doubt():
    found = requests(of_a_high_group(18, [(224, "0010001")]))
    assert found["partial_grant"] == ["?"] * 7


def test_the_only_row_before_a_page_ends_has_its_numbers_below_its_label():
    """The label is printed twice, and nothing else of the table stands on its page."""
    (_, _, values), *rest = ROWS
    chars = heading(60)
    for n, text in enumerate(("一、本", "年新收", "政府信", "息公开", "申请数", "量")):
        chars += words(text, 60, 130 + 11 * n)
    chars += words("一、本年新收政府信息公开申请数量", 110, 130)
    chars += [c for x, value in zip(XS, values, strict=True) for c in words(value, x, 158)]
    assert requests(page(chars), page(body(rest, 60))) == wanted()


@pytest.mark.parametrize(("cut", "known"), [("（二）部分公开（区分处理的，只", True), ("（二", False)])
def test_a_row_without_numbers_is_empty_although_the_page_cuts_the_last_label(cut, known):
    rows = [ROWS[0], ("pending_start", ROWS[1][1], " " * 7), ROWS[2], ("partial_grant", ((), (cut,)), ROWS[3][2])]
    found = requests(page(heading(80) + body(rows, 150)))
    assert found["pending_start"] == ([None] if known else ["?"]) * 7


def test_rules_between_rows_say_whose_numbers_stand_far_from_their_label():
    """Labels at the top of their cells, numbers at the bottom, nearer to the next label."""
    chars, lines = heading(60), [Rule(128.0, 60, 530)]
    for number, (_, labels, values) in enumerate(ROWS[:2]):
        top = 140 + 40 * number
        chars += words(labels[0][0], 60, top)
        chars += [c for x, value in zip(XS, values, strict=True) for c in words(value, x, top + 24)]
        lines.append(Rule(top + 28.0, 60, 530))
    assert requests(page(chars, level=lines)) == wanted(ROWS[:2])


def test_columns_in_another_order():
    order = (6, 0, 1, 2, 3, 4, 5)
    columns = tuple(COLUMNS[i] for i in order)
    chars = [c for n, line in enumerate(NOTE) for c in words(line, 60, 80 + 12 * n, size=9)]
    chars += words("申请人情况", 390, 80) + words("法人或其他组织", 405, 92)
    for name, x in zip(columns, XS, strict=True):
        for n, line in enumerate(name.split("\n")):
            chars += words(line, x, (104 if name not in ("自然人", "总计") else 98) + 11 * n)
    rows = [(name, labels, [values[i] for i in order]) for name, labels, values in ROWS]
    assert requests(page(chars + body(rows, 150))) == wanted()


def test_rows_on_the_next_page_have_the_columns_of_the_page_before():
    chars = heading(700) + body(ROWS[:2], 760)
    blanks = (("full_grant", ROWS[2][1], "1    01"), *ROWS[3:])
    assert requests(page(chars), page(body(blanks, 80), number=2)) == wanted((*ROWS[:2], *blanks))


def test_the_first_lines_of_the_heading_printed_again_on_the_next_page():
    chars = heading(700) + body(ROWS[:2], 760)
    again = words("三、收到和处理政府信息公开申请情况", 60, 60) + words(NOTE[0], 60, 74, size=9)
    again += words("申请人情况", 390, 74)
    assert requests(page(chars), page(again + body(ROWS[2:], 95), number=2)) == wanted()


def test_rows_on_the_next_page_that_stand_elsewhere_are_not_taken_for_the_same_columns():
    chars = heading(700) + body(ROWS[:2], 760)
    blanks = [("full_grant", ROWS[2][1], "1    01"), ("partial_grant", ROWS[3][1], "0 1   1")]
    found = requests(page(chars), page(body(blanks, 80, xs=[x + 17 for x in XS]), number=2))
    assert {name: found[name] for name in ("received", "pending_start")} == wanted(ROWS[:2])
    assert all(value == "?" for name in ("full_grant", "partial_grant") for value in found.get(name, []))


def test_a_number_wrapped_behind_its_comma_is_one_number():
    def wrapped(x, base):
        return words("12,", x, base - 6) + words("345", x, base + 6)

    rows = [(*ROWS[0][:2], [wrapped, *"000000"[:5], wrapped]), *ROWS[1:]]
    found = requests(page(heading(80) + body(rows, 150)))
    assert found.pop("received") == [12345, 0, 0, 0, 0, 0, 12345]
    assert found == {name: row for name, row in wanted().items() if name != "received"}


def test_the_end_of_a_number_on_a_line_of_its_own_is_no_row():
    """Some programs break 12，345 behind its first digit; the words of the row stand on both lines."""
    numbers = [("1", "2，345"), *[("1", "0，000")] * 5, ("6", "2，345")]
    chars = heading(80) + words("一、本年新收政府信息公开申", 60, 150) + words("请数量", 60, 164)
    for x, lines in zip(XS, numbers, strict=True):
        chars += [c for n, line in enumerate(lines) for c in words(line, x, 150 + 14 * n, size=9)]
    found = requests(page(chars + body(ROWS[1:], 190)))
    assert found.pop("received") == [12345, *[10000] * 5, 62345]
    assert found == {name: row for name, row in wanted().items() if name != "received"}


def test_a_row_cut_by_the_page_is_one_row():
    first = heading(640) + body(ROWS[:1], 710) + words("二、上年结转政府信息公开申", 60, 740)
    first += [c for x in XS for c in words("7", x, 740)]
    second = words("请数量", 60, 80) + body(ROWS[2:], 110)
    found = requests(page(first), page(second, number=2))
    assert found == {**wanted(), "pending_start": [7] * 7}


def test_a_number_cut_by_the_page_is_no_number():
    first = heading(640) + body(ROWS[:1], 710) + words("二、上年结转政府信息公开申", 60, 740)
    first += [c for x in XS for c in words("7", x, 740)]
    second = words("请数量", 60, 80) + [c for x in XS for c in words("1", x, 80)] + body(ROWS[2:], 110)
    found = requests(page(first), page(second, number=2))
    assert found == {**wanted(), "pending_start": [None] * 7}


def test_a_heading_at_the_end_of_a_page_stands_over_the_rows_of_the_next():
    rows = (("received", ROWS[0][1], " 2    2"), *ROWS[1:])
    assert requests(page(heading(700)), page(body(rows, 80), number=2)) == wanted(rows)


@pytest.mark.parametrize("xs", [XS, (300, 335, 370, 405, 435, 475, 510)])
def test_a_heading_with_rules_stands_over_rows_without(xs):
    """The rules part headings that touch each other as well."""
    level = [Rule(y, 52, 545) for y in (66, 132)]
    upright = [Rule(x, 66, 132) for x in (52, *xs, 545)]
    assert requests(page(heading(80, xs=xs) + body(ROWS, 150, xs=xs), level, upright)) == wanted()


def test_a_label_printed_in_two_columns_is_of_one_row():
    rows = (*ROWS[:2], ("full_grant", (("（一）予以公开",), ("（一）予以公开",)), "1000001"), *ROWS[3:])
    assert requests(page(heading(80) + body(rows, 150))) == wanted(rows)


def test_a_label_printed_in_two_columns_on_several_lines_is_of_one_row():
    label = ("二、上年", "结转政府", "信息公开", "申请数量")
    rows = (ROWS[0], ("pending_start", (label, label), "0000001"), *ROWS[2:])
    assert requests(page(heading(80) + body(rows, 150, pitch=50))) == wanted(rows)


@pytest.mark.parametrize("sides", [(), (52, 545), (52, 150, 545)])
def test_rules_around_and_between_the_rows_only(sides):
    """A frame whose upright rules part no numbers is no grid."""
    level = [Rule(y, 52, 545) for y in (66, *range(132, 320, 30))]
    upright = [Rule(x, 66, 312) for x in sides if x != 150] + [Rule(150, 66, 132)] * (150 in sides)
    assert requests(page(heading(80) + body(ROWS, 150), level, upright)) == wanted()


def test_the_end_of_a_label_at_the_top_of_a_page_is_no_empty_row():
    """护第三方合法权益 is nearly the whole label whose first sign and numbers stand on the page before."""
    first = heading(700) + body(ROWS[:2], 770) + words("4.保", 165, 830) + [c for x in XS for c in words("3", x, 830)]
    second = words("护第三方合法权益", 165, 80) + body(ROWS[2:], 110)
    found = requests(page(first), page(second, number=2))
    assert found.pop("exempt_third_party") == [3] * 7
    assert found == wanted()


def test_the_number_of_a_group_and_the_end_of_a_label_are_no_heading():
    rows = (*ROWS[:2], ("full_grant", ((), ("（一）予以公开",)), "1000001"), *ROWS[3:])
    chars = heading(80) + body(rows, 150) + words("三、", 60, 246) + words("本年度办理结果", 60, 258, size=7)
    assert requests(page(chars)) == wanted(rows)


def test_a_number_over_two_columns_is_in_doubt():
    def merged(x, base):
        return words("3", x + 22, base)

    rows = [*ROWS[:2], ("full_grant", ROWS[2][1], [merged, *" 00003"[:6]]), *ROWS[3:]]
    assert requests(page(heading(80) + body(rows, 150)))["full_grant"] == ["?"] * 7


def test_a_row_without_numbers_is_empty_and_its_label_no_part_of_the_next():
    rows = (*ROWS[:2], ("full_grant", ROWS[2][1], " " * 7), *ROWS[3:])
    assert requests(page(heading(80) + body(rows, 150))) == wanted(rows)


def test_rows_as_near_as_the_lines_of_a_label():
    rows = tuple(
        (name, tuple(lines[:1] if len(lines) == 1 else () for lines in labels), v) for name, labels, v in ROWS[:3]
    )
    assert requests(page(heading(80) + body(rows, 150, pitch=12))) == wanted(rows)


def test_other_handling_is_a_row_of_the_form_of_2019():
    rows = (
        ("reconfirm", ((), ("（五）不予", "处理"), ("5.要求行政机关确认或", "重新出具已获取信息")), "0010001"),
        ("other_handling", ((), ("（六）其他处理",)), "0100001"),
        ("processed", ((), ("（七）总计",)), "0110002"),
    )
    blocks, _ = read(page(heading(80) + body((*ROWS, *rows), 150)))
    (table,) = [b for b in blocks if isinstance(b, Table)]
    last = {row[-8].text: [c.text for c in row[-7:]] for row in table.rows[-3:]}
    assert last == {"\n".join(labels[-1]): list(values) for _, labels, values in rows}


# ── 表二 ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
@pytest.mark.parametrize(
    ("numbers", "found"),
    [((None, 1, 7), [None, 1, 7]), ((3, None, 7), [3, None, 7]), ((3, 1, 7), [3, 1, 7])],
)
def test_blanks_of_table_two_are_under_their_headings(order, numbers, found):
    heads = ("本年制发件数", "本年废止件数", "现行有效件数")
    chars = words("信息内容", 70, 100) + words("规章", 70, 116) + words("行政规范性文件", 70, 132)
    for x, column in zip((250, 325, 400), order, strict=True):
        number = numbers[column]
        chars += words(heads[column], x, 100) + words("" if number is None else str(number), x + 25, 132)
    blocks, _ = read(page(chars))
    document = Document("报告.pdf", "pdf", "", blocks, (), {})
    cells = read_disclosure(sort_rows(grid_rows(document))["disclosure"], form().table("disclosure")).cells
    own = [cells[f"disclosure.normative_documents.{name}"] for name in ("issued", "repealed", "in_force")]
    values = [read_cell(cell.text).value if cell is not None and sure == "certain" else "?" for cell, sure, _ in own]
    assert values == found


# ── 表四 ────────────────────────────────────────────────────────────────────────────────────────

FIVE = ("结果\n维持", "结果\n纠正", "其他\n结果", "尚未\n审结", "总计")


def remedies(values, put=0.0, *, end=1000, heads=FIVE):
    xs = [60 + 32 * n for n in range(15)]
    chars = words("行政复议", 120, 100) + words("行政诉讼", 350, 100)
    chars += words("未经复议直接起诉", 250, 114) + words("复议后起诉", 420, 114)
    for n, x in enumerate(xs):
        for line, text in enumerate(heads[n % 5].split("\n")):
            chars += words(text, x, 128 + 11 * line)
    puts = [put] * 15 if isinstance(put, float) else put
    numbers = [c for x, at, value in zip(xs, puts, values, strict=True) for c in words(value, x + at, 160)]
    chars += numbers
    below = [c._replace(base=c.base - end + 80) for c in chars if c.base >= end]
    blocks, _ = read(page([c for c in chars if c.base < end]), *([page(below, number=2)] if below else []))
    document = Document("报告.pdf", "pdf", "", blocks, (), {})
    found = read_remedies(sort_rows(grid_rows(document))["remedies"], form().table("remedies")).cells
    return [c.text if c is not None and sure == "certain" else "?" for c, sure, _ in found.values()]


@pytest.mark.parametrize("end", [1000, 150, 135, 120])
@pytest.mark.parametrize("put", [0.0, 8.0])
def test_the_columns_of_table_four(put, end):
    """Its page may end above the numbers, or between the lines of its heading."""
    values = ["1", "", "12", "", "13", "", "", "", "2", "2", "", "", "", "", ""]
    assert remedies(values, put, end=end) == values


@pytest.mark.parametrize(("values", "known"), [("000 4000", False), ("001 4005", True)])
def test_a_cell_too_much_beside_an_empty_one(values, known):
    """Seven numbers in eight cells: one of them may be none, unless they make up their total."""
    labels = ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量")
    anchor = Anchor(file="报告.docx")

    def row(number, *texts):
        return tuple(TableCell(text.strip(), anchor.at(row=number, column=c)) for c, text in enumerate(texts, 1))

    rows = (row(1, "", *(name.replace("\n", "") for name in COLUMNS)), row(2, labels[0], *"1204005"), row(3, labels[1], *values))  # fmt: skip
    document = Document("报告.docx", "docx", "", (Table(rows, anchor, exact=True, layout="grid"),), (), {})
    found = read_requests(sort_rows(grid_rows(document))["requests"], form().table("requests")).cells
    sure = {found[f"requests.pending_start.{name}"][1] for name in NAMES}
    assert sure == {"worked_out" if known else "open"}


@pytest.mark.parametrize(("lines", "missing"), [(1, True), (2, False)])
def test_rows_of_a_table_some_of_which_have_no_label_are_not_missing(lines, missing):
    """LibreOffice prints labels in one tall cell where their merged cells are wrong."""
    anchor = Anchor(file="报告.pdf")

    def row(number, *texts):
        return tuple(TableCell(text, anchor.at(row=number, column=c)) for c, text in enumerate(texts, 1))

    rows = [
        row(1, "", *(name.replace("\n", "") for name in COLUMNS)),
        row(2, "一、本年新收政府信息公开申请数量", *"1204005"),
    ]
    rows += [row(number, "", *"1000001") for number in range(3, 3 + lines)]
    document = Document("报告.pdf", "pdf", "", (Table(tuple(rows), anchor, exact=True, layout="grid"),), (), {})
    found = read_requests(sort_rows(grid_rows(document))["requests"], form().table("requests")).cells
    assert ("requests.processed.total" not in found) == missing
    assert missing or found["requests.processed.total"][:2] == (None, "open")


def test_a_row_whose_label_is_misread_beside_the_name_of_its_group_is_known_by_its_place(tmp_path):
    """The numbers are inferred ones; without them the report would seem to lack the row."""
    made = compose(3001)
    printed = html.write(made, Random(1), frozenset()).decode()
    mangled = re.sub(r"1\.申请人无正当理由逾期不补正[^<]*", "1人天不正当理期不补息正公", printed)
    assert mangled != printed
    path = tmp_path / "报告.html"
    path.write_text(mangled)
    cells = report.read(path).cells.filter(pl.col("key").str.starts_with("requests.lapsed_uncorrected."))
    assert cells["state"].to_list() == ["inferred"] * 7
    assert not [r for r in cells.iter_rows(named=True) if "SILENT" in made.wrong(r["key"], r["value"], r["state"])]


def test_a_label_that_nobody_can_read_on_the_line_of_numbers_leaves_them_in_doubt():
    """The label above has no numbers, and is not to have those of the row below it."""
    base = 150 + 30 * len(ROWS)
    garbled = words("乿四）无法丩供", 80, base) + words("2.乷乢乕成信息需要另行制作", 165, base)
    numbers = [char for x, value in zip(XS, "1000001", strict=True) for char in words(value, x, base)]
    above = words("1.本机关不掌握相关乧府信息", 165, base - 12)
    found = requests(page(heading(80) + body(ROWS, 150) + above + garbled + numbers))
    assert found.pop("no_records", ["?"] * 7) == ["?"] * 7
    assert found == wanted()
