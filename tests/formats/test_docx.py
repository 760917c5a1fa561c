"""Word reports with everything Word does to them: tables exactly as written, every cell right, none silently wrong."""

import io
import re
import zipfile
from random import Random

import pytest

from gkaudit.chars import clean
from gkaudit.form import EDITIONS
from gkaudit.report import read
from tests.generate import applicable, compose
from tests.generate.exact import document
from tests.generate.formats import docx
from tests.generate.structure import CHANGES, changed, together

NONE = frozenset()
#: What shows that a quirk was made at all: a pattern in the text of the parts, or in the names of the members.
SIGNS = {
    "hmerge": r"w:hMerge",
    "fine_grid": r'w:gridSpan w:val="(?:1[6-9]|[2-9]\d)"',
    "slivers": r'<w:gridCol w:w="12"/>',
    "gridbefore": r"w:gridBefore",
    "layout_table": r"<w:tc>(?:<w:sdt>.*?)?<w:tbl>",
    "nested": r"</w:tcPr><w:tbl>",
    "boxed_table": r"<w:txbxContent><w:tbl>",
    "split_tables": r"</w:tbl><w:p",
    "tracked_rows": r"<w:trPr><w:del ",
    "deleted_column": r"w:cellDel",
    "image_table": r"media/image1\.png",
    "wrong_widths": r"w:tcW",
    "wrong_grid": r'<w:tblGrid/>|<w:gridCol w:w="(?:0|5|60|9000)"/>',
    "torn_merges": r"</w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW [^>]*/><w:vMerge/>",
    "covered_text": r"<w:vMerge/></w:tcPr><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r>",
    "text_box": r"<wps:txbx>.*<mc:Fallback>",
    "tracked": r"<w:del .*?<w:delText.*<w:moveFrom ",
    "content_controls": r"<w:sdt>.*<w:sdtContent>",
    "auto_numbering": r"<w:numPr>.*<w:startOverride ",
    "smart_tags": r"<w:smartTag ",
    "hidden_text": r"<w:vanish",
    "field_codes": r"<w:instrText",
    "comments": r"<w:commentReference .*<w:comment ",
    "tab_in_cells": r"<w:tab/>",
    "multi_run": r"</w:r><w:r>",
    "header_footer": r"<w:hdr .*行政许可 917 件",
    "footnotes": r"<w:footnoteReference ",
    "picture": r"<a:blip r:embed=",
    "soft_breaks": r"<w:br/>",
    "equations": r"<m:oMath>",
    "odd_spaces": r"\ue5e5",
    "empty_paragraphs": r"</w:pPr></w:p><w:p>",
    "proofing": r"<w:proofErr |_GoBack|<w:lastRenderedPageBreak/>",
    "strict_ns": r"http://purl\.oclc\.org/ooxml/wordprocessingml/main",
    "utf16": r'encoding="UTF-16"',
    "other_main": r"word/document2\.xml",
    "other_prefix": r"<ns0:document ",
    "backslashes": r"word\\document\.xml",
}


def _shape(table):
    """Cells with their place and spans, over the grid lines that matter."""
    cells = [(c.anchor.row, c.anchor.column, c.rowspan, c.colspan, clean(c.text)) for row in table.rows for c in row]
    lines = sorted({line for _, x, _, w, _ in cells for line in (x, x + w)})
    at = {line: number for number, line in enumerate(lines, 1)}
    return [(y, at[x], h, at[x + w] - at[x], text) for y, x, h, w, text in cells]


def _differences(made, found, quirks):
    """Where the document is not the one that was written, if its structure is meant to be the same."""
    if quirks & {"split_tables", "torn_merges", "image_table"}:
        return []
    wanted = document(made)
    shapes = [_shape(t) for t in wanted.tables], [_shape(t) for t in found.tables]
    said = [f"cells {a} is {b}" for x, y in zip(*shapes, strict=True) for a, b in zip(x, y, strict=True) if a != b]
    texts = [["".join(p.text.split()) for p in d.paragraphs] for d in (wanted, found)]
    if "soft_breaks" in quirks:
        texts = [["".join(lines)] for lines in texts]
    return said + [f"{a} is {b}" for a, b in zip(*texts, strict=True) if a != b]


