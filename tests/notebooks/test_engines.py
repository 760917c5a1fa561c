"""Notebooks in forks: the same as in a kernel, whatever the cells do; one that dies, hangs or lingers costs itself."""

from __future__ import annotations

import builtins
import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from IPython.core.interactiveshell import InteractiveShell

from gkaudit.errors import RenderError, UsageError
from gkaudit.notebook import Renderer, many, render_many, report_tasks, run
from gkaudit.notebook.engine import InProcessEngine
from gkaudit.notebook.forks import ForkServer, has_fork
from gkaudit.notebook.kernel import kernel_options
from gkaudit.notebook.parity import differences
from gkaudit.notebook.shell import InnerKernel
from tests.notebooks.pages import CLEAN, OLD, TOWN, build

FORKS = pytest.mark.skipif(not has_fork(), reason="forks")
KERNEL = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
#: What a notebook may do; the last but one ends it.
CELLS = [
    "x = 1\nprint('a'); print('b')\nx",
    "import sys\nprint('e', file=sys.stderr)\nprint('o')",
    "from IPython.display import HTML, clear_output, display\nh = display(HTML('<b>1</b>'), display_id='q')",
    "h.update(HTML('<b>2</b>'))\nprint(1); clear_output(); print(2)\nclear_output(wait=True); print(3)",
    "import ipywidgets as w\nslider = w.IntSlider(value=3)\nw.VBox([slider, w.HTML('<i>t</i>')])",
    "box = w.Output()\nwith box:\n    print('captured'); display(HTML('<u>3</u>'))\ndisplay(box)\nslider.value = 5",
    "import asyncio\nawait asyncio.sleep(0.01)\n'slept'",
    "!echo from the shell",
    "import warnings; warnings.warn('mind')",
    "import os; os.environ['LEFT_BEHIND'] = '1'; sys.path.append('/left/behind')",
    "class Odd:\n    def _repr_html_(self): return '<s>odd</s>'\n    def __repr__(self): return 'odd'\nOdd()",
    "b'\\x00', float('nan'), '中文', 2**70",
]
RAISING = ["%nosuchmagic", "1/0", "sys.exit(3)", "def", "raise KeyError('键')"]


def notebook(cells: list[str], tags: tuple[str, ...] = ()) -> Any:
    made = nbformat.v4.new_notebook(metadata=json.loads(json.dumps(KERNEL)))
    made.cells = [nbformat.v4.new_markdown_cell("# 标题")]
    made.cells += [nbformat.v4.new_code_cell(c, metadata={"tags": list(tags)}) for c in cells]
    return made


def both(made: Any, folder: Path) -> tuple[Any, Any]:
    """The notebook as the stock engine leaves it, and as ours does, errors and all."""
    results = []
    path = folder / "asked.ipynb"
    nbformat.write(made, path)
    for engine in (None, "gkaudit"):
        out = folder / f"{engine}.ipynb"
        common = {"kernel_name": "python3", "language": "python", "progress_bar": False, "engine_name": engine}
        common |= {"execution_timeout": 60}
        raised = None
        with kernel_options() as options:
            try:
                papermill.execute_notebook(path, out, **common, **({} if engine else options))
            except papermill.PapermillExecutionError as error:
                raised = [error.ename, error.evalue, error.exec_count]
        done = nbformat.read(out, as_version=4)
        # papermill's marks of an error are new cells with random names
        done.cells = [c for c in done.cells if "papermill-error-cell-tag" not in c.metadata.get("tags", ())]
        done.metadata["raised"] = raised
        results.append(done)
    return results[0], results[1]


@pytest.mark.parametrize("prepared", [False, True])
def test_the_engine_does_what_the_stock_engine_does(tmp_path: Path, prepared: bool) -> None:
    if prepared:
        InnerKernel.prepare(str(tmp_path / "shell"))
    made = notebook(CELLS)
    made.cells += notebook([*RAISING, "input('?')"], tags=("raises-exception",)).cells
    made.cells += notebook(["print('not run')"], tags=("skip-execution",)).cells
    kernel, ours = both(made, tmp_path)
    # The frames inside ipykernel that refuse input() are no others' business.
    for each in (kernel, ours):
        asked = next(c for c in each.cells if c.source == "input('?')")
        assert asked.outputs[0].ename == "StdinNotImplementedError"
        asked.outputs[0].traceback = asked.outputs[0].traceback[-1:]
    assert differences(kernel, ours) == []
    state = ours.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    assert [s["state"]["value"] for s in state if s["model_name"] == "IntSliderModel"] == [5]
    assert any(out["text"] == "captured\n" for s in state for out in s["state"].get("outputs", ()) if "text" in out)
    nbformat.validate(ours)


