"""Tables without upright rules: rows and columns by the places of their numbers.

A row is a line of numbers; its label is what stands left of it: one line or several around it. Where level
rules part the rows, they say what belongs together; elsewhere the words of the form decide which of the
possible lines make a label. A stretch in which anything stays open is no table but lines of text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gkaudit.readers.geometry.columns import Columns, Row, row_of, settled
from gkaudit.readers.geometry.drawn import (
    PITCH,
    SURE,
    Drawn,
    attach,
    beside,
    blocks_of,
    headings,
    in_bands,
    piece,
    rows_named,
    score_of,
)
from gkaudit.readers.geometry.lines import Line, Token
from gkaudit.readers.geometry.page import Page, Piece, Rule
from gkaudit.readers.geometry.rulings import united
from gkaudit.readers.geometry.spacing import UNKNOWN_SPACING, Spacing
from gkaudit.readers.lines import NUMBER_BEHIND, heading_like, names_section
from gkaudit.vocabulary import is_label_part

__all__ = ["unruled"]

#: A line this wide (share of the text) is prose, lines further apart than this (sizes) are not one table.
_PROSE, _STEP = 0.6, 6.0
#: Rows of numbers that make a table, or numbers in one row that do.
_FEWEST_ROWS, _WIDE_ROW = 2, 7
#: Words are on one line, or about beside each other (nearer where one is on a line of numbers), within this (sizes).
_ON_LINE, _NEARBY, _ABREAST = 0.45, 0.9, 1.2
#: Share of the numbers' width that a rule between rows covers.
_COVERS = 0.6
#: Rows of numbers are further apart than this (sizes).
_ONE_ROW = 0.95
#: So many words of a heading on one line make a heading of a table without its numbers.
_MANY_HEADS = 4
_DIGIT = re.compile(r"\d")


def unruled(page: Page, lines: Sequence[Line], spacing: Spacing = UNKNOWN_SPACING) -> tuple[list[Piece], list[Line]]:
    """Tables among the lines of a page, and the lines that are left; ``spacing`` is that of the document."""
    pieces: list[Piece] = []
    left: list[Line] = []
    rows = [row_of(line) for line in lines]
    if any(row.crowded for row in rows):
        spacing = Spacing.of(row.line for row in rows if row.values).among(spacing)
    todo = list(_stretches(rows))
    while todo:
        stretch = todo.pop(0)
        result = _table(page, stretch, spacing) if stretch.tabular else stretch.rows
        if isinstance(result, Piece) and len(stretch.rows) == 1 and not stretch.rows[0].values:
            result = stretch.rows  # a heading or a signature
        if isinstance(result, Piece):
            pieces.append(result)
        elif len(result) < len(stretch.rows):
            # Lines that belong to nothing stand before, behind or between tables.
            todo += list(_parted(stretch.rows, result))
        else:
            left += [row.line for row in result]
    return pieces, left


def _parted(rows: Sequence[Row], strange: Sequence[Row]) -> Iterator[_Stretch]:
    """A stretch cut at the lines that belong to nothing."""
    part: list[Row] = []
    for row in rows:
        if row in strange:
            yield from _judged(part)
            yield _Stretch([row])
            part = []
        else:
            part.append(row)
    yield from _judged(part)


# ── stretches ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Lines that follow each other."""

    rows: list[Row]
    tabular: bool = False


def _stretches(rows: Sequence[Row]) -> Iterator[_Stretch]:
    """The lines cut into prose and what may be a table."""
    right = max((row.line.right for row in rows), default=0.0)
    left = min((row.line.left for row in rows), default=0.0)
    run: list[Row] = []
    for row in rows:
        wide = not row.values and len(row.words) == 1 and row.line.right - row.line.left > _PROSE * (right - left)
        heading = heading_like(row.line.text) or names_section(row.line.text)
        prose = wide or (heading and not row.values)
        apart = bool(run) and row.line.base - run[-1].line.base > _STEP * max(row.line.size, run[-1].line.size)
        if prose or apart:
            yield from _judged(run)
            run = []
        if prose:
            yield _Stretch([row])
        else:
            run.append(row)
    yield from _judged(run)


