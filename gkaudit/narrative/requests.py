"""Numbers of requests (政府信息公开申请): received, answered, by applicant and by channel."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from gkaudit.narrative.draft import Draft
from gkaudit.narrative.lexicon import phrases
from gkaudit.narrative.outcomes import MARKED, carry, of_papers, opened_up, outcome, pending
from gkaudit.narrative.request_words import (
    ONE_WAY,
    RECEIVED,
    UNKNOWN,
    applicant_column,
    opened,
    part_draft,
    row_draft,
    row_measure,
    verb_row,
)
from gkaudit.narrative.state import State
from gkaudit.narrative.steps import Mention
from gkaudit.narrative.tokens import Token
from gkaudit.narrative.view import View, after, clear, last

__all__ = ["concerns", "read"]

_KINDS = (
    "outcome",
    "outcome_soft",
    "applicant",
    "channel",
    "carry",
    "pending",
    "late",
    "extend",
    "transfer",
    "requester",
)
#: Words for everybody rather than for natural persons.
_ANYONE = ("公民", "村民", "居民", "市民")
_PERSONS = ("位", "名", "人", "家")
_CASES = ("件", "起", "宗", "件次")
#: Classes of other things that still belong to the handling of requests.
_ASIDE = ("assistance", "refused_intake", "filing", "notices", "interpretation", "consultation")
_OWN = ("assistance", "notices", "refused_intake")
_NOT_SAID = "所申请的未必是政府信息"
_WEAK = "“办理”可指收到，也可指办结"


def concerns(view: View, state: State) -> bool:
    """Whether the number speaks of requests."""
    head = view.head
    if head is None:
        return state.about == "requests"
    if head.kind == "request":
        # 县长信箱、政府信息公开申请等来件86件
        lumped = _and_more(view) and view.has("other", "proposal", "subject")
        return not lumped and (head.sense == "full" or not view.foreign())
    if head.kind == "other" and head.sense in _OWN:
        return state.topic == "requests" and not view.has("proposal", "subject")
    if head.kind == "items":
        # 政府信息公开答复8件, 上年结转政府信息公开1件
        return "公开" in head.text and (any(t.kind == "handle" for t in after(view.words, head)) or view.has("carry"))
    if head.kind in _KINDS:
        foreign = any(t.kind == "other" and t.sense not in _ASIDE for t in view.words)
        known = state.about == "requests" or (not state.about and (_only_of_requests(head) or _came_over(view)))
        return view.has("request") or (known and not foreign)
    return False


def _and_more(view: View) -> bool:
    """Whether 等 stands between the requests and the number: they are only some of what is counted."""
    return view.head is not None and any(t.kind == "etc" for t in after(view.words, view.head))


def _only_of_requests(head: Token) -> bool:
    """本机关不掌握相关政府信息: only a request can end so."""
    return head.sense in phrases()["outcomes_of_requests_only"]


def _came_over(view: View) -> bool:
    """上年结转1件,本年新收3件 where nothing else is spoken of."""
    return view.head is not None and view.head.kind == "carry" and view.has("prev")


def read(mention: Mention, view: View, state: State) -> list[Draft]:
    """Drafts of one number about requests; empty where it says nothing that can be named."""
    if mention.number.unit not in phrases()["numbers"]["request_units"]:
        return _odd_unit(mention, view, state)
    if mention.number.unit == "个" and _BODIES.match(state.text, mention.token.end):
        return []
    if view.source in ("back", "topic") and any(t.kind == "place" for t in mention.left[-2:]):
        # 霁区1200件: the share of a named body in the number before.
        draft = part_draft(mention, view, state)
        draft.link = "none"
        return [draft]
    rule = next(rule for test, rule in _RULES if test(view))
    drafts = rule(mention, view, state)
    for draft in drafts:
        draft.topic = draft.measure if draft.measure == MARKED else "requests"
        _doubt(mention, draft, view, state)
    return drafts


#: What stands before a number that is of some bodies only: 24家单位收到0件.
_FOREMOST = ("较多", "最多", "居前", "前列", "前三")
_BODIES = re.compile(r"(?:单位|部门|乡镇|镇|街道|机关|科室|村|社区|县|区)")
#: 自然人申请占90%,共9件: the number that the share is of.
_SHARE = re.compile(r"占[^,;。]{0,8}%,[共计为有约]{0,2}$")
#: 同一人申请6件,占全年申请量的66.7%.
_OF_YEAR = re.compile(r"[,(]约?占(?:全年|全部|总|申请|本年|年度)")
#: 同一申请人提出6件, 张某一人提交6件.
_ONE_PERSON = re.compile("同一(?:申请)?人|某[^,;。]{0,4}(?:提出|提交|申请)|一人(?:提出|提交|申请)")
_CLAUSE = 30
_SOME = re.compile(r"\d[家个]$")


def _doubt(mention: Mention, draft: Draft, view: View, state: State) -> None:
    """Why the number may not be what its words say."""
    steady = (state.fresh or state.heading == "requests") and clear(view.words)
    unsaid = view.source in ("back", "topic") and any(t.sense == "thing" for t in view.words)
    if not view.clear or unsaid or (view.source == "topic" and not (steady and _trusted(draft, state))):
        draft.ask(UNKNOWN)
    if _unnamed(draft, view, state):
        draft.ask(_NOT_SAID)
    sense = view.head.sense if view.head is not None and view.head.kind == "request" else ""
    if sense and _and_more(view):
        draft.ask("“等”字所指范围不明")
    if sense == "loose" or (sense == "short" and not (state.about == "requests" or state.disclosure)):
        draft.ask(_NOT_SAID)
    if draft.row in RECEIVED:
        _not_all(draft, view, state)
    if draft.row and (_SHARE.search(state.text, *state.before(mention)) or _OF_YEAR.match(state.text, draft.end)):
        draft.ask("是占比所指的件数")
    if draft.row and _SOME.search(state.text, max(draft.start - 6, 0), draft.start):
        draft.ask("只说到几家单位")
    if draft.row and any(word in state.text[draft.start : draft.end] for word in _FOREMOST):
        draft.link = "none"
    one_way = len({t.sense for t in view.words if t.kind == "channel"}) == 1 and not view.has("any_channel")
    if one_way and draft.row and not view.has("carry"):
        draft.ask(ONE_WAY)


def _not_all(draft: Draft, view: View, state: State) -> None:
    """区转办3件,直接收到2件; 其余2件: others came in as well."""
    if any(d.measure == "requests.transferred" and d.value for d in state.recent()):
        draft.ask("另有转来的件")
    if any(t.kind == "rest" and "余" in t.text for t in view.words):
        draft.ask("只说到其余的")
    if _ONE_PERSON.search(state.text, max(state.begin, draft.place - _CLAUSE), draft.place):
        draft.ask("只说到一名申请人")


def _unnamed(draft: Draft, view: View, state: State) -> bool:
    """Whether neither the number nor one before it in the sentence says what came over from last year."""
    if view.has("request") or state.disclosure:
        return False
    before = any(_NOT_SAID in d.note and d.row == "pending_start" for d in state.recent() if d is not draft)
    return before or (_came_over(view) and not state.about)


def _trusted(draft: Draft, state: State) -> bool:
    """Whether the number before, which this one goes on from, was understood."""
    before = next((d for d in state.recent() if d.row and d is not draft), None)
    return before is None or UNKNOWN not in before.note


def _odd_unit(mention: Mention, view: View, state: State) -> list[Draft]:
    """A number of requests without 件: the unit is lost, or persons are counted."""
    number, head = mention.number, view.head
    if not number.unit and view.has("outcome") and any(d.measure.startswith("requests.") for d in state.recent()):
        # Among others of a list: 予以公开3件, 部分公开2, 不予公开1件
        return [draft.ask("单位缺失") for draft in outcome(mention, view, state)]
    if not view.has("request") or head is None:
        return []
    if not number.unit and view.source == "left" and view.clear and head.text.endswith(("数", "数量", "总量")):
        return [row_draft(mention, view, state, verb_row(mention, view, state).replace("weak", "") or "received")]
    if not number.unit and view.source == "right" and view.has("receive"):
        return [row_draft(mention, view, state, "received").ask("单位缺失")]
    if number.unit in _PERSONS and view.has("applicant"):
        draft = row_draft(mention, view, state, "received", applicant_column(view) or "natural_person")
        draft.ask("人数未必等于申请件数").alternatives = (row_measure("received"),)
        return [draft]
    return []


# ── by applicant and by channel ─────────────────────────────────────────────────────────────────


def _applicant(mention: Mention, view: View, state: State) -> list[Draft]:
    """自然人申请N件: of the row that the sentence is about."""
    named = {t.sense for t in view.words if t.kind == "applicant"}
    column = applicant_column(view)
    if not column and "natural_person" not in named and mention.number.value:
        column = "organisations"
    anyone = any(t.text in _ANYONE for t in view.words)
    if not column or (anyone and not mention.number.value):
        return _plain(mention, view, state) if view.has("request") else []
    verb = verb_row(mention, view, state)
    head = state.latest(*RECEIVED, "processed", "pending_start", "pending_end")
    row = verb or "received" if head is None or view.has("receive", "intake", "handle") else head.row
    draft = row_draft(mention, view, state, "processed" if row == "weak" else row, column)
    if row == "weak":
        draft.ask(_WEAK)
    if head is None and anyone:
        draft.ask("“公民”等泛称未必专指自然人").alternatives = (row_measure("received"),)
    if head is not None and row == head.row and head.scope == draft.scope:
        state.group("applicant", head).add(draft)
        if head.link != "firm":
            draft.ask(head.note)
    return [draft]


def _channel(mention: Mention, view: View, state: State) -> list[Draft]:
    """网上申请N件: no column of 表三, only a part of the total."""
    ways = [t for t in view.words if t.kind == "channel"]
    several = len({t.sense for t in ways}) > 1 and view.has("receive")
    head = state.latest(*RECEIVED)
    part = head is not None and (state.within(head) or opened(mention) or ("channel", id(head)) in state.by_head)
    if several or view.has("any_channel") or (view.has("receive") and view.has("request") and not part):
        return _plain(mention, view, state)
    draft = state.make(mention, "requests.channel", link="ask", view=view)
    draft.label = "、".join(dict.fromkeys(t.text for t in ways))
    if part:
        draft.link = "firm" if draft.exact else "ask"
        state.group("channel", head).add(draft)
    return [draft]


def _beside(measure: str) -> _Rule:
    """A rule for numbers that stand beside the rows of 表三."""

    def rule(mention: Mention, view: View, state: State) -> list[Draft]:
        return [state.make(mention, measure, link="none", view=view)]

    return rule


def _helped(mention: Mention, view: View, state: State) -> list[Draft]:
    """协助N件 and the like: cases of other bodies, which may or may not be in the total before."""
    named = last(view.words, _is_aside)
    sense = named.sense if named is not None else _ASIDE[0]
    draft = state.make(mention, f"other.{sense}", link="none", view=view)
    head = state.latest(*RECEIVED)
    if sense == "assistance" and head is not None and state.within(head):
        for other in state.recent():
            if other is head or other.measure == "requests.channel":
                other.ask("总数是否含协助办理的件不明")
    return [draft]


def _is_aside(token: Token) -> bool:
    return token.kind == "other" and token.sense in _ASIDE


# ── by the verb ─────────────────────────────────────────────────────────────────────────────────


def _plain(mention: Mention, view: View, state: State) -> list[Draft]:
    """Some of the requests without a name, or by the verb."""
    if view.source in ("back", "topic") and _the_others(mention, state):
        return [part_draft(mention, view, state)]
    return _by_verb(mention, view, state)


def _by_verb(mention: Mention, view: View, state: State) -> list[Draft]:
    """By the verb alone: received, answered, or both."""
    if view.head is not None and view.head.kind == "requester":
        return []
    if _both(view.words):
        return _received_and_handled(mention, view, state)
    row = verb_row(mention, view, state)
    if row in RECEIVED:
        return [_received(mention, view, state, row)]
    if row == "processed":
        state.verb = "handle"
        draft = row_draft(mention, view, state, row)
        # 1件不属于本机关，另2件均已回复: not all that was answered.
        if any(t.kind == "rest" and t.text.startswith("另") for t in mention.left):
            draft.ask("是另一部分的件")
        if view.says("报送", "上报", "报备"):
            # 向区政府办公室报送答复9件
            draft.ask("报送的未必是本机关的答复")
        return [draft]
    return _weak(mention, view, state) if row == "weak" else _verbless(mention, view, state)


def _weak(mention: Mention, view: View, state: State) -> list[Draft]:
    """办理N件: received or answered."""
    state.verb = "handle_weak"
    draft = row_draft(mention, view, state, "processed").ask(_WEAK)
    draft.alternatives = (row_measure("received"), row_measure("received_plus_carried"))
    return [draft]


def _the_others(mention: Mention, state: State) -> bool:
    """予以公开2件,其他1件: some of the requests, by no name."""
    rows = phrases()["measures"]["rows"]["requests"]
    named = any(t.kind == "rest" and t.text in ("其他", "其它") for t in mention.left)
    results = (d.measure.split(".")[1] for d in state.recent() if d.measure.startswith("requests.") and not d.row)
    return named and any(name in rows or name in rows["granted_all"] for name in results)


def _both(words: Sequence[Token]) -> bool:
    """收到并办结…: both verbs before the noun."""
    at = [i for i, t in enumerate(words) if t.kind in ("receive", "handle")]
    if len({words[i].kind for i in at}) < len(("receive", "handle")):
        return False
    return not any(t.kind == "request" for t in words[at[0] : at[-1]])


def _received_and_handled(mention: Mention, view: View, state: State) -> list[Draft]:
    received = row_draft(mention, view, state, "received")
    done = row_draft(mention, view, state, "processed")
    if done.value:
        done.ask("“收到并办结”未必是全部办理结果")
    state.verb = "receive"
    return [received, done]


def _received(mention: Mention, view: View, state: State, row: str) -> Draft:
    """收到N件; behind a total in the same sentence it is a part of it, or the new ones of all (新收)."""
    new = view.word("receive")
    fresh = new is not None and new.text.startswith("新")
    head = next((d for d in state.recent() if d.row in RECEIVED or (_WEAK in d.note and not fresh)), None)
    state.verb = "intake" if row == "received_plus_carried" else "receive"
    if head is None or not (opened(mention) or mention.sign == "("):
        return row_draft(mention, view, state, row)
    if fresh:
        head.row, head.measure = "received_plus_carried", row_measure("received_plus_carried")
        draft = state.make(mention, row_measure(row), view=view)
        draft.row = row
        return draft
    if head.scope != mention.frame.scope:
        return row_draft(mention, view, state, row).ask("同句有不同单位的数")
    return part_draft(mention, view, state)


def _verbless(mention: Mention, view: View, state: State) -> list[Draft]:
    """政府信息公开申请3件 without a verb."""
    head = view.head
    if head is None or head.kind != "request" or view.source == "back":
        return []
    by_request = head.sense in ("class", "on_request")
    if by_request and (mention.number.unit not in _CASES or of_papers(mention, state)):
        return [state.make(mention, MARKED, link="none", view=view)]
    if any(d.measure.startswith("requests.received.") and not d.row for d in state.recent()):
        # 个人申请8件,单位申请4件
        return [part_draft(mention, view, state)]
    draft = row_draft(mention, view, state, "received")
    counts = head.text.endswith(("数量", "件数")) and all(d.topic == "requests" for d in state.recent())
    if head.sense != "full" and not counts and not (state.about == "requests" and head.sense == "short"):
        draft.ask("没有“收到”等动词")
    if state.text[max(mention.token.start - 1, 0)] in "对就" or state.text.startswith(
        ("对", "就", "针对"), draft.start
    ):
        draft.ask("未写明是不是全部")
    return [draft]


_Rule: TypeAlias = Callable[[Mention, View, State], list[Draft]]
_Test: TypeAlias = Callable[[View], bool]


def _carries(view: View) -> bool:
    return view.has("carry") or (view.has("transfer") and view.has("prev", "next") and not view.has("handle"))


def _published(view: View) -> bool:
    """网上公开了21件: what was published there, no requests that came that way."""
    asked = view.has("request", "receive", "intake", "handle", "outcome")
    return view.has("channel") and view.has("open", "publish") and not asked


def _by_channel(view: View) -> bool:
    return view.has("channel") and (view.head is None or view.head.kind != "request" or view.head.sense == "short")


#: The first test that passes decides.
_RULES: tuple[tuple[_Test, _Rule], ...] = (
    (lambda view: view.has("late"), _beside("requests.late")),
    (lambda view: view.has("extend"), _beside("requests.extended")),
    (lambda view: any(map(_is_aside, view.words)), _helped),
    (_carries, carry),
    (lambda view: view.has("outcome", "outcome_soft"), outcome),
    (lambda view: view.has("pending"), pending),
    (lambda view: view.has("open") and view.source != "left", opened_up),
    (lambda view: view.has("transfer"), _beside("requests.transferred")),
    (lambda view: view.has("applicant"), _applicant),
    (_published, _beside("disclosed_items")),
    (_by_channel, _channel),
    (lambda _view: True, _plain),
)
