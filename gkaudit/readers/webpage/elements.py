"""Elements by what they do: those that show nothing, break lines, keep white space, strike out text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from gkaudit.readers.webpage.marks import is_furniture, words
from gkaudit.readers.webpage.style import Look

__all__ = [
    "CONTROLS",
    "DRAWN",
    "KEPT",
    "PLAIN_TAGS",
    "SILENT",
    "STRUCK",
    "Kind",
    "is_closed",
    "is_table",
    "shown_value",
    "shows_digits",
]

_DIGIT, _LOOKS = re.compile(r"\d"), re.compile(r"(?:^|[;\s])(?:color|font-size|font)\s*:|#[\da-f]{3}", re.IGNORECASE)
SILENT = words(
    "script style template iframe object embed applet svg canvas audio video map datalist head title meta link base"
    " param source area col colgroup noframes rp rt xml v:shapetype button"
)
#: Silent elements that show something.
DRAWN = words("svg object embed canvas video applet iframe")
CONTROLS = words("input select textarea")
#: Kinds of input that show no value of the report.
_MUTE = words("hidden button submit reset image checkbox radio file password")
BLOCKS = words(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main marquee menu nav ol optgroup p pre"
    " section summary table tbody td tfoot th thead tr ul xmp"
)
BLOCK_DISPLAYS = words("block flex grid list-item table table-row table-cell flow-root inline-block")
_TABLE_DISPLAYS = words("table inline-table")
KEPT = words("pre listing xmp")
STRUCK = words("del s strike")
PLAIN_TAGS = words("span font b strong i em u o:p big small")


def is_table(element: Any, look: Look) -> bool:
    """Whether an element is a table by its tag, its style or its role."""
    return element.tag == "table" or look.display in _TABLE_DISPLAYS or element.get("role") in ("table", "grid")


def is_closed(element: Any) -> bool:
    """Whether an element is a dialog that is not open."""
    return element.tag == "dialog" and element.get("open") is None


def shows_digits(element: Any) -> bool:
    """Whether digits stand in an element, outside the parts of it that have a colour or a size of their own."""
    todo = [element]
    while todo:
        part = todo.pop()
        inner = [child for child in part if isinstance(child.tag, str)]
        if _DIGIT.search("".join((part.text or "", *((child.tail or "") for child in part)))):
            return True
        todo += [child for child in inner if not _LOOKS.search(f"{child.get('style')} {child.get('color', '')}")]
    return False


def shown_value(control: Any) -> str:
    """What a form control shows: the text of a field, the chosen option of a list."""
    if control.tag == "input":
        return "" if (control.get("type") or "text").lower() in _MUTE else control.get("value") or ""
    if control.tag == "textarea":
        return control.text or ""
    options = list(control.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None] or options[:1]
    return "".join(chosen[0].itertext()) if chosen else ""


#: Elements that are more than text, blocks and what says how they look.
_SPECIAL = SILENT | CONTROLS | STRUCK | words("noscript dialog sup sub br img v:imagedata table")
_MARKED = KEPT | words("a ol ul li")
_RANKS = {f"h{rank}": rank for rank in range(10)}


@dataclass(frozen=True, slots=True)
class Kind:
    """What tag and attributes say of an element.

    ``special``: it may be silent, a line end, a picture or a table; ``block``: it breaks lines; ``furniture``: it
    belongs to the site; ``rank`` is that of a heading; ``marked``: it may be a link, a list or kept as it is;
    ``line``: it breaks lines and does nothing else.
    """

    look: Look
    special: bool
    block: bool
    furniture: bool
    rank: int
    marked: bool
    line: bool

    @classmethod
    def of(cls, element: Any, look: Look) -> Kind:
        """The kind of an element that is shown so."""
        tag = element.tag
        unusual = look.hidden or look.unseen or look.struck or look.raised or look.faint
        unusual = unusual or look.element.startswith("comment")
        special = unusual or tag in _SPECIAL or element.get("aria-hidden") == "true" or is_table(element, look)
        block = (tag in BLOCKS and look.display != "inline") or look.display in BLOCK_DISPLAYS
        marked = tag in _MARKED or look.kept
        return cls(
            look=look,
            special=special,
            block=block,
            furniture=is_furniture(element),
            rank=_RANKS.get(tag, 0),
            marked=marked,
            line=block and not special and not marked,
        )
