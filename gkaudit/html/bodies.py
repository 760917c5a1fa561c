"""Which reports are of one body (报告机关), and what the page is called that compares its years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from gkaudit.panel.bodies import bodies_of, name_of

__all__ = ["bodies", "compare_href", "twins"]


def _slug(report_id: str, year: int) -> str:
    """The short name of the body in a report id: what stands before the year."""
    return report_id.split(f"-{year}", maxsplit=1)[0] or report_id


def _with_body(reports: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Reports whose body and year are known, each with the key of the body."""
    rows = [dict(report) for report in reports]
    for row, body in zip(rows, bodies_of([name_of(r.get("organ"), r.get("county")) for r in rows]), strict=True):
        if body.key is not None and row.get("year") is not None:
            yield body.key, row


def bodies(reports: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Bodies with reports of two or more years: their reports, oldest first, by the name of their page.

    ``reports`` are rows with ``report_id``, ``organ``, ``county`` and ``year``; which are of one body is
    told as for the checks across years (:func:`gkaudit.panel.bodies.bodies_of`). The name can be a file
    name as the report ids are; where two bodies would share one, each gets a short hash of its key, so
    that it does not depend on what else is in the batch.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for key, row in _with_body(reports):
        found.setdefault(key, []).append(row)
    several = {key: own for key, own in found.items() if len({r["year"] for r in own}) > 1}
    slugs = {key: _slug(own[0]["report_id"], own[0]["year"]) for key, own in several.items()}
    taken = Counter(slug.casefold() for slug in slugs.values())
    named = {}
    for key, own in several.items():
        slug = slugs[key]
        if taken[slug.casefold()] > 1:
            slug += f"-{sha256(key.encode()).hexdigest()[:6]}"
        named[slug] = sorted(own, key=lambda r: (r["year"], r["report_id"]))
    return named


def twins(reports: Iterable[Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
    """Reports of one body and one year where there are two or more: rows as for :func:`bodies`, by their ids."""
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for key, row in _with_body(reports):
        found.setdefault((key, row["year"]), []).append(row)
    return sorted(
        (sorted(own, key=lambda r: r["report_id"]) for own in found.values() if len(own) > 1),
        key=lambda own: own[0]["report_id"],
    )


def compare_href(name: str) -> str:
    """Where the overview finds the comparison of a body."""
    return f"compare/{quote(name, safe='')}.html"
