"""The objects of an OFD page: texts, paths, pictures, blocks and composite units, in points as seen.

An object's own space is mapped by its CTM and set off by the corner of its boundary. Distances between
characters come as ``DeltaX`` and ``DeltaY``, with ``g n v`` for n times v.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, compress, repeat
from typing import Any

from gkaudit.errors import TooLargeError
from gkaudit.readers.geometry import Box, Char, Point, Raw, Scene, View, around, sideways
from gkaudit.readers.geometry.matrix import IDENTITY, Matrix, box_through, quarter, then, through
from gkaudit.readers.guards import MAX_DEPTH
from gkaudit.readers.ofd_content.package import Package, child, children, number, numbers, tag

__all__ = ["POINTS", "Drawing", "Placed"]

#: Points of a millimetre.
POINTS = 72 / 25.4
#: Objects and characters of one document that are looked at; no report comes near.
_MOST_OBJECTS, _MOST_CHARACTERS = 200_000, 500_000
_BLOCKS = ("Content", "Layer", "PageBlock")
_DEEPEST_UNIT = 8
_UNKNOWN = "\ufffd"
#: Colours from here on are white; a watermark is at least this light and this high (points).
_WHITE, _PALE, _HUGE = 250, 150, 36.0
#: Where Chinese characters and their punctuation begin; others are about half as wide.
_HAN = "\u2e80"


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture on the page and the number of its resource."""

    resource: str
    box: Box
    #: Texts that were painted before it.
    after_texts: int


@dataclass(slots=True)
class Drawing:
    """What is drawn on one page; filled by :meth:`draw`, templates first."""

    package: Package
    to_page: Matrix
    budget: Counter[str]
    scene: Scene = field(default_factory=Scene)
    pictures: list[Placed] = field(default_factory=list)
    left_out: dict[str, list[Char]] = field(default_factory=lambda: defaultdict(list))
    texts: int = 0
    #: Texts and their parts so far: each is one run of characters.
    _runs: int = 0
    _raws: dict[int, list[Raw]] = field(default_factory=lambda: defaultdict(list))
    _white: list[tuple[int, list[Raw]]] = field(default_factory=list)

    def draw(self, element: Any) -> None:
        """All objects of a page or template."""
        self._group(element, self.to_page, depth=0, units=0)

    def _group(self, element: Any, to_page: Matrix, *, depth: int, units: int) -> None:
        if depth > MAX_DEPTH:
            raise TooLargeError(self.package.name, f"页面对象嵌套超过 {MAX_DEPTH} 层；请核对文件")
        for item in element:
            kind = tag(item)
            self.budget["objects"] += 1
            if self.budget["objects"] > _MOST_OBJECTS:
                raise TooLargeError(self.package.name, f"页面对象超过 {_MOST_OBJECTS // 10_000} 万个；请核对文件")
            if kind in _BLOCKS:
                self._group(item, to_page, depth=depth + 1, units=units)
            elif kind in ("TextObject", "PathObject", "ImageObject", "CompositeObject"):
                self._object(kind, item, to_page, depth=depth, units=units)

    def _object(self, kind: str, item: Any, to_page: Matrix, *, depth: int, units: int) -> None:
        own = then(_placing(item), to_page)
        shown = item.get("Visible") != "false" and item.get("Alpha") != "0"
        if kind == "TextObject":
            self._text(item, own, shown=shown)
        elif not shown:
            return
        elif kind == "PathObject":
            self._path(item, own)
        elif kind == "ImageObject":
            # A picture fills the unit square of its own space; without CTM it fills the boundary.
            self._image(item, own if item.get("CTM") else then(_filling(item), to_page))
        elif units < _DEEPEST_UNIT:
            unit = self.package.unit(item.get("ResourceID"))
            if unit is not None:
                self._group(unit, own, depth=depth + 1, units=units + 1)

    # ── texts ───────────────────────────────────────────────────────────────────────────────────

    def _text(self, item: Any, own: Matrix, *, shown: bool) -> None:
        self.texts += 1
        direction = number(item.get("CharDirection"), 0.0)
        turn = quarter(then(_rotation(direction), own) if direction else own)
        raws = list(self._characters(item, own))
        red = _colour(child(item, "FillColor"))
        self.budget["characters"] += len(raws)
        if self.budget["characters"] > _MOST_CHARACTERS:
            raise TooLargeError(self.package.name, f"文字超过 {_MOST_CHARACTERS // 10_000} 万个；请核对文件")
        if not shown:
            self._leave_out("hidden", raws)
        elif turn is None:
            self._leave_out("slanted", raws)
        elif min(red) >= _PALE and raws and raws[0].size >= _HUGE:
            self._leave_out("pale", raws)
        elif min(red) >= _WHITE:
            self._white.append((turn, raws))
        else:
            self._raws[turn] += raws

    def _leave_out(self, kind: str, raws: list[Raw]) -> None:
        self.left_out[kind] += _chars(raws, IDENTITY)

    def _characters(self, item: Any, own: Matrix) -> Iterator[Raw]:
        size = number(item.get("Size"), 3.5)
        stretch = number(item.get("HScale"), 1.0)
        height = size * math.hypot(own[2], own[3])
        full, half = size * stretch * 1.0, size * stretch * 0.5
        above, under = 0.86 * size, 0.14 * size
        x = y = 0.0
        written = False
        for code in children(item, "TextCode"):
            x, y = number(code.get("X"), x), number(code.get("Y"), y)
            text = code.text or ""
            self._runs += 1
            written = written or bool(text.strip())
            across, down = _steps(code.get("DeltaX"), len(text)), _steps(code.get("DeltaY"), len(text))
            for letter, right, below in zip(text, chain(across, repeat(None)), chain(down, repeat(0.0)), strict=False):
                wide = full if letter >= _HAN else half
                step = right if right is not None else 0.0 if down else wide
                reach = step if 0 < step < wide else wide
                yield Raw(
                    letter, box_through(own, x, y + under, x + reach, y - above), through(own, x, y), height, self._runs
                )
                x += step
                y += below
        if not written and child(item, "CGTransform") is not None:
            # Glyphs without letters: something stands there, and nobody can say what.
            yield Raw(_UNKNOWN, box_through(own, 0, 0, size, size), through(own, 0, size), height)

    # ── paths and pictures ──────────────────────────────────────────────────────────────────────

    def _path(self, item: Any, own: Matrix) -> None:
        data = child(item, "AbbreviatedData")
        fill, stroke = item.get("Fill") == "true", item.get("Stroke") != "false"
        width = number(item.get("LineWidth"), 0.353) * math.hypot(own[0], own[1])
        for points, curved in _shapes(data.text or "" if data is not None else ""):
            shape = [through(own, x, y) for x, y in points]
            if fill:
                white = min(_colour(child(item, "FillColor"))) >= _WHITE
                self.scene.filled(around(shape), corners=len(shape), curved=curved, white=white)
            if stroke:
                white = min(_colour(child(item, "StrokeColor"))) >= _WHITE
                self.scene.stroked(shape, curved=curved, white=white, width=width)

    def _image(self, item: Any, own: Matrix) -> None:
        box = box_through(own, 0, 0, 1, 1)
        self.pictures.append(Placed(item.get("ResourceID") or "", box, self.texts))

    # ── result ──────────────────────────────────────────────────────────────────────────────────

    def finish(self, width: float, height: float) -> tuple[View, list[Char]]:
        """How the page is looked at, and the characters of its text."""
        self.scene.finish()
        for turn, raws in self._white:
            if raws and self.scene.on_dark(*raws[0].origin):
                self._raws[turn] += raws
            else:
                self._leave_out("hidden", raws)
        upright = View(IDENTITY, width, height)
        turns = max(self._raws, key=lambda t: len(self._raws[t]), default=0)
        view = upright.turned(turns)
        chars: list[Char] = []
        for turn, raws in self._raws.items():
            if turn != turns:
                chars += sideways(raws, upright.turned(turn).matrix, view.matrix)
                continue
            placed = _chars(raws, view.matrix)
            inside = [c.right >= 0 and c.left <= view.width and 0 <= c.base <= view.height + 1 for c in placed]
            chars += compress(placed, inside)
            if not all(inside):
                self.left_out["beyond"] += [c for c, seen in zip(placed, inside, strict=True) if not seen]
        return view, chars


