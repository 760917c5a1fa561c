"""The three tables as rows of slots with spans, before a layout writes them down."""

from dataclasses import dataclass

from gkaudit.form import Row, form

from .model import Printing

GROUP_OF_ALL = "三、本年度办理结果"


@dataclass(slots=True)
class Slot:
    """One printed cell. ``above``: it continues the cell above; ``key``: a value stands in it."""

    text: str
    span: int = 1
    above: bool = False
    key: str = ""


@dataclass(slots=True)
class Line:
    """One row of a table: ``kind`` is caption, header or data."""

    kind: str
    slots: list[Slot]
    row: str = ""

    @property
    def lead(self) -> list[Slot]:
        return [s for s in self.slots if not s.key]

    @property
    def values(self) -> list[Slot]:
        return [s for s in self.slots if s.key]


@dataclass(slots=True)
class Part:
    """A piece of a table and the lines of text printed before it."""

    before: list[str]
    lines: list[Line]


@dataclass(slots=True)
class Printed:
    """A table in the pieces it is printed in."""

    name: str
    width: int
    parts: list[Part]


def _mark_up(label: str, name: str, printing: Printing) -> str:
    """Break the label where the oddity wants two lines."""
    if name not in printing.wrapped:
        return label
    cut = max(2, len(label) * 2 // 3)
    return f"{label[:cut]}\n{label[cut:]}"


def _data(table: str, row: str, lead: list[Slot], printing: Printing, width: int) -> Line:
    """A data line: labels, then values; doubled and glued labels as the oddities say."""
    name = f"{table}.{row}"
    label = _mark_up(lead[-1].text, name, printing)
    keys = printing.keys(table, row)
    used = sum(s.span for s in lead)
    lead[-1].text = label
    if name in printing.glued:
        joined = Slot(f"{label} {printing.text[keys[0]]}", width - used + lead[-1].span)
        return Line("data", [*lead[:-1], joined], row)
    if name in printing.doubled and lead[-1].span > 1:
        lead = [*lead[:-1], Slot(label), Slot(label, lead[-1].span - 1)]
    values = [Slot(printing.text[key], key=key) for key in keys]
    if name in printing.doubled and len(keys) == 1:
        values[0].text = f"{label} {values[0].text}"
    left = width - used - len(values)
    if left:
        values[-1].span += left
    return Line("data", [*lead, *values], row)


def disclosure(printing: Printing) -> Printed:
    table = form(printing.edition).table("disclosure")
    width = 4
    lines = []
    present = printing.rows("disclosure")
    for block in table.blocks:
        rows = [r for r in block.rows if r in present]
        if printing.captions:
            lines.append(Line("caption", [Slot(block.caption, width)]))
        heads = [Slot("信息内容"), *(Slot(printing.column_label("disclosure", c)) for c in block.columns)]
        heads[-1].span = width - len(heads) + 1
        lines.append(Line("header", heads))
        lines += [_data("disclosure", r, [Slot(printing.label("disclosure", r))], printing, width) for r in rows]
    return Printed("disclosure", width, [Part([], lines)])


def request_header(printing: Printing) -> list[Line]:
    table = form(printing.edition).table("requests")
    names = {c.name: printing.column_label("requests", c.name) for c in table.columns}
    organisations = [c for c in table.columns if c.group]
    middle = [Slot(names[c.name]) for c in organisations]
    corner = Slot("", 3, above=True)
    second = [corner, Slot(names["natural_person"]), Slot("法人或其他组织", len(middle)), Slot(names["total"])]
    third = [Slot("", 3, above=True), Slot("", above=True), *middle, Slot("", above=True)]
    return [
        Line("header", [Slot(table.note, 3), Slot("申请人情况", 7)]),
        Line("header", second),
        Line("header", third),
    ]


def _request_lead(row: Row, label: str, shown: set[str]) -> list[Slot]:
    """Label slots of a row of table three; a group is printed at its first row only."""

    def group(name: str) -> Slot:
        first = name not in shown
        shown.add(name)
        return Slot(name if first else "", above=not first)

    if row.group is None:
        return [Slot(label, 3)]
    if row.group == GROUP_OF_ALL:
        return [group(GROUP_OF_ALL), Slot(label, 2)]
    return [group(GROUP_OF_ALL), group(row.group), Slot(label)]


def requests(printing: Printing) -> Printed:
    table = form(printing.edition).table("requests")
    parts = [Part([], request_header(printing))]
    shown: set[str] = set()
    for name in printing.rows("requests"):
        if name == printing.break_before:
            before = ["（续表）"] if "note" in printing.break_style else []
            parts.append(Part(before, request_header(printing) if "header" in printing.break_style else []))
        lead = _request_lead(table.row(name), printing.label("requests", name), shown)
        parts[-1].lines.append(_data("requests", name, lead, printing, 10))
    return Printed("requests", 10, parts)


def remedies(printing: Printing) -> Printed:
    table = form(printing.edition).table("remedies")
    heads = [printing.column_label("remedies", c.name) for c in table.columns]
    first = [Slot("行政复议", 5), Slot("行政诉讼", 10)]
    second = [*(Slot(h) for h in heads), Slot("未经复议直接起诉", 5), Slot("复议后起诉", 5)]
    third = [*(Slot("", above=True) for _ in heads), *(Slot(h) for h in heads * 2)]
    keys = [k for r in table.rows for k in printing.keys("remedies", r.name)]
    values = Line("data", [Slot(printing.text[k], key=k) for k in keys], "remedies")
    lines = [Line("header", first), Line("header", second), Line("header", third), values]
    return Printed("remedies", 15, [Part([], lines)])


def tables(printing: Printing, headings: dict[str, str]) -> dict[str, Printed]:
    """The tables that get printed, by name."""
    built = {"disclosure": disclosure(printing), "requests": requests(printing), "remedies": remedies(printing)}
    for name in printing.heading_inside:
        title = Line("caption", [Slot(headings[name], built[name].width)])
        built[name].parts[0].lines.insert(0, title)
    return {name: table for name, table in built.items() if name not in printing.missing_tables}
