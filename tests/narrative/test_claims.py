"""What a claim says beside its number: scope, period, groups, quotes over broken lines; and hostile text."""

from decimal import Decimal
from random import Random

import pytest

import gkaudit.narrative
from gkaudit.document import Anchor
from gkaudit.form import all_keys
from gkaudit.narrative import MEASURES, cell_keys, claims
from gkaudit.narrative.lexicon import lexicon, phrases
from gkaudit.sections import Outline, Passage


def read(*lines, section="overall", year=2024, level="镇", kinds=None):
    kinds = kinds or ["paragraph"] * len(lines)
    passages = tuple(
        Passage(section, kind, text, Anchor("x.txt", line=n))
        for n, (text, kind) in enumerate(zip(lines, kinds, strict=True), 1)
    )
    return [c for c in claims(Outline((), passages), year, level) if not c.measure.startswith(("aspect", "accountab"))]


def one(*lines, **more):
    found = read(*lines, **more)
    assert len(found) == 1, found
    return found[0]


# ── measures ────────────────────────────────────────────────────────────────────────────────────


def test_every_cell_is_a_measure():
    for key in all_keys():
        assert cell_keys(key) == (key,)


def test_sums_name_cells_of_the_form():
    known = set(all_keys())
    for measure, keys in MEASURES.items():
        assert set(keys) <= known, measure
        assert len(set(keys)) == len(keys), measure


@pytest.mark.parametrize(
    ("measure", "keys"),
    [
        ("requests.received_plus_carried", {"requests.received.total", "requests.pending_start.total"}),
        (
            "requests.cannot_provide_all",
            {"requests.no_records.total", "requests.not_compiled.total", "requests.not_described.total"},
        ),
        (
            "remedies.litigation_all.total",
            {"remedies.litigation_direct.total", "remedies.litigation_after_reconsideration.total"},
        ),
        ("information_fee", set()),
        ("year_on_year.requests.received.total", set()),
        ("last_year.requests.received.total", set()),
        ("other.hotline", set()),
    ],
)
def test_cells_of_a_measure(measure, keys):
    assert set(cell_keys(measure)) == keys


def test_organisations_are_five_columns():
    assert len(cell_keys("requests.received.organisations")) == 5
    assert len(cell_keys("requests.received_plus_carried.organisations")) == 10
    assert len(cell_keys("requests.exempt_all")) == 8


@pytest.mark.parametrize(
    "name", ["requests.nothing.total", "other.nothing", "year_on_year.nothing", "year_on_year", ""]
)
def test_unknown_measures_are_refused(name):
    if name == "year_on_year":
        assert cell_keys(name) == ()
        return
    with pytest.raises(KeyError):
        cell_keys(name)


def test_a_word_has_one_kind():
    seen = {}
    for kind, words in phrases()["words"].items():
        for sense, listed in words.items() if isinstance(words, dict) else [("", words)]:
            for word in listed:
                assert seen.setdefault(word, (kind, sense)) == (kind, sense), word
    assert len(seen) > 2000


def test_senses_lead_to_rows_of_the_form():
    words = phrases()["words"]
    for kind in ("outcome", "outcome_soft"):
        for sense in words[kind]:
            assert f"requests.{sense}" in MEASURES or f"requests.{sense}.total" in MEASURES
    for sense in words["applicant"]:
        assert f"requests.received.{sense}" in MEASURES
    for kind in ("verdict", "verdict_soft"):
        for sense in words[kind]:
            assert f"remedies.all.{sense}" in MEASURES


def test_no_other_name_is_public():
    with pytest.raises(AttributeError):
        gkaudit.narrative.nothing  # noqa: B018


# ── body and time ───────────────────────────────────────────────────────────────────────────────


def test_ways_beside_each_other_are_no_list_with_a_total():
    found = read(
        "本年度收到书面申请0件、网络申请1件、当面申请0件。", "收到书面申请1件、网络申请2件，共计3件政府信息公开申请。"
    )
    assert [c.role for c in found if c.measure == "requests.channel"] == ["statement"] * 5


@pytest.mark.parametrize(
    "text",
    [
        "2024年受理政府信息公开申请3件，2023年受理5件，2022年受理2件。",
        "2022年受理政府信息公开申请2件，2023年受理5件，2024年受理3件。",
    ],
)
def test_a_year_before_the_last_one_is_not_last_year(text):
    said = {(int(c.value), c.measure.split(".")[0], c.scope) for c in read(text)}
    assert said == {(3, "requests", "own"), (5, "last_year", "own"), (2, "last_year", "cumulative")}


