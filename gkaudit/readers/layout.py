"""Text to blocks: which lines are tables, and how their cells are laid out.

Six layouts are told apart, by their lines and never by their place in the file:

``running``  a table in one line, or rows with nothing between their cells
``cells``    one cell a line behind one tab; a line without tab continues the cell, a blank line ends the row
``tabs``     one row a line, cells between tabs, any number of leading tabs
``pipes``    Markdown and other rows with ``|``, also a cell a line, frames of box-drawing characters, columns under
             dashes
``aligned``  columns padded with blanks, or label and numbers between single blanks
``tokens``   one cell a line and nothing else (pasted text)

Stretches that turn out to hold no label of the form are given back as paragraphs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from gkaudit.chars import clean, is_value, squash
from gkaudit.document import Paragraph, Table, TableCell
from gkaudit.readers.aligned import aligned_rows, begins_label, fields, two_numbers
from gkaudit.readers.copied import copied
from gkaudit.readers.dashed import collect_dashed, has_dashes
from gkaudit.readers.lines import Line, heading_like, paragraphs, split_lines, with_quoted_cells
from gkaudit.readers.piped import collect_pipes, ends_cell, has_pipes
from gkaudit.readers.running import collect_running, is_running, parted
from gkaudit.readers.wrapped import margin, rejoined
from gkaudit.vocabulary import is_explained, is_label_part, label_hit

__all__ = ["ORDER_LOST", "blocks", "laid_out", "statutory"]

#: A wrapped piece of a cell is short; longer lines without tab are prose.
_LONGEST_PIECE = 40
#: Fewer bare lines than this in a row are not a pasted table.
_FEWEST_TOKENS = 5
_FEWEST_ROWS = 3
#: … unless one line has more fields than any sentence.
_WIDE = 7
#: The layout of a stretch that was read column by column.
_LOST = "lost"

Rows = list[list[TableCell]]

#: Said of a text whose tables were read column by column, so that nobody can tell which number is whose.
ORDER_LOST = (
    "表格文字的先后次序已乱（多为从 PDF 复制或转换时各列错开），数字不知属于哪一行；请改放原来的 PDF 或 Word 文件"
)


def blocks(text: str, name: str) -> tuple[Paragraph | Table, ...]:
    """Lines of prose as paragraphs, and tables, in reading order, each with its line as anchor."""
    pieces, _ = _laid_out(text, name)
    return tuple(_with_prose(pieces, whole=False))


def laid_out(text: str, name: str) -> tuple[tuple[Paragraph | Table, ...], tuple[str, ...]]:
    """As :func:`blocks`, with the paragraphs that margins broke whole, and with what is to be said of the text."""
    pieces, unordered = _laid_out(text, name)
    return tuple(_with_prose(pieces, whole=True)), (ORDER_LOST,) if unordered else ()


def _laid_out(text: str, name: str) -> tuple[list[Table | Line], bool]:
    """Tables and the lines between them, and whether the order of reading was lost."""
    lines = parted(with_quoted_cells(split_lines(text, name)))
    apart = copied(lines)
    found: list[tuple[str, Rows, list[Line]]] = []
    at = 0
    for start, (end, copy) in (*apart.items(), (len(lines), (len(lines), []))):
        found += [*_stretches(lines[at:start]), ("copied", copy if statutory(copy) else [], lines[start:end])]
        at = end
    # Where numbers stand before their labels in one table, what stands behind each other elsewhere says nothing.
    unordered = any(not rows for _, rows in apart.values()) or any(layout == _LOST for layout, *_ in found)
    pieces: list[Table | Line] = []
    count = 0
    for layout, rows, own in found:
        if rows and not (unordered and layout in ("tokens", "aligned")):
            count += 1
            pieces.append(_numbered(rows, count, "tokens" if layout == "copied" else layout))
        else:
            pieces += own
    return pieces, unordered


def _with_prose(pieces: Sequence[Table | Line], *, whole: bool) -> Iterator[Paragraph | Table]:
    """Tables, and the lines between them as paragraphs."""
    edge = margin([piece for piece in pieces if isinstance(piece, Line)]) if whole else 0
    for is_table, some in groupby(pieces, key=lambda piece: isinstance(piece, Table)):
        if is_table:
            yield from (piece for piece in some if isinstance(piece, Table))
        else:
            for line in rejoined([piece for piece in some if isinstance(piece, Line)], edge):
                yield from paragraphs(line)


def _stretches(lines: list[Line]) -> Iterator[tuple[str, Rows, list[Line]]]:
    """Tables and what stands between them: layout, rows, lines; no rows where it is prose."""
    at = 0
    while at < len(lines):
        end, layout, rows = _table_at(lines, at)
        if not statutory(rows):
            end, rows = max(end, at + 1), []
        yield layout, rows, lines[at:end]
        at = end


def _table_at(lines: list[Line], at: int) -> tuple[int, str, Rows]:
    """A stretch of table lines starting here: (line after it, layout, rows); no rows where it is prose."""
    end = at
    for starts, collect in _LAYOUTS:
        if starts(lines, at):
            end, layout, rows = collect(lines, at)
            if rows or layout == _LOST:
                return end, layout, rows
    return end, "", []


def statutory(rows: Iterable[Sequence[TableCell]]) -> bool:
    """Whether a table speaks of the form: a label of it, or as many numbers as 表四 has."""
    rows = list(rows)
    hits = (label_hit(cell.text) for row in rows for cell in row if 1 < len(cell.text) <= 2 * _LONGEST_PIECE)
    if any(hit.score > 0.9 and hit.kind != "header" for found in hits for hit in found[:1]):  # noqa: PLR2004
        return True
    # The row of numbers of 表四 may stand alone after a page break.
    return sum(is_value(cell.text) for row in rows for cell in row) >= 15  # noqa: PLR2004


def _numbered(rows: Rows, count: int, layout: str) -> Table:
    numbered = tuple(
        tuple(c._replace(anchor=c.anchor.at(table=count, row=r, column=k)) for k, c in enumerate(row, 1))
        for r, row in enumerate(rows, 1)
    )
    return Table(numbered, rows[0][0].anchor.at(table=count), layout=layout)


# ── tabs: layouts ``cells`` and ``tabs`` ────────────────────────────────────────────────────────


def _has_tab(line: Line) -> bool:
    return "\t" in line.text


def _is_cell_line(line: Line) -> bool:
    return line.text.startswith("\t") and "\t" not in line.text.rstrip("\t")[1:] and not line.text.startswith("\t\t")


def _tab_run(lines: list[Line], at: int) -> int:
    """Line after the last of a stretch of lines with tabs, blank lines and wrapped pieces between them."""
    end, probe = at, at
    while probe < len(lines):
        line = lines[probe]
        if _has_tab(line):
            end = probe = probe + 1
        elif not line.plain or (
            len(line.plain) <= _LONGEST_PIECE and not heading_like(line.text) and _continues(lines, probe)
        ):
            probe += 1
        else:
            break
    return end


def _continues(lines: list[Line], at: int) -> bool:
    """A short line without tab inside a table: the rest of a wrapped cell, or a row of one cell."""
    before = lines[at - 1] if at else None
    if before is not None and before.plain == "" and not _has_tab(before):
        return bool(label_hit(lines[at].text)) or is_value(lines[at].text)
    return True


def _collect_tabs(lines: list[Line], at: int) -> tuple[int, str, Rows]:
    run = _trailing_pieces(lines, at, _tab_run(lines, at))
    stretch = lines[at:run]
    tabbed = [line for line in stretch if _has_tab(line)]
    if sum(map(_is_cell_line, tabbed)) * 2 > len(tabbed):
        return run, "cells", _one_cell_a_line(stretch)
    run = at + _first_piece(stretch)
    return run, "tabs", _one_row_a_line(lines[at:run])


def _first_piece(stretch: list[Line]) -> int:
    """Rows up to the first blank line: what follows may be another page with other columns.

    Where every second line is blank, blank lines are only spacing.
    """
    gaps = [n for n, line in enumerate(stretch) if not line.plain and not _has_tab(line)]
    if len(gaps) * 3 > len(stretch):
        return len(stretch)
    return next(iter(gaps), len(stretch))


def _trailing_pieces(lines: list[Line], at: int, end: int) -> int:
    """Take in the rest of the last cell: the digit of an otherwise empty cell may stand on the next line."""
    while at < end < len(lines) and lines[end].plain and not _has_tab(lines[end]):
        line, last = lines[end], lines[end - 1]
        label_goes_on = is_label_part(squash(last.text) + line.plain) and not label_hit(line.text)
        value = not last.plain and (is_value(line.text) or len(fields(line) or ()) == 2)  # noqa: PLR2004
        if not value and not label_goes_on:
            break
        end += 1
    return end


def _one_cell_a_line(stretch: list[Line]) -> Rows:
    rows: Rows = [[]]
    for line in stretch:
        if _has_tab(line):
            rows[-1] += _cells_of(line, line.text.removeprefix("\t"))
        elif not line.plain:
            if rows[-1]:
                rows.append([])
        elif rows[-1]:
            last = rows[-1][-1]
            rows[-1][-1] = TableCell(f"{last.text}\n{line.text}", last.anchor)
        else:
            rows[-1].append(TableCell(line.text, line.anchor))
    return [row for row in rows if row]


def _cells_of(line: Line, text: str) -> list[TableCell]:
    """The fields of a line, which may have been put together of several."""
    number, start = line.anchor.line, len(line.text) - len(text)
    found: list[TableCell] = []
    for piece in text.split("\t"):
        above, _, last = piece.rpartition("\n")
        end = len(last) if above else start + len(piece)
        found.append(TableCell(_bare(piece), line.anchor.at(line=number, start=start, end=max(start, end))))
        number, start = number and number + piece.count("\n"), end + 1
    return found


def _bare(piece: str) -> str:
    """A field without the quotes that a sheet puts around it, and around its own ones."""
    inner = piece[1:-1]
    quoted = len(piece) > 1 and piece[0] == piece[-1] == '"' and '"' not in inner.replace('""', "")
    return inner.replace('""', '"') if quoted else piece


def _one_row_a_line(stretch: list[Line]) -> Rows:
    rows: Rows = []
    for line in stretch:
        if not line.plain and not _has_tab(line):
            continue
        cells = _cells_of(line, line.text)
        if rows and _wraps(rows[-1], cells):
            last = rows[-1].pop()
            cells = [TableCell(f"{last.text}\n{cells[0].text}", last.anchor), *cells[1:]]
            rows[-1] += cells
        else:
            rows.append(cells)
    return rows


def _wraps(before: list[TableCell], cells: list[TableCell]) -> bool:
    """Whether the row above ends in the middle of a label that this row goes on with."""
    last, first = before[-1].text, cells[0].text
    if not clean(last) or not clean(first) or is_value(last) or is_value(first):
        return False
    if label_hit(first) and label_hit(first)[0].score == 1:
        return False
    joined = label_hit(last + first)
    alone = max((hit.score for text in (last, first) for hit in label_hit(text)), default=0.0)
    return bool(joined) and joined[0].score > max(alone, 0.95)


# ── aligned columns and bare tokens ─────────────────────────────────────────────────────────────


def _is_bare(line: Line) -> bool:
    """A line that is one cell: a label of the form, a piece of one, or a value."""
    plain = line.plain
    if not plain or (len(plain) > _LONGEST_PIECE and not is_explained(line.text)) or "\t" in line.text:
        return False
    if is_value(line.text):
        return True
    return bool(label_hit(line.text)) or is_label_part(line.text)


def _is_loose(line: Line) -> bool:
    if heading_like(line.text) or ends_cell(line) or has_pipes([line], 0):
        return False
    return _is_bare(line) or (fields(line) or two_numbers(line)) is not None


def _begins_label(lines: list[Line], at: int) -> bool:
    return at + 1 < len(lines) and begins_label(lines[at], lines[at + 1])


def _collect_loose(lines: list[Line], at: int) -> tuple[int, str, Rows]:
    end = probe = at
    stretch: list[Line] = []
    while probe < len(lines) and (not lines[probe].plain or _is_loose(lines[probe]) or _begins_label(lines, probe)):
        if lines[probe].plain:
            stretch.append(lines[probe])
            end = probe + 1
        probe += 1
    bare = sum(is_value(line.text) for line in stretch)
    rows = sum(len(fields(line) or ()) > 1 for line in stretch)
    if bare > rows:
        if _numbers_come_first(stretch):
            return end, _LOST, []
        return (end, "tokens", list(_token_rows(stretch))) if len(stretch) >= _FEWEST_TOKENS else (end, "", [])
    # One line like a row (行政许可 17) is a sentence more often than a table.
    if len(stretch) < _FEWEST_ROWS and not any(len(fields(line) or ()) > _WIDE for line in stretch):
        return end, "", []
    return (end, "aligned", aligned_rows(stretch)) if rows else (end, "", [])


def _token_rows(stretch: list[Line]) -> Iterator[list[TableCell]]:
    """Bare lines to rows: a label opens a row, the values after it are its cells."""
    row: list[TableCell] = []
    for cell in _joined_pieces(stretch):
        ended = any(is_value(c.text) for c in row) or (row and _opens_row(row[-1].text))
        again = bool(row) and squash(row[-1].text) == squash(cell.text)
        if ended and not again and not is_value(cell.text):
            yield row
            row = []
        if row and is_value(cell.text) and _is_column(row[-1].text):
            yield row
            row = [TableCell("", cell.anchor)]
        row.append(cell)
    if row:
        yield row


def _is_column(text: str) -> bool:
    """Whether this is a heading of 表二: numbers behind it are those of a row whose label is lost."""
    return _kind_in_disclosure(text) == "column"


def _numbers_come_first(stretch: Sequence[Line]) -> bool:
    """Whether numbers of 表二 stand before the first label of a row: what was read column by column says not whose.

    They stand below its headings, and labels of its rows follow, of which some have no number behind them. A row
    whose own label is lost leaves its numbers there too, but then those of all others are behind theirs.
    """
    kinds = [_kind_in_disclosure(line.text) for line in stretch]
    first = next((at for at, kind in enumerate(kinds) if kind in ("row", "value")), len(kinds))
    if "column" not in kinds[:first] or kinds[first : first + 1] != ["value"]:
        return False
    rows = [at for at, kind in enumerate(kinds) if kind == "row"]
    return bool(rows) and any(kinds[at + 1 : at + 2] != ["value"] for at in rows)


def _kind_in_disclosure(printed: str) -> str:
    """What the text of a bare line is in 表二: a value, a row, a column; empty where it is none of these."""
    if is_value(printed):
        return "value"
    hits = (hit for text in (printed, *printed.split()) for hit in label_hit(text))
    return next((hit.kind for hit in hits if hit.table == "disclosure" and hit.kind != "header"), "")


def _opens_row(text: str) -> bool:
    return any(hit.kind == "row" and hit.name != "other" for hit in label_hit(text))


def _joined_pieces(stretch: list[Line]) -> Iterator[TableCell]:
    """Cells of bare lines; a label printed over two or three lines is one cell again."""
    at = 0
    while at < len(stretch):
        take = next((n for n in (3, 2) if _is_one_label(stretch[at : at + n])), 1)
        line = stretch[at]
        parts = (fields(line) or two_numbers(line)) if take == 1 else None
        if parts:
            yield from (TableCell(part.text, part.anchor) for part in parts)
        else:
            yield TableCell("\n".join(piece.text for piece in stretch[at : at + take]), line.anchor)
        at += take


def _is_one_label(lines: list[Line]) -> bool:
    if any(is_value(line.text) for line in lines):
        return False
    whole = label_hit("".join(line.plain for line in lines))
    if not whole or whole[0].score < 1:
        return False
    return not all(label_hit(line.text) and label_hit(line.text)[0].score == 1 for line in lines)


Starts = Callable[[list[Line], int], bool]
Collect = Callable[[list[Line], int], tuple[int, str, Rows]]
_LAYOUTS: tuple[tuple[Starts, Collect], ...] = (
    (lambda lines, at: is_running(lines[at]), collect_running),
    (lambda lines, at: has_dashes(lines[at]), collect_dashed),
    (has_pipes, collect_pipes),
    (lambda lines, at: _has_tab(lines[at]), _collect_tabs),
    (lambda lines, at: _is_loose(lines[at]), _collect_loose),
)
