"""What the rules about requests share: rows and columns of 表三 in words, and drafts of them."""

from __future__ import annotations

from gkaudit.narrative.draft import Draft
from gkaudit.narrative.measures import column_measure
from gkaudit.narrative.state import State
from gkaudit.narrative.steps import Mention
from gkaudit.narrative.view import View, last

__all__ = [
    "ONE_WAY",
    "RECEIVED",
    "UNKNOWN",
    "applicant_column",
    "opened",
    "part_draft",
    "row_draft",
    "row_measure",
    "verb_row",
]

#: Rows of what came in: new ones, and new ones with those carried over.
RECEIVED = ("received", "received_plus_carried")
#: Why a number received may not be all: it is of one channel.
ONE_WAY = "只说到一种申请渠道"
UNKNOWN = "数字前后有未能识别的文字"
_VERB_ROWS = {"receive": "received", "intake": "received_plus_carried", "handle": "processed", "handle_weak": "weak"}


def row_measure(row: str, column: str = "total") -> str:
    """The measure of a row (or named sum) of 表三."""
    return column_measure("requests", row, column)


def row_draft(mention: Mention, view: View, state: State, row: str, column: str = "total") -> Draft:
    """A draft of the number on this row; a part where the sentence has given the total of the row before."""
    if column == "total" and row in (*RECEIVED, "processed") and _again(mention, view, state, row):
        return part_draft(mention, view, state)
    draft = state.make(mention, row_measure(row, column), view=view)
    draft.topic, draft.row = "requests", row if column == "total" else ""
    return draft


def _again(mention: Mention, view: View, state: State, row: str) -> bool:
    """Whether a total of this row was given in the sentence, and the number cannot be another one of it."""
    rows = RECEIVED if row in RECEIVED else (row,)
    head = next((d for d in state.recent() if d.row in rows), None)
    if head is None or head.scope != mention.frame.scope or head.period != mention.frame.period:
        return False
    verb = view.has("receive", "intake", "handle")
    return not verb or opened(mention) or (mention.sign == "(" and not view.has("request"))


def part_draft(mention: Mention, view: View, state: State) -> Draft:
    """当场申请2件 behind a total: some of them, by a name that is no column of 表三."""
    draft = state.make(mention, "requests.part", link="ask", view=view)
    draft.label = "".join(t.text for t in mention.left if t.kind != "opener")
    return draft


def applicant_column(view: View) -> str:
    """The column of 表三 that the words name; empty where they name none or several."""
    named = {t.sense for t in view.words if t.kind == "applicant"}
    return next(iter(named)) if len(named) == 1 else ""


def opened(mention: Mention) -> bool:
    """Whether 其中, 包括 or a colon stands before the number: it is a part of what was said."""
    return any(t.kind in ("opener", ":") for t in (*mention.left, *mention.back[-6:]))


def verb_row(mention: Mention, view: View, state: State) -> str:
    """Row of the verb that governs the number: received, received_plus_carried, processed, weak (办理) or empty."""
    kinds = ("receive", "intake", "handle", "handle_weak")
    verb = view.word(*kinds) or last(mention.back, lambda t: t.kind in kinds)
    if verb is None:
        continues = view.source in ("topic", "back") or mention.sign in ("、", "")
        return _VERB_ROWS.get(state.verb, "") if continues else ""
    if verb.kind == "handle_weak" and view.has("receive"):
        return "received"
    return _VERB_ROWS[verb.kind]
