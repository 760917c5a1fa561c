"""One body over the years: numbers, what one year hands to the next, changes and copies of the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from gkaudit.errors import UsageError
from gkaudit.frames import REPORTS, SECTIONS, frame, write
from gkaudit.html.changes import changes, copied, sentences, share_kept
from gkaudit.html.compare import Comparison
from gkaudit.html.text import cell_id
from gkaudit.html.years import carried
from tests.notebooks.markup import Markup
from tests.notebooks.pages import TOWN, build, report
from tests.notebooks.years import BEFORE, BODY, passage, two_years

PARTS = ("summary", "numbers", "continuity", "text", "copied", "provenance")


def whole(view: Comparison) -> str:
    return "".join(getattr(view, name)()._repr_html_() for name in PARTS)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_links_lead_to_the_pages_and_nowhere_else(tmp_path: Path, lang: str) -> None:
    markup = Markup(whole(Comparison.load(BODY, two_years(tmp_path), lang)))
    assert all(href.startswith(("#", "../reports/", "../index.html")) for href in markup.hrefs)
    assert {href[1:] for href in markup.hrefs if href.startswith("#")} <= set(markup.ids)
    assert any(href.endswith(f"#{cell_id('requests.pending_start.total')}") for href in markup.hrefs)
    assert all(set(table.widths()) == {table.widths()[0]} for table in markup.tables)


def test_what_one_year_hands_on_is_compared(tmp_path: Path) -> None:
    view = Comparison.load("青石镇", two_years(tmp_path))
    (pair,) = view.data.pairs()
    outcomes = {c.key: (c.expected, c.seen, c.outcome) for c in carried(*pair)}
    assert outcomes["requests.pending_start.natural_person"] == (4, 4, "holds")
    assert outcomes["requests.pending_start.total"] == (4, 3, "broken")
    assert outcomes["requests.pending_start.business"] == (0, 0, "holds")
    # Blank is not 0: nothing is said about 5 + 2 - 1.
    assert outcomes["disclosure.normative_documents.in_force"] == (6, None, "undetermined")
    text = Markup(view.summary()._repr_html_()).text
    assert "历年衔接：1 处对不上。" in text
    assert "1 处因一方无数而不能比" in text
    assert "上年结转3件，上年报告为4件。" in Markup(view.continuity()._repr_html_()).text


def test_a_gap_of_years_or_another_form_is_not_compared(tmp_path: Path) -> None:
    apart = Comparison.load(BODY, two_years(tmp_path / "a", year=2022))
    assert carried(*apart.data.pairs()[0]) == []
    assert "没有可以衔接核对的数" in Markup(apart.summary()._repr_html_()).text
    other = Comparison.load(BODY, two_years(tmp_path / "b", edition="2019"))
    assert {c.kind for c in carried(*other.data.pairs()[0])} == {"pending"}
    assert "该版式无此格" in Markup(other.numbers()._repr_html_()).text


def test_two_reports_of_one_year_are_no_years_apart(tmp_path: Path) -> None:
    data = two_years(tmp_path)
    rows = [report(BEFORE, BODY, 2023), report(TOWN, BODY, 2024), report("青石镇-2024-b", BODY, 2024)]
    write(frame(rows, REPORTS), data / "reports.parquet")
    text = Markup(Comparison.load(BODY, data).continuity()._repr_html_()).text
    assert "两份报告是同一年度的" in text
    assert "不相连" not in text


def test_numbers_stand_side_by_side_with_their_difference(tmp_path: Path) -> None:
    text = Markup(Comparison.load(BODY, two_years(tmp_path)).numbers()._repr_html_()).text
    assert "▼ −4" in text  # 结转下年度: 4, then 0
    assert "▲ +3" in text  # 上年结转: 0, then 3
    assert "空白" in text
    assert "不能比" in text
    assert "其余" in text


def test_the_text_is_compared_by_sentence(tmp_path: Path) -> None:
    view = Comparison.load(BODY, two_years(tmp_path))
    html = view.text()._repr_html_()
    assert "1 句未变、1 句改动、1 句新增、1 句删去" in html
    assert "<del>镇上开了两次培训班，参加的干部有三十人。</del>" in html
    assert "<ins>新修订的公开指南已经在网站上公布。</ins>" in html
    assert "202<del>3</del><ins>4</ins>年" in html
    listed = Markup(view.copied()._repr_html_()).text
    assert "2023年 → 2024年：1 句" in listed
    assert "只有数字不同" in listed
    # Too short to mean anything.
    assert "不存在此类情况" not in listed


def test_sentences_changes_and_copies() -> None:
    rows = [passage("x", 1, "甲。乙！\n丙"), passage("x", 2, "标题", kind="heading")]
    assert sentences(rows) == ["甲。", "乙！", "丙"]
    found = changes(["甲甲甲甲。", "乙乙乙乙。"], ["乙乙乙乙。", "丙丙丙丙。"])
    assert [(c.kind, c.old, c.new) for c in found] == [
        ("removed", "甲甲甲甲。", ""),
        ("kept", "乙乙乙乙。", "乙乙乙乙。"),
        ("added", "", "丙丙丙丙。"),
    ]
    assert share_kept(found) == 0.5
    assert share_kept([]) is None
    long = "全年共收到政府信息公开申请12件，全部按时答复完毕。"
    (one,) = copied([passage("x", 1, long)], [passage("y", 1, long.replace("12", "13"))])
    assert not one.same
    (two,) = copied([passage("x", 1, long)], [passage("y", 1, long)])
    assert two.same


def test_what_cannot_be_compared_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="无从比较"):
        Comparison.load("", build(tmp_path / "one"))
    data = two_years(tmp_path / "two")
    with pytest.raises(UsageError, match="青石镇"):
        Comparison.load("青石", data)
    assert repr(Comparison.load(BEFORE, data)) == "<Comparison 青石镇 2023、2024>"


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    bad = '"><script>alert(9)</script>\u202e'
    data = two_years(tmp_path, {"requests.pending_start.total": (None, bad, "marked")})
    rows = [report(i, bad, y, title=bad, source=bad, county=bad) for i, y in ((BEFORE, 2023), (TOWN, 2024))]
    write(frame(rows, REPORTS), data / "reports.parquet")
    texts = [passage(i, 1, f"{i}{bad}，这是一句足够长的话，两年都有。") for i in (BEFORE, TOWN)]
    write(frame(texts, SECTIONS), data / "sections.parquet")
    html = whole(Comparison.load("", data))
    assert "script" not in Markup(html).tags
    assert "\u202e" not in html
