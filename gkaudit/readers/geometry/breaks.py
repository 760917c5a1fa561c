"""Tables that a page break cuts: a label or a row whose halves stand on two pages becomes one again.

Word processors close the table at the page end and open it on the next page, borders and all. What was
one row then looks like two: a label without its end beside the numbers, and the end of the label beside
nothing. Joined is only what the words of the form make certain; what merely looks like it is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gkaudit.chars import enumerator, fold, is_value, squash
from gkaudit.readers.geometry.labels import is_group_part
from gkaudit.readers.geometry.page import Cell, Piece
from gkaudit.readers.lines import NUMBER_BEHIND
from gkaudit.vocabulary import label_hit

__all__ = ["mended", "row_texts", "with_rest_overleaf"]

#: Places of columns on two pages may differ by so much (points).
_NEAR = 4.0
#: How alike a label has to be to a label of the form to be taken for one by itself.
_LABEL = 0.9
#: Columns of labels in a table whose columns are known by their headings.
_LABELS = 3
#: How sure a cell is that may be one half of a row.
_DOUBTFUL, _MAYBE_CUT = 0.4, "这一行可能被分页截断"
_MAYBE_CUT_NOTE = "第{}页表格的第一行像是上一页末行的后半部分，未能确认"
#: A line of headings has at least so many of them.
_HEADINGS = 5
#: What a column between labels and numbers says.
_UNITS = ("件", "项", "个", "宗", "份", "起")
#: Brackets before the number of a label.
_BRACKETS = ("(", "[", "〔", "【")
#: A row of a table has at least a label and so many values beside it.
_A_ROW = 3

Rows = list[list[Cell]]
Pair = tuple[Cell, Cell]


def mended(above: Piece, below: Piece, head: Sequence[str]) -> tuple[Piece, Piece | None, str]:
    """Two pieces of one table with what the page cut put together, and a clause where that is not certain.

    ``head`` are the texts of the first rows of the table, which may be repeated below. The second piece is
    None where nothing is left of it.
    """
    first = _repeated(below, head)
    if first >= len(below.rows):
        return above, below, ""
    above = _without_foot(above, below)
    below = _levelled(below, first)
    headed = above.headed and below.headed
    pairs = _by_column(above, below, first) if headed else None
    if pairs is None:
        pairs = _pairs(above, below, first) or _open_below(above, below, first)
    if pairs is None:
        return (above, below, "") if headed else _torn(above, below, first)
    merged = [p for p in pairs if p[1].rowspan > 1 or not _ends_here(p[0], above)]
    single = [p for p in pairs if p not in merged]
    if single and (_is_cut(single) or _are_halves(single)):
        rows = _row_joined(above, below, first, pairs)
        return (*rows, "")
    joins = [p for p in merged if _one_label(*p)]
    moved = {id(a): a._replace(text=_glue(a.text, b.text)) for a, b in joins}
    moved |= {id(b): b._replace(text="") for _, b in joins}
    note = ""
    if single and _looks_cut(single):
        note = _MAYBE_CUT_NOTE.format(below.page)
        both = [c for a, b in single if is_value(b.text) and (is_value(a.text) or not a.text) for c in (a, b)]
        moved |= {id(c): _in_doubt(c) for c in (*both, *(b for _, b in single if not b.text))}
    return _changed(above, moved), _changed(below, moved), note


def _torn(above: Piece, below: Piece, row: int) -> tuple[Piece, Piece, str]:
    """Two pieces whose columns do not agree: words of no label beside nothing may be the end of the row above."""
    ending = [c for r in above.rows for c in r if c.row + c.rowspan - 1 == len(above.rows)]
    ruled = any(piece.exact and not piece.headed for piece in (above, below))
    bare = [c.text for c in above.rows[-1] if c.text and not is_value(c.text)]
    # A row that has only the number of its label (二、) goes on in one with empty cells.
    halves = bool(bare) and all(map(_numbers, bare)) and any(not c.text for c in below.rows[row])
    # One that has only numbers goes on in one with a label and empty cells.
    halves = halves or (_open_numbers(above.rows[-1], below.rows[row]) and any(not c.text for c in below.rows[row]))
    if halves or (not ruled and _share_one(ending, below.rows[row])):
        moved = {id(c): _in_doubt(c) for c in (*ending, *below.rows[row]) if is_value(c.text) or not c.text}
        return _changed(above, moved), _changed(below, moved), _MAYBE_CUT_NOTE.format(below.page)
    words = [c for c in below.rows[row] if c.text]
    if not words or any(is_value(c.text) for c in words):
        return above, below, ""
    # The number of a label may stand on the one page and all its words on the other.
    numbered = any(_numbers(a.text) and _score(_glue(a.text, b.text)) >= _LABEL for a in ending for b in words)
    if not numbered and any(_score(c.text) == 1 or enumerator(c.text) for c in words):
        return above, below, ""
    if not any(is_value(c.text) for c in ending) or len(below.rows[row]) < _A_ROW:
        return above, below, ""
    moved = {id(c): _in_doubt(c) for c in ending if is_value(c.text)}
    moved |= {id(c): _in_doubt(c) for c in below.rows[row] if not c.text}
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
    """A table whose last row goes on in a line of numbers on the next page: its empty cells are in doubt."""
    ruled = piece.exact and not piece.headed
    blanks = {id(c): _in_doubt(c) for c in piece.rows[-1] if not c.text} if piece.rows and not ruled else {}
    return _changed(piece, blanks) if blanks else piece


def _numbers(text: str) -> bool:
    """Whether a text is the number of a label without the label, or the bracket before it."""
    number = enumerator(text)
    if squash(text) in _BRACKETS:
        return True
    return bool(number) and number == "".join(sign for sign in squash(text) if sign.isalnum())


def row_texts(piece: Piece) -> list[str]:
    """Each row's text in one string, to recognise it when it is repeated."""
    return ["|".join(squash(cell.text) for cell in row) for row in piece.rows]


