"""Tables whose caption says that their numbers are those of another year, or of several years together.

Offices print last year's table beside this year's, leave the caption of the form they filled last year, or annex
what they have counted 自2008年以来. Nothing in such a table tells it from this year's but the words above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gkaudit.chars import chinese_number, squash
from gkaudit.document import Document, Paragraph, Table
from gkaudit.grid import GridRow
from gkaudit.readers.lines import names_section
from gkaudit.tables.reading import TableReading
from gkaudit.vocabulary import is_label_part, label_hit

__all__ = ["Around", "Other", "is_of_form", "of_another_year", "tempered"]

#: A caption has at most so many characters; a note shows so many of them.
_LONGEST, _SHOWN = 50, 30
#: So many short lines (单位：件) may stand between a caption and its table.
_BETWEEN = 2
#: Numbers of 表四 in a row without a label.
_FEWEST = 5
_PROSE = re.compile(r"[。；;!！?？,，]|》$")
#: A sentence that says what the table below it shows; the annex of a report, or a whole other report.
_INTRODUCES = re.compile(r"(?:[:：]|如下表?|见下表)$")
_ANNEX = re.compile(r"^[#*>\s]*附|(?:报告|年报)(?:[(（].*[)）])?$")
#: A year, not that of a day or of a law.
_YEAR = re.compile(
    r"(?<!\d)(20\d\d|二[〇零○O0][〇零○O0一二三]\S)(?=年|度|[)\]]|$)"
    r"(?!年?\d{1,2}月)(?!年(?:修订|印发|公布|施行|版|格式))"
)
_PERIOD = re.compile(r"(20\d\d)年0?1月0?1日?起?[至到~—–-]+(?:\1年|同年|当年)?12月31日")
#: How a line ends that is the caption of a table.
_CAPTION = re.compile(
    r"(?:年|年度|情况|情況|概况|统计|数据|表|汇总|明细|累计|报告|年报|公开|申请|诉讼|复议|如下|附后|20\d\d|[)）])[:：]*$"
)
#: Last year's without a number.
_LAST = re.compile(r"^[(（]?(?:上|上一|上个|去)(?:年度?)(?!结转|项目|同期)")
#: A label that is a year and nothing else.
_A_YEAR = re.compile(r"[(（]?(?:20\d\d年度?|[上本今]年度?|上一年度?|去年)(?:数据?|数量|情况|合计)?[)）]?")
_THIS = re.compile(r"^[(（]?(?:本|当|今)年度?")
#: All years together; what was counted within the year (全年累计) is none of it.
_SEVERAL = re.compile(
    r"历年|(?:20\d\d年?\S{0,8}|施行|实施)(?:以来|至今)|(?P<from>20\d\d)年?[至到~—–-]+(?P<to>20\d\d)年?"
)
_COMPARED = re.compile(r"较|相比|同比|比(?=20|上年|上一年|去年)")
#: A day on which something was written or put up says nothing of what was counted.
_DAY = re.compile(r"日期|填报时间|发布|成文|印发|公布|来源|浏览|索引")
_BEFORE = re.compile(r"^[#*>\s]*(?:附[件表录]?\d*[:：、.]?|[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．])*(?!$)")


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a report around its tables: its years, and which block is the heading of which section.

    Title and period may differ in the year; the numbers of neither are another year's.
    """

    years: frozenset[int] = frozenset()
    headings: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Other:
    """The caption over a row, and the section it stands in. ``sure``: it says more than a year, which may be a slip.

    ``heading``: it is a heading over the columns of this row and a few others (2023年制发件数), no caption.
    """

    caption: str
    section: str
    sure: bool
    heading: bool = False


@dataclass(slots=True)
class _Place:
    """Where the reading has come to: section, caption in force, short lines since, rows under it."""

    section: str = "preface"
    caption: str | None = None
    sure: bool = False
    lines: int = 0
    #: The caption is that of an annex, and text may stand between it and its tables.
    annex: bool = False
    #: The first row of each table under the caption: where it comes again another table begins.
    first: dict[str, str] = field(default_factory=dict)


