"""Claims that are no counts of things: stated numbers of points, aspects of 总体情况, results of supervision."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from gkaudit.narrative.claim import Claim
from gkaudit.narrative.enumerations import counts
from gkaudit.narrative.lexicon import phrases
from gkaudit.narrative.plain import Block

__all__ = ["enumerated", "mentioned"]

#: Numbers of groups of enumerations begin here, behind those of any list of numbers.
_FIRST = 100_000
_HEADING = 30


def enumerated(parts: Sequence[Block]) -> Iterator[Claim]:
    """三个方面 as stated and the points found behind it; a pair of claims in one group."""
    for number, count in enumerate(counts(parts), _FIRST):
        note = "" if count.orderly else "序号不连续：" + "、".join(map(str, count.found))
        begin = count.start if count.last is count.block else 0
        for measure, block, span, value in (
            ("enumeration.stated", count.block, (count.start, count.end), count.stated),
            ("enumeration.found", count.last, (begin, count.last_end), count.points),
        ):
            claim = _statement(block, *span, measure, note)
            yield replace(
                claim, value=Decimal(value), exact=True, link="firm", role="enumeration", group=number,
                exhaustive=True, label=count.name,
            )  # fmt: skip


def mentioned(parts: Sequence[Block]) -> Iterator[Claim]:
    """Aspects of 总体情况 (note: 标题, 段首 or 正文) and results of assessment, evaluation, accountability."""
    seen: set[tuple[str, str]] = set()
    for block in parts:
        if block.section == "overall":
            for measure, at, end, note in _aspects(block):
                if note == "标题" or (measure, note) not in seen:
                    seen.add((measure, note))
                    yield _statement(block, at, end, measure, note)
        if block.section in ("overall", "problems", "other"):
            yield from _results(block)
        yield from _slips(block)


def _aspects(block: Block) -> Iterator[tuple[str, int, int, str]]:
    """Measure, span and kind of place of every aspect a block speaks of."""
    title = len(block.text) <= _HEADING and "。" not in block.text
    head = block.text[:_HEADING].partition("。")[0]
    for measure, words in phrases()["aspects"].items():
        if any(w in head for w in words):
            yield measure, 0, len(head), "标题" if title else "段首"
            continue
        word = next((w for w in words if w in block.text), None)
        if word is not None:
            at = block.text.find(word)
            yield measure, at, at + len(word), "正文"


_CLAUSE = re.compile(r"[^,;。\n]+")


_SLIP = re.compile(
    r"(?:^|[,。;:])(?P<clause>[^,。;:0-9未无没]{0,40}(?:收到|接到|受理)[^,。;:0-9未无没]{0,40}申请(?:的情况|事项|件)?)(?=,(?:也|亦|且)未)"
)


def _slips(block: Block) -> Iterator[Claim]:
    """收到…申请，也未发生…: a number or 未 was lost before 收到."""
    for found in _SLIP.finditer(block.text):
        if not any(numeral in found["clause"] for numeral in "一二三四五六七八九十两几"):
            yield _statement(block, *found.span("clause"), "polarity.received", "疑漏“未”")


@cache
def _supervision() -> re.Pattern[str]:
    nouns = [n for entry in phrases()["accountability"].values() for n in entry["nouns"]]
    return re.compile("|".join(map(re.escape, nouns)))


def _results(block: Block) -> Iterator[Claim]:
    """Clauses that give a result of supervision; a promise or a rule is none."""
    if not _supervision().search(block.text):
        return
    for found in _CLAUSE.finditer(block.text):
        words = found.group()
        for measure, entry in phrases()["accountability"].items():
            noun = next((n for n in entry["nouns"] if n in words), None)
            if noun is None or any(w in words for w in entry["unless"]):
                continue
            if any(w in words.replace(noun, "") for w in entry["results"]) or any(
                noun in w and w in words for w in entry["results"]
            ):
                yield _statement(block, *found.span(), measure, noun)


def _statement(block: Block, start: int, end: int, measure: str, note: str) -> Claim:
    passage, first, last = block.source(start, end, start)
    offset = passage.anchor.start or 0
    return Claim(
        measure=measure, value=None, exact=False, negated=False, unit="", link="none", scope="own", period="this",
        role="statement", group=None, exhaustive=False, quote=passage.text[first:last],
        anchor=passage.anchor.at(start=offset + first, end=offset + last), note=note, section=block.section,
    )  # fmt: skip
