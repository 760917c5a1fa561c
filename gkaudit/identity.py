"""Title, body (机关), county, level, year, statistical period and dates of one report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from gkaudit.chars import chinese_number, squash
from gkaudit.document import Anchor, Document, Paragraph
from gkaudit.preface import compiled_by, named_in, names_of, signed_by
from gkaudit.sections import Outline, Passage, strip_artifacts

__all__ = ["Identity", "Period", "identify", "level_of", "regions_of", "short_name", "split_name"]


@dataclass(frozen=True, slots=True)
class Period:
    """Statistical period (统计期限) as declared; ``damaged``: its digits cannot be read as dates."""

    start: date | None
    end: date | None
    quote: str
    anchor: Anchor
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Who reports on which year; None wherever the report does not say."""

    organ: str | None = None
    county: str | None = None
    level: str | None = None
    year: int | None = None
    title: str | None = None
    title_anchor: Anchor | None = None
    period: Period | None = None
    signed_on: date | None = None
    signed_anchor: Anchor | None = None
    published_on: date | None = None


#: How far into the document a title may stand, and how many paragraphs it may be broken over.
_TITLE_REACH = 25
_TITLE_PIECES = 3
_LONGEST_TITLE = 70
#: Titles of so many years are a list of reports: a report itself may have two, one of them wrong.
_LIST_OF_YEARS = 3
_YEAR = r"(?P<year>20\d{2}|二[〇零○O0][一二][〇零○O0一二三四五六七八九])"
_DOCUMENT = r"(?:(?:政府信息|政务公开)(?:和|与|暨|、)(?:政务|政府信息)公开|政府信息公开|政务公开|信息公开)"
_KIND = r"(?:(?:工作)?(?:年度)?(?:工作)?(?:报告|年报)|工作告年度报)"
_TITLES = (
    re.compile(rf"^(?P<organ>.*?){_YEAR}(?:年度|年|度)*(?:年度)?{_DOCUMENT}.*?{_KIND}.{{0,8}}$"),
    re.compile(rf"^{_YEAR}(?:年度|年|度)*(?P<organ>.{{2,30}}?){_DOCUMENT}.*?{_KIND}.{{0,8}}$"),
    re.compile(rf"^(?P<organ>.*?){_DOCUMENT}{_YEAR}(?:年度|年)*{_KIND}.{{0,8}}$"),
    re.compile(rf"^(?P<organ>.*?){_DOCUMENT}{_KIND}[(（]?{_YEAR}(?:年度|年)?[)）]?$"),
    re.compile(rf"^(?P<organ>.{{0,30}}?)(?:年度)?{_DOCUMENT}(?P<year>)(?:工作)?(?:年度报告|年报|工作报告)$"),
)


def identify(document: Document, outlined: Outline, file_stem: str = "") -> Identity:
    """Everything about the identity of a report; the file name only helps where the text says nothing."""
    period = _period(outlined)
    title, organ, year, anchor = _title(document, outlined, period)
    if organ is None or year is None:
        _, named_organ, named_year = _parse_title(squash(file_stem))
        said_organ, said_year = named_in(outlined) or (None, None)
        organ = organ or compiled_by(outlined) or _known(said_organ) or _known(signed_by(outlined)) or named_organ
        year = year or (period.start.year if period and period.start else None) or said_year or named_year
    signed, signed_anchor = _signature(document, outlined)
    return Identity(
        organ=organ,
        county=_county(organ, outlined),
        level=level_of(organ),
        year=year,
        title=title,
        title_anchor=anchor,
        period=period,
        signed_on=signed,
        signed_anchor=signed_anchor,
        published_on=_published(document),
    )


# ── title ───────────────────────────────────────────────────────────────────────────────────────


