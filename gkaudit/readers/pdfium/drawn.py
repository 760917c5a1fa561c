"""The objects of a PDF page: ruling lines, pictures, drawings, and which of its texts are no part of the text.

Objects are looked at once, forms within forms included, each mapped to the page as it is seen. Most texts
are plain; only those that are hidden, slanted, turned or a watermark are remembered, by their address.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from gkaudit.readers.geometry import Box, Point, Scene, around, is_line
from gkaudit.readers.geometry.matrix import Matrix, box_through, quarter, then, through
from gkaudit.readers.geometry.scene import WHITE

__all__ = ["Drawn", "Image", "drawn"]

#: Forms within forms, objects of a page and pieces of its paths that are looked at; no report has more.
_DEEPEST, _MOST_OBJECTS, _MOST_SEGMENTS = 8, 20_000, 40_000
#: A watermark is at least this light (of 255) and this large (points).
_PALE, _HUGE = 150, 36.0
_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5
_BEZIER, _MOVE = 1, 2
_INVISIBLE_MODES = (3, 7)
#: Segments of a path that is one rectangle.
_RECTANGLE = 5
#: A ruled table on the page has at least so many lines of each direction.
_FEW = 9
#: Bytes of a text without a letter: its end.
_NO_TEXT = 2
#: Two texts that begin this near (points) to each other may be one that is printed twice.
_TWIN = 1.5


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: where, how many texts were painted before it, and whether one can see through it."""

    box: Box
    after_texts: int
    see_through: bool


@dataclass(slots=True)
class Drawn:
    """What was found on a page; all boxes as seen, before any turning.

    ``special`` maps addresses of text objects to ``hidden``, ``slanted``, ``pale`` or their quarter turns; ``moved``
    says by how much (in the page's own space) the letters of a text are seen beside where pdfium has them.
    """

    scene: Scene = field(default_factory=Scene)
    images: list[Image] = field(default_factory=list)
    turns: Counter[int] = field(default_factory=Counter)
    special: dict[int, str] = field(default_factory=dict)
    moved: dict[int, Point] = field(default_factory=dict)
    texts: int = 0
    #: More objects than are looked at.
    overflowing: bool = False

    @property
    def open(self) -> bool:
        """Whether there are so few lines of one direction that no table has a rule between all its columns."""
        level = sum(right - left >= bottom - top for left, top, right, bottom in self.scene.lines)
        return min(level, len(self.scene.lines) - level) < _FEW


def drawn(page: Any, to_view: Matrix) -> Drawn:
    """Everything drawn on a page (a pypdfium2 page)."""
    walk = _Walk(to_view)
    walk.objects(page.raw)
    walk.finish(page.raw)
    return walk.found


