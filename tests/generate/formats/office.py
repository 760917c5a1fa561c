"""Word documents saved as .doc or .rtf by LibreOffice, many in one run.

LibreOffice writes what it understood when it opened the docx, and it does not understand all that Word does:
cells merged in the old way (``w:hMerge``) it joins with the text hidden in them, and down the page with cells
they have nothing to do with; a merge down the page it drops where borders are off by a hair. So that the file
says what Word would have written, both are put into it after it was saved: LibreOffice sees cells that are
marked, and the marks (the vertical alignment of a cell, which it keeps) become merges; borders are moved.
"""

import io
import re
import struct
import subprocess
import tempfile
import zipfile
from pathlib import Path
from random import Random

from gkaudit.readers import merges, ole, soffice

#: Marks for the first cell of an old merge and for those joined with it: in docx, in RTF, as bits of a .doc.
_MARKS = (
    (b'<w:hMerge w:val="restart"/>', b'<w:vAlign w:val="center"/>', b"\\clvertalc", b"\\clmgf", 0x0080, 0x0001),
    (b"<w:hMerge/>", b'<w:vAlign w:val="bottom"/>', b"\\clvertalb", b"\\clmrg", 0x0100, 0x0002),
)
_ALIGNED = 0x0180
#: Quirks that LibreOffice does not bring into a file it saves: deleted rows and columns come back, content
#: controls and fields are dropped, a picture of a table has no pixels, a merge without its beginning takes in
#: other cells. What it writes is another document.
UNSAVED = frozenset({"tracked_rows", "deleted_column", "content_controls", "field_codes", "image_table", "torn_merges"})
#: … and not into RTF: nested tables lose their cells, and where a paragraph mark was deleted it marks the text
#: before it as deleted, too.
UNSAVED_RTF = frozenset({"nested", "boxed_table", "equations", "tracked"})
#: Quirks that are put into the saved file instead: the docx is written without them.
PUT_IN = frozenset({"slivers"})
_FILTERS = {"doc": "doc:MS Word 97", "wps": "doc:MS Word 97", "rtf": "rtf:Rich Text Format", "pdf": "pdf"}


def save_as(documents: list[bytes], suffix: str) -> list[bytes]:
    """Each docx in the other format, old merges kept; fails where LibreOffice leaves one out."""
    made = [data for data in _run(documents, suffix) if data is not None]
    if len(made) != len(documents):
        raise RuntimeError(f"LibreOffice saved {len(made)} of {len(documents)} documents as {suffix}")
    return made


def saved_where_possible(documents: list[bytes], suffix: str) -> list[bytes | None]:
    """Each docx in the other format, old merges kept; None for one that LibreOffice cannot save even alone.

    One that it dies of takes the rest of its run with it, so that what is left out is tried again by itself.
    """
    made = _run(documents, suffix)
    return [_run([d], suffix)[0] if data is None else data for d, data in zip(documents, made, strict=True)]


def _run(documents: list[bytes], suffix: str) -> list[bytes | None]:
    if suffix == "pdf":
        return _saved(documents, suffix)
    saved = _saved([_marked(data) for data in documents], suffix)
    old = [b"w:hMerge" in _body(data) for data in documents]
    return [_merged(data, suffix) if data and has else data for data, has in zip(saved, old, strict=True)]


def _body(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("word/document.xml")


def _marked(data: bytes) -> bytes:
    """A docx with marked cells instead of old merges."""
    body = _body(data)
    for merge, mark, *_ in _MARKS:
        body = body.replace(merge, mark)
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, body if name == "word/document.xml" else source.read(name))
    return changed.getvalue()


def _merged(data: bytes, suffix: str) -> bytes:
    """A saved file with old merges instead of marked cells."""
    if suffix == "rtf":
        for *_, mark, merge, _, _ in _MARKS:
            data = data.replace(mark, merge)
        return data
    changed = ole.unfolded(data)
    for row in merges.rows(bytes(changed)):
        for cell in row.cells:
            flags = int.from_bytes(changed[cell : cell + 2], "little")
            merge = next((bit for *_, mark, bit in _MARKS if flags & _ALIGNED == mark), 0)
            if merge:
                struct.pack_into("<H", changed, cell, flags & ~_ALIGNED | merge)
    return ole.folded(data, changed)


def shaken(data: bytes, rng: Random) -> bytes:
    """A .doc or RTF file whose borders are off by a hair from row to row, as in tables drawn by hand."""
    if data.startswith(b"{\\rtf"):
        return re.sub(rb"\\cellx(-?\d+)", lambda at: rb"\cellx%d" % (int(at[1]) + rng.choice((-12, 0, 12))), data)
    changed = ole.unfolded(data)
    for row in merges.rows(bytes(changed)):
        moved = [border + rng.choice((-12, 0, 12)) for border in row.borders]
        struct.pack_into(f"<{len(moved)}h", changed, row.at, *moved)
    return ole.folded(data, changed)


def _saved(documents: list[bytes], suffix: str) -> list[bytes | None]:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for number, data in enumerate(documents):
            (work / f"{number}.docx").write_bytes(data)
        command = [
            str(soffice.find()),
            f"-env:UserInstallation={(work / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            _FILTERS[suffix],
            "--outdir",
            str(work / "made"),
            *(str(work / f"{n}.docx") for n in range(len(documents))),
        ]
        silent = subprocess.DEVNULL
        process = subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent, start_new_session=True)
        try:
            process.wait(60 + 15 * len(documents))
        except subprocess.TimeoutExpired:
            soffice.end_group(process.pid)
            process.wait()
        made = [work / "made" / f"{n}.{_FILTERS[suffix].split(':')[0]}" for n in range(len(documents))]
        return [path.read_bytes() if path.is_file() else None for path in made]
