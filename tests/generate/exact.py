"""A composed report as the Document that a perfect reader of Word, web pages or PDF would give."""

from gkaudit.document import Anchor, Block, Document, Paragraph, Table, TableCell

from .formats.merged import merged
from .model import Composed, Words


def document(made: Composed, name: str = "报告.docx") -> Document:
    """Blocks in reading order; every table exact, merged cells with their spans."""
    here = Anchor(file=name)
    blocks: list[Block] = []
    for piece in made.blocks:
        if isinstance(piece, Words):
            blocks.append(Paragraph(piece.text, here.at(paragraph=len(blocks) + 1)))
            continue
        for part in piece.parts:
            blocks += [Paragraph(text, here.at(paragraph=len(blocks) + n)) for n, text in enumerate(part.before, 1)]
            number = sum(isinstance(b, Table) for b in blocks) + 1
            blocks.append(table(merged(part.lines), here.at(table=number)))
    return Document(name, "docx", "0" * 64, tuple(blocks))


def table(rows: list, anchor: Anchor) -> Table:
    """Rows of :class:`~tests.generate.formats.merged.Merged` cells as an exact table."""
    cells = [
        tuple(TableCell(c.text, anchor.at(row=c.row + 1, column=c.column + 1), c.rowspan, c.colspan) for c in row)
        for row in rows
    ]
    return Table(tuple(cells), anchor, exact=True, layout="grid")
