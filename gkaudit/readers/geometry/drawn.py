"""Rows of a table that has no upright rules, as they are put together: labels, numbers, and the heights of both."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gkaudit.chars import enumerator
from gkaudit.readers.geometry.columns import Row
from gkaudit.readers.geometry.lines import Token
from gkaudit.readers.geometry.page import Box, Cell, Page, Piece
from gkaudit.readers.lines import NUMBER_BEHIND
from gkaudit.vocabulary import Hit, label_hit

__all__ = [
    "PITCH",
    "SURE",
    "Drawn",
    "attach",
    "beside",
    "blocks_of",
    "headings",
    "in_bands",
    "piece",
    "rows_named",
    "score_of",
]

#: A label's lines follow each other within this (sizes) and are at most so many; how exactly it stands beside its row.
PITCH, _MOST_LINES, _BESIDE = 1.7, 7, 0.38
#: How alike a line has to be to a label of the form to be a row (or heading) without numbers.
SURE = 0.9
#: How sure the numbers are of a row whose columns cannot be told apart, and why.
_CROWDED, _CROWDED_NOTE = 0.4, "没有竖线且数字相距太近，分不清属于哪一列"


@dataclass(slots=True)
class Drawn:
    """One row to be: the height it stands at, labels from left to right, numbers by column.

    ``doubtful``: nobody can say which column each of its numbers, and each of its blanks, belongs to.
    """

    base: float
    labels: list[tuple[str, Token]] = field(default_factory=list)
    values: list[Token | None] | None = None
    doubtful: bool = False


def in_bands(drawn: list[Drawn], items: Sequence[Token], separators: Sequence[float]) -> list[Token]:
    """Labels by the band between two rules; a band with words of a row and no numbers is an empty row."""
    bands: dict[int, list[Token]] = {}
    for token in items:
        bands.setdefault(bisect_right(separators, token.base - 0.35 * token.size), []).append(token)
    own = {bisect_right(separators, row.base - 1): row for row in drawn}
    width = len(drawn[0].values or ())
    first = min(own)
    for band, tokens in bands.items():
        text = "\n".join(t.text for t in tokens)
        row = own.get(band)
        if row is not None:
            row.labels.append((text, tokens[0]))
        elif rows_named(text) and (band > first or score_of(text) == 1):
            # At the top of a page the end of a label may look like the whole of it.
            drawn.append(Drawn(tokens[0].base, [(text, tokens[0])], [None] * width))
        else:
            drawn += [Drawn(t.base, [(t.text, t)]) for t in tokens]
    return []


def beside(drawn: list[Drawn], items: Sequence[Token]) -> list[Token]:
    """Labels by the lines around each row of numbers; what is left are lines that belong to nothing."""
    free = list(items)
    for row in list(drawn):
        chosen = _label(row.base, free)
        if chosen:
            row.labels.append(("\n".join(t.text for t in chosen), chosen[0]))
            free = [t for t in free if t not in chosen]
    # A row without numbers is empty only where every row with numbers has the label of a row, and another one.
    whole = all(row.labels and rows_named(row.labels[0][0]) for row in drawn)
    taken = {name for row in drawn for text, _ in row.labels for name in rows_named(text)}
    width = len(drawn[0].values or ())
    left: list[Token] = []
    while free:
        score, lines = max((score_of("\n".join(t.text for t in free[:n])), -n) for n in (1, 2, 3))
        size = -lines if score >= SURE else 1
        text, first = "\n".join(t.text for t in free[:size]), free[0]
        if score >= SURE:
            named = rows_named(text)
            below = first.base > drawn[0].base or score == 1
            empty = whole and bool(named) and not named & taken and below
            drawn.append(Drawn(first.base, [(text, first)], [None] * width if empty else None))
        else:
            left.append(first)
        free = free[size:]
    return left


def _label(base: float, lines: Sequence[Token]) -> list[Token]:
    """Lines that stand beside a height as one label: at the top, in the middle or at the bottom of it."""
    best: tuple[float, int] = (-1.0, 0)
    chosen: list[Token] = []
    for start in range(len(lines)):
        if abs(lines[start].base - base) > _MOST_LINES * PITCH * lines[start].size:
            continue
        for end in range(start + 1, min(start + _MOST_LINES, len(lines)) + 1):
            block = lines[start:end]
            if any(b.base - a.base > PITCH * a.size or enumerator(b.text) for a, b in pairwise(block)):
                break
            middle = sum(t.base for t in block) / len(block)
            near = min(abs(at - base) for at in (block[0].base, middle, block[-1].base))
            if near > _BESIDE * block[0].size:
                continue
            score = score_of("\n".join(t.text for t in block))
            if (score, -len(block)) > best:
                best, chosen = (score, -len(block)), list(block)
    return chosen


def _hits(text: str) -> tuple[Hit, ...]:
    """Labels of the form like this text, with or without the number that is printed in one with it."""
    bare = NUMBER_BEHIND.sub("", text)
    return label_hit(text) if bare == text else label_hit(text) + label_hit(bare)


def score_of(text: str) -> float:
    """How like a label of the form a text is, 0 to 1."""
    return max((hit.score for hit in _hits(text)), default=0.0)


def rows_named(text: str) -> set[str]:
    """The rows of the form that a text surely is the label of."""
    return {hit.name for hit in _hits(text) if hit.kind == "row" and hit.score >= SURE}


def headings(rows: Sequence[Row], labels: Sequence[Token]) -> list[Drawn]:
    """Words over the numbers: those that follow each other closely are one heading."""
    blocks = blocks_of([t for row in rows for t in row.words if t not in labels])
    found: list[Drawn] = []
    for block in sorted(blocks, key=lambda b: (b[0].base, b[0].left)):
        text = "\n".join(t.text for t in block)
        if found and abs(found[-1].base - block[0].base) < block[0].size / 2:
            found[-1].labels.append((text, block[0]))
        else:
            found.append(Drawn(block[0].base, [(text, block[0])]))
    return found


def blocks_of(tokens: Sequence[Token]) -> list[list[Token]]:
    """Words under each other, one cell's lines; two labels of the form are two cells however near they are."""
    blocks: list[list[Token]] = []
    for token in sorted(tokens, key=lambda t: t.base):
        for block in blocks:
            last = block[-1]
            near = 0 < token.base - last.base < 1.5 * token.size and token.left < last.right and last.left < token.right
            if near and not score_of(token.text) == 1 == score_of(last.text):
                block.append(token)
                break
        else:
            blocks.append([token])
    return blocks


