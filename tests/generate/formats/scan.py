"""Composed reports as page images: drawn with Pillow, then spoiled as scanners, phones and offices do.

:func:`pages` gives the pictures and the true box of every value cell, :func:`write` a file of them. Every
picture is invented; the fonts are those of the system (a CJK font is needed: :func:`fonts_missing`).
"""

import io
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.generate.formats.merged import Merged, merged
from tests.generate.model import Composed, Words
from tests.generate.skeleton import Line, Printed

#: What may be done to the pages. The first line are sizes and orders of drawing, the others spoil the picture.
QUIRKS = (
    *("low_dpi", "high_dpi", "sans", "thin_rules", "one_long_page", "bilevel"),
    *("skew", "perspective", "shade", "noise", "jpeg", "speckles", "faint", "blur", "bleed", "edge", "streak"),
    *("gaps", "rotated", "seal", "grey_seal"),
)
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "C:/Windows/Fonts")
_CJK = {
    "serif": ("NotoSerifCJK-Regular.ttc", "simsun.ttc"),
    "sans": ("NotoSansCJK-Regular.ttc", "wqy-microhei.ttc", "msyh.ttc"),
    "bold": ("NotoSansCJK-Bold.ttc", "wqy-microhei.ttc", "msyhbd.ttc"),
}
_DIGITS = ("LiberationSerif-Regular.ttf", "LiberationSans-Regular.ttf", "DejaVuSans.ttf", "times.ttf", "arial.ttf", "")
#: The simplified Chinese face of a Noto collection.
_FACE = 2
_A4 = (8.27, 11.69)
_WEIGHTS = {
    "requests": (1.1, 1.7, 5.2, 1, 1, 1, 1.1, 1.1, 1, 1),
    "remedies": (1,) * 15,
}


@cache
def _files() -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in _FOLDERS:
        for path in sorted(Path(folder).rglob("*.tt[fc]")) if Path(folder).is_dir() else ():
            found.setdefault(path.name, str(path))
    return found


def _cjk(kind: str) -> str:
    names = [*_CJK[kind], *_CJK["sans"], *_CJK["serif"]]
    return next((_files()[name] for name in names if name in _files()), "")


def fonts_missing() -> bool:
    """Whether there is no font with Chinese characters."""
    return not _cjk("sans")


