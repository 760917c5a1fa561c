"""Lines that an auditor would write down as one finding.

The default is one finding a line. Exceptions, each because the lines have one cause or because a
page of equal sentences helps nobody: a column slip shows in its column and in the total column; a
table left empty is one finding, not twenty-five; unreadable rows that no sum needs are counted together.
The other way round, a rule on words may ask that every different word it found is a finding of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gkaudit.form import EDITIONS, TABLES, form
from gkaudit.gx.rules import Line, Measured
from gkaudit.gx.rules_text import Hit
from gkaudit.gx.suites import Entry
from gkaudit.masking import safe_words

__all__ = ["Group", "groups_of"]

Item = tuple[Line, Measured]
#: So many different words of one line are findings; a report with more of them has another problem.
_MOST_WORDS = 20


@dataclass(frozen=True, slots=True)
class Group:
    """One or more lines of one entry that make one finding."""

    names: tuple[str, ...]
    keys: tuple[str, ...]
    observed: str
    expected: str
    details: Mapping[str, Any]
    quote: str = ""
    #: ``whole`` (every row of a table) or ``rest`` (the rows of a table that need no own finding).
    rest: str = ""
    #: Where several columns of one slip are one finding: each column by itself …
    parts: tuple[Group, ...] = ()
    #: … and how far the total column is off because of them.
    total: str = ""
    #: Places in the prose, and the words that tell this finding from others of its line.
    hits: tuple[Hit, ...] = ()
    mark: str = ""
    #: Claims of the prose that the finding is about, as the wide frame has them.
    said: tuple[Mapping[str, Any], ...] = ()

    @property
    def row_keys(self) -> tuple[str, ...]:
        """One key for each row concerned."""
        rows: dict[str, str] = {}
        for key in self.keys:
            rows.setdefault(key.rpartition(".")[0], key)
        return tuple(rows.values())

    def explains(self, other: Group) -> bool:
        """Whether ``other`` only repeats this: same cells or same lines, off by the same number."""
        mine, theirs = self.details.get("difference"), other.details.get("difference")
        if theirs is not None and mine is not None and str(mine).lstrip("-") != str(theirs).lstrip("-"):
            return False
        if self.hits and other.hits:
            return any(_overlap(a, b) for a in self.hits for b in other.hits)
        return bool(set(self.keys) & set(other.keys))


def _overlap(one: Hit, other: Hit) -> bool:
    return one.column == other.column and one.start < other.end and other.start < one.end


def groups_of(entry: Entry, items: Sequence[Item], row: Mapping[str, Any]) -> list[Group]:
    """Broken lines of one entry on one report as findings-to-be."""
    if entry.kwargs.get("along") == "columns":
        return _by_residual(items)
    states = tuple(entry.kwargs.get("states", ()))
    if entry.type == "expect_no_cells_in_state" and states == ("unreadable",):
        return _unreadable(items, row)
    if entry.kwargs.get("scope") == "row":
        return _whole_tables(items, row)
    if entry.type in (
        "expect_only_total_not_filled",
        "expect_rows_present",
        "expect_zero_for_levels",
        "expect_rollup_to_balance",
    ):
        return [_group(part) for part in _by_table(items).values()]
    if entry.type == "expect_claims_match_cells":
        return [_group(part) for part in _by_sentence(items)]
    return [group for item in items for group in _by_word(item)]


def _by_sentence(items: Sequence[Item]) -> list[list[Item]]:
    """未发生行政复议、行政诉讼 is one statement, whatever rows it is wrong about."""
    parts: dict[Any, list[Item]] = {}
    for item in items:
        first = item[1].details["said"][0]
        parts.setdefault((first["quote"], str(first["anchor"])), []).append(item)
    return list(parts.values())


def _by_word(item: Item) -> list[Group]:
    """One finding, or one for each different word."""
    line, measured = item
    found: Sequence[Hit] = measured.details.get("hits", ())
    if not measured.details.get("each"):
        return [replace(_group([item]), hits=tuple(found))]
    words: dict[str, list[Hit]] = {}
    for hit in found:
        words.setdefault(hit.text, []).append(hit)
    mask = str(measured.details.get("mask", ""))
    return [
        Group(
            names=(line.name,),
            keys=(),
            observed=safe_words(word, mask),
            expected=hits[0].expected or measured.expected,
            details=measured.details,
            hits=tuple(hits),
            mark=word,
        )
        for word, hits in list(words.items())[:_MOST_WORDS]
    ]


def _group(items: Sequence[Item], rest: str = "") -> Group:
    first = items[0][1]
    keys = tuple(dict.fromkeys(key for _, measured in items for key in measured.keys))
    return Group(
        names=tuple(line.name for line, _ in items),
        keys=keys,
        observed=_said(measured.observed for _, measured in items),
        expected=_said(measured.expected for _, measured in items),
        details=_details(items),
        said=tuple(claim for _, measured in items for claim in measured.details.get("said", ())),
        quote="" if keys or "notes" in first.details else str(first.details.get("quote", first.observed) or ""),
        rest=rest,
    )


def _details(items: Sequence[Item]) -> Mapping[str, Any]:
    """Those of the first line; sums that are off are listed over all lines."""
    first = items[0][1].details
    if "sums" not in first:
        return first
    return {**first, "sums": [entry for _, measured in items for entry in measured.details["sums"]]}


def _said(texts: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(text for text in texts if text))


def _number(measured: Measured) -> float:
    return float(measured.details.get("difference", 0) or 0)


def _by_residual(items: Sequence[Item]) -> list[Group]:
    """Columns, and the total column with them where it is off by just what they are off together."""
    total = next((item for item in items if item[0].name == "total"), None)
    others = [item for item in items if item is not total]
    if not total or not others or abs(sum(_number(m) for _, m in others) - _number(total[1])) > 1e-6:  # noqa: PLR2004
        return [_group([item]) for item in items]
    whole, parts = _group([*others, total]), _group(others)
    off = str(total[1].details["difference"]).removeprefix("-")
    single = tuple(_group([item]) for item in others)
    return [replace(whole, observed=parts.observed, expected=parts.expected, parts=single, total=off)]


def _by_table(items: Sequence[Item]) -> dict[str, list[Item]]:
    tables: dict[str, list[Item]] = {}
    for item in items:
        table = item[1].keys[0].split(".")[0] if item[1].keys else item[0].name.split(".")[0]
        tables.setdefault(table, []).append(item)
    return tables


def _rows_on_form(table: str, row: Mapping[str, Any]) -> int:
    edition = row.get("form") if row.get("form") in EDITIONS else "2021"
    return len(form(edition).table(table).rows) if table in TABLES else 0


def _whole_tables(items: Sequence[Item], row: Mapping[str, Any]) -> list[Group]:
    found: list[Group] = []
    for table, part in _by_table(items).items():
        if len(part) > 1 and len(part) == _rows_on_form(table, row):
            found.append(_group(part, rest="whole"))
        else:
            found += [_group([item]) for item in part]
    return found


def _unreadable(items: Sequence[Item], row: Mapping[str, Any]) -> list[Group]:
    """Own findings for rows that a sum needs and cannot have; the others of a table together."""
    found: list[Group] = []
    for table, part in _by_table(items).items():
        needed = [item for item in part if table == "disclosure" or _needed(item[0], row)]
        rest = [item for item in part if item not in needed]
        found += [_group([item]) for item in needed]
        if rest:
            whole = len(rest) > 1 and len(rest) == _rows_on_form(table, row)
            found.append(_group(rest, rest=("whole" if whole else "rest") if len(rest) > 1 else ""))
    return found


def _needed(line: Line, row: Mapping[str, Any]) -> bool:
    """The row of totals, and rows whose numbers do not close: something in them got lost."""
    if line.name.endswith(".processed"):
        return True
    numbers = [row.get(key) for key in line.keys]
    if not any(number is not None for number in numbers):
        return False
    total = row.get(line.keys[-1])
    known = sum(number for number in numbers[:-1] if number is not None)
    return total is None or total != known