def _title(
    document: Document, outlined: Outline, period: Period | None
) -> tuple[str | None, str | None, int | None, Anchor | None]:
    first_heading = outlined.headings[0].block if outlined.headings else len(document.blocks)
    head = [b for b in document.blocks[: max(first_heading, 1)] if isinstance(b, Paragraph)][:_TITLE_REACH]
    texts = [_without_text(strip_artifacts(p.text)) for p in head]
    # Score, year, first paragraph and number of paragraphs.
    titles: list[tuple[tuple[int, int, bool], int | None, int, int]] = []
    for start in range(len(head)):
        for pieces in range(1, _TITLE_PIECES + 1):
            joined = squash("".join(texts[start : start + pieces]))
            if start + pieces > len(head) or len(joined) > _LONGEST_TITLE:
                break
            kind, organ, year = _parse_title(joined)
            if kind < 0:
                continue
            # A year and a body are worth more than being first; a shorter match more than a longer one, and one
            # alone more than one behind crumbs or a label (名称：…).
            score = ((year is not None) * 4 + (organ is not None) * 2 - kind, -pieces, not _BEHIND.search(joined))
            titles.append((score, year, start, pieces))
    if not titles:
        return None, None, None, None
    listed = len({year for _, year, *_ in titles if year is not None}) >= _LIST_OF_YEARS
    if listed and period is not None and period.start is not None:
        # A site lists the reports of other years above: this one says which year it is about.
        own = [title for title in titles if title[1] == period.start.year]
        titles = own or titles
    *_, start, pieces = max(titles, key=itemgetter(0))
    shown = _once(" ".join(text for text in texts[start : start + pieces] if text))
    _, organ, year = _parse_title(squash(shown))
    return shown, organ, year, head[start].anchor


#: A sentence about the report (根据《条例》，现将2024年政府信息公开工作情况报告如下) is no title.
_PROSE = re.compile(r"^(?:根据|按照|依据|依照|现将)|现将|现予|如下|[,，。;；]")


def _parse_title(plain: str) -> tuple[int, str | None, int | None]:
    """Which pattern fits (-1: none), the body and the year."""
    if _PROSE.search(plain):
        return -1, None, None
    text = re.sub(r"^关于|^[《]|[》]", "", plain)
    text = re.sub(r"[(（](?:文字版|全文|图文版)[)）]$", "", text)
    for kind, pattern in enumerate(_TITLES):
        found = pattern.match(text)
        if found:
            organ = _organ(found["organ"])
            return kind, organ, _year(found["year"])
    return -1, None, None


#: A title that the first sentence follows in the same line, the end of which was lost.
_RUN_ON = re.compile(
    r"(?P<title>[^，。；：\n]{4,60}?政府信息公开(?:工作)?年度报告)(?:\s*(?:根据|按照|依据|依照|本报告|本年度报告|一、)|\s+(?=\S))"
)


def _without_text(line: str) -> str:
    """The title at the head of a line that goes on with text (or holds the whole report); other lines as they are."""
    found = _RUN_ON.match(line) if len(line) > _LONGEST_TITLE else None
    return found["title"] if found else line


def _once(title: str) -> str:
    """A title without the pipe behind it and its repetition, as pages have it that print both name and heading."""
    bare = title.strip(" |｜")
    twice = re.fullmatch(r"(.{8,}?)\s+\1", bare)
    return twice[1] if twice else bare


#: What stands before a name in crumbs, metadata and marks of a site.
_BEHIND = re.compile(r"[>》:：|】\]]|^(?:标题|名称|题名)")
#: Words of a web page that are in no name.
_TOOL = re.compile(r"打印|字体|字号|关闭|浏览次数|首页|当前位置|索引号|分享|门户网站|年报")


def _organ(text: str) -> str | None:
    bare = re.sub(r"20\d{2}(?:年度|年)?|年度$|的$|关于$|^[\d\s、.:：>》/\-]+", "", text)
    # Crumbs and the sign of the site may stand before the name: 首页>信息公开>青石镇.
    bare = _BEHIND.split(bare)[-1]
    if not re.search(r"[\u4e00-\u9fff]{2}", bare) or _TOOL.search(bare):
        return None
    return bare


