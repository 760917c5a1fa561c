"""What is found while reading one statutory table, and what the three readers share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gkaudit.alignment import SURE, Match
from gkaudit.chars import fold
from gkaudit.document import Anchor
from gkaudit.form import Row, TableForm
from gkaudit.grid import GridCell, GridRow
from gkaudit.vocabulary import ends_group, is_label_part, label_hit

__all__ = [
    "TEXTS",
    "Found",
    "TableReading",
    "agreed",
    "by_position",
    "is_whole",
    "named",
    "note_added",
    "note_label",
    "visible",
    "where",
]

#: Layouts of text, in which a line of headings with as many words as a row has cells stands over these.
TEXTS = ("tabs", "pipes", "aligned", "tokens")
_WORDS = re.compile(r"[\u4e00-\u9fff]")
#: cell, how sure its place is (certain, worked_out, open), and a note for the auditor
Found = tuple[GridCell | None, str, str]


@dataclass(slots=True)
class TableReading:
    """What was found of one table while reading it."""

    table: str
    block: int | None = None
    cells: dict[str, Found] = field(default_factory=dict)
    row_anchors: dict[str, Anchor] = field(default_factory=dict)
    variants: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: Signs of damage by kind: garbled, short, lost, doubled.
    signs: list[str] = field(default_factory=list)
    #: Its rules enclose every cell of the form, row by row in the order of the form, and no other row with numbers.
    whole: bool = False

    def put(self, row: str, column: str, found: Found) -> None:
        """Note what was found for a cell."""
        self.cells[f"{self.table}.{row}.{column}"] = found

    def seen(self, row: GridRow) -> None:
        """Note where the table begins."""
        if self.block is None:
            self.block = row.block


def note_label(row: GridRow, target: Row, reading: TableReading, match: Match | None = None) -> None:
    """Variants of a label, and remains of mangled ones beside it."""
    printed = [cell.text.strip() for cell in row.labels]
    if fold(target.label) not in {fold(text) for text in printed}:
        reading.variants.append(named(row, "".join(printed)))
        score = match.score if match else max((h.score for t in printed for h in label_hit(t)), default=0.0)
        if score < SURE and not _has_every_word(printed, target):
            reading.signs.append("garbled")
        return
    # Of a group that a page cuts the end stands beside the first row overleaf.
    remains = [t for t in printed if not label_hit(t) and not is_label_part(t) and not ends_group(t)]
    if remains:
        reading.variants.append(named(row, "".join(remains)))
        reading.signs.append("garbled")


def note_added(rows: Sequence[GridRow], known: Sequence[GridRow], reading: TableReading) -> None:
    """Rows with numbers between those of the form that the form does not have (其他主动公开文件)."""
    own = {id(row) for row in known}
    places = [at for at, row in enumerate(rows) if id(row) in own]
    for row in rows[places[0] : places[-1]] if places else ():
        text = "".join(cell.text.strip() for cell in row.labels)
        plain = row.tokens and all(cell.kind == "value" for cell in row.tokens)
        if id(row) not in own and plain and text and not any(label_hit(c.text) for c in row.labels):
            reading.variants.append(f"{named(row, text)}（表式没有这一行）")


def _has_every_word(printed: Sequence[str], target: Row) -> bool:
    """Whether the labels of a row hold every word of its group and its own, moved into another cell at most."""
    words = sorted(_WORDS.findall("".join(printed)))
    return words == sorted(_WORDS.findall(f"{target.group or ''}{target.label}"))


def agreed(again: list[Found], before: list[Found]) -> list[Found]:
    """A row printed twice keeps its numbers only where both printings say the same."""
    texts = [[c.text.strip() if c else None for c, *_ in found] for found in (before, again)]
    if texts[0] == texts[1]:
        return before
    return [(None, "open", "这一行在报告中出现两次，数字不同")] * len(again)


def by_position(row: GridRow) -> bool:
    """Whether a row is of a table without upright rules, its columns found by where the numbers stand."""
    return row.layout == "grid" and not row.exact


def is_whole(rows: Sequence[tuple[GridRow, Row]], table: TableForm) -> bool:
    """Whether rows are those of the form in its order, each with all of its cells between its rules."""
    full = all(row.exact and len(row.values) == len(target.columns) for row, target in rows)
    return full and [target for _, target in rows] == list(table.rows)


def visible(tokens: Sequence[GridCell]) -> str:
    """What can be read in a row whose columns are open, for the auditor who looks at the source."""
    shown = "、".join(cell.text.strip() for cell in tokens[:8])
    return f"本行可见 {shown}，列位无法确定" if shown else "本行没有可辨认的数字"


def named(row: GridRow, text: str) -> str:
    """A label with its place: 第52行“二、上生”."""
    return f"{where(row).removesuffix('：')}“{' '.join(text.split())}”"


def where(row: GridRow) -> str:
    """The line of a row as the beginning of a note; empty where the source has no lines."""
    line = row.cells[0].anchor.line
    return f"第{line}行：" if line else ""
