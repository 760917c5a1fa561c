"""Rows of 表三 that are found without their headings, which stand above them in another order."""

import pytest

from gkaudit.document import Table
from gkaudit.readers.geometry.crossed import are_crossed
from gkaudit.readers.geometry.lines import lines_of
from tests.formats.test_geometry import page, read, words

FORM = ("商业", "科研机构", "社会公益组织", "法律服务", "其他")
OTHERWISE = ("商业", "其他", "社会公益组织", "法律服务", "科研机构")


def line(texts, base=80):
    return [char for n, text in enumerate(texts) for char in words(text, 200 + 70 * n, base)]


@pytest.mark.parametrize(
    ("texts", "crossed"),
    [
        (FORM, False),
        (OTHERWISE, True),
        (("总计", "自然人", "法人或其他组织"), False),
        (("总计", "自然人", *FORM), True),
        (("其他", "科研机构"), False),
    ],
)
def test_a_line_of_headings_in_another_order(texts, crossed):
    (found,) = lines_of(line(texts))
    assert are_crossed(found) == crossed


@pytest.mark.parametrize(("heads", "sure"), [(FORM, True), (OTHERWISE, False)])
def test_numbers_below_headings_that_nobody_can_place(heads, sure):
    prose = "全年通过网站公开信息九十条其中工作动态五十条通知公告四十条其他栏目若干条"
    rows = [("2.重复申请", 150), ("3.要求提供公开出版物", 170)]
    chars = [c for label, base in rows for c in (*words(label, 60, base), *line("1203017", base))]
    blocks, _ = read(page(line(heads) + words(prose, 60, 110) + chars))
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert {cell.confidence == 1 for row in table.rows for cell in row[1:]} == {sure}
