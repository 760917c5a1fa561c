"""On paper: no row is cut, headings are repeated, and what is folded on the screen is there."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import polars as pl
import pypdfium2
import pytest
from pypdfium2 import raw

from gkaudit.form import form
from gkaudit.gx.suites import load_suites
from tests.browser.chrome import Chrome
from tests.browser.site import repeated, write_overview, write_page
from tests.notebooks.pages import TOWN, build, finding

pytestmark = pytest.mark.browser

EXPECTATIONS = Path(__file__).parents[2] / "expectations"
#: A4 in points.
A4 = (595, 842)
ROWS = form("2021").table("requests").rows


def number(row: int, column: int) -> str:
    """A number that stands nowhere else on the page, not even where two numbers meet."""
    return f"9{row + 10}{column}8"


def signs(page: Any) -> list[tuple[str, float, float]]:
    """Every sign of a page that is no white space, with its lower and upper edge in points from below.

    A browser may name a glyph by the radical that looks the same (⼈ for 人); NFKC makes them one.
    """
    words = page.get_textpage()
    found = []
    for at in range(words.count_chars()):
        sign = unicodedata.normalize("NFKC", chr(raw.FPDFText_GetUnicode(words, at))).strip()
        if sign:
            _, bottom, _, top = words.get_charbox(at)
            found.append((sign[0], bottom, top))
    return found


def places(pdf: bytes, texts: list[str]) -> dict[str, list[tuple[int, float, float]]]:
    """Where each text stands: page, and lower and upper edge of its first sign."""
    found: dict[str, list[tuple[int, float, float]]] = {text: [] for text in texts}
    for at, page in enumerate(pypdfium2.PdfDocument(pdf)):
        assert all(abs(side - wanted) < 2 for side, wanted in zip(page.get_size(), A4, strict=True))
        there = signs(page)
        line = "".join(sign for sign, _, _ in there)
        for text in texts:
            start = line.find(text)
            while start >= 0:
                found[text].append((at, *there[start][1:]))
                start = line.find(text, start + 1)
    return found


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page whose table 3 has a different number in every cell, and so many marks that it fills two sheets."""
    out = tmp_path_factory.mktemp("print")
    odd: dict[str, tuple[str | None, str | None, str]] = {}
    for at, row in enumerate(ROWS):
        for column, name in enumerate(row.columns):
            odd[f"requests.{row.name}.{name}"] = (number(at, column), number(at, column), "reported")
    totals = [f"requests.{row.name}.total" for row in ROWS]
    marks: list[dict[str, Any]] = [finding(50 + n, f"X-{n}", "warning", keys=totals, message="x") for n in range(14)]
    build(out, marks, odd)
    return write_page(out)


def test_no_row_of_the_table_is_cut_and_its_heading_is_repeated(chrome: Chrome, numbered: Path) -> None:
    chrome.open(numbered)
    wanted = [number(at, column) for at, row in enumerate(ROWS) for column in range(len(row.columns))]
    found = places(chrome.pdf(), [*wanted, "申请人情况", "商业"])
    pages = set()
    for at, row in enumerate(ROWS):
        cells = [found[number(at, column)] for column in range(len(row.columns))]
        assert all(len(cell) == 1 for cell in cells), row.name
        # One page, and close together: the row was not torn.
        assert len({cell[0][0] for cell in cells}) == 1, row.name
        assert max(c[0][1] for c in cells) - min(c[0][1] for c in cells) < 60, row.name
        pages.add(cells[0][0][0])
    assert len(pages) > 1, "the table is meant to be longer than a sheet"
    assert {at for at, _, _ in found["申请人情况"]} >= pages
    # Nothing stands in the margin or across the edge of the sheet.
    assert all(30 < bottom < top < A4[1] - 30 for hits in found.values() for _, bottom, top in hits)


def test_a_usual_table_stays_on_one_sheet(chrome: Chrome, site: Path) -> None:
    chrome.open(site / "reports" / f"{TOWN}.html")
    found = places(chrome.pdf(), ["一、本年新收政府信息公开申请数量", "四、结转下年度继续办理", "申请人情况"])
    (head,) = {at for at, _, _ in found["申请人情况"]}
    assert head in {at for at, _, _ in found["一、本年新收政府信息公开申请数量"]}
    assert head in {at for at, _, _ in found["四、结转下年度继续办理"]}


def test_what_is_folded_on_the_screen_is_printed(chrome: Chrome, site: Path) -> None:
    # 695 px are the 184 mm between the margins.
    chrome.open(site / "reports" / f"{TOWN}.html", width=695)
    shown = "[...document.querySelectorAll('.gk-prose p')].every(p => p.checkVisibility())"
    assert not chrome.run(shown)
    chrome.call("Emulation.setEmulatedMedia", media="print")
    try:
        assert chrome.run("document.documentElement.scrollWidth") == 695
        assert chrome.run(shown)
    finally:
        # “screen” would be forced upon the paper as well.
        chrome.call("Emulation.setEmulatedMedia", media="")
    found = places(chrome.pdf(), ["培训"])
    assert found["培训"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_group_of_the_league_table_is_on_the_paper(chrome: Chrome, tmp_path: Path, lang: str) -> None:
    data = build(tmp_path)
    repeated(data, 3)
    suites = load_suites(EXPECTATIONS)
    checks = {e.check_id: {"title_zh": "x", "title_en": "x", "suite": s.name} for s in suites for e in s.entries}
    told = {"suites": [{"name": s.name, **s.meta} for s in suites], "checks": checks}
    (data / "catalogue.json").write_text(json.dumps(told), "utf-8")
    one = pl.read_parquet(data / "verdicts.parquet").head(1).drop("check_id")
    verdicts = one.join(pl.DataFrame({"check_id": sorted(checks)}), how="cross")
    verdicts.select("report_id", "check_id", pl.exclude("report_id", "check_id")).write_parquet(
        data / "verdicts.parquet"
    )
    chrome.open(write_overview(tmp_path, lang), width=695)
    chrome.call("Emulation.setEmulatedMedia", media="print")
    try:
        assert chrome.run("document.querySelectorAll('#gk-league .gk-h-head').length") == len(suites)
        assert chrome.run("document.documentElement.scrollWidth") == 695
    finally:
        chrome.call("Emulation.setEmulatedMedia", media="")


def test_the_league_table_prints_over_several_sheets(chrome: Chrome, tmp_path: Path) -> None:
    repeated(build(tmp_path), 90)
    chrome.open(write_overview(tmp_path))
    names = [f"第{at:04}镇人民政府" for at in range(90)]
    found = places(chrome.pdf(), [*names, "报告机关", "不能判断"])
    # The first place of each name is in a table of bodies; the examples name reports (第0002镇-2024).
    league = {name: found[name][0][0] for name in names}
    assert len(set(league.values())) > 1
    assert {at for at, _, _ in found["报告机关"]} >= set(league.values())
