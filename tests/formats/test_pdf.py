"""PDF: drawn reports with every quirk of a producer, real ones from LibreOffice, scans, and files that say no."""

import io
import re
import shutil
import subprocess
from random import Random

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from gkaudit.document import Paragraph, Picture, Table
from gkaudit.errors import InputError, TooLargeError, UnreadableError
from gkaudit.form import EDITIONS
from gkaudit.readers import pdf as reader
from gkaudit.readers.pdfium.streams import check_streams
from gkaudit.readers.source import Source
from gkaudit.report import understand
from tests.generate import applicable, compose
from tests.generate.exact import document
from tests.generate.formats import docx, pdf
from tests.generate.structure import CHANGES, as_printed, changed
from tests.generate.wild import wild

NONE = frozenset()
#: Without upright rules rows and columns are found by position: nothing may be silently wrong, not all is found.
BORDERLESS = ("no_rules", "horizontal_only")
RULED = tuple(q for q in pdf.QUIRKS if q not in BORDERLESS)
#: A glued label fills its row; where neither sides nor inner rules are drawn, that is no row of a table.
SIDES = {"open_sides", "glued"}


def load(data, name="报告.pdf"):
    return reader.read(Source.of(data, name))


def faults(made, report):
    rows = {row["key"]: row for row in report.cells.iter_rows(named=True)}
    assert tuple(rows) == tuple(made.cells)
    return [said for key, row in rows.items() if (said := made.wrong(key, row["value"], row["state"]))]


def check(made, quirks=NONE, seed=0):
    found = load(pdf.write(made, Random(seed), frozenset(quirks)))
    report = understand(found)
    where = f"{made.seed}/{made.edition}/{sorted(made.oddities)}/{sorted(quirks)}"
    assert faults(made, report) == [], where
    who = report.identity
    assert (who.organ, who.county, who.year) == (made.organ, made.county, made.year), where
    assert (str(who.period.start), str(who.period.end)) == made.period, where
    return found


def shapes(found):
    """The tables by the places of their cells, over the lines that matter; white space does not."""
    result = []
    for table in found.tables:
        cells = [
            (c.anchor.row, c.anchor.column, c.rowspan, c.colspan, "".join(c.text.split()))
            for r in table.rows
            for c in r
        ]
        rows = sorted({line for y, _, h, _, _ in cells for line in (y, y + h)})
        columns = sorted({line for _, x, _, w, _ in cells for line in (x, x + w)})
        result.append(
            [(rows.index(y), columns.index(x), rows.index(y + h), columns.index(x + w), t) for y, x, h, w, t in cells]
        )
    return result


def paragraphs(found):
    return ["".join(p.text.split()) for p in found.paragraphs]


# ── every cell right ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("edition", EDITIONS)
def test_plain(edition):
    for seed in range(6):
        found = check(compose(seed, edition=edition), seed=seed)
        assert found.format == "pdf"
        assert found.warnings == ()
        assert all(table.exact for table in found.tables)


@pytest.mark.parametrize("quirk", RULED)
def test_single_quirks(quirk):
    different = 0
    for seed, edition in enumerate(EDITIONS):
        made = compose(seed, edition=edition)
        found = check(made, {quirk}, seed)
        assert all(table.exact for table in found.tables)
        different += pdf.write(made, Random(seed), frozenset({quirk})) != pdf.write(made, Random(seed), NONE)
    assert different, "the quirk was never made"


@pytest.mark.parametrize("edition", EDITIONS)
def test_single_oddities(edition):
    for seed, oddity in enumerate(applicable("exact", edition)):
        check(compose(3, edition=edition, oddities={oddity}), {RULED[seed % len(RULED)]} - SIDES, seed)


@pytest.mark.parametrize("part", range(3))
def test_combinations(part):
    rng = Random(f"pdf/{part}")
    for seed in range(12):
        edition = EDITIONS[seed % 2]
        oddities = set(rng.sample(applicable("exact", edition), rng.randint(0, 3)))
        quirks = set(rng.sample(RULED, rng.randint(1, 4)))
        quirks -= SIDES if "glued" in oddities else NONE
        check(compose(seed, edition=edition, oddities=oddities), quirks, seed)


