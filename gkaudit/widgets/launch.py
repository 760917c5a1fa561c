"""``gkaudit explore``: JupyterLab on this machine only, with a token, opened at the explorer notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from gkaudit.errors import UsageError
from gkaudit.files import write_text
from gkaudit.notebook import notebook_path
from gkaudit.widgets import missing
from gkaudit.widgets.words import say_in

__all__ = ["Launch", "command", "launch", "prepare"]

#: The notebook in the folder of the results; the auditor may write in it, so it is made only once.
NOTEBOOK = "explore.ipynb"


@dataclass(frozen=True, slots=True)
class Launch:
    """What ``gkaudit explore`` was asked to do. ``port`` 0 takes a free one; ``page``: Voilà, without code."""

    out: Path = Path("audit_out")
    sources: Path | None = None
    browser: bool = True
    port: int = 0
    page: bool = False


def prepare(asked: Launch) -> Path:
    """The notebook in the folder of the results. Raises UsageError where there are none, or parts are missing."""
    lacking = missing(opening=True, page=asked.page)
    if lacking:
        raise UsageError(say_in("zh")("missing"))
    if not (asked.out / "data" / "reports.parquet").is_file():
        raise UsageError(f"{asked.out} 里没有核查结果；请先运行 gkaudit run，或用 --out 指明结果文件夹")
    target = asked.out / NOTEBOOK
    if not target.exists():
        notebook = json.loads(notebook_path("explore").read_text("utf-8"))
        sources = (asked.sources or Path("reports_in")).resolve()
        for cell in notebook["cells"]:
            if "parameters" in cell.get("metadata", {}).get("tags", ()):
                cell["source"] = _parameters(str(sources))
        write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", target)
    return target


def _parameters(sources: str) -> list[str]:
    # The path is a Python string in the notebook: its quotes and backslashes are written as JSON writes them.
    return [
        'out_dir = "."\n',
        f"sources = {json.dumps(sources, ensure_ascii=False)}\n",
        'report_id = ""\n',
        'author = ""',
    ]


def command(asked: Launch, notebook: Path) -> list[str]:
    """The command line: the loopback address, a token that Jupyter makes, and nothing that asks the network."""
    folder = str(notebook.parent.resolve())
    if asked.page:
        options = ["--Voila.ip=127.0.0.1", f"--port={asked.port or 8866}", "--token"]
        options += [] if asked.browser else ["--no-browser"]
        return [sys.executable, "-m", "voila", str(notebook), *options]
    options = [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={asked.port}",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{notebook.name}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    ]
    options += [] if asked.browser else ["--no-browser"]
    return [sys.executable, "-m", "jupyterlab", *options]


def launch(asked: Launch) -> int:
    """Start the server and wait for its end; returns its exit code."""
    notebook = prepare(asked)
    # JupyterLab asks about news otherwise, which an office without internet cannot get.
    quiet = str(Path(__file__).parent / "jupyter")
    paths = os.pathsep.join(filter(None, [quiet, os.environ.get("JUPYTER_CONFIG_PATH", "")]))
    try:
        # The interpreter is this one, the options are ours.
        return subprocess.run(  # noqa: S603
            command(asked, notebook), check=False, env={**os.environ, "JUPYTER_CONFIG_PATH": paths}
        ).returncode
    except KeyboardInterrupt:
        return 0
