"""The verbs of the contract, with their exit codes and one clear line for everything that goes wrong."""

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest
from rich.cells import cell_len

from gkaudit.cli import main
from gkaudit.frames import read
from gkaudit.reviews import Ledger
from tests.generate import make

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path):
    """An input folder with one clean report."""
    inputs = tmp_path / "in"
    inputs.mkdir()
    (inputs / "好.txt").write_text(make(5, layout="grid").text, encoding="utf-8")
    return inputs


def _run(inputs, out, *more):
    return main(["run", str(inputs), "--out", str(out), "--no-html", *more])


def _broken(inputs):
    """A report whose row （一）予以公开 says one more in its total than its parts."""
    lines = make(5, layout="grid").text.split("\n")
    at = next(i for i, line in enumerate(lines) if "（一）予以公开\t" in line)
    head, _, total = lines[at].rstrip("\t").rpartition("\t")
    lines[at] = f"{head}\t{int(total) + 1}"
    (inputs / "错.txt").write_text("\n".join(lines), encoding="utf-8")


def test_no_error_is_0(folder, tmp_path, capsys):
    assert _run(folder, tmp_path / "out") == 0
    assert "1 份报告：错误 0" in capsys.readouterr().out
    assert _run(folder, tmp_path / "out", "--quiet") == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_an_error_is_1(folder, tmp_path):
    _broken(folder)
    assert _run(folder, tmp_path / "out") == 1


BAD = {
    "空.txt": (b"", "文件是空的"),
    "空白.txt": (b" \n\t\n", "文件是空的"),
    "二进制.txt": (bytes(range(256)) * 20, "不是文本文件"),
    "english.txt": (b"nothing to see here", "没有中文内容"),
    "菜单.txt": ("白菜两颗，萝卜三根。".encode(), "不像政府信息公开工作年度报告"),
}


def test_bad_input_is_2_with_one_line_each_and_the_rest_is_complete(folder, tmp_path, capsys):
    for name, (data, _) in BAD.items():
        (folder / name).write_bytes(data)
    _broken(folder)
    assert _run(folder, tmp_path / "out") == 2
    lines = capsys.readouterr().err.splitlines()
    for name, (_, reason) in BAD.items():
        (line,) = [text for text in lines if f" {name}：" in text]
        assert reason in line
    assert not any("Traceback" in line for line in lines)
    run = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert {f["name"] for f in run["failures"]} == set(BAD)
    assert pl.read_parquet(tmp_path / "out" / "data" / "reports.parquet").height == 2


def test_a_report_without_tables_is_read_and_said(folder, tmp_path, capsys):
    text = "青山镇人民政府2024年政府信息公开工作年度报告\n一、总体情况\n良好。\n二、主动公开政府信息情况\n五、存在的主要问题及改进情况\n无。"
    (folder / "无表.txt").write_text(text, encoding="utf-8")
    assert _run(folder, tmp_path / "out", "--quiet") in (0, 1)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("读取不全 无表.txt：没有找到任何法定表格")
    cells = pl.read_parquet(tmp_path / "out" / "data" / "cells.parquet").filter(pl.col("report_id") == "青山镇-2024")
    assert cells.height == 200
    assert set(cells.get_column("state")) == {"absent"}


