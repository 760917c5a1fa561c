"""What was understood of one report, for ``gkaudit read``: in a terminal, and as JSON for scripts.

States have a colour and a sign, so that nothing depends on colours. Text of the report is never markup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from rich.table import Table
from rich.text import Text

from gkaudit.cells import Cell
from gkaudit.chars import clean
from gkaudit.console import PatientConsole
from gkaudit.document import describe_anchor
from gkaudit.form import TABLE_NUMBER, TABLES, Edition, Row, column_of, form, key_label, row_of, sections
from gkaudit.frames import STATES
from gkaudit.narrative import Claim
from gkaudit.narrative.measures import cell_keys
from gkaudit.report import Report
from gkaudit.wording import part_name

__all__ = ["report_json", "show_report"]

_STYLE = {
    "reported": "",
    "inferred": "cyan",
    "blank": "yellow",
    "marked": "yellow",
    "unreadable": "red",
    "absent": "dim",
}
_SIGN = {"inferred": "?", "blank": "□", "unreadable": "×", "absent": "缺"}
_STATE = {
    "reported": "填报",
    "inferred": "推断",
    "blank": "空白",
    "marked": "符号",
    "unreadable": "无法辨认",
    "absent": "没有这一格",
}
_MET = {
    "absent": "没有找到",
    "image": "是图片，没有读出",
    "unparsed": "有表格的文字，读不成表",
    "elsewhere": "不在它的部分里",
}
_LINK = {"firm": "", "ask": "疑", "none": "不比"}
#: Columns where no terminal says how many there are.
_WIDTH = 120
#: So much of the print of a cell that could not be read, so much of a sentence, so many reasons are shown.
_RAW, _QUOTE, _REASONS = 8, 60, 12


def _plain(value: object) -> object:
    """A number as JSON has it; anything else as it is."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def report_json(report: Report) -> dict[str, Any]:
    """One report for scripts: identity, sections, cells, claims, warnings."""
    facts = {k: (v.isoformat() if hasattr(v, "isoformat") else v) for k, v in report.record(report.name).items()}
    cells, claims = (
        [{k: _plain(v) for k, v in record.items() if k != "report_id"} for record in records]
        for records in (report.cell_records(report.name), report.claim_records(report.name))
    )
    passages = [{k: v for k, v in s.items() if k != "report_id"} for s in report.section_records(report.name)]
    read = {"cells": cells, "sections": passages, "claims": claims}
    return {"report": facts, **read, "warnings": list(_warnings(report))}


def _warnings(report: Report) -> list[str]:
    said = [report.note] if report.note else []
    if report.extraction.torn:
        said.append("表格有损坏的迹象，空格按“无法辨认”处理")
    return [*said, *report.extraction.shift_notes, *report.document.warnings]


def show_report(report: Report) -> None:
    """Identity, sections, the three tables, what the prose states in numbers, and what is in doubt."""
    console = PatientConsole(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH)
    console.print(_identity(report))
    for line in _sections(report):
        console.print(line)
    for table in TABLES:
        console.print(_table(report, table))
    stated = [claim for claim in report.stated if claim.value is not None]
    if stated:
        console.print(_claims(stated))
    states = Counter(cell.state for cell in report.extraction.cells)
    counted = (
        Text(f"{_STATE[s]}{f'（{_SIGN[s]}）' if s in _SIGN else ''} {states[s]}", style=_STYLE[s])
        for s in STATES
        if states[s]
    )
    console.print(Text("，").join(counted))
    for said in (*_reasons(report), *_warnings(report)):
        console.print(Text(f"注意：{clean(said)}", style="yellow"))


def _identity(report: Report) -> Table:
    facts = Table.grid(padding=(0, 2))
    facts.add_column(no_wrap=True)
    facts.add_column(overflow="fold")
    who = report.identity
    kind = "，".join(filter(None, (report.document.format, report.document.encoding)))
    for name, value in (
        ("来源", f"{report.source}（{kind}）"), ("标题", who.title), ("机关", who.organ), ("区划", who.county),
        ("级别", who.level), ("年度", who.year), ("表式", _edition(report)), ("统计期限", _period(report)),
        ("落款日期", who.signed_on), ("发布日期", who.published_on),
    ):  # fmt: skip
        facts.add_row(name, Text("（没有）", style="dim") if value is None else Text(clean(str(value))))
    return facts


def _edition(report: Report) -> str:
    seen = report.extraction.edition_seen
    return f"{report.extraction.edition} 版{'' if seen else '（表头看不出，按年度推定）'}"


def _period(report: Report) -> str | None:
    period = report.identity.period
    if period is None:
        return None
    return f"{period.start} 至 {period.end}" if period.start else f"无法辨认：{period.quote[:_QUOTE]}"


def _sections(report: Report) -> Iterator[Text]:
    """The six sections: found where and in which words, or missing."""
    for section in sections():
        heading = report.outline.heading(section.key)
        if heading is None:
            yield Text(f"  ✗ 缺 {part_name(f'section.{section.key}', 'zh')}", style="red")
        else:
            other = "" if section.label in heading.text else f" 作为{part_name(f'section.{section.key}', 'zh')}"
            place = f"（{describe_anchor(heading.anchor)}）"
            yield Text.assemble(("  ✓ ", "green"), clean(heading.text), (other, "yellow"), (place, "dim"))
    if not report.outline.in_order:
        yield Text("  ! 各部分的次序与格式不同", style="yellow")


