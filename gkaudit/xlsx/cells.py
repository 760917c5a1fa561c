"""Cells of a workbook: text is always text, whatever it looks like to a spreadsheet program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gkaudit.html.text import visible

__all__ = ["Column", "Sheet", "Styles"]

#: A cell of .xlsx holds at most 32767 characters; what is longer is cut, and the cell says so.
_LONGEST = 32_767
#: Text that begins with one of these is taken for a formula or a command when it is typed or pasted again.
_TRIGGERS = ("=", "+", "-", "@", "\t", "|", "%", "＝", "＋", "－", "＠")

_LINE = "#B9BDB8"
_TONES = {"error": "#9B1515", "warning": "#7A4800", "info": "#1D4F8C"}
_PAPERS = {"error": "#FDEEEE", "warning": "#FFF5DF", "info": "#EEF4FB"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in characters, and how its cells look (a name of :class:`Styles`)."""

    name: str
    width: float
    style: str = "text"


class Styles:
    """The formats of a workbook, each in a plain and a quoted kind.

    The quoted kind carries Excel's own mark of a text cell (``quotePrefix``): such a cell stays text even
    when someone edits it. The text itself is not changed.
    """

    def __init__(self, book: Any) -> None:
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top", "border": 1, "border_color": _LINE}
        looks: dict[str, dict[str, Any]] = {
            "text": {"text_wrap": True},
            "short": {"text_wrap": True, "align": "center"},
            "number": {"align": "right", "num_format": "0"},
            "fill": {"text_wrap": True, "bg_color": "#FFFFF2"},
            "date": {"num_format": "yyyy-mm-dd", "align": "center", "bg_color": "#FFFFF2"},
            "head": {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#E8EAE4"},
            "title": {"bold": True, "font_size": 14, "border": 0, "text_wrap": False},
            "plain": {"border": 0, "text_wrap": True},
            "group": {"bold": True, "bg_color": "#F2F2EE"},
        }
        for name, tone in _TONES.items():
            looks[name] = {"bold": True, "align": "center", "font_color": tone, "bg_color": _PAPERS[name]}
        self._made = {name: self._pair(book, {**base, **look}) for name, look in looks.items()}

    @staticmethod
    def _pair(book: Any, look: dict[str, Any]) -> tuple[Any, Any]:
        return book.add_format(look), book.add_format({**look, "quote_prefix": True})

    def __call__(self, name: str, *, quoted: bool = False) -> Any:
        """The format of a name; an unknown name looks like text."""
        return self._made.get(name, self._made["text"])[quoted]


class Sheet:
    """A sheet that is filled from top to bottom; no row can be changed once the next has begun."""

    def __init__(self, book: Any, styles: Styles, name: str, columns: list[Column]) -> None:
        self.name = name
        self._styles = styles
        self._columns = columns
        self._at = 0
        self._sheet = book.add_worksheet(name)
        for at, column in enumerate(columns):
            self._sheet.set_column(at, at, column.width)

    @property
    def rows(self) -> int:
        """Rows written so far."""
        return self._at

    def put(self, at: int, value: object, style: str) -> None:
        """One cell of the current row: a number as a number, anything else as text, None as an empty cell."""
        if value is None or value == "":
            self._sheet.write_blank(self._at, at, None, self._styles(style))
        elif isinstance(value, int) and not isinstance(value, bool):
            self._sheet.write_number(self._at, at, value, self._styles(style))
        else:
            text = visible(str(value))
            if len(text) > _LONGEST:
                text = text[: _LONGEST - 1] + "…"
            self._sheet.write_string(self._at, at, text, self._styles(style, quoted=text.startswith(_TRIGGERS)))

    def row(self, values: Sequence[object], styles: Sequence[str] | None = None, height: float | None = None) -> None:
        """A row, each cell in the style of its column unless ``styles`` names others."""
        looks = styles or [column.style for column in self._columns]
        if height is not None:
            self._sheet.set_row(self._at, height)
        for at, (value, look) in enumerate(zip(values, looks, strict=True)):
            self.put(at, value, look)
        self._at += 1

    def line(self, value: object, style: str) -> None:
        """A row of one cell."""
        self.put(0, value, style)
        self._at += 1

    def heading(self) -> None:
        """The names of the columns, frozen and repeated on every printed page."""
        self.row([column.name for column in self._columns], ["head"] * len(self._columns), height=32)
        self._sheet.freeze_panes(self._at, 0)
        self._sheet.repeat_rows(self._at - 1)

    def finish(self, *, first: int, footer: str, landscape: bool = True) -> None:
        """Filters over the rows from heading ``first`` (from 0) on, and what a printer needs."""
        last = max(self._at - 1, first)
        self._sheet.autofilter(first, 0, last, len(self._columns) - 1)
        # “Number stored as text”: the print of a report is text on purpose.
        area = f"A1:{chr(ord('A') + min(len(self._columns), 26) - 1)}{last + 1}"
        self._sheet.ignore_errors({"number_stored_as_text": area, "formula_differs": area})
        if landscape:
            self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_footer(f"&L{footer}&R&P / &N")
