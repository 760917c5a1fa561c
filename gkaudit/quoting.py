"""Where a finding stands in the source: the words to quote, and the anchor that leads there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gkaudit.chars import squash
from gkaudit.form import Edition
from gkaudit.grouping import Group
from gkaudit.gx.rules_text import Hit
from gkaudit.masking import cover, covered, masked, safe_words, shortened
from gkaudit.prose import locate, plain, sentence
from gkaudit.wording import row_name

__all__ = ["Source"]

_QUOTED_ROWS = 3
#: Words of a list are no longer than this; a quote is no longer than a line.
_LONG, _LONGEST = 40, 80
#: What is quoted beside a covered passage that is longer than that.
_AROUND = 40
_ENDS = "。！？!?；;：:"
#: Characters of a quote that are looked for, and the shortest passage that may be part of a quote.
_FIRST, _SHORTEST = 20, 5


@dataclass(frozen=True)
class Source:
    """One report to quote from: its cells by key and its passages in order (rows of the frames)."""

    cells: Mapping[str, Mapping[str, Any]]
    passages: Sequence[Mapping[str, Any]]
    edition: Edition | None

    @cached_property
    def _plain(self) -> list[str]:
        return [plain(p["text"] or "") for p in self.passages]

    @cached_property
    def _keys(self) -> dict[str, list[str]]:
        """The keys of the cells of each row (``table.row``), in the order of the form."""
        found: dict[str, list[str]] = {}
        for key in self.cells:
            found.setdefault(key.rpartition(".")[0], []).append(key)
        return found

    def cells_of(self, rows: Collection[str]) -> list[Mapping[str, Any]]:
        """The cells of some rows, as they are printed."""
        return [self.cells[key] for row, keys in self._keys.items() if row in rows for key in keys]

    def place(self, hit: Hit) -> tuple[Mapping[str, Any], int, int] | None:
        """The passage that a hit begins in and its printed span there; None where it is in no passage."""
        return next(self.places(hit), None)

    def places(self, hit: Hit) -> Iterator[tuple[Mapping[str, Any], int, int]]:
        """The passages that a hit runs through, each with its printed span there."""
        printed, at = hit.column == "text", 0
        for passage, short in zip(self.passages, self._plain, strict=True):
            if not printed and (f"text.{passage['section']}" != hit.column or passage["kind"] == "heading"):
                continue
            text = passage["text"] or ""
            size = len(text) if printed else len(short)
            if hit.start < at + size:
                first, last = max(hit.start - at, 0), min(hit.end - at, size)
                span = (first, last) if printed else locate(text, first, last)
                if span is None:
                    return
                yield (passage, *span)
            at += size + 1
            if hit.end <= at:
                return

    def quote(self, group: Group) -> str | None:
        """The words the finding is about, else the rows concerned as they are printed; secrets covered."""
        if group.hits:
            return self._sentence(group.hits[0], str(group.details.get("mask", "")))
        if group.said:
            return self.said(group)
        if group.quote:
            return masked(group.quote)
        rows = list(dict.fromkeys(key.rpartition(".")[0] for key in group.keys))[:_QUOTED_ROWS]
        printed = []
        for row in rows:
            if own := self.cells_of({row}):
                cells = " | ".join(str(c["raw"] or "").strip() or "□" for c in own)
                printed.append(f"{row_name(own[0]['key'], 'zh', self.edition)}：{cells}")
        return masked("；".join(printed)) or None

    def said(self, group: Group) -> str:
        """The words of the first claim; of a long list the beginning. Secrets covered."""
        words = covered(group.said[0]["quote"])
        return shortened(words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…")

    def words(self, group: Group) -> list[str]:
        """The words of the finding as they are printed, each once; secrets covered."""
        mask = str(group.details.get("mask", ""))
        return list(dict.fromkeys(self._printed(hit, mask) for hit in group.hits))

    def _safe(self, hit: Hit, mask: str) -> tuple[str, int, int] | None:
        """The passage of a hit with secrets covered, and the span of the hit in it."""
        found = self.place(hit)
        if found is None:
            return None
        passage, start, end = found
        text = passage["text"]
        safe = covered(text)
        if mask and safe[start:end] == text[start:end]:
            safe = cover(safe, start, end, mask)
        return safe, start, end

    def _printed(self, hit: Hit, mask: str) -> str:
        found = self._safe(hit, mask)
        text = shortened(found[0][found[1] : found[2]]) if found else safe_words(hit.text, mask)
        text = " ".join(text.split())
        return text if len(text) <= _LONG else f"{text[:_LONG]}…"

    def _sentence(self, hit: Hit, mask: str) -> str:
        """The sentence of a hit; of a long one the part around it."""
        found = self._safe(hit, mask)
        if found is None:
            return safe_words(hit.text, mask)
        text, start, end = found
        longest = _LONGEST if not mask else max(_LONGEST, end - start + _AROUND)
        left, right = sentence(text, start, end, longest)
        cut = "…" if right < len(text) and text[right - 1] not in _ENDS else ""
        return shortened(text[left:right]) + cut

    def anchor(self, group: Group) -> dict[str, Any] | None:
        """The place of the first cell or word, else of the section that something is missing in."""
        if group.said:
            place: dict[str, Any] | None = group.said[0]["anchor"]
            return place
        for key in group.keys:
            anchor = self.cells.get(key, {}).get("anchor")
            if anchor:
                found: dict[str, Any] = anchor
                return found
        if group.hits:
            return self._hit_anchor(group.hits[0])
        if group.quote:
            wanted = squash(group.quote)[:_FIRST]
            for passage in self.passages:
                text = squash(passage["text"] or "")
                if text and (wanted in text or (len(text) >= _SHORTEST and text in squash(group.quote))):
                    return _copied(passage)
        return self._section_anchor(group)

    def _hit_anchor(self, hit: Hit) -> dict[str, Any] | None:
        found = self.place(hit)
        if found is not None:
            passage, start, end = found
            anchor = _copied(passage)
            return anchor | {"start": start, "end": end} if anchor else None
        if not self.passages:
            return None
        # What a file says of itself has no place in its text.
        anchor = _copied(self.passages[0]) or {}
        return {name: value if name == "file" else None for name, value in anchor.items()} or None

    def _section_anchor(self, group: Group) -> dict[str, Any] | None:
        """The heading of the section that the missing thing belongs to; at the end where that is missing too."""
        keys = [name.partition(".")[2] for name in group.names] + [key.split(".")[0] for key in group.keys]
        keys.append(str(group.details.get("section", "")))
        if set(group.names) & {"reading", "label_variants"}:
            keys = ["requests"]
        headings = [p for p in self.passages if p["kind"] == "heading"]
        for passage in headings:
            if passage["section"] in keys:
                return _copied(passage)
        # What is missing at all has no place: a part is looked for at the end, anything else at the beginning.
        end = any(name.startswith(("section.", "table.", "signed_on")) for name in group.names)
        return _copied(self.passages[-1 if end else 0]) if self.passages else None


def _copied(passage: Mapping[str, Any]) -> dict[str, Any] | None:
    anchor = passage["anchor"]
    return dict(anchor) if anchor else None
