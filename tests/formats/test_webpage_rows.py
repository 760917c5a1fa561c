"""Tables cut out of their written markup: never another document than the walk over their elements gives."""

from random import Random

import pytest

from gkaudit.errors import GkauditError
from gkaudit.readers import Source, html, mht
from gkaudit.readers.webpage import rows, written
from tests.generate import compose
from tests.generate.formats import html as pages
from tests.generate.formats import mht as archives

HEAD = "<p>澄岫县霁桥镇人民政府2024年政府信息公开工作年度报告</p><p>一、总体情况</p>"
LABELS = "<tr><td>规章</td><td>1</td><td>2</td><td>3</td></tr>"
#: Rows of a table as careless hands write them; each stands behind a row of labels.
ODDITIES = {
    "nothing": "",
    "no cells": "<tr></tr><tr>\n</tr>",
    "empty cells": "<tr><td></td><td/><td>&nbsp;</td><td>5</td></tr>",
    "a line each": "\r\n<tr>\r\n<td>行政规范性文件</td>\r\n<td>4</td>\n <td>5</td>\t<td>6</td>\r\n</tr>\r\n",
    "head cells": "<tr><th>行政规范性文件</th><td>4</td><th colspan=2>5</th></tr>",
    "groups": "<thead><tr><td>x</td></tr></thead><tfoot><tr><td>合计</td></tr></tfoot><tbody><tr><td>5</td></tr></tbody>",
    "groups in disorder": "<tfoot><tr><td>9</td></tr></tfoot><tr><td rowspan=5>1</td></tr><thead><tr><td>2</td></tr></thead>",
    "hidden group": "<tbody style='display:none'><tr><td>7391</td></tr></tbody>",
    "hidden row": "<tr hidden><td>7391</td></tr><tr style='display:none'><td>1<br>2</td></tr><tr><td>a<br>b</td></tr>",
    "hidden cells": "<tr><td hidden>7391</td><td rowspan=2>4</td><td style='display:none'>1</td><td colspan=2>b<br>c</td></tr>",
    "unseen cell": "<tr><td style='visibility:hidden'>4</td><td>5</td></tr>",
    "struck cell": "<tr><td style='text-decoration:line-through'>4</td><td><s>4</s>5</td><td><del>9</del></td></tr>",
    "kept cell": "<tr><td style='white-space:pre'>a\n b</td><td><pre>c\n d</pre></td></tr>",
    "spans": "<tr><td rowspan=3 colspan=2>a</td><td>b</td></tr><tr><td colspan=9>c</td></tr><tr><td rowspan=0>d</td></tr>",
    "spans that are none": "<tr><td colspan=abc rowspan=-1>a</td><td colspan='2px'>b</td><td colspan=1000>c</td></tr>",
    "spans of roles": "<tr><td aria-colspan=2>a</td><td>b</td></tr>",
    "paragraphs": "<tr><td><p>4</p></td><td> <p class=x><span>5</span></p>\n</td><td><p>a</p><p>b</p></td></tr>",
    "paragraph and text": "<tr><td>4<p>5</p></td><td><p>6</p>7</td><td><p></p>8</td><td><p/>9<p>0</p></td></tr>",
    "tags": "<tr><td><b>4</b><i><font color=red>5</font></i></td><td><o:p></o:p>6</td><td><span/>7</td></tr>",
    "hidden tag": "<tr><td><span style='display:none'>7</span>4</td><td><b hidden>7</b>5</td></tr>",
    "lines": "<tr><td><p>一</p>\n<p>二</p><br>三</td><td> <h3>四</h3>五<div>六<center>七</center></div></td></tr>",
    "blank lines": "<tr><td><p>&nbsp;</p><p>4</p></td><td><br>&nbsp;<br>　<br></td><td>&nbsp;<p>　</p> </td></tr>",
    "lines that are no lines": "<tr><td>一<p style='display:inline'>二</p><br hidden>三</td><td><p class=x>四</p>五</td></tr>",
    "rows in a form": "</tbody></table><table><form action=x><tr><td>规章</td><td>4</td></tr></form><tr><td>5</td></tr>",
    "rows in a hidden form": "<form hidden><tr><td>规章</td><td>4</td></tr></form><tr><td>5</td></tr>",
    "marks": "<tr><td>4<sup>1</sup></td><td>m<sub>2</sub></td><td>5<br>6</td><td><a href=x>7</a></td></tr>",
    "controls": "<tr><td><input value=4></td><td><select><option>1<option selected>2</select></td><td>5</td></tr>",
    "pictures": "<tr><td><img src=a.png width=60 height=60></td><td>5</td></tr>",
    "list": "<tr><td><ol start=3><li>a</li></ol></td><td>5</td></tr>",
    "table in a cell": "<tr><td>4</td><td><table><tr><td>5</td></tr></table></td></tr>",
    "empty table in a cell": "<tr><td>4</td><td><table></table>5</td></tr>",
    "caption": "<caption>单位：件</caption><tr><td>5</td></tr>",
    "columns": "<colgroup><col width=3><col></colgroup><tr><td>5</td></tr>",
    "text between": "<tr>x<td>4</td>y<td>5</td></tr>z<tr><td>6</td></tr>",
    "other elements between": "<form><tr><td>4</td></tr></form><tr><script>1<2</script><td>5</td><track></tr>",
    "cells without a row": "<td>4</td><td>5</td>",
    "rows in rows": "<tr><td>4<tr><td>5</td></tr><td>6</td></tr>",
    "cells in cells": "<tr><td>4<center><td>5</center></td></tr>",
    "references": "<tr><td>a&lt;b&gt;&amp;lt;</td><td title='x&quot;>y&#10;z'>&ldquo;5&rdquo;&#13;</td><td>&#12;6</td></tr>",
    "form feed": "<tr><td>a\x0cb</td><td>\x0c</td></tr>",
    "odd names": "<tr><td<b>4</td></tr><tr><td a<x='1' \"q=3>5</td><td =z=4>6</td></tr>",
    "odd blanks": "<tr><td>　4　</td><td>\ue5e5 5</td><td>&#8203;6</td><td>7\n八\n九</td></tr>",
    "attributes of rows": "<tr height=19 style='height:14pt'><td class=xl65 x:num>4</td><td x:str='a>b'>5</td></tr>",
}
STYLES = (
    "",
    "td {display: none}",
    "tr {white-space: pre}",
    "p, .x {display: none} span {visibility: hidden}",
    ".x {display: block} b {text-decoration: line-through}",
)