def test_a_change_since_a_year_before_the_last_one_is_none_since_last_year():
    found = read("收到政府信息公开申请126件，较2022年（85件）增长48.2%。")
    assert {c.scope for c in found if c.measure.startswith(("year_on_year", "last_year"))} == {"cumulative"}


@pytest.mark.parametrize(
    ("text", "level", "scope", "link"),
    [
        ("全县共收到政府信息公开申请9件。", "镇", "higher", "none"),
        ("全县共收到政府信息公开申请9件。", "县", "own", "firm"),
        ("全县共收到政府信息公开申请9件。", "部门", "higher", "none"),
        ("全县共收到政府信息公开申请9件。", None, "other", "ask"),
        ("全镇共收到政府信息公开申请9件。", "镇", "own", "firm"),
        ("我局共收到政府信息公开申请9件。", "部门", "own", "firm"),
        ("各部门共收到政府信息公开申请9件。", "县", "other", "ask"),
        ("自2015年以来共收到政府信息公开申请9件。", "镇", "cumulative", "none"),
        ("历年共收到政府信息公开申请9件。", "镇", "cumulative", "none"),
    ],
)
def test_whose_number_it_is(text, level, scope, link):
    claim = one(text, level=level)
    assert (claim.measure, claim.value, claim.scope, claim.link) == ("requests.received.total", 9, scope, link)


def test_another_year_is_never_this_year():
    claim = one("2022年收到政府信息公开申请9件。")
    assert (claim.measure, claim.period, claim.link) == ("last_year.requests.received.total", "last", "none")
    assert cell_keys(claim.measure) == ()
    assert read("2025年计划办理政府信息公开申请9件。") == []


def test_without_the_year_of_the_report():
    assert one("2024年收到政府信息公开申请9件。", year=None).link == "firm"
    carried = read("收到政府信息公开申请9件，2023年结转1件，办结8件，结转至2025年2件。", year=None)
    assert [c.measure.split(".")[1] for c in carried] == ["received", "pending_start", "processed", "pending_end"]


def test_the_edition_follows_the_year():
    assert one("制定规范性文件2件。", year=2020).measure == "disclosure.normative_documents.newly_made"
    assert one("制定规范性文件2件。", year=2021).measure == "disclosure.normative_documents.issued"


def test_money_is_in_the_unit_of_the_column():
    claim = one("行政事业性收费125600元。")
    assert (claim.value, claim.unit) == (Decimal("12.56"), "万元")
    fee = one("收取信息处理费0.26万元。")
    assert (fee.measure, fee.value, fee.unit) == ("information_fee", 2600, "元")


# ── groups ──────────────────────────────────────────────────────────────────────────────────────


def test_a_total_is_tied_to_its_parts():
    total, *parts = read("公开信息12条，其中动态7条，公告3条，其他2条。")
    assert (total.role, total.value, total.exhaustive, total.link) == ("total", 12, True, "firm")
    assert [(p.role, p.label, p.value) for p in parts] == [
        ("part", "动态", 7),
        ("part", "公告", 3),
        ("part", "其他", 2),
    ]
    assert {c.group for c in (total, *parts)} == {total.group}
    assert total.quote == "公开信息12条，其中动态7条，公告3条，其他2条"


def test_a_list_that_says_it_is_partial_is_open():
    for text in ("公开信息12条，主要包括动态7条、公告3条。", "公开信息12条，其中动态7条、公告3条等。"):
        assert {(c.exhaustive, c.link) for c in read(text)} == {(False, "ask")}


def test_a_part_may_be_the_total_of_an_inner_list():
    found = read("公开信息12条，其中动态7条（图文4条、视频3条），公告5条。")
    assert sorted((c.role, int(c.value)) for c in found) == [
        ("part", 3), ("part", 4), ("part", 5), ("part", 7), ("total", 7), ("total", 12),
    ]  # fmt: skip
    assert len({c.group for c in found}) == 2


