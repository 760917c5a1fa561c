"""Slips of a recogniser that the ruled form, or the rest of the page, settles; and those that stay in doubt."""

from random import Random

import pytest

from gkaudit.cells import extract_cells
from gkaudit.document import Anchor, Document, Table, TableCell
from gkaudit.form import form
from gkaudit.report import read
from tests.generate import compose
from tests.generate.formats import html


def _states(label, confidence, values="2000002"):
    """States of the row of the fees that nobody paid in a scan that reads this for its label."""
    table = form("2021").table("requests")
    anchor = Anchor("扫描.tif", page=1)
    printed = [[("", 1.0), *((column.label, 0.99) for column in table.columns)]]
    for row in table.rows:
        own = row.name == "fee_unpaid"
        printed.append([(label, confidence) if own else (row.label, 0.99), *((n, 1.0) for n in values)])
    cells = tuple(
        tuple(TableCell(text, anchor.at(row=r, column=c), confidence=sure) for c, (text, sure) in enumerate(row, 1))
        for r, row in enumerate(printed, 1)
    )
    document = Document("扫描.tif", "tif", "", (Table(cells, anchor, exact=True, layout="grid"),))
    found = extract_cells(document).cells
    return {cell.state for cell in found if cell.key.startswith("requests.fee_unpaid.")}


@pytest.mark.parametrize(
    ("label", "confidence", "state"),
    [
        ("2.、请有人收费理其纳费申请", 0.7, "reported"),
        ("2.、请有人收费理其纳费申请", 0.4, "reported"),
        ("2.人天", 0.7, "inferred"),
        ("2.本机关另行统计的其他事项", 0.7, "inferred"),
        ("2.、请有人收费理其纳费申请", 1.0, "inferred"),
    ],
)
def test_what_a_seal_left_of_a_label_names_the_row_of_its_place(label, confidence, state):
    """Only what a recogniser read: other words in a text are another row's."""
    assert _states(label, confidence) == {state}


@pytest.mark.parametrize(("label", "left"), [("社会公益组织", "社书公"), ("法律服务机构", "私机构")])
def test_what_a_streak_left_of_a_heading_names_the_column_of_its_place(tmp_path, label, left):
    made = compose(31)
    path = tmp_path / "报告.html"
    printed = html.write(made, Random(4), frozenset()).decode()
    assert f">{label}<" in printed
    path.write_text(printed.replace(f">{label}<", f">{left}<"), encoding="utf-8")
    cells = read(path).cells.iter_rows(named=True)
    assert [said for c in cells if (said := made.wrong(c["key"], c["value"], c["state"]))] == []
