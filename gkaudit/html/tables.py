"""The three statutory tables (法定表格) as printed, with the cells in question marked."""

from __future__ import annotations

from gkaudit.errors import UsageError
from gkaudit.form import TABLE_NUMBER, TABLES, form
from gkaudit.html.layout import Line, Slot, grid
from gkaudit.html.model import Cell, Data, Finding
from gkaudit.html.text import Fragment, cell_id, esc, fragment, reference

__all__ = ["table_fragment", "tables_fragment"]

_LEGEND = ("ref", "inferred", "blank", "marked", "unreadable", "absent", "implied", "corrected")
#: Where a table was found (reports frame, ``table.<name>``) when it needs a word.
_PLACES = ("elsewhere", "image", "absent")


def _spans(slot: Slot) -> str:
    rows = f' rowspan="{slot.rowspan}"' if slot.rowspan > 1 else ""
    return rows + (f' colspan="{slot.colspan}"' if slot.colspan > 1 else "")


def _label(slot: Slot, data: Data) -> str:
    """The form's own words, in the English page with a translation beneath."""
    if data.lang == "zh":
        return esc(slot.text)
    english = slot.en or data.words.label(slot.text)
    return f'<span lang="zh-CN">{esc(slot.text)}</span>' + (f" <small>{esc(english)}</small>" if english else "")


def _shown(cell: Cell, data: Data) -> str:
    """What the reader sees in the cell: the print, or the state in words where there is no number."""
    say = data.words(f"state.{cell.state}")
    raw = (cell.raw or "").strip()
    if cell.state in {"reported", "inferred"}:
        number = raw if raw or cell.value is None else format(cell.value.normalize(), "f")
        shown = f'<span class="gk-n">{esc(number)}</span>'
        return shown if cell.state == "reported" else f"{shown}<small>{esc(say)}</small>"
    if cell.state == "blank" or not raw:
        return f"<small>{esc(say)}</small>"
    return f'<span class="gk-n gk-src">{esc(raw)}</span><small>{esc(say)}</small>'


def _beside(cell: Cell, data: Data) -> str:
    """What a person corrected, or what the arithmetic implies of an unknown number: beside the cell, not in it."""
    say = data.words
    if cell.corrected:
        return f"<small>{esc(say('state.corrected'))}</small>"
    implied = data.implied_by_key.get(cell.key)
    if implied is None:
        return ""
    low, high = (None if implied[n] is None else format(implied[n].normalize(), "f") for n in ("low", "high"))
    said = say("implied.is", n=low) if low == high else say("implied.least", n=low) if high is None else None
    text = said or say("implied.between", low=low, high=high)
    return f'<small class="gk-implied"><a href="#leads">{esc(text)}</a></small>'


def _references(findings: tuple[Finding, ...], data: Data) -> str:
    links = " ".join(reference(f.finding_id, data.words(f"sign.{f.severity}"), f.number) for f in findings)
    return f"<sup>{links}</sup>" if links else ""


def _title(cell: Cell, findings: tuple[Finding, ...], data: Data) -> str:
    """The title attribute: its state, the print, its note, its findings."""
    say = data.words
    parts = [say(f"state.{cell.state}")]
    if cell.state != "reported" and cell.raw and cell.raw.strip():
        parts.append(say("cell.raw", raw=cell.raw.strip()))
    if cell.note:
        parts.append(cell.note)
    if findings:
        parts.append(say("cell.findings", numbers=say.join([str(f.number) for f in findings])))
    return ("；" if data.lang == "zh" else "; ").join(parts)


def _cell(slot: Slot, data: Data) -> str:
    cell = data.cell(slot.key)
    findings = data.by_key.get(slot.key, ())
    classes = [] if cell.state == "reported" else [f"gk-s-{cell.state}"]
    classes += ["gk-s-corrected"] if cell.corrected else []
    if findings:
        classes += ["gk-q", f"gk-{findings[0].severity}"]
    explained = f' class="{" ".join(classes)}" title="{esc(_title(cell, findings, data))}"' if classes else ""
    inner = _shown(cell, data) + _beside(cell, data) + _references(findings, data)
    return f'<td id="{cell_id(slot.key)}"{_spans(slot)}{explained}>{inner}</td>'


