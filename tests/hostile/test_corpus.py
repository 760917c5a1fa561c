"""A folder of hostile files among good reports, in one run of the main job.

Each hostile file costs one line that names it and says why, seconds and less than 1 GB; all good reports
are complete.
"""

import contextlib
import io
import json
import os
import re
import sys
import tempfile
from collections import defaultdict

import polars as pl
import pytest

from gkaudit import workers
from gkaudit.cli import main
from tests.generate import make
from tests.hostile.corpus import KINDS, good

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measured in /proc")

#: Seconds for one file on a machine that has other things to do as well, and bytes.
SECONDS, MEMORY = 45, 1024**3
GOOD = [f"好{n}.txt" for n in range(4)]


class Run:
    """What the run left: lines on stderr, failures by name, rows of the frames, measurements."""

    def __init__(self, folder, out, measured):
        kept, workers.PACKER = workers.PACKER, "tests.hostile.measured:pack_chunk"
        os.environ["GKAUDIT_MEASURED"] = str(measured)
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
                self.code = main(["run", str(folder), "--out", str(out), "--no-html", "--jobs", "2"])
        finally:
            workers.PACKER = kept
            del os.environ["GKAUDIT_MEASURED"]
        self.lines = said.getvalue().splitlines()
        manifest = json.loads((out / "run.json").read_text("utf-8"))
        self.failures = {f["name"]: f["reason"] for f in manifest["failures"]}
        self.reports = pl.read_parquet(out / "data" / "reports.parquet")
        self.cells = pl.read_parquet(out / "data" / "cells.parquet")
        self.measured = [json.loads(line) for line in measured.read_text("utf-8").splitlines()]

    def of(self, name):
        """Reasons and sources of the input, or of what an archive of that name holds."""
        own = {n: reason for n, reason in self.failures.items() if n == name or n.startswith(f"{name}/")}
        read = [s for s in self.reports.get_column("source") if s == name or s.startswith(f"{name}/")]
        return own, read


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("in")
    for kind in KINDS:
        (folder / kind.name).write_bytes(kind.build())
    for n, name in enumerate(GOOD):
        (folder / name).write_text(make(n, layout="grid").text, encoding="utf-8")
    (folder / "文件夹.docx").mkdir()
    (folder / "文件夹.docx" / "好.docx").write_bytes(good("docx"))
    os.mkfifo(folder / "管道.txt")
    (folder / "圈.txt").symlink_to(folder / "圈.txt")
    (folder / "断.docx").symlink_to(folder / "没有")
    (folder / "无权.txt").write_bytes(good("txt"))
    (folder / "无权.txt").chmod(0)
    with open(os.fsencode(folder) + b"/" + "乱码名.txt".encode("gb18030"), "wb") as file:  # noqa: PTH123
        file.write(good("txt"))
    scratch = tmp_path_factory.mktemp("tmp")
    kept, tempfile.tempdir = tempfile.tempdir, str(scratch)
    try:
        done = Run(folder, tmp_path_factory.mktemp("out"), tmp_path_factory.mktemp("measured") / "lines")
    finally:
        tempfile.tempdir = kept
    done.left = list(scratch.iterdir())
    return done


def test_there_are_many_kinds():
    assert len(KINDS) == len({kind.name for kind in KINDS})
    assert len(KINDS) > 100


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_is_refused_with_its_reason_or_read(run, kind):
    refused, read = run.of(kind.name)
    assert refused or read
    if not kind.reads:
        assert not read
    for name, reason in refused.items():
        assert kind.reason, f"{name} should have been read: {reason}"
        assert re.search(kind.reason, reason), reason
        assert not re.search("程序出错|程序崩溃|读取超过|内存超过", reason)
        (line,) = [text for text in run.lines if text.startswith(f"未能读取 {name}：")]
        assert line.endswith(reason)
        assert "；" in reason or "，" in reason, "the reason says what to do"


def test_each_took_seconds_and_little_memory(run):
    slow = {m["name"]: round(m["seconds"], 1) for m in run.measured if m["seconds"] > SECONDS}
    big = {m["name"]: m["peak"] // 2**20 for m in run.measured if m["peak"] > MEMORY}
    assert (slow, big) == ({}, {})


def test_the_rest_is_complete(run):
    assert run.code == 2
    sources = run.reports.get_column("source").to_list()
    assert {*GOOD, "文件夹.docx/好.docx", "乱码名.txt"} <= set(sources)
    counts = run.cells.group_by("report_id").len().get_column("len").to_list()
    assert set(counts) <= {198, 200}
    assert len(counts) == len(sources)
    states = run.reports.filter(pl.col("source").is_in(GOOD)).get_column("status")
    assert set(states) == {"read"}


def test_what_is_no_file_is_named(run):
    assert "管道" in run.failures["管道.txt"]
    assert "打不开" in run.failures["圈.txt"]
    assert "打不开" in run.failures["断.docx"]
    if os.geteuid() != 0:
        assert "权限" in run.failures["无权.txt"]


def test_no_name_leads_anywhere(run):
    names = [*run.failures, *run.reports.get_column("source")]
    parts = [part for name in names for part in name.split("/")]
    assert not {"..", ""} & set(parts)
    assert not any(re.match(r"[A-Za-z]:", name) for name in names)


def test_no_traceback_and_nothing_left_behind(run):
    assert not any("Traceback" in line for line in run.lines)
    by_kind = defaultdict(int)
    for line in run.lines:
        by_kind[line.split(" ", 1)[0]] += 1
    assert set(by_kind) <= {"未能读取", "读取不全", "读取", "检查"}
    assert run.left == []
