"""A row of the wide frame says what the whole row as a dictionary would."""

import polars as pl
import pytest

from gkaudit.gx.rules_base import FRAME, FRAME_ROW, KEPT, PRIOR_ROW, rows_like
from gkaudit.gx.wide_row import WideRow

WIDE = pl.DataFrame(
    {
        "report_id": ["甲-2023", "甲-2024"],
        "year": [2023, 2024],
        "a": [1.0, None],
        "claims": [[{"value": 1}], []],
        PRIOR_ROW: [None, 0],
        "prior.why": [None, "另有一份"],
    }
)


def test_values_are_those_of_the_frame():
    row = WideRow(WIDE, 0)
    own = WIDE.row(0, named=True)
    assert {name: row[name] for name in WIDE.columns} == own
    assert row["claims"] == [{"value": 1}]
    assert row.get("nothing") is None
    assert "nothing" not in row
    assert row[FRAME] is WIDE
    assert row[FRAME_ROW] == 0
    with pytest.raises(KeyError):
        row["prior.a"]


def test_the_year_before_is_there_under_its_names_and_what_the_frame_says_of_it_stays():
    row = WideRow(WIDE, 1)
    assert (row["a"], row["prior.a"], row["prior.year"]) == (None, 1.0, 2023)
    assert row[PRIOR_ROW] == 0
    assert row["prior.why"] == "另有一份"
    assert set(row) == {*WIDE.columns, FRAME, FRAME_ROW, KEPT} | {f"prior.{name}" for name in WIDE.columns}
    assert len(row) == len(list(row))


def test_rows_with_the_same_values_are_found_without_looking_again():
    frame = pl.DataFrame({"county": ["甲县", "乙县", "甲县", None], "year": [2024, 2024, 2024, 2024]})
    kept: dict[object, object] = {}
    first, other, unknown = (WideRow(frame, at, kept=kept) for at in (0, 1, 3))
    for row, found in ((first, [0, 2]), (other, [1]), (unknown, [])):
        assert rows_like(row, {"county": row["county"], "year": row["year"]}) == found
    assert rows_like(first, {"county": "丙县", "year": 2024}) == []
    # What is known of the frame is asked, not the frame.
    kept["county", "year"] = {("甲县", 2024): [7]}
    assert rows_like(WideRow(frame, 2, kept=kept), {"county": "甲县", "year": 2024}) == [7]
    # A row without its frame has no others.
    assert rows_like({"county": "甲县"}, {"county": "甲县"}) == []
