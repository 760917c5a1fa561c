"""Words of decisions and corrections, from one catalogue (``data/reviews.json``)."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

__all__ = ["word"]


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = json.loads(files("gkaudit").joinpath("data/reviews.json").read_text("utf-8"))
    return loaded


def word(name: str, lang: str = "zh", **fields: object) -> str:
    """The wording of a name, filled in. What comes out is plain text, never markup."""
    text = _catalogue()[name][lang]
    return text.format(**fields) if fields else text
