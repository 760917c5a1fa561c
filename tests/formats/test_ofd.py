"""OFD: drawn reports with the quirks of its writers, pictures, and files that say no."""

import io
import re
import zipfile
from random import Random

import pytest

from gkaudit.document import Paragraph, Table
from gkaudit.errors import InputError, TooLargeError, UnreadableError
from gkaudit.form import EDITIONS
from gkaudit.readers import ofd as reader
from gkaudit.readers.geometry import Rule
from gkaudit.readers.ofd_content.texts import Text, Walls
from gkaudit.readers.source import Source
from gkaudit.report import understand
from tests.generate import applicable, compose
from tests.generate.exact import document
from tests.generate.formats import ofd
from tests.generate.structure import as_printed, changed

NONE = frozenset()
BORDERLESS = ("no_rules", "horizontal_only")
RULED = tuple(q for q in ofd.QUIRKS if q not in BORDERLESS)
SIDES = {"open_sides", "glued"}
XMLNS = f'xmlns:ofd="{ofd.NAMESPACE}"'
#: The smallest PNG there is.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


def load(data, name="报告.ofd"):
    return reader.read(Source.of(data, name))


def faults(made, report):
    rows = {row["key"]: row for row in report.cells.iter_rows(named=True)}
    assert tuple(rows) == tuple(made.cells)
    return [said for key, row in rows.items() if (said := made.wrong(key, row["value"], row["state"]))]


def check(made, quirks=NONE, seed=0):
    found = load(ofd.write(made, Random(seed), frozenset(quirks)))
    report = understand(found)
    where = f"{made.seed}/{made.edition}/{sorted(made.oddities)}/{sorted(quirks)}"
    assert faults(made, report) == [], where
    who = report.identity
    assert (who.organ, who.county, who.year) == (made.organ, made.county, made.year), where
    return found


def simple(content, resources="", **parts):
    """A one-page file with these objects, and members to add or replace (``None`` leaves one out)."""
    members = {
        "OFD.xml": f"<ofd:OFD {XMLNS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {XMLNS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        "</ofd:PhysicalBox></ofd:PageArea><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes></ofd:CommonData>"
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/DocumentRes.xml": f'<ofd:Res {XMLNS} BaseLoc="Res">{resources}</ofd:Res>',
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {XMLNS}><ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content></ofd:Page>",
        **{name.replace("__", "/").replace("_xml", ".xml"): part for name, part in parts.items()},
    }
    return ofd.packed({name: part for name, part in members.items() if part is not None})


def text(words, x=20.0, y=20.0, size=4.0, more="", inside=""):
    return (
        f'<ofd:TextObject Boundary="{x} {y} 100 10" Size="{size}" {more}>{inside}'
        f'<ofd:TextCode X="0" Y="{size}">{words}</ofd:TextCode></ofd:TextObject>'
    )


def grid():
    """Two rows of two cells, lines in one path; texts go to (22, 21), (22, 31), (82, 21) and (82, 31)."""
    lines = " ".join(f"M 20 {y} L 120 {y}" for y in (20, 30, 40)) + " "
    lines += " ".join(f"M {x} 20 L {x} 40" for x in (20, 80, 120))
    path = f'<ofd:PathObject Boundary="0 0 210 297"><ofd:AbbreviatedData>{lines}</ofd:AbbreviatedData></ofd:PathObject>'
    return path + text("行政规范性文件", 22, 21) + text("行政许可", 22, 31)


def image(box, resource="7"):
    return f'<ofd:ImageObject Boundary="{box}" ResourceID="{resource}"/>'


PICTURE = '<ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>'

# ── every cell right ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("edition", EDITIONS)
def test_plain(edition):
    for seed in range(6):
        found = check(compose(seed, edition=edition), seed=seed)
        assert found.format == "ofd"
        assert found.warnings == ()
        assert all(table.exact for table in found.tables)


@pytest.mark.parametrize("quirk", RULED)
def test_single_quirks(quirk):
    different = 0
    for seed, edition in enumerate(EDITIONS):
        made = compose(seed, edition=edition)
        check(made, {quirk}, seed)
        different += ofd.write(made, Random(seed), frozenset({quirk})) != ofd.write(made, Random(seed), NONE)
    assert different, "the quirk was never made"


