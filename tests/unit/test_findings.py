"""From a report with known slips to the findings an auditor would write."""

import json
import re

import polars as pl
import pytest

import gkaudit as gk
from gkaudit.errors import UsageError
from tests.generate import make


def _write(folder, changes, *, seed=5, layout="grid", edition="2021", name="报告.txt"):
    """A clean generated report with some printed numbers replaced, cell by cell."""
    made = make(seed, layout=layout, edition=edition)
    lines = made.text.split("\n")
    for (label, column), text in changes.items():
        at = next(i for i, line in enumerate(lines) if label in line and "\t" in line)
        cells = lines[at].split("\t")
        values = [i for i, c in enumerate(cells) if c.strip().isdigit()]
        cells[values[column]] = text
        lines[at] = "\t".join(cells)
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return made


def _audit(folder, **options):
    return gk.audit(folder, **options)


def _numbers(made, row):
    return [int(made.cells[key].value) for key in made.cells if key.startswith(f"requests.{row}.")]


def test_a_clean_report_has_no_finding_but_remarks(tmp_path):
    made = _write(tmp_path, {})
    contact = f"电子版可在{made.county}人民政府网站（www.example.gov.cn）查阅，联系电话：0999-8123456。"
    text = (
        made.text.replace("本报告所列数据", f"{contact}\n本报告所列数据", 1)
        + f"\n{made.organ}\n{made.year + 1}年1月10日\n"
    )
    (tmp_path / "报告.txt").write_text(text, encoding="utf-8")
    audit = _audit(tmp_path)
    # A coercive measure of a township that the prose does not explain is worth a remark, no more.
    assert set(audit.findings.select("severity", "check_id").rows()) <= {("info", "AUT-03")}
    open_checks = audit.verdicts.filter(pl.col("outcome") == "undetermined").get_column("check_id").to_list()
    assert set(audit.verdicts.get_column("outcome")) <= {"holds", "not_applicable", "broken", "undetermined"}
    assert set(open_checks) <= {"DDL-01", "DDL-03", "DDL-04"}  # nobody knows when it was published


def test_one_slip_in_a_column_and_its_total_is_one_finding(tmp_path):
    made = make(5, layout="grid")
    natural, total = _numbers(made, "processed")[0], _numbers(made, "processed")[-1]
    _write(tmp_path, {("（七）总计", 0): str(natural + 4), ("（七）总计", -1): str(total + 4)})
    found = _audit(tmp_path).findings.filter(pl.col("check_id") == "ARI-02").to_dicts()
    assert len(found) == 1
    (finding,) = found
    assert (finding["observed"], finding["expected"]) == (str(natural + 4), str(natural))
    assert {"requests.processed.natural_person", "requests.processed.total"} <= set(finding["keys"])
    assert "相差 4" in finding["message"]
    assert finding["anchor"]["line"]
    assert finding["evidence"] == ["ARI-09"]


def test_what_only_repeats_another_finding_is_evidence(tmp_path):
    made = make(5, layout="grid")
    received = _numbers(made, "received")
    _write(tmp_path, {("一、本年新收", 0): str(received[0] + 7), ("一、本年新收", -1): str(received[-1] + 7)})
    audit = _audit(tmp_path)
    findings = {f["check_id"]: f for f in audit.findings.to_dicts() if f["severity"] != "info"}
    # The prose of the report still gives the number that was right.
    assert set(findings) == {"ARI-01", "NVT-01"}
    assert findings["ARI-01"]["evidence"] == ["ARI-04"]
    broken = audit.verdicts.filter(pl.col("outcome") == "broken").get_column("check_id").to_list()
    assert [check for check in broken if check.startswith("ARI")] == ["ARI-01", "ARI-04"]


def test_a_row_total_alone(tmp_path):
    made = make(5, layout="grid")
    total = _numbers(made, "full_grant")[-1]
    _write(tmp_path, {("（一）予以公开", -1): str(total + 1)})
    findings = _audit(tmp_path).findings.to_dicts()
    (row,) = [f for f in findings if f["check_id"] == "ARI-03"]
    assert (row["severity"], row["observed"], row["expected"]) == ("error", str(total + 1), str(total))
    assert row["keys"][0] == "requests.full_grant.total"


