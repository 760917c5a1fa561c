"""Leads (线索) of one report in three blocks: facts, leads, and that nothing was changed.

The same words are shown on the page and printed by ``gkaudit explain``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gkaudit.editing.speech import quoted, say
from gkaudit.html.model import Data, Finding
from gkaudit.html.text import Fragment, cell_id, esc, fragment, reference

__all__ = ["leads_fragment"]

#: So many implied values are shown at once; the others are folded.
_SHOWN = 12


def leads_fragment(data: Data, check_id: str = "") -> Fragment:
    """The block of a page; empty where no sum is off and nothing is implied.

    With ``check_id`` only what concerns this check, and the facts in any case.
    """
    leads = [lead for lead in data.leads if not check_id or check_id in lead["checks"]]
    implied = [] if check_id and not leads else list(data.implied)
    facts = _facts(data, leads, check_id)
    if not leads and not implied and not check_id:
        return Fragment("", "")
    html = (
        f'<section id="leads"><h2>{esc(say("page.title", data.lang))}</h2>'
        f"{_facts_html(facts, data)}{_leads_html(leads, data, check_id)}{_implied_html(implied, data)}"
        f"{_unchanged_html(leads, data)}</section>"
    )
    return fragment(html, _text(facts, leads, implied, data, check_id), data.lang)


def _facts(data: Data, leads: Sequence[Mapping[str, Any]], check_id: str) -> list[Finding]:
    """The findings that the leads are about."""
    checks = {check_id} if check_id else {check for lead in leads for check in lead["checks"]}
    return [f for f in data.findings if f.check_id in checks or checks.intersection(f.evidence)]


# ── as a page ───────────────────────────────────────────────────────────────────────────────────


def _facts_html(facts: Sequence[Finding], data: Data) -> str:
    items = "".join(
        f"<li>{reference(f.finding_id, data.words('sign.' + f.severity), f.number)} "
        f"{esc(f.message or f.title or f.check_id)}</li>"
        for f in facts
    )
    said = f"<ul>{items}</ul>" if items else f"<p>{esc(say('page.no_facts', data.lang))}</p>"
    return f"<h3>{esc(say('page.facts', data.lang))}</h3>{said}"


def _leads_html(leads: Sequence[Mapping[str, Any]], data: Data, check_id: str) -> str:
    lang = data.lang
    said = "".join(_lead_html(lead, data) for lead in leads)
    if not said and check_id:
        said = f"<p>{esc(say('page.not_concerned', lang, check=check_id))}</p>"
    return f"<h3>{esc(say('page.leads', lang))}</h3>{said}" if said else ""


def _lead_html(lead: Mapping[str, Any], data: Data) -> str:
    lang = data.lang
    if not lead["rank"]:
        return f'<p class="gk-remark">{esc(lead[f"message_{lang}"])}</p>'
    entries = [
        (say("page.agrees", lang), _quotes(lead["agrees_with"], lang)),
        (say("page.contradicts", lang), _quotes(lead["contradicts"], lang)),
        (say("page.turns", lang), esc(lead[f"turns_{lang}"])),
        (say("page.next", lang), esc(lead[f"next_{lang}"])),
    ]
    facts = "".join(f"<div><dt>{esc(name)}</dt><dd>{html}</dd></div>" for name, html in entries if html)
    return (
        f'<article class="gk-finding gk-info gk-lead"><h4>{esc(say("page.lead", lang, rank=lead["rank"]))}</h4>'
        f'<p class="gk-message">{esc(lead[f"message_{lang}"])}</p>{_changes_html(lead, data)}'
        f'<dl class="gk-facts">{facts}</dl></article>'
    )


def _quotes(quotes: Sequence[str], lang: str) -> str:
    return f'<span class="gk-src">{esc(quoted(quotes, lang))}</span>' if quotes else ""


def _changes_html(lead: Mapping[str, Any], data: Data) -> str:
    """Old and new number of each cell, linked into the tables below."""
    items = "".join(
        f'<li><a href="#{cell_id(change["key"])}">{esc(data.label(change["key"]))}</a>'
        f'{data.words("colon")}<span class="gk-n">{esc(_old(change, data))} → {esc(_number(change["new"]))}</span></li>'
        for change in lead["changes"]
    )
    return f'<ul class="gk-cells">{items}</ul>'


def _old(change: Mapping[str, Any], data: Data) -> str:
    if change["old"] is not None:
        return _number(change["old"])
    return data.words(f"state.{data.cell(change['key']).state}")


def _number(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _implied_html(implied: Sequence[Mapping[str, Any]], data: Data) -> str:
    if not implied:
        return ""
    parts = [f"<h3>{esc(say('page.implied', data.lang))}</h3>"]
    for assumption, rows in _by_assumption(implied).items():
        items = "".join(
            f'<li><a href="#{cell_id(row["key"])}">{esc(_bound(row, data))}</a> '
            f"<small>{esc(_proof(row, data.lang))}</small></li>"
            for row in rows
        )
        said = f'<ul class="gk-cells">{items}</ul>'
        head = esc(say(f"page.implied_{assumption}", data.lang))
        folded = len(rows) > _SHOWN
        parts.append(
            f"<details><summary>{head} ({len(rows)})</summary>{said}</details>" if folded else f"<p>{head}</p>{said}"
        )
    return "".join(parts)


def _unchanged_html(leads: Sequence[Mapping[str, Any]], data: Data) -> str:
    refused = [lead for lead in leads if not lead["rank"]]
    steps = "".join(f"<p>{esc(lead[f'next_{data.lang}'])}</p>" for lead in refused)
    title, said = say("page.unchanged", data.lang), say("page.statement", data.lang)
    return f'<h3>{esc(title)}</h3><p class="gk-statement">{esc(said)}</p>{steps}'


# ── as text ─────────────────────────────────────────────────────────────────────────────────────


def _text(
    facts: Sequence[Finding],
    leads: Sequence[Mapping[str, Any]],
    implied: Sequence[Mapping[str, Any]],
    data: Data,
    check_id: str,
) -> str:
    lang = data.lang
    lines = [_head("facts", lang), *(f"  {f.message or f.title} ({f.check_id})" for f in facts)]
    if not facts:
        lines.append("  " + say("page.no_facts", lang))
    if leads or check_id:
        lines.append(_head("leads", lang))
    if check_id and not leads:
        lines.append("  " + say("page.not_concerned", lang, check=check_id))
    lines += [line for lead in leads for line in _lead_text(lead, lang)]
    for assumption, rows in _by_assumption(implied).items():
        lines.append(f"{_head('implied', lang)} {say(f'page.implied_{assumption}', lang)}")
        lines += [f"  {_bound(row, data)} ({_proof(row, lang)})" for row in rows]
    lines += [_head("unchanged", lang), "  " + say("page.statement", lang)]
    steps = dict.fromkeys(lead[f"next_{lang}"] for lead in leads if lead["rank"] <= 1)
    return "\n".join([*lines, *(f"  {step}" for step in steps)])


def _head(name: str, lang: str) -> str:
    title = say(f"page.{name}", lang)
    return f"[{title}]" if lang == "en" else f"【{title}】"


def _lead_text(lead: Mapping[str, Any], lang: str) -> list[str]:
    if not lead["rank"]:
        return ["  " + lead[f"message_{lang}"]]
    return [f"  {lead['rank']}. {lead[f'message_{lang}']}", f"     {lead[f'turns_{lang}']}"]


# ── implied values ──────────────────────────────────────────────────────────────────────────────


def _by_assumption(implied: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in implied:
        found.setdefault(row["assumption"], []).append(row)
    return found


def _bound(row: Mapping[str, Any], data: Data) -> str:
    label, lang = data.label(row["key"]), data.lang
    if row["value"] is not None:
        return say("page.exactly", lang, cell=label, value=_number(row["value"]))
    if row["high"] is None:
        return say("page.at_least", lang, cell=label, low=_number(row["low"]))
    return say("page.between", lang, cell=label, low=_number(row["low"]), high=_number(row["high"]))


def _proof(row: Mapping[str, Any], lang: str) -> str:
    checks = dict.fromkeys(line.partition(":")[0] for line in row["proof"])
    return f"{say('page.proof', lang)} {', '.join(checks)}"
