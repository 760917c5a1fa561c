"""Percentages, differences and numbers of another year: never numbers of this year's cells."""

from __future__ import annotations

from collections.abc import Sequence

from gkaudit.narrative.draft import Draft
from gkaudit.narrative.measures import column_measure
from gkaudit.narrative.state import State
from gkaudit.narrative.steps import Mention
from gkaudit.narrative.tokens import Token
from gkaudit.narrative.view import View, last

__all__ = ["difference", "is_difference", "is_other_year", "other_year", "percent"]

_WORDS = ("up", "down")


def is_difference(mention: Mention, state: State) -> bool:
    """比上年增加N件, 同比增长x%, 增幅x%, 比上年58件减少3件."""
    change = last(mention.left, lambda t: t.kind in (*_WORDS, "same"))
    if change is None:
        return False
    compared = any(t.kind == "compare" for t in (*mention.left, *mention.back)) or any(
        t.kind == "prev" for t in mention.left[: mention.left.index(change)]
    )
    if mention.token.kind == "percent":
        return True
    compared = compared or _behind_other_year(mention, state)
    between = mention.left[mention.left.index(change) + 1 :]
    return compared and not any(t.kind == "," for t in between)


def _behind_other_year(mention: Mention, state: State) -> bool:
    """Whether the number before, in the same clause, is one of another year."""
    before = next(state.recent(), None)
    if before is None or before.period != "last":
        return False
    between = state.text[before.end : mention.token.start]
    # 由10件下降为6件 says what it is now.
    return not between.endswith(("为", "到", "至")) and not any(sign in between for sign in "，,；;。")


def difference(mention: Mention, view: View, state: State) -> list[Draft]:
    """The change since last year, negative where it is less; measure ``year_on_year.<what>``."""
    base = _base(mention, state)
    draft = state.make(mention, f"year_on_year.{base}" if base else "year_on_year", link="ask", view=view)
    draft.role = "difference"
    change = last(mention.left, lambda t: t.kind in _WORDS)
    if change is not None and change.kind == "down" and draft.value is not None:
        draft.value = -draft.value
    if mention.frame.period == "last":
        # 比上年 names the year that is compared with, not the year of the number.
        draft.period, draft.link = "this", "ask"
    if "百分点" in mention.token.text:
        draft.link = "none"
    if _long_ago(mention, state):
        draft.scope = "cumulative"
    if not base or base.startswith(("other.", "disclosed", "proposals")):
        draft.link = "ask" if base.startswith("disclosed") else "none"
    return [draft]


def is_other_year(mention: Mention, view: View, state: State) -> bool:
    """(2023年为5件): the number of another year for what was just counted."""
    if _from(mention, state):
        return True
    if _numerator(state) is None and not _named(mention.left):
        return False
    if mention.frame.period == "last" and view.source in ("back", "topic"):
        return True
    # 较2023年(31件)下降…, 比上年的31件减少…
    words = [t for t in (*mention.back[-4:], *mention.left) if t.kind not in ("filler", "sum") and t.text != "的"]
    return len(words) > 1 and words[-1].kind in ("year", "prev") and any(t.kind == "compare" for t in words[:-1])


def _from(mention: Mention, state: State) -> bool:
    """由10件下降为6件: the number that it was before."""
    begins = state.text[max(mention.token.start - 1, 0) : mention.token.start] in ("由", "从")
    return begins and any(t.kind in (*_WORDS, "upto") for t in mention.right[:1])


def other_year(mention: Mention, view: View, state: State) -> list[Draft]:
    """The number of another year; never one of this year's report."""
    base = _base(mention, state)
    if not base:
        return []
    draft = state.make(mention, base, link="none", view=view)
    draft.period, draft.link = "last", "none"
    if _long_ago(mention, state):
        draft.scope = "cumulative"
    return [draft]


def _long_ago(mention: Mention, state: State) -> bool:
    """Whether the number is compared with that of a year before the last one, of which nothing is known."""
    years = [t.year for t in (*mention.back[-6:], *mention.left) if t.kind == "year" and t.year is not None]
    return bool(years) and state.year is not None and years[-1] < state.year - 1


def _base(mention: Mention, state: State) -> str:
    named = _named(mention.left)
    if named:
        return named
    kinds = ("statement", "total", "part")
    percent = mention.token.kind == "percent"
    for draft in state.recent():
        if (
            draft.role in kinds
            and draft.value is not None
            and draft.period == "this"
            and "推出" not in draft.note
            and (percent or draft.unit == mention.number.unit)
        ):
            return draft.measure if not draft.measure.startswith(("year_on_year", "last_year", "percent")) else ""
    named = _named(mention.back)
    return named or (column_measure("requests", "received", "total") if state.about == "requests" else "")


def _named(words: Sequence[Token]) -> str:
    noun = last(words, lambda t: t.kind in ("request", "subject", "other", "items", "proposal"))
    if noun is None:
        return ""
    if noun.kind == "request":
        handled = any(t.kind == "handle" for t in words)
        return column_measure("requests", "processed" if handled else "received", "total")
    if noun.kind == "subject":
        rows = {"reconsideration": "reconsideration", "litigation": "litigation_all"}
        return column_measure("remedies", rows[noun.sense], "total") if noun.sense in rows else ""
    if noun.kind == "other":
        return f"other.{noun.sense}"
    return "disclosed_items" if noun.kind == "items" else ""


def percent(mention: Mention, view: View, state: State) -> list[Draft]:
    """A share of a total (占x%) or a rate (办结率100%)."""
    words = (*mention.left, *mention.back[-6:])
    rate = last(words, lambda t: t.kind == "rate")
    share = last(words, lambda t: t.kind == "share") or (mention.sign == "(" and not rate and _numerator(state))
    numerator = _numerator(state)
    if share and numerator is not None:
        draft = state.make(mention, "percent", link="ask", view=view)
        draft.role, draft.label = "percent", numerator.label or numerator.measure
        _attach(draft, numerator, state)
        return [draft]
    requests = (
        rate is not None
        and rate.text.endswith(("答复率", "办结率", "回复率", "办复率", "率"))
        and state.topic == "requests"
    )
    if rate is None:
        return []
    measure = "requests.answer_rate" if requests and "满意" not in rate.text else "percent"
    draft = state.make(mention, measure, link="ask" if requests else "none", view=view)
    draft.label = rate.text
    return [draft]


def _numerator(state: State) -> Draft | None:
    return next((d for d in state.recent() if d.role not in ("percent", "difference") and d.value is not None), None)


def _attach(draft: Draft, numerator: Draft, state: State) -> None:
    """Tie the percent to the list its numerator is a part of; a group is made where the total is known."""
    draft.topic = numerator.topic
    draft.alternatives = ()
    state.shares.append((draft, numerator))
