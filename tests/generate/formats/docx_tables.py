"""Tables as Word stores them: rows of cells over a grid of lines, with all it does to both."""

from itertools import accumulate
from typing import Any

from tests.generate.formats.docx_package import element, plain_run
from tests.generate.formats.merged import Merged, merged
from tests.generate.formats.spaces import padded
from tests.generate.skeleton import Line

__all__ = ["Grid"]

#: Widths in twentieths of a point: the table, a sliver nobody sees, a margin one can see.
_TEXT_WIDTH, _SLIVER, _MARGIN = 9000, 12, 200


class Grid:
    """One piece of a table. ``writer`` knows the quirks and writes what is in the cells."""

    def __init__(self, writer: Any, lines: list[Line]) -> None:
        self.writer, self.rng, self.has, self.quirks = writer, writer.rng, writer.has, writer.quirks
        self.rows = merged(lines)
        self.width = max(sum(slot.span for slot in line.slots) for line in lines)
        self.slivers = "slivers" in self.quirks
        self.margin = "gridbefore" in self.quirks
        #: The visible column before which a column stands that was deleted.
        self.extra = 0
        if "deleted_column" in self.quirks and self.width > 4 and not self.slivers:
            self.extra = self.rng.randrange(1, self.width)
        self.widths, self.at = self.grid()

    def grid(self) -> tuple[list[int], list[int]]:
        """Widths of the columns of Word's grid, and its line at each visible border."""
        each = _TEXT_WIDTH // self.width
        columns = [[each] for _ in range(self.width)]
        if self.slivers:
            # Left and right of every inner border there is one more, next to it.
            columns = [[_SLIVER] * (n > 0) + [each] + [_SLIVER] * (n < self.width - 1) for n in range(self.width)]
        elif "fine_grid" in self.quirks:
            fine = [self.rng.randint(2, 5) for _ in columns]
            columns = [[each // n] * n for n in fine]
        if self.extra:
            columns[self.extra].insert(0, each)
        at = list(accumulate((len(column) for column in columns), initial=int(self.margin)))
        if self.extra:
            at[self.extra] += 1
        side = [_MARGIN] * self.margin
        return [*side, *(width for column in columns for width in column), *side], at

    def covered(self) -> list[list[tuple[Merged, bool]]]:
        """All cells of each row from left to right, and whether the row only goes on with them."""
        rows: list[list[tuple[Merged, bool]]] = [[] for _ in self.rows]
        for cell in (cell for row in self.rows for cell in row):
            for number in range(cell.row, cell.row + cell.rowspan):
                rows[number].append((cell, number > cell.row))
        return [sorted(row, key=lambda pair: pair[0].column) for row in rows]

    def write(self) -> str:
        """The table (``w:tbl``)."""
        rows = [self.row(row) for row in self.covered()]
        if "tracked_rows" in self.quirks:
            for number in sorted(self.rng.sample(range(len(rows)), min(3, len(rows))), reverse=True):
                rows.insert(number, self.gone(number))
        columns = "".join(element("w:gridCol", w_w=width) for width in self.said_widths())
        names = ("top", "left", "bottom", "right", "insideH", "insideV")
        borders = element("w:tblBorders", "".join(element(f"w:{n}", w_val="single", w_sz=4) for n in names))
        properties = element("w:tblStyle", w_val="t") + element("w:tblW", w_w=0, w_type="auto") + borders
        return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"

    def said_widths(self) -> list[int]:
        """Widths of the columns as the grid says them; WPS and converters leave stale ones, too few or too many."""
        if "wrong_grid" not in self.quirks:
            return self.widths
        count = self.rng.choice((0, 1, len(self.widths) - 1, len(self.widths) + 3))
        return [self.rng.choice((0, 5, 60, 700, 9000)) for _ in range(count)]

    def borders(self, cells: list[tuple[Merged, bool]]) -> list[int]:
        """The grid lines at which the cells of a row begin, and the one at which the last ends."""
        found = [self.at[cell.column] for cell, _ in cells]
        if self.extra:
            found = [line - (cell.column == self.extra) for line, (cell, _) in zip(found, cells, strict=True)]
        found.append(self.at[cells[-1][0].column + cells[-1][0].colspan])
        if self.slivers:
            last = len(self.widths) - self.margin
            found = [line + self.rng.randint(-1, 1) if self.margin < line < last else line for line in found]
        # A row whose outer cells stand alone may reach into the margin.
        if self.margin and cells[0][0].rowspan == 1 and self.rng.random() < 0.3:
            found[0] = 0
        if self.margin and cells[-1][0].rowspan == 1 and self.rng.random() < 0.3:
            found[-1] += 1
        return found

    def row(self, cells: list[tuple[Merged, bool]]) -> str:
        """One row (``w:tr``)."""
        borders = self.borders(cells)
        before, after = borders[0], len(self.widths) - borders[-1]
        properties = element("w:gridBefore", w_val=before) if before else ""
        properties += element("w:gridAfter", w_val=after) if after else ""
        done = ""
        for number, (cell, continued) in enumerate(cells):
            start, end = borders[number : number + 2]
            if self.extra and cell.column == self.extra:
                gone = element("w:cellDel", w_id=self.writer.new_id(), w_author="校对员")
                done += self.cell(self.writer.wrong(), (start, start + 1), gone)
                start += 1
            done += self.merged_cell(cell, (start, end), continued)
        if self.has("tracked", 0.2):
            properties += self.writer.change("w:ins", "")
        return self.wrapped(f"<w:tr>{element('w:trPr', properties) if properties else ''}{done}</w:tr>")

    def wrapped(self, done: str) -> str:
        return self.writer.control(done) if self.has("content_controls", 0.1) else done

    def merged_cell(self, cell: Merged, lines: tuple[int, int], continued: bool) -> str:
        """The cell of one row, in one element or, in the old way, one for each column."""
        down = ""
        if cell.rowspan > 1:
            down = element("w:vMerge") if continued else element("w:vMerge", w_val="restart")
        if "torn_merges" in self.quirks and not cell.row and not cell.text and not cell.key:
            # The table was cut in two below the beginning of this cell.
            down = element("w:vMerge")
        text = "" if continued else cell.text
        hidden = self.writer.wrong() if self.has("covered_text", 0.3) else ""
        start, end = lines
        if "hmerge" in self.quirks and end - start > 1:
            first = self.cell(text, (start, start + 1), element("w:hMerge", w_val="restart") + down, key=cell.key)
            others = (self.cell(hidden, (n, n + 1), element("w:hMerge") + down) for n in range(start + 1, end))
            return first + "".join(others)
        return self.cell(text or (hidden if continued else ""), lines, down, key=cell.key)

    def cell(self, text: str, lines: tuple[int, int], properties: str, key: str = "") -> str:
        """One cell (``w:tc``)."""
        start, end = lines
        across = element("w:gridSpan", w_val=end - start) if end - start > 1 else ""
        width = self.rng.randint(100, 4000) if "wrong_widths" in self.quirks else sum(self.widths[start:end])
        properties = element("w:tcW", w_w=width, w_type="dxa") + across + properties
        return self.wrapped(f"<w:tc><w:tcPr>{properties}</w:tcPr>{self.content(text, key)}</w:tc>")

    def content(self, text: str, key: str) -> str:
        if self.has("tab_in_cells", 0.3) and key and text:
            text = self.rng.choice(("\t{}", "{}\t", "\t{}\t")).format(text)
        if self.has("nested", 0.1) and key:
            grid = element("w:tblGrid", element("w:gridCol", w_w=500))
            return f"<w:tbl><w:tblPr/>{grid}<w:tr><w:tc>{self.writer.paragraph(text)}</w:tc></w:tr></w:tbl><w:p/>"
        if self.has("odd_spaces", 0.6) and key:
            text = padded(text, self.rng)
        lines = text.split("\n") if self.rng.random() < 0.5 else [text]
        if self.has("empty_paragraphs", 0.5):
            lines = [*[""] * self.rng.randint(0, 2), *lines, *[""] * self.rng.randint(0, 2)]
        return "".join(self.writer.paragraph(line, '<w:jc w:val="center"/>') for line in lines)

    def gone(self, number: int) -> str:
        """A deleted row with wrong numbers: a copy of one that is there."""
        cells = self.covered()[number]
        borders = [self.at[cell.column] for cell, _ in cells]
        borders.append(self.at[cells[-1][0].column + cells[-1][0].colspan])
        done = ""
        for at, (cell, continued) in enumerate(cells):
            span = borders[at + 1] - borders[at]
            text = self.writer.wrong() if cell.key else "" if continued else cell.text.replace("\n", "")
            across = element("w:gridSpan", w_val=span) if span > 1 else ""
            inside = self.writer.deleted(text) if self.rng.random() < 0.7 else plain_run(text)
            done += f"<w:tc>{element('w:tcPr', across)}<w:p>{inside if text else ''}</w:p></w:tc>"
        return f"<w:tr><w:trPr>{self.writer.change('w:del', '')}</w:trPr>{done}</w:tr>"
