"""Every check of the suites on reports made for it: ``<CHECK-ID>.json`` beside this file.

A case is a clean report with changes and the outcome that the check must have on it:

- ``cells``: key → number, state, [state, print] or [state, number]; ``requests.received.*`` is a whole row;
  ``all_cells`` gives every cell this state first,
- ``facts``: columns of the reports frame (days as ISO text),
- ``text``: part → lines instead of the usual ones, null for no text there (``*``: no passage at all),
  ``filler 7 3-9`` are sentences 3 to 8 of a stream of words without sense (7 names the stream),
- ``edition``: ``2019`` for the old form (a report of 2020, else of 2024),
- ``before``: ``cells`` and ``text`` of the same body's report of the year before, if there is one (``edition``:
  its form),
- ``others``: further reports, each like a case, of the same county; ``facts`` say whose and of which year,
- ``units``: rows of the list of bodies (organ, county, parent, due); such cases are judged by themselves.

For a broken case ``quote`` must stand in the quote of a finding of the check, ``says`` in its message, ``keys``
among its cells, ``observed`` is what one of them says to stand in the report, ``severity`` must be that of one
of them; ``hidden`` may stand nowhere in what is written.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gkaudit import frames
from gkaudit.auditing import Audit, judge
from gkaudit.document import Anchor
from gkaudit.form import TABLES, form, sections
from gkaudit.gx.suites import load_suites
from gkaudit.narrative import claims
from gkaudit.panel.units import Unit
from gkaudit.sections import Outline, Passage

HERE = Path(__file__).parent
SUITES = load_suites(HERE.parents[1] / "expectations")
FILES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(HERE.glob("*.json"))}
CASES = [(check, number, case) for check, data in FILES.items() for number, case in enumerate(data["cases"], 1)]
CHECKS = sorted({entry.check_id for suite in SUITES for entry in suite.entries})

ORGAN = "霁洛县霁桥镇人民政府"
BASIS = {"2021": "国办公开办函〔2021〕30号", "2019": "国办公开办函〔2019〕60号"}
PREFACE = (
    "本报告由霁洛县霁桥镇人民政府按照《中华人民共和国政府信息公开条例》（以下简称《条例》）和《{form}》（{basis}）要求编制。",
    "本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
    "电子版可在霁洛县人民政府网站（www.jiluo.gov.cn）查阅，联系电话：0999-8123456。",
)
FORM = "中华人民共和国政府信息公开工作年度报告格式"
TEXT = {
    "overall": (
        "（一）主动公开情况",
        "全年通过县政府网站公开信息26条，其中工作动态4条，通知公告22条。",
        "（二）依申请公开情况",
        "本年度未收到政府信息公开申请，依申请公开渠道畅通。",
        "（三）政府信息管理情况",
        "执行拟稿、审核、发布三级把关，文件属性在印发时一并确定。",
        "（四）政府信息公开平台建设情况",
        "专栏按新版目录调整栏目，各村公示栏每月更换一次内容。",
        "（五）监督保障情况",
        "站所年度考核均为合格；社会评议满意度较好；全年无责任追究情形。",
    ),
    "problems": (
        "主要问题：公开内容与群众需求还有距离，经办人员业务水平有待提高。",
        "改进措施：每季度梳理一次需求，以案例开展培训。",
    ),
    "other": ("本年度未收取信息处理费。无其他需要报告的事项。",),
}


def _facts(report_id: str, case: dict[str, Any], year: int) -> dict[str, Any]:
    edition = case.get("edition", "2021")
    usual: dict[str, Any] = {
        "report_id": report_id,
        "organ": ORGAN,
        "county": report_id,  # bodies of different cases have nothing to do with each other
        "level": "镇",
        "year": year,
        "form": edition,
        "title": f"{ORGAN}{year}年政府信息公开工作年度报告",
        "title_text": f"{ORGAN}{year}年政府信息公开工作年度报告",
        "period_start": date(year, 1, 1),
        "period_end": date(year, 12, 31),
        "period_damaged": False,
        "signed_on": date(year + 1, 1, 10),
        "published_on": date(year + 1, 1, 20),
        "format": "txt",
        "sections_found": 6,
        "sections_in_order": True,
        "form_seen": edition,
        "label_variants": [],
        "shift_notes": [],
        **{f"table.{t}": "found" for t in TABLES},
        **{f"damaged.{t}": False for t in TABLES},
        **{f"section.{s.key}": f"{n}、{s.label}" for n, s in zip("一二三四五六", sections(), strict=True)},
    }
    changes = dict(case.get("facts", {}))
    for name, value in changes.items():
        if frames.REPORTS[name] == pl.Date and value is not None:
            changes[name] = date.fromisoformat(value)
    return usual | changes


def _said(said: Any) -> dict[str, Any]:
    """State, value and print of a cell as a case gives them."""
    state, other = said if isinstance(said, list) else (said, None)
    if isinstance(state, (int, float)):
        state, other = "reported", state
    known = state in frames.KNOWN_STATES
    if not known:
        return {"state": state, "value": None, "raw": other or ""}
    value = other if isinstance(other, (int, float)) else 0
    return {"state": state, "value": str(value), "raw": str(other)}


def _cells(report_id: str, case: dict[str, Any], changes: dict[str, Any]) -> list[dict[str, Any]]:
    edition = case.get("edition", "2021")
    said = dict.fromkeys(form(edition).keys(), case.get("all_cells", 0))
    for key, value in changes.items():
        wanted = [k for k in said if k.startswith(key[:-1])] if key.endswith("*") else [key]
        said |= dict.fromkeys(wanted, value)
    records = []
    for key, value in said.items():
        table, row, column = key.split(".")
        place = {"report_id": report_id, "table": table, "row": row, "column": column, "key": key}
        records.append(place | _said(value) | {"anchor": Anchor("例.txt", line=1).record(), "confidence": 1.0})
    return records


def _prose(report_id: str, case: dict[str, Any], facts: dict[str, Any]) -> list[dict[str, Any]]:
    year, edition = facts["year"] or 2024, case.get("edition", "2021")
    given = case.get("text", {})
    if "*" in given:
        return []
    usual: dict[str, Any] = {"preface": [t.format(year=year, form=FORM, basis=BASIS[edition]) for t in PREFACE], **TEXT}
    records: list[dict[str, Any]] = []
    for part in ("preface", *(s.key for s in sections())):
        heading = facts["title"] if part == "preface" else facts[f"section.{part}"]
        lines = [line for said in given.get(part, usual.get(part)) or () for line in _sentences(said)]
        lines = lines or None
        kinds = [("paragraph" if part == "preface" else "heading", heading), *(("paragraph", x) for x in lines or ())]
        if part == "preface" and lines is None:
            kinds = []
        records += [
            {"report_id": report_id, "section": part, "kind": kind, "text": text} for kind, text in kinds if text
        ]
    for order, record in enumerate(records):
        record |= {"order": order, "anchor": Anchor("例.txt", line=order + 1).record()}
    return records


#: Words for text whose sense does not matter, only whose it is.
WORDS = "山水田林湖草沙石桥路灯亭院墙门窗渠坝井泉堤岸舟车马牛羊鸡犬鱼虾蟹稻麦豆薯茶桑麻棉竹松柏槐柳桃李杏梅兰菊荷莲霜雪雨露云雾风雷晨昏春秋晴阴"


def _sentences(said: str) -> list[str]:
    """The line itself, or the sentences of a filler."""
    if not said.startswith("filler "):
        return [said]
    _, stream, part = said.split()
    first, last = map(int, part.split("-"))
    chance = random.Random(int(stream))
    made = ["，".join("".join(chance.choices(WORDS, k=9)) for _ in range(4)) + "。" for _ in range(last)]
    return made[first:]


def _claims(facts: dict[str, Any], prose: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the sentences of a case state, read as those of any report."""
    passages = tuple(Passage(p["section"], p["kind"], p["text"], Anchor(**p["anchor"])) for p in prose)
    found = claims(Outline((), passages), facts["year"], facts["level"])
    return [{"report_id": facts["report_id"], "order": n, **claim.record()} for n, claim in enumerate(found)]


