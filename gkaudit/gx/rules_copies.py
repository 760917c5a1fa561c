"""Text that is last year's, or another body's (雷同); what is compared is said in :mod:`gkaudit.panel.copies`.

Both rules need the whole batch before they can judge one report, so what they compare is computed once, by
``prepare``, into a few columns of the wide frame.
"""

# ruff: noqa: D102 - what check, lines, helpers, code and measure do is said once, in Rule.
from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from gkaudit.gx.rules_base import (
    FRAME,
    FRAME_ROW,
    NOT_APPLICABLE,
    PRIOR_ROW,
    PRIOR_WHY,
    Line,
    Measured,
    Rule,
    coded,
    constant,
    digest,
    require_counts,
)
from gkaudit.gx.rules_text import Hit, columns_of, no_text, prepared, require_parts, require_text_pattern
from gkaudit.panel.comparing import SURE, run_of, share_of
from gkaudit.panel.copies import Corpus, Settings, Span, Wide, common
from gkaudit.panel.templates import Learning

__all__ = ["TextNotShared", "TextRenewed"]

#: Passages in common that are shown, and the shortest of them (characters).
_MOST, _SHORTEST = 6, 16
_NEEDED = ("body", "organ", "county", "year")


@dataclass(frozen=True, slots=True)
class _Copies(Rule):
    """What both rules share.

    ``within``: parts that are compared; ``formulas``: patterns of the form's fixed words, cut out first;
    ``bodies``: a sentence that so many bodies have is their template; ``least``: own texts of fewer
    characters are not judged.
    """

    within: tuple[str, ...]
    formulas: tuple[str, ...]
    bodies: int
    least: int

    def check(self) -> None:
        require_parts(self.within)
        for pattern in self.formulas:
            require_text_pattern(pattern)
        if self.bodies < 2:  # noqa: PLR2004 - what one body has is its own
            raise ValueError("bodies 不能小于 2")
        require_counts(least=self.least)

    def _settings(self) -> Settings:
        return Settings(columns_of(self.within), tuple(map(prepared, self.formulas)), self.bodies)

    def _name(self, part: str) -> str:
        return f"~copies.{digest(self.within, self.formulas, self.bodies)}.{part}"

    def prepare(self, frame: pl.DataFrame, kept: dict[str, Any]) -> dict[str, pl.Series]:
        if not set(_NEEDED) <= set(frame.columns):
            return {}
        if self._name("corpus") not in kept:
            kept[self._name("corpus")] = Corpus(frame, self._settings())
        corpus: Corpus = kept[self._name("corpus")]
        made: dict[str, pl.Series] = {}
        if self._name("length") not in frame.columns:
            lengths = [len(own) for own in corpus.owns]
            made[self._name("length")] = pl.Series(lengths, dtype=pl.Int32)
            template = [corpus.template_of(at) for at in range(corpus.height)]
            made[self._name("template")] = pl.Series(template, dtype=pl.List(pl.Int64))
        return made | self._compared(frame, corpus)

    @abstractmethod
    def _compared(self, frame: pl.DataFrame, corpus: Corpus) -> dict[str, pl.Series]:
        """Columns that say what each report has in common with which other."""

    def _few(self) -> pl.Expr:
        return pl.col(self._name("length")) < self.least

    def _measured(self, other: int | None, share: float, row: Mapping[str, Any], template: str) -> Measured:
        """The passages outside the template (a column of sentences) that both reports have."""
        frame: pl.DataFrame | None = row.get(FRAME)
        at: int | None = row.get(FRAME_ROW)
        if frame is None or at is None or other is None:
            return Measured("", "")
        gone = frozenset(k for i in (at, other) for k in frame.item(i, self._name(template)))
        # The frame has more than a thousand columns, and two rows of it take all of them along.
        asked = [name for name in ("report_id", *_NEEDED, *columns_of(self.within)) if name in frame.columns]
        both = frame.select(asked)[[at, other]]
        found = common(Corpus(both, self._settings(), gone), 0, 1, _SHORTEST)
        theirs = both.row(1, named=True)
        passages = [(_hit(p.own, row), _hit(p.other, theirs), p.length) for p in found[:_MOST]]
        fields = {
            "share": f"{share:.0%}",
            "body": str(theirs["organ"] or theirs["report_id"]),
            "other_year": theirs["year"] or "",
            "length": max((p.length for p in found), default=0),
        }
        copies = {"other": theirs["report_id"], "share": share, "passages": passages}
        hits = [own for own, _, _ in passages]
        return Measured(hits[0].text if hits else "", "", (), {"hits": hits, "fields": fields, "copies": copies})


