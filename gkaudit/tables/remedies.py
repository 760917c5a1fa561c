"""表四, reconsideration and litigation: one row of fifteen numbers under three headings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from gkaudit.chars import fold
from gkaudit.form import Row, TableForm
from gkaudit.grid import GridCell, GridRow
from gkaudit.placement import Placement, row_sum_closes, windows
from gkaudit.tables.columns import MOST_WORN, Leaf, is_cut, is_worn, leaves, place_under, under_another
from gkaudit.tables.reading import TableReading, by_position, visible, where
from gkaudit.vocabulary import label_hit

__all__ = ["read_remedies"]

#: Columns of the table.
_ALL = 15


def read_remedies(rows: Sequence[GridRow], table: TableForm) -> TableReading:
    """表四: one row of fifteen numbers under three headings."""
    reading = TableReading(table.name)
    if not rows:
        return reading
    reading.seen(rows[0])
    rows = [row for row in rows if not _counts_columns(row)] or rows
    if all(row.exact for row in rows) and _under_headers(rows, table, reading):
        return reading
    two = _two_rows(rows)
    keys = _printed_order(rows, table)
    data = _data_rows(rows, len(keys))
    led = sum(bool(row.labels) for row in data) > 1
    keys = _led_by_rows(rows, data, table) if led else keys
    reason = _open(rows, data, keys, table) if not two else "表头下有两行不同的数字"
    if led and not keys:
        keys, reason = _form_order(table), "各行不是表式的三组，无法确定"
    if reason:
        for name, column in keys:
            reading.put(name, column, (None, "open", reason))
    if reason or not data:
        return reading
    tokens = tuple(cell for row in data for cell in row.values if cell.kind != "blank")
    placement = _place_remedies(data, len(keys))
    if len(data) == 1 and data[0].exact and _stands_elsewhere(placement, keys, rows, data[0], table):
        placement = Placement((None,) * len(keys), "open", "数字不在表头的同名列下，列位无法确定")
    for (name, column), cell in zip(keys, placement.cells, strict=True):
        reading.row_anchors.setdefault(name, data[0].cells[0].anchor)
        sure = "certain" if placement.certain else "worked_out" if cell else "open"
        reading.put(name, column, (cell, sure, placement.note or ("" if cell else visible(tokens))))
    if placement.note:
        reading.notes.append(f"{where(data[0])}{placement.note}")
    return reading


def _led_by_rows(rows: Sequence[GridRow], data: Sequence[GridRow], table: TableForm) -> list[tuple[str, str]]:
    """Keys of a table with a row for each group; nothing where the rows or the columns are not those of the form."""
    groups = [_group_of(row.labels[-1].text if row.labels else "", table) for row in data]
    columns = list(table.rows[0].columns)
    printed = _headings([row for row in rows if row.piece == data[0].piece], table)
    order = printed if sorted(printed) == sorted(columns) else columns
    whole = all(len(row.values) == len(columns) for row in data) and _follow(printed, order)
    if (
        not whole
        or {group for group in groups if group} != {row.name for row in table.rows}
        or len(data) > len(table.rows)
    ):
        return []
    return [(group, column) for group in groups if group for column in order]


def _group_of(text: str, table: TableForm) -> str | None:
    """The group that words speak of, be they those of the form or others (复议, 直接诉讼)."""
    if not text:
        return None
    words = fold(text)
    if (name := _row_of(Leaf(0, 1, (text, "")), table)) is not None:
        return name
    first, direct, after = (row.name for row in table.rows)
    if "复议后" in words or "经复议" in words.replace("未经复议", ""):
        return after
    if "直接" in words or "未经" in words:
        return direct
    return first if "复议" in words and "诉" not in words else None


def _stands_elsewhere(
    placement: Placement, keys: Sequence[tuple[str, str]], rows: Sequence[GridRow], data: GridRow, table: TableForm
) -> bool:
    """Whether a number stands under the heading of another group or column than the one it is taken for."""
    own = leaves([row for row in rows if row.piece == data.piece and row is not data and not row.tokens])
    groups, columns = [name for name, _ in keys], [column for _, column in keys]
    over = dict(zip(own, _groups_over(own, table), strict=True))
    return under_another(placement.cells, groups, own, over.get) or under_another(
        placement.cells, columns, own, lambda leaf: _column_of(leaf, table)
    )


def _groups_over(own: Sequence[Leaf], table: TableForm) -> list[str | None]:
    """The group that stands over each column of a header.

    Every group has each of its columns once. Where the columns are three such runs, a heading over most of one and one
    of the next has a wrong span: it is that of the run, as long as each run has one of its own. So are the headings
    of all runs, in the order in which they stand, however far they go, and if the first has moved off all columns.
    """
    names = [_column_of(leaf, table) for leaf in own]
    # A heading of a group that has moved off all columns is the lowest where it stands.
    over = [leaf.path[: -1 if name else None] for leaf, name in zip(own, names, strict=True)]
    said = [_group_of("".join(path), table) for path in over]
    if [name for name in names if name] != [column for row in table.rows for column in row.columns]:
        return said
    runs = [group for group, name in zip(said, names, strict=True) if name]
    wide = len(runs) // len(table.rows)
    counts = [Counter(runs[begin : begin + wide]).most_common(1)[0] for begin in range(0, len(runs), wide)]
    most = [group for group, _ in counts]
    if len(set(most)) < len(most) or any(count < wide - 1 for _, count in counts):
        most = [group for group, _ in groupby(said) if group]
        if len(most) != len(table.rows) or len(set(most)) < len(most):
            return said
    each = iter([group for group in most for _ in range(wide)])
    return [next(each) if name else None for name in names]


def _open(rows: Sequence[GridRow], data: Sequence[GridRow], keys: list[tuple[str, str]], table: TableForm) -> str:
    """Why no cell can be told; empty where they can."""
    if data and keys == _form_order(table) and _is_otherwise(rows, table):
        return "表头的列序与表式不同，又读不全，列位无法确定"
    elsewhere = (_groups_are_unknown, _groups_are_crossed, _tables_are_unnamed)
    if data and keys == _form_order(table) and any(told(rows, table) for told in elsewhere):
        return "表头的分组与表式不同，列位无法确定"
    return "这张表在报告中出现两次，数字不同" if data and _contradicts(rows, data, len(keys)) else ""


def _two_rows(rows: Sequence[GridRow]) -> bool:
    """Whether a table with a true grid, which has room for one row of numbers, has two that differ."""
    found: dict[int, set[tuple[str, ...]]] = {}
    for row in rows:
        if row.exact and _numbers(row):
            found.setdefault(row.piece, set()).add(_texts(row))
    return any(len(texts) > 1 for texts in found.values())


def _numbers(row: GridRow) -> bool:
    return bool(row.tokens) and not row.labels and not any(cell.kind == "text" for cell in row.tokens)


def _counts_columns(row: GridRow) -> bool:
    """Whether a row has the numbers of the columns in it (1, 2, 3 …) as some offices print them below the headings."""
    return len(row.tokens) == _ALL and [cell.text.strip() for cell in row.tokens] == [str(n + 1) for n in range(_ALL)]


def _texts(row: GridRow) -> tuple[str, ...]:
    return tuple(cell.text.strip() for cell in row.values)


def _under_headers(rows: Sequence[GridRow], table: TableForm, reading: TableReading) -> bool:
    """Cells by the header over them, in a table with a true grid; False where the header does not name them.

    The table may be in pieces (reconsideration and litigation apart) and its columns in any order.
    """
    found: dict[tuple[str, str], GridCell] = {}
    for own in _parted(rows):
        if _two_rows(own):
            return False
        data = _data_rows(own, 1)
        headers = [row for row in own if row not in data and not row.tokens]
        if not data:
            continue  # the page ended below the heading, which is printed again or not
        named = _named(leaves(headers), table)
        placement = place_under(data[0], [leaf for _, leaf in named]) if len(data) == 1 else None
        if placement is None:
            return False
        for (key, _), cell in zip(named, placement.cells, strict=True):
            if cell is None or key in found:
                return False
            found[key] = cell
    wanted = [(r.name, c) for r in table.rows for c in r.columns]
    if len(found) < len(wanted):
        return False
    for name, column in wanted:
        cell = found[name, column]
        reading.row_anchors.setdefault(name, cell.anchor)
        reading.put(name, column, (cell, "certain", ""))
    return True


def _parted(rows: Sequence[GridRow]) -> list[list[GridRow]]:
    """The rows as tables of their own: headings below numbers begin another one, as does another piece."""
    parts: list[list[GridRow]] = []
    for row in rows:
        begins = not parts or parts[-1][-1].piece != row.piece
        if begins or (row.is_header and any(_numbers(other) for other in parts[-1])):
            parts.append([])
        parts[-1].append(row)
    return parts


def _named(own: Sequence[Leaf], table: TableForm) -> list[tuple[tuple[str, str], Leaf]]:
    """Columns of the header with row and column of the form.

    A heading that is misread or cut is known by its place where all the others stand as on the form, if they do in
    one place only.
    """
    keys = [_key_of(leaf, table) for leaf in own]
    if None in keys:
        order = _form_order(table)
        runs = [order[begin : begin + len(own)] for begin in range(len(order) - len(own) + 1)]
        fitting = [run for run in runs if _fits(own, run, table)]
        keys = [*fitting[0]] if len(fitting) == 1 else keys
    return [(key, leaf) for key, leaf in zip(keys, own, strict=True) if key]


def _fits(own: Sequence[Leaf], run: Sequence[tuple[str, str]], table: TableForm) -> bool:
    """Whether these may be the headings of a run of columns of the form: one over them and two of them misread."""
    worn, over = list[tuple[str, str]](), set[tuple[str, str]]()
    for leaf, (name, column) in zip(own, run, strict=True):
        if _column_of(leaf, table) not in (column, None) or _row_of(leaf, table) not in (name, None):
            return False
        if _column_of(leaf, table) is None:
            worn.append((leaf.path[-1], table.column(column).label))
        if _row_of(leaf, table) is None:
            over.add((leaf.path[-2] if len(leaf.path) > 1 else "", _lowest(table.row(name))))
    few = len(worn) <= MOST_WORN and len(over) <= 1
    return few and all(is_worn(*pair) or is_cut(*pair) for pair in (*worn, *over))


def _key_of(leaf: Leaf, table: TableForm) -> tuple[str, str] | None:
    """Row and column of the form that a column of the header is: its lowest text, and the headings over it."""
    name, column = _row_of(leaf, table), _column_of(leaf, table)
    return (name, column) if name and column else None


def _column_of(leaf: Leaf, table: TableForm) -> str | None:
    own = [hit.name for hit in label_hit(leaf.path[-1]) if hit.kind == "column" and hit.table == table.name]
    return own[0] if own else None


def _row_of(leaf: Leaf, table: TableForm) -> str | None:
    above = fold("".join(leaf.path[:-1]))
    rows = [row for row in table.rows if fold(_lowest(row)) in above] or [
        row for row in table.rows if fold(row.label) in above
    ]
    return rows[0].name if len(rows) == 1 else None


def _lowest(row: Row) -> str:
    """The lowest heading over the columns of a row: 行政诉讼-复议后起诉 has two."""
    return row.label.split("-")[-1]


def _printed_order(rows: Sequence[GridRow], table: TableForm) -> list[tuple[str, str]]:
    """Keys as the columns are printed: another order is believed where all fifteen headings are there."""
    size = sum(len(row.columns) for row in table.rows)
    pieces = [_headings([row for row in rows if row.piece == piece], table) for piece in {r.piece for r in rows}]
    # A header that the page cut in two may have as many headings as the form, and not those of its columns.
    names = next((names for names in pieces if len(names) == size), [])
    order, at = [], 0
    for row in table.rows:
        printed = names[at : at + len(row.columns)]
        at += len(row.columns)
        if sorted(printed) != sorted(row.columns):
            return _form_order(table)
        order += [(row.name, c) for c in printed]
    return order


def _form_order(table: TableForm) -> list[tuple[str, str]]:
    return [(row.name, column) for row in table.rows for column in row.columns]


def _is_otherwise(rows: Sequence[GridRow], table: TableForm) -> bool:
    """Whether a line of headings shows that the columns do not stand as on the form.

    It begins with another one, or the headings found by position do not follow each other as those of the form.
    """
    first = table.rows[0].columns[0]
    headers = [row for row in rows if not row.tokens]
    printed = [_headings([row], table) for row in headers if not by_position(row)]
    placed = [row for row in headers if by_position(row)]
    pieces = [_headings([row for row in placed if row.piece == piece], table) for piece in {r.piece for r in placed}]
    if any(_begins_with_total(rows, piece, table) for piece in {r.piece for r in rows if r.layout == "tokens"}):
        return True
    if any(not _follow(names, [column for _, column in _form_order(table)]) for names in pieces):
        return True
    return any(len(names) > 1 and names[0] != first for names in (*printed, *pieces))


def _begins_with_total(rows: Sequence[GridRow], piece: int, table: TableForm) -> bool:
    """Whether the headings one below the other begin with that of the last column, and do not end with it."""
    own = [cell.text for row in rows if row.piece == piece for cell in row.labels]
    names = [h.name for text in own for h in label_hit(text) if h.kind == "column" and h.table == table.name]
    last = table.rows[0].columns[-1]
    return bool(names) and names[0] == last != names[-1]


def _groups_are_crossed(rows: Sequence[GridRow], table: TableForm) -> bool:
    """Whether the groups are printed in another order than the form's, one after the other in the header."""
    order = [row.name for row in table.rows]
    for piece in {row.piece for row in rows if not by_position(row)}:
        heads = [cell.text for row in rows if row.piece == piece and not row.tokens for cell in row.labels]
        heads += [cell.text for row in rows if row.piece == piece and row.tokens for cell in row.labels]
        names = list(dict.fromkeys(name for text in heads if (name := _group_of(text, table))))
        if names != sorted(names, key=order.index):
            return True
    return False


