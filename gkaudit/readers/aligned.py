"""Columns padded with blanks: fields by position, and the empty cells between them found again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from gkaudit.chars import clean, is_value, width
from gkaudit.document import Anchor, TableCell
from gkaudit.readers.lines import Line
from gkaudit.vocabulary import is_explained, is_label_part, label_hit

__all__ = ["aligned_rows", "begins_label", "fields", "two_numbers"]

_GAP = re.compile(r"(?:[ \xa0]{2,}|\u3000+[ \xa0]*|[ \xa0]+\u3000+[ \xa0\u3000]*)")
#: The last of several groups of a number, perhaps with the part behind its point.
_THREE = re.compile(r"\d{3}(?:\.\d\d?)?")
_BLANK = re.compile(r"[ \xa0\u3000]+")
#: A field may stand this share of a column's width away from the column and still belong to it.
_REACH = 0.4
_LONGEST_LABEL = 60
#: A label this much like one of the form is taken for it beside numbers …
_LIKE = 0.72
#: … and as much as this where it stands alone.
_SURE = 0.9
#: Numbers of a row of 表三.
_ALL = 7
#: So many headings of the form in a line are no prose.
_HEADINGS = 5


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a line; ``left`` and ``right`` are display columns."""

    text: str
    left: int
    right: int
    anchor: Anchor

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def fields(line: Line) -> list[Field] | None:
    """Fields of a line of an aligned table; None where the line is prose."""
    if not line.plain or "\t" in line.text:
        return None
    for parts in (_split(line, _GAP), _label_and_values(line), _split(line, _BLANK)):
        if len(parts) > 1 and _is_row(parts):
            return _one_by_one(parts, line)
    return None


def _one_by_one(parts: list[Field], line: Line) -> list[Field]:
    """Fields with two numbers between which there is a single blank as two, where the row has all numbers then.

    Columns may be no wider than the longest of their numbers.
    """
    apart: list[Field] = []
    for part in parts:
        start = part.anchor.start or 0
        words = _split(Line(part.text, part.text, part.anchor), _BLANK) if is_value(part.text) else []
        if len(words) < 2:  # noqa: PLR2004
            apart.append(part)
            continue
        for word in words:
            at = start + (word.anchor.start or 0)
            here = line.anchor.at(start=at, end=at + len(word.text))
            apart.append(Field(word.text, part.left + word.left, part.left + word.right, here))
    return apart if len(_values(apart)) == _ALL else parts


def two_numbers(line: Line) -> list[Field] | None:
    """Two numbers in a line below their label; None where it is one in groups of three digits, or anything else."""
    parts = _split(line, _BLANK)
    plain = len(parts) == 2 and all(is_value(part.text) for part in parts)  # noqa: PLR2004
    return parts if plain and not _THREE.fullmatch(parts[1].text) else None


def _is_row(parts: list[Field]) -> bool:
    """Labels first, then values; one unknown label is let through where the form's row is full of numbers."""
    if any(len(p.text) > _LONGEST_LABEL and not is_explained(p.text) for p in parts):
        return False
    values = _values(parts)
    labels = parts[: len(parts) - len(values)]
    if not labels:
        return len(parts) >= 3  # noqa: PLR2004 - two numbers may be a page number and a date
    known = sum(
        _is_label(p.text, _LIKE if values else _SURE) or (bool(values) and is_label_part(p.text)) for p in labels
    )
    if known == len(labels) or not values:
        # Many headings in a line may have one word before them that the form does not have (项目).
        return known == len(labels) or (known >= _HEADINGS and not _is_label(labels[0].text, _SURE))
    return known == len(labels) - 1 and (known > 0 or len(values) == 7)  # noqa: PLR2004


def _is_label(text: str, enough: float) -> bool:
    hits = label_hit(text)
    return bool(hits) and hits[0].score >= enough


def _split(line: Line, gap: re.Pattern[str]) -> list[Field]:
    found: list[Field] = []
    start = len(line.text) - len(line.text.lstrip())
    end = len(line.text.rstrip())
    for match in [*gap.finditer(line.text, start, end), None]:
        stop = match.start() if match else end
        if clean(line.text[start:stop]):
            left = width(line.text[:start])
            piece = line.text[start:stop]
            found.append(Field(piece, left, left + width(piece), line.anchor.at(start=start, end=stop)))
        start = match.end() if match else end
    return found


def _label_and_values(line: Line) -> list[Field]:
    """``行政许可 17``: a label that may hold single blanks itself, then values between single blanks."""
    words = _split(line, _BLANK)
    values = _values(words)
    if not values or len(values) == len(words):
        return []
    head = words[: len(words) - len(values)]
    if all(_is_label(word.text, _SURE) for word in head):
        return words
    start, end = head[0].anchor.start or 0, head[-1].anchor.end or 0
    label = Field(line.text[start:end], head[0].left, head[-1].right, line.anchor.at(start=start, end=end))
    return [label, *values]


