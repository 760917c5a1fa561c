"""The explorer in a real JupyterLab, and as a page of its own through Voilà."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gkaudit.batch import Job, run
from gkaudit.reviews import NAME, Ledger
from tests.browser.lab import browsing, free_port, missing, run_all, serving
from tests.notebooks.pages import TOWN, build, hostile

pytestmark = [pytest.mark.browser, pytest.mark.skipif(bool(missing()), reason=missing() or "all here")]

SAMPLES = Path(__file__).resolve().parents[2] / "reports_in"
TOTAL = "cell:requests.processed.total"


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    """A run on two samples without pages; the ledger is that of the run."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "reports_in").mkdir()
    for name in ("枫砚镇2024", "墨岫乡2024"):
        shutil.copy(next(SAMPLES.glob(f"{name}*")), folder / "reports_in")
    asked = Job((str(folder / "reports_in"),), folder / "audit_out", 1, pages=False)
    run(asked)
    return asked


def complaints(page):
    """Errors of scripts, and requests that leave this machine."""
    found = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("dialog", lambda dialog: (found.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda r: None if r.url.startswith(LOCAL) else found.append(r.url))
    return found


LOCAL = ("http://127.0.0.1:", "http://localhost:", "ws://", "data:", "blob:", "about:")


def test_an_auditors_way_through(job):
    with serving(job.out, "--sources", str(job.paths[0])) as address, browsing() as page:
        found = complaints(page)
        run_all(page, address)
        # filter
        page.wait_for_function("document.querySelectorAll('.gk-x-row').length === 2")
        page.fill(".gk-x-by-text input", "枫砚")
        page.keyboard.press("Enter")
        page.wait_for_function("document.querySelectorAll('.gk-x-row').length === 1")
        page.click(".gk-x-row")
        # finding → cells
        page.click('.gk-x-card:has-text("ARI-02")')
        page.wait_for_selector(f'.gk-x-tables td.gk-x-mark[data-gk="{TOTAL}"]')
        assert page.locator(".gk-x-tables td.gk-x-mark").count() >= 2
        # cell → both sides of its sums
        # The corner of the cell: in the middle of it is the link to the finding.
        page.click(f'.gk-x-tables [data-gk="{TOTAL}"]', position={"x": 4, "y": 4})
        page.wait_for_selector('.gk-x-inspector .gk-x-calc:has-text("ARI-02")')
        sides = page.locator('.gk-x-inspector .gk-x-calc:has-text("ARI-02") .gk-x-total').all_inner_texts()
        assert sides == ["5", "6"]
        # what if
        page.fill(".gk-x-assumed input", "6")
        page.click(".gk-x-do-try")
        page.wait_for_selector('.gk-x-group :text("不成立 → 成立")')
        # the source beside it
        page.click('.gk-x .lm-TabBar-tab:has-text("原件")')
        page.wait_for_selector(".gk-x-source mark")
        # dismiss with a reason
        page.click('.gk-x-card:has-text("ARI-02")')
        page.select_option(".gk-x-kind select", label="排除")
        page.fill(".gk-x-reason textarea", "台账已核")
        page.click(".gk-x-do-decide")
        page.wait_for_selector('.gk-x-card:has-text("ARI-02") .gk-x-review')
        assert not found
    kept = Ledger(job.out / NAME).decisions()
    assert kept["reason"].to_list() == ["台账已核"]
    run(job)
    with serving(job.out, "--sources", str(job.paths[0])) as address, browsing() as page:
        run_all(page, address)
        page.click('.gk-x-row:has-text("枫砚")')
        said = page.locator('.gk-x-card:has-text("ARI-02") .gk-x-review').inner_text()
        assert "已排除" in said
        assert "台账已核" in said


def test_voila_shows_it_too_and_hostile_text_is_text(tmp_path):
    out = tmp_path / "audit_out"
    build(out, [hostile()])
    Ledger(out / NAME).decide(
        {"finding_id": f"{TOWN}-ARI-03-1", "report_id": TOWN, "check_id": "ARI-03", "sha256": "", "numbers": "{}"},
        "note",
        "<img src=x onerror=\"window.ran='note'\">",
        "<script>window.ran='author'</script>",
    )
    with serving(out, "--page", "--port", str(free_port())) as address, browsing() as page:
        found = complaints(page)
        page.goto(address)
        page.wait_for_selector(".gk-x .gk-x-row")
        page.click('.gk-x-row:has-text("青石")')
        for card in page.locator(".gk-x-card").all():
            card.click()
        page.click(f'.gk-x-tables [data-gk="{TOTAL}"]', position={"x": 4, "y": 4})
        page.wait_for_selector('.gk-x-inspector :text("4J")')
        assert page.evaluate("window.ran === undefined")
        assert page.locator(".gk-x script, .gk-x iframe, .gk-x img").count() == 0
        assert not [said for said in found if "evil" in said or said.startswith("dialog")]