def test_a_table_that_is_markup_is_no_missing_table(folder, tmp_path, capsys):
    lines = make(5, layout="grid").text.split("\n")
    start, end = (next(i for i, line in enumerate(lines) if line.startswith(n) and "\t" not in line) for n in "三四")
    kept = [*lines[: start + 1], *lines[end:]]
    kept.insert(start + 1, "<table><tr><td>一、本年新收政府信息公开申请数量</td><td>0</td></tr></table>")
    (folder / "网页.md").write_text("\n".join(kept), encoding="utf-8")
    _run(folder, tmp_path / "out")
    assert "表格是网页代码" in capsys.readouterr().err
    data = tmp_path / "out" / "data"
    findings = pl.read_parquet(data / "findings.parquet").filter(pl.col("check_id") == "STR-05")
    assert findings.is_empty()
    verdicts = pl.read_parquet(data / "verdicts.parquet").filter(pl.col("check_id") == "STR-05")
    assert "undetermined" in verdicts.get_column("outcome").to_list()


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["run", "--no-such-option"],
        ["run", "没有这个文件夹"],
        ["run", "--jobs", "0"],
        ["run", "--lang", "fr"],
        ["fly"],
    ],
)
def test_bad_usage_is_3_and_writes_nothing(argv, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports_in").mkdir()
    (tmp_path / "reports_in" / "好.txt").write_text(make(5).text, encoding="utf-8")
    try:
        code = main(argv)
    except SystemExit as stop:
        code = stop.code
    assert code == 3
    said = capsys.readouterr()
    assert said.err
    assert "Traceback" not in said.err
    assert not (tmp_path / "audit_out").exists()


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["run", "--lang", "fr"], "--lang 不能是 'fr'，可以是"),
        (["run", "--jobs", "两个"], "--jobs 要写整数，现在是 '两个'"),
        (["run", "--out"], "--out 后面要写一个值"),
        (["read"], "缺少 FILE"),
        (["doctor", "--all"], "不认识 --all"),
        (["read", "."], ".：这是文件夹；请写明其中一份报告"),
        (["run", "--units", "没有.csv", "."], "没有.csv：读不了（没有这个文件或文件夹）"),
    ],
)
def test_bad_usage_is_told_in_chinese(argv, said, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        code = main(argv)
    except SystemExit as stop:
        code = stop.code
    assert code == 3
    assert said in capsys.readouterr().err


def test_help_is_in_chinese(capsys):
    for argv in (["--help"], ["run", "--help"]):
        with pytest.raises(SystemExit) as stop:
            main(argv)
        assert stop.value.code == 0
        said = capsys.readouterr().out
        assert not re.search(r"usage|positional|options:|show this|show program", said), said


def test_an_empty_folder_is_3(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    assert _run(tmp_path / "in", tmp_path / "out") == 3
    assert "没有找到任何文件" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def _suites(tmp_path):
    return shutil.copytree(ROOT / "expectations", tmp_path / "suites")


def test_a_misspelled_expectation_is_3_naming_file_and_entry(folder, tmp_path, capsys):
    suites = _suites(tmp_path)
    path = suites / "arithmetic.json"
    path.write_text(path.read_text("utf-8").replace("expect_sums_to_balance", "expect_sum_to_balance", 1), "utf-8")
    assert _run(folder, tmp_path / "out", "--expectations", str(suites)) == 3
    said = capsys.readouterr().err
    assert "arithmetic.json" in said
    assert "第1条" in said
    assert "是不是想写 expect_sums_to_balance" in said
    assert not (tmp_path / "out").exists()
    assert main(["suites", "--expectations", str(suites)]) == 3


def test_editing_a_column_list_changes_the_findings(folder, tmp_path):
    suites = _suites(tmp_path)
    path = suites / "arithmetic.json"
    data = json.loads(path.read_text("utf-8"))
    (entry,) = [e for e in data["expectations"] if e["meta"]["check_id"] == "ARI-05"]
    entry["kwargs"]["right"] = ["upheld", "corrected"]
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    made = next(
        m
        for m in map(make, range(40))
        if sum(m.cells[f"remedies.reconsideration.{c}"].value or 0 for c in ("pending", "other_outcome"))
    )
    (folder / "好.txt").write_text(made.text, encoding="utf-8")
    assert _run(folder, tmp_path / "before") == 0
    assert _run(folder, tmp_path / "after", "--expectations", str(suites)) == 1
    found = pl.read_parquet(tmp_path / "after" / "data" / "findings.parquet")
    assert set(found.filter(pl.col("severity") == "error").get_column("check_id")) == {"ARI-05"}


def test_a_second_run_keeps_what_is_not_its_own(folder, tmp_path):
    out = tmp_path / "out"
    assert _run(folder, out) == 0
    mark = dict.fromkeys(("finding_id", "report_id", "check_id", "sha256", "numbers"), "x")
    Ledger(out / "reviews.sqlite").decide(mark, "dismiss", "看过原件", "张三")
    decided = (out / "reviews.sqlite").read_bytes()
    (out / "reports" / "旧.html").write_text("x", encoding="utf-8")
    assert _run(folder, out) == 0
    assert (out / "reviews.sqlite").read_bytes() == decided
    assert (out / "reports" / "旧.html").exists()
    assert not list(out.rglob("*.partial"))


def test_a_ledger_that_cannot_be_read_stops_the_run(folder, tmp_path, capsys):
    # Without the corrections in it the results would be others.
    out = tmp_path / "out"
    out.mkdir()
    (out / "reviews.sqlite").write_bytes(b"the auditors' decisions")
    assert _run(folder, out) == 3
    assert "账本" in capsys.readouterr().err
    assert (out / "reviews.sqlite").read_bytes() == b"the auditors' decisions"
    assert not (out / "data").exists()


def test_a_correction_counts_in_the_next_run(folder, tmp_path):
    out, key = tmp_path / "out", "requests.processed.total"
    assert _run(folder, out) == 0
    before = read(out / "data" / "cells.parquet").row(by_predicate=pl.col("key") == key, named=True)
    sha256 = read(out / "data" / "reports.parquet")["sha256"][0]
    Ledger(out / "reviews.sqlite").correct(before, sha256, "77", reason="看错", author="张三")
    assert _run(folder, out) == 1
    after = read(out / "data" / "cells.parquet").row(by_predicate=pl.col("key") == key, named=True)
    assert (after["value"], after["corrected_from"]["value"]) == (77, before["value"])
    found = read(out / "data" / "findings.parquet").filter(pl.col("check_id") == "ARI-01")
    assert "更正" in found["message"][0]
    Ledger(out / "reviews.sqlite").withdraw(after, sha256, author="张三")
    assert _run(folder, out) == 0
    assert read(out / "data" / "cells.parquet").row(by_predicate=pl.col("key") == key, named=True) == before


def test_results_inside_the_input_are_not_input(folder):
    assert _run(folder, folder / "audit_out") == 0
    assert _run(folder, folder / "audit_out") == 0
    run = json.loads((folder / "audit_out" / "run.json").read_text("utf-8"))
    assert [i["name"] for i in run["inputs"]] == ["好.txt"]


def test_office_leftovers_are_passed_over(folder, tmp_path):
    for name in ("~$好.docx", ".隐藏.txt", "Thumbs.db", "desktop.ini"):
        (folder / name).write_bytes(b"x")
    assert _run(folder, tmp_path / "out") == 0


def test_the_manifest_says_what_went_in_and_by_which_rules(folder, tmp_path):
    assert _run(folder, tmp_path / "out") == 0
    run = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert len(run["inputs"][0]["sha256"]) == 64
    assert {s["file"] for s in run["suites"]} == {p.name for p in (ROOT / "expectations").glob("*.json")}
    assert run["versions"]["gkaudit"]
    assert run["counts"]["reports"] == 1
    assert run["timings"]
    assert run["finished"] >= run["started"]


def test_read_shows_and_gives_json(folder, capsys):
    assert main(["read", str(folder / "好.txt")]) == 0
    assert "表三" in capsys.readouterr().out
    assert main(["read", str(folder / "好.txt"), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert len(data["cells"]) == 200
    assert {"key", "value", "raw", "state", "anchor", "confidence"} <= set(data["cells"][0])
    assert data["report"]["year"]


def test_read_shows_states_by_signs_sections_and_claims(tmp_path, capsys):
    made = make(5, layout="grid", oddities={"blank_cells"})
    text = made.text.replace("六、其他需要报告的事项", "附：说明[red]", 1)
    (tmp_path / "报告.txt").write_text(text, "utf-8")
    assert main(["read", str(tmp_path / "报告.txt")]) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "□ " in shown
    assert "空白（□）" in shown
    assert "  ✓ 一、总体情况" in shown
    assert "✗ 缺 “六、其他需要报告的事项”" in shown
    assert "正文中的数字" in shown
    lines = shown.splitlines()
    table = lines[next(n for n, line in enumerate(lines) if line.startswith("表三")) + 1 :]
    table = table[: next(n for n, line in enumerate(table) if line.startswith("└")) + 1]
    assert len(table) > 30
    assert {cell_len(line) for line in table} == {cell_len(table[0])}
    assert not any("…" in line for line in table)


def test_read_names_tables_that_are_not_there(tmp_path, capsys):
    text = make(5, layout="grid").text.split("三、收到")[0]
    (tmp_path / "半.txt").write_text(text, "utf-8")
    assert main(["read", str(tmp_path / "半.txt")]) == 0
    shown = capsys.readouterr().out
    assert "表三（收到和处理政府信息公开申请情况）  ✗ 没有找到" in shown
    assert "一、本年新收政府信息公开申请数量 │" not in shown


def test_read_of_a_bad_file_is_2_in_one_line(tmp_path, capsys):
    (tmp_path / "空.txt").write_bytes(b"")
    assert main(["read", str(tmp_path / "空.txt")]) == 2
    assert capsys.readouterr().err == "空.txt：文件是空的，没有任何内容；请重新导出报告\n"
    assert main(["read", str(tmp_path / "没有.txt")]) == 2


def test_checks_lists_all_and_explains_one(capsys):
    assert main(["checks"]) == 0
    listed = capsys.readouterr().out
    assert all(check in listed for check in ("ARI-01", "ARI-09", "CEL-07", "STR-08", "AUT-01"))
    assert main(["checks", "ari-02"]) == 0
    one = capsys.readouterr().out
    assert "arithmetic.json" in one
    assert "依据" in one
    assert main(["checks", "XXX-99"]) == 3


def test_checks_lists_what_a_profile_runs(tmp_path, capsys):
    assert main(["checks", "--profile", "arithmetic"]) == 0
    listed = capsys.readouterr().out
    assert "检查方案 arithmetic" in listed
    assert "ARI-01" in listed
    assert not any(check in listed for check in ("STR-08", "WRD-01", "LEK-01"))
    path = tmp_path / "errors.json"
    path.write_text(json.dumps({"name": "errors", "checks": ["NVT-01"], "severities": ["error"]}), "utf-8")
    assert main(["checks", "--checks", str(path), "--lang", "en"]) == 0
    (row,) = [line for line in capsys.readouterr().out.splitlines() if "NVT-01" in line]
    assert "error" in row
    assert "warning" not in row
    assert main(["checks", "NVT-01", "--profile", str(path)]) == 0
    assert "warning" not in capsys.readouterr().out
    assert main(["checks", "STR-01", "--profile", "arithmetic"]) == 3
    assert "检查方案 arithmetic 不运行 STR-01" in capsys.readouterr().err
    assert main(["checks", "--profile", "loose"]) == 3
    assert "没有这个检查方案" in capsys.readouterr().err


BAD_UNITS = {
    "no such file": (None, "读不了"),
    "empty": (b"", "列名"),
    "other columns": ("单位,级别\n霁桥镇,镇\n".encode(), "列名只能是"),
    "no text": (b"organ\0county", "不是文字文件"),
    "a wrong day": ("organ,due\n霁桥镇,元月\n".encode(), "第2行的期限"),
    "twice one name": ("organ,county\n霁桥镇,云县\n霁桥镇,岚皎县\n霁桥镇,\n".encode(), "霁桥镇"),
}


@pytest.mark.parametrize("name", BAD_UNITS)
def test_a_broken_list_of_bodies_is_3_in_one_sentence(name, folder, tmp_path, capsys):
    data, said = BAD_UNITS[name]
    path = tmp_path / "名单.csv"
    if data is not None:
        path.write_bytes(data)
    assert _run(folder, tmp_path / "out", "--units", str(path)) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert "Traceback" not in line
    assert not (tmp_path / "out" / "data").exists()


def test_every_verb_has_help_with_an_example(capsys):
    for verb in ("run", "read", "checks", "suites"):
        with pytest.raises(SystemExit) as stop:
            main([verb, "--help"])
        assert stop.value.code == 0
        assert "例：gkaudit " in capsys.readouterr().out