def _faults(made, report, quirks=NONE):
    rows = {row["key"]: row for row in report.cells.iter_rows(named=True)}
    assert tuple(rows) == tuple(made.cells)
    if "image_table" in quirks:
        pictured = [row for key, row in rows.items() if key.startswith(docx.PICTURED)]
        assert {row["state"] for row in pictured} <= {"absent", "unreadable"}
        rows = {key: row for key, row in rows.items() if not key.startswith(docx.PICTURED)}
    return [said for key, row in rows.items() if (said := made.wrong(key, row["value"], row["state"]))]


def _check(made, folder, quirks=NONE, seed=0, exact=True):
    path = folder / "报告.docx"
    path.write_bytes(docx.write(made, Random(seed), quirks))
    report = read(path)
    where = f"{made.seed}/{made.edition}/{sorted(made.oddities)}/{sorted(quirks)}"
    assert _faults(made, report, quirks) == [], where
    assert not exact or _differences(made, report.document, quirks) == [], where
    who = report.identity
    assert (who.organ, who.county, who.year) == (made.organ, made.county, made.year), where
    return report


@pytest.mark.parametrize("edition", EDITIONS)
def test_plain(edition, tmp_path):
    for seed in range(12):
        report = _check(compose(seed, edition=edition), tmp_path)
        assert report.document.format == "docx"
        assert report.document.warnings == ()
        assert (str(report.identity.period.start), str(report.identity.period.end)) == compose(
            seed, edition=edition
        ).period


def test_every_quirk_has_a_sign():
    assert set(SIGNS) == set(docx.QUIRKS)


@pytest.mark.parametrize("quirk", docx.QUIRKS)
def test_single_quirks(quirk, tmp_path):
    signs = 0
    for seed in range(4):
        made = compose(seed, edition=EDITIONS[seed % 2])
        _check(made, tmp_path, frozenset({quirk}), seed)
        with zipfile.ZipFile(tmp_path / "报告.docx") as archive:
            text = "\n".join(f"{name}\n{_decoded(archive.read(name))}" for name in archive.namelist())
        signs += re.search(SIGNS[quirk], text, re.DOTALL) is not None
    assert signs, "the quirk was never made"


def _decoded(data):
    return data.decode("utf-16" if data.startswith(b"\xff\xfe") else "utf-8", "replace")


@pytest.mark.parametrize("edition", EDITIONS)
def test_single_oddities(edition, tmp_path):
    for oddity in applicable("exact", edition):
        _check(compose(3, edition=edition, oddities={oddity}), tmp_path)


@pytest.mark.parametrize("part", range(4))
def test_combinations(part, tmp_path):
    rng = Random(part)
    for seed in range(20):
        edition = EDITIONS[seed % 2]
        oddities = set(rng.sample(applicable("exact", edition), rng.randint(0, 3)))
        if "glued" in oddities:
            # A misprinted label in one cell with its number is called unreadable, whatever the format.
            oddities.discard("typo")
        quirks = frozenset(rng.sample(docx.QUIRKS, rng.randint(2, 6)))
        _check(compose(1000 * part + seed, edition=edition, oddities=oddities), tmp_path, quirks, seed)


def test_changed_grids(tmp_path):
    """What offices do to the grid itself, with what Word does to grids on top of it."""
    rng = Random(5)
    for seed, change in enumerate(CHANGES):
        quirks = frozenset(rng.sample(docx.TABLE_QUIRKS, 2)) - {"image_table"}
        made = changed(compose(seed, edition=EDITIONS[seed % 2]), [change])
        _check(made, tmp_path, quirks, seed, exact=False)


def test_changes_together(tmp_path):
    """Two to four changes at once: nothing is silently wrong."""
    rng = Random(6)
    for seed in range(30):
        made = changed(compose(seed), together(rng))
        path = tmp_path / "报告.docx"
        path.write_bytes(docx.write(made, rng, frozenset(rng.sample(docx.QUIRKS, 2)) - {"image_table"}))
        assert [f for f in _faults(made, read(path)) if "SILENT" in f] == []


def test_the_same_arguments_give_the_same_bytes():
    made = compose(7)
    first, second = (docx.write(made, Random(1), frozenset(docx.QUIRKS)) for _ in range(2))
    assert first == second
    assert zipfile.ZipFile(io.BytesIO(first)).testzip() is None
