"""Words of the explorer, zh and en."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

__all__ = ["Say", "say_in"]


class Say:
    """Our own wording in one language; plain text, never markup."""

    def __init__(self, lang: str, table: dict[str, str]) -> None:
        self.lang, self.table = lang, table

    def __call__(self, name: str, /, **fields: object) -> str:
        """The wording of a name, filled in."""
        text = self.table[name]
        return text.format(**fields) if fields else text


@cache
def say_in(lang: str) -> Say:
    """The wording of a language, ``zh`` where there is none in it."""
    tables = json.loads(files("gkaudit.widgets").joinpath("words.json").read_text("utf-8"))
    return Say(lang if lang in tables else "zh", tables.get(lang, tables["zh"]))
