"""Slips of a recogniser that the ruled form, or the rest of the page, settles; and those that stay in doubt."""

import pytest

from gkaudit.cells import extract_cells
from gkaudit.document import Anchor, Document, Table, TableCell
from gkaudit.form import form
from gkaudit.readers import recognition

needs_ocr = pytest.mark.skipif(bool(recognition.missing()), reason="gkaudit[ocr] is not installed")


def _scanned(labels=None, headings=None, confidence=0.9):
    """States by key of 表三 in a scan, every row 2000002, that reads these for some labels and headings."""
    table = form("2021").table("requests")
    anchor = Anchor("扫描.tif", page=1)
    said = {c.label: (headings[c.name], confidence) for c in table.columns if c.name in (headings or {})}
    said |= {r.label: (labels[r.name], confidence) for r in table.rows if r.name in (labels or {})}
    printed = [["", *(column.label for column in table.columns)], *([row.label, *"2000002"] for row in table.rows)]
    cells = tuple(
        tuple(
            TableCell(text, anchor.at(row=r, column=c), confidence=sure)
            for c, (text, sure) in enumerate((said.get(text, (text, 1.0)) for text in row), 1)
        )
        for r, row in enumerate(printed, 1)
    )
    document = Document("扫描.tif", "tif", "", (Table(cells, anchor, exact=True, layout="grid"),))
    return {cell.key: cell.state for cell in extract_cells(document).cells if cell.key.startswith("requests.")}


@pytest.mark.parametrize(
    ("label", "confidence", "state"),
    [
        ("2.、请有人收费理其纳费申请", 0.7, "reported"),
        ("2.、请有人收费理其纳费申请", 0.4, "reported"),
        ("2.人天", 0.7, "inferred"),
        ("2.本机关另行统计的其他事项", 0.7, "inferred"),
        ("2.、请有人收费理其纳费申请", 1.0, "inferred"),
    ],
)
def test_what_a_seal_left_of_a_label_names_the_row_of_its_place(label, confidence, state):
    """Only what a recogniser read: other words in a text are another row's."""
    states = _scanned({"fee_unpaid": label}, confidence=confidence)
    assert {found for key, found in states.items() if ".fee_unpaid." in key} == {state}


@pytest.mark.parametrize(
    ("label", "confidence", "state"),
    [
        ("(七) 总", 0.3, "reported"),
        ("(七) 总", 1.0, "inferred"),
        ("(六) 总", 0.3, "inferred"),
        ("(七)", 0.3, "inferred"),
    ],
)
def test_the_number_of_a_short_label_and_one_of_its_characters_name_its_row(label, confidence, state):
    states = _scanned({"processed": label}, confidence=confidence)
    assert {found for key, found in states.items() if ".processed." in key} == {state}


@pytest.mark.parametrize(
    ("heading", "confidence", "state"),
    [
        ("社书公", 0.7, "reported"),
        ("社书公", 1.0, "absent"),
        ("书心", 0.7, "absent"),
        ("备注", 0.7, "absent"),
    ],
)
def test_what_a_streak_left_of_a_heading_names_the_column_of_its_place(heading, confidence, state):
    states = _scanned(headings={"public_interest": heading}, confidence=confidence)
    assert {found for key, found in states.items() if key.endswith("public_interest")} == {state}
    assert {found for key, found in states.items() if key.endswith("total")} == {"reported"}


@needs_ocr
@pytest.mark.parametrize(("text", "number"), [(".511", "511"), ("·9,367", "9,367"), (".o", ""), ("-3", ""), ("3", "")])
def test_a_speck_before_a_number_leaves_it_to_the_sums(text, number):
    from gkaudit.readers.recognition.figures import behind_speck

    assert behind_speck(text) == number


