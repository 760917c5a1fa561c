"""Tables that a page break cuts: a label or a row whose halves stand on two pages becomes one again.

Word processors close the table at the page end and open it on the next page, borders and all. What was
one row then looks like two: a label without its end beside the numbers, and the end of the label beside
nothing. Joined is only what the words of the form make certain; what merely looks like it is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from gkaudit.chars import enumerator, is_value, squash
from gkaudit.readers.geometry.halves import (
    SURE,
    Pair,
    are_halves,
    glue,
    in_doubt,
    is_cut,
    is_number_of_label,
    looks_cut,
    make_whole,
    one_label,
    score_of,
    without_lack,
)
from gkaudit.readers.geometry.labels import is_group_part
from gkaudit.readers.geometry.lines import Token
from gkaudit.readers.geometry.page import Cell, Piece

__all__ = ["headings_of", "mended", "repeated", "row_texts", "with_rest_overleaf", "with_start_before"]

#: Places of columns on two pages may differ by so much (points).
_NEAR = 4.0
#: Columns of labels in a table whose columns are known by their headings.
_LABELS = 3
_MAYBE_CUT_NOTE = "第{}页表格的第一行像是上一页末行的后半部分，未能确认"
#: A cell of so many characters is not by chance the beginning of another one.
_LONG = 8
#: A row of a table has at least a label and so many values beside it.
_A_ROW = 3

Rows = list[list[Cell]]


def mended(above: Piece, below: Piece, head: Sequence[str]) -> tuple[Piece, Piece | None, str]:
    """Two pieces of one table with what the page cut put together, and a clause where that is not certain.

    ``head`` are the texts of the first rows of the table, which may be repeated below. The second piece is
    None where nothing is left of it.
    """
    first = repeated(below, head)
    if first >= len(below.rows):
        return above, below, ""
    above = _without_foot(above, below)
    below = _levelled(below, first)
    headed = above.headed and below.headed
    pairs = _by_column(above, below, first) if headed else None
    if pairs is None:
        pairs = _pairs(above, below, first) or _open_below(above, below, first)
    if pairs is None:
        return (above, below, "") if headed else _torn(*_with_heads_below(above, below, first), first)
    merged = [p for p in pairs if p[1].rowspan > 1 or not _ends_here(p[0], above)]
    single = [p for p in pairs if p not in merged]
    if single and (is_cut(single) or are_halves(single)):
        rows = _row_joined(above, below, first, pairs, whole=make_whole(pairs))
        return (*rows, "")
    joins = [p for p in merged if one_label(*p)]
    moved = {id(a): a._replace(text=glue(a.text, b.text)) for a, b in joins}
    moved |= {id(b): b._replace(text="") for _, b in joins}
    note = ""
    if single and looks_cut(single):
        note = _MAYBE_CUT_NOTE.format(below.page)
        both = [c for a, b in single if is_value(b.text) and (is_value(a.text) or not a.text) for c in (a, b)]
        moved |= {id(c): in_doubt(c) for c in (*both, *(b for _, b in single if not b.text))}
    return _changed(above, moved), _changed(below, moved), note


def _torn(above: Piece, below: Piece, row: int) -> tuple[Piece, Piece, str]:
    """Two pieces whose columns do not agree: words of no label beside nothing may be the end of the row above."""
    ending = [c for r in above.rows for c in r if c.row + c.rowspan - 1 == len(above.rows)]
    ruled = any(piece.exact and not piece.headed for piece in (above, below))
    bare = [c.text for c in above.rows[-1] if c.text and not is_value(c.text)]
    # A row that has only the number of its label (二、) goes on in one with empty cells.
    halves = bool(bare) and all(map(is_number_of_label, bare)) and any(not c.text for c in below.rows[row])
    # One that has only numbers goes on in one with a label and empty cells.
    halves = halves or (_open_numbers(above.rows[-1], below.rows[row]) and any(not c.text for c in below.rows[row]))
    if halves or (not ruled and _share_one(ending, below.rows[row])):
        moved = {id(c): in_doubt(c) for c in (*ending, *below.rows[row]) if is_value(c.text) or not c.text}
        return _changed(above, moved), _changed(below, moved), _MAYBE_CUT_NOTE.format(below.page)
    words = [c for c in below.rows[row] if c.text]
    if not words or any(is_value(c.text) for c in words):
        return above, below, ""
    # The number of a label may stand on the one page and all its words on the other.
    numbered = any(is_number_of_label(a.text) and score_of(glue(a.text, b.text)) >= SURE for a in ending for b in words)
    if not numbered and any(score_of(c.text) == 1 or enumerator(c.text) for c in words):
        return above, below, ""
    if not any(is_value(c.text) for c in ending) or len(below.rows[row]) < _A_ROW:
        return above, below, ""
    moved = {id(c): in_doubt(c) for c in ending if is_value(c.text)}
    moved |= {id(c): in_doubt(c) for c in below.rows[row] if not c.text}
    return _changed(above, moved), _changed(below, moved), _MAYBE_CUT_NOTE.format(below.page)


def _share_one(last: Sequence[Cell], first: Sequence[Cell]) -> bool:
    """Whether two rows have one label between them, or none, and numbers where the label is not."""
    (upper, above), (lower, below) = (
        ([c for c in row if c.text and not is_value(c.text)], [c for c in row if is_value(c.text)])
        for row in (last, first)
    )
    if not lower:
        return bool(below) and len(last) > 1 and (bool(above) or len(upper) < len(last))
    return not upper and bool(above) and len(first) > 1


def with_rest_overleaf(piece: Piece) -> Piece:
    """A table whose last row goes on in a line of numbers on the next page: its empty cells are in doubt.

    So is the row where it has none: the columns of a table by position are those that have numbers on its page.
    """
    if not piece.rows or (piece.exact and not piece.headed):
        return piece
    last = piece.rows[-1]
    own = [c for c in last if not c.text] or [c for c in last if is_value(c.text) and not piece.exact]
    return _changed(piece, {id(c): in_doubt(c) for c in own}) if own else piece


def with_start_before(piece: Piece, numbers: Sequence[Token]) -> tuple[Piece, bool]:
    """A table whose first row begins in a line of numbers on the page before, and whether that makes it whole.

    Each number is put where the table has its column. Where one of them has none, or another, the empty cells of
    the row are in doubt, and where it has none of these, its numbers.
    """
    if not piece.rows or (piece.exact and not piece.headed):
        return piece, False
    first = piece.rows[0]
    empty = [c for c in first if not c.text]
    places = [_columns_over(piece, token) for token in numbers]
    own = {columns[0]: token for columns, token in zip(places, numbers, strict=True) if len(columns) == 1}
    if len(own) == len(numbers) and own.keys() <= {c.column for c in empty}:
        return _changed(piece, {id(c): c._replace(text=own[c.column].text) for c in empty if c.column in own}), True
    doubtful = empty or [c for c in first if is_value(c.text)]
    return _changed(piece, {id(c): in_doubt(c) for c in doubtful}), False


def _columns_over(piece: Piece, token: Token) -> list[int]:
    """Columns of a table with a number right above or below this place."""
    boxes = {(c.column, c.box) for row in piece.rows for c in row if c.box is not None and is_value(c.text)}
    return sorted({column for column, box in boxes if box[0] < token.right and token.left < box[2]})


def row_texts(piece: Piece) -> list[str]:
    """Each row's text in one string, to recognise it when it is repeated."""
    return ["|".join(squash(cell.text) for cell in row) for row in piece.rows]


