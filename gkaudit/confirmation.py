"""Doubtful readings that the sums of the form confirm.

What a recogniser read without being sure of it is used nowhere: the cell is ``unreadable``. But where such a
reading, and no other number, makes the sums come out whose other cells are all certain, it is as good as
certain. The cell is then ``inferred`` and says why. The reading itself is never changed, and where nothing was
read nothing is filled in. A point before three digits is tried as the comma of a count that lost its tail: the sums
have no decimals.

A cell that was confirmed like this helps to confirm no other. And a sum that comes out with it says nothing new
about the report: the report would have to have an error there that the recogniser misread into the right
number. Such a check holds as it did not before; a check that breaks on the cell asks to look at the source.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache

from gkaudit.cells import DOUBTFUL, Cell, Extraction
from gkaudit.chars import read_cell
from gkaudit.form import Edition, Sum, column_of, sums

__all__ = ["confirmed"]

#: What can be a comma between thousands that was read as a point.
_THOUSANDS = re.compile(r"(?<=\d)[.．](?=\d{3}(?!\d))")
#: Confidence of a cell whose reading sums confirm: that of all inferred ones.
_CONFIDENCE = 0.6


def confirmed(extraction: Extraction) -> Extraction:
    """The extraction with the doubtful readings that its sums confirm as ``inferred`` cells."""
    read = {cell.key: found for cell in extraction.cells if (found := _doubtful(cell, extraction.edition)) is not None}
    if not read:
        return extraction
    certain = {cell.key: cell.value for cell in extraction.cells if cell.state == "reported" and cell.value is not None}
    cells = (
        _inferred(cell, read[cell.key], certain, extraction.edition) if cell.key in read else cell
        for cell in extraction.cells
    )
    return replace(extraction, cells=tuple(cells))


def _doubtful(cell: Cell, edition: Edition) -> Decimal | None:
    """The number that was read in a cell that nobody relies on; None where none was, or its place is open."""
    if cell.state != "unreadable" or not 0 < cell.confidence < DOUBTFUL:
        return None
    column = column_of(cell.key, edition)
    found = read_cell(_THOUSANDS.sub(",", cell.raw), unit=column.unit, signed=column.signed)
    return found.value if found.state == "reported" else None


def _inferred(cell: Cell, value: Decimal, certain: Mapping[str, Decimal], edition: Edition) -> Cell:
    """The cell with its reading where every sum that can tell confirms it."""
    telling = [one for one in _sums_with(edition).get(cell.key, ()) if _others(one, cell.key) <= certain.keys()]
    if not telling or not all(_comes_out(one, {**certain, cell.key: value}) for one in telling):
        return cell
    if len(telling) == 1 and value and value in {certain[key] for key in _others(telling[0], cell.key)}:
        # What misread one number may have misread the other one like it.
        return cell
    comma = "（小数点作千位逗号）" if _THOUSANDS.search(cell.raw) else ""
    note = f"{cell.note}；所读数字{comma}与{len(telling)}处合计相符，因此采用，请核对原件"
    return cell._replace(value=value, state="inferred", confidence=_CONFIDENCE, note=note)


@cache
def _sums_with(edition: Edition) -> Mapping[str, tuple[Sum, ...]]:
    """The sums that each cell is in."""
    found: defaultdict[str, tuple[Sum, ...]] = defaultdict(tuple)
    for one in sums(edition):
        for key in (*one.left, *one.right):
            found[key] += (one,)
    return dict(found)


def _others(one: Sum, key: str) -> set[str]:
    return {*one.left, *one.right} - {key}


def _comes_out(one: Sum, values: Mapping[str, Decimal]) -> bool:
    return sum(values[key] for key in one.left) == sum(values[key] for key in one.right)
