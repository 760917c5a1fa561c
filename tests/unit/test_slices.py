"""Rows of pages in small files: there when a page is asked for, gone when it is made."""

import polars as pl
import pytest

from gkaudit import slices
from gkaudit.slices import Slices, place

TABLE = pl.DataFrame({"report_id": [f"r{n}" for n in range(7)], "n": range(7)})


def rows(ids):
    return {"cells": TABLE.filter(pl.col("report_id").is_in(list(ids)))}


def read(out, name):
    where = place(out / "data", name)
    if where.folder == out / "data":
        return None
    kept = pl.read_parquet(where.folder / "cells.parquet").filter(pl.col("report_id").is_in(where.report_ids))
    return kept.get_column("n").sort().to_list()


@pytest.fixture(autouse=True)
def three_at_once(monkeypatch):
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
