"""Numbers of reconsideration and litigation (行政复议、行政诉讼) about information disclosure."""

from __future__ import annotations

import re
from itertools import islice

from gkaudit.narrative.draft import Draft
from gkaudit.narrative.frame import LARGE
from gkaudit.narrative.measures import column_measure
from gkaudit.narrative.request_words import row_draft
from gkaudit.narrative.state import UNCLEAR, State
from gkaudit.narrative.steps import Mention
from gkaudit.narrative.view import View, after, last

__all__ = ["ELSEWHERE", "ROWS", "about_disclosure", "concerns", "read", "rows_named", "settle_row"]

#: Sense of a word → row or named sum of 表四.
ROWS = {
    "reconsideration": "reconsideration",
    "litigation": "litigation_all",
    "litigation_direct": "litigation_direct",
    "litigation_after_reconsideration": "litigation_after_reconsideration",
}
#: So many totals back one is looked for that a part belongs to.
_NEAR = 6
#: Words that say that a case is not about information.
_UNRELATED = re.compile("(?:与|同|和)[^,;。]{0,8}公开[^,;。]{0,4}无关|不涉及[^,;。]{0,6}信息公开")
#: Bodies that decide no reconsideration, and the words of one that does; 被申请, 收到 and 发生 are of its own cases.
_NO_JUDGES = ("镇", "乡", "街道")
_DECIDES = re.compile(r"(?<!已)(?:受理|办理|审理|审结)[^,;。、\d]{0,20}复议[^,;。、\d]{0,8}\d")
_FOR_OTHERS = re.compile("作为[^,;。]{0,6}复议机关|代表[^,;。]{0,10}(?:应诉|出庭)")
_CLAUSE = 48
_UNITS = ("件", "起", "宗", "条", "个", "次", "例", "项", "份", "案", "桩", "件次")
ELSEWHERE = "未写明因政府信息公开引起"


def concerns(view: View, state: State) -> bool:
    """Whether the number speaks of remedies."""
    head = view.head
    if head is not None and head.kind == "subject":
        return head.sense in ROWS
    if head is not None and head.kind in ("verdict", "verdict_soft"):
        return state.about == "remedies" or bool(rows_named(view))
    if head is not None and head.kind in ("pending", "outcome_soft", "request"):
        return state.topic == "remedies" and (head.kind != "request" or head.sense == "short")
    return head is None and state.about == "remedies"


def rows_named(view: View) -> list[str]:
    """Rows of 表四 that the words of the number name, each once."""
    found = [ROWS[t.sense] for t in view.words if t.kind == "subject" and t.sense in ROWS]
    if not found and view.source == "back" and view.head is not None and view.head.sense in ROWS:
        found = [ROWS[view.head.sense]]
    if "litigation_all" in found and ("litigation_direct" in found or "litigation_after_reconsideration" in found):
        found.remove("litigation_all")
    if "litigation_after_reconsideration" in found and found.count("reconsideration") == 1 and not view.has("、"):
        found.remove("reconsideration")
    return list(dict.fromkeys(found))


def settle_row(rows: list[str]) -> str:
    """One row for several: their named sum."""
    if len(rows) == 1:
        return rows[0]
    return "all" if "reconsideration" in rows else "litigation_all"


def read(mention: Mention, view: View, state: State) -> list[Draft]:
    """Drafts of one number about remedies."""
    if mention.number.unit not in _UNITS:
        return []
    if any(t.kind == "other" and t.sense == "filing" for t in view.words):
        state.verb = "filed"
        return [state.make(mention, "remedies.filed", link="ask", view=view)]
    column, firm = _column(view)
    drafts = _drafts(mention, view, state, column)
    past = view.has("pending") and view.has("prev")
    for draft in drafts:
        draft.topic = draft.topic or "remedies"
        for doubt in _doubts(mention, view, state, firm=firm):
            draft.ask(doubt)
        # 上年未审结1件: open at the end of last year.
        if past or _UNRELATED.search(state.text, *state.around(mention)):
            draft.link = "none"
    return drafts


def _doubts(mention: Mention, view: View, state: State, *, firm: bool) -> list[str]:
    """Why the number may not be the one of 表四 that its words say."""
    doubts = (
        (not view.clear, "数字前后有未能识别的文字"),
        (not firm, "说法与表四栏目不同"),
        (not about_disclosure(state), ELSEWHERE),
        (state.verb == "filed", "备案数不是发生数"),
        (_decided_by_it(mention, state), "可能是作为复议机关办理的案件"),
        (_of_town(mention, state), UNCLEAR),
        (view.has("prev") and not view.has("compare"), "是上年的案件"),
        ("第三人" in state.text[slice(*state.before(mention))], "不是被申请人或者被告"),
    )
    return [said for applies, said in doubts if applies]