@pytest.mark.parametrize("edition", EDITIONS)
def test_single_oddities(edition):
    for seed, oddity in enumerate(applicable("exact", edition)):
        check(compose(3, edition=edition, oddities={oddity}), {RULED[seed % len(RULED)]} - SIDES, seed)


@pytest.mark.parametrize("part", range(3))
def test_combinations(part):
    rng = Random(f"ofd/{part}")
    for seed in range(15):
        edition = EDITIONS[seed % 2]
        oddities = set(rng.sample(applicable("exact", edition), rng.randint(0, 3)))
        quirks = set(rng.sample(RULED, rng.randint(1, 5)))
        quirks -= SIDES if "glued" in oddities else NONE
        check(compose(seed, edition=edition, oddities=oddities), quirks, seed)


@pytest.mark.parametrize("quirk", BORDERLESS)
def test_without_upright_rules(quirk):
    for seed in range(4):
        found = check(compose(seed, edition=EDITIONS[seed % 2]), {quirk}, seed)
        assert found.tables[-1].exact


def test_what_is_read_is_what_was_written():
    made = compose(1)
    found = load(ofd.write(made, Random(1), frozenset({"giant_page"})))
    wanted = document(made)
    assert [type(b) for b in found.blocks] == [type(b) for b in wanted.blocks]
    assert ["".join(p.text.split()) for p in found.paragraphs] == ["".join(p.text.split()) for p in wanted.paragraphs]
    assert found.meta == {"title": f"{made.organ}{made.year}", "author": made.organ}


@pytest.mark.parametrize(
    ("quirk", "clause"),
    [("watermark", "页有倾斜的文字（疑为水印），没有读取："), ("invisible_text", "页有看不见的文字，没有读取：9")],
)
def test_left_out_text_is_reported(quirk, clause):
    found = check(compose(2), {quirk}, 2)
    assert any(clause in w for w in found.warnings)
    said = "".join(p.text for p in found.paragraphs) + "".join(c.text for t in found.tables for r in t.rows for c in r)
    assert not re.search("917|933|944|955|内部资料", said)


# ── objects ─────────────────────────────────────────────────────────────────────────────────────


def test_distances_in_runs_and_one_by_one():
    runs = '<ofd:TextObject Boundary="20 20 100 10" Size="4"><ofd:TextCode X="0" Y="4" DeltaX="{}">123456</ofd:TextCode></ofd:TextObject>'
    for delta in ("g 5 2", "2 g 3 2 2", "2 2 2 2 2", "g 2000000000 2", "g 5", "g nan 2", "", "2 2"):
        (paragraph,) = load(simple(text("总体情况") + runs.format(delta).replace('"20 20', '"20 60'))).paragraphs[1:]
        assert paragraph.text.replace(" ", "") == "123456", delta


def test_words_apart_are_apart():
    parts = '<ofd:TextObject Boundary="20 20 150 10" Size="4"><ofd:TextCode X="0" Y="4" DeltaX="2 40 2">1234</ofd:TextCode></ofd:TextObject>'
    assert load(simple(parts)).paragraphs[0].text == "12 34"


def test_lines_of_one_text_object():
    lines = (
        '<ofd:TextObject Boundary="20 20 150 40" Size="4"><ofd:TextCode X="0" Y="4">总体情况</ofd:TextCode>'
        '<ofd:TextCode X="0" Y="14">公开情况</ofd:TextCode></ofd:TextObject>'
    )
    assert [p.text for p in load(simple(lines)).paragraphs] == ["总体情况", "公开情况"]


def test_glyphs_without_letters_are_no_blank():
    glyph = '<ofd:CGTransform CodePosition="0" GlyphCount="1"><ofd:Glyphs>35</ofd:Glyphs></ofd:CGTransform>'
    found = load(simple(grid() + text("12", 82, 21) + text("", 82, 31, inside=glyph)))
    rows = found.tables[0].rows
    assert [c.text for c in rows[0]] == ["行政规范性文件", "12"]
    assert (rows[1][1].text, rows[1][1].confidence) == ("\ufffd", 0.0)


def test_hidden_and_white_text_is_left_out():
    content = (
        grid()
        + text("12", 82, 21, more='Visible="false"')
        + text("7", 82, 31, inside='<ofd:FillColor Value="255 255 255"/>')
    )
    found = load(simple(content))
    assert [row[1].text for row in found.tables[0].rows] == ["", ""]
    assert found.warnings == ("第1页有看不见的文字，没有读取：12 7",)


