"""Labels of rows with an explanation in brackets behind them, as the forms that some cities hand out have them."""

import re
from random import Random

import pytest

from gkaudit.readers import Source, read_source
from gkaudit.report import understand
from gkaudit.vocabulary import label_hit
from tests.generate import compose, make
from tests.generate.formats import html

WHO = "（设区的市、自治州人民政府应提供相关数据）"
WHAT = (
    "（行政机关制定发布的决定、公告、通告、意见、通知，以及标题采用“规定”“办法”“细则”“规范”“规程”“规则”等字样的公文，"
    "一般情况下属于规范性文件）"
)
#: Label as printed, and its explanation.
EXPLAINED = {"规章": WHO, "行政规范性文件": WHAT, "行政许可": "（含备案、确认等其他对外管理服务事项）"}


def _explained(text):
    """The text with all labels explained, wherever they fill a cell."""
    for label, words in EXPLAINED.items():
        text, found = re.subn(rf"(?<=[\n\t>]){label}(?=[\n\t<]| \|)", f"{label}{words}", text)
        assert found
    return text


def _right(text, name, cells):
    found = understand(read_source(Source.of(text.encode(), name))).cells
    read = {
        key: value for key, value, state in found.select("key", "value", "state").iter_rows() if state == "reported"
    }
    wanted = {key: known.value for key, known in cells.items() if "reported" in known.states}
    assert {key: read.get(key) for key in wanted} == wanted


@pytest.mark.parametrize("layout", ["cells", "grid", "pipes", "tokens"])
def test_in_a_text(layout):
    made = make(11, layout=layout)
    _right(_explained(made.text), "报告.txt", made.cells)


def test_in_a_page():
    made = compose(11)
    page = html.write(made, Random(11), frozenset()).decode()
    _right(_explained(page), "报告.html", made.cells)


@pytest.mark.parametrize(
    "text", ["行政许可（上年）", "行政复议（维持）", "规章（废止）", "（二）主动公开情况（详见下列各项说明）"]
)
def test_a_word_in_brackets_is_no_explanation(text):
    assert not [hit for hit in label_hit(text) if hit.kind == "row" and hit.score > 0.95]
