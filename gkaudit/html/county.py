"""The overview of a batch (审查总览): what ``notebooks/county.ipynb`` displays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gkaudit.frames import SEVERITIES, STATES
from gkaudit.html.batch import Batch, Standing, load_batch
from gkaudit.html.charts import chart_keys, charts_html
from gkaudit.html.league import county_heat_html, league_html, severity_cell
from gkaudit.html.model import say_date, say_verdict
from gkaudit.html.summary import definitions
from gkaudit.html.text import Fragment, Words, esc, finding_id, fragment, page_href, style

__all__ = ["Overview"]

#: How many checks, files and partly read reports are listed; the others are counted.
_FREQUENT, _FILES, _PARTLY = 30, 300, 100
#: An example is cut after so many characters.
_EXAMPLE = 120


def _box(label: str, table: str) -> str:
    return f'<div class="gk-scroll" tabindex="0" role="region" aria-label="{esc(label)}">{table}</div>'


def _table(names: Iterable[str], rows: Iterable[str], label: str, *, kind: str = "") -> str:
    head = "".join(f'<th scope="col">{esc(name)}</th>' for name in names)
    return _box(
        label, f'<table class="gk-list{kind}"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


class Overview:
    """A batch, ready to be shown; every method returns a :class:`~gkaudit.html.text.Fragment`.

    In a notebook display :meth:`style` once, then the parts in any order. Links lead to
    ``reports/<report_id>.html`` beside the page.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    @classmethod
    def load(cls, data_dir: str | Path, lang: str = "zh") -> Overview:
        """Read and count ``audit_out/data``. Raises UsageError when the folder or the language is not there."""
        return cls(load_batch(data_dir, lang, keys=chart_keys()))

    @property
    def _say(self) -> Words:
        return self.batch.words

    def _part(self, html: str, text: str) -> Fragment:
        return fragment(html, text, self.batch.lang)

    def style(self) -> Fragment:
        """The style sheet; it also names the page and its script for the exporter."""
        return style(self._say("index.title"), self.batch.lang, script="overview")

    def summary(self) -> Fragment:
        """How many reports, how many with errors, what was found, and what was not read."""
        say, batch = self._say, self.batch
        faulty = sum(1 for row in batch.standings if row.counts["error"])
        worst = next((s for s in SEVERITIES if batch.counts[s]), "clean")
        total = say("index.total", reports=say.count("reports", len(batch.standings)), n=faulty)
        lines = [say_verdict(batch.counts, say), *self._unsettled()]
        counts = "".join(
            f'<li class="{f"gk-{s}" if batch.counts[s] else "gk-zero"}"><strong>{say("sign." + s)}</strong> '
            f"{esc(say.count(s, batch.counts[s]))}</li>"
            for s in SEVERITIES
        )
        html = (
            f'<header id="summary"><h1>{esc(say("index.title"))}</h1>'
            f'<div class="gk-verdict gk-{worst}"><p><strong>{esc(total)}</strong></p>'
            f"{''.join(f'<p>{esc(line)}</p>' for line in lines)}</div>"
            f'<ul class="gk-counts">{counts}</ul>{self._nav()}</header>'
        )
        return self._part(html, "\n".join([total, *lines]))

    def _unsettled(self) -> list[str]:
        """What the totals do not say: what was not judged, not read, or not wholly read."""
        say, rows = self._say, self.batch.standings
        numbers = {
            "index.open.total": sum(row.undetermined for row in rows),
            "index.partly.total": sum(row.status != "read" for row in rows),
            "index.unread.files": len(self.batch.run.failures),
            "index.missing.total": len(self.batch.missing),
            "index.twins.total": len(self.batch.twins),
        }
        return [say(name, n=number) for name, number in numbers.items() if number]

    def _nav(self) -> str:
        say = self._say
        names = ["league", "frequent", "charts", "gaps", "provenance"]
        if county_heat_html(self.batch):
            names.insert(1, "counties")
        links = "".join(f'<li><a href="#{name}">{esc(say("index.nav." + name))}</a></li>' for name in names)
        return f'<nav aria-label="{esc(say("nav"))}"><ul>{links}</ul></nav>'

    def league(self) -> Fragment:
        """Every report with its counts and a heat map of the groups of checks, the worst first."""
        html = f'<h2 id="league">{esc(self._say("index.league"))}</h2>{league_html(self.batch)}'
        lines = [f"{row.name} {row.year or ''}\t{self._counts(row)}" for row in self.batch.standings[:20]]
        return self._part(html + county_heat_html(self.batch), "\n".join(lines) or self._say("index.none"))

    def _counts(self, row: Standing) -> str:
        return self._say.join([self._say.count(s, row.counts[s]) for s in SEVERITIES])

    def frequent(self) -> Fragment:
        """The checks that most reports break, each with examples that lead to the finding."""
        say, batch = self._say, self.batch
        title = f'<h2 id="frequent">{esc(say("index.checks"))}</h2>'
        if not batch.frequent:
            return self._part(f"{title}<p>{esc(say('index.nofindings'))}</p>", say("index.nofindings"))
        names = [say(n) for n in ("index.check", "index.bodies", *SEVERITIES, "index.examples")]
        listed = batch.frequent[:_FREQUENT]
        table = _table(names, (self._check(entry) for entry in listed), say("index.checks"), kind=" gk-frequent")
        rest = len(batch.frequent) - len(listed)
        more = f"<p>{esc(say('index.more_checks', n=rest))}</p>" if rest else ""
        text = [f"{entry['title'] or entry['check_id']}\t{entry['bodies']}" for entry in listed]
        return self._part(f"{title}{table}{more}", "\n".join(text))

    def _check(self, entry: dict[str, Any]) -> str:
        say = self._say
        named = entry["title"] or self.batch.run.title(entry["check_id"], say.lang)
        examples = "".join(f"<li>{self._example(example)}</li>" for example in entry["examples"])
        return (
            f'<tr><th scope="row">{esc(named)} <code>{esc(entry["check_id"])}</code></th>'
            f'<td class="gk-num">{entry["bodies"]}</td>'
            f"{''.join(severity_cell(entry[s], s, say) for s in SEVERITIES)}"
            f'<td><ul class="gk-cells">{examples}</ul></td></tr>'
        )

    def _example(self, example: dict[str, Any]) -> str:
        message = str(example["message"] or "")
        said = message if len(message) <= _EXAMPLE else f"{message[: _EXAMPLE - 1]}…"
        target = f"{page_href(example['report_id'])}#{quote(finding_id(example['finding_id']))}"
        return f'<a href="{esc(target)}">{esc(example["report_id"])}</a> <span class="gk-src">{esc(said)}</span>'

    def charts(self) -> Fragment:
        """What became of requests, and how numbers are spread over the bodies."""
        html = f'<h2 id="charts">{esc(self._say("index.nav.charts"))}</h2>{charts_html(self.batch)}'
        return self._part(html, self._say("index.nav.charts"))

    def gaps(self) -> Fragment:
        """What is missing or was not read: files, parts of reports, cells by state."""
        say = self._say
        html = [f'<h2 id="gaps">{esc(say("index.gaps"))}</h2>', f"<p>{esc(self._states())}</p>"]
        html += [self._missing(), self._twins(), self._files(), self._partly()]
        return self._part("".join(html), self._states())

    def _states(self) -> str:
        """The states of all cells of the batch in words."""
        say = self._say
        counts = {s: sum(row.states.get(s, 0) for row in self.batch.standings) for s in STATES}
        parts = [say.count(f"state.{s}", number) for s, number in counts.items() if number]
        return say("cells.sum", n=sum(counts.values()), parts=say.join(parts) or "0")

    def _missing(self) -> str:
        """Bodies that must report and did not; nothing where no list of bodies was given."""
        say, missing = self._say, self.batch.missing
        if not missing:
            return ""
        rows = (
            f'<tr><th scope="row" class="gk-src">{esc(row["organ"])}</th><td class="gk-src">{esc(row["county"])}</td>'
            f'<td class="gk-num">{esc(row["year"])}</td>'
            f"<td>{esc(say_date(row['due'], say) if row['due'] else '—')}</td></tr>"
            for row in missing[:_FILES]
        )
        names = [say(name) for name in ("index.body", "county", "year", "index.due")]
        rest = len(missing) - _FILES
        more = f"<p>{esc(say('index.more_missing', n=rest))}</p>" if rest > 0 else ""
        title = f"<h3>{esc(say('index.missing'))} <small>{len(missing)}</small></h3>"
        return title + _table(names, rows, say("index.missing")) + more

    def _twins(self) -> str:
        """Bodies with two or more reports of one year: one of them is too many, and the totals count both."""
        say, twins = self._say, self.batch.twins
        if not twins:
            return ""
        rows = (self._twin(own) for own in twins[:_FILES])
        names = [say(name) for name in ("index.body", "year", "index.file", "index.why")]
        rest = len(twins) - _FILES
        more = f"<p>{esc(say('index.more_twins', n=rest))}</p>" if rest > 0 else ""
        title = f"<h3>{esc(say('index.twins'))} <small>{len(twins)}</small></h3>"
        return title + _table(names, rows, say("index.twins")) + more

    def _twin(self, own: Sequence[Standing]) -> str:
        files = "".join(
            f'<li><a class="gk-src" href="{esc(page_href(row.report_id))}">{esc(row.source or row.report_id)}</a></li>'
            for row in own
        )
        same = len({row.sha256 for row in own}) == 1
        return (
            f'<tr><th scope="row" class="gk-src">{esc(own[0].organ)}</th><td class="gk-num">{esc(own[0].year)}</td>'
            f'<td><ul class="gk-cells">{files}</ul></td>'
            f"<td>{esc(self._say('index.twins.same' if same else 'index.twins.differ'))}</td></tr>"
        )

    def _files(self) -> str:
        say, failures = self._say, self.batch.run.failures
        if not failures:
            return f"<p>{esc(say('index.failures.none'))}</p>"
        rows = (
            f'<tr><th scope="row" class="gk-src">{esc(f.get("name"))}</th>'
            f'<td class="gk-src">{esc(f.get("reason"))}</td></tr>'
            for f in failures[:_FILES]
        )
        rest = len(failures) - _FILES
        more = f"<p>{esc(say('index.more_files', n=rest))}</p>" if rest > 0 else ""
        title = f"<h3>{esc(say('index.failures'))} <small>{len(failures)}</small></h3>"
        return title + _table([say("index.file"), say("index.reason")], rows, say("index.failures")) + more

    def _partly(self) -> str:
        """Reports of which something was not read, with what."""
        say = self._say
        partly = [row for row in self.batch.standings if row.status != "read" or set(row.tables) - {"found"}]
        if not partly:
            return f"<p>{esc(say('index.partly.none'))}</p>"
        partly.sort(key=lambda row: (-row.states.get("unreadable", 0) - row.states.get("absent", 0), row.report_id))
        names = [say(n) for n in ("index.body", "year", "state.unreadable", "state.absent", "state.blank", "index.why")]
        table = _table(names, (self._gap(row) for row in partly[:_PARTLY]), say("index.partly"))
        rest = len(partly) - _PARTLY
        more = f"<p>{esc(say('index.more_partly', n=rest))}</p>" if rest > 0 else ""
        return f"<h3>{esc(say('index.partly'))} <small>{len(partly)}</small></h3>{table}{more}"

    def _gap(self, row: Standing) -> str:
        say = self._say
        names = ("disclosure", "requests", "remedies")
        missing = [
            say(f"index.table.{place}", table=say(f"table.name.{name}"))
            for name, place in zip(names, row.tables, strict=True)
            if place in {"absent", "image", "unparsed", "elsewhere"}
        ]
        why = (" " if say.lang == "en" else "").join([*missing, row.note or ""])
        cells = "".join(f'<td class="gk-num">{row.states.get(s, 0)}</td>' for s in ("unreadable", "absent", "blank"))
        return (
            f'<tr><th scope="row" class="gk-src"><a href="{esc(page_href(row.report_id))}">{esc(row.name)}</a></th>'
            f'<td class="gk-num">{esc(row.year or "—")}</td>{cells}<td class="gk-src">{esc(why)}</td></tr>'
        )

    def provenance(self) -> Fragment:
        """Which rules and versions the page rests on."""
        say, run = self._say, self.batch.run
        facts = run.facts(say)
        missing = "" if run.found else f"<p>{esc(say('run.none'))}</p>"
        html = (
            f'<h2 id="provenance">{esc(say("provenance"))}</h2>{definitions(facts, kind="gk-made")}{missing}'
            f'<p class="gk-statement">{esc(say("statement"))} <a href="#summary">{esc(say("back.top"))}</a></p>'
        )
        return self._part(html, "\n".join(f"{name}{say('colon')}{value}" for name, value in facts))

    def __repr__(self) -> str:
        return f"<Overview {len(self.batch.standings)}>"