@needs_ocr
def test_a_number_behind_a_speck_is_in_doubt(monkeypatch):
    import cv2
    import numpy as np

    from gkaudit.readers.recognition import cells, looks
    from gkaudit.readers.recognition.engine import Reading

    inside = np.full((50, 80), 255, np.uint8)
    cv2.ellipse(inside, (40, 28), (6, 10), 0, 0, 360, 20, 2)
    monkeypatch.setattr(looks, "read_lines", lambda pictures, _: [Reading("·8", (0.9, 0.99)) for _ in pictures])
    (((text, confidence, note),),) = cells.read_cells([[cells.View(inside)]], 0)
    assert (text, 0 < confidence < 0.5, note) == ("8", True, "数字前有墨点，读作“·8”")


@needs_ocr
def test_under_a_streak_the_look_that_saw_a_number_is_left_to_the_sums():
    from gkaudit.readers.recognition import cells

    read_ = cells._with_other(cells.Judged("lo\n1", 0.8), cells.Judged("0", 0.95), "条痕", clear=False)
    assert (read_.text, read_.confidence) == ("0", 0.3)
    assert "lo\n1" in read_.note
    kept = cells._with_other(cells.Judged("7", 0.8), cells.Judged("1", 0.95), "条痕", clear=False)
    assert kept.text == "7"


def _stroke(*, flag=0, slant=0):
    """A cell with a stroke as narrow as that of a 1, and its box."""
    import numpy as np

    inside = np.full((40, 40), 255, np.uint8)
    for y in range(10, 30):
        begin = 20 + slant * (30 - y) // 20
        inside[y, begin : begin + 3] = 0
    inside[10:12, 20 - flag : 20] = 0
    filled = np.flatnonzero((inside < 128).any(axis=0))
    return inside, (int(filled[0]), 10, int(filled[-1]) + 1, 30)


@needs_ocr
@pytest.mark.parametrize(
    ("shape", "is_one"), [({"flag": 1}, True), ({"flag": 2}, True), ({}, False), ({"flag": 1, "slant": 6}, False)]
)
def test_a_1_has_a_flag_and_a_straight_stem(shape, is_one):
    from gkaudit.readers.recognition.glyphs import has_flag

    assert has_flag(*_stroke(**shape)) is is_one


@needs_ocr
@pytest.mark.parametrize(
    ("worn", "vouched", "flag", "sure"), [(False, "same", 1, True), (True, "same", 1, False), (False, "", 1, False)]
)
def test_a_stroke_with_a_flag_is_a_1_where_no_digit_of_the_page_is_worn(monkeypatch, worn, vouched, flag, sure):
    """On a worn page half a 3 looks like that."""
    from gkaudit.readers.recognition import cells, verdicts
    from gkaudit.readers.recognition.engine import Reading
    from gkaudit.readers.recognition.glyphs import Alphabet
    from gkaudit.readers.recognition.ink import look_at

    inside, _ = _stroke(flag=flag)
    monkeypatch.setattr(verdicts, "vouched_for", lambda *_: vouched)
    read_ = verdicts._number(
        cells.View(inside), look_at(inside, 0, 20), Reading("1", (0.99,)), None, Alphabet({}, worn=worn)
    )
    assert (read_.confidence > 0.5) is sure
    assert ("只见一竖" in read_.note) is not sure


@needs_ocr
def test_specks_beside_a_digit_may_be_its_own():
    """A threshold breaks the ends of a 3 into specks; what is farther from it is dust, or the next digit."""
    import numpy as np

    from gkaudit.readers.recognition.figures import has_worn_digit
    from gkaudit.readers.recognition.ink import Line, fringed

    inside = np.full((40, 60), 255, np.uint8)
    box, other = (22, 10, 29, 30), (32, 10, 42, 30)
    for left, top, right, bottom in (box, other, (20, 26, 21, 28), (18, 12, 19, 14), (13, 20, 15, 22)):
        inside[top:bottom, left:right] = 20
    line = Line(22, 10, 42, 30, (box, other))
    assert fringed(inside, line).pieces == ((18, 10, 29, 30), other)
    assert has_worn_digit("30", line)
    assert not has_worn_digit("30", fringed(inside, line))


