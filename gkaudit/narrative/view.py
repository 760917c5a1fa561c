"""What a number counts: the word that decides, where it was found, and how much in between is understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gkaudit.narrative.lexicon import phrases
from gkaudit.narrative.steps import CLASSES, Mention, only_why
from gkaudit.narrative.tokens import Token

__all__ = ["VERBS", "View", "after", "clear", "first", "last", "look"]

VERBS = frozenset(
    (
        "receive", "intake", "handle", "handle_weak", "publish", "open", "decide", "issue", "repeal", "lapse",
        "in_force", "charge", "case", "amend", "arise",
    )
)  # fmt: skip
#: Words that qualify a noun behind the number (遗留的1件起诉), and those nouns.
_LIGHT = frozenset(("carry", "pending", "transfer", "late", "extend"))
_HEAVY = frozenset(("subject", "proposal", "other"))
#: So many characters that the lexicon does not know are taken for noise.
_NOISE = 1


@dataclass(frozen=True, slots=True)
class View:
    """``head`` decides what is counted (None: only the topic can tell); ``source``: left, right, back, topic.

    ``clear``: nothing that is not understood stands between the words that decide and the number.
    ``words``: the words of the mention itself, in order.
    """

    head: Token | None
    source: str
    clear: bool
    words: tuple[Token, ...]

    def has(self, *kinds: str) -> bool:
        """Whether a word of these kinds belongs to the number."""
        return any(t.kind in kinds for t in self.words)

    def foreign(self) -> bool:
        """Whether a noun of something else belongs to the number.

        A place or desk that receives requests for information is no object; one that receives 申请 alone
        receives all sorts.
        """
        if self.head is not None and self.head.sense in ("short", "loose"):
            return self.has("other")
        verb = first(self.words, lambda t: t.kind in ("receive", "intake"))
        places = phrases()["own_places"]
        own = [t for t in self.words if verb is not None and t.start < verb.start and t.sense in places]
        return any(t.kind == "other" and t not in own for t in self.words)

    def word(self, *kinds: str) -> Token | None:
        """The last word of these kinds, the nearest one to the number on the left side."""
        return last(self.words, lambda t: t.kind in kinds)

    def says(self, *texts: str) -> bool:
        """Whether one of these words stands there."""
        return any(t.text in texts for t in self.words)


def last(tokens: Sequence[Token], test: Callable[[Token], bool]) -> Token | None:
    """The last token that passes."""
    return next((t for t in reversed(tokens) if test(t)), None)


def first(tokens: Iterable[Token], test: Callable[[Token], bool]) -> Token | None:
    """The first token that passes."""
    return next((t for t in tokens if test(t)), None)


def clear(tokens: Iterable[Token]) -> bool:
    """Whether the grammar understands all of these words."""
    return sum(len(t.text) for t in tokens if t.kind in ("text", "title", "hotline")) <= _NOISE and not any(
        t.kind == "other" for t in tokens
    )


def after(words: Sequence[Token], token: Token) -> Sequence[Token]:
    """The words behind a token; none where it is not among them (the head may stand in a clause before)."""
    return words[words.index(token) + 1 :] if token in words else ()


def _is_class(token: Token) -> bool:
    return token.kind in CLASSES


def look(mention: Mention) -> View:
    """The view of a number: the nearest word on the left, else behind it, else in the clauses before."""
    left, right, back = mention.left, mention.right, mention.back
    head = last(left, _is_class)
    if head is not None and head.kind in _LIGHT and any(t.kind in _HEAVY for t in right):
        head = None
    if only_why(left, right):
        head = None
    if head is not None:
        between = left[left.index(head) + 1 :]
        return View(head, "left", clear(between), tuple(_labelled(left, head)))
    head = first(right, lambda t: _is_class(t) and t.kind != "items") or first(right, _is_class)
    if head is not None:
        between = right[: right.index(head)]
        return View(head, "right", clear(between) and clear(_from_verb(left)), (*left, *right))
    words = (*left, *right)
    understood = clear(words)
    head = last(back, _is_class)
    if head is not None:
        return View(head, "back", understood, words)
    return View(None, "topic", understood, words)


def _labelled(left: Sequence[Token], head: Token) -> Sequence[Token]:
    """收到、办结及结转情况:收到申请3件: behind a label that names several things the words of the number decide."""
    colon = last(left[: left.index(head)], lambda t: t.kind == ":")
    if colon is None or head.kind not in ("request", "subject") or head.sense in ("short", "loose"):
        return left
    at = left.index(colon)
    label = left[:at]
    named = {(t.kind, t.sense) for t in label if t.kind in CLASSES or t.kind in VERBS}
    # 网上申请情况:收到申请5件 is of that channel.
    limits = any(t.kind in ("channel", "applicant") for t in label)
    return left[at:] if len(named) > 1 and not limits else left


def _from_verb(tokens: Sequence[Token]) -> Sequence[Token]:
    """The words behind the last verb; what stands before it does not come between."""
    verb = last(tokens, lambda t: t.kind in VERBS)
    return tokens[tokens.index(verb) + 1 :] if verb is not None else tokens
