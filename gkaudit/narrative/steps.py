"""A sentence as steps: each number with the words that belong to it, and the clauses without a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gkaudit.narrative.frame import Frame
from gkaudit.narrative.numerals import Number
from gkaudit.narrative.tokens import Token

__all__ = ["CLASSES", "Bracket", "Clause", "Mention", "Step", "mentions", "only_why"]

#: Kinds of words that say what a number counts.
CLASSES = frozenset(
    (
        "request", "items", "subject", "outcome", "outcome_soft", "applicant", "channel", "media", "proposal", "other",
        "verdict", "verdict_soft", "carry", "pending", "late", "extend", "transfer", "requester",
    )
)  # fmt: skip
_RESET = (";",)
#: So far a denial is looked for behind a number, and so many words of earlier clauses are kept.
_REACH = 24
_COUNTED = ("number", "percent")
_JOINTS = ("和", "与", "及", "以及", "或", "或者")


@dataclass(slots=True)
class Mention:
    """A number and the words around it.

    ``left``: the words since the last number or sign; ``right``: the words behind it up to the next sign or
    number; ``back``: the clauses without a number right before, nearest last.
    """

    token: Token
    frame: Frame
    left: Sequence[Token]
    right: Sequence[Token]
    back: Sequence[Token]
    depth: int
    #: ``right`` and on, over 、, to the end of the clause or the next number.
    rest: Sequence[Token]
    #: The sign before ``left``: "", ",", ";", "、", "(" or ")".
    sign: str
    #: Whether the next number follows without a sign: ``right`` may belong to it.
    joined: bool

    @property
    def number(self) -> Number:
        """The number itself."""
        if self.token.number is None:
            raise TypeError(self.token.kind)
        return self.token.number


@dataclass(slots=True)
class Clause:
    """Words between two signs without a number among them; ``frames`` runs beside ``tokens``."""

    tokens: Sequence[Token]
    frames: Sequence[Frame]
    depth: int


@dataclass(slots=True)
class Bracket:
    """A bracket that opens (``opens``) or closes; ``adjacent``: it stands right behind a number."""

    opens: bool
    depth: int
    adjacent: bool = False


Step = Mention | Clause | Bracket


@dataclass(slots=True)
class _Level:
    """What has been collected inside one bracket (or outside of all)."""

    left: list[Token] = field(default_factory=list)
    back: list[Token] = field(default_factory=list)
    sign: str = ""
    counted: bool = False
    adjacent: bool = False


def mentions(tokens: Sequence[Token], where: Sequence[Frame]) -> Iterator[Step]:
    """The steps of a sentence, in order."""
    levels = [_Level()]
    clause: list[tuple[Token, Frame]] = []
    skip = -1
    for at, (token, frame) in enumerate(zip(tokens, where, strict=True)):
        level = levels[-1]
        if token.kind in (",", ";", "(", ")"):
            yield from _clause(clause, len(levels) - 1)
            clause = []
            yield from _sign(token.kind, levels)
            continue
        if at <= skip:
            continue
        clause.append((token, frame))
        if token.kind in _COUNTED and token.number is not None:
            skip = at
            right, joined = _right(tokens, at)
            rest = _rest(tokens, at + 1 + len(right), right)
            left = _own(level.left)
            yield Mention(token, frame, left, right, tuple(level.back), len(levels) - 1, rest, level.sign, joined)
            listed = joined or _paused(tokens, at + 1 + len(right))
            if listed and _classed(right) and (not _classed(level.left) or only_why(level.left, right)):
                skip = at + len(right)
            level.left, level.back, level.sign = [], [], "、" if not joined else ""
            level.counted = level.adjacent = True
            continue
        if token.kind == "、" and not level.left:
            continue
        level.adjacent = False
        level.left.append(token)
    yield from _clause(clause, len(levels) - 1)


def _clause(clause: list[tuple[Token, Frame]], depth: int) -> Iterator[Clause]:
    if clause and not any(t.kind in _COUNTED for t, _ in clause):
        yield Clause(tuple(t for t, _ in clause), tuple(f for _, f in clause), depth)


def _sign(kind: str, levels: list[_Level]) -> Iterator[Bracket]:
    level = levels[-1]
    if kind == "(":
        yield Bracket(opens=True, depth=len(levels), adjacent=level.counted and not level.left)
        levels.append(_Level(back=[*level.back, *level.left][-_REACH:], sign="("))
    elif kind == ")":
        if len(levels) > 1:
            levels.pop()
        yield Bracket(opens=False, depth=len(levels))
        levels[-1].sign = levels[-1].sign or ")"
    else:
        # What a clause without a number said goes on for the next one; a semicolon ends that.
        level.back = [] if level.counted or kind in _RESET else [*level.back, *level.left][-_REACH:]
        level.left, level.sign, level.counted = [], kind, False


def _own(left: Sequence[Token]) -> tuple[Token, ...]:
    """The words before a number that may name it: behind 、 or 和 the nouns before are those of another number."""
    joined = bool(left) and (left[-1].kind == "、" or left[-1].text in _JOINTS)
    return tuple(t for t in left if t.kind not in CLASSES) if joined else tuple(left)


def _paused(tokens: Sequence[Token], at: int) -> bool:
    """3件予以公开、2件不予公开: whether 、 and a number follow, so that each number stands before its noun."""
    return at + 1 < len(tokens) and tokens[at].kind == "、" and tokens[at + 1].kind in _COUNTED


def only_why(left: Sequence[Token], right: Sequence[Token]) -> bool:
    """因政府信息公开引发1起行政复议: whether the noun on the left only says why there was what stands on the right."""
    at = max((i for i, t in enumerate(left) if t.kind in CLASSES), default=-1)
    why = at >= 0 and left[at].kind == "items" and any(t.kind in ("cause", "arise") for t in left[at + 1 :])
    return why and any(t.kind == "subject" for t in right)


def _classed(tokens: Sequence[Token]) -> bool:
    return any(t.kind in CLASSES for t in tokens)


def _rest(tokens: Sequence[Token], at: int, right: tuple[Token, ...]) -> tuple[Token, ...]:
    found = list(right)
    for token in tokens[at : at + _REACH]:
        if token.kind in (",", ";", "(", ")", *_COUNTED):
            break
        found.append(token)
    return tuple(found)


def _right(tokens: Sequence[Token], at: int) -> tuple[tuple[Token, ...], bool]:
    """The words behind a number up to the next sign or number; whether a number follows without a sign."""
    found: list[Token] = []
    for index in range(at + 1, len(tokens)):
        token = tokens[index]
        if token.kind in (",", ";", "(", ")", ":", "、"):
            return tuple(found), False
        if token.kind in _COUNTED:
            return tuple(found), True
        found.append(token)
    return tuple(found), False
