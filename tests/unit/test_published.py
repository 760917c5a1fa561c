"""The day of publication: from the page's own data, else from its visible line."""

from datetime import date

import pytest

from gkaudit.document import Anchor, Document, Paragraph
from gkaudit.report import understand

TITLE = "岚皎县青竹镇人民政府2024年政府信息公开工作年度报告"


def _document(lines, **meta):
    here = Anchor(file="页.html")
    blocks = tuple(Paragraph(text, here.at(paragraph=n)) for n, text in enumerate(lines, 1))
    return Document("页.html", "html", "0" * 64, blocks, meta=meta)


@pytest.mark.parametrize("said", ["2025-01-17", "2025-01-17 09:30", "2025年1月17日"])
def test_what_the_page_says_of_itself(said):
    report = understand(_document([TITLE, "发布日期：2025-01-20", "一、总体情况"], published=said))
    assert report.identity.published_on == date(2025, 1, 17)


def test_the_visible_line():
    report = understand(_document([TITLE, "发布日期：2025-01-20", "一、总体情况"]))
    assert report.identity.published_on == date(2025, 1, 20)


def test_nobody_says():
    assert understand(_document([TITLE, "一、总体情况"])).identity.published_on is None
