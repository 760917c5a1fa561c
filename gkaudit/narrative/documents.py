"""Numbers of 表二: normative documents, rules, licences, penalties, coercive measures, fees, procurement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from gkaudit.narrative.draft import Draft
from gkaudit.narrative.frame import LARGE
from gkaudit.narrative.lexicon import phrases
from gkaudit.narrative.request_words import RECEIVED, opened, part_draft
from gkaudit.narrative.state import State
from gkaudit.narrative.steps import Mention
from gkaudit.narrative.tokens import Token
from gkaudit.narrative.view import View, last

__all__ = ["DECISIONS", "DOCUMENTS", "OTHERS", "action_column", "by_others", "concerns", "decision_row", "read"]

DOCUMENTS = ("normative", "rules")
DECISIONS = ("licence", "penalty", "coercion")
_SENSES = (*DOCUMENTS, *DECISIONS, "fee", "procurement")
_MONEY = {"元": Decimal("0.0001"), "千元": Decimal("0.1"), "万元": Decimal(1), "亿元": Decimal(10000)}
_ACTIONS = ("issue", "repeal", "lapse", "in_force", "publish", "open", "amend", "receive", "handle", "handle_weak")
_COLUMNS = {"issue": "issued", "repeal": "repealed", "in_force": "in_force"}
_POSTED = ("publish", "open")
OTHERS = "可能是其他机关作出的决定"
_ABOUT = ("涉及", "涉及到", "内容为", "内容是", "关于")
#: Words before a number that only name what is counted, and how far back the words that open a list may stand.
_NAMING, _NEAR = ("subject", "decision_tail", "items", "filler", "text"), 6
#: So many characters beside a number another one of its list is looked for.
_SIDE = 40
#: 以县政府名义制发17件: the table of a county counts those of its departments as well.
_NAMED = "名义"
_LAPSED = "失效是否计入废止不明"
_AMENDED = re.compile(r"(?:修订|修改|修正|修编)(?:了|行政)*(?:规范性文件|规章)?\d+[件部个份]")
_TRIAL = {"issued": "newly_made", "in_force": "total_public"}
_COUNTED = ("件", "份", "部", "个", "篇", "条", "项", "宗", "起", "例", "次", "案", "件次", "宗次", "起次")


def concerns(view: View, state: State) -> bool:
    """Whether the number speaks of one of the rows of 表二."""
    head = view.head
    if head is not None:
        if head.kind == "subject":
            return head.sense in _SENSES or _by_short_name(view, state)
        if head.kind == "other":
            bought = state.topic == "procurement" or any(t.sense == "procurement" for t in view.words)
            return (head.sense == "money" and (bought or state.topic == "fee")) or (head.text == "项目" and bought)
        return head.kind == "items" and _decision_items(view) is not None
    return state.topic in _SENSES


def _by_short_name(view: View, state: State) -> bool:
    """行政事业性收费2项,收费总额12.5万元: 收费 goes on with the fees just named."""
    head = view.head
    if head is None or head.sense != "anyfee" or not head.text.startswith("收费"):
        return False
    said = state.text[state.begin : head.start]
    return state.topic == "fee" or any(word in said for word in phrases()["words"]["subject"]["fee"])


def _decision_items(view: View) -> str | None:
    """行政许可信息N条: a number of postings of decisions."""
    named = last(view.words, lambda t: t.kind == "subject")
    return named.sense if named is not None and named.sense in (*DECISIONS, *DOCUMENTS) else None


def _sense(view: View, state: State) -> str:
    named = last(view.words, lambda t: t.kind == "subject" and t.sense in _SENSES)
    if named is not None:
        return named.sense
    if _by_short_name(view, state):
        return "fee"
    return view.head.sense if view.head is not None and view.head.kind == "subject" else state.topic


def read(mention: Mention, view: View, state: State) -> list[Draft]:
    """Drafts of one number about a row of 表二."""
    sense = _sense(view, state)
    if not mention.number.unit and not _tabular(view):
        return []
    if _asked_for(mention, view, state):
        return [part_draft(mention, view, state)]
    if sense == "fee":
        drafts = _fee(mention, view, state)
    elif sense == "procurement":
        drafts = _procurement(mention, view, state)
    elif mention.number.unit and mention.number.unit not in _COUNTED:
        return []
    elif sense in DOCUMENTS:
        drafts = _document(mention, view, state, sense)
    else:
        drafts = _decision(mention, view, state, sense)
    for draft in drafts:
        draft.topic = sense
        if not view.clear:
            draft.ask("数字前后有未能识别的文字")
    return drafts


def _asked_for(mention: Mention, view: View, state: State) -> bool:
    """收到申请5件,涉及规划许可3件、行政处罚2件: what was asked about, no decisions and no documents."""
    if view.has(*_ACTIONS, "decide") or not any(d.row in RECEIVED for d in state.recent()):
        return False
    about = any(t.kind == "partial" or t.text in _ABOUT for t in (*mention.left, *mention.back[-_NEAR:]))
    bare = all(t.kind in _NAMING for t in mention.left)
    return about or opened(mention) or (bare and state.drafts[-1].measure == "requests.part")


def _tabular(view: View) -> bool:
    """行政处罚处理决定数量39: the unit may be missing behind a word of counting."""
    return bool(view.words) and view.words[-1].text.endswith(("数", "数量", "总数", "件数", "为", "是"))


# ── documents ───────────────────────────────────────────────────────────────────────────────────


def action_column(kind: str, state: State) -> str:
    """Column of 表二 that a verb speaks of, in the edition of the year; empty where it has none."""
    column = _COLUMNS.get(kind, "")
    return _TRIAL.get(column, "") if column and state.edition == "2019" else column


def _document(mention: Mention, view: View, state: State, sense: str) -> list[Draft]:
    kind = state.verb = _action(mention, view, state)
    if _of_others(mention, state):
        return [state.make(mention, "other.policy_docs", link="none", view=view)]
    table = f"disclosure.{phrases()['documents'][sense]}"
    column = action_column(kind, state)
    if (view.source == "topic" and not kind) or _repeated(mention, f"{table}.{column}", state):
        return [] if not kind else [state.make(mention, "other.policy_docs", link="none", view=view)]
    if column:
        draft = state.make(mention, f"{table}.{column}", view=view)
        if kind == "issue" and _beside_amended(mention, state):
            draft.ask("修改的是否计入制发不明")
        if state.level in LARGE and _NAMED in state.text[draft.start : draft.place]:
            draft.ask("以一个机关名义制发的未必是全部")
        if kind == "repeal" and any(d.topic == sense and _LAPSED in d.note for d in state.recent()):
            draft.ask("失效与废止分列，表内废止可为其一或其和")
        return [draft]
    doubt, columns = _unsettled(kind, state)
    if not columns:
        return [state.make(mention, "other.policy_docs", link="none", view=view)]
    draft = state.make(mention, f"{table}.{columns[0]}", view=view).ask(doubt)
    draft.alternatives = tuple(f"{table}.{other}" for other in columns[1:])
    return [draft]


def _beside_amended(mention: Mention, state: State) -> bool:
    """新制定5件,修改4件: the table may count five or nine."""
    begin, end = max(state.begin, mention.token.start - _SIDE), min(state.end, mention.token.end + _SIDE)
    return _AMENDED.search(state.text, begin, end) is not None


def _of_others(mention: Mention, state: State) -> bool:
    """转发市级规范性文件3件: documents of a higher body, which are none of this body's."""
    start = mention.left[0].start if mention.left else mention.token.start
    words = state.text[start : mention.token.start]
    listed = phrases()["documents_of_others"]
    return any(w in words for level, some in listed.items() if not level or level != state.level for w in some)


