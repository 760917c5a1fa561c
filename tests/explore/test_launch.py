"""``gkaudit explore``: one sentence where it cannot start, and a server that nobody else reaches."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gkaudit import widgets
from gkaudit.cli import main
from gkaudit.errors import UsageError
from gkaudit.widgets.launch import NOTEBOOK, Launch, command, prepare


def test_without_the_extra_it_says_how_to_get_it(monkeypatch, capsys, results):
    monkeypatch.setattr(widgets, "find_spec", lambda _: None)
    assert main(["explore", "--out", str(results)]) == 3
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert 'pip install "gkaudit[explore]"' in said


def test_without_results_it_says_what_to_do(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(widgets, "find_spec", lambda _: True)
    assert main(["explore", "--out", str(tmp_path)]) == 3
    assert "gkaudit run" in capsys.readouterr().err


def test_the_notebook_knows_its_folders_and_is_left_alone(results, tmp_path, monkeypatch):
    monkeypatch.setattr("gkaudit.widgets.launch.missing", lambda **_: ())
    odd = tmp_path / '原件"; import os #'
    path = prepare(Launch(results, odd))
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        parameters = next(c for c in cells if "parameters" in c["metadata"].get("tags", ()))
        values = {}
        exec("".join(parameters["source"]), values)  # noqa: S102 - the point is that it is only an assignment
        assert (values["out_dir"], Path(values["sources"])) == (".", odd)
        assert "os" not in values
        path.write_text("{}", "utf-8")
        assert prepare(Launch(results)).read_text("utf-8") == "{}"
    finally:
        path.unlink()


def test_the_server_is_for_this_machine_only(tmp_path):
    for page in (False, True):
        line = command(Launch(tmp_path, port=0, page=page), tmp_path / NOTEBOOK)
        assert any(option.endswith(".ip=127.0.0.1") for option in line)
        # The token is made by the server: on a command line every user of the machine could read it.
        assert not any("token=" in option for option in line)
        assert "--no-browser" not in line
    assert "--no-browser" in command(Launch(tmp_path, browser=False), tmp_path / NOTEBOOK)


def test_a_page_that_cannot_be_drawn_is_refused():
    from gkaudit.widgets.photograph import photograph

    with pytest.raises(UsageError.__mro__[1], match="画不出来"):
        photograph(b"no pdf", 1, "x.pdf")


def test_the_door_of_the_explorer_is_light():
    code = "import sys, gkaudit.widgets; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"ipywidgets", "anywidget", "polars", "IPython"} & set(done.stdout.split())