def of_another_year(document: Document, rows: Sequence[GridRow], around: Around) -> dict[int, Other]:
    """Rows (by identity) under a caption that names another year, or several, and no row of this year's above them.

    A caption goes on to the tables that follow up to the next heading of a section, a caption that names this
    year, or a row that was there already: with it another table begins.
    """
    by_block: dict[int, list[GridRow]] = {}
    for row in rows:
        by_block.setdefault(row.block, []).append(row)
    place, found = _Place(), dict[int, Other]()
    for index, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            if index in around.headings:
                place = _Place(around.headings[index])
            _read_line(block.text, place, around.years)
        elif isinstance(block, Table):
            found |= _in_table(by_block.get(index, ()), place, around)
    return found


def _read_line(text: str, place: _Place, years: frozenset[int]) -> None:
    said = _said(text, years)
    if said is not None and said[0] is None and place.first and _ANNEX.search(squash(text)):
        # The title of the report at the head of the next page; a table of its own would begin with the first row.
        return
    if said is not None:
        _begin(place, *said)
    elif place.caption is not None and not place.first and not place.annex:
        place.lines += 1
        if place.lines > _BETWEEN or _PROSE.search(squash(text)):
            # What stands between says that the caption was that of a text.
            place.caption = None


def _begin(place: _Place, caption: str | None, sure: bool) -> None:
    place.caption, place.sure, place.lines, place.first = caption, sure, 0, {}
    # Before the first section it is a link to another report, or where the site is.
    place.annex = caption is not None and place.section != "preface" and bool(_ANNEX.search(caption))


def _in_table(rows: Sequence[GridRow], place: _Place, around: Around) -> dict[int, Other]:
    found = _under_headings(rows, place, around.years)
    for row in rows:
        filled = [cell for cell in row.cells if cell.kind != "blank"]
        if len(filled) == 1 and (said := _said(filled[0].text, around.years)) is not None:
            _begin(place, *said)
            continue
        if len(filled) == 1 and names_section(filled[0].text):
            # All of the report stands in one table.
            place.caption = None
        beside = len(row.labels) > 1 and is_of_form(row)
        if beside and (said := _year_said(row.labels[0].text, around.years)) is not None:
            # The year of this row and of those below it, beside their labels.
            _begin(place, *said)
        elif (other := _by_label(row, place, around.years)) is not None:
            found[id(row)] = other
            continue
        if place.caption is None:
            continue
        own = _names(row)
        if own & place.first.items():
            place.caption = None
            continue
        place.first = dict(own) | place.first
        found[id(row)] = Other(place.caption, place.section, place.sure)
    return found


def _by_label(row: GridRow, place: _Place, years: frozenset[int]) -> Other | None:
    """A row whose label is nothing but another year (2023年, 上年), beside that of this one."""
    said = (_year_said(cell.text, years) for cell in row.labels if row.values)
    return next((Other(one[0], place.section, one[1]) for one in said if one is not None and one[0]), None)


def _year_said(text: str, years: frozenset[int]) -> tuple[str | None, bool] | None:
    """What a label says that is a year and nothing else, as :func:`_said` does of a caption."""
    plain = squash(text)
    if not years or _A_YEAR.fullmatch(plain) is None:
        return None
    named = _named_years(plain)
    this = named & years or _THIS.match(plain)
    return (None, False) if this else (plain, not named)


def _under_headings(rows: Sequence[GridRow], place: _Place, years: frozenset[int]) -> dict[int, Other]:
    """Rows below headings that name another year, and none of them this year."""
    found: dict[int, Other] = {}
    heads: list[str] = []
    below: Other | None = None
    begun = False
    for row in rows:
        if row.is_header:
            heads = [*(heads if begun else []), *(cell.text for cell in row.labels)]
            begun = True
            continue
        if begun:
            below = _of_headings(heads, place, years)
        begun = False
        if below is not None:
            found[id(row)] = below
    return found


