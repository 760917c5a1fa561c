"""Numbers without a cell: information posted, fees for handling, proposals, and everything that is no request."""

from __future__ import annotations

import re
from decimal import Decimal

from gkaudit.narrative.draft import Draft
from gkaudit.narrative.lexicon import phrases
from gkaudit.narrative.state import State
from gkaudit.narrative.steps import Mention
from gkaudit.narrative.view import View, last

__all__ = ["fee", "is_fee", "others", "posted", "proposals"]

#: Units of cases and events, not of information.
_CASES = ("起", "宗")
#: A fee by its name, and what stands before 费 where it may be that for information: 配套费 is another one.
_NAMED_FEE = re.compile(r"([\u4e00-\u9fff]{2})(?<![收免计缴付取])费")
_OF_INFORMATION = frozenset(
    re.findall("..", "处理检索复制邮寄信息工本任何相关有关其他公开申请各项各种一切何种"),
)
#: Fees by their names; those of the former law are for copies and postage and have no tiers.
_BY_NAME = re.compile("处理费|检索复制费|检索费|复制费|复印费|邮寄费|邮费|工本费")
_WAIVED = re.compile("(?:减免|免收|免除|免征|减征|退还)[^,;。]*$")
_DUE = re.compile("应[收缴交][^,;。]*$")
#: ,申请人未在期限内缴纳; 后逾期未缴费.
_UNPAID = re.compile("[^。;\\d]{0,20}未(?:按[时期规]|在[^,;。]{0,10})?[^,;。缴交付]{0,4}[缴交付]")
_YUAN = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10000), "亿元": Decimal(100000000)}


def is_fee(mention: Mention, view: View, state: State) -> bool:
    """Whether the number is of fees for handling information (信息处理费)."""
    if _WAIVED.search(state.text, *state.before(mention)):
        return False
    money = mention.number.unit in _YUAN
    kin = view.head is None or view.head.kind in ("request", "applicant", "requester")
    near = (*mention.left, *mention.right, *(mention.back[-12:] if kin or money else ()))
    named = {t.sense for t in near if t.kind == "subject"}
    of_fees = "infofee" in named or (state.topic == "infofee" and (kin or money))
    if "fee" in named or "procurement" in named or not (of_fees or money):
        return False
    said = state.text[state.begin : mention.token.start]
    if "infofee" not in named and _names_another(said):
        return False
    if of_fees:
        return True
    if any(word in said for word in phrases()["words"]["subject"]["fee"]):
        # 行政事业性收费1项，公开费用总额为4万元: of the fees of 表二.
        return False
    charged = "anyfee" in named and (state.about in ("requests", "infofee") or state.disclosure)
    return charged or (view.has("charge") and state.about == "requests")


def _names_another(said: str) -> bool:
    """Whether a fee is named that is none for information."""
    return any(found[1] not in _OF_INFORMATION for found in _NAMED_FEE.finditer(said))


def fee(mention: Mention, view: View, state: State) -> list[Draft]:
    """Yuan, cases or pages of fees for handling information."""
    number = mention.number
    measure = "information_fee"
    if number.unit in _YUAN and _of_another(mention, state):
        draft = state.make(mention, "other.money", link="none", view=view)
        draft.topic = "infofee"
        return [draft]
    if number.unit in _YUAN:
        draft = state.make(mention, measure, link="firm", view=view)
        if draft.value is not None:
            draft.value = (draft.value * _YUAN[number.unit]).normalize() + 0
        draft.unit = "元"
    elif number.unit in phrases()["numbers"]["page_units"]:
        draft = state.make(mention, f"{measure}.pages", view=view)
    elif number.unit in phrases()["numbers"]["request_units"]:
        draft = state.make(mention, f"{measure}.cases", view=view)
    else:
        return []
    draft.topic, draft.row = "infofee", draft.measure
    draft.label = "".join(t.text for t in mention.left if t.kind in ("text", "place"))
    _fee_group(mention, draft, state)
    return [draft]


def _of_another(mention: Mention, state: State) -> bool:
    """收取邮寄费35元; 应收450元; 通知收费40元,申请人未缴纳: money that was not charged for handling information."""
    named = _BY_NAME.findall(state.text, *state.before(mention))
    copies = bool(named) and named[-1] != "处理费"
    due = _DUE.search(state.text, *state.before(mention)) or _UNPAID.match(state.text, mention.token.end)
    return (copies or due is not None) and bool(mention.number.value)


def _fee_group(mention: Mention, draft: Draft, state: State) -> None:
    """25件收取2950元(甲1件,收取100元;乙…): the parts of each total stand in a bracket or behind 其中."""
    opened = mention.depth > 0 or any(t.kind == "opener" for t in (*mention.left, *mention.back))
    head = next((d for d in state.recent(1) if d.row == draft.measure), None)
    grouped = ("fee", id(head)) in state.by_head
    if head is not None and (opened or grouped):
        state.group("fee", head).add(draft)
        draft.row = ""


def proposals(mention: Mention, view: View, state: State) -> list[Draft]:
    """人大建议、政协提案: never a number of requests."""
    senses = list(dict.fromkeys(t.sense for t in view.words if t.kind == "proposal"))
    if mention.number.unit not in phrases()["numbers"]["request_units"]:
        return []
    sense = senses[-1] if len(senses) == 1 else "all"
    if not senses and view.head is not None and view.head.kind == "proposal":
        sense = view.head.sense
    chosen = [sense] if not view.has("each") or len(senses) < 2 else senses  # noqa: PLR2004 - 各 needs two
    drafts = [state.make(mention, f"proposals.{s}", link="none", view=view) for s in chosen]
    for draft in drafts:
        verb = view.word("handle", "handle_weak", "receive", "publish", "open") or last(
            mention.back, lambda t: t.kind in ("handle", "handle_weak", "receive")
        )
        draft.label = verb.text if verb is not None else ""
        draft.topic = "proposal"
    return drafts


def others(mention: Mention, view: View, state: State) -> list[Draft]:
    """Hotlines, letters, training, service items …: a measure of its own without a cell."""
    named = view.head if view.head is not None and view.head.kind == "other" else view.word("other")
    sense = named.sense if named is not None else state.topic.partition(".")[2]
    if not mention.number.unit or not sense or mention.token.text.startswith("一"):
        return []
    draft = state.make(mention, f"other.{sense}", link="none", view=view)
    draft.topic = f"other.{sense}"
    draft.label = _label(mention, view)
    return [draft]


def posted(mention: Mention, view: View, state: State) -> list[Draft]:
    """Pieces of information posted; only lists of them are ever checked."""
    if mention.number.unit not in phrases()["numbers"]["list_units"] or mention.number.unit in _CASES:
        return []
    media = view.word("media")
    measure = "disclosed_items"
    if view.has("outcome", "outcome_soft") or (view.head is not None and view.head.kind == "request"):
        measure = "other.documents_marked"
    elif media is not None:
        measure = "other.new_media"
    elif (
        not view.has("publish", "open")
        and state.verb not in ("publish", "open")
        and not any(t.kind in ("publish", "open") for t in mention.back)
    ):
        measure = "other.posts"
    draft = state.make(mention, measure, link="none", view=view)
    draft.topic, draft.label = "items", _label(mention, view)
    return [draft]


def _label(mention: Mention, view: View) -> str:
    """What is counted, in the words of the text: channels and media, else the noun."""
    channels = [t.text for t in (*mention.left, *mention.back[-8:]) if t.kind in ("channel", "media")]
    if channels:
        return "、".join(dict.fromkeys(channels))
    return view.head.text if view.head is not None and view.head.kind == "other" else ""
