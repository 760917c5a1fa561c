"""The verdict on one cell: what its looks, its ink and the page's other digits tell of its text.

A number is certain when two independent looks agree: the recogniser twice in different ways, or the
recogniser and the other digits of the page (see :mod:`.glyphs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from gkaudit.readers.recognition.engine import Reading
from gkaudit.readers.recognition.figures import (
    behind_speck,
    certainty,
    counted,
    ends_in_number,
    is_broken_count,
    is_figure,
    is_lookalike,
    is_no_word,
    is_ring,
    objection,
    tidy,
    value_of,
    with_zero,
    without_count,
    without_specks,
)
from gkaudit.readers.recognition.glyphs import Alphabet, digit_glyphs, has_flag, is_slash
from gkaudit.readers.recognition.ink import Ink, fringed, hull, in_digits
from gkaudit.readers.recognition.looks import View, single

__all__ = ["DOUBTFUL", "SURE", "TWICE", "Judged", "judge", "needs_second", "stands_by_itself", "vouched_for"]

#: Least certainty of a number that one look and the page's other digits agree on; of one seen twice.
SURE, TWICE = 0.9, 0.6
#: Certainty of one of two looks that agree with each other and with the page's other digits.
_AGREED = 0.85
#: Confidence of a cell that must not be relied on; the limit below which nobody does is 0.5.
DOUBTFUL = 0.3
#: A dash longer than this (pixels) is a long one.
_LONG_DASH = 16


class Judged(NamedTuple):
    """The text of a cell, how far it can be trusted (0 to 1), and why not further."""

    text: str
    confidence: float = 1.0
    note: str = ""


def vouched_for(view: View, ink: Ink, text: str, digits: Alphabet) -> str:
    """What the page's other digits say of a number; specks beside a digit are its own if it looks like its kind so."""
    verdicts = []
    for line in (ink.lines[0], fringed(view.inside, ink.lines[0])):
        glyphs = digit_glyphs(view.inside, line, tidy(text))
        verdicts.append(digits.judge(glyphs) if glyphs else "")
    return "same" if "same" in verdicts else verdicts[0]


def needs_second(view: View, ink: Ink, readings: Sequence[Reading], digits: Alphabet) -> bool:
    """Whether a cell has, or may have, a number that one look does not settle."""
    text = single(ink, readings)
    if text is None:
        return any(ends_in_number(r.text) or is_figure(r.text) for r in readings)
    if is_figure(tidy(text)) and tidy(text) == text:
        return readings[0].least < SURE or vouched_for(view, ink, text, digits) != "same"
    return is_figure(tidy(text)) or is_lookalike(text) or ends_in_number(text) or is_no_word(text)


def judge(view: View, ink: Ink, first: Sequence[Reading], second: Sequence[Reading] | None, digits: Alphabet) -> Judged:
    """The text of a cell by one look or two at each of its lines, and how far to trust it."""
    read = _judge(view, ink, first, second, digits)
    if read.confidence > DOUBTFUL and is_broken_count(read.text):
        return Judged(read.text, DOUBTFUL, "小数点可能是墨点")
    return read


def _judge(  # noqa: PLR0911
    view: View, ink: Ink, first: Sequence[Reading], second: Sequence[Reading] | None, digits: Alphabet
) -> Judged:
    if view.doubt:
        return Judged("\n".join(r.text for r in first), 0.0, view.doubt)
    if ink.kind == "blank":
        return Judged("")
    if ink.kind == "dash":
        line = ink.lines[0]
        return Judged("—" if line.right - line.left > _LONG_DASH else "-")
    text = single(ink, first)
    if text is None:
        return _words(first, second)
    looks = [first[0], *(second or ())]
    if sorted(look.text for look in looks) == ["/", "1"] and is_slash(view.inside, hull(ink.lines[0].pieces)):
        return Judged("/", max(look.least for look in looks if look.text == "/"))
    if is_figure(tidy(text)) or (second and is_figure(tidy(second[0].text))):
        return _number(view, ink, first[0], second[0] if second else None, digits)
    number = behind_speck(text)
    if number:
        return Judged(number, DOUBTFUL, f"数字前有墨点，读作“{text}”")
    if is_lookalike(text):
        return Judged(with_zero(text), DOUBTFUL, "可能是数字，也可能是符号")
    if not text:
        return Judged(second[0].text if second else "", 0.0, "有墨迹但无法识别")
    return _words(first, second)


def _words(first: Sequence[Reading], second: Sequence[Reading] | None) -> Judged:
    """Labels, and labels with a number behind them."""
    text = "\n".join(without_specks(r.text) for r in first if r.text.strip())
    if not text:
        return Judged("", 0.0, "有墨迹但无法识别")
    confidence = min(r.mean for r in first if r.text.strip())
    if second is None:
        return Judged(text, confidence, "" if confidence >= 0.5 else "文字识别不清")  # noqa: PLR2004
    numbers = [
        ["".join(c for c in without_specks(r.text) if c.isdigit() or c in ".-－") for r in look]
        for look in (first, second)
    ]
    if numbers[0] != numbers[1]:
        other = "\n".join(r.text for r in second)
        return Judged(text, DOUBTFUL, f"两次识别不同：{text} / {other}")
    certain = min((s for r in first for c, s in zip(r.text, r.scores, strict=True) if c.isdigit()), default=1.0)
    return Judged(text, min(confidence, certain))


def _number(view: View, ink: Ink, first: Reading, second: Reading | None, digits: Alphabet) -> Judged:
    ring = second is not None and is_ring(first.text) and tidy(second.text) == "0"
    if ring and vouched_for(view, ink, "0", digits) == "same":
        first = Reading("0", (first.mean,))
    text = tidy(first.text)
    vouched = vouched_for(view, ink, text, digits)
    if second is None:
        verdict = Judged(text, certainty(first))
    elif value_of(first.text) == value_of(second.text):
        least, most = sorted((certainty(first), certainty(second)))
        verdict = Judged(text, most if vouched == "same" and most >= _AGREED else least)
    elif told := counted(first.text, second.text):
        text = tidy(told)
        verdict = Judged(text, min(certainty(look, without_count(text)) for look in (first, second)))
    elif vouched == "same" and is_figure(text) and not is_figure(tidy(second.text)):
        # The second look saw no other number, and the page's other digits are a look of their own.
        verdict = Judged(text, certainty(first))
    else:
        best = max(first, second, key=lambda r: (is_figure(tidy(r.text)), r.least))
        note = f"两次识别不同：{first.text or '无'} / {second.text or '无'}"
        return Judged(tidy(best.text), DOUBTFUL, note)
    room = (view.inside.shape[1], view.inside.shape[0])
    objects = partial(
        objection,
        text,
        room=room,
        is_one=lambda box: vouched == "same" and not digits.worn and has_flag(view.inside, box),
    )
    against = objects(ink.lines[0])
    if against and vouched == "same":
        # What cracks made of a digit is no sign and no point, if its whole looks like the page's others.
        whole = in_digits(ink.lines[0], text)
        against = objects(whole) if whole else against
    if not against and vouched == "other":
        against = "字形与本页同一数字不像"
    if against:
        return Judged(text, min(DOUBTFUL, verdict.confidence), against)
    if verdict.confidence < TWICE:
        return Judged(text, min(DOUBTFUL, verdict.confidence), "数字识别不清")
    return verdict


def stands_by_itself(read: Judged) -> bool:
    """Whether a number read without what lies over it is sure."""
    return read.confidence >= TWICE and is_figure(read.text)
