"""Pages to blocks: tables in their rules or by position, the text around them, all in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import dropwhile

from gkaudit.chars import is_value
from gkaudit.document import Anchor, Block, Paragraph, Table, TableCell, anchor_from, cell_from
from gkaudit.readers.geometry.breaks import (
    headings_of,
    mended,
    repeated,
    row_texts,
    with_rest_overleaf,
    with_start_before,
)
from gkaudit.readers.geometry.columns import row_of
from gkaudit.readers.geometry.crossed import are_crossed, with_doubtful_columns
from gkaudit.readers.geometry.doubts import with_doubtful_blanks
from gkaudit.readers.geometry.furniture import without_furniture
from gkaudit.readers.geometry.halves import SURE
from gkaudit.readers.geometry.headed import Carried, headed
from gkaudit.readers.geometry.heads import headings
from gkaudit.readers.geometry.lattice import Lattice, lattices
from gkaudit.readers.geometry.lines import Line, lines_of
from gkaudit.readers.geometry.notes import without_marks
from gkaudit.readers.geometry.overleaf import rejoined
from gkaudit.readers.geometry.page import Cell, Char, Figure, Page, Piece, rounded
from gkaudit.readers.geometry.paragraphs import Column, Prose
from gkaudit.readers.geometry.spacing import Spacing
from gkaudit.readers.geometry.tables import Content, filled, parts_numbers
from gkaudit.readers.geometry.unruled import unruled
from gkaudit.vocabulary import label_hit

__all__ = ["compose"]

#: A table has at most so many rows of headings (fewer: the heading of a section above them).
_HEAD = 4
#: Outer sides of the pieces of one table agree within this (points); they end and begin in these parts of a page.
_SAME_SIDE, _PAGE_END = 4.0, 0.75
#: The rows of a table begin so near (character sizes) below its heading.
_BELOW = 4.0
#: Lines between the headings of a table and the numbers that end its page: labels and numbers of its first rows.
_ROWS_ABOVE = 6
#: How sure the text is that a recogniser laid over a scan.
_RECOGNISED = 0.45
#: So many marks of footnotes are told.
_TOLD = 10
#: Lines that may be rows of numbers.
_ENDS_IN_NUMBER = re.compile(r"\d[件条个项宗起份次万元]*$")
_RECOGNISED_NOTE = "文字层来自扫描识别"

Item = Line | Piece | Figure


@dataclass(slots=True)
class _Found:
    """What was found on one page."""

    page: Page
    pieces: list[Piece]
    lines: list[Line]

    def add(self, pieces: Iterable[Piece]) -> None:
        """Tables that were found by position."""
        self.pieces += [with_doubtful_blanks(piece, self.page.ink) for piece in pieces]

    def below_tables(self, lines: Iterable[Line]) -> list[Line]:
        """Those of the lines that stand below the last table."""
        end = max((piece.box[3] for piece in self.pieces), default=0.0)
        return [line for line in lines if line.base > end]

    def end_above(self, first: Line) -> None:
        """Leave this line and all below it to the next page."""
        self.pieces = [piece for piece in self.pieces if piece.box[1] < first.box[1]]
        self.lines = [line for line in self.lines if line.base < first.base]


def compose(pages: Sequence[Page], name: str) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Blocks of all pages in reading order, and clauses for the auditor about what is in doubt."""
    warnings: list[str] = []
    found: list[_Found] = []
    for page in pages:
        found.append(_tables(page, found[-1] if found else None, warnings))
    kept = without_furniture([(f.page, f.lines) for f in found])
    spacing = Spacing.of(line for lines in kept for line in lines if _ends_in_numbers(line))
    carried: Carried | None = None
    above: list[Line] = []
    crossed = False
    for at, (one, lines) in enumerate(zip(found, kept, strict=True)):
        cut = rejoined(above, lines)
        if cut:
            found[at - 1].end_above(above[-len(cut)])
            carried = None
        under, lines, carried = headed(one.page, [*cut, *lines], carried, spacing)  # noqa: PLW2901
        one.add(under)
        above = one.below_tables(lines)
        more, one.lines = unruled(one.page, lines, spacing)
        crossed = crossed or any(map(are_crossed, one.lines))
        one.add(map(with_doubtful_columns, more) if crossed else more)
    flow = _mended(_flow(found), warnings)
    return _blocks(flow, {page.number for page in pages if page.recognised}, name), tuple(warnings)


def _ends_in_numbers(line: Line) -> bool:
    """Whether a line may be a row of numbers; a line of prose is written in one go, numbers and all."""
    return _ENDS_IN_NUMBER.search(line.text) is not None and bool(row_of(line).values)


