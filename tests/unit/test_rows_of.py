"""Rows of some reports out of a table, wherever they lie in it."""

import polars as pl

from gkaudit.rows_of import RowsOf


def test_rows_come_by_report_in_their_order_also_where_they_lie_apart():
    ids = ["a", "a", "b", "c", "a", "d"]
    table = pl.DataFrame({"report_id": ids, "n": range(6), "more": [None] * 6})
    rows = RowsOf(table, ("report_id", "n"))
    found = rows.of(["b", "a"])
    assert {name: [row["n"] for row in own] for name, own in found.items()} == {"a": [0, 1, 4], "b": [2]}
    assert set(found["b"][0]) == {"report_id", "n"}
    assert rows.of(["c", "nobody"]) == {"c": [{"report_id": "c", "n": 3}]}
    assert RowsOf(table.clear(), ("report_id",)).of(["a"]) == {}


def test_rows_of_one_report_by_a_column():
    table = pl.DataFrame({"report_id": ["a", "b", "a"], "key": ["x", "x", "y"], "n": [0, 1, 2]})
    rows = RowsOf(table, ("report_id", "key", "n"))
    own = rows.keyed("a", "key")
    assert list(own) == ["x", "y"]
    assert own["y"] == {"report_id": "a", "key": "y", "n": 2}
    assert "z" not in own
    assert own.get("z") is None
    assert dict(rows.keyed("b", "key")) == {"x": {"report_id": "b", "key": "x", "n": 1}}
    assert len(rows.keyed("nobody", "key")) == 0
