"""Titles, bodies and dates as they really are written; all places are invented."""

import re
from datetime import date

import pytest

from gkaudit.errors import UnreadableError
from gkaudit.identity import short_name, split_name
from gkaudit.report import read, understand
from tests.generate import compose
from tests.generate.exact import document
from tests.generate.wild import wild

BODY = """
一、总体情况
本报告所列数据的统计期限自2024年1月1日起至2024年12月31日止。
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
无。
六、其他需要报告的事项
无。
"""


def _read(tmp_path, text, name="报告.txt"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read(path)


@pytest.mark.parametrize(
    ("title", "organ", "county", "level", "year"),
    [
        ("岚皎县青石镇人民政府2024年政府信息公开工作年度报告", "岚皎县青石镇人民政府", "岚皎县", "镇", 2024),
        ("岚皎县青石镇人民政府\n2024年政府信息公开工作年度报告", "岚皎县青石镇人民政府", "岚皎县", "镇", 2024),
        ("青石镇人民政府 2024 年政府信息 公开工作年度报告", "青石镇人民政府", None, "镇", 2024),
        ("2023年度霁岭街道政府信息公开工作年度报告", "霁岭街道", None, "街道", 2023),
        ("云泊市市中区霁岭街道办事处2023年度政府信息公开工作年度报告（文字版）", "云泊市市中区霁岭街道办事处", "市中区", "街道", 2023),
        ("岚皎县统计局2022年政府信息公开年度报告", "岚皎县统计局", "岚皎县", "部门", 2022),
        ("岚皎县人民政府二〇二四年政府信息公开工作年度报告", "岚皎县人民政府", None, "县", 2024),
        ("2025岚皎县芦汀乡2025年度政府信息公开工作年度报告", "岚皎县芦汀乡", "岚皎县", "乡", 2025),
        ("石城庄镇人民政府2024年政府信息公开工作年度报告", "石城庄镇人民政府", None, "镇", 2024),
        ("首页 > 信息公开 > 年度报告\n岚皎县青石镇2024年政务公开工作报告", "岚皎县青石镇", "岚皎县", "镇", 2024),
        # A name that ends with 州 before the 区 is no autonomous prefecture.
        ("云泊市霁州区公安局2024年政府信息公开工作年度报告", "云泊市霁州区公安局", "霁州区", "部门", 2024),
        ("2024年青石镇政府信息公开工作年度报告\n根据《条例》规定，现将我镇2024年度政府信息公开工作情况报告如下", "青石镇", None, "镇", 2024),
        ("标   题 岚皎县政府办2024年度政府信息公开工作年度报告", "岚皎县政府办", None, None, 2024),
        ("云泊市人民政府门户网站 云泊市统计局 政府信息公开年报 云泊市统计局2024年政府信息公开工作年度报告\n云泊市统计局2024年政府信息公开工作年度报告", "云泊市统计局", "云泊市", "部门", 2024),
    ],
)  # fmt: skip
def test_titles(tmp_path, title, organ, county, level, year):
    identity = _read(tmp_path, f"{title}\n{BODY}").identity
    assert (identity.organ, identity.county, identity.level, identity.year) == (organ, county, level, year)


def test_a_report_in_old_forms_of_the_characters(tmp_path):
    text = (
        "嵐皎縣青石鎮人民政府2024年政府信息公開工作年度報告\n一、總體情況\n"
        "本報告所列數據的統計期限自2024年1月1日起至2024年12月31日止。\n全年收到政府信息公開申請3件。"
    )
    report = _read(tmp_path, text)
    identity = report.identity
    assert (identity.organ, identity.level, identity.year) == ("嵐皎县青石镇人民政府", "镇", 2024)
    assert identity.title == "嵐皎縣青石鎮人民政府2024年政府信息公開工作年度報告"
    assert identity.period.end == date(2024, 12, 31)
    said = report.claims.filter(link="firm").select("measure", "value", "quote").rows()
    assert said == [("requests.received.total", 3, "全年收到政府信息公開申請3件")]


def test_one_old_character_is_part_of_a_name(tmp_path):
    assert _read(tmp_path, f"於潜镇2024年政府信息公开工作年度报告\n{BODY}").identity.organ == "於潜镇"


def test_the_title_of_a_report_in_one_line(tmp_path):
    line = f"青石镇人民政府 2024 年政府信息公开工作年度报告\n{BODY}".replace("\n", " ")
    identity = _read(tmp_path, line).identity
    assert identity.title == "青石镇人民政府 2024 年政府信息公开工作年度报告"
    assert (identity.organ, identity.year) == ("青石镇人民政府", 2024)


@pytest.mark.parametrize(
    ("organ", "regions", "short"),
    [
        ("云泊市澄川区青石街道办事处", ["云泊市", "澄川区"], "青石街道"),
        # The district's government sends the office out, and neither is a part of the other's name.
        ("云泊市澄川区人民政府青石街道办事处", ["云泊市", "澄川区"], "青石街道"),
        ("岚皎县人民政府办公室", ["岚皎县"], "岚皎县人民政府办公室"),
    ],
)
def test_a_name_taken_apart(organ, regions, short):
    assert split_name(organ)[0] == regions
    assert short_name(organ) == short


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("名 称: 青石镇2024年政府信息公开工作年度报告\n发布机构: 青石镇\n青石镇2024年政府信息公开工作年度报告", "青石镇2024年政府信息公开工作年度报告"),
        ("来源：青石镇 浏览次数：364次\n2024年政府信息公开工作年度报告", "2024年政府信息公开工作年度报告"),
        ("岚皎县统计局2024年政府信息公开工作年度报告 岚皎县统计局2024年政府信息公开工作年度报告 |", "岚皎县统计局2024年政府信息公开工作年度报告"),
        ("岚皎县统计局2024年政府信息公开工作年度报告根据《中华人民共和国政府信息公开条例》和《关于做好年度报告编制工作的通知》编制，由六个部分组成。", "岚皎县统计局2024年政府信息公开工作年度报告"),
    ],
)  # fmt: skip
def test_a_title_is_shown_without_labels_and_once(tmp_path, head, title):
    assert _read(tmp_path, f"{head}\n{BODY}").identity.title == title


