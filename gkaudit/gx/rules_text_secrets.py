"""Numbers that must not be public: identity numbers, mobile numbers, bank cards."""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import NOT_APPLICABLE, Line, Measured, constant, require
from gkaudit.gx.rules_text import (
    Hit,
    Scoped,
    anywhere,
    columns_of,
    either,
    hits,
    judged,
    listed,
    no_text,
    require_parts,
    require_text_pattern,
    shown,
)
from gkaudit.masking import CHECKSUMS, KINDS, joined, number

__all__ = ["NumbersAbsent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersAbsent(Scoped):
    """No number of a kind that belongs to a person stands in the parts ``within``.

    ``pattern`` finds it; ``checksum`` (``id18``, ``luhn``, ``none``) tells it from other numbers. A number
    that is part of a longer one, of an address on the web or of a file name is none. What matches one of
    ``exceptions`` is cut out first: published contacts, index numbers. ``mask``: how it is covered.
    """

    type: ClassVar[str] = "expect_numbers_absent"
    pattern: str
    checksum: str
    mask: str
    within: tuple[str, ...]
    exceptions: tuple[str, ...] = field(default=())

    def check(self) -> None:
        Scoped.check(self)
        require_parts(self.within)
        for pattern in (self.pattern, *self.exceptions):
            require_text_pattern(pattern)
        require("checksum ", [self.checksum], CHECKSUMS)
        require("mask ", [self.mask], KINDS)

    def lines(self) -> tuple[Line, ...]:
        return (Line(self.mask),)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        known = [c for c in columns_of(self.within) if c in columns]
        if not known:
            return constant(NOT_APPLICABLE)
        maybe = anywhere(self.within, columns, self.pattern, either(self.exceptions))
        broken = judged(known, lambda row: int(bool(self._found(row))), maybe)
        return self.coded(columns, absent=no_text(self.within, columns), broken=broken == 1)

    def _found(self, row: Mapping[str, Any]) -> list[Hit]:
        check = CHECKSUMS[self.checksum]
        found = hits(row, self.within, self.pattern, either(self.exceptions))
        return [h for h in found if check(number(h.text)) and not joined(row[h.column], h.start, h.end)]

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        found = self._found(row)
        words = listed(shown(hit, self.mask) for hit in found)
        return Measured(words, "", (), {"hits": found, "words": True, "mask": self.mask})