def test_an_error_ends_it_as_in_the_stock_engine(tmp_path: Path) -> None:
    kernel, ours = both(notebook(["x = 1", "def f():\n    raise ValueError('bad')\nf()", "never = 1"]), tmp_path)
    assert ours.metadata.raised == kernel.metadata.raised
    assert ours.metadata.raised[:2] == ["ValueError", "bad"]
    states = [c.metadata.papermill.status for c in ours.cells if "papermill" in c.metadata]
    assert states[-2:] == ["failed", "pending"]
    assert differences(kernel, ours) == []


def test_the_engine_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    def process() -> tuple[Any, ...]:
        names = {name: vars(builtins).get(name) for name in ("get_ipython", "display", "input")}
        main = sys.modules["__main__"]
        return list(sys.path), dict(os.environ), sys.stdout, sys.displayhook, sys.excepthook, main, names

    before = process()
    both(notebook(CELLS), tmp_path)
    assert process() == before
    InnerKernel.prepare(str(tmp_path / "shell"))
    assert process() == before
    assert not InteractiveShell.initialized()
    # The prepared shell, and after it one of its own.
    for _ in range(2):
        kernel, ours = both(notebook(CELLS), tmp_path)
        assert differences(kernel, ours) == []
        assert process() == before
        assert not InteractiveShell.initialized()


@pytest.mark.parametrize("code", ["'fine'", "1/0"])
def test_a_notebook_is_written_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """By us; papermill would write it out for nobody, and leaves nothing of this behind."""
    source, page = tmp_path / "source.ipynb", tmp_path / "page.html"
    nbformat.write(notebook([code]), source)
    written: list[Any] = []
    kept = nbformat.writes
    monkeypatch.setattr(nbformat, "writes", lambda made, **more: written.append(made) or kept(made, **more))
    before = papermill.execute.write_ipynb, nbformat.v4.nbbase.validate
    with contextlib.suppress(RenderError):
        run.render_notebook("", {}, tmp_path / "made.ipynb", page, engine="fork", source=source)
    assert len(written) == page.is_file()
    assert page.is_file() == (code != "1/0")
    assert (papermill.execute.write_ipynb, nbformat.v4.nbbase.validate) == before


def test_papermill_finds_the_engine() -> None:
    from importlib.metadata import entry_points

    (found,) = entry_points(group="papermill.engine", name="gkaudit")
    assert found.load() is InProcessEngine


def test_differences_are_named() -> None:
    one, other = notebook(["1", "2"]), notebook(["1", "3"])
    other.metadata["more"] = 1
    assert differences(one, other) == ["第3格的代码", "笔记本的元数据"]
    assert differences(one, notebook(["1"])) == ["格数（3 与 2）"]
    assert differences(one, one) == []


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit_out")
    build(folder)
    return folder


@FORKS
def test_both_engines_make_the_same_pages(out: Path) -> None:
    ids = [TOWN, OLD, CLEAN]
    forked = render_many(ids, out / "data", out, engine="fork", jobs=2)
    assert (forked.engine, forked.compared, forked.differences) == ("fork", TOWN, [])
    pages = {i: forked.pages[i].read_bytes() for i in ids}
    books = {i: nbformat.read(out / "notebooks" / f"{i}.ipynb", as_version=4) for i in ids}
    stock = render_many(ids, out / "data", out, engine="nbclient", jobs=2)
    assert (stock.engine, stock.compared, stock.failures) == ("nbclient", None, {})
    for i in ids:
        assert stock.pages[i].read_bytes() == pages[i]
        assert differences(nbformat.read(out / "notebooks" / f"{i}.ipynb", as_version=4), books[i]) == []


