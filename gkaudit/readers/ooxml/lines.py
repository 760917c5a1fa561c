"""The text of a paragraph, run by run, as Word shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from gkaudit.readers.ooxml.drawings import DRAWINGS
from gkaudit.readers.ooxml.marks import Marks, is_faint
from gkaudit.readers.ooxml.names import M, W, switched_on, value
from gkaudit.readers.ooxml.styles import Styles

__all__ = ["STRUCK", "Speaker", "Spoken"]

_RUN, _PROPERTIES, _TEXT = f"{W}r", f"{W}rPr", f"{W}t"
_FIELD, _SYMBOL, _RUBY, _CODE = f"{W}fldChar", f"{W}sym", f"{W}ruby", f"{W}instrText"
_NOTES, _OWN_MARK = (f"{W}footnoteReference", f"{W}endnoteReference"), f"{W}customMarkFollows"
_ON = ("1", "true", "on")
_EQUATIONS = (f"{M}oMath", f"{M}oMathPara")
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
_RAISED = "含上标或下标数字，须看原件"
_FAINT = "含白色或极小的数字，可能看不见，须看原件"
#: Fields that draw characters from their code (带圈字符), show a chosen one, or repeat the mark of a note.
_DRAWS = re.compile(r"\s*(?:eq|symbol|formdropdown|noteref)\b", re.IGNORECASE)
_DRAWN = "含由域代码显示的字符，须看原件"
#: Properties of a run that change what its digits say.
_DOUBTS = {"strike": STRUCK, "dstrike": STRUCK, "vertAlign": _RAISED}
#: Properties of a run that may make its digits invisible, in documents where some have such a value.
_LOOKS = ("color", "sz")


@dataclass(slots=True)
class Spoken:
    """What a paragraph says: text, drawings in it, why its digits may not be the number, whether some is hidden."""

    text: str
    drawings: list[Any]
    doubt: str = ""
    hid_text: bool = False


class Speaker:
    """Reads the paragraphs of one document, after it has been simplified."""

    def __init__(self, marks: Marks, styles: Styles) -> None:
        self._marks, self._styles = marks, styles

    def paragraph(self, paragraph: Any, style: str | None) -> Spoken:
        """What a paragraph (``w:p``) of this style says, without its number."""
        said: list[str] = []
        found = Spoken("", [])
        # Fields that have begun: where, and whether their result has begun.
        fields: list[tuple[int, bool]] = []
        hidden = self._styles.hidden(style)
        for child in paragraph:
            tag = child.tag
            if tag == _RUN:
                self._run(child, hidden, said, found, fields)
            elif tag in _EQUATIONS:
                said.append(_equation(child))
        found.text = "".join(said)
        return found

    def _run(self, run: Any, hidden: bool, said: list[str], found: Spoken, fields: list[tuple[int, bool]]) -> None:
        marks = self._marks.of(run)
        hidden = self._is_hidden(marks, hidden) if marks else hidden
        for child in run:
            tag = child.tag
            if tag == _TEXT and not hidden:
                said.append(_text(child))
                found.doubt = found.doubt or (self._doubt(marks, said[-1]) if marks else "")
            elif tag == _PROPERTIES:
                continue
            elif tag == _FIELD:
                _field(child.get(f"{W}fldCharType"), said, fields)
            elif hidden:
                found.hid_text |= tag == _TEXT and bool(child.text)
            elif tag in DRAWINGS:
                found.drawings.append(child)
            elif tag == _CODE:
                found.doubt = found.doubt or (_DRAWN if _DRAWS.match(child.text or "") else "")
            elif tag in _NOTES:
                # The mark that an office typed itself follows in this run.
                found.doubt = found.doubt or (_RAISED if child.get(_OWN_MARK) in _ON else "")
            else:
                said.append(_sign(child, tag))

    def _is_hidden(self, marks: dict[str, Any], hidden: bool) -> bool:
        """Whether a run is hidden, by itself, by its style or (``hidden``) by that of its paragraph."""
        if "vanish" in marks:
            return switched_on(marks["vanish"])
        return hidden or ("rStyle" in marks and self._styles.hidden(value(marks["rStyle"])))

    def _doubt(self, marks: dict[str, Any], text: str) -> str:
        """Digits that are struck out, raised (by themselves or by their style) or faint change what a number is."""
        if not _DIGIT.search(text):
            return ""
        if "rStyle" in marks and "vertAlign" not in marks and self._styles.raised(value(marks["rStyle"])):
            return _RAISED
        if any(name in marks and is_faint(marks[name]) for name in _LOOKS):
            return _FAINT
        return next((doubt for name, doubt in _DOUBTS.items() if name in marks and _shows(marks[name])), "")


def _shows(mark: Any) -> bool:
    return switched_on(mark) and value(mark) != "baseline"


def _field(kind: str | None, said: list[str], fields: list[tuple[int, bool]]) -> None:
    """What stands between the beginning of a field and its result is code: taken back when either ends."""
    if kind == "begin":
        fields.append((len(said), False))
    elif fields and kind in ("separate", "end"):
        start, shown = fields.pop()
        if not shown:
            del said[start:]
        if kind == "separate":
            fields.append((start, True))


def _text(element: Any) -> str:
    text: str = element.text or ""
    if text and (text[0] in _SPACE or text[-1] in _SPACE) and element.get(_KEEP_SPACE) != "preserve":
        text = text.strip(_SPACE)
    return text.replace("\n", " ") if "\n" in text else text


def _sign(element: Any, tag: Any) -> str:
    """What another element of a run shows; nothing for codes and for the marks of notes and comments."""
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
    return "".join(
        (element.text or "") if element.tag in (f"{M}t", _TEXT) else _BETWEEN[element.tag]
        for element in equation.iter(f"{M}t", _TEXT, *_BETWEEN)
    )