def _judged(run: list[Row]) -> Iterator[_Stretch]:
    """A run as a table, if it has numbers enough or the headings of one."""
    data = [i for i, row in enumerate(run) if row.values]
    if not data:
        yield _Stretch(run, _heads(run))
        return
    numbers = max((len(run[i].values) for i in data), default=0)
    labelled = sum(bool(run[i].words) for i in data)
    known = any(rows_named(run[i].words[-1].text) for i in data if run[i].words)
    rows = max(labelled, min(_labels_alone(run), len(data)))
    if not (rows >= _FEWEST_ROWS or numbers >= _WIDE_ROW or known):
        yield _Stretch(run)
        return
    yield _Stretch(run, tabular=True)


def _labels_alone(rows: Sequence[Row]) -> int:
    """How many lines are nothing but the label of a row, which may stand above the middle with the row's numbers."""
    return sum(len(row.words) == 1 and bool(rows_named(row.line.text)) for row in rows if not row.values)


def _heads(run: Sequence[Row]) -> bool:
    """Whether lines without any number are the heading of a table whose numbers stand on the next page."""
    wide = [row for row in run if len(row.words) >= _MANY_HEADS]
    return bool(wide) and all(_of_the_form(row) for row in run)


def _of_the_form(row: Row) -> bool:
    """Whether a line has only words that the form has, as labels or as headings."""
    return all(is_label_part(t.text) or score_of(t.text) >= SURE for t in row.words)


# ── one table ───────────────────────────────────────────────────────────────────────────────────


def _table(page: Page, stretch: _Stretch, spacing: Spacing) -> Piece | list[Row]:
    """The table of a stretch; else the lines that belong to nothing in it, or all lines where it is none."""
    rows = stretch.rows
    if not any(row.values for row in rows):
        return piece(headings(rows, ()), rows, page)
    if not any(row.crowded for row in rows):
        return _by_position(page, rows)
    for known in (spacing, UNKNOWN_SPACING) if spacing.whole else (spacing,):
        # Where columns cannot be told with what is thought of the spacing, it is wrong.
        found = _by_position(
            page,
            settled(
                [row_of(row.line, known) if row.values else row for row in rows],
                spaced=spacing.spaced,
            ),
        )
        if isinstance(found, Piece) or len(found) < len(rows):
            return found
    # As lines of text two numbers that nearly touch would pass for one: the rows stay, in doubt.
    return piece([_open_row(row) for row in rows], rows, page)


def _open_row(row: Row) -> Drawn:
    return Drawn(row.line.base, [(t.text, t) for t in row.words], list(row.values) or None, doubtful=True)


def _by_position(page: Page, rows: list[Row]) -> Piece | list[Row]:
    """The table of rows of numbers and the words around them; as :func:`_table`."""
    data = [row for row in rows if row.values]
    if behind := _behind(rows):
        return behind
    if any(b.line.base - a.line.base < _ONE_ROW * a.line.size for a, b in pairwise(data)):
        return rows  # numbers wrapped in their cells: what stands on one line is not one row
    above = [t for row in rows if row.line.base < data[0].line.base for t in row.words]
    clear = [row for row in data if not row.crowded]
    columns = Columns.of(clear, above)
    placed = [columns.placed(row.values) for row in clear]
    if not clear or None in placed or any(t.right > columns.left for row in data for t in row.words):
        return rows
    labelled = any(row.words for row in data) or _labels_alone(rows) >= _FEWEST_ROWS
    labels = [t for row in rows for t in row.words if labelled and (t.right < columns.left + t.size or row.values)]
    bases = [row.line.base for row in data]
    groups = [t for t in labels if any(_right_of(t, other, bases) for other in labels)]
    items = [t for t in labels if t not in groups]
    drawn = _numbers(data, dict(zip(map(id, clear), placed, strict=True)), columns)
    separators = _separators(page.level, columns, rows)
    left = in_bands(drawn, items, separators) if separators else beside(drawn, items)
    if left:
        strange = [row for row in rows if all(t in left for t in row.words) and not row.values]
        return strange if sum(len(row.words) for row in strange) == len(left) else rows
    _question(drawn, [t for row in rows for t in row.words if t not in labels], parted=bool(separators))
    drawn += headings([row for row in rows if not row.values], labels)
    drawn.sort(key=lambda d: d.base)
    for block in blocks_of(groups):
        attach(drawn, block)
    return piece(drawn, rows, page)


