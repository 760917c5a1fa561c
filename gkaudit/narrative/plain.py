"""Text as the grammar reads it: no white space, one shape for every sign, and the way back to the source.

A :class:`Block` is a paragraph, or several where a page or line break cut a sentence in two.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from gkaudit.chars import modern
from gkaudit.narrative.lexicon import phrases
from gkaudit.sections import Passage

__all__ = ["Block", "blocks", "sentences"]

_SIGNS = {
    "，": ",",
    "；": ";",
    "：": ":",
    "（": "(",
    "）": ")",
    "！": "。",
    "？": "。",
    "!": "。",
    "?": "。",
    "｡": "。",
}
_SIGNS |= {
    "【": "〔",
    "】": "〕",
    "［": "〔",
    "］": "〕",
    "[": "〔",
    "]": "〕",
    "﹝": "〔",
    "﹞": "〕",
    "～": "~",
    "–": "-",
    "—": "-",
    "－": "-",
}
_SIGNS |= {"％": "%", "﹪": "%", "○": "〇", "∶": ":", "﹔": ";", "﹐": ",", "､": "、"}
#: What has no meaning inside a sentence: white space, invisible signs, quotation marks, Markdown, artefacts.
_DROP = re.compile(
    r"\[(?:image|bookmark|图片|书签)\s*[:：][^\]\n]{0,400}\]|[\s\u200b-\u200f\u2060\ufeff\u00ad“”‘’\"'＂*#`>]+"
)
_SPACE = re.compile(r"\s")
_NUMERIC = frozenset("0123456789")
_ENUMERATOR = re.compile(
    r"[(（]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）、.．]|[一二三四五六七八九十]是|[①-⑳]|第[一二三四五六]"
)
_OPEN_END = re.compile(r"[。；;：:!?！？…”)）》】]$")
_STOP = re.compile(r"[。\n]|(?<=[^\d])\.(?=[^\d])")
_LONG = 25
_TITLE = 40


@cache
def _table() -> dict[int, str]:
    """One sign for one sign, so that places in the text stay what they are."""
    wide = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    old = phrases()["fold"]
    return wide | {ord(a): b for a, b in _SIGNS.items()} | dict(zip(map(ord, old["from"]), old["to"], strict=True))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A passage inside a block: where it begins in the plain text, and the places of its characters."""

    begin: int
    passage: Passage
    places: Sequence[int]


@dataclass(frozen=True, slots=True)
class Block:
    """Plain text of one paragraph (or of several that continue each other)."""

    text: str
    pieces: tuple[_Piece, ...]
    begins: tuple[int, ...]

    @property
    def section(self) -> str:
        """The section the block stands in."""
        return self.pieces[0].passage.section

    def source(self, start: int, end: int, at: int) -> tuple[Passage, int, int]:
        """The passage that holds the plain character ``at``, and the span start–end cut to that passage."""
        index = bisect_right(self.begins, at) - 1
        piece = self.pieces[index]
        last = len(piece.places)
        first_place = max(start - piece.begin, 0)
        last_place = min(end - piece.begin, last) - 1
        return piece.passage, piece.places[first_place], piece.places[last_place] + 1


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """The text without what has no meaning, and the place in the source of each character left."""
    same = modern(text).translate(_table())
    if not _DROP.search(text):
        return same, range(len(text))
    kept: list[str] = []
    places: list[int] = []
    begin = 0
    for found in _DROP.finditer(text):
        start, end = found.span()
        kept.append(same[begin:start])
        places += range(begin, start)
        sign = _between(same, start, end)
        if sign:
            kept.append(sign)
            places.append(start)
        begin = end
    kept.append(same[begin:])
    places += range(begin, len(text))
    return "".join(kept), places


def _between(text: str, start: int, end: int) -> str:
    """What stands for a gap: a line break before a new item, a blank between two numbers, else nothing."""
    if not start or end >= len(text) or not _SPACE.search(text, start, end):
        return ""
    if "\n" in text[start:end] and _ENUMERATOR.match(text, end):
        return "\n"
    return " " if text[start - 1] in _NUMERIC and text[end] in _NUMERIC else ""


def _continues(block: list[tuple[Passage, str]], passage: Passage, plain: str) -> bool:
    """Whether a passage goes on with the sentence of the one before."""
    before, text = block[-1]
    return (
        passage.kind == before.kind == "paragraph"
        and passage.section == before.section
        and not _OPEN_END.search(text)
        and not (len(text) <= _TITLE and _ENUMERATOR.match(text) and "。" not in text)
        and ("," in text or len(text) > _LONG)
        and not _ENUMERATOR.match(plain)
        and not _ENUMERATOR.match(plain.lstrip("- "))
    )


def blocks(passages: Sequence[Passage]) -> Iterator[Block]:
    """Blocks of the passages in order; passages without text are left out."""
    waiting: list[tuple[Passage, str, Sequence[int]]] = []
    for passage in passages:
        text, places = _plain(passage.text)
        if not text:
            continue
        if waiting and not _continues([(w[0], w[1]) for w in waiting[-1:]], passage, text):
            yield _block(waiting)
            waiting = []
        waiting.append((passage, text, places))
    if waiting:
        yield _block(waiting)


def _block(parts: list[tuple[Passage, str, Sequence[int]]]) -> Block:
    pieces = []
    begin = 0
    for passage, text, places in parts:
        pieces.append(_Piece(begin, passage, places))
        begin += len(text)
    return Block("".join(text for _, text, _ in parts), tuple(pieces), tuple(p.begin for p in pieces))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of a plain text, without the stop."""
    begin = 0
    for stop in _STOP.finditer(text):
        if stop.start() > begin:
            yield begin, stop.start()
        begin = stop.end()
    if begin < len(text):
        yield begin, len(text)
