"""From paragraphs to claims: every sentence is cut into steps, every step is read by the rules of its topic."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from gkaudit.form import edition_for_year
from gkaudit.narrative import amounts, documents, ratios, remedies, requests, wholes, zeros
from gkaudit.narrative.claim import Claim
from gkaudit.narrative.draft import Draft
from gkaudit.narrative.frame import Frame, frames
from gkaudit.narrative.freezing import freeze
from gkaudit.narrative.lists import Lists
from gkaudit.narrative.numerals import unit_class
from gkaudit.narrative.plain import Block, blocks, sentences
from gkaudit.narrative.settling import settle
from gkaudit.narrative.spread import spread
from gkaudit.narrative.state import State
from gkaudit.narrative.statements import enumerated, mentioned
from gkaudit.narrative.steps import Bracket, Clause, Mention, mentions
from gkaudit.narrative.tokens import Token, tokenize
from gkaudit.narrative.view import View, last, look
from gkaudit.sections import Outline

__all__ = ["claims"]

#: A sentence without a number or (a word of denial or of all with something to deny) states nothing.
_NUMBER = re.compile(r"[0-9]|[一二三四五六七八九十百千万两数零][余多]?[件条个起宗份项次篇位元页方]")
_DENIAL = re.compile(r"未|无|没|零|均|全部|都|不存在|办理中|审理|审结|维持|撤")
_OBJECT = re.compile(
    r"申请|复议|诉讼|费|规范性|规章|许可|处罚|强制|提案|结转|维持|审|答复|办结|自然人|个人|企业|撤|败诉|公开"
)
_HEADING = 40
_DISCLOSURE = re.compile(r"信息公开|依申请公开|公开申请|政府信息")
#: Acts that people go to court about as well.
_ACTS = re.compile("行政处罚|行政许可|行政强制|行政征收|征地|拆迁|不动产")
_TOPICS = (
    ("复议", "remedies"),
    ("诉讼", "remedies"),
    ("依申请", "requests"),
    ("依法申请", "requests"),
    ("公开申请", "requests"),
)
_SECTIONS = {"requests": "requests", "remedies": "remedies"}
_FEE_HEADING = "信息处理费"
#: Sub-headings that name nothing else: (二)办理情况 below 收到和处理政府信息公开申请情况 is still about requests.
_GOES_ON = re.compile(
    "(?:收到|新收|申请|办理|办结|处理|答复|受理|审理|结果|结转|上年度?|下年度?|本年度?|情况|数量|方式|渠道|主体|人|总体|基本|和|及|的|、)+"
)


def claims(outline: Outline, year: int | None, level: str | None) -> tuple[Claim, ...]:
    """Claims of a report's prose, in the order of the text.

    ``year`` is the year reported on, ``level`` the level of the body (``Identity.level``); both may be
    unknown, and then what depends on them is a question at most. The same text gives the same claims.
    """
    found: list[Claim] = []
    heading, section = "", ""
    parts = list(blocks(outline.passages))
    for block in parts:
        if block.section != section:
            section, heading = block.section, _SECTIONS.get(block.section, "")
        named = _topic_of_heading(block)
        if named is not None:
            heading = named
        if section == "preface" or block.pieces[0].passage.kind != "paragraph":
            continue
        if _worth(block.text, 0, len(block.text)):
            found += _Reader(block, heading, year, level, len(found)).claims()
    found += enumerated(parts)
    found += mentioned(parts)
    return tuple(found)


def _worth(text: str, start: int, end: int) -> bool:
    """Whether a stretch of text may state a number or a zero."""
    if _NUMBER.search(text, start, end):
        return True
    return _DENIAL.search(text, start, end) is not None and _OBJECT.search(text, start, end) is not None


_INLINE = re.compile(r"^[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．]?(?P<title>(?!是)[^。,:;]{2,24})(?:[。:]|$)")


def _topic_of_heading(block: Block) -> str | None:
    """Topic of a sub-heading, also of one that its text follows at once; None where the block has none."""
    text = block.text
    titled = _INLINE.match(text)
    title = (
        titled["title"] if titled else text if len(text) <= _HEADING and "。" not in text and "," not in text else ""
    )
    if not title or any(c.isdigit() for c in title):
        return None
    if _FEE_HEADING in title:
        return "infofee"
    if block.section in _SECTIONS and _GOES_ON.fullmatch(title):
        return _SECTIONS[block.section]
    return next((topic for word, topic in _TOPICS if word in title), "")


#: Words that only say how or by whom something came in: a noun like 信箱 or 热线 before them decides.
_CARRIERS = ("channel", "applicant", "media", "pending", "transfer", "outcome_soft", "requester")


class _Reader:
    """Reads one block."""

    def __init__(self, block: Block, heading: str, year: int | None, level: str | None, before: int) -> None:
        self.block = block
        self.state = State(year, level, edition_for_year(year), block.section, heading, block.text)
        self.lists = Lists(self.state)
        self.before = before
        #: What the last sentence with numbers said of its year and body.
        self.lasting: Frame | None = None

    def claims(self) -> Iterator[Claim]:
        """The claims of the block."""
        for start, end in sentences(self.block.text):
            if _worth(self.block.text, start, end):
                self.sentence(start, end)
            else:
                self.glance(start, end)
        self.lists.finish()
        settle(self.state)
        return freeze(self.state, self.block, self.before)

    def glance(self, start: int, end: int) -> None:
        """A sentence without numbers may still name the topic of the next one."""
        words = self.block.text[start:end]
        topic = next((topic for word, topic in _TOPICS if word in words), "")
        self.lasting = None
        if topic:
            self.state.turn(topic)

    def sentence(self, start: int, end: int) -> None:
        state = self.state
        tokens = spread(tokenize(self.block.text, start, end))
        state.sentence, state.begin, state.end = len(state.drafts), start, end
        state.disclosure = _DISCLOSURE.search(self.block.text, start, end) is not None
        state.acts = _ACTS.search(self.block.text, start, end) is not None
        goes_on = bool(tokens) and tokens[0].kind == "opener"
        if not goes_on:
            state.verb = ""
        where, self.lasting = frames(tokens, state.year, state.level, state.section, self.lasting if goes_on else None)
        for step in mentions(tokens, where):
            if isinstance(step, Mention):
                self.number(step)
            elif isinstance(step, Clause):
                self.clause(step)
            else:
                self.bracket(step)
        self.lists.sentence_end()

    def bracket(self, step: Bracket) -> None:
        self.lists.bracket(opens=step.opens, depth=step.depth)

    def clause(self, step: Clause) -> None:
        """A clause without a number: a zero in words, a word about all, or the topic of what follows."""
        if zeros.read(step, self.state) or wholes.read(step, self.state):
            return
        self.turn(step.tokens)

    def turn(self, words: Sequence[Token]) -> None:
        """Take the topic and the verb from words."""
        noun = last(words, lambda t: t.kind in ("request", "subject", "other", "proposal", "items"))
        if noun is not None:
            topic = _topic(noun)
            if topic != "items" or not self.state.fresh:
                self.state.turn(topic)
        verb = last(
            words,
            lambda t: t.kind in ("receive", "intake", "handle", "handle_weak", "publish", "open", "issue", "decide"),
        )
        if verb is not None:
            self.state.verb = verb.kind

    def number(self, mention: Mention) -> None:
        """One number."""
        mention = _counted_zero(mention)
        view = look(mention)
        if _never(mention, view):
            return
        part = self.lists.take(mention, view) if mention.token.kind == "number" else None
        if part is not None:
            self.beside(mention, view)
            return
        drafts = self.read(mention, view)
        self.state.unread |= not drafts and unit_class(mention.number.unit) == "count"
        if not drafts:
            self.lists.miss(mention)
        for draft in drafts:
            self.lists.offer(mention, draft)
        self.turn_by(view, drafts)

    def beside(self, mention: Mention, view: View) -> None:
        """Licences and the like inside a list of postings: a question about 表二 beside the part."""
        if (
            view.source == "left"
            and view.head is not None
            and view.head.kind == "subject"
            and documents.concerns(view, self.state)
        ):
            verb = self.state.verb
            for draft in documents.read(mention, view, self.state):
                draft.ask("列在公开信息条数之中")
            self.state.verb = verb

    def turn_by(self, view: View, drafts: list[Draft]) -> None:
        verb = view.word("receive", "intake", "handle", "handle_weak", "publish", "open", "issue", "decide")
        if drafts and drafts[-1].topic:
            named = view.head is not None and view.head.sense not in ("short", "loose")
            sure = self.state.fresh or drafts[-1].link == "firm" or (named and view.source != "topic")
            self.state.turn(drafts[-1].topic, verb.kind if verb is not None else "", fresh=sure)
        elif (
            view.head is not None
            and view.source == "left"
            and view.head.kind in ("request", "subject", "other", "proposal")
        ):
            self.state.turn(_topic(view.head), verb.kind if verb is not None else "")

    def read(self, mention: Mention, view: View) -> list[Draft]:
        """The rules, the most special first."""
        state = self.state
        ratio = next((rule for test, rule in _RATIO_RULES if test(mention, view, state)), None)
        if ratio is not None:
            return ratio(mention, view, state)
        denied = _denied(mention)
        if denied == "zero" and mention.rest:
            return self.denied(mention)
        drafts = [] if denied == "doubt" else self.by_topic(mention, view)
        if denied == "zero":
            for draft in drafts:
                draft.negated = True
                draft.value = draft.value * 0 if draft.value is not None else None
        return drafts or (self.denied(mention) if denied == "zero" else [])

    def denied(self, mention: Mention) -> list[Draft]:
        """没有出现一起…复议: the clause without the number is the denial."""
        words = (*mention.left, *mention.rest)
        return zeros.read(Clause(words, [mention.frame] * len(words), mention.depth), self.state)

    def by_topic(self, mention: Mention, view: View) -> list[Draft]:
        """Drafts by the first topic that claims the number."""
        rule = next((rule for test, rule in _TOPIC_RULES if test(view, self.state)), None)
        return rule(mention, view, self.state) if rule is not None else []


_Test: TypeAlias = Callable[[View, State], bool]
_Rule: TypeAlias = Callable[[Mention, View, State], list[Draft]]


def _kind(view: View) -> str:
    return view.head.kind if view.head is not None else ""


def _lumped(view: View, _state: State) -> bool:
    """公开A、B等事项N项: a number of things posted, whatever the last name of the list is."""
    return _kind(view) == "other" and view.has("etc") and view.has("publish", "open")


def _other(view: View, state: State) -> bool:
    """A noun of something else decides, or stands before a word that only says how it came in."""
    kind = _kind(view)
    if kind == "other":
        return view.source != "back" and not requests.concerns(view, state)
    if kind == "request":
        return view.head is not None and view.head.sense != "full" and view.foreign()
    borne = kind in _CARRIERS and view.has("other") and not view.has("request", "subject")
    return borne and not requests.concerns(view, state)


def _proposed(view: View, state: State) -> bool:
    return _kind(view) == "proposal" or (view.head is None and state.about == "proposal")


def _still_other(view: View, state: State) -> bool:
    """办结N件 goes on with the hotline of the clause before."""
    continued = state.topic.startswith("other.") and _kind(view) in ("", "pending", "transfer", "outcome_soft", "other")
    return continued or _kind(view) == "other"


def _posted(view: View, state: State) -> bool:
    if view.head is None and state.topic == "items":
        return True
    return _kind(view) in ("items", "media", "channel", "request", "outcome") or view.has("publish", "open")


#: Numbers that are no counts of this year, and fees; the first test that passes decides.
_RATIO_RULES: tuple[tuple[Callable[[Mention, View, State], bool], _Rule], ...] = (
    (lambda mention, _view, state: ratios.is_difference(mention, state), ratios.difference),
    (lambda mention, _view, _state: mention.token.kind == "percent", ratios.percent),
    (ratios.is_other_year, ratios.other_year),
    (amounts.is_fee, amounts.fee),
)
#: The first test that passes decides.
_TOPIC_RULES: tuple[tuple[_Test, _Rule], ...] = (
    (documents.concerns, documents.read),
    (_lumped, amounts.posted),
    (_other, amounts.others),
    (_proposed, amounts.proposals),
    (remedies.concerns, remedies.read),
    (requests.concerns, requests.read),
    (_still_other, amounts.others),
    (_posted, amounts.posted),
)


def _topic(noun: Token) -> str:
    if noun.kind == "request":
        return "requests"
    if noun.kind == "subject":
        if noun.sense in remedies.ROWS:
            return "remedies"
        return "infofee" if noun.sense in ("infofee", "anyfee") else noun.sense
    if noun.kind == "other":
        return f"other.{noun.sense}"
    return noun.kind


def _never(mention: Mention, view: View) -> bool:
    """Plans for next year, time limits, rules of counting, 多次 without a noun: no claim at all."""
    if mention.frame.never or mention.frame.period == "next" or any(t.kind == "define" for t in mention.left):
        return True
    vague = mention.number.value is None and view.source != "left"
    return mention.token.kind == "number" and (vague or unit_class(mention.number.unit) in ("time", "points"))


def _counted_zero(mention: Mention) -> Mention:
    """均为0: a zero needs no unit where it is said of something."""
    number = mention.token.number
    said = bool(mention.left) and mention.left[-1].text.endswith(("为", "是"))
    if number is None or number.unit or number.value != 0 or not said:
        return mention
    return replace(mention, token=mention.token._replace(number=replace(number, unit="件")))


def _denied(mention: Mention) -> str:
    """zero: 没有收到一件…; doubt: any other number under a denial."""
    neg = last(mention.left, lambda t: t.kind == "neg")
    behind = [t.kind for t in mention.right[:2]]
    value = mention.number.value
    after = value == 1 and "neg" in behind and (behind[0] == "neg" or behind[0] in ("filler", "all"))
    # 2件没有答复: none that were answered.
    open_still = "neg" in behind and any(t.kind in ("handle", "handle_weak") for t in mention.right)
    if open_still and neg is None and not after:
        return "doubt"
    if (neg is None and not after) or value == 0:
        return ""
    return "zero" if value == 1 else "doubt"
