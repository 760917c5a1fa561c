"""N个方面 and the enumerators behind it: 一是 … 二是, 首先 … 其次, 1. 2., （一）（二）."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from gkaudit.chars import chinese_number
from gkaudit.narrative.lexicon import phrases
from gkaudit.narrative.plain import Block

__all__ = ["Count", "counts"]

_NUMERAL = "[一二三四五六七八九十两]{1,3}|[0-9]{1,2}"
_STYLES = (
    re.compile(r"(?P<n>[一二三四五六七八九十]{1,2})是"),
    re.compile(r"(?:(?<=^)|(?<=[。;:\n,]))[(（](?P<n>[一二三四五六七八九十]{1,2}|\d{1,2})[)）]"),
    re.compile(r"(?:(?<=^)|(?<=[。;:\n]))(?P<n>\d{1,2})[.、](?!\d)"),
    re.compile(r"(?P<n>[①-⑳])"),
    re.compile(r"(?:(?<=^)|(?<=[。;:\n,]))(?P<n>首先|其次|再次|最后|第[一二三四五六七八九十](?![条款项届次部]))"),
)
_MOST = 30
#: Enumerators begin so near behind the stated number, and reach so far.
_NEAR = 60
_WINDOW = 4000


@dataclass(frozen=True, slots=True)
class Count:
    """A stated number of points and what follows: place and span in the block, the enumerators found."""

    block: Block
    stated: int
    start: int
    end: int
    name: str
    found: tuple[int, ...]
    #: Where the last enumerator stands (plain text of ``last``).
    last: Block
    last_end: int

    @property
    def points(self) -> int:
        """How many points are listed: the highest number, or how many where they have none."""
        return max(self.found)

    @property
    def orderly(self) -> bool:
        """Whether the enumerators run 1, 2, 3 … without a gap or a repetition."""
        return list(self.found) == list(range(1, len(self.found) + 1))


@cache
def _claim() -> re.Pattern[str]:
    nouns = "|".join(sorted(map(re.escape, phrases()["enumeration"]["nouns"]), key=len, reverse=True))
    return re.compile(
        rf"(?P<n>{_NUMERAL})(?:大)?(?:个|项|点|条|类|大|种|方面)?(?:主要|具体|重点)?(?P<noun>{nouns})(?P<rest>[^。;:]{{0,12}})(?P<sign>[:。]|,?(?=一是|首先)|$)"
    )


def counts(blocks: Sequence[Block]) -> list[Count]:
    """Stated numbers of points that are followed by enumerators, in the same block or the next ones."""
    found = []
    for index, block in enumerate(blocks):
        for claim in _claims(block.text):
            made = _count(blocks, index, claim)
            if made is not None:
                found.append(made)
    return found


def _claims(text: str) -> Iterator[re.Match[str]]:
    """Stated numbers of points; of two before one colon (两个重点, 做好五项工作：) the last."""
    at = 0
    while (claim := _claim().search(text, at)) is not None:
        nearer = _claim().search(text, claim.start("rest"), claim.end())
        if nearer is None or nearer.end() < claim.end():
            yield claim
            at = claim.end()
        else:
            at = nearer.start()


def _count(blocks: Sequence[Block], index: int, claim: re.Match[str]) -> Count | None:
    stated = int(claim["n"]) if claim["n"].isdigit() else chinese_number(claim["n"])
    before = claim.string[max(claim.start() - 1, 0) : claim.start()]
    if stated is None or not 1 < stated <= _MOST or before in ("第", "十", "之", "(", "〔", ".") or before.isdigit():
        return None
    block = blocks[index]
    if claim.end() < len(block.text):
        points, end = _inside(block.text, claim.end())
        if not points:
            return None
        return Count(block, stated, claim.start(), claim.end(), claim["noun"], points, block, end)
    points, last = _behind(blocks, index)
    if not points:
        return None
    return Count(block, stated, claim.start(), claim.end(), claim["noun"], points, blocks[last], len(blocks[last].text))


def _inside(text: str, start: int) -> tuple[tuple[int, ...], int]:
    """Enumerators of the style that comes first behind the place, up to where they start again at 1."""
    stop = min(start + _WINDOW, len(text))
    firsts = [(m.start(), style) for style in _STYLES if (m := style.search(text, start, min(start + _NEAR, stop)))]
    if not firsts:
        return (), start
    begin, style = min(firsts, key=lambda f: f[0])
    if begin - start > 2 and "。" in text[start:begin]:  # noqa: PLR2004 - the list begins at once
        return (), start
    points: list[int] = []
    end = start
    for mark in style.finditer(text, start, stop):
        value = _value(mark["n"], len(points))
        if points and value == 1:
            break
        points.append(value)
        end = mark.end()
        if len(points) > _MOST:
            break
    if points and points[0] != 1:
        return (), start
    last = text.find("。", end, stop)
    return tuple(points), last if last > 0 else stop


def _behind(blocks: Sequence[Block], index: int) -> tuple[tuple[int, ...], int]:
    """Enumerators at the beginning of the next blocks of the section."""
    points: list[int] = []
    style: re.Pattern[str] | None = None
    last = index
    for at in range(index + 1, min(index + 1 + 2 * _MOST, len(blocks))):
        if blocks[at].section != blocks[index].section:
            break
        head = blocks[at].text.lstrip("-")
        if style is None:
            style = next((s for s in _STYLES if s.match(head)), None)
            if style is None:
                break
        mark = style.match(head)
        if mark is None:
            continue
        value = _value(mark["n"], len(points))
        if points and value != points[-1] + 1:
            break
        points.append(value)
        last = at
    if not points or points[0] != 1:
        return (), index
    more, _ = _inside(blocks[last].text, 0) if last > index else ((), 0)
    if more and len(more) > 1:
        points += [v for v in more if v > points[-1]]
    return tuple(points), last


def _value(text: str, sofar: int) -> int:
    words = phrases()["enumeration"]["ordinals"]
    if text in words:
        return int(words[text]) if words[text] > 0 else sofar + 1
    if text.isdigit() and text.isascii():
        return int(text)
    if len(text) == 1 and "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    return chinese_number(text.removeprefix("第")) or 0
