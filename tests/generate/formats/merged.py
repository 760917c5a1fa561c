"""Pieces of a table as rows of merged cells: what Word, HTML and a drawn page all need."""

from dataclasses import dataclass

from tests.generate.skeleton import Line


@dataclass(slots=True)
class Merged:
    """One visible cell with its place in the grid (from 0) and its spans; ``key`` is set for a value."""

    text: str
    row: int
    column: int
    colspan: int
    rowspan: int
    kind: str
    key: str = ""


def merged(lines: list[Line]) -> list[list[Merged]]:
    """Rows of the cells that begin in them; a slot that continues the cell above makes that one higher.

    A slot that continues a cell of the piece before (the table broke there) begins an empty cell here.
    """
    rows: list[list[Merged]] = []
    above: dict[tuple[int, int], Merged] = {}
    for number, line in enumerate(lines):
        row: list[Merged] = []
        here: dict[tuple[int, int], Merged] = {}
        column = 0
        for slot in line.slots:
            place = (column, slot.span)
            if slot.above and place in above:
                above[place].rowspan += 1
                here[place] = above[place]
            else:
                cell = Merged(slot.text, number, column, slot.span, 1, line.kind, slot.key)
                row.append(cell)
                here[place] = cell
            column += slot.span
        rows.append(row)
        above = here
    return rows
