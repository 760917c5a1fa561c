"""Rules about sums, with bounds: what cannot be read may be anything from 0 upwards.

A cell without a number stands for [0, ∞), in a signed column (本年增/减) for (-∞, ∞). So 0 against
“at least 1” is broken even where a blank stands in the sum, and 0 against 0+blank is undetermined.
"""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, ClassVar

import polars as pl

from gkaudit.form import TABLES, all_keys
from gkaudit.gx.rules_base import (
    BROKEN,
    HOLDS,
    NOT_APPLICABLE,
    PRIOR,
    PRIOR_WHY,
    ROUNDING,
    UNDETERMINED,
    Helpers,
    Line,
    Measured,
    Rule,
    any_of,
    coded,
    columns_of,
    constant,
    here,
    nowhere,
    on_frame,
    open_cell,
    open_helpers,
    plain,
    prior_absent,
    prior_helpers,
    prior_open,
    require,
    require_keys,
    require_some,
    rows_of,
    signed,
)

__all__ = ["CellsAtLeast", "SumAtLeast", "SumsToBalance", "ZeroTogether"]

#: A side of so few cells is named whole; of a longer one only what adds something.
_SHORT = 2


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a comparison as expressions: known part of the sum, and what is open about it."""

    known: pl.Expr
    open: pl.Expr | None
    bottomless: pl.Expr | None


def _either(*flags: pl.Expr | None) -> pl.Expr | None:
    given = [f for f in flags if f is not None]
    return pl.any_horizontal(given) if given else None


def _unless(flag: pl.Expr, *others: pl.Expr | None) -> pl.Expr:
    for other in others:
        if other is not None:
            flag = flag & ~other
    return flag


def _side(keys: tuple[str, ...], columns: frozenset[str]) -> _Side:
    cells = on_frame((k for k in keys if not k.startswith(PRIOR)), columns)
    priors = [k for k in keys if k.startswith(PRIOR)]
    terms = [pl.col(k) for k in (*cells, *priors)]
    return _Side(
        known=pl.sum_horizontal(terms) if terms else pl.repeat(0.0, pl.len()),
        open=_either(*(open_cell(k) for k in cells), *(prior_open(k, columns) for k in priors)),
        bottomless=_either(*(open_cell(k) for k in cells if signed(k))),
    )


def _helpers(keys: Iterable[str], columns: frozenset[str]) -> Helpers:
    both = tuple(keys)
    own = open_helpers(on_frame((k for k in both if not k.startswith(PRIOR)), columns))
    return (own | prior_helpers((k.removeprefix(PRIOR) for k in both if k.startswith(PRIOR)), columns),)


def _absent(sides: Iterable[tuple[str, ...]], columns: frozenset[str]) -> list[pl.Expr] | None:
    """Flags that say that there is nothing to compare; None where there never is."""
    absent: list[pl.Expr] = []
    for keys in sides:
        cells = tuple(k for k in keys if not k.startswith(PRIOR))
        found = on_frame(cells, columns)
        earlier = [prior_absent(k, columns) for k in keys if k.startswith(PRIOR)]
        if (cells and not found) or any(flag is None for flag in earlier):
            return None
        absent += [nowhere(found)] if found else []
        absent += [flag for flag in earlier if flag is not None]
    return absent


@dataclass(frozen=True, slots=True)
class _Sums(Rule):
    """Two sums a line; see the two rules below. ``given``: a line is judged only where these lines hold."""

    table: str
    along: str
    lines_: tuple[str, ...]
    left: tuple[str, ...]
    right: tuple[str, ...]
    tolerance: float = 0.0
    given: tuple[str, ...] = ()

    def check(self) -> None:
        require("表 ", [self.table], TABLES)
        require("along ", [self.along], ("columns", "rows"))
        require_some("lines", self.lines_)
        require_some("left", self.left)
        rows, columns = tuple(rows_of(self.table)), columns_of(self.table)
        names = [n.removeprefix(PRIOR) for n in chain(self.left, self.right)]
        by_columns = self.along == "columns"
        require("列 " if by_columns else "行 ", (*self.lines_, *self.given), columns if by_columns else rows)
        require("行 " if by_columns else "列 ", names, rows if by_columns else columns)
        if self.tolerance < 0:
            raise ValueError("tolerance 不能小于 0")
        for line in (*self.lines_, *self.given):
            for name, key in zip(names, self._keys(line, (*self.left, *self.right)), strict=True):
                if key.removeprefix(PRIOR) not in all_keys():
                    raise ValueError(f"表 {self.table} 里没有“{line}”与“{name}”相交的单元格")

    def _keys(self, line: str, names: tuple[str, ...]) -> tuple[str, ...]:
        keys = []
        for name in names:
            bare = name.removeprefix(PRIOR)
            row, column = (bare, line) if self.along == "columns" else (line, bare)
            keys.append(name[: len(name) - len(bare)] + f"{self.table}.{row}.{column}")
        return tuple(keys)

    def lines(self) -> tuple[Line, ...]:
        both = (*self.left, *self.right)
        return tuple(
            Line(name, tuple(k for k in self._keys(name, both) if not k.startswith(PRIOR))) for name in self.lines_
        )

    def reason(self, line: Line) -> str | None:  # noqa: ARG002
        return PRIOR_WHY if any(n.startswith(PRIOR) for n in (*self.left, *self.right)) else None

    def sides(self, line: Line) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Keys of both sides of a line; those of the year before begin with ``prior.``."""
        return self._keys(line.name, self.left), self._keys(line.name, self.right)

    def helpers(self, columns: frozenset[str]) -> Helpers:
        names = (*self.lines_, *self.given)
        return _helpers(chain.from_iterable(self._keys(name, (*self.left, *self.right)) for name in names), columns)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        code = self._code(line.name, columns)
        if not self.given:
            return code
        kept = pl.all_horizontal([self._code(name, columns) == HOLDS for name in self.given])
        return pl.when(kept).then(code).otherwise(pl.lit(NOT_APPLICABLE, dtype=pl.Int8))

    def _code(self, name: str, columns: frozenset[str]) -> pl.Expr:
        sides = [self._keys(name, self.left), self._keys(name, self.right)]
        absent = _absent(sides, columns)
        if absent is None:
            return constant(NOT_APPLICABLE)
        left, right = (_side(keys, columns) for keys in sides)
        excess = left.known - right.known
        return self._compare(left, right, excess, any_of(absent))

    @abstractmethod
    def _compare(self, left: _Side, right: _Side, excess: pl.Expr, absent: pl.Expr) -> pl.Expr:
        """Codes from both sides; ``excess`` is the known part of left minus that of right."""

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        sides = {name: self._keys(line.name, getattr(self, name)) for name in ("left", "right")}
        return _measured(sides, row, self._said)

    def _said(self, side: str, known: float, missing: tuple[str, ...]) -> str:  # noqa: ARG002 - a subclass needs it
        return _printed(known, missing)


