"""A run that is asked to end leaves nothing half done and no temporary folders, and the next one goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.generate.many import write
from tests.incremental.results import differing, results

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are asked to end otherwise there")


_RUN = (sys.executable, "-m", "gkaudit", "run")


def _begun(command, scratch):
    """A run that has begun, with a folder of its own for temporary files; and how it was called."""
    scratch.mkdir()
    given = {"cwd": ROOT, "env": {**os.environ, "TMPDIR": str(scratch)}, "stderr": subprocess.PIPE, "text": True}
    run = subprocess.Popen(command, **given)
    # Workers have their folders before anything is read.
    assert _seen(lambda: any(scratch.iterdir()))
    return run, given


def _seen(sight):
    """Whether something is seen within a minute."""
    until = time.monotonic() + 60
    while not sight() and time.monotonic() < until:
        time.sleep(0.05)
    return sight()


@pytest.mark.parametrize("more", [["--no-html"], []], ids=["data", "pages"])
def test_killed_it_leaves_no_temporary_folders(more, tmp_path):
    list(write(30, tmp_path / "in", ("docx",), seed=4))
    scratch, out = tmp_path / "tmp", tmp_path / "out"
    run, _ = _begun([*_RUN, str(tmp_path / "in"), "--out", str(out), "--jobs", "2", *more], scratch)
    if not more:
        assert _seen(lambda: any(out.glob("reports/*.html")))
    run.kill()
    run.communicate()
    assert _seen(lambda: not any(scratch.iterdir()))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_asked_to_end_it_clears_away_what_it_began(number, code, tmp_path):
    list(write(30, tmp_path / "in", ("docx",), seed=4))
    scratch, out = tmp_path / "tmp", tmp_path / "out"
    command = [*_RUN, str(tmp_path / "in"), "--out", str(out), "--no-html", "--jobs", "2"]
    run, given = _begun(command, scratch)
    run.send_signal(number)
    _, said = run.communicate(timeout=60)
    assert (run.returncode, said) == (code, "已中断；已写好的结果保持不变，再运行一次就接着做\n")
    assert list(scratch.iterdir()) == []
    assert subprocess.run(command, check=False, **given).returncode == 1
    whole = tmp_path / "whole"
    subprocess.run([*command[:-4], str(whole), *command[-3:]], check=False, **given)
    assert differing(results(out), results(whole)) == []
