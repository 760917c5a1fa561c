"""In which order 表三 prints its columns, and whether that can be known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from operator import itemgetter

from gkaudit.chars import fold, squash
from gkaudit.form import TableForm
from gkaudit.grid import GridCell, GridRow
from gkaudit.placement import row_sum_closes
from gkaudit.tables.reading import by_position
from gkaudit.vocabulary import is_label_part, label_hit

__all__ = ["ORGANISATIONS", "begins_with_heads", "column_order", "is_otherwise"]

#: So many headings are no chance, and so many rows in which only the first number is the sum of the others.
_FEW, _SUMS = 3, 3
ORGANISATIONS, _SUBTOTAL = "法人或其他组织", "小计"


def column_order(headers: Sequence[GridRow], table: TableForm) -> tuple[str | None, ...]:
    """Columns in printed order; an extra 小计 column is None.

    Another order than the form's is believed only where one row prints 自然人, 法人或其他组织 and 总计 side by
    side and the five kinds of organisations are complete: a converter may put 总计 on another line.
    """
    usual = tuple(c.name for c in table.columns)
    by_label = _by_label(table)
    inner = {c.name for c in table.columns if c.group}
    top: list[str] = []
    printed: list[list[str | None]] = []
    for row in _level(headers):
        names = [_head_name(cell.text, by_label) for cell in row]
        heads = [name for name in names if name in ("natural_person", ORGANISATIONS, "total")]
        top = top or (heads if len(heads) == len(set(heads)) == 3 else [])  # noqa: PLR2004
        printed.append([None if name == _SUBTOTAL else name for name in names if name in inner or name == _SUBTOTAL])
    sub = _once(printed, len(inner))
    if not top and headers and by_position(headers[0]):
        # The page may end between the lines of the header.
        top = ["natural_person", ORGANISATIONS, "total"]
    if not top or len(sub) - sub.count(None) != len(inner) or {name for name in sub if name} != inner:
        return usual
    return tuple(name for head in top for name in (sub if head == ORGANISATIONS else [head]))


def _once(printed: Sequence[list[str | None]], size: int) -> list[str | None]:
    """The kinds of organisations line by line as one list; a line of all of them that is printed again counts once."""
    lines = [line for at, line in enumerate(printed) if len(line) < size or line not in printed[:at]]
    return [name for line in lines for name in line]


@cache
def _by_label(table: TableForm) -> dict[str, str]:
    return {fold(text): c.name for c in table.columns for text in (c.label, *c.aliases)}


def begins_with_heads(row: GridRow, table: TableForm) -> bool:
    """Whether a row begins with 自然人, 法人或其他组织 and 总计 side by side: nothing stands for what cells cover."""
    names = [_head_name(cell.text, _by_label(table)) for cell in row.labels]
    return names == ["natural_person", ORGANISATIONS, "total"] and [cell.x for cell in row.labels] == [0, 1, 2]


def is_otherwise(
    headers: Sequence[GridRow], rows: Sequence[GridRow], printed: Sequence[GridRow], table: TableForm
) -> bool:
    """Whether headings, or the numbers below them, show that the columns do not stand as on the form.

    ``rows`` are those that were found among all that are ``printed``.
    """
    return (
        _are_strange(rows, printed, table)
        or _total_is_the_first(rows, printed, table)
        or _total_is_not_last(headers, table)
        or _natural_is_not_first(headers, printed, table)
        or _kinds_are_crossed(headers, table)
        or _kinds_are_elsewhere(headers, rows, table)
    )


def _are_strange(rows: Sequence[GridRow], printed: Sequence[GridRow], table: TableForm) -> bool:
    """Whether the words above the first row of a piece are headings, and nearly none of them kinds of organisations.

    What a recogniser misread says nothing.
    """
    by_label, kinds = _by_label(table), {c.name for c in table.columns if c.group}
    for texts, wide in _words_above(rows, printed):
        known = sum(_head_name(text, by_label) in kinds for text in texts)
        strange = [text for text in texts if not label_hit(text) and not is_label_part(text)]
        if known < _FEW <= len(strange) and wide > _FEW:
            return True
    return False


def _words_above(rows: Sequence[GridRow], printed: Sequence[GridRow]) -> Iterator[tuple[list[str], int]]:
    """The words above the first row of each piece, and how many of them stand on one line at most."""
    places = {id(row): at for at, row in enumerate(printed)}
    first = {row.piece: places[id(row)] for row in reversed(rows) if id(row) in places}
    for piece, at in first.items():
        above = [row for row in printed[:at] if row.piece == piece and not any(c.kind == "value" for c in row.cells)]
        words = [[c.text for c in row.cells if c.kind == "text" and c.confidence == 1] for row in above]
        yield [text for line in words for text in line], max(map(len, words), default=0)


def _total_is_the_first(rows: Sequence[GridRow], printed: Sequence[GridRow], table: TableForm) -> bool:
    """Whether the first number is what the others make up, and the last is not, wherever that makes a difference.

    Not below headings that say what the columns are, whatever their numbers make up.
    """
    by_label = _by_label(table)
    said = {_head_name(text, by_label) for texts, _ in _words_above(rows, printed) for text in texts}
    if len(said - {""}) >= _FEW:
        return False
    size = len(table.columns)
    full = [row.tokens for row in rows if len(row.tokens) == size]
    pairs = [(row_sum_closes((*tokens[1:], tokens[0])), row_sum_closes(tokens)) for tokens in full]
    return sum(a and not b for a, b in pairs) >= _SUMS > sum(b and not a for a, b in pairs)


def _total_is_not_last(headers: Sequence[GridRow], table: TableForm) -> bool:
    """Whether a line of headings has 总计 left of 自然人 or 法人或其他组织, which it is right of on the form."""
    by_label = _by_label(table)
    for cells in _level(headers):
        names = [_head_name(cell.text, by_label) for cell in cells]
        if "total" in names and {"natural_person", ORGANISATIONS} & set(names[names.index("total") :]):
            return True
    return False


def _natural_is_not_first(headers: Sequence[GridRow], printed: Sequence[GridRow], table: TableForm) -> bool:
    """Whether a line of headings has 自然人, and one of the other columns left of it.

    Headings that stand one below the other are one line; the last of them may have become labels of the first row.
    """
    by_label = _by_label(table)
    columns = {c.name for c in table.columns}
    heads = {*columns, ORGANISATIONS}
    lines = [[cell.text for cell in row.labels] for row in headers if not by_position(row)]
    below: list[list[str]] = []
    for piece in {row.piece for row in printed if row.layout == "tokens"}:
        own = [row for row in printed if row.piece == piece]
        first = next((at for at, row in enumerate(own) if row.tokens), len(own) - 1)
        below.append([c.text for row in own[: first + 1] for c in (row.labels[:-1] if row.tokens else row.labels)])
    named = [[name for text in line if (name := _head_name(text, by_label)) in heads] for line in (*lines, *below)]
    # All but one of those below each other: 总计 stood above them and was taken for the label of a row.
    without_total = (
        names
        for names in named[len(lines) :]
        if {*names, "total"} - {ORGANISATIONS} == columns != {*names} - {ORGANISATIONS}
    )
    return any("natural_person" in names and names[0] != "natural_person" for names in named) or any(without_total)


def _kinds_are_crossed(headers: Sequence[GridRow], table: TableForm) -> bool:
    """Whether a line of headings has kinds of organisations the other way round than the form."""
    by_label = _by_label(table)
    inner = [c.name for c in table.columns if c.group]
    lines = [
        [inner.index(name) for c in cells if (name := _head_name(c.text, by_label)) in inner]
        for cells in _level(headers)
    ]
    return any(line != sorted(line) for line in lines)


def _kinds_are_elsewhere(headers: Sequence[GridRow], rows: Sequence[GridRow], table: TableForm) -> bool:
    """Whether the numbers do not stand around the five kinds of organisations as on the form.

    Asked where the page ended above the line of the kinds, of tables without upright rules: one number stands
    left of the kinds and one right of them, else 总计 is not the last.
    """
    inner = {c.label for c in table.columns if c.group}
    for piece in {row.piece for row in headers if by_position(row)}:
        own = [cell for row in headers if row.piece == piece for cell in row.labels]
        boxes = [cell.anchor.box for cell in own if cell.anchor.box and squash(cell.text) in inner]
        if len(boxes) != len(inner) or len(own) != len(inner):
            continue
        left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
        full = (row.tokens for row in rows if row.piece == piece and len(row.tokens) == len(table.columns))
        for tokens in full:
            sides = [cell.anchor.box for cell in tokens if cell.anchor.box]
            if (sum(box[2] < left for box in sides), sum(box[0] > right for box in sides)) != (1, 1):
                return True
    return False


def _level(headers: Sequence[GridRow]) -> list[list[GridCell]]:
    """The headings row by row; all from left to right where a table was found by position.

    What stands higher or lower there is only where its lines were broken: 总计 in the middle of three lines.
    """
    if not all(by_position(row) for row in headers):
        return [list(row.labels) for row in headers]
    pieces: dict[int, list[tuple[float, GridCell]]] = {}
    for row in headers:
        pieces.setdefault(row.piece, []).extend((c.anchor.box[0], c) for c in row.labels if c.anchor.box)
    return [[cell for _, cell in sorted(placed, key=itemgetter(0))] for placed in pieces.values()]


def _head_name(text: str, by_label: dict[str, str]) -> str:
    folded = fold(text)
    if folded.endswith(_SUBTOTAL):
        return _SUBTOTAL
    return by_label.get(folded, ORGANISATIONS if folded.startswith("法人") else "")
