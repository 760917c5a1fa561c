from decimal import Decimal

import pytest

from gkaudit.chars import chinese_number, enumerator, fold, is_value, read_cell, squash, width


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("0", 0), ("\xa00", 0), ("0\xa0", 0), ("\u30000", 0), ("\n0", 0), ("１２", 12), ("\u200b7\ufeff", 7), ("1,234", 1234),
        ("\ue5e50", 0), ("\u202a1\u202c2", 12), ("0\u2069\u202f", 0), ("3\ufe0f", 3),
        ("3件", 3), ("3 件", 3), ("十二", 12), ("两件", 2), ("零", 0), ("〇", 0), ("-3", -3), ("－2", -2),
        ("190.457379", "190.457379"), ("３．５", "3.5"), ("007", 7), ("5（件）", 5),
        ("⑤", 5),
    ],
)  # fmt: skip
def test_numbers_are_read_as_printed(raw, value):
    reading = read_cell(raw)
    assert (reading.state, reading.value) == ("reported", Decimal(value))
    assert is_value(raw)


@pytest.mark.parametrize(
    "raw", ["", " ", "\t", "\xa0", "\u3000\u3000", "\xa0\u3000", "\u200b", "\n", "\ue5e5", "\u202a\u202c"]
)
def test_white_space_is_blank(raw):
    assert read_cell(raw).state == "blank"
    assert read_cell(raw).value is None


@pytest.mark.parametrize(
    "raw",
    [
        "/",
        "／",
        "—",
        "-",
        "–",
        "——",
        "无",
        "·",
        "*",
        "○",
        "\\",
        "…",
        " / ",
        "无。",
        "（无）",
        "不涉及",
        "本单位未制定规章",
    ],
)
def test_marks_are_no_numbers(raw):
    assert (read_cell(raw).state, read_cell(raw).value) == ("marked", None)
    assert is_value(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "1 2",
        "1\n2",
        "0 0",
        "1,2",
        "01,023",
        "12-3",
        "0.",
        "规章",
        "见附件",
        "3台",
        "1/2",
        "9" * 31,
        "\u202e12",
        "5（件",
        "5①",
        "5 ①",
        "5¹",
        "5²",
        "5₁",
        "①②",
        "5❶",
    ],
)
def test_what_is_no_single_number_is_unreadable(raw):
    assert (read_cell(raw).state, read_cell(raw).value) == ("unreadable", None)


def test_units_of_money_are_converted_and_never_called_reported():
    reading = read_cell("2000元", unit="万元")
    assert (reading.state, reading.value) == ("inferred", Decimal("0.2"))
    assert read_cell("18.6万元", unit="万元").state == "reported"


@pytest.mark.parametrize(
    ("raw", "unit", "state", "value"),
    [
        ("三千元", "万元", "inferred", Decimal("0.3")),
        ("三万元", "万元", "reported", 3),
        ("三万", "万元", "unreadable", None),
        ("5件", "万元", "inferred", 5),
        ("5000元", "件", "inferred", 5000),
        ("三千元", "元", "reported", 3000),
        ("十二件", "件", "reported", 12),
    ],
)
def test_money_in_a_column_of_counts_and_numerals_with_units(raw, unit, state, value):
    assert (read_cell(raw, unit=unit).state, read_cell(raw, unit=unit).value) == (state, value)


def test_letter_o_is_only_inferred():
    assert read_cell("O") == read_cell("o")
    assert (read_cell("O").state, read_cell("O").value) == ("inferred", 0)


@pytest.mark.parametrize(("raw", "value"), [("减4", -4), ("增3", 3), ("减少2项", -2), ("+5", 5), ("-8", -8)])
def test_signed_words_in_signed_columns(raw, value):
    assert read_cell(raw, signed=True).value == value


def test_signed_words_elsewhere_are_unreadable():
    assert read_cell("减4").state == "unreadable"


@pytest.mark.parametrize(
    ("text", "number"),
    [("十", 10), ("二十一", 21), ("一百零五", 105), ("三千", 3000), ("二〇二四", 2024), ("一万二千", 12000), ("三点五", None), ("", None)],
)  # fmt: skip
def test_chinese_numerals(text, number):
    assert chinese_number(text) == number


def test_labels_are_compared_without_enumerator_and_signs():
    assert fold("（二） 部分 公开（区分处理的, 只计）") == "部分公开区分处理的只计"
    assert fold("3. 危及“三安全一稳定”") == fold('3.危及"三安全一稳定"')
    assert fold("（六）其他处理") != fold("3.其他")
    assert (enumerator("（七）总计"), enumerator("3.其他"), enumerator("总计")) == ("七", "3", "")
    assert squash(" ２０２４ 年\u200b ") == "2024年"
    assert width("表a三") == 5


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("本年製發件數", "本年制发件数"),
        ("行政規範性文件", "行政规范性文件"),
        ("行政處罰", "行政处罚"),
        ("3.補正後申請內容仍不明確", "3.补正后申请内容仍不明确"),
        ("未經復議直接起訴", "未经复议直接起诉"),
        ("結轉下年度繼續辦理", "结转下年度继续办理"),
        ("本年收費金額（單位：萬元）", "本年收费金额（单位：万元）"),
    ],
)
def test_labels_in_old_characters_are_the_same_labels(old, new):
    assert fold(old) == fold(new)