def test_wordings_of_offices():
    rng = Random("wordings")
    for seed in range(10):
        made, known = wild(compose(seed, edition=EDITIONS[seed % 2]), seed)
        report = understand(load(pdf.write(made, Random(seed), frozenset(rng.sample(RULED, 2)))))
        assert known.faults(report) == [], seed
        assert faults(made, report) == [], seed


def test_a_header_of_table_four_cut_by_the_page_names_no_column():
    """总计 of the first group stands above the break, fourteen other headings below: that is no order of columns."""
    made, _ = wild(compose(101059, oddities={"doubled", "tables_last"}), 101059)
    for seed in range(12):
        found = load(pdf.write(made, Random(seed), frozenset({"cell_boxes", "open_sides", "tight_cells"})))
        assert _silent(faults(made, understand(found))) == [], seed


@pytest.mark.parametrize("part", range(2))
def test_changed_structure(part):
    """Columns moved, rows repeated, labels garbled: what Word's tables are judged by, drawn on pages."""
    names = sorted(CHANGES)[part::2]
    for seed, name in enumerate(names):
        made = changed(compose(seed), [name], seed)
        found = load(pdf.write(made, Random(seed), frozenset({"cell_boxes"})))
        said = [f for f in faults(made, understand(found)) if "SILENT" in f]
        assert said == [], name


@pytest.mark.parametrize(
    "quirk", ["thin_rects", "broken_rules", "double_rules", "cell_boxes", "merged_centered", "coloured"]
)
def test_what_is_read_is_what_was_written(quirk):
    for seed, edition in enumerate(EDITIONS):
        made = compose(seed, edition=edition)
        found = load(pdf.write(made, Random(seed), frozenset({"giant_page", quirk})))
        wanted = document(made)
        assert shapes(found) == shapes(wanted)
        assert paragraphs(found) == paragraphs(wanted)
        assert [type(b) for b in found.blocks] == [type(b) for b in wanted.blocks]


@pytest.mark.parametrize("quirk", BORDERLESS)
def test_without_upright_rules(quirk):
    for seed in range(4):
        found = check(compose(seed, edition=EDITIONS[seed % 2]), {quirk}, seed)
        assert found.tables[-1].exact


@pytest.mark.parametrize("quirk", BORDERLESS)
def test_without_upright_rules_nothing_is_silently_wrong(quirk):
    rng = Random(quirk)
    cells = wrong = 0
    for seed in range(14):
        edition = EDITIONS[seed % 2]
        oddities = set(rng.sample(applicable("exact", edition), rng.randint(1, 2)))
        others = set(rng.sample(RULED, rng.randint(0, 2))) - {"tight_cells"}
        made = compose(seed, edition=edition, oddities=oddities)
        said = faults(made, understand(load(pdf.write(made, Random(seed), frozenset({quirk, *others})))))
        assert _silent(said) == [], (seed, oddities, others)
        cells, wrong = cells + len(made.cells), wrong + len(said)
    assert wrong / cells < 0.12


@pytest.mark.parametrize("quirk", BORDERLESS)
def test_numbers_of_two_columns_that_nearly_touch_are_never_silently_one(quirk):
    for seed in range(12):
        edition = EDITIONS[seed % 2]
        rng = Random(f"{quirk}/{seed}")
        made = compose(seed, edition=edition, oddities=set(rng.sample(applicable("exact", edition), 2)))
        said = faults(made, understand(load(pdf.write(made, rng, frozenset({quirk, "tight_cells"})))))
        assert _silent(said) == [], (seed, made.oddities)


@pytest.mark.parametrize("quirk", BORDERLESS)
def test_columns_in_another_order_without_upright_rules_are_found_by_their_headings(quirk):
    for seed in (2, 3, 5):
        made = changed(compose(seed, edition=EDITIONS[seed % 2]), ["block_columns"], seed)
        found = understand(load(pdf.write(made, Random(seed), frozenset({quirk}))))
        assert faults(made, found) == [], seed


