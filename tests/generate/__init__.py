"""A seeded generator of text reports whose cells are known: :func:`make`."""

from .assemble import ALL_LAYOUTS, DROPS_BLANKS, applicable, combinations, make
from .model import Cell, Generated
from .oddities import ODDITIES

__all__ = ["ALL_LAYOUTS", "DROPS_BLANKS", "ODDITIES", "Cell", "Generated", "applicable", "combinations", "make"]
