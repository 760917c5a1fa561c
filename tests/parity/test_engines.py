"""Polars engine against GX's stock pandas engine with an independent reference, code by code.

This is the alarm for upgrades of Great Expectations and polars: both datasources run the same
suites through GX's public classes.
"""

from __future__ import annotations

import importlib.util
import json
import random
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gkaudit import frames
from gkaudit.document import Anchor
from gkaudit.form import all_keys, edition_for_year, form
from gkaudit.gx import rules
from gkaudit.gx.engine import CODES
from gkaudit.gx.imports import DataContextConfig, InMemoryStoreBackendDefaults, MetricProvider, gx
from gkaudit.gx.suites import Entry, load_suites, run_suites
from gkaudit.gx.validation import expectation_suite
from gkaudit.narrative import MEASURES, claims
from gkaudit.panel.links import LINKS
from gkaudit.prose import plain
from gkaudit.sections import Outline, Passage

ROOT = Path(__file__).parents[2]
SIZE = 400


def _reference(name: str) -> Any:
    # Tests are imported by path, so the modules beside this one are too.
    spec = importlib.util.spec_from_file_location(f"parity_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REFERENCE: dict[str, Any] = {
    type_: judge
    for name in (
        "reference",
        "reference_text",
        "reference_claims",
        "reference_years",
        "reference_rollup",
        "reference_copies",
        "reference_fees",
    )
    for type_, judge in _reference(name).REFERENCE.items()
}

from great_expectations.execution_engine import PandasExecutionEngine  # noqa: E402 - after the quiet import
from great_expectations.expectations.metrics.metric_provider import metric_value  # noqa: E402

#: Rows of the frame that was asked for last: every expectation looks at the same one.
_LAST: list[Any] = []


def _records(frame: Any) -> list[dict[str, Any]]:
    if not _LAST or _LAST[0] is not frame:
        _LAST[:] = [frame, frame.to_dict("records")]
    return _LAST[1]


class PandasCodes(MetricProvider):
    """The metric of the statutory checks for GX's pandas engine."""

    metric_name = CODES
    domain_keys = ("batch_id",)
    value_keys = ("type", "arguments")

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(  # GX calls it with the class
        cls,  # noqa: N805
        execution_engine: Any,
        metric_domain_kwargs: Any,
        metric_value_kwargs: Any,
        **_: Any,
    ) -> Any:
        frame, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type="table")
        rows = _records(frame)
        codes = REFERENCE[metric_value_kwargs["type"]](json.loads(metric_value_kwargs["arguments"]), rows)
        return pl.DataFrame(codes, schema=dict.fromkeys(codes, pl.Int8))


def _row_numbers(chance: random.Random, keys: list[str]) -> dict[str, float]:
    """Small numbers; often a row that adds up, sometimes split, shifted, negative or a fraction."""
    numbers = {k: float(chance.choice([0, 0, 0, 1, 2, 12])) for k in keys}
    if keys[-1].endswith(".total") and chance.random() < 0.8:
        numbers[keys[-1]] = sum(numbers[k] for k in keys[:-1])
    trick = chance.random()
    if trick < 0.05:
        numbers = dict(zip(keys, [*list(numbers.values())[1:], 0.0], strict=True))
    elif trick < 0.1:
        at = chance.randrange(len(keys))
        numbers[keys[at]] = chance.choice([-1.0, 0.5, 10.0, 11.0, 5000.0, 190.457379])
    elif trick < 0.15 and len(keys) > 3:
        numbers |= {keys[0]: 1.0, keys[1]: 2.0, keys[-1]: 12.0 + sum(numbers[k] for k in keys[2:-1])}
    return numbers


