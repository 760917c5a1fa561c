"""The findings (发现) of one report: the number, the place, the rule, the law, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from gkaudit.document import describe_anchor
from gkaudit.form import TABLE_NUMBER, TABLES, column_of, row_of
from gkaudit.frames import SEVERITIES
from gkaudit.html.decisions import decision_html
from gkaudit.html.model import Data, Finding, say_verdict
from gkaudit.html.places import part_name
from gkaudit.html.text import Fragment, cell_id, esc, finding_id, fragment, paragraph_id, reference

__all__ = ["findings_fragment", "glance_html"]

#: A finding that concerns more rows than these shows them only when asked; the tables mark them anyway.
_ROWS_SHOWN = 6
#: What is longer than this is no number and is not set as large as one.
_NUMBER_LENGTH = 16
#: The message is cut after so many characters in the list of problems.
_GLANCE = {"zh": 64, "en": 130}


def _row_label(key: str, data: Data) -> str:
    table = key.split(".", maxsplit=1)[0]
    if data.lang == "en":
        return f"Table {TABLES.index(table) + 2}, {row_of(key).en}: "
    return f"表{TABLE_NUMBER[table]}“{row_of(key).label}”："


def _linked(keys: Iterable[str], data: Data) -> str:
    """The cells concerned, row by row, each a link into the tables below; a long list is folded."""
    rows: dict[str, list[str]] = {}
    for key in dict.fromkeys(keys):
        rows.setdefault(key.rpartition(".")[0], []).append(key)
    items = [f"<li>{_linked_row(members, data)}</li>" for members in rows.values()]
    if not items:
        return ""
    cells = f'<ul class="gk-cells">{"".join(items)}</ul>'
    if len(items) <= _ROWS_SHOWN:
        return cells
    said = data.words("concerned.many", rows=len(items), cells=sum(map(len, rows.values())))
    return f"<details><summary>{esc(said)}</summary>{cells}</details>"


def _linked_row(keys: list[str], data: Data) -> str:
    if not data.form_keys.issuperset(keys):
        return esc(data.words.join([data.label(key) for key in keys]))
    columns = [(key, column_of(key)) for key in keys]
    links = [f'<a href="#{cell_id(k)}">{esc(c.label if data.lang == "zh" else c.en)}</a>' for k, c in columns]
    return f"{esc(_row_label(keys[0], data))}{data.words.join(links)}"


def _numbers(finding: Finding, data: Data) -> str:
    """Observed against expected (报告中 / 应为): the first thing the eye meets."""
    pairs = [("observed", finding.observed, "observed"), ("expected", finding.expected, _expected_name(finding))]
    shown = "".join(
        f'<div class="gk-{name}"><dt>{esc(data.words(label))}</dt>'
        f'<dd class="gk-src{" gk-long" if len(value) > _NUMBER_LENGTH else ""}">{esc(value)}</dd></div>'
        for name, value, label in pairs
        if value
    )
    return f'<dl class="gk-numbers">{shown}</dl>' if shown else ""


def _expected_name(finding: Finding) -> str:
    """How the expected value is called: only an error says what must be."""
    if not finding.observed:
        return "expected.missing"
    return "expected" if finding.severity == "error" else "expected.soft"


def _place(finding: Finding, data: Data) -> str:
    place = describe_anchor(finding.anchor, data.lang)
    file = (finding.anchor or {}).get("file") or data.report.get("source") or ""
    if not place:
        return f'<span class="gk-src">{esc(file)}</span>'
    return f'<span class="gk-src">{esc(data.words("in.source", place=place, file=file))}</span>'


def _quote(finding: Finding, data: Data) -> str:
    if not finding.quote or not finding.quote.strip():
        return ""
    quoted = f'<q class="gk-src" lang="zh-CN">{esc(finding.quote.strip())}</q>'
    found = data.quotes.get(finding.number)
    if found is None:
        return quoted
    return f'{quoted} <a href="#{paragraph_id(found.at)}">{esc(data.words("in.prose"))}</a>'


def _rule(finding: Finding, data: Data) -> str:
    """The rule in plain words, with the id it is known by."""
    said = data.run.rule(finding.check_id, finding.title, data.lang) or finding.title
    return f"{esc(said)} <code>{esc(finding.check_id)}</code>" if said else f"<code>{esc(finding.check_id)}</code>"


def _evidence(finding: Finding, data: Data) -> str:
    if not finding.evidence:
        return ""
    return esc(data.words("evidence.said", checks=data.words.join([data.check(e) for e in finding.evidence])))


def _details(finding: Finding, data: Data) -> str:
    entries = [
        ("place", _place(finding, data)),
        ("quote", _quote(finding, data)),
        ("concerned", _linked(finding.keys, data)),
        ("rule", _rule(finding, data)),
        ("basis", esc(finding.basis)),
        ("evidence", _evidence(finding, data)),
        ("advice", esc(finding.advice)),
    ]
    return "".join(
        f'<div class="gk-{name}"><dt>{esc(data.words(name))}</dt><dd>{html}</dd></div>'
        for name, html in entries
        if html
    )


def _article(finding: Finding, data: Data) -> str:
    say = data.words
    sign = f'<span class="gk-no">{say("sign." + finding.severity)}{finding.number}</span>'
    original = f'<p class="gk-original">{esc(say("check.original"))}</p>' if data.uncertain(finding) else ""
    message = f'<p class="gk-message">{esc(finding.message)}</p>' if finding.message else ""
    return (
        f'<article class="gk-finding gk-{finding.severity}" id="{esc(finding_id(finding.finding_id))}">'
        f'<h5>{sign} <span class="gk-sev">{esc(say(finding.severity))}</span> '
        f"{esc(finding.title or finding.check_id)}</h5>{decision_html(data.reviews.get(finding.finding_id), say)}"
        f'{message}{_numbers(finding, data)}{original}<dl class="gk-facts">{_details(finding, data)}</dl></article>'
    )


def _text(data: Data) -> str:
    """The findings for a terminal."""
    lines = [say_verdict({s: data.count(s) for s in SEVERITIES}, data.words)]
    lines += [
        f"{f.number}. [{data.words(f.severity)}] {f.message or f.title or f.check_id}"
        f" — {describe_anchor(f.anchor, data.lang)} ({f.check_id})"
        for f in data.findings
    ]
    return "\n".join(lines)


def findings_fragment(data: Data) -> Fragment:
    """All findings by severity and by part of the report, numbered through."""
    say = data.words
    html = [f'<h2 id="findings">{esc(say("nav.findings"))}</h2>']
    if not data.findings:
        html.append(f"<p>{esc(say('findings.none'))}</p>")
    for severity in SEVERITIES:
        group = [f for f in data.findings if f.severity == severity]
        if group:
            html.append(
                f"<h3>{esc(say('group.' + severity))}{'' if data.lang == 'zh' else ' '}<small>{len(group)}</small></h3>"
            )
        for part, own in groupby(group, key=lambda f: f.part):
            html.append(f'<h4 class="gk-part">{esc(part_name(part, say))}</h4>')
            html += [_article(f, data) for f in own]
    return fragment("".join(html), _text(data), data.lang)


def glance_html(data: Data) -> str:
    """Errors and warnings on one line each, for who has ten seconds; empty where there are none."""
    say = data.words
    grave = [f for f in data.findings if f.severity != "info"]
    if not grave:
        return ""
    rows = "".join(_glance(f, data) for f in grave)
    head = "".join(
        f'<th scope="col">{esc(say(n))}</th>'
        for n in ("glance.no", "glance.what", "glance.part", "observed", "expected")
    )
    notes = data.count("info")
    more = f"<p>{esc(say('glance.notes', notes=say.count('info', notes)))}</p>" if notes else ""
    return (
        f'<div class="gk-scroll" tabindex="0" role="region" aria-label="{esc(say("glance"))}"><table class="gk-list '
        f'gk-glance"><caption>{esc(say("glance"))}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        f"</div>{more}"
    )


def _glance(finding: Finding, data: Data) -> str:
    say = data.words
    link = reference(finding.finding_id, say("sign." + finding.severity), finding.number)
    numbers = "".join(
        f'<td class="gk-src">{esc(value if value and len(value) <= _NUMBER_LENGTH else "—")}</td>'
        for value in (finding.observed, finding.expected)
    )
    message = finding.message or ""
    most = _GLANCE[data.lang]
    said = message if len(message) <= most else f"{message[: most - 1]}…"
    return (
        f'<tr><td class="gk-{finding.severity}">{link}</td>'
        f'<th scope="row">{esc(finding.title or finding.check_id)}<small class="gk-src">{esc(said)}</small></th>'
        f"<td>{esc(part_name(finding.part, say))}</td>{numbers}</tr>"
    )