def test_text_of_next_to_no_size_is_no_digit_of_a_number():
    found = load(simple(grid() + text("12", 82, 21) + text("3", 86.4, 24.5, size=0.2)))
    assert found.tables[0].rows[0][1].text == "12"
    assert found.warnings == ("第1页有看不见的文字，没有读取：3",)


def test_white_text_on_a_dark_cell_is_read():
    dark = (
        '<ofd:PathObject Boundary="80 20 40 10" Fill="true" Stroke="false"><ofd:FillColor Value="20 40 90"/>'
        "<ofd:AbbreviatedData>M 0 0 L 40 0 L 40 10 L 0 10 C</ofd:AbbreviatedData></ofd:PathObject>"
    )
    found = load(simple(dark + grid() + text("12", 82, 21, inside='<ofd:FillColor Value="255 255 255"/>')))
    assert found.tables[0].rows[0][1].text == "12"
    assert found.warnings == ()


def test_curves_in_a_cell_are_no_blank():
    curve = (
        '<ofd:PathObject Boundary="84 22 4 6" Fill="true" Stroke="false">'
        "<ofd:AbbreviatedData>M 0 0 Q 4 0 4 3 B 4 6 2 6 0 6 A 1 1 0 0 1 0 3 C</ofd:AbbreviatedData></ofd:PathObject>"
    )
    cell = load(simple(grid() + curve)).tables[0].rows[0][1]
    assert (cell.text, cell.confidence, cell.note) == ("", 0.0, "格内是图形，不是文字")


def test_units_that_contain_themselves_end():
    unit = '<ofd:CompositeObject Boundary="0 0 210 297" ResourceID="8"/>'
    resources = f'<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="8"><ofd:Content>{text("总体情况")}{unit}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>'
    assert [p.text for p in load(simple(unit, resources)).paragraphs] == ["总体情况"]


def test_units_that_multiply_are_refused():
    units = "".join(
        f'<ofd:CompositeGraphicUnit ID="{n}"><ofd:Content>'
        + f'<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="{n + 1}"/>' * 12
        + "</ofd:Content></ofd:CompositeGraphicUnit>"
        for n in range(10, 18)
    )
    content = '<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="10"/>'
    with pytest.raises(TooLargeError, match="页面对象超过 20 万个"):
        load(simple(content, f"<ofd:CompositeGraphicUnits>{units}</ofd:CompositeGraphicUnits>"))


# ── pictures ────────────────────────────────────────────────────────────────────────────────────


def test_a_page_of_one_picture_is_a_scan():
    found = load(simple(image("0 0 210 297"), PICTURE, Doc_0__Res__a_png=None, **{"Doc_0__Res__a.png": PNG}))
    (picture,) = found.blocks
    assert picture.whole_page
    assert picture.data == PNG
    assert picture.size is None
    assert picture.anchor.box == pytest.approx((0, 0, 595.28, 841.89), abs=0.1)
    assert found.warnings == ("第1页没有文字，是扫描图片",)


def test_a_table_pasted_as_picture_stands_in_its_place():
    content = (
        text("二、主动公开政府信息情况", 20, 20) + text("三、收到和处理情况" * 2, 20, 200) + image("20 40 170 100")
    )
    found = load(simple(content, PICTURE, **{"Doc_0__Res__a.png": PNG}))
    assert [type(b).__name__ for b in found.blocks] == ["Paragraph", "Picture", "Paragraph"]
    assert not found.pictures[0].whole_page


def test_a_text_layer_over_a_scan_is_never_certain():
    rows = grid() + text("12", 82, 21) + text("7", 82, 31) + text("行政机关主动公开政府信息的情况说明", 22, 60)
    hidden = rows.replace('Size="4.0"', 'Size="4.0" Visible="false"')
    found = load(simple(image("0 0 210 297") + hidden, PICTURE, **{"Doc_0__Res__a.png": PNG}))
    assert {c.confidence for c in [c for r in found.tables[0].rows for c in r]} == {0.45}
    assert "是带文字层的扫描件" in found.warnings[0]


def test_a_missing_picture_is_reported():
    found = load(simple(image("0 0 210 297"), PICTURE))
    assert found.blocks[0].data == b""
    assert "的图片过大、过多或缺失，没有读取" in found.warnings[1]


# ── files ───────────────────────────────────────────────────────────────────────────────────────


