"""Frames of an invented town in two years, for the tests of the comparison."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gkaudit.frames import CELLS, FINDINGS, REPORTS, SECTIONS, frame, write
from tests.notebooks.pages import OLD, TOWN, build, cells, finding, report

BEFORE = "青石镇-2023"
BODY = "云岭县青石镇人民政府"


def passage(report_id: str, at: int, text: str, section: str = "overall", kind: str = "paragraph") -> dict[str, Any]:
    return {"report_id": report_id, "order": at, "section": section, "kind": kind, "text": text}


def two_years(
    folder: Path,
    odd: dict[str, tuple[str | None, str | None, str]] | None = None,
    *,
    edition: str = "2021",
    year: int = 2023,
) -> Path:
    """青石镇 in two years: 4 requests handed on, of which the next year says what ``odd`` says."""
    data = build(folder)
    before = f"青石镇-{year}"
    rows = [report(before, BODY, year, form=edition), report(TOWN, BODY, 2024), report(OLD, "白塔乡", 2020)]
    write(frame(rows, REPORTS), data / "reports.parquet")
    handed: dict[str, tuple[str | None, str | None, str]] = {
        "requests.pending_end.natural_person": ("4", "4", "reported"),
        "requests.pending_end.total": ("4", "4", "reported"),
        "disclosure.normative_documents.in_force": ("5", "5", "reported"),
    }
    after: dict[str, tuple[str | None, str | None, str]] = {
        "requests.pending_start.natural_person": ("4", "4", "reported"),
        "requests.pending_start.total": ("3", "3", "reported"),
        "disclosure.normative_documents.issued": ("2", "2", "reported"),
        "disclosure.normative_documents.repealed": ("1", "1", "reported"),
        "disclosure.normative_documents.in_force": (None, "", "blank"),
        **(odd or {}),
    }
    known = {k: v for k, v in handed.items() if edition == "2021" or not k.endswith("in_force")}
    write(frame(cells(before, edition, known) + cells(TOWN, "2021", after), CELLS), data / "cells.parquet")
    prose = [
        passage(before, 1, "一、总体情况", kind="heading"),
        passage(before, 2, "2023年，青石镇通过各类渠道主动公开政府信息126条。镇上开了两次培训班，参加的干部有三十人。"),
        passage(before, 3, "不存在此类情况。"),
        passage(TOWN, 1, "一、总体情况", kind="heading"),
        passage(TOWN, 2, "2024年，青石镇通过各类渠道主动公开政府信息131条。新修订的公开指南已经在网站上公布。"),
        passage(TOWN, 3, "不存在此类情况。"),
    ]
    write(frame(prose, SECTIONS), data / "sections.parquet")
    found = [finding(1, "CON-01", "warning", title="上年结转", message="上年结转3件，上年报告为4件。")]
    write(frame(found, FINDINGS), data / "findings.parquet")
    return data
