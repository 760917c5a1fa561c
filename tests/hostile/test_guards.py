"""Guards that look before a library does."""

import io
import zipfile
import zlib

import pytest

from gkaudit.errors import TooLargeError
from gkaudit.readers.guards import MAX_DIRECTORY, directory_size, open_zip, pdf_streams
from tests.hostile.corpus import _deflated, _pages, good


def _zip(count, name="{}"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for n in range(count):
            made.writestr(name.format(n), b"")
    return file


@pytest.mark.parametrize("comment", [b"", b"PK and more", b"x" * 60_000])
def test_the_size_of_a_directory_is_what_zipfile_will_read(comment):
    file = _zip(50)
    with zipfile.ZipFile(file, "a") as made:
        made.comment = comment
        start = made.start_dir
    end = file.getvalue().rindex(b"PK\x05\x06")
    assert directory_size(file) == end - start
    assert directory_size(io.BytesIO(b"PK\x03\x04 nothing")) == 0


def test_a_wide_directory_is_seen_behind_its_locator():
    data = _zip(70_000, "{:070}").getvalue()
    assert b"PK\x06\x07" in data[-200:]
    assert directory_size(io.BytesIO(data)) > MAX_DIRECTORY
    with pytest.raises(TooLargeError, match="部件太多"):
        open_zip(data, "a.docx")


@pytest.mark.parametrize(
    "content",
    [
        (_deflated(80), "/Filter/FlateDecode"),
        (zlib.compress(_deflated(80)), "/Filter[/FlateDecode/FlateDecode]"),
        (_deflated(80), "/Filter[/Fl]"),
    ],
    ids=["packed", "packed twice", "short name"],
)
def test_packed_content_of_a_pdf_has_a_limit(content):
    data, extra = content
    with pytest.raises(TooLargeError, match="展开后超过 64 MB"):
        pdf_streams(_pages(1, content=data, extra=extra), "a.pdf")


def test_reports_and_large_pictures_pass():
    pdf_streams(good("pdf"), "a.pdf")
    pdf_streams(_pages(1, content=_deflated(80), extra="/Subtype/Image/Filter/FlateDecode"), "a.pdf")
    pdf_streams(_pages(1, content=b"no zlib data at all", extra="/Filter/FlateDecode"), "a.pdf")
