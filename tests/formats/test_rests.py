"""Dust and what is left of a seal beside the print of a cell are no part of its number."""

import pytest

from gkaudit.readers import recognition

pytestmark = pytest.mark.skipif(bool(recognition.missing()), reason="gkaudit[ocr] is not installed")

PLACE = (34, 18, 46, 38)


def _cell(*rests, grey=150, place=40):
    """A cell with a 0 in its middle, and boxes (left, top, right, bottom) of other ink."""
    import cv2
    import numpy as np

    inside = np.full((56, 80), 255, np.uint8)
    cv2.ellipse(inside, (place, 28), (5, 9), 0, 0, 360, 20, 2)
    for left, top, right, bottom in rests:
        inside[top:bottom, left:right] = grey
    return inside


def _without(inside, light=256.0, high=0):
    from gkaudit.readers.recognition.ink import look_at
    from gkaudit.readers.recognition.rests import without_rests

    return without_rests(inside, look_at(inside, 0, 26), light, high)


@pytest.mark.parametrize("rest", [(10, 20, 24, 24), (56, 30, 72, 33), (30, 4, 50, 8)])
def test_what_is_lighter_than_print_beside_it_is_taken_off(rest):
    clean = _without(_cell(rest), light=120)
    assert clean is not None
    assert (clean == _cell()).all()
    assert _without(_cell(rest), light=160) is None
    assert _without(_cell(rest, grey=20), light=120) is None


@pytest.mark.parametrize("speck", [(18, 34, 22, 38), (60, 34, 63, 37), (42, 13, 45, 16), (39, 42, 43, 46)])
def test_specks_beside_above_and_below_print_are_taken_off(speck):
    clean = _without(_cell(speck, grey=20))
    assert clean is not None
    assert (clean == _cell()).all()


def test_dust_is_taken_off_where_a_digit_has_broken_into_specks():
    """They stay: a point, or a part of the digit. Dust right below the foot of the print is none of it."""
    dust, within, below = (18, 34, 22, 38), (39, 26, 42, 29), (45, 39, 48, 42)
    clean = _without(_cell(dust, within, grey=20))
    assert clean is not None
    assert (clean == _cell(within, grey=20)).all()
    clean = _without(_cell(below, grey=20))
    assert clean is not None
    assert (clean == _cell()).all()
    # What is left of a seal within the print may be more than a speck.
    light = _cell(within)
    light[34:38, 18:22] = 20
    assert _without(light, light=120) is None


def test_what_may_be_left_of_a_digit_on_either_side_stays():
    """Between them a digit is in the middle of its cell."""
    assert _without(_cell((22, 28, 26, 33), (54, 28, 58, 33), grey=20)) is None
    assert _without(_cell((22, 20, 26, 36), (54, 20, 58, 36)), light=120) is None
    assert _without(_cell((4, 20, 24, 24), (56, 30, 72, 33)), light=120) is not None


def _light_point(inside):
    inside[34:38, 39:43] = 150
    return inside


def test_what_may_be_a_point_or_a_comma_stays():
    """Its tail as well, which a threshold may have parted from it."""
    import cv2

    def pair(*specks):
        inside = _cell(*specks, grey=20, place=28)
        cv2.ellipse(inside, (54, 28), (5, 9), 0, 0, 360, 20, 2)
        return inside

    assert _without(pair((39, 34, 43, 38))) is None
    assert _without(pair((39, 34, 43, 38), (39, 40, 41, 43))) is None
    assert _without(_light_point(pair()), light=120) is None
    beside = _without(pair((39, 34, 43, 38), (66, 34, 69, 37)))
    assert beside is not None
    assert (beside == pair((39, 34, 43, 38))).all()
    clean = _without(pair((39, 40, 43, 43)))
    assert clean is not None
    assert (clean == pair()).all()


def test_dust_that_no_comma_can_be_is_taken_off_beside_one():
    """Below a digit, or above the comma, where it makes a semicolon; also where it is too small to be a piece."""
    import cv2

    def pair(*specks):
        inside = _cell((40, 34, 44, 42), *specks, grey=20, place=28)
        cv2.ellipse(inside, (56, 28), (5, 9), 0, 0, 360, 20, 2)
        return inside

    for speck in [(54, 40, 57, 43), (40, 26, 44, 28), (40, 29, 42, 31)]:
        clean = _without(pair(speck))
        assert clean is not None
        assert (clean == pair()).all()
    # What may be the tail of the comma, a point or a bit of the digit beside it stays.
    for speck in [(44, 43, 47, 46), (47, 35, 49, 38), (36, 29, 37, 31)]:
        assert _without(pair(speck)) is None


