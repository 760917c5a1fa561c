"""Elements by what they do: those that show nothing, break lines, keep white space, strike out text."""

from __future__ import annotations

from typing import Any

from gkaudit.readers.webpage.marks import words
from gkaudit.readers.webpage.style import Look

__all__ = [
    "BLOCKS",
    "BLOCK_DISPLAYS",
    "CONTROLS",
    "KEPT",
    "PLAIN_TAGS",
    "SILENT",
    "STRUCK",
    "is_closed",
    "is_table",
    "shown_value",
]

SILENT = words(
    "script style template iframe object embed applet svg canvas audio video map datalist head title meta link base"
    " param source area col colgroup noframes rp rt xml v:shapetype button"
)
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


def shown_value(control: Any) -> str:
    """What a form control shows: the text of a field, the chosen option of a list."""
    if control.tag == "input":
        return "" if (control.get("type") or "text").lower() in _MUTE else control.get("value") or ""
    if control.tag == "textarea":
        return control.text or ""
    options = list(control.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None] or options[:1]
    return "".join(chosen[0].itertext()) if chosen else ""
