"""Numbers that nearly touch, spaced digits, footnotes, shadows and pictures over numbers: right, or in doubt."""

import io
from copy import deepcopy

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from gkaudit.document import Document, Table
from gkaudit.form import form
from gkaudit.grid import grid_rows
from gkaudit.readers import Source, read_source
from gkaudit.readers.geometry import lines_of
from gkaudit.readers.geometry.borders import borders, filled
from gkaudit.readers.geometry.columns import row_of
from gkaudit.readers.geometry.heads import Head
from gkaudit.readers.geometry.notes import without_marks
from gkaudit.readers.geometry.spacing import Spacing
from gkaudit.tables import read_remedies, sort_rows
from tests.formats.test_geometry import fill, page, read, rules, words
from tests.formats.test_headed import ROWS, XS, body, heading, remedies, requests
from tests.generate import compose
from tests.generate.exact import document
from tests.generate.skeleton import Printed


def runs(text, x, base, size=10.0, gap=0.0, start=1):
    """Pieces between bars, each written in one go, ``gap`` sizes apart."""
    chars = []
    for number, piece in enumerate(text.split("|"), start):
        own = [c._replace(run=number) for c in words(piece, x, base, size)]
        chars += own
        x = own[-1].right + gap * size
    return chars


def line(chars):
    return lines_of(chars)[0]


def texts(chars, spacing):
    return [t.text for t in row_of(line(chars), spacing).values]


# ── how numbers are written ─────────────────────────────────────────────────────────────────────


def test_where_numbers_are_written_in_one_go_two_pieces_are_two_numbers():
    spacing = Spacing.of([line(runs("12|345|6", 100, 50, gap=0.15))])
    assert spacing.whole
    assert texts(runs("1|29", 100, 50, gap=0.15), spacing) == ["1", "29"]
    assert texts(runs("129", 100, 50), spacing) == ["129"]


def test_digits_written_one_by_one_are_not_parted():
    spacing = Spacing.of([line(runs("1|2", 100, 50)), line(runs("345", 100, 70)), line(runs("67", 100, 90))])
    assert not spacing.whole
    assert texts(runs("1|2", 100, 50, gap=0.05), spacing) == ["12"]


def test_evenly_spaced_digits_are_one_number():
    spacing = Spacing.of([line(runs("1|2|3", 100, 50, gap=0.1))])
    assert not row_of(line(runs("4|5", 100, 70, gap=0.1)), spacing).crowded
    assert row_of(line(runs("4|5", 100, 70, gap=0.18)), spacing).crowded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0|29", ["0", "29"]),
        ("3件|23件", ["3件", "23件"]),
        ("0|无|4", ["0", "无", "4"]),
        ("5|/", ["5", "/"]),
        ("32|-22", ["32", "-22"]),
    ],
)
def test_what_ends_a_number_whoever_wrote_it(text, found):
    chars = [c._replace(run=0) for c in runs(text, 100, 50, gap=0.15)]
    assert texts(chars, Spacing()) == found


def test_two_marks_are_those_of_two_cells_where_each_is_written_in_one_go():
    spacing = Spacing.of([line(runs("12|345|6", 100, 50, gap=0.15))])
    assert texts(runs("/|/", 100, 50, gap=0.15), spacing) == ["/", "/"]
    assert texts(runs("——", 100, 50, gap=0.15), spacing) == ["——"]


def test_dates_and_the_signs_of_labels_are_no_numbers_written_in_one_go():
    spacing = Spacing.of(
        [line([c._replace(run=1) for c in words(text, 100, 50)]) for text in ("2021-01-18", "甲，乙，")]
    )
    assert not spacing.joint


def test_digits_that_stand_over_each_other_are_in_doubt():
    chars = words("1", 100, 50) + words("8", 102.5, 50)
    assert row_of(line(chars)).crowded


