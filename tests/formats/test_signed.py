"""Tables that somebody signed across: strokes of a pen are neither rules nor digits, and may hide some."""

import pytest

from gkaudit.readers import recognition

pytestmark = pytest.mark.skipif(bool(recognition.missing()), reason="gkaudit[ocr] is not installed")

ROWS, COLUMNS = (20, 70, 120, 170), (20, 110, 200, 290)


def _page(*strokes):
    """A table of nine cells with a 0 in the middle of each, and strokes across it."""
    import cv2
    import numpy as np

    page = np.full((200, 320), 255, np.uint8)
    for y in ROWS:
        cv2.line(page, (COLUMNS[0], y), (COLUMNS[-1], y), 20, 3)
    for x in COLUMNS:
        cv2.line(page, (x, ROWS[0]), (x, ROWS[-1]), 20, 3)
    for y in (45, 95, 145):
        for x in (65, 155, 245):
            cv2.ellipse(page, (x, y), (6, 10), 0, 0, 360, 20, 2)
    for stroke in strokes:
        cv2.polylines(page, [np.array(stroke, np.int32)], isClosed=False, color=30, thickness=2)
    return page


def _rules(page):
    from gkaudit.readers.recognition.ruling import find_rules, rule_masks

    return find_rules(rule_masks(page))


def test_only_what_runs_across_a_rule_is_a_stroke_of_a_pen():
    from gkaudit.readers.recognition.strokes import pen_strokes

    page = _page()
    assert pen_strokes(page, _rules(page).masks) is None
    page = _page([(130, 85), (180, 150)])
    found = pen_strokes(page, _rules(page).masks)
    assert found is not None
    assert found[[100, 138], [141, 171]].all()
    assert not found[35:56, 58:73].any()
    assert not found[85:106, 152:163].any()


def test_a_blue_pen_is_told_from_print_by_its_colour():
    """A table printed in blue is no signature."""
    import cv2
    import numpy as np

    from gkaudit.readers.recognition.seals import blue_ink
    from gkaudit.readers.recognition.strokes import pen_strokes

    page = _page()
    image = cv2.cvtColor(page, cv2.COLOR_GRAY2BGR)
    assert blue_ink(image) is None
    # Blue, green, red; through one of the digits, and within one cell.
    cv2.line(image, (120, 80), (190, 110), (120, 40, 30), 2)
    blue = blue_ink(image)
    assert blue is not None
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    strokes = pen_strokes(grey, _rules(page).masks, blue)
    assert strokes is not None
    left = cv2.max(grey, strokes)
    print_ = page < 100
    assert (left[(grey < 100) & ~print_] > 200).mean() > 0.9
    assert (left[print_] < 150).mean() > 0.95
    whole = np.full((*page.shape, 3), 255, np.uint8)
    whole[page < 100] = (120, 40, 30)
    assert blue_ink(whole) is None


def test_a_stroke_of_a_pen_is_no_rule():
    assert len(_rules(_page()).columns) == 4
    assert len(_rules(_page([(136, 73), (139, 95), (133, 117)])).columns) == 4


@pytest.mark.parametrize("stroke", [[(133, 70), (140, 120)], [(133, 70), (138, 95), (133, 120)]])
def test_a_stroke_as_thick_as_the_rules_is_none_where_it_leans_or_bends(stroke):
    import cv2
    import numpy as np

    page = _page()
    cv2.polylines(page, [np.array(stroke, np.int32)], isClosed=False, color=30, thickness=3)
    assert _rules(page).columns == list(COLUMNS)


@pytest.mark.parametrize(
    ("stroke", "columns"),
    [
        ([(135, 121), (135, 170), (150, 190)], COLUMNS),  # goes on below the table
        ([(135, 121), (135, 168)], (20, 110, 135, 200, 290)),  # a cell divided in two
    ],
)
def test_what_runs_straight_down_one_row_is_a_stroke_where_it_goes_on_behind_a_rule(stroke, columns):
    """It is taken for a stroke in the cells as well, which may hide a digit."""
    import cv2
    import numpy as np

    from gkaudit.readers.recognition.strokes import pen_strokes, without_strokes

    page = _page()
    cv2.polylines(page, [np.array(stroke, np.int32)], isClosed=False, color=30, thickness=3)
    rules = _rules(page)
    assert 135 in rules.columns
    rules = without_strokes(page, rules)
    assert rules.columns == list(columns)
    strokes = pen_strokes(page, rules.masks)
    assert bool(strokes is not None and strokes[130:160, 135].all()) is (135 not in columns)


