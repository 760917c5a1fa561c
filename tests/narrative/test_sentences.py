"""Every sentence of all sets makes exactly the claims written beside it."""

from itertools import chain

import pytest

from gkaudit.narrative import cell_keys, claims
from gkaudit.narrative.measures import measures
from tests.narrative.corpus import SETS, firm_cell, judge, load, said

CASES = [(name, case) for name in SETS for case in load(name)]
#: Patterns of the catalogue of real phrases: group → how many.
PATTERNS = {"A": 44, "B": 17, "C": 18, "D": 19, "E": 4, "F": 10, "G": 15, "H": 4, "N": 9, "X": 33}


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[f"{n}-{c.id}-{c.text[:18]}" for n, c in CASES])
def test_sentence(case):
    _, wrong, missing = judge(case)
    assert (wrong, missing) == ([], []), case.text


def test_every_pattern_has_a_sentence():
    have = {case.id for case in load("sentences")}
    assert not {f"{group}{n:02}" for group, count in PATTERNS.items() for n in range(1, count + 1)} - have


def test_the_sets_are_large_and_apart():
    first, second, third, fourth = ([case.text for case in load(name)] for name in SETS)
    assert len(set(first)) >= 220
    assert len(set(second)) >= 120
    assert len(set(third)) >= 75
    assert len(set(fourth)) >= 230
    assert not set(first) & set(second)
    assert not set(third) & {*first, *second}
    assert not set(fourth) & {*first, *second, *third}


def test_expectations_name_known_measures():
    for line in chain.from_iterable(case.expect for _, case in CASES):
        measure = line.partition("=")[0].split(" ")[0]
        assert measure in measures() or cell_keys(measure) == (), line


def test_firm_claims_about_cells_are_exact_numbers():
    for _, case in CASES:
        for claim in case.claims():
            if claim.link == "firm" and cell_keys(claim.measure):
                assert claim.exact
                assert claim.value is not None
                assert (claim.scope, claim.period) == ("own", "this")


def test_a_wrong_reading_is_noticed():
    # The judge itself: a firm claim that is not expected is wrong, a missing one is missing.
    case = load("sentences")[0]
    other = type(case)(case.id, case.text, ("requests.received.total=7 F",))
    assert judge(other) == ([], ["requests.received.total=6 F"], ["requests.received.total=7 F"])
    assert firm_cell("requests.received.total=6 F")
    assert not firm_cell("disclosed_items 3=1+2 F")


def test_quotes_are_pieces_of_the_text_at_their_anchors():
    for _, case in CASES:
        lines = dict(enumerate([case.heading, case.text] if case.heading else [case.text], 1))
        for claim in case.claims():
            text = lines[claim.anchor.line]
            assert claim.quote == text[claim.anchor.start : claim.anchor.end]
            assert claim.quote.strip()


def test_the_same_text_gives_the_same_claims():
    for _, case in CASES[:60]:
        assert case.claims() == case.claims()
        assert said(case.claims()) == said(case.claims())


def test_claims_stand_in_the_order_of_the_text():
    case = next(c for _, c in CASES if c.id == "A19")
    rows = [c.measure.split(".")[1] for c in case.claims() if c.measure.startswith("requests.")]
    assert rows == ["received", "pending_start", "processed", "pending_end"]
    assert claims.__module__ == "gkaudit.narrative.grammar"
