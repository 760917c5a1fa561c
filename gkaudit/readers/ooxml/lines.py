"""The text of a paragraph, run by run, as Word shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from gkaudit.readers.ooxml.drawings import DRAWINGS
from gkaudit.readers.ooxml.names import M, W, switched_on, value
from gkaudit.readers.ooxml.styles import Styles
from gkaudit.readers.ooxml.wrappers import flattened

__all__ = ["Spoken", "spoken"]

_RUN, _RUN_PROPERTIES, _TEXT = f"{W}r", f"{W}rPr", f"{W}t"
_FIELD, _SYMBOL, _RUBY = f"{W}fldChar", f"{W}sym", f"{W}ruby"
_EQUATIONS = frozenset((f"{M}oMath", f"{M}oMathPara"))
#: Elements of a run that stand for one character.
_CHARACTERS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}softHyphen": "\u00ad",
}
#: Marks between the parts of an equation, so that a fraction is not read as one number.
_BETWEEN = {f"{M}den": "/", f"{M}sup": "^", f"{M}sub": "_"}
_SPACE = " \t\r\n"
_KEEP_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: Word keeps the signs of symbol fonts 0xF000 higher; those of the font Symbol that are plain ASCII …
_PRIVATE = range(0xF020, 0xF100)
_PLAIN = frozenset(" !#%&()+,./0123456789:;<=>?[]_{|}")
#: … and check marks and boxes of Wingdings.
_WINGDINGS = {0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0x52: "☑", 0xA8: "□", 0x6F: "□", 0x6C: "●"}
_DIGIT = re.compile(r"\d")

STRUCK = "含删除线文字，哪些数字有效须看原件"
RAISED = "含上标或下标数字，须看原件"


@dataclass(slots=True)
class Spoken:
    """What a paragraph says: text, drawings in it, and what is in doubt (see the constants of this module)."""

    text: str = ""
    drawings: list[Any] = field(default_factory=list)
    doubt: str = ""
    hid_text: bool = False


class _Speaker:
    """Collects the runs of one paragraph; ``style`` is that of the paragraph."""

    def __init__(self, styles: Styles, style: str | None) -> None:
        self.styles = styles
        self.hidden = styles.hidden(style)
        self.said: list[str] = []
        self.found = Spoken()
        #: Fields that have begun: where, and whether their result has begun.
        self.fields: list[tuple[int, bool]] = []

    def run(self, run: Any) -> None:
        properties = run.find(_RUN_PROPERTIES)
        hidden = self._is_hidden(properties)
        before = len(self.said)
        for child in flattened(run):
            tag = child.tag
            if tag == _FIELD:
                self._field(child.get(f"{W}fldCharType"))
                before = min(before, len(self.said))
            elif hidden:
                self.found.hid_text |= tag == _TEXT and bool(child.text)
            elif tag in DRAWINGS:
                self.found.drawings.append(child)
            else:
                self.said.append(_sign(child, tag))
        if properties is not None and len(self.said) > before:
            self._doubt(properties, "".join(self.said[before:]))

    def _is_hidden(self, properties: Any) -> bool:
        if properties is None:
            return self.hidden
        direct, style = properties.find(f"{W}vanish"), properties.find(f"{W}rStyle")
        if direct is not None:
            return switched_on(direct)
        return self.hidden or (style is not None and self.styles.hidden(value(style)))

    def _doubt(self, properties: Any, text: str) -> None:
        """Digits that are struck out or raised change what a number is."""
        if not _DIGIT.search(text):
            return
        for name, doubt in (("strike", STRUCK), ("dstrike", STRUCK), ("vertAlign", RAISED)):
            found = properties.find(f"{W}{name}")
            if found is not None and switched_on(found) and value(found) != "baseline":
                self.found.doubt = doubt

    def _field(self, kind: str | None) -> None:
        """What stands between the beginning of a field and its result is code: taken back when either ends."""
        if kind == "begin":
            self.fields.append((len(self.said), False))
        elif self.fields and kind in ("separate", "end"):
            start, shown = self.fields.pop()
            if not shown:
                del self.said[start:]
            if kind == "separate":
                self.fields.append((start, True))


def spoken(paragraph: Any, styles: Styles, style: str | None) -> Spoken:
    """What a paragraph (``w:p``) says, without its number."""
    speaker = _Speaker(styles, style)
    for child in flattened(paragraph):
        if child.tag == _RUN:
            speaker.run(child)
        elif child.tag in _EQUATIONS:
            speaker.said.append(_equation(child))
    speaker.found.text = "".join(speaker.said)
    return speaker.found


def _sign(element: Any, tag: Any) -> str:
    """The text of one element of a run; empty for what shows none (codes, marks of notes and comments)."""
    if tag == _TEXT:
        text: str = element.text or ""
        if text and (text[0] in _SPACE or text[-1] in _SPACE) and element.get(_KEEP_SPACE) != "preserve":
            text = text.strip(_SPACE)
        return text.replace("\n", " ") if "\n" in text else text
    if tag == _SYMBOL:
        return _symbol(element)
    if tag == _RUBY:
        return "".join(text.text or "" for base in element.iter(f"{W}rubyBase") for text in base.iter(_TEXT))
    return _CHARACTERS.get(tag, "")


def _symbol(element: Any) -> str:
    """The character of a symbol; one that is not known stays as it is, so that its cell is not empty."""
    try:
        code = int(element.get(f"{W}char") or "", 16)
        sign = chr(code)
    except (ValueError, OverflowError):
        return "\ufffd"
    font = element.get(f"{W}font") or ""
    if code in _PRIVATE and font.startswith("Wingdings"):
        return _WINGDINGS.get(code - 0xF000, sign)
    if code in _PRIVATE and font == "Symbol" and chr(code - 0xF000) in _PLAIN:
        return chr(code - 0xF000)
    # Half a surrogate pair is no character and could not be written out again.
    return "\ufffd" if 0xD800 <= code < 0xE000 or not code else sign  # noqa: PLR2004


def _equation(equation: Any) -> str:
    said: list[str] = []
    pending = [equation]
    while pending:
        element = pending.pop()
        if element.tag in (f"{M}t", _TEXT):
            said.append(element.text or "")
        said.append(_BETWEEN.get(element.tag, ""))
        pending += reversed(list(flattened(element)))
    return "".join(said)
