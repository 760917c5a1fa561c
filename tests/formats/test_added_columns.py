"""表三 with a column that offices add, in grids whose rows do not fit their header: the numbers are those of the form."""

import pytest

from gkaudit.form import form
from gkaudit.readers import Source, read_source
from gkaudit.report import understand

TITLE = "青禾县云溪镇人民政府2024年政府信息公开工作年度报告"
ROWS = form().table("requests").rows
KINDS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
#: The header as a converter leaves it that loses all spans.
HEADS = [("（本列数据的勾稽关系为）", "申请人情况"), ("自然人", "法人或其他组织", "总计"), KINDS]
NUMBERS = ("1", "2", "3", "5", "7", "11", "29")


def _page(rows, heads):
    table = "".join(f"<tr><td>{'<td>'.join(row)}" for row in [*heads, *rows])
    return (
        f"<html><p>{TITLE}<p>三、收到和处理政府信息公开申请情况</p><table>{table}</table></html>".encode(),
        "报告.html",
    )


def _sheet(rows, heads):
    lines = [(TITLE,), ("三、收到和处理政府信息公开申请情况",), *heads, *rows]
    wide = max(map(len, lines))
    return "\n".join(",".join([*line, *[""] * (wide - len(line))]) for line in lines).encode(), "报告.csv"


def _found(rows, heads=HEADS, lay=_page):
    """States of all cells, and values row by row without those of rows that stand as printed."""
    report = understand(read_source(Source.of(*lay(rows, heads))))
    cells = [row for row in report.cells.iter_rows(named=True) if row["table"] == "requests"]
    return {cell["state"] for cell in cells}, {
        tuple(int(c["value"]) for c in cells if c["row"] == row.name and c["value"] is not None) for row in ROWS
    }


def _with(heading):
    return [(*HEADS[0], heading), *HEADS[1:]]


ALL = {tuple(map(int, NUMBERS))}


@pytest.mark.parametrize("lay", [_page, _sheet])
def test_as_many_numbers_as_the_header_names_in_a_row_of_another_width(lay):
    rows = [(row.label, *NUMBERS, *[""] * (at % 2)) for at, row in enumerate(ROWS)]
    assert _found(rows, lay=lay) == ({"reported"}, ALL)


@pytest.mark.parametrize("numbers", [("4", *NUMBERS[:6], ""), (*NUMBERS[:6], "30", "")])
def test_numbers_that_do_not_make_up_their_total_are_not_stated(numbers):
    rows = [(row.label, *NUMBERS) for row in ROWS[1:]]
    states, _ = _found([*rows[:3], (ROWS[0].label, *numbers), *rows[3:]])
    assert states > {"reported"}


@pytest.mark.parametrize("heading", ["备注", "说明"])
def test_remarks_behind_the_numbers(heading):
    rows = [(row.label, *NUMBERS, "" if at % 3 else "详见说明") for at, row in enumerate(ROWS)]
    assert _found(rows, _with(heading)) == ({"reported"}, ALL)
    # Without its heading nobody knows what the column is.
    assert "unreadable" in _found([(*row[:4], "", *row[5:]) for row in rows])[0]


@pytest.mark.parametrize("lay", [_page, _sheet])
def test_a_subtotal_before_the_total(lay):
    kinds = [*HEADS[:2], (*KINDS, "小计")]
    rows = [(row.label, *NUMBERS[:6], "28", NUMBERS[6]) for row in ROWS]
    assert _found(rows, kinds, lay) == ({"reported"}, ALL)


@pytest.mark.parametrize(("heading", "behind"), [("备注", ("29", "")), ("小计", ("28", "29"))])
def test_headings_that_the_page_cuts_are_those_of_the_next_piece(heading, behind):
    """Half of the headings stand on the one page, half on the other, and the rows below them."""
    first = [
        ("（本列数据的勾稽关系为）", "申请人情况", *(["备注"] if heading == "备注" else [])),
        ("自然", "法人或其他组织", "总计"),
    ]
    second = [("人", *KINDS, *(["小计"] if heading == "小计" else []))]
    rows = [(row.label, *NUMBERS[:6], *behind) for row in ROWS]
    tables = "".join(
        f"<table>{''.join('<tr><td>' + '<td>'.join(row) for row in piece)}</table>"
        for piece in (first, [*second, *rows])
    )
    text = f"<html><p>{TITLE}<p>三、收到和处理政府信息公开申请情况</p>{tables}</html>"
    cells = understand(read_source(Source.of(text.encode(), "报告.html"))).cells
    own = cells.filter(cells["table"] == "requests")
    assert set(own["state"]) == {"reported"}
    assert {str(int(value)) for value in own.filter(own["column"] == "total")["value"]} == {"29"}


def test_blanks_before_a_column_of_remarks_keep_their_place():
    rows = [(row.label, *NUMBERS[:2], "", *NUMBERS[3:6], "26", "" if at % 3 else "见注") for at, row in enumerate(ROWS)]
    assert _found(rows, _with("备注")) == ({"reported", "blank"}, {(1, 2, 5, 7, 11, 26)})


@pytest.mark.parametrize("heading", ["行次", "计量单位"])
def test_numbers_of_rows_and_units_before_the_numbers(heading):
    first = [str(at) if heading == "行次" else "件" for at in range(1, len(ROWS) + 1)]
    rows = [(row.label, text, *NUMBERS) for row, text in zip(ROWS, first, strict=True)]
    assert _found(rows, _with(heading)) == ({"reported"}, ALL)
    if heading == "行次":
        # What does not count the rows may be numbers of the table.
        assert "reported" not in _found([(row[0], "2", *row[2:]) for row in rows], _with(heading))[0]


