"""From rules to cells: which borders of the finest grid are drawn, and what they enclose.

Places are pixels of the flattened table. ``rows`` and ``columns`` of a box count from 0.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from gkaudit.readers.recognition.engine import Pixels
from gkaudit.readers.recognition.ruling import Rules

__all__ = ["Box", "boxes"]

#: Share of a border that must be seen; less is enough where its rule is drawn in most other places.
_SEEN, _SEEN_USUAL, _USUAL = 0.55, 0.25, 0.6
#: A rule may leave its place by so many pixels, and its inside begins so far from its middle.
_STRAY, _INSIDE = 8, 3


@dataclass(frozen=True, slots=True)
class Box:
    """One cell: its place and spans in the grid, and the inside of its borders.

    ``doubtful`` says that the rules around it do not enclose a rectangle.
    """

    row: int
    column: int
    rowspan: int
    colspan: int
    left: int
    top: int
    right: int
    bottom: int
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Borders:
    """For each border of the finest grid: whether it is drawn, and where (pixels).

    ``across[i, j]`` is the rule ``i`` over column ``j``; ``down[i, j]`` the rule ``j`` beside row ``i``.
    """

    across: Pixels
    across_at: Pixels
    down: Pixels
    down_at: Pixels


def boxes(rules: Rules) -> list[Box]:
    """The cells a table's rules enclose, row by row from left to right."""
    borders = _borders(rules)
    groups = _groups(borders)
    found = []
    for units in groups:
        rows, columns = [r for r, _ in units], [c for _, c in units]
        top, left = min(rows), min(columns)
        high, wide = max(rows) - top + 1, max(columns) - left + 1
        if len(units) == high * wide:
            found.append(_box(borders, (top, left, high, wide), doubtful=False))
        else:
            # No rectangle: a border was missed. Each unit stays for itself, and none of them is trusted.
            found += [_box(borders, (r, c, 1, 1), doubtful=True) for r, c in units]
    return sorted(found, key=lambda box: (box.row, box.column))


def _borders(rules: Rules) -> _Borders:
    across, across_at = _measured(rules.masks.across, rules.rows, rules.columns)
    down, down_at = _measured(np.ascontiguousarray(rules.masks.down.T), rules.columns, rules.rows)
    return _Borders(across, across_at, down.T, down_at.T)


def _measured(mask: Pixels, rules: list[int], crossing: list[int]) -> tuple[Pixels, Pixels]:
    """Which stretches of the rules (along the rows of the mask) are drawn, and where they run."""
    shares = np.zeros((len(rules), len(crossing) - 1))
    places = np.repeat(np.array(rules)[:, None], len(crossing) - 1, axis=1)
    for i, rule in enumerate(rules):
        first = max(0, rule - _STRAY)
        band = mask[first : rule + _STRAY + 1] > 0
        for j, (begin, end) in enumerate(itertools.pairwise(crossing)):
            part = band[:, begin + _INSIDE : max(end - _INSIDE, begin + _INSIDE + 1)]
            shares[i, j] = part.any(axis=0).mean()
            if shares[i, j] > _SEEN_USUAL:
                places[i, j] = first + round(float(np.nonzero(part)[0].mean()))
    usual = (shares > _SEEN).mean(axis=1) > _USUAL
    drawn = (shares > _SEEN) | ((shares > _SEEN_USUAL) & usual[:, None])
    drawn[[0, -1]] = True
    return drawn, places


def _groups(borders: _Borders) -> list[list[tuple[int, int]]]:
    """Units of the finest grid that no border divides."""
    rows, columns = borders.across.shape[0] - 1, borders.down.shape[1] - 1
    parent = {(r, c): (r, c) for r in range(rows) for c in range(columns)}

    def root(unit: tuple[int, int]) -> tuple[int, int]:
        while parent[unit] != unit:
            parent[unit] = parent[parent[unit]]
            unit = parent[unit]
        return unit

    for r in range(rows):
        for c in range(columns):
            if r + 1 < rows and not borders.across[r + 1, c]:
                parent[root((r + 1, c))] = root((r, c))
            if c + 1 < columns and not borders.down[r, c + 1]:
                parent[root((r, c + 1))] = root((r, c))
    groups: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for unit in parent:
        groups[root(unit)].append(unit)
    return list(groups.values())


def _box(borders: _Borders, place: tuple[int, int, int, int], *, doubtful: bool) -> Box:
    row, column, high, wide = place
    rows, columns = slice(row, row + high), slice(column, column + wide)
    return Box(
        row,
        column,
        high,
        wide,
        left=int(borders.down_at[rows, column].min()),
        top=int(borders.across_at[row, columns].min()),
        right=int(borders.down_at[rows, column + wide].max()),
        bottom=int(borders.across_at[row + high, columns].max()),
        doubtful=doubtful,
    )
