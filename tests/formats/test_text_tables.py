"""Tables in text files as other programs draw them: frames, boxes, columns under dashes, escaped Markdown."""

import pytest

from gkaudit.chars import width
from gkaudit.form import EDITIONS
from gkaudit.readers import Source, read_source
from gkaudit.report import understand
from tests.generate import compose
from tests.generate.model import Words


def _rows(lines):
    """Every row in all columns; what a merged cell covers is empty."""
    return [[text for s in line.slots for text in (s.text.replace("\n", ""), *[""] * (s.span - 1))] for line in lines]


def _widths(rows):
    return [max(width(row[n]) for row in rows) + 2 for n in range(len(rows[0]))]


def _padded(text, room):
    return f" {text}{' ' * (room - 1 - width(text))}"


def _framed(rows, level, upright, corners):
    (first, *middle, last), widths = corners, _widths(rows)
    rules = [f"{c[0]}{c[1].join(level * n for n in widths)}{c[2]}" for c in (first, *middle, last)]
    out = [rules[0]]
    for number, row in enumerate(rows, 1):
        out.append(f"{upright}{upright.join(map(_padded, row, widths))}{upright}")
        out.append(rules[-1] if number == len(rows) else rules[1])
    return out


def _box(rows):
    return _framed(rows, "─", "│", ("┌┬┐", "├┼┤", "└┴┘"))


def _heavy(rows):
    return _framed(rows, "━", "┃", ("┏┳┓", "┣╋┫", "┗┻┛"))


def _plus(rows):
    return _framed(rows, "-", "|", ("+++", "+++", "+++"))


def _wrapped(rows):
    """A grid whose long labels go on in the next line of their cells."""
    cut = [[(t[:12], t[12:]) if len(t) > 12 and not t[0].isdigit() else (t, "") for t in row] for row in rows]
    widths = _widths([list(row) for texts in cut for row in zip(*texts, strict=True)])
    rule = f"+{'+'.join('-' * n for n in widths)}+"
    out = [rule]
    for row in cut:
        parts = [[p[0] for p in row], [p[1] for p in row]]
        out += [f"|{'|'.join(map(_padded, part, widths))}|" for part in parts if any(part)]
        out.append(rule)
    return out


def _dashed(rows):
    """What pandoc calls a simple table without a head."""
    widths = _widths(rows)
    rule = "  " + " ".join("-" * n for n in widths)
    return [
        rule,
        *("  " + " ".join(_padded(t, n)[1:] + " " for t, n in zip(row, widths, strict=True)).rstrip() for row in rows),
        rule,
    ]


def _apart(rows):
    """What pandoc calls a multiline table: a blank line between its rows."""
    first, *between, last = _dashed(rows)
    return [first, *(line for row in between for line in (row, "")), last]


def _structured(rows):
    """A simple table of reStructuredText, with its head between two lines."""
    first, head, *between, _ = (line.removeprefix("  ") for line in _dashed(rows))
    rule = first.replace("-", "=")
    return [rule, head, rule, *(line or "\\" for line in between), rule]


def _escaped(rows):
    shown = ["| " + " | ".join(t.replace(".", "\\.").replace("-", "\\-") for t in row) + " |" for row in rows]
    return [shown[0], "|" + "---|" * len(rows[0]), *shown[1:]]


@pytest.mark.parametrize("draw", [_box, _heavy, _plus, _wrapped, _dashed, _apart, _structured, _escaped])
@pytest.mark.parametrize("oddity", ["blank_cells", "blank_rows", "marks", "thousands", "no_captions"])
def test_what_other_programs_draw_is_read(draw, oddity):
    for seed, edition in enumerate(EDITIONS):
        made = compose(seed, edition=edition, oddities={oddity})
        lines = []
        for block in made.blocks:
            if isinstance(block, Words):
                lines += [block.text, ""]
                continue
            for part in block.parts:
                lines += [*part.before, "", *draw(_rows(part.lines)), ""]
        report = understand(read_source(Source.of("\n".join(lines).encode(), "报告.md")))
        rows = report.cells.iter_rows(named=True)
        assert [said for row in rows if (said := made.wrong(row["key"], row["value"], row["state"]))] == []


@pytest.mark.parametrize(
    "text",
    [
        "一、总体情况\n\n-- --\n\n正文第一段。\n\n-- --\n\n正文第二段。",
        "━━━━━━━━\n正文\n━━━━━━━━\n",
        "--- --- ---\n长短不一的一行文字写到了线的后面去\n",
    ],
)
def test_lines_that_only_adorn_a_text_lose_nothing_of_it(text):
    document = read_source(Source.of(text.encode(), "报告.txt"))
    assert not document.tables
    shown = "".join(p.text for p in document.paragraphs)
    assert all(line in shown for line in text.split() if line[0] >= "一")