@pytest.mark.parametrize(
    ("preface", "organ"),
    [
        ("本报告由青石镇人民政府结合有关统计数据编制。", "青石镇人民政府"),
        ("现向社会公布2024年岚皎县教育局政府信息公开工作年度报告。", "岚皎县教育局"),
        ("组织编制了《岚皎县水利局2024年政府信息公开工作年度报告》（以下简称《年度报告》）。", "岚皎县水利局"),
        ("根据《岚皎县人民政府办公室关于做好2024年政府信息公开工作年度报告编制工作的通知》，编制本报告。", None),
        ("特向社会公布青石镇2024年度信息公开年度报告。", "青石镇"),
        ("特向社会公布2024年青石乡人民政府政府信息公开工作情况报告。", "青石乡人民政府"),
        ("现公开岚皎县人民政府办公室2024年政府信息公开工作年度报告。", "岚皎县人民政府办公室"),
        ("根据《条例》的要求，岚皎县青石街道特编制2024年政府信息公开年度报告。", "岚皎县青石街道"),
        ("现公布我镇2024年政府信息公开工作年度报告。", None),
        ("根据《条例》的要求，我镇特编制2024年政府信息公开年度报告。", None),
        ("现向社会公布2024年度区水利局政府信息公开工作年度报告。", None),
    ],
)
def test_a_body_that_no_title_names_is_named_by_the_preface(tmp_path, preface, organ):
    assert _read(tmp_path, f"{preface}\n{BODY}").identity.organ == organ