def attach(drawn: list[Drawn], block: list[Token]) -> None:
    """A label of several rows, to the nearest of them."""
    middle = sum(t.base for t in block) / len(block)
    row = min(drawn, key=lambda d: abs(d.base - middle))
    row.labels.insert(0, ("\n".join(t.text for t in block), block[0]))


def piece(drawn: Sequence[Drawn], rows: Sequence[Row], page: Page) -> Piece:
    """The table of these rows, which stand in these lines of the page."""
    left = min(row.line.left for row in rows)
    right = max(row.line.right for row in rows)
    box = (left, rows[0].line.box[1], right, rows[-1].line.box[3])
    table = []
    for number, row in enumerate(drawn, 1):
        labels = [(text, _box(token)) for text, token in sorted(row.labels, key=lambda x: x[1].left)]
        values = [("", None) if v is None else (v.text, _box(v)) for v in row.values or ()]
        doubt = (_CROWDED, _CROWDED_NOTE) if row.doubtful else (1.0, "")
        cells = [Cell(text, number, place, 1, 1, where) for place, (text, where) in enumerate(labels, 1)]
        later = enumerate(values, len(labels) + 1)
        cells += [Cell(text, number, place, 1, 1, where, *doubt) for place, (text, where) in later]
        table.append(tuple(cells))
    return Piece(page.number, box, tuple(table), exact=False)


def _box(token: Token) -> Box:
    return token.left, token.base - 0.9 * token.size, token.right, token.base + 0.2 * token.size