def test_an_empty_table_is_one_finding(tmp_path):
    made = make(5, layout="cells", oddities=frozenset())
    lines, inside = [], False
    for line in made.text.split("\n"):
        inside = line.startswith("二、") or (inside and not line.startswith("三、"))
        blank = inside and line.startswith("\t") and line.strip().replace(".", "").isdigit()
        lines.append("\t" if blank else line)
    (tmp_path / "报告.txt").write_text("\n".join(lines), encoding="utf-8")
    found = _audit(tmp_path).findings.filter(pl.col("check_id") == "CEL-01").to_dicts()
    assert len(found) == 1
    assert len(found[0]["keys"]) == 10
    assert "表二全部各行" in found[0]["message"]


def test_a_form_of_another_year_is_told_at_its_tables_and_quotes_nothing(tmp_path):
    made = make(5, layout="grid", edition="2019")
    text = made.text.replace(f"{made.year}年", "2023年").replace(f"{made.year + 1}年", "2024年")
    (tmp_path / "报告.txt").write_text(text, encoding="utf-8")
    (found,) = _audit(tmp_path).findings.filter(pl.col("check_id") == "STR-06").to_dicts()
    heading = next(n for n, line in enumerate(text.split("\n"), 1) if line.startswith("二、"))
    # The edition is no word of the report; its tables begin below this heading.
    assert (found["quote"], found["anchor"]["line"], found["observed"]) == (None, heading, "2019")


def test_what_rests_on_a_worked_out_column_is_no_error(tmp_path):
    # The first row is shorter by its empty cells, so the place of its numbers has to be worked out.
    made = make(5, layout="ragged")
    lines = made.text.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("二、上年结转") and "\t" in line)
    lines[at] = "二、上年结转政府信息公开申请数量\t\t\t\t\t\t\t\t8888\t"
    (tmp_path / "报告.txt").write_text("\n".join(lines), encoding="utf-8")
    audit = _audit(tmp_path)
    cells = audit.cells.filter(pl.col("key").str.starts_with("requests.pending_start."))
    assert "reported" not in cells.get_column("state").to_list()
    resting = [f for f in audit.findings.to_dicts() if any("pending_start" in key for key in f["keys"])]
    assert resting
    assert all(f["severity"] != "error" for f in resting)
    assert any("核对原件" in f["message"] for f in resting)


def test_what_cannot_be_judged_says_where(tmp_path):
    _write(tmp_path, {("规章", 0): "", ("（七）总计", 0): "??"})
    verdicts = {v["check_id"]: v for v in _audit(tmp_path).verdicts.to_dicts()}
    assert verdicts["AUT-01"]["outcome"] == "undetermined"
    assert verdicts["AUT-01"]["note"] == "空白、无法辨认或缺失：表二“规章”行"
    assert verdicts["ARI-02"]["outcome"] == "undetermined"
    assert "“自然人”列" in verdicts["ARI-02"]["note"]
    assert verdicts["ARI-05"]["note"] is None


def test_identifiers_are_stable_whatever_the_numbers_are(tmp_path):
    ids = []
    for run, wrong in enumerate(("901", "902")):
        folder = tmp_path / str(run)
        folder.mkdir()
        _write(folder, {("（一）予以公开", -1): wrong})
        ids.append(set(_audit(folder).findings.get_column("finding_id")))
    assert ids[0] == ids[1]
    assert ids[0]


def test_english_has_no_chinese_of_ours(tmp_path):
    _write(tmp_path, {("（一）予以公开", -1): "901", ("规章", 0): "", ("行政许可", 0): "/"})
    for finding in _audit(tmp_path, lang="en").findings.to_dicts():
        for field in ("title", "message", "advice", "basis"):
            # The words of the report itself are quoted as they are.
            text = re.sub("“[^”]*”", "", finding[field].replace("政府信息公开工作年度报告", ""))
            assert not any("\u4e00" <= c <= "\u9fff" for c in text), (finding["check_id"], field, text)


