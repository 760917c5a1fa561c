"""The headings of 表三 and 表四 where no upright rule parts their columns.

The form says what stands over each column. The print of the heading falls into strips with nothing printed
between them; put together from left to right they have to spell the form's columns, each once, in any order.
Then it is known where every column stands, filled or not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from gkaudit.chars import fold, squash
from gkaudit.form import EDITIONS, form
from gkaudit.readers.geometry.columns import row_of
from gkaudit.readers.geometry.lines import Line
from gkaudit.readers.geometry.page import Char, Rule
from gkaudit.readers.lines import heading_like, names_section
from gkaudit.vocabulary import NUMBER_HEADINGS, REMARK_HEADINGS, remedy_headings

__all__ = ["Head", "Heading", "headings"]

#: A strip ends where nothing is printed over this width (in character sizes).
_NOTHING = 0.02
#: A heading has at most so many lines, and those of its first column may begin so many above the others.
_MOST_LINES, _ABOVE = 24, 2
#: A column's heading falls into at most so many strips: as many as it has characters.
_MOST_STRIPS = 8
#: … and has at most so many characters, signs and blanks included; those of the form have six.
_LONGEST = 40
_LEFT = attrgetter("left")
#: The two tables with headings over headings, and how many columns each has.
_SIZES = {"requests": 7, "remedies": 15}


#: A column that offices add to 表三 among the others; it has no name.
_SUBTOTAL = "小计"
#: Behind them stands at most one of remarks, before them at most one that counts the rows; their headings have two
#: characters.
_SHORT = 2


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of one column, and between which places it stands; ``over`` are the headings above it."""

    text: str
    name: str
    left: float
    right: float
    over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of one table on a page: its columns, and the indexes of its first and last line."""

    table: str
    heads: tuple[Head, ...]
    first: int
    last: int
    #: What of those lines is part of the heading.
    chars: frozenset[Char]


class Strip(NamedTuple):
    """Characters with nothing printed beside them, above or below each other; ``size`` is that of the first."""

    left: float
    right: float
    size: float
    chars: tuple[Char, ...]


#: What a line has beside headings over several columns, and those headings.
Parted = tuple[list[Strip], list[tuple[str, list[Char]]]]


@cache
def _names(table: str) -> dict[str, str]:
    """Folded heading → column of the form."""
    columns = [c for edition in EDITIONS for c in form(edition).table(table).columns]
    return {fold(text): c.name for c in columns for text in (c.label, *c.aliases)}


@cache
def _letters_of(table: str) -> list[list[frozenset[str]]]:
    """For each column the letters of each of its names."""
    found: dict[str, list[frozenset[str]]] = {}
    for text, name in _names(table).items():
        found.setdefault(name, []).append(frozenset(text))
    return list(found.values())


@cache
def _overs(table: str) -> tuple[str, ...]:
    """Headings that stand over several columns, the longest first."""
    own = form().table(table)
    texts = {own.heading, *(c.group or "" for c in own.columns)} if table == "requests" else set(remedy_headings())
    return tuple(sorted((squash(text) for text in texts if text), key=len, reverse=True))


def headings(lines: Sequence[Line], upright: Sequence[Rule] = ()) -> Iterator[Heading]:
    """The headings of 表三 and 表四 among the lines of a page, from top to bottom.

    Upright rules may stand between them although there are none below.
    """
    at = 0
    while at < len(lines):
        found = _heading_at(lines, at, upright)
        if found is not None:
            yield found
        at = found.last + 1 if found is not None else at + 1


def _heading_at(lines: Sequence[Line], at: int, upright: Sequence[Rule]) -> Heading | None:
    """The heading whose topmost heading over several columns stands on this line."""
    plain = squash(lines[at].text)
    tables = [table for table in _SIZES if any(over in plain for over in _overs(table))]
    if not tables or heading_like(lines[at].text) or names_section(lines[at].text):
        return None
    most = min(at + _MOST_LINES, len(lines))
    top = max(at - _ABOVE, 0)
    # Prose that speaks of the same has not the letters of every heading.
    letters = set(fold.__wrapped__("·" + "".join([line.text for line in lines[top:most]])))
    tables = [table for table in tables if all(any(letters >= name for name in own) for own in _letters_of(table))]
    if not tables:
        return None
    end = next((i for i in range(at, most) if row_of(lines[i]).values), most)
    high, low = lines[at].base, lines[max(end - 1, at)].base
    cuts = sorted(rule.at for rule in upright if rule.start < low and rule.end > high)
    for table in tables:
        parts = {i: _without_overs(lines[i], _overs(table), cuts) for i in range(top, end)}
        for last in range(end - 1, at - 1, -1):
            for first in range(at, top - 1, -1):
                found = _spelled([parts[i] for i in range(first, last + 1)], table, (first, last), cuts)
                if found is not None:
                    return found
    return None


def _spelled(parts: Sequence[Parted], table: str, lines: tuple[int, int], cuts: Sequence[float]) -> Heading | None:
    """The heading that the parts of these lines spell."""
    if sum(len(own) for own, _ in parts) < _SIZES[table]:
        return None
    strips = _joined((strip for own, _ in parts for strip in own), cuts)
    over = [one for _, found in parts for one in found]
    heads = _divided([strip.chars for strip in strips], table)
    if heads is None:
        return None
    under = _under(heads, over, table)
    if under is None:
        return None
    left = heads[0].left
    own = frozenset([c for s in strips for c in s.chars if c.left >= left] + [c for _, run in over for c in run])
    return Heading(table, under, *lines, own)


def _without_overs(line: Line, overs: Sequence[str], cuts: Sequence[float]) -> Parted:
    """A line without the headings over several columns, and those."""
    chars = [c for c in line.chars if not c.text.isspace()]
    found: list[tuple[str, list[Char]]] = []
    text, owner = _letters(chars)
    for over in overs:
        while (at := text.find(over)) >= 0:
            start, end = owner[at], owner[at + len(over) - 1] + 1
            found.append((over, chars[start:end]))
            chars = chars[:start] + chars[end:]
            text, owner = _letters(chars)
    return _joined((Strip(c.left, c.right, c.size, (c,)) for c in chars), cuts), found


def _letters(chars: Sequence[Char]) -> tuple[str, list[int]]:
    """What characters say, squashed, and for each letter of that the index of its character."""
    plain = [squash(char.text) for char in chars]
    return "".join(plain), [i for i, letters in enumerate(plain) for _ in letters]


def _joined(strips: Iterable[Strip], cuts: Sequence[float]) -> list[Strip]:
    """Strips that overlap or touch, and that no rule parts, made one, from left to right."""
    runs: list[list[Strip]] = []
    right, part = 0.0, 0
    for strip in sorted(strips, key=_LEFT):
        before, part = part, bisect_right(cuts, (strip.left + strip.right) / 2)
        if runs and part == before and strip.left <= right + _NOTHING * strip.size:
            runs[-1].append(strip)
            right = max(right, strip.right)
        else:
            runs.append([strip])
            right = strip.right
    return [_one(run) for run in runs]


def _one(run: Sequence[Strip]) -> Strip:
    first = run[0]
    chars = tuple(char for strip in run for char in strip.chars)
    return Strip(first.left, max(strip.right for strip in run), first.size, chars) if len(run) > 1 else first


def _divided(strips: Sequence[Sequence[Char]], table: str) -> list[Head] | None:
    """The strips as the columns of a table; strips left of the first column are labels."""
    names, size = _names(table), _SIZES[table]

    def from_right(end: int, done: list[Head]) -> list[Head] | None:
        if sum(bool(head.name) for head in done) == size:
            return [*(_numbered(strips[:end]) if table == "requests" else ()), *done[::-1]]
        for start in range(end - 1, max(end - _MOST_STRIPS, 0) - 1, -1):
            own = [c for strip in strips[start:end] for c in strip]
            if len(own) > _LONGEST:
                break
            text = _read(own)
            added = table == "requests" and fold(text) == _SUBTOTAL
            name = "" if added else names.get(fold(text))
            if name is None or _again(name, done, table):
                continue
            head = Head(text, name, min(c.left for c in own), max(c.right for c in own))
            whole = from_right(start, [*done, head])
            if whole is not None:
                return whole
        return None

    last = len(strips)
    remarks = (
        n for n in range(1, _SHORT + 1) if fold(_read([c for s in strips[last - n :] for c in s])) in REMARK_HEADINGS
    )
    return from_right(last - next(remarks, 0), []) if last >= size else None


def _numbered(strips: Sequence[Sequence[Char]]) -> Iterator[Head]:
    """The heading of a column with the numbers of the rows, right before the others."""
    for start in range(len(strips) - 1, max(len(strips) - _SHORT, 0) - 1, -1):
        own = [c for strip in strips[start:] for c in strip]
        if fold(_read(own)) in NUMBER_HEADINGS:
            yield Head(_read(own), "", min(c.left for c in own), max(c.right for c in own))
            return


def _again(name: str, done: Sequence[Head], table: str) -> bool:
    """Whether a column of this name stands already in the table, or in the same five columns of 表四."""
    size = _SIZES[table]
    block = len(form().table(table).columns)
    own = done[len(done) // block * block :] if size > block else done
    return any(head.name == name for head in own)


def _read(chars: Sequence[Char]) -> str:
    """The text of a heading: its lines from top to bottom."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: (c.base, c.left)):
        if lines and char.base - lines[-1][0].base < char.size / 2:
            lines[-1].append(char)
        else:
            lines.append([char])
    return "".join(c.text for line in lines for c in sorted(line, key=lambda c: c.left))


