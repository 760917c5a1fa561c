"""Any row of the grammar's own words is read or passed over; nothing in it may stop the reading of a report."""

from random import Random

import pytest

from gkaudit.document import Anchor
from gkaudit.narrative import MEASURES, claims
from gkaudit.narrative.lexicon import phrases
from gkaudit.sections import Outline, Passage

NUMBERS = (
    "3件",
    "0件",
    "12条",
    "两起",
    "零",
    "100余条",
    "16.7%",
    "2023年",
    "1",
    "５份",
    "1.5万元",
    "三个方面",
    "99999999999999",
)
SIGNS = ("，", "。", "；", "、", "：", "（", "）", "其中", "共", "均", "未", "无", "和")


def _words(entry):
    for value in entry.values() if isinstance(entry, dict) else [entry]:
        yield from _words(value) if isinstance(value, dict) else value


WORDS = sorted(set(_words(phrases()["words"])))


@pytest.mark.parametrize("seed", range(8))
def test_any_row_of_words(seed):
    chance = Random(f"words/{seed}")
    for section in ("overall", "requests", "remedies", "problems", "other") * 400:
        parts = (chance.choice(chance.choice((WORDS, NUMBERS, SIGNS))) for _ in range(chance.randint(3, 40)))
        text = "".join(parts)
        passage = Passage(section, "paragraph", text, Anchor("例.txt", line=1))
        for claim in claims(Outline((), (passage,)), chance.choice((2024, None)), chance.choice(("镇", "县", None))):
            assert claim.quote in text
            assert claim.measure in MEASURES or "." in claim.measure or claim.measure in phrases()["measures"]["plain"]
