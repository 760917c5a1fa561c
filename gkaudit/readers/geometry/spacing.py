"""How a program writes the numbers of a table: what it writes in one go, and how far apart the digits are.

Where each number is written in one go, or with its digits as near as can be, two numbers that nearly touch are
told from one. So they are where the digits of all numbers are spaced evenly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gkaudit.readers.geometry.lines import NUMERIC, Line
from gkaudit.readers.geometry.page import Char

__all__ = ["BEGINS", "UNKNOWN_SPACING", "Spacing"]

#: Digits of one number are nearer than this (character sizes); those of two are no nearer than that; where nobody
#: knows what is written in one go, they touch. A zero and a digit that is not so near are two numbers.
_BESIDE, _SPLIT, _TOUCH, _APART = 0.13, 0.05, 0.02, 0.07
#: So many neighbouring digits written in one go show how a program writes numbers.
_SEEN = 2
#: No letter spacing within a number is wider than this; equal gaps differ by no more than that (character sizes).
_WIDEST, _EQUAL = 0.3, 0.02
#: With so many gaps of one width a number shows how the table is spaced.
_FEWEST = 2
_ZERO = frozenset("0０")
#: What stands for nothing in a cell of its own; a minus may belong to the number behind it.
_MARKS = frozenset("无/／—–―─…○◯")
#: A sign stands before the digits of a number, never between them.
_SIGNS = frozenset("+-−－")
#: A number or a mark can begin with these only.
BEGINS = NUMERIC | _MARKS | _SIGNS
_UNITS = frozenset("件条个项宗起份次万元")


@dataclass(frozen=True, slots=True)
class Spacing:
    """How many neighbouring digits were ``seen`` that are written in one go or touch, and whether others are not.

    ``even`` are the gaps within evenly spaced numbers. ``joint``: several numbers are written in one go, so that
    this says nothing.
    """

    seen: int = 0
    split: bool = False
    even: tuple[float, ...] = ()
    joint: bool = False

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Spacing:
        """What the numbers of these lines show."""
        lines = list(lines)
        runs = [run for line in lines for run in _runs(line)]
        joint = any(_is_joint(line) for line in lines)
        gaps = [_gaps(run) for run in runs]
        even = {round(own[0], 2) for own in gaps if len(own) >= _FEWEST and _equal(own)}
        return cls(*_written(runs, joint=joint), tuple(even), joint)

    @property
    def whole(self) -> bool:
        """Whether every number is written in one go, or without gaps, for all that is known."""
        return self.seen >= _SEEN and not self.split

    @property
    def spaced(self) -> bool:
        """Whether digits of one number are known to stand apart."""
        return self.split or any(gap > _SPLIT for gap in self.even)

    def among(self, others: Spacing) -> Spacing:
        """The spacing of a table, with what the rest of the document shows of it."""
        if self.split or others.split or self.joint != others.joint:
            return replace(self, joint=self.joint or others.joint)
        return replace(self, seen=self.seen + others.seen, even=(*self.even, *others.even))

    def parts(self, number: Sequence[Char], char: Char) -> bool:
        """Whether a number ends before a character.

        It does before a sign, before and behind a mark, behind its unit, behind a zero that it would begin with;
        and, where each is written in one go, with that.
        """
        before = number[-1]
        gap = (char.left - before.right) / (char.size or 1.0)
        kinds = {_kind(before), _kind(char)}
        if kinds == {"digit", "unit"}:
            return before.text in _UNITS and char.text.isdigit()
        if char.text in _SIGNS and before.text.isdigit():
            return gap > _APART
        if kinds == {"mark"}:
            return self.whole and self._in_two(before, char, gap)
        if kinds != {"digit"}:
            return len(kinds) > 1 and "mark" in kinds and "" not in kinds and gap > _APART
        if len(number) == 1 and before.text in _ZERO and char.text.isdigit() and gap > _APART:
            return True
        return self.whole and self._in_two(before, char, gap)

    def _in_two(self, before: Char, char: Char, gap: float) -> bool:
        if self.joint:
            return gap > _BESIDE
        return before.run != char.run or gap > (_WIDEST if char.run else _BESIDE)

    def is_one(self, chars: Sequence[Char]) -> bool:
        """Whether digits stand as the digits of one number of the table do."""
        gaps = _gaps(chars)
        if not gaps or max(gaps) > _WIDEST or not all(c.text in NUMERIC for c in chars):
            return False
        if self.whole and not self.joint and chars[0].run and len({c.run for c in chars}) == 1:
            return True
        return _equal(gaps) and (len(gaps) >= _FEWEST or any(abs(gaps[0] - gap) <= _EQUAL for gap in self.even))


UNKNOWN_SPACING = Spacing()


def _kind(char: Char) -> str:
    text = char.text
    return "digit" if text in NUMERIC else "unit" if text in _UNITS else "mark" if text in _MARKS else ""


def _runs(line: Line) -> list[list[Char]]:
    """The digits of a line, cut where they are too far apart to be of one number."""
    runs: list[list[Char]] = []
    before: Char | None = None
    for char in line.chars:
        if char.text in NUMERIC:
            if before is None or before.text not in NUMERIC or char.left - before.right > _WIDEST * char.size:
                runs.append([])
            runs[-1].append(char)
        before = char
    return runs


def _is_joint(line: Line) -> bool:
    """Whether two numbers of a line, with nothing but space between them, are written in one go."""
    shown = [char for char in line.chars if not char.text.isspace()]
    return any(
        a.run == b.run != 0 and a.text.isdigit() and b.text.isdigit() and b.left - a.right > _WIDEST * b.size
        for a, b in pairwise(shown)
    )


def _gaps(chars: Sequence[Char]) -> list[float]:
    return [(b.left - a.right) / (b.size or 1.0) for a, b in pairwise(chars)]


def _equal(gaps: Sequence[float]) -> bool:
    return max(gaps) - min(gaps) <= _EQUAL and max(gaps) <= _WIDEST


def _written(runs: Iterable[Sequence[Char]], *, joint: bool) -> tuple[int, bool]:
    """How many neighbouring digits are written in one go or touch; and whether others that are as near are not."""
    together = 0
    for run in runs:
        for before, char in pairwise(run):
            gap = char.left - before.right
            if gap > _BESIDE * char.size:
                continue
            known = char.run and not joint
            if known and char.run != before.run and gap > _SPLIT * char.size:
                continue
            if (known and char.run != before.run) or (not known and gap > _TOUCH * char.size):
                return together, True
            together += 1
    return together, False
