"""Characters into the cells of a lattice.

The place of a character decides: its centre lies in one cell. The lines of a cell are put together again
where a number was wrapped; small raised digits behind a number are the mark of a footnote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gkaudit.chars import is_value, squash
from gkaudit.readers.geometry.columns import row_of
from gkaudit.readers.geometry.doubts import DIGITS, Sight, along_lines, covers, doubts, is_clear, leaned_on, runs_out
from gkaudit.readers.geometry.lattice import Lattice, Span
from gkaudit.readers.geometry.lines import Line, lines_of
from gkaudit.readers.geometry.notes import without_mark_lines, without_raised
from gkaudit.readers.geometry.page import Box, Cell, Char, Page, Piece, Rule
from gkaudit.totals import all_zero, may_have_moved

__all__ = ["OPEN_END", "Content", "filled", "parts_numbers"]

#: A level line this near (points) to one of the lattice's is part of it.
_ON_RULE = 2.5
#: A table that comes this near (points) to the side of the page goes on behind it.
_EDGE = 1.0
#: Lines go on behind a table where they do by so much (points), as wide as a cell at least.
_CELL = 8.0
#: How sure a row is that may have lost its last cell, and why.
_OPEN, OPEN_END = 0.4, "表格右侧没有竖线，最后一格可能缺失，数字可能错列"
#: A row of 表三 has so many numbers, the last of them their total.
_WITH_TOTAL = 7
#: In a grid with so many upright rules only merged cells may hold several numbers; so many numbers in so many
#: cells show that it has not a column for each.
_WHOLE, _SEVERAL, _FEW_CELLS = 8, 3, 2
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
#: How sure a number is that was put together from two lines beside two numbers one below the other.
_WRAPPED, _TWO_ROWS, _TWO_ROWS_NOTE = "数字在格内折行，已连接", 0.4, "同一行有的格里上下有两个数字，这一格可能也是两个"


@dataclass(slots=True)
class Content:
    """What stands in the cells of one lattice.

    ``chars`` and ``lines`` by number of the cell; ``at`` has the cell of each character in their order.
    """

    lattice: Lattice
    chars: Sequence[Char]
    at: list[int | None]
    lines: dict[int, list[Line]]

    @classmethod
    def of(cls, lattice: Lattice, chars: Sequence[Char]) -> Content:
        """These characters, sorted into the cells and put together to lines."""
        at = lattice.cells_of(chars)
        own: dict[int, list[Char]] = {}
        for char, number in zip(chars, at, strict=True):
            if number is not None:
                if number in own:
                    own[number].append(char)
                else:
                    own[number] = [char]
        return cls(lattice, chars, at, {number: lines_of(chars) for number, chars in own.items()})

    @property
    def place(self) -> dict[int, int]:
        """The cell of each character by its ``id``."""
        return {id(char): at for char, at in zip(self.chars, self.at, strict=True) if at is not None}


def filled(content: Content, beside: Iterable[Char], page: Page) -> Piece:
    """The table of a lattice with what stands in it.

    ``beside`` are characters of the page that stand in no table: a number may run out of its cell.
    """
    lattice = content.lattice
    place = content.place
    near = _looked_at(lattice.box, (*content.chars, *beside))
    lines, leaned = lines_of(near), leaned_on(lattice, near)
    along = along_lines(lines, place)
    cut_off = runs_out(lines, place)
    ink, level = _drawn(lattice, page)
    xs, ys, own = lattice.xs, lattice.ys, content.lines
    rows: list[list[Cell]] = [[] for _ in range(len(ys) - 1)]
    boxes = [(xs[left], ys[top], xs[left + wide], ys[top + high]) for top, left, high, wide, *_ in lattice.cells]
    padding = max(min((line.left - boxes[at][0] for at, cell in own.items() for line in cell), default=0.0), 0.0)
    marked = ink.keys() | level.keys() | along.keys()
    for number, span in enumerate(lattice.cells):
        shown, box = own.get(number, ()), boxes[number]
        if span.outside and not shown:
            continue
        if number not in marked and (not shown or is_clear(shown, box)):
            said = (shown[0].text if shown else "", 1.0, "")
        else:
            sight = Sight(shown, box, ink.get(number, ()), level.get(number, ()), along.get(number, ""))
            said = _said(sight, padding)
        if not said[0] and said[1] == 1:
            said = _empty(number in leaned, box, page.width)
        rows[span.row].append(_cell(span, box, said, cut_off=cut_off))
    rows = [_beside_two(row) for row in rows]
    right = lattice.box[2]
    behind = [c for c in near if right <= c.left < 2 * right - xs[-2] and c.text.isdigit()]
    further = _further(lattice, page.level)
    if lattice.open_right or behind or further:
        columns = len(xs) - 1 if lattice.open_right else 0
        rows = [_with_open_end(row, columns, behind, out=at in further) for at, row in enumerate(rows)]
    return Piece(page.number, lattice.box, tuple(map(tuple, rows)))


def _further(lattice: Lattice, level: Iterable[Rule]) -> set[int]:
    """The few rows whose lines above and below go on behind the table: nothing closes a cell too much there."""
    right, ys = lattice.xs[-1], lattice.ys
    going = [rule.at for rule in level if rule.start <= right + _ON_RULE and rule.end > right + _CELL]
    beyond = [any(abs(at - y) <= _ON_RULE for at in going) for y in ys] if going else []
    found = {at for at, both in enumerate(pairwise(beyond)) if all(both)}
    return found if len(found) * 2 < len(ys) - 1 else set()


def _beside_two(row: list[Cell]) -> list[Cell]:
    """A row with its wrapped numbers in doubt where another cell has two numbers: the rule between two rows is lost."""
    wrapped = [cell for cell in row if cell.note == _WRAPPED]
    if not wrapped or not any("\n" in cell.text and all(map(is_value, cell.text.split("\n"))) for cell in row):
        return row
    return [c._replace(confidence=_TWO_ROWS, note=_TWO_ROWS_NOTE) if c in wrapped else c for c in row]


def parts_numbers(content: Content) -> bool:
    """Whether upright rules part the numbers of a row: a frame with rules between its rows does not.

    One cell with two numbers may be a slip; several of them, or one with as many as a table has, are not.
    """
    lattice = content.lattice
    few, alone = len(lattice.xs) <= _WHOLE, len(lattice.xs) == 2  # noqa: PLR2004 - one column between two rules
    cells = [lines for at, lines in content.lines.items() if few or lattice.cells[at].colspan > 1]
    # A single character is neither two numbers nor a number beside a label.
    rows = [[row_of(line) for line in lines if len(line.chars) > 1] for lines in cells]
    several = [max((len(row.values) for row in cell), default=0) for cell in rows]
    labelled = sum(any(row.words and row.values for row in cell) for cell in rows)
    if alone and (max(several, default=0) > 1 or labelled > 1):
        return False
    return sum(count >= _SEVERAL for count in several) < _FEW_CELLS and max(several, default=0) < _WHOLE - 1


def _with_open_end(row: list[Cell], columns: int, behind: Iterable[Char], *, out: bool = False) -> list[Cell]:
    """A row of a table without a rule on its right; its numbers are in doubt where its last cell seems empty.

    The cell may as well be lost and the others moved; not where the last number cannot be the 总计 of 表三. They are
    in doubt as well where a number or the lines of a cell stand beside the row: a cell too much has moved it ``out``.
    """
    if not row:
        return row
    box = row[-1].box
    out = out or (box is not None and any(box[1] < c.base - 0.35 * c.size < box[3] for c in behind))
    if not out and (not columns or row[-1].text or row[-1].column + row[-1].colspan <= columns):
        return row
    first = next((place for place, cell in enumerate(row) if is_value(cell.text)), len(row))
    prints = [cell.text for cell in row[first:] if cell.text]
    if (
        not out
        and len(prints) > 1
        and (all_zero(prints) or (len(row) - first == _WITH_TOTAL and not may_have_moved(prints)))
    ):
        return row
    return [
        cell._replace(confidence=_OPEN, note=OPEN_END) if place >= first and cell.confidence == 1 else cell
        for place, cell in enumerate(row)
    ]


def _looked_at(box: Box, chars: Iterable[Char]) -> list[Char]:
    """What the second look needs: the digits of a table, and everything beside its outer rules."""
    left, top, right, bottom = box
    near = [c for c in chars if top <= c.base <= bottom + c.size]
    return [
        c
        for c in near
        if c.text in DIGITS
        or abs(c.left - left) < c.size
        or abs(c.right - right) < c.size
        or c.left >= right > c.left - c.size
    ]


def _drawn(lattice: Lattice, page: Page) -> tuple[dict[int, list[Box]], dict[int, list[Rule]]]:
    """Drawings and loose level lines by the cell they stand in."""
    ink: dict[int, list[Box]] = {}
    level: dict[int, list[Rule]] = {}
    for mark in page.ink:
        at = lattice.at((mark[0] + mark[2]) / 2, (mark[1] + mark[3]) / 2)
        if at is not None:
            ink.setdefault(at, []).append(mark)
        own = lattice.box_of(lattice.cells[at]) if at is not None else None
        if own and own[0] <= mark[0] and own[1] <= mark[1] and mark[2] <= own[2] and mark[3] <= own[3]:
            continue
        for other, span in enumerate(lattice.cells):
            # A picture may hold the numbers of many cells.
            if other != at and covers(mark, lattice.box_of(span)):
                ink.setdefault(other, []).append(mark)
    for rule in page.level:
        at = lattice.at((rule.start + rule.end) / 2, rule.at)
        if at is not None and min(abs(rule.at - y) for y in lattice.ys) > _ON_RULE:
            level.setdefault(at, []).append(rule)
    return ink, level


def _said(sight: Sight, padding: float) -> tuple[str, float, str]:
    """The text of a cell with the gravest of its doubts."""
    text, note = _text(sight, padding)
    confidence = 1.0
    for confidence, note in doubts(text, sight):  # noqa: B007 - the first one counts
        break
    return text, confidence, note


def _empty(leaned: bool, box: Box, width: float) -> tuple[str, float, str]:
    """What an empty cell says: something may stand there that was printed beside it."""
    if leaned:
        return "", 0.4, "旁边的数字压在这一格的表格线上，可能属于这一格"
    if box[0] < _EDGE or box[2] > width - _EDGE:
        return "", 0.4, "这一格伸到页面边上，内容可能被裁掉"
    return "", 1.0, ""


def _cell(span: Span, box: Box, said: tuple[str, float, str], *, cut_off: bool) -> Cell:
    text, confidence, note = said
    if confidence == 1 and span.doubtful:
        confidence, note = 0.4, "表格线不完整，单元格范围不确定"
    if confidence == 1 and cut_off:
        confidence, note = 0.4, "文字超出表格边界，表格可能不完整"
    row, column, high, wide, *_ = span
    return Cell(text, row + 1, column + 1, high, wide, box, confidence, note)


def _text(sight: Sight, padding: float) -> tuple[str, str]:
    """The text of a cell, and a note on what was done to it."""
    texts = []
    note = ""
    lines = without_mark_lines(sight.lines)
    if len(lines) < len(sight.lines):
        note = "数字旁的小号数字按脚注号未计入"
    for line in lines:
        plain = without_raised(line).text
        if plain != line.text:
            note = f"数字旁的上标（{line.text}）按脚注号未计入"
        texts.append(plain)
    if len(texts) > 1 and _is_wrapped(texts, lines, sight.box, padding):
        return "".join(texts), note or _WRAPPED
    return "\n".join(texts), note


def _is_wrapped(texts: Sequence[str], lines: Sequence[Line], box: Box, padding: float) -> bool:
    """Whether the lines of a cell are one number that did not fit into it.

    Either a group of thousands is complete only with the next line (25,⏎554), its lines being no numbers themselves,
    or no line but the last has room for one more digit.
    """
    if not all(is_value(text) and any(c in DIGITS for c in text) for text in texts):
        return False
    whole = all(_THOUSANDS.fullmatch(squash(text)) or squash(text).isdigit() for text in texts)
    if _THOUSANDS.fullmatch(squash("".join(texts))) and not whole:
        return True
    room = box[2] - box[0] - 2 * padding
    return all(
        room - (line.right - line.left) < max(c.right - c.left for c in line.chars if c.text in DIGITS)
        for line in lines[:-1]
    )
