"""Sheets saved as text (``.csv``, ``.txt``): every record has as many fields, between commas, tabs or semicolons.

A program that saves a sheet writes the whole rectangle, words and tables alike. Merged cells leave one text and
empty fields; so the fields keep their columns, and which of them belong together is known by what stands over them.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from gkaudit.chars import clean, enumerator
from gkaudit.document import Anchor, Document, Paragraph, Table, TableCell
from gkaudit.errors import TooLargeError, UnreadableError
from gkaudit.form import EDITIONS, form
from gkaudit.readers.lines import NUMBER_BEHIND, heading_like, names_section
from gkaudit.readers.source import Source
from gkaudit.readers.text import decode, guard
from gkaudit.vocabulary import Hit, is_label_part, label_hit

__all__ = ["FORMATS", "detect", "read"]

FORMATS = ("csv",)
_SEPARATORS = ",\t;"
#: A sheet has at least so many columns (表二 has four) and records, and its records are as wide as each other: all
#: but so many of them, where a program leaves out the empty fields at the end.
_COLUMNS, _RECORDS, _LIKE = 4, 3, 0.5
_MOST_FIELDS = 500
#: A text that a program may not take for a number: ="0", or '0 as it is typed.
_KEPT_TEXT = re.compile(r"\s*(?:=\"(?P<text>[^\"]*)\"|'(?P<typed>[^']+))\s*")
#: A field this long is no label, and one this like a label of the form is one.
_LONGEST, _SURE = 80, 0.9
#: One with the number of its row may have a slip.
_NEARLY = 0.74

#: Line of the text and its fields.
Record = tuple[int, list[str]]


def detect(source: Source) -> str | None:
    """``csv`` where nearly all records are equally wide and speak of the form."""
    data = source.data
    lines = max(data.count(b"\n"), data.count(b"\r"), 1)
    if not any(data.count(sign.encode()) >= _COLUMNS - 1 and data.count(sign.encode()) > lines for sign in _SEPARATORS):
        return None
    try:
        text, _ = decode(data, source.name)
    except UnreadableError:
        return None
    return "csv" if _records(text) else None


def read(source: Source) -> Document:
    """Read a sheet saved as text. Raises TooLargeError beyond a limit."""
    text, encoding = decode(source.data, source.name)
    guard(text, source.name)
    records = _records(text)
    if max((len(fields) for _, fields in records), default=0) > _MOST_FIELDS:
        raise TooLargeError(source.name, f"一行超过 {_MOST_FIELDS} 格，不像一份年度报告；请核对文件")
    return Document(
        name=source.name,
        format="csv",
        sha256=source.sha256,
        blocks=tuple(_blocks(records, source.name)),
        encoding=encoding,
    )


def _records(text: str) -> list[Record]:
    """The records of a sheet, empty ones included; nothing where the text is none."""
    for separator in _SEPARATORS:
        if text.count(separator) < _COLUMNS - 1:
            continue
        try:
            records = _parsed(text, separator)
        except csv.Error:
            continue
        widths = Counter(len(fields) for _, fields in records if fields)
        usual = max(widths, key=lambda width: (widths[width], width), default=0)
        enough = usual >= _COLUMNS and sum(widths.values()) >= _RECORDS
        if enough and max(widths) == usual and widths[usual] >= _LIKE * sum(widths.values()) and _of_the_form(records):
            return records
    return []


def _of_the_form(records: Sequence[Record]) -> bool:
    """Whether fields are labels or headings of the form."""
    short = (field for _, fields in records for field in fields if 1 < len(field) <= _LONGEST)
    return any(hit.score > _SURE and hit.kind != "header" for field in short for hit in label_hit(field)[:1])


def _parsed(text: str, separator: str) -> list[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found: list[Record] = []
    line = 1
    for fields in reader:
        found.append((line, [_as_text(field) for field in fields]))
        line = reader.line_num + 1
    return found


def _as_text(field: str) -> str:
    """A field without the signs that keep it a text."""
    kept = _KEPT_TEXT.fullmatch(field) if field.lstrip()[:1] in ("=", "'") else None
    return kept["text"] or kept["typed"] or "" if kept else field


def _blocks(records: Sequence[Record], name: str) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables in order: a record with one text is prose, unless it is part of the form.

    A heading that is printed again begins a table of its own.
    """
    table: list[Record] = []
    count = 0
    for line, fields in records:
        words = _words(fields, inside=bool(table))
        again = bool(table) and len(_texts(fields)) > 1 and _bare(fields) == _bare(table[0][1])
        if table and (words or again):
            count += 1
            yield _table(table, count, name)
            table = []
        if words:
            yield Paragraph(words, Anchor(file=name, line=line))
        elif table or words is None:
            table.append((line, fields))
    if table:
        yield _table(table, count + 1, name)


def _texts(fields: Sequence[str]) -> list[str]:
    return [field for field in fields if clean(field)]


def _bare(fields: Sequence[str]) -> list[str]:
    """Fields without the empty ones at the end."""
    end = max((at for at, field in enumerate(fields, 1) if clean(field)), default=0)
    return list(fields[:end])


def _words(fields: Sequence[str], *, inside: bool) -> str | None:
    """What a record says that is no row of a table; None for a row, empty for an empty one.

    ``inside`` a table a label may have its number in the same field.
    """
    texts = _texts(fields)
    if len(texts) != 1:
        return None if texts else ""
    text = texts[0].strip()
    label = NUMBER_BEHIND.sub("", text) if inside else text
    own = is_label_part(label) or any(hit.score > _SURE or _is_misprinted(label, hit) for hit in label_hit(label))
    return None if own and not names_section(text) and not heading_like(text) else text


def _is_misprinted(label: str, hit: Hit) -> bool:
    """Whether a text has the number and nearly the words of a row of the form (7.属于行攻执法案卷)."""
    if hit.kind != "row" or hit.score < _NEARLY:
        return False
    rows = (form(edition).table(hit.table).rows for edition in EDITIONS)
    own = {enumerator(row.label) for row in chain.from_iterable(rows) if row.name == hit.name}
    return bool(enumerator(label)) and enumerator(label) in own


def _table(records: Sequence[Record], number: int, name: str) -> Table:
    """The records as a table, without the columns at the right that are empty in all of them."""
    here = Anchor(file=name, line=records[0][0], table=number)
    width = max(at + 1 for _, fields in records for at, field in enumerate(fields) if clean(field))
    rows = tuple(
        tuple(
            TableCell(field.strip(), Anchor(file=name, line=line, table=number, row=row, column=column))
            for column, field in enumerate([*fields, *[""] * (width - len(fields))][:width], 1)
        )
        for row, (line, fields) in enumerate(records, 1)
    )
    return Table(rows, here, exact=True, layout="sheet")