def _tables_are_unnamed(rows: Sequence[GridRow], table: TableForm) -> bool:
    """Whether the groups are tables of their own, and another one than the first does not say its name."""
    pieces = dict.fromkeys(row.piece for row in rows if _numbers(row) and len(row.tokens) < _ALL)
    named = [
        any(_group_of(cell.text, table) for row in rows if row.piece == piece for cell in row.labels)
        for piece in pieces
    ]
    return len(named) > 1 and not all(named[1:])


def _groups_are_unknown(rows: Sequence[GridRow], table: TableForm) -> bool:
    """Whether two headings over the columns say something else than those of the form, and one at most what these do.

    Then nobody knows whether the groups stand as on the form. What a recogniser misread says nothing.
    """
    known = {_lowest(row) for row in table.rows} | {row.label.split("-")[0] for row in table.rows}
    heads = {cell.text for row in rows if not row.tokens for cell in row.labels if cell.confidence == 1}
    groups = {text: _group_of(text, table) for text in heads}
    strange = [
        text
        for text, name in groups.items()
        if not name and not label_hit(text) and not any(is_worn(text, label) or is_cut(text, label) for label in known)
    ]
    found = {name for name in groups.values() if name}
    found |= {row.name for row in table.rows if any(fold(_lowest(row)) in fold(text) for text in heads)}
    return len(strange) > 1 and len(found) < len(table.rows) - 1


