"""Reports with true grids (Word, web pages, ruled PDF) are read whole: every cell right, none in doubt."""

from copy import deepcopy
from dataclasses import replace
from random import Random

import pytest

from gkaudit.form import EDITIONS
from gkaudit.report import understand
from tests.generate import applicable, combinations, compose
from tests.generate.exact import document
from tests.generate.skeleton import Printed
from tests.generate.structure import CHANGES, changed, together


def _faults(made):
    report = understand(document(made))
    rows = {row["key"]: row for row in report.cells.iter_rows(named=True)}
    assert tuple(rows) == tuple(made.cells)
    return [said for key, row in rows.items() if (said := made.wrong(key, row["value"], row["state"]))]


@pytest.mark.parametrize("edition", EDITIONS)
def test_plain(edition):
    for seed in range(40):
        assert _faults(compose(seed, edition=edition)) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_single_oddities(edition):
    for oddity in applicable("exact", edition):
        for seed in range(4):
            assert _faults(compose(seed, edition=edition, oddities={oddity})) == [], oddity


@pytest.mark.parametrize("edition", EDITIONS)
def test_combined_oddities(edition):
    for seed, oddities in enumerate(combinations("exact", edition)):
        assert _faults(compose(seed, edition=edition, oddities=oddities)) == [], oddities


@pytest.mark.parametrize("change", CHANGES)
def test_changed_grids(change):
    for seed in range(12):
        made = changed(compose(seed, edition=EDITIONS[seed % 4 == 3]), [change])
        assert _faults(made) == [], (change, seed)


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_silently_wrong(seed):
    """Whatever is changed together: what is stated as certain is what stands there."""
    rng = Random(seed)
    edition = rng.choice(EDITIONS)
    odd = frozenset(rng.sample(applicable("exact", edition), rng.randint(0, 2))) - {"missing_table"}
    made = changed(compose(rng.randrange(10**6), edition=edition, oddities=odd), together(rng))
    assert [fault for fault in _faults(made) if "SILENT" in fault or "do not fit" in fault] == []


@pytest.mark.parametrize("table", ["disclosure", "requests", "remedies"])
def test_a_table_that_is_there_twice(table):
    """The same numbers are one table; other numbers leave every cell that differs without one."""
    made = compose(3)
    again = compose(4)
    mine, theirs = ([b for b in m.blocks if isinstance(b, Printed) and b.name == table] for m in (made, again))
    twice = understand(document(replace(made, blocks=[*made.blocks, *mine])))
    other = understand(document(replace(made, blocks=[*made.blocks, *theirs])))
    for cell in twice.extraction.cells:
        assert (cell.state, cell.value) == ("reported", made.values[cell.key]), cell
    for cell in other.extraction.cells:
        if cell.key.startswith(table) and made.values[cell.key] != again.values[cell.key]:
            assert cell.value is None, cell


@pytest.mark.parametrize("table", ["disclosure", "requests", "remedies"])
@pytest.mark.parametrize("before", [True, False])
def test_the_empty_form_beside_the_filled_one_says_nothing(table, before):
    made = compose(3)
    empty = [b for b in deepcopy(made).blocks if isinstance(b, Printed) and b.name == table]
    for slot in (s for b in empty for part in b.parts for line in part.lines for s in line.slots if s.key):
        slot.text = ""
    blocks = [*empty, *made.blocks] if before else [*made.blocks, *empty]
    for cell in understand(document(replace(made, blocks=blocks))).extraction.cells:
        assert (cell.state, cell.value) == ("reported", made.values[cell.key]), cell


def test_a_number_too_much_before_an_empty_total_is_in_doubt():
    """Eight cells where the header has no places: one of the seven numbers is none of the form's."""
    made = changed(compose(3), ["spanless"])
    for table in (block for block in made.blocks if isinstance(block, Printed)):
        for line in (line for part in table.parts for line in part.lines if line.row == "exempt_state_secret"):
            *parts, total = line.values
            for slot, text in zip(parts, "000000", strict=True):
                slot.text = text
            total.text = ""
            line.slots = [*line.lead, *parts[:5], replace(parts[5], text="4", key=""), parts[5], total]
    report = understand(document(made))
    own = report.cells.filter(report.cells["row"] == "exempt_state_secret")
    assert set(own["state"]) == {"unreadable"}


def test_a_number_too_much_beside_those_that_make_up_the_total_is_in_doubt():
    made = changed(compose(3), ["spanless"])
    for table in (block for block in made.blocks if isinstance(block, Printed)):
        for line in (line for part in table.parts for line in part.lines if line.row == "exempt_state_secret"):
            for slot, text in zip(line.values, ("3", "2", "5", "0", "9", "4", "19"), strict=True):
                slot.text = text
            line.slots = [*line.lead, replace(line.values[0], text="", key=""), *line.values]
    report = understand(document(made))
    own = report.cells.filter(report.cells["row"] == "exempt_state_secret")
    assert set(own["state"]) == {"unreadable"}
