"""The notebooks of the explorer run headless, top to bottom, and make sense as pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gkaudit.notebook import render_notebook
from gkaudit.reviews import NAME, Ledger
from tests.notebooks.test_township import alone

SAMPLES = Path(__file__).resolve().parents[2] / "reports_in"


def displays(notebook, kind="text/html"):
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    assert not [output for output in outputs if output["output_type"] == "error"]
    return ["".join(output["data"][kind]) for output in outputs if kind in output.get("data", {})]


def test_the_explorer_makes_sense_as_a_page(results, sources, tmp_path):
    pytest.importorskip("anywidget", reason="needs gkaudit[explore]")
    parameters = {"out_dir": str(results), "sources": str(sources), "report_id": "墨岫乡-2024", "author": "张三"}
    notebook, page = tmp_path / "explore.ipynb", tmp_path / "explore.html"
    render_notebook("explore", parameters, notebook, page)
    html = page.read_text("utf-8")
    alone(html)
    assert "请在 JupyterLab 中运行" in html
    assert "岚皎县墨岫乡人民政府" in html
    assert all(f"表{number}　" in html for number in "二三四")
    assert displays(notebook, "application/vnd.jupyter.widget-view+json")
    assert not (results / NAME).exists(), "looking writes nothing"


def test_a_newcomer_can_run_the_tutorial(tmp_path):
    pytest.importorskip("anywidget", reason="needs gkaudit[explore]")
    out = tmp_path / "audit_tutorial"
    notebook, page = tmp_path / "tutorial.ipynb", tmp_path / "tutorial.html"
    render_notebook("tutorial", {"reports_dir": str(SAMPLES), "out_dir": str(out)}, notebook, page)
    shown = displays(notebook)
    assert any("申请收支平衡" in html or "办理结果总计" in html for html in shown)
    assert len(list((out / "reports").glob("*.html"))) == 3
    assert Ledger(out / NAME).decisions()["author"].to_list() == ["教程"]
    assert "confirmed" in "".join(shown)
    assert "http" not in "".join(h for h in shown if "gk-src" not in h)