def _action(mention: Mention, view: View, state: State) -> str:
    """Kind of the verb that says what was done with the documents; empty where there is none."""
    verb = view.word(*_ACTIONS)
    if verb is None and view.source in ("back", "topic"):
        verb = last(mention.back, lambda t: t.kind in _ACTIONS)
    if verb is None:
        follows = mention.sign == "、" or (mention.sign == "," and state.topic in DOCUMENTS)
        return state.verb if follows and state.verb in _ACTIONS else ""
    return "issue" if verb.kind in _POSTED and view.has("issue") else verb.kind


def _repeated(mention: Mention, measure: str, state: State) -> bool:
    """其中以镇政府名义制发4件: some of the documents just counted."""
    part = any(t.kind == "opener" for t in mention.left)
    return part and any(d.measure == measure and (d.link == "firm" or d.scope == "other") for d in state.recent())


def _unsettled(kind: str, state: State) -> tuple[str, tuple[str, ...]]:
    """Why a number of documents may be of one column or another, and the columns; none where it is of no column."""
    trial = state.edition == "2019"
    made = (action_column("issue", state), action_column("in_force", state))
    if kind in _POSTED:
        return ("公开不等于新公开件数", ("newly_public",)) if trial else ("公开数不一定是制发数", made)
    if kind == "lapse" and not trial:
        return _LAPSED, ("repealed",)
    return ("没有“制发”“现行有效”等字样", made) if not kind else ("", ())


# ── decisions ───────────────────────────────────────────────────────────────────────────────────

_TAKEN = ("decide", "issue", "handle", "handle_weak", "arise")


def decision_row(senses: list[str]) -> str:
    """Row or named sum of 表二 for these kinds of decisions."""
    rows = [phrases()["decisions"][s] for s in dict.fromkeys(senses)]
    if len(rows) == 1:
        return str(rows[0])
    return "penalties_and_coercion" if set(rows) == {"penalties", "coercive_measures"} else "decisions_all"


