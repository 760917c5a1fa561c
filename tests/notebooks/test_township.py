"""The notebook runs through papermill as it stands, and the page of it stands alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

from gkaudit.errors import RenderError
from gkaudit.html.exporter import GkHTMLExporter
from gkaudit.notebook import notebook_path, render_many, render_report, run
from gkaudit.notebook.kernel import kernel_options
from tests.notebooks.markup import Markup
from tests.notebooks.pages import CLEAN, OLD, TOWN, build, hostile

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit_out")
    build(folder, [hostile()])
    return folder


@pytest.fixture(scope="module")
def page(out: Path) -> Path:
    return render_report(TOWN, out / "data", out)


def alone(html: str) -> None:
    """The page asks for nothing: no script, no address, nothing that loads."""
    markup = Markup(html)
    assert not set(markup.tags) & {"script", "link", "iframe", "object", "embed", "img", "base", "form", "svg"}
    assert all(href.startswith("#") for href in markup.hrefs)
    names = {name for _, name, _ in markup.attributes}
    assert not {n for n in names if n.startswith("on")} | (names & {"src", "style", "srcset", "action", "background"})
    # What the hostile finding says is text; a hash may hold two slashes.
    said = re.sub(r"sha256-[\w+/=]+", "", html).replace("http://evil.example/", "")
    assert not re.search(r"@import|url\(|//", said)
    assert html.count("<style>") == 1
    assert "default-src 'none'; style-src 'sha256-" in html


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.name)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    nbformat.validate(nbformat.from_dict(notebook))


def test_the_page_stands_alone(page: Path) -> None:
    html = page.read_text("utf-8")
    alone(html)
    assert len(html.encode()) < 150_000
    assert '<html lang="zh-CN">' in html
    assert "<title>云岭县青石镇人民政府 2024年政府信息公开工作年度报告 审查结果</title>" in html
    # The how-to of the notebook is for those who open the notebook.
    assert "papermill" not in html


def test_the_executed_notebook_is_kept(page: Path, out: Path) -> None:
    notebook = nbformat.read(out / "notebooks" / f"{TOWN}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.papermill.parameters.report_id == TOWN
    assert Path(notebook.metadata.papermill.output_path).name == f"{TOWN}.ipynb"
    assert not [p for folder in (out / "notebooks", page.parent) for p in folder.iterdir() if p.name.startswith(".")]


def test_the_kernel_is_this_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    )
    code = (
        "import sys, os, json\nfrom ipykernel.kernelapp import IPKernelApp\napp = IPKernelApp.instance()\n"
        "print(json.dumps([sys.executable, app.transport, os.environ['IPYTHONDIR']]))"
    )
    notebook.cells = [nbformat.v4.new_code_cell("report_id = data_dir = lang = ''", metadata={"tags": ["parameters"]})]
    notebook.cells.append(nbformat.v4.new_code_cell(code))
    path = tmp_path / "{probe}.ipynb"
    nbformat.write(notebook, path)
    monkeypatch.setattr(run, "notebook_path", lambda _name: path)
    done = run._execute("township", {"report_id": "x", "data_dir": str(tmp_path), "lang": "zh"})
    executable, transport, profile = json.loads(done.cells[-1].outputs[0].text)
    assert executable == sys.executable
    assert transport == ("ipc" if os.name == "posix" else "tcp")
    assert not Path(profile).exists()


def test_the_two_command_lines_do_the_same(out: Path, page: Path, tmp_path: Path) -> None:
    made = tmp_path / "by-hand.ipynb"
    tools = Path(sys.executable).parent
    given = ["-p", "report_id", TOWN, "-p", "data_dir", str(out / "data")]
    source = str(notebook_path("township"))
    subprocess.run([tools / "papermill", source, made, *given, "--no-progress-bar"], check=True, capture_output=True)
    subprocess.run([tools / "jupyter", "nbconvert", "--to", "gkaudit", made], check=True, capture_output=True)
    assert made.with_suffix(".html").read_text("utf-8") == page.read_text("utf-8")


def test_run_all_works_where_the_notebook_lies(tmp_path: Path) -> None:
    build(tmp_path / "audit_out")
    (tmp_path / "notebooks").mkdir()
    with kernel_options() as options:
        done = papermill.execute_notebook(
            str(notebook_path("township")), None, cwd=tmp_path / "notebooks", progress_bar=False, **options
        )
    assert "青石镇" in done.cells[3].outputs[0].data["text/html"]


def test_many_reports_and_their_failures(out: Path) -> None:
    seen: list[tuple[str, str | None]] = []
    done = render_many(
        [OLD, CLEAN, "不存在-2024", "../out"],
        out / "data",
        out,
        lang="en",
        jobs=2,
        progress=lambda *step: seen.append(step),
    )
    assert set(done.pages) == {OLD, CLEAN}
    assert set(done.failures) == {"不存在-2024", "../out"}
    assert "没有编号为" in done.failures["不存在-2024"]
    assert len(seen) == 4
    html = done.pages[OLD].read_text("utf-8")
    alone(html)
    assert '<html lang="en">' in html
    assert "not found" in html


@pytest.mark.parametrize("report_id", ["", ".", "..", "../x", "a/b", "a\\b", ".x", "a\nb", "镇" * 100])
def test_an_id_never_leads_out_of_the_folder(tmp_path: Path, report_id: str) -> None:
    with pytest.raises(RenderError):
        render_report(report_id, tmp_path, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_notebook_is_named() -> None:
    with pytest.raises(RenderError, match=r"atlantis\.ipynb"):
        notebook_path("atlantis")


def test_a_dead_kernel_is_one_sentence(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    )
    notebook.cells = [nbformat.v4.new_code_cell("import os; os._exit(3)")]
    path = tmp_path / "dies.ipynb"
    nbformat.write(notebook, path)
    monkeypatch.setattr(run, "notebook_path", lambda _name: path)
    with pytest.raises(RenderError, match="页面未生成"):
        render_report(TOWN, out / "data", tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="kills a process by signal")
def test_a_killed_worker_costs_one_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    )
    deadly = "import os, signal\nif report_id == 'poison':\n    os.kill(os.getppid(), signal.SIGKILL)\n    os._exit(1)"
    notebook.cells = [
        nbformat.v4.new_code_cell("report_id = data_dir = lang = ''", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(deadly),
    ]
    (tmp_path / "notebooks").mkdir()
    nbformat.write(notebook, tmp_path / "notebooks" / "township.ipynb")
    monkeypatch.chdir(tmp_path)
    # What the killed worker cannot clean up goes with the test's own folder.
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    seen: list[tuple[str, str | None]] = []
    done = render_many(["poison", "good"], tmp_path, tmp_path, jobs=1, progress=lambda *step: seen.append(step))
    assert set(done.pages) == {"good"}
    assert "意外终止" in done.failures["poison"]
    assert {report_id for report_id, _ in seen} == {"poison", "good"}


# --- exporter


def exported(*outputs: dict[str, Any], source: str = "1") -> str:
    notebook = nbformat.v4.new_notebook()
    cell = nbformat.v4.new_code_cell(source, outputs=[nbformat.v4.new_output(**output) for output in outputs])
    notebook.cells = [cell, nbformat.v4.new_markdown_cell("**注**")]
    html, _ = GkHTMLExporter().from_notebook_node(notebook)
    return html


def test_the_exporter_shows_outputs_only() -> None:
    display = {"output_type": "display_data"}
    html = exported(
        {**display, "data": {"application/javascript": "alert(1)", "text/plain": "plain <b>"}},
        {**display, "data": {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "HBox()"}},
        {**display, "data": {"text/html": "<p>seen</p>", "text/plain": "unseen"}},
        {"output_type": "stream", "name": "stdout", "text": "<script>{{ 1 }}"},
        {"output_type": "error", "ename": "E", "evalue": "<i>", "traceback": ["secret path"]},
        source="secret = 1",
    )
    assert "<p>seen</p>" in html
    assert "plain &lt;b&gt;" in html
    assert "&lt;script&gt;{{ 1 }}" in html
    assert "E: &lt;i&gt;" in html
    assert "<strong>注</strong>" in html
    for unwanted in ("alert(1)", "HBox", "unseen", "secret", "<script"):
        assert unwanted not in html
