import polars as pl
import pytest

from gkaudit import excerpts
from gkaudit.excerpts import Excerpts
from gkaudit.portions import portions


@pytest.fixture
def table():
    return pl.DataFrame({"report_id": list("aabcccdeffg"), "n": range(11)})


@pytest.mark.parametrize("ids", [["a"], ["b", "c"], ["g", "a", "d"], ["e", "nobody"], [], list("abcdefg")])
@pytest.mark.parametrize("pieces", [0, 8])
def test_rows_of_some_reports(table, tmp_path, monkeypatch, ids, pieces):
    monkeypatch.setattr(excerpts, "_PIECES", pieces)
    path = tmp_path / "t.parquet"
    table.write_parquet(path, row_group_size=3)
    wanted = table.filter(pl.col("report_id").is_in(ids))
    found = Excerpts({"memory": table, "file": path, "none": table.clear()}).of(ids)
    assert found["memory"].equals(wanted)
    assert found["file"].equals(wanted)
    assert found["none"].is_empty()
    assert found["none"].schema == table.schema


def test_rows_that_do_not_lie_together(table):
    apart = pl.concat([table, table[:1], table[3:4]])
    found = Excerpts({"t": apart}).of(["a", "d"])["t"]
    assert found.equals(apart.filter(pl.col("report_id").is_in(["a", "d"])))


def test_portions():
    assert list(portions("abcde", 2)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(portions([], 2)) == []
