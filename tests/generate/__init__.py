"""A seeded generator of text reports whose cells are known: :func:`make`."""

from .assemble import ALL_LAYOUTS, DROPS_BLANKS, applicable, combinations, compose, make
from .model import Cell, Composed, Generated, Words
from .oddities import ODDITIES

__all__ = [
    "ALL_LAYOUTS",
    "DROPS_BLANKS",
    "ODDITIES",
    "Cell",
    "Composed",
    "Generated",
    "Words",
    "applicable",
    "combinations",
    "compose",
    "make",
]
