"""No network at run time, ever: the main job runs with every socket but local ones forbidden."""

import os
import subprocess
import sys
from pathlib import Path

from tests.generate import make

ROOT = Path(__file__).resolve().parents[2]
#: Loaded by every Python process of the run (the kernels included) before anything else.
GUARD = """
import os, socket
def _refuse(what):
    with open(os.environ["GUARD_LOG"], "a", encoding="utf-8") as log:
        log.write(f"{what}\\n")
    raise OSError(f"network is forbidden: {what}")
_connect = socket.socket.connect
def connect(self, address):
    if self.family != getattr(socket, "AF_UNIX", None) and str(address[0]) not in ("127.0.0.1", "::1"):
        _refuse(f"connect {address}")
    return _connect(self, address)
socket.socket.connect = connect
_getaddrinfo = socket.getaddrinfo
def getaddrinfo(host, *more, **kw):
    if host not in (None, "", "localhost", "127.0.0.1", "::1"):
        _refuse(f"look up {host}")
    return _getaddrinfo(host, *more, **kw)
socket.getaddrinfo = getaddrinfo
"""


def test_the_main_job_asks_nobody(tmp_path):
    guard, inputs, out = tmp_path / "guard", tmp_path / "in", tmp_path / "out"
    guard.mkdir()
    inputs.mkdir()
    (guard / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    (inputs / "报告.txt").write_text(make(5, layout="grid").text, encoding="utf-8")
    log = tmp_path / "asked.txt"
    env = {**os.environ, "PYTHONPATH": str(guard), "GUARD_LOG": str(log), "PYTHONUTF8": "1"}
    # The guard itself has to work, or the test could not fail.
    probe = [sys.executable, "-c", "import socket; socket.create_connection(('192.0.2.1', 80), 1)"]
    assert subprocess.run(probe, env=env, capture_output=True, check=False).returncode != 0
    assert "192.0.2.1" in log.read_text("utf-8")
    log.unlink()
    command = [sys.executable, "-m", "gkaudit", "run", str(inputs), "--out", str(out), "--jobs", "1"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert not log.exists(), log.read_text("utf-8")
    assert len(list((out / "reports").glob("*.html"))) == 1
