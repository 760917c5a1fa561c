"""What a generated report is made of: cells as they will be printed, and the truth about them."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from gkaudit.form import form

EXACT = frozenset({"reported"})
SURE = frozenset({"reported", "inferred"})
SEEN = frozenset({"reported", "inferred", "unreadable"})
EMPTY = frozenset({"blank"})
EMPTY_OR_LOST = frozenset({"blank", "unreadable"})
LOST = frozenset({"unreadable", "absent"})
GONE = frozenset({"blank", "unreadable", "absent"})


class Cell(NamedTuple):
    """What a reader may say about a cell.

    ``value`` is the number that stands there (None: no number does), ``states`` the states that are
    honest. A reader that says ``reported`` must give ``value``; one that says ``inferred`` may give
    ``value`` or one of ``guesses`` (other numbers printed in a row whose blanks the layout lost).
    To call a cell blank or marked where a number stands is as wrong as a wrong number.
    """

    value: Decimal | None
    states: frozenset[str]
    guesses: frozenset[Decimal] = frozenset()


@dataclass(slots=True)
class Printing:
    """The report before it gets a layout: what oddities change."""

    edition: str
    values: dict[str, Decimal]
    text: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    #: Rows (``table.row``) by what was done to them.
    doubtful: set[str] = field(default_factory=set)
    glued: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)
    wrapped: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    missing_tables: set[str] = field(default_factory=set)
    captions: bool = True
    heading_inside: set[str] = field(default_factory=set)
    #: Row of table three before which it breaks, and how it goes on.
    break_before: str = ""
    break_style: str = ""
    column_labels: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.text = {key: str(value) for key, value in self.values.items()}

    def rows(self, table: str) -> list[str]:
        """Names of the rows that get printed."""
        return [r.name for r in form(self.edition).table(table).rows if f"{table}.{r.name}" not in self.missing]

    def keys(self, table: str, row: str) -> list[str]:
        return [f"{table}.{row}.{c}" for c in form(self.edition).table(table).row(row).columns]

    def label(self, table: str, row: str) -> str:
        return self.labels.get(f"{table}.{row}") or form(self.edition).table(table).row(row).label

    def column_label(self, table: str, column: str) -> str:
        return self.column_labels.get(column) or form(self.edition).table(table).column(column).label


@dataclass(frozen=True, slots=True)
class Generated:
    """A report and the truth about it.

    ``organ``, ``county``, ``year`` and ``period`` (first and last day, ISO) are what the title and
    the preamble say; ``cells`` has every key of the edition.
    """

    text: str = field(repr=False)
    cells: dict[str, Cell] = field(repr=False)
    organ: str
    county: str
    year: int
    period: tuple[str, str]
    edition: str
    layout: str
    seed: int
    oddities: frozenset[str]
    values: dict[str, Decimal] = field(repr=False)

    def wrong(self, key: str, value: Decimal | None, state: str) -> str:
        """Why this reading is not acceptable; empty where it is."""
        cell = self.cells[key]
        said = f"{key}: got {value} ({state}), want {cell.value} ({'/'.join(sorted(cell.states))})"
        known = state in SURE
        if (known and value is None) or (not known and value is not None):
            return f"{said}: state and value do not fit"
        claimed = state in {"reported", "blank", "marked"}
        if claimed and (value != cell.value or (state not in cell.states and cell.value is not None)):
            return f"{said}: SILENT"
        if state == "inferred" and value != cell.value:
            return "" if value in cell.guesses else f"{said}: wrong guess"
        return "" if state in cell.states else said


class Words(NamedTuple):
    """A paragraph of a composed report; ``kind`` is title, heading, note or paragraph."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Composed(Generated):
    """A report as blocks in reading order: :class:`Words`, and a ``skeleton.Printed`` for each table.

    ``text`` has the prose only. A table is printed in its ``parts`` (more than one where it breaks), each
    after the lines of its ``before``; a slot with ``above`` continues the cell above it.
    """

    blocks: list[Any] = field(default_factory=list, repr=False)