def _hit(span: Span, row: Mapping[str, Any]) -> Hit:
    return Hit(span.column, span.start, span.end, str(row[span.column])[span.start : span.end])


@dataclass(frozen=True, slots=True)
class TextRenewed(_Copies):
    """Less than ``share`` of the own text is in the body's report of the year before.

    Counted in character 5-grams. What has at least ``below`` in common and ``below_least`` characters is
    judged by another entry.
    """

    type: ClassVar[str] = "expect_text_renewed"
    around: ClassVar[bool] = True
    share: float
    below: float = 2.0
    below_least: int = 0

    def check(self) -> None:
        _Copies.check(self)
        if not 0 < self.share <= 1 or self.below <= self.share:
            raise ValueError("share 要在 0 和 1 之间，below 要大于 share")

    def lines(self) -> tuple[Line, ...]:
        return (Line("last_year"),)

    def reason(self, line: Line) -> str | None:  # noqa: ARG002
        return PRIOR_WHY

    def _compared(self, frame: pl.DataFrame, corpus: Corpus) -> dict[str, pl.Series]:
        if PRIOR_ROW not in frame.columns or self._name("same") in frame.columns:
            return {}
        pairs = enumerate(frame.get_column(PRIOR_ROW).to_list())
        same = [None if p is None or not corpus.owns[p] else corpus.share(at, p) for at, p in pairs]
        return {self._name("same"): pl.Series(same, dtype=pl.Float64)}

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if not {self._name("same"), self._name("length"), PRIOR_ROW} <= columns:
            return constant(NOT_APPLICABLE)
        same = pl.col(self._name("same"))
        unclear = pl.col(PRIOR_WHY).is_not_null() if PRIOR_WHY in columns else pl.lit(value=False)
        absent = (pl.col(PRIOR_ROW).is_null() & ~unclear) | no_text(self.within, columns) | self._few()
        elsewhere = (same >= self.below) & (pl.col(self._name("length")) >= self.below_least)
        return coded(absent=absent, broken=(same >= self.share) & ~elsewhere, open_=same.is_null())

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        return self._measured(row.get(PRIOR_ROW), row.get(self._name("same")) or 0.0, row, "template")


