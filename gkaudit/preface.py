"""What a report says of the body that made it where its title does not: preface, contact and signature."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gkaudit.chars import squash
from gkaudit.sections import Outline

__all__ = ["compiled_by", "named_in", "names_of", "signed_by"]

#: 本报告由青石镇人民政府按照《…》编制.
_COMPILED_BY = re.compile(
    r"本(?:年度)?报告由([\u4e00-\u9fff]{3,25}?)(?:按照|根据|依据|依照|结合|综合|汇总|负责|组织|编制)"
)
_SAID = r"(?:公布|公开|发布|编制|形成|编写)了?《?"
_ORGAN, _YEAR = r"(?P<organ>[\u4e00-\u9fff]{3,25}?)", r"(?P<year>20\d{2})年度?"
_REPORT = r"(?:政府)?信息公开(?:工作)?(?:情况)?(?:年度)?报告"
_NAMED = (
    #: 编制了《2024年岚皎县统计局政府信息公开工作年度报告》.
    re.compile(_SAID + _YEAR + _ORGAN + _REPORT),
    #: 现公布岚皎县青石镇2024年政府信息公开工作年度报告.
    re.compile(_SAID + _ORGAN + _YEAR + _REPORT),
    #: 岚皎县青石街道特编制2024年政府信息公开年度报告.
    re.compile(rf"(?:^|[，,。；;]){_ORGAN}[特现](?:编制|编写|公布|发布){_YEAR}{_REPORT}"),
)
#: Words that are in no name: 关于做好2024年…, 我镇2024年…; 区水利局 may be that of any district.
_NO_NAME = re.compile(r"关于|做好|我|本|^[区县市旗州]")


def compiled_by(outlined: Outline) -> str | None:
    """The body that compiled the report; None where no passage says so."""
    for passage in outlined.passages:
        found = _COMPILED_BY.search(squash(passage.text))
        if found:
            return found[1]
    return None


def named_in(outlined: Outline) -> tuple[str, int] | None:
    """Body and year in the name of the report that the preface gives; None where it gives none."""
    for passage in outlined.passages:
        if passage.section not in ("preface", "overall"):
            return None
        plain = squash(passage.text)
        for found in (found for pattern in _NAMED for found in pattern.finditer(plain)):
            if not _NO_NAME.search(found["organ"]):
                return found["organ"], int(found["year"])
    return None


_DAY = r"(?:20\d{2}|[二〇零○一三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
#: A name of its own line with a day behind it or on the next: 岚皎县青石镇人民政府 2025年1月15日.
_SIGNED = re.compile(rf"(?P<organ>[\u4e00-\u9fff]{{3,25}}?)(?:[(（](?:盖章|公章|印章|章)[)）])?(?P<day>{_DAY})?")
_ONLY_DAY = re.compile(_DAY)
#: How far from the end a signature stands.
_SIGNATURE_REACH = 6


def signed_by(outlined: Outline) -> str | None:
    """The body whose name stands at the end with the day; None where no name does."""
    lines = [squash(passage.text) for passage in outlined.passages if passage.section == "other"][-_SIGNATURE_REACH:]
    for line, following in reversed(list(zip(lines, [*lines[1:], ""], strict=False))):
        found = _SIGNED.fullmatch(line)
        if found and (found["day"] or _ONLY_DAY.fullmatch(following)):
            return found["organ"]
    return None


#: What stands before the name of the body itself: 请与岚皎县青石镇人民政府联系, 地址：岚皎县青石镇人民路1号.
_BEFORE_NAME = r"(?:(?:请|直接|可)(?:与|向|联系|咨询|致电)|(?:地址|单位|机关|地点|位于)[:：]?)"


def names_of(outlined: Outline, short: str) -> Iterator[str]:
    """The names that end in ``short`` where the report says who signs it and whom to ask: 岚皎县青石镇."""
    signed = signed_by(outlined)
    if signed is not None and short in signed:
        yield signed
    named = re.compile(rf"{_BEFORE_NAME}((?!我|该|本[省市县区])[\u4e00-\u9fff]{{2,15}}?{re.escape(short)})")
    for passage in outlined.passages:
        yield from (found[1] for found in named.finditer(squash(passage.text)))
