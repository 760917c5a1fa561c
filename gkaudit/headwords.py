"""Words right above a table of text that may be the headings of its columns, though the form knows none of them.

A text shows no border between what stands above a table and its first row: 个人 公司 其余 合计 is a line of prose to
the readers. Whose columns they are nobody knows, but that there are other headings than those of the form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gkaudit.chars import squash
from gkaudit.document import Anchor, Block, Paragraph
from gkaudit.readers.lines import heading_like, names_section
from gkaudit.vocabulary import label_hit

__all__ = ["words_above"]

#: Words of a heading are so long (a single character is one of a word that stands upright, if it is none that
#: columns are counted with); so many of them on one line, or one below the other, are those of a table.
_SHORTEST, _LONGEST, _FEWEST = 2, 12, 3
#: Headings over headings take so many lines.
_LINES = 4
_PROSE = re.compile(r"[，。；：、,;:?？!！“”]")
_COUNTED = re.compile(r"[甲乙丙丁戊己庚辛A-HＡ-Ｈ]")
_WORD = re.compile(r"[^\W\d_]")


def words_above(blocks: Sequence[Block], at: int) -> list[list[tuple[str, Anchor]]]:
    """Lines of words right above the block at this place; words one below the other are one line."""
    lines: list[list[tuple[str, Anchor]]] = []
    single: list[tuple[str, Anchor]] = []
    for block in reversed(blocks[:at]):
        words = _words(block.text) if isinstance(block, Paragraph) else []
        if not isinstance(block, Paragraph) or not words or (single and len(words) > 1) or len(lines) == _LINES:
            break
        if len(words) == 1:
            if lines:
                break
            single.insert(0, (words[0], block.anchor))
        elif len(words) >= _FEWEST:
            lines.insert(0, [(word, block.anchor) for word in words])
        else:
            break
    return [single] if len(single) >= _FEWEST else lines


def _words(text: str) -> list[str]:
    """The words of a line that has nothing but short ones; none of a sentence or the heading of a section."""
    words = text.split()
    plain = squash(text)
    if _PROSE.search(text) or heading_like(text) or names_section(text) or _is_caption(plain):
        return []
    return words if all(_may_head(word) for word in words) else []


def _may_head(word: str) -> bool:
    """Whether a word may be the heading of a column."""
    return (_SHORTEST <= len(word) <= _LONGEST and bool(_WORD.search(word))) or bool(_COUNTED.fullmatch(word))


def _is_caption(text: str) -> bool:
    return any(hit.kind in ("caption", "row", "group", "note") for hit in label_hit(text))