def _repeated(below: Piece, head: Sequence[str]) -> int:
    """How many rows of a piece repeat the head of the table."""
    texts = row_texts(below)
    count = 0
    while count < min(len(texts), len(head)) and texts[count] == head[count]:
        count += 1
    return count


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


def _is_cut(pairs: list[Pair]) -> bool:
    """One row on two pages for certain: labels that only together are labels of the form.

    A number may be cut as well; its halves are put on two lines, for nobody to take it for a number.
    """
    words = [p for p in pairs if p[0].text and p[1].text and not is_value(p[1].text)]
    joined = all(_score(_glue(a.text, b.text)) >= _LABEL for a, b in words)
    return joined and any(_one_label(*p) for p in words)


def _are_halves(pairs: list[Pair]) -> bool:
    """Whether nothing stands in both of two rows, and no more than one label in them, or headings only.

    In browsers every cell of a row has its own height: some stand before the end of the page, some behind it. Where
    each cell has something in one of them they are one row, whatever their label; a remark may be cut.
    """
    if len(pairs) > 1 and all(
        cell.text and not is_value(cell.text) and _score(cell.text) < _LABEL for cell in pairs[-1]
    ):
        pairs = pairs[:-1]
    if any(a.text and b.text for a, b in pairs):
        return False
    if len(pairs) >= _HEADINGS and all(a.text or b.text for a, b in pairs) and any(is_value(a.text) for a, _ in pairs):
        return any(b.text for _, b in pairs)
    upper, lower = ([pair[n].text for pair in pairs if pair[n].text] for n in (0, 1))
    if upper and lower and len(upper) + len(lower) == len(pairs) >= _HEADINGS and not any(map(is_value, upper + lower)):
        return True
    words = [text for text in (*upper, *lower) if not is_value(text)]
    # The name of a group beside the label of its first row is no label of another row, nor is a unit.
    words = [text for text in words if len(words) == 1 or not (_names_group(text) or squash(text) in _UNITS)]
    labels = {fold(NUMBER_BEHIND.sub("", text)): _score(text) for text in words}
    return not upper or not lower or not labels or (len(labels) == 1 and max(labels.values()) >= _LABEL)


