"""PDF files that LibreOffice and a browser print of reports: page ends cut rows as they come, no cell is wrong."""

from collections import Counter
from random import Random

import pytest

from gkaudit.readers import Source, read_source, soffice
from gkaudit.report import understand
from tests.browser.program import find
from tests.generate import compose
from tests.generate.formats import docx, html, printed

#: Documents of each kind, and the share of cells that are told at the least.
COUNT, TOLD = 6, 0.95


def _told(kind, write, prints):
    rng = Random(f"printed/{kind}")
    reports = [compose(7100 + n, edition=("2021", "2021", "2019")[n % 3]) for n in range(COUNT)]
    quirks = [frozenset(rng.sample(printed.QUIRKS[kind], n % 4)) for n in range(COUNT)]
    pages = prints([write(made, Random(made.seed), own) for made, own in zip(reports, quirks, strict=True)])
    told = Counter()
    for made, data in zip(reports, pages, strict=True):
        assert data is not None
        for row in understand(read_source(Source.of(data, "报告.pdf"))).cells.iter_rows(named=True):
            said = made.wrong(row["key"], row["value"], row["state"])
            assert "SILENT" not in said, said
            assert "wrong guess" not in said, said
            told[not said] += 1
    return told[True] / told.total()


@pytest.mark.office
@pytest.mark.skipif(soffice.find() is None, reason="LibreOffice is not installed")
def test_by_libreoffice():
    assert _told("docx", docx.write, printed.by_office) >= TOLD


@pytest.mark.skipif(find() is None, reason="no chromium, chromium-browser or google-chrome on the PATH")
def test_by_a_browser():
    assert _told("html", html.write, printed.by_browser) >= TOLD