def headings_of(piece: Piece) -> list[str]:
    """The texts of the rows above the first one with a number."""
    rows = takewhile(lambda row: not any(is_value(cell.text) for cell in row), piece.rows)
    return row_texts(replace(piece, rows=tuple(rows)))


def repeated(below: Piece, head: Sequence[str]) -> int:
    """How many rows of a piece repeat the head of the table."""
    texts = row_texts(below)
    count = 0
    while count < min(len(texts), len(head)) and _repeats(texts[count], head[count]):
        count += 1
    return count


def _repeats(text: str, head: str) -> bool:
    """Whether a row says what one of the head says, or its cells begin so: a merged one may be cut where it goes on."""
    if text == head:
        return True
    here, there = text.split("|"), head.split("|")
    cut = [(a, b) for a, b in zip(here, there, strict=False) if a != b]
    return len(here) == len(there) and all(len(a) >= _LONG and b.startswith(a) for a, b in cut)


def _without_foot(above: Piece, below: Piece) -> Piece:
    """A piece without the rows at its end that the next one ends with too.

    Browsers repeat the head and the foot of a table on every page; the row that the page cuts stands above the foot.
    """
    upper, lower = row_texts(above), row_texts(below)
    same = 0
    while same < min(len(upper), len(lower)) - 1 and upper[-1 - same] == lower[-1 - same]:
        same += 1
    rows, foot = above.rows[: len(above.rows) - same], above.rows[len(above.rows) - same :]
    told = all(any(cell.text and not is_value(cell.text) for cell in row) for row in foot)
    alone = all(cell.row + cell.rowspan - 1 <= len(rows) for row in rows for cell in row)
    return replace(above, rows=rows) if told and alone else above