def _read(reader, data, name):
    try:
        return reader.read(Source.of(data, name))
    except GkauditError as error:
        return str(error)


@pytest.fixture
def both(monkeypatch):
    """Reads a page as it is read, and with every table walked through; both must be the same."""

    def read(data, reader=html, name="页.html"):
        cut = _read(reader, data, name)
        with monkeypatch.context() as without:
            without.setattr(rows.Ordinary, "read", lambda _: False)
            assert _read(reader, data, name) == cut
        return cut

    return read


@pytest.mark.parametrize("oddity", ODDITIES)
@pytest.mark.parametrize("style", STYLES)
def test_oddities(oddity, style, both):
    table = f"<table border=1>{LABELS}{ODDITIES[oddity]}</table>"
    both(f"<html><head><style>{style}</style></head><body>{HEAD}{table}<p>尾</p></body></html>".encode())
    # The table alone in what hides itself, and without an end.
    both(f"<html><body>{HEAD}<div style='display:none'>{table}</div></body></html>".encode())
    both(f"<html><body>{HEAD}<table>{ODDITIES[oddity]}{LABELS}".encode())


def test_two_oddities(both):
    rng = Random(8)
    for _ in range(300):
        body = "".join(ODDITIES[name] + LABELS * rng.randint(0, 1) for name in rng.sample(sorted(ODDITIES), 2))
        both(f"<html><body>{HEAD}<table>{LABELS}{body}</table></body></html>".encode())


@pytest.mark.parametrize("quirk", ["", *pages.QUIRKS])
def test_quirks(quirk, both):
    for seed in range(3):
        both(pages.write(compose(seed), Random(seed), frozenset({quirk} - {""})))


def test_mixtures(both):
    for seed in range(40):
        rng = Random(seed)
        both(pages.write(compose(seed), rng, frozenset(rng.sample(pages.QUIRKS, 5))))
        quirks = frozenset(rng.sample((*archives.QUIRKS, *archives.PAGE_QUIRKS), 4))
        both(archives.write(compose(seed), rng, quirks), mht, "页.mht")


def test_plain_tables_are_cut(monkeypatch):
    """No table of a page without quirks is walked through."""
    monkeypatch.setattr("gkaudit.readers.webpage.table._Reading.read", lambda _: pytest.fail("walked through"))
    document = html.read(Source.of(pages.write(compose(1), Random(1), frozenset()), "页.html"))
    assert len(document.tables) == 3


def test_what_is_kept_of_markup_has_a_limit(both):
    """Neither many cells nor long ones fill the memory; what a table says stays the same."""
    looks = written.Looks.of((), reveal=False)
    for part in range(3):
        cells = "".join(f"<tr><td>{part * 2000 + n}</td><td class=c{n}>甲</td></tr>" for n in range(2000))
        both(f"<html><body>{HEAD}<table>{LABELS}{cells}</table></body></html>".encode())
    both(f"<html><body>{HEAD}<table>{LABELS}<tr><td>{'长' * 5000}</td></tr></table></body></html>".encode())
    assert written.Looks.of((), reveal=False) is looks
    assert 0 < len(looks.told) <= 4096
    assert max(map(len, looks.told)) <= 500
