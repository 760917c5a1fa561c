"""Rules on small hand-made frames."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gkaudit import frames
from gkaudit.form import form
from gkaudit.gx import rules
from gkaudit.gx.rules_base import plain
from gkaudit.gx.rules_fees import FeeByTiers
from gkaudit.gx.suites import load_suites
from gkaudit.panel.bodies import bodies_of, name_of

ROOT = Path(__file__).parents[2]
HOLDS, BROKEN, OPEN, ABSENT = range(4)
APPLICANTS = ["natural_person", "business", "research", "public_interest", "legal_service", "other_org"]


def _cell(key: str, said: Any) -> dict[str, Any]:
    """A number, a state, (state, number), (state, print), or None for a cell that is not on the form."""
    state, value, raw = None, None, None
    if isinstance(said, tuple):
        state, other = said
        value, raw = (other, None) if isinstance(other, (int, float)) else (None, other)
        if state in frames.KNOWN_STATES and value is None:
            value = 0.0
    elif isinstance(said, str):
        state = said
    elif said is not None:
        state, value = "reported", said
    return {key: None if value is None else float(value), f"{key}|state": state, f"{key}|raw": raw}


def small(**cells: list[Any]) -> pl.DataFrame:
    """A frame of only these cells, keys as they are."""
    columns: dict[str, list[Any]] = {}
    for key, said in cells.items():
        for name, value in (item for one in said for item in _cell(key, one).items()):
            columns.setdefault(name, []).append(value)
    kinds = {"state": frames.STATE, "raw": pl.String}
    return pl.DataFrame(
        {n: pl.Series(v, dtype=kinds.get(n.rpartition("|")[2], pl.Float64)) for n, v in columns.items()}
    )


def codes(type_: str, kwargs: dict[str, Any], frame: pl.DataFrame) -> dict[str, list[int]]:
    rule = rules.build(type_, kwargs)
    (found,) = rules.evaluate(frame, [rules.plan(rule, frozenset(frame.columns))])
    assert set(found.dtypes) == {pl.Int8}
    assert found.null_count().sum_horizontal().item() == 0
    return found.to_dict(as_series=False)


# ── sums and bounds ─────────────────────────────────────────────────────────────────────────────

ROW = "remedies.reconsideration."
BALANCE = {
    "table": "remedies",
    "along": "rows",
    "lines": ["reconsideration"],
    "left": ["total"],
    "right": ["upheld", "corrected"],
    "tolerance": 0,
}


@pytest.mark.parametrize(
    ("total", "upheld", "corrected", "expected"),
    [
        (3, 1, 2, HOLDS),
        (3, 1, 1, BROKEN),
        (0, 1, "blank", BROKEN),  # 0 against at least 1
        (0, 0, "blank", OPEN),
        (5, 1, "blank", OPEN),
        (0, "marked", "unreadable", OPEN),
        ("blank", 1, 2, OPEN),
        ("absent", "absent", "absent", OPEN),
        (3, ("inferred", 1), 2, HOLDS),
        (3, 3, None, HOLDS),  # a cell that is not on the form adds nothing
        (None, None, None, ABSENT),
        (None, 1, 2, ABSENT),  # nothing to compare with
        (0.3, 0.1, 0.2, HOLDS),  # no trouble with binary fractions
        (0.3, 0.1, 0.200001, BROKEN),
    ],
)
def test_sums_to_balance(total: Any, upheld: Any, corrected: Any, expected: int) -> None:
    frame = small(**{ROW + "total": [total], ROW + "upheld": [upheld], ROW + "corrected": [corrected]})
    assert codes("expect_sums_to_balance", BALANCE, frame) == {"reconsideration": [expected]}


def test_a_missing_column_counts_as_not_on_the_form() -> None:
    frame = small(**{ROW + "total": [2], ROW + "upheld": [2]})
    assert codes("expect_sums_to_balance", BALANCE, frame) == {"reconsideration": [HOLDS]}
    assert codes("expect_sums_to_balance", BALANCE, frame.select(pl.col("^.*upheld.*$"))) == {
        "reconsideration": [ABSENT]
    }


def test_tolerance() -> None:
    frame = small(**{ROW + "total": [3, 3], ROW + "upheld": [2.5, 2], ROW + "corrected": [0, 0]})
    assert codes("expect_sums_to_balance", BALANCE | {"tolerance": 0.5}, frame) == {"reconsideration": [HOLDS, BROKEN]}


LICENCES = "disclosure.licences."
AT_LEAST = {"table": "disclosure", "along": "rows", "lines": ["licences"], "left": ["items_last_year", "change"]}


@pytest.mark.parametrize(
    ("last", "change", "expected"),
    [
        (5, -5, HOLDS),
        (5, -6, BROKEN),
        (5, "blank", OPEN),  # a signed column may be anything
        ("blank", -6, OPEN),
        ("blank", 1, HOLDS),  # 1 and more is not below 0
        (None, None, ABSENT),
    ],
)
def test_sum_at_least_with_a_signed_column(last: Any, change: Any, expected: int) -> None:
    frame = small(**{LICENCES + "items_last_year": [last], LICENCES + "change": [change]})
    assert codes("expect_sum_at_least", AT_LEAST | {"right": []}, frame) == {"licences": [expected]}


DOCUMENTS = "disclosure.normative_documents."


def test_last_years_value() -> None:
    kwargs = {
        "table": "disclosure",
        "along": "rows",
        "lines": ["normative_documents"],
        "left": ["prior.in_force", "issued"],
        "right": ["repealed"],
    }
    frame = small(**{DOCUMENTS + "issued": [1, 1, 1, "blank"], DOCUMENTS + "repealed": [3, 2, 3, 3]})
    prior = pl.Series(f"prior.{DOCUMENTS}in_force", [1.0, 1.0, None, 1.0])
    assert codes("expect_sum_at_least", kwargs, frame.with_columns(prior)) == {
        "normative_documents": [BROKEN, HOLDS, ABSENT, OPEN]
    }
    assert codes("expect_sum_at_least", kwargs, frame) == {"normative_documents": [ABSENT] * 4}


def test_zero_together() -> None:
    keys = ["disclosure.procurement.items", "disclosure.procurement.amount"]
    frame = small(**{keys[0]: [0, 0, 1, 1, None, 0], keys[1]: [0, 5, 0, 8040, None, "blank"]})
    expected = [HOLDS, BROKEN, BROKEN, HOLDS, ABSENT, OPEN]
    assert codes("expect_zero_together", {"keys": keys}, frame) == {"pair": expected}


# ── shifted and split cells ─────────────────────────────────────────────────────────────────────

SHIFT = {
    "table": "requests",
    "lines": ["received"],
    "parts": APPLICANTS,
    "total": "total",
}


def _printed(*values: Any) -> pl.DataFrame:
    return small(**{f"requests.received.{c}": [v] for c, v in zip([*APPLICANTS, "total"], values, strict=True)})


@pytest.mark.parametrize(
    ("values", "expected", "kind"),
    [
        ((2, 1, 0, 0, 0, 0, 3), HOLDS, None),
        ((0, 0, 0, 0, 0, 0, 0), HOLDS, None),
        ((0, 0, 0, 0, 1, 0, 0), HOLDS, None),  # 会仪镇 2021: broken, but no repair
        ((2, 0, 0, 0, 0, 2, "blank"), BROKEN, "shift"),
        ((2, 0, 0, 0, 0, 2, 0), BROKEN, "shift"),
        ((1, 2, 0, 0, 0, 0, 12), BROKEN, "split"),
        ((12, 0, 0, 0, 0, 1, 2), BROKEN, "split"),
        ((1, 0, 1, 0, 0, 0, 11), HOLDS, None),  # 10+1 or 1+10: not unique
        ((1, 2, 0, 0, 0, "unreadable", 12), OPEN, None),
        ((1.5, 0, 0, 0, 0, 0, 15), HOLDS, None),
        ((None,) * 7, ABSENT, None),
    ],
)
def test_no_shifted_line(values: tuple[Any, ...], expected: int, kind: str | None) -> None:
    frame = _printed(*values)
    assert codes("expect_no_shifted_line", SHIFT, frame) == {"received": [expected]}
    rule = rules.build("expect_no_shifted_line", SHIFT)
    measured = rule.measure(rule.lines()[0], frame.row(0, named=True))
    assert measured.details.get("kind") == (kind if expected == BROKEN else measured.details.get("kind"))


def test_shift_says_what_it_would_read() -> None:
    rule = rules.build("expect_no_shifted_line", SHIFT)
    measured = rule.measure(rule.lines()[0], _printed(2, 0, 0, 0, 0, 2, 0).row(0, named=True))
    assert (measured.observed, measured.expected) == ("2 0 0 0 0 2 0", "□ 2 0 0 0 0 2")
    measured = rule.measure(rule.lines()[0], _printed(1, 2, 0, 0, 0, 0, 12).row(0, named=True))
    assert (measured.observed, measured.expected) == ("1 2 0 0 0 0 12", "12 □ 0 0 0 0 12")
    assert measured.keys[:2] == ("requests.received.natural_person", "requests.received.business")


def test_of_many_notes_of_the_reader_three_are_written_out() -> None:
    rule = rules.build("expect_no_shifted_line", SHIFT | {"notes_column": "shift_notes"})
    frame = _printed(*[0] * 7).with_columns(shift_notes=pl.Series([[f"第{n}行少一列" for n in range(1, 26)]]))
    measured = rule.measure(rule.lines()[-1], frame.row(0, named=True))
    assert measured.observed == "第1行少一列；第2行少一列；第3行少一列；另有 22 处"


def test_a_number_that_the_prose_should_explain_need_not_be_zero() -> None:
    fees = "disclosure.fees.amount_10k_yuan"
    row = small(**{fees: [3.2]}).row(0, named=True)
    for pattern, expected in (("收费依据", ""), ("", "0")):
        rule = rules.build("expect_value_backed", {"keys": [fees], "pattern": pattern})
        assert rule.measure(rule.lines()[0], row).expected == expected


# ── cells ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("states", "row", "partial", "any_"),
    [
        ((0, 0, 0, 0, 0), HOLDS, HOLDS, HOLDS),
        (("blank",) * 5, BROKEN, HOLDS, BROKEN),
        (("blank", 0, 0, 0, 0), HOLDS, BROKEN, BROKEN),
        (("unreadable", 0, 0, 0, 0), HOLDS, OPEN, OPEN),
        (("unreadable",) * 5, OPEN, OPEN, OPEN),
        (("blank", "unreadable", "blank", "blank", "blank"), OPEN, OPEN, BROKEN),
        (("absent",) * 5, ABSENT, ABSENT, ABSENT),
        ((None,) * 5, ABSENT, ABSENT, ABSENT),
    ],
)
def test_no_cells_in_state(states: tuple[Any, ...], row: int, partial: int, any_: int) -> None:
    columns = ("upheld", "corrected", "other_outcome", "pending", "total")
    frame = small(**{ROW + c: [s] for c, s in zip(columns, states, strict=True)})
    for scope, expected in (("row", row), ("partial_row", partial), ("any", any_)):
        kwargs = {"tables": ["remedies"], "states": ["blank"], "scope": scope}
        assert codes("expect_no_cells_in_state", kwargs, frame)["remedies.reconsideration"] == [expected], scope


def test_one_cell_is_never_part_of_a_row() -> None:
    frame = small(**{LICENCES + "decisions": ["unreadable", "blank", "unreadable"]})
    kwargs = {"tables": ["disclosure"], "states": ["blank"], "scope": "partial_row"}
    assert codes("expect_no_cells_in_state", kwargs, frame)["disclosure.licences"] == [HOLDS] * 3


def test_one_state_of_those_with_a_number() -> None:
    frame = small(**{ROW + "total": [("inferred", 1), 1, "unreadable"]})
    kwargs = {"tables": ["remedies"], "states": ["inferred"], "scope": "any"}
    assert codes("expect_no_cells_in_state", kwargs, frame)["remedies.reconsideration"] == [BROKEN, HOLDS, OPEN]


def test_whole_numbers() -> None:
    frame = small(
        **{
            LICENCES + "change": [-3, 0.5, 0, "blank"],
            LICENCES + "decisions": [0, 0, "unreadable", "blank"],
        }
    )
    kwargs = {"tables": ["disclosure"], "signed": ["change"], "decimal": ["amount_10k_yuan", "amount"]}
    assert codes("expect_whole_numbers", kwargs, frame)["disclosure.licences"] == [HOLDS, BROKEN, OPEN, ABSENT]


def test_value_at_most_and_levels() -> None:
    key = "disclosure.fees.amount_10k_yuan"
    frame = small(**{key: [1000, 1000.01, 152790, "blank", None]}).with_columns(
        level=pl.Series(["镇", "乡", "县", "街道", "镇"])
    )
    kwargs = {"keys": [key], "maximum": 1000, "levels": ["乡", "镇", "街道"]}
    assert codes("expect_value_at_most", kwargs, frame) == {key: [HOLDS, BROKEN, ABSENT, OPEN, ABSENT]}
    assert codes("expect_value_at_most", kwargs | {"levels": []}, frame)[key] == [HOLDS, BROKEN, BROKEN, OPEN, ABSENT]


def test_value_explained() -> None:
    key = "disclosure.fees.amount_10k_yuan"
    frame = small(**{key: [0, 3.2, 3.2, 3.2, "blank"]}).with_columns(
        text=pl.Series(["", "行政事业性收费3.2万元", "无", None, "无"])
    )
    kwargs = {"keys": [key], "pattern": "行政事业性收费"}
    assert codes("expect_value_explained", kwargs, frame) == {key: [HOLDS, HOLDS, BROKEN, OPEN, OPEN]}


# ── history ─────────────────────────────────────────────────────────────────────────────────────

HISTORY = {
    "keys": [LICENCES + "decisions"],
    "years": 3,
    "own_factor": 10,
    "own_margin": 50,
    "peer_factor": 50,
    "peers_needed": 5,
}


def _history(rows: list[tuple[Any, Any, Any, Any]], level: str | None = "镇") -> list[int]:
    organ, county, year, value = zip(*rows, strict=True)
    bodies = bodies_of([name_of(*pair) for pair in zip(organ, county, strict=True)])
    frame = small(**{LICENCES + "decisions": list(value)}).with_columns(
        organ=pl.Series(organ, dtype=pl.String),
        county=pl.Series(county, dtype=pl.String),
        year=pl.Series(year, dtype=pl.Int32),
        level=pl.Series([level] * len(rows), dtype=pl.String),
        body=pl.Series([body.key for body in bodies], dtype=pl.String),
    )
    return codes("expect_within_history", HISTORY, frame)[LICENCES + "decisions"]


def test_own_history() -> None:
    assert _history([("甲", "县", 2022, 10), ("甲", "县", 2024, 101), ("乙", "县", 2024, 101)]) == [
        ABSENT,
        BROKEN,
        ABSENT,
    ]
    assert _history([("甲", "县", 2022, 10), ("甲", "县", 2024, 100)]) == [ABSENT, HOLDS]
    assert _history([("甲", "县", 2022, 3), ("甲", "县", 2024, 52)]) == [ABSENT, HOLDS]  # not 50 above
    assert _history([("甲", "县", 2020, 10), ("甲", "县", 2024, 500)]) == [ABSENT, ABSENT]  # four years back
    assert _history([("甲", "县", 2023, 0), ("甲", "县", 2024, 213)]) == [ABSENT, ABSENT]  # newly given powers
    assert _history([("甲", None, 2023, 10), ("甲", None, 2024, 213)]) == [ABSENT, BROKEN]
    assert _history([(None, None, 2023, 10), (None, None, 2024, 213)]) == [ABSENT, ABSENT]
    assert _history([("甲", "县", 2023, 10), ("甲", "县", 2024, "blank")]) == [ABSENT, OPEN]
    # One body by two names; two towns of one name in two counties are two.
    named = [("霁桥镇", None, 2023, 10), ("岚皎县霁桥镇人民政府", "岚皎县", 2024, 213)]
    assert _history(named) == [ABSENT, BROKEN]
    assert _history([("霁桥镇", "云县", 2023, 10), named[1]]) == [ABSENT, ABSENT]
    # Two reports of one year: the larger number counts, whatever the order.
    twice = [("甲", "县", 2023, 1), ("甲", "县", 2023, 30), ("甲", "县", 2024, 213)]
    assert _history(twice) == [ABSENT, ABSENT, HOLDS]
    assert _history(twice[::-1]) == [HOLDS, ABSENT, ABSENT]


def test_peers() -> None:
    others = [(f"镇{i}", "县", 2024, 2) for i in range(5)]
    assert _history([*others, ("甲", "县", 2024, 101)])[-1] == BROKEN
    assert _history([*others, ("甲", "县", 2024, 100)])[-1] == HOLDS
    assert _history([*others[1:], ("甲", "县", 2024, 101)])[-1] == ABSENT
    assert _history([*others, ("甲", "县", 2024, 101)], level=None)[-1] == ABSENT
    zeros = [(f"镇{i}", "县", 2024, 0) for i in range(9)]
    assert _history([*zeros, ("甲", "县", 2024, 101)])[-1] == ABSENT


def test_history_of_no_report() -> None:
    frame = small(**{LICENCES + "decisions": [1]}).with_columns(
        organ=pl.lit("甲"), county=pl.lit("县"), year=pl.lit(2024), level=pl.lit("镇"), body=pl.lit("县/甲")
    )
    assert codes("expect_within_history", HISTORY, frame.clear()) == {LICENCES + "decisions": []}


# ── wording of numbers, arguments ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (12.0, "12"),
        (190.457379, "190.457379"),
        (0.0, "0"),
        (-0.0, "0"),
        (-8.0, "-8"),
        (1e15, "1000000000000000"),
        (None, "□"),
    ],
)
def test_plain_numbers(value: float | None, said: str) -> None:
    assert plain(value) == said


@pytest.mark.parametrize(
    ("type_", "kwargs", "reason"),
    [
        ("expect_sum_to_balance", {}, "是不是想写 expect_sums_to_balance"),
        ("expect_sums_to_balance", BALANCE | {"rigth": []}, "是不是想写 right"),
        ("expect_sums_to_balance", {k: v for k, v in BALANCE.items() if k != "left"}, "缺少参数 left"),
        ("expect_sums_to_balance", BALANCE | {"left": ["totl"]}, "是不是想写 total"),
        ("expect_sums_to_balance", BALANCE | {"left": "total"}, "要写成列表"),
        ("expect_sums_to_balance", BALANCE | {"tolerance": "0"}, "要写成数字"),
        ("expect_sums_to_balance", BALANCE | {"tolerance": True}, "要写成数字"),
        ("expect_sums_to_balance", BALANCE | {"tolerance": -1}, "tolerance 不能小于 0"),
        ("expect_sums_to_balance", BALANCE | {"lines": []}, "lines 不能为空"),
        ("expect_sums_to_balance", BALANCE | {"lines": ["reconsideration"] * 2}, "写了两次"),
        ("expect_sums_to_balance", BALANCE | {"along": "down"}, "columns、rows"),
        ("expect_sums_to_balance", BALANCE | {"left": ["prior.issued"]}, "issued"),
        ("expect_cells_at_least", {"left": ["prior.disclosure.fees.amount"], "right": []}, "是不是想写"),
        (
            "expect_value_has_source",
            {"keys": [ROW + "total"], "sources": ["prior." + ROW + "total"], "last_year": "missing"},
            "prior",
        ),
        (
            "expect_constants_stable",
            {"patterns": {"n": "村"}, "within": ["other"], "share": 0.2, "unless": "合并"},
            "没有写",
        ),
        ("expect_changes_to_match", {"also": {"requests.receive.total": "requests.received.total"}}, "measure"),
        ("expect_sum_at_least", AT_LEAST | {"left": ["issued"], "right": []}, "相交的单元格"),
        ("expect_zero_together", {"keys": ["disclosure.procurement.items"]}, "正好两个"),
        ("expect_no_cells_in_state", {"tables": ["requests"], "states": ["empty"], "scope": "any"}, "blank"),
        (
            "expect_no_cells_in_state",
            {"tables": ["request"], "states": ["blank"], "scope": "any"},
            "是不是想写 requests",
        ),
        ("expect_raw_free_of", {"tables": ["requests"], "pattern": "(", "states": ["reported"]}, "正则表达式"),
        ("expect_text_to_match", {"patterns": {"titel": "x"}, "missing": "broken"}, "是不是想写 title"),
        ("expect_text_to_match", {"patterns": ["title"], "missing": "broken"}, "要写成 {…}"),
        ("expect_flag", {"column": "title"}, "sections_in_order"),
        ("expect_form_edition", {"edition": "2021", "first_year": 2021, "last_year": 2019}, "早于"),
        ("expect_form_edition", {"edition": 2021, "first_year": 2021, "last_year": None}, "要写成文字"),
        ("expect_within_history", HISTORY | {"years": 0}, "years 不能小于 1"),
        ("expect_value_at_most", {"keys": ["disclosure.fees.amount"], "maximum": 1}, "是不是想写"),
        ("expect_parts_present", {"columns": ["title"], "at_least": 2}, "at_least"),
    ],
)
def test_wrong_arguments(type_: str, kwargs: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        rules.build(type_, kwargs)


# ── the shipped suites ──────────────────────────────────────────────────────────────────────────
# Every check has its cases in tests/conformance.


def q(row: str, column: str = "total") -> str:
    return f"requests.{row}.{column}"


def test_what_is_measured_for_the_seed_004_slip() -> None:
    """A part of 1 beside a received of 0 and a blank carry-over: cells to blame, and by how much at least."""
    entries = [e for suite in load_suites(ROOT / "expectations") for e in suite.entries if e.check_id == "ARI-04"]
    (entry,) = entries
    row: dict[str, Any] = {}
    for key in form("2021").keys():
        row |= _cell(key, {q("no_records"): 1, q("pending_end"): "blank"}.get(key, 0))
    line = next(line for line in entry.lines if line.name == "total")
    measured = entry.rule.measure(line, row)
    assert (measured.observed, measured.expected) == ("0", "≥1")
    assert measured.keys == (q("received"), q("pending_start"), q("no_records"), q("pending_end"))
    assert measured.details["unknown"] == [q("pending_end")]
    assert measured.details["difference"] == "-1"


# ── fees ────────────────────────────────────────────────────────────────────────────────────────


def test_fee_tiers() -> None:
    """The values that the catalogue gives to test with."""
    (entry,) = (
        e
        for suite in load_suites(ROOT / "expectations")
        for e in suite.entries
        if e.check_id == "AUT-06" and e.severity == "error"
    )
    assert isinstance(entry.rule, FeeByTiers)
    assert [entry.rule.case_fee(n) for n in (0, 10, 11, 30, 31, 40, 41)] == [0, 0, 100, 2000, 2200, 4000, 4300]
    assert [entry.rule.page_fee(n) for n in (0, 30, 31, 100, 101, 200, 201)] == [0, 0, 10, 700, 720, 2700, 2740]
