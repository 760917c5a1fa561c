"""Doubtful readings and the sums of the form: what they confirm, and what they never do."""

from decimal import Decimal

import pytest

from gkaudit.cells import Cell, Extraction, extract_cells
from gkaudit.confirmation import confirmed
from gkaudit.document import Anchor, Document, Table, TableCell
from gkaudit.editing.equations import equations
from gkaudit.form import EDITIONS, form, sums
from gkaudit.gx.suites import load_suites
from gkaudit.resources import folder

GRANTED, BESIDE = "requests.full_grant.natural_person", "requests.full_grant.business"
#: Six requests of natural persons, granted in four cases and in part in two; everything else 0.
PRINTED = {
    f"requests.{row}.{column}": number
    for row, number in (("received", "6"), ("full_grant", "4"), ("partial_grant", "2"), ("processed", "6"))
    for column in ("natural_person", "total")
}


def _extraction(doubtful=(), printed=None, edition="2021", confidence=0.3):
    """A report in which all sums come out; ``doubtful`` are readings nobody is sure of, ``printed`` other numbers."""
    numbers = dict.fromkeys(form(edition).keys(), "0") | PRINTED | (printed or {})
    cells = [Cell(key, Decimal(text.replace(",", "")), text, "reported", None, 1.0) for key, text in numbers.items()]
    unsure = dict(doubtful)
    cells = [
        Cell(c.key, None, unsure[c.key], "unreadable", None, confidence, "数字识别不清") if c.key in unsure else c
        for c in cells
    ]
    return Extraction(edition, edition, tuple(cells), {}, frozenset())


def _cell(extraction, key):
    return next(cell for cell in confirmed(extraction).cells if cell.key == key)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_reading_that_makes_row_and_column_come_out_is_used_and_says_so(edition):
    cell = _cell(_extraction({GRANTED: "4"}, edition=edition), GRANTED)
    assert (cell.state, cell.value, cell.raw, cell.confidence) == ("inferred", 4, "4", 0.6)
    assert cell.note == "数字识别不清；所读数字与2处合计相符，因此采用，请核对原件"


@pytest.mark.parametrize("reading", ["9", "", "b", "4O", "/", "4件x"])
def test_what_was_not_read_like_that_is_not_filled_in(reading):
    extraction = _extraction({GRANTED: reading})
    assert confirmed(extraction) == extraction


@pytest.mark.parametrize(("reading", "value"), [("4.000", 4000), ("4．000", 4000), ("4.00", None), ("4.0000", None)])
def test_a_point_that_may_be_the_comma_of_thousands_is_tried_as_one(reading, value):
    """The number is used where the sums have it, and never as the fraction that it reads as."""
    printed = {k: f"{n},000" for k, n in PRINTED.items()}
    cell = _cell(_extraction({GRANTED: reading}, printed), GRANTED)
    assert (cell.value, cell.raw) == (value, reading)
    assert ("小数点作千位逗号" in cell.note) is (value is not None)
    assert _cell(_extraction({GRANTED: reading}), GRANTED).value == (None if value else 4)


def test_an_error_of_the_report_stays_open():
    """The row comes out, the column does not: a reading that one sum contradicts is not used."""
    extraction = _extraction({GRANTED: "4"}, printed={"requests.processed.natural_person": "7"})
    assert confirmed(extraction) == extraction


def test_no_other_cell_of_a_sum_may_be_in_doubt():
    """Both cells of the row are told by their columns, neither by the row."""
    both = _extraction({GRANTED: "4", BESIDE: "0"})
    assert [(c.state, "与1处合计" in c.note) for c in (_cell(both, GRANTED), _cell(both, BESIDE))] == [
        ("inferred", True)
    ] * 2


def test_one_sum_does_not_count_where_another_number_of_it_looks_the_same():
    key = "remedies.reconsideration.upheld"
    printed = {"remedies.reconsideration.total": "7"}
    alone = _extraction({key: "7"}, printed=printed)
    assert confirmed(alone) == alone
    among = _extraction({key: "5"}, printed=printed | {"remedies.reconsideration.pending": "2"})
    assert _cell(among, key).state == "inferred"


def test_a_confirmed_reading_confirms_no_other():
    """The total of the grants is told by its column; with it the row would tell, were it certain."""
    column = {f"requests.{row}.natural_person": "0" for row in ("no_records", "other")}
    found = {c.key: c.state for c in confirmed(_extraction({GRANTED: "4", BESIDE: "0"} | column)).cells}
    assert (found[BESIDE], found[GRANTED]) == ("inferred", "unreadable")


def test_a_reading_whose_place_is_open_is_not_confirmed():
    extraction = _extraction({GRANTED: "4"}, confidence=0.0)
    assert confirmed(extraction) == extraction


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_sums_of_the_form_are_those_that_are_checked(edition):
    system = equations([e for s in load_suites(folder("expectations")) for e in s.entries], edition)
    checked = {frozenset(e.terms) for e in system.equations} | {
        frozenset((key, -sign) for key, sign in e.terms) for e in system.equations
    }
    own = sums(edition)
    assert len(own) == len(form(edition).table("requests").rows) + 2 * 7 + 3
    for one in own:
        assert frozenset([*((k, 1) for k in one.left), *((k, -1) for k in one.right)]) in checked