def _follow(names: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether names stand in this order among the columns, some of which may be missing."""
    left = iter(columns)
    return all(name in left for name in names)


def _headings(rows: Sequence[GridRow], table: TableForm) -> list[str]:
    """Names of the columns over one piece of the table, as printed."""
    labels = [cell for row in rows if not row.tokens for cell in row.labels]
    if all(by_position(row) for row in rows):
        # What stands higher or lower there is only where its lines were broken.
        labels.sort(key=lambda cell: cell.anchor.box[0] + cell.anchor.box[2] if cell.anchor.box else 0.0)
    hits = [label_hit(cell.text) for cell in labels]
    return [
        own[0] for found in hits if (own := [h.name for h in found if h.kind == "column" and h.table == table.name])
    ]


def _contradicts(rows: Sequence[GridRow], data: Sequence[GridRow], size: int) -> bool:
    """Whether the table is there again with other numbers."""
    whole = [row for row in rows if len(row.tokens) == size and not any(c.kind == "text" for c in row.tokens)]
    return len(data) == 1 and len({tuple(c.text.strip() for c in row.tokens) for row in whole}) > 1


def _data_rows(rows: Sequence[GridRow], size: int) -> list[GridRow]:
    """Rows below the headings that hold numbers, else the last row that is wide enough and empty."""
    numbers = [row for row in rows if row.tokens and not any(c.kind == "text" for c in row.tokens)]
    if numbers:
        whole = [row for row in numbers if len(row.values) >= size and not _is_a_part(row, numbers, size)]
        return whole[:1] or numbers
    return [row for row in rows if not row.labels and len(row.values) >= size][-1:]


def _is_a_part(row: GridRow, numbers: Sequence[GridRow], size: int) -> bool:
    """Whether a row is filled up to the width of the table with empty cells, and other numbers are in another one."""
    others = (other for other in numbers if other.piece != row.piece)
    return len(row.tokens) < size and any(_texts(other) != _texts(row) for other in others)


def _place_remedies(data: Sequence[GridRow], size: int) -> Placement:
    values = tuple(cell for row in data for cell in row.values)
    tokens = tuple(cell for cell in values if cell.kind != "blank")
    if len(values) == size or not tokens:
        cells = tuple(values[:size]) if len(values) >= size else (None,) * size
        return Placement(cells, "order")
    if len(tokens) == size:
        return Placement(tuple(tokens), "order")
    # Between the numbers of two tables stand empty cells that are of neither.
    possible = windows(values, size) if len({row.piece for row in data}) == 1 else []
    if len(possible) == 1:
        return Placement(tuple(values[possible[0] : possible[0] + size]), "window")
    closing = [w for w in possible if _groups_close(values[w : w + size])]
    if len(closing) == 1:
        return Placement(tuple(values[closing[0] : closing[0] + size]), "worked_out", "列位按各组合计推定")
    return Placement((None,) * size, "open")


def _groups_close(values: Sequence[GridCell]) -> bool:
    groups = [values[i : i + 5] for i in range(0, len(values), 5)]
    return all(row_sum_closes(g) or not any(c.kind != "blank" for c in g) for g in groups)
