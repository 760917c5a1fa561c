"""Suites as files: what is refused and how it is said, what an edit changes, and how a run ends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gkaudit import frames
from gkaudit.errors import SuiteError
from gkaudit.form import all_keys, form
from gkaudit.gx import rules
from gkaudit.gx.suites import Suite, load_suites, run_suites

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "expectations"
META = {"check_id": "X-01", "title_zh": "题", "title_en": "title", "basis": "惯例：无", "severity": "error"}
ENTRY = {
    "type": "expect_sums_to_balance",
    "kwargs": {
        "table": "remedies",
        "along": "rows",
        "lines": ["reconsideration"],
        "left": ["total"],
        "right": ["upheld", "corrected", "other_outcome", "pending"],
    },
    "meta": META,
}


def written(folder: Path, *entries: Any, name: str = "arithmetic.json") -> Path:
    """A folder with one suite of these entries."""
    text = json.dumps({"name": name, "meta": {}, "expectations": list(entries)}, ensure_ascii=False)
    (folder / name).write_text(text, "utf-8")
    return folder


def changed(**changes: Any) -> dict[str, Any]:
    return json.loads(json.dumps(ENTRY)) | changes


def wide(*changes: dict[str, Any]) -> pl.DataFrame:
    """Reports of zeros on the 2021 form, each with some cells changed (a number, or None for blank)."""
    columns: dict[str, Any] = {"report_id": [f"r{i}" for i in range(len(changes))]}
    keys = form("2021").keys()
    for key in keys:
        values = [change.get(key, 0) for change in changes]
        columns[key] = pl.Series(values, dtype=pl.Float64)
        columns[f"{key}|state"] = pl.Series(["blank" if v is None else "reported" for v in values], dtype=frames.STATE)
    return pl.DataFrame(columns, schema_overrides={"report_id": pl.String})


def outcomes(suites: tuple[Suite, ...], frame: pl.DataFrame) -> dict[str, list[str]]:
    verdicts = run_suites(suites, frame).verdicts
    return {k[0]: v["outcome"].to_list() for k, v in verdicts.partition_by("check_id", as_dict=True).items()}


# ── refusals ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("entry", "where", "reason"),
    [
        (
            changed(type="expect_sum_to_balance"),
            "第2条（expect_sum_to_balance，X-01）",
            "是不是想写 expect_sums_to_balance？",
        ),
        (changed(kwargs=ENTRY["kwargs"] | {"colums": []}), "第2条（expect_sums_to_balance，X-01）", "没有参数 colums"),
        (changed(kwargs=ENTRY["kwargs"] | {"right": ["uphold"]}), "第2条", "是不是想写 upheld？"),
        (changed(kwargs=[]), "第2条", "kwargs 要写成"),
        (changed(meta=None), "第2条（expect_sums_to_balance）", "缺少 meta"),
        (changed(meta={k: v for k, v in META.items() if k != "basis"}), "第2条", "meta 缺少 basis"),
        (changed(meta=META | {"title_en": " "}), "第2条", "meta 缺少 title_en"),
        (changed(meta=META | {"severity": "critical"}), "第2条", "error、warning、info"),
        (changed(meta=META | {"evidence_for": "ARI-01"}), "第2条", "evidence_for"),
        (changed(when="always"), "第2条", "不认识“when”"),
        (ENTRY, "第2条（expect_sums_to_balance，X-01）", "与 arithmetic.json 第1条完全相同"),
        ("expect_sums_to_balance", "第2条", "缺少 type"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, entry: Any, where: str, reason: str) -> None:
    with pytest.raises(SuiteError) as caught:
        load_suites(written(tmp_path, ENTRY, entry))
    assert caught.value.file == "arithmetic.json"
    assert where in caught.value.entry
    assert reason in caught.value.reason
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"name": "x",\n "expectations": [\n  {"type": 1,}\n]}', "第3行"),
        (b"", "第1行"),
        (b"[]", "缺少 expectations"),
        (b'{"expectations": []}', "缺少 name"),
        (b'{"name": "x", "name": "y", "expectations": []}', "“name”写了两次"),
        (b'{"name": "x", "expectations": [], "expectation": []}', "不认识“expectation”"),
        ("{'name': '算术'}".encode("gb18030"), "UTF-8"),
        (b"[" * 100_000, "嵌套太深"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: bytes, reason: str) -> None:
    (tmp_path / "arithmetic.json").write_bytes(text)
    with pytest.raises(SuiteError, match=r"arithmetic\.json") as caught:
        load_suites(tmp_path)
    assert reason in str(caught.value)


def test_no_suites(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="没有"):
        load_suites(tmp_path)
    with pytest.raises(SuiteError, match="读不了"):
        load_suites(tmp_path / "nowhere")


def test_the_same_name_twice(tmp_path: Path) -> None:
    written(tmp_path, ENTRY)
    (tmp_path / "copy.json").write_text((tmp_path / "arithmetic.json").read_text("utf-8").replace("X-01", "X-02"))
    with pytest.raises(SuiteError, match=r"copy\.json.*arithmetic\.json"):
        load_suites(tmp_path)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = written(tmp_path, ENTRY) / "arithmetic.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(load_suites(tmp_path)[0].entries) == 1


# ── the shipped suites ──────────────────────────────────────────────────────────────────────────

_CITATION = re.compile(r"《(?:中华人民共和国)?([^》]+)》第([一二三四五六七八九十百]+)条")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}


def _number(text: str) -> int:
    """A Chinese number below 1000."""
    total = digit = 0
    for c in text:
        if c in "十百":
            total += (digit or 1) * {"十": 10, "百": 100}[c]
            digit = 0
        else:
            digit = _DIGITS[c]
    return total + digit


def test_chinese_numbers() -> None:
    assert [_number(x) for x in ("九", "十", "十七", "五十", "九十一", "一百零三")] == [9, 10, 17, 50, 91, 103]


def test_only_verified_law_is_cited() -> None:
    law = json.loads(files("gkaudit").joinpath("data/law.json").read_text("utf-8"))
    known = {
        (entry["name_zh"].removeprefix("中华人民共和国"), int(number))
        for entry in law.values()
        if isinstance(entry, dict)
        for number in entry["articles"]
    }
    cited = 0
    for suite in load_suites(SHIPPED):
        for entry in suite.entries:
            basis = entry.meta["basis"]
            found = {(name, _number(number)) for name, number in _CITATION.findall(basis)}
            assert found <= known, (entry.check_id, basis)
            assert len(found) == len(re.findall("《[^》]+》第", basis)), basis
            # Documents of which only the opening was read are no law to cite; the rest is form or custom.
            assert not re.search("30号|60号|国办", basis)
            assert found or re.match("表式：|惯例：", basis), basis
            cited += len(found)
    assert cited


def test_every_entry_is_complete() -> None:
    entries = [entry for suite in load_suites(SHIPPED) for entry in suite.entries]
    checks = {entry.check_id for entry in entries}
    catalogue = "ARI-01 ARI-02 ARI-03 ARI-04 ARI-05 ARI-06 ARI-07 ARI-08 ARI-09 CEL-01 CEL-02 CEL-03 CEL-04 CEL-05"
    catalogue += " CEL-06 CEL-07 STR-01 STR-02 STR-05 STR-06 STR-07 STR-08 AUT-01"
    assert set(catalogue.split()) <= checks
    for entry in entries:
        for name in ("basis_en", "description_zh", "description_en"):
            assert entry.meta[name], (entry.check_id, name)
        assert set(entry.meta.get("evidence_for", ())) <= checks
        assert len({line.name for line in entry.lines}) == len(entry.lines)
        assert {k for line in entry.lines for k in line.keys} <= set(all_keys())
    assert {e.type for e in entries} == set(rules.RULES)
    assert [e.index for e in entries] == list(range(len(entries)))


def test_loading_needs_no_great_expectations() -> None:
    code = (
        "import sys; from pathlib import Path; from gkaudit.gx.suites import load_suites;"
        f"load_suites(Path({str(SHIPPED)!r})); print('great_expectations' in sys.modules, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"]


def test_importing_gx_leaves_warnings_alone() -> None:
    code = (
        "import warnings; import gkaudit.gx.validation;"
        "warnings.simplefilter('always'); warnings.warn('seen', stacklevel=1)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, capture_output=True, text=True)
    assert "UserWarning: seen" in done.stderr


def test_gx_loads_the_shipped_files_itself() -> None:
    from gkaudit.gx.expectations import EXPECTATIONS
    from gkaudit.gx.imports import gx

    for path in SHIPPED.glob("*.json"):
        raw = json.loads(path.read_text("utf-8"))
        suite = gx.ExpectationSuite(**raw)
        assert len(suite.expectations) == len(raw["expectations"])
        assert all(type(e) in EXPECTATIONS.values() for e in suite.expectations)


def test_gx_refuses_wrong_arguments() -> None:
    from gkaudit.gx.expectations import EXPECTATIONS
    from gkaudit.gx.imports import pydantic

    made = EXPECTATIONS["expect_zero_together"]
    with pytest.raises(pydantic.ValidationError, match="正好两个"):
        made(keys=["disclosure.procurement.items"])
    with pytest.raises(pydantic.ValidationError, match="extra fields"):
        made(keys=["disclosure.procurement.items", "disclosure.procurement.amount"], key="x")


def test_what_gx_drops_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """GX logs an entry that it does not know and goes on without it."""
    from gkaudit.gx import validation
    from gkaudit.gx.suites import Entry

    monkeypatch.setattr(Entry, "record", lambda self: {"type": "expect_the_unknown", "kwargs": {}, "meta": self.meta})
    with pytest.raises(SuiteError, match="没有接受这一条"):
        validation.expectation_suite(load_suites(SHIPPED)[0])


# ── runs ────────────────────────────────────────────────────────────────────────────────────────


def test_deleting_an_entry_removes_the_check(tmp_path: Path) -> None:
    other = changed(meta=META | {"check_id": "X-02"})
    frame = wide({})
    assert outcomes(load_suites(written(tmp_path, ENTRY, other)), frame) == {"X-01": ["holds"], "X-02": ["holds"]}
    assert outcomes(load_suites(written(tmp_path, other)), frame) == {"X-02": ["holds"]}
    assert outcomes(load_suites(written(tmp_path)), frame) == {}


def test_editing_a_list_changes_the_verdict(tmp_path: Path) -> None:
    frame = wide({"remedies.reconsideration.pending": 1, "remedies.reconsideration.total": 1})
    assert outcomes(load_suites(written(tmp_path, ENTRY)), frame) == {"X-01": ["holds"]}
    edited = changed(kwargs=ENTRY["kwargs"] | {"right": ["upheld", "corrected"]})
    assert outcomes(load_suites(written(tmp_path, edited)), frame) == {"X-01": ["broken"]}


def test_entries_of_a_check_are_combined(tmp_path: Path) -> None:
    """Broken before undetermined before holds before not applicable; lines are counted."""
    lines = ["reconsideration", "litigation_direct", "litigation_after_reconsideration"]
    both = changed(kwargs=ENTRY["kwargs"] | {"lines": lines[1:]})
    never = changed(
        type="expect_zero_together",
        kwargs={"keys": ["disclosure.procurement.items", "disclosure.procurement.amount"]},
    )
    frame = wide(
        {},
        {"remedies.reconsideration.total": 1},
        {"remedies.litigation_direct.total": None},
        {"remedies.reconsideration.total": 1, "remedies.litigation_direct.total": None},
    )
    verdicts = run_suites(load_suites(written(tmp_path, ENTRY, both, never)), frame).verdicts
    assert verdicts.schema == pl.Schema(frames.VERDICTS)
    assert verdicts.select("outcome", "evaluated", "broken").rows() == [
        ("holds", 3, 0),
        ("broken", 3, 1),
        ("undetermined", 2, 0),
        ("broken", 2, 1),
    ]
    assert outcomes(load_suites(written(tmp_path, never)), frame) == {"X-01": ["not_applicable"] * 4}


def test_problems_say_which_line(tmp_path: Path) -> None:
    frame = wide({}, {"remedies.reconsideration.total": 1}, {"remedies.reconsideration.total": None})
    results = run_suites(load_suites(written(tmp_path, ENTRY)), frame)
    (problem,) = results.problems().to_dicts()
    assert problem == {
        "report": 1,
        "report_id": "r1",
        "entry": 0,
        "check_id": "X-01",
        "severity": "error",
        "line": 0,
        "line_name": "reconsideration",
        "code": 1,
    }
    measured = results.measure(0, 0, results.row(1))
    assert (measured.observed, measured.expected) == ("1", "0")
    assert measured.keys[0] == "remedies.reconsideration.total"
    assert results.problems("undetermined").get_column("report_id").to_list() == ["r2"]
    assert results.problems("broken", "undetermined").height == 2


@pytest.mark.parametrize("size", [0, 1, 3])
def test_batches_of_any_size(size: int) -> None:
    suites = load_suites(SHIPPED)
    results = run_suites(suites, wide(*[{}] * size))
    checks = {entry.check_id for suite in suites for entry in suite.entries}
    assert results.failures == {}
    assert results.verdicts.height == size * len(checks)
    assert results.verdicts.schema == pl.Schema(frames.VERDICTS)
    assert results.problems().filter(pl.col("check_id").str.starts_with("ARI")).is_empty()


def test_a_check_that_cannot_be_computed_fails_alone(tmp_path: Path) -> None:
    text = changed(
        type="expect_text_to_match",
        kwargs={"patterns": {"title_text": "x"}, "missing": "undetermined"},
        meta=META | {"check_id": "X-02"},
    )
    frame = wide({}, {}).with_columns(title_text=pl.lit(1))  # a number where text belongs
    results = run_suites(load_suites(written(tmp_path, ENTRY, text)), frame)
    assert list(results.failures) == [1]
    verdicts = results.verdicts
    assert verdicts.filter(pl.col("check_id") == "X-01").get_column("outcome").to_list() == ["holds"] * 2
    failed = verdicts.filter(pl.col("check_id") == "X-02")
    assert failed.get_column("outcome").to_list() == ["failed"] * 2
    assert failed.get_column("note").to_list()[0]
    assert failed.get_column("broken").to_list() == [0, 0]


def test_a_rule_that_cannot_be_planned_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gkaudit.gx import engine

    def broken(*_: Any) -> Any:
        raise RuntimeError("no such luck")

    real: Callable[..., Any] = engine._plan
    monkeypatch.setattr(engine, "_plan", lambda *a: broken() if a[0] == "expect_zero_together" else real(*a))
    never = changed(
        type="expect_zero_together",
        kwargs={"keys": ["disclosure.procurement.items", "disclosure.procurement.amount"]},
        meta=META | {"check_id": "X-02"},
    )
    results = run_suites(load_suites(written(tmp_path, ENTRY, never)), wide({}))
    assert results.failures == {1: "no such luck"}


def test_results_do_not_depend_on_the_order_of_results() -> None:
    """A subset of the suites keeps its indices."""
    suites = load_suites(SHIPPED)
    frame = wide({"remedies.reconsideration.total": 1})
    some = run_suites(suites[1:], frame)
    assert {e.index for e in some.entries} == {e.index for s in suites[1:] for e in s.entries}
    assert all(some.entry(e.index) is e for e in some.entries)


def test_running_leaves_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_suites(load_suites(SHIPPED), wide({}))
    assert list(tmp_path.iterdir()) == []