@pytest.mark.parametrize(
    ("x", "heads", "sure"),
    [
        (270, ("本年制发件数", "本年废止件数", "现行有效件数"), True),
        # Half way between two headings stand the numbers of both.
        (310, ("本年制发件数", "本年废止件数", "现行有效件数"), False),
        (270, ("第二十条第一项",), False),
    ],
)
def test_spaced_digits_under_one_heading_are_one_number(x, heads, sure):
    chars = [c for n, name in enumerate(heads) for c in words(name, 250 + 70 * n, 100)]
    for base, label in ((116, "规章"), (132, "行政规范性文件")):
        chars += words(label, 70, base) + words("1", x, base) + words("2", x + 6, base) + words("4", 415, base)
        chars += words("3", 345, base) if x < 300 else []
    blocks, _ = read(page(chars))
    row = next(row for b in blocks if isinstance(b, Table) for row in b.rows if row[0].text == "行政规范性文件")
    assert any(cell.text == "12" and cell.confidence == 1 for cell in row) == sure


# ── 表三 ────────────────────────────────────────────────────────────────────────────────────────


def tight(x, base, left, right):
    """Two numbers of neighbouring columns that nearly touch, each written in one go."""
    own = [c._replace(run=2) for c in words(right, x, base)]
    return [c._replace(run=1) for c in words(left, x - 1.5 - 5 * len(left), base)] + own


def test_columns_of_numbers_that_nearly_touch():
    def close(x, base):
        return tight(x + 22, base, "7", "35")

    rows = [
        ("received", ROWS[0][1], [lambda x, b: runs("12", x, b), *[lambda x, b: runs("34", x, b, start=5)] * 6]),
        ("pending_start", ROWS[1][1], ["1", "2", close, "", "4", "5", "6"]),
        *ROWS[2:],
    ]
    chars = heading(80) + body(
        [(n, a, [v if callable(v) or v else (lambda *_: []) for v in vs]) for n, a, vs in rows], 150
    )
    found = requests(page(chars))
    assert found["received"] == [12, 34, 34, 34, 34, 34, 34]
    assert found["pending_start"] == [1, 2, 7, 35, 4, 5, 6]


def test_a_wide_number_begins_left_of_the_longest_label():
    def wide(x, base):
        return words("123456", x - 20, base)

    label = (("一、本年新收政府信息公开申",), ())
    rows = [("received", label, [wide, *"000000"]), *ROWS[1:]]
    far = words("5.要求行政机关确认或重新出具已", 140, 350)
    found = requests(page(heading(80) + body(rows, 150) + far + [c for x in XS for c in words("9", x, 350)]))
    assert found["received"][0] in (123456, "?")


# ── footnotes ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("raised", [2.0, 3.0, 5.0])
def test_small_raised_digits_behind_a_number_are_no_part_of_it(raised):
    def noted(x, base):
        return words("4", x, base) + words("1", x + 5, base - raised, 6.0)

    rows = [("received", ROWS[0][1], ["1", noted, *"00005"]), *ROWS[1:]]
    found = requests(page(heading(80) + body(rows, 150)))
    assert found["received"] == [1, 4, 0, 0, 0, 0, 5]


def test_a_mark_of_two_digits_and_numbers_of_one_size():
    chars = words("4", 100, 50) + words("12", 105, 46, 6.0) + words("30", 130, 50)
    kept, marks = without_marks(chars)
    assert "".join(c.text for c in kept) == "430"
    assert "".join(c.text for c in marks) == "12"
    assert without_marks(kept) == (kept, [])


def test_a_mark_below_the_number_in_a_narrow_cell():
    """The mark did not fit behind the number: it is no end of it."""
    level, upright = rules(xs=(70, 170, 202, 234, 266), ys=(100, 120, 145))
    table = [["规章", "0", "0", "0"], ["行政规范性文件", "", "1", "2"]]
    chars = fill(table, xs=(70, 170, 202, 234, 266), ys=(100, 120, 145))
    chars += words("12345", 173, 132) + words("1", 173, 142, 6.0)
    blocks, _ = read(page(chars, level, upright))
    (found,) = [b for b in blocks if isinstance(b, Table)]
    assert found.rows[1][1].text == "12345"


