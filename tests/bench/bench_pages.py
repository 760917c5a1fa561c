"""The overview, a page and the problem list at any number of bodies: size, time to make, time in the browser.

    python tests/bench/bench_pages.py 3 300 3000

Frames are made in memory: each report with 200 cells, about six findings and seventy verdicts. A browser is
used where there is one: ``ready`` is from the start of the navigation until the first frame after the page's
script, ``search`` from a key to the new rows, ``sort`` from a click.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from gkaudit.frames import CELLS, FINDINGS, REPORTS, VERDICTS, frame
from gkaudit.gx.suites import load_suites
from gkaudit.html.township import Page
from gkaudit.resources import folder
from gkaudit.xlsx import write as write_list
from tests.browser.chrome import Chrome
from tests.browser.program import find
from tests.browser.site import write_overview, write_page
from tests.notebooks.pages import TOWN, cells, finding, report

COUNTIES = 20


def checks() -> list[tuple[str, str, str]]:
    """Every check: id, severity, title."""
    entries = [e for suite in load_suites(folder("expectations")) for e in suite.entries]
    return [(e.check_id, e.severity, e.meta["title_zh"]) for e in entries]


def batch(out: Path, bodies: int) -> None:
    """So many reports of twenty counties with a little of everything."""
    known = checks()
    names = [f"第{at:04}镇-2024" for at in range(bodies)]
    rows = [
        report(name, f"第{at:04}镇人民政府", 2024, county=f"第{at % COUNTIES:02}县") for at, name in enumerate(names)
    ]
    found, verdicts = [], []
    for at, name in enumerate(names):
        hit = {known[(at * 7 + n * 13) % len(known)] for n in range(at % 12)}
        for n, (check, severity, title) in enumerate(sorted(hit)):
            message = f"表三“一、本年新收政府信息公开申请数量”六类申请人之和是{at}，总计填{at + 1}，相差1件。"
            about = {"report_id": name, "finding_id": f"{at:06}{n:06}", "title": title, "message": message}
            found.append(finding(n, check, severity, **about, observed=str(at), expected=str(at + 1)))
        for check in {c for c, _, _ in known}:
            outcome = "broken" if any(check == c for c, _, _ in hit) else "undetermined" if at % 9 == 0 else "holds"
            verdicts.append({"report_id": name, "check_id": check, "outcome": outcome, "evaluated": 1, "broken": 0})
    data = out / "data"
    data.mkdir(parents=True)
    one = frame(cells(TOWN, "2021", {}), CELLS)
    frame(rows, REPORTS).write_parquet(data / "reports.parquet")
    frame(found, FINDINGS).write_parquet(data / "findings.parquet")
    frame(verdicts, VERDICTS).write_parquet(data / "verdicts.parquet")
    pl.concat([one.with_columns(report_id=pl.lit(name)) for name in names]).write_parquet(data / "cells.parquet")


def timed(chrome: Chrome, page: Path) -> str:
    """Milliseconds in the browser, the middle of five."""
    ready, search, sort = [], [], []
    act = """(async () => {
        const tick = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
        let start = performance.now();
        const find = document.getElementById('gk-find');
        find.value = '1镇'; find.dispatchEvent(new Event('input'));
        await new Promise(done => setTimeout(done, 85)); await tick();
        const search = performance.now() - start - 80;
        find.value = ''; find.dispatchEvent(new Event('input'));
        await new Promise(done => setTimeout(done, 85)); await tick();
        start = performance.now();
        document.querySelector('#gk-league thead th:nth-child(4) button').click(); await tick();
        return [search, performance.now() - start];
    })()"""
    for _ in range(5):
        chrome.open(page)
        ready.append(
            chrome.promised(
                "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))"
            )
        )
        one, two = chrome.promised(act)
        search.append(one)
        sort.append(two)
    middle = [sorted(values)[2] for values in (ready, search, sort)]
    return "ready {:.0f} ms, search {:.0f} ms, sort {:.0f} ms".format(*middle)


def measure(bodies: int, chrome: Chrome | None) -> None:
    with tempfile.TemporaryDirectory() as place:
        out = Path(place)
        batch(out, bodies)
        began = time.perf_counter()
        page = write_overview(out)
        made = time.perf_counter() - began
        began = time.perf_counter()
        listed = write_list(out / "findings.xlsx", out / "data")
        list_time = time.perf_counter() - began
        began = time.perf_counter()
        Page.load("第0002镇-2024", out / "data")
        load_time = time.perf_counter() - began
        report_page = write_page(out, "第0002镇-2024")
        print(
            f"{bodies:6} bodies: index.html {page.stat().st_size / 1e6:.2f} MB in {made:.2f} s; "
            f"findings.xlsx {listed.stat().st_size / 1e6:.2f} MB in {list_time:.2f} s; "
            f"page {report_page.stat().st_size / 1e3:.0f} kB, its data in {load_time * 1e3:.0f} ms"
        )
        if chrome is not None:
            print(f"{'':6} in the browser: {timed(chrome, page)}")


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:]] or [3, 300, 3000]
    program = find()
    if program is None:
        for size in sizes:
            measure(size, None)
        return
    with tempfile.TemporaryDirectory() as profile, Chrome(program, Path(profile)) as chrome:
        for size in sizes:
            measure(size, chrome)


if __name__ == "__main__":
    main()
