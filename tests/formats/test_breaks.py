"""A row that a page break cuts behind the number of its label: one row, or in doubt, but never a blank one."""

from __future__ import annotations

from gkaudit.readers.geometry.breaks import mended
from gkaudit.readers.geometry.page import Cell, Piece

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


def test_a_whole_label_below_a_whole_row_is_a_row_of_its_own():
    pieces = piece(1, ["3.重复申请", "1", "2", "3"]), piece(2, [LABEL, "", "", ""])
    above, below, note = mended(*pieces, ())
    assert (above, below, note) == (*pieces, "")
