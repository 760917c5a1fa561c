"""A batch that is never in memory as a whole: the results are those of one that is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from gkaudit import batch, frames, publishing, rows, slices
from gkaudit.auditing import audit, inputs
from gkaudit.batch import Job, run
from gkaudit.notebook.forks import has_fork
from gkaudit.reading import Failure
from gkaudit.reviews import NAME, Ledger, corrected
from gkaudit.store import LargeTables, Readings, Spooled, readings, spooled
from gkaudit.workers import pack_all
from tests.generate.many import write
from tests.incremental.results import differing, results

_PROGRAM = "p" * 64
_TABLES = ("reports", "cells", "sections", "claims")


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine reports of three bodies, each of three years, half of them with a slip in a table."""
    place = tmp_path_factory.mktemp("towns")
    list(write(9, place, ("txt",), seed=11, slips=0.5))
    return place


@pytest.fixture(scope="module")
def outcomes(towns: Path) -> list[rows.Packed | Failure]:
    return list(pack_all(inputs([towns]), 1))


@pytest.mark.skipif(not has_fork(), reason="pages are made by forks here, kernels take too long")
def test_pages_and_tables_do_not_depend_on_the_size_of_chunks(towns, tmp_path, monkeypatch):
    out = tmp_path / "out"
    run(Job((str(towns),), out, jobs=1))
    whole = results(out)
    assert any(name.startswith("compare/") for name in whole)
    shutil.rmtree(out)
    monkeypatch.setattr(readings, "_PART", 4)
    monkeypatch.setattr(spooled, "_CHUNK", 2)
    monkeypatch.setattr(publishing, "_KEYS", 2)
    monkeypatch.setattr(slices, "_FIRST", 2)
    monkeypatch.setattr(slices, "_AT_ONCE", 5)
    run(Job((str(towns),), out, jobs=1))
    assert differing(results(out), whole) == []


@pytest.mark.skipif(not has_fork(), reason="pages are made by forks here, kernels take too long")
def test_what_makes_pages_gets_ready_while_a_batch_is_judged(towns, tmp_path, monkeypatch):
    seen: list[str] = []

    class Noted(batch.Renderer):
        def __init__(self, *given) -> None:
            seen.append("pages")
            super().__init__(*given)

    def progress(stage: str, done: int, total: int) -> None:
        if (stage, done) in (("read", total), ("judge", 0)):
            seen.append(stage)

    monkeypatch.setattr(batch, "Renderer", Noted)
    run(Job((str(next(towns.rglob("*.txt"))),), tmp_path / "out", jobs=1), progress)
    assert seen == ["read", "pages", "judge"]


def test_large_tables_are_seen_when_they_are_whole_and_wanted(tmp_path, towns):
    made = audit(str(next(towns.rglob("*.txt"))))
    data, beside = tmp_path / "data", tmp_path / "beside"
    data.mkdir()
    with LargeTables(made.batch, beside):
        pass
    assert list(beside.iterdir()) == []
    with LargeTables(made.batch, beside) as large:
        large.place(data)
    assert list(beside.iterdir()) == []
    assert sorted(path.name for path in data.iterdir()) == ["cells.parquet", "claims.parquet", "sections.parquet"]
    assert_frame_equal(pl.read_parquet(data / "cells.parquet"), made.cells)


def test_what_goes_wrong_with_large_tables_is_told_and_leaves_what_was_there(tmp_path):
    class Broken:
        def pieces(self, name: str) -> Iterator[pl.DataFrame]:
            raise OSError(f"no disk for {name}")

    (tmp_path / "cells.parquet").write_bytes(b"before")
    with LargeTables(Broken(), tmp_path) as large, pytest.raises(OSError, match="no disk for cells"):
        large.place(tmp_path)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]


def _kept(folder: Path, made: list[rows.Packed | Failure], monkeypatch: pytest.MonkeyPatch, size: int = 4) -> Readings:
    monkeypatch.setattr(readings, "_PART", size)
    kept = Readings(folder, _PROGRAM)
    for at, outcome in enumerate(made):
        kept.add(at, f"key{at}", outcome)
    return kept


def _keys(count: int) -> list[str]:
    return [f"key{at}" for at in range(count)]


def test_chunks_are_the_tables_of_the_batch(outcomes, tmp_path, monkeypatch):
    monkeypatch.setattr(spooled, "_CHUNK", 2)
    made = [*outcomes[:3], Failure("坏.docx", "不是报告", final=True), *outcomes[3:], Failure("忙.docx", "稍后再试")]
    corrections = Ledger(tmp_path / NAME).corrections()
    batch = Spooled(_kept(tmp_path, made, monkeypatch), _keys(len(made)), corrections, "zh")
    whole = rows.tables(rows.unpack(outcomes))
    assert [f.source for f in batch.failures] == ["坏.docx", "忙.docx"]
    for name in _TABLES:
        assert getattr(batch, name).equals(getattr(whole, name)), name
    chunks = list(batch.chunks())
    assert len(chunks) == 5
    assert pl.concat([chunk.claims for chunk in chunks]).equals(whole.claims)
    wanted = whole.reports.get_column("report_id")[4]
    (only,) = batch.chunks([wanted])
    assert only.reports.get_column("report_id").to_list() == [wanted]
    assert only.cells.equals(whole.cells.filter(pl.col("report_id") == wanted))


