"""Text that a report has in common with last year's report or with other bodies (雷同), for a whole corpus.

What everybody must write is no copy. Formulas of the national form are cut out by patterns, and a sentence
that several bodies of the batch have is their shared template: both are taken away first, and with them
digits, signs, the body's own name. What is left is the report's *own text*. Own texts are compared by the
share of their character 5-grams and by the longest passage (:mod:`gkaudit.panel.comparing`). Time and memory
grow with the number of reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from gkaudit.panel.bodies import name_of
from gkaudit.panel.comparing import PRINT, rivals_of, run_of, share_of
from gkaudit.panel.templates import Learning, learned

__all__ = ["Corpus", "Passage", "Settings", "Span", "Wide", "common"]

#: Fewer characters of a paragraph at the edge of a passage are no part of it.
_EDGE = 6
#: A fingerprint that more bodies have says nothing about who copied from whom.
_CAP = 8
#: Of a text that several bodies have: half of a county of some thirty towns.
_WIDE_CAP = 16
_TOWNS = ("镇", "乡", "街道", "管委会")
_ENDS = re.compile(r"[^。;；!！?？\n]+")
#: Digits and signs say nothing about who wrote a sentence.
_NOTHING = re.compile(r"[\d\W_]+")


@dataclass(frozen=True, slots=True)
class Settings:
    """What is compared.

    ``columns``: texts of the wide frame; ``formulas``: patterns of the form's fixed words; ``bodies``: a
    sentence that so many bodies have is a template.
    """

    columns: tuple[str, ...]
    formulas: tuple[str, ...]
    bodies: int


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text column of the wide frame."""

    column: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that two reports have in common, in either."""

    own: Span
    other: Span
    length: int


class Corpus:
    """The texts of a batch. Needs ``body``, ``organ``, ``county``, ``year`` and the columns of the settings.

    ``template``: numbers of the sentences that are a template, where a larger batch has told.
    """

    def __init__(self, frame: pl.DataFrame, settings: Settings, template: frozenset[int] | None = None) -> None:
        self.settings = settings
        self._template = template
        self._columns = [c for c in settings.columns if c in frame.columns]
        self._texts = {c: frame.get_column(c).to_list() for c in self._columns}
        self._formula = re.compile("|".join(f"(?:{p})" for p in settings.formulas)) if settings.formulas else None
        self.height = frame.height
        self._names = [_own_names(*pair) for pair in frame.select("organ", "county").iter_rows()]
        bodies = frame.get_column("body").to_list()
        # A report of nobody knows whom is a body by itself.
        self.bodies = [body if body is not None else f"#{at}" for at, body in enumerate(bodies)]
        self.years = frame.get_column("year").to_list()
        self.groups = _groups(frame)

    # ── own texts ───────────────────────────────────────────────────────────────────────────────

    def _sentences(self, at: int) -> Iterator[tuple[str, str, int, str]]:
        """Key, column, start and print of each sentence outside the formulas."""
        for column in self._columns:
            text = self._texts[column][at]
            if not text:
                continue
            cut = self._formula.sub(lambda found: "\n" * len(found[0]), text) if self._formula else text
            for found in _ENDS.finditer(cut):
                key = self._key(found[0], at)
                if key:
                    yield key, column, found.start(), found[0]

    def _key(self, sentence: str, at: int) -> str:
        for name in self._names[at]:
            sentence = sentence.replace(name, "")
        return _NOTHING.sub("", sentence)

    @cached_property
    def _lines(self) -> list[str]:
        """The keys of the sentences of each report, one a line."""
        return ["\n".join(key for key, *_ in self._sentences(at)) for at in range(self.height)]

    @cached_property
    def _keys(self) -> list[list[int]]:
        """A number for each sentence of each report."""
        return [[hash(key) for key in lines.split("\n")] if lines else [] for lines in self._lines]

    @cached_property
    def template(self) -> frozenset[int]:
        """Numbers of the sentences that several bodies have (valid in this process)."""
        if self._template is not None:
            return self._template
        numbers = {body: number for number, body in enumerate(dict.fromkeys(self.bodies))}
        lengths = [len(keys) for keys in self._keys]
        pairs = pl.DataFrame(
            {
                "key": np.fromiter((k for keys in self._keys for k in keys), dtype=np.int64, count=sum(lengths)),
                "body": np.repeat(np.array([numbers[b] for b in self.bodies], dtype=np.int64), lengths),
            }
        )
        counted = pairs.unique().group_by("key").len()
        return frozenset(counted.filter(pl.col("len") >= self.settings.bodies).get_column("key").to_list())

    def own(self, at: int) -> str:
        """The own text of a report: keys of its sentences that are no template, one a line."""
        lines = zip(self._lines[at].split("\n"), self._keys[at], strict=False)
        return "\n".join(key for key, number in lines if number not in self.template)

    def template_of(self, at: int) -> list[int]:
        """The template sentences of one report."""
        return [number for number in self._keys[at] if number in self.template]

    @cached_property
    def owns(self) -> list[str]:
        """The own texts of all reports."""
        return [self.own(at) for at in range(self.height)]

    # ── comparing ───────────────────────────────────────────────────────────────────────────────

    def share(self, at: int, other: int) -> float:
        """Part of the 5-grams of one own text that the other has, 0 to 1."""
        return share_of(self.owns[at], self.owns[other])

    def run(self, at: int, other: int) -> int:
        """Length of the longest passage of one own text that the other has; shorter ones than 16 count 0."""
        return run_of(self.owns[at], self.owns[other])

    def rivals(self) -> pl.DataFrame:
        """For each report up to three reports of other bodies (:func:`~gkaudit.panel.comparing.rivals_of`)."""
        return rivals_of(self.owns, self.bodies, self.years, _CAP)

    def wide(self, learning: Learning) -> Wide:
        """The texts of which only what is learned to be a template is taken away."""
        template = learned(self._keys, self.bodies, self.groups, learning)
        specific = re.compile(learning.specific)
        texts, listed, facts = [], [], []
        for at, flags in enumerate(template):
            lines = self._lines[at].split("\n") if self._lines[at] else []
            kept = [line for line, gone in zip(lines, flags, strict=True) if not gone]
            own = len(kept) == sum(number not in self.template for number in self._keys[at])
            # Most reports have no sentence between a template and their own: one text for both.
            texts.append(self.owns[at] if own else "\n".join(kept))
            listed.append([number for number, gone in zip(self._keys[at], flags, strict=True) if gone])
            facts.append(frozenset() if own else self._facts(at, flags, specific))
        return Wide(texts, listed, facts)

    def _facts(self, at: int, gone: Sequence[bool], specific: re.Pattern[str]) -> frozenset[int]:
        """Numbers of the sentences, outside the template, that say something of a place."""
        told = zip(self._sentences(at), gone, strict=True)
        return frozenset(
            hash(key) for (key, _, _, printed), flag in told if not flag and specific.search(printed) is not None
        )

    # ── passages ────────────────────────────────────────────────────────────────────────────────

    def places(self, at: int) -> tuple[str, list[tuple[str, int]]]:
        """The own text and where each of its characters stands (column and index)."""
        made: list[str] = []
        where: list[tuple[str, int]] = []
        for key, column, start, printed in self._sentences(at):
            if hash(key) in self.template:
                continue
            kept = self._kept(printed, at)
            made.append(key)
            where += [*((column, start + i) for i in kept), (column, start + len(printed) - 1)]
        return "\n".join(made), where[:-1]

    def _kept(self, printed: str, at: int) -> list[int]:
        """Indices of the characters of a sentence that are in its key."""
        left = list(range(len(printed)))
        for name in self._names[at]:
            text, found = "".join(printed[i] for i in left), []
            begin = text.find(name)
            while begin >= 0:
                found.append(begin)
                begin = text.find(name, begin + len(name))
            gone = {i + k for i in found for k in range(len(name))}
            left = [i for n, i in enumerate(left) if n not in gone]
        return [i for i in left if not _NOTHING.match(printed[i])]


@dataclass(frozen=True, slots=True)
class Wide:
    """Texts without what is learned to be a template.

    ``texts`` of all reports (the own text itself where there is no difference), the ``template`` sentences of
    each, and those of its other sentences that say something of a place (``facts``, empty without a difference).
    """

    texts: list[str]
    template: list[list[int]]
    facts: list[frozenset[int]]

    def rivals(self, corpus: Corpus) -> pl.DataFrame:
        """For each report with a wider text up to three of other bodies."""
        texts = [text if text is not own else "" for text, own in zip(self.texts, corpus.owns, strict=True)]
        return rivals_of(texts, corpus.bodies, corpus.years, _WIDE_CAP)

    def shared_facts(self, at: int, other: int) -> int:
        """Sentences about a place that both reports have."""
        return len(self.facts[at] & self.facts[other])


def common(corpus: Corpus, at: int, other: int, shortest: int) -> list[Passage]:
    """Passages of at least ``shortest`` characters of two own texts, the longest first, none twice."""
    mine, here = corpus.places(at)
    theirs, there = corpus.places(other)
    size = min(shortest, PRINT)
    known: dict[str, list[int]] = {}
    for i in range(len(theirs) - size + 1):
        known.setdefault(theirs[i : i + size], []).append(i)
    found: list[Passage] = []
    i = 0
    while i <= len(mine) - size:
        length, begin = max(
            ((_extent(mine, theirs, i, j), j) for j in known.get(mine[i : i + size], ())[:_CAP]), default=(0, 0)
        )
        # What runs on in the next part of the report is a passage of its own there.
        length = min(length, _run(here, i, length), _run(there, begin, length))
        cut, whole = _trimmed(mine[i : i + length])
        if whole >= shortest:
            found.append(Passage(_span(here, i + cut, whole), _span(there, begin + cut, whole), whole))
        i += max(length, 1)
    return sorted(found, key=lambda p: -p.length)


def _extent(mine: str, theirs: str, i: int, j: int) -> int:
    """How far two texts agree from two places on, without a line break at the end."""
    length = 0
    while i + length < len(mine) and j + length < len(theirs) and mine[i + length] == theirs[j + length]:
        length += 1
    return len(mine[i : i + length].rstrip("\n"))


def _trimmed(text: str) -> tuple[int, int]:
    """Where a passage begins and how long it is without a word or two of the paragraphs around it."""
    begin = text.rfind("\n", 0, _EDGE) + 1
    last = text.rfind("\n", max(len(text) - _EDGE, begin))
    return begin, (last if last > begin else len(text)) - begin


def _run(where: Sequence[tuple[str, int]], start: int, length: int) -> int:
    """How many of the characters from ``start`` on stand in the same column."""
    column = where[start][0] if length else ""
    return next((n for n, (c, _) in enumerate(where[start : start + length]) if c != column), length)


def _span(where: Sequence[tuple[str, int]], start: int, length: int) -> Span:
    """The print of a passage within one column."""
    column, first = where[start]
    return Span(column, first, where[start + length - 1][1] + 1)


def _groups(frame: pl.DataFrame) -> list[tuple[str | None, str | None]]:
    """The county and the city of each report, towns apart from other bodies: each has templates of its own."""
    columns = [c if c in frame.columns else None for c in ("body.county", "body.city", "level")]
    parts = [frame.get_column(c).to_list() if c else [None] * frame.height for c in columns]
    made = []
    for county, city, level in zip(*parts, strict=True):
        kind = "towns" if level in _TOWNS else str(level)
        # One county name occurs in several cities.
        made.append((f"{city}/{county}/{kind}" if county else None, f"{city}/{kind}" if city else None))
    return made


def _own_names(organ: Any, county: Any) -> tuple[str, ...]:
    """Names of the body and its regions, the longest first: whoever copies puts in their own."""
    name = name_of(organ, county)
    if name is None:
        return ()
    found = {name.name, *name.regions, *([organ] if organ else []), name.name.removesuffix("人民政府")}
    return tuple(sorted((n for n in found if len(n) > 1), key=lambda n: (-len(n), n)))