def _tables(page: Page, before: _Found | None, warnings: list[str]) -> _Found:
    grids, too_many = lattices(page)
    if too_many:
        warnings.append(f"第{page.number}页线条过多，没有按表格线识别表格")
    # A frame of one cell is a table only where it is the last row of one that began on the page before.
    grids = sorted((g for g in grids if len(g.cells) > 1 or _goes_on(g, before)), key=_area)
    inside: list[list[Char]] = [[] for _ in grids]
    outside: list[Char] = []
    boxes = [grid.box for grid in grids]
    for char in page.chars:
        _, left, right, base, size, _ = char
        x, y = (left + right) / 2, base - 0.35 * size
        for at, box in enumerate(boxes):
            # The smallest table that it stands in.
            if box[0] <= x <= box[2] and box[1] <= y <= box[3]:
                inside[at].append(char)
                break
        else:
            outside.append(char)
    filling = [Content.of(grid, chars) for grid, chars in zip(grids, inside, strict=True) if chars]
    # Rules around and between rows only: what stands in them is read by position.
    open_ = [one for one in filling if not parts_numbers(one) or _stands_over(page, one, outside)]
    for one in open_:
        outside += one.chars
    pieces = [filled(one, outside, page) for one in filling if all(one is not other for other in open_)]
    plain, marks = without_marks(outside)
    if marks:
        told = "、".join(mark.text for mark in marks[:_TOLD])
        warnings.append(f"第{page.number}页数字或文字旁的上标（{told}）按脚注号未计入")
    return _Found(page, pieces, lines_of(plain))


def _stands_over(page: Page, content: Content, outside: Iterable[Char]) -> bool:
    """Whether a grid is the heading of a table whose rows, right below it, have no rules."""
    bottom, size = content.lattice.box[3], max([c.size for c in content.chars])
    below = [c for c in outside if bottom < c.base < bottom + _BELOW * size]
    if not any(len(row_of(line).values) > 1 for line in lines_of(below)):
        return False
    lines = lines_of(content.chars)
    return not any(row_of(line).values for line in lines) and any(headings(lines, page.upright))


def _goes_on(grid: Lattice, before: _Found | None) -> bool:
    """Whether a frame is as wide as the last table of the page before, and nothing stands between them."""
    if before is None or not before.pieces:
        return False
    last = max(before.pieces, key=lambda p: p.box[3])
    return (
        abs(grid.xs[0] - last.box[0]) <= _SAME_SIDE
        and abs(grid.xs[-1] - last.box[2]) <= _SAME_SIDE
        and last.box[3] > _PAGE_END * before.page.height
        and grid.ys[0] < (1 - _PAGE_END) * before.page.height
    )


def _area(grid: Lattice) -> float:
    left, top, right, bottom = grid.box
    return (right - left) * (bottom - top)


# ── order ───────────────────────────────────────────────────────────────────────────────────────


def _flow(found: Iterable[_Found]) -> list[Prose | Piece | Figure]:
    """Everything from top to bottom, page after page, lines joined to paragraphs."""
    found = list(found)
    columns = _columns(found)
    flow: list[Prose | Piece | Figure] = []
    for one in found:
        page = one.page
        items: list[Item] = [*one.lines, *one.pieces, *page.figures]
        for item in sorted(items, key=_top):
            if isinstance(item, Line):
                last = flow[-1] if flow else None
                longer = last.continued(item, page.number, columns[page.width]) if isinstance(last, Prose) else None
                if longer is not None:
                    flow[-1] = longer
                else:
                    flow.append(Prose.begun(item, page.number))
            else:
                flow.append(item)
    return flow


def _columns(found: Iterable[_Found]) -> dict[float, Column]:
    """The margins by the width of the page: a turned page has its own."""
    lines: dict[float, list[Line]] = {}
    for one in found:
        lines.setdefault(one.page.width, []).extend(one.lines)
    return {width: Column.of(own) for width, own in lines.items()}


def _top(item: Item) -> tuple[float, float]:
    box = item.box
    return round(box[1]), box[0]


