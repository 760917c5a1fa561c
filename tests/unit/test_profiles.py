"""Profiles: which checks a run has, chosen by name or by file."""

import json
from pathlib import Path

import pytest

import gkaudit as gk
from gkaudit.cli import main
from gkaudit.errors import SuiteError, UsageError
from gkaudit.gx.profiles import chosen, load_profile, profiles
from gkaudit.gx.suites import load_suites
from tests.generate import make

EXPECTATIONS = Path(__file__).parents[2] / "expectations"
SUITES = load_suites(EXPECTATIONS)
ENTRIES = [entry for suite in SUITES for entry in suite.entries]


def _entries(name):
    return [e for suite in chosen(SUITES, load_profile(name, EXPECTATIONS)) for e in suite.entries]


def test_the_three_profiles():
    assert set(profiles(EXPECTATIONS)) == {"strict", "default", "arithmetic"}
    assert _entries("strict") == ENTRIES
    default, numbers = _entries("default"), _entries("arithmetic")
    assert {(e.check_id, e.severity) for e in ENTRIES if e not in default} == {("DDL-03", "info"), ("AUT-03", "info")}
    assert {e.check_id for e in numbers} >= {"ARI-01", "CEL-01", "NVT-01", "NIN-01", "CON-01"}
    assert not {e.check_id.partition("-")[0] for e in numbers} & {"STR", "WRD", "LEK", "DUP", "DDL"}


def test_every_name_in_a_profile_is_a_check():
    checks = {entry.check_id for entry in ENTRIES}
    for path in profiles(EXPECTATIONS).values():
        data = json.loads(path.read_text("utf-8"))
        assert data["title_zh"]
        assert data["title_en"]
        later = {"ROL-01", "ROL-02", "ROL-04", "AUT-06"}
        assert set(data.get("checks", ())) - checks <= later
        assert {w.partition(":")[0] for w in data.get("without", ())} <= checks


def test_a_profile_of_ones_own(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"name": "mine", "groups": ["ARI"], "severities": ["error"]}), "utf-8")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.txt").write_text(make(5, layout="grid").text, "utf-8")
    audit = gk.audit(tmp_path / "reports", profile=path)
    assert audit.profile == "mine"
    assert {check.partition("-")[0] for check in audit.verdicts.get_column("check_id")} == {"ARI"}
    assert set(audit.findings.get_column("severity")) <= {"error"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("{", "JSON"),
        ("{}", "name"),
        ('{"name": "a", "group": ["ARI"]}', "group"),
        ('{"name": "a", "groups": "ARI"}', "groups"),
        ('{"name": "a", "severities": ["fatal"]}', "fatal"),
    ],
)
def test_a_wrong_profile_is_named(tmp_path, data, said):
    path = tmp_path / "wrong.json"
    path.write_text(data, "utf-8")
    with pytest.raises(SuiteError, match=said):
        load_profile(path, EXPECTATIONS)


def test_a_profile_that_leaves_nothing(tmp_path):
    path = tmp_path / "none.json"
    path.write_text('{"name": "none", "groups": ["XYZ"]}', "utf-8")
    with pytest.raises(SuiteError, match="没有留下任何检查"):
        chosen(SUITES, load_profile(path, EXPECTATIONS))


def test_an_unknown_name_stops_the_run(tmp_path, capsys):
    with pytest.raises(UsageError, match="strict"):
        load_profile("loose", EXPECTATIONS)
    (tmp_path / "a.txt").write_text("无", "utf-8")
    assert main(["run", str(tmp_path), "--out", str(tmp_path / "out"), "--checks", "loose"]) == 3
    assert "没有这个检查方案" in capsys.readouterr().err


def test_other_suites_have_the_shipped_profiles(tmp_path):
    assert set(profiles(tmp_path)) == {"strict", "default", "arithmetic"}
