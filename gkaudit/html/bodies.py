"""Which reports are of one body (报告机关), and what the page is called that compares its years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

__all__ = ["Body", "bodies", "compare_href"]

#: A body as the batch knows it: name and county.
Body = tuple[str, str]


def _body(report: Mapping[str, Any]) -> Body | None:
    organ, year = report.get("organ"), report.get("year")
    return (str(organ), str(report.get("county") or "")) if organ and year is not None else None


def _slug(report_id: str, year: int) -> str:
    """The short name of the body in a report id: what stands before the year."""
    return report_id.split(f"-{year}", maxsplit=1)[0] or report_id


def bodies(reports: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Bodies with reports of two or more years: their reports, oldest first, by the name of their page.

    ``reports`` are rows with ``report_id``, ``organ``, ``county`` and ``year``. The name can be a file
    name as the report ids are; where two bodies would share one, each gets a short hash of organ and
    county, so that it does not depend on what else is in the batch.
    """
    found: dict[Body, list[dict[str, Any]]] = {}
    for report in reports:
        body = _body(report)
        if body is not None:
            found.setdefault(body, []).append(dict(report))
    several = {body: own for body, own in found.items() if len({r["year"] for r in own}) > 1}
    slugs = {body: _slug(own[0]["report_id"], own[0]["year"]) for body, own in several.items()}
    taken = Counter(slug.casefold() for slug in slugs.values())
    named = {}
    for body, own in several.items():
        slug = slugs[body]
        if taken[slug.casefold()] > 1:
            slug += f"-{sha256(chr(0x1F).join(body).encode()).hexdigest()[:6]}"
        named[slug] = sorted(own, key=lambda r: (r["year"], r["report_id"]))
    return named


def compare_href(name: str) -> str:
    """Where the overview finds the comparison of a body."""
    return f"compare/{quote(name, safe='')}.html"