def test_a_rule_with_cracks_is_whole():
    """Worn toner, and a missed line of pixels through all of them, may leave no long run of any rule."""
    from gkaudit.readers.recognition.grid import boxes

    page = _page()
    for y in (30, 52, 80, 97, 130, 150):
        page[y : y + 2] = 255
    assert len(boxes(_rules(page))) == 9
    page = _page()
    for y in (30, 52, 80, 97, 130, 150):
        page[y : y + 6, 195:205] = 255
    assert len(boxes(_rules(page))) == 6


@pytest.mark.parametrize("turned", [False, True])
def test_a_stroke_that_runs_out_of_a_table_at_its_corner_does_not_move_the_corner(turned):
    """Rules across would lean on the flattened table, and those down would not reach them."""
    import cv2
    import numpy as np

    from gkaudit.readers.recognition.ruling import find_outlines, rule_masks

    page = cv2.copyMakeBorder(_page(), 50, 50, 0, 50, cv2.BORDER_CONSTANT, value=255)
    cv2.polylines(page, [np.array([(250, 200), (289, 213), (289, 250), (310, 244)], np.int32)], False, 30, 2)
    page = np.ascontiguousarray(page[::-1]) if turned else page
    (outline,) = find_outlines(rule_masks(page))
    assert np.abs(outline.corners - outline.corners[[1, 0, 3, 2]])[:, 1].max() <= 4


@pytest.mark.parametrize("left", [0, 60, 230])
def test_a_table_whose_last_rule_is_worn_goes_on_to_the_end_of_its_rules_down(left):
    from gkaudit.readers.recognition.ruling import find_outlines, rule_masks

    page = _page()
    page[167:, left:] = 255
    (outline,) = find_outlines(rule_masks(page))
    assert outline.corners[2:, 1].min() > 160


