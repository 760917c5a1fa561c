"""Prose that was broken where the page or the window ended, as it is copied out of printed pages and mails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from gkaudit.chars import enumerator, squash, width
from gkaudit.document import Block, Document, Paragraph
from gkaudit.readers.lines import Line, heading_like

__all__ = ["margin", "rejoined", "with_whole_paragraphs"]

#: Formats that such text is pasted into, where every line becomes a paragraph; others put their lines together.
_PASTED = ("docx", "html", "mht", "doc", "wps", "rtf")

#: Lines are broken at no more columns than this; a paragraph in one line is longer.
_WIDEST, _NARROWEST = 130, 40
#: A full line may end so many columns before the margin: a sign that must not begin a line takes its neighbour along.
_RAGGED = 8
#: So many full lines that end in the middle of a sentence are no chance.
_FEWEST = 3
_ENDS = "。！？；：:;!?”"


def margin(lines: Sequence[Line]) -> int:
    """The display column at which the lines of a text were broken; 0 where they were not."""
    ends = [_end(line) for line in lines if line.plain]
    widest = max(ends, default=0)
    if not _NARROWEST <= widest <= _WIDEST:
        return 0
    full = (line for line in lines if line.plain and _end(line) >= widest - _RAGGED)
    return widest if sum(line.plain[-1] not in _ENDS for line in full) >= _FEWEST else 0


def with_whole_paragraphs(document: Document) -> Document:
    """The document with paragraphs put together that are the lines of one."""
    if document.format not in _PASTED:
        return document
    own = [block for block in document.blocks if isinstance(block, Paragraph)]
    if not _may_be_lines([paragraph.text for paragraph in own]):
        return document
    edge = margin(list(map(_line, own)))
    if not edge:
        return document
    blocks: list[Block] = []
    for is_prose, some in groupby(document.blocks, key=lambda block: isinstance(block, Paragraph)):
        if is_prose:
            lines = rejoined([_line(block) for block in some if isinstance(block, Paragraph)], edge)
            blocks += [Paragraph(line.text, line.anchor) for line in lines]
        else:
            blocks += some
    return replace(document, blocks=tuple(blocks))


def _may_be_lines(texts: Sequence[str]) -> bool:
    """Whether paragraphs may be lines broken at a margin, at a glance: nearly every document is left here."""
    longest = max(texts, key=len, default="")
    # No character is narrower than a column, and none wider than two.
    if len(longest) > _WIDEST:
        return False
    full = width(longest.rstrip()) - _RAGGED
    return sum(len(text) * 2 >= full and text[-1:] not in _ENDS for text in texts) >= _FEWEST


def _line(paragraph: Paragraph) -> Line:
    return Line(paragraph.text, squash(paragraph.text), paragraph.anchor)


def rejoined(lines: Sequence[Line], edge: int) -> list[Line]:
    """Lines of prose with those put together that were one before they were broken at the column ``edge``."""
    found: list[list[Line]] = []
    for line in lines:
        if edge and found and _goes_on(found[-1][-1], line, edge):
            found[-1].append(line)
        else:
            found.append([line])
    return [_one(own) if len(own) > 1 else own[0] for own in found]


def _goes_on(above: Line, line: Line, edge: int) -> bool:
    """Whether a line goes on with the one above, which is full and ends within a sentence.

    A new paragraph is more indented than the line above, or begins with a number of its own.
    """
    if not above.plain or not line.plain or _end(above) < edge - _RAGGED or above.plain[-1] in _ENDS:
        return False
    if _indent(line) > _indent(above) or heading_like(line.text) or heading_like(above.text):
        return False
    return not enumerator(line.plain) or line.plain[0].isdigit()


def _one(lines: Sequence[Line]) -> Line:
    first, *rest = lines
    text = first.text.rstrip()
    for line in rest:
        piece = line.text.strip()
        text += f" {piece}" if text[-1].isascii() and text[-1].isalpha() and piece[0].isascii() else piece
    return Line(text, squash(text), first.anchor.at(end=None))


def _end(line: Line) -> int:
    return width(line.text.rstrip())


def _indent(line: Line) -> int:
    return width(line.text) - width(line.text.lstrip())
