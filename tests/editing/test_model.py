"""The solver: quiet, exact with large numbers, stopped by its limits, never trusted unchecked."""

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from gkaudit.editing import model
from gkaudit.editing.search import search
from gkaudit.editing.settings import limits
from tests.editing.tables import numbers, problem

SLIPS = {
    "requests.full_grant.natural_person": 17,
    "requests.partial_grant.business": 4,
    "requests.duplicate.other_org": 9,
    "requests.processed.natural_person": 0,
}


def _three_slips():
    values = numbers(requests__full_grant__natural_person=12, requests__no_records__natural_person=5)
    return problem(values | SLIPS)


def test_native_code_cannot_write_to_stdout():
    code = """
import os
from gkaudit.editing.model import quiet
print("before", flush=True)
with quiet():
    os.write(1, b"from the solver")
os.write(1, b"after")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.split() == [b"before", b"after"]


def test_where_there_is_no_stdout_it_still_works():
    code = "import os; os.close(1)\nfrom gkaudit.editing.model import quiet\nwith quiet(): pass\nos._exit(7)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 7


def test_a_search_prints_nothing(capfd):
    search(_three_slips(), arithmetic=False)
    assert capfd.readouterr() == ("", "")


def test_the_stdout_of_the_caller_is_as_before():
    before = os.fstat(1)
    with model.quiet():
        pass
    assert (os.fstat(1).st_ino, os.fstat(1).st_dev) == (before.st_ino, before.st_dev)


def test_time_that_is_over_is_said():
    found = search(_three_slips(), replace(limits(), seconds=0.0), arithmetic=False)
    assert (found.reason, found.more) == ("time", True)


def test_the_limit_of_time_is_kept():
    begun = time.process_time()
    search(_three_slips(), replace(limits(), seconds=0.05), arithmetic=False)
    assert time.process_time() - begun < 30  # it ends; how soon depends on the machine


def test_a_solution_that_does_not_add_up_is_refused(monkeypatch):
    wrong = model.Solution((0,), {0: {"requests.received.natural_person": 1.0}})
    monkeypatch.setattr(model.Model, "cheapest", lambda *_: wrong)
    found = search(_three_slips(), arithmetic=False)
    assert found.explanations == ()
    assert found.reason == "none"
    assert found.more


def test_fractions_are_refused(monkeypatch):
    monkeypatch.setattr(model.Model, "cheapest", lambda *_: model.Solution((0,), {0: {"x": 0.5}}))
    assert search(_three_slips(), arithmetic=False).explanations == ()


@pytest.mark.parametrize("scale", [1, 1_000, 1_000_000])
def test_large_numbers_are_exact(scale):
    values = numbers(requests__full_grant__natural_person=12 * scale, requests__no_records__natural_person=5 * scale)
    slipped = values | {"requests.full_grant.total": 12 * scale + 1}
    for arithmetic in (True, False):
        (first, *_) = search(problem(slipped), arithmetic=arithmetic).explanations
        assert [(c.key, c.new) for c in first.changes] == [("requests.full_grant.total", 12 * scale)]


def test_the_big_m_stays_small():
    values = numbers(requests__full_grant__natural_person=5_000_000)
    one = problem(values | {"requests.full_grant.total": 5_000_001})
    from gkaudit.editing.acts import acts
    from gkaudit.editing.symmetry import layout_of

    layout = layout_of(one)
    assert model.Model(one, layout, [a for a in acts(one, layout) if not a.shift]).most < 10
