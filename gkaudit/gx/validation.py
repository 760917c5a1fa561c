"""One Great Expectations validation a suite, for all reports at once; nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import polars as pl

from gkaudit.errors import SuiteError
from gkaudit.gx import engine, expectations
from gkaudit.gx.imports import Batch, DataContextConfig, InMemoryStoreBackendDefaults, ProgressBarsConfig, gx
from gkaudit.gx.suites import Entry, Suite

__all__ = ["batch_of", "expectation_suite", "validate"]

# Importing the module registers the types; GX drops an entry of a type that it does not know.
_ = expectations.EXPECTATIONS
#: Polars lists every column of the frame in some messages.
_LONG = 300


def validate(suites: tuple[Suite, ...], wide: pl.DataFrame) -> dict[int, pl.DataFrame | str]:
    """Codes of each entry by its index, or the reason why it failed."""
    found: dict[int, pl.DataFrame | str] = {}
    with batch_of(wide) as batch:
        for suite in suites:
            if not suite.entries:
                continue
            outcome = batch.validate(expectation_suite(suite), result_format={"result_format": "COMPLETE"})
            by_index = {entry.index: entry for entry in suite.entries}
            for result in outcome.results:
                # Results come in another order than the entries.
                index = _index(result.expectation_config)
                found[index] = _codes(result, by_index[index])
            _refuse_gaps(suite, found)
    return found


@contextmanager
def batch_of(wide: pl.DataFrame) -> Iterator[Batch]:
    """Hand the frame to GX as a batch in a context of its own: no files, no progress bars, no network."""
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    source: engine.PolarsDatasource = context.data_sources.add_polars(name="gkaudit")
    try:
        asset = source.add_dataframe_asset("reports")
        yield asset.get_batch(asset.build_batch_request({"dataframe": wide}))
    finally:
        # GX keeps the last context for the life of the process; without this it would keep the data.
        context.data_sources.delete(source.name)


def expectation_suite(suite: Suite) -> gx.ExpectationSuite:
    """Make the suite as GX has it. Raises SuiteError where GX dropped an entry, which it does silently."""
    made = gx.ExpectationSuite(name=suite.name, expectations=[entry.record() for entry in suite.entries])
    taken = {_index(e) for e in made.expectations}
    _refuse_gaps(suite, taken)
    return made


def _index(carrier: Any) -> int:
    """Read the index of the entry, which its meta carries through GX."""
    index: int = carrier.meta["entry"]
    return index


def _refuse_gaps(suite: Suite, taken: set[int] | Mapping[int, Any]) -> None:
    for entry in suite.entries:
        if entry.index not in taken:
            raise SuiteError(suite.file.name, _where(entry), "Great Expectations 没有接受这一条，请检查 type 和 kwargs")


def _where(entry: Entry) -> str:
    return f"第{entry.number}条（{entry.type}，{entry.check_id}）"


def _codes(result: Any, entry: Entry) -> pl.DataFrame | str:
    codes = result.result.get("codes")
    if not isinstance(codes, pl.DataFrame):
        return _reason(result.exception_info)
    return codes.select([line.name for line in entry.lines])


def _reason(info: Any) -> str:
    """One line of why GX could not compute a result; it nests the information by metric."""
    while isinstance(info, Mapping) and "exception_message" not in info:
        info = next(iter(info.values()), None)
    message = info.get("exception_message") if isinstance(info, Mapping) else getattr(info, "exception_message", None)
    first = (str(message or "").strip() or "原因不明").splitlines()[0]
    return first if len(first) <= _LONG else f"{first[:_LONG]}…"