def _decision(mention: Mention, view: View, state: State, sense: str) -> list[Draft]:
    named = (t.sense for t in view.words if t.kind == "subject" and t.sense in DECISIONS)
    senses = list(dict.fromkeys(named)) or [sense]
    if any(t.text == "处罚强制类" for t in view.words):
        senses = ["penalty", "coercion"]
    agency = any(t.kind == "other" and t.sense in ("agency", "assistance", "delegated_powers") for t in view.words)
    if agency or view.has("receive", "apply", "request", "case", "intake"):
        return [state.make(mention, "other.service_volume", link="none", view=view)]
    if view.source == "topic" and not view.has("sum"):
        return []
    if _items_word(view):
        return [state.make(mention, "other.catalogue_items", link="none", view=view)]
    measures = [f"disclosure.{decision_row(senses)}.decisions"]
    if len(senses) > 1 and (view.has("each", "all") or mention.number.value == 0):
        measures = [f"disclosure.{decision_row([s])}.decisions" for s in dict.fromkeys(senses)]
    drafts = [state.make(mention, measure, view=view) for measure in measures]
    why = _doubt(mention, view, state, senses)
    several = len(senses) > 1 and len(measures) == 1 and not view.has("sum")
    doubts = (
        (why, why),
        (view.has("other") or by_others(mention.right), OTHERS),
        (any("涉及" in state.text[draft.start : draft.end] for draft in drafts), "是所涉及的文书还是决定数不明"),
        (several, "一个数对应几个栏目"),
    )
    for draft in drafts:
        for applies, said in doubts:
            if applies:
                draft.ask(said)
    return drafts


def by_others(words: Sequence[Token]) -> bool:
    """均为县级部门作出: the decisions are not those of the body that reports."""
    return any(t.text in phrases()["elsewhere"] for t in words) and any(t.kind == "decide" for t in words)


def _items_word(view: View) -> bool:
    tail = _tail(view)
    return any((t.kind == "decision_tail" and t.sense == "items") or t.text in ("事项", "项目", "类事项") for t in tail)


def _tail(view: View) -> tuple[Token, ...]:
    named = last(view.words, lambda t: t.kind == "subject")
    if named is None:
        return ()
    return view.words[view.words.index(named) + 1 :]


def _doubt(mention: Mention, view: View, state: State, senses: list[str]) -> str:
    """Why the number may be one of postings rather than of decisions; empty where it is not in doubt."""
    tail = _tail(view)
    if any(t.kind == "decision_tail" and t.sense == "decision" for t in tail):
        verb = view.word(*_POSTED, *_TAKEN)
        posted = verb.kind in _POSTED if verb is not None else state.verb in _POSTED
        return "公开的决定数不一定是作出的决定数" if posted else ""
    if any(t.kind in ("items", "decision_tail") or t.text in ("类", "结果") for t in tail):
        return "是公开的信息条数还是决定数不明"
    verb = view.word(*_POSTED, *_TAKEN) or last(mention.back, lambda t: t.kind in (*_POSTED, *_TAKEN))
    if (verb is not None and verb.kind in _POSTED) or (verb is None and state.verb in _POSTED):
        return "公开数不一定是决定数"
    if mention.number.unit in ("条", "篇", "个", "项"):
        return "单位不是件"
    named = last(view.words, lambda t: t.kind == "subject")
    return "只写了简称" if named is not None and not named.text.startswith("行政") and len(senses) == 1 else ""


# ── money ───────────────────────────────────────────────────────────────────────────────────────


def _fee(mention: Mention, view: View, state: State) -> list[Draft]:
    number = mention.number
    if number.unit in _MONEY and number.value is not None:
        if state.edition == "2019" or _waived(mention):
            return [state.make(mention, "other.money", link="none", view=view)]
        draft = state.make(mention, "disclosure.fees.amount_10k_yuan", view=view)
        draft.value, draft.unit = (number.value * _MONEY[number.unit]).normalize() + 0, "万元"
        return [draft]
    if not number.unit and number.value == 0:
        return [state.make(mention, "disclosure.fees.amount_10k_yuan", view=view).ask("单位缺失")]
    return [state.make(mention, "other.catalogue_items", link="none", view=view)] if number.unit else []


def _waived(mention: Mention) -> bool:
    """减免行政事业性收费12万元; a label (收费及减免情况:) does not say so."""
    colon = max((i for i, t in enumerate(mention.left) if t.kind == ":"), default=-1)
    return any(t.sense == "waiver" for t in (*mention.left[colon + 1 :], *mention.right))


def _procurement(mention: Mention, view: View, state: State) -> list[Draft]:
    money = mention.number.unit in _MONEY
    if state.edition != "2019" or (
        not money and mention.number.unit not in ("项", "个", "件", "次", "笔", "宗", "批", "批次")
    ):
        return [state.make(mention, "other.money" if money else "other.work_facts", link="none", view=view)]
    draft = state.make(mention, f"disclosure.procurement.{'amount' if money else 'items'}", view=view)
    if money and draft.value is not None:
        draft.value, draft.unit = draft.value * _MONEY[mention.number.unit] * 10000, "元"
    return [draft]