def _behind(rows: Sequence[Row]) -> list[Row]:
    """Lines apart from the last row of numbers that are not of the form: a section's heading, a signature."""
    last = max(at for at, row in enumerate(rows) if row.values or _with_number(row))
    found: list[Row] = []
    for before, row in pairwise(rows[last:]):
        apart = row.line.base - before.line.base > PITCH * row.line.size
        if found or (apart and not rows_named(row.line.text) and not _of_the_form(row)):
            found.append(row)
    return found


def _with_number(row: Row) -> bool:
    """Whether a line is the label of a row and, printed in one with it, its number."""
    text = row.line.text
    return NUMBER_BEHIND.search(text) is not None and bool(rows_named(text))


def _numbers(data: Sequence[Row], placed: Mapping[int, list[Token | None] | None], columns: Columns) -> list[Drawn]:
    """The rows with their numbers in columns; in doubt where numbers nearly touch or columns may be one.

    A row with all the numbers of the form has no two that pass for one. Where no row fills all of many
    columns, two of them may be one that is written left and right: then only such rows are sure.
    """
    known = [place for place in placed.values() if place]
    most = max(sum(v is not None for v in place) for place in known)
    width = len(columns.sides)
    filled = sum(any(place[i] for place in known) for i in range(width))
    torn = most < filled and (len(known) < len(data) or filled >= _WIDE_ROW)
    ragged = torn or columns.ragged(known)
    drawn = []
    for row in data:
        place = placed.get(id(row)) or [*row.values, *[None] * (width - len(row.values))]
        full = len(row.values) == most and not row.touching
        full = full and (not (torn or row.crowded) or (most >= _WIDE_ROW and torn != row.crowded))
        drawn.append(Drawn(row.line.base, values=place, doubtful=not full and (ragged or row.crowded)))
    return drawn


def _question(drawn: Sequence[Drawn], words: Sequence[Token], *, parted: bool) -> None:
    """Doubt rows whose numbers may be another row's: beside one without a label, or with words where numbers belong.

    Where rules part the rows (``parted``) a missing label is that of its own row.
    """
    own = sorted((d for d in drawn if d.values and any(d.values)), key=lambda d: d.base)
    for at, row in enumerate(own):
        if not row.labels and len(own) > 1:
            for near in [row] if parted else own[max(at - 1, 0) : at + 2]:
                near.doubtful = True
    figures = [t for t in words if _DIGIT.search(t.text)]
    for row in drawn:
        if row.values and not any(row.values) and any(abs(t.base - row.base) < PITCH * t.size for t in figures):
            row.doubtful = True


def _right_of(token: Token, other: Token, bases: Sequence[float]) -> bool:
    """Whether another label stands right of this one, which then is the label of several rows.

    What stands on the line of a row's numbers is the row's own label unless the other is nearly on it too.
    """
    on_row = any(abs(base - token.base) < _ON_LINE * token.size for base in bases)
    reach = _NEARBY if on_row else _ABREAST
    return other.left >= token.right - 1 and abs(other.base - token.base) < reach * token.size


def _separators(level: Sequence[Rule], columns: Columns, rows: Sequence[Row]) -> list[float]:
    """Heights of the rules between rows; none where they do not part every row from the next."""
    wide = columns.right - columns.left
    top, bottom = rows[0].line.base - 2 * rows[0].line.size, rows[-1].line.base + 2 * rows[-1].line.size
    heights = sorted(
        rule.at
        for rule in united(level)
        if top <= rule.at <= bottom and min(rule.end, columns.right) - max(rule.start, columns.left) >= _COVERS * wide
    )
    bands = [bisect_right(heights, row.line.base) for row in rows if row.values]
    return heights if heights and all(a < b for a, b in pairwise(bands)) else []