def _mended(flow: list[Prose | Piece | Figure], warnings: list[str]) -> list[Prose | Piece | Figure]:
    """Tables that follow each other over a page break, with the row or label that the page cut put together."""
    done: list[Prose | Piece | Figure] = []
    head: list[str] = []
    top: list[str] = []
    for item in flow:
        above = done[-1] if done else None
        if not isinstance(item, Piece):
            if isinstance(above, Piece) and isinstance(item, Prose) and item.page > above.page and _only_numbers(item):
                done[-1] = with_rest_overleaf(above)
            done.append(item)
        elif not isinstance(above, Piece) or above.page == item.page:
            start = _start_before(done, item)
            if start is not None:
                item, whole = with_start_before(item, row_of(start.last).values)  # noqa: PLW2901
                if whole:
                    done.pop()
            if not _ended_above_notes(done, item, head):
                head = row_texts(item)[:_HEAD]
                done.append(item)
        else:
            # Where a page has cut the heading itself the next ones repeat what stands on top of each other.
            told = max(head, top, key=partial(repeated, item))
            done[-1], rest, note = mended(above, item, told)
            done += [rest] if rest is not None else []
            warnings += [note] if note else []
        top = headings_of(item) if isinstance(item, Piece) else top
    return done


def _ended_above_notes(done: list[Prose | Piece | Figure], item: Piece, head: Sequence[str]) -> bool:
    """Whether a table begins with the rest of a row that ends the page before, above its footnotes.

    Then the row is put together, or in doubt, and the rest of the table follows the notes. Together only where it is
    certain: what stands between two tables is most often what parts them.
    """
    at = next((n for n in range(len(done) - 1, -1, -1) if not isinstance(done[n], Prose)), -1)
    above = done[at] if at >= 0 else None
    if not isinstance(above, Piece) or above.page + 1 != item.page:
        return False
    if not all(isinstance(note, Prose) and note.page == above.page for note in done[at + 1 :]):
        return False
    upper, rest, note = mended(above, item, head)
    aligned = all(abs(above.box[side] - item.box[side]) <= _SAME_SIDE for side in (0, 2))
    if rest is not None and len(rest.rows) == len(item.rows) and not (note and aligned):
        return False
    done[at] = upper
    done += [rest] if rest is not None else []
    return True


def _start_before(done: Sequence[Prose | Piece | Figure], item: Piece) -> Prose | None:
    """The numbers that end the page before, below headings of a table and rows of it that nothing shows to be rows."""
    numbers = done[-1] if done else None
    if not isinstance(numbers, Prose) or not _only_numbers(numbers) or numbers.last_page != item.page - 1:
        return None
    heads = next(dropwhile(_is_of_a_row, done[-2 : -2 - _ROWS_ABOVE : -1]), None)
    if not isinstance(heads, Prose) or heads.page != numbers.last_page:
        return None
    kinds = [{hit.kind for hit in label_hit(text) if hit.score >= SURE} for text in heads.text.split()]
    headed = sum("column" in kind for kind in kinds) and all(kind & {"column", "header"} for kind in kinds)
    return numbers if headed else None


def _is_of_a_row(item: Prose | Piece | Figure) -> bool:
    """Whether a line says nothing but numbers, or the label of one row."""
    if not isinstance(item, Prose):
        return False
    return _only_numbers(item) or any(hit.kind == "row" and hit.score >= SURE for hit in label_hit(item.text))


def _only_numbers(prose: Prose) -> bool:
    return all(map(is_value, prose.text.split()))


# ── blocks ──────────────────────────────────────────────────────────────────────────────────────


def _blocks(flow: Iterable[Prose | Piece | Figure], recognised: set[int], name: str) -> tuple[Block, ...]:
    blocks: list[Block] = []
    paragraphs = tables = 0
    for item in flow:
        if isinstance(item, Figure):
            blocks.append(item.picture)
        elif isinstance(item, Prose):
            paragraphs += 1
            anchor = Anchor(file=name, page=item.page, paragraph=paragraphs, box=rounded(item.box))
            blocks.append(Paragraph(item.text, anchor))
        else:
            tables += 1
            blocks.append(_table(item, tables, name, doubtful=item.page in recognised))
    return tuple(blocks)


def _table(piece: Piece, number: int, name: str, *, doubtful: bool) -> Table:
    here = Anchor(file=name, page=piece.page, table=number, box=rounded(piece.box))
    rows = tuple([tuple([_cell(cell, here, doubtful=doubtful) for cell in row]) for row in piece.rows if row])
    return Table(rows, here, exact=piece.exact, layout="grid")


def _cell(cell: Cell, here: Anchor, *, doubtful: bool) -> TableCell:
    text, row, column, high, wide, box, confidence, note = cell
    anchor = anchor_from(
        (here.file, here.page, None, None, here.table, row, column, None, None, rounded(box) if box else None)
    )
    if doubtful and confidence > _RECOGNISED:
        confidence, note = _RECOGNISED, _RECOGNISED_NOTE
    return cell_from((text, anchor, high, wide, confidence, note))
