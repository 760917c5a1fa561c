"""Old Word, WPS and RTF files through a real LibreOffice: every cell right, and a clear word where it cannot be."""

import dataclasses
import http.server
import io
import shutil
import struct
import sys
import threading
import time
import zipfile
from random import Random

import pytest

from gkaudit.document import Paragraph
from gkaudit.errors import GkauditError, TooLargeError, UnreadableError
from gkaudit.form import form
from gkaudit.readers import Source, merges, notes, office, ole, read_source, soffice
from gkaudit.readers.archive import Input
from gkaudit.reading import Failure
from gkaudit.report import read, understand
from gkaudit.workers import read_all
from tests.generate import applicable, compose
from tests.generate.formats import docx, html, mht
from tests.generate.formats.office import PUT_IN, UNSAVED, UNSAVED_RTF, save_as, shaken

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(soffice.find() is None, reason="LibreOffice is not installed"),
]

QUIRKS = tuple(q for q in (*docx.TABLE_QUIRKS, *docx.TEXT_QUIRKS) if q not in UNSAVED)


@dataclasses.dataclass(frozen=True)
class Case:
    suffix: str
    quirks: frozenset
    oddities: frozenset
    edition: str
    seed: int

    @property
    def made(self):
        return compose(self.seed, edition=self.edition, oddities=self.oddities)


def _cases():
    """Each quirk alone as .doc, in pairs as .rtf, plain as .wps; the oddities of tables take turns."""
    rng = Random("office")
    # A table at the very end is lost by LibreOffice when it saves; Word always has a paragraph there.
    names = {e: [o for o in applicable("exact", e) if o != "tables_last"] for e in ("2021", "2019")}
    groups = [("doc", {q}) for q in QUIRKS]
    groups += [(suffix, {"hmerge", other}) for suffix in ("doc", "rtf") for other in ("covered_text", "slivers")]
    groups += [(suffix, {"slivers", "covered_text"}) for suffix in ("doc", "rtf")]
    groups += [("rtf", set(rng.sample(sorted(set(QUIRKS) - UNSAVED_RTF), 2))) for _ in range(6)]
    groups += [("wps", set()) for _ in range(3)]
    groups += [("doc", {"layout_table", "footnotes"}), ("rtf", {"text_box", "footnotes"})]
    for seed, (suffix, quirks) in enumerate(groups):
        edition = "2019" if seed % 4 == 3 else "2021"
        oddity = names[edition][seed % len(names[edition])]
        yield Case(suffix, frozenset(quirks), frozenset({oddity}), edition, seed)


