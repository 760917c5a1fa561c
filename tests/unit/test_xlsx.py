"""The problem list opens again, says what the findings say, and holds no formula whatever the text is."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from gkaudit.errors import UsageError
from gkaudit.frames import FINDINGS, frame, write
from gkaudit.html.text import visible
from gkaudit.xlsx import write as write_list
from gkaudit.xlsx import writing
from tests.notebooks.pages import TOWN, build, finding, hostile

#: What spreadsheet programs have been made to run: formulas, DDE, links, full-width signs of WPS.
PAYLOADS = (
    "=1+1",
    "=cmd|'/c calc'!A0",
    "+cmd|'/c calc'!A0",
    "-2+3",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    '=HYPERLINK("http://evil.example/","x")',
    "{=1+1}",
    "http://evil.example/",
    "mailto:a@b.c",
    "0012",
    "1e5",
)


@pytest.fixture(autouse=True, params=[5_000, 0], ids=["kept in memory", "row by row"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short and long lists are written in different ways and say the same."""
    monkeypatch.setattr(writing, "_SHORT", request.param)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return build(tmp_path, [hostile()])


def opened(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def rows(sheet: Any) -> list[dict[str, Any]]:
    names, *values = sheet.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in values]


def test_one_finding_a_row_with_room_for_the_reply(data: Path) -> None:
    book = opened(write_list(data.parent / "findings.xlsx", data))
    sheet = book["问题清单"]
    listed = rows(sheet)
    found = pl.read_parquet(data / "findings.parquet")
    assert [row["发现编号"] for row in listed] == [visible(i) for i in found["finding_id"]]
    error = next(row for row in listed if row["检查编号"] == "ARI-03")
    assert error["级别"] == "✕ 错误"
    assert error["报告机关"] == "云岭县青石镇人民政府"
    assert (error["报告中"], error["应为"]) == ("7", "6")
    assert error["位置"] == "第2张表第4行第8格"
    assert error["依据"] == "国办公开办函〔2021〕30号附件 表三"
    assert error["怎么办"].startswith("逐件核对")
    assert "自然人" in error["涉及"]
    assert "每一行核对" in error["规则"]
    assert all(row[name] is None for row in listed for name in ("单位回复", "回复日期", "整改日期", "审查意见"))
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:V{found.height + 1}"
    assert sheet.print_title_rows == "$1:$1"
    assert min(dimension.width for dimension in sheet.column_dimensions.values()) > 5


def test_summaries_count_what_the_list_has(data: Path) -> None:
    book = opened(write_list(data.parent / "findings.xlsx", data))
    found = pl.read_parquet(data / "findings.parquet")
    sums = {row["级别"]: row["发现数"] for row in rows(book["按级别汇总"]) if row["问题"] == "合计"}
    assert sums == {"✕ 错误": 3, "▲ 警告": 2, "○ 提示": 1}
    assert sum(sums.values()) == found.height
    bodies = {row["报告编号"]: row for row in rows(book["按单位汇总"])}
    assert bodies[TOWN]["错误"] == 3
    assert bodies[TOWN]["不能判断"] == 1
    assert bodies[TOWN]["读取"] == "部分读出"


def test_no_text_becomes_a_formula_a_link_or_a_number(tmp_path: Path) -> None:
    texts = ("message", "title", "observed", "expected", "advice", "basis", "quote")
    extra = [
        finding(20 + at, "X-99", "error", **dict.fromkeys(texts, bad), finding_id=bad, keys=[bad])
        for at, bad in enumerate(PAYLOADS)
    ]
    path = write_list(tmp_path / "findings.xlsx", build(tmp_path, extra))
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8", "replace")
            assert not re.search(r"<f[ >]|<hyperlink|ddeLink|externalLink", text), name
    cells = [cell for sheet in opened(path) for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type in {"f", "e"}]
    said = {cell.value for cell in cells if isinstance(cell.value, str)}
    assert {visible(bad) for bad in PAYLOADS} <= said
    quoted = [c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "-", "@", "\t"))]
    assert quoted
    assert all(cell.quotePrefix for cell in quoted)
    assert not [cell for cell in cells if cell.hyperlink]


def test_what_is_too_long_for_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    path = write_list(tmp_path / "f.xlsx", build(tmp_path, [finding(9, "X-1", "error", message="长" * 40_000)]))
    (row,) = [row for row in rows(opened(path)["问题清单"]) if row["检查编号"] == "X-1"]
    assert len(row["具体情况"]) == 32_767
    assert row["具体情况"].endswith("长…")


def test_a_batch_beyond_the_rows_of_a_sheet_is_split(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_ROWS", 3)
    monkeypatch.setattr(writing, "_SLICE", 2)
    book = opened(write_list(data.parent / "findings.xlsx", data))
    lists = [name for name in book.sheetnames if name.startswith("问题清单")]
    assert lists == ["问题清单", "问题清单2", "问题清单3"]
    numbers = [row["序号"] for name in lists for row in rows(book[name])]
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert any("清单分在 3 张工作表上" in str(c.value) for row in book["说明"].iter_rows() for c in row)


def test_nothing_found_is_still_a_list(data: Path) -> None:
    write(frame((), FINDINGS), data / "findings.parquet")
    (data.parent / "run.json").write_text('{"failures": [{"name": "=坏.doc", "reason": "加密"}]}', "utf-8")
    book = opened(write_list(data.parent / "findings.xlsx", data, "en"))
    assert rows(book["Problems"]) == []
    assert rows(book["Files that could not be read"])[0]["File"] == "=坏.doc"
    with pytest.raises(UsageError):
        write_list(data.parent / "x.xlsx", data, "fr")
    assert not (data.parent / "x.xlsx").exists()
