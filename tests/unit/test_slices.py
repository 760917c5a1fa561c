"""Rows of pages in small files: there when a page is asked for, gone when it is made."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from gkaudit import frames, slices
from gkaudit.slices import Slices

TABLE = frames.frame([{"report_id": f"r{n}", "order": n} for n in range(7)], frames.SECTIONS)


def rows(ids):
    return {"sections": TABLE.filter(pl.col("report_id").is_in(list(ids)))}


def read(out, name):
    found = slices.rows(out / "data", name)
    return None if found is None else [row["order"] for row in found["sections"]]


@pytest.fixture(autouse=True)
def three_at_once(monkeypatch):
    monkeypatch.setattr(slices, "_FIRST", 3)
    monkeypatch.setattr(slices, "_AT_ONCE", 3)


def laid(out, about):
    asked = []

    def noted(ids):
        asked.append(sorted(ids))
        return rows(ids)

    return Slices(about, noted, out), asked


def test_a_page_has_its_rows_and_so_have_those_that_follow(tmp_path):
    own, asked = laid(tmp_path, {f"r{n}": [f"r{n}"] for n in range(7)})
    own.ready("r0")
    assert asked == [["r0", "r1", "r2"]]
    assert [read(tmp_path, f"r{n}") for n in range(4)] == [[0], [1], [2], None]
    own.ready("r1")
    assert len(asked) == 1
    own.ready("r3")
    assert asked[1:] == [["r3", "r4", "r5"]]
    assert [read(tmp_path, f"r{n}") for n in range(6)] == [[n] for n in range(6)]


def test_the_first_pages_wait_for_few_others(tmp_path, monkeypatch):
    monkeypatch.setattr(slices, "_FIRST", 1)
    own, asked = laid(tmp_path, {f"r{n}": [f"r{n}"] for n in range(7)})
    own.ready("r0")
    own.ready("r1")
    assert asked == [["r0"], ["r1", "r2", "r3"]]


def test_rows_stay_until_the_last_page_of_their_layer_is_made(tmp_path):
    own, _ = laid(tmp_path, {f"r{n}": [f"r{n}"] for n in range(7)})
    own.ready("r3")
    own.done("r0")
    own.done("r2")
    assert read(tmp_path, "r1") == [1]
    own.done("r1")
    assert read(tmp_path, "r1") is None
    assert read(tmp_path, "r3") == [3]
    # A page that is made once more after it was told of, as after the loss of the process that made it.
    own.done("r1")
    own.ready("r6")
    assert read(tmp_path, "r6") == [6]
    slices.clear(tmp_path)
    assert read(tmp_path, "r6") is None


def test_pages_about_several_reports_and_about_none(tmp_path):
    own, asked = laid(tmp_path, {"index.html": [], "compare/甲": ["r1", "r4"], "compare/乙": ["r4", "r5"]})
    own.ready("index.html")
    assert asked == []
    own.ready("compare/甲")
    assert asked == [["r1", "r4", "r5"]]
    assert [read(tmp_path, f"compare/{name}") for name in "甲乙"] == [[1, 4], [4, 5]]
    own.done("index.html")
    assert read(tmp_path, "compare/乙") == [4, 5]


def test_rows_are_those_that_the_tables_would_give(tmp_path):
    anchor = {"file": "甲.docx", "page": 2, "box": [1.5, 0.1, 2.0, 7.25]}
    anchor |= dict.fromkeys(("line", "paragraph", "table", "row", "column", "start", "end"))
    change = {"key": "a.b", "old": None, "new": Decimal("3.000000"), "kind": "digit", "among": ["c.d", "e.f"]}
    was = {"value": Decimal("0.457379"), "raw": "0.457379", "state": "reported", "confidence": 1.0, "note": None}
    records = {
        "reports": [
            {"year": 2025, "signed_on": date(2026, 1, 7), "label_variants": ["“甲”\n乙", ""], "note": "\\\u2028"}
        ],
        "cells": [{"key": "a", "value": Decimal(12), "state": "inferred", "corrected_from": was}, {"key": "b"}],
        "findings": [{"finding_id": "f", "severity": "error", "outcome": "broken", "keys": ["a"], "anchor": anchor}],
        "leads": [{"changes": [change, None], "cost": 0.1, "source": False}, {"changes": None}],
        "implied": [{"low": Decimal("-1.5"), "assumption": "none"}],
        "matches": [],
    }
    tables = {
        name: frames.frame([{"report_id": "r", **row} for row in some], slices.TABLES[name])
        for name, some in records.items()
    }
    slices.write(tables, {"r": ["r"]}, tmp_path)
    found = slices.rows(tmp_path / "data", "r")
    assert found.keys() == tables.keys()
    for name, table in tables.items():
        assert found[name] == table.select(slices.COLUMNS.get(name, table.columns)).to_dicts()
    assert slices.rows(tmp_path / "data", "s") is None
