"""What a run takes over from the one before: findings and leads of reports that nothing has changed for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

import gkaudit.findings
import gkaudit.gx.rules_base as base
from gkaudit.auditing import audit, inputs
from gkaudit.batch import Job, run
from gkaudit.frames import FINDINGS, Tables, frame
from gkaudit.gx import validation
from gkaudit.gx.codes import codes_of, parted
from gkaudit.gx.suites import load_suites, run_suites
from gkaudit.panel.links import linked
from gkaudit.resources import folder
from gkaudit.rows import tables, unpack
from gkaudit.store.judged import Judged
from gkaudit.wide import widened
from gkaudit.workers import pack_all
from tests.generate.many import write
from tests.incremental.results import differing, results

ROOT = Path(__file__).resolve().parents[2]
_JUDGED = Path(".gkaudit", "judged.json")


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve reports of four bodies, each of three years, half of them with a slip in a table."""
    place = tmp_path_factory.mktemp("towns")
    list(write(12, place, ("txt",), seed=5, slips=0.5))
    return place


@pytest.fixture
def done(towns: Path, tmp_path: Path) -> tuple[Path, Path]:
    source, out = tmp_path / "in", tmp_path / "out"
    shutil.copytree(towns, source)
    _run(source, out)
    return source, out


def _run(source: Path, out: Path, **more: object) -> None:
    run(Job((str(source),), out, jobs=1, pages=False, **more))


