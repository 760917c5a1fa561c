"""Rules on the prose: patterns, exceptions, masks, order, days, and what makes no sense in a suite."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gkaudit import frames
from gkaudit.document import Anchor
from gkaudit.gx import rules
from gkaudit.gx.rules_text import Hit, prepared, spans
from gkaudit.gx.suites import load_suites
from gkaudit.masking import cover, covered, masked
from gkaudit.prose import locate, places, plain, sentence
from gkaudit.wide import widened

ROOT = Path(__file__).parents[2]
HOLDS, BROKEN, OPEN, ABSENT = range(4)


def codes(type_: str, kwargs: dict[str, Any], frame: pl.DataFrame) -> dict[str, list[int]]:
    rule = rules.build(type_, kwargs)
    (found,) = rules.evaluate(frame, [rules.plan(rule, frozenset(frame.columns))])
    assert set(found.dtypes) == {pl.Int8}
    assert found.null_count().sum_horizontal().item() == 0
    return found.to_dict(as_series=False)


def texts(*overall: str | None, **more: Any) -> pl.DataFrame:
    """Reports with this text in section one."""
    columns: dict[str, Any] = {"text.overall": pl.Series(overall, dtype=pl.String)}
    return pl.DataFrame(columns | more)


# ── plain text ──────────────────────────────────────────────────────────────────────────────────

ODD = [
    "（一） 主动 公开",
    "政府信息\u3000公开\u200b工作\u00a0年度\u00ad报告",
    "[bookmark: OLE_LINK4]（二）[image: 9867bd45]情况",
    "- **3、意识不强。**将改进",
    "１８ 件，①②㈠…ﬁ",
    "## 一、总体情况",
    "e\u0301 结合字符",
    "\x1c分隔\x85符",
    "",
    "[bookmark: _GoBack]",
]


def test_plain_text_is_the_same_in_python_and_polars() -> None:
    records = [
        {"report_id": "a", "order": i, "section": "overall", "kind": "paragraph", "text": text, "anchor": None}
        for i, text in enumerate(ODD)
    ]
    base = frames.frame([{"report_id": "a"}], frames.REPORTS)
    wide = widened(base, frames.frame((), frames.CELLS), frames.frame(records, frames.SECTIONS))
    assert wide.get_column("text.overall").item().split("\n") == [plain(text) for text in ODD]
    assert wide.get_column("text").item() == "\n".join(ODD)
    assert wide.get_column("text.problems").item() is None
    assert [plain(text) for text in ODD[:4]] == [
        "(一)主动公开",
        "政府信息公开工作年度报告",
        "(二)情况",
        "3、意识不强。将改进",
    ]


@pytest.mark.parametrize("text", ODD)
def test_the_way_back_to_the_print(text: str) -> None:
    short = plain(text)
    where = places(text)
    if len(where) != len(short):
        assert locate(text, 0, 1) is None  # combining characters: no way back, and no wrong one
        return
    for at, char in enumerate(short):
        assert char in plain(text[where[at]]) or char in plain(text)
    assert where == sorted(where)


def test_headings_and_reports_without_prose() -> None:
    base = frames.frame([{"report_id": "a"}, {"report_id": "b"}], frames.REPORTS)
    passages = [("heading", "一、总体情况"), ("paragraph", "本年 度"), ("paragraph", "未收到申请。")]
    records = [
        {"report_id": "b", "order": i, "section": "overall", "kind": kind, "text": text}
        for i, (kind, text) in enumerate(passages)
    ]
    wide = widened(base, frames.frame((), frames.CELLS), frames.frame(records, frames.SECTIONS))
    assert wide.get_column("text.overall").to_list() == [None, "本年度\n未收到申请。"]
    assert wide.get_column("text").to_list() == [None, "一、总体情况\n本年 度\n未收到申请。"]
    without = widened(base, frames.frame((), frames.CELLS))
    assert without.columns == wide.columns
    assert without.get_column("text.overall").null_count() == 2


@pytest.mark.parametrize(
    ("text", "words", "quote"),
    [
        ("甲。乙丙丁。戊", "丙", "乙丙丁。"),
        ("只有一句", "一", "只有一句"),
        ("　甲，乙；丙", "乙", "甲，乙；"),
        ("长" * 100 + "中" + "长" * 100, "中", None),
        ("甲" * 100, "甲" * 90, None),
    ],
)
def test_the_sentence_around(text: str, words: str, quote: str | None) -> None:
    start = text.index(words)
    left, right = sentence(text, start, start + len(words))
    if quote is None:
        assert right - left <= 80
        assert left <= start < right
    else:
        assert text[left:right] == quote


# ── patterns ────────────────────────────────────────────────────────────────────────────────────


def test_full_width_signs_of_a_pattern_mean_half_width_ones() -> None:
    assert prepared("（具体网址）：［，；］") == r"\(具体网址\):\[,;\]"
    frame = texts("见(具体网址),谢谢")
    kwargs = {"patterns": {"p": "（具体网址），"}, "within": ["overall"]}
    assert codes("expect_patterns_absent", kwargs, frame) == {"p": [BROKEN]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("本年发现逾期答复1件", BROKEN),
        ("未发生逾期答复", HOLDS),
        ("未发生逾期答复,另有逾期答复", BROKEN),
        (None, ABSENT),
        ("", HOLDS),
    ],
)
def test_exceptions_are_cut_out_first(text: str | None, expected: int) -> None:
    kwargs = {"patterns": {"late": "逾期答复"}, "exceptions": ["未发生逾期"], "within": ["overall"]}
    assert codes("expect_patterns_absent", kwargs, texts(text)) == {"late": [expected]}


def test_places_are_those_of_the_text_with_its_exceptions() -> None:
    text = "甲甲逾期,未发生逾期,乙逾期"
    assert [text[a:b] for a, b in spans("text.overall", text, "逾期", "未发生逾期|甲+")] == ["逾期", "逾期"]
    assert list(spans("text.overall", text, "逾期", "未发生逾期|甲+")) == [(2, 4), (12, 14)]
    assert list(spans("text.overall", "首行\n次行", r"(?:^|\n)(?P<at>次)", "")) == [(3, 4)]
    assert list(spans("text.overall", None, "甲")) == []


@pytest.mark.parametrize(("count", "expected"), [(0, HOLDS), (1, HOLDS), (2, BROKEN), (4, BROKEN), (5, HOLDS)])
def test_counts(count: int, expected: int) -> None:
    kwargs = {"patterns": {"p": "甲"}, "within": ["overall"], "at_least": 2, "fewer_than": 5}
    assert codes("expect_patterns_absent", kwargs, texts("甲乙" * count + "丙")) == {"p": [expected]}


def test_conditions() -> None:
    frame = texts("甲", "甲乙", "甲丙", "丁")
    base = {"patterns": {"p": "甲"}, "within": ["overall"]}
    assert codes("expect_patterns_absent", base | {"only_with": "乙"}, frame) == {"p": [ABSENT, BROKEN, ABSENT, ABSENT]}
    assert codes("expect_patterns_absent", base | {"unless": "丙"}, frame) == {"p": [BROKEN, BROKEN, HOLDS, HOLDS]}


def test_scope() -> None:
    frame = texts(
        *["甲"] * 5,
        level=["镇", "县", None, "镇", "镇"],
        year=[2024, 2024, 2024, 2020, None],
        **{"damaged.requests": [False, False, False, True, None]},
    )
    base = {"patterns": {"p": "甲"}, "within": ["overall"]}
    assert codes("expect_patterns_absent", base | {"levels": ["镇"]}, frame)["p"] == [1, 3, 3, 1, 1]
    assert codes("expect_patterns_absent", base | {"first_year": 2021}, frame)["p"] == [1, 1, 1, 3, 2]
    assert codes("expect_patterns_absent", base | {"last_year": 2020}, frame)["p"] == [3, 3, 3, 1, 2]
    assert codes("expect_patterns_absent", base | {"sources": "clean"}, frame)["p"] == [1, 1, 1, 3, 1]
    assert codes("expect_patterns_absent", base | {"sources": "damaged"}, frame)["p"] == [3, 3, 3, 1, 3]


def test_a_frame_without_the_columns() -> None:
    """Older data and foreign frames: every text rule says something, and never fails."""
    frame = pl.DataFrame({"report_id": ["a", "b"]})
    for suite in load_suites(ROOT / "expectations"):
        for entry in suite.entries:
            (found,) = rules.evaluate(frame, [rules.plan(entry.rule, frozenset(frame.columns))])
            assert found.height == 2
            assert set(found.to_series().to_list()) <= {HOLDS, OPEN, ABSENT}, (entry.check_id, entry.type)


def test_every_pattern_of_the_suites_finds_the_same_in_python_and_rust() -> None:
    lines = (ROOT / "tests" / "conformance").glob("*.json")
    corpus = "\n".join(plain(line) for path in lines for line in path.read_text("utf-8").splitlines())
    pieces = [corpus[at : at + 400] for at in range(0, len(corpus), 400)]
    series = pl.Series(pieces)
    seen = 0
    for suite in load_suites(ROOT / "expectations"):
        for entry in suite.entries:
            for name in ("patterns", "topics", "claims", "wordings"):
                for pattern in entry.kwargs.get(name, {}).values():
                    if entry.type == "expect_text_to_match":
                        continue
                    rust = series.str.count_matches(prepared(pattern)).to_list()
                    python = [sum(1 for _ in spans("text.overall", piece, pattern)) for piece in pieces]
                    assert rust == python, (entry.check_id, pattern)
                    seen += sum(python) > 0
    assert seen > 40


# ── secrets ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("电话 138 1234 5678", "电话 138******5678"),
        ("号码11010519491231002X，", "号码11010*********002X，"),
        ("号码11010519491231003X，", "号码11010519491231003X，"),  # check digit
        ("卡6222021234567890128", "卡6222****0128"),
        ("C:\\Users\\wang\\b4d88a77853298e5bd502255dbb6fea.png]", "C:\\****fea.png]"),
        ("见 \\\\server\\share\\x.doc", "见 \\\\s**************doc"),
        ("村民李建国申请公开", "村民李**申请公开"),
        ("申请人张某申请公开", "申请人张某申请公开"),
        ("0537-4381018", "0537-4381018"),
        ("统一社会信用代码113708310043000002", "统一社会信用代码113708310043000002"),
        ("http://x.gov.cn/art_13812345678.html", "http://x.gov.cn/art_13812345678.html"),
        ("www.jiluo.gov.cn/home/index.html", "www.jiluo.gov.cn/home/index.html"),
        ("公民可以申请公开", "公民可以申请公开"),
    ],
)
def test_masks(text: str, shown: str) -> None:
    found = masked(text)
    if "\\\\" in text:
        assert found.startswith("见 \\\\s")
        assert "share" not in found
    else:
        assert found == shown
    assert masked(found) == found
    assert len(covered(text)) == len(text)


def test_a_cover_always_covers_something() -> None:
    for kind in ("id", "mobile", "card", "path", "name", "middle"):
        for size in range(2, 25):
            made = cover("前" + "x" * size + "后", 1, 1 + size, kind)
            assert len(made) == size + 2
            assert "*" in made
            assert made[0] + made[-1] == "前后"


def test_files_are_written_with_secrets_covered(tmp_path: Path) -> None:
    number = "11010519491231002X"
    records = [
        {"report_id": number, "order": 0, "section": "overall", "kind": "paragraph", "text": f"申请人{number}"},
        {"report_id": "b", "order": 0, "section": "overall", "kind": "paragraph", "text": "没有号码"},
    ]
    for record in records:
        record["anchor"] = Anchor("a.txt").record()
    data = frames.frame(records, frames.SECTIONS)
    frames.write(data, tmp_path / "sections.parquet")
    written = frames.read(tmp_path / "sections.parquet")
    assert written.schema == data.schema
    assert written.get_column("text").to_list() == ["申请人11010*********002X", "没有号码"]
    assert written.get_column("report_id").to_list() == [number, "b"]  # a name is no text
    assert data.get_column("text").to_list()[0].endswith(number)


# ── single rules ────────────────────────────────────────────────────────────────────────────────

BY_JANUARY = {"column": "published_on", "deadlines": {"镇": "01-31"}, "days": 366}


@pytest.mark.parametrize(
    ("day", "year", "expected"),
    [
        (date(2025, 1, 31), 2024, HOLDS),
        (date(2025, 2, 1), 2024, BROKEN),
        (date(2026, 2, 1), 2024, BROKEN),
        (date(2026, 2, 2), 2024, OPEN),
        (date(2024, 5, 1), 2024, HOLDS),
        (None, 2024, OPEN),
        (date(2025, 1, 31), None, OPEN),
    ],
)
def test_deadlines(day: date | None, year: int | None, expected: int) -> None:
    types = {"published_on": pl.Date, "year": pl.Int32, "level": pl.String}
    frame = pl.DataFrame({"published_on": [day], "year": [year], "level": ["镇"]}, schema=types)
    assert codes("expect_day_by_deadline", BY_JANUARY, frame) == {"published_on": [expected]}


def test_doubled_words_and_repeated_passages() -> None:
    frame = texts("召开会议会议", "研究研究再说", "平平安安", None)
    kwargs = {"longest": 8, "within": ["overall"], "exceptions": ["研究研究"]}
    assert codes("expect_no_doubled_words", kwargs, frame) == {"doubled": [1, 0, 0, 3]}
    long = "公开政策法规机构职能规划计划营商环境"
    frame = texts(f"甲说{long}。\n乙说{long}。", f"{long}。", f"(一){long}\n(一){long}", f"《{long}》甲\n《{long}》乙")
    kwargs = {"at_least": 12, "within": ["overall"], "exceptions": ["《[^》]*》"]}
    assert codes("expect_no_repetition", kwargs, frame) == {"repeated": [1, 0, 0, 0]}
    rule = rules.build("expect_no_repetition", kwargs)
    (hit,) = rule.measure(rule.lines()[0], frame.row(0, named=True)).details["hits"]
    assert hit == Hit("text.overall", 23, 43, f"说{long}。")


@pytest.mark.parametrize(
    ("type_", "kwargs", "reason"),
    [
        ("expect_patterns_absent", {"patterns": {}, "within": ["overall"]}, "patterns 不能为空"),
        ("expect_patterns_absent", {"patterns": {"p": "("}, "within": ["overall"]}, "不是正确的正则表达式"),
        ("expect_patterns_absent", {"patterns": {"p": "甲*"}, "within": ["overall"]}, "会匹配空文字"),
        ("expect_patterns_absent", {"patterns": {"p": "(?=甲)乙"}, "within": ["overall"]}, "不是正确的正则表达式"),
        ("expect_patterns_absent", {"patterns": {"p": "甲"}, "within": ["overal"]}, "是不是想写 overall"),
        ("expect_patterns_absent", {"patterns": {"p": "甲"}, "within": ["all"], "at_least": 0}, "at_least"),
        (
            "expect_patterns_absent",
            {"patterns": {"p": "甲"}, "within": ["all"], "at_least": 3, "fewer_than": 3},
            "fewer_than",
        ),
        ("expect_patterns_absent", {"patterns": {"p": "甲"}, "within": ["all"], "mask": "half"}, "mask"),
        ("expect_patterns_absent", {"patterns": {"p": "甲"}, "within": ["all"], "levels": ["村"]}, "级别"),
        ("expect_patterns_absent", {"patterns": {"p": "甲"}, "within": ["all"], "sources": "good"}, "sources"),
        (
            "expect_patterns_absent",
            {"patterns": {"p": "甲"}, "within": ["all"], "first_year": 2022, "last_year": 2021},
            "last_year 早于 first_year",
        ),
        ("expect_words_right", {"words": {}, "within": ["all"]}, "words 不能为空"),
        (
            "expect_topics_present",
            {"topics": {"a": "甲"}, "within": ["all"], "missing_at_least": 2},
            "missing_at_least",
        ),
        (
            "expect_topics_present",
            {"topics": {"a": "甲"}, "within": ["all"], "missing_fewer_than": 1},
            "missing_fewer_than",
        ),
        ("expect_topics_present", {"topics": {"a": "甲"}, "within": ["all"], "substance": -1}, "substance"),
        ("expect_sections_substantial", {"sections": ["preface"], "at_least": 4}, "部分"),
        ("expect_sections_substantial", {"sections": ["other"], "at_least": 0}, "at_least"),
        ("expect_one_wording", {"wordings": {"a": "甲"}, "within": ["all"]}, "至少要有两种"),
        ("expect_parts_counted", {"claim": "六个部分", "names": {"a": "甲"}, "within": ["all"]}, "名为 n 的组"),
        ("expect_numbers_absent", {"pattern": "1", "checksum": "crc", "mask": "id", "within": ["all"]}, "checksum"),
        ("expect_day_by_deadline", BY_JANUARY | {"deadlines": {"镇": "1-31"}}, "MM-DD"),
        ("expect_day_by_deadline", BY_JANUARY | {"deadlines": {"镇": "02-30"}}, "MM-DD"),
        ("expect_day_by_deadline", BY_JANUARY | {"deadlines": {"村": "01-31"}}, "级别"),
        ("expect_day_by_deadline", BY_JANUARY | {"column": "year"}, "日期列"),
        ("expect_days_in_order", {"columns": ["signed_on"]}, "至少要有两列"),
        ("expect_day_after_year", {"columns": []}, "columns 不能为空"),
        ("expect_year_before", {"column": "title"}, "日期列"),
        ("expect_own_name", {"claims": {"a": "本报告"}, "general": "各", "within": ["all"]}, "名为 name 的组"),
        (
            "expect_years_current",
            {"lead": "年", "within": ["all"], "history": "起", "comparisons": "比", "plans": "将"},
            "名为 y 的组",
        ),
        ("expect_quoted_names", {"names": {"条例": "例"}, "similar": 1.0, "within": ["all"]}, "similar"),
        ("expect_no_doubled_words", {"longest": 1, "within": ["all"]}, "longest"),
        ("expect_no_repetition", {"at_least": 5, "within": ["all"]}, "at_least"),
        ("expect_value_backed", {"keys": ["requests.received.all"]}, "单元格"),
        (
            "expect_no_statement_with_states",
            {"pattern": "无", "within": ["other"], "tables": ["requests"], "states": ["empty"]},
            "状态",
        ),
    ],
)
def test_wrong_arguments(type_: str, kwargs: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        rules.build(type_, kwargs)
