"""What every rule about claims shares: the claims of all reports as one frame, and codes by line.

The column ``claims`` of the wide frame is unfolded once a rule, judged as a frame for the whole batch, and
folded into codes: a line is broken where one of its claims is, else undetermined, else it holds; where
nothing is stated it is not applicable. The numbers of one report are found by the same way on one row.
"""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

import hashlib
import json
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from gkaudit.frames import CLAIM, STATE
from gkaudit.gx.rules_base import (
    BROKEN,
    FRAME,
    FRAME_ROW,
    HOLDS,
    NOT_APPLICABLE,
    UNDETERMINED,
    Helpers,
    Line,
    Measured,
    constant,
    plain,
)
from gkaudit.gx.rules_text import Scoped

__all__ = ["AT", "CLAIMS", "CODE", "LINE", "SaidRule", "listed_numbers", "unfolded"]

#: Column of the wide frame, and columns of the frame of claims: row of the report, line of the rule, code.
CLAIMS, AT, LINE, CODE = "claims", "~at", "~line", "~code"
#: So many numbers are written out.
_MOST = 4


def unfolded(frame: pl.DataFrame) -> pl.DataFrame:
    """Claims of all reports, one row each: the columns of :data:`gkaudit.frames.CLAIM` and the row of the report."""
    listed = frame.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias(AT), CLAIMS)
    return listed.filter(pl.col(CLAIMS).list.len() > 0).explode(CLAIMS).unnest(CLAIMS)


def listed_numbers(said: Iterable[Mapping[str, Any]]) -> str:
    """The numbers of claims, each once."""
    numbers = list(dict.fromkeys(plain(claim["value"]) for claim in said))
    return "、".join(numbers[:_MOST])


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidRule(Scoped):
    """A rule whose lines are judged claim by claim."""

    @abstractmethod
    def needs(self) -> Sequence[str]:
        """Cells that the rule looks at."""

    @abstractmethod
    def judged(self, said: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
        """Claims that the rule judges with :data:`LINE` (place in ``lines()``) and :data:`CODE`.

        ``said`` is what :func:`unfolded` makes of ``frame``, the wide frame cut to the columns needed.
        """

    def about(self, line: Line, said: pl.DataFrame) -> pl.DataFrame:  # noqa: ARG002 - for who can tell
        """Those claims that can have a place on a line, where that is cheap to tell; else all."""
        return said

    @abstractmethod
    def measured(self, line: Line, said: list[dict[str, Any]], row: Mapping[str, Any]) -> Measured:
        """What is wrong on a line of one report.

        ``said``: its broken claims in the order of the text; where none is, those that cannot be judged.
        """

    def _column(self) -> str:
        """Name of the helper column with the codes: equal arguments share it."""
        arguments = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return f"~said.{self.type}.{hashlib.sha256(arguments.encode()).hexdigest()[:12]}"

    def _needed(self, columns: frozenset[str]) -> list[str]:
        names = [CLAIMS, *(name for key in self.needs() for name in (key, f"{key}|state"))]
        return [name for name in names if name in columns]

    def helpers(self, columns: frozenset[str]) -> Helpers:
        if CLAIMS not in columns:
            return ()
        kind = pl.Struct({line.name: pl.Int8 for line in self.lines()})
        made = pl.struct(self._needed(columns)).map_batches(self._codes, return_dtype=kind)
        return ({self._column(): made},)

    def _codes(self, data: pl.Series) -> pl.Series:
        """A struct of codes, one field a line."""
        frame = data.struct.unnest()
        found = self.judged(unfolded(frame), frame)
        lines = self.lines()
        codes = [pl.repeat(NOT_APPLICABLE, frame.height, dtype=pl.Int8, eager=True) for _ in lines]
        for code in (HOLDS, UNDETERMINED, BROKEN):
            wanted = found.filter(pl.col(CODE) == code)
            for (line,), part in wanted.partition_by(LINE, as_dict=True).items():
                codes[line] = codes[line].scatter(part.get_column(AT), code)
        return pl.DataFrame([c.alias(line.name) for c, line in zip(codes, lines, strict=True)]).to_struct("codes")

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:
        if CLAIMS not in columns:
            return constant(NOT_APPLICABLE)
        code = pl.col(self._column()).struct.field(line.name)
        return self.coded(columns, absent=code == NOT_APPLICABLE, broken=code == BROKEN, open_=code == UNDETERMINED)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:
        """Judge the one report once more, and ask for what is broken."""
        frame = self._one(row)
        at = [known.name for known in self.lines()].index(line.name)
        found = self.judged(self.about(line, unfolded(frame)), frame).filter(
            (pl.col(LINE) == at) & (pl.col(CODE) != HOLDS)
        )
        worst = found.filter(pl.col(CODE) == found.get_column(CODE).min()).sort("order")
        return self.measured(line, worst.to_dicts(), row)

    def _one(self, row: Mapping[str, Any]) -> pl.DataFrame:
        """The frame of one report: cut out where its row says where it lies, else made of the row."""
        whole: pl.DataFrame | None = row.get(FRAME)
        at: int | None = row.get(FRAME_ROW)
        if whole is not None and at is not None:
            return whole.slice(at, 1).select(self._needed(frozenset(whole.columns)))
        cells = [key for key in self.needs() if key in row]
        kinds: dict[str, Any] = {CLAIMS: pl.List(pl.Struct(CLAIM))}
        kinds |= dict.fromkeys(cells, pl.Float64) | {f"{key}|state": STATE for key in cells}
        return pl.DataFrame({name: [row.get(name)] for name in kinds}, schema=kinds)