@pytest.mark.parametrize("speck", [(39, 14, 42, 19), (39, 38, 43, 42)])
def test_what_sticks_out_of_a_digit_is_dust_where_all_others_are_lower(speck):
    clean = _without(_cell(speck, grey=20), high=21)
    assert clean is not None
    assert (clean[:18] == 255).all()
    assert (clean[39:] == 255).all()
    assert _without(_cell(speck, grey=20)) is None
    # As small as dust, and on one side of it only, or it may be a digit of another size.
    assert _without(_cell((34, 14, 47, 19), grey=20), high=21) is None
    assert _without(_cell((39, 14, 42, 19), (39, 38, 42, 42), grey=20), high=21) is None


def test_dust_is_told_from_a_digit_that_is_a_pixel_higher_than_most():
    clean = _without(_cell((39, 39, 43, 42), (36, 37, 45, 39), grey=20), high=20)
    assert clean is not None
    assert (clean[39:] == 255).all()
    assert (clean[18:38] == _cell((36, 37, 45, 39), grey=20)[18:38]).all()


def test_dust_below_the_foot_of_its_digit_is_none_of_it_where_another_reaches_lower():
    import cv2

    def pair(*specks):
        inside = _cell(*specks, grey=20, place=28)
        cv2.ellipse(inside, (52, 29), (5, 9), 0, 0, 360, 20, 2)
        return inside

    clean = _without(pair((22, 39, 26, 42)))
    assert clean is not None
    assert (clean == pair()).all()
    assert _without(pair((38, 39, 42, 42))) is None


def test_of_the_ends_of_a_narrow_digit_dust_is_the_narrower():
    import cv2
    import numpy as np

    inside = np.full((56, 80), 255, np.uint8)
    cv2.ellipse(inside, (40, 28), (3, 9), 0, 0, 360, 20, 2)
    inside[39:42, 41:43] = 20
    clean = _without(inside, high=21)
    assert clean is not None
    assert (clean[39:] == 255).all()
    assert (clean[:39] == inside[:39]).all()


def test_how_high_digits_are_is_told_by_most_of_them():
    from gkaudit.readers.recognition.ink import Line
    from gkaudit.readers.recognition.rests import usual_digit

    def lines(*heights):
        return [Line(30, 10, 40, 10 + high, ((30, 10, 40, 10 + high),)) for high in heights]

    assert usual_digit(lines(*[20, 20, 20, 21] * 3, 25)) == 20
    assert usual_digit(lines(*[20] * 11)) == 0
    assert usual_digit(lines(*[20] * 8, *[16] * 5)) == 0


@pytest.mark.parametrize("place", [40, 52])
@pytest.mark.parametrize("like", ["same", "other"])
def test_a_digit_that_dust_makes_a_letter_of_is_read_without_it(monkeypatch, place, like):
    """Wherever it stands; but it has to look like its kind, since dust may have hidden some of it."""
    from gkaudit.readers.recognition import cells, looks, verdicts
    from gkaudit.readers.recognition.engine import Reading

    def read_lines(pictures, _):
        texts = ["Q" if (picture < 50).sum() > (_cell() < 50).sum() else "0" for picture in pictures]
        return [Reading(text, (0.99,)) for text in texts]

    monkeypatch.setattr(looks, "read_lines", read_lines)
    for room in (cells, verdicts):
        monkeypatch.setattr(room, "vouched_for", lambda *_: like)
    dusty = _cell((place - 1, 14, place + 2, 18), grey=20, place=place)
    (judged,) = cells.read_cells([[cells.View(_cell())] * 12 + [cells.View(dusty)]], 0)
    assert (judged[-1].text == "0" and judged[-1].confidence > 0.5) is (like == "same")


