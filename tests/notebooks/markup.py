"""Reading our own pages in tests: ids, links, tables, and whether tags are balanced."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "img", "br", "hr", "input"}


@dataclass
class Table:
    rows: list[list[tuple[str, int, int]]] = field(default_factory=list)

    def widths(self) -> list[int]:
        """How many grid columns every row covers, cells that reach down from above included."""
        reach: dict[int, int] = {}
        widths = []
        for at, row in enumerate(self.rows):
            own = sum(columns for _, _, columns in row)
            widths.append(own + reach.get(at, 0))
            for _, rows, columns in row:
                for below in range(at + 1, at + rows):
                    reach[below] = reach.get(below, 0) + columns
        # A span that reaches below the last row would show as a row that is not there.
        assert max(reach, default=0) < len(self.rows)
        return widths


class Markup(HTMLParser):
    """A parsed page; fails on tags that do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.tables: list[Table] = []
        self.text = ""
        self.links_in: dict[str, list[str]] = {}
        self._open: list[str] = []
        self._inside: list[str | None] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in got.items()]
        if "id" in got:
            self.ids.append(got["id"])
        if "href" in got:
            self.hrefs.append(got["href"])
            for name in self._inside:
                if name:
                    self.links_in.setdefault(name, []).append(got["href"])
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in {"td", "th"}:
            self.tables[-1].rows[-1].append((got.get("id", ""), int(got.get("rowspan", 1)), int(got.get("colspan", 1))))
        if tag not in _VOID:
            self._open.append(tag)
            self._inside.append(got.get("id"))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, tag
        assert self._open[-1] == tag, f"</{tag}> closes <{self._open[-1]}>"
        self._open.pop()
        self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.text += data