def test_a_total_of_two_splits_speaks_once_of_its_cell():
    found = read("收到政府信息公开申请5件，其中自然人4件、商业企业1件，网上3件、信函2件。")
    totals = [c for c in found if c.role == "total"]
    assert [c.link for c in totals] == ["firm", "none"]
    assert len({c.group for c in totals}) == 2


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("收到政府信息公开申请10件，其中予以公开5件、部分公开5件。", True),
        ("收到政府信息公开申请10件，其中予以公开5件、部分公开3件，结转下年度2件。", False),
        ("收到政府信息公开申请10件，其中2件均按规定程序处置，6件为本机关不掌握，重复申请1件。", False),
        ("收到政府信息公开申请9件，上年结转2件，其中网络申请6件，信函申请5件。", False),
        ("收到政府信息公开申请9件，上年结转2件，其中网络申请6件，信函申请4件。", True),
        ("政府信息公开行政复议3件，其中维持1件，纠正2件。", True),
        ("公开信息50条，其中动态30条，公告10条。", True),
        ("公开信息50条，其中动态30条。", False),
        ("公开信息50条，包括动态30条，公告10条，其余为政策文件。", False),
        ("共答复政府信息公开申请30件，其中予以公开20件，部分公开5件，其余均为无法提供。", False),
    ],
)
def test_only_closed_lists_have_to_add_up(text, closed):
    assert {c.exhaustive for c in read(text) if c.role == "total"} <= {closed}


def test_other_units_in_a_list_leave_it_a_question():
    found = read("公开信息50条，其中动态30条，图片20张，公告10条。")
    assert {c.link for c in found if c.role in ("total", "part")} == {"ask"}


def test_a_share_is_tied_to_its_part():
    found = read("公开信息200条，其中动态150条，占75%，公告50条，占25%。")
    shares = [c for c in found if c.role == "percent"]
    parts = {c.label: c for c in found if c.role == "part"}
    assert [(s.value, parts[s.label].value, s.group) for s in shares] == [
        (75, 150, parts["动态"].group), (25, 50, parts["公告"].group),
    ]  # fmt: skip


def test_approximate_numbers_are_never_firm():
    for text in (
        "收到政府信息公开申请30余件。",
        "收到政府信息公开申请近30件。",
        "收到政府信息公开申请30件左右。",
        "收到政府信息公开申请数十件。",
    ):
        claim = one(text)
        assert (claim.exact, claim.link) == (False, "ask")


def test_alternatives_name_what_else_would_be_true():
    claim = next(c for c in read("办结政府信息公开申请9件，因本机关不掌握等原因无法提供6件。") if c.value == 6)
    assert claim.link == "ask"
    assert "requests.no_records.total" in claim.alternatives


# ── text as it comes ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "收到 政府信息 公开申请 １２ 件。", "收到\xa0政府信息公开申请\u300012\u3000件。", "收到政府信息\n公开申请12件。",
        "**收到政府信息公开申请12件**", "[bookmark: _GoBack]收到政府信息公开申请十二件。", "> 收到政府信息公开申请 12 件.",
        "收到“政府信息公开申请”12件；", "收到政府信息公開申請12件。", "收到政府信息公开申请12件\u200b。",
    ],
)  # fmt: skip
def test_the_shape_of_the_text_does_not_matter(text):
    claim = one(text)
    assert (claim.measure, claim.value, claim.link) == ("requests.received.total", 12, "firm")
    assert claim.quote == text[claim.anchor.start : claim.anchor.end]
    assert claim.quote in text


def test_a_sentence_broken_over_paragraphs_is_one():
    first, second = "全年围绕群众关心的事项，认真做好依申请公开工作，共收到政府信息公开", "申请12件，办结11件。"
    received, done = read(first, second)
    assert (received.value, done.value) == (12, 11)
    assert received.anchor.line == 2
    assert received.quote in second
    assert done.quote in second


def test_the_heading_tells_the_topic():
    assert read("全年共收到4件，办结4件。") == []
    assert [c.link for c in read("（二）依申请公开情况", "全年共收到4件，办结4件。")] == ["firm", "firm"]
    assert read("（二）依申请公开情况", "（三）政府信息管理情况", "全年共收到4件。") == []


def test_headings_and_preface_make_no_claims():
    assert read("收到政府信息公开申请3件。", kinds=["heading"]) == []
    assert read("收到政府信息公开申请3件。", section="preface") == []


