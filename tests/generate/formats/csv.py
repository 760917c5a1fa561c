"""Composed reports as a sheet saved as text: a rectangle of fields, merged cells as one text and empty fields."""

import csv
import io
from random import Random

from tests.generate.formats.merged import merged
from tests.generate.formats.spaces import padded
from tests.generate.model import Composed, Words

#: Ways of the programs that save sheets.
QUIRKS = ("tabs", "semicolons", "all_quoted", "gb18030", "utf16", "no_mark", "shifted", "spare_columns", "ends_left_out", "empty_rows", "unix_lines",
          "formula_texts", "odd_spaces", "kept_texts")  # fmt: skip


def write(made: Composed, rng: Random, quirks: frozenset[str]) -> bytes:
    """The report as a CSV file."""
    grid = _grid(made, rng, quirks)
    before = int("shifted" in quirks)
    width = before + max(map(len, grid)) + 3 * ("spare_columns" in quirks)
    rows = [[""] * before + row + [""] * (width - before - len(row)) for row in grid]
    if "ends_left_out" in quirks:
        # Excel leaves out the empty fields at the end of some records.
        rows = [_trimmed(row) if rng.random() < 0.3 else row for row in rows]
    sign = "\t" if "tabs" in quirks else ";" if "semicolons" in quirks else ","
    out = io.StringIO(newline="")
    ends = "\n" if "unix_lines" in quirks else "\r\n"
    quoting = csv.QUOTE_ALL if "all_quoted" in quirks else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=sign, lineterminator=ends, quoting=quoting).writerows(rows)
    text = out.getvalue()
    if "gb18030" in quirks:
        return text.encode("gb18030")
    if "utf16" in quirks:
        return text.encode("utf-16")
    return text.encode("utf-8" if "no_mark" in quirks else "utf-8-sig")


def _number(text: str, rng: Random, quirks: frozenset[str]) -> str:
    """The field of a number: as a text that Excel leaves alone, or with white space around it."""
    if "odd_spaces" in quirks:
        text = padded(text, rng)
    if "formula_texts" in quirks and text:
        return f'="{text}"'
    if "kept_texts" in quirks and text:
        return rng.choice(("\t{}", "{}\t", "'{}")).format(text)
    return text


def _grid(made: Composed, rng: Random, quirks: frozenset[str]) -> list[list[str]]:
    rows: list[list[str]] = []
    for block in made.blocks:
        if isinstance(block, Words):
            rows += [[line] for line in block.text.split("\n")]
            continue
        for part in block.parts:
            rows += [[line] for line in part.before]
            own = [[""] * sum(slot.span for slot in line.slots) for line in part.lines]
            for cell in (cell for row in merged(part.lines) for cell in row):
                own[cell.row][cell.column] = _number(cell.text, rng, quirks) if cell.key else cell.text
            rows += own
        if "empty_rows" in quirks:
            rows.append([""])
    return rows


def _trimmed(row: list[str]) -> list[str]:
    while len(row) > 1 and not row[-1]:
        row = row[:-1]
    return row
