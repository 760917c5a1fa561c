"""Tables of a document as rows that can be matched with the form.

A row keeps the place of each cell (``x``), because an empty cell says where the others stand. Labels
glued to their value are separated, rows broken in two by a blank line are joined, rows that lost
their trailing empty cells get them back.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from gkaudit.chars import clean, fold, is_value
from gkaudit.document import Anchor, Document, Table, TableCell
from gkaudit.headwords import words_above
from gkaudit.vocabulary import COUNTS, NUMBER_HEADINGS, REMARK_HEADINGS, UNIT_HEADINGS, is_label_part, label_hit

__all__ = ["GridCell", "GridRow", "grid_rows"]


class GridCell(NamedTuple):
    """One cell: text as printed, its place in the row, and what kind of text it is."""

    text: str
    anchor: Anchor
    x: int
    kind: str  # blank, value or text
    #: The cell was printed in one with its label (行政处罚 0).
    glued: bool = False
    #: Columns of the grid it covers; 1 where the source does not know.
    span: int = 1
    confidence: float = 1.0
    note: str = ""

    @property
    def end(self) -> int:
        """The first column of the grid to its right."""
        return self.x + self.span


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row. ``piece`` numbers the tables of the document; ``block`` is the index of its table there.

    In an ``exact`` table the places and spans of the cells are those of the source.
    """

    cells: tuple[GridCell, ...]
    piece: int
    layout: str
    block: int
    labels: tuple[GridCell, ...] = field(default=())
    values: tuple[GridCell, ...] = field(default=())
    exact: bool = False
    #: Cells of the value area that hold something.
    tokens: tuple[GridCell, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Find the tokens once: a row is asked for them many times."""
        object.__setattr__(self, "tokens", tuple(c for c in self.values if c.kind != "blank"))

    @property
    def is_header(self) -> bool:
        """Only labels, and none of them the label of a row."""
        return bool(self.labels) and not self.tokens


#: Texts up to this length come again and again (labels, numbers); what they are is kept.
_SHORT = 48
#: Layouts of text in which the headings of a table may be taken for lines of prose.
_OF_LINES = ("aligned", "tokens")
#: A row has a label and so many numbers at least.
_A_ROW = 3
#: A label glued to its number may have one slip (行攻许可 0).
_NEARLY = 0.74
_MOVED = "这一行有几格的内容并在一格而行末为空，其后的数字可能错位"
_GLUED = re.compile(
    r"^(?P<label>.*?[^\s\d.,，．/\-—－+])(?P<gap>\s*)"
    r"(?P<value>[+\-−－]?\d[\d,.，．]*\s*(?:万元|元|件|条|个|项|宗|起|份|次)?|[/—－\-])\s*$",
    re.DOTALL,
)


def grid_rows(document: Document) -> list[GridRow]:
    """All table rows of the document in reading order."""
    rows: list[GridRow] = []
    piece = 0
    for block, table in enumerate(document.blocks):
        if not isinstance(table, Table):
            continue
        if _may_have_words_above(table):
            rows += [_of_words(words, piece, block, table) for words in words_above(document.blocks, block)]
        rows += _rows_of(table, piece, block)
        piece += 1
    return rows


def _may_have_words_above(table: Table) -> bool:
    """Whether the headings of a table may stand above it as lines: in a text, or where its first row has numbers.

    Not on a page, where a table may go on that began on the one before.
    """
    if not table.exact:
        return table.layout in _OF_LINES
    drawn = table.anchor.page is not None or table.layout == "sheet"
    return not drawn and any(_kind(cell.text) == "value" for row in table.rows[:1] for cell in row)


def _of_words(words: list[tuple[str, Anchor]], piece: int, block: int, table: Table) -> GridRow:
    """Words above a table as a row of labels."""
    cells = tuple(GridCell(text, anchor, x, "text") for x, (text, anchor) in enumerate(words))
    return GridRow(cells, piece, table.layout, block, labels=cells)


def _rows_of(table: Table, piece: int, block: int) -> list[GridRow]:
    widths = Counter(len(row) for row in table.rows)
    usual = max(widths, key=lambda w: (widths[w], w), default=0)
    rows: list[GridRow] = []
    for printed in table.rows:
        row = _row(printed, piece, block, table)
        if table.layout in ("tabs", "pipes") and len(row.cells) < usual:
            row = _padded(row, usual)
        if rows and table.layout == "cells" and _goes_on(rows[-1], row):
            rows[-1] = _joined(rows[-1], row)
        else:
            rows.append(row)
    return rows


def _kind(text: str) -> str:
    return _kind_short(text) if len(text) <= _SHORT else _kind_of(text)


def _kind_of(text: str) -> str:
    return "blank" if not clean(text) else "value" if is_value(text) else "text"


_kind_short = lru_cache(maxsize=8192)(_kind_of)


def _row(printed: tuple[TableCell, ...], piece: int, block: int, table: Table) -> GridRow:
    cells: list[GridCell] = []
    exact = table.exact
    own = _without_margin(printed) if exact else printed
    for x, (text, anchor, _, colspan, confidence, note) in enumerate(_moved_up(own)):
        place, span = (anchor.column - 1 if anchor.column else x, colspan) if exact else (x, 1)
        kind = _kind(text)
        plain = GridCell(text, anchor, place, kind, False, span, confidence, note)
        if kind == "text":
            cells += _unglued(plain)
        else:
            cells.append(plain)
    return _with_areas(tuple(_behind_a_torn_label(cells)), piece, table, block)


def _without_margin(printed: tuple[TableCell, ...]) -> tuple[TableCell, ...]:
    """A row without an empty cell at its end that other rows have in common: it is no number of this one.

    What short rows leave open at the side of a table looks so.
    """
    if len(printed) <= _A_ROW or printed[-1].rowspan == 1 or clean(printed[-1].text):
        return printed
    alone = all(cell.rowspan == 1 for cell in printed[-_A_ROW - 1 : -1])
    return printed[:-1] if alone else printed


def _moved_up(printed: tuple[TableCell, ...]) -> tuple[TableCell, ...]:
    """Cells of a row, those in doubt that ran together or moved up because others before them did.

    Some converters lose the border of a cell: two numbers stand in one, each on a line, the cells behind it
    have moved to the left, and the row ends with as many empty cells as borders were lost.
    """
    several = [i for i, cell in enumerate(printed) if "\n" in cell.text]
    first = next((i for i in several if _ends_in_two_numbers(printed[i].text)), len(printed))
    if first == len(printed) or clean(printed[-1].text):
        return printed
    return (*printed[:first], *(c._replace(confidence=0.0, note=c.note or _MOVED) for c in printed[first:]))


def _behind_a_torn_label(cells: list[GridCell]) -> list[GridCell]:
    """The same where the number ran into a label that can no longer be told from it."""
    if not cells or cells[-1].kind != "blank":
        return cells
    first = next((i for i, cell in enumerate(cells) if cell.kind == "text" and _ends_in_number(cell.text)), len(cells))
    if first == len(cells):
        return cells
    return [*cells[:first], *(c._replace(confidence=0.0, note=c.note or _MOVED) for c in cells[first:])]


def _ends_in_number(text: str) -> bool:
    *before, last = text.strip().split("\n")
    return bool(before) and is_value(last) and any(c.isdigit() for c in last)


def _ends_in_two_numbers(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()][-2:]
    return len(lines) == 2 and all(is_value(line) for line in lines)  # noqa: PLR2004


def _unglued(cell: GridCell) -> list[GridCell]:
    """Label and value apart where they stand in one cell; both keep its place."""
    glued = _GLUED.match(clean(cell.text))
    if glued is None:
        return [cell]
    label = glued["label"]
    whole, head = label_hit(cell.text), label_hit(label)
    if not any(h.kind == "row" and h.score > _NEARLY for h in head):
        return [cell]
    if whole and whole[0].score >= head[0].score:
        return [cell]
    return [cell._replace(text=label), cell._replace(text=glued["value"], kind="value", glued=True)]


def _with_areas(cells: tuple[GridCell, ...], piece: int, table: Table, block: int) -> GridRow:
    """Labels left, values right: the border is the last text before the first value.

    Words behind the label of a row (行政许可 | 详见附件) stand where a number belongs and are values.
    """
    start = _numbered_from(cells, exact=table.exact) if table.exact or table.layout in ("tabs", "pipes") else 0
    first_value = next((i for i in range(start, len(cells)) if cells[i].kind == "value"), len(cells))
    texts = [i for i, c in enumerate(cells[:first_value]) if c.kind == "text"]
    while len(texts) > 1 and _is_row_label(cells[texts[-2]].text) and not _label_like(cells[texts[-1]].text):
        if not table.exact and fold(cells[texts[-1]].text) in _UNITS:
            break
        texts.pop()
    border = texts[-1] + 1 if texts else 0
    labels = tuple(c for c in cells[:border] if c.kind == "text")
    return GridRow(cells, piece, table.layout, block, labels, cells[border:], table.exact)


def _numbered_from(cells: tuple[GridCell, ...], *, exact: bool) -> int:
    """Index of the label in a row that begins with a running number (序号 1, 2, 3 …); 0 in any other.

    Dirt on an empty cell of a scan is read as a number too, and says as little. So do several numbers before a label
    of the form in a true grid, fewer than behind it: cells of a group whose merge is lost may show what it covered.
    """
    first = next((i for i, c in enumerate(cells) if c.kind == "text"), 0)
    before, behind = (sum(c.kind == "value" for c in part) for part in (cells[:first], cells[first:]))
    if before > 1:
        return first if exact and before < behind and _is_row_label(cells[first].text) else 0
    return first if before and _label_like(cells[first].text) else 0


def _is_row_label(text: str) -> bool:
    return any(hit.kind == "row" and hit.score == 1 for hit in label_hit(text))


#: What a column between the labels and the numbers says in every row.
_UNITS = COUNTS | {"万元"}
#: Headings of columns that offices add to the form.
_ADDED = UNIT_HEADINGS | NUMBER_HEADINGS | REMARK_HEADINGS | {"小计", "合计", "类别"}


def _label_like(text: str) -> bool:
    return bool(label_hit(text)) or is_label_part(text) or fold(text) in _ADDED


def _padded(row: GridRow, usual: int) -> GridRow:
    """Trailing empty cells back: editors and scripts strip the tabs at the end of a line."""
    anchor = row.cells[-1].anchor.at(column=None, start=None, end=None)
    last = row.cells[-1].x
    extra = tuple(GridCell("", anchor, x, "blank") for x in range(last + 1, usual))
    return replace(row, cells=row.cells + extra, values=row.values + extra)


def _goes_on(before: GridRow, row: GridRow) -> bool:
    """A row of values without label right after a row that is short of them (layout ``cells``)."""
    if row.labels or not row.values or (before.is_header and not before.values):
        return False
    # 表三 has seven cells behind a label, 表四 fifteen without one.
    whole = 7 if before.labels else 15
    has = len(before.values)
    return 0 < has < whole and has + len(row.values) == whole and (bool(before.labels) or bool(before.tokens))


def _joined(before: GridRow, row: GridRow) -> GridRow:
    shift = before.cells[-1].x + 1
    moved = tuple(c._replace(x=c.x + shift) for c in row.cells)
    return replace(before, cells=before.cells + moved, values=before.values + moved)
