"""Tables without upright rules: rows and columns by the places of their numbers.

A row is a line of numbers; its label is what stands left of it: one line or several around it. Where level
rules part the rows, they say what belongs together; elsewhere the words of the form decide which of the
possible lines make a label. A stretch in which anything stays open is no table but lines of text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gkaudit.chars import enumerator
from gkaudit.readers.geometry.columns import Columns, Row, row_of, settled
from gkaudit.readers.geometry.lattice import united
from gkaudit.readers.geometry.lines import Line, Token
from gkaudit.readers.geometry.page import Box, Cell, Page, Piece, Rule
from gkaudit.readers.geometry.spacing import UNKNOWN_SPACING, Spacing
from gkaudit.readers.lines import heading_like, names_section
from gkaudit.vocabulary import Hit, is_label_part, label_hit

__all__ = ["unruled"]

#: A line this wide (share of the text) is prose, lines further apart than this (sizes) are not one table.
_PROSE, _STEP = 0.6, 6.0
#: Rows of numbers that make a table, or numbers in one row that do.
_FEWEST_ROWS, _WIDE_ROW = 2, 7
#: A label's lines follow each other within this (sizes) and are at most so many; how exactly it stands beside its row.
_PITCH, _MOST_LINES, _BESIDE = 1.7, 7, 0.38
#: Words are on one line, or about beside each other (nearer where one is on a line of numbers), within this (sizes).
_ON_LINE, _NEARBY, _ABREAST = 0.45, 0.9, 1.2
#: How alike a line has to be to a label of the form to be a row (or heading) without numbers.
_SURE = 0.9
#: Share of the numbers' width that a rule between rows covers.
_COVERS = 0.6
#: Rows of numbers are further apart than this (sizes).
_ONE_ROW = 0.95
#: So many words of a heading on one line make a heading of a table without its numbers.
_MANY_HEADS = 4
#: How sure the numbers are of a row whose columns cannot be told apart, and why.
_CROWDED, _CROWDED_NOTE = 0.4, "没有竖线且数字相距太近，分不清属于哪一列"
_DIGIT = re.compile(r"\d")
_NUMBER_BEHIND = re.compile(r"\s*\d[\d.,]*\s*(?:万元|元|件|条|个|项|宗|起|份|次)?$")


def unruled(page: Page, lines: Sequence[Line], spacing: Spacing = UNKNOWN_SPACING) -> tuple[list[Piece], list[Line]]:
    """Tables among the lines of a page, and the lines that are left; ``spacing`` is that of the document."""
    pieces: list[Piece] = []
    left: list[Line] = []
    rows = [row_of(line) for line in lines]
    if any(row.crowded for row in rows):
        spacing = Spacing.of(row.line for row in rows if row.values).among(spacing)
    todo = list(_stretches(rows))
    while todo:
        stretch = todo.pop(0)
        result = _table(page, stretch, spacing) if stretch.tabular else stretch.rows
        if isinstance(result, Piece) and len(stretch.rows) == 1 and not stretch.rows[0].values:
            result = stretch.rows  # a heading or a signature
        if isinstance(result, Piece):
            pieces.append(result)
        elif len(result) < len(stretch.rows):
            # Lines that belong to nothing stand before, behind or between tables.
            todo += list(_parted(stretch.rows, result))
        else:
            left += [row.line for row in result]
    return pieces, left


def _parted(rows: Sequence[Row], strange: Sequence[Row]) -> Iterator[_Stretch]:
    """A stretch cut at the lines that belong to nothing."""
    part: list[Row] = []
    for row in rows:
        if row in strange:
            yield from _judged(part)
            yield _Stretch([row])
            part = []
        else:
            part.append(row)
    yield from _judged(part)


# ── stretches ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Lines that follow each other."""

    rows: list[Row]
    tabular: bool = False


def _stretches(rows: Sequence[Row]) -> Iterator[_Stretch]:
    """The lines cut into prose and what may be a table."""
    right = max((row.line.right for row in rows), default=0.0)
    left = min((row.line.left for row in rows), default=0.0)
    run: list[Row] = []
    for row in rows:
        wide = not row.values and len(row.words) == 1 and row.line.right - row.line.left > _PROSE * (right - left)
        heading = heading_like(row.line.text) or names_section(row.line.text)
        prose = wide or (heading and not row.values)
        apart = bool(run) and row.line.base - run[-1].line.base > _STEP * max(row.line.size, run[-1].line.size)
        if prose or apart:
            yield from _judged(run)
            run = []
        if prose:
            yield _Stretch([row])
        else:
            run.append(row)
    yield from _judged(run)


