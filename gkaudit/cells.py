"""Grid × form → cells: every cell of the form with its value, state and place in the source.

A cell is ``reported`` only where the source itself says which cell a number belongs to. Where columns
were lost it is ``inferred`` or ``unreadable``; in a table that shows damage nothing empty is called
blank. No value is ever filled in or changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from gkaudit.chars import read_cell
from gkaudit.damage import damaged_tables, rows_in_lines, stands_in_lines, torn_tables
from gkaudit.document import Anchor, Document, Table
from gkaudit.form import TABLES, Column, Edition, Form, TableForm, edition_for_year, form
from gkaudit.grid import GridRow, grid_rows
from gkaudit.tables import TableReading, read_disclosure, read_remedies, read_requests, sort_rows
from gkaudit.tables.captions import Around, is_of_form, of_another_year, tempered
from gkaudit.vocabulary import edition_of

__all__ = ["DOUBTFUL", "Cell", "Extraction", "extract_cells"]

#: A cell whose text is less sure than this (recognised from a picture, or read in two ways) has no number.
DOUBTFUL = 0.5
#: What a cell says by itself and nothing around a sure place changes.
_PLAIN = ("reported", "blank", "marked")
#: Nothing is known of the report around its tables.
_NOTHING = Around()


class Cell(NamedTuple):
    """One cell of the form as read from one report; see the contract for the six states."""

    key: str
    value: Decimal | None
    raw: str
    state: str
    anchor: Anchor | None
    confidence: float
    note: str = ""

    def record(self, report_id: str) -> dict[str, Any]:
        """As a row of the ``cells`` frame."""
        table, row, column = self.key.split(".")
        return {
            "report_id": report_id,
            "table": table,
            "row": row,
            "column": column,
            "key": self.key,
            "value": self.value,
            "raw": self.raw,
            "state": self.state,
            "anchor": self.anchor.record() if self.anchor else None,
            "confidence": self.confidence,
            "note": self.note or None,
        }


@dataclass(frozen=True, slots=True)
class Extraction:
    """All cells of one document and what was noticed about its tables."""

    edition: Edition
    edition_seen: Edition | None
    cells: tuple[Cell, ...]
    found: dict[str, int | None]  # table → index of its first block in the document, None: not found
    #: Tables with signs of damage; those among them in which nothing empty is called blank.
    damaged: frozenset[str]
    torn: frozenset[str] = frozenset()
    label_variants: tuple[str, ...] = ()
    shift_notes: tuple[str, ...] = ()
    missing_rows: tuple[str, ...] = field(default=())


def extract_cells(document: Document, year: int | None = None, around: Around = _NOTHING) -> Extraction:
    """Cells of every table of the form; ``year`` decides the edition only where no label does."""
    rows = grid_rows(document)
    others = of_another_year(document, rows, around)
    own = [row for row in rows if id(row) not in others or others[id(row)].heading]
    seen = _edition(own) or _edition(rows)
    edition = seen or edition_for_year(year)
    statutory = form(edition)
    by_table = _of_the_year(rows, own)
    readings = {
        name: read(by_table[name], statutory.table(name))
        for name, read in zip(TABLES, (read_disclosure, read_requests, read_remedies), strict=True)
    }
    for name, reading in readings.items():
        told = [(row, others[id(row)]) for row in by_table[name] if id(row) in others]
        if told:
            keys = ((row, column.name) for _, row, column in _places(statutory.table(name)))
            tempered(reading, told, year, keys)
    torn = torn_tables(readings) | {name for name, reading in readings.items() if _unrecognised(document, reading)}
    lines = rows_in_lines(document, around.headings)
    cells = tuple(
        cell
        for name in TABLES
        for cell in _cells(statutory, readings[name], damaged=name in torn, lines=lines.get(name, frozenset()))
    )
    return Extraction(
        edition=edition,
        edition_seen=seen,
        cells=cells,
        found={name: reading.block for name, reading in readings.items()},
        damaged=frozenset(damaged_tables(readings)),
        torn=frozenset(torn),
        label_variants=tuple(v for name in TABLES for v in readings[name].variants),
        shift_notes=tuple(dict.fromkeys(note for name in TABLES for note in readings[name].notes)),
    )


def _unrecognised(document: Document, reading: TableReading) -> bool:
    """Whether the table stands in a picture, and nothing below its headings was recognised as a row."""
    if reading.block is None or reading.cells:
        return False
    table = document.blocks[reading.block]
    return isinstance(table, Table) and any(cell.confidence < 1 for row in table.rows for cell in row)


def _of_the_year(rows: list[GridRow], own: list[GridRow]) -> dict[str, list[GridRow]]:
    """Rows by table, this year's alone where they are a table, not a row of it that stands elsewhere in the text."""
    every = sort_rows(rows)
    if len(own) == len(rows):
        return every
    of_year = sort_rows(own)
    counts = {name: [sum(map(is_of_form, by[name])) for by in (of_year, every)] for name in TABLES}
    return {name: (of_year if mine and 3 * mine >= all_ else every)[name] for name, (mine, all_) in counts.items()}


