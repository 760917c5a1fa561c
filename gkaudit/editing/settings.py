"""Costs, events and limits (``data/editing.json``), as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["Limits", "catalogue", "cost", "limits"]


@cache
def catalogue() -> dict[str, Any]:
    """The whole file."""
    loaded: dict[str, Any] = json.loads(files("gkaudit").joinpath("data/editing.json").read_text("utf-8"))
    return loaded


def cost(section: str, name: str) -> float:
    """The cost of a slip, e.g. ``cost("read", "zero")``."""
    return float(catalogue()[section][name])


@dataclass(frozen=True, slots=True)
class Limits:
    """When explanations are ties, rivals or too many; ``seconds`` is the time for one part of one report."""

    margin: float
    margin_acts: float
    window: float
    window_acts: float
    ties: int
    cells: int
    shown: int
    solves: int
    seconds: float


@cache
def limits() -> Limits:
    """The limits of the file."""
    return Limits(**{name: value for name, value in catalogue()["limits"].items() if name != "comment"})