CASES = list(_cases())


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What became of every case, read together as a batch would be."""
    folder = tmp_path_factory.mktemp("office")
    for suffix in ("doc", "rtf", "wps"):
        own = [c for c in CASES if c.suffix == suffix]
        saved = save_as([docx.write(c.made, Random(c.seed), c.quirks - PUT_IN) for c in own], suffix)
        for case, plain in zip(own, saved, strict=True):
            data = shaken(plain, Random(case.seed)) if "slivers" in case.quirks else plain
            (folder / f"{case.seed:02}.{suffix}").write_bytes(data)
    items = [Input(folder / f"{c.seed:02}.{c.suffix}", f"{c.seed:02}.{c.suffix}") for c in CASES]
    return dict(zip(CASES, read_all(items, 2), strict=True))


@pytest.fixture(autouse=True)
def _nothing_ready():
    office._READY.clear()


def _faults(made, report):
    rows = {row["key"]: row for row in report.cells.iter_rows(named=True)}
    assert tuple(rows) == form(made.edition).keys()
    return [said for key, row in rows.items() if (said := made.wrong(key, row["value"], row["state"]))]


@pytest.mark.parametrize(
    "case", CASES, ids=lambda c: f"{c.suffix}-{'+'.join(sorted(c.quirks)) or 'plain'}-{'+'.join(c.oddities)}"
)
def test_every_cell_is_right(outcomes, case):
    if "equations" in case.quirks and not soffice.formulas():
        pytest.skip("LibreOffice Math is not installed")
    report, made = outcomes[case], case.made
    assert not isinstance(report, Failure), report
    assert _faults(made, report) == []
    identity = report.identity
    assert (identity.organ, identity.county, identity.year) == (made.organ, made.county, made.year)
    document = report.document
    assert document.format == case.suffix
    assert document.name == f"{case.seed:02}.{case.suffix}"
    assert document.meta["converter"].startswith("LibreOffice")
    assert "application" not in document.meta
    assert len(document.sha256) == 64


@pytest.fixture(scope="module")
def plain():
    """One report as .docx, .doc and .rtf."""
    data = docx.write(compose(1), Random(1), frozenset())
    return {"docx": data, "doc": save_as([data], "doc")[0], "rtf": save_as([data], "rtf")[0]}


def _refused(data, name="报告.doc"):
    with pytest.raises(GkauditError) as error:
        read_source(Source.of(data, name))
    return str(error.value)


def test_the_type_is_told_by_content(plain, tmp_path):
    for kind, name in (("docx", "报告.doc"), ("doc", "报告.docx"), ("rtf", "报告.doc"), ("doc", "报告.txt")):
        (tmp_path / name).write_bytes(plain[kind])
        report = read(tmp_path / name)
        assert report.document.format == kind
        assert _faults(compose(1), report) == []


def test_a_web_page_named_doc_or_wps_is_a_web_page(tmp_path):
    made = compose(3)
    for write, kind, name in (
        (html.write, "html", "报告.doc"),
        (html.write, "html", "报告.wps"),
        (mht.write, "mht", "报告.doc"),
    ):
        (tmp_path / name).write_bytes(write(made, Random(3), frozenset()))
        report = read(tmp_path / name)
        assert report.document.format == kind
        assert _faults(made, report) == []


def test_several_at_once_take_hardly_longer_than_one(plain, monkeypatch):
    runs = []
    convert = soffice.convert
    monkeypatch.setattr(
        soffice, "convert", lambda program, files: (runs.append(len(files)), convert(program, files))[1]
    )
    sources = [Source.of(plain["doc"], "a.doc"), Source.of(plain["rtf"], "b.rtf"), Source.of(b"text", "c.doc")]
    broken = plain["doc"].replace(b"\xec\xa5", b"\x00\x00")
    office.prepare([*sources, Source.of(broken, "d.doc")])
    assert runs == [2]
    for source in sources[:2]:
        assert _faults(compose(1), understand(read_source(source))) == []
    assert runs == [2]


def test_without_libreoffice_it_is_said_what_to_install(plain, monkeypatch):
    monkeypatch.setenv("GKAUDIT_SOFFICE", "/no/such/program")
    for name in ("doc", "rtf"):
        assert "请安装 LibreOffice" in _refused(plain[name], f"报告.{name}")
    # A docx by another name does not need it.
    assert read_source(Source.of(plain["docx"], "报告.doc")).tables


def test_a_program_that_cannot_be_started(plain, monkeypatch, tmp_path):
    (tmp_path / "soffice").write_bytes(b"\x7fELF nonsense")
    monkeypatch.setenv("GKAUDIT_SOFFICE", str(tmp_path / "soffice"))
    assert "LibreOffice 无法启动" in _refused(plain["doc"])


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in")
def test_a_conversion_that_hangs_is_ended_with_all_it_started(plain, monkeypatch, tmp_path):
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 61.25 &\necho $! > {tmp_path}/pid\nwait\n", encoding="ascii")
    program.chmod(0o755)
    monkeypatch.setenv("GKAUDIT_SOFFICE", str(program))
    monkeypatch.setattr(soffice, "TIME_LIMIT", 1.0)
    begun = time.monotonic()
    assert "转换超过 1 秒" in _refused(plain["doc"])
    assert time.monotonic() - begun < 20
    stat = f"/proc/{(tmp_path / 'pid').read_text().strip()}/stat"
    for _ in range(50):
        try:
            with open(stat, encoding="ascii") as file:  # noqa: PTH123 - a path of /proc
                if file.read().split()[2] == "Z":
                    break
        except FileNotFoundError:
            break
        time.sleep(0.1)
    else:
        pytest.fail("the child of the converter is alive")


def test_success_without_a_result_is_a_failure(plain, monkeypatch):
    monkeypatch.setenv("GKAUDIT_SOFFICE", shutil.which("true"))
    assert "无法转换这份旧版文档" in _refused(plain["doc"])


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_half_a_file_is_said_to_be_half_a_file(plain, share):
    data = plain["doc"]
    said = _refused(data[: int(len(data) * share)])
    assert "文件不完整" in said


def test_a_truncated_rtf(plain):
    assert "文件不完整" in _refused(plain["rtf"][: len(plain["rtf"]) // 2], "报告.rtf")


def test_rtf_beyond_all_limits():
    assert "嵌套超过" in _refused(b"{\\rtf1 " + b"{" * 1000 + b"}" * 1000 + b"}", "a.rtf")
    assert "个组" in _refused(b"{\\rtf1 " + b"{}" * 1_000_000 + b"}", "a.rtf")
    escaped = b"{\\rtf1 " + b"\\{" * 1000 + b"\\\\{}}"
    assert office._check(Source.of(escaped, "a.rtf")) == (".rtf", ())


def _protected(data):
    """Word's flag for a document whose text is encrypted."""
    at = (ole.compound(data).streams["worddocument"].start + 1) * 512
    (flags,) = struct.unpack_from("<H", data, at + 10)
    return data[: at + 10] + struct.pack("<H", flags | 0x100) + data[at + 12 :]


