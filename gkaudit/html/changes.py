"""What changed in the prose from one year to the next, sentence by sentence, and what was copied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

__all__ = ["Change", "Copied", "changes", "copied", "sentences", "share_kept"]

#: A sentence ends here; the sign stays with it.
_END = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+")
_DIGITS = re.compile(r"\d+(?:\.\d+)?|[〇零一二三四五六七八九十百千]+(?=[件次条个项人期份篇场名年月日])")
#: A shorter sentence (“不存在此类情况。”) says nothing when it is the same.
_SHORTEST = 18
#: Two sentences at least this alike are one sentence that was changed.
_ALIKE = 0.6
#: Sentences of a section that are paired at most; beyond that only equal ones are.
_PAIRED = 60


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that is ``kept``, ``added``, ``removed`` or ``changed``; ``old`` or ``new`` may be empty."""

    kind: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Copied:
    """A sentence that stands in both years; ``same`` is False where only its numbers differ."""

    old: str
    new: str
    section: str | None
    same: bool


def _plain(text: str) -> str:
    return "".join(text.split())


def _pattern(text: str) -> str:
    """The sentence without white space and with every number as one sign."""
    return _DIGITS.sub("#", _plain(text))


def sentences(rows: Iterable[dict[str, Any]]) -> list[str]:
    """The sentences of some paragraphs, headings left out."""
    texts = [row["text"] or "" for row in rows if row["kind"] != "heading"]
    return [s.strip() for text in texts for s in _END.findall(text) if s.strip()]


def changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """How ``old`` became ``new``, in the order of the text."""
    matcher = SequenceMatcher(None, [_plain(s) for s in old], [_plain(s) for s in new], autojunk=False)
    found: list[Change] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found += [Change("kept", o, n) for o, n in zip(old[a:b], new[c:d], strict=True)]
        else:
            found += _replaced(old[a:b], new[c:d])
    return found


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """A stretch that differs: alike sentences are changes, the others went or came."""
    left = list(old)
    pairing = len(old) * len(new) <= _PAIRED * _PAIRED
    for sentence in new:
        at = _most_alike(sentence, left) if pairing else None
        if at is None:
            yield Change("added", "", sentence)
            continue
        # What stood before its counterpart and found none is gone.
        yield from (Change("removed", gone, "") for gone in left[:at])
        yield Change("changed", left[at], sentence)
        left = left[at + 1 :]
    yield from (Change("removed", gone, "") for gone in left)


def _most_alike(sentence: str, others: Sequence[str]) -> int | None:
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(sentence)
    best, found = _ALIKE, None
    for at, other in enumerate(others):
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() < best or matcher.quick_ratio() < best:
            continue
        ratio = matcher.ratio()
        if ratio > best or (found is None and ratio >= best):
            best, found = ratio, at
    return found


def share_kept(found: Sequence[Change]) -> float | None:
    """The share of the newer text that was kept word for word, by characters; None where it has none."""
    whole = sum(len(_plain(c.new)) for c in found)
    return sum(len(_plain(c.new)) for c in found if c.kind == "kept") / whole if whole else None


def copied(old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> list[Copied]:
    """Sentences of the newer report that stand in the older one, the same or but for numbers; longest first."""
    known: dict[str, str] = {}
    for sentence in sentences(old):
        if len(_plain(sentence)) >= _SHORTEST:
            known.setdefault(_pattern(sentence), sentence)
    found: dict[str, Copied] = {}
    for row in new:
        for sentence in sentences([row]):
            other = known.get(_pattern(sentence))
            if other is not None and len(_plain(sentence)) >= _SHORTEST:
                same = _plain(other) == _plain(sentence)
                found.setdefault(_pattern(sentence), Copied(other, sentence, row.get("section"), same))
    return sorted(found.values(), key=lambda c: -len(_plain(c.new)))


def marked(old: str, new: str) -> Iterator[tuple[str, str]]:
    """``new`` as pieces that are kept, added or removed against ``old``: (kind, text)."""
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "kept", new[c:d]
            continue
        if b > a:
            yield "removed", old[a:b]
        if d > c:
            yield "added", new[c:d]