def planted(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the notebook of every report this code."""
    made = notebook([code])
    made.cells.insert(
        0, nbformat.v4.new_code_cell("report_id = data_dir = lang = ''", metadata={"tags": ["parameters"]})
    )
    nbformat.write(made, folder / "planted.ipynb")
    for module in (run, many):
        monkeypatch.setattr(module, "notebook_path", lambda _name: folder / "planted.ipynb")


@FORKS
def test_a_disagreement_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(tmp_path, "import sys; 'ipykernel_launcher' in sys.orig_argv", monkeypatch)
    done = render_many(["a"], tmp_path, tmp_path, jobs=1, engine="fork")
    assert done.compared == "a"
    assert done.differences == ["第4格的输出"]


@FORKS
def test_notebooks_share_nothing_and_die_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import builtins, ctypes, os, subprocess, time\nassert not hasattr(builtins, 'mark')\nbuiltins.mark = 1\n"
        "if report_id == 'crash': ctypes.string_at(0)\nif report_id == 'exit': os._exit(3)\n"
        "if report_id == 'hang':\n    child = subprocess.Popen(['sleep', '1000'])\n"
        f"    open({str(tmp_path / 'child')!r}, 'w').write(str(child.pid))\n    time.sleep(1000)\n"
        "if report_id == 'raise': raise ValueError('坏')"
    )
    planted(tmp_path, code, monkeypatch)
    ids = ["ok1", "crash", "exit", "hang", "raise", "ok2"]
    tasks, _ = report_tasks(ids, tmp_path, tmp_path, "zh")
    with Renderer(2, "fork", ForkServer(2, limit=5)) as renderer:
        failures = renderer.render(tasks)
    assert set(failures) == {"crash", "exit", "hang", "raise"}
    assert "信号 11" in failures["crash"]
    assert "代码 3" in failures["exit"]
    assert "超过 5 秒" in failures["hang"]
    assert "ValueError：坏" in failures["raise"]
    assert gone(int((tmp_path / "child").read_text()))


@FORKS
def test_a_lost_server_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flag = tmp_path / "killed"
    code = (
        f"import os, pathlib, signal, time\nflag = pathlib.Path({str(flag)!r})\n"
        "if report_id == 'b' and not flag.exists():\n    flag.touch(); os.kill(os.getppid(), signal.SIGKILL); time.sleep(9)"
    )
    planted(tmp_path, code, monkeypatch)
    done = render_many(["a", "b", "c"], tmp_path, tmp_path, jobs=1, engine="fork")
    assert flag.exists()
    assert set(done.pages) == {"a", "b", "c"}


@FORKS
def test_forks_end_with_the_process_that_asked(tmp_path: Path) -> None:
    made = notebook(
        ["import os, pathlib, time\npathlib.Path(data_dir, 'pid').write_text(str(os.getpid()))\ntime.sleep(600)"]
    )
    made.cells.insert(
        0, nbformat.v4.new_code_cell("report_id = data_dir = lang = ''", metadata={"tags": ["parameters"]})
    )
    nbformat.write(made, tmp_path / "slow.ipynb")
    order = {"name": "slow", "parameters": {"report_id": "a", "data_dir": str(tmp_path), "lang": "zh"}}
    order |= {
        "source": str(tmp_path / "slow.ipynb"),
        "notebook": str(tmp_path / "a.ipynb"),
        "page": str(tmp_path / "a"),
    }
    code = (
        f"import sys; sys.path[:] = {sys.path!r}\nfrom gkaudit.notebook.forks import ForkServer\n"
        f"server = ForkServer(1)\nfor _ in server.results([{order!r}]): pass"
    )
    asking = subprocess.Popen([sys.executable, "-c", code])
    try:
        wait_for((tmp_path / "pid").is_file)
        fork = int((tmp_path / "pid").read_text())
    finally:
        asking.kill()
        asking.wait()
    wait_for(lambda: gone(fork))


@FORKS
def test_a_function_is_called_in_a_fork_beside_the_notebooks(tmp_path: Path) -> None:
    with Renderer(1, "fork") as renderer:
        renderer.compared = ""
        renderer.begin("made", "os", "mkdir", str(tmp_path / "made"))
        # It is there already: who asked has to do it, and will see why.
        renderer.begin("failed", "os", "mkdir", str(tmp_path))
        assert renderer.finished("made")
        assert not renderer.finished("failed")
        assert not renderer.finished("never asked")
    assert (tmp_path / "made").is_dir()


@FORKS
def test_what_a_lost_server_was_to_call_is_not_done(tmp_path: Path) -> None:
    with Renderer(1, "fork") as renderer:
        renderer.compared = ""
        renderer.begin("made", "os", "kill_nobody", str(tmp_path))
        renderer._server._process.kill()
        assert not renderer.finished("made")


def test_without_forks_nothing_is_called_beside(tmp_path: Path) -> None:
    with Renderer(1, "nbclient") as renderer:
        renderer.begin("made", "os", "mkdir", str(tmp_path / "made"))
        assert not renderer.finished("made")
    assert not (tmp_path / "made").exists()


def test_forks_where_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork", raising=False)
    with pytest.raises(UsageError, match="--engine nbclient"):
        many.chosen_engine("fork")
    monkeypatch.setattr(many, "has_fork", lambda: False)
    assert many.chosen_engine("auto") == "nbclient"


def gone(process: int) -> bool:
    """Whether a process has ended (one that nobody waited for counts)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_for(condition: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