def test_a_year_that_neither_title_nor_period_gives_is_that_of_the_report_the_preface_names(tmp_path):
    body = re.sub(r".*统计期限.*\n", "", BODY)
    report = _read(tmp_path, f"根据《条例》的要求，岚皎县青石街道特编制2023年政府信息公开年度报告。\n{body}")
    assert (report.identity.organ, report.identity.year) == ("岚皎县青石街道", 2023)


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("日期:2025-01-06", date(2025, 1, 6)),
        ("发表日期:2025-01-16    文章来源:青石镇", date(2025, 1, 16)),
        ("来源:青石镇 时间:2025-01-26 09:42 作者: 点击:", date(2025, 1, 26)),
        ("统计时间:2024-12-31", None),
    ],
)
def test_the_day_of_a_page_is_known_by_its_source(tmp_path, line, published):
    text = f"岚皎县青石镇人民政府2024年政府信息公开工作年度报告\n{line}\n{BODY}"
    assert _read(tmp_path, text).identity.published_on == published


@pytest.mark.parametrize(
    ("above", "year"),
    [
        # The site lists its reports; of two titles one may be wrong, and the first is what the report is called.
        ((2021, 2022, 2023), 2024),
        ((2025, 2023), 2024),
        ((2023,), 2023),
        ((), 2024),
    ],
)
def test_of_a_list_of_reports_above_the_title_none_is_the_title(tmp_path, above, year):
    titles = "\n".join(f"岚皎县青石镇{y}年政府信息公开工作年度报告" for y in (*above, 2024))
    identity = _read(tmp_path, f"{titles}\n{BODY}").identity
    assert (identity.organ, identity.year) == ("岚皎县青石镇", year)
    assert identity.title == f"岚皎县青石镇{year}年政府信息公开工作年度报告"


def test_a_list_without_this_year_leaves_the_first_title(tmp_path):
    titles = "\n".join(f"岚皎县青石镇{y}年政府信息公开工作年度报告" for y in (2020, 2021, 2022))
    assert _read(tmp_path, f"{titles}\n{BODY}").identity.year == 2020


def test_county_from_the_preface_when_the_title_leaves_it_out(tmp_path):
    text = f"青石镇2024年政府信息公开工作年度报告\n本报告由岚皎县青石镇人民政府按照《条例》编制。\n{BODY}"
    assert _read(tmp_path, text).identity.county == "岚皎县"


@pytest.mark.parametrize(
    ("where", "county"),
    [
        ("岚皎县青石镇人民政府\n2025年1月15日", "岚皎县"),
        ("云泊市岚皎县青石镇人民政府（盖章）　2025年1月15日", "岚皎县"),
        ("如有疑问，请与岚皎县青石镇人民政府联系（电话：0000-5550123）。", "岚皎县"),
        ("联系地址：岚皎县青石镇人民路1号。", "岚皎县"),
        ("岚皎县东青石镇人民政府\n2025年1月15日", None),
        ("请与岚皎县东青石镇人民政府联系。", None),
        # Another body's name, a name in a sentence about something else, words before a name.
        ("岚皎县人民政府办公室\n2025年1月15日", None),
        ("全年配合岚皎县青石镇派出所办理1件。", None),
        ("请与我县青石镇联系。", None),
        ("青石镇人民政府\n2025年1月15日", None),
    ],
)
def test_county_from_the_signature_or_the_address(tmp_path, where, county):
    assert _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n{BODY}{where}").identity.county == county


def test_county_of_a_department_that_names_only_its_kind(tmp_path):
    text = f"县统计局2024年政府信息公开工作年度报告\n{BODY}岚皎县统计局\n2025年1月15日"
    assert _read(tmp_path, text).identity.county == "岚皎县"


@pytest.mark.parametrize(
    ("end", "organ"),
    [
        ("岚皎县青石镇人民政府\n2025年1月15日", "岚皎县青石镇人民政府"),
        ("岚皎县统计局 二〇二五年一月十五日", "岚皎县统计局"),
        ("无其他需要报告的事项\n2025年1月15日", None),
        ("岚皎县青石镇人民政府", None),
    ],
)
def test_a_body_that_is_named_nowhere_else_signs(tmp_path, end, organ):
    assert _read(tmp_path, f"{BODY}{end}").identity.organ == organ


