"""Characters and rules to tables and lines: what is certain, what is doubtful, and what is no table at all."""

import pytest

from gkaudit.document import Paragraph, Picture, Table
from gkaudit.readers.geometry import Char, Figure, Page, Raw, Rule, compose, lines_of, sideways
from gkaudit.readers.geometry.legible import sized
from gkaudit.readers.geometry.matrix import IDENTITY, box_through, quarter, through, turned, view
from gkaudit.readers.geometry.scene import Scene

XS, YS = (70, 170, 240, 310), (100, 120, 140, 160)


def words(text, x, base, size=10.0, step=None):
    """Characters of a line: Chinese ones as wide as high, others half of that."""
    chars = []
    for letter in text:
        wide = size if letter >= "\u2e80" else size / 2
        chars.append(Char(letter, x, x + wide, base, size))
        x += wide if step is None else step
    return chars


def rules(xs=XS, ys=YS, skip=(), gap=0.0):
    """All lines of a grid; ``skip`` leaves out pieces: ("level", row, column) or ("upright", column, row)."""
    level = [
        Rule(y, xs[c] + gap, xs[c + 1] - gap)
        for r, y in enumerate(ys)
        for c in range(len(xs) - 1)
        if ("level", r, c) not in skip
    ]
    upright = [
        Rule(x, ys[r] + gap, ys[r + 1] - gap)
        for c, x in enumerate(xs)
        for r in range(len(ys) - 1)
        if ("upright", c, r) not in skip
    ]
    return tuple(level), tuple(upright)


def fill(texts, xs=XS, ys=YS):
    """A text in every cell, at its left, on one line each."""
    chars = []
    for r, row in enumerate(texts):
        for c, text in enumerate(row):
            for n, line in enumerate(text.split("\n")):
                chars += words(line, xs[c] + 3, ys[r] + 14 + 11 * n)
    return chars


def page(chars, level=(), upright=(), number=1, **more):
    return Page(number, 595.0, 842.0, tuple(chars), tuple(level), tuple(upright), **more)


def read(*pages):
    blocks, warnings = compose(pages, "报告.pdf")
    return blocks, warnings


def only_table(*pages):
    blocks, _ = read(*pages)
    (table,) = [b for b in blocks if isinstance(b, Table)]
    return table


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def cell_at(table, row, column):
    return next(c for r in table.rows for c in r if (c.anchor.row, c.anchor.column) == (row, column))


NAMES = [["规章", "1", "2"], ["行政规范性文件", "3", "4"], ["行政许可", "5", "6"]]


@pytest.mark.parametrize("gap", [0.0, 0.4, 1.4])
def test_a_plain_grid(gap):
    table = only_table(page(fill(NAMES), *rules(gap=gap)))
    assert texts(table) == NAMES
    assert table.exact
    assert table.layout == "grid"
    first = table.rows[0][0]
    assert first.anchor.box == (70, 100, 170, 120)
    assert (first.anchor.page, first.anchor.table, first.anchor.row, first.anchor.column) == (1, 1, 1, 1)
    assert {c.confidence for row in table.rows for c in row} == {1.0}


def _abutting(lower):
    """Two tables of seven numbers with one line between them, and the sides of both in one."""
    upper = (70, *range(200, 411, 30))
    tops, bottoms = rules(upper, YS), rules(lower, (160, 180, 200))
    level, upright = tops[0] + bottoms[0], tops[1] + bottoms[1]
    chars = fill([[name, *"1234567"] for name in ("规章", "行政许可", "行政处罚")], upper)
    chars += fill([[name, *"7654321"] for name in ("行政强制", "规章")], lower, (160, 180, 200))
    return [b for b in read(page(chars, level, upright))[0] if isinstance(b, Table)]


@pytest.mark.parametrize("lower", [(70, *range(215, 396, 30), 410), (70, *range(212, 381, 28), 410)])
def test_a_table_right_below_another_one_with_other_columns(lower):
    """One of the lines between its columns may go on by chance."""
    first, second = _abutting(lower)
    assert [texts(first)[0], texts(second)[0]] == [["规章", *"1234567"], ["行政强制", *"7654321"]]
    assert {c.colspan for table in (first, second) for row in table.rows for c in row} == {1}


def test_rows_below_each_other_in_the_same_columns_are_one_table():
    (table,) = _abutting((70, *range(200, 411, 30)))
    assert len(table.rows) == 5


def test_double_rules_are_one():
    level, upright = rules()
    twice = tuple(Rule(r.at + by, r.start, r.end) for r in level for by in (-0.9, 0.9))
    assert texts(only_table(page(fill(NAMES), twice, upright))) == NAMES


@pytest.mark.parametrize("high", [0.5, 1.0, 2.0])
def test_rows_of_dots_are_rules(high):
    scene = Scene()
    for n in range(20):
        across, down = 72.25 + 3 * n, 100.25 + 3 * n
        scene.filled((across, 100.25, across + 2, 100.25 + high), corners=5, curved=False, shade=0)
        scene.filled((300.0, down, 300.0 + high, down + 2), corners=5, curved=False, shade=0)
    # Three dots are an ellipsis.
    for n in range(3):
        scene.filled((400 + 3 * n, 200, 402 + 3 * n, 202), corners=5, curved=False, shade=0)
    scene.finish()
    assert [(round(left), round(right)) for left, top, right, bottom in scene.lines if right - left > bottom - top] == [(72, 131)]  # fmt: skip
    assert [(round(top), round(bottom)) for left, top, right, bottom in scene.lines if right - left < bottom - top] == [(100, 159)]  # fmt: skip


def test_the_dashes_of_a_line_that_crosses_are_none_of_a_rule():
    scene = Scene()
    for n in range(20):
        scene.filled((72 + 3 * n, 100, 75 + 3 * n, 101), corners=5, curved=False, shade=0)
        scene.filled((99, 81.2 + 3 * n, 100, 84.2 + 3 * n), corners=5, curved=False, shade=0)
    scene.finish()
    assert [tuple(map(round, box)) for box in scene.lines] == [(72, 100, 132, 101), (99, 81, 100, 141)]


def test_a_few_dashes_are_a_rule_and_as_many_dots_are_not():
    scene = Scene()
    for n in range(4):
        scene.filled((72, 100 + 3 * n, 73, 102.8 + 3 * n), corners=5, curved=False, shade=0)
        scene.filled((90, 100 + 3 * n, 92, 102 + 3 * n), corners=5, curved=False, shade=0)
    scene.finish()
    assert [tuple(map(round, box)) for box in scene.lines] == [(72, 100, 73, 112)]


