"""Rules that hold what the prose says against itself and against numbers: the arguments of the shipped suites."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gkaudit import frames
from gkaudit.document import Anchor
from gkaudit.form import sections
from gkaudit.gx import rules
from gkaudit.gx.suites import load_suites
from gkaudit.narrative import claims
from gkaudit.prose import plain
from gkaudit.sections import Outline, Passage

SUITES = load_suites(Path(__file__).parents[2] / "expectations")
HOLDS, BROKEN, OPEN, ABSENT = range(4)


def kwargs_of(type_: str, check: str) -> dict[str, Any]:
    """Arguments of the entry of a check with this type."""
    (entry,) = (e for s in SUITES for e in s.entries if (e.type, e.check_id) == (type_, check))
    return dict(entry.kwargs)


def code(type_: str, kwargs: dict[str, Any], frame: pl.DataFrame) -> int:
    rule = rules.build(type_, kwargs)
    (found,) = rules.evaluate(frame, [rules.plan(rule, frozenset(frame.columns))])
    return int(found.row(0)[0])


def row(**more: Any) -> pl.DataFrame:
    schema = dict.fromkeys(("text", *frames.TEXTS), pl.String)
    cells = {k: pl.Float64 if not k.endswith("|state") else frames.STATE for k in more if "." in k}
    record = {name: more.get(name.removeprefix("text."), more.get(name)) for name in schema}
    record |= {name: more[name] for name in cells} | {"claims": more.get("claims", [])}
    return pl.DataFrame([record], schema=schema | cells | {"claims": pl.List(pl.Struct(frames.CLAIM))})


def prose(**parts: str) -> pl.DataFrame:
    """A report with these texts and the claims that they make."""
    passages = tuple(
        Passage(part, "paragraph", line, Anchor("x", line=n))
        for part, text in parts.items()
        for n, line in enumerate(text.split("\n"), 1)
    )
    found = [{"order": n, **c.record()} for n, c in enumerate(claims(Outline((), passages), 2024, "镇"))]
    return row(**{p: "\n".join(map(plain, t.split("\n"))) for p, t in parts.items()}, claims=found)


# ── shares ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("政策文件占45%，工作动态占35%，其他占20%。", HOLDS),
        ("政策文件占45%，工作动态占35%，其他占22%。", BROKEN),
        ("政策文件占33.3%，工作动态占33.3%，其他占33.3%。", HOLDS),
        ("政策文件占33.33%，工作动态占33.33%，其他占33.13%。", BROKEN),
        ("政策文件占17%，工作动态占17%，其他占66%。", HOLDS),
        ("政策文件12条，占45%；工作动态9条，占35%；其余5条，占30%。", BROKEN),
        ("按内容分，政策文件占45%，工作动态占35%。", BROKEN),
        ("政策文件占45%，工作动态占35%，通知公告占30%。", ABSENT),
        ("政策文件、其他信息分别占45%和60%。", BROKEN),
        ("政策文件占45%，同比增长12%，满意度100%，其他事项另行说明。", ABSENT),
        ("主要为政策文件占45%，其他占20%。", ABSENT),
        ("网站占45%，其他渠道占75%。", ABSENT),
        ("没有占比。", ABSENT),
    ],
)
def test_shares_of_a_whole(text: str, expected: int) -> None:
    assert code("expect_shares_whole", kwargs_of("expect_shares_whole", "NIN-02"), prose(overall=text)) == expected


CHART = "{}\t通知公告\t工作动态\t其它信息\t{}\t{}\t{}"


def test_the_right_share_is_rounded_as_people_round() -> None:
    """1 of 80 is 1.25: 1.3, not the even 1.2."""
    rule = rules.build("expect_percents_right", {"above": 0.5})
    frame = prose(overall="公开信息80条，其中年度报告1条，占比1.1%，工作动态79条。")
    measured = rule.measure(rule.lines()[0], frame.row(0, named=True))
    assert (measured.observed, measured.expected) == ("1.1%", "1.3%")


@pytest.mark.parametrize(
    ("title", "numbers", "expected"),
    [
        ("占比", ("10.0", "30.0", "60.0"), HOLDS),
        ("占比", ("10", "30", "61"), HOLDS),
        ("占比", ("10.0", "30.0", "60.5"), BROKEN),
        ("数量", ("1", "3", "6"), HOLDS),
        ("数量", ("1", "3", "7"), BROKEN),
    ],
)
def test_a_chart_has_the_numbers_of_the_prose(title: str, numbers: tuple[str, ...], expected: int) -> None:
    told = prose(overall="公开信息10条，其中通知公告1条、工作动态3条、其它信息6条。")
    told = told.with_columns(text=pl.lit(CHART.format(title, *numbers)))
    assert code("expect_chart_agrees", kwargs_of("expect_chart_agrees", "NIN-12"), told) == expected


# ── problems and measures ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("存在的问题：一是更新不及时；二是解读偏少。\n改进措施：一是明确时限；二是增加图解。", HOLDS),
        ("存在的问题：一是更新不及时；二是解读偏少。\n改进措施：一是明确时限；二是配备专人。", BROKEN),
        ("存在的问题：一是更新不及时；二是解读偏少。", ABSENT),
        ("更新不及时，解读偏少。下一步将明确时限。", ABSENT),
        ("存在的问题：\n一是更新不及时，下一步将明确时限；\n二是解读偏少，今后将配备专人。", BROKEN),
        ("存在的问题：一是补助标准内容太粗；二是更新不及时。\n改进措施：一是补助公示附上算法；二是明确时限。", HOLDS),
        ("存在的问题：一是思想认识不足；二是重视不够。\n改进措施：一是配备专人；二是开展检查。", HOLDS),
    ],
)
def test_problems_are_taken_up(text: str, expected: int) -> None:
    kwargs = kwargs_of("expect_problems_echoed", "NIN-13")
    assert code("expect_problems_echoed", kwargs, prose(problems=text)) == expected


def test_the_problem_that_is_not_taken_up_is_shown() -> None:
    rule = rules.build("expect_problems_echoed", kwargs_of("expect_problems_echoed", "NIN-13"))
    told = prose(problems="存在的问题：一是更新不及时；二是解读偏少。\n改进措施：一是明确时限；二是配备专人。")
    measured = rule.measure(rule.lines()[0], told.row(0, named=True))
    assert "解读偏少" in measured.observed
    assert "更新" not in measured.observed


# ── kinds ───────────────────────────────────────────────────────────────────────────────────────

SIX = "承办人大代表建议4件。"


@pytest.mark.parametrize(
    ("overall", "other", "expected"),
    [
        ("公开信息57条，其中工作动态50条，财政信息7条。", SIX, BROKEN),
        ("公开信息57条，其中工作动态50条，建议提案7条。", SIX, HOLDS),
        ("公开信息57条，其中工作动态50条，其他7条。", SIX, HOLDS),
        ("公开信息57条，主要包括工作动态40条、财政信息7条。", SIX, OPEN),
        ("公开信息57条，其中网站公开50条，微信公众号公开7条。", SIX, ABSENT),
        ("公开信息57条，其中工作动态50条，财政信息7条。", "承办人大代表建议0件。", ABSENT),
        ("公开信息57条，其中工作动态50条，财政信息7条。", f"{SIX}建议办理结果不涉及公开。", HOLDS),
        ("公开信息57条。", SIX, ABSENT),
    ],
)
def test_kinds_of_what_was_disclosed(overall: str, other: str, expected: int) -> None:
    told = prose(overall=overall, other=other)
    assert code("expect_kinds_listed", kwargs_of("expect_kinds_listed", "NVT-14"), told) == expected


# ── statements and cells ────────────────────────────────────────────────────────────────────────

PENDING, RECEIVED = "requests.pending_end.total", "requests.received.total"


@pytest.mark.parametrize(
    ("received", "pending", "expected"),
    [(2, 1, BROKEN), (2, 0, HOLDS), (26, 1, ABSENT), (None, 1, OPEN), (2, None, OPEN), (None, 0, HOLDS)],
)
def test_all_in_time_beside_what_was_carried_over(received: int | None, pending: int | None, expected: int) -> None:
    cells: dict[str, Any] = {}
    for key, value in ((RECEIVED, received), (PENDING, pending)):
        cells |= {key: value, f"{key}|state": "reported" if value is not None else "blank"}
    told = row(overall="政府信息公开申请按时答复率100%。", **cells)
    kwargs = kwargs_of("expect_statement_uncontested", "DDL-05")
    assert code("expect_statement_uncontested", kwargs, told) == expected
    silent = row(overall="办理热线工单20件,按时办结率100%。", **cells)
    assert code("expect_statement_uncontested", kwargs, silent) == ABSENT


@pytest.mark.parametrize(("number", "expected"), [(20, HOLDS), (26, HOLDS), (30, HOLDS), (31, BROKEN), (17, BROKEN)])
def test_what_an_approximate_number_leaves_open(number: int, expected: int) -> None:
    """20余 may be anything up to 30; below 20 only the tolerance counts."""
    told = prose(overall="全年收到政府信息公开申请20余件。")
    cells = {RECEIVED: float(number), f"{RECEIVED}|state": "reported"}
    told = told.with_columns(**{k: pl.lit(v, dtype=frames.STATE if "|" in k else pl.Float64) for k, v in cells.items()})
    kwargs = {"measures": ["requests.received"], "links": ["ask"], "tolerance": 0.1}
    assert code("expect_claims_match_cells", kwargs, told) == expected


# ── headings ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("numerals", "in_order", "expected"),
    [
        ("一二三四五六", True, [HOLDS] * 5),
        ("一二四五六七", True, [HOLDS, BROKEN, HOLDS, HOLDS, HOLDS]),
        ("一二三三四五", True, [HOLDS, HOLDS, BROKEN, HOLDS, HOLDS]),
        ("一二三 四五", True, [HOLDS, HOLDS, ABSENT, HOLDS, HOLDS]),
        ("一二三 五六", True, [HOLDS, HOLDS, ABSENT, HOLDS, HOLDS]),
        ("一二三 六七", True, [HOLDS, HOLDS, ABSENT, BROKEN, HOLDS]),
        ("一二四五六七", False, [ABSENT] * 5),
    ],
)
def test_numerals_of_the_sections(numerals: str, in_order: bool, expected: list[int]) -> None:
    heads = {
        f"section.{s.key}": None if n == " " else f"{n}、{s.label}" for n, s in zip(numerals, sections(), strict=True)
    }
    frame = row(overall="无。").with_columns(
        sections_in_order=pl.lit(in_order), **{k: pl.lit(v, dtype=pl.String) for k, v in heads.items()}
    )
    rule = rules.build("expect_headings_numbered", {})
    (found,) = rules.evaluate(frame, [rules.plan(rule, frozenset(frame.columns))])
    assert list(found.row(0)) == expected


@pytest.mark.parametrize(
    ("type_", "check", "changes", "reason"),
    [
        ("expect_shares_whole", "NIN-02", {"item": "占(?P<n>\\d)%"}, "label"),
        ("expect_shares_whole", "NIN-02", {"tolerance": 2}, "tolerance"),
        ("expect_problems_echoed", "NIN-13", {"echoes": {"form": "x"}}, "名称要相同"),
        ("expect_kinds_listed", "NVT-14", {"measures": ["proposal"]}, "是不是想写"),
        ("expect_chart_agrees", "NIN-12", {"names": 0}, "names"),
        ("expect_statement_uncontested", "DDL-05", {"base": "requests.receive.total"}, "是不是想写"),
        ("expect_text_not_shared", "DUP-02", {"majority": 0}, "majority"),
        ("expect_text_not_shared", "DUP-02", {"wide_least": 10}, "wide_least"),
    ],
)
def test_wrong_arguments(type_: str, check: str, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        rules.build(type_, kwargs_of(type_, check) | changes)


def test_last_year_needs_its_cells() -> None:
    kwargs = {"pattern": "申请", "within": ["problems"], "keys": [RECEIVED], "earlier": "none"}
    with pytest.raises(ValueError, match="before 和 earlier"):
        rules.build("expect_statement_backed", kwargs)
