"""The page in a real browser, opened from a file as from a USB stick."""

from __future__ import annotations

from pathlib import Path

import pytest

from gkaudit.html.text import cell_id, finding_id
from tests.browser.chrome import Chrome
from tests.notebooks.pages import TOWN

pytestmark = pytest.mark.browser


def test_the_page_opens_without_request_or_complaint(chrome: Chrome, site: Path) -> None:
    path = site / "reports" / f"{TOWN}.html"
    chrome.open(path)
    assert chrome.requests() == [path.as_uri()]
    assert chrome.complaints() == []
    assert "青石镇" in chrome.run("document.title")
    # The style sheet passed its own policy.
    assert chrome.run("getComputedStyle(document.querySelector('.gk-verdict')).borderLeftWidth") == "8px"
    assert len(chrome.screenshot()) > 20_000


def test_a_finding_leads_to_its_cell_and_back_without_script(chrome: Chrome, site: Path) -> None:
    chrome.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        chrome.open(site / "reports" / f"{TOWN}.html")
        finding, cell = finding_id(f"{TOWN}-ARI-03-1"), cell_id("requests.received.total")
        in_view = """(() => {
            const target = document.querySelector(":target"), box = target.getBoundingClientRect();
            return [target.id, box.top < innerHeight && box.bottom > 0];
        })()"""
        chrome.click(f"#{finding} a[href='#{cell}']")
        assert chrome.run(in_view) == [cell, True]
        chrome.click(f"#{cell} a[href='#{finding}']")
        assert chrome.run(in_view) == [finding, True]
    finally:
        chrome.call("Emulation.setScriptExecutionDisabled", value=False)


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
