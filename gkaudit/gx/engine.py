"""Polars inside Great Expectations: engine, datasource, and the one metric of the statutory checks.

GX has no polars engine. This one stands behind its public classes and knows a single metric,
``gkaudit.codes``: for one rule, the code of each line for each report. All rules of a suite are
computed at once; where that fails, one by one, so that a rule that cannot be computed
fails alone (GX does this itself only in newer versions, and then tries three times).
"""

from __future__ import annotations

import builtins
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, Literal, NoReturn

import polars as pl

from gkaudit.gx import rules
from gkaudit.gx.imports import (
    Batch,
    BatchData,
    BatchMarkers,
    BatchRequest,
    DataAsset,
    Datasource,
    ExecutionEngine,
    LegacyBatchDefinition,
    MetricConfiguration,
    MetricPartialFunctionTypes,
    MetricProvider,
    RuntimeDataBatchSpec,
    make_batch_identifier,
    metric_partial,
)

__all__ = ["CODES", "PolarsDataFrameAsset", "PolarsDatasource", "PolarsExecutionEngine", "codes_metric", "frame_of"]

#: Name of the metric. Its value: a frame, one row a report, one Int8 column a line of the rule.
CODES = "gkaudit.codes"


def codes_metric(type_: str, arguments: str, batch_id: str | None) -> MetricConfiguration:
    """Describe the metric of one rule; ``arguments`` is JSON. Equal rules share one computation."""
    return MetricConfiguration(
        metric_name=CODES,
        metric_domain_kwargs={"batch_id": batch_id},
        metric_value_kwargs={"type": type_, "arguments": arguments},
    )


@cache
def _rule(type_: str, arguments: str) -> rules.Rule:
    return rules.build(type_, json.loads(arguments))


@cache
def _plan(type_: str, arguments: str, columns: frozenset[str]) -> rules.Plan:
    """Expressions are immutable, and building them costs more than computing them on one report."""
    return rules.plan(_rule(type_, arguments), columns)


class PolarsBatchData(BatchData):
    """A polars frame as GX carries it."""

    def __init__(self, execution_engine: ExecutionEngine[Any], frame: pl.DataFrame) -> None:
        super().__init__(execution_engine=execution_engine)
        self.frame = frame
        self.columns = frozenset(frame.columns)


