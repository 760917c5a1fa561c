"""Tables that a page makes of blocks: rows of div, li or span elements, and CSS grids.

As lines of text such a table keeps its words and loses its empty cells. Where the markup has rows of cells,
they are given the roles of a table; the cells of a CSS grid are put into rows as a browser puts them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from gkaudit.readers.guards import clip_span
from gkaudit.readers.webpage.style import Look

__all__ = ["as_tables"]

_CONTAINERS = ("div", "ul", "ol", "section", "article", "dl", "form")
_ROWS = frozenset({"div", "ul", "ol", "li", "p", "section", "dl"})
_CELLS = frozenset({"div", "span", "li", "p", "dd", "dt", "label", "b", "strong"})
#: A table has so many rows, so many of them with so many cells, or one as wide as 表三; no text in it is longer.
_FEWEST_ROWS, _FEWEST_FULL, _FULL, _WIDE, _LONGEST = 3, 2, 2, 8, 90
_FUNCTION = re.compile(r"(?:minmax|fit-content|calc|min|max)\([^()]*\)")
_REPEAT = re.compile(r"repeat\(\s*(\d{1,2})\s*,([^()]*)\)")
_TEMPLATE = re.compile(r"grid-template-columns\s*:\s*([^;]{1,300})", re.IGNORECASE)
_SPAN = {
    side: re.compile(rf"grid-{side}(?:-end)?\s*:\s*span\s+(\d{{1,2}})", re.IGNORECASE) for side in ("column", "row")
}

_Looks = Callable[[Any], Look]


def as_tables(root: Any, look: _Looks) -> bool:
    """Give the blocks under an element that are rows of cells the roles of a table; whether there are any."""
    found = False
    for element in list(root.iter(*_CONTAINERS)):
        if element.get("role") or look(element).hidden:
            continue
        if look(element).display == "grid" and (width := _columns(element.get("style") or "")) > 1:
            _as_grid(element, width, look)
            found = True
        elif rows := _rows(element, look):
            # What ends a row of floating blocks is empty and no cell.
            ends = all(not _text(row[-1]) for row in rows)
            element.set("role", "table")
            for row in rows:
                row.set("role", "row")
                for cell in row[:-1] if ends else row:
                    cell.set("role", "cell")
            found = True
    return found


def _rows(element: Any, look: _Looks) -> list[Any]:
    """The children of an element as rows; nothing where they are not."""
    rows = [child for child in element if not look(child).hidden]
    if not all(map(_is_row, rows)):
        return []
    full = len(rows) >= _FEWEST_ROWS and sum(len(row) >= _FULL for row in rows) >= _FEWEST_FULL
    return rows if full or any(len(row) >= _WIDE for row in rows) else []


def _is_row(row: Any) -> bool:
    if row.tag not in _ROWS or row.get("role") or (row.text or "").strip() or not len(row):
        return False
    return all(cell.tag in _CELLS and not (cell.tail or "").strip() and len(_text(cell)) <= _LONGEST for cell in row)


def _text(element: Any) -> str:
    return "".join(element.itertext()).strip()


# ── CSS grids ───────────────────────────────────────────────────────────────────────────────────


def _columns(style: str) -> int:
    """How many columns a grid has by its template; 0 where it does not say."""
    template = _TEMPLATE.search(style)
    if template is None:
        return 0
    plain = _FUNCTION.sub("x", template[1])
    return len(_REPEAT.sub(lambda found: " x" * int(found[1]) * len(found[2].split()), plain).split())


def _span(cell: Any, side: str) -> int:
    said = _SPAN[side].search(cell.get("style") or "")
    return clip_span(said[1]) if said else 1


def _as_grid(element: Any, width: int, look: _Looks) -> None:
    """The children of a grid as rows of a table, each cell in the first place that is free for it."""
    cells = [child for child in element if not look(child).hidden]
    rows: list[list[Any]] = []
    for number, cell in _placed(cells, width):
        rows += [[] for _ in range(number + 1 - len(rows))]
        rows[number].append(cell)
    element.set("role", "table")
    for cells_of_row in rows:
        row = element.makeelement("div", {"role": "row"})
        for cell in cells_of_row:
            cell.tail = None
            row.append(cell)
        element.append(row)


def _placed(cells: list[Any], width: int) -> Iterator[tuple[int, Any]]:
    """Cells with the row they begin in."""
    taken: set[tuple[int, int]] = set()
    row = column = 0
    for cell in cells:
        wide, high = min(_span(cell, "column"), width), _span(cell, "row")
        while column + wide > width or any((row, column + n) in taken for n in range(wide)):
            column += 1
            if column >= width:
                row, column = row + 1, 0
        taken |= {(row + down, column + n) for down in range(high) for n in range(wide)}
        cell.set("role", "cell")
        cell.set("aria-colspan", str(wide))
        cell.set("aria-rowspan", str(high))
        yield row, cell
        column += wide
