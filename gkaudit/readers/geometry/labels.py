"""Labels beside rows of numbers where no rule parts them: whose label is each line of words.

Lines of labels follow each other from top to bottom as the rows do. All of them are shared out at once: the
words of the form say which lines make a label, their heights say beside which row it stands.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from gkaudit.chars import enumerator, fold, squash
from gkaudit.form import EDITIONS, Row, form
from gkaudit.readers.geometry.lines import Token
from gkaudit.vocabulary import group_names, label_hit, row_labels

__all__ = [
    "Band",
    "Label",
    "groups_of",
    "is_group_part",
    "is_like",
    "is_whole",
    "joined",
    "rows_begun",
    "rows_named",
    "share_out",
]

#: So many characters are the beginning of one label only where no other begins so.
_BEGUN = 4

#: Lines of one label follow each other within this (character sizes), and are at most so many; a group's more.
_PITCH, _MOST_LINES, _MOST_GROUP_LINES = 3.2, 14, 14
#: On one line within this (character sizes); rows of a group stand no further below its label than this.
_ON_LINE, _ROWS = 0.45, 8.0
#: A label reaches this far (character sizes) above and below its lines.
_REACH = 0.6
#: What a row without a label and a line without a row cost; what a label is worth that is
#: like none of the form: less than a whole label above a row without one.
_NO_LABEL, _LEFT_OVER, _UNLIKE = 0.3, 0.7, -0.5
#: How alike a line has to be to the label of a row to be a row without numbers, and what that costs: so much
#: that the end of a label beside numbers and the rest of it as a row of its own are worth less than the whole.
_SURE, _EMPTY = 0.93, 1.05


@dataclass(frozen=True, slots=True)
class Band:
    """A row of numbers: the heights of its first and last base line."""

    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Label:
    """Lines that are one label."""

    lines: tuple[Token, ...]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(token.text for token in self.lines)

    @property
    def middle(self) -> float:
        """The height half way between its first and last line."""
        return (self.lines[0].base + self.lines[-1].base) / 2


@cache
def _rows_too() -> frozenset[str]:
    """Those that are the label of one row in the other edition (（六）其他处理)."""
    return group_names() & {fold(r.label) for r in _rows()}


@cache
def _printed_groups() -> frozenset[str]:
    """The same with their enumerators and brackets."""
    return frozenset(squash(r.group) for r in _rows() if r.group)


@cache
def _row_folds() -> frozenset[str]:
    """Folded labels of the rows: printed in two columns, the left one is no more than a label over the right one."""
    return frozenset(text for row in _rows() for text in row_labels(row))


def _rows() -> list[Row]:
    return [r for edition in EDITIONS for r in form(edition).table("requests").rows]


def groups_of(tokens: Sequence[Token]) -> tuple[list[Label], list[Token]]:
    """Labels of several rows among the words, and the words that are left.

    So is the left one of two labels of one row. A page may cut such a label; what it leaves on one side stands
    left of the label of a row.
    """
    rest = sorted(tokens, key=lambda t: (t.base, t.left))
    found: list[Label] = []
    for first in list(rest):
        if first in rest and (label := _group_from(first, rest)):
            found.append(label)
            rest = [t for t in rest if t not in label.lines]
    parts = [t for t in rest if is_group_part(t.text) and any(_right_of(t, other) for other in rest)]
    return [*found, *(Label((t,)) for t in parts)], [t for t in rest if t not in parts]


def _group_from(first: Token, tokens: Sequence[Token]) -> Label | None:
    lines = [first]
    twice = any(_right_of(first, t) and squash(t.text)[:2] == squash(first.text)[:2] for t in tokens)
    known = group_names() | _row_folds() if twice else group_names()
    while len(lines) <= _MOST_GROUP_LINES:
        text = fold("".join(t.text for t in lines))
        if text in known:
            alone = text in _rows_too() and not twice and not _has_rows(lines, tokens)
            return None if alone else Label(tuple(lines))
        if not any(group.startswith(text) for group in known):
            return None
        below = [
            t
            for t in tokens
            if 0 < t.base - lines[-1].base < _PITCH * t.size and t.left < lines[-1].right and lines[-1].left < t.right
        ]
        if not below:
            return None
        lines.append(min(below, key=lambda t: t.base))
    return None


def _has_rows(lines: Sequence[Token], tokens: Sequence[Token]) -> bool:
    """Whether the labels of rows stand right of a label: beside it or below it."""
    right, last = max(t.right for t in lines), lines[-1]
    return any(
        t.left >= right - 1 and lines[0].base - _ON_LINE * t.size < t.base < last.base + _ROWS * t.size for t in tokens
    )


def is_group_part(text: str) -> bool:
    """Whether a text is a label over several rows, or a part of one, and not the label of a row."""
    return fold(text) not in _rows_too() and any(squash(text) in group for group in _printed_groups())


def _right_of(token: Token, other: Token) -> bool:
    return other.left >= token.right - 1 and abs(other.base - token.base) < _PITCH * token.size


def share_out(
    tokens: Sequence[Token], bands: Sequence[Band], separators: Sequence[float]
) -> tuple[dict[int, Label], list[Label], list[Token]]:
    """Labels by the index of their row, labels of rows without numbers, and lines that are no label.

    ``tokens`` and ``bands`` go from top to bottom. ``separators`` are the heights of rules that part each row
    from the next; without any, the words and the heights of the lines decide.
    """
    height, breadth = len(tokens), len(bands)
    best = [[0.0] * (breadth + 1) for _ in range(height + 1)]
    step: list[list[tuple[int, int]]] = [[(0, 0)] * (breadth + 1) for _ in range(height + 1)]
    for i in range(height, -1, -1):
        blocks = list(_blocks(tokens, i, separators)) if i < height else []
        for j in range(breadth, -1, -1):
            if i == height and j == breadth:
                continue
            beside = [block for block in blocks if j < breadth and _beside(block[0], bands[j], separators)]
            best[i][j], step[i][j] = max(_choices(blocks, beside, i, j, best))
    labels: dict[int, Label] = {}
    empty: list[Label] = []
    over: list[Token] = []
    i = j = 0
    while i < height or j < breadth:
        lines, rows = step[i][j]
        own = Label(tuple(tokens[i : i + lines]))
        if lines and rows:
            labels[j] = own
        elif lines and rows_named(own.text):
            empty.append(own)
        else:
            over += own.lines
        i, j = i + lines, j + rows
    return labels, empty, over


def _choices(
    blocks: Sequence[tuple[Label, float]],
    beside: Sequence[tuple[Label, float]],
    i: int,
    j: int,
    best: Sequence[Sequence[float]],
) -> Iterator[tuple[float, tuple[int, int]]]:
    """Worth and size (lines, rows) of what may come next at a line and a row; ``beside`` it stand some blocks."""
    if j + 1 < len(best[i]):
        yield best[i][j + 1] - _NO_LABEL, (0, 1)
    for label, score in beside:
        size = len(label.lines)
        yield best[i + size][j + 1] + (score or _UNLIKE) - 0.01 * size, (size, 1)
    for label, score in blocks:
        size = len(label.lines)
        if score >= _SURE and rows_named(label.text):
            yield best[i + size][j] + score - _EMPTY, (size, 0)
        elif size == 1:
            yield best[i + 1][j] - _LEFT_OVER, (1, 0)


def _blocks(tokens: Sequence[Token], start: int, separators: Sequence[float]) -> Iterator[tuple[Label, float]]:
    """Lines from this one on that may be one label, with their likeness to one of the form."""
    for end in range(start + 1, min(start + _MOST_LINES, len(tokens)) + 1):
        block = tokens[start:end]
        if any(_parted(a, b, separators) for a, b in pairwise(block)):
            return
        label = Label(tuple(block))
        yield label, max((hit.score for hit in label_hit(label.text) if hit.kind == "row"), default=0.0)


def _parted(above: Token, below: Token, separators: Sequence[float]) -> bool:
    """Whether two lines cannot be of one label."""
    if below.base - above.base > _PITCH * above.size or enumerator(below.text):
        return True
    return any(above.base - 0.2 * above.size < at < below.base - 0.5 * below.size for at in separators)


def _beside(label: Label, band: Band, separators: Sequence[float]) -> bool:
    """Whether a label and numbers may be of one row: between the same two rules, or about as high as each other."""
    if separators:
        line = label.lines[0]
        return bisect_right(separators, line.base - 0.35 * line.size) == bisect_right(separators, band.bottom)
    reach = _REACH * label.lines[0].size
    return label.lines[0].base - reach <= band.bottom and band.top <= label.lines[-1].base + reach


def joined(tokens: Sequence[Token]) -> list[Label]:
    """Lines that follow each other closely as one label each."""
    found: list[list[Token]] = []
    for token in tokens:
        if found and not _parted(found[-1][-1], token, ()):
            found[-1].append(token)
        else:
            found.append([token])
    return [Label(tuple(lines)) for lines in found]


def is_like(text: str) -> bool:
    """Whether a text is like the label of a row."""
    return any(hit.kind == "row" for hit in label_hit(text))


def is_whole(text: str) -> bool:
    """Whether a text is the label of a row to the letter."""
    return any(hit.kind == "row" and hit.score == 1 for hit in label_hit(text))


def rows_named(text: str) -> set[str]:
    """The rows of 表三 that a text surely is the label of; none where columns are called so as well."""
    hits = label_hit(text)
    if not enumerator(text) and any(hit.kind == "column" for hit in hits):
        return set()
    return {hit.name for hit in hits if hit.kind == "row" and hit.table == "requests" and hit.score >= _SURE}


def rows_begun(text: str) -> set[str]:
    """The only row of 表三 whose label begins with a text, which the end of a page may have cut off."""
    begun = fold(text)
    found = {r.name for r in _rows() if any(label.startswith(begun) for label in row_labels(r))}
    return found if len(begun) >= _BEGUN and len(found) == 1 else set()
