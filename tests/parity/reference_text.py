"""The second implementation of the rules on prose and days: one report at a time, ``re`` and loops.

As in ``reference.py``, written from the description of the rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from gkaudit.chars import chinese_number
from gkaudit.form import all_keys
from gkaudit.identity import short_name, split_name

Row = dict[str, Any]
Codes = dict[str, list[int]]
HOLDS, BROKEN, OPEN, ABSENT = range(4)
SECTIONS = ("overall", "disclosure", "requests", "remedies", "problems", "other")
PROSE = [f"text.{name}" for name in ("preface", *SECTIONS)]


def columns(within: list[str]) -> list[str]:
    found = []
    for part in within:
        if part == "all":
            found += PROSE
        else:
            found.append({"printed": "text", "meta": "meta_text"}.get(part, f"text.{part}"))
    return found


def narrow(pattern: str) -> str:
    """Full-width signs as half-width ones."""
    return "".join(re.escape(chr(ord(c) - 0xFEE0)) if "！" <= c <= "～" else c for c in pattern.replace("\u3000", ""))


def pattern_of(column: str, pattern: str) -> re.Pattern[str]:
    return re.compile(narrow(pattern) if column in PROSE else pattern)


def cut(column: str, text: str, exceptions: list[str]) -> str:
    joint = "|".join(f"(?:{e})" for e in exceptions)
    return pattern_of(column, joint).sub("□", text) if joint else text


def count(row: Row, within: list[str], pattern: str, exceptions: list[str] | tuple[str, ...] = ()) -> int:
    total = 0
    for column in columns(within):
        text = row.get(column)
        if text is not None and pattern_of(column, pattern).search(text):
            total += sum(1 for _ in pattern_of(column, pattern).finditer(cut(column, text, list(exceptions))))
    return total


def silent(row: Row, within: list[str]) -> bool:
    return all(row.get(column) is None for column in columns(within))


def outside(args: Row, row: Row) -> bool:
    year, level = row.get("year"), row.get("level")
    damaged = any(value for name, value in row.items() if name.startswith("damaged."))
    damaged = damaged or row.get("format") in {"png", "jpg", "tif", "bmp", "gif", "webp"}
    return (
        bool(args.get("levels") and level not in args["levels"])
        or bool(year is not None and args.get("first_year") is not None and year < args["first_year"])
        or bool(year is not None and args.get("last_year") is not None and year > args["last_year"])
        or (args.get("sources") == "clean" and damaged)
        or (args.get("sources") == "damaged" and not damaged)
        or row.get("format") in args.get("not_formats", ())
    )


def verdict(args: Row, row: Row, absent: bool, broken: bool, doubt: bool = False) -> int:
    if absent or outside(args, row):
        return ABSENT
    yearly = args.get("first_year") is not None or args.get("last_year") is not None
    if broken:
        return OPEN if yearly and row.get("year") is None else BROKEN
    return OPEN if doubt else HOLDS


def patterns_absent(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row, pattern: str) -> int:
        absent = silent(row, args["within"])
        if args.get("only_with") and not count(row, ["all"], args["only_with"]):
            absent = True
        places = count(row, args["within"], pattern, args.get("exceptions", ()))
        limit = args.get("fewer_than") or float("inf")
        broken = args.get("at_least", 1) <= places < limit
        if args.get("unless") and count(row, args["within"], args["unless"]):
            broken = False
        return verdict(args, row, absent, broken)

    return {name: [judge(row, pattern) for row in rows] for name, pattern in args["patterns"].items()}


def words_right(args: Row, rows: list[Row]) -> Codes:
    joint = "|".join(f"(?:{wrong})" for wrong in args["words"])

    def judge(row: Row) -> int:
        found = count(row, args["within"], joint, args.get("exceptions", ()))
        return verdict(args, row, silent(row, args["within"]), bool(found))

    return {"words": [judge(row) for row in rows]}


def topics_present(args: Row, rows: list[Row]) -> Codes:
    size = args.get("substance", 0)

    def spoken(row: Row, words: str) -> bool:
        forms = [f"(?:{words})"]
        if size:
            forms = [
                rf"[^\n。]{{{size},}}(?:{words})",
                rf"(?:{words})[^\n]{{{size},}}",
                rf"(?:{words})[^\n]{{0,15}}\n[^\n]{{{size},}}",
            ]
        return any(count(row, args["within"], form, args.get("exceptions", ())) for form in forms)

    def judge(row: Row) -> int:
        missing = sum(not spoken(row, words) for words in args["topics"].values())
        most = args.get("missing_fewer_than") or float("inf")
        broken = args.get("missing_at_least", 1) <= missing < most
        headed = [part for part in args["within"] if part in SECTIONS]
        absent = silent(row, args["within"])
        if len(headed) == len(args["within"]):
            absent = all(row.get(f"section.{part}") is None for part in headed)
        if args.get("only_with") and not count(row, ["all"], args["only_with"]):
            absent = True
        if args.get("unless") and count(row, ["all"], args["unless"]):
            absent = True
        scarce = (row.get("sections_found") or 0) < args.get("sections_at_least", 0)
        return verdict(args, row, absent, broken and not scarce, broken and scarce)

    return {"topics": [judge(row) for row in rows]}


def sections_substantial(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row, name: str) -> int:
        text = row.get(f"text.{name}") or ""
        absent = row.get(f"section.{name}") is None
        if args.get("only_with") and not count(row, [name], args["only_with"]):
            absent = True
        return verdict(args, row, absent, len("".join(text.split("\n"))) < args["at_least"])

    return {f"section.{name}": [judge(row, name) for row in rows] for name in args["sections"]}


def one_wording(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        used = [w for w in args["wordings"].values() if count(row, args["within"], w, args.get("exceptions", ()))]
        return verdict(args, row, silent(row, args["within"]), len(used) > 1)

    return {"wordings": [judge(row) for row in rows]}


def no_statement_with_states(args: Row, rows: list[Row]) -> Codes:
    keys = [k for k in all_keys() if k.split(".")[0] in args["tables"]]

    def judge(row: Row) -> int:
        wrong = any(row.get(f"{key}|state") in args["states"] for key in keys)
        return verdict(args, row, not count(row, args["within"], args["pattern"]), wrong)

    return {"statement": [judge(row) for row in rows]}


NUMERAL = "[一二三四五六七八九十]{1,3}"


def numbering_in_order(args: Row, rows: list[Row]) -> Codes:
    def jumps(text: str) -> bool:
        numbers = [chinese_number(m[1]) for line in text.split("\n") if (m := re.match(rf"\(({NUMERAL})\)", line))]
        return any(n not in {1, (before or 0) + 1} for before, n in zip([0, *numbers], numbers, strict=False))

    def bare(text: str, printed: str) -> bool:
        last = 0
        for line in text.split("\n"):
            head = re.match(rf"\(({NUMERAL})\)", line)
            if head:
                last = chinese_number(head[1]) or 0
                continue
            short = re.fullmatch(r"([二三四五六七八九十])([^一二三四五六七八九十、.)是:\d。;,])([^。;]{1,20})", line)
            if short and last and chinese_number(short[1]) == last + 1:
                blank = rf"\W*{short[1]}[ \t\u3000\xa0]+{re.escape(short[2])}"
                if any(re.match(blank, piece) for piece in printed.split("\n")):
                    return True
        return False

    def judge(row: Row, line: str) -> int:
        texts = [row[c] for c in columns(args["within"]) if row.get(c) is not None]
        numbered = any(re.match(rf"\(?{NUMERAL}", piece) for text in texts for piece in text.split("\n"))
        printed = row.get("text") or ""
        broken = any(jumps(t) if line == "order" else bare(t, printed) for t in texts)
        return verdict(args, row, not numbered, broken)

    return {line: [judge(row, line) for row in rows] for line in ("order", "style")}


def parts_counted(args: Row, rows: list[Row]) -> Codes:  # noqa: C901 - three small functions
    def claims(row: Row) -> Iterator[tuple[int, tuple[int, int]]]:
        for column in columns(args["within"]):
            found = re.search(narrow(args["claim"]), row.get(column) or "")
            if not found:
                continue
            number = int(found["n"]) if found["n"].isdecimal() else chinese_number(found["n"])
            if number is not None:
                said = found[0][: found.start("n") - found.start()]
                least, most = named(said)
                some = re.search(r"等(?:共|总共)?$", said) and 2 * most <= number
                yield number, ((1, 1) if some else (least, most))

    def named(text: str) -> tuple[int, int]:
        known = 0
        for pattern in args["names"].values():
            if re.search(narrow(pattern), text):
                known += 1
                text = re.sub(narrow(pattern), "●", text)
        text = re.sub(r"^.*?(?:包括|包含|分为|由|从)|等|共|总共", "", text)
        others = [part for part in re.split(r"[、,;:“”]+", text) if len(part) > 2 and "●" not in part]
        apart = [part for other in others for part in re.split(r"以及|和|及|与", other) if len(part) > 2]
        return known + len(others), known + max(len(apart), len(others))

    def judge(row: Row, line: str) -> int:
        claim = next(claims(row), None)
        if claim is None:
            return ABSENT
        claimed, names = claim
        found = row.get("sections_found")
        if (line == "named" and names[1] < 2) or (line == "found" and found is None):
            return ABSENT
        broken = not names[0] <= claimed <= names[1] if line == "named" else found != claimed
        return verdict(args, row, absent=False, broken=broken)

    return {line: [judge(row, line) for row in rows] for line in ("named", "found")}


def _id_number(text: str) -> bool:
    if not re.fullmatch(r"\d{17}[\dX]", text) or not "11" <= text[:2] <= "91":
        return False
    if not ("1900" <= text[6:10] <= "2100" and "01" <= text[10:12] <= "12" and "01" <= text[12:14] <= "31"):
        return False
    return sum((10 if c == "X" else int(c)) * (2 ** (17 - i) % 11) for i, c in enumerate(text)) % 11 == 1


def _card(text: str) -> bool:
    doubled = [sum(map(int, str(int(c) * 2))) if i % 2 else int(c) for i, c in enumerate(text[::-1])]
    return sum(doubled) % 10 == 0


def numbers_absent(args: Row, rows: list[Row]) -> Codes:
    right = {"id18": _id_number, "luhn": _card, "none": lambda _: True}[args["checksum"]]

    def found(row: Row) -> Iterator[str]:
        for column in columns(args["within"]):
            text = cut(column, row.get(column) or "", args.get("exceptions", []))
            for hit in re.finditer(args["pattern"], text):
                before, after = text[: hit.start()][-1:], text[hit.end() : hit.end() + 2]
                if re.match(r"[0-9A-Za-z０-９_/=.]", before) or re.match(r"[0-9A-Za-z０-９_/=]|\.[0-9A-Za-z]", after):
                    continue
                bare = re.sub(r"[ \-\u3000\xa0]", "", hit[0]).upper().replace("Ｘ", "X")
                if right("".join(str(int(c)) if c.isdecimal() else c for c in bare)):
                    yield hit[0]

    def judge(row: Row) -> int:
        return verdict(args, row, silent(row, args["within"]), next(found(row), None) is not None)

    return {args["mask"]: [judge(row) for row in rows]}


def day_by_deadline(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        limit, day, year = args["deadlines"].get(row.get("level")), row.get(args["column"]), row.get("year")
        due, said = row.get("due"), args.get("due", "ignored")
        if limit is None or (said == "only" and due is None):
            return ABSENT
        if day is None or year is None:
            return OPEN
        last = date(year + 1, *map(int, limit.split("-")))
        last = due if said != "ignored" and due is not None else last
        if day <= last:
            return HOLDS
        return BROKEN if day <= last + timedelta(days=args["days"]) else OPEN

    return {args["column"]: [judge(row) for row in rows]}


def day_after_year(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row, column: str) -> int:
        day, year = row.get(column), row.get("year")
        if day is None and any(row.get(c) is not None for c in args["columns"]):
            return ABSENT
        return OPEN if day is None or year is None else int(day < date(year + 1, 1, 1))

    return {c: [judge(row, c) for row in rows] for c in args["columns"]}


def days_in_order(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row) -> int:
        days = [row.get(c) for c in args["columns"]]
        return OPEN if None in days else int(days != sorted(days))

    return {"+".join(args["columns"]): [judge(row) for row in rows]}


def year_before(args: Row, rows: list[Row]) -> Codes:
    def judge(day: date | None, year: int | None) -> int:
        return OPEN if day is None or year is None else int(day.year - 1 != year)

    return {args["column"]: [judge(row.get(args["column"]), row.get("year")) for row in rows]}


def _blank(text: str, exceptions: list[str]) -> str:
    joint = "|".join(f"(?:{e})" for e in exceptions)
    return re.sub(narrow(joint), lambda m: "□" * len(m[0]), text) if joint else text


def years_current(args: Row, rows: list[Row]) -> Codes:
    def stale(row: Row) -> bool:
        for column in columns(args["within"]):
            text = _blank(row.get(column) or "", args.get("exceptions", []))
            for found in re.finditer(narrow(args["lead"]), text):
                sentence = re.split(r"[。;\n]", text[found.start("y") :])[0]
                off = int(found["y"]) - row["year"]
                wanted = {0: "", -1: f"{args['history']}|{args['comparisons']}"}.get(off, args["history"])
                if off == 1:
                    wanted = rf"{args['plans']}|^\d{{4}}年\d{{1,2}}月\d{{1,2}}日"
                if off and (off > 1 or not re.search(narrow(wanted), sentence)):
                    return True
        return False

    def judge(row: Row) -> int:
        leads = count(row, args["within"], args["lead"], args.get("exceptions", []))
        if row.get("year") is None:
            return verdict(args, row, silent(row, args["within"]), broken=False, doubt=leads > 0)
        return verdict(args, row, silent(row, args["within"]), leads > 0 and stale(row))

    return {"years": [judge(row) for row in rows]}


def own_name(args: Row, rows: list[Row]) -> Codes:
    town = r"(?:镇|乡|街道|苏木)"

    def judge(row: Row, pattern: str) -> int:
        organ = row.get("organ") or ""
        if not re.search(rf"{town}(?:人民政府|政府|办事处)?$", organ) or silent(row, args["within"]):
            return ABSENT
        own = re.sub(r"(?:人民政府|办事处|政府)$", "", split_name(short_name(organ))[1])
        names = [
            found["name"]
            for column in columns(args["within"])
            for found in re.finditer(narrow(pattern), row.get(column) or "")
            if found["name"]
        ]
        others = [n for n in names if re.search(f"{town}$", n) and own not in n and not re.search(args["general"], n)]
        return verdict(args, row, absent=False, broken=bool(others) and bool(re.search(f"{town}$", own)))

    return {name: [judge(row, pattern) for row in rows] for name, pattern in args["claims"].items()}


def quoted_names(args: Row, rows: list[Row]) -> Codes:
    @cache
    def alike(one: str, other: str) -> float:
        # Indel similarity by the longest common subsequence.
        table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
        for i, a in enumerate(one):
            for j, b in enumerate(other):
                table[i + 1][j + 1] = table[i][j] + 1 if a == b else max(table[i][j + 1], table[i + 1][j])
        return 2 * table[-1][-1] / (len(one) + len(other))

    def wrong(name: str) -> bool:
        full = [narrow(n).replace("\\", "") for n in args["names"]]
        accepted = [narrow(p) for p in args["names"].values()]
        if name in full or any(re.fullmatch(p, name) for p in accepted):
            return False
        return max(alike(name, n) for n in full) >= args["similar"]

    def judge(row: Row) -> int:
        texts = [row[c] for c in columns(args["within"]) if row.get(c)]
        names = [n for text in texts for n in re.findall(r"《([^》《\n]{4,60})》", text)]
        return verdict(args, row, not any("《" in text for text in texts), any(wrong(n) for n in names))

    return {"names": [judge(row) for row in rows]}


def no_doubled_words(args: Row, rows: list[Row]) -> Codes:
    def doubled(text: str) -> bool:
        return any(
            text[at : at + size] == text[at + size : at + 2 * size]
            and all("\u4e00" <= c <= "\u9fff" for c in text[at : at + size])
            for size in range(2, args["longest"] + 1)
            for at in range(len(text) - 2 * size + 1)
        )

    def judge(row: Row) -> int:
        texts = [row[c] for c in columns(args["within"]) if row.get(c) is not None]
        return verdict(args, row, not texts, any(doubled(_blank(t, args.get("exceptions", []))) for t in texts))

    return {"doubled": [judge(row) for row in rows]}


def no_repetition(args: Row, rows: list[Row]) -> Codes:
    heading = re.compile(r"^(?:[(]?[一二三四五六七八九十\d]{1,3}[)、.][^\n。]{0,60}[。:]?|[^\n。;]{0,30}[:]?)$")

    def pieces(line: str) -> set[str]:
        own = (line[i : i + args["at_least"]] for i in range(len(line) - args["at_least"] + 1))
        return {piece for piece in own if "□" not in piece}

    def judge(row: Row) -> int:
        texts = [row[c] for c in columns(args["within"]) if row.get(c) is not None]
        lines = [line for text in texts for line in text.split("\n") if not heading.match(line)]
        lines = [_blank(line, args.get("exceptions", [])) for line in lines]
        repeated = False
        for at, line in enumerate(lines):
            for other in lines[at + 1 :]:
                repeated = repeated or bool(pieces(line) & pieces(other))
            size = args["at_least"]
            for start in range(len(line) - 2 * size + 1):
                piece = line[start : start + size]
                repeated = repeated or ("□" not in piece and piece in line[start + size :])
        return verdict(args, row, not texts, repeated)

    return {"repeated": [judge(row) for row in rows]}


def value_backed(args: Row, rows: list[Row]) -> Codes:
    def judge(row: Row, key: str) -> int:
        value = row.get(key)
        said = bool(args.get("pattern")) and count(row, args.get("within", ["all"]), args["pattern"]) > 0
        above = value is not None and value > 0
        return verdict(args, row, row.get(f"{key}|state") is None, above and not said, value is None)

    return {key: [judge(row, key) for row in rows] for key in args["keys"]}


def chart_in_text(args: Row, rows: list[Row]) -> Codes:
    number = r"\d+(?:\.\d+)?%?"

    def series(line: str) -> list[tuple[str, float]]:
        cells = line.rstrip("\t").split("\t")
        names = [c for c in cells if not re.search(r"\d", c)]
        numbers = cells[len(names) :]
        if len(names) < 3 or len(numbers) < 2 or not all(re.fullmatch(number, c) for c in numbers):
            return []
        if any(not 1 <= len(n) <= 20 for n in names) or cells[: len(names)] != names:
            return []
        chosen = names[-len(numbers) :]
        return [(n, float(v.rstrip("%"))) for n, v in zip(chosen, numbers, strict=False)]

    def judge(row: Row) -> int:
        lines = (row.get("text") or "").split("\n")
        charts = [line for line in lines if series(line)]
        if not charts:
            meta = row.get("meta_text") or ""
            picture = re.search(r"\[(?:image|图片)\s*[:：]", row.get("text") or "") or "image_names=" in meta
            return verdict(args, row, absent=not picture, broken=False, doubt=True)
        prose = re.sub(r"\s", "", "".join(line for line in lines if not series(line)))
        missing = [n for line in charts for n, value in series(line) if value > 0 and n.replace(" ", "") not in prose]
        return verdict(args, row, absent=False, broken=bool(missing))

    return {"chart": [judge(row) for row in rows]}


def headings_numbered(args: Row, rows: list[Row]) -> Codes:
    keys = ("overall", "disclosure", "requests", "remedies", "problems", "other")
    numerals = "零一二三四五六七八九十"

    def number(row: Row, key: str) -> int | None:
        found = re.match(
            r"\s*第?([一二三四五六七八九十]{1,2})(?:部分)?[、.．,，:：\s]", row.get(f"section.{key}") or ""
        )
        return chinese_number(found[1]) if found else None

    def judge(row: Row, at: int) -> int:
        own = number(row, keys[at])
        earlier = [i for i in range(at) if number(row, keys[i]) is not None]
        if own is None or not earlier or not row.get("sections_in_order"):
            return ABSENT
        before = number(row, keys[earlier[-1]]) or 0
        lines = [line for column in PROSE for line in (row.get(column) or "").split("\n")]
        others = {n for n in range(before + 1, own) if any(line.startswith(f"{numerals[n]}、") for line in lines)}
        return int(own <= before or own - before - len(others) > at - earlier[-1])

    def whole(row: Row, at: int) -> int:
        code = judge(row, at)
        return verdict(args, row, code == ABSENT, code == BROKEN)

    return {f"section.{keys[at]}": [whole(row, at) for row in rows] for at in range(1, 6)}


REFERENCE: dict[str, Callable[[Row, list[Row]], Codes]] = {
    f"expect_{f.__name__}": f
    for f in (
        patterns_absent,
        words_right,
        topics_present,
        sections_substantial,
        one_wording,
        no_statement_with_states,
        numbering_in_order,
        parts_counted,
        headings_numbered,
        numbers_absent,
        day_by_deadline,
        day_after_year,
        days_in_order,
        year_before,
        years_current,
        own_name,
        quoted_names,
        no_doubled_words,
        no_repetition,
        value_backed,
        chart_in_text,
    )
}
