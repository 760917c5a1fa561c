"""One Great Expectations validation a suite, for all reports at once; nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import polars as pl

from gkaudit.errors import SuiteError
from gkaudit.gx import engine, expectations
from gkaudit.gx.imports import Batch, DataContextConfig, InMemoryStoreBackendDefaults, gx
from gkaudit.gx.suites import Entry, Suite

__all__ = ["batch_of", "expectation_suite", "validate"]

#: A loaded type that GX does not know would be dropped without a word; see ``expectation_suite``.
KNOWN = frozenset(expectations.EXPECTATIONS)


def validate(suites: tuple[Suite, ...], wide: pl.DataFrame) -> dict[int, pl.DataFrame | str]:
    """Codes of each entry by its index, or the reason why it failed."""
    found: dict[int, pl.DataFrame | str] = {}
    with batch_of(wide) as batch:
        for suite in suites:
            if not suite.entries:
                continue
            outcome = batch.validate(expectation_suite(suite), result_format={"result_format": "COMPLETE"})
            for result in outcome.results:
                # Results come in another order than the entries.
                found[result.expectation_config.meta["entry"]] = _codes(result)
            _refuse_gaps(suite, found)
    return found


@contextmanager
def batch_of(wide: pl.DataFrame) -> Iterator[Batch]:
    """The frame as a GX batch in a context of its own: no files, no progress bars, no network."""
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars={"globally": False},
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
    """The suite as GX has it. Raises SuiteError where GX dropped an entry, which it does silently."""
    made = gx.ExpectationSuite(name=suite.name, expectations=[entry.record() for entry in suite.entries])
    taken = {e.meta["entry"] for e in made.expectations}
    _refuse_gaps(suite, taken)
    return made


def _refuse_gaps(suite: Suite, taken: set[int] | Mapping[int, Any]) -> None:
    for entry in suite.entries:
        if entry.index not in taken:
            raise SuiteError(suite.file.name, _where(entry), "Great Expectations 没有接受这一条，请检查 type 和 kwargs")


def _where(entry: Entry) -> str:
    return f"第{entry.number}条（{entry.type}，{entry.check_id}）"


def _codes(result: Any) -> pl.DataFrame | str:
    codes = result.result.get("codes")
    return codes if isinstance(codes, pl.DataFrame) else _reason(result.exception_info)


def _reason(info: Any) -> str:
    """One line of why GX could not compute a result; it nests the information by metric."""
    if isinstance(info, Mapping) and not info.get("exception_message"):
        info = next((v for v in info.values() if v), {})
    get = info.get if isinstance(info, Mapping) else lambda name: getattr(info, name, None)
    message = str(get("exception_message") or "原因不明").strip()
    return message.splitlines()[0]
