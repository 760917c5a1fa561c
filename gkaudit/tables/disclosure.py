"""表二, proactive disclosure: a label, then one to three numbers under the header of its block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

from gkaudit.alignment import SURE
from gkaudit.chars import fold
from gkaudit.form import Row, TableForm
from gkaudit.grid import GridCell, GridRow
from gkaudit.placement import windows
from gkaudit.tables.columns import is_worn, says_no_number
from gkaudit.tables.headings_of_disclosure import (
    are_strange,
    headers_over,
    lines_of_headings,
    said_otherwise,
    under_own_headings,
    without_last_years,
    words_above,
)
from gkaudit.tables.reading import (
    Found,
    TableReading,
    agreed,
    by_position,
    is_whole,
    named,
    note_added,
    note_label,
    visible,
    where,
)
from gkaudit.vocabulary import label_hit, row_labels

__all__ = ["read_disclosure"]


def read_disclosure(rows: Sequence[GridRow], table: TableForm) -> TableReading:
    """表二: a label, then one to three numbers under the header of its block."""
    reading = TableReading(table.name)
    heads, sides = _heads(rows, table)
    known = _without_strays(_with_worn([(row, _disclosure_row(row, table)) for row in rows], table))
    places = _places(known)
    headers, lines = headers_over(rows), lines_of_headings(rows)
    for row, target in known:
        reading.seen(row)
        over = heads.get(id(row), ())
        row = _under_its_heads(row, target, sides.get(id(row), {})) or _under_its_block(row, target, places)  # noqa: PLW2901
        row = _in_its_fields(row, target, sides.get(id(row), {}))  # noqa: PLW2901
        found = _in_form_order(_disclosure_values(row, target, reading), target, over)
        found = under_own_headings(row, found, target, headers.get(id(row)), table) or found
        found = without_last_years(found, headers.get(id(row)))
        found = _in_its_unit(found, target, table, words_above(rows, row))
        if not _is_in_order(row, target, over) and said_otherwise(found, target, headers.get(id(row))):
            found = [(None, "open", "表头的列序与表式不同，又读不全，列位无法确定")] * len(found)
        if are_strange(lines.get(id(row), ()), target):
            found = _worked_out(found, "表头不是表式的列名，列位按表式推定")
        if by_position(row) and 0 < len(set(over) & set(target.columns)) < len(target.columns):
            found = _worked_out(found, "没有竖线且表头读不全，列位按表式推定")
        if target.name in reading.row_anchors:
            found = agreed(found, [reading.cells[f"{table.name}.{target.name}.{c}"] for c in target.columns])
        reading.row_anchors[target.name] = row.labels[-1].anchor
        for column, cell in zip(target.columns, found, strict=True):
            reading.put(target.name, column, cell)
    _nameless(rows, table, reading)
    note_added(rows, [row for row, _ in known], reading)
    _note_headers(rows, table, reading)
    told = {id(row) for row, _ in known}
    reading.whole = is_whole(known, table) and not any(row.tokens for row in rows if id(row) not in told)
    return reading


def _heads(
    rows: Sequence[GridRow], table: TableForm
) -> tuple[dict[int, tuple[str, ...]], dict[int, dict[str, tuple[float, float]]]]:
    """Names of the columns in printed order over each row (by identity), where a header names them, and their sides.

    A row names them alone where the grid is known. Of a table found by position the headings that follow each
    other count together, from left to right: what stands beside each other may have become two rows.
    """
    found: dict[int, tuple[str, ...]] = {}
    places: dict[int, dict[str, tuple[float, float]]] = {}
    above: tuple[str, ...] = ()
    level: list[tuple[float, float, str]] = []
    sides: dict[str, tuple[float, float]] = {}
    for row in rows:
        if row.is_header:
            names = [(cell, name) for cell in row.labels if (name := _column_name(cell, table))]
            if by_position(row):
                level += [(box[0], box[2], name) for cell, name in names if (box := cell.anchor.box)]
                names_here = tuple(dict.fromkeys(name for *_, name in sorted(level, key=itemgetter(0))))
                sides = {name: (left, right) for left, right, name in level}
            else:
                names_here = tuple(name for _, name in names)
                if row.layout == "sheet" and names:
                    sides = {name: (cell.x, cell.end) for cell, name in names}
            above = names_here or above
        else:
            level = []
            if row.layout == "tokens":
                # Headings that were printed one below the other have become labels of the first row.
                above = tuple(name for cell in row.labels[:-1] if (name := _column_name(cell, table))) or above
        found[id(row)], places[id(row)] = above, sides
    return found, places


def _in_its_unit(found: list[Found], target: Row, table: TableForm, above: str) -> list[Found]:
    """Amounts in doubt where the heading gives them in 元 and not in 万元."""
    if "元" not in above or "万元" in above or "萬元" in above:
        return found
    note = "表头的单位是元，不是万元"
    return [
        (cell and cell._replace(confidence=0.0, note=note), sure, said) if table.column(name).unit == "万元" else one
        for name, one in zip(target.columns, found, strict=True)
        for cell, sure, said in [one]
    ]


def _column_name(cell: GridCell, table: TableForm) -> str | None:
    own = (h.name for h in label_hit(cell.text) if h.kind == "column" and h.table == table.name)
    return next(own, None)


def _in_form_order(found: list[Found], target: Row, heads: Sequence[str]) -> list[Found]:
    """Cells under a header that has the columns of the form in another order."""
    if tuple(heads) == target.columns or sorted(heads) != sorted(target.columns):
        return found
    by_name = dict(zip(heads, found, strict=True))
    return [by_name[name] for name in target.columns]


def _is_in_order(row: GridRow, target: Row, heads: Sequence[str]) -> bool:
    """Whether headings tell whose the numbers are without their places: those of the form, or one for each number."""
    whole = row.exact and len(row.values) == len(row.tokens) == len(target.columns)
    return tuple(heads) == target.columns or (whole and sorted(heads) == sorted(target.columns))


def _worked_out(found: list[Found], note: str) -> list[Found]:
    """Cells whose columns are the form's guess: the headings above them do not say which they are."""
    return [(cell, "worked_out", note) if sure == "certain" else (cell, sure, said) for cell, sure, said in found]