@cache
def _font(path: str, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, pixels, index=_FACE if "CJK" in path else 0)


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
        self.rng = rng
        self.ink = (rng.randint(105, 135),) * 3 if "faint" in quirks else (rng.randint(0, 45),) * 3
        face = "sans" if "sans" in quirks else "serif"
        ascii_font = next((_files()[n] for n in [rng.choice(_DIGITS)] if n in _files()), "")
        self.faces = (_cjk(face), ascii_font or _cjk(face))
        self.rule = max(1, round(self.dpi * (0.0035 if "thin_rules" in quirks else rng.choice((0.007, 0.01, 0.014)))))
        self.table_points = rng.choice((9, 10, 10.5))
        self.margin = round(self.dpi * rng.uniform(0.75, 1.05))
        self.pages: list[Page] = []
        self.y = 0
        self.new_page()

    def type(self, points: float) -> _Type:
        size = round(points * self.dpi / 72)
        return _Type(_font(self.faces[0], size), _font(self.faces[1], size), size)

    @property
    def pen(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.pages[-1].image)

    @property
    def width(self) -> int:
        return round(_A4[0] * self.dpi) - 2 * self.margin

    def new_page(self) -> None:
        size = (round(_A4[0] * self.dpi), round(_A4[1] * self.dpi * (4 if self.long else 1)))
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
        self.type = sheet.type(sheet.table_points - (1 if small else 0))
        self.pad = round(sheet.dpi * (0.02 if small else 0.04))
        self.edges = self._edges(_WEIGHTS.get(printed.name, (2,) + (1,) * (printed.width - 1)))
        self.texts = {id(cell): self._wrapped(cell) for row in self.rows for cell in row}
        self.heights = self._heights()

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
        pen.rectangle((left, top, right + rule - 1, bottom + rule - 1), outline=self.sheet.ink, width=rule)
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
        for name in (q for q in QUIRKS if q in quirks and q in _SPOIL):
            page.image = _SPOIL[name](page.image, rng, sheet.dpi // 2)
    return sheet.pages


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
        for name in (q for q in QUIRKS if q in quirks and q in _SPOIL):
            image = _SPOIL[name](image, rng, sheet.dpi // 2)
        pasted[printed.name] = save([image.convert("L")], "png", sheet.dpi // 2)
    return pasted


def _array(image: Image.Image) -> Any:
    import numpy as np

    return np.asarray(image).astype("float32")


def _image(array: Any) -> Image.Image:
    return Image.fromarray(array.clip(0, 255).astype("uint8"))


def _skew(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    angle = rng.choice((-1, 1)) * rng.uniform(0.4, 3)
    return image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=_paper(image))


def _paper(image: Image.Image) -> tuple[int, int, int]:
    return image.getpixel((image.width // 2, 8))[:3]


def _perspective(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    """As a phone held not quite straight: every corner up to 2 % inwards."""
    import numpy as np

    w, h = image.size
    side = min(w, h)
    inwards = [rng.uniform(0, 0.02) * side for _ in range(8)]
    source = [(0, 0), (w, 0), (w, h), (0, h)]
    target = [
        (inwards[0], inwards[1]),
        (w - inwards[2], inwards[3]),
        (w - inwards[4], h - inwards[5]),
        (inwards[6], h - inwards[7]),
    ]
    rows, right = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    factors = np.linalg.solve(np.array(rows), np.array(right))
    return image.transform(
        image.size, Image.Transform.PERSPECTIVE, list(factors), Image.Resampling.BICUBIC, fillcolor=_paper(image)
    )


def _shade(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    import numpy as np

    array = _array(image)
    h, w = array.shape[:2]
    angle, least = rng.uniform(0, 2 * math.pi), rng.uniform(0.55, 0.8)
    ramp = np.cos(angle) * np.linspace(-1, 1, w)[None, :] + np.sin(angle) * np.linspace(-1, 1, h)[:, None]
    ramp = (ramp - ramp.min()) / (ramp.max() - ramp.min())
    return _image(array * (least + (1 - least) * ramp)[:, :, None])


def _noise(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    import numpy as np

    array = _array(image)
    grain = np.random.default_rng(rng.randint(0, 2**31)).normal(0, rng.uniform(8, 16), array.shape[:2])
    return _image(array + grain[:, :, None])


def _jpeg(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=60)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


def _speckles(image: Image.Image, rng: Random, dpi: int) -> Image.Image:
    """Dust: dots up to a hundredth of an inch, some fifty on a square of three inches."""
    image = image.copy()
    pen = ImageDraw.Draw(image)
    for _ in range(int(image.width * image.height / dpi**2 * 6)):
        x, y, grey = rng.randrange(image.width), rng.randrange(image.height), rng.randint(20, 150)
        size = rng.choice((0, 0, 0, 1, 1, 2)) * dpi // 200
        pen.rectangle((x, y, x + size, y + size), fill=(grey, grey, grey))
    return image


def _blur(image: Image.Image, rng: Random, dpi: int) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0.7, 1.1) * dpi / 200))


def _bleed(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    """The back of the sheet shines through."""
    back = _array(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).filter(ImageFilter.GaussianBlur(2)))
    return _image(_array(image) - (255 - back) * rng.uniform(0.06, 0.12))


def _edge(image: Image.Image, rng: Random, dpi: int) -> Image.Image:
    """The dark rim of a copier lid."""
    image = image.copy()
    pen = ImageDraw.Draw(image)
    for side in rng.sample(range(4), 2):
        deep = round(dpi * rng.uniform(0.05, 0.25))
        w, h = image.size
        box = ((0, 0, deep, h), (0, 0, w, deep), (w - deep, 0, w, h), (0, h - deep, w, h))[side]
        pen.rectangle(box, fill=(25, 25, 25))
    return image


def _streak(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    """Dirt on the glass of a feeder draws a thin line down the whole page."""
    image = image.copy()
    x = round(image.width * rng.uniform(0.2, 0.85))
    ImageDraw.Draw(image).line((x, 0, x, image.height), fill=(90, 90, 90), width=1)
    return image


def _gaps(image: Image.Image, rng: Random, dpi: int) -> Image.Image:
    """Missed lines of pixels and worn toner: short white strokes."""
    image = image.copy()
    pen = ImageDraw.Draw(image)
    for _ in range(round(image.height / dpi * 10)):
        x, y = rng.randrange(image.width), rng.randrange(image.height)
        length = round(dpi * rng.uniform(0.02, 0.08))
        pen.line((x, y, x + rng.choice((0, length)), y + rng.choice((0, length))), fill=(255, 255, 255), width=1)
    return image


def _bilevel(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    level = rng.randint(110, 180)
    return image.convert("L").point(lambda v: 255 if v > level else 0).convert("RGB")


def _rotated(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    return image.transpose(
        rng.choice((Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270))
    )


def _seal(image: Image.Image, rng: Random, dpi: int) -> Image.Image:
    """A round red seal somewhere on the lower half, multiplied onto the print as stamp ink is."""
    import numpy as np

    size = round(1.65 * dpi)
    stamp = Image.new("RGB", (size, size), (255, 255, 255))
    pen = ImageDraw.Draw(stamp)
    red = (rng.randint(200, 235), rng.randint(30, 70), rng.randint(35, 75))
    pen.ellipse((2, 2, size - 3, size - 3), outline=red, width=max(2, dpi // 28))
    middle = size / 2
    star = [
        (middle + r * math.sin(k * math.pi / 5), middle - r * math.cos(k * math.pi / 5))
        for k in range(10)
        for r in [size * (0.15 if k % 2 == 0 else 0.06)]
    ]
    pen.polygon(star, fill=red)
    font = _font(_cjk("bold"), round(size * 0.13))
    for place, char in enumerate("澄岫县霁桥镇人民政府"):
        turn = (place - 4.5) * 0.5
        glyph = Image.new("L", (round(size * 0.16),) * 2, 0)
        ImageDraw.Draw(glyph).text((size * 0.08, size * 0.08), char, fill=255, font=font, anchor="mm")
        glyph = glyph.rotate(-math.degrees(turn), Image.Resampling.BICUBIC)
        x, y = middle + size * 0.37 * math.sin(turn), middle - size * 0.37 * math.cos(turn)
        stamp.paste(red, (round(x - glyph.width / 2), round(y - glyph.height / 2)), glyph)
    left, top = rng.randrange(image.width - size), rng.randrange(image.height // 4, image.height - size)
    array = _array(image)
    part = array[top : top + size, left : left + size]
    array[top : top + size, left : left + size] = part * (np.asarray(stamp).astype("float32") / 255)
    return _image(array)


def _grey_seal(image: Image.Image, rng: Random, dpi: int) -> Image.Image:
    """The same seal on a scan without colour."""
    return _seal(image, rng, dpi).convert("L").convert("RGB")


_SPOIL: dict[str, Callable[[Image.Image, Random, int], Image.Image]] = {
    "seal": _seal,
    "grey_seal": _grey_seal,
    "bleed": _bleed,
    "gaps": _gaps,
    "blur": _blur,
    "shade": _shade,
    "streak": _streak,
    "edge": _edge,
    "skew": _skew,
    "perspective": _perspective,
    "speckles": _speckles,
    "noise": _noise,
    "rotated": _rotated,
    "jpeg": _jpeg,
    "bilevel": _bilevel,
}


def write(made: Composed, rng: Random, quirks: frozenset[str] = frozenset(), kind: str = "tif") -> bytes:
    """The report as a file: ``tif`` and ``pdf`` have all pages; png, jpg, bmp and webp need ``one_long_page``."""
    images = [page.image for page in pages(made, rng, quirks)]
    dpi = 150 if "low_dpi" in quirks else 300 if "high_dpi" in quirks else 200
    if "bilevel" in quirks:
        images = [image.convert("1") for image in images]
    elif "seal" not in quirks:
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
