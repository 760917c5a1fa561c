"""One browser for the tests of the pages, with the network refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chrome import Chrome
from tests.browser.program import find
from tests.browser.site import write_comparison, write_overview, write_page
from tests.notebooks.pages import build, hostile
from tests.notebooks.years import two_years


@pytest.fixture(scope="session")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    program = find()
    if program is None:
        pytest.skip("no chromium, chromium-browser or google-chrome on the PATH")
    with Chrome(program, tmp_path_factory.mktemp("profile")) as browser:
        browser.call(
            "Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0
        )
        yield browser


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An overview and one page, a hostile finding included."""
    out = tmp_path_factory.mktemp("audit_out")
    build(out, [hostile()])
    write_page(out)
    write_overview(out)
    return out


@pytest.fixture(scope="session")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A body of two years: its comparison and the overview that leads there."""
    out = tmp_path_factory.mktemp("years")
    two_years(out)
    write_comparison(out)
    write_overview(out)
    return out