# ── shadows and pictures ────────────────────────────────────────────────────────────────────────


def ruled(canvas, values, draw):
    """A small 表二 with rules; ``draw`` puts a value."""
    rows = ("规章", "行政规范性文件")
    for y in (700, 680, 660):
        canvas.line(70, y, 400, y)
    for x in (70, 190, 260, 330, 400):
        canvas.line(x, 660, x, 700)
    for n, name in enumerate(rows):
        canvas.setFont("STSong-Light", 10)
        canvas.drawString(75, 686 - 20 * n, name)
        for k, value in enumerate(values[n]):
            draw(canvas, value, 220 + 70 * k, 686 - 20 * n)


def cells(draw, before=None):
    from tests.generate.formats.pdf import _fonts

    _fonts()
    out = io.BytesIO()
    canvas = Canvas(out)
    if before:
        before(canvas)
    ruled(canvas, (("1", "2", "3"), ("4", "15", "26")), draw)
    canvas.setFont("STSong-Light", 10)
    for n in range(3):
        canvas.drawString(70, 600 - 20 * n, "本报告由某某镇人民政府编制，数据统计期限为全年，现予公布。")
    canvas.save()
    made = read_source(Source.of(out.getvalue(), "报告.pdf"))
    (table,) = [b for b in made.blocks if isinstance(b, Table)]
    return [[(c.text, c.confidence) for c in row[1:]] for row in table.rows]


def test_a_number_under_its_shadow_is_seen():
    def draw(canvas, value, x, y):
        canvas.setFillAlpha(0)
        canvas.drawString(x + 0.75, y - 0.75, value)
        canvas.setFillAlpha(1)
        canvas.drawString(x, y, value)

    assert cells(draw) == [[("1", 1), ("2", 1), ("3", 1)], [("4", 1), ("15", 1), ("26", 1)]]


def test_a_number_under_its_shadow_stands_where_it_is_seen():
    """The shadow of a number at the right of its cell reaches over the rule, up to the next number."""

    def draw(canvas, value, x, y):
        x = {"15": 328.8 - canvas.stringWidth(value, "STSong-Light", 10), "26": 330.2}.get(value, x)
        if value == "15":
            canvas.setFillAlpha(0)
            canvas.drawString(x + 1.3, y - 0.75, value)
            canvas.setFillAlpha(1)
        canvas.drawString(x, y, value)

    assert cells(draw)[1] == [("4", 1), ("15", 1), ("26", 1)]


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("hidden", ["955", "9"])
def test_another_number_hidden_where_one_begins_is_not_seen(hidden, before):
    def draw(canvas, value, x, y):
        def beside():
            canvas.setFillGray(1)
            canvas.drawString(x + 0.75, y, hidden)
            canvas.setFillGray(0)

        steps = [beside, lambda: canvas.drawString(x, y, value)]
        for step in steps if before else reversed(steps):
            step()

    assert [[text for text, _ in row] for row in cells(draw)] == [["1", "2", "3"], ["4", "15", "26"]]


def test_cells_under_a_picture_are_not_called_blank():
    """The numbers may be in the picture, which covers a row or the whole page."""
    from PIL import Image

    for box in ((195, 662, 200, 16), (60, 400, 400, 320)):

        def draw(canvas, value, x, y):
            if y > 680:
                canvas.drawString(x, y, value)

        def under(canvas, box=box):
            canvas.drawImage(ImageReader(Image.new("L", (40, 20), 255)), *box)

        first, second = cells(draw, under)
        assert [text for text, _ in first] == ["1", "2", "3"]
        assert [(text, sure < 0.5) for text, sure in second] == [("", True)] * 3


# ── 表四 ────────────────────────────────────────────────────────────────────────────────────────


