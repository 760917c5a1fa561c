"""The one place where Great Expectations is imported: 2.5 s, so only when suites run.

Its own modules use things that Python and pandas deprecate; that is not for our users to read. It
also turns ``warnings`` into log records for the whole process, which is undone here: a library has
no business hiding the warnings of a notebook.
"""

from __future__ import annotations

import logging
import warnings

from gkaudit.imports import loaded_later, without_iri_grammar

#: What only its expectations about distributions and their charts use: a third of the time to import it.
_SELDOM = ("altair", "scipy.stats")

_captured = warnings.showwarning.__module__ == "logging"
with warnings.catch_warnings(), without_iri_grammar(), loaded_later(*_SELDOM):
    warnings.simplefilter("ignore")
    import great_expectations as gx
    from great_expectations.compatibility import pydantic
    from great_expectations.core.batch import BatchData, BatchMarkers, LegacyBatchDefinition
    from great_expectations.core.batch_spec import RuntimeDataBatchSpec
    from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )
    from great_expectations.datasource.fluent.batch_identifier_util import make_batch_identifier
    from great_expectations.datasource.fluent.batch_request import BatchRequest
    from great_expectations.datasource.fluent.interfaces import Batch, DataAsset, Datasource
    from great_expectations.execution_engine.execution_engine import ExecutionEngine
    from great_expectations.expectations.expectation import BatchExpectation
    from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_partial
    from great_expectations.validator.metric_configuration import MetricConfiguration
    from great_expectations.validator.validator import ValidationDependencies
if not _captured:
    logging.captureWarnings(False)

__all__ = [
    "Batch",
    "BatchData",
    "BatchExpectation",
    "BatchMarkers",
    "BatchRequest",
    "DataAsset",
    "DataContextConfig",
    "Datasource",
    "ExecutionEngine",
    "InMemoryStoreBackendDefaults",
    "LegacyBatchDefinition",
    "MetricConfiguration",
    "MetricPartialFunctionTypes",
    "MetricProvider",
    "ProgressBarsConfig",
    "RuntimeDataBatchSpec",
    "ValidationDependencies",
    "gx",
    "make_batch_identifier",
    "metric_partial",
    "pydantic",
]