def test_a_password_is_said(plain):
    assert "文件有密码" in _refused(_protected(plain["doc"]))


def _renamed(data, stream):
    """The document with its main stream under another name."""
    name = "WordDocument".encode("utf-16-le")
    at = data.index(name)
    new = stream.encode("utf-16-le").ljust(64, b"\0")
    return data[:at] + new + struct.pack("<H", 2 * len(stream) + 2) + data[at + 66 :]


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        ("Workbook", "Excel"),
        ("Book", "Excel"),
        ("PowerPoint Document", "PPT"),
        ("EncryptedPackage", "文件有密码"),
        ("__properties_version1.0", "Outlook"),
        ("VisioDocument", "Visio"),
        ("Something", "不是 Word/WPS 文档"),
    ],
)
def test_other_compound_files_are_named(plain, stream, reason):
    assert reason in _refused(_renamed(plain["doc"], stream))


def test_damaged_compound_files_end_in_a_sentence(plain):
    rng = Random(7)
    for _ in range(60):
        data = bytearray(plain["doc"])
        for _ in range(rng.randint(1, 40)):
            data[rng.randrange(512 if rng.random() < 0.5 else len(data))] = rng.randrange(256)
        found = ole.compound(bytes(data))
        assert isinstance(found.whole, bool)
        try:
            office._check(Source.of(bytes(data), "a.doc"))
        except (UnreadableError, TooLargeError) as error:
            assert error.reason  # noqa: PT017 - most are refused, some are whole


class _Visits(http.server.BaseHTTPRequestHandler):
    seen = []  # noqa: RUF012

    def do_GET(self):
        self.seen.append(self.path)
        self.send_response(404)
        self.end_headers()

    do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - names of the library

    def log_message(self, *_):
        pass


def test_nothing_is_fetched_and_no_file_is_pulled_in(plain, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words", encoding="ascii")
    server = http.server.HTTPServer(("127.0.0.1", 0), _Visits)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}"
    fields = (f'INCLUDEPICTURE "{here}/p.png" \\\\d', f'INCLUDETEXT "{here}/t.rtf"', f'INCLUDETEXT "{secret.as_uri()}"')
    evil = "".join(f"{{\\field{{\\*\\fldinst {field}}}{{\\fldrslt x}}}}" for field in fields)
    evil += f"{{\\*\\template {here}/t.dot}}"
    data = plain["rtf"].rstrip().removesuffix(b"}") + evil.encode() + b"}"
    try:
        (made,) = soffice.convert(soffice.find(), [(data, ".rtf")])
    finally:
        server.shutdown()
        server.server_close()
    assert _Visits.seen == []
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert not any(b"hidden words" in archive.read(name) for name in archive.namelist())


def test_borders_off_by_a_hair_keep_their_merges(plain):
    """Word joins such cells down the page, LibreOffice does not; a column narrower than a hair stays."""
    row = merges.rows(plain["doc"])[3]
    moved = bytearray(plain["doc"])
    struct.pack_into("<h", moved, row.at + 2, row.borders[1] + 12)
    assert merges.rows(merges.prepared(bytes(moved)).data)[3].borders == row.borders
    struct.pack_into("<h", moved, row.at + 2, row.borders[0] + 12)
    assert merges.rows(merges.prepared(bytes(moved)).data)[3].borders == merges.rows(bytes(moved))[3].borders


