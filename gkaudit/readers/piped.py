"""Tables whose cells stand between pipes: Markdown, frames drawn with characters, and what is copied from web pages.

Programs that save the text of a page end every cell with a pipe. Most print a row in a line (``规章 | 0 | 0 | 0 |``),
some each cell (``规章 |``, ``0 |``) or even the pipe in a line of its own; a line that holds only pipes are then as
many empty cells, real ones or those that make the row as wide as the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gkaudit.chars import clean, is_value, squash
from gkaudit.document import TableCell
from gkaudit.readers.lines import Line, heading_like
from gkaudit.vocabulary import is_explained, is_label, is_label_part, label_hit

__all__ = ["collect_pipes", "ends_cell", "has_pipes"]

_PIPE = re.compile(r"[|｜│┃║┆┇┊┋]")
_RULE = re.compile(r"^[\s|｜:+\-—=]*$")
_FRAME = re.compile(r"\s*\+[-=+:]{3,}\+\s*|\s*[\u2500-\u257f]{3,}\s*")
#: A table with so many lines between its rows has one between any two: what stands between them is one row.
_FRAMED = 4
#: A sign that Markdown would take for its own, behind a backslash (``1\.``).
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
#: A wrapped piece of a cell is short, and a cell has no more pieces than this before its pipe.
_LONGEST_PIECE, _MOST_PIECES = 40, 3
#: The only cell of a row (第二十条第（一）项 |) is no longer than the labels of the form.
_LONGEST_CELL = 80
#: Tables of the form have up to so many columns, with those that only make room for labels, and a pipe may stand
#: before each row; only the widest, 表四, has a row of numbers without a label.
_LEAST_WIDTH, _WIDEST = 3, 15
#: Numbers of a row of 表三.
_NUMBERS = 7
#: What stands between two tables and says of which year the next one is.
_OF_A_YEAR = re.compile(r"(?!本年|[(（])\S*?(?:(?<!\d)20\d\d年|历年|上年度|去年|本年度)")
_ENDS_SENTENCE = re.compile(r"[。：:；;，,]\s*$")

Rows = list[list[TableCell]]


def has_pipes(lines: Sequence[Line], at: int) -> bool:
    """Whether a line is of such a table: it has pipes, or it is a cell whose pipe stands on the next line."""
    line = lines[at]
    if _of_pipes(line):
        return True
    following = next((other for other in lines[at + 1 : at + 3] if other.plain), None)
    if following is None or not ends_cell(following) or not _is_piece(line):
        return False
    rest = _PIPE.sub("", following.plain)
    return not rest or is_label(line.plain + rest)


def _of_pipes(line: Line) -> bool:
    return len(_PIPE.findall(line.text)) >= 2 or ends_cell(line) or _is_pair(line) or _is_frame(line)  # noqa: PLR2004


def _is_pair(line: Line) -> bool:
    """Whether a line with one pipe is a label and what stands beside it (``行政许可 | 17``)."""
    label, *others = _PIPE.split(line.text)
    return len(others) == 1 and is_label(label) and (is_value(others[0]) or is_label(others[0]))


def ends_cell(line: Line) -> bool:
    """Whether a line is a single cell with the pipe behind it, or that pipe alone."""
    text = line.plain
    if len(_PIPE.findall(text)) != 1 or _PIPE.match(text[-1]) is None:
        return False
    return len(text) <= _LONGEST_CELL or is_explained(text[:-1])


def _is_frame(line: Line) -> bool:
    """Whether a line is drawn between the rows of a table (+----+, ├──┼──┤)."""
    return _FRAME.fullmatch(line.text) is not None


def _is_piece(line: Line) -> bool:
    """Whether a line without pipes may be a cell or a part of one."""
    if not 0 < len(line.plain) <= _LONGEST_PIECE or "\t" in line.text or heading_like(line.text):
        return is_explained(line.text)
    if is_value(line.text) or label_hit(line.text) or is_label_part(line.text):
        return True
    return _ENDS_SENTENCE.search(line.text) is None and _OF_A_YEAR.match(line.plain) is None


def collect_pipes(lines: Sequence[Line], at: int) -> tuple[int, str, Rows]:
    """The table beginning here: (line after it, layout, rows)."""
    end = _end(lines, at)
    shown = [line for line in lines[at:end] if line.plain]
    if _is_broken(shown):
        return end, *_broken_rows(_cells(shown))
    led = _is_led(shown)
    made = _Table(led, led and _is_closed(shown))
    if not all(map(made.take, shown)):
        return end, "pipes", []
    return end, "pipes", made.rows()


@dataclass(slots=True)
class _Table:
    """A table that is put together line by line; ``led`` and ``closed``: its rows begin and end with a pipe."""

    led: bool
    closed: bool
    blocks: list[Rows] = field(default_factory=lambda: [[]])
    #: Lines without pipes above the next row, and the begin of a row that a converter has broken.
    pieces: list[Line] = field(default_factory=list)
    begun: list[TableCell] = field(default_factory=list)
    #: The last row had numbers and no words.
    nameless: bool = False

    def take(self, line: Line) -> bool:
        """Take in a line; False where it shows that nobody can tell which numbers are whose."""
        if _is_frame(line):
            self.blocks.append([])
        elif not _of_pipes(line):
            if self.nameless and (label_hit(line.text) or is_label_part(line.text)):
                # The label below its numbers: it may be that of the next row as well.
                return False
            self.pieces.append(line)
        elif not _RULE.match(line.text) or "-" not in line.text:
            own = _pipe_cells(line, led=self.led)
            if self.pieces and _is_of_another_row(self.pieces, own):
                return False
            if self.begun and not _is_nameless(own):
                self._add(self.begun)
                self.begun = []
            row = [*self.begun, *_behind(self.pieces, own)]
            whole = not self.closed or bool(self.begun) or _PIPE.match(line.plain[-1]) is not None
            self.begun, self.pieces = ([], []) if whole else (row, [])
            if whole:
                self._add(row)
        return True

    def _add(self, row: list[TableCell]) -> None:
        rows = self.blocks[-1]
        self.nameless = _is_nameless(row)
        if rows and _goes_on(rows[-1], row):
            row = [_whole([*rows.pop(), row[0]]), *row[1:]]
        elif rows and _ends(rows[-1], row):
            row = [*rows.pop(), *row]
        rows.append(row)

    def rows(self) -> Rows:
        """All rows; what stands between two frames is one where there is a frame between any two."""
        if self.begun:
            self._add(self.begun)
        if len(self.blocks) > _FRAMED:
            return [_one_row(block) for block in self.blocks if block]
        return [row for block in self.blocks for row in block]


def _end(lines: Sequence[Line], at: int) -> int:
    """The line after the last one with pipes, wrapped pieces of cells between them taken in."""
    end = probe = at
    pieces: list[int] = []
    while probe < len(lines):
        line = lines[probe]
        probe += 1
        if _of_pipes(line):
            end, pieces = probe, []
        elif line.plain:
            pieces.append(probe)
            if len(pieces) > _MOST_PIECES or not _is_piece(line):
                break
    # The pipe behind the last number may be lost.
    return pieces[0] if pieces and is_value(lines[pieces[0] - 1].text) else end


def _is_of_another_row(pieces: Sequence[Line], cells: Sequence[TableCell]) -> bool:
    """Whether lines above a row are no part of it: it begins with an empty cell and has another label of its own.

    They are the rest of the label of the row above then, and so may be any others.
    """
    words = [cell for cell in cells[1:] if clean(cell.text) and not _counts(cell.text)]
    if not cells or clean(cells[0].text) or not words:
        return False
    text = "".join(piece.plain for piece in pieces)
    return is_label_part(text) and not is_label(text) and any(is_label_part(cell.text) for cell in words)


def _rows_of(shown: Sequence[Line]) -> list[str]:
    """The lines with pipes that are rows, and neither frames nor rules."""
    return [line.plain for line in shown if _of_pipes(line) and not _is_frame(line) and not _RULE.match(line.text)]


def _is_closed(shown: Sequence[Line]) -> bool:
    """Whether rows end with a pipe."""
    rows = _rows_of(shown)
    return sum(_PIPE.match(text[-1]) is not None for text in rows) * 4 >= len(rows) * 3


def _goes_on(above: Sequence[TableCell], row: Sequence[TableCell]) -> bool:
    """Whether a row begins with the rest of a label, of which the row above has the begin and nothing else."""
    if len(above) != 1 or not row or not clean(row[0].text) or is_label(above[0].text) or label_hit(row[0].text):
        return False
    return is_label(above[0].text + row[0].text)


def _ends(above: Sequence[TableCell], row: Sequence[TableCell]) -> bool:
    """Whether a row is nothing but the numbers that the row above, with a label, is short of."""
    numbers = [cell for cell in above if _counts(cell.text)]
    return _is_nameless(row) and 0 < len(numbers) < _NUMBERS == len(numbers) + len(row) and len(above) > len(numbers)


def _is_nameless(cells: Sequence[TableCell]) -> bool:
    """Whether a row has numbers and no words, and is not the one row of 表四."""
    filled = [cell.text for cell in cells if clean(cell.text)]
    return 0 < len(filled) < _WIDEST and all(map(_counts, filled)) and any(char.isdigit() for char in "".join(filled))


def _behind(pieces: Sequence[Line], cells: list[TableCell]) -> list[TableCell]:
    """The cells of a line, the first of them with the lines above that it goes on with.

    An empty one goes on with none that is no label (续表).
    """
    if not pieces or not cells:
        return cells
    if not clean(cells[0].text) and not any(label_hit(piece.text) or is_label_part(piece.text) for piece in pieces):
        return cells
    above = [TableCell(clean(piece.text), piece.anchor) for piece in pieces]
    return [_whole([*above, cells[0]]), *cells[1:]]


def _one_row(block: Rows) -> list[TableCell]:
    """The lines between two frames as one row."""
    first, *rest = block
    for row in rest:
        if len(row) != len(first):
            return [cell for row in block for cell in row]
        first = [
            TableCell("\n".join(t for t in (a.text, b.text) if t), a.anchor) for a, b in zip(first, row, strict=True)
        ]
    return first


def _is_led(shown: Sequence[Line]) -> bool:
    """Whether rows begin with a pipe; where they do not, a pipe at the begin ends an empty cell."""
    rows = _rows_of(shown)
    return sum(_PIPE.match(text) is not None for text in rows) * 2 >= len(rows)


def _pipe_cells(line: Line, *, led: bool) -> list[TableCell]:
    """The cells of a row; the pipe at its begin is that of no cell where all rows are ``led`` by one."""
    text = line.text.rstrip()
    start = len(text) - len(text.lstrip())
    if led and _PIPE.match(text[start : start + 1]):
        start += 1
    end = len(text) - 1 if _PIPE.match(text[-1:]) and len(text) - 1 > start else len(text)
    found: list[TableCell] = []
    for piece in _PIPE.split(text[start:end]):
        found.append(TableCell(_unmark(piece), line.anchor.at(start=start, end=start + len(piece))))
        start += len(piece) + 1
    return found


def _unmark(piece: str) -> str:
    """A cell of Markdown without its emphasis and line breaks (``**0**``, ``<br>``)."""
    plain = _ESCAPED.sub(r"\1", piece.replace("**", ""))
    return re.sub(r"<br\s*/?>", "\n", plain, flags=re.IGNORECASE).strip(" ")


# ── one cell a line ─────────────────────────────────────────────────────────────────────────────


def _is_broken(shown: Sequence[Line]) -> bool:
    """Whether the lines hold single cells, not rows."""
    if any(_is_frame(line) for line in shown):
        return False
    filled = [sum(bool(clean(piece)) for piece in _PIPE.split(line.text)) for line in shown]
    return sum(count > 1 for count in filled) * 2 < sum(count == 1 for count in filled)


def _cells(shown: Iterable[Line]) -> list[TableCell]:
    """All cells in a row; each ends at a pipe."""
    found: list[TableCell] = []
    open_cell: list[TableCell] = []
    for line in shown:
        start = 0
        for piece in _PIPE.split(line.text):
            here = line.anchor.at(start=start, end=start + len(piece))
            start += len(piece) + 1
            if clean(piece):
                open_cell.append(TableCell(_unmark(piece), here))
            if start <= len(line.text):
                found.append(_whole(open_cell) if open_cell else TableCell("", here))
                open_cell = []
    return [*found, *([_whole(open_cell)] if open_cell else [])]


def _whole(pieces: Sequence[TableCell]) -> TableCell:
    """The lines of a cell as one; words above a whole label of the form (续表) are none of it."""
    text = "\n".join(piece.text for piece in pieces)
    if len(pieces) > 1 and is_label(pieces[-1].text) and not is_label(text):
        return pieces[-1]
    return TableCell(text, pieces[0].anchor)


def _broken_rows(cells: list[TableCell]) -> tuple[str, Rows]:
    """Layout and rows: by the one width that fits them all, or where a label begins another one."""
    for width in range(_LEAST_WIDTH, _WIDEST + 2):
        rows = [cells[at : at + width] for at in range(0, len(cells), width)]
        if len(rows) > 1 and all(map(_is_row, rows)) and any(is_value(cell.text) for cell in cells):
            led = all(not clean(row[0].text) for row in rows)
            return "pipes", [row[led:] for row in rows]
    return "tokens", list(_by_labels(cells))


def _counts(text: str) -> bool:
    """Whether a cell stands where a number belongs, be it one or not (0/0)."""
    return is_value(text) or (any(char.isdigit() for char in text) and not any(char.isalpha() for char in text))


def _is_row(row: Sequence[TableCell]) -> bool:
    """Whether a row begins with words, or has nothing but numbers, and no word follows a number."""
    kinds = [_counts(cell.text) for cell in row if clean(cell.text)]
    return bool(kinds) and kinds == sorted(kinds) and (not kinds[0] or len(row) >= _WIDEST)


def _by_labels(cells: Iterable[TableCell]) -> Iterator[list[TableCell]]:
    """Rows of cells without a common width: a label opens a row, numbers and empty cells go on with it."""
    row: list[TableCell] = []
    for cell in cells:
        words = [c for c in row if clean(c.text)]
        ended = any(_counts(c.text) for c in words) or (bool(words) and _ends_row(words[-1].text))
        ended = ended or (bool(words) and not clean(row[-1].text))
        # A converter may repeat the label in the cells it spans.
        again = bool(words) and not _counts(words[-1].text) and squash(cell.text).startswith(squash(words[-1].text))
        if ended and not again and clean(cell.text) and not _counts(cell.text):
            yield row
            row = []
        if words or clean(cell.text):
            row.append(cell)
    if row:
        yield row


def _ends_row(text: str) -> bool:
    """Whether a cell is the label of a row, alone or with its number in one (行政许可 17): another label is not its."""
    label, *number = text.rsplit(maxsplit=1)
    glued = bool(number) and _counts(number[0]) and is_label(label)
    return any(hit.kind == "row" and hit.name != "other" for hit in label_hit(label if glued else text))