@pytest.fixture
def worded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The reports whose findings are worded."""
    seen: list[str] = []
    before = gkaudit.findings._of_report

    def noted(results, problems, context):
        seen.append(context.report_id)
        return before(results, problems, context)

    monkeypatch.setattr(gkaudit.findings, "_of_report", noted)
    return seen


def _spoil(path: Path) -> None:
    """Another number in the last row of the tables."""
    lines = path.read_text("utf-8").split("\n")
    at = max(i for i, line in enumerate(lines) if line.count("|") > 3 or line.count("\t") > 3)
    digits = [i for i, sign in enumerate(lines[at]) if sign.isdigit()]
    lines[at] = f"{lines[at][: digits[0]]}{(int(lines[at][digits[0]]) + 1) % 10}{lines[at][digits[0] + 1 :]}"
    path.write_text("\n".join(lines), encoding="utf-8")


def test_only_the_changed_report_and_the_year_after_it_are_worded(done, worded, tmp_path):
    source, out = done
    changed = min(source.rglob("*.txt"))
    _spoil(changed)
    _run(source, out)
    table = pl.read_parquet(out / "data" / "reports.parquet")
    own = table.filter(pl.col("source").str.ends_with(changed.name)).row(0, named=True)
    following = table.filter(pl.col("organ") == own["organ"], pl.col("year") == own["year"] + 1)
    allowed = {own["report_id"], *following.get_column("report_id")}
    assert set(worded) <= allowed
    assert len(set(worded)) < table.height / 2
    fresh = tmp_path / "fresh"
    _run(source, fresh)
    assert differing(results(out), results(fresh)) == []


def _judged(source: Path):
    made = tables(unpack(list(pack_all(inputs([source]), 1))))
    panel = linked(widened(*made), (), 0)
    return made, run_suites(load_suites(folder("expectations", None)), panel.wide)


def _looking_around(source: Path) -> set[str]:
    """Reports with a finding that is about other reports as well."""
    _, found = _judged(source)
    around = [entry.index for entry in found.entries if entry.rule.around]
    return set(found.problems().filter(pl.col("entry").is_in(around)).get_column("report_id"))


def test_a_finding_about_another_report_is_worded_again_only_where_that_one_changes(towns, worded, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    shutil.copytree(towns, source)
    first = min(source.rglob("*霁桥镇2021*.txt"))
    copy = first.with_name(first.name.replace("霁桥镇", "云桥乡"))
    copy.write_text(first.read_text("utf-8").replace("霁桥镇", "云桥乡"), encoding="utf-8")
    _run(source, out)
    twins = {"霁桥镇-2021", "云桥乡-2021"}
    assert twins <= _looking_around(source)
    worded.clear()
    # Something that neither of the two speaks of.
    _spoil(min(source.rglob("*枫桥镇2021*.txt")))
    _run(source, out)
    assert worded
    assert not twins & set(worded)
    worded.clear()
    # The other one bears another name, which the finding says: the problem is the same, its words are not.
    named = copy.with_name(copy.name.replace("云桥乡", "岚桥乡"))
    named.write_text(copy.read_text("utf-8").replace("云桥乡", "岚桥乡"), encoding="utf-8")
    copy.unlink()
    _run(source, out)
    assert {"霁桥镇-2021", "岚桥乡-2021"} <= set(worded)
    _run(source, tmp_path / "fresh")
    assert differing(results(out), results(tmp_path / "fresh")) == []


def test_other_rules_and_other_files_take_nothing_over(done, worded, tmp_path):
    source, out = done
    everything = set(pl.read_parquet(out / "data" / "findings.parquet").get_column("report_id"))
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "expectations", rules)
    # Another word in a suite: what was found by the old one is not taken over.
    suite = rules / "arithmetic.json"
    suite.write_text(suite.read_text("utf-8") + "\n", encoding="utf-8")
    _run(source, out, expectations=str(rules))
    assert set(worded) == everything
    worded.clear()
    shutil.rmtree(rules)
    _run(source, out)
    worded.clear()
    # Somebody wrote into the table.
    path = out / "data" / "findings.parquet"
    pl.read_parquet(path).with_columns(message=pl.lit("改过")).write_parquet(path)
    _run(source, out)
    assert set(worded) == everything
    assert "改过" not in set(pl.read_parquet(path).get_column("message"))


def test_half_a_note_is_no_note(done, worded):
    source, out = done
    made = results(out)
    for text in ("", "{", '{"given": 1}', json.dumps({**json.loads((out / _JUDGED).read_text()), "findings": 3})):
        (out / _JUDGED).write_text(text)
        (out / ".gkaudit" / "last.json").unlink()
        worded.clear()
        _run(source, out)
        assert worded
        assert differing(results(out), made) == []


def test_what_is_covered_in_the_table_is_not_taken_over(towns, tmp_path):
    made, found = _judged(towns)
    judged = Judged(tmp_path, "")
    judged.look(made)
    judged.compare(found, found.verdicts)
    whole = audit(towns).findings
    first, second = whole.get_column("report_id").unique(maintain_order=True).head(2)
    secret = pl.when(pl.col("report_id") == first).then(pl.lit("身份证号11010519491231002X")).otherwise(pl.col("quote"))
    (tmp_path / ".gkaudit").mkdir()
    empty = frame((), FINDINGS)
    judged.keep({"findings": whole.with_columns(quote=secret), "leads": empty, "implied": empty})
    kept = json.loads((tmp_path / _JUDGED).read_text("utf-8"))["findings"]
    assert first not in kept
    assert second in kept


def test_rules_that_say_so_look_at_no_other_report(towns):
    """What is taken over is right only where a finding depends on its own report and the one before it."""
    made, found = _judged(towns)
    assert isinstance(made, Tables)
    problems = found.problems("broken", "undetermined")
    seen = set()
    for report, entry, line in problems.select("report", "entry", "line").iter_rows():
        rule = found.entry(entry).rule
        if rule.around:
            continue
        row = found.row(report)
        alone = {name: value for name, value in row.items() if name not in {base.FRAME, base.FRAME_ROW}}
        assert found.measure(entry, line, alone) == found.measure(entry, line, row)
        seen.add(rule.type)
    assert len(seen) > 5


def test_rules_that_are_alone_judge_a_part_of_the_batch_as_they_judge_the_whole(towns):
    """Codes are taken over only of these: cutting the batch, and another order, must not change one of them."""
    _, found = _judged(towns)
    suites, _ = parted(load_suites(folder("expectations", None)))
    assert sum(len(suite.entries) for suite in suites) > 50
    for cut in (found.wide[5:6], found.wide[::-3]):
        part = run_suites(suites, cut)
        for entry in part.entries:
            whole = found.codes(found.entry(entry.index))
            places = [found.wide.get_column("report_id").index_of(i) for i in cut.get_column("report_id")]
            assert part.codes(entry).equals(whole[places]), entry.check_id


def test_known_codes_are_not_computed_and_come_in_the_order_of_the_batch(towns, monkeypatch):
    made, found = _judged(towns)
    suites = load_suites(folder("expectations", None))
    seen = []
    before = validation.validate
    monkeypatch.setattr(validation, "validate", lambda s, wide: seen.append(wide.height) or before(s, wide))
    known = codes_of(found)
    for kept in (known[[3, 1, 7]], known[::-1], known):
        seen.clear()
        again = run_suites(suites, linked(widened(*made), (), 0).wide, kept)
        assert seen == [height for height in (found.wide.height - kept.height, found.wide.height) if height]
        for entry in found.entries:
            assert again.codes(entry).equals(found.codes(entry)), entry.check_id
        assert again.verdicts.equals(found.verdicts)
