"""Rows of numbers with their labels, as a grid: what :mod:`.headed` gives to the readers of the form."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from gkaudit.readers.geometry.heads import Heading
from gkaudit.readers.geometry.labels import (
    Label,
    groups_of,
    is_like,
    is_whole,
    joined,
    rows_begun,
    rows_named,
    share_out,
)
from gkaudit.readers.geometry.lines import Line, Token
from gkaudit.readers.geometry.page import Box, Cell, Page, Piece, Rule
from gkaudit.readers.geometry.rulings import united
from gkaudit.readers.geometry.under import NumberRow, Side, wrapped
from gkaudit.totals import all_zero, may_have_moved

__all__ = ["NO_LABEL", "NO_TOTAL", "Labelled", "labelled", "piece_of"]

#: Labels take so many columns of the grid.
_LABELS = 3
#: Words stand on the line of numbers within this height (character sizes).
_ON_LINE = 0.2
#: The same label twice stands within this height (character sizes).
_BESIDE = 2.0
#: Share of the numbers' width that a rule between rows covers.
_COVERS = 0.6
#: How sure the numbers are of a row whose columns or whose label cannot be told, and why.
_DOUBT, _CROWDED = 0.4, "没有竖线且数字相距太近，分不清属于哪一列"
NO_TOTAL = "没有竖线且末列为空，数字可能错列"
NO_LABEL = "没有竖线，这一行或相邻行找不到行名，数字可能属于另一行"


@dataclass(slots=True)
class Labelled:
    """A row: its numbers (None: words only, or a row without numbers), labels, and why it is in doubt."""

    at: float
    numbers: NumberRow | None = None
    label: Label | None = None
    group: Label | None = None
    empty: bool = False
    doubt: str = ""


def labelled(page: Page, rows: Sequence[NumberRow], words: Sequence[Token], width: Side) -> list[Labelled]:
    """The rows with the labels beside them from top to bottom; nothing where no row has a label."""
    groups, items = groups_of(words)
    items = sorted(items, key=lambda t: (t.base, t.left))
    bands = [row.band for row in rows]
    separators = _separators(page.level, rows, width)
    labels, empty, over = share_out(items, bands, separators)
    labels, empty = _in_high_rows(rows, labels, empty, groups)
    if not labels:
        return []
    rows, labels = _without_ends(rows, labels)
    drawn = [Labelled((r.band.top + r.band.bottom) / 2, r, labels.get(j)) for j, r in enumerate(rows)]
    for row, numbers in zip(drawn, rows, strict=True):
        # Where a cell was lost the others have moved to the left.
        moved = numbers.cells[-1] is None and any(numbers.cells) and _may_have_moved(numbers)
        row.doubt = _CROWDED if not numbers.sure else NO_TOTAL if moved else ""
    for at, row in enumerate(drawn):
        if row.label is None or _is_heap(row, drawn[max(at - 1, 0) : at + 2]):
            # Between rules no label can be that of another row.
            for near in [row] if separators else drawn[max(at - 1, 0) : at + 2]:
                near.doubt = near.doubt or NO_LABEL
    # A row without numbers is empty only where every row with numbers has the label of another row.
    named = _named([row.label for row in drawn])
    taken, heap = set().union(*named), any(row.heap for row in rows)
    for label in empty:
        # A label printed twice stands in two columns of one row.
        again = [row for row, names in zip(drawn, named, strict=False) if names & rows_named(label.text)]
        if again and abs(again[0].at - label.middle) < _BESIDE * label.lines[0].size and again[0].group is None:
            again[0].group = label
        else:
            # At the top of a page the end of a label may look like the whole of it.
            whole = label.middle > rows[0].band.top or is_whole(label.text)
            known = all(named) and not heap and not rows_named(label.text) & taken
            drawn.append(Labelled(label.middle, label=label, empty=known and whole))
    _question(drawn, over)
    drawn += [Labelled(label.middle, label=label) for label in joined(over)]
    drawn.sort(key=lambda row: row.at)
    for group in groups:
        free = [row for row in drawn if row.group is None]
        if free:
            min(free, key=lambda row: abs(row.at - group.middle)).group = group
    return drawn


def _named(labels: Sequence[Label | None]) -> list[set[str]]:
    """The rows of the form that labels name; of the last one the end may stand on the next page."""
    named = [rows_named(label.text) if label else set() for label in labels]
    if labels[-1] is not None:
        named[-1] = named[-1] or rows_begun(labels[-1].text)
    return named


def _question(drawn: Sequence[Labelled], over: Sequence[Token]) -> None:
    """Doubt rows with words on the line of their numbers that are no label: another row's was taken for theirs."""
    for row in drawn:
        if row.numbers is not None and any(_on_line(word, row.numbers) for word in over):
            row.doubt = row.doubt or NO_LABEL


def _on_line(word: Token, row: NumberRow) -> bool:
    return any(abs(word.base - at) < _ON_LINE * word.size for at in (row.band.top, row.band.bottom))


def _may_have_moved(row: NumberRow) -> bool:
    numbers = [number for number in row.cells if number is not None]
    return len(numbers) == 1 or may_have_moved(number.text for number in numbers)