def test_corrections_are_those_of_the_whole_batch(outcomes, tmp_path, monkeypatch):
    """A note about a correction that fits nothing depends on reports of other chunks as well."""
    monkeypatch.setattr(spooled, "_CHUNK", 1)
    whole = rows.tables(rows.unpack(outcomes))
    first, second, third = whole.reports.head(3).to_dicts()
    ledger = Ledger(tmp_path / NAME)
    cell = whole.cells.row(0, named=True)
    for about, source in ((first, first["sha256"]), (second, third["sha256"]), (third, "0" * 64)):
        ledger.correct({**cell, "report_id": about["report_id"]}, source, "7", reason="看原件", author="甲")
    wanted = corrected(whole, ledger.corrections())
    batch = Spooled(_kept(tmp_path / "kept", outcomes, monkeypatch), _keys(len(outcomes)), ledger.corrections(), "zh")
    for name in _TABLES:
        assert getattr(batch, name).equals(getattr(wanted, name)), name
    assert wanted.cells.get_column("corrected_from").is_not_null().sum() == 2
    assert wanted.reports.get_column("note").is_not_null().sum() > whole.reports.get_column("note").is_not_null().sum()


def test_tidying_forgets_what_is_no_longer_input_and_joins_small_parts(outcomes, tmp_path, monkeypatch):
    count = len(outcomes)
    keys = _keys(count)
    kept = _kept(tmp_path, outcomes, monkeypatch, size=2)
    other = tmp_path / "of-another-program.parquet"
    kept.flush()
    other.write_bytes(b"")
    before = pl.concat([kept.rows(keys, [at]) for at in range(count) if at != 3])
    kept.tidy([key for key in keys if key != "key3"])
    assert not other.exists()
    again = Readings(tmp_path, _PROGRAM)
    assert again.missing(keys) == {"key3"}
    assert again.rows(keys, [at for at in range(count) if at != 3]).equals(before)
    monkeypatch.setattr(readings, "_SPARE", 0)
    monkeypatch.setattr(readings, "_PART", 100)
    again.tidy(keys)
    assert len(list(tmp_path.glob("*.parquet"))) == 1
    once_more = Readings(tmp_path, _PROGRAM)
    assert once_more.rows(keys, [at for at in range(count) if at != 3]).equals(before)


def test_a_reading_that_lies_in_two_parts_is_one(outcomes, tmp_path, monkeypatch):
    keys = _keys(len(outcomes))
    kept = _kept(tmp_path, outcomes, monkeypatch)
    kept.flush()
    # A run that was killed while it put parts together leaves both.
    part = min(tmp_path.glob("*.parquet"))
    double = part.with_name(f"{part.stem}0.parquet")
    double.write_bytes(part.read_bytes())
    again = Readings(tmp_path, _PROGRAM)
    whole = kept.rows(keys, range(len(keys)))
    assert again.rows(keys, range(len(keys))).equals(whole)
    assert again.known(keys).height == len(keys)
    again.tidy(keys)
    assert len(list(tmp_path.glob("*.parquet"))) == len(list(kept._parts()))
    assert Readings(tmp_path, _PROGRAM).rows(keys, range(len(keys))).equals(whole)


def test_the_file_of_chunks_is_the_file_of_the_whole(outcomes, tmp_path):
    cells = rows.tables(rows.unpack(outcomes)).cells
    secret = cells.with_columns(
        raw=pl.when(pl.int_range(pl.len()) == 5).then(pl.lit("11010519491231002X")).otherwise("raw")
    )
    frames.write(secret, tmp_path / "whole.parquet")
    frames.write_chunks(secret.iter_slices(333), frames.CELLS, tmp_path / "chunks.parquet")
    made = pl.read_parquet(tmp_path / "chunks.parquet")
    assert made.schema == cells.schema
    assert made.equals(pl.read_parquet(tmp_path / "whole.parquet"))
    assert "11010519491231002X" not in made.get_column("raw").to_list()


def test_a_chunk_that_fails_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "cells.parquet"
    path.write_text("as it was")

    def broken():
        yield pl.DataFrame(schema=frames.CELLS)
        raise OSError("no more")

    with pytest.raises((OSError, pl.exceptions.PolarsError)):
        frames.write_chunks(broken(), frames.CELLS, path)
    assert path.read_text() == "as it was"
    assert [p.name for p in tmp_path.iterdir()] == ["cells.parquet"]