def test_missing_rules_merge_cells():
    skip = {("upright", 2, 0), ("level", 2, 0)}
    table = only_table(page(fill([["规章", "1", ""], ["文件", "3", "4"], ["", "5", "6"]]), *rules(skip=skip)))
    assert [(c.rowspan, c.colspan) for c in table.rows[0]] == [(1, 1), (1, 2)]
    assert [(c.rowspan, c.colspan) for c in table.rows[1]] == [(2, 1), (1, 1), (1, 1)]
    assert texts(table) == [["规章", "1"], ["文件", "3", "4"], ["5", "6"]]
    assert {c.confidence for row in table.rows for c in row} == {1.0}


def test_empty_cells_are_kept():
    table = only_table(page(fill([["规章", "", ""], ["", "", "4"], ["许可", "5", ""]]), *rules()))
    assert texts(table) == [["规章", "", ""], ["", "", "4"], ["许可", "5", ""]]


def test_a_region_that_is_no_rectangle_is_doubtful():
    # the cells 1/2, 2/2 and 2/3 are one region: an L
    table = only_table(page(fill(NAMES), *rules(skip={("level", 1, 1), ("upright", 2, 1)})))
    doubtful = {(c.anchor.row, c.anchor.column) for row in table.rows for c in row if c.confidence < 0.5}
    assert doubtful == {(1, 2), (2, 3)}
    assert cell_at(table, 1, 2).note == "表格线不完整，单元格范围不确定"


def test_half_a_rule_is_doubtful():
    level, upright = rules(skip={("level", 1, 1)})
    table = only_table(page(fill(NAMES), (*level, Rule(120, 170, 195)), upright))
    assert cell_at(table, 1, 2).confidence < 0.5
    assert cell_at(table, 1, 3).confidence == 1


def test_open_sides():
    level, upright = rules()
    inner = [r for r in upright if r.at in XS[1:-1]]
    assert texts(only_table(page(fill(NAMES), level, inner))) == NAMES


def test_a_row_whose_lines_go_on_behind_the_table_has_lost_a_cell():
    """Nothing closes the cell too much on its right, and the number of the last column may have moved into it."""
    level, upright = rules()
    table = only_table(page(fill(NAMES), (*level, Rule(120, 310, 345), Rule(140, 310, 345)), upright))
    assert [{cell.confidence for cell in row[1:]} for row in table.rows] == [{1.0}, {0.4}, {1.0}]
    # A stray line is no cell.
    table = only_table(page(fill(NAMES), (*level, Rule(120, 310, 345)), upright))
    assert {cell.confidence for row in table.rows for cell in row} == {1.0}


def test_a_frame_is_no_table():
    level, upright = rules((60, 500), (90, 400))
    blocks, _ = read(page(words("一、总体情况", 70, 120), level, upright))
    assert [b.text for b in blocks] == ["一、总体情况"]


def test_a_table_inside_a_frame():
    outer = rules((40, 560), (60, 800))
    inner = rules()
    chars = fill(NAMES) + words("二、主动公开政府信息情况", 70, 90)
    blocks, _ = read(page(chars, outer[0] + inner[0], outer[1] + inner[1]))
    assert [type(b) for b in blocks] == [Paragraph, Table]
    assert texts(blocks[1]) == NAMES


def test_tables_beside_and_below_each_other():
    right = tuple(x + 260 for x in XS)
    below = tuple(y + 200 for y in YS)
    grids = [rules(), rules(right, YS), rules(XS, below)]
    chars = fill(NAMES) + fill([["甲", "7", "8"]] * 3, right) + fill([["乙", "9", "0"]] * 3, XS, below)
    chars += words("三、收到和处理政府信息公开申请情况", 70, 280)
    blocks, _ = read(page(chars, sum((g[0] for g in grids), ()), sum((g[1] for g in grids), ())))
    assert [type(b) for b in blocks] == [Table, Table, Paragraph, Table]
    assert [b.rows[0][0].text for b in blocks if isinstance(b, Table)] == ["规章", "甲", "乙"]
    assert [b.anchor.table for b in blocks if isinstance(b, Table)] == [1, 2, 3]


def test_graph_paper_is_not_looked_at():
    level = [Rule(float(y), 0, 20_000) for y in range(0, 20_000, 10)]
    upright = [Rule(float(x), 0, 20_000) for x in range(0, 20_000, 10)]
    _, warnings = read(page(words("总体情况", 70, 120), level, upright))
    assert warnings == ("第1页线条过多，没有按表格线识别表格",)


# ── what makes a cell doubtful ──────────────────────────────────────────────────────────────────


def _doubt(extra=(), base=NAMES, **more):
    return only_table(page([*fill(base), *extra], *rules(), **more))


def test_a_number_across_a_rule():
    table = only_table(page(fill([["规章", "", ""], *NAMES[1:]]) + words("1234", 228, 114), *rules()))
    for column in (2, 3):
        cell = cell_at(table, 1, column)
        assert cell.confidence < 0.5
        assert cell.note.startswith("两种读法不同：")
        assert cell.note.endswith("/ 1234")


def test_neighbours_that_nearly_touch_are_two_numbers():
    chars = fill([["规章", "", ""], *NAMES[1:]]) + words("12", 229.5, 114) + words("34", 240.6, 114)
    table = only_table(page(chars, *rules()))
    assert [c.text for c in table.rows[0]] == ["规章", "12", "34"]
    assert {c.confidence for c in table.rows[0]} == {1.0}


@pytest.mark.parametrize(("second", "doubtful"), [(200.4, False), (201.0, True)])
def test_numbers_as_wide_as_their_cells_are_two_where_they_reach_into_each_other(second, doubtful):
    """A number is written at one spacing: nothing but two of them comes nearer at the rule than in the cells."""
    xs = (70, 170, 201, 232)
    chars = fill([["规章", "", ""], *NAMES[1:]], xs)
    chars += words("３４８２３", 170, 114, 6.2) + words("１３１７２", second, 114, 6.2)
    table = only_table(page(chars, *rules(xs)))
    assert [c.text for c in table.rows[0]] == ["规章", "３４８２３", "１３１７２"]
    assert [c.confidence < 0.5 for c in table.rows[0]] == [False, doubtful, doubtful]


def test_a_number_that_runs_out_of_the_table():
    table = only_table(page(fill([["规章", "1", ""], *NAMES[1:]]) + words("1234", 301, 114), *rules()))
    cell = cell_at(table, 1, 3)
    assert cell.text == "12"
    assert cell.confidence < 0.5
    assert "1234" in cell.note


def test_text_that_runs_out_of_the_table_makes_all_of_it_doubtful():
    chars = fill([["", "", ""]] * 3) + words("本年处理决定数量", 260, 114) + words("本年处理决定数量", 260, 134)
    table = only_table(page(chars, *rules()))
    assert all(c.confidence < 0.5 for row in table.rows for c in row)


@pytest.mark.parametrize(("x", "base"), [(307.0, 114.0), (243.0, 123.0)])
def test_a_digit_on_a_rule(x, base):
    table = only_table(page(fill([["规章", "1", ""], *NAMES[1:]]) + words("7", x, base), *rules()))
    (cell,) = [c for row in table.rows for c in row if "7" in c.text]
    assert cell.confidence < 0.5
    assert cell.note == "数字压在表格线上"


