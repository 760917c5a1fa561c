"""Headings of 表三 that stand in another order than the form's, above rows that are found without their headings."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

from gkaudit.chars import fold, is_value
from gkaudit.form import form
from gkaudit.readers.geometry.columns import row_of
from gkaudit.readers.geometry.lines import Line
from gkaudit.readers.geometry.page import Cell, Piece

__all__ = ["are_crossed", "with_doubtful_columns"]

#: So many headings on a line are those of a table, and a word of so many characters may be one of several lines.
_HEADINGS, _BEGIN = 3, 2
#: Cells from the first number of a row of 表三 on, where some of them may be lost or too many.
_FEWEST, _MOST = 5, 9
_DOUBT, _NOTE = 0.4, "没有竖线且表头的列序与表式不同，列位无法确定"


@cache
def _labels() -> tuple[str, ...]:
    return tuple(fold(column.label) for column in form().table("requests").columns)


def are_crossed(line: Line) -> bool:
    """Whether a line has headings of 表三, or the begins of them, and they do not follow each other as on the form."""
    texts = [fold(token.text) for token in row_of(line).words]
    begun = [
        [at for at, label in enumerate(_labels()) if label.startswith(text)] for text in texts if len(text) >= _BEGIN
    ]
    places = [own[0] for own in begun if len(own) == 1]
    return len(places) >= max(_HEADINGS, len(texts) - 1) and any(a >= b for a, b in pairwise(places))


def with_doubtful_columns(piece: Piece) -> Piece:
    """A piece with the rows in doubt that are as wide as those of 表三."""
    return replace(piece, rows=tuple(_in_doubt(row) for row in piece.rows))


def _in_doubt(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    first = next((at for at, cell in enumerate(row) if is_value(cell.text)), len(row))
    if not _FEWEST <= len(row) - first <= _MOST:
        return row
    return (*row[:first], *(cell._replace(confidence=min(cell.confidence, _DOUBT), note=_NOTE) for cell in row[first:]))