def _line(line: Line, data: Data) -> str:
    out = []
    for slot in line:
        if slot.kind == "cell":
            out.append(_cell(slot, data))
        elif slot.kind == "note":
            out.append(f'<td class="gk-note"{_spans(slot)}>{_label(slot, data)}</td>')
        else:
            out.append(f'<th scope="{slot.scope}"{_spans(slot)}>{_label(slot, data)}</th>')
    return f"<tr>{''.join(out)}</tr>"


def _remarks(name: str, data: Data) -> str:
    """What has to be known before the table is read: where it stands, whether it is damaged."""
    say, report = data.words, data.report
    remarks = [say(f"table.{report[f'table.{name}']}")] if report.get(f"table.{name}") in _PLACES else []
    if report.get(f"damaged.{name}"):
        remarks.append(say("table.damaged"))
    return "".join(f'<p class="gk-remark">{esc(r)}</p>' for r in remarks)


def _notes(data: Data) -> str:
    """How columns and labels were understood, once for all tables."""
    out = []
    for word, column in (("shift", "shift_notes"), ("variants", "label_variants")):
        said = data.report.get(column) or []
        if said:
            out.append(
                f'<p class="gk-remark">{esc(data.words(word))}<span class="gk-src">{esc("；".join(said))}</span></p>'
            )
    return "".join(out)


def _caption(name: str, data: Data) -> str:
    table = form(data.edition).table(name)
    if data.lang == "zh":
        return esc(data.words("table.caption", number=TABLE_NUMBER[name], label=table.label))
    english = data.words("table.caption", number=TABLES.index(name) + 2, label=table.en)
    return f'{esc(english)} <span lang="zh-CN">{esc(table.label)}</span>'


def _table(name: str, data: Data) -> str:
    layout = grid(name, data.edition)
    head = f"<thead>{''.join(_line(line, data) for line in layout.head)}</thead>" if layout.head else ""
    bodies = "".join(f"<tbody>{''.join(_line(line, data) for line in body)}</tbody>" for body in layout.bodies)
    caption = f"<caption>{_caption(name, data)}</caption>"
    # The box scrolls on a narrow screen, and with the keyboard; the page itself does not.
    return (
        f'<section id="table-{name}">{_remarks(name, data)}'
        f'<div class="gk-scroll" tabindex="0" role="region" aria-label="{_plain_caption(name, data)}">'
        f'<table class="gk-form gk-{name}">{caption}{head}{bodies}</table></div></section>'
    )


def _plain_caption(name: str, data: Data) -> str:
    table = form(data.edition).table(name)
    return esc(table.label if data.lang == "zh" else table.en)


def _legend(data: Data) -> str:
    """What the signs mean that occur on this page."""
    cells = [data.cell(key) for key in data.form_keys]
    seen = {cell.state for cell in cells} | ({"corrected"} if any(cell.corrected for cell in cells) else set())
    seen |= ({"ref"} if data.by_key else set()) | ({"implied"} if data.implied_by_key else set())
    items = "".join(f"<li>{esc(data.words('legend.' + name))}</li>" for name in _LEGEND if name in seen)
    if not items:
        return ""
    return f'<div class="gk-legend"><strong>{esc(data.words("legend"))}</strong><ul>{items}</ul></div>'


def _text(name: str, data: Data) -> str:
    """The table for a terminal: one line a cell."""
    table = form(data.edition).table(name)
    said = []
    for key in table.keys():
        cell = data.cell(key)
        shown = cell.raw.strip() if cell.raw and cell.raw.strip() else data.words(f"state.{cell.state}")
        said.append(f"{data.label(key)}\t{shown}")
    return "\n".join(said)


def table_fragment(name: str, data: Data) -> Fragment:
    """One table, ``disclosure``, ``requests`` or ``remedies``. Raises UsageError for another name."""
    if name not in TABLES:
        raise UsageError(f"没有名为“{name}”的表，请用 {'、'.join(TABLES)} 之一。")
    return fragment(_table(name, data), _text(name, data), data.lang)


def tables_fragment(data: Data) -> Fragment:
    """All three tables under one heading, with the legend."""
    html = f'<h2 id="tables">{esc(data.words("nav.tables"))}</h2>{_legend(data)}{_notes(data)}' + "".join(
        _table(name, data) for name in TABLES
    )
    return fragment(html, "\n\n".join(_text(name, data) for name in TABLES), data.lang)