def _with_heads_below(above: Piece, below: Piece, row: int) -> tuple[Piece, Piece]:
    """Two pieces with the headings that the page parts from their columns, or cuts, in the lower one.

    A heading of two lines is cut between them: what stands over one column ends above an empty cell, or a label is cut.
    """
    if any(is_value(cell.text) for cells in (*above.rows, below.rows[row]) for cell in cells):
        return above, below
    ending = [c for r in above.rows for c in r if c.row + c.rowspan - 1 == len(above.rows)]
    if not any(cell.text for cell in below.rows[row]) or not _same_sides(above, below):
        return above, below
    over = [(own, cell) for cell in below.rows[row] for own in ending if own.text and _same_sides(own, cell)]
    if any(cell.text and not one_label(own, cell) for own, cell in over):
        return above, below
    lower = {id(cell): cell._replace(text=glue(own.text, cell.text)) for own, cell in over}
    return _changed(above, {id(own): own._replace(text="") for own, _ in over}), _changed(below, lower)


def _pairs(above: Piece, below: Piece, row: int) -> list[Pair] | None:
    """Cells that end the upper piece with those below them; None where their sides do not agree.

    The sides of the pieces need not where a whole row agrees: others of its rows may reach into the margin.
    """
    ending = [c for r in above.rows for c in r if c.row + c.rowspan - 1 == len(above.rows)]
    pairs = []
    for cell in below.rows[row]:
        match = [c for c in ending if _same_sides(c, cell)]
        if len(match) == 1:
            pairs.append((match[0], cell))
        elif match or cell.text:
            return None
    halves = len(pairs) == len(above.rows[-1]) and all(bool(a.text) != bool(b.text) for a, b in pairs)
    alike = _same_sides(above, below) or len(pairs) >= _A_ROW or halves
    # Of a group that begins with the row the name may be cut too, and its rest stand beside the next piece.
    lone = [c for c in ending if (c.rowspan > 1 or not c.text or is_group_part(c.text)) and _beyond(c, below)]
    return pairs if alike and len(pairs) == len(ending) - len(lone) else None


def _open_below(above: Piece, below: Piece, row: int) -> list[Pair] | None:
    """The halves of a row whose upper one is open below, so that a rule of it here and there is not to be seen.

    None unless each of its numbers, and no label, stands above an empty cell, and each other cell below says something.
    """
    last, first = above.rows[-1], below.rows[row]
    if not _open_numbers(last, first) or any(cell.rowspan > 1 for cell in first):
        return None
    over = {id(cell): one for cell in first for one in last if _same_sides(one, cell)}
    own = [cell for cell in first if cell.text or not _under_merged(cell, above)]
    if len(over) != len(last) or any(bool(cell.text) == (id(cell) in over) for cell in own):
        return None
    return [(over.get(id(cell)) or _standing(cell, above), cell) for cell in own]


def _open_numbers(last: Sequence[Cell], first: Sequence[Cell]) -> bool:
    """Whether a row of numbers without a label stands above one with a label that has their cells too."""
    sides = bool(last) and all(is_value(one.text) and any(_same_sides(one, cell) for cell in first) for one in last)
    return sides and any(cell.text and not is_value(cell.text) for cell in first)


def _under_merged(cell: Cell, above: Piece) -> bool:
    """Whether an empty cell is the rest of a merged one, which browsers close above the last row of the page."""
    return any(
        c.rowspan > 1 and _same_sides(c, cell) and c.row + c.rowspan >= len(above.rows) for r in above.rows for c in r
    )


def _standing(cell: Cell, piece: Piece) -> Cell:
    """The empty cell at the end of a piece that a cell of the next one belongs to, in the columns of the former."""
    like = next((c for r in piece.rows for c in r if _same_sides(c, cell)), cell)
    return _beside(cell, piece.rows[-1])._replace(column=like.column, colspan=like.colspan)


