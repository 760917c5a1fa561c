"""Streaks of dirt on the glass of a scanner: they may hide a digit, and are straight however the sheet lay."""

import pytest

from gkaudit.readers import recognition

pytestmark = pytest.mark.skipif(bool(recognition.missing()), reason="gkaudit[ocr] is not installed")


def _slanted(degrees):
    """Lines of words on a sheet that lay so much out of straight."""
    import cv2
    import numpy as np

    page = np.full((2300, 1640), 255, np.uint8)
    for y in range(400, 2000, 60):
        cv2.putText(page, "words and more words of a page", (250, y), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 30, 3)
    turn = cv2.getRotationMatrix2D((820, 1150), -degrees, 1)
    return cv2.warpAffine(page, turn, (1640, 2300), borderValue=255)


@pytest.mark.parametrize("degrees", [-3.0, 0.0, 2.0])
def test_what_the_scanner_adds_does_not_say_how_straight_a_page_is(degrees):
    from gkaudit.readers.recognition.straighten import skew

    page = _slanted(degrees)
    assert skew(page) == pytest.approx(degrees, abs=0.1)
    page[:90] = 25
    page[:, 1560:] = 25
    page[:, 1200:1202] = 90
    page[1000:1020, 1200:1202] = 255
    assert skew(page) == pytest.approx(degrees, abs=0.1)


def _cell(*places, streak):
    """A cell with digits in these places, a streak, and where it is."""
    import cv2
    import numpy as np

    inside, veil = np.full((46, 80), 255, np.uint8), np.zeros((46, 80), np.uint8)
    for place in places:
        cv2.ellipse(inside, (place, 23), (5, 9), 0, 0, 360, 20, 2)
    veil[:, streak - 2 : streak + 3] = 255
    return inside, veil


@pytest.mark.parametrize(
    ("places", "streak", "middle", "hidden"),
    [
        ((), 42, False, True),
        ((), 10, False, False),
        ((40,), 26, True, False),  # with a digit there the 0 were not in the middle
        ((47,), 33, False, True),
        ((40,), 4, False, False),
        ((40,), 40, True, False),
        ((28, 52), 40, True, True),
        ((33, 47), 40, True, False),
    ],
)
def test_a_streak_may_hide_a_digit(places, streak, middle, hidden):
    from gkaudit.readers.recognition.ink import look_at
    from gkaudit.readers.recognition.veils import may_hide_a_digit

    inside, veil = _cell(*places, streak=streak)
    ink = look_at(inside, 0, 26)
    assert may_hide_a_digit(veil, ink, "0" * len(places), room=13, middle=middle) is hidden


@pytest.mark.parametrize(("streak", "sure"), [(40, False), (12, True)])
def test_a_cell_with_a_streak_in_its_middle_is_not_blank(monkeypatch, streak, sure):
    """Where the numbers of the table stand in the middle; else nowhere."""
    from gkaudit.readers.recognition import cells, looks
    from gkaudit.readers.recognition.engine import Reading

    monkeypatch.setattr(looks, "read_lines", lambda pictures, _: [Reading("0", (0.99,)) for _ in pictures])
    blank, veil = _cell(streak=streak)
    full, _ = _cell(40, streak=12)
    (judged,) = cells.read_cells([[*(cells.View(full) for _ in range(12)), cells.View(blank, veil=veil)]], 0)
    assert (judged[-1].text, judged[-1].confidence > 0.5) == ("", sure)
    (alone,) = cells.read_cells([[cells.View(blank, veil=veil)]], 0)
    assert alone[-1].confidence < 0.5


def _table(*, below):
    """A table of one column with a streak down it that is as dark as print, and a 0 half below it where ``below``."""
    import cv2
    import numpy as np

    page = np.full((700, 320), 255, np.uint8)
    rows = range(110, 591, 60)
    for y in rows:
        cv2.line(page, (20, y), (300, y), 20, 3)
    for x in (20, 160, 300):
        cv2.line(page, (x, 110), (x, 590), 20, 3)
    for y in rows[:-1]:
        for x in (90, 226 if below else 240):
            cv2.ellipse(page, (x, y + 30), (6, 10), 0, 0, 360, 30, 2)
    clean = page.copy()
    for y in range(700):
        x, beside = divmod(232 + y / 250, 1)
        page[y, int(x)] = np.minimum(page[y, int(x)], 60 + 195 * beside)
        page[y, int(x) + 1] = np.minimum(page[y, int(x) + 1], 255 - 195 * beside)
    return page, clean


@pytest.mark.parametrize("below", [True, False])
def test_a_streak_is_taken_off_and_print_below_it_stays(below):
    import cv2
    import numpy as np

    from gkaudit.readers.recognition.ruling import find_rules, rule_masks
    from gkaudit.readers.recognition.streaks import below_streaks

    page, clean = _table(below=below)
    rules = find_rules(rule_masks(page))
    assert rules.columns == [20, 160, 300]
    seen = below_streaks(page, rules.masks)
    for y in range(110, 590, 60):
        cell = np.s_[y + 6 : y + 55, 170:290]
        print_ = clean[cell] < 100
        beside = cv2.dilate(print_.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        assert seen[cell][~beside].min() > 200
        assert (seen[cell][print_] < 150).mean() > (0.75 if below else 0.9)


def test_a_stem_beside_a_streak_is_no_rule():
    from gkaudit.readers.recognition.ruling import rule_masks

    page, _ = _table(below=True)
    down = rule_masks(page).down
    assert not down[:, 170:290].any()
    assert down[120:580, 160].all()


@pytest.mark.parametrize(("streak", "sure"), [(54, False), (20, True)])
def test_a_digit_where_the_streak_was_may_be_the_streak(streak, sure):
    from gkaudit.readers.recognition.cells import _is_clear
    from gkaudit.readers.recognition.glyphs import Alphabet
    from gkaudit.readers.recognition.ink import look_at
    from gkaudit.readers.recognition.looks import View

    inside, veil = _cell(40, streak=streak)
    inside[14:33, 53:56] = 30
    ink = look_at(inside, 0, 26)
    assert _is_clear(View(inside, inside, "", "条痕", veil=veil), ink, "01", Alphabet({})) is sure
