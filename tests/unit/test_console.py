"""A reader who stops reading (``| head``) costs nothing but what he does not read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gkaudit.console import PatientConsole, say
from gkaudit.terminal import Progress
from tests.unit.test_cli import ROOT, _broken, folder  # noqa: F401 - a fixture

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")


@pytest.fixture
def nobody():
    """A stream whose reader is gone."""
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        yield stream


def _leads_nowhere(stream):
    return os.path.samestat(os.fstat(stream.fileno()), Path(os.devnull).stat())


def test_what_is_said_to_nobody_is_no_error(nobody):
    say("第一句\n", nobody)
    say("第二句\n", nobody)
    PatientConsole(file=nobody).print("第三句")
    assert _leads_nowhere(nobody)


def test_a_console_falls_silent_where_nobody_reads(nobody):
    console = PatientConsole(file=nobody)
    console.print("第一句")
    console.print("第二句")
    assert console.quiet


def test_progress_goes_on_where_nobody_reads(nobody, monkeypatch):
    monkeypatch.setattr(sys, "stderr", nobody)
    monkeypatch.setattr("gkaudit.terminal._PATIENCE", 0.0)
    monkeypatch.setattr("gkaudit.terminal._EVERY", 0.0)
    with Progress(quiet=False) as progress:
        for done in range(3):
            progress("read", done, 3)
    assert _leads_nowhere(nobody)


def test_a_run_that_nobody_listens_to_ends_as_any_other(folder, tmp_path):  # noqa: F811
    _broken(folder)
    ours, theirs = os.pipe()
    os.close(ours)
    command = [sys.executable, "-m", "gkaudit", "run", str(folder), "--out", str(tmp_path / "out"), "--no-html"]
    done = subprocess.run([*command, "--profile"], stdout=theirs, stderr=theirs, cwd=ROOT, check=False)
    os.close(theirs)
    assert done.returncode == 1
    assert (tmp_path / "out" / "data" / "findings.parquet").is_file()


@pytest.mark.parametrize("verb", [["checks"], ["checks", "ARI-02"], ["suites"], ["doctor"]])
def test_lists_that_nobody_reads_are_no_error(verb):
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [sys.executable, "-m", "gkaudit", *verb], stdout=theirs, stderr=subprocess.PIPE, cwd=ROOT, check=False
    )
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")
