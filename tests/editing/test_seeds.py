"""Leads of the real reports beside the project."""

import polars as pl
import pytest

import gkaudit as gk
from tests.editing.tables import changed
from tests.seeds.answers import SEEDS

if not SEEDS.is_dir():
    pytest.skip("the folder ../shared with the real reports is not beside the project", allow_module_level=True)


@pytest.fixture(scope="module")
def audit():
    return gk.audit(SEEDS)


def _of(audit, number):
    report_id = audit.reports.filter(pl.col("source").str.starts_with(number)).get_column("report_id").item()
    return audit.report(report_id)


def test_reports_that_add_up_have_no_leads(audit):
    assert {audit.report(i).facts["source"][:3] for i in audit.leads.get_column("report_id")} == {"003", "004"}


def test_two_rows_left_at_zero(audit):
    leads = _of(audit, "004").leads.sort("rank").to_dicts()
    cells = [f"requests.{row}.{c}" for row in ("received", "processed") for c in ("natural_person", "total")]
    assert changed(leads[0]) == dict.fromkeys(cells, (0, 1))
    assert (leads[0]["kinds"], leads[0]["ties"]) == (["row_zero", "row_zero"], 1)
    assert len(leads[0]["agrees_with"]) == 2
    assert "第 2 条更说得通" in leads[0]["turns_zh"]
    rival = leads[1]
    assert changed(rival) == {f"requests.no_records.{c}": (1, 0) for c in ("natural_person", "total")}
    assert (rival["kinds"], rival["contradicts"]) == (["row_spurious"], leads[0]["agrees_with"])
    assert all(not lead["source"] for lead in leads)
    assert len(leads) == 3


def test_digits_that_recognition_lost(audit):
    report = _of(audit, "003")
    lead = report.leads.sort("rank").to_dicts()[0]
    truth = {
        "requests.received.natural_person": 10,
        "requests.full_grant.natural_person": 7,
        "requests.processed.natural_person": 10,
        "requests.processed.other_org": 2,
        "requests.processed.total": 12,
    }
    assert changed(lead) == {key: (None, value) for key, value in truth.items()}
    assert (lead["ties"], lead["source"]) == (1, True)
    assumed = report.implied.filter(pl.col("assumption") == "blank_is_zero")
    assert {r["key"]: int(r["value"]) for r in assumed.to_dicts()} == truth
    strict = report.implied.filter(pl.col("assumption") == "none", pl.col("value").is_not_null()).to_dicts()
    assert {(r["key"].split(".")[1], int(r["value"])) for r in strict} == {("partial_grant", 0), ("duplicate", 0)}
    assert len(strict) == 10
    assert all(r["proof"] == [f"ARI-03:{r['key'].split('.')[1]}"] for r in strict)


def test_nothing_was_filled_in(audit):
    unknown = _of(audit, "003").cells.filter(pl.col("key") == "requests.processed.total").to_dicts()[0]
    assert unknown["value"] is None
    assert audit.counts()["error"] == audit.findings.filter(pl.col("severity") == "error").height
