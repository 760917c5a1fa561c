"""Labels of 表三 that come in pieces, put together in the order of the form, with the numbers behind their begins.

A piece is one of the label that is open, of the group beside it, of the next label, or of the head of the table, which
a new page prints again. Where columns keep their places, a piece that fits two of them is of the nearer one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from gkaudit.chars import is_value, width
from gkaudit.document import Anchor, TableCell
from gkaudit.form import Edition, Row, TableForm, form
from gkaudit.readers.lines import Line
from gkaudit.vocabulary import unquoted

__all__ = ["LEAST_SURE", "SHORTEST", "Label", "Piece", "Walk", "pieces_of", "words_of"]

#: Rows that may be missing between two that follow each other.
_SKIPPED = 4
#: A piece that begins something has so many signs, …
SHORTEST = 2
#: … and so many where it is to be sure, or may be misprinted.
LEAST_SURE = 3
#: A label without its number has so many characters.
_LEAST_BARE = 6
#: … and begins with so many in one piece.
_LEAST_BEGUN = 4
#: Groups that are begun, and heads of columns: more than a form has on all of its pages are looked at by nobody.
_MOST_OPEN = 60
#: Place of 总计 among the columns.
_TOTAL = 6
_WORD = re.compile(r"(?:\d{1,2}[.．、]\s+(?=[^\s\d]))?\S+")
_NUMBER = re.compile(r"^(?:\(?[一二三四五六七]\)?、?|\d\.)")


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between blanks: its text, without marks of quotation, and the display columns it takes."""

    text: str
    plain: str
    left: int
    right: int
    anchor: Anchor

    @property
    def counts(self) -> bool:
        """Whether it is a number, or a mark where one belongs."""
        return is_value(self.text)

    @property
    def cell(self) -> TableCell:
        """It alone as a cell."""
        return TableCell(self.text, self.anchor)

    def away(self, other: Piece) -> float:
        """How far it stands from the column of another piece, be that ranged left or centred."""
        return min(abs(self.left - other.left), abs(self.left + self.right - other.left - other.right) / 2)


def pieces_of(line: Line) -> Iterator[Piece]:
    """The pieces of a line from left to right; the number of a label (``1. ``) is no piece of its own."""
    for found in _WORD.finditer(line.text):
        text, (start, at) = found[0], found.span()
        left = width(line.text[:start])
        yield Piece(text, unquoted(text), left, left + width(text), line.anchor.at(start=start, end=at))


@dataclass(slots=True)
class Label:
    """A label that is being put together: what it may be, its pieces, and the numbers behind its begin."""

    texts: tuple[str, ...]
    pieces: list[Piece] = field(default_factory=list)
    numbers: list[Piece] = field(default_factory=list)
    #: The row of numbers is the last before the head of the table comes again.
    cut: bool = False

    def goes_on(self, piece: Piece, *, nearly: bool = False) -> bool:
        """Whether a piece follows on those it has; ``nearly``: with one character misprinted in it."""
        at = sum(len(own.plain) for own in self.pieces)
        size = len(piece.plain)
        if nearly:
            return size >= LEAST_SURE and any(_is_near(text[at : at + size], piece.plain) for text in self.texts)
        return any(text.startswith(piece.plain, at) for text in self.texts)

    def cell(self) -> TableCell:
        """Its pieces as one cell."""
        return TableCell("\n".join(piece.text for piece in self.pieces), self.pieces[0].anchor)


def _is_near(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


@cache
def words_of(edition: Edition) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...], str]:
    """Labels of the rows in the order of the form, those of their groups, and everything over the columns."""
    table = form(edition).table("requests")
    rows = tuple(tuple(_printed(row)) for row in table.rows)
    groups = tuple(dict.fromkeys(unquoted(row.group) for row in table.rows if row.group))
    return rows, groups, "\n".join(map(unquoted, _heads(table)))


def _printed(row: Row) -> Iterator[str]:
    """How the label of a row may be printed; short ones without their number are heads of columns as well (总计)."""
    label = unquoted(row.label)
    number = "".join(_NUMBER.findall(label))
    for text in (label.removeprefix(number), *map(unquoted, row.aliases)):
        yield number + text
        if len(text) >= _LEAST_BARE:
            yield text


def _heads(table: TableForm) -> Iterator[str]:
    yield from (table.note, table.heading)
    for column in table.columns:
        yield from (column.label, *column.aliases, column.group or "")


