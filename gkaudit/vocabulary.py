"""Labels of the form as one vocabulary: what a piece of text may be the label of, and how surely.

Comparison is made on folded text (no enumerator, white space, punctuation), exactly first and by
edit distance after that: real reports misprint labels, and scanned ones mangle them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from gkaudit.chars import fold, squash
from gkaudit.form import EDITIONS, Column, Edition, Row, form

__all__ = [
    "COUNTS",
    "NUMBER_HEADINGS",
    "REMARK_HEADINGS",
    "UNIT_HEADINGS",
    "Hit",
    "edition_of",
    "ends_group",
    "group_names",
    "is_explained",
    "is_label",
    "is_label_part",
    "label_hit",
    "printed_labels",
    "remedy_headings",
    "row_labels",
    "unquoted",
]

#: What is counted, as columns of their own and cells say it behind or instead of 件.
COUNTS = frozenset({"件", "项", "个", "宗", "份", "起"})
#: Headings of columns that offices add to the form: what is counted, the number of the row, remarks.
UNIT_HEADINGS, NUMBER_HEADINGS = frozenset({"单位", "计量单位"}), frozenset({"行次", "序号"})
REMARK_HEADINGS = frozenset({"备注", "说明"})
#: Below this similarity two labels are not the same label.
SIMILAR = 0.72
#: What stands in brackets behind a label and explains it; a word or two there (上年, 维持) make it another one.
_EXPLANATION, _EXPLAINED = re.compile(r"([^()]{2,})\(([^()]{10,200})\)"), 0.98
#: Characters that differ in one short stroke, which a poor copy loses or adds. Numerals are not among them.
_ALIKE = ("自白目", "其共", "未末", "己已巳", "申中", "人入", "干千于", "士土", "日曰", "他地", "计汁讨", "杜社")
_AS_ONE = str.maketrans({char: group[0] for group in _ALIKE for char in group})


@dataclass(frozen=True, slots=True)
class Hit:
    """A label of the form: ``kind`` is row, column, group, caption, header or note."""

    kind: str
    table: str
    name: str
    score: float
    #: Printed exactly as on the form (up to white space and brackets).
    exact: bool


@cache
def row_labels(row: Row) -> tuple[str, ...]:
    """Folded label and aliases of a row."""
    return tuple(dict.fromkeys(fold(text) for text in (row.label, *row.aliases)))


def _labels_of(kind: str, table: str, item: Row | Column) -> Iterator[tuple[str, Hit]]:
    yield item.label, Hit(kind, table, item.name, 1.0, exact=True)
    for alias in item.aliases:
        yield alias, Hit(kind, table, item.name, 1.0, exact=False)
    if item.group:
        yield item.group, Hit("group", table, item.group, 1.0, exact=True)


def _all_labels() -> Iterator[tuple[str, Hit]]:
    for table in (table for edition in EDITIONS for table in form(edition).tables):
        for row in table.rows:
            yield from _labels_of("row", table.name, row)
        for column in table.columns:
            yield from _labels_of("column", table.name, column)
        for block in table.blocks:
            yield block.caption, Hit("caption", table.name, block.caption, 1.0, exact=True)
        for kind, text in (("note", table.note), ("header", table.header), ("header", table.heading)):
            if text:
                yield text, Hit(kind, table.name, text, 1.0, exact=True)
    for text in remedy_headings():
        yield text, Hit("header", "remedies", text, 1.0, exact=True)


@cache
def printed_labels() -> tuple[str, ...]:
    """All labels of the form, and those that offices print for them."""
    return tuple(dict.fromkeys(text for text, _ in _all_labels()))


@cache
def remedy_headings() -> tuple[str, ...]:
    """Headings of 表四, which prints its rows over the columns: 行政诉讼-复议后起诉 gives two of them."""
    rows = form().table("remedies").rows
    return tuple(dict.fromkeys(part for row in rows for part in row.label.split("-")))


@cache
def _entries() -> dict[str, tuple[Hit, ...]]:
    """Folded text → what it may be. One text can be several things (其他, 总计)."""
    found: dict[str, dict[tuple[str, str, str], Hit]] = {}
    for text, hit in _all_labels():
        found.setdefault(fold(text), {}).setdefault((hit.kind, hit.table, hit.name), hit)
    return {text: tuple(hits.values()) for text, hits in found.items()}


@cache
def _texts() -> tuple[str, ...]:
    return tuple(text for text in _entries() if text)


@cache
def _worn() -> dict[str, str]:
    """Labels with characters that look alike as one, where that makes no two of them the same."""
    found: dict[str, list[str]] = {}
    for text in _texts():
        found.setdefault(text.translate(_AS_ONE), []).append(text)
    return {worn: texts[0] for worn, texts in found.items() if len(texts) == 1}


@lru_cache(maxsize=8192)
def label_hit(text: str) -> tuple[Hit, ...]:
    """What this text may be the label of, best first; empty where it is no label of the form."""
    folded = fold(text)
    exact = _entries().get(folded)
    if exact:
        return exact
    printed = _worn().get(folded.translate(_AS_ONE))
    if printed:
        score = 1 - 1 / (2 * len(folded))
        return tuple(Hit(h.kind, h.table, h.name, score, exact=False) for h in _entries()[printed])
    if explained := _explained(text):
        return explained
    # Two characters or fewer are too little to be similar to anything.
    if len(folded) <= 2 or len(folded) > 60:  # noqa: PLR2004
        return ()
    best = process.extractOne(folded, _texts(), scorer=fuzz.ratio, score_cutoff=SIMILAR * 100)
    if best is None:
        return ()
    score = best[1] / 100
    return tuple(Hit(h.kind, h.table, h.name, score, exact=False) for h in _entries()[best[0]])


def _explained(text: str) -> tuple[Hit, ...]:
    """The row that a label with an explanation in brackets behind it is of (规章（设区的市应提供相关数据）)."""
    found = _EXPLANATION.fullmatch(squash(text))
    if found is None:
        return ()
    rows = [hit for hit in _entries().get(fold(found[1]), ()) if hit.kind == "row"]
    return tuple(Hit(h.kind, h.table, h.name, _EXPLAINED, exact=False) for h in rows)


def is_explained(text: str) -> bool:
    """Whether the text is the label of a row with its explanation behind it, however long that is."""
    return bool(_explained(text))


def is_label(text: str) -> bool:
    """Whether the text is a label of the form, or one that offices print for it, and nothing else."""
    return any(hit.score == 1 for hit in label_hit(text))


@cache
def _run_together() -> str:
    """All labels as printed, squashed, to recognise the pieces of a wrapped label."""
    texts = list(remedy_headings())
    for table in (table for edition in EDITIONS for table in form(edition).tables):
        for items in (table.rows, table.columns):
            texts += [text for item in items for text in (item.label, item.group) if text]
        texts += [text for text in (table.note, table.header, table.heading) if text]
    return "\n".join(unquoted(text) for text in texts)


def unquoted(text: str) -> str:
    """Squashed and without quotation marks, which come in every shape."""
    return re.sub("[“”\"'‘’＂]", "", squash(text))


@lru_cache(maxsize=8192)
def is_label_part(text: str) -> bool:
    """Whether the text is a piece (two characters or more) of a printed label."""
    plain = unquoted(text)
    return len(plain) > 1 and plain in _run_together()


@lru_cache(maxsize=8192)
def ends_group(text: str) -> bool:
    """Whether the text is the end of the name of a group of rows, were it one character only."""
    plain = fold(text)
    return bool(plain) and any(group.endswith(plain) for group in group_names())


@cache
def group_names() -> frozenset[str]:
    """Folded labels over several rows, as 表三 has them."""
    return frozenset(fold(row.group) for e in EDITIONS for t in form(e).tables for row in t.rows if row.group)


@cache
def edition_words() -> dict[str, frozenset[str]]:
    """Per edition the folded labels that only it has: they tell the editions apart."""
    words: dict[str, set[str]] = {}
    for edition in EDITIONS:
        own: set[str] = set()
        for table in form(edition).tables:
            own |= {fold(t) for c in table.columns for t in (c.label, *c.aliases)}
            own |= {fold(t) for r in table.rows for t in (r.label, *r.aliases, r.group or r.label)}
            own |= {fold(b.caption) for b in table.blocks}
        words[edition] = own
    return {
        edition: frozenset(words[edition] - {w for other in EDITIONS if other != edition for w in words[other]})
        for edition in EDITIONS
    }


def edition_of(labels: Iterable[str]) -> Edition | None:
    """The edition whose own words occur more often among labels; None where neither's do."""
    words = [fold(label) for label in labels]
    counts = {edition: sum(word in own for word in words) for edition, own in edition_words().items()}
    newer, older = counts["2021"], counts["2019"]
    if newer == older:
        return None
    return "2021" if newer > older else "2019"
