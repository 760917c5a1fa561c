"""Over a real scheduler and real workers on the loopback address: the same results, also when a worker is killed."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from pathlib import Path

import pytest

from gkaudit import remote, workers
from gkaudit.batch import Job, run, run_away
from gkaudit.cluster import Cluster
from gkaudit.editing import study_order
from gkaudit.errors import UsageError
from tests.bench.bench_run import cluster
from tests.editing.test_batch import off_by_one, studied
from tests.generate import many
from tests.incremental.results import differing, results
from tests.incremental.test_again import report, write

ROOT = Path(__file__).resolve().parents[2]
distributed = pytest.importorskip("distributed")
TOWNS = tuple(f"{sign}渚镇" for sign in "甲乙丙丁戊己庚辛")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("PYTHONWARNINGS", "ignore")
        started = cluster(tmp_path_factory.mktemp("dask"), 2)
        try:
            yield started, started.__enter__()
        finally:
            started.__exit__()


@pytest.mark.filterwarnings("ignore")
def test_the_same_results_as_in_local_processes_and_a_killed_worker_costs_nothing(address, tmp_path):
    started, where = address
    write(tmp_path / "in", *TOWNS)
    # Two years of a town: a page that compares them.
    (tmp_path / "in" / f"{TOWNS[0]}2023年报告.txt").write_text(report(0, TOWNS[0], 2023), encoding="utf-8")
    out = tmp_path / "out"
    run(Job((str(tmp_path / "in"),), out, jobs=2))
    local = results(out)
    assert sum(name.startswith("compare/") for name in local) == 2
    shutil.rmtree(out)
    seen = []

    def progress(stage, *_):
        # A worker is killed in the middle of its work, with all it has started.
        if stage == "read" and not seen:
            seen.append(stage)
            threading.Timer(0.3, lambda: os.kill(worker_of(started), signal.SIGKILL)).start()

    outcome = run(Job((str(tmp_path / "in"),), out, jobs=2, scheduler=where), progress)
    assert seen
    assert outcome.audit.reports.height == len(TOWNS) + 1
    assert not outcome.written.page_failures
    assert differing(results(out), local) == []
    assert run(Job((str(tmp_path / "in"),), out, jobs=1)).reused


@pytest.mark.filterwarnings("ignore")
def test_workers_get_ready_for_pages_before_there_are_any(address):
    _, where = address
    with Cluster(where, 2) as joined:
        joined.prepare()
        ready = joined._client.run(_renderers)
    assert set(ready.values()) == {1}


@pytest.mark.filterwarnings("ignore")
def test_a_worker_that_preloads_joins_when_it_can_read_and_make_pages(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with cluster(tmp_path, 1, "--preload", "gkaudit.preload") as where, distributed.Client(where) as client:
        assert list(client.run(_started).values()) == [(1, [True])]


def _started() -> tuple[int, list[bool]]:
    from gkaudit import cluster as at_the_worker

    warm = [renderer._server is not None and renderer._server.ready for renderer in at_the_worker._RENDERER]
    return len(at_the_worker._STAFF), warm


def _renderers() -> int:
    from gkaudit import cluster as at_the_worker

    return len(at_the_worker._RENDERER)


@pytest.mark.filterwarnings("ignore")
def test_leads_are_looked_for_at_the_workers(address, monkeypatch):
    _, where = address
    work = off_by_one(7, together=2)
    with Cluster(where, 2) as joined:
        assert list(joined.study(iter(work))) == studied(work)
        monkeypatch.setattr("gkaudit.cluster.study_order", lambda _: pytest.fail("studied here"))
        assert len(list(joined.study(iter(work)))) == 7


@pytest.mark.filterwarnings("ignore")
def test_leads_that_no_worker_can_look_for_are_looked_for_here(address):
    def forgetful(known):
        from gkaudit import cluster as at_the_worker

        at_the_worker.study_order = known

    _, where = address
    work = off_by_one(3)
    with Cluster(where, 2) as joined:
        joined._client.run(forgetful, None)
        try:
            assert list(joined.study(iter(work))) == studied(work)
        finally:
            joined._client.run(forgetful, study_order)


@pytest.mark.filterwarnings("ignore")
def test_workers_of_our_own_do_not_watch_themselves():
    with Cluster("local", 1) as joined:
        assert set(joined._client.run(_watched).values()) == {(False, "500ms")}


def _watched() -> tuple[bool, str]:
    import dask

    return dask.config.get("distributed.worker.profile.enabled"), dask.config.get("distributed.admin.tick.interval")


@pytest.mark.filterwarnings("ignore")
def test_poison_costs_itself_and_nothing_else(address, tmp_path):
    """Inputs that kill or hang who reads them, between others that are read on the same workers."""
    source = tmp_path / "in"
    good = list(many.write(6, source, ("docx",), slips=0.0))
    for name in ("exit-1.docx", "segfault.docx", "hang.docx"):
        shutil.copy(good[0], good[0].with_name(name))

    def poisoned(reader):
        workers.PACKER = reader

    with distributed.Client(address[1]) as client:
        client.run(poisoned, "tests.unit.misbehaving:pack_chunk")
        try:
            outcome = run(Job((str(source),), tmp_path / "out", pages=False, scheduler=address[1]))
        finally:
            client.run(poisoned, workers.PACKER)
    assert sorted(Path(f.source).name for f in outcome.audit.failures) == ["exit-1.docx", "hang.docx", "segfault.docx"]
    read = set(outcome.audit.reports.get_column("source"))
    assert read == {path.relative_to(source).as_posix() for path in good}
    assert outcome.code == 2


def worker_of(started):
    """The process that works for the first of the nannies."""
    nanny = started.processes[1].pid
    found = Path(f"/proc/{nanny}/task/{nanny}/children").read_text().split()
    return int(found[0]) if found else nanny


@pytest.mark.filterwarnings("ignore")
def test_inputs_and_outputs_at_addresses(address, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "far").mkdir()
    write(tmp_path / "far" / "in", *TOWNS[:2])
    source, target = (tmp_path / "far" / name for name in ("in", "out"))
    job = Job((source.as_uri(),), remote.staging(target.as_uri()) / "out", jobs=2, scheduler=address[1])
    outcome = run_away(job, target.as_uri())
    assert outcome.audit.reports.height == 2
    assert {p.name for p in (target / "reports").iterdir()} == {"甲渚镇-2024.html", "乙渚镇-2024.html"}
    assert (target / "run.json").is_file()
    (target / "mine.txt").write_text("mine")
    (source / "乙渚镇2024年报告.txt").unlink()
    run_away(job, target.as_uri())
    assert {p.name for p in (target / "reports").iterdir()} == {"甲渚镇-2024.html"}
    assert (target / "mine.txt").read_text() == "mine"


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_is_not_there_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("gkaudit.cluster._CONNECT_SECONDS", 1)
    write(tmp_path / "in", TOWNS[0])
    with pytest.raises(UsageError, match="连不上调度器"):
        run(Job((str(tmp_path / "in"),), tmp_path / "out", scheduler="tcp://127.0.0.1:9"))


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    # None stands for a module that cannot be imported, whether or not it has been.
    for name in ("distributed", "fsspec"):
        monkeypatch.setitem(sys.modules, name, None)
    write(tmp_path / "in", TOWNS[0])
    with pytest.raises(UsageError, match=r"gkaudit\[cluster\]"):
        run(Job((str(tmp_path / "in"),), tmp_path / "out", scheduler="local"))
    with pytest.raises(UsageError, match=r"gkaudit\[cluster\]"):
        remote.fetch(["s3://bucket/in"])
