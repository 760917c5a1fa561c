"""Generated reports: clean ones raise nothing but remarks, a planted error raises just the checks it must."""

import polars as pl
import pytest

import gkaudit as gk
from tests.generate.planted import PLANTS, clean, planted, raised

#: One of each kind of error, and as many clean reports.
SIZE = len(PLANTS)


@pytest.fixture(scope="module")
def audits(tmp_path_factory):
    made = {}
    for name, write in (("clean", lambda seed: clean(seed).text), ("planted", lambda seed: planted(seed).text)):
        folder = tmp_path_factory.mktemp(name)
        for seed in range(SIZE):
            (folder / f"{seed:03}.txt").write_text(write(seed), encoding="utf-8")
        made[name] = gk.audit(folder, profile="strict")
    return made


def test_clean_reports_raise_nothing_but_remarks(audits):
    found = audits["clean"].findings.filter(pl.col("severity") != "info")
    assert found.select("report_id", "check_id", "message", "quote").rows() == []
    assert audits["clean"].reports.height == SIZE


def test_a_planted_error_raises_the_checks_that_it_must(audits):
    wrong = {}
    for seed in range(SIZE):
        plant = planted(seed)
        found = raised(audits["planted"], f"{seed:03}.txt")
        if found != plant.checks:
            wrong[seed, plant.kind] = (sorted(found), sorted(plant.checks))
    assert wrong == {}
    assert {planted(seed).kind for seed in range(SIZE)} == set(PLANTS)