def _year(text: str) -> int | None:
    if not text:
        return None
    if text.isdigit():
        return int(text)
    return chinese_number(re.sub("[○O0]", "〇", text))


# ── body ────────────────────────────────────────────────────────────────────────────────────────

_REGION = re.compile(
    r"(?!城市|市场|区域|市政)[\u4e00-\u9fff]{1,8}?(?:自治区|自治州|自治县|自治旗|林区|特区|新区|省|地区|市|州(?![市区县镇乡])|盟|县|区|旗)"
)
#: What is left after the regions has to be a body with a name of its own: 口镇 is not, 青石镇 is.
_BODY = re.compile(
    r"(?!街道|镇|乡)(?:[\u4e00-\u9fff]{2,}?(?:镇|乡|街道|苏木)|[\u4e00-\u9fff]{1,}?(?:局|委员会|委|办公室|中心|厅|院|管委会|处|队|站|所|会|部))"
)
#: A sub-district is an office that the government of a district sends out: 澄川区人民政府青石街道办事处.
_SENDER = re.compile(r"人民政府(?=(?!街道|镇|乡)[\u4e00-\u9fff]{2,}?(?:镇|乡|街道|苏木))")
_OFFICE = re.compile(r"(?:人民政府|办事处|政府)$")
_LEVELS = (
    ("街道", re.compile(r"街道(?:办事处|办)?$")),
    ("镇", re.compile(r"镇(?:人民政府|政府)?$")),
    ("乡", re.compile(r"乡(?:人民政府|政府)?$|苏木(?:人民政府)?$")),
    ("管委会", re.compile(r"(?:管委会|管理委员会)$")),
    ("县", re.compile(r"(?:县|区|旗)(?:人民政府|政府)?$")),
    ("市", re.compile(r"(?:市|州|盟)(?:人民政府|政府)?$")),
    ("省", re.compile(r"(?:省|自治区)(?:人民政府|政府)?$")),
    ("部门", re.compile(r"(?:局|委员会|委|办公室|中心|厅|院|处|支队|大队|总队|站|所|会|部)$")),
)


def split_name(organ: str) -> tuple[list[str], str]:
    """Regions in front of the name of a body, and the rest: 岚皎县青石镇 → [岚皎县], 青石镇."""
    regions: list[str] = []
    rest = organ
    while (found := _REGION.match(rest)) and _BODY.match(rest[found.end() :]):
        regions.append(found.group())
        rest = rest[found.end() :]
        if _SENDER.match(rest):
            rest = rest.removeprefix("人民政府")
    return regions, rest


def _county(organ: str | None, outlined: Outline) -> str | None:
    if organ is None:
        return None
    regions, rest = split_name(organ)
    if not regions and (short := short_name(organ)) == _OFFICE.sub("", rest):
        # Preface, signature or address may give the full name that the title leaves out.
        said = compiled_by(outlined)
        for full in (*([said] if said and short in said else []), *names_of(outlined, short)):
            found, rest = split_name(full)
            # 县统计局 is 统计局 behind 岚皎县; 东青石镇 behind it is another town.
            if found and (rest.startswith(short) or (found[-1][-1] + rest).startswith(short)):
                return found[-1]
    return regions[-1] if regions else None


def regions_of(text: str) -> list[str]:
    """The regions that make up a text from its beginning: 济宁市梁山县 → [济宁市, 梁山县]."""
    found: list[str] = []
    while match := _REGION.match(text):
        found.append(match.group())
        text = text[match.end() :]
    return found


def _known(organ: str | None) -> str | None:
    """A name that is one of a body."""
    return organ if level_of(organ) is not None else None


def level_of(organ: str | None) -> str | None:
    """What kind of body a name is of (镇, 乡, 街道, 部门, 县 …); None where it does not show."""
    if organ is None:
        return None
    return next((level for level, pattern in _LEVELS if pattern.search(organ)), None)


