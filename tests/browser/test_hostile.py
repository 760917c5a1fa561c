"""Reports whose every text is an attack, through the whole job and into the browser: nothing runs anywhere."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import nbformat
import openpyxl
import pytest

from gkaudit.batch import Job, run
from tests.browser.chrome import Chrome
from tests.notebooks.markup import Markup

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).resolve().parents[2] / "reports_in"
SCRIPT = "<script>window.hit=1</script>"
IMAGE = '"><img src=x onerror="window.hit=2">'
TEMPLATE = "{{7*7}}{%raw%}${7*7}<%=7*7%>[[7*7]]"
LINK = "[点我](javascript:window.hit=3) http://evil.example/"
STYLE = "</style></details><style>*{display:none}</style><svg onload=window.hit=4>"
FORMULA = "=cmd|'/c calc'!A0"
PAYLOADS = (SCRIPT, IMAGE, TEMPLATE, LINK, STYLE, FORMULA, "+1+1", "-1", "@SUM(1)", "\u202e反\u202c", "<!--", "]]>")
#: What our own pages have; any other tag came from a report.
TAGS = {
    *("a", "article", "body", "button", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "figcaption"),
    *("figure", "h1", "h2", "h3", "h4", "h5", "head", "header", "html", "input", "ins", "label", "li", "line", "main"),
    *("mark", "meta", "nav", "option", "p", "q", "rect", "script", "section", "select", "small", "span", "strong"),
    *("style", "summary", "sup", "svg", "table", "tbody", "td", "text", "th", "thead", "title", "tr", "ul"),
}


def attack(text: str) -> str:
    """The report with something hostile in every paragraph and in cells of its tables; its title names the year."""
    lines, number = [], 0
    for line in text.splitlines():
        payload = PAYLOADS[number % len(PAYLOADS)]
        if len(line) > 30:
            line = f"{line[:20]}{payload}{line[20:]}{payload}"  # noqa: PLW2901
            number += 1
        elif line.strip() == "0":
            number += 1
            if number % 5 == 0:
                line = f"\t{payload}"  # noqa: PLW2901
        lines.append(line)
    return "\n".join(lines)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    source = next(SAMPLES.glob("霁桥镇2024*.txt")).read_text("utf-8")
    inputs = folder / "in"
    inputs.mkdir()
    (inputs / "=1+1<b>&'{{7*7}}霁桥.txt").write_text(attack(source), "utf-8")
    before = source.replace("2024", "2023").replace("一、总体情况", "一、总体情况\n" + "".join(PAYLOADS))
    (inputs / "霁桥2023.txt").write_text(attack(before), "utf-8")
    (inputs / "<script>坏.pdf").write_bytes(b"%PDF-1.4 <script>window.hit=5</script>")
    run(Job((str(inputs),), folder / "out", jobs=1))
    return folder / "out"


def pages(out: Path) -> list[Path]:
    found = [out / "index.html", *(out / "reports").glob("*.html"), *(out / "compare").glob("*.html")]
    assert len(found) == 4, found
    return found


def test_pages_hold_no_markup_of_a_report(out: Path) -> None:
    for page in pages(out):
        html = page.read_text("utf-8")
        markup = Markup(html)
        assert set(markup.tags) <= TAGS, page.name
        assert markup.tags.count("script") == (page.name == "index.html")
        assert markup.tags.count("style") == 1
        names = {name for _, name, _ in markup.attributes}
        assert not {n for n in names if n.startswith("on")} | (names & {"src", "style", "srcset", "action"})
        assert all(re.match(r"#|(\.\./)?(reports|compare)/|\.\./index\.html$|[^:/]*\.html$", h) for h in markup.hrefs)
        assert "default-src 'none'" in html
        assert "\u202e" not in html
        assert "window.hit=1" in markup.text


def test_nothing_runs_in_the_browser(chrome: Chrome, out: Path) -> None:
    for page in pages(out):
        chrome.open(page)
        assert chrome.requests() == [page.as_uri()]
        assert chrome.complaints() == []
        assert chrome.run("typeof window.hit") == "undefined"
        assert chrome.run("document.images.length") == 0
        assert chrome.run("getComputedStyle(document.querySelector('h1')).display") == "block"
    # A search rebuilds the rows by script: still text.
    chrome.open(out / "index.html")
    chrome.click("#gk-find")
    chrome.type("霁")
    chrome.wait_until("document.querySelectorAll('#gk-league tbody tr').length == 2")
    assert chrome.run("typeof window.hit") == "undefined"


def test_the_list_has_no_formula(out: Path) -> None:
    with zipfile.ZipFile(out / "findings.xlsx") as archive:
        for name in archive.namelist():
            assert not re.search(r"<f[ >]|<hyperlink|ddeLink", archive.read(name).decode("utf-8", "replace"))
    cells = [c for s in openpyxl.load_workbook(out / "findings.xlsx") for row in s.iter_rows() for c in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(isinstance(c.value, str) and "window.hit" in c.value for c in cells)


def test_the_notebooks_hold_text_only(out: Path) -> None:
    found = [out / "index.ipynb", *(out / "notebooks").glob("*.ipynb"), *(out / "compare").glob("*.ipynb")]
    assert len(found) == 4
    for path in found:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
        assert {kind for output in outputs for kind in output.data} <= {"text/html", "text/plain"}
        for output in outputs:
            tags = set(Markup(output.data["text/html"]).tags) if "text/html" in output.data else set()
            assert tags <= TAGS - {"script"}, path.name
        code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        assert not any("window.hit" in source for source in code)
    assert json.loads((out / "run.json").read_text("utf-8"))["failures"][0]["name"].startswith("<script>")