def test_digits_on_top_of_each_other():
    table = _doubt(words("8", 173.5, 114))
    cell = cell_at(table, 1, 2)
    assert (cell.confidence, cell.note) == (0.0, "格内文字重叠")


def test_digits_printed_twice_are_bold():
    table = _doubt(words("1", 173.3, 114))
    assert (cell_at(table, 1, 2).text, cell_at(table, 1, 2).confidence) == ("1", 1.0)


@pytest.mark.parametrize("letter", ["\ufffd", "\ue001"])
def test_an_unknown_character(letter):
    table = _doubt(words(letter, 180, 114))
    cell = cell_at(table, 1, 2)
    assert cell.confidence == 0
    assert "无法识别" in cell.note


def test_a_drawing_instead_of_a_number():
    empty = [["规章", "", "2"], *NAMES[1:]]
    cell = cell_at(_doubt(base=empty, ink=((180, 105, 184, 113),)), 1, 2)
    assert (cell.text, cell.confidence, cell.note) == ("", 0.0, "格内是图形，不是文字")
    background = cell_at(_doubt(base=empty, ink=((171, 101, 239, 119),)), 1, 2)
    assert background.confidence == 1
    beside = cell_at(_doubt(ink=((180, 105, 184, 113),)), 1, 2)
    assert (beside.text, beside.note) == ("1", "数字旁有图形")


def test_struck_out_numbers():
    level, upright = rules()
    table = only_table(page(fill(NAMES), (*level, Rule(110.5, 172, 179)), upright))
    assert (cell_at(table, 1, 2).confidence, cell_at(table, 1, 2).note) == (0.4, "文字上有删除线")
    underlined = only_table(page(fill(NAMES), (*level, Rule(115.2, 172, 179)), upright))
    assert cell_at(underlined, 1, 2).confidence == 1


def test_the_mark_of_a_footnote_is_not_part_of_the_number():
    cell = cell_at(_doubt(words("5", 178.2, 110, size=6)), 1, 2)
    assert (cell.text, cell.confidence) == ("1", 1.0)
    assert cell.note == "数字旁的上标（15）按脚注号未计入"
    same_line = cell_at(_doubt(words("5", 178.2, 114, size=6)), 1, 2)
    assert same_line.text == "15"


@pytest.mark.parametrize("raised", [2.0, 4.8])
def test_the_mark_of_a_footnote_behind_a_word_is_neither_its_end_nor_a_line(raised):
    chars = words("霁桥镇人民政府", 70, 100) + words("12", 140, 100 - raised, size=5.5) + words(SHORT, 70, 120)
    blocks, warnings = read(page(chars))
    assert [b.text for b in blocks] == ["霁桥镇人民政府", SHORT]
    assert "（1、2）" in warnings[0]


@pytest.mark.parametrize(("x", "text"), [(93.4, "规章"), (110.0, "规章 5")])
def test_the_mark_of_a_footnote_is_no_part_of_a_label_it_stands_behind(x, text):
    cell = cell_at(_doubt(words("5", x, 110, size=6)), 1, 1)
    assert cell.text == text


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("25,\n554", "25,554"),
        ("1，61\n8", "1，618"),
        ("123456\n7", "1234567"),
        ("12\n34", "12\n34"),
        ("1,234\n5", "1,234\n5"),
        ("38\n3,433", "38\n3,433"),
    ],
)
def test_numbers_wrapped_in_their_cell(lines, text):
    xs, ys = (70, 170, 206, 310), (100, 130, 160)
    table = only_table(page(fill([["规章", lines, "2"], ["许可", "3", "4"]], xs, ys), *rules(xs, ys)))
    assert cell_at(table, 1, 2).text == text


@pytest.mark.parametrize(("beside", "sure"), [("12\n34", False), ("12", True)])
def test_a_number_on_two_lines_beside_two_numbers_is_in_doubt(beside, sure):
    """The rule between two rows is lost: the other cell may hold two numbers as well."""
    xs, ys = (70, 170, 206, 310), (100, 130, 160)
    table = only_table(page(fill([["规章", "123456\n7", beside], ["许可", "3", "4"]], xs, ys), *rules(xs, ys)))
    assert (cell_at(table, 1, 2).confidence == 1.0) == sure


def test_letter_spacing_is_no_blank_but_a_gap_is():
    close = cell_at(_doubt(words("23", 182, 114, step=6), base=[["规章", "", "2"], *NAMES[1:]]), 1, 2)
    assert close.text == "23"
    far = cell_at(_doubt(words("23", 182, 114, step=14), base=[["规章", "", "2"], *NAMES[1:]]), 1, 2)
    assert far.text == "2 3"


def test_the_digits_beside_a_wide_comma_are_of_its_number():
    """In some fonts the place of a sign is no more than its stroke, in the middle of its room."""
    comma = Char("，", 184.5, 186.0, 114, 2.0)
    cell = _doubt([*words("1", 174, 114), comma, *words("234", 191, 114)], base=[["规章", "", "2"], *NAMES[1:]])
    assert cell_at(cell, 1, 2).text == "1，234"


def test_a_comma_that_a_stretched_line_sets_apart_is_of_its_number():
    """A browser stretches the first line of a wrapped number to both sides of its cell."""
    lines = [*words("4", 173, 109), *words("，", 189, 109), *words("581", 173, 120)]
    cell = _doubt(lines, base=[["规章", "", "2"], *NAMES[1:]])
    assert cell_at(cell, 1, 2).text == "4，581"


# ── lines and paragraphs ────────────────────────────────────────────────────────────────────────

LONG = "全年通过网站公开信息九十条其中工作动态五十条通知公告四十条"
SHORT = "未发生责任追究。"


def prose(base=100):
    """A paragraph of two lines, the first indented."""
    return words(LONG, 90, base) + words(SHORT, 70, base + 18)


def test_paragraphs_go_on_until_a_short_line():
    chars = words(LONG, 90, 100) + words(LONG[:24], 70, 118) + words("（二）依申请公开情况", 90, 136)
    chars += words(LONG, 90, 154) + words(LONG, 90, 172)
    blocks, _ = read(page(chars))
    assert [b.text for b in blocks] == [LONG + LONG[:24], "（二）依申请公开情况", LONG, LONG]
    assert [b.anchor.paragraph for b in blocks] == [1, 2, 3, 4]
    assert blocks[0].anchor.box[0] == 70


def test_a_heading_after_a_full_line_is_not_swallowed():
    blocks, _ = read(page(words(LONG, 70, 100) + words("三、收到和处理情况", 70, 118) + words(LONG, 70, 136)))
    assert [b.text for b in blocks] == [LONG, "三、收到和处理情况" + LONG] or [b.text for b in blocks] == [
        LONG,
        "三、收到和处理情况",
        LONG,
    ]
    assert blocks[1].text.startswith("三、")
    assert len(blocks) == 3


