"""The ledger under several processes at once, and under a kill at any moment."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from gkaudit.reviews import Ledger, storage
from gkaudit.reviews.ledger import NAME

MARK = {"report_id": "岫川镇-2024", "check_id": "ARI-02", "sha256": "a" * 64, "numbers": "{}"}
WRITER = """
import sys
from gkaudit.reviews import Ledger
ledger, who, count = Ledger(sys.argv[1]), sys.argv[2], int(sys.argv[3])
mark = dict(report_id="岫川镇-2024", check_id="ARI-02", sha256="a" * 64, numbers="{}")
for n in range(count):
    entry = ledger.decide({**mark, "finding_id": f"{who}-{n}"}, "dismiss", "理由" * 50, who)
    print(entry, flush=True)
    if n % 40 == 0:
        ledger.decisions()
"""
HALF = """
import sys, time
from pathlib import Path
from gkaudit.reviews.storage import writing
with writing(Path(sys.argv[1])) as connection:
    connection.execute("INSERT INTO decisions (finding_id, report_id, check_id, kind, reason, author, at, sha256,"
                       " numbers) VALUES ('half', '', '', 'note', 'x', 'x', '', '', '')")
    print("in", flush=True)
    time.sleep(60)
"""


def start(code, *arguments):
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, text=True)


def sound(path):
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        connection.close()


def test_writers_at_once_lose_nothing(tmp_path):
    path, each = tmp_path / NAME, 300
    # Both start on a folder without a ledger, so that the creation is raced for as well; a third one reads.
    writers = [start(WRITER, path, who, each) for who in ("甲", "乙")]
    ledger, seen = Ledger(path), [0]
    while any(writer.poll() is None for writer in writers):
        seen.append(ledger.decisions().height)
        time.sleep(0.01)
    said = [writer.communicate()[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    entries = ledger.decisions()
    assert entries.height == 2 * each
    assert sorted(int(n) for numbers in said for n in numbers) == entries["entry"].to_list()
    assert set(entries["finding_id"]) == {f"{who}-{n}" for who in ("甲", "乙") for n in range(each)}
    assert seen == sorted(seen), "an entry was seen and then not"
    assert sound(path) == "ok"


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_a_kill_at_any_moment_leaves_what_was_acknowledged(tmp_path):
    path, acknowledged = tmp_path / NAME, set()
    moments = random.Random(7)
    for round_ in range(6):
        writer = start(WRITER, path, f"r{round_}", 100_000)
        assert writer.stdout is not None
        acknowledged.add(int(writer.stdout.readline()))
        time.sleep(moments.uniform(0, 0.12))
        writer.send_signal(signal.SIGKILL)
        acknowledged |= {int(line) for line in writer.communicate()[0].splitlines(keepends=True) if line.endswith("\n")}
        entries = Ledger(path).decisions()
        assert acknowledged <= set(entries["entry"])
        assert sound(path) == "ok"
    assert Ledger(path).decide({**MARK, "finding_id": "after"}, "confirm", author="丙") > max(acknowledged)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_a_kill_inside_a_write_leaves_the_old_state(tmp_path):
    path = tmp_path / NAME
    Ledger(path).decide({**MARK, "finding_id": "before"}, "confirm", author="甲")
    writer = start(HALF, path)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "in\n"
    # Readers do not wait for a writer, and do not see what is not finished.
    assert Ledger(path).decisions()["finding_id"].to_list() == ["before"]
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    assert Ledger(path).decisions()["finding_id"].to_list() == ["before"]
    Ledger(path).decide({**MARK, "finding_id": "after"}, "confirm", author="甲")
    assert Ledger(path).decisions()["finding_id"].to_list() == ["before", "after"]


def test_nothing_but_the_ledger_is_left_behind(tmp_path):
    path = tmp_path / NAME
    ledger = Ledger(path)
    ledger.decide({**MARK, "finding_id": "f"}, "confirm", author="甲")
    before = path.read_bytes()
    ledger.decisions()
    assert path.read_bytes() == before
    assert {p.name for p in tmp_path.iterdir()} <= {NAME, f"{NAME}-wal", f"{NAME}-shm"}


def test_a_network_share_has_no_wal_and_says_so(tmp_path, monkeypatch):
    ledger = Ledger(tmp_path / NAME)
    ledger.decide({**MARK, "finding_id": "local"}, "confirm", author="甲")
    assert ledger.remark == ""
    monkeypatch.setattr(storage, "_file_system", lambda _: "cifs")
    assert "网络盘" in ledger.remark
    ledger.decide({**MARK, "finding_id": "shared"}, "confirm", author="甲")
    connection = sqlite3.connect(ledger.path)
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    connection.close()
    assert ledger.decisions().height == 2


def test_the_file_system_of_a_folder(tmp_path, monkeypatch):
    mounts = tmp_path / "mounts"
    mounts.write_text("a / ext4 rw 0 0\nb /mnt/共享\\040盘 cifs rw 0 0\nc /mnt/共享\\040盘/本机 ext4 rw 0 0\n", "utf-8")
    real = storage.Path
    monkeypatch.setattr(storage, "Path", lambda p: mounts if p == "/proc/self/mounts" else real(p))
    assert storage._file_system(real("/mnt/共享 盘/甲/audit_out")) == "cifs"
    assert storage._file_system(real("/mnt/共享 盘/本机")) == "ext4"
    assert storage._file_system(real("/home/x")) == "ext4"