def test_how_light_print_is_is_told_by_many_pieces_of_it():
    from gkaudit.readers.recognition.ink import look_at
    from gkaudit.readers.recognition.rests import NO_LIGHT, lightest

    cells = [(inside, look_at(inside, 0, 22)) for inside in [_cell()] * 40]
    assert 20 < lightest(cells, 22) < 120
    assert lightest(cells[:10], 22) == NO_LIGHT


@pytest.mark.parametrize(
    ("speck", "place", "misread", "sure"),
    [
        ((20, 34, 23, 37), 40, ".8", True),
        ((26, 34, 29, 37), 47, ".8", False),  # with a digit before it that is worn to a speck it stands there
        ((56, 34, 59, 37), 40, ".8", True),
        ((53, 34, 56, 37), 33, ".8", False),
        ((56, 34, 59, 37), 40, "8:", True),
        ((20, 34, 23, 37), 40, "ê", True),
    ],
)
def test_a_number_with_dust_beside_it_is_sure_in_the_middle_of_its_cell(monkeypatch, speck, place, misread, sure):
    from gkaudit.readers.recognition import cells, looks
    from gkaudit.readers.recognition.engine import Reading

    def read_lines(pictures, _):
        texts = [misread if picture.shape[1] > picture.shape[0] else "8" for picture in pictures]
        return [Reading(text, (0.99,) * len(text)) for text in texts]

    monkeypatch.setattr(looks, "read_lines", read_lines)
    views = [cells.View(_cell()) for _ in range(12)] + [cells.View(_cell(speck, grey=20, place=place))]
    (judged,) = cells.read_cells([views], 0)
    assert judged[-1].text == "8"
    assert (judged[-1].confidence > 0.5) is sure


@pytest.mark.parametrize(("speck", "sure"), [((20, 39, 23, 42), True), ((20, 34, 23, 37), False)])
def test_dust_below_a_number_is_none_of_it_wherever_its_table_has_numbers(monkeypatch, speck, sure):
    """Where few numbers do not tell where theirs stand, and dust elsewhere in the cell says nothing."""
    from gkaudit.readers.recognition import cells, looks
    from gkaudit.readers.recognition.engine import Reading

    def read_lines(pictures, _):
        texts = [".8" if picture.shape[1] > picture.shape[0] else "8" for picture in pictures]
        return [Reading(text, (0.99,) * len(text)) for text in texts]

    monkeypatch.setattr(looks, "read_lines", read_lines)
    ((judged,),) = cells.read_cells([[cells.View(_cell((4, 24, 6, 26), speck, grey=20))]], 0)
    assert (judged.text, judged.confidence > 0.5) == ("8", sure)


def test_a_comma_with_dust_above_it_is_no_semicolon(monkeypatch):
    import cv2

    from gkaudit.readers.recognition import cells, looks
    from gkaudit.readers.recognition.engine import Reading

    def number(*specks):
        inside = _cell((24, 34, 28, 42), *specks, grey=20, place=16)
        for place in (36, 51, 66):
            cv2.ellipse(inside, (place, 28), (5, 9), 0, 0, 360, 20, 2)
        return inside

    def read_lines(pictures, _):
        texts = ["0;000" if (picture < 50).sum() > (number() < 50).sum() else "0,000" for picture in pictures]
        return [Reading(text, (0.99,) * len(text)) for text in texts]

    monkeypatch.setattr(looks, "read_lines", read_lines)
    views = [cells.View(number())] * 12 + [cells.View(number((25, 29, 27, 31)))]
    (judged,) = cells.read_cells([views], 0)
    assert judged[-1].text == "0,000"
    assert judged[-1].confidence > 0.5


@pytest.mark.parametrize(
    ("rest", "place", "sure"),
    [((4, 20, 24, 24), 40, True), ((4, 20, 24, 24), 50, False), ((35, 36, 45, 44), 40, False)],
)
def test_a_number_is_clear_in_the_middle_of_its_cell_without_what_is_left_of_a_seal(monkeypatch, rest, place, sure):
    """Where it is read as a part of the number first, and print is dark everywhere else."""
    from gkaudit.readers.recognition import cells, looks
    from gkaudit.readers.recognition.engine import Reading

    def read_lines(pictures, _):
        texts = ["0二" if ((picture > 130) & (picture < 170)).sum() > 30 else "0" for picture in pictures]
        return [Reading(text, (0.99,) * len(text)) for text in texts]

    monkeypatch.setattr(looks, "read_lines", read_lines)
    stamped = _cell(rest, grey=150, place=place)
    views = [cells.View(_cell()) for _ in range(40)] + [cells.View(stamped, stamped, "", cells.SEAL)]
    (judged,) = cells.read_cells([views], 0)
    assert (judged[-1].text == "0" and judged[-1].confidence > 0.5) is sure


