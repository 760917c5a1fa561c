"""Sentences made at random: nothing is stated firmly that is not so, and of plain forms nothing is missed."""

from gkaudit.narrative import cell_keys
from tests.narrative.corpus import Case
from tests.narrative.made import made

SIZE = 1500


def _firm(text):
    """Numbers that are stated firmly of cells, and would be errors where a table has others."""
    return [
        (claim.measure, int(claim.value))
        for claim in Case("A", text, ()).claims()
        if claim.link == "firm" and claim.value is not None and cell_keys(claim.measure)
    ]


def test_what_is_stated_firmly_is_so():
    wrong = []
    for seed in range(SIZE):
        text, truth = made(seed)
        # A row that the sentence does not name may still be 0 by it (all were natural persons).
        wrong += [(text, m, n) for m, n in _firm(text) if truth.get(m, 0) != n]
    assert not wrong, wrong[:5]


def test_most_of_it_is_stated():
    said = wanted = 0
    for seed in range(SIZE):
        text, truth = made(seed)
        found = dict(_firm(text))
        asked = [m for m in truth if m != "requests.received_plus_carried"]
        wanted += len(asked)
        said += sum(m in found for m in asked)
    assert said / wanted > 0.9, said / wanted
