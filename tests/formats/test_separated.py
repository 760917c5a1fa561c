"""Sheets saved as text: every cell right whatever separates the fields; texts that only have commas stay texts."""

from decimal import Decimal
from random import Random

import pytest

from gkaudit.document import Table
from gkaudit.form import EDITIONS, form
from gkaudit.readers import Source, detect, read_source
from gkaudit.report import understand
from tests.generate import ALL_LAYOUTS, applicable, compose, make
from tests.generate.formats import csv
from tests.generate.model import EMPTY, EXACT, LOST, Cell
from tests.generate.skeleton import Printed
from tests.generate.structure import as_printed, changed

NONE = frozenset()


def judged(made, quirks, name="报告.csv", seed=1):
    """What is wrong with the cells of a report saved as a sheet."""
    report = understand(read_source(Source.of(csv.write(made, Random(seed), frozenset(quirks)), name)))
    rows = report.cells.iter_rows(named=True)
    return [said for row in rows if (said := made.wrong(row["key"], row["value"], row["state"]))]


def _slots(made):
    tables = (block for block in made.blocks if isinstance(block, Printed))
    return (slot for table in tables for part in table.parts for line in part.lines for slot in line.slots)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("quirk", ["", *csv.QUIRKS])
def test_every_quirk(quirk, edition):
    oddities = {"blank_cells"} if quirk == "ends_left_out" else set()
    made = compose(5, edition=edition, oddities=oddities)
    assert not judged(made, {quirk} - {""})


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("number", range(12))
def test_oddities_and_quirks_together(number, edition):
    rng = Random(f"separated/{number}/{edition}")
    names = [name for name in applicable("exact", edition) if name != "typo"]
    made = compose(number, edition=edition, oddities=set(rng.sample(names, 4)))
    assert not judged(made, rng.sample(csv.QUIRKS, 3), "报告.txt", number)


@pytest.mark.parametrize("change", ["total_first", "swap_inner", "remark", "two_remedies"])
def test_columns_by_their_headings(change):
    made = changed(compose(3), [change])
    assert not judged(made, NONE)


@pytest.mark.parametrize("quirks", [(), ("shifted",), ("spare_columns", "ends_left_out")])
def test_empty_cells_at_the_end_of_a_row(quirks):
    """Nobody moved a row whose last number is less than another; 复议后起诉 may be empty as a whole."""
    made = compose(3)
    for slot in _slots(made):
        if slot.key.startswith(("remedies.litigation_after", "requests.received.total")):
            slot.text = ""
            made.cells[slot.key] = Cell(None, EMPTY)
        elif slot.key.startswith("requests.received."):
            number = 9 if slot.key.endswith("natural_person") else 0
            slot.text = str(number)
            made.cells[slot.key] = Cell(Decimal(number), EXACT)
    assert not judged(made, quirks)


@pytest.mark.parametrize(
    "changes",
    [
        ("drop_column", "spanless"),
        ("merged_number", "spanless"),
        ("subtotal", "wrong_spans"),
        ("two_remedies", "wrong_spans"),
        ("remark", "wrong_spans"),
        ("no_header", "spanless"),
    ],
)
@pytest.mark.parametrize("seed", range(12))
def test_fields_that_do_not_stand_under_the_headings_are_never_taken_for_others(changes, seed):
    made = changed(compose(seed, oddities={"blank_cells"}), changes, seed)
    assert not [said for said in judged(made, NONE) if "SILENT" in said or "wrong guess" in said]


@pytest.mark.parametrize("change", ["merged_number", "lost_cell", "extra_cell", "no_header", "garbled_half"])
def test_what_nobody_can_tell_is_in_doubt(change):
    made = as_printed(changed(compose(3), [change]))
    assert not [said for said in judged(made, NONE) if "SILENT" in said or "wrong guess" in said]


def test_breaks_and_separators_in_quotes_belong_to_the_field():
    text = '规章,0,0,0,"一,二"\r\n信息内容,"本年\n制发件数",本年废止件数,现行有效件数,备注\r\n行政规范性文件,1,2,"1,203",\r\n'
    document = read_source(Source.of(text.encode("gb18030"), "表.csv"))
    assert document.format == "csv"
    (table,) = [b for b in document.blocks if isinstance(b, Table)]
    assert [c.text for c in table.rows[2]] == ["行政规范性文件", "1", "2", "1,203", ""]
    assert [row[0].anchor.line for row in table.rows] == [1, 2, 4]


