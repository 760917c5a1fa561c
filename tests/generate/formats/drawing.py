"""A composed report laid out on pages: words and lines at places in points, before PDF or OFD writes them.

Origin is the top left corner of a page. What a word processor does with a long table is done here too:
rows wrap, merged labels run over page breaks, headers repeat, a row may be cut in two by the page.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from tests.generate.formats.merged import Merged, merged
from tests.generate.model import Composed, Words
from tests.generate.skeleton import Line, Part, Printed

__all__ = ["QUIRKS", "Area", "Mark", "Measure", "Sheet", "Stroke", "lay_out"]

#: What a drawn page may do differently; each format takes those that make sense in it.
QUIRKS = (
    "landscape", "thin_rects", "broken_rules", "double_rules", "cell_boxes", "no_rules", "horizontal_only", "split_row",
    "repeated_header", "page_numbers", "running_header", "watermark", "tight_cells", "two_fonts", "spaced_digits",
    "merged_centered", "coloured", "giant_page", "invisible_text", "open_sides", "footnotes",
    "short_strokes", "corner_squares", "single_glyphs", "trailing_blanks", "cut_cells",
)  # fmt: skip
#: Those that cut rows in two at the end of a page: through their lines, or some cells here and some there.
_CUTTING = frozenset({"split_row", "cut_cells"})
A4 = (595.0, 842.0)
GIANT = (4000.0, 5000.0)
#: Punctuation that may not begin a line hangs over the margin instead.
_HANGS = "，。；：、）》？！”"
BLACK, WHITE, PALE, GREY, DARK = (0.0,) * 3, (1.0,) * 3, (0.85,) * 3, (0.9, 0.92, 0.95), (0.15, 0.25, 0.5)

#: Width of a text in points, by font (``song`` or ``digits``) and size.
Measure = Callable[[str, str, float], float]


@dataclass(slots=True)
class Mark:
    """Words at a place: ``x`` is the left end, ``y`` the base line."""

    text: str
    x: float
    y: float
    size: float
    font: str = "song"
    colour: tuple[float, ...] = BLACK
    angle: float = 0.0
    hidden: bool = False
    #: Each character by itself, so far apart (in em) beyond its width.
    spread: float | None = None


@dataclass(slots=True)
class Stroke:
    """A horizontal or vertical line."""

    left: float
    top: float
    right: float
    bottom: float
    width: float = 0.5


@dataclass(slots=True)
class Area:
    """A filled rectangle without outline."""

    left: float
    top: float
    right: float
    bottom: float
    colour: tuple[float, ...] = BLACK


@dataclass(slots=True)
class Sheet:
    """One page. ``tables`` are the boxes (left, top, right, bottom) of the pieces of tables on it."""

    width: float
    height: float
    areas: list[Area] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    tables: list[tuple[float, float, float, float]] = field(default_factory=list)


def lay_out(made: Composed, rng: Random, quirks: frozenset[str], measure: Measure) -> list[Sheet]:
    """The pages of a report."""
    flow = _Flow(rng, quirks, measure)
    for block in made.blocks:
        if isinstance(block, Words):
            flow.words(block)
        else:
            flow.table(block)
    sheets = flow.sheets
    _furniture(sheets, made, rng, quirks, measure)
    return sheets


def _furniture(sheets: list[Sheet], made: Composed, rng: Random, quirks: frozenset[str], measure: Measure) -> None:
    style = rng.choice(("- {n} -", "{n}", "第 {n} 页 共 {of} 页", "{n} / {of}", "第{n}页"))
    for n, sheet in enumerate(sheets, 1):
        if "page_numbers" in quirks:
            text = style.format(n=n, of=len(sheets))
            x = (sheet.width - measure(text, "song", 9)) / 2
            sheet.marks.append(Mark(text, x, sheet.height - 40, 9))
        if "running_header" in quirks:
            sheet.marks.append(Mark(f"{made.organ}政府信息公开年报 {made.year}", 72, 46, 9))
            sheet.strokes.append(Stroke(72, 50, sheet.width - 72, 50))
        if "watermark" in quirks:
            sheet.marks.insert(0, Mark("内部资料 917", 160, sheet.height - 250, 60, colour=PALE, angle=45))
        if "invisible_text" in quirks:
            y = sheet.tables[0][1] + 20 if sheet.tables else 300
            sheet.marks.append(Mark("933", sheet.width / 2, y, 9, hidden=True))
            if not any(area.colour == DARK and area.top - 9 <= y + 14 <= area.bottom + 9 for area in sheet.areas):
                # On a dark heading white would be seen.
                sheet.marks.append(Mark("955", sheet.width / 2 + 60, y + 14, 9, colour=WHITE))
            sheet.marks.append(Mark("944 行政许可", sheet.width + 40, 300, 9))


def _wrap(text: str, width: float, size: float, measure: Measure, indent: float = 0.0) -> list[str]:
    """Lines no wider than this; closing punctuation hangs over."""
    lines: list[str] = []
    for piece in text.split("\n"):
        line, used = "", indent
        for char in piece:
            step = measure(char, "song", size)
            if line and used + step > width + 0.01 and char not in _HANGS:
                lines.append(line)
                line, used = "", 0.0
            line, used = line + char, used + step
        lines.append(line)
    return lines


class _Flow:
    """Puts blocks below each other, page after page."""

    def __init__(self, rng: Random, quirks: frozenset[str], measure: Measure) -> None:
        self.rng, self.quirks, self.measure = rng, quirks, measure
        size = GIANT if "giant_page" in quirks else A4
        self.size = size[::-1] if "landscape" in quirks else size
        self.margin = 72.0
        self.body = rng.choice((10.5, 12.0, 16.0))
        self.leading = self.body * rng.choice((1.3, 1.5, 1.75))
        self.sheets: list[Sheet] = []
        self.y = 0.0
        self.new_page()

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    @property
    def bottom(self) -> float:
        return self.size[1] - self.margin

    @property
    def inner(self) -> float:
        """Width between the margins; a giant page is not written to its full width."""
        return min(self.size[0], 842) - 2 * self.margin

    def new_page(self) -> None:
        self.sheets.append(Sheet(*self.size))
        self.y = self.margin + self.rng.choice((0, 0, 4))

    def words(self, words: Words) -> None:
        title, note = words.kind == "title", words.kind == "note"
        size = self.body * 1.5 if title else self.body
        leading = size * 1.6 if title else self.leading
        indent = 2 * size if words.kind == "paragraph" and len(words.text) > 20 else 0.0
        for number, line in enumerate(_wrap(words.text, self.inner, size, self.measure, indent)):
            if self.y + leading > self.bottom:
                self.new_page()
            x = self.margin + (indent if not number else 0)
            if title or note:
                x = self.margin + (self.inner - self.measure(line, "song", size)) / 2
            self.sheet.marks.append(Mark(line, x, self.y + size, size))
            self.y += leading

    # ── tables ──────────────────────────────────────────────────────────────────────────────────

    def table(self, printed: Printed) -> None:
        for part in printed.parts:
            for line in part.before:
                self.words(Words(line, "note"))
            self._part(printed, part)
            self.y += self.leading / 2

    def _part(self, printed: Printed, part: Part) -> None:
        piece = _Piece(part.lines, self._columns(printed), self)
        header = sum(line.kind == "header" for line in part.lines[:3]) if printed.name == "requests" else 0
        repeat = header if "repeated_header" in self.quirks else 0
        start = 0
        while start < len(piece.heights):
            end = self._fit(piece, start, 0 if start == 0 else repeat)
            if end == start:
                self.new_page()
                continue
            if self.quirks & _CUTTING and end < len(piece.heights):
                # The page ends early, in the middle of a row that has more than one line.
                end = next((row for row in range(end, start + 1, -1) if piece.cut(row)), end)
            self._draw(piece, start, end, repeat)
            start = end
            if start < len(piece.heights):
                self.new_page()

    def _fit(self, piece: "_Piece", start: int, repeat: int) -> int:
        """Row after the last that fits on this page; at least one on an empty page."""
        room = self.bottom - self.y - sum(piece.heights[:repeat])
        end = start
        while end < len(piece.heights) and piece.heights[end] <= room:
            room -= piece.heights[end]
            end += 1
        fresh = self.y < self.margin + 10
        if 0 < end - start < 2 and end < len(piece.heights) and not fresh:
            return start
        return max(end, start + 1) if fresh else end

    def _draw(self, piece: "_Piece", start: int, end: int, repeat: int) -> None:
        if start and repeat:
            self._rows(piece, 0, repeat, 0.0, 0.0)
        cut = piece.cut(end) if self.quirks & _CUTTING and end < len(piece.heights) else 0.0
        rest, piece.rest = piece.rest, cut
        self._rows(piece, start, end + bool(cut), rest, cut)

    def _rows(self, piece: "_Piece", start: int, end: int, rest: float, cut: float) -> None:
        """Rows start..end; ``rest`` and ``cut`` (heights) are the parts of a first and last row that is broken."""
        heights = [piece.height(row, rest if row == start else 0.0) for row in range(start, end)]
        if cut:
            heights[-1] = cut
        tops = [self.y]
        for height in heights:
            tops.append(tops[-1] + height)
        boxes = []
        for cell in piece.cells:
            first, last = max(cell.row, start), min(cell.row + cell.rowspan, end)
            if first >= last:
                continue
            box = (piece.xs[cell.column], tops[first - start], piece.xs[cell.column + cell.colspan], tops[last - start])
            boxes.append(box)
            lines = piece.pending(cell) if first > cell.row or (rest and first == start) else piece.lines_of(cell)
            if last < cell.row + cell.rowspan or (cut and last == end):
                lines, later = piece.broken(lines, box[3] - box[1], scattered=cell.rowspan == 1)
                piece.keep(cell, later)
            self._cell(piece, cell, box, lines)
        self._rules(boxes)
        self.sheet.tables.append((piece.xs[0], tops[0], piece.xs[-1], tops[-1]))
        self.y = tops[-1]

    def _columns(self, printed: Printed) -> list[float]:
        count = max(sum(slot.span for slot in line.slots) for part in printed.parts for line in part.lines)
        if printed.name == "disclosure":
            parts = [0.34, *[0.66 / (count - 1)] * (count - 1)]
        elif printed.name == "requests" and count > 3:
            tight = "tight_cells" in self.quirks
            labels = (0.1, 0.16, 0.42) if tight else (0.06, 0.14, 0.3)
            parts = [*labels, *[(1 - sum(labels)) / (count - 3)] * (count - 3)]
        else:
            parts = [1 / count] * count
        xs = [self.margin]
        for part in parts:
            xs.append(xs[-1] + part * self.inner)
        return xs

    def _cell(self, piece: "_Piece", cell: Merged, box: tuple[float, ...], lines: list[str]) -> None:
        left, top, right, bottom = box
        if "coloured" in self.quirks and cell.kind != "data":
            self.sheet.areas.append(Area(left, top, right, bottom, DARK if piece.dark else GREY))
        centred = cell.key or "merged_centered" in self.quirks or piece.middle
        y = top + (bottom - top - len(lines) * piece.leading) / 2 if centred else top + piece.pad
        if not lines and "trailing_blanks" in self.quirks:
            # An empty paragraph is a blank on the page.
            self.sheet.marks.append(Mark(" ", left + piece.side, y + piece.size, piece.size))
        for line in lines:
            self._cell_line(piece, cell, line, (left, right), y + piece.size)
            y += piece.leading

    def _cell_line(self, piece: "_Piece", cell: Merged, line: str, sides: tuple[float, float], y: float) -> None:
        font = "digits" if "two_fonts" in self.quirks and line.isascii() else "song"
        spread = self.rng.choice((0.0, 0.05, 0.1)) if "spaced_digits" in self.quirks and line.isdigit() else None
        left, right = sides
        size = piece.size
        width = self.measure(line, font, size) + (spread or 0) * size * len(line)
        if cell.key and width > right - left - 1.2:
            # Shrunk to fit, as spreadsheets do.
            size *= (right - left - 1.2) / width
            width = right - left - 1.2
        x = left + (right - left - width) / 2
        if not cell.key and not piece.middle:
            x = left + piece.side
        elif cell.key and "tight_cells" in self.quirks:
            x = self.rng.choice((left + 0.6, right - 0.6 - width))
        colour = WHITE if "coloured" in self.quirks and cell.kind != "data" and piece.dark else BLACK
        noted = "footnotes" in self.quirks and "tight_cells" not in self.quirks
        if noted and cell.key and line.isdigit() and self.rng.random() < 0.1:
            # The small raised number of a note behind the number.
            note = self.rng.choice("123")
            x -= self.measure(note, font, 0.6 * size) if cell.key else 0.0
            raised = self.rng.choice((0.3, 0.4, 0.5)) * size
            self.sheet.marks.append(Mark(note, x + width, y - raised, 0.6 * size, font, colour))
        if "single_glyphs" in self.quirks and spread is None:
            spread = 0.0
        line += " " if "trailing_blanks" in self.quirks else ""
        self.sheet.marks.append(Mark(line, x, y, size, font, colour, spread=spread))

    # ── rules ───────────────────────────────────────────────────────────────────────────────────

    def _rules(self, boxes: list[tuple[float, ...]]) -> None:
        quirks, sheet = self.quirks, self.sheet
        if "no_rules" in quirks:
            return
        level = sorted({e for left, top, right, bottom in boxes for e in ((top, left, right), (bottom, left, right))})
        upright = sorted({e for left, top, right, bottom in boxes for e in ((left, top, bottom), (right, top, bottom))})
        if quirks.isdisjoint({"cell_boxes", "broken_rules", "corner_squares"}):
            level, upright = list(_united(level)), list(_united(upright))
        if "horizontal_only" in quirks:
            upright = []
        if "open_sides" in quirks and upright:
            ends = upright[0][0], upright[-1][0]
            upright = [e for e in upright if e[0] not in ends]
        strokes = [Stroke(a, at, b, at) for at, a, b in level] + [Stroke(at, a, at, b) for at, a, b in upright]
        if "broken_rules" in quirks:
            strokes = [_shorter(s, self.rng.choice((0.0, 0.4, 0.8))) for s in strokes]
        if "short_strokes" in quirks and quirks.isdisjoint({"corner_squares", "giant_page"}):
            # A page that holds the whole report would have more strokes than any reader looks at.
            strokes = [piece for s in strokes for piece in _chopped(s, self.rng.choice((3.0, 6.0, 18.0)))]
        if "double_rules" in quirks:
            strokes = [_moved(s, by) for s in strokes for by in (-0.9, 0.9)]
        if "corner_squares" in quirks:
            # Word: a box for each side of each cell between small squares at its corners.
            sheet.areas += [_as_area(_shorter(s, 0.24), 0.48) for s in strokes]
            sheet.areas += [Area(x - 0.24, y - 0.24, x + 0.24, y + 0.24) for s in strokes for x, y in _ends(s)]
        elif "thin_rects" in quirks:
            thick = self.rng.choice((0.24, 0.48, 1.0))
            sheet.areas += [_as_area(s, thick) for s in strokes]
        else:
            sheet.strokes += strokes


def _united(edges: list[tuple[float, float, float]]) -> Iterator[tuple[float, float, float]]:
    """Edges on one line as long lines."""
    at: float | None = None
    start = end = 0.0
    for place, a, b in edges:
        if at == place and a <= end:
            end = max(end, b)
            continue
        if at is not None:
            yield at, start, end
        at, start, end = place, a, b
    if at is not None:
        yield at, start, end


def _shorter(s: Stroke, by: float) -> Stroke:
    if s.top == s.bottom:
        return Stroke(s.left + by, s.top, s.right - by, s.bottom, s.width)
    return Stroke(s.left, s.top + by, s.right, s.bottom - by, s.width)


def _ends(s: Stroke) -> tuple[tuple[float, float], tuple[float, float]]:
    return (s.left, s.top), (s.right, s.bottom)


def _chopped(s: Stroke, length: float) -> Iterator[Stroke]:
    """A line as many short ones, one behind the other."""
    wide, high = s.right - s.left, s.bottom - s.top
    count = max(round(max(wide, high) / length), 1)
    for n in range(count):
        near, far = n / count, (n + 1) / count
        yield Stroke(s.left + near * wide, s.top + near * high, s.left + far * wide, s.top + far * high, s.width)


def _moved(s: Stroke, by: float) -> Stroke:
    if s.top == s.bottom:
        return Stroke(s.left, s.top + by, s.right, s.bottom + by, s.width)
    return Stroke(s.left + by, s.top, s.right + by, s.bottom, s.width)


def _as_area(s: Stroke, thick: float) -> Area:
    half = thick / 2
    if s.top == s.bottom:
        return Area(s.left, s.top - half, s.right, s.top + half)
    return Area(s.left - half, s.top, s.left + half, s.bottom)


class _Piece:
    """One piece of a table with its cells wrapped and its rows as high as they need."""

    def __init__(self, lines: list[Line], xs: list[float], flow: _Flow) -> None:
        rng, self.measure = flow.rng, flow.measure
        tight = "tight_cells" in flow.quirks
        self.xs = xs
        self.size = rng.choice((7.5, 8.0, 9.0)) if not tight else 8.0
        self.leading = self.size * rng.choice((1.15, 1.3)) if not tight else self.size * 1.15
        self.pad, self.side = (1.0, 1.0) if tight else (2.0, 2.5)
        #: Words in the middle of their cells, or at the upper left.
        self.middle = rng.random() < 0.6
        self.dark = rng.random() < 0.5
        self.cells = [cell for row in merged(lines) for cell in row]
        self.rng, self.scattering = rng, "cut_cells" in flow.quirks and "no_rules" not in flow.quirks
        self.heights = self._heights(len(lines))
        self.rest = 0.0
        self._later: dict[int, list[str]] = {}

    def lines_of(self, cell: Merged) -> list[str]:
        if not cell.text:
            return []
        width = self.xs[cell.column + cell.colspan] - self.xs[cell.column] - 2 * self.side
        if cell.key and len(cell.text) < 12:
            return [cell.text]
        return _wrap(cell.text, max(width, self.size), self.size, self.measure)

    def _heights(self, count: int) -> list[float]:
        heights = [self.leading * (1 + self.scattering) + 2 * self.pad] * count
        for cell in sorted(self.cells, key=lambda c: c.rowspan):
            need = len(self.lines_of(cell)) * self.leading + 2 * self.pad
            own = slice(cell.row, cell.row + cell.rowspan)
            short = need - sum(heights[own])
            if short > 0:
                heights[cell.row + cell.rowspan - 1] += short
        return heights

    def cut(self, row: int) -> float:
        """Height of the first part of a row that the page cuts in two; 0 where it cannot be cut."""
        own = [cell for cell in self.cells if cell.row == row and cell.rowspan == 1]
        if self.scattering and any(cell.key for cell in own):
            return self.leading + self.pad
        most = max((len(self.lines_of(cell)) for cell in own), default=0)
        return self.leading + self.pad if most > 1 else 0.0

    def height(self, row: int, rest: float) -> float:
        return self.heights[row] - rest if rest else self.heights[row]

    def broken(self, lines: list[str], height: float, *, scattered: bool) -> tuple[list[str], list[str]]:
        """The lines that fit into the part of a cell before the page ends, and those that go to the next page.

        In browsers each cell of a row has its own height: some stand before the end of the page, some behind it.
        """
        if self.scattering and scattered and len(lines) == 1:
            return (lines, []) if self.rng.random() < 0.5 else ([], lines)
        room = max(1, int((height - 1) // self.leading))
        return lines[:room], lines[room:]

    def keep(self, cell: Merged, lines: list[str]) -> None:
        """Lines of a cell that go to the next page."""
        self._later[id(cell)] = lines

    def pending(self, cell: Merged) -> list[str]:
        return self._later.get(id(cell), [])