def short_name(organ: str) -> str:
    """The name by which the county calls a town (岚皎县青石镇人民政府 → 青石镇); departments keep the county."""
    if level_of(organ) not in ("镇", "乡", "街道"):
        return organ
    short = _OFFICE.sub("", split_name(organ)[1])
    return short if len(short) > 2 else organ  # noqa: PLR2004 - 街道 alone is no name


# ── dates ───────────────────────────────────────────────────────────────────────────────────────

_DAY = r"(?:(?P<{0}y>20\d{{2}})[年.\-/])?(?P<{0}m>\d{{1,2}})[月.\-/](?:(?P<{0}d>\d{{1,2}})[日号]?)?"
_RANGE = re.compile(
    r"(?P<ay>20\d{2})[年.\-/](?P<am>\d{1,2})[月.\-/](?:(?P<ad>\d{1,2})[日号]?)?(?:零时|0时)?起?"
    r"(?:开?始)?[,，]?(?:截?至|到|—+|–|-+|~|～|─+|－+)(?:截?至|到)?" + _DAY.format("b")
)
#: Words of the declaration. 期限 alone also stands in 公示期限, 申请期限 and the like.
_PERIOD_WORDS = re.compile(
    r"统计(?:的)?(?:期[自从为]|期限|时限|时段|时间|期间|周期|区间|范围|年度|数据|截)|统计[\u4e00-\u9fff]{1,4}(?:期限|时限|时间段|起止)|(?:所列|报告|年报)(?:的|中)?(?:各项)?(?:统计)?数据"
    r"|数据.{0,6}(?:起止|期限|时限|时间|时段|区间|范围)|(?:报告|年报)(?:的|中)?.{0,4}(?:期限|时限|时段|起止|期间|时间|周期)"
)
#: 涵盖2024年1月1日至12月31日期间的政府信息公开工作情况, before the first section.
_COVERS = re.compile(r"年1月1日.{0,4}至(?:20\d{2}年)?12月31日.{0,6}(?:政府信息|政务)公开")
_DAMAGED_DATE = re.compile(r"20\d{3,}|20\d{2}年?\d{3,}")
_SENTENCE = re.compile(r"[^。；;！!\n]+")


#: The head of a line that can only be the rest of a date …
_REST_OF_DATE = re.compile(r"\d{0,4}[年月日号]|[.\-/]\d|[至到]")
#: … behind a line that ends in one, and a last day that may have lost its second digit at a line end.
_DATE_AT_END = re.compile(r"(?:\d|[年月日号起至到.\-—~～/])$")
_HALF_A_DAY = re.compile(r"\D\d$")


def _period(outlined: Outline) -> Period | None:
    """The declaration of the period; a mere range of dates in a sentence about something else is none."""
    declared: list[Period] = []
    damaged: Period | None = None
    for at, passage in enumerate(outlined.passages):
        *whole_ones, tail = _SENTENCE.findall(passage.text) or [""]
        more = _rest_of_date(tail, outlined.passages[at + 1 : at + 2]) if passage.text.endswith(tail) else ""
        for sentence in (*whole_ones, tail + more):
            plain = squash(sentence)
            found = _RANGE.search(plain)
            if not _PERIOD_WORDS.search(plain) and not (passage.section == "preface" and _COVERS.search(plain)):
                continue
            cut = found is not None and found.end() == len(plain) and _HALF_A_DAY.search(plain) is not None
            if found and not cut:
                start, end = _dates(found)
                if start and end:
                    declared.append(Period(start, end, sentence.strip(), passage.anchor))
            if damaged is None and re.search(r"\d{4}", plain) and (found or _DAMAGED_DATE.search(plain)):
                damaged = Period(None, None, sentence.strip(), passage.anchor, damaged=True)
    # Where several ranges are given, the declaration is the one over whole years.
    whole = [p for p in declared if p.start and p.end and (p.start.month, p.end.month) == (1, 12)]
    return next(iter(whole or declared), damaged)


