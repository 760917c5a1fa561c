"""The page in a real browser, opened from a file as from a USB stick."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from gkaudit.html.county import Overview
from gkaudit.html.exporter import GkHTMLExporter
from gkaudit.html.text import Fragment, cell_id, finding_id
from gkaudit.html.township import Page
from tests.browser.chrome import Chrome, find
from tests.notebooks.pages import TOWN, build, hostile

BROWSER = find()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no chromium, chromium-browser or google-chrome on the PATH"),
]


def write(parts: tuple[Fragment, ...], path: Path) -> Path:
    """The page as the exporter makes it, without the kernel: what a browser does is the same."""
    bundles = [part._repr_mimebundle_() for part in parts]
    outputs = [nbformat.v4.new_output("display_data", data=data_, metadata=meta) for data_, meta in bundles]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])
    html, _ = GkHTMLExporter().from_notebook_node(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, "utf-8")
    return path


def write_page(folder: Path, data: Path, name: str) -> Path:
    page = Page.load(TOWN, data)
    parts = (page.style(), page.summary(), page.findings(), page.tables(), page.prose(), page.provenance())
    return write(parts, folder / name)


def write_overview(data: Path, path: Path) -> Path:
    view = Overview.load(data)
    parts = (view.style(), view.summary(), view.league(), view.frequent(), view.charts(), view.gaps())
    return write((*parts, view.provenance()), path)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An overview and one page, a hostile finding included."""
    out = tmp_path_factory.mktemp("audit_out")
    data = build(out, [hostile()])
    write_page(out, data, f"reports/{TOWN}.html")
    write_overview(data, out / "index.html")
    return out


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    assert BROWSER is not None
    with Chrome(BROWSER, tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def test_the_page_opens_without_request_or_complaint(chrome: Chrome, site: Path) -> None:
    path = site / "reports" / f"{TOWN}.html"
    chrome.open(path)
    assert chrome.requests() == [path.as_uri()]
    assert chrome.complaints() == []
    assert "青石镇" in chrome.run("document.title")
    # The style sheet passed its own policy.
    assert chrome.run("getComputedStyle(document.querySelector('.gk-verdict')).borderLeftWidth") == "8px"
    assert len(chrome.screenshot()) > 20_000


def test_a_finding_leads_to_its_cell_and_back(chrome: Chrome, site: Path) -> None:
    chrome.open(site / "reports" / f"{TOWN}.html")
    finding, cell = finding_id(f"{TOWN}-ARI-03-1"), cell_id("requests.received.total")
    in_view = """(() => {
        const target = document.querySelector(":target"), box = target.getBoundingClientRect();
        return [target.id, box.top < innerHeight && box.bottom > 0];
    })()"""
    chrome.run(f"document.querySelector('#{finding} a[href=\"#{cell}\"]').click()")
    assert chrome.run(in_view) == [cell, True]
    chrome.run(f"document.querySelector('#{cell} a[href=\"#{finding}\"]').click()")
    assert chrome.run(in_view) == [finding, True]


def test_hostile_text_runs_nothing(chrome: Chrome, site: Path) -> None:
    chrome.open(site / "reports" / f"{TOWN}.html")
    assert chrome.run("document.scripts.length") == 0
    assert chrome.run("document.images.length") == 0
    assert chrome.run("document.querySelectorAll('style').length") == 1
    assert "alert(1)" in chrome.run("document.body.innerText")
    # Were a script in the page after all, the policy would stop it.
    chrome.run("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.hit = 1'}))")
    assert chrome.run("typeof window.hit") == "undefined"


def test_a_narrow_screen_scrolls_tables_not_the_page(chrome: Chrome, site: Path) -> None:
    chrome.open(site / "reports" / f"{TOWN}.html", width=400)
    assert chrome.run("document.documentElement.scrollWidth") == 400
    assert chrome.run("Math.max(...[...document.querySelectorAll('.gk-scroll')].map(e => e.scrollWidth))") > 600


def test_print_shows_folded_text_and_fits_the_paper(chrome: Chrome, site: Path) -> None:
    # 695 px are the 184 mm between the margins.
    chrome.open(site / "reports" / f"{TOWN}.html", width=695)
    shown = "[...document.querySelectorAll('.gk-prose p')].every(p => p.checkVisibility())"
    assert not chrome.run(shown)
    chrome.call("Emulation.setEmulatedMedia", media="print")
    assert chrome.run("document.documentElement.scrollWidth") == 695
    assert chrome.run(shown)
    assert chrome.pdf().startswith(b"%PDF")
    chrome.call("Emulation.setEmulatedMedia", media="screen")


def test_the_overview_leads_to_the_page(chrome: Chrome, site: Path) -> None:
    chrome.open(site / "index.html")
    assert chrome.complaints() == []
    assert chrome.requests() == [(site / "index.html").as_uri()]
    target = chrome.run("document.querySelector('.gk-list a').href")
    chrome.events.clear()
    chrome.call("Page.navigate", url=target)
    chrome.wait_for("Page.loadEventFired")
    assert "青石镇" in chrome.run("document.title")
