"""How a page is looked at, and text that runs in another direction than the rest of its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gkaudit.readers.geometry.lines import lines_of
from gkaudit.readers.geometry.matrix import Matrix, box_through, through, turned
from gkaudit.readers.geometry.page import Box, Char

__all__ = ["Raw", "View", "sideways"]


class View(NamedTuple):
    """Map from the page's own space to what is seen, width and height, quarter turns of the text that is level."""

    matrix: Matrix
    width: float
    height: float
    turns: int = 0

    def turned(self, quarters: int) -> View:
        """The page turned so that text of so many quarter turns is level."""
        return View(*turned(self.matrix, self.width, self.height, quarters), quarters) if quarters else self


class Raw(NamedTuple):
    """A character in the page's own space: letter, box (two opposite corners), origin, height of a Chinese one.

    ``run`` as in a :class:`Char`.
    """

    letter: str
    box: Box
    origin: tuple[float, float]
    size: float
    run: int = 0


def sideways(raws: Sequence[Raw], level: Matrix, shown: Matrix) -> list[Char]:
    """Text of another direction: each of its lines as one piece where it stands on the page.

    ``level`` maps to a view in which it is level, ``shown`` to the view of the page.
    """
    boxes: dict[int, Box] = {}
    chars = []
    for raw in raws:
        left, _, right, _ = box_through(level, *raw.box)
        char = Char(raw.letter, left, right, through(level, *raw.origin)[1], raw.size, raw.run)
        boxes[id(char)] = box_through(shown, *raw.box)
        chars.append(char)
    found = []
    for line in lines_of(chars):
        own = [boxes[id(c)] for c in line.chars]
        left, right = min(b[0] for b in own), max(b[2] for b in own)
        middle = (min(b[1] for b in own) + max(b[3] for b in own)) / 2
        found.append(Char(line.text, left, right, middle + 0.35 * line.size, line.size))
    return found