def _rest_of_date(tail: str, following: Sequence[Passage]) -> str:
    """What the next line adds to a date that was cut at the end of a line; empty where it was not.

    A line that ends 12月3 is no date yet: 1日 may follow on the next one.
    """
    if not following or not _DATE_AT_END.search(squash(tail)) or not _PERIOD_WORDS.search(squash(tail)):
        return ""
    head = following[0].text.lstrip()
    return next(iter(_SENTENCE.findall(head)), "") if _REST_OF_DATE.match(squash(head)) else ""


def _dates(found: re.Match[str]) -> tuple[date | None, date | None]:
    start_year = int(found["ay"])
    end_year = int(found["by"] or start_year)
    start = _date(start_year, int(found["am"]), int(found["ad"] or 1))
    month = int(found["bm"])
    end = _date(end_year, month, int(found["bd"])) if found["bd"] else _last_of_month(end_year, month)
    return start, end


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _last_of_month(year: int, month: int) -> date | None:
    return next((d for day in (31, 30, 29, 28) if (d := _date(year, month, day))), None)


_ISSUED = re.compile(r"(20\d{2})[年.\-/](\d{1,2})[月.\-/](\d{1,2})[日号]?")
_ISSUED_CHINESE = re.compile(
    r"([二〇零○]{1,3}[一二三四五六七八九〇零○]{1,3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_LONGEST_SIGNATURE = 45


def _days(plain: str) -> Iterator[tuple[date, int, int]]:
    for found in _ISSUED.finditer(plain):
        if day := _date(*map(int, found.groups())):
            yield day, found.start(), found.end()
    for found in _ISSUED_CHINESE.finditer(plain):
        numbers = [chinese_number(g.replace("○", "〇")) for g in found.groups()]
        if all(n is not None for n in numbers) and (day := _date(*[n or 0 for n in numbers])):
            yield day, found.start(), found.end()


#: A day behind these words is no signature.
_OTHER_DAY = re.compile(
    r"填报|填表|制表|统计(?!局|调查|办)|发布|公开[日时]|生成|成文|更新|索引|日期|时间|期限|所列|[至到起]"
)


def _signature(document: Document, outlined: Outline) -> tuple[date | None, Anchor | None]:
    """A short line at the end, or under the title, that closes with a date: 青石镇人民政府 2025年1月10日."""
    places = [(at, b) for at, b in enumerate(document.blocks) if isinstance(b, Paragraph)]
    first, last = (h[0].block, h[-1].block) if (h := outlined.headings) else (0, -1)
    under: list[Paragraph] = [b for at, b in places[:_TITLE_REACH] if at < first]
    for paragraph in (*reversed([b for at, b in places[-6:] if at > last]), *under):
        plain = squash(strip_artifacts(paragraph.text))
        if len(plain) > _LONGEST_SIGNATURE:
            continue
        days = list(_days(plain))
        if len(days) == 1 and days[0][2] >= len(plain) - 1 and not _OTHER_DAY.search(plain[: days[0][1]]):
            return days[0][0], paragraph.anchor
    return None, None


#: 日期 and 时间 alone are of the page at the head of a line, or behind its source.
_PUBLISHED = re.compile(
    r"(?:发布|发表|公开|发文)(?:日期|时间)[:：]?|^(?:日期|时间)[:：]|来源[:：][^:：]{2,30}(?:日期|时间)[:：]"
)


def _published(document: Document) -> date | None:
    """Publication date: what the page says of itself, else its own line about it (发布日期：2025-01-20)."""
    said = document.meta.get("published")
    if said:
        return next((day for day, _, _ in _days(squash(said))), None)
    head = [b for b in document.blocks if isinstance(b, Paragraph)][:_TITLE_REACH]
    for paragraph in head:
        plain = squash(paragraph.text)
        found = _PUBLISHED.search(plain)
        if found and len(plain) < 200:  # noqa: PLR2004 - longer lines are prose
            return next((day for day, start, _ in _days(plain) if start >= found.end() - 1), None)
    return None
