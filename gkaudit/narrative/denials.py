"""What a denial says about each kind of object; the rules behind :mod:`gkaudit.narrative.zeros`.

Every rule gives None where the words are not its business, and no draft where they are but say no zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from gkaudit.narrative.claim import Link
from gkaudit.narrative.documents import DECISIONS, DOCUMENTS, action_column, decision_row
from gkaudit.narrative.draft import Draft
from gkaudit.narrative.frame import Frame
from gkaudit.narrative.lexicon import phrases
from gkaudit.narrative.measures import column_measure
from gkaudit.narrative.outcomes import carried
from gkaudit.narrative.remedies import ELSEWHERE, ROWS, about_disclosure
from gkaudit.narrative.request_words import row_measure
from gkaudit.narrative.state import State
from gkaudit.narrative.tokens import Token
from gkaudit.narrative.view import after, clear, first, last

__all__ = ["RULES", "Denial"]

_STRICT = ("late", "extend", "transfer", "case", "rate", "other")
_JOINS = ("和", "及", "或", "以及", "或者", "也")
_EVERYBODY = ("公民", "个人", "群众")
#: A fee denied of others than one just named: so many characters before the denial, and of all of it.
_OF_OTHERS, _BEFORE, _CLAUSE = re.compile("(?:其他|其它|其余|另外|额外|除此)[^,;:。]*$"), 12, 60


@dataclass(frozen=True, slots=True)
class Denial:
    """One denial: the words before it in the clause, its object, and what follows the next denial."""

    neg: Token
    before: Sequence[Token]
    object: Sequence[Token]
    after: Sequence[Token]
    frame: Frame
    span: tuple[int, int]


def _zero(denial: Denial, state: State, measure: str, topic: str, *, link: Link = "firm") -> Draft:
    draft = state.zero(measure, denial.span, denial.neg.start, link=link)
    draft.topic = topic
    state.turn(topic)
    return draft


def _has(words: Sequence[Token], *kinds: str) -> bool:
    return any(t.kind in kinds for t in words)


def _senses(words: Sequence[Token], kind: str, among: Sequence[str] | None = None) -> list[str]:
    """Senses of the words of a kind, each once."""
    found = (t.sense for t in words if t.kind == kind)
    return list(dict.fromkeys(s for s in found if among is None or s in among))


# ── requests ────────────────────────────────────────────────────────────────────────────────────


def _late(denial: Denial, words: Sequence[Token], state: State) -> list[Draft] | None:
    """无逾期答复."""
    if not _has(words, "late"):
        return None
    if state.about != "requests" and not _has(words, "request"):
        return []
    return [_zero(denial, state, "requests.late", "requests", link="none")]


def _carry(denial: Denial, words: Sequence[Token], state: State) -> list[Draft] | None:
    """无结转下年度继续办理件."""
    if not _has(words, "carry"):
        return None
    if state.about != "requests" and not _has(words, "request"):
        return []
    both = [carried(part, state.year) for part in _carries(words)]
    if len(both) > 1 and all(both) and len(set(both)) == len(both):
        return [_zero(denial, state, row_measure(row), "requests") for row in both]
    row = carried(words, state.year) or carried((*denial.before, *words), state.year)
    draft = _zero(denial, state, row_measure(row or "pending_end"), "requests")
    draft.row = row
    if not row:
        draft.ask("结转方向未写明").alternatives = (row_measure("pending_start"),)
    return [draft]


def _carries(words: Sequence[Token]) -> list[Sequence[Token]]:
    """无上年结转及结转下年度…: the words of each 结转."""
    joints = [i for i, t in enumerate(words) if _joins(t)]
    cuts = [0, *(i for i in joints if _has(words[:i], "carry") and _has(words[i:], "carry")), len(words)]
    return [words[a:b] for a, b in pairwise(cuts)]


def _outcome(denial: Denial, words: Sequence[Token], state: State) -> list[Draft] | None:
    """无不予公开情形: a question at most."""
    named = _senses(words, "outcome")
    if not named:
        return [] if _has(words, "outcome_soft") else None
    if len(named) > 1 or _has(words, "other") or (state.about != "requests" and not _has(words, "request", "items")):
        return []
    return [_zero(denial, state, row_measure(named[0]), "requests").ask("否定说法")]


def _requests(denial: Denial, words: Sequence[Token], state: State) -> list[Draft] | None:
    """未收到政府信息公开申请."""
    noun = last(words, lambda t: t.kind == "request")
    if noun is None:
        return None
    at = words.index(noun)
    if not _states_none(denial, words, at, state):
        return []
    column, part = _whose(words)
    draft = _zero(denial, state, row_measure("received", column), "requests")
    draft.row = "received" if column == "total" else ""
    if part:
        draft.ask(part)
        draft.label = "channel" if column == "total" else ""
    if noun.sense == "loose":
        draft.ask("所申请的未必是政府信息")
    if not clear(_behind_denial(words[:at])):
        draft.ask("申请前有未能识别的限定")
    if _has(words, "handle_weak") and not _has(words, "receive"):
        draft.ask("未办理不等于未收到")
    found = [draft]
    if _has(words, "handle", "handle_weak") and _has(words, "receive"):
        done = _zero(denial, state, row_measure("processed"), "requests")
        done.row = "processed"
        found.append(done)
    return found


def _states_none(denial: Denial, words: Sequence[Token], at: int, state: State) -> bool:
    """Whether the denial is of requests as such, not of something about them."""
    behind = words[at + 1 :]
    if _has(words, *_STRICT) or _has(behind, "requester", "outside") or not clear(behind):
        return False
    if _has(behind, "handle", "handle_weak", "pending") and _has(words[:at], "receive"):
        return False
    if _has(words, "handle", "pending") and not _has(words, "receive"):
        return False
    noun = words[at]
    known = (state.about == "requests" and state.fresh) or state.heading == "requests"
    return noun.sense != "short" or known or denial.neg.kind != "neg" or "《" in noun.text or _has(words, "applicant")


def _behind_denial(words: Sequence[Token]) -> Sequence[Token]:
    """Unknown words that stand before the denial (who reports) do not limit its object."""
    neg = last(words, lambda t: t.kind == "neg")
    return words[words.index(neg) + 1 :] if neg is not None else words


def _whose(words: Sequence[Token]) -> tuple[str, str]:
    """Column of a denial, and why it may not be of all requests."""
    named = set(_senses(words, "applicant"))
    if len(named) == 1 and named != {"organisations"} and not any(t.text in _EVERYBODY for t in words):
        return next(iter(named)), "只说到一类申请人"
    if len(_senses(words, "channel")) == 1 and not _has(words, "any_channel"):
        return "total", "只说到一种申请渠道"
    return "total", ""


# ── remedies ────────────────────────────────────────────────────────────────────────────────────


def _remedies(denial: Denial, words: Sequence[Token], state: State) -> list[Draft] | None:
    """未发生行政复议、行政诉讼."""
    named = [t for t in words if t.kind == "subject" and t.sense in ROWS]
    verdicts = _senses(words, "verdict")
    if verdicts and (named or state.about == "remedies" or _has(words, "request")):
        # 因申请引发的败诉、纠错: cases, whatever gave rise to them.
        measures = [column_measure("remedies", "all", sense) for sense in verdicts]
        return [_elsewhere(_zero(denial, state, measure, "remedies"), state) for measure in measures]
    if not named:
        return None
    rows = list(dict.fromkeys(ROWS[t.sense] for t in named))
    if "litigation_all" in rows:
        rows = [r for r in rows if r == "litigation_all" or not r.startswith("litigation_")]
    found = []
    if _also_requests(denial, words, named[0]):
        found.append(_zero(denial, state, row_measure("received"), "requests"))
        found[0].row = "received"
    doubt = _narrowed(words, named[-1])
    for row in rows:
        draft = _zero(denial, state, column_measure("remedies", row, "total"), "remedies")
        draft.row = row
        if doubt:
            draft.ask("所否定的不只是案件数")
        found.append(_elsewhere(draft, state))
    return found


def _elsewhere(draft: Draft, state: State) -> Draft:
    return draft if about_disclosure(state) else draft.ask(ELSEWHERE)


def _narrowed(words: Sequence[Token], case: Token) -> bool:
    """Whether more than the number of cases is denied (未发生复议答复不及时的情况)."""
    plain = [t for t in words if t.sense not in ("appeal", "petition")]
    return _has(plain, "other", "handle", "pending", "late") or not clear(after(plain, case))


def _joins(token: Token) -> bool:
    return token.kind == "、" or token.text in _JOINS


def _also_requests(denial: Denial, words: Sequence[Token], case: Token) -> bool:
    """Whether requests are denied as well (未收到申请及行政复议), not only named as what the cases are about."""
    request = first(words, lambda t: t.kind == "request" and t.sense != "short")
    if request is None:
        return False
    at, end = words.index(request), words.index(case)
    between = words[at + 1 : end]
    said = _has((*words, denial.neg), "receive", "neg")
    # 依申请公开、复议、诉讼均为零: nothing is said of the requests but their name.
    named = denial.neg.kind != "neg" and bool(between) and _joins(between[0])
    if not said and not named:
        return False
    if at > end:
        return True
    joined = any(map(_joins, between))
    return joined and not _has(words[:at], "cause") and not _has(between, "cause", "arise")


# ── 表二 and fees ─────────────────────────────────────────────────────────────────────────────────


def _fees(denial: Denial, words: Sequence[Token], state: State) -> list[Draft] | None:
    """未收取信息处理费, 无行政事业性收费."""
    named = _senses(words, "subject")
    if "fee" in named:
        unpublished = _has(words, "publish", "open")
        if state.edition == "2019" or unpublished or any(t.text in ("项目", "事项") for t in words):
            return []
        draft = _zero(denial, state, "disclosure.fees.amount_10k_yuan", "fee")
        draft.unit = "万元"
        return [draft]
    charged = "anyfee" in named or _has(words, "charge")
    placed = state.about in ("requests", "infofee") or state.section == "other" or state.disclosure
    if "infofee" in named or (charged and placed):
        begin, end = denial.span
        if _OF_OTHERS.search(state.text, max(state.begin, begin - _BEFORE, end - _CLAUSE), end):
            # 收取信息处理费100元,未收取其他费用; …,其余申请未收费.
            return []
        draft = _zero(denial, state, "information_fee", "infofee")
        draft.unit = "元"
        return [draft]
    return [] if "anyfee" in named else None


def _documents(denial: Denial, words: Sequence[Token], state: State) -> list[Draft] | None:
    """未制定规范性文件."""
    named = _senses(words, "subject", DOCUMENTS)
    if not named:
        return None
    if _has(words, "other", "amend", "decision_tail"):
        return []
    kinds = [t.kind for t in words if t.kind in ("issue", "repeal", "in_force", "publish", "open")]
    some = not clear(_behind_denial(words))
    found = []
    for sense in named:
        table = f"disclosure.{phrases()['documents'][sense]}"
        for column in dict.fromkeys(action_column(kind, state) for kind in kinds or [""]):
            issued, in_force = action_column("issue", state), action_column("in_force", state)
            draft = _zero(denial, state, f"{table}.{column or issued}", sense)
            if not column:
                draft.ask("未写明制发、废止还是现行有效").alternatives = (f"{table}.{in_force}",)
            if some:
                # 未制发涉及群众切身利益的规范性文件
                draft.ask("文件前后有未能识别的限定")
            found.append(draft)
    return found


def _decisions(denial: Denial, words: Sequence[Token], state: State) -> list[Draft] | None:
    """未作出行政处罚决定."""
    named = _senses(words, "subject", DECISIONS)
    if not named:
        return None
    if _has(words, "other", "request", "receive", "apply") or any(t.text == "事项" for t in words):
        return []
    posted = _has(words, "publish", "open", "items") or any(
        t.kind == "decision_tail" and t.sense != "decision" for t in words
    )
    drafts = [_zero(denial, state, f"disclosure.{decision_row([sense])}.decisions", sense) for sense in named]
    if posted or not clear(words):
        for draft in drafts:
            draft.ask("没有可公开的信息不等于没有决定")
    return drafts


def _proposals(denial: Denial, words: Sequence[Token], state: State) -> list[Draft] | None:
    named = _senses(words, "proposal")
    return [_zero(denial, state, f"proposals.{s}", "proposal", link="none") for s in named] or None


_Rule: TypeAlias = Callable[[Denial, Sequence[Token], State], "list[Draft] | None"]
RULES: tuple[_Rule, ...] = (_late, _carry, _remedies, _fees, _documents, _decisions, _proposals, _outcome, _requests)