@pytest.mark.parametrize("heading", ["总体情况", "1、工作概况", "六　其它需要报告的事项"])
def test_a_heading_without_a_usual_number_is_a_paragraph_of_its_own(heading):
    full = LONG.replace("，", "，，")  # a line that reaches the margin and ends no sentence
    blocks, _ = read(page(words(full, 70, 100) + words(heading, 70, 118) + words(SHORT, 70, 136)))
    assert [b.text for b in blocks] == [full, heading, SHORT]


def test_rows_that_are_no_table_do_not_widen_the_margin():
    lines = words(LONG, 90, 100) + words(SHORT, 70, 118)
    row = words("要求行政机关确认或重新出具已获", 70, 154) + words("0", 540, 154) + words("0", 520, 154)
    blocks, _ = read(page(lines + row))
    assert blocks[0].text == LONG + SHORT


def test_rows_that_are_no_table_do_not_narrow_the_lines():
    """The lines of a paragraph are 24 apart, those of a table that was not found 14."""
    chars = words(LONG, 90, 100) + words(SHORT, 70, 124)
    for n in range(8):
        chars += words("要求行政机关确认", 70, 200 + 14 * n)
    blocks, _ = read(page(chars))
    assert blocks[0].text == LONG + SHORT


@pytest.mark.parametrize("down", [0, 5])
def test_labels_at_the_top_of_rows_that_rules_part(down):
    """The numbers stand in the middle of their rows, on other lines; one row has no label, the others keep theirs."""
    rows = (("", "1", "0", "2"), ("行政规范性文件", "0", "0", "3"), ("规章", "4", "0", "4"))
    chars, level = [], [Rule(100, 70, 420)]
    for number, (label, *values) in enumerate(rows):
        top = 100 + 30 * number
        chars += words(label, 72, top + 12) + [
            c for n, v in enumerate(values) for c in words(v, 250 + 60 * n, top + 12 + down)
        ]
        level.append(Rule(top + 30, 70, 420))
    table = only_table(page(chars + words(SHORT, 70, 400), level))
    assert [[c.text for c in row] for row in table.rows] == [list(filter(None, row)) for row in rows]
    assert [{c.confidence for c in row[1:]} for row in table.rows] == [{0.4}, {1.0}, {1.0}]


def test_what_stands_behind_the_last_row_is_not_in_the_table():
    chars = _borderless(("规章", "0", "0", "0"), ("行政许可", "1", "2", "3"))
    chars += (
        words("5、存在的主要问题及改情况", 70, 150)
        + words("青石镇人民政府", 300, 170)
        + words("2025年1月8日", 400, 170)
    )
    table, *rest = read(page(chars))[0]
    assert texts(table) == [["规章", "0", "0", "0"], ["行政许可", "1", "2", "3"]]
    assert [b.text for b in rest] == ["5、存在的主要问题及改情况", "青石镇人民政府 2025年1月8日"]


def test_a_paragraph_over_the_page_break():
    first = page(words(LONG, 90, 700))
    second = page(words("其余十条", 70, 100) + words(LONG, 90, 118), number=2)
    blocks, _ = read(first, second)
    assert [b.text for b in blocks] == [f"{LONG}其余十条", LONG]
    assert [b.anchor.page for b in blocks] == [1, 2]


def test_running_titles_and_page_numbers_are_left_out():
    pages = [
        page([*words(f"霁桥镇人民政府年报第{n}期", 70, 40), *prose(100 + n), *words(f"- {n} -", 280, 800)], number=n)
        for n in (1, 2, 3)
    ]
    blocks, _ = read(*pages)
    assert [b.text for b in blocks] == [LONG + SHORT] * 3


@pytest.mark.parametrize("style", ["{n}", "第 {n} 页 共 3 页", "{n}/3", "—{n}—", "第{n}页"])
def test_styles_of_page_numbers(style):
    pages = [page(prose() + words(style.format(n=n), 280, 790), number=n) for n in (1, 2, 3)]
    blocks, _ = read(*pages)
    assert [b.text for b in blocks] == [LONG + SHORT] * 3


def test_a_number_that_is_no_page_number_stays():
    blocks, _ = read(page(prose() + words("2024", 280, 790)), page(words("17", 280, 790), number=2))
    assert [b.text for b in blocks] == [LONG + SHORT, "2024", "17"]


@pytest.mark.parametrize("line", ["0 0 2", "2"])
def test_the_rest_of_a_row_at_the_top_of_a_page_is_no_page_number(line):
    blocks, _ = read(page(prose()), page(words(line, 280, 60, step=10) + words(LONG, 90, 100), number=2))
    assert blocks[1].text.replace(" ", "") == line.replace(" ", "")


def test_pictures_stand_where_they_are():
    from gkaudit.document import Anchor

    picture = Picture(Anchor("报告.pdf", page=1), b"x")
    blocks, _ = read(page(words("上", 70, 100) + words("下", 70, 500), figures=(Figure(picture, (70, 120, 400, 480)),)))
    assert [getattr(b, "text", b) for b in blocks] == ["上", picture, "下"]


def test_text_of_a_recogniser_is_never_certain():
    table = only_table(page(fill(NAMES), *rules(), recognised=True))
    assert {(c.confidence, c.note) for row in table.rows for c in row} == {(0.45, "文字层来自扫描识别")}


# ── page breaks in tables ───────────────────────────────────────────────────────────────────────

WIDE = (70, 300, 350, 400)
ROWS = (700, 730, 760)
TOP = (80, 110, 140)


def _broken(above, below, head=()):
    """Two pieces of one table at the end of a page and at the beginning of the next."""
    ys = tuple(TOP[0] + 30 * n for n in range(len(head) + len(below) + 1))
    first = page(fill(above, WIDE, ROWS), *rules(WIDE, ROWS))
    second = page(fill([*head, *below], WIDE, ys), *rules(WIDE, ys), number=2)
    blocks, warnings = read(first, second)
    return [texts(b) for b in blocks], warnings


def test_a_row_cut_by_the_page_is_one_row():
    (above, below), warnings = _broken(
        [["1.属于国家秘密", "1", "2"], ["二、上年结转政府信", "3", "4"]],
        [["息公开申请数量", "", ""], ["四、结转下年度继续办理", "5", "6"]],
    )
    assert above[-1] == ["二、上年结转政府信\n息公开申请数量", "3", "4"]
    assert below == [["四、结转下年度继续办理", "5", "6"]]
    assert warnings == ()