def test_strokes_of_print_as_long_as_rules_are_neither_rules_nor_taken_off():
    """A page copied onto larger paper has them."""
    import cv2
    import numpy as np

    from gkaudit.readers.recognition.streaks import without_rules
    from gkaudit.readers.recognition.strokes import pen_strokes

    page = cv2.resize(_page(), None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    print_ = np.zeros_like(page)
    for begin, end in (((270, 165), (270, 215)), ((250, 175), (320, 175)), ((250, 195), (300, 195))):
        cv2.line(print_, begin, end, 255, 3)
    page[print_ > 0] = 20
    masks = _rules(page).masks
    assert pen_strokes(page, masks) is None
    assert (without_rules(page, masks)[print_ > 0] < 100).all()
    assert (without_rules(page, masks)[(print_ == 0) & (page < 100)] > 200).mean() > 0.5


def test_rules_of_a_table_with_one_row_are_none_of_the_strokes_across_them():
    import cv2
    import numpy as np

    from gkaudit.readers.recognition.ruling import find_rules, rule_masks
    from gkaudit.readers.recognition.strokes import without_strokes

    page = _page()
    page[73:] = 255
    cv2.polylines(page, [np.array([(110, 60), (112, 90), (190, 60), (201, 85)], np.int32)], False, 30, 3)
    rules = find_rules(rule_masks(page))
    assert without_strokes(page, rules).columns == list(COLUMNS)


@pytest.mark.parametrize(
    ("stroke", "sure"),
    [
        ([(185, 60), (180, 85), (150, 125)], False),  # through the 0
        ([(127, 50), (148, 138)], False),  # where a 1 may stand before it
        ([(115, 60), (125, 75), (122, 85)], True),
    ],
)
def test_a_number_beside_a_stroke_is_sure_where_the_stroke_hides_no_digit(stroke, sure):
    """Neither is a number read where a digit was taken off with the stroke."""
    import cv2

    from gkaudit.readers.recognition.cells import _is_clear
    from gkaudit.readers.recognition.glyphs import alphabet, digit_glyphs
    from gkaudit.readers.recognition.ink import look_at
    from gkaudit.readers.recognition.looks import PEN, View
    from gkaudit.readers.recognition.strokes import pen_strokes

    page = _page(stroke)
    masks = _rules(page).masks
    strokes = pen_strokes(page, masks)
    assert strokes is not None
    clean = cv2.max(page, cv2.dilate(masks.across | masks.down, None))
    other = look_at(clean[24:67, 24:106], 0, 26)
    zero = digit_glyphs(clean[24:67, 24:106], other.lines[0], "0")
    digits = alphabet(zero * 3)
    area = slice(74, 117), slice(114, 196)
    view = View(cv2.max(clean[area], strokes[area]), clean[area], "", PEN, strokes[area])
    ink = look_at(view.inside, 0, 26)
    assert (ink.kind == "print" and _is_clear(view, ink, "0", digits)) is sure


@pytest.mark.parametrize(("top", "bottom", "sure"), [(10, 30, True), (12, 31, True), (20, 48, False)])
def test_digits_of_one_number_stand_on_one_line(top, bottom, sure):
    from gkaudit.readers.recognition.figures import objection
    from gkaudit.readers.recognition.ink import Line

    one, zero = (20, top, 27, bottom), (34, 10, 46, 30)
    line = Line(20, min(top, 10), 46, max(bottom, 30), (one, zero))
    assert (objection("10", line, (80, 60)) == "") is sure


def _signed_cell(place=40, strokes=()):
    """A cell with a 0 at this place, and strokes of a pen at these."""
    import cv2
    import numpy as np

    from gkaudit.readers.recognition.looks import PEN, View

    inside = np.full((40, 80), 255, np.uint8)
    cv2.ellipse(inside, (place, 20), (6, 10), 0, 0, 360, 40, 2)
    pen = np.zeros_like(inside)
    for x in strokes:
        cv2.line(pen, (x, 2), (x, 38), 255, 2)
    return View(inside, cv2.max(inside, pen), "", PEN, pen) if strokes else View(inside)


@pytest.mark.parametrize(
    ("strokes", "whole", "sure"),
    [((26,), True, True), ((26,), False, False), ((54,), True, True), ((26, 54), True, False), ((3,), False, True)],
)
def test_no_digit_is_hidden_beside_a_number_in_the_middle_of_its_cell(monkeypatch, strokes, whole, sure):
    """One on either side of it could be."""
    from gkaudit.readers.recognition import cells
    from gkaudit.readers.recognition.glyphs import Alphabet
    from gkaudit.readers.recognition.ink import look_at

    monkeypatch.setattr(cells, "vouched_for", lambda *_: "same")
    view = _signed_cell(40, strokes)
    assert cells._is_clear(view, look_at(view.inside, 0, 22), "0", Alphabet({}), whole=whole) is sure


@pytest.mark.parametrize(
    ("others", "place", "whole"),
    [
        ([40, 41, 40, 40, 41], 40, True),
        ([40, 41, 40, 40, 41], 46, False),
        ([25, 25, 25, 25, 25], 25, False),  # to the left, where a digit behind it would move nothing
        ([40, 34, 47, 40, 41], 40, False),
        ([40, 41], 40, False),
    ],
)
def test_where_the_numbers_of_a_table_stand_is_told_by_those_that_nothing_lies_over(others, place, whole):
    from gkaudit.readers.recognition import cells
    from gkaudit.readers.recognition.engine import Reading
    from gkaudit.readers.recognition.ink import look_at

    views = [*map(_signed_cell, others), _signed_cell(place, (3,))]
    inks = [look_at(view.inside, 0, 22) for view in views]
    read = {i: [Reading("0", (0.99,))] for i in range(len(views))}
    assert (len(others) in cells._in_the_middle(views, inks, read, [views])) is whole


@pytest.mark.parametrize(("text", "sure"), [("14", True), ("1", False), ("11", False), ("1.4", False), ("20", True)])
def test_a_stroke_left_of_a_seal_would_stand_beside_the_middle(monkeypatch, text, sure):
    from gkaudit.readers.recognition import cells

    monkeypatch.setattr(cells, "vouched_for", lambda *_: "same")
    assert cells._vouched_below(None, None, text, None, whole=True) is sure
    assert cells._vouched_below(None, None, text, None) is (text == "20")


@pytest.mark.parametrize(
    ("text", "strokes", "vouched", "flag", "sure"),
    [
        ("1", (14,), "same", True, True),
        ("1", (14,), "", True, False),
        ("1", (14,), "same", False, False),
        ("1", (36,), "same", True, False),  # where more of the digit would be
        ("1", (14, 66), "same", True, False),
        ("5", (14,), "", False, True),
        ("-", (14,), "same", False, False),
    ],
)
def test_where_no_stroke_runs_in_the_middle_of_a_cell_a_number_there_is_whole(
    monkeypatch, text, strokes, vouched, flag, sure
):
    """A 1 needs its flag, lest it be a stroke itself; what was read twice needs no other digit of the page."""
    from gkaudit.readers.recognition import cells
    from gkaudit.readers.recognition.glyphs import Alphabet
    from gkaudit.readers.recognition.ink import look_at

    monkeypatch.setattr(cells, "vouched_for", lambda *_: vouched)
    monkeypatch.setattr(cells, "has_flag", lambda *_: flag)
    view = _signed_cell(40, strokes)
    assert cells._is_clear(view, look_at(view.inside, 0, 22), text, Alphabet({}), whole=True) is sure


def _printed(text, *strokes):
    """A cell with a number in its middle, and strokes (points) of a pen across it; without them, and its line."""
    import cv2
    import numpy as np

    from gkaudit.readers.recognition.ink import look_at

    inside = np.full((44, 90), 255, np.uint8)
    for place, digit in enumerate(text):
        x = 45 + round((place - (len(text) - 1) / 2) * 15)
        if digit == "0":
            cv2.ellipse(inside, (x, 22), (5, 9), 0, 0, 360, 20, 2)
        elif digit == "1":
            cv2.line(inside, (x, 13), (x, 31), 20, 2)
            cv2.line(inside, (x - 3, 16), (x, 13), 20, 2)
        else:
            cv2.ellipse(inside, (x, 18), (4, 4), 0, 0, 360, 20, 2)
            cv2.ellipse(inside, (x, 27), (5, 5), 0, 0, 360, 20, 2)
    line = look_at(inside, 0, 24).lines[0] if text else None
    for stroke in strokes:
        cv2.polylines(inside, [np.array(stroke, np.int32)], isClosed=False, color=30, thickness=3)
    return inside, line


THROUGH, BESIDE = [(28, 42), (50, 29), (62, 20)], [(66, 5), (62, 20), (68, 40)]
ROOF, FLOOR = [(36, 14), (45, 12), (54, 14)], [(36, 31), (45, 32), (54, 31)]


@pytest.mark.parametrize(
    ("text", "strokes", "others", "looks", "found"),
    [
        ("0", [THROUGH], "018", "0", True),
        ("8", [THROUGH], "018", "8", True),
        ("0", [THROUGH, BESIDE], "018", "0", True),
        ("0", [THROUGH], "018", "6", False),
        ("", [THROUGH], "018", "0", False),
        ("1", [BESIDE], "018", "1", False),  # a stroke may be all that it is
        ("100", [THROUGH], "018", "0", False),
        ("11", [ROOF, FLOOR], "018", "0", False),
        ("11", [ROOF, FLOOR], "08", "0", False),
        ("0", [THROUGH], "08", "0", True),
    ],
)
def test_a_digit_below_strokes_is_known_by_its_place_and_shape(monkeypatch, text, strokes, others, looks, found):
    from gkaudit.readers.recognition import beneath
    from gkaudit.readers.recognition.glyphs import alphabet, digit_glyphs
    from gkaudit.readers.recognition.looks import PEN, View

    numbers = [beneath.Number(digit, *_printed(digit)) for digit in others for _ in range(3)]
    glyphs = [glyph for number in numbers for glyph in digit_glyphs(number.inside, number.line, number.text)]
    monkeypatch.setattr(beneath, "read_twice", lambda *_: (looks, 0.9))
    inside, _ = _printed(text, *strokes)
    read = beneath.digits_below({7: View(inside, inside, "", PEN)}, numbers, alphabet(glyphs))
    assert read == ({7: (looks, 0.9)} if found else {})


def test_a_digit_that_its_table_does_not_show_is_known_by_the_other_tables(monkeypatch):
    from gkaudit.readers.recognition import beneath
    from gkaudit.readers.recognition.glyphs import alphabet, digit_glyphs
    from gkaudit.readers.recognition.looks import PEN, View

    numbers, others = ([beneath.Number(digit, *_printed(digit)) for digit in text] for text in ("1111180", "000000"))
    glyphs = [glyph for number in others for glyph in digit_glyphs(number.inside, number.line, number.text)]
    monkeypatch.setattr(beneath, "read_twice", lambda *_: ("0", 0.9))
    inside, _ = _printed("0", THROUGH)
    below = {7: View(inside, inside, "", PEN)}
    assert beneath.digits_below(below, numbers[:6], alphabet(glyphs)) == {}
    assert beneath.digits_below(below, numbers[:6], alphabet(glyphs), [others]) == {7: ("0", 0.9)}
    # One of them is too few to tell.
    assert beneath.digits_below(below, numbers[:7], alphabet(glyphs), [numbers[:6]]) == {}


def test_numbers_that_stand_in_different_places_tell_none():
    from gkaudit.readers.recognition import beneath

    inside, line = _printed("0")
    numbers = [beneath.Number("0", inside, line)] * 6
    place = beneath.place_of(numbers)
    assert place is not None
    assert (round(abs(place.right)), round(abs(place.down))) == (0, 0)
    aside = beneath.Number("0", inside, line.__class__(line.left + 9, line.top, line.right + 9, line.bottom, ()))
    assert beneath.place_of([*numbers[:4], aside, aside]) is None
    assert beneath.place_of(numbers[:4]) is None
