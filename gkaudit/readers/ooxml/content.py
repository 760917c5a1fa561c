"""What is read of a Word document before it becomes blocks: lines, pictures, grids within cells within grids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Grid", "Image", "Item", "Line", "Slot", "is_layout", "is_whole", "text_of"]


@dataclass(slots=True)
class Line:
    """One paragraph, with its line breaks. ``doubt`` says why a number in it may not be the number."""

    text: str
    doubt: str = ""


@dataclass(slots=True)
class Image:
    """A picture: the name of its part, empty where it is only a link or missing."""

    part: str


@dataclass(slots=True)
class Slot:
    """One visible cell: place (from 0) and spans in the columns of its grid."""

    items: list[Item]
    row: int
    start: int
    end: int
    rowspan: int = 1


@dataclass(slots=True)
class Grid:
    """One table. ``rows`` has the cells that begin in each row; ``exact`` is False where places are in doubt."""

    rows: list[list[Slot]]
    columns: int
    exact: bool = True
    slots: list[Slot] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.slots = [slot for row in self.rows for slot in row]


Item = Line | Image | Grid


def text_of(items: Sequence[Item]) -> str:
    """The text of a cell: its lines, and the rows of tables in it with a tab between their cells."""
    if len(items) == 1 and isinstance(items[0], Line):  # nearly every cell
        return items[0].text if items[0].text.strip() else ""
    lines: list[str] = []
    for item in items:
        if isinstance(item, Line):
            lines.append(item.text)
        elif isinstance(item, Grid):
            lines += ["\t".join(text_of(slot.items) for slot in row) for row in item.rows]
    return "\n".join(line for line in lines if line.strip())


def is_whole(grid: Grid) -> bool:
    """Whether a table inside a cell is a table of its own, and not one number that was pasted with its frame."""
    return (len(grid.rows) > 1 and grid.columns > 1) or any(_holds_whole(slot) for slot in grid.slots)


def _holds_whole(slot: Slot) -> bool:
    return any(isinstance(item, Grid) and is_whole(item) for item in slot.items)


def is_layout(grid: Grid) -> bool:
    """Whether a table only arranges the page: one column, or whole tables in it and no rows of data."""
    if grid.columns == 1:
        return True
    if not any(_holds_whole(slot) for slot in grid.slots):
        return False
    filled = (sum(bool(text_of(slot.items)) for slot in row) for row in grid.rows)
    return grid.columns == 2 or max(filled) <= 2  # noqa: PLR2004 - a label beside the table at most