@dataclass(slots=True)
class Walk:
    """One walk over lines, as the labels of one edition follow each other."""

    edition: Edition
    rows: list[Label] = field(default_factory=list)
    order: int = -1
    groups: list[Label] = field(default_factory=list)
    #: The last piece was one of the head of the table.
    in_head: bool = False
    #: Numbers before the first label.
    stray: list[Piece] = field(default_factory=list)
    #: Pieces that the heads of columns begin with, each with the place of its column on the form.
    heads: list[tuple[int, Piece]] = field(default_factory=list)

    def take(self, pieces: Sequence[Piece]) -> bool:
        """Take in a line; False, and nothing of it is taken, where something in it is none of the table."""
        before = self._state()
        if all(self._number(piece) if piece.counts else self._text(piece) for piece in pieces):
            return True
        self._back_to(before)
        return False

    def _state(self) -> tuple[int, int, int, tuple[int, ...], int, bool, int, int]:
        last = self.rows[-1] if self.rows else Label(())
        groups = tuple(len(group.pieces) for group in self.groups)
        return (
            len(self.rows),
            len(last.pieces),
            len(last.numbers),
            groups,
            self.order,
            self.in_head,
            len(self.stray),
            len(self.heads),
        )

    def _back_to(self, state: tuple[int, int, int, tuple[int, ...], int, bool, int, int]) -> None:
        rows, pieces, numbers, groups, self.order, self.in_head, stray, heads = state
        del self.rows[rows:], self.groups[len(groups) :], self.heads[heads:], self.stray[stray:]
        if self.rows:
            del self.rows[-1].pieces[pieces:], self.rows[-1].numbers[numbers:]
        for group, size in zip(self.groups, groups, strict=True):
            del group.pieces[size:]

    def _number(self, piece: Piece) -> bool:
        if self.rows:
            self.rows[-1].numbers.append(piece)
        else:
            self.stray.append(piece)
        return True

    def _text(self, piece: Piece) -> bool:
        return self._label(piece) or self._head(piece) or self._label(piece, nearly=True)

    def _label(self, piece: Piece, *, nearly: bool = False) -> bool:
        """Whether a piece is one of a label: of the last row or a group, or the first of the next."""
        # Whichever stands in the same column; in a text without columns the row.
        open_ = [label for label in (*self.rows[-1:], *self.groups) if label.goes_on(piece, nearly=nearly)]
        if open_:
            min(open_, key=lambda label: piece.away(label.pieces[-1])).pieces.append(piece)
            self.in_head = False
            return True
        return len(piece.plain) >= SHORTEST and (
            self._begin_row(piece, nearly=nearly) or self._begin_group(piece, nearly=nearly)
        )

    def _begin_row(self, piece: Piece, *, nearly: bool) -> bool:
        rows, *_ = words_of(self.edition)
        if len(piece.plain) < _LEAST_BEGUN and not _NUMBER.match(piece.plain):
            # 其他 is the head of a column as well.
            return False
        for at in range(self.order + 1, min(self.order + 2 + _SKIPPED, len(rows))):
            begun = Label(rows[at])
            if begun.goes_on(piece, nearly=nearly):
                begun.pieces.append(piece)
                self.rows.append(begun)
                self.order, self.in_head = at, False
                return True
        return False

    def _begin_group(self, piece: Piece, *, nearly: bool) -> bool:
        _, groups, _ = words_of(self.edition)
        for text in groups if len(self.groups) < _MOST_OPEN else ():
            begun = Label((text,))
            if begun.goes_on(piece, nearly=nearly):
                begun.pieces.append(piece)
                self.groups.append(begun)
                self.in_head = False
                return True
        return False

    def _head(self, piece: Piece) -> bool:
        *_, heads = words_of(self.edition)
        if piece.plain not in heads or (len(piece.plain) < SHORTEST and not self.in_head):
            return False
        if self.rows:
            self.rows[-1].cut = True
        columns = form(self.edition).table("requests").columns
        own = [at for at, column in enumerate(columns) if column.label.startswith(piece.plain)]
        if len(self.heads) < _MOST_OPEN:
            self.heads += [(at, piece) for at in own[:1] if len(piece.plain) >= SHORTEST]
        self.in_head = True
        return True

    @property
    def in_order(self) -> bool:
        """Whether the heads of the columns stand as on the form, as far as they can be read.

        Side by side they are compared by place; below each other the parts follow each other, and 自然人 comes
        before 总计.
        """
        placed = [(at, piece) for at, piece in self.heads if any(_beside(piece, other) for _, other in self.heads)]
        lines = {piece.anchor.line for _, piece in placed}
        for line in lines:
            level = [at for at, piece in placed if piece.anchor.line == line]
            if level != sorted(level):
                return False
        below = [at for at, piece in self.heads if (at, piece) not in placed]
        parts = [at for at in below if 0 < at < _TOTAL]
        ends = [at for at in below if at in (0, _TOTAL)]
        return all(a <= b or b == parts[0] for a, b in pairwise(parts)) and ends[:1] != [_TOTAL]

    @property
    def broken(self) -> int:
        """Labels of rows and groups over more than one line."""
        labels = (*self.rows, *self.groups)
        return sum(len({piece.anchor.line for piece in label.pieces}) > 1 for label in labels)


def _beside(one: Piece, other: Piece) -> bool:
    return one is not other and one.anchor.line == other.anchor.line