def _cells(chance: random.Random, edition: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table in form(edition).tables:
        lost = chance.random() < 0.05
        for row in table.rows:
            keys = [f"{table.name}.{row.name}.{c}" for c in row.columns]
            numbers = _row_numbers(chance, keys)
            mood = chance.random()
            for key in keys:
                state = "reported"
                if lost or mood < 0.03:
                    state = "absent"
                elif mood < 0.08 or chance.random() < 0.03:
                    state = chance.choice(["blank", "marked", "unreadable", "inferred"])
                elif mood < 0.11:
                    state = "blank"
                elif mood < 0.14 and not key.endswith(".total"):
                    state = chance.choice(["blank", "marked"])
                known = state in frames.KNOWN_STATES
                found[key] = numbers[key] if known else None
                found[f"{key}|state"] = state
                odd = chance.choice([None, None, "0件", "1,234", "一", "１２", "190.457379"])
                found[f"{key}|raw"] = odd if known else chance.choice(["", "·", " . ", "/", "无", "?8"])
    return found


def _told(number: int, edition: Any) -> dict[str, Any]:
    """The cells that go with the text of a case: zeros but for those that it names."""
    found: dict[str, Any] = dict.fromkeys(form(edition).keys(), 0.0)
    states = dict.fromkeys(found, "reported")
    for key, said in CASES[number].get("cells", {}).items():
        state, value = said if isinstance(said, list) else (said, said)
        for one in [k for k in found if k.startswith(key[:-1])] if key.endswith("*") else [key]:
            number_ = isinstance(value, (int, float))
            found[one], states[one] = (float(value), "reported") if number_ else (None, str(state))
    return found | {f"{k}|state": state for k, state in states.items()}


def _tidied(chance: random.Random, cells: dict[str, Any], edition: Any) -> dict[str, Any]:
    """The requests table filled and balanced both ways, but for one slip or blank now and then."""
    rows = {r.name: r.columns for r in form(edition).table("requests").rows}
    outer = ("received", "pending_start", "processed", "pending_end")
    done: dict[str, Any] = {}
    for column in next(iter(rows.values()))[:-1]:
        parts = {r: float(chance.choice([0, 0, 0, 0, 1])) for r in rows if r not in outer}
        total, end = sum(parts.values()), float(chance.choice([0, 0, 1]))
        parts |= {"processed": total, "pending_end": end, "pending_start": 0.0, "received": total + end}
        done |= {f"requests.{r}.{column}": v for r, v in parts.items()}
    for row, columns in rows.items():
        done[f"requests.{row}.total"] = sum(done[f"requests.{row}.{c}"] for c in columns[:-1])
    states = {f"{k}|state": "reported" for k in done}
    slip = chance.choice(list(done))
    if chance.random() < 0.4:
        done[slip] += 1
    elif chance.random() < 0.5:
        done[slip], states[f"{slip}|state"] = None, chance.choice(["blank", "unreadable"])
    return cells | done | states


def _cases() -> list[dict[str, Any]]:
    """The conformance cases of all checks that change the prose: something is wrong in most of it."""
    files = sorted((ROOT / "tests" / "conformance").glob("*.json"))
    cases = [case for path in files for case in json.loads(path.read_text("utf-8"))["cases"]]
    return [c for c in cases if c.get("text") and "*" not in c["text"] and c.get("edition") != "2019"]


CASES = _cases()
TEXTS = [{part: text for part, text in case["text"].items() if text} for case in CASES]
LINES = {part: [line for text in TEXTS for line in text.get(part, ())] for part in ("preface", "problems", "other")}
LINES["overall"] = [line for text in TEXTS for line in text.get("overall", ())]


def _prose(chance: random.Random, number: int) -> dict[str, Any]:
    """Texts of the parts: first those of each case, then lines from many; now and then a part has none."""
    case = TEXTS[number] if number < len(TEXTS) else {}
    printed: dict[str, str | None] = {}
    for column in frames.TEXTS:
        part = column.removeprefix("text.")
        pool = LINES.get(part) or LINES["overall"]
        lines = [chance.choice(pool) for _ in range(chance.choice([0, 1, 1, 2, 4, 8]))]
        lines = case.get(part, []) if case else lines
        printed[column] = "\n".join(lines) if lines else None
    texts = {c: None if t is None else "\n".join(map(plain, t.split("\n"))) for c, t in printed.items()}
    whole = "\n".join(t for t in printed.values() if t is not None)
    names = ["bookmarks=_GoBack", "image_names=微信图片_1.png", "image_names=C:\\Users\\a\\1.png", "author=甲"]
    return texts | {"text": whole or None, "meta_text": chance.choice([None, None, *names])}


NAMES = [name for name in MEASURES if name.startswith(("requests", "remedies", "disclosure"))]
BUSY = [f"requests.{row}.total" for row in ("received", "pending_start", "processed", "pending_end")]


def _claims(chance: random.Random, number: int) -> list[dict[str, Any]]:
    """What the prose of the case states, now and then with another number, and claims of any kind."""
    lines = TEXTS[number].get("overall", []) if number < len(TEXTS) else []
    said = tuple(Passage("overall", "paragraph", line, Anchor("x", line=at)) for at, line in enumerate(lines, 1))
    found = [c.record() for c in claims(Outline((), said), 2024, "镇")]
    for claim in found:
        if claim["value"] is not None:
            claim["value"] = float(claim["value"]) + (chance.random() < 0.04)
    for _ in range(chance.choice([0, 0, 2, 4, 12])):
        maybe = chance.choice
        measure = maybe(maybe([BUSY, BUSY, NAMES, NAMES, ["information_fee"]]))
        whole = dict.fromkeys(frames.CLAIM) | {
            "key": measure if MEASURES[measure] == (measure,) else None,
            "measure": measure,
            "value": maybe([None, 0.0, 0.0, 1.0, 2.0, 3.0, 12.0, 200.0]),
            "exact": maybe([True, True, False]),
            "negated": maybe([False, False, True]),
            "quote": "收到申请",
            "anchor": Anchor("x", line=1).record(),
            "unit": maybe(["件", "件", "元"]),
            "link": maybe(["firm", "firm", "ask", "none"]),
            "scope": maybe(["own", "own", "own", "higher"]),
            "period": maybe(["this", "this", "this", "last"]),
            "role": maybe(["statement", "statement", "total", "part"]),
            "exhaustive": maybe([False, True]),
            "label": maybe(["", "网站"]),
            "alternatives": chance.sample(NAMES, maybe([0, 0, 1, 2])),
            "note": "",
            "section": maybe(["overall", "problems", "other"]),
        }
        found.append(whole | ({"group": chance.randint(1, 2)} if whole["role"] in ("total", "part") else {}))
    return [claim | {"order": at} for at, claim in enumerate(found)]


def _facts(chance: random.Random, number: int) -> dict[str, Any]:
    year = chance.choice([None, *range(2019, 2026)])
    maybe = chance.choice
    found: dict[str, Any] = {
        "report_id": f"r{number}",
        "organ": maybe([None, "甲镇", "霁洛县霁桥镇人民政府", "乙乡", "丙局"]),
        "county": maybe([None, "甲县", "乙县"]),
        "level": maybe([None, "镇", "镇", "乡", "县", "市", "部门"]),
        "year": year,
        "form_seen": maybe([None, "2019", "2021", edition_for_year(year)]),
        "title_text": maybe(
            [
                None,
                "甲县甲镇人民政府2024年政府信息公开工作年度报告",
                "甲县 甲镇二〇二四年政府信息 公开工作年度报告",
                "乙县统计局2023年政府信息公开年报",
                "甲镇政府信息公开工作年度报告",
            ]
        ),
        "period_start": maybe([None, date(year or 2024, 1, 1), date(2024, 1, 1), date(2024, 2, 1)]),
        "period_end": maybe([None, date(year or 2024, 12, 31), date(2024, 12, 31), date(2024, 11, 30)]),
        "period_damaged": maybe([None, False, False, True]),
        "sections_found": maybe([None, 1, 3, 6]),
        "sections_in_order": maybe([None, True, False]),
        "label_variants": maybe([None, [], ["行政事业型收费"]]),
        "shift_notes": maybe([None, [], ["表头左移一列"]]),
        "signed_on": maybe([None, date((year or 2024) + 1, 1, 10), date(year or 2024, 12, 30)]),
        "published_on": maybe(
            [None, date((year or 2024) + 1, 1, 5), date((year or 2024) + 1, 3, 1), date(2025, 1, 20)]
        ),
        "format": maybe([None, "txt", "md", "docx", "png"]),
        **_prose(chance, number),
        "claims": _claims(chance, number),
    }
    for name in (c for c in frames.REPORTS if c.startswith("section.")):
        found[name] = maybe([None, "一、总体情况", "总 体情况", "六、其他需要报告的事项", "存在的问题"])
    for table in ("disclosure", "requests", "remedies"):
        found[f"table.{table}"] = maybe([None, "found", "found", "elsewhere", "image", "absent"])
        found[f"damaged.{table}"] = maybe([None, False, False, True])
    if number < len(TEXTS) and chance.random() < 0.95:
        # The text of a case is wrong where its checks apply: mostly in a sound report of a township.
        sound = {f"damaged.{table}": False for table in ("disclosure", "requests", "remedies")}
        found |= {"level": "镇", "format": "txt", "year": (year := 2024), **sound}
    found["form"] = edition_for_year(year)
    return found


def _link(chance: random.Random, records: list[dict[str, Any]]) -> None:
    """Reports of last year: mostly any other one, whose numbers have nothing to do with this one's."""
    for number, record in enumerate(records):
        at = chance.choice([None, None, chance.randrange(len(records))])
        record["prior.row"] = number - 1 if record.pop("copy", False) else at
        record["prior.why"] = chance.choice([None, None, "two_reports"]) if record["prior.row"] is None else None
        if chance.random() < 0.2:
            record |= {k: 0.0 for k in record if k.startswith("requests.") and isinstance(record[k], float)}
    for record in records:
        before = records[record["prior.row"]] if record["prior.row"] is not None else {}
        now, then = (r.get("requests.received.total") for r in (record, before))
        change = 1.0 if now is None or then is None else now - then + chance.choice([0, 0, 1])
        share = 50.0 if not then or now is None else round((now - then) / then * 100, 1)
        told = [("year_on_year", change, "件"), ("year_on_year", share, "%"), ("last_year", then or 0.0, "件")]
        for kind, value, unit in told if chance.random() < 0.3 else ():
            claim = dict.fromkeys(frames.CLAIM) | {"measure": f"{kind}.requests.received.total", "value": value}
            claim |= {"unit": unit, "exact": True, "scope": "own", "quote": "比上年", "order": len(record["claims"])}
            record["claims"] = [*record["claims"], claim | {"link": "none", "role": "difference", "alternatives": []}]
        # Numbers of villages and the like differ now and then.
        if chance.random() < 0.3:
            told_before = f"{record['text.other']}\n" if record["text.other"] else ""
            record["text.other"] = f"{told_before}全镇{chance.choice([20, 32, 41])}个行政村设有公示栏。"


N = "requests.received.total"


def _families(chance: random.Random, records: list[dict[str, Any]]) -> None:
    """Counties with bodies, of some of which they are the sum; bodies on and off a list."""
    for number, record in enumerate(records):
        record["body"] = chance.choice([None, f"b{number}", f"b{number}", f"b{number - 1}"])
        record["listed"] = chance.choice([None, True, False])
        record["due"] = chance.choice([None, None, date(2025, 1, 15), date(2025, 2, 20)])
    places = list(range(len(records)))
    chance.shuffle(places)
    for first in range(0, len(places) - 24, 24):
        county, members = places[first], places[first + 1 : first + 1 + chance.choice([1, 2, 3, 20])]
        members = members if first > 24 else places[first + 1 : first + 21]
        _sums(chance, records[county], [records[at] for at in members])
        if not first:
            for at in (county, *members):
                records[at] |= {N: 0.0, f"{N}|state": "reported", f"{N}|raw": None}
            records[county][N] = 30.0
        elif first == 24:
            # A county in which everybody had requests.
            for at in members:
                records[at] |= {N: 1.0, f"{N}|state": "reported", f"{N}|raw": None}
        for at in members:
            records[at]["parent.row"] = county
        missing = chance.choice([None, [], [], ["甲镇"], ["甲镇", "乙镇"]])
        above = {"member.row": members[0], "members": len(members), "missing": missing, "body": f"c{county}"}
        above["unknown"] = None if missing is None else chance.choice([0, 1])
        above["members.why"] = "no_list" if missing is None else "missing" if missing else None
        records[county] |= above


def _set(record: dict[str, Any], key: str, value: float) -> None:
    """A number in a cell that is on the form of the report."""
    if record.get(f"{key}|state"):
        record |= {key: value, f"{key}|state": "reported", f"{key}|raw": None}


def _sums(chance: random.Random, above: dict[str, Any], members: list[dict[str, Any]]) -> None:
    """Sums, now and then wrong; a body with the county's numbers, two with the same, many with zeros."""
    sums = {}
    for key in (k for k in all_keys() if above.get(k) is not None):
        for one in members if chance.random() < 0.3 else ():
            _set(one, key, 0.0)
        sums[key] = sum(one.get(key) or 0.0 for one in members)
    if chance.random() < 0.7:
        above |= {k: v + chance.choice([0, 0, 0, 30]) for k, v in sums.items()} if chance.random() < 0.5 else sums
    if chance.random() < 0.4:
        members[0] |= {k: above[k] for k in sums if members[0].get(k) is not None}
    if len(members) > 10 and above.get(N) is not None and chance.random() < 0.7:
        for one in members:
            _set(one, N, 0.0)
        above[N] = chance.choice([0.0, 30.0, 30.0])
    if len(members) > 1 and chance.random() < 0.6:
        tables = ("disclosure", "requests", "remedies")
        cells = dict.fromkeys(k for k in members[1] if k.partition(".")[0] in tables)
        cells |= {k: v for k, v in members[0].items() if k.partition(".")[0] in tables}
        members[1] |= cells | {"form": members[0]["form"], "county": "甲县", "year": 2024}
        members[0] |= {"county": "甲县", "year": 2024}


def _write(chance: random.Random, records: list[dict[str, Any]]) -> None:
    """Texts that only one body has, that of last year's report, or that of another body, whole or in part."""
    told: dict[int, list[str]] = {}
    for at, record in enumerate(records):
        record["claims"] = [*record["claims"], *_charges(chance, len(record["claims"]))]
        if at - 1 in told and chance.random() < 0.5:
            record |= {"prior.row": at - 1, "prior.why": None}
        before, other = record["prior.row"], chance.choice(list(told)) if told else None
        source = told.get(before if before is not None and chance.random() < 0.7 else other)
        if at < len(TEXTS) or chance.random() < 0.4:
            continue
        made = ["".join(chance.choices(LETTERS, k=30)) + "。" for _ in range(chance.choice([4, 12, 24]))]
        if source and chance.random() < 0.7:
            made = source[: chance.choice([1, 3, len(source) - 1, len(source)])] + made[: chance.choice([0, 0, 1, 8])]
        told[at] = made
        record["text.problems"] = "".join(made)
    # What must not be left to chance: last year's text, and another body's.
    for at, other in ((-1, -2), (-3, -4)):
        text = "".join("".join(chance.choices(LETTERS, k=30)) + "。" for _ in range(24))
        for record in (records[at], records[other]):
            record |= {"text.overall": None, "text.other": None, "text.problems": text, "year": 2024}
    records[-1] |= {"prior.row": len(records) - 2, "prior.why": None}
    records[-3] |= {"body": "甲"}
    records[-4] |= {"body": "乙"}
    # And one body over two years, with twenty times the licences in the second.
    licences = "disclosure.licences.decisions"
    history = [r for r in records[-60:-4] if r["form"] == "2021" and r["body"] not in (None, "甲", "乙")][:2]
    for record, year, number in zip(history, (2023, 2024), (10.0, 200.0), strict=True):
        record |= {"body": "丙", "year": year, licences: number, f"{licences}|state": "reported"}


def _charges(chance: random.Random, order: int) -> list[dict[str, Any]]:
    """Now and then a fee with cases or pages, possible or not."""
    if chance.random() < 0.8:
        return []
    told = [("information_fee", chance.choice([0.0, 15.0, 100.0, 500.0, 1100.0, 9000.0]), "元")]
    told += [("information_fee.cases", chance.choice([2.0, 11.0, 12.0]), "件")] if chance.random() < 0.6 else []
    told += [("information_fee.pages", chance.choice([31.0, 60.0, 201.0]), "页")] if chance.random() < 0.6 else []
    common = dict.fromkeys(frames.CLAIM) | {"exact": True, "scope": "own", "role": "statement"}
    common["link"] = chance.choice(["firm", "firm", "ask"])
    common |= {"quote": "收费", "anchor": Anchor("x", line=9).record(), "alternatives": [], "section": "other"}
    listed = [{"measure": measure, "value": value, "unit": unit} for measure, value, unit in told]
    return [common | claim | {"order": order + at} for at, claim in enumerate(listed)]


LETTERS = "".join(map(chr, range(0x5200, 0x5400)))


def random_wide(size: int, seed: int) -> pl.DataFrame:
    """A wide frame with every state, both editions, and facts of every kind."""
    chance = random.Random(seed)
    records = []
    for number in range(size):
        facts = _facts(chance, number)
        cells = _cells(chance, facts["form"])
        if number < len(CASES) and facts["form"] == "2021" and chance.random() < 0.9:
            cells |= _told(number, facts["form"])
        elif chance.random() < 0.4:
            cells = _tidied(chance, cells, facts["form"])
        records.append(facts | cells)
        if number > len(CASES) and chance.random() < 0.3:
            # Last year's report again, but for a few cells.
            kept = {
                k: v for k, v in records[-2].items() if k.startswith(("disclosure", "requests", "remedies", "text"))
            }
            other = {k: v + 1 for k, v in kept.items() if isinstance(v, float) and chance.random() < 0.02}
            records[-1] |= kept | other | {"form": records[-2]["form"], "copy": True}
    _link(chance, records)
    _families(chance, records)
    _write(chance, records)
    schema: dict[str, Any] = dict(frames.REPORTS)
    for key in all_keys():
        schema |= {key: pl.Float64, f"{key}|state": frames.STATE, f"{key}|raw": pl.String}
    schema |= dict.fromkeys(("text", *frames.TEXTS), pl.String) | LINKS
    schema["claims"] = pl.List(pl.Struct(frames.CLAIM))
    return frames.frame(records, schema)


def _through_pandas(wide: pl.DataFrame) -> dict[int, pl.DataFrame]:
    import pandas as pd

    # Objects keep None apart from numbers; pandas would make NaN of both.
    table = pd.DataFrame({name: pd.Series(wide[name].to_list(), dtype=object) for name in wide.columns})
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars={"globally": False},
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas(name="stock").add_dataframe_asset("reports")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch(batch_parameters={"dataframe": table})
    found = {}
    for suite in load_suites(ROOT / "expectations"):
        for result in batch.validate(expectation_suite(suite), result_format={"result_format": "COMPLETE"}).results:
            assert "codes" in result.result, result.exception_info
            found[result.expectation_config.meta["entry"]] = result.result["codes"]
    return found


SEEDS = (12, 13)


@cache
def _judged(seed: int) -> tuple[Any, dict[int, pl.DataFrame], pl.DataFrame]:
    wide = random_wide(SIZE, seed)
    return run_suites(load_suites(ROOT / "expectations"), wide), _through_pandas(wide), wide


@pytest.fixture(scope="module", params=SEEDS)
def both(request: pytest.FixtureRequest) -> tuple[Any, dict[int, pl.DataFrame], pl.DataFrame]:
    return _judged(request.param)


def _differences(entry: Entry, ours: pl.DataFrame, theirs: pl.DataFrame) -> list[str]:
    return [
        f"{entry.check_id} {entry.type} {line}: report {at} polars {mine} reference {other}"
        for line in theirs.columns
        for at, (mine, other) in enumerate(zip(ours[line], theirs[line], strict=True))
        if mine != other
    ]


def test_every_rule_has_a_reference() -> None:
    assert set(REFERENCE) == set(rules.RULES)


def test_codes_are_equal_for_every_entry(both: Any) -> None:
    results, reference, _ = both
    assert results.failures == {}
    for entry in results.entries:
        ours, theirs = results.codes(entry), reference[entry.index]
        assert ours is not None
        assert ours.columns == [line.name for line in entry.lines]
        assert set(theirs.columns) == set(ours.columns), (entry.check_id, entry.type)
        assert not (wrong := _differences(entry, ours, theirs)), wrong[:5]


def test_every_outcome_occurs() -> None:
    """A comparison of frames in which nothing happens would prove nothing."""
    seen: dict[str, set[int]] = {}
    for results, _, _ in map(_judged, SEEDS):
        for entry in results.entries:
            codes = results.codes(entry)
            seen.setdefault(entry.check_id, set()).update(c for s in codes.get_columns() for c in s.unique())
    assert {c: codes for c, codes in seen.items() if not codes >= {0, 1}} == {}
    without_doubt = {"STR-02", "STR-05", "STR-06", "STR-08", "ARI-01", "CEL-01", "AUT-01"}
    assert {c for c in without_doubt if 2 not in seen[c]} == set()


def test_every_broken_line_can_be_measured(both: Any) -> None:
    results, _, wide = both
    problems = results.problems("broken", "undetermined")
    keys = set(all_keys())
    for report, part in problems.head(4000).group_by("report"):
        row = results.row(report[0])
        for problem in part.iter_rows(named=True):
            found = results.measure(problem["entry"], problem["line"], row)
            assert isinstance(found.observed, str)
            assert set(found.keys) <= keys
            assert len(set(found.keys)) == len(found.keys)
    assert wide.height == SIZE