def _under_its_heads(row: GridRow, target: Row, sides: dict[str, tuple[float, float]]) -> GridRow | None:
    """A row of a table found by position with each number under the heading it stands under; None where it does not.

    A row without its last number may have lost another cell, and the others have moved.
    """
    if not by_position(row) or not set(target.columns) <= sides.keys() or not 0 < len(row.tokens) < len(target.columns):
        return None
    if any(cell.confidence < 1 for cell in row.values):
        return None
    blank = GridCell("", row.cells[0].anchor.at(column=None, box=None), row.cells[-1].x, "blank")
    own: dict[str, GridCell] = {}
    for cell in row.tokens:
        box = cell.anchor.box
        under = [c for c in target.columns if box and box[0] < sides[c][1] and sides[c][0] < box[2]]
        if len(under) != 1 or under[0] in own:
            return None
        own[under[0]] = cell
    printed = sorted(target.columns, key=lambda c: sides[c][0])
    return replace(row, values=tuple(own.get(c, blank) for c in printed)) if printed[-1] in own else None


def _in_its_fields(row: GridRow, target: Row, sides: dict[str, tuple[float, float]]) -> GridRow:
    """A row of a sheet without the fields beside those of its headings, if they are empty."""
    if row.layout != "sheet" or not set(target.columns) <= sides.keys():
        return row
    under = {sides[column][0] for column in target.columns}
    own = tuple(cell for cell in row.values if cell.x in under)
    return replace(row, values=own) if len(own) == len(under) and set(row.tokens) <= set(own) else row


def _places(known: Sequence[tuple[GridRow, Row]]) -> dict[tuple[int, int], set[tuple[int, ...]]]:
    """Which columns of a table found by position hold the numbers of a block, by piece and size of the block."""
    places: dict[tuple[int, int], set[tuple[int, ...]]] = {}
    for row, target in known:
        if by_position(row) and len(row.tokens) == len(target.columns):
            at = tuple(i for i, cell in enumerate(row.values) if cell.kind != "blank")
            places.setdefault((row.piece, len(at)), set()).add(at)
    return places


def _under_its_block(row: GridRow, target: Row, places: dict[tuple[int, int], set[tuple[int, ...]]]) -> GridRow:
    """A row of a table found by position with the columns of its block only: other blocks stand elsewhere.

    Where no other row tells which they are, a row with blanks keeps no place.
    """
    size = len(target.columns)
    if not by_position(row) or len(row.values) <= size or len(row.tokens) in (0, size):
        return row
    known = places.get((row.piece, size), set())
    for at in known if len(known) == 1 else ():
        own = tuple(row.values[i] for i in at if i < len(row.values))
        if len(own) == size and set(row.tokens) <= set(own):
            return replace(row, values=own)
    return replace(row, values=row.tokens)


def _nameless(rows: Sequence[GridRow], table: TableForm, reading: TableReading) -> None:
    """Numbers without a label in the table: a row that seems missing may be this one."""
    blocks = {anchor.table for anchor in reading.row_anchors.values()}
    lost = [r for r in rows if r.tokens and not r.labels and r.cells[0].anchor.table in blocks]
    for target in table.rows if lost else ():
        if target.name not in reading.row_anchors:
            for column in target.columns:
                reading.put(target.name, column, (None, "open", f"{where(lost[0])}有一行数字没有行名"))


