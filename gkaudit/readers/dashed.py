"""Tables whose columns a line of dashes shows (``----- --- ---``), as pandoc and reStructuredText write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from gkaudit.chars import clean, width
from gkaudit.document import TableCell
from gkaudit.readers.lines import Line

__all__ = ["collect_dashed", "has_dashes"]

_DASHES = re.compile(r"\s*(?:-{2,}|={2,})(?:\s+(?:-{2,}|={2,}))+\s*")
_WHOLE = re.compile(r"\s*-{3,}\s*")
_GROUP = re.compile(r"-{2,}|={2,}")
#: Editors and programs disagree how wide some signs are: a column may begin so many places beside its dashes.
_SLACK = 4
#: A table that nothing closes has no more lines than this.
_MOST_LINES = 400


def has_dashes(line: Line) -> bool:
    """Whether a line shows columns by groups of dashes."""
    return _DASHES.fullmatch(line.text) is not None


def collect_dashed(lines: list[Line], at: int) -> tuple[int, str, list[list[TableCell]]]:
    """The table below a line of dashes: (line after it, layout, rows); no rows where lines do not fit the columns."""
    starts = [width(lines[at].text[: group.start()]) for group in _GROUP.finditer(lines[at].text)]
    end = _end(lines, at, starts)
    rows: list[list[TableCell]] = []
    for block in _blocks(lines[at + 1 : end]):
        cells = [_cells(line, starts) for line in block]
        if any(own is None for own in cells):
            return at + 1, "", []
        rows.append(_joined([own for own in cells if own is not None]))
    return (end, "pipes", rows) if len(rows) > 1 else (at + 1, "", [])


def _end(lines: Sequence[Line], at: int, starts: Sequence[int]) -> int:
    """The line after the table: behind the dashes that close it, or at the first blank line."""
    blank = 0
    for number in range(at + 1, min(len(lines), at + _MOST_LINES)):
        line = lines[number]
        if not line.plain:
            blank = blank or number
        elif has_dashes(line) and [width(line.text[: g.start()]) for g in _GROUP.finditer(line.text)] == starts:
            if number > at + 1 + (blank == number - 1) and not _is_head(lines, at, number):
                return number + 1
        elif blank and _WHOLE.fullmatch(line.text):
            return number + 1
    return blank or min(len(lines), at + _MOST_LINES)


def _is_head(lines: Sequence[Line], at: int, number: int) -> bool:
    """Whether the same dashes come once more below these: what stood between was the head (``=== ===``)."""
    if "=" not in lines[at].text:
        return False
    rest = (line.text.strip() for line in lines[number + 1 : number + _MOST_LINES])
    for text in rest:
        if not text:
            return False
        if text == lines[at].text.strip():
            return True
    return False


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines of each row: every line is one, or those between blank lines are."""
    shown = [line for line in lines if not line.plain or not set(line.plain) <= set("-=")]
    while shown and not shown[-1].plain:
        shown.pop()
    apart = any(not line.plain for line in shown)
    block: list[Line] = []
    for line in shown:
        if line.plain:
            block.append(line)
        if block and (not apart or not line.plain):
            yield block
            block = []
    if block:
        yield block


def _cells(line: Line, starts: Sequence[int]) -> list[TableCell] | None:
    """The cells of a line, cut where the columns begin; None where a text runs over a border."""
    cuts = [0, *(_cut(line.text, start) for start in starts[1:]), len(line.text)]
    if any(cut is None for cut in cuts):
        return None
    places = [cut for cut in cuts if cut is not None]
    return [TableCell(clean(line.text[a:b]), line.anchor.at(start=a, end=b)) for a, b in pairwise(places)]


def _cut(text: str, column: int) -> int | None:
    """Index at which a column begins: behind a blank, as near as possible to its place."""
    places = {0: 0}
    at = 0
    for index, char in enumerate(text, 1):
        at += width(char)
        places[at] = index
    if column >= at:
        return len(text)
    near = sorted((abs(place - column), place) for place in places if abs(place - column) <= _SLACK)
    return next((places[p] for _, p in near if not p or text[places[p] - 1].isspace()), None)


def _joined(rows: list[list[TableCell]]) -> list[TableCell]:
    """The lines of one row as one row of cells."""
    first, *rest = rows
    for row in rest:
        first = [
            TableCell("\n".join(text for text in (a.text, b.text) if text), a.anchor if a.text else b.anchor)
            for a, b in zip(first, row, strict=True)
        ]
    return first