def _levelled(piece: Piece, row: int) -> Piece:
    """A piece whose row is one row high: browsers end a merged cell beside it earlier, which makes rows of nothing."""
    cells = piece.rows[row]
    high = min((c.rowspan for c in cells if c.rowspan > 1), default=1)
    between = piece.rows[row + 1 : row + high]
    if sum(c.rowspan >= high for c in cells) < _A_ROW or high == 1 or any(c.text for r in between for c in r):
        return piece
    lower = tuple(c._replace(rowspan=c.rowspan - high + 1) if c.rowspan >= high else c for c in cells)
    after = (tuple(c._replace(row=c.row - high + 1) for c in r) for r in piece.rows[row + high :])
    return replace(piece, rows=(*piece.rows[:row], lower, *after))


def _beyond(cell: Cell, piece: Piece) -> bool:
    """Whether a cell stands beside a piece: browsers draw no outer side where a merged cell goes on."""
    return cell.box is not None and (cell.box[2] <= piece.box[0] + _NEAR or cell.box[0] >= piece.box[2] - _NEAR)


def _by_column(above: Piece, below: Piece, row: int) -> list[Pair] | None:
    """The labels and the numbers of the rows on both sides of a page break, where headings say the columns.

    What only one of the rows has stands beside an empty cell.
    """
    first, last = below.rows[row], above.rows[-1]
    labels = [[c for c in cells if c.column <= _LABELS and not is_group_part(c.text)][-1:] for cells in (last, first)]
    values = [{c.column: c for c in cells if c.column > _LABELS} for cells in (last, first)]
    if not any(labels) or not any(values):
        return None
    upper, lower = ({_LABELS: own[0], **cells} if own else cells for own, cells in zip(labels, values, strict=True))
    return [
        (upper.get(column) or _beside(lower[column], last), lower.get(column) or _beside(upper[column], first))
        for column in sorted(upper.keys() | lower.keys())
    ]


def _beside(cell: Cell, row: Sequence[Cell]) -> Cell:
    """The empty cell of another row in the column of this one."""
    return cell._replace(text="", row=row[0].row, box=None, confidence=1.0, note="")


def _same_sides(one: Cell | Piece, other: Cell | Piece) -> bool:
    """Whether two cells, or two pieces, have the same left and right side."""
    a, b = one.box, other.box
    return a is not None and b is not None and abs(a[0] - b[0]) <= _NEAR and abs(a[2] - b[2]) <= _NEAR


def _ends_here(cell: Cell, piece: Piece) -> bool:
    """Whether a cell is one row high, the last."""
    return cell.rowspan == 1 and cell.row == len(piece.rows)


def _row_joined(above: Piece, below: Piece, row: int, pairs: list[Pair], *, whole: bool) -> tuple[Piece, Piece | None]:
    """The halves of a row put together in the upper piece; the lower one goes on with the row after it.

    ``whole``: nothing of the row is missing, which a half of it may have been in doubt for.
    """
    halves = []
    for upper, lower in pairs:
        a, b = map(without_lack, (upper, lower)) if whole else (upper, lower)
        one = a._replace(
            text=glue(a.text, b.text),
            confidence=min(a.confidence, b.confidence),
            note=a.note or b.note,
            box=a.box or b.box,
        )
        halves.append((upper, one))
    moved = {id(a): one for a, one in halves}
    own = {id(cell) for cells in above.rows for cell in cells}
    more = [one for a, one in halves if id(a) not in own and one.text]
    joined = _changed(above, moved)
    if more:
        last = sorted((*joined.rows[-1], *more), key=lambda cell: cell.column)
        joined = replace(joined, rows=(*joined.rows[:-1], tuple(last)))
    rows: Rows = [list(r) for r in below.rows]
    taken = rows.pop(row)
    # A merged cell that began in the row goes on in the one after it, as an empty cell.
    rest = [c._replace(text="", rowspan=c.rowspan - 1) for c in taken if c.rowspan > 1]
    if row < len(rows):
        rows[row] = sorted([*rest, *rows[row]], key=lambda c: c.column)
    rows = [[_up(c, row) for c in r] for r in rows]
    if row >= len(rows):
        return joined, None
    return joined, replace(below, rows=tuple(map(tuple, rows)))


def _up(cell: Cell, row: int) -> Cell:
    """A cell of the rows after the one that was taken out, one row further up."""
    return cell._replace(row=cell.row - 1) if cell.row > row + 1 else cell


def _changed(piece: Piece, cells: dict[int, Cell]) -> Piece:
    return replace(piece, rows=tuple(tuple(cells.get(id(c), c) for c in row) for row in piece.rows))
