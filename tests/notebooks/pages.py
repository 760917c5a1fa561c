"""Frames of an invented town for the tests of pages: every severity, every state, hostile text."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from gkaudit.document import Anchor
from gkaudit.form import form
from gkaudit.frames import CELLS, FINDINGS, REPORTS, SECTIONS, VERDICTS, frame, write

TOWN = "青石镇-2024"
OLD = "白塔乡-2020"
CLEAN = "柳河镇-2024"

#: Cells of 青石镇 that are not simply 0: value, raw, state.
ODD: dict[str, tuple[str | None, str | None, str]] = {
    "disclosure.normative_documents.issued": ("3", "3", "reported"),
    "disclosure.normative_documents.repealed": ("1", " 1 ", "reported"),
    "disclosure.normative_documents.in_force": ("0", "0", "reported"),
    "disclosure.government_rules.issued": (None, "", "blank"),
    "disclosure.government_rules.repealed": (None, "", "blank"),
    "disclosure.government_rules.in_force": (None, "/", "marked"),
    "disclosure.fees.amount_10k_yuan": ("190.457379", "190.457379", "reported"),
    "requests.received.natural_person": ("5", "5", "reported"),
    "requests.received.business": ("1", "1", "inferred"),
    "requests.received.total": ("7", "7", "reported"),
    "requests.full_grant.natural_person": ("4", "4", "reported"),
    "requests.full_grant.total": ("4", "4", "reported"),
    "requests.processed.natural_person": ("4", "4", "reported"),
    "requests.processed.total": (None, "4J", "unreadable"),
    "requests.pending_end.natural_person": ("1", "1", "reported"),
    "requests.pending_end.total": (None, None, "blank"),
    "remedies.litigation_direct.pending": (None, None, "absent"),
    "remedies.litigation_direct.total": (None, None, "absent"),
}

PROSE = [
    ("front", "heading", "云岭县青石镇人民政府2024年政府信息公开工作年度报告"),
    ("front", "paragraph", "本报告所列数据的统计期限自2024年1月1日起至2024年12月31日止。"),
    ("overall", "heading", "一、总体情况"),
    ("overall", "paragraph", "2024年，青石镇通过各类渠道主动公开信息126条，群众满意度稳步提升。"),
    ("overall", "paragraph", "依申请公开方面，全年共收到政府信息公开申请 6 件，均按时办结，按时答复率100%。"),
    ("problems", "heading", "五、存在的主要问题及改进情况"),
    ("problems", "paragraph", "公开的及时性还不够，下一步将完善审核流程，并组织两期业务培训。"),
    ("other", "heading", "六、其他需要报告的事项"),
    ("other", "paragraph", "本年度未收取信息处理费。"),
]


def cells(report_id: str, edition: Any, odd: dict[str, tuple[str | None, str | None, str]]) -> list[dict[str, Any]]:
    """Every cell of the form, 0 where nothing else is said."""
    rows = []
    for at, key in enumerate(form(edition).keys()):
        table, row, column = key.split(".")
        value, raw, state = odd.get(key, ("0", "0", "reported"))
        rows.append(
            {
                "report_id": report_id,
                "table": table,
                "row": row,
                "column": column,
                "key": key,
                "value": None if value is None else Decimal(value),
                "raw": raw,
                "state": state,
                "anchor": Anchor(f"{report_id}.docx", table=1, row=at // 7 + 1, column=at % 7 + 1).record(),
                "confidence": 0.6 if state == "inferred" else 1.0,
                "note": "该行缺一列，按合计推断" if state == "inferred" else None,
            }
        )
    return rows


def finding(number: int, check: str, severity: str, **more: Any) -> dict[str, Any]:
    """One finding of 青石镇; ``more`` overrides."""
    base = {
        "finding_id": f"{TOWN}-{check}-{number}",
        "report_id": TOWN,
        "check_id": check,
        "severity": severity,
        "outcome": "broken",
        "keys": [],
        "evidence": [],
    }
    return base | more


def at(**where: Any) -> dict[str, Any]:
    return Anchor("青石镇2024年报告.docx", **where).record()


def findings() -> list[dict[str, Any]]:
    """Two errors, two warnings, one note."""
    return [
        finding(
            5,
            "STR-13",
            "info",
            message="正文未引用年度报告格式文件的文号。",
            title="编制依据引用",
            advice="在导语中写明国办公开办函〔2021〕30号。",
            basis="国办公开办函〔2021〕30号",
            anchor=at(paragraph=2),
        ),
        finding(
            1,
            "ARI-03",
            "error",
            keys=[
                f"requests.received.{c}"
                for c in (
                    "natural_person",
                    "business",
                    "research",
                    "public_interest",
                    "legal_service",
                    "other_org",
                    "total",
                )
            ],
            observed="7",
            expected="6",
            message="表三“一、本年新收政府信息公开申请数量”六类申请人之和是6，总计填7，相差1件。",
            title="横向合计",
            basis="国办公开办函〔2021〕30号附件 表三",
            advice="逐件核对受理登记台账，更正总计或漏填的一类申请人后重新公开。",
            anchor=at(table=2, row=4, column=8),
            quote="5 | 1 | 0 | 0 | 0 | 0 | 7",
            evidence=["ARI-01", "ZZZ-09"],
        ),
        finding(
            2,
            "NVT-01",
            "error",
            keys=["requests.received.total"],
            observed="6件",
            expected="7件",
            message="正文称收到申请6件，表三本年新收总计为7件。",
            title="正文申请数与表三新收一致",
            basis="《政府信息公开条例》第五十条",
            advice="以台账为准，统一正文与表格。",
            anchor=at(paragraph=5, start=12, end=28),
            quote="全年共收到政府信息公开申请 6 件",
        ),
        finding(
            3,
            "CEL-01",
            "warning",
            keys=[
                "disclosure.government_rules.issued",
                "disclosure.government_rules.repealed",
                "requests.pending_end.total",
            ],
            observed="空白3格",
            message="3个数字格空白；没有发生的应填0。",
            title="数值格空白",
            basis="国办公开办函〔2021〕30号附件填表说明",
            advice="没有发生的填0，发生过的补填数字。",
            anchor=at(table=1, row=3, column=2),
        ),
        finding(
            4,
            "NIN-10",
            "warning",
            observed="100%",
            message="称按时答复率100%，而有1件结转下年度。",
            title="绝对化表述与事实并存",
            basis="《政府信息公开条例》第三十三条",
            advice="写明按时答复的口径。",
            anchor=at(paragraph=5),
            quote="均按时办结，按时答复率100%",
        ),
    ]


def hostile() -> dict[str, Any]:
    """A finding whose every text is an attack."""
    bad = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %}</style><!--\u202e txt\x00\x1b'
    return finding(
        9,
        "X-99",
        "error",
        finding_id='"><b>',
        message=bad,
        title=bad,
        observed=bad,
        expected=bad,
        advice=bad,
        basis=bad,
        quote="javascript:alert(3) http://evil.example/",
        evidence=[bad],
        keys=["no.such.key", '"><i>.a.b', "requests.received.total"],
        anchor=Anchor(bad, line=3).record(),
    )


def report(report_id: str, organ: str, year: int, **more: Any) -> dict[str, Any]:
    """A row of ``reports``."""
    base = {
        "report_id": report_id,
        "organ": organ,
        "county": "云岭县",
        "level": "镇",
        "year": year,
        "form": "2021",
        "title": f"{organ}{year}年政府信息公开工作年度报告",
        "period_start": date(year, 1, 1),
        "period_end": date(year, 12, 31),
        "signed_on": date(year + 1, 1, 15),
        "source": f"{report_id}.docx",
        "format": "docx",
        "sha256": "0f" * 32,
        "status": "read",
        "table.disclosure": "found",
        "table.requests": "found",
        "table.remedies": "found",
    }
    return base | more


def build(
    folder: Path,
    extra: list[dict[str, Any]] | None = None,
    odd: dict[str, tuple[str | None, str | None, str]] | None = None,
) -> Path:
    """Write ``<folder>/data/*.parquet`` and ``run.json``; returns the data folder."""
    data = folder / "data"
    reports = [
        report(
            TOWN,
            "云岭县青石镇人民政府",
            2024,
            **{
                "damaged.requests": True,
                "shift_notes": ["表三第4行少一列，按合计对齐"],
                "label_variants": ["规范性文件→行政规范性文件"],
                "note": "第2张表有一行缺列",
                "status": "partly_read",
            },
        ),
        report(OLD, "云岭县白塔乡人民政府", 2020, form="2019", level="乡", signed_on=None, county=None),
        report(CLEAN, "云岭县柳河镇人民政府", 2024),
    ]
    all_cells = cells(TOWN, "2021", ODD | (odd or {})) + cells(OLD, "2019", {}) + cells(CLEAN, "2021", {})
    prose = [
        {"report_id": TOWN, "order": i, "section": s, "kind": k, "text": t, "anchor": at(paragraph=i)}
        for i, (s, k, t) in enumerate(PROSE, 1)
    ]
    outcomes = [("ARI-03", "broken"), ("ARI-04", "undetermined"), ("NVT-01", "broken"), ("ARI-05", "holds")]
    verdicts = [
        {"report_id": r, "check_id": c, "outcome": o, "evaluated": 7, "broken": int(o == "broken"), "note": n}
        for r, rows in ((TOWN, outcomes), (CLEAN, [("ARI-03", "holds"), ("ARI-05", "holds")]))
        for c, o in rows
        for n in ("“（七）总计”无法辨认" if o == "undetermined" else None,)
    ]
    write(frame(reports, REPORTS), data / "reports.parquet")
    write(frame(all_cells, CELLS), data / "cells.parquet")
    write(frame(prose, SECTIONS), data / "sections.parquet")
    write(frame(verdicts, VERDICTS), data / "verdicts.parquet")
    write(frame(findings() + (extra or []), FINDINGS), data / "findings.parquet")
    manifest = {
        "versions": {"gkaudit": "0.1.0", "python": "3.11"},
        "suites": [{"file": "arithmetic.json", "sha256": "ab" * 32}],
        "started_at": "2025-03-01T08:00:00+08:00",
        "checks": {
            "ARI-04": {"title_zh": "申请收支平衡（分项重算）", "title_en": "Balance of requests, recomputed"},
            "ARI-01": {"title_zh": "申请收支平衡", "title_en": "Balance of requests"},
        },
    }
    (folder / "run.json").write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")
    return data