def test_a_row_whose_cells_stand_half_above_and_half_below_the_break_beside_the_name_of_its_group():
    xs, ys = (70, 100, 190, 330, 380, 430), (700, 730, 760)
    above = [["", "", "3.补正后申请内容仍不明确", "1", "2"], ["", "（五）不予处理", "", "3", ""]]
    below = [["", "", "1.信访举报投诉类申请", "", "4"], ["", "", "2.重复申请", "5", "6"]]
    first = page(fill(above, xs, ys), *rules(xs, ys))
    second = page(fill(below, xs, TOP), *rules(xs, TOP), number=2)
    upper, lower = [texts(block) for block in read(first, second)[0]]
    assert upper[-1] == ["", "（五）不予处理", "1.信访举报投诉类申请", "3", "4"]
    assert lower == [["", "", "2.重复申请", "5", "6"]]


def test_a_row_whose_cells_stand_half_above_and_half_below_the_break_beside_its_unit():
    xs, ys = (70, 230, 260, 310, 360, 410), (700, 730, 760)
    above = [["3.补正后申请内容仍不明确", "件", "1", "2", "3"], ["1.信访举报投诉类申请", "", "4", "", ""]]
    below = [["", "件", "", "5", ""], ["2.重复申请", "件", "7", "8", "9"]]
    first = page(fill(above, xs, ys), *rules(xs, ys))
    second = page(fill(below, xs, TOP), *rules(xs, TOP), number=2)
    upper, lower = [texts(block) for block in read(first, second)[0]]
    assert upper[-1] == ["1.信访举报投诉类申请", "件", "4", "5", ""]
    assert lower == [["2.重复申请", "件", "7", "8", "9"]]


def test_numbers_above_the_break_and_their_label_below_it_where_the_name_of_their_group_is_cut():
    """The rest of the name stands beside the next piece, as browsers draw no outer side of a cell that goes on."""
    xs, ys = (70, 140, 330, 380, 430), (700, 730, 760)
    above = [["", "二、上年结转政府信息公开申请数量", "1", "2"], ["三、本年度", "", "3", "4"]]
    below = [["（一）予以公开", "", ""], ["（二）部分公开", "5", "6"]]
    first = page(fill(above, xs, ys), *rules(xs, ys))
    second = page(words("办理结果", 73, 100) + fill(below, xs[1:], TOP), *rules(xs[1:], TOP), number=2)
    upper, lower = [texts(block) for block in read(first, second)[0] if isinstance(block, Table)]
    assert upper[-1] == ["三、本年度", "（一）予以公开", "3", "4"]
    assert lower == [["（二）部分公开", "5", "6"]]


def test_a_row_cut_below_a_repeated_heading():
    head = ["1.属于国家秘密", "1", "2"]
    rest = ["四、结转下年度继续办理", "5", "6"]
    rows = [["息公开申请数量", "", ""], rest]
    (above, below), _ = _broken([head, ["二、上年结转政府信", "3", "4"]], rows, head=[head])
    assert above[-1] == ["二、上年结转政府信\n息公开申请数量", "3", "4"]
    assert below == [head, rest]


def test_nothing_is_left_of_a_piece_with_one_rest():
    pieces, _ = _broken([["规章", "1", "2"], ["二、上年结转政府信", "3", "4"]], [["息公开申请数量", "", ""]])
    assert len(pieces) == 1


def test_a_number_cut_by_the_page_is_no_number():
    (above, _), _ = _broken(
        [["规章", "1", "2"], ["二、上年结转政府信", "161", "4"]],
        [["息公开申请数量", "6", ""], ["行政许可", "5", "6"]],
    )
    assert above[-1] == ["二、上年结转政府信\n息公开申请数量", "161\n6", "4"]


@pytest.mark.parametrize(("second", "doubtful"), [("护第三方合法权益", True), ("5.属于三类内部事务信息", False)])
def test_the_end_of_a_row_in_other_columns_is_in_doubt(second, doubtful):
    """The columns of the next page are others: what is the end of the row above may look like an empty row."""
    first = page(fill([["规章", "1", "2"], ["4.保", "3", "4"]], WIDE, ROWS), *rules(WIDE, ROWS))
    xs, ys = (70, 270, 330, 400), (80, 110, 140)
    below = [[second, "", ""], ["行政许可", "5", "6"]]
    blocks, warnings = read(first, page(fill(below, xs, ys), *rules(xs, ys), number=2))
    above, below = (_states(table) for table in blocks)
    assert [doubt for _, doubt in above[-1][1]] == [doubtful] * 2
    assert [doubt for _, doubt in below[0][1]] == [doubtful] * 2
    assert [doubt for _, doubt in below[1][1]] == [False] * 2
    assert bool(warnings) is doubtful


def test_an_empty_row_after_the_break_stays_a_row():
    (above, below), warnings = _broken(
        [["规章", "1", "2"], ["1.属于国家秘密", "3", "4"]],
        [["2.其他法律行政法规禁止公开", "", ""], ["行政许可", "5", "6"]],
    )
    assert above[-1] == ["1.属于国家秘密", "3", "4"]
    assert below[0] == ["2.其他法律行政法规禁止公开", "", ""]
    assert warnings == ()


def test_what_only_looks_like_a_rest_is_reported():
    first = page(fill([["规章", "1", "2"], ["办理工作有关", "3", "4"]], WIDE, ROWS), *rules(WIDE, ROWS))
    second = page(fill([["事项一栏", "", ""], ["行政许可", "5", "6"]], WIDE, TOP), *rules(WIDE, TOP), number=2)
    blocks, warnings = read(first, second)
    assert warnings == ("第2页表格的第一行像是上一页末行的后半部分，未能确认",)
    assert texts(blocks[1])[0] == ["事项一栏", "", ""]
    assert [c.confidence for c in blocks[1].rows[0]] == [1.0, 0.4, 0.4]


def test_a_merged_label_that_goes_on_after_the_break():
    xs, ys, top = (70, 130, 300, 350), (640, 670, 700, 730), (80, 110, 140)
    upper = fill(
        [
            ["（三）不予公", "1.属于国家秘密", "1"],
            ["", "2.其他法律行政法规禁止公开", "2"],
            ["", "4.保护第三方合法权益", "3"],
        ],
        xs,
        ys,
    )
    lower = fill([["开", "7.属于行政执法案卷", "4"], ["", "8.属于行政查询事项", "5"]], xs, top)
    first = page(upper, *rules(xs, ys, {("level", 1, 0), ("level", 2, 0)}))
    second = page(lower, *rules(xs, top, {("level", 1, 0)}), number=2)
    blocks, _ = read(first, second)
    assert blocks[0].rows[0][0].text == "（三）不予公\n开"
    assert texts(blocks[1])[0] == ["", "7.属于行政执法案卷", "4"]


def test_a_last_row_of_one_cell_on_the_next_page_is_a_row():
    first = page(fill(NAMES[:2], WIDE, ROWS), *rules(WIDE, ROWS))
    second = page(words("行政事业性收费 0", 73, 94), *rules((70, 400), (80, 110)), number=2)
    blocks, _ = read(first, second)
    assert [type(b) for b in blocks] == [Table, Table]
    assert texts(blocks[1]) == [["行政事业性收费 0"]]


