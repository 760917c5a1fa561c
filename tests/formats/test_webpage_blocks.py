"""Pages that show their tables without table elements: rows of blocks, CSS grids, a page within the page."""

from html import escape

import pytest

from gkaudit.form import EDITIONS
from gkaudit.readers import Source, read_source
from gkaudit.report import understand
from tests.generate import compose
from tests.generate.formats.merged import merged
from tests.generate.model import Words


def _plain(lines, width):  # noqa: ARG001 - the width is the grid's
    rows = "".join(
        f'<div class="tr">{"".join(f"<div class=td>{escape(c.text)}</div>" for c in row)}</div>'
        for row in merged(lines)
    )
    return f'<div class="tbl">{rows}</div>'


def _listed(lines, width):  # noqa: ARG001
    rows = "".join(f"<ul>{''.join(f'<li>{escape(c.text)}</li>' for c in row)}</ul>" for row in merged(lines))
    return f"<div>{rows}</div>"


def _floating(lines, width):
    def cell(c):
        return f'<span style="float:left;width:{100 * c.colspan // width}%">{escape(c.text) or "&nbsp;"}</span>'

    end = '<div style="clear:both"></div>'
    rows = "".join(f"<div>{''.join(map(cell, row))}{end}</div>" for row in merged(lines))
    return f"<section>{rows}</section>"


def _css_grid(lines, width):
    def cell(c):
        return f'<div style="grid-column: span {c.colspan}; grid-row:span {c.rowspan}">{escape(c.text)}</div>'

    cells = "".join(cell(c) for row in merged(lines) for c in row)
    return f'<div style="display:grid;grid-template-columns:repeat({width}, minmax(0, 1fr))">{cells}</div>'


def _css_columns(lines, width):
    return _css_grid(lines, width).replace(
        f"repeat({width}, minmax(0, 1fr))", "2fr " * (width - 1) + "minmax(10px, 1fr)"
    )


def _page(made, table):
    shown = []
    for block in made.blocks:
        if isinstance(block, Words):
            shown.append(f"<p>{escape(block.text)}</p>")
            continue
        for part in block.parts:
            shown += [f"<p>{escape(text)}</p>" for text in part.before]
            shown.append(table(part.lines, block.width))
    return f"<!DOCTYPE html><html><head><title>年报</title></head><body><div>{''.join(shown)}</div></body></html>"


def _faults(made, markup):
    report = understand(read_source(Source.of(markup.encode(), "报告.html")))
    rows = report.cells.iter_rows(named=True)
    return [said for row in rows if (said := made.wrong(row["key"], row["value"], row["state"]))]


@pytest.mark.parametrize("table", [_plain, _listed, _floating, _css_grid, _css_columns])
@pytest.mark.parametrize("oddity", ["blank_cells", "blank_rows", "marks", "continued"])
def test_tables_of_blocks_keep_their_empty_cells(table, oddity):
    for seed, edition in enumerate(EDITIONS):
        made = compose(seed, edition=edition, oddities={oddity})
        assert _faults(made, _page(made, table)) == []


def test_prose_in_blocks_is_no_table():
    """Paragraphs of spans beside each other are lines; nothing of them is lost."""
    made = compose(1)
    text = _page(made, lambda lines, _: "".join(f"<p><b>第{n}行</b><span>正文</span></p>" for n, _ in enumerate(lines)))
    document = read_source(Source.of(text.encode(), "报告.html"))
    assert not document.tables
    assert sum(p.text.endswith("行正文") for p in document.paragraphs) > 10


def test_a_page_within_the_page_is_read_in_its_place():
    made = compose(2)
    inner = escape(_page(made, _css_grid), quote=True)
    assert _faults(made, f'<html><body><p>首页</p><iframe srcdoc="{inner}"></iframe></body></html>') == []


def test_a_page_in_another_file_is_not_there():
    made = compose(2)
    page = _page(made, _plain).replace(
        "</body>", '<iframe src="other.html">请升级浏览器</iframe><iframe srcdoc=""></iframe></body>'
    )
    assert _faults(made, page) == []


@pytest.mark.parametrize(("second", "state"), [("1", "unreadable"), ("0", "reported")])
def test_a_row_of_the_form_with_two_lines_of_numbers_is_in_doubt(second, state):
    def cells(values):
        return "".join(f"<td>{v}</td>" for v in values)

    heads = "<tr><td rowspan=3 colspan=3>（本列数据的勾稽关系）</td><td colspan=7>申请人情况</td></tr>"
    heads += "<tr><td rowspan=2>自然人</td><td colspan=5>法人或其他组织</td><td rowspan=2>总计</td></tr>"
    heads += f"<tr>{cells(['商业企业', '科研机构', '社会公益组织', '法律服务机构', '其他'])}</tr>"
    rows = f"<tr><td colspan=3 rowspan=2>一、本年新收政府信息公开申请数量</td>{cells('5000005')}</tr>"
    rows += f"<tr>{cells(second + '00000' + second)}</tr>"
    rows += f"<tr><td colspan=3>二、上年结转政府信息公开申请数量</td>{cells('2000002')}</tr>"
    above = "<p>岚皎县青石镇2023年政府信息公开工作年度报告</p><p>三、收到和处理政府信息公开申请情况</p>"
    report = understand(read_source(Source.of(f"{above}<table>{heads}{rows}</table>".encode(), "报告.html")))
    states = {
        row: set(report.cells.filter(report.cells["row"] == row)["state"]) for row in ("received", "pending_start")
    }
    assert states == {"received": {state}, "pending_start": {"reported"}}