def test_headings_out_of_order_leave_table_four_in_doubt():
    values = [str(n) for n in range(15)]
    assert remedies(values) == values
    chars = words("行政复议", 60, 100) + words("行政诉讼", 100, 100)
    for n in range(10):
        text = ("总计", "结果维持", "结果纠正", "其他结果", "尚未审结")[n // 2]
        chars += words(text, 60 + 48 * n, 128 + 12 * (n % 2))
    chars += [c for n in range(15) for c in words(str(n), 60 + 32 * n, 170)]
    blocks, _ = read(page(chars))
    rows = sort_rows(grid_rows(Document("报告.pdf", "pdf", "", blocks, (), {})))["remedies"]
    found = read_remedies(rows, form().table("remedies")).cells
    assert all(sure != "certain" for _, sure, _ in found.values())


def test_two_rows_of_numbers_under_one_heading_are_in_doubt():
    made = compose(1)
    printed = next(b for b in made.blocks if isinstance(b, Printed) and b.name == "remedies")
    lines = printed.parts[-1].lines
    lines.append(deepcopy(lines[-1]))
    lines[-1].slots[0].text = "7"
    rows = sort_rows(grid_rows(document(made)))["remedies"]
    found = read_remedies(rows, form().table("remedies")).cells
    assert {(cell, sure) for cell, sure, _ in found.values()} == {(None, "open")}


def test_a_row_written_in_one_go_says_nothing_of_its_numbers():
    row = [c._replace(run=1) for c in (*words("12", 100, 50), *words("345", 140, 50), *words("6", 180, 50))]
    spacing = Spacing.of([line(row)])
    assert spacing.joint
    assert texts([c._replace(run=2) for c in (*words("5", 100, 70), *words("6", 106.5, 70))], spacing) == ["5", "6"]


# ── where columns end ───────────────────────────────────────────────────────────────────────────

#: Five columns, each 40 wide, the last heading narrower than the others.
CENTRED = [Head("", "", 100 + 40 * n + inset, 140 + 40 * n - inset) for n, inset in enumerate((5, 5, 5, 5, 10))]
AT_THE_LEFT = [Head("", "", 101 + 40 * n, 101 + 40 * n + wide) for n, wide in enumerate((30, 30, 30, 30, 20))]
ALIKE = [Head("", "", 105 + 40 * n, 135 + 40 * n) for n in range(5)]


def test_columns_end_between_headings_that_stand_evenly():
    assert borders(CENTRED) == (140, 180, 220, 260)
    assert borders(AT_THE_LEFT) == (141, 181, 221, 261)
    # Nobody knows whether these are centred; and these are not of one width.
    assert borders(ALIKE) == ()
    assert borders([*CENTRED[:3], Head("", "", 300, 330)]) == ()


@pytest.mark.parametrize(
    ("pieces", "found"),
    [
        # Two numbers on both sides of a border; one of them has two digits.
        ((("1", 101), ("5", 174), ("7", 180.6), ("0", 230), ("12", 280)), ["1", "5", "7", "0", "12"]),
        # One number and no other beside it, although its digits stand apart.
        ((("1", 101), ("5", 167), ("7", 173.2), ("0", 230), ("12", 280)), []),
        # A number that runs over a border.
        ((("1", 101), ("57", 175), ("0", 230), ("12", 280)), []),
        # No number begins with a zero, and two are not one.
        ((("1", 101), ("5", 174), ("7", 180.6), ("0", 230), ("02", 280)), []),
        ((("1", 101), ("5", 174), ("7", 180.6), ("0", 230), ("1", 270), ("2", 280)), []),
        ((("1", 101), ("5", 174), ("7", 180.6), ("-", 230), ("2", 280)), []),
    ],
)
def test_digits_of_a_row_that_fills_all_columns_are_told_apart_where_these_end(pieces, found):
    chars = [c for text, x in pieces for c in words(text, x, 50)]
    assert [number.text for number in filled(line(chars), 90, borders(CENTRED))] == found


def test_table_four_with_numbers_that_nearly_touch_at_the_end_of_a_column():
    values = [*"102051010501005"]
    puts = [0.0] * 15
    # Right of the heading of the first total, which is the narrowest.
    puts[4] = 26.0
    assert remedies(values, puts, heads=("结果维\n持", "结果纠\n正", "其他结\n果", "尚未审\n结", "总计")) == values
