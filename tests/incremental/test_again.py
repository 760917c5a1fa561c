"""A second run: nothing changed, one changed, one gone, rules changed; what is not ours stays; one run at a time."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gkaudit.batch import Job, Outcome, run
from gkaudit.errors import UsageError
from gkaudit.notebook.forks import has_fork
from gkaudit.reviews import NAME, Ledger, marks
from gkaudit.store import FOLDER, locked
from tests.generate import make
from tests.incremental.results import differing, moments, results

ROOT = Path(__file__).resolve().parents[2]


def report(seed: int, town: str, year: int = 2024) -> str:
    made = make(seed, layout="grid")
    old = made.organ.removeprefix(made.county).removesuffix("人民政府").removesuffix("办事处")
    return made.text.replace(old, town).replace(str(made.year), str(year)).replace(made.county, "岚皎县")


def write(folder: Path, *towns: str) -> None:
    folder.mkdir(exist_ok=True)
    for seed, town in enumerate(towns):
        (folder / f"{town}2024年报告.txt").write_text(report(seed, town), encoding="utf-8")


def times(out: Path) -> dict[str, int]:
    return {
        p.relative_to(out).as_posix(): p.stat().st_mtime_ns for p in out.rglob("*") if p.suffix in {".html", ".ipynb"}
    }


def audit(source: Path, out: Path, **more: object) -> Outcome:
    return run(Job((str(source),), out, jobs=1, **more))


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Three reports, and what a run makes of them."""
    folder = tmp_path_factory.mktemp("first")
    write(folder / "in", "甲渚镇", "乙渚镇", "丙渚镇")
    audit(folder / "in", folder / "out")
    return folder / "in", folder / "out"


@pytest.fixture
def copied(done: tuple[Path, Path]) -> tuple[Path, Path]:
    """The same, to be changed; in the same place, since notebooks name it."""
    source, out = done
    kept = out.with_name("kept")
    shutil.copytree(out, kept, copy_function=shutil.copy2)
    inputs = source.with_name("kept_in")
    shutil.copytree(source, inputs)
    yield source, out
    shutil.rmtree(out)
    kept.rename(out)
    shutil.rmtree(source)
    inputs.rename(source)


def test_nothing_changed_is_nothing_done(copied):
    source, out = copied
    before, made = times(out), results(out)
    again = audit(source, out)
    assert again.reused
    assert again.code in (0, 1)
    assert times(out) == before
    assert differing(results(out), made) == []
    assert again.audit.findings.height == json.loads((out / "run.json").read_text("utf-8"))["counts"]["findings"][
        "error"
    ] + sum(again.audit.counts()[s] for s in ("warning", "info"))


def test_one_changed_is_one_page_and_the_overview(copied):
    source, out = copied
    before = times(out)
    path = source / "乙渚镇2024年报告.txt"
    path.write_text(path.read_text("utf-8").replace("。", "，特此说明。", 1), encoding="utf-8")
    again = audit(source, out)
    assert not again.reused
    changed = {name for name, at in times(out).items() if before[name] != at}
    assert changed == {"reports/乙渚镇-2024.html", "notebooks/乙渚镇-2024.ipynb", "index.html", "index.ipynb"}
    fresh = out.with_name("fresh")
    audit(source, fresh)
    assert differing(results(out), results(fresh)) == []


@pytest.mark.skipif(not has_fork(), reason="forks are there on Linux only")
def test_the_notebook_that_both_engines_run_is_one_of_the_batch(copied):
    """Also where it began on what the last run left, and that report is gone."""
    source, out = copied

    def compared() -> str:
        assert not audit(source, out).reused
        told = json.loads((out / "run.json").read_text("utf-8"))
        assert told["notebooks"]["agree"] is True
        assert told["notebooks"]["compared"] in {i["report_id"] for i in told["inputs"]}
        return told["notebooks"]["compared"]

    write(source, "丁渚镇")
    first = compared()
    (source / f"{first.partition('-')[0]}2024年报告.txt").unlink()
    assert compared() != first


def test_a_page_that_was_only_touched_stays_and_one_that_changed_without_growing_is_made_again(copied):
    source, out = copied
    made = results(out)
    touched, changed = (out / "reports" / f"{town}-2024.html" for town in ("甲渚镇", "乙渚镇"))
    os.utime(touched)
    at = touched.stat().st_mtime_ns
    text = changed.read_text("utf-8")
    changed.write_text(text.replace("年", "月", 1), encoding="utf-8")
    audit(source, out)
    assert touched.stat().st_mtime_ns == at
    assert differing(results(out), made) == []


def test_a_damaged_or_missing_page_is_made_again(copied):
    source, out = copied
    made = results(out)
    (out / "reports" / "甲渚镇-2024.html").unlink()
    (out / "notebooks" / "丙渚镇-2024.ipynb").write_text("{}")
    (out / "data" / "cells.parquet").write_bytes(b"PAR1")
    again = audit(source, out)
    assert not again.reused
    assert differing(results(out), made) == []


