"""Tables under a caption that names another year, or several: their numbers are not stated as this year's."""

import pytest

from gkaudit.form import form
from gkaudit.readers import Source, read_source
from gkaudit.report import understand
from gkaudit.tables import captions

TITLE = "青禾县云溪镇人民政府2024年政府信息公开工作年度报告"
TWO, THREE = "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"
FOUR, FIVE = "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况"
HEADS = ("项目", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
OUTCOMES = [column.label for column in form().table("remedies").columns]
LAYOUTS = {
    "tabs": "\t".join,
    "spaces": " ".join,
    "lines": "\n".join,
    "pipes": lambda row: f"|{'|'.join(row)}|",
    "cells": lambda row: f"<tr><td>{'<td>'.join(row)}",
    "fields": lambda row: ",".join([*row, *[""] * (16 - len(row))]),
}


def _two(number):
    """Rows of 表二 with one number in every cell."""
    rows = [("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")]
    rows += [(label, *[number] * 3) for label in ("规章", "行政规范性文件")]
    rows += [("信息内容", "本年处理决定数量"), ("行政许可", number)]
    rows += [("信息内容", "本年处理决定数量"), ("行政处罚", number), ("行政强制", number)]
    return [*rows, ("信息内容", "本年收费金额（单位：万元）"), ("行政事业性收费", number)]


def _three(number):
    return [HEADS, *((row.label, *[number] * 7) for row in form().table("requests").rows)]


def _four(number):
    groups = [text for name in ("行政复议", "未经复议直接起诉", "复议后起诉") for text in (name, *[""] * 4)]
    return [groups, OUTCOMES * 3, [number] * 15]


def _read(parts, lay):
    """A report of lines and tables, as a text or a web page."""
    page = lay == "cells"
    lines = []
    for part in (TITLE, "一、总体情况", "情况良好。", *parts, FIVE, "无。"):
        if isinstance(part, str):
            lines.append(f"<p>{part}</p>" if page else LAYOUTS[lay]((part,)) if lay == "fields" else part)
        else:
            rows = [[text for text in row if text or number] for number, row in enumerate(part)]
            rows = "\n".join(map(LAYOUTS[lay], part if lay in ("cells", "fields") else rows))
            lines.append(f"<table>{rows}</table>" if page else rows)
    text = ("\n\n" if lay == "pipes" else "\n").join(lines)
    kind = {"cells": "html", "pipes": "md", "fields": "csv"}.get(lay, "txt")
    return understand(read_source(Source.of((f"<html>{text}</html>" if page else text).encode(), f"报告.{kind}")))


def _found(report, table):
    """States and values of the cells of a table, and what is noted."""
    cells = [row for row in report.cells.iter_rows(named=True) if row["table"] == table and row["state"] != "absent"]
    values = {int(row["value"]) for row in cells if row["value"] is not None}
    return {row["state"] for row in cells}, values, {row["note"] for row in cells if row["note"]}


PARTS = [("disclosure", TWO, _two), ("requests", THREE, _three), ("remedies", FOUR, _four)]
OTHERS = (
    "2023年",
    "2023年度收到和处理情况",
    "附表：2023年度统计表",
    "统计期限：2023年1月1日至2023年12月31日",
    "二〇二三年度情况表",
)
NEVER = (
    "上年度情况",
    "历年累计",
    "自2008年以来累计情况",
    "2008年至2024年统计表",
    "自条例2008年施行以来，收到申请情况如下：",
)
OWN = (
    "2024年", "本年度情况如下：", "2023年、2024年对比表", "与2023年相比，数量持平。", "2024年较2023年情况", "单位：件",
    "（根据2019年修订的条例）", "填报日期：2025年1月10日", "全年累计", "统计期限：2024年1月1日至2024年12月31日",
)  # fmt: skip


@pytest.mark.parametrize("lay", LAYOUTS)
@pytest.mark.parametrize(("table", "section", "rows"), PARTS)
def test_a_table_under_another_year_alone_is_in_doubt(table, section, rows, lay):
    states, values, notes = _found(_read([section, "2023年", rows("4")], lay), table)
    assert (states, values) == ({"inferred"}, {4})
    assert notes
    assert all("2023年" in note for note in notes)


@pytest.mark.parametrize("caption", OTHERS)
def test_captions_of_another_year(caption):
    states, values, notes = _found(_read([THREE, caption, "单位：件", _three("4")], "cells"), "requests")
    assert (states, values) == ({"inferred"}, {4})
    assert notes == {f"表上方写的是“{caption.replace('：', ':')}”，报告是2024年，数字可能不是本年度的"}


@pytest.mark.parametrize("caption", NEVER)
def test_captions_of_last_year_and_of_all_years_leave_no_number(caption):
    assert _found(_read([THREE, caption, _three("4")], "cells"), "requests")[:2] == ({"unreadable"}, set())


@pytest.mark.parametrize("caption", OWN)
@pytest.mark.parametrize("lay", ["cells", "tabs"])
def test_captions_that_say_nothing_of_another_year(caption, lay):
    assert _found(_read([THREE, caption, _three("4")], lay), "requests")[:2] == ({"reported"}, {4})


@pytest.mark.parametrize("caption", ["2023年", "上年度情况", "历年累计"])
@pytest.mark.parametrize("lay", LAYOUTS)
@pytest.mark.parametrize(("table", "section", "rows"), PARTS)
@pytest.mark.parametrize("first", [True, False])
def test_this_years_table_wins(table, section, rows, lay, caption, first):
    other = [caption, rows("4")]
    parts = [*other, "2024年", rows("6")] if first else ["2024年", rows("6"), *other]
    assert _found(_read([section, *parts], lay), table)[:2] == ({"reported"}, {6})


@pytest.mark.parametrize("again", [True, False])
def test_the_report_of_another_year_behind_this_one(again):
    """Its own title and headings, its text and its tables: none of it is this year's."""
    own = [TWO, _two("6"), THREE, _three("6"), FOUR, _four("6")] if again else [TWO, THREE, FOUR]
    annex = [
        "附：2023年政府信息公开工作年度报告",
        "一、总体情况",
        "全镇情况良好。",
        *PARTS[0][1:2],
        "如下。",
        _two("4"),
    ]
    annex += [THREE, "如下。", _three("4"), FOUR, "如下。", _four("4")]
    report = _read([*own, FIVE, "无。", "六、其他需要报告的事项", "无。", *annex], "cells")
    for table, *_ in PARTS:
        states, values, notes = _found(report, table)
        assert (states, values) == (({"reported"}, {6}) if again else ({"unreadable"}, set()))
        assert again or all("不是本年度的数字" in note for note in notes)


def test_a_caption_in_a_row_of_the_table():
    rows = _three("4")
    merged = f"<table><tr><td colspan=8>2023年度{''.join(map(LAYOUTS['cells'], rows))}</table>"
    assert _found(_read([THREE, merged], "cells"), "requests")[:2] == ({"inferred"}, {4})


def test_a_heading_of_this_report_ends_the_annex():
    report = _read([TWO, "2023年", _two("4"), THREE, _three("6")], "cells")
    assert _found(report, "requests")[:2] == ({"reported"}, {6})


def test_a_blank_table_of_this_year_is_not_filled_with_last_years():
    report = _read([THREE, _three(""), "2023年", _three("4")], "cells")
    assert _found(report, "requests")[:2] == ({"blank"}, set())


def test_headings_within_one_table_of_all_of_the_report_end_it_too():
    whole = [(TWO,), ("2023年",), *_two("4"), (THREE,), *_three("6")]
    report = _read([whole], "cells")
    assert _found(report, "requests")[:2] == ({"reported"}, {6})
    assert "reported" not in _found(report, "disclosure")[0]


@pytest.mark.parametrize("lay", ["cells", "tabs", "pipes"])
@pytest.mark.parametrize(
    ("heading", "states"),
    [
        ("2023年处理决定数量", {"inferred"}),
        ("2024年处理决定数量", {"reported"}),
        ("本年（2024）处理决定数量", {"reported"}),
        ("处理决定数量（上一年指2023年）", {"reported"}),
    ],
)
def test_a_heading_that_names_another_year_leaves_its_rows_in_doubt(lay, heading, states):
    rows = [(text.replace("本年处理决定数量", heading) for text in row) for row in _two("4")]
    report = _read([TWO, [tuple(row) for row in rows]], lay)
    cells = report.cells.filter((report.cells["table"] == "disclosure") & (report.cells["state"] != "absent"))
    decided = cells["column"] == "decisions"
    assert set(cells.filter(decided)["state"]) == states
    assert set(cells.filter(~decided)["state"]) == {"reported"}


@pytest.mark.parametrize("lay", ["cells", "tabs", "pipes", "fields"])
@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (("2023年", "2024年"), ({"reported"}, {6})),
        (("上年", "本年"), ({"reported"}, {6})),
        (("2023年度",), ({"inferred"}, {4})),
        (("上一年度",), ({"unreadable"}, set())),
        (("2024年",), ({"reported"}, {4})),
    ],
)
def test_rows_of_table_four_by_years(lay, labels, found):
    groups, outcomes, _ = _four("")
    rows = [["", *groups], ["项目", *outcomes], *([label, *[n] * 15] for label, n in zip(labels, "46", strict=False))]
    assert _found(_read([FOUR, rows], lay), "remedies")[:2] == found


