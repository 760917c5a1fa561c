"""Affine maps of the plane as plain tuples, and a page's map from its own space to what is seen."""

from __future__ import annotations

from gkaudit.readers.geometry.page import Box

__all__ = ["IDENTITY", "Matrix", "box_through", "quarter", "then", "through", "turned", "view"]

#: a, b, c, d, e, f: x' = a·x + c·y + e, y' = b·x + d·y + f
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
#: A direction this far from level or upright (as a share of its length) is slanted.
_SLANTED = 0.035


def then(first: Matrix, second: Matrix) -> Matrix:
    """Both maps, one after the other."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def through(m: Matrix, x: float, y: float) -> tuple[float, float]:
    """A point, mapped."""
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def box_through(m: Matrix, left: float, bottom: float, right: float, top: float) -> Box:
    """The level box around a mapped box."""
    a, b, c, d, e, f = m
    if b == c == 0:
        # Nearly every map is of this kind, and every character of a page is mapped.
        x, u = (left, right) if a * left <= a * right else (right, left)
        y, v = (bottom, top) if d * bottom <= d * top else (top, bottom)
        return a * x + e, d * y + f, a * u + e, d * v + f
    if a == d == 0:
        # A quarter turn: every character of a page that lies on its side.
        x, u, y, v = c * bottom + e, c * top + e, b * left + f, b * right + f
        return min(x, u), min(y, v), max(x, u), max(y, v)
    points = [through(m, x, y) for x in (left, right) for y in (bottom, top)]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def view(box: Box, rotation: int) -> tuple[Matrix, float, float]:
    """Map of a page with this box (left, bottom, right, top) and quarter turns clockwise; its width and height.

    In what is seen the origin is the top left corner and y runs down.
    """
    left, bottom, right, top = box
    wide, high = right - left, top - bottom
    maps: tuple[Matrix, ...] = (
        (1, 0, 0, -1, -left, top),
        (0, 1, 1, 0, -bottom, -left),
        (-1, 0, 0, 1, right, -bottom),
        (0, -1, -1, 0, top, right),
    )
    return (maps[rotation % 4], high, wide) if rotation % 2 else (maps[rotation % 4], wide, high)


def quarter(m: Matrix) -> int | None:
    """Quarter turns (counter-clockwise as seen) of text with this map to the seen page; None where it is slanted."""
    dx, dy = m[0], m[1]
    if dy == 0 < dx:
        return 0
    length = max(abs(dx), abs(dy))
    if not length or min(abs(dx), abs(dy)) > _SLANTED * length:
        return None
    if abs(dx) > abs(dy):
        return 0 if dx > 0 else 2
    return 1 if dy < 0 else 3


def turned(m: Matrix, width: float, height: float, quarters: int) -> tuple[Matrix, float, float]:
    """A map to the seen page, turned so that text of so many quarter turns becomes level; new width and height."""
    turns: tuple[Matrix, ...] = (
        IDENTITY,
        (0, 1, -1, 0, height, 0),
        (-1, 0, 0, -1, width, height),
        (0, -1, 1, 0, 0, width),
    )
    return (then(m, turns[quarters]), *((height, width) if quarters % 2 else (width, height)))
