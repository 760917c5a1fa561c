"""表三 and 表四 as they are copied out of a printed page: labels in pieces, as their cells were narrow.

What a viewer or ``pdftotext`` gives of a page has no table in it: ``（三）`` ⏎ ``不予公`` ⏎ ``开`` ⏎ ``1.属于`` ⏎
``国家秘`` ⏎ ``密`` ⏎ ``0 0 0 0 0 0 0``, or with ``-layout`` the numbers beside the first piece of their label and the
pieces of its group to the left of the others. The pieces of a label follow each other whatever stands between them,
and labels follow each other as on the form; the numbers between the begin of a label and that of the next are those
of its row. 表四 has all of its numbers behind all of its headings, which come in single characters.

Where the order of reading was lost, which numbers before their labels show, nobody can tell whose they are: such a
stretch is no table at all, and what is in it stays text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from gkaudit.chars import read_cell
from gkaudit.document import TableCell
from gkaudit.form import EDITIONS, Edition, form
from gkaudit.readers.fragments import LEAST_SURE, SHORTEST, Label, Piece, Walk, pieces_of, words_of
from gkaudit.readers.lines import Line, heading_like
from gkaudit.vocabulary import is_label, is_label_part, remedy_headings

__all__ = ["copied"]

#: A table is one of these where so many of its labels are in pieces, …
_FEWEST_BROKEN = 5
#: … and where so many of the rows of the form are there (2 of 3).
_FEWEST_ROWS = 16
#: So many rows without numbers, and as many with those of two, are no chance.
_FEWEST_CROSSED = 3
#: Lines of a page that are no part of the table (a page number, the name of the paper) between two that are.
_STRANGE, _LONGEST_STRANGE = 4, 40
_BORDERS = "\t|｜│┃"
#: So many lines with a piece of a label, in no order that makes labels of them, were read column by column.
_MOST_LOST = 12
#: So many headings of 表四 in single characters, each in columns of its own, are no words.
_FEWEST_SINGLE = 8
_REMEDIES, _CAPTION = 15, "行政复议"
_PAGE = re.compile(r"[-—–]+\d{1,3}[-—–]+|第\d{1,3}页.{0,8}")


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What was looked at, up to the line ``end``, and what it is: None for others to read, no rows where it is lost."""

    end: int
    rows: list[list[TableCell]] | None = None


def copied(lines: Sequence[Line]) -> dict[int, tuple[int, list[list[TableCell]]]]:
    """The stretches of a text that were copied out of these tables, by the line that they begin at.

    The line after each, and its rows; no rows where the order of reading was lost.
    """
    found: dict[int, tuple[int, list[list[TableCell]]]] = {}
    at = 0
    while at < len(lines):
        own = _stretch(lines, at)
        if own.rows is not None:
            found[at] = own.end, own.rows
        # What was looked at in vain is not looked at again: a text of nothing but headings would take for ever.
        at = max(own.end, at + 1)
    return found


def _stretch(lines: Sequence[Line], at: int) -> _Stretch:
    """What begins at a line."""
    if not _is_foreign(lines[at]):
        own = _remedies(lines, at) if _is_head_of_remedies(lines[at]) else _Stretch(at)
        if own.rows is not None or not _may_begin(lines[at]):
            return own
        requests = _requests(lines, at)
        return requests if requests.rows is not None else _Stretch(max(own.end, requests.end))
    return _Stretch(at)


def _is_foreign(line: Line) -> bool:
    """Whether a line is empty, or one of another kind of table."""
    return not line.plain or any(sign in line.text for sign in _BORDERS)


def _may_begin(line: Line) -> bool:
    """Whether a line begins with something that stands in the first rows of 表三, or over them."""
    first = next(pieces_of(line)).plain
    for edition in EDITIONS:
        rows, _, heads = words_of(edition)
        if len(first) >= LEAST_SURE and (first in heads or any(text.startswith(first) for text in rows[0])):
            return True
    return False


def _requests(lines: Sequence[Line], at: int) -> _Stretch:
    """表三 beginning at a line with its head or its first label."""
    walks = [_walk(lines, at, edition) for edition in EDITIONS]
    reading, end = max(walks, key=lambda walk: len(walk[0].rows))
    if len(reading.rows) < _FEWEST_ROWS:
        own = _lost(lines, at)
        return own if own.rows is not None else _Stretch(max(own.end, end))
    size = len(form(reading.edition).table("requests").columns)
    reading.rows[-1].cut = True
    for row in reading.rows:
        _without_page_number(row, size)
    if _is_unordered(reading, size):
        return _Stretch(_section_end(lines, end), [])
    if reading.broken < _FEWEST_BROKEN:
        # A table one cell a line.
        return _Stretch(end)
    if any(len(row.numbers) not in (0, size) for row in reading.rows):
        # Long numbers are in pieces too; with a blank beside it one of them makes up the count.
        _without_moved(reading.rows, size)
        for row in reading.rows:
            row.numbers = row.numbers if _adds_up(row) else []
    for row in reading.rows:
        # Counts are whole: a point is that of the number of a label, which stands beside another row's numbers (3.0).
        row.numbers = [] if any("." in piece.plain for piece in row.numbers) else row.numbers
    return _Stretch(end, [[row.cell(), *(n.cell for n in row.numbers)] for row in reading.rows])


