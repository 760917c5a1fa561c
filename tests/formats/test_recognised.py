"""Scans are read offline: right where they are clear, never silently wrong where they are not."""

import socket
import struct
import zlib
from random import Random

import pytest

from gkaudit.document import Anchor, Document, Paragraph, Picture, Table, TableCell
from gkaudit.errors import TooLargeError, UnreadableError
from gkaudit.grid import grid_rows
from gkaudit.readers import pictures, recognition
from gkaudit.report import read
from tests.generate import compose
from tests.generate.formats import html, scan
from tests.generate.formats.fonts import fonts_missing

needs_ocr = pytest.mark.skipif(
    bool(recognition.missing()) or fonts_missing(), reason="gkaudit[ocr] or a Chinese font is not installed"
)
PIXELS = Picture(Anchor("扫描.pdf", page=1), bytes(400 * 600), (400, 600), 200.0, whole_page=True)


def _faults(made, report):
    rows = report.cells.iter_rows(named=True)
    return [said for row in rows if (said := made.wrong(row["key"], row["value"], row["state"]))]


@needs_ocr
@pytest.mark.ocr
def test_a_clear_scan_is_read_without_network(tmp_path, monkeypatch):
    def refused(*_):
        raise AssertionError("a scan is read without the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    made = compose(21)
    path = tmp_path / "扫描件.tif"
    path.write_bytes(scan.write(made, Random(1)))
    report = read(path)
    faults = _faults(made, report)
    assert len(faults) <= 1, faults
    assert not [fault for fault in faults if "SILENT" in fault]
    assert (report.identity.organ, report.identity.year) == (made.organ, made.year)
    assert len(report.outline.headings) == 6
    cell = next(c for c in report.extraction.cells if c.key == "requests.received.total")
    assert cell.anchor.page
    assert cell.anchor.box
    assert not any(p.data for p in report.document.pictures)


@needs_ocr
@pytest.mark.ocr
@pytest.mark.parametrize("quirks", ["low_dpi skew jpeg", "seal noise"])
def test_a_bad_scan_is_never_silently_wrong(tmp_path, quirks):
    made = compose(22, edition="2019")
    path = tmp_path / "扫描件.pdf"
    path.write_bytes(scan.write(made, Random(2), frozenset(quirks.split()), "pdf"))
    faults = _faults(made, read(path))
    assert not [fault for fault in faults if "SILENT" in fault]
    assert len(faults) < len(made.cells) / 3, faults[:5]


def test_without_the_extra_a_scan_says_what_to_install(monkeypatch):
    monkeypatch.setattr(pictures, "missing", lambda: ("rapidocr",))
    with pytest.raises(UnreadableError, match=r"扫描\.pdf：.*gkaudit\[ocr\]"):
        pictures.recognised(Document("扫描.pdf", "pdf", "0" * 64, (PIXELS,)))


def test_without_the_extra_a_report_with_a_picture_is_read_and_says_so(monkeypatch):
    monkeypatch.setattr(pictures, "missing", lambda: ("rapidocr",))
    text = Paragraph("一、总体情况" * 10, Anchor("报告.pdf", page=1))
    found = pictures.recognised(Document("报告.pdf", "pdf", "0" * 64, (text, PIXELS)))
    assert [type(block) for block in found.blocks] == [Paragraph, Picture]
    assert found.pictures[0].data == b""
    assert any("gkaudit[ocr]" in warning for warning in found.warnings)


def test_a_giant_picture_is_refused_by_its_header(tmp_path):
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    end = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    path = tmp_path / "大图.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + end)
    with pytest.raises(TooLargeError, match=r"大图\.png：.*像素"):
        read(path)


@needs_ocr
@pytest.mark.parametrize(
    ("text", "clear", "sure"),
    [("23", True, True), ("23", False, False), ("-", True, False), ("", True, False)],
)
def test_under_a_seal_only_a_clear_number_is_sure(text, clear, sure):
    from gkaudit.readers.recognition import cells, verdicts

    without = cells.Judged(text, 0.95)
    clear = clear and verdicts.stands_by_itself(without)
    read = cells._with_other(without, cells.Judged("8当"), "盖章", clear=clear)
    assert (read.text, read.confidence > 0.5) == (text, sure)
    assert ("盖章处" in read.note) is not sure


@needs_ocr
def test_a_cell_is_not_blank_where_what_was_taken_off_cannot_be_read():
    """Strokes may have been all of a number; an empty cell that nothing lay over is blank both times."""
    from gkaudit.readers.recognition import cells

    blank = cells.Judged("")
    unread = cells._with_other(blank, cells.Judged("", 0.0, "有墨迹但无法识别"), "笔迹", clear=False)
    assert unread.confidence < 0.5
    assert cells._with_other(blank, blank, "笔迹", clear=False) == blank


@needs_ocr
def test_bits_of_a_seal_above_print_are_no_line_of_their_own():
    import numpy as np

    from gkaudit.readers.recognition import cells

    inside = np.full((70, 200), 255, np.uint8)
    inside[30:52, 40:52] = inside[30:52, 60:72] = 0
    inside[4:12, 90:94] = 0
    assert len(cells._seen(cells.View(inside), 0, 26).lines) == 2
    assert len(cells._seen(cells.View(inside, inside), 0, 26).lines) == 1


@needs_ocr
@pytest.mark.ocr
def test_where_print_is_blurred_to_the_grey_of_a_seal_its_numbers_are_read(tmp_path):
    """Sharp again it is darker. The ring is found where print fills a smaller one as well."""
    _nearly_right(compose(71204), Random("grey seal, blur/71204"), frozenset({"grey_seal", "blur"}), tmp_path, most=2)


@needs_ocr
def test_what_is_left_of_a_seal_shows_print_than_print(monkeypatch):
    """The page's other digits vouch for no number that a stroke of ink may have made; as dark as print it is clear."""
    import cv2
    import numpy as np

    from gkaudit.readers.recognition import cells
    from gkaudit.readers.recognition.ink import look_at

    def drawn(one):
        inside = np.full((40, 80), 255, np.uint8)
        cv2.line(inside, (20, 10), (20, 30), one, 2)
        cv2.ellipse(inside, (40, 20), (6, 10), 0, 0, 360, 40, 2)
        return cells.View(inside), look_at(inside, 0, 22)

    assert cells._is_print(*drawn(60))
    assert not cells._is_print(*drawn(150))
    monkeypatch.setattr(cells, "vouched_for", lambda *_: "same")
    assert cells._vouched_below(*drawn(150), "20", None)
    assert not cells._vouched_below(*drawn(150), "10", None)


def _nearly_right(made, rng, quirks, folder, *, most):
    """The report as it is read from a scan: nothing silently wrong, and few cells not told."""
    path = folder / "扫描件.tif"
    path.write_bytes(scan.write(made, rng, quirks))
    report = read(path)
    faults = _faults(made, report)
    assert not [fault for fault in faults if "SILENT" in fault]
    assert len(faults) <= most, faults
    return report


@needs_ocr
@pytest.mark.ocr
def test_numbers_under_a_red_seal_are_read(tmp_path):
    _nearly_right(compose(3002, edition="2019"), Random(4), frozenset({"seal"}), tmp_path, most=2)


@needs_ocr
@pytest.mark.ocr
def test_a_hard_threshold_breaks_strokes_but_not_numbers(tmp_path):
    _nearly_right(compose(1005, oddities={"fullwidth"}), Random(3), frozenset({"bilevel"}), tmp_path, most=6)


@needs_ocr
def test_digits_set_as_wide_as_all_others_are_one_number():
    from gkaudit.readers.recognition.engine import Reading
    from gkaudit.readers.recognition.ink import Line
    from gkaudit.readers.recognition.spacing import closed_up, usual_pitch

    def line(*middles):
        return Line(middles[0] - 7, 10, middles[-1] + 7, 32, tuple((m - 7, 10, m + 7, 32) for m in middles))

    wide = usual_pitch(("1 1", line(40, 68)) for _ in range(6))
    solid = usual_pitch(("11", line(40, 55)) for _ in range(6))
    assert (round(wide, 2), round(solid, 2)) == (1.27, 0.68)
    two = Reading("1 8", (0.9, 0.4, 0.9))
    assert closed_up(two, line(40, 68), wide) == Reading("18", (0.9, 0.9))
    assert closed_up(two, line(40, 55), 0.0).text == "18"
    speck = Reading("1 8.", (0.9, 0.5, 0.9, 0.8))
    assert closed_up(speck, line(40, 68), wide).text == "18."
    assert closed_up(speck, line(40, 68), 0.0).text == "1 8."
    for usual in (0.0, solid):
        assert closed_up(two, line(40, 68), usual).text == "1 8"
    # Nearer to each other than numbers in the middle of two cells; not where they stand to one side.
    assert closed_up(two, line(28, 56), 0.0, room=84).text == "18"
    assert closed_up(two, line(28, 56), 0.0, room=64).text == "1 8"
    assert closed_up(two, line(15, 43), 0.0, room=84).text == "1 8"
    assert closed_up(two, line(40, 80), wide).text == "1 8"
    # A comma set wide has a blank behind it, of which the recogniser is not sure.
    assert closed_up(Reading("2, 087", (1, 1, 0.5, 1, 1, 1)), line(40, 55), 0.0) == Reading("2,087", (1, 1, 1, 1, 1))
    assert closed_up(Reading("第 3 条", (1, 1, 1, 0.5, 1)), line(40, 55), 0.0).text == "第 3 条"
    # Some numbers set wide among others do not make a usual pitch.
    assert usual_pitch([("11", line(40, 55)), ("1 1", line(40, 68))] * 4) == 0


@needs_ocr
def test_a_crack_makes_no_further_digit():
    from gkaudit.readers.recognition.ink import Line, mended

    halves = Line(123, 14, 140, 36, ((123, 14, 131, 36), (132, 14, 140, 36)))
    assert mended(halves).pieces == ((123, 14, 140, 36),)
    digits = Line(100, 14, 126, 36, ((100, 14, 112, 36), (114, 14, 126, 36)))
    assert mended(digits).pieces == digits.pieces
    corner = Line(114, 16, 142, 38, ((114, 33, 119, 38), (120, 16, 128, 38), (131, 16, 142, 38)))
    assert mended(corner).pieces == ((114, 16, 128, 38), (131, 16, 142, 38))
    three = Line(35, 15, 65, 37, ((35, 32, 40, 37), (36, 15, 40, 20), (41, 15, 49, 37), (51, 15, 65, 37)))
    assert mended(three).pieces == ((35, 15, 49, 37), (51, 15, 65, 37))


@needs_ocr
@pytest.mark.parametrize(
    ("bar", "sign"),
    [
        ((31, 26, 37, 28), True),
        ((32, 26, 37, 27), True),  # a threshold leaves one row of it
        ((31, 26, 34, 28), False),
        ((31, 12, 37, 14), False),
        ((10, 26, 16, 28), False),
        ((71, 26, 77, 28), False),
    ],
)
def test_a_short_minus_is_no_dust(bar, sign):
    """In small type it is no longer than dust: without it the number would be another one."""
    import cv2
    import numpy as np

    from gkaudit.readers.recognition.ink import look_at
    from gkaudit.readers.recognition.rests import without_rests

    inside = np.full((56, 100), 255, np.uint8)
    for place in (46, 62):
        cv2.ellipse(inside, (place, 28), (5, 9), 0, 0, 360, 20, 2)
    left, top, right, bottom = bar
    inside[top:bottom, left:right] = 60
    ink = look_at(inside, 0, 26)
    assert (bar in ink.lines[0].pieces) is sign
    clean = without_rests(inside, ink)
    assert clean is None or not sign


@needs_ocr
def test_a_broken_number_is_parted_between_its_digits_and_keeps_its_point():
    from gkaudit.readers.recognition.figures import objection
    from gkaudit.readers.recognition.ink import Line, in_digits, points, stacked

    broken = Line(20, 16, 60, 38, ((20, 16, 26, 38), (28, 16, 34, 38), (46, 16, 52, 22), (48, 26, 60, 38)))
    assert in_digits(broken, "01").pieces == ((20, 16, 34, 38), (46, 16, 60, 38))
    assert in_digits(broken, "0123") is None
    point = Line(20, 16, 60, 38, ((20, 16, 33, 38), (37, 34, 41, 38), (46, 16, 60, 38)))
    assert in_digits(point, "2.3").pieces == point.pieces
    # The hook of a 3 stands under the other end of its stroke, the foot of a 2 under its head: no point.
    hooked = Line(26, 16, 56, 37, ((26, 16, 40, 37), (42, 33, 47, 37), (43, 16, 47, 20), (48, 16, 56, 37)))
    assert (points(hooked), points(point)) == ([], [(37, 34, 41, 38)])
    assert not objection("63", hooked, (84, 54))
    footed = Line(20, 13, 63, 35, ((20, 14, 32, 35), (34, 14, 47, 35), (49, 32, 63, 35), (56, 13, 62, 28)))
    assert [len(stacked(line).pieces) for line in (footed, point)] == [3, 3]
    assert not objection("172", footed, (84, 54))
    # A comma that touches a digit stays a comma.
    comma = Line(
        18, 12, 80, 36, ((18, 12, 30, 32), (31, 29, 36, 36), (40, 12, 52, 32), (53, 13, 65, 32), (68, 12, 80, 32))
    )
    assert in_digits(comma, "2,252").pieces == comma.pieces
    # Of two marks between the same digits a speck is dust where the other is none.
    one, four = (14, 15, 24, 37), (35, 14, 50, 38)
    mark, above, beside = (27, 33, 32, 42), (28, 28, 31, 31), (25, 29, 27, 32)
    for pieces in ((one, mark, above, four), (one, beside, mark, four)):
        assert points(Line(14, 14, 50, 42, pieces)) == [mark]
    assert len(points(Line(14, 14, 50, 42, (one, beside, (29, 34, 32, 38), four)))) == 2
    # A point that was not read is left where it is, so that something speaks against the number.
    assert in_digits(point, "23").pieces == point.pieces


@needs_ocr
def test_a_broken_digit_is_put_together_with_what_is_its_own():
    """The bits of a 3 stand nearer to it than the foot of the 1 before it does; two columns away they are its own."""
    from gkaudit.readers.recognition.ink import Line, in_digits

    one, bits, rest = (31, 33, 42, 55), ((43, 50, 49, 55), (44, 33, 49, 38)), (49, 33, 57, 55)
    assert in_digits(Line(31, 33, 57, 55, (one, *bits, rest)), "13").pieces == (one, (43, 33, 57, 55))
    pieces = (
        *((19, 32, 24, 37), (26, 15, 33, 37), (35, 15, 48, 37)),
        *((51, 32, 56, 37), (52, 15, 56, 20), (58, 15, 65, 37)),
    )
    line = Line(19, 15, 65, 37, pieces)
    assert in_digits(line, "373").pieces == ((19, 15, 33, 37), (35, 15, 48, 37), (51, 15, 65, 37))
    # A comma makes no digit wider, and the halves of a 0 are nearer to each other than to the digits beside it.
    one, comma, six = (22, 15, 33, 37), (36, 33, 41, 42), (61, 15, 75, 37)
    line = Line(22, 15, 91, 42, (one, comma, (45, 15, 59, 37), six, (76, 15, 82, 37), (83, 15, 90, 37)))
    assert in_digits(line, "1,260").tall == [one, (45, 15, 59, 37), six, (76, 15, 90, 37)]
    # A spot at the foot between two digits may be a point.
    point = Line(19, 15, 65, 37, (*pieces[:3], (50, 33, 53, 37), *pieces[4:]))
    assert in_digits(point, "373").pieces != ((19, 15, 33, 37), (35, 15, 48, 37), (50, 15, 65, 37))


@needs_ocr
@pytest.mark.parametrize(
    ("text", "sure"), [("897.", 0.9), ("0..", 0.9), (":0", 0.9), ("8.97", 0.4), ("89件", 0.9), ("89元", 0.4)]
)
def test_a_speck_beside_a_number_takes_no_certainty_from_it(text, sure):
    from gkaudit.readers.recognition.engine import Reading
    from gkaudit.readers.recognition.figures import certainty

    assert certainty(Reading(text, tuple(0.9 if c.isdigit() else 0.4 for c in text))) == sure


@needs_ocr
def test_what_may_be_a_number_misread_is_looked_at_twice(monkeypatch):
    """Dust on a 0 makes an ó of it; the second look says what it may be, and the sums may confirm it."""
    import cv2
    import numpy as np

    from gkaudit.readers.recognition import cells, looks
    from gkaudit.readers.recognition.engine import Reading

    inside = np.full((50, 80), 255, np.uint8)
    cv2.ellipse(inside, (40, 28), (6, 10), 0, 0, 360, 20, 2)
    texts = iter(["ó", "0"])
    monkeypatch.setattr(looks, "read_lines", lambda pictures, _: [Reading(next(texts), (0.99,)) for _ in pictures])
    (((text, confidence, note),),) = cells.read_cells([[cells.View(inside)]], 0)
    assert (text, 0 < confidence < 0.5, note) == ("0", True, "两次识别不同：ó / 0")


@needs_ocr
@pytest.mark.parametrize(
    ("text", "bottom", "sure"), [("4,367", 34, True), ("4.367", 32, True), ("4,367", 31, False), ("4.367", 34, False)]
)
def test_a_comma_is_told_from_a_point_by_its_height_and_what_hangs_below(text, bottom, sure):
    from gkaudit.readers.recognition.figures import objection
    from gkaudit.readers.recognition.ink import Line

    digits = ((13, 13, 28, 31), (38, 12, 51, 32), (53, 12, 67, 32), (69, 13, 82, 31))
    line = Line(13, 12, 82, 34, tuple(sorted((*digits, (30, 28, 35, bottom)))))
    assert (objection(text, line, (95, 44)) == "") is sure


@needs_ocr
def test_a_digit_that_lost_a_foot_still_looks_like_its_kind():
    import numpy as np

    from gkaudit.readers.recognition.glyphs import _glyph, alphabet

    def one(feet):
        inside = np.full((40, 40), 255, np.uint8)
        inside[8:30, 18:21] = 0
        inside[8:11, 14:18] = 0
        inside[28:30, 14 : 21 + feet] = 0
        return "1", _glyph(inside, (14, 8, 21 + feet, 30))

    def four():
        inside = np.full((40, 40), 255, np.uint8)
        inside[8:30, 22:25] = 0
        inside[22:24, 12:28] = 0
        inside[10:22, 14:16] = 0
        return "4", _glyph(inside, (12, 8, 28, 30))

    known = alphabet([one(4)] * 3 + [four()] * 3)
    assert known.judge([one(0)]) == "same"
    assert known.judge([("4", one(0)[1])]) == "other"


@pytest.mark.parametrize(
    "misread", [("自然人", "白然人"), ("其他", "共他"), ("商业企业", "商业全止"), ("其他", "其地")]
)
def test_one_heading_misread_between_the_others_is_known_by_its_place(tmp_path, misread):
    made = compose(31)
    path = tmp_path / "报告.html"
    text = html.write(made, Random(4), frozenset()).decode()
    assert f">{misread[0]}<" in text
    path.write_text(text.replace(f">{misread[0]}<", f">{misread[1]}<"), encoding="utf-8")
    assert _faults(made, read(path)) == []


@pytest.mark.parametrize(("first", "second"), [("然人", "社会公益網須"), ("白然人", "商业全止")])
def test_two_headings_misread_between_the_others_are_known_by_their_places(tmp_path, first, second):
    made = compose(31)
    path = tmp_path / "报告.html"
    text = html.write(made, Random(4), frozenset()).decode()
    label = "社会公益组织" if "公益" in second else "商业企业"
    path.write_text(text.replace(">自然人<", f">{first}<").replace(f">{label}<", f">{second}<"), encoding="utf-8")
    assert _faults(made, read(path)) == []


def test_dirt_on_the_empty_cell_before_a_label_takes_nothing_from_its_row():
    """A page that begins within a group of rows has empty cells left of them."""
    anchor = Anchor("扫描.pdf", page=2)
    rows = (("", "1", "3.其他", *"0000000"), ("", "", "（七）总计", *"0020002"))
    cells = tuple(tuple(TableCell(text, anchor) for text in row) for row in rows)
    found = grid_rows(Document("扫描.pdf", "pdf", "", (Table(cells, anchor, exact=True),)))
    assert [[cell.text for cell in row.labels] for row in found] == [["3.其他"], ["（七）总计"]]
    assert [len(row.values) for row in found] == [7, 7]


@pytest.mark.parametrize(("label", "misread"), [("规章", "规草"), ("行政许可", "行玫讦司"), ("行政强制", "仃政弓虽制")])
def test_a_row_of_table_two_misread_between_its_neighbours_is_known_by_its_place(tmp_path, label, misread):
    made = compose(31)
    path = tmp_path / "报告.html"
    text = html.write(made, Random(4), frozenset()).decode()
    path.write_text(text.replace(f">{label}<", f">{misread}<"), encoding="utf-8")
    faults = _faults(made, read(path))
    assert (faults == []) is (len(label) == len(misread)), faults


def _first_misread(page, label, other):
    """A page with the first heading of this text in 表四 misread."""
    begin = page.index(f">{label}<", page.index(">行政复议<"))
    return page[:begin] + page[begin:].replace(label, other, 1)


@pytest.mark.parametrize(
    "misread",
    [
        [("结果维持", "结呆纬特")],
        [("结果维持", "结果维"), ("其他结果", "其做结呆")],
        [("结果维持", "结呆维特"), ("行政复议", "仃政夏议")],
    ],
)
def test_headings_of_table_four_misread_between_the_others_are_known_by_their_places(tmp_path, misread):
    made = compose(31)
    path = tmp_path / "报告.html"
    text = html.write(made, Random(4), frozenset()).decode()
    for label, other in misread:
        text = _first_misread(text, label, other)
    path.write_text(text, encoding="utf-8")
    assert _faults(made, read(path)) == []


def test_a_heading_of_something_else_is_none_of_table_four(tmp_path):
    made = compose(31)
    path = tmp_path / "报告.html"
    text = html.write(made, Random(4), frozenset()).decode()
    path.write_text(_first_misread(text, "结果维持", "备注"), encoding="utf-8")
    rows = [row for row in read(path).cells.iter_rows(named=True) if row["key"].startswith("remedies.")]
    assert {row["state"] for row in rows} == {"unreadable"}


def test_headings_that_have_changed_places_are_read_by_their_words(tmp_path):
    made = compose(31)
    path = tmp_path / "报告.html"
    text = html.write(made, Random(4), frozenset()).decode()
    swapped = text.replace(">商业企业<", ">科研机枸<").replace(">科研机构<", ">商业全业<")
    path.write_text(swapped, encoding="utf-8")
    read_ = {cell.key: cell.value for cell in read(path).extraction.cells}
    names = ("requests.received.business", "requests.received.research")
    assert [read_[key] for key in names] == [made.cells[key].value for key in reversed(names)]


@pytest.mark.parametrize("other", ["备注", "小计", "个人"])
def test_a_heading_of_something_else_is_not_taken_for_the_missing_one(tmp_path, other):
    made = compose(31)
    path = tmp_path / "报告.html"
    text = html.write(made, Random(4), frozenset()).decode()
    path.write_text(text.replace(">其他<", f">{other}<"), encoding="utf-8")
    assert len(_faults(made, read(path))) > 20


@needs_ocr
@pytest.mark.ocr
@pytest.mark.parametrize("quirks", ["grey_seal two_up", "punched tinted rough_jpeg"])
def test_what_offices_do_to_pages_leaves_their_numbers(tmp_path, quirks):
    made = compose(1000)
    report = _nearly_right(made, Random(6), frozenset(quirks.split()), tmp_path, most=3)
    assert (report.identity.organ, report.identity.year) == (made.organ, made.year)
    assert len(report.outline.headings) == 6


@needs_ocr
def test_a_wide_picture_is_two_pages_where_nothing_stands_in_its_middle():
    import numpy as np

    from gkaudit.readers.recognition.page import _pages

    sheet = np.full((1000, 1400), 255, np.uint8)
    sheet[100:900:40, 100:600] = 0
    sheet[100:900:40, 800:1300] = 0
    ((left, middle), (begin, right)) = _pages(sheet)
    assert (left, begin, right) == (0, middle, 1400)
    assert 600 < middle < 800
    assert _pages(sheet[:, :700]) == [(0, 700)]
    sheet[500, 550:850] = 0
    sheet[100:900:40, 600:800] = 0
    assert _pages(sheet) == [(0, 1400)]


@needs_ocr
def test_stamp_ink_without_colour_is_known_by_its_size_and_print_below_it_stays():
    import cv2
    import numpy as np

    from gkaudit.readers.recognition.seals import focused, grey_ink, without_grey

    page = np.full((1200, 1000), 255, np.uint8)
    for y in range(50, 1150, 30):
        cv2.putText(page, "0123456789 0123456789", (40, y), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 20, 2)
    assert grey_ink(page) is None
    stamp = np.full(page.shape, 255, np.uint8)
    cv2.circle(stamp, (500, 600), 160, 105, 9)
    stamped = cv2.multiply(page, stamp, scale=1 / 255)
    mask = grey_ink(stamped)
    assert mask is not None
    cleaned = without_grey(stamped, mask)
    ring = (stamp < 200) & (page > 250)
    assert (cleaned[ring] > 200).mean() > 0.95
    below = (stamp < 200) & (page < 60)
    assert (cleaned[below] < 120).mean() > 0.9
    assert focused(stamped, mask) is stamped
    # So it is where all is blurred. On a faint copy print is as light as stamp ink, and may not be seen below it.
    blurred = cv2.GaussianBlur(stamped, (0, 0), 1.2)
    mask = grey_ink(blurred)
    assert mask is not None
    cleaned = without_grey(blurred, mask)
    assert (cleaned[ring] > 200).mean() > 0.9
    assert (cleaned[below] < 180).mean() > 0.8
    assert (focused(blurred, mask)[page < 60] < 60).mean() > (blurred[page < 60] < 60).mean() + 0.1
    faint = cv2.add(stamped, np.where(stamped < 60, 80, 0).astype(np.uint8))
    mask = grey_ink(faint)
    assert mask is not None
    assert without_grey(faint, mask) is None
