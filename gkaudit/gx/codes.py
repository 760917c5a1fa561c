"""Codes of an earlier run that stand: rules that judge each report by itself are not asked about it again.

Codes are kept as one frame: ``report_id`` and a column ``<entry>.<line>`` (Int8) for every line of the entries
whose rule is ``alone`` (:class:`gkaudit.gx.rules.Rule`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from gkaudit.gx.results import Results

if TYPE_CHECKING:
    from gkaudit.gx.suites import Entry, Suite

__all__ = ["alone", "codes_of", "completed", "parted", "to_judge"]

_PLACE = "report_id"


def alone(entries: Sequence[Entry]) -> list[Entry]:
    """Entries whose rule judges each report by its own row."""
    return [entry for entry in entries if entry.rule.alone]


def _columns(entry: Entry) -> list[str]:
    return [f"{entry.index}.{at}" for at in range(len(entry.lines))]


def codes_of(results: Results) -> pl.DataFrame | None:
    """What to keep of a run; None where one of the entries could not be computed."""
    series = [results.wide.get_column(_PLACE)]
    for entry in alone(results.entries):
        codes = results.codes(entry)
        if codes is None:
            return None
        series += [s.alias(name) for s, name in zip(codes.get_columns(), _columns(entry), strict=True)]
    return pl.DataFrame(series)


def parted(suites: Sequence[Suite]) -> tuple[tuple[Suite, ...], tuple[Suite, ...]]:
    """The suites with their entries that judge each report by itself, and with all others."""
    kinds = (True, False)
    one, other = (
        tuple(replace(s, entries=tuple(e for e in s.entries if e.rule.alone is kind)) for s in suites) for kind in kinds
    )
    return one, other


def to_judge(wide: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The reports that nothing is known of."""
    return wide.join(known.select(_PLACE), on=_PLACE, how="anti", maintain_order="left")


def completed(
    suites: Sequence[Suite], wide: pl.DataFrame, known: pl.DataFrame, fresh: Mapping[int, pl.DataFrame | str]
) -> dict[int, pl.DataFrame | str]:
    """Codes of all reports in the order of ``wide``; ``fresh``: those of :func:`to_judge`, if there are any."""
    entries = [entry for suite in suites for entry in suite.entries]
    failed = {index: codes for index, codes in fresh.items() if isinstance(codes, str)}
    names = [name for entry in entries if entry.index not in failed for name in _columns(entry)]
    parts = [known.select(_PLACE, *names)]
    if fresh:
        made = [to_judge(wide, known).get_column(_PLACE)]
        for entry in entries:
            codes = fresh[entry.index]
            if isinstance(codes, pl.DataFrame):
                made += [s.alias(name) for s, name in zip(codes.get_columns(), _columns(entry), strict=True)]
        parts.append(pl.DataFrame(made).select(parts[0].columns))
    whole = wide.select(_PLACE).join(pl.concat(parts), on=_PLACE, how="left", maintain_order="left")
    found: dict[int, pl.DataFrame | str] = dict(failed)
    for entry in entries:
        if entry.index not in failed:
            named = zip(_columns(entry), entry.lines, strict=True)
            found[entry.index] = whole.select(pl.col(column).alias(line.name) for column, line in named)
    return found
