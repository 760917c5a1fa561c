"""The texts of an OFD page: letters with their places.

Nearly every text of a report is level. Such a one stays a :class:`Text`, one object whose letters have only sides;
letters that run elsewhere become :class:`Raw` one by one. Distances between letters come as ``DeltaX`` and
``DeltaY``, with ``g n v`` for n times v.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import accumulate, chain, repeat
from typing import Any, NamedTuple

from gkaudit.readers.geometry import Char, Raw, Rule
from gkaudit.readers.geometry.matrix import Matrix, box_through, through
from gkaudit.readers.ofd_content.package import corner, number, numbers, tag

__all__ = ["PALE", "Part", "Text", "Walls", "Written", "colour", "plain_text"]

_UNKNOWN = "\ufffd"
#: Where Chinese characters and their punctuation begin; others are about half as wide.
_HAN = "\u2e80"
#: What letters reach above and below their base line, in character sizes.
_ABOVE, _BELOW = 0.86, 0.14
#: Chinese characters that are part of a word: a unit behind a number is one by itself, and so is a mark (无).
_WORD = re.compile(r"(?:(?![件条个项宗起份次万元无])[\u4e00-\u9fff]){2,}")
#: Letters of a word stand no further apart than this (character sizes), and hardly on top of each other.
_APART, _OVER = 0.01, 0.01
#: Rules that miss each other by no more than this (points) may be those of one table.
_TOUCH = 4.0
#: Texts so near to a table (character sizes) may be looked at together with it.
_NEAR = 1.5
#: Made from tuples, characters cost half.
_char: Callable[[tuple[Any, ...]], Char] = partial(tuple.__new__, Char)
#: A text at least this light may be a watermark or lie on something dark.
PALE = 150


@dataclass(frozen=True, slots=True)
class Walls:
    """Where rules may part letters: stretches of heights and, for each, places from left to right."""

    bands: tuple[tuple[float, float, list[float]], ...] = ()
    _known: dict[tuple[float, float], list[float]] = field(default_factory=dict)

    @classmethod
    def of(cls, level: Iterable[Rule], upright: Iterable[Rule]) -> Walls:
        """The sides of all tables that these rules can make: upright rules, and ends of level ones."""
        drawn = [(rule.start, rule.end, [rule.at]) for rule in upright]
        drawn += [(rule.at, rule.at, [rule.start, rule.end]) for rule in level]
        bands: list[tuple[float, float, list[float]]] = []
        for top, bottom, places in sorted(drawn):
            if bands and top <= bands[-1][1] + _TOUCH:
                high, low, own = bands[-1]
                own.extend(places)
                bands[-1] = high, max(low, bottom), own
            else:
                bands.append((top, bottom, places))
        return cls(tuple((top, bottom, sorted(places)) for top, bottom, places in bands))

    def at(self, height: float, size: float) -> list[float]:
        """Places where a text of this height and size may be parted, from left to right."""
        found = self._known.get((height, size))
        if found is None:
            near = size * _NEAR
            own = [places for top, bottom, places in self.bands if top - near <= height <= bottom + near]
            found = self._known[height, size] = own[0] if len(own) == 1 else sorted(chain.from_iterable(own))
        return found


class Text(NamedTuple):
    """Letters on one level line as the page has them, each with its left and right side; ``run`` as in a Char.

    ``close``: they stand side by side.
    """

    letters: str
    lefts: list[float]
    rights: list[float]
    top: float
    base: float
    bottom: float
    size: float
    run: int
    close: bool

    def raws(self) -> list[Raw]:
        """The letters one by one, for a page that is turned."""
        _, _, _, top, base, bottom, size, run, _ = self
        sides = zip(self.letters, self.lefts, self.rights, strict=True)
        return [Raw(letter, (left, top, right, bottom), (left, base), size, run) for letter, left, right in sides]

    def chars(self) -> list[Char]:
        """The letters one by one."""
        return self._single(0, len(self.letters))

    def words(self, walls: Walls) -> list[Char]:
        """The letters, those of a Chinese word in one piece where no rule can part them.

        Digits, signs and blanks always stand alone, and so does the last letter before a rule.
        """
        letters, lefts, rights, _, base, _, size, run, close = self
        if len(letters) == 1:
            return [_char((letters, lefts[0], rights[0], base, size, run))]
        if not close:
            return self._single(0, len(letters))
        cuts = walls.at(base, size)
        found: list[Char] = []
        done = 0
        for word in _WORD.finditer(letters):
            start, end = word.span()
            if cuts:
                at = bisect_left(cuts, lefts[start])
                if at < len(cuts) and cuts[at] < rights[end - 1] + size:
                    end -= 1
                    if cuts[at] <= rights[end] or end - start == 1:
                        continue
            found += self._single(done, start)
            found.append(_char((letters[start:end], lefts[start], rights[end - 1], base, size, run)))
            done = end
        return found + self._single(done, len(letters)) if done < len(letters) else found

    def _single(self, start: int, end: int) -> list[Char]:
        letters, lefts, rights, _, base, _, size, run, _ = self
        return [_char((letters[at], lefts[at], rights[at], base, size, run)) for at in range(start, end)]


_text: Callable[[tuple[Any, ...]], Text] = partial(tuple.__new__, Text)

#: A text with its letters, or one letter by itself.
Part = Text | Raw


class Written(NamedTuple):
    """What a text object has in it: its pieces of text, the element of its colour, whether it has bare glyphs."""

    codes: list[Any]
    fill: Any
    glyphs: bool

    @classmethod
    def of(cls, item: Any) -> Written:
        """The children of a text object by their names."""
        codes: list[Any] = []
        fill = None
        glyphs = False
        for part in item:
            name = tag(part)
            if name == "TextCode":
                codes.append(part)
            elif name == "FillColor":
                fill = part if fill is None else fill
            elif name == "CGTransform":
                glyphs = True
        return cls(codes, fill, glyphs)

    @property
    def colour(self) -> list[float]:
        """The colour of the letters."""
        return colour(self.fill)

    def texts(self, item: Any, own: Matrix, run: int) -> Sequence[Part]:
        """The letters with their places; ``run`` is the number of the last run before them."""
        size, stretch = number(item.get("Size"), 3.5), number(item.get("HScale"), 1.0)
        a, b, c, d, _, _ = own
        level = b == c == 0 and a > 0 < d and size > 0 < stretch
        level = level and not any(code.get("DeltaY") for code in self.codes)
        if level and (found := self._level(own, size, stretch, run)):
            return found
        return self._anyhow(own, size, stretch, run)

    def _level(self, own: Matrix, size: float, stretch: float, run: int) -> list[Text]:
        a, _, c, d, e, f = own
        height = size * math.hypot(c, d)
        full, half = size * stretch * 1.0, size * stretch * 0.5
        x = y = 0.0
        found: list[Text] = []
        written = False
        for code in self.codes:
            run += 1
            x, y = number(code.get("X"), x), number(code.get("Y"), y)
            letters = code.text or ""
            if not letters:
                continue
            written = written or not letters.isspace()
            lefts, rights, x, close = _sides(code.get("DeltaX") or "", _kinds(letters), (full, half), (x, a, e))
            top, bottom = d * (y - _ABOVE * size) + f, d * (y + _BELOW * size) + f
            found.append(Text(letters, lefts, rights, top, d * y + f, bottom, height, run, close))
        return [] if self.glyphs and not written else found

    def _anyhow(self, own: Matrix, size: float, stretch: float, run: int) -> list[Raw]:
        height = size * math.hypot(own[2], own[3])
        full, half = size * stretch * 1.0, size * stretch * 0.5
        above, under = _ABOVE * size, _BELOW * size
        x = y = 0.0
        written = False
        found: list[Raw] = []
        for code in self.codes:
            run += 1
            x, y = number(code.get("X"), x), number(code.get("Y"), y)
            text = code.text or ""
            written = written or bool(text.strip())
            across, down = _steps(code.get("DeltaX"), len(text)), _steps(code.get("DeltaY"), len(text))
            for letter, right, below in zip(text, chain(across, repeat(None)), chain(down, repeat(0.0)), strict=False):
                wide = full if letter >= _HAN else half
                step = right if right is not None else 0.0 if down else wide
                reach = step if 0 < step < wide else wide
                box = box_through(own, x, y + under, x + reach, y - above)
                found.append(Raw(letter, box, through(own, x, y), height, run))
                x += step
                y += below
        if not written and self.glyphs:
            # Glyphs without letters: something stands there, and nobody can say what.
            found.append(Raw(_UNKNOWN, box_through(own, 0, 0, size, size), through(own, 0, size), height))
        return found


def colour(element: Any) -> list[float]:
    """Parts of a colour, 0 to 255; black where none is given."""
    return numbers(element.get("Value")) or [0.0] if element is not None else [0.0]


#: What makes a text object one to be looked at more closely.
_UNUSUAL = frozenset({"CTM", "CharDirection", "HScale", "Visible", "Alpha"})


def plain_text(item: Any, to_page: Matrix, run: int) -> Text | None:
    """The text of an object as nearly all are: level, dark and in one piece; None for others."""
    a, b, c, d, e, f = to_page
    if b != 0 or c != 0 or a <= 0 or d <= 0 or not _UNUSUAL.isdisjoint(item.keys()):
        return None
    size = number(item.get("Size"), 3.5)
    code = item[0] if len(item) == 1 else _only_code(Written.of(item))
    if code is None or tag(code) != "TextCode" or size <= 0:
        return None
    letters = code.text
    if not letters or code.get("DeltaY"):
        return None
    left, top = corner(item.get("Boundary"))
    x, y = number(code.get("X"), 0.0), number(code.get("Y"), 0.0)
    e, f = left * a + e, top * d + f
    lefts, rights, _, close = _sides(code.get("DeltaX") or "", _kinds(letters), (size, size * 0.5), (x, a, e))
    bottom = d * (y + _BELOW * size) + f
    return _text((letters, lefts, rights, d * (y - _ABOVE * size) + f, d * y + f, bottom, size * d, run, close))


def _only_code(written: Written) -> Any:
    """The only piece of a dark text; None where there are several, or glyphs."""
    pale = written.fill is not None and min(written.colour) >= PALE
    return None if len(written.codes) != 1 or written.glyphs or pale else written.codes[0]


def _kinds(letters: str) -> str:
    """For each letter whether it is as wide as a Chinese one (x) or half as wide (i)."""
    if min(letters) >= _HAN:
        return "x" * len(letters)
    return "".join(["x" if letter >= _HAN else "i" for letter in letters])


Sides = tuple[list[float], list[float], float, bool]


def _sides(across: str, kinds: str, widths: tuple[float, float], line: tuple[float, float, float]) -> Sides:
    """Left and right sides of letters, where the next one begins on their line, and whether they are side by side.

    ``widths`` are those of a Chinese letter and of others, ``line`` is where they begin and how the line is mapped.
    The numbers of a column begin at one place, and so do the lines of a text: theirs are kept.
    """
    if len(kinds) > _LONGEST_LINE or len(across) > _LONG:
        return _measured(across, kinds, widths, line)
    return _kept_sides(across, kinds, widths, line)


def _measured(across: str, kinds: str, widths: tuple[float, float], line: tuple[float, float, float]) -> Sides:
    full, half = widths
    x, scale, shift = line
    said = _steps(across, len(kinds))
    wides = [full if kind == "x" else half for kind in kinds]
    steps = [*said, *wides[len(said) :]]
    places = list(accumulate(steps, initial=x))
    after = places.pop()
    reach = [step if 0 < step < wide else wide for step, wide in zip(steps, wides, strict=True)]
    lefts = [scale * place + shift for place in places]
    rights = [scale * (place + more) + shift for place, more in zip(places, reach, strict=True)]
    gaps = list(map(float.__sub__, lefts[1:], rights))
    size = scale * full
    close = steps == reach or not gaps or (max(gaps) <= _APART * size and min(gaps) >= -_OVER * size)
    return lefts, rights, after, close


#: Letters of a line, and what their distances are written with; longer ones are not kept.
_LONGEST_LINE, _LONG = 100, 1_000
_kept_sides = lru_cache(maxsize=2048)(_measured)


def _steps(text: str | None, most: int) -> Sequence[float]:
    """Distances between letters, no more of them than there are letters (``g 3 4.2`` is 4.2 4.2 4.2)."""
    if not text:
        return ()
    found: list[float] = []
    pieces = text.split()[: 3 * most]
    if "g" not in pieces and "," not in text:
        return numbers(" ".join(pieces))[:most]
    at = 0
    while at < len(pieces) and len(found) < most:
        if pieces[at] == "g" and at + 2 < len(pieces):
            count, value = numbers(pieces[at + 1]), numbers(pieces[at + 2])
            times = min(max(int(count[0]), 0), most - len(found)) if count and value else 0
            found += value[:1] * times
            at += 3
        else:
            found += numbers(pieces[at])[:1]
            at += 1
    return found
