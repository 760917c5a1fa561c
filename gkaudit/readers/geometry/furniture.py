"""What a page repeats around its text: running titles and page numbers, which are no part of the report."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from gkaudit.chars import squash
from gkaudit.readers.geometry.lines import Line
from gkaudit.readers.geometry.page import Page

__all__ = ["without_furniture"]

#: Share of the height, and points at least, in which running titles stand; page numbers may stand farther in.
_MARGIN, _LEAST, _NUMBER_MARGIN = 0.09, 60.0, 0.12
#: A running title stands at the same height (points) on at least this share of the pages.
_SAME, _SHARE = 4.0, 0.4
_BARE = re.compile(r"\d{1,3}")
_NUMBERED = re.compile(
    r"[-—–－─·~～]+\d{1,3}[-—–－─·~～]+|第\d{1,3}页(?:[,，/]?共\d{1,3}页)?|\d{1,3}[/／]\d{1,3}|第?\d{1,3}页?/共?\d{1,3}页"
    r"|[Pp]age\d{1,3}(?:of\d{1,3})?"
)


def without_furniture(pages: Sequence[tuple[Page, list[Line]]]) -> list[list[Line]]:
    """Per page the lines that stand outside of tables, without running titles and page numbers."""
    running = _running(pages)
    offsets = _offsets(pages)
    return [
        [line for line in lines if _key(page, line) not in running and not _is_number(page, line, lines, offsets)]
        for page, lines in pages
    ]


def _edge(page: Page, line: Line, share: float) -> str:
    """``top`` or ``bottom`` where a line stands in that margin."""
    margin = max(share * page.height, _LEAST)
    return "top" if line.base < margin else "bottom" if line.base > page.height - margin else ""


def _key(page: Page, line: Line) -> tuple[str, str, int]:
    """Lines with the same key are the same line on different pages; numbers in them may differ."""
    edge = _edge(page, line, _MARGIN)
    from_edge = line.base if edge == "top" else page.height - line.base
    return edge, re.sub(r"\d+", "0", squash(line.text)), round(from_edge / _SAME)


def _running(pages: Sequence[tuple[Page, list[Line]]]) -> set[tuple[str, str, int]]:
    seen: dict[tuple[str, str, int], set[int]] = defaultdict(set)
    for page, lines in pages:
        for line in lines:
            edge, text, height = _key(page, line)
            # Bare numbers are no title; whether they number the pages is asked elsewhere.
            if edge and any(c.isalpha() for c in text):
                for near in (height - 1, height, height + 1):
                    seen[edge, text, near].add(page.number)
    return {key for key, on in seen.items() if len(on) > 1 and len(on) >= _SHARE * len(pages)}


def _offsets(pages: Sequence[tuple[Page, list[Line]]]) -> set[int]:
    """Differences between a bare number in the margin and the page it stands on that hold for two pages."""
    found: dict[int, set[int]] = defaultdict(set)
    for page, lines in pages:
        for line in lines:
            if _is_bare(line) and _edge(page, line, _NUMBER_MARGIN):
                found[int(line.text) - page.number].add(page.number)
    return {offset for offset, on in found.items() if len(on) > 1}


def _is_number(page: Page, line: Line, lines: list[Line], offsets: set[int]) -> bool:
    """A page number: the outermost line of its margin, in the form of one.

    A single number is one where another page agrees; at the top, but not at the foot, it may be the rest of a row.
    """
    edge = _edge(page, line, _NUMBER_MARGIN)
    if not edge:
        return False
    outside = [other for other in lines if (other.base < line.base) == (edge == "top") and other is not line]
    if any(not _NUMBERED.fullmatch(squash(o.text)) and _edge(page, o, _MARGIN) != edge for o in outside):
        return False
    if _NUMBERED.fullmatch(squash(line.text)):
        return True
    if not _is_bare(line):
        return False
    offset = int(line.text) - page.number
    return offset in offsets or (offset == 0 and edge == "bottom")


def _is_bare(line: Line) -> bool:
    """Whether a line is one number; several of them are the rest of a row of the page before."""
    return _BARE.fullmatch(line.text) is not None