def test_a_lost_cell_beside_an_open_side_leaves_its_row_in_doubt():
    for seed in range(12):
        made = as_printed(changed(compose(seed, edition=EDITIONS[seed % 2]), ["lost_cell"], seed))
        said = faults(made, understand(load(pdf.write(made, Random(seed), frozenset({"open_sides"})))))
        assert _silent(said) == [], seed


@pytest.mark.parametrize("change", ["remark", "subtotal", "lost_cell", "extra_cell", "merged_number", "swap_inner"])
def test_changed_columns_without_rules_are_never_silently_wrong(change):
    for seed in range(8):
        made = as_printed(changed(compose(seed, edition=EDITIONS[seed % 2], oddities={"blank_cells"}), [change], seed))
        said = faults(made, understand(load(pdf.write(made, Random(seed), frozenset({BORDERLESS[seed % 2]})))))
        assert _silent(said) == [], seed


def _silent(said):
    return [f for f in said if "SILENT" in f or "do not fit" in f or "wrong guess" in f]


# ── what is left out, and said ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("quirk", "clause"),
    [
        ("watermark", r"页有倾斜的文字（疑为水印），没有读取：.*[内资部]"),
        ("invisible_text", r"页有看不见的文字，没有读取：9\d\d"),
    ],
)
def test_left_out_text_is_reported(quirk, clause):
    found = check(compose(2), {quirk}, 2)
    assert any(re.search(clause, w) for w in found.warnings), found.warnings
    said = "".join(paragraphs(found)) + "".join(c.text for t in found.tables for r in t.rows for c in r)
    assert not re.search("917|933|944|955|内部资料", said)


def test_text_of_next_to_no_size_is_no_digit_of_a_number():
    def draw(canvas):
        _grid(canvas)
        _song(canvas, "12", 310, 680)
        _song(canvas, "3", 322.2, 680, size=0.5)

    found = load(_drawn(draw))
    assert found.tables[0].rows[0][1].text == "12"
    assert "第1页有看不见的文字，没有读取：3" in found.warnings


def test_text_beyond_the_page_is_reported():
    found = check(compose(2), {"invisible_text"}, 2)
    assert any("页面范围以外有文字，没有读取：944 行政许可" in w for w in found.warnings)


def test_running_titles_and_page_numbers_are_left_out():
    made = compose(1)
    found = check(made, {"page_numbers", "running_header"}, 1)
    assert sorted(paragraphs(found)) == sorted(paragraphs(document(made)))


def test_a_huge_pale_text_is_a_watermark():
    data = _drawn(lambda c: (_pale(c), _song(c, "总体情况" * 8, 72, 700)))
    found = load(data)
    assert [p.text for p in found.paragraphs] == ["总体情况" * 8]
    assert found.warnings == ("第1页有浅色大字（疑为水印），没有读取：内部",)


def _pale(canvas):
    canvas.setFillColorRGB(0.85, 0.85, 0.85)
    _song(canvas, "内部", 150, 400, size=80)
    canvas.setFillColorRGB(0, 0, 0)


def test_meta_and_anchors():
    made = compose(3)
    found = load(pdf.write(made, Random(3), NONE))
    assert found.meta["title"] == f"{made.organ}{made.year}"
    assert found.meta["author"] == made.organ
    assert "producer" in found.meta
    for block in found.blocks:
        left, top, right, bottom = block.anchor.box
        assert 0 <= left < right <= 595
        assert 0 <= top < bottom <= 842
    assert [t.anchor.table for t in found.tables] == list(range(1, len(found.tables) + 1))
    assert [p.anchor.paragraph for p in found.paragraphs] == list(range(1, len(found.paragraphs) + 1))
    cell = found.tables[0].rows[-1][-1]
    assert (cell.anchor.table, cell.anchor.page) == (1, 1)
    assert cell.anchor.box[0] > found.tables[0].anchor.box[0]


# ── scans ───────────────────────────────────────────────────────────────────────────────────────


