"""Headings, title and dates: who reports, on which year, in which parts.

The six sections are found together, as the best sequence of headings in order, so that a sub-heading
(``二 依申请公开情况`` inside section 一) or a list of contents is not taken for a section.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice

from rapidfuzz import fuzz

from gkaudit.chars import enumerator, fold, squash
from gkaudit.document import Anchor, Document, Paragraph, Table
from gkaudit.form import Section, sections
from gkaudit.vocabulary import label_hit

__all__ = ["Heading", "Outline", "Passage", "outline", "strip_artifacts"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A section heading: text as printed, index of its block, and how it was recognised."""

    section: str
    text: str
    block: int
    anchor: Anchor
    score: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph in its section; ``kind`` is preface, heading or paragraph."""

    section: str
    kind: str
    text: str
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections of one document. ``headings`` has the found ones, in printed order."""

    headings: tuple[Heading, ...]
    passages: tuple[Passage, ...] = field(default=())

    def heading(self, section: str) -> Heading | None:
        """The heading of a section; None where it was not found."""
        return next((h for h in self.headings if h.section == section), None)

    @property
    def in_order(self) -> bool:
        """Whether the found sections follow each other as the form prescribes."""
        wanted = [s.key for s in sections()]
        places = [wanted.index(h.section) for h in self.headings]
        return places == sorted(places)

    def section_of(self, block: int) -> str:
        """Section that a block stands in; ``preface`` before the first heading."""
        return next((h.section for h in reversed(self.headings) if h.block <= block), "preface")


_ARTIFACT = re.compile(r"\[(?:image|bookmark|图片|书签)\s*[:：][^\]\n]*\]")
_MARKDOWN = re.compile(r"^[\s#>*\-_]+|[*_#]+$")
_NUMBER = re.compile(r"^(?:第)?(?P<n>[一二三四五六七八])(?:部分)?\s*(?P<sign>[、.．,，:：]?)")
_ARABIC = re.compile(r"^(?P<n>[1-6])\s*[、.．]\s*(?!\d)")
_NUMERALS = "一二三四五六"
_LONGEST = 45
#: How alike a heading has to be to a known wording.
_LIKE = 0.78
#: Safely below it, in the scorer's hundreds.
_CUTOFF = 77
#: … in a row of a table, where labels of the form are nearer than headings.
_IN_A_TABLE = 0.93
#: A heading that is followed at once by another one is an entry of a list of contents.
_CONTENTS_PENALTY = 0.3
_MOST_CANDIDATES = 40
#: Score of a heading known by its number and a keyword only, and the weakest that is a heading at all.
_RENAMED = 0.6
_WEAKEST = 0.58
_LONGEST_RENAMED = 25
_SENTENCE = re.compile(r"[。；;，,！!？?]")


def strip_artifacts(text: str) -> str:
    """Text without what converters leave in it ([image: …], [bookmark: …], Markdown signs)."""
    return _MARKDOWN.sub("", _ARTIFACT.sub("", text)).strip()


@dataclass(frozen=True, slots=True)
class _Candidate:
    place: int
    score: float
    text: str
    block: int
    anchor: Anchor
    numbered: bool


def outline(document: Document) -> Outline:
    """Headings and passages of a document."""
    candidates = _strongest(_candidates(document))
    chosen = _best_sequence(_without_contents(candidates, document))
    found = {c.place for c in chosen}
    # A heading that stands out of order is found all the same; the order check will say so.
    for candidate in sorted(candidates, key=lambda c: -c.score):
        if candidate.place not in found and candidate.score >= 1:
            chosen.append(candidate)
            found.add(candidate.place)
    chosen.sort(key=lambda c: c.block)
    keys = [s.key for s in sections()]
    headings = tuple(Heading(keys[c.place], c.text, c.block, c.anchor, c.score) for c in chosen)
    result = Outline(headings)
    return Outline(headings, tuple(_passages(document, result)))


def _candidates(document: Document) -> list[_Candidate]:
    found: list[_Candidate] = []
    for index, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            found += _of_text(block.text, index, block.anchor)
            continue
        for row in block.rows if isinstance(block, Table) else ():
            # A table over the whole page may hold the heading in a row of its own.
            filled = list(islice((cell for cell in row if squash(cell.text)), 2))
            if len(filled) == 1 and not label_hit(filled[0].text):
                of_row = _of_text(filled[0].text, index, filled[0].anchor)
                found += [c for c in of_row if c.score >= _IN_A_TABLE and c.numbered]
    return found


def _of_text(text: str, block: int, anchor: Anchor) -> list[_Candidate]:
    """What a paragraph may be the heading of."""
    bare = strip_artifacts(text)
    plain = squash(bare)
    if not plain:
        return []
    number = _NUMBER.match(plain) or _ARABIC.match(plain)
    own = "一二三四五六七八123456".find(number["n"]) if number else -1
    own = own - 8 if own >= 8 else own  # noqa: PLR2004 - eight Chinese numerals come first
    rest = plain[number.end() :] if number else plain
    numbered = number is not None
    found = []
    likeness = _alike(rest, numbered=numbered)
    for place, section in enumerate(sections()):
        score, heading = likeness[place]
        if score < _LIKE and numbered and own == place and _renamed(rest, section):
            score = _RENAMED
        elif score < _LIKE:
            continue
        if numbered and own != place:
            score -= 0.25
        elif not numbered:
            score -= 0.1 if plain == _wordings()[place].label else 0.3
        shown = bare if heading is None else plain[: (number.end() if number else 0) + heading]
        if score >= _WEAKEST:
            found.append(_Candidate(place, score, shown, block, anchor, numbered))
    return found


