"""The league table with its heat map: one row a report, one column a group of checks.

The first rows are in the page as HTML; all rows are there as data for the page's own script, which
searches, sorts and shows more. Without a script the list of all pages is still there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from gkaudit.frames import SEVERITIES
from gkaudit.html.batch import Batch, Standing
from gkaudit.html.bodies import compare_href
from gkaudit.html.text import Words, esc, page_href, visible

__all__ = ["STEP", "county_heat_html", "league_html", "severity_cell"]

#: Rows in the page, and rows that “more” adds.
STEP = 60
#: Counties in the heat map of counties; the list of reports has all of them.
_COUNTIES = 60
_COLUMNS = ("index.body", "county", "year", *SEVERITIES, "index.open", "index.unread", "index.status")
#: So many findings of a group are many: the cell is darker.
_MANY = 3
_UNREAD = ("unreadable", "absent")


def severity_cell(number: int, severity: str, say: Words) -> str:
    """A count; the sign tells the severity even without colour, a zero stays pale."""
    if not number:
        return '<td class="gk-num gk-zero">0</td>'
    return f'<td class="gk-num gk-{severity}">{say("sign." + severity)} {number}</td>'


def _unread(row: Standing) -> int:
    return sum(row.states.get(state, 0) for state in _UNREAD)


def _heat_cell(kind: str, number: int, group: str, say: Words) -> str:
    if not kind:
        return f'<td class="gk-h gk-h-none">{esc(say("heat.nothing"))}</td>'
    many = " gk-h-many" if number > _MANY else ""
    title = esc(f"{group}{say('colon')}{number} {say(kind)}")
    return f'<td class="gk-h gk-h-{kind}{many}" title="{title}">{say("sign." + kind)}{number}</td>'


def _row(row: Standing, batch: Batch) -> str:
    say = batch.words
    years = ""
    if row.compare:
        years = f' <small><a href="{esc(compare_href(row.compare))}">{esc(say("index.compare"))}</a></small>'
    heat = "".join(
        _heat_cell(kind, number, group.title, say) for (kind, number), group in zip(row.heat, batch.groups, strict=True)
    )
    return (
        f'<tr><th scope="row" class="gk-src"><a href="{esc(page_href(row.report_id))}">{esc(row.name)}</a>'
        f"{years}</th>"
        f'{_county(row, batch)}<td class="gk-num">{esc(row.year or "—")}</td>'
        f"{''.join(severity_cell(row.counts[s], s, say) for s in SEVERITIES)}"
        f'<td class="gk-num">{row.undetermined}</td><td class="gk-num">{_unread(row)}</td>'
        f"<td>{esc(say.status(row.status))}</td>{heat}</tr>"
    )


def _county(row: Standing, batch: Batch) -> str:
    """The county, where the batch has several: a column of equal words says nothing."""
    return f'<td class="gk-src">{esc(row.county or "")}</td>' if len(batch.counties) > 1 else ""


def _record(row: Standing) -> list[object]:
    """A row for the script, in the order of its columns."""
    codes = [f"{kind[:1]}{number}" if kind else "" for kind, number in row.heat]
    texts = [visible(text) for text in (row.report_id, row.name, row.county or "")]
    status, name = visible(row.status), visible(row.compare or "")
    numbers = [row.counts[s] for s in SEVERITIES]
    return [*texts, row.year, *numbers, row.undetermined, _unread(row), status, codes, name]


def _data(batch: Batch) -> str:
    """What the script needs, as text in a hidden element: it is never markup and never a script."""
    say = batch.words
    kinds = (*SEVERITIES, "undetermined")
    told = {
        "step": STEP,
        "counties": len(batch.counties) > 1,
        "groups": [group.title for group in batch.groups],
        "words": {
            "signs": {kind: say("sign." + kind) for kind in kinds},
            "kinds": {kind: say(kind) for kind in kinds},
            "statuses": {name: say.status(name) for name in ("read", "partly_read", "unreadable")},
            "nothing": say("heat.nothing"),
            "colon": say("colon"),
            "compare": say("index.compare"),
            "shown": say("index.shown"),
            "sort": say("index.sort", column="{name}"),
        },
        "rows": [_record(row) for row in batch.standings],
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return f'<div id="gk-rows" hidden>{escape(text, quote=False)}</div>'


def _select(name: str, label: str, options: Iterable[tuple[str, str]]) -> str:
    inner = "".join(f'<option value="{esc(value)}">{esc(text)}</option>' for value, text in options)
    return f'<label>{esc(label)} <select id="gk-{name}">{inner}</select></label>'


def _choice(name: str, values: Sequence[str], say: Words) -> str:
    """A filter by county or year; none where there is nothing to choose."""
    if len(values) < 2:  # noqa: PLR2004 - one is no choice
        return ""
    return _select(name, say(name), [("", say("index.all")), *((value, value) for value in values)])


def _tools(batch: Batch) -> str:
    """Search and filters; hidden until the script is there, because without it they would do nothing."""
    say = batch.words
    results = [("", say("index.all")), *((n, say(f"index.result.{n}")) for n in ("error", "warning", "clean", "open"))]
    results.append(("partly", say("index.result.partly")))
    return (
        f'<div id="gk-tools" class="gk-tools" role="search" hidden>'
        f'<label>{esc(say("index.find"))} <input id="gk-find" type="search" autocomplete="off"></label>'
        f"{_choice('county', batch.counties, say)}{_choice('year', [str(y) for y in batch.years], say)}"
        f"{_select('result', say('index.result'), results)}"
        f'<p id="gk-status" role="status"></p></div>'
    )


def _head(batch: Batch) -> str:
    """The headings; ``data-column`` is the place in the records of the script, whatever is shown."""
    say, several = batch.words, len(batch.counties) > 1
    named = [(at, name) for at, name in enumerate(_COLUMNS, 1) if several or name != "county"]
    plain = "".join(f'<th scope="col" data-column="{at}">{esc(say(name))}</th>' for at, name in named)
    first = len(_COLUMNS) + 1
    heat = "".join(
        f'<th scope="col" class="gk-h-head" data-column="{first + at}">{esc(group.title)}</th>'
        for at, group in enumerate(batch.groups)
    )
    return f"<thead><tr>{plain}{heat}</tr></thead>"


def _all_pages(batch: Batch) -> str:
    """Links to every report, by county, for those who have no script or want a plain list."""
    say = batch.words
    rows = sorted(batch.standings, key=lambda row: (row.county is None, row.county or "", row.report_id))
    parts = []
    for county, own in groupby(rows, key=lambda row: row.county):
        links = "".join(
            f'<li><a href="{esc(page_href(r.report_id))}">{esc(r.name)} {r.year or ""}</a></li>' for r in own
        )
        parts.append(f'<p class="gk-src">{esc(county or say("other.county"))}</p><ul class="gk-links">{links}</ul>')
    title = say("index.pages", n=len(batch.standings))
    return f'<details class="gk-all"><summary>{esc(title)}</summary>{"".join(parts)}</details>'


def legend_html(say: Words) -> str:
    """What the cells of the heat map mean."""
    items = "".join(f"<li>{esc(say('heat.legend.' + n))}</li>" for n in ("cell", "error", "undetermined", "nothing"))
    return f'<ul class="gk-note-list">{items}</ul>'


def league_html(batch: Batch) -> str:
    """The table, its tools and its data."""
    say = batch.words
    if not batch.standings:
        return f"<p>{esc(say('index.none'))}</p>"
    rows = "".join(_row(row, batch) for row in batch.standings[:STEP])
    more = f'<button type="button" id="gk-more" hidden>{esc(say("index.more", n=STEP))}</button>'
    beyond = _all_pages(batch) if len(batch.standings) > STEP else ""
    return (
        f"{legend_html(say)}{_tools(batch)}"
        f'<div class="gk-scroll gk-tall" tabindex="0" role="region" aria-label="{esc(say("index.reports"))}">'
        f'<table id="gk-league" class="gk-list gk-league">{_head(batch)}<tbody>{rows}</tbody></table></div>'
        f"{more}{beyond}{_data(batch)}"
    )


def county_heat_html(batch: Batch) -> str:
    """Counties against groups: how many reports of the county have an error there; empty for one county."""
    say = batch.words
    if len(batch.counties) < 2:  # noqa: PLR2004 - one county is the whole batch
        return ""
    table: dict[str, tuple[int, list[int]]] = {}
    for row in batch.standings:
        if row.county:
            size, errors = table.get(row.county, (0, [0] * len(batch.groups)))
            own = [n + (kind == "error") for n, (kind, _) in zip(errors, row.heat, strict=True)]
            table[row.county] = (size + 1, own)
    ranked = sorted(table.items(), key=lambda item: (-sum(item[1][1]) / item[1][0], item[0]))[:_COUNTIES]
    lines = "".join(
        f'<tr><th scope="row" class="gk-src">{esc(county)}</th><td class="gk-num">{size}</td>'
        f"{''.join(_share(number, size, say) for number in errors)}</tr>"
        for county, (size, errors) in ranked
    )
    head = f'<th scope="col">{esc(say("county"))}</th><th scope="col">{esc(say("index.bodies_n"))}</th>'
    head += "".join(f'<th scope="col" class="gk-h-head">{esc(g.title)}</th>' for g in batch.groups)
    rest = len(table) - len(ranked)
    more = f"<p>{esc(say('index.more_counties', n=rest))}</p>" if rest else ""
    return (
        f'<h2 id="counties">{esc(say("index.counties"))}</h2><p>{esc(say("index.counties.note"))}</p>'
        f'<div class="gk-scroll" tabindex="0" role="region" aria-label="{esc(say("index.counties"))}">'
        f'<table class="gk-list gk-league"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>{more}'
    )


def _share(number: int, size: int, say: Words) -> str:
    """How many of a county's reports have an error: number and, by steps of a quarter, a darker cell."""
    if not number:
        return f'<td class="gk-h gk-h-none">{esc(say("heat.nothing"))}</td>'
    step = min(4, 1 + 4 * number // (size + 1))
    return f'<td class="gk-h gk-h-share{step}">{number}</td>'
