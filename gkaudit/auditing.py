"""An audit: frames of a batch, its verdicts and findings, as one object to ask.

``audit()`` reads and judges in memory; :mod:`gkaudit.batch` does the same for the command line, with
progress and a manifest.
"""

from __future__ import annotations

import difflib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from gkaudit import frames, rows
from gkaudit.batches import Batch
from gkaudit.editing import Studying, hired, leads_of, study_all
from gkaudit.errors import InputError, UsageError
from gkaudit.findings import findings_of
from gkaudit.gx.profiles import DEFAULT, chosen, load_profile
from gkaudit.gx.suites import Suite, load_suites, run_suites
from gkaudit.matching import matches_of
from gkaudit.panel.links import linked
from gkaudit.panel.units import Unit, read_units
from gkaudit.readers.archive import Input, is_container, members
from gkaudit.readers.names import ignored, safe_name
from gkaudit.reading import Failure, PackedOutcome
from gkaudit.resources import folder
from gkaudit.reviews import Ledger, corrected
from gkaudit.rows import Packed
from gkaudit.store import FOLDER, Judged, Unchanged, locked
from gkaudit.undetermined import with_reasons
from gkaudit.wide import widened
from gkaudit.workers import pack_all

if TYPE_CHECKING:
    from gkaudit.html.township import Page
    from gkaudit.widgets.explorer import Explorer

__all__ = ["Audit", "AuditedReport", "Failure", "Progress", "audit", "gather", "inputs", "judge"]

#: Called with a stage (read, judge, pages) and how many items of how many are through.
Progress = Callable[[str, int, int], None]


#: Ids named in an error; the others are counted.
_LISTED = 8
#: Frames with rows of their own for each report, in the order of :class:`AuditedReport`.
_PARTS = ("cells", "sections", "claims", "verdicts", "findings", "leads", "implied")


@dataclass(frozen=True, slots=True)
class AuditedReport:
    """One report of an audit with its slices of the frames."""

    report_id: str
    facts: dict[str, Any]
    cells: pl.DataFrame
    sections: pl.DataFrame
    claims: pl.DataFrame
    verdicts: pl.DataFrame
    findings: pl.DataFrame
    leads: pl.DataFrame
    implied: pl.DataFrame

    def counts(self) -> dict[str, int]:
        """Findings by severity."""
        found = Counter(self.findings.get_column("severity").to_list())
        return {severity: found[severity] for severity in frames.SEVERITIES}

    @property
    def page(self) -> Page:
        """The parts of its page to display: ``.summary() .findings() .tables() .table("requests") .prose()``."""
        from gkaudit.display import page_of  # noqa: PLC0415 - showing is asked for, it lies below

        judged = (self.findings, self.verdicts, self.leads, self.implied)
        return page_of(self.facts, self.cells, self.sections, *judged)

    def __repr__(self) -> str:
        said = "，".join(f"{severity} {n}" for severity, n in self.counts().items())
        return f"<{self.report_id}：{said}>"

    def __str__(self) -> str:
        from gkaudit.display import report_text  # noqa: PLC0415

        return report_text(self.page.data, repr(self)[1:-1], judged=True)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        from gkaudit.display import report_html  # noqa: PLC0415

        return report_html(self.page.data, repr(self)[1:-1], judged=True)


