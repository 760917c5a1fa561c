"""The rules by name, as the suites name them, and how a suite entry becomes one.

``RULES`` maps an expectation type to its class; :func:`build` makes a rule from JSON arguments.
Pure polars: nothing here needs Great Expectations.
"""

from __future__ import annotations

import dataclasses
import difflib
import types
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import polars as pl

from gkaudit.gx import (
    rules_cells,
    rules_changes,
    rules_claims,
    rules_copies,
    rules_days,
    rules_facts,
    rules_fees,
    rules_fit,
    rules_history,
    rules_lists,
    rules_points,
    rules_rollup,
    rules_shares,
    rules_shift,
    rules_sums,
    rules_text,
    rules_text_cells,
    rules_text_names,
    rules_text_order,
    rules_text_secrets,
    rules_text_style,
    rules_text_topics,
    rules_told,
    rules_twins,
    rules_words,
    rules_years,
)
from gkaudit.gx.rules_base import BROKEN, HOLDS, NOT_APPLICABLE, UNDETERMINED, Helpers, Line, Measured, Rule

__all__ = [
    "BROKEN",
    "HOLDS",
    "NOT_APPLICABLE",
    "RULES",
    "UNDETERMINED",
    "Argument",
    "Helpers",
    "Line",
    "Measured",
    "Plan",
    "Rule",
    "arguments",
    "build",
    "evaluate",
    "plan",
]

#: Every rule the suites may use, by the ``type`` of the expectation.
RULES: dict[str, type[Rule]] = {
    rule.type: rule
    for module in (
        *(rules_sums, rules_shift, rules_cells, rules_history, rules_facts, rules_days),
        *(rules_text, rules_text_topics, rules_text_order, rules_text_secrets),
        *(rules_text_names, rules_text_style, rules_text_cells),
        *(rules_claims, rules_told, rules_lists, rules_words, rules_fit, rules_points, rules_shares),
        *(rules_years, rules_changes, rules_rollup, rules_twins, rules_copies, rules_fees),
    )
    for rule in (getattr(module, name) for name in module.__all__)
}


@dataclasses.dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a rule: its name in JSON, its Python type, and its default."""

    name: str
    kind: Any
    required: bool
    default: Any


@cache
def arguments(rule: type[Rule]) -> tuple[Argument, ...]:
    """List the arguments a rule takes. ``lines`` is ``lines_`` in Python, where a method has the name."""
    hints = get_type_hints(rule)
    return tuple(
        Argument(
            f.name.rstrip("_"),
            hints[f.name],
            f.default is dataclasses.MISSING,
            None if f.default is dataclasses.MISSING else f.default,
        )
        for f in dataclasses.fields(rule)  # type: ignore[arg-type]  # every rule is a dataclass
    )


def build(type_: str, kwargs: Mapping[str, Any]) -> Rule:
    """Make a rule from the ``type`` and ``kwargs`` of a suite entry.

    Raises ValueError, in Chinese and with a suggestion, for an unknown type or argument, a missing
    or wrongly typed argument, and arguments that do not fit the form.
    """
    rule = RULES.get(type_)
    if rule is None:
        raise ValueError(f"没有 {type_} 这种检查{_hint(type_, RULES)}")
    known = {a.name: a for a in arguments(rule)}
    for name in kwargs:
        if name not in known:
            raise ValueError(f"{type_} 没有参数 {name}{_hint(name, known)}；可用的参数：{'、'.join(known)}")
    absent = [a.name for a in known.values() if a.required and a.name not in kwargs]
    if absent:
        raise ValueError(f"{type_} 缺少参数 {'、'.join(absent)}")
    fields = {f.name.rstrip("_"): f.name for f in dataclasses.fields(rule)}  # type: ignore[arg-type]
    made = rule(**{fields[name]: _cast(name, value, known[name].kind) for name, value in kwargs.items()})
    made.check()
    return made


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What a rule computes on frames with certain columns."""

    helpers: Helpers
    codes: tuple[tuple[str, pl.Expr], ...]


def plan(rule: Rule, columns: frozenset[str]) -> Plan:
    """Make the expressions of a rule; they can be used again on every frame with these columns."""
    return Plan(rule.helpers(columns), tuple((line.name, rule.code(line, columns)) for line in rule.lines()))


def evaluate(frame: pl.DataFrame, plans: Sequence[Plan]) -> list[pl.DataFrame]:
    """Codes of several rules: for each a frame, reports x lines, Int8.

    All of one layer at once, one layer after another. As one lazy query it takes half as long again: polars then
    looks through thousands of expressions for what it could leave out, and there is nothing.
    """
    for depth in range(max((len(p.helpers) for p in plans), default=0)):
        layer = {name: made for p in plans if depth < len(p.helpers) for name, made in p.helpers[depth].items()}
        frame = frame.with_columns(**layer)
    wanted = [made.alias(f"{at}|{name}") for at, p in enumerate(plans) for name, made in p.codes]
    series = iter(frame.select(wanted).get_columns())
    return [pl.DataFrame([next(series).alias(name) for name, _ in p.codes]) for p in plans]


def _hint(name: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"。是不是想写 {near[0]}？" if near else ""


_SAID = {str: "文字", int: "整数", float: "数字", bool: "true 或 false"}


def _cast(name: str, value: Any, kind: Any) -> Any:
    """Turn the JSON value into the argument's type; ValueError where it is of another."""
    origin = get_origin(kind)
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"参数 {name} 要写成列表 […]")
        return tuple(_cast(name, v, get_args(kind)[0]) for v in value)
    if origin is Mapping:
        if not isinstance(value, dict):
            raise ValueError(f"参数 {name} 要写成 {{…}}")
        return {k: _cast(name, v, str) for k, v in value.items()}
    if origin is types.UnionType:
        return None if value is None else _cast(name, value, get_args(kind)[0])
    wanted = (int, float) if kind is float else kind
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"参数 {name} 要写成{_SAID[kind]}，现在是 {value!r}")
    return float(value) if kind is float else value