def _measured(
    sides: Mapping[str, tuple[str, ...]], row: Mapping[str, Any], say: Callable[[str, float, tuple[str, ...]], str]
) -> Measured:
    """The two sides (``left`` and ``right``) of one report written out."""
    used = {name: tuple(k for k in keys if k.startswith(PRIOR) or here(row, (k,))) for name, keys in sides.items()}
    sums = {name: sum(row.get(k) or 0.0 for k in keys) for name, keys in used.items()}
    missing = {name: tuple(k for k in keys if row.get(k) is None) for name, keys in used.items()}
    concerned = [
        k
        for keys in used.values()
        for k in keys
        if not k.startswith(PRIOR) and (len(keys) <= _SHORT or row.get(k) is None or row[k])
    ]
    details: dict[str, Any] = {
        "left": {k: row.get(k) for k in used["left"]},
        "right": {k: row.get(k) for k in used["right"] if row.get(k) is None or row[k]},
        "unknown": [*missing["left"], *missing["right"]],
        "difference": plain(sums["left"] - sums["right"]),
    }
    said = {name: say(name, sums[name], missing[name]) for name in used}
    return Measured(said["left"], said["right"], tuple(dict.fromkeys(concerned)), details)


def _printed(known: float, missing: tuple[str, ...]) -> str:
    """Print the sum; ≥ where more may come on top, ? where it may be anything."""
    if any(signed(k) for k in missing if not k.startswith(PRIOR)):
        return f"{plain(known)}+?"
    return f"≥{plain(known)}" if missing else plain(known)