def _chars(raws: Iterable[Raw], m: Matrix) -> list[Char]:
    """Characters as seen through a map; of a page that is not turned they stand where they are."""
    if m is not IDENTITY:
        raws = [Raw(raw.letter, box_through(m, *raw.box), through(m, *raw.origin), raw.size, raw.run) for raw in raws]
    return [Char(letter, box[0], box[2], origin[1], size, run) for letter, box, origin, size, run in raws]


def _placing(item: Any) -> Matrix:
    """From an object's own space to the space of its page."""
    left, top, *_ = [*numbers(item.get("Boundary")), 0.0, 0.0]
    own = numbers(item.get("CTM"))
    corner: Matrix = (1.0, 0.0, 0.0, 1.0, left, top)
    if len(own) != 6:  # noqa: PLR2004
        return corner
    return then((own[0], own[1], own[2], own[3], own[4], own[5]), corner)


def _filling(item: Any) -> Matrix:
    left, top, wide, high = [*numbers(item.get("Boundary")), 0.0, 0.0, 0.0, 0.0][:4]
    return (wide, 0, 0, high, left, top)


def _rotation(degrees: float) -> Matrix:
    turn = math.radians(degrees)
    return (math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn), 0, 0)


def _colour(element: Any) -> list[float]:
    """Parts of a colour, 0 to 255; black where none is given."""
    return numbers(element.get("Value")) or [0.0] if element is not None else [0.0]


def _steps(text: str | None, most: int) -> list[float]:
    """Distances between characters, no more of them than there are characters (``g 3 4.2`` is 4.2 4.2 4.2)."""
    found: list[float] = []
    if not text:
        return found
    pieces = text.split()[: 3 * most]
    if "g" not in pieces and "," not in text:
        return numbers(" ".join(pieces))[:most]
    at = 0
    while at < len(pieces) and len(found) < most:
        if pieces[at] == "g" and at + 2 < len(pieces):
            count, value = numbers(pieces[at + 1]), numbers(pieces[at + 2])
            times = min(max(int(count[0]), 0), most - len(found)) if count and value else 0
            found += value[:1] * times
            at += 3
        else:
            found += numbers(pieces[at])[:1]
            at += 1
    return found


_OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def _shapes(data: str) -> Iterator[tuple[list[Point], bool]]:
    """The shapes of abbreviated path data: corner points, and whether one has curves."""
    points: list[Point] = []
    curved = False
    pieces = data.split()
    at = 0
    while at < len(pieces):
        command = pieces[at]
        count = _OPERANDS.get(command)
        if count is None:
            at += 1
            continue
        values = numbers(" ".join(pieces[at + 1 : at + 1 + count]))
        at += 1 + count
        if command in ("M", "S") and len(points) > 1:
            yield points, curved
        if command in ("M", "S"):
            points, curved = [], False
        if command == "C" and points:
            points.append(points[0])
        elif count and len(values) == count:
            points.append((values[-2], values[-1]))
            curved = curved or command in ("Q", "B", "A")
    if len(points) > 1:
        yield points, curved
