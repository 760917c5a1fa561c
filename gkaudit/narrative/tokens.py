"""A sentence as tokens: words with their kinds, numbers, signs, and the text between them.

Noun phrases about requests are put together here: any run of 依申请, 政府信息, 公开, 申请, 事项 … that holds
a word of applying is one token ``request`` (sense ``full`` or ``short``), one without it is ``items``.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import NamedTuple

from gkaudit.narrative.lexicon import Lexicon, lexicon
from gkaudit.narrative.numerals import Number, written

__all__ = ["SIGNS", "Token", "tokenize"]

SIGNS = frozenset(",;:()、")
_NUMBER_START = frozenset("0123456789零〇一二两三四五六七八九十百千万第数几好若多上成〔(1")
_LATIN = re.compile(r"[A-Za-z][\w.:/@?=&%-]*")
_TITLE = re.compile(r"《([^《》]{1,60})》")
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,12}(?:镇|乡|街道|县|区|市|州|局|委|办|村|社区|中心|政府|办事处|苏木|旗)$")
_NOUN = ("apply", "info", "open", "gov", "matter", "thing")
#: 办件 alone is a service; behind a word of applying it is the application.
_CASE = ("办件", "办件量", "办件数")


class Token(NamedTuple):
    """A piece of a sentence with its place in the plain text of the block.

    ``kind`` is the kind of the word (see ``phrases.json``), a sign, ``number``, ``percent``, ``year``,
    ``whole``, ``full``, ``date``, ``place`` (a name of a place or body) or ``text`` for anything else.
    """

    kind: str
    sense: str
    text: str
    start: int
    end: int
    number: Number | None = None
    year: int | None = None


def tokenize(text: str, begin: int, end: int) -> list[Token]:
    """Tokens of the span of a plain text, noun phrases put together."""
    return _whiles(_denials(_phrases(_scan(text, begin, end))))


def _scan(text: str, begin: int, end: int) -> list[Token]:
    words = lexicon()
    found: list[Token] = []
    place = loose = begin
    while (begun := words.start.search(text, place, end)) is not None:
        place = begun.start()
        token = _at(words, text, place)
        if token is None or token.end > end:
            place += 1
            continue
        if loose < place:
            found.append(_text(text, loose, place))
        if place == begin and _numbers_item(token):
            token = token._replace(kind="skip", number=None)
        found.append(token)
        place = loose = token.end
    if loose < end:
        found.append(_text(text, loose, end))
    return found


def _numbers_item(token: Token) -> bool:
    """4 全年开展…: a small number without a unit at the head of a sentence counts nothing."""
    return (
        token.number is not None and not token.number.unit and token.kind == "number" and len(token.text) <= len("12")
    )


def _text(text: str, start: int, end: int) -> Token:
    piece = text[start:end]
    kind = "place" if _PLACE.match(piece) else "text"
    return Token(kind, "", piece, start, end)


def _at(words: Lexicon, text: str, place: int) -> Token | None:
    """The token that begins here: a sign, a title, a number, a word, or a run of Latin letters."""
    char = text[place]
    if char == "《":
        title = _TITLE.match(text, place)
        kind = "apply" if title and "申请表" in title[1] else "title"
        return Token(kind, "", title.group(), place, title.end()) if title else None
    word = words.at(text, place)
    printed = written(text, place) if char in _NUMBER_START else None
    if printed is not None and (word is None or (printed.end > place + len(word[0]) and word[1] != "stop")):
        piece = text[place : printed.end]
        return Token(printed.kind, "", piece, place, printed.end, printed.number, printed.year)
    if word is not None:
        return Token(word[1], word[2], word[0], place, place + len(word[0]))
    if char in SIGNS:
        return Token(char, "", char, place, place + 1)
    latin = _LATIN.match(text, place)
    return Token("text", "latin", latin.group(), place, latin.end()) if latin else None


def _phrases(tokens: list[Token]) -> list[Token]:
    """Runs of words of noun phrases made one token each."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        end = at
        while end < len(tokens) and (tokens[end].kind in _NOUN or _case(tokens[at:end], tokens[end])):
            end += 1
        if end == at:
            found.append(tokens[at])
            at += 1
            continue
        run = [t._replace(kind="thing") if t.text in _CASE else t for t in tokens[at:end]]
        found += _noun(run, found[-1] if found else None)
        at = end
    return found


def _case(run: list[Token], token: Token) -> bool:
    """依申请公开办件27件."""
    return token.text in _CASE and any(t.kind == "apply" for t in run) and any(t.kind in ("info", "open") for t in run)


def _denials(tokens: list[Token]) -> list[Token]:
    """未受理…申请 without a number: none came in; 2件未受理, 未受理的申请2件: those that were turned away."""
    return [
        t._replace(kind="neg", sense="") if t.text == "未受理" and _none_came(tokens, at + 1) else t
        for at, t in enumerate(tokens)
    ]


def _whiles(tokens: list[Token]) -> list[Token]:
    """在办理过程中,申请人撤回…: when it was withdrawn, not what is still open."""
    ends = {at for at in range(len(tokens) - 2) if tokens[at + 1].kind == "," and tokens[at + 2].number is None}
    return [
        t._replace(kind="filler") if at in ends and t.kind == "pending" and t.text.endswith("过程中") else t
        for at, t in enumerate(tokens)
    ]


def _none_came(tokens: list[Token], at: int) -> bool:
    """Whether a noun of requests follows before any sign or number, and no number behind it."""
    clause = list(takewhile(lambda t: t.kind not in (",", ";", "(", ")"), tokens[at:]))
    named = any(t.kind == "request" for t in clause) and not clause[0].text.startswith("的")
    return named and not any(t.number is not None for t in clause)


def _noun(run: list[Token], before: Token | None) -> list[Token]:
    """One noun phrase: ``request``, ``items``, or its words where it is neither."""
    kinds = [t.kind for t in run]
    text = "".join(t.text for t in run)
    whole = (text, run[0].start, run[-1].end)
    if "apply" in kinds:
        about = "info" in kinds or "open" in kinds or "请求公开" in text or "政务公开" in text
        return [_request(run, whole) if about else _short(run, whole, before)]
    if "info" in kinds:
        if kinds[0] == "open" and len(run) > 1:
            return [
                run[0]._replace(kind="publish"),
                Token("items", "", text[len(run[0].text) :], run[1].start, run[-1].end),
            ]
        return [Token("items", "", *whole)]
    return [t._replace(kind="filler", sense=t.kind) if t.kind in ("gov", "matter", "thing") else t for t in run]


def _short(run: list[Token], whole: tuple[str, int, int], before: Token | None) -> Token:
    """申请 alone: one of another kind where a noun stands right before it (建房申请), else to be told by the topic."""
    noun = before is not None and (
        before.kind in ("text", "title") or (before.kind == "other" and before.sense != "notices")
    )
    if not noun or len(before.text if before else "") < len("建房"):
        return Token("request", "short", *whole)
    if run[0].text == "的":
        return Token("request", "loose", *whole)
    return Token("other", "service_volume", *whole)


def _request(run: list[Token], whole: tuple[str, int, int]) -> Token:
    """``full``, ``on_request`` (依申请公开), or ``class``: a class of documents (依申请公开信息)."""
    words = [t for t in run if t.kind not in ("matter", "thing")]
    last = words[-1].kind if words else ""
    by_request = run[0].text in ("依申请", "依法申请")
    return Token(
        "request", "class" if by_request and last == "info" else "on_request" if by_request else "full", *whole
    )
