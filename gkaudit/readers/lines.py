"""Lines of a text with their place, and what a section heading looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from gkaudit.chars import clean, enumerator, fold, is_value, squash
from gkaudit.document import Anchor, Paragraph
from gkaudit.form import EDITIONS, form, sections
from gkaudit.vocabulary import label_hit

__all__ = ["NUMBER_BEHIND", "Line", "heading_like", "names_section", "paragraphs", "split_lines", "with_quoted_cells"]

#: A number, perhaps with its unit, that is printed in one with the label before it.
NUMBER_BEHIND = re.compile(r"\s*\d[\d.,，．]*\s*(?:万元|元|件|条|个|项|宗|起|份|次)?$")
_LINE_END = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_TOP_LEVEL = re.compile(r"^[#*>\-\s]*(?:第[一二三四五六七八]部分|[一二三四五六七八][、.．,，\s])")
#: The heading of a section within a line: programs that lose the line ends of a page leave a blank on either side,
#: or the end of a sentence before it.
_WITHIN = re.compile(r"(?<=[\s。])[一二三四五六]、\s?[\u4e00-\u9fff、]{3,25}(?=\s|$)")
_YEAR_BEFORE = re.compile(r"^20\d{2}年度?")
_LONGEST_HEADING = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One line: text as it stands, the text without any white space, and where it is."""

    text: str
    plain: str
    anchor: Anchor


def split_lines(text: str, name: str) -> list[Line]:
    """Lines with 1-based numbers as an editor shows them."""
    here = Anchor(file=name)
    pieces = _LINE_END.split(text.removeprefix("\ufeff"))
    return [Line(piece, squash(piece), here.at(line=n, start=0, end=len(piece))) for n, piece in enumerate(pieces, 1)]


#: A cell that a sheet copied out in quotes has at most so many lines.
_MOST_LINES = 12


def with_quoted_cells(lines: Sequence[Line]) -> list[Line]:
    """Lines with those put together that a cell in quotes runs over, as sheets are copied: ``"商业⏎企业"⇥…``."""
    found: list[Line] = []
    at = 0
    while at < len(lines):
        text, end = lines[at].text, at + 1
        while _ends_in_quotes(text) and end < min(len(lines), at + _MOST_LINES):
            text = f"{text}\n{lines[end].text}"
            end += 1
        if end == at + 1 or "\t" not in text or _ends_in_quotes(text):
            text, end = lines[at].text, at + 1
        found.append(lines[at] if end == at + 1 else Line(text, squash(text), lines[at].anchor.at(end=None)))
        at = end
    return found


def _ends_in_quotes(text: str) -> bool:
    """Whether a line ends within a field in quotes."""
    field = text[text.rfind("\t") + 1 :]
    return field.startswith('"') and field.count('"') % 2 == 1


@cache
def _row_starts() -> tuple[str, ...]:
    """How rows of the form that look like headings begin (一、本年新收 …), squashed."""
    labels = [label for e in EDITIONS for t in form(e).tables for r in t.rows for label in (r.label, r.group) if label]
    return tuple(dict.fromkeys(squash(label) for label in labels if _TOP_LEVEL.match(label)))


def heading_like(text: str) -> bool:
    """Whether a line is the heading of a section (一、总体情况 …) and not a row of a table.

    Rows of 表三 begin with 一、 to 四、 as well; they are labels of the form and no headings.
    """
    # Numbers behind the label make the line a row, however the label is misprinted.
    words = text.split()
    while words and is_value(words[-1]):
        words.pop()
    bare = " ".join(words)
    plain = squash(bare)
    if not _TOP_LEVEL.match(text) or len(plain) > _LONGEST_HEADING:
        return False
    if plain.startswith(_row_starts()) or any(label.startswith(plain) for label in _row_starts()):
        return False
    return not any(hit.kind in ("row", "group") for hit in label_hit(bare))


@cache
def _section_names() -> tuple[frozenset[str], frozenset[str]]:
    """What sections are called by the form, and what offices call them as well."""
    own = frozenset(fold(section.label) for section in sections())
    return own, own | {fold(alias) for section in sections() for alias in section.aliases}


def names_section(text: str) -> bool:
    """Whether a line is the name of a section: the form's own, or another one with a number (1. 工作概况)."""
    if len(text) > 2 * _LONGEST_HEADING:
        return False
    own, known = _section_names()
    name = _YEAR_BEFORE.sub("", fold(text))
    return name in own or (name in known and bool(enumerator(text)))


def paragraphs(line: Line) -> Iterator[Paragraph]:
    """A line of prose as paragraphs: one, unless headings of sections stand in the middle of it."""
    inside = [found for found in _WITHIN.finditer(line.text) if names_section(found[0])]
    cuts = sorted({0, len(line.text), *(place for found in inside for place in found.span())})
    for start, end in pairwise(cuts):
        text = line.text[start:end]
        if clean(text):
            yield Paragraph(text if len(cuts) == _WHOLE else text.strip(), line.anchor.at(start=start, end=end))


#: The two ends of a line that nothing cuts.
_WHOLE = 2
