"""Leads of a batch: only where a sum is off, the same in one process and in several."""

import pickle
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import gkaudit as gk
from gkaudit import frames
from gkaudit.editing import crew, leads_of, orders
from gkaudit.editing.orders import study_order
from gkaudit.gx.suites import load_suites
from gkaudit.resources import folder
from tests.editing.tables import cells, numbers

SAMPLES = Path(gk.__file__).parents[1] / "reports_in"
TOWNS = ("苇渡镇", "菱漪镇", "砚芷镇", "枫砚镇", "稻岫乡", "霁桥镇", "芦汀乡")


def off_by_one(count, together=1):
    values = numbers(requests__full_grant__natural_person=5)
    rows = [
        {"report_id": f"甲镇-{n}", **cell}
        for n in range(count)
        for cell in cells(values | {"requests.received.total": 6 + n})
    ]
    reports = frames.frame([{"report_id": f"甲镇-{n}", "form": "2021"} for n in range(count)], frames.REPORTS)
    tables = frames.Tables(
        reports, frames.frame(rows, frames.CELLS), *(frames.frame((), s) for s in (frames.SECTIONS, frames.CLAIMS))
    )
    broken = frames.frame(
        [
            {"report_id": f"甲镇-{n}", "check_id": "ARI-01", "outcome": "broken", "evaluated": 1, "broken": 1}
            for n in range(count)
        ],
        frames.VERDICTS,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orders, "_TOGETHER", together)
        return list(orders.orders(tables, broken, load_suites(folder("expectations"))))


def studied(work):
    return [one for order in work for one in study_order(order)]


def test_an_order_has_what_there_is_to_study():
    work = off_by_one(10, together=4)
    assert [order.count for order in work] == [4, 4, 2]
    tasks = [task for order in work for task in order.tasks()]
    assert [task.report_id for task in tasks] == [f"甲镇-{n}" for n in range(10)]
    assert {len(task.cells) for task in tasks} == {len(numbers())}
    assert len(pickle.dumps(work[0])) < 100_000


def test_several_processes_give_the_same_in_the_same_order(monkeypatch):
    monkeypatch.setattr(crew, "_POOL_FROM", 6)
    work = off_by_one(10, together=3)
    assert list(crew.study_all(iter(work), 2)) == studied(work)


def test_a_worker_that_dies_costs_nothing(monkeypatch):
    monkeypatch.setattr(crew, "_POOL_FROM", 2)
    monkeypatch.setattr(crew, "_BOOT", "import sys; sys.exit(3)")
    work = off_by_one(3)
    assert list(crew.study_all(iter(work), 2)) == studied(work)


def test_workers_that_wait_are_taken_and_none_is_left(monkeypatch):
    monkeypatch.setattr(crew, "_POOL_FROM", 2)
    monkeypatch.setattr(crew, "_HIRE_FROM", 5)
    work = off_by_one(3)
    with crew.hired(5, 2) as idle:
        started = list(idle)
        assert len(started) == 2
        assert list(crew.study_all(iter(work), 2, idle)) == studied(work)
        assert len(idle) < 2
    assert all(worker.poll() is not None for worker in started)


def test_few_reports_or_one_process_need_no_workers(monkeypatch):
    monkeypatch.setattr(crew, "_start", lambda: pytest.fail("nobody asked for a worker"))
    for reports, jobs in ((crew._HIRE_FROM - 1, 2), (crew._HIRE_FROM, 1)):
        with crew.hired(reports, jobs) as idle:
            assert idle == []


def test_where_no_process_can_be_started_the_work_is_done_here(monkeypatch):
    def refused():
        raise OSError("no more processes")

    monkeypatch.setattr(crew, "_start", refused)
    monkeypatch.setattr(crew, "_POOL_FROM", 2)
    work = off_by_one(3)
    with crew.hired(crew._HIRE_FROM, 2) as idle:
        assert list(crew.study_all(iter(work), 2, idle)) == studied(work)


@pytest.fixture(scope="module")
def audit():
    return gk.audit(*(path for path in sorted(SAMPLES.glob("*2024*")) if path.name[:3] in TOWNS))


def test_frames_have_their_schema_and_leads_are_counted_nowhere(audit):
    assert dict(audit.leads.schema) == frames.LEADS
    assert dict(audit.implied.schema) == frames.IMPLIED
    assert audit.leads.height > 0
    assert audit.counts() == {s: audit.findings.filter(pl.col("severity") == s).height for s in frames.SEVERITIES}
    assert set(audit.implied.join(audit.cells, on=["report_id", "key"]).get_column("state")) <= set(
        frames.UNKNOWN_STATES
    )


def test_every_report_has_its_slice(audit):
    one = audit.report(audit.leads.get_column("report_id")[0])
    assert one.leads.height == audit.leads.filter(pl.col("report_id") == one.report_id).height
    assert one.implied.height == audit.implied.filter(pl.col("report_id") == one.report_id).height


def test_a_clean_batch_needs_no_solver(audit):
    broken = audit.leads.get_column("report_id").unique().implode()
    clean = audit.reports.filter(~pl.col("report_id").is_in(broken))
    assert clean.height > 1
    tables = frames.Tables(*(getattr(audit, name) for name in frames.Tables._fields))
    calm = audit.verdicts.with_columns(pl.lit("holds", dtype=audit.verdicts.schema["outcome"]).alias("outcome"))
    assert leads_of(tables, calm, audit.suites).leads.is_empty()
    code = "import sys, gkaudit.auditing, gkaudit.editing; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_samples_of_the_shop_window_name_their_slip(audit):
    found = {
        r["report_id"]: {(c["key"].removeprefix("requests."), int(c["new"])) for c in r["changes"]}
        for r in audit.leads.filter(pl.col("rank") == 1).to_dicts()
    }
    assert found["苇渡镇-2024"] == {("received.total", 16)}
    assert found["菱漪镇-2024"] == {("pending_end.natural_person", 0), ("pending_end.total", 0)}
    assert found["砚芷镇-2024"] == {("full_grant.total", 3)}
    assert found["枫砚镇-2024"] == {("processed.natural_person", 5), ("processed.total", 6)}
