"""The layouts of text reports: each writes the pieces of a table down as lines."""

import unicodedata
from collections.abc import Callable
from random import Random

from .copied import beside, streamed
from .ragged import ragged
from .saved import apart, barred, celled, ended
from .skeleton import Line, Printed, Slot

NBSP, WIDE = "\u00a0", "\u3000"
Layout = Callable[[Printed, Random], list[str]]


def _wrapped_head(text: str, rng: Random) -> str:
    """商业企业 as two lines, the way a narrow column prints it."""
    return f"{text[:2]}\n{text[2:]}" if len(text) == 4 and rng.random() < 0.8 else text


def _spaced_digits(text: str, rng: Random) -> str:
    """What a Word cell leaves around a number: NBSP, an ideographic blank, a line break."""
    if not text:
        return rng.choice(("", NBSP, WIDE * 2, NBSP + WIDE))
    return rng.choice((text,) * 6 + (NBSP + text, text + NBSP, NBSP + text + NBSP, WIDE + text, f"\n{text}"))


def cells(table: Printed, rng: Random) -> list[str]:
    """One cell a line with a leading tab; no tab goes on with the cell; a blank line ends the row."""
    out: list[str] = [""] * rng.randint(0, 2)
    noisy = rng.random() < 0.7
    for number, part in enumerate(table.parts):
        if number:
            out += ["", *part.before, ""]
        for line in part.lines:
            for slot in line.slots:
                text = slot.text
                if line.kind == "header":
                    text = _wrapped_head(text, rng)
                elif slot.key and noisy:
                    text = _spaced_digits(text, rng)
                out += f"\t{text}".split("\n")
            out.append("")
    return out + [""] * rng.randint(0, 3)


def _full(line: Line) -> list[str]:
    """The row in all its columns; merged ones are empty."""
    return [text for slot in line.slots for text in (slot.text, *[""] * (slot.span - 1))]


def grid(table: Printed, rng: Random) -> list[str]:
    """Tab-separated rows, every row in all columns."""
    out: list[str] = [""] if rng.random() < 0.5 else []
    for part in table.parts:
        out += part.before
        out += ["\t".join(_full(line)) for line in part.lines]
        out.append("")
    return out


def _repeated(lines: list[Line], width: int) -> list[list[str]]:
    """Rows in all columns where merged cells repeat their text, across and down."""
    out: list[list[str]] = []
    for line in lines:
        row: list[str] = []
        for slot in line.slots:
            text = slot.text
            if slot.above and out:
                text = out[-1][len(row)]
            row += [text] * slot.span if not slot.key else [text, *[""] * (slot.span - 1)]
        out.append(row[:width])
    return out


def pipes(table: Printed, rng: Random) -> list[str]:
    """A Markdown table. Without outer pipes an empty first cell cannot be told, so merges repeat there."""
    outer = rng.random() < 0.6
    dashes = rng.choice(("---", ":---:", "-----", " --- "))
    out = [""]
    for part in table.parts:
        out += [*part.before, ""] if part.before else []
        rows = [_full(line) for line in part.lines] if outer else _repeated(part.lines, table.width)
        rule = [dashes] * table.width
        for row in [rows[0], rule, *rows[1:]]:
            text = ("|" if row is rule else " | ").join(row)
            out.append(f"| {text} |" if outer or not row[0] else text.rstrip(" "))
        out.append("")
    return out


def width_of(text: str) -> int:
    """Columns a text takes in a fixed-width font with wide Chinese characters."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _pad(text: str, width: int, blank: str, *, right: bool) -> str:
    missing = max(0, width - width_of(text))
    fill = blank * (missing // 2) + " " * (missing % 2) if blank == WIDE else " " * missing
    return fill + text if right else text + fill


def _widths(lines: list[Line], width: int) -> list[int]:
    """Width of each column, the two blanks between columns included."""
    found = [3] * width
    for wanted in (1, 2, 3, 5, width):
        for line in lines:
            at = 0
            for slot in line.slots:
                if slot.span == wanted:
                    need = max(width_of(t) for t in slot.text.split("\n")) + 2
                    last = at + slot.span - 1
                    found[last] = max(found[last], need - sum(found[at:last]))
                at += slot.span
    return found


def aligned(table: Printed, rng: Random) -> list[str]:
    """Columns aligned with blanks, or with ideographic blanks (U+3000)."""
    blank, right = rng.choice((" ", " ", WIDE)), rng.random() < 0.5
    lines = [line for part in table.parts for line in part.lines]
    widths = _widths(lines, table.width)
    keep_tail = rng.random() < 0.5
    out = [""]

    def write(slots: list[Slot], texts: list[str]) -> str:
        at, row = 0, ""
        for slot, text in zip(slots, texts, strict=True):
            room = sum(widths[at : at + slot.span])
            flush = right and bool(slot.key) and slot.span == 1
            row += _pad(f"{text}  " if flush else text, room, blank, right=flush)
            at += slot.span
        return row if keep_tail else row.rstrip()

    for part in table.parts:
        out += part.before
        for line in part.lines:
            out.append(write(line.slots, [s.text.partition("\n")[0] for s in line.slots]))
            rest = [s.text.partition("\n")[2] for s in line.slots]
            if any(rest):
                out.append(write(line.slots, rest))
        out.append("")
    return out


def spaced(table: Printed, rng: Random) -> list[str]:
    """Label and values on one line with single blanks between; empty cells are gone."""
    own_line = rng.random() < 0.5
    out: list[str] = []
    for part in table.parts:
        out += part.before
        for line in part.lines:
            texts = [s.text for s in line.slots if s.text]
            if own_line and line.kind == "data" and line.lead:
                groups = [s.text for s in line.lead[:-1] if s.text and s.text != line.lead[-1].text]
                out += groups
                texts = texts[len(groups) :]
            out.append(" ".join(texts))
    return out


def tokens(table: Printed, rng: Random) -> list[str]:
    """One text a line and no tab: what pasting from a viewer leaves; empty cells are gone."""
    out: list[str] = [""] if rng.random() < 0.3 else []
    for part in table.parts:
        out += part.before
        out += [s.text for line in part.lines for s in line.slots if s.text]
    return out


LAYOUTS: dict[str, Layout] = {
    "cells": cells,
    "ragged": ragged,
    "grid": grid,
    "pipes": pipes,
    "aligned": aligned,
    "spaced": spaced,
    "tokens": tokens,
    "ended": ended,
    "celled": celled,
    "barred": barred,
    "apart": apart,
    "streamed": streamed,
    "beside": beside,
}
