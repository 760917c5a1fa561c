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