def aligned_rows(stretch: list[Line]) -> list[list[TableCell]]:
    """Rows of an aligned table. Where full rows show the columns, a missing value becomes an empty cell."""
    rows: list[list[Field]] = []
    padded: list[bool] = []
    for line in stretch:
        row = fields(line) or two_numbers(line) or _split(line, re.compile(r"(?!)"))
        # Between single blanks nothing shows where a missing number would stand.
        gaps = len(_split(line, _GAP)) == len(row)
        if rows and _continues(rows[-1], row):
            rows[-1] = _joined(rows[-1], row)
            padded[-1] = padded[-1] and gaps
        else:
            rows.append(row)
            padded.append(gaps)
    columns = _columns(rows)
    return [
        _placed(row, columns.get(_size_class(row)) if exact else None) for row, exact in zip(rows, padded, strict=True)
    ]


def _continues(before: list[Field], row: list[Field]) -> bool:
    """Whether a line goes on with the row above: the rest of its label, its numbers, or both."""
    if _values(before):
        return len(row) == 1 and _is_split_label(_label(before), row[0].text)
    if _only_values(row):
        return _size_class(before[-1:]) != ""
    return _is_split_label(before[-1].text, row[0].text) or _is_misprinted(before[-1].text, row)


def begins_label(line: Line, below: Line) -> bool:
    """Whether a line is the first piece of a misprinted label that a row with all its numbers goes on with below."""
    return _is_misprinted(line.text, fields(below) or [])


def _is_misprinted(first: str, row: list[Field]) -> bool:
    """Whether a text and the label of a row with all its numbers are nearly one of the form, and neither is by itself.

    ``二、上年结转政府倍息`` over ``公开申请数量 0 0 0 0 3 0 3`` is no heading of a section.
    """
    if len(row) != _ALL + 1 or len(_values(row)) != _ALL or label_hit(first) or label_hit(row[0].text):
        return False
    return any(hit.kind == "row" and hit.score >= _SURE for hit in label_hit(first + row[0].text)[:1])


def _label(row: list[Field]) -> str:
    """The text left of the values."""
    labels = row[: len(row) - len(_values(row))]
    return labels[-1].text if labels else ""


def _is_split_label(first: str, second: str) -> bool:
    if is_value(second):
        return False
    whole = label_hit(first + second)
    alone = max((hit.score for text in (first, second) for hit in label_hit(text)), default=0.0)
    # A label may be whole without its last words too (其他对外管理服务事项).
    return bool(whole) and whole[0].score == 1 and (alone < 1 or not label_hit(second))


def _joined(before: list[Field], row: list[Field]) -> list[Field]:
    if _only_values(row):
        return before + row
    values = _values(before)
    *head, last = before[: len(before) - len(values)]
    first = row[0]
    return [*head, Field(f"{last.text}\n{first.text}", last.left, last.right, last.anchor), *values, *row[1:]]


def _only_values(row: list[Field]) -> bool:
    return len(_values(row)) == len(row)


def _values(row: list[Field]) -> list[Field]:
    at = len(row)
    while at and is_value(row[at - 1].text):
        at -= 1
    return row[at:]


def _size_class(row: list[Field]) -> str:
    """Rows are compared within a table: 表三 with 表三. The label tells; numbers alone tell nothing."""
    for part in row:
        for hit in label_hit(part.text)[:1]:
            if hit.kind == "row":
                return hit.table
    return ""


def _columns(rows: list[list[Field]]) -> dict[str, list[Field]]:
    """Per table a row that has a value in every column: the one with the most.

    None where more of the full rows have their values elsewhere than there: the blanks only part their fields then.
    """
    best: dict[str, list[Field]] = {}
    full: dict[str, list[list[Field]]] = {}
    for row in rows:
        kind, values = _size_class(row), _values(row)
        if not kind or len(values) < len(best.get(kind, [None])):
            continue
        if len(values) > len(best.get(kind, [])):
            best[kind], full[kind] = values, []
        full[kind].append(values)
    return {kind: values for kind, values in best.items() if len(values) in (3, 7) and _agree(values, full[kind])}


def _agree(columns: list[Field], others: list[list[Field]]) -> bool:
    """Whether rows, of which the one that shows the columns is one, have their values under these."""
    there = sum([_nearest(value, columns) for value in row] == list(range(len(columns))) for row in others)
    return 2 * (there - 1) >= len(others) - 1


def _placed(row: list[Field], columns: list[Field] | None) -> list[TableCell]:
    values = _values(row)
    cells = [TableCell(f.text, f.anchor) for f in row]
    if not columns or not values or len(values) >= len(columns):
        return cells
    places = [_nearest(value, columns) for value in values]
    if None in places or any(a >= b for a, b in pairwise(p for p in places if p is not None)):
        return cells
    here = values[0].anchor.at(start=None, end=None)
    filled = [TableCell("", here) for _ in columns]
    for value, place in zip(values, places, strict=True):
        if place is not None:
            filled[place] = TableCell(value.text, value.anchor)
    return cells[: len(cells) - len(values)] + filled


def _nearest(value: Field, columns: list[Field]) -> int | None:
    """Index of the column this value stands under; None where it stands between two."""
    gap = min(b.middle - a.middle for a, b in pairwise(columns))
    distance, place = min(
        (min(abs(value.left - c.left), abs(value.right - c.right), abs(value.middle - c.middle)), i)
        for i, c in enumerate(columns)
    )
    return place if distance <= gap * _REACH else None
