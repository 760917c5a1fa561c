"""The calculation inspector (核对过程): a cell, where it comes from, and every check it takes part in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gkaudit.document import describe_anchor
from gkaudit.form import column_of, row_of
from gkaudit.html.leads import leads_fragment
from gkaudit.html.text import LANGS, esc
from gkaudit.reviews import word
from gkaudit.widgets.desk import Case
from gkaudit.widgets.trial import Checked, Sum, Trial, sum_of
from gkaudit.widgets.words import Say

__all__ = ["assumed_html", "cell_html", "number"]

#: Terms of a side beyond these show only what is not zero.
_SHORT = 3
_PRIOR = "prior."


def number(value: Any) -> str:
    """A number as people write it; □ where there is none."""
    if value is None:
        return "□"
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _facts(pairs: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f'<div><dt>{esc(name)}</dt><dd class="gk-src">{value}</dd></div>' for name, value in pairs if value)
    return f'<dl class="gk-facts">{rows}</dl>'


def cell_html(case: Case, key: str, trial: Trial, say: Say) -> str:
    """One cell: print, state, place, checks with both sides of each sum, what they imply, and leads."""
    cell, data = case.by_key.get(key), case.data
    if cell is None:
        return ""
    machine = cell["corrected_from"]
    read = machine and f"{machine['raw'] or word('empty', say.lang)}（{word('state.' + machine['state'], say.lang)}）"
    facts = [
        (say("raw"), esc(repr_raw(cell["raw"]))),
        (say("value"), esc(number(cell["value"])) if cell["value"] is not None else "—"),
        (say("state"), esc(word(f"state.{cell['state']}", say.lang))),
        (say("confidence"), f"{cell['confidence']:.0%}"),
        (say("note"), esc(cell["note"])),
        (say("machine"), esc(read) if read else ""),
        (say("anchor"), esc(describe_anchor(cell["anchor"], say.lang))),
    ]
    row = trial.row()
    parts = [_calculation(checked, key, row, say) for checked in trial.outcomes([key])]
    checks = "".join(parts) or f"<p>{esc(say('calc.none'))}</p>"
    return _framed(
        f"<h3>{esc(data.label(key))}</h3>{_facts(facts)}<h3>{esc(say('calc'))}</h3>{checks}{_leads(case, key)}",
        say,
    )


def repr_raw(raw: str | None) -> str:
    """The print; nothing but white space is shown as such."""
    return (raw or "").replace("\u3000", "␣").replace(" ", "␣") if not (raw or "").strip() else str(raw)


def _framed(html: str, say: Say) -> str:
    return f'<div class="gk" lang="{LANGS[say.lang]}">{html}</div>'


def _calculation(checked: Checked, key: str, row: Mapping[str, Any], say: Say) -> str:
    entry = checked.entry
    head = (
        f"<p><strong>{esc(entry.meta[f'title_{say.lang}'])}</strong> <code>{esc(entry.check_id)}</code>"
        f" — {esc(say(checked.outcome))}</p>"
    )
    sums = sum_of(checked, row)
    body = _sides(sums, key, say) if sums else _measured(checked, row, say)
    return f'<div class="gk-x-calc gk-x-{checked.outcome}">{head}{body}</div>'


def _measured(checked: Checked, row: Mapping[str, Any], say: Say) -> str:
    if checked.outcome != "broken":
        # There is nothing to measure where nothing was found.
        return ""
    measured = checked.entry.rule.measure(checked.line, row)
    return _facts([(say("observed"), esc(measured.observed)), (say("expected"), esc(measured.expected))])


def _sides(sums: Sum, key: str, say: Say) -> str:
    left, right = sums.totals
    lines = [
        _side(say("left"), sums.left, left, key, say),
        _side(say("right"), sums.right, right, key, say),
    ]
    off = abs(left - right)
    rule = say("equal" if sums.equal else "atleast")
    lines.append(f'<p class="gk-x-side">{esc(say("difference"))} <strong>{number(off)}</strong>（{esc(rule)}）</p>')
    if sums.equal and any(k == key for k, _ in (*sums.left, *sums.right)):
        value, open_ = sums.implied(key)
        said = say("implied", value=number(value)) if value is not None else say("implied.open", n=open_)
        lines.append(f'<p class="gk-x-side">{esc(said)} <small>{esc(say("implied.what"))}</small></p>')
    return "".join(lines)


def _side(name: str, terms: Sequence[tuple[str, float | None]], total: float, key: str, say: Say) -> str:
    shown = [(k, v) for k, v in terms if len(terms) <= _SHORT or v is None or v or k == key]
    chips = " ＋ ".join(_term(k, v, own=k == key, say=say) for k, v in shown)
    rest = len(terms) - len(shown)
    more = f" <small>＋ {rest}×0</small>" if rest else ""
    open_ = "≥" if any(v is None for _, v in terms) else ""
    return (
        f'<div class="gk-x-side">{esc(name)}：{chips or "0"}{more}'
        f' ＝ <span class="gk-x-total">{open_}{number(total)}</span></div>'
    )


def _term(key: str, value: float | None, *, own: bool, say: Say) -> str:
    bare = key.removeprefix(_PRIOR)
    row, column = row_of(bare), column_of(bare)
    label = f"{row.label.partition('（区分')[0]}·{column.label}" if say.lang == "zh" else f"{row.en}, {column.en}"
    prior = "" if bare == key else ("上年 " if say.lang == "zh" else "last year ")
    link = "" if prior else f' data-gk="cell:{esc(key)}"'
    return (
        f'<span class="gk-x-sum{" gk-x-self" if own else ""}"{link}>{esc(prior + label)} <b>{number(value)}</b></span>'
    )


def _leads(case: Case, key: str) -> str:
    """Leads that would change the cell, and what the arithmetic implies for it: hypotheses, as on the page."""
    leads = tuple(lead for lead in case.data.leads if any(c["key"] == key for c in lead["changes"] or ()))
    implied = tuple(bound for bound in case.data.implied if bound["key"] == key)
    return leads_fragment(replace(case.data, leads=leads, implied=implied)).html if leads or implied else ""


def assumed_html(
    case: Case, changes: Mapping[str, Any], changed: Sequence[tuple[Checked, Checked]], left: int, say: Say
) -> str:
    """What would be with the numbers assumed: which lines change, and how many stay broken."""
    if not changes:
        return ""
    now = "；".join(f"{case.data.label(key)} = {number(value)}" for key, value in changes.items())
    rows = "".join(
        f'<div class="gk-x-calc gk-x-{after.outcome}"><strong>{esc(after.entry.meta[f"title_{say.lang}"])}</strong>'
        f" <code>{esc(after.entry.check_id)}</code> {esc(_line(case, after))}"
        f" — {esc(say('whatif.to', before=say(before.outcome), after=say(after.outcome)))}</div>"
        for before, after in changed
    )
    return _framed(
        f"<p>{esc(say('whatif.now'))} {esc(now)}</p>{rows or '<p>' + esc(say('whatif.same')) + '</p>'}"
        f"<p>{esc(say('whatif.left', n=left))}</p>",
        say,
    )


def _line(case: Case, checked: Checked) -> str:
    """Where the line is: its column or row, by the cell to blame first."""
    column, row = column_of(checked.line.keys[0]), row_of(checked.line.keys[0])
    along = checked.entry.kwargs.get("along")
    chosen = column if along == "columns" else row
    return chosen.label if case.data.lang == "zh" else chosen.en
