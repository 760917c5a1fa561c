"""A row of the wide frame says what the whole row as a dictionary would."""

import polars as pl
import pytest

from gkaudit.gx.rules_base import FRAME, FRAME_ROW, PRIOR_ROW
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
    assert set(row) == {*WIDE.columns, FRAME, FRAME_ROW} | {f"prior.{name}" for name in WIDE.columns}
    assert len(row) == len(list(row))
