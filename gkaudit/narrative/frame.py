"""When and where: which year and which body the words at each place of a sentence speak of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gkaudit.narrative.claim import Period, Scope
from gkaudit.narrative.lexicon import phrases
from gkaudit.narrative.tokens import Token

__all__ = ["LARGE", "Frame", "frames"]

_ENDS = (",", ";")
#: Kinds of words that a time or a body can be the subject of.
_PREDICATES = frozenset(
    ("receive", "intake", "handle", "handle_weak", "request", "number", "sum", "issue", "publish", "percent")
)
_ACTS = frozenset(("receive", "handle", "handle_weak", "publish", "open", "up", "down", "issue", "training", "decide"))
_NEAR = 3
_LAST_YEAR = ("去年", "上年", "上一年", "前一年")
_OF = ("涉及", "涉及到", "关于", "有关", "针对", "向")
_JOINS = ("、", "和", "与", "及")
_SMALL = ("镇", "乡", "街道", "部门")
#: Levels of bodies that have towns and departments below them.
LARGE = ("县", "市", "省")
#: 我县, 本市: what a town or a department calls the body above it.
_ABOVE = re.compile("[我本][县区市省州盟旗]")
#: 我镇, 街道办, 霁桥镇, 自然资源局: bodies that a county is above of.
_BELOW = re.compile("[镇乡局委村]$|街|[镇乡]政府|社区$|[我本]办事处")


@dataclass(frozen=True, slots=True)
class Frame:
    """``doubt``: why a number here may not be compared firmly; ``never``: it may not be compared at all."""

    period: Period = "this"
    scope: Scope = "own"
    doubt: str = ""
    never: bool = False


class _Walk:
    """The state of the walk through one sentence."""

    def __init__(
        self, tokens: Sequence[Token], year: int | None, level: str | None, section: str, start: Frame
    ) -> None:
        self.tokens, self.year, self.level, self.section = tokens, year, level, section
        self.lasting = start
        self.clause: Frame | None = None
        self.dated = self.until = False
        self.excepted = ""
        #: What was so before each bracket that is open: 38件(2023年31件) speaks of 2023 up to its end.
        self.before_brackets: list[Frame] = []
        self.outside = max((i for i, t in enumerate(tokens) if t.kind == "outside"), default=-1)

    def now(self) -> Frame:
        """The frame at this place."""
        return self.clause or self.lasting

    def near(self, at: int, kind: str, reach: int = _NEAR) -> bool:
        """Whether a word of the kind follows within a few words of the same clause."""
        return any(t.kind == kind for t in self._following(at, reach))

    def _following(self, at: int, reach: int) -> list[Token]:
        found = []
        for token in self.tokens[at + 1 : at + 1 + reach]:
            if token.kind in (*_ENDS, "number", ")"):
                break
            found.append(token)
        return found

    def before(self, at: int, kinds: tuple[str, ...], reach: int) -> bool:
        """Whether a word of these kinds stands shortly before in the same clause."""
        for token in reversed(self.tokens[max(at - reach, 0) : at]):
            if token.kind in (*_ENDS, "number", "("):
                return False
            if token.kind in kinds:
                return True
        return False

    def predicate(self, at: int) -> bool:
        """Whether what follows is said of this word."""
        following = [t for t in self._following(at, _NEAR) if t.kind not in ("filler", "sum", "all", "until")]
        if following and following[0].kind == "subject":
            # 上年度行政诉讼案件1件
            counted = [t for t in self.tokens[at + 1 : at + 1 + _NEAR] if t.kind not in ("filler", "decision_tail")]
            return len(counted) > 1 and counted[1].kind == "number"
        if following:
            return following[0].kind in _PREDICATES
        ahead = self.tokens[at + 1 : at + 3]
        return any(t.kind == "number" for t in ahead)

    def aside(self, at: int) -> bool:
        """A year of a comparison (比2023年) or of carrying over (2023年结转, 结转至2025年)."""
        return (
            self.before(at, ("compare",), 4)
            or self.near(at, "carry")
            or self.before(at, ("carry",), _NEAR)
            or self.near(at, "compare", 2)
        )

    def step(self, at: int, token: Token) -> None:
        """Take in one word."""
        rule = _RULES.get(token.kind)
        if token.kind == "(":
            self.before_brackets.append(self.lasting)
        elif token.kind == ")" and self.before_brackets:
            self.lasting = self.before_brackets.pop()
        if rule is not None:
            rule(self, at, token)
        elif token.kind in _ENDS:
            self.clause = None

    # ── time ────────────────────────────────────────────────────────────────────────────────────

    def on_year(self, at: int, token: Token) -> None:
        if self.aside(at):
            return
        if self.near(at, "since", 5):
            self._from(token.year)
        else:
            self._set(token.year)
        if self.before(at, ("year",), 2) and self.tokens[at - 1].text in _JOINS:
            # 2023年、2024年分别收到4件、10件
            self.lasting = replace(self.lasting, period="this", doubt="是几年的数")
        self.dated = True

    def _from(self, year: int | None) -> None:
        if year is None or year != self.year:
            self.lasting = replace(self.lasting, scope="cumulative")

    def _set(self, year: int | None) -> None:
        period: Period = "this"
        if year is not None and self.year is not None and year != self.year:
            period = "last" if year < self.year else "next"
        self.clause = None
        # Of years before the last one nothing is known.
        older = period == "last" and year is not None and self.year is not None and year < self.year - 1
        scope: Scope = "cumulative" if older else self._own()
        self.lasting = replace(self.lasting, period=period, doubt=self.excepted, scope=scope)

    def on_full(self, at: int, token: Token) -> None:
        self.on_year(at, token)

    def on_whole(self, at: int, token: Token) -> None:
        self.on_year(at, token)

    def on_span(self, _at: int, _token: Token) -> None:
        self.lasting = replace(self.lasting, scope="cumulative")

    def on_date(self, at: int, token: Token) -> None:
        if self.aside(at) or (token.text.endswith("日") and not self.predicate(at) and "月" not in token.text):
            return
        if token.year is not None:
            self.on_year(at, token)
        self.lasting = replace(self.lasting, doubt="不是全年的数")

    def on_part_of_year(self, _at: int, _token: Token) -> None:
        self.lasting = replace(self.lasting, doubt="不是全年的数")

    def on_prev(self, at: int, token: Token) -> None:
        if self.aside(at):
            return
        if self.predicate(at):
            self.clause = replace(self.lasting, period="last")
        elif token.text.startswith(_LAST_YEAR) and self._heads(at):
            # Written in January, 去年 may be the year reported on.
            self.lasting = replace(self.lasting, doubt="“去年”所指年份不明")

    def _heads(self, at: int) -> bool:
        """去年,我镇…; 去年我镇…: whether the word stands alone at the head of a clause."""
        first = at == 0 or self.tokens[at - 1].kind in _ENDS
        following = self.tokens[at + 1].kind if at + 1 < len(self.tokens) else ""
        return first and following in (",", "scope", "place")

    def on_upto(self, _at: int, _token: Token) -> None:
        """由去年的3件增加到5件: what follows is the number of this year."""
        self.clause = None

    def on_next(self, at: int, _token: Token) -> None:
        if not self.aside(at):
            self.lasting = replace(self.lasting, period="next")

    def on_this(self, _at: int, token: Token) -> None:
        if self.lasting.period == "last" and token.text in ("年度", "全年", "全年度", "年内", "当年", "该年度"):
            return
        self.dated = True
        self.clause = None
        self.lasting = replace(self.lasting, period="this", doubt=self.excepted, scope=self._own())

    def _own(self) -> Scope:
        """A year of its own ends what was summed up over years."""
        return "own" if self.lasting.scope == "cumulative" else self.lasting.scope

    def on_since(self, _at: int, _token: Token) -> None:
        if not self.dated:
            self.lasting = replace(self.lasting, scope="cumulative")

    def on_years(self, _at: int, _token: Token) -> None:
        self.lasting = replace(self.lasting, scope="cumulative")

    def on_until(self, at: int, _token: Token) -> None:
        self.until = True
        if self.near(at, "now", 2):
            self.lasting = replace(self.lasting, doubt="截至目前的数")

    def on_cumulative(self, _at: int, _token: Token) -> None:
        if self.until:
            self.clause = replace(self.now(), scope="cumulative")
        elif not self.dated:
            self.clause = replace(self.now(), doubt="累计数是否为本年数不明")

    def on_plan(self, at: int, token: Token) -> None:
        acts = any(t.kind in _ACTS for t in self._following(at, 5))
        if (acts and token.text != "将") or self.section == "problems" or self.lasting.period == "next":
            self.lasting = replace(self.lasting, never=True)

    def on_maybe(self, _at: int, _token: Token) -> None:
        self.clause = replace(self.now(), doubt="假设或要求，不是事实")

    def on_except(self, at: int, _token: Token) -> None:
        if self.outside > at:
            self.excepted = "有除外的说法"
            self.lasting = replace(self.lasting, doubt=self.excepted)

    # ── body ────────────────────────────────────────────────────────────────────────────────────

    def on_scope(self, at: int, token: Token) -> None:
        if at and self.tokens[at - 1].text in _OF:
            # 县政府收到涉及我镇的申请: what it is about, not who received it.
            return
        own = phrases()["scope_own"].get(self.level or "", ["self"])
        if token.sense == "parts":
            # 全县各乡镇: what all of a county's bodies received is the county's.
            if self.predicate(at) and self.now().scope != "higher":
                self.clause = replace(self.now(), scope="other")
            return
        if token.sense in own:
            scope: Scope = "own"
        else:
            scope = "other" if self.level is None or token.sense == "system" else "higher"
        if token.sense == "self" and self._of_another_size(token.text):
            scope = "other"
        if scope == "own" and self.lasting.scope == "cumulative":
            return
        self.clause = None
        self.lasting = replace(self.lasting, scope=scope)

    def on_organ(self, at: int, token: Token) -> None:
        own = phrases()["scope_own"].get(self.level or "", ["self"])
        following = [t for t in self.tokens[at + 1 : at + 3] if t.kind not in ("filler", "sum", "all")]
        if token.sense in own or not following or following[0].kind not in _PREDICATES - {"publish"} | {"transfer"}:
            return
        self.clause = replace(self.now(), scope="other" if token.sense == "any" else "higher")

    def _of_another_size(self, name: str) -> bool:
        """我县 in the report of a town, 我镇 in that of a county: not the body that reports."""
        if self.level in _SMALL:
            return _ABOVE.fullmatch(name) is not None
        return self.level in LARGE and _BELOW.search(name) is not None

    def on_place(self, at: int, token: Token) -> None:
        """A county named as the one who received is not the town that reports, and a town is not the county."""
        above = self.level in _SMALL and token.text[-1] in "县区市州盟旗省"
        below = self.level in LARGE and _BELOW.search(token.text) is not None
        if (above or below) and self.predicate(at):
            self.clause = replace(self.now(), scope="other")

    def on_filler(self, at: int, token: Token) -> None:
        if token.text == "政府" and at + 1 < len(self.tokens) and self.tokens[at + 1].kind in ("receive", "intake"):
            self.clause = replace(self.now(), scope="other")


#: Kind of word → what it changes.
_RULES: dict[str, Callable[[_Walk, int, Token], None]] = {
    name.removeprefix("on_"): rule for name, rule in vars(_Walk).items() if name.startswith("on_")
}


def frames(
    tokens: Sequence[Token], year: int | None, level: str | None, section: str, start: Frame | None = None
) -> tuple[list[Frame], Frame]:
    """The frame at every token of a sentence, and the one that lasts to its end.

    The report is of that year by a body of that level; ``start`` is what the sentence before left, where this one
    goes on with it (。其中予以公开2件).
    """
    walk = _Walk(tokens, year, level, section, start or Frame())
    found = []
    for at, token in enumerate(tokens):
        walk.step(at, token)
        found.append(walk.now())
    return found, walk.lasting
