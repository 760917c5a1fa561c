"""A wider number first, then the one that the report is about: 发生诉讼188件,其中涉及政府信息公开30件."""

from __future__ import annotations

import re
from functools import cache

from gkaudit.narrative.draft import Draft
from gkaudit.narrative.lexicon import phrases
from gkaudit.narrative.remedies import ROWS
from gkaudit.narrative.request_words import RECEIVED, row_measure
from gkaudit.narrative.state import State

__all__ = ["narrow"]

#: What follows a number right behind it: (含2023年未审结2件), ,其中上年结转1件.
_BEHIND = re.compile(r"[^,;(。\d]{0,4}[,(。]?(?P<opener>其中|包括|包含|内含|含)?(?P<words>[^,;。()]{0,24})")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_LEFT_OVER = re.compile("结转|转入|遗留|跨年|未[审办]?结")
#: So many characters behind a number it may be said that some were no requests.
_REACH = 60
_REALLY = re.compile(
    r"[,;(](?:实际|有效|正式)(?:受理|收到|办理|申请)[^,;\d]{0,8}\d|\d[件条个宗起](?:均|都)?(?:与|和|同)[^,;\d]{0,6}信息公开无关"
)
_OLDER = "其中含上年的件"


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(phrases()["narrowed"][name])


def narrow(state: State) -> None:
    """Numbers that the sentence itself says count more, or less, than the report's cells."""
    for draft in list(state.drafts):
        if draft.row and draft.role == "statement" and draft.topic in ("requests", "remedies"):
            _wider(draft, state)
            _with_older(draft, state)
            _with_others(draft, state)
    _summed(state)


def _wider(draft: Draft, state: State) -> None:
    """收到申请8件,其中政府信息公开申请4件: the first number is of more than requests for information."""
    end = state.text.find("。", draft.place)
    if end >= 0 and state.text.startswith("其中", end + 1):
        end = state.text.find("。", end + 1)
    tail = state.text[draft.end : end if end >= 0 else len(state.text)]
    said = state.text[draft.start : draft.end]
    apart = draft.topic == "remedies" and _pattern("apart").match(tail)
    if _pattern("named").search(said) or not (apart or _pattern(draft.topic).match(tail)):
        return
    draft.link = "none"
    draft.remark("后文另写了政府信息公开的件数")
    inside = [d for d in state.drafts if draft.place < d.place and (end < 0 or d.place < end)]
    if "分别" in tail:
        # Which number is whose the grammar does not know.
        for told in inside:
            told.link = "none"
    elif draft.row in RECEIVED:
        part = next((d for d in inside if d.measure == "requests.part"), None)
        if part is not None:
            part.measure, part.row = row_measure("received"), "received"
    elif draft.topic == "remedies":
        _remedies(draft, inside)


def _remedies(draft: Draft, inside: list[Draft]) -> None:
    """复议36件,其中涉及政府信息公开2件,均维持: the cases are the 2, and so many were upheld."""
    part = next((d for d in inside if d.measure == "other.posts"), None)
    if part is not None:
        part.measure, part.topic, part.row, part.link = draft.measure, draft.topic, draft.row, "ask"
    for told in inside if draft.told else ():
        if told.measure.startswith(f"remedies.{draft.row}.") and told is not part and told.value == draft.value:
            if part is None:
                told.link = "none"
            else:
                told.value = part.value
                told.ask("所说的是全部案件还是其中政府信息公开案件不明")


def _with_others(draft: Draft, state: State) -> None:
    """接收申请25件,其中2件与信息公开无关,实际受理23件: the cell may count either number."""
    behind = state.text[draft.end : draft.end + _REACH].partition("。")[0]
    if draft.row == "received" and _REALLY.search(behind):
        draft.ask("后文另写了实际受理的件数")


def _with_older(draft: Draft, state: State) -> None:
    """被申请复议5件(含2023年未审结2件): whether the cell counts those of the year before as well is not known."""
    behind = _BEHIND.match(state.text, draft.end)
    if behind is None or draft.row not in ("received", *ROWS.values(), "all"):
        return
    prev = any(word in behind["words"] for word in phrases()["words"]["prev"])
    years = [int(year) for year in _YEAR.findall(behind["words"])]
    older = prev or any(state.year is not None and year < state.year for year in years)
    left_over = draft.topic == "remedies" and _LEFT_OVER.search(behind["words"])
    if not older or not (behind["opener"] or left_over):
        return
    draft.ask(_OLDER)
    if draft.topic == "requests":
        draft.alternatives = (row_measure("received_plus_carried"),)
    parts = [part for group in state.groups if group.head is draft for part in group.parts]
    told = [d for d in state.drafts if d.row == draft.row and behind.start() <= d.place < behind.end()]
    for part in (*parts, *told):
        part.ask(_OLDER)


def _summed(state: State) -> None:
    """镇本级收到9件,所属站所收到7件,合计16件: parts of a sum that stands behind them."""
    for whole in [d for d in state.drafts if d.measure == "requests.part" and d.value]:
        begin = state.text.rfind("。", 0, whole.place) + 1
        parts = [d for d in state.drafts if d.row in RECEIVED and begin <= d.place < whole.place]
        if len(parts) > 1 and sum(d.value or 0 for d in parts) == whole.value:
            for part in parts:
                part.link = "none"
                part.remark("后文有合计数")
            whole.measure, whole.row = row_measure("received"), "received"
            whole.ask("几处的合计数")