@dataclass(frozen=True, slots=True)
class TextNotShared(_Copies):
    """No other body has most of the text, or a long passage of it, in the same year or the years beside it.

    Broken where one has at least ``share`` of the 5-grams of the own text, or ``run`` characters of it on end.
    What several bodies have is not their own, but it is their template only where ``majority`` of a county or
    a city (at least ``bodies``) have it, or bodies of ``places`` counties: beyond that the text is broken as
    well where one other body has ``share`` of it and it is ``wide_least`` long, or ``wide_run`` characters on
    end, and both have ``facts`` sentences that match ``specific`` (what is said of one place).
    """

    type: ClassVar[str] = "expect_text_not_shared"
    around: ClassVar[bool] = True
    share: float
    run: int
    majority: float
    places: int
    specific: str
    facts: int
    wide_least: int
    wide_run: int

    def check(self) -> None:
        _Copies.check(self)
        require_text_pattern(self.specific)
        if not 0 < self.share <= 1 or not 0 < self.majority <= 1:
            raise ValueError("share、majority 要在 0 和 1 之间")
        if min(self.run, self.wide_run) < SURE:
            raise ValueError(f"run、wide_run 不能小于 {SURE}")
        if self.places < 2 or self.facts < 1 or self.wide_least < self.least:  # noqa: PLR2004 - one county is a place
            raise ValueError("places 不能小于 2，facts 不能小于 1，wide_least 不能小于 least")

    def lines(self) -> tuple[Line, ...]:
        return (Line("bodies"),)

    def _wide(self, part: str) -> str:
        return self._name(f"{digest(self.majority, self.places, self.specific)}.{part}")

    def _compared(self, frame: pl.DataFrame, corpus: Corpus) -> dict[str, pl.Series]:
        made: dict[str, pl.Series] = {}
        if self._name("other") not in frame.columns:
            own = _best(corpus.rivals(), corpus.owns)
            made |= {self._name(n): column for n, column in _columns(own, frame.height).items()}
        if self._wide("other") not in frame.columns:
            wide = corpus.wide(Learning(self.bodies, self.majority, self.places, prepared(self.specific)))
            found = _best(wide.rivals(corpus), wide.texts)
            made |= {self._wide(n): column for n, column in _columns(found, frame.height).items()}
            made |= self._texts(wide, found)
        return made

    def _texts(self, wide: Wide, found: Mapping[int, tuple[int, float, int]]) -> dict[str, pl.Series]:
        """Length, template sentences and shared facts of the wider texts."""
        facts = [wide.shared_facts(at, found[at][0]) if at in found else 0 for at in range(len(wide.texts))]
        return {
            self._wide("length"): pl.Series([len(text) for text in wide.texts], dtype=pl.Int32),
            self._wide("facts"): pl.Series(facts, dtype=pl.Int32),
            self._name("handed_down"): pl.Series(wide.template, dtype=pl.List(pl.Int64)),
        }

    def _own_broken(self) -> pl.Expr:
        most = (pl.col(self._name("share")) >= self.share) & ~self._few()
        return (most | (pl.col(self._name("run")) >= self.run)).fill_null(value=False)

    def code(self, line: Line, columns: frozenset[str]) -> pl.Expr:  # noqa: ARG002 - there is one line
        if not {self._name("other"), self._name("length"), self._wide("other")} <= columns:
            return constant(NOT_APPLICABLE)
        long = pl.col(self._wide("length")) >= self.wide_least
        most = (pl.col(self._wide("share")) >= self.share) & long
        several = (most | (pl.col(self._wide("run")) >= self.wide_run)) & (pl.col(self._wide("facts")) >= self.facts)
        broken = self._own_broken() | several.fill_null(value=False)
        return coded(absent=no_text(self.within, columns), broken=broken)

    def measure(self, line: Line, row: Mapping[str, Any]) -> Measured:  # noqa: ARG002
        share, run = (row.get(self._name(part)) or 0 for part in ("share", "run"))
        own = run >= self.run or (share >= self.share and (row.get(self._name("length")) or 0) >= self.least)
        name = self._name if own else self._wide
        template = "template" if own else "handed_down"
        return self._measured(row.get(name("other")), row.get(name("share")) or 0.0, row, template)


def _best(rivals: pl.DataFrame, texts: Sequence[str]) -> dict[int, tuple[int, float, int]]:
    """For each row the other one with the largest share, the share, and the longest passage."""
    best: dict[int, tuple[int, float, int]] = {}
    for at, other, _ in rivals.iter_rows():
        found = (other, share_of(texts[at], texts[other]), run_of(texts[at], texts[other]))
        if at not in best or found[1:] > best[at][1:]:
            best[at] = found
    return best


def _columns(best: Mapping[int, tuple[int, float, int]], height: int) -> dict[str, pl.Series]:
    columns: list[list[Any]] = [[best[at][i] if at in best else None for at in range(height)] for i in range(3)]
    kinds = (("other", pl.UInt32), ("share", pl.Float64), ("run", pl.Int32))
    return {name: pl.Series(column, dtype=kind) for (name, kind), column in zip(kinds, columns, strict=True)}
