"""The second implementation of the rules about claims: one report at a time, loops and plain numbers.

As in ``reference.py``, written from the description of the rules.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from gkaudit.chars import chinese_number
from gkaudit.narrative import MEASURES

Row = dict[str, Any]
Codes = dict[str, list[int]]
HOLDS, BROKEN, OPEN, ABSENT = range(4)


def _text() -> Any:
    spec = importlib.util.spec_from_file_location("parity_text", Path(__file__).with_name("reference_text.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TEXT = _text()


def own(claim: Row) -> bool:
    """A number of the body that reports, of the year reported on."""
    return claim["scope"] == "own" and claim["period"] == "this" and claim["value"] is not None


def folded(args: Row, row: Row, codes: list[int]) -> int:
    """One code of many: broken before undetermined before holds."""
    found = next((code for code in (BROKEN, OPEN, HOLDS) if code in codes), ABSENT)
    result: int = TEXT.verdict(args, row, found == ABSENT, found == BROKEN, found == OPEN)
    return result


def against(row: Row, measure: str, claim: Row, tolerance: float) -> int:
    """A number against the cells of a measure."""
    keys = [k for k in MEASURES.get(measure, ()) if row.get(f"{k}|state") is not None]
    if not keys:
        return ABSENT
    known = sum(row[k] for k in keys if row[k] is not None)
    value, exact = claim["value"], claim["exact"]
    slack = room = 1e-7 if exact else max(value * tolerance, 1) + 1e-7
    if not exact and value >= 10 and re.search("[余多]", claim["quote"] or ""):
        zeros = len(str(int(value))) - len(str(int(value)).rstrip("0"))
        room = max(slack, 10.0**zeros)
    if known > value + room:
        return BROKEN
    if any(row[k] is None for k in keys):
        return OPEN
    return HOLDS if known >= value - slack else BROKEN


def claims_match_cells(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row, name: str) -> int:
        codes = []
        for claim in row["claims"]:
            measure, tolerance = claim["measure"], args.get("tolerance", 0)
            if not MEASURES.get(measure) or not (measure == name or measure.startswith(name + ".")):
                continue
            if not own(claim) or claim["link"] not in args["links"] or not (claim["exact"] or tolerance):
                continue
            if args.get("negated", "any") != "any" and claim["negated"] != (args["negated"] == "only"):
                continue
            first = against(row, measure, claim, tolerance)
            if first == ABSENT:
                continue
            others = [against(row, a, claim, tolerance) for a in claim["alternatives"]]
            codes.append(next((c for c in (HOLDS, OPEN) if c in [first, *others]), BROKEN))
        return folded(args, row, codes)

    return {name: [judge(row, name) for row in rows] for name in args["measures"]}


def starts(measure: str, names: list[str]) -> bool:
    return any(measure == name or measure.startswith(name + ".") for name in names)


def numbers_of(row: Row, names: list[str]) -> list[float]:
    return [c["value"] for c in row["claims"] if own(c) and starts(c["measure"], names)]


def cells_told(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        keys = [k for k in args["keys"] if row.get(f"{k}|state") is not None]
        silent = not keys or all(row.get(c) is None for c in TEXT.PROSE)
        if args.get("beside") and not any(v > 0 for v in numbers_of(row, args["beside"])):
            silent = True
        silent = silent or any((row.get(k) or 0) > 0 for k in args.get("unless_above", ()))
        told = bool(numbers_of(row, args.get("measures", [])))
        if args.get("pattern"):
            told = told or TEXT.count(row, args.get("within", ["all"]), args["pattern"]) > 0
        above = any(row[k] is not None and row[k] > 0 for k in keys)
        doubt = not above and not told and any(row[k] is None for k in keys)
        return int(TEXT.verdict(args, row, silent, above and not told, doubt))

    return {"told": [judge(row) for row in rows]}


def statement_backed(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        keys = [k for k in args["keys"] if row.get(f"{k}|state") is not None]
        within = args["within"]
        off = not keys or not TEXT.count(row, within, args["pattern"], args.get("exceptions", []))
        off = off or bool(args.get("only_with") and not TEXT.count(row, within, args["only_with"]))
        off = off or bool(args.get("unless") and TEXT.count(row, within, args["unless"]))
        if args.get("earlier"):
            at = row.get("prior.row")
            before = {} if at is None else rows[int(at)]
            had = any((before.get(k) or 0) > 0 for k in args["before"] if before.get(f"{k}|state") is not None)
            off = off or had == (args["earlier"] == "none")
        nothing = sum(row[k] or 0 for k in keys) == 0
        blank = any(row[k] is None for k in keys)
        return int(TEXT.verdict(args, row, off, nothing and not blank, nothing and blank))

    return {"statement": [judge(row) for row in rows]}


def statement_uncontested(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        keys = [k for k in args["keys"] if row.get(f"{k}|state") is not None]
        base = row.get(args["base"])
        on_form = bool(keys) or row.get(f"{args['base']}|state") is not None
        if not on_form or not TEXT.count(row, args["within"], args["pattern"], args.get("exceptions", [])):
            return int(TEXT.verdict(args, row, True, False))
        if base is not None and base > args["base_at_most"]:
            return int(TEXT.verdict(args, row, True, False))
        above = any((row[k] or 0) > 0 for k in keys)
        unsure = any(row[k] is None for k in keys) or (above and base is None)
        return int(TEXT.verdict(args, row, False, above and base is not None, unsure))

    return {"statement": [judge(row) for row in rows]}


def fee_plausible(args: Row, rows: list[Row]) -> Codes:
    total = "requests.{}.total"
    keys = {
        "unpaid": [total.format("fee_unpaid")],
        "grounds": [total.format(r) for r in ("received", "full_grant", "partial_grant")],
        "table": ["disclosure.fees.amount_10k_yuan"],
    }

    def judge(row: Row, name: str) -> int:
        fees = numbers_of(row, ["information_fee"])
        charged = any(v > 0 for v in fees)
        if any(row.get(f"{k}|state") is None for k in keys[name]):
            return ABSENT
        if not (fees and not charged if name == "unpaid" else charged):
            return ABSENT
        values = [row[k] for k in keys[name]]
        if name == "grounds":
            if any(v is not None and v > 0 for v in values[1:]) or (values[0] or 0) >= args["requests_at_least"]:
                return HOLDS
            return OPEN if None in values else BROKEN
        if values[0] is None:
            return OPEN
        return BROKEN if (values[0] > 0 if name == "unpaid" else values[0] == 0) else HOLDS

    def whole(row: Row, name: str) -> int:
        return folded(args, row, [judge(row, name)])

    return {name: [whole(row, name) for row in rows] for name in args["judge"]}


def lists_to_add_up(args: Row, rows: list[Row]) -> Codes:
    def one(total: Row, parts: list[Row]) -> int:
        if not parts or not all(c["exact"] for c in [total, *parts]):
            return ABSENT
        found = sum(p["value"] for p in parts)
        closed = total["exhaustive"] and all(c["link"] == "firm" for c in [total, *parts])
        labels = "、".join(p["label"] or "" for p in parts)
        overlap = bool(args.get("overlapping")) and re.search(args["overlapping"], labels) is not None
        overlap = overlap or total["measure"].startswith(("requests.", "remedies."))
        over = found > total["value"] + 1e-7
        sure = closed and not overlap and (over or max(p["value"] for p in parts) > total["value"] + 1e-7)
        whole = found >= args.get("least", 0) * total["value"] or any(
            re.search("其[他它]", p["quote"] or "") for p in parts
        )
        under = closed and found < total["value"] - 1e-7 and whole
        wrong = {"above": sure, "maybe_above": over and not sure, "below": under}
        return int(wrong[args["find"]])

    def judge(row: Row) -> int:
        listed = [c for c in row["claims"] if c["group"] is not None and c["value"] is not None]
        return folded(
            args,
            row,
            [
                one(t, [p for p in listed if p["role"] == "part" and p["group"] == t["group"]])
                for t in listed
                if t["role"] == "total"
            ],
        )

    return {args["find"]: [judge(row) for row in rows]}


def printed_digits(quote: str) -> int:
    found = re.search(r"\d[.．](\d+)\s*[%％]", quote or "")
    return len(found[1]) if found else 0


def percents_right(args: Row, rows: list[Row]) -> Codes:
    def one(row: Row, share: Row) -> int:
        listed = [c for c in row["claims"] if c["group"] == share["group"] and c["value"] is not None and c["exact"]]
        wholes = [c["value"] for c in listed if c["role"] == "total" and c["value"] > 0]
        parts = [c["value"] for c in listed if c["role"] == "part" and c["label"] == share["label"]]
        if len(wholes) != 1 or len(parts) != 1 or share["label"] is None:
            return ABSENT
        right, last = parts[0] * 100 / wholes[0], 10.0 ** -printed_digits(share["quote"])
        off = abs(share["value"] - right) / last
        cut = share["value"] - 1e-7 <= right < share["value"] + last
        if off <= 0.5 + 1e-7 or cut or off <= args["above"] + 1e-7:
            return HOLDS
        return HOLDS if args.get("up_to") and off > args["up_to"] + 1e-7 else BROKEN

    def judge(row: Row) -> int:
        shares = [c for c in row["claims"] if c["role"] == "percent" and c["link"] == "firm" and c["exact"]]
        return folded(args, row, [one(row, c) for c in shares if c["group"] is not None and c["value"] is not None])

    return {"share": [judge(row) for row in rows]}


def counts_kept(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        codes = []
        for claim in row["claims"]:
            found = [c for c in row["claims"] if c["measure"] == "enumeration.found" and c["group"] == claim["group"]]
            if claim["measure"] == "enumeration.stated" and found:
                gap = (claim["note"] or "").startswith("序号")
                differ = claim["value"] != found[0]["value"]
                codes.append(int(gap if args["find"] == "order" else differ and not gap))
        return folded(args, row, codes)

    return {args["find"]: [judge(row) for row in rows]}


def one_number(args: Row, rows: list[Row]) -> Codes:
    def same(claim: Row) -> tuple[str, ...] | None:
        if not own(claim) or not claim["exact"] or claim["role"] not in ("statement", "total"):
            return None
        if MEASURES.get(claim["measure"]):
            return (claim["measure"], claim["unit"]) if claim["link"] == "firm" else None
        if claim["measure"] not in args.get("plain", []) or not claim["label"]:
            return None
        counted = "[0-9０-９〇零一二三四五六七八九十两百千万]+[余多]?[\\s\u3000]*(?:条|件|项|篇|个|次|起|宗|份)"
        found = re.match(f"(.*?){counted}", claim["quote"])
        words = found[1] if found else ""
        gone = "[\\s\u3000通过在共计总约各类为达:：,，、]|截至[^,，]*[,，]|20\\d\\d年度?|全年度?|本年度?|年内|一年来|累计|其中"
        words = re.sub(gone + "|[我本全]?[镇乡县区市]|街道|政府|利用|依托", "", words)
        return claim["measure"], claim["unit"], words, claim["label"]

    def judge(row: Row) -> int:
        values: dict[Any, set[float]] = {}
        for claim in row["claims"]:
            if (key := same(claim)) is not None:
                values.setdefault(key, set()).add(claim["value"])
        return folded(args, row, [int(len(v) > 1) for v in values.values()])

    return {"number": [judge(row) for row in rows]}


def changes_possible(args: Row, rows: list[Row]) -> Codes:
    def stated(row: Row, measure: str, of_own: bool) -> float | None:
        values = {
            c["value"]
            for c in row["claims"]
            if c["measure"] == measure
            and c["role"] in ("statement", "total", "part")
            and c["exact"]
            and c["value"] is not None
            and (c["scope"] == "own" or not of_own)
        }
        return values.pop() if len(values) == 1 else None

    def one(row: Row, claim: Row) -> int:
        of = claim["measure"].removeprefix("year_on_year.")
        now, before = stated(row, of, True), stated(row, f"last_year.{of}", False)
        if now is None and len(MEASURES.get(of, ())) == 1:
            now = row.get(MEASURES[of][0])
        if claim["unit"] == "%":
            if now is None or before is None:
                return OPEN
            if before <= 0:
                return HOLDS
            growth = (now / before - 1) * 100
            return int(abs(growth - claim["value"]) >= 10.0 ** -printed_digits(claim["quote"]) - 1e-7)
        if now is None:
            return OPEN
        left = now - claim["value"]
        return int(left < -1e-7 if before is None else abs(left - before) > 1e-7)

    def judge(row: Row) -> int:
        changes = [
            c
            for c in row["claims"]
            if c["measure"].startswith("year_on_year.") and c["value"] is not None and c["exact"]
        ]
        return folded(args, row, [one(row, c) for c in changes])

    return {"change": [judge(row) for row in rows]}


def not_both(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        cut = args.get("exceptions", [])
        first = TEXT.count(row, args["within"], args["first"], cut)
        second = TEXT.count(row, args["beside"], args["second"], cut)
        return int(TEXT.verdict(args, row, TEXT.silent(row, args["within"]), bool(first and second)))

    return {"both": [judge(row) for row in rows]}


def amount(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d+", text) else chinese_number(text)


def names_counted(args: Row, rows: list[Row]) -> Codes:
    def names(listed: str) -> list[str]:
        for found in re.finditer(args["lead"], listed):
            rest = listed[found.end() :]
        if not re.search(args["lead"], listed):
            rest = listed
        return [n for n in re.split(args["joints"], rest) if n]

    def judge(row: Row) -> int:
        found = [
            m
            for column in TEXT.columns(args["within"])
            for m in TEXT.pattern_of(column, args["pattern"]).finditer(row.get(column) or "")
        ]
        wrong = False
        for match in found:
            number, listed = amount(match["n"]), len(names(match["list"]))
            if number is not None and listed > 1:
                wrong = wrong or listed > number or (listed < number and not match["etc"])
        return int(TEXT.verdict(args, row, not found, wrong))

    return {"names": [judge(row) for row in rows]}


def only_the_named(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        texts = {c: row.get(c) or "" for c in TEXT.columns(args["within"])}
        said = [(c, m) for c, t in texts.items() for m in TEXT.pattern_of(c, args["pattern"]).finditer(t)]
        if not said:
            return int(TEXT.verdict(args, row, True, False))
        where, sentence = said[0]
        named = [n for n, p in args["names"].items() if re.search(p, sentence["list"])]
        others = False
        if len(named) == amount(sentence["n"]):
            for name, pattern in args["names"].items():
                for column, text in texts.items() if name not in named else ():
                    for found in re.finditer(f"(?:{args['use']})[^。;\n]{{0,30}}?(?:{pattern})", text):
                        outside = found.start() >= sentence.end() or found.end() <= sentence.start()
                        others = others or column != where or outside
        return int(TEXT.verdict(args, row, False, others))

    return {"named": [judge(row) for row in rows]}


HEADING = re.compile(r"[(（]?[一二三四五六七八九十\d]{1,3}[)）、.]")


def passages_complete(args: Row, rows: list[Row]) -> Codes:
    def parts(text: str) -> list[tuple[str, str]]:
        """Titles and what follows them."""
        found = [["", ""]]
        for line in text.split("\n"):
            if HEADING.match(line):
                title = re.split("[。:\n]", line[:40], maxsplit=1)[0]
                found.append([title, line[len(title) :]])
            else:
                found[-1][1] += "\n" + line
        return [(title, body) for title, body in found]

    def judge(row: Row) -> int:
        codes = [
            int(not re.search(args["wanted"], body))
            for column in TEXT.columns(args["within"])
            for title, body in parts(row.get(column) or "")
            if re.search(args["under"], title) and re.search(args["pattern"], body)
        ]
        return folded(args, row, codes)

    return {"passage": [judge(row) for row in rows]}


def kinds_listed(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        handled = [c for c in row["claims"] if own(c) and c["value"] > 0 and starts(c["measure"], args["measures"])]
        lists: dict[int, list[Row]] = {}
        for claim in row["claims"]:
            if claim["measure"] == "disclosed_items" and claim["role"] == "part" and claim["label"] is not None:
                lists.setdefault(claim["group"], []).append(claim)
        kept = {
            group: parts
            for group, parts in lists.items()
            if not all(re.search(args["overlapping"], part["label"]) for part in parts)
        }
        if not handled or not kept:
            return ABSENT
        if any(re.search(args["kinds"], part["label"]) for parts in kept.values() for part in parts):
            return HOLDS
        if TEXT.count(row, args["within"], args["unless"]):
            return HOLDS
        for group, parts in kept.items():
            heads = [c for c in row["claims"] if c["group"] == group and c["role"] == "total"]
            heads = [c for c in heads if c["measure"] == "disclosed_items"]
            if heads and heads[0]["exhaustive"] and all(p["exact"] and p["link"] == "firm" for p in parts):
                return BROKEN
        return OPEN

    return {"listed": [folded(args, row, [judge(row)]) for row in rows]}


def words_fit_shares(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        items = [c for c in row["claims"] if c["measure"] == "disclosed_items"]
        sentences = [
            m["list"]
            for column in TEXT.columns(args["within"])
            for m in TEXT.pattern_of(column, args["pattern"]).finditer(row.get(column) or "")
        ]
        wrong = False
        for part in items:
            wholes = [c["value"] for c in items if c["role"] == "total" and c["group"] == part["group"]]
            if part["role"] != "part" or not part["label"] or part["value"] is None:
                continue
            bare = re.sub(args["filler"], "", part["label"])
            large = bool(wholes) and wholes[-1] and part["value"] >= wholes[-1] * args.get("share", 0.5)
            meant = part["value"] == 0 if args["find"] == "none" else large
            wrong = wrong or bool(meant and len(bare) > 1 and any(bare in listed for listed in sentences))
        absent = not sentences or not any(c["role"] == "part" for c in items)
        return int(TEXT.verdict(args, row, absent, wrong))

    return {args["find"]: [judge(row) for row in rows]}


NUMERALS = "一二三四五六七八九十"
STYLES = [
    (rf"(?:^|[,。;:\n])([{NUMERALS}])是", ("一",)),
    (r"(?:^|\n|[。;:])[-*]*(\d{1,2})[.、](?!\d)", ("1",)),
    (rf"(?:^|\n|[。;:])[(（]([{NUMERALS}])[)）]", ("一",)),
    (r"(?:^|\n|[。;:])[(（](\d{1,2})[)）]", ("1",)),
    (rf"(?:^|[,。;:\n])(首先|其次|再次|此外|另外|最后|第[{NUMERALS}](?![条款项届次部季]))", ("首先", "第一")),
]


def points(text: str) -> list[tuple[int, int, int, int]]:
    """Begin, last point, end and size of each list of points."""
    found = []
    for pattern, first in STYLES:
        marks = [(m.start(1), m[1]) for m in re.finditer(pattern, text)]
        begins = [n for n, (_, mark) in enumerate(marks) if mark in first]
        for at, begin in enumerate(begins):
            stop = begins[at + 1] if at + 1 < len(begins) else len(marks)
            if stop - begin > 1:
                end = marks[stop][0] if stop < len(marks) else len(text)
                found.append((marks[begin][0], marks[stop - 1][0], end, stop - begin))
    kept: list[tuple[int, int, int, int]] = []
    for one in sorted(found, key=lambda f: f[0]):
        if not kept or one[0] >= kept[-1][2]:
            kept.append(one)
    return kept


def problems_answered(args: Row, rows: list[Row]) -> Codes:
    kinds = ("problems", "measures")

    def sizes(text: str) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {kind: [] for kind in kinds}
        before = 0
        for begin, last, _, size in points(text):
            lead = text[max(before, begin - args["reach"]) : begin]
            ends = {k: [m.end() for m in re.finditer(args[k], lead)] for k in kinds}
            latest = max((e[-1] for e in ends.values() if e), default=None)
            kind = next((k for k in kinds if ends[k] and ends[k][-1] == latest), None)
            if kind is not None:
                found[kind].append(size)
            before = last
        return found

    def judge(row: Row) -> int:
        if not all(TEXT.count(row, args["within"], args[kind]) for kind in kinds):
            return ABSENT
        for column in TEXT.columns(args["within"]):
            found = sizes(row.get(column) or "")
            if all(len(found[kind]) == 1 for kind in kinds):
                return int(abs(found["problems"][0] - found["measures"][0]) >= args["differ"])
        return ABSENT

    return {"answered": [folded(args, row, [judge(row)]) for row in rows]}


def listed_problems(args: Row, text: str) -> tuple[list[str], str] | None:
    """The problems of the one enumeration of problems, each up to its measure, and all that is no problem."""
    lists, before = [], 0
    for begin, last, end, _ in points(text):
        lead = text[max(before, begin - args["reach"]) : begin]
        ends = {k: [m.end() for m in re.finditer(args[k], lead)] for k in ("problems", "measures")}
        latest = max((e[-1] for e in ends.values() if e), default=None)
        if latest is not None and ends["problems"] and ends["problems"][-1] == latest:
            lists.append((begin, end))
        before = last
    if len(lists) != 1:
        return None
    begin, end = lists[0]
    style = next(p for p, first in STYLES if any(m.start(1) == begin and m[1] in first for m in re.finditer(p, text)))
    marks = [m.start(1) for m in re.finditer(style, text) if begin <= m.start(1) < end]
    said, answers = [], []
    for at, until in zip(marks, [*marks[1:], end], strict=True):
        turned = re.search(args["turn"], text[at:until])
        split = until if turned is None else at + turned.start()
        said.append(text[at:split])
        answers.append(text[split:until])
    return said, "\n".join([*answers, text[end:]])


def problems_echoed(args: Row, rows: list[Row]) -> Codes:
    def pairs(text: str) -> set[str]:
        left = re.sub("[^一-龥]", " ", re.sub(TEXT.narrow(args["stock"]), " ", text))
        return {a + b for word in left.split() for a, b in pairwise(word)}

    def silent(problem: str, told: str) -> bool:
        if pairs(problem) & pairs(told):
            return False
        about = [name for name, pattern in args["topics"].items() if re.search(pattern, problem)]
        return bool(about) and not any(re.search(args["echoes"][name], told) for name in about)

    def judge(text: str) -> int:
        found = listed_problems(args, text)
        if found is None or not re.search(args["turn"], found[1]):
            return ABSENT
        return int(any(silent(problem, found[1]) for problem in found[0]))

    def whole(row: Row) -> int:
        if not all(TEXT.count(row, args["within"], args[kind]) for kind in ("problems", "turn")):
            return ABSENT
        found = [judge(row.get(column) or "") for column in TEXT.columns(args["within"])]
        return next((code for code in (BROKEN, HOLDS) if code in found), ABSENT)

    return {"echoed": [folded(args, row, [whole(row)]) for row in rows]}


def told_shares(args: Row, sentence: str) -> list[tuple[list[str], str, str, str]]:
    """Numbers, words, what stands before, and the last name of the shares of a sentence."""
    item, together = (TEXT.narrow(args[name]) for name in ("item", "together"))
    runs: list[list[re.Match[str]]] = []
    for share in re.finditer(item, sentence):
        if runs and share.start() - runs[-1][-1].end() <= args.get("gap", 6):
            runs[-1].append(share)
        else:
            runs.append([share])
    found = []
    for run in (run for run in runs if len(run) > 1):
        words = "".join(m["label"] for m in run) + sentence[run[0].start() : run[-1].end()]
        found.append(([m["n"] for m in run], words, sentence[: run[0].start()] + run[0]["label"], run[-1]["label"]))
    for share in re.finditer(together, sentence):
        numbers, names = re.findall(r"[\d.]+(?=%)", share["list"]), re.split("[、和与及]", share["names"])
        if len(numbers) == len(names) > 1:
            found.append((numbers, "".join(names) + share[0], sentence[: share.start()] + names[0], names[-1]))
    return found


def shares_whole(args: Row, rows: list[Row]) -> Codes:
    has = {name: re.compile(TEXT.narrow(args[name])) for name in ("overlapping", "approximate", "closing", "opening")}

    def wrong(numbers: list[str]) -> bool:
        units = [10.0 ** -len(n.partition(".")[2]) for n in numbers]
        total, slack = sum(map(float, numbers)), args.get("tolerance", 0.1)
        return total > 100 + sum(units) / 2 + slack or total < 100 - sum(units) - slack

    def judge(row: Row) -> int:
        texts = [row.get(column) or "" for column in TEXT.columns(args["within"])]
        shares = [s for text in texts for sentence in re.split("[。\n]", text) for s in told_shares(args, sentence)]
        kept = [
            numbers
            for numbers, words, before, name in shares
            if not has["overlapping"].search(words)
            and not has["approximate"].search(words)
            and (has["closing"].search(name) or has["opening"].search(before))
        ]
        return int(any(map(wrong, kept))) if kept else ABSENT

    return {"whole": [folded(args, row, [judge(row)]) for row in rows]}


def chart_shares(args: Row, rows: list[Row]) -> Codes:
    def shares(line: str) -> list[str]:
        cells = line.rstrip("\t").split("\t")
        names = [c for c in cells if not re.search(r"\d", c)]
        numbers = cells[len(names) :]
        fits = len(names) >= 3 and len(numbers) >= 2 and cells[: len(names)] == names
        if not fits or not all(re.fullmatch(r"\d+(?:\.\d+)?%?", n) for n in numbers):
            return []
        if any(not 1 <= len(n) <= 20 for n in names):
            return []
        share = "占" in names[0] or "比" in names[0] or all(n.endswith("%") for n in numbers)
        return [n.rstrip("%") for n in numbers[: len(names)]] if share else []

    def uneven(numbers: list[str], total: float) -> bool:
        cut = up = False
        for text in numbers:
            digits, value = len(text.partition(".")[2]), float(text)
            exact = round(value * total / 100) * 100 / total
            rounded = float(f"{exact:.{digits}f}")
            cut = cut or (rounded != value and 0 < exact - value < 10.0**-digits)
            up = up or (rounded == value and exact < value)
        return cut and up

    def judge(row: Row) -> int:
        charts = [found for line in (row.get("text") or "").split("\n") if (found := shares(line))]
        totals = [
            c["value"]
            for c in row["claims"]
            if c["measure"] == "disclosed_items" and c["role"] == "total" and c["exact"] and c["value"]
        ]
        if not charts:
            return ABSENT
        if args["find"] == "sum":
            return int(any(abs(sum(map(float, c)) - 100) > args.get("tolerance", 0.1) + 1e-9 for c in charts))
        return int(any(uneven(c, max(totals)) for c in charts)) if totals else OPEN

    return {args["find"]: [folded(args, row, [judge(row)]) for row in rows]}


def charts_of(text: str) -> list[tuple[bool, list[tuple[str, str]]]]:
    """Whether each chart is of shares, and its names with their numbers."""
    found = []
    for line in text.split("\n"):
        cells = line.rstrip("\t").split("\t")
        numbers = [c for c in cells if re.fullmatch(r"\d+(?:\.\d+)?%?", c)]
        names = [c for c in cells if c not in numbers]
        fits = len(names) >= 3 and len(numbers) >= 2 and cells == names + numbers
        if fits and all(1 <= len(n) <= 20 and not re.search(r"\d", n) for n in names):
            share = "占" in names[0] or "比" in names[0] or all(n.endswith("%") for n in numbers)
            found.append((share, list(zip(names[-len(numbers) :], numbers, strict=False))))
    return found


def chart_agrees(args: Row, rows: list[Row]) -> Codes:
    def bare(name: str) -> str:
        return re.sub(args["filler"], "", name)

    def kinds(row: Row) -> dict[str, set[tuple[float, float]]]:
        items = [
            c for c in row["claims"] if c["measure"] == "disclosed_items" and c["exact"] and c["value"] is not None
        ]
        totals = {c["group"]: c["value"] for c in items if c["role"] == "total" and c["value"] > 0}
        found: dict[str, set[tuple[float, float]]] = {}
        for claim in items:
            if claim["role"] == "part" and claim["label"] and claim["group"] in totals:
                found.setdefault(bare(claim["label"]), set()).add((claim["value"], totals[claim["group"]]))
        return {name: pairs for name, pairs in found.items() if len(name) > 1 and len(pairs) == 1}

    def differs(share: bool, part: float, total: float, number: str) -> bool:
        printed = number.rstrip("%")
        unit = args["last"] * 10.0 ** -len(printed.partition(".")[2]) if share else 0.0
        return abs(float(printed) - (part * 100 / total if share else part)) > unit + 1e-9

    def judge(row: Row) -> int:
        known, codes = kinds(row), []
        for share, series in charts_of(row.get("text") or ""):
            pairs = [(next(iter(known[bare(name)])), number) for name, number in series if bare(name) in known]
            if share or len(pairs) >= args["names"]:
                codes += [differs(share, part, total, number) for (part, total), number in pairs]
        return int(any(codes)) if codes else ABSENT

    return {"numbers": [folded(args, row, [judge(row)]) for row in rows]}


REFERENCE: dict[str, Callable[[Row, list[Row]], Codes]] = {
    f"expect_{f.__name__}": f
    for f in (
        claims_match_cells,
        cells_told,
        statement_backed,
        statement_uncontested,
        fee_plausible,
        lists_to_add_up,
        percents_right,
        counts_kept,
        one_number,
        changes_possible,
        not_both,
        names_counted,
        only_the_named,
        passages_complete,
        kinds_listed,
        words_fit_shares,
        problems_answered,
        problems_echoed,
        shares_whole,
        chart_shares,
        chart_agrees,
    )
}
