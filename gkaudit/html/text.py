"""Where text becomes HTML: escaping, ids, wording, and the small object that notebooks display.

Text from a report is hostile until it went through :func:`esc`. Nothing else in ``gkaudit.html``
may put text into a page, and no link is ever made from it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from gkaudit.errors import UsageError

__all__ = [
    "LANGS",
    "SCRIPTS",
    "Fragment",
    "Words",
    "cell_id",
    "esc",
    "finding_id",
    "fragment",
    "page_href",
    "paragraph_id",
    "reference",
    "script",
    "style",
    "stylesheet",
    "visible",
    "words",
]

#: Languages of our own wording, with the value of the ``lang`` attribute.
LANGS = {"zh": "zh-CN", "en": "en"}

#: Scripts of ours that a page may name; nothing else ever runs.
SCRIPTS = frozenset({"overview"})

#: Signs that change the direction of what follows: a number must not be shown mirrored.
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
#: Signs without any width: they carry nothing a reader needs.
_NOTHING = (0x00AD, 0x180E, *range(0x200B, 0x200E), *range(0x2060, 0x2066), *range(0x206A, 0x2070), 0xFEFF)
_VISIBLE: dict[int, str | None] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if code not in {0x09, 0x0A, 0x0D}},
    **{code: f"[U+{code:04X}]" for code in range(0x80, 0xA0)},
    **{code: f"[U+{code:04X}]" for code in _BIDI},
    **{code: f"[U+{code:04X}]" for code in range(0xFFF9, 0xFFFC)},
    **dict.fromkeys(_NOTHING),
    **dict.fromkeys(range(0xE0000, 0xE0080)),
    0x0D: None,
    0x7F: "␡",
}


def visible(text: str) -> str:
    """The text with control signs and direction overrides shown as such, e.g. ``[U+202E]``."""
    return text.translate(_VISIBLE)


def esc(text: object) -> str:
    """Any text as safe HTML, inside an element or a quoted attribute; empty for None."""
    return "" if text is None else escape(visible(str(text)), quote=True)


def _safe_id(prefix: str, name: str) -> str:
    if re.fullmatch(r"[\w.-]+", name):
        return f"{prefix}-{name}"
    return f"{prefix}-{sha256(name.encode('utf-8', 'replace')).hexdigest()[:16]}"


def cell_id(key: str) -> str:
    """The id of a table cell, e.g. ``c-requests-received-total``."""
    return _safe_id("c", key.replace(".", "-"))


def finding_id(name: str) -> str:
    """The id of a finding; a name that cannot be an id is hashed."""
    return _safe_id("f", name)


def paragraph_id(at: int) -> str:
    """The id of a paragraph of the prose, counted from 0."""
    return f"p-{at + 1}"


def reference(name: str, sign: str, number: int) -> str:
    """The small link from a cell or a passage to a finding, e.g. ``✕3``."""
    return f'<a class="gk-ref" href="#{esc(finding_id(name))}">{esc(sign)}{number}</a>'


def page_href(report_id: str) -> str:
    """Where the overview finds the page of a report."""
    return f"reports/{quote(report_id, safe='')}.html"


@cache
def _catalogue() -> dict[str, Any]:
    text = files("gkaudit.html").joinpath("words.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@dataclass(frozen=True, slots=True)
class Words:
    """Our own wording in one language. What comes out is plain text, not HTML."""

    lang: str
    table: dict[str, Any]

    def __call__(self, name: str, **data: object) -> str:
        """The wording of a name, filled in."""
        text: str = self.table[name]
        return text.format(**data) if data else text

    def count(self, name: str, number: int) -> str:
        """A number with its noun, e.g. ``2 处错误`` or ``1 error``."""
        one, many = self.table["counts"][name]
        chosen: str = one if number == 1 else many
        return chosen.format(n=number)

    def join(self, parts: list[str]) -> str:
        """A list in words: ``甲、乙`` or ``a, b``."""
        return str(self.table["comma"]).join(parts)

    def status(self, status: str | None) -> str:
        """How much of a source was read; whatever is not known counts as unread."""
        return str(self.table.get(f"status.{status}") or self.table["status.unreadable"])

    def label(self, chinese: str) -> str:
        """The English of a label that the form's data does not translate; empty in Chinese."""
        found: str = self.table["labels"].get(chinese, "")
        return found


def words(lang: str) -> Words:
    """The wording of a language. Raises UsageError for a language that is not there."""
    table = _catalogue().get(lang)
    if table is None:
        raise UsageError(f"语言“{visible(lang)}”没有词表，请用 {' 或 '.join(LANGS)}。")
    return Words(lang, table)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a page: HTML for a notebook, text for a terminal."""

    html: str
    text: str
    meta: dict[str, Any] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        # The metadata tell the exporter what the page is called; Jupyter itself ignores them.
        return {"text/html": self.html, "text/plain": self.text}, self.meta

    def __repr__(self) -> str:
        return self.text


def fragment(html: str, text: str, lang: str) -> Fragment:
    """Wrap HTML in the scope of our style sheet."""
    return Fragment(f'<div class="gk" lang="{LANGS[lang]}">{html}</div>', visible(text))


@cache
def stylesheet() -> str:
    """The one style sheet."""
    return files("gkaudit.html").joinpath("style.css").read_text("utf-8").strip()


@cache
def script(name: str) -> str:
    """One of our own scripts, e.g. ``overview``; empty for any other name."""
    return files("gkaudit.html").joinpath(f"{name}.js").read_text("utf-8").strip() if name in SCRIPTS else ""


def style(title: str, lang: str, *, script: str = "") -> Fragment:
    """The style sheet as a display, once a notebook; it also tells the exporter title, language and script.

    The exporter drops the display itself and puts the style sheet into the head of the page.
    """
    meta = {"gkaudit": {"role": "style", "title": visible(title), "lang": lang, "script": script}}
    return Fragment(f"<style>{stylesheet()}</style>", visible(title), meta)
