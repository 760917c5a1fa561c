"""Implied values: right whatever the unknown cells are, with a proof, and silent where numbers contradict."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gkaudit.editing.deduce import Contradiction, implied
from gkaudit.editing.equations import Equation
from gkaudit.editing.problem import Problem, readings
from tests.editing.brute import completed
from tests.editing.tables import cells, numbers, problem, studied, system
from tests.editing.test_brute import INNER, _problem

KEY = "requests.full_grant.natural_person"


def test_a_blank_that_one_equation_settles():
    values = numbers(requests__full_grant__natural_person=5) | {KEY: None}
    result = studied(values)
    (row,) = result.implied
    assert (row["key"], int(row["value"]), row["assumption"]) == (KEY, 5, "none")
    assert row["proof"]
    assert set(row["proof"]) <= {line for e in system().equations for line in e.lines}
    assert result.leads == []  # nothing is wrong, and nothing is left to say


def test_bounds_where_it_only_narrows():
    values = numbers(requests__full_grant__natural_person=5) | dict.fromkeys(
        ("requests.full_grant.natural_person", "requests.full_grant.business", "requests.processed.natural_person",
         "requests.processed.business", "requests.received.natural_person", "requests.received.business"), None,
    )  # fmt: skip
    found = {r["key"]: r for r in studied(values).implied}
    assert (int(found[KEY]["low"]), int(found[KEY]["high"]), found[KEY]["value"]) == (0, 5, None)


def test_where_numbers_contradict_nothing_is_implied():
    values = numbers(requests__full_grant__natural_person=5)
    values |= {"requests.full_grant.total": 7, "requests.no_records.business": None}
    with pytest.raises(Contradiction):
        implied(problem(values))
    assert [r for r in studied(values).implied if r["key"].startswith("requests.")] == []


def test_an_inequality_bounds_too():
    values = numbers() | {"disclosure.normative_documents.issued": 4, "disclosure.normative_documents.repealed": 1}
    values["disclosure.normative_documents.in_force"] = None
    (row,) = studied(values).implied
    assert (int(row["low"]), row["high"], row["proof"]) == (3, None, ["ARI-06:normative_documents"])


def test_unreadable_cells_of_a_damaged_table_are_assumed_zero_only_by_name():
    values = numbers(requests__full_grant__natural_person=5, requests__no_records__business=3)
    lost = [KEY, "requests.no_records.business", "requests.no_records.natural_person", "requests.full_grant.business"]
    lost += [f"requests.{row}.{c}" for row in ("processed", "received") for c in ("natural_person", "business")]
    states = dict.fromkeys(lost, "unreadable")
    result = studied(values, states=states, damaged=("requests",))
    assert all(r["assumption"] in ("none", "blank_is_zero") for r in result.implied)
    assert all(lead["source"] for lead in result.leads)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 2), min_size=4, max_size=4), st.data())
def test_bounds_are_those_of_all_tables_that_fit(inner, data):
    truth = completed(dict(zip(INNER, inner, strict=True)))
    unknown = data.draw(st.lists(st.sampled_from(sorted(truth)), min_size=1, max_size=6, unique=True))
    found = implied(_problem(truth | dict.fromkeys(unknown), None))
    most = 9  # more than any bound can be
    fitting = []
    ranges = [range(most + 1) if key in unknown else (truth[key],) for key in INNER]
    for numbers_ in product(*ranges):
        table = completed(dict(zip(INNER, numbers_, strict=True)))
        if all(table[key] == truth[key] for key in truth if key not in unknown):
            fitting.append(table)
    for key in unknown:
        low, high = min(t[key] for t in fitting), max(t[key] for t in fitting)
        if key not in found:
            assert (low, high >= most) == (0, True)
            continue
        assert found[key].low <= low
        assert found[key].high >= high
        if low == high:
            assert found[key].value == low


def test_numbers_that_run_away_from_each_other_contradict():
    terms = (("requests.full_grant.total", 1), ("requests.no_records.total", -1))
    more = Equation(("A:x",), (*terms, (KEY, -1)))
    less = Equation(("B:x",), (*((k, -c) for k, c in terms), (KEY, -1)))
    read = readings(cells({"requests.full_grant.total": None, "requests.no_records.total": None, KEY: 1}))
    with pytest.raises(Contradiction) as caught:
        implied(Problem("甲镇-2024", "2021", (more, less), read))
    assert caught.value.lines <= {"A:x", "B:x"}