def _judged(run: list[Row]) -> Iterator[_Stretch]:
    """A run as a table, if it has numbers enough or the headings of one."""
    data = [i for i, row in enumerate(run) if row.values]
    if not data:
        yield _Stretch(run, _heads(run))
        return
    numbers = max((len(run[i].values) for i in data), default=0)
    labelled = sum(bool(run[i].words) for i in data)
    known = any(_rows_named(run[i].words[-1].text) for i in data if run[i].words)
    if not (labelled >= _FEWEST_ROWS or numbers >= _WIDE_ROW or known):
        yield _Stretch(run)
        return
    yield _Stretch(run, tabular=True)


def _heads(run: Sequence[Row]) -> bool:
    """Whether lines without any number are the heading of a table whose numbers stand on the next page."""
    wide = [row for row in run if len(row.words) >= _MANY_HEADS]
    return bool(wide) and all(is_label_part(t.text) or _score(t.text) >= _SURE for row in run for t in row.words)


# ── one table ───────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Drawn:
    """One row to be: the height it stands at, labels from left to right, numbers by column.

    ``doubtful``: nobody can say which column each of its numbers, and each of its blanks, belongs to.
    """

    base: float
    labels: list[tuple[str, Token]] = field(default_factory=list)
    values: list[Token | None] | None = None
    doubtful: bool = False


def _table(page: Page, stretch: _Stretch, spacing: Spacing) -> Piece | list[Row]:
    """The table of a stretch; else the lines that belong to nothing in it, or all lines where it is none."""
    rows = stretch.rows
    if not any(row.values for row in rows):
        return _piece(_headings(rows, ()), rows, page)
    if not any(row.crowded for row in rows):
        return _by_position(page, rows)
    for known in (spacing, UNKNOWN_SPACING) if spacing.whole else (spacing,):
        # Where columns cannot be told with what is thought of the spacing, it is wrong.
        found = _by_position(
            page,
            settled(
                [row_of(row.line, known) if row.values else row for row in rows],
                spaced=spacing.spaced,
            ),
        )
        if isinstance(found, Piece) or len(found) < len(rows):
            return found
    # As lines of text two numbers that nearly touch would pass for one: the rows stay, in doubt.
    return _piece([_open_row(row) for row in rows], rows, page)


def _open_row(row: Row) -> _Drawn:
    return _Drawn(row.line.base, [(t.text, t) for t in row.words], list(row.values) or None, doubtful=True)


def _by_position(page: Page, rows: list[Row]) -> Piece | list[Row]:
    """The table of rows of numbers and the words around them; as :func:`_table`."""
    data = [row for row in rows if row.values]
    if behind := _behind(rows):
        return behind
    if any(b.line.base - a.line.base < _ONE_ROW * a.line.size for a, b in pairwise(data)):
        return rows  # numbers wrapped in their cells: what stands on one line is not one row
    above = [t for row in rows if row.line.base < data[0].line.base for t in row.words]
    clear = [row for row in data if not row.crowded]
    columns = Columns.of(clear, above)
    placed = [columns.placed(row.values) for row in clear]
    if not clear or None in placed or any(t.right > columns.left for row in data for t in row.words):
        return rows
    labelled = any(row.words for row in data)
    labels = [t for row in rows for t in row.words if labelled and (t.right < columns.left + t.size or row.values)]
    bases = [row.line.base for row in data]
    groups = [t for t in labels if any(_right_of(t, other, bases) for other in labels)]
    items = [t for t in labels if t not in groups]
    drawn = _numbers(data, dict(zip(map(id, clear), placed, strict=True)), columns)
    separators = _separators(page.level, columns, rows)
    left = _in_bands(drawn, items, separators) if separators else _beside(drawn, items)
    if left:
        strange = [row for row in rows if all(t in left for t in row.words) and not row.values]
        return strange if sum(len(row.words) for row in strange) == len(left) else rows
    _question(drawn, [t for row in rows for t in row.words if t not in labels])
    drawn += _headings([row for row in rows if not row.values], labels)
    drawn.sort(key=lambda d: d.base)
    for block in _blocks(groups):
        _attach(drawn, block)
    return _piece(drawn, rows, page)


def _behind(rows: Sequence[Row]) -> list[Row]:
    """Lines apart from the last row of numbers that are no row of the form: a heading, a signature."""
    last = max(at for at, row in enumerate(rows) if row.values or _with_number(row))
    found: list[Row] = []
    for before, row in pairwise(rows[last:]):
        apart = row.line.base - before.line.base > _PITCH * row.line.size
        if found or (apart and not _rows_named(row.line.text)):
            found.append(row)
    return found


def _with_number(row: Row) -> bool:
    """Whether a line is the label of a row and, printed in one with it, its number."""
    text = row.line.text
    return _NUMBER_BEHIND.search(text) is not None and bool(_rows_named(text))