@pytest.mark.parametrize("before", ["26", "?6"])
def test_what_is_light_below_a_seal_may_be_a_digit(monkeypatch, before):
    """With its ink that digit is not seen either: both looks without it agree, and are wrong."""
    import cv2

    from gkaudit.readers.recognition import cells, looks, verdicts
    from gkaudit.readers.recognition.engine import Reading

    def read_lines(pictures, _):
        light = [((picture > 130) & (picture < 170)).sum() > 30 for picture in pictures]
        return [Reading(before if seen else "6", (0.99,) * (1 + seen)) for seen in light]

    monkeypatch.setattr(looks, "read_lines", read_lines)
    for room in (cells, verdicts):
        monkeypatch.setattr(room, "vouched_for", lambda _, __, text, ___: "same" if text == "6" else "")
    stamped = _cell(place=48)
    cv2.ellipse(stamped, (32, 28), (5, 9), 0, 0, 360, 150, 2)
    other = _cell((20, 10, 40, 50), grey=90, place=48)
    views = [cells.View(_cell()) for _ in range(40)] + [cells.View(stamped, other, "", cells.SEAL)]
    (judged,) = cells.read_cells([views], 0)
    assert judged[-1].confidence < 0.5


def test_some_numbers_that_dust_is_read_with_take_nothing_from_the_others():
    from gkaudit.readers.recognition import cells
    from gkaudit.readers.recognition.engine import Reading
    from gkaudit.readers.recognition.ink import look_at

    def whole(places):
        views = [cells.View(_cell(place=place)) for place in places]
        inks = [look_at(view.inside, 0, 22) for view in views]
        read = {i: [Reading("0", (0.99,))] for i in range(len(views))}
        return cells._in_the_middle(views, inks, read, [views])

    assert whole([40] * 20 + [50]) == set(range(20))
    assert whole([40] * 20 + [50] * 4) == set()


def test_dust_that_does_not_touch_a_number_has_hidden_nothing(monkeypatch):
    """In the middle of its cell; the page need not show its digits often enough to vouch for them."""
    from gkaudit.readers.recognition import cells, looks
    from gkaudit.readers.recognition.engine import Reading

    digit = (37, 21, 44, 36)
    six = (_cell(digit, grey=20) < 50).sum()

    def read_lines(pictures, _):
        inked = [(picture < 50).sum() for picture in pictures]
        texts = [".6" if ink > six else "6" if ink == six else "0" for ink in inked]
        return [Reading(text, (0.99,) * len(text)) for text in texts]

    monkeypatch.setattr(looks, "read_lines", read_lines)
    for speck, sure in [((20, 34, 23, 37), True), ((31, 33, 34, 36), False)]:
        dusty = _cell(speck, digit, grey=20)
        (judged,) = cells.read_cells([[cells.View(_cell())] * 12 + [cells.View(dusty)]], 0)
        assert judged[-1].text == "6"
        assert (judged[-1].confidence > 0.5) is sure


def test_how_high_digits_are_is_told_by_all_tables_in_their_size(monkeypatch):
    """A table of a few numbers does not tell by itself."""
    from gkaudit.readers.recognition import cells, looks
    from gkaudit.readers.recognition.engine import Reading

    def read_lines(pictures, _):
        texts = ["ó" if (picture < 50).sum() > (_cell() < 50).sum() else "0" for picture in pictures]
        return [Reading(text, (0.99,)) for text in texts]

    monkeypatch.setattr(looks, "read_lines", read_lines)
    few = [*(cells.View(_cell()) for _ in range(3)), cells.View(_cell((39, 14, 42, 18), grey=20))]
    many = [cells.View(_cell()) for _ in range(12)]
    _, judged = cells.read_cells([many, few], 0)
    assert judged[-1].text == "0"
    assert judged[-1].confidence > 0.5
