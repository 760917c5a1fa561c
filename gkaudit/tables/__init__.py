"""The three statutory tables, each read from its rows.

``sort_rows`` gives every printed row to the table its labels speak of. The three readers then find the
cells; they say how sure the place of each is and collect signs of damage, but judge no values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gkaudit.chars import fold
from gkaudit.grid import GridRow
from gkaudit.tables.disclosure import read_disclosure
from gkaudit.tables.reading import TableReading
from gkaudit.tables.remedies import read_remedies
from gkaudit.tables.requests import read_requests
from gkaudit.vocabulary import label_hit

__all__ = ["TableReading", "read_disclosure", "read_remedies", "read_requests", "sort_rows"]

#: Cells of 表四.
_REMEDIES = 15


def sort_rows(rows: Iterable[GridRow]) -> dict[str, list[GridRow]]:
    """Rows by table: by their labels where these are clear, else with the rows before them."""
    sorted_rows: dict[str, list[GridRow]] = {"disclosure": [], "requests": [], "remedies": []}
    current: str | None = None
    rows = list(rows)
    begun = _begun(rows)
    for row in rows:
        current = _table_of(row, begun.get(id(row), current))
        if current is not None:
            sorted_rows[current].append(row)
    return {table: _without_blank_copy(own) for table, own in sorted_rows.items()}


def _begun(rows: Sequence[GridRow]) -> dict[int, str]:
    """The tables of words that a piece begins with and that say nothing by themselves, by the first row that does."""
    found: dict[int, str] = {}
    waiting: list[GridRow] = []
    piece, begins = -1, True
    for row in rows:
        if row.piece != piece:
            waiting, piece, begins = [], row.piece, True
        table = _table_of(row, None) if begins else None
        if table is not None:
            found |= {id(words): table for words in waiting}
        begins = begins and table is None and not row.tokens
        waiting = [*waiting, row] if begins else []
    return found


def _without_blank_copy(rows: list[GridRow]) -> list[GridRow]:
    """Rows of a table without its empty form, which some offices leave in the text before or behind the filled one."""
    pieces: dict[int, list[GridRow]] = {}
    for row in rows:
        pieces.setdefault(row.piece, []).append(row)
    blank = [piece for piece, own in pieces.items() if not any(row.tokens for row in own)]
    if not blank or len(blank) == len(pieces):
        return rows
    said = {piece: {fold(cell.text) for row in own for cell in row.labels} for piece, own in pieces.items()}
    filled = [said[piece] for piece in pieces if piece not in blank]
    copies = {piece for piece in blank if len(said[piece]) > 1 and any(said[piece] <= other for other in filled)}
    return [row for row in rows if row.piece not in copies]


def _is_whole_remedies(row: GridRow) -> bool:
    """Whether a row without any label has as many numbers as 表四, whose headings nobody could read."""
    return not row.labels and len(row.tokens) == len(row.values) == _REMEDIES


def _table_of(row: GridRow, current: str | None) -> str | None:
    votes: dict[str, float] = {}
    for cell in row.labels:
        tables = {hit.table: hit.score for hit in label_hit(cell.text)}
        # 总计 and 其他 stand in two tables and say nothing.
        if len(tables) == 1:
            (table, score), *_ = tables.items()
            votes[table] = votes.get(table, 0.0) + score
    if not votes:
        return "remedies" if _is_whole_remedies(row) else current
    return max(votes, key=lambda t: (votes[t], t == current))