def _without_moved(rows: Sequence[Label], size: int) -> None:
    """Take the numbers from rows between one with too many and one with too few: they may be each other's."""
    counts = [len(row.numbers) for row in rows]
    for first, count in enumerate(counts):
        last = next((at for at in range(first + 1, len(rows)) if counts[at] < size), first)
        if count > size:
            for row in rows[first : last + 1] if last > first else ():
                row.numbers = []


def _is_unordered(reading: Walk, size: int) -> bool:
    """Whether numbers, or the heads of columns, show that the order of reading is not that of the table.

    Numbers stand before the first label, or those of two rows below the first of them.
    """
    counts = [len(row.numbers) for row in reading.rows]
    if reading.stray and [piece.text for piece in reading.stray] != list(map(str, range(1, len(reading.stray) + 1))):
        return True
    if min(counts.count(0), counts.count(2 * size)) >= _FEWEST_CROSSED:
        return True
    wrong = [count for count in counts if count not in (0, size)]
    many = 2 * len(wrong) > len(counts) or any(count > 2 * size for count in wrong)
    return reading.broken >= _FEWEST_BROKEN and (not reading.in_order or many)


def _adds_up(row: Label) -> bool:
    """Whether the last number of a row is the sum of the others; a mark (—) is none."""
    *parts, total = [read_cell(piece.text).value for piece in row.numbers] or [None]
    return total is not None and sum(part for part in parts if part is not None) == total


def _lost(lines: Sequence[Line], at: int) -> _Stretch:
    """The stretch that begins at a line, lost where it is nothing but numbers and pieces that are no labels."""
    end, lost, strange = at, 0, 0
    for number in range(at, len(lines)):
        line = lines[number]
        if not line.plain or _PAGE.fullmatch(line.plain):
            continue
        if _is_foreign(line) or (lost and _is_heading(line)):
            break
        words = [piece for piece in pieces_of(line) if not piece.counts]
        if all(len(piece.plain) < SHORTEST or is_label_part(piece.text) for piece in words):
            end, strange = number + 1, 0
            lost += bool(words) and not any(map(is_label, ("".join(p.text for p in words), *(p.text for p in words))))
        else:
            strange += 1
            if strange > _STRANGE or len(line.plain) > _LONGEST_STRANGE:
                break
    return _Stretch(_section_end(lines, end), []) if lost >= _MOST_LOST else _Stretch(end)


def _is_heading(line: Line) -> bool:
    """Whether a line is the heading of a section; a row of the table with a misprinted label has numbers."""
    return heading_like(line.text) and not any(piece.counts for piece in pieces_of(line))


def _section_end(lines: Sequence[Line], at: int) -> int:
    """Where the text goes on below a stretch whose order was lost: what follows at once was lost with it."""
    for number in range(at, len(lines)):
        line = lines[number]
        if line.plain and (_is_foreign(line) or heading_like(line.text) or len(line.plain) > _LONGEST_STRANGE):
            return number
    return len(lines)


def _walk(lines: Sequence[Line], at: int, edition: Edition) -> tuple[Walk, int]:
    """What follows from a line on, and the line after the last one of it."""
    reading, end, strange = Walk(edition), at, 0
    for number in range(at, len(lines)):
        line = lines[number]
        if not line.plain:
            continue
        if _is_foreign(line):
            break
        if not _PAGE.fullmatch(line.plain) and reading.take(list(pieces_of(line))):
            end, strange = number + 1, 0
            continue
        strange += 1
        if strange > _STRANGE or len(line.plain) > _LONGEST_STRANGE or (reading.rows and _is_heading(line)):
            break
    return reading, end


def _without_page_number(row: Label, size: int) -> None:
    """Where the page ends below a row its number stands behind those of the row."""
    if row.cut and len(row.numbers) == size + 1 and row.numbers[-1].anchor.line != row.numbers[0].anchor.line:
        del row.numbers[-1]


# ── 表四 ────────────────────────────────────────────────────────────────────────────────────────


@cache
def _over_remedies() -> frozenset[str]:
    """The characters of all headings of 表四."""
    table = form().table("remedies")
    columns = (text for column in table.columns for text in (column.label, *column.aliases))
    return frozenset("".join([*remedy_headings(), *columns]))


def _is_head_of_remedies(line: Line) -> bool:
    """Whether a line has nothing but headings of 表四 in it, or pieces of them."""
    return set(line.plain) <= _over_remedies()


def _remedies(lines: Sequence[Line], at: int) -> _Stretch:
    """表四 beginning at a line with its headings; for others where these are words."""
    end, singles, lost = at, 0, False
    numbers: list[Piece] = []
    over: list[Piece] = []
    for number in range(at, len(lines)):
        line = lines[number]
        if not line.plain or _PAGE.fullmatch(line.plain):
            continue
        pieces = list(pieces_of(line))
        if _is_head_of_remedies(line):
            singles += sum(len(piece.plain) == 1 for piece in pieces)
            over += [piece for piece in pieces if piece.plain == _CAPTION]
            lost = lost or bool(numbers)
        elif all(piece.counts for piece in pieces) and not _is_foreign(line):
            numbers += pieces
        elif not (heading_like(line.text) and _CAPTION in line.plain):
            break
        end = number + 1
    if singles < _FEWEST_SINGLE or not numbers:
        return _Stretch(end)
    if lost or len(numbers) > _REMEDIES:
        return _Stretch(end, [])
    return _Stretch(end, [[piece.cell for piece in row] for row in (over, numbers) if row])