class _Walk:
    """One pass over the objects of a page, with the buffers that pdfium writes into."""

    def __init__(self, to_view: Matrix) -> None:
        import pypdfium2.raw as pdfium  # noqa: PLC0415 - loads only when a PDF is read

        self.pdfium = pdfium
        self.to_view = to_view
        self.found = Drawn()
        self.objects_left, self.segments_left = _MOST_OBJECTS, _MOST_SEGMENTS
        self.white_texts: list[tuple[int, Box]] = []
        #: Where on the shown page texts begin: those that are seen, and, by address with their turn, all that may
        #: be hidden.
        self.seen: list[tuple[Point, Any]] = []
        self.unseen: dict[int, tuple[Point, int]] = {}
        self.matrix = pdfium.FS_MATRIX()
        self.colour = [ctypes.c_uint() for _ in range(4)]
        self.number = [ctypes.c_float() for _ in range(4)]
        self.flag = [ctypes.c_int() for _ in range(2)]

    # ── walking ─────────────────────────────────────────────────────────────────────────────────

    def objects(self, page: Any) -> None:
        """All objects of a page."""
        pdfium = self.pdfium
        for i in range(pdfium.FPDFPage_CountObjects(page)):
            self._object(pdfium.FPDFPage_GetObject(page, i), self.to_view, 0)

    def _object(self, thing: Any, to_view: Matrix, depth: int) -> None:
        if self.objects_left <= 0 or self.segments_left <= 0:
            self.found.overflowing = True
            return
        self.objects_left -= 1
        kind = self.pdfium.FPDFPageObj_GetType(thing)
        if kind == _TEXT:
            self._text(thing, to_view)
        elif kind == _PATH:
            self._path(thing, to_view)
        elif kind == _IMAGE:
            self._image(thing, to_view)
        elif kind == _FORM and depth < _DEEPEST:
            inner = then(self._matrix(thing), to_view)
            for i in range(self.pdfium.FPDFFormObj_CountObjects(thing)):
                self._object(self.pdfium.FPDFFormObj_GetObject(thing, i), inner, depth + 1)
        elif kind == _FORM:
            self.found.overflowing = True

    def _matrix(self, thing: Any) -> Matrix:
        m = self.matrix
        self.pdfium.FPDFPageObj_GetMatrix(thing, m)
        return m.a, m.b, m.c, m.d, m.e, m.f

    def _bounds(self, thing: Any, to_view: Matrix) -> Box:
        left, bottom, right, top = self.number
        if not self.pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
            return (0.0, 0.0, 0.0, 0.0)
        return box_through(to_view, left.value, bottom.value, right.value, top.value)

    def _fill(self, thing: Any) -> tuple[int, int, int, int]:
        """Red, green, blue, alpha; black where pdfium does not know."""
        red, green, blue, alpha = self.colour
        if not self.pdfium.FPDFPageObj_GetFillColor(thing, red, green, blue, alpha):
            return (0, 0, 0, 255)
        return red.value, green.value, blue.value, alpha.value

    def _stroke(self, thing: Any) -> tuple[int, int, int, int]:
        red, green, blue, alpha = self.colour
        if not self.pdfium.FPDFPageObj_GetStrokeColor(thing, red, green, blue, alpha):
            return (0, 0, 0, 255)
        return red.value, green.value, blue.value, alpha.value

    # ── texts ───────────────────────────────────────────────────────────────────────────────────

    def _text(self, thing: Any, to_view: Matrix) -> None:
        found, m = self.found, self.matrix
        found.texts += 1
        self.pdfium.FPDFPageObj_GetMatrix(thing, m)
        # Nearly all text is level; the whole map is worked out for the rest only.
        level = m.b == 0 and m.a > 0 and to_view[1] == 0 and to_view[0] > 0
        turn = 0 if level else quarter(then((m.a, m.b, m.c, m.d, m.e, m.f), to_view))
        start = through(to_view, m.e, m.f)
        if self.pdfium.FPDFTextObj_GetTextRenderMode(thing) in _INVISIBLE_MODES:
            found.special[_address(thing)] = "hidden"
            self.unseen[_address(thing)] = start, turn or 0
            return
        if turn is None:
            found.special[_address(thing)] = "slanted"
            return
        red, green, blue, alpha = self._fill(thing)
        if alpha < _PALE or (red >= _PALE and green >= _PALE and blue >= _PALE):
            self.unseen[_address(thing)] = start, turn
            self._light(thing, to_view, min(red, green, blue), alpha)
        else:
            self.seen.append((start, thing))
        found.turns[turn] += 1
        if turn and _address(thing) not in found.special:
            found.special[_address(thing)] = str(turn)

    def _light(self, thing: Any, to_view: Matrix, darkest: int, alpha: int) -> None:
        """Text that may be hidden (white, or one can see through it) or a watermark (huge and pale)."""
        size = self.number[0]
        m = then(self._matrix(thing), to_view)
        self.pdfium.FPDFTextObj_GetFontSize(thing, size)
        if abs(size.value) * max(abs(m[2]), abs(m[3])) >= _HUGE:
            self.found.special[_address(thing)] = "pale"
        elif alpha == 0:
            self.found.special[_address(thing)] = "hidden"
        elif darkest >= WHITE:
            # On a dark cell white text is seen; which cells are dark is known at the end.
            self.white_texts.append((_address(thing), self._bounds(thing, to_view)))

    # ── paths and pictures ──────────────────────────────────────────────────────────────────────

    def _path(self, thing: Any, to_view: Matrix) -> None:
        fill, stroke = self.flag
        self.pdfium.FPDFPath_GetDrawMode(thing, fill, stroke)
        if stroke.value:
            *colour, alpha = self._stroke(thing)
            if alpha:
                self._stroked(thing, to_view, white=min(colour) >= WHITE, filled=bool(fill.value))
        elif fill.value:
            *colour, alpha = self._fill(thing)
            if alpha:
                self._filled(thing, to_view, min(colour))

    def _filled(self, thing: Any, to_view: Matrix, shade: int) -> None:
        scene = self.found.scene
        box = self._bounds(thing, to_view)
        count = self.pdfium.FPDFPath_CountSegments(thing)
        if is_line(box) or count <= _RECTANGLE:
            scene.filled(box, corners=count, curved=False, shade=shade)
            return
        for points, curved in self._shapes(thing, to_view):
            scene.filled(around(points), corners=len(points), curved=curved, shade=shade)

    def _stroked(self, thing: Any, to_view: Matrix, *, white: bool, filled: bool) -> None:
        width = self.number[0]
        self.pdfium.FPDFPageObj_GetStrokeWidth(thing, width)
        wide = width.value * max(abs(to_view[0]), abs(to_view[1]))
        for points, curved in self._shapes(thing, to_view):
            self.found.scene.stroked(points, curved=curved, white=white, width=wide)
            if filled and not curved:
                self.found.scene.areas.append(around(points))

    def _shapes(self, thing: Any, to_view: Matrix) -> list[tuple[list[tuple[float, float]], bool]]:
        """The shapes of a path: corner points as seen, and whether one has curves."""
        pdfium = self.pdfium
        m = then(self._matrix(thing), to_view)
        shapes: list[tuple[list[tuple[float, float]], bool]] = []
        points: list[tuple[float, float]] = []
        curved = False
        x, y = self.number[2], self.number[3]
        count = pdfium.FPDFPath_CountSegments(thing)
        self.segments_left -= count
        for i in range(min(count, _MOST_SEGMENTS)):
            segment = pdfium.FPDFPath_GetPathSegment(thing, i)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == _MOVE and points:
                shapes.append((points, curved))
                points, curved = [], False
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            points.append(through(m, x.value, y.value))
            curved = curved or kind == _BEZIER
            if pdfium.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
        return [*shapes, (points, curved)] if points else shapes

    def _image(self, thing: Any, to_view: Matrix) -> None:
        box = self._bounds(thing, to_view)
        if is_line(box):
            self.found.scene.line(box, white=False)
            return
        see_through = bool(self.pdfium.FPDFPageObj_HasTransparency(thing))
        self.found.images.append(Image(box, self.found.texts, see_through))

    def finish(self, page: Any) -> None:
        """What is white is seen on what is dark, and hidden elsewhere."""
        scene = self.found.scene
        scene.finish()
        for address, box in self.white_texts:
            x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            if scene.on_dark(x, y):
                continue
            self.found.special[address] = "hidden"
            if any(_holds(image.box, x, y) for image in self.found.images):
                # Nobody knows whether the picture beneath is dark: something may be seen there.
                scene.ink.append(box)
        self._doubles(page)

    def _doubles(self, page: Any) -> None:
        """Hidden texts count as seen where pdfium gave them the letters of one: of two equal ones the first has them.

        That is a shadow: its letters stand where the seen text is. A seen text that has letters of its own is not
        what is hidden beside it.
        """
        special = self.found.special
        hidden = [address for address in self.unseen if special.get(address) == "hidden"]
        if not hidden:
            return
        near: dict[tuple[int, int], list[tuple[Point, Any]]] = {}
        for one in self.seen:
            near.setdefault(_nook(one[0]), []).append(one)
        text = None
        for address in hidden:
            start, turn = self.unseen[address]
            column, row = _nook(start)
            beside = [one for i in (-1, 0, 1) for j in (-1, 0, 1) for one in near.get((column + i, row + j), ())]
            if beside:
                text = text or self.pdfium.FPDFText_LoadPage(page)
            bare = [at for at, thing in beside if self.pdfium.FPDFTextObj_GetText(thing, text, None, 0) <= _NO_TEXT]
            if bare:
                del special[address]
                special |= {address: str(turn)} if turn else {}
                seen = min(bare, key=lambda at: math.dist(at, start))
                self.found.moved[address] = self._on_page(seen[0] - start[0], seen[1] - start[1])
        if text is not None:
            self.pdfium.FPDFText_ClosePage(text)

    def _on_page(self, x: float, y: float) -> Point:
        """A way across the page as seen in the page's own space; a page is shown turned, never grown or shrunk."""
        a, b, c, d, *_ = self.to_view
        return a * x + b * y, c * x + d * y


def _nook(point: Point) -> tuple[int, int]:
    """The square of the page, as wide as two texts may be apart that are one."""
    return round(point[0] / _TWIN), round(point[1] / _TWIN)


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _address(thing: Any) -> int:
    return ctypes.addressof(thing.contents)
