"""Leads in words (``data/leads.json``), in the language of a clerk: what may have happened, cell by cell."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from gkaudit.editing.explanation import Change, Deed, Explanation
from gkaudit.editing.problem import Problem
from gkaudit.editing.search import Found
from gkaudit.editing.symmetry import row
from gkaudit.form import TABLE_NUMBER, TABLES, Edition, column_of, key_label, row_of
from gkaudit.wording import column_names, joined, row_name

__all__ = ["message", "next_step", "part_label", "quoted", "refusal", "say", "turns"]

#: So many places are named; the others are counted.
_NAMED = 3
#: Acts that are said of a row, naming its columns only.
_BY_ROW = frozenset(("row_zero", "row_blank", "row_unread", "row_spurious", "row_shift", "column_slip"))


@cache
def _catalogue() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files("gkaudit").joinpath("data/leads.json").read_text("utf-8"))
    return loaded


def say(name: str, lang: str, **data: object) -> str:
    """A phrase of the catalogue, e.g. ``page.title``, filled in."""
    entry: Any = _catalogue()
    for part in name.split("."):
        entry = entry[part]
    text: str = entry[lang]
    return text.format(**data) if data else text


def part_label(part: str, lang: str) -> str:
    """A part in words: 表三, or the group of 表四 or row of 表二 that has one equation."""
    table, _, name = part.partition(".")
    if name:
        return row_name(f"{table}.{name}.total" if table == "remedies" else _any_key(table, name), lang)
    number = TABLES.index(table) + 2 if lang == "en" else TABLE_NUMBER[table]
    return f"Table {number}" if lang == "en" else f"表{number}"


def _any_key(table: str, name: str) -> str:
    return f"{table}.{name}.{_columns(table, name)[0]}"


def _columns(table: str, name: str) -> tuple[str, ...]:
    from gkaudit.form import EDITIONS, form  # noqa: PLC0415

    return next(r.columns for e in EDITIONS for r in form(e).table(table).rows if r.name == name)


def quoted(quotes: Iterable[str], lang: str) -> str:
    """Quotes of the report in quotation marks, as a list."""
    return joined([f"“{quote}”" for quote in quotes], lang)


# ── what may have happened ──────────────────────────────────────────────────────────────────────


def message(problem: Problem, found: Found, at: int, said: tuple[Sequence[str], Sequence[str]], lang: str) -> str:
    """The lead with this place among the explanations; ``said`` are quotes that agree and that contradict."""
    explanation = found.explanations[at]
    parts = [_deed(problem, deed, lang) for deed in _joined(explanation.deeds)]
    text = (_sentence(parts) + ".") if lang == "en" else "；".join(parts) + "。"
    agrees, contradicts = said
    if agrees:
        text += say("agrees", lang, quotes=quoted(agrees, lang))
    if contradicts:
        text += say("contradicts", lang, quotes=quoted(contradicts, lang))
    if at < found.ties and found.ties > 1:
        text += say("tied", lang, count=found.ties - 1)
    if found.more:
        text += say("more", lang)
    if doubtful(problem, explanation):
        text += say("source", lang)
    return text


def _joined(deeds: Sequence[Deed]) -> list[Deed]:
    """Single cells of which the same is said are said together."""
    found: dict[object, Deed] = {}
    for at, deed in enumerate(deeds):
        key: object = deed.kind if len(deed.changes) == 1 and deed.kind not in _BY_ROW else at
        before = found.get(key)
        found[key] = Deed(deed.kind, (*before.changes, *deed.changes)) if before else deed
    return list(found.values())


def _sentence(parts: Sequence[str]) -> str:
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def doubtful(problem: Problem, explanation: Explanation) -> bool:
    """Whether the source is to be checked before the report is doubted."""
    changed = [problem.readings[change.key] for change in explanation.changes]
    return any(r.doubt or r.state == "unreadable" for r in changed) or problem.doubtful


def _deed(problem: Problem, deed: Deed, lang: str) -> str:
    edition: Edition = problem.edition
    first = deed.changes[0]
    by_row = deed.kind in _BY_ROW
    changes = joined([_change(problem, change, lang, by_row=by_row) for change in deed.changes], lang)
    others = [key for change in deed.changes for key in change.among]
    if deed.kind == "row_slip" and column_names(others, lang, edition) != column_names([first.key], lang, edition):
        # The same number in two neighbouring rows: which of the rows is right cannot be told.
        rows = joined([row_name(change.key, lang, edition) for change in deed.changes], lang)
        columns = column_names([first.key, *others], lang, edition)
        return say("deeds.row_slip_twin", lang, rows=rows, columns=columns, number=max(first.old or 0, first.new))
    text = say(
        f"deeds.{deed.kind}",
        lang,
        row=row_name(first.key, lang, edition),
        rows=joined([row_name(change.key, lang, edition) for change in deed.changes], lang),
        column=column_names([first.key], lang, edition),
        cell=key_label(first.key, lang, edition),
        changes=changes,
    )
    return text + _among(deed, edition, lang)


def _change(problem: Problem, change: Change, lang: str, *, by_row: bool) -> str:
    edition: Edition = problem.edition
    reading = problem.readings[change.key]
    label = column_names([change.key], lang, edition) if by_row else key_label(change.key, lang, edition)
    if reading.impossible:
        old = format(reading.printed.normalize(), "f") if reading.printed is not None else ""
    else:
        old = str(change.old) if change.old is not None else say(f"old.{reading.state}", lang)
    return say("change", lang, cell=label, old=old, new=change.new)


def _among(deed: Deed, edition: Edition, lang: str) -> str:
    """Which other cells it may be, in rows or columns where those are what differs."""
    first = max(deed.changes, key=lambda change: len(change.among))
    if not first.among:
        return ""
    rows = dict.fromkeys(row(key)[1] for key in first.among if row(key) != row(first.key))
    columns = dict.fromkeys(key.split(".")[2] for key in first.among if key.split(".")[2] != first.key.split(".")[2])
    if rows and columns:
        names = _named([key_label(key, lang, edition) for key in first.among], lang)
        return say("among_cells", lang, names=names)
    if rows:
        by_row = {row(key)[1]: key for key in first.among}
        names = _named([_plain_row(by_row[name], lang, edition) for name in rows], lang)
        return say("among_rows", lang, count=len(rows), names=names)
    labels = [column_of(key, edition) for key in first.among]
    names = _named([c.en if lang == "en" else c.label for c in labels], lang)
    return say("among_columns", lang, count=len(columns), names=names)


def _plain_row(key: str, lang: str, edition: Edition) -> str:
    found = row_of(key, edition)
    return found.en if lang == "en" else found.label


def _named(names: Sequence[str], lang: str) -> str:
    shown = joined(names[:_NAMED], lang)
    return shown + say("and_more", lang) if len(names) > _NAMED else shown


# ── why there is none, what would turn it, where to look ────────────────────────────────────────


def refusal(found: Found, part: str, lang: str) -> str:
    """Why there is no lead."""
    count = found.ties
    if found.reason == "cells" and found.explanations:
        count = len(found.explanations[0].changes)
    return say(f"refused.{found.reason}", lang, part=part_label(part, lang), count=count)


def turns(problem: Problem, found: Found, at: int, lang: str) -> str:
    """What would change the order of the explanations."""
    best, own = found.explanations[0], found.explanations[at]
    rivals = found.explanations[1:]
    if not rivals:
        return say("turns.alone", lang)
    if at:
        doubted = _doubted(problem, own, best)
        if doubted:
            return say("turns.own_claims", lang, quotes=quoted(doubted, lang))
        return say("turns.tied", lang, rank=1) if at < found.ties else say("turns.later", lang)
    for rank, rival in enumerate(rivals, 2):
        doubted = _doubted(problem, rival, best)
        if doubted and rank > found.ties:
            return say("turns.claims", lang, quotes=quoted(doubted, lang), rank=rank)
    return say("turns.tied" if found.ties > 1 else "turns.rival", lang, rank=2)


def _doubted(problem: Problem, rival: Explanation, best: Explanation) -> list[str]:
    """The sentences without which the rival would be as good as the best; nothing where they do not decide."""
    against = [problem.statements[n] for n in rival.missed if n not in best.missed]
    if not against or rival.cost - sum(said.cost for said in against) > best.cost:
        return []
    return [said.quotes[0] for said in against]


def next_step(problem: Problem, keys: Sequence[str], places: Mapping[str, str], part: str, lang: str) -> str:
    """Which cells to look at in the original, where they stand there, and which register to compare with."""
    edition: Edition = problem.edition
    register = say(f"registers.{part.partition('.')[0]}", lang)
    shown = []
    for key in keys[:_NAMED]:
        place = places.get(key, "")
        label = key_label(key, lang, edition)
        shown.append(label if not place else f"{label} ({place})" if lang == "en" else f"{label}（{place}）")
    text = joined(shown, lang) + (say("and_more", lang) if len(keys) > _NAMED else "")
    return say("next", lang, places=text, register=register)
