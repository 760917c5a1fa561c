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
#: 现公布岚皎县青石镇2024年政府信息公开工作年度报告, 编制了《2024年岚皎县统计局政府信息公开工作年度报告》.
_NAMED = re.compile(
    r"(?:公布|发布|编制|形成|编写)了?《?(?:20\d{2}年度?(?P<after>[\u4e00-\u9fff]{3,25}?)"
    r"|(?P<before>[\u4e00-\u9fff]{3,25}?)20\d{2}年度?)(?:政府)?信息公开(?:工作)?(?:年度)?报告"
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


def named_in(outlined: Outline) -> str | None:
    """The body in the name of the report that the preface gives; None where it gives none."""
    for passage in outlined.passages:
        if passage.section not in ("preface", "overall"):
            return None
        found = _NAMED.search(squash(passage.text))
        organ = (found["before"] or found["after"]) if found else None
        if organ and not _NO_NAME.search(organ):
            return organ
    return None
