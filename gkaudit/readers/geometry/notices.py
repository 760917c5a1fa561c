"""What was noticed on the pages of a document, as clauses for the auditor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gkaudit.readers.geometry.lines import lines_of
from gkaudit.readers.geometry.page import Char

__all__ = ["Notices"]

#: By kind, in the order they are told.
_CLAUSES = {
    "typed": "有填写的表单域或批注文字，已一并读取",
    "recognised": "是带文字层的扫描件，文字层由识别得来，须与原件核对",
    "scan": "没有文字，是扫描图片",
    "outlines": "文字已转为图形，按图片处理",
    "drawn": "文字已转为图形，没有读取",
    "garbled": "文字无法提取（字体没有编码），按图片处理",
    "unnamed": "文字无法提取（字体没有编码），没有读取",
    "overflowing": "图形过多，没有按表格线识别表格",
    "unseen": "的图片过大、过多或缺失，没有读取",
    "hidden": "有看不见的文字，没有读取",
    "slanted": "有倾斜的文字（疑为水印），没有读取",
    "pale": "有浅色大字（疑为水印），没有读取",
    "beyond": "页面范围以外有文字，没有读取",
    "broken": "打不开，没有读取",
}
#: So much of a text that was left out is told, and looked at.
_SAMPLE, _LOOK = 20, 40


@dataclass(slots=True)
class Notices:
    """Pages by kind of what was noticed, and a sample of the text."""

    pages: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    samples: dict[str, str] = field(default_factory=dict)

    def note(self, kind: str, page: int, text: Sequence[Char] = ()) -> None:
        """Note a kind of thing on a page, with the characters it is about."""
        if page not in self.pages[kind]:
            self.pages[kind].append(page)
        if text and kind not in self.samples:
            self.samples[kind] = " ".join(line.text for line in lines_of(text[:_LOOK]))[:_SAMPLE]

    def left_out(self, page: int, chars: dict[str, list[Char]]) -> None:
        """Note the characters that are no part of the text, by reason."""
        for kind, own in chars.items():
            if any(not c.text.isspace() for c in own):
                self.note(kind, page, own)

    def clauses(self) -> Iterator[str]:
        """What was noticed, e.g. ``第1、3页有看不见的文字，没有读取：…``."""
        for kind, clause in _CLAUSES.items():
            if self.pages.get(kind):
                sample = self.samples.get(kind, "")
                yield f"第{'、'.join(map(str, self.pages[kind]))}页{clause}{'：' if sample else ''}{sample}"