@dataclass(frozen=True)
class Audit:
    """A judged batch: polars frames as the contract names them, and questions about them."""

    batch: Batch
    verdicts: pl.DataFrame
    findings: pl.DataFrame
    failures: tuple[Failure, ...] = ()
    suites: tuple[Suite, ...] = ()
    lang: str = "zh"
    timings: dict[str, float] = field(default_factory=dict)
    #: Profile that chose the checks.
    profile: str = DEFAULT
    leads: pl.DataFrame = field(default_factory=lambda: frames.frame((), frames.LEADS))
    implied: pl.DataFrame = field(default_factory=lambda: frames.frame((), frames.IMPLIED))
    #: The bodies of the list with what came in (:data:`gkaudit.frames.COVERAGE`); empty without a list.
    coverage: pl.DataFrame = field(default_factory=lambda: frames.frame((), frames.COVERAGE))
    #: Passages that two reports have in common (:data:`gkaudit.frames.MATCHES`).
    matches: pl.DataFrame = field(default_factory=lambda: frames.frame((), frames.MATCHES))

    @property
    def reports(self) -> pl.DataFrame:
        """One row a report (:data:`gkaudit.frames.REPORTS`)."""
        return self.batch.reports

    @property
    def cells(self) -> pl.DataFrame:
        """One row a cell of the three tables (:data:`gkaudit.frames.CELLS`)."""
        return self.batch.cells

    @property
    def sections(self) -> pl.DataFrame:
        """One row a passage of prose (:data:`gkaudit.frames.SECTIONS`)."""
        return self.batch.sections

    @property
    def claims(self) -> pl.DataFrame:
        """One row a number that the prose states (:data:`gkaudit.frames.CLAIMS`)."""
        return self.batch.claims

    def report(self, report_id: str) -> AuditedReport:
        """One report. Raises UsageError naming the nearest ids where there is no such report."""
        row = self.reports.filter(pl.col("report_id") == report_id)
        if row.is_empty():
            raise UsageError(f"没有编号为 {report_id} 的报告；{self._near(report_id)}")
        return AuditedReport(report_id, row.row(0, named=True), *(self.part(n, report_id) for n in _PARTS))

    def part(self, name: str, *report_ids: str) -> pl.DataFrame:
        """The rows of some reports in one of the frames, e.g. ``part("cells", "某镇-2024")``."""
        whole: pl.DataFrame = getattr(self, name)
        return whole.filter(pl.col("report_id").is_in(list(report_ids)))

    def only(self, *report_ids: str) -> Audit:
        """An audit of some of the reports; what could not be read is left out."""
        batch = frames.Tables(*(self.part(name, *report_ids) for name in frames.Tables._fields))
        judged: dict[str, Any] = {
            name: self.part(name, *report_ids) for name in _PARTS if name not in frames.Tables._fields
        }
        return Audit(batch, **judged, suites=self.suites, lang=self.lang, profile=self.profile)

    def _near(self, report_id: str) -> str:
        known = self.reports.get_column("report_id").to_list()
        near = [k for k in known if report_id and report_id in k] + difflib.get_close_matches(report_id, known, n=5)
        listed = list(dict.fromkeys(near or known))
        more = f" 等 {len(listed)} 份" if len(listed) > _LISTED else ""
        return f"{'相近的有' if near else '已有'}：{'、'.join(listed[:_LISTED])}{more}"

    def counts(self) -> dict[str, int]:
        """Findings by severity over the whole batch."""
        found = Counter(self.findings.get_column("severity").to_list())
        return {severity: found[severity] for severity in frames.SEVERITIES}

    def failed_checks(self) -> pl.DataFrame:
        """Checks that went wrong themselves (outcome ``failed``), one row a check with the reason."""
        wrong = self.verdicts.filter(pl.col("outcome") == "failed")
        return wrong.group_by("check_id").agg(pl.col("note").first(), pl.len().alias("reports")).sort("check_id")

    def render(self, out: str | Path = "audit_out", *, jobs: int | None = None) -> Path:
        """Write the data, the notebooks and the pages to ``out``; returns the index page."""
        from gkaudit.output import Asked, write_all  # noqa: PLC0415 - papermill and nbconvert load only here

        with locked(Path(out) / FOLDER, Path(out)):
            return write_all(self, Path(out), Asked(jobs)).index

    def explore(self, **options: Any) -> Explorer:
        """The explorer (:class:`gkaudit.widgets.explorer.Explorer`, which says what the options are).

        Raises UsageError, with what to install, where ``gkaudit[explore]`` is missing.
        """
        from gkaudit.widgets import open_explorer  # noqa: PLC0415 - exploring is asked for, it lies below

        return open_explorer(self, **options)

    def __repr__(self) -> str:
        said = "，".join(f"{severity} {n}" for severity, n in self.counts().items())
        return f"<Audit：{self.reports.height} 份报告，{said}，{len(self.failures)} 份未能读取>"

    def __str__(self) -> str:
        from gkaudit.display import batch_text  # noqa: PLC0415

        return batch_text(repr(self)[1:-1], self.reports, self.findings)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        from gkaudit.display import batch_html  # noqa: PLC0415

        return batch_html(repr(self)[1:-1], self.reports, self.findings, self.lang)


def inputs(paths: Sequence[str | Path]) -> list[Input]:
    """Inputs with the names people know them by, sorted; folders are searched below, archives opened.

    Hidden files and what Office leaves behind (``~$…``) are passed over. An archive that cannot be opened
    is an input itself, so that reading it says why. Raises UsageError where a path does not exist.
    """
    found: dict[Path, str] = {}
    for given in map(Path, paths):
        if given.is_dir():
            for path, real in _below(given):
                name = path.relative_to(given).as_posix()
                if not ignored(name):
                    found.setdefault(real, safe_name(name))
        elif given.exists():
            found.setdefault(_real(given), safe_name(given.name))
        else:
            raise UsageError(f"{given}：没有这个文件或文件夹，请检查路径")
    items = [item for path, name in found.items() for item in _expanded(path, name)]
    return sorted(items, key=lambda item: (item.name, str(item.path), item.inside))


def _below(root: Path) -> Iterator[tuple[Path, Path]]:
    """Everything under a folder that is no folder, and folders that cannot be looked into, with where it really is."""
    closed: list[Path] = []
    for below, _, files in os.walk(root, onerror=lambda error: closed.append(Path(str(error.filename)))):
        here, real = Path(below), _real(Path(below))
        for name in files:
            path = here / name
            # Asking where a file really is looks at every folder above it once more.
            yield path, _real(path) if path.is_symlink() else real / name
    yield from ((path, _real(path)) for path in closed)


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        # Links that lead in a circle; reading it will say so.
        return path.absolute()


