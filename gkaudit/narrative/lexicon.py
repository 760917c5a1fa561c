"""The words of ``data/phrases.json``: what kind of word stands at a place of the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

_MARKS = "零〇一二两三四五六七八九十百千万第数几好若多上成〔《、"
__all__ = ["Lexicon", "lexicon", "phrases"]


@cache
def phrases() -> dict[str, Any]:
    """The table of phrases as it stands in the file."""
    text = files("gkaudit").joinpath("data/phrases.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _entries() -> Iterator[tuple[str, str, str]]:
    """Word, kind and sense of every word."""
    for kind, words in phrases()["words"].items():
        for sense, listed in words.items() if isinstance(words, dict) else [("", words)]:
            for word in listed:
                yield word, kind, sense


class Lexicon:
    """Longest word at a place. Every word has one kind (receive, outcome …) and may have a sense."""

    def __init__(self) -> None:
        self.words = {word: (kind, sense) for word, kind, sense in _entries()}
        self.words |= dict.fromkeys(phrases()["numbers"]["not_numbers"], ("stop", ""))
        #: A character that a word, a number in words or a title may begin with, or an ASCII one.
        self.start = re.compile(f"[{re.escape(''.join(sorted({w[0] for w in self.words} | set(_MARKS))))}\\x00-\\x7f]")
        lengths: dict[str, set[int]] = {}
        for word in self.words:
            if len(word) > 1:
                lengths.setdefault(word[:2], set()).add(len(word))
        #: The first two characters → lengths of the words that begin so, the longest first.
        self.lengths = {pair: tuple(sorted(found, reverse=True)) for pair, found in lengths.items()}

    def at(self, text: str, place: int) -> tuple[str, str, str] | None:
        """Word, kind and sense of the longest word that begins at the place; None where there is none."""
        for length in self.lengths.get(text[place : place + 2], ()):
            word = text[place : place + length]
            found = self.words.get(word)
            if found is not None:
                return word, *found
        found = self.words.get(text[place])
        return None if found is None else (text[place], *found)


@cache
def lexicon() -> Lexicon:
    """The lexicon, built once a process."""
    return Lexicon()
