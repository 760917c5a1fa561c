"""Tables as programs write them that save the text of a web page: each cell ends with a pipe, or is a paragraph.

Merged cells are printed once: rows below a label that spans them begin with the next one. Some programs make all
rows as wide as the widest with empty cells at the end.
"""

from random import Random

from .skeleton import Line, Printed


def _wrapped(text: str, rng: Random) -> list[str]:
    """The lines of a cell; a short heading may take two."""
    lines = text.split("\n")
    if len(lines) == 1 and len(text) in (4, 6) and text.isalpha() and rng.random() < 0.3:
        return [text[:2], text[2:]]
    return lines


def _rows(lines: list[Line], width: int, *, padded: bool) -> list[list[str]]:
    """The cells of each row without those that go on with one above or to the left."""
    out: list[list[str]] = []
    for line in lines:
        row = [slot.text for slot in line.slots if not slot.above]
        out.append(row + [""] * (width - len(row) if padded else 0))
    return out


def ended(table: Printed, rng: Random) -> list[str]:
    """A row a line, a pipe behind each cell (``规章 | 0 | 0 | 0 |``), none before the first."""
    padded, led = rng.random() < 0.5, rng.random() < 0.25
    out: list[str] = []
    for part in table.parts:
        out += part.before
        for row in _rows(part.lines, table.width, padded=padded):
            text = "".join(" ".join(cell.split("\n")) + " | " if cell else "|" for cell in row).rstrip()
            out.append(f"| {text} " if led else text)
        if rng.random() < 0.3:
            out.append("| | | |")
    return out


def celled(table: Printed, rng: Random) -> list[str]:
    """A cell a line with its pipe; empty cells and those that fill the row up are pipes on a line of their own."""
    led = rng.random() < 0.4
    out: list[str] = []
    for part in table.parts:
        out += part.before
        for row in _rows(part.lines, table.width, padded=True):
            lines = ["|"] if led else []
            for cell in row:
                if cell:
                    lines += _wrapped(cell, rng)
                    lines[-1] += " |"
                elif led and lines[-1] != "|":
                    lines[-1] += " |" if lines[-1].endswith(("| |", "||")) or lines[-1].count("|") == 1 else "|"
                elif lines and not lines[-1].strip("|"):
                    lines[-1] += "|"
                else:
                    lines.append("|")
            out += lines
    return out


def barred(table: Printed, rng: Random) -> list[str]:
    """A cell a line and its pipe on the next; nothing shows where a row ends."""
    out: list[str] = []
    for part in table.parts:
        out += part.before
        for row in _rows(part.lines, table.width, padded=False):
            for cell in row:
                out += [*(_wrapped(cell, rng) if cell else []), "|"]
    return out


def apart(table: Printed, rng: Random) -> list[str]:
    """A paragraph a cell with a blank line behind it; empty cells are gone."""
    indent = rng.choice(("", "", " ", "  "))
    out: list[str] = [""]
    for part in table.parts:
        out += part.before
        for row in _rows(part.lines, table.width, padded=False):
            for cell in row:
                for text in _wrapped(cell, rng) if cell else []:
                    out += [f"{indent}{text}" if text[:1].isdigit() else text, ""]
    return out
