"""Headings over the numbers of 表二: whether they say which columns of the form these are, or others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from gkaudit.chars import fold, squash
from gkaudit.form import Row, TableForm
from gkaudit.grid import GridCell, GridRow
from gkaudit.tables.reading import TEXTS, Found
from gkaudit.vocabulary import is_label_part, label_hit

__all__ = [
    "are_strange",
    "headers_over",
    "lines_of_headings",
    "said_otherwise",
    "under_own_headings",
    "without_last_years",
    "words_above",
]

#: Headings of columns that are a year and nothing else.
_LAST = re.compile(r"(?:上|上一|去)年度?(?:数|数量|情况)?")
_DATED = re.compile(r"(20\d\d)年度?(?:数|数量|情况)?")
#: What headings of several columns say in other words than the form: 有效, 制定数, 新公开.
_WORDS = {
    "issued": ("制发", "制定", "印发"), "repealed": ("废止", "失效"), "in_force": ("有效",),
    "newly_made": ("新制", "制作"), "newly_public": ("新公开",), "total_public": ("对外", "总数"),
    "items_last_year": ("上年", "上一年"), "change": ("增", "减"), "decisions": ("处理", "决定"),
}  # fmt: skip

#: What is counted in any column.
_ANY = {"数量", "件数", "总数", "数", "合计", "小计"}


def headers_over(rows: Sequence[GridRow]) -> dict[int, GridRow]:
    """The line of headings over each row of a true grid, by identity."""
    pairs = _with_headings(rows, lambda row: row.labels)
    return {id(row): above for row, above in pairs if row.exact or _as_wide(above, row)}


def _with_headings(
    rows: Sequence[GridRow], words: Callable[[GridRow], Sequence[GridCell]]
) -> Iterator[tuple[GridRow, GridRow]]:
    """Rows with the last line of headings above them in their piece; ``words`` tells those of such a line."""
    above: GridRow | None = None
    for row in rows:
        if row.is_header and len(words(row)) > 1:
            above = row
            continue
        above = _its_labels(row) or above
        if above is not None and above.piece == row.piece:
            yield row, above


def _its_labels(row: GridRow) -> GridRow | None:
    """The headings that were printed one below the other, and so have become labels of the first row below them."""
    heads = row.labels[-1 - len(row.values) : -1]
    if row.layout != "tokens" or len(row.values) < 2 or len(heads) != len(row.values):  # noqa: PLR2004
        return None
    cells = (row.labels[-1]._replace(x=0), *(h._replace(x=n) for n, h in enumerate(heads, 1)))
    return replace(row, cells=cells, labels=cells, values=())


def _as_wide(header: GridRow, row: GridRow) -> bool:
    """Whether a row of a text has as many cells as its line of headings, with nothing left out of either."""
    wide = len(row.values) + 1 if row.layout == "tokens" else len(row.cells)
    return row.layout in TEXTS and len(header.labels) == len(header.cells) == wide


def under_own_headings(
    row: GridRow, found: list[Found], target: Row, header: GridRow | None, table: TableForm
) -> list[Found] | None:
    """A row with more or fewer columns than the form's under the headings that are the form's to the letter.

    None where each cell of the row does not stand under one heading of its own; columns beside the form's (上年) are
    none of it, and what no heading names is not there.
    """
    if header is None or header.layout == "tokens" or any(sure != "open" for _, sure, _ in found):
        return None
    over = {id(cell): _over(cell, header) for cell in row.values}
    heads = [id(own[0]) for own in over.values() if len(own) == 1]
    if len(heads) != len(row.values) or len(set(heads)) != len(heads) or not row.tokens:
        return None
    names = [_name_to_the_letter(over[id(cell)][0], table) for cell in row.values]
    known = [name for name in names if name in target.columns]
    if not known or len(set(known)) != len(known) or len(header.labels) > len(heads) + 1:
        return None
    by_name = {name: (cell, "certain", "") for name, cell in zip(names, row.values, strict=True)}
    return [by_name.get(column, (None, "open", "表头没有这一列")) for column in target.columns]


def without_last_years(found: list[Found], header: GridRow | None) -> list[Found]:
    """A row without the number under a heading that is last year (上年), or not the last of several years."""
    if header is None or header.layout == "tokens":
        return found
    dated = {id(h): int(said[1]) for h in header.labels if (said := _DATED.fullmatch(squash(h.text)))}
    last = {id(h) for h in header.labels if _LAST.fullmatch(squash(h.text))}
    last |= {key for key, year in dated.items() if year < max(dated.values())}
    return [
        (cell, "open", "数字在上一年的列下") if any(id(h) in last for h in _over(cell, header)) else (cell, sure, note)
        for cell, sure, note in found
    ]


def _over(cell: GridCell | None, header: GridRow | None, shift: int = 0) -> list[GridCell]:
    """The headings over a cell that stands ``shift`` columns to the right of its own."""
    if cell is None or header is None:
        return []
    return [h for h in header.labels if cell.x - shift < h.end and h.x < cell.end - shift]


def _name_to_the_letter(cell: GridCell, table: TableForm) -> str | None:
    own = [h.name for h in label_hit(cell.text) if h.kind == "column" and h.table == table.name and h.score == 1]
    return own[0] if len(own) == 1 else None


def said_otherwise(found: Sequence[Found], target: Row, header: GridRow | None) -> bool:
    """Whether a number of a row stands under a heading that speaks of another column of the row."""
    places = [cell.x for cell, *_ in found if cell] if header and header.layout == "tokens" else []
    shift = min(places, default=1) - 1
    for name, (cell, *_) in zip(target.columns, found, strict=True):
        over = _over(cell, header, shift)
        said = {c for h in over for c in target.columns if any(word in fold(h.text) for word in _WORDS.get(c, ()))}
        if len(over) == len(said) == 1 and name not in said:
            return True
    return False


def lines_of_headings(rows: Sequence[GridRow]) -> dict[int, tuple[GridCell, ...]]:
    """The headings over the numbers of each row (by identity), in a table of any layout."""
    return {id(row): _words_of(above)[1:] for row, above in _with_headings(rows, _words_of)}


def _words_of(row: GridRow) -> tuple[GridCell, ...]:
    """The headings of a line; in a text all of them may have been left in one cell."""
    alone = row.labels[0] if len(row.labels) == 1 and row.layout in TEXTS else None
    return tuple(alone._replace(text=word) for word in alone.text.split()) if alone else row.labels


def are_strange(headings: Sequence[GridCell], target: Row) -> bool:
    """Whether headings over several numbers have nothing of the form in them: 甲 乙 丙, 数量.

    What a recogniser misread says nothing.
    """
    words = [word for column in target.columns for word in _WORDS.get(column, ())]
    if len(target.columns) == 1 or not headings or any(cell.confidence < 1 for cell in headings):
        return False
    return not any(
        label_hit(cell.text) or (is_label_part(cell.text) and fold(cell.text) not in _ANY) or said
        for cell in headings
        for said in [any(word in fold(cell.text) for word in words)]
    )


def words_above(rows: Sequence[GridRow], row: GridRow) -> str:
    """What the line of headings right above a row says, or the headings that were printed into it."""
    at = next((n for n, other in enumerate(rows) if other.cells[0] is row.cells[0]), 0)
    above = rows[at - 1] if at and not rows[at - 1].tokens and rows[at - 1].block == row.block else None
    return "".join(squash(cell.text) for cell in (*(above.labels if above else ()), *row.labels))
