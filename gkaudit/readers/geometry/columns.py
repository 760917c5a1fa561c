"""Lines of a table without rules: words and numbers by their gaps, and the columns the numbers stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gkaudit.chars import is_value, squash
from gkaudit.readers.geometry.lines import NUMERIC, Line, Token, text_of
from gkaudit.readers.geometry.page import Char
from gkaudit.readers.geometry.spacing import BEGINS, UNKNOWN_SPACING, Spacing
from gkaudit.vocabulary import label_hit

__all__ = ["Columns", "Row", "row_of", "settled"]

#: Gaps (in character sizes) that part two cells: between numbers, between a word and a number, between words,
#: and where a blank is printed in the gap.
_NUMBERS, _NUMBER, _WORDS, _BLANK = 0.4, 0.4, 0.35, 1.1
#: Shares of the distance of columns: so far from all others stands the heading of an empty one.
_LONELY = 0.7
#: Digits of one number stand no further apart than this, or than that with letter spacing (in character sizes).
_CLOSE, _SPACED = 0.07, 0.13
#: … and, where the document spaces its digits, than this.
_EVEN = 0.18
#: Digits of one number stand over each other by no more than this.
_OVER, _FAR = 0.2, 100.0
#: One number or several, with signs and units.
_FIGURES = re.compile(r"(?:[+\-−－]?[\d.,，．]*\d[\d.,，．]*(?:万元|元|件|条|个|项|宗|起|份|次)?)+")
_AGAIN = re.compile(r"(?P<label>[\u4e00-\u9fff]{2,})\s*\d[\d.,，．]*(?:万元|元|件|条|个|项|宗|起|份|次)?")
#: Numbers under each other agree in a side or the middle within this (character sizes).
_RAGGED = 0.8


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its words and, behind them, the numbers that end it.

    ``crowded``: what looks like one of its numbers may be the numbers of two columns that nearly touch;
    ``touching``: it is not spaced as any letter spacing would space it.
    """

    line: Line
    words: tuple[Token, ...]
    values: tuple[Token, ...]
    crowded: bool = False
    touching: bool = False


def row_of(line: Line, spacing: Spacing = UNKNOWN_SPACING) -> Row:
    """The line cut at its wide gaps; ``spacing`` is the table's."""
    runs: list[list[Char]] = []
    before: Char | None = None
    blank = False
    for char in line.chars:
        if char.text.isspace():
            blank = True
        else:
            limit = 0.0 if before is None else _limit(before, char, blank=blank)
            wide = before is None or char.left - before.right > limit * line.size
            if wide or (char.text in BEGINS and spacing.parts(runs[-1], char)):
                runs.append([])
            runs[-1].append(char)
            before, blank = char, False
    if len(runs) == 1:
        tokens = [Token(line.text, line.left, line.right, line.base, line.size)]
    else:
        tokens = [_token(run, line) for run in runs]
    border = len(tokens)
    while border and (_figure(tokens[border - 1].text) or _says_again(tokens[border - 1], tokens[: border - 1])):
        border -= 1
    gap = max((_gap(run) for run in runs[border:] if not spacing.is_one(run)), default=0.0)
    strange = not all(is_value(t.text) or _AGAIN.fullmatch(t.text) for t in tokens[border:])
    crowded, touching = strange or gap > _CLOSE * line.size, strange or gap > _SPACED * line.size
    return Row(line, tuple(tokens[:border]), tuple(tokens[border:]), crowded, touching)


def _figure(text: str) -> bool:
    return is_value(text) or _FIGURES.fullmatch(text) is not None


def _says_again(token: Token, before: Sequence[Token]) -> bool:
    """Whether a number is printed in one with its label, which stands before it once more (行政处罚|行政处罚 0)."""
    match = _AGAIN.fullmatch(token.text)
    return match is not None and any(match["label"] == squash(word.text) for word in before)


def _gap(run: Sequence[Char]) -> float:
    """The widest gap between the digits of one number, or how far they stand over each other where that is much."""
    gaps = [b.left - a.right for a, b in pairwise(run) if a.text in NUMERIC and b.text in NUMERIC]
    return max((gap if gap > 0 else max(-gap - _OVER * run[0].size, 0.0) * _FAR for gap in gaps), default=0.0)


def _limit(before: Char, char: Char, *, blank: bool) -> float:
    numeric = (before.text in NUMERIC) + (char.text in NUMERIC)
    return _BLANK if blank else (_WORDS, _NUMBER, _NUMBERS)[numeric]


