"""The end of a block: the balance settles what was left open, and lists are judged."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from gkaudit.narrative.documents import DECISIONS, DOCUMENTS
from gkaudit.narrative.draft import Draft, Group
from gkaudit.narrative.frame import LARGE
from gkaudit.narrative.measures import column_measure, measures
from gkaudit.narrative.narrowing import narrow
from gkaudit.narrative.remedies import ROWS
from gkaudit.narrative.request_words import ONE_WAY, RECEIVED, UNKNOWN, row_measure
from gkaudit.narrative.state import UNCLEAR, State

__all__ = ["settle"]

#: What says behind a list that it has not named all.
_REST = re.compile(r"(?:\([^()]{0,40}\))?[,;、和及]?(?:其余|剩余|余下|剩下)")
#: Applications for information, and not of any kind.
_ABOUT_INFORMATION = re.compile(r"(?:信息|政务)公开(?:类|的|事项)?申请")

#: Blocks with more numbers than this are no prose; shares of unlisted numbers are not sought in them.
_FEW = 400
_ROW = 14
_LOOSE = ("requests.part", "requests.transferred", "requests.extended", "requests.late", "other.assistance")
#: Words of a number that is of all bodies.
_OF_ALL = ("共", "全县", "全区", "全市", "全镇", "全乡", "总")
#: Words of a number that is of one body among those of a county or a department, whatever it says of a sum.
_OFFICES = ("办公室", "府办")
_OF_ONE = (*_OFFICES, "本级", "局机关", "委机关")
#: What can only be a share of what came in.
_OF_RECEIVED = ("requests.received", "requests.channel", "requests.part")
#: 县政府(含县政府办公室)收到31件: of both.
_WITH_OFFICE = re.compile("[含及和、][^,;。]{0,6}(?:办公室|府办)")
_TWO, _BODIES = "同一段内同项有两个数", "同句有不同单位的数"
_TOTALS = ("received", "received_plus_carried", "processed", "pending_start", "pending_end")


def settle(state: State) -> None:
    """Everything that can only be told at the end of the block."""
    narrow(state)
    _implied(state)
    _twice(state)
    _late(state)
    _row_like(state)
    _balance(state)
    _channels_of_zero(state)
    _channel_first(state)
    _channel_beside(state)
    _bodies_beside(state)
    _of_one_way(state)
    _of_any_kind(state)
    _outcomes_beside(state)
    _applicants(state)
    _shares(state)
    _rehouse(state)
    for group in state.groups:
        _judge(group, state)


def _implied(state: State) -> None:
    """均已办结 says nothing where the text itself gives the number carried over."""
    stated = [d for d in state.drafts if d.row == "pending_end"]
    for draft in [d for d in state.drafts if d.implied]:
        if stated:
            state.drafts.remove(draft)


def _twice(state: State) -> None:
    """Two numbers for one cell in one breath: the smaller one is a part, or neither can be trusted."""
    first: dict[str, Draft] = {}
    for draft in state.drafts:
        counted = draft.role == "statement" and bool(measures().get(draft.measure))
        if draft.link != "firm" or draft.period != "this" or not counted or draft.value is None:
            continue
        before = first.setdefault(draft.measure, draft)
        if before.value is None or before.value == draft.value:
            continue
        draft.ask(_TWO)
        if draft.value > before.value or draft.row not in _TOTALS:
            before.ask(_TWO)


def _channel_first(state: State) -> None:
    """收到书面申请1件、网络申请2件(,共计3件): the first number is one of a channel like those behind it."""
    for draft in state.drafts:
        if draft.row not in RECEIVED or ONE_WAY not in draft.note:
            continue
        end = state.text.find("。", draft.place)
        same = [d for d in state.drafts if draft.place < d.place and (end < 0 or d.place < end)]
        ways = [d for d in same if d.measure == "requests.channel"]
        if not ways:
            continue
        draft.measure, draft.row, draft.link = "requests.channel", "", "none"
        # It is one of the parts itself, and none of them is a part of it.
        state.groups[:] = [group for group in state.groups if group.head is not draft]
        total = sum((d.value or Decimal(0) for d in ways), draft.value or Decimal(0))
        for whole in (d for d in same if d.measure == "requests.part" and d.value == total and d.exact):
            whole.measure, whole.row, whole.link = row_measure("received"), "received", "firm"


def _channel_beside(state: State) -> None:
    """收到申请3件、纸质申请36件: one way brought more than came in all, so the first number is of the others.

    Where the text says 其中 it contradicts itself.
    """
    before: Draft | None = None
    for draft in state.drafts:
        if draft.row in (*RECEIVED, "processed") and draft.role == "statement":
            before = draft
        if draft.measure != "requests.channel" or before is None or draft.value is None or before.value is None:
            continue
        between = state.text[before.end : draft.end]
        if draft.value > before.value and not any(sign in between for sign in ("其中", "。", ";")):
            before.ask("其后一种渠道的件数更多，未必是总数")
            draft.link = "none"
            for group in state.groups:
                if group.head is before and draft in group.parts:
                    group.parts.remove(draft)
    state.groups[:] = [group for group in state.groups if group.parts]


def _bodies_beside(state: State) -> None:
    """由县政府办公室答复3件, 由部门答复2件: neither is of all bodies, unless it says so."""
    for own, other in pairwise([d for d in state.drafts if d.role != "difference"]):
        counted = own.row in (*RECEIVED, "processed", *ROWS.values()) and own.scope == "own" and own.role == "statement"
        said = state.text[own.start : own.end]
        of_one = any(word in said for word in _OF_ONE)
        alike = own.row == other.row and (other.scope == "other" or UNKNOWN in other.note or UNCLEAR in other.note)
        # 局机关收到5件,各分局收到10件
        shared = of_one and other.measure == "requests.part" and other.link == "none"
        if not counted or not (alike or shared):
            continue
        between = state.text[own.end : other.start]
        of_all = any(word in said for word in _OF_ALL) and not of_one
        if not any(sign in between for sign in ("。", "其中")) and not of_all:
            own.ask(_BODIES)
    _one_of_several(state)


def _one_of_several(state: State) -> None:
    """县政府本级收到18件。各部门收到105件: whether the table of a county is of the one or of all is not known.

    A county's office alone is one of several as well.
    """
    others = {d.measure for d in state.drafts if d.scope == "other" and d.role == "statement"}
    for draft in state.drafts:
        if draft.scope != "own" or draft.role != "statement":
            continue
        said = state.text[draft.start : draft.place]
        of_one = any(word in said for word in _OF_ONE)
        office = state.level in LARGE and draft.row in RECEIVED and any(word in said for word in _OFFICES)
        office = office and _WITH_OFFICE.search(said) is None
        if office:
            draft.ask("只说到办公室")
        if draft.measure in others and (of_one or draft.topic in DOCUMENTS):
            draft.ask(_BODIES)


def _of_one_way(state: State) -> None:
    """受理线上申请65件,办结62件,受理线下申请9件: what was answered of those that came one way."""
    way = None
    for draft in state.drafts:
        if draft.row in RECEIVED:
            way = draft if ONE_WAY in draft.note else None
        elif way is not None and draft.row in ("processed", "pending_end"):
            between = state.text[way.end : draft.start]
            if "。" not in between and "共" not in between:
                draft.ask(ONE_WAY)


def _of_any_kind(state: State) -> None:
    """收到申请9件,其中7件为信息公开申请: the first are applications of any kind."""
    for own, part in pairwise(state.drafts):
        if own.row not in RECEIVED or own.link != "firm" or part.measure != "requests.part":
            continue
        named = _ABOUT_INFORMATION.search(state.text, own.start, own.end)
        between = state.text[own.end : part.start]
        if not named and "。" not in between and _ABOUT_INFORMATION.search(state.text, part.start, part.end):
            own.ask("其中一部分是信息公开申请")


def _outcomes_beside(state: State) -> None:
    """县政府本级收到20件,其中予以公开5件: what became of the requests of one body among several."""
    for group in state.groups:
        if group.kind not in ("outcome", "rows") or group.head is None:
            continue
        doubts = (_TWO, _BODIES, UNCLEAR) if group.head.row in RECEIVED else (_BODIES, UNCLEAR)
        if any(doubt in group.head.note for doubt in doubts):
            for part in group.parts:
                part.ask(_BODIES)


def _row_like(state: State) -> None:
    """行政许可 917 件 on a line of its own, without a verb or a stop: a row of a table rather than a sentence."""
    if len(state.drafts) == 1 and len(state.text) <= _ROW and not any(sign in state.text for sign in ",;。:、"):
        draft = state.drafts[0]
        if draft.topic in DECISIONS and not state.verb and not draft.negated:
            draft.ask("单独成行，像表格残留")


def _late(state: State) -> None:
    """按期答复N件 is not all where others were answered late, after an extension, passed on or withdrawn."""
    late = any(d.measure in ("requests.late", "requests.extended") and d.value for d in state.drafts)
    withdrawn = any(d.measure.startswith("requests.other.") and d.link == "ask" and d.value for d in state.drafts)
    received = next((d.value for d in state.drafts if d.row == "received" and d.value), None)
    passed = next((d.value for d in state.drafts if d.measure == "requests.transferred" and d.value), None)
    for draft in state.drafts:
        if draft.row != "processed":
            continue
        if late or withdrawn:
            draft.ask("另有延期或逾期答复的件" if late else "另有撤回的件")
        elif received and passed and draft.value and draft.value + passed == received:
            # 收到3件,移交1件,答复2件
            draft.ask("另有转办、移送的件")


def _balance(state: State) -> None:
    """正在办理N件, 结转N件 without a direction: firm where the text itself then balances."""
    waiting = [d for d in state.drafts if d.open and d.row == "pending_end"]
    rows = {
        d.row: d
        for d in reversed(state.drafts)
        if d.topic == "requests" and d.row and not d.open and d.period == "this"
    }
    if len(waiting) != 1 or waiting[0].value is None:
        return
    received, done = rows.get("received") or rows.get("received_plus_carried"), rows.get("processed")
    if received is None or done is None or received.value is None or done.value is None:
        return
    start = rows["pending_start"].value if "pending_start" in rows and received.row == "received" else Decimal(0)
    if received.value + (start or 0) == done.value + waiting[0].value and received.link == "firm":
        waiting[0].link, waiting[0].note = "firm", "方向由收支推定"
        waiting[0].alternatives = ()


def _channels_of_zero(state: State) -> None:
    """未收到书面申请,也无网上申请: two channels together are all."""
    parts = [d for d in state.drafts if d.negated and d.label == "channel" and d.row == "received"]
    if len(parts) > 1:
        parts[0].link, parts[0].note = "firm", "两种渠道均未收到"
        for other in parts[1:]:
            state.drafts.remove(other)


def _applicants(state: State) -> None:
    """A split by applicant may cover what is new, or new and carried over together."""
    carry = next((d for d in state.drafts if d.topic == "requests" and d.row == "pending_start" and d.value), None)
    if carry is None or carry.value is None:
        return
    for group in state.groups:
        head = group.head
        if group.kind != "applicant" or head is None or head.value is None or head.row != "received":
            continue
        if group.sum() == head.value:
            continue
        both = group.sum() == head.value + carry.value
        for part in group.parts:
            row = part.measure.split(".")
            other = column_measure("requests", "received_plus_carried", row[2] if len(row) > 2 else "total")  # noqa: PLR2004
            if both:
                part.measure = other
            else:
                part.ask("分项是否包括上年结转不明")
                part.alternatives = (other,)


def _homes(state: State) -> dict[int, Group]:
    """The group that each part is in."""
    return {id(part): group for group in state.groups for part in group.parts}


def _shares(state: State) -> None:
    """A percent goes with the part that it is a share of; without a list, with the number it may be a share of."""
    homes = _homes(state)
    shares = {id(part) for _, part in state.shares}
    for draft, numerator in state.shares:
        group = homes.get(id(numerator))
        if group is None:
            wholes = _wholes_of(numerator, shares, state)
            if not wholes:
                draft.link = "none"
                continue
            fitting = [whole for whole in wholes if _fits(numerator, whole, draft)]
            group = Group((fitting or wholes)[0], [numerator], kind="share")
            if not fitting and len({whole.value for whole in wholes}) > 1:
                group.doubt = "占哪一个数的比例未写明"
            state.groups.append(group)
            homes[id(numerator)] = group
        draft.open = _may_be_of_answered(numerator, group.head, draft)
        group.percents.append(draft)


def _may_be_of_answered(numerator: Draft, whole: Draft | None, percent: Draft) -> bool:
    """新收1230件。…予以公开430件,占34.8%: of what was answered, which may be more or less than what came in."""
    if whole is None or whole.row not in RECEIVED or numerator.measure.startswith(_OF_RECEIVED):
        return False
    return not _fits(numerator, whole, percent)


def _wholes_of(numerator: Draft, shares: set[int], state: State) -> list[Draft]:
    """The numbers before it of the same topic and unit that are not smaller, the last one first.

    One that has a share of its own (``shares``) is no whole.
    """
    at = state.drafts.index(numerator) if len(state.drafts) < _FEW else 0
    return [
        draft
        for draft in reversed(state.drafts[max(at - _FEW, 0) : at])
        if draft.topic == numerator.topic
        and id(draft) not in shares
        and draft.role == "statement"
        and draft.unit == numerator.unit
        and draft.value
        and numerator.value is not None
        and draft.value >= numerator.value
    ]


def _rehouse(state: State) -> None:
    """A part of the inner list whose percent is taken of the outer total belongs to the outer list."""
    homes = _homes(state)
    for inner in state.groups:
        outer = homes.get(id(inner.head)) if inner.percents else None
        if outer is None or inner.head is None or outer.head is None:
            continue
        named = {part.label: part for part in inner.parts}
        for percent in list(inner.percents):
            part = named.get(percent.label)
            if part is not None and not _fits(part, inner.head, percent) and _fits(part, outer.head, percent):
                inner.parts.remove(part)
                inner.percents.remove(percent)
                outer.parts.append(part)
                outer.percents.append(percent)


def _fits(part: Draft, whole: Draft, percent: Draft) -> bool:
    if not whole.value or part.value is None or percent.value is None:
        return False
    return abs(part.value * 100 / whole.value - percent.value) < Decimal("0.1")


def _judge(group: Group, state: State) -> None:
    """Whether a list is closed, and what may be made of it."""
    head = group.head
    group.partial |= bool(group.parts) and _REST.match(state.text, group.parts[-1].end) is not None
    fits = head is not None and group.sum() == head.value
    group.closed = not group.partial and group.kind != "share" and (fits or _complete(group, state))
    firm = group.closed and group.exact and (fits or not group.doubt)
    for part in group.parts:
        part.role = "part"
        if group.kind == "list":
            part.link = "firm" if firm else "ask"
            part.remark("" if firm else group.doubt)
    unsure = group.doubt if group.kind == "share" else ""
    for percent in group.percents:
        percent.link = "firm" if head is not None and head.exact and not unsure and not percent.open else "ask"
        percent.remark(unsure or ("占收到数还是办结数的比例不明" if percent.open else ""))
    if head is not None and group.kind == "list" and head.role == "statement":
        head.link = "firm" if firm else "ask"


def _complete(group: Group, state: State) -> bool:
    """Whether the parts are all there are: the text names several, and leaves nothing unaccounted for."""
    head = group.head
    if len(group.parts) < 2 or group.kind == "list":  # noqa: PLR2004 - one part is no list
        return len(group.parts) > 1
    loose = state.unread or any(d.measure in _LOOSE or _vague(d, group) for d in state.drafts)
    if head is None or head.value is None or loose or head.row not in RECEIVED:
        return not loose
    carried = [d.value for d in state.drafts if d.row in ("pending_start", "pending_end") and d.value]
    # What was received is answered or carried over; a split may cover what came from last year as well.
    return not carried or (group.kind != "outcome" and group.sum() not in [head.value + value for value in carried])


def _vague(draft: Draft, group: Group) -> bool:
    """2件均已处理 beside outcomes: some of the requests, of no outcome that is known."""
    return draft.row == "processed" and draft.link != "firm" and draft is not group.head