def _table(report: Report, name: str) -> Table | Text:
    """One statutory table, groups of rows on lines of their own; only its name where it was not found."""
    edition = report.extraction.edition
    statutory = form(edition).table(name)
    met = report.table_state(name)
    missed = f"  ✗ {_MET[met]}" if met in _MET else ""
    title = Text.assemble((part_name(f"table.{name}", "zh"), "bold"), (missed, "red"))
    if report.extraction.found[name] is None:
        return title
    shown = Table(title=title, title_justify="left", title_style="", show_lines=False)
    shown.add_column("行", overflow="fold", ratio=2)
    wide = name != "disclosure"
    columns = list(statutory.columns) if wide else []
    cells = {cell.key: _shown(cell) for cell in report.extraction.cells}
    for column in columns:
        # A heading may be broken over lines, a number never.
        widest = max(cells[f"{name}.{row.name}.{column.name}"].cell_len for row in statutory.rows)
        shown.add_column(column.label, justify="right", overflow="fold", min_width=max(widest, 4))
    if not wide:
        shown.add_column("填报", overflow="fold", ratio=5)
    group: str | None = None
    for row in statutory.rows:
        if wide and row.group != group and row.group and _numbered(row):
            shown.add_row(Text(row.group, style="dim"))
        group = row.group
        label = row_of(f"{name}.{row.name}.{row.columns[0]}", edition).label.partition("（区分处理")[0]
        texts = [cells[f"{name}.{row.name}.{column}"] for column in row.columns]
        shown.add_row(label, *(texts if wide else [_named(name, row, texts, edition)]))
    return shown


def _numbered(row: Row) -> bool:
    """1.其他 says nothing without its group; 行政诉讼-复议后起诉 does."""
    return row.label[:1].isdigit()


def _named(table: str, row: Row, texts: list[Text], edition: Edition) -> Text:
    """Cells of 表二 with the names of their columns, which differ from block to block."""
    labels = [column_of(f"{table}.{row.name}.{c}", edition).label for c in row.columns]
    pairs = [Text.assemble(f"{label} ", text) for label, text in zip(labels, texts, strict=True)]
    return Text("　").join(pairs)


def _shown(cell: Cell) -> Text:
    """The number with the sign of its state; of a cell nobody can read what is printed there."""
    raw = " ".join(clean(cell.raw).split())
    if cell.state == "marked":
        return Text(raw[:_RAW], style=_STYLE["marked"])
    value = f"{cell.value.normalize():f}" if cell.value is not None else ""
    if cell.state == "unreadable" and raw:
        value = raw if len(raw) <= _RAW else f"{raw[:_RAW]}…"
    return Text(f"{value}{_SIGN.get(cell.state, '')}", style=_STYLE[cell.state])


def _reasons(report: Report) -> list[str]:
    """Why cells are inferred or unreadable, each reason once with how many cells it concerns and the first."""
    first: dict[str, Cell] = {}
    count: Counter[str] = Counter()
    for cell in report.extraction.cells:
        if cell.state in ("inferred", "unreadable") and cell.note:
            first.setdefault(cell.note, cell)
            count[cell.note] += 1
    lines = []
    for note, cells in count.most_common(_REASONS):
        label = key_label(first[note].key, edition=report.extraction.edition)
        lines.append(f"{note}（{label}{f' 等 {cells} 格' if cells > 1 else ''}）")
    rest = len(count) - _REASONS
    return [*lines, *([f"另有 {rest} 种原因，见 --json"] if rest > 0 else [])]


# ── claims ──────────────────────────────────────────────────────────────────────────────────────


def _claims(stated: Sequence[Claim]) -> Table:
    """What the prose states in numbers: where, how many, of which cells, in which words."""
    shown = Table(title="正文中的数字", title_justify="left", title_style="bold", show_lines=False)
    shown.add_column("位置", no_wrap=True)
    shown.add_column("数", justify="right", no_wrap=True)
    shown.add_column("对应", overflow="fold", ratio=2)
    shown.add_column("原文", overflow="fold", ratio=3)
    for claim in stated:
        quote = " ".join(clean(claim.quote).split())
        style = "" if claim.link == "firm" else "dim"
        value = _value(claim)
        what = " ".join(filter(None, (_what(claim), _LINK[claim.link] if cell_keys(claim.measure) else "")))
        cut = quote if len(quote) <= _QUOTE else f"{quote[:_QUOTE]}…"
        row = (describe_anchor(claim.anchor), value, what, cut)
        shown.add_row(*(Text(text, style=style) for text in row))
    return shown


def _value(claim: Claim) -> str:
    if claim.value is None:
        return ""
    unit = "%" if claim.role == "percent" and claim.unit != "%" else claim.unit
    return f"{'' if claim.exact else '约'}{claim.value.normalize():f}{unit}"


def _what(claim: Claim) -> str:
    """The cells a claim is about, in the words of the form; its own words where it is about none."""
    keys = cell_keys(claim.measure)
    if not keys:
        return claim.label or claim.note or "表外"
    number = f"表{TABLE_NUMBER[keys[0].partition('.')[0]]}"
    if len(keys) > 1:
        return f"{number} {len(keys)}格之和"
    return f"{number} {row_of(keys[0]).label.partition('（区分处理')[0]}·{column_of(keys[0]).label}"
