"""What a director reads in ten seconds, and what an auditor needs before he trusts the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gkaudit.form import form
from gkaudit.frames import OUTCOMES, SEVERITIES, STATES
from gkaudit.html.decisions import reviews_summary
from gkaudit.html.findings import glance_html
from gkaudit.html.model import Data, say_date, say_verdict
from gkaudit.html.text import Fragment, esc, fragment

__all__ = ["definitions", "provenance_fragment", "summary_fragment"]


#: So many reasons are shown at once; the others are folded.
_REASONS = 4


def _verdict(data: Data) -> tuple[str, list[str]]:
    """The result in a sentence, and the sentences that qualify it."""
    say, status = data.words, data.report.get("status")
    if status == "unreadable":
        return say("verdict.unread"), []
    if not data.verdicts and not data.findings:
        return say("verdict.unchecked"), []
    counts = {s: data.count(s) for s in SEVERITIES}
    uncertain = sum(data.uncertain(f) for f in data.findings)
    more = [say("verdict.partly")] if status == "partly_read" else []
    for word, number in (
        ("inferred", uncertain),
        ("undetermined", len(data.outcomes("undetermined"))),
        ("failed", len(data.outcomes("failed"))),
    ):
        if number:
            more.append(say(f"verdict.{word}", n=number))
    decided = reviews_summary(data.reviews, len(data.findings), say)
    more += [decided] if decided else []
    return say_verdict(counts, say), more


def _tone(data: Data) -> str:
    """The colour of the banner; green only where everything was judged and nothing is wrong."""
    if data.report.get("status") == "unreadable" or data.outcomes("failed") or not data.verdicts:
        return "gk-warning"
    worst = next((s for s in SEVERITIES if data.count(s)), "")
    clean = not data.outcomes("undetermined") and data.report.get("status") == "read"
    return f"gk-{worst}" if worst else "gk-clean" if clean else "gk-info"


def _counts(data: Data) -> str:
    boxes = (
        f'<li class="{f"gk-{s}" if data.count(s) else "gk-zero"}">'
        f"<strong>{data.words('sign.' + s)}</strong> {esc(data.words.count(s, data.count(s)))}</li>"
        for s in SEVERITIES
    )
    return f'<ul class="gk-counts">{"".join(boxes)}</ul>'


def _period(data: Data) -> str:
    start, end = data.report.get("period_start"), data.report.get("period_end")
    if start is None and end is None:
        return data.words("unknown")
    return data.words("period.range", start=say_date(start, data.words), end=say_date(end, data.words))


def _edition(data: Data) -> str:
    chosen = form(data.edition)
    document = chosen.document if data.lang == "zh" else chosen.document_en
    return data.words("edition.seen", document=document, edition=data.edition)


def definitions(entries: Iterable[tuple[str, str]], *, kind: str = "") -> str:
    """A list of terms; ``kind`` is a class of our style sheet, e.g. ``gk-made`` for hashes and versions."""
    rows = "".join(f'<div><dt>{esc(name)}</dt><dd class="gk-src">{esc(value)}</dd></div>' for name, value in entries)
    return f'<dl class="gk-facts{f" {kind}" if kind else ""}">{rows}</dl>'


def _identity(data: Data) -> str:
    say, report = data.words, data.report
    unknown, published = say("unknown"), report.get("published_on")
    return definitions(
        [
            (say("organ"), str(report.get("organ") or unknown)),
            (say("county"), str(report.get("county") or unknown)),
            (say("year"), str(report.get("year") or unknown)),
            (say("edition"), _edition(data)),
            (say("period"), _period(data)),
            (say("signed_on"), say_date(report.get("signed_on"), say)),
            *([(say("published_on"), say_date(published, say))] if published else []),
            (say("report_title"), str(report.get("title") or unknown)),
            (say("source"), str(report.get("source") or unknown)),
        ],
        kind="gk-identity",
    )


def _sentence(data: Data, name: str, numbers: Mapping[str, int], prefix: str) -> str:
    parts = [data.words.count(prefix + kind, number) for kind, number in numbers.items() if number]
    return data.words(name, n=sum(numbers.values()), parts=data.words.join(parts))


def _cells(data: Data) -> str:
    """The states of all 200 (or 198) cells in words."""
    states = [data.cell(key).state for key in form(data.edition).keys()]
    return _sentence(data, "cells.sum", {state: states.count(state) for state in STATES}, "state.")


def _checks(data: Data) -> str:
    if not data.verdicts:
        return data.words("checks.none")
    return _sentence(data, "checks.sum", {o: len(data.outcomes(o)) for o in OUTCOMES}, "")


def _open(data: Data) -> str:
    """The checks that could not be judged, gathered by reason."""
    say = data.words
    reasons: dict[str, list[str]] = {}
    for outcome, why in (("undetermined", "open.why"), ("failed", "open.failed")):
        for verdict in data.outcomes(outcome):
            reasons.setdefault(verdict.get("note") or say(why), []).append(data.check(verdict["check_id"]))
    if not reasons:
        return ""
    items = [
        f'<li><span class="gk-src">{esc(reason)}</span>{esc(say("colon"))}{esc(say.join(checks))}</li>'
        for reason, checks in reasons.items()
    ]
    title = esc(say("open", n=sum(map(len, reasons.values()))))
    rest = "".join(items[_REASONS:])
    folded = esc(say("open.more", n=len(items) - _REASONS))
    more = f"<details><summary>{folded}</summary><ul>{rest}</ul></details>" if rest else ""
    return f'<div class="gk-open"><strong>{title}</strong><ul>{"".join(items[:_REASONS])}</ul>{more}</div>'


def _nav(data: Data) -> str:
    there = [name for name, rows in (("leads", data.leads or data.implied), ("matches", data.matches)) if rows]
    links = "".join(
        f'<li><a href="#{name}">{esc(data.words("nav." + name))}</a></li>'
        for name in ("findings", *there, "tables", "prose", "provenance")
    )
    return f'<nav aria-label="{esc(data.words("nav"))}"><ul>{links}</ul></nav>'


def summary_fragment(data: Data) -> Fragment:
    """Body, year, the result in words, counts, what stayed open, and the facts of the report."""
    say = data.words
    verdict, more = _verdict(data)
    note = data.report.get("note")
    if note:
        more.append(say("verdict.note", note=note))
    qualified = "".join(f'<p class="gk-src">{esc(line)}</p>' for line in more)
    html = (
        f'<header id="summary"><h1><span class="gk-src">{esc(data.title)}</span> '
        f"<small>{esc(say('title.suffix'))}</small></h1>"
        f'<div class="gk-verdict {_tone(data)}"><p><strong>{esc(verdict)}</strong></p>{qualified}</div>'
        f"{_counts(data)}{_open(data)}{_nav(data)}</header>{glance_html(data)}"
        f"<h2>{esc(say('facts'))}</h2>{_identity(data)}"
        f'<dl class="gk-facts"><div><dt>{esc(say("checks"))}</dt><dd>{esc(_checks(data))}</dd></div>'
        f"<div><dt>{esc(say('cells'))}</dt><dd>{esc(_cells(data))}</dd></div></dl>"
    )
    text = "\n".join([f"{data.title} {say('title.suffix')}", verdict, *more, _checks(data), _cells(data)])
    return fragment(html, text, data.lang)


def provenance_fragment(data: Data) -> Fragment:
    """Which file, which rules and which versions the page rests on."""
    say, report = data.words, data.report
    unknown = say("unknown")
    facts = [
        (say("source"), str(report.get("source") or unknown)),
        (say("sha256"), str(report.get("sha256") or unknown)),
        (say("format"), str(report.get("format") or unknown)),
        (say("report_id"), str(report["report_id"])),
        *data.run.facts(say),
    ]
    missing = "" if data.run.found else f"<p>{esc(say('run.none'))}</p>"
    html = (
        f'<h2 id="provenance">{esc(say("provenance"))}</h2>{definitions(facts, kind="gk-made")}{missing}'
        f'<p class="gk-statement">{esc(say("statement"))} <a href="#summary">{esc(say("back.top"))}</a></p>'
    )
    text = "\n".join([*(f"{name}{say('colon')}{value}" for name, value in facts), say("statement")])
    return fragment(html, text, data.lang)