def test_a_scan_is_a_picture_of_each_page():
    found = load(pdf.write(compose(1), Random(1), frozenset({"image_page"})))
    assert len(found.blocks) == len(found.pictures) >= 2
    for number, picture in enumerate(found.pictures, 1):
        assert picture.whole_page
        assert picture.anchor.page == number
        assert picture.size == (1653, 2339)
        assert len(picture.data) == 1653 * 2339
        assert picture.dpi == 200
        assert min(picture.data) < 60
        assert max(picture.data) > 200
    assert re.fullmatch(r"第[\d、]+页没有文字，是扫描图片", found.warnings[0])


def test_a_scan_shown_turned_is_turned():
    found = load(pdf.write(compose(1), Random(1), frozenset({"image_page", "landscape"})))
    assert {p.size for p in found.pictures} == {(2339, 1653)}


def test_a_table_pasted_as_picture_is_a_picture_in_its_place():
    made = compose(1)
    found = load(pdf.write(made, Random(1), frozenset({"table_picture"})))
    kinds = [type(b) for b in found.blocks]
    assert Table not in kinds
    heading = next(i for i, b in enumerate(found.blocks) if isinstance(b, Paragraph) and b.text.startswith("三、收到"))
    picture = found.blocks[heading + 1]
    assert isinstance(picture, Picture)
    assert not picture.whole_page
    left, top, right, bottom = picture.anchor.box
    assert picture.size == pytest.approx(((right - left) * 200 / 72, (bottom - top) * 200 / 72), abs=3)


def test_a_text_layer_over_a_scan_is_never_certain():
    found = load(pdf.write(compose(1), Random(1), frozenset({"text_layer_scan"})))
    assert "是带文字层的扫描件" in found.warnings[0]
    assert not found.pictures
    cells = [c for t in found.tables for r in t.rows for c in r]
    assert cells
    assert {(c.confidence, c.note) for c in cells} == {(0.45, "文字层来自扫描识别")}
    states = set(understand(found).cells.get_column("state"))
    assert "reported" not in states


def test_outlines_instead_of_letters_are_a_picture():
    def draw(canvas):
        for n in range(60):
            canvas.circle(80 + n * 7, 700, 3, stroke=0, fill=1)

    found = load(_drawn(draw))
    assert [b.whole_page for b in found.blocks] == [True]
    assert found.warnings == ("第1页文字已转为图形，按图片处理",)


def test_a_giant_page_is_rendered_within_limits():
    found = load(pdf.write(compose(1), Random(1), frozenset({"image_page", "giant_page"})))
    for picture in found.pictures:
        assert picture.size[0] * picture.size[1] <= 40_000_000
        assert picture.dpi < 200


# ── fonts, fields, files ────────────────────────────────────────────────────────────────────────


def _song(canvas, text, x, y, size=12):
    pdf.measure("", "song", size)  # registers the font
    canvas.setFont("STSong-Light", size)
    canvas.drawString(x, y, text)


def _drawn(draw, **options):
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1, **options)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def _grid(canvas):
    """Two rows of two cells with labels; the values are for others to write at x = 310, y = 680 and 660."""
    canvas.grid([72, 300, 400], [695, 675, 655])
    _song(canvas, "行政规范性文件本年制发件数", 80, 680)
    _song(canvas, "行政许可本年处理决定数量", 80, 660)


def hand_made(objects):
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body.encode() if isinstance(body, str) else body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return out + tail % (len(objects) + 1, table, len(objects) + 1, len(out))


def _stream(content):
    data = content.encode()
    return b"<</Length %d>>stream\n%b\nendstream" % (len(data), data)


DESCRIPTOR = (
    "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 752"
    "/Descent -271/CapHeight 737/StemV 58>>"
)
KNOWN = (
    "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000"
    "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 9 0 R>>"
)
NAMELESS = (
    "<</Type/Font/Subtype/CIDFontType2/BaseFont/ABCDEF+Nameless/DW 600"
    "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor 9 0 R>>"
)


