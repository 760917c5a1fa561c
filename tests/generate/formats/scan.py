"""Composed reports as page images: drawn with Pillow, then spoiled as scanners, phones and offices do.

:func:`pages` gives the pictures and the true box of every value cell, :func:`write` a file of them. Every
picture is invented; the fonts are those of the system (a CJK font is needed: :func:`.fonts.fonts_missing`).
"""

import io
import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from tests.generate.formats.fonts import DIGITS, cjk, files, font
from tests.generate.formats.merged import Merged, merged
from tests.generate.formats.spoiled import SPOIL, signed
from tests.generate.model import Composed, Words
from tests.generate.skeleton import Line, Printed

#: What may be done to the pages. The first line are sizes and orders of drawing, the others spoil the picture, a
#: seal first: what a scanner does it does to the stamped page.
QUIRKS = (
    *("low_dpi", "high_dpi", "sans", "thin_rules", "one_long_page", "bilevel"),
    *("seal", "grey_seal"),
    *("skew", "perspective", "shade", "noise", "jpeg", "speckles", "faint", "blur", "bleed", "edge", "streak"),
    *("gaps", "rotated"),
    *("landscape", "two_up", "shaded_cells", "tinted", "signature", "punched", "rough_jpeg"),
    *("enlarged", "tilted", "moire"),
)
#: Quirks whose pages keep their colours.
_COLOURED = frozenset({"seal", "tinted", "shaded_cells", "signature"})
_A4 = (8.27, 11.69)
_WEIGHTS = {
    "requests": (1.1, 1.7, 5.2, 1, 1, 1, 1.1, 1.1, 1, 1),
    "remedies": (1,) * 15,
}

#: Words have room for so many characters on a line.
_ROOM = 2.5


@dataclass(slots=True)
class Page:
    """One page; ``boxes`` are the value cells in pixels of the unspoiled page, ``cells`` counts all cells."""

    image: Image.Image
    boxes: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    cells: int = 0


@dataclass(slots=True)
class _Type:
    """A size and its two fonts: ASCII may have one of its own, as in Word."""

    chinese: ImageFont.FreeTypeFont
    ascii: ImageFont.FreeTypeFont
    size: int

    def of(self, char: str) -> ImageFont.FreeTypeFont:
        return self.ascii if char.isascii() else self.chinese

    def width(self, text: str) -> float:
        return sum(self.of(c).getlength(c) for c in text)

    def wrap(self, text: str, room: float, indent: float = 0) -> list[str]:
        """Lines that fit; a line feed begins a new one, a number is never broken."""
        lines: list[str] = []
        for part in text.split("\n"):
            line, used = "", indent if not lines else 0.0
            for word in _TOGETHER.findall(part):
                width = self.width(word)
                if used + width > room and line:
                    lines.append(line)
                    line, used = "", 0.0
                line, used = line + word, used + width
            lines.append(line)
        return lines

    def draw(self, pen: ImageDraw.ImageDraw, place: tuple[float, float], text: str, ink: tuple[int, int, int]) -> None:
        x, y = place
        base = y + self.size * 0.88
        for char in text:
            pen.text((x, base), char, fill=ink, font=self.of(char), anchor="ls")
            x += self.of(char).getlength(char)


#: What stays together on a line: a number, and a closing sign with what it closes.
_TOGETHER = re.compile(r"(?:\d[\d.,，]*|.)[，。、；：）》〕”？！％]*", re.DOTALL)


class _Sheet:
    """Draws a report page by page at twice the resolution, so that edges are soft as a scanner's are."""

    def __init__(self, rng: Random, quirks: frozenset[str]) -> None:
        self.dpi = 2 * (150 if "low_dpi" in quirks else 300 if "high_dpi" in quirks else 200)
        self.long = "one_long_page" in quirks
        self.paper = _A4[::-1] if "landscape" in quirks else _A4
        self.shade = (
            rng.choice(((217, 226, 243), (226, 239, 218), (217, 217, 217))) if "shaded_cells" in quirks else None
        )
        self.rng = rng
        self.ink = (rng.randint(105, 135),) * 3 if "faint" in quirks else (rng.randint(0, 45),) * 3
        face = "sans" if "sans" in quirks else "serif"
        ascii_font = next((files()[n] for n in [rng.choice(DIGITS)] if n in files()), "")
        self.faces = (cjk(face), ascii_font or cjk(face))
        self.rule = max(1, round(self.dpi * (0.0035 if "thin_rules" in quirks else rng.choice((0.007, 0.01, 0.014)))))
        self.table_points = rng.choice((9, 10, 10.5))
        self.margin = round(self.dpi * rng.uniform(0.75, 1.05))
        self.pages: list[Page] = []
        self.y = 0
        self.new_page()

    def type(self, points: float) -> _Type:
        size = round(points * self.dpi / 72)
        return _Type(font(self.faces[0], size), font(self.faces[1], size), size)

    @property
    def pen(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.pages[-1].image)

    @property
    def width(self) -> int:
        return round(self.paper[0] * self.dpi) - 2 * self.margin

    def new_page(self) -> None:
        size = (round(self.paper[0] * self.dpi), round(self.paper[1] * self.dpi * (4 if self.long else 1)))
        self.pages.append(Page(Image.new("RGB", size, (255, 255, 255))))
        self.y = self.margin

    def fits(self, height: float) -> bool:
        return self.y + height <= self.pages[-1].image.height - self.margin

    def page_number(self) -> None:
        if not self.long:
            kind, page = self.type(10), self.pages[-1].image
            text = self.rng.choice(("- {} -", "{}", "— {} —")).format(len(self.pages))
            place = ((page.width - kind.width(text)) / 2, page.height - self.margin * 0.6)
            kind.draw(self.pen, place, text, self.ink)

    def break_page(self) -> None:
        self.page_number()
        self.new_page()

    def paragraph(self, words: Words) -> None:
        kind = self.type({"title": 18, "heading": 14}.get(words.kind, 13))
        indent = 0 if words.kind == "title" else 2 * kind.size
        for number, line in enumerate(kind.wrap(words.text, self.width, indent)):
            if not self.fits(kind.size * 1.6):
                self.break_page()
            x = self.margin + (indent if number == 0 else 0)
            if words.kind == "title":
                x = self.margin + (self.width - kind.width(line)) / 2
            kind.draw(self.pen, (x, self.y), line, self.ink)
            self.y += round(kind.size * 1.6)
        self.y += round(kind.size * 0.3)

    def table(self, printed: Printed) -> None:
        for part in printed.parts:
            for text in part.before:
                self.paragraph(Words(text, "note"))
            _Drawn(self, printed, part.lines).draw()
        self.y += round(self.dpi * 0.1)