def test_words_before_and_behind_the_tables_are_paragraphs():
    made = compose(9)
    document = read_source(Source.of(csv.write(made, Random(1), NONE), "报告.csv"))
    assert "".join(p.text for p in document.blocks if not isinstance(p, Table)) == made.text.replace("\n", "")


@pytest.mark.parametrize("layout", ALL_LAYOUTS)
def test_texts_of_every_layout_stay_texts(layout):
    for seed in range(4):
        made = make(seed, layout=layout)
        assert detect(Source.of(made.text.encode(), "报告.txt"))[0] == "txt"


def test_sentences_with_commas_are_no_sheet():
    text = "全年公开信息,共1,203条,其中动态1,000条,公告203条,\n" * 30
    assert detect(Source.of(text.encode(), "报告.csv"))[0] == "txt"


def test_one_number_under_the_total_is_no_total_of_nothing():
    """A row that is empty otherwise: a number too much pushed it there."""
    made = compose(3)
    for slot in _slots(made):
        if slot.key.startswith("requests.full_grant."):
            slot.text = "4" if slot.key.endswith(".total") else ""
            made.cells[slot.key] = Cell(None, LOST)
    assert not judged(made, NONE)


@pytest.mark.parametrize("quirks", [(), ("shifted",)])
def test_running_numbers_before_merged_labels(quirks):
    made = changed(compose(3), ["index_column"])
    assert not judged(made, quirks)


def test_empty_fields_beside_those_of_the_headings_say_nothing():
    text = "信息内容,采购项目数量,采购总金额,\n政府集中采购,,0,\n行政强制,1,0,2\n"
    cells = understand(read_source(Source.of(text.encode(), "表.csv"))).cells
    own = cells.filter(cells["row"] == "procurement")
    assert own["state"].to_list() == ["blank", "reported"]


@pytest.mark.parametrize("label", ["行政许可 7，397", "行政许可 ７．５"])
def test_a_label_and_its_number_in_one_field_are_a_row_however_the_number_is_written(label):
    text = f"信息内容,本年处理决定数量,,\n{label},,,\n行政处罚,5,,\n"
    cells = understand(read_source(Source.of(text.encode(), "表.csv"))).cells
    assert cells.filter(cells["key"] == "disclosure.licences.decisions")["state"].item() == "reported"


def test_an_empty_row_below_words_is_one_although_its_label_is_misprinted():
    head = "信息内容,本年处理决定数量,,,,,,\n6.属于四类过程性信息,1,0,0,0,0,0,1\n（续表）,,,,,,,\n"
    text = head + "7.属于行攻执法案卷,,,,,,,\n8.属于行政查询事项,2,0,0,0,0,0,2\n9.属于行攻执法的工作,,,,,,,\n"
    report = understand(read_source(Source.of(text.encode(), "表.csv")))
    cells = report.cells.filter(report.cells["row"] == "exempt_enforcement_file")
    assert set(cells["state"]) == {"blank"}
    assert [p.text for p in report.document.paragraphs] == ["（续表）", "9.属于行攻执法的工作"]


def test_the_last_field_of_a_row_that_may_have_moved_is_in_doubt_as_well():
    """A field was deleted: the others have moved to the left, and the empty one at the end is none of the source."""
    table = form().table("requests")
    rows = [f"{row.label},1,2,3,5,7,11,29" for row in table.rows]
    rows[4] = rows[4].replace(",3,", ",") + ","
    head = ",".join(["项目", *(column.label for column in table.columns)])
    text = "\n".join(["澄岫县霁桥镇人民政府2024年政府信息公开工作年度报告,,,,,,,", head, *rows])
    cells = understand(read_source(Source.of(text.encode(), "报告.csv"))).cells
    moved = cells.filter(cells["row"] == table.rows[4].name)["state"].to_list()
    assert not {"reported", "blank"} & set(moved)
