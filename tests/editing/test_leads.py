"""Leads of single slips, ties and refusals on reports whose truth is known."""

import pickle

import pytest

from gkaudit.editing.study import Task, study
from tests.editing.tables import cells, changed, claim, numbers, studied, system

BASE = {
    "requests__full_grant__natural_person": 12,
    "requests__full_grant__business": 3,
    "requests__no_records__natural_person": 5,
    "requests__partial_grant__natural_person": 2,
    "requests__pending_end__natural_person": 4,
    "requests__pending_start__natural_person": 1,
}


def _report(**changes):
    return numbers(**BASE) | {key.replace("__", "."): value for key, value in changes.items()}


def _first(values, **more):
    leads = studied(values, **more).leads
    assert leads[0]["rank"] == 1, leads[0]["message_zh"]
    return leads[0]


def test_a_report_that_adds_up_has_no_leads_and_implies_nothing():
    result = studied(_report())
    assert result.leads == []
    assert result.implied == []


@pytest.mark.parametrize("edition", ["2021", "2019"])
def test_one_wrong_cell_is_found(edition):
    values = numbers(edition, **BASE)
    values["requests.no_records.natural_person"] = 50
    lead = _first(values, edition=edition)
    assert changed(lead) == {"requests.no_records.natural_person": (50, 5)}
    assert (lead["kinds"], lead["ties"], lead["source"], lead["refused"]) == (["digit_added"], 1, False, None)
    assert set(lead["checks"]) >= {"ARI-02", "ARI-03"}


