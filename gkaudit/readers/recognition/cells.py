"""Cells read: one look at every line, a second at every number, and a verdict how far to trust it.

What is in doubt is looked at once more, without dust and without what was left of what lies over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from gkaudit.readers.recognition.beneath import Number, digits_below
from gkaudit.readers.recognition.counted import Word, usual_word, without_word
from gkaudit.readers.recognition.engine import Reading
from gkaudit.readers.recognition.figures import NUMBER_LONG, has_worn_digit, is_figure, is_no_word, tidy, value_of
from gkaudit.readers.recognition.glyphs import Alphabet, alphabet, digit_glyphs, has_flag
from gkaudit.readers.recognition.ink import Ink, Line, fringed, hull, look_at, usual_height
from gkaudit.readers.recognition.looks import (
    PEN,
    SEAL,
    View,
    all_closed_up,
    first_look,
    second_look,
    single,
)
from gkaudit.readers.recognition.rests import (
    NO_LIGHT,
    core,
    is_off_level,
    is_touched,
    lightest,
    usual_digit,
    without_rests,
)
from gkaudit.readers.recognition.spacing import is_spaced_as_without_point, usual_pitch
from gkaudit.readers.recognition.strokes import has_strokes, room_for_a_digit
from gkaudit.readers.recognition.veils import is_of_streak, may_hide_a_digit
from gkaudit.readers.recognition.verdicts import (
    DOUBTFUL,
    SURE,
    TWICE,
    Judged,
    judge,
    needs_second,
    stands_by_itself,
    vouched_for,
)

__all__ = ["Judged", "read_cells"]

#: What a stroke of ink that was left may be taken for.
_STROKES = frozenset("1１Il|./-－—,")
#: The core of ink is as dark as this where it is print.
_DARK = 125
#: So many numbers tell where those of their table stand: so far from the middle of the cell at most, and so far from
#: each other's place (in heights), but for a share that dust is read with. Half a digit is more.
_TELLING, _MIDDLE, _BESIDE, _STRAYING = 5, 0.15, 0.1, 0.1
#: Digits are so high at least, in heights of a character.
_WHOLE = 0.5
#: Tables whose characters are as high, but for so many pixels, are set in one size.
_ALIKE = 1


class _Page(NamedTuple):
    """What the cells of a page have in common.

    ``heights`` has that of a character for each cell, ``words`` what is counted in each table that says so.
    """

    tables: Sequence[Sequence[View]]
    heights: Sequence[float]
    noise: float
    pitch: float
    digits: Alphabet
    words: Sequence[Word | None]


def read_cells(tables: Sequence[Sequence[View]], noise: float) -> list[list[Judged]]:
    """Read the cells of the tables of one page. ``noise`` is the grain of its paper."""
    views = [view for table in tables for view in table]
    sizes = [usual_height([v.inside for v in table], noise) for table in tables]
    heights = [size for size, table in zip(sizes, tables, strict=True) for _ in table]
    inks = [_seen(v, noise, h) for v, h in zip(views, heights, strict=True)]
    first = first_look(views, inks, range(len(views)))
    pitch = usual_pitch((r[0].text, inks[i].lines[0]) for i, r in first.items() if single(inks[i], r) is not None)
    first = all_closed_up(first, views, inks, pitch)
    words = [_word(views, inks, first, own) for own in _places(tables)]
    numbers = {i: number for word in words if word is not None for i, number in word.numbers.items()}
    page = _Page(tables, heights, noise, pitch, _alphabet(views, inks, first, numbers), words)
    again = [i for i in range(len(views)) if needs_second(views[i], inks[i], first[i], page.digits)]
    second = second_look(views, inks, again, pitch)
    judged = [judge(view, inks[i], first[i], second.get(i), page.digits) for i, view in enumerate(views)]
    others = _look_again(views, noise, heights)
    middle = _in_the_middle(views, inks, first, tables)
    clear = {
        i
        for i in others
        if stands_by_itself(judged[i]) and _is_clear(views[i], inks[i], judged[i].text, page.digits, whole=i in middle)
    }
    unclear = [i for i, read in enumerate(judged) if (i not in clear if i in others else _is_doubtful(read))]
    rid, sure = _without_rests(page, views, inks, first, unclear)
    below = _below_strokes(page, views, inks, judged, others.keys() - clear)
    rid, sure = rid | below, sure | below.keys()
    for i, other in others.items():
        read = judged[i] if i not in rid else rid[i] if i in sure else _unsure_without(rid[i], judged[i])
        judged[i] = _with_other(read, other, views[i].over, clear=i in clear | sure)
    for i in rid.keys() - others.keys():
        if i in sure or not is_figure(judged[i].text):
            judged[i] = rid[i] if i in sure else _unsure_without(rid[i], judged[i])
    for i in _veiled(page, inks, judged, middle):
        judged[i] = Judged(judged[i].text, min(judged[i].confidence, DOUBTFUL), "条痕处，可能遮住了数字")
    for i, (text, confidence, note) in enumerate(judged):
        if confidence >= TWICE and len(inks[i].lines) == 1 and is_figure(text):
            dust = is_spaced_as_without_point(text, inks[i].lines[0], pitch)
            judged[i] = Judged(text, DOUBTFUL, "小数点可能是墨点") if dust else Judged(text, confidence, note)
    return [[judged[i] for i in own] for own in _places(tables)]


def _veiled(page: _Page, inks: Sequence[Ink], judged: Sequence[Judged], middle: set[int]) -> Iterator[int]:
    """Cells that seem to be blank, or to hold a number, with a streak where a digit may be."""
    veils = [view.veil for table in page.tables for view in table]
    for own in _places(page.tables):
        told = not middle.isdisjoint(own)
        for i in own:
            veil, (text, confidence, _) = veils[i], judged[i]
            if veil is not None and (confidence >= TWICE or not text):
                room = round(page.heights[i] / 2) if told else veil.shape[1]
                if may_hide_a_digit(veil, inks[i], text, room=room, middle=i in middle):
                    yield i


def _is_doubtful(read: Judged) -> bool:
    """Whether a number was read that must not be relied on, or what may be one."""
    if is_no_word(read.text) and not is_figure(read.text):
        return bool(read.text)
    return 0 < read.confidence < TWICE and len(read.text) <= NUMBER_LONG


def _seen(view: View, noise: float, height: float) -> Ink:
    """What stands in a cell. Of what lay over it bits are left above or below the print, no line of their own."""
    ink = look_at(view.inside, noise, height)
    if view.other is None or len(ink.lines) < 2:  # noqa: PLR2004
        return ink
    whole = tuple(line for line in ink.lines if line.height >= _WHOLE * height)
    return replace(ink, lines=whole) if whole else ink


def _places(tables: Sequence[Sequence[View]]) -> Iterator[range]:
    """The numbers of the cells of each table."""
    end = 0
    for table in tables:
        own, end = range(end, end + len(table)), end + len(table)
        yield own


def _word(
    views: Sequence[View], inks: Sequence[Ink], first: dict[int, list[Reading]], which: Iterable[int]
) -> Word | None:
    """What is counted in a table, by the cells of it that are read with certainty."""
    sure = (i for i in which if single(inks[i], first[i]) is not None and first[i][0].least >= SURE)
    return usual_word((i, tidy(first[i][0].text), views[i].inside, inks[i]) for i in sure if views[i].other is None)


def _alphabet(
    views: Sequence[View],
    inks: Sequence[Ink],
    first: dict[int, list[Reading]],
    numbers: Mapping[int, tuple[str, Line]],
) -> Alphabet:
    """What the digits of a page look like; ``numbers`` are those with a word behind them, without it."""
    examples = []
    worn = False
    for i, (view, ink) in enumerate(zip(views, inks, strict=True)):
        text = single(ink, first[i])
        if text is None or not is_figure(tidy(text)):
            continue
        number, line = numbers.get(i, (tidy(text), ink.lines[0]))
        worn = worn or has_worn_digit(number, fringed(view.inside, line))
        if first[i][0].least >= SURE:
            examples += digit_glyphs(view.inside, line, number) or []
    return alphabet(examples, worn=worn)


def _look_again(views: Sequence[View], noise: float, heights: Sequence[float]) -> dict[int, Judged]:
    """Cells under something as they read another way."""
    under = [i for i, view in enumerate(views) if view.other is not None]
    if not under:
        return {}
    covered = [View(view.other) for i in under if (view := views[i]).other is not None]
    inks = [look_at(view.inside, noise, heights[i]) for view, i in zip(covered, under, strict=True)]
    readings = first_look(covered, inks, range(len(covered)))
    none = Alphabet({})
    return {i: judge(v, inks[k], readings[k], None, none) for k, (i, v) in enumerate(zip(under, covered, strict=True))}


def _without_rests(
    page: _Page, views: Sequence[View], inks: Sequence[Ink], first: dict[int, list[Reading]], which: Sequence[int]
) -> tuple[dict[int, Judged], set[int]]:
    """Numbers as they read without dust and what is left of a seal, and those of them that are clear then.

    They stand in the middle of their cells: with a digit or a sign taken off for dust they would not. Wherever they
    stand, dust above or below a number is none of it. Nor is the word for what is counted behind it.
    """
    alone = _without_words(page, views, inks, first, which)
    which = [*which, *(i for i in alone if i not in which and not is_figure(tidy(single(inks[i], first[i]) or "")))]
    views = [alone.get(i, view) for i, view in enumerate(views)]
    inks = [_seen(views[i], page.noise, page.heights[i]) if i in alone else ink for i, ink in enumerate(inks)]
    cleaned = {i: alone[i] for i in which if i in alone} | _rid_of_rests(page, views, inks, first, which)
    if not cleaned:
        return {}, set()
    before, views = views, [cleaned.get(i, view) for i, view in enumerate(views)]
    inks = [_seen(views[i], page.noise, page.heights[i]) if i in cleaned else ink for i, ink in enumerate(inks)]
    chosen = list(cleaned)
    first = first | all_closed_up(first_look(views, inks, chosen), views, inks, page.pitch)
    second = second_look(views, inks, chosen, page.pitch)
    middle = _in_the_middle(views, inks, first, page.tables)
    read = {i: judge(views[i], inks[i], first[i], second[i], page.digits) for i in chosen}
    read = {i: one for i, one in read.items() if is_figure(one.text)}
    sure = {i for i in middle.intersection(read) if _is_clear_now(before[i], views[i], inks[i], read[i], page.digits)}
    sure |= {i for i in read if _is_sure_below_dust(before[i], views[i], inks[i], read[i], page.digits)}
    words = {i: word.text for word, own in zip(page.words, _places(page.tables), strict=True) if word for i in own}
    return {i: one._replace(text=one.text + words[i]) if i in alone else one for i, one in read.items()}, sure


def _without_words(
    page: _Page, views: Sequence[View], inks: Sequence[Ink], first: dict[int, list[Reading]], which: Iterable[int]
) -> dict[int, View]:
    """Cells without the word for what is counted: some that are in doubt, and those that tell where numbers stand.

    What is read as words may be a number whose word was misread (0作).
    """
    words = ((word, own) for word, own in zip(page.words, _places(page.tables), strict=True) if word is not None)
    short = {i for i, own in first.items() if 0 < len(single(inks[i], own) or "") <= NUMBER_LONG}
    tried = {i: word for word, own in words for i in own if i in short or i in word.numbers or i in which}
    found = {i: without_word(views[i], inks[i], word) for i, word in tried.items()}
    return {i: view for i, view in found.items() if view is not None}


def _is_sure_below_dust(before: View, view: View, ink: Ink, read: Judged, digits: Alphabet) -> bool:
    """Whether a number is sure once dust above or below it is taken off, where it hid nothing.

    Dust on a digit may have hidden some of it, so that the page's other digits have to vouch for the rest.
    """
    if before.other is not None or before.veil is not None or not stands_by_itself(read):
        return False
    whole = hull(ink.lines[0].pieces)
    if not is_off_level(before.inside, view.inside, whole):
        return False
    return not is_touched(before.inside, view.inside, whole) or vouched_for(view, ink, read.text, digits) == "same"


def _is_clear_now(before: View, view: View, ink: Ink, read: Judged, digits: Alphabet) -> bool:
    """Whether a number in the middle of its cell is seen whole once all that is no part of it is taken off.

    Dust that does not touch it has hidden nothing.
    """
    if not stands_by_itself(read):
        return False
    if view.other is not None:
        return _vouched_below(view, ink, read.text, digits, whole=True)
    touched = view.veil is not None or is_touched(before.inside, view.inside, hull(ink.lines[0].pieces))
    return not touched or vouched_for(view, ink, read.text, digits) == "same"


def _rid_of_rests(
    page: _Page, views: Sequence[View], inks: Sequence[Ink], first: dict[int, list[Reading]], which: Iterable[int]
) -> dict[int, View]:
    """Cells without dust, and under a seal without what is left of it, where that is told from print."""
    found = dict[int, View]()
    numbers = {i: ink.lines[0] for i, ink in enumerate(inks) if is_figure(single(ink, first[i]) or "") and ink.lines}
    for own in _places(page.tables):
        alike = (line for i, line in numbers.items() if abs(page.heights[i] - page.heights[own[0]]) <= _ALIKE)
        high = usual_digit(alike) if own else 0
        chosen = [i for i in which if i in own and inks[i].kind == "print"]
        stamped = {i for i in chosen if views[i].over == SEAL and views[i].other is not None}
        free = [(views[i].inside, inks[i]) for i in own if stamped and views[i].other is None]
        light = lightest(free, page.heights[own[0]]) if free else NO_LIGHT
        for i in chosen:
            inside = without_rests(views[i].inside, inks[i], light if i in stamped else NO_LIGHT, high)
            if inside is not None:
                found[i] = replace(views[i], inside=inside)
    return found


def _below_strokes(
    page: _Page, views: Sequence[View], inks: Sequence[Ink], judged: Sequence[Judged], which: Iterable[int]
) -> dict[int, Judged]:
    """Single digits that strokes of a pen touch, where they are known all the same."""
    signed = {i: views[i] for i in which if views[i].over == PEN and not views[i].doubt}
    if not signed:
        return {}
    free = [i for i, view in enumerate(views) if view.other is None and stands_by_itself(judged[i])]
    sure = {i: Number(judged[i].text, views[i].inside, inks[i].lines[0]) for i in free if len(inks[i].lines) == 1}
    found = dict[int, Judged]()
    tables = [(own, [number for i, number in sure.items() if i in own]) for own in _places(page.tables)]
    for own, numbers in tables:
        below = {i: view for i, view in signed.items() if i in own}
        others = [those for there, those in tables if there != own]
        found |= {i: Judged(*read) for i, read in digits_below(below, numbers, page.digits, others).items()}
    return found


def _unsure_without(rid: Judged, before: Judged) -> Judged:
    """A number that is out of the middle of its cell without rests: one of them may have been a digit."""
    if stands_by_itself(before):
        return before
    note = f"去掉旁边的墨迹前读作“{before.text}”，去掉后读作“{rid.text}”"
    return Judged(rid.text, min(rid.confidence, DOUBTFUL), note)


def _in_the_middle(
    views: Sequence[View],
    inks: Sequence[Ink],
    first: dict[int, list[Reading]],
    tables: Sequence[Sequence[View]],
) -> set[int]:
    """Numbers that stand in the middle of their cells as all numbers of their table do: no digit of them is hidden."""
    found = set[int]()
    for own in _places(tables):
        numbers = {i: inks[i].lines[0] for i in own if is_figure(tidy(single(inks[i], first[i]) or ""))}
        off = {i: ((n.left + n.right) - views[i].inside.shape[1]) / (2 * n.height) for i, n in numbers.items()}
        free = [place for i, place in off.items() if views[i].other is None]
        usual = float(np.median(free)) if len(free) >= _TELLING else 1.0
        if abs(usual) <= _MIDDLE and sum(abs(place - usual) > _BESIDE for place in free) <= _STRAYING * len(free):
            found |= {i for i, place in off.items() if abs(place - usual) <= _BESIDE}
    return found


def _is_clear(view: View, ink: Ink, text: str, digits: Alphabet, *, whole: bool = False) -> bool:
    """Whether a number is seen whole, and nothing that was left of what lies over it could be a part of it.

    ``whole``: it stands in the middle of its cell, where it would not stand with another digit before or behind it.
    """
    vouched = _vouched_below(view, ink, text, digits, whole=whole)
    if view.strokes is not None:
        before, within, behind = room_for_a_digit(view.strokes, ink.lines[0])
        between = whole and not (before and behind)
        if between and not has_strokes(view.strokes, ink.lines[0]) and _is_no_stroke(view, ink, text, digits):
            return True
        return vouched and ((between and (len(text) == 1 or not within)) or not (before or within or behind))
    streak = view.veil is not None and is_of_streak(view.veil, ink.lines[0])
    return vouched or (_is_print(view, ink) and not streak)


def _is_no_stroke(view: View, ink: Ink, text: str, digits: Alphabet) -> bool:
    """Whether a number has nothing that a stroke of ink could be taken for, but ones with their flags."""
    odd = _STROKES.intersection(text)
    if not odd:
        return True
    ones = [box for c, box in zip(text, ink.lines[0].tall, strict=False) if c == "1"]
    flags = odd == {"1"} and len(ink.lines[0].tall) == len(text) and all(has_flag(view.inside, box) for box in ones)
    return flags and vouched_for(view, ink, text, digits) == "same"


def _is_print(view: View, ink: Ink) -> bool:
    """Whether all of a number is as dark as print: what is left of a seal or a streak is lighter."""
    return all(core(view.inside, box) < _DARK for box in ink.lines[0].pieces)


def _vouched_below(view: View, ink: Ink, text: str, digits: Alphabet, *, whole: bool = False) -> bool:
    """Whether the page's other digits vouch for a number, and no stroke left of a seal could make one of it."""
    odd = _STROKES.intersection(text)
    own = whole and odd == {"1"} and any(c.isdigit() and c != "1" for c in text)
    return (own or not odd) and vouched_for(view, ink, text, digits) == "same"


def _with_other(read: Judged, other: Judged, over: str, *, clear: bool) -> Judged:
    """A cell under something is certain where that makes no difference, or where the number is clear without it."""
    if clear or (value_of(read.text) == value_of(other.text) and (read.text or not other.note)):
        return read
    said = f"{over}处，去掉后读作“{read.text}”，另一次读作“{other.text}”"
    kept = other if is_figure(other.text) and not is_figure(read.text) else read
    return Judged(kept.text, min(kept.confidence, DOUBTFUL), said)
