"""Zeros in words: 未收到申请, 未发生复议诉讼, 未制定规范性文件, 未收取信息处理费.

A zero is believed only where its object is named in the same clause and every other word of the clause is
understood; 未收到行政许可申请 or 无逾期答复 say nothing about the number of requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gkaudit.narrative.denials import RULES, Denial
from gkaudit.narrative.draft import Draft
from gkaudit.narrative.frame import Frame
from gkaudit.narrative.state import UNCLEAR, State
from gkaudit.narrative.steps import Clause
from gkaudit.narrative.tokens import Token

__all__ = ["read"]

_NOUNS = ("request", "subject", "carry", "outcome", "proposal", "verdict", "late")
_ACTS = ("issue", "repeal", "receive", "decide")
#: A denial without an object may share that of the next one: 未出台、未废止规范性文件.
_REACH = 12


def read(clause: Clause, state: State) -> list[Draft]:
    """Drafts of the zeros that a clause states in words."""
    drafts: list[Draft] = []
    for denial in _denials(clause):
        if any(t.kind == "maybe" for t in denial.before):
            continue
        found = _read(denial, state)
        for draft in found:
            _limit(draft, denial.frame)
        drafts += found
    return drafts


def _read(denial: Denial, state: State) -> list[Draft]:
    """What one denial says: the first rule that knows its words."""
    words = denial.object
    if not _named(words):
        words = (*denial.before, *denial.object)
    if not _named(words) and any(t.kind in _ACTS for t in words):
        words = (*words, *(t for t in denial.after if t.kind in _NOUNS))
    for rule in RULES:
        found = rule(denial, words, state)
        if found is not None:
            return found
    return []


def _named(words: Sequence[Token]) -> bool:
    return any(t.kind in _NOUNS for t in words)


def _denials(clause: Clause) -> Iterator[Denial]:
    tokens = clause.tokens
    places = [i for i, t in enumerate(tokens) if t.kind == "neg" or _says_zero(t)]
    span = (tokens[0].start, tokens[-1].end)
    for count, at in enumerate(places):
        stop = places[count + 1] if count + 1 < len(places) else len(tokens)
        begin = places[count - 1] + 1 if count else 0
        before, words = tokens[begin:at], tokens[at + 1 : stop]
        commas = [i for i, t in enumerate(before) if t.kind == "、"]
        if count and commas:
            before = before[commas[-1] + 1 :]
        if tokens[at].kind != "neg":
            words = words[: next((i for i, t in enumerate(words) if t.kind == "、"), len(words))]
        yield Denial(tokens[at], before, words, tokens[stop : stop + _REACH], clause.frames[at], span)


def _says_zero(token: Token) -> bool:
    """零申请, 零复议: 零 right before a noun. 为零, 数量为零: behind it."""
    return token.kind in ("text", "filler") and token.text in ("零", "为零", "均为零", "是零")


def _limit(draft: Draft, frame: Frame) -> None:
    draft.period, draft.scope = frame.period, frame.scope
    if frame.doubt:
        draft.ask(frame.doubt)
    if frame.scope == "other":
        draft.ask(UNCLEAR)
    if frame.never or frame.scope in ("higher", "cumulative") or frame.period != "this":
        draft.link = "none"