def test_text_of_a_report_is_never_a_template(tmp_path):
    made = make(5, layout="grid")
    text = made.text.replace(made.organ, "岚皎县{0.__class__}{organ!r}镇", 1)
    (tmp_path / "报告.txt").write_text(text, encoding="utf-8")
    audit = _audit(tmp_path)
    said = " ".join(audit.findings.get_column("message"))
    assert "class '" not in said
    assert audit.reports.height == 1


def test_two_sources_of_one_name_get_a_hash_that_does_not_depend_on_order(tmp_path):
    _write(tmp_path, {}, name="甲.txt")
    _write(tmp_path, {("行政许可", 0): "77"}, name="乙.txt")
    first = _audit(tmp_path / "甲.txt").reports.get_column("report_id").to_list()
    both = _audit(tmp_path).reports
    assert both.get_column("report_id").n_unique() == 2
    assert all(i.startswith(first[0] + "-") for i in both.get_column("report_id"))
    again = gk.audit(tmp_path / "乙.txt", tmp_path / "甲.txt").reports
    assert set(again.get_column("report_id")) == set(both.get_column("report_id"))


def test_frames_have_exactly_the_declared_schema(tmp_path):
    from gkaudit import frames

    _write(tmp_path, {("（一）予以公开", -1): "901"})
    audit = _audit(tmp_path)
    for name in ("reports", "cells", "sections", "verdicts", "findings"):
        assert dict(getattr(audit, name).schema) == dict(getattr(frames, name.upper())), name
    assert audit.cells.height == 200
    assert audit.verdicts.select("report_id", "check_id").is_unique().all()


@pytest.mark.parametrize("ask", ["没有这个镇-2024", ""])
def test_an_unknown_report_is_refused_with_the_known_ones(tmp_path, ask):
    made = _write(tmp_path, {})
    audit = _audit(tmp_path)
    with pytest.raises(gk.auditing.UsageError, match="已有"):
        audit.report(ask)
    report_id = audit.reports.get_column("report_id").item()
    assert audit.report(report_id).facts["organ"] == made.organ
    assert "错误" in audit._repr_html_() or "error" in audit._repr_html_()


def test_a_check_of_ones_own_says_what_was_found_and_no_more(tmp_path):
    """A suite file with nothing in the catalogue of wordings, as anybody may add one."""
    meta = {"title_zh": "不写口号", "title_en": "No slogans", "basis": "惯例：本县要求", "severity": "info"}
    meta |= {"description_zh": "口号。", "description_en": "Slogans."}
    own = [
        ("expect_patterns_absent", {"patterns": {"x": "公开"}, "within": ["all"]}, "OWN-01"),
        ("expect_value_at_most", {"keys": ["disclosure.licences.decisions"], "maximum": -1}, "OWN-02"),
    ]
    listed = [{"type": kind, "kwargs": kwargs, "meta": meta | {"check_id": check}} for kind, kwargs, check in own]
    suite = {"name": "own", "meta": {"title_zh": "本县", "title_en": "Own"}, "expectations": listed}
    (tmp_path / "expectations").mkdir()
    (tmp_path / "expectations" / "own.json").write_text(json.dumps(suite), encoding="utf-8")
    (tmp_path / "reports").mkdir()
    made = _write(tmp_path / "reports", {})
    audit = _audit(tmp_path / "reports", expectations=tmp_path / "expectations")
    said = dict(audit.findings.select("check_id", "message").iter_rows())
    assert re.fullmatch(r"不写口号，报告中是“公开[^“”]*”。", said["OWN-01"]), said
    number = made.cells["disclosure.licences.decisions"].value
    assert said["OWN-02"] == f"表二“行政许可”行：不写口号，报告中是“{number}”，应为“≤-1”。"


def test_of_many_ids_eight_are_named_and_all_are_counted(tmp_path):
    for year in range(2016, 2026):
        (tmp_path / f"{year}.txt").write_text(make(5).text.replace(str(make(5).year), str(year)), encoding="utf-8")
    audit = _audit(tmp_path)
    with pytest.raises(UsageError, match=r"已有：.* 等 10 份"):
        audit.report("没有的")
