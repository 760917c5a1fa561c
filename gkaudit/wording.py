"""Wording of findings: templates from one catalogue (``data/wording.json``), names of rows and columns.

A template is found by check and severity, then by check, then the general one, so that a check which
an office adds to a suite has words from the start.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from gkaudit.form import TABLE_NUMBER, TABLES, Edition, column_of, row_of, sections

__all__ = [
    "Fields",
    "column_names",
    "fill",
    "part_name",
    "phrase",
    "row_name",
    "side_text",
    "spoken",
    "sums_text",
    "template",
    "topic_name",
]

_JOIN = {"zh": "、", "en": ", "}
#: So many terms of a sum are written out; the others are summed up.
_TERMS = 6
#: So many cells of a roll-up are written out.
_CELLS = 4


@cache
def _catalogue() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files("gkaudit").joinpath("data/wording.json").read_text("utf-8"))
    return loaded


def template(check_id: str, severity: str, lang: str, line: str = "") -> dict[str, str]:
    """``message`` and ``advice`` of a check; ``line`` where one line of it has words of its own."""
    catalogue = _catalogue()
    names = (f"{check_id}:{severity}:{line}", f"{check_id}:{severity}", check_id, "*")
    entry = next(catalogue[name] for name in names if name in catalogue)
    words: dict[str, str] = entry[lang]
    return words


def phrase(name: str, lang: str) -> str:
    """A phrase that several messages share."""
    text: str = _catalogue()[name][lang]
    return text


class Fields(dict[str, Any]):
    """Fields of a template, each worked out when a text asks for it: most texts ask for few of them.

    A field that a text asks for and the finding lacks prints as □ instead of failing.
    """

    def __init__(self, known: Mapping[str, Any], ways: Mapping[str, Callable[[], Any]] | None = None) -> None:
        """``ways`` say how a field is worked out; one that is in ``known`` too is worked out all the same."""
        self._ways = ways or {}
        super().__init__((name, value) for name, value in known.items() if name not in self._ways)

    def __missing__(self, key: str) -> Any:
        if key not in self._ways:
            return "□"
        self[key] = self._ways[key]()
        return self[key]


def fill(text: str, fields: Mapping[str, Any]) -> str:
    """The template with its fields. Only names are looked up: text of a report is never a template."""
    return text.format_map(fields if isinstance(fields, Fields) else Fields(fields))


def row_name(key: str, lang: str, edition: Edition | None = None) -> str:
    """``表三“（七）总计”`` for a cell key or ``table.row``."""
    table = key.partition(".")[0]
    row = row_of(key, edition)
    if lang == "en":
        return f"Table {TABLES.index(table) + 2}, {row.en}"
    if table == "remedies":
        return f"表四“{row.label}”组"
    return f"表{TABLE_NUMBER[table]}“{row.label}”行"


def column_names(keys: Iterable[str], lang: str, edition: Edition | None = None) -> str:
    """Column labels of cells, each once."""
    columns = [column_of(key, edition) for key in keys]
    return _JOIN[lang].join(dict.fromkeys(c.en if lang == "en" else c.label for c in columns))


def part_name(name: str, lang: str) -> str:
    """A fact column in words: ``section.other`` → “六、其他需要报告的事项”, ``table.requests`` → 表三（…）."""
    kind, _, key = name.partition(".")
    if f"fact:{name}" in _catalogue():
        return phrase(f"fact:{name}", lang)
    if kind == "section":
        place, section = next((i, s) for i, s in enumerate(sections()) if s.key == key)
        return section.en if lang == "en" else f"“{'一二三四五六'[place]}、{section.label}”"
    if kind == "table":
        section = next(s for s in sections() if s.key == key)
        return (
            f"Table {TABLES.index(key) + 2} ({section.en})"
            if lang == "en"
            else f"表{TABLE_NUMBER[key]}（{section.label}）"
        )
    return name


def topic_name(name: str, lang: str) -> str:
    """A topic of a suite in words; a topic that an office added is called what the suite calls it."""
    return phrase(f"topic:{name}", lang) if f"topic:{name}" in _catalogue() else name


def side_text(
    values: Mapping[str, float | None], *, along_columns: bool, lang: str, edition: Edition | None = None
) -> str:
    """One side of a sum written out: ``新收 0、上年结转 0``; zeros of long sides are left out."""
    terms = [(k, v) for k, v in values.items() if not _long(values) or v is None or v]
    shown: list[str] = []
    for key, value in terms[:_TERMS]:
        bare = key.removeprefix("prior.")
        item = row_of(bare, edition) if along_columns else column_of(bare, edition)
        label = item.en if lang == "en" else _short(item.label)
        prior = ("last year's " if lang == "en" else "上年") if bare != key else ""
        shown.append(f"{prior}{label} {_number(value)}")
    if len(terms) > _TERMS:
        rest = len(terms) - _TERMS
        shown.append(f"and {rest} more" if lang == "en" else f"等另{rest}项")
    if not shown:
        return "all 0" if lang == "en" else "各项均为 0"
    return _JOIN[lang].join(shown)


def sums_text(sums: Sequence[tuple[str, float, float]], lang: str, edition: Edition | None = None) -> str:
    """Cells with two numbers each: ``表三“（七）总计”行总计：20 与 23``; the first few."""
    shown = [
        fill(phrase("rollup:cell", lang), _cell(key, lang, edition) | {"left": _number(left), "right": _number(right)})
        for key, left, right in sums[:_CELLS]
    ]
    more = fill(phrase("and_more", lang), {"count": len(sums)}) if len(sums) > _CELLS else ""
    return ("; " if lang == "en" else "；").join(shown) + more


def _cell(key: str, lang: str, edition: Edition | None) -> dict[str, str]:
    return {"row": row_name(key, lang, edition), "column": column_names([key], lang, edition)}


def _long(values: Mapping[str, Any]) -> bool:
    return len(values) > 2  # noqa: PLR2004 - one or two terms are always written out


def _short(label: str) -> str:
    return (
        label.partition("（区分处理")[0]
        .removesuffix("政府信息公开申请数量")
        .replace("本年新收", "本年新收申请")
        .replace("上年结转", "上年结转申请")
    )


def _number(value: float | None) -> str:
    if value is None:
        return "□"
    return f"{value:.6f}".rstrip("0").rstrip(".")


_PERIOD = re.compile(r"(\d{4})-(\d\d)-(\d\d)/(\d{4})-(\d\d)-(\d\d)")


def spoken(text: str, lang: str) -> str:
    """A period as people write it (2024年1月1日至2024年12月31日); anything else as it is."""
    found = _PERIOD.fullmatch(text)
    if found is None or lang == "en":
        return text.replace("/", " to ") if found else text
    start, end = [int(g) for g in found.groups()[:3]], [int(g) for g in found.groups()[3:]]
    return "至".join(f"{year}年{month}月{day}日" for year, month, day in (start, end))


def joined(texts: Sequence[str], lang: str) -> str:
    """Texts as a list in a sentence, each once."""
    return _JOIN[lang].join(dict.fromkeys(text for text in texts if text))