def _numbers(data: Sequence[Row], placed: Mapping[int, list[Token | None] | None], columns: Columns) -> list[_Drawn]:
    """The rows with their numbers in columns; in doubt where numbers nearly touch or columns may be one.

    A row with all the numbers of the form has no two that pass for one. Where no row fills all of many
    columns, two of them may be one that is written left and right: then only such rows are sure.
    """
    known = [place for place in placed.values() if place]
    most = max(sum(v is not None for v in place) for place in known)
    width = len(columns.sides)
    filled = sum(any(place[i] for place in known) for i in range(width))
    torn = most < filled and (len(known) < len(data) or filled >= _WIDE_ROW)
    ragged = torn or columns.ragged(known)
    drawn = []
    for row in data:
        place = placed.get(id(row)) or [*row.values, *[None] * (width - len(row.values))]
        full = len(row.values) == most and not row.touching
        full = full and (not (torn or row.crowded) or (most >= _WIDE_ROW and torn != row.crowded))
        drawn.append(_Drawn(row.line.base, values=place, doubtful=not full and (ragged or row.crowded)))
    return drawn


def _question(drawn: Sequence[_Drawn], words: Sequence[Token]) -> None:
    """Doubt rows whose numbers may be another row's: beside one without a label, or with words where numbers belong."""
    own = sorted((d for d in drawn if d.values and any(d.values)), key=lambda d: d.base)
    for at, row in enumerate(own):
        if not row.labels and len(own) > 1:
            for near in own[max(at - 1, 0) : at + 2]:
                near.doubtful = True
    figures = [t for t in words if _DIGIT.search(t.text)]
    for row in drawn:
        if row.values and not any(row.values) and any(abs(t.base - row.base) < _PITCH * t.size for t in figures):
            row.doubtful = True


def _right_of(token: Token, other: Token, bases: Sequence[float]) -> bool:
    """Whether another label stands right of this one, which then is the label of several rows.

    What stands on the line of a row's numbers is the row's own label unless the other is nearly on it too.
    """
    on_row = any(abs(base - token.base) < _ON_LINE * token.size for base in bases)
    reach = _NEARBY if on_row else _ABREAST
    return other.left >= token.right - 1 and abs(other.base - token.base) < reach * token.size


def _separators(level: Sequence[Rule], columns: Columns, rows: Sequence[Row]) -> list[float]:
    """Heights of the rules between rows; none where they do not part every row from the next."""
    wide = columns.right - columns.left
    top, bottom = rows[0].line.base - 2 * rows[0].line.size, rows[-1].line.base + 2 * rows[-1].line.size
    heights = sorted(
        rule.at
        for rule in united(level)
        if top <= rule.at <= bottom and min(rule.end, columns.right) - max(rule.start, columns.left) >= _COVERS * wide
    )
    bands = [bisect_right(heights, row.line.base) for row in rows if row.values]
    return heights if heights and all(a < b for a, b in pairwise(bands)) else []


def _in_bands(drawn: list[_Drawn], items: Sequence[Token], separators: Sequence[float]) -> list[Token]:
    """Labels by the band between two rules; a band with words of a row and no numbers is an empty row."""
    bands: dict[int, list[Token]] = {}
    for token in items:
        bands.setdefault(bisect_right(separators, token.base - 0.35 * token.size), []).append(token)
    own = {bisect_right(separators, row.base - 1): row for row in drawn}
    width = len(drawn[0].values or ())
    first = min(own)
    for band, tokens in bands.items():
        text = "\n".join(t.text for t in tokens)
        row = own.get(band)
        if row is not None:
            row.labels.append((text, tokens[0]))
        elif _rows_named(text) and (band > first or _score(text) == 1):
            # At the top of a page the end of a label may look like the whole of it.
            drawn.append(_Drawn(tokens[0].base, [(text, tokens[0])], [None] * width))
        else:
            drawn += [_Drawn(t.base, [(t.text, t)]) for t in tokens]
    return []


def _beside(drawn: list[_Drawn], items: Sequence[Token]) -> list[Token]:
    """Labels by the lines around each row of numbers; what is left are lines that belong to nothing."""
    free = list(items)
    for row in list(drawn):
        chosen = _label(row.base, free)
        if chosen:
            row.labels.append(("\n".join(t.text for t in chosen), chosen[0]))
            free = [t for t in free if t not in chosen]
    # A row without numbers is empty only where every row with numbers has the label of a row, and another one.
    whole = all(row.labels and _rows_named(row.labels[0][0]) for row in drawn)
    taken = {name for row in drawn for text, _ in row.labels for name in _rows_named(text)}
    width = len(drawn[0].values or ())
    left: list[Token] = []
    while free:
        score, lines = max((_score("\n".join(t.text for t in free[:n])), -n) for n in (1, 2, 3))
        size = -lines if score >= _SURE else 1
        text, first = "\n".join(t.text for t in free[:size]), free[0]
        if score >= _SURE:
            named = _rows_named(text)
            below = first.base > drawn[0].base or score == 1
            empty = whole and bool(named) and not named & taken and below
            drawn.append(_Drawn(first.base, [(text, first)], [None] * width if empty else None))
        else:
            left.append(first)
        free = free[size:]
    return left


