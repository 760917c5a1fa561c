"""表三, requests: rows aligned with the statutory rows, then seven cells to the right of each label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from gkaudit.alignment import Match, align
from gkaudit.chars import is_value, read_cell
from gkaudit.form import TableForm
from gkaudit.grid import GridCell, GridRow
from gkaudit.placement import Placement, Reference, place, row_sum_closes, work_out
from gkaudit.tables.added import (
    added_columns,
    below_fewer,
    counted_pieces,
    lacking_pieces,
    told_pieces,
    with_subtotal,
    without_added,
)
from gkaudit.tables.columns import place_under, under_another
from gkaudit.tables.headings import (
    adrift_pieces,
    by_piece,
    fitting,
    flat_heads,
    heads_by_piece,
    is_header,
    name_of,
    narrow_pieces,
)
from gkaudit.tables.order import begins_with_heads, column_order, is_otherwise
from gkaudit.tables.reading import TableReading, by_position, is_whole, note_added, note_label, visible, where
from gkaudit.tables.strays import in_two_rows, nameless, repeated
from gkaudit.totals import all_zero, may_have_moved

__all__ = ["read_requests"]

#: Why cells of a column, or of a row, are in doubt.
_DOUBLE = "同一列有的格里有两个数字，可能缺一条竖线"
#: How like a label of the form one with a slip is.
_SLIP = 0.85
_MOVED = "末列为空，单元格可能左移，数字可能错列"


def read_requests(rows: Sequence[GridRow], table: TableForm) -> TableReading:
    """表三: rows aligned with the statutory rows, then seven cells to the right of each label."""
    reading = TableReading(table.name)
    rows = _torn_pieces(_closed_up(rows, table), len(table.columns))
    headers = [row for row in rows if is_header(row)]
    matches, left = align([row for row in rows if not is_header(row)], table)
    matches = _in_columns([m for m in matches if m.row.values or _is_row(m)], len(table.columns))
    if not matches and not headers:
        return reading
    reading.seen((headers or [m.row for m in matches])[0])
    usual = column_order(headers, table)
    size = len(usual)
    heads = heads_by_piece(rows, headers)
    under = fitting(by_piece(heads, headers, table), matches, size)
    added = added_columns([m.row for m in matches], rows, size)
    counted = counted_pieces([m.row for m in matches]) - added.keys()
    wide, narrow = _wide_pieces(matches, size) - added.keys(), narrow_pieces(rows, headers, table)
    told = told_pieces(rows, headers, table, added, size)
    adrift = adrift_pieces(matches, size)
    lacking = lacking_pieces([m.row for m in matches], rows, headers, table)
    alone: list[tuple[Placement, Sequence[str | None]]] = []
    fits: set[int] = set()  # pieces whose rows stand under their header; of others the spans are wrong
    for match in matches:
        names, columns = under.get(match.row.piece, ((), ()))
        placement = place_under(match.row, columns)
        fits |= {match.row.piece} if placement else set()
        row = match.row if placement else without_added(match.row, added)
        short = below_fewer(row, lacking.get(row.piece, frozenset()), usual)
        placed = (placement, names) if placement else (short or _alone(row, size, wide, narrow, told), usual)
        over = heads.get(match.row.piece, ()) or flat_heads(match.row, headers)
        if (
            not placement
            and row.piece not in adrift
            and under_another(placed[0].cells, usual, over, partial(name_of, table=table))
        ):
            placed = Placement((None,) * size, "open", "数字不在表头的同名列下，列位无法确定"), usual
        if match.row.piece in counted and len(match.row.tokens) <= size:
            placed = Placement((None,) * size, "open", "第一列是行次，不是自然人，列位无法确定"), usual
        alone.append((_in_sheet(match.row, *placed, headed=placement is not None), placed[1]))
    alone = _without_double_columns(alone, table)
    reference = Reference.of([(m.row, p) for m, (p, _) in zip(matches, alone, strict=True)])
    of_form = tuple(c.name for c in table.columns)
    elsewhere = any(tuple(filter(None, under[piece][0])) != of_form for piece in fits)
    moved = usual == of_form and (elsewhere or is_otherwise(headers, [m.row for m in matches], rows, table))
    for match, (first, order) in zip(matches, alone, strict=True):
        if moved and order is usual:
            first = Placement((None,) * size, "open", "表头的列序与表式不同，又读不全，列位无法确定")  # noqa: PLW2901
        placement = first if first.how != "open" or first.note else work_out(match.row, size, reference)
        _put_row(match, placement, order, table, reading)
    repeated(left, matches, table, reading)
    in_two_rows(rows, matches, table, reading)
    nameless(rows, matches, table, reading)
    note_added(rows, [m.row for m in matches], reading)
    own = [(match.row, table.row(match.name)) for match in matches]
    reading.whole = is_whole(own, table) and not any(row.tokens for row in left)
    return reading


def _is_row(match: Match) -> bool:
    """Whether a label without numbers is one of the form, or one in a grid that has a slip."""
    return match.how != "similar" or (match.row.exact and match.score >= _SLIP and not match.rivalled)


def _without_double_columns(
    alone: Sequence[tuple[Placement, Sequence[str | None]]], table: TableForm
) -> list[tuple[Placement, Sequence[str | None]]]:
    """Placements without the numbers of a column that holds two numbers in some row, where the header lacks a column.

    The rule between the two is lost: a single number may be that of either, or both.
    """
    own = {column.name for column in table.columns}
    double = {
        name
        for placement, names in alone
        if not own <= set(names)
        for cell, name in zip(placement.cells, names, strict=True)
        if cell is not None and _are_two(cell.text)
    }
    if not double:
        return list(alone)
    return [
        (replace(placed, cells=tuple(_in_doubt(c, _DOUBLE) if n in double else c for c, n in pairs)), names)
        for placed, names in alone
        for pairs in [list(zip(placed.cells, names, strict=True))]
    ]


def _are_two(text: str) -> bool:
    """Whether a cell holds two numbers side by side."""
    parts = text.split()
    return len(parts) > 1 and all(part[0].isdigit() and is_value(part) for part in parts)


def _in_doubt(cell: GridCell | None, note: str) -> GridCell | None:
    return cell and cell._replace(confidence=0.0, note=note)


def _closed_up(rows: Sequence[GridRow], table: TableForm) -> list[GridRow]:
    """Rows without the empty cells that only fill them up, in texts that leave out what merged cells cover.

    Such a text has 自然人, 法人或其他组织 and 总计 side by side at the begin of a row, so numbers follow a label at
    once as well. A row that may have lost the empty cells between its numbers stays as it is.
    """
    size = len(table.columns)
    closed = {row.piece for row in rows if row.layout == "pipes" and begins_with_heads(row, table)}
    return [
        replace(row, values=row.values[:size]) if row.piece in closed and _keeps_blanks(row, size) else row
        for row in rows
    ]


def _keeps_blanks(row: GridRow, size: int) -> bool:
    """Whether a row has an empty cell before its last number, and that number not behind the last column."""
    last = row.values.index(row.tokens[-1]) + 1 if row.tokens else 0
    return len(row.tokens) < last <= size


def _in_columns(matches: list[Match], size: int) -> list[Match]:
    """Rows found by position with the columns in which most full rows of their table have their numbers.

    A row with a number elsewhere keeps no more than its numbers: its cells were moved, or are too many.
    """
    places: dict[int, Counter[tuple[int, ...]]] = {}
    for row in (match.row for match in matches if by_position(match.row) and len(match.row.tokens) == size):
        at = tuple(i for i, cell in enumerate(row.values) if cell.kind != "blank")
        places.setdefault(row.piece, Counter())[at] += 1
    usual = {
        piece: most for piece, count in places.items() for most, n in count.most_common(1) if 2 * n > count.total()
    }
    return [replace(m, row=_under(m.row, usual[m.row.piece])) if m.row.piece in usual else m for m in matches]


def _under(row: GridRow, columns: tuple[int, ...]) -> GridRow:
    own = tuple(row.values[i] for i in columns if i < len(row.values))
    if len(own) < len(columns) or not by_position(row):
        return row
    return replace(row, values=own if set(row.tokens) <= set(own) else (*row.tokens, *row.tokens[-1:]))


def _wide_pieces(matches: Sequence[Match], size: int) -> set[int]:
    """Pieces with a column that the form does not have: several rows hold more than all its numbers."""
    more = Counter(match.row.piece for match in matches if len(match.row.tokens) > size)
    return {piece for piece, count in more.items() if count > 1}


def _in_sheet(row: GridRow, placement: Placement, order: Sequence[str | None], *, headed: bool) -> Placement:
    """The placement of a row of a sheet saved as text: in doubt where the last cell of the form is empty.

    A cell over the whole row leaves one print; where one was deleted the others have moved to the left. They
    have not where the numbers under the headings (``headed``) cannot end with their 总计.
    """
    if row.layout != "sheet" or not row.tokens or not (placement.certain or len(row.tokens) == 1):
        return placement
    last = [cell for name, cell in zip(order, placement.cells, strict=True) if name is not None][-1]
    if placement.certain and (last is None or last.kind != "blank"):
        if len(row.tokens) == 1 and last in row.tokens and not all_zero([row.tokens[0].text]):
            return Placement((None,) * len(placement.cells), "open", "只有总计一格有数，与其余各格不符，列位无法确定")
        return placement
    if len(row.tokens) == 1:
        return Placement((None,) * len(placement.cells), "open", "另存为文本时合并单元格只留一格，列位无法确定")
    if headed and order[-1] == "total" and not may_have_moved(cell.text for cell in row.tokens):
        return placement
    cells = tuple(_in_doubt(cell, _MOVED) if cell is last else cell for cell in placement.cells)
    return replace(placement, cells=cells, how="worked_out", note=_MOVED)


def _alone(row: GridRow, size: int, wide: set[int], narrow: set[int], told: set[int]) -> Placement:
    """Placement without help of the header; in a true grid a cell too much leaves it in doubt.

    So does a column too much anywhere, and parts without a total where rows were found by position. A row with a
    number for each of the columns that the header names (``told``) right behind its label is in no doubt.
    """
    placement = place(row, size)
    reason = _why_open(row, size, wide, narrow)
    if reason:
        return Placement((None,) * size, "open", f"{reason}，列位无法确定")
    if by_position(row) and placement.certain and _without_total(row, placement):
        alone = len(row.tokens) == 1
        cells, how = ((None,) * size, "open") if alone else (placement.cells, "worked_out")
        return Placement(cells, how, "没有竖线且总计为空，数字可能错列")
    if row.exact and row.tokens and placement.certain and len(row.values) != size:
        if placement.how == "window" or any(cell.kind == "text" for cell in row.tokens) or _may_have_one_more(row):
            # The outermost cell may be empty, and words may stand in a column of their own (备注).
            return Placement((None,) * size, "open")
        if row.piece in told and _is_plain(row, size):
            return placement
        return replace(placement, how="worked_out", note="这一行的格数与表头不一致，列位按数字顺序推定")
    return placement


def _why_open(row: GridRow, size: int, wide: set[int], narrow: set[int]) -> str:
    """Why the table says nothing of the columns of a row; empty where it may."""
    if row.piece in wide and row.tokens and len(row.values) != size:
        return "表中有格式以外的列"
    if row.piece in narrow and len(row.tokens) < size:
        # What seems an empty 总计 may be no cell at all.
        no_total = bool(row.tokens) and row.values[-1].kind == "blank"
        if no_total or row.layout == "sheet" or len(row.values) != size:
            return "表头比表式缺列"
    if row.piece in narrow and row.values and row.values[0].kind == "text":
        # The words of a label that nobody can read stand where the column that is not there would be made up for.
        return "表头比表式缺列"
    if row.layout == "pipes" and len(row.values) > size and 0 < len(row.tokens) < size and _are_first(row):
        # The empty cells behind them may only make the row as wide as the others.
        if len(row.tokens) == 1:
            return "这一行只有一个数，可能是合并单元格"
        prints = [cell.text for cell in row.tokens]
        # Zeros say the same either way, but for a few of them the last may be the 总计.
        if may_have_moved(prints) or (all_zero(prints) and 2 * len(prints) < size):
            return "这一行的空格可能都移到了行末"
    return ""


def _is_plain(row: GridRow, size: int) -> bool:
    """Whether a row has as many numbers as the form, side by side, and the last is what the others make up."""
    at = row.values.index(row.tokens[0])
    beside = len(row.tokens) == size and row.values[at : at + size] == row.tokens
    own = (*row.tokens[:-2], row.tokens[-1]) if with_subtotal(row.tokens) else row.tokens
    return beside and (all_zero(cell.text for cell in own) or row_sum_closes(own))


def _are_first(row: GridRow) -> bool:
    """Whether the numbers of a row stand before all its empty cells."""
    return row.values[: len(row.tokens)] == row.tokens


def _may_have_one_more(row: GridRow) -> bool:
    """Whether a row has an empty cell between or behind its numbers, and these are not what makes up their 总计.

    Then the empty cell may be that of a column, and one of the numbers none. So it is wherever the empty cell stands
    if the others make up the 总计.
    """
    numbers = row.tokens
    if all_zero(cell.text for cell in numbers) or row_sum_closes(numbers):
        return False
    gap = len(row.values) - row.values.index(numbers[0]) > len(numbers)
    return gap or any(row_sum_closes((*numbers[:at], *numbers[at + 1 :])) for at in range(len(numbers) - 1))


def _without_total(row: GridRow, placement: Placement) -> bool:
    """Whether a row has numbers and no total, and may have lost one of them and moved."""
    last = placement.cells[-1]
    if not row.tokens or last is None or last.kind != "blank":
        return False
    return len(row.tokens) == 1 or may_have_moved(cell.text for cell in row.tokens)


def _torn_pieces(rows: Sequence[GridRow], size: int) -> list[GridRow]:
    """Rows with their value area; on a page that lost columns it begins behind the last column of labels.

    On such a page a row with an early label would have seven cells behind it by chance.
    """
    pages: dict[int, list[GridRow]] = {}
    for row in rows:
        if row.layout in ("tabs", "pipes") and row.labels and not is_header(row):
            pages.setdefault(row.piece, []).append(row)
    borders = {
        piece: max(row.labels[-1].x for row in page)
        for piece, page in pages.items()
        if sum(len(row.values) < size for row in page) > 1
    }
    cut: list[GridRow] = []
    for row in rows:
        border = borders.get(row.piece)
        if border is not None and row.labels and row.cells[-1].x - border < size:
            cut.append(replace(row, values=tuple(c for c in row.values if c.x > border)))
        else:
            cut.append(row)
    return cut


#: Why the row of a match is not certain.
_GUESSED = {"position": "行名无法辨认，按上下行的位置推定", "rivalled": "行名残缺，与另一行的行名也相似，按上下行推定"}


def _put_row(
    match: Match, placement: Placement, order: Sequence[str | None], table: TableForm, reading: TableReading
) -> None:
    target = table.row(match.name)
    row = match.row
    reading.row_anchors[target.name] = (row.labels[-1] if row.labels else row.cells[0]).anchor
    note_label(row, target, reading, match)
    _signs_of(row, placement, order, reading)
    if placement.note:
        reading.notes.append(f"{where(row)}{placement.note}")
    if match.how == "unknown":
        for column in table.columns:
            reading.put(target.name, column.name, (None, "open", "行名残缺，分不清是相邻两行中的哪一行"))
        return
    guessed = _GUESSED.get("rivalled" if match.rivalled else match.how, "")
    sure = "certain" if placement.certain and not guessed else "worked_out"
    for at, (name, cell) in enumerate(zip(order, placement.cells, strict=True)):
        if name is None or (cell is None and placement.certain and row.tokens):
            continue  # the header has no such column
        if cell is None:
            # Nobody knows the column; the print is kept where it would stand counted from the right.
            guess = (
                row.values[at - len(order)] if placement.how == "open" and len(order) - at <= len(row.values) else None
            )
            reading.put(target.name, name, (guess, "open", placement.note or visible(row.tokens)))
        else:
            reading.put(target.name, name, (cell, sure, guessed or placement.note))
    if placement.how == "open":
        reading.notes.append(f"{where(row)}{visible(row.tokens)}")


def _signs_of(row: GridRow, placement: Placement, order: Sequence[str | None], reading: TableReading) -> None:
    if len(row.values) < len(order) and row.layout in ("tabs", "pipes"):
        reading.signs.append("short")
    cells = [cell for name, cell in zip(order, placement.cells, strict=True) if name is not None and cell is not None]
    if len(cells) != sum(name is not None for name in order) or order[-1] != "total":
        return
    *parts, total = (read_cell(cell.text) for cell in cells)
    known = [part.value for part in parts if part.value is not None]
    empty = any(part.state in ("blank", "marked") for part in parts)
    # Some numbers are there, blanks beside them, and the total says more: numbers were lost.
    if total.value is not None and any(known) and empty and sum(known) < total.value:
        reading.signs.append("lost")
