"""The report's own text, with the passages that findings quote marked in their context."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

from gkaudit.document import describe_anchor
from gkaudit.form import sections
from gkaudit.html.model import Data, Finding
from gkaudit.html.quotes import Quote
from gkaudit.html.text import Fragment, esc, fragment, paragraph_id, reference

__all__ = ["prose_fragment"]


def _pieces(text: str, quotes: list[tuple[Finding, Quote]], data: Data) -> Iterator[str]:
    """The text cut at every border of a quote, so that quotes may overlap."""
    borders = sorted({0, len(text), *(q.start for _, q in quotes), *(q.end for _, q in quotes)})
    for start, end in pairwise(borders):
        piece = esc(text[start:end])
        yield f"<mark>{piece}</mark>" if any(q.start <= start and end <= q.end for _, q in quotes) else piece
        ending = [
            reference(f.finding_id, data.words(f"sign.{f.severity}"), f.number) for f, q in quotes if q.end == end
        ]
        if ending:
            yield f"<sup>{' '.join(ending)}</sup>"


def _paragraph(at: int, row: dict[str, Any], data: Data) -> str:
    quotes = [(f, q) for f in data.findings if (q := data.quotes.get(f.number)) is not None and q.at == at]
    text = "".join(_pieces(row["text"] or "", quotes, data))
    name = "h3" if row["kind"] == "heading" else "p"
    place = esc(describe_anchor(row["anchor"], data.lang))
    return f'<{name} id="{paragraph_id(at)}" class="gk-src" title="{place}">{text}</{name}>'


def _section_title(key: str | None, data: Data) -> str:
    for section in sections():
        if section.key == key:
            return section.label if data.lang == "zh" else section.en
    return data.words("prose.front")


def _section(key: str | None, rows: list[tuple[int, dict[str, Any]]], data: Data) -> str:
    inside = {at for at, _ in rows}
    quoted = sum(q.at in inside for q in data.quotes.values())
    count = f" <small>{esc(data.words('prose.quotes', n=quoted))}</small>" if quoted else ""
    paragraphs = "".join(_paragraph(at, row, data) for at, row in rows)
    # A section that a finding quotes stands open: a link into it must lead somewhere.
    return (
        f'<details class="gk-prose"{" open" if quoted else ""}>'
        f"<summary>{esc(_section_title(key, data))}{count}</summary>"
        f'<div lang="zh-CN">{paragraphs}</div></details>'
    )


def prose_fragment(data: Data) -> Fragment:
    """The prose section by section, folded away where nothing is quoted from it."""
    say = data.words
    parts = [
        _section(key, list(rows), data)
        for key, rows in groupby(enumerate(data.prose), key=lambda pair: pair[1]["section"])
    ]
    intro = f"<p>{esc(say('prose.intro' if parts else 'prose.none'))}</p>"
    text = "\n".join(row["text"] or "" for row in data.prose)
    return fragment(f'<h2 id="prose">{esc(say("prose"))}</h2>{intro}{"".join(parts)}', text, data.lang)