def _decided_by_it(mention: Mention, state: State) -> bool:
    """我局办理行政复议案件5件: cases that the body decides itself, or defends for another one, are not its own."""
    said = state.text[max(state.begin, mention.token.start - _CLAUSE) : mention.token.end]
    if _FOR_OTHERS.search(state.text, state.before(mention)[0], mention.token.end):
        return True
    return state.level not in _NO_JUDGES and _DECIDES.search(said) is not None


def _of_town(mention: Mention, state: State) -> bool:
    """县政府收到霁桥镇信息公开复议申请2件: in the report of a county a case of a town of it."""
    return state.level in LARGE and any(t.kind == "place" and t.text[-1] in "镇乡局" for t in mention.left)


def _drafts(mention: Mention, view: View, state: State, column: str) -> list[Draft]:
    """By the rows that are named: one, each of several, their sum, or that of the number before."""
    rows = rows_named(view)
    if not rows:
        return _part(mention, view, state, column) if column else _unnamed(mention, view, state)
    if column and view.source == "left" and _acts_between(view):
        return []
    if len(rows) > 1 and (view.has("each", "all") or mention.number.value == 0):
        return _with_requests(mention, view, state) + [
            _draft(mention, view, state, row, column or "total") for row in rows
        ]
    draft = _draft(mention, view, state, settle_row(rows), column or "total")
    if len(rows) > 1 and not view.has("sum"):
        draft.ask("一个数对应几个栏目")
    return [draft]


def about_disclosure(state: State) -> bool:
    """Whether the sentence or its place says that the cases are about information disclosure."""
    if not state.disclosure and state.acts:
        return False
    if state.section == "remedies" or state.heading in ("requests", "remedies"):
        return True
    return state.disclosure or "requests" in state.topics


def _with_requests(mention: Mention, view: View, state: State) -> list[Draft]:
    """政府信息公开申请、行政复议、行政诉讼均为0件: requests are in the list as well."""
    noun = last(view.words, lambda t: t.kind == "request" and t.sense != "short")
    if noun is None or not view.has("all", "each") or view.has("cause", "arise"):
        return []
    behind = after(view.words, noun)
    return [row_draft(mention, view, state, "received")] if behind and behind[0].kind == "、" else []


def _acts_between(view: View) -> bool:
    """行政复议机构受理调解5件: another verb stands between the case and what became of it."""
    case = last(view.words, lambda t: t.kind == "subject")
    if case is None or view.head is None or view.head.kind == "subject":
        return False
    if view.head not in view.words:
        return False
    between = view.words[view.words.index(case) + 1 : view.words.index(view.head)]
    return any(t.kind in ("receive", "handle_weak", "intake") for t in between)


def _column(view: View) -> tuple[str, bool]:
    verdict = view.word("verdict", "verdict_soft")
    if verdict is not None:
        return verdict.sense, verdict.kind == "verdict"
    if view.has("pending"):
        return "pending", True
    return ("other_outcome", False) if view.has("outcome_soft") else ("", True)


def _draft(mention: Mention, view: View, state: State, row: str, column: str) -> Draft:
    draft = state.make(mention, column_measure("remedies", row, column), view=view)
    draft.topic, draft.row = "remedies", row if column == "total" else ""
    return draft


def _part(mention: Mention, view: View, state: State, column: str) -> list[Draft]:
    """维持N件 after a number of cases: a part of the last of them, or of those that the clause before named."""
    named = next((d for d in state.recent() if d.topic == "remedies"), None)
    row = named.measure.removeprefix("remedies.").partition(".")[0] if named is not None else ""
    head = state.latest(row, topic="remedies") if row in ROWS.values() else None
    if head is None or _shut(head, mention, state):
        totals = (d for d in state.earlier() if d.topic == "remedies" and d.row in (*ROWS.values(), "all"))
        head = next((d for d in islice(totals, _NEAR) if not _shut(d, mention, state)), head)
    if head is None:
        return [_draft(mention, view, state, "all", column).ask("未写明是复议还是诉讼")]
    draft = _draft(mention, view, state, head.row, column)
    state.group("verdict", head).add(draft)
    if head.link != "firm":
        draft.ask(head.note)
    return [draft]


def _shut(head: Draft, mention: Mention, state: State) -> bool:
    """Whether a number stands in a bracket that has ended: 诉讼5件(直接起诉3件), 其中维持4件."""
    between = state.text[head.end : mention.token.start]
    return between.count(")") > between.count("(")


def _unnamed(mention: Mention, view: View, state: State) -> list[Draft]:
    """2023年发生N件,2024年发生M件: the case named before; other verbs do not count cases."""
    head = state.latest(*ROWS.values(), topic="remedies")
    if head is None or not state.within(head) or not view.clear or not view.has("arise", "receive"):
        return []
    return [_draft(mention, view, state, head.row, "total")]
