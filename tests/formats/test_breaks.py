"""A row that a page break cuts behind the number of its label: one row, or in doubt, but never a blank one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gkaudit.readers.geometry.breaks import mended, repeated, with_rest_overleaf, with_start_before
from gkaudit.readers.geometry.compose import _ended_above_notes, _mended
from gkaudit.readers.geometry.labelled import NO_LABEL, NO_TOTAL
from gkaudit.readers.geometry.lines import Token, lines_of
from gkaudit.readers.geometry.page import Cell, Piece
from gkaudit.readers.geometry.paragraphs import Prose
from gkaudit.readers.geometry.tables import OPEN_END
from tests.formats.test_geometry import words

LABEL = "无正当理由大量反复申请"
XS = (50, 200, 250, 300, 350)


def piece(page, *rows, xs=XS):
    made = tuple(
        tuple(Cell(text, r, c, box=(xs[c - 1], 100 * r, xs[c], 100 * r + 90)) for c, text in enumerate(row, 1))
        for r, row in enumerate(rows, 1)
    )
    return Piece(page, (xs[0], 100, xs[-1], 100 * len(rows) + 90), made)


def texts(found):
    return [[cell.text for cell in row] for row in found.rows]


def test_the_number_of_a_label_and_its_words_are_one_row():
    above, below, note = mended(
        piece(1, ["3.重复申请", "1", "2", "3"], ["4.", "5", "0", "5"]),
        piece(2, [LABEL, "", "", ""], ["5.其他", "1", "1", "2"]),
        (),
    )
    assert texts(above)[-1] == [f"4.\n{LABEL}", "5", "0", "5"]
    assert texts(below) == [["5.其他", "1", "1", "2"]]
    assert note == ""


def test_numbers_on_both_sides_are_not_taken_for_numbers():
    above, *_ = mended(piece(1, ["4.", "5", "0", "5"]), piece(2, [LABEL, "7", "1", "8"]), ())
    assert texts(above)[-1] == [f"4.\n{LABEL}", "5\n7", "0\n1", "5\n8"]


def test_where_the_columns_do_not_agree_both_halves_are_in_doubt():
    above, below, note = mended(
        piece(1, ["3.重复申请", "1", "2", "3"], ["4.", "5", "0", "5"]),
        piece(2, [LABEL, "", "", ""], xs=(50, 180, 260, 310, 350)),
        (),
    )
    assert all(cell.confidence < 0.5 for cell in above.rows[-1] if cell.text != "4.")
    assert all(cell.confidence < 0.5 for cell in below.rows[0] if not cell.text)
    assert "第2页" in note


def test_the_bracket_before_a_label_above_the_break_and_the_rest_of_it_below():
    above, below, note = mended(
        piece(1, ["（一）予以公开", "1", "2", "3"], ["（", "5", "0", "5"]),
        piece(2, ["二）部分公开", "", "", ""], xs=(50, 180, 260, 310, 350)),
        (),
    )
    assert all(cell.confidence < 0.5 for cell in above.rows[-1] if cell.text != "（")
    assert all(cell.confidence < 0.5 for cell in below.rows[0] if not cell.text)
    assert "第2页" in note


def test_a_whole_label_below_a_whole_row_is_a_row_of_its_own():
    pieces = piece(1, ["3.重复申请", "1", "2", "3"]), piece(2, [LABEL, "", "", ""])
    above, below, note = mended(*pieces, ())
    assert (above, below, note) == (*pieces, "")


@pytest.mark.parametrize(
    ("last", "first"),
    [
        (["行政处罚", "1", "", ""], ["", "", "2", "3"]),
        (["", "1", "2", ""], ["行政处罚", "", "", "3"]),
        (["行政处罚", "", "", ""], ["", "1", "2", "3"]),
        (["", "", "", ""], ["行政处罚", "1", "2", "3"]),
    ],
)
def test_cells_of_one_row_on_both_sides(last, first):
    """Browsers place the text of each cell by itself: some before the end of the page, some behind it."""
    above, below, note = mended(
        piece(1, ["行政许可", "7", "8", "9"], last), piece(2, first, ["行政强制", "4", "5", "6"]), ()
    )
    assert texts(above) == [["行政许可", "7", "8", "9"], ["行政处罚", "1", "2", "3"]]
    assert texts(below) == [["行政强制", "4", "5", "6"]]
    assert note == ""


def test_two_cells_of_one_row_on_both_sides_of_a_page_where_other_rows_are_wider():
    upper = piece(1, ["行政许可", ""], xs=(50, 200, 250))
    above, below, _ = mended(
        replace(upper, box=(50, 100, 350, 190)), piece(2, ["", "2,084"], ["行政强制", "4"], xs=(50, 200, 250)), ()
    )
    assert texts(above) == [["行政许可", "2,084"]]
    assert texts(below) == [["行政强制", "4"]]


@pytest.mark.parametrize("head", [(), ("信息内容|本年|上年|合计",)])
def test_a_row_above_the_foot_that_is_printed_on_every_page(head):
    foot, heads = ["行政强制", "4", "5", "6"], [["信息内容", "本年", "上年", "合计"]] if head else []
    above, below, note = mended(
        piece(1, *heads, ["行政许可", "7", "8", "9"], ["", "1", "2", ""], foot),
        piece(2, *heads, ["行政处罚", "", "", "3"], foot),
        head,
    )
    assert texts(above) == [*heads, ["行政许可", "7", "8", "9"], ["行政处罚", "1", "2", "3"]]
    assert texts(below) == [*heads, foot]
    assert note == ""


@pytest.mark.parametrize(
    ("label", "remarks"), [("行政处罚", ("", "")), ("行乪处乯乲", ("", "")), ("行政处罚", ("详见", "说明"))]
)
def test_halves_of_a_row_whose_label_is_misread_or_whose_remark_is_cut(label, remarks):
    xs = (*XS, 400, 450)[: 7 if any(remarks) else 6]
    last, first = ["", "1", "2", "", "4", remarks[0]], [label, "", "", "3", "", remarks[1]]
    width = len(xs) - 1
    above, below, _ = mended(
        piece(1, ["行政许可", "7", "8", "9", "9", ""][:width], last[:width], xs=xs),
        piece(2, first[:width], ["行政强制", "4", "5", "6", "6", ""][:width], xs=xs),
        (),
    )
    assert texts(above)[-1] == [label, "1", "2", "3", "4", "\n".join(remarks)][:width]
    assert texts(below)[0][0] == "行政强制"


def test_an_empty_row_and_the_next_row_stay_two():
    pieces = piece(1, ["行政处罚", "", "", ""]), piece(2, ["行政强制", "4", "5", "6"])
    assert mended(*pieces, ()) == (*pieces, "")


def test_the_short_form_of_a_label_that_goes_on_overleaf():
    above, below, _ = mended(
        piece(1, ["1.申请人无正当理由逾期不补正、", "1", "", ""]),
        piece(2, ["行政机关不再处理其政府信息公开申请", "", "0", "1"], ["3.其他", "0", "0", "0"]),
        (),
    )
    assert texts(above)[-1][1:] == ["1", "0", "1"]
    assert texts(below) == [["3.其他", "0", "0", "0"]]


def test_words_of_no_label_below_a_label_without_numbers_are_in_doubt():
    above, below, note = mended(piece(1, ["行政处罚", "1", "", ""]), piece(2, ["详见另表说明", "", "2", "3"]), ())
    assert [cell.confidence < 0.5 for cell in above.rows[-1]] == [False, False, True, True]
    assert [cell.confidence < 0.5 for cell in below.rows[0]] == [False, True, True, True]
    assert "第2页" in note


def test_rows_that_reach_into_the_margin_on_one_page_only():
    wide = Cell("", 1, 4, box=(300, 100, 360, 190))
    upper = piece(1, ["4.无正当理由", "5", "0", "5"])
    upper = replace(upper, box=(50, 100, 360, 190), rows=((wide,), *upper.rows))
    upper = replace(upper, rows=(upper.rows[0], tuple(c._replace(row=2) for c in upper.rows[1])))
    above, _, note = mended(upper, piece(2, ["大量反复申请", "", "", ""], ["5.其他", "1", "1", "2"]), ())
    assert texts(above)[-1] == ["4.无正当理由\n大量反复申请", "5", "0", "5"]
    assert note == ""


def test_without_the_outer_side_of_a_merged_cell():
    """Browsers draw no border where a merged cell goes on: on one page its column is missing."""
    xs = (20, *XS)
    lower = piece(2, ["", "大量反复申请", "", "", ""], ["", "5.其他", "1", "1", "2"], xs=xs)
    merged = lower.rows[0][0]._replace(rowspan=2)
    lower = replace(lower, rows=((merged, *lower.rows[0][1:]), lower.rows[1][1:]))
    above, below, note = mended(piece(1, ["4.无正当理由", "5", "0", "5"]), lower, ())
    assert texts(above)[-1] == ["4.无正当理由\n大量反复申请", "5", "0", "5"]
    assert texts(below) == [["", "5.其他", "1", "1", "2"]]
    assert note == ""


def by_position(number, *rows, headed=False):
    """A table whose cells have no sides; a text None stands for a cell that is not there."""
    made = tuple(
        tuple(Cell(text, r, c) for c, text in enumerate(row, 1) if text is not None) for r, row in enumerate(rows, 1)
    )
    return Piece(number, (50, 100, 350, 190), made, exact=headed, headed=headed)


def test_halves_under_their_headings():
    above, below, _ = mended(
        by_position(1, ["2.重复申请", None, None, "1", "", ""], headed=True),
        by_position(2, [None, None, None, "", "2", "3"], ["3.其他", None, None, "4", "5", "6"], headed=True),
        (),
    )
    assert texts(above) == [["2.重复申请", "1", "2", "3"]]
    assert texts(below) == [["3.其他", "4", "5", "6"]]


@pytest.mark.parametrize(
    ("last", "first"), [(["行政强制", "0", "4", ""], ["", "5"]), (["0", "5", "2"], ["行政强制", "", "", ""])]
)
def test_halves_whose_columns_nobody_knows_are_in_doubt(last, first):
    above, below, note = mended(by_position(1, last), by_position(2, first), ())
    for cell in (*above.rows[-1], *below.rows[0]):
        assert (cell.confidence < 0.5) == (cell.text != "行政强制")
    assert "第2页" in note


def test_a_line_of_numbers_overleaf_leaves_the_empty_cells_in_doubt():
    found = with_rest_overleaf(by_position(1, ["0", "", "1"]))
    assert [cell.confidence < 0.5 for cell in found.rows[0]] == [False, True, False]
    ruled = piece(1, ["规章", "", "1", "1"])
    assert with_rest_overleaf(ruled) is ruled


def test_the_column_of_an_empty_cell_may_be_missing_overleaf():
    upper = piece(1, ["", "1.属于国家秘密", "5", "", "5"], xs=(20, *XS))
    above, below, note = mended(upper, piece(2, ["", "", "0", ""], ["2.其他法律行政法规禁止公开", "1", "1", "2"]), ())
    assert texts(above) == [["", "1.属于国家秘密", "5", "0", "5"]]
    assert texts(below) == [["2.其他法律行政法规禁止公开", "1", "1", "2"]]
    assert note == ""


def test_an_empty_cell_beside_the_rest_of_a_row_is_none_of_the_columns_above():
    lower = piece(2, ["", "大量反复申请", "", "", ""], ["", "5.其他", "1", "1", "2"], xs=(20, *XS))
    above, below, _ = mended(piece(1, ["4.无正当理由", "5", "0", "5"]), lower, ())
    assert texts(above)[-1] == ["4.无正当理由\n大量反复申请", "5", "0", "5"]
    assert texts(below) == [["", "5.其他", "1", "1", "2"]]


def test_a_merged_cell_that_ends_before_the_rest_of_its_row_makes_no_row():
    lower = piece(2, ["", "大量反复申请", "", "", ""], [""], ["", "5.其他", "1", "1", "2"], xs=(20, *XS))
    first = (lower.rows[0][0], *(c._replace(rowspan=2) for c in lower.rows[0][1:]))
    upper = piece(1, ["", "4.无正当理由", "5", "0", "5"], xs=(20, *XS))
    above, below, _ = mended(upper, replace(lower, rows=(first, *lower.rows[1:])), ())
    assert texts(above)[-1] == ["", "4.无正当理由\n大量反复申请", "5", "0", "5"]
    assert [[(c.row, c.text) for c in row] for row in below.rows] == [[(1, t) for t in ("", "5.其他", "1", "1", "2")]]


def test_a_line_of_headings_that_the_page_end_cuts():
    xs = tuple(range(50, 350, 50))
    upper, lower = ["结果维持", "", "其他结果", "尚未审结", ""], ["", "结果纠正", "", "", "总计"]
    values = ["0", "1", "0", "2", "3"]
    above, below, note = mended(piece(1, upper, xs=xs), piece(2, lower, values, xs=xs), ())
    assert texts(above) == [["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]]
    assert texts(below) == [values]
    assert note == ""
    # Two lines of headings that both say something stand one above the other.
    pieces = piece(1, ["行政复议", *upper[1:]], xs=xs), piece(2, ["结果维持", *lower[1:]], values, xs=xs)
    assert texts(mended(*pieces, ())[0])[-1] == ["行政复议", *upper[1:]]


@pytest.mark.parametrize(("wide", "doubt"), [(0, True), (40, False)])
def test_a_row_cut_above_the_notes_of_a_page_is_in_doubt_where_its_label_is_torn(wide, doubt):
    (line,) = lines_of(words("1 见附件", 50, 700))
    note = Prose.begun(line, 1)
    above = piece(1, ["2.重复申请", "1", "2", "3"], ["（四）无1.本", "5", "0", "5"])
    below = piece(2, ["机关不掌握信息", "", "", ""], ["5.其他", "1", "1", "2"], xs=(*XS[:-1], XS[-1] + wide))
    done = [above, note]
    assert _ended_above_notes(done, below, []) == doubt
    rest = done[-1] if doubt else below
    assert [cell.confidence < 0.5 for cell in rest.rows[0][1:]] == [doubt] * 3


def test_a_row_with_only_the_number_of_its_label_is_in_doubt_with_the_row_below_it():
    """A rule is lost, and the columns of the two pages do not agree."""
    above, below, note = mended(
        piece(1, ["二、", "5", "", "9"]), piece(2, ["上年结转", "", "4", ""], xs=(50, 180, 260, 310, 350)), ()
    )
    assert all(cell.confidence < 0.5 for cell in (*above.rows[-1][1:], *below.rows[0][1:]))
    assert "第2页" in note


def without_cells(found, row, *columns):
    """A piece whose row lacks cells: what is open below has no sides where nothing stands in it."""
    rows = list(found.rows)
    rows[row] = tuple(cell for cell in rows[row] if cell.column not in columns)
    return replace(found, rows=tuple(rows))


def test_numbers_in_cells_open_below_are_those_of_the_label_overleaf():
    upper = without_cells(piece(1, ["3.其他", "1", "2", "3"], ["", "5", "", "9"]), 1, 1, 3)
    above, below, note = mended(
        upper, piece(2, ["（七）总计", "", "4", ""], ["四、结转下年度继续办理", "0", "0", "1"]), ()
    )
    assert texts(above)[-1] == ["（七）总计", "5", "4", "9"]
    assert [cell.column for cell in above.rows[-1]] == [1, 2, 3, 4]
    assert texts(below) == [["四、结转下年度继续办理", "0", "0", "1"]]
    assert note == ""


def test_numbers_in_cells_open_below_that_fill_no_row_overleaf_are_in_doubt_with_it():
    upper = without_cells(piece(1, ["3.其他", "1", "2", "3"], ["", "5", "", ""]), 1, 1, 3, 4)
    above, below, note = mended(
        upper, piece(2, ["（七）总计", "", "4", ""], ["四、结转下年度继续办理", "0", "0", "1"]), ()
    )
    assert all(cell.confidence < 0.5 for cell in (*above.rows[-1], *below.rows[0][1:]))
    assert "第2页" in note


def test_a_piece_that_ends_in_a_row_without_cells():
    """All of its cells began above it, and there is nothing that a row below the break could go on with."""
    above = piece(1, ["规章", "1", "2"])
    above = replace(above, rows=(tuple(cell._replace(rowspan=2) for cell in above.rows[0]), ()))
    below = piece(2, ["行政规范性文件", "3", "4", "5"])
    assert mended(above, below, ())[1] is not None


@pytest.mark.parametrize("note", [NO_LABEL, NO_TOTAL, OPEN_END])
@pytest.mark.parametrize("first", [["", "", "2", "3"], ["", "", "", "3"], ["", "4", "2", "3"]])
def test_halves_that_make_a_whole_row_are_not_in_doubt_for_what_each_of_them_lacks(note, first):
    """Only together they have a label and one number in each column."""
    upper, lower = piece(1, ["3.重复申请", "1", "", ""]), piece(2, first)
    upper, lower = (
        replace(half, rows=(tuple(c._replace(confidence=0.4, note=note) for c in half.rows[0]),))
        for half in (upper, lower)
    )
    above, below, _ = mended(upper, lower, ())
    whole = first == ["", "", "2", "3"]
    assert {cell.confidence == 1 for row in above.rows for cell in row} == {whole}
    assert (below is None) == (first[1] == "")


def test_the_only_columns_of_a_row_that_goes_on_overleaf_are_in_doubt():
    """By position a table has the columns that its page shows: no cell is empty although two numbers are missing."""
    found = with_rest_overleaf(by_position(1, ["规章", "0"]))
    assert [cell.confidence < 0.5 for cell in found.rows[0]] == [False, True]
    headed = by_position(1, ["规章", None, None, "0"], headed=True)
    assert with_rest_overleaf(headed) is headed


@pytest.mark.parametrize(
    ("again", "count"),
    [
        (["（本列数据的勾稽关系为：第一项加第", "申请人情况"], 1),
        (["（本列数据的勾稽关系为：第一项加第\n二项", "申请人情况"], 1),
        # Not the beginning of it, too short to be it for certain, and another number of cells.
        (["（本列数据的勾稽关系为：第二项", "申请人情况"], 0),
        (["（本列", "申请人情况"], 0),
        (["（本列数据的勾稽关系为：第一项加第"], 0),
    ],
)
def test_a_head_is_repeated_where_a_merged_cell_shows_its_beginning_only(again, count):
    head = ["(本列数据的勾稽关系为:第一项加第二项之和)|申请人情况", "自然人|总计"]
    assert repeated(piece(2, again, ["一、", "1"]), head) == count


def open_rows(*rows):
    """A table by position: each text has a place, what is empty has none."""
    found = piece(2, *rows)
    made = tuple(tuple(cell if cell.text else cell._replace(box=None) for cell in row) for row in found.rows)
    return replace(found, rows=made, exact=False)


def token(text, column, xs=XS):
    return Token(text, xs[column - 1] + 5, xs[column - 1] + 15, 800, 9)


def test_numbers_below_the_headings_on_the_page_before_are_those_of_the_first_row():
    found, whole = with_start_before(
        open_rows(["规章", "", "0", ""], ["行政规范性文件", "3", "1", "2"]), [token("7", 2), token("5", 4)]
    )
    assert texts(found)[0] == ["规章", "7", "0", "5"]
    assert whole
    assert {cell.confidence for cell in found.rows[0]} == {1}


@pytest.mark.parametrize("place", [3, 2.5])
def test_numbers_before_the_first_row_that_fit_no_empty_cell_leave_it_in_doubt(place):
    """One that stands over a cell with a number, and one between two columns."""
    first = XS[int(place) - 1] + (40 if place % 1 else 5)
    number = Token("7", first, first + 30, 800, 9)
    found, whole = with_start_before(open_rows(["规章", "", "0", ""], ["行政规范性文件", "3", "1", "2"]), [number])
    assert texts(found)[0] == ["规章", "", "0", ""]
    assert not whole
    assert [cell.confidence < 0.5 for cell in found.rows[0]] == [False, True, False, True]


def test_a_ruled_table_takes_nothing_from_the_page_before():
    ruled = piece(2, ["规章", "", "0", "0"], ["行政规范性文件", "3", "1", "2"])
    assert with_start_before(ruled, [token("7", 2)]) == (ruled, False)


@pytest.mark.parametrize(
    ("heads", "text", "taken"),
    [
        ("信息内容 本年制发件数 本年废止件数 现行有效件数", "7", True),
        # A number of a page below what is no heading of a table.
        ("公开工作总体平稳。", "7", False),
        ("信息内容 本年制发件数 本年废止件数 现行有效件数", "规章", False),
    ],
)
def test_only_numbers_below_headings_begin_a_row(heads, text, taken):
    (above,) = lines_of(words(heads, 50, 700))
    (below,) = lines_of(words(text, 205, 715))
    table = open_rows(["规章", "", "0", "0"], ["行政规范性文件", "3", "1", "2"])
    flow = _mended([Prose.begun(above, 1), Prose.begun(below, 1), table], [])
    assert (texts(flow[-1])[0] == ["规章", "7", "0", "0"]) == taken
    assert len(flow) == 3 - taken


@pytest.mark.parametrize("between", [["规章", "0 0 0"], ["0 0 0"], ["规章"]])
def test_rows_between_the_headings_and_the_numbers_that_end_a_page(between):
    """Where nothing shows them to be rows, the numbers after them still begin the table overleaf."""
    heads = "信息内容 本年制发件数 本年废止件数 现行有效件数"
    above = [lines_of(words(text, 50, 700 + 15 * at))[0] for at, text in enumerate([heads, *between])]
    (numbers,) = lines_of(words("7", 205, 770))
    table = open_rows(["行政规范性文件", "", "1", "2"], ["行政许可", "3", "1", "2"])
    flow = _mended([*(Prose.begun(line, 1) for line in (*above, numbers)), table], [])
    assert texts(flow[-1])[0] == ["行政规范性文件", "7", "1", "2"]
    other = _mended([Prose.begun(line, 1) for line in above[1:]] + [Prose.begun(numbers, 1), table], [])
    assert texts(other[-1])[0] == ["行政规范性文件", "", "1", "2"]


@pytest.mark.parametrize(("over", "under", "said"), [("总计", "", "总计"), ("结果维", "持", "结果维\n持")])
def test_headings_that_the_page_parts_from_the_line_below_them(over, under, said):
    sides = (50, 200, 250, 300, 350)

    def row(number, *cells):
        return tuple(
            Cell(text, number, at + 1, 1, wide, (sides[at], 100 * number, sides[at + wide], 100 * number + 90))
            for at, wide, text in cells
        )

    values = row(2, (0, 1, "（一）予以公开"), (1, 1, "1"), (2, 1, "2"), (3, 1, "3"))
    upper = Piece(1, (50, 100, 350, 190), (row(1, (0, 1, ""), (1, 2, "法人或其他组织"), (3, 1, over)),))
    heads = row(1, (0, 1, ""), (1, 1, "商业企业"), (2, 1, "其他"), (3, 1, under))
    above, below, note = mended(upper, Piece(2, (50, 100, 350, 290), (heads, values)), ())
    assert texts(above) == [["", "法人或其他组织", ""]]
    assert texts(below) == [["", "商业企业", "其他", said], ["（一）予以公开", "1", "2", "3"]]
    assert note == ""


def test_a_row_cut_below_a_heading_that_was_cut_on_its_first_page():
    """Only from the second page on it is printed whole: there it is known by the page before."""
    over, whole = ["申请人情况", "", "", ""], ["", "商业企业", "科研机构", "总计"]
    flow = [
        piece(1, over, ["", "商业企", "科研机", "总计"]),
        piece(2, over, whole, ["1.属于国家秘密", "1", "0", "1"], ["", "1", "", ""]),
        piece(3, over, whole, ["2.重复申请", "", "2", "3"], ["3.其他", "0", "0", "0"]),
    ]
    warnings = []
    *_, second, third = _mended(flow, warnings)
    assert texts(second)[-1] == ["2.重复申请", "1", "2", "3"]
    assert texts(third)[-1] == ["3.其他", "0", "0", "0"]
    assert not warnings
