"""The five real reports beside the project: firm claims are what their prose says, and nothing else is firm."""

from decimal import Decimal
from pathlib import Path

import pytest

from gkaudit.narrative import cell_keys, claims
from gkaudit.report import read

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
if not SEEDS.is_dir():
    pytest.skip("the folder ../shared with the real reports is not beside the project", allow_module_level=True)

FIRM = {
    "000": {("requests.received.total", 0)},
    "001": {
        ("requests.received.total", 0),
        ("remedies.reconsideration.total", 0),
        ("remedies.litigation_all.total", 0),
    },
    "002": {("disclosure.penalties.decisions", 1)},
    "003": set(),
    "004": {("requests.received.total", 1), ("requests.processed.total", 1)},
}
#: Lists that the text sums up itself: total and parts.
LISTS = {
    "000": [(57, [49, 4, 1, 2, 1])],
    "001": [],
    "002": [(187, [154, 33])],
    "003": [],
    "004": [(6, [3, 1, 1])],
}


@pytest.fixture(scope="module", params=sorted(FIRM))
def seed(request):
    report = read(next(SEEDS.glob(f"{request.param}_*")))
    return request.param, claims(report.outline, report.identity.year, report.identity.level)


def test_firm_claims_about_cells(seed):
    name, found = seed
    firm = {(c.measure, int(c.value)) for c in found if c.link == "firm" and cell_keys(c.measure)}
    assert firm == FIRM[name]


def test_closed_lists(seed):
    name, found = seed
    closed = [c for c in found if c.role == "total" and c.exhaustive and c.link == "firm"]
    parts = [(int(t.value), [int(c.value) for c in found if c.group == t.group and c.role == "part"]) for t in closed]
    assert parts == LISTS[name]


def test_what_is_beside_the_tables(seed):
    name, found = seed
    named = {(c.measure, c.value) for c in found}
    wanted = {
        "000": {("information_fee", 0), ("proposals.npc", 4), ("proposals.cppcc", 12)},
        "001": set(),
        "002": {
            ("other.hotline", 356),
            ("enumeration.stated", 3),
            ("enumeration.found", 4),
            ("other.delegated_powers", 72),
        },
        "003": set(),
        "004": {("information_fee", 0), ("year_on_year.requests.received.total", 1), ("percent", Decimal("16.7"))},
    }
    assert wanted[name] <= named


def test_results_of_supervision_are_found_where_they_are(seed):
    name, found = seed
    results = {c.measure for c in found if c.measure.startswith("accountability.")}
    assert len(results) == (3 if name == "003" else 0)
