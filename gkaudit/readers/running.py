"""Tables whose cells run on in a line: programs that lose the line ends of a page, or what parts its cells.

Some leave a blank, a tab or a pipe between all cells (``规章 0 0 0 行政规范性文件 4 0 32 …``), some nothing at all
(``规章000``). What is a label of the form and what is a number tells them apart. Digits that nothing parts are those
of as many cells as the row has where they are all zeros; otherwise nobody can tell, as cells may be empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise

from gkaudit.chars import fold, squash
from gkaudit.document import TableCell
from gkaudit.form import EDITIONS, Edition, form
from gkaudit.readers.lines import Line
from gkaudit.vocabulary import edition_of, label_hit, printed_labels

__all__ = ["collect_running", "is_running", "parted"]

#: A line is such a table where so many labels follow a number in it, …
_FEWEST_TURNS = 3
#: … and lines are one where so many of them have the numbers of several cells in one.
_FEWEST_GLUED = 2
_RUN_TOGETHER = "几格的数字连在一起，中间没有分隔，不知各是多少"
_COLUMNS_OF_REMEDIES = 15
#: No table has more lines.
_MOST_LINES = 80
_ENUMERATED = r"(?:[(（][一二三四五六七][)）]|[一二三四][、.．]|\d[.、．])?\s*"
#: The last digit may be that of the next label (``00000002.其他…``).
_VALUE = r"[+\-−]?\d[\d,]*(?:\.\d+)?(?![.、．]\s*[\u4e00-\u9fff])(?:万元|元|件)?|[/／]|[—-]+|无(?!\w)"
_BETWEEN = re.compile(r"[\s|｜)）\]】”\"’]*")
_CELLS = 20

Rows = list[list[TableCell]]


@cache
def _label() -> re.Pattern[str]:
    """A label of the form, the longest first, whatever signs and blanks are between its characters."""
    words = sorted({fold(text) for text in printed_labels()} - {""}, key=len, reverse=True)
    return re.compile(_ENUMERATED + "(?:" + "|".join(r"[^\w|｜]*".join(map(re.escape, word)) for word in words) + ")")


_NUMBER = re.compile(_VALUE)


def _cells(text: str, at: int) -> tuple[int, list[re.Match[str]]]:
    """Labels and values that follow each other from a place in a line, and where they end."""
    found: list[re.Match[str]] = []
    end = at
    while match := _label().match(text, at) or _NUMBER.match(text, at):
        found.append(match)
        end = match.end()
        at = _BETWEEN.match(text, end).end()  # type: ignore[union-attr]
    return end, found


def _is_number(cell: re.Match[str]) -> bool:
    return cell.re is _NUMBER


def _turns(cells: Sequence[re.Match[str]]) -> int:
    """How often a label follows a number."""
    return sum(_is_number(before) and not _is_number(cell) for before, cell in pairwise(cells))


def _run_on(cells: Sequence[re.Match[str]]) -> bool:
    """Whether they are a table: labels follow numbers again and again, or all numbers of 表四 its headings."""
    numbers = sum(map(_is_number, cells))
    return _turns(cells) >= _FEWEST_TURNS or numbers >= _COLUMNS_OF_REMEDIES <= len(cells) - numbers


def parted(lines: Sequence[Line]) -> list[Line]:
    """Lines, with what stands before and behind a table that runs on in one of them apart from it."""
    return [piece for line in lines for piece in (_parted(line) if len(line.plain) > 2 * _CELLS else (line,))]


def _parted(line: Line) -> Iterator[Line]:
    text, done, at = line.text, 0, 0
    if sum(char.isdigit() for char in line.plain) < _CELLS // 2 or not _may_run(line):
        yield line
        return
    while match := _label().search(text, at):
        end, cells = _cells(text, match.start())
        if _run_on(cells):
            yield from (
                _piece(line, *span) for span in ((done, match.start()), (match.start(), end)) if span[0] < span[1]
            )
            done = end
        at = max(end, match.end())
    if done < len(text):
        yield _piece(line, done, len(text)) if done else line


def _may_run(line: Line) -> bool:
    return any(word in line.plain for word in ("行政许可", "予以公开", "结果维持"))


def _piece(line: Line, start: int, end: int) -> Line:
    text = line.text[start:end]
    return Line(text, squash(text), line.anchor.at(start=start, end=end))


def _whole(line: Line) -> list[re.Match[str]]:
    """The cells of a line that has nothing else in it."""
    start = _BETWEEN.match(line.text).end()  # type: ignore[union-attr]
    end, cells = _cells(line.text, start)
    return cells if cells and not line.text[end:].strip("|｜)）\t \u3000\xa0") else []


def is_running(line: Line) -> bool:
    """Whether a line has cells of the form, and at most one row where nothing parts them, or is a table by itself."""
    first = line.plain.lstrip("|｜")[:1]
    if not ("\u4e00" <= first <= "\u9fff" or first in tuple("(（123456789")):
        return False
    cells = _whole(line)
    return len(cells) > 1 and (_rows_follow(cells) or not re.search(r"[\s|｜]", line.text.strip()))


def _rows_follow(cells: Sequence[re.Match[str]]) -> bool:
    """Whether a line of cells only has the label of a row behind the numbers of another one (规章 0 0 0 行政许可 2)."""
    return _turns(cells) > 0 or _run_on(cells)


def collect_running(lines: Sequence[Line], at: int) -> tuple[int, str, Rows]:
    """The table beginning here: (line after it, layout, rows); no rows where its cells are parted otherwise."""
    end, probe = at, at
    found: list[tuple[Line, list[re.Match[str]]]] = []
    while probe < min(len(lines), at + _MOST_LINES):
        line = lines[probe]
        cells = _whole(line)
        if line.plain and not cells:
            break
        probe += 1
        if cells:
            found.append((line, cells))
            end = probe
    edition = edition_of(cell.group() for _, cells in found for cell in cells) or EDITIONS[-1]
    wide = [one for _, cells in found for one in _glued(cells, edition)]
    glued = [columns for cell, columns in wide if len(cell.group()) >= columns]
    if (
        len(glued) < _FEWEST_GLUED
        and _COLUMNS_OF_REMEDIES not in glued
        and not any(_rows_follow(cells) for _, cells in found)
    ):
        return end, "", []
    return end, "tokens", list(_rows(found, edition, {id(cell): columns for cell, columns in wide}))


def _columns(label: str, edition: Edition) -> int:
    """How many cells the row of this label has; 0 where it is that of none."""
    for hit in label_hit(label):
        if hit.kind == "row":
            rows = {row.name: row for row in form(edition).table(hit.table).rows}
            return len(rows[hit.name].columns) if hit.name in rows else 0
    return 0


def _rows(
    found: Sequence[tuple[Line, list[re.Match[str]]]], edition: Edition, wide: Mapping[int, int]
) -> Iterator[list[TableCell]]:
    """A label opens a row, the numbers after it are its cells; ``wide``: of how many cells (by identity) some are."""
    row: list[TableCell] = []
    ended = False
    for line, cell in ((line, cell) for line, cells in found for cell in cells):
        start = line.anchor.start or 0
        here = line.anchor.at(start=start + cell.start(), end=start + cell.end())
        if not _is_number(cell) and ended:
            yield row
            row = []
        columns = wide.get(id(cell), 1)
        whole = columns == 1 or len(cell.group()) == 1 or cell.group() == columns * "0"
        own = TableCell(cell.group(), here) if whole else TableCell(cell.group(), here, 1, 1, 0.0, _RUN_TOGETHER)
        row += columns * [own._replace(text="0")] if cell.group() == columns * "0" else [own]
        ended = _is_number(cell) or bool(_columns(cell.group(), edition) and fold(cell.group()) != "其他")
    if row:
        yield row


def _glued(cells: Sequence[re.Match[str]], edition: Edition) -> Iterator[tuple[re.Match[str], int]]:
    """Digits that are the only ones of a row of several cells, and how many cells these are."""
    if len(cells) == 1 and len(cells[0].group()) >= _COLUMNS_OF_REMEDIES:
        yield cells[0], _COLUMNS_OF_REMEDIES
    for n, (label, cell) in enumerate(pairwise(cells), 2):
        if _is_number(label) or not cell.group().isdigit() or (n < len(cells) and _is_number(cells[n])):
            continue
        of_remedies = any(hit.table == "remedies" for hit in label_hit(label.group()))
        all_of_them = of_remedies and len(cell.group()) >= _COLUMNS_OF_REMEDIES
        columns = _COLUMNS_OF_REMEDIES if all_of_them else _columns(label.group(), edition)
        if columns > 1:
            yield cell, columns
