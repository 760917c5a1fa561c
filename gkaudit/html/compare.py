"""One body over the years (历年比较): what ``notebooks/compare.ipynb`` displays."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from gkaudit.form import all_keys, key_label, sections
from gkaudit.frames import SEVERITIES
from gkaudit.html.changes import Change, changes, copied, marked, sentences, share_kept
from gkaudit.html.summary import definitions
from gkaudit.html.text import Fragment, Words, cell_id, esc, finding_id, fragment, page_href, style
from gkaudit.html.years import Carry, Year, Years, carried, load_years

__all__ = ["Comparison"]

#: Copied sentences listed; the others are counted.
_COPIED = 40
#: Findings that are about years against each other stand in these groups or have these letters.
_ACROSS = ("CON", "DUP")


def _plain_number(value: Decimal) -> str:
    return format(value.normalize(), "f")


class Comparison:
    """A body over two or more years; every method returns a :class:`~gkaudit.html.text.Fragment`.

    In a notebook display :meth:`style` once, then the parts in any order. Links lead to
    ``../reports/<report_id>.html``.
    """

    def __init__(self, data: Years) -> None:
        self.data = data

    @classmethod
    def load(cls, organ: str, data_dir: str | Path, lang: str = "zh") -> Comparison:
        """Read the reports of one body from ``audit_out/data``; an empty ``organ`` takes the first body.

        Raises UsageError when there is nothing to compare.
        """
        return cls(load_years(organ, data_dir, lang))

    @property
    def _say(self) -> Words:
        return self.data.words

    @property
    def title(self) -> str:
        """The title of the page."""
        years = self.data.years
        return self._say("compare.title", body=self.data.body, first=years[0].year, last=years[-1].year)

    def _part(self, html: str, text: str) -> Fragment:
        return fragment(html, text, self.data.words.lang)

    def _page(self, year: Year, text: str, anchor: str = "") -> str:
        target = f"../{page_href(year.report_id)}{f'#{quote(anchor)}' if anchor else ''}"
        return f'<a href="{esc(target)}">{esc(text)}</a>'

    def style(self) -> Fragment:
        """The style sheet; it also names the page for the exporter."""
        return style(self.title, self.data.words.lang)

    # ── summary ─────────────────────────────────────────────────────────────────────────────────

    def summary(self) -> Fragment:
        """Which reports, what was found in each, and whether the numbers of the years follow each other."""
        say = self._say
        carries = [c for before, after in self.data.pairs() for c in carried(before, after)]
        broken = sum(c.outcome == "broken" for c in carries)
        verdict = say("compare.broken", n=broken) if broken else say("compare.unbroken" if carries else "compare.gap")
        open_ = sum(c.outcome == "undetermined" for c in carries)
        more = [say("compare.open", n=open_)] if open_ else []
        more += [say("compare.dropped", n=self.data.dropped)] if self.data.dropped else []
        tone = "gk-warning" if broken else "gk-info" if open_ or not carries else "gk-clean"
        lines = "".join(f"<p>{esc(line)}</p>" for line in more)
        names = ("numbers", "continuity", "text", "copied", "provenance")
        nav = "".join(f'<li><a href="#{n}">{esc(say(f"compare.nav.{n}"))}</a></li>' for n in names)
        html = (
            f'<header id="summary"><h1><span class="gk-src">{esc(self.title)}</span></h1>'
            f'<div class="gk-verdict {tone}"><p><strong>{esc(verdict)}</strong></p>{lines}</div>'
            f'<nav aria-label="{esc(say("nav"))}"><ul>{nav}'
            f'<li><a href="../index.html">{esc(say("compare.index"))}</a></li></ul></nav></header>{self._reports()}'
        )
        return self._part(html, "\n".join([self.title, verdict, *more]))

    def _reports(self) -> str:
        say = self._say
        names = ("year", "report_title", *SEVERITIES, "index.status", "source")
        head = "".join(f'<th scope="col">{esc(say(name))}</th>' for name in names)
        rows = "".join(
            f'<tr><th scope="row">{self._page(y, str(y.year))}</th>'
            f'<td class="gk-src">{esc(y.report.get("title") or say("unknown"))}</td>'
            + "".join(
                f'<td class="gk-num gk-{s}">{say("sign." + s)} {y.count(s)}</td>'
                if y.count(s)
                else '<td class="gk-num gk-zero">0</td>'
                for s in SEVERITIES
            )
            + f"<td>{esc(say.status(y.report.get('status')))}</td>"
            f'<td class="gk-src">{esc(y.report.get("source"))}</td></tr>'
            for y in self.data.years
        )
        return (
            f'<div class="gk-scroll" tabindex="0" role="region" aria-label="{esc(say("index.reports"))}">'
            f'<table class="gk-list"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        )

    # ── numbers ─────────────────────────────────────────────────────────────────────────────────

    def numbers(self) -> Fragment:
        """Every cell that is not the same 0 in all years, side by side with the differences."""
        say, years = self._say, self.data.years
        keys = [key for key in all_keys() if any(year.has(key) for year in years)]
        shown = [key for key in keys if self._telling(key)]
        head = f'<th scope="col">{esc(say("compare.cell"))}</th>' + "".join(
            f'<th scope="col">{year.year}</th>'
            + (f'<th scope="col">{esc(say("compare.difference", before=before.year))}</th>' if before else "")
            for before, year in zip((None, *years), years, strict=False)
        )
        width = 2 * len(years)
        bodies = "".join(
            f'<tbody><tr><th scope="rowgroup" colspan="{width}">{esc(say("table.name." + table))}</th></tr>'
            f"{''.join(self._row(key) for key in own)}</tbody>"
            for table, own in groupby(shown, key=lambda key: key.split(".", maxsplit=1)[0])
        )
        same = say("compare.same", n=len(keys) - len(shown))
        table = (
            f'<div class="gk-scroll gk-tall" tabindex="0" role="region" aria-label="{esc(say("compare.nav.numbers"))}">'
            f'<table class="gk-list gk-years"><thead><tr>{head}</tr></thead>{bodies}</table></div>'
            if shown
            else ""
        )
        html = f'<h2 id="numbers">{esc(say("compare.nav.numbers"))}</h2><p>{esc(say("compare.numbers.note"))}</p>'
        return self._part(f"{html}{table}<p>{esc(same)}</p>", self._numbers_text(shown))

    def _telling(self, key: str) -> bool:
        """Whether a row is worth showing: some year has another number than 0, or no number."""
        return any(year.has(key) and year.number(key) != 0 for year in self.data.years)

    def _row(self, key: str) -> str:
        years = self.data.years
        label = key_label(key, self._say.lang)
        cells = "".join(
            self._value(key, year) + (self._difference(key, before, year) if before else "")
            for before, year in zip((None, *years), years, strict=False)
        )
        return f'<tr><th scope="row">{esc(label)}</th>{cells}</tr>'

    def _value(self, key: str, year: Year) -> str:
        say = self._say
        if not year.has(key):
            return f'<td class="gk-num gk-zero">{esc(say("compare.notform"))}</td>'
        cell = year.cell(key)
        number = year.number(key)
        said = say(f"state.{cell.state}")
        raw = (cell.raw or "").strip()
        shown = _plain_number(number) if number is not None else raw or said
        state = "" if cell.state == "reported" or shown == said else f" <small>{esc(said)}</small>"
        return f'<td class="gk-num gk-src">{self._page(year, shown, cell_id(key))}{state}</td>'

    def _difference(self, key: str, before: Year, after: Year) -> str:
        say = self._say
        if not (before.has(key) and after.has(key)):
            return '<td class="gk-num gk-zero">—</td>'
        old, new = before.number(key), after.number(key)
        if old is None or new is None:
            return f'<td class="gk-num gk-zero">{esc(say("compare.unknown"))}</td>'
        if old == new:
            return '<td class="gk-num gk-zero">0</td>'
        sign = "▲ +" if new > old else "▼ −"
        return f'<td class="gk-num gk-diff">{sign}{_plain_number(abs(new - old))}</td>'

    def _numbers_text(self, keys: list[str]) -> str:
        lines = []
        for key in keys:
            values = [year.number(key) for year in self.data.years]
            said = ["?" if value is None else _plain_number(value) for value in values]
            lines.append("\t".join([key_label(key, self._say.lang), *said]))
        return "\n".join(lines)

    # ── continuity ──────────────────────────────────────────────────────────────────────────────

    def continuity(self) -> Fragment:
        """Whether what one year hands on is what the next begins with."""
        say = self._say
        html = [f'<h2 id="continuity">{esc(say("compare.nav.continuity"))}</h2>']
        html.append(f"<p>{esc(say('compare.continuity.note'))}</p>")
        text = []
        for before, after in self.data.pairs():
            carries = carried(before, after)
            title = say("compare.pair", before=before.year, after=after.year)
            html.append(f"<h3>{esc(title)}</h3>")
            why = "compare.twins" if before.year == after.year else "compare.apart"
            html.append(self._carries(carries, before, after) if carries else f"<p>{esc(say(why))}</p>")
            text += [f"{title}\t{key_label(c.key, say.lang)}\t{self._outcome(c)}" for c in carries]
        html.append(self._findings())
        return self._part("".join(html), "\n".join(text))

    def _carries(self, carries: list[Carry], before: Year, after: Year) -> str:
        say = self._say
        names = ("compare.what", "compare.expected", "compare.seen", "compare.outcome")
        head = "".join(f'<th scope="col">{esc(say(n, before=before.year, after=after.year))}</th>' for n in names)
        rows = "".join(self._carry(c, before, after) for c in carries)
        label = say("compare.pair", before=before.year, after=after.year)
        return (
            f'<div class="gk-scroll" tabindex="0" role="region" aria-label="{esc(label)}">'
            f'<table class="gk-list"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        )

    def _outcome(self, carry: Carry) -> str:
        return self._say("compare.broken.one" if carry.outcome == "broken" else f"compare.{carry.outcome}")

    def _carry(self, carry: Carry, before: Year, after: Year) -> str:
        say = self._say
        unknown = say("compare.unknown")
        expected = unknown if carry.expected is None else _plain_number(carry.expected)
        seen = unknown if carry.seen is None else _plain_number(carry.seen)
        kinds = {"holds": "gk-clean", "broken": "gk-warning", "undetermined": "gk-zero"}
        return (
            f'<tr><th scope="row">{esc(key_label(carry.key, say.lang))} <small>{esc(say("compare.kind." + carry.kind))}'
            f'</small></th><td class="gk-num">{self._page(before, expected, cell_id(carry.before_key))}</td>'
            f'<td class="gk-num">{self._page(after, seen, cell_id(carry.key))}</td>'
            f'<td class="{kinds[carry.outcome]}">{esc(self._outcome(carry))}</td></tr>'
        )

    def _findings(self) -> str:
        """What the checks found about the years, each a link to the finding."""
        say = self._say
        found = [
            (year, f) for year in self.data.years for f in year.findings if f["check_id"].partition("-")[0] in _ACROSS
        ]
        if not found:
            return ""
        items = "".join(
            f"<li>{year.year} {say('sign.' + f['severity'])} "
            f"{self._page(year, f['title'] or f['check_id'], finding_id(f['finding_id']))} "
            f'<span class="gk-src">{esc(f["message"])}</span></li>'
            for year, f in found
        )
        return f"<h3>{esc(say('compare.findings'))}</h3><ul>{items}</ul>"

    # ── text ────────────────────────────────────────────────────────────────────────────────────

    def text(self) -> Fragment:
        """What was added, removed, changed and kept in the prose, section by section."""
        say = self._say
        html = [f'<h2 id="text">{esc(say("compare.nav.text"))}</h2><p>{esc(say("compare.text.note"))}</p>']
        lines = []
        for before, after in self.data.pairs():
            html.append(f"<h3>{esc(say('compare.pair', before=before.year, after=after.year))}</h3>")
            for key, label in [(None, say("prose.front")), *self._sections()]:
                old, new = (sentences(r for r in y.prose if self._in(r, key)) for y in (before, after))
                found = changes(old, new)
                if found:
                    summary = self._changed(label, found)
                    html.append(self._section(summary, found))
                    lines.append(f"{before.year}-{after.year}\t{summary}")
        return self._part("".join(html), "\n".join(lines))

    def _sections(self) -> list[tuple[str, str]]:
        return [(s.key, s.label if self._say.lang == "zh" else s.en) for s in sections()]

    @staticmethod
    def _in(row: dict[str, object], key: str | None) -> bool:
        known = {s.key for s in sections()}
        return row["section"] == key if key is not None else row["section"] not in known

    def _changed(self, label: str, found: list[Change]) -> str:
        say = self._say
        counts = {kind: sum(c.kind == kind for c in found) for kind in ("kept", "changed", "added", "removed")}
        parts = [say(f"compare.count.{kind}", n=n) for kind, n in counts.items() if n]
        share = share_kept(found)
        kept = say("compare.share", share=f"{100 * share:.0f}") if share is not None else ""
        return f"{label}{say('colon')}{say.join(parts)}{kept}"

    def _section(self, summary: str, found: list[Change]) -> str:
        if all(c.kind == "kept" for c in found):
            return f'<p class="gk-same">{esc(summary)}</p>'
        inner = "".join(self._sentence(c) for c in found)
        return f'<details class="gk-prose"><summary>{esc(summary)}</summary><div lang="zh-CN">{inner}</div></details>'

    def _sentence(self, change: Change) -> str:
        if change.kind == "changed":
            pieces = "".join(
                f"<ins>{esc(text)}</ins>"
                if kind == "added"
                else f"<del>{esc(text)}</del>"
                if kind == "removed"
                else esc(text)
                for kind, text in marked(change.old, change.new)
            )
            return f'<p class="gk-src gk-d-changed">{pieces}</p>'
        name = {"added": "ins", "removed": "del"}.get(change.kind)
        text = esc(change.new or change.old)
        return f'<p class="gk-src gk-d-{change.kind}">{f"<{name}>{text}</{name}>" if name else text}</p>'

    # ── copied ──────────────────────────────────────────────────────────────────────────────────

    def copied(self) -> Fragment:
        """Sentences that stand in two years, the same or but for their numbers."""
        say = self._say
        html = [f'<h2 id="copied">{esc(say("compare.nav.copied"))}</h2><p>{esc(say("compare.copied.note"))}</p>']
        lines = []
        for before, after in self.data.pairs():
            found = copied(before.prose, after.prose)
            title = say("compare.copied.count", before=before.year, after=after.year, n=len(found))
            html.append(f"<h3>{esc(title)}</h3>")
            lines.append(title)
            if not found:
                continue
            head = "".join(f'<th scope="col">{y.year}</th>' for y in (before, after))
            rows = "".join(
                f'<tr><td class="gk-src">{esc(c.old)}</td><td class="gk-src">{esc(c.new)} '
                f"<small>{esc(say('compare.identical' if c.same else 'compare.renumbered'))}</small></td></tr>"
                for c in found[:_COPIED]
            )
            html.append(
                f'<div class="gk-scroll" tabindex="0" role="region" aria-label="{esc(title)}"><table class="gk-list '
                f'gk-sides"><thead><tr>{head}</tr></thead><tbody lang="zh-CN">{rows}</tbody></table></div>'
            )
            if len(found) > _COPIED:
                html.append(f"<p>{esc(say('compare.copied.more', n=len(found) - _COPIED))}</p>")
        return self._part("".join(html), "\n".join(lines))

    # ── provenance ──────────────────────────────────────────────────────────────────────────────

    def provenance(self) -> Fragment:
        """Which files, rules and versions the page rests on."""
        say, run = self._say, self.data.run
        facts = [(f"{y.year} {y.report.get('source')}", str(y.report.get("sha256") or "")) for y in self.data.years]
        facts += run.facts(say)
        html = (
            f'<h2 id="provenance">{esc(say("provenance"))}</h2>{definitions(facts, kind="gk-made")}'
            f'<p class="gk-statement">{esc(say("statement"))} <a href="#summary">{esc(say("back.top"))}</a></p>'
        )
        return self._part(html, "\n".join(f"{name}{say('colon')}{value}" for name, value in facts))

    def __repr__(self) -> str:
        return f"<Comparison {self.data.name} {'、'.join(str(y.year) for y in self.data.years)}>"