class _Drawn:
    """One piece of a table on the sheet; it breaks between rows where the page ends."""

    def __init__(self, sheet: _Sheet, printed: Printed, lines: list[Line]) -> None:
        self.sheet = sheet
        self.rows = merged(lines)
        small = printed.name == "remedies"
        self.pad = round(sheet.dpi * (0.02 if small else 0.04))
        points, weights = sheet.table_points - (1 if small else 0), _WEIGHTS.get(printed.name)
        self.edges = self._fitting(points, weights or (2,) + (1,) * (printed.width - 1))
        self.texts = {id(cell): self._wrapped(cell) for row in self.rows for cell in row}
        self.heights = self._heights()

    def _fitting(self, points: float, weights: tuple[float, ...]) -> list[int]:
        """Where the columns begin, in a smaller type where wide numbers leave no room for words."""
        self.type = self.sheet.type(points)
        edges = self._edges(weights)
        words = max(range(len(weights)), key=lambda i: weights[i])
        fits = edges[words + 1] - edges[words] >= _ROOM * self.type.size
        return edges if fits else self._fitting(points - 0.5, weights)

    def _edges(self, weights: tuple[float, ...]) -> list[int]:
        """Where the columns begin; a column of numbers is as wide as its longest, words take what is left."""
        room = self.sheet.width / sum(weights)
        widths = [weight * room for weight in weights]
        for row in self.rows:
            for cell in row:
                if cell.key and cell.colspan == 1:
                    need = self.type.width(cell.text) + 2 * self.pad
                    widths[cell.column] = max(widths[cell.column], min(need, 1.8 * room))
        words = max(range(len(weights)), key=lambda i: weights[i])
        widths[words] -= sum(widths) - self.sheet.width
        return [self.sheet.margin + round(sum(widths[:i])) for i in range(len(widths) + 1)]

    def _wrapped(self, cell: Merged) -> list[str]:
        room = self.edges[cell.column + cell.colspan] - self.edges[cell.column] - 2 * self.pad
        return self.type.wrap(cell.text, room) if cell.text else []

    def _need(self, cell: Merged) -> int:
        return round(len(self.texts[id(cell)]) * self.type.size * 1.25 + self.type.size * 0.8)

    def _heights(self) -> list[int]:
        least = round(self.type.size * 2.05)
        heights = [max([least, *(self._need(c) for c in row if c.rowspan == 1)]) for row in self.rows]
        for row in self.rows:
            for cell in row:
                lacks = self._need(cell) - sum(heights[cell.row : cell.row + cell.rowspan])
                heights[cell.row + cell.rowspan - 1] += max(0, lacks)
        return heights

    def draw(self) -> None:
        first = 0
        while first < len(self.rows):
            last = first
            room = self.sheet.pages[-1].image.height - self.sheet.margin - self.sheet.y
            while last < len(self.rows) and sum(self.heights[first : last + 1]) <= room:
                last += 1
            if last == first:
                self.sheet.break_page()
                continue
            self._piece(first, last)
            first = last
            if first < len(self.rows):
                self.sheet.break_page()

    def _piece(self, first: int, last: int) -> None:
        tops = [self.sheet.y]
        for height in self.heights[first:last]:
            tops.append(tops[-1] + height)
        for row in self.rows:
            for cell in row:
                begin, end = max(cell.row, first), min(cell.row + cell.rowspan, last)
                if begin < end:
                    box = (tops[begin - first], tops[end - first])
                    self._cell(cell, box, self.texts[id(cell)] if cell.row >= first else [])
        self.sheet.y = tops[-1]

    def _cell(self, cell: Merged, rows: tuple[int, int], lines: list[str]) -> None:
        left, right = self.edges[cell.column], self.edges[cell.column + cell.colspan]
        top, bottom = rows
        pen, rule = self.sheet.pen, self.sheet.rule
        shade = self.sheet.shade if cell.kind == "header" else None
        pen.rectangle((left, top, right + rule - 1, bottom + rule - 1), fill=shade, outline=self.sheet.ink, width=rule)
        step = self.type.size * 1.25
        y = (top + bottom - step * len(lines)) / 2 + self.type.size * 0.12
        for line in lines:
            width = self.type.width(line)
            centred = cell.key or cell.kind == "header" or width < (right - left) / 2
            x = (left + right - width) / 2 if centred else left + self.pad
            self.type.draw(pen, (x, y), line, self.sheet.ink)
            y += step
        self.sheet.pages[-1].cells += 1
        if cell.key:
            self.sheet.pages[-1].boxes[cell.key] = (left // 2, top // 2, right // 2, bottom // 2)


def pages(made: Composed, rng: Random, quirks: frozenset[str] = frozenset()) -> list[Page]:
    """The pages of a report as pictures. The same arguments always give the same pages."""
    sheet = _Sheet(rng, quirks)
    for block in made.blocks:
        if isinstance(block, Words):
            sheet.paragraph(block)
        else:
            sheet.table(block)
    sheet.page_number()
    if sheet.long:
        page = sheet.pages[-1]
        page.image = page.image.crop((0, 0, page.image.width, min(page.image.height, sheet.y + sheet.margin)))
    for page in sheet.pages:
        page.image = page.image.reduce(2)
        if "signature" in quirks:
            last = [box for key, box in page.boxes.items() if key.startswith("remedies.")]
            page.image = signed(page.image, last, rng, sheet.dpi // 2)
    if "two_up" in quirks:
        sheet.pages = [_side_by_side(sheet.pages[n : n + 2]) for n in range(0, len(sheet.pages), 2)]
    for page in sheet.pages:
        for name in (q for q in QUIRKS if q in quirks and q in SPOIL):
            page.image = SPOIL[name](page.image, rng, sheet.dpi // 2)
    return sheet.pages


def _side_by_side(two: list[Page]) -> Page:
    """Two pages in one picture, as an open booklet on the glass."""
    width, height = two[0].image.size
    both = Image.new("RGB", (2 * width, height), (255, 255, 255))
    boxes = {}
    for number, page in enumerate(two):
        both.paste(page.image, (number * width, 0))
        boxes |= {k: (a + number * width, b, c + number * width, d) for k, (a, b, c, d) in page.boxes.items()}
    return Page(both, boxes, sum(page.cells for page in two))


def table_pictures(made: Composed, rng: Random, quirks: frozenset[str] = frozenset()) -> dict[str, bytes]:
    """Each table of a report as a picture of its own (PNG), as they are pasted into texts; by the table's name."""
    pasted = {}
    for printed in (b for b in made.blocks if isinstance(b, Printed)):
        sheet = _Sheet(rng, quirks | {"one_long_page"})
        sheet.table(printed)
        page = sheet.pages[-1].image
        around = round(sheet.dpi * 0.05)
        box = (sheet.margin - around, sheet.margin - around, page.width - sheet.margin + around, sheet.y)
        image = page.crop(box).reduce(2)
        for name in (q for q in QUIRKS if q in quirks and q in SPOIL):
            image = SPOIL[name](image, rng, sheet.dpi // 2)
        pasted[printed.name] = save([image.convert("L")], "png", sheet.dpi // 2)
    return pasted


def write(made: Composed, rng: Random, quirks: frozenset[str] = frozenset(), kind: str = "tif") -> bytes:
    """The report as a file: ``tif`` and ``pdf`` have all pages; png, jpg, bmp and webp need ``one_long_page``."""
    images = [page.image for page in pages(made, rng, quirks)]
    dpi = 150 if "low_dpi" in quirks else 300 if "high_dpi" in quirks else 200
    if "bilevel" in quirks:
        images = [image.convert("1") for image in images]
    elif not quirks & _COLOURED:
        images = [image.convert("L") for image in images]
    return save(images, kind, dpi)


def save(images: list[Image.Image], kind: str, dpi: int) -> bytes:
    """Pictures as one file."""
    buffer = io.BytesIO()
    more: dict[str, Any] = {"save_all": True, "append_images": images[1:]} if kind in ("tif", "pdf") else {}
    if kind == "tif":
        more |= {"compression": "group4" if images[0].mode == "1" else "tiff_lzw", "dpi": (dpi, dpi)}
    elif kind == "pdf":
        more |= {"resolution": dpi}
    elif kind in ("png", "jpg", "bmp"):
        more |= {"dpi": (dpi, dpi)}
    images[0].save(buffer, {"tif": "TIFF", "jpg": "JPEG"}.get(kind, kind.upper()), **more)
    return buffer.getvalue()
