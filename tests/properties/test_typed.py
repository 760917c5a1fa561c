"""Tables typed with tabs into a document that has no real ones: read like text, with the places of the source."""

import pytest

from gkaudit.document import Anchor, Document, Paragraph
from gkaudit.readers.typed import with_typed_tables
from gkaudit.report import understand
from tests.generate import applicable, make


def _document(made):
    here = Anchor(file="报告.docx")
    lines = [line for line in made.text.split("\n") if line.strip()]
    blocks = tuple(Paragraph(line, here.at(paragraph=n)) for n, line in enumerate(lines, 1))
    return Document("报告.docx", "docx", "0" * 64, blocks)


@pytest.mark.parametrize("layout", ["grid", "ragged", "pipes", "spaced"])
def test_nothing_is_silently_wrong(layout):
    for seed in range(12):
        made = make(seed, layout=layout, oddities=set(applicable(layout, "2021")[seed % 9 : seed % 9 + 1]))
        report = understand(with_typed_tables(_document(made)))
        rows = {row["key"]: row for row in report.cells.iter_rows(named=True)}
        faults = [said for k, row in rows.items() if (said := made.wrong(k, row["value"], row["state"]))]
        assert [fault for fault in faults if "SILENT" in fault] == []


def test_the_rows_are_read_and_their_places_are_paragraphs():
    made = make(3, layout="grid")
    document = _document(made)
    report = understand(with_typed_tables(document))
    (cell,) = [c for c in report.extraction.cells if c.key == "requests.received.total"]
    assert (cell.state, cell.value) == ("reported", made.values["requests.received.total"])
    assert document.blocks[cell.anchor.paragraph - 1].text.startswith("一、本年新收")
    assert (cell.anchor.file, cell.anchor.line) == ("报告.docx", None)


def test_prose_stays_as_it_is():
    here = Anchor(file="报告.docx")
    blocks = tuple(Paragraph(text, here.at(paragraph=n)) for n, text in enumerate(["标题", "一行\n两行", "正文。"], 1))
    document = Document("报告.docx", "docx", "0" * 64, blocks)
    assert with_typed_tables(document) is document
