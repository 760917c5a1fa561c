"""The statutory expectations: one GX class a rule type, with the rule's arguments as its fields.

``expect_sums_to_balance`` in a suite is ``ExpectSumsToBalance`` here. Importing this module
registers all of them with GX, so that its own suite loader knows them. A wrong argument raises
when the expectation is made.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, get_args, get_origin

import polars as pl

from gkaudit.gx import rules
from gkaudit.gx.engine import CODES, codes_metric
from gkaudit.gx.imports import BatchExpectation, ValidationDependencies, pydantic
from gkaudit.gx.rules_base import BROKEN, UNDETERMINED

__all__ = ["EXPECTATIONS", "StatutoryExpectation"]

_COMPLETE = "COMPLETE"


def _written(arguments: dict[str, Any]) -> str:
    return json.dumps(arguments, ensure_ascii=False)


@cache
def _check(type_: str, arguments: str) -> None:
    """Raise ValueError where the arguments are wrong; GX makes every expectation several times."""
    rules.build(type_, json.loads(arguments))


class StatutoryExpectation(BatchExpectation):
    """An expectation whose result is a code per report and line.

    ``result``: element_count (reports), evaluated_count (reports with a line that holds or is
    broken), unexpected_count (reports with a broken line), unexpected_percent,
    undetermined_count; with result format COMPLETE also ``codes``, the frame of codes
    (reports x lines, Int8). ``success``: no report has a broken line.
    """

    class Config:
        """Named ``lines`` and the like: the fields are the rule's arguments."""

        copy_on_model_validation = "none"

    metric_dependencies: ClassVar[tuple[str, ...]] = (CODES,)

    @pydantic.root_validator(skip_on_failure=True)
    def _check_arguments(
        cls,  # noqa: N805 - pydantic makes it a class method
        values: dict[str, Any],
    ) -> dict[str, Any]:
        _check(cls.expectation_type, _written({name: values[name] for name in cls.args_keys}))
        return values

    def arguments(self) -> str:
        """Write the rule's arguments as JSON."""
        return _written({name: getattr(self, name) for name in self.args_keys})

    def get_validation_dependencies(
        self,
        execution_engine: Any = None,  # noqa: ARG002 - the signature is GX's
        runtime_configuration: dict[str, Any] | None = None,
    ) -> ValidationDependencies:
        """Set the one metric directly: GX's general way reads the configuration dozens of times."""
        wanted = (runtime_configuration or {}).get("result_format", self.result_format)
        found = wanted if isinstance(wanted, dict) else {"result_format": getattr(wanted, "value", wanted)}
        made = ValidationDependencies(result_format=found)
        made.set_metric_configuration(CODES, codes_metric(self.expectation_type, self.arguments(), self.batch_id))
        return made

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,  # noqa: ARG002 - the signature is GX's
    ) -> dict[str, Any]:
        codes: pl.DataFrame | Exception = metrics[CODES]
        if isinstance(codes, Exception):
            # GX makes of it a result that says so, for this expectation only.
            raise codes
        return _result(codes, (runtime_configuration or {}).get("result_format", {}))


def _result(codes: pl.DataFrame, result_format: Mapping[str, Any]) -> dict[str, Any]:
    # A query of polars for each expectation would take longer than all of them together.
    values = codes.to_numpy()
    broken, undetermined, evaluated = (
        int(found.any(axis=1).sum()) for found in (values == BROKEN, values == UNDETERMINED, values <= BROKEN)
    )
    result: dict[str, Any] = {
        "element_count": codes.height,
        "evaluated_count": evaluated,
        "unexpected_count": broken,
        "unexpected_percent": 100 * broken / codes.height if codes.height else None,
        "undetermined_count": undetermined,
    }
    if result_format.get("result_format") == _COMPLETE:
        result["codes"] = codes
    return {"success": broken == 0, "result": result}


def _field_type(kind: Any) -> Any:
    """Translate the argument's type to what pydantic and JSON have."""
    origin = get_origin(kind)
    if origin is tuple:
        return list[get_args(kind)[0]]  # type: ignore[misc]  # made at run time
    if origin is Mapping:
        return dict[str, str]
    if origin is types.UnionType:
        return kind
    return kind


def _default(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _expectation(rule: type[rules.Rule]) -> type[StatutoryExpectation]:
    arguments = rules.arguments(rule)
    names = tuple(a.name for a in arguments)
    body: dict[str, Any] = {
        "__module__": __name__,
        "__doc__": rule.__doc__,
        "__annotations__": {
            **{a.name: _field_type(a.kind) for a in arguments},
            "args_keys": ClassVar[tuple[str, ...]],
            "success_keys": ClassVar[tuple[str, ...]],
        },
        "args_keys": names,
        "success_keys": names,
        **{a.name: _default(a.default) for a in arguments if not a.required},
    }
    title = "".join(part.capitalize() for part in rule.type.split("_"))
    metaclass: Any = type(StatutoryExpectation)
    made: type[StatutoryExpectation] = metaclass(title, (StatutoryExpectation,), body)
    return made


#: The classes by type; making them registers them with GX.
EXPECTATIONS: dict[str, type[StatutoryExpectation]] = {type_: _expectation(rule) for type_, rule in rules.RULES.items()}