def _expanded(path: Path, name: str) -> list[Input]:
    if not path.is_file() or not is_container(path):
        return [Input(path, name)]
    try:
        return members(path, name)
    except InputError:
        return [Input(path, name)]


def gather(
    outcomes: Iterable[PackedOutcome], total: int, progress: Progress | None = None
) -> tuple[list[Packed], list[Failure]]:
    """Reports and failures apart, in the order of the input."""
    reports: list[Packed] = []
    failures: list[Failure] = []
    for done, outcome in enumerate(outcomes, 1):
        if isinstance(outcome, Failure):
            failures.append(outcome)
        else:
            reports.append(outcome)
        if progress:
            progress("read", done, total)
    return reports, failures


def judge(  # noqa: PLR0913 - what is judged by what, and what is known of it
    batch: Batch,
    suites: tuple[Suite, ...],
    *,
    lang: str = "zh",
    failures: Iterable[Failure] = (),
    units: Sequence[Unit] = (),
    earlier: Judged | None = None,
    jobs: int | None = None,
    studying: Studying | None = None,
) -> Audit:
    """Validate all suites on all reports at once, word the findings, and look for leads where a sum is off.

    ``units``: the bodies that must report (:func:`gkaudit.panel.units.read_units`). Raises UsageError where
    that list is not clear. ``earlier``: what a run before found, for the reports that nothing has changed for.
    ``jobs``: the most processes at a time (default: the cores there are). ``studying``: who looks for leads
    (default: so many processes).
    """
    failed = tuple(failures)
    panel = linked(_widened(batch, earlier), units, len(failed))
    new = panel.wide.height - (len(earlier.same()) if earlier is not None else 0)
    most = jobs or os.cpu_count() or 1
    with hired(new, 1 if studying else most) as idle, ThreadPoolExecutor(1) as beside:
        results = run_suites(suites, panel.wide, earlier.codes() if earlier is not None else None)
        verdicts = with_reasons(results, lang).sort("report_id", maintain_order=True)
        known = earlier.compare(results, verdicts) if earlier is not None else Unchanged()
        # Leads of many reports are looked for by other processes; meanwhile this one words the findings.
        who = studying or partial(study_all, jobs=most, idle=idle)
        asked = beside.submit(leads_of, batch, verdicts, suites, studying=who, known=known.leads)
        worded = findings_of(results, batch, lang, known.findings)
        edited = asked.result()
    findings = known.completed("findings", worded)
    leads, implied = (known.completed(name, made) for name, made in zip(("leads", "implied"), edited, strict=True))
    made = Audit(batch, verdicts, findings, failed, suites, lang)
    matches = matches_of(results, batch, findings)
    return replace(made, leads=leads, implied=implied, coverage=panel.coverage, matches=matches)


def _widened(batch: Batch, earlier: Judged | None) -> pl.DataFrame:
    """The wide frame of the batch, whose chunks ``earlier`` takes note of."""
    parts: list[pl.DataFrame] = []
    for chunk in batch.chunks():
        parts.append(widened(*chunk))
        if earlier is not None:
            earlier.look(chunk)
    if not parts:
        parts.append(widened(*rows.tables(rows.unpack(()))))
    return pl.concat(parts, rechunk=True) if len(parts) > 1 else parts[0]


def audit(  # noqa: PLR0913 - each is a keyword of its own, as on the command line
    *paths: str | Path,
    expectations: str | Path | None = None,
    units: str | Path | None = None,
    lang: str = "zh",
    reviews: str | Path | None = None,
    profile: str | Path = DEFAULT,
    progress: Progress | None = None,
) -> Audit:
    """Audit files and folders (default ``reports_in``).

    ``units``: a CSV file of the bodies that must report (``organ,county,parent,due``). ``reviews`` is a ledger
    (``audit_out/reviews.sqlite``) whose corrections are applied before judging. ``profile``: ``default``,
    ``strict``, ``arithmetic`` or a JSON file of one. Raises SuiteError where a suite or profile is wrong and
    UsageError where a path does not exist or the list is wrong; a file that cannot be read is in ``failures``.
    """
    listed = read_units(units) if units is not None else ()
    place = folder("expectations", expectations)
    asked = load_profile(profile, place)
    suites = chosen(load_suites(place), asked)
    work = inputs(paths or ["reports_in"])
    reports, failures = gather(pack_all(work, os.cpu_count() or 1), len(work), progress)
    tables = rows.tables(rows.unpack(reports))
    if reviews is not None:
        tables = corrected(tables, Ledger(reviews).corrections(), lang)
    return replace(judge(tables, suites, lang=lang, failures=failures, units=listed), profile=asked.name)
