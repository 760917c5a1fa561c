"""Reports with true grids (Word, web pages, ruled PDF) are read whole: every cell right, none in doubt."""

import pytest

from gkaudit.form import EDITIONS
from gkaudit.report import understand
from tests.generate import applicable, combinations, compose
from tests.generate.exact import document


def _faults(made):
    report = understand(document(made))
    rows = {row["key"]: row for row in report.cells.iter_rows(named=True)}
    assert tuple(rows) == tuple(made.cells)
    return [said for key, row in rows.items() if (said := made.wrong(key, row["value"], row["state"]))]


@pytest.mark.parametrize("edition", EDITIONS)
def test_plain(edition):
    for seed in range(40):
        assert _faults(compose(seed, edition=edition)) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_single_oddities(edition):
    for oddity in applicable("exact", edition):
        for seed in range(4):
            assert _faults(compose(seed, edition=edition, oddities={oddity})) == [], oddity


@pytest.mark.parametrize("edition", EDITIONS)
def test_combined_oddities(edition):
    for seed, oddities in enumerate(combinations("exact", edition)):
        assert _faults(compose(seed, edition=edition, oddities=oddities)) == [], oddities
