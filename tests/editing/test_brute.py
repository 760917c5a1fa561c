"""On tables small enough to try everything, search, model and brute force agree."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gkaudit.editing.equations import Equation
from gkaudit.editing.problem import Problem, Statement, readings
from gkaudit.editing.search import search
from gkaudit.editing.settings import limits
from tests.editing.brute import completed, cover, explanations
from tests.editing.tables import cells

INNER = [
    f"requests.{row}.{column}" for row in ("full_grant", "no_records") for column in ("natural_person", "business")
]
#: No limit is reached: everything is found and ranked.
WIDE = replace(limits(), ties=500, cells=50, solves=80, seconds=30.0, shown=500)


def _equations():
    keys = {}
    for row in ("full_grant", "no_records", "processed"):
        keys[f"row:{row}"] = [f"requests.{row}.{c}" for c in ("total", "natural_person", "business")]
    for column in ("natural_person", "business", "total"):
        keys[f"column:{column}"] = [f"requests.{r}.{column}" for r in ("processed", "full_grant", "no_records")]
    return tuple(
        Equation((name,), tuple((k, 1 if n == 0 else -1) for n, k in enumerate(k3))) for name, k3 in keys.items()
    )


def _problem(printed, said):
    statements = (
        ()
        if said is None
        else (Statement("requests.processed.total", ("requests.processed.total",), said, 2.9, ("句",)),)
    )
    return Problem("甲镇-2024", "2021", _equations(), readings(cells(printed)), statements)


@st.composite
def problems(draw):
    printed = completed({key: draw(st.integers(0, 3)) for key in INNER})
    for key in draw(st.lists(st.sampled_from(sorted(printed)), min_size=1, max_size=2, unique=True)):
        printed[key] = draw(st.sampled_from([0, 1, 2, 3, 4, None]))
    return _problem(printed, draw(st.none() | st.integers(0, 6)))


RARELY = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@RARELY
@given(problems())
def test_the_cheapest_are_found_and_nothing_is_cheaper(problem):
    if not problem.open:
        return
    everything = explanations(problem, INNER, 6)
    best = min(c.cost for c in everything.values())
    found = search(problem, WIDE, reduce=False)
    assert found.explanations[0].cost == best
    tied = {repair for repair, c in everything.items() if c.cost <= best + limits().margin}
    shown = {e.repair: e for e in found.explanations}
    if found.reason != "values":
        assert tied <= _with_twins(found)
    for repair, explanation in shown.items():
        if repair in everything:
            assert explanation.cost == everything[repair].cost


def _with_twins(found):
    """Repairs, and those that were taken for the same because two rows may change places."""
    repairs = {e.repair for e in found.explanations}
    for e in found.explanations:
        others = [(c.among[0] if c.among else c.key, c.new - (c.old or 0)) for c in e.changes]
        repairs.add(frozenset(others))
    return repairs


@RARELY
@given(problems())
def test_the_model_alone_comes_to_the_same(problem):
    if not problem.open:
        return
    quick, slow = search(problem, WIDE), search(problem, WIDE, arithmetic=False)
    assert slow.explanations[0].cost == quick.explanations[0].cost
    assert slow.ties == quick.ties
    whole = search(problem, WIDE, reduce=False)
    assert whole.explanations[0].cost == quick.explanations[0].cost


def test_brute_force_knows_what_a_slip_is():
    printed = completed(dict.fromkeys(INNER, 2)) | {"requests.full_grant.total": 5}
    problem = _problem(printed, None)
    found = explanations(problem, INNER, 5)
    assert min(found, key=lambda r: found[r].cost) == frozenset({("requests.full_grant.total", -1)})
    assert cover(problem, (), completed(dict.fromkeys(INNER, 2))) is None
