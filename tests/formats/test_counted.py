"""The word for what is counted behind a number: dust beside it and cracks in it say nothing about the number."""

import pytest

from gkaudit.readers import recognition

pytestmark = pytest.mark.skipif(bool(recognition.missing()), reason="gkaudit[ocr] is not installed")

#: The strokes of a word as wide as it is high, from 46 to 64: left, top, right, bottom.
STROKES = ((46, 16, 49, 38), (54, 20, 64, 23), (52, 28, 64, 31), (57, 16, 60, 38))


def _cell(strokes=STROKES, dust=(), *, down=0, number=True):
    """A cell with a 0 and the word behind it, or below it."""
    import cv2
    import numpy as np

    inside = np.full((56 + down, 96), 255, np.uint8)
    if number:
        cv2.ellipse(inside, (36, 28), (5, 9), 0, 0, 360, 20, 2)
    for left, top, right, bottom in strokes:
        aside = 12 if down else 0
        inside[top + down : bottom + down, left - aside : right - aside] = 20
    for left, top, right, bottom in dust:
        inside[top:bottom, left:right] = 20
    return inside


def _look(inside):
    from gkaudit.readers.recognition.ink import look_at

    return look_at(inside, 0, 24)


def _word(cells):
    from gkaudit.readers.recognition.counted import usual_word

    return usual_word((i, "0件", inside, _look(inside)) for i, inside in enumerate(cells))


def _without(inside):
    from gkaudit.readers.recognition.counted import without_word
    from gkaudit.readers.recognition.looks import View

    view = without_word(View(inside, inside), _look(inside), _word([_cell()] * 6))
    return view if view is None else view.inside


def test_a_word_is_told_by_some_numbers_that_have_it():
    word = _word([_cell()] * 6)
    assert word is not None
    assert word.text == "件"
    assert {number: text for number, (text, _) in word.numbers.items()} == dict.fromkeys(range(6), "0")
    assert all(line.right <= 46 for _, line in word.numbers.values())
    assert _word([_cell()] * 4) is None
    assert _word([_cell(strokes=())] * 6) is None


def test_a_cell_without_the_word_is_so_much_narrower():
    """The number is as far from its middle as before."""
    clean = _without(_cell())
    assert clean is not None
    line = _look(clean).lines[0]
    before = _look(_cell()).lines[0]
    assert line.pieces == before.pieces[:1]
    assert abs((line.left + line.right - clean.shape[1]) - (before.left + before.right - 96)) <= 4


@pytest.mark.parametrize(
    "strokes",
    [
        (*STROKES[:1], *STROKES[3:], (61, 20, 64, 23), (61, 28, 64, 31)),
        (*STROKES[:3], (57, 16, 60, 26), (57, 29, 60, 38)),
    ],
)
def test_a_broken_word_is_known(strokes):
    clean = _without(_cell(strokes))
    assert clean is not None
    assert len(_look(clean).lines[0].pieces) == 1


def test_dust_behind_the_word_stays_and_anything_else_makes_it_none():
    assert _without(_cell(dust=[(70, 34, 73, 37)])) is not None
    assert _without(_cell(dust=[(70, 18, 78, 38)])) is None
    assert _without(_cell(strokes=(), dust=[(46, 18, 49, 38), (52, 18, 60, 38)])) is None


def test_a_word_on_a_line_of_its_own_goes_with_that_line():
    clean = _without(_cell(down=30))
    assert clean is not None
    assert clean.shape[1] == 96
    assert [line.pieces for line in _look(clean).lines] == [_look(_cell(strokes=())).lines[0].pieces]


@pytest.mark.parametrize(
    ("dust", "misread"),
    [((), "0f1"), ((), "0件："), ((), "0作"), (((14, 34, 17, 37),), ".0件"), (((86, 26, 89, 29),), "0-")],
)
def test_a_number_is_read_without_its_word(monkeypatch, dust, misread):
    """Where cracks or dust made something else of the whole."""
    from gkaudit.readers.recognition import cells, looks
    from gkaudit.readers.recognition.engine import Reading

    def read_lines(pictures, _):
        whole = (_cell() < 50).sum()
        texts = ["0件" if (p < 50).sum() == whole else misread if p.shape[1] > 40 else "0" for p in pictures]
        return [Reading(text, (0.99,) * len(text)) for text in texts]

    monkeypatch.setattr(looks, "read_lines", read_lines)
    bad = _cell((*STROKES[:1], *STROKES[3:], (61, 20, 64, 23), (61, 28, 64, 31)), dust)
    (judged,) = cells.read_cells([[cells.View(_cell())] * 12 + [cells.View(bad)]], 0)
    assert {read.text for read in judged[:12]} == {"0件"}
    assert judged[-1].text == "0件"
    assert judged[-1].confidence > 0.5


def test_what_is_counted_has_no_decimals(monkeypatch):
    from gkaudit.readers.recognition import cells, looks
    from gkaudit.readers.recognition.engine import Reading

    monkeypatch.setattr(looks, "read_lines", lambda pictures, _: [Reading("7.450件", (0.99,) * 6)] * len(pictures))
    ((judged,),) = cells.read_cells([[cells.View(_cell())]], 0)
    assert judged.text == "7.450件"
    assert judged.confidence < 0.5


@pytest.mark.parametrize(
    ("read", "text"),
    [("1588件.", "1588件"), ("0件、", "0件"), ("无.", "无"), ("3.2万元.", "3.2万元."), ("20298.", "20298")],
)
def test_specks_behind_a_number_with_its_word_are_none_of_it(read, text):
    from gkaudit.readers.recognition.figures import tidy

    assert tidy(read) == text


def test_a_number_over_its_word_is_read_twice(monkeypatch):
    """A speck beside it is none of it."""
    from gkaudit.readers.recognition import cells, looks
    from gkaudit.readers.recognition.engine import Reading

    def reader(first, second):
        def read_lines(pictures, least):
            texts = [(first, second)[least > 100], "件"] * (len(pictures) // 2)
            return [Reading(text, (0.99,) * len(text)) for text in texts]

        return read_lines

    for first, second, sure in [("10.", "10", True), ("10", "70", False)]:
        monkeypatch.setattr(looks, "read_lines", reader(first, second))
        ((judged,),) = cells.read_cells([[cells.View(_cell(down=30))]], 0)
        assert (judged.text, judged.confidence > 0.5) == ("10\n件", sure)
