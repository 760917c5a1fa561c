"""Names of the XML vocabulary, transitional form, and what is common to reading its elements.

A part in the strict form of the standard is brought to the transitional one when it is loaded
(:mod:`.package`), so that every name is written here once.
"""

from __future__ import annotations

from typing import Any

__all__ = ["MC", "PIC", "REL", "WP", "A", "C", "M", "R", "V", "W", "switched_on", "value", "whole_number"]

_OPEN = "http://schemas.openxmlformats.org"
#: Word's own elements and attributes.
W = f"{{{_OPEN}/wordprocessingml/2006/main}}"
#: References to other parts, and the files of such relationships.
R = f"{{{_OPEN}/officeDocument/2006/relationships}}"
REL = f"{{{_OPEN}/package/2006/relationships}}"
#: Equations, drawings, pictures in them, their place on the page, charts.
M = f"{{{_OPEN}/officeDocument/2006/math}}"
A = f"{{{_OPEN}/drawingml/2006/main}}"
PIC = f"{{{_OPEN}/drawingml/2006/picture}}"
WP = f"{{{_OPEN}/drawingml/2006/wordprocessingDrawing}}"
C = f"{{{_OPEN}/drawingml/2006/chart}}"
#: Alternatives for older programs, and the old drawing language.
MC = f"{{{_OPEN}/markup-compatibility/2006}}"
V = "{urn:schemas-microsoft-com:vml}"

_VALUE = f"{W}val"
_OFF = frozenset({"0", "false", "off", "none"})


def value(element: Any) -> str | None:
    """The ``w:val`` of an element."""
    text: str | None = element.get(_VALUE)
    return text


def switched_on(element: Any) -> bool:
    """Whether a property that is on or off is on; without a value it is."""
    return (element.get(_VALUE) or "1").lower() not in _OFF


def whole_number(text: str | None, default: int = 0) -> int:
    """A number of at most nine digits; ``default`` for anything else."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else default  # noqa: PLR2004
