"""Scans of two tones: rules that a threshold took, and what is left of them."""

from random import Random

import pytest

from gkaudit.readers import recognition
from gkaudit.report import read
from tests.generate import compose
from tests.generate.formats import scan
from tests.generate.formats.fonts import fonts_missing

needs_ocr = pytest.mark.skipif(
    bool(recognition.missing()) or fonts_missing(), reason="gkaudit[ocr] or a Chinese font is not installed"
)
#: Rules of the tables drawn here.
ROWS, COLUMNS = (100, 160, 220, 280, 340), (100, 300, 420, 540, 660)


def _page(left_across=(), left_down=(), moved=0):
    """A table of four rows and columns of numbers: these rules are left, and dots where the others crossed."""
    import cv2
    import numpy as np

    page = np.full((600, 800), 255, np.uint8)
    for y in ROWS:
        for x in COLUMNS:
            page[y : y + 2, x : x + 2] = 0
    for y in left_across:
        page[y : y + 2, COLUMNS[0] : COLUMNS[-1] + 2] = 0
    for x in left_down:
        page[ROWS[0] : ROWS[-1] + 2, x : x + 2] = 0
    for y in ROWS[:-1]:
        cv2.putText(page, "label", (120, y + 38), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
        for x in COLUMNS[1:-1]:
            aside = moved if x == 420 else -moved
            cv2.putText(page, "0", (x + 52 + aside, y + 38), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
    return page


def _size(page, *, parted=False):
    """Rows and columns of the one table of a page; None where none is found."""
    from gkaudit.readers.recognition import ruling, vanished

    masks = vanished.restored(page, ruling.rule_masks(page))
    outlines = ruling.find_outlines(masks)
    if len(outlines) != 1:
        return None
    matrix, size = ruling.flattened(outlines[0], 12)
    rules = ruling.find_rules(masks.warped(matrix, size))
    if parted:
        import cv2

        rules = vanished.parted(cv2.warpPerspective(page, matrix, size, borderValue=255), rules)
    return len(rules.rows) - 1, len(rules.columns) - 1


@needs_ocr
@pytest.mark.parametrize(
    ("across", "down"),
    [(ROWS, COLUMNS), ((), (420,)), ((), (300, 540)), ((160, 280), (420,)), (ROWS[2:], (300,)), ((), COLUMNS[:2])],
)
def test_rules_are_drawn_again_between_their_dots(across, down):
    assert _size(_page(across, down)) == (4, 4)


@needs_ocr
def test_dots_beside_no_rule_are_no_table():
    assert _size(_page()) is None


@needs_ocr
def test_dust_is_no_crossing():
    import numpy as np

    from gkaudit.readers.recognition import ruling, vanished

    page = _page(ROWS, COLUMNS)
    rng = Random(1)
    for _ in range(150):
        x, y = rng.randrange(790), rng.choice((rng.randrange(95), rng.randrange(345, 590)))
        page[y : y + 2, x : x + 2] = 0
    masks = ruling.rule_masks(page)
    assert all(np.array_equal(*pair) for pair in zip(masks, vanished.restored(page, masks), strict=True))


@needs_ocr
def test_nothing_is_drawn_through_print():
    """A number printed over two columns."""
    import cv2

    from gkaudit.readers.recognition import ruling, vanished

    page = _page((), (300,))
    cv2.putText(page, "123456", (380, 258), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
    down = vanished.restored(page, ruling.rule_masks(page)).down
    assert down[170:210, 418:423].any()
    assert not down[235:265, 418:423].any()


@needs_ocr
@pytest.mark.parametrize(("moved", "columns"), [(0, 4), (25, 3)])
def test_a_rule_between_numbers_in_the_middle_of_their_cells_is_told_by_them(moved, columns):
    """One that left no dot, since those that it crossed are left."""
    page = _page(ROWS, (100, 300, 420, 660), moved)
    assert _size(page, parted=True) == (4, columns)


@needs_ocr
def test_dust_beside_a_number_is_no_number_of_another_cell():
    page = _page(ROWS, COLUMNS, 25)
    for y in ROWS[:-1]:
        page[y + 30 : y + 34, 444:448] = 0
    assert _size(page, parted=True) == (4, 4)


@needs_ocr
def test_a_table_with_open_sides_keeps_its_outer_columns():
    from gkaudit.readers.recognition import ruling

    page = _page(ROWS, (300, 420, 540))
    masks = ruling.rule_masks(page)
    (outline,) = ruling.find_outlines(masks)
    matrix, size = ruling.flattened(outline, 12)
    assert len(ruling.find_rules(masks.warped(matrix, size)).columns) == 5


@needs_ocr
def test_the_sides_of_a_zero_are_one_digit():
    from gkaudit.readers.recognition.ink import Line, in_digits

    sides = Line(30, 12, 43, 32, ((30, 12, 34, 32), (39, 12, 43, 32)))
    assert in_digits(sides, "0").pieces == ((30, 12, 43, 32),)
    wide = Line(30, 12, 53, 32, ((30, 12, 34, 32), (49, 12, 53, 32)))
    assert in_digits(wide, "0") is None


@needs_ocr
@pytest.mark.parametrize(("second", "vouched", "sure"), [("0)", "same", True), ("6", "same", False), ("0)", "", False)])
def test_a_second_look_that_sees_no_number_contradicts_none(monkeypatch, second, vouched, sure):
    import numpy as np

    from gkaudit.readers.recognition import cells, verdicts
    from gkaudit.readers.recognition.engine import Reading
    from gkaudit.readers.recognition.ink import Ink, Line

    monkeypatch.setattr(verdicts, "vouched_for", lambda *_: vouched)
    view = cells.View(np.full((44, 80), 255, np.uint8))
    ink = Ink("print", (Line(30, 12, 43, 32, ((30, 12, 43, 32),)),))
    read_ = verdicts._number(view, ink, Reading("0", (0.8,)), Reading(second, (0.9,) * len(second)), None)
    assert (read_.text, read_.confidence > 0.5) == ("0", sure) or not sure


@needs_ocr
@pytest.mark.ocr
def test_a_report_whose_thin_rules_vanished_is_read(tmp_path):
    made = compose(3004)
    path = tmp_path / "扫描件.tif"
    path.write_bytes(scan.write(made, Random("150 dpi, 1 bit/3004"), frozenset({"low_dpi", "bilevel"})))
    rows = read(path).cells.iter_rows(named=True)
    faults = [said for row in rows if (said := made.wrong(row["key"], row["value"], row["state"]))]
    assert not [fault for fault in faults if "SILENT" in fault]
    assert len(faults) <= 8, faults