@needs_ocr
def test_a_digit_is_vouched_for_with_the_specks_beside_it(monkeypatch):
    import numpy as np

    from gkaudit.readers.recognition import verdicts
    from gkaudit.readers.recognition.glyphs import Alphabet
    from gkaudit.readers.recognition.ink import Ink, Line
    from gkaudit.readers.recognition.looks import View

    inside = np.full((40, 60), 255, np.uint8)
    inside[10:30, 22:29] = inside[26:28, 20:21] = 20
    monkeypatch.setattr(verdicts, "digit_glyphs", lambda _, line, text: [(text, line.pieces[0][0])])
    monkeypatch.setattr(Alphabet, "judge", lambda _, glyphs: "same" if glyphs == [("3", 20)] else "other")
    line = Line(22, 10, 29, 30, ((22, 10, 29, 30),))
    assert verdicts.vouched_for(View(inside), Ink("print", (line,)), "3", Alphabet({})) == "same"
    assert verdicts.vouched_for(View(inside), Ink("print", (line,)), "1", Alphabet({})) == "other"


@needs_ocr
@pytest.mark.parametrize(
    ("looks", "vouched", "sure"),
    [
        ((("0", 0.5), ("0", 0.9)), "same", True),
        ((("0", 0.5), ("0", 0.9)), "", False),
        ((("0", 0.5), ("0", 0.7)), "same", False),
        ((("O", 0.5), ("0", 0.9)), "same", True),
        ((("O", 0.9), ("0", 0.9)), "", False),
        ((("O", 0.5), ("6", 0.9)), "same", False),
        ((("C", 0.5), ("0", 0.9)), "same", False),
    ],
)
def test_a_digit_that_two_looks_and_the_page_agree_on_is_as_sure_as_the_better_look(monkeypatch, looks, vouched, sure):
    """A ring is a 0 where the other look and the page say so."""
    import cv2
    import numpy as np

    from gkaudit.readers.recognition import cells, verdicts
    from gkaudit.readers.recognition.engine import Reading
    from gkaudit.readers.recognition.glyphs import Alphabet
    from gkaudit.readers.recognition.ink import look_at

    inside = np.full((50, 80), 255, np.uint8)
    cv2.ellipse(inside, (40, 28), (6, 10), 0, 0, 360, 20, 2)
    monkeypatch.setattr(verdicts, "vouched_for", lambda *_: vouched)
    first, second = (Reading(text, (certain,)) for text, certain in looks)
    read_ = verdicts._number(cells.View(inside), look_at(inside, 0, 26), first, second, Alphabet({}))
    assert (read_.confidence > 0.5) is sure


@needs_ocr
@pytest.mark.parametrize(
    ("first", "second", "sure"),
    [
        ("28件", "28代", True),
        ("0件：", "0件", True),
        ("0", "0件", True),
        ("1599件", "1599.件", True),
        ("28代", "28介", False),  # which one is right?
        ("28件", "281", False),
        ("28件", "28l牛", False),
        ("28件", "2代", False),
        ("28件", "28万元", False),
        ("28件", "28亿", False),
        ("28元", "28代", False),
    ],
)
def test_two_looks_are_of_one_number_whatever_one_makes_of_what_is_counted(first, second, sure):
    """The word behind it takes no certainty from the number, however it was read."""
    import cv2
    import numpy as np

    from gkaudit.readers.recognition import cells, verdicts
    from gkaudit.readers.recognition.engine import Reading
    from gkaudit.readers.recognition.glyphs import Alphabet
    from gkaudit.readers.recognition.ink import look_at

    inside = np.full((50, 80), 255, np.uint8)
    cv2.ellipse(inside, (40, 28), (6, 10), 0, 0, 360, 20, 2)
    looks = [Reading(text, tuple(0.99 if c.isdigit() else 0.4 for c in text)) for text in (first, second)]
    read_ = verdicts._number(cells.View(inside), look_at(inside, 0, 26), *looks, Alphabet({}))
    assert (read_.confidence > 0.5) is sure
    assert not sure or read_.text in ("28件", "0件", "1599件")


