"""The statutory form (法定表式) as data: tables, rows, columns, labels, by edition.

Everything stands in ``data/form.json``; this module only gives it types. Two editions exist:
``"2021"`` (国办公开办函〔2021〕30号, 200 cells) and ``"2019"`` (〔2019〕60号, trial, 198 cells).
A cell is named by its key ``table.row.column``, e.g. ``requests.received.natural_person``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

__all__ = [
    "EDITIONS",
    "TABLES",
    "TABLE_NUMBER",
    "Block",
    "Column",
    "Edition",
    "Form",
    "Row",
    "Section",
    "Sum",
    "TableForm",
    "all_keys",
    "column_of",
    "edition_for_year",
    "form",
    "group_en",
    "key_label",
    "row_of",
    "sections",
    "sums",
]

Edition: TypeAlias = Literal["2019", "2021"]
EDITIONS: tuple[Edition, ...] = ("2021", "2019")
TABLES = ("disclosure", "requests", "remedies")
#: The number a reader sees: 表二, 表三, 表四 stand in sections 二, 三 and 四 of the report.
TABLE_NUMBER = {"disclosure": "二", "requests": "三", "remedies": "四"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a statutory table; ``unit`` is 件, 项, 元 or 万元."""

    name: str
    label: str
    en: str
    group: str | None = None
    aliases: tuple[str, ...] = ()
    unit: str = "件"
    signed: bool = False
    decimal: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a statutory table with the names of the columns that have a cell in it."""

    name: str
    label: str
    en: str
    columns: tuple[str, ...]
    group: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of the disclosure table (表二) under one caption, e.g. 第二十条第（五）项."""

    caption: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]


# Compared and hashed as the one object it is (:func:`form` keeps it): its hash would go through all its words.
@dataclass(frozen=True, slots=True, eq=False)
class TableForm:
    """One statutory table of one edition."""

    name: str
    label: str
    en: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...] = ()
    #: 信息内容 over the labels of 表二, 申请人情况 over the columns and the printed note of 表三.
    header: str = ""
    heading: str = ""
    note: str = ""

    def row(self, name: str) -> Row:
        """The row of that name."""
        return _by_name(self)[0][name]

    def column(self, name: str) -> Column:
        """The column of that name."""
        return _by_name(self)[1][name]

    def keys(self) -> tuple[str, ...]:
        """Keys of the table's cells in the order of the printed form."""
        return _keys(self)


@cache
def _keys(table: TableForm) -> tuple[str, ...]:
    return tuple(f"{table.name}.{r.name}.{c}" for r in table.rows for c in r.columns)


@cache
def _by_name(table: TableForm) -> tuple[dict[str, Row], dict[str, Column]]:
    return {row.name: row for row in table.rows}, {column.name: column for column in table.columns}


@dataclass(frozen=True, slots=True)
class Sum:
    """Cells (keys) of both sides of a sum that the printed form demands (勾稽关系)."""

    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One of the six required sections (六个部分); ``keywords``: a renamed heading still has one of them."""

    key: str
    label: str
    en: str
    aliases: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One edition of the form."""

    edition: Edition
    document: str
    document_en: str
    first_year: int
    last_year: int | None
    tables: tuple[TableForm, ...]

    def table(self, name: str) -> TableForm:
        """The table of that name: disclosure, requests or remedies."""
        return next(t for t in self.tables if t.name == name)

    def keys(self) -> tuple[str, ...]:
        """All cell keys, 200 or 198, in the order of the printed form."""
        return tuple(_places(self))

    def has(self, key: str) -> bool:
        """Whether the edition has a cell of that key."""
        return key in _places(self)


@cache
def _places(whole: Form) -> dict[str, int]:
    """The place of each cell on the form."""
    return {key: at for at, key in enumerate(key for table in whole.tables for key in table.keys())}


