"""Which row of the wide frame is the report of last year, the county's report, one of its towns.

:func:`linked` adds the columns of :data:`LINKS`. A column ``….row`` holds row numbers of the same frame, so
that a rule can take any column of the other report (``pl.col(key).gather(pl.col("prior.row"))``) and nothing
is copied. They are valid for the whole frame only: cut it before, never after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import polars as pl

from gkaudit.form import all_keys
from gkaudit.frames import COVERAGE, frame
from gkaudit.panel.bodies import Body, name_of
from gkaudit.panel.listing import Family, resolved
from gkaudit.panel.units import Unit

__all__ = ["LINKS", "TWO_REPORTS", "Linked", "linked"]

#: Why a report has no counterpart although there are reports of it: they do not say the same.
TWO_REPORTS = "two_reports"

LINKS: dict[str, Any] = {
    # The body within the batch; null where the name is unknown or could be that of several bodies.
    "body": pl.String,
    # Its county and its city as the batch (or the list) completes them.
    "body.county": pl.String,
    "body.city": pl.String,
    # The same body's report of the year before, and why there is none although there could be one.
    "prior.row": pl.UInt32,
    "prior.why": pl.String,
    # The report of the county (or whoever the list names) of the same year that this one is a part of.
    "parent.row": pl.UInt32,
    # On a county's report: one of the reports that are part of it, and how many bodies have one.
    "member.row": pl.UInt32,
    "members": pl.UInt32,
    # On a county's report: why the sum of its bodies may lack some: ``two_reports`` (of a body, that differ),
    # ``missing`` (bodies of the list), ``no_list``; null where everybody on the list is there.
    "members.why": pl.String,
    # On a county's report with a list of bodies: those without a report, and how many inputs of unknown
    # body or year there are, each of which could be one of the missing.
    "missing": pl.List(pl.String),
    "unknown": pl.UInt32,
    # Whether the body is on the list; null where there is no list for its county.
    "listed": pl.Boolean,
    # Last day of publication as the list says.
    "due": pl.Date,
}


class Linked(NamedTuple):
    """The wide frame with :data:`LINKS`, and the list of bodies with what came in (COVERAGE)."""

    wide: pl.DataFrame
    coverage: pl.DataFrame


def linked(wide: pl.DataFrame, units: Sequence[Unit] = (), unread: int = 0) -> Linked:
    """Add :data:`LINKS`. ``unread``: how many inputs could not be read (one may be of a missing body).

    Needs ``report_id``, ``organ``, ``county``, ``year`` and ``published_on``. Raises UsageError where the
    list is not clear. Linear in the number of reports.
    """
    names = [name_of(*pair) for pair in wide.select("organ", "county").iter_rows()]
    bodies, family = resolved(names, units)
    batch = _Batch(wide, bodies)
    rows = [
        {"body": body.key, "body.county": body.county, "body.city": body.city, **batch.prior(at)}
        for at, body in enumerate(bodies)
    ]
    extra = _families(batch, family, rows)
    coverage = frame(_coverage(batch, family, rows, extra, unread), COVERAGE)
    for row in rows:
        if "members" in row and "members.why" not in row:
            row["members.why"] = "no_list" if "missing" not in row else "missing" if row["missing"] else None
    kept = [c for c in wide.columns if c not in LINKS]
    return Linked(wide.select(kept).hstack(frame(rows, LINKS)), coverage)


class _Batch:
    """The reports by body and year."""

    def __init__(self, wide: pl.DataFrame, bodies: list[Body]) -> None:
        self.bodies = bodies
        self.years: list[int | None] = wide.get_column("year").to_list()
        self.ids: list[str] = wide.get_column("report_id").to_list()
        self.published = wide.get_column("published_on").to_list()
        self._prints = _prints(wide)
        self.organs: list[str | None] = wide.get_column("organ").to_list()
        self.by_body: dict[tuple[str, int], list[int]] = {}
        self.years_of: dict[str, set[int]] = {}
        #: Bare names that occur in a year, of bodies known and unknown.
        self._named: set[tuple[str, int]] = set()
        for at, (body, year) in enumerate(zip(bodies, self.years, strict=True)):
            if body.name is not None and year is not None:
                self._named.add((body.name.name, year))
                if body.key is not None:
                    self.by_body.setdefault((body.key, year), []).append(at)
                    self.years_of.setdefault(body.key, set()).add(year)

    def only(self, key: str | None, year: int) -> tuple[int | None, str | None]:
        """The report of a body and year, or why there is none; two with the same cells are one."""
        rows = self.by_body.get((key or "", year), [])
        if len({self._prints[at] for at in rows}) > 1:
            return None, TWO_REPORTS
        return (rows[0], None) if rows else (None, None)

    def prior(self, at: int) -> dict[str, Any]:
        """``prior.row`` and ``prior.why`` of a report."""
        body, year = self.bodies[at], self.years[at]
        if body.name is None or year is None:
            return {}
        if body.key is None:
            return {"prior.why": body.note if (body.name.name, year - 1) in self._named else None}
        row, note = self.only(body.key, year - 1)
        return {"prior.row": row, "prior.why": note}

    def nameless(self, year: int) -> int:
        """Reports that could be one of any body in that year."""
        return sum(
            (body.key is None or own is None) and own in (None, year)
            for body, own in zip(self.bodies, self.years, strict=True)
        )


def _prints(wide: pl.DataFrame) -> list[int]:
    """A number for the cells of each report: equal where all numbers and states are."""
    columns = [c for key in all_keys() for c in (key, f"{key}|state") if c in wide.columns]
    if not columns or not wide.height:
        return [0] * wide.height
    return wide.select(columns).hash_rows(seed=1).to_list()


def _families(batch: _Batch, family: Family, rows: list[dict[str, Any]]) -> dict[tuple[str | None, int], list[int]]:
    """Parents and members into ``rows``; returns the reports without a place on the list by parent and year."""
    extra: dict[tuple[str | None, int], list[int]] = {}
    for (key, year), reports in batch.by_body.items():
        body = batch.bodies[reports[0]]
        listed = family.listed(body)
        for at in reports:
            rows[at] |= {"listed": listed, "due": family.due(body, year)}
        if listed is False:
            extra.setdefault((family.group(body), year), []).extend(reports)
            continue
        above, _ = batch.only(family.parent(body), year)
        if above is None:
            continue
        own, note = batch.only(key, year)
        if own is None:
            rows[above]["members.why"] = note
            continue
        rows[own]["parent.row"] = above
        rows[above].setdefault("member.row", own)
        rows[above]["members"] = rows[above].get("members", 0) + 1
    return extra


def _coverage(
    batch: _Batch,
    family: Family,
    rows: list[dict[str, Any]],
    extra: dict[tuple[str | None, int], list[int]],
    unread: int,
) -> Iterator[dict[str, Any]]:
    """Rows of COVERAGE; ``missing`` and ``unknown`` into the rows of the counties."""
    nameless: dict[int, int] = {}
    for parent, members in family.groups().items():
        for year in _years(batch, parent, list(members)):
            missing = []
            for key, unit in members.items():
                own, note = batch.only(key, year)
                status = "reported" if own is not None else note or "missing"
                missing += [unit.organ] if status == "missing" else []
                yield {
                    "year": year,
                    "parent": parent,
                    "organ": unit.organ,
                    "county": unit.county,
                    "due": unit.due_for(year),
                    "status": status,
                    "report_id": None if own is None else batch.ids[own],
                    "published_on": None if own is None else batch.published[own],
                }
            for at in extra.get((parent, year), ()):
                record = {"year": year, "parent": parent, "organ": batch.organs[at], "county": batch.bodies[at].county}
                yield record | {"status": "extra", "report_id": batch.ids[at], "published_on": batch.published[at]}
            above, _ = batch.only(parent, year)
            if above is not None:
                unknown = nameless.setdefault(year, batch.nameless(year)) + unread
                rows[above] |= {"missing": missing, "unknown": unknown}


def _years(batch: _Batch, parent: str | None, members: list[str]) -> list[int]:
    """Years whose coverage is judged: the latest, and earlier ones of which half of the bodies have a report.

    A few reports of another year are there to be compared with, not because a whole year came in.
    """
    counted = Counter(year for key in members for year in batch.years_of.get(key, ()))
    counted |= dict.fromkeys(batch.years_of.get(parent or "", ()) - counted.keys(), 0)
    latest = max(counted, default=None)
    return sorted(year for year, count in counted.items() if year == latest or 2 * count >= len(members))
