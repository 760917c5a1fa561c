"""The objects of an OFD page: texts, paths, pictures, blocks and composite units, in points as seen.

An object's own space is mapped by its CTM and set off by the corner of its boundary.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from gkaudit.errors import TooLargeError
from gkaudit.readers.geometry import Box, Char, Point, Raw, Scene, View, around, sideways
from gkaudit.readers.geometry.matrix import IDENTITY, Matrix, box_through, quarter, then, through
from gkaudit.readers.geometry.scene import WHITE
from gkaudit.readers.guards import MAX_DEPTH
from gkaudit.readers.ofd_content.package import Package, corner, number, numbers, tag
from gkaudit.readers.ofd_content.texts import PALE, Part, Text, Walls, Written, colour, plain_text

__all__ = ["POINTS", "Drawing", "Placed"]

#: Points of a millimetre.
POINTS = 72 / 25.4
#: Objects and characters of one document that are looked at; no report comes near.
_MOST_OBJECTS, _MOST_CHARACTERS = 200_000, 500_000
_BLOCKS = ("Content", "Layer", "PageBlock")
_DEEPEST_UNIT = 8
#: The shade of what has no colour; a watermark is at least this high (points).
_BLACK, _HUGE = 0.0, 36.0


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
    _parts: dict[int, list[Part]] = field(default_factory=lambda: defaultdict(list))
    _white: list[tuple[int, Sequence[Part]]] = field(default_factory=list)

    def draw(self, element: Any) -> None:
        """All objects of a page or template."""
        self._group(element, self.to_page, depth=0, units=0)

    def _group(self, element: Any, to_page: Matrix, *, depth: int, units: int) -> None:
        if depth > MAX_DEPTH:
            raise TooLargeError(self.package.name, f"页面对象嵌套超过 {MAX_DEPTH} 层；请核对文件")
        self.budget["objects"] += len(element)
        if self.budget["objects"] > _MOST_OBJECTS:
            raise TooLargeError(self.package.name, f"页面对象超过 {_MOST_OBJECTS // 10_000} 万个；请核对文件")
        for item in element:
            kind = tag(item)
            if kind == "TextObject" and (text := plain_text(item, to_page, self._runs + 1)) is not None:
                self.texts += 1
                self._runs += 1
                self._count(len(text.letters))
                self._parts[0].append(text)
            elif kind in _BLOCKS:
                self._group(item, to_page, depth=depth + 1, units=units)
            elif kind in ("TextObject", "PathObject", "ImageObject", "CompositeObject"):
                self._object(kind, item, to_page, depth=depth, units=units)

    def _object(self, kind: str, item: Any, to_page: Matrix, *, depth: int, units: int) -> None:
        own = _own(item, to_page)
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
        written = Written.of(item)
        parts = written.texts(item, own, self._runs)
        self._runs += len(written.codes)
        size = parts[0].size if parts else 0.0
        pale = min(written.colour)
        self._count(_letters(parts))
        if not shown:
            self._leave_out("hidden", parts)
        elif turn is None:
            self._leave_out("slanted", parts)
        elif pale >= PALE and size >= _HUGE:
            self._leave_out("pale", parts)
        elif pale >= WHITE:
            self._white.append((turn, parts))
        else:
            self._parts[turn] += parts

    def _count(self, letters: int) -> None:
        self.budget["characters"] += letters
        if self.budget["characters"] > _MOST_CHARACTERS:
            raise TooLargeError(self.package.name, f"文字超过 {_MOST_CHARACTERS // 10_000} 万个；请核对文件")

    def _leave_out(self, kind: str, parts: Iterable[Part]) -> None:
        for part in parts:
            self.left_out[kind] += part.chars() if isinstance(part, Text) else [_char(part, IDENTITY)]

    # ── paths and pictures ──────────────────────────────────────────────────────────────────────

    def _path(self, item: Any, own: Matrix) -> None:
        parts: dict[str, Any] = {}
        for part in item:
            parts.setdefault(tag(part), part)
        data = parts.get("AbbreviatedData")
        fill, stroke = item.get("Fill") == "true", item.get("Stroke") != "false"
        filled, stroked = (
            min(colour(parts[name])) if name in parts else _BLACK for name in ("FillColor", "StrokeColor")
        )
        width = number(item.get("LineWidth"), 0.353) * math.hypot(own[0], own[1])
        path = (data.text or "") if data is not None else ""
        for points, curved in _short_shapes(path) if len(path) <= _SHORT else _shapes(path):
            shape = [through(own, x, y) for x, y in points]
            if fill:
                self.scene.filled(around(shape), corners=len(shape), curved=curved, shade=filled)
            if stroke:
                self.scene.stroked(shape, curved=curved, white=stroked >= WHITE, width=width)

    def _image(self, item: Any, own: Matrix) -> None:
        box = box_through(own, 0, 0, 1, 1)
        self.pictures.append(Placed(item.get("ResourceID") or "", box, self.texts))

    # ── result ──────────────────────────────────────────────────────────────────────────────────

    def finish(self, width: float, height: float) -> tuple[View, list[Char]]:
        """How the page is looked at, and the characters of its text.

        Words in Chinese come as one where no picture and no rule says that their letters have to be told apart.
        """
        self.scene.finish()
        for turn, parts in self._white:
            if parts and self.scene.on_dark(*_origin(parts[0])):
                self._parts[turn] += parts
            else:
                self._leave_out("hidden", parts)
        upright = View(IDENTITY, width, height)
        turns = max(self._parts, key=lambda t: _letters(self._parts[t]), default=0)
        view = upright.turned(turns)
        walls = Walls.of(*self.scene.rules()) if view is upright and not self.pictures else None
        chars: list[Char] = []
        for turn, parts in self._parts.items():
            if turn != turns:
                chars += sideways(_raws(parts), upright.turned(turn).matrix, view.matrix)
                continue
            for part in parts:
                if isinstance(part, Text) and view is upright and _is_inside(part, view):
                    chars += part.words(walls) if walls is not None else part.chars()
                else:
                    self._letter_by_letter(part, view, chars)
        return view, chars

    def _letter_by_letter(self, part: Part, view: View, chars: list[Char]) -> None:
        """The letters of a part that stand on the page; the others are left out."""
        for raw in _raws([part]):
            char = _char(raw, view.matrix)
            seen = char.right >= 0 and char.left <= view.width and 0 <= char.base <= view.height + 1
            (chars if seen else self.left_out["beyond"]).append(char)


def _letters(parts: Iterable[Part]) -> int:
    return sum([len(part.letters) if isinstance(part, Text) else 1 for part in parts])


def _raws(parts: Iterable[Part]) -> list[Raw]:
    return [raw for part in parts for raw in (part.raws() if isinstance(part, Text) else (part,))]


def _origin(part: Part) -> Point:
    return (part.lefts[0], part.base) if isinstance(part, Text) else part.origin


def _is_inside(text: Text, view: View) -> bool:
    """Whether all letters stand on the page."""
    if text.close:
        # Each letter stands right of the one before it.
        return 0 <= text.base <= view.height + 1 and text.rights[0] >= 0 and text.lefts[-1] <= view.width
    return 0 <= text.base <= view.height + 1 and min(text.rights) >= 0 and max(text.lefts) <= view.width


def _char(raw: Raw, m: Matrix) -> Char:
    """A character as seen through a map; of a page that is not turned it stands where it is."""
    letter, box, origin, size, run = raw
    if m is not IDENTITY:
        box, origin = box_through(m, *box), through(m, *origin)
    return Char(letter, box[0], box[2], origin[1], size, run)


def _own(item: Any, to_page: Matrix) -> Matrix:
    """From an object's own space to what the space of its page is mapped to."""
    left, top = corner(item.get("Boundary"))
    ctm = item.get("CTM")
    own = numbers(ctm) if ctm else ()
    if len(own) == 6:  # noqa: PLR2004
        return then(then((own[0], own[1], own[2], own[3], own[4], own[5]), (1.0, 0.0, 0.0, 1.0, left, top)), to_page)
    a, b, c, d, e, f = to_page
    return a, b, c, d, left * a + top * c + e, left * b + top * d + f


def _filling(item: Any) -> Matrix:
    left, top, wide, high = [*numbers(item.get("Boundary")), 0.0, 0.0, 0.0, 0.0][:4]
    return (wide, 0, 0, high, left, top)


def _rotation(degrees: float) -> Matrix:
    turn = math.radians(degrees)
    return (math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn), 0, 0)


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


#: Paths up to this length are rules, and drawn again and again.
_SHORT = 40


@lru_cache(maxsize=2048)
def _short_shapes(data: str) -> tuple[tuple[list[Point], bool], ...]:
    return tuple(_shapes(data))
