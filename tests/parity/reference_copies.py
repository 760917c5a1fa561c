"""A second implementation of the rules on copied text: sets of strings, every report against every other."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from gkaudit.panel.bodies import name_of

Row = dict[str, Any]
Codes = dict[str, list[int]]
HOLDS, BROKEN, OPEN, ABSENT = range(4)


def _half(pattern: str) -> str:
    return "".join(re.escape(chr(ord(c) - 0xFEE0)) if "\uff01" <= c <= "\uff5e" else c for c in pattern)


def _named(row: Row) -> list[str]:
    name = name_of(row.get("organ"), row.get("county"))
    if name is None:
        return []
    return sorted({n for n in (name.name, *name.regions, row["organ"]) if len(n) > 1}, key=lambda n: (-len(n), n))


def _sentences(args: Row, row: Row) -> list[str]:
    return [key for key, _ in _printed(args, row)]


def _printed(args: Row, row: Row) -> list[tuple[str, str]]:
    """What is left of each sentence, and the sentence."""
    found = []
    for part in args["within"]:
        text = row.get(f"text.{part}") or ""
        for piece in re.split("[。;；!！?？\n]", _cut(args, text)):
            left = piece
            for name in _named(row):
                left = left.replace(name, "")
            letters = "".join(c for c in left if c.isalnum() and not c.isdecimal())
            found += [(letters, piece)] if letters else []
    return found


def _cut(args: Row, text: str) -> str:
    return re.sub("|".join(f"(?:{_half(p)})" for p in args["formulas"]), "\n", text)


def _owns(args: Row, rows: list[Row]) -> list[str]:
    told = [_sentences(args, row) for row in rows]
    holders: dict[str, set[Any]] = defaultdict(set)
    for at, sentences in enumerate(told):
        for sentence in sentences:
            holders[sentence].add(rows[at].get("body") or at)
    return ["\n".join(s for s in sentences if len(holders[s]) < args["bodies"]) for sentences in told]


def _share(mine: str, theirs: str) -> float:
    grams, others = ({text[i : i + 5] for i in range(len(text) - 4)} for text in (mine, theirs))
    return len(grams & others) / len(grams) if grams else 0.0


def _longest(mine: str, theirs: str, most: int) -> bool:
    return any(mine[i : i + most] in theirs for i in range(len(mine) - most + 1))


def _silent(args: Row, row: Row) -> bool:
    return all(row.get(f"text.{part}") is None for part in args["within"])


def text_renewed(args: Row, rows: list[Row]) -> Codes:
    owns = _owns(args, rows)

    def judge(at: int, row: Row) -> int:
        before, why = row.get("prior.row"), row.get("prior.why")
        if (before is None and why is None) or _silent(args, row) or len(owns[at]) < args["least"]:
            return ABSENT
        if before is None or not owns[int(before)]:
            return OPEN
        share = _share(owns[at], owns[int(before)])
        other = share >= args.get("below", 2.0) and len(owns[at]) >= args.get("below_least", 0)
        return int(share >= args["share"] and not other)

    return {"last_year": [judge(at, row) for at, row in enumerate(rows)]}


def _handed_down(args: Row, rows: list[Row]) -> list[list[tuple[str, str]]]:
    """Sentences (and their prints) of each report that no majority and no set phrase explains."""
    told = [_printed(args, row) for row in rows]
    towns = ("镇", "乡", "街道", "管委会")

    def groups(at: int) -> tuple[Any, Any]:
        row = rows[at]
        kind = "towns" if row.get("level") in towns else row.get("level")
        county, city = row.get("body.county"), row.get("body.city")
        return (county and (city, county, kind)), (city and (city, kind))

    members: dict[Any, set[Any]] = defaultdict(set)
    holders: dict[Any, set[Any]] = defaultdict(set)
    spread: dict[str, set[Any]] = defaultdict(set)
    for at, sentences in enumerate(told):
        body = rows[at].get("body") or at
        for key, _ in sentences:
            spread[key].add(groups(at)[0] or ("alone", body))
            for group in filter(None, groups(at)):
                members[group].add(body)
                holders[group, key].add(body)

    def gone(at: int, key: str) -> bool:
        if len(spread[key]) >= args["places"]:
            return True
        counts = [(len(holders[g, key]), len(members[g])) for g in groups(at) if g]
        return any(n >= args["bodies"] and n >= size * args["majority"] for n, size in counts)

    return [[s for s in sentences if not gone(at, s[0])] for at, sentences in enumerate(told)]


def text_not_shared(args: Row, rows: list[Row]) -> Codes:
    owns = _owns(args, rows)
    wide = _handed_down(args, rows)
    wides = ["\n".join(key for key, _ in sentences) for sentences in wide]
    facts = [{key for key, printed in sentences if re.search(_half(args["specific"]), printed)} for sentences in wide]

    def near(at: int, texts: list[str]) -> list[int]:
        row = rows[at]
        return [
            i
            for i, other in enumerate(rows)
            if texts[i]
            and (other.get("body") or i) != (row.get("body") or at)
            and None not in (row.get("year"), other.get("year"))
            and abs(row["year"] - other["year"]) <= 1
        ]

    def most(at: int, i: int, texts: list[str], least: int, run: int) -> bool:
        enough = len(texts[at]) >= least
        return (enough and _share(texts[at], texts[i]) >= args["share"]) or _longest(texts[at], texts[i], run)

    def judge(at: int, row: Row) -> int:
        if _silent(args, row):
            return ABSENT
        if len(owns[at]) >= args["run"] and any(most(at, i, owns, args["least"], args["run"]) for i in near(at, owns)):
            return BROKEN
        if wides[at] == owns[at] or len(wides[at]) < args["wide_run"]:
            return HOLDS
        others = [i for i in near(at, wides) if wides[i] != owns[i] and len(facts[at] & facts[i]) >= args["facts"]]
        return int(any(most(at, i, wides, args["wide_least"], args["wide_run"]) for i in others))

    return {"bodies": [judge(at, row) for at, row in enumerate(rows)]}


REFERENCE = {f"expect_{f.__name__}": f for f in (text_renewed, text_not_shared)}
