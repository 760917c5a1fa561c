"""ZIP files are folders: members by names that are safe, in the encoding that was meant, within limits."""

import io
import stat
import zipfile

import pytest

from gkaudit import workers
from gkaudit.auditing import inputs
from gkaudit.errors import InputError, TooLargeError, UnreadableError, UsageError
from gkaudit.readers import archive
from gkaudit.readers.archive import Input, Shelf, is_container, members
from gkaudit.readers.names import safe_name
from gkaudit.report import Report, read
from tests.generate import make

TEXT = make(5, layout="grid").text.encode()


def _zip(entries, **options):
    """A zip of (name or ZipInfo, bytes); names come out as UTF-8."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **options) as made:
        for name, data in entries:
            made.writestr(name, data)
    return file.getvalue()


def _raw_names(data, old, new):
    """The zip with names replaced byte by byte (same length) and without the flag that says UTF-8."""
    assert len(old) == len(new)
    data = bytearray(data.replace(old, new))
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        at = made.start_dir
    for magic, flag in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        place = data.find(magic, 0 if flag == 7 else at)
        while place >= 0:
            data[place + flag] &= ~0x08
            place = data.find(magic, place + 4)
    return bytes(data)


def _names(path):
    return [item.name for item in members(path, path.name)]


@pytest.fixture
def put(tmp_path):
    def write(data, name="各镇.zip"):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


def test_members_are_inputs_with_the_archive_in_their_names(put):
    path = put(_zip([("东镇/报告.txt", TEXT), ("西镇/报告.txt", TEXT)]))
    items = members(path, "2024/各镇.zip")
    assert [i.name for i in items] == ["2024/各镇.zip/东镇/报告.txt", "2024/各镇.zip/西镇/报告.txt"]
    outcomes = list(workers.read_all(items, 1))
    assert [o.source for o in outcomes] == [i.name for i in items]
    assert all(isinstance(o, Report) for o in outcomes)


def test_names_in_the_encoding_of_chinese_windows(put):
    plain = "报告.txt".encode("gb18030")
    data = _raw_names(_zip([("XXXX.txt", TEXT)]), b"XXXX.txt", plain)
    assert _names(put(data)) == ["各镇.zip/报告.txt"]
    # A second byte that is a backslash in ASCII is no separator.
    assert b"\\" in "乗".encode("gb18030")
    name = "乗.txt".encode("gb18030")
    assert _names(put(_raw_names(_zip([("XX.txt", TEXT)]), b"XX.txt", name))) == ["各镇.zip/乗.txt"]


def test_utf8_names_without_the_flag(put):
    name = "报告.txt".encode()
    assert _names(put(_raw_names(_zip([("XXXXXX.txt", TEXT)]), b"XXXXXX.txt", name))) == ["各镇.zip/报告.txt"]


def test_the_unicode_name_of_info_zip_wins(put):
    info = zipfile.ZipInfo("old.txt")
    told = b"\x01" + archive.zlib.crc32(b"old.txt").to_bytes(4, "little") + "新名.txt".encode()
    info.extra = b"\x75\x70" + len(told).to_bytes(2, "little") + told
    assert _names(put(_zip([(info, TEXT)]))) == ["各镇.zip/新名.txt"]
    stale = b"\x01\0\0\0\0" + "旧.txt".encode()
    info.extra = b"\x75\x70" + len(stale).to_bytes(2, "little") + stale
    assert _names(put(_zip([(info, TEXT)]))) == ["各镇.zip/old.txt"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/报告.txt", "etc/报告.txt"),
        ("/abs/报告.txt", "abs/报告.txt"),
        ("C:\\windows\\报告.txt", "windows/报告.txt"),
        ("C:C:/报告.txt", "C_C:/报告.txt"),
        ("C:报告.txt", "C_报告.txt"),
        ("a/./b//../c.txt", "a/b/c.txt"),
        ("..", "无名"),
        (" .. /x.txt", "x.txt"),
        ("第一行\n第二行\x1b[31m.txt", "第一行\ufffd第二行\ufffd[31m.txt"),
        ("反\u202e转.txt", "反\ufffd转.txt"),
        ("全角\u3000空格.txt", "全角\u3000空格.txt"),
        ("长" * 300 + ".docx", "长" * 114 + "….docx"),
        ("报告.txt".encode("gb18030").decode("utf-8", "surrogateescape"), "报告.txt"),
        ("\ud800.txt", "\ufffd.txt"),
    ],
)
def test_shown_names_are_safe(name, shown):
    assert safe_name(name) == shown


def test_what_nobody_means_is_passed_over(put):
    link = zipfile.ZipInfo("链接.txt")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    entries = [
        ("镇/", b""),
        ("镇/~$报告.docx", b"x"),
        ("__MACOSX/._报告.txt", b"x"),
        ("镇/.DS_Store", b"x"),
        ("Thumbs.db", b"x"),
        (".隐藏/a.txt", b"x"),
        (link, "/etc/passwd"),
        ("镇/报告.txt", TEXT),
    ]
    assert _names(put(_zip(entries))) == ["各镇.zip/镇/报告.txt"]


def test_members_of_one_name_are_told_apart(put):
    with pytest.warns(UserWarning, match="Duplicate"):
        data = _zip([("a.txt", TEXT), ("a.txt", b"x"), ("A.TXT", b"y")])
    path = put(data)
    items = members(path, "z.zip")
    assert [i.name for i in items] == ["z.zip/a.txt", "z.zip/a (2).txt", "z.zip/A (3).TXT"]
    shelf = Shelf()
    assert [shelf.load(i).data for i in items] == [TEXT, b"x", b"y"]
    shelf.close()


def test_one_archive_in_another_is_opened_deeper_ones_are_refused(put):
    deepest = _zip([("深.txt", TEXT)])
    inner = _zip([("内.txt", TEXT), ("更深.zip", deepest)])
    path = put(_zip([("内层.zip", inner), ("外.txt", TEXT)]))
    items = members(path, "外层.zip")
    assert [i.name for i in items] == ["外层.zip/内层.zip/内.txt", "外层.zip/内层.zip/更深.zip", "外层.zip/外.txt"]
    good, refused, last = workers.read_all(items, 1)
    assert isinstance(good, Report)
    assert isinstance(last, Report)
    assert "超过 2 层" in refused.reason


def test_a_broken_archive_inside_is_one_line(put):
    inner = _zip([("内.txt", TEXT)])
    path = put(_zip([("坏.zip", inner[:-30]), ("空.zip", _zip([])), ("外.txt", TEXT)]))
    broken, empty, good = workers.read_all(members(path, "外.zip"), 1)
    assert (broken.source, "已损坏" in broken.reason) == ("外.zip/坏.zip", True)
    assert (empty.source, "没有文件" in empty.reason) == ("外.zip/空.zip", True)
    assert isinstance(good, Report)


def _encrypted(data, only=None):
    """Set the flag that a password is needed (for the one member of that name)."""
    data = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        infos, at = made.infolist(), made.start_dir
    for info in infos:
        if only in (None, info.filename):
            data[info.header_offset + 6] |= 1
            data[at + 8] |= 1
        at += 46 + len(info.orig_filename.encode()) + len(info.extra)
    return bytes(data)


def test_a_password_is_said(put):
    path = put(_encrypted(_zip([("a.txt", TEXT), ("b.txt", TEXT)])))
    with pytest.raises(UnreadableError, match="压缩包有密码"):
        members(path, path.name)
    path = put(_encrypted(_zip([("a.txt", TEXT), ("b.txt", TEXT)]), only="b.txt"))
    good, locked = workers.read_all(members(path, path.name), 1)
    assert isinstance(good, Report)
    assert "有密码" in locked.reason


@pytest.mark.parametrize(
    ("data", "error", "reason"),
    [
        (_zip([]), UnreadableError, "没有文件"),
        (_zip([("镇/", b"")]), UnreadableError, "没有文件"),
        (_zip([("a.txt", TEXT)])[:200], UnreadableError, "已损坏"),
        (_zip([(f"{n}.txt", b"x") for n in range(2_001)]), TooLargeError, "2001 个文件"),
    ],
    ids=["empty", "only folders", "truncated", "members"],
)
def test_archives_that_cannot_be_listed(put, data, error, reason):
    path = put(data)
    with pytest.raises(error, match=reason):
        members(path, path.name)
    (item,) = inputs([path])
    assert item == Input(path.resolve(), path.name)
    assert reason in next(workers.read_all([item], 1)).reason


def test_a_directory_beyond_reason_is_not_parsed(put, monkeypatch):
    monkeypatch.setattr(archive, "MAX_DIRECTORY", 100)
    path = put(_zip([(f"{n}.txt", b"x") for n in range(20)]))
    with pytest.raises(TooLargeError, match="太多"):
        members(path, path.name)


def test_totals_are_limited(put, monkeypatch):
    monkeypatch.setattr(archive, "MAX_EXPANDED", 1000)
    path = put(_zip([("a.txt", b"x" * 600), ("b.txt", b"x" * 600)]))
    with pytest.raises(TooLargeError, match="展开后"):
        members(path, path.name)


def test_a_member_that_expands_beyond_reason_is_refused_alone(put):
    path = put(_zip([("炸弹.txt", bytes(20 * 1024 * 1024)), ("a.txt", TEXT)]))
    bomb, good = workers.read_all(members(path, path.name), 1)
    assert "压缩炸弹" in bomb.reason
    assert isinstance(good, Report)


def test_documents_that_are_zip_files_are_no_archives(put):
    for inside in ("word/document.xml", "OFD.xml", "[Content_Types].xml", "mimetype"):
        assert not is_container(put(_zip([(inside, b"x")]), "a.bin"))
    assert is_container(put(_zip([("a.txt", b"x")]), "a.bin"))
    assert is_container(put(_zip([]), "b.bin"))
    assert not is_container(put(b"PK\x03\x04 and nothing more", "c.docx"))


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")], "Excel"),
        ([("[Content_Types].xml", b"x"), ("ppt/presentation.xml", b"x")], "PPT"),
        ([("mimetype", b"application/vnd.oasis.opendocument.text")], "OpenDocument"),
        ([("a.txt", TEXT), ("b.txt", TEXT)], "压缩包，里面有 2 个文件"),
    ],
    ids=["xlsx", "pptx", "odt", "zip"],
)
@pytest.mark.parametrize("suffix", [".zip", ".docx", ".doc"])
def test_other_zip_files_are_named(put, entries, reason, suffix):
    with pytest.raises(InputError, match=reason):
        read(put(_zip(entries), f"文件{suffix}"))


def test_the_only_file_of_an_archive_is_read(put):
    report = workers.read_path(put(_zip([("报告.txt", TEXT)])))
    assert report.source == "各镇.zip/报告.txt"
    with pytest.raises(UsageError, match=r"有 2 个文件（各镇\.zip/a\.txt、各镇\.zip/b\.txt）"):
        workers.read_path(put(_zip([("a.txt", TEXT), ("b.txt", TEXT)])))
    with pytest.raises(UnreadableError, match="文件是空的"):
        workers.read_path(put(b"", "空.txt"))


def test_folders_links_and_pipes_among_the_inputs(tmp_path):
    folder = tmp_path / "in"
    (folder / "报告.docx").mkdir(parents=True)
    (folder / "报告.docx" / "a.txt").write_bytes(TEXT)
    (folder / "断.txt").symlink_to(tmp_path / "nowhere.txt")
    (folder / "圈1.txt").symlink_to(folder / "圈2.txt")
    (folder / "圈2.txt").symlink_to(folder / "圈1.txt")
    (folder / "回.d").symlink_to(folder)
    (folder / "b.zip").write_bytes(_zip([("c.txt", TEXT)]))
    items = inputs([folder])
    assert [i.name for i in items] == ["b.zip/c.txt", "圈1.txt", "圈2.txt", "报告.docx/a.txt", "断.txt"]
    outcomes = list(workers.read_all(items, 1))
    assert [isinstance(o, Report) for o in outcomes] == [True, False, False, True, False]
    said = [o.reason.partition("，")[0] for o in outcomes if not isinstance(o, Report)]
    assert said == ["打不开文件（链接互相指来指去）"] * 2 + ["打不开文件（没有这个文件或文件夹）"]


def test_the_same_file_given_twice_is_read_once(put):
    path = put(_zip([("a.txt", TEXT)]))
    assert len(inputs([path, path.parent, path.parent / "." / path.name])) == 1
