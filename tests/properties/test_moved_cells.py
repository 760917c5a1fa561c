"""Cells that ran into one, with the rest of their row moved to the left: never silently in the wrong column.

LibreOffice does it to tables within tables of a .doc whose cells end in a footnote or a comment.
"""

from dataclasses import replace
from random import Random

import pytest

from gkaudit.document import Table
from gkaudit.readers import Source, read_source
from gkaudit.report import understand
from tests.generate import compose
from tests.generate.formats import docx


def _run_together(row, rng):
    """A row in which some cells took in what stood behind them; the grid stays as wide as it was."""
    texts, taken = [cell.text for cell in row], 0
    for _ in range(min(rng.choice((1, 1, 2)), len(row) - 1)):
        at = rng.randrange(len(texts) - 1)
        if texts[at] and texts[at + 1]:
            texts[at : at + 2] = [f"{texts[at]}\n{texts[at + 1]}"]
            taken += 1
    texts += [""] * (len(row) - len(texts))
    return tuple(cell._replace(text=text) for cell, text in zip(row, texts, strict=True)), taken


def _spoiled(document, rng, share):
    blocks, taken = [], 0
    for block in document.blocks:
        if not isinstance(block, Table):
            blocks.append(block)
            continue
        rows = []
        for row in block.rows:
            spoiled, more = _run_together(row, rng) if len(row) > 1 and rng.random() < share else (row, 0)
            rows.append(spoiled)
            taken += more
        blocks.append(replace(block, rows=tuple(rows)))
    return replace(document, blocks=tuple(blocks)), taken


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize("share", [0.1, 0.5])
def test_cells_that_ran_together_are_never_silent(edition, share):
    for seed in (*range(5), 21):
        made = compose(seed, edition=edition)
        document = read_source(Source.of(docx.write(made, Random(seed)), "报告.docx"))
        spoiled, taken = _spoiled(document, Random(seed), share)
        rows = understand(spoiled).cells.iter_rows(named=True)
        faults = [said for row in rows if (said := made.wrong(row["key"], row["value"], row["state"]))]
        assert taken
        assert not [fault for fault in faults if "SILENT" in fault], seed
