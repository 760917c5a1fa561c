"""The page of one report (一份报告一页): what ``notebooks/township.ipynb`` displays."""

from __future__ import annotations

from pathlib import Path

from gkaudit.html.duplicates import duplicates_fragment
from gkaudit.html.findings import findings_fragment
from gkaudit.html.leads import leads_fragment
from gkaudit.html.model import Data, blank, load
from gkaudit.html.prose import prose_fragment
from gkaudit.html.summary import provenance_fragment, summary_fragment
from gkaudit.html.tables import table_fragment, tables_fragment
from gkaudit.html.text import Fragment, style

__all__ = ["Page"]


class Page:
    """One report, ready to be shown; every method returns a :class:`~gkaudit.html.text.Fragment`.

    In a notebook display :meth:`style` once, then the parts in any order.
    """

    def __init__(self, data: Data) -> None:
        self.data = data

    @classmethod
    def load(cls, report_id: str, data_dir: str | Path, lang: str = "zh") -> Page:
        """Read one report from ``audit_out/data``; an empty ``report_id`` takes the first.

        Raises UsageError when the folder, the report or the language is not there.
        """
        return cls(load(report_id, data_dir, lang))

    @classmethod
    def blank(cls, lang: str = "zh") -> Page:
        """A page about no report: what makes it is ready for others, without a query of polars."""
        return cls(blank(lang))

    @property
    def title(self) -> str:
        """The title of the page."""
        return f"{self.data.title} {self.data.words('title.suffix')}"

    def style(self) -> Fragment:
        """The style sheet; it also names the page for the exporter."""
        return style(self.title, self.data.lang)

    def summary(self) -> Fragment:
        """Body, year, the result in words, and the facts of the report."""
        return summary_fragment(self.data)

    def findings(self) -> Fragment:
        """All findings, errors first."""
        return findings_fragment(self.data)

    def duplicates(self) -> Fragment:
        """Passages that also stand in other reports, side by side; nothing where there are none."""
        return duplicates_fragment(self.data)

    def leads(self) -> Fragment:
        """What may have gone wrong where sums do not come out; nothing where they do."""
        return leads_fragment(self.data)

    def table(self, name: str) -> Fragment:
        """One table: ``disclosure``, ``requests`` or ``remedies``. Raises UsageError for another name."""
        return table_fragment(name, self.data)

    def tables(self) -> Fragment:
        """The three statutory tables with a legend."""
        return tables_fragment(self.data)

    def prose(self) -> Fragment:
        """The report's text with quoted passages marked."""
        return prose_fragment(self.data)

    def provenance(self) -> Fragment:
        """Source, suites and versions."""
        return provenance_fragment(self.data)

    def __repr__(self) -> str:
        return f"<Page {self.data.report['report_id']}>"
