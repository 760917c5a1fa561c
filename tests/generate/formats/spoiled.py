"""What scanners, phones and offices do to a page: each function spoils a picture, the same way for the same rng."""

import io
import math
from collections.abc import Callable
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from tests.generate.formats.fonts import cjk, font

__all__ = ["SPOIL", "signed"]


def signed(image: Image.Image, boxes: list[tuple[int, int, int, int]], rng: Random, dpi: int) -> Image.Image:
    """Somebody signs over these cells, with a pen."""
    if not boxes:
        return image
    image = image.copy()
    pen = ImageDraw.Draw(image)
    ink = rng.choice(((25, 25, 30), (30, 40, 120)))
    left = rng.randint(min(b[0] for b in boxes), max(b[0] for b in boxes))
    middle = (boxes[0][1] + boxes[0][3]) / 2
    for stroke in range(rng.randint(3, 5)):
        x, y = left + stroke * dpi * rng.uniform(0.1, 0.25), middle + dpi * rng.uniform(-0.3, 0.3)
        points = [(x, y)]
        for _ in range(rng.randint(8, 16)):
            x, y = x + dpi * rng.uniform(-0.03, 0.09), y + dpi * rng.uniform(-0.14, 0.14)
            points.append((x, y))
        pen.line(points, fill=ink, width=max(2, dpi // 60), joint="curve")
    return image


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
    bold = font(cjk("bold"), round(size * 0.13))
    for place, char in enumerate("澄岫县霁桥镇人民政府"):
        turn = (place - 4.5) * 0.5
        glyph = Image.new("L", (round(size * 0.16),) * 2, 0)
        ImageDraw.Draw(glyph).text((size * 0.08, size * 0.08), char, fill=255, font=bold, anchor="mm")
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


def _tinted(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    """Coloured paper."""
    import numpy as np

    paper = rng.choice(((250, 238, 200), (248, 222, 222), (218, 240, 218), (212, 226, 244)))
    return _image(_array(image) * (np.array(paper, "float32") / 255))


def _punched(image: Image.Image, rng: Random, dpi: int) -> Image.Image:
    """Holes of a binder in the left margin, dark where the lid was seen through them, and the shadow of the spine."""
    image = image.copy()
    pen = ImageDraw.Draw(image)
    for inches in (3.2, 3.2 + 3.15):
        x, y, r = dpi * rng.uniform(0.3, 0.45), inches * dpi * rng.uniform(0.98, 1.02), 0.12 * dpi
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(rng.randint(20, 90),) * 3)
    pen.rectangle((0, 0, dpi * rng.uniform(0.05, 0.15), image.height), fill=(60, 60, 60))
    return image


def _tilted(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    """A sheet that a feeder drew in well out of straight; the picture grows, so that no corner is lost."""
    angle = rng.choice((-1, 1)) * rng.uniform(4, 7)
    return image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=_paper(image))


def _enlarged(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    """A page copied onto a sheet of A3."""
    return image.resize((round(image.width * 2**0.5), round(image.height * 2**0.5)), Image.Resampling.BICUBIC)


def _moire(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    """The screen of a printer against that of the scanner, or a display that was photographed: waves in two ways."""
    import numpy as np

    array = _array(image)
    h, w = array.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype("float32")
    waves = np.zeros((h, w), "float32")
    for _ in range(2):
        angle, length = rng.uniform(0, math.pi), rng.uniform(3, 9)
        waves += np.sin((x * math.cos(angle) + y * math.sin(angle)) * (2 * math.pi / length))
    return _image(array - 12 + waves[:, :, None] * rng.uniform(6, 12))


def _rough_jpeg(image: Image.Image, rng: Random, dpi: int) -> Image.Image:  # noqa: ARG001
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=rng.randint(18, 28))
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


SPOIL: dict[str, Callable[[Image.Image, Random, int], Image.Image]] = {
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
    "tinted": _tinted,
    "punched": _punched,
    "rough_jpeg": _rough_jpeg,
    "tilted": _tilted,
    "enlarged": _enlarged,
    "moire": _moire,
    "bilevel": _bilevel,
}