def test_the_caption_is_noted_once_for_all_tables():
    annex = ["附：2023年政府信息公开情况统计表", _two("4"), _three("4"), _four("4")]
    report = _read([TWO, THREE, FOUR, FIVE, "无。", "六、其他需要报告的事项", "无。", *annex], "cells")
    said = "表上方写的是“附:2023年政府信息公开情况统计表”，不是本年度的数字"
    assert report.extraction.shift_notes == (said,)


@pytest.mark.parametrize(
    ("years", "found"),
    [
        (("2023年", "2024年"), ({"reported"}, {6})),
        (("本年", "上年"), ({"reported"}, {4})),
        (("2023年",), ({"inferred"}, {4})),
        (("上年",), ({"unreadable"}, set())),
    ],
)
def test_a_year_beside_all_rows_of_table_three(years, found):
    rows = ["<tr><td>" + "<td>".join(["年度", *HEADS])]
    for year, number in zip(years, "46", strict=False):
        own = _three(number)[1:]
        cells = ["<td>" + "<td>".join(row) for row in own]
        rows += [f"<tr><td rowspan={len(own)}>{year}{cells[0]}", *(f"<tr>{row}" for row in cells[1:])]
    report = _read([THREE, f"<table>{''.join(rows)}</table>"], "cells")
    assert _found(report, "requests")[:2] == found


