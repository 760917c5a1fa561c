"""What is drawn on a page, sorted into ruling lines, coloured areas and small drawings.

Every producer draws rules in its own way: strokes, outlines of cells, thin filled boxes. White is seen
only on what is dark; a shade is the least of red, green and blue (0 to 255).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gkaudit.readers.geometry.matrix import IDENTITY, Matrix, box_through
from gkaudit.readers.geometry.page import Box, Rule

__all__ = ["WHITE", "Point", "Scene", "around", "is_line"]

Point = tuple[float, float]

#: Shades from here on are white. On areas of a shade from there on (the pale grey of a heading) white text is not
#: seen; white rules between them are.
WHITE, _LIGHT = 250, 200
#: A filled shape this thin (points) is a rule, if it is longer than that.
_THIN, _LONG = 3.2, 4.0
#: A dotted rule: so many dots (fewer where they are dashes along it), one behind the other with no more than this
#: (points) between them.
_DOTS, _DASHES, _BETWEEN = 5, 3, 3.0
#: By which the heights of dots are told (1/point); no round number, because dots stand at round numbers.
_PART = 0.87
#: A stroke this wide is no rule but an area.
_WIDE = 6.0
#: A line may lean by so much (points) and still be level or upright.
_LEAN = 0.75
#: A shape with so many points (closed) is one rectangle.
_RECTANGLE = 5


@dataclass(slots=True)
class Scene:
    """Boxes as seen: ``lines`` are thin, ``ink`` are drawings that may be characters."""

    lines: list[Box] = field(default_factory=list)
    ink: list[Box] = field(default_factory=list)
    areas: list[Box] = field(default_factory=list)
    _pale: list[Box] = field(default_factory=list)
    _white_lines: list[Box] = field(default_factory=list)
    _dots: list[Box] = field(default_factory=list)

    def line(self, box: Box, *, white: bool) -> None:
        """A thin box."""
        (self._white_lines if white else self.lines).append(box)

    def filled(self, box: Box, *, corners: int, curved: bool, shade: float) -> None:
        """A filled shape by the box around it."""
        if not curved and is_line(box):
            self.line(box, white=shade >= WHITE)
        elif curved or corners > _RECTANGLE:
            self.ink += [box] if shade < WHITE else []
        elif shade < WHITE and max(box[2] - box[0], box[3] - box[1]) <= _LONG:
            self._dots.append(box)
        elif shade < WHITE:
            (self.areas if shade < _LIGHT else self._pale).append(box)

    def stroked(self, points: Sequence[Point], *, curved: bool, white: bool, width: float) -> None:
        """A line through points."""
        if curved or width > _WIDE:
            if not white:
                (self.ink if curved else self.areas).append(around(points))
            return
        for (x, y), (u, v) in pairwise(points):
            if abs(x - u) <= _LEAN or abs(y - v) <= _LEAN:
                self.line((min(x, u), min(y, v), max(x, u), max(y, v)), white=white)

    def on_dark(self, x: float, y: float) -> bool:
        """Whether a point lies on an area on which white text is seen."""
        return _lies_on(self.areas, x, y)

    def finish(self) -> None:
        """White lines on coloured areas are lines, as are rows of dots; called when everything is drawn."""
        self.lines += [*_chains(self._dots, 0), *_chains(self._dots, 1)]
        self.areas += self._dots
        areas = (*self.areas, *self._pale)
        self.lines += [b for b in self._white_lines if _lies_on(areas, (b[0] + b[2]) / 2, (b[1] + b[3]) / 2)]
        self._white_lines.clear()

    def rules(self, turn: Matrix = IDENTITY) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
        """Level and upright lines, after the page was turned."""
        boxes = [box_through(turn, *box) for box in self.lines] if turn != IDENTITY else self.lines
        level = tuple(Rule((t + b) / 2, x, y) for x, t, y, b in boxes if y - x >= b - t)
        return level, tuple(Rule((x + y) / 2, t, b) for x, t, y, b in boxes if y - x < b - t)


def _lies_on(areas: Iterable[Box], x: float, y: float) -> bool:
    return any(a[0] - 1 <= x <= a[2] + 1 and a[1] - 1 <= y <= a[3] + 1 for a in areas)


def _chains(dots: Sequence[Box], along: int) -> list[Box]:
    """Dots one behind the other as lines: level ones (``along`` is 0), or upright ones (1).

    A dash across is none of them: it is part of a line that crosses this one.
    """

    def place(dot: Box) -> tuple[int, float]:
        return round(_PART * (dot[1 - along] + dot[3 - along])), dot[along]

    found: list[list[Box]] = []
    height, end = 0, 0.0
    for dot in sorted((dot for dot in dots if not _is_dash(dot, 1 - along)), key=place):
        own, start = place(dot)
        if found and own == height and start - end <= _BETWEEN:
            found[-1].append(dot)
            end = max(end, dot[along + 2])
        else:
            found.append([dot])
            height, end = own, dot[along + 2]
    long = [
        chain for chain in found if len(chain) >= (_DASHES if all(_is_dash(dot, along) for dot in chain) else _DOTS)
    ]
    chains = [around([p for box in chain for p in (box[:2], box[2:])]) for chain in long]
    return [chain for chain in chains if is_line(chain)]


def _is_dash(dot: Box, along: int) -> bool:
    return dot[along + 2] - dot[along] >= 2 * (dot[3 - along] - dot[1 - along])


def is_line(box: Box) -> bool:
    """Whether a box is so thin that it is a line."""
    wide, high = box[2] - box[0], box[3] - box[1]
    return min(wide, high) <= _THIN and max(wide, high) >= max(_LONG, 2 * min(wide, high))


def around(points: Iterable[Point]) -> Box:
    """The box around points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
