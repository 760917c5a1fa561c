"""Rows of a table beside those of the form: the short way gives the pairs that the long one gives."""

from random import Random

import pytest

from gkaudit import alignment


def test_plain_order_is_what_is_best(monkeypatch):
    rng = Random(3)
    plain = 0
    for _ in range(400):
        height, breadth = rng.randint(0, 12), rng.randint(1, 12)
        scores = [[rng.choice((0.0, 0.3, 0.62, 0.8)) * rng.random() for _ in range(breadth)] for _ in range(height)]
        places = sorted(rng.sample(range(breadth), min(height, breadth)))
        for row, place in zip(scores, places, strict=False):
            row[place] = rng.choice((0.0, 0.7, 0.95, 1.0, 1.02))
        found = alignment._monotone(scores)
        plain += alignment._plain_order(scores) is not None
        with monkeypatch.context() as without:
            without.setattr(alignment, "_plain_order", lambda _: None)
            assert alignment._monotone(scores) == found
    assert 100 < plain < 400


@pytest.mark.parametrize(
    ("scores", "plain"),
    [
        ([[1.0, 0.2], [0.2, 1.0]], [(0, 0), (1, 1)]),
        ([[0.1, 1.0], [0.3, 0.2]], [(0, 1)]),
        ([[0.1, 1.0], [1.0, 0.2]], None),
        ([[1.0, 0.995], [0.2, 1.0]], None),
        ([[1.0, 0.2], [1.0, 0.2]], None),
    ],
)
def test_plain_order(scores, plain):
    assert alignment._plain_order(scores) == plain
