"""What offices do to the grid of a table itself: columns moved, added, lost; rows repeated, merged, garbled.

Each change takes a composed report apart and returns it with the truth that is left. They are made for
sources with true grids (Word, web pages, ruled PDF).
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from random import Random

from gkaudit.chars import read_cell
from gkaudit.form import form

from .model import Cell, Composed
from .skeleton import Line, Part, Printed, Slot

Change = Callable[[dict[str, Printed], dict[str, Cell], Random], None]
NO_NUMBER = frozenset({"unreadable", "absent"})
DOUBT = frozenset({"reported", "inferred", "unreadable", "absent"})
GARBAGE = "丂丏丣丩丬丯乂乆乇乑乕乢乣乥乧乨乪乬乭乯乲乴乵乷乸乺乻乿"


def _data(table: Printed) -> list[Line]:
    return [line for part in table.parts for line in part.lines if line.kind == "data"]


def _headers(table: Printed) -> list[list[Line]]:
    found = [[line for line in part.lines if line.kind == "header"] for part in table.parts]
    return [lines for lines in found if lines]


def _forget(truth: dict[str, Cell], keys: list[str], states: frozenset[str] = NO_NUMBER) -> None:
    """Cells that are not there any more; a blank beside them may be in doubt."""
    for key in keys:
        truth[key] = Cell(None, states)


def _doubt(truth: dict[str, Cell], keys: list[str]) -> None:
    """Cells whose place nobody knows any more: no number, or an honest guess among those of the row."""
    numbers = frozenset(v for k in keys if (v := truth[k].value) is not None)
    for key in keys:
        truth[key] = Cell(None, frozenset({"unreadable", "absent", "inferred"}), numbers)


def _soften(truth: dict[str, Cell], prefix: str) -> None:
    """The right number or none: blanks of the table may be in doubt as well."""
    for key, cell in truth.items():
        if key.startswith(prefix):
            states = DOUBT if cell.value is not None else cell.states | {"unreadable", "absent"}
            truth[key] = Cell(cell.value, states, cell.guesses)


def _keys(line: Line) -> list[str]:
    return [slot.key for slot in line.values]


def total_first(tables, truth, rng):  # noqa: ARG001
    """总计 before 自然人, in the header and in every row."""
    table = tables["requests"]
    for first, second, third in _headers(table):
        corner, natural, organisations, total = second.slots
        second.slots = [corner, total, natural, organisations]
        third.slots = [third.slots[0], Slot("", above=True), *third.slots[1:-1]]
        assert first.slots[1].span == 7
    for line in _data(table):
        line.slots = [*line.lead, line.values[-1], *line.values[:-1]]


def swap_inner(tables, truth, rng):  # noqa: ARG001
    """Two kinds of organisations in the other order."""
    a, b = rng.sample(range(5), 2)
    for *_, third in _headers(tables["requests"]):
        third.slots[2 + a], third.slots[2 + b] = third.slots[2 + b], third.slots[2 + a]
    for line in _data(tables["requests"]):
        lead, values = line.lead, line.values
        values[1 + a], values[1 + b] = values[1 + b], values[1 + a]
        line.slots = [*lead, *values]


def remark(tables, truth, rng):  # noqa: ARG001
    """A column 备注 at the right, mostly empty."""
    table = tables["requests"]
    table.width += 1
    for first, *rest in _headers(table):
        first.slots.append(Slot("备注"))
        for line in rest:
            line.slots.append(Slot("", above=True))
    for line in _data(table):
        line.slots.append(Slot("详见说明" if rng.random() < 0.1 else ""))


def subtotal(tables, truth, rng):  # noqa: ARG001
    """小计 behind the five kinds of organisations."""
    table = tables["requests"]
    table.width += 1
    for first, second, third in _headers(table):
        first.slots[1].span += 1
        second.slots[2].span += 1
        third.slots.insert(-1, Slot("小计"))
    for line in _data(table):
        known = [truth[k].value for k in _keys(line)[1:6]]
        text = str(sum(v for v in known if v is not None))
        line.slots.insert(len(line.lead) + 6, Slot(text, key=""))


def index_column(tables, truth, rng):  # noqa: ARG001
    """序号 at the left, numbering the rows."""
    table = tables["requests"]
    table.width += 1
    for first, *rest in _headers(table):
        first.slots.insert(0, Slot("序号"))
        for line in rest:
            line.slots.insert(0, Slot("", above=True))
    for number, line in enumerate(_data(table), 1):
        line.slots.insert(0, Slot(str(number)))


def unit_column(tables, truth, rng):  # noqa: ARG001
    """A column between the labels and the numbers: the unit, or the number of the row."""
    table = tables["requests"]
    table.width += 1
    heading = rng.choice(("计量单位", "单位", "行次"))
    for first, *rest in _headers(table):
        first.slots.insert(1, Slot(heading))
        for line in rest:
            line.slots.insert(1, Slot("", above=True))
    for number, line in enumerate(_data(table), 1):
        line.slots.insert(len(line.lead), Slot(str(number) if heading == "行次" else "件"))


def drop_column(tables, truth, rng):
    """One kind of organisations is not in the table."""
    at = rng.randrange(5)
    table = tables["requests"]
    table.width -= 1
    gone = [_keys(line)[1 + at] for line in _data(table)]
    for first, second, third in _headers(table):
        first.slots[1].span -= 1
        second.slots[2].span -= 1
        del third.slots[2 + at]
    for line in _data(table):
        line.slots.remove(line.values[1 + at])
    _forget(truth, gone)


def drop_total(tables, truth, rng):  # noqa: ARG001
    """总计 is not in the table."""
    table = tables["requests"]
    table.width -= 1
    gone = [_keys(line)[-1] for line in _data(table)]
    for first, second, third in _headers(table):
        first.slots[1].span -= 1
        del second.slots[-1], third.slots[-1]
    for line in _data(table):
        line.slots.remove(line.values[-1])
    _forget(truth, gone)


def no_header(tables, truth, rng):  # noqa: ARG001
    """Table three begins with its first row."""
    for part in tables["requests"].parts:
        part.lines = [line for line in part.lines if line.kind != "header"]


def merged_mark(tables, truth, rng):
    """One mark over all seven cells of a row."""
    for line in rng.sample(_data(tables["requests"]), 2):
        keys = _keys(line)
        line.slots = [*line.lead, Slot(rng.choice("/—"), 7)]
        for key in keys:
            truth[key] = Cell(None, frozenset({"marked"}))


def merged_number(tables, truth, rng):
    """One number over all seven cells of a row: whose it is nobody knows."""
    line = rng.choice(_data(tables["requests"]))
    keys = _keys(line)
    line.slots = [*line.lead, Slot(str(rng.randint(0, 9)), 7)]
    _forget(truth, keys)


def lost_cell(tables, truth, rng):
    """A cell is missing in a row, the others moved left."""
    line = rng.choice(_data(tables["requests"]))
    keys = _keys(line)
    line.slots.remove(rng.choice(line.values))
    _doubt(truth, keys)


def extra_cell(tables, truth, rng):
    """A cell too much in a row, the others moved right."""
    line = rng.choice(_data(tables["requests"]))
    keys = _keys(line)
    line.slots.insert(rng.randrange(len(line.lead), len(line.slots) + 1), Slot("4"))
    _doubt(truth, keys)


def repeated_row(tables, truth, rng):
    """A row twice, with the same numbers."""
    part = rng.choice([p for p in tables["requests"].parts if any(x.kind == "data" for x in p.lines)])
    line = rng.choice([x for x in part.lines if x.kind == "data"])
    part.lines.insert(part.lines.index(line), deepcopy(line))
    _soften(truth, f"requests.{line.row}.")


def swapped_rows(tables, truth, rng):
    """Two neighbouring rows in the other order."""
    part = max(tables["requests"].parts, key=lambda p: len(p.lines))
    rows = [i for i, line in enumerate(part.lines) if line.kind == "data" and not any(s.above for s in line.slots)]
    pairs = [i for i in rows if i + 1 in rows and all(len(part.lines[j].lead) == 1 for j in (i, i + 1))]
    if pairs:
        at = rng.choice(pairs)
        lines = part.lines
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
        for line in lines[at : at + 2]:
            _soften(truth, f"requests.{line.row}.")


def extra_row(tables, truth, rng):  # noqa: ARG001
    """A row the form does not have, with numbers of its own."""
    part = max(tables["requests"].parts, key=lambda p: len(p.lines))
    rows = [i for i, line in enumerate(part.lines) if line.kind == "data" and len(line.lead) == 1]
    at = rng.choice(rows)
    numbers = [Slot(str(rng.randint(1, 9))) for _ in range(7)]
    part.lines.insert(at + 1, Line("data", [Slot(rng.choice(("其中：网上申请", "备用行", "上级转办")), 3), *numbers]))


def garbled(share: float) -> Change:
    """Some characters of the labels are others."""

    def change(tables, truth, rng):
        for table in tables.values():
            for line in _data(table):
                for slot in (slot for slot in line.lead if not slot.text.isdigit()):
                    slot.text = "".join(rng.choice(GARBAGE) if rng.random() < share else c for c in slot.text)
        for prefix in ("disclosure.", "requests.", "remedies."):
            _soften(truth, prefix)

    return change


def fillers(tables, truth, rng):  # noqa: ARG001
    """Empty cells instead of cells merged downwards."""
    for table in tables.values():
        for part in table.parts:
            for line in part.lines:
                for slot in line.slots:
                    slot.above = False


def spanless(tables, truth, rng):  # noqa: ARG001
    """Every merged cell is one plain cell: rows of many lengths."""
    for table in tables.values():
        for part in table.parts:
            for line in part.lines:
                line.slots = [s for s in line.slots if not s.above]
                for slot in line.slots:
                    slot.span = 1


def wrong_spans(tables, truth, rng):  # noqa: ARG001
    """Spans of labels and headings that do not add up."""
    for table in tables.values():
        for part in table.parts:
            for line in part.lines:
                for slot in line.lead:
                    slot.span = max(1, slot.span + rng.choice((-1, 0, 0, 1, 2)))


def block_columns(tables, truth, rng):  # noqa: ARG001
    """The three columns of 第二十条第（一）项 in another order."""
    table = tables["disclosure"]
    order = rng.sample(range(3), 3)
    for part in table.parts:
        for line in part.lines:
            if line.kind == "header" and len(line.slots) == 4:
                line.slots = [line.slots[0], *(line.slots[1 + i] for i in order)]
            elif line.kind == "data" and len(line.values) == 3:
                line.slots = [*line.lead, *(line.values[i] for i in order)]


def block_remark(tables, truth, rng):  # noqa: ARG001
    """A column 备注 at the right of 表二."""
    table = tables["disclosure"]
    table.width += 1
    for part in table.parts:
        for line in part.lines:
            line.slots.append(Slot("备注" if line.kind == "header" else ""))


def block_mark(tables, truth, rng):  # noqa: ARG001
    """One mark over the three cells of 规章."""
    for line in _data(tables["disclosure"]):
        if len(line.values) == 3:
            keys = _keys(line)
            line.slots = [*line.lead, Slot("/", 3)]
            for key in keys:
                truth[key] = Cell(None, frozenset({"marked"}))
            return


def two_remedies(tables, truth, rng):  # noqa: ARG001
    """复议 and 诉讼 as two tables."""
    table = tables["remedies"]
    first, second, third, values = table.parts[0].lines[-4:]
    left = [
        Line("header", [Slot("行政复议", 5)]),
        Line("header", second.slots[:5]),
        Line("data", values.slots[:5], "remedies"),
    ]
    right = [
        Line("header", [Slot("行政诉讼", 10)]),
        Line("header", second.slots[5:]),
        Line("header", third.slots[5:]),
        Line("data", values.slots[5:], "remedies"),
    ]
    assert len(first.slots) == 2
    table.parts = [Part([], left), Part([], right)]


def remedies_total_first(tables, truth, rng):  # noqa: ARG001
    """总计 first in each of the three groups."""
    first, second, third, values = tables["remedies"].parts[0].lines[-4:]
    assert len(first.slots) == 2
    turn = [4, 0, 1, 2, 3]
    second.slots = [*(second.slots[i] for i in turn), *second.slots[5:]]
    inner = third.slots[5:]
    third.slots = [*third.slots[:5], *(inner[g * 5 + i] for g in range(2) for i in turn)]
    values.slots = [values.slots[g * 5 + i] for g in range(3) for i in turn]


def remedies_rows(tables, truth, rng):  # noqa: ARG001
    """A row for each group of 表四, in any order."""
    table = tables["remedies"]
    first, second, third, values = table.parts[0].lines[-4:]
    assert len(first.slots) == 2
    numbers = [values.slots[at : at + 5] for at in (0, 5, 10)]
    labels = [first.slots[0].text, *(slot.text for slot in second.slots if slot.span == 5)]
    heads = Line("header", [Slot("类别"), *(Slot(slot.text) for slot in third.slots[5:10])])
    rows = [Line("data", [Slot(label), *own], "remedies") for label, own in zip(labels, numbers, strict=True)]
    table.width = 6
    table.parts = [Part([], [heads, *rng.sample(rows, 3)])]


def remedies_label(tables, truth, rng):  # noqa: ARG001
    """A column of words at the left of 表四."""
    table = tables["remedies"]
    table.width += 1
    first, second, third, values = table.parts[0].lines[-4:]
    first.slots.insert(0, Slot("类别"))
    second.slots.insert(0, Slot("", above=True))
    third.slots.insert(0, Slot("", above=True))
    values.slots.insert(0, Slot("件数"))


CHANGES: dict[str, Change] = {
    "total_first": total_first,
    "swap_inner": swap_inner,
    "remark": remark,
    "subtotal": subtotal,
    "index_column": index_column,
    "unit_column": unit_column,
    "drop_column": drop_column,
    "drop_total": drop_total,
    "no_header": no_header,
    "merged_mark": merged_mark,
    "merged_number": merged_number,
    "lost_cell": lost_cell,
    "extra_cell": extra_cell,
    "repeated_row": repeated_row,
    "swapped_rows": swapped_rows,
    "extra_row": extra_row,
    "garbled_tenth": garbled(0.1),
    "garbled_third": garbled(0.3),
    "garbled_half": garbled(0.5),
    "fillers": fillers,
    "spanless": spanless,
    "wrong_spans": wrong_spans,
    "block_columns": block_columns,
    "block_remark": block_remark,
    "block_mark": block_mark,
    "two_remedies": two_remedies,
    "remedies_total_first": remedies_total_first,
    "remedies_label": remedies_label,
    "remedies_rows": remedies_rows,
}


#: Changes to one and the same table spoil each other's truth: at most one of each of these goes together.
APART = (
    tuple(
        n for n in CHANGES if not n.startswith(("garbled", "block", "remedies", "two", "fillers", "spanless", "wrong"))
    ),
    ("block_columns", "block_remark", "block_mark"),
    ("two_remedies", "remedies_total_first", "remedies_label", "remedies_rows"),
    ("garbled_tenth", "garbled_third", "garbled_half", "fillers", "spanless", "wrong_spans"),
)


def together(rng: Random) -> list[str]:
    """Two to four changes that can be made to one report; those to the whole grid come last."""
    chosen = rng.sample(range(len(APART)), rng.randint(2, len(APART)))
    return [rng.choice(APART[i]) for i in sorted(chosen)]


def changed(made: Composed, names: list[str], seed: int = 0) -> Composed:
    """The report with the named changes, in the order given."""
    rng = Random(f"{made.seed}/{seed}/{'+'.join(names)}")
    blocks = deepcopy(made.blocks)
    truth = dict(made.cells)
    tables = {block.name: block for block in blocks if isinstance(block, Printed)}
    for name in names:
        CHANGES[name](tables, truth, rng)
    return replace(made, blocks=blocks, cells=truth)


def as_printed(made: Composed) -> Composed:
    """The report with what it says where a row lost a cell and nothing shows that the row is short.

    So it is in a sheet saved as text, whose records are filled up at their end, and in a drawn table without a rule
    on its right. Where 总计 is gone, or all numbers are zero, each number stands in its own column.
    """
    truth = dict(made.cells)
    columns = form(made.edition).table("requests").columns
    tables = [block for block in made.blocks if isinstance(block, Printed) and block.name == "requests"]
    lines = [line for table in tables for line in _data(table)]
    whole = max((len(line.values) for line in lines), default=0)
    for line in lines:
        numbers = [read_cell(slot.text).value for slot in line.values]
        if not len(numbers) + 1 == whole == len(columns):
            continue
        keys = [f"requests.{line.row}.{column.name}" for column in columns]
        if any(numbers) and _keys(line) != keys[:-1]:
            continue
        for key, number in zip(keys, (*numbers, None), strict=True):
            states = truth[key].states | {"blank" if number is None else "reported"}
            truth[key] = Cell(number, states, truth[key].guesses)
    return replace(made, cells=truth)
