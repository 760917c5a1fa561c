"""The explorer (探索界面): list, findings, tables, inspector, source and forms put together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import ipywidgets as w
import polars as pl

from gkaudit.auditing import Audit
from gkaudit.errors import UsageError
from gkaudit.frames import SEVERITIES, Tables
from gkaudit.html.text import esc
from gkaudit.html.township import Page
from gkaudit.reviews import NAME, STATES, Ledger, marks, word
from gkaudit.widgets import cards, inspector
from gkaudit.widgets.desk import Case, Desk, Wanted
from gkaudit.widgets.figures import figures_html
from gkaudit.widgets.panels import Correcting, Deciding, Sharing, author_field, field
from gkaudit.widgets.parts import ReportList, Sheet
from gkaudit.widgets.sharing import share
from gkaudit.widgets.source import Sources
from gkaudit.widgets.trial import Trial
from gkaudit.widgets.words import say_in

__all__ = ["Explorer"]

#: What is in the tabs, and in those below the tables.
_TABS, _BELOW = ("findings", "charts", "share"), ("inspector", "source", "previous")


class Explorer:
    """Look at a batch, follow a finding into its cells and its source, decide, correct, assume, share.

    ``sources`` are folders with the files that were audited (default ``reports_in`` here and beside the
    results), ``reviews`` is the ledger (default ``reviews.sqlite`` in the folder of the run), ``author`` who
    decides, ``report_id`` the report to begin with. Nothing but the ledger is ever written, apart from
    pages that are asked for.
    """

    def __init__(
        self,
        audit: Audit,
        *,
        sources: str | Path | Sequence[str | Path] | None = None,
        reviews: str | Path | None = None,
        author: str = "",
        report_id: str = "",
    ) -> None:
        out = Path(getattr(audit, "out", "audit_out"))
        self.say = say_in(audit.lang)
        self.desk = Desk(audit, Ledger(reviews or out / NAME))
        self.sources = Sources(_folders(sources, out))
        self.case: Case | None = None
        self._trial: Trial | None = None
        self._finding, self._cell = "", ""
        self._assumed: dict[str, Decimal] = {}
        self._stale = dict.fromkeys((*_TABS, *_BELOW), True)
        self._build(author, out)
        self._list_rows()
        self._narrow()
        self._begin(report_id)

    # --- the parts ------------------------------------------------------------------------------

    def _build(self, author: str, out: Path) -> None:
        say = self.say
        self.filters = self._filters()
        self.reset = w.Button(description=say("reset"), layout=w.Layout(width="auto"))
        self.reset.on_click(lambda _: self._reset())
        self.count, self.head = w.HTML(), w.HTML()
        self.list = ReportList(label=say("list"))
        self.findings, self.tables, self.inspector, self.source, self.previous = (Sheet() for _ in range(5))
        for name in ("findings", "tables", "inspector", "source", "previous"):
            getattr(self, name).add_class(f"gk-x-{name}")
        self.charts = w.HTML()
        who = author_field(say, author)
        acts: dict[str, Any] = {
            "correct": self._correct,
            "withdraw": self._withdraw,
            "try": self._try,
            "clear": self._clear,
        }
        self.deciding, self.correcting = Deciding(say, who, self._decide), Correcting(say, who, acts)
        moment = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M")
        self.sharing = Sharing(say, str(out.parent / f"{out.name}_share" / moment), self._share)
        self.tabs = w.Tab(children=self._pages(), titles=[say(f"tab.{name}") for name in _TABS])
        for sheet in (self.findings, self.tables, self.inspector, self.previous):
            sheet.observe(self._clicked, "clicks")
        self.list.observe(lambda change: self._open(change["new"]), "chosen")
        self.tabs.observe(lambda _: self._fill(), "selected_index")
        for one in self.filters.values():
            one.observe(lambda _: self._narrow(), "value")
        bar = w.Box([*self.filters.values(), self.reset], layout=w.Layout(flex_flow="row wrap"))
        remark = w.HTML(f"<small>{esc(self.desk.ledger.remark)}</small>")
        left = w.VBox([self.list], layout=w.Layout(width="270px", flex="0 0 270px"))
        right = w.VBox([self.head, self.tabs], layout=w.Layout(flex="1 1 auto", min_width="0", padding="0 0 0 8px"))
        self.view = w.VBox([bar, self.count, w.HBox([left, right]), remark])
        self.view.add_class("gk-x")

    def _pages(self) -> list[w.Widget]:
        """What is in the tabs, in the order of ``_TABS``."""
        half = w.Layout(width="38%", min_width="0")
        top = w.HBox(
            [
                w.VBox([self.findings], layout=half),
                w.VBox([self.tables], layout=w.Layout(width="62%", min_width="0", padding="0 0 0 6px")),
            ]
        )
        forms = [self.deciding.view, self.correcting.trial, self.correcting.form]
        self.below = w.Tab(
            children=[self.inspector, self.source, self.previous],
            titles=[self.say(f"tab.{name}") for name in _BELOW],
            layout=w.Layout(width="58%", min_width="0", padding="0 6px 0 0"),
        )
        self.below.observe(lambda _: self._fill(), "selected_index")
        right = w.VBox(forms, layout=w.Layout(width="42%", min_width="0"))
        bottom = w.HBox([self.below, right], layout=w.Layout(padding="6px 0 0 0"))
        return [w.VBox([top, bottom]), self.charts, self.sharing.view]

    def _filters(self) -> dict[str, Any]:
        say, desk = self.say, self.desk
        titles = dict(desk.audit.findings.select("check_id", "title").drop_nulls().iter_rows())
        choices = {
            "county": [(name, name) for name in desk.options("county")],
            "year": [(name, name) for name in reversed(desk.options("year"))],
            "severity": [(say(name), name) for name in SEVERITIES],
            "check": [(f"{name} {titles.get(name, '')}", name) for name in desk.options("check_id")],
            "review": [(word(f"review.{name}", say.lang), name) for name in STATES],
        }
        made = {
            name: field(w.Dropdown, say(name), options=[(say("all"), ""), *options])
            for name, options in choices.items()
        }
        # A body is typed: thousands of them make no menu. What is chosen has to be one of them.
        made["organ"] = field(w.Combobox, say("organ"), options=desk.options("organ"), ensure_option=True)
        made["text"] = field(w.Text, say("text"), placeholder=say("text.hint"))
        for name, one in made.items():
            one.add_class(f"gk-x-by-{name}")
        return {name: made[name] for name in ("county", "organ", "year", "severity", "check", "review", "text")}

    # --- the list -------------------------------------------------------------------------------

    def _list_rows(self) -> None:
        wanted = ("organ", "report_id", "year", "county", *SEVERITIES, "open")
        rows = [
            [organ or report_id, str(year or ""), county or "", *counts]
            for organ, report_id, year, county, *counts in self.desk.summary.select(wanted).iter_rows()
        ]
        self.list.rows = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))

    def _narrow(self) -> None:
        """Show what the filters let through."""
        self.selected = self.desk.select(Wanted(**{name: one.value or "" for name, one in self.filters.items()}))
        self.list.order = self.selected.get_column("at").to_list()
        said = self.say(
            "shown",
            shown=self.selected.height,
            all=self.desk.summary.height,
            findings=self.selected.select(pl.sum_horizontal(SEVERITIES).sum()).item() or 0,
            open=self.selected.get_column("open").sum(),
        )
        self.count.value = f"<b>{esc(said)}</b>"
        self.sharing.count(self.say("share", n=self.selected.height))
        self._stale["charts"] = True
        self._fill()

    def _reset(self) -> None:
        for one in self.filters.values():
            one.value = ""

    def _begin(self, report_id: str) -> None:
        summary = self.desk.summary
        if report_id:
            row = summary.filter(pl.col("report_id") == report_id)
            if row.is_empty():
                self.desk.audit.report(report_id)  # says which ids there are
            self.list.chosen = row.item(0, "at")
        elif summary.height:
            self.list.chosen = 0
        else:
            self.head.value = esc(self.say("empty"))

    # --- one report -----------------------------------------------------------------------------

    def _open(self, at: int) -> None:
        if not 0 <= at < self.desk.summary.height:
            return
        self._finding = self._cell = ""
        self._assumed = {}
        self._show(self.desk.case(self.desk.summary.item(at, "report_id")))
        self.tables.marks, self.tables.chosen, self.findings.chosen = [], "", ""
        self.inspector.html = f"<p>{esc(self.say('cell.pick'))}</p>"
        self.correcting.clear()
        self.deciding.said.clear()
        if self.case and self.case.data.findings:
            self._pick_finding(self.case.data.findings[0].finding_id)

    def _show(self, case: Case) -> None:
        """Fill in what depends on the report, also after something was decided or corrected."""
        self.case, self._trial = case, None
        self.head.value = cards.head_html(case, self.say)
        self.findings.html = cards.cards_html(case, self.say)
        self.tables.html = cards.tables_html(case, self.say)
        self.correcting.assumption.value = ""
        self._stale = dict.fromkeys((*_TABS, *_BELOW), True)
        self._fill()

    @property
    def trial(self) -> Trial:
        """The checks of this report, evaluated when first asked for."""
        if self._trial is None:
            case = self._present()
            before = self.desk.earlier(case)
            parts = [case.tables, *([self.desk.case(before).tables] if before else [])]
            tables = Tables(*(pl.concat(frames) for frames in zip(*parts, strict=True)))
            self._trial = Trial(self.desk.audit.suites, tables, case.report_id)
        return self._trial

    def _present(self) -> Case:
        if self.case is None:
            raise UsageError(self.say("pick"))
        return self.case

    def _fill(self) -> None:
        """Fill the tabs in front, where they are not up to date."""
        front = _TABS[self.tabs.selected_index or 0]
        for name in (front, *([_BELOW[self.below.selected_index or 0]] if front == "findings" else [])):
            if self.case is not None and self._stale[name]:
                self._stale[name] = False
                self._fill_one(name, self.case)

    def _fill_one(self, name: str, case: Case) -> None:
        if name == "source":
            self.source.html = self._source_html(case)
            self.source.focus = ""
            self.source.focus = "place"
        elif name == "previous":
            before = self.desk.earlier(case)
            self.previous.html = cards.previous_html(case, self.desk.case(before) if before else None, self.say)
        elif name == "charts":
            self.charts.value = figures_html(self.desk, self.selected, case, self.say)

    def _source_html(self, case: Case) -> str:
        found = case.by_key.get(self._cell) if self._cell else case.by_finding.get(self._finding)
        if found is None:
            return f"<p>{esc(self.say('source.pick'))}</p>"
        return self.sources.html(case.facts, found["anchor"], str(found.get("quote") or ""), self.say)

    # --- clicks ---------------------------------------------------------------------------------

    def _clicked(self, change: Mapping[str, Any]) -> None:
        kind, _, name = change["owner"].chosen.partition(":")
        if kind == "finding":
            self._pick_finding(name)
        elif kind == "cell":
            self._pick_cell(name)

    def _pick_finding(self, finding_id: str) -> None:
        case = self._present()
        found = case.by_finding.get(finding_id)
        if found is None:
            return
        self._finding, self._cell = finding_id, ""
        keys = list(found["keys"] or ())
        self.findings.chosen = f"finding:{finding_id}"
        self.tables.marks = [f"cell:{key}" for key in keys]
        self.tables.chosen = ""
        self.tables.focus = f"cell:{keys[0]}" if keys else ""
        self.inspector.html = cards.finding_html(case, finding_id, self.desk.history(finding_id), self.say)
        self._stale["source"] = True
        self._fill()

    def _pick_cell(self, key: str) -> None:
        case = self._present()
        if key not in case.by_key:
            return
        if key != self._cell:
            self.correcting.clear()
        self._cell = key
        self.tables.chosen = self.tables.focus = f"cell:{key}"
        self.inspector.html = inspector.cell_html(case, key, self.trial, self.say)
        self._stale["source"] = True
        self._fill()

    # --- what the forms do ----------------------------------------------------------------------

    def _decide(self, kind: str, reason: str, author: str) -> str:
        case = self._present()
        own = case.findings.filter(pl.col("finding_id") == self._finding)
        if own.is_empty():
            raise UsageError(self.say("decide.pick"))
        mark = marks(own, case.tables.reports, case.tables.cells).row(0, named=True)
        entry = self.desk.ledger.decide(mark, kind, reason, author)
        self._again()
        return self.say("saved", entry=entry)

    def _correct(self, shown: str, blank: bool, reason: str, author: str) -> str:
        if not shown.strip() and not blank:
            raise UsageError(self.say("correct.need"))
        cell, sha256 = self._cell_now()
        self.desk.ledger.correct(cell, sha256, "" if blank else shown, reason=reason, author=author)
        self._again()
        return self.say("correct.saved")

    def _withdraw(self, reason: str, author: str) -> str:
        cell, sha256 = self._cell_now()
        if self.desk.correction(self._present(), self._cell) is None:
            raise UsageError(self.say("correct.none"))
        self.desk.ledger.withdraw(cell, sha256, reason=reason, author=author)
        self._again()
        return self.say("correct.withdrawn")

    def _cell_now(self) -> tuple[dict[str, Any], str]:
        case = self._present()
        if not self._cell:
            raise UsageError(self.say("cell.pick"))
        return case.by_key[self._cell], str(case.facts.get("sha256") or "")

    def _try(self, text: str) -> str:
        case = self._present()
        if not self._cell:
            raise UsageError(self.say("cell.pick"))
        try:
            value = Decimal(text.strip())
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or abs(value) > 10**15:
            raise UsageError(self.say("whatif.bad", text=text.strip()[:40]))
        self._assumed[self._cell] = value
        changed, left = self.trial.changed(self._assumed)
        self.correcting.assumption.value = inspector.assumed_html(case, self._assumed, changed, left, self.say)
        return ""

    def _clear(self) -> str:
        self._assumed, self.correcting.assumption.value = {}, ""
        return ""

    def _share(self, folder: str, progress: Any) -> str:
        ids = self.selected.get_column("report_id").to_list()
        if not ids:
            raise UsageError(self.say("empty"))

        def step(done: int) -> None:
            progress(self.say("share.busy", done=done, n=len(ids)))

        step(0)
        index = share(self.desk.audit, ids, Path(folder), self.desk.ledger, step)
        return self.say("share.done", path=index)

    def _again(self) -> None:
        """Look at the ledger again and show what stands now, where the auditor was."""
        case, finding, cell = self._present(), self._finding, self._cell
        self.desk.refresh()
        self._list_rows()
        self._narrow()
        self._show(self.desk.case(case.report_id))
        if cell:
            self._pick_cell(cell)
        elif finding:
            self._pick_finding(finding)

    # --- display --------------------------------------------------------------------------------

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """The widget; where no widget can live (a page, a mail), findings and tables of the report shown."""
        bundle: dict[str, Any] = dict(self.view._repr_mimebundle_(**options) or {})
        if self.case is not None:
            page = Page(self.case.data)
            parts = "".join(part.html for part in (page.summary(), page.findings(), page.tables()))
            bundle["text/html"] = f'<div class="gk"><p class="gk-remark">{esc(self.say("static"))}</p></div>{parts}'
        bundle["text/plain"] = repr(self)
        return bundle

    def __repr__(self) -> str:
        shown = self.case.report_id if self.case else "—"
        return f"<Explorer：{self.desk.summary.height} 份报告，{shown}>"


def _folders(sources: str | Path | Sequence[str | Path] | None, out: Path) -> list[str | Path]:
    if sources is None:
        return ["reports_in", out.resolve().parent / "reports_in"]
    return [sources] if isinstance(sources, str | Path) else list(sources)