def _token(run: list[Char], line: Line) -> Token:
    inside = [c for c in line.chars if run[0].left <= c.left <= run[-1].left]
    return Token(text_of(inside), run[0].left, run[-1].right, line.base, line.size)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the numbers of a table stand: left and right end of each column."""

    sides: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, rows: Iterable[Row], heads: Sequence[Token]) -> Columns:
        """Columns of all numbers, and those that only their heading shows; a heading over several shows none."""
        sides = _merged([(t.left, t.right) for row in rows for t in row.values])
        leaves = [h for h in heads if not any(_below(h, other) for other in heads)]
        return cls(tuple(sorted([*sides, *_lonely(leaves, sides)])))

    @property
    def left(self) -> float:
        """Where the first column begins."""
        return self.sides[0][0]

    @property
    def right(self) -> float:
        """Where the last column ends."""
        return self.sides[-1][1]

    def placed(self, values: Sequence[Token]) -> list[Token | None] | None:
        """One entry a column; None where two numbers stand in one or a number in two."""
        found: list[Token | None] = [None] * len(self.sides)
        for value in values:
            own = [i for i, side in enumerate(self.sides) if _overlap((value.left, value.right), side)]
            if len(own) != 1 or found[own[0]] is not None:
                return None
            found[own[0]] = value
        return found

    def ragged(self, placed: Iterable[Sequence[Token | None]]) -> bool:
        """Whether the numbers of a column have neither left sides, middles nor right sides in common."""
        own: list[list[Token]] = [[] for _ in self.sides]
        for row in placed:
            for column, token in zip(own, row, strict=True):
                if token is not None:
                    column.append(token)
        return any(_spread(column) > _RAGGED * column[0].size for column in own if column)


def settled(rows: Sequence[Row], *, spaced: bool) -> list[Row]:
    """Rows with the crowded ones cut at the columns that the others show, where every digit stands in one of them.

    Digits that do not touch are one number only in a document that is known to space its digits: what is one
    column of some rows may be two of others. Or where all of them stand under one of the headings above.
    """
    columns = Columns(tuple(_merged([(t.left, t.right) for row in rows if not row.crowded for t in row.values])))
    found: list[Row] = []
    heads, ended = Columns(()), True
    for row in rows:
        if row.values:
            ended = True
        elif row.words and (ended or len(row.words) >= len(heads.sides)):
            # Of the lines of a heading the one with the most words; one by itself may stand over several columns.
            named = len(row.words) > 1 or any(hit.kind == "column" for hit in label_hit(row.words[0].text))
            heads, ended = Columns(tuple((t.left, t.right) for t in row.words) if named else ()), False
        found.append((_under(row, heads) or _settled(row, columns, spaced=spaced)) if row.crowded else row)
    return found


def _under(row: Row, heads: Columns) -> Row | None:
    """A crowded row each of whose numbers stands under one heading, digit by digit; None where one does not."""
    order: list[int] = []
    for token in row.values:
        own = [c for c in row.line.chars if token.left <= c.left <= token.right and not c.text.isspace()]
        places = {tuple(_columns_of([c], heads)) for c in own}
        apart = max((b.left - a.right for a, b in pairwise(own)), default=0.0)
        if len(places) != 1 or len(min(places)) != 1 or apart > _EVEN * row.line.size or not is_value(token.text):
            return None
        order += min(places)
    return replace(row, crowded=False, touching=False) if order == sorted(set(order)) else None


def _settled(row: Row, columns: Columns, *, spaced: bool) -> Row:
    pieces: list[tuple[int, list[Char]]] = []
    for token in row.values:
        own = [c for c in row.line.chars if token.left <= c.left <= token.right and not c.text.isspace()]
        places = (
            [_columns_of(own, columns)] * len(own) if not _gap(own) > 0 else [_columns_of([c], columns) for c in own]
        )
        for char, place in zip(own, places, strict=True):
            if len(place) != 1:
                return row
            if pieces and pieces[-1][0] == place[0] and pieces[-1][1][-1] in own:
                if not spaced or char.left - pieces[-1][1][-1].right > _EVEN * char.size:
                    return row
                pieces[-1][1].append(char)
            else:
                pieces.append((place[0], [char]))
    order = [place for place, _ in pieces]
    tokens = tuple(_token(chars, row.line) for _, chars in pieces)
    if order != sorted(set(order)) or not all(is_value(token.text) for token in tokens):
        return row
    return replace(row, values=tokens, crowded=False, touching=False)


def _columns_of(chars: Sequence[Char], columns: Columns) -> list[int]:
    """The columns that characters stand in."""
    own = chars[0].left, chars[-1].right
    return [i for i, side in enumerate(columns.sides) if _overlap(own, side)]


def _spread(tokens: Sequence[Token]) -> float:
    """How far the numbers of a column are from standing under each other, in points."""
    sides = ([t.left for t in tokens], [t.middle for t in tokens], [t.right for t in tokens])
    return min(max(side) - min(side) for side in sides)


def _merged(sides: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for left, right in sorted(sides):
        if merged and left <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], right)
        else:
            merged.append((left, right))
    return merged


def _lonely(heads: Sequence[Token], sides: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Headings without numbers below that stand where a column of their own must be."""
    middles = [(a + b) / 2 for a, b in sides]
    if len(middles) < 2:  # noqa: PLR2004 - one column tells no distance
        return []
    step = min(b - a for a, b in pairwise(middles))
    found = _merged([(h.left, h.right) for h in heads if h.middle > middles[0] - _LONELY * step])
    alone = [s for s in found if not any(_overlap(s, side) for side in sides)]
    return [s for s in alone if all(abs((s[0] + s[1]) / 2 - m) > _LONELY * step for m in middles)]


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _below(head: Token, other: Token) -> bool:
    """Whether another heading stands under this one, and not as its next line."""
    apart = other.base - head.base > 1.5 * head.size
    return apart and _overlap((head.left, head.right), (other.left, other.right))
