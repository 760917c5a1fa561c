"""Labels of the form as one vocabulary: what a piece of text may be the label of, and how surely.

Comparison is made on folded text (no enumerator, white space, punctuation), exactly first and by
edit distance after that: real reports misprint labels, and scanned ones mangle them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from gkaudit.chars import fold, squash
from gkaudit.form import EDITIONS, TABLES, Column, Row, form

__all__ = ["Hit", "edition_words", "is_label_part", "label_hit", "row_labels"]

#: Below this similarity two labels are not the same label.
SIMILAR = 0.72


@dataclass(frozen=True, slots=True)
class Hit:
    """A label of the form: ``kind`` is row, column, group, caption, header or note."""

    kind: str
    table: str
    name: str
    score: float
    #: Printed exactly as on the form (up to white space and brackets).
    exact: bool


def row_labels(row: Row) -> tuple[str, ...]:
    """Folded label and aliases of a row."""
    return tuple(dict.fromkeys(fold(text) for text in (row.label, *row.aliases)))


@cache
def _entries() -> dict[str, tuple[Hit, ...]]:
    """Folded text → what it may be. One text can be several things (其他, 总计)."""
    found: dict[str, dict[tuple[str, str, str], Hit]] = {}

    def add(text: str, kind: str, table: str, name: str, *, exact: bool = True) -> None:
        hit = Hit(kind, table, name, 1.0, exact)
        found.setdefault(fold(text), {}).setdefault((kind, table, name), hit)

    def add_labels(kind: str, table: str, item: Row | Column) -> None:
        add(item.label, kind, table, item.name)
        for alias in item.aliases:
            add(alias, kind, table, item.name, exact=False)
        if item.group:
            add(item.group, "group", table, item.group)

    for edition in EDITIONS:
        for name in TABLES:
            table = form(edition).table(name)
            for row in table.rows:
                add_labels("row", name, row)
            for column in table.columns:
                add_labels("column", name, column)
            for block in table.blocks:
                add(block.caption, "caption", name, block.caption)
    add("信息内容", "header", "disclosure", "信息内容")
    add("申请人情况", "header", "requests", "申请人情况")
    add(form().table("requests").note, "note", "requests", "note")
    # The remedies table (表四) prints its rows as headings over the columns.
    for text in ("行政复议", "行政诉讼", "未经复议直接起诉", "复议后起诉", "其他结果"):
        add(text, "header", "remedies", text)
    return {text: tuple(hits.values()) for text, hits in found.items()}


@cache
def _texts() -> tuple[str, ...]:
    return tuple(text for text in _entries() if text)


@lru_cache(maxsize=8192)
def label_hit(text: str) -> tuple[Hit, ...]:
    """What this text may be the label of, best first; empty where it is no label of the form."""
    folded = fold(text)
    exact = _entries().get(folded)
    if exact:
        return exact
    # Two characters or fewer are too little to be similar to anything.
    if len(folded) <= 2 or len(folded) > 60:  # noqa: PLR2004
        return ()
    best = process.extractOne(folded, _texts(), scorer=fuzz.ratio, score_cutoff=SIMILAR * 100)
    if best is None:
        return ()
    score = best[1] / 100
    return tuple(Hit(h.kind, h.table, h.name, score, exact=False) for h in _entries()[best[0]])


@cache
def _run_together() -> str:
    """All labels as printed, squashed, to recognise the pieces of a wrapped label."""
    texts: list[str] = []
    for edition in EDITIONS:
        for table in form(edition).tables:
            texts += [item.label for item in (*table.rows, *table.columns)]
            texts += [item.group for item in (*table.rows, *table.columns) if item.group]
            texts.append(table.note)
    texts += ["未经复议直接起诉", "复议后起诉", "行政复议", "行政诉讼", "申请人情况", "信息内容"]
    return "\n".join(squash(text) for text in texts)


@lru_cache(maxsize=8192)
def is_label_part(text: str) -> bool:
    """Whether the text is a piece (two characters or more) of a printed label."""
    plain = squash(text)
    return len(plain) > 1 and plain in _run_together()


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