def test_without_title_the_file_name_helps(tmp_path):
    report = _read(tmp_path, BODY, "青石镇2023年政府信息公开工作年度报告.txt")
    assert (report.identity.title, report.identity.organ) == (None, "青石镇")
    # The period in the text is nearer to the truth than the file name.
    assert report.identity.year == 2024


@pytest.mark.parametrize(
    ("sentence", "start", "end"),
    [
        ("统计期限为2024年1月1日至12月31日。", date(2024, 1, 1), date(2024, 12, 31)),
        ("本报告数据统计时间自 2024 年 1 月 1 日 起，至 2024 年 12 月 31 日止。", date(2024, 1, 1), date(2024, 12, 31)),
        ("所列数据统计时段：2024.1.1—2024.12.31", date(2024, 1, 1), date(2024, 12, 31)),
        ("统计期限2024年1月至12月。", date(2024, 1, 1), date(2024, 12, 31)),
        ("报告中所涉数据的统计期自2023年1月1日至2023年12月31日止。", date(2023, 1, 1), date(2023, 12, 31)),
        ("所列数据统计期限自2023年1月1日始至2023年12月31日止。", date(2023, 1, 1), date(2023, 12, 31)),
        ("统计书记时间段：2023年1月1日起至2023年12月31日止。", date(2023, 1, 1), date(2023, 12, 31)),
        ("内容涵盖镇政府2023年1月1日至12月31日期间的政府信息公开工作情况。", date(2023, 1, 1), date(2023, 12, 31)),
        ("本报告涵盖青石镇2023年1月1日至12月31日的政务公开工作开展情况。", date(2023, 1, 1), date(2023, 12, 31)),
        ("统计期限自２０２３年１月１日起至２０２３年１２月３１日止", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_periods(tmp_path, sentence, start, end):
    text = f"青石镇2024年政府信息公开工作年度报告\n{sentence}\n{BODY}"
    period = _read(tmp_path, text).identity.period
    assert (period.start, period.end, period.damaged) == (start, end, False)


def test_a_range_of_dates_in_another_sentence_is_no_declaration(tmp_path):
    body = BODY.replace(
        "本报告所列数据的统计期限自2024年1月1日起至2024年12月31日止。", "2024年1月1日至2024年12月31日未收到申请。"
    )
    assert _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n{body}").identity.period is None


def test_other_periods_are_not_the_statistical_one(tmp_path):
    text = BODY.replace("本报告所列", "公示期限为2024年3月1日至2024年3月10日。\n本报告所列")
    period = _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n{text}").identity.period
    assert (period.start, period.end) == (date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize("heading", ["五、存在的不足和改进措施", "五、工作中的困难与下步改进", "存在的问题及改进措施"])
def test_a_renamed_heading_is_not_a_missing_section(tmp_path, heading):
    text = BODY.replace("五、存在的主要问题及改进情况", heading)
    outline = _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n{text}").outline
    assert outline.heading("problems").text == heading


def test_a_period_that_lost_its_signs_is_damaged_and_not_guessed(tmp_path):
    text = BODY.replace("2024年1月1日起至2024年12月31日", "202411日起至20241231日")
    period = _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n{text}").identity.period
    assert (period.start, period.end, period.damaged) == (None, None, True)


@pytest.mark.parametrize(
    "cut",
    [
        "2024年1月1日起至2024年12月3\n1日止。",
        "2024年1月1\n日起至2024年12月31日止。",
        "2024年1月1日起至2024年1\n2月31日止。",
        "2024年1月1日起至2024年12月\n31日止。",
        "20\n24年1月1日起至2024年12月31日止。",
        "2024年1月1日\n至2024年12月31日止。",
    ],
)
def test_a_date_cut_at_a_line_end_is_read_whole(tmp_path, cut):
    text = BODY.replace("2024年1月1日起至2024年12月31日止。", cut)
    assert text != BODY
    period = _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n{text}").identity.period
    assert (period.start, period.end) == (date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize("end", ["12月3\n", "12月3\n另有1日。\n", "12月3\n1.总体情况良好。\n"])
def test_half_a_day_at_a_line_end_is_damaged_and_never_another_day(tmp_path, end):
    text = BODY.replace("2024年1月1日起至2024年12月31日止。", f"2024年1月1日起至2024年{end}")
    period = _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n{text}").identity.period
    assert (period.start, period.end, period.damaged) == (None, None, True)


@pytest.mark.parametrize(
    "line", ["青石镇人民政府 2025年1月25日", "> 青石镇人民政府　2025年1月25日", "二〇二五年一月二十五日"]
)
def test_signature(tmp_path, line):
    report = _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n{BODY}\n{line}\n")
    assert report.identity.signed_on == date(2025, 1, 25)


def test_sections_and_sub_headings_that_look_like_them(tmp_path):
    text = BODY.replace("二、主动公开", "二 依申请公开情况\n按规定办理。\n三 政府信息管理情况\n良好。\n二、主动公开", 1)
    outline = _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n{text}").outline
    assert [h.section for h in outline.headings] == [
        "overall",
        "disclosure",
        "requests",
        "remedies",
        "problems",
        "other",
    ]
    assert outline.in_order
    assert outline.heading("disclosure").text == "二、主动公开政府信息情况"


@pytest.mark.parametrize("last", ["二、主动公开", "三、收到", "四、政府信息"])
def test_parts_of_the_first_section_are_no_sections_where_sections_lack_their_headings(tmp_path, last):
    parts = (
        "（一）主动公开情况\n公开信息26条。\n（二）依申请公开情况\n未收到申请。\n（三）行政复议、行政诉讼情况\n无。\n"
    )
    text = BODY[: BODY.index(last)].replace("31日止。\n", f"31日止。\n{parts}")
    outline = _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n{text}").outline
    assert [h.text[:2] for h in outline.headings] == ["一、", "二、", "三、"]["二三四".index(last[0]) :: -1][::-1]


@pytest.mark.parametrize("heading", ["二、主动公开政府信息情况", "2. 行政机关主动公开政府信息情况"])
def test_a_heading_in_a_row_of_a_table_is_one(tmp_path, heading):
    table = f"{heading} |\n第二十条第（一）项 |\n信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n规章 | 0 | 0 | 0 |\n"
    text = BODY.replace("二、主动公开政府信息情况\n", table)
    outline = _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n{text}").outline
    assert outline.heading("disclosure").text == heading


def test_a_section_whose_number_stands_in_brackets_is_found(tmp_path):
    text = BODY.replace("三、收到", "（三）收到")
    outline = _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n{text}").outline
    assert [h.section for h in outline.headings][2] == "requests"
    assert len(outline.headings) == 6


def test_a_list_of_contents_is_not_the_sections(tmp_path):
    contents = "\n".join(line for line in BODY.splitlines() if line[1:2] == "、")
    outline = _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n目录\n{contents}\n{BODY}").outline
    lines = [h.anchor.line for h in outline.headings]
    assert len(lines) == 6
    assert min(lines) > 8


def test_sections_out_of_order_are_found_and_said(tmp_path):
    text = BODY.replace("五、存在的主要问题及改进情况\n无。\n", "") + "五、存在的主要问题及改进情况\n无。\n"
    outline = _read(tmp_path, f"青石镇2024年政府信息公开工作年度报告\n{text}").outline
    assert len(outline.headings) == 6
    assert not outline.in_order


def test_something_else_is_no_report(tmp_path):
    with pytest.raises(UnreadableError, match=r"菜单\.txt：.*不像政府信息公开工作年度报告"):
        _read(tmp_path, "白菜两颗，萝卜三根。", "菜单.txt")


@pytest.mark.parametrize(
    ("title", "organ", "year"),
    [
        ("岚皎县人民政府关于2024年政府信息公开工作的年度报告", "岚皎县人民政府", 2024),
        ("岚皎县人民政府2024年政府信息与政务公开工作年度报告", "岚皎县人民政府", 2024),
        ("岚皎县青石镇政府信息公开工作年度报告（2024年度）", "岚皎县青石镇", 2024),
        ("岚皎县青石镇人民政府2024年政府信息公开工作告年度报", "岚皎县青石镇人民政府", 2024),
    ],
)
def test_rarer_titles(tmp_path, title, organ, year):
    identity = _read(tmp_path, f"{title}\n{BODY}").identity
    assert identity.title == title
    assert (identity.organ, identity.year) == (organ, year)


def test_the_city_in_the_name_of_a_department_is_no_region(tmp_path):
    identity = _read(tmp_path, f"岚皎县城市管理行政执法局2024年政府信息公开工作年度报告\n{BODY}").identity
    assert (identity.county, identity.level) == ("岚皎县", "部门")


@pytest.mark.parametrize(
    "line", ["（2025年1月20日）", "岚皎县统计局　2025年1月20日", "岚皎县政务公开办公室\n2025-01-20"]
)
def test_a_day_under_the_title_is_the_signature(tmp_path, line):
    text = f"岚皎县统计局2024年政府信息公开工作年度报告\n{line}\n{BODY}"
    assert _read(tmp_path, text).identity.signed_on == date(2025, 1, 20)


@pytest.mark.parametrize(
    "line", ["发布日期：2025-01-20", "填报时间：2025年1月20日", "数据截至2025年1月20日", "自2024.1.1至2025.1.20"]
)
def test_other_days_are_no_signature(tmp_path, line):
    text = f"岚皎县统计局2024年政府信息公开工作年度报告\n{line}\n{BODY}\n{line}\n"
    assert _read(tmp_path, text).identity.signed_on is None


def test_the_day_of_a_table_is_no_signature(tmp_path):
    """The last section is short: what stands under the tables is among the last lines of the report."""
    day = "岚皎县青石镇人民政府　2025年1月8日"
    text = f"岚皎县青石镇2024年政府信息公开工作年度报告\n{BODY}".replace("五、", f"{day}\n五、")
    assert _read(tmp_path, text).identity.signed_on is None


@pytest.mark.parametrize("part", range(4))
def test_wordings_of_offices(part):
    for seed in range(40 * part, 40 * part + 40):
        made, known = wild(compose(seed, edition="2019" if seed % 3 == 2 else "2021"), seed)
        report = understand(document(made))
        assert known.faults(report) == [], report.identity.title
        rows = report.cells.iter_rows(named=True)
        assert [said for row in rows if (said := made.wrong(row["key"], row["value"], row["state"]))] == []


def test_tools_of_a_page_above_the_title_are_no_body(tmp_path):
    text = f"【字体：大 中 小】 打印本页\n2024年政府信息公开工作年度报告\n本报告由岚皎县青石镇人民政府按照《条例》编制。\n{BODY}"
    assert _read(tmp_path, text).identity.organ == "岚皎县青石镇人民政府"


@pytest.mark.parametrize(("first", "second"), [("（一）", "（二）"), ("1、", "2、")])
def test_sections_without_their_tables_are_no_table_of_contents(tmp_path, first, second):
    """The tables are pictures: 二 to 四 are headings one after another, and （一）主动公开情况 is none of them."""
    lines = (
        "岚皎县枫砚镇人民政府2024年政府信息公开工作年度报告",
        "一、总体情况",
        f"{first}主动公开情况",
        "全年公开信息26条。",
        f"{second}依申请公开情况",
        "未收到政府信息公开申请。",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "更新偏慢，下一步将明确时限。",
        "六、其他需要报告的事项",
        "无。",
    )
    outline = _read(tmp_path, "\n".join(lines)).outline
    assert [h.text[0] for h in outline.headings] == list("一二三四五六")
    assert {p.section for p in outline.passages if "公开信息26条" in p.text} == {"overall"}