@pytest.mark.parametrize("lay", ["cells", "tabs", "pipes", "fields"])
@pytest.mark.parametrize("heads", [("上年", "本年"), ("2023年", "2024年")])
def test_a_number_under_last_year_is_none_of_this_one(lay, heads):
    """Beside an empty cell of this year it seems to be the only number of its row."""
    rows = [("信息内容", *heads), ("行政处罚", "4", ""), ("行政强制", "", "6")]
    cells = _read([TWO, rows], lay).cells
    states = {row["row"]: (row["state"], row["value"]) for row in cells.iter_rows(named=True)}
    assert states["penalties"] == ("unreadable", None)
    assert states["coercive_measures"] == ("reported", 6)


def test_the_title_at_the_head_of_a_page_ends_no_table():
    rows = _three("4")
    report = _read([THREE, "2023年", rows[:9], TITLE, rows[9:]], "tabs")
    assert _found(report, "requests")[:2] == ({"inferred"}, {4})
    own = _read([THREE, "2023年", rows, TITLE, _three("6")], "tabs")
    assert _found(own, "requests")[:2] == ({"reported"}, {6})


@pytest.mark.parametrize("piece", ["二、上年", "上年", "上一年"])
def test_a_piece_of_a_label_is_no_caption(piece):
    assert captions._said(piece, frozenset({2024})) is None
    assert captions._said(f"{piece}数据", frozenset({2024})) is not None