def test_stubs_of_inner_rules_below_the_table_are_no_row():
    """LibreOffice draws merged cells that go on overleaf a little beyond the last rule."""
    level, upright = rules()
    stubs = [Rule(x, 160, 169) for x in XS[1:3]]
    assert texts(only_table(page(fill(NAMES), level, (*upright, *stubs)))) == NAMES
    open_end = [Rule(x, 160, 180) for x in XS]
    rows = [*NAMES, ["行政处罚", "7", "8"]]
    assert texts(only_table(page(fill(rows, ys=(*YS, 180)), level, (*upright, *open_end)))) == rows


@pytest.mark.parametrize(("x", "doubtful"), [(237.0, True), (234.0, False)])
def test_an_empty_cell_that_a_digit_reaches_into_is_in_doubt(x, doubtful):
    table = only_table(page(fill([["规章", "", ""], *NAMES[1:]]) + words("7", x, 114), *rules()))
    assert cell_at(table, 1, 2).text == "7"
    assert (cell_at(table, 1, 3).confidence < 0.5) is doubtful


def test_a_digit_outside_that_reaches_into_an_empty_cell():
    table = only_table(page(fill([["规章", "1", ""], *NAMES[1:]]) + words("7", 308.5, 114), *rules()))
    cell = cell_at(table, 1, 3)
    assert (cell.text, cell.note) == ("", "旁边的数字压在这一格的表格线上，可能属于这一格")


@pytest.mark.parametrize(("right", "doubtful"), [(595.0, True), (560.0, False)])
def test_an_empty_cell_that_goes_on_beyond_the_page_is_in_doubt(right, doubtful):
    xs = (70, 170, 240, right)
    table = only_table(page(fill([["规章", "1", ""], *NAMES[1:]], xs), *rules(xs)))
    assert (cell_at(table, 1, 3).confidence < 0.5) is doubtful
    assert cell_at(table, 2, 3).confidence == 1


@pytest.mark.parametrize("notes", [[], ["1表内数据另行说明。"], ["1表内数据另行说明。", "2统计口径见通知。"]])
def test_a_row_that_goes_on_behind_the_footnotes(notes):
    chars = fill([["1.属于国家秘密", "1", "2"], ["二、上年结转政府信", "3", "4"]], WIDE, (560, 590, 620))
    for n, note in enumerate(notes):
        chars += words(note, 70, 700 + 16 * n)
    below = fill([["息公开申请数量", "", ""], ["四、结转下年度继续办理", "5", "6"]], WIDE, TOP)
    second = page(below, *rules(WIDE, TOP), number=2)
    blocks, warnings = read(page(chars, *rules(WIDE, (560, 590, 620))), second)
    above, rest = [b for b in blocks if isinstance(b, Table)]
    assert texts(above)[-1] == ["二、上年结转政府信\n息公开申请数量", "3", "4"]
    assert texts(rest) == [["四、结转下年度继续办理", "5", "6"]]
    assert sum(isinstance(b, Paragraph) for b in blocks) == len(notes)
    assert warnings == ()


def test_a_table_behind_another_and_some_text_begins_with_a_row_of_its_own():
    first = page(
        fill([["规章", "1", "2"], ["行政许可", "3", "4"]], WIDE, (560, 590, 620)) + words("三、其他情况", 70, 700),
        *rules(WIDE, (560, 590, 620)),
    )
    second = page(fill([["", "", "5"], ["行政处罚", "5", "6"]], WIDE, TOP), *rules(WIDE, TOP), number=2)
    tables = [texts(b) for b in read(first, second)[0] if isinstance(b, Table)]
    assert tables == [[["规章", "1", "2"], ["行政许可", "3", "4"]], [["", "", "5"], ["行政处罚", "5", "6"]]]


def test_the_rest_of_a_row_under_the_ends_of_its_rules():
    """Browsers close a cut row with one level rule on the next page, under short ends of the upright ones."""
    xs = (70, 150, 230, 310, 390)
    level, upright = rules(xs, (700, 730, 762), skip={("level", 2, c) for c in range(4)})
    first = page(fill([["规章", "1", "2", "3"], ["行政许可", "3", "", "4"]], xs, (700, 730, 762)), level, upright)
    ends = [Rule(x, 28, 46) for x in xs]
    second = page(fill([["", "", "5", ""]], xs, (28, 46)), [Rule(46, 70, 390)], ends, number=2)
    assert texts(only_table(first, second)) == [["规章", "1", "2", "3"], ["行政许可", "3", "5", "4"]]


# ── tables without rules ────────────────────────────────────────────────────────────────────────

COLUMNS = (300, 350, 400)


def _row(label, values, base):
    chars = words(label, 70, base)
    for x, value in zip(COLUMNS, values, strict=True):
        chars += words(value, x, base)
    return chars


def _borderless(*rows, start=100):
    chars = []
    for n, (label, *values) in enumerate(rows):
        chars += _row(label, values, start + 16 * n)
    return chars


def test_columns_by_position():
    rows = [("规章", "0", "0", "0"), ("行政规范性文件", "12", "3", "4"), ("行政许可", "", "7", "")]
    table = only_table(page(_borderless(*rows)))
    assert not table.exact
    assert table.layout == "grid"
    assert texts(table) == [list(row) for row in rows]


def test_labels_of_several_lines_belong_to_the_numbers_beside_them():
    chars = words("一、本年新收政府信息", 70, 100) + words("公开申请数量", 70, 112)
    for x in COLUMNS:
        chars += words("5", x, 106)
    chars += _borderless(("二、上年结转政府信息公开申请数量", "1", "2", "3"), start=132)
    table = only_table(page(chars))
    assert texts(table) == [
        ["一、本年新收政府信息\n公开申请数量", "5", "5", "5"],
        ["二、上年结转政府信息公开申请数量", "1", "2", "3"],
    ]


def test_a_row_without_numbers_is_empty_only_where_its_label_is_certain():
    rows = [("规章", "0", "0", "0"), ("行政许可", "", "", ""), ("行政处罚", "1", "2", "3")]
    assert texts(only_table(page(_borderless(*rows))))[1] == ["行政许可", "", "", ""]
    blocks, _ = read(page(_borderless(rows[0], ("某项工作", "", "", ""), rows[2])))
    assert "某项工作" in [b.text for b in blocks if isinstance(b, Paragraph)]


def test_the_last_row_may_be_empty_below_a_heading_that_stands_apart():
    chars = _borderless(("规章", "0", "0", "0"), ("行政处罚", "1", "2", "3"))
    chars += words("第二十条第（八）项", 70, 136) + words("行政事业性收费", 70, 156)
    assert texts(only_table(page(chars)))[-1] == ["行政事业性收费", "", "", ""]


