"""Markup as the parser writes it out again, and what the tags and cells in it say.

It is regular: names are in small letters, values in double quotes, all elements closed, and ``>`` stands only
at the end of a tag. Tags and cells come again and again, so each is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, ItemsView, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from gkaudit.readers.webpage.cells import Row, plain_text, said
from gkaudit.readers.webpage.elements import PLAIN_TAGS, Kind
from gkaudit.readers.webpage.marks import words
from gkaudit.readers.webpage.style import PLAIN, Look, Rules, is_telling

__all__ = ["TAG", "Looks", "OtherError", "Start", "is_exact"]

#: One tag; what is in it begins with ``/`` at an end, and ends with ``/`` at an element that is empty.
TAG = re.compile(r"<([^>]*)>")
_ATTRIBUTE = re.compile(r' ([^\s=]+)="([^"]*)"')
#: References to what has to be escaped; any other stands for a character that is not written as it was read.
_ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#10;", "\n"), ("&#9;", "\t"), ("&amp;", "&"))
_OTHER = re.compile(r"&#(?!10;|9;)")
#: Longer tags and texts do not come again.
_LONG, _MOST = 500, 4096


class OtherError(Exception):
    """Something that a walk has to look at."""


def is_exact(written: str) -> bool:
    """Whether :func:`characters` gives back all text as it was read."""
    return "&" not in written or _OTHER.search(written) is None


def characters(written: str) -> str:
    """What written text stands for."""
    if "&" in written:
        for reference, character in _ESCAPED:
            written = written.replace(reference, character)
    return written


@dataclass(frozen=True, slots=True)
class Tag:
    """Name and attributes of an element; it stands in for one where nothing else is asked for."""

    tag: str
    attributes: dict[str, str]

    @classmethod
    def of(cls, written: str) -> Tag:
        """The tag of what is between ``<`` and ``>``. Raises OtherError where that is not names and values."""
        return _tag(written) if len(written) <= _LONG else _tag.__wrapped__(written)

    def get(self, name: str) -> str | None:
        """The value of an attribute."""
        return self.attributes.get(name)

    def items(self) -> ItemsView[str, str]:
        """Names and values of all attributes."""
        return self.attributes.items()


@lru_cache(maxsize=2048)
def _tag(written: str) -> Tag:
    name, blank, rest = written.removesuffix("/").partition(" ")
    found = _ATTRIBUTE.findall(blank + rest)
    if "".join([f' {key}="{value}"' for key, value in found]) != blank + rest:
        raise OtherError
    return Tag(name, {key: characters(value) for key, value in found})


class Start(NamedTuple):
    """What the beginning of an element says; ``plain``: it is shown as it is, ``spans``: rows and columns."""

    tag: str
    hidden: bool
    plain: bool
    spans: tuple[int, int]


class Starts(dict[str, Start]):
    """Beginnings by what is written between ``<`` and ``>``."""

    def __init__(self, look: Callable[[Any], Look]) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, written: str) -> Start:
        """Look at a beginning for the first time. Raises OtherError."""
        tag = Tag.of(written)
        look = self._look(tag)
        found = Start(tag.tag, look.hidden, look is PLAIN, said(tag))
        _keep(self, written, found, len(written))
        return found


def _keep(known: dict[Any, Any], key: Any, found: object, size: int, limits: tuple[int, int] = (_LONG, _MOST)) -> None:
    """Keep what was found out, unless it is long; what is kept has a limit."""
    longest, most = limits
    if size <= longest:
        if len(known) >= most:
            known.clear()
        known[key] = found


#: A cell up to the end of its tag.
_CELL = re.compile(r"\s*<(t[dh]\b[^>]*)>")
#: The text of a cell, and the rows and columns it spans; None where a walk has to tell.
Text = tuple[str, tuple[int, int]] | None
#: Tags that break lines, and all that a text is read through.
_LINES = words("p div center br h1 h2 h3 h4 h5 h6")
_SIMPLE = _LINES | PLAIN_TAGS


class _Shape(NamedTuple):
    """What the tags in a cell do: whether they make nothing but lines, ``alone`` of one paragraph, and where.

    ``breaks`` are the places of the texts that begin a line.
    """

    plain: bool
    alone: bool
    breaks: tuple[int, ...]


class Told(dict[str, Text]):
    """What cells say by what is written up to their end; None for those with more in them than lines of text."""

    def __init__(self, starts: Starts) -> None:
        super().__init__()
        self._starts = starts
        self._shapes: dict[tuple[str, ...], _Shape] = {}

    def __missing__(self, written: str) -> Text:
        """Read a cell for the first time. Raises OtherError."""
        found: Text = None
        if (beginning := _CELL.match(written)) is not None:
            start = self._starts[beginning[1]]
            plain = start.plain and start.tag in ("td", "th")
            text = self._text(written[beginning.end() :]) if plain else None
            found = None if text is None else (text, start.spans)
        _keep(self, written, found, len(written))
        return found

    def _text(self, content: str) -> str | None:
        if "<" not in content:
            return plain_text(characters(content))
        found = TAG.split(content)
        texts, tags = found[::2], tuple(found[1::2])
        shape = self._shapes.get(tags)
        if shape is None:
            shape = self._shape(tags)
            _keep(self._shapes, tags, shape, sum(map(len, tags)))
        if not shape.plain:
            return None
        if not shape.breaks or (shape.alone and not f"{texts[0]}{texts[-1]}".strip()):
            return plain_text(characters("".join(texts)))
        parts = ["".join(texts[a:b]) for a, b in pairwise((0, *shape.breaks, len(texts)))]
        lines = list(filter(None, [plain_text(characters(part)) for part in parts]))
        return "\n".join([line for line in lines if line.strip()]) or "".join(lines[-1:])

    def _shape(self, tags: tuple[str, ...]) -> _Shape:
        breaks = tuple([at for at, tag in enumerate(tags, 1) if self._is_plain(tag, _LINES)])
        alone = breaks == (1, len(tags)) and self._is_plain(tags[0], ("p",)) and tags[-1] == "/p"
        return _Shape(all(self._is_plain(tag, _SIMPLE) for tag in tags), alone, breaks)

    def _is_plain(self, tag: str, names: Any) -> bool:
        if tag[0] == "/":
            return tag[1:] in names
        start = self._starts[tag]
        return start.plain and start.tag in names


#: The beginning of a row with nothing before it.
_ROW = re.compile(r"\s*<(tr\b[^>]*)>")
#: Rows of the form that say nothing (规章 0 0 0) are the same on a hundred pages.
_ROWS = 4096, 1024


class Rows(dict[str, Row | None]):
    """Rows by what is written up to their end; None for those with more in them than cells of text."""

    def __init__(self, starts: Starts, told: Told) -> None:
        super().__init__()
        self._starts, self._told = starts, told

    def __missing__(self, written: str) -> Row | None:
        """Read a row for the first time. Raises OtherError."""
        found = self._row(written)
        _keep(self, written, found, len(written), _ROWS)
        return found

    def _row(self, written: str) -> Row | None:
        beginning = _ROW.match(written)
        if beginning is None or self._starts[beginning[1]].hidden:
            return None
        *cells, last = written[beginning.end() :].split("</td>")
        if not cells or last.strip():
            return None
        row = Row()
        for cell in map(self._told.__getitem__, cells):
            if cell is None:
                return None
            row.put(*cell)
        return row


class Looks:
    """How the elements of pages with the same style sheets are shown, and what is known of their markup.

    ``reveal``: hidden parts count as visible.
    """

    def __init__(self, rules: Rules, *, reveal: bool) -> None:
        self._rules = rules
        self._reveal = reveal
        self._kinds: dict[tuple[Any, ...], Kind] = {}
        self.starts = Starts(self.look)
        self.told = Told(self.starts)
        self.rows = Rows(self.starts, self.told)

    @classmethod
    def of(cls, sheets: Iterable[str], *, reveal: bool) -> Looks:
        """What is known of pages with these style sheets; most have none, or that of the same site."""
        telling = tuple(filter(is_telling, sheets))
        find = _looks if sum(map(len, telling)) <= _MOST else _looks.__wrapped__
        return find(telling, reveal)

    def kind(self, element: Any) -> Kind:
        """What an element is. The tag and attributes of one are those of a hundred others."""
        key = element.tag, *element.items()
        found = self._kinds.get(key)
        if found is None:
            found = Kind.of(element, self.look(element))
            _keep(self._kinds, key, found, sum(len(name) + len(value) for name, value in key[1:]))
        return found

    def look(self, element: Any) -> Look:
        """How an element is shown."""
        found = self._rules.look(element)
        if found is not PLAIN and self._reveal:
            return Look(display=found.display, kept=found.kept, marker=found.marker)
        return found

    def changes(self, tags: Iterable[str]) -> bool:
        """Whether there is a rule for all elements of one of these names."""
        return any(self._rules.looks.get(tag, PLAIN) is not PLAIN for tag in tags)


@lru_cache(maxsize=4)
def _looks(sheets: tuple[str, ...], reveal: bool) -> Looks:
    return Looks(Rules.of(sheets), reveal=reveal)
