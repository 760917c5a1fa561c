"""Looks at lines of print in cells: each in its own way, so that two that agree tell more than one.

Boxes are pixels of the inside of a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2

from gkaudit.readers.recognition.engine import Pixels, Reading, read_lines
from gkaudit.readers.recognition.ink import Ink, Line
from gkaudit.readers.recognition.spacing import closed_up, narrowed

__all__ = ["PEN", "SEAL", "View", "all_closed_up", "first_look", "read_twice", "second_look", "single"]

#: What lies over a cell somebody signed across, and over one below a seal.
PEN, SEAL = "笔迹", "盖章"
#: The first look: tight and narrow. The second: more room, sharper, wider.
_FIRST, _SECOND = (0.15, 64), (0.35, 160)


@dataclass(frozen=True, slots=True)
class View:
    """The inside of a cell, rules taken out, and what lies over it (``over``: a seal, a streak of dirt).

    ``other`` is another look at the same where something does: with the seal's ink or the strokes of a pen, or with
    all that the streak covers taken off. ``doubt`` is what is already known to speak against the cell, ``strokes``
    where strokes of a pen were, ``veil`` where a streak was.
    """

    inside: Pixels
    other: Pixels | None = None
    doubt: str = ""
    over: str = ""
    strokes: Pixels | None = None
    veil: Pixels | None = None


class _Look(NamedTuple):
    cell: int
    line: Line
    picture: Pixels


def _look(  # noqa: PLR0913
    views: Sequence[View],
    inks: Sequence[Ink],
    which: Sequence[int],
    pad: float,
    least: int,
    *,
    sharper: bool = False,
    pitch: float = 0.0,
) -> dict[int, list[Reading]]:
    looks = []
    for i in which:
        inside = _sharper(views[i].inside) if sharper else views[i].inside
        lines = inks[i].lines if inks[i].kind == "print" else ()
        looks += [_Look(i, line, narrowed(_cut_out(inside, line, pad), line, pitch)) for line in lines]
    found: dict[int, list[Reading]] = {i: [] for i in which}
    for look, reading in zip(looks, read_lines([k.picture for k in looks], least), strict=True):
        found[look.cell].append(reading)
    return found


def _cut_out(inside: Pixels, line: Line, pad: float) -> Pixels:
    """A picture of a line on white, with so much room around it (in heights)."""
    height = max(line.height, 4)
    above, beside = max(2, round(pad * height)), max(3, round(pad * height))
    # A low line (a comma left alone) would be blown up beyond recognition.
    grown = max(0, (14 - height) // 2)
    top, bottom = max(0, line.top - 1), min(inside.shape[0], line.bottom + 1)
    left, right = max(0, line.left - 1), min(inside.shape[1], line.right + 1)
    cut = inside[top:bottom, left:right]
    return cv2.copyMakeBorder(cut, above + grown, above + grown, beside, beside, cv2.BORDER_CONSTANT, value=255)


def first_look(views: Sequence[View], inks: Sequence[Ink], which: Sequence[int]) -> dict[int, list[Reading]]:
    """Readings of the lines of some cells, by the number of the cell."""
    return _look(views, inks, which, *_FIRST)


def second_look(
    views: Sequence[View], inks: Sequence[Ink], which: Sequence[int], pitch: float
) -> dict[int, list[Reading]]:
    """The same once more; digits set as wide as ``pitch`` (in heights) stand close."""
    return all_closed_up(_look(views, inks, which, *_SECOND, sharper=True, pitch=pitch), views, inks, pitch)


def all_closed_up(
    readings: dict[int, list[Reading]], views: Sequence[View], inks: Sequence[Ink], pitch: float
) -> dict[int, list[Reading]]:
    """Readings in which the digits of one number stand close (see :mod:`.spacing`)."""
    alone = {i: own[0] for i, own in readings.items() if single(inks[i], own) is not None}
    room = {i: views[i].inside.shape[1] for i in alone}
    return readings | {i: [closed_up(one, inks[i].lines[0], pitch, room[i])] for i, one in alone.items()}


def _sharper(inside: Pixels) -> Pixels:
    return cv2.addWeighted(inside, 1.8, cv2.GaussianBlur(inside, (0, 0), 2), -0.8, 0)


def single(ink: Ink, readings: Sequence[Reading]) -> str | None:
    """The reading of a cell with one line of print."""
    return readings[0].text if ink.kind == "print" and len(readings) == 1 else None


def read_twice(inside: Pixels, line: Line) -> tuple[str, float]:
    """What two looks at a line both read, and the certainty of the better one; nothing where they differ."""
    (first,) = read_lines([_cut_out(inside, line, _FIRST[0])], _FIRST[1])
    (second,) = read_lines([_cut_out(_sharper(inside), line, _SECOND[0])], _SECOND[1])
    return (first.text, max(first.least, second.least)) if first.text == second.text else ("", 0.0)
