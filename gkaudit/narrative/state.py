"""What has been read so far in a paragraph: topic, verb, drafts, groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from gkaudit.form import Edition
from gkaudit.narrative.claim import Link
from gkaudit.narrative.draft import Draft, Group
from gkaudit.narrative.steps import Mention
from gkaudit.narrative.view import VERBS, View

__all__ = ["UNCLEAR", "State"]

#: Of whom a number speaks is not known.
UNCLEAR = "所指单位不明"
#: So many characters of a sentence before and behind a number say what it is of.
_FAR = 300
#: So many numbers back a total or a base is looked for.
_LOOK = 60


@dataclass(slots=True)
class State:
    """The memory of the grammar while it walks through one block.

    ``topic``: what the text speaks of (requests, remedies, normative, rules, licence, penalty, coercion, fee,
    infofee, items, proposal, other.<class>; empty: unknown). ``heading``: topic of the sub-heading or section.
    ``fresh``: the topic was named in this block, not only in a heading.
    """

    year: int | None
    level: str | None
    edition: Edition
    section: str
    heading: str
    text: str
    topic: str = ""
    fresh: bool = False
    verb: str = ""
    drafts: list[Draft] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    by_head: dict[tuple[str, int], Group] = field(default_factory=dict)
    topics: set[str] = field(default_factory=set)
    #: Percents and the numbers they are shares of.
    shares: list[tuple[Draft, Draft]] = field(default_factory=list)
    #: Where the sentence begins in ``drafts`` and in the text.
    sentence: int = 0
    begin: int = 0
    end: int = 0
    #: Whether a number was met with that says nothing the grammar knows.
    unread: bool = False
    #: Whether the sentence itself speaks of information disclosure.
    disclosure: bool = False
    #: Whether it speaks of other acts, which cases are brought against as well (行政处罚 …).
    acts: bool = False

    @property
    def about(self) -> str:
        """The topic as far as it is known."""
        return self.topic or self.heading

    def recent(self, skip: int = 0) -> Iterator[Draft]:
        """Drafts of this sentence so far, the latest first, without the last ``skip``; only so many."""
        last = len(self.drafts) - skip
        return (self.drafts[i] for i in range(last - 1, max(self.sentence, last - _LOOK) - 1, -1))

    def earlier(self) -> Iterator[Draft]:
        """Drafts of the block so far, the latest first; only so many."""
        return (self.drafts[i] for i in range(len(self.drafts) - 1, max(0, len(self.drafts) - _LOOK) - 1, -1))

    def before(self, mention: Mention) -> tuple[int, int]:
        """Where the words of the sentence before a number stand; only so many."""
        start = mention.token.start
        return max(self.begin, start - _FAR), start

    def around(self, mention: Mention) -> tuple[int, int]:
        """Where the words of the sentence before and behind a number stand; only so many."""
        return self.before(mention)[0], min(self.end, mention.token.end + _FAR)

    def within(self, draft: Draft) -> bool:
        """Whether the draft is of this sentence."""
        return self.begin <= draft.place < self.end

    def under(self, head: Draft) -> bool:
        """Whether what is said now may be a part of this total, as in 共答复N件。其中…."""
        return self.within(head) or self.text.startswith("其中", self.begin)

    def turn(self, topic: str, verb: str = "", *, fresh: bool = True) -> None:
        """The text speaks of this from now on; not ``fresh``: only as far as the heading lets one think so."""
        self.topic, self.fresh = topic, fresh
        self.topics.add(topic)
        self.verb = verb or self.verb

    def latest(self, *rows: str, topic: str = "requests") -> Draft | None:
        """The last draft of the block on one of these rows, total column."""
        return next((d for d in self.earlier() if d.topic == topic and d.row in rows), None)

    def make(self, mention: Mention, measure: str, *, link: Link = "firm", view: View | None = None) -> Draft:
        """A draft of the mention's number; what its frame says about time and body is taken in."""
        number, frame = mention.number, mention.frame
        start, end = self.clause(mention, view)
        draft = Draft(
            measure, number.value, number.unit, mention.token.start, start, end,
            link=link, exact=number.exact, scope=frame.scope, period=frame.period,
        )  # fmt: skip
        self._limit(draft, mention)
        self.drafts.append(draft)
        return draft

    def _limit(self, draft: Draft, mention: Mention) -> None:
        frame, number = mention.frame, mention.number
        if mention.left and mention.left[-1].kind == "approx":
            draft.exact = False
        if any(t.kind == "approx" for t in mention.right[:1]):
            draft.exact = False
        if not draft.exact:
            draft.ask("数字不是确数")
        if number.doubtful or number.value is None:
            draft.ask("数字无法认定")
            draft.exact = False
        if frame.doubt:
            draft.ask(frame.doubt)
        if frame.scope == "other":
            draft.ask(UNCLEAR)
        if frame.never or frame.period != "this" or frame.scope in ("higher", "cumulative"):
            draft.link = "none"

    def clause(self, mention: Mention, view: View | None = None) -> tuple[int, int]:
        """Span of the clause of a number; it reaches back to the clause that holds the word that decides."""
        start, end = mention.token.start, mention.token.end
        if mention.left:
            start = mention.left[0].start
        own = any(t.kind in VERBS for t in mention.left)
        if (view is not None and view.source == "back" and mention.back and not own) or (
            not mention.left and mention.back and (view is None or view.source != "right")
        ):
            start = min(start, mention.back[0].start)
        if mention.right and (not mention.joined or (view is not None and view.source == "right")):
            end = max(end, mention.right[-1].end)
        return start, end

    def zero(self, measure: str, span: tuple[int, int], place: int, *, link: Link = "firm") -> Draft:
        """A draft of a zero in words."""
        draft = Draft(measure, Decimal(0), "件", place, *span, link=link, negated=True)
        self.drafts.append(draft)
        return draft

    def group(self, kind: str, head: Draft | None) -> Group:
        """The open group of this kind under this head, or a new one."""
        key = (kind, id(head))
        if head is None or key not in self.by_head:
            self.by_head[key] = Group(head, kind=kind)
            self.groups.append(self.by_head[key])
        return self.by_head[key]