@pytest.mark.parametrize(
    ("slip", "kind", "truth"),
    [
        (
            {"requests.full_grant.natural_person": 21},
            "digits_swapped",
            {"requests.full_grant.natural_person": (21, 12)},
        ),
        ({"requests.full_grant.natural_person": 1}, "digit_dropped", {"requests.full_grant.natural_person": (1, 12)}),
        ({"requests.full_grant.natural_person": 18}, "digit_wrong", {"requests.full_grant.natural_person": (18, 12)}),
        ({"requests.full_grant.natural_person": 0}, "omitted", {"requests.full_grant.natural_person": (0, 12)}),
        ({"requests.reconfirm.natural_person": 7}, "spurious", {"requests.reconfirm.natural_person": (7, 0)}),
        ({"requests.full_grant.total": 4}, "total", {"requests.full_grant.total": (4, 15)}),
        (
            {"requests.full_grant.business": 0, "requests.full_grant.research": 3},
            "column_slip",
            {"requests.full_grant.business": (0, 3), "requests.full_grant.research": (3, 0)},
        ),
        (
            {"requests.no_records.natural_person": 0, "requests.not_compiled.natural_person": 5},
            "row_slip",
            {"requests.no_records.natural_person": (0, 5), "requests.not_compiled.natural_person": (5, 0)},
        ),
        (
            dict.fromkeys(("requests.pending_start.natural_person", "requests.pending_start.total"), 0),
            "row_zero",
            {"requests.pending_start.natural_person": (0, 1), "requests.pending_start.total": (0, 1)},
        ),
        (
            dict.fromkeys(("requests.duplicate.natural_person", "requests.duplicate.total"), 9),
            "row_spurious",
            {"requests.duplicate.natural_person": (9, 0), "requests.duplicate.total": (9, 0)},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_usual_slips_are_named(slip, kind, truth):
    lead = _first(_report() | slip)
    assert (lead["kinds"], changed(lead)) == ([kind], truth)


def test_a_row_left_at_zero_among_rows_that_nothing_tells_apart():
    keys = ("requests.no_records.natural_person", "requests.no_records.total")
    lead = _first(_report() | dict.fromkeys(keys, 0))
    assert lead["kinds"] == ["row_zero"]
    possible = [{change["key"], *change["among"]} for change in lead["changes"]]
    assert all(key in keys for key, keys in zip(keys, possible, strict=True))
    assert len(possible[0]) == len(possible[1]) == 19  # 21 results, two of them filled
    assert "另外 18 行之一" in lead["message_zh"]
    assert "one of 18 other rows" in lead["message_en"]


def test_claims_decide_and_are_named():
    values = _report(requests__received__natural_person=0, requests__received__total=0)
    values |= {"requests.processed.natural_person": 0, "requests.processed.total": 3}
    said = [claim("requests.received.total", 25, "收到申请25件"), claim("requests.processed.total", 22, "办结22件")]
    lead = _first(values, claims=said)
    assert lead["agrees_with"] == ["收到申请25件", "办结22件"]
    assert lead["contradicts"] == []


def test_two_quotes_of_one_number_weigh_as_one():
    values = _report(requests__received__total=30)
    once = studied(values, claims=[claim("requests.received.total", 30, "收到30件")]).leads
    twice = studied(values, claims=[claim("requests.received.total", 30, q) for q in ("收到30件", "共收30件")]).leads
    assert [lead["cost"] for lead in once] == [lead["cost"] for lead in twice]


def test_claims_that_may_not_be_compared_weigh_nothing():
    values = _report(requests__received__total=30)
    plain = [lead["cost"] for lead in studied(values).leads]
    for other in ({"link": "none"}, {"scope": "higher"}, {"period": "last"}, {"exact": False}, {"alternatives": ["x"]}):
        said = [claim("requests.received.total", 30) | other]
        assert [lead["cost"] for lead in studied(values, claims=said).leads] == plain


def test_one_equation_alone_is_not_ranked_by_taste():
    (row,) = studied(_report(remedies__reconsideration__upheld=2, remedies__reconsideration__total=3)).leads
    assert (row["part"], row["rank"], row["refused"], row["changes"]) == ("remedies.reconsideration", 0, "lone", [])
    assert "数据本身无法区分" in row["message_zh"]
    assert row["ties"] == 5


def test_signs_may_leave_one_way_only():
    values = _report() | dict(
        zip(
            [f"remedies.reconsideration.{c}" for c in ("upheld", "corrected", "other_outcome", "pending", "total")],
            [1, 0, 2, 1, 1],
            strict=True,
        )
    )
    assert changed(_first(values)) == {"remedies.reconsideration.total": (1, 4)}


def test_too_many_contradictions_give_no_lead():
    values = _report()
    for at, row in enumerate(
        ("full_grant", "no_records", "duplicate", "other", "excessive", "reconfirm", "fee_unpaid")
    ):
        values[f"requests.{row}.legal_service"] = 3 + 7 * at
        values[f"requests.{row}.research"] = 40 + 11 * at
    (row,) = studied(values).leads
    assert row["rank"] == 0
    assert row["refused"] in ("cells", "none", "ties", "time")
    assert row["changes"] == []
    assert row["message_zh"]
    assert row["message_en"]


def test_what_was_recognised_is_to_be_checked_at_the_source():
    values = _report(requests__full_grant__natural_person=18)
    lead = _first(values, confidence=0.8)
    assert lead["source"]
    assert lead["kinds"] == ["misread"]
    assert "先核对原件" in lead["message_zh"]
    assert "check the source" in lead["message_en"]
    assert "先核对原件" not in _first(values)["message_zh"]


def test_a_fraction_is_never_right():
    values = _report(requests__full_grant__natural_person="12.5")
    assert changed(_first(values))["requests.full_grant.natural_person"][1] == 12


def test_leads_need_no_other_process_and_travel_between_them():
    task = Task("甲镇-2024", system(), tuple(cells(_report(requests__received__total=99))))
    assert study(pickle.loads(pickle.dumps(task))) == study(task)  # noqa: S301 - our own bytes
    assert pickle.loads(pickle.dumps(study(task))) == study(task)  # noqa: S301


def test_values_of_the_report_stay_as_they_are():
    rows = cells(_report(requests__received__total=99))
    before = [dict(row) for row in rows]
    study(Task("甲镇-2024", system(), tuple(rows)))
    assert rows == before


def test_numbers_that_no_body_counts_break_nothing():
    values = _report(requests__full_grant__natural_person=10**25, requests__received__total=-4)
    result = studied(values, claims=[claim("requests.received.total", 10**20)])
    assert result.leads
    assert all(lead["message_zh"] and lead["message_en"] for lead in result.leads)


def test_equations_that_share_no_cell_need_a_cell_each():
    values = _report()
    for row in ("full_grant", "no_records", "duplicate", "other", "excessive", "reconfirm", "fee_unpaid"):
        values[f"requests.{row}.total"] += 1
    (row,) = studied(values).leads
    assert (row["rank"], row["refused"], row["ties"]) == (0, "cells", 7)
    assert "至少要改 7 格" in row["message_zh"]