def _scanned(*heads):
    """表四 under these headings, its first number in doubt."""
    anchor = Anchor("扫描.pdf", table=1)
    cells = tuple(
        tuple(
            TableCell(text, anchor.at(row=r, column=c), confidence=0.3 if (r, c) == (3, 1) else 1.0)
            for c, text in enumerate(row, 1)
        )
        for r, row in enumerate([["行政复议", "行政诉讼"], heads, list("201030000000000")], 1)
    )
    table = Table(cells, anchor, exact=True, layout="grid")
    found = confirmed(extract_cells(Document("扫描.pdf", "pdf", "", (table,))))
    return next(c for c in found.cells if c.key == "remedies.reconsideration.upheld")


def test_a_doubtful_cell_of_a_scan_is_confirmed_where_its_place_is_certain():
    heads = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3
    assert (_scanned(*heads).state, _scanned(*heads).value) == ("inferred", 2)
    assert _scanned("总计", "结果维持", "结果纠正").state == "unreadable"


@pytest.mark.parametrize(
    ("labels", "state"),
    [
        (("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"), "inferred"),
        (("一、本年新收政府信恳公开申请数里", "二、上年结转政府信恳公开申请数里"), "unreadable"),
    ],
)
def test_no_sum_confirms_a_cell_of_a_damaged_table(labels, state):
    anchor = Anchor("扫描.pdf", table=1)
    rows = [["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]]
    rows += [[label, *"4200006"] for label in labels]
    cells = tuple(
        tuple(TableCell(t, anchor.at(row=r, column=c), confidence=0.3 if t == "4" else 1.0) for c, t in enumerate(row))
        for r, row in enumerate(rows)
    )
    table = Table(cells, anchor, exact=True, layout="grid")
    found = confirmed(extract_cells(Document("扫描.pdf", "pdf", "", (table,))))
    assert {c.state for c in found.cells if c.raw == "4"} == {state}


def _scanned_whole(leave_out=(), other=None):
    """表三 of a scan with every row but ``leave_out``: two labels misread, one number in doubt, one empty cell."""
    table = form("2021").table("requests")
    anchor, slips = (
        Anchor("扫描.pdf", table=1),
        {"pending_start": ("信息公开申请", "信恳公廾中请"), "pending_end": ("下年度", "卜年庋")},
    )
    printed = [["", *(column.label for column in table.columns)]]
    for row in table.rows:
        texts = [PRINTED.get(f"requests.{row.name}.{column.name}", "0") for column in table.columns]
        texts[2] = "" if row.name == "other" else texts[2]
        if row.name not in leave_out:
            label = row.label.replace(*slips[row.name]) if row.name in slips else row.label
            printed.append([label, *(other or {}).get(row.name, texts)])
    cells = tuple(
        tuple(
            TableCell(text, anchor.at(row=r, column=c), confidence=0.3 if text == "4" else 1.0)
            for c, text in enumerate(row, 1)
        )
        for r, row in enumerate(printed, 1)
    )
    document = Document("扫描.pdf", "pdf", "", (Table(cells, anchor, exact=True, layout="grid"),))
    return extract_cells(document)


def _whole(leave_out=(), other=None):
    return {cell.key: cell.state for cell in confirmed(_scanned_whole(leave_out, other)).cells}


def test_labels_misread_in_a_whole_table_are_no_damage():
    states = _whole()
    assert states["requests.full_grant.natural_person"] == "inferred"
    assert states["requests.other.research"] == "blank"


@pytest.mark.parametrize(("leave_out", "torn"), [((), False), (("duplicate",), True)])
def test_words_are_damaged_where_labels_are_misread_and_cells_where_a_row_may_be_gone(leave_out, torn):
    """What the prose of a scan seems to misspell may be misread as its labels are."""
    found = _scanned_whole(leave_out)
    assert (bool(found.damaged), bool(found.torn)) == (True, torn)


def test_labels_misread_where_a_row_is_gone_are_damage():
    """It may be the one whose label nobody could read."""
    states = _whole(leave_out=["duplicate"])
    assert states["requests.full_grant.natural_person"] == "unreadable"
    assert states["requests.other.research"] == "unreadable"
    assert states["requests.duplicate.total"] == "unreadable"


def test_a_number_that_cannot_be_read_is_not_lost():
    """Two totals say more than the numbers beside them: so they do where one of these is misread."""
    rows = {"no_records": ["1", "r,306", *"0000", "1307"], "not_compiled": ["1", ".511", *"0000", "512"]}
    misread = _whole(other=rows)
    assert misread["requests.other.research"] == "blank"
    empty = _whole(other={name: [texts[0], "", *texts[2:]] for name, texts in rows.items()})
    assert empty["requests.other.research"] == "unreadable"
