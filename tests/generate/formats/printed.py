"""Word documents and web pages as people make PDF files of them: printed by LibreOffice or by a browser.

Where pages end is up to the program: rows, labels, headings and numbers are cut as it comes.
"""

import subprocess
import tempfile
from pathlib import Path

from tests.browser.program import find
from tests.generate.formats import docx, html, office

__all__ = ["QUIRKS", "by_browser", "by_office"]

#: Quirks that the program prints as they are meant; others it prints otherwise, or not at all: of a table within a
#: narrow cell LibreOffice may print nothing but the rule beside it.
QUIRKS = {
    "docx": (
        "hmerge", "fine_grid", "slivers", "gridbefore", "split_tables", "wrong_widths", "torn_merges",
        "text_box", "auto_numbering", "smart_tags", "header_footer", "footnotes", "soft_breaks",
        "empty_paragraphs", "proofing",
    ),
    "html": (
        "p_in_cells", "th_tags", "own_tables", "empty_rows", "fine_spans", "editor_nests", "div_soup", "entities",
        "spans", "uppercase_tags", "word_export", "portal", "xhtml", "meta_data",
    ),
}  # fmt: skip
assert set(QUIRKS["docx"]) <= set(docx.QUIRKS)
assert set(QUIRKS["html"]) <= set(html.QUIRKS)


def by_office(documents: list[bytes]) -> list[bytes | None]:
    """Each docx as LibreOffice prints it; None for one that it cannot print even alone."""
    return office.saved_where_possible(documents, "pdf")


def by_browser(documents: list[bytes]) -> list[bytes | None]:
    """Each web page as a browser prints it; None where it did not."""
    with tempfile.TemporaryDirectory() as folder:
        return [_printed(data, Path(folder), number) for number, data in enumerate(documents)]


def _printed(data: bytes, folder: Path, number: int) -> bytes | None:
    page, made = folder / f"{number}.html", folder / f"{number}.pdf"
    page.write_bytes(data)
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    silent = subprocess.DEVNULL
    call = [str(find()), *quiet, f"--print-to-pdf={made}", page.as_uri()]
    try:
        subprocess.run(call, stdin=silent, stdout=silent, stderr=silent, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return None
    return made.read_bytes() if made.is_file() else None