def test_cells_without_any_width_are_cells(plain):
    """A stale grid may leave cells of no width: LibreOffice makes one cell of two, Word and WPS show both."""
    data = bytearray(plain["doc"])
    rows = [row for row in merges.rows(plain["doc"]) if len(row.cells) > 7]
    for row in rows:
        struct.pack_into("<h", data, row.at + 2 * len(row.cells) - 2, row.borders[-3])
    narrow = [row.borders for row in merges.rows(bytes(data)) if len(row.cells) > 7]
    assert all(borders[-3] == borders[-2] for borders in narrow)
    assert _faults(compose(1), understand(read_source(Source.of(bytes(data), "报告.doc")))) == []
    # Where two bytes cannot tell how far the last border would move it stays.
    row = rows[0]
    struct.pack_into("<2h", data, row.at + 2 * len(row.cells) - 2, 32_700, 32_700)
    struct.pack_into("<h", data, row.at, 1_700)
    struct.pack_into(f"<{len(row.cells) - 2}h", data, row.at + 2, *range(1_800, 1_800 + len(row.cells) - 2))
    assert (1_700, 32_700, 32_700) in [
        (b[0], *b[-2:]) for r in merges.rows(merges.prepared(bytes(data)).data) for b in [r.borders]
    ]


def _torn(data, place):
    """The file with the sector of this place and another one of its stream in each other's place."""
    found = ole.compound(data)
    here = place // found.sector - 1
    others = (n for n, after in enumerate(found.table) if after == n + 1 < len(found.table) and abs(n - here) > 9)
    there = next(n for n in others if n > here)
    turn = {here: there, there: here}
    table = [turn.get(found.table[turn.get(n, n)], found.table[turn.get(n, n)]) for n in range(len(found.table))]
    changed = bytearray(data)
    for one, other in turn.items():
        begin, end = ((n + 1) * found.sector for n in (one, other))
        changed[begin : begin + found.sector] = data[end : end + found.sector]
    each = found.sector // 4
    for number in range(len(table) // each):
        (at,) = struct.unpack_from("<I", data, 76 + 4 * number)
        struct.pack_into(f"<{each}I", changed, (at + 1) * found.sector, *table[number * each : (number + 1) * each])
    return bytes(changed)


def test_a_row_whose_bytes_lie_apart_in_the_file_keeps_its_merges(plain):
    """The sector of the table of sectors, which is no part of the text, may lie in the middle of a row."""
    data = bytearray(plain["doc"])
    found = ole.compound(plain["doc"])
    row = next(r for r in merges.rows(plain["doc"]) if r.at // found.sector != r.cells[-1] // found.sector)
    for cell, bit in zip(row.cells, (0x01, 0x02), strict=False):
        data[cell] |= bit
    torn = _torn(bytes(data), row.cells[-1])
    assert torn != bytes(data)
    whole, apart = (ole.compound(merges.prepared(one).data) for one in (bytes(data), torn))
    for name, stream in whole.streams.items():
        assert apart.part(name, 0, stream.size) == whole.part(name, 0, stream.size)
    assert [r.borders for r in merges.rows(bytes(ole.unfolded(torn)))] == [r.borders for r in merges.rows(bytes(data))]


def test_a_damaged_file_is_put_together_as_it_was_taken_apart(plain):
    rng = Random(11)
    for _ in range(60):
        data = bytearray(plain["doc"][: rng.randrange(len(plain["doc"]))])
        for _ in range(rng.randint(1, 40) if data else 0):
            data[rng.randrange(min(len(data), 2048))] = rng.randrange(256)
        assert ole.folded(bytes(data), ole.unfolded(bytes(data))) == bytes(data)


def test_a_file_in_which_text_runs_upwards_is_not_marked(plain):
    """The mark for joined cells would be taken for those with such text, whose numbers would be gone."""
    data = bytearray(plain["doc"])
    first, second = merges.rows(plain["doc"])[3].cells[:2]
    data[first] |= 0x01
    data[second] |= 0x02
    assert merges.prepared(bytes(data)).marked
    other = merges.rows(plain["doc"])[5].cells[0]
    data[other] |= 0x0C
    assert not merges.prepared(bytes(data)).marked
    text = plain["rtf"].replace(b"\\cellx", b"\\clmrg\\cellx", 1)
    assert merges.prepared(text).marked
    assert not merges.prepared(text.replace(b"\\cellx", b"\\cltxbtlr\\cellx", 1)).marked
    assert not merges.prepared(plain["rtf"]).marked


@pytest.mark.parametrize("suffix", ["doc", "rtf"])
def test_text_boxes_of_old_and_of_new_programs_are_saved_and_read(suffix):
    """Word writes the form of a text box for old programs always, and never a footnote into one."""
    data = docx.write(compose(5), Random(5), frozenset({"text_box", "footnotes"}))
    (saved,) = save_as([data], suffix)
    texts = [
        [block.text for block in read_source(Source.of(own, f"报告.{kind}")).blocks if isinstance(block, Paragraph)]
        for own, kind in ((data, "docx"), (saved, suffix))
    ]
    assert texts[0] == texts[1]


@pytest.fixture(scope="module")
def noted():
    """A report whose tables stand in tables, with footnotes, as .doc."""
    return save_as([docx.write(compose(1), Random(1), frozenset({"layout_table", "footnotes"}))], "doc")[0]


def test_notes_that_word_numbers_are_taken_out(noted, plain):
    """A mark that somebody has typed is text, and nothing but the list of notes tells it from a number."""
    assert notes.without_notes(plain["doc"]) == plain["doc"]
    assert notes.without_notes(plain["rtf"]) == plain["rtf"]
    found = ole.compound(noted)
    at, size = struct.unpack("<II", found.part("WordDocument", 0xAA, 8))
    assert size
    changed = ole.compound(notes.without_notes(noted))
    assert [changed.part("WordDocument", place + 4, 4) for place in (0xAA, 0xB2)] == [bytes(4)] * 2
    table = "1Table" if found.part("WordDocument", 0x0A, 2)[1] & 2 else "0Table"
    own = bytearray(noted)
    last = at + size - 2
    own[found.place(table, last)] = own[found.place(table, last + 1)] = 0
    assert notes.without_notes(bytes(own)) == bytes(own)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (rb"5{\super \chftn{\*\footnote \chftn\pard a {b} \} c}}\cell", rb"5{\super }\cell"),
        (rb"5{\super\chftn {\footnote x}}{\super\chftn{\footnote y}}", rb"5{\super}{\super}"),
        # A typed mark, half a note, and data in which a brace is none.
        (rb"5{\super 1{\*\footnote 1 a}}", rb"5{\super 1{\*\footnote 1 a}}"),
        (rb"5{\super\chftn{\footnote x", rb"5{\super\chftn{\footnote x"),
        (rb"{\bin1 }}5{\super\chftn{\footnote x}}", rb"{\bin1 }}5{\super\chftn{\footnote x}}"),
    ],
)
def test_notes_of_rtf(text, left):
    assert notes.without_notes(b"{\\rtf1 " + text) == b"{\\rtf1 " + left


