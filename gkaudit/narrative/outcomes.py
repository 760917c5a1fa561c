"""What became of requests: carried over, left open, granted, refused … by the rows of 表三."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from gkaudit.narrative.draft import Draft
from gkaudit.narrative.lexicon import phrases
from gkaudit.narrative.request_words import RECEIVED, applicant_column, row_draft, row_measure
from gkaudit.narrative.state import State
from gkaudit.narrative.steps import Mention
from gkaudit.narrative.tokens import Token
from gkaudit.narrative.view import View, last

__all__ = ["MARKED", "carried", "carry", "of_papers", "opened_up", "outcome", "pending"]

#: Papers by what is to be done with them (公开属性), and other numbers of papers.
MARKED = "other.documents_marked"
_PAPERS = (MARKED, "other.policy_docs", "other.posts", "disclosed_items")
_INCLUDING = ("含", "包括", "其中", "其中含", "其中包括", "内含", "包含", "其中有")
_GROUPS = ("exempt_all", "cannot_provide_all", "not_processed_all", "other_all")
_GRANTED = {"full_grant", "partial_grant"}


# ── carried over ────────────────────────────────────────────────────────────────────────────────


def carried(words: Sequence[Token], year: int | None) -> str:
    """Direction of 结转 …: pending_start, pending_end or empty where it cannot be told."""
    at = next((i for i, t in enumerate(words) if t.kind in ("carry", "transfer")), None)
    if at is None:
        return ""
    before, after = words[:at], words[at + 1 :]
    if any(t.kind == "next" or _is_year(t, year, 1) for t in words):
        return "pending_end"
    if any(t.kind == "prev" or _is_year(t, year, -1) for t in words):
        return "pending_start"
    if any(t.kind == "year" and t.year != year for t in words):
        # Without the year of the report only the order tells: 2023年结转, 结转至2025年.
        named = any(t.kind == "year" for t in after)
        return "" if year is not None else "pending_end" if named else "pending_start"
    if any(t.kind == "this" for t in after) and not any(t.kind == "this" for t in before):
        return "pending_start"
    return "pending_end" if any(t.kind == "pending" for t in after) else ""


def _is_year(token: Token, year: int | None, distance: int) -> bool:
    return token.kind == "year" and year is not None and token.year == year + distance


def carry(mention: Mention, view: View, state: State) -> list[Draft]:
    """上年结转N件, 结转下年度N件."""
    words = [*mention.left, *mention.right] if view.source == "right" else mention.left or mention.back
    row = carried(words, state.year)
    column = applicant_column(view) or "total"
    draft = row_draft(mention, view, state, row or "pending_end", column)
    draft.row = row or "pending_end"
    if not row:
        draft.open = True
        draft.ask("结转方向未写明").alternatives = (row_measure("pending_start", column),)
    elif row == "pending_start":
        if any(t.kind == "handle" for t in words):
            draft.ask("上年结转的已办结数，不是结转数")
        if column == "total":
            _include(mention, draft, state)
    return [draft]


def _include(mention: Mention, part: Draft, state: State) -> None:
    """收到N件(含上年结转M件): N is new and carried over together."""
    head = next((d for d in state.recent(1) if d.topic == "requests" and d.row), None)
    if head is None or head.row not in RECEIVED or not part.value or _between(head, state):
        return
    opener = last(mention.left, lambda t: t.kind == "opener") or last(mention.back, lambda t: t.kind == "opener")
    if opener is not None and opener.text in _INCLUDING:
        head.row, head.measure = "received_plus_carried", row_measure("received_plus_carried")
        head.remark("含上年结转")
    elif mention.sign == "(" and head.row == "received":
        head.ask("括号内的上年结转是否计入不明")
        head.alternatives = (row_measure("received_plus_carried"),)


def _between(head: Draft, state: State) -> bool:
    """Whether another number stands between; what compares with last year does not."""
    behind = list(takewhile(lambda d: d is not head, reversed(state.drafts[:-1])))
    return any(not d.measure.startswith("year_on_year") and d.role != "percent" and d.period != "last" for d in behind)


def pending(mention: Mention, view: View, state: State) -> list[Draft]:
    """正在办理N件: firm only where the text balances (see settling); 上年未办结N件 came over from last year."""
    if view.has("prev"):
        draft = row_draft(mention, view, state, "pending_start", applicant_column(view) or "total")
        return [draft.ask("未写明由上年结转")]
    draft = row_draft(mention, view, state, "pending_end", applicant_column(view) or "total")
    draft.row, draft.open = "pending_end", True
    return [draft.ask("未写明结转下年度")]


# ── outcomes ────────────────────────────────────────────────────────────────────────────────────


def outcome(mention: Mention, view: View, state: State) -> list[Draft]:
    """予以公开N件, 因…无法提供N件, 不予公开、无法提供各N件."""
    if of_papers(mention, state):
        return [state.make(mention, MARKED, link="none", view=view)]
    firm = list(dict.fromkeys(t.sense for t in view.words if t.kind == "outcome"))
    soft = list(dict.fromkeys(t.sense for t in view.words if t.kind == "outcome_soft"))
    groups = [row for row in firm if row in _GROUPS]
    rows = [row for row in firm if row not in _GROUPS]
    if groups and (len(rows) + len(soft) > 1 or not (rows or soft)):
        drafts = [_one(mention, view, state, groups[-1])]
    elif groups and view.has("etc"):
        draft = _one(mention, view, state, groups[-1]).ask("“等”字所指范围不明")
        draft.alternatives = tuple(row_measure(row) for row in (*rows, *soft))
        drafts = [draft]
    elif len(rows) > 1 and not groups:
        drafts = _several(mention, view, state, rows)
    elif rows:
        drafts = [_one(mention, view, state, rows[-1])]
    else:
        draft = _one(mention, view, state, soft[-1]).ask("说法与表三栏目不同")
        draft.alternatives = tuple(row_measure(row) for row in groups)
        drafts = [draft]
    for draft in drafts:
        if not _inside(mention, draft, state):
            _join(draft, state)
    return drafts


def of_papers(mention: Mention, state: State) -> bool:
    """主动公开35件,依申请公开12件,不予公开5件: papers of three kinds, no requests."""
    before = next(state.recent(), None)
    if before is None or before.measure not in _PAPERS or before.unit != mention.number.unit:
        return False
    if any(d.row in (*RECEIVED, "processed") for d in state.recent()):
        # 收到申请5件,其中告知已主动公开2件,不予公开3件
        return False
    return ";" not in state.text[before.end : mention.token.start]


def _inside(mention: Mention, draft: Draft, state: State) -> bool:
    """予以公开3件(含部分公开1件): a part of the outcome before it, and none of the list that this one is in."""
    before = next(state.recent(1), None)
    again = mention.sign == "(" or any(t.kind == "opener" for t in mention.left)
    if before is None or not again or before.label == "group":
        return False
    if before.value is None or draft.value is None or draft.value > before.value:
        return False
    home = next((g for g in reversed(state.groups) if g.kind == "outcome" and before in g.parts), None)
    if home is None:
        return False
    draft.topic, draft.row = "requests", ""
    if (before.measure, draft.measure) == (row_measure("full_grant"), row_measure("partial_grant")):
        before.measure = row_measure("granted_all")
    home.partial = True
    return True


def _one(mention: Mention, view: View, state: State, row: str) -> Draft:
    draft = row_draft(mention, view, state, row, applicant_column(view) or "total")
    if draft.measure == row_measure("full_grant") and "含部分公开" in state.text[draft.start : draft.end]:
        draft.measure = row_measure("granted_all")
    return draft


def _several(mention: Mention, view: View, state: State, rows: list[str]) -> list[Draft]:
    """A number behind several outcomes: of each of them (各, 均), or of all together."""
    if view.has("each", "all") or mention.number.value == 0:
        return [row_draft(mention, view, state, row) for row in rows]
    return [row_draft(mention, view, state, "granted_all")] if set(rows) == _GRANTED else []


def _join(draft: Draft, state: State) -> None:
    """Put an outcome into the list of its total: of （三）不予公开 behind its sum, else of all requests."""
    draft.topic, draft.row = "requests", ""
    head = state.latest("processed", *RECEIVED)
    received = state.latest(*RECEIVED)
    if head is not None and head.link != "firm" and received is not None and state.within(received):
        head = received
    # A share of a group bears its name, and is no group.
    nested = next((d for d in state.recent(1) if d.label == "group" and d.role != "percent"), None)
    name = draft.measure.split(".")[1]
    sums = phrases()["measures"]["rows"]["requests"]
    if name in _GROUPS:
        draft.label = "group"
    elif nested is not None and name in sums[nested.measure.split(".")[1]]:
        state.group("rows", nested).add(draft)
        return
    if draft.value is not None and head is not None and state.under(head):
        state.group("outcome", head).add(draft)


def opened_up(mention: Mention, view: View, state: State) -> list[Draft]:
    """公开N件 among other outcomes: 予以公开."""
    draft = row_draft(mention, view, state, "full_grant", applicant_column(view) or "total")
    if draft.value and not any(d.topic == "requests" and "exempt" in d.measure for d in state.recent()):
        draft.ask("“公开”是否为予以公开不明")
    _join(draft, state)
    return [draft]
