"""The five real reports beside the project: every cell, and every finding an auditor must raise."""

import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import gkaudit as gk

SHARED = Path(__file__).resolve().parents[3] / "shared"
SEEDS = SHARED / "seeds"
if not SEEDS.is_dir():
    pytest.skip("the folder ../shared with the real reports is not beside the project", allow_module_level=True)

ANSWERS = json.loads((SHARED / "domain" / "seed-answers.json").read_text("utf-8"))
#: The checks that exist so far; the answers hold findings of later ones as well.
CHECKS = {"STR-01", "STR-02", "STR-05", "STR-06", "STR-07", "STR-08", "AUT-01"}
ACCEPTED = {("inferred", "reported"), ("unreadable", "absent")}


def _covered(check):
    return check in CHECKS or check[:3] in ("ARI", "CEL")


@pytest.fixture(scope="module")
def audit():
    return gk.audit(SEEDS)


def _findings(audit, name):
    report_id = audit.reports.filter(pl.col("source") == name).get_column("report_id").item()
    return audit.findings.filter(pl.col("report_id") == report_id).to_dicts()


@pytest.mark.parametrize("name", ANSWERS)
def test_every_cell(name):
    cells = {row["key"]: row for row in gk.read(SEEDS / name).cells.to_dicts()}
    wanted = ANSWERS[name]["cells"]
    assert list(cells) == list(wanted)
    wrong = []
    for key, answer in wanted.items():
        cell = cells[key]
        state_ok = cell["state"] == answer["state"] or (answer["state"], cell["state"]) in ACCEPTED
        value_ok = answer["value"] is None or cell["value"] == Decimal(str(answer["value"]))
        if not (state_ok and value_ok):
            wrong.append((key, answer, cell["state"], cell["value"], cell["raw"]))
    assert not wrong


@pytest.mark.parametrize("name", ANSWERS)
def test_cells_lead_back_to_their_line(name):
    lines = (SEEDS / name).read_text("utf-8").split("\n")
    for cell in gk.read(SEEDS / name).cells.to_dicts():
        if cell["state"] in ("reported", "inferred"):
            printed = "\n".join(lines[cell["anchor"]["line"] - 1 :][:3])
            assert cell["raw"].strip() in printed, cell["key"]


@pytest.mark.parametrize("name", ANSWERS)
def test_identity(name):
    answer, identity = ANSWERS[name], gk.read(SEEDS / name).identity
    assert identity.year == answer["year"]
    assert identity.organ == answer["organ"].removesuffix("（人民政府）")
    if answer["county"] is None or "未核" in answer["county"]:
        assert identity.county is None
    else:
        assert identity.county == answer["county"]
    assert (str(identity.signed_on) if identity.signed_on else None) == answer["signature"]
    period = answer["narrative"].get("stat_period")
    assert (f"{identity.period.start}/{identity.period.end}" if identity.period else None) == period


@pytest.mark.parametrize("name", ANSWERS)
def test_findings_that_must_be_there(audit, name):
    found = _findings(audit, name)
    for answer in ANSWERS[name]["findings"]:
        if answer["level"] == "MAY" or not _covered(answer["check"]) or answer["check"] == "CEL-07":
            continue
        same = [f for f in found if (f["check_id"], f["severity"]) == (answer["check"], answer["severity"])]
        assert same, f"{answer['check']} {answer['severity']}: {answer['note']}"


@pytest.mark.parametrize("name", ANSWERS)
def test_no_error_beyond_them(audit, name):
    must = {a["check"] for a in ANSWERS[name]["findings"] if a["severity"] == "error"}
    errors = {f["check_id"] for f in _findings(audit, name) if f["severity"] == "error"}
    assert errors == {check for check in must if _covered(check)}


def test_the_cells_of_the_findings(audit):
    found = _findings(audit, "004_772d0344ecb8c160.txt")
    by_check = {}
    for finding in found:
        by_check.setdefault(finding["check_id"], set()).update(finding["keys"])
    for column in ("natural_person", "total"):
        assert {f"requests.processed.{column}", f"requests.no_records.{column}"} <= by_check["ARI-02"]
        assert {f"requests.received.{column}", f"requests.no_records.{column}"} <= by_check["ARI-04"]
    blank = {key for key, cell in ANSWERS["004_772d0344ecb8c160.txt"]["cells"].items() if cell["state"] == "blank"}
    assert by_check["CEL-01"] == blank
    (sums,) = [f for f in found if f["check_id"] == "ARI-02"]
    assert (sums["observed"], sums["expected"], sums["anchor"]["line"]) == ("0", "1", 343)


def test_a_balance_that_only_looks_right_is_not_passed(audit):
    report_id = audit.reports.filter(pl.col("source").str.starts_with("004_")).get_column("report_id").item()
    verdicts = audit.verdicts.filter(pl.col("report_id") == report_id, pl.col("check_id") == "ARI-01")
    assert verdicts.get_column("outcome").to_list() == ["undetermined"]


def test_what_cannot_be_read_is_named_row_by_row(audit):
    found = [f for f in _findings(audit, "003_7c16d5b9a993e270.txt") if f["check_id"] == "CEL-06"]
    lines = {f["anchor"]["line"] for f in found}
    assert {44, 51, 53, 75} <= lines
