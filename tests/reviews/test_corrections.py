"""Corrections of reading: applied before judging, marked, reversible, and bound to the source."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gkaudit import frames
from gkaudit.errors import UsageError
from gkaudit.frames import Tables
from gkaudit.reviews import Ledger, active, corrected, stale
from tests.reviews.frames_of import SHA, TOTAL, TOWN, cells, empty_sections, findings, reports


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "reviews.sqlite")


def tables(sha256=SHA, name=TOWN, status="partly_read", **changes):
    return Tables(reports(sha256, name, status=status), cells(name, **changes), *empty_sections())


def the_cell(read, key=TOTAL):
    return read.cells.row(read.cells["key"].to_list().index(key), named=True)


UNREAD = {"requests__processed__total": "unreadable"}


def test_what_a_person_saw_goes_before_what_the_machine_read(ledger):
    read = tables(**UNREAD)
    ledger.correct(the_cell(read), SHA, "12", reason="扫描污渍", author="张三")
    now = corrected(read, ledger.corrections())
    cell = the_cell(now)
    assert (cell["value"], cell["state"], cell["raw"], cell["confidence"]) == (Decimal(12), "reported", "12", 1.0)
    assert cell["note"].startswith("更正：原件为“12”（张三，")
    assert "扫描污渍" in cell["note"]
    assert cell["corrected_from"] == {
        "value": None,
        "raw": "1Z",
        "state": "unreadable",
        "confidence": 0.0,
        "note": None,
    }
    others = now.cells.filter(now.cells["key"] != TOTAL)
    assert others["corrected_from"].null_count() == others.height
    assert now.cells["key"].to_list() == read.cells["key"].to_list()
    assert now.cells.schema == frames.CELLS


def test_the_frame_survives_the_file(ledger, tmp_path):
    read = tables(**UNREAD)
    ledger.correct(the_cell(read), SHA, "12", author="张三")
    now = corrected(read, ledger.corrections())
    frames.write(now.cells, tmp_path / "cells.parquet")
    assert frames.read(tmp_path / "cells.parquet").equals(now.cells)


@pytest.mark.parametrize(
    ("shown", "state", "value"),
    [("", "blank", None), ("/", "marked", None), ("—", "marked", None), ("0", "reported", 0)],
)
def test_the_original_may_be_empty(ledger, shown, state, value):
    read = tables(**UNREAD)
    ledger.correct(the_cell(read), SHA, shown, author="张三")
    cell = the_cell(corrected(read, ledger.corrections()))
    assert (cell["state"], cell["value"]) == (state, value)


@pytest.mark.parametrize("shown", ["12?", "约十", "=1+1", "<b>1</b>", "1 2"])
def test_only_what_can_stand_in_a_cell_is_taken(ledger, shown):
    with pytest.raises(UsageError, match="原件"):
        ledger.correct(the_cell(tables()), SHA, shown, author="张三")
    assert not ledger.path.exists()


def test_a_correction_can_be_taken_back_and_made_again(ledger):
    read = tables(**UNREAD)
    ledger.correct(the_cell(read), SHA, "12", author="张三")
    now = corrected(read, ledger.corrections())
    ledger.withdraw(the_cell(now), SHA, reason="看错行", author="李四")
    assert corrected(read, ledger.corrections()) is read
    ledger.correct(the_cell(now), SHA, "13", author="李四")
    assert the_cell(corrected(read, ledger.corrections()))["value"] == 13
    history = ledger.corrections()
    assert history["kind"].to_list() == ["correct", "withdraw", "correct"]
    # What the machine read is on record each time, also where the cell was corrected already.
    assert history["machine_raw"].to_list() == ["1Z"] * 3
    assert active(history)["shown"].to_list() == ["13"]


def test_another_file_is_not_corrected_and_says_so(ledger):
    ledger.correct(the_cell(tables(**UNREAD)), SHA, "12", author="张三")
    other = tables("b" * 64, **UNREAD)
    now = corrected(other, ledger.corrections())
    assert the_cell(now)["state"] == "unreadable"
    assert "1 处更正未套用" in now.reports["note"][0]
    assert stale(other, ledger.corrections()).height == 1


def test_the_same_file_under_another_name_is_corrected(ledger):
    ledger.correct(the_cell(tables(**UNREAD)), SHA, "12", author="张三")
    now = corrected(tables(name="岫川镇-2024-1a2b3c", **UNREAD), ledger.corrections())
    assert the_cell(now)["value"] == 12
    assert now.reports["note"].to_list() == [None]


def test_a_report_is_read_when_nothing_is_left_open(ledger):
    read = tables(**UNREAD, requests__received__total="unreadable")
    ledger.correct(the_cell(read), SHA, "12", author="张三")
    assert corrected(read, ledger.corrections()).reports["status"].to_list() == ["partly_read"]
    ledger.correct(the_cell(read, "requests.received.total"), SHA, "12", author="张三")
    assert corrected(read, ledger.corrections()).reports["status"].to_list() == ["read"]


def test_secrets_do_not_hide_in_the_machines_reading(ledger):
    read = tables(**UNREAD)
    dirty = read.cells.with_columns(raw=frames.pl.lit("13912345678"))
    ledger.correct({**the_cell(read), "raw": "13912345678"}, SHA, "1", author="张三")
    now = corrected(read._replace(cells=dirty), ledger.corrections())
    assert "13912345678" not in str(the_cell(now)["corrected_from"])
    assert "13912345678" not in str(ledger.corrections().rows())


def test_findings_and_corrections_live_in_one_file(ledger):
    ledger.correct(the_cell(tables()), SHA, "1", author="张三")
    assert ledger.decisions().is_empty()
    assert repr(ledger) == "<Ledger reviews.sqlite：处理 0 条，更正 1 条>"
    assert findings("f1").height == 1