def _of_headings(heads: Sequence[str], place: _Place, years: frozenset[int]) -> Other | None:
    """What headings say that name another year, and none of them this year."""
    # 上一年项目数量（指2022年事项数） is a heading of the form.
    dated = {text: _named_years(squash(text)) for text in heads if "上" not in text}
    named = set().union(*dated.values())
    if not named or not years or named & years:
        return None
    text = next(text for text, own in dated.items() if own)
    return Other(squash(text), place.section, sure=False, heading=True)


def is_of_form(row: GridRow) -> bool:
    """Whether a row is one of the form, be it empty, and no line of headings."""
    return bool(row.tokens or _names(row))


def _names(row: GridRow) -> set[tuple[str, str]]:
    """What a row is in the form: rows of the first two tables by name, the one of the third by its numbers."""
    if not row.values:
        return set()
    if not row.labels:
        return {("remedies", "")} if len(row.tokens) >= _FEWEST else set()
    hits = [label_hit(cell.text) for cell in row.labels]
    # 总计 and 其他 stand in several places.
    alone = [own[0] for own in hits if len(own) == 1 and own[0].kind == "row" and own[0].score == 1]
    return {(hit.table, hit.name) for hit in alone if hit.table != "remedies" and "other" not in hit.name}


def _said(text: str, years: frozenset[int]) -> tuple[str | None, bool] | None:
    """The caption of another year's table, and whether it is surely none of this year's.

    None where a line is no caption; a caption of None where it is that of this year's table.
    """
    whole = squash(text)
    plain = _BEFORE.sub("", whole)
    if not plain or len(plain) > _LONGEST or _DAY.search(plain) or _COMPARED.search(plain) or is_label_part(whole):
        # 二、上年 is the beginning of a label that is printed in pieces.
        return None
    if _PROSE.search(plain) and not _INTRODUCES.search(plain):
        return None
    period = _PERIOD.search(plain)
    named = _named_years(plain) | ({int(period[1])} if period else set())
    if not (period or _CAPTION.search(plain)) or any(hit.score == 1 for hit in label_hit(text)):
        return None
    several = _SEVERAL.search(plain)
    if several and several["from"] == several["to"] and several["from"]:
        several = None
    if several or _LAST.search(plain):
        return whole, True
    if named & years or _THIS.search(plain):
        return None, False
    return (whole, False) if named and years else None


def _named_years(plain: str) -> set[int]:
    return {year for found in _YEAR.finditer(plain) if (year := _number(found[1])) is not None}


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else chinese_number(re.sub("[零○O0]", "〇", text))


def tempered(
    reading: TableReading, told: Sequence[tuple[GridRow, Other]], year: int | None, keys: Iterable[tuple[str, str]]
) -> None:
    """Put every cell of a table in doubt that may be another year's; of one that surely is nothing is stated.

    A year over a table that stands in its own section, or over a column, may be a slip of who typed it.
    """
    sure = [o for _, o in told if o.sure or (not o.heading and o.section != reading.table)]
    over = {cell.anchor: other for row, other in told for cell in row.cells}
    notes: list[str] = []
    for row, column in keys:
        found = reading.cells.get(f"{reading.table}.{row}.{column}")
        if sure:
            note = f"表上方写的是“{sure[0].caption[:_SHOWN]}”，不是本年度的数字"
            reading.put(row, column, (found[0] if found else None, "open", note))
            notes.append(note)
        elif found and found[0] and found[1] == "certain" and found[0].anchor in over:
            note = _may_be(over[found[0].anchor], year)
            reading.put(row, column, (found[0], "worked_out", note))
            notes.append(note)
    reading.notes += dict.fromkeys(notes)


def _may_be(other: Other, year: int | None) -> str:
    where = "表头" if other.heading else "表上方"
    return f"{where}写的是“{other.caption[:_SHOWN]}”，报告是{year}年，数字可能不是本年度的"