def _names_group(text: str) -> bool:
    """Whether a text is the name of a group of rows, and of no row."""
    kinds = {hit.kind for hit in label_hit(text) if hit.score >= _LABEL}
    return kinds == {"group"}


def _one_label(a: Cell, b: Cell) -> bool:
    """Whether two texts are one label of the form, and the second is none by itself.

    The first is none either, or only its number, or a short form of a label that goes on to the letter.
    """
    if not a.text or not b.text or is_value(b.text):
        return False
    whole, first, second = _score(_glue(a.text, b.text)), _score(a.text), _score(b.text)
    if whole < _LABEL:
        return False
    return _numbers(a.text) or max(first, second) < min(whole, 1.0) or (whole == 1 and second < _LABEL)


def _score(text: str) -> float:
    return max((h.score for h in label_hit(text)), default=0.0)


def _looks_cut(pairs: list[Pair]) -> bool:
    """A lower row without a label of its own under a row of numbers: words of no label, or none beside some numbers.

    An upper row that has nothing but a label may have its numbers below.
    """
    words = [b for _, b in pairs if b.text and not is_value(b.text)]
    numbers = [b for _, b in pairs if is_value(b.text)]
    above = any(is_value(a.text) for a, _ in pairs)
    if not words:
        return above and bool(numbers) and any(a.text and not b.text for a, b in pairs)
    if not above and (not numbers or all(a.text for a, _ in pairs)):
        return False
    return not any(_score(b.text) == 1 or enumerator(b.text) for b in words)


def _in_doubt(cell: Cell) -> Cell:
    return cell._replace(confidence=min(cell.confidence, _DOUBTFUL), note=_MAYBE_CUT)


def _glue(text: str, more: str) -> str:
    return f"{text}\n{more}" if text and more else text or more


def _row_joined(above: Piece, below: Piece, row: int, pairs: list[Pair]) -> tuple[Piece, Piece | None]:
    """The halves of a row put together in the upper piece; the lower one goes on with the row after it."""
    halves = [
        (
            a,
            a._replace(
                text=_glue(a.text, b.text),
                confidence=min(a.confidence, b.confidence),
                note=a.note or b.note,
                box=a.box or b.box,
            ),
        )
        for a, b in pairs
    ]
    moved = {id(a): whole for a, whole in halves}
    own = {id(cell) for cells in above.rows for cell in cells}
    more = [whole for a, whole in halves if id(a) not in own and whole.text]
    upper = _changed(above, moved)
    if more:
        last = sorted((*upper.rows[-1], *more), key=lambda cell: cell.column)
        upper = replace(upper, rows=(*upper.rows[:-1], tuple(last)))
    rows: Rows = [list(r) for r in below.rows]
    taken = rows.pop(row)
    # A merged cell that began in the row goes on in the one after it, as an empty cell.
    rest = [c._replace(text="", rowspan=c.rowspan - 1) for c in taken if c.rowspan > 1]
    if row < len(rows):
        rows[row] = sorted([*rest, *rows[row]], key=lambda c: c.column)
    rows = [[_up(c, row) for c in r] for r in rows]
    if row >= len(rows):
        return upper, None
    return upper, replace(below, rows=tuple(map(tuple, rows)))


def _up(cell: Cell, row: int) -> Cell:
    """A cell of the rows after the one that was taken out, one row further up."""
    return cell._replace(row=cell.row - 1) if cell.row > row + 1 else cell


def _changed(piece: Piece, cells: dict[int, Cell]) -> Piece:
    return replace(piece, rows=tuple(tuple(cells.get(id(c), c) for c in row) for row in piece.rows))
