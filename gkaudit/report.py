"""One report as read: document, identity, sections, cells and claims, and its rows for the frames."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import polars as pl

from gkaudit import frames
from gkaudit.cells import Extraction, extract_cells
from gkaudit.chars import squash
from gkaudit.confirmation import confirmed
from gkaudit.document import Document, Picture
from gkaudit.errors import UnreadableError
from gkaudit.form import TABLE_NUMBER, TABLES, sections
from gkaudit.identity import Identity, identify, short_name
from gkaudit.narrative import Claim, claims
from gkaudit.readers import open_document
from gkaudit.readers.layout import ORDER_LOST
from gkaudit.sections import Outline, outline
from gkaudit.tables.captions import Around
from gkaudit.vocabulary import label_hit

if TYPE_CHECKING:
    from gkaudit.html.township import Page

__all__ = ["Report", "read", "understand"]

_IMAGE = re.compile(r"\[(?:image|图片)\s*[:：]|!\[[^\]]*\]\(|^图片$")
_MARKUP = re.compile(r"<(?:table|td|tr)\b", re.IGNORECASE)
#: Characters that are safe in a file name on Windows, Linux and in a URL after quoting.
_UNSAFE = re.compile(r"[^\w\u4e00-\u9fff（）()·-]+")
_LONGEST_NAME = 60


#: What a file says of itself and a reader of it can see.
_VISIBLE = ("bookmarks", "image_names", "external", "author")


def _names(meta: dict[str, str]) -> str | None:
    """``key=name`` lines of what a reader of the file can see; None where there is nothing."""
    lines = [f"{key}={name}" for key in _VISIBLE for name in meta.get(key, "").split("\n") if name.strip()]
    return "\n".join(lines) or None


def _speaks_of(table: str, text: str) -> bool:
    """Whether a paragraph is a row or a heading of the table, or its markup."""
    own = (hit for line in text.splitlines() for hit in label_hit(line)[:1])
    return any(hit.table == table and hit.kind in ("row", "column", "note") for hit in own) or bool(
        _MARKUP.search(text)
    )


@dataclass(frozen=True, slots=True)
class Report:
    """One report. ``source`` is the path people know it by, relative to the input folder."""

    document: Document
    identity: Identity
    outline: Outline
    extraction: Extraction
    #: What the prose states in numbers, in the order of the text.
    stated: tuple[Claim, ...] = ()

    @property
    def source(self) -> str:
        """The name people know the file by."""
        return self.document.name

    @property
    def name(self) -> str:
        """``<short name of the body>-<year>``; the batch makes it unique."""
        organ, year = self.identity.organ, self.identity.year
        stem = short_name(organ) if organ else Path(self.source).stem
        safe = _UNSAFE.sub("_", stem).strip("_.- ")[:_LONGEST_NAME] or "报告"
        return f"{safe}-{year}" if year else f"{safe}-年份不明"

    @property
    def cells(self) -> pl.DataFrame:
        """Frame of :data:`gkaudit.frames.CELLS`: every cell of the form, 200 or 198 rows."""
        return frames.frame(self.cell_records(self.name), frames.CELLS)

    @property
    def sections(self) -> pl.DataFrame:
        """Frame of :data:`gkaudit.frames.SECTIONS`: the prose, one row a paragraph."""
        return frames.frame(self.section_records(self.name), frames.SECTIONS)

    @property
    def claims(self) -> pl.DataFrame:
        """Frame of :data:`gkaudit.frames.CLAIMS`: what the prose states in numbers, one row a claim."""
        return frames.frame(self.claim_records(self.name), frames.CLAIMS)

    def cell_records(self, report_id: str) -> list[dict[str, Any]]:
        """Rows of the ``cells`` frame."""
        return [cell.record(report_id) for cell in self.extraction.cells]

    def section_records(self, report_id: str) -> list[dict[str, Any]]:
        """Rows of the ``sections`` frame."""
        return [
            {
                "report_id": report_id,
                "order": order,
                "section": passage.section,
                "kind": passage.kind,
                "text": passage.text,
                "anchor": passage.anchor.record(),
            }
            for order, passage in enumerate(self.outline.passages)
        ]

    def claim_records(self, report_id: str) -> list[dict[str, Any]]:
        """Rows of the ``claims`` frame."""
        return [{"report_id": report_id, "order": n, **claim.record()} for n, claim in enumerate(self.stated)]

    def record(self, report_id: str) -> dict[str, Any]:
        """As a row of the ``reports`` frame."""
        who, tables = self.identity, self.extraction
        period = who.period
        return {
            "report_id": report_id,
            "organ": who.organ,
            "county": who.county,
            "level": who.level,
            "year": who.year,
            "form": tables.edition,
            "title": who.title,
            "period_start": period.start if period else None,
            "period_end": period.end if period else None,
            "signed_on": who.signed_on,
            "published_on": who.published_on,
            "source": self.source,
            "format": self.document.format,
            "sha256": self.document.sha256,
            "status": self.status,
            "note": self.note or None,
            "title_text": squash(who.title) if who.title else None,
            "period_quote": period.quote if period else None,
            "period_damaged": period.damaged if period else False,
            **{f"section.{s.key}": self._heading(s.key) for s in sections()},
            "sections_found": len(self.outline.headings),
            "sections_in_order": self.outline.in_order,
            **{f"table.{name}": self.table_state(name) for name in TABLES},
            **{f"damaged.{name}": name in tables.damaged for name in TABLES},
            "form_seen": tables.edition_seen,
            "label_variants": list(tables.label_variants),
            "shift_notes": list(tables.shift_notes),
            "meta_text": _names(self.document.meta),
        }

    def _heading(self, key: str) -> str | None:
        heading = self.outline.heading(key)
        return heading.text if heading else None

    def table_state(self, name: str) -> str:
        """How the table was met with: ``found`` or ``absent``, or one of three in between.

        ``elsewhere``: in another section; ``image``: a picture stands there; ``unparsed``: words of
        the table stand in the text, but no row of it could be made out.
        """
        block = self.extraction.found[name]
        if block is not None:
            home = self.outline.heading(name)
            here = self.outline.section_of(block)
            return "found" if home is None or here in (name, "preface") else "elsewhere"
        if any(p.section == name and _IMAGE.search(p.text) for p in self.outline.passages) or self._pictured(name):
            return "image"
        return "unparsed" if any(_speaks_of(name, p.text) for p in self.outline.passages) else "absent"

    def _pictured(self, name: str) -> bool:
        """Whether a picture that was not recognised stands in the section of the table."""
        blocks = enumerate(self.document.blocks)
        return any(isinstance(block, Picture) and self.outline.section_of(at) == name for at, block in blocks)

    @property
    def status(self) -> str:
        """``read``, or ``partly_read`` where a table or a cell could not be read."""
        whole = all(self.extraction.found[name] is not None for name in TABLES)
        states = {cell.state for cell in self.extraction.cells}
        return "read" if whole and "unreadable" not in states else "partly_read"

    @property
    def note(self) -> str:
        """What is missing, in one clause; empty where nothing is."""
        if any(_MARKUP.search(p.text) for p in self.outline.passages):
            return "表格是网页代码（<table>）的片段，无法读取，请把整个网页另存为 .html 后再放入"
        missing = [f"表{TABLE_NUMBER[name]}" for name in TABLES if self.extraction.found[name] is None]
        if missing and ORDER_LOST in self.document.warnings:
            return f"没有读出{'、'.join(missing)}：{ORDER_LOST}"
        if len(missing) == len(TABLES):
            return "没有找到任何法定表格，请核对原件是否为图片或缺页"
        return f"没有找到{'、'.join(missing)}" if missing else ""

    def __repr__(self) -> str:
        states = Counter(cell.state for cell in self.extraction.cells)
        counted = "，".join(f"{state} {states[state]}" for state in frames.STATES if states[state])
        return f"<Report {self.name}：{self.identity.organ or '机关不明'}，{self.source}，{counted}>"

    @property
    def page(self) -> Page:
        """The parts of its page to display: ``.tables() .table("requests") .prose()``."""
        from gkaudit.display import page_of  # noqa: PLC0415 - showing is asked for, it lies below

        return page_of(self.record(self.name), self.cells, self.sections)

    def __str__(self) -> str:
        from gkaudit.display import report_text  # noqa: PLC0415

        return report_text(self.page.data, repr(self)[1:-1], judged=False)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        from gkaudit.display import report_html  # noqa: PLC0415

        return report_html(self.page.data, repr(self)[1:-1], judged=False)


def read(path: str | Path, name: str | None = None) -> Report:
    """Read one report.

    ``name`` is what messages and anchors call the source (default: the file name). Raises
    UnreadableError or TooLargeError, each naming the file, the reason and what to do.
    """
    path = Path(path)
    return understand(open_document(path, name))


def _around(who: Identity, outlined: Outline) -> Around:
    """What title, period and headings say around the tables; a period beside a table is only that of the table."""
    begin = {p.anchor for p in outlined.passages if p.section in ("preface", "overall")}
    own = who.period if who.period and who.period.anchor in begin else None
    years = {who.year, *(day.year for day in (own.start, own.end) if day)} if own else {who.year}
    return Around(frozenset(year for year in years if year), {h.block: h.section for h in outlined.headings})


def understand(document: Document) -> Report:
    """What a document says, read as an annual report.

    Raises UnreadableError where it has neither title nor sections nor a statutory table.
    """
    outlined = outline(document)
    who = identify(document, outlined, PurePosixPath(document.name).stem)
    extraction = confirmed(extract_cells(document, who.year, _around(who, outlined)))
    nothing = all(block is None for block in extraction.found.values())
    if nothing and who.title is None and len(outlined.headings) < 2:  # noqa: PLR2004
        raise UnreadableError(document.name, "找不到标题、六个部分和法定表格，不像政府信息公开工作年度报告；请核对文件")
    return Report(document, who, outlined, extraction, claims(outlined, who.year, who.level))