def test_of_two_damaged_labels_below_each_other_the_second_is_like_both():
    """The first is like one row of the form, but not like enough to be it by itself; its numbers are not the second's."""
    _, second, *others = [(row.label, *NUMBERS) for row in ROWS]
    damaged = [("一、本年乂乂政乂信乂乂乂申请数量", *["0"] * 7), ("乂、乂年乂乂乂府乂息公开申请数量", *second[1:])]
    report = understand(read_source(Source.of(*_page([*damaged, *others], HEADS))))
    found = {row["row"]: set() for row in report.cells.iter_rows(named=True)}
    for row in report.cells.iter_rows(named=True):
        found[row["row"]].add((row["state"], row["value"]))
    assert {state for state, _ in found["received"]} == {"inferred"}
    assert {int(value) for _, value in found["received"]} == {0}
    assert {str(int(value)) for _, value in found["pending_start"]} == set(NUMBERS)


def test_a_row_below_a_header_that_lacks_a_column_does_not_end_with_an_empty_total():
    """The cell that seems to be it may be none, on the next page as well."""
    heads = [HEADS[0], HEADS[1], (*KINDS[:1], *KINDS[2:])]
    rows = [(row.label, *NUMBERS[:5], "18", "") for row in ROWS]
    pieces = [[*heads, *rows[:8]], rows[8:]]
    tables = "".join(f"<table>{''.join('<tr><td>' + '<td>'.join(row) for row in piece)}</table>" for piece in pieces)
    text = f"<html><p>{TITLE}<p>三、收到和处理政府信息公开申请情况</p>{tables}</html>"
    cells = understand(read_source(Source.of(text.encode(), "报告.html"))).cells
    own = cells.filter((cells["table"] == "requests") & (cells["state"] != "absent"))
    assert set(own["state"]) == {"unreadable"}
    assert set(own["note"]) == {"表头比表式缺列，列位无法确定"}


def test_first_numbers_that_count_the_rows_are_none_of_natural_persons():
    """The heading of their column is lost, and a cell of each row."""
    rows = [(row.label, str(at), *NUMBERS[:6]) for at, row in enumerate(ROWS, 1)]
    assert _found(rows)[0] == {"unreadable"}
    assert "reported" in _found([(row.label, "3", *NUMBERS[:6]) for row in ROWS])[0]


def test_of_two_damaged_labels_that_are_like_nothing_the_second_is_neither():
    _, second, *others = [(row.label, *NUMBERS) for row in ROWS]
    damaged = [("乂乂乂乂乂乂乂乂乂", *["0"] * 7), ("乂、乂年乂乂乂府乂息公开申请数量", *second[1:])]
    report = understand(read_source(Source.of(*_page([*damaged, *others], HEADS))))
    own = report.cells.filter(report.cells["row"].is_in(["received", "pending_start"]))
    assert not set(own["state"]) & {"reported", "inferred", "blank"}


@pytest.mark.parametrize("lay", [_page, _sheet])
@pytest.mark.parametrize("lost", [1, 6])
def test_a_header_without_one_column_over_rows_without_its_number(lay, lost):
    """Each row has a number for each heading; the column that is not there has none."""
    kinds = [text for at, text in enumerate(KINDS, 1) if at != lost]
    heads = [HEADS[0], HEADS[1][: 3 if lost < 6 else 2], kinds]
    numbers = [text for at, text in enumerate(NUMBERS) if at != lost]
    states, values = _found([(row.label, *numbers) for row in ROWS], heads, lay)
    assert states == {"reported", "absent"}
    assert values == {tuple(map(int, numbers))}
    # One number less: nobody knows whose the others are.
    rows = [(row.label, *numbers[: 6 - (at == 4)]) for at, row in enumerate(ROWS)]
    assert _found(rows, heads, lay)[0] == {"reported", "absent", "unreadable"}


@pytest.mark.parametrize(("heading", "before"), [("计量单位", "件"), ("行次", ""), ("备注", None)])
def test_columns_that_offices_add_to_a_sheet(heading, before):
    def row(at, label):
        if before is None:
            return (label, *NUMBERS, "" if at % 3 else "详见说明")
        return (label, before or str(at + 1), *NUMBERS)

    rows = [row(at, each.label) + ("",) * (at % 2) for at, each in enumerate(ROWS)]
    assert _found(rows, _with(heading), _sheet) == ({"reported"}, ALL)


@pytest.mark.parametrize(
    ("numbers", "states"),
    [("012003", {"unreadable"}), ("000000", {"unreadable"}), ("012009", {"reported", "unreadable"})],
)
def test_a_total_over_two_columns_that_is_the_sum_of_all_others(numbers, states):
    """A cell is lost, and nobody knows which: Word lets the last one take its room."""
    heads = "<tr><td>项目<td>自然人<td>商业企业<td>科研机构<td>社会公益组织<td>法律服务机构<td>其他<td>总计"
    rows = [f"<tr><td>{row.label}<td>{'<td>'.join(NUMBERS)}" for row in ROWS]
    rows[3] = f"<tr><td>{ROWS[3].label}<td>{'<td>'.join(numbers[:-1])}<td colspan=2>{numbers[-1]}"
    text = f"<html><p>{TITLE}<p>三、收到和处理政府信息公开申请情况</p><table>{heads}{''.join(rows)}</table></html>"
    cells = understand(read_source(Source.of(text.encode(), "报告.html"))).cells
    assert set(cells.filter(cells["row"] == ROWS[3].name)["state"]) == states
