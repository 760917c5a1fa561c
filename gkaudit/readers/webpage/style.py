"""What a style says about being seen: hidden, struck out, broken into lines, numbered.

Only inline styles and rules for a single tag, class or id are looked at (``.hide {display: none}``); what
a rule with conditions would do depends on a browser, and such a rule is taken for no rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

__all__ = ["PLAIN", "Look", "Rules", "is_telling"]


@dataclass(frozen=True, slots=True)
class Look:
    """How an element is shown.

    ``hidden``: not at all, and it takes no place; ``unseen``: it takes its place but shows nothing; ``raised``:
    above or below its line; ``faint``: white, of no size or seen through, unless something in it is not;
    ``marker``: the style of list numbers; ``element``: what Word says the element is (comment-list …).
    """

    hidden: bool = False
    unseen: bool = False
    struck: bool = False
    raised: bool = False
    faint: bool = False
    kept: bool = False
    display: str = ""
    marker: str = ""
    element: str = ""


PLAIN = Look()

_PROPERTY = re.compile(r"(?:^|[;{\s])([a-z-]+)\s*:\s*([^;{}]{1,200})")
_WHITE = re.compile(r"(?:white|#fff(?:fff)?|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))\s*(?:!|$)")
_ZERO = re.compile(r"0+(?:\.0+)?\s*(?:[a-z]{2,4}|%)?\s*(?:!|$)")
_MARKERS = re.compile(
    r"\b(none|disc|circle|square|decimal(?:-leading-zero)?|cjk-ideographic|(?:simp|trad)-chinese-\w+"
    r"|(?:lower|upper)-(?:alpha|latin|roman))\b"
)


@lru_cache(maxsize=4096)
def _look(style: str) -> Look:
    said = {name: value.strip() for name, value in _PROPERTY.findall(style.lower())}
    display = said.get("display", "").partition(" ")[0].removesuffix("!important")
    marker = _MARKERS.search(said.get("list-style-type") or said.get("list-style") or "")
    seen = said.get("visibility", "")
    white = _WHITE.match(said.get("color", "")) and not said.keys() & {"background", "background-color"}
    found = Look(
        hidden=display == "none" or said.get("mso-hide", "").startswith("all"),
        unseen=seen.startswith(("hidden", "collapse")),
        struck="line-through" in (said.get("text-decoration") or said.get("text-decoration-line") or ""),
        raised=said.get("vertical-align", "").startswith(("super", "sub")),
        faint=bool(white or any(_ZERO.match(said.get(name, "")) for name in ("font-size", "opacity"))),
        kept=said.get("white-space", "").startswith("pre"),
        display=display,
        marker=marker[1] if marker else "",
        element=said.get("mso-element", ""),
    )
    return PLAIN if found == PLAIN else found


def _short(style: str) -> Look:
    # Pages that draw with styles have long ones; none of them is kept in memory for it.
    return _look(style) if len(style) <= 2_000 else _look.__wrapped__(style)  # noqa: PLR2004


_TELLING = re.compile(
    r"display\s*:|visibility\s*:|mso-hide\s*:|line-through|list-style|vertical-align\s*:\s*su[bp]"
    r"|(?:opacity|font-size)\s*:\s*0|(?<!-)color\s*:\s*(?:#fff|white|rgb\(\s*255)",
    re.IGNORECASE,
)
_SIMPLE = re.compile(r"(?:[a-z][a-z0-9]*)?(?:[.#][\w\-\u4e00-\u9fff]+)?", re.IGNORECASE)
_CLASS = re.compile(r"\.([\w\-\u4e00-\u9fff]+)")
#: Classes of common frameworks that hide what they are given to.
_HIDING = ("sr-only", "visually-hidden", "d-none", "layui-hide")


def is_telling(sheet: str) -> bool:
    """Whether a style sheet says anything of being seen."""
    return _TELLING.search(sheet) is not None


@dataclass(slots=True)
class Rules:
    """Style rules of a page by simple selector (``p``, ``.note``, ``td.note``, ``#main``)."""

    looks: dict[str, Look] = field(default_factory=lambda: {f".{name}": Look(hidden=True) for name in _HIDING})

    @classmethod
    def of(cls, sheets: Iterable[str]) -> Rules:
        """Rules of the style sheets in a page."""
        rules = cls()
        for sheet in filter(is_telling, sheets):
            rules._read(sheet)
        return rules

    def _read(self, sheet: str) -> None:
        shown: set[str] = set()
        for selectors, body in _plain_rules(_without_comments(sheet)):
            if not _TELLING.search(body):
                continue
            look = _short(body)
            for selector in (s.strip() for s in selectors.split(",")):
                if selector and _SIMPLE.fullmatch(selector):
                    self.looks[selector.lower() if selector[0] not in ".#" else selector] = look
                elif not look.hidden:
                    shown.update(_CLASS.findall(selector))
        # .tab {display: none} .tab.on {display: block}: which of them is on, only the browser knew.
        for name in shown:
            self.looks.pop(f".{name}", None)

    def look(self, element: Any) -> Look:
        """How an element is shown, by its attributes and the rules."""
        tag = element.tag
        found = self.looks.get(tag, PLAIN)
        for name in (element.get("class") or "").split()[:20]:
            found = _over(found, self.looks.get(f".{name}"))
            found = _over(found, self.looks.get(f"{tag}.{name}"))
        if (own := element.get("id")) is not None:
            found = _over(found, self.looks.get(f"#{own}"))
        style = element.get("style")
        if style:
            own_look = _short(style)
            found = _over(found, own_look)
            if found.faint and not own_look.faint and "color" in style.lower():
                found = replace(found, faint=False)
        if tag == "font" and _WHITE.match((element.get("color") or "").lower()):
            found = replace(found, faint=True)
        return replace(found, hidden=True) if element.get("hidden") is not None else found


def _over(below: Look, above: Look | None) -> Look:
    """One look over another: what the upper one does not mention stays."""
    if above is None or above is PLAIN:
        return below
    if below is PLAIN:
        return above
    return Look(
        hidden=above.hidden or (below.hidden and not above.display),
        unseen=above.unseen or below.unseen,
        struck=above.struck or below.struck,
        raised=above.raised or below.raised,
        faint=above.faint or below.faint,
        kept=above.kept or below.kept,
        display=above.display or below.display,
        marker=above.marker or below.marker,
        element=above.element or below.element,
    )


def _without_comments(sheet: str) -> str:
    """The sheet without comments; searched step by step, because an unclosed one must cost nothing."""
    kept: list[str] = []
    start = 0
    while (begin := sheet.find("/*", start)) >= 0:
        kept.append(sheet[start:begin])
        end = sheet.find("*/", begin + 2)
        start = end + 2 if end >= 0 else len(sheet)
    return "".join([*kept, sheet[start:]]).replace("<!--", "").replace("-->", "")


def _plain_rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules that stand in no other block (@media …)."""
    depth = start = opened = 0
    nested = False
    for brace in re.finditer(r"[{}]", sheet):
        if brace[0] == "{":
            nested = nested or depth > 0
            opened = brace.start() if depth == 0 else opened
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                selectors = sheet[start:opened].rpartition(";")[2]
                if not nested and "@" not in selectors:
                    yield selectors, sheet[opened + 1 : brace.start()]
                start = brace.end()
                nested = False