def _two_fonts(content, catalogue=""):
    """A page whose font F1 is known by its name and whose font F2 has glyph numbers and nothing else."""
    return hand_made(
        [
            f"<</Type/Catalog/Pages 2 0 R{catalogue}>>",
            "<</Type/Pages/Count 1/Kids[3 0 R]>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 7 0 R>>>>>>",
            _stream(content),
            "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
            KNOWN,
            "<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+Nameless/Encoding/Identity-H/DescendantFonts[8 0 R]>>",
            NAMELESS,
            DESCRIPTOR,
        ]
    )


def _utf16(text):
    return text.encode("utf-16-be").hex()


GRID = "72 695 m 400 695 l S 72 675 m 400 675 l S 72 655 m 400 655 l S 72 695 m 72 655 l S 300 695 m 300 655 l S 400 695 m 400 655 l S "


def test_a_digit_without_a_letter_is_no_number():
    rows = f"BT /F1 12 Tf 80 680 Td <{_utf16('行政规范性文件本年制发件数')}> Tj ET BT /F1 12 Tf 80 660 Td <{_utf16('行政许可处理决定')}> Tj ET "
    known = f"BT /F1 12 Tf 310 680 Td <{_utf16('12')}> Tj ET "
    # glyph 0x32 would be read as the digit 2
    found = load(_two_fonts(GRID + rows + known + "BT /F2 12 Tf 310 660 Td <00310032> Tj ET"))
    (table,) = found.tables
    assert [[c.text for c in row] for row in table.rows] == [
        ["行政规范性文件本年制发件数", "12"],
        ["行政许可处理决定", "\ufffd\ufffd"],
    ]
    assert table.rows[0][1].confidence == 1
    assert (table.rows[1][1].confidence, table.rows[1][1].note) == (0.0, "有字符无法识别（字体没有对应编码）")


def test_a_page_in_a_font_without_letters_is_a_picture():
    lines = "".join(f"BT /F2 12 Tf 80 {700 - 20 * n} Td <{'00310032003300340035' * 3}> Tj ET " for n in range(4))
    found = load(_two_fonts(lines))
    assert [b.whole_page for b in found.blocks] == [True]
    assert found.warnings == ("第1页文字无法提取（字体没有编码），按图片处理",)


def test_filled_fields_are_read():
    def draw(canvas):
        _grid(canvas)
        canvas.acroForm.textfield(value="12", x=305, y=677, width=80, height=16, borderWidth=0, name="a")
        canvas.acroForm.textfield(value="7", x=305, y=657, width=80, height=16, borderWidth=0, name="b")

    found = load(_drawn(draw))
    assert [row[1].text for row in found.tables[0].rows] == ["12", "7"]
    assert "有填写的表单域或批注文字，已一并读取" in found.warnings[0]


def test_typed_remarks_without_appearance_are_read():
    data = _two_fonts(GRID + f"BT /F1 12 Tf 80 680 Td <{_utf16('行政规范性文件')}> Tj ET")
    remark = b"/Annots[<</Type/Annot/Subtype/FreeText/Rect[310 678 330 692]/Contents(15)/DA(/Helv 12 Tf)>>]/MediaBox"
    found = load(data.replace(b"/MediaBox", remark))
    assert found.tables[0].rows[0][1].text == "15"


def test_attachments_and_scripts_are_left_alone():
    names = "/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert(1))>>]>>/EmbeddedFiles<</Names[(b)<</Type/Filespec/F(b)>>]>>>>"
    found = load(_two_fonts(f"BT /F1 12 Tf 80 680 Td <{_utf16('总体情况')}> Tj ET", names))
    assert found.warnings == ("PDF 内嵌附件，没有读取", "PDF 内含脚本，没有执行")
    assert [p.text for p in found.paragraphs] == ["总体情况"]


def test_passwords():
    def draw(canvas):
        _song(canvas, "总体情况" * 8, 72, 700)

    with pytest.raises(UnreadableError, match="文件有密码；请去除密码后再放入"):
        load(_drawn(draw, encrypt=StandardEncryption("geheim", canPrint=0)))
    open_to_read = _drawn(draw, encrypt=StandardEncryption("", ownerPassword="geheim", canPrint=0))
    assert [p.text for p in load(open_to_read).paragraphs] == ["总体情况" * 8]


