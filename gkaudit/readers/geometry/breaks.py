"""Tables that a page break cuts: a label or a row whose halves stand on two pages becomes one again.

Word processors close the table at the page end and open it on the next page, borders and all. What was
one row then looks like two: a label without its end beside the numbers, and the end of the label beside
nothing. Joined is only what the words of the form make certain; what merely looks like it is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gkaudit.chars import enumerator, is_value, squash
from gkaudit.readers.geometry.page import Cell, Piece
from gkaudit.vocabulary import label_hit

__all__ = ["mended"]

#: Places of columns on two pages may differ by so much (points).
_NEAR = 4.0
#: How alike a label has to be to a label of the form to be taken for one by itself.
_LABEL = 0.9
#: Columns of labels in a table whose columns are known by their headings.
_LABELS = 3
#: How sure a cell is that may be one half of a row.
_DOUBTFUL, _MAYBE_CUT = 0.4, "这一行可能被分页截断"
_MAYBE_CUT_NOTE = "第{}页表格的第一行像是上一页末行的后半部分，未能确认"
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
    headed = above.headed and below.headed
    pairs = _by_column(above, below, first) if headed else None
    if pairs is None and _same_sides(above, below):
        pairs = _pairs(above, below, first)
    if pairs is None or (headed and not _is_cut(pairs)):
        return (above, below, "") if headed else _torn(above, below, first)
    merged = [p for p in pairs if p[1].rowspan > 1 or not _ends_here(p[0], above)]
    single = [p for p in pairs if p not in merged]
    if single and _is_cut(single):
        rows = _row_joined(above, below, first, pairs)
        return (*rows, "")
    joins = [p for p in merged if _one_label(*p)]
    moved = {id(a): a._replace(text=_glue(a.text, b.text)) for a, b in joins}
    moved |= {id(b): b._replace(text="") for _, b in joins}
    note = ""
    if single and _looks_cut(single):
        note = _MAYBE_CUT_NOTE.format(below.page)
        moved |= {id(c): _in_doubt(c) for a, b in single for c in (a, b) if is_value(a.text) and is_value(b.text)}
        moved |= {id(b): _in_doubt(b) for _, b in single if not b.text}
    return _changed(above, moved), _changed(below, moved), note


def _torn(above: Piece, below: Piece, row: int) -> tuple[Piece, Piece, str]:
    """Two pieces whose columns do not agree: words of no label beside nothing may be the end of the row above."""
    ending = [c for r in above.rows for c in r if c.row + c.rowspan - 1 == len(above.rows)]
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


def _numbers(text: str) -> bool:
    """Whether a text is the number of a label without the label."""
    number = enumerator(text)
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


def _pairs(above: Piece, below: Piece, row: int) -> list[Pair] | None:
    """Cells that end the upper piece with those below them; None where their sides do not agree."""
    last = len(above.rows)
    ending = [c for r in above.rows for c in r if c.row + c.rowspan - 1 == last]
    pairs = []
    for cell in below.rows[row]:
        match = [c for c in ending if _same_sides(c, cell)]
        if len(match) != 1:
            return None
        pairs.append((match[0], cell))
    return pairs if len(pairs) == len(ending) else None


def _by_column(above: Piece, below: Piece, row: int) -> list[Pair] | None:
    """The labels and the numbers of the rows on both sides of a page break, where headings say the columns."""
    first, last = below.rows[row], above.rows[-1]
    labels = [[c for c in cells if c.column <= _LABELS] for cells in (last, first)]
    if not all(labels):
        return None
    values = {c.column: c for c in last if c.column > _LABELS}
    pairs = [(values[c.column], c) for c in first if c.column in values]
    return [(labels[0][-1], labels[1][-1]), *pairs]


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


def _one_label(a: Cell, b: Cell) -> bool:
    """Whether two texts are one label of the form, and neither is a label by itself, or the first its number only."""
    if not a.text or not b.text or is_value(b.text):
        return False
    whole, first, second = _score(_glue(a.text, b.text)), _score(a.text), _score(b.text)
    return whole >= _LABEL and (_numbers(a.text) or max(first, second) < min(whole, 1.0))


def _score(text: str) -> float:
    return max((h.score for h in label_hit(text)), default=0.0)


def _looks_cut(pairs: list[Pair]) -> bool:
    """A lower row without a label of its own under a row of numbers: words of no label, or none beside some numbers."""
    words = [b for _, b in pairs if b.text and not is_value(b.text)]
    numbers = [b for _, b in pairs if is_value(b.text)]
    if not any(is_value(a.text) for a, _ in pairs):
        return False
    if not words:
        return bool(numbers) and any(a.text and not b.text for a, b in pairs)
    return not any(_score(b.text) == 1 or enumerator(b.text) for b in words)


def _in_doubt(cell: Cell) -> Cell:
    return cell._replace(confidence=min(cell.confidence, _DOUBTFUL), note=_MAYBE_CUT)


def _glue(text: str, more: str) -> str:
    return f"{text}\n{more}" if text and more else text or more


def _row_joined(above: Piece, below: Piece, row: int, pairs: list[Pair]) -> tuple[Piece, Piece | None]:
    """The halves of a row put together in the upper piece; the lower one goes on with the row after it."""
    moved = {
        id(a): a._replace(text=_glue(a.text, b.text), confidence=min(a.confidence, b.confidence)) for a, b in pairs
    }
    upper = _changed(above, moved)
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
