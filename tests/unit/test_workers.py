"""Workers that die, hang or print: one line for one file, the rest complete and in order, nothing left behind."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from pathlib import Path

import pytest

from gkaudit import workers
from gkaudit.readers.archive import Input
from gkaudit.reading import Failure
from gkaudit.report import Report
from gkaudit.workers import read_all
from tests.generate import make

MISBEHAVING = "tests.unit.misbehaving:read_chunk"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and process groups")


@pytest.fixture
def inputs(tmp_path):
    """Make inputs of the given names; each holds the same good report."""
    text = make(3, layout="grid").text

    def build(*names):
        for name in names:
            (tmp_path / name).write_text(text, encoding="utf-8")
        return [Input(tmp_path / name, name) for name in names]

    return build


def _read(items, jobs=2):
    return list(read_all(items, jobs, reader=MISBEHAVING))


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path("/proc").is_dir() else True


@POSIX
@pytest.mark.parametrize("jobs", [1, 2])
def test_whatever_a_worker_does_the_rest_is_complete_and_in_order(inputs, jobs):
    names = ["a.x", "exit-1.x", "b.x", "segfault.x", "noise.x", "hang.x", "c.x", "exit-2.x", "d.x"]
    begun = time.monotonic()
    outcomes = _read(inputs(*names), jobs)
    assert time.monotonic() - begun < 60
    assert [o.source for o in outcomes] == names
    failed = {o.source: o.reason for o in outcomes if isinstance(o, Failure)}
    assert set(failed) == {"exit-1.x", "exit-2.x", "segfault.x", "hang.x"}
    assert "代码 7" in failed["exit-1.x"]
    assert f"信号 {int(signal.SIGSEGV)}" in failed["segfault.x"]
    assert failed["hang.x"].startswith("读取超过 0 秒")
    assert all(o.cells.height == 200 for o in outcomes if isinstance(o, Report))


@POSIX
def test_only_the_file_that_hung_is_blamed_in_a_chunk(inputs):
    names = [f"{n:02}.txt" for n in range(10)] + ["hang-1.txt", "hang-2.txt"] + [f"{n}.txt" for n in range(20, 230)]
    outcomes = _read(inputs(*names))
    assert [o.source for o in outcomes] == names
    assert [o.source for o in outcomes if isinstance(o, Failure)] == ["hang-1.txt", "hang-2.txt"]


@POSIX
def test_what_a_killed_worker_started_ends_with_it(inputs):
    items = inputs("child.x", "a.x")
    outcomes = _read(items)
    assert isinstance(outcomes[0], Failure)
    assert isinstance(outcomes[1], Report)
    pid = int(items[0].path.read_text(encoding="ascii"))
    deadline = time.monotonic() + 5
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory")
def test_memory_is_limited(inputs):
    outcomes = list(read_all(inputs("memory.x", "a.x"), 1, reader=MISBEHAVING))
    assert "MemoryError" in outcomes[0].reason or "崩溃" in outcomes[0].reason
    assert isinstance(outcomes[1], Report)


def test_nothing_stays_in_the_folder_for_temporary_files(inputs, tmp_path, monkeypatch):
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    assert len(_read(inputs("a.x", "exit.x", "b.x"))) == 3
    assert list(scratch.iterdir()) == []


def test_a_worker_that_is_ended_before_it_is_ready_leaves_no_folder(tmp_path, monkeypatch):
    slow, scratch = tmp_path / "getting_ready.py", tmp_path / "tmp"
    slow.write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    scratch.mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    worker = workers.Worker("getting_ready:read")
    starting = threading.Thread(target=worker.start)
    starting.start()
    deadline = time.monotonic() + 60
    while not list(scratch.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert list(scratch.iterdir())
    worker.kill()
    starting.join()
    worker.close()
    assert list(scratch.iterdir()) == []


def test_workers_end_when_nobody_wants_the_rest(inputs):
    outcomes = read_all(inputs("where.x", *(f"{n}.x" for n in range(20))), 1, reader=MISBEHAVING)
    pid = int(next(outcomes).reason.split()[0])
    outcomes.close()
    assert not _alive(pid)


def test_few_texts_need_no_worker(inputs, monkeypatch):
    monkeypatch.setattr(workers, "_Crew", None)
    outcomes = list(read_all(inputs("a.txt", "b.md"), 2))
    assert all(isinstance(o, Report) for o in outcomes)


def test_a_text_by_name_only_goes_to_a_worker(inputs):
    (item,) = inputs("a.txt")
    item.path.write_bytes(b"PK\x03\x04" + b"x" * 100)
    assert not workers._plain(item)
    assert not workers._plain(Input(item.path.parent, "folder"))


def test_without_any_worker_files_are_read_here(inputs, monkeypatch, tmp_path):
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setattr(workers.sys, "executable", "/no/such/python")
    outcomes = list(read_all(inputs("a.x", "b.x", "c.x"), 2))
    assert [o.source for o in outcomes] == ["a.x", "b.x", "c.x"]
    assert all(isinstance(o, Report) for o in outcomes)
    assert list(scratch.iterdir()) == []


def test_a_worker_that_cannot_start_is_no_endless_loop(inputs):
    outcomes = list(read_all(inputs("a.x", "b.x"), 2, reader="no_such_module:read"))
    assert all(isinstance(o, Report) for o in outcomes)


@POSIX
def test_interrupting_ends_all_workers_at_once(inputs, tmp_path):
    items = inputs("where.x", "wait.x")
    # A script without a main guard: the workers must not run it again.
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(f"""
            from pathlib import Path
            from gkaudit.readers.archive import Input
            from gkaudit.workers import read_all
            names = {[i.name for i in items]!r}
            for outcome in read_all([Input(Path({str(tmp_path)!r}) / n, n) for n in names], 1, reader={MISBEHAVING!r}):
                print(outcome.reason, flush=True)
        """),
        encoding="utf-8",
    )
    root = str(Path(__file__).resolve().parents[2])
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
        start_new_session=True,
    )
    pid = int(process.stdout.readline().split()[0])
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert "KeyboardInterrupt" in said
    assert said.count("Traceback") == 1
    assert not _alive(pid)


def test_chunks_hold_every_input_once():
    items = [Input(Path(f"{n}{s}"), f"{n}{s}") for n in range(60) for s in (".txt", ".doc", ".pdf", ".DOCX")]
    chunks = workers._chunks(items, 2)
    assert sorted(n for chunk in chunks for n in chunk) == list(range(len(items)))
    sizes = {s: {len(c) for c in chunks if items[c[0]].name.lower().endswith(s)} for s in (".txt", ".doc", ".pdf")}
    assert max(sizes[".doc"]) == 8
    assert sizes[".pdf"] == {1}


@POSIX
def test_staff_is_kept_as_long_as_it_is_of_use(inputs):
    staff = []
    items = inputs("a.x", "b.x")

    def read_all_with(wanted, reader=MISBEHAVING):
        return list(read_all(wanted, 1, reader=reader, staff=staff))

    try:
        assert all(isinstance(o, Report) for o in read_all_with(items[:2]))
        (first,) = staff
        assert _alive(first.process.pid)
        read_all_with(items[:1])
        assert staff == [first]
        # One that crashed is not kept, and one that is gone is not asked.
        (lost,) = read_all_with(inputs("exit-1.x"))
        assert isinstance(lost, Failure)
        assert staff == []
        read_all_with(items[:1])
        (second,) = staff
        second.process.kill()
        second.process.wait()
        assert all(isinstance(o, Report) for o in read_all_with(items[:2]))
        (third,) = staff
        # It was started for another purpose.
        read_all_with(items[:1], reader=workers.READER)
        assert third not in staff
        assert not _alive(third.process.pid)
    finally:
        for worker in staff:
            worker.close()
        assert not any(_alive(worker.process.pid) for worker in staff)
