"""A real JupyterLab on a free port of this machine, with a token, and a page of chromium in it."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.browser.program import find

#: Seconds for a server to answer, and for what the page does.
PATIENCE = 90
_ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|localhost):\d+/\S*token=\w+")


def missing() -> str:
    """Why the tests cannot run here; empty where they can."""
    lacking = [name for name in ("anywidget", "jupyterlab", "playwright", "voila") if find_spec(name) is None]
    if lacking:
        return f"not installed: {', '.join(lacking)}"
    return "" if find() else "no chromium on the PATH"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """``gkaudit explore`` on the results in a folder; the address with its token."""
    said = folder.parent / f"server-{free_port()}.log"
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    (home / "jupyter").mkdir(exist_ok=True)
    # Containers run tests as root, which Jupyter refuses without this.
    (home / "jupyter" / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}')
    own = {"HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / "jupyter"), "JUPYTER_RUNTIME_DIR": str(home / "runtime")}
    # Where the packages lie beneath the environment that runs, their parts for the browser do as well.
    spec = find_spec("jupyterlab_widgets")
    assert spec is not None
    assert spec.origin is not None
    own["JUPYTER_PATH"] = str(Path(spec.origin).parents[4] / "share" / "jupyter")
    command = [sys.executable, "-m", "gkaudit", "explore", "--out", str(folder), "--no-browser", *options]
    with said.open("w") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **own}, start_new_session=True
        )
        try:
            yield _address(server, said)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, 15)
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, 9)
                server.wait(timeout=20)


def _address(server: subprocess.Popen[bytes], said: Path) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = _ADDRESS.search(said.read_text("utf-8", "replace"))
        if found:
            return found[0]
        if server.poll() is not None:
            break
        time.sleep(0.2)
    raise RuntimeError(said.read_text("utf-8", "replace")[-2000:])


@contextmanager
def browsing() -> Iterator[Any]:
    """A page of chromium that tells about scripts that ran where they must not, and about requests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path=find(), args=[*quiet, "--disable-sync"])
        page = browser.new_page(viewport={"width": 1500, "height": 1250})
        page.set_default_timeout(PATIENCE * 1000)
        try:
            yield page
        finally:
            browser.close()


def run_all(page: Any, address: str) -> None:
    """Open the notebook and run all its cells, until the explorer is there."""
    page.goto(address)
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    # Before the kernel is there, Jupyter would ask which one is wanted, and run nothing.
    page.wait_for_selector('#jp-main-statusbar :text("| Idle")')
    page.click('.lm-MenuBar-itemLabel:text-is("Run")')
    page.click('.lm-Menu-itemLabel:text-is("Run All Cells")')
    page.wait_for_selector(".gk-x .gk-x-row")