def test_detection_is_by_content():
    data = ofd.write(compose(1), Random(1), NONE)
    assert reader.detect(Source.of(data, "报告.zip")) == "ofd"
    assert reader.detect(Source.of(ofd.packed({"word/document.xml": "x"}), "报告.ofd")) is None
    assert reader.detect(Source.of(ofd.packed({"a/OFD.xml": "x"}), "报告.ofd")) is None
    assert reader.detect(Source.of(b"PK\x03\x04broken", "报告.ofd")) is None


def test_paths_lead_nowhere_else():
    data = simple(text("总体情况"))
    away = data_with(data, "Doc_0/Document.xml", "Pages/Page_0/Content.xml", "../../../../../etc/passwd")
    with pytest.raises(UnreadableError, match="缺少部件"):
        load(away)
    up = data_with(data, "Doc_0/Document.xml", "Pages/Page_0/Content.xml", "..\\Doc_0/./Pages/x/../Page_0/content.XML")
    assert [p.text for p in load(up).paragraphs] == ["总体情况"]


def data_with(data, name, old, new):
    """The file with a text in one member replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    parts[name] = parts[name].decode().replace(old, new).encode()
    return ofd.packed(parts)


def test_of_several_documents_the_first_is_read():
    data = simple(text("总体情况"))
    second = "<ofd:DocBody><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    found = load(data_with(data, "OFD.xml", "</ofd:OFD>", second))
    assert found.warnings == ("OFD 内含 2 份文档，只读取了第一份",)


def test_what_else_is_inside_is_reported():
    links = "<ofd:Attachments>a.xml</ofd:Attachments><ofd:Annotations>b.xml</ofd:Annotations></ofd:Document>"
    found = load(data_with(simple(text("总体情况")), "Doc_0/Document.xml", "</ofd:Document>", links))
    assert found.warnings == ("OFD 内嵌附件，没有读取", "OFD 有批注，没有读取")


def test_more_pages_than_a_report_has():
    page = '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
    data = data_with(simple(text("总体情况")), "Doc_0/Document.xml", page, page * 61)
    with pytest.raises(TooLargeError, match="有 61 页，超过上限 60 页"):
        load(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (ofd.packed({"OFD.xml": f"<ofd:OFD {XMLNS}/>"}), "没有文档入口"),
        (ofd.packed({"OFD.xml": "<a"}), "内部 XML 不完整"),
        (simple("", Doc_0__Pages__Page_0__Content_xml=None), "缺少部件"),
        (simple(""), "没有任何文字或图片"),
        (simple("<!DOCTYPE x>", OFD_xml="<!DOCTYPE x><a/>"), "文档类型声明"),
    ],
)
def test_broken_files_say_what_is_wrong(data, reason):
    with pytest.raises(UnreadableError, match=reason):
        load(data)


def test_nonsense_in_attributes_is_no_error():
    words = text("总体情况", more='CTM="a b" HScale="x" CharDirection="nan"')
    nonsense = (
        words + '<ofd:TextObject Boundary="x" Size=""><ofd:TextCode X="1e999" Y="">公开</ofd:TextCode></ofd:TextObject>'
    )
    nonsense += '<ofd:PathObject Boundary="1"><ofd:AbbreviatedData>M L 1 Z 9 M 1 1 L a b C</ofd:AbbreviatedData></ofd:PathObject>'
    nonsense += '<ofd:ImageObject/><ofd:CompositeObject ResourceID="99"/><ofd:Something/>'
    found = load(simple(nonsense))
    assert "总体情况" in [b.text for b in found.blocks if isinstance(b, Paragraph)]


@pytest.mark.parametrize("seed", range(40))
def test_damaged_files_end_in_our_errors(seed):
    rng = Random(seed)
    data = bytearray(ofd.write(compose(1), Random(1), NONE))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        parts = {n: bytearray(archive.read(n)) for n in archive.namelist()}
    name = rng.choice(sorted(parts))
    for _ in range(rng.choice((1, 3, 30))):
        at = rng.randrange(len(parts[name]))
        parts[name][at : at + rng.choice((0, 1, 8))] = rng.choice((b"", b"\xff", b"9", b"<", b'"', b"-1e9 "))
    try:
        found = load(ofd.packed({n: bytes(p) for n, p in parts.items()}))
    except InputError as error:
        assert re.search("损坏|缺少|没有|上限|入口", error.reason)  # noqa: PT017 - either is right
    else:
        assert any(isinstance(b, Paragraph | Table) for b in found.blocks)


# ── letters and words ───────────────────────────────────────────────────────────────────────────


def line(letters, left=100.0, size=10.0, step=1.0, run=1):
    """A level line of letters of one width, so far apart (in sizes)."""
    lefts = [left + step * size * n for n in range(len(letters))]
    rights = [place + min(step, 1.0) * size for place in lefts]
    return Text(letters, lefts, rights, 191.4, 200.0, 201.4, size, run, close=step <= 1)


def pieces(text, *upright):
    return [char.text for char in text.words(Walls.of((), upright))]


def test_words_come_as_one_where_nothing_parts_them():
    text = line("二、主动公开规章3件，无收费")
    said = [char.text for char in text.words(Walls())]
    assert said == ["二", "、", "主动公开规章", "3", "件", "，", "无", "收费"]
    assert [c.text for c in text.chars()] == list(text.letters)
    word = text.words(Walls())[2]
    assert (word.left, word.right, word.base, word.size, word.run) == (120.0, 180.0, 200.0, 10.0, 1)


def test_a_rule_parts_the_letters_of_a_word():
    text = line("行政许可")
    assert pieces(text, Rule(120.0, 150.0, 250.0)) == ["行", "政", "许", "可"]
    # Right behind the word: the last letter may run out of its cell.
    assert pieces(text, Rule(144.0, 150.0, 250.0)) == ["行政许", "可"]
    assert pieces(text, Rule(99.0, 150.0, 250.0)) == ["行政许可"]
    # Far above, or in a table that ends far above.
    assert pieces(text, Rule(120.0, 50.0, 150.0)) == ["行政许可"]
    assert pieces(text, Rule(300.0, 50.0, 201.0), Rule(120.0, 50.0, 100.0)) == ["行", "政", "许", "可"]


def test_the_ends_of_level_rules_part_letters_as_well():
    walls = Walls.of((Rule(195.0, 50.0, 125.0),), ())
    assert [char.text for char in line("行政许可").words(walls)] == ["行", "政", "许", "可"]


def test_spaced_letters_stand_alone():
    assert pieces(line("行政许可", step=1.3)) == ["行", "政", "许", "可"]
    assert pieces(line("行政许可", step=0.9)) == ["行政许可"]


def test_many_rules_cost_no_more_than_their_number():
    rules = [Rule(float(n % 500), float(n % 700), float(n % 700) + 40) for n in range(60_000)]
    assert len(Walls.of((), rules).bands) == 1


def test_words_count_by_their_letters():
    # Three words of twenty-four letters: a page with text, and none of a few marks beside drawings.
    words = "".join(
        f'<ofd:TextObject Boundary="20 {20 + 10 * n} 150 10" Size="4"><ofd:TextCode X="0" Y="4">行政规范性文件制发</ofd:TextCode>'
        "</ofd:TextObject>"
        for n in range(3)
    )
    curve = '<ofd:PathObject Boundary="20 100 5 5"><ofd:AbbreviatedData>M 0 0 B 1 1 2 2 3 0 C</ofd:AbbreviatedData></ofd:PathObject>'
    found = load(simple(words + curve * 40))
    assert not found.warnings
    assert [block.text for block in found.blocks] == ["行政规范性文件制发"] * 3


def test_rows_whose_numbers_went_into_a_heap_are_never_called_empty():
    """Units below each other look like one wrapped number, which makes one row of the numbers of many."""
    odd = {"aliases", "blank_cells", "thousands", "wrapped"}
    made = as_printed(changed(compose(630202, edition="2021", oddities=odd), ["unit_column"], 630202))
    data = ofd.write(made, Random(630202), frozenset({"default_namespace", "merged_centered", "no_rules"}))
    report = understand(load(data))
    assert not [fault for fault in faults(made, report) if "SILENT" in fault or "wrong guess" in fault]


@pytest.mark.parametrize("seed", range(4))
def test_a_number_that_a_cell_too_much_moved_out_of_an_open_table_leaves_its_row_in_doubt(seed):
    made = as_printed(changed(compose(seed), ["extra_cell"], seed))
    report = understand(load(ofd.write(made, Random(seed), frozenset({"open_sides"}))))
    assert not [fault for fault in faults(made, report) if "SILENT" in fault or "wrong guess" in fault]
