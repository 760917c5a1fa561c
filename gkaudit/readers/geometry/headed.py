"""表三 and 表四 without upright rules, read under their headings.

The heading says where each column stands (:mod:`.heads`); a number belongs to the column it stands under. On
the next page, where the heading is not printed again, the columns are those of the page before as long as the
numbers stand under each other as they did. What cannot be told apart stays in doubt, row by row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gkaudit.chars import fold, is_value, squash
from gkaudit.form import form
from gkaudit.readers.geometry.borders import borders, filled
from gkaudit.readers.geometry.heads import Head, Heading, headings
from gkaudit.readers.geometry.labelled import labelled, piece_of
from gkaudit.readers.geometry.lines import Line, Token, text_of
from gkaudit.readers.geometry.page import Char, Page, Piece
from gkaudit.readers.geometry.spacing import UNKNOWN_SPACING, Spacing
from gkaudit.readers.geometry.under import (
    Number,
    NumberRow,
    Side,
    aligned,
    full_sides,
    numbers_on,
    place_numbers,
    rows_of,
    torn,
)
from gkaudit.readers.lines import heading_like, names_section
from gkaudit.vocabulary import is_label_part

__all__ = ["Carried", "headed"]

#: Lines further apart than this (character sizes) are not one table; words nearer than this are one label.
_STEP, _WORDS = 6.0, 0.35
#: So many lines may stand between two pieces of a table.
_MOST_BETWEEN = 4
#: Columns of labels begin where so many labels begin; the gap before them may be as narrow as this.
_FEWEST_STARTS, _NARROW = 3, 0.03
#: The words of a section's heading are nearer than this (character sizes); those of two labels need not be.
_HEADING = 3.0
#: A number may stand so near to the label before it.
_NUMBER = 0.07
#: Left of every page.
_FAR = 1e6
_FIGURES = re.compile(r"(?:[+\-−－]?[\d.,，．]*\d[\d.,，．]*(?:万元|元|件|条|个|项|宗|起|份|次)?)+|件|万元|元")
#: The number of a group of rows, or of a section.
_NUMBER_ALONE = re.compile("[一二三四五六七八][、.．]")

_CONTINUED = frozenset({"续表", "续上表", "接上表", "续"})

Found = tuple[list[Piece], list[Line], "Carried | None"]


@dataclass(frozen=True, slots=True)
class Carried:
    """The columns of a table that may go on: its heading, its columns' sides, and the sides of their numbers."""

    heading: Heading
    sides: tuple[Side, ...]
    seen: tuple[tuple[Side, ...], ...]


def headed(page: Page, lines: Sequence[Line], carried: Carried | None, spacing: Spacing = UNKNOWN_SPACING) -> Found:
    """Tables under their headings, the lines that are left, and the columns of a table that may go on overleaf.

    ``spacing`` is how the numbers of the document are written.
    """
    found = list(headings(lines, page.upright))
    first = found[0].first if found else len(lines)
    pieces, left, carried = _going_on(page, lines[:first], carried, spacing)
    ends = [heading.first for heading in found[1:]] + [len(lines)]
    for heading, end in zip(found, ends[: len(found)], strict=True):
        more, rest, carried = _under_heading(page, lines[heading.first : end], heading, spacing)
        pieces += more
        left += rest
    ended = not pieces or (bool(left) and left[-1].base > pieces[-1].box[3])
    return pieces, left, None if ended else carried


def _under_heading(page: Page, lines: Sequence[Line], heading: Heading, spacing: Spacing) -> Found:
    """The table under a heading, and what goes on after it without one."""
    end = _end(lines, heading.last - heading.first + 1, heading.heads, heading.table)
    table = _read(page, lines[:end], heading, None, spacing)
    if table is None:
        return [], list(lines), None
    piece, carried = table
    if heading.table == "remedies" and any(carried.seen):
        return [piece], list(lines[end:]), None
    pieces, left, after = _going_on(page, lines[end:], carried, spacing)
    return [piece, *pieces], left, after if pieces else carried


