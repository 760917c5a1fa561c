"""The notebooks of the batch and of a body run through papermill, and their pages stand alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from gkaudit.errors import RenderError
from gkaudit.html.text import script
from gkaudit.notebook import notebook_path, render_notebook
from tests.notebooks.markup import Markup
from tests.notebooks.test_township import alone
from tests.notebooks.years import BODY, two_years


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit_out")
    two_years(folder)
    return folder


def test_the_overview_has_one_script_of_ours_and_its_hash(out: Path) -> None:
    page = render_notebook("county", {"data_dir": str(out / "data")}, out / "index.ipynb", out / "index.html")
    html = page.read_text("utf-8")
    assert html.count("<script") == 1
    assert f"<script>{script('overview')}</script>" in html
    assert "script-src 'sha256-" in html
    assert "default-src 'none'" in html
    markup = Markup(html)
    assert not set(markup.tags) & {"link", "iframe", "object", "embed", "img", "base", "form"}
    assert all(href.startswith(("#", "reports/", "compare/")) for href in markup.hrefs)
    assert "compare/" in "".join(markup.hrefs)
    assert not {n for _, n, _ in markup.attributes if n.startswith("on")} | (
        {"src", "style"} & {n for _, n, _ in markup.attributes}
    )
    notebook = nbformat.read(out / "index.ipynb", as_version=4)
    nbformat.validate(notebook)


def test_the_comparison_by_hand_is_the_page_of_the_run(out: Path, tmp_path: Path) -> None:
    given = {"organ": BODY, "data_dir": str(out / "data"), "lang": "zh"}
    page = render_notebook("compare", given, out / "compare" / "x.ipynb", out / "compare" / "x.html")
    html = page.read_text("utf-8")
    alone(html.replace("../reports/", "#").replace("../index.html", "#"))
    assert len(html.encode()) < 150_000
    made = tmp_path / "by-hand.ipynb"
    parameters = [part for name, value in given.items() for part in ("-p", name, value)]
    command = [sys.executable, "-m", "papermill", str(notebook_path("compare")), str(made), *parameters]
    subprocess.run([*command, "--no-progress-bar"], check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "nbconvert", "--to", "gkaudit", str(made)], check=True, capture_output=True)
    assert made.with_suffix(".html").read_text("utf-8") == html


def test_a_script_in_a_notebook_is_not_ours() -> None:
    """Someone else's notebook may name a script and display one: neither runs in our page."""
    from gkaudit.html.exporter import GkHTMLExporter

    meta = {"gkaudit": {"role": "style", "script": "../../x", "title": "</title><script>1</script>", "lang": "xx"}}
    outputs = [
        nbformat.v4.new_output("display_data", data={"text/html": "<style></style>"}, metadata=meta),
        nbformat.v4.new_output("display_data", data={"application/javascript": "alert(1)", "text/plain": "<b>"}),
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])
    html, _ = GkHTMLExporter().from_notebook_node(notebook)
    assert "<script" not in html
    assert "script-src" not in html
    assert "alert(1)" not in html
    assert "&lt;b&gt;" in html


def test_a_body_of_one_year_is_one_sentence(out: Path, tmp_path: Path) -> None:
    given = {"organ": "没有的镇", "data_dir": str(out / "data")}
    with pytest.raises(RenderError, match="没有两个年度以上的报告"):
        render_notebook("compare", given, tmp_path / "x.ipynb", tmp_path / "x.html")
    assert not (tmp_path / "x.html").exists()
    assert json.loads(notebook_path("compare").read_text("utf-8"))["cells"][1]["metadata"]["tags"] == ["parameters"]
