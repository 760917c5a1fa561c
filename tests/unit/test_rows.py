"""A packed report says what its frames say, and does not lose a word on the way."""

from dataclasses import replace

import polars as pl
import pytest

from gkaudit import frames, rows
from gkaudit.readers import Source, read_source
from gkaudit.report import Report, understand
from tests.generate import make


def _report(text: str = "") -> Report:
    made = make(5, layout="grid").text
    return understand(read_source(Source.of(f"{made}\n{text}\n".encode(), "报告.txt")))


def test_a_packed_report_has_the_frames_of_the_report():
    report = _report("本年度主动公开规范性文件3件。")
    tables = rows.tables(rows.unpack([rows.pack(report)]))
    record = frames.frame([report.record(report.name)], frames.REPORTS)
    assert tables.reports.equals(record)
    assert tables.cells.equals(report.cells)
    assert tables.sections.equals(report.sections)
    assert not tables.claims.is_empty()
    assert tables.claims.equals(report.claims)
    for table, schema in zip(tables, (frames.REPORTS, frames.CELLS, frames.SECTIONS, frames.CLAIMS), strict=True):
        assert dict(table.schema) == {name: pl.Series(dtype=kind).dtype for name, kind in schema.items()}


def test_a_word_that_no_frame_knows_is_an_error():
    report = _report()
    first, *others = report.extraction.cells
    cells = (first._replace(state="dubious"), *others)
    strange = replace(report, extraction=replace(report.extraction, cells=cells))
    with pytest.raises(ValueError, match=r"cells.state.*dubious"):
        rows.pack(strange)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("联系人电话13912345678。", True),
        ("村民王大海申请公开征地补偿方案。", True),
        # Long enough to be looked at, and no number of a person.
        ("统一社会信用代码为11330000000000000X。", False),
        ("制发规范性文件3件。", False),
    ],
)
def test_secrets_of_a_report_are_noticed(text, secret):
    report = _report(text)
    assert rows.pack(report).secret is secret
    assert frames.shown(report.sections).equals(report.sections) is not secret