def _under(heads: Sequence[Head], over: Sequence[tuple[str, list[Char]]], table: str) -> tuple[Head, ...] | None:
    """The columns with the headings over them; None where those of 表四 are not over five columns each."""
    middles = {text: (run[0].left + run[-1].right) / 2 for text, run in over}
    if table == "requests":
        group = next((c.group for c in form().table(table).columns if c.group), "") or ""
        inner = {c.name for c in form().table(table).columns if c.group}
        within = [n for n, head in enumerate(heads) if head.name in inner]
        # 小计 stands right behind the kinds that it sums up.
        within += [n for n, head in enumerate(heads) if n - 1 in within and fold(head.text) == _SUBTOTAL]
        return tuple(Head(h.text, h.name, h.left, h.right, (group,) * (n in within)) for n, h in enumerate(heads))
    found: list[Head] = []
    labels = [row.label.split("-") for row in form().table(table).rows]
    for start in range(0, len(heads), 5):
        block = heads[start : start + 5]
        own = [
            parts
            for parts in labels
            if squash(parts[-1]) in middles and block[0].left < middles[squash(parts[-1])] < block[-1].right
        ]
        if len(own) != 1:
            return None
        found += [Head(h.text, h.name, h.left, h.right, tuple(own[0])) for h in block]
    blocks = [head.over for head in found[::5]]
    return tuple(found) if len(set(blocks)) == len(labels) else None