def test_level_rules_say_what_belongs_together():
    chars = words("某项", 70, 96) + words("工作", 70, 108)
    for x in COLUMNS:
        chars += words("5", x, 102)
    chars += _borderless(("行政许可", "1", "2", "3"), start=130)
    level = [Rule(y, 65, 430) for y in (84, 116, 140)]
    assert texts(only_table(page(chars, level))) == [["某项\n工作", "5", "5", "5"], ["行政许可", "1", "2", "3"]]


def test_numbers_that_stand_in_no_column_make_no_table():
    chars = _borderless(("规章", "0", "0", "0"), ("行政许可", "1", "2", "3"))
    chars += words("行政处罚", 70, 132) + words("456789012345", 300, 132)
    blocks, _ = read(page(chars))
    assert not any(isinstance(b, Table) for b in blocks)
    assert "行政处罚 456789012345" in [b.text for b in blocks]


def _states(table):
    return [(row[0].text, [(c.text, c.confidence < 0.5) for c in row[1:]]) for row in table.rows]


@pytest.mark.parametrize(("gap", "doubtful"), [(0.0, False), (0.5, False), (1.2, True), (3.0, True)])
def test_two_numbers_that_nearly_touch_are_not_one(gap, doubtful):
    """Without an upright rule nobody knows whether 3 and 4 are 34 or stand in two columns: nor what is blank."""
    rows = _borderless(("规章", "0", "0", "0"), ("行政处罚", "1", "2", "3"))
    rows += words("行政许可", 70, 132) + words("3", 300, 132) + words("4", 305 + gap, 132)
    first, second, third = _states(only_table(page(rows)))
    assert (first, second) == (("规章", [("0", False)] * 3), ("行政处罚", [("1", False), ("2", False), ("3", False)]))
    assert third[0] == "行政许可"
    assert [doubt for _, doubt in third[1]] == [doubtful] * 3
    assert [text for text, _ in third[1]] == ["34", "", ""]


def test_the_narrow_gap_before_a_unit_parts_no_numbers():
    chars = _borderless(("规章", "0", "0", "0"), ("行政处罚", "1", "2", ""))
    for x, number in zip(COLUMNS, ("3", "", "12"), strict=True):
        chars += words("行政许可", 70, 132) * (x == COLUMNS[0])
        chars += words(number, x, 132) + words("件" * bool(number), x + 5 * len(number) + 1.5, 132)
    assert _states(only_table(page(chars)))[2] == ("行政许可", [("3件", False), ("", False), ("12件", False)])


def test_a_caption_right_above_a_heading_is_no_line_of_it():
    chars = words("第二十条第（一）项", 350, 100) + words("信息内容", 70, 113)
    for x, head in zip((250, 325, 400), ("本年制发件数", "本年废止件数", "现行有效件数"), strict=True):
        chars += words(head, x, 113)
    for base, label in ((126, "规章"), (139, "行政规范性文件")):
        chars += words(label, 70, base) + [c for x in (300, 375, 450) for c in words("5", x, base)]
    heads = [cell.text for row in only_table(page(chars)).rows[:-2] for cell in row]
    assert sorted(heads) == sorted(["第二十条第（一）项", "信息内容", "本年制发件数", "本年废止件数", "现行有效件数"])


def test_digits_set_apart_in_a_full_row_are_numbers():
    xs = [200 + 40 * n for n in range(7)]
    chars = []
    for base, label, number in ((100, "规章", "5"), (116, "行政许可", "12")):
        chars += words(label, 70, base)
        for x in xs:
            chars += words(number, x, base, step=6.0)
    assert _states(only_table(page(chars)))[1] == ("行政许可", [("12", False)] * 7)


def test_a_row_of_nearly_touching_numbers_only_is_no_text():
    chars = words("行政许可", 70, 100) + words("3", 300, 100) + words("4", 306.2, 100)
    chars += words("行政处罚", 70, 116) + words("5", 300, 116) + words("6", 306.2, 116)
    assert _states(only_table(page(chars))) == [("行政许可", [("34", True)]), ("行政处罚", [("56", True)])]


def test_more_columns_than_any_row_fills():
    """Numbers written left and right in their cells look like more columns: a blank may stand anywhere."""
    xs = [200 + 24 * n for n in range(8)]
    chars = []
    for base, label, gone in ((100, "规章", {0}), (116, "行政许可", {1}), (132, "行政处罚", {2, 5})):
        chars += words(label, 70, base)
        chars += [c for n, x in enumerate(xs) if n not in gone for c in words("7", x, base)]
    doubts = {name: {doubt for _, doubt in cells} for name, cells in _states(only_table(page(chars)))}
    assert doubts == {"规章": {False}, "行政许可": {False}, "行政处罚": {True}}


def test_columns_whose_numbers_do_not_stand_under_each_other():
    """A blank in such a table may be the next column's number."""
    chars = words("规章", 70, 100) + words("1", 300, 100) + words("2", 340, 100)
    chars += words("行政许可", 70, 116) + words("33", 295, 116) + words("4444", 345, 116)
    chars += words("行政处罚", 70, 132) + words("55555", 291, 132)
    chars += words("行政强制", 70, 148) + words("66666", 303, 148)
    doubts = {name: {doubt for _, doubt in cells} for name, cells in _states(only_table(page(chars)))}
    assert doubts == {"规章": {False}, "行政许可": {False}, "行政处罚": {True}, "行政强制": {True}}


def test_a_row_whose_label_was_taken_by_its_neighbour_is_in_doubt():
    rows = _borderless(
        ("规章", "0", "0", "0"), ("", "1", "2", "3"), ("行政处罚", "4", "5", "6"), ("行政强制", "7", "8", "9")
    )
    doubts = [{doubt for _, doubt in cells[-3:]} for _, cells in _states(only_table(page(rows)))]
    assert doubts == [{True}, {True}, {True}, {False}]


def test_a_label_does_not_run_into_the_next_number():
    """（一）with a slip and the two lines of （二）are together more like the label of （二）than （一）is like its own."""
    second = ("（二）部分公开（区分处理的，", "只计这一情形，不计其他情形）")
    chars = _row("（一）予以么开", "000", 100) + words(second[0], 70, 112) + words(second[1], 70, 124)
    chars += _row("", "123", 118) + _row("1.属于国家秘密", "456", 140)
    assert texts(only_table(page(chars))) == [
        ["（一）予以么开", "0", "0", "0"],
        ["\n".join(second), "1", "2", "3"],
        ["1.属于国家秘密", "4", "5", "6"],
    ]


def test_an_empty_row_beside_a_number_that_is_in_no_column_is_in_doubt():
    chars = _borderless(("规章", "0", "0", "0"), ("行政许可", "", "", ""), ("行政处罚", "1", "2", "3"))
    chars += words("行政许可 1 件", 290, 116)
    (row,) = [cells for name, cells in _states(only_table(page(chars))) if name == "行政许可"]
    assert all(doubt for text, doubt in row if not text)


