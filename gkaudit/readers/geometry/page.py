"""One page as it is seen: characters at places, ruling lines, pictures. Points, origin at the top left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from gkaudit.document import Picture

__all__ = ["Box", "Cell", "Char", "Figure", "Page", "Piece", "Rule", "rounded"]

#: left, top, right, bottom
Box = tuple[float, float, float, float]


class Char(NamedTuple):
    """One printed character, or letters that belong together: a Chinese word without digits, units and signs.

    ``base`` is the height of its base line, ``size`` about the height of a Chinese character beside it.
    ``run`` numbers what the file writes in one go; 0 where nobody asked.
    A page has thousands of these: a plain tuple is made three times as fast as a dataclass.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    run: int = 0

    @property
    def middle(self) -> tuple[float, float]:
        """The centre of the character's body."""
        return (self.left + self.right) / 2, self.base - 0.35 * self.size


class Rule(NamedTuple):
    """A straight line: at this height (or this far right), from ``start`` to ``end``."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture on a page and where it stands."""

    picture: Picture
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on one page, turned so that its text runs from left to right.

    ``level`` and ``upright`` are the ruling lines; ``ink`` are boxes of small drawings and pictures that may
    be characters nobody can read as text. ``recognised``: the text is a recogniser's, laid over a scan.
    """

    number: int
    width: float
    height: float
    chars: tuple[Char, ...] = ()
    level: tuple[Rule, ...] = ()
    upright: tuple[Rule, ...] = ()
    figures: tuple[Figure, ...] = ()
    ink: tuple[Box, ...] = ()
    recognised: bool = False


class Cell(NamedTuple):
    """One cell of a table on a page: place (from 1) and spans in its grid; confidence and note as in a TableCell."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    box: Box | None = None
    confidence: float = 1.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One table on one page; each row holds the cells that begin in it. ``exact`` as in :class:`Table`.

    ``headed``: its columns are known by their headings and not by rules, so that only their numbers say which
    cells of two pages belong together.
    """

    page: int
    box: Box
    rows: tuple[tuple[Cell, ...], ...]
    exact: bool = True
    headed: bool = False


def rounded(box: Box) -> Box:
    """A box as it goes into an anchor: hundredths of a point."""
    left, top, right, bottom = box
    return _hundredths(left), _hundredths(top), _hundredths(right), _hundredths(bottom)


#: Cells of one table have their sides in common.
@lru_cache(maxsize=4096)
def _hundredths(place: float) -> float:
    return round(place, 2)