def _going_on(page: Page, lines: Sequence[Line], carried: Carried | None, spacing: Spacing) -> Found:
    """The table whose heading stands above, on this page or the one before.

    A line of words may stand between, or the first lines of the heading printed again.
    """
    for start in range(min(_MOST_BETWEEN, len(lines))):
        if carried is None or (start > 1 and not all(_of_heading(line) for line in lines[:start])):
            break
        end = start + _end(lines[start:], 0, carried.heading.heads, carried.heading.table)
        table = _read(page, lines[start:end], None, carried, spacing) if end > start else None
        if table is not None:
            return [table[0]], [*lines[:start], *lines[end:]], table[1]
    return [], list(lines), None


def _of_heading(line: Line) -> bool:
    """Whether a line has only words that stand in the heading of 表三, or in that of its section."""
    note = squash(form().table("requests").note)
    runs = _runs(line.chars, line)
    return names_section(line.text) or all(is_label_part(t.text) or squash(t.text) in note for t in runs)


# ── which lines ─────────────────────────────────────────────────────────────────────────────────


def _end(lines: Sequence[Line], start: int, heads: Sequence[Head], table: str) -> int:
    """The line after the last of a table whose heading ends before ``start``."""
    for at in range(start, len(lines)):
        line = lines[at]
        apart = at > 0 and line.base - lines[at - 1].base > _STEP * line.size
        runs = _runs(line.chars, line)
        words = [run for run in runs if not _is_figure(run)]
        prose = any(run.right > heads[0].right for run in words)
        bare = bool(words) and not any(run.left > words[-1].right for run in runs)
        bare = bare and all(b.left - a.right < _HEADING * line.size for a, b in pairwise(words))
        section = bare and (names_section(line.text) or (heading_like(line.text) and not _is_beside(words)))
        # 表四 has no labels: words end it.
        if apart or prose or section or (table == "remedies" and words) or fold(line.text) in _CONTINUED:
            return at
    return len(lines)


def _is_beside(words: Sequence[Token]) -> bool:
    """Whether a number stands apart from the words behind it: that of a group of rows (三、), beside a label."""
    return len(words) > 1 and _NUMBER_ALONE.fullmatch(words[0].text) is not None


def _runs(chars: Sequence[Char], line: Line, starts: Collection[int] = ()) -> list[Token]:
    """Characters of a line as words and numbers, parted by gaps, narrow ones where columns start."""
    runs: list[list[Char]] = []
    for char in (c for c in chars if not c.text.isspace()):
        number = bool(runs) and char.text.isdigit() and not runs[-1][-1].text.isascii()
        limit = _NARROW if round(char.left) in starts else _NUMBER if number else _WORDS
        if runs and char.left - runs[-1][-1].right <= limit * line.size and not UNKNOWN_SPACING.parts(runs[-1], char):
            runs[-1].append(char)
        else:
            runs.append([char])
    return [Token(text_of(run), run[0].left, run[-1].right, line.base, line.size) for run in runs]


def _is_figure(run: Token) -> bool:
    return is_value(run.text) or _FIGURES.fullmatch(squash(run.text)) is not None


# ── one table ───────────────────────────────────────────────────────────────────────────────────


