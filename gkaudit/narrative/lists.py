"""Lists of numbers: a total, the parts behind 其中 or in a bracket, lists within lists, totals behind the parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gkaudit.narrative.draft import Draft, Group
from gkaudit.narrative.lexicon import phrases
from gkaudit.narrative.numerals import unit_class
from gkaudit.narrative.state import State
from gkaudit.narrative.steps import Mention
from gkaudit.narrative.tokens import Token
from gkaudit.narrative.view import View, first

__all__ = ["Lists", "label_of"]

_MONEY = ("元", "万元", "千元", "亿元")
_NEST = ("其中", "含", "内有", "内含", "其中含", "其中包括", "包括", "包含", "其中有")
#: Verbs that head the name of a kind of information (公告公示信息1条) rather than say what was done.
_NOUNS = ("公告", "公示", "主动公开", "公开")
_FRESH = ("共", "共计", "总计", "合计", "累计共", "总共", "合共")
_QUIET = (
    "filler",
    "sum",
    "items",
    "publish",
    "open",
    "all",
    "approx",
    "、",
    "this",
    "year",
    "place",
    "scope",
    "cumulative",
)


@dataclass(slots=True)
class _Open:
    """A list being read: ``depth`` of the bracket it stands in (None: behind 其中)."""

    group: Group
    depth: int | None

    @property
    def full(self) -> bool:
        """Whether the parts reach the total."""
        head = self.group.head
        return head is not None and len(self.group.parts) > 1 and head.value == self.group.running


def label_of(mention: Mention) -> str:
    """The name of a part: the words before the number, else those behind it, else the clause before."""
    for words in (_after_opener(mention.left), list(mention.right), _after_opener(mention.back)):
        text = "".join(t.text for t in words).strip("、:为是共约有的")
        text = text.removeprefix("中") if text.startswith("中重点") else text
        if text:
            return text
    return ""


def _after_opener(tokens: Sequence[Token]) -> list[Token]:
    kept: list[Token] = []
    for token in tokens:
        if token.kind in ("opener", "partial", ":") or token.text == "涉及":
            kept = []
        elif token.kind != "approx":
            kept.append(token)
    return kept


#: Units of cases and calls.
_CALLS = ("起", "宗")


def _compatible(one: str, other: str) -> bool:
    listed = phrases()["numbers"]["list_units"]
    if (one in _CALLS) != (other in _CALLS):
        # 1148条，其中…，热线受理来电44790起: cases are no items.
        return False
    return one == other or (one in listed and other in listed) or (one in _MONEY and other in _MONEY)


class Lists:
    """The lists of one block. ``take`` is asked first; ``offer`` gets every number that may be a total."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.stack: list[_Open] = []
        self.pending: Draft | None = None
        self.closed: list[_Open] = []
        #: The head of the sentence before, for a sentence that begins with 其中.
        self.earlier: Draft | None = None
        #: Totals behind their parts, by ``id``, and the places of numbers that nothing is known of.
        self.totals: set[int] = set()
        self.missed: list[int] = []

    def take(self, mention: Mention, view: View) -> Draft | None:
        """The number as a part of an open list; None where it is none."""
        if mention.sign == ";":
            self._unnest(bracket=False)
            if id(self.pending) in self.totals:
                # …，共发布102条；专栏包括…: what follows is not counted in the total before.
                self.pending = None
        self._open(mention)
        while mention.number.value and self.stack and self.stack[-1].full and self.stack[-1].depth is None:
            self.closed.append(self.stack.pop())
        if not self.stack:
            return None
        if not self._fits(mention, view):
            self._notice(mention)
            return None
        group = self.stack[-1].group
        head = group.head
        if head is None:
            return None
        part = self.state.make(mention, head.measure, view=None)
        part.topic, part.label, part.link = head.topic, label_of(mention), head.link
        group.add(part)
        group.partial |= any(t.kind == "etc" for t in mention.right[:1])
        content = first(_after_opener(mention.left), lambda t: t.kind not in ("、", "filler"))
        acts = (
            content is not None
            and content.kind in ("publish", "open", "handle", "receive")
            and not content.text.endswith(_NOUNS)
        )
        if mention.number.unit != head.unit or acts:
            group.doubt = group.doubt or "分项的单位或说法不同"
        return part

    def _notice(self, mention: Mention) -> None:
        """图片20张 or a bare 170 among 条: the parts that fit may not be all."""
        group = self.stack[-1].group
        if unit_class(mention.number.unit) in ("count", "thing", "") and not self.stack[-1].full:
            group.doubt = group.doubt or "分项中有单位不同的数"

    def offer(self, mention: Mention, draft: Draft) -> None:
        """A number that is no part: it may be a total, of what follows or of what was said before."""
        if draft.value is not None and draft.measure.split(".")[0] in ("disclosed_items", "other", "proposals"):
            self._trailing(mention, draft)
            self.pending = draft
        else:
            self.pending = None

    def miss(self, mention: Mention) -> None:
        """A number that says nothing of itself; it may be a part of a total to come."""
        self.missed.append(mention.token.start)

    def bracket(self, *, opens: bool, depth: int) -> None:
        """A bracket opened or closed."""
        if not opens:
            while self.stack and self.stack[-1].depth is not None and self.stack[-1].depth >= depth:
                self.closed.append(self.stack.pop())

    def sentence_end(self) -> None:
        """All lists end; a total that has none yet may still be taken up by 其中."""
        self.closed += self.stack
        top = self.stack[0].group.head if self.stack else None
        self.stack = []
        self.earlier = self.pending if self.pending is not None else top
        self.pending = None

    def finish(self) -> None:
        """Settle what belongs to which list, and hand the groups over."""
        self.closed += self.stack
        for opened in self.closed:
            _trim(opened.group)
            if opened.group.parts:
                self.state.groups.append(opened.group)

    # ── opening ─────────────────────────────────────────────────────────────────────────────────

    def _open(self, mention: Mention) -> None:
        words = [*mention.back, *mention.left]
        openers = [t for t in words if t.kind in ("opener", "partial", ":") or t.text == "涉及"]
        bracketed = mention.sign == "("
        if not openers and not bracketed:
            return
        head = self.pending
        if head is None and openers and openers[0].text == "其中" and next(self.state.recent(), None) is None:
            head = self.earlier
        if head is None:
            self._nest(mention, openers, bracketed=bracketed)
            return
        if not bracketed and not self._leads(words, openers):
            return
        group = Group(head, partial=any(t.kind == "partial" or t.text == "涉及" for t in words))
        self.stack.append(_Open(group, mention.depth or None))
        self.pending = None

    def _leads(self, words: Sequence[Token], openers: Sequence[Token]) -> bool:
        """Whether the opener stands at the head of what follows the total, not deep in another clause."""
        return openers[0].start - words[0].start <= 6 or openers[0].kind == ":"  # noqa: PLR2004 - 按内容分，其中

    def _nest(self, mention: Mention, openers: Sequence[Token], *, bracketed: bool) -> None:
        """其中 or a bracket behind a part opens a list within the list."""
        if not self.stack or not self.stack[-1].group.parts:
            return
        part = self.stack[-1].group.parts[-1]
        direct = bool(mention.left and mention.left[0].kind == "opener" and mention.left[0].text in _NEST)
        if bracketed or direct:
            group = Group(part, partial=any(t.kind == "partial" for t in openers))
            self.stack.append(_Open(group, mention.depth if bracketed else None))

    def _unnest(self, *, bracket: bool) -> None:
        while len(self.stack) > 1 and (bracket or self.stack[-1].depth is None):
            self.closed.append(self.stack.pop())

    def _fits(self, mention: Mention, view: View) -> bool:
        opened = self.stack[-1]
        head = opened.group.head
        if head is None or not _compatible(mention.number.unit, head.unit) or (opened.full and mention.number.value):
            return False
        if view.head is not None and view.head.kind == "request" and view.has("receive", "handle", "intake"):
            return False
        if opened.depth is not None and mention.depth < opened.depth:
            return False
        # 全年共… after the parts is another statement, not a part.
        return not any(t.text in _FRESH or (t.kind == "rest" and t.text in ("另", "另外")) for t in mention.left[:1])

    # ── totals behind their parts ───────────────────────────────────────────────────────────────

    def _trailing(self, mention: Mention, draft: Draft) -> None:
        """通过网站公开a条,公众号公开b条,共N条."""
        summed = any(t.kind in ("sum", "cumulative") for t in mention.left)
        if not summed or any(t.kind not in _QUIET for t in mention.left):
            return
        parts: list[Draft] = []
        # The total of the list that these parts are of, and totals of others before them.
        heads = self.totals | {id(opened.group.head) for opened in self.stack if not opened.full}
        for other in self.state.recent(1):
            if id(other) in heads or other.role != "statement":
                break
            if other.measure.split(".")[0] not in ("disclosed_items", "other") or not _compatible(
                other.unit, draft.unit
            ):
                break
            parts.insert(0, other)
        if len(parts) < 2:  # noqa: PLR2004 - one number is no sum
            return
        if any(p.measure == "disclosed_items" for p in parts):
            draft.measure = "disclosed_items"
        group = Group(draft, parts)
        if any(parts[0].place < place < draft.place for place in self.missed):
            group.doubt = "分项中有未能识别的数"
        elif not all(t.kind in ("sum", "filler", "approx", "、", "cumulative") for t in mention.left):
            group.doubt = "总数与前文各数的关系不明"
        self.totals.add(id(draft))
        self.state.groups.append(group)
        self._count_as_one(group, draft)

    def _count_as_one(self, inner: Group, total: Draft) -> None:
        """其中网站60条、公告42条，共102条；…: a part of the list that these parts are of is their total."""
        own = {id(part) for part in inner.parts}
        for opened in (*self.stack, *self.closed):
            group = opened.group
            kept = [part for part in group.parts if id(part) not in own]
            if len(kept) == len(group.parts):
                continue
            if inner.sum() != total.value:
                group.doubt = group.doubt or "分项中又有合计"
            group.parts, group.running = [], Decimal(0)
            for part in (*kept, total):
                group.add(part)


def _trim(group: Group) -> None:
    """Drop what follows the sum once the parts have reached the total."""
    total = group.head.value if group.head else None
    if total is None:
        return
    running = Decimal(0)
    for count, part in enumerate(group.parts, 1):
        running += part.value or 0
        if running == total and count > 1 and any(p.value for p in group.parts[count:]):
            for loose in group.parts[count:]:
                loose.link = "none"
            del group.parts[count:]
            return
