"""Objects show themselves: in Jupyter as our markup, in a terminal as text, and hostile text stays text."""

from __future__ import annotations

import polars as pl
import pytest

import gkaudit as gk
from gkaudit.errors import UsageError
from tests.notebooks.markup import Markup
from tests.notebooks.pages import TOWN, build, hostile


def inert(html):
    markup = Markup(html)
    assert not set(markup.tags) & {"script", "iframe", "object", "embed", "img", "base", "form", "link"}
    assert not [name for _, name, _ in markup.attributes if name.startswith("on")]
    assert all(href.startswith("#") for href in markup.hrefs)


def test_a_report_shows_its_tables(sources):
    report = gk.read(next(sources.glob("墨岫乡*")))
    html = report._repr_html_()
    inert(html)
    assert html.count("<table") == 3
    assert 'id="c-requests-received-total"' in html
    assert "表三 收到和处理政府信息公开申请情况" in str(report)
    assert "\n" not in repr(report)


def test_a_finished_run_is_opened_again(results):
    audit = gk.load(results)
    assert audit.reports.height == 5
    # Large tables are read when they are asked for, and a report without them.
    assert "cells" not in vars(audit)
    one = audit.report("枫砚镇-2024")
    assert (one.cells.height, "cells" in vars(audit)) == (200, False)
    assert audit.cells.height == 5 * 200
    assert one.cells.equals(audit.report("枫砚镇-2024").cells)
    with pytest.raises(AttributeError):
        audit.nonsense  # noqa: B018


def test_the_nearest_reports_are_named(results):
    with pytest.raises(UsageError, match="枫砚镇-2023"):
        gk.load(results).report("枫砚")
    with pytest.raises(UsageError, match="gkaudit run"):
        gk.load(results.parent)


def test_an_audited_report_shows_findings_and_tables(results):
    one = gk.load(results).report("枫砚镇-2024")
    html = one._repr_html_()
    inert(html)
    assert one.findings["message"][0].replace("“", "")[:12] in html.replace("“", "")
    assert html.count('class="gk-finding') == one.findings.height
    assert str(one).count("[") >= one.findings.height
    assert one.page.table("requests").html.count("<table") == 1


def test_a_batch_shows_its_reports(results):
    audit = gk.load(results)
    html = audit._repr_html_()
    inert(html)
    assert html.count("<tr>") == 1 + audit.reports.height
    assert str(audit).count("\n") == audit.reports.height


def test_part_of_an_audit_is_an_audit(results):
    one = gk.load(results).only("菱漪镇-2024", "墨岫乡-2024")
    assert set(one.reports["report_id"]) == set(one.cells["report_id"]) == {"菱漪镇-2024", "墨岫乡-2024"}
    assert one.findings.filter(~pl.col("report_id").is_in(["菱漪镇-2024", "墨岫乡-2024"])).is_empty()


def test_hostile_text_stays_text(tmp_path):
    build(tmp_path / "audit_out", [hostile()])
    audit = gk.load(tmp_path / "audit_out")
    for shown in (audit._repr_html_(), audit.report(TOWN)._repr_html_()):
        inert(shown)
    assert "\u202e" not in str(audit.report(TOWN))