@cache
def _data() -> dict[str, Any]:
    text = files("gkaudit").joinpath("data/form.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _on(entry: dict[str, Any], edition: Edition) -> bool:
    return edition in entry.get("forms", EDITIONS)


def _column(entry: dict[str, Any], edition: Edition) -> Column:
    return Column(
        name=entry["column"],
        label=entry.get("labels", {}).get(edition, entry["label"]),
        en=entry["en"],
        group=entry.get("group"),
        aliases=tuple(entry.get("aliases", ())),
        unit=entry.get("unit", "件"),
        signed=entry.get("signed", False),
        decimal=entry.get("decimal", False),
    )


def _row(entry: dict[str, Any], columns: tuple[str, ...]) -> Row:
    return Row(
        name=entry["row"],
        label=entry["label"],
        en=entry["en"],
        columns=tuple(entry.get("columns", columns)),
        group=entry.get("group"),
        aliases=tuple(entry.get("aliases", ())),
    )


def _table(name: str, edition: Edition) -> TableForm:
    entry = _data()["tables"][name]
    blocks = [b for b in entry.get("blocks", ()) if _on(b, edition)]
    row_entries = entry.get("rows") or [r for b in blocks for r in b["rows"]]
    columns = tuple(_column(c, edition) for c in entry["columns"])
    names = tuple(c.name for c in columns)
    rows = tuple(_row(r, names) for r in row_entries if _on(r, edition))
    used = {c for r in rows for c in r.columns}
    return TableForm(
        name=name,
        label=entry["label"],
        en=entry["en"],
        rows=rows,
        columns=tuple(c for c in columns if c.name in used),
        blocks=tuple(
            Block(b["caption"], tuple(r["row"] for r in b["rows"]), tuple(b["rows"][0]["columns"])) for b in blocks
        ),
        header=entry.get("header", ""),
        heading=entry.get("heading", ""),
        note=entry.get("note", ""),
    )


@cache
def form(edition: Edition = "2021") -> Form:
    """The form of one edition."""
    entry = _data()["forms"][edition]
    first, last = entry["years"]
    return Form(
        edition=edition,
        document=entry["document"],
        document_en=entry["document_en"],
        first_year=first,
        last_year=last,
        tables=tuple(_table(name, edition) for name in TABLES),
    )


@cache
def sections() -> tuple[Section, ...]:
    """The six sections in their statutory order."""
    return tuple(
        Section(s["key"], s["label"], s["en"], tuple(s["aliases"]), tuple(s["keywords"])) for s in _data()["sections"]
    )


@cache
def sums(edition: Edition) -> tuple[Sum, ...]:
    """The sums of an edition, one for each row or column they are asked of: 表三 down and across, 表四 across."""
    whole = form(edition)
    return tuple(found for entry in _data()["sums"] for found in _sums_of(whole.table(entry["table"]), entry))


def _sums_of(table: TableForm, entry: dict[str, Any]) -> list[Sum]:
    down = entry["along"] == "columns"
    places = {(row.name, column): f"{table.name}.{row.name}.{column}" for row in table.rows for column in row.columns}

    def side(line: str, names: list[str]) -> tuple[str, ...]:
        on_form = ((name, line) if down else (line, name) for name in names)
        return tuple(places[place] for place in on_form if place in places)

    lines = [column.name for column in table.columns] if down else [row.name for row in table.rows]
    return [Sum(side(line, entry["left"]), side(line, entry["right"])) for line in lines]


@cache
def all_keys() -> tuple[str, ...]:
    """Keys of both editions together, each once: the columns of the wide frame."""
    return tuple(dict.fromkeys(key for edition in EDITIONS for key in form(edition).keys()))


def edition_for_year(year: int | None) -> Edition:
    """The edition that a report of this year has to use (2021 where the year is unknown)."""
    trial = form("2019")
    return "2019" if year is not None and year <= (trial.last_year or 0) else "2021"


def _home(key: str, edition: Edition | None) -> TableForm:
    """The table that has the key: of the edition if it has it, else of the newest that does."""
    preferred = [edition] if edition else []
    for name in (*preferred, *EDITIONS):
        candidate = form(name).table(key.partition(".")[0])
        if key in _key_set(candidate):
            return candidate
    raise KeyError(key)


@cache
def _key_set(table: TableForm) -> frozenset[str]:
    return frozenset(table.keys())


@cache
def row_of(key: str, edition: Edition | None = None) -> Row:
    """The row a key belongs to, as the edition words it (default: the newest that has the key)."""
    return _home(key, edition).row(key.split(".")[1])


@cache
def column_of(key: str, edition: Edition | None = None) -> Column:
    """The column a key belongs to, as the edition words it (default: the newest that has the key)."""
    return _home(key, edition).column(key.split(".")[2])


@cache
def group_en(label: str | None) -> str:
    """English name of a row or column group such as （三）不予公开."""
    return _data()["groups"][label]["en"] if label else ""


@cache
def key_label(key: str, lang: str = "zh", edition: Edition | None = None) -> str:
    """How a person calls the cell, e.g. 表三“一、本年新收…”·自然人."""
    table, row, column = key.partition(".")[0], row_of(key, edition), column_of(key, edition)
    if lang == "en":
        return f"Table {TABLES.index(table) + 2}, {row.en}, {column.en}"
    return f"表{TABLE_NUMBER[table]}“{row.label}”·{column.label}"