def test_numbers_wrapped_over_lines_make_no_table():
    chars = _borderless(("规章", "10", "0", "0"), ("行政许可", "1", "2", "3"))
    blocks, _ = read(page(chars + words("55", 300, 106)))
    assert not any(isinstance(b, Table) for b in blocks)


def test_prose_with_numbers_is_no_table():
    lines = ["行政许可 917 件", "其中重复申请 955 件，予以公开 944 件。", "行政强制 933", "总计 977 人次"]
    chars = [c for n, line in enumerate(lines) for c in words(line, 90, 100 + 16 * n)]
    blocks, _ = read(page(chars))
    assert [b.text for b in blocks] == lines


# ── directions and drawing ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rotation", range(4))
def test_a_turned_page_is_seen_upright(rotation):
    m, width, height = view((10, 20, 110, 220), rotation)
    corners = [through(m, x, y) for x in (10, 110) for y in (20, 220)]
    assert {(round(x), round(y)) for x, y in corners} == {(0, 0), (0, height), (width, 0), (width, height)}
    # the corner that is on top left after so many quarter turns clockwise
    first = [(10, 220), (10, 20), (110, 20), (110, 220)][rotation]
    assert through(m, *first) == pytest.approx((0, 0))


@pytest.mark.parametrize(("direction", "quarters"), [((1, 0), 0), ((0, -1), 1), ((-1, 0), 2), ((0, 1), 3)])
def test_text_of_any_direction_becomes_level(direction, quarters):
    dx, dy = direction
    assert quarter((dx, dy, -dy, dx, 0, 0)) == quarters
    m, width, height = turned(IDENTITY, 100, 200, quarters)
    (x, y), (u, v) = through(m, 50, 100), through(m, 50 + dx, 100 + dy)
    assert (round(u - x), round(v - y)) == (1, 0)
    assert box_through(m, 0, 0, 100, 200) == (0, 0, width, height)
    assert quarter((1, 0.2, 0, 1, 0, 0)) is None


def test_sideways_text_is_one_piece_in_its_place():
    raws = [Raw(c, (20, 100 - 10 * n, 30, 90 - 10 * n), (30, 100 - 10 * n), 10) for n, c in enumerate("办理结果")]
    level, _, _ = turned(IDENTITY, 200, 300, 1)
    (char,) = sideways(raws, level, IDENTITY)
    assert char.text == "办理结果"
    assert (char.left, char.right) == (20, 30)
    assert char.middle[1] == pytest.approx(80)


def test_white_is_seen_on_dark_only():
    scene = Scene()
    scene.filled((0, 0, 100, 50), corners=5, curved=False, shade=0)
    scene.stroked([(50, 0), (50, 50)], curved=False, white=True, width=0.5)
    scene.stroked([(300, 0), (300, 50)], curved=False, white=True, width=0.5)
    scene.finish()
    assert scene.rules() == ((), (Rule(50, 0, 50),))
    assert scene.areas == [(0, 0, 100, 50)]


def test_on_a_pale_area_white_rules_are_seen_and_white_text_is_not():
    scene = Scene()
    scene.filled((0, 0, 100, 50), corners=5, curved=False, shade=229)
    scene.stroked([(50, 0), (50, 50)], curved=False, white=True, width=0.5)
    scene.finish()
    assert scene.rules() == ((), (Rule(50, 0, 50),))
    assert not scene.on_dark(50, 25)


def test_thin_boxes_are_rules_and_curves_are_ink():
    scene = Scene()
    scene.filled((0, 0, 100, 1), corners=5, curved=False, shade=0)
    scene.filled((10, 10, 14, 18), corners=30, curved=True, shade=0)
    scene.stroked([(0, 0), (60, 40)], curved=False, white=False, width=0.5)
    assert scene.rules() == ((Rule(0.5, 0, 100),), ())
    assert scene.ink == [(10, 10, 14, 18)]


def test_lines_are_made_of_characters_on_one_base_line():
    chars = words("商业企业", 100, 50) + words("12", 150, 50.8, size=9) + words("科研机构", 100, 62)
    assert [line.text for line in lines_of(chars)] == ["商业企业 12", "科研机构"]


def test_only_digits_are_too_small_to_be_seen():
    """In some fonts the size of 一 or of a point is no more than what its stroke covers."""
    chars = [*words("12", 70, 100), *words("3", 82, 100, size=0.5), *words("一.—", 90, 100, size=0.9)]
    seen, specks = sized(chars)
    assert "".join(char.text for char in seen) == "12一.—"
    assert "".join(char.text for char in specks) == "3"


def _open_sided(between, bottom=140, wide=400, sides=()):
    """Two grids of two columns without outer sides, and between them a row that no upright line parts."""
    ys = (100, 120, bottom, bottom + 20, bottom + 40)
    level = [Rule(y, 70, wide if y == bottom else 400) for y in ys]
    upright = [Rule(x, *ends) for x in (170, *sides) for ends in ((100, 120), (bottom, bottom + 40))]
    chars = fill([["行政处罚", "3"]], (70, 170), (100, 120)) + between
    chars += fill(
        [["信息内容", "本年收费金额"], ["行政事业性收费", "0"]], (70, 170), (bottom, bottom + 20, bottom + 40)
    )
    return read(page(chars, level, upright))[0]


def test_a_row_of_one_cell_holds_a_table_without_outer_sides_together():
    (table,) = _open_sided(words("行政强制 1", 200, 134))
    assert texts(table) == [["行政处罚", "3"], ["行政强制 1"], ["信息内容", "本年收费金额"], ["行政事业性收费", "0"]]
    assert table.rows[1][0].colspan == 2
    assert {cell.confidence for row in table.rows for cell in row} == {1.0}


@pytest.mark.parametrize(
    ("between", "bottom", "wide", "sides"),
    [
        # A label and a number apart: two cells between which a line is missing.
        (words("行政强制", 80, 134) + words("1", 300, 134), 140, 400, ()),
        # More room than a row has, and the heading of a section.
        (words("行政强制 1", 80, 140), 160, 400, ()),
        (words("三、收到和处理政府信息公开申请情况", 80, 134), 140, 400, ()),
        # Tables with their sides are closed.
        (words("行政强制 1", 200, 134), 140, 400, (70, 400)),
        # Two lines, nothing, and a line that is not as long as the others.
        (words("行政强制", 200, 130) + words("1", 260, 138), 140, 400, ()),
        ([], 140, 400, ()),
        (words("行政强制 1", 200, 134), 140, 300, ()),
    ],
)
def test_what_else_stands_between_two_tables_does_not(between, bottom, wide, sides):
    tables = [block for block in _open_sided(between, bottom, wide, sides) if isinstance(block, Table)]
    assert max(len(table.rows) for table in tables) < 4