def test_bytes_of_streams_are_found_wherever_they_lie(noted):
    found = ole.compound(noted)
    small = [name for name, stream in found.streams.items() if 0 < stream.size < 4096]
    assert small
    for name, stream in found.streams.items():
        whole = found.part(name, 0, stream.size + 9)
        assert len(whole) == stream.size
        assert found.part(name, stream.size // 2, 3) == whole[stream.size // 2 :][:3]
        assert found.place(name, stream.size) is found.place(name, -1) is None
    assert found.part("worddocument", 0, 512) == found.head("worddocument", 512)
    assert found.part("\x01compobj", 0, 4) in noted
    assert found.part("nothing", 0, 4) == b""
    half = ole.compound(noted[: len(noted) // 2])
    assert all(len(half.part(name, 0, stream.size)) <= stream.size for name, stream in half.streams.items())
    assert isinstance(notes.without_notes(noted[: len(noted) // 2]), bytes)


@pytest.mark.parametrize(
    "tail", [b"", b"\x08", b"\x08\xd6", b"\x08\xd6\xff\xff\x3f", b"\x08\xd6\x19\x00\x01\x10\x00\x00\x00"]
)
def test_what_only_looks_like_a_row_is_left_alone(tail):
    data = ole.MAGIC + b"\x00" * 600 + tail
    assert merges.prepared(data) == merges.Prepared(data)
