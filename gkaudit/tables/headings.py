"""Headings of 表三, requests: which rows they are, and the columns of the form that they name in a piece of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gkaudit.alignment import Match
from gkaudit.chars import enumerator, fold
from gkaudit.form import TableForm
from gkaudit.grid import GridRow
from gkaudit.tables.columns import MOST_WORN, Leaf, is_cut, is_torn, is_worn, leaves
from gkaudit.tables.order import ORGANISATIONS
from gkaudit.tables.reading import TEXTS
from gkaudit.vocabulary import NUMBER_HEADINGS, UNIT_HEADINGS, label_hit

__all__ = [
    "adrift_pieces",
    "by_piece",
    "fitting",
    "flat_heads",
    "heads_by_piece",
    "is_header",
    "name_of",
    "narrow_pieces",
]

#: Headings of columns that offices put between the labels and the numbers.
_BESIDE = UNIT_HEADINGS | NUMBER_HEADINGS | {"代码"}
#: Sides of columns on two pages may differ by so much (points).
_SAME_SIDE = 4.0
#: Rows of a table that keeps its spans begin at one place, but for some that have moved.
_TWO_PLACES = 2
#: Names and places of the columns by piece.
Headings = dict[int, tuple[tuple[str | None, ...], tuple[Leaf, ...]]]


def is_header(row: GridRow) -> bool:
    """Only labels, and at least two of columns, or one that cannot be the label of a row.

    An empty row whose group a page end cut off may have the headings above it repeated there.
    """
    if row.tokens or (row.labels and _is_of_row(row.labels[-1].text)):
        return False
    heads = [cell for cell in row.labels if _heads(cell.text)]
    return len(heads) > 1 or (len(heads) == 1 and len(row.labels) == 1 and not enumerator(heads[0].text))


def _is_of_row(text: str) -> bool:
    """Whether a text is the label of a row and with its number (3.) of nothing else."""
    return bool(enumerator(text)) and any(hit.kind == "row" and hit.score == 1 for hit in label_hit(text))


def _heads(text: str) -> bool:
    """Whether a text may stand over a column. 其他 and 总计 may, and may be rows as well."""
    return any(hit.kind in ("column", "header", "note") or hit.name == ORGANISATIONS for hit in label_hit(text))


def fitting(under: Headings, matches: Sequence[Match], size: int) -> Headings:
    """The headings without those that lack a column while some row below them has all its numbers."""
    full = {match.row.piece for match in matches if len(match.row.tokens) >= size}
    return {
        piece: (names, columns) for piece, (names, columns) in under.items() if piece not in full or len(names) >= size
    }


def heads_by_piece(rows: Sequence[GridRow], headers: Sequence[GridRow]) -> dict[int, tuple[Leaf, ...]]:
    """Columns of the header by piece, for pieces with a true grid; one without a header has those of the one before."""
    found: dict[int, tuple[Leaf, ...]] = {}
    before: tuple[Leaf, ...] = ()
    there: dict[int, float] = {}
    for piece in dict.fromkeys(row.piece for row in rows if row.exact):
        here = _sides(row for row in rows if row.piece == piece)
        own = leaves([row for row in headers if row.piece == piece])
        if own:
            before, there = own, here
        found[piece] = own or _over_page(before, there, here)
    return found


def _sides(rows: Iterable[GridRow]) -> dict[int, float]:
    """Where on its page each column of the grid begins, for tables found on pages."""
    sides: dict[int, float] = {}
    for cell in (cell for row in rows for cell in row.cells if cell.anchor.box):
        left, _, right, _ = cell.anchor.box or (0, 0, 0, 0)
        sides.setdefault(cell.x, left)
        sides.setdefault(cell.end, right)
    return sides


def _over_page(columns: tuple[Leaf, ...], there: dict[int, float], here: dict[int, float]) -> tuple[Leaf, ...]:
    """The columns of a header in the grid of the next page, which has its own rules and so its own count of columns.

    As they are where one of them has not its sides there.
    """
    moved = []
    for leaf in columns:
        start, end = (_column_at(there.get(x), here) for x in (leaf.start, leaf.end))
        if start is None or end is None or start >= end:
            return columns
        moved.append(replace(leaf, start=start, end=end))
    return tuple(moved)


def _column_at(side: float | None, sides: dict[int, float]) -> int | None:
    """The column of a grid that begins at a place of the page; one more than it has for a place to its right."""
    if side is None or not sides:
        return None
    near = min(sides, key=lambda x: abs(sides[x] - side))
    if abs(sides[near] - side) <= _SAME_SIDE:
        return near
    return near + 1 if side > max(sides.values()) else None


def by_piece(heads: dict[int, tuple[Leaf, ...]], headers: Sequence[GridRow], table: TableForm) -> Headings:
    """Names and places of the columns by piece.

    A column that the form does not have (小计, 备注) has no name; a header in which two columns have one name says
    nothing.
    """
    found: Headings = {}
    names: tuple[str | None, ...] = ()
    for piece, own in heads.items():
        over = [row for row in headers if row.piece == piece]
        if over and own:
            recognised = any(cell.confidence < 1 for row in over for cell in row.labels)
            names = _named(own, table, recognised=recognised)
        if names:
            found[piece] = (names, own[-len(names) :])
    return found


def flat_heads(row: GridRow, headers: Sequence[GridRow]) -> tuple[Leaf, ...]:
    """Columns of the one line of headings over a row of a text, if there is a heading over each of its cells."""
    own = [over for over in headers if over.piece == row.piece] if row.layout in TEXTS else []
    return leaves(own) if len(own) == 1 and len(own[0].labels) == len(row.cells) else ()


def name_of(leaf: Leaf, table: TableForm) -> str | None:
    """The column of the form that the lowest heading of a column names; None where it is none."""
    return _leaf_name(leaf.path[-1], table)


def _named(own: Sequence[Leaf], table: TableForm, *, recognised: bool) -> tuple[str | None, ...]:
    """Names of the columns from the first named one on, or from one that offices add before it.

    Nothing where the header contradicts itself: two columns have one name, a column stands over another one or a
    heading over nothing. Its spans are wrong then. One column of the form may be missing, not more.
    """
    texts = [leaf.path[-1] for leaf in own]
    names = _with_worn(texts, [_leaf_name(text, table) for text in texts], table, torn=int(recognised))
    first = next((i for i, name in enumerate(names) if name), len(names))
    while 0 < first < len(own) and own[first - 1].end == own[first].start and fold(texts[first - 1]) in _BESIDE:
        first -= 1
    names, columns = names[first:], tuple(own[first:])
    known = [name for name in names if name]
    over = [text for leaf in columns for text in leaf.path[:-1]]
    bare = [leaf.path[-1] for leaf, name in zip(columns, names, strict=True) if name is None]
    if len(known) != len(set(known)) or len(known) < len(table.columns) - 1:
        return ()
    if any(_leaf_name(text, table) for text in over) or any(label_hit(text) for text in bare):
        return ()
    return tuple(names)


def _with_worn(texts: Sequence[str], names: list[str | None], table: TableForm, *, torn: int) -> list[str | None]:
    """Names of the columns, with those of one heading or two that are misread, or of those that the page end cut.

    Their places are those of the form between all the others, and each is like its label or has its first or last
    lines. Of so many (``torn``) only what is beside a streak may be left.
    """
    size = len(table.columns)
    for begin in range(len(names) - size + 1):
        odd = [(i, c) for i, c in enumerate(table.columns, begin) if names[i] != c.name]
        # 小计 beside 总计 is no misread 总计.
        if not odd or any(names[place] is not None or column.name in names for place, column in odd):
            continue
        pairs = [(texts[place], column.label) for place, column in odd]
        rest = [pair for pair in pairs if not is_worn(*pair)]
        worn = len(odd) <= MOST_WORN and len(rest) <= torn and all(is_torn(*pair) for pair in rest)
        if worn or all(is_cut(*pair) for pair in pairs):
            return [*names[:begin], *(c.name for c in table.columns), *names[begin + size :]]
    return names


def _leaf_name(text: str, table: TableForm) -> str | None:
    own = [hit for hit in label_hit(text) if hit.kind == "column" and hit.table == table.name]
    return own[0].name if own else None


def narrow_pieces(rows: Sequence[GridRow], headers: Sequence[GridRow], table: TableForm) -> set[int]:
    """Pieces with a true grid whose headings are those of the form but for one or two that are not there.

    A piece without headings, as on the next page, has those of the one before.
    """
    named: dict[int, set[str]] = {}
    for row in headers:
        if row.exact:
            names = (_leaf_name(cell.text, table) for cell in row.labels)
            named.setdefault(row.piece, set()).update(name for name in names if name)
    size = len(table.columns)
    found: set[int] = set()
    narrow = False
    for piece in dict.fromkeys(row.piece for row in rows if row.exact):
        narrow = size - 2 <= len(named[piece]) < size if piece in named else narrow
        if narrow:
            found.add(piece)
    return found


def adrift_pieces(matches: Sequence[Match], size: int) -> set[int]:
    """Pieces with a grid whose rows, each with all its cells, begin at three places or more: their spans are lost.

    What heading stands over a number there is by chance. One row or some of a kind may have moved under others.
    """
    begun: dict[int, set[int]] = {}
    for row in (match.row for match in matches if match.row.exact and len(match.row.values) == size):
        begun.setdefault(row.piece, set()).add(row.values[0].x)
    return {piece for piece, places in begun.items() if len(places) > _TWO_PLACES}