def _read(
    page: Page, lines: Sequence[Line], heading: Heading | None, carried: Carried | None, spacing: Spacing
) -> tuple[Piece, Carried] | None:
    """The table of these lines, of which the first may be its heading; None where the two do not fit."""
    heads, sides, start = _columns(heading, carried)
    head = heading or (carried.heading if carried else None)
    if head is None:
        return None
    own = heading.chars if heading else frozenset()
    words = [_labels_on(line, heads, own) for line in lines]
    starts = _starts([t for row in words for t in row])
    words = [_labels_on(line, heads, own, starts) for line in lines]
    spacing = Spacing.of(lines).among(spacing)
    # A wide number may begin left of where the labels of other rows end.
    parts = [(line, max((t.right for t in row), default=-_FAR)) for line, row in zip(lines, words, strict=True)]
    if carried is not None:
        # Rows with all their numbers say themselves where their columns are.
        sides = full_sides([numbers_on(*part, (), spacing) for part in parts], len(heads)) or sides
    numbers, whole = _placed(parts[start:], sides, spacing)
    if spacing.whole and torn(numbers):
        # What is written in two is one number after all.
        numbers, whole = _placed(parts[start:], sides, UNKNOWN_SPACING)
    if heading is not None and whole:
        numbers = _told_apart(numbers, parts[start:], heads)
    rows = rows_of(numbers, len(heads)) if whole else []
    if heading is not None and start == len(lines):
        # The page ends below the heading.
        return piece_of(page, lines, heading, [], []), Carried(heading, sides, tuple(() for _ in heads))
    if not rows or whole is None or (carried is not None and not _agree(rows, carried)):
        return None
    requests = head.table == "requests"
    drawn = labelled(page, rows, _without_note(words, start), (whole[0][0], whole[-1][1])) if requests else None
    if requests and not drawn:
        return None
    seen = tuple(tuple(c.side for c in (row.cells[i] for row in rows) if c) for i in range(len(heads)))
    return piece_of(page, lines, heading, rows, drawn), Carried(head, tuple(whole), seen)


def _placed(
    parts: Sequence[tuple[Line, float]], sides: Sequence[Side], spacing: Spacing
) -> tuple[list[list[Number]], list[Side] | None]:
    """The numbers of each line, right of a place, in their columns; and the sides of these."""
    numbers = [numbers_on(*part, sides, spacing) for part in parts]
    whole = place_numbers(numbers, sides)
    if whole and any(n.loose for own in numbers for n in own):
        # Now it is known how wide the columns are.
        numbers = [numbers_on(*part, whole, spacing) for part in parts]
        whole = place_numbers(numbers, whole)
    return numbers, whole


def _told_apart(
    numbers: list[list[Number]], parts: Sequence[tuple[Line, float]], heads: Sequence[Head]
) -> list[list[Number]]:
    """Numbers that nearly touch told apart by where the columns end, in rows that fill them all."""
    ends = borders(heads)
    unclear = [len(own) != len(heads) or any(n.loose or n.column is None for n in own) for own in numbers]
    return [
        (filled(*part, ends) if ends and doubt else []) or own
        for own, part, doubt in zip(numbers, parts, unclear, strict=True)
    ]


def _columns(heading: Heading | None, carried: Carried | None) -> tuple[tuple[Head, ...], tuple[Side, ...], int]:
    """Headings and sides of the columns, and how many lines the heading has."""
    if heading is not None:
        sides = tuple((head.left, head.right) for head in heading.heads)
        return heading.heads, sides, heading.last - heading.first + 1
    return (carried.heading.heads, carried.sides, 0) if carried else ((), (), 0)


def _labels_on(
    line: Line, heads: Sequence[Head], heading: Collection[Char], starts: Collection[int] = ()
) -> list[Token]:
    """The words of a line left of the columns."""
    runs = _runs([c for c in line.chars if c not in heading], line, starts)
    return [run for run in runs if run.right < heads[0].right and run.left < heads[0].left and not _is_figure(run)]


def _starts(labels: Sequence[Token]) -> set[int]:
    """Where columns of labels begin, in points."""
    counts = Counter(round(t.left) for t in labels)
    return {left for left, count in counts.items() if count >= _FEWEST_STARTS}


def _without_note(words: Sequence[list[Token]], start: int) -> list[Token]:
    """The labels of the rows: beside the heading only what is a label of the form, and not its note (勾稽关系)."""
    note = squash(form().table("requests").note)
    beside = [t for row in words[:start] for t in row if is_label_part(t.text) and squash(t.text) not in note]
    return [*beside, *(t for row in words[start:] for t in row)]


def _agree(rows: Sequence[NumberRow], carried: Carried) -> bool:
    """Whether rows without a heading have the columns of those above.

    A row with a number in each column has; others where the numbers stand under each other as above.
    """
    if any(row.sure and all(cell is not None for cell in row.cells) for row in rows):
        return True
    return all(
        aligned([*above, cell.side], cell.size)
        for row in rows
        for cell, above in zip(row.cells, carried.seen, strict=True)
        if cell is not None and above
    )
