"""The reports of one body (报告机关) over the years, loaded as the comparison needs them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import Any

import polars as pl

from gkaudit import slices
from gkaudit.errors import UsageError
from gkaudit.form import Edition, edition_for_year, form
from gkaudit.frames import KNOWN_STATES
from gkaudit.html.bodies import bodies
from gkaudit.html.model import Cell, cell_of, rows_of, scan
from gkaudit.html.run import Run, load_run
from gkaudit.html.text import Words, visible, words

__all__ = ["Carry", "Year", "Years", "load_years"]

#: Years shown side by side; of more the latest are.
_YEARS = 6
#: Tables that say what is compared.
_PARTS = ("cells", "sections", "findings")
_ABOUT = ("report_id", "organ", "county", "year", "form", "status", "source", "sha256", "title")
#: Columns of table 3, carried from one year to the next.
_PENDING_END, _PENDING_START = "requests.pending_end", "requests.pending_start"
_IN_FORCE, _ISSUED, _REPEALED = "in_force", "issued", "repealed"


@dataclass(frozen=True, slots=True)
class Year:
    """One report: its row of ``reports``, its cells by key, its prose, its findings and their counts."""

    report: Mapping[str, Any]
    cells: Mapping[str, Cell]
    prose: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]

    @property
    def year(self) -> int:
        """The year reported on."""
        return int(self.report["year"])

    @property
    def report_id(self) -> str:
        """The report's id."""
        return str(self.report["report_id"])

    @property
    def edition(self) -> Edition:
        """The edition of the form the report was read by."""
        named = self.report.get("form")
        return "2019" if named == "2019" else "2021" if named == "2021" else edition_for_year(self.year)

    def has(self, key: str) -> bool:
        """Whether the cell is on the report's form."""
        return form(self.edition).has(key)

    def cell(self, key: str) -> Cell:
        """The cell of a key; absent where the frame has no row for it."""
        return self.cells.get(key) or Cell(key)

    def number(self, key: str) -> Decimal | None:
        """The number of a cell; None where it is not known, never 0 for a blank."""
        cell = self.cell(key)
        return cell.value if cell.state in KNOWN_STATES else None

    def count(self, severity: str) -> int:
        """The number of findings of a severity."""
        return sum(f["severity"] == severity for f in self.findings)


@dataclass(frozen=True, slots=True)
class Carry:
    """A number that one year hands to the next: where it stands in both, and what the next should show.

    ``kind`` is ``pending`` (结转) or ``in_force`` (现行有效); ``expected`` and ``seen`` are None where a
    number is not known, and then nothing is compared.
    """

    kind: str
    key: str
    before_key: str
    expected: Decimal | None
    seen: Decimal | None

    @property
    def outcome(self) -> str:
        """``holds``, ``broken`` or ``undetermined``."""
        if self.expected is None or self.seen is None:
            return "undetermined"
        return "holds" if self.expected == self.seen else "broken"


@dataclass(frozen=True)
class Years:
    """A body over two or more years, oldest first; ``dropped`` counts older reports that are not shown.

    ``name`` is the name of the page.
    """

    name: str
    years: tuple[Year, ...]
    dropped: int
    run: Run
    words: Words

    @property
    def body(self) -> str:
        """The body as a reader knows it."""
        return str(self.years[-1].report["organ"])

    def pairs(self) -> list[tuple[Year, Year]]:
        """Each report with the one before it, whatever the years between."""
        return list(zip(self.years, self.years[1:], strict=False))


def carried(before: Year, after: Year) -> list[Carry]:
    """What ``before`` hands to ``after``; empty where they are not of consecutive years.

    Requests pending at the end are pending at the start, by kind of applicant (form, table 3); documents
    in force are those of the year before, plus issued, minus repealed (2021 edition only).
    """
    if after.year != before.year + 1:
        return []
    found = []
    for key in form(after.edition).keys():
        if key.startswith(f"{_PENDING_START}."):
            other = key.replace(_PENDING_START, _PENDING_END)
            found.append(Carry("pending", key, other, before.number(other), after.number(key)))
        elif key.startswith("disclosure.") and key.endswith(f".{_IN_FORCE}") and before.has(key):
            row = key.rpartition(".")[0]
            parts = [before.number(key), after.number(f"{row}.{_ISSUED}"), after.number(f"{row}.{_REPEALED}")]
            stock, issued, repealed = parts
            known = stock is not None and issued is not None and repealed is not None
            expected = stock + issued - repealed if known else None  # type: ignore[operator]
            found.append(Carry("in_force", key, key, expected, after.number(key)))
    return found


def _choose(data_dir: Path, organ: str) -> tuple[str, list[dict[str, Any]]]:
    """The page's name and reports of a body, by name of the page, full name or report id; "" is the first.

    Raises UsageError where no body of that name has reports of two years.
    """
    known = bodies(scan(data_dir, "reports").select(_ABOUT).collect().to_dicts())
    if not known:
        raise UsageError(
            "没有哪个单位有两个年度以上的报告，无从比较；请把历年报告一起放进 reports_in 再运行 gkaudit run。"
        )
    if not organ:
        return next(iter(known.items()))
    for name, own in known.items():
        if organ == name or any(organ in {r["organ"], r["report_id"]} for r in own):
            return name, own
    near = [n for n in known if organ in n] + difflib.get_close_matches(organ, known, n=5, cutoff=0.3)
    named = "、".join(list(dict.fromkeys(near or known))[:5])
    raise UsageError(f"“{visible(organ)}”没有两个年度以上的报告；可以比较的有：{visible(named)}。")


def load_years(organ: str, data_dir: str | Path, lang: str = "zh") -> Years:
    """The reports of one body; ``organ`` is its name, the name of its page, or the id of one of its reports.

    ``data_dir`` is ``audit_out/data``. Raises UsageError when there is nothing to compare.
    """
    say, where = words(lang), Path(data_dir)
    found = slices.rows(where, f"compare/{organ}")
    if found is None:
        name, own = _choose(where, organ)
    else:
        name, own = organ, sorted(found["reports"], key=itemgetter("year", "report_id"))
    shown = own[-_YEARS:]
    found = found or rows_of(where, pl.col("report_id").is_in([r["report_id"] for r in shown]), _PARTS)
    cells, passages, findings = (_by_report(found[name]) for name in _PARTS)
    years = []
    for report in shown:
        about = report["report_id"]
        keyed = {row["key"]: cell_of(row) for row in cells.get(about, ())}
        prose = sorted(passages.get(about, ()), key=itemgetter("order"))
        years.append(Year(report, keyed, tuple(prose), tuple(findings.get(about, ()))))
    return Years(name, tuple(years), len(own) - len(shown), load_run(where), say)


def _by_report(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["report_id"], []).append(row)
    return found
