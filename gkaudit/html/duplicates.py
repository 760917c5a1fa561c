"""Copied passages (雷同段落) of one report side by side with the report they also stand in."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from gkaudit.document import describe_anchor
from gkaudit.html.model import Data
from gkaudit.html.text import Fragment, esc, fragment, reference

__all__ = ["duplicates_fragment"]

#: Passages shown; the others are counted.
_SHOWN = 30


def _side(text: str | None, anchor: dict[str, Any] | None, lang: str) -> str:
    place = describe_anchor(anchor, lang)
    return f'<td class="gk-src" lang="zh-CN">{esc(text)}<small>{esc(place)}</small></td>'


def _row(match: dict[str, Any], data: Data) -> str:
    say, own = data.words, {f.finding_id: f for f in data.findings}
    finding = own.get(match["finding_id"])
    link = reference(finding.finding_id, say(f"sign.{finding.severity}"), finding.number) if finding else ""
    other = match["other_report_id"]
    page = f'<a href="{quote(other, safe="")}.html">{esc(other)}</a>'
    said = say("matches.share", share=f"{100 * (match['share'] or 0):.0f}", n=match["length"] or 0)
    return (
        f'<tr><th scope="row">{page} {link}<small>{esc(said)}</small></th>'
        f"{_side(match['quote'], match['anchor'], data.lang)}"
        f"{_side(match['other_quote'], match['other_anchor'], data.lang)}</tr>"
    )


def duplicates_fragment(data: Data) -> Fragment:
    """The passages this report shares with others, the longest first; empty where there are none."""
    if not data.matches:
        return Fragment("", "")
    say = data.words
    ranked = sorted(data.matches, key=lambda m: (-(m["length"] or 0), m["other_report_id"]))
    head = "".join(f'<th scope="col">{esc(say(n))}</th>' for n in ("matches.other", "matches.here", "matches.there"))
    rows = "".join(_row(match, data) for match in ranked[:_SHOWN])
    rest = len(ranked) - _SHOWN
    more = f"<p>{esc(say('matches.more', n=rest))}</p>" if rest > 0 else ""
    html = (
        f'<h2 id="matches">{esc(say("matches"))}</h2><p>{esc(say("matches.note"))}</p>'
        f'<div class="gk-scroll" tabindex="0" role="region" aria-label="{esc(say("matches"))}">'
        f'<table class="gk-list gk-sides"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{more}'
    )
    text = "\n".join(f"{m['other_report_id']}\t{m['quote']}" for m in ranked[:_SHOWN])
    return fragment(html, text, data.lang)
