"""The overview and the comparison in a real browser: search, filters, sorting, with and without script."""

from __future__ import annotations

from pathlib import Path

import pytest

from gkaudit.html.league import STEP
from tests.browser.chrome import Chrome
from tests.browser.site import repeated, write_overview
from tests.notebooks.pages import TOWN, build

pytestmark = pytest.mark.browser

MANY = STEP + 30
NAMES = "[...document.querySelectorAll('#gk-league tbody th a:first-child')].map(a => a.textContent)"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("county")
    repeated(build(out), MANY)
    return write_overview(out)


def numbers(chrome: Chrome, column: int) -> list[int]:
    """The numbers of a column of the league table, from the first."""
    cells = f"[...document.querySelectorAll('#gk-league tbody td:nth-child({column})')].map(c => c.textContent)"
    return [int("".join(filter(str.isdigit, text))) for text in chrome.run(cells)]


def test_it_opens_without_request_or_complaint(chrome: Chrome, county: Path) -> None:
    chrome.open(county)
    assert chrome.requests() == [county.as_uri()]
    assert chrome.complaints() == []
    assert chrome.run("document.getElementById('gk-tools').hidden") is False
    assert len(chrome.run(NAMES)) == STEP
    assert chrome.run("document.getElementById('gk-status').textContent") == (
        f"显示 {STEP} 份，符合条件 {MANY} 份，共 {MANY} 份"
    )


def test_search_finds_a_body_that_was_not_shown(chrome: Chrome, county: Path) -> None:
    chrome.open(county)
    name = "第0000镇人民政府"
    assert name not in chrome.run(NAMES)
    chrome.click("#gk-find")
    chrome.type("0000镇 西县")
    chrome.wait_until(f"{NAMES}.length == 1")
    assert chrome.run(NAMES) == [name]
    assert chrome.run("document.querySelector('#gk-league tbody a').getAttribute('href')").endswith("-2024.html")
    chrome.type(" 不存在")
    chrome.wait_until(f"{NAMES}.length == 0")
    assert "符合条件 0 份" in chrome.run("document.getElementById('gk-status').textContent")


def test_filters_narrow_the_list(chrome: Chrome, county: Path) -> None:
    chrome.open(county)
    choose = "(name, value) => {{ const s = document.getElementById(name); s.value = value; s.dispatchEvent(new Event('change')); }}"
    chrome.run(f"({choose.format()})('gk-county', '西县')")
    assert set(
        chrome.run("[...document.querySelectorAll('#gk-league tbody td:nth-child(2)')].map(c => c.textContent)")
    ) == {"西县"}
    chrome.run(f"({choose.format()})('gk-result', 'clean')")
    assert set(numbers(chrome, 4)) == {0}


def test_a_heading_sorts_by_mouse_and_by_keyboard(chrome: Chrome, county: Path) -> None:
    chrome.open(county)
    head = "#gk-league thead th:nth-child(4)"
    chrome.click(f"{head} button")
    assert chrome.run(f"document.querySelector('{head}').getAttribute('aria-sort')") == "descending"
    down = numbers(chrome, 4)
    assert down == sorted(down, reverse=True)
    assert down[0] > 0
    chrome.run(f"document.querySelector('{head} button').focus()")
    chrome.press("Enter")
    assert chrome.run(f"document.querySelector('{head}').getAttribute('aria-sort')") == "ascending"
    assert numbers(chrome, 4) == sorted(numbers(chrome, 4))
    chrome.click("#gk-league thead th:first-child button")
    names = chrome.run(NAMES)
    assert names[:2] == ["第0000镇人民政府", "第0001镇人民政府"]
    chrome.click("#gk-more")
    assert len(chrome.run(NAMES)) == MANY


def test_every_page_is_linked_without_script(chrome: Chrome, county: Path) -> None:
    chrome.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        chrome.open(county)
        assert chrome.run("document.getElementById('gk-tools').hidden") is True
        links = chrome.run("new Set([...document.querySelectorAll('.gk-all a')].map(a => a.href)).size")
        assert links == MANY
        assert chrome.run("document.getElementById('gk-rows').checkVisibility()") is False
    finally:
        chrome.call("Emulation.setScriptExecutionDisabled", value=False)


def test_the_overview_leads_to_the_page_and_its_finding(chrome: Chrome, site: Path) -> None:
    chrome.open(site / "index.html")
    assert chrome.complaints() == []
    assert chrome.requests() == [(site / "index.html").as_uri()]
    target = chrome.run(f"[...document.querySelectorAll('.gk-frequent a')].find(a => a.textContent == '{TOWN}').href")
    chrome.events.clear()
    chrome.call("Page.navigate", url=target)
    chrome.wait_for("Page.loadEventFired")
    assert "青石镇" in chrome.run("document.title")
    assert chrome.run("document.querySelector(':target').tagName") == "ARTICLE"


def test_the_comparison_opens_and_leads_back(chrome: Chrome, years: Path) -> None:
    chrome.open(years / "index.html")
    chrome.click("#gk-league tbody small a")
    chrome.wait_until("location.pathname.includes('/compare/')")
    chrome.wait_until("document.readyState == 'complete'")
    assert chrome.complaints() == []
    assert chrome.run("document.scripts.length") == 0
    assert "2023" in chrome.run("document.title")
    assert chrome.run("document.querySelectorAll('ins').length") > 0


@pytest.mark.parametrize("page", ["index.html", "compare/青石镇.html"])
def test_a_narrow_screen_scrolls_tables_not_the_page(chrome: Chrome, years: Path, page: str) -> None:
    chrome.open(years / page, width=400)
    assert chrome.run("document.documentElement.scrollWidth") == 400


def test_hostile_text_runs_nothing(chrome: Chrome, site: Path) -> None:
    chrome.open(site / "index.html")
    columns = "[...document.querySelectorAll('#gk-league tr')].map(r => r.cells.length)"
    assert len(set(chrome.run(columns))) == 1
    chrome.click("#gk-league thead th:first-child button")
    # The script builds the rows that the page had, column for column.
    assert len(set(chrome.run(columns))) == 1
    assert chrome.run("document.scripts.length") == 1
    assert chrome.run("document.images.length") == 0
    chrome.run("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.hit = 1'}))")
    assert chrome.run("typeof window.hit") == "undefined"