def _in_high_rows(
    rows: Sequence[NumberRow], labels: dict[int, Label], empty: Sequence[Label], groups: Sequence[Label]
) -> tuple[dict[int, Label], list[Label]]:
    """The labels by row, and those left without numbers, where a high cell in a row sets its label off its numbers.

    Beside the lines of that cell stand the numbers of one row and one label, and whole rows, none between the two.
    """
    own, left = dict(labels), list(empty)
    for group in groups:
        top, bottom = group.lines[0].base - group.lines[0].size, group.lines[-1].base
        beside = [at for at, row in enumerate(rows) if row.band.bottom > top and row.band.top <= bottom]
        lone = [at for at in beside if at not in own]
        bare = [label for label in left if top < label.middle <= bottom]
        if len(lone) != 1 or len(bare) != 1:
            continue
        span = sorted((bare[0].middle, rows[lone[0]].band.top))
        if not any(span[0] < own[at].middle < span[1] for at in beside if at in own):
            own[lone[0]] = bare[0]
            left.remove(bare[0])
    return own, left


def _is_heap(row: Labelled, near: Sequence[Labelled]) -> bool:
    """Whether lines beside one row are like no label of the form, and some of them stand nearer to another row."""
    if row.label is None or is_like(row.label.text):
        return False
    return any(abs(line.base - other.at) < abs(line.base - row.at) for line in row.label.lines for other in near)


def _without_ends(rows: Sequence[NumberRow], labels: dict[int, Label]) -> tuple[list[NumberRow], dict[int, Label]]:
    """The rows without those that have no label because they are the ends of the numbers above them."""
    kept: list[NumberRow] = []
    own: dict[int, Label] = {}
    for at, row in enumerate(rows):
        whole = wrapped(kept[-1], row) if kept and at not in labels else None
        if whole is not None:
            kept[-1] = whole
            continue
        if at in labels:
            own[len(kept)] = labels[at]
        kept.append(row)
    return kept, own


def _separators(level: Sequence[Rule], rows: Sequence[NumberRow], width: Side) -> list[float]:
    """Heights of the rules between rows; none where they do not part every row from the next."""
    wide = width[1] - width[0]
    heights = sorted(
        rule.at for rule in united(level) if min(rule.end, width[1]) - max(rule.start, width[0]) >= _COVERS * wide
    )
    bands = [bisect_right(heights, row.band.bottom) for row in rows]
    return heights if heights and all(a < b for a, b in pairwise(bands)) else []


# ── the grid ────────────────────────────────────────────────────────────────────────────────────


def piece_of(
    page: Page, lines: Sequence[Line], heading: Heading | None, rows: Sequence[NumberRow], drawn: list[Labelled] | None
) -> Piece:
    """The table; ``drawn`` are the rows with their labels, None for 表四, which has none."""
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    box = (left, lines[0].box[1], right, lines[-1].box[3])
    first = 1 if drawn is None or (heading and heading.table == "remedies") else _LABELS + 1
    table = list(_heading_rows(heading, first)) if heading else []
    if drawn is None:
        drawn = [Labelled(r.band.top, r, doubt="" if r.sure else _CROWDED) for r in rows]
    if not rows:
        return Piece(page.number, box, tuple(table), exact=True, headed=True)
    blank = NumberRow([None] * len(rows[0].cells), rows[0].band)
    table += [tuple(_cells(row, number, first, blank)) for number, row in enumerate(drawn, len(table) + 1)]
    return Piece(page.number, box, tuple(table), exact=True, headed=True)


def _heading_rows(heading: Heading, first: int) -> Iterator[tuple[Cell, ...]]:
    """The heading as rows of cells: what stands over several columns, and the columns' own."""
    depth = max(len(head.over) for head in heading.heads)
    corner = (Cell("", 1, 1, depth + 1, first - 1),) if first > 1 else ()
    for level in range(depth):
        cells = list(corner if level == 0 else ())
        column = first
        for over, run in groupby(heading.heads, key=lambda head: head.over[: level + 1]):
            size = len(list(run))
            if len(over) > level:
                cells.append(Cell(over[level], level + 1, column, 1, size))
            column += size
        yield tuple(cells)
    low = [Cell(h.text, depth + 1, n, box=None) for n, h in enumerate(heading.heads, first)]
    yield tuple(low)


def _cells(row: Labelled, number: int, first: int, blank: NumberRow) -> Iterator[Cell]:
    if row.group is not None:
        yield Cell(row.group.text, number, 1, 1, 1, _around(row.group))
    if row.label is not None:
        start = 2 if row.group is not None else 1
        yield Cell(row.label.text, number, start, 1, first - start, _around(row.label))
    numbers = blank if row.empty else row.numbers
    if numbers is not None:
        # Sums tell the column of a number, but never that of a 0.
        alone = [cell.text for cell in numbers.cells if cell is not None]
        lost = row.doubt == NO_TOTAL and len(alone) == 1 and all_zero(alone)
        doubt = (0.0 if lost else _DOUBT, row.doubt) if row.doubt else (1.0, "")
        for column, cell in enumerate(numbers.cells, first):
            yield Cell(cell.text if cell else "", number, column, 1, 1, cell.box if cell else None, *doubt)


def _around(label: Label) -> Box:
    first, last = label.lines[0], label.lines[-1]
    left, right = min(t.left for t in label.lines), max(t.right for t in label.lines)
    return left, first.base - 0.9 * first.size, right, last.base + 0.2 * last.size