def _renamed(rest: str, section: Section) -> bool:
    """A short numbered line in the place of a section that speaks of the same thing in other words."""
    return len(rest) <= _LONGEST_RENAMED and not _SENTENCE.search(rest) and any(k in rest for k in section.keywords)


@dataclass(frozen=True, slots=True)
class _Wordings:
    """What a section is called: folded for comparing, squashed for what goes on at once, the label itself."""

    folded: tuple[str, ...]
    opening: tuple[str, ...]
    label: str


@cache
def _wordings() -> tuple[_Wordings, ...]:
    found = []
    for section in sections():
        labels = (section.label, *section.aliases)
        plain = tuple(map(squash, labels))
        # Shorter ones begin ordinary sentences.
        opening = tuple(text for text in plain if len(text) > 5)  # noqa: PLR2004
        found.append(_Wordings(tuple(map(fold, labels)), opening, plain[0]))
    return tuple(found)


_YEAR = re.compile(r"^\d{4}年(?:度)?")
#: Not like enough, and not followed at once by text.
_UNLIKE: tuple[float, int | None] = (0.0, None)


def _alike(rest: str, *, numbered: bool) -> list[tuple[float, int | None]]:
    """By section the similarity to its nearest wording, and how long the heading is where text follows it."""
    found = [*_alike_short(rest)] if len(rest) <= _LONGEST else [_UNLIKE] * len(_wordings())
    if numbered:
        for place, known in enumerate(_wordings()):
            if not found[place][0] and rest.startswith(known.opening):
                found[place] = 0.95, len(next(text for text in known.opening if rest.startswith(text)))
    return found


@lru_cache(maxsize=4096)
def _alike_short(rest: str) -> tuple[tuple[float, int | None], ...]:
    """The part of it that goes by likeness; 0 for what is not like enough."""
    folded = fold(rest)
    # Years and the name of the body in front (2023年政务公开总体情况) do not change the heading.
    texts = dict.fromkeys((folded, _YEAR.sub("", folded)))
    found: list[tuple[float, int | None]] = []
    for known in _wordings():
        # Below the cutoff the scorer answers 0 without counting to the end.
        best = max(fuzz.ratio(text, label, score_cutoff=_CUTOFF) for text in texts for label in known.folded) / 100
        found.append((0.0 if best < _LIKE else 1.0 if best == 1 else min(best, 0.99), None))
    return tuple(found)


def _strongest(candidates: list[_Candidate]) -> list[_Candidate]:
    """At most so many candidates a section, the best ones, in document order.

    A heading repeated a thousand times must not take a million comparisons.
    """
    kept: list[_Candidate] = []
    for place in range(len(sections())):
        own = sorted((c for c in candidates if c.place == place), key=lambda c: (-c.score, c.block))
        kept += own[:_MOST_CANDIDATES]
    return sorted(kept, key=lambda c: (c.block, c.place))


def _without_contents(candidates: list[_Candidate], document: Document) -> list[_Candidate]:
    blocks = {c.block for c in candidates}
    # Headings with nothing between them (their tables are pictures) are a table of contents only where the
    # sections stand elsewhere as well; （一）主动公开情况 and 1、主动公开情况 are no sections.
    elsewhere = Counter(c.place for c in candidates if not _is_part(c))
    judged = []
    for c in candidates:
        following = c.block + 1
        contents = following in blocks and isinstance(document.blocks[c.block], Paragraph) and elsewhere[c.place] > 1
        score = c.score - _CONTENTS_PENALTY if contents else c.score
        judged.append(_Candidate(c.place, score, c.text, c.block, c.anchor, c.numbered))
    # They are parts of the first section where sections have numbers without brackets, and their own.
    bare = any(c.numbered and c.score >= 1 for c in judged)
    return [c for c in judged if not _is_part(c) or not bare or enumerator(c.text) == _NUMERALS[c.place]]


def _is_part(candidate: _Candidate) -> bool:
    """Whether a heading has the number of a part of a section (（一）, or 1、 where the section has another number)."""
    number = _ARABIC.match(candidate.text)
    return candidate.text.startswith(("（", "(")) or (number is not None and int(number["n"]) != candidate.place + 1)


def _best_sequence(candidates: list[_Candidate]) -> list[_Candidate]:
    """Candidates in document order with strictly increasing section numbers and the greatest score."""
    best: list[tuple[float, int | None]] = []
    for i, c in enumerate(candidates):
        score, previous = c.score, None
        for j in range(i):
            if candidates[j].place < c.place and candidates[j].block <= c.block and best[j][0] + c.score > score:
                score, previous = best[j][0] + c.score, j
        best.append((score, previous))
    if not best:
        return []
    at: int | None = max(range(len(best)), key=lambda i: best[i][0])
    chosen = []
    while at is not None:
        chosen.append(candidates[at])
        at = best[at][1]
    return chosen[::-1]


def _passages(document: Document, result: Outline) -> list[Passage]:
    headings = {h.block: h for h in result.headings}
    found = []
    for index, block in enumerate(document.blocks):
        if not isinstance(block, Paragraph):
            continue
        section = result.section_of(index)
        heading = headings.get(index)
        whole = heading is not None and fold(heading.text) == fold(strip_artifacts(block.text))
        found.append(Passage(section, "heading" if whole else "paragraph", block.text, block.anchor))
    return found
