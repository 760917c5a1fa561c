"""Leads of a batch: which reports need any, who studies them, as frames."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

import polars as pl

from gkaudit import frames
from gkaudit.batches import Batch
from gkaudit.editing.crew import study_all
from gkaudit.editing.orders import Order, orders
from gkaudit.editing.study import Studied
from gkaudit.gx.suites import Suite

__all__ = ["Edited", "Studying", "leads_of"]

#: Who studies: gives back what came of each report, in the order of the orders.
Studying: TypeAlias = Callable[[Iterable[Order]], Iterator[Studied]]


class Edited(NamedTuple):
    """Frames :data:`gkaudit.frames.LEADS` and :data:`gkaudit.frames.IMPLIED`."""

    leads: pl.DataFrame
    implied: pl.DataFrame


def leads_of(
    batch: Batch,
    verdicts: pl.DataFrame,
    suites: Iterable[Suite],
    *,
    studying: Studying | None = None,
    known: Collection[str] = (),
) -> Edited:
    """Leads and implied values of a batch.

    Only reports with a sum that is broken or cannot be judged are looked at; all others cost nothing.
    ``studying``: who does it (default: as many processes as there are cores). ``known``: reports that are passed
    over, because their leads are there already.
    """
    rest = verdicts.filter(~pl.col("report_id").is_in(list(known)))
    asked = orders(batch, rest, suites)
    return _framed(study_all(asked, os.cpu_count() or 1) if studying is None else studying(asked))


def _framed(studied: Iterable[Studied]) -> Edited:
    leads: list[dict[str, Any]] = []
    implied: list[dict[str, Any]] = []
    for one in studied:
        leads += one.leads
        implied += one.implied
    return Edited(frames.frame(leads, frames.LEADS), frames.frame(implied, frames.IMPLIED))
