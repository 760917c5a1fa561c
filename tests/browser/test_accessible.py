"""No serious fault of accessibility, as axe-core sees it, on any kind of page, wide and narrow, zh and en."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest

from tests.browser.chrome import Chrome
from tests.browser.site import write_overview, write_page
from tests.notebooks.pages import TOWN, build

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def axe() -> str:
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-playwright-python is not installed")
    return Path(spec.origin).with_name("axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("english")
    build(out)
    write_page(out, lang="en")
    write_overview(out, "en")
    return out


def faults(chrome: Chrome, axe: str) -> list[str]:
    """Serious and critical violations, each with its rule and the first element concerned."""
    chrome.run(axe)
    found = chrome.promised("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:200]}"
        for v in found["violations"]
        if v["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize(("page", "width"), [(f"reports/{TOWN}.html", 1280), ("index.html", 400)])
def test_pages_of_a_batch(chrome: Chrome, site: Path, axe: str, page: str, width: int) -> None:
    chrome.open(site / page, width=width)
    assert faults(chrome, axe) == []
    assert chrome.run("document.documentElement.lang") == "zh-CN"
    levels = chrome.run("[...document.querySelectorAll('h1,h2,h3,h4,h5')].map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert chrome.run("[...document.querySelectorAll('table th')].every(th => th.scope)")


def test_the_comparison(chrome: Chrome, years: Path, axe: str) -> None:
    chrome.open(years / "compare" / "青石镇.html")
    assert faults(chrome, axe) == []


@pytest.mark.parametrize("page", [f"reports/{TOWN}.html", "index.html"])
def test_pages_in_english(chrome: Chrome, english: Path, axe: str, page: str) -> None:
    chrome.open(english / page)
    assert faults(chrome, axe) == []
    assert chrome.run("document.documentElement.lang") == "en"


def test_the_keyboard_reaches_tables_and_shows_where_it_is(chrome: Chrome, site: Path) -> None:
    chrome.open(site / "reports" / f"{TOWN}.html", width=400)
    seen = set()
    for _ in range(200):
        chrome.press("Tab")
        seen.add(chrome.run("document.activeElement.className || document.activeElement.tagName"))
        if any("gk-scroll" in name for name in seen):
            break
    assert any("gk-scroll" in name for name in seen)
    assert chrome.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