@needs_ocr
@pytest.mark.parametrize(("text", "width", "worn"), [("3", 7, True), ("3", 11, False), ("1", 4, False)])
def test_a_digit_that_lost_its_sides_is_worn(text, width, worn):
    from gkaudit.readers.recognition.figures import has_worn_digit
    from gkaudit.readers.recognition.ink import Line

    box = (20, 10, 20 + width, 30)
    assert has_worn_digit(text, Line(*box, (box,))) is worn


@needs_ocr
def test_a_comma_makes_no_digit_narrower():
    from gkaudit.readers.recognition.figures import has_worn_digit
    from gkaudit.readers.recognition.ink import Line

    pieces = ((20, 10, 31, 30), (33, 26, 36, 35), (40, 10, 49, 30), (52, 10, 61, 30), (66, 10, 77, 30))
    assert not has_worn_digit("2,130", Line(20, 10, 77, 35, pieces))


@needs_ocr
@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(("O件", "0件"), ("〇 件", "0 件"), ("件", "件"), ("I条", "I条"), ("行件", "行件")),
        *(("O", "0"), ("Q", "0"), ("○", "○"), ("C", "C")),
    ],
)
def test_a_round_letter_or_a_ring_before_what_is_counted_is_a_0_in_doubt(monkeypatch, text, said):
    """It is no word: a cell of words in a row of numbers would leave all of them in doubt."""
    import cv2
    import numpy as np

    from gkaudit.readers.recognition import cells, looks
    from gkaudit.readers.recognition.engine import Reading
    from gkaudit.readers.recognition.figures import with_zero

    assert with_zero(text) == said
    inside = np.full((50, 80), 255, np.uint8)
    cv2.ellipse(inside, (40, 28), (6, 10), 0, 0, 360, 20, 2)
    monkeypatch.setattr(looks, "read_lines", lambda pictures, _: [Reading(text, (0.99,) * len(text)) for _ in pictures])
    (((read_, confidence, _),),) = cells.read_cells([[cells.View(inside)]], 0)
    assert read_ == said
    assert confidence < 0.5 or text in ("件", "行件")


@needs_ocr
@pytest.mark.parametrize(
    ("places", "usual", "dust"),
    [
        *(((30, 55), 1.25, True), ((30, 80), 1.25, False), ((30, 55), 0.0, True), ((30, 50), 0.0, False)),
        *(((30, 50), 0.68, False), ((30, 44), 0.68, True)),
    ],
)
def test_a_point_between_digits_that_stand_as_without_one_may_be_dust(places, usual, dust):
    """Digits set wide have room for dust that looks like a point."""
    from gkaudit.readers.recognition.ink import Line
    from gkaudit.readers.recognition.spacing import is_spaced_as_without_point

    (one, other), point = ((x - 6, 12, x + 6, 32) for x in places), sum(places) // 2
    line = Line(24, 12, other[2], 32, (one, (point - 1, 28, point + 1, 32), other))
    assert is_spaced_as_without_point("2.9", line, usual) is dust
    assert not is_spaced_as_without_point("29", line, usual)


@needs_ocr
@pytest.mark.parametrize(
    ("head", "foot", "bent", "text"),
    [(46, 37, False, "/"), (43, 40, False, "1"), (46, 37, True, "1"), (37, 46, False, "1")],
)
def test_a_straight_stroke_that_leans_is_the_slash_that_one_look_took_for_a_1(head, foot, bent, text):
    import cv2
    import numpy as np

    from gkaudit.readers.recognition import verdicts
    from gkaudit.readers.recognition.engine import Reading
    from gkaudit.readers.recognition.glyphs import Alphabet
    from gkaudit.readers.recognition.ink import look_at
    from gkaudit.readers.recognition.looks import View

    inside = np.full((60, 80), 255, np.uint8)
    cv2.line(inside, (head, 15), (foot, 43), 20, 2)
    if bent:
        cv2.line(inside, (head, 15), (head - 8, 20), 20, 2)
    one, other = Reading("/", (0.6,)), Reading("1", (0.98,))
    for first, second in ((one, other), (other, one)):
        read = verdicts.judge(View(inside), look_at(inside, 0, 26), [first], [second], Alphabet({}))
        assert (read.text, read.confidence > 0.5) == (text, text == "/")