class PolarsExecutionEngine(ExecutionEngine[pl.Expr]):
    """Computes :data:`CODES` on a polars frame. Row conditions are not supported: rules have their own."""

    def get_batch_data_and_markers(self, batch_spec: Any) -> tuple[PolarsBatchData, BatchMarkers]:
        """Wrap the frame of the batch; TypeError where it is none."""
        frame = batch_spec.batch_data
        if isinstance(frame, PolarsBatchData):
            frame = frame.frame
        if not isinstance(frame, pl.DataFrame):
            raise TypeError(f"expected a polars DataFrame, got {type(frame).__name__}")
        # As in GX's pandas engine: results describe the batch and must not carry the data.
        batch_spec.batch_data = "polars.DataFrame"
        markers = BatchMarkers({"ge_load_time": datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")})
        return PolarsBatchData(self, frame), markers

    def data_of(self, domain: dict[str, Any]) -> PolarsBatchData:
        """Find the batch that a metric is about."""
        manager = self.batch_manager
        data = manager.batch_data_cache.get(domain.get("batch_id") or "") or manager.active_batch_data
        if not isinstance(data, PolarsBatchData):
            raise TypeError("no polars batch is loaded")
        return data

    def resolve_metric_bundle(self, metric_fn_bundle: Iterable[Any]) -> dict[Any, pl.DataFrame | Exception]:
        """Compute every rule of the suite at once: a frame of codes for each, or why there is none."""
        bundle = list(metric_fn_bundle)
        if not bundle:
            return {}
        frame = self.data_of(bundle[0].compute_domain_kwargs).frame
        plans = [metric.metric_fn for metric in bundle]
        computed: list[pl.DataFrame | Exception]
        try:
            computed = [*rules.evaluate(frame, plans)]
        except pl.exceptions.PolarsError:
            computed = [_alone(frame, plan) for plan in plans]
        return {metric.metric_configuration.id: codes for metric, codes in zip(bundle, computed, strict=True)}

    def _unsupported(self, condition: object) -> NoReturn:
        raise NotImplementedError(f"row conditions are not supported: {condition}")

    _comparison_condition_to_filter_clause = _unsupported
    _nullity_condition_to_filter_clause = _unsupported
    _and_condition_to_filter_clause = _unsupported
    _or_condition_to_filter_clause = _unsupported


def _alone(frame: pl.DataFrame, plan: rules.Plan) -> pl.DataFrame | Exception:
    try:
        return rules.evaluate(frame, [plan])[0]
    except pl.exceptions.PolarsError as error:
        return error


class StatutoryCodes(MetricProvider):
    """Registers :data:`CODES` for the polars engine: the expressions first, their values in the bundle."""

    metric_name = CODES
    domain_keys = ("batch_id",)
    value_keys = ("type", "arguments")

    @metric_partial(
        engine=PolarsExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type="table",
    )
    def _polars(  # the signature is GX's
        cls,  # noqa: N805 - GX calls it with the class
        execution_engine: PolarsExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],  # noqa: ARG002
        runtime_configuration: dict[str, Any],  # noqa: ARG002
    ) -> tuple[rules.Plan, dict[str, Any], dict[str, Any]]:
        columns = execution_engine.data_of(metric_domain_kwargs).columns
        asked = metric_value_kwargs
        return _plan(asked["type"], asked["arguments"], columns), dict(metric_domain_kwargs), {}


def frame_of(request: BatchRequest[Any]) -> pl.DataFrame:
    """Take the frame out of a batch request; TypeError where there is none."""
    frame = (request.options or {}).get("dataframe")
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a polars asset needs batch_parameters={'dataframe': <polars DataFrame>}")
    return frame


class PolarsDataFrameAsset(DataAsset):  # type: ignore[type-arg]  # parameters would make another model
    """A frame handed over at run time, whole."""

    type: Literal["polars_dataframe"] = "polars_dataframe"

    def test_connection(self) -> None:
        """Nothing to connect to."""

    def get_batch_parameters_keys(self, partitioner: Any = None) -> tuple[str, ...]:  # noqa: ARG002
        """Name what a batch request has to give."""
        return ("dataframe",)

    def get_batch_identifiers_list(self, batch_request: BatchRequest[Any]) -> list[dict[str, Any]]:
        """Describe the one batch without its data."""
        return [make_batch_identifier(batch_request.options)]

    def build_batch_request(
        self,
        options: dict[str, Any] | None = None,
        batch_slice: Any = None,  # noqa: ARG002
        partitioner: Any = None,  # noqa: ARG002
    ) -> BatchRequest[Any]:
        """Make a request for the frame in ``options["dataframe"]``; TypeError without one."""
        own = {"datasource_name": self.datasource.name, "data_asset_name": self.name}
        request: BatchRequest[Any] = BatchRequest(**own, options=options or {})
        frame_of(request)
        return request

    def get_batch(self, batch_request: BatchRequest[Any]) -> Batch:
        """Load the frame of the request."""
        spec = RuntimeDataBatchSpec(batch_data=frame_of(batch_request))
        data, markers = self.datasource.get_execution_engine().get_batch_data_and_markers(batch_spec=spec)
        definition = LegacyBatchDefinition(
            datasource_name=self.datasource.name,
            data_connector_name="fluent",
            data_asset_name=self.name,
            batch_identifiers=make_batch_identifier(batch_request.options),
        )
        return Batch(
            datasource=self.datasource,
            data_asset=self,
            batch_request=batch_request,
            data=data,
            batch_markers=markers,
            batch_spec=spec,
            batch_definition=definition,
        )


class PolarsDatasource(Datasource):  # type: ignore[type-arg]  # as above
    """Adds a datasource for polars frames held in memory (``context.data_sources.add_polars``)."""

    asset_types: ClassVar[list[Any]] = [PolarsDataFrameAsset]
    type: Literal["polars"] = "polars"
    assets: list[PolarsDataFrameAsset] = []  # noqa: RUF012 - a pydantic field

    @property
    def execution_engine_type(self) -> builtins.type[PolarsExecutionEngine]:
        """Name the engine for GX."""
        return PolarsExecutionEngine

    def test_connection(self, test_assets: bool = True) -> None:
        """Nothing to connect to."""

    def add_dataframe_asset(self, name: str) -> PolarsDataFrameAsset:
        """Add an asset whose frame is handed over with each batch request."""
        asset: PolarsDataFrameAsset = self._add_asset(PolarsDataFrameAsset(name=name))
        return asset
