"""Tables as viewers and converters copy them out of a printed page whose columns are narrow.

``streamed`` gives the lines of one cell after those of another, the numbers of a row in one line or each in its
own; ``beside`` keeps places: the numbers stand beside the first line of their label, and what a merged cell says
runs down to the left of the labels.
"""

from random import Random

from .skeleton import Line, Printed, Slot

#: Characters that fit into a column, by the columns that a label of a table spans.
_FITS = {"disclosure": {1: 8, 3: 14}, "requests": {1: 4, 2: 7, 3: 11, 5: 14, 7: 14}, "remedies": {1: 1, 5: 8, 10: 8}}
_WIDEST = 14


def _pieces(text: str, table: str, span: int) -> list[str]:
    size = _FITS[table].get(span, _WIDEST)
    return [text[at : at + size] for part in text.split("\n") for at in range(0, len(part), size)]


def _again(table: Printed) -> list[Line]:
    """The head of table three, which a new page prints again."""
    return [line for line in table.parts[0].lines if line.kind == "header"] if table.name == "requests" else []


def _pages(table: Printed, rng: Random) -> list[list[Line]]:
    """The lines of a table by the page they are printed on."""
    lines = [line for part in table.parts for line in part.lines]
    if table.name != "requests" or len(table.parts) > 1 or rng.random() < 0.4:
        return [lines]
    cut = rng.randint(8, len(lines) - 6)
    return [lines[:cut], [*_again(table), *lines[cut:]]]


def _number(rng: Random) -> str:
    return rng.choice(("- 3 -", "— 4 —", "第 3 页"))


def streamed(table: Printed, rng: Random) -> list[str]:
    """Cell after cell, line after line."""
    together = rng.random() < 0.5
    numbered = rng.random() < 0.5
    out: list[str] = []
    for page in _pages(table, rng):
        if out and numbered:
            out += [_number(rng)]
        for line in page:
            for slot in line.lead:
                out += _pieces(slot.text, table.name, slot.span)
            numbers = [slot.text for slot in line.values if slot.text]
            out += [" ".join(numbers)] if together and numbers else numbers
    return out


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def _laid(lines: list[Line], table: Printed) -> list[str]:
    """Lines of text with each slot in its place; what goes on from above runs down beside the labels."""
    widths = [2 * _FITS[table.name][1] + 2] * table.width
    out: list[str] = []
    waiting: dict[int, list[str]] = {}
    for number, line in enumerate(lines):
        cells: list[tuple[int, list[str], Slot]] = []
        at = 0
        for slot in line.slots:
            pieces = [slot.text] if slot.key else _pieces(slot.text, table.name, slot.span)
            if slot.above and at in waiting:
                pieces = waiting.pop(at)
            cells.append((at, pieces, slot))
            at += slot.span
        own = [pieces for at, pieces, slot in cells if not _may_run_on(lines, number, at, slot)]
        height = max((len(pieces) for pieces in own), default=1)
        for at, pieces, slot in cells:
            if _may_run_on(lines, number, at, slot) and len(pieces) > height:
                waiting[at] = pieces[height:]
                del pieces[height:]
        height = max(len(pieces) for _, pieces, _ in cells)
        for n in range(height):
            text = ""
            for at, pieces, _ in cells:
                if n < len(pieces) and pieces[n]:
                    text += " " * max(1 if text else 0, sum(widths[:at]) - _width(text)) + pieces[n]
            out += [text.rstrip()] if text.strip() else []
    return out


def _may_run_on(lines: list[Line], number: int, at: int, slot: Slot) -> bool:
    """Whether a cell goes on in the line below."""
    if slot.key or number + 1 >= len(lines):
        return False
    place = 0
    for below in lines[number + 1].slots:
        if place == at:
            return below.above
        place += below.span
    return False


def beside(table: Printed, rng: Random) -> list[str]:
    """Every line with its columns in their places."""
    numbered = rng.random() < 0.5
    out: list[str] = []
    for page in _pages(table, rng):
        if out and numbered:
            out += [" " * 40 + _number(rng)]
        out += _laid(page, table)
    return out