def test_more_pages_than_a_report_has():
    def draw(canvas):
        for _ in range(61):
            canvas.drawString(72, 700, "1")
            canvas.showPage()

    with pytest.raises(TooLargeError, match="有 61 页，超过上限 60 页"):
        load(_drawn(draw))


def test_a_page_with_more_characters_than_a_page_can_have():
    def draw(canvas):
        canvas.setFont("Helvetica", 1)
        for n in range(320):
            canvas.drawString(20, 20 + n, "0123456789" * 10)

    with pytest.raises(TooLargeError, match=r"一页有 3\d{4} 个字符，超过上限 30000"):
        load(_drawn(draw))


@pytest.mark.parametrize("filters", ["/FlateDecode", "[/ASCII85Decode /FlateDecode]", ""])
def test_content_that_expands_without_end(filters):
    import base64
    import zlib

    data = b"0 0 m 1 1 l S " * 700_000
    if "Flate" in filters:
        data = zlib.compress(data, 9)
    if "ASCII85" in filters:
        data = base64.a85encode(data) + b"~>"
    head = b"<</Length %d%b>>stream\n" % (len(data), f"/Filter {filters}".encode() if filters else b"")
    made = hand_made(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 0/Kids[]>>", head + data + b"\nendstream"])
    with pytest.raises(TooLargeError, match="PDF 页面内容展开后超过上限 8 MB"):
        check_streams(made, "报告.pdf")
    check_streams(made.replace(b"/Length", b"/Subtype/Image/Length"), "报告.pdf")


def test_nothing_in_it():
    with pytest.raises(UnreadableError, match="没有任何文字或图片"):
        load(_drawn(lambda canvas: canvas.line(10, 10, 100, 100)))
    with pytest.raises(UnreadableError, match=r"没有页面|已损坏"):
        load(hand_made(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 0/Kids[]>>"]))


def test_detection_is_by_content():
    data = pdf.write(compose(1), Random(1), NONE)
    assert reader.detect(Source.of(data, "报告.doc")) == "pdf"
    assert reader.detect(Source.of(b"\n\n" + data, "报告.pdf")) == "pdf"
    assert reader.detect(Source.of("总体情况 %PD".encode(), "报告.pdf")) is None


def test_a_broken_table_of_objects_is_repaired():
    data = pdf.write(compose(1), Random(1), NONE)
    assert load(data.replace(b"startxref", b"startxxxx")).tables == load(data).tables


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.8, 0.97])
def test_half_a_file_is_refused_or_read_in_part(share):
    data = pdf.write(compose(1), Random(1), NONE)
    try:
        found = load(data[: int(len(data) * share)])
    except InputError as error:
        reason = error.reason
    else:
        reason = "没有" if found.blocks else ""
    assert re.search("损坏|没有", reason)


# ── real producers ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_what_libreoffice_prints(tmp_path):
    cases = {}
    for seed in range(10):
        edition = EDITIONS[seed % 2]
        rng = Random(seed)
        oddities = set(rng.sample([o for o in applicable("exact", edition) if o != "fullwidth"], seed % 3))
        cases[f"{seed}.docx"] = made = compose(seed, edition=edition, oddities=oddities)
        (tmp_path / f"{seed}.docx").write_bytes(docx.write(made, rng))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, *(str(tmp_path / name) for name in cases)], check=True, timeout=120, capture_output=True)
    for name, made in cases.items():
        found = load((tmp_path / name).with_suffix(".pdf").read_bytes(), name)
        assert faults(made, understand(found)) == [], (name, made.oddities)
        assert all(table.exact for table in found.tables)


def test_the_number_of_a_group_beside_the_second_line_of_a_label_is_no_heading_of_a_section():
    # 三、 of 三、本年度办理结果 stands on the line of 不计其他情形）, and no rule is between them.
    made = compose(982007, edition="2021", oddities={"continued", "rowlike_prose", "tables_last", "wrapped"})
    check(made, {"double_rules", "merged_centered", "no_rules", "thin_rects", "two_fonts"}, seed=made.seed)
