"""Findings as cards, the tables with cells that can be clicked, the head of a report, the year before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gkaudit.document import describe_anchor
from gkaudit.form import TABLES, form
from gkaudit.html.leads import leads_fragment
from gkaudit.html.tables import table_fragment
from gkaudit.html.text import LANGS, esc
from gkaudit.reviews import sentence, word
from gkaudit.widgets.desk import Case
from gkaudit.widgets.inspector import number
from gkaudit.widgets.words import Say

__all__ = ["cards_html", "finding_html", "head_html", "previous_html", "tables_html"]

#: Ids of cells in our own markup. Text of a report cannot look like one: its quotes are escaped.
_CELL = re.compile(r'<td id="c-([a-z0-9_]+)-([a-z0-9_]+)-([a-z0-9_]+)"([^>]*?)(?: class="([^"]*)")?(?=[ >])')


def _framed(html: str, say: Say) -> str:
    return f'<div class="gk" lang="{LANGS[say.lang]}">{html}</div>'


def head_html(case: Case, say: Say) -> str:
    """Who and when, and what has to be known before the rest is read."""
    counts = "　".join(
        f'<span class="gk-{s}" style="color:var(--tone)">{case.data.words("sign." + s)} {n}</span>'
        for s in ("error", "warning", "info")
        if (n := case.data.count(s))
    )
    notes = [case.facts.get("note")] if case.facts.get("note") else []
    notes += [say("pending", n=len(case.pending))] if case.pending else []
    said = "".join(f'<p class="gk-remark gk-src">{esc(note)}</p>' for note in notes)
    return _framed(
        f'<h3 style="margin:2px 0 6px"><span class="gk-src">{esc(case.data.title)}</span>　{counts}'
        f" <small>{esc(case.report_id)}</small></h3>{said}",
        say,
    )


def _review(case: Case, finding_id: str, say: Say) -> str:
    review = case.reviews.get(finding_id)
    if review is None or (review["review"] == "open" and not review["notes"]):
        return ""
    again = " gk-x-again" if review["review"] == "reopened" else ""
    said = [sentence(review, say.lang), *(f"{word('kind.note', say.lang)}：{note}" for note in review["notes"])]
    return "".join(f'<p class="gk-x-review gk-src{again}">{esc(line)}</p>' for line in said)


def cards_html(case: Case, say: Say) -> str:
    """The findings of a report, errors first, each to click."""
    if not case.data.findings:
        return _framed(f"<p>{esc(say('findings.none'))}</p>", say)
    cards = []
    for finding in case.data.findings:
        sign = f"{case.data.words('sign.' + finding.severity)}{finding.number}"
        cards.append(
            f'<div class="gk-x-card gk-{finding.severity}" data-gk="finding:{esc(finding.finding_id)}" role="button">'
            f'<p class="gk-x-head">{esc(sign)} {esc(finding.title or "")} <code>{esc(finding.check_id)}</code></p>'
            f"<p>{esc(finding.message or '')}</p>{_review(case, finding.finding_id, say)}</div>"
        )
    return _framed("".join(cards), say)


def tables_html(case: Case, say: Say) -> str:
    """The three statutory tables of the page, each cell to click, corrected ones marked."""
    touched = {key for key, cell in case.by_key.items() if cell["corrected_from"]}

    def clickable(found: re.Match[str]) -> str:
        key = ".".join(found.group(1, 2, 3))
        kinds = " ".join(filter(None, [found[5], "gk-x-corrected" if key in touched else ""]))
        return f'<td data-gk="cell:{key}" class="{kinds}"{found[4]}'

    html = "".join(table_fragment(name, case.data).html for name in TABLES)
    return f'<p class="gk-remark">{esc(say("legend"))}</p>{_CELL.sub(clickable, html)}'


def finding_html(case: Case, finding_id: str, history: Sequence[Mapping[str, Any]], say: Say) -> str:
    """One finding whole: numbers, quote, place, rule, basis, advice, and what was decided about it."""
    finding = case.by_finding.get(finding_id)
    if finding is None:
        return ""
    quote = f'<q class="gk-src">{esc(finding["quote"])}</q>' if finding["quote"] else ""
    cells = " ".join(
        f'<span class="gk-x-sum" data-gk="cell:{esc(key)}">{esc(case.data.label(key))}</span>'
        for key in (finding["keys"] or ())[:12]
    )
    pairs = [
        (say("observed"), esc(finding["observed"])),
        (say("expected"), esc(finding["expected"])),
        (say("quote"), quote),
        (say("place"), esc(describe_anchor(finding["anchor"], say.lang))),
        (say("cell"), cells),
        (say("rule"), f"{esc(finding['title'])} <code>{esc(finding['check_id'])}</code>"),
        (say("basis"), esc(finding["basis"])),
        (say("advice"), esc(finding["advice"])),
    ]
    rows = "".join(f'<div><dt>{esc(n)}</dt><dd class="gk-src">{v}</dd></div>' for n, v in pairs if v)
    return _framed(
        f"<h3>{esc(finding['title'])}</h3><p>{esc(finding['message'])}</p>"
        f'<dl class="gk-facts">{rows}</dl>{_history(history, say)}{_leads(case, finding["check_id"])}',
        say,
    )


def _leads(case: Case, check_id: str) -> str:
    """What may have gone wrong, where something was found about this check."""
    concerned = any(check_id in lead["checks"] for lead in case.data.leads)
    return leads_fragment(case.data, check_id).html if concerned else ""


def _history(history: Sequence[Mapping[str, Any]], say: Say) -> str:
    if not history:
        return ""
    items = "".join(
        f'<li class="gk-src">{entry["at"]:%Y-%m-%d %H:%M} {esc(entry["author"])}：'
        f"{esc(word('kind.' + entry['kind'], say.lang))} {esc(entry['reason'])}</li>"
        for entry in history
    )
    return f"<h3>{esc(say('history'))}</h3><ul>{items}</ul>"


def previous_html(now: Case, before: Case | None, say: Say) -> str:
    """This year beside the year before: what is not zero in both, and whether what was pending carried over."""
    if before is None:
        return _framed(f"<p>{esc(say('previous.none'))}</p>", say)
    rows = [_compared(key, before, now) for key in form(now.data.edition).keys()]
    shown = "".join(row for row in rows if row)
    names = (say("previous.key"), before.facts["year"], now.facts["year"], say("previous.diff"))
    head = "".join(f'<th scope="col">{esc(name)}</th>' for name in names)
    title = say("previous.title", before=before.facts["year"], now=now.facts["year"])
    table = f'<table class="gk-list"><thead><tr>{head}</tr></thead><tbody>{shown}</tbody></table>'
    same = f"<p>{esc(say('previous.same'))}</p>"
    return _framed(f"<h3>{esc(title)}</h3>{_carried(before, now, say)}{table if shown else same}", say)


def _compared(key: str, before: Case, now: Case) -> str:
    old, new = (case.by_key.get(key) for case in (before, now))
    if old is None or new is None or (not old["value"] and not new["value"] and old["state"] == new["state"]):
        return ""
    difference = "" if old["value"] is None or new["value"] is None else number(new["value"] - old["value"])
    said = "".join(f'<td class="gk-num gk-src">{esc(_standing(cell))}</td>' for cell in (old, new))
    return (
        f'<tr><th scope="row"><span data-gk="cell:{key}">{esc(now.data.label(key))}</span></th>{said}'
        f'<td class="gk-num">{difference}</td></tr>'
    )


def _standing(cell: Mapping[str, Any]) -> str:
    return number(cell["value"]) if cell["value"] is not None else str(cell["raw"] or "").strip() or "□"


def _carried(before: Case, now: Case, say: Say) -> str:
    """Pending at the end of the year before against pending at the start of this one, column by column."""
    off = []
    for key, cell in now.by_key.items():
        if not key.startswith("requests.pending_start."):
            continue
        old = before.by_key.get(key.replace("pending_start", "pending_end"))
        if old and old["value"] is not None and cell["value"] is not None and old["value"] != cell["value"]:
            off.append(f"{now.data.label(key)} {number(old['value'])} → {number(cell['value'])}")
    said = "；".join(off) if off else "✓"
    kind = "gk-remark" if off else "gk-src"
    return f'<p class="{kind}">{esc(say("previous.carry"))}：{esc(said)}</p>'
