"""Which column each number of a row is in, where the row alone does not say it."""

import pytest

from gkaudit.document import Anchor
from gkaudit.grid import GridCell, GridRow
from gkaudit.placement import Reference, work_out


def row(*texts):
    """A row of a true grid with more cells than the form has columns; the first one is its label."""
    cells = tuple(GridCell(text, Anchor("a.csv"), x, "value" if text else "blank") for x, text in enumerate(texts, 1))
    return GridRow(cells, 0, "sheet", 0, cells[:1], cells[1:], exact=True)


@pytest.mark.parametrize(
    ("values", "how"),
    [
        # Other rows begin in the second column: there the total would be empty, one further left it agrees.
        (("", "0", "0", "0", "0", "1", "1", ""), "open"),
        (("", "0", "0", "0", "2", "1", "1", ""), "worked_out"),
        (("", "0", "0", "0", "0", "", "1", "1"), "worked_out"),
    ],
)
def test_where_the_sum_contradicts_the_other_rows_nobody_knows(values, how):
    assert work_out(row("二、上年结转", *values), 7, Reference({}, overall=3)).how == how
