"""Statements about all of a number just given: 均为自然人, 均获维持, 均已答复, 正在办理中, 已审结."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from gkaudit.narrative.documents import DECISIONS, OTHERS, by_others
from gkaudit.narrative.draft import Draft
from gkaudit.narrative.frame import Frame
from gkaudit.narrative.lexicon import phrases
from gkaudit.narrative.measures import column_measure
from gkaudit.narrative.state import State
from gkaudit.narrative.steps import Clause
from gkaudit.narrative.tokens import Token
from gkaudit.narrative.view import clear

__all__ = ["read"]

_ARE = ("为", "是", "系", "属")
_RECEIVED = ("received", "received_plus_carried")


def read(clause: Clause, state: State) -> list[Draft]:
    """Drafts of a clause without a number that says something of the numbers before it."""
    tokens = clause.tokens
    kinds = {t.kind for t in tokens}
    if kinds & {"neg", "maybe", "plan"} or any(_stopped(f) for f in clause.frames):
        return []
    withdrawn = state.topic == "remedies" and "outcome_soft" in kinds
    if kinds & {"verdict", "verdict_soft", "closed"} or withdrawn or ("pending" in kinds and state.topic == "remedies"):
        return _verdict(tokens, kinds, state)
    if "applicant" in kinds and ("all" in kinds or "requester" in kinds):
        return _applicant(tokens, state)
    if _corrects(tokens, state):
        return []
    if "all" in kinds and kinds & {"handle", "outcome"}:
        return _answered(tokens, state)
    return []


def _corrects(tokens: Sequence[Token], state: State) -> bool:
    """均为县级部门作出, 均为来电咨询: the numbers before are not what they seemed to be."""
    things = any(t.kind == "other" for t in tokens) and any(t.kind == "all" and t.text.endswith(_ARE) for t in tokens)
    if things and state.disclosure and state.topic == "requests":
        # 申请2件,均为征地补偿方面内容: what the requests are about, not something else than requests.
        things = not "".join(t.text for t in tokens).rstrip("。").endswith(tuple(phrases()["contents"]))
    others = by_others(tokens)
    for draft in state.recent() if things or others else ():
        if things or draft.topic in DECISIONS:
            draft.ask(OTHERS if others else "后文说是别的事项")
    return things or others


def _stopped(frame: Frame) -> bool:
    return frame.never or bool(frame.doubt)


def _like(head: Draft, measure: str, value: Decimal, tokens: Sequence[Token], state: State) -> Draft:
    """A draft that takes body, time and doubt from the number it speaks of."""
    draft = Draft(
        measure, value, head.unit, tokens[0].start, tokens[0].start, tokens[-1].end,
        link=head.link, exact=head.exact, scope=head.scope, period=head.period, topic=head.topic, note=head.note,
    )  # fmt: skip
    state.drafts.append(draft)
    return draft


def _applicant(tokens: Sequence[Token], state: State) -> list[Draft]:
    """申请人均为自然人."""
    head = state.latest(*_RECEIVED)
    named = {t.sense for t in tokens if t.kind == "applicant"}
    if head is None or not head.value or len(named) != 1 or head.negated:
        return []
    column = next(iter(named))
    row = head.measure.split(".")[1]
    drafts = [_like(head, column_measure("requests", row, column), head.value, tokens, state)]
    other = {"natural_person": "organisations", "organisations": "natural_person"}.get(column)
    if other is not None:
        drafts.append(_like(head, column_measure("requests", row, other), Decimal(0), tokens, state))
    before = state.latest("pending_start")
    carry = before is not None and bool(before.value)
    for draft in drafts:
        draft.remark("由“均为”推出")
        if carry or not clear(tokens):
            draft.ask("是否包括上年结转不明")
    return drafts


def _verdict(tokens: Sequence[Token], kinds: set[str], state: State) -> list[Draft]:
    """行政复议N件,均获维持 / 正在办理中 / 已审结."""
    named = [t for t in tokens if t.kind in ("verdict", "verdict_soft")]
    heads = [d for d in state.recent() if d.topic == "remedies" and d.row and d.role == "statement"][::-1]
    if not heads or len({t.sense for t in named}) > 1:
        return []
    if "all" not in kinds:
        if state.text[max(tokens[0].start - 1, 0)] in ")）":
            # 4件(上年为16件)其他结果: the noun of the number before the bracket.
            return []
        heads = heads[-1:]
    heads = [h for h in heads if h.value and not h.told and ("verdict", id(h)) not in state.by_head]
    withdrawn = "outcome_soft" in kinds and not named
    column = named[0].sense if named else "other_outcome" if withdrawn else "pending"
    drafts = []
    for head in heads:
        head.told = True
        value = Decimal(0) if "closed" in kinds and column == "pending" else head.value or Decimal(0)
        draft = _like(head, column_measure("remedies", head.row, column), value, tokens, state)
        if withdrawn or (named and named[0].kind == "verdict_soft"):
            draft.ask("说法与表四栏目不同")
        if not clear(tokens):
            draft.ask("前后有未能识别的文字")
        drafts.append(draft)
    return drafts


def _answered(tokens: Sequence[Token], state: State) -> list[Draft]:
    """均已答复: nothing is left over, unless the text says so; only ever a question."""
    head = state.latest(*_RECEIVED)
    if head is None or not head.value or state.latest("pending_end") is not None:
        return []
    outcomes = {t.sense for t in tokens if t.kind == "outcome"}
    if len(outcomes) == 1:
        measure, value = column_measure("requests", next(iter(outcomes)), "total"), head.value
    elif not outcomes:
        measure, value = column_measure("requests", "pending_end", "total"), Decimal(0)
    else:
        return []
    draft = _like(head, measure, value, tokens, state)
    draft.remark("由“均”“全部”推出")
    draft.implied = not outcomes
    return [draft.ask()]