def _label(base: float, lines: Sequence[Token]) -> list[Token]:
    """Lines that stand beside a height as one label: at the top, in the middle or at the bottom of it."""
    best: tuple[float, int] = (-1.0, 0)
    chosen: list[Token] = []
    for start in range(len(lines)):
        if abs(lines[start].base - base) > _MOST_LINES * _PITCH * lines[start].size:
            continue
        for end in range(start + 1, min(start + _MOST_LINES, len(lines)) + 1):
            block = lines[start:end]
            if any(b.base - a.base > _PITCH * a.size or enumerator(b.text) for a, b in pairwise(block)):
                break
            middle = sum(t.base for t in block) / len(block)
            near = min(abs(at - base) for at in (block[0].base, middle, block[-1].base))
            if near > _BESIDE * block[0].size:
                continue
            score = _score("\n".join(t.text for t in block))
            if (score, -len(block)) > best:
                best, chosen = (score, -len(block)), list(block)
    return chosen


def _hits(text: str) -> tuple[Hit, ...]:
    """Labels of the form like this text, with or without the number that is printed in one with it."""
    bare = _NUMBER_BEHIND.sub("", text)
    return label_hit(text) if bare == text else label_hit(text) + label_hit(bare)


def _score(text: str) -> float:
    return max((hit.score for hit in _hits(text)), default=0.0)


def _rows_named(text: str) -> set[str]:
    """The rows of the form that a text surely is the label of."""
    return {hit.name for hit in _hits(text) if hit.kind == "row" and hit.score >= _SURE}


def _headings(rows: Sequence[Row], labels: Sequence[Token]) -> list[_Drawn]:
    """Words over the numbers: those that follow each other closely are one heading."""
    blocks = _blocks([t for row in rows for t in row.words if t not in labels])
    found: list[_Drawn] = []
    for block in sorted(blocks, key=lambda b: (b[0].base, b[0].left)):
        text = "\n".join(t.text for t in block)
        if found and abs(found[-1].base - block[0].base) < block[0].size / 2:
            found[-1].labels.append((text, block[0]))
        else:
            found.append(_Drawn(block[0].base, [(text, block[0])]))
    return found


def _blocks(tokens: Sequence[Token]) -> list[list[Token]]:
    """Words under each other, one cell's lines; two labels of the form are two cells however near they are."""
    blocks: list[list[Token]] = []
    for token in sorted(tokens, key=lambda t: t.base):
        for block in blocks:
            last = block[-1]
            near = 0 < token.base - last.base < 1.5 * token.size and token.left < last.right and last.left < token.right
            if near and not _score(token.text) == 1 == _score(last.text):
                block.append(token)
                break
        else:
            blocks.append([token])
    return blocks


def _attach(drawn: list[_Drawn], block: list[Token]) -> None:
    """A label of several rows, to the nearest of them."""
    middle = sum(t.base for t in block) / len(block)
    row = min(drawn, key=lambda d: abs(d.base - middle))
    row.labels.insert(0, ("\n".join(t.text for t in block), block[0]))


def _piece(drawn: Sequence[_Drawn], rows: Sequence[Row], page: Page) -> Piece:
    left = min(row.line.left for row in rows)
    right = max(row.line.right for row in rows)
    box = (left, rows[0].line.box[1], right, rows[-1].line.box[3])
    table = []
    for number, row in enumerate(drawn, 1):
        labels = [(text, _box(token)) for text, token in sorted(row.labels, key=lambda x: x[1].left)]
        values = [("", None) if v is None else (v.text, _box(v)) for v in row.values or ()]
        doubt = (_CROWDED, _CROWDED_NOTE) if row.doubtful else (1.0, "")
        cells = [Cell(text, number, place, 1, 1, where) for place, (text, where) in enumerate(labels, 1)]
        later = enumerate(values, len(labels) + 1)
        cells += [Cell(text, number, place, 1, 1, where, *doubt) for place, (text, where) in later]
        table.append(tuple(cells))
    return Piece(page.number, box, tuple(table), exact=False)


def _box(token: Token) -> Box:
    return token.left, token.base - 0.9 * token.size, token.right, token.base + 0.2 * token.size
