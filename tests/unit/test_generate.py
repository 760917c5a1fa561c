"""The generator's own invariants: what it says it printed is what it printed."""

from decimal import Decimal
from random import Random

import pytest

from gkaudit.form import EDITIONS, column_of, form
from gkaudit.frames import STATES
from tests.generate import ALL_LAYOUTS, ODDITIES, Cell, applicable, combinations, compose, make
from tests.generate.formats import scan
from tests.generate.formats.fonts import fonts_missing

EVERY = [(layout, edition) for layout in ALL_LAYOUTS for edition in EDITIONS]
PARTS_END = ("received", "pending_start", "processed", "pending_end")


def _sum(values, keys):
    return sum((values[k] for k in keys), Decimal(0))


@pytest.mark.parametrize(("layout", "edition"), EVERY)
def test_numbers_balance(layout, edition):
    for seed in range(15):
        values = make(seed, layout=layout, edition=edition).values
        table = form(edition).table("requests")
        outcomes = [r.name for r in table.rows if r.name not in PARTS_END]
        applicants = [c.name for c in table.columns if c.name != "total"]
        for row in table.rows:
            parts = _sum(values, (f"requests.{row.name}.{c}" for c in applicants))
            assert values[f"requests.{row.name}.total"] == parts
        for column in (*applicants, "total"):
            at = {r: values[f"requests.{r}.{column}"] for r in PARTS_END}
            assert at["processed"] == _sum(values, (f"requests.{r}.{column}" for r in outcomes))
            assert at["received"] + at["pending_start"] == at["processed"] + at["pending_end"]
        for row in form(edition).table("remedies").rows:
            *parts, total = (f"remedies.{row.name}.{c}" for c in row.columns)
            assert values[total] == _sum(values, parts)
        assert all(v >= 0 or column_of(k).signed for k, v in values.items())


@pytest.mark.parametrize(("layout", "edition"), EVERY)
def test_every_combination_is_complete_and_repeatable(layout, edition):
    for seed, oddities in enumerate(combinations(layout, edition)):
        one = make(seed, layout=layout, edition=edition, oddities=oddities)
        assert one == make(seed, layout=layout, edition=edition, oddities=set(oddities))
        assert tuple(one.cells) == form(edition).keys()
        for key, cell in one.cells.items():
            assert cell.states, key
            assert cell.states <= set(STATES), key
            if cell.value is None:
                assert "reported" not in cell.states, key
        assert one.text.encode("gb18030").decode("gb18030") == one.text
        assert one.organ.startswith(one.county)
        assert str(one.year) in one.period[0]


def test_every_oddity_is_used_somewhere():
    used = {o for layout, edition in EVERY for o in applicable(layout, edition)}
    assert used == set(ODDITIES)


@pytest.mark.parametrize("oddity", ODDITIES)
def test_an_oddity_shows(oddity):
    """It changes text or truth; with the seed of the plain report nothing else may be the same by luck."""
    edition = "2019" if oddity == "sign_words" else "2021"
    layout = "cells"
    seen = [make(s, layout=layout, edition=edition, oddities={oddity}) for s in range(5)]
    assert all(g.oddities == {oddity} for g in seen)
    assert len({g.text for g in seen}) == 5


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_grid_holds_the_truth(edition):
    """The regular grid read without any cleverness gives the cells of the truth."""
    for seed in range(20):
        made = make(seed, layout="grid", edition=edition, oddities={"blank_rows", "marks", "missing_row"})
        rows = [line.split("\t") for line in made.text.splitlines() if "\t" in line]
        found = []
        for row in rows:
            if len(row) == 10 and "申请人情况" not in row and "自然人" not in row and "商业企业" not in row:
                found += row[3:]
            elif len(row) == 15 and not set(row) & {"结果维持", "行政复议"}:
                found += row
            elif len(row) == 4 and row[0] != "信息内容" and not row[0].startswith("第二十条"):
                found += row[1 : 1 + _columns(edition, row[0])]
        printed = [cell for cell in made.cells.values() if cell.states != frozenset({"absent"})]
        assert len(found) == len(printed)
        for text, cell in zip(found, printed, strict=True):
            assert (Decimal(text) if text.lstrip("-").isdigit() else None) == cell.value


def _columns(edition, label):
    return next(len(r.columns) for r in form(edition).table("disclosure").rows if r.label == label)


def test_what_is_lost_is_never_reported():
    for seed in range(10):
        made = make(seed, layout="ocr")
        lost = [c for c in made.cells.values() if c.value is None]
        assert lost
        assert all(c.states <= {"unreadable", "absent"} for c in lost)


def test_a_verdict_names_the_silent_error():
    made = make(1, layout="grid")
    key = "requests.received.total"
    value = made.cells[key].value
    assert made.wrong(key, value, "reported") == ""
    assert "SILENT" in made.wrong(key, value + 1, "reported")
    assert "wrong guess" in made.wrong(key, value + 1, "inferred")
    assert "do not fit" in made.wrong(key, None, "reported")
    assert made.wrong(key, None, "blank")


def test_guesses_count_only_where_blanks_were_lost():
    assert Cell(None, frozenset({"blank"})).guesses == frozenset()
    made = make(2, layout="spaced", oddities={"blank_cells"})
    guessed = [k for k, c in made.cells.items() if c.guesses]
    assert guessed
    key = guessed[0]
    assert made.wrong(key, next(iter(made.cells[key].guesses)), "inferred") == ""


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="layout"):
        make(1, layout="papyrus")
    with pytest.raises(ValueError, match="unknown"):
        make(1, oddities={"coffee stain"})


@pytest.mark.skipif(fonts_missing(), reason="a Chinese font is not installed")
def test_a_table_of_wide_numbers_is_drawn_in_a_smaller_type():
    """Full-width numbers of five digits leave no room for words otherwise."""
    made = compose(80007, oddities={"fullwidth"})
    drawn = scan.pages(made, Random(0))
    assert {key for page in drawn for key in page.boxes} >= {key for key in made.values if key.startswith("requests.")}
    assert all(left < right for page in drawn for left, _, right, _ in page.boxes.values())