@dataclass(frozen=True, slots=True)
class SumsToBalance(_Sums):
    """Σ left = Σ right on every line, within ``tolerance`` (same unit as the cells)."""

    type: ClassVar[str] = "expect_sums_to_balance"

    def _compare(self, left: _Side, right: _Side, excess: pl.Expr, absent: pl.Expr) -> pl.Expr:
        slack = self.tolerance + ROUNDING
        over = _unless(excess > slack, right.open, left.bottomless)
        under = _unless(excess < -slack, left.open, right.bottomless)
        return coded(absent=absent, broken=over | under, open_=_either(left.open, right.open))


@dataclass(frozen=True, slots=True)
class SumAtLeast(_Sums):
    """Σ left ≥ Σ right on every line; an empty ``right`` stands for 0."""

    type: ClassVar[str] = "expect_sum_at_least"

    def _compare(self, left: _Side, right: _Side, excess: pl.Expr, absent: pl.Expr) -> pl.Expr:  # noqa: ARG002
        return _compared(left, right, absent, self.tolerance + ROUNDING)

    def _said(self, side: str, known: float, missing: tuple[str, ...]) -> str:
        return _at_least(side, known, missing)


def _compared(left: _Side, right: _Side, absent: pl.Expr, slack: float) -> pl.Expr:
    """Codes of left ≥ right."""
    enough = left.known - right.known >= -slack
    broken = _unless(~enough, left.open, right.bottomless)
    certain = _unless(enough, right.open, left.bottomless)
    return coded(absent=absent, broken=broken, open_=~certain)


def _at_least(side: str, known: float, missing: tuple[str, ...]) -> str:
    said = _printed(known, missing)
    return said if side == "left" or said.startswith("≥") else f"≥{said}"


@dataclass(frozen=True, slots=True)
class CellsAtLeast(Rule):
    """Σ left ≥ Σ right for cells named by their keys (``prior.…``: of the report of the year before)."""

    type: ClassVar[str] = "expect_cells_at_least"
    left: tuple[str, ...]
    right: tuple[str, ...]

    def check(self) -> None:
        for name in ("left", "right"):
            require_some(name, getattr(self, name))
            require("单元格 ", (k.removeprefix(PRIOR) for k in getattr(self, name)), all_keys())

    def lines(self) -> tuple[Line, ...]:
        own = tuple(k for k in (*self.left, *self.right) if not k.startswith(PRIOR))
        return (Line(self.right[0].removeprefix(PRIOR), own),)

    def reason(self, line: Line) -> str | None:  # noqa: ARG002
        return PRIOR_WHY

    def helpers(self, columns: frozenset[str]) -> Helpers:
        return _helpers((*self.left, *self.right), columns)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        absent = _absent((self.left, self.right), columns)
        if absent is None:
            return constant(NOT_APPLICABLE)
        left, right = (_side(keys, columns) for keys in (self.left, self.right))
        return _compared(left, right, any_of(absent), ROUNDING)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        return _measured({"left": self.left, "right": self.right}, row, _at_least)


@dataclass(frozen=True, slots=True)
class ZeroTogether(Rule):
    """Of two cells both are 0 or neither is (采购项目数量 and 采购总金额)."""

    type: ClassVar[str] = "expect_zero_together"
    keys: tuple[str, ...]

    def check(self) -> None:
        require_keys(self.keys)
        if len(self.keys) != _SHORT:
            raise ValueError("keys 要正好两个单元格")

    def lines(self) -> tuple[Line, ...]:
        return (Line("pair", self.keys),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        if on_frame(line.keys, columns) != line.keys:
            return constant(NOT_APPLICABLE)
        first, second = (pl.col(k) == 0 for k in line.keys)
        absent = any_of(pl.col(f"{k}|state").is_null() for k in line.keys)
        differ = first != second
        code = pl.when(differ).then(pl.lit(BROKEN, dtype=pl.Int8)).otherwise(pl.lit(0, dtype=pl.Int8))
        code = pl.when(differ.is_null()).then(pl.lit(UNDETERMINED, dtype=pl.Int8)).otherwise(code)
        return pl.when(absent).then(pl.lit(NOT_APPLICABLE, dtype=pl.Int8)).otherwise(code)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        first, second = (plain(row.get(k)) for k in line.keys)
        keys = sorted(line.keys, key=lambda k: row.get(k) not in {0, None})
        sides = {name: {k: row.get(k)} for name, k in zip(("left", "right"), line.keys, strict=True)}
        return Measured(f"{first}、{second}", "", tuple(keys), sides)