def test_points_listed_in_the_next_paragraphs_are_counted():
    found = read("主要存在以下三个方面的问题：", "1、更新不够及时。", "2、解读不够丰富。", section="problems")
    assert [(c.measure, c.value) for c in found] == [("enumeration.stated", 3), ("enumeration.found", 2)]
    assert found[0].group == found[1].group


def test_of_two_numbers_before_the_points_the_nearer_one_counts_them():
    found = read("围绕两个重点，做好五项工作：一是健全制度；二是加强培训；三是强化监督。")
    assert [(c.measure, c.value) for c in found] == [("enumeration.stated", 5), ("enumeration.found", 3)]


def test_numbers_that_jump_are_noted():
    found = read("做好以下四项工作：一是健全制度；二是加强培训；四是强化监督。")
    assert found[1].value == 4
    assert "1、2、4" in found[1].note


def test_a_lost_denial_is_pointed_at():
    found = read("我镇收到依申请公开政府信息的申请，也未发生行政复议。")
    assert "polarity.received" in [c.measure for c in found]
    assert "requests.received.total" not in [c.measure for c in found]


def test_aspects_and_results_of_supervision():
    lines = (
        "（一）主动公开情况",
        "（二）监督保障情况",
        "社会评议满意度较好，考核结果均为合格，全年未发生责任追究情形。",
    )
    passages = tuple(Passage("overall", "paragraph", t, Anchor("x", line=n)) for n, t in enumerate(lines))
    named = [(c.measure, c.note) for c in claims(Outline((), passages), 2024, "镇")]
    assert ("aspect.disclosure", "标题") in named
    assert ("aspect.supervision", "标题") in named
    assert {m for m, _ in named if m.startswith("accountability")} == {
        "accountability.assessment", "accountability.evaluation", "accountability.liability",
    }  # fmt: skip
    promise = (Passage("overall", "paragraph", "将健全考核制度，严格责任追究。", Anchor("x", line=1)),)
    assert not [c for c in claims(Outline((), promise), 2024, "镇") if c.measure.startswith("accountability")]


# ── hostile text ────────────────────────────────────────────────────────────────────────────────

LONG = 50_000


@pytest.mark.parametrize(
    "piece",
    [
        "1", "1 ", "1,000", "1-", "20", "%", "占1%", "一", "一百二十万", "第", "〔", "2024年", "未", "未收到申请，", "除",
        "申请", "政府信息公开", "其中", "（", "）", "、", "，", "《", "[image:", "某", "镇", "a", "\u3000", "分别", "一是",
        "两方面问题。", "三个方面：一是", "均获维持，",
    ],
)  # fmt: skip
def test_long_repetitions_end(piece):
    # Fifty thousand characters in one sentence; anything worse than linear would not come back.
    text = piece * (LONG // len(piece))
    assert len(read(text)) < LONG // 2


@pytest.mark.parametrize(
    "piece",
    [
        "收到申请1件，",
        "公开信息9条，其中动态1条，",
        "公开信息9条（",
        "行政复议1件，均维持，",
        "收取信息处理费1元（",
        "收取信息处理费1元，",
        "减免信息处理费1件，收取2元，",
        "行政诉讼1件，",
        "比上年增加1件，",
    ],
)
def test_thousands_of_numbers_in_one_sentence(piece):
    few = read(piece * 50, section="requests")
    many = read(piece * 2000, section="requests")
    assert len(many) > 20 * len(few) > 0


def test_random_words_never_break_it():
    words = sorted(lexicon().words)
    signs = ["，", "。", "；", "、", "：", "（", "）", "\n", " ", "“", "《", "》", "["]
    numbers = [
        "1件",
        "12条",
        "0件",
        "3",
        "一件",
        "百余条",
        "5%",
        "2024年",
        "2025年",
        "1.5万元",
        "3-5件",
        "1 2件",
        "数十件",
        "一是",
    ]
    rng = Random(20240115)
    for _ in range(400):
        pools = rng.choices((words, words, signs, numbers, numbers), k=rng.randint(3, 50))
        text = "".join(rng.choice(pool) for pool in pools)
        section = rng.choice(("overall", "problems", "other", "requests", "remedies", "disclosure"))
        for claim in read(
            text, section=section, year=rng.choice((2024, 2020, None)), level=rng.choice(("镇", "县", None))
        ):
            assert claim.quote in text
            cell_keys(claim.measure)
            if claim.link == "firm" and cell_keys(claim.measure):
                assert claim.exact
                assert claim.value is not None