def test_pages_that_no_longer_belong_go_and_nothing_else(copied):
    source, out = copied
    (out / "reports" / "手写.html").write_text("mine")
    (out / "mine.txt").write_text("mine")
    edited = out / "notebooks" / "丙渚镇-2024.ipynb"
    edited.write_text(edited.read_text("utf-8") + "\n")
    (source / "丙渚镇2024年报告.txt").unlink()
    audit(source, out)
    assert not (out / "reports" / "丙渚镇-2024.html").exists()
    assert edited.exists()
    assert (out / "reports" / "手写.html").read_text() == "mine"
    assert (out / "mine.txt").read_text() == "mine"


def test_a_decision_concerns_its_page_only_and_the_ledger_is_left_alone(copied):
    source, out = copied
    made = audit(source, out).audit
    first = marks(made.findings, made.reports, made.cells).row(0, named=True)
    Ledger(out / NAME).decide(first, "confirm")
    ledger, before = (out / NAME).read_bytes(), times(out)
    assert not audit(source, out).reused
    changed = {name for name, at in times(out).items() if before[name] != at and name.startswith("reports/")}
    assert changed == {f"reports/{first['report_id']}.html"}
    assert (out / NAME).read_bytes() == ledger
    assert audit(source, out).reused


def test_changed_rules_and_fresh_do_it_again(copied, tmp_path):
    source, out = copied
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "expectations", rules)
    (rules / "wording.json").unlink()
    assert not audit(source, out, expectations=str(rules)).reused
    assert not audit(source, out).reused
    before = times(out)
    assert not audit(source, out, fresh=True).reused
    assert all(at > before[name] for name, at in times(out).items())


def test_pages_have_no_time_in_them(done):
    for page in (done[1] / "reports").glob("*.html"):
        assert moments(page.read_text("utf-8")) == []


def test_no_personal_number_is_kept(tmp_path):
    write(tmp_path / "in", "丁渚镇")
    path = tmp_path / "in" / "丁渚镇2024年报告.txt"
    path.write_text(path.read_text("utf-8").replace("。", "，联系人手机13912345678。", 1), encoding="utf-8")
    audit(tmp_path / "in", tmp_path / "out", pages=False)
    held = b"".join(p.read_bytes() for p in (tmp_path / "out" / FOLDER).rglob("*") if p.is_file())
    assert b"13912345678" not in held
    assert audit(tmp_path / "in", tmp_path / "out", pages=False).reused


def test_a_second_run_in_one_folder_is_refused(done, tmp_path):
    source, _ = done
    with locked(tmp_path / FOLDER, tmp_path), pytest.raises(UsageError, match="另一个 gkaudit"):
        audit(source, tmp_path)
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom gkaudit.store import locked\n"
        "with locked(Path(sys.argv[1], '.gkaudit'), Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert owner.stdout.readline() == b"held\n"
    try:
        with pytest.raises(UsageError, match=f"进程 {owner.pid}"), locked(tmp_path / FOLDER, tmp_path):
            pass
    finally:
        owner.kill()
        owner.wait()
        owner.stdout.close()
    with locked(tmp_path / FOLDER, tmp_path):
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_killed_at_any_moment_it_goes_on_and_ends_the_same(tmp_path):
    write(tmp_path / "in", "甲渚镇", "乙渚镇")
    (tmp_path / "rules").mkdir()
    # Fewer rules make shorter runs, so that the moments fall on everything else as well.
    shutil.copy(ROOT / "expectations" / "arithmetic.json", tmp_path / "rules")
    done = subprocess.run(  # noqa: PLW1510
        [sys.executable, "-m", "tests.incremental.killed", str(tmp_path), "8"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"killed 8, ended \d+, the same each time", done.stdout), done.stdout + done.stderr


def test_results_do_not_depend_on_order_workers_or_engine(tmp_path):
    write(tmp_path / "in", "甲渚镇", "乙渚镇")
    names = sorted(p.name for p in (tmp_path / "in").iterdir())
    made = []
    for jobs, engine, order in ((1, "fork" if hasattr(os, "fork") else "auto", 1), (2, "nbclient", -1)):
        out = tmp_path / "out"
        shutil.rmtree(out, ignore_errors=True)
        paths = tuple(str(tmp_path / "in" / name) for name in names[::order])
        run(Job(paths, out, jobs=jobs, engine=engine))
        made.append(results(out))
    assert differing(*made) == []


def test_no_network_is_used(tmp_path):
    """The whole run with every internet socket refused."""
    write(tmp_path / "in", "甲渚镇")
    code = (
        "import socket, sys\nreal = socket.socket.connect\n"
        "def connect(self, where):\n    if self.family != socket.AF_UNIX: sys.exit('network')\n    real(self, where)\n"
        "socket.socket.connect = connect\nsocket.getaddrinfo = lambda *a, **k: sys.exit('network')\n"
        "from gkaudit.cli import main\nsys.exit(main(sys.argv[1:]))"
    )
    call = [sys.executable, "-c", code, "run", str(tmp_path / "in"), "--out", str(tmp_path / "out")]
    done = subprocess.run(call, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode in (0, 1), done.stderr
    assert (tmp_path / "out" / "index.html").is_file()
