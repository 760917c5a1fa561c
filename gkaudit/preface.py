"""What the preface of a report says of the body that made it, where no title does."""

from __future__ import annotations

import re

from gkaudit.chars import squash
from gkaudit.sections import Outline

__all__ = ["compiled_by", "named_in"]

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