def _edition(rows: Iterable[GridRow]) -> Edition | None:
    """The edition whose own words occur more often; None where neither's do."""
    return edition_of(cell.text for row in rows for cell in row.labels)


def _cells(statutory: Form, reading: TableReading, *, damaged: bool, lines: Collection[str]) -> Iterable[Cell]:
    for key, row, column in _places(statutory.table(reading.table)):
        found = reading.cells.get(key)
        if found is None:
            in_lines = stands_in_lines(row, lines, found=reading.block is not None)
            yield _missing(key, reading, row, damaged=damaged, in_lines=in_lines)
            continue
        cell, sure, note = found
        if cell is None:
            yield Cell(key, None, "", "unreadable", reading.row_anchors.get(row), 0.0, note)
            continue
        read = read_cell(cell.text, unit=column.unit, signed=column.signed)
        printed = Cell(key, read.value, cell.text, read.state, cell.anchor, cell.confidence, read.note or note)
        if cell.confidence < DOUBTFUL:
            placed = sure == "certain" and not damaged
            confidence = cell.confidence if placed else 0.0
            yield printed._replace(value=None, state="unreadable", confidence=confidence, note=cell.note or note)
        elif sure == "certain" and not damaged and read.state in _PLAIN:
            yield printed
        else:
            yield _judged(printed, sure, damaged=damaged, note=note)


@cache
def _places(table: TableForm) -> tuple[tuple[str, str, Column], ...]:
    """Key, row and column of every cell of a table, in the order of the printed form."""
    return tuple(
        (f"{table.name}.{row.name}.{name}", row.name, table.column(name)) for row in table.rows for name in row.columns
    )


def _missing(key: str, reading: TableReading, row: str, *, damaged: bool, in_lines: bool) -> Cell:
    """A cell of a row that the table does not have, or that may stand in the text where no table was recognised."""
    if in_lines:
        return Cell(key, None, "", "unreadable", None, 0.0, "表格的行在文字中，没有认出表格")
    if reading.block is not None and damaged:
        return Cell(key, None, "", "unreadable", None, 0.0, "表格有损坏，找不到这一行")
    return Cell(key, None, "", "absent", reading.row_anchors.get(row), 0.0)


def _judged(cell: Cell, sure: str, *, damaged: bool, note: str) -> Cell:
    """The cell's own reading tempered by how its place was found and how the table looks."""
    if sure == "open":
        return cell._replace(value=None, state="unreadable", confidence=0.0, note=note)
    if cell.state in ("blank", "marked") and damaged:
        return cell._replace(state="unreadable", confidence=0.0, note="表格有损坏，空格或符号可能是丢失的数字")
    if cell.state == "reported" and sure != "certain":
        return cell._replace(state="inferred", confidence=min(cell.confidence, 0.6), note=note or cell.note)
    if cell.state == "inferred":
        return cell._replace(confidence=min(cell.confidence, 0.6))
    if cell.state == "unreadable":
        return cell._replace(confidence=0.0)
    return cell._replace(confidence=min(cell.confidence, 0.9) if damaged else cell.confidence)
