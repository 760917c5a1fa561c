"""One page as it is seen: characters at places, ruling lines, pictures. Points, origin at the top left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from gkaudit.document import Picture

__all__ = ["Box", "Char", "Figure", "Page", "Rule", "holds"]

#: left, top, right, bottom
Box = tuple[float, float, float, float]


class Char(NamedTuple):
    """One printed character (or a short run that belongs together).

    ``base`` is the height of its base line, ``size`` about the height of a Chinese character beside it.
    A page has thousands of these: a plain tuple is made three times as fast as a dataclass.
    """

    text: str
    left: float
    right: float
    base: float
    size: float

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


def holds(box: Box, x: float, y: float) -> bool:
    """Whether a point lies in a box."""
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
