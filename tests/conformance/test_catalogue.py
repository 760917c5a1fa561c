"""What every entry of the suites owes its readers: words in both languages, a basis that may be cited, a page."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from gkaudit.chars import chinese_number
from gkaudit.gx.reference import main, reference
from gkaudit.gx.suites import Entry, load_suites
from gkaudit.wording import template

ROOT = Path(__file__).parents[2]
SUITES = load_suites(ROOT / "expectations")
ENTRIES = [entry for suite in SUITES for entry in suite.entries]
LAW = {
    law["name_zh"]: set(law["articles"])
    for law in json.loads(files("gkaudit").joinpath("data/law.json").read_text("utf-8")).values()
    if isinstance(law, dict)
}
CITED = re.compile(r"《([^》]+)》(?:第([一二三四五六七八九十百]+)条)?")
#: How a basis that is no law begins.
OTHER = ("惯例：", "表式：")


def _id(entry: Entry) -> str:
    return f"{entry.check_id}-{entry.number}-{entry.type}"


@pytest.mark.parametrize("entry", ENTRIES, ids=_id)
def test_titles_and_descriptions_in_both_languages(entry: Entry) -> None:
    for name in ("title", "description"):
        for lang in ("zh", "en"):
            assert entry.meta[f"{name}_{lang}"].strip()
    assert entry.meta["basis_en"].strip()
    assert re.search(r"[\u4e00-\u9fff]", entry.meta["title_zh"])
    assert not re.search(r"[\u4e00-\u9fff]", entry.meta["title_en"].replace("《", ""))


@pytest.mark.parametrize("entry", ENTRIES, ids=_id)
def test_every_line_has_wording_and_advice_of_its_own(entry: Entry) -> None:
    for line in entry.lines:
        for lang in ("zh", "en"):
            words = template(entry.check_id, entry.severity, lang, line.name)
            assert words["message"].strip()
            assert words["advice"].strip()
            assert words != template("没有这项检查", "error", lang), (entry.check_id, line.name)
        english = template(entry.check_id, entry.severity, "en", line.name)
        chinese = re.sub(
            r"国办公开办函〔2021〕30号|政府信息公开工作年度报告|《条例》|（[一二]）", "", "".join(english.values())
        )
        assert not re.search(r"[\u4e00-\u9fff]", chinese), chinese


@pytest.mark.parametrize("entry", ENTRIES, ids=_id)
def test_only_verified_law_is_cited(entry: Entry) -> None:
    basis = entry.meta["basis"]
    for name, article in CITED.findall(basis):
        assert name in LAW, f"{entry.check_id} cites 《{name}》, which data/law.json does not have"
        assert article, f"{entry.check_id} cites 《{name}》 without an article"
        assert str(chinese_number(article)) in LAW[name], f"{entry.check_id}: 《{name}》第{article}条 is not verified"
    if not CITED.search(basis):
        assert basis.startswith(OTHER), f"{entry.check_id}: {basis}"


def test_errors_that_rest_on_custom_are_few_and_named() -> None:
    """Others rest on the law or the form. A new one is a decision, not an accident."""
    custom = {e.check_id for e in ENTRIES if e.severity == "error" and e.meta["basis"].startswith("惯例")}
    assert custom == {"CEL-01", "DDL-02", "DUP-01", "LEK-01", "NIN-01", "NIN-07", "STR-03", "STR-08", "STR-14"}


def test_the_reference_page_is_in_step() -> None:
    made = reference(SUITES)
    assert (ROOT / "docs" / "checks.md").read_text("utf-8") == made, (
        "run: python -m gkaudit.gx.reference docs/checks.md"
    )
    for entry in ENTRIES:
        assert f"### {entry.check_id}\n" in made


def test_the_page_can_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "checks.md")]) == 0
    assert (tmp_path / "checks.md").read_text("utf-8").startswith("# 检查目录")
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("# 检查目录")