def _with_worn(rows: list[tuple[GridRow, Row | None]], table: TableForm) -> list[tuple[GridRow, Row | None]]:
    """Rows with the one between two neighbours of the form whose label is misread."""
    order = list(table.rows)
    found: list[tuple[GridRow, Row | None]] = []
    for at, (row, target) in enumerate(rows):
        if target is None and row.exact and row.tokens and len(row.labels) == 1:
            before = next((order.index(other) for _, other in reversed(found) if other), -1)
            after = next((order.index(other) for _, other in rows[at + 1 :] if other), len(order))
            left = order[before + 1 : after]
            if (
                len(left) == 1
                and len(row.values) == len(left[0].columns)
                and is_worn(row.labels[0].text, left[0].label)
            ):
                target = left[0]  # noqa: PLW2901
        found.append((row, target))
    return found


def _without_strays(rows: list[tuple[GridRow, Row | None]]) -> list[tuple[GridRow, Row]]:
    """Rows of the form; a single one elsewhere in the text (行政许可 17) does not count beside a whole table."""
    known = [(row, target) for row, target in rows if target is not None]
    sizes = Counter(row.block for row, _ in known)
    if not sizes or max(sizes.values()) < 3:  # noqa: PLR2004
        return known
    main = {target.name for row, target in known if sizes[row.block] > 1}
    return [(row, target) for row, target in known if sizes[row.block] > 1 or target.name not in main]


def _disclosure_row(row: GridRow, table: TableForm) -> Row | None:
    best: tuple[float, Row] | None = None
    for cell in row.labels:
        for hit in label_hit(cell.text):
            target = next((r for r in table.rows if r.name == hit.name), None) if hit.kind == "row" else None
            if target is not None and hit.table == table.name and (best is None or hit.score > best[0]):
                best = (hit.score, target)
    return best[1] if best else None


def _disclosure_values(row: GridRow, target: Row, reading: TableReading) -> list[Found]:
    size = len(target.columns)
    note_label(row, target, reading)
    if sum(fold(cell.text) in row_labels(target) for cell in row.labels) > 1:
        reading.signs.append("doubled")
        if not row.tokens:
            # The label again where the number belongs: something was there and got lost.
            return [(None, "open", "数字位置上是行名，数字可能丢失")] * size
    tokens = tuple(cell for cell in row.tokens if cell.kind == "value") or row.tokens
    if len(tokens) == size:
        return [(cell, "certain", "") for cell in tokens]
    merged = len(row.values) == 1 and (row.values[0].span == size or (row.exact and row.values[0].span > 1))
    if merged and says_no_number(row.values[0]):
        # One empty cell or mark merged over all columns, however many there are, says the same of each of them.
        return [(row.values[0], "certain", "")] * size
    return _fewer_or_more(row, tokens, size) if row.values else [(None, "open", "这一行只有行名，看不到单元格")] * size


def _fewer_or_more(row: GridRow, tokens: Sequence[GridCell], size: int) -> list[Found]:
    """A row with fewer or more prints than the form has cells in it."""
    if not tokens:
        return [(_empty(row.values[min(i, len(row.values) - 1)]), "certain", "") for i in range(size)]
    # A converter repeats a merged cell in every column it spans.
    if size == 1 and len({cell.text.strip() for cell in tokens}) == 1:
        return [(tokens[0], "certain", "")]
    return _by_place(row, tokens, size)


def _by_place(row: GridRow, tokens: Sequence[GridCell], size: int) -> list[Found]:
    """Only the places of the prints can tell whose they are."""
    values = row.values
    if len(tokens) > size:
        return [(None, "open", f"这一行有{len(tokens)}个数，表式只有{size}格")] * size
    possible = windows(values, size)
    if len(possible) == 1:
        return [(cell, "certain", "") for cell in values[possible[0] : possible[0] + size]]
    if len(values) >= size and row.labels and values[0].x == row.labels[-1].x + 1 and tokens[-1] in values[:size]:
        # In a true grid that does not fit its header an empty cell may be one of the label.
        own = (None if row.exact and cell.kind == "blank" else cell for cell in values[:size])
        return [(cell, "worked_out" if cell else "open", "列位按表头推定") for cell in own]
    return [(None, "open", visible(tokens))] * size


def _empty(cell: GridCell) -> GridCell:
    return cell if cell.kind == "blank" else GridCell("", cell.anchor, cell.x, "blank")


def _note_headers(rows: Sequence[GridRow], table: TableForm, reading: TableReading) -> None:
    """Header words that are not those of the form (本年制发数量 …)."""
    labels = {fold(c.label) for c in table.columns}
    for row in rows:
        for cell in row.labels:
            hits = [h for h in label_hit(cell.text) if h.kind == "column" and h.table == table.name]
            if hits and hits[0].score > SURE and fold(cell.text) not in labels:
                reading.variants.append(named(row, cell.text))
