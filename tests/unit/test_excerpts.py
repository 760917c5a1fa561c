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
    small, whole, none = (tmp_path / f"{name}.parquet" for name in ("small", "whole", "none"))
    table.write_parquet(small, row_group_size=3)
    table.write_parquet(whole)
    table.clear().write_parquet(none)
    wanted = table.filter(pl.col("report_id").is_in(ids))
    found = Excerpts({"small": small, "whole": whole, "none": none}).of(ids)
    assert found["whole"].equals(wanted)
    assert found["small"].equals(wanted)
    assert found["none"].is_empty()
    assert found["none"].schema == table.schema


def test_rows_that_do_not_lie_together(table, tmp_path):
    apart = pl.concat([table, table[:1], table[3:4]])
    apart.write_parquet(tmp_path / "t.parquet")
    found = Excerpts({"t": tmp_path / "t.parquet"}).of(["a", "d"])["t"]
    assert found.equals(apart.filter(pl.col("report_id").is_in(["a", "d"])))


def test_portions():
    assert list(portions("abcde", 2)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(portions([], 2)) == []