def _reports(report_id: str, case: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The report of a case and those beside it, each with its facts."""
    year = 2020 if case.get("edition") == "2019" else 2024
    own = _facts(report_id, case, year)
    beside = [("before", case["before"])] if "before" in case else []
    beside += [(f"beside{at}", other) for at, other in enumerate(case.get("others", ()), 1)]
    found = [(own, case)]
    for name, other in beside:
        same = {"county": own["county"], "organ": own["organ"], "level": own["level"]}
        usual = {"edition": case.get("edition", "2021"), "text": {"*": None}}
        given = usual | other | {"facts": same | other.get("facts", {})}
        found.append((_facts(f"{report_id}/{name}", given, year - (name == "before")), given))
    return found


def _judged(cases: list[tuple[str, int, dict[str, Any]]]) -> Audit:
    """These cases as one batch, judged at once."""
    reports, cells, prose, said = [], [], [], []
    for check, number, case in cases:
        for facts, own in _reports(f"{check}/{number}", case):
            reports.append(facts)
            cells += _cells(facts["report_id"], own, own.get("cells", {}))
            passages = _prose(facts["report_id"], own, facts)
            prose += passages
            said += _claims(facts, passages)
    tables = frames.Tables(
        frames.frame(reports, frames.REPORTS),
        frames.frame(cells, frames.CELLS | {"value": pl.String}).cast({"value": frames.VALUE}),
        frames.frame(prose, frames.SECTIONS),
        frames.frame(said, frames.CLAIMS),
    )
    units = [Unit(*_unit(row)) for _, _, case in cases for row in case.get("units", ())]
    return judge(tables, SUITES, units=units)


def _unit(row: list[str | None]) -> tuple[Any, ...]:
    """A row of the list of bodies; the day as ``MM-DD``."""
    organ, county, parent, due = [*row, None, None, None][:4]
    return organ, county, parent, due and (None, *map(int, due.split("-")))


@cache
def _audit() -> Audit:
    """All cases as two batches: with a list of bodies a report of nobody knows whom would count in all of them."""
    parts = [_judged([c for c in CASES if ("units" in c[2]) is listed]) for listed in (False, True)]

    def joined(name: str) -> pl.DataFrame:
        return pl.concat([getattr(part, name) for part in parts])

    batch = frames.Tables(*map(joined, frames.Tables._fields))
    return replace(parts[0], batch=batch, verdicts=joined("verdicts"), findings=joined("findings"))


def _found(report_id: str, check: str) -> list[dict[str, Any]]:
    findings = _audit().findings.filter(pl.col("report_id") == report_id).to_dicts()
    return [f for f in findings if f["check_id"] == check or check in f["evidence"]]


@pytest.mark.parametrize(("check", "number", "case"), CASES, ids=[f"{c}-{n}" for c, n, _ in CASES])
def test_case(check: str, number: int, case: dict[str, Any]) -> None:
    report_id = f"{check}/{number}"
    verdict = _audit().verdicts.filter(pl.col("report_id") == report_id, pl.col("check_id") == check)
    found = _found(report_id, check)
    assert verdict.get_column("outcome").to_list() == [case["outcome"]], [(f["title"], f["quote"]) for f in found]
    if case["outcome"] != "broken":
        assert not found
        return
    assert found
    if "severity" in case:
        assert case["severity"] in {f["severity"] for f in found}
    if "quote" in case:
        assert any(case["quote"] in (f["quote"] or "") for f in found), [f["quote"] for f in found]
    if "observed" in case:
        assert case["observed"] in {f["observed"] for f in found}
    if "says" in case:
        assert any(case["says"] in f["message"] for f in found), [f["message"] for f in found]
    assert set(case.get("keys", ())) <= {key for f in found for key in f["keys"]}


def test_every_check_has_a_holding_a_breaking_and_an_undecided_case() -> None:
    assert list(FILES) == CHECKS, "a check of the suites has no file here, or a file has no check"
    for check, data in FILES.items():
        assert data["check"] == check
        outcomes = {case["outcome"] for case in data["cases"]}
        assert outcomes >= {"holds", "broken"}, check
        assert outcomes & {"undetermined", "not_applicable"}, check


def test_every_entry_is_broken_by_a_case() -> None:
    """Not only every check: every single entry of the suites has a case that breaks it."""
    told = set(_audit().findings.select("check_id", "title").iter_rows())
    merged = {check for several in _audit().findings.get_column("evidence") for check in several}
    entries = {(e.check_id, e.meta["title_zh"]) for suite in SUITES for e in suite.entries}
    assert {entry for entry in entries - told if entry[0] not in merged} == set()


def test_an_untouched_report_has_nothing_but_holding_checks() -> None:
    at = next(number for check, number, case in CASES if (check, case) == ("STR-03", {"outcome": "holds"}))
    own = pl.col("report_id") == f"STR-03/{at}"
    assert _audit().findings.filter(own).is_empty(), _audit().findings.filter(own).to_dicts()
    verdicts = _audit().verdicts.filter(own)
    assert set(verdicts.get_column("outcome")) == {"holds", "not_applicable"}
    assert not verdicts.filter(pl.col("outcome") == "failed").height


@pytest.mark.parametrize("case", [c for c in CASES if "hidden" in c[2]], ids=lambda c: f"{c[0]}-{c[1]}")
def test_secrets_are_written_nowhere(case: tuple[str, int, dict[str, Any]], tmp_path: Path) -> None:
    check, number, asked = case
    audit, own = _audit(), pl.col("report_id") == f"{check}/{number}"
    secret = asked["hidden"]
    assert any(secret in str(row) for row in (*audit.sections.filter(own).rows(), *audit.reports.filter(own).rows()))
    for name in ("reports", "cells", "sections", "claims", "verdicts", "findings"):
        frames.write(getattr(audit, name).filter(own), tmp_path / name)
        written = frames.read(tmp_path / name).rows()
        assert not [row for row in written if secret in str(row)], name
    finding = _found(f"{check}/{number}", check)[0]
    for field in ("message", "quote", "observed", "advice"):
        assert secret not in (finding[field] or "")
    shown = frames.read(tmp_path / "sections").get_column("text").to_list()
    if finding["anchor"]["line"]:
        assert any((finding["quote"] or "").strip("…") in text for text in shown), finding["quote"]


def test_no_message_has_a_hole() -> None:
    """A field that a template asks for and nothing fills: （参照 ）, ：。, an empty quote, a □ that is no cell."""
    hole = re.compile(r" [）。，；]|[：，；（][。，；）]|“”|[：；]□|□[。]|None")
    messages = _audit().findings.get_column("message").to_list()
    # What is quoted is the report's own.
    holes = [said for said in messages if hole.search(re.sub(r"“[^”]+”", "“x”", said))]
    assert not holes


def test_every_quote_stands_in_the_source() -> None:
    texts = {
        key[0]: part.get_column("text").to_list()
        for key, part in _audit().sections.partition_by("report_id", as_dict=True).items()
    }
    seen = 0
    for finding in _audit().findings.to_dicts():
        quote = (finding["quote"] or "").removesuffix("…")
        if finding["keys"] or not quote or "*" in quote or not finding["anchor"] or finding["anchor"]["line"] is None:
            continue
        if finding["anchor"]["start"] is not None:
            text = texts[finding["report_id"]][finding["anchor"]["line"] - 1]
            assert quote in text, finding
            assert 0 <= finding["anchor"]["start"] < finding["anchor"]["end"] <= len(text)
            assert len(quote) <= 120
            seen += 1
    assert seen > 80
