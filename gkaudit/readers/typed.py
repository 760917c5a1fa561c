"""Tables typed with tabs or blanks where a format would have had real ones.

Offices paste a table as text into Word or a web page. Where a document has no table that speaks of the
form, its paragraphs are laid out once more as a plain text would be; places stay those of the source.
"""

from __future__ import annotations

from dataclasses import replace

from gkaudit.document import Anchor, Block, Document, Paragraph, Table
from gkaudit.readers.layout import blocks, statutory
from gkaudit.readers.lines import split_lines

__all__ = ["with_typed_tables"]

#: A line or two with a label and a number are prose.
_FEWEST_ROWS = 3


def with_typed_tables(document: Document) -> Document:
    """The document with its typed tables found; as it is where it has real ones."""
    if any(statutory(table.rows) for table in document.tables):
        return document
    found: list[Block] = []
    stretch: list[Paragraph] = []
    for block in (*document.blocks, None):
        if isinstance(block, Paragraph):
            stretch.append(block)
            continue
        found += _laid_out(stretch, sum(isinstance(b, Table) for b in found))
        stretch = []
        if block is not None:
            found.append(block)
    if not any(isinstance(block, Table) and not block.exact for block in found):
        return document
    return replace(document, blocks=tuple(found))


def _laid_out(stretch: list[Paragraph], tables: int) -> list[Block]:
    """Paragraphs, and the tables typed in them; untouched where there are none."""
    if not stretch:
        return []
    anchors: list[Anchor] = []
    for paragraph in stretch:
        anchors += [paragraph.anchor] * len(split_lines(paragraph.text, ""))
    laid = blocks("\n".join(p.text for p in stretch), stretch[0].anchor.file)
    if not any(isinstance(block, Table) and len(block.rows) >= _FEWEST_ROWS for block in laid):
        return list(stretch)
    typed: list[Block] = []
    kept: set[Anchor] = set()
    for block in laid:
        home = anchors[(block.anchor.line or 1) - 1]
        if isinstance(block, Table):
            tables += 1
            typed.append(_placed(block, anchors, tables))
        elif home not in kept:
            # A paragraph of several lines comes back whole.
            kept.add(home)
            typed += [p for p in stretch if p.anchor == home]
    return typed


def _placed(table: Table, anchors: list[Anchor], number: int) -> Table:
    def at(anchor: Anchor) -> Anchor:
        home = anchors[(anchor.line or 1) - 1]
        return home.at(table=number, row=anchor.row, column=anchor.column)

    rows = tuple(tuple(cell._replace(anchor=at(cell.anchor)) for cell in row) for row in table.rows)
    return replace(table, rows=rows, anchor=at(table.anchor))
